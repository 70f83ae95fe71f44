//! A phone that answers, its server, and a client that knows nothing but bytes: for the tests beside.

use std::io::{BufRead as _, BufReader, ErrorKind as IoErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::{Claim, Instance, InstanceName, Server, ServerOptions, Service};
use crate::{Error, ErrorKind, FailureCode, Result};

pub(super) const DEADLINE: Duration = Duration::from_secs(20);

/// A phone that remembers what it was told.
#[derive(Default)]
pub(super) struct Phone {
    pub(super) done: Mutex<Vec<String>>,
    open: Mutex<bool>,
    changed: Condvar,
    pub(super) server: Mutex<Option<Arc<Server>>>,
}

impl Phone {
    pub(super) fn release(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }

    pub(super) fn wait_done(&self, what: &str) {
        let until = Instant::now() + DEADLINE;
        while !self.done.lock().unwrap().iter().any(|done| done == what) {
            assert!(
                Instant::now() < until,
                "{what} was not done: {:?}",
                self.done.lock().unwrap()
            );
            std::thread::yield_now();
        }
    }
}

impl Service for Phone {
    fn request(&self, request: Map<String, Value>) -> Result<Value> {
        let command = request["command"].as_str().unwrap().to_owned();
        self.done.lock().unwrap().push(command.clone());
        match command.as_str() {
            "echo" => Ok(Value::Object(request)),
            "fail" => Err(FailureCode::PeerBusy.error("call", "it is busy")),
            "panic" => panic!("the caller's secret"),
            "big" => Ok("x".repeat(request["bytes"].as_u64().unwrap() as usize).into()),
            "wait" => {
                let open = self.open.lock().unwrap();
                let (open, _) = self.changed.wait_timeout_while(open, DEADLINE, |open| !*open).unwrap();
                if *open {
                    Ok("waited".into())
                } else {
                    Err(Error::new(ErrorKind::Timeout, "wait", "not released"))
                }
            }
            "close" => {
                let server = self.server.lock().unwrap().clone().unwrap();
                server.close(Duration::ZERO).map(|()| Value::Null)
            }
            other => Err(Error::new(
                ErrorKind::Unsupported,
                "phone",
                format!("no command {other}"),
            )),
        }
    }

    fn line(&self, text: &str) -> Result<Value> {
        self.done.lock().unwrap().push(text.to_owned());
        Ok(json!({"line": text}))
    }
}

pub(super) struct Stage {
    pub(super) dir: tempfile::TempDir,
    pub(super) name: InstanceName,
    pub(super) phone: Arc<Phone>,
    pub(super) server: Server,
}

pub(super) fn stage(options: ServerOptions) -> Stage {
    let dir = tempfile::tempdir().unwrap();
    let name = InstanceName::for_settings_in(dir.path().join("run"), dir.path().join("x.ini")).unwrap();
    let Claim::Owner(listener) = Instance::claim(&name).unwrap() else {
        panic!("somebody owns it")
    };
    let phone = Arc::new(Phone::default());
    let server = Server::start(listener, Arc::clone(&phone) as _, options).unwrap();
    Stage {
        dir,
        name,
        phone,
        server,
    }
}

/// A client that knows nothing but bytes.
pub(super) struct Raw {
    pub(super) stream: UnixStream,
    pub(super) reader: BufReader<UnixStream>,
}

impl Raw {
    pub(super) fn new(name: &InstanceName) -> Self {
        let stream = UnixStream::connect(name.socket()).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        Raw {
            reader: BufReader::new(stream.try_clone().unwrap()),
            stream,
        }
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.stream.write_all(bytes.as_ref()).unwrap();
        self
    }

    pub(super) fn text(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "an end instead of a line: {line:?}");
        line.pop();
        line
    }

    pub(super) fn json(&mut self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// The end, whether the server read everything before or not.
    pub(super) fn assert_end(&mut self) {
        let mut rest = String::new();
        match self.reader.read_to_string(&mut rest) {
            Ok(_) => assert_eq!(rest, ""),
            Err(e) => assert_eq!(e.kind(), IoErrorKind::ConnectionReset),
        }
    }
}

pub(super) fn wait_connections(server: &Server, count: usize) {
    let until = Instant::now() + DEADLINE;
    while server.connections() != count {
        assert!(
            Instant::now() < until,
            "{} connections instead of {count}",
            server.connections()
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

//! An HTTP server for tests: plain or with a certificate, and as rude as a test wants it.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use microsip_testkit::ca::CertFiles;

/// Nothing in a test takes longer.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// What a client asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Path and query.
    pub(crate) target: String,
    /// The head, as it came.
    pub(crate) head: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// Status line's rest, header lines, body.
    Answer(&'static str, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes, and then silence until the server is dropped.
    Hang(Vec<u8>),
    /// A head, and a body that never ends.
    Endless,
    /// A byte of the body every 50 ms, for ever.
    Drip,
    /// The connection is closed.
    Close,
}

impl Reply {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply::Answer("200 OK", Vec::new(), body.into())
    }

    pub(crate) fn status(status: &'static str) -> Reply {
        Reply::Answer(status, Vec::new(), b"<html>a page</html>".to_vec())
    }

    pub(crate) fn redirect(to: impl Into<String>) -> Reply {
        Reply::Answer("302 Found", vec![("Location", to.into())], Vec::new())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        if let Reply::Answer(_, headers, _) = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

struct Shared {
    handler: Mutex<Arc<Handler>>,
    asked: Mutex<Vec<Asked>>,
    more: Condvar,
    stop: AtomicBool,
    tls: Option<native_tls::TlsAcceptor>,
}

/// The server; dropping it ends it and every connection.
pub(crate) struct TestServer {
    port: u16,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    pub(crate) fn new(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> TestServer {
        TestServer::start(None, handler)
    }

    pub(crate) fn tls(files: &CertFiles, handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> TestServer {
        let (cert, key) = (std::fs::read(&files.cert).unwrap(), std::fs::read(&files.key).unwrap());
        let identity = native_tls::Identity::from_pkcs8(&cert, &key).unwrap();
        TestServer::start(Some(native_tls::TlsAcceptor::new(identity).unwrap()), handler)
    }

    fn start(
        tls: Option<native_tls::TlsAcceptor>,
        handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> TestServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            handler: Mutex::new(Arc::new(handler)),
            asked: Mutex::default(),
            more: Condvar::new(),
            stop: AtomicBool::new(false),
            tls,
        });
        let own = shared.clone();
        let thread = std::thread::spawn(move || {
            let mut connections = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if own.stop.load(Ordering::SeqCst) {
                    break;
                }
                let own = own.clone();
                connections.push(std::thread::spawn(move || own.connection(stream)));
            }
            for connection in connections {
                let _ = connection.join();
            }
        });
        TestServer {
            port,
            shared,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let scheme = if self.shared.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn answer_with(&self, handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) {
        *self.shared.handler.lock().unwrap() = Arc::new(handler);
    }

    /// All that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    pub(crate) fn wait_asked(&self, count: usize) -> Vec<Asked> {
        let end = Instant::now() + SOON;
        let mut asked = self.shared.asked.lock().unwrap();
        while asked.len() < count {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count} requests came", asked.len());
            asked = self.shared.more.wait_timeout(asked, left).unwrap().0;
        }
        asked.clone()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Shared {
    fn connection(&self, stream: TcpStream) {
        // A read that finds nothing looks whether the server is to stop.
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        stream.set_write_timeout(Some(SOON)).unwrap();
        let mut stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                // The handshake wants an undisturbed socket.
                stream.set_read_timeout(Some(SOON)).unwrap();
                match tls.accept(stream) {
                    Ok(tls) => {
                        tls.get_ref().set_read_timeout(Some(Duration::from_millis(20))).unwrap();
                        Box::new(tls)
                    }
                    Err(_) => return,
                }
            }
        };
        while let Some(asked) = self.read(&mut *stream) {
            let handler = self.handler.lock().unwrap().clone();
            self.asked.lock().unwrap().push(asked.clone());
            self.more.notify_all();
            if self.reply(&mut *stream, handler(&asked)).is_none() {
                return;
            }
        }
    }

    fn read(&self, stream: &mut dyn Stream) -> Option<Asked> {
        let (mut head, mut byte) = (Vec::new(), [0; 1]);
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if self.stop.load(Ordering::SeqCst) {
                        return None;
                    }
                }
                _ => return None,
            }
        }
        let head = String::from_utf8(head).ok()?;
        let target = head.split(' ').nth(1)?.to_owned();
        Some(Asked { target, head })
    }

    /// None: the connection is done.
    fn reply(&self, stream: &mut dyn Stream, reply: Reply) -> Option<()> {
        let mut send = |bytes: &[u8]| stream.write_all(bytes).and_then(|()| stream.flush()).ok();
        match reply {
            Reply::Answer(status, headers, body) => {
                let mut out = format!("HTTP/1.1 {status}\r\n").into_bytes();
                for (name, value) in headers {
                    out.extend(format!("{name}: {value}\r\n").into_bytes());
                }
                if !status.starts_with("304") {
                    out.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
                }
                out.extend(b"\r\n");
                out.extend(body);
                send(&out)
            }
            Reply::Hang(bytes) => {
                send(&bytes)?;
                let mut stop = self.asked.lock().unwrap();
                while !self.stop.load(Ordering::SeqCst) {
                    stop = self.more.wait_timeout(stop, Duration::from_millis(20)).unwrap().0;
                }
                None
            }
            Reply::Endless => {
                send(b"HTTP/1.1 200 OK\r\n\r\n")?;
                while !self.stop.load(Ordering::SeqCst) {
                    send(&[b' '; 8192])?;
                }
                None
            }
            Reply::Drip => {
                send(b"HTTP/1.1 200 OK\r\n\r\n")?;
                while !self.stop.load(Ordering::SeqCst) {
                    send(b" ")?;
                    std::thread::sleep(Duration::from_millis(50));
                }
                None
            }
            Reply::Close => None,
        }
    }
}

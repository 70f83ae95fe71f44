//! The phone that another process runs, over its control socket.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use microsip_core as core;
use microsip_core::compat::control::{Client, Instance, InstanceName};
use pyo3::prelude::*;
use serde_json::{Map, Value};

use super::ask::{Asked, Trouble};
use super::json::object;
use super::told::{PhoneTold, Queue};
use super::{lock, no_thread};
use crate::base::{FromPy, Origin, Outcome, Timeout, made};

/// The phone closes a connection that is silent for ten minutes.
const FRESH: Duration = Duration::from_secs(300);
/// So many connections are kept for later.
const KEPT: usize = 4;
/// The longest wait there is.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);
/// For `subscribe`, which the phone answers at once.
const SOON: Duration = Duration::from_secs(10);

/// The name by which processes with the same settings file find each other.
pub fn name_of(settings: &Bound<'_, PyAny>, directory: &Bound<'_, PyAny>) -> Outcome<InstanceName> {
    let settings = PathBuf::from_py(settings)?;
    Ok(match Option::<PathBuf>::from_py(directory)? {
        Some(directory) => InstanceName::for_settings_in(directory, settings)?,
        None => InstanceName::for_settings(settings)?,
    })
}

/// What a connection is asked.
#[derive(Clone)]
enum Question {
    Request(Map<String, Value>),
    Line(String),
}

/// Connections that wait to be used. Each is answered one question after the other, so who waits has one alone.
struct Pool {
    name: InstanceName,
    idle: Mutex<Vec<(Instant, Client)>>,
    closed: AtomicBool,
}

impl Pool {
    fn taken(&self) -> Option<Client> {
        let mut idle = lock(&self.idle);
        idle.retain(|(since, _)| since.elapsed() < FRESH);
        idle.pop().map(|(_, client)| client)
    }

    /// `None` if no phone runs.
    fn connect(&self) -> core::Result<Option<Client>> {
        Instance::find(&self.name)
    }

    fn give_back(&self, client: Client) {
        if self.closed.load(Ordering::Acquire) {
            return;
        }
        let mut idle = lock(&self.idle);
        if idle.len() < KEPT {
            idle.push((Instant::now(), client));
        }
    }

    fn ask(&self, question: &Question, timeout: Duration) -> Result<Value, Trouble> {
        if let Some(client) = self.taken() {
            match self.ask_over(client, question, timeout) {
                // Certainly not begun: the phone has closed this connection, or ended.
                Err(e) if e.kind() == core::ErrorKind::NotRunning => {}
                done => return Ok(done?),
            }
        }
        match self.connect()? {
            Some(client) => Ok(self.ask_over(client, question, timeout)?),
            None => Err(Trouble::NoPhone),
        }
    }

    fn ask_over(&self, mut client: Client, question: &Question, timeout: Duration) -> core::Result<Value> {
        let done = match question {
            Question::Request(request) => client.request(request.clone(), timeout),
            Question::Line(text) => client.line(text, timeout),
        };
        let lost = matches!(&done, Err(e) if matches!(e.kind(),
            core::ErrorKind::NotRunning | core::ErrorKind::Transport | core::ErrorKind::Timeout));
        if !lost {
            self.give_back(client);
        }
        done
    }
}

/// What a `microsip.compat.Control` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Control {
    pool: Arc<Pool>,
    version: Option<String>,
    pid: Option<u32>,
    origin: Origin,
}

impl Control {
    pub fn new(name: InstanceName, client: Client) -> Control {
        Control {
            version: client.version().map(str::to_owned),
            pid: client.pid(),
            origin: Origin::here(),
            pool: Arc::new(Pool {
                name,
                idle: Mutex::new(vec![(Instant::now(), client)]),
                closed: AtomicBool::new(false),
            }),
        }
    }

    fn begin(&self, py: Python<'_>, question: Question, timeout: Timeout) -> Outcome<Asked> {
        self.open(py)?;
        let pool = Arc::clone(&self.pool);
        let timeout = timeout.0.unwrap_or(LONGEST).min(LONGEST);
        Asked::begin(move || pool.ask(&question, timeout))
    }

    fn open(&self, py: Python<'_>) -> Outcome<()> {
        self.origin.check(py, "control")?;
        match self.pool.closed.load(Ordering::Acquire) {
            false => Ok(()),
            true => Err(made(py, "gone", "control", "the connection was closed")),
        }
    }
}

#[pymethods]
impl Control {
    /// The phone of a settings file, if one runs.
    #[staticmethod]
    fn find(py: Python<'_>, settings: &Bound<'_, PyAny>, directory: &Bound<'_, PyAny>) -> Outcome<Option<Control>> {
        let name = name_of(settings, directory)?;
        let client = crate::base::apart(py, || Instance::find(&name))?;
        Ok(client.map(|client| Control::new(name, client)))
    }

    #[getter]
    fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    #[getter]
    fn pid(&self) -> Option<u32> {
        self.pid
    }

    fn request<'py>(&self, py: Python<'py>, request: &str, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.begin(py, Question::Request(object(request)?), timeout)?.wait(py)
    }

    fn request_future<'py>(&self, py: Python<'py>, request: &str, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.begin(py, Question::Request(object(request)?), timeout)?
            .future(py, "request")
    }

    fn line<'py>(&self, py: Python<'py>, text: String, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.begin(py, Question::Line(text), timeout)?.wait(py)
    }

    fn line_future<'py>(&self, py: Python<'py>, text: String, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.begin(py, Question::Line(text), timeout)?.future(py, "request")
    }

    /// Events of these names, all for none, over a connection of their own.
    fn events(&self, py: Python<'_>, names: Vec<String>) -> Outcome<PhoneTold> {
        self.open(py)?;
        let pool = Arc::clone(&self.pool);
        let client = crate::base::apart(py, move || -> core::Result<Option<Client>> {
            let Some(mut client) = pool.connect()? else {
                return Ok(None);
            };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            client.subscribe(&names, SOON)?;
            Ok(Some(client))
        })?;
        let Some(mut client) = client else {
            return Err(Trouble::NoPhone.fault(py));
        };
        let closer = client.closer();
        let queue = Arc::new(Queue::default());
        let listener = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("microsip-told".to_owned())
            .spawn(move || {
                // Until the connection has ended.
                while let Ok(event) = client.next_event(LONGEST) {
                    if let Some(event) = event {
                        listener.push(Arc::new(event));
                    }
                }
                listener.end();
            })
            .map_err(no_thread)?;
        Ok(PhoneTold::new(queue, move || closer.close()))
    }

    /// Ends the connections; the phone goes on.
    fn close(&self) {
        if !self.origin.is_here() {
            return;
        }
        self.pool.closed.store(true, Ordering::Release);
        lock(&self.pool.idle).clear();
    }
}

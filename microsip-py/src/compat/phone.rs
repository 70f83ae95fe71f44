//! MicroSIP's behaviour as a whole: the phone that `microsip.ini` describes, in this process.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use microsip_core as core;
use microsip_core::compat::control::{Claim, Instance, Listener, Publisher, Server, ServerOptions, Service};
use microsip_core::compat::ini::Place;
use microsip_core::compat::phone::{self, PhoneEvent, PhoneOptions, Request};
use microsip_core::{Call, CallState, Event};
use pyo3::prelude::*;
use serde_json::{Map, Value};

use super::ask::Asked;
use super::control::{Control, name_of};
use super::ini::place_of;
use super::lock;
use super::told::{Hub, PhoneTold};
use crate::base::{Fault, FromPy, Origin, Outcome, Timeout, ToPy, life, list_of, made, until};

/// For replies that are under way when the phone ends.
const LAST_REPLIES: Duration = Duration::from_secs(1);

/// The calls there are, as handles of the engine.
#[derive(Default)]
struct Calls {
    live: Mutex<HashMap<u64, Call>>,
    news: Condvar,
}

impl Calls {
    fn hear(&self, event: &Event) {
        match event {
            Event::CallState { call, info } if info.state == CallState::Disconnected => {
                lock(&self.live).remove(&call.id().get());
            }
            Event::IncomingCall { call, .. } | Event::CallState { call, .. } => {
                lock(&self.live).insert(call.id().get(), call.clone());
                self.news.notify_all();
            }
            _ => {}
        }
    }
}

/// The socket, and what tells events there. The phone's end ends it, whoever asked for that.
#[derive(Default)]
struct Serving {
    server: Mutex<Option<Server>>,
    publisher: OnceLock<Publisher>,
    over: AtomicBool,
}

impl Serving {
    fn begin(&self, server: Server) {
        // Set once, here.
        drop(self.publisher.set(server.publisher()));
        *lock(&self.server) = Some(server);
        if self.over.load(Ordering::Acquire) {
            self.end();
        }
    }

    fn end(&self) {
        self.over.store(true, Ordering::Release);
        let server = lock(&self.server).take();
        if let Some(server) = server {
            drop(server.close(LAST_REPLIES));
        }
    }
}

/// Who hears what the phone tells. Dropped with the phone's own thread: nothing comes after that.
struct Ears {
    hub: Arc<Hub>,
    calls: Arc<Calls>,
    serving: Arc<Serving>,
}

impl Ears {
    fn hear(&self, event: &PhoneEvent) {
        if let PhoneEvent::Engine(event) = event {
            self.calls.hear(event);
        }
        let told = event.to_json();
        if let Some(publisher) = self.serving.publisher.get() {
            publisher.publish(told["event"].as_str().unwrap_or_default(), &told);
        }
        self.hub.tell(&Arc::new(told));
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.hub.end();
        // Its ports are free by now, and so is its name then.
        self.serving.end();
    }
}

/// The phone behind its socket.
struct Door(phone::Phone);

impl Service for Door {
    fn request(&self, request: Map<String, Value>) -> core::Result<Value> {
        self.0.request(Request::from_json(request)?)
    }

    fn line(&self, text: &str) -> core::Result<Value> {
        self.0.line(text)
    }
}

struct Running {
    phone: phone::Phone,
    place: Place,
    hub: Arc<Hub>,
    calls: Arc<Calls>,
    serving: Arc<Serving>,
}

impl life::Owner for Running {
    fn end(&self) {
        // What goes wrong at the end was told as an event.
        drop(self.phone.close());
    }
}

/// What a `microsip.compat.Phone` holds. The last reference may go in any thread, also by the collector: nobody waits there.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Phone(Option<Arc<Running>>, Origin);

impl Drop for Phone {
    fn drop(&mut self) {
        let Some(running) = self.0.take() else { return };
        if !self.1.is_here() {
            // It is the parent's, and its threads are not here.
            std::mem::forget(running);
            return;
        }
        if let Some(running) = Arc::into_inner(running) {
            life::drop_apart(running, |running| drop(running.phone.close()));
        }
    }
}

impl Phone {
    fn running(&self, py: Python<'_>) -> Outcome<&Arc<Running>> {
        self.1.check(py, "phone")?;
        self.0
            .as_ref()
            .ok_or_else(|| made(py, "not_running", "phone", "it was closed"))
    }

    fn begin(&self, py: Python<'_>, request: &str) -> Outcome<Asked> {
        let phone = self.running(py)?.phone.clone();
        let request = Request::parse(request)?;
        Asked::begin(move || Ok(phone.request(request)?))
    }

    fn begin_line(&self, py: Python<'_>, text: String) -> Outcome<Asked> {
        let phone = self.running(py)?.phone.clone();
        Asked::begin(move || Ok(phone.line(&text)?))
    }

    fn start_as(options: PhoneOptions, listener: Option<Listener>) -> core::Result<Phone> {
        let (hub, calls) = (Arc::<Hub>::default(), Arc::<Calls>::default());
        let serving = Arc::<Serving>::default();
        let ears = Ears {
            hub: Arc::clone(&hub),
            calls: Arc::clone(&calls),
            serving: Arc::clone(&serving),
        };
        let place = options.place.clone();
        // One that nobody holds any more may be about to end.
        life::wait_closed();
        let phone = phone::Phone::start(options, move |event| ears.hear(&event))?;
        if let Some(listener) = listener {
            let options = ServerOptions::new().version(env!("CARGO_PKG_VERSION"));
            serving.begin(Server::start(listener, Arc::new(Door(phone.clone())), options)?);
        }
        let running = Arc::new(Running {
            phone,
            place,
            hub,
            calls,
            serving,
        });
        let owner: Weak<Running> = Arc::downgrade(&running);
        life::note_owner(owner);
        Ok(Phone(Some(running), Origin::here()))
    }
}

fn options_of(
    settings: &Bound<'_, PyAny>,
    password: &Bound<'_, PyAny>,
    account: Option<u32>,
    log_level: &Bound<'_, PyAny>,
    close_timeout: &Bound<'_, PyAny>,
) -> Outcome<PhoneOptions> {
    let mut options = PhoneOptions::new(place_of(settings)?);
    options.password = Option::from_py(password)?;
    options.account = account;
    if !log_level.is_none() {
        options.log_level = core::LogLevel::from_py(log_level)?;
    }
    if !close_timeout.is_none() {
        options.close_timeout = Duration::from_py(close_timeout)?;
    }
    Ok(options)
}

fn in_use() -> Fault {
    Python::attach(|py| {
        let text = "another process runs the phone of these settings; attach to it, or end it first";
        made(py, "already_running", "start phone", text)
    })
}

#[pymethods]
impl Phone {
    /// Starts the phone; with `serve` it has its control socket.
    #[staticmethod]
    #[pyo3(signature = (settings, password, account, log_level, close_timeout, serve, directory))]
    #[expect(clippy::too_many_arguments, reason = "Python gives them by position, from one place")]
    fn start(
        py: Python<'_>,
        settings: &Bound<'_, PyAny>,
        password: &Bound<'_, PyAny>,
        account: Option<u32>,
        log_level: &Bound<'_, PyAny>,
        close_timeout: &Bound<'_, PyAny>,
        serve: bool,
        directory: &Bound<'_, PyAny>,
    ) -> Outcome<Phone> {
        let options = options_of(settings, password, account, log_level, close_timeout)?;
        if !serve {
            return Ok(crate::base::apart(py, || Phone::start_as(options, None))?);
        }
        let name = name_of(options.place.settings.as_path().to_py(py)?.as_any(), directory)?;
        let started = crate::base::apart(py, || match Instance::claim(&name)? {
            Claim::Owner(listener) => Phone::start_as(options, Some(listener)).map(Some),
            _ => Ok(None),
        })?;
        started.ok_or_else(in_use)
    }

    /// The phone of the settings that runs elsewhere (a `Control`), or else one that is started here.
    #[staticmethod]
    fn join<'py>(
        py: Python<'py>,
        settings: &Bound<'py, PyAny>,
        password: &Bound<'py, PyAny>,
        account: Option<u32>,
        log_level: &Bound<'py, PyAny>,
        close_timeout: &Bound<'py, PyAny>,
        directory: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        enum Joined {
            Own(Phone),
            Other(Box<core::compat::control::Client>),
        }
        let options = options_of(settings, password, account, log_level, close_timeout)?;
        let name = name_of(options.place.settings.as_path().to_py(py)?.as_any(), directory)?;
        let of_other = name.clone();
        let joined = crate::base::apart(py, || match Instance::claim(&name)? {
            Claim::Owner(listener) => Phone::start_as(options, Some(listener)).map(|phone| Some(Joined::Own(phone))),
            Claim::Other(client) => Ok(Some(Joined::Other(Box::new(client)))),
            _ => Ok(None),
        })?;
        match joined {
            Some(Joined::Own(phone)) => Ok(Bound::new(py, phone)?.into_any()),
            Some(Joined::Other(client)) => Ok(Bound::new(py, Control::new(of_other, *client))?.into_any()),
            None => Err(in_use()),
        }
    }

    #[getter]
    fn place<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(self.running(py)?.place.to_py(py)?)
    }

    fn request<'py>(&self, py: Python<'py>, request: &str) -> Outcome<Bound<'py, PyAny>> {
        self.begin(py, request)?.wait(py)
    }

    fn request_future<'py>(&self, py: Python<'py>, request: &str) -> Outcome<Bound<'py, PyAny>> {
        self.begin(py, request)?.future(py, "request")
    }

    fn line<'py>(&self, py: Python<'py>, text: String) -> Outcome<Bound<'py, PyAny>> {
        self.begin_line(py, text)?.wait(py)
    }

    fn line_future<'py>(&self, py: Python<'py>, text: String) -> Outcome<Bound<'py, PyAny>> {
        self.begin_line(py, text)?.future(py, "request")
    }

    fn events(&self, py: Python<'_>) -> Outcome<PhoneTold> {
        Ok(PhoneTold::new(self.running(py)?.hub.listen(), || ()))
    }

    /// The call of a number, as a `microsip.Call`; one that was just made is waited for.
    fn call<'py>(&self, py: Python<'py>, number: u64, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let calls = Arc::clone(&self.running(py)?.calls);
        let found = until(py, "call", timeout, |slice| {
            let live = lock(&calls.live);
            let waited = calls
                .news
                .wait_timeout_while(live, slice, |live| !live.contains_key(&number));
            let (live, _) = waited.unwrap_or_else(PoisonError::into_inner);
            live.get(&number).cloned()
        });
        match found {
            Ok(call) => Ok(call.to_py(py)?),
            Err(Fault::Py(e)) if e.is_instance_of::<pyo3::exceptions::PyTimeoutError>(py) => {
                let text = format!("there is no call {number}");
                Err(made(py, "gone", "call", &text))
            }
            Err(e) => Err(e),
        }
    }

    /// How many are connected to its socket.
    fn connections(&self, py: Python<'_>) -> Outcome<usize> {
        let server = lock(&self.running(py)?.serving.server);
        Ok(server.as_ref().map_or(0, Server::connections))
    }

    fn close(&self, py: Python<'_>) -> Outcome<()> {
        let running = self.running(py)?;
        Ok(crate::base::apart(py, || running.phone.close())?)
    }
}

/// What a request asks, from the files of a phone that does not run; `NotImplemented` for what needs one.
#[pyfunction]
pub fn from_files<'py>(py: Python<'py>, settings: &Bound<'py, PyAny>, request: &str) -> Outcome<Bound<'py, PyAny>> {
    let place = place_of(settings)?;
    let request = Request::parse(request)?;
    match crate::base::apart(py, || phone::from_files(&place, &request)) {
        Some(answer) => Ok(answer?.to_py(py)?),
        None => Ok(py.NotImplemented().into_bound(py)),
    }
}

/// Where the database of calls and messages is, or will be.
#[pyfunction]
pub fn database<'py>(py: Python<'py>, settings: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let place = place_of(settings)?;
    Ok(crate::base::apart(py, || phone::database(&place))?.to_py(py)?)
}

/// Every file that a phone makes for itself.
#[pyfunction]
pub fn data_files<'py>(py: Python<'py>, settings: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let place = place_of(settings)?;
    let files: Vec<PathBuf> = crate::base::apart(py, || phone::data_files(&place))?;
    Ok(list_of(py, files)?.into_any())
}

/// The control socket of a settings file.
#[pyfunction]
pub fn socket_of<'py>(settings: &Bound<'py, PyAny>, directory: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    let name = name_of(settings, directory)?;
    Ok(name.socket().to_py(settings.py())?)
}

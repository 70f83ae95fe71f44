//! Talking to a phone that another process runs.

use std::ffi::c_char;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, TryLockError};

use microsip_core::compat::control::{Client, Closer, Instance, InstanceName};
use serde_json::{Map, Value};

use super::microsip_json_t;
use crate::base::{Fault, Out, Outcome, free, get, guard, opt_text, put, share, text, texts, timeout};
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};

/// A connection to the process that runs the phone of a settings file, such as the program `microsip`. docs/control.md
/// has what is said over it. One thread at a time may wait for something to come over it: meanwhile others are answered
/// `BUSY`. Whoever wants events on one thread and requests on another makes a connection for each.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_control_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_control_t, 190, "control connection", Connection);

/// The connection, and what is known of it while it is used.
pub struct Connection {
    client: Mutex<Client>,
    closer: Closer,
    closed: AtomicBool,
    version: Option<String>,
    pid: Option<u32>,
}

impl Connection {
    fn new(client: Client) -> Connection {
        Connection {
            closer: client.closer(),
            closed: AtomicBool::new(false),
            version: client.version().map(str::to_owned),
            pid: client.pid(),
            client: Mutex::new(client),
        }
    }

    /// Uses it, unless somebody else does.
    fn with<T>(&self, work: impl FnOnce(&mut Client) -> microsip_core::Result<T>) -> Outcome<T> {
        let mut client = match self.client.try_lock() {
            Ok(client) => client,
            Err(TryLockError::Poisoned(client)) => client.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(Fault::new(
                    microsip_status_e::MICROSIP_STATUS_BUSY,
                    "another thread uses the connection; make one for each",
                ));
            }
        };
        self.open()?;
        match work(&mut client) {
            Ok(value) => Ok(value),
            // If it was closed meanwhile, that is why.
            Err(error) => self.open().and(Err(error.into())),
        }
    }

    fn open(&self) -> Outcome {
        match self.closed.load(Ordering::Acquire) {
            false => Ok(()),
            true => Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_GONE,
                "the connection was closed",
            )),
        }
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.closer.close();
    }
}

/// The name by which processes with the same settings file find each other.
pub(super) fn name(directory: Option<&str>, settings: &str) -> Outcome<InstanceName> {
    Ok(match directory {
        Some(directory) => InstanceName::for_settings_in(directory, settings)?,
        None => InstanceName::for_settings(settings)?,
    })
}

fn object(source: &str) -> Outcome<Map<String, Value>> {
    match serde_json::from_str(source) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Fault::invalid("the request is no JSON object")),
    }
}

/// Connects to the process that runs the phone of a settings file, whose path is `settings`. `directory` is where its
/// socket is; NULL: the usual place. A phone that is starting or ending is waited for, up to 15 s.
///
/// Statuses: `NO_VALUE` if no phone runs; `TIMEOUT` if it does not answer; `CONFIG` if the socket's directory is not
/// this user's alone; `UNSUPPORTED` if it speaks another version of the protocol; `INVALID_ARGUMENT`; `IO`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_connect(
    settings: *const c_char,
    directory: *const c_char,
    control: *mut microsip_control_t,
) -> microsip_status_t {
    guard("microsip_control_connect", || {
        let out = Out::new(control, "control")?;
        let name = name(opt_text(directory, "directory")?, text(settings, "settings")?)?;
        let client = Instance::find(&name)?.ok_or_else(|| Fault::none("phone of these settings that runs"))?;
        out.set(put(Connection::new(client))?);
        Ok(())
    })
}

/// Another handle to the same connection, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_clone(
    control: microsip_control_t,
    clone: *mut microsip_control_t,
) -> microsip_status_t {
    guard("microsip_control_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(control)?);
        Ok(())
    })
}

/// Ends the connection: a thread that waits for something to come over it is answered `GONE` at once, and so is whoever
/// uses it later. Closing twice is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_control_close(control: microsip_control_t) -> microsip_status_t {
    guard("microsip_control_close", || {
        get(control)?.close();
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The last one ends the connection. A thread that waits for something to come
/// over it keeps it until it returns: `microsip_control_close` wakes it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_control_free(control: microsip_control_t) -> microsip_status_t {
    guard("microsip_control_free", || free(control))
}

/// Sends a request, a JSON object with `command`, and waits for its reply up to `timeout_ms`. `reply` is a new object
/// to be freed.
///
/// Statuses: the phone's own; `TIMEOUT`, and it may still be done; `NOT_RUNNING` when the phone is ending and has
/// certainly not begun it; `TRANSPORT` when the connection ended before the reply; `GONE` when it was closed;
/// `INVALID_ARGUMENT` for what is no request; `BUSY`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_request(
    control: microsip_control_t,
    request: *const c_char,
    timeout_ms: u32,
    reply: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_control_request", || {
        let out = Out::new(reply, "reply")?;
        let request = object(text(request, "request")?)?;
        let control = get(control)?;
        let value = control.with(|client| client.request(request, timeout(timeout_ms)))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Sends one line of MicroSIP text, such as `/hangupall`, and waits for its reply, as `microsip_control_request` does.
/// Statuses: those of `microsip_control_request`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_line(
    control: microsip_control_t,
    line: *const c_char,
    timeout_ms: u32,
    reply: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_control_line", || {
        let out = Out::new(reply, "reply")?;
        let line = text(line, "line")?;
        let control = get(control)?;
        let value = control.with(|client| client.line(line, timeout(timeout_ms)))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Asks for events: those of `count` names, all for a count of 0. They wait in the connection until
/// `microsip_control_next_event` takes them. Statuses: those of `microsip_control_request`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_subscribe(
    control: microsip_control_t,
    names: *const *const c_char,
    count: usize,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_control_subscribe", || {
        let names = texts(names, count, "names")?;
        let control = get(control)?;
        control.with(|client| client.subscribe(&names, timeout(timeout_ms)))
    })
}

/// The next event, as a new object to be freed, with its name in the member `event`. `lagged` with the number `missed`
/// stands where events were lost because nobody took them.
///
/// Statuses: `TIMEOUT` when none came in time; `TRANSPORT` once the connection has ended and everything that came was
/// taken; `GONE` when it was closed; `BUSY`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_next_event(
    control: microsip_control_t,
    timeout_ms: u32,
    event: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_control_next_event", || {
        let out = Out::new(event, "event")?;
        let control = get(control)?;
        let value = control.with(|client| client.next_event(timeout(timeout_ms)))?;
        let value = value.ok_or_else(|| {
            Fault::new(
                microsip_status_e::MICROSIP_STATUS_TIMEOUT,
                "no event came before the deadline",
            )
        })?;
        out.set(put(value)?);
        Ok(())
    })
}

/// The version of the program that runs the phone; `NO_VALUE` if it did not tell. Lent until the last handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_version(
    control: microsip_control_t,
    version: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_control_version", || {
        let out = Out::new(version, "version")?;
        let control = get(control)?;
        let version = control.version.as_deref();
        out.set_some(version.map(|text| control.lend(text)), "version")
    })
}

/// The process that runs the phone; `NO_VALUE` if it did not tell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_pid(control: microsip_control_t, pid: *mut u32) -> microsip_status_t {
    guard("microsip_control_pid", || {
        let out = Out::new(pid, "pid")?;
        out.set_some(get(control)?.pid, "process number")
    })
}

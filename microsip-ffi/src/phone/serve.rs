//! Letting other processes command a phone of this one.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::Result;
use microsip_core::compat::control::{Claim, Instance, Server, ServerOptions, Service};
use microsip_core::compat::phone::{Phone, Request};
use serde_json::{Map, Value};

use super::hub::Ender;
use super::{control, microsip_phone_t, running};
use crate::base::queue::Queue;
use crate::base::{Fault, Out, free, get, guard, opt_text, put, share, timeout};
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};

/// A phone's socket, by which other processes command it (docs/control.md): `microsip_control_connect`, the program
/// `microsip`, any other. Ends with its last handle, without waiting for those who are connected.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_control_server_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_control_server_t, 191, "control server", Serving);

/// The socket, and what tells events there.
pub struct Serving {
    // Before the server, which nobody is told by then.
    _events: Ender,
    server: Server,
}

/// The phone behind its socket.
struct Door(Phone);

impl Service for Door {
    fn request(&self, request: Map<String, Value>) -> Result<Value> {
        self.0.request(Request::from_json(request)?)
    }

    fn line(&self, text: &str) -> Result<Value> {
        self.0.line(text)
    }
}

/// Serves the socket of a phone's settings file, so that one phone runs for each file. `directory` is where the socket
/// is made; NULL: the usual place, where others look for it.
///
/// Statuses: `ALREADY_RUNNING` if another phone serves it; `CONFIG` if the directory is not this user's alone;
/// `TIMEOUT`, `IO`, `LIMIT_REACHED`. Waits for a phone of these settings that is starting or ending, up to 15 s.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_serve(
    phone: microsip_phone_t,
    directory: *const c_char,
    server: *mut microsip_control_server_t,
) -> microsip_status_t {
    guard("microsip_phone_serve", || {
        let out = Out::new(server, "server")?;
        let directory = opt_text(directory, "directory")?;
        let running = running(phone)?;
        let name = control::name(directory, &running.place.settings.to_string_lossy())?;
        let listener = match Instance::claim(&name)? {
            Claim::Owner(listener) => listener,
            _ => {
                return Err(Fault::new(
                    microsip_status_e::MICROSIP_STATUS_ALREADY_RUNNING,
                    "another phone runs for these settings",
                ));
            }
        };
        let options = ServerOptions::new().version(env!("CARGO_PKG_VERSION"));
        let server = Server::start(listener, Arc::new(Door(running.phone.clone())), options)?;
        let publisher = server.publisher();
        let stream = running.hub.listen_later();
        let ender = stream.ender();
        let events = Queue::new(stream);
        std::thread::Builder::new()
            .name("microsip-told".to_owned())
            .spawn(move || {
                while let Ok(event) = events.next(u32::MAX) {
                    let event = event.to_json();
                    let name = event
                        .get("event")
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned();
                    publisher.publish(&name, &event);
                }
            })
            .map_err(|e| {
                Fault::new(
                    microsip_status_e::MICROSIP_STATUS_LIMIT_REACHED,
                    format!("no thread for the events: {e}"),
                )
            })?;
        out.set(put(Serving { _events: ender, server })?);
        Ok(())
    })
}

/// How many are connected at this moment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_server_connections(
    server: microsip_control_server_t,
    connections: *mut usize,
) -> microsip_status_t {
    guard("microsip_control_server_connections", || {
        let out = Out::new(connections, "connections")?;
        let object = get(server)?;
        let s = &**object;
        out.set(s.server.connections());
        Ok(())
    })
}

/// Takes no more commands and removes the socket. Commands under way are finished and answered; what has not ended
/// after `timeout_ms` is cut off. The settings file stays this process' until the last handle is freed.
///
/// Statuses: `TIMEOUT` when a command is still running then.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_control_server_close(
    server: microsip_control_server_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_control_server_close", || {
        Ok(get(server)?.server.close(timeout(timeout_ms))?)
    })
}

/// Another handle to the same server, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_control_server_clone(
    server: microsip_control_server_t,
    clone: *mut microsip_control_server_t,
) -> microsip_status_t {
    guard("microsip_control_server_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(server)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The last one ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_control_server_free(server: microsip_control_server_t) -> microsip_status_t {
    guard("microsip_control_server_free", || free(server))
}

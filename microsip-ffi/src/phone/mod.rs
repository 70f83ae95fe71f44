//! MicroSIP's behaviour as a whole: the phone that `microsip.ini` describes.

mod control;
mod event;
mod hub;
mod json;
mod options;
mod requests;
mod serve;
mod subscription;

use std::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex};

use microsip_core::compat::ini::Place;
use microsip_core::compat::phone::{Phone, Request};

use crate::base::callback::{Deliveries, UserData};
use crate::base::{Fault, Obj, Out, Outcome, free, get, guard, lock, put, share, text};
use crate::endpoint::{microsip_callback_t, microsip_destroy_t};
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};
use hub::Hub;

pub use control::*;
pub use event::*;
pub use json::*;
pub use options::*;
pub use requests::*;
pub use serve::*;
pub use subscription::*;

/// The phone that a settings file describes: MicroSIP without its window. It owns the engine (so there is no
/// `microsip_endpoint_t` beside it), the settings file, contacts and history; it registers the active account, keeps
/// the rules for incoming calls, runs the hooks, writes the call list and reads the settings again when the file
/// changes.
///
/// Ends with `microsip_phone_close`, with a request to exit, or with its last handle.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_phone_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_phone_t, 186, "phone", RunningPhone);

/// A phone, and who is told what it does.
pub struct RunningPhone {
    pub(crate) phone: Phone,
    pub(crate) place: Place,
    hub: Arc<Hub>,
    deliveries: Deliveries,
    /// Held by whoever closes.
    closing: Mutex<()>,
}

impl RunningPhone {
    fn close(&self) -> Outcome {
        if self.deliveries.inside() {
            return Err(Fault::new(
                microsip_status_e::MICROSIP_STATUS_WOULD_DEADLOCK,
                "a callback of the phone cannot close the phone, which waits for the callback; do it on another thread",
            ));
        }
        // Who comes second returns when it is closed, too.
        let _closing = lock(&self.closing);
        let closed = self.phone.close();
        self.hub.end();
        self.deliveries.join();
        Ok(closed?)
    }

    pub(crate) fn request(&self, request: Request) -> Outcome<serde_json::Value> {
        Ok(self.phone.request(request)?)
    }
}

impl Drop for RunningPhone {
    fn drop(&mut self) {
        if self.deliveries.inside() {
            // A callback freed the last handle, and cannot be waited for. A server of the phone's must not keep it either.
            let phone = self.phone.clone();
            let _ = std::thread::Builder::new()
                .name("microsip-close".to_owned())
                .spawn(move || phone.close());
            return;
        }
        let _ = self.close();
    }
}

pub(crate) fn running(phone: microsip_phone_t) -> Outcome<Arc<Obj<RunningPhone>>> {
    get(phone)
}

/// Starts the phone: reads the settings, opens the sockets, begins to register. `options` is copied and stays the
/// caller's; the zero handle stands for the settings file that `microsip_place_choose` finds. Wrong values in the file
/// are no failure: they come as events.
///
/// Statuses: `ALREADY_RUNNING` if there is a phone or an endpoint in this process; `IO` if the settings file is there
/// and cannot be read; those of `microsip_endpoint_start`. Waits until the sockets are bound, not for any registration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_start(
    options: microsip_phone_options_t,
    phone: *mut microsip_phone_t,
) -> microsip_status_t {
    guard("microsip_phone_start", || {
        let out = Out::new(phone, "phone")?;
        let options = options::of(options)?;
        let place = options.place.clone();
        let hub = Arc::new(Hub::default());
        let teller = hub::Teller(Arc::clone(&hub));
        let phone = Phone::start(options, move |event| teller.tell(event))?;
        out.set(put(RunningPhone {
            phone,
            place,
            hub,
            deliveries: Deliveries::default(),
            closing: Mutex::default(),
        })?);
        Ok(())
    })
}

/// Ends calls and registration, lets hooks finish, writes what is to be written, lets callbacks see the last events and
/// calls their destroy functions; as long as the options allow (`microsip_phone_options_set_close_timeout`). Closing
/// twice is fine.
///
/// Statuses: `WOULD_DEADLOCK` from within a callback of the phone.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_close(phone: microsip_phone_t) -> microsip_status_t {
    guard("microsip_phone_close", || running(phone)?.close())
}

/// Another handle to the same phone, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_clone(
    phone: microsip_phone_t,
    clone: *mut microsip_phone_t,
) -> microsip_status_t {
    guard("microsip_phone_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(phone)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The last one closes the phone as `microsip_phone_close` does; from within a
/// callback of the phone it does not wait for that.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_free(phone: microsip_phone_t) -> microsip_status_t {
    guard("microsip_phone_free", || free(phone))
}

/// Has a request done and waits for its answer, up to a minute; a call until its end as long as the call takes.
/// `request` is a JSON object whose member `command` is the request's name, as docs/control.md has it:
/// `{"command":"call","target":"123"}`. `reply` is a new object to be freed.
///
/// Statuses: `INVALID_ARGUMENT` for what is no request; what goes wrong with it; `NOT_RUNNING` when the phone has
/// ended; `TIMEOUT`, and it may still be done.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_request(
    phone: microsip_phone_t,
    request: *const c_char,
    reply: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_phone_request", || {
        let out = Out::new(reply, "reply")?;
        let request = Request::parse(text(request, "request")?)?;
        out.set(put(running(phone)?.request(request)?)?);
        Ok(())
    })
}

/// Has a line of MicroSIP's own command texts done: `/hangupall`, `123`, `123 a message`, `action=call&number=123`,
/// `report:status`. `reply` is a new object to be freed: the answer of its only command, or an array. Statuses: those
/// of `microsip_phone_request`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_line(
    phone: microsip_phone_t,
    line: *const c_char,
    reply: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_phone_line", || {
        let out = Out::new(reply, "reply")?;
        let line = text(line, "line")?;
        out.set(put(running(phone)?.phone.line(line)?)?);
        Ok(())
    })
}

/// Called with an event of a phone, on a thread of the library, one event at a time and in order. `event` is lent for
/// the call; keep it with `microsip_phone_event_clone`. May call any function but those that close the phone. No
/// exception may escape.
pub type microsip_phone_event_callback_t =
    Option<unsafe extern "C" fn(event: microsip_phone_event_t, user_data: *mut c_void)>;

/// Calls `callback` with every event of the phone from now on, on a thread of the library; `destroy` (may be NULL) is
/// called once with `user_data` at the end, also when this function fails. The first callback or subscription of a
/// phone is told what happened since its start, too. Ends when the handle is freed (`microsip_callback_free`) or the
/// phone has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_on_event(
    phone: microsip_phone_t,
    callback: microsip_phone_event_callback_t,
    user_data: *mut c_void,
    destroy: microsip_destroy_t,
    handle: *mut microsip_callback_t,
) -> microsip_status_t {
    guard("microsip_phone_on_event", || {
        let data = UserData::new(user_data, destroy);
        let out = Out::new(handle, "handle")?;
        let running = running(phone)?;
        if callback.is_none() {
            return Err(crate::base::arg::null("callback"));
        }
        out.set(put(running.deliveries.start(running.hub.listen(), callback, data)?)?);
        Ok(())
    })
}

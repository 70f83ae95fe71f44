//! Callbacks: a thread of ours for each, which waits for events and calls back, never PJSIP's.

use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::base::callback::{Deliveries, Delivery, UserData};
use crate::base::{Fault, Out, Outcome, free, guard, put, share};
use crate::events::microsip_event_t;
use crate::handle;
use crate::status::{microsip_status_e, microsip_status_t};

/// Called with an event, on a thread of the library, one event at a time and in order. `event` is lent for the call; keep it with
/// `microsip_event_clone`. May call any function but those that close the endpoint. No exception may escape.
pub type microsip_event_callback_t = Option<unsafe extern "C" fn(event: microsip_event_t, user_data: *mut c_void)>;

/// Called exactly once, when `user_data` is not used any more: after the callback has returned for the last time, or before the
/// function that was given both fails. On a thread of the library, or on the one that calls such a function.
pub type microsip_destroy_t = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// A callback that receives events until it is freed or the endpoint is closed.
///
/// Freeing the last handle ends it without waiting: a call that runs or is about to begin is finished, then the destroy function is
/// called, and nothing after it. What the callback uses must live until then.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_callback_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_callback_t, 5, "callback", Delivery);

/// Those of the endpoint that was started last: there is one at a time, and calls do not name theirs.
static NEWEST: Mutex<Weak<Deliveries>> = Mutex::new(Weak::new());

/// Those of an endpoint that starts.
pub(super) fn begin() -> Arc<Deliveries> {
    let deliveries = Arc::new(Deliveries::default());
    *NEWEST.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&deliveries);
    deliveries
}

/// Those that callbacks of calls belong to.
pub(crate) fn newest() -> Outcome<Arc<Deliveries>> {
    let newest = NEWEST.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
    newest.ok_or_else(|| {
        Fault::new(
            microsip_status_e::MICROSIP_STATUS_NOT_RUNNING,
            "there is no endpoint any more",
        )
    })
}

/// Calls `callback` with every event from now on, on a thread of the library; `destroy` (may be NULL) is called once with `user_data`
/// at the end, also when this function fails.
///
/// Ends when the handle is freed or the endpoint closes, which waits for it. Events wait in a queue of the endpoint's
/// `event_capacity`; a callback that is too slow sees `MICROSIP_EVENT_KIND_LAGGED`.
///
/// Statuses: `NOT_RUNNING`, `NULL_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_on_event(
    endpoint: super::microsip_endpoint_t,
    callback: microsip_event_callback_t,
    user_data: *mut c_void,
    destroy: microsip_destroy_t,
    handle: *mut microsip_callback_t,
) -> microsip_status_t {
    guard("microsip_endpoint_on_event", || {
        let data = UserData::new(user_data, destroy);
        let out = Out::new(handle, "handle")?;
        let running = super::running(endpoint)?;
        let events = running.with(|e| Ok(e.events()))?;
        out.set(put(running.deliveries.start(events, callback, data)?)?);
        Ok(())
    })
}

/// Another handle to the same callback, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_callback_clone(
    handle: microsip_callback_t,
    clone: *mut microsip_callback_t,
) -> microsip_status_t {
    guard("microsip_callback_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(handle)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The last one ends the callback, as `microsip_callback_t` says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_callback_free(handle: microsip_callback_t) -> microsip_status_t {
    guard("microsip_callback_free", || free(handle))
}

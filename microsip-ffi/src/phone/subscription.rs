//! A subscription to a phone's events.

use std::ffi::c_void;

use super::hub::PhoneStream;
use super::{microsip_phone_event_t, microsip_phone_t, running};
use crate::base::queue::Queue;
use crate::base::{Out, free, get, guard, put, share};
use crate::handle;
use crate::status::microsip_status_t;

/// A queue of a phone's events. Any threads may take from it; each event goes to one of them.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_phone_events_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_phone_events_t, 188, "phone events", Queue<PhoneStream>);

/// Subscribes to every event of the phone from now on; the first subscription or callback of a phone is told what
/// happened since its start, too.
///
/// 4096 events wait in the queue; when it is full the oldest are dropped, and an event of the engine of kind
/// `MICROSIP_EVENT_KIND_LAGGED` says how many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_events(
    phone: microsip_phone_t,
    events: *mut microsip_phone_events_t,
) -> microsip_status_t {
    guard("microsip_phone_events", || {
        let out = Out::new(events, "events")?;
        out.set(put(Queue::new(running(phone)?.hub.listen()))?);
        Ok(())
    })
}

/// Takes the next event, as a handle to be freed; waits for it `timeout_ms` at most: 0 does not wait.
///
/// Statuses: `TIMEOUT` when none came in time, also with a timeout of 0; `ENDED` when none will come: the phone has
/// ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_events_next(
    events: microsip_phone_events_t,
    timeout_ms: u32,
    event: *mut microsip_phone_event_t,
) -> microsip_status_t {
    guard("microsip_phone_events_next", || {
        let out = Out::new(event, "event")?;
        out.set(put(get(events)?.next(timeout_ms)?)?);
        Ok(())
    })
}

/// A descriptor for `poll`, `epoll`, `kqueue` or an event loop: readable while an event or the end of the queue may be
/// waiting. Then call `microsip_phone_events_next` with a timeout of 0 until it answers `TIMEOUT` or `ENDED`. Do not
/// read from it, write to it or close it: it belongs to the queue and is closed with its last handle.
///
/// Statuses: `UNSUPPORTED` on Windows, where there is `microsip_phone_events_handle`; `LIMIT_REACHED` when the process
/// has no descriptors left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_events_fd(events: microsip_phone_events_t, fd: *mut i32) -> microsip_status_t {
    guard("microsip_phone_events_fd", || {
        let out = Out::new(fd, "fd")?;
        out.set(get(events)?.fd()?);
        Ok(())
    })
}

/// On Windows the event object for `WaitForMultipleObjects`, set while an event or the end of the queue may be waiting;
/// otherwise as `microsip_phone_events_fd`, and `UNSUPPORTED` elsewhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_events_handle(
    events: microsip_phone_events_t,
    handle: *mut *mut c_void,
) -> microsip_status_t {
    guard("microsip_phone_events_handle", || {
        let out = Out::new(handle, "handle")?;
        out.set(get(events)?.handle()?);
        Ok(())
    })
}

/// Ends the queue: threads that wait in `microsip_phone_events_next` get `ENDED`, and so does whoever asks afterwards; its descriptor becomes
/// readable. Closing twice is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_events_close(events: microsip_phone_events_t) -> microsip_status_t {
    guard("microsip_phone_events_close", || {
        get(events)?.close();
        Ok(())
    })
}

/// Another handle to the same queue, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_events_clone(
    events: microsip_phone_events_t,
    clone: *mut microsip_phone_events_t,
) -> microsip_status_t {
    guard("microsip_phone_events_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(events)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. With the last one the subscription ends and its descriptor is closed. A
/// thread that waits for an event keeps both until it returns.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_events_free(events: microsip_phone_events_t) -> microsip_status_t {
    guard("microsip_phone_events_free", || free(events))
}

//! Events of one call.

use std::ffi::c_void;

use super::microsip_call_t;
use crate::base::callback::UserData;
use crate::base::queue::Queue;
use crate::base::{Out, get, guard, put};
use crate::endpoint::{microsip_callback_t, microsip_destroy_t, microsip_event_callback_t};
use crate::events::{microsip_event_t, microsip_events_t};
use crate::status::microsip_status_t;

/// Subscribes to the events of this call from now on, as a new queue to be freed. It ends after the event of kind
/// `MICROSIP_EVENT_KIND_CALL_STATE` that tells the call's end: then `microsip_events_next` answers `ENDED`. The queue
/// of a call that is over has ended.
///
/// Recordings that end with the call are finished later, and are told to subscribers of the endpoint only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_events(
    call: microsip_call_t,
    events: *mut microsip_events_t,
) -> microsip_status_t {
    guard("microsip_call_events", || {
        let out = Out::new(events, "events")?;
        out.set(put(Queue::new(get(call)?.events()))?);
        Ok(())
    })
}

/// Calls `callback` with the events of this call from now on, as `microsip_endpoint_on_event` does with all; `destroy`
/// (may be NULL) is called once with `user_data` at the end, also when this function fails.
///
/// Ends after the event that tells the call's end, when the handle is freed, or when the endpoint closes. With a call
/// that is over nothing is delivered and `destroy` is called soon.
///
/// Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_on_event(
    call: microsip_call_t,
    callback: microsip_event_callback_t,
    user_data: *mut c_void,
    destroy: microsip_destroy_t,
    handle: *mut microsip_callback_t,
) -> microsip_status_t {
    guard("microsip_call_on_event", || {
        let data = UserData::new(user_data, destroy);
        let out = Out::new(handle, "handle")?;
        let events = get(call)?.events();
        let deliveries = crate::endpoint::newest_deliveries()?;
        let delivery = deliveries.start::<microsip_event_t>(events, callback, data)?;
        out.set(put(delivery)?);
        Ok(())
    })
}

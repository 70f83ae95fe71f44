//! What events of transfers tell.

use std::ffi::c_char;

use microsip_core::Event;

use super::microsip_event_t;
use crate::base::{Fault, Out, get, guard, put};
use crate::call::{microsip_call_t, microsip_transfer_progress_t, microsip_transfer_request_t};
use crate::status::microsip_status_t;

/// How far a transfer of ours has come, as a new handle to be freed, in events of kind `TRANSFER`; `NO_VALUE` in
/// others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_transfer_progress(
    event: microsip_event_t,
    progress: *mut microsip_transfer_progress_t,
) -> microsip_status_t {
    guard("microsip_event_transfer_progress", || {
        let out = Out::new(progress, "progress")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Transfer { progress, .. } => Some(progress.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("transfer in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// What a peer asks for, as a new handle to be freed, in events of kind `TRANSFER_REQUESTED`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_transfer_request(
    event: microsip_event_t,
    request: *mut microsip_transfer_request_t,
) -> microsip_status_t {
    guard("microsip_event_transfer_request", || {
        let out = Out::new(request, "request")?;
        let event = get(event)?;
        let value = match &**event {
            Event::TransferRequested { request } => Some(request.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("request for a transfer in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// The call whose peer asked for the event's call, as a new handle to be freed, in events of kind `CALL_TRANSFERRED`;
/// that peer ends it. `NO_VALUE` in others, and when it was asked outside of any call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_transferred_from(
    event: microsip_event_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_event_transferred_from", || {
        let out = Out::new(call, "call")?;
        let event = get(event)?;
        let value = match &**event {
            Event::CallTransferred { from, .. } => from.clone(),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("call that was transferred from in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Whom the event's call is made to, as name-addr, in events of kind `CALL_TRANSFERRED`; `NO_VALUE` in others. Lent
/// until the event is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_transferred_target(
    event: microsip_event_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_event_transferred_target", || {
        let out = Out::new(target, "target")?;
        let event = get(event)?;
        let value = match &**event {
            Event::CallTransferred { target, .. } => Some(target),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("transferred call in this event"))?;
        out.set(event.lend(value));
        Ok(())
    })
}

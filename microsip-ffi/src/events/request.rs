//! What events of requests tell.

use microsip_core::Event;

use super::microsip_event_t;
use crate::base::{Fault, Out, get, guard, put};
use crate::request::{microsip_request_t, microsip_response_t, microsip_sip_message_t};
use crate::status::microsip_status_t;

/// The peer's SIP message, as a new handle to be freed: the INFO in events of kind `INFO`, the REFER of
/// `TRANSFER_REQUESTED`, what brought the news of `TRANSFER`, the answer of `RESPONSE`; `NO_VALUE` in others, and when
/// there was none. Traced messages, of kind `SIP_MESSAGE`, are had from `microsip_event_trace`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_sip_message(
    event: microsip_event_t,
    message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_event_sip_message", || {
        let out = Out::new(message, "message")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Info { message, .. } => Some(message.clone()),
            Event::TransferRequested { request } => Some(request.message().clone()),
            Event::Transfer { progress, .. } => progress.message.clone(),
            Event::Response { response, .. } => response.message.clone(),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("SIP message in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// The request of ours that was answered, as a new handle to be freed, in events of kind `RESPONSE`; `NO_VALUE` in
/// others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_request(
    event: microsip_event_t,
    request: *mut microsip_request_t,
) -> microsip_status_t {
    guard("microsip_event_request", || {
        let out = Out::new(request, "request")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Response { request, .. } => Some(request.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("request in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// The final answer, as a new handle to be freed, in events of kind `RESPONSE` and, of an accepted or failed message,
/// `MESSAGE_STATUS`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_response(
    event: microsip_event_t,
    response: *mut microsip_response_t,
) -> microsip_status_t {
    guard("microsip_event_response", || {
        let out = Out::new(response, "response")?;
        let event = get(event)?;
        let value = match &**event {
            Event::Response { response, .. } => Some(response.clone()),
            Event::MessageStatus { response, .. } => response.clone(),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("response in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

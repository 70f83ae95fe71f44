//! Events about messages and typing.

use microsip_core::Event;

use crate::base::{Code, Fault, Out, get, guard, put};
use crate::events::microsip_event_t;
use crate::message::{
    microsip_message_status_t, microsip_peer_typing_t, microsip_received_message_t, microsip_sent_message_t,
};
use crate::status::microsip_status_t;

/// The message that came in, of `MICROSIP_EVENT_KIND_MESSAGE`, as a new handle to be freed; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_message(
    event: microsip_event_t,
    message: *mut microsip_received_message_t,
) -> microsip_status_t {
    guard("microsip_event_message", || {
        let message = Out::new(message, "message")?;
        let event = get(event)?;
        let Event::Message { message: came, .. } = &**event else {
            return Err(Fault::none("message that came in, in this event"));
        };
        message.set(put(came.clone())?);
        Ok(())
    })
}

/// The message of ours, of `MICROSIP_EVENT_KIND_MESSAGE_STATUS`, as a new handle to be freed; `NO_VALUE` for other
/// kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_sent_message(
    event: microsip_event_t,
    message: *mut microsip_sent_message_t,
) -> microsip_status_t {
    guard("microsip_event_sent_message", || {
        let message = Out::new(message, "message")?;
        let event = get(event)?;
        let Event::MessageStatus { message: sent, .. } = &**event else {
            return Err(Fault::none("message of ours in this event"));
        };
        message.set(put(sent.clone())?);
        Ok(())
    })
}

/// What is known of it, of `MICROSIP_EVENT_KIND_MESSAGE_STATUS`: first and exactly once whether it was accepted or
/// failed, then what notifications tell; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_message_status(
    event: microsip_event_t,
    status: *mut microsip_message_status_t,
) -> microsip_status_t {
    guard("microsip_event_message_status", || {
        let status = Out::new(status, "status")?;
        let event = get(event)?;
        let Event::MessageStatus { status: known, .. } = &**event else {
            return Err(Fault::none("status of a message in this event"));
        };
        status.set(known.code());
        Ok(())
    })
}

/// Who types or does no longer, of `MICROSIP_EVENT_KIND_TYPING`, as a new handle to be freed; `NO_VALUE` for other
/// kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_typing(
    event: microsip_event_t,
    typing: *mut microsip_peer_typing_t,
) -> microsip_status_t {
    guard("microsip_event_typing", || {
        let typing = Out::new(typing, "typing")?;
        let event = get(event)?;
        let Event::Typing { typing: told, .. } = &**event else {
            return Err(Fault::none("typing in this event"));
        };
        typing.set(put(told.clone())?);
        Ok(())
    })
}

//! Messages of ours, and what becomes of them.

use std::ffi::c_char;

use microsip_core::{MessageStatus, SentMessage};

use crate::account::microsip_account_t;
use crate::base::{Fault, Out, free, get, guard, put, settings_of, share, text, timeout};
use crate::call::microsip_call_t;
use crate::message::microsip_message_options_t;
use crate::request::microsip_response_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What is known about a message of ours: one of `enum microsip_message_status_e`.
pub type microsip_message_status_t = i32;

/// The values of `microsip_message_status_t`.
#[repr(i32)]
pub enum microsip_message_status_e {
    /// The peer or a server on the way took it: 200, or 202 when a server keeps it or passes it on later (RFC 3428 §7).
    MICROSIP_MESSAGE_STATUS_ACCEPTED = 1,
    /// It was refused, or no answer came: it is not known to have arrived, and is not sent again by itself.
    MICROSIP_MESSAGE_STATUS_FAILED = 2,
    /// It reached the recipient's device (RFC 5438 §7.2.1.1).
    MICROSIP_MESSAGE_STATUS_DELIVERED = 3,
    /// It did not reach it, and will not.
    MICROSIP_MESSAGE_STATUS_UNDELIVERED = 4,
    /// It was shown to somebody (RFC 5438 §7.2.1.3).
    MICROSIP_MESSAGE_STATUS_DISPLAYED = 5,
    /// A server on the way took it (RFC 5438 §7.2.1.2).
    MICROSIP_MESSAGE_STATUS_PROCESSED = 6,
    /// A server on the way keeps it until the recipient is there.
    MICROSIP_MESSAGE_STATUS_STORED = 7,
    /// The recipient's side says that it will not or cannot tell.
    MICROSIP_MESSAGE_STATUS_UNKNOWN = 8,
}

code!(microsip_message_status_e, "message status", MessageStatus {
    MICROSIP_MESSAGE_STATUS_ACCEPTED = Accepted,
    MICROSIP_MESSAGE_STATUS_FAILED = Failed,
    MICROSIP_MESSAGE_STATUS_DELIVERED = Delivered,
    MICROSIP_MESSAGE_STATUS_UNDELIVERED = Undelivered,
    MICROSIP_MESSAGE_STATUS_DISPLAYED = Displayed,
    MICROSIP_MESSAGE_STATUS_PROCESSED = Processed,
    MICROSIP_MESSAGE_STATUS_STORED = Stored,
    MICROSIP_MESSAGE_STATUS_UNKNOWN = Unknown,
});

/// A message of ours that was sent (RFC 3428).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_sent_message_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_sent_message_t, 121, "sent message", SentMessage);

/// Another handle to the same sent message, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sent_message_clone(
    message: microsip_sent_message_t,
    clone: *mut microsip_sent_message_t,
) -> microsip_status_t {
    guard("microsip_sent_message_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(message)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The message is on its way all the same.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_sent_message_free(message: microsip_sent_message_t) -> microsip_status_t {
    guard("microsip_sent_message_free", || free(message))
}

/// Sends a message to `target`, a SIP URI, outside of any call (MESSAGE, RFC 3428); `options` is copied.
///
/// Returns when the request is queued: `microsip_sent_message_wait`, or an event of kind
/// `MICROSIP_EVENT_KIND_MESSAGE_STATUS`, tells what became of it. A 401 or 407 is answered with the account's
/// credentials. Nothing is kept for later: while the network is away it fails. A request of more than 1,300 bytes goes
/// over TCP (RFC 3428 §8).
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI or content type, or a body of more than 48,000 bytes; `GONE` when
/// the account was removed; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_send_message(
    account: microsip_account_t,
    target: *const c_char,
    options: microsip_message_options_t,
    message: *mut microsip_sent_message_t,
) -> microsip_status_t {
    guard("microsip_account_send_message", || {
        let message = Out::new(message, "message")?;
        let account = get(account)?;
        let target = text(target, "target")?;
        let options = settings_of(options)?;
        message.set(put(account.send_message(target, options)?)?);
        Ok(())
    })
}

/// As `microsip_account_send_message`, for a text without more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_send_text(
    account: microsip_account_t,
    target: *const c_char,
    words: *const c_char,
    message: *mut microsip_sent_message_t,
) -> microsip_status_t {
    guard("microsip_account_send_text", || {
        let message = Out::new(message, "message")?;
        let account = get(account)?;
        let target = text(target, "target")?;
        let words = text(words, "words")?;
        message.set(put(account.send_message(target, words)?)?);
        Ok(())
    })
}

/// Sends a message in a call's dialog, from the first provisional answer on; otherwise as
/// `microsip_account_send_message`.
///
/// Statuses: as there, and `WRONG_STATE` while there is no dialog yet, `GONE` after the call's end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_send_message(
    call: microsip_call_t,
    options: microsip_message_options_t,
    message: *mut microsip_sent_message_t,
) -> microsip_status_t {
    guard("microsip_call_send_message", || {
        let message = Out::new(message, "message")?;
        let call = get(call)?;
        let options = settings_of(options)?;
        message.set(put(call.send_message(options)?)?);
        Ok(())
    })
}

/// As `microsip_call_send_message`, for a text without more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_send_text(
    call: microsip_call_t,
    words: *const c_char,
    message: *mut microsip_sent_message_t,
) -> microsip_status_t {
    guard("microsip_call_send_text", || {
        let message = Out::new(message, "message")?;
        let call = get(call)?;
        let words = text(words, "words")?;
        message.set(put(call.send_message(words)?)?);
        Ok(())
    })
}

/// Number of the message, unlike that of any other in this process; all events about it have it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sent_message_id(message: microsip_sent_message_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_sent_message_id", || {
        let id = Out::new(id, "id")?;
        let message = get(message)?;
        id.set(message.id());
        Ok(())
    })
}

/// Whom it was sent to, as URI. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sent_message_target(
    message: microsip_sent_message_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sent_message_target", || {
        let target = Out::new(target, "target")?;
        let message = get(message)?;
        target.set(message.lend(message.target()));
        Ok(())
    })
}

/// What notifications name it by (`imdn.Message-ID`, RFC 5438 §6.3); `NO_VALUE` if none were asked for. Lent until the
/// handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sent_message_message_id(
    message: microsip_sent_message_t,
    message_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sent_message_message_id", || {
        let message_id = Out::new(message_id, "message_id")?;
        let message = get(message)?;
        message_id.set_some(message.message_id().map(|id| message.lend(id)), "id for notifications")
    })
}

/// The final answer, as a new handle to be freed; `NO_VALUE` until it is there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sent_message_response(
    message: microsip_sent_message_t,
    response: *mut microsip_response_t,
) -> microsip_status_t {
    guard("microsip_sent_message_response", || {
        let response = Out::new(response, "response")?;
        let message = get(message)?;
        response.set(put(message.response().ok_or_else(|| Fault::none("answer yet"))?)?);
        Ok(())
    })
}

/// Waits for the final answer, whatever it is, `timeout_ms` at most, and gives it as a new handle to be freed.
///
/// Statuses: `OK` for a refusal too: the response tells; `TIMEOUT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sent_message_wait(
    message: microsip_sent_message_t,
    timeout_ms: u32,
    response: *mut microsip_response_t,
) -> microsip_status_t {
    guard("microsip_sent_message_wait", || {
        let response = Out::new(response, "response")?;
        let message = get(message)?;
        response.set(put(message.wait(timeout(timeout_ms))?)?);
        Ok(())
    })
}

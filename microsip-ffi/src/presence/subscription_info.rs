//! How a subscription stands, and what it is told.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::{Notification, StatusCode, SubscriptionInfo};

use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::error::microsip_error_t;
use crate::handle;
use crate::presence::help::{left_ms, lend_bytes};
use crate::presence::{end_reason_code, microsip_end_reason_t, microsip_subscription_state_t};
use crate::request::microsip_sip_message_t;
use crate::status::microsip_status_t;

/// How a subscription stands. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_subscription_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_subscription_info_t, 136, "subscription info", SubscriptionInfo);

/// Another handle to the same subscription info, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_clone(
    info: microsip_subscription_info_t,
    clone: *mut microsip_subscription_info_t,
) -> microsip_status_t {
    guard("microsip_subscription_info_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscription_info_free(info: microsip_subscription_info_t) -> microsip_status_t {
    guard("microsip_subscription_info_free", || free(info))
}

/// How far it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_state(
    info: microsip_subscription_info_t,
    state: *mut microsip_subscription_state_t,
) -> microsip_status_t {
    guard("microsip_subscription_info_state", || {
        let state = Out::new(state, "state")?;
        let info = get(info)?;
        state.set(info.state.code());
        Ok(())
    })
}

/// Why the notifier ended it last, and its word for it; `NO_VALUE` if it did not. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_reason(
    info: microsip_subscription_info_t,
    reason: *mut microsip_end_reason_t,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_subscription_info_reason", || {
        let (reason, words) = (Out::new(reason, "reason"), Out::new(words, "words"));
        let (reason, words) = (reason?, words?);
        let info = get(info)?;
        let ended = info.reason.as_ref().ok_or_else(|| Fault::none("end by the notifier"))?;
        reason.set(end_reason_code(ended));
        words.set(info.lend(ended.name()));
        Ok(())
    })
}

/// The final code of the last SUBSCRIBE, the peer's or one made up for want of an answer; `NO_VALUE` until there is
/// one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_code(
    info: microsip_subscription_info_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_subscription_info_code", || {
        let code = Out::new(code, "code")?;
        let info = get(info)?;
        code.set_some(info.code.map(StatusCode::code), "SIP status")
    })
}

/// The lifetime last granted, in seconds; `NO_VALUE` if none was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_expires_s(
    info: microsip_subscription_info_t,
    expires_s: *mut u64,
) -> microsip_status_t {
    guard("microsip_subscription_info_expires_s", || {
        let expires_s = Out::new(expires_s, "expires_s")?;
        let info = get(info)?;
        expires_s.set_some(info.expires.map(|d| d.as_secs()), "lifetime")
    })
}

/// Failures in a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_failures(
    info: microsip_subscription_info_t,
    failures: *mut u32,
) -> microsip_status_t {
    guard("microsip_subscription_info_failures", || {
        let failures = Out::new(failures, "failures")?;
        let info = get(info)?;
        failures.set(info.failures);
        Ok(())
    })
}

/// In how many milliseconds from now it is tried again; `NO_VALUE` unless it waits for that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_next_retry_ms(
    info: microsip_subscription_info_t,
    next_retry_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_subscription_info_next_retry_ms", || {
        let next_retry_ms = Out::new(next_retry_ms, "next_retry_ms")?;
        let info = get(info)?;
        next_retry_ms.set_some(info.next_retry.map(left_ms), "next try")
    })
}

/// What went wrong, as a new handle to be freed; `NO_VALUE` while all is well, and after an end that was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info_error(
    info: microsip_subscription_info_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_subscription_info_error", || {
        let error = Out::new(error, "error")?;
        let info = get(info)?;
        crate::error::give(info.error.as_ref(), error)
    })
}

/// A NOTIFY. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_notification_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_notification_t, 137, "notification", Arc<Notification>);

/// Another handle to the same notification, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_clone(
    notification: microsip_notification_t,
    clone: *mut microsip_notification_t,
) -> microsip_status_t {
    guard("microsip_notification_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(notification)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_notification_free(notification: microsip_notification_t) -> microsip_status_t {
    guard("microsip_notification_free", || free(notification))
}

/// Its number: counted from 1 for each subscription.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_number(
    notification: microsip_notification_t,
    number: *mut u64,
) -> microsip_status_t {
    guard("microsip_notification_number", || {
        let number = Out::new(number, "number")?;
        let notification = get(notification)?;
        number.set(notification.number);
        Ok(())
    })
}

/// What it said of the subscription: `"active"`, `"pending"`, `"terminated"` or a word of the notifier's own. Lent
/// until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_state(
    notification: microsip_notification_t,
    state: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_notification_state", || {
        let state = Out::new(state, "state")?;
        let notification = get(notification)?;
        state.set(notification.lend(&notification.state));
        Ok(())
    })
}

/// Which of several notifiers it is from, where a SUBSCRIBE was forked: the tag of its dialog. Lent until the handle is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_notifier(
    notification: microsip_notification_t,
    notifier: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_notification_notifier", || {
        let notifier = Out::new(notifier, "notifier")?;
        let notification = get(notification)?;
        notifier.set(notification.lend(&notification.notifier));
        Ok(())
    })
}

/// The body's type in lower case, without parameters; empty when there is no body. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_content_type(
    notification: microsip_notification_t,
    content_type: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_notification_content_type", || {
        let content_type = Out::new(content_type, "content_type")?;
        let notification = get(notification)?;
        content_type.set(notification.lend(&notification.content_type()));
        Ok(())
    })
}

/// The body as it is, `body_len` bytes, NUL among them; no NUL follows. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_body(
    notification: microsip_notification_t,
    body: *mut *const u8,
    body_len: *mut usize,
) -> microsip_status_t {
    guard("microsip_notification_body", || {
        let (body, body_len) = (Out::new(body, "body"), Out::new(body_len, "body_len"));
        let (body, body_len) = (body?, body_len?);
        let notification = get(notification)?;
        lend_bytes(notification.body(), body, body_len);
        Ok(())
    })
}

/// The request itself, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notification_sip(
    notification: microsip_notification_t,
    sip_message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_notification_sip", || {
        let sip_message = Out::new(sip_message, "sip_message")?;
        let notification = get(notification)?;
        sip_message.set(put(Arc::clone(&notification.message))?);
        Ok(())
    })
}

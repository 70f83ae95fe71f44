//! How calls are refused and ended.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{HangUpOptions, Reason, RejectOptions};

use super::{microsip_call_t, status_code};
use crate::base::{Out, change, clone_settings, free, get, guard, opt_text, put, settings_or, text};
use crate::handle;
use crate::status::microsip_status_t;

/// Settings of a refusal.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_reject_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_reject_options_t, 50, "reject options", Mutex<RejectOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_new(options: *mut microsip_reject_options_t) -> microsip_status_t {
    guard("microsip_reject_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(RejectOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_clone(
    options: microsip_reject_options_t,
    clone: *mut microsip_reject_options_t,
) -> microsip_status_t {
    guard("microsip_reject_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_reject_options_free(options: microsip_reject_options_t) -> microsip_status_t {
    guard("microsip_reject_options_free", || free(options))
}

/// Adds a header to the response, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_add_header(
    options: microsip_reject_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_reject_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets the reason phrase of the response, one line of 200 bytes at most; NULL (default): the usual one of its code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_set_phrase(
    options: microsip_reject_options_t,
    phrase: *const c_char,
) -> microsip_status_t {
    guard("microsip_reject_options_set_phrase", || {
        let phrase = opt_text(phrase, "phrase")?.map(str::to_owned);
        change(options, |o| {
            o.phrase = phrase;
            Ok(())
        })
    })
}

/// Adds why, as a cause of telephony (Q.850), 1 to 127, such as 16 (normal clearing) or 17 (user busy): a header
/// `Reason: Q.850;cause=16;text="…"` (RFC 3326) of the response. `words` may be NULL: the usual English ones.
///
/// Statuses: `INVALID_ARGUMENT` for another number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_add_reason_q850(
    options: microsip_reject_options_t,
    cause: u16,
    words: *const c_char,
) -> microsip_status_t {
    guard("microsip_reject_options_add_reason_q850", || {
        let words = opt_text(words, "words")?;
        let mut reason = Reason::q850(cause)?;
        if let Some(words) = words {
            reason = reason.text(words);
        }
        change(options, |o| {
            o.reasons.push(reason);
            Ok(())
        })
    })
}

/// Adds why, as a SIP status, such as 200 with `"Call completed elsewhere"`: a header `Reason: SIP;cause=200;text="…"`
/// (RFC 3326) of the response. `words` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_add_reason_sip(
    options: microsip_reject_options_t,
    code: u16,
    words: *const c_char,
) -> microsip_status_t {
    guard("microsip_reject_options_add_reason_sip", || {
        let reason = Reason::sip(status_code(code)?, opt_text(words, "words")?.unwrap_or_default());
        change(options, |o| {
            o.reasons.push(reason);
            Ok(())
        })
    })
}

/// Adds a place to try instead, with 3xx and 485 only: a header Contact. A URI, `tel:` too, or a name-addr with
/// parameters such as `"<sip:bob@example.org>;q=0.5"`. Checked when the call is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reject_options_add_contact(
    options: microsip_reject_options_t,
    contact: *const c_char,
) -> microsip_status_t {
    guard("microsip_reject_options_add_contact", || {
        let contact = text(contact, "contact")?;
        change(options, |o| {
            o.contacts.push(contact.to_owned());
            Ok(())
        })
    })
}

/// Settings of an ending.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_hang_up_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_hang_up_options_t, 51, "hang up options", Mutex<HangUpOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hang_up_options_new(options: *mut microsip_hang_up_options_t) -> microsip_status_t {
    guard("microsip_hang_up_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(HangUpOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hang_up_options_clone(
    options: microsip_hang_up_options_t,
    clone: *mut microsip_hang_up_options_t,
) -> microsip_status_t {
    guard("microsip_hang_up_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_hang_up_options_free(options: microsip_hang_up_options_t) -> microsip_status_t {
    guard("microsip_hang_up_options_free", || free(options))
}

/// Adds a header to the BYE, CANCEL or response, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hang_up_options_add_header(
    options: microsip_hang_up_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_hang_up_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Adds why, as a cause of telephony (Q.850), 1 to 127, such as 16 (normal clearing) or 17 (user busy): a header
/// `Reason: Q.850;cause=16;text="…"` (RFC 3326) of the BYE, CANCEL or response. `words` may be NULL: the usual English
/// ones.
///
/// Statuses: `INVALID_ARGUMENT` for another number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hang_up_options_add_reason_q850(
    options: microsip_hang_up_options_t,
    cause: u16,
    words: *const c_char,
) -> microsip_status_t {
    guard("microsip_hang_up_options_add_reason_q850", || {
        let words = opt_text(words, "words")?;
        let mut reason = Reason::q850(cause)?;
        if let Some(words) = words {
            reason = reason.text(words);
        }
        change(options, |o| {
            o.reasons.push(reason);
            Ok(())
        })
    })
}

/// Adds why, as a SIP status, such as 200 with `"Call completed elsewhere"`: a header `Reason: SIP;cause=200;text="…"`
/// (RFC 3326) of the BYE, CANCEL or response. `words` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hang_up_options_add_reason_sip(
    options: microsip_hang_up_options_t,
    code: u16,
    words: *const c_char,
) -> microsip_status_t {
    guard("microsip_hang_up_options_add_reason_sip", || {
        let reason = Reason::sip(status_code(code)?, opt_text(words, "words")?.unwrap_or_default());
        change(options, |o| {
            o.reasons.push(reason);
            Ok(())
        })
    })
}

/// Refuses an incoming call that is not answered, with a SIP status code of 300 to 699: 486 is busy, 603 declined.
/// `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for another code, a malformed contact, or contacts with a code that takes none;
/// `WRONG_STATE` for an outgoing call or one that is answered, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_reject(
    call: microsip_call_t,
    code: u16,
    options: microsip_reject_options_t,
) -> microsip_status_t {
    guard("microsip_call_reject", || {
        let options = settings_or(options, RejectOptions::new)?;
        Ok(get(call)?.reject_with(status_code(code)?, options)?)
    })
}

/// Sends an incoming call that is not answered elsewhere: answers 302 Moved Temporarily with this Contact (RFC 3261
/// §21.3.3), a URI or name-addr. For several places: `microsip_reject_options_add_contact` and `microsip_call_reject`.
///
/// Statuses: as `microsip_call_reject`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_redirect(call: microsip_call_t, contact: *const c_char) -> microsip_status_t {
    guard("microsip_call_redirect", || {
        let contact = text(contact, "contact")?;
        Ok(get(call)?.redirect([contact])?)
    })
}

/// Like `microsip_call_hang_up`, with headers and reasons. `options` is copied; the zero handle stands for the
/// defaults.
///
/// Statuses: `INVALID_ARGUMENT` for words of a reason with a line break, `GONE` when the call has ended, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_hang_up_with(
    call: microsip_call_t,
    options: microsip_hang_up_options_t,
) -> microsip_status_t {
    guard("microsip_call_hang_up_with", || {
        let options = settings_or(options, HangUpOptions::new)?;
        Ok(get(call)?.hang_up_with(options)?)
    })
}

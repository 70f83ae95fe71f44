//! Settings of an answer.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::AnswerOptions;

use super::options::{duration, jitter_buffer_of, opus_of};
use crate::base::{Out, Outcome, change, clone_settings, free, guard, opt_text, put, settings_or, text};
use crate::handle;
use crate::quality::{microsip_jitter_buffer_t, microsip_opus_options_t};
use crate::status::microsip_status_t;

/// Settings of an answer: of `microsip_call_answer`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_answer_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_answer_options_t, 10, "answer options", Mutex<AnswerOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_answer_options_new(options: *mut microsip_answer_options_t) -> microsip_status_t {
    guard("microsip_answer_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(AnswerOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_answer_options_clone(
    options: microsip_answer_options_t,
    clone: *mut microsip_answer_options_t,
) -> microsip_status_t {
    guard("microsip_answer_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_answer_options_free(options: microsip_answer_options_t) -> microsip_status_t {
    guard("microsip_answer_options_free", || free(options))
}

pub(crate) fn answer_options_of(options: microsip_answer_options_t) -> Outcome<AnswerOptions> {
    settings_or(options, AnswerOptions::new)
}

/// Adds a header to the response, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_answer_options_add_header(
    options: microsip_answer_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_answer_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets the reason phrase of the response, one line of 200 bytes at most; NULL (default): the usual one of its code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_answer_options_set_phrase(
    options: microsip_answer_options_t,
    phrase: *const c_char,
) -> microsip_status_t {
    guard("microsip_answer_options_set_phrase", || {
        let phrase = opt_text(phrase, "phrase")?.map(str::to_owned);
        change(options, |o| {
            o.phrase = phrase;
            Ok(())
        })
    })
}

/// Sets how late packets are waited for in this call; `jitter_buffer` is copied. The zero handle (default): as the
/// endpoint says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_answer_options_set_jitter_buffer(
    options: microsip_answer_options_t,
    jitter_buffer: microsip_jitter_buffer_t,
) -> microsip_status_t {
    guard("microsip_answer_options_set_jitter_buffer", || {
        let buffer = jitter_buffer_of(jitter_buffer)?;
        change(options, |o| {
            o.jitter_buffer = buffer;
            Ok(())
        })
    })
}

/// Sets whether extended reports (RTCP XR, RFC 3611) are offered and sent. Until it is set: as account or endpoint say.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_answer_options_set_rtcp_xr(
    options: microsip_answer_options_t,
    rtcp_xr: bool,
) -> microsip_status_t {
    guard("microsip_answer_options_set_rtcp_xr", || {
        change(options, |o| {
            o.rtcp_xr = Some(rtcp_xr);
            Ok(())
        })
    })
}

/// Sets the codecs that are accepted, here and in later offers and answers of the call, as a list such as `"PCMA/8000/1
/// PCMU/8000/1"`; NULL (default): the account's. The caller's order counts unless
/// `microsip_answer_options_set_prefer_own_codecs` says otherwise.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_answer_options_set_codecs(
    options: microsip_answer_options_t,
    codecs: *const c_char,
) -> microsip_status_t {
    guard("microsip_answer_options_set_codecs", || {
        let codecs = opt_text(codecs, "codecs")?;
        change(options, |o| {
            match codecs {
                Some(list) => *o = o.clone().codecs(list)?,
                None => o.codecs = None,
            }
            Ok(())
        })
    })
}

/// Sets how Opus is used in this call; `opus` is copied. The zero handle (default): as the account says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_answer_options_set_opus(
    options: microsip_answer_options_t,
    opus: microsip_opus_options_t,
) -> microsip_status_t {
    guard("microsip_answer_options_set_opus", || {
        let opus = opus_of(opus)?;
        change(options, |o| {
            o.opus = opus;
            Ok(())
        })
    })
}

/// Sets how much audio a packet holds (`a=ptime`, RFC 8866 §6.4), 10 to 120 ms; 0 (default): as the account says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_answer_options_set_ptime(
    options: microsip_answer_options_t,
    ptime_ms: u32,
) -> microsip_status_t {
    guard("microsip_answer_options_set_ptime", || {
        change(options, |o| {
            o.ptime = duration(ptime_ms);
            Ok(())
        })
    })
}

/// Sets whether the answer names the first of our codecs that the caller offers rather than the first of the caller's
/// that we have. Until it is set: as the endpoint says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_answer_options_set_prefer_own_codecs(
    options: microsip_answer_options_t,
    prefer_own_codecs: bool,
) -> microsip_status_t {
    guard("microsip_answer_options_set_prefer_own_codecs", || {
        change(options, |o| {
            o.prefer_own_codecs = Some(prefer_own_codecs);
            Ok(())
        })
    })
}

//! Digits.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{DtmfMethod, DtmfOptions};

use super::microsip_call_t;
use crate::base::{Code, Out, change, clone_settings, free, get, guard, millis, put, settings_or, text};
use crate::code;
use crate::handle;
use crate::status::microsip_status_t;

/// How a digit travels: one of `enum microsip_dtmf_method_e`.
pub type microsip_dtmf_method_t = i32;

/// The values of `microsip_dtmf_method_t`.
#[repr(i32)]
pub enum microsip_dtmf_method_e {
    /// For sending: as RTP event where the peer agreed to `telephone-event`; else in the audio when the codec carries
    /// tones unharmed (G.711, G.722, L16), else by INFO.
    MICROSIP_DTMF_METHOD_AUTO = 1,
    /// As an RTP event of payload type `telephone-event` (RFC 4733).
    MICROSIP_DTMF_METHOD_RTP_EVENT = 2,
    /// In the audio, as the two tones of a key (ITU-T Q.23).
    MICROSIP_DTMF_METHOD_IN_BAND = 3,
    /// By INFO with `application/dtmf-relay`: `Signal=` and `Duration=`.
    MICROSIP_DTMF_METHOD_INFO = 4,
    /// By INFO with `application/dtmf`: the key alone.
    MICROSIP_DTMF_METHOD_INFO_PLAIN = 5,
}

code!(microsip_dtmf_method_e, "way of digits", DtmfMethod {
    MICROSIP_DTMF_METHOD_AUTO = Auto,
    MICROSIP_DTMF_METHOD_RTP_EVENT = RtpEvent,
    MICROSIP_DTMF_METHOD_IN_BAND = InBand,
    MICROSIP_DTMF_METHOD_INFO = Info,
    MICROSIP_DTMF_METHOD_INFO_PLAIN = InfoPlain,
});

/// Settings of digits that are sent.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dtmf_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dtmf_options_t, 55, "dtmf options", Mutex<DtmfOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dtmf_options_new(options: *mut microsip_dtmf_options_t) -> microsip_status_t {
    guard("microsip_dtmf_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(DtmfOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dtmf_options_clone(
    options: microsip_dtmf_options_t,
    clone: *mut microsip_dtmf_options_t,
) -> microsip_status_t {
    guard("microsip_dtmf_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dtmf_options_free(options: microsip_dtmf_options_t) -> microsip_status_t {
    guard("microsip_dtmf_options_free", || free(options))
}

/// Sets how they travel; default `MICROSIP_DTMF_METHOD_AUTO`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dtmf_options_set_method(
    options: microsip_dtmf_options_t,
    method: microsip_dtmf_method_t,
) -> microsip_status_t {
    guard("microsip_dtmf_options_set_method", || {
        let method = Code::arg(method)?;
        change(options, |o| {
            o.method = method;
            Ok(())
        })
    })
}

/// Sets how long each is held, 40 to 5000 ms; default 160.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dtmf_options_set_duration(
    options: microsip_dtmf_options_t,
    duration_ms: u32,
) -> microsip_status_t {
    guard("microsip_dtmf_options_set_duration", || {
        change(options, |o| {
            o.duration = millis(duration_ms);
            Ok(())
        })
    })
}

/// Sets the silence between two of them, 40 to 5000 ms; default 100.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dtmf_options_set_gap(options: microsip_dtmf_options_t, gap_ms: u32) -> microsip_status_t {
    guard("microsip_dtmf_options_set_gap", || {
        change(options, |o| {
            o.gap = millis(gap_ms);
            Ok(())
        })
    })
}

/// Sets how long a comma waits, 0 to 60000 ms; default 1000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dtmf_options_set_pause(
    options: microsip_dtmf_options_t,
    pause_ms: u32,
) -> microsip_status_t {
    guard("microsip_dtmf_options_set_pause", || {
        change(options, |o| {
            o.pause = millis(pause_ms);
            Ok(())
        })
    })
}

/// Sends digits one after the other: `0` to `9`, `*`, `#`, `A` to `D`; a comma waits. `options` is copied; the zero
/// handle stands for the defaults.
///
/// Returns when they are queued behind those of earlier calls of this function; 256 digits and pauses wait at most per
/// call. One that fails later is an event of kind `MICROSIP_EVENT_KIND_DTMF_FAILED`.
///
/// Statuses: `INVALID_ARGUMENT` for other characters or a length out of its range, `WRONG_STATE` while no audio flows,
/// `UNSUPPORTED` when RTP events were asked for and the peer did not agree to them, `LIMIT_REACHED`, `GONE`,
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_send_dtmf(
    call: microsip_call_t,
    digits: *const c_char,
    options: microsip_dtmf_options_t,
) -> microsip_status_t {
    guard("microsip_call_send_dtmf", || {
        let digits = text(digits, "digits")?;
        let options = settings_or(options, DtmfOptions::default)?;
        Ok(get(call)?.send_dtmf_with(digits, options)?)
    })
}

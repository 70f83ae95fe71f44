//! PJSIP's log into `tracing`, secrets masked.

use std::ffi::{c_char, c_int};

use pjsip_sys as sys;

use super::boundary::boundary;
use crate::endpoint::LogLevel;
use crate::redact::redact;

/// PJLIB's number for a level. Level 5 would print SRTP keys and is compiled out.
pub(super) fn number(level: LogLevel) -> u32 {
    match level {
        LogLevel::Off => 0,
        LogLevel::Error => 1,
        LogLevel::Warn => 2,
        LogLevel::Info => 3,
        LogLevel::Debug => 4,
    }
}

/// Takes over PJLIB's log before its first line, which would go to standard output.
pub(super) fn install(level: LogLevel) {
    // SAFETY: both set plain globals of PJLIB; the function is `extern "C"`, never unwinds and lives for ever. They are
    // called before any other thread of PJLIB exists.
    unsafe {
        sys::pj_log_set_log_func(Some(on_log));
        sys::pj_log_set_level(number(level) as c_int);
    }
}

/// Called on any PJLIB thread, sometimes with locks held: it must not call back into PJSIP.
pub(super) unsafe extern "C" fn on_log(level: c_int, data: *const c_char, len: c_int) {
    boundary("on_log", (), || {
        if data.is_null() || len <= 0 {
            return;
        }
        // SAFETY: PJLIB passes `len` readable bytes; they are not reliably NUL-terminated.
        let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), len as usize) };
        let text = String::from_utf8_lossy(bytes);
        let text = redact(text.trim_end());
        match level {
            ..=1 => tracing::error!(target: "pjsip", "{text}"),
            2 => tracing::warn!(target: "pjsip", "{text}"),
            3 => tracing::info!(target: "pjsip", "{text}"),
            _ => tracing::debug!(target: "pjsip", "{text}"),
        }
    });
}

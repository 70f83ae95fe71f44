//! Details of the last failure, per thread.

use std::cell::RefCell;
use std::ffi::{CString, c_char};

use crate::base::Fault;
use crate::base::lent::c_string;
use crate::status::{microsip_status_e, microsip_status_t};

struct Last {
    status: microsip_status_e,
    message: CString,
    function: &'static str,
    operation: CString,
    code: &'static str,
    advice: &'static str,
    pj_status: i32,
    sip_status: u16,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
    /// Names of functions and failures, and advice, with a NUL; they come from short lists, so the pointers stay valid for ever.
    static NAMES: RefCell<Vec<(&'static str, CString)>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn set(function: &'static str, fault: Fault) {
    let error = fault.error.as_ref();
    let last = Last {
        status: fault.status,
        message: c_string(&fault.message),
        function,
        operation: c_string(error.map_or(function, |e| e.operation())),
        code: error.map_or("", |e| e.code()),
        advice: error.map_or("", |e| e.failure().advice()),
        pj_status: error.and_then(|e| e.pj_status()).unwrap_or(0),
        sip_status: error.and_then(|e| e.sip_status()).map_or(0, |code| code.code()),
    };
    // During the thread's end there is nowhere to keep it.
    let _ = LAST.try_with(|cell| {
        if let Ok(mut slot) = cell.try_borrow_mut() {
            *slot = Some(last);
        }
    });
}

/// A pointer into what this thread keeps, or to an empty string.
fn lend(choose: impl FnOnce(&Last) -> *const c_char) -> *const c_char {
    LAST.try_with(|cell| cell.try_borrow().ok().and_then(|last| last.as_ref().map(choose)))
        .ok()
        .flatten()
        .unwrap_or(c"".as_ptr())
}

fn name(text: &'static str) -> *const c_char {
    NAMES
        .try_with(|cell| {
            let mut names = cell.try_borrow_mut().ok()?;
            if let Some((_, kept)) = names.iter().find(|(known, _)| *known == text) {
                return Some(kept.as_ptr());
            }
            names.push((text, c_string(text)));
            names.last().map(|(_, kept)| kept.as_ptr())
        })
        .ok()
        .flatten()
        .unwrap_or(c"".as_ptr())
}

fn number<T: Default>(choose: impl FnOnce(&Last) -> T) -> T {
    LAST.try_with(|cell| cell.try_borrow().ok().and_then(|last| last.as_ref().map(choose)))
        .ok()
        .flatten()
        .unwrap_or_default()
}

/// Status of this thread's last failure; `MICROSIP_STATUS_OK` if there was none. Successes do not change it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_status() -> microsip_status_t {
    number(|last| last.status as i32)
}

/// What was wrong with this thread's last failing call, and what to do, in English and without secrets: `"answer: the call is
/// outgoing; only incoming calls are answered"`. Never NULL; empty if there was no failure. Valid on this thread until its next
/// failing call.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_message() -> *const c_char {
    lend(|last| last.message.as_ptr())
}

/// The function of this library that failed last on this thread, such as `"microsip_call_answer"`. Never NULL; valid until the thread ends.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_function() -> *const c_char {
    let function = number(|last| last.function);
    name(function)
}

/// The operation inside the library that failed, such as `"answer"`; the function's name where arguments were refused before.
/// Never NULL; valid on this thread until its next failing call.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_operation() -> *const c_char {
    lend(|last| last.operation.as_ptr())
}

/// Stable name of what happened, finer than the status: `"port_refused"`, `"tls_untrusted"`, …; docs/failures.md lists them.
/// Empty when arguments were refused at the boundary. Never NULL; valid until the thread ends.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_code() -> *const c_char {
    let code = number(|last| last.code);
    name(code)
}

/// The likely cause of what that code names, and what to do about it, in English. Empty when arguments were refused at the boundary,
/// where the message says it all. Never NULL; valid until the thread ends.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_advice() -> *const c_char {
    let advice = number(|last| last.advice);
    name(advice)
}

/// PJSIP's status (`pj_status_t`) behind this thread's last failure, 0 if none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_pj_status() -> i32 {
    number(|last| last.pj_status)
}

/// SIP status code of the peer's answer behind this thread's last failure (RFC 3261 §21), 0 if there was none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_sip_status() -> u16 {
    number(|last| last.sip_status)
}

/// Forgets this thread's last failure; pointers to its texts become invalid.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_last_error_clear() {
    let _ = LAST.try_with(|cell| {
        if let Ok(mut slot) = cell.try_borrow_mut() {
            *slot = None;
        }
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn each_thread_has_its_own_last_error() {
        set("microsip_test", Fault::invalid("the colour is wrong"));
        // SAFETY: the pointer is this thread's and nothing fails in between.
        let text = |p: *const c_char| unsafe { CStr::from_ptr(p) }.to_str().unwrap().to_owned();
        assert_eq!(text(microsip_last_error_message()), "the colour is wrong");
        assert_eq!(text(microsip_last_error_function()), "microsip_test");
        assert_eq!(
            microsip_last_error_status(),
            microsip_status_e::MICROSIP_STATUS_INVALID_ARGUMENT as i32
        );
        std::thread::spawn(|| assert_eq!(microsip_last_error_status(), 0))
            .join()
            .unwrap();
        microsip_last_error_clear();
        assert_eq!(microsip_last_error_status(), 0);
        assert_eq!(text(microsip_last_error_message()), "");
    }
}

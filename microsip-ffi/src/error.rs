//! Failures that are part of a snapshot or an event.

use std::ffi::c_char;

use microsip_core::Error;

use crate::base::{Fault, Out, free, get, guard, share};
use crate::handle;
use crate::status::{microsip_status_t, of_kind};

/// Why something failed, as events and snapshots tell it: what `microsip_last_error_*` says of a failed call. Immutable; free with
/// `microsip_error_free`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_error_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_error_t, 2, "error", Error);

/// The status a function would have answered with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_status(
    error: microsip_error_t,
    status: *mut microsip_status_t,
) -> microsip_status_t {
    guard("microsip_error_status", || {
        let out = Out::new(status, "status")?;
        out.set(of_kind(get(error)?.kind()) as i32);
        Ok(())
    })
}

/// What was wrong and what to do, in English and without secrets. Lent until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_message(
    error: microsip_error_t,
    message: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_error_message", || {
        let out = Out::new(message, "message")?;
        let error = get(error)?;
        out.set(error.lend(&error.to_string()));
        Ok(())
    })
}

/// The operation that failed, such as `"register"`. Lent until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_operation(
    error: microsip_error_t,
    operation: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_error_operation", || {
        let out = Out::new(operation, "operation")?;
        let error = get(error)?;
        out.set(error.lend(error.operation()));
        Ok(())
    })
}

/// Stable name of what happened, finer than the status; docs/failures.md lists them. Lent until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_code(error: microsip_error_t, code: *mut *const c_char) -> microsip_status_t {
    guard("microsip_error_code", || {
        let out = Out::new(code, "code")?;
        let error = get(error)?;
        out.set(error.lend(error.code()));
        Ok(())
    })
}

/// What the code means, as an English sentence. Lent until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_meaning(
    error: microsip_error_t,
    meaning: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_error_meaning", || {
        let out = Out::new(meaning, "meaning")?;
        let error = get(error)?;
        out.set(error.lend(error.failure().meaning()));
        Ok(())
    })
}

/// The likely cause of what the code names, and what to do about it, in English. Lent until the error is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_advice(
    error: microsip_error_t,
    advice: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_error_advice", || {
        let out = Out::new(advice, "advice")?;
        let error = get(error)?;
        out.set(error.lend(error.failure().advice()));
        Ok(())
    })
}

/// PJSIP's status (`pj_status_t`) behind it; `MICROSIP_STATUS_NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_pj_status(error: microsip_error_t, pj_status: *mut i32) -> microsip_status_t {
    guard("microsip_error_pj_status", || {
        let out = Out::new(pj_status, "pj_status")?;
        out.set_some(get(error)?.pj_status(), "PJSIP status")
    })
}

/// SIP status code of the peer's answer (RFC 3261 §21); `MICROSIP_STATUS_NO_VALUE` if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_sip_status(error: microsip_error_t, sip_status: *mut u16) -> microsip_status_t {
    guard("microsip_error_sip_status", || {
        let out = Out::new(sip_status, "sip_status")?;
        out.set_some(get(error)?.sip_status().map(|code| code.code()), "SIP status")
    })
}

/// Another handle to the same error, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_error_clone(
    error: microsip_error_t,
    clone: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_error_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(error)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_error_free(error: microsip_error_t) -> microsip_status_t {
    guard("microsip_error_free", || free(error))
}

/// Hands an error out that may not be there.
pub(crate) fn give(error: Option<&Error>, out: Out<microsip_error_t>) -> Result<(), Fault> {
    let error = error.ok_or_else(|| Fault::none("error"))?;
    out.set(crate::base::put(error.clone())?);
    Ok(())
}

//! What became of requests of our own.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::Response;

use super::microsip_sip_message_t;
use crate::base::{Fault, Out, free, get, guard, put, share};
use crate::error::microsip_error_t;
use crate::handle;
use crate::status::microsip_status_t;

/// What became of a request of ours: the peer's answer, or why there is none. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_response_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_response_t, 17, "response", Arc<Response>);

/// Another handle to the same response, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_response_clone(
    response: microsip_response_t,
    clone: *mut microsip_response_t,
) -> microsip_status_t {
    guard("microsip_response_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(response)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_response_free(response: microsip_response_t) -> microsip_status_t {
    guard("microsip_response_free", || free(response))
}

/// The final code: the peer's, or 408 and 503 for want of an answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_response_code(response: microsip_response_t, code: *mut u16) -> microsip_status_t {
    guard("microsip_response_code", || {
        let out = Out::new(code, "code")?;
        let response = get(response)?;
        out.set(response.code.code());
        Ok(())
    })
}

/// The reason phrase that came with it. Lent until the response is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_response_phrase(
    response: microsip_response_t,
    phrase: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_response_phrase", || {
        let out = Out::new(phrase, "phrase")?;
        let response = get(response)?;
        out.set(response.lend(&response.reason));
        Ok(())
    })
}

/// Time from sending to the final answer, in milliseconds; with a repetition for credentials, of both.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_response_round_trip_ms(
    response: microsip_response_t,
    round_trip: *mut f64,
) -> microsip_status_t {
    guard("microsip_response_round_trip_ms", || {
        let out = Out::new(round_trip, "round_trip")?;
        let response = get(response)?;
        out.set(response.round_trip.as_secs_f64() * 1000.0);
        Ok(())
    })
}

/// The answer itself, as a new handle to be freed; `NO_VALUE` if none came.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_response_message(
    response: microsip_response_t,
    message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_response_message", || {
        let out = Out::new(message, "message")?;
        let response = get(response)?;
        let value = (response.message.clone()).ok_or_else(|| Fault::none("answer"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Why it failed, as a new handle to be freed; `NO_VALUE` for a code of 200 to 299.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_response_error(
    response: microsip_response_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_response_error", || {
        let out = Out::new(error, "error")?;
        let response = get(response)?;
        crate::error::give(response.error.as_ref(), out)
    })
}

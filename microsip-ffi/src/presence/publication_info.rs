//! How publications stand.

use std::ffi::c_char;

use microsip_core::{PublicationInfo, PublicationState, StatusCode};

use crate::base::{Code, Out, free, get, guard, share};
use crate::error::microsip_error_t;
use crate::presence::help::left_ms;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// How far a publication is: one of `enum microsip_publication_state_e`.
pub type microsip_publication_state_t = i32;

/// The values of `microsip_publication_state_t`.
#[repr(i32)]
pub enum microsip_publication_state_e {
    /// The newest body is under way.
    MICROSIP_PUBLICATION_STATE_PUBLISHING = 1,
    /// The server has the newest body; it is refreshed in time.
    MICROSIP_PUBLICATION_STATE_PUBLISHED = 2,
    /// It failed for a reason that may pass, and is tried again.
    MICROSIP_PUBLICATION_STATE_RETRYING = 3,
    /// Over: it was removed, or its account was, or the endpoint closed.
    MICROSIP_PUBLICATION_STATE_REMOVED = 4,
    /// The server refused it for good. Updating and refreshing try again.
    MICROSIP_PUBLICATION_STATE_FAILED = 5,
}

code!(microsip_publication_state_e, "publication state", PublicationState {
    MICROSIP_PUBLICATION_STATE_PUBLISHING = Publishing,
    MICROSIP_PUBLICATION_STATE_PUBLISHED = Published,
    MICROSIP_PUBLICATION_STATE_RETRYING = Retrying,
    MICROSIP_PUBLICATION_STATE_REMOVED = Removed,
    MICROSIP_PUBLICATION_STATE_FAILED = Failed,
});

/// How a publication stands. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_publication_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_publication_info_t, 143, "publication info", PublicationInfo);

/// Another handle to the same publication info, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_clone(
    info: microsip_publication_info_t,
    clone: *mut microsip_publication_info_t,
) -> microsip_status_t {
    guard("microsip_publication_info_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publication_info_free(info: microsip_publication_info_t) -> microsip_status_t {
    guard("microsip_publication_info_free", || free(info))
}

/// How far it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_state(
    info: microsip_publication_info_t,
    state: *mut microsip_publication_state_t,
) -> microsip_status_t {
    guard("microsip_publication_info_state", || {
        let state = Out::new(state, "state")?;
        let info = get(info)?;
        state.set(info.state.code());
        Ok(())
    })
}

/// The final code of the last PUBLISH, the server's or one made up for want of an answer; `NO_VALUE` until there is
/// one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_code(
    info: microsip_publication_info_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_publication_info_code", || {
        let code = Out::new(code, "code")?;
        let info = get(info)?;
        code.set_some(info.code.map(StatusCode::code), "SIP status")
    })
}

/// The lifetime last granted, in seconds; `NO_VALUE` if none was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_expires_s(
    info: microsip_publication_info_t,
    expires_s: *mut u64,
) -> microsip_status_t {
    guard("microsip_publication_info_expires_s", || {
        let expires_s = Out::new(expires_s, "expires_s")?;
        let info = get(info)?;
        expires_s.set_some(info.expires.map(|d| d.as_secs()), "lifetime")
    })
}

/// The server's name for what it has (`SIP-ETag`); `NO_VALUE` if it has nothing of ours. Lent until the handle is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_etag(
    info: microsip_publication_info_t,
    etag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_publication_info_etag", || {
        let etag = Out::new(etag, "etag")?;
        let info = get(info)?;
        etag.set_some(info.etag.as_deref().map(|etag| info.lend(etag)), "SIP-ETag")
    })
}

/// Failures in a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_failures(
    info: microsip_publication_info_t,
    failures: *mut u32,
) -> microsip_status_t {
    guard("microsip_publication_info_failures", || {
        let failures = Out::new(failures, "failures")?;
        let info = get(info)?;
        failures.set(info.failures);
        Ok(())
    })
}

/// In how many milliseconds from now it is tried again; `NO_VALUE` unless it waits for that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_next_retry_ms(
    info: microsip_publication_info_t,
    next_retry_ms: *mut u64,
) -> microsip_status_t {
    guard("microsip_publication_info_next_retry_ms", || {
        let next_retry_ms = Out::new(next_retry_ms, "next_retry_ms")?;
        let info = get(info)?;
        next_retry_ms.set_some(info.next_retry.map(left_ms), "next try")
    })
}

/// What went wrong, as a new handle to be freed; `NO_VALUE` while all is well. With
/// `MICROSIP_PUBLICATION_STATE_REMOVED`: the server did not confirm it, and what it has runs out by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info_error(
    info: microsip_publication_info_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_publication_info_error", || {
        let error = Out::new(error, "error")?;
        let info = get(info)?;
        crate::error::give(info.error.as_ref(), error)
    })
}

//! Publishing event state.

use std::ffi::c_char;

use microsip_core::Publication;

use crate::account::microsip_account_t;
use crate::base::{Code, Out, bytes, free, get, guard, put, settings_of, share, text, timeout};
use crate::handle;
use crate::presence::{microsip_publication_info_t, microsip_publication_state_t, microsip_publish_options_t};
use crate::status::microsip_status_t;

/// A piece of event state at a server (RFC 3903).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_publication_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_publication_t, 142, "publication", Publication);

/// Another handle to the same publication, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_clone(
    publication: microsip_publication_t,
    clone: *mut microsip_publication_t,
) -> microsip_status_t {
    guard("microsip_publication_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(publication)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. It stays published: `microsip_publication_remove` ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publication_free(publication: microsip_publication_t) -> microsip_status_t {
    guard("microsip_publication_free", || free(publication))
}

/// Publishes state of the account's address of record for an event package, such as `"presence"` (RFC 3903); `options`
/// is copied.
///
/// Returns when the PUBLISH is queued: `microsip_publication_wait_for`, or events of kind
/// `MICROSIP_EVENT_KIND_PUBLICATION`, tell the rest. It is kept up until it is removed, its account is, or the endpoint
/// closes. Each call makes a publication of its own.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed package, content type, header or lifetime, an empty or too long body;
/// `GONE` when the account was removed; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_publish(
    account: microsip_account_t,
    package: *const c_char,
    options: microsip_publish_options_t,
    publication: *mut microsip_publication_t,
) -> microsip_status_t {
    guard("microsip_account_publish", || {
        let publication = Out::new(publication, "publication")?;
        let account = get(account)?;
        let package = text(package, "package")?;
        let options = settings_of(options)?;
        publication.set(put(account.publish(package, options)?)?);
        Ok(())
    })
}

/// Number of the publication, unlike that of any other in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_id(
    publication: microsip_publication_t,
    id: *mut u64,
) -> microsip_status_t {
    guard("microsip_publication_id", || {
        let id = Out::new(id, "id")?;
        let publication = get(publication)?;
        id.set(publication.id().get());
        Ok(())
    })
}

/// Whose state it is, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_account(
    publication: microsip_publication_t,
    account: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_publication_account", || {
        let account = Out::new(account, "account")?;
        let publication = get(publication)?;
        account.set(put(publication.account().clone())?);
        Ok(())
    })
}

/// The event package. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_package(
    publication: microsip_publication_t,
    package: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_publication_package", || {
        let package = Out::new(package, "package")?;
        let publication = get(publication)?;
        package.set(publication.lend(publication.package()));
        Ok(())
    })
}

/// How it stands, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_info(
    publication: microsip_publication_t,
    info: *mut microsip_publication_info_t,
) -> microsip_status_t {
    guard("microsip_publication_info", || {
        let info = Out::new(info, "info")?;
        let publication = get(publication)?;
        info.set(put(publication.info())?);
        Ok(())
    })
}

/// How far it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_state(
    publication: microsip_publication_t,
    state: *mut microsip_publication_state_t,
) -> microsip_status_t {
    guard("microsip_publication_state", || {
        let state = Out::new(state, "state")?;
        let publication = get(publication)?;
        state.set(publication.state().code());
        Ok(())
    })
}

/// Waits until it is in this state, `timeout_ms` at most. After an update `MICROSIP_PUBLICATION_STATE_PUBLISHED` means
/// the new body.
///
/// Statuses: `TIMEOUT`; when it has failed for good or was removed meanwhile and another state was wanted: `SIP`,
/// `AUTH`, … as it failed, or `GONE`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publication_wait_for(
    publication: microsip_publication_t,
    state: microsip_publication_state_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_publication_wait_for", || {
        let publication = get(publication)?;
        let state = Code::arg(state)?;
        publication.wait_for(state, timeout(timeout_ms))?;
        Ok(())
    })
}

/// Publishes another body of the same type in place of the old (RFC 3903 §4.4); the bytes are copied. Does not wait for
/// the answer.
///
/// Statuses: `INVALID_ARGUMENT` for an empty body or one above 48,000 bytes; `GONE` when it was removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_publication_update(
    publication: microsip_publication_t,
    body: *const u8,
    body_len: usize,
) -> microsip_status_t {
    guard("microsip_publication_update", || {
        let publication = get(publication)?;
        let body = bytes(body, body_len, "body")?;
        Ok(publication.update(body)?)
    })
}

/// Refreshes it before it is due; one that waits to be tried again, or failed, is tried now. Statuses: `GONE` when it
/// was removed.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publication_refresh(publication: microsip_publication_t) -> microsip_status_t {
    guard("microsip_publication_refresh", || {
        let publication = get(publication)?;
        Ok(publication.refresh()?)
    })
}

/// Removes it: PUBLISH with `Expires: 0` (RFC 3903 §4.5). Does not wait for the answer, with which its state becomes
/// `MICROSIP_PUBLICATION_STATE_REMOVED`. Removing it twice is fine.
///
/// Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_publication_remove(publication: microsip_publication_t) -> microsip_status_t {
    guard("microsip_publication_remove", || {
        let publication = get(publication)?;
        Ok(publication.remove()?)
    })
}

//! Serving event packages: telling those who watch us.

use std::ffi::c_char;

use microsip_core::Notifier;

use crate::account::microsip_account_t;
use crate::base::{Code, Out, bytes, free, get, guard, put, settings_of, share, text};
use crate::handle;
use crate::presence::{microsip_serve_options_t, microsip_watch_policy_t, microsip_watcher_list_t};
use crate::request::microsip_request_options_t;
use crate::status::microsip_status_t;

/// An event package that an account serves.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_notifier_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_notifier_t, 139, "notifier", Notifier);

/// Another handle to the same notifier, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notifier_clone(
    notifier: microsip_notifier_t,
    clone: *mut microsip_notifier_t,
) -> microsip_status_t {
    guard("microsip_notifier_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(notifier)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The package is served all the same: `microsip_notifier_stop` ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_notifier_free(notifier: microsip_notifier_t) -> microsip_status_t {
    guard("microsip_notifier_free", || free(notifier))
}

/// Serves an event package: whoever subscribes to it at this account's address is dealt with by the policy and told the
/// state. `options` is copied. Each who comes or goes is an event of kind `MICROSIP_EVENT_KIND_WATCHER`.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed package, content type or lifetime; `WRONG_STATE` when it is served
/// already; `GONE` when the account was removed; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_serve(
    account: microsip_account_t,
    options: microsip_serve_options_t,
    notifier: *mut microsip_notifier_t,
) -> microsip_status_t {
    guard("microsip_account_serve", || {
        let notifier = Out::new(notifier, "notifier")?;
        let account = get(account)?;
        let options = settings_of(options)?;
        notifier.set(put(account.serve(options)?)?);
        Ok(())
    })
}

/// Lets others watch this account's presence directly, without a server between (RFC 3856): they are told what
/// `microsip_account_set_presence` says, or that we are there.
///
/// Statuses: as `microsip_account_serve`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_serve_presence(
    account: microsip_account_t,
    policy: microsip_watch_policy_t,
    notifier: *mut microsip_notifier_t,
) -> microsip_status_t {
    guard("microsip_account_serve_presence", || {
        let notifier = Out::new(notifier, "notifier")?;
        let account = get(account)?;
        let policy = Code::arg(policy)?;
        notifier.set(put(account.serve_presence(policy)?)?);
        Ok(())
    })
}

/// The event package. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notifier_package(
    notifier: microsip_notifier_t,
    package: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_notifier_package", || {
        let package = Out::new(package, "package")?;
        let notifier = get(notifier)?;
        package.set(notifier.lend(notifier.package()));
        Ok(())
    })
}

/// Tells all who watch, and who will: a NOTIFY each, with this body, whose bytes are copied. Where one is under way the
/// newest state follows it; states in between are not told.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed content type or a body beyond 48,000 bytes; `GONE` when the package is
/// not served any more; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notifier_set_state(
    notifier: microsip_notifier_t,
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
) -> microsip_status_t {
    guard("microsip_notifier_set_state", || {
        let notifier = get(notifier)?;
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        Ok(notifier.set_state(content_type, body)?)
    })
}

/// As `microsip_notifier_set_state`, with headers of each NOTIFY; `state` is copied.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_notifier_set_state_with(
    notifier: microsip_notifier_t,
    state: microsip_request_options_t,
) -> microsip_status_t {
    guard("microsip_notifier_set_state_with", || {
        let notifier = get(notifier)?;
        let state = settings_of(state)?;
        Ok(notifier.set_state_with(state)?)
    })
}

/// Sets who may watch from now on; who was let in stays.
///
/// Statuses: `GONE` when the package is not served any more; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_notifier_set_policy(
    notifier: microsip_notifier_t,
    policy: microsip_watch_policy_t,
) -> microsip_status_t {
    guard("microsip_notifier_set_policy", || {
        let notifier = get(notifier)?;
        let policy = Code::arg(policy)?;
        Ok(notifier.set_policy(policy)?)
    })
}

/// Who watches, oldest first, those that wait for a decision too, as a new handle to be freed. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_notifier_watchers(
    notifier: microsip_notifier_t,
    watchers: *mut microsip_watcher_list_t,
) -> microsip_status_t {
    guard("microsip_notifier_watchers", || {
        let watchers = Out::new(watchers, "watchers")?;
        let notifier = get(notifier)?;
        watchers.set(put(notifier.watchers()?)?);
        Ok(())
    })
}

/// Serves it no longer: watchers are told (`terminated;reason=noresource`), new ones answered 489. Statuses:
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_notifier_stop(notifier: microsip_notifier_t) -> microsip_status_t {
    guard("microsip_notifier_stop", || {
        let notifier = get(notifier)?;
        Ok(notifier.stop()?)
    })
}

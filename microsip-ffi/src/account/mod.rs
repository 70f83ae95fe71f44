//! Accounts: settings, registration, and calls from them.

mod config;
mod config_calls;
mod config_sip;
mod contact;
mod nat;
mod registration;

use std::ffi::c_char;

use microsip_core::Account;

use crate::base::{Out, free, get, guard, put, share, text, timeout};
use crate::call::{call_options_of, microsip_call_options_t, microsip_call_t};
use crate::handle;
use crate::status::microsip_status_t;

pub(crate) use config::of as config_of;
pub use config::*;
pub use config_calls::*;
pub use config_sip::*;
pub use contact::*;
pub use nat::*;
pub use registration::*;

/// An account of the endpoint: an address of record with its registrar and credentials, or without.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_account_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_account_t, 6, "account", Account);

/// Number of the account, unlike that of any other in this process; for comparing handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_id(account: microsip_account_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_account_id", || {
        let out = Out::new(id, "id")?;
        out.set(get(account)?.id().get());
        Ok(())
    })
}

/// The address of record, such as `"sip:1001@pbx.example.org"`. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_aor(
    account: microsip_account_t,
    aor: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_account_aor", || {
        let out = Out::new(aor, "aor")?;
        let account = get(account)?;
        out.set(account.lend(account.aor()));
        Ok(())
    })
}

/// Waits until the account is registered, `timeout_ms` at most.
///
/// Statuses: `AUTH`, `SIP`, `TRANSPORT`, `TLS` when registering failed; `TIMEOUT`; `WRONG_STATE` when the account has no registrar;
/// `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_wait_registered(account: microsip_account_t, timeout_ms: u32) -> microsip_status_t {
    guard("microsip_account_wait_registered", || {
        get(account)?.wait_registered(timeout(timeout_ms))?;
        Ok(())
    })
}

/// Calls `target`, a SIP URI such as `"sip:1002@pbx.example.org"`: sends INVITE (RFC 3261 §13). `options` is copied; the zero handle
/// stands for the defaults.
///
/// Returns when the INVITE is on its way; `microsip_call_wait_for`, or events, tell the rest. Freeing the handle does not end the
/// call: `microsip_call_hang_up`.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI, `LIMIT_REACHED` with as many calls as allowed, `TRANSPORT`, `MEDIA`, `GONE`,
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_call(
    account: microsip_account_t,
    target: *const c_char,
    options: microsip_call_options_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_account_call", || {
        let out = Out::new(call, "call")?;
        let target = text(target, "target")?;
        let options = call_options_of(options)?;
        out.set(put(get(account)?.call_with(target, options)?)?);
        Ok(())
    })
}

/// Removes the account from the endpoint; it unregisters if registered (RFC 3261 §10.2.2) and does not wait for the answer. Its calls
/// go on.
///
/// Statuses: `GONE` when it was removed already, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_remove(account: microsip_account_t) -> microsip_status_t {
    guard("microsip_account_remove", || Ok(get(account)?.remove()?))
}

/// Another handle to the same account, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_clone(
    account: microsip_account_t,
    clone: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_account_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(account)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The account stays.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_free(account: microsip_account_t) -> microsip_status_t {
    guard("microsip_account_free", || free(account))
}

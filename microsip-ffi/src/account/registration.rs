//! Registration: what is known of it, and what is done about it.

use std::ffi::c_char;

use microsip_core::{RegistrationInfo, RegistrationState};

use super::{config_of, microsip_account_config_t, microsip_account_t};
use crate::base::{Code, Fault, Out, free, get, guard, put, settings_or, share, timeout};
use crate::endpoint::microsip_call_policy_t;
use crate::error::microsip_error_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Where a registration stands (RFC 3261 §10): one of `enum microsip_registration_state_e`.
pub type microsip_registration_state_t = i32;

/// The values of `microsip_registration_state_t`.
#[repr(i32)]
pub enum microsip_registration_state_e {
    /// The account has no registrar.
    MICROSIP_REGISTRATION_STATE_NONE = 1,
    /// A REGISTER is under way.
    MICROSIP_REGISTRATION_STATE_REGISTERING = 2,
    /// The registrar holds our binding; it is refreshed in time.
    MICROSIP_REGISTRATION_STATE_REGISTERED = 3,
    /// The binding was removed, or never made.
    MICROSIP_REGISTRATION_STATE_UNREGISTERED = 4,
    /// The last REGISTER failed, or the connection to the registrar was lost.
    MICROSIP_REGISTRATION_STATE_FAILED = 5,
}

code!(microsip_registration_state_e, "registration state", RegistrationState {
    MICROSIP_REGISTRATION_STATE_NONE = None,
    MICROSIP_REGISTRATION_STATE_REGISTERING = Registering,
    MICROSIP_REGISTRATION_STATE_REGISTERED = Registered,
    MICROSIP_REGISTRATION_STATE_UNREGISTERED = Unregistered,
    MICROSIP_REGISTRATION_STATE_FAILED = Failed,
});

/// A registration at one moment. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_registration_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_registration_t, 37, "registration", RegistrationInfo);

/// Where it stands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_state(
    registration: microsip_registration_t,
    state: *mut microsip_registration_state_t,
) -> microsip_status_t {
    guard("microsip_registration_state", || {
        let out = Out::new(state, "state")?;
        let o = get(registration)?;
        out.set(o.state.code());
        Ok(())
    })
}

/// SIP status code of the registrar's last answer, or 408 or 503 for want of one; `NO_VALUE` before the first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_code(
    registration: microsip_registration_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_registration_code", || {
        let out = Out::new(code, "code")?;
        let o = get(registration)?;
        out.set_some(o.code.map(|code| code.code()), "code")
    })
}

/// The reason phrase that came with it, perhaps empty. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_phrase(
    registration: microsip_registration_t,
    phrase: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_registration_phrase", || {
        let out = Out::new(phrase, "phrase")?;
        let o = get(registration)?;
        out.set(o.lend(&o.reason));
        Ok(())
    })
}

/// How long the registrar keeps the binding, in seconds from its last answer; `NO_VALUE` unless registered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_expires_s(
    registration: microsip_registration_t,
    expires_s: *mut u32,
) -> microsip_status_t {
    guard("microsip_registration_expires_s", || {
        let out = Out::new(expires_s, "expires_s")?;
        let o = get(registration)?;
        out.set_some(
            o.expires.map(|time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX)),
            "lifetime of a binding",
        )
    })
}

/// Why it failed, as a new handle to be freed; `NO_VALUE` unless it failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_error(
    registration: microsip_registration_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_registration_error", || {
        let out = Out::new(error, "error")?;
        let o = get(registration)?;
        crate::error::give(o.error.as_ref(), out)
    })
}

/// How many milliseconds from now it is tried again; `NO_VALUE` when it is not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_retry_in_ms(
    registration: microsip_registration_t,
    retry_in_ms: *mut u32,
) -> microsip_status_t {
    guard("microsip_registration_retry_in_ms", || {
        let out = Out::new(retry_in_ms, "retry_in_ms")?;
        let o = get(registration)?;
        out.set_some(
            o.retry_in()
                .map(|time| u32::try_from(time.as_millis()).unwrap_or(u32::MAX)),
            "further attempt",
        )
    })
}

/// Failures in a row, 0 after a success.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_failures(
    registration: microsip_registration_t,
    failures: *mut u32,
) -> microsip_status_t {
    guard("microsip_registration_failures", || {
        let out = Out::new(failures, "failures")?;
        let o = get(registration)?;
        out.set(o.failures);
        Ok(())
    })
}

/// The Contact header's value that the registrar holds; `NO_VALUE` unless registered. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_contact(
    registration: microsip_registration_t,
    contact: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_registration_contact", || {
        let out = Out::new(contact, "contact")?;
        let o = get(registration)?;
        out.set_some(o.contact.as_deref().map(|text| o.lend(text)), "contact")
    })
}

/// How many entries the registrar's Service-Route has (RFC 3608): the way our requests take from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_service_route_count(
    registration: microsip_registration_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_registration_service_route_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(registration)?.service_route.len());
        Ok(())
    })
}

/// The entry of Service-Route at `index`, from 0; `NO_VALUE` beyond the end. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_service_route_at(
    registration: microsip_registration_t,
    index: usize,
    uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_registration_service_route_at", || {
        let out = Out::new(uri, "uri")?;
        let o = get(registration)?;
        let item = o
            .service_route
            .get(index)
            .ok_or_else(|| Fault::none("Service-Route entry at this index"))?;
        out.set(o.lend(item));
        Ok(())
    })
}

/// Another handle to the same object, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_registration_clone(
    registration: microsip_registration_t,
    clone: *mut microsip_registration_t,
) -> microsip_status_t {
    guard("microsip_registration_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(registration)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_registration_free(registration: microsip_registration_t) -> microsip_status_t {
    guard("microsip_registration_free", || free(registration))
}

/// The registration as of now, as a new handle to be freed. Never waits for the engine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_registration(
    account: microsip_account_t,
    registration: *mut microsip_registration_t,
) -> microsip_status_t {
    guard("microsip_account_registration", || {
        let out = Out::new(registration, "registration")?;
        out.set(put(get(account)?.registration())?);
        Ok(())
    })
}

/// Registers now, or refreshes the registration (RFC 3261 §10.2). Returns once the REGISTER is on its way. Statuses:
/// `WRONG_STATE` when the account has no registrar, `BUSY` while a REGISTER is under way, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_register(account: microsip_account_t) -> microsip_status_t {
    guard("microsip_account_register", || Ok(get(account)?.register()?))
}

/// Removes the binding from the registrar (`Expires: 0`, RFC 3261 §10.2.2) and stops refreshing and retrying. Does not
/// wait for the answer. Statuses: as `microsip_account_register`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_unregister(account: microsip_account_t) -> microsip_status_t {
    guard("microsip_account_unregister", || Ok(get(account)?.unregister()?))
}

/// Waits until the account is not registered any more, `timeout_ms` at most. Statuses: `TIMEOUT`; those of a failed
/// registration; `WRONG_STATE` when the account has no registrar; `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_wait_unregistered(
    account: microsip_account_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_account_wait_unregistered", || {
        get(account)?.wait_unregistered(timeout(timeout_ms))?;
        Ok(())
    })
}

/// Changes the account's settings to those of `config`, which is copied; calls that are up keep what they were made
/// with. Where the account is registered, or is to be, a REGISTER goes out at once; a binding at another registrar or
/// by another transport is removed first. An account that was told to unregister stays so.
///
/// Statuses: `INVALID_ARGUMENT` for a wrong setting and for another address of record (its display name may change),
/// `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_modify(
    account: microsip_account_t,
    config: microsip_account_config_t,
) -> microsip_status_t {
    guard("microsip_account_modify", || {
        let config = config_of(config)?;
        Ok(get(account)?.modify(config)?)
    })
}

/// Sets what happens with its incoming calls from now on, in place of what the endpoint does. `policy` is copied; the
/// zero handle stands for the policy that lets everything pass. Statuses: `INVALID_ARGUMENT`, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_set_policy(
    account: microsip_account_t,
    policy: microsip_call_policy_t,
) -> microsip_status_t {
    guard("microsip_account_set_policy", || {
        let policy = settings_or(policy, microsip_core::CallPolicy::default)?;
        Ok(get(account)?.set_policy(Some(policy))?)
    })
}

/// Does with its incoming calls as the endpoint from now on. Statuses: `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_clear_policy(account: microsip_account_t) -> microsip_status_t {
    guard("microsip_account_clear_policy", || Ok(get(account)?.set_policy(None)?))
}

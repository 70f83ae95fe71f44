//! From what a person typed to a SIP URI.

mod dialled;
mod plan;

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::contacts::caller_matches;
use microsip_core::compat::dialplan::DialPlan;
use microsip_core::compat::number::{NumberRules, is_phone_like};

use crate::base::{Out, change, clone_settings, free, get, guard, opt_text, put, settings_of, text};
use crate::handle;
use crate::status::microsip_status_t;

pub use dialled::*;
pub use plan::*;

/// How numbers are read: what of the settings matters for it.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_number_rules_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_number_rules_t, 164, "number rules", Mutex<NumberRules>);

/// Makes rules for an account with this domain, put behind names and numbers as it stands, with its port; NULL: no
/// account is active.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_rules_new(
    domain: *const c_char,
    rules: *mut microsip_number_rules_t,
) -> microsip_status_t {
    guard("microsip_number_rules_new", || {
        let out = Out::new(rules, "rules")?;
        let domain = opt_text(domain, "domain")?.unwrap_or_default();
        out.set(put(Mutex::new(NumberRules::new(domain)))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_rules_clone(
    rules: microsip_number_rules_t,
    clone: *mut microsip_number_rules_t,
) -> microsip_status_t {
    guard("microsip_number_rules_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(rules)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_number_rules_free(rules: microsip_number_rules_t) -> microsip_status_t {
    guard("microsip_number_rules_free", || free(rules))
}

/// Says whether the local account exists, which makes calls to IP addresses; default: whether there is no domain.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_number_rules_set_local(rules: microsip_number_rules_t, exists: bool) -> microsip_status_t {
    guard("microsip_number_rules_set_local", || {
        change(rules, |r| {
            r.local = exists;
            Ok(())
        })
    })
}

/// Sets the local account's own domain; NULL: it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_rules_set_local_domain(
    rules: microsip_number_rules_t,
    domain: *const c_char,
) -> microsip_status_t {
    guard("microsip_number_rules_set_local_domain", || {
        let domain = opt_text(domain, "domain")?;
        change(rules, |r| {
            r.local_domain = domain.map(str::to_owned);
            Ok(())
        })
    })
}

/// Sets the prefix of phone numbers of more than 3 characters (`dialingPrefix`); empty (default): none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_rules_set_prefix(
    rules: microsip_number_rules_t,
    prefix: *const c_char,
) -> microsip_status_t {
    guard("microsip_number_rules_set_prefix", || {
        let prefix = text(prefix, "prefix")?;
        change(rules, |r| {
            r.prefix = prefix.to_owned();
            Ok(())
        })
    })
}

/// Sets the dial plan, which is copied; the zero handle: none, which leaves every number as it is.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_number_rules_set_dial_plan(
    rules: microsip_number_rules_t,
    plan: microsip_dial_plan_t,
) -> microsip_status_t {
    guard("microsip_number_rules_set_dial_plan", || {
        let plan = match plan.token {
            0 => DialPlan::default(),
            _ => (**get(plan)?).clone(),
        };
        change(rules, |r| {
            r.plan = plan;
            Ok(())
        })
    })
}

/// Reads a number, a name, `user@host`, a SIP URI or `"Name" <sip:user@host>`, for a call or a transfer, as MicroSIP
/// does: post-dial digits behind a comma, clean-up of phone numbers, prefix, dial plan, domain. The result is a new
/// object to be freed.
///
/// Statuses: `INVALID_ARGUMENT` when the text is empty, no alternative of the dial plan matches, what follows the comma
/// is no DTMF, or no valid URI of at most 900 bytes results; `CONFIG` when no account can make the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_rules_resolve(
    rules: microsip_number_rules_t,
    number: *const c_char,
    dialled: *mut microsip_dialled_number_t,
) -> microsip_status_t {
    guard("microsip_number_rules_resolve", || {
        let out = Out::new(dialled, "dialled")?;
        let number = text(number, "number")?;
        out.set(put(settings_of(rules)?.resolve(number)?)?);
        Ok(())
    })
}

/// As `microsip_number_rules_resolve`, without clean-up, prefix and dial plan: for redial, messages and presence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_rules_resolve_as_is(
    rules: microsip_number_rules_t,
    number: *const c_char,
    dialled: *mut microsip_dialled_number_t,
) -> microsip_status_t {
    guard("microsip_number_rules_resolve_as_is", || {
        let out = Out::new(dialled, "dialled")?;
        let number = text(number, "number")?;
        out.set(put(settings_of(rules)?.resolve_as_is(number)?)?);
        Ok(())
    })
}

/// Whether a text is a phone number: digits and `* # . - ( ) /` and spaces only, or a `+` in front of anything but an
/// address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_is_phone(number: *const c_char, is_phone: *mut bool) -> microsip_status_t {
    guard("microsip_number_is_phone", || {
        let out = Out::new(is_phone, "is_phone")?;
        out.set(is_phone_like(text(number, "number")?));
        Ok(())
    })
}

/// How well a caller's number fits a contact's, both as user parts: 0 if equal, else the number of extra leading
/// characters of the caller's, 1 to 3, which are allowed for contacts of more than 3 characters. `NO_VALUE` if they do
/// not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_number_matches(
    caller: *const c_char,
    contact: *const c_char,
    extra: *mut usize,
) -> microsip_status_t {
    guard("microsip_number_matches", || {
        let out = Out::new(extra, "extra")?;
        out.set_some(
            caller_matches(text(caller, "caller")?, text(contact, "contact")?),
            "match",
        )
    })
}

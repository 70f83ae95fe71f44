//! How a phone is started.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::Secret;
use microsip_core::compat::ini::{Directories, Place};
use microsip_core::compat::phone::PhoneOptions;

use crate::base::{Code, Out, Outcome, change, clone_settings, free, get, guard, millis, opt_text, put, settings_of};
use crate::compat::microsip_place_t;
use crate::endpoint::microsip_log_level_t;
use crate::handle;
use crate::status::microsip_status_t;

/// How a phone is started.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_phone_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_phone_options_t, 185, "phone options", Mutex<PhoneOptions>);

fn usual() -> Outcome<Place> {
    Ok(Place::choose(&Directories::of_process()?, None, None, &|path| {
        path.exists()
    })?)
}

pub(super) fn of(options: microsip_phone_options_t) -> Outcome<PhoneOptions> {
    match options.token {
        0 => Ok(PhoneOptions::new(usual()?)),
        _ => settings_of(options),
    }
}

/// Makes settings for the phone of a place, which is copied; the zero handle stands for the one `microsip_place_choose`
/// finds without a name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_options_new(
    place: microsip_place_t,
    options: *mut microsip_phone_options_t,
) -> microsip_status_t {
    guard("microsip_phone_options_new", || {
        let out = Out::new(options, "options")?;
        let place = match place.token {
            0 => usual()?,
            _ => (**get(place)?).clone(),
        };
        out.set(put(Mutex::new(PhoneOptions::new(place)))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_options_clone(
    options: microsip_phone_options_t,
    clone: *mut microsip_phone_options_t,
) -> microsip_status_t {
    guard("microsip_phone_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_options_free(options: microsip_phone_options_t) -> microsip_status_t {
    guard("microsip_phone_options_free", || free(options))
}

/// Sets a password that takes the place of the active account's in this run; NULL (default): none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_options_set_password(
    options: microsip_phone_options_t,
    password: *const c_char,
) -> microsip_status_t {
    guard("microsip_phone_options_set_password", || {
        let password = opt_text(password, "password")?;
        change(options, |o| {
            o.password = password.map(Secret::new);
            Ok(())
        })
    })
}

/// Makes another account the active one before the first registration, the N of `[AccountN]`; it is stored. 0: none is
/// active. Default: what the file says.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_options_set_account(
    options: microsip_phone_options_t,
    number: u32,
) -> microsip_status_t {
    guard("microsip_phone_options_set_account", || {
        change(options, |o| {
            o.account = Some(number);
            Ok(())
        })
    })
}

/// Sets how much PJSIP logs, with the target `pjsip` of `microsip_set_log`; default `MICROSIP_LOG_LEVEL_WARN`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_options_set_log_level(
    options: microsip_phone_options_t,
    level: microsip_log_level_t,
) -> microsip_status_t {
    guard("microsip_phone_options_set_log_level", || {
        let level = Code::arg(level)?;
        change(options, |o| {
            o.log_level = level;
            Ok(())
        })
    })
}

/// Sets how long the end may take, in milliseconds: BYE, unregistration, hooks; default 3000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_options_set_close_timeout(
    options: microsip_phone_options_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_phone_options_set_close_timeout", || {
        change(options, |o| {
            o.close_timeout = millis(timeout_ms);
            Ok(())
        })
    })
}

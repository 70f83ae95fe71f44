//! Settings of an account.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::AccountConfig;

use crate::base::{Out, Outcome, change, clone_settings, free, guard, opt_text, put, settings_of, text};
use crate::handle;
use crate::status::microsip_status_t;

/// Settings of an account, filled in before it is added.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_account_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_account_config_t, 7, "account config", Mutex<AccountConfig>);

pub(crate) fn of(config: microsip_account_config_t) -> Outcome<AccountConfig> {
    settings_of(config)
}

/// Makes settings for an address of record such as `"sip:1001@pbx.example.org"` or `"\"Ann\" <sip:1001@pbx.example.org>"`. Checked
/// when the account is added.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_new(
    aor: *const c_char,
    config: *mut microsip_account_config_t,
) -> microsip_status_t {
    guard("microsip_account_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(AccountConfig::new(text(aor, "aor")?)))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_clone(
    config: microsip_account_config_t,
    clone: *mut microsip_account_config_t,
) -> microsip_status_t {
    guard("microsip_account_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_free(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_free", || free(config))
}

/// Sets the registrar's URI, such as `"sip:pbx.example.org"`; NULL (default): the account does not register.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_set_registrar(
    config: microsip_account_config_t,
    registrar: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_set_registrar", || {
        let registrar = opt_text(registrar, "registrar")?.map(str::to_owned);
        change(config, |c| {
            c.registrar = registrar;
            Ok(())
        })
    })
}

//! Known keys: what they mean, and what counts.

use std::ffi::c_char;

use microsip_core::compat::ini::{
    ACCOUNT_KEYS, AccountSettings, EXTENSION_KEYS, PasswordStore, SETTINGS_KEYS, ValueKind,
};

use super::counts::Setting;
use super::{ini_or_empty, microsip_ini_disposition_t, microsip_ini_t, microsip_ini_value_kind_t};
use crate::base::{Code, Obj, Out, Outcome, free, get, guard, put, share, text};
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Which keys there are in a section: one of `enum microsip_ini_keys_e`.
pub type microsip_ini_keys_t = i32;

/// The values of `microsip_ini_keys_t`.
#[repr(i32)]
pub enum microsip_ini_keys_e {
    /// Those of `[Settings]`.
    MICROSIP_INI_KEYS_SETTINGS = 1,
    /// Those of `[Account0]`, `[Account1]`, …
    MICROSIP_INI_KEYS_ACCOUNT = 2,
    /// Those of `[Extensions]`, which MicroSIP does not have.
    MICROSIP_INI_KEYS_EXTENSIONS = 3,
}

code!(microsip_ini_keys_e, "ini keys", Keys {
MICROSIP_INI_KEYS_SETTINGS = Settings,
MICROSIP_INI_KEYS_ACCOUNT = Account,
MICROSIP_INI_KEYS_EXTENSIONS = Extensions,
});

#[derive(Clone, Copy)]
enum Keys {
    Settings,
    Account,
    Extensions,
}

/// A known key of a section: what is known of it, and the value that counts in a file. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_setting_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_setting_t, 156, "ini setting", Setting);

fn object(setting: microsip_ini_setting_t) -> Outcome<std::sync::Arc<Obj<Setting>>> {
    get(setting)
}

/// What is known of a key and what counts for it: the value in the file if it is a right one, else the default.
/// `section` is `"Settings"`, `"Account1"`, `"Extensions"`. The zero handle stands for an empty file: the defaults. The
/// setting is a new object to be freed; it does not change with the file.
///
/// Statuses: `NO_VALUE` for a key that is not known in this section.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    setting: *mut microsip_ini_setting_t,
) -> microsip_status_t {
    guard("microsip_ini_setting", || {
        let out = Out::new(setting, "setting")?;
        let (section, key) = (text(section, "section")?, text(key, "key")?);
        out.set(put(Setting::of(&ini_or_empty(ini)?, section, key)?)?);
        Ok(())
    })
}

/// The names of all known keys, in MicroSIP's order, as a new list to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_known_keys(
    keys: microsip_ini_keys_t,
    names: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_ini_known_keys", || {
        let out = Out::new(names, "names")?;
        let keys = match Keys::arg(keys)? {
            Keys::Settings => SETTINGS_KEYS,
            Keys::Account => ACCOUNT_KEYS,
            Keys::Extensions => EXTENSION_KEYS,
        };
        out.set(put(keys.iter().map(|key| key.name.to_owned()).collect())?);
        Ok(())
    })
}

/// The key's name as MicroSIP writes it. Lent until the setting is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_name(
    setting: microsip_ini_setting_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_setting_name", || {
        let out = Out::new(name, "name")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(object.lend(s.key.name));
        Ok(())
    })
}

/// How its value is read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_kind(
    setting: microsip_ini_setting_t,
    kind: *mut microsip_ini_value_kind_t,
) -> microsip_status_t {
    guard("microsip_ini_setting_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.kind().code());
        Ok(())
    })
}

/// What becomes of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_disposition(
    setting: microsip_ini_setting_t,
    disposition: *mut microsip_ini_disposition_t,
) -> microsip_status_t {
    guard("microsip_ini_setting_disposition", || {
        let out = Out::new(disposition, "disposition")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.key.disposition.code());
        Ok(())
    })
}

/// What it means, in a sentence or two. Lent until the setting is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_meaning(
    setting: microsip_ini_setting_t,
    meaning: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_setting_meaning", || {
        let out = Out::new(meaning, "meaning")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(object.lend(s.key.meaning));
        Ok(())
    })
}

/// The values that are allowed, in words. Lent until the setting is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_allowed(
    setting: microsip_ini_setting_t,
    allowed: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_setting_allowed", || {
        let out = Out::new(allowed, "allowed")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(object.lend(&s.key.allowed()));
        Ok(())
    })
}

/// The value used if the key is missing, as text. Lent until the setting is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_default(
    setting: microsip_ini_setting_t,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_setting_default", || {
        let out = Out::new(value, "value")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(object.lend(s.key.default));
        Ok(())
    })
}

/// Whether its value is a secret, which `microsip_ini_setting_value` does not show.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_is_secret(
    setting: microsip_ini_setting_t,
    is_secret: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_setting_is_secret", || {
        let out = Out::new(is_secret, "is_secret")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.key.is_secret());
        Ok(())
    })
}

/// Whether the key is in the file, with whatever value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_is_set(
    setting: microsip_ini_setting_t,
    is_set: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_setting_is_set", || {
        let out = Out::new(is_set, "is_set")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.line.is_some());
        Ok(())
    })
}

/// Whether the file has a wrong value, which is not used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_is_wrong(
    setting: microsip_ini_setting_t,
    is_wrong: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_setting_is_wrong", || {
        let out = Out::new(is_wrong, "is_wrong")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.wrong);
        Ok(())
    })
}

/// The line of the file it is in, from 1; `NO_VALUE` if it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_line(
    setting: microsip_ini_setting_t,
    line: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_setting_line", || {
        let out = Out::new(line, "line")?;
        let object = get(setting)?;
        let s = &**object;
        out.set_some(s.line, "line")
    })
}

/// The value that counts, as text; `***` for secrets. Lent until the setting is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_value(
    setting: microsip_ini_setting_t,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_setting_value", || {
        let out = Out::new(value, "value")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(object.lend(s.shown()));
        Ok(())
    })
}

/// The value that counts, of a switch. Statuses: `INVALID_ARGUMENT` if it is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_switch(
    setting: microsip_ini_setting_t,
    value: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_setting_switch", || {
        let out = Out::new(value, "value")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.switch()?);
        Ok(())
    })
}

/// The value that counts, of a number. Statuses: `INVALID_ARGUMENT` if it is none, `NO_VALUE` if none is set and there
/// is no default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_integer(
    setting: microsip_ini_setting_t,
    integer: *mut i64,
) -> microsip_status_t {
    guard("microsip_ini_setting_integer", || {
        let out = Out::new(integer, "integer")?;
        let object = get(setting)?;
        let s = &**object;
        out.set(s.integer()?);
        Ok(())
    })
}

/// The value that counts, of a list or of ports, as a new list to be freed. Statuses: `INVALID_ARGUMENT` if it is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_list(
    setting: microsip_ini_setting_t,
    list: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_ini_setting_list", || {
        let out = Out::new(list, "list")?;
        out.set(put(object(setting)?.list()?)?);
        Ok(())
    })
}

/// The texts one of which the value is, as a new list to be freed. Statuses: `INVALID_ARGUMENT` if any text is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_choices(
    setting: microsip_ini_setting_t,
    choices: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_ini_setting_choices", || {
        let out = Out::new(choices, "choices")?;
        let setting = object(setting)?;
        let ValueKind::Choice(texts) = setting.key.kind else {
            return Err(setting.is_no("choice"));
        };
        out.set(put(texts.iter().map(|text| (*text).to_owned()).collect())?);
        Ok(())
    })
}

/// The smallest and the largest number allowed. Statuses: `INVALID_ARGUMENT` if it is no number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_range(
    setting: microsip_ini_setting_t,
    min: *mut i64,
    max: *mut i64,
) -> microsip_status_t {
    guard("microsip_ini_setting_range", || {
        let (low, high) = (Out::new(min, "min"), Out::new(max, "max"));
        let (low, high) = (low?, high?);
        let setting = object(setting)?;
        match setting.key.kind {
            ValueKind::Int { min, max } | ValueKind::Clamped { min, max } => {
                low.set(min);
                high.set(max);
                Ok(())
            }
            _ => Err(setting.is_no("number")),
        }
    })
}

/// Another handle to the same setting, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_setting_clone(
    setting: microsip_ini_setting_t,
    clone: *mut microsip_ini_setting_t,
) -> microsip_status_t {
    guard("microsip_ini_setting_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(setting)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_setting_free(setting: microsip_ini_setting_t) -> microsip_status_t {
    guard("microsip_ini_setting_free", || free(setting))
}

/// How many accounts the file has: `[Account1]`, `[Account2]`, … up to the first that is missing or has no `domain`;
/// the local one, `[Account0]`, does not count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_account_count(ini: microsip_ini_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_ini_account_count", || {
        let out = Out::new(count, "count")?;
        let file = ini_or_empty(ini)?;
        out.set(AccountSettings::read_all(&file, &PasswordStore::default()).0.len());
        Ok(())
    })
}

//! What is wrong in a settings file.

use std::ffi::c_char;

use microsip_core::compat::ini::{AccountSettings, Extensions, IniWarning, Settings, WarningKind};

use super::{microsip_ini_t, microsip_password_store_t, store_of};
use crate::base::{Code, Fault, Out, free, get, guard, lock, put, settings_of, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What kind of trouble a settings file has: one of `enum microsip_ini_warning_kind_e`.
pub type microsip_ini_warning_kind_t = i32;

/// The values of `microsip_ini_warning_kind_t`.
#[repr(i32)]
pub enum microsip_ini_warning_kind_e {
    /// The value is none of those allowed; the default is used.
    MICROSIP_INI_WARNING_KIND_WRONG_VALUE = 1,
    /// The value is outside the range; the nearest allowed one, or the default, is used.
    MICROSIP_INI_WARNING_KIND_OUT_OF_RANGE = 2,
    /// The value is longer than MicroSIP reads; it is used whole here.
    MICROSIP_INI_WARNING_KIND_TOO_LONG = 3,
    /// The value has broken characters; they are used as they are.
    MICROSIP_INI_WARNING_KIND_BROKEN_TEXT = 4,
    /// The key is there twice in its section; the first one counts.
    MICROSIP_INI_WARNING_KIND_DUPLICATE_KEY = 5,
    /// The section is there twice; the first one counts.
    MICROSIP_INI_WARNING_KIND_DUPLICATE_SECTION = 6,
    /// The line is neither a section, a key, a comment nor blank; it is ignored and kept.
    MICROSIP_INI_WARNING_KIND_MALFORMED_LINE = 7,
    /// The key stands before the first section; it is ignored and kept.
    MICROSIP_INI_WARNING_KIND_OUTSIDE_SECTION = 8,
    /// The stored password cannot be read with the key in use.
    MICROSIP_INI_WARNING_KIND_UNREADABLE_PASSWORD = 9,
    /// The account lacks a value it cannot be without.
    MICROSIP_INI_WARNING_KIND_MISSING = 10,
}

code!(microsip_ini_warning_kind_e, "ini warning kind", WarningKind {
MICROSIP_INI_WARNING_KIND_WRONG_VALUE = WrongValue,
MICROSIP_INI_WARNING_KIND_OUT_OF_RANGE = OutOfRange,
MICROSIP_INI_WARNING_KIND_TOO_LONG = TooLong,
MICROSIP_INI_WARNING_KIND_BROKEN_TEXT = BrokenText,
MICROSIP_INI_WARNING_KIND_DUPLICATE_KEY = DuplicateKey,
MICROSIP_INI_WARNING_KIND_DUPLICATE_SECTION = DuplicateSection,
MICROSIP_INI_WARNING_KIND_MALFORMED_LINE = MalformedLine,
MICROSIP_INI_WARNING_KIND_OUTSIDE_SECTION = OutsideSection,
MICROSIP_INI_WARNING_KIND_UNREADABLE_PASSWORD = UnreadablePassword,
MICROSIP_INI_WARNING_KIND_MISSING = Missing,
});

/// Something in a settings file that is not as it should be. Immutable; secrets are masked.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_warning_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_warning_t, 153, "ini warning", IniWarning);

/// What kind of trouble it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_kind(
    warning: microsip_ini_warning_t,
    kind: *mut microsip_ini_warning_kind_t,
) -> microsip_status_t {
    guard("microsip_ini_warning_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(w.kind.code());
        Ok(())
    })
}

/// One line for a log: file, line, key, value and what is allowed. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_message(
    warning: microsip_ini_warning_t,
    message: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_message", || {
        let out = Out::new(message, "message")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.to_string()));
        Ok(())
    })
}

/// The file. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_file(
    warning: microsip_ini_warning_t,
    file: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_file", || {
        let out = Out::new(file, "file")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.file.display().to_string()));
        Ok(())
    })
}

/// Line in the file, from 1; 0 if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_line(
    warning: microsip_ini_warning_t,
    line: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_warning_line", || {
        let out = Out::new(line, "line")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(w.line);
        Ok(())
    })
}

/// The section; empty before the first one. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_section(
    warning: microsip_ini_warning_t,
    section: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_section", || {
        let out = Out::new(section, "section")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.section));
        Ok(())
    })
}

/// The key; empty if a line or section is meant. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_key(
    warning: microsip_ini_warning_t,
    key: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_key", || {
        let out = Out::new(key, "key")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.key));
        Ok(())
    })
}

/// The value as it is in the file, at most 80 characters of it; `***` for secrets. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_value(
    warning: microsip_ini_warning_t,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_value", || {
        let out = Out::new(value, "value")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.value));
        Ok(())
    })
}

/// What is allowed, or what to do. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_allowed(
    warning: microsip_ini_warning_t,
    allowed: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_allowed", || {
        let out = Out::new(allowed, "allowed")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.allowed));
        Ok(())
    })
}

/// The value used instead; `NO_VALUE` if the file's is used. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_used(
    warning: microsip_ini_warning_t,
    used: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_warning_used", || {
        let out = Out::new(used, "used")?;
        let object = get(warning)?;
        let w = &**object;
        let text = w.used.as_deref();
        let text = text.ok_or_else(|| Fault::none("used"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// Another handle to the same warning, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warning_clone(
    warning: microsip_ini_warning_t,
    clone: *mut microsip_ini_warning_t,
) -> microsip_status_t {
    guard("microsip_ini_warning_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(warning)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_warning_free(warning: microsip_ini_warning_t) -> microsip_status_t {
    guard("microsip_ini_warning_free", || free(warning))
}

/// Warnings about a settings file. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_warnings_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_warnings_t, 154, "ini warnings", Vec<IniWarning>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warnings_count(
    warnings: microsip_ini_warnings_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_warnings_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(warnings)?.len());
        Ok(())
    })
}

/// The one at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warnings_at(
    warnings: microsip_ini_warnings_t,
    index: usize,
    warning: *mut microsip_ini_warning_t,
) -> microsip_status_t {
    guard("microsip_ini_warnings_at", || {
        let out = Out::new(warning, "warning")?;
        let list = get(warnings)?;
        let one = list.get(index).ok_or_else(|| Fault::none("warning at this index"))?;
        out.set(put(one.clone())?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warnings_clone(
    warnings: microsip_ini_warnings_t,
    clone: *mut microsip_ini_warnings_t,
) -> microsip_status_t {
    guard("microsip_ini_warnings_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(warnings)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_warnings_free(warnings: microsip_ini_warnings_t) -> microsip_status_t {
    guard("microsip_ini_warnings_free", || free(warnings))
}

/// What is wrong with the lines, whatever they mean: malformed ones, duplicates, keys outside sections; the first 1000.
/// A new list to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_problems(
    ini: microsip_ini_t,
    problems: *mut microsip_ini_warnings_t,
) -> microsip_status_t {
    guard("microsip_ini_problems", || {
        let out = Out::new(problems, "problems")?;
        let found = lock(&*get(ini)?).problems();
        out.set(put(found)?);
        Ok(())
    })
}

/// As `microsip_ini_problems`, with the values of `[Settings]`, `[Extensions]`, `[Account0]` and all accounts that are
/// not understood. `store` says how passwords are read; the zero handle stands for its defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_warnings_of(
    ini: microsip_ini_t,
    store: microsip_password_store_t,
    warnings: *mut microsip_ini_warnings_t,
) -> microsip_status_t {
    guard("microsip_ini_warnings_of", || {
        let out = Out::new(warnings, "warnings")?;
        let store = store_of(store)?;
        let file = settings_of(ini)?;
        let mut all = file.problems();
        all.extend(Settings::read(&file).1);
        all.extend(Extensions::read(&file).1);
        all.extend(AccountSettings::read(&file, 0, &store).1);
        all.extend(AccountSettings::read_all(&file, &store).1);
        out.set(put(all)?);
        Ok(())
    })
}

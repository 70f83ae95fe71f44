//! Sections and keys.

use std::ffi::c_char;

use microsip_core::compat::ini::is_secret_key;

use super::{microsip_ini_t, microsip_password_store_t, store_of};
use crate::base::{Fault, OptOut, Out, free, get, guard, lock, put, share, text};
use crate::handle;
use crate::status::microsip_status_t;

/// The keys of one section of a settings file with their values. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_entries_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_entries_t, 152, "ini entries", Vec<Entry>);

/// A line that counts.
#[derive(Debug)]
pub struct Entry {
    line: usize,
    key: String,
    value: String,
}

/// The value, if it is no secret.
fn shown<'a>(key: &str, value: &'a str) -> &'a str {
    match is_secret_key(key) && !value.is_empty() {
        true => "***",
        false => value,
    }
}

/// The value of a key as text, without the white space and quotes around it; `***` for passwords, which
/// `microsip_ini_password` reads. Lent until the document is freed, also when the key is changed. Statuses: `NO_VALUE`
/// if it is not there; `microsip_ini_setting` knows the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_get(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_get", || {
        let out = Out::new(value, "value")?;
        let (section, key) = (text(section, "section")?, text(key, "key")?);
        let ini = get(ini)?;
        let file = lock(&ini);
        let value = file
            .get(section, key)
            .ok_or_else(|| Fault::none("such key in the file"))?;
        out.set(ini.lend(shown(key, value)));
        Ok(())
    })
}

/// The line of the file a key is in, from 1; `NO_VALUE` if it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_line(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    line: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_line", || {
        let out = Out::new(line, "line")?;
        let (section, key) = (text(section, "section")?, text(key, "key")?);
        out.set_some(lock(&*get(ini)?).line_of(section, key), "such key in the file")
    })
}

/// Sets a key, and makes it and its section if they are missing. An existing line keeps its spelling, its spaces and
/// its quotes. The value is not checked: `microsip_ini_set_checked`. `changed` (may be NULL) says whether the document
/// changed.
///
/// Statuses: `INVALID_ARGUMENT` for names and values that no line can hold (line ends), or that the file's code page
/// lacks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_set(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    value: *const c_char,
    changed: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_set", || {
        let changed = OptOut::new(changed);
        let (section, key, value) = (text(section, "section")?, text(key, "key")?, text(value, "value")?);
        changed.set(lock(&*get(ini)?).set(section, key, value)?);
        Ok(())
    })
}

/// As `microsip_ini_set`, and a line that has to be made gets double quotes around the value, as MicroSIP writes
/// devices and hooks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_set_quoted(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    value: *const c_char,
    changed: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_set_quoted", || {
        let changed = OptOut::new(changed);
        let (section, key, value) = (text(section, "section")?, text(key, "key")?, text(value, "value")?);
        changed.set(lock(&*get(ini)?).set_quoted(section, key, value)?);
        Ok(())
    })
}

/// Sets a known key if the value is one that will be understood; a password is written as `store` says (the zero
/// handle: its defaults). `changed` may be NULL.
///
/// Statuses: `INVALID_ARGUMENT` for an unknown key and for a wrong value, with what is allowed; those of
/// `microsip_ini_set`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_set_checked(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    value: *const c_char,
    store: microsip_password_store_t,
    changed: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_set_checked", || {
        let changed = OptOut::new(changed);
        let (section, key, value) = (text(section, "section")?, text(key, "key")?, text(value, "value")?);
        let store = store_of(store)?;
        changed.set(lock(&*get(ini)?).set_checked(section, key, value, &store)?);
        Ok(())
    })
}

/// Removes a key, all lines of it in its section. `removed` (may be NULL) says whether there was one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_remove(
    ini: microsip_ini_t,
    section: *const c_char,
    key: *const c_char,
    removed: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_remove", || {
        let removed = OptOut::new(removed);
        let (section, key) = (text(section, "section")?, text(key, "key")?);
        removed.set(lock(&*get(ini)?).remove(section, key));
        Ok(())
    })
}

/// Removes a section with its keys, wherever it stands; comments after its last key stay. `removed` (may be NULL) says
/// whether there was one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_remove_section(
    ini: microsip_ini_t,
    section: *const c_char,
    removed: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_remove_section", || {
        let removed = OptOut::new(removed);
        let section = text(section, "section")?;
        removed.set(lock(&*get(ini)?).remove_section(section));
        Ok(())
    })
}

/// The keys of a section that count, in the order of the file, as a new object to be freed. A missing section has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_section_entries(
    ini: microsip_ini_t,
    section: *const c_char,
    entries: *mut microsip_ini_entries_t,
) -> microsip_status_t {
    guard("microsip_ini_section_entries", || {
        let out = Out::new(entries, "entries")?;
        let section = text(section, "section")?;
        let all: Vec<Entry> = lock(&*get(ini)?)
            .entries(section)
            .map(|(line, key, value)| Entry {
                line,
                key: key.to_owned(),
                value: shown(key, value).to_owned(),
            })
            .collect();
        out.set(put(all)?);
        Ok(())
    })
}

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_entries_count(
    entries: microsip_ini_entries_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_entries_count", || {
        let out = Out::new(count, "count")?;
        let object = get(entries)?;
        let list = &**object;
        out.set(list.len());
        Ok(())
    })
}

/// The one at `index`, from 0: its key as written and its value, `***` for passwords, both lent until the entries are
/// freed, and its line in the file, from 1 (may be NULL). `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_entries_at(
    entries: microsip_ini_entries_t,
    index: usize,
    key: *mut *const c_char,
    value: *mut *const c_char,
    line: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_entries_at", || {
        let line = OptOut::new(line);
        let (key, out) = (Out::new(key, "key"), Out::new(value, "value"));
        let (key, out) = (key?, out?);
        let list = get(entries)?;
        let entry = list.get(index).ok_or_else(|| Fault::none("entry at this index"))?;
        key.set(list.lend(&entry.key));
        out.set(list.lend(&entry.value));
        line.set(entry.line);
        Ok(())
    })
}

/// Another handle to the same entries, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_entries_clone(
    entries: microsip_ini_entries_t,
    clone: *mut microsip_ini_entries_t,
) -> microsip_status_t {
    guard("microsip_ini_entries_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(entries)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_entries_free(entries: microsip_ini_entries_t) -> microsip_status_t {
    guard("microsip_ini_entries_free", || free(entries))
}

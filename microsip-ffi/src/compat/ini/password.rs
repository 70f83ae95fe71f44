//! Passwords in the settings file.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::Secret;
use microsip_core::compat::ini::{AccountSettings, PasswordForm, PasswordStore};

use super::microsip_ini_t;
use crate::base::{
    Buffer, Code, OptOut, Out, Outcome, change, clone_settings, free, get, guard, lock, put, settings_or, text,
};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// How a stored password was found: one of `enum microsip_password_form_e`.
pub type microsip_password_form_t = i32;

/// The values of `microsip_password_form_t`.
#[repr(i32)]
pub enum microsip_password_form_e {
    /// There is none.
    MICROSIP_PASSWORD_FORM_EMPTY = 1,
    /// As plain text.
    MICROSIP_PASSWORD_FORM_PLAIN = 2,
    /// Hidden the way MicroSIP does it, and read with the key in use.
    MICROSIP_PASSWORD_FORM_HIDDEN = 3,
    /// Hidden with another key, most likely by an official program, whose key is not public.
    MICROSIP_PASSWORD_FORM_UNREADABLE = 4,
}

code!(microsip_password_form_e, "password form", PasswordForm {
MICROSIP_PASSWORD_FORM_EMPTY = Empty,
MICROSIP_PASSWORD_FORM_PLAIN = Plain,
MICROSIP_PASSWORD_FORM_HIDDEN = Hidden,
MICROSIP_PASSWORD_FORM_UNREADABLE = Unreadable,
});

/// How passwords are read from and written to a settings file. Hiding is MicroSIP's and no protection: whoever has the
/// program has the key.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_password_store_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_password_store_t, 155, "password store", Mutex<PasswordStore>);

pub(crate) fn store_of(store: microsip_password_store_t) -> Outcome<PasswordStore> {
    settings_or(store, PasswordStore::default)
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_password_store_new(store: *mut microsip_password_store_t) -> microsip_status_t {
    guard("microsip_password_store_new", || {
        let out = Out::new(store, "store")?;
        out.set(put(Mutex::new(PasswordStore::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_password_store_clone(
    store: microsip_password_store_t,
    clone: *mut microsip_password_store_t,
) -> microsip_status_t {
    guard("microsip_password_store_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(store)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_password_store_free(store: microsip_password_store_t) -> microsip_status_t {
    guard("microsip_password_store_free", || free(store))
}

/// Sets the key text passwords are hidden with; default: nine asterisks, as in MicroSIP's published sources.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_password_store_set_key(
    store: microsip_password_store_t,
    key: *const c_char,
) -> microsip_status_t {
    guard("microsip_password_store_set_key", || {
        let key = text(key, "key")?;
        change(store, |s| {
            s.key = Secret::new(key);
            Ok(())
        })
    })
}

/// Sets whether new passwords are hidden, default true; false writes plain text, which MicroSIP reads too.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_password_store_set_hide(store: microsip_password_store_t, hide: bool) -> microsip_status_t {
    guard("microsip_password_store_set_hide", || {
        change(store, |s| {
            s.hide = hide;
            Ok(())
        })
    })
}

/// Sets whether hexadecimal that does not decrypt is a plain password, as MicroSIP takes it. Default false: registering
/// with it would only lock the account.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_password_store_set_hex_is_plain(
    store: microsip_password_store_t,
    plain: bool,
) -> microsip_status_t {
    guard("microsip_password_store_set_hex_is_plain", || {
        change(store, |s| {
            s.hex_is_plain = plain;
            Ok(())
        })
    })
}

/// Copies the password that a stored value stands for, with a NUL, to the caller's memory of `capacity` bytes; empty if
/// it is unreadable. `length` is that of the password in bytes. `form` (may be NULL) says how it was found. `buffer`
/// may be the memory of `stored`.
///
/// Statuses: `BUFFER_TOO_SMALL`; `length` is right all the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_password_store_read(
    store: microsip_password_store_t,
    stored: *const c_char,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    form: *mut microsip_password_form_t,
) -> microsip_status_t {
    guard("microsip_password_store_read", || {
        let form = OptOut::new(form);
        // Before the buffer is emptied, which may be the same memory.
        let stored = text(stored, "stored").map(Secret::new);
        let buffer = Buffer::new(buffer, capacity, length)?;
        let (secret, found) = store_of(store)?.read(stored?.reveal());
        form.set(found.code());
        buffer.fill(secret.reveal())
    })
}

/// Copies the value that stands for a password in the file, hidden or plain, as `microsip_password_store_read` does. A
/// password that looks like a hidden one is always hidden.
///
/// Statuses: `INVALID_ARGUMENT` for more than 1040 characters and for plain text with line ends; `BUFFER_TOO_SMALL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_password_store_write(
    store: microsip_password_store_t,
    password: *const c_char,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> microsip_status_t {
    guard("microsip_password_store_write", || {
        // As above.
        let password = text(password, "password").map(Secret::new);
        let buffer = Buffer::new(buffer, capacity, length)?;
        let written = Secret::from(store_of(store)?.write(&password?)?);
        buffer.fill(written.reveal())
    })
}

/// Copies the password of `[AccountN]`, N being `account`, as `microsip_password_store_read` does; empty if there is
/// none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_password(
    ini: microsip_ini_t,
    account: u32,
    store: microsip_password_store_t,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    form: *mut microsip_password_form_t,
) -> microsip_status_t {
    guard("microsip_ini_password", || {
        let form = OptOut::new(form);
        let buffer = Buffer::new(buffer, capacity, length)?;
        let store = store_of(store)?;
        let (secret, found) = {
            let ini = get(ini)?;
            let file = lock(&ini);
            let stored = file
                .get(&AccountSettings::section(account), "password")
                .unwrap_or_default();
            store.read(stored)
        };
        form.set(found.code());
        buffer.fill(secret.reveal())
    })
}

/// Sets the password of `[AccountN]`, hidden or plain as `store` says (the zero handle: its defaults). `changed` (may
/// be NULL) says whether the document changed. Statuses: those of `microsip_password_store_write`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_set_password(
    ini: microsip_ini_t,
    account: u32,
    store: microsip_password_store_t,
    password: *const c_char,
    changed: *mut bool,
) -> microsip_status_t {
    guard("microsip_ini_set_password", || {
        let changed = OptOut::new(changed);
        let (password, store) = (Secret::new(text(password, "password")?), store_of(store)?);
        let ini = get(ini)?;
        let mut file = lock(&ini);
        let section = AccountSettings::section(account);
        // What the file says already is not written anew.
        if store.read(file.get(&section, "password").unwrap_or_default()).0 == password {
            changed.set(false);
            return Ok(());
        }
        changed.set(file.set(&section, "password", &store.write(&password)?)?);
        Ok(())
    })
}

/// Hides the passwords that stand in the file as plain text, as MicroSIP does when it reads them. `count` (may be
/// NULL): how many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_hide_passwords(
    ini: microsip_ini_t,
    store: microsip_password_store_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_hide_passwords", || {
        let count = OptOut::new(count);
        let store = store_of(store)?;
        count.set(AccountSettings::hide_passwords(&mut lock(&*get(ini)?), &store)?);
        Ok(())
    })
}

//! Sections that are lists: calls, dialled texts, shortcuts, the old contacts.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::contacts::ContactBook;
use microsip_core::compat::ini::{Shortcut, ShortcutAction};

use super::microsip_ini_t;
use crate::base::{
    Code, Fault, OptOut, Out, Outcome, change, clone_settings, free, get, guard, handles, lock, put, settings_of, text,
};
use crate::compat::{microsip_contact_book_t, microsip_import_warnings_t};
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// The texts dialled last (`[Dialed]`), newest first, as a new list to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_dialed(
    ini: microsip_ini_t,
    dialed: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_ini_dialed", || {
        let out = Out::new(dialed, "dialed")?;
        let texts: Vec<String> = lock(&*get(ini)?).dialed().into_iter().map(str::to_owned).collect();
        out.set(put(texts)?);
        Ok(())
    })
}

/// Puts a text in front of `[Dialed]`; an equal one further down moves up. Ten are kept. Statuses: those of
/// `microsip_ini_set`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_push_dialed(ini: microsip_ini_t, dialed: *const c_char) -> microsip_status_t {
    guard("microsip_ini_push_dialed", || {
        let dialed = text(dialed, "dialed")?;
        lock(&*get(ini)?).push_dialed(dialed)?;
        Ok(())
    })
}

/// Reads the old contact list `[Contacts]` into a new book to be freed; MicroSIP moved it to `Contacts.xml` later.
/// `warnings` (may be NULL) gets a new list to be freed: what was passed over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_old_contacts(
    ini: microsip_ini_t,
    book: *mut microsip_contact_book_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_ini_old_contacts", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(book, "book")?;
        let file = settings_of(ini)?;
        let (book, found) = ContactBook::from_ini_lines(file.numbered("Contacts", u32::MAX).into_values());
        warnings.set_with(|| put(found))?;
        out.set(put(Mutex::new(book))?);
        Ok(())
    })
}

/// What a shortcut does: one of `enum microsip_shortcut_action_e`.
pub type microsip_shortcut_action_t = i32;

/// The values of `microsip_shortcut_action_t`.
#[repr(i32)]
pub enum microsip_shortcut_action_e {
    /// Calls the number.
    MICROSIP_SHORTCUT_ACTION_CALL = 1,
    /// Calls it with video.
    MICROSIP_SHORTCUT_ACTION_VIDEO = 2,
    /// Opens a message to it.
    MICROSIP_SHORTCUT_ACTION_MESSAGE = 3,
    /// Sends it as digits.
    MICROSIP_SHORTCUT_ACTION_DTMF = 4,
    /// Transfers the call to it.
    MICROSIP_SHORTCUT_ACTION_TRANSFER = 5,
    /// Transfers the call to it after asking.
    MICROSIP_SHORTCUT_ACTION_ATTENDED_TRANSFER = 6,
    /// Invites it to the conference.
    MICROSIP_SHORTCUT_ACTION_CONFERENCE = 7,
    /// Runs a program; not in MicroSIP's free version.
    MICROSIP_SHORTCUT_ACTION_RUN_BATCH = 8,
    /// Fetches a URL; not in MicroSIP's free version.
    MICROSIP_SHORTCUT_ACTION_CALL_URL = 9,
    /// Opens a URL; not in MicroSIP's free version.
    MICROSIP_SHORTCUT_ACTION_POP_URL = 10,
}

code!(microsip_shortcut_action_e, "shortcut action", ShortcutAction {
MICROSIP_SHORTCUT_ACTION_CALL = Call,
MICROSIP_SHORTCUT_ACTION_VIDEO = Video,
MICROSIP_SHORTCUT_ACTION_MESSAGE = Message,
MICROSIP_SHORTCUT_ACTION_DTMF = Dtmf,
MICROSIP_SHORTCUT_ACTION_TRANSFER = Transfer,
MICROSIP_SHORTCUT_ACTION_ATTENDED_TRANSFER = AttendedTransfer,
MICROSIP_SHORTCUT_ACTION_CONFERENCE = Conference,
MICROSIP_SHORTCUT_ACTION_RUN_BATCH = RunBatch,
MICROSIP_SHORTCUT_ACTION_CALL_URL = CallUrl,
MICROSIP_SHORTCUT_ACTION_POP_URL = PopUrl,
});

/// A button of `[Shortcuts]`. It can be changed; a file gets it by `microsip_ini_set_shortcuts`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_shortcut_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_shortcut_t, 160, "shortcut", Mutex<Shortcut>);

/// Makes a shortcut that calls a number; `label` is what stands on the button.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_new(
    label: *const c_char,
    number: *const c_char,
    shortcut: *mut microsip_shortcut_t,
) -> microsip_status_t {
    guard("microsip_shortcut_new", || {
        let out = Out::new(shortcut, "shortcut")?;
        out.set(put(Mutex::new(Shortcut::new(
            text(label, "label")?,
            text(number, "number")?,
        )))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_clone(
    shortcut: microsip_shortcut_t,
    clone: *mut microsip_shortcut_t,
) -> microsip_status_t {
    guard("microsip_shortcut_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(shortcut)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_shortcut_free(shortcut: microsip_shortcut_t) -> microsip_status_t {
    guard("microsip_shortcut_free", || free(shortcut))
}

/// Sets what is done with the number.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_shortcut_set_action(
    shortcut: microsip_shortcut_t,
    action: microsip_shortcut_action_t,
) -> microsip_status_t {
    guard("microsip_shortcut_set_action", || {
        let action = Code::arg(action)?;
        change(shortcut, |s| {
            s.action = action;
            Ok(())
        })
    })
}

/// Sets the number of the second press; empty (default): the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_set_number2(
    shortcut: microsip_shortcut_t,
    number2: *const c_char,
) -> microsip_status_t {
    guard("microsip_shortcut_set_number2", || {
        let number2 = text(number2, "number2")?;
        change(shortcut, |s| {
            s.number2 = number2.to_owned();
            Ok(())
        })
    })
}

/// Sets whether the number's state is watched; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_shortcut_set_presence(shortcut: microsip_shortcut_t, presence: bool) -> microsip_status_t {
    guard("microsip_shortcut_set_presence", || {
        change(shortcut, |s| {
            s.presence = presence;
            Ok(())
        })
    })
}

/// What stands on the button. Lent until the shortcut is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_label(
    shortcut: microsip_shortcut_t,
    label: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_shortcut_label", || {
        let out = Out::new(label, "label")?;
        let object = get(shortcut)?;
        let s = lock(&object);
        out.set(object.lend(&s.label));
        Ok(())
    })
}

/// The number, digits, program or URL. Lent until the shortcut is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_number(
    shortcut: microsip_shortcut_t,
    number: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_shortcut_number", || {
        let out = Out::new(number, "number")?;
        let object = get(shortcut)?;
        let s = lock(&object);
        out.set(object.lend(&s.number));
        Ok(())
    })
}

/// What is done with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_action(
    shortcut: microsip_shortcut_t,
    action: *mut microsip_shortcut_action_t,
) -> microsip_status_t {
    guard("microsip_shortcut_action", || {
        let out = Out::new(action, "action")?;
        let object = get(shortcut)?;
        let s = lock(&object);
        out.set(s.action.code());
        Ok(())
    })
}

/// The number of the second press; empty: the same. Lent until the shortcut is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_number2(
    shortcut: microsip_shortcut_t,
    number2: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_shortcut_number2", || {
        let out = Out::new(number2, "number2")?;
        let object = get(shortcut)?;
        let s = lock(&object);
        out.set(object.lend(&s.number2));
        Ok(())
    })
}

/// Whether the number's state is watched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_shortcut_presence(
    shortcut: microsip_shortcut_t,
    presence: *mut bool,
) -> microsip_status_t {
    guard("microsip_shortcut_presence", || {
        let out = Out::new(presence, "presence")?;
        let object = get(shortcut)?;
        let s = lock(&object);
        out.set(s.presence);
        Ok(())
    })
}

/// How many shortcuts there are, up to the first gap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_shortcut_count(ini: microsip_ini_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_ini_shortcut_count", || {
        let out = Out::new(count, "count")?;
        out.set(lock(&*get(ini)?).shortcuts().len());
        Ok(())
    })
}

/// The shortcut at `index`, from 0, as a new handle to be freed; changing it does not change the file. `NO_VALUE`
/// beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_shortcut_at(
    ini: microsip_ini_t,
    index: usize,
    shortcut: *mut microsip_shortcut_t,
) -> microsip_status_t {
    guard("microsip_ini_shortcut_at", || {
        let out = Out::new(shortcut, "shortcut")?;
        let all = lock(&*get(ini)?).shortcuts();
        let one = all
            .into_iter()
            .nth(index)
            .ok_or_else(|| Fault::none("shortcut at this index"))?;
        out.set(put(Mutex::new(one))?);
        Ok(())
    })
}

/// Replaces the shortcuts by `count` others, which are copied and stay the caller's. Statuses: `INVALID_ARGUMENT` for
/// more than eight and for a `;` in a text, as the file has no escape for it; nothing is changed then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_set_shortcuts(
    ini: microsip_ini_t,
    shortcuts: *const microsip_shortcut_t,
    count: usize,
) -> microsip_status_t {
    guard("microsip_ini_set_shortcuts", || {
        let all = handles(shortcuts, count, "shortcuts")?
            .iter()
            .map(|one| settings_of(*one))
            .collect::<Outcome<Vec<Shortcut>>>()?;
        lock(&*get(ini)?).set_shortcuts(&all)?;
        Ok(())
    })
}

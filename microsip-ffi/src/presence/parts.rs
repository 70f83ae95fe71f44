//! The parts of a presence status.

use std::ffi::c_char;

use microsip_core::{Activity, PresenceNote, PresencePerson, PresenceTuple};

use crate::base::{Code, Fault, Out, Outcome, free, get, guard, share, unix_ms};
use crate::handle;
use crate::presence::activity::code_of_activity;
use crate::presence::{microsip_activity_t, microsip_basic_status_t};
use crate::status::microsip_status_t;

pub(super) fn note_at(notes: &[PresenceNote], index: usize) -> Outcome<&PresenceNote> {
    notes.get(index).ok_or_else(|| Fault::none("note at this index"))
}

pub(super) fn activity_at(activities: &[Activity], index: usize) -> Outcome<(i32, &str)> {
    activities
        .get(index)
        .map(code_of_activity)
        .ok_or_else(|| Fault::none("activity at this index"))
}

/// One way to reach somebody: a service on a device (RFC 3863 §4.1.2). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_presence_tuple_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_presence_tuple_t, 124, "presence tuple", PresenceTuple);

/// Another handle to the same presence tuple, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_clone(
    tuple: microsip_presence_tuple_t,
    clone: *mut microsip_presence_tuple_t,
) -> microsip_status_t {
    guard("microsip_presence_tuple_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(tuple)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_presence_tuple_free(tuple: microsip_presence_tuple_t) -> microsip_status_t {
    guard("microsip_presence_tuple_free", || free(tuple))
}

/// Its id, unique in the document. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_id(
    tuple: microsip_presence_tuple_t,
    id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_tuple_id", || {
        let id = Out::new(id, "id")?;
        let tuple = get(tuple)?;
        id.set(tuple.lend(&tuple.id));
        Ok(())
    })
}

/// Whether this way is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_basic(
    tuple: microsip_presence_tuple_t,
    basic: *mut microsip_basic_status_t,
) -> microsip_status_t {
    guard("microsip_presence_tuple_basic", || {
        let basic = Out::new(basic, "basic")?;
        let tuple = get(tuple)?;
        basic.set(tuple.basic.code());
        Ok(())
    })
}

/// Where it leads, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_contact(
    tuple: microsip_presence_tuple_t,
    contact: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_tuple_contact", || {
        let contact = Out::new(contact, "contact")?;
        let tuple = get(tuple)?;
        contact.set_some(tuple.contact.as_deref().map(|uri| tuple.lend(uri)), "contact")
    })
}

/// How much it is preferred, in thousandths: 1000 is preferred most; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_priority(
    tuple: microsip_presence_tuple_t,
    priority: *mut u16,
) -> microsip_status_t {
    guard("microsip_presence_tuple_priority", || {
        let priority = Out::new(priority, "priority")?;
        let tuple = get(tuple)?;
        priority.set_some(tuple.priority, "priority")
    })
}

/// How many things are told that are being done.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_activity_count(
    tuple: microsip_presence_tuple_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_tuple_activity_count", || {
        let count = Out::new(count, "count")?;
        let tuple = get(tuple)?;
        count.set(tuple.activities.len());
        Ok(())
    })
}

/// What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
/// beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_activity_at(
    tuple: microsip_presence_tuple_t,
    index: usize,
    activity: *mut microsip_activity_t,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_tuple_activity_at", || {
        let (activity, words) = (Out::new(activity, "activity"), Out::new(words, "words"));
        let (activity, words) = (activity?, words?);
        let tuple = get(tuple)?;
        let (code, said) = activity_at(&tuple.activities, index)?;
        activity.set(code);
        words.set(tuple.lend(said));
        Ok(())
    })
}

/// How many notes there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_note_count(
    tuple: microsip_presence_tuple_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_tuple_note_count", || {
        let count = Out::new(count, "count")?;
        let tuple = get(tuple)?;
        count.set(tuple.notes.len());
        Ok(())
    })
}

/// The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
/// until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_note_at(
    tuple: microsip_presence_tuple_t,
    index: usize,
    note: *mut *const c_char,
    language: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_tuple_note_at", || {
        let (note, language) = (Out::new(note, "note"), Out::new(language, "language"));
        let (note, language) = (note?, language?);
        let tuple = get(tuple)?;
        let found = note_at(&tuple.notes, index)?;
        note.set(tuple.lend(&found.text));
        language.set(tuple.lend(found.language.as_deref().unwrap_or_default()));
        Ok(())
    })
}

/// Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_tuple_timestamp_unix_ms(
    tuple: microsip_presence_tuple_t,
    timestamp_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_presence_tuple_timestamp_unix_ms", || {
        let timestamp_unix_ms = Out::new(timestamp_unix_ms, "timestamp_unix_ms")?;
        let tuple = get(tuple)?;
        timestamp_unix_ms.set_some(tuple.timestamp.map(unix_ms), "timestamp")
    })
}

/// A person (RFC 4479 §3.1). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_presence_person_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_presence_person_t, 125, "presence person", PresencePerson);

/// Another handle to the same presence person, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_clone(
    person: microsip_presence_person_t,
    clone: *mut microsip_presence_person_t,
) -> microsip_status_t {
    guard("microsip_presence_person_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(person)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_presence_person_free(person: microsip_presence_person_t) -> microsip_status_t {
    guard("microsip_presence_person_free", || free(person))
}

/// Its id, unique in the document; empty when there is none. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_id(
    person: microsip_presence_person_t,
    id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_person_id", || {
        let id = Out::new(id, "id")?;
        let person = get(person)?;
        id.set(person.lend(&person.id));
        Ok(())
    })
}

/// How many things are told that are being done.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_activity_count(
    person: microsip_presence_person_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_person_activity_count", || {
        let count = Out::new(count, "count")?;
        let person = get(person)?;
        count.set(person.activities.len());
        Ok(())
    })
}

/// What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
/// beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_activity_at(
    person: microsip_presence_person_t,
    index: usize,
    activity: *mut microsip_activity_t,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_person_activity_at", || {
        let (activity, words) = (Out::new(activity, "activity"), Out::new(words, "words"));
        let (activity, words) = (activity?, words?);
        let person = get(person)?;
        let (code, said) = activity_at(&person.activities, index)?;
        activity.set(code);
        words.set(person.lend(said));
        Ok(())
    })
}

/// How many notes there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_note_count(
    person: microsip_presence_person_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_person_note_count", || {
        let count = Out::new(count, "count")?;
        let person = get(person)?;
        count.set(person.notes.len());
        Ok(())
    })
}

/// The note at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond the end. Lent
/// until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_note_at(
    person: microsip_presence_person_t,
    index: usize,
    note: *mut *const c_char,
    language: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_person_note_at", || {
        let (note, language) = (Out::new(note, "note"), Out::new(language, "language"));
        let (note, language) = (note?, language?);
        let person = get(person)?;
        let found = note_at(&person.notes, index)?;
        note.set(person.lend(&found.text));
        language.set(person.lend(found.language.as_deref().unwrap_or_default()));
        Ok(())
    })
}

/// Since when this holds, in milliseconds since 1970; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_person_timestamp_unix_ms(
    person: microsip_presence_person_t,
    timestamp_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_presence_person_timestamp_unix_ms", || {
        let timestamp_unix_ms = Out::new(timestamp_unix_ms, "timestamp_unix_ms")?;
        let person = get(person)?;
        timestamp_unix_ms.set_some(person.timestamp.map(unix_ms), "timestamp")
    })
}

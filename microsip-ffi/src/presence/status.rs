//! What is known of a presentity, and what we tell of ourselves.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{BasicStatus, Presence, PresenceStatus};

use crate::base::{Code, Fault, Out, bytes, change, clone_settings, free, get, guard, lock, opt_text, put, text};
use crate::presence::activity::{activity_of, code_of_activity};
use crate::presence::help::from_unix_ms;
use crate::presence::parts::note_at;
use crate::presence::{
    microsip_activity_t, microsip_presence_device_t, microsip_presence_person_t, microsip_presence_tuple_t,
};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Presence in one word, for a list of buddies: one of `enum microsip_presence_e`.
pub type microsip_presence_t = i32;

/// The values of `microsip_presence_t`.
#[repr(i32)]
pub enum microsip_presence_e {
    /// Nothing is known.
    MICROSIP_PRESENCE_UNKNOWN = 1,
    /// There, and ready to talk.
    MICROSIP_PRESENCE_ONLINE = 2,
    /// Not at the device: away, at a meal, on vacation, …
    MICROSIP_PRESENCE_AWAY = 3,
    /// There, and occupied: busy, in a meeting, …
    MICROSIP_PRESENCE_BUSY = 4,
    /// In a call.
    MICROSIP_PRESENCE_ON_THE_PHONE = 5,
    /// There, and not to be disturbed.
    MICROSIP_PRESENCE_DO_NOT_DISTURB = 6,
    /// Not reachable.
    MICROSIP_PRESENCE_OFFLINE = 7,
}

code!(microsip_presence_e, "presence", Presence {
    MICROSIP_PRESENCE_UNKNOWN = Unknown,
    MICROSIP_PRESENCE_ONLINE = Online,
    MICROSIP_PRESENCE_AWAY = Away,
    MICROSIP_PRESENCE_BUSY = Busy,
    MICROSIP_PRESENCE_ON_THE_PHONE = OnThePhone,
    MICROSIP_PRESENCE_DO_NOT_DISTURB = DoNotDisturb,
    MICROSIP_PRESENCE_OFFLINE = Offline,
});

/// Whether somebody, or one way to somebody, is open to communication (RFC 3863 §4.1.4): one of `enum
/// microsip_basic_status_e`.
pub type microsip_basic_status_t = i32;

/// The values of `microsip_basic_status_t`.
#[repr(i32)]
pub enum microsip_basic_status_e {
    /// It is.
    MICROSIP_BASIC_STATUS_OPEN = 1,
    /// It is not.
    MICROSIP_BASIC_STATUS_CLOSED = 2,
    /// Nothing, or nothing known, is said about it.
    MICROSIP_BASIC_STATUS_UNKNOWN = 3,
}

code!(microsip_basic_status_e, "basic status", BasicStatus {
    MICROSIP_BASIC_STATUS_OPEN = Open,
    MICROSIP_BASIC_STATUS_CLOSED = Closed,
    MICROSIP_BASIC_STATUS_UNKNOWN = Unknown,
});

/// What is known of a presentity, as a document of presence says it (RFC 3863, RFC 4479, RFC 4480); also what an
/// account tells of itself. Those given out by the library are copies: setters change nothing else.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_presence_status_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_presence_status_t,
    123,
    "presence status",
    Mutex<PresenceStatus>
);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_clone(
    status: microsip_presence_status_t,
    clone: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_presence_status_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(status)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_presence_status_free(status: microsip_presence_status_t) -> microsip_status_t {
    guard("microsip_presence_status_free", || free(status))
}

/// Makes the status of a word; `MICROSIP_PRESENCE_UNKNOWN` says nothing. On the phone and do not disturb come with
/// notes and activities as other programs know them by.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_new(
    presence: microsip_presence_t,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_presence_status_new", || {
        let status = Out::new(status, "status")?;
        let presence = Code::arg(presence)?;
        status.set(put(Mutex::new(PresenceStatus::of_state(presence)))?);
        Ok(())
    })
}

/// Reads a document of presence: `"application/pidf+xml"`, `"application/xpidf+xml"` or `"application/cpim-pidf+xml"`.
///
/// Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` beyond 64 KiB, `UNSUPPORTED` for another
/// type or encoding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_parse(
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_presence_status_parse", || {
        let status = Out::new(status, "status")?;
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        status.set(put(Mutex::new(PresenceStatus::parse(content_type, body)?))?);
        Ok(())
    })
}

/// Sets the words of the person in place of those there were; NULL or an empty text removes them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_set_note(
    status: microsip_presence_status_t,
    note: *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_set_note", || {
        let note = opt_text(note, "note")?;
        change(status, |s| {
            *s = s.clone().with_note(note.unwrap_or_default());
            Ok(())
        })
    })
}

/// Adds what the person is doing. `words` are those of `MICROSIP_ACTIVITY_OTHER`, and not looked at otherwise (NULL).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_add_activity(
    status: microsip_presence_status_t,
    activity: microsip_activity_t,
    words: *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_add_activity", || {
        let words = opt_text(words, "words")?;
        let activity = activity_of(activity, words)?;
        change(status, |s| {
            *s = s.clone().with_activity(activity);
            Ok(())
        })
    })
}

/// Sets where the first way leads, as URI.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_set_contact(
    status: microsip_presence_status_t,
    contact: *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_set_contact", || {
        let contact = text(contact, "contact")?;
        change(status, |s| {
            *s = s.clone().with_contact(contact);
            Ok(())
        })
    })
}

/// Sets since when it holds, in milliseconds since 1970; written to the second.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_presence_status_set_timestamp(
    status: microsip_presence_status_t,
    timestamp_unix_ms: i64,
) -> microsip_status_t {
    guard("microsip_presence_status_set_timestamp", || {
        let at = from_unix_ms(timestamp_unix_ms)?;
        change(status, |s| {
            *s = s.clone().with_timestamp(at);
            Ok(())
        })
    })
}

/// Adds a suffix to every id in it: a server that puts the documents of several devices together tells their parts by
/// id, so each device must have its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_add_id_suffix(
    status: microsip_presence_status_t,
    suffix: *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_add_id_suffix", || {
        let suffix = text(suffix, "suffix")?;
        change(status, |s| {
            *s = s.clone().with_ids(suffix);
            Ok(())
        })
    })
}

/// Everything in one word: of several activities the one that speaks most against calling counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_state(
    status: microsip_presence_status_t,
    presence: *mut microsip_presence_t,
) -> microsip_status_t {
    guard("microsip_presence_status_state", || {
        let presence = Out::new(presence, "presence")?;
        let object = get(status)?;
        let inner = lock(&object);
        presence.set(inner.state().code());
        Ok(())
    })
}

/// Whether there is an open way: one is enough.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_basic(
    status: microsip_presence_status_t,
    basic: *mut microsip_basic_status_t,
) -> microsip_status_t {
    guard("microsip_presence_status_basic", || {
        let basic = Out::new(basic, "basic")?;
        let object = get(status)?;
        let inner = lock(&object);
        basic.set(inner.basic().code());
        Ok(())
    })
}

/// The first words there are: of a person, then of a way, then of the whole; `NO_VALUE` if there are none. Lent until
/// the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_note(
    status: microsip_presence_status_t,
    note: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_note", || {
        let note = Out::new(note, "note")?;
        let object = get(status)?;
        let inner = lock(&object);
        note.set_some(inner.note().map(|note| object.lend(note)), "note")
    })
}

/// Whom it is about, as URI; empty when not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_entity(
    status: microsip_presence_status_t,
    entity: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_entity", || {
        let entity = Out::new(entity, "entity")?;
        let object = get(status)?;
        let inner = lock(&object);
        entity.set(object.lend(&inner.entity));
        Ok(())
    })
}

/// How many things are being done, by all persons and as told of ways.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_activity_count(
    status: microsip_presence_status_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_status_activity_count", || {
        let count = Out::new(count, "count")?;
        let object = get(status)?;
        let inner = lock(&object);
        count.set(inner.activities().count());
        Ok(())
    })
}

/// What is being done, at `index` from 0, with the words of `MICROSIP_ACTIVITY_OTHER`, else empty ones; `NO_VALUE`
/// beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_activity_at(
    status: microsip_presence_status_t,
    index: usize,
    activity: *mut microsip_activity_t,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_activity_at", || {
        let (activity, words) = (Out::new(activity, "activity"), Out::new(words, "words"));
        let (activity, words) = (activity?, words?);
        let object = get(status)?;
        let inner = lock(&object);
        let found = inner
            .activities()
            .nth(index)
            .ok_or_else(|| Fault::none("activity at this index"))?;
        let (code, said) = code_of_activity(found);
        activity.set(code);
        words.set(object.lend(said));
        Ok(())
    })
}

/// How many notes there are about the whole.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_note_count(
    status: microsip_presence_status_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_status_note_count", || {
        let count = Out::new(count, "count")?;
        let object = get(status)?;
        let inner = lock(&object);
        count.set(inner.notes.len());
        Ok(())
    })
}

/// The note about the whole at `index`, from 0, and its language such as `"en"`, empty when not told; `NO_VALUE` beyond
/// the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_note_at(
    status: microsip_presence_status_t,
    index: usize,
    note: *mut *const c_char,
    language: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_note_at", || {
        let (note, language) = (Out::new(note, "note"), Out::new(language, "language"));
        let (note, language) = (note?, language?);
        let object = get(status)?;
        let inner = lock(&object);
        let found = note_at(&inner.notes, index)?;
        note.set(object.lend(&found.text));
        language.set(object.lend(found.language.as_deref().unwrap_or_default()));
        Ok(())
    })
}

/// How many ways there are to reach them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_tuple_count(
    status: microsip_presence_status_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_status_tuple_count", || {
        let count = Out::new(count, "count")?;
        let object = get(status)?;
        let inner = lock(&object);
        count.set(inner.tuples.len());
        Ok(())
    })
}

/// The way at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_tuple_at(
    status: microsip_presence_status_t,
    index: usize,
    tuple: *mut microsip_presence_tuple_t,
) -> microsip_status_t {
    guard("microsip_presence_status_tuple_at", || {
        let tuple = Out::new(tuple, "tuple")?;
        let object = get(status)?;
        let inner = lock(&object);
        let found = inner
            .tuples
            .get(index)
            .ok_or_else(|| Fault::none("tuple at this index"))?;
        tuple.set(put(found.clone())?);
        Ok(())
    })
}

/// How many persons there are: several when a server put several documents together.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_person_count(
    status: microsip_presence_status_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_status_person_count", || {
        let count = Out::new(count, "count")?;
        let object = get(status)?;
        let inner = lock(&object);
        count.set(inner.persons.len());
        Ok(())
    })
}

/// The person at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_person_at(
    status: microsip_presence_status_t,
    index: usize,
    person: *mut microsip_presence_person_t,
) -> microsip_status_t {
    guard("microsip_presence_status_person_at", || {
        let person = Out::new(person, "person")?;
        let object = get(status)?;
        let inner = lock(&object);
        let found = inner
            .persons
            .get(index)
            .ok_or_else(|| Fault::none("person at this index"))?;
        person.set(put(found.clone())?);
        Ok(())
    })
}

/// How many devices there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_device_count(
    status: microsip_presence_status_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_presence_status_device_count", || {
        let count = Out::new(count, "count")?;
        let object = get(status)?;
        let inner = lock(&object);
        count.set(inner.devices.len());
        Ok(())
    })
}

/// The device at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_device_at(
    status: microsip_presence_status_t,
    index: usize,
    device: *mut microsip_presence_device_t,
) -> microsip_status_t {
    guard("microsip_presence_status_device_at", || {
        let device = Out::new(device, "device")?;
        let object = get(status)?;
        let inner = lock(&object);
        let found = inner
            .devices
            .get(index)
            .ok_or_else(|| Fault::none("device at this index"))?;
        device.set(put(found.clone())?);
        Ok(())
    })
}

/// The document as XML of type `application/pidf+xml` (RFC 3863), about this URI. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_presence_status_to_pidf(
    status: microsip_presence_status_t,
    entity: *const c_char,
    xml: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_presence_status_to_pidf", || {
        let xml = Out::new(xml, "xml")?;
        let object = get(status)?;
        let entity = text(entity, "entity")?;
        let inner = lock(&object);
        xml.set(object.lend(&inner.to_pidf(entity)));
        Ok(())
    })
}

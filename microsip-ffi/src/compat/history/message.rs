//! A message of the history.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::history::{MessageRecord, StoredMessage};

use super::record::{seconds, unix_ms};
use crate::base::{Fault, Out, change, clone_settings, free, get, guard, lock, put, share, text};
use crate::handle;
use crate::status::microsip_status_t;

/// A message of the history. It can be changed; databases have copies.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_message_record_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_message_record_t, 179, "message record", Mutex<KeptMessage>);

/// A message with its key in the database, 0 for none.
#[derive(Debug, Clone)]
pub struct KeptMessage {
    id: i64,
    pub(super) message: MessageRecord,
}

/// Makes a message we sent (`outgoing`) or received, at a time, which is kept in whole seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_new(
    outgoing: bool,
    number: *const c_char,
    time_unix_ms: i64,
    body: *const c_char,
    record: *mut microsip_message_record_t,
) -> microsip_status_t {
    guard("microsip_message_record_new", || {
        let out = Out::new(record, "record")?;
        let (number, body) = (text(number, "number")?, text(body, "body")?);
        let message = MessageRecord::new(outgoing, number, seconds(time_unix_ms), body);
        out.set(put(Mutex::new(KeptMessage { id: 0, message }))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_clone(
    record: microsip_message_record_t,
    clone: *mut microsip_message_record_t,
) -> microsip_status_t {
    guard("microsip_message_record_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(record)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_record_free(record: microsip_message_record_t) -> microsip_status_t {
    guard("microsip_message_record_free", || free(record))
}

/// Sets the peer's name; default empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_set_name(
    record: microsip_message_record_t,
    name: *const c_char,
) -> microsip_status_t {
    guard("microsip_message_record_set_name", || {
        let name = text(name, "name")?;
        change(record, |r| {
            r.message.name = name.to_owned();
            Ok(())
        })
    })
}

/// Sets the SIP status its delivery ended with; default 0: none yet, or received.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_record_set_sip_status(
    record: microsip_message_record_t,
    sip_status: u16,
) -> microsip_status_t {
    guard("microsip_message_record_set_sip_status", || {
        change(record, |r| {
            r.message.status = sip_status;
            Ok(())
        })
    })
}

/// Its key in the database it came from; 0 if it came from none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_id(
    record: microsip_message_record_t,
    id: *mut i64,
) -> microsip_status_t {
    guard("microsip_message_record_id", || {
        let out = Out::new(id, "id")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(r.id);
        Ok(())
    })
}

/// Whether we sent it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_is_outgoing(
    record: microsip_message_record_t,
    is_outgoing: *mut bool,
) -> microsip_status_t {
    guard("microsip_message_record_is_outgoing", || {
        let out = Out::new(is_outgoing, "is_outgoing")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(r.message.outgoing);
        Ok(())
    })
}

/// The peer. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_number(
    record: microsip_message_record_t,
    number: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_record_number", || {
        let out = Out::new(number, "number")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.message.number));
        Ok(())
    })
}

/// The peer's name; may be empty. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_name(
    record: microsip_message_record_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_record_name", || {
        let out = Out::new(name, "name")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.message.name));
        Ok(())
    })
}

/// When it was sent or received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_time_unix_ms(
    record: microsip_message_record_t,
    time_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_message_record_time_unix_ms", || {
        let out = Out::new(time_unix_ms, "time_unix_ms")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(unix_ms(r.message.time));
        Ok(())
    })
}

/// What it says. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_body(
    record: microsip_message_record_t,
    body: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_message_record_body", || {
        let out = Out::new(body, "body")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.message.text));
        Ok(())
    })
}

/// The SIP status its delivery ended with; `NO_VALUE` for none yet, and for received ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_record_sip_status(
    record: microsip_message_record_t,
    sip_status: *mut u16,
) -> microsip_status_t {
    guard("microsip_message_record_sip_status", || {
        let out = Out::new(sip_status, "sip_status")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set_some(Some(r.message.status).filter(|status| *status != 0), "sip status")
    })
}

/// Some messages, in an order. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_message_records_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_message_records_t, 180, "message records", Vec<StoredMessage>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_records_count(
    records: microsip_message_records_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_message_records_count", || {
        let out = Out::new(count, "count")?;
        let object = get(records)?;
        let list = &**object;
        out.set(list.len());
        Ok(())
    })
}

/// The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_records_at(
    records: microsip_message_records_t,
    index: usize,
    record: *mut microsip_message_record_t,
) -> microsip_status_t {
    guard("microsip_message_records_at", || {
        let out = Out::new(record, "record")?;
        let list = get(records)?;
        let one = list.get(index).ok_or_else(|| Fault::none("message at this index"))?;
        let kept = KeptMessage {
            id: one.id,
            message: one.message.clone(),
        };
        out.set(put(Mutex::new(kept))?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_records_clone(
    records: microsip_message_records_t,
    clone: *mut microsip_message_records_t,
) -> microsip_status_t {
    guard("microsip_message_records_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(records)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_records_free(records: microsip_message_records_t) -> microsip_status_t {
    guard("microsip_message_records_free", || free(records))
}

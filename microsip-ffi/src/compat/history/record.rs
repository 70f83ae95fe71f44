//! One call of the history.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::history::{CallRecord, CallType, StoredCall};

use crate::base::{Code, Fault, Out, change, clone_settings, free, get, guard, lock, put, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// The direction and fate of a call: one of `enum microsip_call_type_e`.
pub type microsip_call_type_t = i32;

/// The values of `microsip_call_type_t`.
#[repr(i32)]
pub enum microsip_call_type_e {
    /// We called.
    MICROSIP_CALL_TYPE_OUTGOING = 1,
    /// Somebody called and was answered.
    MICROSIP_CALL_TYPE_INCOMING = 2,
    /// Somebody called and was not answered.
    MICROSIP_CALL_TYPE_MISSED = 3,
    /// Somebody called and was answered by another device.
    MICROSIP_CALL_TYPE_ELSEWHERE = 4,
}

code!(microsip_call_type_e, "call type", CallType {
MICROSIP_CALL_TYPE_OUTGOING = Outgoing,
MICROSIP_CALL_TYPE_INCOMING = Incoming,
MICROSIP_CALL_TYPE_MISSED = Missed,
MICROSIP_CALL_TYPE_ELSEWHERE = Elsewhere,
});

/// A call of the history. It can be changed; rings and databases have copies.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_record_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_record_t, 175, "call record", Mutex<StoredCall>);

/// Seconds since 1970 of milliseconds.
pub(super) fn seconds(unix_ms: i64) -> i64 {
    unix_ms.div_euclid(1000)
}

/// Milliseconds since 1970 of seconds.
pub(super) fn unix_ms(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

/// Makes a call of a type with a number, begun at a time, which is kept in whole seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_new(
    kind: microsip_call_type_t,
    number: *const c_char,
    begun_unix_ms: i64,
    record: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_record_new", || {
        let out = Out::new(record, "record")?;
        let record = CallRecord::new(Code::arg(kind)?, text(number, "number")?, seconds(begun_unix_ms));
        out.set(put(Mutex::new(StoredCall::new(record)))?);
        Ok(())
    })
}

/// Reads a value of `[Calls]`: `number;name;type;time;duration;info`. Statuses: `NO_VALUE` for a deleted place (`null`,
/// or nothing) and for a text without number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_parse(
    line: *const c_char,
    record: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_record_parse", || {
        let out = Out::new(record, "record")?;
        let record = CallRecord::from_ini_line(text(line, "line")?).ok_or_else(|| Fault::none("call in this line"))?;
        out.set(put(Mutex::new(StoredCall::new(record)))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_clone(
    record: microsip_call_record_t,
    clone: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_record_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(record)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_record_free(record: microsip_call_record_t) -> microsip_status_t {
    guard("microsip_call_record_free", || free(record))
}

/// Sets the peer's name; default empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_set_name(
    record: microsip_call_record_t,
    name: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_set_name", || {
        let name = text(name, "name")?;
        change(record, |r| {
            r.call.name = name.to_owned();
            Ok(())
        })
    })
}

/// Sets the seconds it was connected; default 0, which is never.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_record_set_duration_s(
    record: microsip_call_record_t,
    duration_s: u32,
) -> microsip_status_t {
    guard("microsip_call_record_set_duration_s", || {
        change(record, |r| {
            r.call.duration = duration_s;
            Ok(())
        })
    })
}

/// Sets the words of its end; default empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_set_info(
    record: microsip_call_record_t,
    info: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_set_info", || {
        let info = text(info, "info")?;
        change(record, |r| {
            r.call.info = info.to_owned();
            Ok(())
        })
    })
}

/// Sets the account it went over; default empty. Only databases keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_set_account(
    record: microsip_call_record_t,
    account: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_set_account", || {
        let account = text(account, "account")?;
        change(record, |r| {
            r.account = account.to_owned();
            Ok(())
        })
    })
}

/// Sets its SIP Call-ID; default empty. Only databases keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_set_call_id(
    record: microsip_call_record_t,
    call_id: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_set_call_id", || {
        let call_id = text(call_id, "call_id")?;
        change(record, |r| {
            r.call_id = call_id.to_owned();
            Ok(())
        })
    })
}

/// Sets the path of its recording; default empty. Only databases keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_set_recording(
    record: microsip_call_record_t,
    recording: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_set_recording", || {
        let recording = text(recording, "recording")?;
        change(record, |r| {
            r.recording = recording.to_owned();
            Ok(())
        })
    })
}

/// Its key in the database it came from; 0 if it came from none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_id(record: microsip_call_record_t, id: *mut i64) -> microsip_status_t {
    guard("microsip_call_record_id", || {
        let out = Out::new(id, "id")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(r.id);
        Ok(())
    })
}

/// Direction and fate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_type(
    record: microsip_call_record_t,
    kind: *mut microsip_call_type_t,
) -> microsip_status_t {
    guard("microsip_call_record_type", || {
        let out = Out::new(kind, "kind")?;
        out.set(lock(&*get(record)?).call.kind.code());
        Ok(())
    })
}

/// The peer: its user part, `user@host` if the host is not the account's domain. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_number(
    record: microsip_call_record_t,
    number: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_number", || {
        let out = Out::new(number, "number")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.call.number));
        Ok(())
    })
}

/// The contact's or the peer's own name. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_name(
    record: microsip_call_record_t,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_name", || {
        let out = Out::new(name, "name")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.call.name));
        Ok(())
    })
}

/// When it began.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_begun_unix_ms(
    record: microsip_call_record_t,
    begun_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_call_record_begun_unix_ms", || {
        let out = Out::new(begun_unix_ms, "begun_unix_ms")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(unix_ms(r.call.time));
        Ok(())
    })
}

/// Seconds connected; 0 if it never was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_duration_s(
    record: microsip_call_record_t,
    duration_s: *mut u32,
) -> microsip_status_t {
    guard("microsip_call_record_duration_s", || {
        let out = Out::new(duration_s, "duration_s")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(r.call.duration);
        Ok(())
    })
}

/// How it ended, in words. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_info(
    record: microsip_call_record_t,
    info: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_info", || {
        let out = Out::new(info, "info")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.call.info));
        Ok(())
    })
}

/// The account it went over; may be empty. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_account(
    record: microsip_call_record_t,
    account: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_account", || {
        let out = Out::new(account, "account")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.account));
        Ok(())
    })
}

/// SIP Call-ID; may be empty. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_call_id(
    record: microsip_call_record_t,
    call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_call_id", || {
        let out = Out::new(call_id, "call_id")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.call_id));
        Ok(())
    })
}

/// Path of the recording; may be empty. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_recording(
    record: microsip_call_record_t,
    recording: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_recording", || {
        let out = Out::new(recording, "recording")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.recording));
        Ok(())
    })
}

/// The value of `[Calls]`, at most 255 characters: what is longer is cut. The format has no escapes: a `;` becomes a
/// comma. Lent until the record is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_record_ini_line(
    record: microsip_call_record_t,
    ini_line: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_record_ini_line", || {
        let out = Out::new(ini_line, "ini_line")?;
        let object = get(record)?;
        let r = lock(&object);
        out.set(object.lend(&r.call.to_ini_line()));
        Ok(())
    })
}

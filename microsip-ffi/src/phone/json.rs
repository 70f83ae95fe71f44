//! JSON that a phone answers and tells.

use std::ffi::c_char;

use serde_json::Value;

use crate::base::{Fault, Obj, Out, Outcome, free, get, guard, share, text};
use crate::handle;
use crate::status::microsip_status_t;

/// A value of JSON: what a phone answers or tells. Immutable.
///
/// Its parts are named by JSON pointers (RFC 6901): `""` is the whole, `"/calls/0/state"` the member `state` of the
/// first element of the member `calls`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_json_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_json_t, 189, "json", Value);

fn find<'a>(json: &'a Obj<Value>, pointer: &str) -> Outcome<Option<&'a Value>> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(Fault::invalid("a JSON pointer is empty or begins with a slash"));
    }
    Ok(json.pointer(pointer))
}

fn part<'a>(json: &'a Obj<Value>, pointer: &str) -> Outcome<&'a Value> {
    find(json, pointer)?.ok_or_else(|| Fault::none("such part of the JSON"))
}

fn wrong(pointer: &str, what: &str) -> Fault {
    Fault::invalid(format!("{pointer:?} is no {what}"))
}

/// The whole as text of JSON, on one line. Lent until the last handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_source(json: microsip_json_t, source: *mut *const c_char) -> microsip_status_t {
    guard("microsip_json_source", || {
        let out = Out::new(source, "source")?;
        let object = get(json)?;
        let j = &**object;
        out.set(object.lend(&j.to_string()));
        Ok(())
    })
}

/// A part as text of JSON. Lent until the last handle is freed. Statuses of this function and its companions:
/// `NO_VALUE` if there is no such part, `INVALID_ARGUMENT` for a malformed pointer, or if the part is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_source_at(
    json: microsip_json_t,
    pointer: *const c_char,
    source: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_json_source_at", || {
        let out = Out::new(source, "source")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        out.set(json.lend(&part(&json, pointer)?.to_string()));
        Ok(())
    })
}

/// A string, without quotes and escapes. Lent until the last handle is freed. Statuses as of `microsip_json_source_at`,
/// `NO_VALUE` among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_text_at(
    json: microsip_json_t,
    pointer: *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_json_text_at", || {
        let out = Out::new(value, "value")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        let string = part(&json, pointer)?.as_str().ok_or_else(|| wrong(pointer, "string"))?;
        out.set(json.lend(string));
        Ok(())
    })
}

/// A whole number. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_integer_at(
    json: microsip_json_t,
    pointer: *const c_char,
    value: *mut i64,
) -> microsip_status_t {
    guard("microsip_json_integer_at", || {
        let out = Out::new(value, "value")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        out.set(
            part(&json, pointer)?
                .as_i64()
                .ok_or_else(|| wrong(pointer, "whole number"))?,
        );
        Ok(())
    })
}

/// A number. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_number_at(
    json: microsip_json_t,
    pointer: *const c_char,
    value: *mut f64,
) -> microsip_status_t {
    guard("microsip_json_number_at", || {
        let out = Out::new(value, "value")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        out.set(part(&json, pointer)?.as_f64().ok_or_else(|| wrong(pointer, "number"))?);
        Ok(())
    })
}

/// True or false. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_bool_at(
    json: microsip_json_t,
    pointer: *const c_char,
    value: *mut bool,
) -> microsip_status_t {
    guard("microsip_json_bool_at", || {
        let out = Out::new(value, "value")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        out.set(
            part(&json, pointer)?
                .as_bool()
                .ok_or_else(|| wrong(pointer, "truth value"))?,
        );
        Ok(())
    })
}

/// How many elements an array or an object has. Statuses as of `microsip_json_source_at`, `NO_VALUE` among them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_count_at(
    json: microsip_json_t,
    pointer: *const c_char,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_json_count_at", || {
        let out = Out::new(count, "count")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        out.set(match part(&json, pointer)? {
            Value::Array(list) => list.len(),
            Value::Object(members) => members.len(),
            _ => return Err(wrong(pointer, "array or object")),
        });
        Ok(())
    })
}

/// Whether the part is there and not null. Statuses: `INVALID_ARGUMENT` for a malformed pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_has(
    json: microsip_json_t,
    pointer: *const c_char,
    has: *mut bool,
) -> microsip_status_t {
    guard("microsip_json_has", || {
        let out = Out::new(has, "has")?;
        let pointer = text(pointer, "pointer")?;
        let json = get(json)?;
        out.set(find(&json, pointer)?.is_some_and(|part| !part.is_null()));
        Ok(())
    })
}

/// Another handle to the same value, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_json_clone(json: microsip_json_t, clone: *mut microsip_json_t) -> microsip_status_t {
    guard("microsip_json_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(json)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_json_free(json: microsip_json_t) -> microsip_status_t {
    guard("microsip_json_free", || free(json))
}

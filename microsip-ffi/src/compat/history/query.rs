//! What to ask the database for.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::history::{CallQuery, Order};

use super::microsip_call_type_t;
use super::record::seconds;
use crate::base::{Code, Out, Outcome, change, clone_settings, free, guard, put, settings_or, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// In which order answers come: one of `enum microsip_history_order_e`.
pub type microsip_history_order_t = i32;

/// The values of `microsip_history_order_t`.
#[repr(i32)]
pub enum microsip_history_order_e {
    /// Latest first.
    MICROSIP_HISTORY_ORDER_NEWEST_FIRST = 1,
    /// Earliest first.
    MICROSIP_HISTORY_ORDER_OLDEST_FIRST = 2,
}

code!(microsip_history_order_e, "history order", Order {
MICROSIP_HISTORY_ORDER_NEWEST_FIRST = NewestFirst,
MICROSIP_HISTORY_ORDER_OLDEST_FIRST = OldestFirst,
});

/// Which calls or messages: all conditions given must hold. Without any, all.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_history_query_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_history_query_t, 178, "history query", Mutex<CallQuery>);

pub(super) fn query_of(query: microsip_history_query_t) -> Outcome<CallQuery> {
    settings_or(query, CallQuery::new)
}

/// Makes a query for all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_query_new(query: *mut microsip_history_query_t) -> microsip_status_t {
    guard("microsip_history_query_new", || {
        let out = Out::new(query, "query")?;
        out.set(put(Mutex::new(CallQuery::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_query_clone(
    query: microsip_history_query_t,
    clone: *mut microsip_history_query_t,
) -> microsip_status_t {
    guard("microsip_history_query_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(query)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_free(query: microsip_history_query_t) -> microsip_status_t {
    guard("microsip_history_query_free", || free(query))
}

/// Of this number, in whatever way it is written; where both have more than 3 characters, the longer of the two may
/// have up to 3 extra leading ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_query_set_number(
    query: microsip_history_query_t,
    number: *const c_char,
) -> microsip_status_t {
    guard("microsip_history_query_set_number", || {
        let number = text(number, "number")?;
        change(query, |q| {
            *q = q.clone().number(number);
            Ok(())
        })
    })
}

/// Of exactly this number, in whatever way it is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_query_set_exact_number(
    query: microsip_history_query_t,
    number: *const c_char,
) -> microsip_status_t {
    guard("microsip_history_query_set_exact_number", || {
        let number = text(number, "number")?;
        change(query, |q| {
            *q = q.clone().exact_number(number);
            Ok(())
        })
    })
}

/// Of this type; more than one may be given. Means nothing for messages.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_add_type(
    query: microsip_history_query_t,
    kind: microsip_call_type_t,
) -> microsip_status_t {
    guard("microsip_history_query_add_type", || {
        let kind = Code::arg(kind)?;
        change(query, |q| {
            *q = q.clone().kind(kind);
            Ok(())
        })
    })
}

/// Begun at this time or later, in whole seconds.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_set_from(
    query: microsip_history_query_t,
    from_unix_ms: i64,
) -> microsip_status_t {
    guard("microsip_history_query_set_from", || {
        change(query, |q| {
            *q = q.clone().from(seconds(from_unix_ms));
            Ok(())
        })
    })
}

/// Begun before this time, in whole seconds.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_set_before(
    query: microsip_history_query_t,
    before_unix_ms: i64,
) -> microsip_status_t {
    guard("microsip_history_query_set_before", || {
        change(query, |q| {
            *q = q.clone().before(seconds(before_unix_ms));
            Ok(())
        })
    })
}

/// With this text in number, name or info (of a message: in its text), upper and lower case being equal. No character
/// has a special meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_query_set_text(
    query: microsip_history_query_t,
    needle: *const c_char,
) -> microsip_status_t {
    guard("microsip_history_query_set_text", || {
        let needle = text(needle, "needle")?;
        change(query, |q| {
            *q = q.clone().text(needle);
            Ok(())
        })
    })
}

/// In this order; default `MICROSIP_HISTORY_ORDER_NEWEST_FIRST`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_set_order(
    query: microsip_history_query_t,
    order: microsip_history_order_t,
) -> microsip_status_t {
    guard("microsip_history_query_set_order", || {
        let order = Code::arg(order)?;
        change(query, |q| {
            *q = q.clone().order(order);
            Ok(())
        })
    })
}

/// At most so many; default no limit. Counting and deleting pass over it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_set_limit(query: microsip_history_query_t, limit: u32) -> microsip_status_t {
    guard("microsip_history_query_set_limit", || {
        change(query, |q| {
            *q = q.clone().limit(limit);
            Ok(())
        })
    })
}

/// Without the first so many; default 0. Counting and deleting pass over it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_query_set_offset(query: microsip_history_query_t, offset: u32) -> microsip_status_t {
    guard("microsip_history_query_set_offset", || {
        change(query, |q| {
            *q = q.clone().offset(offset);
            Ok(())
        })
    })
}

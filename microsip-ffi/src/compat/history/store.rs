//! The database of calls, messages and contacts.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::history::{CallRecord, HistoryStore, StoreOptions};

use super::query::query_of;
use super::{
    microsip_call_record_t, microsip_call_records_t, microsip_history_query_t, microsip_message_record_t,
    microsip_message_records_t,
};
use crate::base::{
    Fault, OptOut, Out, Outcome, change, clone_settings, free, get, guard, lock, millis, put, settings_of, settings_or,
    share, text,
};
use crate::compat::{microsip_contact_book_t, microsip_contacts_t};
use crate::handle;
use crate::status::microsip_status_t;

/// How a database is opened.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_history_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_history_options_t, 181, "history options", Mutex<StoreOptions>);

fn options_of(options: microsip_history_options_t) -> Outcome<StoreOptions> {
    settings_or(options, StoreOptions::default)
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_options_new(options: *mut microsip_history_options_t) -> microsip_status_t {
    guard("microsip_history_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(StoreOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_options_clone(
    options: microsip_history_options_t,
    clone: *mut microsip_history_options_t,
) -> microsip_status_t {
    guard("microsip_history_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_options_free(options: microsip_history_options_t) -> microsip_status_t {
    guard("microsip_history_options_free", || free(options))
}

/// Sets how many calls are kept, the oldest going first; default 100,000, 0 for no limit.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_options_set_max_calls(
    options: microsip_history_options_t,
    max_calls: u32,
) -> microsip_status_t {
    guard("microsip_history_options_set_max_calls", || {
        change(options, |o| {
            o.max_calls = Some(max_calls).filter(|max| *max != 0);
            Ok(())
        })
    })
}

/// Sets how many messages are kept, in the same way; default 100,000, 0 for no limit.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_options_set_max_messages(
    options: microsip_history_options_t,
    max_messages: u32,
) -> microsip_status_t {
    guard("microsip_history_options_set_max_messages", || {
        change(options, |o| {
            o.max_messages = Some(max_messages).filter(|max| *max != 0);
            Ok(())
        })
    })
}

/// Sets how long to wait for another process that writes; default 5000, at most 600000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_options_set_busy_timeout(
    options: microsip_history_options_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_history_options_set_busy_timeout", || {
        change(options, |o| {
            o.busy_timeout = millis(timeout_ms);
            Ok(())
        })
    })
}

/// An SQLite file with the calls, the messages and a copy of the contacts. Any number of processes read while one
/// writes, and what was stored survives a crash. Every function waits for the disk, and answers `IO` or `BUSY` when
/// that fails.
///
/// Closed with its last handle.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_history_store_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_history_store_t, 182, "history store", HistoryStore);

/// Opens the file at `path`, making or migrating it if needed. `options` is copied; the zero handle stands for the
/// defaults.
///
/// Statuses: `INVALID_ARGUMENT` without a name, `IO`, `BUSY`, `CONFIG` if it is no database or another program's,
/// `UNSUPPORTED` if a newer program made it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_open(
    path: *const c_char,
    options: microsip_history_options_t,
    store: *mut microsip_history_store_t,
) -> microsip_status_t {
    guard("microsip_history_store_open", || {
        let out = Out::new(store, "store")?;
        let path = text(path, "path")?;
        out.set(put(HistoryStore::open(path.as_ref(), options_of(options)?)?)?);
        Ok(())
    })
}

/// As `microsip_history_store_open`, for reading only, such as beside a running phone: what would write answers
/// `WRONG_STATE`. Statuses: `UNSUPPORTED` also if it is of an older version, which only `microsip_history_store_open`
/// migrates.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_open_read_only(
    path: *const c_char,
    options: microsip_history_options_t,
    store: *mut microsip_history_store_t,
) -> microsip_status_t {
    guard("microsip_history_store_open_read_only", || {
        let out = Out::new(store, "store")?;
        let path = text(path, "path")?;
        out.set(put(HistoryStore::open_read_only(path.as_ref(), options_of(options)?)?)?);
        Ok(())
    })
}

/// Opens a database in memory, gone with its last handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_open_in_memory(
    options: microsip_history_options_t,
    store: *mut microsip_history_store_t,
) -> microsip_status_t {
    guard("microsip_history_store_open_in_memory", || {
        let out = Out::new(store, "store")?;
        out.set(put(HistoryStore::in_memory(options_of(options)?)?)?);
        Ok(())
    })
}

/// Another handle to the same database, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_clone(
    store: microsip_history_store_t,
    clone: *mut microsip_history_store_t,
) -> microsip_status_t {
    guard("microsip_history_store_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(store)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The last one closes the database.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_store_free(store: microsip_history_store_t) -> microsip_status_t {
    guard("microsip_history_store_free", || free(store))
}

/// Stores a copy of a call; its own key is ignored. The oldest beyond the limit go. `id` (may be NULL) is the new key,
/// which is never used again. Statuses: `INVALID_ARGUMENT` without number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_add_call(
    store: microsip_history_store_t,
    record: microsip_call_record_t,
    id: *mut i64,
) -> microsip_status_t {
    guard("microsip_history_store_add_call", || {
        let id = OptOut::new(id);
        let record = settings_of(record)?;
        id.set(get(store)?.add_call(&record)?);
        Ok(())
    })
}

/// Stores calls of an import, all or none; those that are there already (same number, type, time and duration) are
/// passed over. `added` (may be NULL) says how many were new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_import_calls(
    store: microsip_history_store_t,
    records: microsip_call_records_t,
    added: *mut usize,
) -> microsip_status_t {
    guard("microsip_history_store_import_calls", || {
        let added = OptOut::new(added);
        let calls: Vec<CallRecord> = lock(&*get(records)?).iter().map(|stored| stored.call.clone()).collect();
        added.set(get(store)?.import_calls(&calls)?);
        Ok(())
    })
}

/// Writes a call in the place of the one with its key (`microsip_call_record_id`). `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_store_update_call(
    store: microsip_history_store_t,
    record: microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_history_store_update_call", || {
        let record = settings_of(record)?;
        found(get(store)?.update_call(&record)?)
    })
}

fn found(there: bool) -> Outcome {
    match there {
        true => Ok(()),
        false => Err(Fault::none("such entry in the database")),
    }
}

/// The call with a key, as a copy to be freed; `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_call(
    store: microsip_history_store_t,
    id: i64,
    record: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_history_store_call", || {
        let out = Out::new(record, "record")?;
        let call = get(store)?.call(id)?.ok_or_else(|| Fault::none("call with this key"))?;
        out.set(put(Mutex::new(call))?);
        Ok(())
    })
}

/// The calls a query asks for, as a new list to be freed. The zero handle asks for all, newest first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_calls(
    store: microsip_history_store_t,
    query: microsip_history_query_t,
    records: *mut microsip_call_records_t,
) -> microsip_status_t {
    guard("microsip_history_store_calls", || {
        let out = Out::new(records, "records")?;
        let query = query_of(query)?;
        out.set(put(Mutex::new(get(store)?.calls(&query)?))?);
        Ok(())
    })
}

/// How many calls a query's conditions hold for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_count_calls(
    store: microsip_history_store_t,
    query: microsip_history_query_t,
    count: *mut u64,
) -> microsip_status_t {
    guard("microsip_history_store_count_calls", || {
        let out = Out::new(count, "count")?;
        let query = query_of(query)?;
        out.set(get(store)?.count_calls(&query)?);
        Ok(())
    })
}

/// Deletes the call with a key. `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_store_delete_call(store: microsip_history_store_t, id: i64) -> microsip_status_t {
    guard("microsip_history_store_delete_call", || {
        found(get(store)?.delete_call(id)?)
    })
}

/// Deletes the calls a query's conditions hold for; the zero handle deletes all. `count` (may be NULL) says how many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_delete_calls(
    store: microsip_history_store_t,
    query: microsip_history_query_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_history_store_delete_calls", || {
        let count = OptOut::new(count);
        let query = query_of(query)?;
        count.set(get(store)?.delete_calls(&query)?);
        Ok(())
    })
}

/// Stores a copy of a message; the oldest beyond the limit go. `id` (may be NULL) is its key. Statuses:
/// `INVALID_ARGUMENT` without number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_add_message(
    store: microsip_history_store_t,
    record: microsip_message_record_t,
    id: *mut i64,
) -> microsip_status_t {
    guard("microsip_history_store_add_message", || {
        let id = OptOut::new(id);
        let kept = settings_of(record)?;
        id.set(get(store)?.add_message(&kept.message)?);
        Ok(())
    })
}

/// Writes the SIP status a message's delivery ended with. `NO_VALUE` if there is no message with this key.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_store_set_message_status(
    store: microsip_history_store_t,
    id: i64,
    sip_status: u16,
) -> microsip_status_t {
    guard("microsip_history_store_set_message_status", || {
        found(get(store)?.set_message_status(id, sip_status)?)
    })
}

/// The messages a query asks for, as a new list to be freed. The zero handle asks for all, newest first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_messages(
    store: microsip_history_store_t,
    query: microsip_history_query_t,
    records: *mut microsip_message_records_t,
) -> microsip_status_t {
    guard("microsip_history_store_messages", || {
        let out = Out::new(records, "records")?;
        let query = query_of(query)?;
        out.set(put(get(store)?.messages(&query)?)?);
        Ok(())
    })
}

/// Deletes the messages a query's conditions hold for; the zero handle deletes all. `count` (may be NULL) says how
/// many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_delete_messages(
    store: microsip_history_store_t,
    query: microsip_history_query_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_history_store_delete_messages", || {
        let count = OptOut::new(count);
        let query = query_of(query)?;
        count.set(get(store)?.delete_messages(&query)?);
        Ok(())
    })
}

/// Makes the database's contacts those of the book, whole or not at all: for programs that read the database.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_history_store_replace_contacts(
    store: microsip_history_store_t,
    book: microsip_contact_book_t,
) -> microsip_status_t {
    guard("microsip_history_store_replace_contacts", || {
        let book = settings_of(book)?;
        Ok(get(store)?.replace_contacts(&book)?)
    })
}

/// The contacts as they were stored last, as a new list to be freed. Statuses: `CONFIG` if another program wrote
/// something else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_history_store_contacts(
    store: microsip_history_store_t,
    contacts: *mut microsip_contacts_t,
) -> microsip_status_t {
    guard("microsip_history_store_contacts", || {
        let out = Out::new(contacts, "contacts")?;
        out.set(put(get(store)?.contacts()?)?);
        Ok(())
    })
}

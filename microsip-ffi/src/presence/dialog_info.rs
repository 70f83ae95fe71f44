//! Documents that tell the calls of a line.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{DialogEntry, DialogInfo};

use crate::base::{Code, Out, change, guard, handles, put, secs, settings_of, text};
use crate::call::status_code;
use crate::compat::microsip_bytes_t;
use crate::presence::{
    microsip_dialog_direction_t, microsip_dialog_entry_t, microsip_dialog_event_t, microsip_dialog_party_t,
    microsip_dialog_state_t,
};
use crate::status::microsip_status_t;

/// Makes a dialog of which nothing but id and state is known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_new(
    id: *const c_char,
    state: microsip_dialog_state_t,
    entry: *mut microsip_dialog_entry_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_new", || {
        let entry = Out::new(entry, "entry")?;
        let id = text(id, "id")?;
        let state = Code::arg(state)?;
        entry.set(put(Mutex::new(DialogEntry::new(id, state)))?);
        Ok(())
    })
}

/// Sets `Call-ID` and tags: that of the watched line, and that of the other party.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_set_ids(
    entry: microsip_dialog_entry_t,
    call_id: *const c_char,
    local_tag: *const c_char,
    remote_tag: *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_set_ids", || {
        let call_id = text(call_id, "call_id")?;
        let local_tag = text(local_tag, "local_tag")?;
        let remote_tag = text(remote_tag, "remote_tag")?;
        change(entry, |e| {
            *e = e.clone().ids(call_id, local_tag, remote_tag);
            Ok(())
        })
    })
}

/// Sets who began it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_entry_set_direction(
    entry: microsip_dialog_entry_t,
    direction: microsip_dialog_direction_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_set_direction", || {
        let direction = Code::arg(direction)?;
        change(entry, |e| {
            e.direction = Some(direction);
            Ok(())
        })
    })
}

/// Sets what led to its state, and the SIP status that did, 100 to 699, or 0 for none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_entry_set_event(
    entry: microsip_dialog_entry_t,
    event: microsip_dialog_event_t,
    code: u16,
) -> microsip_status_t {
    guard("microsip_dialog_entry_set_event", || {
        let event = Code::arg(event)?;
        let code = match code {
            0 => None,
            code => Some(status_code(code)?.code()),
        };
        change(entry, |e| {
            *e = e.clone().event(event, code);
            Ok(())
        })
    })
}

/// Sets how long it has been there, in seconds.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_entry_set_duration(
    entry: microsip_dialog_entry_t,
    duration_s: u32,
) -> microsip_status_t {
    guard("microsip_dialog_entry_set_duration", || {
        change(entry, |e| {
            e.duration = Some(secs(duration_s));
            Ok(())
        })
    })
}

/// Sets the watched line's side; `party` is copied.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_entry_set_local(
    entry: microsip_dialog_entry_t,
    party: microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_set_local", || {
        let party = settings_of(party)?;
        change(entry, |e| {
            e.local = party;
            Ok(())
        })
    })
}

/// Sets the other side; `party` is copied.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_entry_set_remote(
    entry: microsip_dialog_entry_t,
    party: microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_set_remote", || {
        let party = settings_of(party)?;
        change(entry, |e| {
            e.remote = party;
            Ok(())
        })
    })
}

/// Writes a document of type `application/dialog-info+xml` (RFC 4235) for the NOTIFYs of a package `dialog` that is
/// served, as a new handle to be freed. `entity` is the watched line, as URI; `version` counts the documents, from 0;
/// `full` says whether `entries`, `count` of them, which may be none, are all dialogs, else those that changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_info_write(
    entity: *const c_char,
    version: u32,
    full: bool,
    entries: *const microsip_dialog_entry_t,
    count: usize,
    document: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_dialog_info_write", || {
        let out = Out::new(document, "document")?;
        let mut info = DialogInfo::new(text(entity, "entity")?, version);
        info.full = full;
        for entry in handles(entries, count, "entries")? {
            info.dialogs.push(settings_of(*entry)?);
        }
        out.set(put(info.to_xml().into_bytes())?);
        Ok(())
    })
}

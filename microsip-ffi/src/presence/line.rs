//! The state of a line.

use std::sync::Mutex;

use microsip_core::{LineInfo, LineState, LineUpdate};

use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::presence::{
    microsip_dialog_direction_t, microsip_dialog_entry_t, microsip_dialog_event_t, microsip_dialog_party_t,
};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// A line in one word: what a lamp shows: one of `enum microsip_line_state_e`.
pub type microsip_line_state_t = i32;

/// The values of `microsip_line_state_t`.
#[repr(i32)]
pub enum microsip_line_state_e {
    /// Nothing is known yet.
    MICROSIP_LINE_STATE_UNKNOWN = 1,
    /// No call.
    MICROSIP_LINE_STATE_IDLE = 2,
    /// A call was begun, and nothing came back so far.
    MICROSIP_LINE_STATE_TRYING = 3,
    /// It rings, here or there.
    MICROSIP_LINE_STATE_EARLY = 4,
    /// In a call.
    MICROSIP_LINE_STATE_CONFIRMED = 5,
    /// The last call ended just now, as the latest document says; the line is free.
    MICROSIP_LINE_STATE_TERMINATED = 6,
}

code!(microsip_line_state_e, "line state", LineState {
    MICROSIP_LINE_STATE_UNKNOWN = Unknown,
    MICROSIP_LINE_STATE_IDLE = Idle,
    MICROSIP_LINE_STATE_TRYING = Trying,
    MICROSIP_LINE_STATE_EARLY = Early,
    MICROSIP_LINE_STATE_CONFIRMED = Confirmed,
    MICROSIP_LINE_STATE_TERMINATED = Terminated,
});

/// What a document did to a line's table: one of `enum microsip_line_update_e`.
pub type microsip_line_update_t = i32;

/// The values of `microsip_line_update_t`.
#[repr(i32)]
pub enum microsip_line_update_e {
    /// Something is different now.
    MICROSIP_LINE_UPDATE_CHANGED = 1,
    /// It was taken, and nothing is different.
    MICROSIP_LINE_UPDATE_UNCHANGED = 2,
    /// It was older than what is known, or the same again, and passed over.
    MICROSIP_LINE_UPDATE_IGNORED = 3,
    /// Documents were lost before it: a full one is needed, which a SUBSCRIBE brings. What it says was taken.
    MICROSIP_LINE_UPDATE_GAP = 4,
}

code!(microsip_line_update_e, "line update", LineUpdate {
    MICROSIP_LINE_UPDATE_CHANGED = Changed,
    MICROSIP_LINE_UPDATE_UNCHANGED = Unchanged,
    MICROSIP_LINE_UPDATE_IGNORED = Ignored,
    MICROSIP_LINE_UPDATE_GAP = Gap,
});

/// A line at a moment. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_line_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_line_info_t, 130, "line info", LineInfo);

/// Another handle to the same line info, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_clone(
    info: microsip_line_info_t,
    clone: *mut microsip_line_info_t,
) -> microsip_status_t {
    guard("microsip_line_info_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_line_info_free(info: microsip_line_info_t) -> microsip_status_t {
    guard("microsip_line_info_free", || free(info))
}

/// Everything in one word.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_state(
    info: microsip_line_info_t,
    state: *mut microsip_line_state_t,
) -> microsip_status_t {
    guard("microsip_line_info_state", || {
        let state = Out::new(state, "state")?;
        let info = get(info)?;
        state.set(info.state.code());
        Ok(())
    })
}

/// Who began the call that the state speaks of; `NO_VALUE` if not told or there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_direction(
    info: microsip_line_info_t,
    direction: *mut microsip_dialog_direction_t,
) -> microsip_status_t {
    guard("microsip_line_info_direction", || {
        let direction = Out::new(direction, "direction")?;
        let info = get(info)?;
        direction.set_some(info.direction.map(|d| d.code()), "direction")
    })
}

/// That call's side of the watched line, as a new handle to be freed; nothing is told of it without a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_local(
    info: microsip_line_info_t,
    party: *mut microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_line_info_local", || {
        let party = Out::new(party, "party")?;
        let info = get(info)?;
        party.set(put(Mutex::new(info.local.clone()))?);
        Ok(())
    })
}

/// Its other side: who calls, or is called, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_remote(
    info: microsip_line_info_t,
    party: *mut microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_line_info_remote", || {
        let party = Out::new(party, "party")?;
        let info = get(info)?;
        party.set(put(Mutex::new(info.remote.clone()))?);
        Ok(())
    })
}

/// What ended it, when it just ended; else `NO_VALUE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_event(
    info: microsip_line_info_t,
    event: *mut microsip_dialog_event_t,
) -> microsip_status_t {
    guard("microsip_line_info_event", || {
        let event = Out::new(event, "event")?;
        let info = get(info)?;
        event.set_some(info.event.map(|e| e.code()), "event")
    })
}

/// The SIP status that ended it; `NO_VALUE` if none was told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_code(info: microsip_line_info_t, code: *mut u16) -> microsip_status_t {
    guard("microsip_line_info_code", || {
        let code = Out::new(code, "code")?;
        let info = get(info)?;
        code.set_some(info.code, "SIP status")
    })
}

/// Whether the watched line holds it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_on_hold(
    info: microsip_line_info_t,
    on_hold: *mut bool,
) -> microsip_status_t {
    guard("microsip_line_info_on_hold", || {
        let on_hold = Out::new(on_hold, "on_hold")?;
        let info = get(info)?;
        on_hold.set(info.on_hold);
        Ok(())
    })
}

/// Whether documents were lost, so that this may be wrong until a full one comes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_stale(info: microsip_line_info_t, stale: *mut bool) -> microsip_status_t {
    guard("microsip_line_info_stale", || {
        let stale = Out::new(stale, "stale")?;
        let info = get(info)?;
        stale.set(info.stale);
        Ok(())
    })
}

/// How many calls of the line are not over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_dialog_count(
    info: microsip_line_info_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_line_info_dialog_count", || {
        let count = Out::new(count, "count")?;
        let info = get(info)?;
        count.set(info.dialogs.len());
        Ok(())
    })
}

/// The call at `index`, from 0, in the order in which they came up, as a new handle to be freed; `NO_VALUE` beyond the
/// end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_dialog_at(
    info: microsip_line_info_t,
    index: usize,
    entry: *mut microsip_dialog_entry_t,
) -> microsip_status_t {
    guard("microsip_line_info_dialog_at", || {
        let entry = Out::new(entry, "entry")?;
        let info = get(info)?;
        let found = info
            .dialogs
            .get(index)
            .ok_or_else(|| Fault::none("dialog at this index"))?;
        entry.set(put(Mutex::new(found.clone()))?);
        Ok(())
    })
}

/// The call that rings at the line, for pick-up, as a new handle to be freed; one whose ids are known comes first.
/// `NO_VALUE` if none rings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_info_ringing(
    info: microsip_line_info_t,
    entry: *mut microsip_dialog_entry_t,
) -> microsip_status_t {
    guard("microsip_line_info_ringing", || {
        let entry = Out::new(entry, "entry")?;
        let info = get(info)?;
        let found = info.ringing().ok_or_else(|| Fault::none("call that rings"))?;
        entry.set(put(Mutex::new(found.clone()))?);
        Ok(())
    })
}

//! A call of a line that is watched.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::DialogEntry;

use crate::base::{Code, Fault, Out, clone_settings, free, get, guard, lock, put};
use crate::handle;
use crate::presence::{
    microsip_dialog_direction_t, microsip_dialog_event_t, microsip_dialog_party_t, microsip_dialog_state_t,
};
use crate::status::microsip_status_t;

/// A dialog of a watched line. Those given out by the library are copies: setters change nothing else.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dialog_entry_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dialog_entry_t, 131, "dialog entry", Mutex<DialogEntry>);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_clone(
    entry: microsip_dialog_entry_t,
    clone: *mut microsip_dialog_entry_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(entry)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_entry_free(entry: microsip_dialog_entry_t) -> microsip_status_t {
    guard("microsip_dialog_entry_free", || free(entry))
}

/// Its id in the documents of one subscription; says nothing else. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_id(
    entry: microsip_dialog_entry_t,
    id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_id", || {
        let id = Out::new(id, "id")?;
        let object = get(entry)?;
        let inner = lock(&object);
        id.set(object.lend(&inner.id));
        Ok(())
    })
}

/// Its `Call-ID`; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_call_id(
    entry: microsip_dialog_entry_t,
    call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_call_id", || {
        let call_id = Out::new(call_id, "call_id")?;
        let object = get(entry)?;
        let inner = lock(&object);
        call_id.set_some(inner.call_id.as_deref().map(|id| object.lend(id)), "Call-ID")
    })
}

/// Its tag of the watched line; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_local_tag(
    entry: microsip_dialog_entry_t,
    local_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_local_tag", || {
        let local_tag = Out::new(local_tag, "local_tag")?;
        let object = get(entry)?;
        let inner = lock(&object);
        local_tag.set_some(inner.local_tag.as_deref().map(|tag| object.lend(tag)), "local tag")
    })
}

/// Its tag of the other party; `NO_VALUE` if the server does not tell it. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_remote_tag(
    entry: microsip_dialog_entry_t,
    remote_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_remote_tag", || {
        let remote_tag = Out::new(remote_tag, "remote_tag")?;
        let object = get(entry)?;
        let inner = lock(&object);
        remote_tag.set_some(inner.remote_tag.as_deref().map(|tag| object.lend(tag)), "remote tag")
    })
}

/// Who began it; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_direction(
    entry: microsip_dialog_entry_t,
    direction: *mut microsip_dialog_direction_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_direction", || {
        let direction = Out::new(direction, "direction")?;
        let object = get(entry)?;
        let inner = lock(&object);
        direction.set_some(inner.direction.map(|d| d.code()), "direction")
    })
}

/// Where it stands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_state(
    entry: microsip_dialog_entry_t,
    state: *mut microsip_dialog_state_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_state", || {
        let state = Out::new(state, "state")?;
        let object = get(entry)?;
        let inner = lock(&object);
        state.set(inner.state.code());
        Ok(())
    })
}

/// What led to that; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_event(
    entry: microsip_dialog_entry_t,
    event: *mut microsip_dialog_event_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_event", || {
        let event = Out::new(event, "event")?;
        let object = get(entry)?;
        let inner = lock(&object);
        event.set_some(inner.event.map(|e| e.code()), "event")
    })
}

/// The SIP status that led to that, 100 to 699; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_code(
    entry: microsip_dialog_entry_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_dialog_entry_code", || {
        let code = Out::new(code, "code")?;
        let object = get(entry)?;
        let inner = lock(&object);
        code.set_some(inner.code, "SIP status")
    })
}

/// How long it has been there, in seconds; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_duration_s(
    entry: microsip_dialog_entry_t,
    duration_s: *mut u64,
) -> microsip_status_t {
    guard("microsip_dialog_entry_duration_s", || {
        let duration_s = Out::new(duration_s, "duration_s")?;
        let object = get(entry)?;
        let inner = lock(&object);
        duration_s.set_some(inner.duration.map(|d| d.as_secs()), "duration")
    })
}

/// The dialog it took the place of: `Call-ID`, tag of the watched line and tag of the other party; `NO_VALUE` if it
/// took none's. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_replaces(
    entry: microsip_dialog_entry_t,
    call_id: *mut *const c_char,
    local_tag: *mut *const c_char,
    remote_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_replaces", || {
        let (call_id, local_tag, remote_tag) = (
            Out::new(call_id, "call_id"),
            Out::new(local_tag, "local_tag"),
            Out::new(remote_tag, "remote_tag"),
        );
        let (call_id, local_tag, remote_tag) = (call_id?, local_tag?, remote_tag?);
        let object = get(entry)?;
        let inner = lock(&object);
        let ids = inner
            .replaces
            .as_ref()
            .ok_or_else(|| Fault::none("dialog it took the place of"))?;
        call_id.set(object.lend(&ids.call_id));
        local_tag.set(object.lend(&ids.local_tag));
        remote_tag.set(object.lend(&ids.remote_tag));
        Ok(())
    })
}

/// Who transferred it here, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_referred_by(
    entry: microsip_dialog_entry_t,
    referred_by: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_referred_by", || {
        let referred_by = Out::new(referred_by, "referred_by")?;
        let object = get(entry)?;
        let inner = lock(&object);
        referred_by.set_some(inner.referred_by.as_deref().map(|uri| object.lend(uri)), "referrer")
    })
}

/// The watched line's side, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_local(
    entry: microsip_dialog_entry_t,
    party: *mut microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_local", || {
        let party = Out::new(party, "party")?;
        let object = get(entry)?;
        let inner = lock(&object);
        party.set(put(Mutex::new(inner.local.clone()))?);
        Ok(())
    })
}

/// The other side, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_remote(
    entry: microsip_dialog_entry_t,
    party: *mut microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_dialog_entry_remote", || {
        let party = Out::new(party, "party")?;
        let object = get(entry)?;
        let inner = lock(&object);
        party.set(put(Mutex::new(inner.remote.clone()))?);
        Ok(())
    })
}

/// Whether it is not over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_is_live(
    entry: microsip_dialog_entry_t,
    live: *mut bool,
) -> microsip_status_t {
    guard("microsip_dialog_entry_is_live", || {
        let live = Out::new(live, "live")?;
        let object = get(entry)?;
        let inner = lock(&object);
        live.set(inner.is_live());
        Ok(())
    })
}

/// Whether the watched line rings with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_is_ringing(
    entry: microsip_dialog_entry_t,
    ringing: *mut bool,
) -> microsip_status_t {
    guard("microsip_dialog_entry_is_ringing", || {
        let ringing = Out::new(ringing, "ringing")?;
        let object = get(entry)?;
        let inner = lock(&object);
        ringing.set(inner.is_ringing());
        Ok(())
    })
}

/// Whether the watched line holds it: its Contact has `sip.rendering` of `no` (RFC 4235 §5.2).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_is_on_hold(
    entry: microsip_dialog_entry_t,
    on_hold: *mut bool,
) -> microsip_status_t {
    guard("microsip_dialog_entry_is_on_hold", || {
        let on_hold = Out::new(on_hold, "on_hold")?;
        let object = get(entry)?;
        let inner = lock(&object);
        on_hold.set(inner.is_on_hold());
        Ok(())
    })
}

/// The parts of `Replaces` (RFC 3891) for a call to the other party of this dialog, which picks up a line that rings:
/// call the target or identity of `microsip_dialog_entry_remote`. Lent until the handle is freed.
///
/// Statuses: `WRONG_STATE` when the dialog is over, or the server does not tell its ids.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_replaces_at_remote(
    entry: microsip_dialog_entry_t,
    call_id: *mut *const c_char,
    to_tag: *mut *const c_char,
    from_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_replaces_at_remote", || {
        let (call_id, to_tag, from_tag) = (
            Out::new(call_id, "call_id"),
            Out::new(to_tag, "to_tag"),
            Out::new(from_tag, "from_tag"),
        );
        let (call_id, to_tag, from_tag) = (call_id?, to_tag?, from_tag?);
        let object = get(entry)?;
        let inner = lock(&object);
        let replaces = inner.replaces_at_remote()?;
        call_id.set(object.lend(&replaces.call_id));
        to_tag.set(object.lend(&replaces.to_tag));
        from_tag.set(object.lend(&replaces.from_tag));
        Ok(())
    })
}

/// As `microsip_dialog_entry_replaces_at_remote`, for a call to the watched line itself, or to a PBX that stands in for
/// both: takes over a call that is up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_entry_replaces_at_local(
    entry: microsip_dialog_entry_t,
    call_id: *mut *const c_char,
    to_tag: *mut *const c_char,
    from_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_entry_replaces_at_local", || {
        let (call_id, to_tag, from_tag) = (
            Out::new(call_id, "call_id"),
            Out::new(to_tag, "to_tag"),
            Out::new(from_tag, "from_tag"),
        );
        let (call_id, to_tag, from_tag) = (call_id?, to_tag?, from_tag?);
        let object = get(entry)?;
        let inner = lock(&object);
        let replaces = inner.replaces_at_local()?;
        call_id.set(object.lend(&replaces.call_id));
        to_tag.set(object.lend(&replaces.to_tag));
        from_tag.set(object.lend(&replaces.from_tag));
        Ok(())
    })
}

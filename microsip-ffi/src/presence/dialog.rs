//! The calls of a line that is watched.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{DialogDirection, DialogEvent, DialogParty, DialogState};

use crate::base::{Fault, Out, change, clone_settings, free, get, guard, lock, opt_text, put, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Where a dialog stands (RFC 4235 §3.7.1): one of `enum microsip_dialog_state_e`.
pub type microsip_dialog_state_t = i32;

/// The values of `microsip_dialog_state_t`.
#[repr(i32)]
pub enum microsip_dialog_state_e {
    /// The INVITE was sent or received; nothing came back yet.
    MICROSIP_DIALOG_STATE_TRYING = 1,
    /// A provisional answer without tag came back.
    MICROSIP_DIALOG_STATE_PROCEEDING = 2,
    /// A provisional answer with a tag came back: it rings.
    MICROSIP_DIALOG_STATE_EARLY = 3,
    /// It was answered.
    MICROSIP_DIALOG_STATE_CONFIRMED = 4,
    /// It is over.
    MICROSIP_DIALOG_STATE_TERMINATED = 5,
}

code!(microsip_dialog_state_e, "dialog state", DialogState {
    MICROSIP_DIALOG_STATE_TRYING = Trying,
    MICROSIP_DIALOG_STATE_PROCEEDING = Proceeding,
    MICROSIP_DIALOG_STATE_EARLY = Early,
    MICROSIP_DIALOG_STATE_CONFIRMED = Confirmed,
    MICROSIP_DIALOG_STATE_TERMINATED = Terminated,
});

/// What led to the state of a dialog, mostly to its end (RFC 4235 §4.1.2): one of `enum microsip_dialog_event_e`.
pub type microsip_dialog_event_t = i32;

/// The values of `microsip_dialog_event_t`.
#[repr(i32)]
pub enum microsip_dialog_event_e {
    /// The caller gave up.
    MICROSIP_DIALOG_EVENT_CANCELLED = 1,
    /// The callee, or something on the way, said no.
    MICROSIP_DIALOG_EVENT_REJECTED = 2,
    /// Another call took its place.
    MICROSIP_DIALOG_EVENT_REPLACED = 3,
    /// The watched line hung up.
    MICROSIP_DIALOG_EVENT_LOCAL_BYE = 4,
    /// The other party hung up.
    MICROSIP_DIALOG_EVENT_REMOTE_BYE = 5,
    /// It broke down.
    MICROSIP_DIALOG_EVENT_ERROR = 6,
    /// Nobody answered, or a session was not refreshed.
    MICROSIP_DIALOG_EVENT_TIMEOUT = 7,
}

code!(microsip_dialog_event_e, "dialog event", DialogEvent {
    MICROSIP_DIALOG_EVENT_CANCELLED = Cancelled,
    MICROSIP_DIALOG_EVENT_REJECTED = Rejected,
    MICROSIP_DIALOG_EVENT_REPLACED = Replaced,
    MICROSIP_DIALOG_EVENT_LOCAL_BYE = LocalBye,
    MICROSIP_DIALOG_EVENT_REMOTE_BYE = RemoteBye,
    MICROSIP_DIALOG_EVENT_ERROR = Error,
    MICROSIP_DIALOG_EVENT_TIMEOUT = Timeout,
});

/// Who began a dialog, seen from the watched line: one of `enum microsip_dialog_direction_e`.
pub type microsip_dialog_direction_t = i32;

/// The values of `microsip_dialog_direction_t`.
#[repr(i32)]
pub enum microsip_dialog_direction_e {
    /// The watched line called.
    MICROSIP_DIALOG_DIRECTION_INITIATOR = 1,
    /// The watched line was called.
    MICROSIP_DIALOG_DIRECTION_RECIPIENT = 2,
}

code!(microsip_dialog_direction_e, "dialog direction", DialogDirection {
    MICROSIP_DIALOG_DIRECTION_INITIATOR = Initiator,
    MICROSIP_DIALOG_DIRECTION_RECIPIENT = Recipient,
});

/// One side of a dialog (RFC 4235 §4.1.6). Those given out by the library are copies: setters change nothing else.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dialog_party_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dialog_party_t, 146, "dialog party", Mutex<DialogParty>);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_clone(
    party: microsip_dialog_party_t,
    clone: *mut microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_dialog_party_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(party)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialog_party_free(party: microsip_dialog_party_t) -> microsip_status_t {
    guard("microsip_dialog_party_free", || free(party))
}

/// Makes a party: the URI of From or To, their name, and the URI of Contact; any may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_new(
    identity: *const c_char,
    display: *const c_char,
    target: *const c_char,
    party: *mut microsip_dialog_party_t,
) -> microsip_status_t {
    guard("microsip_dialog_party_new", || {
        let party = Out::new(party, "party")?;
        let identity = opt_text(identity, "identity")?;
        let display = opt_text(display, "display")?;
        let target = opt_text(target, "target")?;
        let mut made = DialogParty::default();
        made.identity = identity.map(str::to_owned);
        made.display = display.map(str::to_owned);
        made.target = target.map(str::to_owned);
        party.set(put(Mutex::new(made))?);
        Ok(())
    })
}

/// Adds a parameter of the Contact, such as `"+sip.rendering"` with `"no"` for a line that holds its call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_add_parameter(
    party: microsip_dialog_party_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_party_add_parameter", || {
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(party, |p| {
            p.parameters.push((name.to_owned(), value.to_owned()));
            Ok(())
        })
    })
}

/// Who: the URI of From or To; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_identity(
    party: microsip_dialog_party_t,
    identity: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_party_identity", || {
        let identity = Out::new(identity, "identity")?;
        let object = get(party)?;
        let inner = lock(&object);
        identity.set_some(inner.identity.as_deref().map(|uri| object.lend(uri)), "identity")
    })
}

/// Their name; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_display(
    party: microsip_dialog_party_t,
    display: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_party_display", || {
        let display = Out::new(display, "display")?;
        let object = get(party)?;
        let inner = lock(&object);
        display.set_some(inner.display.as_deref().map(|name| object.lend(name)), "display name")
    })
}

/// Where requests go: the URI of Contact; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_target(
    party: microsip_dialog_party_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_party_target", || {
        let target = Out::new(target, "target")?;
        let object = get(party)?;
        let inner = lock(&object);
        target.set_some(inner.target.as_deref().map(|uri| object.lend(uri)), "target")
    })
}

/// How many parameters that Contact has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_parameter_count(
    party: microsip_dialog_party_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_dialog_party_parameter_count", || {
        let count = Out::new(count, "count")?;
        let object = get(party)?;
        let inner = lock(&object);
        count.set(inner.parameters.len());
        Ok(())
    })
}

/// The parameter at `index`, from 0, such as `"+sip.rendering"`; `NO_VALUE` beyond the end. Lent until the handle is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialog_party_parameter_at(
    party: microsip_dialog_party_t,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialog_party_parameter_at", || {
        let (name, value) = (Out::new(name, "name"), Out::new(value, "value"));
        let (name, value) = (name?, value?);
        let object = get(party)?;
        let inner = lock(&object);
        let (key, text) = inner
            .parameters
            .get(index)
            .ok_or_else(|| Fault::none("parameter at this index"))?;
        name.set(object.lend(key));
        value.set(object.lend(text));
        Ok(())
    })
}

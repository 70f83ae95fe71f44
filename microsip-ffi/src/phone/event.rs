//! What a phone tells.

use microsip_core::compat::phone::PhoneEvent;

use super::microsip_json_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::error::microsip_error_t;
use crate::events::microsip_event_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What an event of a phone tells (newer libraries may have more): one of `enum microsip_phone_event_kind_e`.
pub type microsip_phone_event_kind_t = i32;

/// The values of `microsip_phone_event_kind_t`.
#[repr(i32)]
pub enum microsip_phone_event_kind_e {
    /// The engine runs; told again when settings made a new one necessary.
    MICROSIP_PHONE_EVENT_KIND_STARTED = 1,
    /// An event of the engine: `microsip_phone_event_engine`. Calls that the rules refuse have none.
    MICROSIP_PHONE_EVENT_KIND_ENGINE = 2,
    /// What became of a number that was dialled.
    MICROSIP_PHONE_EVENT_KIND_DIAL = 3,
    /// An incoming call was refused by the settings.
    MICROSIP_PHONE_EVENT_KIND_REFUSED = 4,
    /// A hook's process has ended, or could not be started.
    MICROSIP_PHONE_EVENT_KIND_HOOK = 5,
    /// The settings were read anew and acted upon.
    MICROSIP_PHONE_EVENT_KIND_SETTINGS = 6,
    /// A wrong value in the settings file.
    MICROSIP_PHONE_EVENT_KIND_WARNING = 7,
    /// A setting that cannot be used, a file that cannot be read, a silent server: `microsip_phone_event_error`.
    MICROSIP_PHONE_EVENT_KIND_PROBLEM = 8,
    /// The users directory was taken over.
    MICROSIP_PHONE_EVENT_KIND_DIRECTORY = 9,
    /// A call was written to the history.
    MICROSIP_PHONE_EVENT_KIND_RECORDED = 10,
    /// The phone has ended; nothing comes after it.
    MICROSIP_PHONE_EVENT_KIND_CLOSED = 11,
}

code!(microsip_phone_event_kind_e, "phone event kind", Kind {
MICROSIP_PHONE_EVENT_KIND_STARTED = Started,
MICROSIP_PHONE_EVENT_KIND_ENGINE = Engine,
MICROSIP_PHONE_EVENT_KIND_DIAL = Dial,
MICROSIP_PHONE_EVENT_KIND_REFUSED = Refused,
MICROSIP_PHONE_EVENT_KIND_HOOK = Hook,
MICROSIP_PHONE_EVENT_KIND_SETTINGS = Settings,
MICROSIP_PHONE_EVENT_KIND_WARNING = Warning,
MICROSIP_PHONE_EVENT_KIND_PROBLEM = Problem,
MICROSIP_PHONE_EVENT_KIND_DIRECTORY = Directory,
MICROSIP_PHONE_EVENT_KIND_RECORDED = Recorded,
MICROSIP_PHONE_EVENT_KIND_CLOSED = Closed,
});

#[derive(Clone, Copy)]
enum Kind {
    Started,
    Engine,
    Dial,
    Refused,
    Hook,
    Settings,
    Warning,
    Problem,
    Directory,
    Recorded,
    Closed,
}

fn kind_of(event: &PhoneEvent) -> Option<Kind> {
    Some(match event {
        PhoneEvent::Started { .. } => Kind::Started,
        PhoneEvent::Engine(_) => Kind::Engine,
        PhoneEvent::Dial { .. } => Kind::Dial,
        PhoneEvent::Refused { .. } => Kind::Refused,
        PhoneEvent::Hook(_) => Kind::Hook,
        PhoneEvent::Settings { .. } => Kind::Settings,
        PhoneEvent::Warning(_) => Kind::Warning,
        PhoneEvent::Problem(_) => Kind::Problem,
        PhoneEvent::Directory { .. } => Kind::Directory,
        PhoneEvent::Recorded(_) => Kind::Recorded,
        PhoneEvent::Closed { .. } => Kind::Closed,
        _ => return None,
    })
}

/// Something that happened to a phone, as a snapshot: it does not change, whatever happens afterwards.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_phone_event_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_phone_event_t, 187, "phone event", PhoneEvent);

/// The event's kind; `NO_VALUE` for a kind this interface does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_event_kind(
    event: microsip_phone_event_t,
    kind: *mut microsip_phone_event_kind_t,
) -> microsip_status_t {
    guard("microsip_phone_event_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(event)?;
        let e = &**object;
        out.set_some(kind_of(e).map(|value| value.code()), "kind")
    })
}

/// The event as JSON, as a new object to be freed: its member `event` is the name, the others are those of
/// docs/events.md. Events of the engine have their most important members only, such as `call`, `state`, `remote`,
/// `code`, `digit`, `text`; `microsip_phone_event_engine` has all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_event_json(
    event: microsip_phone_event_t,
    json: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_phone_event_json", || {
        let out = Out::new(json, "json")?;
        let object = get(event)?;
        let e = &**object;
        out.set(put(e.to_json())?);
        Ok(())
    })
}

/// The number of the call the event is about, as requests to the phone have it; `NO_VALUE` for events about none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_event_call(event: microsip_phone_event_t, call: *mut u64) -> microsip_status_t {
    guard("microsip_phone_event_call", || {
        let out = Out::new(call, "call")?;
        let object = get(event)?;
        let e = &**object;
        out.set_some(e.call(), "call")
    })
}

/// The engine's event, as a new handle to be freed; `NO_VALUE` for events of the phone itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_event_engine(
    event: microsip_phone_event_t,
    engine: *mut microsip_event_t,
) -> microsip_status_t {
    guard("microsip_phone_event_engine", || {
        let out = Out::new(engine, "engine")?;
        match &**get(event)? {
            PhoneEvent::Engine(event) => out.set(put((**event).clone())?),
            _ => return Err(Fault::none("event of the engine in this event")),
        }
        Ok(())
    })
}

/// Why something failed, as a new handle to be freed, of a number that was dialled or of a problem; `NO_VALUE` for
/// other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_event_error(
    event: microsip_phone_event_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_phone_event_error", || {
        let out = Out::new(error, "error")?;
        let event = get(event)?;
        let error = match &**event {
            PhoneEvent::Problem(error) => Some(error),
            PhoneEvent::Dial { error, .. } => error.as_ref(),
            _ => None,
        };
        crate::error::give(error, out)
    })
}

/// Another handle to the same event, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_event_clone(
    event: microsip_phone_event_t,
    clone: *mut microsip_phone_event_t,
) -> microsip_status_t {
    guard("microsip_phone_event_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(event)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_event_free(event: microsip_phone_event_t) -> microsip_status_t {
    guard("microsip_phone_event_free", || free(event))
}

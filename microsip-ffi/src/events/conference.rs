//! Events of conferences.

use microsip_core::{ConferenceChange, Event};

use super::microsip_event_t;
use crate::base::{Fault, Out, get, guard, put};
use crate::media::{microsip_conference_t, target_conference};
use crate::status::microsip_status_t;

/// What happened in a conference: one of `enum microsip_conference_change_e`.
pub type microsip_conference_change_t = i32;

/// The values of `microsip_conference_change_t`.
#[repr(i32)]
pub enum microsip_conference_change_e {
    /// A call takes part now.
    MICROSIP_CONFERENCE_CHANGE_JOINED = 1,
    /// A call takes part no more: it left, was moved, or has ended.
    MICROSIP_CONFERENCE_CHANGE_LEFT = 2,
    /// There is no conference any more; its calls go on for themselves.
    MICROSIP_CONFERENCE_CHANGE_CLOSED = 3,
}

/// The conference the event is about (`CONFERENCE`), or that a player, tone or recording of which it tells belonged to,
/// as a new handle to be freed; `NO_VALUE` for others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_conference(
    event: microsip_event_t,
    conference: *mut microsip_conference_t,
) -> microsip_status_t {
    guard("microsip_event_conference", || {
        let out = Out::new(conference, "conference")?;
        let event = get(event)?;
        match &**event {
            Event::Conference { conference, .. } => {
                out.set(put(conference.clone())?);
                Ok(())
            }
            Event::PlayerFinished { player, .. } => target_conference(player.target(), out),
            Event::RecordingFinished { recorder, .. } => target_conference(recorder.target(), out),
            Event::ToneFinished { target, .. } => target_conference(target, out),
            _ => Err(Fault::none("conference in this event")),
        }
    })
}

/// `CONFERENCE`: what happened. `microsip_event_call` gives the call that joined or left. `NO_VALUE` in other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_conference_change(
    event: microsip_event_t,
    change: *mut microsip_conference_change_t,
) -> microsip_status_t {
    guard("microsip_event_conference_change", || {
        let out = Out::new(change, "change")?;
        let event = get(event)?;
        match &**event {
            Event::Conference { change, .. } => {
                use microsip_conference_change_e::*;
                out.set(match change {
                    ConferenceChange::Joined(_) => MICROSIP_CONFERENCE_CHANGE_JOINED as i32,
                    ConferenceChange::Left(_) => MICROSIP_CONFERENCE_CHANGE_LEFT as i32,
                    ConferenceChange::Closed => MICROSIP_CONFERENCE_CHANGE_CLOSED as i32,
                    _ => 0,
                });
                Ok(())
            }
            _ => Err(Fault::none("change of a conference in this event")),
        }
    })
}

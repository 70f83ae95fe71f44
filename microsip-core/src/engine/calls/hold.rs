//! Who holds a call, and mute.

use super::Entry;
use crate::Result;
use crate::call::{CallId, HoldState};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::Held;

impl Engine {
    pub(crate) fn call_mute(&self, op: &'static str, id: CallId, yes: bool) -> Result<()> {
        let (call, info, port) = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            if entry.info.muted == yes {
                return Ok(());
            }
            entry.info.muted = yes;
            (entry.call.clone(), entry.info.clone(), entry.bridge_port)
        };
        if let Some(port) = port {
            self.pj.set_mute(port, yes);
        }
        let info = call.set_info(info);
        self.publish(Event::CallMedia { call, info }, Urgency::Gather);
        Ok(())
    }
}

/// Notes what the last negotiation says; whether it changed the call's state.
pub(super) fn note(entry: &mut Entry, held: Option<Held>) -> bool {
    let Some(held) = held else { return false };
    if let Some(remote) = held.remote {
        entry.session.remote_hold = remote;
    }
    let state = HoldState::new(held.local, entry.session.remote_hold);
    std::mem::replace(&mut entry.info.hold, state) != state
}

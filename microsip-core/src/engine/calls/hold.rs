//! Who holds a call, and mute.

use super::Entry;
use crate::Result;
use crate::call::{CallId, HoldState};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::media::{Gain, Levels};
use crate::pj::Held;

impl Engine {
    pub(crate) fn call_mute(&self, op: &'static str, id: CallId, yes: bool) -> Result<()> {
        let (call, info) = {
            let mut table = self.calls.borrow_mut();
            let entry = table.get_mut(op, id)?;
            if entry.info.muted == yes {
                return Ok(());
            }
            entry.info.muted = yes;
            (entry.call.clone(), entry.info.clone())
        };
        self.call_gain_set(id);
        self.sync_taps(id);
        let info = call.set_info(info);
        self.publish(Event::CallMedia { call, info }, Urgency::Gather);
        Ok(())
    }

    /// Changes how loud the call is in the bridge: what comes from the peer, and what goes to it.
    pub(crate) fn call_set_gain(&self, op: &'static str, id: CallId, received: Gain, sent: Gain) -> Result<()> {
        self.calls.borrow_mut().get_mut(op, id)?.gain = (received, sent);
        self.call_gain_set(id);
        Ok(())
    }

    /// Tells the bridge; a new stream begins with unchanged levels.
    pub(super) fn call_gain_set(&self, id: CallId) {
        let (port, received, sent) = {
            let table = self.calls.borrow();
            let Ok(entry) = table.get("gain", id) else { return };
            let Some(port) = entry.bridge_port else { return };
            let sent = if entry.info.muted { Gain::SILENT } else { entry.gain.1 };
            (port, entry.gain.0, sent)
        };
        self.pj.set_port_gain(port, received, sent);
    }

    pub(crate) fn call_levels(&self, op: &'static str, id: CallId) -> Result<Levels> {
        let port = self.calls.borrow().get(op, id)?.bridge_port;
        let levels = port.and_then(|port| self.pj.port_levels(port));
        levels.map(Levels::new).ok_or_else(|| super::no_audio(op, id))
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

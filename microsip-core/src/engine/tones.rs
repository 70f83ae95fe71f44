//! Tones on the bridge that nobody follows, and how those that somebody does are stopped.

use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::audio::{NewNode, Owner, Removal};
use crate::Result;
use crate::call::CallId;
use crate::media::{Tap, Tone, ToneSource, UnfollowedTone};
use crate::pj::PortEnd;

/// Three ticks of the bridge: in the first a tone falls silent.
const FALL: Duration = Duration::from_millis(60);

impl Engine {
    /// Plays a tone into the call, once.
    pub(super) fn tone_add(&self, op: &'static str, call: CallId, rate: u32, tone: &Tone) -> Result<()> {
        let id = self.shared.next_id();
        let source = ToneSource::new(tone, rate, None)?;
        let source = Box::new(UnfollowedTone::new(Arc::clone(&self.shared), id, source));
        let node = NewNode {
            id,
            rate: Some(rate),
            end: PortEnd::Source(source),
            owner: Owner::Call(call, Tap::default()),
            on_removed: Box::new(|_, _| {}),
        };
        self.node_add(op, node)
    }

    /// Takes a tone that was told to fall silent off the bridge once it has, which would click now.
    pub(crate) fn tone_stop(&self, id: u64) {
        self.later(FALL, move |engine| engine.node_remove(id, Removal::Stopped));
    }
}

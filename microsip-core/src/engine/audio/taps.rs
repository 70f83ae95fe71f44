//! Taps: sinks that hear what a call sends. They are ports of their own that hear everybody the call hears, in the same tick.

use super::{Graph, NodeId, Owner};
use crate::call::CallId;
use crate::engine::Engine;
use crate::media::Gain;

impl Graph {
    /// The gain of a copy: `to` is a tap, and its call hears `from` and sends it.
    pub(super) fn tapped(&self, from: NodeId, to: NodeId, muted: impl Fn(CallId) -> bool) -> Option<Gain> {
        let Owner::Call(call, tap) = self.nodes.get(&to)?.owner else {
            return None;
        };
        let sends = self.calls.get(&call).is_some_and(|c| c.sends) && !muted(call);
        let link = self.links.get(&(from, call.0)).filter(|_| tap.hears_us() && sends)?;
        Some(link.gain)
    }
}

impl Engine {
    /// Connects the call's taps anew, because what it sends has changed.
    pub(in crate::engine) fn sync_taps(&self, call: CallId) {
        let (taps, sources) = {
            let graph = self.graph.borrow();
            let Some(taps) = graph.taps.get(&call).cloned() else {
                return;
            };
            (taps, graph.heard_by(call.0))
        };
        for tap in taps {
            for source in &sources {
                self.sync(*source, tap);
            }
        }
    }
}

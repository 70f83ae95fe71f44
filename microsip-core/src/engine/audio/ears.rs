//! Listening for keys in what the peer says.

use std::sync::Arc;

use super::{NewNode, Owner};
use crate::call::CallId;
use crate::engine::Engine;
use crate::media::Tap;
use crate::media::detect::Ear;
use crate::pj::PortEnd;
use crate::sip::DtmfDetection;

impl Engine {
    /// Listens for keys in what the peer says, if that is wanted; once per call.
    pub(in crate::engine) fn listen_for_keys(&self, call: CallId, slot: i32) {
        let wanted = match self.config.dtmf_detection {
            DtmfDetection::Off => false,
            DtmfDetection::Auto => !self.pj.takes_rtp_events(slot),
            DtmfDetection::Always => true,
        };
        if !wanted || self.graph.borrow().ears.contains(&call) {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let ear = Ear::new(self.shared.clock_rate(), move |digit, ms| {
            // Told off the clock's thread, a digit at a time.
            shared.post("dtmf", move |engine| engine.call_heard_key(call, digit, ms));
        });
        let node = NewNode {
            id: self.shared.next_id(),
            rate: None,
            end: PortEnd::Sink(Box::new(ear)),
            owner: Owner::Call(call, Tap::Received),
            on_removed: Box::new(|_, _| {}),
        };
        match self.node_add("dtmf", node) {
            Ok(()) => drop(self.graph.borrow_mut().ears.insert(call)),
            Err(e) => tracing::warn!(target: "microsip", "{e}"),
        }
    }
}

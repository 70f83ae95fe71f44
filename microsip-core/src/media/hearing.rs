//! What detectors tell: from the bridge's clock to the engine, by a ring that is made in advance.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use super::progress::Found;
use super::speech::Edge;
use crate::engine::Shared;
use crate::sip::Digit;

/// Reports that may wait for the engine: more than anybody says in a second.
const RING: usize = 64;

/// What was heard.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Heard {
    /// A key was released that was held for so many milliseconds.
    Key(Digit, u32),
    /// Speech began or ended; when that was noticed.
    Speech(Edge, SystemTime),
    /// A tone was heard; when that was sure.
    Tone(Found, SystemTime),
}

/// The clock's side: allocates nothing, waits for nothing.
pub(crate) struct Reporter {
    ring: rtrb::Producer<Heard>,
    due: Arc<AtomicBool>,
    shared: Arc<Shared>,
}

impl Reporter {
    /// Both sides of a ring; `due` is set when there is something in it.
    pub(crate) fn new(shared: &Arc<Shared>, due: &Arc<AtomicBool>) -> (Reporter, rtrb::Consumer<Heard>) {
        let (producer, consumer) = rtrb::RingBuffer::new(RING);
        let reporter = Reporter {
            ring: producer,
            due: Arc::clone(due),
            shared: Arc::clone(shared),
        };
        (reporter, consumer)
    }

    /// Tells the engine. What an engine that is stuck for seconds has no room for is lost.
    pub(crate) fn tell(&mut self, heard: Heard) {
        let _ = self.ring.push(heard);
        self.due.store(true, Ordering::Release);
        self.shared.nudge();
    }
}

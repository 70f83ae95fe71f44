//! Giving memory back after a peak of calls.
//!
//! PJSIP frees a call's pools, but the allocator keeps the pages: 200 calls at once were measured to leave 130 MiB behind
//! for ever. Once the last call and its lingering transactions are gone, the allocator is asked to return them.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::Engine;

/// A smaller peak leaves too little behind to bother.
const WORTH_IT: usize = 20;
/// An answered INVITE's transaction outlives its call by 64*T1 = 32 s (RFC 6026); a little more lets everything settle.
const SETTLE: Duration = Duration::from_secs(35);

#[derive(Default)]
pub(crate) struct Peak {
    calls: Cell<usize>,
    due: Cell<Option<Instant>>,
}

impl Engine {
    /// The number of calls changed.
    pub(super) fn note_calls(&self, now: usize) {
        self.peak.calls.set(self.peak.calls.get().max(now));
        let wanted = now == 0 && self.peak.calls.get() >= WORTH_IT;
        self.peak.due.set(wanted.then(|| Instant::now() + SETTLE));
    }

    pub(super) fn trim_due(&self) -> Option<Instant> {
        self.peak.due.get()
    }

    /// Returns memory to the system if it is time. Takes some tens of milliseconds after a large peak, when nothing else
    /// is going on.
    pub(super) fn tick_memory(&self) {
        if self.trim_due().is_some_and(|due| due <= Instant::now()) {
            self.peak.due.set(None);
            self.peak.calls.set(0);
            self.pj.trim_memory();
        }
    }
}

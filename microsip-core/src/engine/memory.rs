//! Giving memory back after a peak of calls or registrations.
//!
//! PJSIP frees a call's pools, but the allocator keeps the pages: 200 calls at once were measured to leave 130 MiB behind
//! for ever. Once the last call and its lingering transactions are gone, the allocator is asked to return them.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::Engine;

/// A smaller peak leaves too little behind to bother.
const WORTH_IT: usize = 20;
/// The same for registrations made, whose messages and transactions are smaller.
const WORTH_IT_REGISTERED: usize = 100;
/// An answered INVITE's transaction outlives its call by 64*T1 = 32 s (RFC 6026); a little more lets everything settle.
const SETTLE: Duration = Duration::from_secs(35);

#[derive(Default)]
pub(crate) struct Peak {
    calls: Cell<usize>,
    registrations: Cell<usize>,
    due: Cell<Option<Instant>>,
}

impl Engine {
    /// The number of calls changed.
    pub(super) fn note_calls(&self, now: usize) {
        self.peak.calls.set(self.peak.calls.get().max(now));
        let worth_it = self.peak.calls.get() >= WORTH_IT || self.peak.registrations.get() >= WORTH_IT_REGISTERED;
        self.peak
            .due
            .set((now == 0 && worth_it).then(|| Instant::now() + SETTLE));
    }

    /// An account has registered that was not, or unregistered, or a request of an event package was answered.
    pub(super) fn note_registration(&self) {
        let made = self.peak.registrations.get() + 1;
        self.peak.registrations.set(made);
        if made >= WORTH_IT_REGISTERED && self.calls.borrow().entries().next().is_none() {
            self.peak.due.set(Some(Instant::now() + SETTLE));
        }
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
            self.peak.registrations.set(0);
            self.pj.trim_memory();
        }
    }
}

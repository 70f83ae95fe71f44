//! When the bridge's clock runs.

use std::time::{Duration, Instant};

use crate::engine::Engine;

/// The bridge's clock: 50 wake-ups a second while it runs, so it runs only when somebody needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Stopped,
    Running,
    /// Nobody needs it any more; stopped at this moment unless somebody does by then. Starting and stopping it with every
    /// call would cost more than it saves, since stopping waits for its thread.
    Lingering(Instant),
    /// Stopped, with one tick to be made by hand at this moment.
    Pumping(Instant),
}

const LINGER: Duration = Duration::from_secs(1);
/// Ticks by hand are made for many changes at once.
const PUMP: Duration = Duration::from_millis(100);

impl Engine {
    fn clock_wanted(&self) -> bool {
        let graph = self.graph.borrow();
        let calls = !graph.calls.is_empty() && (self.config.send_silence || !graph.links.is_empty());
        calls || graph.free_links > 0
    }

    /// Starts the clock now if it does not run.
    pub(in crate::engine) fn need_clock(&self, at_least: Duration) {
        match self.clock.get() {
            Clock::Running => {}
            Clock::Lingering(_) if self.clock_wanted() => self.clock.set(Clock::Running),
            Clock::Lingering(_) => {}
            Clock::Stopped | Clock::Pumping(_) => {
                if self.pj.start_clock() {
                    self.clock.set(Clock::Running);
                }
            }
        }
        if !self.clock_wanted() {
            // For digits on an otherwise silent call.
            self.linger(at_least + LINGER);
        }
    }

    /// Lets the clock run for a while, or longer if it was to.
    fn linger(&self, time: Duration) {
        let until = Instant::now() + time;
        let until = match self.clock.get() {
            Clock::Lingering(later) => until.max(later),
            _ => until,
        };
        self.clock.set(Clock::Lingering(until));
    }

    /// Looks whether somebody needs the clock.
    pub(in crate::engine) fn update_clock(&self) {
        match (self.clock_wanted(), self.clock.get()) {
            (true, _) => self.need_clock(Duration::ZERO),
            (false, Clock::Running) => self.linger(LINGER),
            // Ports were added or removed perhaps, which waits for a tick.
            (false, Clock::Stopped) => self.clock.set(Clock::Pumping(Instant::now() + PUMP)),
            (false, Clock::Pumping(_)) => {}
            (false, Clock::Lingering(_)) => {}
        }
    }

    pub(in crate::engine) fn clock_due(&self) -> Option<Instant> {
        match self.clock.get() {
            Clock::Lingering(at) | Clock::Pumping(at) => Some(at),
            Clock::Stopped | Clock::Running => None,
        }
    }

    pub(in crate::engine) fn tick_clock(&self) {
        if self.clock_due().is_some_and(|at| at <= Instant::now()) {
            // Everything is stopped by now or has no need of the clock.
            self.stop_clock();
        }
    }

    pub(in crate::engine) fn stop_clock(&self) {
        if let Clock::Running | Clock::Lingering(_) = self.clock.replace(Clock::Stopped) {
            self.pj.stop_clock();
        }
        self.pj.pump_bridge();
    }
}

//! Closing in order: nothing that was asked stays unanswered, nobody waits longer than configured.

use std::time::{Duration, Instant};

use super::Engine;
use super::queue::Waiting;

impl Engine {
    /// Ends calls and registrations politely, then PJSUA, then everything that waits for events.
    pub(super) fn close(&self) {
        // First of all refuse and answer commands: PJSUA's own destroy polls, and ours below do not run them.
        let mut left = self.shared.queue.close();
        while let Some(job) = left.next() {
            job(None);
        }
        self.call_hang_up_all();
        self.end_events();
        // Before we are unregistered: a server may take PUBLISH from those only whom it knows.
        self.end_publications();
        let asked = self.unregister_all();
        let deadline = Instant::now() + self.config.close_timeout;
        let mut none = Waiting::default();
        while (self.pj.call_count() > 0
            || self.any_registered(&asked)
            || self.events_pending()
            || self.messages_pending()
            || self.publications_pending())
            && Instant::now() < deadline
        {
            self.turn(&mut none, Duration::from_millis(20));
        }
        self.finish_transfers();
        self.close_names();
        self.stop_clock();
        // Before PJSIP reports each unanswered request as a failure of its own.
        self.forget_publications();
        self.pj.stop();
        self.finish_calls();
        self.forget_events();
        self.shared.pump().close();
        self.shared.devices().close();
        self.forget_accounts();
        self.flush();
        if let Some(reader) = self.reader.borrow_mut().take() {
            reader.close();
        }
        if let Some(writer) = self.writer.borrow_mut().take() {
            writer.close();
        }
    }
}

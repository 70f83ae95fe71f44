//! What is to happen with a call at a later moment.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Engine;
use crate::call::CallId;

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// The next key is pressed.
    Key,
    /// The call is answered by itself.
    Answer,
    /// The call is forwarded, if nobody has answered it.
    Forward { target: String },
    /// The caller's `Expires` is over.
    Expired,
    /// The callee had its time to answer.
    RingOver,
    /// The call had its time.
    HangUp,
    /// The DTLS handshake of its media had its time.
    Keying,
    /// The call's statistics are told.
    Stats,
    /// The call's audio is looked at.
    Watch,
}

#[derive(Default)]
pub(crate) struct Alarms {
    queue: BTreeMap<(Instant, u64), (CallId, Alarm)>,
    count: u64,
}

impl Engine {
    pub(super) fn alarm_set(&self, call: CallId, after: Duration, alarm: Alarm) {
        let mut alarms = self.alarms.borrow_mut();
        alarms.count += 1;
        let key = (Instant::now() + after, alarms.count);
        alarms.queue.insert(key, (call, alarm));
    }

    /// The call is over.
    pub(super) fn alarms_forget(&self, call: CallId) {
        self.alarms.borrow_mut().queue.retain(|_, (of, _)| *of != call);
    }

    /// When the next one goes off.
    pub(super) fn alarms_due(&self) -> Option<Instant> {
        self.alarms.borrow().queue.keys().next().map(|(at, _)| *at)
    }

    /// Lets those go off whose time has come.
    pub(super) fn tick_alarms(&self) {
        let now = Instant::now();
        loop {
            let next = {
                let mut alarms = self.alarms.borrow_mut();
                match alarms.queue.first_entry() {
                    Some(entry) if entry.key().0 <= now => entry.remove(),
                    _ => return,
                }
            };
            match next {
                (call, Alarm::Key) => self.press_next(call),
                (call, Alarm::Answer) => self.policy_answers(call),
                (call, Alarm::Forward { target }) => self.policy_forwards(call, &target, "no-answer"),
                (call, Alarm::Expired) => self.invite_expired(call),
                (call, Alarm::RingOver) => self.ring_is_over(call),
                (call, Alarm::Keying) => self.keying_is_over(call),
                (call, Alarm::Stats) => self.stats_are_due(call),
                (call, Alarm::Watch) => self.watch_is_due(call),
                (call, Alarm::HangUp) => self.time_is_over(call),
            }
        }
    }
}

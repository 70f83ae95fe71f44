//! When which keys are pressed.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use microsip_core::DtmfOptions;
use microsip_core::compat::number::PostDial;

/// The first group of a [`PostDial`] comes so long after its beginning.
const FIRST: Duration = Duration::from_secs(1);

/// Keys that wait for their time.
#[derive(Debug, Default)]
pub(super) struct Keys {
    waiting: VecDeque<(Instant, String)>,
    /// When the last one handed over will have been sent.
    busy_until: Option<Instant>,
    sent: usize,
    lost: usize,
}

impl Keys {
    /// Has the digits pressed, the first group a second after `from`, but none before those that wait already.
    pub(super) fn add(&mut self, digits: &PostDial, from: Instant) {
        let earliest = match self.waiting.back() {
            // As the reference has it: 200 ms for each digit of the group before.
            Some((at, group)) => *at + Duration::from_millis(200 * group.len() as u64),
            None => from,
        };
        let from = from.max(earliest);
        let steps = digits.steps().into_iter();
        self.waiting.extend(steps.map(|step| (from + step.after, step.digits)));
    }

    /// The same, with the first group at `at`.
    pub(super) fn add_at(&mut self, digits: &PostDial, at: Instant) {
        // Not before the clock began, on a machine that has just started.
        self.add(digits, at.checked_sub(FIRST).unwrap_or(at));
    }

    /// When the next ones are due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.front().map(|(at, _)| *at)
    }

    /// Those that are due.
    pub(super) fn due(&mut self, now: Instant) -> Option<String> {
        if self.next()? > now {
            return None;
        }
        self.waiting.pop_front().map(|(_, digits)| digits)
    }

    /// Some were handed over.
    pub(super) fn handed(&mut self, digits: &str, now: Instant, how: &DtmfOptions) {
        let length = (how.duration + how.gap) * digits.len() as u32;
        self.busy_until = Some(self.busy_until.unwrap_or(now).max(now) + length);
        self.sent += digits.len();
    }

    /// Some could not be handed over.
    pub(super) fn lost(&mut self, digits: &str) {
        self.lost += digits.len();
    }

    /// How many were handed over.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// How many still wait or could not be handed over.
    pub(super) fn unsent(&self) -> usize {
        self.lost + self.waiting.iter().map(|(_, digits)| digits.len()).sum::<usize>()
    }

    /// When all will have been sent; `None` while some wait.
    pub(super) fn finished(&self, now: Instant) -> Option<Instant> {
        self.waiting.is_empty().then(|| self.busy_until.unwrap_or(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn times(keys: &Keys, from: Instant) -> Vec<(u64, &str)> {
        let waiting = keys.waiting.iter();
        waiting
            .map(|(at, digits)| (at.duration_since(from).as_millis() as u64, &**digits))
            .collect()
    }

    #[test]
    fn groups_come_as_the_reference_says() {
        let now = Instant::now() + ms(10_000);
        let digits = |text: &str| PostDial::parse(text).unwrap();
        let mut keys = Keys::default();
        keys.add(&digits("45,,6#"), now);
        assert_eq!(times(&keys, now), [(1000, "45"), (3400, "6#")]);
        // Those of --dtmf come after those of the target.
        keys.add(&digits("7"), now);
        assert_eq!(times(&keys, now)[2], (4800, "7"));

        let mut keys = Keys::default();
        keys.add_at(&digits("1,2"), now + ms(500));
        assert_eq!(times(&keys, now), [(500, "1"), (1700, "2")]);
    }

    #[test]
    fn what_is_handed_over_takes_its_time() {
        let now = Instant::now();
        let how = DtmfOptions::default().duration(ms(160)).gap(ms(100));
        let mut keys = Keys::default();
        keys.add(&PostDial::parse("12").unwrap(), now);
        assert_eq!((keys.due(now), keys.finished(now), keys.unsent()), (None, None, 2));
        let later = now + ms(1000);
        let due = keys.due(later).unwrap();
        keys.handed(&due, later, &how);
        assert_eq!(keys.finished(later), Some(later + ms(520)));
        assert_eq!((keys.sent(), keys.unsent(), keys.next()), (2, 0, None));
    }
}

//! The command queue: handles on any thread push closures, the engine swaps them out and runs them.
//!
//! Two lanes: answers to a peer that is waiting go before everything else, so that a flood of other commands cannot make
//! a call time out. Both are bounded; a full lane is [`Busy`](crate::ErrorKind::Busy), never silence.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Engine;
use crate::{Error, ErrorKind, Result};

/// A command. `None` as argument means the engine closes and the command must answer its caller with an error.
pub(crate) type Job = Box<dyn FnOnce(Option<&Engine>) + Send>;

/// At most this many commands wait in one lane.
const LANE_CAPACITY: usize = 8192;

/// Which lane a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Answers, hang-ups: somebody waits at the other end of the wire.
    Urgent,
    /// Everything else.
    Normal,
}

#[derive(Default)]
struct Lanes {
    urgent: VecDeque<Job>,
    normal: VecDeque<Job>,
    closed: bool,
}

#[derive(Default)]
pub(crate) struct Queue {
    lanes: Mutex<Lanes>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, op: &'static str, lane: Lane, job: Job) -> Result<()> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(Error::not_running(op));
        }
        let q = match lane {
            Lane::Urgent => &mut lanes.urgent,
            Lane::Normal => &mut lanes.normal,
        };
        if q.len() >= LANE_CAPACITY {
            return Err(Error::new(
                ErrorKind::Busy,
                op,
                format!("{LANE_CAPACITY} commands wait already; slow down and try again"),
            ));
        }
        q.push_back(job);
        Ok(())
    }

    /// Moves what waits into `into`; the lock is held only for the swap.
    pub(crate) fn take(&self, into: &mut Waiting) {
        let mut lanes = self.lock();
        into.urgent.append(&mut lanes.urgent);
        if into.normal.is_empty() {
            std::mem::swap(&mut into.normal, &mut lanes.normal);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let lanes = self.lock();
        lanes.urgent.is_empty() && lanes.normal.is_empty()
    }

    /// Refuses further commands and returns those that were never run.
    pub(crate) fn close(&self) -> Waiting {
        let mut lanes = self.lock();
        lanes.closed = true;
        Waiting {
            urgent: std::mem::take(&mut lanes.urgent),
            normal: std::mem::take(&mut lanes.normal),
        }
    }
}

/// Commands taken by the engine and not run yet.
#[derive(Default)]
pub(crate) struct Waiting {
    urgent: VecDeque<Job>,
    normal: VecDeque<Job>,
}

impl Waiting {
    pub(crate) fn next(&mut self) -> Option<Job> {
        self.urgent.pop_front().or_else(|| self.normal.pop_front())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.urgent.is_empty() && self.normal.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn note(log: &Arc<Mutex<Vec<u32>>>, n: u32) -> Job {
        let log = Arc::clone(log);
        Box::new(move |_| log.lock().unwrap().push(n))
    }

    #[test]
    fn urgent_commands_overtake_and_each_lane_keeps_its_order() {
        let (queue, log) = (Queue::default(), Arc::new(Mutex::new(Vec::new())));
        for (lane, n) in [
            (Lane::Normal, 1),
            (Lane::Normal, 2),
            (Lane::Urgent, 3),
            (Lane::Urgent, 4),
        ] {
            queue.push("t", lane, note(&log, n)).unwrap();
        }
        let mut waiting = Waiting::default();
        queue.take(&mut waiting);
        while let Some(job) = waiting.next() {
            job(None);
        }
        assert_eq!(*log.lock().unwrap(), [3, 4, 1, 2]);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_full_lane_is_busy_and_a_closed_queue_not_running() {
        let (queue, log) = (Queue::default(), Arc::new(Mutex::new(Vec::new())));
        for n in 0..LANE_CAPACITY {
            queue.push("t", Lane::Normal, note(&log, n as u32)).unwrap();
        }
        assert_eq!(
            queue.push("t", Lane::Normal, note(&log, 0)).unwrap_err().kind(),
            ErrorKind::Busy
        );
        queue.push("t", Lane::Urgent, note(&log, 0)).unwrap();
        let mut left = queue.close();
        assert_eq!(std::iter::from_fn(|| left.next()).count(), LANE_CAPACITY + 1);
        assert_eq!(
            queue.push("t", Lane::Urgent, note(&log, 0)).unwrap_err().kind(),
            ErrorKind::NotRunning
        );
    }
}

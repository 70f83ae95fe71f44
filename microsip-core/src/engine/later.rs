//! What the engine does later, at a certain moment.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{Engine, contained};
use crate::Result;

type Job = Box<dyn FnOnce(&Engine)>;

#[derive(Default)]
pub(crate) struct Later {
    jobs: BTreeMap<(Instant, u64), Job>,
    count: u64,
}

impl Engine {
    /// Runs `job` after `delay`, on the engine. Nothing takes it back: it looks itself whether it is still wanted.
    pub(crate) fn later(&self, delay: Duration, job: impl FnOnce(&Engine) + 'static) {
        let mut later = self.later.borrow_mut();
        later.count += 1;
        let key = (Instant::now() + delay, later.count);
        later.jobs.insert(key, Box::new(job));
    }

    /// When the next one is due.
    pub(super) fn later_due(&self) -> Option<Instant> {
        self.later.borrow().jobs.first_key_value().map(|((at, _), _)| *at)
    }

    /// Runs what is due.
    pub(super) fn tick_later(&self) {
        while self.later_due().is_some_and(|at| at <= Instant::now()) {
            let first = self.later.borrow_mut().jobs.pop_first();
            if let Some((_, job)) = first {
                let done: Result<()> = contained("later", || {
                    job(self);
                    Ok(())
                });
                if let Err(e) = done {
                    tracing::error!(target: "microsip", "{e}");
                }
            }
        }
    }
}

//! Waiting for a stream on any number of threads, and telling a descriptor about it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use super::Outcome;
use super::guard::Fault;
use crate::status::microsip_status_e;

/// Whoever waits for one stream: all are woken together and look again.
#[derive(Default)]
pub(crate) struct Bell {
    /// How often it rang.
    rung: Mutex<u64>,
    changed: Condvar,
    on_ring: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl Bell {
    /// Runs `tell` whenever it rings, on the thread that rings it.
    pub(crate) fn tell(&self, tell: Box<dyn Fn() + Send>) {
        *self.on_ring.lock().unwrap_or_else(PoisonError::into_inner) = Some(tell);
    }

    pub(crate) fn ring(&self) {
        {
            let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
            *rung = rung.wrapping_add(1);
            self.changed.notify_all();
        }
        if let Some(tell) = &*self.on_ring.lock().unwrap_or_else(PoisonError::into_inner) {
            tell();
        }
    }

    fn rung(&self) -> u64 {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks `poll` until it is ready, sleeping in between; `deadline` of `None` is never.
    pub(crate) fn wait<T>(
        self: &Arc<Self>,
        deadline: Option<Instant>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<Outcome<T>>,
    ) -> Outcome<T> {
        let waker = Waker::from(Arc::clone(self));
        loop {
            let seen = self.rung();
            if let Poll::Ready(value) = poll(&mut Context::from_waker(&waker)) {
                return value;
            }
            let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
            while *rung == seen {
                rung = match deadline {
                    None => self.changed.wait(rung).unwrap_or_else(PoisonError::into_inner),
                    Some(deadline) => {
                        let left = deadline.saturating_duration_since(Instant::now());
                        if left.is_zero() {
                            return Err(Fault::new(
                                microsip_status_e::MICROSIP_STATUS_TIMEOUT,
                                "nothing came before the deadline",
                            ));
                        }
                        self.changed
                            .wait_timeout(rung, left)
                            .unwrap_or_else(PoisonError::into_inner)
                            .0
                    }
                };
            }
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }
}

//! A value that threads wait for.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::FOR_EVER;

struct Inner<T> {
    value: T,
    /// Notifying nobody would cost a system call.
    waiting: usize,
}

/// A value and whoever waits for it to change.
pub(crate) struct Watch<T> {
    inner: Mutex<Inner<T>>,
    changed: Condvar,
}

impl<T> Watch<T> {
    pub(crate) fn new(value: T) -> Watch<T> {
        Watch {
            inner: Mutex::new(Inner { value, waiting: 0 }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, value: T) {
        let mut inner = self.lock();
        inner.value = value;
        if inner.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// Lets those who wait look again: something else has changed that they look at.
    pub(crate) fn touch(&self) {
        let inner = self.lock();
        if inner.waiting > 0 {
            self.changed.notify_all();
        }
    }

    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock().value)
    }

    /// Waits until `look` gives something; `None` when the time is over first.
    pub(crate) fn wait<R>(&self, timeout: Duration, mut look: impl FnMut(&T) -> Option<R>) -> Option<R> {
        let deadline = Instant::now() + timeout.min(FOR_EVER);
        let mut inner = self.lock();
        loop {
            if let Some(found) = look(&inner.value) {
                return Some(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            inner.waiting += 1;
            let woken = self.changed.wait_timeout(inner, left);
            inner = woken.unwrap_or_else(PoisonError::into_inner).0;
            inner.waiting -= 1;
        }
    }
}

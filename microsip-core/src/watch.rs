//! A value that threads wait for.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::FOR_EVER;
use crate::event::wake_all;
use crate::fork::Origin;

struct Inner<T> {
    value: T,
    /// Notifying nobody would cost a system call.
    waiting: usize,
    /// Of tasks that wait.
    wakers: Vec<Waker>,
}

/// A value and whoever waits for it to change.
pub(crate) struct Watch<T> {
    inner: Mutex<Inner<T>>,
    changed: Condvar,
}

impl<T> Watch<T> {
    pub(crate) fn new(value: T) -> Watch<T> {
        Watch {
            inner: Mutex::new(Inner {
                value,
                waiting: 0,
                wakers: Vec::new(),
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, value: T) {
        let mut inner = self.lock();
        inner.value = value;
        self.tell(inner);
    }

    /// Lets those who wait look again: something else has changed that they look at.
    pub(crate) fn touch(&self) {
        self.tell(self.lock());
    }

    fn tell(&self, mut inner: MutexGuard<'_, Inner<T>>) {
        if inner.waiting > 0 {
            self.changed.notify_all();
        }
        let wakers = std::mem::take(&mut inner.wakers);
        // Foreign code: not under the lock.
        drop(inner);
        wake_all(wakers);
    }

    /// What `look` gives; without anything the task is woken when there may be.
    pub(crate) fn poll<R>(&self, cx: &Context<'_>, look: impl FnOnce(&T) -> Option<R>) -> Poll<R> {
        let mut inner = self.lock();
        if let Some(found) = look(&inner.value) {
            return Poll::Ready(found);
        }
        if !inner.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            inner.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock().value)
    }

    /// As [`Watch::look`], for what may be asked in a forked child; `None` there when it cannot be known.
    pub(crate) fn look_from<R>(&self, origin: Origin, look: impl FnOnce(&T) -> R) -> Option<R> {
        origin.lock(&self.inner).map(|inner| look(&inner.value))
    }

    /// Changes it in its place.
    pub(crate) fn alter(&self, change: impl FnOnce(&mut T)) {
        let mut inner = self.lock();
        change(&mut inner.value);
        self.tell(inner);
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

//! How something ends: set once, waited for by threads and by tasks.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::FOR_EVER;

struct State<T> {
    value: Option<T>,
    /// Who is told.
    wakers: Vec<Waker>,
}

pub(crate) struct Ending<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

impl<T> Default for Ending<T> {
    fn default() -> Self {
        Ending {
            state: Mutex::new(State {
                value: None,
                wakers: Vec::new(),
            }),
            changed: Condvar::new(),
        }
    }
}

impl<T: Clone> Ending<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self) -> Option<T> {
        self.lock().value.clone()
    }

    pub(crate) fn is_set(&self) -> bool {
        self.lock().value.is_some()
    }

    pub(crate) fn set(&self, value: T) {
        let wakers = {
            let mut state = self.lock();
            state.value = Some(value);
            std::mem::take(&mut state.wakers)
        };
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Waits for it; `None` when the time is over.
    pub(crate) fn wait(&self, timeout: Duration) -> Option<T> {
        let deadline = Instant::now() + timeout.min(FOR_EVER);
        let mut state = self.lock();
        loop {
            if let Some(value) = &state.value {
                return Some(value.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// It, or the task is woken once it is there. A task that asks often is kept once.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<T> {
        let mut state = self.lock();
        if let Some(value) = &state.value {
            return Poll::Ready(value.clone());
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn threads_and_tasks_are_told_and_a_task_that_asks_twice_is_woken_once() {
        let ending = Arc::new(Ending::default());
        let counts: Vec<Arc<Count>> = (0..3).map(|_| Arc::default()).collect();
        for count in &counts {
            let waker = Waker::from(Arc::clone(count));
            for _ in 0..5 {
                assert!(ending.poll(&Context::from_waker(&waker)).is_pending());
            }
        }
        assert_eq!(ending.wait(Duration::from_millis(5)), None);
        let other = Arc::clone(&ending);
        let thread = std::thread::spawn(move || other.wait(Duration::MAX));
        ending.set(7);
        assert_eq!(thread.join().unwrap(), Some(7));
        assert!(counts.iter().all(|count| count.0.load(Ordering::Relaxed) == 1));
        assert_eq!(ending.poll(&Context::from_waker(Waker::noop())), Poll::Ready(7));
        assert!(ending.is_set() && ending.get() == Some(7));
    }
}

//! A look-up under way.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::dns::ServerAddress;
use crate::engine::Shared;
use crate::{Error, FOR_EVER, Result};

const OP: &str = "resolve";

/// A look-up under way, of [`Endpoint::resolve_later`](crate::Endpoint::resolve_later): to be waited for, or a future for any async
/// runtime. Dropping it forgets the answer.
pub struct Resolution {
    shared: Arc<Shared>,
    answer: Arc<Answer>,
}

#[derive(Default)]
struct Answer {
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Default)]
struct State {
    answer: Option<Result<Vec<ServerAddress>>>,
    waker: Option<Waker>,
}

impl Answer {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the answer. Dropped without one, which is how an engine ends, it says so.
pub(super) struct Answering(Arc<Answer>);

impl Answering {
    pub(super) fn give(&self, answer: Result<Vec<ServerAddress>>) {
        let mut state = self.0.lock();
        if state.answer.is_none() {
            state.answer = Some(answer);
            let waker = state.waker.take();
            drop(state);
            self.0.came.notify_all();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.give(Err(Error::not_running(OP)));
    }
}

impl Resolution {
    pub(super) fn new(shared: &Arc<Shared>) -> (Answering, Resolution) {
        let answer = Arc::new(Answer::default());
        let shared = Arc::clone(shared);
        (Answering(Arc::clone(&answer)), Resolution { shared, answer })
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// As [`Endpoint::resolve`](crate::Endpoint::resolve); [`NotRunning`](crate::ErrorKind::NotRunning) when the endpoint is closed
    /// meanwhile.
    pub fn wait(self) -> Result<Vec<ServerAddress>> {
        loop {
            if let Some(answer) = self.wait_timeout(FOR_EVER) {
                return answer;
            }
        }
    }

    /// Waits at most so long; `None` when there is no answer by then. It can be asked again.
    ///
    /// # Errors
    /// As [`Resolution::wait`].
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Result<Vec<ServerAddress>>> {
        if let Err(e) = self.shared.refuse_wait_on_engine(OP) {
            return Some(Err(e));
        }
        let deadline = Instant::now() + timeout.min(FOR_EVER);
        let mut state = self.answer.lock();
        loop {
            if let Some(answer) = &state.answer {
                return Some(answer.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let woken = self.answer.came.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Future for Resolution {
    type Output = Result<Vec<ServerAddress>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.answer.lock();
        match &state.answer {
            Some(answer) => Poll::Ready(answer.clone()),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl fmt::Debug for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolution").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::Wake;

    struct Bell(AtomicBool);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn an_answer_that_never_comes_wakes_whoever_asks() {
        let bell = Arc::new(Bell(AtomicBool::new(false)));
        let answer = Arc::new(Answer::default());
        answer.lock().waker = Some(Waker::from(Arc::clone(&bell)));
        drop(Answering(Arc::clone(&answer)));
        assert!(bell.0.load(Ordering::SeqCst));
        assert!(matches!(&answer.lock().answer, Some(Err(e)) if e.kind() == crate::ErrorKind::NotRunning));
    }

    #[test]
    fn the_first_answer_counts() {
        let answer = Arc::new(Answer::default());
        let answering = Answering(Arc::clone(&answer));
        answering.give(Ok(Vec::new()));
        drop(answering);
        assert!(matches!(&answer.lock().answer, Some(Ok(_))));
    }
}

//! How a command's result gets back to the thread that waits for it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

const PENDING: u8 = 0;
const STARTED: u8 = 1;
const DONE: u8 = 2;
const ABANDONED: u8 = 3;

/// One command's mailbox: the caller parks until the engine has filled it.
pub(crate) struct Reply<T> {
    state: AtomicU8,
    value: Mutex<Option<T>>,
    caller: Thread,
}

impl<T> Reply<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Reply {
            state: AtomicU8::new(PENDING),
            value: Mutex::new(None),
            caller: std::thread::current(),
        })
    }

    /// Called by the engine before it runs the command; `false` when the caller has given up on it.
    pub(crate) fn start(&self) -> bool {
        self.state
            .compare_exchange(PENDING, STARTED, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// Called by the engine with the result.
    pub(crate) fn fill(&self, value: T) {
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        self.state.store(DONE, Ordering::Release);
        self.caller.unpark();
    }

    /// Parks until the result is there, at most `timeout` if the command has not begun by then. A command that has begun
    /// is waited for: PJSIP's calls are short, and its result must not be lost.
    pub(crate) fn wait(&self, timeout: Duration) -> Option<T> {
        let deadline = Instant::now() + timeout;
        loop {
            match self.state.load(Ordering::Acquire) {
                DONE => return self.value.lock().unwrap_or_else(PoisonError::into_inner).take(),
                PENDING => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        let gave_up =
                            self.state
                                .compare_exchange(PENDING, ABANDONED, Ordering::AcqRel, Ordering::Acquire);
                        if gave_up.is_ok() {
                            return None;
                        }
                        continue;
                    }
                    std::thread::park_timeout(left);
                }
                _ => std::thread::park_timeout(Duration::from_millis(500)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_arrives_from_another_thread() {
        let reply = Reply::new();
        let filler = Arc::clone(&reply);
        let t = std::thread::spawn(move || {
            assert!(filler.start());
            filler.fill(7);
        });
        assert_eq!(reply.wait(Duration::from_secs(5)), Some(7));
        t.join().unwrap();
    }

    #[test]
    fn an_abandoned_command_is_not_started() {
        let reply = Reply::<()>::new();
        assert_eq!(reply.wait(Duration::from_millis(1)), None);
        assert!(!reply.start());
    }
}

//! One thread that runs one task: when it is told to, or when the time has come that the task named.
//!
//! Shared by what asks a server now and then and by what looks at a file. The task runs on the thread, never twice at a time, so
//! a task that hangs delays nobody but itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::{Error, ErrorKind, Result};

/// Longer times are cut to this, so that every clock can bear them: a year.
const FOR_EVER: Duration = Duration::from_secs(60 * 60 * 24 * 365);
/// After a panic of the task, which is a defect, it is tried again so late.
const AFTER_PANIC: Duration = Duration::from_secs(60);

/// Runs a task on its own thread. Dropping it closes it without waiting for the task.
pub(crate) struct Repeater {
    turn: Turn,
}

/// What a task, and whoever else has to wake it, sees of its [`Repeater`].
#[derive(Clone)]
pub(crate) struct Turn(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When to run next; none for only when told.
    due: Option<Instant>,
    closed: bool,
    /// A callback of the task is running.
    telling: bool,
    thread: Option<ThreadId>,
}

impl Repeater {
    /// Starts the thread. `first` is the time until the first run, none for when told. The task says when it wants to run next, none
    /// for when told; being told while it runs counts too.
    ///
    /// # Errors
    /// [`ErrorKind::LimitReached`] if the system gives no thread.
    pub(crate) fn start(
        name: &str,
        first: Option<Duration>,
        mut task: impl FnMut(&Turn) -> Option<Duration> + Send + 'static,
    ) -> Result<Repeater> {
        let state = State {
            due: first.map(after),
            ..State::default()
        };
        let turn = Turn(Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }));
        let own = turn.clone();
        let run = move || {
            own.0.lock().thread = Some(thread::current().id());
            while own.wait_due() {
                let next = catch_unwind(AssertUnwindSafe(|| task(&own))).unwrap_or_else(|_| {
                    tracing::error!("a task of {:?} panicked; please report it", thread::current().name());
                    own.0.lock().telling = false;
                    own.0.changed.notify_all();
                    Some(AFTER_PANIC)
                });
                if let Some(next) = next {
                    own.run_within(next);
                }
            }
        };
        thread::Builder::new().name(name.into()).spawn(run).map_err(|e| {
            let what = format!("the system gives no thread for {name}: {e}");
            Error::new(ErrorKind::LimitReached, "start thread", what)
        })?;
        Ok(Repeater { turn })
    }

    /// For waking it from elsewhere.
    pub(crate) fn turn(&self) -> &Turn {
        &self.turn
    }

    /// Ends it. The task, if it runs, is not waited for: it ends by itself, and what it tells is dropped. Only a callback that is
    /// running is waited for, at most for `wait`, unless this is called from it. Whether none is running any more.
    pub(crate) fn close(&self, wait: Duration) -> bool {
        let mut state = self.turn.0.lock();
        state.closed = true;
        self.turn.0.changed.notify_all();
        if state.thread == Some(thread::current().id()) {
            return true;
        }
        let end = after(wait);
        while state.telling {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.turn.0.wait(state, left);
        }
        true
    }
}

impl Drop for Repeater {
    fn drop(&mut self) {
        self.close(Duration::ZERO);
    }
}

impl Turn {
    /// Runs the task within this time at the latest; an earlier turn stays.
    pub(crate) fn run_within(&self, time: Duration) {
        let at = after(time);
        let mut state = self.0.lock();
        if state.due.is_none_or(|due| due > at) {
            state.due = Some(at);
            self.0.changed.notify_all();
        }
    }

    /// Whether it was closed.
    #[cfg(test)]
    fn is_closed(&self) -> bool {
        self.0.lock().closed
    }

    /// Runs a callback, unless it was closed: after [`Repeater::close`] none begins.
    pub(crate) fn tell(&self, callback: impl FnOnce()) {
        {
            let mut state = self.0.lock();
            if state.closed {
                return;
            }
            state.telling = true;
        }
        callback();
        self.0.lock().telling = false;
        self.0.changed.notify_all();
    }

    /// Waits for the next turn; false when closed.
    fn wait_due(&self) -> bool {
        let mut state = self.0.lock();
        loop {
            if state.closed {
                return false;
            }
            let left = state.due.map(|due| due.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                state.due = None;
                return true;
            }
            state = self.0.wait(state, left.unwrap_or(FOR_EVER));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        let (state, _) = self
            .changed
            .wait_timeout(state, time)
            .unwrap_or_else(PoisonError::into_inner);
        state
    }
}

fn after(time: Duration) -> Instant {
    Instant::now() + time.min(FOR_EVER)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    #[test]
    fn it_runs_when_due_and_when_told_and_never_after_close() {
        let (ran, runs) = mpsc::channel();
        let mut n = 0;
        let repeater = Repeater::start("test", Some(Duration::ZERO), move |turn| {
            n += 1;
            turn.tell(|| {
                let _ = ran.send(n);
            });
            (n < 3).then_some(Duration::from_millis(1))
        })
        .unwrap();
        for n in 1..=3 {
            assert_eq!(runs.recv_timeout(SOON), Ok(n));
        }
        // Nothing is due now.
        assert!(runs.recv_timeout(Duration::from_millis(50)).is_err());
        repeater.turn().run_within(Duration::ZERO);
        assert_eq!(runs.recv_timeout(SOON), Ok(4));
        assert!(repeater.close(SOON));
        repeater.turn().run_within(Duration::ZERO);
        // The task is gone, and its end of the channel with it.
        assert_eq!(runs.recv_timeout(SOON), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn being_told_during_a_run_runs_it_again() {
        let (ran, runs) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let repeater = Repeater::start("test", Some(Duration::ZERO), move |_| {
            let _ = ran.send(());
            let _ = gate.recv_timeout(SOON);
            None
        })
        .unwrap();
        runs.recv_timeout(SOON).unwrap();
        repeater.turn().run_within(Duration::ZERO);
        repeater.turn().run_within(Duration::ZERO);
        go.send(()).unwrap();
        runs.recv_timeout(SOON).unwrap();
        go.send(()).unwrap();
        assert!(runs.recv_timeout(Duration::from_millis(50)).is_err());
    }

    #[test]
    fn close_does_not_wait_for_a_hanging_task_and_drops_what_it_tells() {
        let (ran, runs) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let told = Arc::new(Mutex::new(false));
        let seen = told.clone();
        let repeater = Repeater::start("test", Some(Duration::ZERO), move |turn| {
            let _ = ran.send(turn.is_closed());
            let _ = gate.recv_timeout(SOON);
            turn.tell(|| *seen.lock().unwrap() = true);
            let _ = ran.send(turn.is_closed());
            None
        })
        .unwrap();
        assert_eq!(runs.recv_timeout(SOON), Ok(false));
        let begin = Instant::now();
        assert!(repeater.close(SOON));
        assert!(begin.elapsed() < Duration::from_secs(5));
        go.send(()).unwrap();
        assert_eq!(runs.recv_timeout(SOON), Ok(true));
        assert!(!*told.lock().unwrap());
    }

    #[test]
    fn close_waits_for_a_callback_but_not_for_ever_and_not_for_itself() {
        let (ran, runs) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let repeater = Repeater::start("test", Some(Duration::ZERO), move |turn| {
            turn.tell(|| {
                let _ = ran.send(());
                let _ = gate.recv_timeout(SOON);
            });
            None
        })
        .unwrap();
        runs.recv_timeout(SOON).unwrap();
        assert!(!repeater.close(Duration::from_millis(20)));
        go.send(()).unwrap();
        assert!(repeater.close(SOON));

        let slot: Arc<Mutex<Option<Repeater>>> = Arc::default();
        let (own, (done, closed)) = (slot.clone(), mpsc::channel());
        let repeater = Repeater::start("test", None, move |turn| {
            turn.tell(|| {
                let own = own.lock().unwrap().take().unwrap();
                let _ = done.send(own.close(SOON));
            });
            None
        })
        .unwrap();
        let turn = repeater.turn().clone();
        *slot.lock().unwrap() = Some(repeater);
        turn.run_within(Duration::ZERO);
        assert_eq!(closed.recv_timeout(SOON), Ok(true));
    }

    #[test]
    fn a_panic_of_the_task_ends_nothing() {
        let (ran, runs) = mpsc::channel();
        let mut first = true;
        let repeater = Repeater::start("test", Some(Duration::ZERO), move |turn| {
            let _ = ran.send(());
            if std::mem::take(&mut first) {
                turn.tell(|| panic!("on purpose"));
            }
            None
        })
        .unwrap();
        runs.recv_timeout(SOON).unwrap();
        repeater.turn().run_within(Duration::ZERO);
        runs.recv_timeout(SOON).unwrap();
        assert!(repeater.close(SOON));
    }
}

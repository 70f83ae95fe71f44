//! What phones tell: one queue for each who listens.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::task::{Poll, Waker};

use pyo3::prelude::*;
use serde_json::{Value, json};

use super::lock;
use crate::base::{Origin, Outcome, Timeout, Waiting, list_of, until};

/// So many events wait for a listener; then the oldest go.
const CAPACITY: usize = 4096;
/// As many are made into Python's at a time, so that others get a turn.
const BATCH: usize = 256;

#[derive(Default)]
struct State {
    events: VecDeque<Arc<Value>>,
    missed: u64,
    ended: bool,
    wakers: Vec<Waker>,
}

/// What one listener still has to hear.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    news: Condvar,
}

impl Queue {
    fn change(&self, change: impl FnOnce(&mut State)) {
        let wakers = {
            let mut state = lock(&self.state);
            change(&mut state);
            std::mem::take(&mut state.wakers)
        };
        self.news.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    pub fn push(&self, event: Arc<Value>) {
        self.change(|state| {
            if state.events.len() >= CAPACITY {
                state.events.pop_front();
                state.missed += 1;
            }
            state.events.push_back(event);
        });
    }

    pub fn end(&self) {
        self.change(|state| state.ended = true);
    }
}

impl State {
    /// What is there; `None` while nothing is, and more may come.
    fn take(&mut self) -> Option<Vec<Arc<Value>>> {
        if self.missed > 0 {
            let missed = std::mem::take(&mut self.missed);
            return Some(vec![Arc::new(json!({ "event": "lagged", "missed": missed }))]);
        }
        let count = self.events.len().min(BATCH);
        match count {
            0 if !self.ended => None,
            _ => Some(self.events.drain(..count).collect()),
        }
    }
}

/// All who listen to a phone; what happens before anybody does waits for the first.
pub struct Hub(Mutex<Listeners>);

struct Listeners {
    all: Vec<Weak<Queue>>,
    first: Option<Arc<Queue>>,
    ended: bool,
}

impl Default for Hub {
    fn default() -> Hub {
        let first = Arc::new(Queue::default());
        Hub(Mutex::new(Listeners {
            all: vec![Arc::downgrade(&first)],
            first: Some(first),
            ended: false,
        }))
    }
}

impl Hub {
    pub fn listen(&self) -> Arc<Queue> {
        let mut listeners = lock(&self.0);
        if let Some(first) = listeners.first.take() {
            return first;
        }
        let queue = Arc::new(Queue::default());
        match listeners.ended {
            true => queue.end(),
            false => listeners.all.push(Arc::downgrade(&queue)),
        }
        queue
    }

    pub fn tell(&self, event: &Arc<Value>) {
        let all: Vec<Arc<Queue>> = {
            let mut listeners = lock(&self.0);
            listeners.all.retain(|one| one.strong_count() > 0);
            listeners.all.iter().filter_map(Weak::upgrade).collect()
        };
        for one in all {
            one.push(Arc::clone(event));
        }
    }

    /// Nothing more will come.
    pub fn end(&self) {
        let all = {
            let mut listeners = lock(&self.0);
            listeners.ended = true;
            std::mem::take(&mut listeners.all)
        };
        for one in all.iter().filter_map(Weak::upgrade) {
            one.end();
        }
    }
}

/// What a `microsip.compat.PhoneEvents` holds: one subscription.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct PhoneTold {
    queue: Arc<Queue>,
    /// Ends what feeds it.
    close: Box<dyn Fn() + Send + Sync>,
    origin: Origin,
}

impl PhoneTold {
    pub fn new(queue: Arc<Queue>, close: impl Fn() + Send + Sync + 'static) -> PhoneTold {
        PhoneTold {
            queue,
            close: Box::new(close),
            origin: Origin::here(),
        }
    }
}

impl Drop for PhoneTold {
    fn drop(&mut self) {
        // A forked child must not end what its parent hears.
        if self.origin.is_here() {
            (self.close)();
        }
    }
}

fn given<'py>(py: Python<'py>, events: &[Arc<Value>]) -> PyResult<Bound<'py, PyAny>> {
    Ok(list_of(py, events.iter().map(|event| &**event))?.into_any())
}

#[pymethods]
impl PhoneTold {
    /// Waits for events: a list of at least one; an empty one when no more will come.
    fn next_batch<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let queue = Arc::clone(&self.queue);
        let events = until(py, "events", timeout, |slice| {
            let state = lock(&queue.state);
            let nothing = |state: &mut State| state.events.is_empty() && state.missed == 0 && !state.ended;
            let waited = queue.news.wait_timeout_while(state, slice, nothing);
            waited.unwrap_or_else(PoisonError::into_inner).0.take()
        })?;
        Ok(given(py, &events)?)
    }

    /// As `next_batch`, as an `asyncio.Future`.
    fn next_batch_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let queue = Arc::clone(&self.queue);
        Waiting::new("events", timeout, move |cx| {
            let mut state = lock(&queue.state);
            match state.take() {
                Some(events) => Poll::Ready(Box::new(move |py| Ok(given(py, &events)?))),
                None => {
                    if !state.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
                        state.wakers.push(cx.waker().clone());
                    }
                    Poll::Pending
                }
            }
        })
        .future(py)
    }

    /// Events that are there already, without waiting.
    fn ready<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let events = lock(&self.queue.state).take().unwrap_or_default();
        Ok(given(py, &events)?)
    }

    /// Ends the subscription.
    fn close(&self) {
        if !self.origin.is_here() {
            return;
        }
        (self.close)();
        self.queue.change(|state| {
            state.events.clear();
            state.missed = 0;
            state.ended = true;
        });
    }
}

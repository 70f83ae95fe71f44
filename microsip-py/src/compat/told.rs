//! What phones tell: one queue for each who listens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Wake as _};

use pyo3::prelude::*;
use serde_json::{Value, json};

use super::lock;
use crate::base::share::{Fan, Seat, wait};
use crate::base::{Origin, Outcome, Timeout, ToPy, Waiting, list_of, made};

/// So many events wait for a listener; then the oldest go.
const CAPACITY: usize = 4096;

#[derive(Default)]
struct State {
    events: VecDeque<Arc<Value>>,
    missed: u64,
    ended: bool,
}

/// What one listener still has to hear.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    fan: Arc<Fan>,
}

impl Queue {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.state));
        self.fan.wake_by_ref();
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
    /// Whether there is something, or there will be nothing any more.
    fn is_due(&self) -> bool {
        !self.events.is_empty() || self.missed > 0 || self.ended
    }

    /// The next one; `None` at the end.
    fn take(&mut self) -> Poll<Option<Arc<Value>>> {
        if !self.is_due() {
            return Poll::Pending;
        }
        Poll::Ready(match std::mem::take(&mut self.missed) {
            0 => self.events.pop_front(),
            missed => Some(Arc::new(json!({ "event": "lagged", "missed": missed }))),
        })
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

#[pymethods]
impl PhoneTold {
    /// Waits for an event; `None` when no more will come.
    fn next<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let (queue, seat) = (&self.queue, Seat::new(&self.queue.fan));
        let event = wait(py, timeout, |cx| {
            seat.take(cx.waker());
            lock(&queue.state).take()
        })?;
        match event {
            Some(event) => Ok(event.to_py(py)?),
            None => {
                let after = timeout.0.unwrap_or_default().as_secs_f64();
                Err(made(
                    py,
                    "timeout",
                    "events",
                    &format!("no event came within {after} s"),
                ))
            }
        }
    }

    /// An `asyncio.Future` that is done when `ready` gives something, or will give nothing any more.
    fn ready_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let (queue, seat) = (Arc::clone(&self.queue), Seat::new(&self.queue.fan));
        Waiting::new("events", timeout, move |cx| {
            seat.take(cx.waker());
            if lock(&queue.state).is_due() {
                Poll::Ready(Box::new(|py| Ok(py.None().into_bound(py))))
            } else {
                Poll::Pending
            }
        })
        .future(py)
    }

    /// Events that are there already, so many at most, and whether there may be more.
    fn ready<'py>(&self, py: Python<'py>, most: usize) -> Outcome<(Bound<'py, PyAny>, bool)> {
        self.origin.check(py, "events")?;
        let (mut events, mut open) = (Vec::new(), true);
        {
            let mut state = lock(&self.queue.state);
            while open && events.len() < most {
                match state.take() {
                    Poll::Ready(Some(event)) => events.push(event),
                    Poll::Ready(None) => open = false,
                    Poll::Pending => break,
                }
            }
        }
        Ok((list_of(py, events)?.into_any(), open))
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

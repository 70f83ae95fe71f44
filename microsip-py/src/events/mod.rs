//! Events: each of the library's becomes a dataclass of `microsip.events`, by topic.

mod account;
mod audio;
mod call;
mod endpoint;
mod message;
mod packages;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream as _;
use microsip_core as core;
use pyo3::prelude::*;

use crate::base::share::{Shared, wait};
use crate::base::{Origin, Outcome, Timeout, ToPy, Waiting, list_of, made};

/// Makes an event of a class: `event!(py, "Dtmf", [call, digit])`. The names of the fields are compared once.
#[macro_export]
macro_rules! event {
    ($py:expr, $class:literal { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        use ::pyo3::types::PyAnyMethods as _;
        static CLASS: $crate::base::Class = $crate::base::Class::new($class);
        let py = $py;
        $crate::base::snapshot_class(py, &CLASS, &[$(stringify!($field)),*]).and_then(|class| {
            let values: Vec<::pyo3::Bound<'_, ::pyo3::PyAny>> =
                vec![$($crate::base::ToPy::to_py($crate::event!(@value $field $(, $value)?), py)?),*];
            let _inside = $crate::base::life::enter(py);
            class.call1(::pyo3::types::PyTuple::new(py, values)?)
        })
    }};
    (@value $field:ident) => { $field };
    (@value $field:ident, $value:expr) => { &$value };
}

impl ToPy for core::Event {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        None.or_else(|| call::to_py(py, self))
            .or_else(|| account::to_py(py, self))
            .or_else(|| endpoint::to_py(py, self))
            .or_else(|| audio::to_py(py, self))
            .or_else(|| message::to_py(py, self))
            .or_else(|| packages::to_py(py, self))
            .unwrap_or_else(|| {
                // Of a newer library than this module was written for.
                let text = format!("{self:?}");
                let name = text.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
                event!(py, "UnknownEvent" { name: name })
            })
    }
}

/// What a `microsip.Events` holds: one subscription, for any number of threads and tasks, each of which gets different events.
/// Nothing is taken out before somebody has asked for it: what lay with one reader would be kept from the others.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Events {
    stream: Arc<Shared<Queue>>,
    origin: Origin,
}

struct Queue {
    events: core::Events,
    /// Seen by a task that was told of it and may be cancelled before it takes it.
    seen: Option<core::Event>,
}

impl Queue {
    /// Whether there is an event, or there will be none any more.
    fn see(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.seen.is_none() {
            self.seen = ready!(Pin::new(&mut self.events).poll_next(cx));
        }
        Poll::Ready(())
    }

    /// The next event; `None` at the end, an error in a fork.
    fn take(&mut self, cx: &mut Context<'_>) -> Poll<core::Result<Option<core::Event>>> {
        self.see(cx).map(|()| match self.seen.take() {
            Some(event) => Ok(Some(event)),
            None => self.events.recv_timeout(Duration::ZERO),
        })
    }
}

impl Events {
    pub fn new(events: core::Events) -> Events {
        Events {
            stream: Shared::new(Queue { events, seen: None }),
            origin: Origin::here(),
        }
    }
}

#[pymethods]
impl Events {
    /// Waits for an event; `None` when no more will come.
    fn next<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        // What is there already is taken without giving the interpreter away.
        let event = match self.stream.ask(Queue::take) {
            Some(Poll::Ready(event)) => event?,
            None => None,
            Some(Poll::Pending) => {
                let seat = self.stream.seat();
                match wait(py, timeout, |cx| self.stream.poll(&seat, cx, Queue::take))? {
                    Some(event) => event.transpose()?.flatten(),
                    None => {
                        let after = timeout.0.unwrap_or_default().as_secs_f64();
                        return Err(made(
                            py,
                            "timeout",
                            "events",
                            &format!("no event came within {after} s"),
                        ));
                    }
                }
            }
        };
        Ok(event.to_py(py)?)
    }

    /// An `asyncio.Future` that is done when `ready` gives something, or will give nothing any more.
    fn ready_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let (stream, seat) = (Arc::clone(&self.stream), self.stream.seat());
        Waiting::new("events", timeout, move |cx| match stream.poll(&seat, cx, Queue::see) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(_) => Poll::Ready(Box::new(|py| Ok(py.None().into_bound(py)))),
        })
        .future(py)
    }

    /// Events that are there already, so many at most, and whether there may be more.
    fn ready<'py>(&self, py: Python<'py>, most: usize) -> Outcome<(Bound<'py, PyAny>, bool)> {
        self.origin.check(py, "events")?;
        let mut events = Vec::new();
        let open = self.stream.ask(|queue, cx| {
            while events.len() < most {
                match queue.take(cx) {
                    Poll::Ready(Ok(Some(event))) => events.push(event),
                    Poll::Ready(end) => return end.map(|_| false),
                    Poll::Pending => break,
                }
            }
            Ok(true)
        });
        Ok((list_of(py, events)?.into_any(), open.unwrap_or(Ok(false))?))
    }

    /// Ends the subscription.
    fn close(&self, py: Python<'_>) {
        if self.origin.is_here() {
            crate::base::apart(py, || self.stream.close());
        }
    }
}

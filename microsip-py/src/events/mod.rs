//! Events: each of the library's becomes a dataclass of `microsip.events`, by topic.

mod account;
mod audio;
mod call;
mod endpoint;
mod message;
mod packages;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream as _;
use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Outcome, Timeout, ToPy, Waiting, list_of, waited};

/// As many events are made into Python's at a time, so that others get a turn.
const BATCH: usize = 256;

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
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Events {
    /// `None` when it was closed.
    stream: Arc<Mutex<Option<core::Events>>>,
}

impl Events {
    pub fn new(stream: core::Events) -> Events {
        Events {
            stream: Arc::new(Mutex::new(Some(stream))),
        }
    }

    fn lock(stream: &Mutex<Option<core::Events>>) -> MutexGuard<'_, Option<core::Events>> {
        stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `first` and what is there besides; as Python's.
fn batch(first: core::Event, stream: &mut core::Events) -> VecDeque<core::Event> {
    let mut events = VecDeque::from([first]);
    while events.len() < BATCH
        && let Some(event) = stream.try_recv()
    {
        events.push_back(event);
    }
    events
}

#[pymethods]
impl Events {
    /// Waits for events: a list of at least one; an empty one when no more will come.
    fn next_batch<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let stream = Arc::clone(&self.stream);
        let events = waited(py, timeout, |slice| {
            // Whoever comes second waits here for a slice of the first, which may close it.
            let mut stream = Events::lock(&stream);
            let Some(stream) = stream.as_mut() else {
                return Ok(VecDeque::new());
            };
            let first = stream.recv_timeout(slice.min(Duration::from_millis(50)))?;
            Ok(first.map(|first| batch(first, stream)).unwrap_or_default())
        })?;
        Ok(list_of(py, events)?.into_any())
    }

    /// As `next_batch`, as an `asyncio.Future`.
    fn next_batch_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let stream = Arc::clone(&self.stream);
        Waiting::new("events", timeout, move |cx| {
            let mut stream = Events::lock(&stream);
            let events = match stream.as_mut() {
                None => VecDeque::new(),
                Some(stream) => match Pin::new(&mut *stream).poll_next(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(None) => VecDeque::new(),
                    Poll::Ready(Some(first)) => batch(first, stream),
                },
            };
            Poll::Ready(Box::new(move |py| Ok(list_of(py, events)?.into_any())))
        })
        .future(py)
    }

    /// Events that are there already, without waiting.
    fn ready<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let stream = Arc::clone(&self.stream);
        let events = py.detach(|| {
            let mut stream = Events::lock(&stream);
            let first = stream.as_mut().and_then(core::Events::try_recv);
            match (first, stream.as_mut()) {
                (Some(first), Some(stream)) => batch(first, stream),
                _ => VecDeque::new(),
            }
        });
        Ok(list_of(py, events)?.into_any())
    }

    /// Ends the subscription.
    fn close(&self, py: Python<'_>) {
        let stream = Arc::clone(&self.stream);
        py.detach(|| drop(Events::lock(&stream).take()));
    }
}

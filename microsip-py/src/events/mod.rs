//! Events: each of the library's becomes a dataclass of `microsip.events`, by topic.

mod account;
mod audio;
mod call;
mod endpoint;
mod message;
mod packages;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_core::Stream as _;
use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Origin, SLICE, life};
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
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Events {
    shared: Arc<Shared>,
    origin: Origin,
}

struct Shared {
    inner: Mutex<Inner>,
    tasks: Arc<Tasks>,
    /// A task found the lock taken, and is to be woken when it is free.
    contended: AtomicBool,
}

struct Inner {
    /// `None` when it was closed.
    stream: Option<core::Events>,
    /// Seen by a task that was told of it and may be cancelled before it takes it.
    seen: Option<core::Event>,
}

/// The tasks that wait, all of which are woken: the library wakes one, which may have been cancelled meanwhile.
#[derive(Default)]
struct Tasks(Mutex<Vec<Waker>>);

impl Tasks {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|it| it.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }
}

impl Wake for Tasks {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let done = work(&mut inner);
        drop(inner);
        self.unlocked();
        done
    }

    fn unlocked(&self) {
        if self.contended.swap(false, Ordering::SeqCst) {
            self.tasks.wake_by_ref();
        }
    }

    /// `None`: a thread has it, waiting perhaps, and wakes all tasks when it is done.
    fn try_lock(&self) -> Option<MutexGuard<'_, Inner>> {
        for _ in 0..2 {
            match self.inner.try_lock() {
                Ok(inner) => return Some(inner),
                Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                // Said before the second look, so that either that succeeds or the other sees it.
                Err(TryLockError::WouldBlock) => self.contended.store(true, Ordering::SeqCst),
            }
        }
        None
    }

    /// Whether there is an event, or there will be none any more.
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        // First: whoever has the lock wakes all after it.
        self.tasks.add(cx.waker());
        let Some(mut inner) = self.try_lock() else {
            return Poll::Pending;
        };
        let polled = inner.poll(&Waker::from(Arc::clone(&self.tasks)));
        drop(inner);
        self.unlocked();
        polled
    }
}

impl Inner {
    fn poll(&mut self, waker: &Waker) -> Poll<()> {
        if self.seen.is_some() {
            return Poll::Ready(());
        }
        let Some(stream) = self.stream.as_mut() else {
            return Poll::Ready(());
        };
        let event = std::task::ready!(Pin::new(stream).poll_next(&mut Context::from_waker(waker)));
        self.seen = event;
        Poll::Ready(())
    }

    /// `first` and what is there besides.
    fn batch(&mut self, first: core::Event) -> VecDeque<core::Event> {
        let mut events = VecDeque::from([first]);
        while events.len() < BATCH
            && let Some(event) = self.next()
        {
            events.push_back(event);
        }
        events
    }

    /// What is there already.
    fn next(&mut self) -> Option<core::Event> {
        self.seen
            .take()
            .or_else(|| self.stream.as_mut().and_then(core::Events::try_recv))
    }
}

impl Events {
    pub fn new(stream: core::Events) -> Events {
        Events {
            shared: Arc::new(Shared {
                inner: Mutex::new(Inner {
                    stream: Some(stream),
                    seen: None,
                }),
                tasks: Arc::default(),
                contended: AtomicBool::new(false),
            }),
            origin: Origin::here(),
        }
    }
}

#[pymethods]
impl Events {
    /// Waits for events: a list of at least one; an empty one when no more will come.
    fn next_batch<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let shared = Arc::clone(&self.shared);
        let events = waited(py, timeout, |slice| {
            // Whoever comes second waits here for a slice of the first, which may close it.
            shared.with(|inner| {
                let first = match inner.next() {
                    Some(first) => Some(first),
                    None => match inner.stream.as_mut() {
                        Some(stream) => stream.recv_timeout(slice.min(SLICE))?,
                        None => None,
                    },
                };
                Ok(first.map(|first| inner.batch(first)).unwrap_or_default())
            })
        })?;
        Ok(list_of(py, events)?.into_any())
    }

    /// An `asyncio.Future` that is done when `ready` gives something, or will give nothing any more.
    fn ready_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        self.origin.check(py, "events")?;
        let shared = Arc::clone(&self.shared);
        Waiting::new("events", timeout, move |cx| match shared.poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Box::new(|py| Ok(py.None().into_bound(py)))),
        })
        .future(py)
    }

    /// Events that are there already, without waiting, and whether there may be more.
    fn ready<'py>(&self, py: Python<'py>) -> Outcome<(Bound<'py, PyAny>, bool)> {
        self.origin.check(py, "events")?;
        let (events, open) = life::apart(py, || {
            self.shared.with(|inner| match inner.next() {
                Some(first) => (inner.batch(first), true),
                None => {
                    let over = inner.stream.as_mut().is_none_or(|stream| {
                        // No time to wait is enough to hear of the end.
                        matches!(stream.recv_timeout(Duration::ZERO), Ok(None))
                    });
                    (VecDeque::new(), !over)
                }
            })
        });
        Ok((list_of(py, events)?.into_any(), open))
    }

    /// Ends the subscription.
    fn close(&self, py: Python<'_>) {
        if !self.origin.is_here() {
            return;
        }
        life::apart(py, || {
            let was = self.shared.with(|inner| (inner.stream.take(), inner.seen.take()));
            drop(was);
            self.shared.tasks.wake_by_ref();
        });
    }
}

//! Waiting for what ends once: players, recordings, tones.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use pyo3::prelude::*;

use crate::base::share::{Fan, Seat, wait};
use crate::base::{Outcome, Timeout, ToPy, Waiting, made};

/// Waits on this thread. `late` tells what is there instead.
pub fn ended<'py, T: ToPy + Send>(
    py: Python<'py>,
    operation: &'static str,
    timeout: Timeout,
    fan: &Arc<Fan>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T> + Send,
    late: impl FnOnce() -> String,
) -> Outcome<Bound<'py, PyAny>> {
    let seat = Seat::new(fan);
    let waker = Waker::from(Arc::clone(fan));
    let found = wait(py, timeout, |cx| {
        seat.take(cx.waker());
        poll(&mut Context::from_waker(&waker))
    })?;
    match found {
        Some(value) => Ok(value.to_py(py)?),
        None => Err(made(py, "timeout", operation, &late())),
    }
}

/// As an `asyncio.Future`.
pub fn ended_future<'py, T: ToPy + Send + 'static>(
    py: Python<'py>,
    operation: &'static str,
    timeout: Timeout,
    fan: &Arc<Fan>,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T> + Send + 'static,
) -> Outcome<Bound<'py, PyAny>> {
    let seat = Seat::new(fan);
    let waker = Waker::from(Arc::clone(fan));
    Waiting::new(operation, timeout, move |cx| {
        seat.take(cx.waker());
        match poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(value) => Poll::Ready(Box::new(move |py| Ok(value.to_py(py)?))),
        }
    })
    .future(py)
}

/// Nothing more is to be told than that it is over.
pub struct Over;

impl ToPy for Over {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

//! Calls.

mod info;
mod media;
mod options;

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream as _;
use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, Timeout, ToPy, Waiting, detached, made, waited};
use crate::events::Events;
use crate::handle;

handle!(Call, core::Call, "Call");

#[pymethods]
impl Call {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id().get()
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.info().to_py(py)
    }

    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.state().to_py(py)
    }

    fn answer(&self, py: Python<'_>, status: u16, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let status = status_code(status)?;
        let options = core::AnswerOptions::from_py(options)?;
        detached(py, || self.0.answer_with(status, options))
    }

    fn reject(&self, py: Python<'_>, status: u16, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let status = status_code(status)?;
        let options = core::RejectOptions::from_py(options)?;
        detached(py, || self.0.reject_with(status, options))
    }

    fn hang_up(&self, py: Python<'_>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let options = core::HangUpOptions::from_py(options)?;
        detached(py, || self.0.hang_up_with(options))
    }

    fn wait_for<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::CallState::from_py(state)?;
        let info = waited(py, timeout, |slice| self.0.wait_for(state, slice))?;
        Ok(info.to_py(py)?)
    }

    fn wait_for_future<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::CallState::from_py(state)?;
        let call = self.0.clone();
        let ask = move || {
            let ended = call.state() == core::CallState::Disconnected;
            match call.wait_for(state, Duration::ZERO) {
                Err(e) if e.kind() == core::ErrorKind::Timeout && !ended => None,
                done => Some(done),
            }
        };
        after_events("wait for call", timeout, self.0.events(), ask).future(py)
    }

    fn events(&self) -> Events {
        Events::new(self.0.events())
    }
}

pub fn status_code(number: u16) -> Outcome<core::StatusCode> {
    core::StatusCode::new(number)
        .ok_or_else(|| crate::base::Fault::value_error(format!("{number} is no SIP status; expected 100 to 699")))
}

/// A wait that asks again after every event; `None` is "not yet". The subscription must be older than the first question.
pub fn after_events<T: ToPy + Send + 'static>(
    operation: &'static str,
    timeout: Timeout,
    mut events: core::Events,
    mut ask: impl FnMut() -> Option<core::Result<T>> + Send + 'static,
) -> Waiting {
    let mut over = false;
    Waiting::new(operation, timeout, move |cx| {
        // All that is there: only then is the waker kept.
        while !over {
            match Pin::new(&mut events).poll_next(cx) {
                Poll::Ready(Some(_)) => {}
                Poll::Ready(None) => over = true,
                Poll::Pending => break,
            }
        }
        // A state is stored before its event is told, so what is not there after the last event will not come.
        match ask() {
            Some(result) => Poll::Ready(Box::new(move |py| Ok(result?.to_py(py)?))),
            None if over => Poll::Ready(Box::new(move |py| {
                Err(made(py, "not_running", operation, "the endpoint was closed meanwhile"))
            })),
            None => Poll::Pending,
        }
    })
}

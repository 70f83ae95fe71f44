//! Calls.

mod info;
mod media;
mod options;
mod stats;
mod story;
mod transfer;
mod wait;

use std::pin::Pin;
use std::task::Poll;

use futures_core::Stream as _;
use microsip_core as core;
use pyo3::prelude::*;

pub use transfer::{TransferRequest, parse_replaces, q850};
use wait::{Ask, Entry};

use crate::base::{FromPy, Outcome, Timeout, ToPy, Waiting, detached, list_of, made, waited};
use crate::events::Events;
use crate::handle;
use crate::request::Body;

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

    fn answer(&self, py: Python<'_>, status: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let status = core::StatusCode::from_py(status)?;
        let options = core::AnswerOptions::from_py(options)?;
        detached(py, || self.0.answer_with(status, options))
    }

    fn reject(&self, py: Python<'_>, status: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let status = core::StatusCode::from_py(status)?;
        let options = core::RejectOptions::from_py(options)?;
        detached(py, || self.0.reject_with(status, options))
    }

    // Messages.

    fn send_message<'py>(&self, py: Python<'py>, message: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        crate::messaging::send_in_call(py, &self.0, message)
    }

    fn typing(&self, py: Python<'_>, typing: bool) -> Outcome<()> {
        detached(py, || self.0.typing(typing))
    }

    // The end of messages.

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
        Waiting::new("wait for call", timeout, move |cx| {
            let Poll::Ready(outcome) = call.poll_for(state, cx) else {
                return Poll::Pending;
            };
            Poll::Ready(Box::new(move |py| Ok(outcome?.to_py(py)?)))
        })
        .future(py)
    }

    fn events(&self) -> Events {
        Events::new(self.0.events())
    }

    // Changes while it is up.

    fn redirect(&self, py: Python<'_>, contacts: Vec<String>) -> Outcome<()> {
        detached(py, || self.0.redirect(contacts))
    }

    fn hold(&self, py: Python<'_>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let options = core::HoldOptions::from_py(options)?;
        detached(py, || self.0.hold_with(options))
    }

    fn resume(&self, py: Python<'_>, headers: &Bound<'_, PyAny>) -> Outcome<()> {
        let headers = Option::<core::Headers>::from_py(headers)?.unwrap_or_default();
        detached(py, || self.0.resume_with(headers))
    }

    fn mute(&self, py: Python<'_>, yes: bool) -> Outcome<()> {
        detached(py, || self.0.mute(yes))
    }

    fn reinvite(&self, py: Python<'_>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let options = core::ReinviteOptions::from_py(options)?;
        detached(py, || self.0.reinvite_with(options))
    }

    fn update(&self, py: Python<'_>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let options = core::UpdateOptions::from_py(options)?;
        detached(py, || self.0.update_with(options))
    }

    fn transfer(&self, py: Python<'_>, target: &str, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let options = core::TransferOptions::from_py(options)?;
        detached(py, || self.0.transfer_with(target, options))
    }

    fn transfer_to(&self, py: Python<'_>, other: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let other = core::Call::from_py(other)?;
        let options = core::TransferOptions::from_py(options)?;
        detached(py, || self.0.transfer_to_with(&other, options))
    }

    /// Whether it has the wanted state of hold; `None`: whether audio flows.
    fn wait_media<'py>(
        &self,
        py: Python<'py>,
        hold: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let (operation, ask) = self.media_ask(hold)?;
        Ok(wait::when(py, operation, timeout, self.0.events(), ask)?.to_py(py)?)
    }

    fn wait_media_future<'py>(
        &self,
        py: Python<'py>,
        hold: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let events = self.0.events();
        let (operation, ask) = self.media_ask(hold)?;
        after_events(operation, timeout, events, ask).future(py)
    }

    // Digits.

    fn send_dtmf(&self, py: Python<'_>, digits: &str, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let options = core::DtmfOptions::from_py(options)?;
        detached(py, || self.0.send_dtmf_with(digits, options))
    }

    /// What was typed and not taken.
    fn typed(&self, take: bool) -> String {
        wait::typed(&self.0, take)
    }

    /// The oldest entry, if it is complete.
    fn take_entry(&self, count: &Bound<'_, PyAny>, until: &str) -> Outcome<Option<String>> {
        Ok(Entry::new(Option::from_py(count)?, until)?.take(&self.0))
    }

    /// Waits for an entry (`None`), or more digits than `beyond` (how many). Takes none.
    fn wait_dtmf<'py>(
        &self,
        py: Python<'py>,
        count: &Bound<'py, PyAny>,
        until: &str,
        beyond: Option<usize>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let ask = Entry::new(Option::from_py(count)?, until)?.ask(&self.0, beyond);
        Ok(wait::when(py, "wait for digits", timeout, self.0.events(), ask)?.to_py(py)?)
    }

    fn wait_dtmf_future<'py>(
        &self,
        py: Python<'py>,
        count: &Bound<'py, PyAny>,
        until: &str,
        beyond: Option<usize>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let events = self.0.events();
        let ask = Entry::new(Option::from_py(count)?, until)?.ask(&self.0, beyond);
        after_events("wait for digits", timeout, events, ask).future(py)
    }

    // What is known and heard.

    fn story<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.story().to_py(py)
    }

    fn stats<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(detached(py, || self.0.stats())?.to_py(py)?)
    }

    fn check_audio<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(list_of(py, detached(py, || self.0.check_audio())?)?.into_any())
    }

    // Requests.

    fn send_info<'py>(
        &self,
        py: Python<'py>,
        content_type: &str,
        body: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        let body = Body::from_py(body)?;
        Ok(detached(py, || self.0.send_info(content_type, body.0))?.to_py(py)?)
    }

    fn request<'py>(&self, py: Python<'py>, method: &str, options: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let options = core::RequestOptions::from_py(options)?;
        Ok(detached(py, || self.0.request(method, options))?.to_py(py)?)
    }
}

impl Call {
    fn media_ask(&self, hold: &Bound<'_, PyAny>) -> Outcome<(&'static str, Ask<std::sync::Arc<core::CallInfo>>)> {
        Ok(match Option::<core::HoldState>::from_py(hold)? {
            Some(wanted) => (
                "wait for hold",
                wait::info_when(&self.0, move |info| info.hold == wanted),
            ),
            None => {
                let flows = |info: &core::CallInfo| info.media.iter().any(|stream| stream.active);
                ("wait for audio", wait::info_when(&self.0, flows))
            }
        })
    }
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

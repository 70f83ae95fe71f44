//! Messages, that they are being typed, and what became of them.

mod documents;
mod received;

use std::task::Poll;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Bytes, FromPy, Outcome, Timeout, ToPy, Waiting, detached, list_of, waited};
use crate::{handle, names, settings, snapshot};

pub use documents::{
    cpim_from_uri, cpim_media_type, cpim_parse, cpim_to_bytes, imdn_fits, imdn_parse, imdn_to_xml, typing_parse,
    typing_to_xml,
};
pub use received::ReceivedMessage;

names!(core::MessageStatus as "MessageStatus" [
    Accepted, Failed, Delivered, Undelivered, Displayed, Processed, Stored, Unknown,
]);
names!(core::TypingCause as "TypingCause" [Told, Expired, Message, CallEnded]);
names!(core::TypingState as "TypingState" [Active, Idle]);

snapshot!(core::PeerTyping as "PeerTyping" { from_ = |it| it.from, display, state, content_type, cause });

settings!(core::MessageOptions as "MessageOptions" {
    body: |it, body: Content| (it.content_type, it.body) = body.0,
    content_type, headers, notify,
});

/// A text, which has its type, or bytes, which want one.
struct Content((String, Vec<u8>));

impl FromPy for Content {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<pyo3::types::PyString>() {
            let text = core::MessageOptions::text(String::from_py(value)?);
            return Ok(Content((text.content_type, text.body)));
        }
        Ok(Content((String::new(), Bytes::from_py(value)?.0)))
    }
}

handle!(SentMessage, core::SentMessage, "SentMessage");

/// For `Account`: sends a message.
pub fn send<'py>(
    py: Python<'py>,
    account: &core::Account,
    target: &str,
    message: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let message = core::MessageOptions::from_py(message)?;
    Ok(detached(py, || account.send_message(target, message))?.to_py(py)?)
}

/// For `Call`: sends a message in it.
pub fn send_in_call<'py>(
    py: Python<'py>,
    call: &core::Call,
    message: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let message = core::MessageOptions::from_py(message)?;
    Ok(detached(py, || call.send_message(message))?.to_py(py)?)
}

#[pymethods]
impl SentMessage {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    #[getter]
    fn account_id(&self) -> u64 {
        self.0.account().get()
    }

    #[getter]
    fn target(&self) -> &str {
        self.0.target()
    }

    #[getter]
    fn message_id(&self) -> Option<&str> {
        self.0.message_id()
    }

    #[getter]
    fn response<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.response().to_py(py)
    }

    #[getter]
    fn statuses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(list_of(py, self.0.statuses())?.into_any())
    }

    fn wait<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        Ok(waited(py, timeout, |slice| self.0.wait(slice))?.to_py(py)?)
    }

    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let message = self.0.clone();
        Waiting::new("wait for response", timeout, move |cx| {
            let Poll::Ready(response) = message.poll_response(cx) else {
                return Poll::Pending;
            };
            Poll::Ready(Box::new(move |py| Ok(response.to_py(py)?)))
        })
        .future(py)
    }

    fn wait_for(&self, py: Python<'_>, status: &Bound<'_, PyAny>, timeout: Timeout) -> Outcome<()> {
        let status = core::MessageStatus::from_py(status)?;
        waited(py, timeout, |slice| self.0.wait_for(status, slice))
    }

    fn wait_for_future<'py>(
        &self,
        py: Python<'py>,
        status: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let status = core::MessageStatus::from_py(status)?;
        let message = self.0.clone();
        Waiting::new("wait for message", timeout, move |cx| {
            let Poll::Ready(outcome) = message.poll_for(status, cx) else {
                return Poll::Pending;
            };
            Poll::Ready(Box::new(move |py| {
                outcome?;
                Ok(py.None().into_bound(py))
            }))
        })
        .future(py)
    }
}

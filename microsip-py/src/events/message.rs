//! Events of messages.

use microsip_core::Event;
use pyo3::prelude::*;

use crate::event;

pub fn to_py<'py>(py: Python<'py>, event: &Event) -> Option<PyResult<Bound<'py, PyAny>>> {
    let to_py = || -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(Some(match event {
            Event::Message { account, call, message } => event!(py, "MessageReceived" { account, call, message })?,
            Event::MessageStatus {
                message,
                call,
                status,
                response,
            } => event!(py, "MessageStatusChanged" { message, call, status, response })?,
            Event::Typing { account, call, typing } => event!(py, "TypingChanged" { account, call, typing })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}

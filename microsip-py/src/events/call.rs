//! Events of calls.

use microsip_core::{CallState, Event};
use pyo3::prelude::*;

use crate::event;

pub fn to_py<'py>(py: Python<'py>, event: &Event) -> Option<PyResult<Bound<'py, PyAny>>> {
    let to_py = || -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(Some(match event {
            Event::IncomingCall { call, info } => event!(py, "IncomingCall" { call, info })?,
            Event::CallState { call, info } if info.state == CallState::Disconnected => {
                event!(py, "CallEnded" { call, info })?
            }
            Event::CallState { call, info } => event!(py, "CallStateChanged" { call, info })?,
            Event::CallMedia { call, info } => event!(py, "MediaChanged" { call, info })?,
            Event::CallHold { call, info } => event!(py, "HoldChanged" { call, info })?,
            Event::Dtmf {
                call,
                digit,
                method,
                duration,
            } => event!(py, "Dtmf" { call, digit, method, duration })?,
            Event::DtmfFailed { call, digit, error } => event!(py, "DtmfFailed" { call, digit, error })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}

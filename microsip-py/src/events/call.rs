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
            Event::CallRedirected { call, target, followed } => {
                event!(py, "CallRedirected" { call, target, followed })?
            }
            Event::Transfer { call, progress } => event!(py, "TransferProgressed" { call, progress })?,
            Event::TransferRequested { request } => event!(py, "TransferRequested" { request })?,
            Event::CallTransferred { call, from, target } => {
                event!(py, "CallTransferred" { call, from_: from, target })?
            }
            Event::CallReplaced { call, by } => event!(py, "CallReplaced" { call, by })?,
            Event::CallStats { call, stats } => event!(py, "CallStatistics" { call, stats })?,
            Event::AudioTrouble { call, finding } => event!(py, "AudioTrouble" { call, finding })?,
            Event::SessionChanged {
                call,
                info,
                request,
                result,
            } => event!(py, "SessionChanged" { call, info, request, error: result.as_ref().err() })?,
            Event::Info { call, message } => event!(py, "InfoReceived" { call, message })?,
            Event::Response {
                request,
                call,
                response,
            } => event!(py, "ResponseReceived" { request, call, response })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}

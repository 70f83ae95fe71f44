//! Events of the network, of transports and of the guard, and every SIP message.

use microsip_core::Event;
use pyo3::prelude::*;

use crate::event;

pub fn to_py<'py>(py: Python<'py>, event: &Event) -> Option<PyResult<Bound<'py, PyAny>>> {
    let to_py = || -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(Some(match event {
            Event::NetworkChanged(change) => event!(py, "NetworkChanged" { change })?,
            Event::Stun { info } => event!(py, "StunChanged" { info })?,
            Event::Ice { call, info, error } => event!(py, "IceChanged" { call, info, error })?,
            Event::RelayFailed { call, error } => event!(py, "RelayFailed" { call, error })?,
            Event::TransportSwitched(switch) => event!(py, "TransportSwitched" { switch })?,
            Event::Guard(report) => event!(py, "GuardReported" { report })?,
            Event::SipMessage(it) => event!(py, "SipMessage" {
                direction: it.direction, at: it.at, transport: it.transport, local: it.local, remote: it.remote,
                first_line: it.first_line, call_id: it.call_id, cseq: it.cseq, text: it.text,
            })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}

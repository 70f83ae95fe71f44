//! Calls that hear each other.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Class, FromPy, Outcome, ToPy, detached, list_of};
use crate::endpoint::Endpoint;
use crate::{handle, names, settings};

names!(core::OnLeave as "OnLeave" [Stay, EndLast, EndAll]);
settings!(core::ConferenceOptions as "ConferenceOptions" { on_leave });
settings!(core::MemberOptions as "MemberOptions" { muted, deaf, gain });
handle!(Conference, core::Conference, "Conference");

/// What happened; which call is told apart.
pub struct Change(pub core::ConferenceChange);

impl Change {
    pub fn call(&self) -> Option<&core::Call> {
        match &self.0 {
            core::ConferenceChange::Joined(call) | core::ConferenceChange::Left(call) => Some(call),
            _ => None,
        }
    }
}

impl ToPy for Change {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: Class = Class::new("ConferenceChange");
        let name = match &self.0 {
            core::ConferenceChange::Joined(_) => "joined",
            core::ConferenceChange::Left(_) => "left",
            _ => "closed",
        };
        CLASS.call1(py, (name,))
    }
}

#[pymethods]
impl Conference {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    fn join(&self, py: Python<'_>, call: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>) -> Outcome<()> {
        let (call, options) = (core::Call::from_py(call)?, core::MemberOptions::from_py(options)?);
        detached(py, || self.0.join_with(&call, options))
    }

    fn leave(&self, py: Python<'_>, call: &Bound<'_, PyAny>) -> Outcome<()> {
        let call = core::Call::from_py(call)?;
        detached(py, || self.0.leave(&call))
    }

    fn split<'py>(&self, py: Python<'py>, calls: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let calls = Vec::<core::Call>::from_py(calls)?;
        Ok(detached(py, || self.0.split(&calls))?.to_py(py)?)
    }

    fn merge(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> Outcome<()> {
        let other = core::Conference::from_py(other)?;
        detached(py, || self.0.merge(&other))
    }

    fn calls<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(list_of(py, detached(py, || self.0.calls())?)?.into_any())
    }

    fn close(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.close())
    }
}

#[pyfunction]
pub fn new_conference<'py>(
    py: Python<'py>,
    endpoint: &Bound<'py, Endpoint>,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::ConferenceOptions::from_py(options)?;
    let endpoint = endpoint.get().core(py)?;
    Ok(detached(py, || endpoint.conference(options))?.to_py(py)?)
}

#[pyfunction]
pub fn bridge<'py>(
    py: Python<'py>,
    endpoint: &Bound<'py, Endpoint>,
    one: &Bound<'py, PyAny>,
    other: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let (one, other) = (core::Call::from_py(one)?, core::Call::from_py(other)?);
    let endpoint = endpoint.get().core(py)?;
    Ok(detached(py, || endpoint.bridge(&one, &other))?.to_py(py)?)
}

//! Transfers.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, ToPy, detached};
use crate::{handle, names, snapshot};

names!(core::TransferState as "TransferState" [Accepted, Progress, Succeeded, Failed, Unknown]);
snapshot!(core::TransferProgress as "TransferProgress" { state, code, reason, error, message });
snapshot!(core::Replaces as "Replaces" { call_id, to_tag, from_tag, early_only });

handle!(TransferRequest, core::TransferRequest, "TransferRequest");

#[pymethods]
impl TransferRequest {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    #[getter]
    fn call<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.call().to_py(py)
    }

    #[getter]
    fn account(&self) -> u64 {
        self.0.account().get()
    }

    #[getter]
    fn target(&self) -> &str {
        self.0.target()
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.headers().to_py(py)
    }

    #[getter]
    fn replaces<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.replaces().to_py(py)
    }

    #[getter]
    fn referred_by(&self) -> Option<&str> {
        self.0.referred_by()
    }

    #[getter]
    fn message<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.message().to_py(py)
    }

    fn accept<'py>(&self, py: Python<'py>, options: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let options = core::CallOptions::from_py(options)?;
        Ok(detached(py, || self.0.accept_with(options))?.to_py(py)?)
    }

    fn reject(&self, py: Python<'_>, status: &Bound<'_, PyAny>) -> Outcome<()> {
        let status = core::StatusCode::from_py(status)?;
        detached(py, || self.0.reject(status))
    }
}

/// Reads the value of a header `Replaces`.
#[pyfunction]
pub fn parse_replaces<'py>(py: Python<'py>, text: &str) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::Replaces::parse(text)?.to_py(py)?)
}

/// A cause of Q.850 with its words.
#[pyfunction]
pub fn q850<'py>(py: Python<'py>, cause: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    Ok(core::Reason::q850(u16::from_py(cause)?)?.to_py(py)?)
}

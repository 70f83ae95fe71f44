//! Messages of others.

use microsip_core as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::base::{Outcome, ToPy, detached};
use crate::handle;

handle!(ReceivedMessage, core::ReceivedMessage, "ReceivedMessage");

#[pymethods]
impl ReceivedMessage {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    #[getter]
    fn from_(&self) -> &str {
        self.0.from()
    }

    #[getter]
    fn reply_to(&self) -> &str {
        self.0.reply_to()
    }

    #[getter]
    fn display(&self) -> Option<&str> {
        self.0.display()
    }

    #[getter]
    fn to(&self) -> &str {
        self.0.to()
    }

    #[getter]
    fn content_type(&self) -> &str {
        self.0.content_type()
    }

    #[getter]
    fn text(&self) -> Option<&str> {
        self.0.text()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.headers().to_py(py)
    }

    #[getter]
    fn sip<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.sip().to_py(py)
    }

    #[getter]
    fn received_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.received_at().to_py(py)
    }

    #[getter]
    fn envelope<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.envelope().to_py(py)
    }

    #[getter]
    fn notify<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.notify().to_py(py)
    }

    #[getter]
    fn warning<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.warning().to_py(py)
    }

    fn displayed(&self, py: Python<'_>) -> Outcome<bool> {
        detached(py, || self.0.displayed())
    }
}

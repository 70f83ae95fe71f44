//! Requests of the application, in calls and outside of them.

use std::time::Duration;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Bytes, FromPy, Outcome, Timeout, ToPy, Waiting, waited};
use crate::{handle, settings, snapshot};

snapshot!(core::Response as "Response" { code, reason, round_trip, message, error });

settings!(core::RequestOptions as "RequestOptions" {
    headers,
    content_type: |it, kind: String| it.body = Some((kind, Vec::new())),
    body: |it, body: Body| it.body.get_or_insert_default().1 = body.0,
});

/// A body: a text is sent as UTF-8.
pub struct Body(pub Vec<u8>);

impl FromPy for Body {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<pyo3::types::PyString>() {
            return Ok(Body(value.extract::<String>()?.into_bytes()));
        }
        Ok(Body(Bytes::from_py(value)?.0))
    }
}

handle!(Request, core::Request, "Request");

#[pymethods]
impl Request {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id()
    }

    #[getter]
    fn method(&self) -> &str {
        self.0.method()
    }

    #[getter]
    fn response<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.response().to_py(py)
    }

    fn wait<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let response = waited(py, timeout, |slice: Duration| self.0.wait(slice))?;
        Ok(response.to_py(py)?)
    }

    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let request = self.0.clone();
        Waiting::new("wait for response", timeout, move |cx| {
            request
                .poll_response(cx)
                .map(|response| -> crate::base::pump::Given { Box::new(move |py| Ok(response.to_py(py)?)) })
        })
        .future(py)
    }
}

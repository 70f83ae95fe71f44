//! Publishing event state.

use std::time::Duration;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, Timeout, ToPy, detached, waited};
use crate::call::after_events;
use crate::request::Body;
use crate::subscription::unless_late;
use crate::{handle, names, settings, snapshot};

handle!(Publication, core::Publication, "Publication");

names!(core::PublicationState as "PublicationState" [Publishing, Published, Retrying, Removed, Failed]);
snapshot!(core::PublicationInfo as "PublicationInfo" { state, code, expires, etag, failures, next_retry, error });

settings!(core::PublishOptions, core::PublishOptions::new("", ""), "PublishOptions" {
    content_type, body: |it, body: Body| it.body = body.0, expires, retry, headers,
});

/// For `Account`: publishes.
pub fn publish<'py>(
    py: Python<'py>,
    account: &core::Account,
    package: &str,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::PublishOptions::from_py(options)?;
    Ok(detached(py, || account.publish(package, options))?.to_py(py)?)
}

#[pymethods]
impl Publication {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id().get()
    }

    #[getter]
    fn account<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.account().to_py(py)
    }

    #[getter]
    fn package(&self) -> &str {
        self.0.package()
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.info().to_py(py)
    }

    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.state().to_py(py)
    }

    fn update(&self, py: Python<'_>, body: &Bound<'_, PyAny>) -> Outcome<()> {
        let body = Body::from_py(body)?;
        detached(py, || self.0.update(body.0))
    }

    fn refresh(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.refresh())
    }

    fn remove(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.remove())
    }

    fn wait_for<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::PublicationState::from_py(state)?;
        Ok(waited(py, timeout, |slice| self.0.wait_for(state, slice))?.to_py(py)?)
    }

    fn wait_for_future<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::PublicationState::from_py(state)?;
        let publication = self.0.clone();
        let ask = move || {
            let over = matches!(
                publication.state(),
                core::PublicationState::Removed | core::PublicationState::Failed
            );
            unless_late(publication.wait_for(state, Duration::ZERO), over)
        };
        after_events("wait for publication", timeout, self.0.account().events(), ask).future(py)
    }
}

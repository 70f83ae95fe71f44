//! Who watches us, and telling them.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, ToPy, detached, list_of};
use crate::request::Body;
use crate::{handle, names, settings};

names!(core::WatchPolicy as "WatchPolicy" [Allow, Deny, Ask]);

settings!(core::ServeOptions, core::ServeOptions::new(""), "ServeOptions" {
    package, policy, longest, shortest,
    headers: |it, headers: core::Headers| it.state.get_or_insert_default().headers = headers,
    content_type: |it, kind: String| it.state.get_or_insert_default().body = Some((kind, Vec::new())),
    body: |it, body: Body| it.state.get_or_insert_default().body.get_or_insert_default().1 = body.0,
});

fn state_of(
    content_type: String,
    body: &Bound<'_, PyAny>,
    headers: &Bound<'_, PyAny>,
) -> Outcome<core::RequestOptions> {
    let mut state = core::RequestOptions::new().body(content_type, Body::from_py(body)?.0);
    if let Some(headers) = Option::<core::Headers>::from_py(headers)? {
        state.headers = headers;
    }
    Ok(state)
}

/// For `Account`: serves a package.
pub fn serve(py: Python<'_>, account: &core::Account, options: &Bound<'_, PyAny>) -> Outcome<Notifier> {
    let options = core::ServeOptions::from_py(options)?;
    let notifier = detached(py, || account.serve(options))?;
    Ok(Notifier {
        notifier,
        account: account.clone(),
    })
}

/// What a `microsip.Notifier` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Notifier {
    notifier: core::Notifier,
    account: core::Account,
}

#[pymethods]
impl Notifier {
    /// That of its account.
    #[getter]
    fn id(&self) -> u64 {
        self.account.id().get()
    }

    #[getter]
    fn account<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.account.to_py(py)
    }

    #[getter]
    fn package(&self) -> &str {
        self.notifier.package()
    }

    fn set_state(
        &self,
        py: Python<'_>,
        content_type: String,
        body: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> Outcome<()> {
        let state = state_of(content_type, body, headers)?;
        detached(py, || self.notifier.set_state_with(state))
    }

    fn set_policy(&self, py: Python<'_>, policy: &Bound<'_, PyAny>) -> Outcome<()> {
        let policy = core::WatchPolicy::from_py(policy)?;
        detached(py, || self.notifier.set_policy(policy))
    }

    fn watchers<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(list_of(py, detached(py, || self.notifier.watchers())?)?.into_any())
    }

    fn stop(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.notifier.stop())
    }
}

handle!(Watcher, core::Watcher, "Watcher");

/// Its state without the reason of an end, which is told beside it.
pub struct WatcherState<'a>(pub &'a core::WatcherState);

impl ToPy for WatcherState<'_> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: crate::base::Class = crate::base::Class::new("WatcherState");
        CLASS.call1(py, (self.0.name(),))
    }
}

pub fn end_reason(state: &core::WatcherState) -> Option<&core::EndReason> {
    match state {
        core::WatcherState::Ended(reason) => Some(reason),
        _ => None,
    }
}

#[pymethods]
impl Watcher {
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
    fn from_(&self) -> &str {
        self.0.from()
    }

    #[getter]
    fn request<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.request().to_py(py)
    }

    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        WatcherState(&self.0.state()).to_py(py)
    }

    #[getter]
    fn end_reason<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        end_reason(&self.0.state()).to_py(py)
    }

    fn accept(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.accept())
    }

    fn reject(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.reject())
    }

    fn end(&self, py: Python<'_>, reason: &Bound<'_, PyAny>) -> Outcome<()> {
        let reason = core::EndReason::from_py(reason)?;
        detached(py, || self.0.end(reason))
    }

    fn notify(
        &self,
        py: Python<'_>,
        content_type: String,
        body: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
    ) -> Outcome<()> {
        let state = state_of(content_type, body, headers)?;
        detached(py, || self.0.notify_with(state))
    }
}

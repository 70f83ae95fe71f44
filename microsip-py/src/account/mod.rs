//! Accounts and their registrations.

mod config;

use microsip_core as core;
use pyo3::prelude::*;
use std::time::Duration;

use crate::base::{FromPy, Outcome, Timeout, ToPy, detached, waited};
use crate::call::after_events;
use crate::events::Events;
use crate::{handle, messaging, names, presence, publication, snapshot, subscription};

pub use config::retry_bounds;

handle!(Account, core::Account, "Account");

names!(core::RegistrationState as "RegistrationState" [None, Registering, Registered, Unregistered, Failed]);
snapshot!(core::RegistrationInfo as "RegistrationInfo" {
    state, code, reason, expires, error, next_retry, failures, contact, service_route,
});

#[pymethods]
impl Account {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id().get()
    }

    #[getter]
    fn aor(&self) -> &str {
        self.0.aor()
    }

    #[getter]
    fn registration<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.registration().to_py(py)
    }

    fn call<'py>(&self, py: Python<'py>, target: &str, options: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let options = core::CallOptions::from_py(options)?;
        Ok(detached(py, || self.0.call_with(target, options))?.to_py(py)?)
    }

    fn register(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.register())
    }

    fn unregister(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.unregister())
    }

    // Presence and messages.

    #[getter]
    fn presence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.presence().to_py(py)
    }

    fn set_presence(&self, py: Python<'_>, status: &Bound<'_, PyAny>) -> Outcome<()> {
        let status = core::PresenceStatus::from_py(status)?;
        detached(py, || self.0.set_presence(status))
    }

    fn watch<'py>(&self, py: Python<'py>, target: &str, options: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        presence::watch(py, &self.0, target, options)
    }

    fn watch_line<'py>(
        &self,
        py: Python<'py>,
        target: &str,
        options: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        presence::watch_line(py, &self.0, target, options)
    }

    fn watch_mailbox<'py>(
        &self,
        py: Python<'py>,
        target: Option<&str>,
        options: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        presence::watch_mailbox(py, &self.0, target, options)
    }

    fn subscribe<'py>(&self, py: Python<'py>, target: &str, options: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        subscription::subscribe(py, &self.0, target, options)
    }

    fn serve(&self, py: Python<'_>, options: &Bound<'_, PyAny>) -> Outcome<subscription::Notifier> {
        subscription::serve(py, &self.0, options)
    }

    fn publish<'py>(&self, py: Python<'py>, package: &str, options: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        publication::publish(py, &self.0, package, options)
    }

    fn send_message<'py>(
        &self,
        py: Python<'py>,
        target: &str,
        message: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        messaging::send(py, &self.0, target, message)
    }

    fn typing(&self, py: Python<'_>, target: &str, typing: bool) -> Outcome<()> {
        detached(py, || self.0.typing(target, typing))
    }

    // The end of presence and messages.

    fn remove(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.remove())
    }

    /// `registered`: for which of the two.
    fn wait<'py>(&self, py: Python<'py>, registered: bool, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let info = waited(py, timeout, |slice| ask(&self.0, registered, slice))?;
        Ok(info.to_py(py)?)
    }

    fn wait_future<'py>(&self, py: Python<'py>, registered: bool, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let account = self.0.clone();
        let ready = move || match ask(&account, registered, Duration::ZERO) {
            // A registration that failed for a time that ran out is told as such by its state.
            Err(e)
                if e.kind() == core::ErrorKind::Timeout
                    && account.registration().state != core::RegistrationState::Failed =>
            {
                None
            }
            done => Some(done),
        };
        after_events("wait for registration", timeout, self.0.events(), ready).future(py)
    }

    // Requests outside of calls.

    fn options<'py>(&self, py: Python<'py>, target: &str) -> Outcome<Bound<'py, PyAny>> {
        Ok(detached(py, || self.0.options(target))?.to_py(py)?)
    }

    fn request<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        target: &str,
        options: &Bound<'py, PyAny>,
    ) -> Outcome<Bound<'py, PyAny>> {
        let options = core::RequestOptions::from_py(options)?;
        Ok(detached(py, || self.0.request(method, target, options))?.to_py(py)?)
    }

    fn events(&self) -> Events {
        Events::new(self.0.events())
    }

    fn modify(&self, py: Python<'_>, config: &Bound<'_, PyAny>) -> Outcome<()> {
        let config = core::AccountConfig::from_py(config)?;
        detached(py, || self.0.modify(config))
    }

    fn set_policy(&self, py: Python<'_>, policy: &Bound<'_, PyAny>) -> Outcome<()> {
        let policy = Option::<core::CallPolicy>::from_py(policy)?;
        detached(py, || self.0.set_policy(policy))
    }
}

fn ask(account: &core::Account, registered: bool, timeout: Duration) -> core::Result<core::RegistrationInfo> {
    if registered {
        account.wait_registered(timeout)
    } else {
        account.wait_unregistered(timeout)
    }
}

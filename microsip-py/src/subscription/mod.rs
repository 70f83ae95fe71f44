//! Event packages: subscribing to what others tell, and telling others.

mod watcher;

use std::time::Duration;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, Timeout, ToPy, detached, waited};
use crate::call::after_events;
use crate::request::Body;
use crate::{handle, names, settings, snapshot, words};

pub use watcher::{Notifier, Watcher, WatcherState, end_reason, serve};

handle!(Subscription, core::Subscription, "Subscription");

names!(core::SubscriptionState as "SubscriptionState" [Subscribing, Pending, Active, Retrying, Ended]);
words!(EndReason as "EndReason" [Deactivated, Probation, Rejected, Timeout, GiveUp, NoResource, Invariant]);

snapshot!(core::SubscriptionInfo as "SubscriptionInfo" { state, reason, code, expires, failures, next_retry, error });
snapshot!(core::Notification as "Notification" { message, number, state, notifier });

settings!(core::SubscribeOptions, core::SubscribeOptions::new(""), "SubscribeOptions" {
    package, event_id, accept, expires, forks, retry,
    headers: |it, headers: core::Headers| it.request.headers = headers,
    content_type: |it, kind: String| it.request.body = Some((kind, Vec::new())),
    body: |it, body: Body| it.request.body.get_or_insert_default().1 = body.0,
});

/// For `Account`: subscribes to an event package.
pub fn subscribe<'py>(
    py: Python<'py>,
    account: &core::Account,
    target: &str,
    options: &Bound<'py, PyAny>,
) -> Outcome<Bound<'py, PyAny>> {
    let options = core::SubscribeOptions::from_py(options)?;
    Ok(detached(py, || account.subscribe(target, options))?.to_py(py)?)
}

#[pymethods]
impl Subscription {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id().get()
    }

    #[getter]
    fn account<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.account().to_py(py)
    }

    #[getter]
    fn target(&self) -> &str {
        self.0.target()
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

    #[getter]
    fn notification<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.notification().to_py(py)
    }

    fn refresh(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.refresh())
    }

    fn unsubscribe(&self, py: Python<'_>) -> Outcome<()> {
        detached(py, || self.0.unsubscribe())
    }

    fn wait_for<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::SubscriptionState::from_py(state)?;
        Ok(waited(py, timeout, |slice| self.0.wait_for(state, slice))?.to_py(py)?)
    }

    fn wait_for_future<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::SubscriptionState::from_py(state)?;
        let subscription = self.0.clone();
        let ask = move || {
            let ended = subscription.state() == core::SubscriptionState::Ended;
            unless_late(subscription.wait_for(state, Duration::ZERO), ended)
        };
        after_events("wait for subscription", timeout, self.0.account().events(), ask).future(py)
    }

    fn wait_notification<'py>(&self, py: Python<'py>, after: u64, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        Ok(waited(py, timeout, |slice| self.0.wait_notification(after, slice))?.to_py(py)?)
    }

    fn wait_notification_future<'py>(
        &self,
        py: Python<'py>,
        after: u64,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let subscription = self.0.clone();
        let ask = move || {
            let ended = subscription.state() == core::SubscriptionState::Ended;
            unless_late(subscription.wait_notification(after, Duration::ZERO), ended)
        };
        after_events("wait for notification", timeout, self.0.account().events(), ask).future(py)
    }
}

/// `None` where it is simply not there yet. What has ended can have ended by a time that ran out.
pub fn unless_late<T>(result: core::Result<T>, ended: bool) -> Option<core::Result<T>> {
    match result {
        Err(e) if e.kind() == core::ErrorKind::Timeout && !ended => None,
        done => Some(done),
    }
}

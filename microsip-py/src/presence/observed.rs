//! Who or what is watched: buddies, lines, mailboxes.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, Timeout, ToPy, detached, waited};
use crate::call::after_events;
use crate::handle;

handle!(Buddy, core::Buddy, "Buddy");
handle!(WatchedLine, core::WatchedLine, "WatchedLine");
handle!(Mailbox, core::Mailbox, "Mailbox");

/// A document that was told, by which a wait knows a newer one.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Seen(Arc<dyn Any + Send + Sync>);

/// What was told, with its [`Seen`].
struct News<T>(Arc<T>);

impl<T: ToPy + Send + Sync + 'static> ToPy for News<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let told = Seen(Arc::clone(&self.0) as Arc<dyn Any + Send + Sync>);
        let told = Py::new(py, told)?.into_bound(py).into_any();
        Ok(pyo3::types::PyTuple::new(py, [self.0.to_py(py)?, told])?.into_any())
    }
}

/// The address of what was told; nothing else has it while the `Seen` lives.
fn seen(told: Option<&Bound<'_, Seen>>) -> Option<(Arc<dyn Any + Send + Sync>, usize)> {
    let told = Arc::clone(&told?.get().0);
    let at = Arc::as_ptr(&told).cast::<()>() as usize;
    Some((told, at))
}

/// Whether nothing of the kind is known yet, and it may still come.
fn not_yet<T>(result: &core::Result<T>, subscription: &core::Subscription) -> bool {
    matches!(result, Err(e) if e.kind() == core::ErrorKind::Timeout)
        && subscription.state() != core::SubscriptionState::Ended
}

const WAIT: &str = "wait for state";

macro_rules! observed {
    ($class:ident, $core:ty, $value:ty, $newest:ident, { $($rest:tt)* }) => {
        impl $class {
            /// What was told and is not what was seen.
            fn newer(of: &$core, seen: Option<usize>, timeout: Duration) -> core::Result<News<$value>> {
                loop {
                    of.wait(timeout, |value| {
                        let at = std::ptr::from_ref(value) as usize;
                        (Some(at) != seen).then_some(())
                    })?;
                    // It may be a still newer one by now.
                    if let Some(news) = of.$newest() {
                        return Ok(News(news));
                    }
                }
            }
        }

        #[pymethods]
        impl $class {
            #[getter]
            fn id(&self) -> u64 {
                self.0.subscription().id().get()
            }

            #[getter]
            fn subscription<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.0.subscription().to_py(py)
            }

            #[getter]
            fn target(&self) -> &str {
                self.0.target()
            }

            fn unwatch(&self, py: Python<'_>) -> Outcome<()> {
                detached(py, || self.0.unwatch())
            }

            /// The newest that was told, if it is not the one that was seen; waits for it.
            #[pyo3(signature = (told, timeout))]
            fn wait_newer<'py>(
                &self,
                py: Python<'py>,
                told: Option<&Bound<'py, Seen>>,
                timeout: Timeout,
            ) -> Outcome<Bound<'py, PyAny>> {
                let seen = seen(told);
                let at = seen.as_ref().map(|(_, at)| *at);
                let news = waited(py, timeout, |slice| Self::newer(&self.0, at, slice))?;
                Ok(news.to_py(py)?)
            }

            #[pyo3(signature = (told, timeout))]
            fn wait_newer_future<'py>(
                &self,
                py: Python<'py>,
                told: Option<&Bound<'py, Seen>>,
                timeout: Timeout,
            ) -> Outcome<Bound<'py, PyAny>> {
                let (of, seen) = (self.0.clone(), seen(told));
                let ask = move || {
                    let at = seen.as_ref().map(|(_, at)| *at);
                    let result = Self::newer(&of, at, Duration::ZERO);
                    (!not_yet(&result, of.subscription())).then_some(result)
                };
                after_events(WAIT, timeout, self.0.subscription().account().events(), ask).future(py)
            }

            $($rest)*
        }
    };
}

observed!(Buddy, core::Buddy, core::PresenceStatus, status, {
    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.status().to_py(py)
    }

    #[getter]
    fn presence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.presence().to_py(py)
    }

    fn wait_for<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::Presence::from_py(state)?;
        let look = |status: &core::PresenceStatus| (status.state() == state).then(|| status.clone());
        Ok(waited(py, timeout, |slice| self.0.wait(slice, look))?.to_py(py)?)
    }

    fn wait_for_future<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::Presence::from_py(state)?;
        let buddy = self.0.clone();
        let ask = move || {
            let look = |status: &core::PresenceStatus| (status.state() == state).then(|| status.clone());
            let result = buddy.wait(Duration::ZERO, look);
            (!not_yet(&result, buddy.subscription())).then_some(result)
        };
        after_events(WAIT, timeout, self.0.subscription().account().events(), ask).future(py)
    }
});

observed!(WatchedLine, core::WatchedLine, core::LineInfo, info, {
    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.info().to_py(py)
    }

    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.state().to_py(py)
    }

    fn wait_for<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::LineState::from_py(state)?;
        let look = |info: &core::LineInfo| (info.state == state).then(|| info.clone());
        Ok(waited(py, timeout, |slice| self.0.wait(slice, look))?.to_py(py)?)
    }

    fn wait_for_future<'py>(
        &self,
        py: Python<'py>,
        state: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let state = core::LineState::from_py(state)?;
        let line = self.0.clone();
        let ask = move || {
            let look = |info: &core::LineInfo| (info.state == state).then(|| info.clone());
            let result = line.wait(Duration::ZERO, look);
            (!not_yet(&result, line.subscription())).then_some(result)
        };
        after_events(WAIT, timeout, self.0.subscription().account().events(), ask).future(py)
    }
});

observed!(Mailbox, core::Mailbox, core::MessageSummary, summary, {
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.summary().to_py(py)
    }
});

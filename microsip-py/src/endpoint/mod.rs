//! The endpoint.

mod config;
mod guard;
mod incoming;
mod media;
mod nat;
mod policy;
mod tls;

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::task::Poll;

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{FromPy, Outcome, Timeout, ToPy, Waiting, detached, list_of, made, until};
use crate::base::{Origin, SLICE, life};
use crate::events::Events;

pub use policy::pattern_matches;
pub use tls::tls_pin;

/// What a `microsip.Endpoint` holds. The last reference may go in any thread, also by the collector: nobody waits for the end there.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Endpoint(Option<Arc<core::Endpoint>>, Origin);

impl Endpoint {
    /// The endpoint; it is only taken when this is dropped.
    pub fn core(&self, py: Python<'_>) -> Outcome<&Arc<core::Endpoint>> {
        self.0
            .as_ref()
            .ok_or_else(|| made(py, "not_running", "endpoint", "it was closed"))
    }

    /// One that was started just now; the interpreter's end closes it.
    fn begun(endpoint: core::Endpoint) -> Endpoint {
        let endpoint = Arc::new(endpoint);
        life::note(&endpoint);
        Endpoint(Some(endpoint), Origin::here())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let Some(endpoint) = self.0.take().and_then(Arc::into_inner) else {
            return;
        };
        if self.1.is_here() {
            // Closing waits for the peers; whoever let go of the last reference holds Python's lock.
            life::close_apart(endpoint);
        }
    }
}

#[pymethods]
impl Endpoint {
    #[staticmethod]
    fn start(py: Python<'_>, config: &Bound<'_, PyAny>) -> Outcome<Endpoint> {
        let config = core::EndpointConfig::from_py(config)?;
        let endpoint = detached(py, || {
            // One that nobody holds any more may be about to end.
            life::wait_closed();
            core::Endpoint::start(config)
        })?;
        Ok(Endpoint::begun(endpoint))
    }

    /// What a settings file of MicroSIP describes, and what is wrong in it.
    #[staticmethod]
    fn start_ini(py: Python<'_>, settings: &Bound<'_, PyAny>) -> Outcome<(Endpoint, Vec<String>)> {
        let place = crate::compat::ini::place_of(settings)?;
        let (endpoint, problems) = detached(py, || {
            life::wait_closed();
            core::compat::phone::endpoint(&place, core::LogLevel::default())
        })?;
        let problems = problems.iter().map(ToString::to_string).collect();
        Ok((Endpoint::begun(endpoint), problems))
    }

    fn close(&self, py: Python<'_>) -> Outcome<()> {
        let core = Arc::clone(self.core(py)?);
        if !self.1.is_here() {
            return detached(py, || core.shut_down());
        }
        // On a thread of its own, so that a signal's handler runs meanwhile; what it raises ends the wait, not the closing.
        let (done, mut closed) = std::sync::mpsc::channel();
        let closing = Arc::clone(&core);
        let closer = std::thread::Builder::new().name("microsip-close".to_owned());
        let Ok(closer) = closer.spawn(move || drop(done.send(closing.shut_down()))) else {
            return detached(py, || core.shut_down());
        };
        loop {
            let (result, rest) = life::apart(py, move || (closed.recv_timeout(SLICE), closed));
            match result {
                Ok(result) => {
                    drop(life::apart(py, || closer.join()));
                    return Ok(result?);
                }
                Err(RecvTimeoutError::Timeout) => py.check_signals()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            closed = rest;
        }
    }

    fn add_account<'py>(&self, py: Python<'py>, config: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let config = core::AccountConfig::from_py(config)?;
        let core = self.core(py)?;
        Ok(detached(py, || core.add_account(config))?.to_py(py)?)
    }

    fn accounts<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        Ok(list_of(py, detached(py, || core.accounts())?)?.into_any())
    }

    fn calls<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        Ok(list_of(py, detached(py, || core.calls())?)?.into_any())
    }

    fn hang_up_all(&self, py: Python<'_>) -> Outcome<()> {
        let core = self.core(py)?;
        detached(py, || core.hang_up_all())
    }

    fn events(&self, py: Python<'_>) -> Outcome<Events> {
        Ok(Events::new(self.core(py)?.events()))
    }

    fn local_address<'py>(&self, py: Python<'py>, transport: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
        let transport = core::Transport::from_py(transport)?;
        let core = self.core(py)?;
        Ok(detached(py, || core.local_address(transport))?.to_py(py)?)
    }

    // Waiting for calls.

    fn wait_incoming<'py>(
        &self,
        py: Python<'py>,
        account: Option<u64>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        incoming::wait(py, self.core(py)?, account, timeout)
    }

    fn wait_incoming_future<'py>(
        &self,
        py: Python<'py>,
        account: Option<u64>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        incoming::future(py, self.core(py)?, account, timeout)
    }

    /// Whether nobody has got this call from a wait yet.
    #[staticmethod]
    fn claim(id: u64) -> bool {
        incoming::claim(id)
    }

    /// Asks the engine for nothing and tells how long it took.
    fn round_trip<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        Ok(detached(py, || core.round_trip())?.to_py(py)?)
    }

    // The rest of what an endpoint is asked and told.

    fn set_incoming(&self, py: Python<'_>, policy: &Bound<'_, PyAny>) -> Outcome<()> {
        let policy = core::IncomingPolicy::from_py(policy)?;
        let core = self.core(py)?;
        detached(py, || core.set_incoming(policy))
    }

    fn set_policy(&self, py: Python<'_>, policy: &Bound<'_, PyAny>) -> Outcome<()> {
        let policy = core::CallPolicy::from_py(policy)?;
        let core = self.core(py)?;
        detached(py, || core.set_policy(policy))
    }

    fn set_transfers(&self, py: Python<'_>, rules: &Bound<'_, PyAny>) -> Outcome<()> {
        let rules = core::TransferRules::from_py(rules)?;
        let core = self.core(py)?;
        detached(py, || core.set_transfers(rules))
    }

    fn resolve<'py>(&self, py: Python<'py>, uri: &str, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        let asked = detached(py, || core.resolve_later(uri))?;
        let found = until(py, "resolve", timeout, |slice| asked.wait_timeout(slice))?;
        Ok(list_of(py, found?)?.into_any())
    }

    fn resolve_future<'py>(&self, py: Python<'py>, uri: &str, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        let mut asked = detached(py, || core.resolve_later(uri))?;
        Waiting::new("resolve", timeout, move |cx| match Pin::new(&mut asked).poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(found) => Poll::Ready(Box::new(move |py| Ok(list_of(py, found?)?.into_any()))),
        })
        .future(py)
    }

    fn network_changed(&self, py: Python<'_>) -> Outcome<()> {
        let core = self.core(py)?;
        detached(py, || core.network_changed())
    }

    fn local_addresses<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        Ok(list_of(py, detached(py, || core.local_addresses())?)?.into_any())
    }

    fn stun<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        Ok(crate::base::apart(py, || core.stun()).to_py(py)?)
    }

    fn clock_rate(&self, py: Python<'_>) -> Outcome<u32> {
        let core = self.core(py)?;
        Ok(crate::base::apart(py, || core.clock_rate()))
    }

    fn diagnostics<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let core = self.core(py)?;
        Ok(crate::base::apart(py, || core.diagnostics()).to_py(py)?)
    }
}

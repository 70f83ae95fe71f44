//! Waiting for a call that comes in.

use std::collections::{BTreeSet, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Instant;

use futures_core::Stream as _;
use microsip_core as core;
use pyo3::prelude::*;

use crate::base::{Outcome, Timeout, ToPy, Waiting, detached, made, until};

const OP: &str = "wait for incoming call";

/// Calls that a wait has given away; each is given once.
#[derive(Default)]
struct Given {
    /// By its address: of which endpoint all this is.
    endpoint: usize,
    calls: BTreeSet<u64>,
    /// Newest call of the time before anybody waited: those up to here count only while they are unanswered.
    since: u64,
    /// Newest call that a wait has seen: whoever looks later and does not find one of those up to here need not remember it.
    newest: u64,
}

static GIVEN: Mutex<Option<Given>> = Mutex::new(None);

fn with_given<T>(work: impl FnOnce(&mut Given) -> T) -> T {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    work(given.get_or_insert_default())
}

/// Gives a call away; whether nobody has it yet.
pub fn claim(id: u64) -> bool {
    with_given(|given| given.calls.insert(id))
}

struct Wait {
    events: core::Events,
    /// Those that were there before.
    here: VecDeque<core::Call>,
    account: Option<u64>,
}

impl Wait {
    fn new(endpoint: &Arc<core::Endpoint>, account: Option<u64>) -> core::Result<Wait> {
        let events = endpoint.events();
        let known = with_given(|given| given.newest);
        let calls = endpoint.calls()?;
        let newest = calls.iter().map(|call| call.id().get()).max().unwrap_or(0);
        let address = Arc::as_ptr(endpoint) as usize;
        let mut wait = Wait {
            events,
            here: VecDeque::new(),
            account,
        };
        wait.here = with_given(|given| {
            if given.endpoint != address {
                *given = Given {
                    endpoint: address,
                    calls: BTreeSet::new(),
                    since: newest,
                    newest,
                };
            }
            given.newest = given.newest.max(newest);
            let living: BTreeSet<u64> = calls.iter().map(|call| call.id().get()).collect();
            given.calls.retain(|id| *id > known || living.contains(id));
            let fits = |call: &&core::Call| {
                let (id, state) = (call.id().get(), call.state());
                let waits = matches!(state, core::CallState::Incoming | core::CallState::Early);
                wait.wants(call) && (waits || id > given.since) && !given.calls.contains(&id)
            };
            let mut here: Vec<core::Call> = calls.iter().filter(fits).cloned().collect();
            here.sort_by_key(core::Call::id);
            here.into()
        });
        Ok(wait)
    }

    fn wants(&self, call: &core::Call) -> bool {
        let info = call.info();
        info.direction == core::Direction::Incoming
            && info.state != core::CallState::Disconnected
            && self.account.is_none_or(|account| info.account.get() == account)
    }

    fn told(&self, event: core::Event) -> Option<core::Call> {
        match event {
            core::Event::IncomingCall { call, .. } if self.wants(&call) => Some(call),
            _ => None,
        }
    }
}

fn closed(py: Python<'_>) -> crate::base::Fault {
    made(py, "not_running", OP, "the endpoint was closed meanwhile")
}

/// The next call that comes in, which is given away with this.
pub fn wait<'py>(
    py: Python<'py>,
    endpoint: &Arc<core::Endpoint>,
    account: Option<u64>,
    timeout: Timeout,
) -> Outcome<Bound<'py, PyAny>> {
    let mut wait = detached(py, || Wait::new(endpoint, account))?;
    let found = until(py, OP, timeout, move |slice| {
        let deadline = Instant::now() + slice;
        while let Some(call) = wait.here.pop_front() {
            if claim(call.id().get()) {
                return Some(Some(call));
            }
        }
        loop {
            match wait
                .events
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(Some(event)) => match wait.told(event) {
                    Some(call) if claim(call.id().get()) => return Some(Some(call)),
                    _ => {}
                },
                Ok(None) => return Some(None),
                Err(_) => return None,
            }
        }
    })?;
    match found {
        Some(call) => Ok(call.to_py(py)?),
        None => Err(closed(py)),
    }
}

/// As [`wait`], as a future; whoever gets the call claims it, so that a cancelled wait takes none away.
pub fn future<'py>(
    py: Python<'py>,
    endpoint: &Arc<core::Endpoint>,
    account: Option<u64>,
    timeout: Timeout,
) -> Outcome<Bound<'py, PyAny>> {
    let mut wait = detached(py, || Wait::new(endpoint, account))?;
    Waiting::new(OP, timeout, move |cx| {
        if let Some(call) = wait.here.pop_front() {
            return Poll::Ready(Box::new(move |py| Ok(call.to_py(py)?)));
        }
        loop {
            match Pin::new(&mut wait.events).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Box::new(|py| Err(closed(py)))),
                Poll::Ready(Some(event)) => {
                    if let Some(call) = wait.told(event) {
                        return Poll::Ready(Box::new(move |py| Ok(call.to_py(py)?)));
                    }
                }
            }
        }
    })
    .future(py)
}

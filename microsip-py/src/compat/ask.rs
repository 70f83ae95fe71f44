//! Questions to a phone: they take as long as the phone does, so a thread of their own waits for the answer.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use microsip_core as core;
use pyo3::prelude::*;
use serde_json::Value;

use super::{lock, no_thread};
use crate::base::{Fault, Outcome, Timeout, ToPy, Waiting, made, until};

/// Why there is no answer.
pub enum Trouble {
    Core(core::Error),
    /// There is nobody to ask.
    NoPhone,
}

impl From<core::Error> for Trouble {
    fn from(error: core::Error) -> Trouble {
        Trouble::Core(error)
    }
}

impl Trouble {
    pub fn fault(self, py: Python<'_>) -> Fault {
        match self {
            Trouble::Core(error) => error.into(),
            Trouble::NoPhone => made(py, "not_running", "control", "no phone runs for these settings"),
        }
    }
}

type Answer = Result<Value, Trouble>;

#[derive(Default)]
struct State {
    answer: Option<Answer>,
    waker: Option<Waker>,
}

/// A question that was asked.
pub struct Asked(Arc<(Mutex<State>, Condvar)>);

impl Asked {
    /// Asks on a thread of its own. Whoever stops waiting does not stop the question.
    pub fn begin(ask: impl FnOnce() -> Answer + Send + 'static) -> Outcome<Asked> {
        let shared = Arc::new((Mutex::new(State::default()), Condvar::new()));
        let own = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("microsip-ask".to_owned())
            .spawn(move || {
                let answer = ask();
                let waker = {
                    let mut state = lock(&own.0);
                    state.answer = Some(answer);
                    state.waker.take()
                };
                own.1.notify_all();
                if let Some(waker) = waker {
                    waker.wake();
                }
            })
            .map_err(no_thread)?;
        Ok(Asked(shared))
    }

    /// Waits for the answer; Ctrl-C ends the wait.
    pub fn wait<'py>(self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let (mutex, condition) = &*self.0;
        let answer = until(py, "request", Timeout(None), |slice| {
            let state = lock(mutex);
            let waited = condition.wait_timeout_while(state, slice, |state| state.answer.is_none());
            waited.unwrap_or_else(PoisonError::into_inner).0.answer.take()
        })?;
        given(py, answer)
    }

    /// The same as an `asyncio.Future`.
    pub fn future<'py>(self, py: Python<'py>, operation: &'static str) -> Outcome<Bound<'py, PyAny>> {
        let shared = self.0;
        Waiting::new(operation, Timeout(None), move |cx: &mut Context<'_>| {
            let mut state = lock(&shared.0);
            match state.answer.take() {
                Some(answer) => Poll::Ready(Box::new(move |py| given(py, answer))),
                None => {
                    state.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .future(py)
    }
}

fn given<'py>(py: Python<'py>, answer: Answer) -> Outcome<Bound<'py, PyAny>> {
    match answer {
        Ok(value) => Ok(value.to_py(py)?),
        Err(trouble) => Err(trouble.fault(py)),
    }
}

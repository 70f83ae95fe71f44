//! MicroSIP's formats and behaviour: what `microsip.compat` stands on.

mod ask;
pub mod commands;
pub mod contacts;
pub mod control;
pub mod history;
pub mod ini;
mod json;
pub mod numbers;
pub mod phone;
pub mod told;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::base::{Fault, Outcome, Timeout, made};

/// How long a signal of Python's may wait for its handler.
const SLICE: Duration = Duration::from_millis(50);

/// What a poisoned lock guards is whole: nothing here panics between two changes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn no_thread(error: std::io::Error) -> Fault {
    Fault::Py(error.into())
}

/// Waits in pieces, without the lock; between them signals get their handlers, whose exception ends it.
fn sliced<T: Send>(
    py: Python<'_>,
    operation: &str,
    timeout: Timeout,
    mut wait: impl Send + FnMut(Duration) -> Option<T>,
) -> Outcome<T> {
    let deadline = timeout.deadline();
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let slice = left.map_or(SLICE, |left| left.min(SLICE));
        if let Some(value) = crate::base::apart(py, || wait(slice)) {
            return Ok(value);
        }
        py.check_signals()?;
        if left.is_some_and(|left| left <= SLICE) {
            let after = timeout.0.unwrap_or_default().as_secs_f64();
            let message = format!("it did not happen within {after} s");
            return Err(made(py, "timeout", operation, &message));
        }
    }
}

//! Waiting without the interpreter's lock, and ending at once on Ctrl-C.

use std::time::{Duration, Instant};

use microsip_core as core;
use pyo3::prelude::*;

use super::{FromPy, Outcome, life};

/// How long a signal of Python's may wait for its handler: signals are handled in the main thread, which is in here.
pub const SLICE: Duration = Duration::from_millis(50);

/// How long to wait: `None`, for ever, as is infinity in Python.
#[derive(Clone, Copy)]
pub struct Timeout(pub Option<Duration>);

impl Timeout {
    /// Longer waits than this are as good as for ever.
    pub fn deadline(self) -> Option<Instant> {
        self.0.and_then(|it| Instant::now().checked_add(it))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Timeout {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        // Too long to be told is as good as for ever; a number that is too large for Rust's spans is one of these.
        match value.extract::<f64>() {
            Ok(seconds) if seconds >= Duration::MAX.as_secs_f64() => Ok(Timeout(None)),
            Err(e) if e.is_instance_of::<pyo3::exceptions::PyOverflowError>(value.py()) && value.gt(0)? => {
                Ok(Timeout(None))
            }
            _ => Option::from_py(&value).map(Timeout),
        }
    }
}

/// Runs a command of the library without the lock.
pub fn detached<T: Send>(py: Python<'_>, work: impl Send + FnOnce() -> core::Result<T>) -> Outcome<T> {
    Ok(life::apart(py, work)?)
}

/// Waits in pieces: `wait` is a wait of the library with a timeout. Between pieces signals get their handlers, whose exception
/// ends it.
pub fn waited<T: Send>(
    py: Python<'_>,
    timeout: Timeout,
    mut wait: impl Send + FnMut(Duration) -> core::Result<T>,
) -> Outcome<T> {
    let deadline = timeout.deadline();
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let slice = left.map_or(SLICE, |left| left.min(SLICE));
        let last = left.is_some_and(|left| left <= SLICE);
        let begun = Instant::now();
        let result = life::apart(py, || wait(slice));
        match result {
            // What was waited for can itself have failed for a time that ran out; that is told before the slice is over.
            Err(e) if e.kind() == core::ErrorKind::Timeout && !last && begun.elapsed() >= slice => {
                py.check_signals()?
            }
            Err(e) if e.kind() == core::ErrorKind::Timeout && last && begun.elapsed() >= slice => {
                return Err(timed_out(py, &e, timeout));
            }
            done => return Ok(done?),
        }
    }
}

/// The library's error tells the length of the last piece; people are told what they asked for.
fn timed_out(py: Python<'_>, error: &core::Error, timeout: Timeout) -> super::Fault {
    let text = error.message();
    let length = text.rfind(" after ").or_else(|| text.rfind(" within "));
    let said = match (length, timeout.0) {
        (Some(at), Some(all)) => format!("{} within {} s", &text[..at], all.as_secs_f64()),
        _ => text.to_owned(),
    };
    made(py, "timeout", error.operation(), &said)
}

/// An exception of a kind, made here.
pub fn made(py: Python<'_>, kind: &str, operation: &str, message: &str) -> super::Fault {
    static RAISE: super::Class = super::Class::new("_from_native");
    let none = py.None();
    let _inside = life::enter(py);
    let made = RAISE
        .get(py)
        .and_then(|it| it.call1((kind, operation, message, kind, &none, &none, &none)));
    super::Fault::Py(match made {
        Ok(value) => PyErr::from_value(value),
        Err(e) => e,
    })
}

/// Waits in pieces for what no wait of the library is made for: `step` waits at most so long, and gives something or nothing.
pub fn until<T: Send>(
    py: Python<'_>,
    operation: &'static str,
    timeout: Timeout,
    mut step: impl Send + FnMut(Duration) -> Option<T>,
) -> Outcome<T> {
    let deadline = timeout.deadline();
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let slice = left.map_or(SLICE, |left| left.min(SLICE));
        if let Some(done) = crate::base::apart(py, || step(slice)) {
            return Ok(done);
        }
        py.check_signals()?;
        if left.is_some_and(|left| left.is_zero()) {
            let after = timeout.0.unwrap_or_default().as_secs_f64();
            let text = format!("it did not happen within {after} s");
            return Err(made(py, "timeout", operation, &text));
        }
    }
}

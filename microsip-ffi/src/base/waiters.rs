//! Whoever waits for a stream: threads, and event loops by a descriptor.

use std::ffi::c_void;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

use super::signal::Signal;
use super::wait::Bell;
use super::{Fault, Outcome};
use crate::status::microsip_status_e;

/// See the module. The descriptor is made when it is first asked for.
#[derive(Default)]
pub(crate) struct Waiters {
    bell: Arc<Bell>,
    signal: OnceLock<Arc<Signal>>,
}

impl Waiters {
    /// Wakes all of them.
    pub(crate) fn ring(&self) {
        self.bell.ring();
    }

    /// Asks `look` until it is ready or the deadline passes; `None` is never.
    pub(crate) fn wait<T>(
        &self,
        deadline: Option<Instant>,
        look: impl FnMut(&mut Context<'_>) -> Poll<Outcome<T>>,
    ) -> Outcome<T> {
        self.bell.wait(deadline, look)
    }

    /// Looks into the stream whose lock is held, and keeps the descriptor true: readable while there may be something.
    pub(crate) fn look<T>(&self, look: impl FnOnce() -> Poll<T>) -> Poll<T> {
        if let Some(signal) = self.signal.get() {
            // Before looking: what comes afterwards sets it again.
            signal.clear();
        }
        let found = look();
        if let (Some(signal), Poll::Ready(_)) = (self.signal.get(), &found) {
            // There may be more, and the end is to be seen by everyone.
            signal.set();
        }
        found
    }

    fn signal(&self) -> Outcome<&Arc<Signal>> {
        if let Some(signal) = self.signal.get() {
            return Ok(signal);
        }
        let signal = Arc::new(Signal::new().map_err(|e| {
            Fault::new(
                microsip_status_e::MICROSIP_STATUS_LIMIT_REACHED,
                format!("no descriptor is left: {e}"),
            )
        })?);
        let theirs = Arc::clone(&signal);
        let signal = self.signal.get_or_init(|| {
            self.bell.tell(Box::new(move || theirs.set()));
            signal
        });
        // Readable until the stream has been looked at; that look also arranges for the next one.
        signal.set();
        Ok(signal)
    }

    /// The descriptor for event loops.
    #[cfg(unix)]
    pub(crate) fn fd(&self) -> Outcome<i32> {
        Ok(self.signal()?.descriptor())
    }

    /// There is none here.
    #[cfg(not(unix))]
    pub(crate) fn fd(&self) -> Outcome<i32> {
        Err(Fault::of_kind(
            microsip_core::ErrorKind::Unsupported,
            "this platform's loops take handles; use the function ending in _handle",
        ))
    }

    /// The event object for event loops.
    #[cfg(windows)]
    pub(crate) fn handle(&self) -> Outcome<*mut c_void> {
        Ok(self.signal()?.handle())
    }

    /// There is none here.
    #[cfg(not(windows))]
    pub(crate) fn handle(&self) -> Outcome<*mut c_void> {
        Err(Fault::of_kind(
            microsip_core::ErrorKind::Unsupported,
            "this platform's loops take descriptors; use the function ending in _fd",
        ))
    }
}

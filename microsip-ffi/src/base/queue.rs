//! A stream that is pulled with a timeout, or announced by a descriptor.

use std::ffi::c_void;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;

use super::waiters::Waiters;
use super::{Fault, Outcome, wait_until};
use crate::status::microsip_status_e;

/// The stream, and who waits for it.
pub struct Queue<S> {
    stream: Mutex<S>,
    waiters: Waiters,
    closed: AtomicBool,
}

impl<S: Stream + Unpin> Queue<S> {
    pub(crate) fn new(stream: S) -> Queue<S> {
        Queue {
            stream: Mutex::new(stream),
            waiters: Waiters::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// Ends it for everyone who waits, and for whoever comes.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.waiters.ring();
    }

    /// The next one; `TIMEOUT` or `ENDED` if there is none.
    pub(crate) fn next(&self, timeout_ms: u32) -> Outcome<S::Item> {
        self.waiters.wait(wait_until(timeout_ms), |cx| self.poll(cx))
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Outcome<S::Item>> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let next = self.waiters.look(|| match self.closed.load(Ordering::Acquire) {
            true => Poll::Ready(None),
            false => Pin::new(&mut *stream).poll_next(cx),
        });
        next.map(|event| {
            event.ok_or_else(|| Fault::new(microsip_status_e::MICROSIP_STATUS_ENDED, "no more events will come"))
        })
    }

    /// The descriptor for event loops.
    pub(crate) fn fd(&self) -> Outcome<i32> {
        self.waiters.fd()
    }

    /// The event object for event loops.
    pub(crate) fn handle(&self) -> Outcome<*mut c_void> {
        self.waiters.handle()
    }
}

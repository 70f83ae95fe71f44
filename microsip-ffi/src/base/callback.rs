//! Callbacks: functions of the caller's with their data, and threads of ours that call them.

use std::cell::Cell;
use std::ffi::c_void;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::thread::JoinHandle;

use futures_core::Stream;

use super::wait::Bell;
use super::{Fault, Handle, Outcome, free, put};
use crate::endpoint::microsip_destroy_t;
use crate::status::microsip_status_e;

/// A function of the caller's that gets an object, lent for the call, and its data.
pub(crate) type Callback<H> = unsafe extern "C" fn(H, *mut c_void);

/// What a callback was given; the caller vouches that it may go to another thread.
pub(crate) struct UserData {
    pointer: *mut c_void,
    destroy: microsip_destroy_t,
}

// SAFETY: the header says that callbacks and destroy functions run on a thread of the library.
unsafe impl Send for UserData {}

impl UserData {
    pub(crate) fn new(pointer: *mut c_void, destroy: microsip_destroy_t) -> UserData {
        UserData { pointer, destroy }
    }

    /// Calls back with an object.
    pub(crate) fn call<H: Handle>(&self, callback: Callback<H>, object: H::Object) {
        let Ok(handle) = put::<H>(object) else {
            return;
        };
        // SAFETY: the caller vouches for both.
        unsafe { callback(handle, self.pointer) };
        let _ = free(handle);
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy.take() {
            // SAFETY: the caller gave both together, and this runs once.
            unsafe { destroy(self.pointer) }
        }
    }
}

struct Stop {
    asked: AtomicBool,
    bell: Arc<Bell>,
}

impl Stop {
    fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.bell.ring();
    }
}

/// Ends its thread's deliveries when it goes.
pub struct Delivery(Arc<Stop>);

impl Drop for Delivery {
    fn drop(&mut self) {
        self.0.ask();
    }
}

thread_local! {
    /// The number of the deliveries that the current thread belongs to.
    static INSIDE: Cell<usize> = const { Cell::new(0) };
}

static NEXT: AtomicUsize = AtomicUsize::new(1);

/// The threads that deliver the events of one object.
pub(crate) struct Deliveries {
    number: usize,
    /// `None` when they were waited for: no more begin.
    threads: Mutex<Option<Vec<JoinHandle<()>>>>,
}

impl Default for Deliveries {
    fn default() -> Deliveries {
        Deliveries {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            threads: Mutex::new(Some(Vec::new())),
        }
    }
}

impl Deliveries {
    /// Whether the current thread is one of these, and so cannot wait for them.
    pub(crate) fn inside(&self) -> bool {
        INSIDE.try_with(Cell::get).is_ok_and(|number| number == self.number)
    }

    /// Waits until the last event was delivered and its data destroyed; to be called when nothing more will come.
    pub(crate) fn join(&self) {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner).take();
        for thread in threads.into_iter().flatten() {
            // A panic in it was ours and is in the log.
            let _ = thread.join();
        }
    }

    /// Calls back with everything that comes, until the stream ends or the delivery goes.
    pub(crate) fn start<H: Handle>(
        &self,
        stream: impl Stream<Item = H::Object> + Unpin + Send + 'static,
        callback: Option<Callback<H>>,
        data: UserData,
    ) -> Outcome<Delivery> {
        let Some(callback) = callback else {
            return Err(super::arg::null("callback"));
        };
        let stop = Arc::new(Stop {
            asked: AtomicBool::new(false),
            bell: Arc::default(),
        });
        let theirs = Arc::clone(&stop);
        let number = self.number;
        let thread = std::thread::Builder::new()
            .name("microsip-events".to_owned())
            .spawn(move || {
                INSIDE.set(number);
                deliver(stream, &theirs, |object| data.call(callback, object));
                drop(data);
            })
            .map_err(|e| {
                Fault::new(
                    microsip_status_e::MICROSIP_STATUS_LIMIT_REACHED,
                    format!("no thread for the callback: {e}"),
                )
            })?;
        let delivery = Delivery(stop);
        if let Some(threads) = &mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner) {
            threads.retain(|thread| !thread.is_finished());
            threads.push(thread);
            return Ok(delivery);
        }
        // Whoever closed meanwhile did not wait for this one.
        drop(delivery);
        let _ = thread.join();
        Err(Fault::new(
            microsip_status_e::MICROSIP_STATUS_NOT_RUNNING,
            "it was closed; no callback can begin",
        ))
    }
}

fn deliver<T>(mut stream: impl Stream<Item = T> + Unpin, stop: &Arc<Stop>, mut each: impl FnMut(T)) {
    loop {
        let next = stop.bell.wait(None, |cx| {
            if stop.asked.load(Ordering::Acquire) {
                return Poll::Ready(Ok(None));
            }
            Pin::new(&mut stream).poll_next(cx).map(Ok)
        });
        match next {
            Ok(Some(object)) => each(object),
            _ => return,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use std::task::Context;

    use super::*;
    use crate::events::microsip_event_t;

    /// Ends at once.
    struct Empty;

    impl Stream for Empty {
        type Item = microsip_core::Event;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(None)
        }
    }

    static DESTROYED: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "C" fn destroy(_: *mut c_void) {
        DESTROYED.fetch_add(1, Ordering::SeqCst);
    }

    unsafe extern "C" fn called(_: microsip_event_t, _: *mut c_void) {}

    #[test]
    fn who_has_waited_for_them_has_no_more_and_data_goes_once() {
        let deliveries = Deliveries::default();
        let start = |callback| {
            let data = UserData::new(std::ptr::null_mut(), Some(destroy));
            deliveries.start::<microsip_event_t>(Empty, callback, data)
        };
        let first = start(Some(called as _)).unwrap();
        deliveries.join();
        assert_eq!(DESTROYED.load(Ordering::SeqCst), 1);
        let status = start(Some(called as _)).err().unwrap().status;
        assert_eq!(status, microsip_status_e::MICROSIP_STATUS_NOT_RUNNING);
        assert_eq!(DESTROYED.load(Ordering::SeqCst), 2);
        let status = start(None).err().unwrap().status;
        assert_eq!(status, microsip_status_e::MICROSIP_STATUS_NULL_ARGUMENT);
        assert_eq!(DESTROYED.load(Ordering::SeqCst), 3);
        drop(first);
    }
}

//! Waking those who wait for audio, off the clock's thread: it sets flags and unparks one thread of ours, which runs wakers
//! and tells of losses. So no foreign code, no lock and no allocation is on the clock's thread.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

use crate::engine::Shared;
use crate::event::Event;
use crate::{Error, ErrorKind, Result};

/// How often waits with a deadline, and losses not told yet, are looked at.
const BEAT: Duration = Duration::from_millis(25);

/// One sleeper at most, and those who wake it.
#[derive(Default)]
pub(super) struct Bell {
    waker: AtomicWaker,
    waiting: AtomicBool,
    due: AtomicBool,
}

impl Bell {
    /// Asks `get`, and arranges to be woken if it has nothing.
    pub(super) fn poll<T>(&self, cx: &mut Context<'_>, mut get: impl FnMut() -> Option<T>) -> Poll<T> {
        if let Some(value) = get() {
            return Poll::Ready(value);
        }
        self.waker.register(cx.waker());
        self.waiting.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        // What came in between would otherwise wake nobody.
        match get() {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        }
    }

    /// Wakes the sleeper, if there is one. For the clock's thread.
    pub(super) fn strike(&self, pump: &Pump) {
        fence(Ordering::SeqCst);
        if self.waiting.load(Ordering::Relaxed) && self.waiting.swap(false, Ordering::SeqCst) {
            self.due.store(true, Ordering::Release);
            pump.kick();
        }
    }

    /// Runs the waker if it was struck.
    pub(super) fn ring(&self) {
        if self.due.swap(false, Ordering::AcqRel) {
            self.waker.wake();
        }
    }

    /// Runs the waker. For any thread but the clock's.
    pub(super) fn wake(&self) {
        self.waiting.store(false, Ordering::SeqCst);
        self.waker.wake();
    }
}

/// Something the pump looks after.
pub(super) trait Pumped: Send + Sync {
    /// Runs wakers that were struck; all of them if `beat`, for those that wait for a moment.
    fn ring(&self, beat: bool);
    /// What was lost since the last report, if it is time for one.
    fn report(&self, now: Instant) -> Option<Event>;
    /// Whether it wants to be looked at every 25 ms.
    fn wants_beat(&self) -> bool;
}

/// The thread and what it looks after; started with the first stream, ended with the endpoint.
#[derive(Default)]
pub(crate) struct Pump {
    kicked: AtomicBool,
    closed: AtomicBool,
    thread: OnceLock<Thread>,
    list: Mutex<Vec<Weak<dyn Pumped>>>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pump {
    /// Lets the thread look. Wait-free: for the clock's thread.
    pub(super) fn kick(&self) {
        if !self.kicked.swap(true, Ordering::AcqRel)
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
    }

    pub(super) fn add(&self, shared: &Arc<Shared>, stream: Weak<dyn Pumped>) -> Result<()> {
        shared.origin().check("stream")?;
        lock(&self.list).push(stream);
        let mut handle = lock(&self.handle);
        if handle.is_none() {
            let weak = Arc::downgrade(shared);
            let spawned = std::thread::Builder::new()
                .name("microsip-streams".into())
                .spawn(move || run(&weak))
                .map_err(|e| Error::new(ErrorKind::Internal, "stream", format!("cannot start a thread: {e}")))?;
            // Set once: the handle is made once.
            drop(self.thread.set(spawned.thread().clone()));
            *handle = Some(spawned);
        }
        drop(handle);
        self.kick();
        Ok(())
    }

    /// Ends the thread.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.kicked.store(true, Ordering::Release);
        let handle = lock(&self.handle).take();
        if let Some(handle) = handle {
            handle.thread().unpark();
            if handle.join().is_err() {
                tracing::error!(target: "microsip", "the thread of the streams panicked");
            }
        }
    }
}

fn run(shared: &Weak<Shared>) {
    crate::pj::block_signals();
    let mut streams: Vec<Arc<dyn Pumped>> = Vec::new();
    loop {
        // The endpoint holds its streams' pump; without it there is nothing to wake any more.
        let Some(alive) = shared.upgrade() else { return };
        let pump = alive.pump();
        if pump.closed.load(Ordering::Acquire) {
            return;
        }
        let kicked = pump.kicked.swap(false, Ordering::AcqRel);
        {
            let mut list = lock(&pump.list);
            list.retain(|stream| stream.strong_count() > 0);
            streams.extend(list.iter().filter_map(Weak::upgrade));
        }
        let now = Instant::now();
        let mut beat = false;
        for stream in streams.drain(..) {
            stream.ring(!kicked);
            if let Some(event) = stream.report(now) {
                alive.publish_from_outside(event);
            }
            beat |= stream.wants_beat();
        }
        drop(alive);
        if beat {
            std::thread::park_timeout(BEAT);
        } else {
            std::thread::park();
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

thread_local! {
    static WAKER: RefCell<Waker> = RefCell::new(Waker::from(Arc::new(Unpark(std::thread::current()))));
}

/// Polls on this thread until there is a result; `None` at the deadline.
pub(super) fn block_on<T>(deadline: Option<Instant>, mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Option<T> {
    let waker = WAKER.with(|w| w.borrow().clone());
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = poll(&mut cx) {
            return Some(value);
        }
        match deadline {
            None => std::thread::park(),
            Some(at) => {
                let left = at.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return None;
                }
                std::thread::park_timeout(left);
            }
        }
    }
}

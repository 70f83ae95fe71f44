//! How the process ends: endpoints that still run are closed, so that peers get their BYE, and nobody is woken by it.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use microsip_core as core;
use pyo3::prelude::*;

use super::fork::PerProcess;
use super::pump;

#[derive(Default)]
struct Life {
    endpoints: Mutex<Vec<Weak<core::Endpoint>>>,
    /// Others that own an engine.
    owners: Mutex<Vec<Weak<dyn Owner>>>,
    /// Threads that close what nobody holds any more.
    closers: Mutex<Vec<JoinHandle<()>>>,
    ending: AtomicBool,
    /// All is closed, and the log has told it.
    told: AtomicBool,
    /// The thread that ends the process.
    last: Mutex<Option<ThreadId>>,
}

static LIFE: PerProcess<Life> = PerProcess::new();

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes an endpoint, to be closed at the end.
pub fn note(endpoint: &Arc<core::Endpoint>) {
    let mut endpoints = lock(&LIFE.here().endpoints);
    endpoints.retain(|it| it.strong_count() > 0);
    endpoints.push(Arc::downgrade(endpoint));
}

/// Something that owns an engine, and is not an endpoint.
pub trait Owner: Send + Sync {
    /// Ends the engine; again, it does nothing.
    fn end(&self);
}

/// Notes an owner of an engine, to be ended at the end.
pub fn note_owner(owner: Weak<dyn Owner>) {
    let mut owners = lock(&LIFE.here().owners);
    owners.retain(|it| it.strong_count() > 0);
    owners.push(owner);
}

/// Drops an endpoint on a thread of its own: closing waits for the peers.
pub fn close_apart(endpoint: core::Endpoint) {
    drop_apart(endpoint, drop);
}

/// Ends something on a thread of its own.
pub fn drop_apart<T: Send + 'static>(it: T, end: impl FnOnce(T) + Send + 'static) {
    let mut closers = lock(&LIFE.here().closers);
    closers.retain(|it| !it.is_finished());
    let it = std::mem::ManuallyDrop::new(it);
    let closer = std::thread::Builder::new().name("microsip-close".to_owned());
    // Without a thread it stays as it is until the process ends.
    if let Ok(closer) = closer.spawn(move || end(std::mem::ManuallyDrop::into_inner(it))) {
        closers.push(closer);
    }
}

/// Waits until all that was dropped is closed.
pub fn wait_closed() {
    let closers = std::mem::take(&mut *lock(&LIFE.here().closers));
    for closer in closers {
        drop(closer.join());
    }
}

/// How many threads are about to come back to the interpreter, or let it run Python code from here. When the interpreter ends it
/// unwinds threads that ask for its lock, which would go through our frames: so none of them is left then.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// This thread tells what the end says, so it is let in until that is told.
    static TELLS: Cell<bool> = const { Cell::new(false) };
}

/// This thread hands the log's records over.
pub fn tells() {
    TELLS.set(true);
}

/// In a forked child: of the threads that were in here, only this one is left.
pub fn forked() {
    INSIDE.store(DEPTH.get() as usize, Ordering::SeqCst);
}

/// While this lives, the end waits.
pub struct Inside(());

impl Inside {
    fn new() -> Inside {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        DEPTH.set(DEPTH.get() + 1);
        Inside(())
    }

    /// Whether this thread is in here further out, too.
    fn is_nested(&self) -> bool {
        DEPTH.get() > 1
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Threads that are left when the interpreter ends are daemons. They are not told that the endpoint was closed: nobody could do
/// anything about it, and the interpreter stops them when they come back. So they rest here. Without the interpreter's lock.
fn rest() {
    while is_over_for_this_thread() {
        std::thread::park();
    }
}

fn is_over_for_this_thread() -> bool {
    LIFE.get().is_some_and(|life| {
        life.ending.load(Ordering::SeqCst)
            && (!TELLS.get() || life.told.load(Ordering::SeqCst))
            && *lock(&life.last) != Some(std::thread::current().id())
    })
}

/// Before Python code is run from here.
pub fn enter(py: Python<'_>) -> Inside {
    let inside = Inside::new();
    if !inside.is_nested() && is_over_for_this_thread() {
        drop(inside);
        py.detach(rest);
        return enter(py);
    }
    inside
}

/// Runs something without the interpreter's lock.
pub fn apart<T: Send>(py: Python<'_>, work: impl Send + FnOnce() -> T) -> T {
    let (done, inside) = py.detach(|| {
        let done = work();
        let inside = loop {
            let inside = Inside::new();
            if inside.is_nested() || !is_over_for_this_thread() {
                break inside;
            }
            drop(inside);
            rest();
        };
        (done, inside)
    });
    drop(inside);
    done
}

/// Waits, not for ever, until no other thread is in here.
fn wait_quiet() {
    let until = Instant::now() + Duration::from_secs(5);
    while INSIDE.load(Ordering::SeqCst) > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Closes what still runs and ends the pump. For the interpreter's end.
#[pyfunction]
pub fn end(py: Python<'_>) {
    py.detach(|| {
        let life = LIFE.here();
        *lock(&life.last) = Some(std::thread::current().id());
        life.ending.store(true, Ordering::SeqCst);
        let endpoints = std::mem::take(&mut *lock(&life.endpoints));
        for endpoint in endpoints.iter().filter_map(Weak::upgrade) {
            // An engine that had panicked has said so.
            drop(endpoint.shut_down());
        }
        let owners = std::mem::take(&mut *lock(&life.owners));
        for owner in owners.iter().filter_map(Weak::upgrade) {
            owner.end();
        }
        wait_closed();
        crate::log::last_words();
        life.told.store(true, Ordering::SeqCst);
        pump::end();
        wait_quiet();
    });
}

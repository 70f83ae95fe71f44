//! Children that this process forks have its memory but none of its threads: no engine, nobody who holds a lock lets go of it,
//! and sockets that are the parent's. So nothing of the parent's is touched there: whatever is made notes where that was.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, TryLockError};
use std::time::Duration;

use crate::{Error, ErrorKind, Result, engine, pj};

/// How many forks lie between the process that watched first and this one.
static FORKS: AtomicU32 = AtomicU32::new(0);
/// An endpoint ran in the parent when this process was forked from it.
static ORPHAN: AtomicBool = AtomicBool::new(false);

/// In the child, before anything else runs there: nothing but atomics is allowed.
extern "C" fn forked() {
    if engine::is_running() {
        ORPHAN.store(true, Ordering::Release);
    }
    FORKS.fetch_add(1, Ordering::AcqRel);
}

/// Notices forks from now on.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| pj::in_forked_children(forked));
}

/// PJSIP's state is one per process and was copied as the engine's thread left it, perhaps in the middle of something.
pub(crate) fn refuse_start(op: &'static str) -> Result<()> {
    if ORPHAN.load(Ordering::Acquire) {
        return Err(Error::new(
            ErrorKind::WrongState,
            op,
            "this process was forked from one whose endpoint was running, and has a torn copy of its engine; \
             fork before an endpoint is started, or run another program (spawn)",
        ));
    }
    Ok(())
}

/// Which process something was made in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin(u32);

impl Origin {
    pub(crate) fn here() -> Origin {
        Origin(FORKS.load(Ordering::Acquire))
    }

    /// Whether this is that process, and not one forked from it.
    pub(crate) fn is_here(self) -> bool {
        FORKS.load(Ordering::Relaxed) == self.0
    }

    pub(crate) fn check(self, op: &'static str) -> Result<()> {
        if self.is_here() { Ok(()) } else { Err(error(op)) }
    }

    /// Locks; `None` when a thread of the parent held the lock while this process was forked: nobody will let go of it.
    pub(crate) fn lock<T>(self, mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
        if self.is_here() {
            return Some(mutex.lock().unwrap_or_else(PoisonError::into_inner));
        }
        // Threads of this process may hold it for a moment, too.
        for _ in 0..20 {
            match mutex.try_lock() {
                Ok(guard) => return Some(guard),
                Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        None
    }
}

pub(crate) fn error(op: &'static str) -> Error {
    Error::new(
        ErrorKind::NotRunning,
        op,
        "this process is a fork of the one that started it; only that one has its engine",
    )
}

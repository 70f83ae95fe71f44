//! Waking the engine: a one-byte datagram on a socket pair that PJSIP's own poll watches, sent only when it sleeps.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

/// The sending half; on Unix an AF_UNIX datagram socket, elsewhere UDP on the loopback interface.
pub(crate) enum Bell {
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixDatagram),
    #[cfg(not(unix))]
    Udp(std::net::UdpSocket),
}

impl Bell {
    fn strike(&self) {
        // A full buffer means that a wake-up is under way already.
        match self {
            #[cfg(unix)]
            Bell::Unix(s) => drop(s.send(&[1])),
            #[cfg(not(unix))]
            Bell::Udp(s) => drop(s.send(&[1])),
        }
    }
}

/// Sleep flag and bell of one polling thread.
///
/// The poller announces sleep, looks at its queue once more and then polls; a poster pushes first and then rings only if
/// sleep was announced. The two fences make it impossible that both look too early.
#[derive(Default)]
pub(crate) struct Ring {
    sleeping: AtomicBool,
    bell: OnceLock<Bell>,
    strikes: AtomicU64,
    nudges: AtomicU64,
}

impl Ring {
    pub(crate) fn install(&self, bell: Bell) {
        // Set once per engine start; a second call would be a defect of ours and changes nothing.
        drop(self.bell.set(bell));
    }

    /// The poller is about to poll with a timeout.
    pub(crate) fn announce_sleep(&self) {
        self.sleeping.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
    }

    /// The poller is awake, and will look at its queue before it sleeps again.
    pub(crate) fn awake(&self) {
        if self.sleeping.load(Ordering::Relaxed) {
            self.sleeping.store(false, Ordering::SeqCst);
        }
    }

    /// Wakes the poller if it sleeps. Any thread.
    pub(crate) fn ring(&self) {
        fence(Ordering::SeqCst);
        if self.sleeping.swap(false, Ordering::SeqCst) {
            self.strikes.fetch_add(1, Ordering::Relaxed);
            if let Some(bell) = self.bell.get() {
                bell.strike();
            }
        }
    }

    /// Wakes the poller for something that is in no queue, a timer: the count tells one that is about to sleep.
    pub(crate) fn nudge(&self) {
        self.nudges.fetch_add(1, Ordering::SeqCst);
        self.ring();
    }

    /// Nudges so far. Unchanged since before the timers were looked at means that none was missed.
    pub(crate) fn nudges(&self) -> u64 {
        self.nudges.load(Ordering::SeqCst)
    }

    /// How many wake-up datagrams were sent.
    pub(crate) fn strikes(&self) -> u64 {
        self.strikes.load(Ordering::Relaxed)
    }
}

//! What is asked of the network before PJSIP gets it: addresses of names, and what a STUN server sees. Everything here
//! waits, and therefore runs on threads of its own.

pub(crate) mod stun;

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::endpoint::StunInfo;
use crate::{Error, ErrorKind, Result};

/// What is known about the outside, for handles.
#[derive(Default)]
pub(crate) struct Outside {
    known: Mutex<Known>,
    settled: Condvar,
}

#[derive(Default)]
struct Known {
    stun: StunInfo,
    /// Answers that are still to come.
    pending: usize,
}

impl Outside {
    pub(crate) fn stun(&self) -> StunInfo {
        self.lock().stun.clone()
    }

    pub(crate) fn set_stun(&self, info: StunInfo) {
        self.lock().stun = info;
    }

    /// One more answer is waited for.
    pub(crate) fn begin(&self) {
        self.lock().pending += 1;
    }

    /// One came.
    pub(crate) fn end(&self) {
        let mut known = self.lock();
        known.pending = known.pending.saturating_sub(1);
        if known.pending == 0 {
            self.settled.notify_all();
        }
    }

    /// Waits until nothing is pending any more.
    pub(crate) fn wait(&self, longest: Duration) {
        let end = Instant::now() + longest;
        let mut known = self.lock();
        while known.pending > 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            known = self
                .settled
                .wait_timeout(known, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which of the addresses of a STUN server answers.
pub(crate) fn probe(servers: &[SocketAddr], timeout: Duration) -> Result<SocketAddr> {
    const OP: &str = "stun";
    let mut last = None;
    for &server in servers {
        let local: SocketAddr = if server.is_ipv4() {
            ([0, 0, 0, 0], 0).into()
        } else {
            ([0_u16; 8], 0).into()
        };
        let asked = UdpSocket::bind(local).and_then(|socket| stun::ask(&[&socket], server, timeout));
        match asked {
            Ok(_) => return Ok(server),
            Err(e) => last = Some((server, e)),
        }
    }
    Err(match last {
        Some((server, e)) if e.kind() == std::io::ErrorKind::TimedOut => Error::new(
            ErrorKind::Timeout,
            OP,
            format!("the STUN server {server} did not answer within {timeout:?}; check address, port and firewall"),
        ),
        Some((server, e)) => Error::new(
            ErrorKind::Transport,
            OP,
            format!("cannot ask the STUN server {server}: {e}; check address, port and network"),
        ),
        None => Error::new(ErrorKind::Transport, OP, "the STUN server has no address"),
    })
}

//! A UDP relay that spoils what passes it, by a pattern that a seed repeats.
//!
//! [`Relay`] stands between two peers like a media proxy: it has an address for each, gives what comes in at one out from the other, and so
//! looks to either like the peer itself. Nothing is rewritten. What becomes of each datagram, each way, an [`Impairment`] says.
//!
//! ```no_run
//! # use microsip_testkit::impair::{Impairment, Relay};
//! # fn main() -> microsip_testkit::Result<()> {
//! // One in ten towards the callee is lost, two in a row on average.
//! let relay = Relay::new(Impairment::new(7).loss(0.1).burst(2.0), Impairment::new(0))?;
//! // The callee is told `relay.caller_at()` in place of the caller's address, the caller `relay.callee_at()` in place of the callee's …
//! relay.set_callee("127.0.0.1:4000".parse().unwrap());
//! # Ok(()) }
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// What becomes of the datagrams of one direction. The same settings and seed give the same fates to the same number of datagrams.
#[derive(Debug, Clone)]
pub struct Impairment {
    loss: f64,
    burst: f64,
    duplicate: f64,
    reorder: f64,
    delay: Duration,
    jitter: Duration,
    spare: u64,
    state: u64,
    losing: bool,
    seen: u64,
}

impl Impairment {
    /// Nothing happens to anything.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            loss: 0.0,
            burst: 1.0,
            duplicate: 0.0,
            reorder: 0.0,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            spare: 0,
            state: seed,
            losing: false,
            seen: 0,
        }
    }

    /// This share is lost, 0 to 1.
    #[must_use]
    pub fn loss(mut self, share: f64) -> Self {
        self.loss = share.clamp(0.0, 1.0);
        self
    }

    /// Losses come in runs of this many on average (Gilbert's model); 1, the default, means independent ones.
    #[must_use]
    pub fn burst(mut self, mean: f64) -> Self {
        self.burst = mean.max(1.0);
        self
    }

    /// This share comes twice.
    #[must_use]
    pub fn duplicate(mut self, share: f64) -> Self {
        self.duplicate = share;
        self
    }

    /// This share is overtaken by the one or two after it: it comes 30 ms later.
    #[must_use]
    pub fn reorder(mut self, share: f64) -> Self {
        self.reorder = share;
        self
    }

    /// All come so much later.
    #[must_use]
    pub fn delay(mut self, time: Duration) -> Self {
        self.delay = time;
        self
    }

    /// Each comes later by up to this much more.
    #[must_use]
    pub fn jitter(mut self, most: Duration) -> Self {
        self.jitter = most;
        self
    }

    /// The first so many pass untouched, so that a stream can begin.
    #[must_use]
    pub fn spare(mut self, first: u64) -> Self {
        self.spare = first;
        self
    }

    /// How much later each copy of the next datagram goes on; empty when it is lost.
    pub fn fate(&mut self) -> Vec<Duration> {
        // All of them, so that one setting does not change what another does.
        let [lost, twice, late, wait] = [(); 4].map(|()| self.random());
        self.seen += 1;
        if self.seen <= self.spare {
            return vec![self.delay];
        }
        if self.loses(lost) {
            return Vec::new();
        }
        let mut after = self.delay + self.jitter.mul_f64(wait);
        if late < self.reorder {
            after += Duration::from_millis(30);
        }
        vec![after; if twice < self.duplicate { 2 } else { 1 }]
    }

    /// Gilbert's two states. Runs end with the chance that makes them as long as wanted, and begin with the one that makes the share right.
    fn loses(&mut self, dice: f64) -> bool {
        let end = 1.0 / self.burst;
        let begin = if self.loss >= 1.0 {
            1.0
        } else {
            end * self.loss / (1.0 - self.loss)
        };
        self.losing = if self.burst <= 1.0 {
            dice < self.loss
        } else if self.losing {
            dice >= end
        } else {
            dice < begin
        };
        self.losing
    }

    /// 0 to 1, by SplitMix64: small, and the same everywhere for ever.
    fn random(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What passed in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// Datagrams that came in.
    pub received: u64,
    /// Those that were lost.
    pub lost: u64,
    /// Those that went out, copies included.
    pub sent: u64,
}

/// One direction: in at one socket, out at the other.
struct Way {
    input: UdpSocket,
    output: UdpSocket,
    /// Where to; nowhere until known.
    to: Arc<Mutex<Option<SocketAddr>>>,
    impairment: Impairment,
    begun: Arc<AtomicBool>,
    counts: Arc<[AtomicU64; 3]>,
}

/// Stands between two peers; see the [module](self). Stops when dropped.
pub struct Relay {
    /// The caller sends here, and hears from here.
    callee_at: SocketAddr,
    caller_at: SocketAddr,
    caller: Arc<Mutex<Option<SocketAddr>>>,
    callee: Arc<Mutex<Option<SocketAddr>>>,
    counts: [Arc<[AtomicU64; 3]>; 2],
    begun: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Relay {
    /// Starts on two free ports of 127.0.0.1, spoiling from the first datagram on.
    ///
    /// # Errors
    /// [`Error::Io`] when there are none.
    pub fn new(to_callee: Impairment, to_caller: Impairment) -> Result<Self> {
        let relay = Self::waiting(to_callee, to_caller)?;
        relay.begin();
        Ok(relay)
    }

    /// Likewise, but everything passes until [`Relay::begin`].
    ///
    /// # Errors
    /// [`Error::Io`] when there are none.
    pub fn waiting(to_callee: Impairment, to_caller: Impairment) -> Result<Self> {
        let io = |what: &'static str| {
            move |source| Error::Io {
                what: what.to_owned(),
                source,
            }
        };
        let bind = || UdpSocket::bind("127.0.0.1:0").map_err(io("binding a relay"));
        let (a, b) = (bind()?, bind()?);
        let address = |s: &UdpSocket| s.local_addr().map_err(io("the address of a relay"));
        let (callee_at, caller_at) = (address(&a)?, address(&b)?);
        let (stop, begun) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (caller, callee) = (Arc::default(), Arc::default());
        let counts: [Arc<[AtomicU64; 3]>; 2] = Default::default();
        let copy = |s: &UdpSocket| s.try_clone().map_err(io("a relay's socket"));
        let ways = [
            (copy(&a)?, copy(&b)?, Arc::clone(&callee), to_callee),
            (b, a, Arc::clone(&caller), to_caller),
        ];
        let mut threads = Vec::new();
        for ((input, output, to, impairment), counts) in ways.into_iter().zip(&counts) {
            let way = Way {
                input,
                output,
                to,
                impairment,
                begun: Arc::clone(&begun),
                counts: Arc::clone(counts),
            };
            let stop = Arc::clone(&stop);
            let thread = std::thread::Builder::new().name("relay".into());
            threads.push(thread.spawn(move || way.run(&stop)).map_err(io("starting a relay"))?);
        }
        Ok(Self {
            callee_at,
            caller_at,
            caller,
            callee,
            counts,
            begun,
            stop,
            threads,
        })
    }

    /// From now on datagrams have the fates their impairment gives them, from its first one on.
    pub fn begin(&self) {
        self.begun.store(true, Ordering::Relaxed);
    }

    /// Where the caller finds the callee: to be told to the caller.
    #[must_use]
    pub fn callee_at(&self) -> SocketAddr {
        self.callee_at
    }

    /// Where the callee finds the caller: to be told to the callee.
    #[must_use]
    pub fn caller_at(&self) -> SocketAddr {
        self.caller_at
    }

    /// The caller's own address.
    pub fn set_caller(&self, address: SocketAddr) {
        *self.caller.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// The callee's own address.
    pub fn set_callee(&self, address: SocketAddr) {
        *self.callee.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// What passed towards the callee.
    #[must_use]
    pub fn to_callee(&self) -> Passed {
        passed(&self.counts[0])
    }

    /// What passed towards the caller.
    #[must_use]
    pub fn to_caller(&self) -> Passed {
        passed(&self.counts[1])
    }
}

fn passed(counts: &[AtomicU64; 3]) -> Passed {
    let [received, lost, sent] = [0, 1, 2].map(|i| counts[i].load(Ordering::Relaxed));
    Passed { received, lost, sent }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

impl Way {
    fn run(mut self, stop: &AtomicBool) {
        let mut waiting: BinaryHeap<Reverse<(Instant, u64, Vec<u8>)>> = BinaryHeap::new();
        let (mut buffer, mut number) = (vec![0; 65_536], 0);
        while !stop.load(Ordering::Relaxed) {
            let now = Instant::now();
            while waiting.peek().is_some_and(|Reverse((due, ..))| *due <= now) {
                if let Some(Reverse((_, _, bytes))) = waiting.pop() {
                    self.send(&bytes);
                }
            }
            let next = waiting.peek().map_or(Duration::from_millis(50), |Reverse((due, ..))| {
                due.saturating_duration_since(now).min(Duration::from_millis(50))
            });
            // Zero would mean for ever.
            drop(self.input.set_read_timeout(Some(next.max(Duration::from_micros(200)))));
            let Ok((len, _)) = self.input.recv_from(&mut buffer) else {
                continue;
            };
            self.counts[0].fetch_add(1, Ordering::Relaxed);
            let fate = if self.begun.load(Ordering::Relaxed) {
                self.impairment.fate()
            } else {
                vec![Duration::ZERO]
            };
            if fate.is_empty() {
                self.counts[1].fetch_add(1, Ordering::Relaxed);
            }
            for after in fate {
                if after.is_zero() {
                    self.send(&buffer[..len]);
                } else {
                    number += 1;
                    waiting.push(Reverse((Instant::now() + after, number, buffer[..len].to_vec())));
                }
            }
        }
    }

    fn send(&self, bytes: &[u8]) {
        let to = *self.to.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(to) = to
            && self.output.send_to(bytes, to).is_ok()
        {
            self.counts[2].fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(mut impairment: Impairment, count: usize) -> Vec<Vec<Duration>> {
        (0..count).map(|_| impairment.fate()).collect()
    }

    #[test]
    fn a_seed_repeats_its_pattern_and_another_does_not() {
        let with = |seed| fates(Impairment::new(seed).loss(0.3), 200);
        assert_eq!(with(5), with(5));
        assert_ne!(with(5), with(6));
    }

    #[test]
    fn the_share_lost_and_the_length_of_runs_are_as_told() {
        for (loss, burst) in [(0.05, 1.0), (0.1, 1.0), (0.1, 3.0), (0.2, 5.0)] {
            let lost: Vec<bool> = fates(Impairment::new(11).loss(loss).burst(burst), 50_000)
                .iter()
                .map(Vec::is_empty)
                .collect();
            let share = lost.iter().filter(|l| **l).count() as f64 / lost.len() as f64;
            assert!((share / loss - 1.0).abs() < 0.1, "{loss} {burst}: {share}");
            let runs = lost.windows(2).filter(|w| !w[0] && w[1]).count();
            let mean = share * lost.len() as f64 / runs as f64;
            // Independent losses also come in rows now and then.
            let wanted = if burst > 1.0 { burst } else { 1.0 / (1.0 - loss) };
            assert!((mean / wanted - 1.0).abs() < 0.1, "{loss} {burst}: {mean}");
        }
    }

    #[test]
    fn delays_repeats_and_spares_are_as_told() {
        let ms = Duration::from_millis;
        let all = fates(
            Impairment::new(3)
                .delay(ms(40))
                .jitter(ms(10))
                .duplicate(0.1)
                .reorder(0.2)
                .spare(10),
            10_000,
        );
        assert!(all[..10].iter().all(|f| *f == [ms(40)]));
        let rest = &all[10..];
        assert!(rest.iter().flatten().all(|t| (40..=80).contains(&t.as_millis())));
        let twice = rest.iter().filter(|f| f.len() == 2).count();
        let late = rest.iter().filter(|f| f[0] >= ms(70)).count();
        assert!(
            (900..1100).contains(&twice) && (1850..2150).contains(&late),
            "{twice} {late}"
        );
        assert!(fates(Impairment::new(1).loss(1.0), 5).iter().all(Vec::is_empty));
    }

    #[test]
    fn both_peers_hear_each_other_from_where_they_send_to() {
        let relay = Relay::new(Impairment::new(1), Impairment::new(1).delay(Duration::from_millis(20))).unwrap();
        let peer = || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            socket
        };
        let (caller, callee) = (peer(), peer());
        relay.set_caller(caller.local_addr().unwrap());
        relay.set_callee(callee.local_addr().unwrap());
        let mut buffer = [0; 16];
        caller.send_to(b"hello", relay.callee_at()).unwrap();
        assert_eq!(callee.recv_from(&mut buffer).unwrap(), (5, relay.caller_at()));
        let from = Instant::now();
        callee.send_to(b"hey", relay.caller_at()).unwrap();
        assert_eq!(caller.recv_from(&mut buffer).unwrap(), (3, relay.callee_at()));
        assert!(from.elapsed() >= Duration::from_millis(20));
        assert_eq!(
            relay.to_callee(),
            Passed {
                received: 1,
                lost: 0,
                sent: 1
            }
        );
    }
}

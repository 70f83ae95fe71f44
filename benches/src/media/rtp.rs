//! The packets: sent to every call on a 20 ms grid, received from every call and timed.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::Serialize;

const PERIOD: Duration = Duration::from_millis(20);
/// A packet this much behind its call's grid misses a receiver's usual jitter buffer.
const LATE: Duration = Duration::from_millis(20);

/// How an agent's packets arrived.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Punctuality {
    /// Received.
    pub received: u64,
    /// Missing from the sequence numbers.
    pub lost: u64,
    /// More than 20 ms behind the grid of their call (its earliest packet and 20 ms steps).
    pub late: u64,
    /// Behind the grid, in milliseconds: the median, 99 of 100, the worst.
    pub behind_p50_ms: f64,
    /// See above.
    pub behind_p99_ms: f64,
    /// See above.
    pub behind_max_ms: f64,
    /// Calls from which nothing came.
    pub silent_calls: u64,
    /// Our own worst delay in sending: beyond some milliseconds the generator was too slow for the figures to mean much.
    pub generator_behind_ms: f64,
}

/// Calls that share a pair of ports: as many packets as come in one tick fit into a socket's default buffer.
pub const SHARE: usize = 50;

/// RTP and RTCP of some calls.
pub struct Sockets {
    rtp: UdpSocket,
    rtcp: UdpSocket,
}

impl Sockets {
    /// A pair of ports for each [`SHARE`] calls.
    pub fn for_calls(calls: usize) -> Result<Vec<Self>> {
        (0..calls.div_ceil(SHARE)).map(|_| Self::open()).collect()
    }

    /// A pair of ports.
    fn open() -> Result<Self> {
        for _ in 0..200 {
            let rtp = UdpSocket::bind("127.0.0.1:0")?;
            let port = rtp.local_addr()?.port();
            if port % 2 == 0
                && let Ok(rtcp) = UdpSocket::bind(("127.0.0.1", port + 1))
            {
                return Ok(Self { rtp, rtcp });
            }
        }
        anyhow::bail!("no pair of ports is free")
    }

    /// The even one.
    pub fn port(&self) -> u16 {
        self.rtp.local_addr().map_or(0, |a| a.port())
    }
}

/// Packets under way.
pub struct Flow {
    stop: Arc<AtomicBool>,
    counting: Arc<AtomicBool>,
    sender: JoinHandle<Duration>,
    receivers: Vec<JoinHandle<Vec<Call>>>,
    drains: Vec<JoinHandle<()>>,
}

/// What came from one call: sequence number, and when since the start.
#[derive(Default)]
struct Call {
    arrivals: Vec<(u16, Duration)>,
}

impl Flow {
    /// Sends to all and listens.
    pub fn start(sockets: Vec<Sockets>, remotes: &[SocketAddr]) -> Result<Self> {
        let (stop, counting) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (mut receivers, mut drains, mut out) = (Vec::new(), Vec::new(), Vec::new());
        for (Sockets { rtp, rtcp }, remotes) in sockets.into_iter().zip(remotes.chunks(SHARE)) {
            rtp.set_read_timeout(Some(PERIOD))?;
            rtcp.set_read_timeout(Some(PERIOD))?;
            out.push((rtp.try_clone()?, remotes.to_vec()));
            let (from, stopped, counted) = (remotes.to_vec(), Arc::clone(&stop), Arc::clone(&counting));
            receivers.push(std::thread::spawn(move || receive(&rtp, &from, &stopped, &counted)));
            let stopped = Arc::clone(&stop);
            drains.push(std::thread::spawn(move || {
                let mut buffer = [0; 2048];
                while !stopped.load(Ordering::Relaxed) {
                    let _ = rtcp.recv(&mut buffer);
                }
            }));
        }
        let (stopped, counted) = (Arc::clone(&stop), Arc::clone(&counting));
        let sender = std::thread::spawn(move || send(&out, &stopped, &counted));
        Ok(Self {
            stop,
            counting,
            sender,
            receivers,
            drains,
        })
    }

    /// From here on packets count.
    pub fn begin(&self) {
        self.counting.store(true, Ordering::Release);
    }

    /// What came since then.
    pub fn finish(self) -> Result<Punctuality> {
        self.counting.store(false, Ordering::Release);
        self.stop.store(true, Ordering::Release);
        let generator = self.sender.join().ok().context("the sender panicked")?;
        let mut calls = Vec::new();
        for receiver in self.receivers {
            calls.extend(receiver.join().ok().context("a receiver panicked")?);
        }
        for drain in self.drains {
            drain.join().ok().context("an RTCP reader panicked")?;
        }
        Ok(judge(calls, generator))
    }
}

/// A packet a period to each; the worst delay while packets count.
fn send(to: &[(UdpSocket, Vec<SocketAddr>)], stop: &AtomicBool, counting: &AtomicBool) -> Duration {
    let mut packet = [0xd5_u8; 172];
    packet[0] = 0x80;
    packet[1] = 0;
    let (mut worst, begun) = (Duration::ZERO, Instant::now());
    for n in 0_u32.. {
        if stop.load(Ordering::Acquire) {
            break;
        }
        let due = begun + PERIOD * n;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        packet[2..4].copy_from_slice(&(n as u16).to_be_bytes());
        packet[4..8].copy_from_slice(&n.wrapping_mul(160).to_be_bytes());
        // Something that is not silence: a saw.
        for (at, byte) in packet[12..].iter_mut().enumerate() {
            *byte = 0x80 | ((at as u8).wrapping_mul(7) >> 2);
        }
        let remotes = to
            .iter()
            .flat_map(|(socket, remotes)| remotes.iter().map(move |r| (socket, r)));
        for (call, (socket, remote)) in remotes.enumerate() {
            packet[8..12].copy_from_slice(&(call as u32).to_be_bytes());
            let _ = socket.send_to(&packet, remote);
        }
        if counting.load(Ordering::Acquire) {
            worst = worst.max(due.elapsed());
        }
    }
    worst
}

fn receive(socket: &UdpSocket, from: &[SocketAddr], stop: &AtomicBool, counting: &AtomicBool) -> Vec<Call> {
    let index: HashMap<u16, usize> = from.iter().enumerate().map(|(n, a)| (a.port(), n)).collect();
    let mut calls: Vec<Call> = from.iter().map(|_| Call::default()).collect();
    let mut buffer = [0; 2048];
    let begun = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let Ok((length, address)) = socket.recv_from(&mut buffer) else {
            continue;
        };
        if !counting.load(Ordering::Relaxed) || length < 12 {
            continue;
        }
        if let Some(&n) = index.get(&address.port()) {
            let sequence = u16::from_be_bytes([buffer[2], buffer[3]]);
            calls[n].arrivals.push((sequence, begun.elapsed()));
        }
    }
    calls
}

fn judge(calls: Vec<Call>, generator: Duration) -> Punctuality {
    let mut behind: Vec<f64> = Vec::new();
    let (mut lost, mut silent, mut late) = (0, 0, 0);
    for call in &calls {
        let Some(&(first, _)) = call.arrivals.first() else {
            silent += 1;
            continue;
        };
        // Arrival minus the packet's place on the grid; the earliest is on time.
        let offsets: Vec<f64> = call
            .arrivals
            .iter()
            .map(|(sequence, at)| at.as_secs_f64() - f64::from(sequence.wrapping_sub(first)) * PERIOD.as_secs_f64())
            .collect();
        let earliest = offsets.iter().copied().fold(f64::INFINITY, f64::min);
        late += offsets.iter().filter(|o| **o - earliest > LATE.as_secs_f64()).count() as u64;
        behind.extend(offsets.iter().map(|o| (o - earliest) * 1000.0));
        let span = call
            .arrivals
            .iter()
            .map(|(s, _)| s.wrapping_sub(first))
            .max()
            .unwrap_or(0);
        lost += (u64::from(span) + 1).saturating_sub(call.arrivals.len() as u64);
    }
    behind.sort_by(f64::total_cmp);
    let at = |share: f64| behind.get(((behind.len() as f64 * share) as usize).min(behind.len().saturating_sub(1)));
    let at = |share: f64| at(share).copied().unwrap_or(0.0);
    Punctuality {
        received: behind.len() as u64,
        lost,
        late,
        behind_p50_ms: at(0.5),
        behind_p99_ms: at(0.99),
        behind_max_ms: at(1.0),
        silent_calls: silent,
        generator_behind_ms: generator.as_secs_f64() * 1000.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_and_lost_is_counted() {
        let ms = |n| Duration::from_millis(n);
        let call = Call {
            arrivals: vec![(65_535, ms(0)), (0, ms(20)), (1, ms(70)), (3, ms(81))],
        };
        let p = judge(vec![call, Call::default()], ms(1));
        assert_eq!((p.received, p.lost, p.late, p.silent_calls), (4, 1, 1, 1));
        assert!((p.behind_max_ms - 30.0).abs() < 0.01, "{p:?}");
    }
}

//! Memory while calls come and go, audio flows, and nobody reads the events and the frames: what waits is bounded.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

use crate::agent::python::{Python, Reader};
use crate::agent::{Agent, Setup};
use crate::load::Load;
use crate::media::{caller, rtp};
use crate::procfs::Memory;
use crate::stats::Spread;

/// Calls a second that come, are answered and end. Each makes some events.
const RATE: f64 = 20.0;
/// Events that wait for the one who does not read; that many there are after some ten seconds.
const CAPACITY: u32 = 500;
/// Calls with audio all the time.
const WITH_AUDIO: usize = 10;
/// PJSIP keeps a transaction for 32 s; from then on as many end as begin. The C library's heap goes on for minutes to touch pages that
/// it has asked for.
const SETTLE: Duration = Duration::from_secs(300);

/// What it was.
#[derive(Debug, Clone, Serialize)]
pub struct Growth {
    /// How long it was watched after all that is bounded was full, in minutes.
    pub minutes: f64,
    /// Calls that came and went in that time.
    pub calls: u64,
    /// Private dirty memory, KiB: the median of the first fifth of the samples.
    pub begin_kib: f64,
    /// The same of the last fifth.
    pub end_kib: f64,
    /// All samples.
    pub samples: Vec<f64>,
    /// Packets from the calls with audio.
    pub packets: u64,
}

impl Growth {
    /// By how much it has grown, in percent.
    pub fn percent(&self) -> f64 {
        100.0 * (self.end_kib - self.begin_kib) / self.begin_kib
    }
}

/// Watches for so long.
pub fn measure(minutes: f64, quick: bool) -> Result<Growth> {
    let (settle, watch) = if quick {
        (Duration::from_secs(1), Duration::from_secs(2))
    } else {
        (SETTLE, Duration::from_secs_f64(minutes * 60.0))
    };
    let agent = Agent::start(Setup::Python(Python {
        unread: Some(CAPACITY),
        ..Python::new(Reader::Asyncio)
    }))?;
    let sockets = rtp::Sockets::for_calls(WITH_AUDIO)?;
    let made = caller::call(agent.addr(), WITH_AUDIO, true, |n| sockets[n / rtp::SHARE].port())?;
    let flow = rtp::Flow::start(sockets, &made.remotes)?;
    let seconds = (settle + watch).as_secs_f64();
    let load = Load {
        target: agent.addr(),
        rate: RATE,
        calls: (seconds * RATE).ceil() as u64,
    }
    .start()?;
    std::thread::sleep(settle);
    let (begun, mut samples) = (Instant::now(), Vec::new());
    let period = (watch / 60).clamp(Duration::from_millis(100), Duration::from_secs(5));
    flow.begin();
    while begun.elapsed() < watch {
        std::thread::sleep(period);
        samples.push(Memory::of(agent.id())?.private_dirty as f64);
    }
    let packets = flow.finish()?.received;
    let outcome = load.wait()?;
    ensure!(outcome.failed == 0, "of the calls beside {} failed", outcome.failed);
    made.hang_up()?;
    let counts = agent.finish()?;
    ensure!(
        counts.confirmed == outcome.good + WITH_AUDIO as u64,
        "{counts:?} instead of {} calls",
        outcome.good
    );
    let fifth = samples.len().div_ceil(5);
    let median = |part: &[f64]| Spread::of(part.to_vec()).map(|s| s.median).context("no sample");
    Ok(Growth {
        minutes: watch.as_secs_f64() / 60.0,
        calls: (RATE * watch.as_secs_f64()) as u64,
        begin_kib: median(&samples[..fifth])?,
        end_kib: median(&samples[samples.len() - fifth..])?,
        packets,
        samples,
    })
}

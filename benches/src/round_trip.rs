//! A command's way to the engine and back: the caller parks until the engine has run an empty command.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use microsip_core::{AccountConfig, Endpoint, IncomingPolicy, StatusCode, Transport};
use serde::Serialize;

use crate::agent;
use crate::load::Load;
use crate::stats::Percentiles;

/// Pause between two commands, where there is one.
const APART: Duration = Duration::from_millis(1);
/// The load beside which commands are timed.
const CALLS_PER_SECOND: f64 = 500.0;

/// The three situations.
#[derive(Debug, Clone, Serialize)]
pub struct RoundTrip {
    /// One command every millisecond, nothing else going on.
    pub idle: Percentiles,
    /// One after the other, nothing else going on.
    pub back_to_back: Percentiles,
    /// One every millisecond while calls come in, are answered and end.
    pub beside_calls: Percentiles,
    /// Those calls.
    pub calls: BesideCalls,
}

/// The load of [`RoundTrip::beside_calls`].
#[derive(Debug, Clone, Copy, Serialize)]
pub struct BesideCalls {
    /// Calls per second, as made.
    pub rate: f64,
    /// Calls that were answered and ended.
    pub good: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Requests that had to be repeated.
    pub retransmissions: u64,
}

/// Measures all three.
pub fn measure(quick: bool) -> Result<RoundTrip> {
    let (apart, together, seconds) = if quick { (200, 500, 1) } else { (5000, 100_000, 10) };
    let endpoint = Endpoint::start(agent::config()?.incoming(IncomingPolicy::Answer(StatusCode::OK)))?;
    let _account = endpoint.add_account(AccountConfig::new("sip:bench@127.0.0.1"))?;
    // The first commands pay for pages and caches.
    series(&endpoint, 100, APART)?;
    let idle = series(&endpoint, apart, APART)?;
    let back_to_back = series(&endpoint, together, Duration::ZERO)?;

    let load = Load {
        target: endpoint.local_address(Transport::Udp)?,
        rate: CALLS_PER_SECOND,
        calls: CALLS_PER_SECOND as u64 * (seconds + 1),
    };
    let mut load = load.start()?;
    let mut times = Vec::new();
    // Not before the calls come.
    let begun = Instant::now();
    while endpoint.calls()?.is_empty() && load.is_running() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(APART);
    }
    let until = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < until && load.is_running() {
        times.push(endpoint.round_trip()?);
        std::thread::sleep(APART);
    }
    let outcome = load.wait()?;
    endpoint.close()?;
    Ok(RoundTrip {
        idle,
        back_to_back,
        beside_calls: Percentiles::of(&times).context("no command was timed beside calls")?,
        calls: BesideCalls {
            rate: outcome.rate,
            good: outcome.good,
            failed: outcome.failed,
            retransmissions: outcome.retransmissions,
        },
    })
}

fn series(endpoint: &Endpoint, count: usize, apart: Duration) -> Result<Percentiles> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        times.push(endpoint.round_trip()?);
        if !apart.is_zero() {
            std::thread::sleep(apart);
        }
    }
    Percentiles::of(&times).context("no command was timed")
}

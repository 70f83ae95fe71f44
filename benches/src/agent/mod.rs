//! The agents under load: this program again, as one of ours or as the C program. Both link the same PJSIP.
//!
//! What they say on standard output: `ready ADDRESS` when they can be called, `registered`, `failed WHY`; when their
//! standard input ends, `calls INCOMING CONFIRMED ENDED`, and they exit; before that, those that time the way of INVITEs from the wire
//! say `latency` and nanoseconds. The Python agent in `python/agent.py` does the same.

mod caller;
mod child;
mod media;
mod ours;
pub mod python;
mod twin;

use std::time::Duration;

use anyhow::{Context as _, Result};

pub use caller::{CallerArgs, run_caller};
pub use child::{Agent, Counts, Setup};
pub use ours::{AgentArgs, Answer, Media, config, run};
pub use twin::run_twin;

/// First argument that makes this program an agent of ours.
pub const AGENT: &str = "__agent";
/// First argument that makes this program a caller.
pub const CALLER: &str = "__caller";
/// First argument that makes it the C program.
pub const TWIN: &str = "__twin";

/// The header in which either side tells its clock, in nanoseconds.
pub const CLOCK: &str = "X-Clock";

/// `CLOCK_MONOTONIC`, which is the same for all processes of a machine.
pub fn clock() -> Result<Duration> {
    let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).context("the clock")?;
    Ok(now.into())
}

/// Calls at a time, for ours and for the C program.
pub const MAX_CALLS: u32 = 1100;

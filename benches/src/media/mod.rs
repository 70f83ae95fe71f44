//! What calls with audio cost: CPU, memory, and whether every packet goes out in time.

pub mod caller;
pub mod rtp;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Serialize;

use crate::agent::{Agent, Media, Setup};
use crate::procfs::{self, Memory};

pub use rtp::Punctuality;

/// What the agents do with the audio of a call, and whether the caller sends keys as RTP events, as nearly all do. Where it does not,
/// ours listens for them in the audio.
const VARIANTS: [(&str, Setup, bool); 4] = [
    ("C, null device", Setup::CMedia, true),
    ("bridge", Setup::OursMedia(Media::Bridge), true),
    ("pcm", Setup::OursMedia(Media::Pcm), true),
    ("pcm, keys by ear", Setup::OursMedia(Media::Pcm), false),
];

/// One agent with so many calls.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which agent: `C, null device`, `bridge`, `pcm`, `pcm, keys by ear`.
    pub name: &'static str,
    /// Calls at once, G.711 with 50 packets a second each way.
    pub calls: usize,
    /// CPU of the agent's process, in percent of a core.
    pub cpu_percent: f64,
    /// The same for each call.
    pub cpu_percent_per_call: f64,
    /// Private dirty memory, in KiB for each call.
    pub kib_per_call: f64,
    /// Its packets, as they arrive here.
    pub packets: Punctuality,
    /// CPU that everybody else took meanwhile, in percent of a core; the generator here is most of it.
    pub others_percent: f64,
}

/// Measures each agent with each number of calls, one after the other.
pub fn measure(counts: &[usize], only: &[String], quick: bool) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for &calls in counts {
        for (name, setup, keys) in VARIANTS {
            if only.is_empty() || only.iter().any(|o| o == name) {
                rows.push(one(name, setup, keys, calls, quick)?);
            }
        }
    }
    Ok(rows)
}

fn one(name: &'static str, setup: Setup, keys: bool, calls: usize, quick: bool) -> Result<Row> {
    beside(name, setup, keys, calls, None, quick)
}

/// One agent with so many calls, which does something else beside once they are up.
pub fn beside(
    name: &'static str,
    setup: Setup,
    keys: bool,
    calls: usize,
    work: Option<&'static str>,
    quick: bool,
) -> Result<Row> {
    let (settle, window) = if quick { (1, 1) } else { (8, 15) };
    let mut agent = Agent::start(setup)?;
    let before = Memory::of(agent.id())?;
    let sockets = rtp::Sockets::for_calls(calls)?;
    let made = caller::call(agent.addr(), calls, keys, |n| sockets[n / rtp::SHARE].port())?;
    let flow = rtp::Flow::start(sockets, &made.remotes)?;
    if let Some(word) = work {
        agent.tell(word)?;
    }
    // Transactions are forgotten, jitter buffers have settled.
    std::thread::sleep(Duration::from_secs(settle));
    let (cpu, busy, at) = (agent.cpu()?, procfs::machine_busy()?, Instant::now());
    flow.begin();
    std::thread::sleep(Duration::from_secs(window));
    let packets = flow.finish()?;
    let (elapsed, cpu) = (at.elapsed(), agent.cpu()? - cpu);
    let others = (procfs::machine_busy()? - busy).saturating_sub(cpu);
    let after = Memory::of(agent.id())?;
    made.hang_up()?;
    let counts = agent.finish()?;
    ensure!(
        counts.confirmed == calls as u64,
        "{name}: {counts:?} instead of {calls} calls"
    );
    let percent = |time: Duration| 100.0 * time.as_secs_f64() / elapsed.as_secs_f64();
    Ok(Row {
        name,
        calls,
        cpu_percent: percent(cpu),
        cpu_percent_per_call: percent(cpu) / calls as f64,
        kib_per_call: (after.private_dirty.cast_signed() - before.private_dirty.cast_signed()) as f64 / calls as f64,
        packets,
        others_percent: percent(others),
    })
}

//! What one registered account costs while nothing happens.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use microsip_testkit::sipp::{Scenario, Sipp};
use serde::Serialize;

use crate::agent::{Agent, Setup};
use crate::procfs::{self, Memory, Threads};

/// One agent.
#[derive(Debug, Clone, Serialize)]
pub struct Idle {
    /// Which.
    pub name: &'static str,
    /// Memory at the end, in KiB.
    pub memory: Memory,
    /// The same by kind of mapping.
    pub by_kind: BTreeMap<&'static str, Memory>,
    /// Threads at the end.
    pub threads: usize,
    /// Context switches per second of all threads.
    pub wake_ups: f64,
    /// The same by thread name.
    pub wake_ups_by_thread: BTreeMap<String, f64>,
    /// CPU in percent of a core.
    pub cpu_percent: f64,
}

/// Agents are measured one after the other: side by side they would share the pages of their code.
pub fn measure(quick: bool) -> Result<Vec<Idle>> {
    [
        ("ours, UDP", Setup::Defaults),
        ("ours, UDP+TCP+TLS", Setup::DefaultTransports),
        ("C, stock limits", Setup::CStock),
    ]
    .into_iter()
    .map(|(name, setup)| one(name, setup, quick).with_context(|| name.to_owned()))
    .collect()
}

/// Down to the disk: until then its code would count as memory somebody has written to.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(from, to)?;
    std::fs::File::open(to)?.sync_all()
}

fn one(name: &'static str, setup: Setup, quick: bool) -> Result<Idle> {
    // Long enough for the start's last timers to have passed.
    let (settle, window) = if quick { (0.2, 0.5) } else { (3.0, 10.0) };
    let registrar = Sipp::uas(Scenario::UasRegister)
        .calls(0)
        .key("expires", "3600")
        .start()?;
    // A file of its own, or pages of this very program would count half.
    let dir = tempfile::tempdir()?;
    let program = dir.path().join("agent");
    copy(&std::env::current_exe()?, &program).context("copying the program")?;
    let agent = Agent::start_program(&program, setup, Some(registrar.addr()))?;
    let pid = agent.id();
    std::thread::sleep(Duration::from_secs_f64(settle));

    let (from, cpu, threads) = (Instant::now(), agent.cpu()?, Threads::of(pid)?);
    std::thread::sleep(Duration::from_secs_f64(window));
    let (seconds, cpu) = (from.elapsed().as_secs_f64(), agent.cpu()?.saturating_sub(cpu));
    let now = Threads::of(pid)?;
    let wake_ups_by_thread = now
        .by_name
        .iter()
        .map(|(thread, (_, switches))| {
            let before = threads.by_name.get(thread).map_or(0, |(_, n)| *n);
            (thread.clone(), switches.saturating_sub(before) as f64 / seconds)
        })
        .collect();
    let idle = Idle {
        name,
        memory: Memory::of(pid)?,
        by_kind: procfs::memory_by_kind(pid)?,
        threads: now.count(),
        wake_ups: now.switches().saturating_sub(threads.switches()) as f64 / seconds,
        wake_ups_by_thread,
        cpu_percent: 100.0 * cpu.as_secs_f64() / seconds,
    };
    agent.finish()?;
    Ok(idle)
}

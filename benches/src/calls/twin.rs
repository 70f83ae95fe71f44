//! CPU per call: all agents at once, each with the same low rate, so that whatever disturbs one disturbs all.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

use super::{C, Plan, Variant};
use crate::agent::Agent;
use crate::load::Load;
use crate::procfs;
use crate::stats::Spread;

/// The pair of equals may differ by this much, or nothing else can be believed.
const TRUSTED: std::ops::RangeInclusive<f64> = 0.98..=1.02;

/// The outcome of all rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Twin {
    /// Calls per second for each agent.
    pub rate: f64,
    /// How many rounds.
    pub rounds: usize,
    /// Seconds of each.
    pub seconds: f64,
    /// The second C program to the first.
    pub pair: Spread,
    /// Whether that is close enough to 1.
    pub trusted: bool,
    /// CPU of everything but the agents and the load, in percent of a core.
    pub foreign_percent: Spread,
    /// C first.
    pub rows: Vec<TwinRow>,
}

/// One agent.
#[derive(Debug, Clone, Serialize)]
pub struct TwinRow {
    /// Which.
    pub name: &'static str,
    /// CPU in microseconds per call.
    pub micros: Spread,
    /// The same, by the mean of both C programs in the same round.
    pub ratio: Spread,
    /// The ratio aimed at.
    pub aim: Option<f64>,
    /// Calls that failed, in all rounds.
    pub failed: u64,
    /// Requests that had to be repeated, in all rounds.
    pub retransmissions: u64,
    /// Calls of which the agent was never told that they were confirmed: an ACK the kernel dropped, or an event lost.
    pub unconfirmed: u64,
}

struct Round {
    /// As the variants: seconds per call.
    cpu: Vec<f64>,
    failed: Vec<u64>,
    retransmissions: Vec<u64>,
    unconfirmed: Vec<u64>,
    foreign_percent: f64,
}

/// Measures all rounds.
pub fn twin(plan: &Plan) -> Result<Twin> {
    // Two of C: what they differ by is the error of everything else.
    let variants: Vec<Variant> = [C, C].into_iter().chain(plan.ours.iter().copied()).collect();
    let mut rounds = Vec::with_capacity(plan.rounds);
    for n in 0..plan.rounds {
        let round = round(plan, &variants, n).with_context(|| format!("round {}", n + 1))?;
        eprintln!("round {}/{}: {}", n + 1, plan.rounds, line(&variants, &round));
        rounds.push(round);
    }
    let spread = |f: &dyn Fn(&Round) -> f64| Spread::of(rounds.iter().map(f).collect()).context("no round");
    let pair = spread(&|r| r.cpu[1] / r.cpu[0])?;
    let mut rows = Vec::new();
    for (i, variant) in variants.iter().enumerate() {
        rows.push(TwinRow {
            name: if i == 1 { "C again" } else { variant.name },
            micros: spread(&|r| r.cpu[i] * 1e6)?,
            ratio: spread(&|r| r.cpu[i] / yardstick(r))?,
            aim: variant.cpu_aim,
            failed: rounds.iter().map(|r| r.failed[i]).sum(),
            retransmissions: rounds.iter().map(|r| r.retransmissions[i]).sum(),
            unconfirmed: rounds.iter().map(|r| r.unconfirmed[i]).sum(),
        });
    }
    Ok(Twin {
        rate: plan.rate,
        rounds: plan.rounds,
        seconds: plan.seconds,
        trusted: TRUSTED.contains(&pair.median),
        pair,
        foreign_percent: spread(&|r| r.foreign_percent)?,
        rows,
    })
}

fn yardstick(round: &Round) -> f64 {
    f64::midpoint(round.cpu[0], round.cpu[1])
}

fn line(variants: &[Variant], round: &Round) -> String {
    let c = yardstick(round);
    let parts: Vec<String> = variants
        .iter()
        .zip(&round.cpu)
        .map(|(v, cpu)| format!("{} {:.3}", v.name, cpu / c))
        .collect();
    format!(
        "{} (C {:.0} us, foreign {:.0} %)",
        parts.join(", "),
        c * 1e6,
        round.foreign_percent
    )
}

/// Fresh agents, started and loaded in an order that moves on from round to round.
fn round(plan: &Plan, variants: &[Variant], n: usize) -> Result<Round> {
    let order: Vec<usize> = (0..variants.len()).map(|i| (i + n) % variants.len()).collect();
    let mut agents: Vec<Option<Agent>> = variants.iter().map(|_| None).collect();
    for &i in &order {
        agents[i] = Some(Agent::start(variants[i].setup).with_context(|| variants[i].name.to_owned())?);
    }
    let agents: Vec<Agent> = agents.into_iter().flatten().collect();
    let calls = (plan.rate * plan.seconds).round().max(1.0) as u64;
    // The first calls grow pools and heaps.
    let warm = calls.div_ceil(8);
    all_at_once(plan, &agents, &order, warm)?;

    let clocks = |agents: &[Agent]| agents.iter().map(Agent::cpu).collect::<Result<Vec<Duration>>>();
    let whole = || -> Result<(Duration, Duration)> { Ok((procfs::machine_busy()?, procfs::cpu_of_children()?)) };
    let (from, before, (busy, load)) = (Instant::now(), clocks(&agents)?, whole()?);
    let outcomes = all_at_once(plan, &agents, &order, calls)?;
    let (after, (busy_after, load_after), seconds) = (clocks(&agents)?, whole()?, from.elapsed().as_secs_f64());
    let mut round = Round {
        cpu: Vec::new(),
        failed: Vec::new(),
        retransmissions: Vec::new(),
        unconfirmed: Vec::new(),
        foreign_percent: 0.0,
    };
    let mut known = load_after.saturating_sub(load).as_secs_f64();
    for (i, agent) in agents.into_iter().enumerate() {
        let used = after[i].saturating_sub(before[i]).as_secs_f64();
        known += used;
        let outcome = outcomes[i];
        ensure!(outcome.good > 0, "{} answered no call: {outcome:?}", variants[i].name);
        round.cpu.push(used / (outcome.good + outcome.failed) as f64);
        round.failed.push(outcome.failed);
        round.retransmissions.push(outcome.retransmissions);
        let counts = agent.finish().with_context(|| variants[i].name.to_owned())?;
        // Every variant must have done the work and told of it. When the machine stalls for so long that requests are
        // repeated, PJSIP itself loses the one or other ACK, in C as with us.
        let expected = calls + warm;
        ensure!(
            outcome.failed + outcome.retransmissions > 0 || counts.confirmed == expected && counts.ended == expected,
            "{} should have seen {expected} calls, it saw {counts:?}; {outcome:?}",
            variants[i].name
        );
        round.unconfirmed.push(expected.saturating_sub(counts.confirmed));
    }
    let busy = busy_after.saturating_sub(busy).as_secs_f64();
    round.foreign_percent = 100.0 * (busy - known).max(0.0) / seconds;
    Ok(round)
}

/// The same calls to all; the outcomes in the order of the agents.
fn all_at_once(plan: &Plan, agents: &[Agent], order: &[usize], calls: u64) -> Result<Vec<crate::load::Outcome>> {
    let mut running: Vec<Option<crate::load::Running>> = agents.iter().map(|_| None).collect();
    for &i in order {
        let load = Load {
            target: agents[i].addr(),
            rate: plan.rate,
            calls,
        };
        running[i] = Some(load.start()?);
    }
    running.into_iter().flatten().map(crate::load::Running::wait).collect()
}

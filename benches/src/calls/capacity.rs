//! Calls a second that hold: steps of 14 %, a fresh process for each, since an overloaded agent stays ill for seconds.

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{C, Plan, Variant};
use crate::agent::Agent;
use crate::load::{Load, Outcome};

/// From one step to the next.
const FACTOR: f64 = 1.14;
/// What may fail, as a share of the calls.
const FAILED: f64 = 0.001;
/// What may have to be repeated, as a share of the calls: more is the beginning of a storm.
const REPEATED: f64 = 0.01;
/// What must be reached of the rate that was asked for.
const REACHED: f64 = 0.95;
/// A step that fails is tried again: one hiccup of the machine is no limit.
const TRIES: usize = 2;

/// One variant.
#[derive(Debug, Clone, Serialize)]
pub struct Capacity {
    /// Which.
    pub name: &'static str,
    /// The highest rate that held, in calls per second; zero if none did.
    pub held: f64,
    /// The same as a ratio to C's.
    pub ratio: f64,
    /// The ratio aimed at.
    pub aim: f64,
    /// CPU in microseconds per call at that rate.
    pub micros: f64,
    /// All that was tried.
    pub steps: Vec<Step>,
}

/// One try of one rate.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Step {
    /// Calls per second asked for.
    pub rate: f64,
    /// Calls per second made.
    pub reached: f64,
    /// Calls that went well.
    pub good: u64,
    /// Calls that did not.
    pub failed: u64,
    /// Requests that had to be repeated.
    pub retransmissions: u64,
    /// CPU in microseconds per call.
    pub micros: f64,
    /// Whether it counts as held.
    pub held: bool,
}

/// Raises the rate until no variant holds it.
pub fn capacity(plan: &Plan) -> Result<Vec<Capacity>> {
    let variants: Vec<Variant> = std::iter::once(C).chain(plan.ours.iter().copied()).collect();
    let mut found: Vec<Capacity> = variants
        .iter()
        .map(|v| Capacity {
            name: v.name,
            held: 0.0,
            ratio: 0.0,
            aim: v.rate_aim,
            micros: 0.0,
            steps: Vec::new(),
        })
        .collect();
    let mut standing: Vec<usize> = (0..variants.len()).collect();
    let mut rate = plan.first_step;
    while !standing.is_empty() && rate <= plan.last_step {
        // One after the other within a step, so that a slow hour of the machine strikes all.
        let mut next = Vec::new();
        for &i in &standing {
            for _ in 0..TRIES {
                let step = step(plan, variants[i], rate).with_context(|| variants[i].name.to_owned())?;
                eprintln!(
                    "{:>15} {rate:>6.0}/s: {} failed, {} repeated, {:.0} us/call{}",
                    variants[i].name,
                    step.failed,
                    step.retransmissions,
                    step.micros,
                    if step.held { "" } else { " - not held" }
                );
                found[i].steps.push(step);
                if step.held {
                    (found[i].held, found[i].micros) = (rate, step.micros);
                    next.push(i);
                    break;
                }
            }
        }
        // The next step begins with another variant.
        if !next.is_empty() {
            next.rotate_left(1);
        }
        standing = next;
        rate = (rate * FACTOR).round();
    }
    let c = found[0].held;
    for one in &mut found {
        one.ratio = if c > 0.0 { one.held / c } else { 0.0 };
    }
    Ok(found)
}

fn step(plan: &Plan, variant: Variant, rate: f64) -> Result<Step> {
    let agent = Agent::start(variant.setup)?;
    let before = agent.cpu()?;
    let outcome: Outcome = Load {
        target: agent.addr(),
        rate,
        calls: (rate * plan.step_seconds).round() as u64,
    }
    .run()?;
    let used = agent.cpu()?.saturating_sub(before);
    // Not asked for its counts: one that is drowning may take its time.
    drop(agent);
    let all = (outcome.good + outcome.failed) as f64;
    Ok(Step {
        rate,
        reached: outcome.rate,
        good: outcome.good,
        failed: outcome.failed,
        retransmissions: outcome.retransmissions,
        micros: used.as_secs_f64() * 1e6 / all,
        held: outcome.failed as f64 <= FAILED * all
            && outcome.retransmissions as f64 <= REPEATED * all
            && outcome.rate >= REACHED * rate,
    })
}

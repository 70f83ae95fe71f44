//! Calls answered: CPU for each, and how many a second.

mod capacity;
mod twin;

use anyhow::{Result, ensure};

pub use capacity::{Capacity, capacity};
pub use twin::{Twin, twin};

use crate::CallsArgs;
use crate::agent::python::{Python, Reader};
use crate::agent::{Answer, Setup};

/// A way to answer.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Its name in tables.
    pub name: &'static str,
    /// The agent.
    pub setup: Setup,
    /// CPU per call as a ratio to C: at most this.
    pub cpu_aim: Option<f64>,
    /// Calls per second as a ratio to C: at least this.
    pub rate_aim: f64,
}

const fn ours(name: &'static str, answer: Answer, gather: u64, cpu_aim: Option<f64>) -> Variant {
    Variant {
        name,
        setup: Setup::Ours { answer, gather },
        cpu_aim,
        rate_aim: 1.0,
    }
}

/// The yardstick.
pub const C: Variant = Variant {
    name: "C",
    setup: Setup::C,
    cpu_aim: None,
    rate_aim: 1.0,
};

const fn python(name: &'static str, reader: Reader) -> Variant {
    Variant {
        name,
        setup: Setup::Python(Python::new(reader)),
        cpu_aim: Some(1.4),
        rate_aim: 0.9,
    }
}

const POLICY: Variant = ours("policy", Answer::Policy, 5, Some(1.0));
const POLICY_EVENTS: Variant = ours("policy+events", Answer::PolicyEvents, 5, None);
const INLINE: Variant = ours("inline", Answer::Inline, 5, Some(1.0));
/// What the Python programs do, in Rust.
const EVENTS: Variant = ours("events", Answer::Events, 5, Some(1.05));
const EVENTS_AT_ONCE: Variant = ours("events-gather0", Answer::Events, 0, Some(1.15));

/// What is measured, and how much of it.
#[derive(Debug, Clone)]
pub struct Plan {
    ours: Vec<Variant>,
    rounds: usize,
    rate: f64,
    seconds: f64,
    first_step: f64,
    step_seconds: f64,
    last_step: f64,
}

impl Plan {
    /// From the command line.
    pub fn new(args: &CallsArgs, quick: bool) -> Result<Self> {
        let all = [POLICY, POLICY_EVENTS, INLINE, EVENTS, EVENTS_AT_ONCE];
        for name in &args.only {
            ensure!(
                all.iter().any(|v| v.name == name),
                "there is no variant {name:?}; there are {}",
                all.map(|v| v.name).join(", ")
            );
        }
        let wanted = |v: &Variant| args.only.is_empty() || args.only.iter().any(|n| n == v.name);
        let plan = Self {
            ours: all.into_iter().filter(wanted).collect(),
            rounds: args.rounds.unwrap_or(if quick { 1 } else { 9 }),
            rate: args.rate.unwrap_or(if quick { 50.0 } else { 80.0 }),
            seconds: args.seconds.unwrap_or(if quick { 1.0 } else { 10.0 }),
            first_step: if quick { 100.0 } else { 1000.0 },
            step_seconds: if quick { 0.5 } else { 3.0 },
            last_step: if quick { 115.0 } else { 20_000.0 },
        };
        plan.checked()
    }

    /// Python programs, beside the same in Rust.
    pub fn python(rounds: Option<usize>, quick: bool) -> Result<Self> {
        let args = CallsArgs {
            rounds: rounds.or((!quick).then_some(5)),
            rate: None,
            seconds: None,
            no_capacity: false,
            no_twin: false,
            only: Vec::new(),
        };
        let plan = Self {
            ours: vec![
                Variant {
                    name: "Rust, events",
                    ..EVENTS
                },
                python("Python, asyncio", Reader::Asyncio),
                python("Python, thread", Reader::Thread),
            ],
            ..Self::new(&args, quick)?
        };
        plan.checked()
    }

    fn checked(self) -> Result<Self> {
        let plan = self;
        ensure!(plan.rounds > 0, "no round measures nothing");
        ensure!(
            plan.rate >= 1.0 && plan.seconds > 0.0,
            "rate and seconds must be positive"
        );
        Ok(plan)
    }
}

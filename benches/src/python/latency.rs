//! From an INVITE on the wire to the program that is told of it, and to its answer on the wire; one call at a time.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

use crate::agent::python::{Python, Reader};
use crate::agent::{Agent, Answer, CLOCK, Setup, clock};
use crate::media::caller::Made;
use crate::stats::Percentiles;

/// Between two calls.
const APART: Duration = Duration::from_millis(5);

/// One agent.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Latency {
    /// Which.
    pub name: &'static str,
    /// From the moment before the INVITE was sent to the program's own first line about it; C is not asked.
    pub to_program: Option<Percentiles>,
    /// From the moment before the INVITE was sent to the 200 here.
    pub to_answer: Percentiles,
}

struct Plan {
    name: &'static str,
    setup: Setup,
    busy: bool,
}

/// Measures one after the other.
pub fn measure(quick: bool) -> Result<Vec<Latency>> {
    let python = |reader| {
        Setup::Python(Python {
            clock: true,
            ..Python::new(reader)
        })
    };
    let plan = |name, setup| Plan {
        name,
        setup,
        busy: false,
    };
    [
        plan("C", Setup::C),
        plan("Rust, inline", Setup::OursTimed(Answer::Inline)),
        plan("Rust, events", Setup::OursTimed(Answer::Events)),
        plan("Python, asyncio", python(Reader::Asyncio)),
        plan("Python, thread", python(Reader::Thread)),
        Plan {
            busy: true,
            ..plan("Python, busy", python(Reader::Asyncio))
        },
    ]
    .iter()
    .map(|plan| one(plan, quick).context(plan.name))
    .collect()
}

fn one(plan: &Plan, quick: bool) -> Result<Latency> {
    // A busy one takes a good part of a second for each.
    let (warm, count) = match (quick, plan.busy) {
        (true, _) => (1, 5),
        (false, true) => (2, 60),
        (false, false) => (50, 1000),
    };
    let mut agent = Agent::start(plan.setup)?;
    if plan.busy {
        agent.tell("busy")?;
    }
    let mut made = Made::none(agent.addr())?;
    let mut answered = Vec::with_capacity(count);
    for n in 0..warm + count {
        // No packet comes or goes there.
        let took = made.make(9, true, &format!("{CLOCK}: {}\r\n", clock()?.as_nanos()))?;
        if n >= warm {
            answered.push(took);
        }
        made.end_last()?;
        std::thread::sleep(APART);
    }
    let to_answer = Percentiles::of(&answered).context("no call was made")?;
    let to_program = if plan.setup == Setup::C {
        agent.finish()?;
        None
    } else {
        let (_, ways) = agent.finish_timed()?;
        ensure!(
            ways.len() == warm + count,
            "{} of {} calls were timed",
            ways.len(),
            warm + count
        );
        Percentiles::of(&ways[warm..])
    };
    Ok(Latency {
        name: plan.name,
        to_program,
        to_answer,
    })
}

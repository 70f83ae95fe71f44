//! The Python module: how fast it starts, calls, hears of calls and answers them, beside Rust and C.

mod latency;
mod memory;
mod outgoing;
mod start;
mod tables;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::agent::python::{self, Python, Reader};
use crate::agent::{Media, Setup};
use crate::calls::{self, Capacity, Plan, Twin};
use crate::media::{self, Row as MediaRow};
use crate::report::Report;

pub use latency::Latency;
pub use memory::Growth;
pub use outgoing::Outgoing;
pub use start::Start;

/// Which of it is measured.
#[derive(Debug, Clone, Args)]
pub struct PythonArgs {
    /// Only these parts.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// How long memory is watched.
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Rounds of the twin run; an odd number.
    #[arg(long)]
    rounds: Option<usize>,
    /// Outgoing calls, ten in flight.
    #[arg(long, default_value_t = 2000)]
    calls: usize,
}

/// What there is to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// From `import microsip` to an endpoint.
    Start,
    /// Calls made: to the wire, to the answer, per second.
    Outgoing,
    /// From the wire to the program that is called.
    Latency,
    /// 100 calls with audio, also while Python is busy.
    Media,
    /// CPU for each call answered, and how many a second.
    Cost,
    /// Memory while nobody reads.
    Memory,
}

/// Everything about the module.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PythonReport {
    /// Python's version.
    pub python: String,
    /// The module was built without optimisation: figures mean nothing.
    pub debug_build: bool,
    /// From `import microsip` to an endpoint.
    pub start: Option<Vec<Start>>,
    /// Calls made.
    pub outgoing: Option<Vec<Outgoing>>,
    /// From the wire to the program.
    pub latency: Option<Vec<Latency>>,
    /// Calls with audio.
    pub media: Option<Vec<MediaRow>>,
    /// CPU for each call answered.
    pub cost: Option<Twin>,
    /// Calls per second.
    pub capacity: Option<Vec<Capacity>>,
    /// Memory while nobody reads.
    pub memory: Option<Growth>,
}

/// Measures, and tells as it goes.
pub fn measure(report: &mut Report, args: &PythonArgs, quick: bool) -> Result<()> {
    let found = python::found()?;
    println!("Python {}", found.python);
    if found.debug_build {
        println!("NOT A MEASUREMENT: the Python module is unoptimised");
    }
    let mut all = PythonReport {
        python: found.python.clone(),
        debug_build: found.debug_build,
        ..PythonReport::default()
    };
    let wanted = |part| args.only.is_empty() || args.only.contains(&part);
    if wanted(Part::Start) {
        let rows = start::measure(quick).context("start")?;
        tables::start(report, &rows);
        all.start = Some(rows);
    }
    if wanted(Part::Outgoing) {
        let rows = outgoing::measure(args.calls, quick).context("outgoing calls")?;
        tables::outgoing(report, &rows);
        all.outgoing = Some(rows);
    }
    if wanted(Part::Latency) {
        let rows = latency::measure(quick).context("latency of events")?;
        tables::latency(report, &rows);
        all.latency = Some(rows);
    }
    if wanted(Part::Media) {
        let rows = with_audio(quick).context("calls with audio")?;
        tables::media(report, &rows);
        all.media = Some(rows);
    }
    if wanted(Part::Cost) {
        let plan = Plan::python(args.rounds, quick)?;
        let twin = calls::twin(&plan).context("CPU per call")?;
        report.show_twin(&twin);
        all.cost = Some(twin);
        let capacity = calls::capacity(&plan).context("calls per second")?;
        report.show_capacity(&capacity);
        all.capacity = Some(capacity);
    }
    if wanted(Part::Memory) {
        let growth = memory::measure(args.minutes, quick).context("memory")?;
        tables::memory(report, &growth);
        all.memory = Some(growth);
    }
    report.python = Some(all);
    Ok(())
}

/// The agents with audio by their names in the table: which, and what it does beside.
const C: &str = "C, null device";
const RUST: &str = "Rust, bridge";
const UNHEARD: &str = "Python, unheard";
const ASYNCIO: &str = "Python, asyncio";
const BUSY: &str = "Python, busy";

fn with_audio(quick: bool) -> Result<Vec<MediaRow>> {
    let python = |hears| {
        Setup::Python(Python {
            media: Media::Bridge,
            hears,
            ..Python::new(Reader::Asyncio)
        })
    };
    let (unheard, python) = (python(false), python(true));
    let agents = [
        (C, Setup::CMedia, None),
        (RUST, Setup::OursMedia(Media::Bridge), None),
        (UNHEARD, unheard, None),
        (ASYNCIO, python, None),
        (BUSY, python, Some("busy")),
    ];
    let calls = if quick { 3 } else { 100 };
    agents
        .into_iter()
        .map(|(name, setup, work)| media::beside(name, setup, true, calls, work, quick).context(name))
        .collect()
}

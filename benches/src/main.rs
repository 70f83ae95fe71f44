//! The load harness. One command, figures as ratios within one run; README.md tells how to read them.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that reports to a terminal"
)]

mod abi;
mod agent;
mod calls;
mod footprint;
mod idle;
mod load;
mod media;
mod procfs;
mod python;
mod report;
mod round_trip;
mod stats;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};

use report::Report;

/// Measures microsip beside a C program on the same PJSUA-LIB.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Cli {
    #[command(subcommand)]
    what: What,
    /// Tiny numbers: shows that everything works; the figures mean nothing.
    #[arg(long, global = true)]
    quick: bool,
    /// Also writes the results as JSON.
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How long a command takes to the engine and back: idle, back to back, beside 500 calls/s.
    RoundTrip,
    /// CPU per call and calls per second, ours beside C.
    Calls(CallsArgs),
    /// What the C interface costs: a trivial call, a handle, a command, an event.
    Abi,
    /// Memory, threads, wake-ups and CPU of one registered account.
    Idle,
    /// Memory for each further registered account and each further call, held and not.
    Footprint,
    /// CPU, memory and punctuality of calls with audio, ours beside C.
    Media(MediaArgs),
    /// The Python module: start, calls made and answered, latency, calls with audio, memory; beside Rust and C.
    Python(python::PythonArgs),
    /// Everything above but Python.
    All(CallsArgs),
    /// Makes calls; started by the others.
    #[command(name = agent::CALLER, hide = true)]
    Caller(agent::CallerArgs),
    /// One of our agents; started by the others.
    #[command(name = agent::AGENT, hide = true)]
    Agent(agent::AgentArgs),
}

/// How much of the calls is measured.
#[derive(Debug, Clone, Args)]
struct CallsArgs {
    /// Rounds of the twin run; an odd number.
    #[arg(long)]
    rounds: Option<usize>,
    /// Calls per second for each agent of the twin run.
    #[arg(long)]
    rate: Option<f64>,
    /// Seconds of one round.
    #[arg(long)]
    seconds: Option<f64>,
    /// Leaves out how many calls per second hold.
    #[arg(long)]
    no_capacity: bool,
    /// Leaves out CPU per call.
    #[arg(long)]
    no_twin: bool,
    /// Only these variants of ours, by their names in the table.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Which calls with audio are measured.
#[derive(Debug, Clone, Args)]
struct MediaArgs {
    /// Calls at once.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 500, 1000])]
    calls: Vec<usize>,
    /// Only these agents, by their names in the table.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

fn main() -> ExitCode {
    // Before clap: what the C program takes is its own affair.
    let mut args = std::env::args_os();
    if args.nth(1).is_some_and(|first| first == agent::TWIN) {
        return agent::run_twin(args);
    }
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    if let What::Agent(args) = &cli.what {
        return agent::run(args);
    }
    if let What::Caller(args) = &cli.what {
        return agent::run_caller(args);
    }
    let mut report = Report::begin(cli.quick);
    let (all, calls) = match &cli.what {
        What::All(args) => (true, Some(args)),
        What::Calls(args) => (false, Some(args)),
        _ => (false, None),
    };
    if all || matches!(cli.what, What::Idle) {
        report.idle = Some(idle::measure(cli.quick).context("idle")?);
        report.print_idle();
    }
    if all || matches!(cli.what, What::Footprint) {
        report.footprint = Some(footprint::measure(cli.quick).context("footprint")?);
        report.print_footprint();
    }
    if all || matches!(cli.what, What::RoundTrip) {
        report.round_trip = Some(round_trip::measure(cli.quick).context("round trip")?);
        report.print_round_trip();
    }
    if all || matches!(cli.what, What::Abi) {
        report.abi = Some(abi::measure(cli.quick).context("C interface")?);
        report.print_abi();
    }
    let media = match &cli.what {
        What::Media(args) => Some((args.calls.clone(), args.only.clone())),
        What::All(_) => Some((vec![100, 500, 1000], Vec::new())),
        _ => None,
    };
    if let Some((counts, only)) = media {
        let counts = if cli.quick { vec![3] } else { counts };
        report.media = Some(media::measure(&counts, &only, cli.quick).context("calls with audio")?);
        report.print_media();
    }
    if let Some(args) = calls {
        let plan = calls::Plan::new(args, cli.quick)?;
        if !args.no_twin {
            report.twin = Some(calls::twin(&plan).context("CPU per call")?);
            report.print_twin();
        }
        if !args.no_capacity {
            report.capacity = Some(calls::capacity(&plan).context("calls per second")?);
            report.print_capacity();
        }
    }
    if let What::Python(args) = &cli.what {
        python::measure(&mut report, args, cli.quick).context("Python")?;
    }
    report.print_aims();
    if let Some(path) = &cli.json {
        report.write(path)?;
    }
    Ok(())
}

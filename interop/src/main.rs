//! Calls phones and PBXs that others wrote, and writes down what works: `cargo xtask interop` prepares everything and runs this.
//!
//! Each scenario runs in a process of its own, because a process has one endpoint at a time, and because one that hangs or crashes is
//! a result like any other.

mod asterisk;
mod baresip;
mod kamailio;
mod run;
mod scenario;
mod stage;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;

use scenario::Scenario;

/// Scenarios with phones and PBXs of others.
#[derive(Parser)]
struct Options {
    /// Only the scenarios whose line has all of these words
    words: Vec<String>,
    /// The table to be written; lines of scenarios that are not run now stay
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// Show the scenarios and run none
    #[arg(long)]
    list: bool,
    /// How many run at the same time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    jobs: u8,
    /// Show what a failed scenario wrote, messages included
    #[arg(long, short)]
    verbose: bool,
    /// Run this one scenario in this process (used by the program itself)
    #[arg(long, hide = true, value_name = "NUMBER")]
    one: Option<usize>,
}

fn main() -> ExitCode {
    match start(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            report(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn start(options: &Options) -> Result<ExitCode> {
    let all = all();
    if let Some(number) = options.one {
        let scenario = all.get(number).context("no such scenario")?;
        return Ok(run::here(scenario));
    }
    let chosen: Vec<(usize, &Scenario)> = all
        .iter()
        .enumerate()
        .filter(|(_, s)| s.has_all(&options.words))
        .collect();
    if options.list {
        for (_, scenario) in &chosen {
            report(&scenario.line());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let outcomes = run::all(&chosen, usize::from(options.jobs), options.verbose)?;
    if let Some(file) = &options.table {
        table::update(file, &all, &outcomes)?;
    }
    let failed = outcomes.iter().filter(|(_, outcome)| outcome.failure.is_some()).count();
    report(&format!(
        "{} scenarios passed, {failed} failed",
        outcomes.len() - failed
    ));
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every scenario, in the order of the table.
fn all() -> Vec<Scenario> {
    [asterisk::scenarios(), baresip::scenarios(), kamailio::scenarios()]
        .into_iter()
        .flatten()
        .collect()
}

/// A line for whoever watches.
#[expect(clippy::print_stdout, reason = "this is what the program says")]
fn report(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_scenarios_share_a_line() {
        let all = all();
        let mut lines: Vec<String> = all.iter().map(Scenario::line).collect();
        lines.sort();
        lines.dedup();
        assert_eq!(lines.len(), all.len());
        assert!(
            lines.iter().all(|line| !line.contains(['|', '\n'])),
            "they are cells of a table"
        );
    }
}

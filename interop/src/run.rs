//! Running scenarios, each in a process of its own.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, Result};
use microsip_testkit::Deadline;
use microsip_testkit::process::{Output, Spec};

use crate::report;
use crate::scenario::{Note, Outcome, Scenario};

/// The longest a scenario may take, in seconds.
const LONGEST: u64 = 90;

/// Marks the line in which a scenario's process tells the outcome.
const MARK: &str = "outcome: ";

/// Runs a scenario in this process and prints the outcome.
pub fn here(scenario: &Scenario) -> ExitCode {
    let result = catch_unwind(AssertUnwindSafe(|| (scenario.run)()));
    let outcome = match result {
        Ok(Ok(Note { version, detail })) => Outcome {
            version,
            detail,
            failure: None,
        },
        Ok(Err(error)) => Outcome {
            failure: Some(format!("{error:#}")),
            ..Outcome::default()
        },
        Err(_) => Outcome {
            failure: Some("panicked".to_owned()),
            ..Outcome::default()
        },
    };
    report(&format!(
        "{MARK}{}",
        serde_json::to_string(&outcome).unwrap_or_default()
    ));
    if outcome.failure.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs scenarios, some at a time, and returns what came of each by its number.
pub fn all(chosen: &[(usize, &Scenario)], jobs: usize, verbose: bool) -> Result<Vec<(usize, Outcome)>> {
    let program = std::env::current_exe().context("finding this program")?;
    let lines: Vec<(usize, String)> = chosen
        .iter()
        .map(|(number, scenario)| (*number, scenario.line()))
        .collect();
    let waiting: Mutex<VecDeque<(usize, String)>> = Mutex::new(lines.into());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((number, line)) = next else { return };
                    let started = Instant::now();
                    let spec = Spec::new(&program).arg("--one").arg(number.to_string());
                    let (outcome, _) = elsewhere(spec);
                    let verdict = match &outcome.failure {
                        None => format!("passed {line} {}", outcome.detail),
                        Some(why) => format!("FAILED {line}: {}", why.lines().next().unwrap_or_default()),
                    };
                    report(&format!("{verdict} [{:.1} s]", started.elapsed().as_secs_f64()));
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((number, outcome));
                }
            });
        }
    });
    let mut list = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Two at a time on a busy machine can spoil a measurement. What fails again, alone, has failed.
    for (number, outcome) in list.iter_mut().filter(|(_, outcome)| outcome.failure.is_some()) {
        let (again, output) = elsewhere(Spec::new(&program).arg("--one").arg(number.to_string()));
        let line = chosen
            .iter()
            .find(|(of, _)| of == number)
            .map(|(_, scenario)| scenario.line())
            .unwrap_or_default();
        if again.failure.is_none() {
            report(&format!("passed {line} at the second try"));
            let detail = if again.detail.is_empty() {
                String::new()
            } else {
                format!("; {}", again.detail)
            };
            *outcome = Outcome {
                detail: format!("at the second try{detail}"),
                ..again
            };
        } else {
            report(&format!("FAILED {line} again"));
            if verbose {
                report(&output);
            }
        }
    }
    list.sort_by_key(|(number, _)| *number);
    Ok(list)
}

/// Runs a scenario's process; what it said last counts, and if it said nothing, how it ended.
fn elsewhere(spec: Spec) -> (Outcome, String) {
    let failed = |why: String| Outcome {
        failure: Some(why),
        ..Outcome::default()
    };
    let run = || -> microsip_testkit::Result<(String, Output)> {
        let mut process = spec.spawn()?;
        process.close_stdin();
        let output = process.output().clone();
        match process.wait_exit(Deadline::secs(LONGEST)) {
            Ok(status) => Ok((format!("its process ended with {status}"), output)),
            Err(_) => Ok((format!("still running after {LONGEST} s"), output)),
        }
    };
    match run() {
        Err(error) => (failed(error.to_string()), String::new()),
        Ok((end, output)) => {
            let lines = output.lines();
            let told = lines
                .iter()
                .rev()
                .find_map(|line| serde_json::from_str(line.text.strip_prefix(MARK)?).ok());
            (told.unwrap_or_else(|| failed(end)), output.to_string())
        }
    }
}

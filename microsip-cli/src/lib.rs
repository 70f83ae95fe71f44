//! The command line of microsip.
//!
//! | Command | What it does | Where |
//! |---|---|---|
//! | `microsip run` | a headless user agent in the foreground, driven by lines on standard input | [`run`] |
//! | `microsip demo` | two accounts call each other and prove that the audio arrived | [`demo`] |
//! | `microsip dial` | one call, told by a report and an exit code | [`dial`] |
//! | `microsip completions`, `microsip man` | what shells and `man` want to know | [`manual`] |
//!
//! The library part exists for the tests and for the documentation; programs use `microsip-core`.

pub mod args;
pub mod demo;
pub mod dial;
pub mod exit;
mod logging;
pub mod manual;
mod password;
pub mod run;
mod signals;
mod style;
mod wav;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

/// Reads the command line, runs the command and returns the program's exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Run(args) => run::run(*args),
        Command::Demo(args) => demo::run(*args),
        Command::Dial(args) => dial::run(*args),
        Command::Completions(args) => manual::completions(args),
        Command::Man(args) => manual::man(args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.code())
        }
    }
}

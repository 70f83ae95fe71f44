//! The command line of microsip.
//!
//! | Command | What it does | Where |
//! |---|---|---|
//! | `microsip run` | a headless user agent in the foreground, driven by lines on standard input | [`run`] |
//! | `microsip demo` | two accounts call each other and prove that the audio arrived | [`demo`] |
//! | `microsip`, `microsip phone`, numbers, links, `/switches` | the phone that microsip.ini describes | [`phone`] |
//! | `microsip call`, `answer`, `status`, … | commands for that phone | [`phone`] |
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
pub mod phone;
pub mod run;
mod signals;
mod style;
mod wav;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command};

/// Reads the command line, runs the command and returns the program's exit code.
pub fn main() -> ExitCode {
    let result = match microsip_args() {
        Some(args) => phone::microsip_line(args, &known()),
        None => run_command(Cli::parse().command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.code())
        }
    }
}

/// The arguments, if they are a command line as MicroSIP has it: anything that does not begin with a command of ours.
fn microsip_args() -> Option<Vec<String>> {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let first = args.first().and_then(|arg| arg.to_str()).unwrap_or_default();
    let ours = known().contains(&first) || ["help", "-h", "--help", "-V", "--version"].contains(&first);
    // What is no Unicode is no number; clap says so.
    let args: Option<Vec<String>> = args.into_iter().map(|arg| arg.into_string().ok()).collect();
    args.filter(|_| !ours)
}

/// The commands of ours.
fn known() -> Vec<&'static str> {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let names = NAMES.get_or_init(|| {
        Cli::command()
            .get_subcommands()
            .map(|sub| sub.get_name().to_owned())
            .collect()
    });
    names.iter().map(String::as_str).collect()
}

fn run_command(command: Command) -> Result<(), exit::Failure> {
    match command {
        Command::Phone(args) => phone::phone(args),
        Command::Control(args) => phone::command(args),
        Command::Run(args) => run::run(*args),
        Command::Demo(args) => demo::run(*args),
        Command::Dial(args) => dial::run(*args),
        Command::Completions(args) => manual::completions(args),
        Command::Man(args) => manual::man(args),
    }
}

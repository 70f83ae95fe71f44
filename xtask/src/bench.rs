//! `cargo xtask bench`: the load harness, in release mode, or its numbers mean nothing.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::{process, python};

/// Tells the harness where the Python module is; benches/src/agent/python.rs reads it.
const MODULE: &str = "MICROSIP_BENCH_MODULE";

pub fn run(context: &Context, args: &[String]) -> Result<ExitCode> {
    let mut cargo = context.cargo("run");
    cargo
        .args(["--release", "--package", "microsip-benches", "--"])
        .args(args);
    if wants_python(args) {
        cargo.env(MODULE, python::release(context)?);
    }
    Ok(process::exit_code(cargo.status().context("starting cargo")?))
}

/// `python` is a command of the harness, and only asked about itself when there is `--help`.
fn wants_python(args: &[String]) -> bool {
    let helped = args.iter().any(|arg| arg == "--help" || arg == "-h");
    // Options for all commands may come first; the one that takes a value is `--json`.
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => drop(words.next()),
            option if option.starts_with('-') => {}
            command => return command == "python" && !helped,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_command_python_needs_the_module() {
        let wants = |text: &str| wants_python(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert!(wants("python") && wants("--quick python --minutes 10") && wants("--json out.json python"));
        assert!(!wants("calls --only python") && !wants("--json python") && !wants("python --help") && !wants(""));
    }
}

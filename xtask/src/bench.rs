//! `cargo xtask bench`: the load harness, in release mode, or its numbers mean nothing.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::process;

pub fn run(context: &Context, args: &[String]) -> Result<ExitCode> {
    let mut cargo = context.cargo("run");
    cargo
        .args(["--release", "--package", "microsip-benches", "--"])
        .args(args);
    Ok(process::exit_code(cargo.status().context("starting cargo")?))
}

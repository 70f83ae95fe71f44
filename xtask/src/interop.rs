//! `cargo xtask interop`: microsip beside phones and PBXs that others wrote, and the table of what works with whom.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;

use crate::Prepared;
use crate::context::Context;
use crate::test::Steps;
use crate::{peers, process, ui};

/// Options of `cargo xtask interop`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub prepared: Prepared,
    /// Folder of unpacked packages to be used instead of the one in the cache
    #[arg(long, env = "MICROSIP_PEERS", value_name = "DIR")]
    peers: Option<PathBuf>,
    /// Fetch the newest Asterisk even if there is one in the cache
    #[arg(long)]
    refresh: bool,
    /// Run only the scenarios whose line in the table has all of these words; `--list` shows them.
    /// Handed on to the program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

pub fn run(context: &Context, options: &Options) -> Result<ExitCode> {
    let started = Instant::now();
    let folder = match &options.peers {
        Some(folder) => folder.clone(),
        None => peers::ensure(context, options.refresh)?,
    };
    let folder = std::path::absolute(folder)?;
    ui::line(format_args!("Asterisk and others are unpacked in {}", folder.display()));
    let mut steps = Steps::new();
    if options.args.is_empty() {
        let mut test = context.cargo("test");
        test.args([
            "--package",
            "microsip-testkit",
            "--features",
            "interop",
            "--test",
            "asterisk",
            "--quiet",
        ])
        .env("MICROSIP_PEERS", &folder);
        steps.run("the launcher of Asterisk", || process::run(&mut test));
    }
    let mut program = context.cargo("run");
    program
        .args(["--quiet", "--package", "microsip-interop", "--"])
        .arg("--table")
        .arg(context.root.join("docs/interop.md"))
        .args(&options.args)
        .env("MICROSIP_PEERS", &folder);
    steps.run("scenarios", || process::run(&mut program));
    ui::line(format_args!("interop: done after {}", ui::seconds(started.elapsed())));
    Ok(steps.finish())
}

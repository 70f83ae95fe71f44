//! `cargo xtask demo`: builds the phone and lets it call itself.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::context::Context;
use crate::{process, ui};

pub fn run(context: &Context, args: &[String]) -> Result<ExitCode> {
    let program = ui::step("building microsip (release)", || build(context))?;
    ui::line(format_args!("running `microsip demo {}`", args.join(" ")));
    let status = Command::new(&program).arg("demo").args(args).status();
    let status = status.with_context(|| format!("starting {}", program.display()))?;
    Ok(process::exit_code(status))
}

/// Builds the phone and returns its path, as cargo tells it (the target directory may be anywhere).
fn build(context: &Context) -> Result<PathBuf> {
    let mut cargo = context.cargo("build");
    cargo.args(["--release", "--package", "microsip-cli", "--bin", "microsip"]);
    cargo.arg("--message-format=json-render-diagnostics");
    let output = cargo.stderr(Stdio::inherit()).output().context("starting cargo")?;
    if !output.status.success() {
        bail!("microsip could not be built ({})", output.status);
    }
    executable(&String::from_utf8_lossy(&output.stdout)).context("cargo named no executable `microsip`")
}

/// One line of cargo's JSON messages, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .rev()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_found_among_messages() {
        let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\nnot json\n\
                        {\"reason\":\"compiler-artifact\",\"executable\":\"/t/release/microsip\"}\n\
                        {\"reason\":\"build-finished\",\"success\":true}\n";
        assert_eq!(executable(messages), Some(PathBuf::from("/t/release/microsip")));
        assert_eq!(executable("{\"reason\":\"build-finished\"}"), None);
    }
}

//! The Python module: built beside its Python sources, checked, tested, packed.

mod checks;
mod environment;
pub mod wheel;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::process;
use crate::test::Steps;

use environment::Environment;

/// `cargo xtask python`: the module is built and pytest run on it, with the arguments handed on.
pub fn run(context: &Context, args: &[String]) -> Result<ExitCode> {
    let environment = Environment::ensure(context)?;
    build(context)?;
    pytest(context, &environment, args)?;
    Ok(ExitCode::SUCCESS)
}

/// The steps of `cargo xtask test`: each tool's verdict, and all tests.
pub fn check_and_test(context: &Context, steps: &mut Steps) {
    let mut ready = None;
    let made = steps.run("Python environment", || {
        ready = Some(Environment::ensure(context)?);
        Ok(())
    });
    if !made || !steps.run("Python module", || build(context)) {
        return;
    }
    let Some(environment) = ready else { return };
    checks::run(context, &environment, steps);
    // Two at a time, as the tests of Rust: some measure time.
    let args = ["-q", "-n", "2", "--dist", "loadfile"].map(str::to_owned);
    steps.run("Python tests", || pytest(context, &environment, &args));
}

fn package(context: &Context) -> PathBuf {
    context.root.join("microsip-py")
}

/// Builds the module (dev profile) and lays it beside the Python sources, where an import finds it.
fn build(context: &Context) -> Result<()> {
    // Tests call and attach to the program.
    process::run(
        context
            .cargo("build")
            .args(["--package", "microsip-py", "--package", "microsip-cli"]),
    )?;
    let built = context.target_dir()?.join("debug").join(format!(
        "{}_microsip{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    ));
    let name = if cfg!(windows) {
        "_microsip.pyd"
    } else {
        "_microsip.abi3.so"
    };
    let place = package(context).join("python/microsip").join(name);
    // Never written into: a process that has it loaded would crash.
    let beside = place.with_extension("new");
    fs::copy(&built, &beside).with_context(|| format!("copying {} to {}", built.display(), beside.display()))?;
    fs::rename(&beside, &place).with_context(|| format!("renaming {} to {}", beside.display(), place.display()))
}

fn pytest(context: &Context, environment: &Environment, args: &[String]) -> Result<()> {
    let mut command = environment.python(context);
    // Whatever Python has to complain about is an error of ours.
    command.args(["-X", "dev", "-W", "error", "-m", "pytest"]).args(args);
    command.env("MICROSIP_PROGRAM", program(context)?);
    process::run(&mut command)
}

/// The program `microsip` of the same build.
fn program(context: &Context) -> Result<PathBuf> {
    let name = format!("microsip{}", env::consts::EXE_SUFFIX);
    Ok(context.target_dir()?.join("debug").join(name))
}

/// A program below `dir`, as environments lay them out.
fn in_environment(dir: &Path, program: &str) -> PathBuf {
    if cfg!(windows) {
        dir.join("Scripts").join(format!("{program}.exe"))
    } else {
        dir.join("bin").join(program)
    }
}

/// A program of an environment, run in the package's directory.
fn tool(context: &Context, dir: &Path, program: &str) -> Command {
    let mut command = Command::new(in_environment(dir, program));
    command.current_dir(package(context));
    // Another environment that is active would be meant by them.
    command.env_remove("PYTHONHOME").env_remove("VIRTUAL_ENV");
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

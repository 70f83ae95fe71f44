//! The Python module: built beside its Python sources, checked, tested, packed.

mod checks;
mod environment;
mod openssl;
pub mod wheel;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::test::Steps;
use crate::{again, process};

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
    // Built with all the rest, just now.
    if !made || !steps.run("Python module", || lay(context)) {
        return;
    }
    let Some(environment) = ready else { return };
    checks::run(context, &environment, steps);
    // Two at a time, as the tests of Rust: some measure time.
    let args = ["-q", "-n", "2", "--dist", "loadfile"].map(str::to_owned);
    steps.run("Python tests", || {
        let first = pytest(context, &environment, &args);
        // As Rust's: what failed is run once more, alone, and has been named above.
        if first.is_err() && again::wanted() {
            return pytest(context, &environment, &["-q", "--last-failed"].map(str::to_owned));
        }
        first
    });
}

fn package(context: &Context) -> PathBuf {
    context.root.join("microsip-py")
}

/// Where an import finds the package, once the module was laid there.
pub fn sources(context: &Context) -> PathBuf {
    package(context).join("python")
}

/// What Python imports it as.
const MODULE: &str = if cfg!(windows) {
    "_microsip.pyd"
} else {
    "_microsip.abi3.so"
};

/// What cargo builds it as.
fn library() -> String {
    format!("{}_microsip{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX)
}

/// Builds the module (dev profile) and lays it beside the Python sources, where an import finds it.
fn build(context: &Context) -> Result<()> {
    // Tests call and attach to the program.
    process::run(
        context
            .cargo("build")
            .args(["--package", "microsip-py", "--package", "microsip-cli"]),
    )?;
    lay(context)
}

/// Lays what was built beside the Python sources.
fn lay(context: &Context) -> Result<()> {
    let built = context.target_dir()?.join("debug").join(library());
    let place = package(context).join("python/microsip").join(MODULE);
    // Never written into: a process that has it loaded would crash.
    let beside = place.with_extension("new");
    fs::copy(&built, &beside).with_context(|| format!("copying {} to {}", built.display(), beside.display()))?;
    fs::rename(&beside, &place).with_context(|| format!("renaming {} to {}", beside.display(), place.display()))
}

/// Builds the module in release mode and lays it with the Python sources into a directory of its own, which is returned: what a wheel
/// would install, while the build beside the sources stays as it is.
pub fn release(context: &Context) -> Result<PathBuf> {
    process::run(context.cargo("build").args(["--release", "--package", "microsip-py"]))?;
    let built = context.target_dir()?.join("release");
    let place = built.join("python");
    // What was removed from the sources must not be left.
    if place.exists() {
        fs::remove_dir_all(&place).with_context(|| format!("removing {}", place.display()))?;
    }
    copy_sources(&package(context).join("python/microsip"), &place.join("microsip"))?;
    let (from, to) = (built.join(library()), place.join("microsip").join(MODULE));
    fs::copy(&from, &to).with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    Ok(place)
}

/// Copies a package without what was built or compiled in it.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("reading {}", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        let place = to.join(name);
        let ends = |extension: &str| path.extension().is_some_and(|it| it == extension);
        if path.is_dir() {
            if name != "__pycache__" {
                copy_sources(&path, &place)?;
            }
        } else if !ends("so") && !ends("pyd") && !ends("new") {
            fs::copy(&path, &place).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_are_copied() {
        let top = tempfile::tempdir().unwrap();
        let (from, to) = (top.path().join("from"), top.path().join("to"));
        for file in [
            "call.py",
            "py.typed",
            "_microsip.pyi",
            "testing/plugin.py",
            "_microsip.abi3.so",
            "__pycache__/call.pyc",
        ] {
            let file = from.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        copy_sources(&from, &to).unwrap();
        assert!(to.join("call.py").is_file() && to.join("py.typed").is_file());
        assert!(to.join("_microsip.pyi").is_file() && to.join("testing/plugin.py").is_file());
        assert!(!to.join("_microsip.abi3.so").exists() && !to.join("__pycache__").exists());
    }
}

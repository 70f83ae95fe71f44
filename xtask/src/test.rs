//! `cargo xtask test`: the checks of every day.
//!
//! Steps go on after a failure, so that one run shows all there is to repair; the tests come last, so that the
//! output ends with the runner's summary. Tests use the dev profile: the C code is optimised in every profile,
//! and linking some dozens of test programs costs more than their Rust part could win.

use std::process::{Command, ExitCode};

use anyhow::Result;
use serde::Deserialize;

use crate::context::Context;
use crate::{again, install, licences, package, process, python, tools, ui};

/// Steps that were run, and which of them failed.
pub struct Steps {
    failed: Vec<String>,
}

impl Steps {
    pub fn new() -> Self {
        Self { failed: Vec::new() }
    }

    /// Runs a step and remembers its failure. Returns whether it succeeded.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        let Err(error) = ui::step(name, work) else { return true };
        ui::error(&error);
        self.failed.push(name.to_owned());
        false
    }

    /// Says which steps failed; quiet when none did.
    pub fn finish(self) -> ExitCode {
        if self.failed.is_empty() {
            return ExitCode::SUCCESS;
        }
        ui::line(format_args!("FAILED: {}", self.failed.join(", ")));
        ExitCode::FAILURE
    }
}

/// All checks and tests; with `args`, only the tests these select.
pub fn run(context: &Context, args: &[String], may_install: bool) -> Result<ExitCode> {
    let mut steps = Steps::new();
    if args.is_empty() {
        checks(context, may_install, &mut steps);
        build_and_test(context, &mut steps);
    } else {
        tests(context, args, &mut steps);
    }
    Ok(steps.finish())
}

/// Builds everything and, if that worked, runs all tests; else each step would only repeat the same errors.
pub fn build_and_test(context: &Context, steps: &mut Steps) {
    let mut build = context.cargo("build");
    build.args(["--workspace", "--all-targets"]);
    if steps.run("build", || process::run(&mut build)) {
        let mut doctests = context.cargo("test");
        doctests.args(["--workspace", "--doc", "--quiet"]);
        steps.run("documentation tests", || process::run(&mut doctests));
        // The tests of the C library use it from where it is installed.
        steps.run("C library", || install::for_tests(context));
        python::check_and_test(context, steps);
        tests(context, &[], steps);
    } else {
        ui::line("no tests were run, since not everything could be built");
    }
}

/// What needs no linking: format, licences, package list, lints, documentation.
pub fn checks(context: &Context, may_install: bool, steps: &mut Steps) {
    let tools = steps.run("rustfmt and clippy", || tools::ensure(context, may_install));
    if tools {
        steps.run("format", || {
            process::run(context.cargo("fmt").args(["--all", "--check"]))
        });
    }
    steps.run("licences", || licences::check(context));
    if context.has_cargo("deny") {
        steps.run("cargo deny", || {
            process::run(context.cargo("deny").args(["check", "licenses", "bans", "sources"]))
        });
    }
    steps.run("package list", || package::check_list(context));
    if tools {
        steps.run("clippy", || {
            process::run(
                context
                    .cargo("clippy")
                    .args(["--workspace", "--all-targets", "--", "-D", "warnings"]),
            )
        });
    }
    steps.run("documentation", || {
        let mut doc = context.cargo("doc");
        process::run(
            doc.args(["--workspace", "--no-deps"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    });
}

/// The tests, by nextest when it is installed. The last step prints nothing after the runner when it succeeds.
fn tests(context: &Context, args: &[String], steps: &mut Steps) {
    let nextest = context.has_cargo("nextest");
    let mut command = if nextest {
        let mut command = context.cargo("nextest");
        command.args(["run", "--workspace"]);
        command
    } else {
        ui::line("cargo-nextest is not installed; using cargo test, one program after the other");
        let mut command = context.cargo("test");
        command.args(["--workspace", "--lib", "--bins", "--tests"]);
        command
    };
    command.args(translated(args, &test_programs(context), nextest));
    // With some tests only, those of the C library install it themselves when they are among them.
    let prefix = args.is_empty().then(|| install::test_prefix(context).ok()).flatten();
    let prepare = |command: &mut Command| {
        if let Some(prefix) = &prefix {
            command.env("FFI_TEST_PREFIX", prefix);
            // As does the harness' test of the Python module.
            command.env("PY_TEST_MODULE", python::sources(context));
        }
    };
    prepare(&mut command);
    ui::line("tests ...");
    let again = nextest && args.is_empty() && again::wanted();
    let mut run = || -> Result<()> {
        if !again {
            return process::run(&mut command);
        }
        again::forget(context)?;
        process::run(&mut command).or_else(|error| {
            ui::error(&error);
            again::alone(context, prepare)
        })
    };
    if let Err(error) = run() {
        ui::error(&error);
        steps.failed.push("tests".to_owned());
    }
}

/// Names of the programs that hold tests; empty when cargo cannot tell, and then nothing is translated.
fn test_programs(context: &Context) -> Vec<String> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        targets: Vec<Target>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        test: bool,
    }
    let text = process::output(context.cargo("metadata").args(["--no-deps", "--format-version", "1"]));
    let metadata = text.ok().and_then(|t| serde_json::from_str::<Metadata>(&t).ok());
    let packages = metadata.map(|m| m.packages).unwrap_or_default();
    let targets = packages.into_iter().flat_map(|package| package.targets);
    targets.filter(|t| t.test).map(|t| t.name).collect()
}

/// `PROGRAM::TEST` becomes what the runner understands; anything else, and what comes after `--`, stays as it is.
/// A module can have a program's name, so tests of that whole name are meant as well.
fn translated(args: &[String], programs: &[String], nextest: bool) -> Vec<String> {
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    let mut list = Vec::new();
    let mut ended = false;
    for arg in args {
        ended |= arg == "--";
        match arg.split_once("::") {
            Some((program, test)) if !ended && plain(test) && programs.iter().any(|known| known == program) => {
                if nextest {
                    list.push("-E".to_owned());
                    list.push(format!("(binary({program}) & test(/{test}/)) | test(/{arg}/)"));
                } else {
                    // cargo test cannot choose a program beside --lib and --bins; the name alone selects no less.
                    list.push(test.to_owned());
                }
            }
            _ => list.push(arg.clone()),
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_before_the_test_becomes_an_expression() {
        let programs = ["digest".to_owned(), "run".to_owned()];
        let with = |args: &[&str], nextest| {
            let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
            translated(&args, &programs, nextest)
        };
        assert_eq!(
            with(&["digest::md5"], true),
            ["-E", "(binary(digest) & test(/md5/)) | test(/digest::md5/)"]
        );
        assert_eq!(with(&["digest::md5"], false), ["md5"]);
        for args in [
            &["md5"][..],
            &["engine::tests::x"],
            &["digest::"],
            &["-E", "test(digest::md5)"],
            &["--", "digest::md5"],
        ] {
            assert_eq!(with(args, true), args);
        }
    }

    #[test]
    fn a_failed_step_does_not_stop_the_next_and_fails_the_whole() {
        let mut steps = Steps::new();
        let mut ran = false;
        steps.run("one", || anyhow::bail!("broken"));
        steps.run("two", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert_eq!(steps.failed, ["one"]);
        assert_eq!(format!("{:?}", steps.finish()), format!("{:?}", ExitCode::FAILURE));
        assert_eq!(
            format!("{:?}", Steps::new().finish()),
            format!("{:?}", ExitCode::SUCCESS)
        );
    }
}

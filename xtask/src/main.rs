//! `cargo xtask <command>`: everything one does with this checkout besides editing it.
//!
//! `vendor` lays the C sources down, `demo` and `test` make a bare Debian machine ready and then do what they are
//! named after, `interop` calls the phones and PBXs of others, `ci` is `test` and what takes too long for every day, `bench` runs the load harness.

mod again;
mod apt;
mod bench;
mod ci;
mod context;
mod demo;
mod install;
mod interop;
mod licences;
mod package;
mod packages;
mod peers;
mod process;
mod python;
mod test;
mod tools;
mod ui;
mod vendor;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use context::Context;
use packages::{Installer, Set};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fill pjsip-sys/vendor from Debian's source packages, or from what --from names
    Vendor(vendor::Options),
    /// Install what is missing, build the phone and let it call itself over loopback
    Demo(Passed),
    /// Install what is missing, then format, lint, doc, licence and package checks, and all tests.
    /// With ARGS (nextest filters and options, or PROGRAM::TEST) only the tests they select are run
    Test(Passed),
    /// Everything of `test`, the packed pjsip-sys built without network, and its feature matrix
    Ci(Prepared),
    /// Call foreign phones and PBXs (Asterisk of Debian's sid, baresip, Kamailio) and write docs/interop.md.
    /// Asterisk is unpacked into the cache, not installed
    Interop(interop::Options),
    /// Install what is missing, build the Python module and run its tests; ARGS are handed to pytest
    Python(Passed),
    /// Build what goes to Python's package index, a wheel and a source distribution, and check them
    Wheel(python::wheel::Options),
    /// Run the load harness in release mode
    Bench(Passed),
    /// Install what is missing, build the C library and lay it down below --prefix: header, shared and static library,
    /// pkg-config file and CMake package
    Install(install::Options),
}

/// How system packages may be provided.
#[derive(Args, Clone, Copy)]
pub struct Prepared {
    /// Never install system packages; fail with the line to type instead
    #[arg(long, env = "MICROSIP_NO_INSTALL", value_parser = clap::builder::FalseyValueParser::new())]
    no_install: bool,
}

/// Options of a command that hands the rest of its line to a program.
#[derive(Args)]
struct Passed {
    #[command(flatten)]
    prepared: Prepared,
    /// Handed on as they are
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            ui::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let context = Context::new()?;
    let ready = |prepared: Prepared, set: Set| -> Result<()> {
        Installer::new(!prepared.no_install).ensure(set)?;
        vendor::ensure(&context, &vendor::Options::default())
    };
    match cli.command {
        Command::Vendor(options) => vendor::ensure(&context, &options).map(|()| ExitCode::SUCCESS),
        Command::Demo(passed) => {
            ready(passed.prepared, Set::Demo)?;
            demo::run(&context, &passed.args)
        }
        Command::Test(passed) => {
            ready(passed.prepared, Set::Test)?;
            test::run(&context, &passed.args, !passed.prepared.no_install)
        }
        Command::Ci(prepared) => {
            ready(prepared, Set::Test)?;
            ci::run(&context, !prepared.no_install)
        }
        Command::Interop(options) => {
            ready(options.prepared, Set::Test)?;
            interop::run(&context, &options)
        }
        Command::Python(passed) => {
            ready(passed.prepared, Set::Test)?;
            python::run(&context, &passed.args)
        }
        Command::Wheel(options) => {
            ready(options.prepared, Set::Wheel)?;
            python::wheel::run(&context, &options).map(|()| ExitCode::SUCCESS)
        }
        Command::Bench(passed) => {
            ready(passed.prepared, Set::Demo)?;
            bench::run(&context, &passed.args)
        }
        Command::Install(options) => {
            ready(options.prepared, Set::Demo)?;
            install::run(&context, &options).map(|()| ExitCode::SUCCESS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn demo_hands_unknown_options_on() {
        let cli = Cli::try_parse_from(["xtask", "demo", "--play", "x.wav"]).unwrap();
        let Command::Demo(passed) = cli.command else {
            panic!("not demo")
        };
        assert_eq!(passed.args, ["--play", "x.wav"]);
        assert!(!passed.prepared.no_install);
    }

    #[test]
    fn no_install_comes_before_the_handed_on_arguments() {
        let cli = Cli::try_parse_from(["xtask", "test", "--no-install", "engine"]).unwrap();
        let Command::Test(passed) = cli.command else {
            panic!("not test")
        };
        assert!(passed.prepared.no_install);
        assert_eq!(passed.args, ["engine"]);
    }
}

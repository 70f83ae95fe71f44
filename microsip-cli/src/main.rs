//! The program `microsip`; everything is in the library part of this crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    microsip_cli::main()
}

//! rustfmt and clippy: a minimal toolchain comes without them.

use std::process::Command;

use anyhow::{Result, bail};

use crate::context::Context;
use crate::{process, ui};

const ADD: [&str; 4] = ["component", "add", "rustfmt", "clippy"];

/// Sees to it that `cargo fmt` and `cargo clippy` can be run, or fails with the line to type.
pub fn ensure(context: &Context, may_install: bool) -> Result<()> {
    let missing = || -> Vec<&str> {
        let known = ["fmt", "clippy"].into_iter();
        known.filter(|name| !context.has_cargo(name)).collect()
    };
    let before = missing();
    if before.is_empty() {
        return Ok(());
    }
    let rustup = process::which("rustup").is_some();
    if rustup && may_install {
        ui::line(format_args!("cargo {} missing; rustup adds it", before.join(" and ")));
        // In the checkout, whose toolchain it is to be added to.
        process::run(Command::new("rustup").current_dir(&context.root).args(ADD))?;
    }
    let left = missing();
    if left.is_empty() {
        return Ok(());
    }
    let line = if rustup {
        format!("rustup {}", ADD.join(" "))
    } else {
        "sudo apt-get install -y rustfmt rust-clippy".to_owned()
    };
    bail!("cargo {} missing; type:\n{line}", left.join(" and "))
}

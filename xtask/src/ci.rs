//! `cargo xtask ci`: `test`, and what takes too long for every day.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::context::Context;
use crate::test::{self, Steps};
use crate::{package, process, ui};

/// Features whose own build needs minutes or a system library that few have.
const NOT_ALONE: &[&str] = &["default", "vendored-openssl", "g729"];

pub fn run(context: &Context, may_install: bool) -> Result<ExitCode> {
    let mut steps = Steps::new();
    steps.run("lock file", || {
        process::output(context.cargo("metadata").args(["--locked", "--format-version", "1"])).map(drop)
    });
    test::checks(context, may_install, &mut steps);
    steps.run("packed pjsip-sys", || package::build_packed(context));
    for features in feature_sets(context)? {
        steps.run(
            &format!("pjsip-sys with {}", features.as_deref().unwrap_or("no features")),
            || {
                let mut check = context.cargo("check");
                check.args(["--package", "pjsip-sys", "--no-default-features"]);
                if let Some(features) = &features {
                    check.args(["--features", features]);
                }
                process::run(&mut check)
            },
        );
    }
    minimum_rust(context, &mut steps)?;
    test::build_and_test(context, &mut steps);
    Ok(steps.finish())
}

/// No feature at all, then each one alone.
fn feature_sets(context: &Context) -> Result<Vec<Option<String>>> {
    #[derive(Deserialize)]
    struct Manifest {
        #[serde(default)]
        features: BTreeMap<String, Vec<String>>,
    }
    let file = context.root.join("pjsip-sys/Cargo.toml");
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let manifest: Manifest = toml::from_str(&text).with_context(|| format!("in {}", file.display()))?;
    // The echo canceller is C++, which nothing else here needs.
    let no_cxx = process::which("c++").is_none();
    let left_out = |name: &str| NOT_ALONE.contains(&name) || (no_cxx && name == "aec3");
    let alone = manifest.features.into_keys().filter(|name| !left_out(name));
    Ok(std::iter::once(None).chain(alone.map(Some)).collect())
}

/// The oldest Rust the workspace promises, when rustup has it; it is not downloaded for this.
fn minimum_rust(context: &Context, steps: &mut Steps) -> Result<()> {
    #[derive(Deserialize)]
    struct Manifest {
        workspace: Workspace,
    }
    #[derive(Deserialize)]
    struct Workspace {
        package: Package,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Package {
        rust_version: String,
    }
    let text = std::fs::read_to_string(context.root.join("Cargo.toml")).context("reading Cargo.toml")?;
    let manifest: Manifest = toml::from_str(&text).context("in Cargo.toml")?;
    let version = manifest.workspace.package.rust_version;
    let list = process::output(Command::new("rustup").args(["toolchain", "list"])).unwrap_or_default();
    let Some(toolchain) = list.split_whitespace().find(|name| name.starts_with(&version)) else {
        ui::line(format_args!(
            "minimum Rust {version}: not checked, rustup has no such toolchain"
        ));
        return Ok(());
    };
    steps.run(&format!("minimum Rust {version}"), || {
        let mut cargo = Command::new("rustup");
        cargo
            .current_dir(&context.root)
            .args(["run", toolchain, "cargo", "check", "--workspace", "--locked"]);
        // Another compiler would otherwise rebuild what the next step needs.
        cargo
            .env("CARGO_TARGET_DIR", context.target_dir()?.join("minimum-rust"))
            .env_remove("RUSTUP_TOOLCHAIN");
        process::run(&mut cargo)
    });
    Ok(())
}

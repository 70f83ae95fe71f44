//! Building the library in both forms, in one run of the compiler.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::{Layout, Options};
use crate::context::Context;
use crate::{process, ui};

/// What the compiler made.
pub(super) struct Built {
    pub shared: PathBuf,
    pub archive: PathBuf,
    /// What a program that links the archive needs besides, as the linker is told: `-lssl`.
    pub native_libs: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    reason: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Message {
    message: String,
    level: String,
    rendered: Option<String>,
}

/// Version of the package.
pub(super) fn version(context: &Context) -> Result<String> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let text = process::output(context.cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata")?;
    let package = metadata.packages.into_iter().find(|p| p.name == "microsip-ffi");
    Ok(package.context("no package microsip-ffi")?.version)
}

pub(super) fn run(context: &Context, options: &Options, layout: &Layout) -> Result<Built> {
    let mut cargo = context.cargo("rustc");
    cargo.args(["-p", "microsip-ffi", "--lib", "--crate-type", "cdylib,staticlib"]);
    cargo.arg("--message-format=json");
    if !options.debug {
        cargo.arg("--release");
    }
    if options.no_default_features {
        cargo.arg("--no-default-features");
    }
    if let Some(features) = &options.features {
        cargo.args(["--features", features]);
    }
    cargo.args(["--", "--print", "native-static-libs"]);
    for argument in link_arguments(layout) {
        cargo.arg("-C").arg(format!("link-arg={argument}"));
    }
    let output = cargo.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    let lines = String::from_utf8_lossy(&output.stdout);
    for message in messages(&lines).filter(|m| m.level != "note") {
        ui::quote(message.rendered.unwrap_or(message.message).lines());
    }
    if !output.status.success() {
        bail!("the library could not be built ({})", output.status);
    }
    read(&lines)
}

/// The library's own name for the loader, and none of what it is made of among its symbols.
fn link_arguments(layout: &Layout) -> Vec<String> {
    if cfg!(target_os = "macos") {
        let (name, _) = layout.shared();
        return vec![format!("-Wl,-install_name,@rpath/{name}")];
    }
    vec![
        format!("-Wl,-soname,{}", layout.soname()),
        // PJSIP calls a few functions that are Rust's; they are symbols with C names and would be exported.
        "-Wl,--exclude-libs,ALL".to_owned(),
    ]
}

fn parse(lines: &str) -> impl Iterator<Item = Line> + '_ {
    lines.lines().filter_map(|line| serde_json::from_str(line).ok())
}

fn messages(lines: &str) -> impl Iterator<Item = Message> + '_ {
    parse(lines).filter_map(|line| line.message)
}

/// What cargo said, line by line.
fn read(lines: &str) -> Result<Built> {
    let (mut shared, mut archive, mut native_libs) = (None, None, None);
    for line in parse(lines).filter(|line| line.reason == "compiler-artifact") {
        if line.target.is_none_or(|t| t.name != "microsip_ffi") {
            continue;
        }
        for file in line.filenames {
            match file.extension().and_then(|e| e.to_str()) {
                Some("so" | "dylib" | "dll") => shared = Some(file),
                Some("a" | "lib") => archive = Some(file),
                _ => {}
            }
        }
    }
    for message in messages(lines) {
        if let Some(libs) = message.message.strip_prefix("native-static-libs: ") {
            native_libs = Some(once_each(libs));
        }
    }
    Ok(Built {
        shared: shared.context("cargo named no shared library")?,
        archive: archive.context("cargo named no static library")?,
        native_libs: native_libs.context("the compiler did not say what the static library needs")?,
    })
}

/// Each library at its last place, since who needs one comes before it.
fn once_each(libs: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for lib in libs.split_whitespace().rev() {
        if !kept.iter().any(|k| k == lib) {
            kept.push(lib.to_owned());
        }
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_understood() {
        let built = read(concat!(
            r#"{"reason":"compiler-message","target":{"name":"microsip_ffi"},"message":{"level":"note","message":"native-static-libs: -lm -lssl -lm -lc"}}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"other"},"filenames":["/t/libother.a"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"microsip_ffi"},"filenames":["/t/libmicrosip_ffi.so","/t/libmicrosip_ffi.a"]}"#,
            "\nnot json\n",
            r#"{"reason":"build-finished","success":true}"#,
        ))
        .unwrap();
        assert_eq!(built.shared, PathBuf::from("/t/libmicrosip_ffi.so"));
        assert_eq!(built.archive, PathBuf::from("/t/libmicrosip_ffi.a"));
        assert_eq!(built.native_libs, ["-lssl", "-lm", "-lc"]);
        assert!(read("{}").is_err());
    }
}

//! Builds PJSIP and its companions with `cc` and makes bindings with `bindgen`.
//!
//! No autotools, make, cmake, shell or network. Everything made here lands in `OUT_DIR`; the vendored tree is only read.
//! One question per file:
//!
//! | file | question |
//! |---|---|
//! | `target.rs` | what do we build for, and which features are on? |
//! | `vendor.rs` | where are the sources? |
//! | `sources.rs` | which PJSIP files are compiled? |
//! | `config.rs` | what do the generated headers say, and which flags does every user of PJSIP's headers need? |
//! | `os_auto.rs` | what does the platform offer (autoconf's answers)? |
//! | `patch.rs` | which vendored files are replaced by patched copies? |
//! | `compile.rs` | how is PJSIP itself compiled? |
//! | `companions.rs`, `opus.rs`, `aec3.rs` | how are the other libraries compiled? |
//! | `bind.rs` | what do the bindings look like? |
//! | `export.rs` | what is linked and told to dependants? |
// A build script speaks to cargo through standard output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod aec3;
mod bind;
mod companions;
mod compile;
mod config;
mod export;
mod opus;
mod os_auto;
mod patch;
mod sources;
mod target;
mod vendor;

use std::process::ExitCode;

/// Error of a build step: a sentence for the person who started the build.
type Error = String;
type Result<T> = std::result::Result<T, Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("pjsip-sys: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let target = target::Target::from_env()?;
    let tree = vendor::Tree::find(&target)?;
    let patched = patch::apply_all(&tree.manifest.join("patches"), &tree.root, &target.out.join("patched"))?;
    let flags = config::generate(&target, &tree, &patched)?;

    companions::lay_headers(&target, &tree)?;
    bind::generate(&target, &tree, &flags)?;
    // Dependent archives first, so that the linker meets a symbol's user before its owner.
    compile::pjsip(&target, &tree, &flags, &patched)?;
    if target.features.aec3 {
        aec3::compile(&target, &tree, &flags)?;
    }
    companions::compile(&target, &tree)?;
    if target.features.opus {
        opus::compile(&target, &tree)?;
    }
    export::export(&target, &tree, &flags)
}

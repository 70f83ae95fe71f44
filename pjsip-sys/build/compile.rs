//! How is PJSIP itself compiled?

use std::env;
use std::path::{Path, PathBuf};

use crate::config::{self, Flags};
use crate::patch::Patched;
use crate::target::{Os, Target};
use crate::vendor::Tree;
use crate::{Result, sources};

/// Set to anything to compile the C code with debug information, whatever the profile.
const DEBUG_ENV: &str = "PJSIP_SYS_DEBUG";

/// The flags common to all C code of this crate.
///
/// Optimised in every profile: unoptimised codecs miss their deadlines. Warnings are off, since the code is not ours, and
/// so is debug information, which makes the archives five times as big.
pub fn base(target: &Target, tree: &Tree) -> cc::Build {
    let mut build = cc::Build::new();
    build
        .warnings(false)
        .extra_warnings(false)
        .opt_level(2)
        .define("NDEBUG", "1");
    build.debug(env::var_os(DEBUG_ENV).is_some()).force_frame_pointer(false);
    if target.is_msvc() {
        build.flag("/Gy").flag("/Gw");
    } else {
        build.flag("-ffunction-sections").flag("-fdata-sections");
        // An error to clang; gcc would guess, and wrongly where a pointer is returned.
        build.flag("-Werror=implicit-function-declaration");
        // __FILE__ and debug information name no directory of the machine that built them.
        for (dir, name) in [
            (&tree.root, "vendor"),
            (&tree.manifest, "pjsip-sys"),
            (&target.out, "out"),
        ] {
            build.flag(format!("-ffile-prefix-map={}={name}", dir.display()));
        }
    }
    // Set by cc's own defaults too; here so that the script does not depend on them.
    build.pic(true);
    build
}

/// [`base`] plus what every file that reads PJSIP's headers needs.
pub fn with_pjsip_headers(target: &Target, tree: &Tree, flags: &Flags) -> cc::Build {
    let mut build = base(target, tree);
    for (name, value) in &flags.defines {
        build.define(name, value.as_str());
    }
    build.includes(&flags.includes);
    build
}

/// Compiles PJSIP, our C files and the wrappers of inline functions into one archive: its parts refer to each other in
/// circles, and one archive spares us link-order questions.
pub fn pjsip(target: &Target, tree: &Tree, flags: &Flags, patched: &Patched) -> Result<()> {
    println!("cargo:rerun-if-env-changed={DEBUG_ENV}");
    let pjproject = tree.pjproject();
    let mut build = with_pjsip_headers(target, tree, flags);
    companion_headers(target, tree, &mut build);
    // Older libsrtp had these names; 2.7 has one per cipher, whatever library does the work.
    for bits in ["128", "256"] {
        let new = format!("srtp_aes_gcm_{bits}");
        build.define(&format!("{new}_openssl"), new.as_str());
    }

    for library in sources::LIBRARIES {
        let dir = pjproject.join(library.dir);
        for name in library.files {
            add(&mut build, tree, patched, &dir.join(format!("{name}.c")))?;
        }
    }
    let platform = match target.os {
        Os::Linux => sources::PJLIB_LINUX,
        Os::Darwin => sources::PJLIB_MACOS,
        Os::Windows => sources::PJLIB_WINDOWS,
    };
    for name in platform {
        add(
            &mut build,
            tree,
            patched,
            &pjproject.join(format!("pjlib/src/pj/{name}.c")),
        )?;
    }
    // A patched file still includes the siblings that were not patched.
    for dir in &patched.source_dirs {
        build.include(dir);
    }

    for name in ["shim.c", "abi_probe.c", "blocks.c", "hooks.c", "udp_errors.c", "zero.c"] {
        build.file(tree.manifest.join("csrc").join(name));
    }
    let inline = crate::bind::inline_wrappers(target);
    if inline.is_file() {
        build.file(inline);
    }
    run(&build, "pjsip_sys_pj")
}

/// Adds the patched copy of a vendored file if there is one, else the file.
fn add(build: &mut cc::Build, tree: &Tree, patched: &Patched, file: &Path) -> Result<()> {
    let file: PathBuf = match file
        .strip_prefix(&tree.root)
        .ok()
        .and_then(|rel| patched.files.get(rel))
    {
        Some(copy) => copy.clone(),
        None => file.to_owned(),
    };
    if !file.is_file() {
        return Err(format!("{} is missing: is the vendored tree complete?", file.display()));
    }
    build.file(file);
    Ok(())
}

/// Include directories of the libraries that PJSIP's sources (not its headers) use.
fn companion_headers(target: &Target, tree: &Tree, build: &mut cc::Build) {
    build.include(tree.root.join("speexdsp/include"));
    // The generated *_config_types.h are included with quotes by headers of this directory.
    build.include(config::include_dir(target).join("speex"));
    if target.features.speex {
        build.include(tree.root.join("speex/include"));
    }
    if target.features.g729 {
        build.include(tree.root.join("bcg729/include"));
    }
    openssl_headers(build);
}

/// OpenSSL's headers, where openssl-sys found or made them.
pub fn openssl_headers(build: &mut cc::Build) {
    if let Some(dirs) = env::var_os("DEP_OPENSSL_INCLUDE") {
        build.includes(env::split_paths(&dirs));
    }
}

/// Compiles an archive and has it linked.
pub fn run(build: &cc::Build, name: &str) -> Result<()> {
    build.try_compile(name).map_err(|e| format!("compiling {name}: {e}"))
}

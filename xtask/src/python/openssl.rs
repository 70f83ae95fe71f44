//! The OpenSSL inside the wheel: the sources of crate `openssl-src`, of which only what telephony needs is compiled.
//!
//! The crate itself leaves nothing out, and its part of the wheel would be as large as all of ours.

use std::env::consts::ARCH;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Environment;
use crate::context::Context;
use crate::{process, ui};

/// Neither TLS 1.2 and 1.3, nor DTLS-SRTP, nor digests of RFC 8760 miss any of these. DES and RC2 stay for encrypted keys.
const WITHOUT: &str = "apps argon2 aria async bf blake2 camellia capieng cast cmp cms comp ct docs dsa ec2m engine gost http idea legacy lms \
    md2 md4 mdc2 ml-dsa module nextprotoneg ocb padlockeng quic rc4 rc5 rfc3779 rmd160 scrypt sctp seed shared siv slh-dsa sm2 sm3 sm4 srp \
    ssl3 tests ts ui-console whirlpool zlib";

/// For size; ciphers and digests are in assembler. Functions that nobody calls are left to the linker.
const FLAGS: [&str; 5] = [
    "-Os",
    "-fPIC",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-unwind-tables",
];

/// The places do not exist: a wheel finds its authorities by looking where systems have them.
const PLACES: [&str; 3] = ["--prefix=/usr/local", "--openssldir=/usr/local/ssl", "--libdir=lib"];

/// Where the libraries and headers are.
pub struct OpenSsl(PathBuf);

impl OpenSsl {
    /// For crate `openssl-sys`.
    pub fn point(&self, build: &mut Command) {
        build
            .env("OPENSSL_LIB_DIR", &self.0)
            .env("OPENSSL_INCLUDE_DIR", self.0.join("include"))
            .env("OPENSSL_STATIC", "1");
    }
}

/// Compiles it with zig for the systems that a tag such as manylinux_2_28 names; `None` for tags and machines it has no name for.
pub fn ensure(context: &Context, environment: &Environment, tag: &str) -> Result<Option<OpenSsl>> {
    let (Some(libc), Some(platform)) = (libc(tag), platform()) else {
        return Ok(None);
    };
    let sources = sources(context)?;
    let without = WITHOUT.split_whitespace().map(|name| format!("no-{name}"));
    let options: Vec<String> = [platform]
        .into_iter()
        .chain(PLACES)
        .map(str::to_owned)
        .chain(without)
        .chain(FLAGS.map(str::to_owned))
        .collect();
    let wanted = format!("{} {libc} {}", sources.display(), options.join(" "));
    let name: String = Sha256::digest(&wanted)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let dir = context.target_dir()?.join("wheel").join(format!("openssl-{name}"));
    let done = dir.join("complete");
    if !done.is_file() {
        ui::line(format_args!("compiling OpenSSL in {}", dir.display()));
        compile(
            context,
            environment,
            &sources,
            &dir,
            &format!("{ARCH}-linux-{libc}"),
            &options,
        )?;
        fs::write(&done, &wanted).with_context(|| format!("writing {}", done.display()))?;
    }
    Ok(Some(OpenSsl(dir)))
}

fn compile(
    context: &Context,
    environment: &Environment,
    sources: &Path,
    dir: &Path,
    target: &str,
    options: &[String],
) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("removing {}", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("making {}", dir.display()))?;
    let python = environment.python(context).get_program().to_owned();
    let zig = |program: &str| format!("{} -m ziglang {program}", python.display());
    // Beside the sources, which are others'.
    let mut configure = Command::new("perl");
    configure
        .arg(sources.join("Configure"))
        .args(options)
        .current_dir(dir)
        .env("CC", zig(&format!("cc -target {target}")))
        .env("AR", zig("ar"))
        .env("RANLIB", zig("ranlib"));
    quietly(&mut configure).context("OpenSSL's Configure")?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    quietly(
        Command::new("make")
            .args([&format!("-j{jobs}"), "build_libs"])
            .current_dir(dir),
    )
    .context("OpenSSL's make")?;
    // Those that were made lie here, the others with the sources; crates look in one place.
    let made = dir.join("include").join("openssl");
    for header in fs::read_dir(sources.join("include").join("openssl"))?.flatten() {
        let name = header.file_name();
        if name.to_string_lossy().ends_with(".h") && !made.join(&name).exists() {
            fs::copy(header.path(), made.join(&name))
                .with_context(|| format!("copying {}", header.path().display()))?;
        }
    }
    Ok(())
}

/// It says thousands of lines, of which the last ones tell what went wrong.
fn quietly(command: &mut Command) -> Result<()> {
    process::output(command).map(drop)
}

/// What zig calls the C library of a tag of wheels.
fn libc(tag: &str) -> Option<String> {
    if tag.starts_with("musllinux") {
        return Some("musl".to_owned());
    }
    let glibc = match tag {
        "manylinux1" => "2.5",
        "manylinux2010" => "2.12",
        "manylinux2014" => "2.17",
        _ => &tag.strip_prefix("manylinux_")?.replacen('_', ".", 1),
    };
    Some(format!("gnu.{glibc}"))
}

/// What OpenSSL calls this machine.
fn platform() -> Option<&'static str> {
    match ARCH {
        "x86_64" => Some("linux-x86_64"),
        "aarch64" => Some("linux-aarch64"),
        _ => None,
    }
}

/// The sources that the lock file names; cargo fetches them if need be.
fn sources(context: &Context) -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        manifest_path: PathBuf,
    }
    let text = process::output(
        context
            .cargo("metadata")
            .args(["--all-features", "--format-version", "1"]),
    )?;
    let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata")?;
    let package = metadata.packages.into_iter().find(|it| it.name == "openssl-src");
    let manifest = package.context("no package openssl-src in Cargo.lock")?.manifest_path;
    Ok(manifest
        .parent()
        .context("a manifest lies in a directory")?
        .join("openssl"))
}

#[cfg(test)]
mod tests {
    use super::libc;

    #[test]
    fn tags_name_c_libraries() {
        assert_eq!(libc("manylinux_2_28").as_deref(), Some("gnu.2.28"));
        assert_eq!(libc("manylinux2014").as_deref(), Some("gnu.2.17"));
        assert_eq!(libc("musllinux_1_2").as_deref(), Some("musl"));
        assert_eq!(libc("linux"), None);
    }
}

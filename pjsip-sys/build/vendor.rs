//! Where are the sources?
//!
//! `PJSIP_SYS_SOURCE` wins, then the crate's own `vendor/`. Both have the layout that `cargo xtask vendor` makes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::target::{self, Target};

/// Name of the variable that points to another source tree.
pub const SOURCE_ENV: &str = "PJSIP_SYS_SOURCE";
/// Written by `cargo xtask vendor` as its last act, so its time stamp covers the whole tree.
const STAMP: &str = "VENDOR.txt";

pub struct Tree {
    /// This crate's own directory.
    pub manifest: PathBuf,
    /// Directory that holds `pjproject`, `libsrtp`, …
    pub root: PathBuf,
    /// `2.17`, from `version.mak`.
    pub version: String,
}

impl Tree {
    pub fn find(target: &Target) -> Result<Self> {
        println!("cargo:rerun-if-env-changed={SOURCE_ENV}");
        let manifest = PathBuf::from(target::var("CARGO_MANIFEST_DIR")?);
        let root = match env::var_os(SOURCE_ENV) {
            Some(dir) => PathBuf::from(dir),
            None => manifest.join("vendor"),
        };
        let mut needed = vec![("pjproject", "version.mak"), ("speexdsp", "libspeexdsp/mdf.c")];
        let optional = [
            (target.features.srtp, ("libsrtp", "srtp/srtp.c")),
            (target.features.gsm, ("gsm", "src/code.c")),
            (target.features.speex, ("speex", "libspeex/speex.c")),
            (target.features.opus, ("opus", "opus_sources.mk")),
        ];
        needed.extend(optional.iter().filter(|(on, _)| *on).map(|(_, probe)| *probe));
        for (dir, probe) in needed {
            if !root.join(dir).join(probe).is_file() {
                return Err(format!(
                    "no sources of {dir} in {}: run `cargo xtask vendor` once (it fetches and unpacks them), \
                     or set {SOURCE_ENV} to a directory laid out like vendor/",
                    root.display()
                ));
            }
        }
        if target.features.g729 && !root.join("bcg729/src").is_dir() {
            return Err(format!(
                "feature `g729` needs bcg729 1.1.1 in {}: run `cargo xtask vendor --with bcg729`, or unpack it there",
                root.join("bcg729").display()
            ));
        }

        let version = version(&root.join("pjproject/version.mak"))?;
        watch(&manifest, &root);
        Ok(Self {
            manifest,
            root,
            version,
        })
    }

    pub fn pjproject(&self) -> PathBuf {
        self.root.join("pjproject")
    }
}

/// Reads `MAJOR.MINOR[.REV][SUFFIX]` from PJSIP's own version file.
fn version(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let field = |name: &str| {
        let prefix = format!("export PJ_VERSION_{name}");
        text.lines()
            .filter_map(|line| line.strip_prefix(&prefix))
            .filter_map(|rest| rest.split_once(":="))
            .map(|(_, value)| value.trim().to_owned())
            .next()
            .ok_or_else(|| format!("{}: no PJ_VERSION_{name}", path.display()))
    };
    let mut version = format!("{}.{}", field("MAJOR")?, field("MINOR")?);
    let rev = field("REV")?;
    if !rev.is_empty() {
        version = format!("{version}.{rev}");
    }
    Ok(version + &field("SUFFIX")?)
}

/// Tells cargo what a change of makes this script run again; without this any file of the package would.
fn watch(manifest: &Path, root: &Path) {
    let stamp = root.join(STAMP);
    // A path that does not exist would rerun the script at every build.
    let tree = if stamp.is_file() { stamp } else { root.to_owned() };
    let own = ["build", "csrc", "patches"].map(|dir| manifest.join(dir));
    for path in own.iter().chain([&tree]).filter(|path| path.exists()) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

//! The static library: one object that shows `microsip_*` and nothing else, so that a program with a PJSIP or a Rust library of its
//! own can be linked with it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::build::Built;
use crate::process;

/// Makes `to` of the compiler's archive, with the symbols that `symbols` lists.
pub(super) fn make(built: &Built, to: &Path, symbols: &Path) -> Result<()> {
    let folder = to.parent().context("no directory")?;
    let work = tempfile::tempdir_in(folder)?;
    let made = work.path().join("made.a");
    if cfg!(target_os = "macos") {
        // Apple's linker merges otherwise; there the archive stays as it is.
        fs::copy(&built.archive, &made)?;
    } else {
        let names = fs::read_to_string(symbols).with_context(|| symbols.display().to_string())?;
        let wanted = work.path().join("wanted");
        fs::write(
            &wanted,
            names
                .lines()
                .map(|name| format!("--undefined={name}\n"))
                .collect::<String>(),
        )?;
        let (merged, object) = (work.path().join("merged.o"), work.path().join("microsip.o"));
        let mut at = std::ffi::OsString::from("@");
        at.push(&wanted);
        process::run(
            Command::new("ld")
                .args(["-r", "--gc-sections", "-o"])
                .arg(&merged)
                .arg(at)
                .arg(&built.archive),
        )?;
        // The compiler's bitcode of std, merged, is nonsense that other programs choke on.
        process::run(
            Command::new("objcopy")
                .args(["--strip-debug", "--remove-section=.llvmbc", "--remove-section=.llvmcmd"])
                .arg(format!("--keep-global-symbols={}", symbols.display()))
                .arg(&merged)
                .arg(&object),
        )?;
        fs::remove_file(&merged)?;
        process::run(Command::new("ar").arg("rcs").arg(&made).arg(&object))?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&made, fs::Permissions::from_mode(0o644))?;
    }
    fs::rename(&made, to).with_context(|| format!("writing {}", to.display()))
}

/// Takes away what only debuggers need.
pub(super) fn strip(library: &Path) -> Result<()> {
    let what = if cfg!(target_os = "macos") {
        "-x"
    } else {
        "--strip-unneeded"
    };
    process::run(Command::new("strip").arg(what).arg(library))
}

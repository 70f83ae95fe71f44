//! Programs the tests call that this Debian does not have: packages of a newer one, unpacked into the cache.
//!
//! Nothing is installed. The folder holds the packages and everything they depend on, down to the C library and its
//! loader, through which the programs run (microsip-testkit's `unpacked` knows how). It is a few hundred megabytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::apt::{Apt, Kind};
use crate::context::Context;
use crate::{process, ui};

/// What is unpacked: the PBX, a newer baresip and SIPp than Debian 12 has.
const PACKAGES: &[&str] = &[
    "asterisk",
    "asterisk-modules",
    "asterisk-config",
    "asterisk-core-sounds-en-gsm",
    "baresip-core",
    "sip-tester",
];

/// Where they are looked for, in this order.
const SUITES: &[&str] = &["sid", "forky"];

/// Its presence means that the folder is whole; lists the packages in it.
const STAMP: &str = "PACKAGES.txt";

/// Parts of packages nobody runs.
const REMOVED: &[&str] = &[
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/info",
    "usr/share/lintian",
];

/// The folder, unpacked now if it is not there yet or a newer one is wanted.
pub fn ensure(context: &Context, refresh: bool) -> Result<PathBuf> {
    let folder = context.cache.join("peers");
    let root = folder.join("root");
    if !refresh && is_whole(&root) {
        return Ok(root);
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let advice =
        "without Debian's packages, unpack Asterisk and all it needs yourself and name the folder with --peers";
    let mut failures = Vec::new();
    for suite in SUITES {
        match unpack(&folder, &root, suite) {
            Ok(()) => return Ok(root),
            Err(error) => failures.push(format!("{suite}: {error:#}")),
        }
    }
    bail!("the peers could not be had; {advice}\n  {}", failures.join("\n  "))
}

fn is_whole(root: &Path) -> bool {
    let stamp = fs::read_to_string(root.join(STAMP)).unwrap_or_default();
    PACKAGES
        .iter()
        .all(|name| stamp.lines().any(|line| line.split(' ').next() == Some(name)))
}

/// Fetches from one suite and unpacks beside the place, which is then taken by renaming.
fn unpack(folder: &Path, root: &Path, suite: &str) -> Result<()> {
    let started = Instant::now();
    let scratch = || {
        let dir = tempfile::Builder::new().prefix(".partial-").tempdir_in(folder);
        dir.with_context(|| format!("making a directory in {}", folder.display()))
    };
    let Some(mut apt) = Apt::new(Kind::Binary, scratch)? else {
        bail!("this machine has no apt to fetch packages with");
    };
    let files = apt.packages(suite, PACKAGES)?;
    let size: u64 = files
        .iter()
        .filter_map(|file| file.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    ui::line(format_args!(
        "peers: {} packages of Debian {suite} fetched, {}; unpacking",
        files.len(),
        ui::megabytes(size)
    ));
    let fresh = scratch()?;
    let tree = fresh.path().join("root");
    fs::create_dir(&tree)?;
    let mut stamp = Vec::new();
    for file in &files {
        process::run(Command::new("dpkg-deb").arg("--extract").arg(file).arg(&tree))?;
        stamp.push(process::output(
            Command::new("dpkg-deb")
                .arg("--show")
                .arg("--showformat=${Package} ${Version} ${Architecture}\n")
                .arg(file),
        )?);
    }
    for part in REMOVED {
        let _ = fs::remove_dir_all(tree.join(part));
    }
    fs::write(tree.join(STAMP), stamp.concat())?;
    if root.exists() {
        fs::rename(root, fresh.path().join("old")).with_context(|| format!("moving {} aside", root.display()))?;
    }
    fs::rename(&tree, root).with_context(|| format!("putting {} in place", root.display()))?;
    ui::line(format_args!("peers: unpacked after {}", ui::seconds(started.elapsed())));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_whole_only_with_a_stamp_of_every_package() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_whole(dir.path()));
        let line = |name: &&str| format!("{name} 1:22 amd64\n");
        let all: String = PACKAGES.iter().map(line).collect();
        fs::write(dir.path().join(STAMP), &all).unwrap();
        assert!(is_whole(dir.path()));
        let without_last: String = PACKAGES[..PACKAGES.len() - 1].iter().map(line).collect();
        fs::write(dir.path().join(STAMP), without_last).unwrap();
        assert!(!is_whole(dir.path()));
    }

    #[test]
    fn a_whole_folder_is_used_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let context = Context::for_tests(dir.path(), dir.path());
        let root = dir.path().join("peers/root");
        fs::create_dir_all(&root).unwrap();
        fs::write(
            root.join(STAMP),
            PACKAGES
                .iter()
                .map(|name| format!("{name} 1 all\n"))
                .collect::<String>(),
        )
        .unwrap();
        assert_eq!(ensure(&context, false).unwrap(), root);
    }
}

//! Where things are: the checkout, the cache outside it, the target directory, cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{process, ui};

/// A CI target directory larger than this is thrown away before it is used again.
const CI_TARGET_LIMIT: u64 = 8 << 30;

/// What every command needs to know about its surroundings.
pub struct Context {
    /// Top of the checkout.
    pub root: PathBuf,
    /// `MICROSIP_CACHE`, else `<user cache>/microsip`; outside the checkout, so that a fresh clone finds it filled.
    pub cache: PathBuf,
    /// Runs under a CI service (`CI=true`).
    pub ci: bool,
    target: Option<PathBuf>,
}

impl Context {
    pub fn new() -> Result<Self> {
        // Set by `cargo run`; the compiled-in path would be wrong for a copied target directory.
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .filter(|dir| dir.ends_with("xtask"))
            .context("run this as `cargo xtask ...`")?;
        let root = manifest_dir
            .parent()
            .context("xtask lies in no workspace")?
            .to_path_buf();
        let cache = cache_dir(|name| env::var_os(name).map(PathBuf::from))?;
        let ci = env::var("CI").is_ok_and(|value| value == "true");
        // A CI clone is always fresh; its own target directory would be cold every time.
        let target = (ci && env::var_os("CARGO_TARGET_DIR").is_none()).then(|| cache.join("target-ci"));
        if let Some(target) = &target {
            prune(target, CI_TARGET_LIMIT)?;
        }
        Ok(Self {
            root,
            cache,
            ci,
            target,
        })
    }

    /// A context for a made-up checkout.
    #[cfg(test)]
    pub fn for_tests(root: &Path, cache: &Path) -> Self {
        Self {
            root: root.into(),
            cache: cache.into(),
            ci: false,
            target: None,
        }
    }

    /// `cargo` at the top of the checkout, with the target directory to be shared by all steps.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).arg(subcommand);
        // They describe xtask, not what is built now.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME"] {
            command.env_remove(name);
        }
        if let Some(target) = &self.target {
            command.env("CARGO_TARGET_DIR", target);
        }
        if self.ci {
            // Only costs time and space in a build that is never edited.
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// Where cargo builds.
    pub fn target_dir(&self) -> Result<PathBuf> {
        if let Some(target) = &self.target {
            return Ok(target.clone());
        }
        #[derive(serde::Deserialize)]
        struct Metadata {
            target_directory: PathBuf,
        }
        let mut metadata = self.cargo("metadata");
        let text = process::output(metadata.args(["--no-deps", "--format-version", "1"]))?;
        Ok(serde_json::from_str::<Metadata>(&text)
            .context("cargo metadata")?
            .target_directory)
    }

    /// Is this cargo subcommand installed?
    pub fn has_cargo(&self, subcommand: &str) -> bool {
        let mut command = self.cargo(subcommand);
        command
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

/// The cache directory by the environment: our own variable, XDG's, then the home directory.
fn cache_dir(var: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    let set = |name: &str| var(name).filter(|path| !path.as_os_str().is_empty());
    let cache = if let Some(own) = set("MICROSIP_CACHE") {
        own
    } else if let Some(xdg) = set("XDG_CACHE_HOME").filter(|path| path.is_absolute()) {
        xdg.join("microsip")
    } else if let Some(home) = set("HOME").or_else(|| set("USERPROFILE")) {
        home.join(".cache").join("microsip")
    } else {
        bail!("no place for the cache: set MICROSIP_CACHE (neither XDG_CACHE_HOME nor HOME is set)");
    };
    std::path::absolute(&cache).with_context(|| format!("cache directory {}", cache.display()))
}

/// Removes `dir` when it holds more than `limit` bytes.
fn prune(dir: &Path, limit: u64) -> Result<()> {
    let size = size_of_tree(dir);
    if size > limit {
        ui::line(format_args!(
            "removing {}: it has grown to {}",
            dir.display(),
            ui::megabytes(size)
        ));
        std::fs::remove_dir_all(dir).with_context(|| format!("removing {}", dir.display()))?;
    }
    Ok(())
}

/// Bytes in all files below `dir`; what cannot be read counts as nothing.
fn size_of_tree(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => size_of_tree(&entry.path()),
            Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |meta| meta.len()),
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(vars: &[(&str, &str)]) -> Result<PathBuf> {
        cache_dir(|name| {
            vars.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| PathBuf::from(value))
        })
    }

    #[test]
    fn cache_follows_the_environment_in_order() {
        let all = [("MICROSIP_CACHE", "/m"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        assert_eq!(with(&all).unwrap(), Path::new("/m"));
        assert_eq!(with(&all[1..]).unwrap(), Path::new("/x/microsip"));
        assert_eq!(with(&all[2..]).unwrap(), Path::new("/h/.cache/microsip"));
        assert_eq!(
            with(&[("XDG_CACHE_HOME", "rel"), ("HOME", "/h")]).unwrap(),
            Path::new("/h/.cache/microsip")
        );
        assert!(with(&[]).is_err());
    }

    #[test]
    fn a_target_directory_over_its_limit_is_removed() {
        let top = tempfile::tempdir().unwrap();
        let dir = top.path().join("target-ci");
        std::fs::create_dir_all(dir.join("deep")).unwrap();
        std::fs::write(dir.join("deep/file"), [0_u8; 100]).unwrap();
        prune(&dir, 100).unwrap();
        assert!(dir.exists());
        prune(&dir, 99).unwrap();
        assert!(!dir.exists());
        prune(&dir, 0).unwrap();
    }
}

//! Fetched tarballs, kept outside the checkout so that the next clone need not fetch them again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::digest;
use super::manifest::Component;
use crate::ui;

/// Left behind by an interrupted fetch; anything younger may belong to a run that is still at work.
const ABANDONED: Duration = Duration::from_secs(3600);

pub struct Cache {
    dir: PathBuf,
}

impl Cache {
    /// The cache below `root`, made if need be.
    pub fn open(root: &Path) -> Result<Self> {
        let dir = root.join("tarballs");
        fs::create_dir_all(&dir).with_context(|| {
            format!(
                "making the cache {} (MICROSIP_CACHE names another place)",
                dir.display()
            )
        })?;
        for entry in fs::read_dir(&dir)?.flatten() {
            let old = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .ok()
                .and_then(|time| time.elapsed().ok());
            if entry.file_name().to_string_lossy().starts_with(".partial-") && old.is_some_and(|age| age > ABANDONED) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(Self { dir })
    }

    /// The tarball with this hash, if it is here and whole. One that is not is removed.
    pub fn get(&self, component: &Component, hash: &str) -> Result<Option<PathBuf>> {
        let file = self.file(component, hash);
        if !file.is_file() {
            return Ok(None);
        }
        if digest::of_file(&file)? == hash {
            return Ok(Some(file));
        }
        ui::warn(format_args!(
            "{} is damaged (its hash is wrong); it is fetched again",
            file.display()
        ));
        fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        Ok(None)
    }

    /// The tarball with this hash, from here or by `fetch`, which writes to the path it is given. A file appears
    /// under its final name only whole and with the right hash.
    pub fn get_or_fetch(
        &self,
        component: &Component,
        hash: &str,
        fetch: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        if let Some(file) = self.get(component, hash)? {
            return Ok(file);
        }
        let partial = self.scratch()?;
        let fresh = partial.path().join("tarball");
        fetch(&fresh)?;
        let found = digest::of_file(&fresh)?;
        if found != hash {
            bail!(
                "the file fetched for {} has SHA-256 {found}, not {hash}",
                component.title()
            );
        }
        let file = self.file(component, hash);
        fs::rename(&fresh, &file).with_context(|| format!("keeping {}", file.display()))?;
        Ok(file)
    }

    /// A directory that goes with its value, or with a later run's if this one is killed.
    pub fn scratch(&self) -> Result<TempDir> {
        tempfile::Builder::new()
            .prefix(".partial-")
            .tempdir_in(&self.dir)
            .with_context(|| format!("making a directory in {}", self.dir.display()))
    }

    fn file(&self, component: &Component, hash: &str) -> PathBuf {
        self.dir
            .join(format!("{}-{}-{}.tar", component.name, component.version, &hash[..16]))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::manifest::tests::component;
    use super::*;

    #[test]
    fn a_damaged_file_is_fetched_again_and_a_whole_one_is_not() {
        let top = tempfile::tempdir().unwrap();
        let cache = Cache::open(top.path()).unwrap();
        let c = component(&["src"], &[]);
        let hash = digest::of_bytes(b"good");
        let fetched = Cell::new(0);
        let fetch = |to: &Path| {
            fetched.set(fetched.get() + 1);
            Ok(fs::write(to, "good")?)
        };

        let file = cache.get_or_fetch(&c, &hash, fetch).unwrap();
        assert_eq!(
            (fs::read_to_string(&file).unwrap().as_str(), fetched.get()),
            ("good", 1)
        );
        cache.get_or_fetch(&c, &hash, fetch).unwrap();
        assert_eq!(fetched.get(), 1, "a whole file is used");

        for damage in ["goo", "", "goof"] {
            fs::write(&file, damage).unwrap();
            let before = fetched.get();
            let again = cache.get_or_fetch(&c, &hash, fetch).unwrap();
            assert_eq!(fs::read_to_string(again).unwrap(), "good");
            assert_eq!(fetched.get(), before + 1, "after damage to {damage:?}");
        }
    }

    #[test]
    fn nothing_stays_of_a_failed_or_wrong_fetch() {
        let top = tempfile::tempdir().unwrap();
        let cache = Cache::open(top.path()).unwrap();
        let c = component(&["src"], &[]);
        let hash = digest::of_bytes(b"good");
        let wrong = cache
            .get_or_fetch(&c, &hash, |to| Ok(fs::write(to, "bad")?))
            .unwrap_err();
        assert!(wrong.to_string().contains(&hash), "{wrong}");
        assert!(cache.get_or_fetch(&c, &hash, |_| bail!("no network")).is_err());
        assert_eq!(fs::read_dir(top.path().join("tarballs")).unwrap().count(), 0);
    }
}

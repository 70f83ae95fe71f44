//! `vendor/VENDOR.txt`: what lies in the folder and where it came from. Written last, so its presence means that
//! everything it lists is whole; removed first, so an interrupted run is done again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::manifest::Component;

const HEAD: &str = "# Sources laid here by `cargo xtask vendor` from ../vendor.toml. Tab-separated:\n\
                    # component, version, SHA-256 of the tarball, trimmed by, source\n";

/// One component as it was laid down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub version: String,
    /// `-` for an unpacked directory.
    pub sha256: String,
    pub recipe: String,
    pub source: String,
}

impl Line {
    /// Is this what `component` asks for now? A tree of unknown hash, once allowed, stays until --force.
    pub fn fits(&self, component: &Component) -> bool {
        self.name == component.name && self.version == component.version && self.recipe == component.recipe()
    }
}

pub struct Stamp {
    file: PathBuf,
}

impl Stamp {
    pub fn at(vendor: &Path) -> Self {
        Self {
            file: vendor.join("VENDOR.txt"),
        }
    }

    /// What is recorded; nothing if there is no stamp or it is damaged.
    pub fn read(&self) -> Vec<Line> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(parse)
            .collect()
    }

    pub fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", self.file.display()))
            }
            _ => Ok(()),
        }
    }

    pub fn write(&self, lines: &[Line]) -> Result<()> {
        let mut text = HEAD.to_owned();
        for Line {
            name,
            version,
            sha256,
            recipe,
            source,
        } in lines
        {
            text.push_str(&[name, version, sha256, recipe, source].map(String::as_str).join("\t"));
            text.push('\n');
        }
        let fresh = self.file.with_extension("tmp");
        fs::write(&fresh, text).with_context(|| format!("writing {}", fresh.display()))?;
        fs::rename(&fresh, &self.file).with_context(|| format!("writing {}", self.file.display()))
    }
}

fn parse(line: &str) -> Option<Line> {
    let mut fields = line.split('\t').map(str::to_owned);
    let line = Line {
        name: fields.next()?,
        version: fields.next()?,
        sha256: fields.next()?,
        recipe: fields.next()?,
        source: fields.next()?,
    };
    fields.next().is_none().then_some(line)
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::component;
    use super::*;

    #[test]
    fn what_is_written_is_read_and_compared() {
        let dir = tempfile::tempdir().unwrap();
        let stamp = Stamp::at(dir.path());
        assert!(stamp.read().is_empty());
        stamp.remove().unwrap();
        let c = component(&["src"], &[]);
        let line = Line {
            name: c.name.clone(),
            version: c.version.clone(),
            sha256: c.sha256.all()[0].clone(),
            recipe: c.recipe(),
            source: "Debian source package demo".into(),
        };
        stamp.write(std::slice::from_ref(&line)).unwrap();
        assert_eq!(stamp.read(), std::slice::from_ref(&line));
        assert!(line.fits(&c));
        assert!(!line.fits(&component(&["src", "inc"], &[])), "another trim");
        let mut newer = c.clone();
        newer.version = "2.18".into();
        assert!(!line.fits(&newer));
        stamp.remove().unwrap();
        assert!(stamp.read().is_empty());
    }

    #[test]
    fn a_damaged_stamp_counts_as_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("VENDOR.txt"), "demo\t2.17\nrubbish\n").unwrap();
        assert!(Stamp::at(dir.path()).read().is_empty());
    }
}

//! Programs out of Debian packages that were unpacked into a folder and not installed.
//!
//! The folder holds the packages and everything they depend on, C library and dynamic loader included, so its programs may be newer
//! than this system. They run through their own loader, with their own libraries and no others; nothing of the system is changed, and
//! no root is needed. `cargo xtask interop` lays such a folder down.

use std::path::{Path, PathBuf};

use crate::process::Spec;
use crate::{Error, Result};

/// The environment variable that names the folder.
pub const VARIABLE: &str = "MICROSIP_PEERS";

/// A folder of unpacked packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    dir: PathBuf,
    loader: PathBuf,
    libraries: PathBuf,
}

impl Root {
    /// Takes the folder, whose layout is that of a merged `/usr`.
    ///
    /// # Errors
    /// [`Error::Format`] if it holds no dynamic loader.
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir = dir.into();
        let (libraries, loader) = find_loader(&dir).ok_or_else(|| {
            Error::Format(format!(
                "{} holds no dynamic loader (usr/lib/*/ld-linux*): it is no folder of unpacked packages",
                dir.display()
            ))
        })?;
        Ok(Self { dir, loader, libraries })
    }

    /// The folder named by [`VARIABLE`]; `None` if the variable is not set.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn from_env() -> Result<Option<Self>> {
        match std::env::var_os(VARIABLE).filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::new(dir).map(Some),
            None => Ok(None),
        }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A path inside it, given without a leading slash.
    #[must_use]
    pub fn join(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }

    /// The directory of its libraries.
    #[must_use]
    pub fn libraries(&self) -> &Path {
        &self.libraries
    }

    /// Whether it holds the program, such as `usr/sbin/asterisk`.
    #[must_use]
    pub fn has(&self, program: &str) -> bool {
        self.join(program).is_file()
    }

    /// How to run a program of it.
    #[must_use]
    pub fn program(&self, program: &str) -> Spec {
        let path = self.join(program);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Spec::new(&self.loader)
            .name(name)
            .arg("--library-path")
            .arg(&self.libraries)
            .arg(path)
            // Neither the caller's libraries nor its OpenSSL settings are made for these.
            .env_remove("LD_LIBRARY_PATH")
            .env_remove("LD_PRELOAD")
            .env("OPENSSL_MODULES", self.libraries.join("ossl-modules"))
            .env("OPENSSL_CONF", "/dev/null")
    }
}

/// The directory of the libraries and the loader in it.
fn find_loader(dir: &Path) -> Option<(PathBuf, PathBuf)> {
    let entries = |dir: &Path| -> Vec<PathBuf> {
        let read = std::fs::read_dir(dir).into_iter().flatten().flatten();
        read.map(|entry| entry.path()).collect()
    };
    let is_loader = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("ld-linux") && name.contains(".so.") && path.is_file()
    };
    entries(&dir.join("usr/lib"))
        .into_iter()
        .filter(|path| path.is_dir())
        .find_map(|libraries| {
            let loader = entries(&libraries).into_iter().find(is_loader)?;
            Some((libraries, loader))
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_loader_is_refused_by_name() {
        let dir = crate::dir::TestDir::new("unpacked").unwrap();
        let error = Root::new(dir.path()).unwrap_err().to_string();
        assert!(error.contains(&dir.path().display().to_string()), "{error}");
        let libraries = dir.join("usr/lib/some-triplet");
        std::fs::create_dir_all(&libraries).unwrap();
        std::fs::write(libraries.join("ld-linux-any.so.2"), "").unwrap();
        let root = Root::new(dir.path()).unwrap();
        assert_eq!(root.libraries(), libraries);
        assert!(!root.has("usr/sbin/asterisk"));
    }
}

//! A directory per test that stays when the test failed.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// A temporary directory. Removed on drop, unless the thread is panicking (a failed test), [`keep`](Self::keep) was called or the
/// environment variable `MICROSIP_TESTKIT_KEEP` is set; then its path is printed.
#[derive(Debug)]
pub struct TestDir {
    dir: Option<tempfile::TempDir>,
    path: PathBuf,
    keep: bool,
}

impl TestDir {
    /// Makes a directory below the system's temporary directory whose name begins with `name`.
    ///
    /// The path stays short, because Unix sockets in it are limited to 107 bytes.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn new(name: &str) -> Result<Self> {
        let clean: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(40)
            .collect();
        let dir = tempfile::Builder::new()
            .prefix(&format!("{clean}-"))
            .tempdir()
            .map_err(|e| Error::io("make a temporary directory", e))?;
        let path = dir.path().to_owned();
        let keep = std::env::var_os("MICROSIP_TESTKIT_KEEP").is_some();
        Ok(Self {
            dir: Some(dir),
            path,
            keep,
        })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path inside it.
    #[must_use]
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file inside it and returns its path.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.join(name);
        std::fs::write(&path, contents).map_err(|e| Error::io(format!("write {}", path.display()), e))?;
        Ok(path)
    }

    /// Leaves the directory in place on drop.
    pub fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for TestDir {
    fn drop(&mut self) {
        if let Some(dir) = self.dir.take()
            && (self.keep || std::thread::panicking())
        {
            let path = dir.keep();
            #[allow(clippy::print_stderr, reason = "the harness shows it beside the failure")]
            {
                eprintln!("files of this test: {}", path.display());
            }
        }
    }
}

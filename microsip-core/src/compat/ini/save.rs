//! Reading and saving the file.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::document::{IniFile, MAX_BYTES};
use super::text::ReadOptions;
use crate::{Error, FailureCode, Result};

impl IniFile {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if it cannot be read, a directory included;
    /// [`ErrorKind::LimitReached`](crate::ErrorKind::LimitReached) if it is larger than 4 MiB.
    pub fn load(path: impl Into<PathBuf>, options: &ReadOptions) -> Result<IniFile> {
        let path = path.into();
        let bytes = read(&path).map_err(|e| failed("read settings", &path, &e))?;
        IniFile::parse_with(&bytes, path, options)
    }

    /// As [`load`](IniFile::load); a file that is absent or empty gives a new document, and true: MicroSIP's "first run".
    ///
    /// # Errors
    /// As [`load`](IniFile::load), except that the file may be absent.
    pub fn load_or_new(path: impl Into<PathBuf>, options: &ReadOptions) -> Result<(IniFile, bool)> {
        let path = path.into();
        let bytes = match read(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|e| failed("read settings", &path, &e))?,
        };
        if bytes.is_empty() {
            return Ok((IniFile::new(path), true));
        }
        Ok((IniFile::parse_with(&bytes, path, options)?, false))
    }

    /// Whether the file on disk differs from this document: somebody edited it, or it was never saved.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if it is there and cannot be read.
    pub fn differs_on_disk(&self) -> Result<bool> {
        match read(self.path()) {
            Ok(bytes) => Ok(bytes != self.to_bytes()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(e) => Err(failed("read settings", self.path(), &e)),
        }
    }

    /// Saves the document where it was read from; see [`save_as`](IniFile::save_as).
    ///
    /// # Errors
    /// As [`save_as`](IniFile::save_as).
    pub fn save(&self) -> Result<()> {
        self.save_as(self.path())
    }

    /// Saves the document at once: a reader sees the old file or the new one, never half of it.
    ///
    /// A new file is for its owner only (mode 0600), for there are passwords in it; an existing one keeps its mode, and a
    /// link stays a link. Missing directories are made (mode 0700).
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io); the old file is unharmed then.
    pub fn save_as(&self, path: &Path) -> Result<()> {
        replace(path, &self.to_bytes(), || Ok(true))
            .map(drop)
            .map_err(|e| failed("save settings", path, &e))
    }

    /// Saves the document in place of this content (`None`: of no file), so that what somebody else writes meanwhile is not lost. False, and
    /// nothing is changed, if the file has another content by now.
    ///
    /// # Errors
    /// As [`save_as`](IniFile::save_as).
    pub fn save_over(&self, seen: Option<&[u8]>) -> Result<bool> {
        let path = self.path();
        // The disk is waited for before this is asked.
        let unchanged = || match read(path) {
            Ok(bytes) => Ok(Some(bytes.as_slice()) == seen),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(seen.is_none()),
            Err(e) => Err(e),
        };
        replace(path, &self.to_bytes(), unchanged).map_err(|e| failed("save settings", path, &e))
    }
}

fn failed(op: &'static str, path: &Path, error: &io::Error) -> Error {
    FailureCode::IoFailed.error(op, format!("{}: {error}", path.display()))
}

/// One byte more than is allowed at most, so that a device without end is refused and not read on.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Puts a file in place at once, with the mode of the old one; a link stays a link.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes, || Ok(true)).map(drop)
}

/// Whether it was done: `proceed` is asked at the last moment.
fn replace(path: &Path, bytes: &[u8], proceed: impl FnOnce() -> io::Result<bool>) -> io::Result<bool> {
    // A link is followed, so that it is not replaced by a file.
    let path = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(e) if e.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(e) => return Err(e),
    };
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    let old = match fs::metadata(&path) {
        // A device, which whoever may do everything would put a file in the place of.
        Ok(old) if !old.is_file() => return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file")),
        Ok(old) => Some(old.permissions()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return Err(e),
    };
    make_dir(dir)?;
    // It is made for its owner only.
    let mut file = tempfile::Builder::new().prefix(".microsip-").tempfile_in(dir)?;
    if let Some(permissions) = old {
        file.as_file().set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if !proceed()? {
        return Ok(false);
    }
    file.persist(&path).map_err(|e| e.error)?;
    // The name is on the disk only when the directory is; not every file system can be asked for that.
    #[cfg(unix)]
    if let Ok(dir) = fs::File::open(dir) {
        let _ = dir.sync_all();
    }
    Ok(true)
}

fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_new_file_is_utf16_and_for_its_owner() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/microsip.ini");
        let (ini, first) = IniFile::load_or_new(&path, &ReadOptions::default()).unwrap();
        assert!(first && ini.differs_on_disk().unwrap());
        ini.save().unwrap();
        assert!(!ini.differs_on_disk().unwrap());
        assert_eq!(fs::read(&path).unwrap()[..4], [0xFF, 0xFE, b'[', 0]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().unwrap()), 0o700);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            ini.save().unwrap();
            assert_eq!(mode(&path), 0o640);
        }
        // Nothing is left behind.
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.ini");
        fs::write(&path, "[Settings]\nDND=0\n").unwrap();
        let mut ini = IniFile::load(&path, &ReadOptions::default()).unwrap();
        let seen = ini.to_bytes();
        ini.set("Settings", "DND", "1").unwrap();
        fs::write(&path, "[Settings]\nAA=1\n").unwrap();
        assert!(!ini.save_over(Some(&seen)).unwrap());
        assert!(!ini.save_over(None).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"[Settings]\nAA=1\n");
        assert!(ini.save_over(Some(b"[Settings]\nAA=1\n")).unwrap());
        fs::remove_file(&path).unwrap();
        assert!(!ini.save_over(Some(&seen)).unwrap());
        assert!(ini.save_over(None).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"[Settings]\nDND=1\n");
        // Nothing is left behind.
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn only_files_are_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let error = IniFile::new("").save_as(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(!fs::metadata(&path).unwrap().is_file());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real.ini"), dir.path().join("link.ini"));
        fs::write(&real, "[Settings]\nDND=0\n").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut ini = IniFile::load(&link, &ReadOptions::default()).unwrap();
        ini.set("Settings", "DND", "1").unwrap();
        ini.save().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"[Settings]\nDND=1\n");
    }

    #[test]
    fn what_cannot_be_read_or_saved_is_told_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let error = IniFile::load(dir.path().join("none.ini"), &ReadOptions::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.message().contains("none.ini"), "{error}");
        assert_eq!(
            IniFile::load(dir.path(), &ReadOptions::default()).unwrap_err().kind(),
            ErrorKind::Io
        );
        // Below a file there can be no directory.
        fs::write(dir.path().join("file"), "x").unwrap();
        let error = IniFile::new(dir.path().join("file/a.ini")).save().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn an_empty_file_is_a_first_run_and_an_endless_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.ini");
        fs::write(&path, "").unwrap();
        assert!(IniFile::load_or_new(&path, &ReadOptions::default()).unwrap().1);
        #[cfg(target_os = "linux")]
        assert_eq!(
            IniFile::load("/dev/zero", &ReadOptions::default()).unwrap_err().kind(),
            ErrorKind::LimitReached
        );
    }
}

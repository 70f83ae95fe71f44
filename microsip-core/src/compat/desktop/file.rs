//! Files that are replaced at once.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use super::{OP, failed};
use crate::{Error, ErrorKind, Result};

/// The largest file that is edited, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// A file's bytes; `None` if it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(path, &e)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| failed(path, &e))?;
    if bytes.len() as u64 > MAX_BYTES {
        let why = format!("{}: more than 4 MiB; such files have some kilobytes", path.display());
        return Err(Error::new(ErrorKind::LimitReached, OP, why));
    }
    Ok(Some(bytes))
}

/// Writes a file that others may read. A symbolic link stays one, an existing file keeps its mode.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    replace(path, bytes).map_err(|e| failed(path, &e))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(e) if e.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(e) => return Err(e),
    };
    let dir = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let mut file = tempfile::Builder::new().prefix(".microsip-").tempfile_in(dir)?;
    match fs::metadata(&path) {
        Ok(old) => file.as_file().set_permissions(old.permissions())?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        Err(e) => return Err(e),
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|e| e.error)?;
    Ok(())
}

/// Removes a file. Whether there was one.
pub(super) fn remove(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(failed(path, &e)),
    }
}

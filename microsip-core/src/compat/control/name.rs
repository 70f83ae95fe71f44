//! Which socket belongs to which configuration file.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use md5::{Digest, Md5};

use super::system;
use crate::{Error, Result};

/// Symbolic links that are followed by hand at most, as many as Linux follows.
const MAX_LINKS: usize = 40;

/// The name by which processes with the same configuration file find each other.
///
/// It is stable: the same file, by whatever path or link it is named and whether it exists yet or not, has the same name
/// (on Windows also in whatever case), another file another one. On Unix it is a socket below `$XDG_RUNTIME_DIR/microsip/`;
/// without that variable below `/run/user/UID/microsip/` where the system has it, so that jobs of cron and shells of the
/// same user meet; else below `microsip-UID` in the directory for temporary files. On Windows it is a named pipe.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InstanceName {
    pub(super) directory: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) lock: PathBuf,
}

impl InstanceName {
    /// The name of the instance that uses this configuration file. Nothing is created.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty path, [`Io`](crate::ErrorKind::Io) for a
    /// relative one without a current directory.
    pub fn for_settings(settings: impl AsRef<Path>) -> Result<Self> {
        let file = file(settings.as_ref())?;
        let mut candidates = system::directories();
        let last = candidates.pop();
        for directory in candidates.into_iter().chain(last) {
            let name = Self::in_place(directory, &file);
            if system::fits(&name.socket) {
                return Ok(name);
            }
        }
        Err(Error::invalid(
            "control",
            "every directory for the control socket has too long a path; set XDG_RUNTIME_DIR",
        ))
    }

    /// The same with the socket in a directory of your own, for services and tests. It is created where it is missing and
    /// must belong to this user, with access for nobody else. On Windows the directory only tells instances apart.
    ///
    /// # Errors
    /// As [`for_settings`](InstanceName::for_settings); also [`InvalidArgument`](crate::ErrorKind::InvalidArgument) where
    /// the path is longer than a socket's may be (107 bytes on Linux, 103 elsewhere).
    pub fn for_settings_in(directory: impl AsRef<Path>, settings: impl AsRef<Path>) -> Result<Self> {
        let directory = absolute(directory.as_ref())?;
        let file = file(settings.as_ref())?;
        let name = Self::in_place(directory, &file);
        if system::fits(&name.socket) {
            return Ok(name);
        }
        let message = format!(
            "{} is longer than the path of a socket may be ({} bytes); choose a shorter directory",
            name.socket.display(),
            system::MAX_PATH
        );
        Err(Error::invalid("control", message))
    }

    /// The socket's path, on Windows the pipe's name: what `nc -U` takes.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    fn in_place(directory: PathBuf, file: &Path) -> Self {
        let hash = hash(file.as_os_str().as_encoded_bytes());
        let stem = readable(file);
        let (socket, lock) = system::paths(&directory, &stem, &hash);
        if system::fits(&socket) {
            return InstanceName {
                directory,
                socket,
                lock,
            };
        }
        // The hash alone tells files apart; the word before it is for people.
        let (socket, lock) = system::paths(&directory, "", &hash);
        InstanceName {
            directory,
            socket,
            lock,
        }
    }
}

impl fmt::Display for InstanceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.display().fmt(f)
    }
}

/// What stands for the file: its path without links, dots and, on Windows, case.
fn file(settings: &Path) -> Result<PathBuf> {
    if settings.as_os_str().is_empty() {
        return Err(Error::invalid("control", "the path of the settings is empty"));
    }
    let path = resolved(absolute(settings)?, &mut { MAX_LINKS });
    Ok(if cfg!(windows) {
        path.to_string_lossy().to_lowercase().into()
    } else {
        path
    })
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| {
        Error::new(
            crate::ErrorKind::Io,
            "control",
            format!("{} cannot be made absolute: {e}", path.display()),
        )
    })
}

/// The path without links, of a file that need not exist: the part that exists is resolved by the system, links that lead to
/// nothing are followed, the rest stays as it is.
fn resolved(mut path: PathBuf, links: &mut usize) -> PathBuf {
    loop {
        if let Ok(real) = path.canonicalize() {
            return real;
        }
        let (Some(parent), Some(Component::Normal(file))) = (path.parent(), path.components().next_back()) else {
            return path;
        };
        let parent = resolved(parent.to_path_buf(), links);
        let here = parent.join(file);
        match std::fs::read_link(&here) {
            Ok(target) if *links > 0 => {
                *links -= 1;
                path = parent.join(target);
            }
            _ => return here,
        }
    }
}

/// 16 hexadecimal digits. MD5 because it is here already; nothing depends on its strength, only a user's own files meet.
pub(super) fn hash(bytes: &[u8]) -> String {
    Md5::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The file's name as far as it is harmless everywhere.
fn readable(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    stem.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(24)
        .collect()
}

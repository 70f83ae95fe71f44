//! The log file of `enableLog`: SIP messages as they went over the wire, secrets masked, and what went wrong.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{Direction, Error, FailureCode, Result, SipMessage};

/// A larger file is begun anew; the old one is kept beside it once.
const LARGEST: u64 = 50 * 1024 * 1024;

/// The file, open.
pub(super) struct Log {
    file: File,
    path: PathBuf,
    size: u64,
}

impl Log {
    /// Opens it behind what is there; only its owner can read it.
    pub(super) fn open(path: &Path) -> Result<Log> {
        let failed = |e: std::io::Error| FailureCode::IoFailed.error("log", format!("{}: {e}", path.display()));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut size = std::fs::metadata(path).map_or(0, |meta| meta.len());
        if size > LARGEST {
            size = 0;
            let mut old = path.as_os_str().to_owned();
            old.push(".old");
            std::fs::rename(path, old).map_err(failed)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed)?;
        Ok(Log {
            file,
            path: path.to_owned(),
            size,
        })
    }

    pub(super) fn message(&mut self, message: &SipMessage) {
        let (verb, way) = match message.direction {
            Direction::Outgoing => ("sent", "to"),
            Direction::Incoming => ("received", "from"),
        };
        let head = format!("{verb} {} {way} {}", message.transport.name(), message.remote);
        self.write(message.at, &format!("{head}\n{}", message.text.trim_end()));
    }

    pub(super) fn problem(&mut self, error: &Error) {
        self.write(SystemTime::now(), &error.to_string());
    }

    /// A disk that is full must not end calls.
    fn write(&mut self, at: SystemTime, text: &str) {
        let time = OffsetDateTime::from(at).format(&Rfc3339).unwrap_or_default();
        let line = format!("{time} {text}\n\n");
        self.size += line.len() as u64;
        if let Err(e) = self.file.write_all(line.as_bytes()) {
            tracing::debug!("log file: {e}");
        }
        if self.size > LARGEST {
            match Log::open(&self.path) {
                Ok(log) => *self = log,
                Err(e) => {
                    tracing::warn!("{e}");
                    self.size = 0;
                }
            }
        }
    }
}

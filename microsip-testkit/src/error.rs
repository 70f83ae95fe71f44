//! One error type for the whole crate.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, with enough output of the other program to see why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An external program, or a module of one, is not installed.
    #[error("{program} is not installed; on Debian: apt-get install {package}")]
    Missing {
        /// The program or module looked for.
        program: String,
        /// The Debian package that has it.
        package: String,
    },
    /// The deadline passed first.
    #[error("timed out after {waited:.1?} waiting for {what}{}", quoted(output))]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long.
        waited: Duration,
        /// Output of the program concerned so far; may be empty.
        output: String,
    },
    /// A program ended although it was needed, or with a status that means failure.
    #[error("{program} ended with {status}{}", quoted(output))]
    Exited {
        /// The program.
        program: String,
        /// Its exit status.
        status: ExitStatus,
        /// Its output.
        output: String,
    },
    /// A call to the operating system failed.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// Data did not have the expected form: a SIP message, a WAV file, an answer of a program.
    #[error("{0}")]
    Format(String),
    /// A certificate could not be made.
    #[cfg(feature = "ca")]
    #[error("cannot make certificate: {0}")]
    Certificate(#[from] rcgen::Error),
}

#[cfg(any(feature = "peers", feature = "ca"))]
impl Error {
    /// Wraps an I/O error with what was tried.
    pub(crate) fn io(what: impl Into<String>, source: io::Error) -> Self {
        Self::Io {
            what: what.into(),
            source,
        }
    }
}

/// The output of a program as an indented block, or nothing.
fn quoted(output: &str) -> String {
    if output.trim().is_empty() {
        return String::new();
    }
    let mut text = String::from("; its output:");
    for line in output.lines() {
        text.push_str("\n    | ");
        text.push_str(line);
    }
    text
}

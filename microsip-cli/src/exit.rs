//! How the program ends: its exit codes, and the sentence that goes with a failure.

use std::fmt;
use std::io::Write;

use microsip_core::{Error, ErrorKind};

use crate::style::clean;

/// The call of `dial` went as expected. The run ended as asked: `quit`, a signal, the end of input with `--quit-on-eof`, or a reader that went away.
pub const OK: u8 = 0;
/// Something failed after the start.
pub const FAILED: u8 = 1;
/// The command line is wrong, or a file it names cannot be read. clap uses the same number.
pub const USAGE: u8 = 2;
/// The endpoint could not be started: an address in use, a certificate that does not load.
pub const NOT_STARTED: u8 = 3;
/// No phone runs for these settings, and the command does not start one.
pub const NO_PHONE: u8 = 4;
/// `microsip demo`: the call failed, or the audio or the digits did not arrive.
pub const NOT_PROVEN: u8 = 5;

/// `microsip dial`: the registrar refused us, or did not answer.
pub const NOT_REGISTERED: u8 = 6;
/// `microsip dial`, `call --until`: the callee was busy (486, 600).
pub const BUSY: u8 = 7;
/// `microsip dial`, `call --until`: nobody answered (408, 480, or our own time was up).
pub const NO_ANSWER: u8 = 8;
/// `microsip dial`, `call --until`: the callee declined (603, 607, 608).
pub const DECLINED: u8 = 9;
/// `microsip dial`, `call --until`: the call failed in another way.
pub const CALL_FAILED: u8 = 10;
/// `microsip dial`: something expected did not happen.
pub const UNEXPECTED: u8 = 11;

/// `microsip dial`: a signal ended it: 128 + SIGINT, as shells have it.
pub const INTERRUPTED: u8 = 130;
/// A second signal came before the first one's end was complete: 128 + SIGINT, as shells have it.
pub const SIGNALLED_TWICE: u8 = 130;

/// The table shown by `--help`.
pub const HELP: &str = "\
Exit codes:
  0    ended as asked (quit, Ctrl-C, SIGTERM, the reader of the output went away); dial: as expected
  1    failed while running
  2    wrong command line, or a file named on it cannot be read
  3    could not start: address in use, certificate refused by the TLS library, …
  4    no phone runs for these settings
  5    demo only: the call failed, or audio or digits did not arrive
  6    dial only: not registered
  7    dial, call --until: busy (486, 600)
  8    dial, call --until: no answer (408, 480, time was up)
  9    dial, call --until: declined (603, 607, 608)
  10   dial, call --until: the call failed in another way
  11   dial only: something expected did not happen
  130  a second signal cut the end short; dial: a signal ended it";

/// Why a command did not end well.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A failure after the start.
    pub fn failed(message: impl Into<String>) -> Self {
        Failure {
            code: FAILED,
            message: message.into(),
        }
    }

    /// A wrong command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure {
            code: USAGE,
            message: message.into(),
        }
    }

    /// The demo's call did not do what it should.
    pub fn not_proven(message: impl Into<String>) -> Self {
        Failure {
            code: NOT_PROVEN,
            message: message.into(),
        }
    }

    /// A call of `dial` had another outcome than was asked for.
    pub(crate) fn outcome(code: u8, message: impl Into<String>) -> Self {
        Failure {
            code,
            message: message.into(),
        }
    }

    /// The endpoint or an account could not be set up. A malformed setting is the command line's fault.
    pub fn start(error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::InvalidArgument | ErrorKind::Unsupported | ErrorKind::Io => USAGE,
            _ => NOT_STARTED,
        };
        Failure {
            code,
            message: error.to_string(),
        }
    }

    /// No phone runs.
    pub(crate) fn not_running(settings: &std::path::Path) -> Self {
        Failure {
            code: NO_PHONE,
            message: format!(
                "no phone runs for {}; start it with `microsip` or `microsip phone`",
                settings.display()
            ),
        }
    }

    /// What a request came to: a wrong argument is the command line's fault.
    pub(crate) fn of(error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::InvalidArgument => USAGE,
            _ => FAILED,
        };
        Failure {
            code,
            // What the phone says names the operation already.
            message: match error.operation() {
                "phone" => error.message().to_owned(),
                _ => error.to_string(),
            },
        }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Writes the sentence to standard error; a closed one is nobody's to complain about.
    pub(crate) fn report(&self) {
        // A sentence may hold what a peer wrote.
        drop(writeln!(anstream::stderr(), "microsip: {}", clean(&self.message)));
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::failed(error.to_string())
    }
}

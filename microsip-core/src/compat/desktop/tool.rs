//! Tools of the desktop, started without a shell and with a bound.

use std::ffi::OsStr;
use std::io::{Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a tool may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How a tool failed.
#[derive(Debug)]
pub(super) enum Failed {
    /// It is not installed.
    Missing,
    /// Its words, or the system's.
    Said(String),
}

/// Runs a tool to its end.
pub(super) fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr]) -> Result<(), Failed> {
    let program = program.as_ref();
    let said = |what: String| Failed::Said(format!("{}: {what}", program.display()));
    // A file and not a pipe: nobody has to read it for the tool to go on.
    let mut words = tempfile::tempfile().map_err(|e| said(e.to_string()))?;
    let stderr = words.try_clone().map_err(|e| said(e.to_string()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Failed::Missing,
            _ => said(e.to_string()),
        })?;
    let end = Instant::now() + TIMEOUT;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            other => {
                let _ = child.kill();
                let _ = child.wait();
                let why = other
                    .err()
                    .map_or("it did not end within 10 s".to_owned(), |e| e.to_string());
                return Err(said(why));
            }
        }
    };
    if status.success() {
        return Ok(());
    }
    let mut text = Vec::new();
    let _ = words.rewind();
    let _ = words.take(500).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text).replace(char::is_control, " ");
    Err(said(format!("{status}: {}", text.trim())))
}

//! What the commands say. All of it goes to standard error, one line per step.
#![expect(clippy::print_stderr, reason = "the one place where xtask prints")]

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

/// Says one thing.
pub fn line(text: impl Display) {
    eprintln!("xtask: {text}");
}

/// Says what deserves attention though the work goes on.
pub fn warn(text: impl Display) {
    eprintln!("xtask: warning: {text}");
}

/// The last word of a command that failed: the error and its causes in one sentence.
pub fn error(error: &Error) {
    eprintln!("xtask: error: {error:#}");
}

/// Prints text of another program as it is, indented.
pub fn quote<'a>(lines: impl IntoIterator<Item = &'a str>) {
    for line in lines {
        eprintln!("    {line}");
    }
}

/// Runs one step: says that it begins, and how long it took or that it failed.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    line(format_args!("{name} ..."));
    let started = Instant::now();
    let result = work();
    let taken = seconds(started.elapsed());
    match &result {
        Ok(_) => line(format_args!("{name}: done in {taken}")),
        Err(_) => line(format_args!("{name}: FAILED after {taken}")),
    }
    result
}

/// `12.3 s`, or `2 min 5 s` from two minutes on.
pub fn seconds(time: Duration) -> String {
    let s = time.as_secs();
    if s < 120 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", s / 60, s % 60)
    }
}

/// A size for people: `6.8 MB`.
pub fn megabytes(bytes: u64) -> String {
    // Sizes here are far below 2^52, so nothing is lost.
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let mb = bytes as f64 / 1e6;
    format!("{mb:.1} MB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(megabytes(6_775_552), "6.8 MB");
    }
}

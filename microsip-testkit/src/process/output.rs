//! The lines a process writes, shared between its reader threads and those who wait for a line.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Deadline;

/// Which standard stream a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line of output, without its end.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it came from.
    pub stream: Stream,
    /// Its text; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// When we read it.
    pub at: Instant,
}

/// What a line is compared with: a `&str` it contains, or a closure.
pub trait Pattern {
    /// Whether the line is the one.
    fn matches(&self, line: &str) -> bool;
    /// How a time-out names it.
    fn describe(&self) -> String;
}

impl Pattern for &str {
    fn matches(&self, line: &str) -> bool {
        line.contains(*self)
    }
    fn describe(&self) -> String {
        format!("a line with {self:?}")
    }
}

impl Pattern for &String {
    fn matches(&self, line: &str) -> bool {
        line.contains(self.as_str())
    }
    fn describe(&self) -> String {
        format!("a line with {self:?}")
    }
}

impl<F: Fn(&str) -> bool> Pattern for F {
    fn matches(&self, line: &str) -> bool {
        self(line)
    }
    fn describe(&self) -> String {
        "a matching line".to_owned()
    }
}

/// The lines of a process so far. Clones see the same lines.
#[derive(Debug, Clone, Default)]
pub struct Output {
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<Line>,
    /// Where `next_match` goes on.
    cursor: usize,
    /// Pipes still open.
    open: usize,
}

/// The outcome of a wait for a line.
pub(super) enum Found {
    Line(Line),
    /// All pipes are closed: no line will come.
    Ended,
    /// The deadline passed.
    Late,
}

impl Output {
    /// A copy of all lines in the order they were read.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.lock().lines.clone()
    }

    /// The texts of all lines that match.
    #[must_use]
    pub fn matching(&self, pattern: impl Pattern) -> Vec<String> {
        self.lock()
            .lines
            .iter()
            .filter(|l| pattern.matches(&l.text))
            .map(|l| l.text.clone())
            .collect()
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().lines.len()
    }

    /// Whether there is none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits for a line that matches among those from number `from` on; returns its number and text, or `None` when the deadline
    /// passed or the process closed its output. Other waits are not affected.
    #[must_use]
    pub fn wait_from(&self, from: usize, pattern: impl Pattern, deadline: Deadline) -> Option<(usize, String)> {
        match self.search(from, &pattern, deadline) {
            (index, Found::Line(line)) => Some((index, line.text)),
            _ => None,
        }
    }

    /// The next match after that of the call before.
    pub(super) fn next_match(&self, pattern: &impl Pattern, deadline: Deadline) -> Found {
        let from = self.lock().cursor;
        let (index, found) = self.search(from, pattern, deadline);
        if matches!(found, Found::Line(_)) {
            self.lock().cursor = index + 1;
        }
        found
    }

    /// Waits until both pipes are closed.
    pub(super) fn wait_closed(&self, timeout: Duration) {
        let _ = self.shared.1.wait_timeout_while(self.lock(), timeout, |s| s.open > 0);
    }

    /// Starts a thread that reads a pipe to its end.
    pub(super) fn read(&self, stream: Stream, pipe: impl Read + Send + 'static) {
        self.lock().open += 1;
        let output = self.clone();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(pipe);
            let mut bytes = Vec::new();
            while matches!(reader.read_until(b'\n', &mut bytes), Ok(n) if n > 0) {
                let text = String::from_utf8_lossy(&bytes)
                    .trim_end_matches(['\n', '\r'])
                    .to_owned();
                bytes.clear();
                output.lock().lines.push(Line {
                    stream,
                    text,
                    at: Instant::now(),
                });
                output.shared.1.notify_all();
            }
            output.lock().open -= 1;
            output.shared.1.notify_all();
        });
    }

    fn search(&self, from: usize, pattern: &impl Pattern, deadline: Deadline) -> (usize, Found) {
        let mut next = from;
        let mut state = self.lock();
        loop {
            while let Some(line) = state.lines.get(next) {
                if pattern.matches(&line.text) {
                    return (next, Found::Line(line.clone()));
                }
                next += 1;
            }
            if state.open == 0 {
                return (next, Found::Ended);
            }
            if deadline.is_over() {
                return (next, Found::Late);
            }
            state = self
                .shared
                .1
                .wait_timeout(state, deadline.remaining())
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lock().lines {
            let mark = if line.stream == Stream::Stderr { "! " } else { "" };
            writeln!(f, "{mark}{}", line.text)?;
        }
        Ok(())
    }
}

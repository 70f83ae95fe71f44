//! What SIPp's trace files say.

use std::collections::HashMap;
use std::fmt;
use std::process::ExitStatus;

use crate::dir::TestDir;
use crate::process::Output;
use crate::sipmsg::SipMessage;

const MESSAGES: &str = "messages.log";
const ERRORS: &str = "errors.log";
const STATS: &str = "stats.csv";
const COUNTS: &str = "counts.csv";

/// The arguments that make SIPp write the files read here.
pub(super) fn trace_args(dir: &TestDir) -> Vec<String> {
    let file = |name: &str| dir.join(name).display().to_string();
    [
        "-trace_msg",
        "-message_file",
        &file(MESSAGES),
        "-trace_err",
        "-error_file",
        &file(ERRORS),
        "-trace_stat",
        "-stf",
        &file(STATS),
        "-fd",
        "1",
        "-trace_counts",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A message that SIPp sent or received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedMessage {
    /// Whether SIPp sent it.
    pub sent: bool,
    /// The local time SIPp wrote down, as text.
    pub time: String,
    /// The message.
    pub message: SipMessage,
}

impl fmt::Display for TracedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} sipp {} {}",
            self.time,
            if self.sent { "->" } else { "<-" },
            self.message
        )
    }
}

/// The outcome of a run of SIPp.
#[derive(Debug, Clone)]
pub struct SippReport {
    /// The exit status: 0 if all calls succeeded, 1 if one failed.
    pub status: ExitStatus,
    /// Calls that went through the scenario to its end.
    pub successful: u64,
    /// Calls that did not.
    pub failed: u64,
    /// Messages that SIPp sent again because no answer came.
    pub retransmissions: u64,
    /// All columns of the last line of SIPp's statistics, by their names, such as `FailedCannotSendMessage(C)`.
    pub stats: HashMap<String, String>,
    /// SIPp's counters of each message of the scenario by their names, such as `1_INVITE_Retrans`; empty if SIPp wrote none.
    pub counts: HashMap<String, u64>,
    /// The messages in order.
    pub messages: Vec<TracedMessage>,
    /// What SIPp wrote of unexpected messages and time-outs.
    pub errors: String,
    /// What SIPp wrote to the terminal.
    pub screen: String,
}

impl SippReport {
    pub(super) fn read(dir: &TestDir, status: ExitStatus, output: &Output) -> Self {
        let stats = last_line(&read(dir, STATS));
        let number = |name: &str| stats.get(name).and_then(|v| v.parse().ok()).unwrap_or(0);
        Self {
            status,
            successful: number("SuccessfulCall(C)"),
            failed: number("FailedCall(C)"),
            retransmissions: number("Retransmissions(C)"),
            counts: counts(dir),
            messages: messages(dir),
            errors: errors(dir),
            screen: output.to_string(),
            stats,
        }
    }

    /// Whether it ended with status 0 and no call failed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.success() && self.failed == 0
    }

    /// The messages it received for which `wanted` is true.
    #[must_use]
    pub fn received(&self, wanted: impl Fn(&SipMessage) -> bool) -> Vec<&SipMessage> {
        self.messages
            .iter()
            .filter(|m| !m.sent)
            .map(|m| &m.message)
            .filter(|m| wanted(m))
            .collect()
    }

    /// The messages it sent for which `wanted` is true.
    #[must_use]
    pub fn sent(&self, wanted: impl Fn(&SipMessage) -> bool) -> Vec<&SipMessage> {
        self.messages
            .iter()
            .filter(|m| m.sent)
            .map(|m| &m.message)
            .filter(|m| wanted(m))
            .collect()
    }
}

impl fmt::Display for SippReport {
    /// For the message of a failed assertion: numbers, ladder, errors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "sipp: {}, {} successful, {} failed, {} retransmissions",
            self.status, self.successful, self.failed, self.retransmissions
        )?;
        for message in &self.messages {
            writeln!(f, "{message}")?;
        }
        write!(f, "{}", self.errors)?;
        // Without traces only the terminal tells what was wrong, such as an error in the scenario.
        if self.messages.is_empty() {
            write!(f, "{}", self.screen)
        } else {
            Ok(())
        }
    }
}

/// The error file so far.
pub(super) fn errors(dir: &TestDir) -> String {
    read(dir, ERRORS)
}

/// The message file so far: `---- date time`, `UDP message sent (N bytes):` or `… received [N] bytes :`, an empty line, N bytes.
pub(super) fn messages(dir: &TestDir) -> Vec<TracedMessage> {
    let bytes = std::fs::read(dir.join(MESSAGES)).unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = &bytes[..];
    let mut time = String::new();
    while let Some(end) = rest.iter().position(|&b| b == b'\n') {
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        if line.starts_with("-----") {
            // Date, time, and the time again in seconds since 1970.
            time = line
                .trim_start_matches('-')
                .split_whitespace()
                .nth(1)
                .unwrap_or_default()
                .to_owned();
            continue;
        }
        let sent = line.contains(" message sent ");
        if !(sent || line.contains(" message received ")) {
            continue;
        }
        let digits: String = line
            .chars()
            .skip_while(|c| !"[(".contains(*c))
            .skip(1)
            .take_while(char::is_ascii_digit)
            .collect();
        let Ok(length) = digits.parse::<usize>() else { continue };
        // The message being written right now is not complete yet.
        let Some(text) = rest.get(1..=length) else { break };
        if let Ok(message) = SipMessage::parse(text) {
            found.push(TracedMessage {
                sent,
                time: time.clone(),
                message,
            });
        }
        rest = &rest[length + 1..];
    }
    found
}

fn read(dir: &TestDir, name: &str) -> String {
    std::fs::read(dir.join(name))
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

/// Column names and the values of the last line of a file with semicolons.
fn last_line(text: &str) -> HashMap<String, String> {
    let mut lines = text.lines().filter(|l| !l.is_empty());
    match (lines.next(), lines.next_back()) {
        (Some(head), Some(last)) => head
            .split(';')
            .map(str::to_owned)
            .zip(last.split(';').map(str::to_owned))
            .collect(),
        _ => HashMap::new(),
    }
}

/// SIPp names this file itself: `<scenario>_<pid>_counts.csv` in its working directory.
fn counts(dir: &TestDir) -> HashMap<String, u64> {
    let entries = std::fs::read_dir(dir.path()).into_iter().flatten().flatten();
    let file = entries
        .map(|e| e.path())
        .find(|p| p.to_string_lossy().ends_with("_counts.csv"));
    let text = file
        .and_then(|p| std::fs::read_to_string(p).ok())
        .unwrap_or_else(|| read(dir, COUNTS));
    last_line(&text)
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
        .collect()
}

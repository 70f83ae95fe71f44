//! How a hook ended, and the end of what it wrote.

use std::collections::VecDeque;
use std::time::Duration;

use zeroize::Zeroizing;

use super::HookEvent;

/// How much of each stream is kept, in bytes.
const KEPT: usize = 4096;

/// How one run of a hook ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookReport {
    /// The event.
    pub event: HookEvent,
    /// The call's SIP Call-ID.
    pub call_id: String,
    /// The program as the settings name it, without arguments; of a web address the scheme and host.
    pub program: String,
    /// How it ended.
    pub outcome: HookOutcome,
    /// The last 4 KiB of its standard output, in whole lines, as UTF-8. Control characters other than line ends and
    /// tabulators are U+FFFD; a password that was put into the arguments is `***`.
    pub stdout: String,
    /// The same of its standard error.
    pub stderr: String,
    /// How long it waited for its turn.
    pub waited: Duration,
    /// How long it ran.
    pub duration: Duration,
}

/// How a hook ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HookOutcome {
    /// It ended with this exit code; 0 says that all went well.
    Exited(i32),
    /// A signal that was not ours ended it; Unix only.
    Signal(i32),
    /// It ran longer than allowed and was ended, with what it had started.
    TimedOut,
    /// It was ended because the runner closed.
    Stopped,
    /// It was not started; says why, and what to do.
    FailedToStart(String),
    /// It was not started, for too many waited already or the runner closed.
    Dropped,
    /// What opens web addresses still ran after the time allowed, as a browser does; it was left alone.
    LeftRunning,
    /// The system does not tell how it ended; says why.
    Lost(String),
}

impl HookOutcome {
    /// Stable lower-case name, as it appears in JSON: `"exited"`, `"timed_out"`, …
    pub fn name(&self) -> &'static str {
        match self {
            HookOutcome::Exited(_) => "exited",
            HookOutcome::Signal(_) => "signal",
            HookOutcome::TimedOut => "timed_out",
            HookOutcome::Stopped => "stopped",
            HookOutcome::FailedToStart(_) => "failed_to_start",
            HookOutcome::Dropped => "dropped",
            HookOutcome::LeftRunning => "left_running",
            HookOutcome::Lost(_) => "lost",
        }
    }

    /// Whether all went well, as far as can be told.
    pub fn is_success(&self) -> bool {
        matches!(self, HookOutcome::Exited(0) | HookOutcome::LeftRunning)
    }
}

impl std::fmt::Display for HookOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            HookOutcome::Exited(code) => write!(f, "ended with exit code {code}"),
            HookOutcome::Signal(signal) => write!(f, "ended by signal {signal}"),
            HookOutcome::TimedOut => f.write_str("ran too long and was ended"),
            HookOutcome::Stopped => f.write_str("was ended because the phone closes"),
            HookOutcome::FailedToStart(why) => write!(f, "was not started: {why}"),
            HookOutcome::Dropped => f.write_str("was not started: too many hooks wait, or the phone closes"),
            HookOutcome::LeftRunning => f.write_str("still runs and is left alone"),
            HookOutcome::Lost(why) => write!(f, "ended, nobody knows how: {why}"),
        }
    }
}

/// Writes a report to the log.
pub(super) fn log(report: &HookReport) {
    let HookReport { outcome, program, .. } = report;
    let (event, ms) = (report.event.key(), report.duration.as_millis() as u64);
    let (out, err) = (report.stdout.trim_end(), report.stderr.trim_end());
    if outcome.is_success() {
        tracing::info!(target: "microsip", program, ms, out, err, "hook {event} {outcome}");
    } else {
        tracing::warn!(target: "microsip", program, ms, out, err, "hook {event} {outcome}");
    }
}

/// The end of a stream.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: VecDeque<u8>,
    cut: bool,
}

impl Tail {
    pub fn push(&mut self, bytes: &[u8]) {
        let bytes = match bytes.len().checked_sub(KEPT) {
            Some(over) => {
                self.cut |= over > 0 || !self.bytes.is_empty();
                self.bytes.clear();
                &bytes[over..]
            }
            None => bytes,
        };
        let over = (self.bytes.len() + bytes.len()).saturating_sub(KEPT);
        self.cut |= over > 0;
        self.bytes.drain(..over);
        self.bytes.extend(bytes);
    }

    /// The text, in whole lines if there is more than one.
    pub fn text(mut self, secrets: &[Zeroizing<String>]) -> String {
        let bytes: &[u8] = self.bytes.make_contiguous();
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        if self.cut {
            match text.find('\n').filter(|end| end + 1 < text.len()) {
                Some(end) => drop(text.drain(..=end)),
                // The only line there is, without what may be half of a secret.
                None if secrets.is_empty() => text.insert(0, '…'),
                None => text = "…".to_owned(),
            }
        }
        for secret in secrets {
            if !secret.is_empty() {
                text = text.replace(secret.as_str(), "***");
            }
        }
        let text = text.replace("\r\n", "\n");
        text.chars()
            .map(|c| match c {
                '\n' | '\t' => c,
                c if c.is_control() => char::REPLACEMENT_CHARACTER,
                c => c,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(parts: &[&[u8]]) -> String {
        let mut tail = Tail::default();
        for part in parts {
            tail.push(part);
        }
        assert!(tail.bytes.len() <= KEPT);
        tail.text(&[])
    }

    #[test]
    fn a_tail_keeps_the_last_whole_lines() {
        assert_eq!(tail(&[b"a\r\nb", b"c\n"]), "a\nbc\n");
        assert_eq!(tail(&[b"\x1b[1m\xFFx\0"]), "\u{FFFD}[1m\u{FFFD}x\u{FFFD}");
        let line = b"0123456789abcde\n";
        let long = tail(&[&line.repeat(1000)[..5000], b"end\n"]);
        assert!(
            long.len() > 4000 && long.starts_with("0123") && long.ends_with("end\n"),
            "{long}"
        );
        assert_eq!(tail(&[&line.repeat(300), &line.repeat(300)]).len(), 4096 - 16);
        let one = tail(&[&[b'x'; 10_000]]);
        assert!(one.starts_with("…x") && one.chars().count() == 4097);
        assert_eq!(tail(&[&[b'x'; 4096]]).len(), 4096);
    }

    #[test]
    fn secrets_in_the_output_are_masked_even_if_cut() {
        let secrets = [
            Zeroizing::new("s3 cret".to_owned()),
            Zeroizing::new("s3%20cret".to_owned()),
        ];
        let mut tail = Tail::default();
        tail.push(b"got s3 cret and s3%20cret\n");
        assert_eq!(tail.text(&secrets), "got *** and ***\n");
        let mut tail = Tail::default();
        tail.push(b"s3 cret");
        tail.push(&[b'x'; 4092]);
        assert_eq!(tail.text(&secrets), "…");
    }

    #[test]
    fn outcomes_have_names_and_sentences() {
        let all = [
            HookOutcome::Exited(0),
            HookOutcome::Signal(9),
            HookOutcome::TimedOut,
            HookOutcome::Stopped,
            HookOutcome::FailedToStart("x".into()),
            HookOutcome::Dropped,
            HookOutcome::LeftRunning,
            HookOutcome::Lost("x".into()),
        ];
        let names: std::collections::HashSet<_> = all.iter().map(HookOutcome::name).collect();
        assert_eq!(names.len(), all.len());
        assert_eq!(all.iter().filter(|o| o.is_success()).count(), 2);
        assert_eq!(HookOutcome::Exited(3).to_string(), "ended with exit code 3");
    }
}

//! What became of the call, as a word and an exit code.

use microsip_core::{CallEnd, EndCause, EndedBy};

use crate::exit;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Somebody answered.
    Answered,
    /// The registrar did not take us, so no call was made.
    NotRegistered,
    Busy,
    NoAnswer,
    Declined,
    /// Everything else, calls that broke off among it.
    Failed,
    /// A signal ended it.
    Interrupted,
}

impl Outcome {
    /// Stable name, as in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::NotRegistered => "not_registered",
            Outcome::Busy => "busy",
            Outcome::NoAnswer => "no_answer",
            Outcome::Declined => "declined",
            Outcome::Failed => "failed",
            Outcome::Interrupted => "interrupted",
        }
    }

    /// All of them, for the documentation.
    #[cfg(test)]
    pub(super) const ALL: [Outcome; 7] = [
        Outcome::Answered,
        Outcome::NotRegistered,
        Outcome::Busy,
        Outcome::NoAnswer,
        Outcome::Declined,
        Outcome::Failed,
        Outcome::Interrupted,
    ];

    /// Its exit code when nothing else was expected.
    pub(super) fn code(self) -> u8 {
        match self {
            Outcome::Answered => exit::OK,
            Outcome::NotRegistered => exit::NOT_REGISTERED,
            Outcome::Busy => exit::BUSY,
            Outcome::NoAnswer => exit::NO_ANSWER,
            Outcome::Declined => exit::DECLINED,
            Outcome::Failed => exit::CALL_FAILED,
            Outcome::Interrupted => exit::INTERRUPTED,
        }
    }

    /// Of a call that has ended.
    pub(super) fn of(end: &CallEnd, answered: bool) -> Outcome {
        if answered {
            // One whose peer vanished did not end well.
            return match end.cause {
                EndCause::TimedOut | EndCause::TransportFailed => Outcome::Failed,
                _ => Outcome::Answered,
            };
        }
        match (end.code.code(), end.cause, end.by) {
            // We gave up.
            (_, EndCause::Cancelled, EndedBy::Local) => Outcome::NoAnswer,
            (486 | 600, ..) => Outcome::Busy,
            (408 | 480, ..) => Outcome::NoAnswer,
            (603 | 607 | 608, ..) => Outcome::Declined,
            _ => Outcome::Failed,
        }
    }
}

/// Why the call, or the wait for it, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The peer, the network, or `--ring-time`.
    Call,
    /// `--hangup-after`.
    HangupAfter,
    /// `--hangup-after-play`.
    Played,
    /// Everything expected was heard.
    Expected,
    /// It was answered where `--expect-code` wanted a failure.
    Unexpected,
    /// `--timeout`.
    Timeout,
    Signal,
    /// Something of ours failed.
    Failure,
}

impl Why {
    /// Stable name, as in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Why::Call => "call",
            Why::HangupAfter => "hangup_after",
            Why::Played => "played",
            Why::Expected => "expected",
            Why::Unexpected => "unexpected",
            Why::Timeout => "timeout",
            Why::Signal => "signal",
            Why::Failure => "failure",
        }
    }

    #[cfg(test)]
    pub(super) const ALL: [Why; 8] = [
        Why::Call,
        Why::HangupAfter,
        Why::Played,
        Why::Expected,
        Why::Unexpected,
        Why::Timeout,
        Why::Signal,
        Why::Failure,
    ];
}

#[cfg(test)]
mod tests {
    use microsip_core::StatusCode;

    use super::*;

    fn end(code: u16, cause: EndCause, by: EndedBy) -> CallEnd {
        CallEnd {
            code: StatusCode::new(code).unwrap(),
            reason: String::new(),
            by,
            cause,
            error: None,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn codes_make_outcomes() {
        for (code, outcome) in [
            (486, Outcome::Busy),
            (600, Outcome::Busy),
            (408, Outcome::NoAnswer),
            (480, Outcome::NoAnswer),
            (603, Outcome::Declined),
            (404, Outcome::Failed),
            (302, Outcome::Failed),
            (487, Outcome::Failed),
        ] {
            let end = end(code, EndCause::Rejected, EndedBy::Remote);
            assert_eq!(Outcome::of(&end, false), outcome, "{code}");
        }
        let gave_up = end(487, EndCause::Cancelled, EndedBy::Local);
        assert_eq!(Outcome::of(&gave_up, false), Outcome::NoAnswer);
        let silent = end(408, EndCause::TimedOut, EndedBy::Network);
        assert_eq!(Outcome::of(&silent, false), Outcome::NoAnswer);
        assert_eq!(Outcome::of(&silent, true), Outcome::Failed);
        let refused = end(503, EndCause::TransportFailed, EndedBy::Network);
        assert_eq!(Outcome::of(&refused, false), Outcome::Failed);
        let hung_up = end(200, EndCause::HungUp, EndedBy::Remote);
        assert_eq!(Outcome::of(&hung_up, true), Outcome::Answered);
    }

    #[test]
    fn names_and_exit_codes_are_documented() {
        let doc = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dial.md");
        let doc = std::fs::read_to_string(doc).unwrap();
        for outcome in Outcome::ALL {
            let row = format!("| `{}` | {} |", outcome.name(), outcome.code());
            assert!(doc.contains(&row), "{row}");
        }
        for why in Why::ALL {
            assert!(doc.contains(&format!("`{}`", why.name())), "{}", why.name());
        }
        let mut codes: Vec<u8> = Outcome::ALL.map(Outcome::code).to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Outcome::ALL.len());
        assert!(!codes.contains(&4), "4 is for a phone that is not running");
    }
}

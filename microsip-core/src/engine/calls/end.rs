//! How a call ended, in our words.

use crate::call::{CallEnd, CallState, EndCause, EndedBy};
use crate::engine::Engine;
use crate::failure::FailureCode;
use crate::pj::{CallSnapshot, EndHint};
use crate::sip::{Message, Reason, StatusCode};
use crate::{Error, ErrorKind};

impl Engine {
    pub(super) fn call_end(
        &self,
        hint: EndHint,
        snapshot: &CallSnapshot<'_>,
        before: CallState,
        remote: &str,
        message: Option<&Message>,
        trouble: Option<(Error, bool)>,
    ) -> CallEnd {
        let outgoing = snapshot.outgoing;
        let mut end = match hint {
            // We hung up because its media cannot be protected.
            EndHint::Local if trouble.as_ref().is_some_and(|(_, ends)| *ends) => refused(trouble, NOT_ACCEPTABLE_HERE),
            EndHint::Local => {
                let (code, cause) = match (before, outgoing) {
                    (CallState::Connecting | CallState::Confirmed, _) => (StatusCode::OK, EndCause::HungUp),
                    (_, true) => (StatusCode::REQUEST_TERMINATED, EndCause::Cancelled),
                    (_, false) => (snapshot.last_status.unwrap_or(StatusCode::DECLINE), EndCause::Rejected),
                };
                CallEnd {
                    code,
                    reason: code.reason().to_owned(),
                    by: EndedBy::Local,
                    cause,
                    error: None,
                    reasons: Vec::new(),
                }
            }
            EndHint::Lost => CallEnd {
                code: StatusCode::SERVICE_UNAVAILABLE,
                reason: "unknown".to_owned(),
                by: EndedBy::Local,
                cause: EndCause::HungUp,
                error: Some(Error::new(
                    ErrorKind::Internal,
                    "call",
                    "a callback panicked, and how the call ended was lost with it; see the log",
                )),
                reasons: Vec::new(),
            },
            EndHint::StackBye(code) => stack_bye(code, remote, trouble),
            EndHint::StackCancel => refused(trouble, NOT_ACCEPTABLE_HERE),
            EndHint::NoMedia => no_media(
                snapshot.last_status.unwrap_or(StatusCode::TEMPORARILY_UNAVAILABLE),
                trouble,
            ),
            EndHint::RemoteBye => CallEnd {
                code: StatusCode::OK,
                reason: StatusCode::OK.reason().to_owned(),
                by: EndedBy::Remote,
                cause: EndCause::HungUp,
                error: None,
                reasons: Vec::new(),
            },
            EndHint::RemoteCancel => CallEnd {
                code: StatusCode::REQUEST_TERMINATED,
                reason: StatusCode::REQUEST_TERMINATED.reason().to_owned(),
                by: EndedBy::Remote,
                cause: EndCause::Cancelled,
                error: None,
                reasons: Vec::new(),
            },
            // PJSIP gave up waiting for a PRACK (RFC 3262 §3); what we refuse ourselves is `Local`.
            EndHint::Failed(outcome)
                if !outgoing && !outcome.from_peer && outcome.code == StatusCode::SERVER_TIMEOUT =>
            {
                let code = outcome.code;
                let why = format!("{remote} went silent: no PRACK to our reliable provisional answer");
                CallEnd {
                    code,
                    reason: code.reason().to_owned(),
                    by: EndedBy::Network,
                    cause: EndCause::TimedOut,
                    error: Some(Error::new(ErrorKind::Timeout, "call", why).with_sip(code)),
                    reasons: Vec::new(),
                }
            }
            // PJSIP refused the caller for us, its media for instance.
            EndHint::Failed(outcome)
                if !outgoing
                    && !outcome.from_peer
                    && outcome.pj_status == 0
                    && outcome.code != StatusCode::REQUEST_TIMEOUT =>
            {
                refused(trouble, outcome.code)
            }
            EndHint::Failed(outcome) => {
                let error = self.failure("call", remote, &outcome);
                let kind = error.as_ref().map(Error::kind);
                let (by, cause) = match kind {
                    Some(ErrorKind::Timeout) => (EndedBy::Network, EndCause::TimedOut),
                    Some(ErrorKind::Transport | ErrorKind::Tls) => (EndedBy::Network, EndCause::TransportFailed),
                    _ if outcome.from_peer => (EndedBy::Remote, EndCause::Rejected),
                    _ => (EndedBy::Local, EndCause::Rejected),
                };
                let reason = if outcome.reason.is_empty() {
                    outcome.code.reason().to_owned()
                } else {
                    outcome.reason.clone()
                };
                CallEnd {
                    code: outcome.code,
                    reason,
                    by,
                    cause,
                    error,
                    reasons: Vec::new(),
                }
            }
        };
        end.reasons = message.map(|m| Reason::read(m.headers())).unwrap_or_default();
        end
    }
}

const NOT_ACCEPTABLE_HERE: StatusCode = StatusCode::clamped(488);

/// We ended it, because its media cannot be used.
fn refused(trouble: Option<(Error, bool)>, code: StatusCode) -> CallEnd {
    let error = trouble.map(|(error, _)| error).unwrap_or_else(|| {
        let phrase = code.reason();
        FailureCode::NoCommonMedia.error(
            "call",
            format!("the peers agree on no codec, encryption or stream ({code} {phrase}); compare their settings"),
        )
    });
    CallEnd {
        code,
        reason: code.reason().to_owned(),
        by: EndedBy::Local,
        cause: EndCause::Rejected,
        error: Some(error.with_sip(code)),
        reasons: Vec::new(),
    }
}

/// No INVITE was sent, or answered, because our own media could not be made.
fn no_media(code: StatusCode, trouble: Option<(Error, bool)>) -> CallEnd {
    let trouble = trouble.or_else(|| {
        let error = FailureCode::NoMediaAddress.error(
            "call",
            "no address for media could be had; check network, RTP ports and ICE settings",
        );
        Some((error, true))
    });
    refused(trouble, code)
}

/// PJSIP ended the call with a BYE of its own; `code` says why.
pub(super) fn stack_bye(code: StatusCode, remote: &str, trouble: Option<(Error, bool)>) -> CallEnd {
    if code.is_failure() && !matches!(code.code(), 408 | 421 | 481) {
        return refused(trouble, code);
    }
    let (by, cause, error) = match code.code() {
        408 => (
            EndedBy::Network,
            EndCause::TimedOut,
            Some(
                FailureCode::NoAck
                    .error(
                        "call",
                        format!("{remote} went silent: no ACK, no answer to a re-INVITE, or no session refresh"),
                    )
                    .with_sip(code),
            ),
        ),
        481 => (
            EndedBy::Remote,
            EndCause::HungUp,
            Some(
                FailureCode::PeerForgot
                    .error("call", format!("{remote} does not know the call any more"))
                    .with_sip(code),
            ),
        ),
        421 => (
            EndedBy::Local,
            EndCause::Rejected,
            Some(
                Error::new(
                    ErrorKind::Unsupported,
                    "call",
                    format!("{remote} does not support what this call requires, session timers for instance"),
                )
                .with_sip(code),
            ),
        ),
        _ => (EndedBy::Local, EndCause::HungUp, None),
    };
    CallEnd {
        code,
        reason: code.reason().to_owned(),
        by,
        cause,
        error,
        reasons: Vec::new(),
    }
}

/// The call was about to be up, but offer and answer were not exchanged or do not fit; `message` is the one that should have
/// had the answer.
pub(super) fn not_agreed(remote: &str, message: Option<&Message>, trouble: Option<(Error, bool)>) -> CallEnd {
    let code = NOT_ACCEPTABLE_HERE;
    if trouble.is_some() {
        return refused(trouble, code);
    }
    let what = match message {
        Some(message) if message.body().is_empty() => "no answer to our offer",
        _ => "an answer that cannot be used",
    };
    let carrier = match message.map(Message::method) {
        Some("ACK") => "the ACK of",
        _ => "the message of",
    };
    CallEnd {
        code,
        reason: code.reason().to_owned(),
        by: EndedBy::Local,
        cause: EndCause::Rejected,
        error: Some(
            FailureCode::NoCommonMedia
                .error(
                    "call",
                    format!("{carrier} {remote} has {what}; compare codecs, encryption and SDP of both sides"),
                )
                .with_sip(code),
        ),
        reasons: Vec::new(),
    }
}

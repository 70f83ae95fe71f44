//! How a call ended, in our words.

use crate::call::{CallEnd, CallState, EndCause, EndedBy};
use crate::engine::Engine;
use crate::pj::{CallSnapshot, EndHint};
use crate::sip::{Message, Reason, StatusCode};
use crate::{Error, ErrorKind};

impl Engine {
    pub(super) fn call_end(
        &self,
        hint: EndHint,
        snapshot: &CallSnapshot<'_>,
        before: CallState,
        (remote, secure): (&str, bool),
        message: Option<&Message>,
        relay: Option<Error>,
    ) -> CallEnd {
        let outgoing = snapshot.outgoing;
        let mut end = match hint {
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
            EndHint::NoMedia => {
                let code = snapshot.last_status.unwrap_or(StatusCode::TEMPORARILY_UNAVAILABLE);
                CallEnd {
                    code,
                    reason: code.reason().to_owned(),
                    by: EndedBy::Local,
                    cause: EndCause::Rejected,
                    error: Some(relay.unwrap_or_else(|| no_media(code))),
                    reasons: Vec::new(),
                }
            }
            EndHint::StackBye => stack_bye(snapshot.last_status.unwrap_or(StatusCode::OK), remote),
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
            // PJSIP refused the caller for us, its media for instance.
            EndHint::Failed(outcome)
                if !outgoing
                    && !outcome.from_peer
                    && outcome.pj_status == 0
                    && outcome.code != StatusCode::REQUEST_TIMEOUT =>
            {
                let code = outcome.code;
                CallEnd {
                    code,
                    reason: code.reason().to_owned(),
                    by: EndedBy::Local,
                    cause: EndCause::Rejected,
                    // Without a way out for media it is answered so.
                    error: Some(match relay {
                        Some(relay) if code == StatusCode::TEMPORARILY_UNAVAILABLE => relay,
                        _ => unusable_media(code),
                    }),
                    reasons: Vec::new(),
                }
            }
            EndHint::Failed(outcome) => {
                let error = self.failure("call", remote, &outcome, secure);
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

fn no_media(code: StatusCode) -> Error {
    Error::new(
        ErrorKind::Media,
        "call",
        "no address for media could be had; check network, RTP ports and ICE settings",
    )
    .with_sip(code)
}

fn unusable_media(code: StatusCode) -> Error {
    Error::new(
        ErrorKind::Media,
        "call",
        format!(
            "the peers agree on no codec, encryption or stream ({code} {}); compare their settings",
            code.reason()
        ),
    )
    .with_sip(code)
}

/// PJSIP ended the call with a BYE of its own; `code` says why.
fn stack_bye(code: StatusCode, remote: &str) -> CallEnd {
    let (by, cause, error) = match code.code() {
        408 => (
            EndedBy::Network,
            EndCause::TimedOut,
            Some(
                Error::new(
                    ErrorKind::Timeout,
                    "call",
                    format!("{remote} went silent: no ACK, or no answer to a session refresh"),
                )
                .with_sip(code),
            ),
        ),
        481 => (
            EndedBy::Remote,
            EndCause::HungUp,
            Some(
                Error::new(
                    ErrorKind::Sip,
                    "call",
                    format!("{remote} does not know the call any more"),
                )
                .with_sip(code),
            ),
        ),
        n if n >= 300 => (EndedBy::Local, EndCause::Rejected, Some(unusable_media(code))),
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

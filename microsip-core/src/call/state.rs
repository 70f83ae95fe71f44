//! The life of a call, and how it ended.

use std::fmt;

use crate::Error;
use crate::sip::{Reason, StatusCode};

/// Where a call is in its life (RFC 3261 §12, §13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallState {
    /// We sent an INVITE and have no answer yet.
    Calling,
    /// We received an INVITE and have not answered it.
    Incoming,
    /// A provisional answer (101-199) was sent or received; there may be early media.
    Early,
    /// A 2xx was sent or received, the ACK is under way.
    Connecting,
    /// The ACK was sent or received: the call is up.
    Confirmed,
    /// The call is over for the application; see [`CallEnd`]. A BYE or CANCEL of ours may still be on its way.
    Disconnected,
}

impl CallState {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            CallState::Calling => "calling",
            CallState::Incoming => "incoming",
            CallState::Early => "early",
            CallState::Connecting => "connecting",
            CallState::Confirmed => "confirmed",
            CallState::Disconnected => "disconnected",
        }
    }
}

impl fmt::Display for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// We did: hang-up, cancel, rejection, or the endpoint closed.
    Local,
    /// The peer or a server on the way did.
    Remote,
    /// Nobody wanted it: no answer came, the connection failed, or a timer ran out.
    Network,
}

impl EndedBy {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            EndedBy::Local => "local",
            EndedBy::Remote => "remote",
            EndedBy::Network => "network",
        }
    }
}

/// What ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndCause {
    /// BYE after the call was up.
    HungUp,
    /// The caller gave up before an answer (CANCEL).
    Cancelled,
    /// The INVITE was answered with 3xx to 6xx.
    Rejected,
    /// No answer in time, or the ACK never came.
    TimedOut,
    /// The connection could not be made or broke, TLS refusals included.
    TransportFailed,
    /// Another call took its place; see [`Event::CallReplaced`](crate::Event::CallReplaced).
    Replaced,
}

impl EndCause {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            EndCause::HungUp => "hung_up",
            EndCause::Cancelled => "cancelled",
            EndCause::Rejected => "rejected",
            EndCause::TimedOut => "timed_out",
            EndCause::TransportFailed => "transport_failed",
            EndCause::Replaced => "replaced",
        }
    }
}

/// How a call ended; exactly one per call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallEnd {
    /// The SIP code: 200 for a call that was hung up, 487 for a cancelled one, the answer's code for a rejected one,
    /// 408 or 503 when PJSIP made it up for want of an answer.
    pub code: StatusCode,
    /// The reason phrase that came or went with it.
    pub reason: String,
    /// Who ended it.
    pub by: EndedBy,
    /// What ended it.
    pub cause: EndCause,
    /// Set when the call failed, as the typed error a caller would want to match on.
    pub error: Option<Error>,
    /// The peer's reasons, of the BYE, CANCEL or final answer that ended it (`Reason`, RFC 3326), in order.
    pub reasons: Vec<Reason>,
}

impl CallEnd {
    /// The peer's cause in the numbers of telephony (Q.850), if it told one: 16 normal clearing, 17 busy, …
    pub fn q850(&self) -> Option<u16> {
        let of_q850 = |reason: &&Reason| reason.protocol.eq_ignore_ascii_case("Q.850");
        self.reasons.iter().find(of_q850).and_then(|reason| reason.cause)
    }
}

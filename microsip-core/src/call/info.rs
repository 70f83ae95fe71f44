//! Snapshots of a call.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::{CallEnd, CallId, CallState, HoldState};
use crate::account::AccountId;
use crate::event::Direction;
use crate::media::MediaInfo;
use crate::media::quality::StreamStats;
use crate::sip::{Message, StatusCode};

/// What is known about a call at one moment; owned, and valid for ever.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallInfo {
    /// Number of the call in this process; never reused.
    pub id: CallId,
    /// The account it was made with or arrived for.
    pub account: AccountId,
    /// Made by us or received.
    pub direction: Direction,
    /// Where it is in its life.
    pub state: CallState,
    /// Our side: the From of an outgoing, the To of an incoming call, as name-addr.
    pub local_uri: Arc<str>,
    /// The other side, as name-addr.
    pub remote_uri: Arc<str>,
    /// Where requests of this dialog are sent (the peer's Contact); empty until known.
    pub remote_contact: Arc<str>,
    /// The SIP `Call-ID`.
    pub sip_call_id: Arc<str>,
    /// Our tag in the dialog (RFC 3261 §12).
    pub local_tag: Arc<str>,
    /// The peer's tag; empty until known.
    pub remote_tag: Arc<str>,
    /// The INVITE of an incoming call, with all its headers.
    pub invite: Option<Arc<Message>>,
    /// The peer's newest message that changed the state: its INVITE, an answer, BYE, CANCEL.
    pub message: Option<Arc<Message>>,
    /// The newest SIP status seen or sent for the INVITE.
    pub last_status: Option<StatusCode>,
    /// The audio streams, as negotiated.
    pub media: Vec<MediaInfo>,
    /// Who holds it.
    pub hold: HoldState,
    /// Whether the peer hears silence instead of what is sent ([`Call::mute`](crate::Call::mute)).
    pub muted: bool,
    /// When the INVITE was sent or received.
    pub started: SystemTime,
    /// When the call was confirmed.
    pub confirmed: Option<SystemTime>,
    /// The call that transferred us here: its peer's REFER had this call made.
    pub transferred_from: Option<CallId>,
    /// The call whose place this one takes (`Replaces`, RFC 3891).
    pub replaces: Option<CallId>,
    /// How it ended; set with [`CallState::Disconnected`].
    pub end: Option<CallEnd>,
    /// Statistics of the call's audio when its newest stream ended, all before it included; `None` until one has.
    /// [`Call::stats`](crate::Call::stats) tells those of now.
    pub stats: Option<StreamStats>,
    pub(crate) confirmed_at: Option<Instant>,
    pub(crate) ended_at: Option<Instant>,
}

impl CallInfo {
    /// The stream that is heard: the first that runs, or the first at all. A peer may offer several, and we take one.
    pub fn audio(&self) -> Option<&MediaInfo> {
        self.media.iter().find(|m| m.active).or(self.media.first())
    }

    pub(crate) fn begun(id: CallId, account: AccountId, direction: Direction) -> CallInfo {
        CallInfo {
            id,
            account,
            direction,
            state: match direction {
                Direction::Outgoing => CallState::Calling,
                Direction::Incoming => CallState::Incoming,
            },
            local_uri: "".into(),
            remote_uri: "".into(),
            remote_contact: "".into(),
            sip_call_id: "".into(),
            local_tag: "".into(),
            remote_tag: "".into(),
            invite: None,
            message: None,
            last_status: None,
            media: Vec::new(),
            hold: HoldState::None,
            muted: false,
            started: SystemTime::now(),
            confirmed: None,
            transferred_from: None,
            replaces: None,
            end: None,
            stats: None,
            confirmed_at: None,
            ended_at: None,
        }
    }

    /// How long the call has been, or was, up: from the ACK to now or to its end. Zero if it never was.
    pub fn duration(&self) -> Duration {
        match (self.confirmed_at, self.ended_at) {
            (None, _) => Duration::ZERO,
            (Some(from), Some(to)) => to.saturating_duration_since(from),
            (Some(from), None) => from.elapsed(),
        }
    }

    /// The user part of the other side's URI (`1001` of `"Alice" <sip:1001@host>`); empty when there is none.
    pub fn remote_user(&self) -> &str {
        crate::sip::uri::user(&self.remote_uri)
    }

    /// Whether the call is over.
    pub fn is_ended(&self) -> bool {
        self.state == CallState::Disconnected
    }
}

//! What endangers or protects a call, as PJSIP tells it: transports changed, keys agreed, media refused.

use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::alarms::Alarm;
use super::outbox::Urgency;
use crate::Error;
use crate::call::{CallId, Decision};
use crate::event::{Event, TransportSwitch};
use crate::failure::FailureCode;
use crate::media::SrtpKeying;
use crate::pj::{self, Outcome, Switched};
use crate::sip::{Additions, StatusCode, Transport};

/// How long a DTLS handshake may take: it repeats its messages after 1, 2, 4 and 8 s.
const KEYING_TIME: Duration = Duration::from_secs(15);

impl Engine {
    /// A request goes another way for its size.
    pub(crate) fn transport_switched(&self, switched: Switched) {
        let call = self.calls.borrow().by_sip_call_id(&switched.call_id, &switched.method);
        let error = (switched.status != 0)
            .then(|| {
                let outcome = Outcome {
                    code: StatusCode::SERVICE_UNAVAILABLE,
                    reason: String::new(),
                    pj_status: switched.status,
                    from_peer: false,
                    challenges: Vec::new(),
                    credentials_sent: false,
                };
                self.failure("switch to TCP", &switched.remote, &outcome)
            })
            .flatten();
        let from = if switched.to == Transport::Tcp {
            Transport::Udp
        } else {
            Transport::Tcp
        };
        if let Some(call) = &call {
            self.story_decided(call.id(), Decision::Transport, || {
                let (method, size, limit) = (&switched.method, switched.size, switched.limit);
                match &error {
                    None => format!("{method} of {size} bytes goes over TCP: more than {limit}"),
                    Some(e) => format!("{method} of {size} bytes goes over UDP after all: {}", e.message()),
                }
            });
        }
        let event = Event::TransportSwitched(Arc::new(TransportSwitch {
            call,
            call_id: switched.call_id,
            method: switched.method,
            remote: switched.remote,
            size: switched.size,
            limit: switched.limit,
            from,
            to: switched.to,
            error,
        }));
        self.publish(event, Urgency::Gather);
    }

    /// The DTLS handshake of a call's media ended. Without keys there is no audio and, since plain RTP is never sent instead,
    /// never will be: the call ends.
    pub(crate) fn srtp_negotiated(&self, id: CallId, status: i32) {
        let slot = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get_mut("srtp", id) else { return };
            if status != 0 {
                let failure = match pj::media_failure(status, true) {
                    FailureCode::SrtpFingerprint => FailureCode::SrtpFingerprint,
                    _ => FailureCode::SrtpKeying,
                };
                let words = format!(
                    "{}; nothing was sent unprotected",
                    failure.meaning().trim_end_matches('.')
                );
                let error = failure.error("call", format!("{words} ({})", pj::strerror(status)));
                entry.trouble = Some((error.with_pj_status(status), true));
            }
            entry.slot
        };
        if status == 0 {
            self.call_media(slot);
        } else if let Err(e) = self.call_hang_up("srtp", id, &Additions::default()) {
            tracing::debug!(target: "microsip", "{e}");
        }
    }

    /// Gives a DTLS handshake its time, if one has just begun.
    pub(super) fn watch_keying(&self, id: CallId) {
        if self.is_keying(id) {
            self.alarm_set(id, KEYING_TIME, Alarm::Keying);
        }
    }

    /// The handshake had its time.
    pub(super) fn keying_is_over(&self, id: CallId) {
        if self.is_keying(id) {
            self.srtp_negotiated(id, pj::TIMED_OUT);
        }
    }

    fn is_keying(&self, id: CallId) -> bool {
        let table = self.calls.borrow();
        let media = table.get("srtp", id).ok().and_then(|e| e.info.audio());
        media.is_some_and(|m| m.srtp == Some(SrtpKeying::Dtls) && m.srtp_suite.is_none())
    }

    /// An offer or answer does not fit, or media cannot be had. What PJSIP does next ends the call, or leaves it as it was.
    pub(crate) fn call_media_refused(&self, slot: i32, status: i32) {
        let error = media_refused(status, self.pj.srtp_is_required(slot));
        let mut table = self.calls.borrow_mut();
        match table.at_slot(slot) {
            Some(entry) => {
                entry.trouble.get_or_insert((error, false));
            }
            // PJSIP answers an INVITE before anybody is told of it.
            None => tracing::warn!(target: "microsip", "an incoming call is refused: {error}"),
        }
    }
}

fn media_refused(status: i32, required: bool) -> Error {
    let failure = pj::media_failure(status, required);
    let words = match failure {
        FailureCode::SrtpRequired => {
            "encryption is required here, and the peer offers or answers plain RTP; turn it on there: if it was on, somebody on the way removed it"
        }
        FailureCode::SrtpUnwanted => {
            "the peer insists on encryption, which is off here; set it to optional or required"
        }
        FailureCode::SrtpSuites => {
            "no SRTP suite or keying in common, or malformed keys; compare the lists of both sides"
        }
        FailureCode::SrtpFingerprint => "the certificate on the media path is not the one announced; no audio was sent",
        _ => "the peers agree on no codec, encryption or stream; compare their settings",
    };
    failure
        .error("call", format!("{words} ({})", pj::strerror(status)))
        .with_pj_status(status)
}

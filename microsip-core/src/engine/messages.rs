//! Messages (RFC 3428) on the engine's side: sent by the machinery of requests, taken, told and answered.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Engine;
use super::outbox::Urgency;
use super::requests::Purpose;
use crate::account::{Account, AccountId};
use crate::call::{Call, CallId};
use crate::event::Event;
use crate::message::{MessagePolicy, MessageStatus, ReceivedMessage, SentMessage};
use crate::pj::{self, Outcome, Reply};
use crate::request::Response;
use crate::sip::{Additions, Message, StatusCode};
use crate::{Error, FailureCode, Result};

/// How long a message is known again: longer than a transaction would repeat it (64·T1, RFC 3261 §17.1.2.2).
const KNOWN_FOR: Duration = Duration::from_secs(64);
/// How many are known again.
const KNOWN: usize = 512;
/// Content types of our own, whatever the application takes.
const OWN_TYPES: &[&str] = &[];

#[derive(Default)]
pub(crate) struct Table {
    repeats: Repeats,
}

/// What came a moment ago: a message may come twice by different ways, as transactions of their own (RFC 3261 §8.2.2.2).
#[derive(Default)]
struct Repeats {
    keys: RandomState,
    recent: VecDeque<(Instant, u64)>,
}

impl Repeats {
    /// Whether this message came before; from now on it has.
    fn is_known(&mut self, message: &Message, now: Instant) -> bool {
        let key = self.keys.hash_one((
            message.call_id(),
            message.cseq(),
            message.from_tag(),
            message.to_tag(),
            // Some programs give all their messages the same numbers.
            message.body(),
        ));
        while self
            .recent
            .front()
            .is_some_and(|(at, _)| now.duration_since(*at) > KNOWN_FOR)
        {
            self.recent.pop_front();
        }
        if self.recent.iter().any(|(_, known)| *known == key) {
            return true;
        }
        if self.recent.len() >= KNOWN {
            self.recent.pop_front();
        }
        self.recent.push_back((now, key));
        false
    }
}

/// Whose message it is.
pub(super) struct Place {
    pub(super) account: Account,
    pub(super) call: Option<Call>,
}

impl Engine {
    pub(crate) fn message_send(
        &self,
        op: &'static str,
        account: AccountId,
        message: SentMessage,
        additions: &Additions,
    ) -> Result<()> {
        let (request, target) = (message.request().clone(), message.target().to_owned());
        self.request_send_for(op, account, request, &target, additions, Purpose::Message(message))
    }

    pub(crate) fn message_send_in_call(
        &self,
        op: &'static str,
        call: CallId,
        message: SentMessage,
        additions: &Additions,
    ) -> Result<()> {
        let request = message.request().clone();
        self.call_request_for(op, call, request, additions, Purpose::Message(message))
    }

    /// Why a message failed; `None` for a 2xx.
    pub(super) fn message_failure(&self, host: &str, outcome: &Outcome) -> Option<Error> {
        if outcome.pj_status != pj::TOO_LONG || outcome.from_peer {
            return self.failure("send message", host, outcome);
        }
        let advice = if self.config.switch_to_tcp {
            "the peer takes no TCP, and over UDP it must not go (RFC 3428 §8): send less, or find a server on the way that takes TCP"
        } else {
            "over UDP it must not go (RFC 3428 §8): turn switch_to_tcp on, choose TCP or TLS for the account, or send less"
        };
        let error = FailureCode::MessageNeedsTcp.error(
            "send message",
            format!("the message to {host} makes a request of more than 1,300 bytes: {advice}"),
        );
        Some(error.with_pj_status(outcome.pj_status))
    }

    /// A message of ours has its final answer, or will have none.
    pub(super) fn message_answered(&self, message: SentMessage, call: Option<Call>, response: Arc<Response>) {
        let status = match response.error {
            None => MessageStatus::Accepted,
            Some(_) => MessageStatus::Failed,
        };
        self.publish(
            Event::MessageStatus {
                message,
                call,
                status,
                response: Some(response),
            },
            Urgency::Gather,
        );
    }

    /// A MESSAGE came in outside of any dialog, for the account at PJSUA's index.
    pub(crate) fn message_received(&self, account_slot: i32, message: Message) -> Reply {
        let Some(account) = self.account_by_slot(account_slot) else {
            return Reply::code(StatusCode::NOT_FOUND);
        };
        let known = || {
            let now = Instant::now();
            self.messages.borrow_mut().repeats.is_known(&message, now)
        };
        if let Some(refusal) = self.message_refusal(&message) {
            return refusal;
        }
        if known() {
            // It has been told. The sender needs to hear the same answer, whichever way that goes.
            return Reply::code(StatusCode::OK);
        }
        self.message_taken(Place { account, call: None }, message)
    }

    /// A MESSAGE came in, in the call in this slot.
    pub(crate) fn message_in_call(&self, slot: i32, message: Message) -> Reply {
        let place = {
            let table = self.calls.borrow();
            let entry = table.id_at(slot).and_then(|id| table.get("message", id).ok());
            entry.and_then(|e| {
                let accounts = self.accounts.borrow();
                let account = accounts.entry(e.info.account)?.account.clone();
                Some(Place {
                    account,
                    call: Some(e.call.clone()),
                })
            })
        };
        let Some(place) = place else {
            return Reply::code(StatusCode::clamped(481));
        };
        match self.message_refusal(&message) {
            Some(refusal) => refusal,
            None => self.message_taken(place, message),
        }
    }

    fn message_refusal(&self, message: &Message) -> Option<Reply> {
        let config = &self.config.messages;
        if let MessagePolicy::Refuse(code) = config.incoming {
            return Some(Reply::code(code));
        }
        self.type_refusal(&message.content_type())
    }

    /// The answer to a content type that is not taken.
    fn type_refusal(&self, kind: &str) -> Option<Reply> {
        let config = &self.config.messages;
        if OWN_TYPES.contains(&kind) || config.accepts(kind) {
            return None;
        }
        let list = config
            .accept
            .iter()
            .map(String::as_str)
            .chain(OWN_TYPES.iter().copied());
        let list: Vec<_> = list.collect();
        Some(Reply::code(StatusCode::UNSUPPORTED_MEDIA_TYPE).header("Accept", &list.join(", ")))
    }

    /// It is for us, and of a kind we take.
    fn message_taken(&self, place: Place, message: Message) -> Reply {
        let id = self.shared.next_id();
        self.publish_received(place, ReceivedMessage::new(id, message));
        Reply::code(StatusCode::OK)
    }

    fn publish_received(&self, place: Place, message: ReceivedMessage) {
        let Place { account, call } = place;
        self.publish(Event::Message { account, call, message }, Urgency::Now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    #[test]
    fn a_message_is_known_again_for_a_while_and_not_for_ever() {
        let message = |call_id: usize, body: &str| {
            let raw = format!(
                "MESSAGE sip:b@h SIP/2.0\r\nFrom: <sip:a@h>;tag=1\r\nCall-ID: {call_id}\r\nCSeq: 1 MESSAGE\r\n\r\n{body}"
            );
            Message::new(raw.as_bytes(), None, Transport::Udp)
        };
        let (mut repeats, now) = (Repeats::default(), Instant::now());
        assert!(!repeats.is_known(&message(1, "x"), now));
        assert!(repeats.is_known(&message(1, "x"), now + KNOWN_FOR));
        assert!(!repeats.is_known(&message(1, "y"), now));
        assert!(!repeats.is_known(&message(2, "x"), now));
        let later = now + KNOWN_FOR + Duration::from_secs(1);
        assert!(!repeats.is_known(&message(1, "x"), later));
        for n in 0..2 * KNOWN {
            assert!(!repeats.is_known(&message(100 + n, "x"), later));
        }
        assert_eq!(repeats.recent.len(), KNOWN);
    }
}

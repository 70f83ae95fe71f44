//! Messages (RFC 3428) on the engine's side: sent by the machinery of requests, taken, told and answered.

mod receipts;
mod typing;

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Engine;
use super::outbox::Urgency;
pub(super) use super::requests::Purpose;
use crate::account::{Account, AccountId};
use crate::call::{Call, CallId};
use crate::event::Event;
use crate::message::{MessagePolicy, MessageStatus, Received, ReceivedMessage, SentMessage};
use crate::pj::{self, Outcome, Reply};
use crate::presence::{Cpim, Imdn, ImdnKind, Typing};
use crate::request::Response;
use crate::sip::{Additions, Message, StatusCode};
use crate::{Error, FailureCode, Result};

/// How long a message is known again: longer than a transaction would repeat it (64·T1, RFC 3261 §17.1.2.2).
const KNOWN_FOR: Duration = Duration::from_secs(64);
/// How many are known again.
const KNOWN: usize = 512;
/// Content types of our own, whatever the application takes.
const OWN_TYPES: &[&str] = &[Cpim::CONTENT_TYPE, Imdn::CONTENT_TYPE, Typing::CONTENT_TYPE];

#[derive(Default)]
pub(crate) struct Table {
    repeats: Repeats,
    receipts: receipts::Receipts,
    conversations: typing::Conversations,
}

/// What came a moment ago: a message may come twice by different ways, as transactions of their own (RFC 3261 §8.2.2.2).
#[derive(Default)]
struct Repeats {
    keys: RandomState,
    recent: VecDeque<(Instant, u64)>,
}

impl Repeats {
    fn key(&self, message: &Message) -> u64 {
        self.keys.hash_one((
            message.call_id(),
            message.cseq(),
            message.from_tag(),
            message.to_tag(),
            // Some programs give all their messages the same numbers.
            message.body(),
        ))
    }

    /// It was not taken after all.
    fn forget_last(&mut self, message: &Message) {
        let key = self.key(message);
        self.recent.retain(|(_, known)| *known != key);
    }

    /// Whether this message came before; from now on it has.
    fn is_known(&mut self, message: &Message, now: Instant) -> bool {
        let key = self.key(message);
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

pub(crate) use typing::Whom;

/// Whose message it is.
#[derive(Clone)]
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
        self.typing_sent_message(&Whom::Target(account, target.clone()));
        self.receipts_expected(&message, None);
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
        let handle = self.calls.borrow().get(op, call)?.call.clone();
        self.typing_sent_message(&Whom::Call(call));
        self.receipts_expected(&message, Some(&handle));
        self.call_request_for(op, call, request, additions, Purpose::Message(message))
    }

    /// Why a message failed; `None` for a 2xx.
    pub(super) fn message_failure(&self, host: &str, outcome: &Outcome) -> Option<Error> {
        if outcome.pj_status != pj::TOO_LONG || outcome.from_peer {
            return self.failure("send message", host, outcome);
        }
        let advice = if self.config.switch_to_tcp {
            "it could not be carried over TCP, and over UDP it must not go (RFC 3428 §8): see that the peer takes TCP, or send less"
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
        message.keep_status(status);
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
        let copy = message.clone();
        let reply = self.message_taken(Place { account, call: None }, message);
        if !reply.code.is_success() {
            // Its copy is to hear the same.
            self.messages.borrow_mut().repeats.forget_last(&copy);
        }
        reply
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

    /// It is for us, and of a kind we take. What cannot be read is told as it is, with a warning.
    fn message_taken(&self, place: Place, message: Message) -> Reply {
        let kind = message.content_type();
        if kind != Cpim::CONTENT_TYPE {
            return match self.control(&place, &message, &kind, message.body()) {
                Ok(true) => Reply::code(StatusCode::OK),
                Ok(false) => self.tell_message(place, message, None, None),
                Err(error) => self.tell_message(place, message, None, Some(error)),
            };
        }
        let cpim = match Cpim::parse(message.body()) {
            Ok(cpim) => cpim,
            Err(error) => return self.tell_message(place, message, None, Some(error)),
        };
        if !cpim.unknown_required.is_empty() {
            // RFC 3862 §2.5: it must not be acted on.
            let warning = "399 microsip \"The envelope requires headers that are not known here\"";
            return Reply::code(StatusCode::UNSUPPORTED_MEDIA_TYPE).header("Warning", warning);
        }
        match self.control(&place, &message, &cpim.media_type(), &cpim.content) {
            Ok(true) => Reply::code(StatusCode::OK),
            Ok(false) => match self.type_refusal(&cpim.media_type()) {
                Some(refusal) => refusal,
                None => self.tell_message(place, message, Some(cpim), None),
            },
            Err(error) => self.tell_message(place, message, Some(cpim), Some(error)),
        }
    }

    /// Whether the content was for us and not for the application: a typing indication, a notification about a message of ours.
    fn control(&self, place: &Place, message: &Message, kind: &str, body: &[u8]) -> Result<bool> {
        match kind {
            Typing::CONTENT_TYPE => {
                let document = Typing::parse(body)?;
                self.typing_told(place.clone(), message, document);
                Ok(true)
            }
            // One about a message that is not known any more is the application's.
            Imdn::CONTENT_TYPE => Ok(self.receipt_received(&Imdn::parse(body)?)),
            _ => Ok(false),
        }
    }

    fn tell_message(&self, place: Place, sip: Message, envelope: Option<Cpim>, warning: Option<Error>) -> Reply {
        self.typing_got_message(&place, &sip);
        let Place { account, call } = place;
        let kind = envelope.as_ref().map_or_else(|| sip.content_type(), Cpim::media_type);
        let received = Received {
            id: self.shared.next_id(),
            account: account.id(),
            call: call.as_ref().map(Call::id),
            sip,
            envelope,
            warning,
        };
        let message = ReceivedMessage::new(&self.shared, received);
        // No notification about a notification (RFC 5438 §8).
        let asked = message
            .asked()
            .filter(|asked| asked.notify.positive_delivery && self.config.messages.confirm_delivery)
            .filter(|_| !OWN_TYPES.contains(&kind.as_str()))
            .cloned();
        self.publish(Event::Message { account, call, message }, Urgency::Now);
        let reply = Reply::code(StatusCode::OK);
        match asked {
            None => reply,
            Some(asked) => reply.then(move |engine| {
                if let Err(e) = engine.receipt_send("confirm delivery", &asked, ImdnKind::Delivery) {
                    tracing::debug!(target: "microsip", "{e}");
                }
            }),
        }
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

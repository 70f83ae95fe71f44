//! What is heard of a transfer of ours after the REFER: reports by NOTIFY, or nothing (RFC 3515 §2.4.4).

use std::time::Instant;

use super::transfer::{OP, Stage, phrase};
use crate::call::TransferState;
use crate::engine::Engine;
use crate::failure::FailureCode;
use crate::pj::{Answer, DialogKey};
use crate::redact::redact;
use crate::sip::refer::{self, Subscription, codes};
use crate::sip::{Additions, Message, StatusCode};
use crate::{Error, ErrorKind};

impl Engine {
    /// The peer reports.
    pub(crate) fn notify_received(&self, key: DialogKey, message: Message) -> Answer {
        let Some(subscription) = Subscription::read(&message) else {
            return Answer::code(codes::BAD_EVENT).header("Allow-Events", "refer");
        };
        let (token, over) = {
            let transfers = self.transfers.borrow();
            let found = transfers
                .ours_in(key)
                .and_then(|id| Some((id, transfers.ours.get(&id)?)));
            let Some((id, transfer)) = found else {
                return Answer::code(codes::DOES_NOT_EXIST);
            };
            // One of an earlier REFER in this dialog; ids are the CSeq of the REFER (RFC 3515 §2.4.6).
            let number = subscription.id.as_deref().and_then(|id| id.parse::<u32>().ok());
            if number.is_some_and(|n| n < transfer.cseq && transfer.cseq != 0) {
                return Answer::code(codes::DOES_NOT_EXIST);
            }
            (id, transfer.stage == Stage::Over)
        };
        if subscription.state.is_none() {
            return Answer::code(codes::BAD_REQUEST);
        }
        if over {
            // It was over for us before; now it is for the peer as well.
            let closed = subscription.terminated();
            return Answer::code(StatusCode::OK).then(move |engine| {
                if closed {
                    engine.transfer_closed(token);
                }
            });
        }
        let empty = message.body().is_empty();
        let fragment = refer::sipfrag(message.body());
        if !empty && message.content_type() != "message/sipfrag" {
            return self
                .last_word(token, &subscription, message, codes::UNSUPPORTED_MEDIA_TYPE)
                .header("Accept", "message/sipfrag");
        }
        match fragment {
            Some((code, reason)) if code.is_provisional() && !subscription.terminated() => Answer::code(StatusCode::OK)
                .then(move |engine| {
                    let expires = subscription.expires;
                    engine.transfer_moved(token, TransferState::Progress, code, reason, Some(message), expires);
                }),
            Some((code, reason)) if !code.is_provisional() => {
                let closed = subscription.terminated();
                Answer::code(StatusCode::OK)
                    .then(move |engine| engine.transfer_concluded(token, code, reason, message, closed))
            }
            None if !empty => self.last_word(token, &subscription, message, codes::BAD_REQUEST),
            // No body, or a provisional status for the end.
            _ => self.last_word(token, &subscription, message, StatusCode::OK),
        }
    }

    /// A report without outcome: if it is the last one, none will come.
    fn last_word(&self, token: u64, subscription: &Subscription, message: Message, code: StatusCode) -> Answer {
        let answer = Answer::code(code);
        if !subscription.terminated() {
            return answer;
        }
        answer.then(move |engine| {
            let told = engine.transfers.borrow().ours.get(&token).and_then(|t| t.told);
            let (code, reason) = refer::sipfrag(message.body())
                .unwrap_or((told.map_or(StatusCode::TRYING, |(_, code)| code), String::new()));
            engine.transfer_over(token, TransferState::Unknown, code, reason, None, Some(message), true);
        })
    }

    /// The peer's call to the target had its final answer.
    fn transfer_concluded(&self, token: u64, code: StatusCode, reason: String, message: Message, closed: bool) {
        let (state, error) = if code.is_success() {
            (TransferState::Succeeded, None)
        } else {
            let words = phrase(code, reason.clone());
            let why = format!("the peer called and got {code} {words}; the call with it goes on");
            (
                TransferState::Failed,
                Some(FailureCode::of_answer(code.code()).error(OP, why).with_sip(code)),
            )
        };
        self.transfer_over(token, state, code, reason, error, Some(message), closed);
    }

    /// The peer ended the subscription of a transfer that is over.
    fn transfer_closed(&self, token: u64) {
        let waits = self
            .transfers
            .borrow()
            .ours
            .get(&token)
            .is_some_and(|t| t.other.is_some());
        if !waits {
            self.forget_transfer(token);
        }
    }

    /// Does what is due; when to come again.
    pub(in crate::engine) fn transfers_due(&self) -> Option<Instant> {
        let now = Instant::now();
        let (late, next) = {
            let transfers = self.transfers.borrow();
            if transfers.ours.is_empty() && transfers.theirs.is_empty() {
                return None;
            }
            let times = transfers.ours.iter().map(|(id, t)| (*id, t.due.min(t.limit)));
            let (late, later): (Vec<_>, Vec<_>) = times.partition(|(_, at)| *at <= now);
            (late, later.into_iter().map(|(_, at)| at).min())
        };
        for (token, _) in &late {
            self.transfer_late(*token, now);
        }
        let theirs = self.referrals_due(now);
        if late.is_empty() {
            [next, theirs].into_iter().flatten().min()
        } else {
            Some(now)
        }
    }

    fn transfer_late(&self, token: u64, now: Instant) {
        let (over, other, answered, host) = {
            let mut transfers = self.transfers.borrow_mut();
            let Some(transfer) = transfers.ours.get_mut(&token) else {
                return;
            };
            transfer.due = transfer.limit;
            let over = transfer.stage == Stage::Over;
            (
                over,
                transfer.other.take(),
                transfer.stage == Stage::Accepted,
                transfer.peer.clone(),
            )
        };
        if over {
            if let Some(other) = other
                && self.call_hang_up(OP, other, &Additions::default()).is_ok()
            {
                tracing::debug!(target: "microsip", "call {other} was not ended by the target it was transferred to");
            }
            let done = self.transfers.borrow().ours.get(&token).is_none_or(|t| t.limit <= now);
            if done {
                self.forget_transfer(token);
            }
            return;
        }
        let why = format!("nothing was heard of the outcome from {} in time", redact(&host));
        let error = Error::new(ErrorKind::Timeout, OP, why).with_sip(StatusCode::REQUEST_TIMEOUT);
        let code = StatusCode::REQUEST_TIMEOUT;
        self.transfer_over(
            token,
            TransferState::Failed,
            code,
            String::new(),
            Some(error),
            None,
            !answered,
        );
    }
}

//! Requests of the application that wait for their answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Engine;
use super::messages::Whom;
use super::outbox::Urgency;
use crate::account::AccountId;
use crate::call::{Call, CallId};
use crate::event::Event;
use crate::message::SentMessage;
use crate::pj::{Challenged, Outcome, TOO_LONG};
use crate::redact::redact;
use crate::request::{Request, Response};
use crate::sip::{Additions, Digit, Message, StatusCode, uri};
use crate::{Error, ErrorKind, Result};

struct Pending {
    request: Request,
    /// Whom the answer is awaited from.
    host: String,
    account: Option<i32>,
    call: Option<Call>,
    purpose: Purpose,
    challenged: bool,
}

/// Who wants to know how a request ends.
pub(super) enum Purpose {
    /// The application, which has the request.
    Application,
    /// A digit of ours: nobody asked for its answer, but a failure is told.
    Digit(Digit),
    /// A message of ours.
    Message(SentMessage),
    /// A typing indication.
    Typing(Whom),
    /// A delivery notification.
    Receipt,
}

/// In the order in which they were sent.
#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<u64, Pending>,
}

impl Engine {
    pub(crate) fn request_send(
        &self,
        op: &'static str,
        account: AccountId,
        request: Request,
        target: &str,
        additions: &Additions,
    ) -> Result<()> {
        self.request_send_for(op, account, request, target, additions, Purpose::Application)
    }

    pub(super) fn request_send_for(
        &self,
        op: &'static str,
        account: AccountId,
        request: Request,
        target: &str,
        additions: &Additions,
        purpose: Purpose,
    ) -> Result<()> {
        let (slot, target) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, account)?;
            (entry.slot, entry.target(target))
        };
        let (id, method) = (request.id(), request.method().to_owned());
        let pending = Pending {
            request,
            host: uri::host_port(&target),
            account: Some(slot),
            call: None,
            purpose,
            challenged: false,
        };
        // Before it is sent: the answer may come from within.
        self.requests.borrow_mut().by_id.insert(id, pending);
        let sent = self.pj.request_send(op, slot, id, &method, &target, additions);
        let sent = self.unsent(id, sent);
        sent.map_err(|e| {
            Error::new(
                e.kind(),
                op,
                format!("{method} to {}: {}", redact(&target), e.message()),
            )
            .with_pj_status(e.pj_status().unwrap_or(0))
            .with_failure(e.failure())
        })
    }

    pub(crate) fn call_request(
        &self,
        op: &'static str,
        id: CallId,
        request: Request,
        additions: &Additions,
    ) -> Result<()> {
        self.call_request_for(op, id, request, additions, Purpose::Application)
    }

    pub(super) fn call_request_for(
        &self,
        op: &'static str,
        id: CallId,
        request: Request,
        additions: &Additions,
        purpose: Purpose,
    ) -> Result<()> {
        let (slot, call, host) = {
            let table = self.calls.borrow();
            let entry = table.get(op, id)?;
            (entry.slot, entry.call.clone(), uri::host_port(&entry.info.remote_uri))
        };
        self.story_asked(id, || format!("{op} {}", request.method()));
        let (number, method) = (request.id(), request.method().to_owned());
        let pending = Pending {
            request,
            host,
            account: None,
            call: Some(call),
            purpose,
            challenged: false,
        };
        self.requests.borrow_mut().by_id.insert(number, pending);
        let sent = self.pj.call_request(op, slot, number, &method, additions);
        self.unsent(number, sent)
    }

    /// What PJSIP said of a request at once: one that could not be sent is forgotten, unless it has been told already, or a message
    /// is too large, which is told as a failure like any other.
    fn unsent(&self, id: u64, sent: Result<()>) -> Result<()> {
        let Err(error) = sent else { return Ok(()) };
        {
            let mut table = self.requests.borrow_mut();
            let Some(pending) = table.by_id.get(&id) else {
                return Ok(());
            };
            let of_messages = !matches!(pending.purpose, Purpose::Application | Purpose::Digit(_));
            if !of_messages || error.pj_status() != Some(TOO_LONG) {
                table.by_id.remove(&id);
                return Err(error);
            }
        }
        let outcome = Outcome {
            code: StatusCode::SERVICE_UNAVAILABLE,
            reason: String::new(),
            pj_status: TOO_LONG,
            from_peer: false,
            challenges: Vec::new(),
            credentials_sent: false,
        };
        self.request_answered(id, outcome, None);
        Ok(())
    }

    /// The peer wants credentials: the account to take them from, the first time.
    pub(crate) fn request_challenged(&self, id: u64) -> Option<Challenged> {
        if let Some(who) = self.event_challenged(id) {
            return who;
        }
        if let Some(who) = self.publication_challenged(id) {
            return who;
        }
        let mut table = self.requests.borrow_mut();
        let pending = table.by_id.get_mut(&id)?;
        let first = !std::mem::replace(&mut pending.challenged, true);
        pending.account.filter(|_| first).map(Challenged::Account)
    }

    /// Whether messages of ours wait for their answer.
    pub(super) fn messages_pending(&self) -> bool {
        let table = self.requests.borrow();
        let mut purposes = table.by_id.values().map(|p| &p.purpose);
        purposes.any(|p| matches!(p, Purpose::Message(_) | Purpose::Receipt))
    }

    /// The oldest request of this method that waits in this call.
    pub(crate) fn call_request_of(&self, slot: i32, method: &str) -> Option<u64> {
        let id = self.calls.borrow().id_at(slot)?;
        let table = self.requests.borrow();
        let ours = |p: &Pending| p.request.method() == method && p.call.as_ref().is_some_and(|c| c.id() == id);
        table.by_id.iter().find(|(_, p)| ours(p)).map(|(id, _)| *id)
    }

    /// A request has its final answer, or will have none.
    pub(crate) fn request_answered(&self, id: u64, outcome: Outcome, message: Option<Message>) {
        if self.event_answered(id, &outcome, message.as_ref())
            || self.publication_answered(id, &outcome, message.as_ref())
        {
            return;
        }
        let Some(pending) = self.requests.borrow_mut().by_id.remove(&id) else {
            return;
        };
        let error = match pending.purpose {
            Purpose::Message(_) | Purpose::Typing(_) | Purpose::Receipt => {
                self.message_failure(&pending.host, &outcome)
            }
            _ => self.failure("request", &pending.host, &outcome),
        };
        let reason = if outcome.reason.is_empty() {
            outcome.code.reason().to_owned()
        } else {
            outcome.reason
        };
        self.conclude_request(
            pending,
            Response {
                code: outcome.code,
                reason,
                round_trip: std::time::Duration::ZERO,
                message: message.map(Arc::new),
                error,
            },
        );
    }

    fn conclude_request(&self, pending: Pending, mut response: Response) {
        let Pending {
            request, call, purpose, ..
        } = pending;
        response.round_trip = request.core.sent.elapsed();
        let response = Arc::new(response);
        request.core.response.set(Some(Arc::clone(&response)));
        match (purpose, call) {
            (Purpose::Digit(digit), Some(call)) => {
                if let Some(error) = response.error.clone() {
                    self.publish(Event::DtmfFailed { call, digit, error }, Urgency::Gather);
                }
            }
            (Purpose::Typing(whom), _) => self.typing_answered(&whom, &response),
            (Purpose::Receipt, _) => self.receipt_answered(&response),
            (Purpose::Message(message), call) => self.message_answered(message, call, response),
            (Purpose::Application | Purpose::Digit(_), call) => self.publish(
                Event::Response {
                    request,
                    call,
                    response,
                },
                Urgency::Gather,
            ),
        }
    }

    /// The call is over: what it still waits for will not come by its callback.
    pub(super) fn end_requests(&self, call: CallId) {
        let ended: Vec<Pending> = {
            let mut table = self.requests.borrow_mut();
            let ids: Vec<u64> = table
                .by_id
                .iter()
                .filter(|(_, p)| p.call.as_ref().is_some_and(|c| c.id() == call))
                .map(|(id, _)| *id)
                .collect();
            ids.iter().filter_map(|id| table.by_id.remove(id)).collect()
        };
        for pending in ended {
            let error = Error::new(
                ErrorKind::Gone,
                "request",
                format!("call {call} ended before the answer came"),
            );
            self.conclude_request(pending, unanswered(error));
        }
    }

    /// PJSUA is gone.
    pub(super) fn forget_requests(&self) {
        let table = std::mem::take(&mut *self.requests.borrow_mut());
        for pending in table.by_id.into_values() {
            self.conclude_request(pending, unanswered(Error::not_running("request")));
        }
    }
}

fn unanswered(error: Error) -> Response {
    Response {
        code: StatusCode::REQUEST_TIMEOUT,
        reason: String::new(),
        round_trip: std::time::Duration::ZERO,
        message: None,
        error: Some(error),
    }
}

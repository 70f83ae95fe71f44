//! Calls that come in.

use std::sync::Arc;
use std::time::Duration;

use super::Entry;
use super::policy::diversion;
use crate::account::Account;
use crate::call::{Call, CallId, CallInfo, Decision, StoryEntry, StoryStep};
use crate::engine::Engine;
use crate::engine::alarms::Alarm;
use crate::engine::outbox::Urgency;
use crate::event::{Direction, Event};
use crate::pj::CallSnapshot;
use crate::redact::redact;
use crate::sip::{Additions, Message, StatusCode};

impl Engine {
    /// An INVITE came in.
    pub(crate) fn call_incoming(
        &self,
        account_slot: i32,
        slot: i32,
        snapshot: &CallSnapshot<'_>,
        invite: Option<Message>,
    ) {
        let Some(account) = self.account_by_slot(account_slot) else {
            // PJSUA matched an account that is being removed.
            self.turn_away(slot, StatusCode::TEMPORARILY_UNAVAILABLE);
            return;
        };
        let replaces = self.replaced(invite.as_ref());
        if self.calls_are_full() && replaces.is_none() {
            self.busy(slot, &account, &snapshot.local_uri);
            return;
        }
        let mut info = CallInfo::begun(CallId(self.shared.next_id()), account.id(), Direction::Incoming);
        info.local_uri = (&*snapshot.local_uri).into();
        info.remote_uri = (&*snapshot.remote_uri).into();
        info.remote_contact = (&*snapshot.remote_contact).into();
        info.sip_call_id = (&*snapshot.sip_call_id).into();
        info.local_tag = (&*snapshot.local_tag).into();
        info.remote_tag = (&*snapshot.remote_tag).into();
        info.message = invite.map(Into::into);
        info.invite.clone_from(&info.message);
        let message = info.message.clone();
        info.replaces = replaces;
        let call = Call::new(self.shared.clone(), info.clone());
        self.story_bind(&call, &info);
        call.diary().add(StoryEntry::now(StoryStep::Decided {
            about: Decision::Account,
            what: redact(account.aor()).into_owned(),
        }));
        let id = info.id;
        let event = Event::IncomingCall {
            call: call.clone(),
            info: call.info(),
        };
        self.calls.borrow_mut().insert(Entry::new(call, slot, info));
        let count = self.calls.borrow().len();
        self.note_calls(count);
        // The policy's answer goes out before anybody is told, but is told after the call itself.
        self.publish(event, Urgency::Gather);
        if let Some(time) = message.as_deref().and_then(lifetime) {
            self.alarm_set(id, time, Alarm::Expired);
        }
        if replaces.is_some() && self.takes_replacing() {
            self.take_replacing(id);
        } else {
            self.apply_policy(id, message.as_deref());
        }
        self.flush();
    }

    /// The INVITE was good until now (RFC 3261 §13.3.1).
    pub(in crate::engine) fn invite_expired(&self, id: CallId) {
        const OP: &str = "expires";
        if self.unanswered(OP, id).is_ok() {
            self.story_decided(id, Decision::Policy, || "the INVITE has expired".to_owned());
            self.done(self.call_reject(OP, id, StatusCode::REQUEST_TERMINATED, None, &Additions::default()));
        }
    }

    /// There is no room for another call.
    fn busy(&self, slot: i32, account: &Account, callee: &str) {
        let table = self.accounts.borrow();
        let own = table.get("incoming", account.id()).ok().and_then(|e| e.policy.clone());
        drop(table);
        let policy = own.unwrap_or_else(|| Arc::clone(&self.policy.borrow()));
        match policy
            .forward
            .busy
            .as_deref()
            .map(|target| diversion("incoming", target, callee, "user-busy"))
        {
            Some(Ok(additions)) => self.turn_away_with(slot, StatusCode::MOVED_TEMPORARILY, &additions),
            _ => self.turn_away(slot, StatusCode::BUSY_HERE),
        }
    }

    /// Refuses a call nobody will hear of.
    fn turn_away(&self, slot: i32, code: StatusCode) {
        self.turn_away_with(slot, code, &Additions::default());
    }

    fn turn_away_with(&self, slot: i32, code: StatusCode, additions: &Additions) {
        if let Err(e) = self.pj.call_hang_up("incoming", slot, Some(code), None, additions) {
            tracing::debug!(target: "microsip", "{e}");
        }
    }
}

/// How long the caller wants to wait, as it says.
fn lifetime(invite: &Message) -> Option<Duration> {
    let seconds: u32 = invite.header("Expires")?.trim().parse().ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds.into()))
}

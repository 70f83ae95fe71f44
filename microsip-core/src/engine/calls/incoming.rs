//! Calls that come in.

use super::Entry;
use crate::call::{Call, CallId, CallInfo, Decision, StoryEntry, StoryStep};
use crate::engine::Engine;
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
            self.turn_away(slot, StatusCode::BUSY_HERE);
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
        if replaces.is_some() && self.takes_replacing() {
            self.take_replacing(id);
        } else {
            self.apply_policy(id, message.as_deref());
        }
        self.flush();
    }

    /// Refuses a call nobody will hear of.
    fn turn_away(&self, slot: i32, code: StatusCode) {
        if let Err(e) = self
            .pj
            .call_hang_up("incoming", slot, Some(code), None, &Additions::default())
        {
            tracing::debug!(target: "microsip", "{e}");
        }
    }
}

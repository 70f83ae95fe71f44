//! Calls that take another's place (`Replaces`, RFC 3891).

use crate::call::{CallId, CallState, Decision};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::{Direction, Event};
use crate::policy::ReplacesPolicy;
use crate::sip::refer::codes;
use crate::sip::{Additions, Message, Replaces, StatusCode};

impl Engine {
    /// Whether an INVITE with Replaces may go on to PJSUA, which must not see the header; else what to answer.
    pub(crate) fn replaces_verdict(&self, invite: &Message) -> Result<(), StatusCode> {
        let mut values = invite.headers().all("Replaces");
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(codes::BAD_REQUEST);
        };
        let wanted = Replaces::parse(value).map_err(|_| codes::BAD_REQUEST)?;
        // RFC 3891 §3, in its order.
        let Some(id) = self.replaced_by(&wanted) else {
            let over = self.pj.dialog_exists(&wanted.call_id, &wanted.to_tag, &wanted.from_tag);
            return Err(if over {
                StatusCode::DECLINE
            } else {
                codes::DOES_NOT_EXIST
            });
        };
        let table = self.calls.borrow();
        let Ok(entry) = table.get("replaces", id) else {
            return Err(codes::DOES_NOT_EXIST);
        };
        let early = entry.info.state <= CallState::Early;
        if early && entry.info.direction == Direction::Incoming {
            return Err(codes::DOES_NOT_EXIST);
        }
        if wanted.early_only && !early {
            return Err(StatusCode::BUSY_HERE);
        }
        if entry.replaced {
            // Somebody else was faster.
            return Err(StatusCode::DECLINE);
        }
        match self.rules.get().replaces {
            ReplacesPolicy::Refuse => Err(StatusCode::DECLINE),
            ReplacesPolicy::Ask | ReplacesPolicy::Accept => Ok(()),
            ReplacesPolicy::AcceptSameSource => {
                let address = |message: &Message| message.source().map(|source| source.ip());
                let known = entry.info.message.as_deref().and_then(address);
                if known.is_some() && known == address(invite) {
                    Ok(())
                } else {
                    Err(StatusCode::DECLINE)
                }
            }
        }
    }

    /// The call that an INVITE names, if it names one.
    fn replaced_by(&self, wanted: &Replaces) -> Option<CallId> {
        let table = self.calls.borrow();
        let mut entries = table.entries();
        let found = entries.find(|e| wanted.names(&e.info.sip_call_id, &e.info.local_tag, &e.info.remote_tag));
        found.map(|e| e.info.id)
    }

    /// The call whose place an incoming call takes; the verdict was positive just now.
    pub(super) fn replaced(&self, invite: Option<&Message>) -> Option<CallId> {
        let wanted = Replaces::parse(invite?.header("Replaces")?).ok()?;
        self.replaced_by(&wanted)
    }

    /// Whether a replacing call is taken without asking.
    pub(super) fn takes_replacing(&self) -> bool {
        let policy = self.rules.get().replaces;
        matches!(policy, ReplacesPolicy::Accept | ReplacesPolicy::AcceptSameSource)
    }

    /// Takes a replacing call in the application's name.
    pub(super) fn take_replacing(&self, id: CallId) {
        self.story_decided(id, Decision::Policy, || "take the place of another call".to_owned());
        self.done(self.call_answer("replaces", id, StatusCode::OK, None, &Additions::default()));
    }

    /// A call was taken with 2xx: the one it replaces ends.
    pub(super) fn end_replaced(&self, by: CallId) {
        let (call, new) = {
            let mut table = self.calls.borrow_mut();
            let Ok(entry) = table.get("replaces", by) else { return };
            let (Some(old), new) = (entry.info.replaces, entry.call.clone()) else {
                return;
            };
            let Ok(entry) = table.get_mut("replaces", old) else {
                return;
            };
            entry.replaced = true;
            (entry.call.clone(), new)
        };
        let id = call.id();
        self.publish(Event::CallReplaced { call, by: new }, Urgency::Gather);
        if let Err(e) = self.call_hang_up("replaces", id, &Additions::default()) {
            tracing::debug!(target: "microsip", "{e}");
        }
    }
}

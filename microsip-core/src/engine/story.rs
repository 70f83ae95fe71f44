//! Writing the stories of calls: which message belongs to which call.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::Engine;
use crate::call::{Call, CallId, CallInfo, Decision, StoryEntry, StoryStep};
use crate::event::Direction;

/// Which leg of which call a message belongs to. Call-ID alone does not tell: both legs of a call through a proxy may be ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leg<'a> {
    pub(crate) call_id: &'a str,
    /// Our tag; empty in requests that begin a dialog with us, and what belongs to those.
    pub(crate) local_tag: &'a str,
}

struct Bound {
    local_tag: Arc<str>,
    incoming: bool,
    call: Call,
}

impl Bound {
    fn is(&self, leg: Leg<'_>) -> bool {
        *self.local_tag == *leg.local_tag || (leg.local_tag.is_empty() && self.incoming)
    }
}

#[derive(Default)]
pub(crate) struct Stories {
    by_call_id: HashMap<Arc<str>, Vec<Bound>>,
    /// Calls that are over, the oldest first: answers to their last requests still come.
    ended: VecDeque<(Arc<str>, CallId)>,
    /// Messages of no call we know, yet: the INVITE is on the wire before the call has a name.
    strays: VecDeque<(Box<str>, Box<str>, StoryEntry)>,
}

const STRAYS: usize = 32;
const ENDED: usize = 32;

impl Engine {
    /// A message of this leg went over the wire.
    pub(crate) fn story_message(&self, leg: Leg<'_>, entry: StoryEntry) {
        let mut stories = self.stories.borrow_mut();
        let bound = stories.by_call_id.get(leg.call_id);
        match bound.and_then(|list| list.iter().find(|b| b.is(leg))) {
            Some(bound) => bound.call.diary().add(entry),
            None => {
                if stories.strays.len() == STRAYS {
                    stories.strays.pop_front();
                }
                let stray = (leg.call_id.into(), leg.local_tag.into(), entry);
                stories.strays.push_back(stray);
            }
        }
    }

    /// The call is known by its Call-ID and tag from now on.
    pub(super) fn story_bind(&self, call: &Call, info: &CallInfo) {
        if info.sip_call_id.is_empty() || info.local_tag.is_empty() {
            return;
        }
        let mut stories = self.stories.borrow_mut();
        let Stories { by_call_id, strays, .. } = &mut *stories;
        let list = by_call_id.entry(Arc::clone(&info.sip_call_id)).or_default();
        if list.iter().any(|b| b.call == *call) {
            return;
        }
        let bound = Bound {
            local_tag: Arc::clone(&info.local_tag),
            incoming: info.direction == Direction::Incoming,
            call: call.clone(),
        };
        if !strays.is_empty() {
            let mut diary = call.diary();
            strays.retain(|(call_id, local_tag, entry)| {
                let ours = **call_id == *info.sip_call_id && bound.is(Leg { call_id, local_tag });
                if ours {
                    diary.add(entry.clone());
                }
                !ours
            });
        }
        list.push(bound);
    }

    /// The call is over.
    pub(super) fn story_end(&self, info: &CallInfo) {
        let mut stories = self.stories.borrow_mut();
        stories.ended.push_back((Arc::clone(&info.sip_call_id), info.id));
        if stories.ended.len() <= ENDED {
            return;
        }
        let Some((call_id, id)) = stories.ended.pop_front() else {
            return;
        };
        let now_empty = stories.by_call_id.get_mut(&call_id).is_some_and(|list| {
            list.retain(|b| b.call.id() != id);
            list.is_empty()
        });
        if now_empty {
            stories.by_call_id.remove(&call_id);
        }
    }

    /// The application, or a policy, asked for something.
    pub(crate) fn story_asked(&self, id: CallId, what: impl FnOnce() -> String) {
        if let Ok(entry) = self.calls.borrow().get("story", id) {
            entry
                .call
                .diary()
                .add(StoryEntry::now(StoryStep::Asked { what: what() }));
        }
    }

    /// Something was decided.
    pub(crate) fn story_decided(&self, id: CallId, about: Decision, what: impl FnOnce() -> String) {
        if let Ok(entry) = self.calls.borrow().get("story", id) {
            let what = what();
            entry
                .call
                .diary()
                .add(StoryEntry::now(StoryStep::Decided { about, what }));
        }
    }
}

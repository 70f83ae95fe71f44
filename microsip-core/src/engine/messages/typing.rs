//! Typing indications (RFC 3994): ours, told by a small machine per conversation, and those of others, which run out.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use super::{Place, Purpose};
use crate::account::{Account, AccountId};
use crate::call::{Call, CallId};
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::message::{MessageOptions, PeerTyping, TypingCause, address, display_name};
use crate::presence::{Typing, TypingState};
use crate::request::{Request, Response};
use crate::sip::{Message, uri};
use crate::{ErrorKind, Result};

/// Conversations that are kept in mind, ours and others'.
const MOST: usize = 1000;
/// A peer is told again so long before its timer runs out.
const AHEAD: Duration = Duration::from_secs(10);
/// However long a peer says that its indication holds.
const LONGEST: Duration = Duration::from_secs(3600);

/// Whom we tell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Whom {
    /// Somebody, outside of any call.
    Target(AccountId, String),
    /// The peer of a call.
    Call(CallId),
}

/// One conversation in which something is typed here (RFC 3994 §3.2). Pure: it says what is to be sent.
#[derive(Debug, Clone, Copy)]
struct Composer {
    active: bool,
    /// The peer does not understand such indications: none are sent.
    deaf: bool,
    idle_at: Instant,
    refresh_at: Instant,
}

impl Composer {
    fn new(now: Instant) -> Composer {
        Composer {
            active: false,
            deaf: false,
            idle_at: now,
            refresh_at: now,
        }
    }

    /// Something was typed, or it was said that nothing is.
    fn typed(&mut self, now: Instant, typing: bool, idle: Duration, refresh: Duration) -> Option<TypingState> {
        if self.deaf {
            return None;
        }
        if typing {
            self.idle_at = now + idle;
        }
        if typing == self.active {
            return None;
        }
        self.active = typing;
        self.refresh_at = now + refresh - AHEAD;
        Some(if typing { TypingState::Active } else { TypingState::Idle })
    }

    fn due(&self) -> Option<Instant> {
        self.active.then(|| self.idle_at.min(self.refresh_at))
    }

    fn tick(&mut self, now: Instant, refresh: Duration) -> Option<TypingState> {
        if !self.active || self.due().is_some_and(|due| due > now) {
            return None;
        }
        if self.idle_at <= now {
            self.active = false;
            return Some(TypingState::Idle);
        }
        self.refresh_at = now + refresh - AHEAD;
        Some(TypingState::Active)
    }
}

/// Where somebody else types: account, call, user and host.
type Where = (AccountId, Option<CallId>, String);

struct Typist {
    account: Account,
    call: Option<Call>,
    typing: PeerTyping,
    until: Instant,
}

#[derive(Default)]
pub(super) struct Conversations {
    ours: HashMap<Whom, Composer>,
    theirs: HashMap<Where, Typist>,
    /// No later than the next moment at which anything is due.
    next: Option<Instant>,
}

impl Conversations {
    fn wake_by(&mut self, at: Option<Instant>) {
        self.next = self.next.into_iter().chain(at).min();
    }
}

impl Engine {
    /// The application types, or does no longer.
    pub(crate) fn typing_set(&self, op: &'static str, whom: Whom, typing: bool) -> Result<()> {
        match &whom {
            Whom::Target(account, _) => drop(self.accounts.borrow().get(op, *account)?),
            Whom::Call(call) => drop(self.calls.borrow().get(op, *call)?),
        }
        let (idle, refresh) = (self.config.messages.typing_idle, self.config.messages.typing_refresh);
        let now = Instant::now();
        let (told, before) = {
            let list = &mut self.messages.borrow_mut().conversations;
            if list.ours.len() >= MOST && !list.ours.contains_key(&whom) {
                list.ours.retain(|_, composer| composer.active);
            }
            let composer = list.ours.entry(whom.clone()).or_insert_with(|| Composer::new(now));
            let before = *composer;
            let told = composer.typed(now, typing, idle, refresh);
            let due = composer.due();
            list.wake_by(due);
            (told, before)
        };
        let Some(state) = told else { return Ok(()) };
        let sent = self.send_typing(op, &whom, state);
        if sent.is_err() {
            self.messages.borrow_mut().conversations.ours.insert(whom, before);
        }
        sent
    }

    fn send_typing(&self, op: &'static str, whom: &Whom, state: TypingState) -> Result<()> {
        let mut document = Typing::new(state).content_type("text/plain");
        document = match state {
            TypingState::Active => document.refresh(self.config.messages.typing_refresh),
            _ => document.last_active(SystemTime::now()),
        };
        let additions = MessageOptions::new(Typing::CONTENT_TYPE, document.to_xml()).additions();
        let request = Request::new(&self.shared, "MESSAGE");
        let purpose = Purpose::Typing(whom.clone());
        match whom {
            Whom::Target(account, target) => self.request_send_for(op, *account, request, target, &additions, purpose),
            Whom::Call(call) => self.call_request_for(op, *call, request, &additions, purpose),
        }
    }

    /// The peer has answered an indication, or did not.
    pub(in crate::engine) fn typing_answered(&self, whom: &Whom, response: &Response) {
        let Some(error) = &response.error else { return };
        tracing::debug!(target: "microsip", "a typing indication failed: {error}");
        // It does not know the method, or the type (RFC 3994 §3.6).
        let deaf = matches!(response.code.code(), 405 | 406 | 415 | 488 | 489 | 501) && error.kind() == ErrorKind::Sip;
        if let Some(composer) = self.messages.borrow_mut().conversations.ours.get_mut(whom)
            && deaf
        {
            composer.deaf = true;
            composer.active = false;
        }
    }

    /// A message goes out: that says by itself that it is not being typed any more (RFC 3994 §3.2).
    pub(super) fn typing_sent_message(&self, whom: &Whom) {
        if let Some(composer) = self.messages.borrow_mut().conversations.ours.get_mut(whom) {
            composer.active = false;
        }
    }

    /// An indication came in.
    pub(super) fn typing_told(&self, place: Place, message: &Message, document: Typing) {
        let (key, from) = whose(&place, message);
        let state = document.state;
        if state == TypingState::Idle {
            return self.typing_ends(&key, TypingCause::Told);
        }
        let until = Instant::now() + document.valid_for().min(LONGEST);
        let typing = PeerTyping {
            from: uri::bare(address(from)).to_owned(),
            display: display_name(from),
            state,
            content_type: document.content_type,
            cause: TypingCause::Told,
        };
        let Place { account, call } = place;
        let (news, pushed_out) = {
            let list = &mut self.messages.borrow_mut().conversations;
            list.wake_by(Some(until));
            let known = list.theirs.get(&key);
            let news = known.is_none_or(|t| t.typing.content_type != typing.content_type);
            let pushed_out = (known.is_none() && list.theirs.len() >= MOST)
                .then(|| list.theirs.iter().min_by_key(|(_, t)| t.until).map(|(k, _)| k.clone()))
                .flatten();
            let typist = Typist {
                account: account.clone(),
                call: call.clone(),
                typing: typing.clone(),
                until,
            };
            list.theirs.insert(key, typist);
            (news, pushed_out)
        };
        if let Some(other) = pushed_out {
            self.typing_ends(&other, TypingCause::Expired);
        }
        if news {
            self.publish(Event::Typing { account, call, typing }, Urgency::Gather);
        }
    }

    /// A message came from somebody.
    pub(super) fn typing_got_message(&self, place: &Place, message: &Message) {
        let (key, _) = whose(place, message);
        self.typing_ends(&key, TypingCause::Message);
    }

    fn typing_ends(&self, key: &Where, cause: TypingCause) {
        let ended = self.messages.borrow_mut().conversations.theirs.remove(key);
        let Some(Typist {
            account,
            call,
            mut typing,
            ..
        }) = ended
        else {
            return;
        };
        typing.state = TypingState::Idle;
        typing.cause = cause;
        self.publish(Event::Typing { account, call, typing }, Urgency::Gather);
    }

    /// The call is over.
    pub(in crate::engine) fn typing_call_over(&self, call: CallId) {
        let keys: Vec<Where> = {
            let list = &mut self.messages.borrow_mut().conversations;
            list.ours.remove(&Whom::Call(call));
            list.theirs.keys().filter(|key| key.1 == Some(call)).cloned().collect()
        };
        for key in keys {
            self.typing_ends(&key, TypingCause::CallEnded);
        }
    }

    /// The account is gone; nobody is told of what was typed for it.
    pub(in crate::engine) fn typing_forget_account(&self, account: AccountId) {
        let list = &mut self.messages.borrow_mut().conversations;
        list.ours
            .retain(|whom, _| !matches!(whom, Whom::Target(id, _) if *id == account));
        list.theirs.retain(|key, _| key.0 != account);
    }

    /// When something has to be told, at the earliest.
    pub(in crate::engine) fn typing_due(&self) -> Option<Instant> {
        self.messages.borrow().conversations.next
    }

    /// Tells what is due.
    pub(in crate::engine) fn tick_typing(&self) {
        let now = Instant::now();
        if self.typing_due().is_none_or(|due| due > now) {
            return;
        }
        let refresh = self.config.messages.typing_refresh;
        let (tell, over) = {
            let list = &mut self.messages.borrow_mut().conversations;
            let mut tell = Vec::new();
            for (whom, composer) in &mut list.ours {
                if let Some(state) = composer.tick(now, refresh) {
                    tell.push((whom.clone(), state));
                }
            }
            let over: Vec<Where> = list
                .theirs
                .iter()
                .filter(|(_, t)| t.until <= now)
                .map(|(key, _)| key.clone())
                .collect();
            let ours = list.ours.values().filter_map(Composer::due);
            let theirs = list.theirs.values().map(|t| t.until).filter(|until| *until > now);
            list.next = ours.chain(theirs).min();
            (tell, over)
        };
        for key in over {
            self.typing_ends(&key, TypingCause::Expired);
        }
        for (whom, state) in tell {
            if let Err(e) = self.send_typing("typing", &whom, state) {
                tracing::debug!(target: "microsip", "{e}");
                self.messages.borrow_mut().conversations.ours.remove(&whom);
            }
        }
    }
}

/// Whose indications and messages belong together; and their From.
fn whose<'a>(place: &Place, message: &'a Message) -> (Where, &'a str) {
    let from = message.header("From").unwrap_or_default();
    let bare = uri::bare(address(from));
    let who = format!("{}@{}", uri::user(bare), uri::host_port(bare));
    ((place.account.id(), place.call.as_ref().map(Call::id), who), from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_secs(15);
    const REFRESH: Duration = Duration::from_secs(120);

    #[test]
    fn who_types_on_is_told_again_and_who_stops_is_idle() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut composer = Composer::new(start);
        assert_eq!(composer.due(), None);
        assert_eq!(composer.typed(at(0), true, IDLE, REFRESH), Some(TypingState::Active));
        // A key every 10 s: nothing but the refresh goes out.
        let mut told = Vec::new();
        for second in 1..=250 {
            if second % 10 == 0 {
                assert_eq!(composer.typed(at(second), true, IDLE, REFRESH), None);
            }
            told.extend(composer.tick(at(second), REFRESH).map(|state| (second, state)));
        }
        assert_eq!(told, [(110, TypingState::Active), (220, TypingState::Active)]);
        // The last key was at 250.
        assert_eq!(composer.due(), Some(at(265)));
        assert_eq!(composer.tick(at(264), REFRESH), None);
        assert_eq!(composer.tick(at(265), REFRESH), Some(TypingState::Idle));
        assert_eq!((composer.due(), composer.tick(at(900), REFRESH)), (None, None));
        assert_eq!(composer.typed(at(901), false, IDLE, REFRESH), None);
        assert_eq!(composer.typed(at(902), true, IDLE, REFRESH), Some(TypingState::Active));
        assert_eq!(composer.typed(at(903), false, IDLE, REFRESH), Some(TypingState::Idle));
    }

    #[test]
    fn who_does_not_understand_is_left_alone() {
        let now = Instant::now();
        let mut composer = Composer::new(now);
        composer.deaf = true;
        assert_eq!(composer.typed(now, true, IDLE, REFRESH), None);
        assert_eq!(composer.due(), None);
    }
}

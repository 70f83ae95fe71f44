//! Those who watch us: subscriptions of others to what accounts serve (RFC 6665 §4.2).

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::{Asked, Awaited, Remote, after, token};
use crate::account::AccountId;
use crate::engine::Engine;
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::pj::{Draft, Outcome, Reply};
use crate::request::RequestOptions;
use crate::sip::event_state::EventName;
use crate::sip::refer::codes;
use crate::sip::{Additions, EndReason, Headers, Message, StatusCode};
use crate::subscription::{ServeOptions, WatchPolicy, Watcher, WatcherId, WatcherState};
use crate::{Error, ErrorKind, Result};

/// More than a person or a desk has; a stranger must not fill the memory.
const MOST: usize = 4096;
/// From one address, unless the guard trusts it: somebody else is to find a place too.
const MOST_FROM_ONE: usize = 128;
/// A SUBSCRIBE is kept for as long as its watcher watches.
const LONGEST_REQUEST: usize = 8192;

struct Served {
    options: ServeOptions,
    state: Option<RequestOptions>,
}

struct Entry {
    watcher: Watcher,
    account: AccountId,
    event: EventName,
    call_id: String,
    /// Our side, as From of a NOTIFY, with its tag.
    local: String,
    local_tag: String,
    remote: Remote,
    /// The number of its newest SUBSCRIBE.
    heard: u32,
    cseq: u32,
    until: Instant,
    /// What it alone is told, until everybody is told something else.
    own: Option<RequestOptions>,
    /// A NOTIFY waits for its answer.
    busy: bool,
    /// Another one is due after it.
    again: bool,
    /// The one under way is the last.
    last: bool,
    /// When the engine looks whether it has come back.
    alarm: Option<Instant>,
}

/// All packages served, and all watchers.
#[derive(Default)]
pub(crate) struct Watching {
    /// By account and package in lower case.
    served: BTreeMap<(AccountId, String), Served>,
    by_id: BTreeMap<WatcherId, Entry>,
    /// By Call-ID and our tag.
    by_dialog: HashMap<(String, String), WatcherId>,
}

fn key(account: AccountId, package: &str) -> (AccountId, String) {
    (account, package.to_ascii_lowercase())
}

impl Engine {
    /// Whether anybody serves this package.
    pub(crate) fn serves(&self, package: &str) -> bool {
        let table = self.events.borrow();
        table
            .watching
            .served
            .keys()
            .any(|(_, p)| p.eq_ignore_ascii_case(package))
    }

    /// The packages served, for Allow-Events.
    pub(crate) fn served_packages(&self) -> Vec<String> {
        let table = self.events.borrow();
        let mut all: Vec<String> = table.watching.served.keys().map(|(_, p)| p.clone()).collect();
        all.sort();
        all.dedup();
        all
    }

    pub(crate) fn serve(&self, op: &'static str, account: AccountId, options: ServeOptions) -> Result<()> {
        self.accounts.borrow().get(op, account)?;
        let presence = options.package.eq_ignore_ascii_case("presence") && options.state.is_none();
        let own = if presence { self.presence_served(account) } else { None };
        let key = key(account, &options.package);
        let mut table = self.events.borrow_mut();
        if table.watching.served.contains_key(&key) {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                format!("{} is served by account {account} already", options.package),
            ));
        }
        let state = options.state.clone().or(own);
        table.watching.served.insert(key, Served { options, state });
        Ok(())
    }

    pub(crate) fn served_state(
        &self,
        op: &'static str,
        account: AccountId,
        package: &str,
        state: RequestOptions,
    ) -> Result<()> {
        let told: Vec<WatcherId> = {
            let mut table = self.events.borrow_mut();
            let watching = &mut table.watching;
            watching.served_mut(op, account, package)?.state = Some(state);
            let of = watching
                .by_id
                .iter_mut()
                .filter(|(_, e)| e.is(account, package) && !e.last);
            of.map(|(id, entry)| {
                entry.own = None;
                *id
            })
            .collect()
        };
        for id in told {
            self.watcher_notify_if_in(id);
        }
        Ok(())
    }

    pub(crate) fn served_policy(
        &self,
        op: &'static str,
        account: AccountId,
        package: &str,
        policy: WatchPolicy,
    ) -> Result<()> {
        let mut table = self.events.borrow_mut();
        table.watching.served_mut(op, account, package)?.options.policy = policy;
        Ok(())
    }

    pub(crate) fn served_stop(&self, account: AccountId, package: &str) {
        let served = self.events.borrow_mut().watching.served.remove(&key(account, package));
        if served.is_some() {
            for watcher in self.watchers_of(account, package) {
                drop(self.watcher_end("stop serving", watcher.id(), EndReason::NoResource));
            }
        }
    }

    pub(crate) fn watchers_of(&self, account: AccountId, package: &str) -> Vec<Watcher> {
        let table = self.events.borrow();
        let of = table
            .watching
            .by_id
            .values()
            .filter(|e| e.is(account, package) && !e.last);
        of.map(|e| e.watcher.clone()).collect()
    }

    /// The answer to a SUBSCRIBE; `None` when it is none of ours.
    pub(crate) fn event_subscribe(&self, account: i32, message: Message) -> Option<Reply> {
        let event = EventName::read(&message)?;
        match message.to_tag().map(str::to_owned) {
            Some(tag) => self.resubscribed(&tag, &event, &message),
            None => Some(self.subscribed(account, event, message)),
        }
    }

    /// Somebody begins to watch.
    fn subscribed(&self, slot: i32, event: EventName, message: Message) -> Reply {
        let bad_event = || Reply::code(codes::BAD_EVENT).header("Allow-Events", &self.allow_events());
        let Some(account) = self.account_by_slot(slot) else {
            return bad_event();
        };
        let (policy, lifetime) = {
            let table = self.events.borrow();
            let Some(served) = table.watching.served.get(&key(account.id(), &event.package)) else {
                return bad_event();
            };
            if let Some(kind) = ServeOptions::kind_of(served.state.as_ref())
                && !accepts(&message, &kind)
            {
                return Reply::code(codes::NOT_ACCEPTABLE);
            }
            match lifetime(&message, &served.options) {
                Ok(lifetime) => (served.options.policy, lifetime),
                Err(reply) => return reply,
            }
        };
        if policy == WatchPolicy::Deny {
            return Reply::code(StatusCode::FORBIDDEN);
        }
        let (Some(remote), Some(to)) = (Remote::of_request(&message), message.header("To")) else {
            return Reply::code(codes::BAD_REQUEST);
        };
        if message.raw().len() > LONGEST_REQUEST {
            return Reply::code(codes::TOO_LARGE);
        }
        if self.shared.is_closing() || self.watchers_are_full(&message) {
            return Reply::code(StatusCode::SERVICE_UNAVAILABLE).header("Retry-After", "60");
        }
        let tag = token();
        let state = match policy {
            WatchPolicy::Allow => WatcherState::Active,
            _ => WatcherState::Pending,
        };
        let (call_id, local) = (message.call_id().to_owned(), format!("{to};tag={tag}"));
        let heard = message.cseq().0;
        let watcher = Watcher::new(&self.shared, &account, &event.package, message, state.clone());
        let id = watcher.id();
        let entry = Entry {
            watcher: watcher.clone(),
            account: account.id(),
            event,
            call_id: call_id.clone(),
            local,
            local_tag: tag.clone(),
            remote,
            heard,
            cseq: 0,
            until: after(lifetime),
            own: None,
            busy: false,
            again: false,
            last: false,
            alarm: None,
        };
        {
            let mut table = self.events.borrow_mut();
            table.watching.by_dialog.insert((call_id, tag.clone()), id);
            table.watching.by_id.insert(id, entry);
        }
        let mut reply = Reply::code(StatusCode::OK)
            .header("Expires", &lifetime.as_secs().to_string())
            .then(move |engine| {
                engine.publish(Event::Watcher { watcher, state }, Urgency::Now);
                engine.watcher_subscribed(id, lifetime);
            });
        reply.to_tag = Some(tag);
        reply.contact = true;
        reply
    }

    /// Whether there is no place for another watcher from there.
    fn watchers_are_full(&self, message: &Message) -> bool {
        let source = message.source().map(|a| a.ip());
        let trusted = source.is_some_and(|ip| self.guard_trusts(ip));
        let table = self.events.borrow();
        let all = &table.watching.by_id;
        let from_there = |e: &&Entry| e.watcher.request().source().map(|a| a.ip()) == source;
        all.len() >= MOST || !trusted && all.values().filter(from_there).count() >= MOST_FROM_ONE
    }

    /// A watcher goes on, or ends it.
    fn resubscribed(&self, tag: &str, event: &EventName, message: &Message) -> Option<Reply> {
        let mut table = self.events.borrow_mut();
        let watching = &mut table.watching;
        let id = *watching
            .by_dialog
            .get(&(message.call_id().to_owned(), tag.to_owned()))?;
        let entry = watching.by_id.get_mut(&id)?;
        let (cseq, _) = message.cseq();
        if !event.is(&entry.event.package, entry.event.id.as_deref()) {
            return Some(Reply::code(codes::BAD_EVENT));
        }
        if entry.last {
            return Some(Reply::code(codes::DOES_NOT_EXIST));
        }
        if cseq < entry.heard {
            return Some(Reply::code(codes::OUT_OF_ORDER));
        }
        entry.heard = cseq;
        let served = watching.served.get(&key(entry.account, &entry.event.package))?;
        let lifetime = match lifetime(message, &served.options) {
            Ok(lifetime) => lifetime,
            Err(reply) => return Some(reply),
        };
        entry.remote.retarget(message);
        entry.until = after(lifetime);
        let mut reply = Reply::code(StatusCode::OK)
            .header("Expires", &lifetime.as_secs().to_string())
            .then(move |engine| engine.watcher_subscribed(id, lifetime));
        reply.contact = true;
        Some(reply)
    }

    /// It is told the state at once (RFC 6665 §4.2.1.2), and ends in time.
    fn watcher_subscribed(&self, id: WatcherId, lifetime: Duration) {
        if lifetime.is_zero() {
            self.watcher_over(id, EndReason::Timeout);
            return;
        }
        self.watcher_notify(id);
        let set = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.watching.by_id.get_mut(&id) else {
                return;
            };
            let due = after(lifetime);
            let sooner = entry.alarm.is_none_or(|alarm| due < alarm);
            if sooner {
                entry.alarm = Some(due);
            }
            sooner
        };
        if set {
            self.later(lifetime, move |engine| engine.watcher_alarm(id));
        }
    }

    /// One alarm for each watcher: whoever has come back in the meantime gets another.
    fn watcher_alarm(&self, id: WatcherId) {
        let now = Instant::now();
        let left = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.watching.by_id.get_mut(&id).filter(|e| !e.last) else {
                return;
            };
            if entry.alarm.is_some_and(|alarm| alarm > now) {
                return;
            }
            let left = entry.until.saturating_duration_since(now);
            entry.alarm = (!left.is_zero()).then_some(entry.until);
            left
        };
        if left.is_zero() {
            self.watcher_over(id, EndReason::Timeout);
        } else {
            self.later(left, move |engine| engine.watcher_alarm(id));
        }
    }

    pub(crate) fn watcher_accept(&self, op: &'static str, id: WatcherId) -> Result<()> {
        let (watcher, before) = {
            let table = self.events.borrow();
            let entry = table.watching.get(op, id)?;
            (entry.watcher.clone(), entry.watcher.state())
        };
        if before == WatcherState::Pending {
            self.watcher_becomes(&watcher, WatcherState::Active);
            self.watcher_notify(id);
        }
        Ok(())
    }

    pub(crate) fn watcher_end(&self, op: &'static str, id: WatcherId, reason: EndReason) -> Result<()> {
        self.events.borrow().watching.get(op, id)?;
        self.watcher_over(id, reason);
        Ok(())
    }

    pub(crate) fn watcher_tell(&self, op: &'static str, id: WatcherId, state: RequestOptions) -> Result<()> {
        {
            let mut table = self.events.borrow_mut();
            table.watching.get(op, id)?;
            if let Some(entry) = table.watching.by_id.get_mut(&id) {
                entry.own = Some(state);
            }
        }
        self.watcher_notify_if_in(id);
        Ok(())
    }

    fn watcher_becomes(&self, watcher: &Watcher, state: WatcherState) {
        watcher.core.state.set(state.clone());
        let watcher = watcher.clone();
        self.publish(Event::Watcher { watcher, state }, Urgency::Gather);
    }

    fn watcher_notify_if_in(&self, id: WatcherId) {
        let state = {
            let table = self.events.borrow();
            table.watching.by_id.get(&id).map(|e| e.watcher.state())
        };
        if state == Some(WatcherState::Active) {
            self.watcher_notify(id);
        }
    }

    /// It ends: the last NOTIFY says why.
    fn watcher_over(&self, id: WatcherId, reason: EndReason) {
        let watcher = {
            let table = self.events.borrow();
            let Some(entry) = table.watching.by_id.get(&id) else {
                return;
            };
            if matches!(entry.watcher.state(), WatcherState::Ended(_)) {
                return;
            }
            entry.watcher.clone()
        };
        let was_in = watcher.state() == WatcherState::Active;
        self.watcher_becomes(&watcher, WatcherState::Ended(reason));
        self.watcher_send(id, was_in);
    }

    /// A NOTIFY with its state.
    fn watcher_notify(&self, id: WatcherId) {
        let active = {
            let table = self.events.borrow();
            let Some(entry) = table.watching.by_id.get(&id) else {
                return;
            };
            entry.watcher.state() == WatcherState::Active
        };
        self.watcher_send(id, active);
    }

    fn watcher_send(&self, id: WatcherId, with_state: bool) {
        let number = self.shared.next_id();
        let prepared = {
            let mut table = self.events.borrow_mut();
            let table = &mut *table;
            let watching = &mut table.watching;
            let Some(entry) = watching.by_id.get_mut(&id) else {
                return;
            };
            if entry.busy {
                // In order: the newest follows.
                entry.again = true;
                return;
            }
            entry.busy = true;
            entry.cseq += 1;
            let left = entry.until.saturating_duration_since(Instant::now()).as_secs();
            let mut headers = Headers::new();
            let event_id = entry
                .event
                .id
                .as_ref()
                .map(|id| format!(";id={id}"))
                .unwrap_or_default();
            headers.push("Event", &format!("{}{event_id}", entry.event.package));
            let state = match entry.watcher.state() {
                WatcherState::Pending => format!("pending;expires={left}"),
                WatcherState::Active => format!("active;expires={left}"),
                WatcherState::Ended(reason) => {
                    entry.last = true;
                    match reason.name() {
                        "" => "terminated".to_owned(),
                        name => format!("terminated;reason={name}"),
                    }
                }
            };
            headers.push("Subscription-State", &state);
            let served = watching.served.get(&key(entry.account, &entry.event.package));
            let told = entry.own.clone().or_else(|| served.and_then(|s| s.state.clone()));
            let told = told.filter(|_| with_state).unwrap_or_default();
            for (name, value) in told.headers.iter() {
                headers.push(name, value);
            }
            let additions = Additions {
                headers,
                body: told.body,
                ..Additions::default()
            };
            table
                .asked
                .insert(number, Awaited::new(Asked::Notify(id), entry.account));
            (
                entry.account,
                entry.remote.clone(),
                entry.local.clone(),
                entry.call_id.clone(),
                entry.cseq,
                additions,
            )
        };
        let (account, remote, local, call_id, cseq, additions) = prepared;
        const OP: &str = "tell watcher";
        let gone = || Error::new(ErrorKind::Gone, OP, "the account was removed");
        let sent = self.account_slot(account).ok_or_else(gone).and_then(|slot| {
            let draft = Draft {
                method: "NOTIFY",
                request_uri: &remote.target,
                from: &local,
                to: &remote.address,
                call_id: &call_id,
                cseq,
                routes: Some(&remote.routes),
            };
            self.pj.event_request(OP, slot, number, &draft, &additions)
        });
        if let Err(e) = sent {
            tracing::debug!(target: "microsip", "{e}");
            self.events.borrow_mut().asked.remove(&number);
            self.watcher_lost(id);
        }
    }

    /// A NOTIFY was answered.
    pub(super) fn notify_answered(&self, id: WatcherId, outcome: &Outcome, message: Option<&Message>) {
        let (again, last) = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.watching.by_id.get_mut(&id) else {
                return;
            };
            entry.busy = false;
            match message.map(Message::cseq) {
                Some((cseq, _)) => entry.cseq = entry.cseq.max(cseq),
                None => entry.cseq += 1,
            }
            (std::mem::take(&mut entry.again), entry.last)
        };
        // Forgotten, or out of reach (RFC 6665 §4.2.2); whoever cannot make sense of a body still watches.
        let lost = !outcome.from_peer
            || matches!(
                outcome.code.code(),
                404 | 405 | 408 | 410 | 416 | 480..=485 | 489 | 501 | 604
            );
        if last || lost {
            self.watcher_lost(id);
        } else if again {
            let ended = {
                let table = self.events.borrow();
                let entry = table.watching.by_id.get(&id);
                entry.is_some_and(|e| matches!(e.watcher.state(), WatcherState::Ended(_)))
            };
            if ended {
                self.watcher_send(id, false);
            } else {
                self.watcher_notify(id);
            }
        }
    }

    /// There is nobody any more.
    fn watcher_lost(&self, id: WatcherId) {
        let watcher = {
            let mut table = self.events.borrow_mut();
            let watching = &mut table.watching;
            let Some(entry) = watching.by_id.remove(&id) else {
                return;
            };
            watching.by_dialog.remove(&(entry.call_id, entry.local_tag));
            entry.watcher
        };
        if !matches!(watcher.state(), WatcherState::Ended(_)) {
            self.watcher_becomes(&watcher, WatcherState::Ended(EndReason::Timeout));
        }
    }

    /// The account goes.
    pub(super) fn watching_forgets(&self, account: AccountId) {
        let packages: Vec<String> = {
            let table = self.events.borrow();
            let of = table.watching.served.keys().filter(|(of, _)| *of == account);
            of.map(|(_, package)| package.clone()).collect()
        };
        for package in packages {
            self.served_stop(account, &package);
        }
    }

    /// The endpoint closes: whoever watches may ask again at once, perhaps elsewhere.
    pub(super) fn watching_ends(&self) {
        let all: Vec<WatcherId> = self.events.borrow().watching.by_id.keys().copied().collect();
        for id in all {
            self.watcher_over(id, EndReason::Deactivated);
        }
    }

    /// PJSUA is gone.
    pub(super) fn watching_is_over(&self) {
        let all: Vec<Watcher> = {
            let table = self.events.borrow();
            table.watching.by_id.values().map(|e| e.watcher.clone()).collect()
        };
        for watcher in all {
            if !matches!(watcher.state(), WatcherState::Ended(_)) {
                self.watcher_becomes(&watcher, WatcherState::Ended(EndReason::Deactivated));
            }
        }
    }

    /// What Allow-Events says.
    pub(crate) fn allow_events(&self) -> String {
        let mut all = vec!["refer".to_owned(), "message-summary".to_owned()];
        all.extend(self.served_packages().into_iter().filter(|p| p != "message-summary"));
        all.join(", ")
    }
}

impl Watching {
    pub(super) fn has_dialog(&self, call_id: &str, local_tag: &str) -> bool {
        let key = (call_id.to_owned(), local_tag.to_owned());
        self.by_dialog.contains_key(&key)
    }

    fn served_mut(&mut self, op: &'static str, account: AccountId, package: &str) -> Result<&mut Served> {
        self.served.get_mut(&key(account, package)).ok_or_else(|| {
            Error::new(
                ErrorKind::Gone,
                op,
                format!("{package} is not served by account {account} any more"),
            )
        })
    }

    fn get(&self, op: &'static str, id: WatcherId) -> Result<&Entry> {
        let entry = self.by_id.get(&id).filter(|e| !e.last);
        entry.ok_or_else(|| Error::new(ErrorKind::Gone, op, format!("watcher {id} has ended")))
    }
}

impl Entry {
    fn is(&self, account: AccountId, package: &str) -> bool {
        self.account == account && self.event.package.eq_ignore_ascii_case(package)
    }
}

/// The lifetime granted, or the refusal (RFC 6665 §4.2.1.1).
fn lifetime(message: &Message, options: &ServeOptions) -> Result<Duration, Reply> {
    let asked = match message.header("Expires") {
        None => return Ok(options.longest),
        Some(value) => value
            .trim()
            .parse::<u64>()
            .map_err(|_| Reply::code(codes::BAD_REQUEST))?,
    };
    let asked = Duration::from_secs(asked);
    if !asked.is_zero() && asked < options.shortest {
        let minimum = options.shortest.as_secs().to_string();
        return Err(Reply::code(codes::INTERVAL_TOO_BRIEF).header("Min-Expires", &minimum));
    }
    Ok(asked.min(options.longest))
}

/// Whether a body of this type may be sent (RFC 3261 §20.1).
fn accepts(message: &Message, content_type: &str) -> bool {
    if !message.headers().contains("Accept") {
        return true;
    }
    let family = content_type.split('/').next().unwrap_or_default();
    message.headers().members("Accept").any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        range == "*/*" || range == content_type || range == format!("{family}/*")
    })
}

//! Subscriptions of ours: begun, refreshed, begun anew, ended.

use std::time::{Duration, Instant};

use super::{AT_ONCE, Asked, Awaited, Remote, after, name_addr, token};
use crate::account::{AccountId, parse_retry_after};
use crate::engine::Engine;
use crate::engine::again::{self, LONGEST_LIFETIME, MOST_RAISES, chance, seconds};
use crate::engine::outbox::Urgency;
use crate::event::Event;
use crate::failure::FailureCode;
use crate::pj::{Draft, Outcome};
use crate::sip::{EndReason, Message, StatusCode, uri};
use crate::subscription::{Subscription, SubscriptionId, SubscriptionInfo, SubscriptionState};
use crate::{Error, ErrorKind, Result};

const OP: &str = "subscribe";
/// Timer N: how long the first NOTIFY is awaited after the answer (RFC 6665 §4.1.2.4: 64·T1).
const FIRST_NOTIFY: Duration = Duration::from_secs(32);
/// Not sooner is a SUBSCRIBE repeated, whatever lifetime a notifier grants.
const SHORTEST: Duration = Duration::from_millis(500);

/// One of ours.
pub(crate) struct Entry {
    pub(super) subscription: Subscription,
    pub(super) account: AccountId,
    pub(super) call_id: String,
    pub(super) local_tag: String,
    from: String,
    cseq: u32,
    pub(super) legs: Vec<Leg>,
    /// The lifetime to ask for: 423 raises it.
    asked: Duration,
    raises: u32,
    pub(super) failures: u32,
    /// Counted up whenever it begins anew.
    pub(super) round: u64,
    /// When something is next.
    due: Option<Instant>,
    /// When the engine looks: then, or earlier.
    alarm: Option<Instant>,
    /// Tags of dialogs that have ended since it began: what comes late belongs to none.
    pub(super) past: Vec<String>,
    /// The answer to the SUBSCRIBE that began it has come.
    answered: bool,
    pub(super) ending: bool,
    /// NOTIFYs, ever.
    pub(super) told: u64,
    /// A NOTIFY has ended it before that answer came.
    pub(super) over_early: bool,
}

impl Entry {
    /// The lifetime that is asked for.
    pub(super) fn asked(&self) -> Duration {
        self.asked
    }

    /// Whether the SUBSCRIBE that began it has its answer.
    pub(super) fn is_answered(&self) -> bool {
        self.answered
    }
}

/// A dialog with a notifier.
pub(super) struct Leg {
    pub(super) remote: Remote,
    /// The number of the newest NOTIFY.
    pub(super) heard: Option<u32>,
    pub(super) until: Instant,
    pub(super) active: bool,
}

impl Engine {
    pub(crate) fn subscription_add(&self, op: &'static str, account: AccountId, handle: Subscription) -> Result<()> {
        self.accounts.borrow().get(op, account)?;
        let id = handle.id();
        let entry = Entry {
            account,
            call_id: String::new(),
            local_tag: String::new(),
            from: String::new(),
            cseq: 0,
            legs: Vec::new(),
            asked: handle.options().expires,
            raises: 0,
            failures: 0,
            round: 0,
            due: None,
            alarm: None,
            past: Vec::new(),
            answered: false,
            ending: false,
            told: 0,
            over_early: false,
            subscription: handle,
        };
        self.events.borrow_mut().by_id.insert(id, entry);
        self.subscription_begin(id);
        Ok(())
    }

    /// Begins it, or puts it at the end of the queue.
    pub(super) fn subscription_begin(&self, id: SubscriptionId) {
        let room = {
            let mut table = self.events.borrow_mut();
            let room = table.under_way() < AT_ONCE;
            if !room && !table.queue.contains(&id) {
                table.queue.push_back(id);
            }
            room
        };
        if room {
            self.begin_now(id);
        }
    }

    pub(super) fn next_in_queue(&self) {
        loop {
            let next = {
                let mut table = self.events.borrow_mut();
                if table.under_way() >= AT_ONCE {
                    return;
                }
                table.queue.pop_front()
            };
            match next {
                Some(id) => self.begin_now(id),
                None => return,
            }
        }
    }

    fn begin_now(&self, id: SubscriptionId) {
        let reader = {
            let table = self.events.borrow();
            table.by_id.get(&id).and_then(|e| e.subscription.reader().cloned())
        };
        if let Some(reader) = reader {
            reader.anew();
        }
        {
            let mut table = self.events.borrow_mut();
            let table = &mut *table;
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            table.by_call.remove(&entry.call_id);
            entry.due = None;
            entry.round += 1;
            entry.legs.clear();
            entry.past.clear();
            (entry.answered, entry.over_early) = (false, false);
            entry.cseq = 0;
            (entry.call_id, entry.local_tag) = (token(), token());
            let aor = name_addr(entry.subscription.account().aor());
            entry.from = format!("{aor};tag={}", entry.local_tag);
            table.by_call.insert(entry.call_id.clone(), id);
        }
        if let Err(error) = self.send_subscribe(id, None, None) {
            self.subscription_failed(id, Some(error), None, None, None);
        }
    }

    /// Sends a SUBSCRIBE: the first, or one in the dialog with this tag. `expires` other than what the entry asks for ends it.
    fn send_subscribe(&self, id: SubscriptionId, tag: Option<&str>, expires: Option<Duration>) -> Result<()> {
        let gone = || Error::new(ErrorKind::Gone, OP, "the subscription has ended");
        let number = self.shared.next_id();
        let (account, mut to, mut target, routes, from, call_id, cseq, additions) = {
            let mut table = self.events.borrow_mut();
            let entry = table.by_id.get_mut(&id).ok_or_else(gone)?;
            entry.cseq += 1;
            let mut additions = entry
                .subscription
                .options()
                .additions(OP, expires.unwrap_or(entry.asked))?;
            if expires.is_some() {
                additions.body = None;
            }
            let remote = match tag {
                Some(tag) => {
                    let leg = entry.legs.iter().find(|leg| leg.remote.tag == tag).ok_or_else(gone)?;
                    Some(leg.remote.clone())
                }
                None => None,
            };
            let (to, target, routes) = match remote {
                Some(remote) => (remote.address, remote.target, Some(remote.routes)),
                None => {
                    let target = entry.subscription.target();
                    (name_addr(target), uri::bare(target).to_owned(), None)
                }
            };
            let asked = match (tag, expires) {
                (None, _) => Asked::Begin(id, entry.round),
                (Some(tag), None) => Asked::Refresh(id, entry.round, tag.to_owned()),
                (Some(tag), Some(_)) => Asked::End(id, entry.round, tag.to_owned()),
            };
            let (account, from, call_id, cseq) = (entry.account, entry.from.clone(), entry.call_id.clone(), entry.cseq);
            // Before it is sent: the answer may come from within.
            table.asked.insert(number, Awaited::new(asked, account));
            (account, to, target, routes, from, call_id, cseq, additions)
        };
        let slot = {
            let table = self.accounts.borrow();
            table.get(OP, account).map(|entry| {
                if routes.is_none() {
                    target = entry.target(&target);
                    to = name_addr(&to);
                }
                entry.slot
            })
        };
        let sent = slot.and_then(|slot| {
            let draft = Draft {
                method: "SUBSCRIBE",
                request_uri: &target,
                from: &from,
                to: &to,
                call_id: &call_id,
                cseq,
                routes: routes.as_deref(),
            };
            self.pj.event_request(OP, slot, number, &draft, &additions)
        });
        if sent.is_err() {
            self.events.borrow_mut().asked.remove(&number);
        }
        sent
    }

    /// The SUBSCRIBE that begins it was answered.
    pub(super) fn begun(&self, id: SubscriptionId, outcome: &Outcome, message: Option<&Message>) {
        let host = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            note_cseq(entry, message);
            uri::host_port(entry.subscription.target())
        };
        if let Some(error) = self.failure(OP, &host, outcome) {
            if outcome.code.code() == 423 && self.raise(id, message) {
                return self.subscription_begin(id);
            }
            let wait = message
                .and_then(|m| m.header("Retry-After"))
                .and_then(parse_retry_after);
            let for_good = !may_pass(outcome) && wait.is_none();
            return self.subscription_failed(id, Some(error), Some(outcome.code), wait, Some(for_good));
        }
        self.note_notifier(message.and_then(Message::source));
        let granted = message.and_then(|m| seconds(m, "Expires"));
        let (ending, notified, once) = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            entry.answered = true;
            if entry.over_early && !entry.asked.is_zero() {
                // What follows is planned.
                return;
            }
            let lifetime = granted.unwrap_or(entry.asked).min(entry.asked);
            let remote = message.and_then(Remote::of_answer);
            if let Some(remote) = remote {
                let known = entry.legs.iter().position(|leg| leg.remote.tag == remote.tag);
                if let Some(at) = known {
                    entry.legs[at].until = after(lifetime);
                } else if entry.legs.is_empty() || entry.subscription.options().forks {
                    // Else a NOTIFY of somebody else's came first.
                    entry.legs.push(Leg {
                        remote,
                        heard: None,
                        until: after(lifetime),
                        active: false,
                    });
                }
            }
            let notified = entry.over_early || entry.legs.iter().any(|leg| leg.heard.is_some());
            (entry.ending, notified, entry.asked.is_zero())
        };
        if ending {
            return self.end_now(id);
        }
        if once && notified {
            return self.subscription_over(id, None, None);
        }
        let state = if notified {
            None
        } else {
            Some(SubscriptionState::Subscribing)
        };
        self.subscription_stands(id, state, Some(outcome.code), granted);
        self.plan_subscription(id);
    }

    /// Asked for too short a lifetime; whether a longer one is worth a try.
    fn raise(&self, id: SubscriptionId, message: Option<&Message>) -> bool {
        let minimum = message.and_then(|m| seconds(m, "Min-Expires"));
        let mut table = self.events.borrow_mut();
        let (Some(entry), Some(minimum)) = (table.by_id.get_mut(&id), minimum) else {
            return false;
        };
        entry.raises += 1;
        let worth = minimum > entry.asked && entry.raises <= MOST_RAISES && minimum <= LONGEST_LIFETIME;
        if worth {
            entry.asked = minimum;
        }
        worth
    }

    /// A SUBSCRIBE in a dialog was answered.
    pub(super) fn refreshed(&self, id: SubscriptionId, tag: &str, outcome: &Outcome, message: Option<&Message>) {
        let host = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            note_cseq(entry, message);
            if entry.ending {
                // What ends it is under way.
                return;
            }
            uri::host_port(entry.subscription.target())
        };
        let Some(error) = self.failure(OP, &host, outcome) else {
            let granted = message.and_then(|m| seconds(m, "Expires"));
            {
                let mut table = self.events.borrow_mut();
                let Some(entry) = table.by_id.get_mut(&id) else { return };
                let lifetime = granted.unwrap_or(entry.asked).min(entry.asked);
                if let Some(leg) = entry.legs.iter_mut().find(|leg| leg.remote.tag == tag) {
                    leg.until = after(lifetime);
                    if let Some(message) = message {
                        leg.remote.retarget(message);
                    }
                }
                entry.failures = 0;
            }
            self.subscription_stands(id, None, Some(outcome.code), granted);
            return self.plan_subscription(id);
        };
        if outcome.code.code() == 423 && self.raise(id, message) {
            if let Err(e) = self.send_subscribe(id, Some(tag), None) {
                self.subscription_failed(id, Some(e), None, None, None);
            }
            return;
        }
        // Those end the subscription (RFC 6665 §4.1.2.2); with anything else it lives until it runs out.
        let over =
            outcome.from_peer && matches!(outcome.code.code(), 404 | 405 | 410 | 416 | 480..=485 | 489 | 501 | 604);
        let wait = message
            .and_then(|m| m.header("Retry-After"))
            .and_then(parse_retry_after);
        let (left, others, again) = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            if over {
                entry.legs.retain(|leg| leg.remote.tag != tag);
            }
            entry.failures = entry.failures.saturating_add(1);
            let leg = entry.legs.iter().find(|leg| leg.remote.tag == tag);
            let left = leg.map_or(Duration::ZERO, |leg| {
                leg.until.saturating_duration_since(Instant::now())
            });
            let pause = entry.subscription.options().retry.pause(entry.failures, wait, chance());
            (left, !entry.legs.is_empty(), pause)
        };
        if over && others {
            return self.plan_subscription(id);
        }
        if !over && left > again {
            // It is not lost yet.
            tracing::debug!(target: "microsip", "a refresh failed and is tried again: {error}");
            return self.plan_subscription_in(id, again);
        }
        if outcome.from_peer && outcome.code.code() == 481 {
            // The notifier has forgotten us: a new one, at once.
            return self.subscription_begin(id);
        }
        let for_good = !may_pass(outcome) && wait.is_none();
        self.subscription_failed(id, Some(error), Some(outcome.code), wait, Some(for_good));
    }

    /// What goes wrong is told, and tried again if that may help.
    pub(super) fn subscription_failed(
        &self,
        id: SubscriptionId,
        error: Option<Error>,
        code: Option<StatusCode>,
        wait: Option<Duration>,
        for_good: Option<bool>,
    ) {
        let info = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            entry.failures = entry.failures.saturating_add(1);
            entry.legs.clear();
            let once = entry.asked.is_zero();
            if for_good == Some(true) || entry.ending || once || self.shared.is_closing() {
                None
            } else {
                let pause = entry.subscription.options().retry.pause(entry.failures, wait, chance());
                let mut info = SubscriptionInfo::new(SubscriptionState::Retrying);
                info.next_retry = Some(after(pause));
                info.failures = entry.failures;
                info.code = code;
                info.error = error.clone();
                Some((info, pause))
            }
        };
        match info {
            None => self.subscription_over(id, None, error.map(|e| (e, code))),
            Some((info, pause)) => {
                self.tell_subscription(id, info);
                self.plan_subscription_in(id, pause);
            }
        }
    }

    /// It has a new state, or a new lifetime.
    pub(super) fn subscription_stands(
        &self,
        id: SubscriptionId,
        state: Option<SubscriptionState>,
        code: Option<StatusCode>,
        granted: Option<Duration>,
    ) {
        let info = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            let mut info = entry.subscription.info();
            info.state = state.unwrap_or_else(|| {
                if entry.legs.iter().any(|leg| leg.active) {
                    SubscriptionState::Active
                } else if entry.legs.iter().any(|leg| leg.heard.is_some()) {
                    SubscriptionState::Pending
                } else {
                    SubscriptionState::Subscribing
                }
            });
            info.code = code.or(info.code);
            info.expires = granted.or(info.expires);
            info.failures = entry.failures;
            (info.next_retry, info.error, info.reason) = (None, None, None);
            info
        };
        self.tell_subscription(id, info);
    }

    /// Tells a change; a lifetime alone is none.
    pub(super) fn tell_subscription(&self, id: SubscriptionId, info: SubscriptionInfo) {
        let (subscription, changed) = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            let before = entry.subscription.state();
            let changed = before != info.state || info.error.is_some() || info.reason.is_some();
            (entry.subscription.clone(), changed)
        };
        subscription.core.info.set(info.clone());
        if changed {
            self.publish(Event::Subscription { subscription, info }, Urgency::Gather);
        }
    }

    /// It is over for good.
    pub(super) fn subscription_over(
        &self,
        id: SubscriptionId,
        reason: Option<EndReason>,
        error: Option<(Error, Option<StatusCode>)>,
    ) {
        let entry = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.remove(&id) else { return };
            table.by_call.remove(&entry.call_id);
            table.queue.retain(|other| *other != id);
            entry
        };
        let mut info = SubscriptionInfo::new(SubscriptionState::Ended);
        info.reason = reason;
        info.failures = entry.failures;
        if let Some((error, code)) = error {
            (info.error, info.code) = (Some(error), code);
        }
        entry.subscription.core.info.set(info.clone());
        entry.subscription.wake_waiters();
        let subscription = entry.subscription;
        self.publish(Event::Subscription { subscription, info }, Urgency::Gather);
    }

    /// Plans the next SUBSCRIBE, or that the first NOTIFY did not come.
    pub(super) fn plan_subscription(&self, id: SubscriptionId) {
        let pause = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id).filter(|e| !e.ending) else {
                return;
            };
            let heard = entry.legs.iter().any(|leg| leg.heard.is_some());
            if heard {
                let first = entry.legs.iter().map(|leg| leg.until).min();
                let left = first.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()));
                // A tenth to a fifth before, so that many do not come together, and soon enough to be repeated.
                left.mul_f64(0.9 - 0.1 * chance()).max(SHORTEST)
            } else if entry.answered {
                FIRST_NOTIFY.min(self.config.transaction_timeout)
            } else {
                return;
            }
        };
        self.plan_subscription_in(id, pause);
    }

    /// Does what is next after `pause`. There is one alarm for each subscription: one that comes too early is set again, so that NOTIFYs
    /// cost no memory.
    pub(super) fn plan_subscription_in(&self, id: SubscriptionId, pause: Duration) {
        let set = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            let due = after(pause);
            entry.due = Some(due);
            let sooner = entry.alarm.is_none_or(|alarm| due < alarm);
            if sooner {
                entry.alarm = Some(due);
            }
            sooner
        };
        if set {
            self.later(pause, move |engine| engine.subscription_alarm(id));
        }
    }

    fn subscription_alarm(&self, id: SubscriptionId) {
        let now = Instant::now();
        let again = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            if entry.alarm.is_some_and(|alarm| alarm > now) {
                // A later alarm is set; this one was for a plan that came sooner.
                return;
            }
            entry.alarm = None;
            match entry.due {
                Some(due) if due > now => Some(due - now),
                Some(_) => {
                    entry.due = None;
                    None
                }
                None => return,
            }
        };
        match again {
            Some(pause) => self.plan_subscription_in(id, pause),
            None => self.subscription_due(id),
        }
    }

    fn subscription_due(&self, id: SubscriptionId) {
        enum Next {
            Over,
            Begin,
            Missing,
            Refresh(Vec<String>),
        }
        let next = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            let heard = entry.legs.iter().any(|leg| leg.heard.is_some());
            if entry.ending {
                Next::Over
            } else if entry.subscription.state() == SubscriptionState::Retrying || entry.legs.is_empty() {
                Next::Begin
            } else if !heard {
                Next::Missing
            } else {
                Next::Refresh(entry.legs.iter().map(|leg| leg.remote.tag.clone()).collect())
            }
        };
        match next {
            Next::Over => self.subscription_over(id, None, None),
            Next::Begin => {
                self.subscription_trying(id);
                self.subscription_begin(id);
            }
            Next::Missing => {
                let error = FailureCode::NoAnswer.error(
                    OP,
                    "the SUBSCRIBE was accepted, but no NOTIFY came; a firewall or NAT may keep it away",
                );
                self.subscription_failed(id, Some(error), None, None, Some(false));
            }
            Next::Refresh(tags) => self.refresh_now(id, &tags),
        }
    }

    fn subscription_trying(&self, id: SubscriptionId) {
        let info = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            let mut info = entry.subscription.info();
            info.state = SubscriptionState::Subscribing;
            info.next_retry = None;
            info
        };
        // Known before, and told when it comes to something.
        if let Some(entry) = self.events.borrow().by_id.get(&id) {
            entry.subscription.core.info.set(info);
        }
    }

    fn refresh_now(&self, id: SubscriptionId, tags: &[String]) {
        for tag in tags {
            if let Err(e) = self.send_subscribe(id, Some(tag), None) {
                tracing::debug!(target: "microsip", "a refresh could not be sent: {e}");
                return self.subscription_failed(id, Some(e), None, None, Some(false));
            }
        }
    }

    pub(crate) fn subscription_refresh(&self, op: &'static str, id: SubscriptionId) -> Result<()> {
        let tags: Vec<String> = {
            let table = self.events.borrow();
            let entry = table.by_id.get(&id).filter(|e| !e.ending);
            let entry = entry.ok_or_else(|| Error::new(ErrorKind::Gone, op, "the subscription has ended"))?;
            entry.legs.iter().map(|leg| leg.remote.tag.clone()).collect()
        };
        if tags.is_empty() {
            if self.subscription_state(id) == Some(SubscriptionState::Retrying) {
                self.subscription_trying(id);
                self.subscription_begin(id);
            }
        } else {
            self.refresh_now(id, &tags);
        }
        Ok(())
    }

    fn subscription_state(&self, id: SubscriptionId) -> Option<SubscriptionState> {
        self.events.borrow().by_id.get(&id).map(|e| e.subscription.state())
    }

    /// How long to wait after the notifier has ended it.
    pub(super) fn pause_after_end(&self, id: SubscriptionId, at_once: bool, wait: Option<Duration>) -> Duration {
        let mut table = self.events.borrow_mut();
        let Some(entry) = table.by_id.get_mut(&id) else {
            return Duration::ZERO;
        };
        // One that ends every subscription at once is not to be asked in a loop.
        entry.failures = entry.failures.saturating_add(1);
        if at_once && entry.failures == 1 {
            return Duration::ZERO;
        }
        entry.subscription.options().retry.pause(entry.failures, wait, chance())
    }

    /// Our addresses changed: notifiers learn the new one, and who is out of reach is tried now.
    pub(super) fn subscriptions_moved(&self) {
        let all: Vec<SubscriptionId> = self.events.borrow().by_id.keys().copied().collect();
        for id in all {
            // What has ended meanwhile needs none.
            drop(self.subscription_refresh(OP, id));
        }
    }

    /// Ends it, by request.
    pub(crate) fn subscription_end(&self, id: SubscriptionId) {
        let waits = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            if std::mem::replace(&mut entry.ending, true) {
                return;
            }
            let (none, begin) = (entry.legs.is_empty(), Asked::Begin(id, entry.round));
            none && table.asked.values().any(|awaited| awaited.asked == begin)
        };
        // With a SUBSCRIBE under way there may be a dialog in a moment.
        if !waits {
            self.end_now(id);
        }
    }

    fn end_now(&self, id: SubscriptionId) {
        let tags: Vec<String> = {
            let table = self.events.borrow();
            let Some(entry) = table.by_id.get(&id) else { return };
            entry.legs.iter().map(|leg| leg.remote.tag.clone()).collect()
        };
        let mut asked = false;
        for tag in &tags {
            asked |= self.send_subscribe(id, Some(tag), Some(Duration::ZERO)).is_ok();
        }
        if asked {
            self.plan_subscription_in(id, FIRST_NOTIFY.min(self.config.transaction_timeout));
        } else {
            self.subscription_over(id, None, None);
        }
    }

    /// The last SUBSCRIBE of a dialog was answered: the last NOTIFY may still come.
    pub(super) fn ended_by_us(&self, id: SubscriptionId, tag: &str) {
        let over = {
            let mut table = self.events.borrow_mut();
            let Some(entry) = table.by_id.get_mut(&id) else { return };
            // A closing endpoint waits for no NOTIFY.
            if self.shared.is_closing() {
                entry.legs.retain(|leg| leg.remote.tag != tag);
            }
            entry.legs.is_empty()
        };
        if over {
            self.subscription_over(id, None, None);
        }
    }
}

/// A repetition with credentials has counted on; without an answer nobody knows, and gaps do no harm.
fn note_cseq(entry: &mut Entry, message: Option<&Message>) {
    match message.map(Message::cseq) {
        Some((cseq, _)) => entry.cseq = entry.cseq.max(cseq),
        None => entry.cseq += 1,
    }
}

/// Whether trying again may help: also where we were forgotten, or somebody is busy.
fn may_pass(outcome: &Outcome) -> bool {
    again::may_pass(outcome) || outcome.from_peer && matches!(outcome.code.code(), 481 | 486)
}

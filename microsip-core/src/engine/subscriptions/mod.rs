//! Subscriptions on the engine's side: those of ours (`client`, `notified`) and those of others to us (`watchers`).
//!
//! The dialogs are kept here, in strings: PJSIP's would cost kilobytes each, know one notifier per SUBSCRIBE, and end with their first
//! failure. Every request is sent by `pj/events.rs`, which brings back what became of it.

mod client;
mod notified;
mod watchers;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use super::Engine;
use crate::account::{AccountId, Credential};
use crate::pj::{self, Challenged, Outcome};
use crate::sip::message::parameter;
use crate::sip::{Message, uri};
use crate::subscription::{Subscription, SubscriptionId, WatcherId};

pub(super) use client::Entry;
pub(super) use watchers::Watching;

/// SUBSCRIBEs under way at once: a burst of thousands would be lost in socket buffers and repeated.
const AT_ONCE: usize = 64;

/// Whom an answer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// The SUBSCRIBE that begins a subscription, in which of its rounds.
    Begin(SubscriptionId, u64),
    /// One in the dialog with this tag of the peer's.
    Refresh(SubscriptionId, u64, String),
    /// The last one there.
    End(SubscriptionId, u64, String),
    /// A NOTIFY of ours.
    Notify(WatcherId),
}

/// An answer that is awaited.
struct Awaited {
    asked: Asked,
    /// Whose credentials answer a challenge, once.
    account: AccountId,
    challenged: bool,
    /// Those of an account that was removed meanwhile.
    left: Option<Vec<Credential>>,
}

impl Awaited {
    fn new(asked: Asked, account: AccountId) -> Awaited {
        Awaited {
            asked,
            account,
            challenged: false,
            left: None,
        }
    }
}

/// All of them.
#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<SubscriptionId, Entry>,
    by_call: HashMap<String, SubscriptionId>,
    asked: HashMap<u64, Awaited>,
    /// Waiting for one of [`AT_ONCE`] places.
    queue: VecDeque<SubscriptionId>,
    pub(super) watching: Watching,
}

impl Table {
    fn under_way(&self) -> usize {
        let ours = |awaited: &&Awaited| !matches!(awaited.asked, Asked::Notify(_));
        self.asked.values().filter(ours).count()
    }
}

/// The peer's side of a dialog.
#[derive(Debug, Clone)]
struct Remote {
    /// The value of From or To for it, with its tag.
    address: String,
    tag: String,
    /// Its Contact.
    target: String,
    routes: Vec<String>,
}

impl Remote {
    /// From an answer to a request of ours: the route set is reversed (RFC 3261 §12.1.2).
    fn of_answer(message: &Message) -> Option<Remote> {
        let address = message.header("To")?.to_owned();
        let mut remote = Remote::new(message, address)?;
        remote.routes.reverse();
        Some(remote)
    }

    /// From a request of the peer's (§12.1.1).
    fn of_request(message: &Message) -> Option<Remote> {
        Remote::new(message, message.header("From")?.to_owned())
    }

    fn new(message: &Message, address: String) -> Option<Remote> {
        let tag = parameter(&address, "tag")?.to_owned();
        let routes = message.headers().members("Record-Route").map(str::to_owned);
        Some(Remote {
            address,
            tag,
            target: contact(message)?,
            routes: routes.collect(),
        })
    }

    /// The URI of the Contact of a later message takes the place of the old (§12.2).
    fn retarget(&mut self, message: &Message) {
        if let Some(target) = contact(message) {
            self.target = target;
        }
    }
}

/// The URI of a Contact, without brackets.
fn contact(message: &Message) -> Option<String> {
    let value = message.headers().members("Contact").next()?;
    let inner = if value.contains('<') {
        uri::bare(value)
    } else {
        // Parameters behind a bare URI are the header's.
        value.split(';').next().unwrap_or_default().trim()
    };
    let ok = uri::check("contact", "Contact", inner).is_ok();
    ok.then(|| inner.to_owned())
}

/// Something nobody guesses.
fn token() -> String {
    format!("{:08x}{:08x}", pj::random(), pj::random())
}

/// In brackets, so that what follows belongs to the header.
fn name_addr(uri: &str) -> String {
    if uri.contains('<') {
        uri.to_owned()
    } else {
        format!("<{uri}>")
    }
}

impl Engine {
    /// An answer came; whether it was for one of these.
    pub(crate) fn event_answered(&self, id: u64, outcome: &Outcome, message: Option<&Message>) -> bool {
        let Some(Awaited { asked, .. }) = self.events.borrow_mut().asked.remove(&id) else {
            return false;
        };
        // What was asked before it began anew concerns nobody any more.
        let counts = |of: &SubscriptionId, round: u64| {
            let table = self.events.borrow();
            table.by_id.get(of).is_some_and(|entry| entry.round == round)
        };
        match asked {
            Asked::Begin(of, round) if counts(&of, round) => self.begun(of, outcome, message),
            Asked::Refresh(of, round, tag) if counts(&of, round) => self.refreshed(of, &tag, outcome, message),
            Asked::End(of, round, tag) if counts(&of, round) => self.ended_by_us(of, &tag),
            Asked::Notify(of) => self.notify_answered(of, outcome, message),
            _ => {}
        }
        self.next_in_queue();
        // Many at once leave as much behind as registrations do.
        self.note_registration();
        true
    }

    /// Whether a subscription, of ours or of a watcher, has this dialog.
    pub(crate) fn has_event_dialog(&self, call_id: &str, local_tag: &str) -> bool {
        let table = self.events.borrow();
        let ours = table.by_call.get(call_id).and_then(|id| table.by_id.get(id));
        ours.is_some_and(|entry| entry.local_tag == local_tag) || table.watching.has_dialog(call_id, local_tag)
    }

    /// The peer wants credentials for one of these: whose, the first time.
    pub(crate) fn event_challenged(&self, id: u64) -> Option<Option<Challenged>> {
        let (account, left) = {
            let mut table = self.events.borrow_mut();
            let awaited = table.asked.get_mut(&id)?;
            if std::mem::replace(&mut awaited.challenged, true) {
                return Some(None);
            }
            (awaited.account, awaited.left.take())
        };
        Some(match left {
            Some(credentials) => Some(Challenged::Left(credentials)),
            None => self.account_slot(account).map(Challenged::Account),
        })
    }

    /// The account goes: its subscriptions end with it.
    pub(super) fn forget_events_of(&self, account: AccountId) {
        let ours: Vec<Subscription> = {
            let table = self.events.borrow();
            let of = table.by_id.values().map(|e| &e.subscription);
            of.filter(|s| s.account().id() == account).cloned().collect()
        };
        for subscription in ours {
            self.subscription_end(subscription.id());
            self.subscription_over(subscription.id(), None, None);
        }
        self.watching_forgets(account);
        let credentials = {
            let table = self.accounts.borrow();
            table
                .entry(account)
                .map(|e| e.config.credentials.clone())
                .unwrap_or_default()
        };
        let mut table = self.events.borrow_mut();
        for awaited in table.asked.values_mut().filter(|a| a.account == account) {
            awaited.left = Some(credentials.clone());
        }
    }

    /// All addresses of ours may have changed.
    pub(super) fn events_moved(&self) {
        self.subscriptions_moved();
    }

    /// The endpoint closes: all are ended, politely where there is time.
    pub(super) fn end_events(&self) {
        self.watching_ends();
        let all: Vec<SubscriptionId> = self.events.borrow().by_id.keys().copied().collect();
        for id in all {
            self.subscription_end(id);
        }
    }

    /// Whether somebody was asked and has not answered.
    pub(super) fn events_pending(&self) -> bool {
        let table = self.events.borrow();
        !table.asked.is_empty() || !table.queue.is_empty()
    }

    /// PJSUA is gone.
    pub(super) fn forget_events(&self) {
        let all: Vec<SubscriptionId> = self.events.borrow().by_id.keys().copied().collect();
        for id in all {
            self.subscription_over(id, None, None);
        }
        self.watching_is_over();
        *self.events.borrow_mut() = Table::default();
    }
}

/// A moment in the future: a week away at most, whatever a peer writes.
fn after(time: std::time::Duration) -> Instant {
    Instant::now() + time.min(super::again::LONGEST_LIFETIME)
}

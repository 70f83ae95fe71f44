//! Event packages (RFC 6665): subscribing to what others tell, and telling others.
//!
//! [`Account::subscribe`] takes any package, with whatever goes with it as bytes; buddies, lines and waiting messages are built on it.
//! [`Account::serve`](crate::Account::serve) is the other side.
//!
//! ```
//! use microsip_core::{Account, ObserveOptions, PresenceStatus, Result, WatchPolicy};
//!
//! fn social(me: &Account) -> Result<()> {
//!     me.serve_presence(WatchPolicy::Ask)?;
//!     me.set_presence(PresenceStatus::away().with_note("lunch"))?;
//!     let boss = me.watch("sip:boss@pbx.example.org", ObserveOptions::default())?;
//!     let lamp = me.watch_line("sip:1002@pbx.example.org", ObserveOptions::default())?;
//!     me.send_message("sip:1002@pbx.example.org", "back at two")?;
//!     println!("{:?} {:?}", boss.presence(), lamp.state());
//!     Ok(())
//! }
//! ```

mod options;
mod watcher;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use options::SubscribeOptions;
pub(crate) use options::check_package;
pub use watcher::{Notifier, ServeOptions, WatchPolicy, Watcher, WatcherId, WatcherState};

use crate::account::{Account, AccountId};
use crate::engine::{Lane, Shared};
use crate::sip::{EndReason, Message, StatusCode, uri};
use crate::watch::Watch;
use crate::{Error, ErrorKind, Result};

/// Number of a subscription, counted up in this process and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub(crate) u64);

impl SubscriptionId {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How far a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubscriptionState {
    /// The SUBSCRIBE is under way, or its first NOTIFY is awaited.
    Subscribing,
    /// Whoever is watched has not decided yet.
    Pending,
    /// Changes are told.
    Active,
    /// It failed or was ended, and is tried again at [`SubscriptionInfo::next_retry`].
    Retrying,
    /// Over for good.
    Ended,
}

impl SubscriptionState {
    /// A stable name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            SubscriptionState::Subscribing => "subscribing",
            SubscriptionState::Pending => "pending",
            SubscriptionState::Active => "active",
            SubscriptionState::Retrying => "retrying",
            SubscriptionState::Ended => "ended",
        }
    }
}

/// How a subscription stands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubscriptionInfo {
    /// How far it is.
    pub state: SubscriptionState,
    /// Why the notifier ended it last; `None` if it did not.
    pub reason: Option<EndReason>,
    /// The final code of the last SUBSCRIBE, the peer's or one made up for want of an answer.
    pub code: Option<StatusCode>,
    /// The lifetime last granted.
    pub expires: Option<Duration>,
    /// Failures in a row.
    pub failures: u32,
    /// When it is tried again; in [`SubscriptionState::Retrying`] only.
    pub next_retry: Option<Instant>,
    /// What went wrong; `None` while all is well, and after an end that was asked for.
    pub error: Option<Error>,
}

impl SubscriptionInfo {
    pub(crate) fn new(state: SubscriptionState) -> SubscriptionInfo {
        SubscriptionInfo {
            state,
            reason: None,
            code: None,
            expires: None,
            failures: 0,
            next_retry: None,
            error: None,
        }
    }
}

/// A NOTIFY.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Notification {
    /// As it came in.
    pub message: Arc<Message>,
    /// Counted from 1 for each subscription, failures and new dialogs notwithstanding.
    pub number: u64,
    /// What it said of the subscription: `active`, `pending`, `terminated` or a word of the notifier's own.
    pub state: String,
    /// Which of several notifiers it is from, where a SUBSCRIBE was forked (RFC 6665 §4.3): the tag of its dialog.
    pub notifier: String,
}

impl Notification {
    /// The body's type in lower case, without parameters; empty when there is no body.
    pub fn content_type(&self) -> String {
        self.message.content_type()
    }

    /// The body, as it is.
    pub fn body(&self) -> &[u8] {
        self.message.body()
    }
}

pub(crate) struct SubscriptionCore {
    id: SubscriptionId,
    account: Account,
    target: String,
    options: SubscribeOptions,
    pub(crate) info: Watch<SubscriptionInfo>,
    pub(crate) newest: Watch<Option<Arc<Notification>>>,
    reader: Option<Arc<dyn Reader>>,
    shared: Arc<Shared>,
}

/// A subscription to an event package. Dropping the handle changes nothing: [`Subscription::unsubscribe`] ends it.
///
/// It is refreshed in time, begun anew when the peer has forgotten it (481), ended it for a while, or went away, with the pauses of
/// [`SubscribeOptions::retry`], and when the network changes. What will not help again ends it: a refusal (403, 489, `rejected`), a
/// target that does not exist (404, `noresource`).
#[derive(Clone)]
pub struct Subscription {
    pub(crate) core: Arc<SubscriptionCore>,
}

impl Subscription {
    fn new(
        shared: &Arc<Shared>,
        account: &Account,
        target: &str,
        options: SubscribeOptions,
        reader: Option<Arc<dyn Reader>>,
    ) -> Subscription {
        Subscription {
            core: Arc::new(SubscriptionCore {
                id: SubscriptionId(shared.next_id()),
                account: account.clone(),
                target: target.to_owned(),
                options,
                info: Watch::new(SubscriptionInfo::new(SubscriptionState::Subscribing)),
                newest: Watch::new(None),
                reader,
                shared: Arc::clone(shared),
            }),
        }
    }

    /// A wait on the engine's own thread would never end.
    pub(crate) fn refuse_wait_on_engine(&self, op: &'static str) -> Result<()> {
        self.core.shared.refuse_wait_on_engine(op)
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> SubscriptionId {
        self.core.id
    }

    /// Who subscribes.
    pub fn account(&self) -> &Account {
        &self.core.account
    }

    /// What is watched, as it was given.
    pub fn target(&self) -> &str {
        &self.core.target
    }

    /// The event package.
    pub fn package(&self) -> &str {
        &self.core.options.package
    }

    pub(crate) fn reader(&self) -> Option<&Arc<dyn Reader>> {
        self.core.reader.as_ref()
    }

    pub(crate) fn options(&self) -> &SubscribeOptions {
        &self.core.options
    }

    /// How it stands.
    pub fn info(&self) -> SubscriptionInfo {
        self.core.info.look(Clone::clone)
    }

    /// How far it is.
    pub fn state(&self) -> SubscriptionState {
        self.core.info.look(|info| info.state)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state() == SubscriptionState::Ended
    }

    /// Whoever waits for news is to know that none will come. After the state was set.
    pub(crate) fn wake_waiters(&self) {
        self.core.newest.touch();
        if let Some(reader) = &self.core.reader {
            reader.ended();
        }
    }

    /// The newest NOTIFY with a body.
    pub fn notification(&self) -> Option<Arc<Notification>> {
        self.core.newest.look(Clone::clone)
    }

    /// Waits until it is in this state.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first; its own error, or [`Gone`](ErrorKind::Gone), when it has ended
    /// meanwhile and another state was wanted.
    pub fn wait_for(&self, state: SubscriptionState, timeout: Duration) -> Result<SubscriptionInfo> {
        const OP: &str = "wait for subscription";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let found = self.core.info.wait(timeout, |info| {
            if info.state == state {
                Some(Ok(info.clone()))
            } else if info.state == SubscriptionState::Ended {
                Some(Err(info.error.clone().unwrap_or_else(|| {
                    let why = info.reason.as_ref().map_or("", EndReason::name);
                    Error::new(ErrorKind::Gone, OP, format!("the subscription has ended ({why})"))
                })))
            } else {
                None
            }
        });
        found.unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Timeout,
                OP,
                format!(
                    "the subscription is {} and not {} after {timeout:?}",
                    self.state().name(),
                    state.name()
                ),
            ))
        })
    }

    /// Waits for a NOTIFY with a body that is newer than `after` (a [`Notification::number`]; 0 takes any).
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first, [`Gone`](ErrorKind::Gone) when it ends before.
    pub fn wait_notification(&self, after: u64, timeout: Duration) -> Result<Arc<Notification>> {
        const OP: &str = "wait for notification";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let found = self.core.newest.wait(timeout, |newest| {
            let newer = newest.clone().filter(|n| n.number > after);
            newer.map(Some).or_else(|| self.has_ended().then_some(None))
        });
        let (kind, why) = match found {
            Some(Some(notification)) => return Ok(notification),
            Some(None) => (ErrorKind::Gone, "before the subscription ended".to_owned()),
            None => (ErrorKind::Timeout, format!("within {timeout:?}")),
        };
        let message = format!("nothing was told about {} {why}", self.core.target);
        Err(Error::new(kind, OP, message))
    }

    /// Asks for the present state at once, by a SUBSCRIBE before it is due; one that waits to be tried again is tried now.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it has ended.
    ///
    /// # Threads
    /// Any.
    pub fn refresh(&self) -> Result<()> {
        const OP: &str = "refresh subscription";
        let id = self.id();
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.subscription_refresh(OP, id))
    }

    /// Ends it: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). The last NOTIFY is awaited for as long as a transaction may take, in the
    /// background; then [`SubscriptionState::Ended`] is told. One that has ended already stays so.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after the endpoint was closed.
    ///
    /// # Threads
    /// Any.
    pub fn unsubscribe(&self) -> Result<()> {
        const OP: &str = "unsubscribe";
        let id = self.id();
        self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.subscription_end(id);
            Ok(())
        })
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("id", &self.core.id)
            .field("package", &self.core.options.package)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Subscription {
    fn eq(&self, other: &Subscription) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Subscription {}

impl Account {
    /// Subscribes to an event package of `target` (RFC 6665).
    ///
    /// Returns once the SUBSCRIBE is queued; what becomes of it comes as [`Event::Subscription`](crate::Event::Subscription) and
    /// [`Event::Notify`](crate::Event::Notify), or is waited for with [`Subscription::wait_for`]. Nothing is queued while offline: a
    /// SUBSCRIBE that cannot be sent is tried again later.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a malformed URI, package, header, content type or lifetime,
    /// [`Gone`](ErrorKind::Gone) when the account was removed.
    ///
    /// # Threads
    /// Any.
    pub fn subscribe(&self, target: &str, options: SubscribeOptions) -> Result<Subscription> {
        self.subscribe_read("subscribe", target, options, None)
    }

    /// As [`Account::subscribe`], with a reader of NOTIFYs.
    pub(crate) fn subscribe_read(
        &self,
        op: &'static str,
        target: &str,
        options: SubscribeOptions,
        reader: Option<Arc<dyn Reader>>,
    ) -> Result<Subscription> {
        uri::check(op, "target", target)?;
        options.check(op)?;
        let subscription = Subscription::new(self.shared(), self, target, options, reader);
        let (id, handle): (AccountId, _) = (self.id(), subscription.clone());
        self.shared()
            .run(op, Lane::Normal, move |engine| engine.subscription_add(op, id, handle))?;
        Ok(subscription)
    }
}

/// What somebody else makes of NOTIFYs: buddies, lines, mailboxes. They are told instead of [`Event::Notify`](crate::Event::Notify).
pub(crate) trait Reader: Send + Sync {
    /// On the engine, with the NOTIFY answered.
    fn read(&self, engine: &crate::engine::Engine, of: &Subscription, notification: &Arc<Notification>);

    /// Nothing will be told any more.
    fn ended(&self);

    /// A new dialog begins: what was heard in the old one is no base for changes.
    fn anew(&self) {}
}

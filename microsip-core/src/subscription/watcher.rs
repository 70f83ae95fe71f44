//! The other side: who watches us, and telling them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::options::check_package;
use crate::account::{Account, AccountId};
use crate::engine::{Lane, Shared};
use crate::request::RequestOptions;
use crate::sip::{EndReason, Message};
use crate::watch::Watch;
use crate::{Error, Result};

/// Number of a watcher, counted up in this process and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WatcherId(pub(crate) u64);

impl WatcherId {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for WatcherId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Who may watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WatchPolicy {
    /// Everybody.
    Allow,
    /// Nobody: 403.
    Deny,
    /// Whoever is let in: [`Event::Watcher`](crate::Event::Watcher) in [`WatcherState::Pending`], answered by [`Watcher::accept`] or
    /// [`Watcher::reject`]. Until then nothing is told.
    #[default]
    Ask,
}

impl WatchPolicy {
    /// A stable name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            WatchPolicy::Allow => "allow",
            WatchPolicy::Deny => "deny",
            WatchPolicy::Ask => "ask",
        }
    }
}

/// How a package is served.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServeOptions {
    /// The event package.
    pub package: String,
    /// Who may watch; default [`WatchPolicy::Ask`].
    pub policy: WatchPolicy,
    /// The longest lifetime granted, 1 s to a day; default an hour. It is also granted to who asks for none.
    pub longest: Duration,
    /// The shortest lifetime granted, 0 s to an hour; default 60 s. Who asks for less, but not for 0, is answered 423.
    pub shortest: Duration,
    /// What watchers are told, until [`Notifier::set_state`] says otherwise: headers, content type and body.
    pub state: Option<RequestOptions>,
}

impl ServeOptions {
    /// For this package.
    pub fn new(package: impl Into<String>) -> ServeOptions {
        ServeOptions {
            package: package.into(),
            policy: WatchPolicy::default(),
            longest: Duration::from_secs(3600),
            shortest: Duration::from_secs(60),
            state: None,
        }
    }

    /// Sets who may watch.
    pub fn policy(mut self, policy: WatchPolicy) -> ServeOptions {
        self.policy = policy;
        self
    }

    /// Sets the shortest and the longest lifetime granted.
    pub fn lifetimes(mut self, shortest: Duration, longest: Duration) -> ServeOptions {
        (self.shortest, self.longest) = (shortest, longest);
        self
    }

    /// Sets what watchers are told at first.
    pub fn state(mut self, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> ServeOptions {
        self.state = Some(RequestOptions::new().body(content_type, body));
        self
    }

    fn check(&self, op: &'static str) -> Result<()> {
        check_package(op, &self.package)?;
        let (hour, day) = (Duration::from_secs(3600), Duration::from_secs(24 * 3600));
        if self.shortest > hour || self.longest > day || self.longest < self.shortest.max(Duration::from_secs(1)) {
            return Err(Error::invalid(
                op,
                format!(
                    "lifetimes of {:?} to {:?} are not within 0 s to an hour and 1 s to a day",
                    self.shortest, self.longest
                ),
            ));
        }
        check_state(op, self.state.as_ref())
    }

    /// The type of the body that watchers are told, without parameters, in lower case.
    pub(crate) fn kind_of(state: Option<&RequestOptions>) -> Option<String> {
        let (kind, _) = state?.body.as_ref()?;
        Some(kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }
}

/// A body's type is one, and it fits into a message.
fn check_state(op: &'static str, state: Option<&RequestOptions>) -> Result<()> {
    state.map_or(Ok(()), |state| state.clone().additions(op).map(drop))
}

pub(crate) struct NotifierCore {
    pub(crate) account: AccountId,
    pub(crate) package: String,
    shared: Arc<Shared>,
}

/// A package that an account serves. Dropping the handle changes nothing: [`Notifier::stop`] ends it.
#[derive(Clone)]
pub struct Notifier {
    core: Arc<NotifierCore>,
}

impl Notifier {
    /// The event package.
    pub fn package(&self) -> &str {
        &self.core.package
    }

    /// Tells all who watch, and who will: a NOTIFY each. Where one is under way the newest state follows it; states in between are not
    /// told.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed content type or a body beyond 48,000 bytes,
    /// [`Gone`](crate::ErrorKind::Gone) when the package is not served any more.
    ///
    /// # Threads
    /// Any.
    pub fn set_state(&self, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Result<()> {
        self.set_state_with(RequestOptions::new().body(content_type, body))
    }

    /// As [`Notifier::set_state`], with headers of each NOTIFY.
    ///
    /// # Errors
    /// As there.
    pub fn set_state_with(&self, state: RequestOptions) -> Result<()> {
        const OP: &str = "tell watchers";
        check_state(OP, Some(&state))?;
        let core = Arc::clone(&self.core);
        self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.served_state(OP, core.account, &core.package, state)
        })
    }

    /// Sets who may watch from now on; who was let in stays.
    ///
    /// # Errors
    /// As [`Notifier::set_state`].
    pub fn set_policy(&self, policy: WatchPolicy) -> Result<()> {
        const OP: &str = "set watch policy";
        let core = Arc::clone(&self.core);
        self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.served_policy(OP, core.account, &core.package, policy)
        })
    }

    /// Who watches, oldest first; those that wait for a decision too.
    ///
    /// # Errors
    /// [`NotRunning`](crate::ErrorKind::NotRunning) after the endpoint was closed.
    pub fn watchers(&self) -> Result<Vec<Watcher>> {
        let core = Arc::clone(&self.core);
        self.core.shared.run("list watchers", Lane::Normal, move |engine| {
            Ok(engine.watchers_of(core.account, &core.package))
        })
    }

    /// Serves it no longer: watchers are told (`terminated;reason=noresource`), new ones answered 489.
    ///
    /// # Errors
    /// As [`Notifier::watchers`].
    pub fn stop(&self) -> Result<()> {
        let core = Arc::clone(&self.core);
        self.core.shared.run("stop serving", Lane::Normal, move |engine| {
            engine.served_stop(core.account, &core.package);
            Ok(())
        })
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier")
            .field("package", &self.core.package)
            .finish_non_exhaustive()
    }
}

/// How far a watcher is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatcherState {
    /// It waits for a decision.
    Pending,
    /// It is told changes.
    Active,
    /// It is not told any more, for this reason.
    Ended(EndReason),
}

impl WatcherState {
    /// A stable name in lower case.
    pub fn name(&self) -> &'static str {
        match self {
            WatcherState::Pending => "pending",
            WatcherState::Active => "active",
            WatcherState::Ended(_) => "ended",
        }
    }
}

pub(crate) struct WatcherCore {
    id: WatcherId,
    account: Account,
    package: String,
    request: Arc<Message>,
    pub(crate) state: Watch<WatcherState>,
    shared: Arc<Shared>,
}

/// Somebody who watches us: a subscription to a package that an account serves.
#[derive(Clone)]
pub struct Watcher {
    pub(crate) core: Arc<WatcherCore>,
}

impl Watcher {
    pub(crate) fn new(
        shared: &Arc<Shared>,
        account: &Account,
        package: &str,
        request: Message,
        state: WatcherState,
    ) -> Watcher {
        Watcher {
            core: Arc::new(WatcherCore {
                id: WatcherId(shared.next_id()),
                account: account.clone(),
                package: package.to_owned(),
                request: Arc::new(request),
                state: Watch::new(state),
                shared: Arc::clone(shared),
            }),
        }
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> WatcherId {
        self.core.id
    }

    /// Who is watched.
    pub fn account(&self) -> &Account {
        &self.core.account
    }

    /// The event package.
    pub fn package(&self) -> &str {
        &self.core.package
    }

    /// Who watches: the From of its SUBSCRIBE, without tag. What it says of itself: nobody has verified it.
    pub fn from(&self) -> &str {
        let value = self.core.request.header("From").unwrap_or_default();
        let end = value
            .rfind('>')
            .map_or_else(|| value.find(';').unwrap_or(value.len()), |at| at + 1);
        value[..end].trim()
    }

    /// The SUBSCRIBE that began it.
    pub fn request(&self) -> &Arc<Message> {
        &self.core.request
    }

    /// How far it is.
    pub fn state(&self) -> WatcherState {
        self.core.state.look(Clone::clone)
    }

    /// Lets it in: it is told the present state, and changes. Nothing happens when it is in already.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) when it has ended.
    ///
    /// # Threads
    /// Any.
    pub fn accept(&self) -> Result<()> {
        const OP: &str = "accept watcher";
        let id = self.core.id;
        let shared = &self.core.shared;
        shared.run(OP, Lane::Normal, move |engine| engine.watcher_accept(OP, id))
    }

    /// Turns it away, now or later: `terminated;reason=rejected`.
    ///
    /// # Errors
    /// As [`Watcher::accept`].
    pub fn reject(&self) -> Result<()> {
        self.end(EndReason::Rejected)
    }

    /// Ends it for a reason, which tells whether it may come again.
    ///
    /// # Errors
    /// As [`Watcher::accept`].
    pub fn end(&self, reason: EndReason) -> Result<()> {
        const OP: &str = "end watcher";
        let id = self.core.id;
        let shared = &self.core.shared;
        shared.run(OP, Lane::Normal, move |engine| engine.watcher_end(OP, id, reason))
    }

    /// Tells this watcher alone something. One that waits for a decision is told it when it is let in.
    ///
    /// # Errors
    /// As [`Watcher::accept`], and [`InvalidArgument`](crate::ErrorKind::InvalidArgument) as for [`Notifier::set_state`].
    pub fn notify(&self, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Result<()> {
        self.notify_with(RequestOptions::new().body(content_type, body))
    }

    /// As [`Watcher::notify`], with headers.
    ///
    /// # Errors
    /// As there.
    pub fn notify_with(&self, state: RequestOptions) -> Result<()> {
        const OP: &str = "tell watcher";
        check_state(OP, Some(&state))?;
        let id = self.core.id;
        let shared = &self.core.shared;
        shared.run(OP, Lane::Normal, move |engine| engine.watcher_tell(OP, id, state))
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher")
            .field("id", &self.core.id)
            .field("package", &self.core.package)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Watcher {
    fn eq(&self, other: &Watcher) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Watcher {}

impl Account {
    /// Lets others watch this account's presence directly, without a server between: whoever subscribes is dealt with by `policy` and
    /// told what [`Account::set_presence`] says, or that we are there.
    ///
    /// # Errors
    /// As [`Account::serve`].
    ///
    /// # Threads
    /// Any.
    pub fn serve_presence(&self, policy: WatchPolicy) -> Result<Notifier> {
        self.serve(ServeOptions::new("presence").policy(policy))
    }

    /// Serves an event package: whoever subscribes to it at this account's address is dealt with by [`ServeOptions::policy`] and told
    /// the state.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed package, content type or lifetime,
    /// [`WrongState`](crate::ErrorKind::WrongState) when it is served already, [`Gone`](crate::ErrorKind::Gone) when the account was
    /// removed.
    ///
    /// # Threads
    /// Any.
    pub fn serve(&self, options: ServeOptions) -> Result<Notifier> {
        const OP: &str = "serve";
        options.check(OP)?;
        let core = Arc::new(NotifierCore {
            account: self.id(),
            package: options.package.clone(),
            shared: Arc::clone(self.shared()),
        });
        let id = self.id();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.serve(OP, id, options))?;
        Ok(Notifier { core })
    }
}

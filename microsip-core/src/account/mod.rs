//! Accounts: an address of record, its registrar and its credentials.

mod config;
mod contact;
mod credentials;
mod nat;
mod presence;
mod refresher;
mod registration;
mod retry;
mod timers;

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use config::{AccountConfig, SrtpMode};
pub use contact::ContactOptions;
pub use credentials::{Credential, DigestAlgorithm};
pub use nat::{AccountNat, ContactRewrite, ContactRewriteMethod, TurnUse};
pub use refresher::Refresher;
pub use registration::{RegistrationInfo, RegistrationState};
pub use retry::RetryPolicy;
pub(crate) use retry::parse_retry_after;
pub use timers::{Reliable100, SessionTimers};

use crate::call::{Call, CallOptions};
use crate::engine::{Lane, Shared};
use crate::policy::CallPolicy;
use crate::presence::PresenceStatus;
use crate::redact::redact;
use crate::{Error, ErrorKind, Result};

/// Number of an account, counted up in this process and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub(crate) u64);

impl AccountId {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

pub(crate) struct AccountCore {
    id: AccountId,
    aor: String,
    shared: Arc<Shared>,
    newest: Mutex<Newest>,
    changed: Condvar,
}

struct Newest {
    info: RegistrationInfo,
    /// Set when no change will come any more: the account was removed, the endpoint closed.
    gone: Option<ErrorKind>,
    /// What is told about it.
    presence: Option<Arc<PresenceStatus>>,
}

/// A handle to an account; cheap to clone, usable from any thread. Dropping it changes nothing.
#[derive(Clone)]
pub struct Account {
    core: Arc<AccountCore>,
}

impl Account {
    pub(crate) fn new(shared: Arc<Shared>, id: AccountId, aor: String, info: RegistrationInfo) -> Account {
        Account {
            core: Arc::new(AccountCore {
                id,
                aor,
                shared,
                newest: Mutex::new(Newest {
                    info,
                    gone: None,
                    presence: None,
                }),
                changed: Condvar::new(),
            }),
        }
    }

    /// What is shown of it; `None` in a forked child that cannot know.
    fn seen(&self) -> Option<MutexGuard<'_, Newest>> {
        self.core.shared.origin().lock(&self.core.newest)
    }

    fn lock(&self) -> MutexGuard<'_, Newest> {
        self.core.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn update(&self, info: RegistrationInfo) {
        self.lock().info = info;
        self.core.changed.notify_all();
    }

    /// Nothing will change any more; whoever waits is told.
    pub(crate) fn mark_gone(&self, why: ErrorKind) {
        let mut newest = self.lock();
        newest.gone = Some(why);
        if newest.info.state != RegistrationState::None {
            newest.info = RegistrationInfo::bare(RegistrationState::Unregistered);
        }
        self.core.changed.notify_all();
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.core.shared
    }

    /// The account's number.
    pub fn id(&self) -> AccountId {
        self.core.id
    }

    /// The address of record, as configured.
    pub fn aor(&self) -> &str {
        &self.core.aor
    }

    /// The registration as of now. Never waits for the engine.
    pub fn registration(&self) -> RegistrationInfo {
        self.seen().map_or_else(
            || RegistrationInfo::bare(RegistrationState::None),
            |newest| newest.info.clone(),
        )
    }

    /// Calls `target`, a SIP URI such as `sip:1002@example.org` or a name-addr.
    ///
    /// Sends an INVITE with an SDP offer (RFC 3261 §13.2). Returns once it is queued; what becomes of it arrives as
    /// [`Event::CallState`](crate::Event::CallState), or is waited for with [`Call::wait_for`].
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a malformed URI, [`LimitReached`](ErrorKind::LimitReached)
    /// when [`Limits::calls`](crate::Limits::calls) calls are up, [`Gone`](ErrorKind::Gone) when the account was removed.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_make_call")]
    pub fn call(&self, target: &str) -> Result<Call> {
        self.call_with(target, CallOptions::default())
    }

    /// Like [`Account::call`], with headers, another From, a late offer and so on.
    ///
    /// # Errors
    /// As there, and [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong option, which it names.
    pub fn call_with(&self, target: &str, options: CallOptions) -> Result<Call> {
        const OP: &str = "call";
        crate::sip::uri::check(OP, "target", target)?;
        let (id, target) = (self.core.id, target.to_owned());
        self.core.shared.run(OP, Lane::Urgent, move |engine| {
            engine.call_make(OP, id, &target, &options)
        })
    }

    /// Sets what happens with its incoming calls from now on; `None` for what the endpoint does.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong value, which it names,
    /// [`Gone`](ErrorKind::Gone) when the account was removed.
    pub fn set_policy(&self, policy: Option<CallPolicy>) -> Result<()> {
        const OP: &str = "set policy";
        if let Some(policy) = &policy {
            policy.check(OP)?;
        }
        let id = self.core.id;
        self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.set_account_policy(OP, id, policy)
        })
    }

    /// Changes the account's settings; what it is doing goes on with them.
    ///
    /// Calls that are up keep what they were made with. Where the account is registered, or is to be, a REGISTER goes out at
    /// once, with the new credentials; a binding at another registrar or by another transport is removed first, without
    /// waiting for the answer. The outcome arrives as [`Event::Registration`](crate::Event::Registration). An account that
    /// was not registered because it was told to [`unregister`](Account::unregister) stays so, unless it had no registrar.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a wrong setting and for another address of record (its display
    /// name may change; for another address add another account), [`Gone`](ErrorKind::Gone) when the account was removed.
    #[doc(alias = "pjsua_acc_modify")]
    pub fn modify(&self, config: AccountConfig) -> Result<()> {
        const OP: &str = "modify account";
        config.check(OP)?;
        let id = self.core.id;
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.account_modify(OP, id, &config))
    }

    /// Registers now, or refreshes the registration (RFC 3261 §10.2).
    ///
    /// Returns once the REGISTER is queued; the outcome arrives as
    /// [`Event::Registration`](crate::Event::Registration).
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) when the account has no registrar, [`Busy`](ErrorKind::Busy) while a REGISTER is
    /// under way, [`Gone`](ErrorKind::Gone) when it was removed.
    #[doc(alias = "pjsua_acc_set_registration")]
    pub fn register(&self) -> Result<()> {
        const OP: &str = "register";
        let id = self.core.id;
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.account_register(OP, id, true))
    }

    /// Removes the binding from the registrar (`Expires: 0`, RFC 3261 §10.2.2) and stops refreshing and retrying.
    ///
    /// # Errors
    /// As [`Account::register`].
    pub fn unregister(&self) -> Result<()> {
        const OP: &str = "unregister";
        let id = self.core.id;
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.account_register(OP, id, false))
    }

    /// Waits until the account is registered.
    ///
    /// # Errors
    /// The error the registrar's answer or the network gave ([`Auth`](ErrorKind::Auth), [`Sip`](ErrorKind::Sip),
    /// [`Tls`](ErrorKind::Tls), [`Transport`](ErrorKind::Transport), [`Timeout`](ErrorKind::Timeout)) as soon as it is
    /// known, [`Timeout`](ErrorKind::Timeout) when the deadline passes first,
    /// [`WrongState`](ErrorKind::WrongState) when the account has no registrar, [`Gone`](ErrorKind::Gone) when it is removed and
    /// [`NotRunning`](ErrorKind::NotRunning) when the endpoint is closed meanwhile.
    pub fn wait_registered(&self, timeout: Duration) -> Result<RegistrationInfo> {
        self.wait("wait for registration", timeout, RegistrationState::Registered)
    }

    /// Waits until the account is not registered any more, after [`Account::unregister`].
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first.
    pub fn wait_unregistered(&self, timeout: Duration) -> Result<RegistrationInfo> {
        self.wait("wait for unregistration", timeout, RegistrationState::Unregistered)
    }

    fn wait(&self, op: &'static str, timeout: Duration, wanted: RegistrationState) -> Result<RegistrationInfo> {
        self.core.shared.refuse_wait_on_engine(op)?;
        let deadline = Instant::now().checked_add(timeout);
        let mut newest = self.lock();
        loop {
            let info = &newest.info;
            if info.state == wanted {
                return Ok(info.clone());
            }
            let aor = redact(&self.core.aor);
            match (info.state, &info.error, newest.gone) {
                (_, _, Some(ErrorKind::NotRunning)) => return Err(Error::not_running(op)),
                (_, _, Some(why)) => return Err(Error::new(why, op, format!("{aor} was removed"))),
                (RegistrationState::None, ..) => {
                    let why = format!("{aor} has no registrar; set one in its AccountConfig");
                    return Err(Error::new(ErrorKind::WrongState, op, why));
                }
                (RegistrationState::Failed, Some(error), _) => return Err(error.clone()),
                _ => {}
            }
            let left = match deadline {
                None => Duration::from_secs(3600),
                Some(at) => at.saturating_duration_since(Instant::now()),
            };
            if left.is_zero() {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    op,
                    format!("{aor} is still {} after {timeout:?}", info.state.name()),
                ));
            }
            newest = self
                .core
                .changed
                .wait_timeout(newest, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// What happens to the account from now on: its registration, its calls, messages for it, answers to its requests
    /// ([`Event::account`]). The stream ends when the endpoint is closed.
    ///
    /// [`Event::account`]: crate::Event::account
    pub fn events(&self) -> crate::Events {
        self.core.shared.subscribe_account(self.core.id)
    }

    /// Removes the account: unregisters it if registered and frees its place. Its calls go on.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it was removed already.
    #[doc(alias = "pjsua_acc_del")]
    pub fn remove(&self) -> Result<()> {
        const OP: &str = "remove account";
        let id = self.core.id;
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.account_remove(OP, id))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.core.id.0)
            .field("aor", &redact(&self.core.aor))
            .finish_non_exhaustive()
    }
}

impl PartialEq for Account {
    fn eq(&self, other: &Account) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Account {}

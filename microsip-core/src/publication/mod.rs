//! Publishing event state (RFC 3903): telling a server, which tells whoever watches.

mod options;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use options::PublishOptions;

use crate::account::{Account, AccountId};
use crate::engine::{Lane, Shared};
use crate::sip::StatusCode;
use crate::subscription::check_package;
use crate::watch::Watch;
use crate::{Error, ErrorKind, Result};

/// Number of a publication, counted up in this process and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicationId(pub(crate) u64);

impl PublicationId {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for PublicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How far a publication is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicationState {
    /// The newest body is under way.
    Publishing,
    /// The server has the newest body; it is refreshed in time.
    Published,
    /// It failed for a reason that may pass, and is tried again at [`PublicationInfo::next_retry`].
    Retrying,
    /// Over: it was removed, or its account was, or the endpoint closed.
    Removed,
    /// The server refused it for good; [`PublicationInfo::error`] says why. [`Publication::update`] and [`Publication::refresh`] try
    /// again.
    Failed,
}

impl PublicationState {
    /// A stable name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            PublicationState::Publishing => "publishing",
            PublicationState::Published => "published",
            PublicationState::Retrying => "retrying",
            PublicationState::Removed => "removed",
            PublicationState::Failed => "failed",
        }
    }
}

/// How a publication stands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PublicationInfo {
    /// How far it is.
    pub state: PublicationState,
    /// The final code of the last PUBLISH, the server's or one made up for want of an answer.
    pub code: Option<StatusCode>,
    /// The lifetime last granted.
    pub expires: Option<Duration>,
    /// The server's name for what it has (`SIP-ETag`); `None` if it has nothing of ours.
    pub etag: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// When it is tried again; in [`PublicationState::Retrying`] only.
    pub next_retry: Option<Instant>,
    /// What went wrong; `None` while all is well. With [`PublicationState::Removed`]: the server did not confirm it, and what it has
    /// runs out by itself.
    pub error: Option<Error>,
}

impl PublicationInfo {
    pub(crate) fn new(state: PublicationState) -> PublicationInfo {
        PublicationInfo {
            state,
            code: None,
            expires: None,
            etag: None,
            failures: 0,
            next_retry: None,
            error: None,
        }
    }
}

pub(crate) struct PublicationCore {
    id: PublicationId,
    account: Account,
    package: String,
    pub(crate) info: Watch<PublicationInfo>,
    shared: Arc<Shared>,
}

/// A piece of event state at a server. Dropping the handle changes nothing: [`Publication::remove`] ends it.
///
/// It is refreshed five seconds before it runs out (half-way, if it lives for less than ten), always under the `SIP-ETag` the server
/// gave last. A server that has forgotten it (412) is told anew, one that wants a longer lifetime (423) gets it, and what may pass (no
/// answer, 5xx, a lost connection) is tried again with the pauses of [`PublishOptions::retry`], and at once when the network changes.
/// There is one PUBLISH under way at a time (RFC 3903 §4.1): of several updates in the meantime the newest is sent.
#[derive(Clone)]
pub struct Publication {
    pub(crate) core: Arc<PublicationCore>,
}

impl Publication {
    pub(crate) fn new(shared: &Arc<Shared>, account: &Account, package: &str) -> Publication {
        Publication {
            core: Arc::new(PublicationCore {
                id: PublicationId(shared.next_id()),
                account: account.clone(),
                package: package.to_owned(),
                info: Watch::new(PublicationInfo::new(PublicationState::Publishing)),
                shared: Arc::clone(shared),
            }),
        }
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> PublicationId {
        self.core.id
    }

    /// Whose state it is.
    pub fn account(&self) -> &Account {
        &self.core.account
    }

    /// The event package.
    pub fn package(&self) -> &str {
        &self.core.package
    }

    /// How it stands.
    pub fn info(&self) -> PublicationInfo {
        self.core.info.look(Clone::clone)
    }

    /// How far it is.
    pub fn state(&self) -> PublicationState {
        self.core.info.look(|info| info.state)
    }

    /// Waits until it is in this state. After [`Publication::update`], [`PublicationState::Published`] means the new body.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first; its own error, or [`Gone`](ErrorKind::Gone), when it has failed for
    /// good or was removed meanwhile and another state was wanted.
    pub fn wait_for(&self, state: PublicationState, timeout: Duration) -> Result<PublicationInfo> {
        const OP: &str = "wait for publication";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let found = self.core.info.wait(timeout, |info| {
            if info.state == state {
                Some(Ok(info.clone()))
            } else if matches!(info.state, PublicationState::Removed | PublicationState::Failed) {
                let gone = || Error::new(ErrorKind::Gone, OP, "the publication was removed");
                Some(Err(info.error.clone().unwrap_or_else(gone)))
            } else {
                None
            }
        });
        found.unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Timeout,
                OP,
                format!(
                    "the publication is {} and not {} after {timeout:?}",
                    self.state().name(),
                    state.name()
                ),
            ))
        })
    }

    /// Publishes another body of the same type in place of the old (RFC 3903 §4.4). Returns once it is queued.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for an empty body or one above 48,000 bytes, [`Gone`](ErrorKind::Gone) when it was
    /// removed.
    ///
    /// # Threads
    /// Any.
    pub fn update(&self, body: impl Into<Vec<u8>>) -> Result<()> {
        const OP: &str = "update publication";
        let body = body.into();
        options::check_body(OP, "text/plain", &body)?;
        let id = self.id();
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.publication_update(OP, id, body))
    }

    /// Refreshes it before it is due; one that waits to be tried again, or failed, is tried now.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it was removed.
    ///
    /// # Threads
    /// Any.
    pub fn refresh(&self) -> Result<()> {
        const OP: &str = "refresh publication";
        let id = self.id();
        self.core
            .shared
            .run(OP, Lane::Normal, move |engine| engine.publication_refresh(OP, id))
    }

    /// Removes it: PUBLISH with `Expires: 0` (RFC 3903 §4.5). [`PublicationState::Removed`] is told when that is answered. One that was
    /// removed already stays so.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after the endpoint was closed.
    ///
    /// # Threads
    /// Any.
    pub fn remove(&self) -> Result<()> {
        const OP: &str = "remove publication";
        let id = self.id();
        self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.publication_end(id);
            Ok(())
        })
    }
}

impl fmt::Debug for Publication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publication")
            .field("id", &self.core.id)
            .field("package", &self.core.package)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Publication {
    fn eq(&self, other: &Publication) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Publication {}

impl Account {
    /// Publishes state of its address of record (RFC 3903): PUBLISH to the address of record, by the account's route.
    ///
    /// Returns once it is queued; what becomes of it comes as [`Event::Publication`](crate::Event::Publication), or is waited for with
    /// [`Publication::wait_for`]. It is kept up until [`Publication::remove`], and removed when its account is removed or the endpoint
    /// closes. Each call makes a publication of its own: a server composes several of one package into one document.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a malformed package, content type or header, an empty or too long body, or a
    /// lifetime out of range; [`Gone`](ErrorKind::Gone) when the account was removed.
    ///
    /// # Threads
    /// Any.
    pub fn publish(&self, package: &str, options: PublishOptions) -> Result<Publication> {
        const OP: &str = "publish";
        check_package(OP, package)?;
        options.check(OP)?;
        let publication = Publication::new(self.shared(), self, package);
        let (id, handle): (AccountId, _) = (self.id(), publication.clone());
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.publication_add(OP, id, handle, options)
        })?;
        Ok(publication)
    }
}

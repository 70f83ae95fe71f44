//! Asking for the users directory: when, and on a thread of its own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use super::book::ContactBook;
use super::directory::{Directory, DirectoryFormat, DirectoryRelease, next_refresh, retry_after};
use super::merge::{MergeKey, MergeReport};
use super::url::DirectoryUrl;
use crate::compat::fetch::{FetchOptions, Fetched, fetch};
use crate::compat::schedule::{Repeater, Turn};
use crate::{Error, Result, Secret};

/// When to ask for a directory again (reference: microsip.md, 9.5): pure counting, without a clock.
///
/// In one thing it is kinder than MicroSIP 3.22: after an answer that could not be used (an error page, a status such as 502) it asks
/// again as after a failed connection, where 3.22 never would.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshPlan {
    release: DirectoryRelease,
    failures: u32,
    /// What the last usable answer's body said.
    refresh: Option<u64>,
}

impl RefreshPlan {
    /// A plan as this release has it; nothing was asked yet.
    pub fn new(release: DirectoryRelease) -> RefreshPlan {
        RefreshPlan {
            release,
            failures: 0,
            refresh: None,
        }
    }

    /// A usable answer: the time until the next request, none for not by itself. The body's `refresh` counts (0: never), else
    /// `max-age` of the header's value, moved into 60 to 86,400 s, else 3.22 does not repeat and 3.21 repeats after 60 s.
    pub fn usable(&mut self, directory: &Directory, cache_control: Option<&str>) -> Option<Duration> {
        self.failures = 0;
        self.refresh = directory.refresh;
        next_refresh(Some(directory), cache_control, self.release)
    }

    /// The answer was that nothing changed (304): as the answer before.
    pub fn unchanged(&mut self, cache_control: Option<&str>) -> Option<Duration> {
        self.failures = 0;
        let mut directory = Directory::new(DirectoryFormat::Json);
        directory.refresh = self.refresh;
        next_refresh(Some(&directory), cache_control, self.release)
    }

    /// An answer that is no directory: after its `max-age` if it has one; else 3.21 repeats after 3,600 s, and 3.22 as after a failed
    /// connection.
    pub fn unusable(&mut self, cache_control: Option<&str>) -> Duration {
        let failed = self.failed();
        next_refresh(None, cache_control, self.release).unwrap_or(failed)
    }

    /// The connection failed, for the n-th time in a row: 10·n³ s, at most a day (3.22), or 300 s (3.21).
    pub fn failed(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        retry_after(self.failures, self.release)
    }

    /// How many requests in a row brought no directory.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

/// The account whose values fill the placeholders of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DirectoryAccount {
    /// `{username}`, and the first `%s`.
    pub username: String,
    /// `{password}`, and the second `%s`; `{md5_password}` is its MD5 in lower-case hexadecimal.
    pub password: Secret,
    /// `{server}`, and the third `%s`. A port is left out.
    pub server: String,
    /// `{domain}`.
    pub domain: String,
    /// `{label}`.
    pub label: String,
}

impl DirectoryAccount {
    /// Values of an account.
    pub fn new(
        username: impl Into<String>,
        password: impl Into<Secret>,
        server: impl Into<String>,
    ) -> DirectoryAccount {
        DirectoryAccount {
            username: username.into(),
            password: password.into(),
            server: server.into(),
            ..DirectoryAccount::default()
        }
    }

    /// Sets `{domain}`.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = domain.into();
        self
    }

    /// Sets `{label}`.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

/// Which directory is asked for, and how.
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectoryConfig {
    /// The setting `usersDirectory`, with its placeholders.
    pub url: String,
    /// The release of MicroSIP whose repeating is followed. Default 3.22.
    pub release: DirectoryRelease,
    /// `{version}`: the program's. Default: this library's.
    pub version: String,
    /// Timeouts, bounds and trust. Default: as [`FetchOptions`] has it, `http:` included, as MicroSIP takes it.
    pub fetch: FetchOptions,
}

impl fmt::Debug for DirectoryConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryConfig")
            .field("url", &crate::compat::fetch::shown_url(&self.url))
            .field("release", &self.release)
            .field("fetch", &self.fetch)
            .finish_non_exhaustive()
    }
}

impl DirectoryConfig {
    /// A directory at this address, the value of `usersDirectory`.
    pub fn new(url: impl Into<String>) -> DirectoryConfig {
        DirectoryConfig {
            url: url.into(),
            release: DirectoryRelease::default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            fetch: FetchOptions::default(),
        }
    }

    /// Sets the release whose repeating is followed.
    #[must_use]
    pub fn release(mut self, release: DirectoryRelease) -> Self {
        self.release = release;
        self
    }

    /// Sets `{version}`.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets timeouts, bounds and trust.
    #[must_use]
    pub fn fetch(mut self, options: FetchOptions) -> Self {
        self.fetch = options;
        self
    }
}

/// What became of one request for the directory.
#[derive(Debug)]
#[non_exhaustive]
pub struct DirectoryUpdate {
    /// The request's number, from 0; it was sent as `sequence`.
    pub sequence: u64,
    /// The directory; none if it is the same as the last one (304). An error means: keep what there is. It never has the address'
    /// user, password or query, and not its path if the setting has placeholders.
    pub result: Result<Option<Directory>>,
    /// How long until it is asked for again by itself; none for never.
    pub next: Option<Duration>,
    /// The last usable directory asked not to bother the user with errors.
    pub silent: bool,
}

impl DirectoryUpdate {
    /// Takes the directory over into a book ([`ContactBook::merge_directory`]) and says what that changed: nothing if the directory is
    /// the same as before, or there was an error.
    ///
    /// # Errors
    /// [`LimitReached`](crate::ErrorKind::LimitReached) if the book would grow beyond
    /// [`MAX_CONTACTS`](super::MAX_CONTACTS); it is unchanged then.
    pub fn merge_into(&self, book: &mut ContactBook, key: MergeKey) -> Result<MergeReport> {
        match &self.result {
            Ok(Some(directory)) => book.merge_directory(&directory.entries, key),
            _ => Ok(MergeReport::default()),
        }
    }
}

/// Asks for the users directory again and again, on its own thread, one request at a time.
///
/// An address without placeholders is asked at once; one with placeholders after each [`registered`](DirectoryClient::registered). Then
/// as [`RefreshPlan`] says. Dropping the client closes it.
pub struct DirectoryClient {
    repeater: Repeater,
    account: Arc<Mutex<Option<DirectoryAccount>>>,
    needs_account: bool,
}

impl fmt::Debug for DirectoryClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryClient")
            .field("needs_account", &self.needs_account)
            .finish_non_exhaustive()
    }
}

impl DirectoryClient {
    /// Starts the client. `callback` gets every result, on the client's thread; the next request waits for it.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if the setting is empty;
    /// [`LimitReached`](crate::ErrorKind::LimitReached) if the system gives no thread.
    pub fn start(
        config: DirectoryConfig,
        mut callback: impl FnMut(DirectoryUpdate) + Send + 'static,
    ) -> Result<DirectoryClient> {
        if config.url.trim().is_empty() {
            return Err(Error::invalid(
                "users directory",
                "usersDirectory is empty; there is nothing to ask",
            ));
        }
        let needs_account = DirectoryUrl::needs_account(&config.url);
        let account = Arc::new(Mutex::new(None));
        let mut asking = Asking {
            plan: RefreshPlan::new(config.release),
            // A password in the path must not be shown.
            fetch: config.fetch.clone().hide_path(config.fetch.hide_path || needs_account),
            config,
            sequence: 0,
            etag: None,
            silent: false,
            last: None,
        };
        let shared = account.clone();
        let task = move |turn: &Turn| {
            let account: Option<DirectoryAccount> = shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if needs_account && account.is_none() {
                return None;
            }
            let update = asking.ask(account.unwrap_or_default());
            let next = update.next;
            turn.tell(|| callback(update));
            next
        };
        let first = (!needs_account).then_some(Duration::ZERO);
        Ok(DirectoryClient {
            repeater: Repeater::start("directory", first, task)?,
            account,
            needs_account,
        })
    }

    /// To be told of every successful registration (not of its refreshes): if the address has placeholders the directory is asked for with
    /// this account's values now, else nothing happens. Returns at once.
    pub fn registered(&self, account: DirectoryAccount) {
        if self.needs_account {
            *self.account.lock().unwrap_or_else(PoisonError::into_inner) = Some(account);
            self.refresh();
        }
    }

    /// Asks now, or as soon as the running request is done. Returns at once; does nothing as long as an account is waited for.
    pub fn refresh(&self) {
        // Judged now: by the time the request would begin an account may be there, which asks for itself.
        if self.needs_account && self.account.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return;
        }
        self.repeater.turn().run_within(Duration::ZERO);
    }

    /// Ends it: no callback begins any more. A running one is waited for, at most 2 s (not if called from it); a running request is not
    /// waited for and ends by itself within [`FetchOptions::timeout`]. Whether no callback is running any more.
    pub fn close(&self) -> bool {
        self.repeater.close(Duration::from_secs(2))
    }
}

/// The state of the thread.
struct Asking {
    config: DirectoryConfig,
    fetch: FetchOptions,
    plan: RefreshPlan,
    sequence: u64,
    etag: Option<String>,
    silent: bool,
    /// Whose directory the ETag is of.
    last: Option<DirectoryAccount>,
}

impl Asking {
    fn ask(&mut self, account: DirectoryAccount) -> DirectoryUpdate {
        let sequence = self.sequence;
        self.sequence += 1;
        if self.last.as_ref() != Some(&account) {
            self.etag = None;
        }
        let url = Zeroizing::new(self.address(&account, sequence));
        self.last = Some(account);
        let (result, next) = match fetch(&url, self.etag.as_deref(), &self.fetch) {
            Ok(Fetched::NotModified { cache_control }) => (Ok(None), self.plan.unchanged(cache_control.as_deref())),
            Ok(Fetched::Document(document)) => {
                let cache_control = document.cache_control.as_deref();
                match Directory::read(document.content_type.as_deref(), &document.body) {
                    Ok(directory) => {
                        let next = self.plan.usable(&directory, cache_control);
                        self.etag = document.etag;
                        self.silent = directory.silent;
                        (Ok(Some(directory)), next)
                    }
                    Err(e) => (Err(e), Some(self.plan.unusable(cache_control))),
                }
            }
            Err(e) => (Err(e), Some(self.plan.failed())),
        };
        if let Err(e) = &result {
            tracing::warn!("users directory: {e}; asked again in {next:?}");
        }
        DirectoryUpdate {
            sequence,
            result,
            next,
            silent: self.silent,
        }
    }

    fn address(&self, account: &DirectoryAccount, sequence: u64) -> String {
        let password = account.password.reveal();
        let md5: String = Md5::digest(password.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let md5 = Zeroizing::new(md5);
        let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
        DirectoryUrl::new(&account.username, password, without_port(&account.server))
            .md5_password(&md5)
            .account(&account.domain, &account.label)
            .now(&self.config.version, time)
            .expand(&self.config.url, sequence)
    }
}

/// A host without its port; an IPv6 address in brackets keeps them, one without is no host with port.
fn without_port(server: &str) -> &str {
    match server.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            if host.contains(':') && !host.ends_with(']') {
                server
            } else {
                host
            }
        }
        _ => server,
    }
}

//! Asking for the document: at start, and again and again, on a thread of its own.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::cache::{CachedDocument, ProvisionCache};
use super::document::{ProvisionDocument, ProvisionRules};
use super::problem::ProvisionProblem;
use super::read::MAX_BYTES;
use crate::compat::contacts::{DirectoryRelease, retry_after};
use crate::compat::fetch::{Document, FetchOptions, Fetched, PlainHttp, fetch, shown_url};
use crate::compat::schedule::{Repeater, Turn};
use crate::{Error, FailureCode, Result, Secret};

const OP: &str = "provision";
/// The interval's bounds: a minute, a week.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(604_800);

/// Where the document comes from, and how.
#[derive(Clone)]
#[non_exhaustive]
pub struct ProvisionConfig {
    /// The address; user and password in it are sent to the server and never shown.
    pub url: String,
    /// How often to ask if neither the document nor `Cache-Control: max-age` says so. Default a day; 60 s to a week.
    pub interval: Duration,
    /// What the document may do.
    pub rules: ProvisionRules,
    /// Whether `http:` is asked of other machines too. Default no: anybody on the way could read the passwords and write others.
    pub allow_plain_http: bool,
    /// Timeouts and trust. `plain_http` in it does not count, and more than 1 MiB is never read.
    pub fetch: FetchOptions,
    /// Where the last good document is kept; none: it is not.
    pub cache: Option<ProvisionCache>,
}

impl fmt::Debug for ProvisionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvisionConfig")
            .field("url", &shown_url(&self.url))
            .field("interval", &self.interval)
            .field("rules", &self.rules)
            .field("allow_plain_http", &self.allow_plain_http)
            .field("fetch", &self.fetch)
            .field("cache", &self.cache)
            .finish()
    }
}

impl ProvisionConfig {
    /// A document at this address, kept beside this settings file ([`ProvisionCache::beside`]).
    pub fn new(url: impl Into<String>, settings: &Path) -> ProvisionConfig {
        ProvisionConfig {
            url: url.into(),
            interval: Duration::from_secs(86_400),
            rules: ProvisionRules::default(),
            allow_plain_http: false,
            fetch: FetchOptions::default(),
            cache: Some(ProvisionCache::beside(settings)),
        }
    }

    /// Sets how often to ask if nothing else says so.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets what the document may do.
    #[must_use]
    pub fn rules(mut self, rules: ProvisionRules) -> Self {
        self.rules = rules;
        self
    }

    /// Sets whether `http:` is asked of other machines too.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Sets timeouts and trust.
    #[must_use]
    pub fn fetch(mut self, options: FetchOptions) -> Self {
        self.fetch = options;
        self
    }

    /// Sets where the last good document is kept.
    #[must_use]
    pub fn cache(mut self, cache: Option<ProvisionCache>) -> Self {
        self.cache = cache;
        self
    }
}

/// What became of one request for the document.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProvisionNews {
    /// A document to apply.
    Document {
        /// It.
        document: ProvisionDocument,
        /// False: the server said that the kept one is current; told once, at start.
        fresh: bool,
    },
    /// It is the one that was told last.
    Unchanged,
    /// There is none, or it is refused. What there is stays.
    Failed {
        /// Why. It has no secret in it.
        error: Error,
        /// Of a refused document: everything that is wrong with it.
        problems: Vec<ProvisionProblem>,
        /// The last good document, if none was told yet: to be applied at a start without a network.
        kept: Option<Box<CachedDocument>>,
    },
}

impl ProvisionNews {
    /// Stable lower-case name, as it appears in JSON: `"document"`, `"unchanged"`, `"failed"`.
    pub fn name(&self) -> &'static str {
        match self {
            ProvisionNews::Document { .. } => "document",
            ProvisionNews::Unchanged => "unchanged",
            ProvisionNews::Failed { .. } => "failed",
        }
    }
}

/// What [`ProvisionClient`] tells.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProvisionUpdate {
    /// What happened.
    pub news: ProvisionNews,
    /// How long until it asks again by itself; sooner if the callback says that the document could not be applied.
    pub next: Duration,
}

/// Asks for the document at start and then on a timer, on its own thread, one request at a time. Dropping it closes it.
///
/// The time until the next request is the document's `refresh`, else `Cache-Control: max-age` moved into 60 to 86,400 s, else
/// [`ProvisionConfig::interval`]; after the n-th failure in a row 10·n³ s, if that is less.
pub struct ProvisionClient {
    repeater: Repeater,
}

impl fmt::Debug for ProvisionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvisionClient").finish_non_exhaustive()
    }
}

impl ProvisionClient {
    /// Starts the client. `callback` gets every result, on the client's thread; the next request waits for it. It answers a document with
    /// whether it could be applied: only then is it kept for offline starts, else it is told again with the next request.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty address and an interval out of range;
    /// [`LimitReached`](crate::ErrorKind::LimitReached) if the system gives no thread. What is wrong with the address is told to the
    /// callback.
    pub fn start(
        config: ProvisionConfig,
        mut callback: impl FnMut(&ProvisionUpdate) -> Result<()> + Send + 'static,
    ) -> Result<ProvisionClient> {
        if config.url.trim().is_empty() {
            return Err(Error::invalid(OP, "the address is empty; there is nothing to ask"));
        }
        if !(SHORTEST..=LONGEST).contains(&config.interval) {
            let what = format!("the interval is {:?}; 60 s to 604800 s are allowed", config.interval);
            return Err(Error::invalid(OP, what));
        }
        let plain = if config.allow_plain_http {
            PlainHttp::Allowed
        } else {
            PlainHttp::Loopback
        };
        let fetch = config.fetch.clone().plain_http(plain);
        let bytes = fetch.max_bytes.min(MAX_BYTES);
        let mut asking = Asking {
            fetch: fetch.max_bytes(bytes),
            config,
            failures: 0,
            current: None,
            kept: None,
            opened: false,
        };
        let task = move |turn: &Turn| {
            let (update, candidate) = asking.ask();
            let mut taken = None;
            turn.tell(|| taken = Some(callback(&update)));
            let mut next = update.next;
            match taken {
                // Closed meanwhile.
                None => {}
                Some(Ok(())) => {
                    if let Some(candidate) = candidate {
                        asking.keep(candidate);
                    }
                }
                Some(Err(e)) => {
                    tracing::warn!("provisioning: the document could not be applied: {e}");
                    if candidate.is_some() {
                        next = asking.retry();
                    }
                }
            }
            Some(next)
        };
        Ok(ProvisionClient {
            repeater: Repeater::start("provision", Some(Duration::ZERO), task)?,
        })
    }

    /// Asks now, or as soon as the running request is done. Returns at once.
    pub fn refresh(&self) {
        self.repeater.turn().run_within(Duration::ZERO);
    }

    /// Ends it: no callback begins any more. A running one is waited for, at most 2 s (not if called from it); a running request is not
    /// waited for and ends by itself within [`FetchOptions::timeout`]. Whether no callback is running any more.
    pub fn close(&self) -> bool {
        self.repeater.close(Duration::from_secs(2))
    }
}

/// A document that is being told, and will be kept if it can be applied.
struct Candidate {
    text: Secret,
    etag: Option<String>,
    refresh: Option<u32>,
    fresh: bool,
}

/// The state of the thread.
struct Asking {
    config: ProvisionConfig,
    fetch: FetchOptions,
    failures: u32,
    /// The document that was applied last.
    current: Option<Candidate>,
    /// The one of the file, until one was told.
    kept: Option<CachedDocument>,
    opened: bool,
}

impl Asking {
    fn ask(&mut self) -> (ProvisionUpdate, Option<Candidate>) {
        self.open();
        let etag = match (&self.current, &self.kept) {
            (Some(current), _) => current.etag.clone(),
            (None, Some(kept)) => kept.etag.clone(),
            (None, None) => None,
        };
        match fetch(&self.config.url, etag.as_deref(), &self.fetch) {
            Ok(Fetched::NotModified { cache_control }) => self.not_modified(cache_control.as_deref()),
            Ok(Fetched::Document(document)) => self.document(document),
            Err(e) => (self.failed(e, Vec::new()), None),
        }
    }

    /// Reads the file, once. What is wrong with it is no reason not to ask.
    fn open(&mut self) {
        if std::mem::replace(&mut self.opened, true) {
            return;
        }
        let Some(cache) = &self.config.cache else { return };
        match cache.load(&self.config.url, self.config.rules) {
            Ok(kept) => self.kept = kept,
            Err(e) => tracing::warn!("provisioning: {e}"),
        }
    }

    fn not_modified(&mut self, cache_control: Option<&str>) -> (ProvisionUpdate, Option<Candidate>) {
        if let Some(current) = &self.current {
            self.failures = 0;
            let next = self.interval(current.refresh, cache_control);
            return (unchanged(next), None);
        }
        let Some(kept) = self.kept.clone() else {
            let error =
                FailureCode::TransportFailed.error(OP, "the server says that nothing changed, and nothing is known");
            return (self.failed(error, Vec::new()), None);
        };
        let candidate = Candidate {
            text: kept.text,
            etag: kept.etag,
            refresh: kept.document.refresh,
            fresh: false,
        };
        let update = ProvisionUpdate {
            next: self.interval(candidate.refresh, cache_control),
            news: ProvisionNews::Document {
                document: kept.document,
                fresh: false,
            },
        };
        (update, Some(candidate))
    }

    fn document(&mut self, document: Document) -> (ProvisionUpdate, Option<Candidate>) {
        let parsed = ProvisionDocument::parse(&document.body, self.config.rules);
        let text = String::from_utf8(document.body).map(Secret::new);
        let (parsed, text) = match (parsed, text) {
            (Ok(parsed), Ok(text)) => (parsed, text),
            (Err(refusal), _) => {
                let problems = refusal.problems.clone();
                return (self.failed(refusal.into(), problems), None);
            }
            (Ok(_), Err(_)) => {
                let error = FailureCode::DocumentEncoding.error(OP, "the document is not in UTF-8");
                return (self.failed(error, Vec::new()), None);
            }
        };
        let next = self.interval(parsed.refresh, document.cache_control.as_deref());
        if let Some(current) = &mut self.current
            && current.text == text
        {
            self.failures = 0;
            current.etag = document.etag;
            return (unchanged(next), None);
        }
        let candidate = Candidate {
            text,
            etag: document.etag,
            refresh: parsed.refresh,
            fresh: true,
        };
        let news = ProvisionNews::Document {
            document: parsed,
            fresh: true,
        };
        (ProvisionUpdate { news, next }, Some(candidate))
    }

    fn failed(&mut self, error: Error, problems: Vec<ProvisionProblem>) -> ProvisionUpdate {
        let next = self.retry();
        tracing::warn!("provisioning: {error}; asked again in {next:?}");
        let kept = match self.current {
            None => self.kept.clone().map(Box::new),
            Some(_) => None,
        };
        // Told once; the ETag stays useful.
        let news = ProvisionNews::Failed {
            error,
            problems,
            kept: kept.filter(|_| self.failures == 1),
        };
        ProvisionUpdate { news, next }
    }

    fn retry(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        retry_after(self.failures, DirectoryRelease::V322).min(self.config.interval)
    }

    /// It was applied: it is the current one, and kept.
    fn keep(&mut self, candidate: Candidate) {
        if let Some(cache) = self.config.cache.as_ref().filter(|_| candidate.fresh)
            && let Err(e) = cache.store(&self.config.url, candidate.etag.as_deref(), &candidate.text)
        {
            tracing::warn!("provisioning: the document could not be kept: {e}");
        }
        self.failures = 0;
        self.kept = None;
        self.current = Some(candidate);
    }

    fn interval(&self, refresh: Option<u32>, cache_control: Option<&str>) -> Duration {
        refresh
            .map(|seconds| Duration::from_secs(u64::from(seconds)))
            .or_else(|| crate::compat::contacts::next_refresh(None, cache_control, DirectoryRelease::V322))
            .unwrap_or(self.config.interval)
    }
}

fn unchanged(next: Duration) -> ProvisionUpdate {
    ProvisionUpdate {
        news: ProvisionNews::Unchanged,
        next,
    }
}

//! What goes with a subscription.

use std::time::Duration;

use crate::account::RetryPolicy;
use crate::request::RequestOptions;
use crate::sip::{Additions, Headers};
use crate::{Error, Result};

/// The longest lifetime that may be asked for: a day.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What goes with a SUBSCRIBE.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubscribeOptions {
    /// The event package, such as `dialog`.
    pub package: String,
    /// The `id` of `Event`, where one target has several subscriptions to a package.
    pub event_id: Option<String>,
    /// Body types that are understood (`Accept`); empty leaves it to the package's default.
    pub accept: Vec<String>,
    /// The lifetime asked for, 0 to a day; default 600 s. It is refreshed well before. Zero asks for the state once.
    pub expires: Duration,
    /// Whether several notifiers may answer one SUBSCRIBE that was forked (RFC 6665 §4.3): each is then a dialog of this subscription.
    /// Default no: who comes second is answered 481, as presence (RFC 3856 §6.9) and waiting messages (RFC 3842 §3.9) want it.
    pub forks: bool,
    /// When it is tried again after a failure.
    pub retry: RetryPolicy,
    /// Headers and body of each SUBSCRIBE.
    pub request: RequestOptions,
}

impl SubscribeOptions {
    /// For this package.
    pub fn new(package: impl Into<String>) -> SubscribeOptions {
        SubscribeOptions {
            package: package.into(),
            event_id: None,
            accept: Vec::new(),
            expires: Duration::from_secs(600),
            forks: false,
            retry: RetryPolicy::default(),
            request: RequestOptions::default(),
        }
    }

    /// Sets the `id` of `Event`.
    pub fn event_id(mut self, id: impl Into<String>) -> SubscribeOptions {
        self.event_id = Some(id.into());
        self
    }

    /// Adds a body type that is understood.
    pub fn accept(mut self, content_type: impl Into<String>) -> SubscribeOptions {
        self.accept.push(content_type.into());
        self
    }

    /// Sets the lifetime asked for.
    pub fn expires(mut self, expires: Duration) -> SubscribeOptions {
        self.expires = expires;
        self
    }

    /// Sets whether several notifiers may answer.
    pub fn forks(mut self, yes: bool) -> SubscribeOptions {
        self.forks = yes;
        self
    }

    /// Sets when it is tried again after a failure.
    pub fn retry(mut self, retry: RetryPolicy) -> SubscribeOptions {
        self.retry = retry;
        self
    }

    /// Sets headers and body of each SUBSCRIBE.
    pub fn request(mut self, request: RequestOptions) -> SubscribeOptions {
        self.request = request;
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        check_package(op, &self.package)?;
        self.retry.check(op)?;
        if self.expires > LONGEST {
            return Err(Error::invalid(
                op,
                format!("a lifetime of {:?} is longer than a day", self.expires),
            ));
        }
        let words = self.event_id.iter().map(|id| ("event id", id));
        for (what, value) in words.chain(self.accept.iter().map(|a| ("accepted type", a))) {
            if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic() && !b"\",;<>".contains(&b)) {
                return Err(Error::invalid(op, format!("{value:?} is no {what}")));
            }
        }
        self.request.clone().additions(op).map(drop)
    }

    /// The headers of a SUBSCRIBE that belong to the package, and what the application adds.
    pub(crate) fn additions(&self, op: &'static str, expires: Duration) -> Result<Additions> {
        let mut additions = self.request.clone().additions(op)?;
        let mut headers = Headers::new();
        let id = self.event_id.as_ref().map(|id| format!(";id={id}")).unwrap_or_default();
        headers.push("Event", &format!("{}{id}", self.package));
        headers.push("Expires", &expires.as_secs().to_string());
        if !self.accept.is_empty() {
            headers.push("Accept", &self.accept.join(", "));
        }
        for (name, value) in additions.headers.iter() {
            headers.push(name, value);
        }
        additions.headers = headers;
        Ok(additions)
    }
}

/// Refuses what is no name of an event package (RFC 6665 §8.4: a token, with templates behind dots).
pub(crate) fn check_package(op: &'static str, package: &str) -> Result<()> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b);
    if package.is_empty() || package.len() > 64 || !package.bytes().all(token) {
        return Err(Error::invalid(
            op,
            format!("{package:?} is no event package; expected a word such as dialog or presence"),
        ));
    }
    if package.eq_ignore_ascii_case("refer") {
        return Err(Error::invalid(
            op,
            "the package refer belongs to transfers; use Call::transfer",
        ));
    }
    Ok(())
}

//! What goes with a publication.

use std::time::Duration;

use crate::account::RetryPolicy;
use crate::request::RequestOptions;
use crate::sip::Headers;
use crate::{Error, Result};

/// The longest lifetime that may be asked for: a day.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What is published, and for how long.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PublishOptions {
    /// The body's type, `type/subtype`, with parameters if wanted.
    pub content_type: String,
    /// The body, at most 48,000 bytes.
    pub body: Vec<u8>,
    /// The lifetime asked for, 1 s to a day; default 3600 s. It is refreshed before it ends, whatever the server grants.
    pub expires: Duration,
    /// When it is tried again after a failure that may pass.
    pub retry: RetryPolicy,
    /// Headers of each PUBLISH.
    pub headers: Headers,
}

impl PublishOptions {
    /// This body.
    pub fn new(content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> PublishOptions {
        PublishOptions {
            content_type: content_type.into(),
            body: body.into(),
            expires: Duration::from_secs(3600),
            retry: RetryPolicy::default(),
            headers: Headers::new(),
        }
    }

    /// Sets the lifetime asked for.
    pub fn expires(mut self, expires: Duration) -> PublishOptions {
        self.expires = expires;
        self
    }

    /// Sets when it is tried again after a failure.
    pub fn retry(mut self, retry: RetryPolicy) -> PublishOptions {
        self.retry = retry;
        self
    }

    /// Adds a header.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<PublishOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        if self.expires < Duration::from_secs(1) || self.expires > LONGEST {
            return Err(Error::invalid(
                op,
                format!(
                    "a lifetime of {:?} is not between a second and a day; Publication::remove ends it",
                    self.expires
                ),
            ));
        }
        for ours in ["Event", "Expires", "SIP-If-Match"] {
            if self.headers.contains(ours) {
                return Err(Error::invalid(
                    op,
                    format!("the header {ours} belongs to the publication itself; it has a setting of its own"),
                ));
            }
        }
        self.retry.check(op)?;
        check_body(op, &self.content_type, &self.body)
    }
}

/// Refuses a type that is none and a body that does not fit.
pub(super) fn check_body(op: &'static str, content_type: &str, body: &[u8]) -> Result<()> {
    if body.is_empty() {
        return Err(Error::invalid(
            op,
            "there is no body; a PUBLISH without one would only refresh what was published before (RFC 3903 §4.1)",
        ));
    }
    RequestOptions::new().body(content_type, body).additions(op).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_published_is_refused_with_a_reason() {
        let good = || PublishOptions::new("application/pidf+xml", "<presence/>");
        good().check("t").unwrap();
        for (options, word) in [
            (good().expires(Duration::ZERO), "lifetime"),
            (good().expires(Duration::from_secs(100_000)), "lifetime"),
            (PublishOptions::new("pidf", "x"), "content type"),
            (PublishOptions::new("text/plain", ""), "no body"),
            (PublishOptions::new("text/plain", vec![b'x'; 50_000]), "50000"),
            (good().retry(RetryPolicy::new(Duration::ZERO, Duration::ZERO)), "retry"),
            (good().header("Expires", "5").unwrap(), "Expires"),
            (good().header("sip-if-match", "5").unwrap(), "SIP-If-Match"),
        ] {
            let error = options.check("t").unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}

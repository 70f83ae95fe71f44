//! What happens to messages by itself.

use std::time::Duration;

use crate::sip::StatusCode;
use crate::{Error, Result};

/// Which MESSAGE requests are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MessagePolicy {
    /// All that are for an account of ours.
    #[default]
    Accept,
    /// None: each is answered with this code, 300 to 699; 403, 405 and 480 are usual.
    Refuse(StatusCode),
}

/// Settings for messages (RFC 3428), typing indications (RFC 3994) and delivery notifications (RFC 5438).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageConfig {
    /// Which messages are taken; default all.
    pub incoming: MessagePolicy,
    /// Content types that are taken, as `type/subtype` or `type/*`; others are answered 415 with this list in `Accept`
    /// (RFC 3428 §7). Empty, the default: all. Typing indications, delivery notifications and the envelope of the latter
    /// (`message/cpim`) are always taken; the list is for what is in the envelope as well.
    pub accept: Vec<String>,
    /// Whether a sender who asks for it is told by itself that the message was delivered (RFC 5438 §7.2.1.1); default `true`.
    /// That it was *displayed* is told only by [`ReceivedMessage::displayed`](crate::ReceivedMessage::displayed).
    pub confirm_delivery: bool,
    /// How long after the last [`Account::typing`](crate::Account::typing) the peer is told that nobody types any more, 1 s to 1 h;
    /// default 15 s (RFC 3994 §3.2).
    pub typing_idle: Duration,
    /// How long the peer may believe that somebody types without being told again, 60 s to 1 h; default 120 s (RFC 3994 §3.3).
    /// It is told again ten seconds before.
    pub typing_refresh: Duration,
}

impl Default for MessageConfig {
    fn default() -> Self {
        MessageConfig {
            incoming: MessagePolicy::default(),
            accept: Vec::new(),
            confirm_delivery: true,
            typing_idle: Duration::from_secs(15),
            typing_refresh: Duration::from_secs(120),
        }
    }
}

impl MessageConfig {
    /// The defaults.
    pub fn new() -> Self {
        MessageConfig::default()
    }

    /// Sets which messages are taken.
    pub fn incoming(mut self, policy: MessagePolicy) -> Self {
        self.incoming = policy;
        self
    }

    /// Sets the content types that are taken; none for all.
    pub fn accept<S: Into<String>>(mut self, types: impl IntoIterator<Item = S>) -> Self {
        self.accept = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether delivery is confirmed by itself.
    pub fn confirm_delivery(mut self, yes: bool) -> Self {
        self.confirm_delivery = yes;
        self
    }

    /// Sets after how long nobody types any more.
    pub fn typing_idle(mut self, time: Duration) -> Self {
        self.typing_idle = time;
        self
    }

    /// Sets how long a typing indication holds.
    pub fn typing_refresh(mut self, time: Duration) -> Self {
        self.typing_refresh = time;
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let bad = |message: String| Err(Error::invalid(op, message));
        if let MessagePolicy::Refuse(code) = self.incoming
            && !code.is_failure()
        {
            return bad(format!("messages.incoming refuses with {code}; expected 300 to 699"));
        }
        for kind in &self.accept {
            super::options::check_content_type(op, kind)?;
        }
        for (what, value, low) in [
            ("typing_idle", self.typing_idle, 1),
            ("typing_refresh", self.typing_refresh, 60),
        ] {
            if !(Duration::from_secs(low)..=Duration::from_secs(3600)).contains(&value) {
                return bad(format!("messages.{what} of {value:?} is not between {low} s and 1 h"));
            }
        }
        Ok(())
    }

    /// Whether a body of this type is taken; `kind` in lower case without parameters.
    pub(crate) fn accepts(&self, kind: &str) -> bool {
        self.accept.is_empty()
            || kind.is_empty()
            || self.accept.iter().any(|known| {
                let known = known.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                match known.strip_suffix("/*") {
                    Some("*") => true,
                    Some(group) => kind.split('/').next() == Some(group),
                    None => known == kind,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_name_the_setting() {
        let base = MessageConfig::new;
        for (config, word) in [
            (base().incoming(MessagePolicy::Refuse(StatusCode::OK)), "incoming"),
            (base().accept(["text"]), "content type"),
            (base().typing_idle(Duration::ZERO), "typing_idle"),
            (base().typing_refresh(Duration::from_secs(59)), "typing_refresh"),
        ] {
            let error = config.check("t").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        base().check("t").unwrap();
    }

    #[test]
    fn types_are_compared_without_case_and_parameters() {
        let some = MessageConfig::new().accept(["text/plain;charset=utf-8", "Image/*"]);
        for (kind, taken) in [
            ("text/plain", true),
            ("text/html", false),
            ("image/png", true),
            ("imagery/x", false),
            ("", true),
        ] {
            assert_eq!(some.accepts(kind), taken, "{kind}");
        }
        assert!(MessageConfig::new().accepts("application/x-own"));
        assert!(MessageConfig::new().accept(["*/*"]).accepts("application/x-own"));
    }
}

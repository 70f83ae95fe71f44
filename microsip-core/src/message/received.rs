//! Messages of others.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::text::decode;
use crate::Error;
use crate::sip::headers::split_outside;
use crate::sip::{Headers, Message, uri};

struct ReceivedCore {
    id: u64,
    sip: Message,
    from: String,
    display: Option<String>,
    to: String,
    content_type: String,
    body: Vec<u8>,
    text: Option<String>,
    warning: Option<Error>,
}

/// A message that came in (RFC 3428), answered already. Cheap to clone; it stays valid for ever.
#[derive(Clone)]
pub struct ReceivedMessage {
    core: Arc<ReceivedCore>,
}

impl ReceivedMessage {
    pub(crate) fn new(id: u64, sip: Message) -> ReceivedMessage {
        let from = sip.header("From").unwrap_or_default();
        let content_type = sip.header("Content-Type").unwrap_or_default().to_owned();
        let body = sip.body().to_vec();
        let (text, warning) = decode(&content_type, &body);
        ReceivedMessage {
            core: Arc::new(ReceivedCore {
                id,
                from: uri::bare(address(from)).to_owned(),
                display: display_name(from),
                to: uri::bare(address(sip.header("To").unwrap_or_default())).to_owned(),
                content_type,
                body,
                text,
                warning,
                sip,
            }),
        }
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    /// Whose it says it is: the URI of From. Worth as much as the network it came through.
    pub fn from(&self) -> &str {
        &self.core.from
    }

    /// The name beside it.
    pub fn display(&self) -> Option<&str> {
        self.core.display.as_deref()
    }

    /// Whom it is for: the URI of To.
    pub fn to(&self) -> &str {
        &self.core.to
    }

    /// The content's type with its parameters, as it was written; empty when none was given.
    pub fn content_type(&self) -> &str {
        &self.core.content_type
    }

    /// The text, if the content is one (`text/…`, or of no type at all), read by its `charset`: UTF-8 unless it says otherwise
    /// (RFC 3261 §7.4.1). What cannot be read is U+FFFD, and [`warning`](Self::warning) tells.
    pub fn text(&self) -> Option<&str> {
        self.core.text.as_deref()
    }

    /// The content, as it is.
    pub fn body(&self) -> &[u8] {
        &self.core.body
    }

    /// The headers of the request.
    pub fn headers(&self) -> &Headers {
        self.core.sip.headers()
    }

    /// The request itself.
    pub fn sip(&self) -> &Message {
        &self.core.sip
    }

    /// When it came.
    pub fn received_at(&self) -> SystemTime {
        self.core.sip.received_at()
    }

    /// What was wrong with its content, which then is told as far as it could be read.
    pub fn warning(&self) -> Option<&Error> {
        self.core.warning.as_ref()
    }
}

impl fmt::Debug for ReceivedMessage {
    /// Without the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("id", &self.id())
            .field("from", &crate::redact::redact(self.from()))
            .field("content_type", &self.content_type())
            .field("bytes", &self.body().len())
            .field("warning", &self.warning())
            .finish_non_exhaustive()
    }
}

/// A header's address, without the header's own parameters.
pub(crate) fn address(value: &str) -> &str {
    split_outside(value, b';').next().unwrap_or_default().trim()
}

/// The name before the angle brackets, quotes and escapes resolved.
fn display_name(value: &str) -> Option<String> {
    let name = value[..value.rfind('<')?].trim();
    let name = match name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) {
        Some(quoted) => {
            let mut plain = String::with_capacity(quoted.len());
            let mut chars = quoted.chars();
            while let Some(c) = chars.next() {
                plain.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
            }
            plain
        }
        None => name.to_owned(),
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Transport;

    #[test]
    fn names_are_unquoted() {
        for (value, name) in [
            ("sip:a@h", None),
            ("<sip:a@h>;tag=1", None),
            ("Alice Ä <sip:a@h>", Some("Alice Ä")),
            (r#""A \"x\" <b>" <sip:a@h>"#, Some(r#"A "x" <b>"#)),
        ] {
            assert_eq!(display_name(value).as_deref(), name, "{value}");
        }
    }

    #[test]
    fn a_message_is_read() {
        let raw = "MESSAGE sip:b@h SIP/2.0\r\nFrom: \"A\" <sip:a@h;x=1>;tag=1\r\nTo: sip:b@h;tag=2\r\nContent-Type: \
                   text/plain;charset=utf-8\r\nContent-Length: 4\r\n\r\n\u{1F600}";
        let message = ReceivedMessage::new(1, Message::new(raw.as_bytes(), None, Transport::Udp));
        assert_eq!((message.from(), message.display()), ("sip:a@h;x=1", Some("A")));
        assert_eq!((message.to(), message.text()), ("sip:b@h", Some("\u{1F600}")));
        assert!(message.warning().is_none());
        assert!(!format!("{message:?}").contains('\u{1F600}'));
    }
}

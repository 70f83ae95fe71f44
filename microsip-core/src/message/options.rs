//! What is sent.

use std::fmt;
use std::time::SystemTime;

use crate::presence::{Cpim, NotifyRequest};
use crate::sip::{Additions, Headers, uri};
use crate::{Error, Result};

const MAX_BODY: usize = crate::request::MAX_BODY;

/// What a text is sent as.
pub(super) const TEXT: &str = "text/plain;charset=utf-8";

/// A message to be sent: a text as `text/plain;charset=utf-8`, or any body. Made of a string where one is expected.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct MessageOptions {
    /// `Content-Type`, with parameters if wanted.
    pub content_type: String,
    /// The body; at most 48,000 bytes.
    pub body: Vec<u8>,
    /// Added to the request, after the stack's own headers.
    pub headers: Headers,
    /// Which notifications the peer is asked for (RFC 5438); default none. With any, the body goes in an envelope (`message/cpim`, RFC
    /// 3862), which peers that do not know it refuse with 415.
    pub notify: NotifyRequest,
}

impl MessageOptions {
    /// A text, which may be empty.
    pub fn text(text: impl Into<String>) -> Self {
        MessageOptions::new(TEXT, text.into())
    }

    /// A body of a content type as `type/subtype`, with parameters if wanted.
    pub fn new(content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        MessageOptions {
            content_type: content_type.into(),
            body: body.into(),
            ..MessageOptions::default()
        }
    }

    /// Adds a header.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<Self> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Asks for notifications: each is an [`Event::MessageStatus`](crate::Event::MessageStatus).
    pub fn notify(mut self, notify: NotifyRequest) -> Self {
        self.notify = notify;
        self
    }

    /// Puts it in an envelope with this id, if notifications are asked for.
    pub(super) fn in_envelope(mut self, from: &str, to: &str, id: Option<&str>) -> Result<Self> {
        let Some(id) = id else { return Ok(self) };
        let body = std::mem::take(&mut self.body);
        self.body = Cpim::new(self.content_type, body)
            .from(uri::bare(from))
            .to(uri::bare(to))
            .date_time(SystemTime::now())
            .message_id(id)
            .notify(self.notify)
            .to_bytes()?;
        self.content_type = Cpim::CONTENT_TYPE.to_owned();
        Ok(self)
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        check_content_type(op, &self.content_type)?;
        if self.body.len() > MAX_BODY {
            return Err(Error::invalid(
                op,
                format!(
                    "the message has {} bytes; at most {MAX_BODY} are allowed: send it in parts, or as a file by other means",
                    self.body.len()
                ),
            ));
        }
        Ok(())
    }

    /// The request's own part; what goes over UDP is kept small (RFC 3428 §8).
    pub(crate) fn additions(self) -> Additions {
        Additions {
            headers: self.headers,
            body: Some((self.content_type, self.body)),
            congestion_safe: true,
            ..Additions::default()
        }
    }
}

pub(super) fn check_content_type(op: &'static str, content_type: &str) -> Result<()> {
    let (kind, subtype) = content_type.split_once('/').unwrap_or_default();
    if kind.trim().is_empty() || subtype.trim().is_empty() || content_type.chars().any(char::is_control) {
        return Err(Error::invalid(
            op,
            format!("{content_type:?} is no content type; expected something like text/plain"),
        ));
    }
    Ok(())
}

impl From<&str> for MessageOptions {
    fn from(text: &str) -> Self {
        MessageOptions::text(text)
    }
}

impl From<String> for MessageOptions {
    fn from(text: String) -> Self {
        MessageOptions::text(text)
    }
}

impl fmt::Debug for MessageOptions {
    /// Without the body: texts are nobody else's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageOptions")
            .field("content_type", &self.content_type)
            .field("bytes", &self.body.len())
            .field("notify", &self.notify)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_says_why() {
        for (options, word) in [
            (MessageOptions::new("text", ""), "content type"),
            (MessageOptions::new("text/plain\r\nX: y", ""), "content type"),
            (MessageOptions::new("text/plain", vec![0; MAX_BODY + 1]), "48001 bytes"),
        ] {
            let error = options.check("t").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        MessageOptions::text("").check("t").unwrap();
    }

    #[test]
    fn debug_shows_no_text() {
        let shown = format!("{:?}", MessageOptions::from("a secret"));
        assert!(!shown.contains("secret"), "{shown}");
    }
}

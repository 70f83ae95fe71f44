//! What Kamailio's script logged of each message, parsed.

use crate::sipmsg::param;

use super::config::MARK;

/// Which side of a message a [`LogEntry`] tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// A request that Kamailio received.
    Request,
    /// A response that Kamailio received, as a proxy.
    Reply,
    /// A response that Kamailio made itself without a transaction (401, 407, 200 to REGISTER …).
    Sent,
}

/// One message as Kamailio's script saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Request, reply or own response.
    pub kind: LogKind,
    fields: Vec<(String, String)>,
}

impl LogEntry {
    /// Parses a line of Kamailio's log; `None` if our script did not write it.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (_, text) = line.split_once(MARK)?;
        let (kind, rest) = text.split_once('|')?;
        let kind = match kind {
            "request" => LogKind::Request,
            "reply" => LogKind::Reply,
            "sent" => LogKind::Sent,
            _ => return None,
        };
        let fields = rest
            .split('|')
            .filter_map(|field| field.split_once('='))
            .filter(|(_, value)| *value != "<null>" && !value.is_empty())
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Some(Self { kind, fields })
    }

    /// A field: `method`, `proto` (`udp`, `tcp`, `tls`), `source` (`ip:port`), `call_id`, `cseq`, of requests also `user`, `from`, `to`,
    /// `ruri`, `expires`, `event`, `if_match`, `contact`, `auth`, `proxy_auth`, `ua`, of responses `code` and `reason`. `None` if the message lacks it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The method, of a response that of its request.
    #[must_use]
    pub fn method(&self) -> &str {
        self.field("method").unwrap_or_default()
    }

    /// `udp`, `tcp` or `tls`.
    #[must_use]
    pub fn proto(&self) -> &str {
        self.field("proto").unwrap_or_default()
    }

    /// The status code of a response.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        self.field("code")?.parse().ok()
    }

    /// The digest algorithm of the credentials in a request (`MD5` if they name none); `None` without credentials.
    #[must_use]
    pub fn auth_algorithm(&self) -> Option<&str> {
        let credentials = self.field("auth").or_else(|| self.field("proxy_auth"))?;
        Some(param(credentials, "algorithm").unwrap_or("MD5"))
    }

    /// The expiry asked for in seconds: of the contact, else of the Expires header (RFC 3261 §10.2.1.1).
    #[must_use]
    pub fn expires(&self) -> Option<u32> {
        let of_contact = self.field("contact").and_then(|c| param(c, "expires"));
        of_contact.or_else(|| self.field("expires"))?.parse().ok()
    }
}

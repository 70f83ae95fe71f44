//! Messages of the peer, as they came in.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use super::headers::split_outside;
use super::{Headers, Identity, Reason, StatusCode, Transport};
use crate::redact::redact;

/// A request or response of the peer. It owns its bytes and stays valid after the call; parts are read when asked for.
#[derive(Clone)]
pub struct Message {
    raw: Arc<[u8]>,
    headers: OnceLock<Arc<Headers>>,
    source: Option<SocketAddr>,
    transport: Transport,
    at: SystemTime,
}

impl Message {
    pub(crate) fn new(raw: &[u8], source: Option<SocketAddr>, transport: Transport) -> Message {
        Message {
            raw: raw.into(),
            headers: OnceLock::new(),
            source,
            transport,
            at: SystemTime::now(),
        }
    }

    /// The bytes as they were received, credentials and keys included.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The address it came from, the last hop's.
    pub fn source(&self) -> Option<SocketAddr> {
        self.source
    }

    /// What carried it.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// When it was read.
    pub fn received_at(&self) -> SystemTime {
        self.at
    }

    fn split(&self) -> (&[u8], &[u8]) {
        let blank = |window: &[u8]| window == b"\r\n\r\n";
        match self.raw.windows(4).position(blank) {
            Some(at) => (&self.raw[..at + 2], &self.raw[at + 4..]),
            None => (&self.raw, &[]),
        }
    }

    fn first_line(&self) -> &str {
        let end = self.raw.iter().position(|b| *b == b'\r' || *b == b'\n');
        let line = &self.raw[..end.unwrap_or(self.raw.len())];
        std::str::from_utf8(line).unwrap_or_default()
    }

    /// Whether it is a request; else it is a response.
    pub fn is_request(&self) -> bool {
        !self.first_line().starts_with("SIP/")
    }

    /// The method: of a request its own, of a response that of the request it answers (`CSeq`).
    pub fn method(&self) -> &str {
        if self.is_request() {
            self.first_line().split(' ').next().unwrap_or_default()
        } else {
            self.cseq().1
        }
    }

    /// The Request-URI of a request.
    pub fn request_uri(&self) -> Option<&str> {
        self.is_request().then(|| self.first_line().split(' ').nth(1)).flatten()
    }

    /// The status of a response.
    pub fn status(&self) -> Option<StatusCode> {
        let mut words = self.first_line().split(' ');
        words.next().filter(|version| version.starts_with("SIP/"))?;
        words.next()?.parse().ok().and_then(StatusCode::new)
    }

    /// The reason phrase of a response; empty for a request.
    pub fn reason_phrase(&self) -> &str {
        if self.is_request() {
            return "";
        }
        self.first_line().splitn(3, ' ').nth(2).unwrap_or_default()
    }

    /// All headers, in order.
    pub fn headers(&self) -> &Headers {
        self.headers.get_or_init(|| {
            let (head, _) = self.split();
            let text = String::from_utf8_lossy(head);
            let (_, headers) = text.split_once('\n').unwrap_or_default();
            Arc::new(Headers::parse(headers))
        })
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)
    }

    /// The body, as it is.
    pub fn body(&self) -> &[u8] {
        let (_, body) = self.split();
        // A datagram may hold more than the message (RFC 3261 §18.3).
        let length = self.header("Content-Length").and_then(|n| n.parse::<usize>().ok());
        &body[..length.unwrap_or(body.len()).min(body.len())]
    }

    /// `Content-Type` without its parameters, in lower case; empty when there is no body type.
    pub fn content_type(&self) -> String {
        let value = self.header("Content-Type").unwrap_or_default();
        let kind = value.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// The value of `Call-ID`.
    pub fn call_id(&self) -> &str {
        self.header("Call-ID").unwrap_or_default()
    }

    /// Number and method of `CSeq`.
    pub fn cseq(&self) -> (u32, &str) {
        let value = self.header("CSeq").unwrap_or_default();
        let (number, method) = value.split_once(char::is_whitespace).unwrap_or_default();
        (number.parse().unwrap_or(0), method.trim())
    }

    /// The tag of `From`.
    pub fn from_tag(&self) -> Option<&str> {
        self.header("From").and_then(|value| parameter(value, "tag"))
    }

    /// The tag of `To`; a request that begins a dialog has none.
    pub fn to_tag(&self) -> Option<&str> {
        self.header("To").and_then(|value| parameter(value, "tag"))
    }

    /// Who it says it is from, and for whom it was meant before it was diverted.
    pub fn identity(&self) -> Identity {
        Identity::read(self.headers())
    }

    /// Why it was sent, as its headers `Reason` say (RFC 3326), in order.
    pub fn reasons(&self) -> Vec<Reason> {
        Reason::read(self.headers())
    }
}

/// A parameter behind a name-addr or value: `tag` of `<sip:a@b>;tag=1`. Outer quotes are taken off, escapes inside stay.
pub(crate) fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    split_outside(value, b';').skip(1).find_map(|part| {
        let (key, text) = part.split_once('=').unwrap_or((part, ""));
        let text = text.trim();
        let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        key.trim().eq_ignore_ascii_case(name).then_some(inner.unwrap_or(text))
    })
}

impl fmt::Debug for Message {
    /// The first line only: bodies and headers may hold keys and credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("first_line", &redact(self.first_line()))
            .field("bytes", &self.raw.len())
            .field("source", &self.source)
            .field("transport", &self.transport)
            .finish()
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Message) -> bool {
        (&self.raw, self.source, self.transport, self.at) == (&other.raw, other.source, other.transport, other.at)
    }
}

impl Eq for Message {}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        Message::new(text.replace('\n', "\r\n").as_bytes(), None, Transport::Udp)
    }

    #[test]
    fn a_request_is_read() {
        let m = message(
            "INVITE sip:b@h SIP/2.0\nFrom: \"x;tag=no\" <sip:a@h;tag=no>;tag=yes\nTo: sip:b@h\ni: 7@h\nCSeq: 3  INVITE\nc: \
             application/SDP ;a=b\nContent-Length: 3\n\nabcdef",
        );
        assert!(m.is_request());
        assert_eq!((m.method(), m.request_uri()), ("INVITE", Some("sip:b@h")));
        assert_eq!((m.from_tag(), m.to_tag()), (Some("yes"), None));
        assert_eq!((m.call_id(), m.cseq()), ("7@h", (3, "INVITE")));
        assert_eq!((m.body(), m.content_type().as_str()), (&b"abc"[..], "application/sdp"));
        assert_eq!(m.status(), None);
    }

    #[test]
    fn a_response_is_read() {
        let m = message("SIP/2.0 486 Busy right now\nCSeq: 1 INVITE\nX-A: 1\nX-A: 2\n\n");
        assert!(!m.is_request());
        assert_eq!(m.status(), Some(StatusCode::BUSY_HERE));
        assert_eq!((m.reason_phrase(), m.method()), ("Busy right now", "INVITE"));
        assert_eq!(m.headers().all("x-a").count(), 2);
    }

    #[test]
    fn reasons_are_told_in_order() {
        let m = message("BYE sip:b@h SIP/2.0\nReason: Q.850;cause=16, SIP;cause=200;text=\"OK\"\n\n");
        let causes: Vec<_> = m.reasons().iter().map(|reason| reason.cause).collect();
        assert_eq!(causes, [Some(16), Some(200)]);
        assert!(message("BYE sip:b@h SIP/2.0\n\n").reasons().is_empty());
    }

    #[test]
    fn garbage_has_no_parts() {
        for raw in [&b""[..], b"\xff\xfe", b"SIP/", b"INVITE", b"\r\n\r\n"] {
            let m = Message::new(raw, None, Transport::Udp);
            assert_eq!(m.body(), b"");
            assert_eq!((m.call_id(), m.cseq().0, m.status()), ("", 0, None));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let m = message("INVITE sip:b:hunter2@h SIP/2.0\nAuthorization: Digest x\n\na=crypto:1 X inline:KEY");
        let shown = format!("{m:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("KEY") && !shown.contains("Digest"),
            "{shown}"
        );
    }
}

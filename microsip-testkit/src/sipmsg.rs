//! SIP messages as bytes on the wire: just enough of a parser to assert on them (RFC 3261 §7).
//!
//! Nothing is normalised: header names, order, spelling and folding stay visible in [`SipMessage::raw`].

use std::fmt;

use crate::{Error, Result};

/// The compact forms of header names (RFC 3261 §7.3.3 and later RFCs).
const COMPACT: [(&str, &str); 18] = [
    ("a", "Accept-Contact"),
    ("b", "Referred-By"),
    ("c", "Content-Type"),
    ("d", "Request-Disposition"),
    ("e", "Content-Encoding"),
    ("f", "From"),
    ("i", "Call-ID"),
    ("j", "Reject-Contact"),
    ("k", "Supported"),
    ("l", "Content-Length"),
    ("m", "Contact"),
    ("o", "Event"),
    ("r", "Refer-To"),
    ("s", "Subject"),
    ("t", "To"),
    ("u", "Allow-Events"),
    ("v", "Via"),
    ("x", "Session-Expires"),
];

/// The first line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartLine {
    /// `METHOD uri SIP/2.0`
    Request {
        /// The method.
        method: String,
        /// The Request-URI.
        uri: String,
    },
    /// `SIP/2.0 code reason`
    Response {
        /// The status code.
        code: u16,
        /// The reason phrase; may be empty.
        reason: String,
    },
}

/// A parsed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SipMessage {
    start: StartLine,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    raw: Vec<u8>,
}

impl SipMessage {
    /// Parses one datagram or one message of a trace. A body longer than Content-Length is cut (RFC 3261 §18.3).
    ///
    /// # Errors
    /// [`Error::Format`] if the start line or a header line is none, or the body is shorter than Content-Length.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let (head, mut body) = match find(bytes, b"\r\n\r\n") {
            Some(at) => (&bytes[..at], &bytes[at + 4..]),
            None => {
                return Err(Error::Format(format!(
                    "SIP message without an empty line: {}",
                    preview(bytes)
                )));
            }
        };
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let start = start_line(first).ok_or_else(|| Error::Format(format!("not a SIP start line: {first:?}")))?;
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines {
            if line.starts_with([' ', '\t']) {
                // A folded line continues the value before it (§7.3.1).
                let (_, value) = headers
                    .last_mut()
                    .ok_or_else(|| Error::Format("folded line before any header".into()))?;
                value.push(' ');
                value.push_str(line.trim());
            } else {
                let (name, value) = line
                    .split_once(':')
                    .ok_or_else(|| Error::Format(format!("not a SIP header: {line:?}")))?;
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        let mut message = Self {
            start,
            headers,
            body: Vec::new(),
            raw: bytes.to_vec(),
        };
        if let Some(text) = message.header("Content-Length") {
            let length: usize = text
                .parse()
                .map_err(|_| Error::Format(format!("not a Content-Length: {text:?}")))?;
            body = body
                .get(..length)
                .ok_or_else(|| Error::Format(format!("body of {} bytes, Content-Length {length}", body.len())))?;
        }
        message.body = body.to_vec();
        Ok(message)
    }

    /// The first line.
    #[must_use]
    pub fn start(&self) -> &StartLine {
        &self.start
    }

    /// The method of a request; `None` for a response.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        match &self.start {
            StartLine::Request { method, .. } => Some(method),
            StartLine::Response { .. } => None,
        }
    }

    /// The status code of a response; `None` for a request.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        match self.start {
            StartLine::Response { code, .. } => Some(code),
            StartLine::Request { .. } => None,
        }
    }

    /// The Request-URI of a request.
    #[must_use]
    pub fn request_uri(&self) -> Option<&str> {
        match &self.start {
            StartLine::Request { uri, .. } => Some(uri),
            StartLine::Response { .. } => None,
        }
    }

    /// Whether it is a request of the method.
    #[must_use]
    pub fn is_request(&self, method: &str) -> bool {
        self.method() == Some(method)
    }

    /// Whether it is a response of the code to a request of the method (by its CSeq).
    #[must_use]
    pub fn is_response(&self, code: u16, method: &str) -> bool {
        self.code() == Some(code) && self.cseq().is_some_and(|(_, m)| m == method)
    }

    /// All headers in order, names as written.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The value of the first header of the name. Case does not matter; compact and long forms are the same.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all headers of the name, one per header line, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let wanted = long_form(name).to_owned();
        self.headers
            .iter()
            .filter(move |(n, _)| long_form(n).eq_ignore_ascii_case(&wanted))
            .map(|(_, v)| v.as_str())
    }

    /// Sequence number and method of the CSeq header.
    #[must_use]
    pub fn cseq(&self) -> Option<(u32, &str)> {
        let (number, method) = self.header("CSeq")?.split_once(' ')?;
        Some((number.parse().ok()?, method.trim()))
    }

    /// The Call-ID.
    #[must_use]
    pub fn call_id(&self) -> Option<&str> {
        self.header("Call-ID")
    }

    /// The branch parameter of the topmost Via.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        param(self.header("Via")?.split(',').next()?, "branch")
    }

    /// The tag of the From header.
    #[must_use]
    pub fn from_tag(&self) -> Option<&str> {
        param(self.header("From")?, "tag")
    }

    /// The tag of the To header.
    #[must_use]
    pub fn to_tag(&self) -> Option<&str> {
        param(self.header("To")?, "tag")
    }

    /// The body, without what lies beyond Content-Length.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The lines of an SDP body of one type, such as `'m'`, without `m=` (RFC 8866 §5).
    #[must_use]
    pub fn sdp(&self, kind: char) -> Vec<String> {
        self.body_text()
            .lines()
            .filter_map(|l| Some(l.strip_prefix(kind)?.strip_prefix('=')?.to_owned()))
            .collect()
    }

    /// The bytes it was parsed from.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl fmt::Display for SipMessage {
    /// The start line and the CSeq: enough to follow a ladder.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.start {
            StartLine::Request { method, uri } => write!(f, "{method} {uri}")?,
            StartLine::Response { code, reason } => write!(f, "{code} {reason}")?,
        }
        write!(f, " (CSeq {})", self.header("CSeq").unwrap_or("missing"))
    }
}

/// A parameter of a header value: `name=value` after a semicolon outside `<…>`, or after a comma or blank as in
/// `Digest realm="x", nonce="y"`. Quotes are removed. Case of the name does not matter.
#[must_use]
pub fn param<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    // Parameters inside <…> belong to the URI.
    let outside = value.rfind('>').map_or(value, |at| &value[at + 1..]);
    let mut rest = outside;
    while !rest.is_empty() {
        rest = rest.trim_start_matches([';', ',', ' ', '\t']);
        let end = rest.find(['=', ';', ',', ' ']).unwrap_or(rest.len());
        let (key, tail) = rest.split_at(end);
        let Some(tail) = tail.strip_prefix('=') else {
            if key.eq_ignore_ascii_case(name) {
                return Some("");
            }
            rest = tail;
            continue;
        };
        let (found, after) = match tail.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => tail.split_at(tail.find([';', ',', ' ']).unwrap_or(tail.len())),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(found);
        }
        rest = after;
    }
    None
}

/// The long form of a header name.
fn long_form(name: &str) -> &str {
    COMPACT
        .iter()
        .find(|(short, _)| name.eq_ignore_ascii_case(short))
        .map_or(name, |(_, long)| long)
}

fn start_line(line: &str) -> Option<StartLine> {
    if let Some(status) = line.strip_prefix("SIP/2.0 ") {
        let (code, reason) = status.split_once(' ').unwrap_or((status, ""));
        return Some(StartLine::Response {
            code: code.parse().ok()?,
            reason: reason.to_owned(),
        });
    }
    let mut parts = line.split(' ');
    let (method, uri, version) = (parts.next()?, parts.next()?, parts.next()?);
    let token = !method.is_empty()
        && method
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-.!%*_+`'~".contains(c));
    (token && version == "SIP/2.0" && parts.next().is_none()).then(|| StartLine::Request {
        method: method.to_owned(),
        uri: uri.to_owned(),
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

fn preview(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &[u8] =
        b"INVITE sip:bob@127.0.0.1 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1;rport\r\n\
        From: \"A;tag=no\" <sip:a@127.0.0.1;tag=no>;tag=x1\r\nt: <sip:bob@127.0.0.1>\r\ni: abc\r\nCSeq: 7 INVITE\r\n\
        Subject: one\r\n two\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nl: 4\r\n\r\nv=0\n+++";

    #[test]
    fn compact_forms_folding_and_order_are_understood() {
        let m = SipMessage::parse(INVITE).unwrap();
        assert_eq!(m.method(), Some("INVITE"));
        assert_eq!(
            m.header("via"),
            Some("SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1;rport")
        );
        assert_eq!(m.all("Via").count(), 2);
        assert_eq!(m.header("Subject"), Some("one two"));
        assert_eq!(m.branch(), Some("z9hG4bK1"));
        assert_eq!(m.from_tag(), Some("x1"));
        assert_eq!(m.to_tag(), None);
        assert_eq!(m.cseq(), Some((7, "INVITE")));
        assert_eq!(m.call_id(), Some("abc"));
        assert_eq!(m.body(), b"v=0\n");
        assert_eq!(m.sdp('v'), ["0"]);
        assert_eq!(m.headers()[0].0, "v");
    }

    #[test]
    fn responses_and_challenges_are_understood() {
        let m = SipMessage::parse(
            b"SIP/2.0 401 Unauthorized\r\nCSeq: 1 REGISTER\r\n\
              WWW-Authenticate: Digest realm=\"a, b\", nonce=\"n=1\",algorithm=SHA-256\r\n\r\n",
        )
        .unwrap();
        assert!(m.is_response(401, "REGISTER"));
        let challenge = m.header("www-authenticate").unwrap();
        assert_eq!(param(challenge, "realm"), Some("a, b"));
        assert_eq!(param(challenge, "algorithm"), Some("SHA-256"));
        assert_eq!(param(challenge, "qop"), None);
        assert_eq!(m.to_string(), "401 Unauthorized (CSeq 1 REGISTER)");
    }

    #[test]
    fn what_is_not_sip_is_refused() {
        for bad in [
            &b"\r\n\r\n"[..],
            b"GET / HTTP/1.1\r\n\r\n",
            b"OPTIONS sip:a SIP/2.0\r\nno colon\r\n\r\n",
            b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 9\r\n\r\nshort",
            b"SIP/2.0 4xx Bad\r\n\r\n",
        ] {
            assert!(SipMessage::parse(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }
}

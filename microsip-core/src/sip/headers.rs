//! Headers: an ordered multi-map (RFC 3261 §7.3).

use std::fmt;
use std::str::FromStr;

use crate::redact::redact;
use crate::{Error, Result};

/// Headers of a message, in their order; a name may occur several times.
///
/// Names compare without regard to case, and compact forms equal the long ones (`f` is `From`, RFC 3261 §7.3.3).
///
/// ```
/// # use microsip_core::Headers;
/// let mut headers = Headers::new();
/// headers.add("X-Ticket", "4711")?.add("X-Ticket", "4712")?;
/// assert_eq!(headers.get("x-ticket"), Some("4711"));
/// assert_eq!(headers.all("X-Ticket").collect::<Vec<_>>(), ["4711", "4712"]);
/// # Ok::<(), microsip_core::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    list: Vec<(Box<str>, Box<str>)>,
}

/// What the stack writes itself; a second one would make the message malformed or lie about it.
const RESERVED: &[&str] = &[
    "Via",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Content-Length",
    "Content-Type",
    "Max-Forwards",
    "Contact",
    "Record-Route",
    "Authorization",
    "Proxy-Authorization",
    "WWW-Authenticate",
    "Proxy-Authenticate",
];

/// PJSIP prints a message into one buffer of 64 KiB; this leaves room for the rest of it.
const MAX_VALUE: usize = 16_000;

impl Headers {
    /// No headers.
    pub const fn new() -> Headers {
        Headers { list: Vec::new() }
    }

    /// Adds a header at the end, for a message of ours.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the name is no token (RFC 3261 §25.1), is one the stack
    /// writes itself (`Via`, `From`, `To`, `Call-ID`, `CSeq`, `Contact`, …), or the value contains line breaks or other
    /// control characters, or is longer than 16,000 bytes.
    pub fn add(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Result<&mut Headers> {
        const OP: &str = "header";
        let (name, value) = (name.as_ref(), value.as_ref().trim());
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Error::invalid(
                OP,
                format!("{name:?} is no header name; letters, digits and -.!%*_+`'~ are allowed"),
            ));
        }
        if let Some(reserved) = RESERVED.iter().find(|r| same_name(r, name)) {
            return Err(Error::invalid(
                OP,
                format!(
                    "{reserved} is written by the stack and cannot be set as a header; use the setting made for it"
                ),
            ));
        }
        if value.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Error::invalid(
                OP,
                format!("the value of {name} contains a line break or another control character"),
            ));
        }
        if value.len() > MAX_VALUE {
            return Err(Error::invalid(
                OP,
                format!(
                    "the value of {name} has {} bytes; at most {MAX_VALUE} are allowed",
                    value.len()
                ),
            ));
        }
        self.push(name, value);
        Ok(self)
    }

    /// As [`Headers::add`], for building in one expression.
    ///
    /// # Errors
    /// As there.
    pub fn with(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Result<Headers> {
        self.add(name, value)?;
        Ok(self)
    }

    /// Adds it unchecked.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.list.push((name.into(), value.into()));
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.list.iter().find(|(n, _)| same_name(n, name))?;
        Some(value)
    }

    /// Every value of this name, in order. A value that lists several things with commas is one value here.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.list
            .iter()
            .filter(move |(n, _)| same_name(n, name))
            .map(|(_, value)| &**value)
    }

    /// The members of a header that is a comma-separated list, over all its occurrences (RFC 3261 §7.3.1). Commas inside
    /// quotes and angle brackets do not separate.
    pub fn members<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.all(name).flat_map(split_list)
    }

    /// Whether there is a header of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Removes every header of this name; how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.list.len();
        self.list.retain(|(n, _)| !same_name(n, name));
        before - self.list.len()
    }

    /// All headers as name and value, in order, names as they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many headers there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reads the header part of a message as it came in: everything that has a colon is taken, folded lines are joined
    /// (RFC 3261 §7.3.1).
    pub(crate) fn parse(text: &str) -> Headers {
        let mut headers = Headers::new();
        let mut current: Option<(String, String)> = None;
        for line in text.lines() {
            if line.is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = &mut current {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                continue;
            }
            if let Some((name, value)) = current.take() {
                headers.push(&name, &value);
            }
            current = line
                .split_once(':')
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        }
        if let Some((name, value)) = current {
            headers.push(&name, &value);
        }
        headers
    }
}

impl FromStr for Headers {
    type Err = Error;

    /// Reads lines of `Name: value`, for messages of ours.
    fn from_str(text: &str) -> Result<Headers> {
        let mut headers = Headers::new();
        for line in text.lines().filter(|l| !l.trim().is_empty()) {
            let Some((name, value)) = line.split_once(':') else {
                return Err(Error::invalid(
                    "header",
                    format!("{:?} is no header; expected Name: value", redact(line)),
                ));
            };
            headers.add(name.trim(), value)?;
        }
        Ok(headers)
    }
}

impl fmt::Debug for Headers {
    /// Credentials are masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let masked = |(name, value): (&str, &str)| {
            let line = format!("{name}: {value}");
            redact(&line).into_owned()
        };
        f.debug_list().entries(self.iter().map(masked)).finish()
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}

/// The long form of a compact name (RFC 3261 §7.3.3 and the registry of header fields).
fn long_form(name: &str) -> &str {
    let [letter] = name.as_bytes() else { return name };
    match letter.to_ascii_lowercase() {
        b'a' => "Accept-Contact",
        b'b' => "Referred-By",
        b'c' => "Content-Type",
        b'd' => "Request-Disposition",
        b'e' => "Content-Encoding",
        b'f' => "From",
        b'i' => "Call-ID",
        b'j' => "Reject-Contact",
        b'k' => "Supported",
        b'l' => "Content-Length",
        b'm' => "Contact",
        b'o' => "Event",
        b'r' => "Refer-To",
        b's' => "Subject",
        b't' => "To",
        b'u' => "Allow-Events",
        b'v' => "Via",
        b'x' => "Session-Expires",
        b'y' => "Identity",
        _ => name,
    }
}

pub(crate) fn same_name(a: &str, b: &str) -> bool {
    long_form(a).eq_ignore_ascii_case(long_form(b))
}

/// Splits a header's value at commas outside quotes and angle brackets.
pub(crate) fn split_list(value: &str) -> impl Iterator<Item = &str> {
    split_outside(value, b',')
}

/// Splits at `separator` outside quotes and angle brackets; members are trimmed, empty ones left out.
pub(crate) fn split_outside(value: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut quoted, mut escaped, mut depth) = (false, false, 0_u32);
        let cut = text.bytes().position(|byte| {
            if escaped {
                escaped = false;
            } else if quoted {
                match byte {
                    b'\\' => escaped = true,
                    b'"' => quoted = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => quoted = true,
                    b'<' => depth += 1,
                    b'>' => depth = depth.saturating_sub(1),
                    b if b == separator => return depth == 0,
                    _ => {}
                }
            }
            false
        });
        // The separator is ASCII, so both sides are whole characters.
        let (member, after) = match cut {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        rest = after;
        Some(member.trim())
    })
    .filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_repetition_and_compact_names_are_kept() {
        let headers = Headers::parse("v: SIP/2.0/UDP a\r\nX-A: 1\r\nFrom: <sip:a@b>\r\nx-a:  2\r\n 3\r\n\r\nX-A: body");
        assert_eq!(headers.len(), 4);
        assert_eq!(headers.get("Via"), Some("SIP/2.0/UDP a"));
        assert_eq!(headers.get("f"), Some("<sip:a@b>"));
        assert_eq!(headers.all("X-A").collect::<Vec<_>>(), ["1", "2 3"]);
    }

    #[test]
    fn what_would_break_a_message_is_refused() {
        let mut headers = Headers::new();
        for (name, value) in [
            ("", "x"),
            ("X A", "x"),
            ("X:A", "x"),
            ("Via", "x"),
            ("f", "x"),
            ("content-length", "0"),
            ("X-A", "1\r\nX-B: 2"),
            ("X-A", "1\0"),
            ("X-A", &"a".repeat(20_000)),
        ] {
            assert!(headers.add(name, value).is_err(), "{name:?}");
        }
        assert!(headers.is_empty());
        headers.add("X-Ümlaut", "").unwrap_err();
        headers.add("X-A", "Grüße").unwrap();
    }

    #[test]
    fn lists_split_outside_quotes_and_brackets() {
        let headers = Headers::parse("Route: \"a, b\" <sip:a,b@c;lr>, <sip:d>\nRoute: <sip:e>");
        assert_eq!(
            headers.members("route").collect::<Vec<_>>(),
            ["\"a, b\" <sip:a,b@c;lr>", "<sip:d>", "<sip:e>"]
        );
    }

    #[test]
    fn debug_shows_no_credentials() {
        let headers = Headers::parse("Authorization: Digest response=\"topsecret\"\nX-A: 1");
        assert!(!format!("{headers:?}").contains("topsecret"));
    }
}

//! What a REFER and its NOTIFYs say: `Refer-To` (RFC 3515 §2.1), sipfrag bodies (RFC 3420), `Subscription-State`.

use super::headers::{split_list, split_outside};
use super::message::parameter;
use super::{Headers, Message, Replaces, StatusCode, uri};
use crate::{Error, Result};

/// Answers that have no name in [`StatusCode`].
pub(crate) mod codes {
    use super::StatusCode;

    const fn code(number: u16) -> StatusCode {
        match StatusCode::new(number) {
            Some(code) => code,
            None => StatusCode::DECLINE,
        }
    }

    pub(crate) const ACCEPTED: StatusCode = code(202);
    pub(crate) const BAD_REQUEST: StatusCode = code(400);
    pub(crate) const TOO_LARGE: StatusCode = code(413);
    pub(crate) const UNSUPPORTED_MEDIA_TYPE: StatusCode = code(415);
    pub(crate) const UNSUPPORTED_URI_SCHEME: StatusCode = code(416);
    pub(crate) const DOES_NOT_EXIST: StatusCode = code(481);
    pub(crate) const BAD_EVENT: StatusCode = code(489);
    pub(crate) const INTERVAL_TOO_BRIEF: StatusCode = code(423);
    pub(crate) const NOT_ACCEPTABLE: StatusCode = code(406);
    /// A CSeq lower than the last (RFC 3261 §12.2.2).
    pub(crate) const OUT_OF_ORDER: StatusCode = code(500);
    pub(crate) const REQUEST_PENDING: StatusCode = code(491);
}

/// Headers of a `Refer-To` URI that are honoured; more look like an attack on the buffers behind.
const MAX_HEADERS: usize = 20;
/// What a stranger may put into an INVITE of ours (RFC 3261 §19.1.5): what an attended transfer needs, what is for people, and what
/// nobody acts on by himself. Anything about who we are, what we accept, where it goes or how it is to be answered is left out.
const HARMLESS: &[&str] = &[
    "Replaces",
    "Require",
    "Subject",
    "Accept-Contact",
    "Reject-Contact",
    "In-Reply-To",
    "Reason",
    "User-to-User",
];

fn is_harmless(name: &str, value: &str) -> bool {
    let private = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"));
    match HARMLESS.iter().find(|known| super::headers::same_name(known, name)) {
        Some(&"Require") => value.trim().eq_ignore_ascii_case("replaces"),
        Some(_) => true,
        // There are some that make the callee answer by itself.
        None => private && !name.to_ascii_lowercase().contains("answer"),
    }
}

/// Where a REFER sends us.
#[derive(Debug, Clone)]
pub(crate) struct ReferTarget {
    /// What to call: a SIP URI without headers and method, in brackets behind the name if there is one.
    pub(crate) uri: String,
    /// For the new request, `Replaces` and `Require` among them.
    pub(crate) headers: Headers,
    pub(crate) replaces: Option<Replaces>,
}

impl ReferTarget {
    /// Reads the `Refer-To` of a REFER; what to answer when it cannot be followed. `domain` completes telephone numbers.
    pub(crate) fn read(refer: &Message, domain: &str) -> Result<ReferTarget, StatusCode> {
        let mut values = refer.headers().all("Refer-To");
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(codes::BAD_REQUEST);
        };
        if refer.headers().all("Referred-By").count() > 1 {
            return Err(codes::BAD_REQUEST);
        }
        ReferTarget::parse(value, domain)
    }

    fn parse(value: &str, domain: &str) -> Result<ReferTarget, StatusCode> {
        if value.chars().any(char::is_control) || split_list(value).count() != 1 && value.contains('<') {
            return Err(codes::BAD_REQUEST);
        }
        let bare = uri::bare(value);
        let name = match value.rfind('<') {
            Some(at) if value.contains('>') => value[..at].trim(),
            Some(_) => return Err(codes::BAD_REQUEST),
            None => "",
        };
        let (address, query) = bare.split_once('?').unwrap_or((bare, ""));
        let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let address = match scheme.as_deref() {
            Some("sip" | "sips") => without_method(address)?,
            // RFC 3261 §19.1.6: a number is called at our own provider.
            Some("tel") => from_tel(&address[4..], domain).ok_or(codes::BAD_REQUEST)?,
            Some(s) if s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) && !s.is_empty() => {
                return Err(codes::UNSUPPORTED_URI_SCHEME);
            }
            _ => return Err(codes::BAD_REQUEST),
        };
        let headers = read_headers(query)?;
        let replaces = {
            let mut all = headers.all("Replaces");
            match (all.next(), all.next()) {
                (None, _) => None,
                (Some(one), None) => Some(Replaces::parse(one).map_err(|_| codes::BAD_REQUEST)?),
                _ => return Err(codes::BAD_REQUEST),
            }
        };
        let uri = match name {
            "" => format!("<{address}>"),
            name => format!("{name} <{address}>"),
        };
        uri::check("transfer", "Refer-To", &uri).map_err(|_| codes::BAD_REQUEST)?;
        Ok(ReferTarget { uri, headers, replaces })
    }
}

/// Takes `;method=INVITE` off; another method is none we carry out for others.
fn without_method(address: &str) -> Result<String, StatusCode> {
    let method = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("method")
    };
    match address.split(';').skip(1).find(method) {
        None => Ok(address.to_owned()),
        Some(part)
            if part
                .split('=')
                .nth(1)
                .is_some_and(|m| m.trim().eq_ignore_ascii_case("INVITE")) =>
        {
            let kept: Vec<&str> = address.split(';').filter(|part| !method(part)).collect();
            Ok(kept.join(";"))
        }
        Some(_) => Err(StatusCode::FORBIDDEN),
    }
}

/// `sip:+4930123@domain;user=phone` for `+49-30-123`.
fn from_tel(number: &str, domain: &str) -> Option<String> {
    let digits = number.split(';').next().unwrap_or_default();
    let plain: String = digits.chars().filter(|c| !"-.() ".contains(*c)).collect();
    let valid = |c: char| c.is_ascii_digit() || "+*#ABCDabcd".contains(c);
    if plain.is_empty() || domain.is_empty() || !plain.chars().all(valid) {
        return None;
    }
    // A hash sign does not stand in a user part as it is (RFC 3261 §25.1).
    Some(format!("sip:{}@{domain};user=phone", plain.replace('#', "%23")))
}

fn read_headers(query: &str) -> Result<Headers, StatusCode> {
    let mut headers = Headers::new();
    for part in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (unescape(name)?, unescape(value)?);
        if value.chars().any(char::is_control) || headers.len() >= MAX_HEADERS {
            return Err(codes::BAD_REQUEST);
        }
        if !is_harmless(&name, &value) {
            continue;
        }
        // What the stack writes itself is left out as well; it is no reason to refuse the call.
        drop(headers.add(&name, &value));
    }
    Ok(headers)
}

fn unescape(text: &str) -> Result<String, StatusCode> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            return Err(codes::BAD_REQUEST);
        };
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).map_err(|_| codes::BAD_REQUEST)
}

/// As value of a header in a URI (`hvalue`, RFC 3261 §25.1); more than must be is escaped, which is the same URI.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// A `Refer-To` of ours: always in brackets, so that parameters and headers stay the URI's.
pub(crate) fn refer_to(op: &'static str, target: &str, headers: &[(&str, String)]) -> Result<String> {
    let bare = uri::bare(target);
    let telephone = bare.to_ascii_lowercase().starts_with("tel:") && target.len() <= uri::MAX_LEN;
    if !telephone || target.chars().any(char::is_control) {
        uri::check(op, "transfer target", target)?;
    }
    if bare.contains(|c: char| c.is_whitespace() || "<>\"".contains(c)) {
        return Err(Error::invalid(
            op,
            format!("the transfer target {:?} is no URI", crate::redact::redact(target)),
        ));
    }
    let mut text = bare.to_owned();
    for (name, value) in headers {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(&format!("{name}={}", escape(value)));
    }
    Ok(match target.rfind('<') {
        Some(at) if !target[..at].trim().is_empty() => format!("{} <{text}>", target[..at].trim()),
        _ => format!("<{text}>"),
    })
}

/// The status line that begins a body of `message/sipfrag`.
pub(crate) fn sipfrag(body: &[u8]) -> Option<(StatusCode, String)> {
    let text = std::str::from_utf8(body).ok()?;
    let line = text.trim_start_matches(['\r', '\n']).lines().next()?;
    let mut words = line.splitn(3, ' ');
    words.next().filter(|v| v.eq_ignore_ascii_case("SIP/2.0"))?;
    let code = words.next().filter(|c| c.len() == 3)?.parse().ok()?;
    Some((
        StatusCode::new(code)?,
        words.next().unwrap_or_default().trim().to_owned(),
    ))
}

/// What `Event` and `Subscription-State` of a request say.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    /// The id of `Event`, when it is the package `refer`.
    pub(crate) id: Option<String>,
    /// The state in lower case; `None` when the header is missing.
    pub(crate) state: Option<String>,
    pub(crate) expires: Option<u32>,
}

impl Subscription {
    /// `None` when the request is about another package.
    pub(crate) fn read(request: &Message) -> Option<Subscription> {
        let event = request.header("Event")?;
        let package = split_outside(event, b';').next().unwrap_or_default();
        if !package.eq_ignore_ascii_case("refer") {
            return None;
        }
        let state = request.header("Subscription-State");
        let word = |value: &str| {
            split_outside(value, b';')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        Some(Subscription {
            id: parameter(event, "id").map(str::to_owned),
            state: state.map(word),
            expires: state.and_then(|s| parameter(s, "expires")).and_then(|n| n.parse().ok()),
        })
    }

    pub(crate) fn terminated(&self) -> bool {
        self.state.as_deref() == Some("terminated")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<ReferTarget, StatusCode> {
        ReferTarget::parse(value, "pbx.example")
    }

    #[test]
    fn targets_of_all_kinds_are_read() {
        for (value, uri) in [
            ("<sip:b@h>", "<sip:b@h>"),
            ("sip:b@h", "<sip:b@h>"),
            (
                "\"Bob, B\" <sips:b@h;transport=tls>;x=1",
                "\"Bob, B\" <sips:b@h;transport=tls>",
            ),
            ("<sip:b@h;method=INVITE;transport=tcp>", "<sip:b@h;transport=tcp>"),
            ("<tel:+49-30-123;ext=7>", "<sip:+4930123@pbx.example;user=phone>"),
            ("<tel:*21#>", "<sip:*21%23@pbx.example;user=phone>"),
        ] {
            assert_eq!(read(value).unwrap().uri, uri, "{value}");
        }
    }

    #[test]
    fn headers_of_the_uri_are_taken_apart_from_it() {
        let target = read(
            "<sip:b@h?Replaces=1%402%3Bto-tag%3D3%3Bfrom-tag%3D4&Require=replaces&X-A=b%20c&From=sip:evil&Route=x&\
             P-Asserted-Identity=boss&Remote-Party-ID=boss&Call-Info=%3Csip%3Ax%3E%3Banswer-after%3D0&X-AutoAnswer=true&\
             Privacy=id&Diversion=x&Require=precondition&body=v%3D0>",
        )
        .unwrap();
        assert_eq!(target.uri, "<sip:b@h>");
        assert_eq!(target.replaces.unwrap(), Replaces::new("1@2", "3", "4").unwrap());
        let names: Vec<_> = target.headers.iter().map(|(n, _)| n).collect();
        assert_eq!(names, ["Replaces", "Require", "X-A"]);
        assert_eq!(target.headers.get("X-A"), Some("b c"));
    }

    #[test]
    fn what_cannot_be_followed_has_its_code() {
        for (value, code) in [
            ("", 400),
            ("bob", 400),
            ("<sip:b@h", 400),
            ("<sip:b@h>, <sip:c@h>", 400),
            ("<>", 400),
            ("<sip:b@h?X=%0d%0aEvil:1>", 400),
            ("<sip:b@h?X=%g1>", 400),
            ("<sip:b@h?Replaces=nothing>", 400),
            ("<tel:>", 400),
            ("<http://h/>", 416),
            ("<mailto:b@h>", 416),
            ("<sip:b@h;method=BYE>", 403),
            ("<sip:b@h;method=MESSAGE>", 403),
        ] {
            assert_eq!(read(value).unwrap_err().code(), code, "{value}");
        }
    }

    #[test]
    fn what_is_written_is_bracketed_and_escaped() {
        let replaces = Replaces::new("a b".replace(' ', "/") + "@[::1]", "1;".replace(';', "~"), "x").unwrap();
        let text = refer_to("t", "Bob <sip:b@h;gr=1>", &[("Replaces", replaces.to_string())]).unwrap();
        assert_eq!(
            text,
            "Bob <sip:b@h;gr=1?Replaces=a%2Fb%40%5B%3A%3A1%5D%3Bto-tag%3D1~%3Bfrom-tag%3Dx>"
        );
        assert_eq!(read(&text).unwrap().replaces.unwrap(), replaces);
        assert_eq!(
            refer_to("t", "sip:b@h?A=1", &[("B", "2".into())]).unwrap(),
            "<sip:b@h?A=1&B=2>"
        );
        assert_eq!(refer_to("t", "tel:+4930", &[]).unwrap(), "<tel:+4930>");
        for bad in ["", "bob", "http://h", "tel:1\r\nX: 1", "sip:a b@h", "sip:a@h\r\n"] {
            assert!(refer_to("t", bad, &[]).is_err(), "{bad}");
        }
    }

    #[test]
    fn sipfrags_are_read() {
        let code = |body: &str| sipfrag(body.as_bytes()).map(|(c, r)| (c.code(), r));
        assert_eq!(code("SIP/2.0 180 Ringing\r\nX: 1\r\n"), Some((180, "Ringing".into())));
        assert_eq!(code("SIP/2.0 603"), Some((603, String::new())));
        for bad in [
            "",
            "hello",
            "SIP/2.0",
            "SIP/2.0 20 OK",
            "SIP/2.0 999 X",
            "SIP/2.0 2000 X",
            "HTTP/1.1 200 OK",
        ] {
            assert_eq!(code(bad), None, "{bad}");
        }
    }
}

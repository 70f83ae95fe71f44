//! Requests that PJSIP cannot parse: what can be answered from the parts that can be read (RFC 3261 §8.2, §18.3, §21.4.1).
//!
//! Nothing here trusts the message to be well formed: it works on lines of bytes, copies the headers a response must repeat
//! (§8.2.6.2) as they came, and gives up when it could not even be delivered.

use std::hash::{DefaultHasher, Hasher};
use std::net::{IpAddr, SocketAddr};

/// Longest answer that is sent; what repeats more than this is not worth one.
const MAX_ANSWER: usize = 16 * 1024;

/// Headers without which a message cannot be used: a malformed one of these spoils it, any other is passed over
/// (RFC 3261 §8.2: "malformed header fields that are not necessary … SHOULD be ignored"). Long and compact names.
const NEEDED: &[&str] = &[
    "via",
    "v",
    "from",
    "f",
    "to",
    "t",
    "call-id",
    "i",
    "cseq",
    "max-forwards",
    "content-length",
    "l",
    "content-type",
    "c",
    "record-route",
    "route",
    "require",
    "rseq",
    "rack",
];
/// Needed in requests only: an answer can be understood without.
const NEEDED_IN_REQUESTS: &[&str] = &["contact", "m", "expires", "refer-to", "r", "replaces", "event", "o"];

/// Whether a message is unusable because this header is malformed. No name at all: it was not even a header.
pub(crate) fn is_needed(name: &[u8], request: bool) -> bool {
    let is = |n: &&str| name.eq_ignore_ascii_case(n.as_bytes());
    name.is_empty() || NEEDED.iter().any(&is) || (request && NEEDED_IN_REQUESTS.iter().any(is))
}

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Syntax, or a header that is missing.
    Syntax,
    /// Larger than what is read at all.
    TooLarge,
}

/// A response to something that PJSIP could not parse.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    /// The whole message.
    pub(crate) bytes: Vec<u8>,
    /// Where it goes over UDP: the source's address with this port (§18.2.2, RFC 3581).
    pub(crate) port: u16,
}

/// Answers `packet`, if it is a request, wants an answer, and can be reached.
pub(crate) fn answer(packet: &[u8], source: SocketAddr, fault: Fault, user_agent: &str) -> Option<Answer> {
    let (head, complete) = match head_end(packet) {
        Some(end) => (&packet[..end], true),
        None => (packet, false),
    };
    let lines = unfold(head);
    let mut lines = lines.iter().map(|l| l.as_slice());
    let first = lines.next()?;
    let method = first.split(|b| is_space(*b)).next()?;
    // Not a request, or one that is never answered (§17.1.1.3).
    if method.is_empty() || !method.iter().all(|b| is_token(*b)) || method == b"ACK" {
        return None;
    }
    let mut found = Found::default();
    for line in lines {
        found.take(line);
    }
    let via = Via::parse(found.vias.first()?, source)?;
    let (code, reason) = verdict(first, &found, fault, complete);
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(format!("SIP/2.0 {code} {reason}\r\n").as_bytes());
    let mut put = |name: &str, value: &[u8]| {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    };
    put("Via", &via.text);
    for other in found.vias.iter().skip(1) {
        put("Via", other);
    }
    for (name, value) in [("From", found.from), ("Call-ID", found.call_id), ("CSeq", found.cseq)] {
        if let Some(value) = value {
            put(name, value);
        }
    }
    if let Some(to) = found.to {
        let mut to = to.to_vec();
        if !has_tag(&to) {
            // The same for every copy of the request (§8.2.7).
            let mut hash = DefaultHasher::new();
            hash.write(&via.text);
            hash.write(found.call_id.unwrap_or_default());
            hash.write(found.cseq.unwrap_or_default());
            to.extend_from_slice(format!(";tag={:016x}", hash.finish()).as_bytes());
        }
        put("To", &to);
    }
    if !user_agent.is_empty() {
        put("Server", user_agent.as_bytes());
    }
    out.extend_from_slice(b"Content-Length: 0\r\n\r\n");
    (out.len() <= MAX_ANSWER).then_some(Answer {
        code,
        bytes: out,
        port: via.port,
    })
}

fn verdict(first: &[u8], found: &Found<'_>, fault: Fault, complete: bool) -> (u16, String) {
    if fault == Fault::TooLarge {
        return if complete {
            (413, "Request Entity Too Large".to_owned())
        } else {
            (513, "Message Too Large".to_owned())
        };
    }
    if wrong_version(first) {
        return (505, "Version Not Supported".to_owned());
    }
    if foreign_scheme(first) {
        return (416, "Unsupported URI Scheme".to_owned());
    }
    let missing: Vec<&str> = [
        ("From", found.from),
        ("To", found.to),
        ("Call-ID", found.call_id),
        ("CSeq", found.cseq),
    ]
    .into_iter()
    .filter(|(_, value)| value.is_none_or(<[u8]>::is_empty))
    .map(|(name, _)| name)
    .collect();
    if missing.is_empty() {
        (400, "Bad Request".to_owned())
    } else {
        (400, format!("Missing {}", missing.join(", ")))
    }
}

/// `METHOD URI SIP/x.y` with something else than 2.0.
fn wrong_version(first: &[u8]) -> bool {
    let Some(at) = first.iter().rposition(|b| *b == b' ') else {
        return false;
    };
    let version = &first[at + 1..];
    let Some((name, number)) = version.split_at_checked(4) else {
        return false;
    };
    let mut parts = number.split(|b| *b == b'.');
    let is_number = |p: Option<&[u8]>| p.is_some_and(|p| !p.is_empty() && p.iter().all(u8::is_ascii_digit));
    name.eq_ignore_ascii_case(b"SIP/")
        && is_number(parts.next())
        && is_number(parts.next())
        && parts.next().is_none()
        && number != b"2.0"
}

/// A request line that is as it should be, but for a URI of a scheme that PJSIP has no parser for.
fn foreign_scheme(first: &[u8]) -> bool {
    let mut parts = first.split(|b| *b == b' ');
    let (Some(_), Some(uri), Some(b"SIP/2.0"), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let Some(colon) = uri.iter().position(|b| *b == b':') else {
        return false;
    };
    let scheme = &uri[..colon];
    let name = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
    scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(name)
        && uri.len() > colon + 1
        && !["sip", "sips", "tel"]
            .iter()
            .any(|s| scheme.eq_ignore_ascii_case(s.as_bytes()))
}

/// Method and URI of a request line, if single spaces part it into three (§7.1, §25.1).
pub(crate) fn request_line(packet: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = packet.iter().position(|b| !matches!(b, b'\r' | b'\n'))?;
    let line = packet[start..].split(|b| *b == b'\n').next()?;
    let mut parts = line.strip_suffix(b"\r").unwrap_or(line).split(|b| is_space(*b));
    let (method, uri, version) = (parts.next()?, parts.next()?, parts.next()?);
    (parts.next().is_none() && !method.is_empty() && !uri.is_empty() && !version.is_empty()).then_some((method, uri))
}

/// Whether the head of a message on a stream tells where the next one begins. If not, the stream has lost its step.
pub(crate) fn is_framed(packet: &[u8]) -> bool {
    let Some(end) = head_end(packet) else { return false };
    let mut length = None;
    for line in unfold(&packet[..end]) {
        let Some((name, value)) = split(&line) else { continue };
        if name.eq_ignore_ascii_case(b"Content-Length") || name.eq_ignore_ascii_case(b"l") {
            let Some(number) = std::str::from_utf8(value).ok().and_then(|v| v.parse::<u32>().ok()) else {
                return false;
            };
            if length.is_some_and(|before| before != number) {
                return false;
            }
            length = Some(number);
        }
    }
    length.is_some()
}

/// Length of start line and headers, the empty line not included.
fn head_end(packet: &[u8]) -> Option<usize> {
    (0..packet.len()).find(|&at| packet[at..].starts_with(b"\n\r\n") || packet[at..].starts_with(b"\n\n"))
}

/// Lines with their continuations joined (§7.3.1).
fn unfold(head: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in head.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match lines.last_mut() {
            Some(last) if line.first().is_some_and(|b| is_space(*b)) => {
                last.push(b' ');
                last.extend_from_slice(trim(line));
            }
            None if line.is_empty() => {}
            _ => lines.push(line.to_vec()),
        }
    }
    lines
}

fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    Some((trim(&line[..colon]), trim(&line[colon + 1..])))
}

fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| !is_space(*b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(*b)).map_or(start, |at| at + 1);
    &text[start..end]
}

fn is_space(b: u8) -> bool {
    b == b' ' || b == b'\t'
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b)
}

#[derive(Default)]
struct Found<'a> {
    vias: Vec<&'a [u8]>,
    from: Option<&'a [u8]>,
    to: Option<&'a [u8]>,
    call_id: Option<&'a [u8]>,
    cseq: Option<&'a [u8]>,
}

impl<'a> Found<'a> {
    fn take(&mut self, line: &'a [u8]) {
        let Some((name, value)) = split(line) else { return };
        // A control character would not survive on the wire as what it was.
        if value.iter().any(|b| *b < b' ' && *b != b'\t') {
            return;
        }
        let is = |long: &str, short: &str| {
            name.eq_ignore_ascii_case(long.as_bytes()) || name.eq_ignore_ascii_case(short.as_bytes())
        };
        if is("Via", "v") {
            self.vias.push(value);
        } else if is("From", "f") {
            self.from.get_or_insert(value);
        } else if is("To", "t") {
            self.to.get_or_insert(value);
        } else if is("Call-ID", "i") {
            self.call_id.get_or_insert(value);
        } else if is("CSeq", "CSeq") {
            self.cseq.get_or_insert(value);
        }
    }
}

fn has_tag(value: &[u8]) -> bool {
    let outside = value.iter().rposition(|b| *b == b'>').map_or(value, |at| &value[at..]);
    outside
        .split(|b| *b == b';')
        .skip(1)
        .any(|p| trim(p).get(..4).is_some_and(|p| p.eq_ignore_ascii_case(b"tag=")))
}

/// The topmost Via, with what the receiver adds to it.
struct Via {
    text: Vec<u8>,
    port: u16,
}

impl Via {
    /// Understands `SIP / 2.0 / UDP host:port ;params`, the first value of its line.
    fn parse(line: &[u8], source: SocketAddr) -> Option<Via> {
        let text = std::str::from_utf8(line).ok()?;
        // A comma inside quotes belongs to a parameter.
        let mut quoted = false;
        let comma = text.find(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        let (own, rest) = comma.map_or((text, ""), |at| text.split_at(at));
        let own = own.trim_end();
        let mut protocol = own.splitn(3, '/').map(str::trim);
        if !protocol.next()?.eq_ignore_ascii_case("SIP") || protocol.next()? != "2.0" {
            return None;
        }
        let (transport, sent_by) = protocol.next()?.split_once([' ', '\t'])?;
        if transport.is_empty() || !transport.bytes().all(is_token) {
            return None;
        }
        let (sent_by, params) = sent_by.split_once(';').unwrap_or((sent_by, ""));
        let sent_by = sent_by.trim();
        let after_host = match sent_by.strip_prefix('[') {
            Some(v6) => v6.split_once(']')?.1,
            None => sent_by.find(':').map_or("", |at| &sent_by[at..]),
        };
        if sent_by.is_empty() {
            return None;
        }
        let port = match after_host.trim().strip_prefix(':') {
            Some(digits) => digits.trim().parse().ok().filter(|p| *p != 0)?,
            None if after_host.trim().is_empty() => 5060,
            None => return None,
        };
        let mut rport = false;
        let mut edited = own[..own.len() - params.len()]
            .trim_end_matches([';', ' ', '\t'])
            .to_owned();
        for param in params.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let name = param.split('=').next().unwrap_or_default().trim();
            if name.eq_ignore_ascii_case("received") {
                continue;
            }
            if name.eq_ignore_ascii_case("rport") {
                rport = true;
                edited += &format!(";rport={}", source.port());
            } else {
                edited.push(';');
                edited += param;
            }
        }
        edited += &format!(";received={}", Host(source.ip()));
        edited += rest;
        Some(Via {
            text: edited.into_bytes(),
            port: if rport { source.port() } else { port },
        })
    }
}

struct Host(IpAddr);

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.to_canonical().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9)), 7000);

    fn request(first: &str, headers: &str) -> String {
        format!("{first}\r\n{headers}\r\n\r\n")
    }

    fn reply(packet: &str) -> Option<(u16, u16, String)> {
        answer(packet.as_bytes(), SOURCE, Fault::Syntax, "")
            .map(|a| (a.code, a.port, String::from_utf8(a.bytes).unwrap()))
    }

    const SANE: &str = "Via: SIP/2.0/UDP h.example:5070;branch=z9hG4bK1\r\nf: <sip:a@b>;tag=1\r\nTo: <sip:c@d;tag=no>\r\ni: x\r\nCSeq: 1 FOO";

    #[test]
    fn the_five_headers_are_repeated_and_a_tag_is_added_that_stays() {
        let packet = request("FOO sip:a@b  SIP/2.0", SANE);
        let (code, port, text) = reply(&packet).unwrap();
        assert_eq!((code, port), (400, 5070));
        for line in [
            "SIP/2.0 400 Bad Request",
            "Via: SIP/2.0/UDP h.example:5070;branch=z9hG4bK1;received=192.0.2.9",
            "From: <sip:a@b>;tag=1",
            "Call-ID: x",
            "CSeq: 1 FOO",
            "Content-Length: 0",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
        assert!(text.contains("To: <sip:c@d;tag=no>;tag="), "{text}");
        assert_eq!(reply(&packet).unwrap().2, text, "a retransmission gets the same");
    }

    #[test]
    fn the_answer_goes_where_the_request_says_or_came_from() {
        for (via, port, shown) in [
            ("SIP/2.0/UDP h", 5060, "SIP/2.0/UDP h;received=192.0.2.9"),
            (
                "SIP/2.0/UDP h:9;rport;branch=b",
                7000,
                "SIP/2.0/UDP h:9;rport=7000;branch=b;received=192.0.2.9",
            ),
            (
                "SIP / 2.0 / TCP [2001:db8::1]:99 ; received=6.6.6.6",
                99,
                "SIP / 2.0 / TCP [2001:db8::1]:99;received=192.0.2.9",
            ),
            (
                "SIP/2.0/UDP a:1;x=\"1,2\", SIP/2.0/UDP b",
                1,
                "SIP/2.0/UDP a:1;x=\"1,2\";received=192.0.2.9, SIP/2.0/UDP b",
            ),
        ] {
            let packet = request(
                "FOO x SIP/2.0",
                &SANE.replace("SIP/2.0/UDP h.example:5070;branch=z9hG4bK1", via),
            );
            let (_, to, text) = reply(&packet).unwrap_or_else(|| panic!("no answer for {via}"));
            assert_eq!(to, port, "{via}");
            assert!(text.contains(&format!("Via: {shown}\r\n")), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_reached_or_wants_no_answer_gets_none() {
        let with_via = |via: &str| request("FOO x SIP/2.0", &SANE.replace("SIP/2.0/UDP h.example:5070", via));
        for packet in [
            request("ACK sip:a@b SIP/2.0", SANE),
            request("SIP/2.0 200 OK", SANE),
            request("FOO sip:a@b SIP/2.0", &SANE.replace("Via", "Vla")),
            with_via("HTTP/1.1/UDP h"),
            with_via("SIP/2.0/UDP"),
            with_via("SIP/2.0/UDP h:99999"),
            with_via("SIP/2.0/UDP h:0"),
            with_via("SIP/2.0/UDP [::1"),
            with_via("SIP/2.0/UDP \u{7}h"),
            String::new(),
            "\r\n\r\n".to_owned(),
            "FOO".to_owned(),
        ] {
            assert_eq!(reply(&packet), None, "{packet}");
        }
    }

    #[test]
    fn the_code_tells_what_is_wrong() {
        let version = |v: &str| reply(&request(&format!("FOO sip:a@b {v}"), SANE)).unwrap().0;
        assert_eq!(version("SIP/7.0"), 505);
        assert_eq!(version("sip/3.0"), 505);
        assert_eq!(version("SIP/2.0"), 400);
        assert_eq!(version("SIP/2"), 400);
        assert_eq!(version("HTTP/1.1"), 400);
        let uri = |uri: &str| reply(&request(&format!("FOO {uri} SIP/2.0"), SANE)).unwrap().0;
        assert_eq!(uri("soap.beep://h"), 416);
        assert_eq!(uri("sip:"), 400);
        assert_eq!(uri("<x:y>"), 400);
        let text = reply(&request(
            "FOO sip:a@b SIP/2.0",
            &SANE.replace("CSeq", "X").replace("i:", "y:"),
        ))
        .unwrap()
        .2;
        assert!(text.starts_with("SIP/2.0 400 Missing Call-ID, CSeq\r\n"), "{text}");
        let large = |packet: &str| answer(packet.as_bytes(), SOURCE, Fault::TooLarge, "").unwrap().code;
        assert_eq!(large(&request("FOO sip:a@b SIP/2.0", SANE)), 413);
        assert_eq!(large(&format!("FOO sip:a@b SIP/2.0\r\n{SANE}\r\nX: and so on")), 513);
    }

    #[test]
    fn a_request_line_has_three_parts() {
        let line = |text: &str| request_line(text.as_bytes()).map(|(m, u)| (m.to_vec(), u.to_vec()));
        assert_eq!(line("\r\nA b SIP/2.0\r\nC: d"), Some((b"A".to_vec(), b"b".to_vec())));
        for wrong in [
            "A  b SIP/2.0\r\n",
            "A b SIP/2.0 \r\n",
            " A b SIP/2.0",
            "A b",
            "A b c SIP/2.0",
            "",
            "\r\n",
        ] {
            assert_eq!(line(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_stream_keeps_its_step_only_with_one_good_length() {
        for (headers, framed) in [
            ("Content-Length: 4", true),
            ("l : 4\r\nContent-Length: 4", true),
            ("l: 4\r\nContent-Length: 5", false),
            ("Content-Length: -1", false),
            ("Content-Length: 99999999999", false),
            ("X: y", false),
        ] {
            assert_eq!(
                is_framed(request("FOO x SIP/2.0", headers).as_bytes()),
                framed,
                "{headers}"
            );
        }
        assert!(!is_framed(b"FOO x SIP/2.0\r\nContent-Length: 4\r\n"));
    }

    #[test]
    fn only_headers_that_matter_spoil_a_message() {
        for (name, request, needed) in [
            ("CSEQ", true, true),
            ("v", false, true),
            ("", false, true),
            ("Contact", true, true),
            ("Contact", false, false),
            ("WWW-Authenticate", false, false),
            ("Accept", true, false),
        ] {
            assert_eq!(is_needed(name.as_bytes(), request), needed, "{name}");
        }
    }
}

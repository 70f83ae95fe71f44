//! Reads the sets of messages and fills in what differs from run to run.

use std::net::SocketAddr;

/// One message with what must come of it.
pub struct Case {
    pub name: String,
    pub section: String,
    /// As written.
    pub expected: String,
    /// `None` for a word instead of a code.
    pub code: Option<u16>,
    /// Headers of the answer, each with a text its value contains.
    pub headers: Vec<(String, String)>,
    text: String,
}

/// Whom a message is for and from.
#[derive(Clone, Copy)]
pub struct Parties {
    pub me: SocketAddr,
    pub here: SocketAddr,
    pub transport: &'static str,
}

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0 101\r\n\
                   a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n";

pub fn cases(set: &str) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    for line in set.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let mut columns = head.split('|').map(str::trim);
            let mut next = || columns.next().unwrap_or_else(|| panic!("three columns in {line:?}"));
            let (name, section, expected) = (next().to_owned(), next().to_owned(), next());
            let mut words = expected.split_whitespace();
            let code = words.next().unwrap();
            found.push(Case {
                name,
                section,
                expected: code.to_owned(),
                code: code.parse().ok(),
                headers: words
                    .map(|w| {
                        let w = w.strip_prefix('+').unwrap();
                        let (name, value) = w.split_once('=').unwrap_or((w, ""));
                        (name.to_owned(), value.to_owned())
                    })
                    .collect(),
                text: String::new(),
            });
        } else if let Some(case) = found.last_mut() {
            case.text += line;
            case.text += "\r\n";
        }
    }
    for case in &mut found {
        // The blank line before the next title is not of the message, unless it ends the headers.
        let text = case.text.trim_end_matches("\r\n");
        case.text = if text.contains("\r\n\r\n") || text.contains("\\r\\n\\r\\n") {
            format!("{text}\r\n")
        } else {
            format!("{text}\r\n\r\n")
        };
        assert!(!case.name.is_empty() && !case.section.is_empty());
    }
    found
}

impl Case {
    pub fn is_invite(&self) -> bool {
        self.text.starts_with("INVITE ")
    }

    /// The bytes; `serial` makes Call-ID and branch unlike those of every other message.
    pub fn bytes(&self, parties: Parties, serial: usize) -> Vec<u8> {
        self.fill(|what, len| value(what, &self.name, parties, serial, len))
    }

    /// The bytes, with what stands in braces given by `value`, which is told the body's length as well.
    pub fn fill(&self, value: impl Fn(&str, usize) -> String) -> Vec<u8> {
        let (head, body) = self.text.split_once("\r\n\r\n").unwrap_or((&self.text, ""));
        let body = encode(&expand(body, |what| value(what, 0)));
        let mut all = encode(&expand(head, |what| value(what, body.len())));
        if self.text.contains("\r\n\r\n") {
            all.extend_from_slice(b"\r\n\r\n");
        }
        all.extend_from_slice(&body);
        all
    }
}

fn expand(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out += before;
        let (what, after) = after
            .split_once('}')
            .unwrap_or_else(|| panic!("a brace is open in {text}"));
        out += &value(what);
        rest = after;
    }
    out + rest
}

pub fn value(what: &str, name: &str, parties: Parties, serial: usize, len: usize) -> String {
    let Parties { me, here, transport } = parties;
    let via = format!("Via: SIP/2.0/{transport} {here};branch=z9hG4bK-{name}-{serial};rport");
    let from = format!("From: \"Tester\" <sip:tester@{here}>;tag=from-{serial}");
    let to = format!("To: <sip:bob@{me}>");
    let id = format!("Call-ID: {name}-{serial}@{here}");
    match what.split_once(' ').unwrap_or((what, "")) {
        ("via", _) => via,
        ("from", _) => from,
        ("to", _) => to,
        ("id", _) => id,
        ("std", method) => {
            format!(
                "{via}\r\nMax-Forwards: 70\r\n{from}\r\n{to}\r\n{id}\r\nCSeq: {} {method}",
                10 + serial
            )
        }
        ("contact", _) => format!("Contact: <sip:tester@{here}>"),
        ("type", _) => "Content-Type: application/sdp".to_owned(),
        ("sdp", _) => SDP.trim_end().to_owned(),
        ("me", _) => me.to_string(),
        ("here", _) => here.to_string(),
        ("len", _) => len.to_string(),
        ("times", what) => {
            let (n, text) = what.split_once(' ').unwrap();
            text.repeat(n.parse().unwrap())
        }
        _ => panic!("{{{what}}} in {name} means nothing"),
    }
}

/// `\xHH`, `\r`, `\n`, `\t`; a quoted character stays as it is.
fn encode(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes().peekable();
    while let Some(b) = bytes.next() {
        if b != b'\\' {
            out.push(b);
            continue;
        }
        match bytes.peek() {
            Some(b'x') => {
                bytes.next();
                let mut digit = || (bytes.next().unwrap() as char).to_digit(16).unwrap() as u8;
                out.push(digit() << 4 | digit());
            }
            Some(b'r') => {
                bytes.next();
                out.push(b'\r');
            }
            Some(b'n') => {
                bytes.next();
                out.push(b'\n');
            }
            Some(b't') => {
                bytes.next();
                out.push(b'\t');
            }
            _ => out.push(b),
        }
    }
    out
}

//! The envelope of messages: `message/cpim` (RFC 3862), with what RFC 5438 puts on it to ask for delivery notifications.

use std::fmt::{self, Write as _};
use std::time::SystemTime;

use super::{date, xml};
use crate::sip::{Headers, uri};
use crate::{Error, ErrorKind, FailureCode, Result};

/// The namespace of the headers of RFC 3862.
const CORE: &str = "urn:ietf:params:cpim-headers:";
/// The namespace of the headers of RFC 5438.
const IMDN: &str = "urn:ietf:params:imdn";
const OP: &str = "read cpim message";
/// Most headers of an envelope, and of its content.
const MAX_HEADERS: usize = 100;

/// Which notifications the sender of a message asks for (`imdn.Disposition-Notification`, RFC 5438 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct NotifyRequest {
    /// When it has reached the recipient's device.
    pub positive_delivery: bool,
    /// When it cannot.
    pub negative_delivery: bool,
    /// What servers on the way do with it.
    pub processing: bool,
    /// When it is shown.
    pub display: bool,
}

impl NotifyRequest {
    /// Asks for none.
    pub const fn none() -> NotifyRequest {
        NotifyRequest {
            positive_delivery: false,
            negative_delivery: false,
            processing: false,
            display: false,
        }
    }

    /// Asks for both notifications of delivery.
    pub const fn delivery() -> NotifyRequest {
        NotifyRequest {
            positive_delivery: true,
            negative_delivery: true,
            ..NotifyRequest::none()
        }
    }

    /// Sets whether to ask for one when the message is shown.
    pub fn display(mut self, yes: bool) -> NotifyRequest {
        self.display = yes;
        self
    }

    /// Sets whether to ask what servers do with it.
    pub fn processing(mut self, yes: bool) -> NotifyRequest {
        self.processing = yes;
        self
    }

    /// Whether anything is asked for.
    pub fn any(self) -> bool {
        self != NotifyRequest::none()
    }

    /// Words nobody knows are passed over, as are parameters.
    fn read(value: &str) -> NotifyRequest {
        let mut asked = NotifyRequest::none();
        for word in value.split(',') {
            match word.split(';').next().unwrap_or_default().trim() {
                "positive-delivery" => asked.positive_delivery = true,
                "negative-delivery" => asked.negative_delivery = true,
                "processing" => asked.processing = true,
                "display" => asked.display = true,
                _ => {}
            }
        }
        asked
    }

    fn words(self) -> String {
        let all = [
            (self.positive_delivery, "positive-delivery"),
            (self.negative_delivery, "negative-delivery"),
            (self.processing, "processing"),
            (self.display, "display"),
        ];
        let asked: Vec<&str> = all.into_iter().filter_map(|(yes, word)| yes.then_some(word)).collect();
        asked.join(", ")
    }
}

/// A header of an envelope that has no field of its own in [`Cpim`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CpimHeader {
    /// The URI of its namespace; that of RFC 3862 is `urn:ietf:params:cpim-headers:`.
    pub namespace: String,
    /// Its name in that namespace; upper and lower case are different.
    pub name: String,
    /// Its value, escapes resolved.
    pub value: String,
    /// The language of the value, when it is told.
    pub language: Option<String>,
}

impl CpimHeader {
    /// A header. Name and namespace are checked when the envelope is written.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> CpimHeader {
        CpimHeader {
            namespace: namespace.into(),
            name: name.into(),
            value: value.into(),
            language: None,
        }
    }
}

/// A message in its envelope.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Cpim {
    /// The sender: a URI in angle brackets, with or without a name before it.
    pub from: Option<String>,
    /// The recipients, in the same form.
    pub to: Vec<String>,
    /// Others who get a copy.
    pub cc: Vec<String>,
    /// When it was sent.
    pub date_time: Option<SystemTime>,
    /// What it is about; the first of several, which may be in different languages.
    pub subject: Option<String>,
    /// Its id, to which notifications refer (`imdn.Message-ID`).
    pub message_id: Option<String>,
    /// Which notifications are asked for.
    pub notify: NotifyRequest,
    /// To whom it was meant before somebody on the way changed that (`imdn.Original-To`).
    pub original_to: Option<String>,
    /// Every other header, in order; further subjects among them.
    pub headers: Vec<CpimHeader>,
    /// Headers that the sender requires to be understood and that are not understood here, as they were written. A message
    /// that has some is to be refused (RFC 3862 §2.5). Not written.
    pub unknown_required: Vec<String>,
    /// The content's type with its parameters, such as `text/plain;charset=utf-8`.
    pub content_type: String,
    /// The content's other MIME headers, such as `Content-Disposition`. `Content-Length` is computed when written.
    pub content_headers: Headers,
    /// The content.
    pub content: Vec<u8>,
}

impl Cpim {
    /// The type of such a body.
    pub const CONTENT_TYPE: &'static str = "message/cpim";

    /// An envelope around a content.
    pub fn new(content_type: impl Into<String>, content: impl Into<Vec<u8>>) -> Cpim {
        Cpim {
            content_type: content_type.into(),
            content: content.into(),
            ..Cpim::default()
        }
    }

    /// Sets the sender, as URI or name-addr.
    pub fn from(mut self, address: impl AsRef<str>) -> Cpim {
        self.from = Some(bracketed(address.as_ref()));
        self
    }

    /// Adds a recipient, as URI or name-addr.
    pub fn to(mut self, address: impl AsRef<str>) -> Cpim {
        self.to.push(bracketed(address.as_ref()));
        self
    }

    /// Sets when it was sent; written to the second, in UTC.
    pub fn date_time(mut self, at: SystemTime) -> Cpim {
        self.date_time = Some(at);
        self
    }

    /// Sets the subject.
    pub fn subject(mut self, text: impl Into<String>) -> Cpim {
        self.subject = Some(text.into());
        self
    }

    /// Sets its id: at least 64 bits of randomness, unique for ever (RFC 5438 §6.3).
    pub fn message_id(mut self, id: impl Into<String>) -> Cpim {
        self.message_id = Some(id.into());
        self
    }

    /// Sets which notifications are asked for. They need [`message_id`](Cpim::message_id) and
    /// [`date_time`](Cpim::date_time).
    pub fn notify(mut self, asked: NotifyRequest) -> Cpim {
        self.notify = asked;
        self
    }

    /// Adds a header.
    pub fn header(mut self, header: CpimHeader) -> Cpim {
        self.headers.push(header);
        self
    }

    /// Adds a MIME header of the content, such as `Content-Disposition`.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn content_header(mut self, name: &str, value: &str) -> Result<Cpim> {
        self.content_headers.add(name, value)?;
        Ok(self)
    }

    /// The URI of the sender, without name.
    pub fn from_uri(&self) -> Option<&str> {
        self.from.as_deref().map(uri::bare)
    }

    /// The content's type without parameters, in lower case.
    pub fn media_type(&self) -> String {
        let kind = self.content_type.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// Reads a message. Both forms of writing are taken: with an empty line between the envelope's headers and those of the
    /// content, as RFC 3862 wants it, and without, as the examples of RFC 5438 have it. Lines may end with a line feed alone.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for lines that are no headers, prefixes without namespace, a
    /// date that is none, headers of which there may be one only and are several, or a missing end of headers;
    /// [`LimitReached`](crate::ErrorKind::LimitReached) beyond 64 KiB or 100 headers;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) when the headers are not UTF-8.
    pub fn parse(body: &[u8]) -> Result<Cpim> {
        if body.len() > xml::MAX_BYTES {
            return Err(too_large(format!(
                "the message has {} bytes; at most {} are read",
                body.len(),
                xml::MAX_BYTES
            )));
        }
        let (head, rest) = split_block(body)?;
        let mut cpim = Cpim::default();
        let mut mime = Headers::new();
        let mut namespaces: Vec<(String, String)> = Vec::new();
        let mut required: Vec<String> = Vec::new();
        for (line, text) in head {
            let raw = RawHeader::read(line, text)?;
            if starts_with_content(raw.name) {
                mime.push(raw.name, raw.value.trim());
                continue;
            }
            if raw.name == "NS" {
                namespaces.push(raw.namespace(line)?);
                continue;
            }
            if raw.name == "Require" {
                required.extend(raw.value.split(',').map(|name| name.trim().to_owned()));
                continue;
            }
            let (namespace, name) = resolve(&namespaces, raw.name)
                .ok_or_else(|| bad(line, format!("the prefix of {} has no namespace", xml::quote(raw.name))))?;
            cpim.put(line, namespace, name, &raw)?;
        }
        cpim.unknown_required = required
            .into_iter()
            .filter(|name| !resolve(&namespaces, name).is_some_and(|(space, name)| understood(space, name)))
            .collect();
        cpim.content = rest.to_vec();
        if !mime.contains("Content-Type") {
            let (head, rest) = split_block(rest)?;
            let mut block = String::new();
            for (_, text) in head {
                let _ = writeln!(block, "{text}");
            }
            for (name, value) in Headers::parse(&block).iter() {
                mime.push(name, value);
            }
            cpim.content = rest.to_vec();
        }
        cpim.content_type = mime.get("Content-Type").unwrap_or("text/plain").to_owned();
        let length = mime.get("Content-Length").and_then(|n| n.parse::<usize>().ok());
        cpim.content.truncate(length.unwrap_or(usize::MAX));
        mime.remove("Content-Type");
        mime.remove("Content-Length");
        cpim.content_headers = mime;
        Ok(cpim)
    }

    fn put(&mut self, line: u32, namespace: &str, name: &str, raw: &RawHeader<'_>) -> Result<()> {
        let value = unescape(raw.value.trim());
        let once = |field: &mut Option<String>| {
            if field.is_some() {
                return Err(bad(line, format!("there is a second {name}")));
            }
            *field = Some(value.clone());
            Ok(())
        };
        match (namespace, name) {
            (CORE, "From") => once(&mut self.from)?,
            (CORE, "To") => self.to.push(value),
            (CORE, "cc") => self.cc.push(value),
            (CORE, "Subject") if self.subject.is_none() => self.subject = Some(value),
            (CORE, "DateTime") => {
                let at = date::read(&value)
                    .ok_or_else(|| bad(line, format!("DateTime is {}; expected RFC 3339", xml::quote(&value))))?;
                self.date_time = Some(at);
            }
            (IMDN, "Message-ID") => once(&mut self.message_id)?,
            (IMDN, "Original-To") => once(&mut self.original_to)?,
            (IMDN, "Disposition-Notification") => self.notify = NotifyRequest::read(&value),
            _ => self.headers.push(CpimHeader {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                value,
                language: raw.language.map(str::to_owned),
            }),
        }
        Ok(())
    }

    /// The message as bytes.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when notifications are asked for and there is no message id,
    /// or a header's name, namespace or the content's type cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        const OP: &str = "write cpim message";
        if self.notify.any() && self.message_id.is_none() {
            return Err(Error::invalid(
                OP,
                "notifications are asked for and there is no message id they could name",
            ));
        }
        if self.content_type.is_empty() || self.content_type.contains(char::is_control) {
            return Err(Error::invalid(
                OP,
                format!(
                    "{:?} is no content type; expected something like text/plain",
                    self.content_type
                ),
            ));
        }
        let mut out = String::new();
        // A parameter belongs to the name's colon: `Subject:;lang=fr …` (RFC 3862 §3.2).
        let mut line_with = |name: &str, parameter: &str, value: &str| {
            let _ = write!(out, "{name}:{parameter} {}\r\n", escape(value));
        };
        if let Some(from) = &self.from {
            line_with("From", "", from);
        }
        for to in &self.to {
            line_with("To", "", to);
        }
        for cc in &self.cc {
            line_with("cc", "", cc);
        }
        if let Some(at) = self.date_time {
            line_with("DateTime", "", &date::write(at));
        }
        if let Some(subject) = &self.subject {
            line_with("Subject", "", subject);
        }
        let other_imdn = self.headers.iter().any(|h| h.namespace == IMDN);
        if self.message_id.is_some() || self.notify.any() || self.original_to.is_some() || other_imdn {
            line_with("NS", "", &format!("imdn <{IMDN}>"));
        }
        if let Some(id) = &self.message_id {
            line_with("imdn.Message-ID", "", id);
        }
        if self.notify.any() {
            line_with("imdn.Disposition-Notification", "", &self.notify.words());
        }
        if let Some(to) = &self.original_to {
            line_with("imdn.Original-To", "", to);
        }
        let mut namespaces: Vec<&str> = vec![IMDN, CORE];
        for header in &self.headers {
            let name_char = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let foreign = |c: char| c.is_control() || c.is_whitespace() || "<>\\".contains(c);
            let own = header.namespace == CORE && (header.name == "NS" || starts_with_content(&header.name));
            if header.name.is_empty() || !header.name.chars().all(name_char) || own {
                return Err(Error::invalid(OP, format!("{:?} is no name of a header", header.name)));
            }
            if header.namespace.is_empty() || header.namespace.contains(foreign) {
                return Err(Error::invalid(
                    OP,
                    format!("{:?} is no URI of a namespace of headers", header.namespace),
                ));
            }
            let known = namespaces.iter().position(|n| *n == header.namespace);
            let place = known.unwrap_or(namespaces.len());
            if known.is_none() {
                namespaces.push(&header.namespace);
                line_with("NS", "", &format!("n{place} <{}>", header.namespace));
            }
            let name = match place {
                0 => format!("imdn.{}", header.name),
                1 => header.name.clone(),
                _ => format!("n{place}.{}", header.name),
            };
            let word = |l: &String| !l.is_empty() && l.chars().all(name_char);
            if let Some(language) = header.language.as_ref().filter(|l| !word(l)) {
                return Err(Error::invalid(
                    OP,
                    format!("{language:?} is no language; expected en, fr, …"),
                ));
            }
            let language = header.language.as_ref().map(|l| format!(";lang={l}"));
            line_with(&name, &language.unwrap_or_default(), &header.value);
        }
        let _ = write!(out, "\r\nContent-Type: {}\r\n", self.content_type);
        for (name, value) in self.content_headers.iter() {
            let _ = write!(out, "{name}: {value}\r\n");
        }
        let _ = write!(out, "Content-Length: {}\r\n\r\n", self.content.len());
        let mut bytes = out.into_bytes();
        bytes.extend_from_slice(&self.content);
        Ok(bytes)
    }
}

impl fmt::Debug for Cpim {
    /// Without what was written to somebody: content, subject and other headers are counted, not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cpim")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("date_time", &self.date_time)
            .field("message_id", &self.message_id)
            .field("notify", &self.notify)
            .field("headers", &self.headers.len())
            .field("content_type", &self.content_type)
            .field("content_bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// A header as it was written.
struct RawHeader<'a> {
    name: &'a str,
    language: Option<&'a str>,
    value: &'a str,
}

impl<'a> RawHeader<'a> {
    fn read(line: u32, text: &'a str) -> Result<RawHeader<'a>> {
        let split = text.split_once(':').filter(|(name, _)| {
            let name = name.trim_end();
            !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control())
        });
        let Some((name, mut rest)) = split else {
            // Not quoted: it may be the text of a message that has no envelope.
            return Err(bad(line, "this is no header; expected Name: value"));
        };
        let mut language = None;
        while let Some(parameter) = rest.strip_prefix(';') {
            let end = parameter.find([' ', ';']).unwrap_or(parameter.len());
            let (parameter, after) = parameter.split_at(end);
            language = language.or(parameter.strip_prefix("lang="));
            rest = after;
        }
        Ok(RawHeader {
            name: name.trim_end(),
            language,
            value: rest,
        })
    }

    /// Prefix and URI of `NS: prefix <uri>`; an empty prefix is the default's.
    fn namespace(&self, line: u32) -> Result<(String, String)> {
        let value = self.value.trim();
        let parts = value
            .strip_suffix('>')
            .and_then(|v| v.split_once('<'))
            .filter(|(_, uri)| !uri.trim().is_empty());
        let Some((prefix, uri)) = parts else {
            return Err(bad(line, format!("NS is {}; expected prefix <uri>", xml::quote(value))));
        };
        Ok((prefix.trim().to_owned(), uri.trim().to_owned()))
    }
}

/// Namespace and name of a header, by the namespaces declared so far; the latest counts (RFC 3862 §2.4).
fn resolve<'a>(namespaces: &'a [(String, String)], name: &'a str) -> Option<(&'a str, &'a str)> {
    let (prefix, local) = name.split_once('.').unwrap_or(("", name));
    let declared = namespaces.iter().rev().find(|(p, _)| p == prefix);
    match declared {
        Some((_, namespace)) => Some((namespace, local)),
        None if prefix.is_empty() => Some((CORE, local)),
        None => None,
    }
}

fn understood(namespace: &str, name: &str) -> bool {
    match namespace {
        CORE => ["From", "To", "cc", "DateTime", "Subject", "NS", "Require"].contains(&name),
        IMDN => ["Message-ID", "Disposition-Notification", "Original-To"].contains(&name),
        _ => false,
    }
}

fn starts_with_content(name: &str) -> bool {
    let start = name.get(.."content-".len()).unwrap_or_default();
    start.eq_ignore_ascii_case("content-")
}

/// The lines of a block of headers, numbered, and what comes after the empty line that ends it.
#[expect(clippy::type_complexity, reason = "used twice, three lines apart")]
fn split_block(bytes: &[u8]) -> Result<(Vec<(u32, &str)>, &[u8])> {
    let mut lines = Vec::new();
    let mut rest = bytes;
    for number in 1.. {
        let Some(end) = rest.iter().position(|b| *b == b'\n') else {
            return Err(bad(
                number,
                "the headers do not end: the message is cut off, or is none",
            ));
        };
        let (line, after) = rest.split_at(end);
        rest = after.get(1..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if lines.len() >= MAX_HEADERS {
            return Err(too_large(format!("the message has more than {MAX_HEADERS} headers")));
        }
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(Error::new(
                ErrorKind::Unsupported,
                OP,
                format!("line {number}: the headers are not UTF-8"),
            )
            .with_failure(FailureCode::DocumentEncoding));
        };
        if text.contains(|c: char| c.is_control() && c != '\t') {
            return Err(bad(number, "there is a control character in a header"));
        }
        lines.push((number, text));
    }
    Ok((lines, rest))
}

fn bad(line: u32, what: impl std::fmt::Display) -> Error {
    xml::bad(OP, line, what)
}

fn too_large(what: String) -> Error {
    Error::new(ErrorKind::LimitReached, OP, what).with_failure(FailureCode::DocumentTooLarge)
}

/// An address as the envelope wants it: the URI in angle brackets.
fn bracketed(address: &str) -> String {
    if address.contains('<') {
        address.to_owned()
    } else {
        format!("<{}>", address.trim())
    }
}

/// Line breaks, other control characters and the escape itself, escaped (RFC 3862 §2.3.1).
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// What is escaped, resolved; what is no escape stays as it is.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let plain = match chars.next() {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('b') => Some('\u{8}'),
            Some(c @ ('\\' | '"' | '\'')) => Some(c),
            Some('u') => {
                let digits = after.get(1..5).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                let c = digits
                    .and_then(|d| u32::from_str_radix(d, 16).ok())
                    .and_then(char::from_u32);
                if c.is_some() {
                    chars = after[5..].chars();
                }
                c
            }
            _ => None,
        };
        match plain {
            Some(c) => {
                out.push(c);
                rest = chars.as_str();
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn crlf(text: &str) -> Vec<u8> {
        text.replace('\n', "\r\n").into_bytes()
    }

    #[test]
    fn the_example_of_the_envelope_is_read() {
        // RFC 3862 §5.1.
        let cpim = Cpim::parse(&crlf(
            "From: MR SANDERS <im:piglet@100akerwood.com>\n\
             To: Depressed Donkey <im:eeyore@100akerwood.com>\n\
             DateTime: 2000-12-13T13:40:00-08:00\n\
             Subject: the weather will be fine today\n\
             Subject:;lang=fr beau temps prevu pour aujourd'hui\n\
             NS: MyFeatures <mid:MessageFeatures@id.foo.com>\n\
             Require: MyFeatures.VitalMessageOption\n\
             MyFeatures.VitalMessageOption: Confirmation-requested\n\
             MyFeatures.WackyMessageOption: Use-silly-font\n\
             \n\
             Content-type: text/xml; charset=utf-8\n\
             Content-ID: <1234567890@foo.com>\n\
             \n\
             <body>\nHere is the text of my message.\n</body>",
        ))
        .unwrap();
        assert_eq!(cpim.from_uri(), Some("im:piglet@100akerwood.com"));
        assert_eq!(cpim.to, ["Depressed Donkey <im:eeyore@100akerwood.com>"]);
        assert_eq!(cpim.date_time, Some(UNIX_EPOCH + Duration::from_secs(976_743_600)));
        assert_eq!(cpim.subject.as_deref(), Some("the weather will be fine today"));
        assert_eq!(cpim.headers[0].language.as_deref(), Some("fr"));
        assert_eq!(cpim.headers[0].value, "beau temps prevu pour aujourd'hui");
        assert_eq!(
            (cpim.headers[2].namespace.as_str(), cpim.headers[2].name.as_str()),
            ("mid:MessageFeatures@id.foo.com", "WackyMessageOption")
        );
        assert_eq!(cpim.unknown_required, ["MyFeatures.VitalMessageOption"]);
        assert_eq!((cpim.media_type().as_str(), cpim.notify.any()), ("text/xml", false));
        assert_eq!(cpim.content_headers.get("Content-ID"), Some("<1234567890@foo.com>"));
        assert!(cpim.content.starts_with(b"<body>\r\nHere") && cpim.content.ends_with(b"</body>"));
    }

    #[test]
    fn requests_for_notifications_are_read_in_both_forms() {
        // RFC 5438 §6.3: no empty line before the content's headers, a length that is one too many; as Linphone writes it:
        // no space before the namespace, another order; any prefix.
        for text in [
            "From: Alice <im:alice@example.com>\nTo: Bob <im:bob@example.com>\nNS: imdn <urn:ietf:params:imdn>\n\
             imdn.Message-ID: 34jk324j\nDateTime: 2006-04-04T12:16:49-05:00\n\
             imdn.Disposition-Notification: positive-delivery, display\nContent-type: text/plain\n\
             Content-length: 12\n\nHello World",
            "From: <im:alice@example.com>\nTo: <im:bob@example.com>\nDateTime: 2006-04-04T17:16:49Z\n\
             NS: imdn<urn:ietf:params:imdn>\nimdn.Message-ID: 34jk324j\n\
             imdn.Disposition-Notification: positive-delivery,display;x=1,nonsense\n\nContent-Type: text/plain; \
             charset=UTF-8\n\nHello World",
            "NS: <urn:ietf:params:imdn>\nMessage-ID: 34jk324j\nDisposition-Notification: display, positive-delivery\n\
             NS: <urn:ietf:params:cpim-headers:>\nFrom: <im:alice@example.com>\nDateTime: 2006-04-04T17:16:49Z\n\
             To: B\n\n\nHello World",
        ] {
            for body in [crlf(text), text.as_bytes().to_vec()] {
                let cpim = Cpim::parse(&body).unwrap();
                assert_eq!(cpim.message_id.as_deref(), Some("34jk324j"), "{text}");
                assert_eq!(cpim.from_uri(), Some("im:alice@example.com"));
                assert_eq!(cpim.date_time, Some(UNIX_EPOCH + Duration::from_secs(1_144_171_009)));
                let expected = NotifyRequest {
                    positive_delivery: true,
                    display: true,
                    ..NotifyRequest::none()
                };
                assert_eq!(cpim.notify, expected);
                assert_eq!(
                    (cpim.content.as_slice(), cpim.media_type().as_str()),
                    (&b"Hello World"[..], "text/plain")
                );
            }
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let plain = Cpim::new("text/plain", "hi");
        assert_eq!(Cpim::parse(&plain.to_bytes().unwrap()).unwrap(), plain);
        let mut french = CpimHeader::new(CORE, "Subject", "bonjour");
        french.language = Some("fr".into());
        let full = Cpim::new("text/plain;charset=utf-8", "a\r\n\r\nb \u{1F600}")
            .from("Alice \\ \"x\" <sip:alice@example.org>")
            .to("sip:bob@example.org")
            .to("<sip:carol@example.org>")
            .date_time(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
            .subject("two\nlines\tand\u{1} \\u0041")
            .message_id("a1b2")
            .notify(NotifyRequest::delivery().display(true).processing(true))
            .header(french)
            .header(CpimHeader::new("urn:x:1", "One", "1"))
            .header(CpimHeader::new("urn:x:2", "One", "2"))
            .header(CpimHeader::new("urn:x:1", "Two", "3"))
            .header(CpimHeader::new(IMDN, "IMDN-Record-Route", "<sip:relay@example.org>"))
            .content_header("Content-Disposition", "notification")
            .unwrap();
        let bytes = full.to_bytes().unwrap();
        assert_eq!(Cpim::parse(&bytes).unwrap(), full);
        assert!(String::from_utf8_lossy(&bytes).contains("\r\nSubject: two\\nlines\\tand\\u0001 \\\\u0041\r\n"));
    }

    #[test]
    fn what_was_written_to_somebody_is_in_no_log() {
        let cpim = Cpim::new("text/plain", "hunter2").subject("hunter2").from("sip:a@h");
        let shown = format!("{cpim:?}");
        assert!(shown.contains("sip:a@h") && !shown.contains("hunter2"), "{shown}");
        let error = Cpim::parse(b"hunter2 and more text\n\n").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let base = || Cpim::new("text/plain", "hi");
        for cpim in [
            base().notify(NotifyRequest::delivery()),
            Cpim::new("", "hi"),
            Cpim::new("text/plain\r\nX: 1", "hi"),
            base().header(CpimHeader::new("urn:x", "A:B", "1")),
            base().header(CpimHeader::new("urn:x>\r\n", "A", "1")),
            base().header(CpimHeader::new("", "A", "1")),
            base().header(CpimHeader::new(CORE, "Content-Type", "1")),
            base().header(CpimHeader::new(CORE, "NS", "1")),
        ] {
            assert_eq!(
                cpim.to_bytes().unwrap_err().kind(),
                ErrorKind::InvalidArgument,
                "{cpim:?}"
            );
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let many = "To: <sip:b@h>\n".repeat(101) + "\n\nhi";
        let huge = format!("\n\n{}", "x".repeat(xml::MAX_BYTES));
        for (text, code) in [
            ("", FailureCode::DocumentMalformed),
            ("hello", FailureCode::DocumentMalformed),
            ("hello\n\nContent-Type: a/b\n\n", FailureCode::DocumentMalformed),
            ("From: <sip:a@h>\n", FailureCode::DocumentMalformed),
            ("From: <sip:a@h>\n\nContent-Type: a/b\n", FailureCode::DocumentMalformed),
            ("From: a\nFrom: b\n\n\nhi", FailureCode::DocumentMalformed),
            ("DateTime: noon\n\n\nhi", FailureCode::DocumentMalformed),
            ("imdn.Message-ID: 1\n\n\nhi", FailureCode::DocumentMalformed),
            ("NS: imdn\n\n\nhi", FailureCode::DocumentMalformed),
            ("NS: imdn <>\n\n\nhi", FailureCode::DocumentMalformed),
            ("From: a\u{0}b\n\n\nhi", FailureCode::DocumentMalformed),
            (" From: folded\n\n\nhi", FailureCode::DocumentMalformed),
            (&many, FailureCode::DocumentTooLarge),
            (&huge, FailureCode::DocumentTooLarge),
        ] {
            assert_eq!(Cpim::parse(text.as_bytes()).unwrap_err().failure(), code, "{text:.40}");
        }
        assert_eq!(
            Cpim::parse(b"From: \xff\n\n\nhi").unwrap_err().failure(),
            FailureCode::DocumentEncoding
        );
    }
}

//! A guarded reader of XML that remembers where each element stands, and the escapes of a writer.
//!
//! A document type is refused, so that no entity can be defined; depth, elements and attributes are bounded.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::{Error, ErrorKind, FailureCode, Result};

/// How deep elements may be nested; the formats read here need four.
const MAX_DEPTH: usize = 32;
/// Most elements in a document.
const MAX_ELEMENTS: usize = 1_000_000;
/// Most attributes of one element.
const MAX_ATTRIBUTES: usize = 64;

/// An element with its place in the text.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
    /// From `<` of the start tag to `>` of the end tag.
    pub(crate) span: Range<usize>,
    /// Between the tags; empty at the end of an empty element.
    pub(crate) inner: Range<usize>,
    /// Written as `<name/>`.
    pub(crate) empty: bool,
    pub(crate) line: u32,
}

impl Node {
    /// Its name without prefix.
    pub(crate) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        Some(self.attributes.iter().find(|(n, _)| n == name)?.1.as_str())
    }
}

/// A stranger's value as a message may quote it: short, and inert in a log.
pub(crate) fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

pub(crate) fn bad(op: &'static str, line: u32, what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidArgument, op, format!("line {line}: {what}"))
        .with_failure(FailureCode::DocumentMalformed)
}

pub(crate) fn too_large(op: &'static str, what: String) -> Error {
    Error::new(ErrorKind::LimitReached, op, what).with_failure(FailureCode::DocumentTooLarge)
}

/// What XML 1.0 calls a character (§2.2).
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// A value for an attribute in double quotes. Line ends and tabs are written as references, as a reader would make spaces
/// of them; what XML cannot hold becomes U+FFFD.
pub(crate) fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c if is_char(c) => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
    out
}

/// Reads the tree.
pub(crate) fn parse(op: &'static str, text: &str) -> Result<Node> {
    if let Some(at) = text.find(|c| !is_char(c)) {
        return Err(bad(
            op,
            line_of(text, at),
            "there is a control character that XML does not allow",
        ));
    }
    Builder {
        op,
        text,
        open: Vec::new(),
        root: None,
        elements: 0,
        counted: (0, 1),
    }
    .run()
}

fn line_of(text: &str, at: usize) -> u32 {
    let lines = text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

fn words(e: &dyn std::fmt::Display) -> String {
    e.to_string().chars().take(200).flat_map(char::escape_debug).collect()
}

struct Builder<'a> {
    op: &'static str,
    text: &'a str,
    open: Vec<Node>,
    root: Option<Node>,
    elements: usize,
    /// How far lines are counted, and the line there.
    counted: (usize, u32),
}

impl Builder<'_> {
    fn line(&mut self, at: usize) -> u32 {
        let (from, line) = self.counted;
        if at > from {
            let between = self.text.as_bytes().get(from..at).unwrap_or_default();
            let more = between.iter().filter(|b| **b == b'\n').count();
            self.counted = (at, line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)));
        }
        self.counted.1
    }

    fn run(mut self) -> Result<Node> {
        let op = self.op;
        let mut reader = Reader::from_str(self.text);
        reader.config_mut().check_comments = true;
        let place = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        loop {
            let at = place(&reader);
            let line = self.line(at);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(e) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(0);
                    return Err(bad(op, line_of(self.text, at), words(&e)));
                }
            };
            let end = place(&reader);
            match event {
                Event::Start(start) => self.start(&start, at..end, line, false)?,
                Event::Empty(start) => {
                    self.start(&start, at..end, line, true)?;
                    self.close(end, end)?;
                }
                Event::End(_) => self.close(at, end)?,
                Event::Text(text) => self.add(&text.xml10_content(), line)?,
                Event::CData(data) => self.add(&data.xml10_content(), line)?,
                Event::GeneralRef(reference) => {
                    let found = match reference.resolve_char_ref() {
                        Ok(Some(c)) if is_char(c) => Cow::Owned(c.to_string()),
                        Ok(None) => match quick_xml::escape::resolve_xml_entity(&reference) {
                            Some(text) => Cow::Borrowed(text),
                            None => return Err(bad(op, line, format!("entity {} is not defined", quote(&reference)))),
                        },
                        _ => return Err(bad(op, line, "a character reference is no character of XML")),
                    };
                    self.add(&found, line)?;
                }
                Event::DocType(_) => {
                    let what = "a document type (<!DOCTYPE …>) is refused, as it may define entities; remove it";
                    return Err(bad(op, line, what));
                }
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(open) = self.open.last() {
            let what = format!("element {} is never closed: the document is cut off", quote(&open.name));
            return Err(bad(op, open.line, what));
        }
        self.root.ok_or_else(|| bad(op, 1, "there is no XML element at all"))
    }

    fn add(&mut self, text: &str, line: u32) -> Result<()> {
        match self.open.last_mut() {
            Some(node) => node.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(bad(self.op, line, "there is text outside of the root element")),
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>, tag: Range<usize>, line: u32, empty: bool) -> Result<()> {
        let op = self.op;
        if self.root.is_some() {
            return Err(bad(op, line, "there is a second root element"));
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(too_large(
                op,
                format!("line {line}: there are more than {MAX_ELEMENTS} elements"),
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_large(
                op,
                format!("line {line}: elements are nested more than {MAX_DEPTH} deep"),
            ));
        }
        let mut attributes: Vec<(String, String)> = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|e| bad(op, line, words(&e)))?;
            if attributes.len() >= MAX_ATTRIBUTES {
                let what = format!("line {line}: an element has more than {MAX_ATTRIBUTES} attributes");
                return Err(too_large(op, what));
            }
            if attribute.value.contains('<') {
                return Err(bad(op, line, "\"<\" stands in the value of an attribute; write &lt;"));
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| bad(op, line, words(&e)))?;
            if !value.chars().all(is_char) {
                return Err(bad(op, line, "a character reference is no character of XML"));
            }
            let name: &str = attribute.key.as_ref();
            if attributes.iter().any(|(n, _)| n == name) {
                return Err(bad(op, line, format!("attribute {} stands there twice", quote(name))));
            }
            attributes.push((name.to_owned(), value.into_owned()));
        }
        let name: &str = start.name().0;
        self.open.push(Node {
            name: name.to_owned(),
            attributes,
            text: String::new(),
            children: Vec::new(),
            span: tag.clone(),
            inner: tag.end..tag.end,
            empty,
            line,
        });
        Ok(())
    }

    fn close(&mut self, inner_end: usize, end: usize) -> Result<()> {
        let Some(mut done) = self.open.pop() else {
            return Err(bad(self.op, self.counted.1, "an element is closed that was not opened"));
        };
        done.inner.end = inner_end;
        done.span.end = end;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(done),
            None => self.root = Some(done),
        }
        Ok(())
    }
}

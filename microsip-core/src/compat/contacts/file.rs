//! `Contacts.xml`: read, and written so that what was not changed stays as it stood.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::book::{ContactBook, Found, Frame, MAX_CONTACTS, Slot};
use super::contact::{Contact, ContactField};
use super::text::{MAX_BYTES, TextEncoding, decode_xml};
use super::warning::{ImportWarning, WarningKind, Warnings};
use super::xml::{Node, bad, escape, parse, quote, too_large};
use crate::{Error, ErrorKind, Result};

const OP: &str = "contacts file";

impl ContactBook {
    /// Reads `Contacts.xml`. An empty file is an empty book. Entries without any number are left out of the book, with a
    /// warning, and stay in the file.
    ///
    /// # Errors
    /// [`DocumentMalformed`](crate::FailureCode::DocumentMalformed) with the line,
    /// [`DocumentTooLarge`](crate::FailureCode::DocumentTooLarge) beyond [`MAX_BYTES`] or [`MAX_CONTACTS`],
    /// [`DocumentEncoding`](crate::FailureCode::DocumentEncoding).
    pub fn from_xml(bytes: &[u8]) -> Result<(ContactBook, Vec<ImportWarning>)> {
        let mut warnings = Warnings::default();
        let (text, encoding) = decode_xml(OP, bytes, &mut warnings)?;
        if text.trim().is_empty() {
            return Ok((ContactBook::new(), warnings.finish()));
        }
        let root = parse(OP, &text)?;
        if root.local() != "contacts" {
            let what = format!("the root element is {}; expected contacts", quote(&root.name));
            return Err(bad(OP, root.line, what));
        }
        let piece = |from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
        let (head, foot) = if root.empty {
            // `<contacts a="b"/>` is opened, so that there is a place for contacts.
            let tag = piece(root.span.start, root.span.end);
            let tag = tag.trim_end_matches('>').trim_end_matches('/').trim_end().to_owned();
            (
                format!("{}{tag}>", piece(0, root.span.start)),
                format!("</{}>{}", root.name, piece(root.span.end, text.len())),
            )
        } else {
            (piece(0, root.inner.start), piece(root.inner.end, text.len()))
        };
        let mut book = ContactBook::new();
        let mut leads = Vec::new();
        let mut end = root.inner.start;
        for node in &root.children {
            if node.local() != "contact" {
                continue;
            }
            let mut contact = read(node, &mut warnings);
            if !contact.complete() {
                let what = format!("the contact {} has no number and was left out", quote(&contact.name));
                warnings.add(WarningKind::NoNumber, node.line, what);
                continue;
            }
            if book.slots.len() >= MAX_CONTACTS {
                return Err(too_large(OP, format!("there are more than {MAX_CONTACTS} contacts")));
            }
            leads.push(piece(end, node.span.start));
            end = node.span.end;
            let found = Found {
                read: contact.clone(),
                raw: piece(node.span.start, node.span.end),
                name: node.name.clone(),
                inner: piece(node.inner.start, node.inner.end),
                order: node.attributes.iter().map(|(name, _)| name.clone()).collect(),
            };
            book.slots.push(Slot {
                contact,
                found: Some(found),
            });
        }
        let tail = piece(end, root.inner.end);
        let bare = root.empty.then_some(text);
        book.frame = Some(Frame {
            encoding,
            head,
            leads,
            tail,
            foot,
            bare,
        });
        Ok((book, warnings.finish()))
    }

    /// The file: what was read and not changed stands in it as it stood, attributes of other programs and comments
    /// included. A changed contact keeps the order of its attributes. A new book is UTF-8, as MicroSIP writes it.
    pub fn to_xml(&self) -> Vec<u8> {
        let new = Frame {
            encoding: TextEncoding::Utf8,
            head: "<?xml version=\"1.0\"?>\n<contacts>".to_owned(),
            leads: Vec::new(),
            tail: "\n".to_owned(),
            foot: "</contacts>\n".to_owned(),
            bare: None,
        };
        let frame = self.frame.as_ref().unwrap_or(&new);
        if let Some(text) = frame.bare.as_ref().filter(|_| self.slots.is_empty()) {
            return frame.encoding.encode_xml(text);
        }
        let newline = if frame.head.contains("\r\n") { "\r\n" } else { "\n" };
        let mut out = frame.head.clone();
        for (index, slot) in self.slots.iter().enumerate() {
            match frame.leads.get(index) {
                Some(lead) => out.push_str(lead),
                None => out.push_str(newline),
            }
            match &slot.found {
                Some(found) if found.read == slot.contact => out.push_str(&found.raw),
                found => write(&mut out, &slot.contact, found.as_ref()),
            }
        }
        if frame.tail.is_empty() && !self.slots.is_empty() && frame.leads.len() < self.slots.len() {
            out.push_str(newline);
        }
        out.push_str(&frame.tail);
        out.push_str(&frame.foot);
        frame.encoding.encode_xml(&out)
    }

    /// Reads the file at `path`; one that does not exist is an empty book.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) with the path, and those of [`from_xml`](ContactBook::from_xml).
    pub fn load(path: &Path) -> Result<(ContactBook, Vec<ImportWarning>)> {
        let failed = |e: &std::io::Error| io(path, "cannot be read", e);
        let file = match fs::File::open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok((ContactBook::new(), Vec::new())),
            Err(e) => return Err(failed(&e)),
        };
        let mut bytes = Vec::new();
        // A byte more than allowed tells that there is more, whatever kind of file it is.
        file.take(MAX_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| failed(&e))?;
        ContactBook::from_xml(&bytes)
    }

    /// Writes the file at `path` whole or not at all: into a file beside it, which then takes its place.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) with the path; the old file stands unchanged then.
    pub fn save(&self, path: &Path) -> Result<()> {
        crate::compat::ini::replace_file(path, &self.to_xml()).map_err(|e| io(path, "cannot be written", &e))
    }
}

fn io(path: &Path, what: &str, e: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, OP, format!("{} {what}: {e}", path.display()))
}

fn read(node: &Node, warnings: &mut Warnings) -> Contact {
    let mut contact = Contact::default();
    for (name, value) in &node.attributes {
        match ContactField::from_name(name) {
            Some(field) => {
                if !contact.set(field, value) {
                    let what = format!("{name} should be 0 or 1, found {}; taken as 0", quote(value));
                    warnings.add(WarningKind::BadValue, node.line, what);
                }
            }
            None => contact.extra.push((name.clone(), value.clone())),
        }
    }
    contact
}

/// Whether an attribute can be written under this name.
fn is_name(name: &str) -> bool {
    let first = |c: char| c.is_alphabetic() || c == '_';
    name.starts_with(first)
        && name
            .chars()
            .all(|c| first(c) || c.is_numeric() || matches!(c, '-' | '.' | ':'))
}

fn write(out: &mut String, contact: &Contact, found: Option<&Found>) {
    let order: &[String] = found.map_or(&[], |found| &found.order);
    let mut attributes: Vec<(&str, &str)> = Vec::new();
    for name in order {
        match ContactField::from_name(name) {
            Some(field) => attributes.push((name, contact.get(field))),
            None => {
                let extra = contact.extra.iter().find(|(n, _)| n == name);
                attributes.extend(extra.map(|(n, v)| (n.as_str(), v.as_str())));
            }
        }
    }
    let missing = ContactField::ALL
        .into_iter()
        .filter(|field| !order.iter().any(|n| n == field.name()));
    attributes.extend(missing.map(|field| (field.name(), contact.get(field))));
    for (name, value) in &contact.extra {
        if !attributes.iter().any(|(n, _)| n == name) && is_name(name) {
            attributes.push((name, value));
        }
    }
    let element = found.map_or("contact", |found| found.name.as_str());
    out.push('<');
    out.push_str(element);
    for (name, value) in attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        out.push_str(&escape(value));
        out.push('"');
    }
    match found
        .map(|found| found.inner.as_str())
        .filter(|inner| !inner.is_empty())
    {
        Some(inner) => {
            out.push('>');
            out.push_str(inner);
            out.push_str("</");
            out.push_str(element);
            out.push('>');
        }
        None => out.push_str("/>"),
    }
}

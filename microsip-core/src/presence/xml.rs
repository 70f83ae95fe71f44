//! A guarded reader and a small writer, shared by every XML document.
//!
//! What a peer sends is read into a small tree of elements, so that no document can make us work or remember more than the
//! limits below allow, and so that what uses the tree cannot leave the reader in the middle of something. Entities other
//! than the five of XML itself are never expanded, as a document type is refused: there is no such thing as a bomb.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::name::{NamespaceError, PrefixDeclaration, ResolveResult};
use quick_xml::reader::{NsReader, Reader};
use quick_xml::writer::Writer;

use crate::{Error, ErrorKind, FailureCode, Result};

/// Longest document, in bytes as received. A SIP message over UDP cannot be longer.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// How deep elements may be nested. The documents read here need six.
pub(crate) const MAX_DEPTH: usize = 32;
/// Most elements in a document.
pub(crate) const MAX_ELEMENTS: usize = 4_000;
/// Most attributes of one element, declarations of namespaces included.
pub(crate) const MAX_ATTRIBUTES: usize = 64;
/// Most declarations of namespaces in scope at once.
pub(crate) const MAX_NAMESPACES: usize = 128;
/// Longer names of namespaces are none we know.
const MAX_NAMESPACE: usize = 256;

/// The namespace of `xml:lang`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An element with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    namespace: Box<str>,
    name: Box<str>,
    attributes: Vec<Attribute>,
    text: String,
    children: Vec<Element>,
    line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute {
    namespace: Box<str>,
    name: Box<str>,
    value: Box<str>,
}

impl Element {
    /// Whether it has this name in this namespace.
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        &*self.name == name && &*self.namespace == namespace
    }

    /// Its name without prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its namespace; empty for none.
    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The line it begins in, from 1.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// An attribute without namespace; spaces around the value are taken off.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attribute_in("", name)
    }

    /// The value of `xml:lang`.
    pub(crate) fn language(&self) -> Option<&str> {
        self.attribute_in(XML, "lang").filter(|value| !value.is_empty())
    }

    fn attribute_in(&self, namespace: &str, name: &str) -> Option<&str> {
        let same = |a: &&Attribute| &*a.name == name && &*a.namespace == namespace;
        Some(self.attributes.iter().find(same)?.value.trim())
    }

    /// The text directly in it, without white space around it.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The elements directly in it.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Element> {
        self.children.iter()
    }

    /// Those of one name.
    pub(crate) fn all<'a>(&'a self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children().filter(move |e| e.is(namespace, name))
    }

    /// The first of one name.
    pub(crate) fn child(&self, namespace: &str, name: &str) -> Option<&Element> {
        self.children().find(|e| e.is(namespace, name))
    }

    /// The text of the first of one name, if it is not empty.
    pub(crate) fn child_text(&self, namespace: &str, name: &str) -> Option<&str> {
        Some(self.child(namespace, name)?.text()).filter(|text| !text.is_empty())
    }
}

/// An error about the content of a document.
pub(crate) fn bad(op: &'static str, line: u32, what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidArgument, op, format!("line {line}: {what}"))
        .with_failure(FailureCode::DocumentMalformed)
}

fn too_large(op: &'static str, what: String) -> Error {
    Error::new(ErrorKind::LimitReached, op, what).with_failure(FailureCode::DocumentTooLarge)
}

fn encoding(op: &'static str, what: String) -> Error {
    Error::new(ErrorKind::Unsupported, op, what).with_failure(FailureCode::DocumentEncoding)
}

/// A value of the peer as an error may quote it: short, and with nothing in it that could disturb a log.
pub(crate) fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// Reads a document whose root is `root` in `namespace`. A root in no namespace at all is taken as being in that one, as
/// some servers forget to declare it; so are then all elements without a namespace.
///
/// # Errors
/// [`DocumentMalformed`](FailureCode::DocumentMalformed), [`DocumentTooLarge`](FailureCode::DocumentTooLarge) or
/// [`DocumentEncoding`](FailureCode::DocumentEncoding).
pub(crate) fn parse(op: &'static str, bytes: &[u8], namespace: &str, root: &str) -> Result<Element> {
    parse_with(op, bytes, namespace, root, false)
}

/// As [`parse`], of a format whose documents begin with a document type by custom: it is passed over unless it defines
/// something. Nothing it names is ever fetched.
pub(crate) fn parse_typed(op: &'static str, bytes: &[u8], namespace: &str, root: &str) -> Result<Element> {
    parse_with(op, bytes, namespace, root, true)
}

fn parse_with(op: &'static str, bytes: &[u8], namespace: &str, root: &str, typed: bool) -> Result<Element> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(
            op,
            format!("the document has {} bytes; at most {MAX_BYTES} are read", bytes.len()),
        ));
    }
    let text = decode(op, bytes)?;
    // Before the declaration nothing may stand; some peers send an empty line.
    let text = text.trim_start_matches(['\r', '\n', ' ', '\t']);
    if let Some(at) = text.find(|c| !is_char(c)) {
        let line = line_of(text, at);
        return Err(bad(op, line, "there is a control character that XML does not allow"));
    }
    let tree = Builder::new(op, text, namespace, typed).run()?;
    if !tree.is(namespace, root) {
        return Err(bad(
            op,
            tree.line,
            format!(
                "the document is <{}> of namespace {}; expected <{root}> of {namespace:?}",
                quote(&tree.name).trim_matches('"'),
                quote(&tree.namespace)
            ),
        ));
    }
    Ok(tree)
}

/// What XML 1.0 calls a character (§2.2).
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let lines = before.iter().filter(|b| **b == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

/// The bytes as text, by byte order mark and declaration (XML 1.0 §4.3.3, appendix F).
fn decode<'a>(op: &'static str, bytes: &'a [u8]) -> Result<Cow<'a, str>> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text = utf8(op, rest)?;
            match declared(op, rest)? {
                Some(name) if !name.eq_ignore_ascii_case("utf-8") => {
                    Err(mismatch(op, &name, "a byte order mark of UTF-8"))
                }
                _ => Ok(Cow::Borrowed(text)),
            }
        }
        [0xFF, 0xFE, rest @ ..] => utf16(op, rest, u16::from_le_bytes, "utf-16le"),
        [0xFE, 0xFF, rest @ ..] => utf16(op, rest, u16::from_be_bytes, "utf-16be"),
        [0, b'<', ..] | [b'<', 0, ..] => Err(encoding(
            op,
            "the document is in UTF-16 without byte order mark; one is required".to_owned(),
        )),
        _ => match declared(op, bytes)? {
            None => utf8(op, bytes).map(Cow::Borrowed),
            Some(name) => match name.to_ascii_lowercase().as_str() {
                "utf-8" | "utf8" => utf8(op, bytes).map(Cow::Borrowed),
                "us-ascii" | "ascii" => match bytes.iter().position(|b| !b.is_ascii()) {
                    None => utf8(op, bytes).map(Cow::Borrowed),
                    Some(at) => Err(mismatch(op, &name, &format!("a byte above 127 at offset {at}"))),
                },
                // The first 256 characters of Unicode, in their order.
                "iso-8859-1" | "latin1" => Ok(Cow::Owned(bytes.iter().copied().map(char::from).collect())),
                "utf-16" | "utf-16le" | "utf-16be" => Err(mismatch(op, &name, "no byte order mark")),
                _ => Err(encoding(
                    op,
                    format!(
                        "the document declares the encoding {}; UTF-8, UTF-16, ISO-8859-1 and US-ASCII are read",
                        quote(&name)
                    ),
                )),
            },
        },
    }
}

fn mismatch(op: &'static str, declared: &str, found: &str) -> Error {
    encoding(
        op,
        format!("the document declares the encoding {} and has {found}", quote(declared)),
    )
}

fn utf8<'a>(op: &'static str, bytes: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|e| {
        encoding(
            op,
            format!(
                "the document is not UTF-8 at offset {} and declares nothing else",
                e.valid_up_to()
            ),
        )
    })
}

fn utf16(op: &'static str, bytes: &[u8], unit: fn([u8; 2]) -> u16, exact: &str) -> Result<Cow<'static, str>> {
    let pairs = bytes.chunks_exact(2);
    let odd = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let text: Option<String> = char::decode_utf16(units).map(std::result::Result::ok).collect();
    let text = text.filter(|_| !odd).ok_or_else(|| {
        encoding(
            op,
            "the document has a byte order mark of UTF-16 and is not UTF-16".to_owned(),
        )
    })?;
    match declared(op, text.as_bytes())? {
        Some(name) if !name.eq_ignore_ascii_case("utf-16") && !name.eq_ignore_ascii_case(exact) => {
            Err(mismatch(op, &name, "a byte order mark of UTF-16"))
        }
        _ => Ok(Cow::Owned(text)),
    }
}

/// The encoding of the XML declaration, if there is a declaration and it names one.
fn declared(op: &'static str, bytes: &[u8]) -> Result<Option<String>> {
    let bytes = bytes.trim_ascii_start();
    if !bytes.starts_with(b"<?xml") {
        return Ok(None);
    }
    let head = bytes.get(..bytes.len().min(300)).unwrap_or_default();
    let end = head.windows(2).position(|w| w == b"?>");
    let declaration = end.and_then(|end| std::str::from_utf8(head.get(..end + 2)?).ok());
    let Some(declaration) = declaration.filter(|d| d.is_ascii()) else {
        return Err(bad(op, 1, "the XML declaration does not end or is not plain text"));
    };
    match Reader::from_str(declaration).read_event() {
        Ok(Event::Decl(d)) => match d.encoding() {
            None => Ok(None),
            Some(Ok(name)) => Ok(Some(name.into_owned())),
            Some(Err(e)) => Err(bad(op, 1, format!("the XML declaration is malformed: {e}"))),
        },
        // `<?xml-stylesheet …?>` and the like: no declaration.
        _ => Ok(None),
    }
}

/// Builds the tree.
struct Builder<'a> {
    op: &'static str,
    text: &'a str,
    reader: NsReader<&'a [u8]>,
    /// The namespace that is assumed when the root has none, and whether it is.
    assumed: &'a str,
    assume: bool,
    /// Whether a document type that defines nothing is passed over.
    typed: bool,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    /// How far lines are counted, and the line there.
    counted: (usize, u32),
}

impl<'a> Builder<'a> {
    fn new(op: &'static str, text: &'a str, assumed: &'a str, typed: bool) -> Builder<'a> {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().check_comments = true;
        reader.config_mut().expand_empty_elements = true;
        reader.resolver_mut().set_max_namespace_bindings(MAX_NAMESPACES);
        Builder {
            op,
            text,
            reader,
            assumed,
            assume: false,
            typed,
            open: Vec::new(),
            root: None,
            elements: 0,
            counted: (0, 1),
        }
    }

    /// The line of an offset; offsets only grow.
    fn line(&mut self, at: usize) -> u32 {
        let (from, line) = self.counted;
        if at > from {
            let between = self.text.as_bytes().get(from..at).unwrap_or_default();
            let more = between.iter().filter(|b| **b == b'\n').count();
            self.counted = (at, line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)));
        }
        self.counted.1
    }

    fn run(mut self) -> Result<Element> {
        let op = self.op;
        loop {
            let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let line = self.line(at);
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(quick_xml::Error::Namespace(NamespaceError::TooManyBindings(_))) => {
                    return Err(too_large(
                        op,
                        format!("line {line}: more than {MAX_NAMESPACES} namespaces are declared at once"),
                    ));
                }
                Err(e) => {
                    let at = usize::try_from(self.reader.error_position()).unwrap_or(0);
                    // The library's words may quote names of any length.
                    let words: String = e.to_string().chars().take(200).collect();
                    return Err(bad(op, line_of(self.text, at), words.escape_debug()));
                }
            };
            match event {
                Event::Start(start) => self.start(&start, line)?,
                // Empty elements are expanded.
                Event::Empty(_) => return Err(bad(op, line, "an empty element in a strange place")),
                Event::End(_) => self.end(line)?,
                Event::Text(text) => {
                    if text.contains("]]>") {
                        return Err(bad(op, line, "\"]]>\" stands in text"));
                    }
                    self.add_text(&text.xml10_content(), line)?;
                }
                Event::CData(data) => {
                    if self.open.is_empty() {
                        return Err(bad(op, line, "there is text outside of the root element"));
                    }
                    self.add_text(&data.xml10_content(), line)?;
                }
                Event::GeneralRef(reference) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(c)) if is_char(c) => Cow::Owned(c.to_string()),
                        Ok(None) => match quick_xml::escape::resolve_xml_entity(&reference) {
                            Some(text) => Cow::Borrowed(text),
                            None => {
                                let name = quote(&reference);
                                return Err(bad(op, line, format!("entity {name} is not defined")));
                            }
                        },
                        _ => return Err(bad(op, line, "a character reference is no character of XML")),
                    };
                    if self.open.is_empty() {
                        return Err(bad(op, line, "there is text outside of the root element"));
                    }
                    self.add_text(&resolved, line)?;
                }
                Event::Decl(declaration) => {
                    if at != 0 {
                        return Err(bad(op, line, "the XML declaration is not at the beginning"));
                    }
                    if let Err(e) = declaration.xml_version() {
                        let words: String = e.to_string().chars().take(200).collect();
                        return Err(bad(op, line, words.escape_debug()));
                    }
                }
                Event::DocType(kind) if self.typed && self.elements == 0 && !kind.contains('[') => {}
                Event::DocType(_) => {
                    return Err(bad(
                        op,
                        line,
                        "a document type (<!DOCTYPE …>) is refused, as it may define entities; none is needed",
                    ));
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(open) = self.open.last() {
            return Err(bad(
                op,
                open.line,
                format!("element {} is never closed: the document is cut off", quote(&open.name)),
            ));
        }
        let last = line_of(self.text, self.text.len());
        self.root.ok_or_else(|| bad(op, last, "there is no XML element at all"))
    }

    fn add_text(&mut self, text: &str, line: u32) -> Result<()> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(bad(self.op, line, "there is text outside of the root element")),
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>, line: u32) -> Result<()> {
        let op = self.op;
        if self.root.is_some() {
            return Err(bad(op, line, "there is a second root element"));
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(too_large(
                op,
                format!("line {line}: the document has more than {MAX_ELEMENTS} elements"),
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_large(
                op,
                format!("line {line}: elements are nested more than {MAX_DEPTH} deep"),
            ));
        }
        let name = start.name();
        check_name(op, line, name.as_ref())?;
        let mut namespace = namespace_of(self.reader.resolver().resolve_element(name).0);
        if self.open.is_empty() && namespace.is_empty() {
            self.assume = true;
        }
        if self.assume && namespace.is_empty() {
            namespace = self.assumed.into();
        }
        let mut element = Element {
            namespace,
            name: start.local_name().as_ref().into(),
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
            line,
        };
        // Equal names are found below, by namespace.
        for (n, attribute) in start.attributes().with_checks(false).enumerate() {
            if n >= MAX_ATTRIBUTES {
                return Err(too_large(
                    op,
                    format!("line {line}: an element has more than {MAX_ATTRIBUTES} attributes"),
                ));
            }
            let malformed = |e: &dyn std::fmt::Display| {
                let words: String = e.to_string().chars().take(200).collect();
                bad(op, line, words.escape_debug())
            };
            let attribute = attribute.map_err(|e| malformed(&e))?;
            check_name(op, line, attribute.key.as_ref())?;
            if attribute.value.contains('<') {
                return Err(bad(op, line, "\"<\" stands in the value of an attribute"));
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| malformed(&e))?;
            if !value.chars().all(is_char) {
                return Err(bad(op, line, "a character reference is no character of XML"));
            }
            let declares = attribute.key.as_namespace_binding();
            let (namespace, name) = match declares {
                Some(PrefixDeclaration::Default) => ("xmlns".into(), ""),
                Some(PrefixDeclaration::Named(prefix)) => ("xmlns".into(), prefix),
                None => {
                    let (namespace, local) = self.reader.resolver().resolve_attribute(attribute.key);
                    (namespace_of(namespace), local.into_inner())
                }
            };
            let new = Attribute {
                namespace,
                name: name.into(),
                value: value.into(),
            };
            let same = |a: &Attribute| a.name == new.name && a.namespace == new.namespace;
            if element.attributes.iter().any(same) {
                return Err(bad(
                    op,
                    line,
                    format!("attribute {} stands there twice", quote(attribute.key.as_ref())),
                ));
            }
            element.attributes.push(new);
        }
        element.attributes.retain(|a| &*a.namespace != "xmlns");
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self, line: u32) -> Result<()> {
        let Some(done) = self.open.pop() else {
            return Err(bad(self.op, line, "an element is closed that was not opened"));
        };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(done),
            None => self.root = Some(done),
        }
        Ok(())
    }
}

/// An undeclared prefix stands for a namespace nobody knows, so that what it marks is skipped like any extension.
fn namespace_of(resolved: ResolveResult<'_>) -> Box<str> {
    match resolved {
        ResolveResult::Bound(namespace) if namespace.0.len() <= MAX_NAMESPACE => namespace.0.into(),
        ResolveResult::Unbound => "".into(),
        ResolveResult::Bound(_) | ResolveResult::Unknown(_) => "?".into(),
    }
}

fn check_name(op: &'static str, line: u32, name: &str) -> Result<()> {
    let part = |part: &str| {
        let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
        let later = |c: char| first(c) || c.is_ascii_digit() || c == '-' || c == '.';
        part.starts_with(first) && part.chars().all(later)
    };
    let fits = match name.split_once(':') {
        Some((prefix, local)) => part(prefix) && part(local),
        None => part(name),
    };
    if fits && name.len() <= 256 {
        return Ok(());
    }
    Err(bad(op, line, format!("{} is no name of XML", quote(name))))
}

/// Writes a document. Characters that XML cannot carry are left out.
pub(crate) struct Out {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

impl Out {
    /// Begins a document, in UTF-8.
    pub(crate) fn new() -> Out {
        let mut out = Out {
            writer: Writer::new(Vec::with_capacity(512)),
            open: Vec::new(),
        };
        out.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        out
    }

    fn put(&mut self, event: Event<'_>) {
        // Writing into memory does not fail.
        let _ = self.writer.write_event(event);
    }

    fn element(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, &*clean(value)));
        }
        start
    }

    /// Opens an element.
    pub(crate) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> &mut Out {
        self.put(Event::Start(Out::element(name, attributes)));
        self.open.push(name);
        self
    }

    /// Closes the innermost element.
    pub(crate) fn close(&mut self) -> &mut Out {
        if let Some(name) = self.open.pop() {
            self.put(Event::End(BytesEnd::new(name)));
        }
        self
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> &mut Out {
        self.put(Event::Empty(Out::element(name, attributes)));
        self
    }

    /// An element with text in it.
    pub(crate) fn leaf(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) -> &mut Out {
        self.put(Event::Start(Out::element(name, attributes)));
        self.put(Event::Text(BytesText::new(&clean(text))));
        self.put(Event::End(BytesEnd::new(name)));
        self
    }

    /// The document; what is open is closed.
    pub(crate) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        String::from_utf8_lossy(&self.writer.into_inner()).into_owned()
    }
}

fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_char) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| is_char(*c)).collect())
}

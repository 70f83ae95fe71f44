//! One line of the document: what it is, and what a name and a value in it can be.

use super::text::IniEncoding;
use crate::{Error, Result};

pub(super) const EDIT: &str = "edit settings";

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// With its line end.
    pub raw: Box<[u8]>,
    pub kind: Kind,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Comment,
    Malformed,
    Section(Box<str>),
    /// The value still has its quotes.
    Entry(Box<str>, Box<str>),
}

pub(super) const BLANK: &[char] = &[' ', '\t', '\u{b}', '\u{c}', '\u{1a}', '\r', '\n'];

pub(super) fn classify(text: &str) -> Kind {
    let text = text.trim_matches(BLANK);
    if text.is_empty() {
        return Kind::Blank;
    }
    if text.starts_with(';') {
        return Kind::Comment;
    }
    if let Some(rest) = text.strip_prefix('[') {
        return match rest.rfind(']') {
            Some(end) if !rest[..end].trim_matches(BLANK).is_empty() => {
                Kind::Section(rest[..end].trim_matches(BLANK).into())
            }
            _ => Kind::Malformed,
        };
    }
    match text.split_once('=') {
        Some((key, value)) if !key.trim_matches(BLANK).is_empty() => {
            Kind::Entry(key.trim_matches(BLANK).into(), value.trim_matches(BLANK).into())
        }
        // Not a comment for Windows, but plainly meant as one.
        _ if text.starts_with(['#', '/']) => Kind::Comment,
        _ => Kind::Malformed,
    }
}

/// Names are compared without regard to case.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || (!a.is_ascii()
            && a.chars()
                .flat_map(char::to_lowercase)
                .eq(b.chars().flat_map(char::to_lowercase)))
}

pub(super) fn quote_of(value: &str) -> Option<char> {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    (value.len() >= 2 && value.ends_with(quote)).then_some(quote)
}

pub(super) fn unquoted(value: &str) -> &str {
    match quote_of(value) {
        Some(_) => &value[1..value.len() - 1],
        None => value,
    }
}

pub(super) fn needs_quotes(value: &str) -> bool {
    quote_of(value).is_some() || value.trim_matches(BLANK) != value
}

pub(super) fn in_quotes(value: &str, quote: Option<char>) -> String {
    match quote {
        Some(quote) => format!("{quote}{value}{quote}"),
        None => value.to_owned(),
    }
}

pub(super) fn check_name(name: &str, what: &str) -> Result<()> {
    if name.is_empty() || name.trim_matches(BLANK) != name || name.contains(['\r', '\n', '\0']) {
        return Err(Error::invalid(
            EDIT,
            format!("the {what} {name:?} must be a text on one line, without spaces at its ends"),
        ));
    }
    Ok(())
}

/// Encodes what will be read back as it is.
pub(super) fn encode(encoding: IniEncoding, text: &str) -> Result<Vec<u8>> {
    let refuse = |c: char| {
        // The whole text may be a secret; one character of it is not.
        Error::invalid(
            EDIT,
            format!(
                "the character {c:?} is not in {}; convert the file to UTF-16",
                encoding.name()
            ),
        )
    };
    let bytes = encoding.encode(text).map_err(refuse)?;
    let back = encoding.decode(&bytes);
    if back != text {
        let c = text.chars().zip(back.chars()).find(|(a, b)| a != b);
        return Err(refuse(c.map_or('\u{FFFD}', |(a, _)| a)));
    }
    Ok(bytes)
}

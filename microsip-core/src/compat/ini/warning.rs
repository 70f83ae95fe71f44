//! What is wrong in a settings file, without stopping anything.

use std::fmt;
use std::path::{Path, PathBuf};

/// What kind of trouble an [`IniWarning`] tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// The value is none of those allowed; the default is used.
    WrongValue,
    /// The value is outside the range; the nearest allowed one, or the default, is used.
    OutOfRange,
    /// The value is longer than MicroSIP reads; it is used whole here.
    TooLong,
    /// The value has characters that cannot be (NUL, or broken text); they are used as they are.
    BrokenText,
    /// The key is there twice in its section; the first one counts.
    DuplicateKey,
    /// The section is there twice; the first one counts.
    DuplicateSection,
    /// The line is neither a section, a key, a comment nor blank; it is ignored and kept.
    MalformedLine,
    /// The key stands before the first section; it is ignored and kept.
    OutsideSection,
    /// The stored password cannot be read with the key in use.
    UnreadablePassword,
    /// The account lacks a value it cannot be without.
    Missing,
}

impl WarningKind {
    /// Stable lower-case name: `"wrong_value"`, …
    pub fn name(self) -> &'static str {
        match self {
            WarningKind::WrongValue => "wrong_value",
            WarningKind::OutOfRange => "out_of_range",
            WarningKind::TooLong => "too_long",
            WarningKind::BrokenText => "broken_text",
            WarningKind::DuplicateKey => "duplicate_key",
            WarningKind::DuplicateSection => "duplicate_section",
            WarningKind::MalformedLine => "malformed_line",
            WarningKind::OutsideSection => "outside_section",
            WarningKind::UnreadablePassword => "unreadable_password",
            WarningKind::Missing => "missing",
        }
    }
}

/// Something in a settings file that is not as it should be.
///
/// `Display` is one line for a log. Values of secret keys are shown as `***`, and malformed lines not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IniWarning {
    /// What kind of trouble it is.
    pub kind: WarningKind,
    /// The file.
    pub file: PathBuf,
    /// Line in the file, from 1; 0 if there is none.
    pub line: usize,
    /// The section; empty before the first one.
    pub section: String,
    /// The key; empty if a line or section is meant.
    pub key: String,
    /// The value as it is in the file, at most 80 characters of it; `***` for secrets.
    pub value: String,
    /// What is allowed, or what to do.
    pub allowed: String,
    /// The value used instead; `None` if the file's is used.
    pub used: Option<String>,
}

impl IniWarning {
    pub(super) fn new(kind: WarningKind, file: &Path, line: usize, section: &str) -> Self {
        IniWarning {
            kind,
            file: file.to_owned(),
            line,
            section: short(section),
            key: String::new(),
            value: String::new(),
            allowed: String::new(),
            used: None,
        }
    }

    pub(super) fn key(mut self, key: &str, value: &str) -> Self {
        self.key = short(key);
        self.value = masked(key, value);
        self
    }

    pub(super) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = allowed.into();
        self
    }

    pub(super) fn used(mut self, used: impl Into<String>) -> Self {
        self.used = Some(used.into());
        self
    }
}

impl fmt::Display for IniWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": [{}]", self.section)?;
        if !self.key.is_empty() {
            write!(f, " {}={}", self.key, self.value)?;
        }
        write!(f, ": {}", self.kind.name().replace('_', " "))?;
        if !self.allowed.is_empty() {
            write!(f, "; {}", self.allowed)?;
        }
        match self.used.as_deref() {
            None => Ok(()),
            Some("") => f.write_str("; used: nothing"),
            Some(used) => write!(f, "; used: {used}"),
        }
    }
}

/// Whether the values of a key must not be shown, whatever its section. Keys that are not MicroSIP's are judged by their name.
pub fn is_secret_key(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "secret", "token", "pwd", "portknockerports"]
        .iter()
        .any(|word| key.contains(word))
}

/// A value that can be shown.
pub(super) fn masked(key: &str, value: &str) -> String {
    if is_secret_key(key) && !value.is_empty() {
        return "***".into();
    }
    // URLs have passwords in front of the host and in the query.
    let Some((scheme, rest)) = value.split_once("://") else {
        return short(value);
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, _)) => (rest, "?***"),
        None => (rest, ""),
    };
    match rest.split_once('@') {
        Some((_, host)) => short(&format!("{scheme}://***@{host}{query}")),
        None => short(&format!("{scheme}://{rest}{query}")),
    }
}

/// The start of a text, on one line.
fn short(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(80)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(80).is_some() {
        out.push('…');
    }
    out
}

//! What an import passed over, and why.

use std::fmt;

/// The class of an [`ImportWarning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// An entry has no number at all and was left out.
    NoNumber,
    /// A value is none of those allowed; the default was used.
    BadValue,
    /// The text was not in the encoding it should be; the message says how it was read.
    Encoding,
    /// An entry has another form than expected and was left out.
    BadEntry,
    /// A value was cut to what its format can hold.
    Cut,
}

impl WarningKind {
    /// Stable lower-case name, as it appears in JSON: `"no_number"`, …
    pub fn name(self) -> &'static str {
        match self {
            WarningKind::NoNumber => "no_number",
            WarningKind::BadValue => "bad_value",
            WarningKind::Encoding => "encoding",
            WarningKind::BadEntry => "bad_entry",
            WarningKind::Cut => "cut",
        }
    }
}

/// Something in an imported text that was passed over or read in another way than it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportWarning {
    /// Its class.
    pub kind: WarningKind,
    /// The line of the text from 1, the item of a JSON array from 1, or the key of an ini line; 0 for the whole.
    pub line: u32,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for ImportWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

/// Collects warnings; a text with a mistake in every line must not fill the memory.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    list: Vec<ImportWarning>,
    more: usize,
}

/// So many are kept word by word.
const MAX_WARNINGS: usize = 200;

impl Warnings {
    pub(crate) fn add(&mut self, kind: WarningKind, line: u32, message: impl Into<String>) {
        if self.list.len() >= MAX_WARNINGS {
            self.more += 1;
            return;
        }
        self.list.push(ImportWarning {
            kind,
            line,
            message: message.into(),
        });
    }

    pub(crate) fn finish(mut self) -> Vec<ImportWarning> {
        if self.more > 0 {
            self.list.push(ImportWarning {
                kind: WarningKind::BadEntry,
                line: 0,
                message: format!("{} more warnings of this import are not listed", self.more),
            });
        }
        self.list
    }
}

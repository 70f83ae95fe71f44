//! The users directory (`usersDirectory`): its formats, how often to ask again, and what it says of presence.

use std::time::Duration;

use serde_json::Value;

use super::book::MAX_CONTACTS;
use super::contact::{ContactEntry, ContactField};
use super::csv_file::{CsvOptions, read_csv};
use super::directory_xml;
use super::text::decode_table;
use super::warning::{ImportWarning, WarningKind, Warnings};
use super::xml::{bad, quote, too_large};
use crate::Result;

pub(crate) const OP: &str = "users directory";
/// No interval is longer: 10 years, so that any clock can bear it.
const LONGEST: u64 = 315_360_000;

/// The format of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectoryFormat {
    /// As [`read_csv`] reads it.
    Csv,
    /// An array of items, or an object with `items`.
    Json,
    /// Root `contacts` with elements `contact`: MicroSIP's own.
    XmlContacts,
    /// `YealinkIPPhoneBook` with `Menu` and `Unit`.
    XmlYealink,
    /// Any other root with `entry` or `DirectoryEntry`.
    XmlEntries,
}

impl DirectoryFormat {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            DirectoryFormat::Csv => "csv",
            DirectoryFormat::Json => "json",
            DirectoryFormat::XmlContacts => "xml_contacts",
            DirectoryFormat::XmlYealink => "xml_yealink",
            DirectoryFormat::XmlEntries => "xml_entries",
        }
    }
}

/// The state a directory tells of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectoryStatus {
    /// Any other word.
    Unknown,
    /// `offline`.
    Offline,
    /// `online`.
    Online,
    /// `away`.
    Away,
    /// `busy`.
    Busy,
    /// `ring`: it rings there.
    Ring,
    /// `phone`: on the phone.
    Phone,
}

impl DirectoryStatus {
    /// Stable lower-case name, as the directory has it: `"online"`, …; `"unknown"` for any other word.
    pub fn name(self) -> &'static str {
        match self {
            DirectoryStatus::Unknown => "unknown",
            DirectoryStatus::Offline => "offline",
            DirectoryStatus::Online => "online",
            DirectoryStatus::Away => "away",
            DirectoryStatus::Busy => "busy",
            DirectoryStatus::Ring => "ring",
            DirectoryStatus::Phone => "phone",
        }
    }

    fn from_name(name: &str) -> DirectoryStatus {
        use DirectoryStatus::{Away, Busy, Offline, Online, Phone, Ring, Unknown};
        [Offline, Online, Away, Busy, Ring, Phone]
            .into_iter()
            .find(|s| s.name() == name)
            .unwrap_or(Unknown)
    }
}

/// What a directory says of the presence of a number. It concerns the contact whose number is literally the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryPresence {
    /// The number, to be compared as it stands.
    pub number: String,
    /// Its state.
    pub status: DirectoryStatus,
    /// A text to be shown beside it.
    pub info: Option<String>,
}

/// A directory as it was read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Directory {
    /// In which format it came.
    pub format: DirectoryFormat,
    /// Its entries; of JSON and XML all are marked `directory`, of CSV those whose column says so.
    pub entries: Vec<ContactEntry>,
    /// Seconds until it wants to be asked again; 0 for never.
    pub refresh: Option<u64>,
    /// What it says of presence.
    pub presence: Vec<DirectoryPresence>,
    /// Not to bother the user with errors.
    pub silent: bool,
    /// What was passed over.
    pub warnings: Vec<ImportWarning>,
}

impl Directory {
    pub(crate) fn new(format: DirectoryFormat) -> Directory {
        Directory {
            format,
            entries: Vec::new(),
            refresh: None,
            presence: Vec::new(),
            silent: false,
            warnings: Vec::new(),
        }
    }

    /// Reads an answer. It is CSV if `content_type` (the header's value) is `text/csv`, with or without parameters; else JSON if
    /// it is JSON; else XML.
    ///
    /// # Errors
    /// [`DocumentMalformed`](crate::FailureCode::DocumentMalformed),
    /// [`DocumentTooLarge`](crate::FailureCode::DocumentTooLarge) beyond [`MAX_BYTES`](super::MAX_BYTES) or [`MAX_CONTACTS`],
    /// [`DocumentEncoding`](crate::FailureCode::DocumentEncoding). Keep the entries of the last answer then.
    ///
    /// An empty list is a directory without entries (`[]`, an object with empty `items`, `<contacts/>`, a phone book without units).
    /// What only looks empty because nothing in it is understood is malformed: it would delete every entry merged before.
    pub fn read(content_type: Option<&str>, body: &[u8]) -> Result<Directory> {
        let kind = content_type
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        if kind.eq_ignore_ascii_case("text/csv") {
            let import = read_csv(body, &CsvOptions::default())?;
            let mut directory = Directory::new(DirectoryFormat::Csv);
            directory.entries = import.entries;
            directory.warnings = import.warnings;
            return Ok(directory);
        }
        let first = body
            .iter()
            .find(|b| !b.is_ascii_whitespace() && !matches!(b, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF));
        if first == Some(&b'<') {
            return directory_xml::read(body);
        }
        Directory::read_json(body)
    }

    /// Refuses a directory of so many entries, none of which could be used.
    pub(crate) fn check_use(&self, found: usize, line: u32) -> Result<()> {
        if found > 0 && self.entries.is_empty() {
            let what = format!("none of its {found} entries has a number, so it is taken for no directory");
            return Err(bad(OP, line, what));
        }
        Ok(())
    }

    fn read_json(body: &[u8]) -> Result<Directory> {
        let mut warnings = Warnings::default();
        let text = decode_table(OP, body, &mut warnings)?;
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|e| {
            let line = u32::try_from(e.line()).unwrap_or(u32::MAX);
            bad(
                OP,
                line,
                format!("the answer is neither XML nor JSON: {}", quote(&e.to_string())),
            )
        })?;
        let mut directory = Directory::new(DirectoryFormat::Json);
        let (items, presence) = match &json {
            Value::Array(items) => (items.as_slice(), None),
            Value::Object(object) => {
                match object.get("refresh") {
                    None | Some(Value::Null) => {}
                    Some(value) => match integer(value).and_then(|n| u64::try_from(n).ok()) {
                        Some(seconds) => directory.refresh = Some(seconds),
                        None => warnings.add(
                            WarningKind::BadValue,
                            0,
                            format!(
                                "refresh should be a number of seconds, found {}",
                                quote(&value.to_string())
                            ),
                        ),
                    },
                }
                directory.silent = object.get("silent").and_then(integer).is_some_and(|n| n != 0);
                let presence = object.get("presence").and_then(Value::as_array);
                match object.get("items") {
                    Some(Value::Array(items)) => (items.as_slice(), presence),
                    // An answer with presence only would otherwise delete every entry.
                    _ => return Err(bad(OP, 1, "the JSON object has no array named items")),
                }
            }
            _ => {
                return Err(bad(
                    OP,
                    1,
                    "the JSON is neither an array of items nor an object with items",
                ));
            }
        };
        if items.len().max(presence.map_or(0, Vec::len)) > MAX_CONTACTS {
            return Err(too_large(OP, format!("there are more than {MAX_CONTACTS} items")));
        }
        for (index, item) in items.iter().enumerate() {
            let at = u32::try_from(index + 1).unwrap_or(u32::MAX);
            match item_entry(item, at, &mut warnings) {
                Some(entry) => directory.entries.push(entry),
                None => warnings.add(WarningKind::NoNumber, at, "the item has no number and was left out"),
            }
        }
        directory.check_use(items.len(), 1)?;
        for item in presence.into_iter().flatten() {
            let Some(number) = item.get("number").and_then(string).filter(|n| !n.is_empty()) else {
                warnings.add(
                    WarningKind::NoNumber,
                    0,
                    "an entry of presence has no number and was left out",
                );
                continue;
            };
            let status = item.get("status").and_then(Value::as_str).unwrap_or_default();
            directory.presence.push(DirectoryPresence {
                number,
                status: DirectoryStatus::from_name(status),
                info: item.get("info").and_then(string),
            });
        }
        directory.warnings = warnings.finish();
        Ok(directory)
    }
}

/// A text of JSON; numbers are taken too, as many servers write telephone numbers so.
fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::Bool(on) => Some(i64::from(*on)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn item_entry(item: &Value, at: u32, warnings: &mut Warnings) -> Option<ContactEntry> {
    let object = item.as_object()?;
    let mut entry = ContactEntry::default();
    for field in ContactField::ALL.into_iter().filter(|f| *f != ContactField::Directory) {
        let Some(value) = object.get(field.name()).filter(|v| !v.is_null()) else {
            continue;
        };
        let text = if field.is_flag() {
            integer(value).map(|n| if n == 0 { "0".to_owned() } else { "1".to_owned() })
        } else {
            string(value)
        };
        match text {
            Some(text) => {
                entry.set(field, &text);
            }
            None => {
                let what = format!(
                    "{} has a value of another kind: {}",
                    field.name(),
                    quote(&value.to_string())
                );
                warnings.add(WarningKind::BadValue, at, what);
            }
        }
    }
    if entry.contact.number.trim().is_empty()
        && let Some(number) = object.get("telephone").and_then(string)
        && entry.contact.phone.trim().is_empty()
    {
        entry.set(ContactField::Number, &number);
    }
    finish(entry)
}

/// Completes and marks an entry; none if it has no number.
pub(crate) fn finish(mut entry: ContactEntry) -> Option<ContactEntry> {
    if !entry.complete() {
        return None;
    }
    entry.set(ContactField::Directory, "1");
    Some(entry)
}

/// The release of MicroSIP whose repeating is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DirectoryRelease {
    /// 3.21: asks again even when nothing says so.
    V321,
    /// 3.22: asks again only when the answer says so.
    #[default]
    V322,
}

/// When to ask for the directory again after an answer; none for not at all.
///
/// The body's `refresh` counts, as it is (0: never); else `max-age` of the header `Cache-Control` whose value is given, moved into
/// 60 to 86,400 s; else 3.22 does not repeat, and 3.21 repeats after 60 s, or 3,600 s if the answer was of no use
/// (`directory` is none).
pub fn next_refresh(
    directory: Option<&Directory>,
    cache_control: Option<&str>,
    release: DirectoryRelease,
) -> Option<Duration> {
    if let Some(seconds) = directory.and_then(|d| d.refresh) {
        return (seconds > 0).then(|| Duration::from_secs(seconds.min(LONGEST)));
    }
    let age = cache_control.unwrap_or_default().split(',').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim()
            .eq_ignore_ascii_case("max-age")
            .then(|| value.parse::<u64>().ok())?
    });
    if let Some(age) = age {
        return Some(Duration::from_secs(age.clamp(60, 86_400)));
    }
    match (release, directory) {
        (DirectoryRelease::V322, _) => None,
        (DirectoryRelease::V321, Some(_)) => Some(Duration::from_secs(60)),
        (DirectoryRelease::V321, None) => Some(Duration::from_secs(3_600)),
    }
}

/// When to try again after the `failures`-th failed connection in a row, counted from 1: 3.21 after 300 s, 3.22 after 10·n³ s,
/// here at most a day.
pub fn retry_after(failures: u32, release: DirectoryRelease) -> Duration {
    let n = u64::from(failures.max(1));
    Duration::from_secs(match release {
        DirectoryRelease::V321 => 300,
        DirectoryRelease::V322 => n.saturating_pow(3).saturating_mul(10).min(86_400),
    })
}

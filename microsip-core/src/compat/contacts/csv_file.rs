//! Contacts as CSV, with the column names of MicroSIP and of the programs it imports from.

use csv::{ByteRecord, QuoteStyle, ReaderBuilder, Terminator, WriterBuilder};

use super::book::MAX_CONTACTS;
use super::contact::{Contact, ContactEntry, ContactField};
use super::text::decode_table;
use super::warning::{ImportWarning, WarningKind, Warnings};
use super::xml::{bad, quote, too_large};
use crate::{Error, ErrorKind, Result};

const OP: &str = "contacts csv";
/// Most columns of a table. Outlook writes about 90.
const MAX_COLUMNS: usize = 512;

/// The column names of a field, best first: MicroSIP's own, Outlook's, Google's, and those of other directories.
fn columns(field: ContactField) -> &'static [&'static str] {
    match field {
        ContactField::Name => &["Name"],
        ContactField::Number => &["Number", "Primary Phone", "phone"],
        ContactField::FirstName => &["First Name", "Given Name", "first_name"],
        ContactField::LastName => &["Last Name", "Family Name", "last_name"],
        ContactField::Phone => &["Phone Number", "Home Phone", "Phone 2 - Value", "home_number"],
        ContactField::Mobile => &["Mobile Number", "Mobile Phone", "Phone 1 - Value", "mobile_number"],
        ContactField::Email => &["E-mail Address", "E-mail 1 - Value", "email"],
        ContactField::Address => &["Address", "Home Address"],
        ContactField::City => &["City", "Home City"],
        ContactField::State => &["State", "Home State"],
        ContactField::Zip => &["Postal Code", "Home Postal Code"],
        ContactField::Comment => &["Comment", "Notes"],
        ContactField::Id => &["Id"],
        ContactField::Info => &["Info"],
        ContactField::Presence => &["Presence"],
        ContactField::Starred => &["Starred"],
        ContactField::Directory => &["Directory"],
    }
}

/// How CSV is written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvOptions {
    /// Write a byte order mark, by which Excel knows UTF-8. Default: no. One is always understood in reading.
    pub bom: bool,
    /// Guard against formulas. A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, tab or return; a caller
    /// chooses his own name. Such a cell is written after an apostrophe, and the apostrophe taken off in reading; a
    /// number such as `+49301234` is no danger and written as it is. Default: yes. Without it MicroSIP reads every such text
    /// as it was.
    pub guard_formulas: bool,
}

impl Default for CsvOptions {
    fn default() -> CsvOptions {
        CsvOptions {
            bom: false,
            guard_formulas: true,
        }
    }
}

impl CsvOptions {
    /// With a byte order mark or without.
    #[must_use]
    pub fn bom(mut self, on: bool) -> CsvOptions {
        self.bom = on;
        self
    }

    /// With the guard against formulas or without.
    #[must_use]
    pub fn guard_formulas(mut self, on: bool) -> CsvOptions {
        self.guard_formulas = on;
        self
    }
}

fn is_dangerous(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn is_plain_number(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or_default();
    !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
}

/// A cell that no spreadsheet runs. [`unguard`] gives back exactly what was there.
pub(crate) fn guard(text: &str) -> String {
    let after = text.trim_start_matches('\'');
    let quoted = after.len() < text.len();
    // What has apostrophes before a dangerous beginning gets one more, so that taking off one is always right.
    if is_dangerous(after) && (quoted || !is_plain_number(text)) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A cell as it was before [`guard`].
pub(crate) fn unguard(text: &str) -> &str {
    let after = text.trim_start_matches('\'');
    if is_dangerous(after) {
        text.strip_prefix('\'').unwrap_or(text)
    } else {
        text
    }
}

/// A CSV writer as all exports have it.
pub(crate) fn write_table(rows: impl Iterator<Item = Vec<String>>, options: &CsvOptions) -> Result<Vec<u8>> {
    let start = if options.bom {
        b"\xEF\xBB\xBF".to_vec()
    } else {
        Vec::new()
    };
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(start);
    let failed = |e: &dyn std::fmt::Display| Error::new(ErrorKind::Io, "csv", format!("the table cannot be made: {e}"));
    for row in rows {
        let cell = |text: &String| {
            if options.guard_formulas {
                guard(text)
            } else {
                text.clone()
            }
        };
        writer.write_record(row.iter().map(cell)).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

/// Contacts as CSV: UTF-8, commas, CR LF, quotes doubled, the column names of MicroSIP.
///
/// # Errors
/// [`Io`](ErrorKind::Io) if there is not enough memory.
pub fn write_csv<'a>(contacts: impl IntoIterator<Item = &'a Contact>, options: &CsvOptions) -> Result<Vec<u8>> {
    let header = ContactField::ALL
        .iter()
        .map(|f| columns(*f).first().copied().unwrap_or_default().to_owned());
    let rows = contacts
        .into_iter()
        .map(|contact| ContactField::ALL.iter().map(|f| contact.get(*f).to_owned()).collect());
    write_table(std::iter::once(header.collect()).chain(rows), options)
}

/// What [`read_csv`] found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CsvImport {
    /// The contacts, with the fields the table has columns for.
    pub entries: Vec<ContactEntry>,
    /// Columns that mean nothing here.
    pub unknown_columns: Vec<String>,
    /// What was passed over.
    pub warnings: Vec<ImportWarning>,
}

/// A table's rows with the line each begins in; the first is the header.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<(u32, Vec<String>)>,
}

/// Reads a table: comma, semicolon or tab, whichever the header has most of, or what a first line `sep=;` says.
pub(crate) fn read_table(op: &'static str, text: &str, options: &CsvOptions, warnings: &mut Warnings) -> Result<Table> {
    let mut text = text;
    let mut skipped = 0;
    let first = text.lines().next().unwrap_or_default();
    let mut delimiter = match first.as_bytes() {
        [
            b's' | b'S',
            b'e' | b'E',
            b'p' | b'P',
            b'=',
            mark @ (b',' | b';' | b'\t' | b'|'),
        ] => Some(*mark),
        _ => None,
    };
    if delimiter.is_some() {
        text = text.split_once('\n').map_or("", |(_, rest)| rest);
        skipped = 1;
    }
    let delimiter = *delimiter.get_or_insert_with(|| guess(text));
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = ByteRecord::new();
    let mut table = Table {
        header: Vec::new(),
        rows: Vec::new(),
    };
    loop {
        let line = u32::try_from(reader.position().line())
            .unwrap_or(u32::MAX)
            .saturating_add(skipped);
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Err(bad(op, line, e)),
        }
        if record.len() > MAX_COLUMNS {
            return Err(too_large(
                op,
                format!(
                    "line {line}: there are {} columns; at most {MAX_COLUMNS} are read",
                    record.len()
                ),
            ));
        }
        let cells: Vec<String> = record
            .iter()
            .map(|cell| {
                let text = String::from_utf8_lossy(cell);
                // A zero byte or another control character has no place in a table; it would disturb every log.
                let clean: String = text
                    .chars()
                    .filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
                    .collect();
                if options.guard_formulas {
                    unguard(&clean).to_owned()
                } else {
                    clean
                }
            })
            .collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if table.header.is_empty() {
            table.header = cells;
            continue;
        }
        if table.rows.len() >= MAX_CONTACTS {
            return Err(too_large(op, format!("there are more than {MAX_CONTACTS} rows")));
        }
        if cells.len() > table.header.len() {
            let what = format!(
                "the row has {} cells, the header {}; the rest was left out",
                cells.len(),
                table.header.len()
            );
            warnings.add(WarningKind::BadEntry, line, what);
        }
        table.rows.push((line, cells));
    }
    Ok(table)
}

fn guess(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes().take(64 * 1024) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (mark, count) in &mut counts {
                    *count += usize::from(*mark == byte);
                }
            }
        }
    }
    // The first of equals is the comma.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(mark, _)| *mark)
}

/// Reads contacts from CSV. Column names are compared without regard to case; of several columns for one field the best
/// with a value counts. A missing number is taken from the others, a missing name made from what is there. Commas,
/// semicolons and tabs divide; UTF-8 and UTF-16 with or without mark are read, anything else as windows-1252 with a warning.
///
/// # Errors
/// [`DocumentMalformed`](crate::FailureCode::DocumentMalformed) if no column holds numbers,
/// [`DocumentTooLarge`](crate::FailureCode::DocumentTooLarge), [`DocumentEncoding`](crate::FailureCode::DocumentEncoding).
pub fn read_csv(bytes: &[u8], options: &CsvOptions) -> Result<CsvImport> {
    let mut warnings = Warnings::default();
    let text = decode_table(OP, bytes, &mut warnings)?;
    let table = read_table(OP, &text, options, &mut warnings)?;
    let mut import = CsvImport::default();
    // For each field its columns, best first.
    let mut places: Vec<(ContactField, Vec<usize>)> = Vec::new();
    let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b);
    for field in ContactField::ALL {
        let of = |name: &&str| {
            let name: &str = name;
            table
                .header
                .iter()
                .enumerate()
                .filter(move |(_, h)| same(h, name))
                .map(|(i, _)| i)
                .collect::<Vec<_>>()
        };
        let found: Vec<usize> = columns(field).iter().flat_map(of).collect();
        if !found.is_empty() {
            places.push((field, found));
        }
    }
    let numbers = [ContactField::Number, ContactField::Phone, ContactField::Mobile];
    if !places.iter().any(|(field, _)| numbers.contains(field)) {
        return Err(bad(
            OP,
            1,
            "no column holds numbers; name one Number, Phone Number or Mobile Number (or as Outlook and Google do)",
        ));
    }
    let known = |index: usize| places.iter().any(|(_, found)| found.contains(&index));
    let unknown = table
        .header
        .iter()
        .enumerate()
        .filter(|(i, h)| !known(*i) && !h.trim().is_empty());
    import.unknown_columns = unknown.map(|(_, h)| h.trim().chars().take(80).collect()).collect();
    for (line, cells) in &table.rows {
        let mut entry = ContactEntry::default();
        for (field, found) in &places {
            let mut cells = found.iter().filter_map(|index| cells.get(*index)).map(String::as_str);
            let value = cells.find(|cell| !cell.trim().is_empty()).unwrap_or_default();
            let value = if numbers.contains(field) { value.trim() } else { value };
            if !entry.set(*field, value) {
                let what = format!("{} should be 0 or 1, found {}; taken as 0", field.name(), quote(value));
                warnings.add(WarningKind::BadValue, *line, what);
            }
        }
        if entry.complete() {
            import.entries.push(entry);
        } else {
            let name = quote(&entry.contact.name);
            warnings.add(
                WarningKind::NoNumber,
                *line,
                format!("the contact {name} has no number and was left out"),
            );
        }
    }
    import.warnings = warnings.finish();
    Ok(import)
}

//! Calls as CSV, XML and JSON, and back.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::compat::contacts::xml::{bad, escape, parse, quote, too_large};
use crate::compat::contacts::{
    CsvOptions, ImportWarning, MAX_CONTACTS, WarningKind, Warnings, decode_table, decode_xml, read_table, write_table,
};

use super::record::{CallRecord, CallType, read_time, rfc3339};

const OP: &str = "call history";

/// How an export writes times. All are understood in reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TimeFormat {
    /// `2026-02-03T04:05:06Z`.
    #[default]
    Rfc3339,
    /// Seconds since 1970.
    Unix,
}

impl TimeFormat {
    /// Stable lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            TimeFormat::Rfc3339 => "rfc3339",
            TimeFormat::Unix => "unix",
        }
    }

    fn write(self, seconds: i64) -> String {
        match self {
            TimeFormat::Rfc3339 => rfc3339(seconds).unwrap_or_else(|| seconds.to_string()),
            TimeFormat::Unix => seconds.to_string(),
        }
    }
}

/// What an import found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HistoryImport {
    /// The calls, in the order they stand there.
    pub calls: Vec<CallRecord>,
    /// What was passed over.
    pub warnings: Vec<ImportWarning>,
}

const COLUMNS: [&str; 6] = ["Type", "Name", "Number", "Time", "Duration", "Info"];

/// Calls as CSV with the columns of MicroSIP's export: Type (`out`, `in`, `miss`, `else`), Name, Number, Time, Duration (s), Info.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) if there is not enough memory.
pub fn write_calls_csv<'a>(
    calls: impl IntoIterator<Item = &'a CallRecord>,
    times: TimeFormat,
    options: &CsvOptions,
) -> Result<Vec<u8>> {
    let rows = calls.into_iter().map(|call| cells(call, times).into());
    write_table(std::iter::once(COLUMNS.map(str::to_owned).into()).chain(rows), options)
}

/// The values of a call in the order of [`COLUMNS`].
fn cells(call: &CallRecord, times: TimeFormat) -> [String; 6] {
    [
        call.kind.short_name().to_owned(),
        call.name.clone(),
        call.number.clone(),
        times.write(call.time),
        call.duration.to_string(),
        call.info.clone(),
    ]
}

/// Calls as XML as MicroSIP exports them: root `calls`, elements `call` with everything in attributes.
pub fn write_calls_xml<'a>(calls: impl IntoIterator<Item = &'a CallRecord>, times: TimeFormat) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<calls>\n");
    for call in calls {
        out.push_str("<call");
        for (name, value) in COLUMNS.iter().zip(cells(call, times)) {
            // Into a string nothing fails.
            let _ = write!(out, " {}=\"{}\"", name.to_ascii_lowercase(), escape(&value));
        }
        out.push_str("/>\n");
    }
    out.push_str("</calls>\n");
    out
}

/// A call in JSON.
#[derive(Serialize)]
struct Out<'a> {
    #[serde(rename = "type")]
    kind: CallType,
    number: &'a str,
    name: &'a str,
    time: Option<String>,
    time_unix: i64,
    duration: u32,
    info: &'a str,
}

/// A value of JSON as the text it would be in a table.
fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Calls as a JSON array of objects: `type` (`outgoing`, `incoming`, `missed`, `elsewhere`), `number`, `name`, `time`
/// (RFC 3339), `time_unix` (s), `duration` (s), `info`.
///
/// # Errors
/// [`Internal`](crate::ErrorKind::Internal) never happens with these types; it is there should the writer change.
pub fn write_calls_json<'a>(calls: impl IntoIterator<Item = &'a CallRecord>) -> Result<String> {
    let out: Vec<Out<'_>> = calls
        .into_iter()
        .map(|call| Out {
            kind: call.kind,
            number: &call.number,
            name: &call.name,
            time: rfc3339(call.time),
            time_unix: call.time,
            duration: call.duration,
            info: &call.info,
        })
        .collect();
    serde_json::to_string_pretty(&out).map_err(|e| crate::Error::new(crate::ErrorKind::Internal, OP, e.to_string()))
}

/// A call from the texts of its fields, in the order of [`COLUMNS`]; none without number.
fn call(at: u32, fields: [&str; 6], warnings: &mut Warnings) -> Option<CallRecord> {
    let [kind, name, number, time, duration, info] = fields;
    if number.trim().is_empty() {
        warnings.add(WarningKind::NoNumber, at, "the call has no number and was left out");
        return None;
    }
    let mut wrong = |what: &str, value: &str, allowed: &str| {
        let what = format!("{what} should be {allowed}, found {}", quote(value));
        warnings.add(WarningKind::BadValue, at, what);
    };
    let kind = CallType::from_name(kind).unwrap_or_else(|| {
        wrong("type", kind, "out, in, miss or else; taken as out");
        CallType::Outgoing
    });
    let time = read_time(time).unwrap_or_else(|| {
        wrong("time", time, "seconds since 1970 or RFC 3339; taken as 0");
        0
    });
    let duration = match duration.trim() {
        "" => 0,
        text => text.parse().unwrap_or_else(|_| {
            wrong("duration", duration, "seconds; taken as 0");
            0
        }),
    };
    Some(CallRecord {
        number: number.trim().to_owned(),
        name: name.to_owned(),
        kind,
        time,
        duration,
        info: info.to_owned(),
    })
}

/// Reads calls from CSV: [`write_calls_csv`]'s columns in any order; Number and Time are needed.
///
/// # Errors
/// [`DocumentMalformed`](crate::FailureCode::DocumentMalformed),
/// [`DocumentTooLarge`](crate::FailureCode::DocumentTooLarge), [`DocumentEncoding`](crate::FailureCode::DocumentEncoding).
pub fn read_calls_csv(bytes: &[u8], options: &CsvOptions) -> Result<HistoryImport> {
    let mut warnings = Warnings::default();
    let text = decode_table(OP, bytes, &mut warnings)?;
    let table = read_table(OP, &text, options, &mut warnings)?;
    let place = |name: &str| table.header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
    let places = COLUMNS.map(place);
    for needed in ["Number", "Time"] {
        if place(needed).is_none() {
            return Err(bad(
                OP,
                1,
                format!("there is no column {needed}; the columns are {}", COLUMNS.join(", ")),
            ));
        }
    }
    let mut calls = Vec::new();
    for (line, cells) in &table.rows {
        let fields = places.map(|p| p.and_then(|p| cells.get(p)).map_or("", String::as_str));
        calls.extend(call(*line, fields, &mut warnings));
    }
    Ok(HistoryImport {
        calls,
        warnings: warnings.finish(),
    })
}

/// Reads calls from XML as [`write_calls_xml`] writes it.
///
/// # Errors
/// As [`read_calls_csv`].
pub fn read_calls_xml(bytes: &[u8]) -> Result<HistoryImport> {
    let mut warnings = Warnings::default();
    let (text, _) = decode_xml(OP, bytes, &mut warnings)?;
    let root = parse(OP, &text)?;
    if root.local() != "calls" {
        return Err(bad(
            OP,
            root.line,
            format!("the root element is {}; expected calls", quote(&root.name)),
        ));
    }
    check_count(root.children.len())?;
    let mut calls = Vec::new();
    for node in root.children.iter().filter(|n| n.local() == "call") {
        let names = COLUMNS.map(str::to_ascii_lowercase);
        let fields = names.each_ref().map(|name| node.attribute(name).unwrap_or_default());
        calls.extend(call(node.line, fields, &mut warnings));
    }
    Ok(HistoryImport {
        calls,
        warnings: warnings.finish(),
    })
}

fn check_count(count: usize) -> Result<()> {
    if count <= MAX_CONTACTS {
        return Ok(());
    }
    Err(too_large(
        OP,
        format!("there are {count} calls; at most {MAX_CONTACTS} are read at once"),
    ))
}

/// Reads calls from JSON as [`write_calls_json`] writes it; `time_unix` may be missing when `time` is there.
///
/// # Errors
/// As [`read_calls_csv`].
pub fn read_calls_json(bytes: &[u8]) -> Result<HistoryImport> {
    let mut warnings = Warnings::default();
    let text = decode_table(OP, bytes, &mut warnings)?;
    let rows: Vec<std::collections::HashMap<String, Value>> = serde_json::from_str(text.trim_start_matches('\u{FEFF}'))
        .map_err(|e| {
            let line = u32::try_from(e.line()).unwrap_or(u32::MAX);
            bad(OP, line, format!("no JSON array of calls: {}", quote(&e.to_string())))
        })?;
    check_count(rows.len())?;
    let mut calls = Vec::new();
    for (index, mut row) in rows.into_iter().enumerate() {
        let mut take = |name: &str| row.remove(name).map(text_of).unwrap_or_default();
        let unix = take("time_unix");
        let mut fields = COLUMNS.map(|name| take(&name.to_ascii_lowercase()));
        if !unix.is_empty() {
            fields[3] = unix;
        }
        let at = u32::try_from(index + 1).unwrap_or(u32::MAX);
        calls.extend(call(at, fields.each_ref().map(String::as_str), &mut warnings));
    }
    Ok(HistoryImport {
        calls,
        warnings: warnings.finish(),
    })
}

//! Answers, for people and as JSON.

use std::io::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use microsip_core::compat::phone::Request;
use serde_json::Value;

use crate::style::clean;

/// Writes a line; a closed output is nobody's to complain about.
pub(super) fn line(text: &str) {
    let _ = try_line(text);
}

/// Writes a line; false when nobody reads any more.
pub(super) fn try_line(text: &str) -> bool {
    let mut out = anstream::stdout();
    writeln!(out, "{text}").and_then(|()| out.flush()).is_ok()
}

/// The answer to a request.
pub(super) fn answer(request: &Request, result: &Value, json: bool) {
    if json {
        return line(&result.to_string());
    }
    let text = text(request, result);
    if !text.is_empty() {
        line(text.trim_end());
    }
}

/// The answer to a typed command.
pub(crate) fn answer_text(command: &str, result: &Value) -> String {
    let list = [
        "calls", "accounts", "contacts", "history", "messages", "devices", "codecs", "status", "settings",
    ];
    if list.contains(&command) {
        let object = [("command".to_owned(), command.into())].into_iter().collect();
        if let Ok(request) = Request::from_json(object) {
            return text(&request, result);
        }
    }
    match result {
        view if view["settings"].is_string() => status(view),
        view if view["call"].is_u64() && view["state"].is_string() => call(view),
        other => fields(other),
    }
}

/// The answer as text.
pub(crate) fn text(request: &Request, result: &Value) -> String {
    match request {
        Request::Calls {} => table(
            result,
            &["call", "state", "direction", "number", "name", "duration", "hold"],
            "no calls",
        ),
        Request::Accounts {} => table(
            result,
            &[
                "account",
                "label",
                "username",
                "domain",
                "server",
                "aor",
                "active",
                "registration",
            ],
            "no accounts",
        ),
        Request::Contacts { .. } => table(
            result,
            &["name", "number", "phone", "mobile", "email", "presence"],
            "no contacts",
        ),
        Request::History { .. } => table(
            result,
            &["time", "kind", "number", "name", "duration", "info", "recording"],
            "no calls",
        ),
        Request::Messages { .. } => table(result, &["time", "direction", "number", "name", "text"], "no messages"),
        Request::Devices {} => table(result, &["name", "direction", "default", "id"], "no sound devices"),
        Request::Settings { key: None, .. } => settings(result),
        Request::Settings { .. } => shown(&result["value"]),
        Request::Codecs {} => items(result).iter().map(shown).collect::<Vec<_>>().join("\n"),
        Request::Status {} => status(result),
        Request::Call { .. }
        | Request::Answer { .. }
        | Request::Redial {}
        | Request::Voicemail {}
        | Request::Pickup { .. } => call(result),
        Request::Exit {} => "the phone has ended".into(),
        Request::Show {} | Request::Hide {} => "the phone has no window; nothing to do".into(),
        _ => fields(result),
    }
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// Columns that some row fills.
fn table(rows: &Value, columns: &[&str], none: &str) -> String {
    let rows = items(rows);
    if rows.is_empty() {
        return none.into();
    }
    let filled: Vec<&&str> = columns
        .iter()
        .filter(|column| rows.iter().any(|row| !shown(&row[**column]).is_empty()))
        .collect();
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(filled.iter().map(|column| column.replace('_', " ")));
    for row in rows {
        table.add_row(filled.iter().map(|column| match **column {
            "time" => local_time(&row["time"]),
            "disposition" => shown(&row["disposition"]).replace('_', " "),
            column => shown(&row[column]),
        }));
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Unix seconds as a date people read; UTC, as it says.
fn local_time(value: &Value) -> String {
    let seconds = value.as_u64().unwrap_or_default();
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    humantime::format_rfc3339_seconds(at).to_string()
}

fn call(view: &Value) -> String {
    let mut text = format!("call {}: {}", shown(&view["call"]), shown(&view["state"]));
    for (name, before) in [
        ("number", " "),
        ("code", ", "),
        ("reason", " "),
        ("duration", ", seconds: "),
    ] {
        let value = shown(&view[name]);
        if !value.is_empty() {
            text.push_str(before);
            text.push_str(&value);
        }
    }
    text
}

fn status(view: &Value) -> String {
    let mut lines = vec![format!(
        "microsip {}, process {}, settings {}",
        shown(&view["version"]),
        shown(&view["pid"]),
        shown(&view["settings"])
    )];
    lines.push(format!(
        "account {}: {}",
        shown(&view["account"]),
        shown(&view["registration"])
    ));
    let on: Vec<&str> = ["dnd", "auto_answer", "auto_conference", "forwarding"]
        .into_iter()
        .filter(|name| view["buttons"][name] == true)
        .collect();
    if !on.is_empty() {
        lines.push(format!("on: {}", on.join(", ")));
    }
    for name in ["microphone_muted", "speaker_muted", "waiting_to_dial"] {
        if view[name] == true {
            lines.push(name.replace('_', " "));
        }
    }
    lines.push(table(
        &view["calls"],
        &["call", "state", "direction", "number", "name", "duration", "hold"],
        "no calls",
    ));
    lines.join("\n")
}

fn settings(view: &Value) -> String {
    let mut text = format!(
        "{} ({}, {})\n",
        shown(&view["file"]),
        shown(&view["place"]),
        shown(&view["encoding"])
    );
    text.push_str(&table(
        &view["report"]["entries"],
        &["line", "disposition", "section", "key", "value", "perhaps"],
        "the file has no settings",
    ));
    text
}

fn fields(view: &Value) -> String {
    match view {
        Value::Object(object) => {
            let fields = object
                .iter()
                .map(|(name, value)| format!("{}: {}", name.replace('_', " "), shown(value)));
            fields.collect::<Vec<_>>().join("\n")
        }
        Value::Array(list) => list.iter().map(fields).collect::<Vec<_>>().join("\n"),
        other => shown(other),
    }
}

/// A value as it stands in a line; what a stranger wrote is cleaned.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => clean(text).into_owned(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

//! What is done on the files of a phone, whether it runs or not.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use microsip_core::compat::contacts::{ContactBook, ContactEntry, CsvOptions, MergeKey, read_csv, write_csv};
use microsip_core::compat::history::{
    CallQuery, CallRecord, HistoryStore, Order, StoreOptions, TimeFormat, write_calls_csv, write_calls_json,
    write_calls_xml,
};
use microsip_core::compat::ini::Place;
use microsip_core::compat::phone::{self, Request};
use serde_json::json;

use super::print;
use crate::args::{TableArg, WhichArgs};
use crate::exit::Failure;

/// Whether a request needs no running phone.
pub(super) fn answers(request: &Request) -> bool {
    phone::needs_no_phone(request)
}

/// Answers a request from the files.
pub(super) fn answer(place: &Place, request: &Request, json: bool) -> Result<(), Failure> {
    if let Some(result) = phone::from_files(place, request) {
        print::answer(request, &result.map_err(|e| Failure::of(&e))?, json);
    }
    Ok(())
}

/// Takes contacts over into `Contacts.xml`; a running phone reads it by itself.
pub(super) fn import_contacts(place: &Place, file: &Path, json: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(file).map_err(|e| Failure::usage(format!("--import: {}: {e}", file.display())))?;
    let (entries, warnings) = if is_xml(file) {
        let (book, warnings) = ContactBook::from_xml(&bytes)?;
        (
            book.iter().cloned().map(ContactEntry::whole).collect::<Vec<_>>(),
            warnings,
        )
    } else {
        let import = read_csv(&bytes, &CsvOptions::default())?;
        (import.entries, import.warnings)
    };
    let (mut book, _) = ContactBook::load(&place.contacts)?;
    let report = book.import(&entries, MergeKey::Number)?;
    book.save(&place.contacts)?;
    for warning in &warnings {
        drop(writeln!(anstream::stderr(), "microsip: {warning}"));
    }
    match json {
        true => print::line(
            &json!({ "added": report.added, "updated": report.updated, "unchanged": report.unchanged }).to_string(),
        ),
        false => print::line(&format!(
            "{} contacts added, {} updated, {} as they were",
            report.added, report.updated, report.unchanged
        )),
    }
    Ok(())
}

pub(super) fn export_contacts(place: &Place, file: &Path) -> Result<(), Failure> {
    let (book, _) = ContactBook::load(&place.contacts)?;
    let bytes = match is_xml(file) {
        true => book.to_xml(),
        false => write_csv(book.iter(), &CsvOptions::default())?,
    };
    std::fs::write(file, bytes).map_err(|e| Failure::failed(format!("--export: {}: {e}", file.display())))
}

fn is_xml(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}

pub(super) fn export_history(place: &Place, format: TableArg) -> Result<(), Failure> {
    let path = phone::database(place)?;
    let calls: Vec<CallRecord> = match path.exists() {
        true => {
            let store = HistoryStore::open_read_only(&path, StoreOptions::default())?;
            let stored = store.calls(&CallQuery::new().order(Order::OldestFirst))?;
            stored.into_iter().map(|stored| stored.call).collect()
        }
        false => Vec::new(),
    };
    let text = match format {
        TableArg::Csv => {
            let bytes = write_calls_csv(&calls, TimeFormat::Rfc3339, &CsvOptions::default())?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        TableArg::Xml => write_calls_xml(&calls, TimeFormat::Rfc3339),
        TableArg::Json => write_calls_json(&calls)?,
    };
    print::line(text.trim_end());
    Ok(())
}

/// `/reset`, `/resetnoask`: ends the phone and deletes its settings and data, never anything else in their folder.
pub(super) fn reset(place: &Place, asks: bool, which: &WhichArgs) -> Result<(), Failure> {
    let mut files = phone::data_files(place)?;
    files.retain(|file| file.exists());
    let list: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let tell = |text: &str| match which.json {
        true => print::line(&json!({ "deleted": list }).to_string()),
        false => print::line(text),
    };
    if files.is_empty() {
        tell("there is nothing to delete");
        return Ok(());
    }
    if asks && !ask(&format!("Delete {}?", list.join(", "))) {
        return Err(Failure::failed("nothing was deleted"));
    }
    super::client::end(place)?;
    for file in &files {
        match std::fs::remove_file(file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::failed(format!("cannot delete {}: {e}", file.display())));
            }
            _ => {}
        }
    }
    tell(&format!("deleted {}", list.join(", ")));
    Ok(())
}

/// Asks the person at the terminal; without one the answer is no.
pub(super) fn ask(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    let mut err = anstream::stderr();
    drop(write!(err, "{} [y/N] ", crate::style::clean(question)));
    drop(err.flush());
    let mut answer = String::new();
    drop(std::io::stdin().lock().read_line(&mut answer));
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

//! What can be answered, and changed, without a running phone: from its files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::history::{call_view, file, message_view, query};
use super::{Loaded, Request};
use crate::compat::contacts::ContactBook;
use crate::compat::history::{HistoryStore, StoreOptions};
use crate::compat::ini::{Place, SectionKind, SettingsReport, find_key};
use crate::compat::provision::ProvisionCache;
use crate::{Error, Result};

/// Does what a request asks from the files of a phone that does not run; `None` for what needs one.
///
/// # Errors
/// As [`Phone::request`](super::Phone::request).
pub fn from_files(place: &Place, request: &Request) -> Option<Result<Value>> {
    needs_no_phone(request).then(|| answer(place, request))
}

/// Where the database of calls and messages is, or will be.
///
/// # Errors
/// When the settings cannot be read.
pub fn database(place: &Place) -> Result<PathBuf> {
    Ok(file(&Loaded::read(place)?.0))
}

/// Every file that a phone makes for itself: settings, contacts, log, database, the provisioning document that is kept. Recordings are
/// not among them.
///
/// # Errors
/// When the settings cannot be read.
pub fn data_files(place: &Place) -> Result<Vec<PathBuf>> {
    let with = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let database = database(place)?;
    Ok(vec![
        place.settings.clone(),
        place.contacts.clone(),
        place.log.clone(),
        with(&place.log, ".old"),
        with(&database, ""),
        with(&database, "-wal"),
        with(&database, "-shm"),
        ProvisionCache::beside(&place.settings).path,
    ])
}

/// Whether a request can be answered without a running phone.
pub fn needs_no_phone(request: &Request) -> bool {
    matches!(
        request,
        Request::Settings { .. }
            | Request::Set { .. }
            | Request::Accounts {}
            | Request::Contacts { .. }
            | Request::History { .. }
            | Request::Messages { .. }
            | Request::Devices {}
            | Request::Codecs {}
    )
}

fn answer(place: &Place, request: &Request) -> Result<Value> {
    let (mut loaded, _) = Loaded::read(place)?;
    match request {
        Request::Settings { section, key } => settings(&loaded, section.as_deref(), key.as_deref()),
        Request::Set { section, key, value } => {
            let section = section.as_deref().unwrap_or("Settings");
            let store = loaded.store.clone();
            let changed = loaded.ini.set_checked(section, key, value.reveal(), &store)?;
            loaded.ini.save()?;
            let changed = changed.then(|| format!("{section}/{key}"));
            Ok(json!({ "changed": changed.into_iter().collect::<Vec<_>>() }))
        }
        Request::Accounts {} => Ok(json!(accounts(&loaded))),
        Request::Contacts { text } => {
            let (book, _) = ContactBook::load(&place.contacts)?;
            Ok(super::contacts::views(&book, text.as_deref(), |_| None))
        }
        Request::History {
            text,
            number,
            kind,
            limit,
        } => {
            let query = query(text.as_deref(), number.as_deref(), kind.as_deref(), *limit)?;
            let calls = store(&loaded)?.map_or(Ok(Vec::new()), |store| store.calls(&query))?;
            Ok(calls.iter().map(call_view).collect())
        }
        Request::Messages { number, limit } => {
            let query = query(None, number.as_deref(), None, *limit)?;
            let messages = store(&loaded)?.map_or(Ok(Vec::new()), |store| store.messages(&query))?;
            Ok(messages.iter().map(message_view).collect())
        }
        Request::Devices {} => devices(),
        Request::Codecs {} => {
            let config = super::setup::endpoint(&loaded, crate::LogLevel::Off, true, &mut |_| {});
            Ok(config.codecs.iter().map(|codec| json!(codec.to_string())).collect())
        }
        _ => Err(Error::not_running("request")),
    }
}

/// The database, for reading; none before the first call.
fn store(loaded: &Loaded) -> Result<Option<HistoryStore>> {
    let path = file(loaded);
    match path.exists() {
        true => HistoryStore::open_read_only(&path, StoreOptions::default()).map(Some),
        false => Ok(None),
    }
}

/// Every key of the file, or one.
pub(super) fn settings(loaded: &Loaded, section: Option<&str>, key: Option<&str>) -> Result<Value> {
    let Some(key) = key else {
        return Ok(json!({
            "file": loaded.place.settings.display().to_string(),
            "place": loaded.place.kind.name(),
            "encoding": loaded.ini.encoding().name(),
            "report": SettingsReport::of(&loaded.ini),
        }));
    };
    let section = section.unwrap_or("Settings");
    let known = SectionKind::of(section).and_then(|(kind, _)| find_key(kind, key));
    let known = known.ok_or_else(|| crate::compat::ini::no_such_key(section, key))?;
    let value = match loaded.ini.get(section, known.name) {
        Some(value) if known.is_secret() && !value.is_empty() => "***",
        Some(value) => value,
        None => known.default,
    };
    Ok(json!({
        "section": section,
        "key": known.name,
        "value": value,
        "meaning": known.meaning,
        "allowed": known.allowed(),
    }))
}

pub(super) fn accounts(loaded: &Loaded) -> Vec<Value> {
    let view = |(number, settings): &(u32, crate::compat::ini::AccountSettings)| {
        json!({
            "account": number,
            "label": settings.label,
            "username": settings.username,
            "domain": settings.domain,
            "server": settings.server,
            "active": *number == loaded.number,
        })
    };
    loaded.accounts.iter().map(view).collect()
}

pub(super) fn devices() -> Result<Value> {
    let devices = crate::audio_devices()?;
    let views = devices.into_iter().map(|device| {
        json!({
            "id": device.id,
            "name": device.name,
            "direction": device.direction.name(),
            "default": device.is_default,
        })
    });
    Ok(views.collect())
}

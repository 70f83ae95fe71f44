//! MicroSIP's settings file.

use std::path::PathBuf;
use std::sync::Mutex;

use microsip_core as core;
use microsip_core::compat::ini::{
    ACCOUNT_KEYS, AccountSettings, Directories, Disposition, EXTENSION_KEYS, Extensions, IniEncoding, IniWarning, Key,
    OldContact, PasswordStore, Place, PlaceKind, ReadOptions, ReportEntry, SETTINGS_KEYS, SectionKind, Settings,
    SettingsReport, Shortcut, ShortcutAction, ValueKind, WarningKind, find_key, is_secret_key,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::lock;
use crate::base::{Bytes, Fault, FromPy, Outcome, ToPy, list_of};
use crate::{event, names, settings, snapshot};

names!(PlaceKind as "compat.PlaceKind" [Portable, PerUser, Given]);
names!(SectionKind as "compat.SectionKind" [Settings, Account, Calls, Dialed, Shortcuts, Contacts, Extensions]);
names!(Disposition as "compat.Disposition" [Honoured, NoWindow, Unsupported, Obsolete, Unknown]);
names!(WarningKind as "compat.IniWarningKind" [
    WrongValue, OutOfRange, TooLong, BrokenText, DuplicateKey, DuplicateSection, MalformedLine, OutsideSection, UnreadablePassword, Missing,
]);
names!(ShortcutAction as "compat.ShortcutAction" [
    Call, Video, Message, Dtmf, Transfer, AttendedTransfer, Conference, RunBatch, CallUrl, PopUrl,
]);

snapshot!(Place as "compat.Place" { kind, settings, contacts, log, recordings });
snapshot!(IniWarning as "compat.IniWarning" { kind, file, line, section, key, value, allowed, used, text = |it| it.to_string() });
snapshot!(ReportEntry as "compat.ReportEntry" {
    line, section, key, value, disposition, meaning, allowed, default, perhaps,
});
snapshot!(SettingsReport as "compat.SettingsReport" { entries, lists, text = |it| it.to_string() });
snapshot!(OldContact as "compat.OldContact" { number, name, presence, directory });
snapshot!(Shortcut as "compat.Shortcut" { label, number, action, number2, presence });
settings!(Shortcut as "compat.Shortcut" { label, number, action, number2, presence });

/// A key of the file, as `compat.Key`.
struct KnownKey(&'static Key);

impl ToPy for KnownKey {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let key = self.0;
        event!(py, "compat.Key" {
            name: key.name, section: key.section, kind: kind_name(key.kind), default: key.default,
            disposition: key.disposition, meaning: key.meaning, allowed: key.allowed(), choices: choices(key.kind),
            separator: separator(key.kind), limit: key.limit(), is_secret: key.is_secret(),
        })
    }
}

/// How a value is read, in fewer words than the library's.
fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Flag | ValueKind::One | ValueKind::NotZero => "flag",
        ValueKind::Int { .. } | ValueKind::Clamped { .. } => "integer",
        ValueKind::Choice(_) => "choice",
        ValueKind::List { .. } => "list",
        ValueKind::Ports => "ports",
        ValueKind::Password => "password",
        _ => "text",
    }
}

fn choices(kind: ValueKind) -> Vec<&'static str> {
    match kind {
        ValueKind::Choice(texts) => texts.to_vec(),
        _ => Vec::new(),
    }
}

fn separator(kind: ValueKind) -> Option<String> {
    match kind {
        ValueKind::List { separators, .. } => separators.first().map(char::to_string),
        ValueKind::Ports => Some(",".to_owned()),
        _ => None,
    }
}

/// The value of a text that the library has read and written again, so that nothing in it is wrong.
fn typed<'py>(py: Python<'py>, key: &Key, text: &str) -> PyResult<Bound<'py, PyAny>> {
    match key.kind {
        _ if key.is_secret() => (if text.is_empty() { "" } else { "***" }).to_py(py),
        ValueKind::Flag | ValueKind::One | ValueKind::NotZero => (!matches!(text, "" | "0")).to_py(py),
        ValueKind::Int { .. } | ValueKind::Clamped { .. } => text.parse::<i64>().ok().to_py(py),
        ValueKind::List { separators, .. } => text
            .split(separators)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<&str>>()
            .to_py(py),
        ValueKind::Ports => text
            .split(',')
            .filter_map(|part| part.trim().parse::<u16>().ok())
            .collect::<Vec<u16>>()
            .to_py(py),
        _ => text.to_py(py),
    }
}

/// The file beside which all of a phone lies: a path, a bare name, or nothing for the user's own.
pub fn place_of(given: &Bound<'_, PyAny>) -> Outcome<Place> {
    let given = Option::<PathBuf>::from_py(given)?;
    let given = match &given {
        Some(path) => Some(
            path.to_str()
                .ok_or_else(|| Fault::value_error("the path of the settings is no UTF-8"))?,
        ),
        None => None,
    };
    let mut directories = Directories::of_process()?;
    // The file is named after the program, which is not the interpreter.
    directories.executable.set_file_name("microsip");
    Ok(Place::choose(&directories, given, Some(true), &|path| path.exists())?)
}

/// The settings file, and what lies beside it.
#[pyfunction]
pub fn choose_place<'py>(py: Python<'py>, given: &Bound<'py, PyAny>) -> Outcome<Bound<'py, PyAny>> {
    Ok(place_of(given)?.to_py(py)?)
}

/// All keys that mean something, in MicroSIP's order.
#[pyfunction]
pub fn known_keys(py: Python<'_>) -> Outcome<Bound<'_, PyAny>> {
    let keys = [SETTINGS_KEYS, ACCOUNT_KEYS, EXTENSION_KEYS].into_iter().flatten();
    Ok(list_of(py, keys.map(KnownKey))?.into_any())
}

/// How the file says that passwords are stored.
fn store_of(ini: &core::compat::ini::IniFile) -> PasswordStore {
    let (extensions, _) = Extensions::read(ini);
    let store = PasswordStore::default().hide(extensions.hide_passwords);
    match extensions.password_key.as_str() {
        "" => store,
        key => store.key(key),
    }
}

fn encoding_of(name: &str) -> Outcome<IniEncoding> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "utf-16le" => IniEncoding::Utf16Le,
        "utf-16be" => IniEncoding::Utf16Be,
        "utf-8" => IniEncoding::Utf8,
        other => {
            let number = other.trim_start_matches("windows-").trim_start_matches("cp").parse();
            let number = number.map_err(|_| {
                Fault::value_error(format!(
                    "{name:?} is no encoding; expected utf-16le, utf-16be, utf-8 or windows-NUMBER"
                ))
            })?;
            IniEncoding::of_code_page(number)?
        }
    })
}

fn options_of(ansi: Option<&str>, guess_utf8: bool) -> Outcome<ReadOptions> {
    let options = ReadOptions::default().guess_utf8(guess_utf8);
    Ok(match ansi {
        Some(name) => options.ansi(encoding_of(name)?),
        None => options,
    })
}

/// A section in which everything is as the library understood it.
struct Understood {
    file: core::compat::ini::IniFile,
    section: String,
    keys: &'static [Key],
}

impl Understood {
    fn of(ini: &core::compat::ini::IniFile, section: &str) -> Outcome<Option<Understood>> {
        let mut file = core::compat::ini::IniFile::new("");
        let keys = match SectionKind::of(section) {
            Some((SectionKind::Settings, _)) => {
                Settings::read(ini).0.write(&mut file)?;
                SETTINGS_KEYS
            }
            Some((SectionKind::Extensions, _)) => {
                Extensions::read(ini).0.write(&mut file)?;
                EXTENSION_KEYS
            }
            Some((SectionKind::Account, Some(number))) => {
                let store = store_of(ini);
                let (Some(account), _) = AccountSettings::read(ini, number, &store) else {
                    return Ok(None);
                };
                account.write(&mut file, number, &store)?;
                ACCOUNT_KEYS
            }
            _ => {
                return Err(Fault::value_error(format!(
                    "{section:?} has no typed keys; Settings, Extensions and AccountN have"
                )));
            }
        };
        Ok(Some(Understood {
            file,
            section: section.to_owned(),
            keys,
        }))
    }

    fn value<'py>(&self, py: Python<'py>, key: &Key) -> PyResult<Bound<'py, PyAny>> {
        typed(py, key, self.file.get(&self.section, key.name).unwrap_or(key.default))
    }
}

/// What a `microsip.compat.IniFile` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct IniFile(Mutex<core::compat::ini::IniFile>);

impl IniFile {
    fn of(ini: core::compat::ini::IniFile) -> IniFile {
        IniFile(Mutex::new(ini))
    }
}

#[pymethods]
impl IniFile {
    #[new]
    fn new(path: &Bound<'_, PyAny>) -> Outcome<IniFile> {
        let path = Option::<PathBuf>::from_py(path)?.unwrap_or_default();
        Ok(IniFile::of(core::compat::ini::IniFile::new(path)))
    }

    #[staticmethod]
    fn parse(
        content: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        ansi: Option<&str>,
        guess_utf8: bool,
    ) -> Outcome<IniFile> {
        let path = Option::<PathBuf>::from_py(path)?.unwrap_or_default();
        let options = options_of(ansi, guess_utf8)?;
        let content = Bytes::from_py(content)?.0;
        let ini = core::compat::ini::IniFile::parse_with(&content, path, &options)?;
        Ok(IniFile::of(ini))
    }

    /// With `new`, a file that is not there gives a new document. And whether it was there.
    #[staticmethod]
    fn load(
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        new: bool,
        ansi: Option<&str>,
        guess_utf8: bool,
    ) -> Outcome<(IniFile, bool)> {
        let (path, options) = (PathBuf::from_py(path)?, options_of(ansi, guess_utf8)?);
        let (ini, first) = crate::base::apart(py, || match new {
            true => core::compat::ini::IniFile::load_or_new(path, &options),
            false => core::compat::ini::IniFile::load(path, &options).map(|ini| (ini, false)),
        })?;
        Ok((IniFile::of(ini), !first))
    }

    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        lock(&self.0).path().to_py(py)
    }

    #[getter]
    fn encoding(&self) -> String {
        lock(&self.0).encoding().name()
    }

    #[getter]
    fn has_mark(&self) -> bool {
        lock(&self.0).has_mark()
    }

    #[getter]
    fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Bytes(lock(&self.0).to_bytes()).to_py(py)
    }

    fn convert(&self, encoding: &str) -> Outcome<()> {
        Ok(lock(&self.0).convert(encoding_of(encoding)?)?)
    }

    fn sections(&self) -> Vec<String> {
        lock(&self.0).sections().into_iter().map(str::to_owned).collect()
    }

    fn has_section(&self, section: &str) -> bool {
        lock(&self.0).has_section(section)
    }

    fn get(&self, section: &str, key: &str) -> Option<String> {
        lock(&self.0).get(section, key).map(str::to_owned)
    }

    fn line_of(&self, section: &str, key: &str) -> Option<usize> {
        lock(&self.0).line_of(section, key)
    }

    fn entries(&self, section: &str) -> Vec<(usize, String, String)> {
        let ini = lock(&self.0);
        let entries = ini.entries(section);
        entries
            .map(|(line, key, value)| (line, key.to_owned(), value.to_owned()))
            .collect()
    }

    fn set(&self, section: &str, key: &str, value: &str, quoted: bool) -> Outcome<bool> {
        let mut ini = lock(&self.0);
        Ok(match quoted {
            true => ini.set_quoted(section, key, value)?,
            false => ini.set(section, key, value)?,
        })
    }

    fn set_checked(&self, section: &str, key: &str, value: &str) -> Outcome<bool> {
        let mut ini = lock(&self.0);
        let store = store_of(&ini);
        Ok(ini.set_checked(section, key, value, &store)?)
    }

    fn remove(&self, section: &str, key: &str) -> bool {
        lock(&self.0).remove(section, key)
    }

    fn remove_section(&self, section: &str) -> bool {
        lock(&self.0).remove_section(section)
    }

    /// What a key of a section means, typed; secrets as `***`. An unknown key is a `KeyError`.
    fn value<'py>(&self, py: Python<'py>, section: &str, key: &str) -> Outcome<Bound<'py, PyAny>> {
        let ini = lock(&self.0);
        let kind = SectionKind::of(section).map(|(kind, _)| kind);
        let known = kind.and_then(|kind| find_key(kind, key));
        let (Some(known), Some(understood)) = (known, Understood::of(&ini, section)?) else {
            let error = pyo3::exceptions::PyKeyError::new_err(format!("{section}/{key}"));
            return Err(Fault::Py(error));
        };
        if known.is_secret() {
            return Ok(typed(py, known, ini.get(section, known.name).unwrap_or_default())?);
        }
        Ok(understood.value(py, known)?)
    }

    /// What all keys of a section mean, typed, but secrets; `None` for an account that is not there.
    fn values<'py>(&self, py: Python<'py>, section: &str) -> Outcome<Option<Bound<'py, PyDict>>> {
        let understood = Understood::of(&lock(&self.0), section)?;
        let Some(understood) = understood else {
            return Ok(None);
        };
        let values = PyDict::new(py);
        for key in understood.keys.iter().filter(|key| !key.is_secret()) {
            values.set_item(key.name, understood.value(py, key)?)?;
        }
        Ok(Some(values))
    }

    /// The numbers of the accounts there are.
    fn accounts(&self) -> Vec<u32> {
        let ini = lock(&self.0);
        let (accounts, _) = AccountSettings::read_all(&ini, &store_of(&ini));
        accounts.into_iter().map(|(number, _)| number).collect()
    }

    fn hide_passwords(&self) -> Outcome<usize> {
        let mut ini = lock(&self.0);
        let store = store_of(&ini).hide(true);
        Ok(AccountSettings::hide_passwords(&mut ini, &store)?)
    }

    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        SettingsReport::of(&lock(&self.0)).to_py(py)
    }

    /// What is wrong: lines first, then values.
    fn warnings<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let ini = lock(&self.0);
        let mut found = ini.problems();
        found.extend(Settings::read(&ini).1);
        found.extend(Extensions::read(&ini).1);
        found.extend(AccountSettings::read_all(&ini, &store_of(&ini)).1);
        Ok(list_of(py, found)?.into_any())
    }

    fn differs_on_disk(&self, py: Python<'_>) -> Outcome<bool> {
        let ini = lock(&self.0).clone();
        Ok(crate::base::apart(py, || ini.differs_on_disk())?)
    }

    /// `None` saves where it was read from.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> Outcome<()> {
        let ini = lock(&self.0).clone();
        let path = Option::<PathBuf>::from_py(path)?;
        Ok(crate::base::apart(py, || match &path {
            Some(path) => ini.save_as(path),
            None => ini.save(),
        })?)
    }

    fn save_over(&self, py: Python<'_>, seen: &Bound<'_, PyAny>) -> Outcome<bool> {
        let ini = lock(&self.0).clone();
        let seen = Option::<Bytes>::from_py(seen)?;
        Ok(crate::base::apart(py, || {
            ini.save_over(seen.as_ref().map(|bytes| bytes.0.as_slice()))
        })?)
    }

    /// The records of `[Calls]` by their places.
    fn calls(&self) -> Vec<(u32, String)> {
        let ini = lock(&self.0);
        ini.calls()
            .into_iter()
            .map(|(slot, text)| (slot, text.to_owned()))
            .collect()
    }

    fn push_call(&self, record: &str) -> Outcome<u32> {
        Ok(lock(&self.0).push_call(record)?)
    }

    fn delete_call(&self, slot: u32) -> Outcome<bool> {
        Ok(lock(&self.0).delete_call(slot)?)
    }

    fn dialed(&self) -> Vec<String> {
        lock(&self.0).dialed().into_iter().map(str::to_owned).collect()
    }

    fn push_dialed(&self, text: &str) -> Outcome<()> {
        Ok(lock(&self.0).push_dialed(text)?)
    }

    fn shortcuts<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(list_of(py, lock(&self.0).shortcuts())?.into_any())
    }

    fn set_shortcuts(&self, shortcuts: &Bound<'_, PyAny>) -> Outcome<()> {
        let shortcuts = Vec::<Shortcut>::from_py(shortcuts)?;
        Ok(lock(&self.0).set_shortcuts(&shortcuts)?)
    }

    fn old_contacts<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(list_of(py, lock(&self.0).old_contacts())?.into_any())
    }
}

/// Whether the value of a key must not be shown.
#[pyfunction]
pub fn is_secret(key: &str) -> bool {
    is_secret_key(key)
}

//! Setting a key with its value checked, as a person or a program wants it.

use super::account::AccountSettings;
use super::document::IniFile;
use super::extensions::Extensions;
use super::key::SectionKind;
use super::password::PasswordStore;
use super::report::find_key;
use super::settings::Settings;
use crate::{Error, Result};

impl IniFile {
    /// Sets a known key. The value is read as it will be read from the file, so a wrong one is refused and not stored; a password is
    /// written as `store` says. Whether the document changed.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for an unknown key and for a wrong value, with what is allowed; else as
    /// [`set`](IniFile::set).
    pub fn set_checked(&mut self, section: &str, key: &str, value: &str, store: &PasswordStore) -> Result<bool> {
        let kind = SectionKind::of(section).map(|(kind, _)| kind);
        let Some((kind, known)) = kind.and_then(|kind| Some((kind, find_key(kind, key)?))) else {
            return Err(no_such_key(section, key));
        };
        let mut trial = IniFile::new("");
        trial.set(section, known.name, value)?;
        let warnings = match kind {
            SectionKind::Account => {
                // As account 0, which may lack everything else.
                let mut account = IniFile::new("");
                account.set("Account0", known.name, value)?;
                AccountSettings::read(&account, 0, store).1
            }
            SectionKind::Extensions => Extensions::read(&trial).1,
            _ => Settings::read(&trial).1,
        };
        if let Some(warning) = warnings.iter().find(|w| w.key.eq_ignore_ascii_case(known.name)) {
            return Err(Error::invalid("set", format!("{}: {}", known.name, warning.allowed)));
        }
        match known.name {
            "password" => self.set(section, known.name, &store.write(&value.into())?),
            name => self.set(section, name, value),
        }
    }
}

/// There is no such key.
pub(crate) fn no_such_key(section: &str, key: &str) -> Error {
    let (section, key): (String, String) = (section.chars().take(40).collect(), key.chars().take(40).collect());
    Error::invalid(
        "settings",
        format!(
            "[{section}] has no key {key:?}; docs/microsip.md lists those there are, another section is written SECTION/KEY"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_values_are_refused_and_nothing_changes() {
        let store = PasswordStore::default().hide(false);
        let mut ini = IniFile::new("");
        assert!(ini.set_checked("Settings", "dnd", "1", &store).unwrap());
        assert_eq!(ini.get("Settings", "DND"), Some("1"));
        assert!(ini.set_checked("Account1", "SRTP", "mandatory", &store).unwrap());
        assert!(ini.set_checked("Account1", "password", "s3cret", &store).unwrap());
        let before = ini.to_bytes();
        for (section, key, value, word) in [
            ("Settings", "denyIncoming", "sometimes", "allowed"),
            ("Settings", "sourcePort", "70000", "allowed"),
            ("Account1", "transport", "pigeon", "allowed"),
            ("Extensions", "hookTimeout", "0", "allowed"),
            ("Settings", "nosuch", "1", "no key"),
            ("Nowhere", "x", "1", "no key"),
        ] {
            let error = ini.set_checked(section, key, value, &store).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert_eq!(ini.to_bytes(), before);
    }
}

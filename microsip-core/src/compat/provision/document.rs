//! The document: read whole or refused, applied whole or not at all.

use std::fmt;

use super::problem::{Problems, ProvisionRefusal};
use super::read::read;
use crate::Secret;
use crate::compat::ini::{
    AccountSettings, IniFile, IniWarning, Key, PasswordForm, PasswordStore, SectionKind, Settings, ValueKind,
    WarningKind,
};

/// What a document may do beyond settings that are data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ProvisionRules {
    /// Whether it may set the hooks (`cmd…` keys), which are programs that will be run. Default no: whoever controls the server would
    /// control this machine.
    pub allow_hooks: bool,
    /// Whether it may set `recordingPath`, and `ringingSound` to more than a bare file name. Default no: recordings could be written into
    /// any folder or network share, and on Windows opening a share gives the user's credentials away.
    pub allow_files: bool,
}

impl ProvisionRules {
    /// Sets whether hooks may be set.
    #[must_use]
    pub fn allow_hooks(mut self, allow: bool) -> Self {
        self.allow_hooks = allow;
        self
    }

    /// Sets whether files and folders may be set.
    #[must_use]
    pub fn allow_files(mut self, allow: bool) -> Self {
        self.allow_files = allow;
        self
    }
}

/// Keys with the texts they get.
pub(super) type Pairs = Vec<(&'static Key, Secret)>;

/// A provisioning document that is well-formed and whose every value is allowed. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProvisionDocument {
    /// What the server calls this version of the document; for people and logs.
    pub serial: Option<String>,
    /// Seconds until it is to be asked for again, 60 to 604,800.
    pub refresh: Option<u32>,
    /// Whether accounts that are not in the document are removed. Default no.
    pub remove_accounts: bool,
    pub(super) settings: Pairs,
    pub(super) accounts: Vec<(u32, Pairs)>,
}

impl fmt::Debug for ProvisionDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &Pairs| pairs.iter().map(|(key, _)| key.name).collect::<Vec<_>>();
        let accounts: Vec<_> = self.accounts.iter().map(|(id, pairs)| (id, names(pairs))).collect();
        f.debug_struct("ProvisionDocument")
            .field("serial", &self.serial)
            .field("refresh", &self.refresh)
            .field("remove_accounts", &self.remove_accounts)
            .field("settings", &names(&self.settings))
            .field("accounts", &accounts)
            .finish()
    }
}

/// What [`ProvisionDocument::apply`] changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Applied {
    /// `Settings.DND`, `Account1.server`, …: section and key as in the file, without values.
    pub changed: Vec<String>,
    /// The numbers of the accounts that were removed.
    pub removed_accounts: Vec<u32>,
}

impl Applied {
    /// Whether the file is as it was: nothing needs to be saved.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.removed_accounts.is_empty()
    }
}

impl ProvisionDocument {
    /// Reads a document: UTF-8, at most 1 MiB.
    ///
    /// # Errors
    /// Everything that is wrong with it: members, keys and values that are not known or not allowed, members that are there twice. A
    /// refusal becomes an [`Error`](crate::Error) ([`DocumentMalformed`](crate::FailureCode::DocumentMalformed)) by `?`.
    pub fn parse(bytes: &[u8], rules: ProvisionRules) -> Result<ProvisionDocument, ProvisionRefusal> {
        let mut problems = Problems::default();
        let document = read(bytes, rules, &mut problems);
        match (problems.refusal(), document) {
            (None, Some(document)) => Ok(document),
            (Some(refusal), _) => Err(refusal),
            (None, None) => {
                let mut problems = Problems::default();
                problems.add("$", "it could not be read");
                Err(problems.refusal().unwrap_or(ProvisionRefusal { problems: Vec::new() }))
            }
        }
    }

    /// The numbers of its accounts.
    pub fn accounts(&self) -> impl Iterator<Item = u32> + '_ {
        self.accounts.iter().map(|(id, _)| *id)
    }

    /// The names of the settings it has, as in `[Settings]`.
    pub fn settings(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.settings.iter().map(|(key, _)| key.name)
    }

    /// Changes a settings file in memory; saving it is the caller's. Keys that the document does not name stay as they are, in accounts
    /// too. Passwords are written as `store` says; one that is the same already is not written.
    ///
    /// If the file has no active account (`accountId` is missing, empty, or one that is removed here) and the document has accounts, its
    /// first becomes the active one; without any account left, none.
    ///
    /// # Errors
    /// What would come out wrong: an account without `domain` or `username`, or with a gap before its number (none behind it would be
    /// loaded); `accountId` of an account that is not there; characters that are not in the file's code page. Nothing is changed then.
    pub fn apply(&self, ini: &mut IniFile, store: &PasswordStore) -> Result<Applied, ProvisionRefusal> {
        let mut new = ini.clone();
        let mut applied = Applied::default();
        let mut problems = Problems::default();
        if self.remove_accounts {
            applied.removed_accounts = self.remove_others(&mut new);
        }
        for (key, value) in &self.settings {
            let path = format!("$.settings.{}", key.name);
            put(
                &mut new,
                "Settings",
                key,
                value,
                store,
                &path,
                &mut applied,
                &mut problems,
            );
        }
        for (index, (id, pairs)) in self.accounts.iter().enumerate() {
            let section = AccountSettings::section(*id);
            for (key, value) in pairs {
                let path = format!("$.accounts[{index}].{}", key.name);
                put(
                    &mut new,
                    &section,
                    key,
                    value,
                    store,
                    &path,
                    &mut applied,
                    &mut problems,
                );
            }
        }
        self.choose_account(&mut new, &mut applied, &mut problems);
        self.verify(&new, store, &mut problems);
        match problems.refusal() {
            Some(refusal) => Err(refusal),
            None => {
                *ini = new;
                Ok(applied)
            }
        }
    }

    fn remove_others(&self, ini: &mut IniFile) -> Vec<u32> {
        let others: Vec<(u32, String)> = ini
            .sections()
            .into_iter()
            .filter_map(|name| match SectionKind::of(name) {
                Some((SectionKind::Account, Some(id))) if id > 0 && !self.accounts().any(|own| own == id) => {
                    Some((id, name.to_owned()))
                }
                _ => None,
            })
            .collect();
        others
            .into_iter()
            .filter(|(_, name)| ini.remove_section(name))
            .map(|(id, _)| id)
            .collect()
    }

    fn choose_account(&self, ini: &mut IniFile, applied: &mut Applied, problems: &mut Problems) {
        if self.settings().any(|name| name == "accountId") {
            return;
        }
        let active = ini.get("Settings", "accountId").unwrap_or_default().trim().to_owned();
        let gone = active.parse().is_ok_and(|id| applied.removed_accounts.contains(&id));
        let id = match self.accounts().min() {
            Some(first) if active.is_empty() || gone => first,
            None if gone => 0,
            _ => return,
        };
        match ini.set("Settings", "accountId", &id.to_string()) {
            Ok(true) => applied.changed.push("Settings.accountId".into()),
            Ok(false) => {}
            Err(e) => problems.add("$", e.message()),
        }
    }

    /// What the phone would say of the new file, as far as it comes from the document.
    fn verify(&self, ini: &IniFile, store: &PasswordStore, problems: &mut Problems) {
        let told = |pairs: &Pairs, warning: &IniWarning| {
            pairs.iter().any(|(key, _)| key.name.eq_ignore_ascii_case(&warning.key))
        };
        let (settings, warnings) = Settings::read(ini);
        for warning in warnings.iter().filter(|w| told(&self.settings, w)) {
            problems.add(format!("$.settings.{}", warning.key), in_words(warning));
        }
        if self.settings().any(|name| name == "accountId")
            && let Some(id) = settings.account_id.filter(|id| *id > 0)
            && let Some(missing) = first_missing(ini, id, store)
        {
            let what = format!("there is no account {missing}, so account {id} would not be loaded");
            problems.add("$.settings.accountId", what);
        }
        for (index, (id, pairs)) in self.accounts.iter().enumerate() {
            let path = format!("$.accounts[{index}]");
            let (account, warnings) = AccountSettings::read(ini, *id, store);
            for warning in &warnings {
                if warning.kind == WarningKind::Missing || told(pairs, warning) {
                    problems.add(format!("{path}.{}", warning.key), in_words(warning));
                }
            }
            if account.is_some()
                && let Some(missing) = first_missing(ini, *id, store)
            {
                let what = format!("there is no account {missing}: accounts are numbered from 1 without gaps");
                problems.add(format!("{path}.id"), what);
            }
        }
    }
}

fn in_words(warning: &IniWarning) -> String {
    format!("{}; {}", warning.kind.name().replace('_', " "), warning.allowed)
}

/// The first account up to this one that would not be loaded.
fn first_missing(ini: &IniFile, id: u32, store: &PasswordStore) -> Option<u32> {
    (1..=id.min(256)).find(|n| AccountSettings::read(ini, *n, store).0.is_none())
}

#[expect(clippy::too_many_arguments, reason = "one step of apply, twice")]
fn put(
    ini: &mut IniFile,
    section: &str,
    key: &Key,
    value: &Secret,
    store: &PasswordStore,
    path: &str,
    applied: &mut Applied,
    problems: &mut Problems,
) {
    let result = match key.kind {
        ValueKind::Password => {
            let (old, form) = store.read(ini.get(section, key.name).unwrap_or_default());
            if old == *value && form != PasswordForm::Unreadable && ini.get(section, key.name).is_some() {
                return;
            }
            store
                .write(value)
                .and_then(|stored| ini.set(section, key.name, &stored))
        }
        ValueKind::Quoted => ini.set_quoted(section, key.name, value.reveal()),
        _ => ini.set(section, key.name, value.reveal()),
    };
    match result {
        Ok(true) => applied.changed.push(format!("{section}.{}", key.name)),
        Ok(false) => {}
        Err(e) => problems.add(path, e.message()),
    }
}

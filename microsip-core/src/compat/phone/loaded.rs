//! The settings file, read.

use crate::Result;
use crate::compat::ini::{
    AccountSettings, Extensions, IniFile, IniWarning, PasswordStore, Place, ReadOptions, Settings,
};

/// The file and what it says.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub place: Place,
    pub ini: IniFile,
    /// There was no file.
    pub first_run: bool,
    pub settings: Settings,
    pub extensions: Extensions,
    /// `[Account1]` and following.
    pub accounts: Vec<(u32, AccountSettings)>,
    /// `[Account0]`.
    pub local: AccountSettings,
    /// The number of the active account, 0 for none.
    pub number: u32,
    pub store: PasswordStore,
}

impl Loaded {
    /// Reads the file; what is wrong in it is told, and the defaults used.
    ///
    /// # Errors
    /// As [`IniFile::load_or_new`].
    pub(super) fn read(place: &Place) -> Result<(Loaded, Vec<IniWarning>)> {
        let (ini, first_run) = IniFile::load_or_new(&place.settings, &ReadOptions::default())?;
        Ok(Loaded::of(place, ini, first_run))
    }

    pub(super) fn of(place: &Place, ini: IniFile, first_run: bool) -> (Loaded, Vec<IniWarning>) {
        let mut warnings = ini.problems();
        let (settings, mut more) = Settings::read(&ini);
        warnings.append(&mut more);
        let (extensions, mut more) = Extensions::read(&ini);
        warnings.append(&mut more);
        let mut store = PasswordStore::default().hide(extensions.hide_passwords);
        if !extensions.password_key.is_empty() {
            store = store.key(extensions.password_key.as_str());
        }
        let (mut accounts, mut more) = AccountSettings::read_all(&ini, &store);
        warnings.append(&mut more);
        if accounts.is_empty() {
            let (oldest, mut more) = AccountSettings::read_oldest(&ini, &store);
            warnings.append(&mut more);
            accounts.extend(oldest.map(|account| (1, account)));
        }
        let (local, mut more) = AccountSettings::read(&ini, 0, &store);
        warnings.append(&mut more);
        let there = |number: u32| accounts.iter().any(|(n, _)| *n == number);
        let number = match settings.account_id {
            Some(0) if settings.enable_local_account => 0,
            Some(number) if number > 0 => number,
            _ => 1,
        };
        let number = if there(number) { number } else { 0 };
        let loaded = Loaded {
            place: place.clone(),
            ini,
            first_run,
            settings,
            extensions,
            accounts,
            local: local.unwrap_or_default(),
            number,
            store,
        };
        (loaded, warnings)
    }

    /// The active account.
    pub(super) fn active(&self) -> Option<(u32, &AccountSettings)> {
        self.account(self.number).map(|account| (self.number, account))
    }

    /// `[AccountN]`, N from 1.
    pub(super) fn account(&self, number: u32) -> Option<&AccountSettings> {
        let (_, account) = self.accounts.iter().find(|(n, _)| *n == number)?;
        Some(account)
    }

    /// Whether there is a local account (section 8.2).
    pub(super) fn has_local_account(&self) -> bool {
        self.settings.enable_local_account || self.number == 0
    }
}

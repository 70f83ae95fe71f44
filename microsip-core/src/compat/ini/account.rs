//! `[Account0]`, `[Account1]`, …, typed.

use std::fmt;

use super::choice::{IniSrtp, IniTransport};
use super::document::IniFile;
use super::key::{BIG, Disposition, Key, Section, SectionKind, Value, ValueKind};
use super::password::{PasswordForm, PasswordStore, StoredPassword};
use super::table::keys;
use super::warning::{IniWarning, WarningKind, masked};
use crate::{Error, ErrorKind, Result};

use ValueKind::{Choice, Clamped, List, One, Password, Text};

/// Listing stops here: no file of a person has more accounts.
const MAX_ACCOUNTS: u32 = 256;

#[rustfmt::skip]
keys! {
    /// A section `[AccountN]`. `[Account0]` is the local account, for calls by IP address.
    AccountSettings in Account, ACCOUNT_KEYS;

    /// Label, also in the names of recordings.
    label: String = "label" "" Text, Honoured;
    /// Registrar as `host[:port]`; empty: do not register.
    server: String = "server" "" Text, Honoured;
    /// Outbound proxies as `host[:port]`, with spaces between them.
    proxy: Vec<String> = "proxy" "" List { separators: &[' '], max: 32 }, Honoured;
    /// Domain of the own address and of dialled numbers.
    domain: String = "domain" "" Text, Honoured;
    /// User part of the own address.
    username: String = "username" "" Text, Honoured;
    /// Password, hidden or plain.
    password: StoredPassword = "password" "" Password, Honoured;
    /// User name for authentication; empty: the user part.
    auth_id: String = "authID" "" Text, Honoured;
    /// Name shown to others.
    display_name: String = "displayName" "" Text, Honoured;
    /// Prefix of dialled numbers.
    dialing_prefix: String = "dialingPrefix" "" Text, Honoured;
    /// Dial plan.
    dial_plan: String = "dialPlan" "" Text, Honoured;
    /// Anonymous outgoing calls.
    hide_cid: bool = "hideCID" "0" One, Honoured;
    /// Number of the mailbox; if there is one, waiting messages are asked for.
    voicemail_number: String = "voicemailNumber" "" Text, Honoured;
    /// Encryption of media.
    srtp: IniSrtp = "SRTP" "" Choice(IniSrtp::TEXTS), Honoured;
    /// Transport; empty: UDP and TCP.
    transport: IniTransport = "transport" "udp" Choice(IniTransport::TEXTS), Honoured;
    /// Address for media in SDP.
    public_addr: String = "publicAddr" "" Text, Honoured;
    /// Seconds between registrations.
    register_refresh: u32 = "registerRefresh" "300" Clamped { min: 10, max: BIG }, Honoured;
    /// Seconds between keep-alives; below 2 is 2.
    keep_alive: u32 = "keepAlive" "15" Clamped { min: 2, max: BIG }, Honoured;
    /// Publish presence.
    publish: bool = "publish" "0" One, Honoured;
    /// Rewrite Via, Contact and SDP behind a NAT.
    allow_rewrite: bool = "allowRewrite" "0" One, Honoured;
    /// ICE.
    ice: bool = "ICE" "0" One, Honoured;
    /// No session timers.
    disable_session_timer: bool = "disableSessionTimer" "0" One, Honoured;
}

impl AccountSettings {
    /// The name of an account's section.
    pub fn section(number: u32) -> String {
        format!("Account{number}")
    }

    /// Reads `[AccountN]`. `None`, with a warning, if the section is missing or its `domain` is empty; `[Account0]` is always
    /// there.
    pub fn read(ini: &IniFile, number: u32, store: &PasswordStore) -> (Option<AccountSettings>, Vec<IniWarning>) {
        let name = Self::section(number);
        let section = Section::of(ini, &name);
        let mut warnings = Vec::new();
        let account = Self::read_with_password(&section, store, &mut warnings);
        if number == 0 {
            return (Some(account), warnings);
        }
        let mut missing = |key: &str, result: &str| {
            let line = section.get(key).map_or(0, |(line, _)| line);
            warnings.push(
                IniWarning::new(WarningKind::Missing, section.file, line, &name)
                    .key(key, "")
                    .allowed(result),
            );
        };
        if section.is_empty() || account.domain.is_empty() {
            missing(
                "domain",
                "an account needs a domain; it is left out, and with it those that follow",
            );
            return (None, warnings);
        }
        if account.username.is_empty() {
            missing("username", "an account needs a user name");
        }
        (Some(account), warnings)
    }

    /// Reads the accounts 1, 2, … up to the first that is not there, at most 256.
    pub fn read_all(ini: &IniFile, store: &PasswordStore) -> (Vec<(u32, AccountSettings)>, Vec<IniWarning>) {
        let (mut accounts, mut warnings) = (Vec::new(), Vec::new());
        for number in 1..=MAX_ACCOUNTS {
            if !ini.has_section(&Self::section(number)) {
                break;
            }
            let (account, mut found) = Self::read(ini, number, store);
            warnings.append(&mut found);
            let Some(account) = account else { break };
            accounts.push((number, account));
        }
        (accounts, warnings)
    }

    /// The account of a file of the oldest format, whose keys are in `[Settings]`: there if `accountId` is missing or empty
    /// and `domain` is not.
    pub fn read_oldest(ini: &IniFile, store: &PasswordStore) -> (Option<AccountSettings>, Vec<IniWarning>) {
        let mut warnings = Vec::new();
        if ini.get("Settings", "accountId").is_some_and(|id| !id.is_empty()) {
            return (None, warnings);
        }
        let section = Section::of(ini, "Settings");
        let account = Self::read_with_password(&section, store, &mut warnings);
        if account.domain.is_empty() {
            return (None, Vec::new());
        }
        (Some(account), warnings)
    }

    fn read_with_password(section: &Section<'_>, store: &PasswordStore, warnings: &mut Vec<IniWarning>) -> Self {
        let mut account = Self::read_section(section, warnings);
        if section.name == "Account0" && section.get("label").is_none() {
            account.label = "Local (call by IP address)".into();
        }
        let (secret, form) = store.read(account.password.secret.reveal());
        if form == PasswordForm::Unreadable {
            let (line, text) = section.get("password").unwrap_or_default();
            warnings.push(
                IniWarning::new(WarningKind::UnreadablePassword, section.file, line, section.name)
                    .key("password", text)
                    .allowed(
                        "it is hidden with another key, most likely by an official program, whose key is not public; write the \
                         password as plain text",
                    )
                    .used(""),
            );
        }
        account.password = StoredPassword { secret, form };
        account
    }

    /// Writes to `[AccountN]` what it does not say already; the number of lines that changed.
    ///
    /// A password is written, hidden or plain as `store` says, only if it is another one than the file's; one that cannot be
    /// read stays as long as none is set.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for a text that has line ends or NUL in it, or characters that are not
    /// in the file's code page, and for an account without domain (except 0). Lines before a refused one are changed.
    pub fn write(&self, ini: &mut IniFile, number: u32, store: &PasswordStore) -> Result<usize> {
        if number > 0 && self.domain.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                "store account",
                format!("account {number} has no domain; MicroSIP would not load it"),
            ));
        }
        let name = Self::section(number);
        let old = Self::read_with_password(&Section::of(ini, &name), store, &mut Vec::new());
        // Made first: what it refuses then changes nothing.
        let password = (self.password.secret != old.password.secret)
            .then(|| store.write(&self.password.secret))
            .transpose()?;
        let mut changed = self.write_section(&old, ini, &name)?;
        if let Some(stored) = password {
            changed += usize::from(ini.set(&name, "password", &stored)?);
        }
        Ok(changed)
    }

    /// Hides the passwords that stand in the file as plain text, as MicroSIP does when it reads them. How many there were.
    ///
    /// # Errors
    /// As [`PasswordStore::write`].
    pub fn hide_passwords(ini: &mut IniFile, store: &PasswordStore) -> Result<usize> {
        let sections: Vec<String> = ini.sections().into_iter().map(str::to_owned).collect();
        let mut hidden = 0;
        for name in sections {
            if !matches!(SectionKind::of(&name), Some((SectionKind::Account, _))) {
                continue;
            }
            let Some(stored) = ini.get(&name, "password") else {
                continue;
            };
            if let (secret, PasswordForm::Plain) = store.read(stored) {
                let stored = store.clone().hide(true).write(&secret)?;
                hidden += usize::from(ini.set(&name, "password", &stored)?);
            }
        }
        Ok(hidden)
    }
}

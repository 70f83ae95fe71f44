//! The active account and the local one (reference sections 2.3, 8.1, 8.2).

use serde_json::{Value, json};

use super::dial::Ready;
use super::events::SettingsSource;
use super::knock;
use super::setup;
use super::worker::{Input, Worker};
use crate::{
    Account, AccountConfig, Error, ErrorKind, RegistrationInfo, RegistrationState, Result, Secret, Transport,
    WatchPolicy,
};

/// The accounts on the endpoint.
#[derive(Default)]
pub(super) struct Accounts {
    pub active: Option<Account>,
    pub local: Option<Account>,
    /// Whether the last registration was good; the first good one asks for directory and contacts.
    pub registered: bool,
}

impl Accounts {
    pub(super) fn any(&self) -> Option<&Account> {
        self.active.as_ref().or(self.local.as_ref())
    }
}

impl Worker {
    /// Adds the accounts the settings ask for to a new endpoint.
    pub(super) fn add_accounts(&mut self) -> Result<()> {
        if self.loaded.has_local_account() {
            let bound = self.endpoint()?.local_address(Transport::Udp)?;
            let mut problems = Vec::new();
            let config = setup::local_account(&self.loaded, bound, &mut |e| problems.push(e));
            problems.into_iter().for_each(|e| self.problem(e));
            let added = self.endpoint()?.add_account(config);
            match added {
                Ok(account) => {
                    self.let_watch(&account);
                    self.accounts.local = Some(account);
                    if let Err(e) = self.say_presence() {
                        self.problem(e);
                    }
                }
                Err(e) => self.problem(e),
            }
        }
        self.add_active();
        Ok(())
    }

    /// The active account's settings for the library, and its server.
    fn active_config(&mut self) -> Option<(AccountConfig, String)> {
        let (_, account) = self.loaded.active()?;
        let mut account = account.clone();
        if let Some(password) = &self.options.password {
            account.password = password.clone().into();
        }
        let mut problems = Vec::new();
        let config = setup::account(&self.loaded, &account, &mut |e| problems.push(e));
        problems.into_iter().for_each(|e| self.problem(e));
        Some((config, account.server))
    }

    /// Adds the active account. What is wrong with it is told: the phone runs without, so that the file can be mended.
    pub(super) fn add_active(&mut self) {
        let Some((config, server)) = self.active_config() else {
            return;
        };
        let knocks = !server.is_empty() && !self.loaded.settings.port_knocker_ports.is_empty();
        let added = self
            .endpoint()
            .and_then(|endpoint| endpoint.add_account(config.register_on_add(!knocks)));
        match added {
            Ok(added) => {
                self.let_watch(&added);
                self.accounts.active = Some(added);
                self.accounts.registered = false;
                if knocks {
                    self.knock(&server);
                }
                if server.is_empty() {
                    // Nothing to wait for.
                    self.account_ready();
                }
            }
            Err(e) => self.problem(e),
        }
    }

    /// Whoever asks how we are is told, as MicroSIP does it (section 9.3).
    fn let_watch(&mut self, account: &Account) {
        if let Err(e) = account.serve_presence(WatchPolicy::Allow) {
            self.problem(e);
        }
    }

    /// Knocks at the ports on a thread of its own, and registers after that (section 8.4).
    fn knock(&mut self, server: &str) {
        let settings = &self.loaded.settings;
        let host = match settings.port_knocker_host.as_str() {
            "" => server,
            host => host,
        };
        let (sender, generation) = self.sender();
        let done = move || drop(sender.send(Input::Knocked(generation)));
        if let Err(e) = knock::knock(host, &settings.port_knocker_ports, done) {
            self.problem(e);
            self.knocked();
        }
    }

    pub(super) fn knocked(&mut self) {
        if let Some(account) = &self.accounts.active
            && let Err(e) = account.register()
        {
            self.problem(e);
        }
    }

    pub(super) fn network_changed(&mut self) {
        let knocks = !self.loaded.settings.port_knocker_ports.is_empty();
        let server = self.loaded.active().map(|(_, account)| account.server.clone());
        if let Some(server) = server.filter(|server| knocks && !server.is_empty()) {
            self.knock(&server);
        }
    }

    pub(super) fn registration(&mut self, account: &Account, info: &RegistrationInfo) {
        if self.accounts.active.as_ref().map(Account::id) != Some(account.id()) {
            return;
        }
        match info.state {
            RegistrationState::Registered => {
                if !std::mem::replace(&mut self.accounts.registered, true) {
                    self.account_ready();
                }
                self.dial_delayed();
            }
            RegistrationState::Failed => {
                self.accounts.registered = false;
                // What will be tried again by itself is waited for; what needs a hand is not.
                if info.next_retry.is_none() {
                    self.give_up_delayed(&format!("the account is not registered: {}", why(info)));
                }
            }
            RegistrationState::Unregistered => self.accounts.registered = false,
            _ => {}
        }
    }

    /// The account can be used: others are watched, a directory that wants an account is asked.
    fn account_ready(&mut self) {
        if let Err(e) = self.say_presence() {
            self.problem(e);
        }
        self.watch_people();
        self.directory_account();
    }

    /// Whether calls can be made now.
    pub(super) fn readiness(&self) -> Ready {
        let (Some(account), Some((_, settings))) = (&self.accounts.active, self.loaded.active()) else {
            return Ready::Yes;
        };
        if settings.server.is_empty() {
            return Ready::Yes;
        }
        let info = account.registration();
        match info.state {
            RegistrationState::Registered => Ready::Yes,
            RegistrationState::Failed if info.next_retry.is_none() => Ready::Never(why(&info)),
            RegistrationState::Unregistered => Ready::Never("its registration was removed; register it first".into()),
            _ => Ready::Later,
        }
    }

    /// The registration did not come in time.
    pub(super) fn give_up_unregistered(&mut self) {
        let info = self.accounts.active.as_ref().map(Account::registration);
        let last = info.map(|info| why(&info)).filter(|why| !why.is_empty());
        let last = last.map(|why| format!(": {why}")).unwrap_or_default();
        self.give_up_delayed(&format!("the account did not register in time{last}"));
    }

    /// `/account:N`: another account becomes the active one, and it is stored.
    pub(super) fn use_account(&mut self, number: u32) -> Result<Value> {
        if number == self.loaded.number {
            return Ok(json!({ "account": number, "changed": false }));
        }
        self.activate(number)?;
        self.refresh_rules();
        let later = !self.calls.is_empty();
        if later {
            // Calls that are up keep their account.
            self.restart = true;
        } else if self.loaded.has_local_account() == self.accounts.local.is_some() {
            self.replace_active();
        } else {
            self.reopen();
        }
        Ok(json!({ "account": number, "changed": true, "later": later }))
    }

    /// Makes an account the active one in the settings.
    pub(super) fn activate(&mut self, number: u32) -> Result<()> {
        if number > 0 && self.loaded.account(number).is_none() {
            let there: Vec<String> = self.loaded.accounts.iter().map(|(n, _)| n.to_string()).collect();
            let there = match there.len() {
                0 => "there is no account in the settings".to_owned(),
                _ => format!("there are {}", there.join(", ")),
            };
            return Err(Error::invalid(
                "account",
                format!("[Account{number}] cannot be loaded; {there}"),
            ));
        }
        self.store(move |ini, _| ini.set("Settings", "accountId", &number.to_string()).map(drop))?;
        self.loaded.number = number;
        self.loaded.settings.account_id = Some(number);
        self.options.password = None;
        Ok(())
    }

    fn remove_active(&mut self) {
        self.watched.forget();
        if let Some(account) = self.accounts.active.take()
            && let Err(e) = account.remove()
        {
            self.problem(e);
        }
        self.accounts.registered = false;
    }

    /// The active account with other settings.
    pub(super) fn replace_active(&mut self) {
        self.remove_active();
        self.add_active();
    }

    /// The active account with the settings of now, without ending its calls. Whether that has to wait until they are over.
    pub(super) fn change_active(&mut self) -> bool {
        let Some((config, _)) = self.active_config() else {
            self.remove_active();
            return false;
        };
        if self.calls.is_empty() {
            // The old binding is removed as it was made.
            self.replace_active();
            return false;
        }
        match &self.accounts.active {
            Some(account) if account.aor() == config.aor => {
                if let Err(e) = account.modify(config) {
                    self.problem(e);
                }
                false
            }
            _ => {
                self.restart = true;
                true
            }
        }
    }

    /// `/password:` alone, or with an account.
    pub(super) fn password(&mut self, number: Option<u32>, password: Secret) -> Result<Value> {
        let Some(number) = number else {
            // Used by the registration that follows.
            self.options.password = Some(password);
            self.change_active();
            return Ok(json!({ "account": self.loaded.number, "stored": false }));
        };
        let none = || Error::invalid("password", format!("[Account{number}] cannot be loaded"));
        let mut account = self.loaded.account(number).cloned().ok_or_else(none)?;
        account.password = password.into();
        let store = self.loaded.store.clone().hide(true);
        self.store(move |ini, _| account.write(ini, number, &store).map(drop))?;
        let active = number == self.loaded.number;
        if active {
            self.options.password = None;
        }
        // Registers anew when it is another password; with the same one the user wants to try again.
        let changed = self.take_own(SettingsSource::Request);
        if active && changed.is_empty() {
            self.change_active();
        }
        Ok(json!({ "account": number, "stored": true }))
    }

    pub(super) fn register(&mut self, yes: bool) -> Result<Value> {
        let account = self.accounts.active.clone().ok_or_else(no_account)?;
        let server = self.loaded.active().map(|(_, a)| a.server.clone()).unwrap_or_default();
        match yes {
            true if !server.is_empty() && !self.loaded.settings.port_knocker_ports.is_empty() => self.knock(&server),
            true => account.register()?,
            false => account.unregister()?,
        }
        Ok(json!({ "account": self.loaded.number }))
    }

    /// Reads rules for calls and numbers from the settings.
    pub(super) fn refresh_rules(&mut self) {
        let mut problems = Vec::new();
        self.rules = super::reload::rules(&self.loaded, &mut |e| problems.push(e));
        self.numbers = setup::numbers(&self.loaded, &mut |e| problems.push(e));
        problems.into_iter().for_each(|e| self.problem(e));
    }
}

/// Why an account is not registered.
fn why(info: &RegistrationInfo) -> String {
    match &info.error {
        Some(error) => error.message().to_owned(),
        None => info.reason.clone(),
    }
}

pub(super) fn no_account() -> Error {
    Error::new(
        ErrorKind::Config,
        "account",
        "no account is active; fill [Account1] of the settings and set accountId=1",
    )
}

//! The settings file: read again when it changes, written when something is to be remembered (reference section 4.1).

use serde_json::{Value, json};

use super::events::SettingsSource;
use super::incoming::IncomingRules;
use super::request::{Button, State};
use super::worker::{Input, Worker};
use super::{Loaded, PhoneEvent, setup};
use crate::compat::ini::{AccountSettings, IniChange, IniFile, IniWatcher, Key, ReadOptions, WatchOptions};
use crate::{Error, Result};

/// What watches files.
#[derive(Default)]
pub(super) struct Files {
    watcher: Option<IniWatcher>,
}

impl Files {
    pub(super) fn close(&mut self) {
        self.watcher = None;
    }
}

/// Keys of `[Settings]` that an endpoint has from its start.
const NEED_RESTART: &[&str] = &[
    "audioCodecs",
    "VAD",
    "forceCodec",
    "opusStereo",
    "rport",
    "sourcePort",
    "rtpPortMin",
    "rtpPortMax",
    "dnsSrvNs",
    "dnsSrv",
    "STUN",
    "enableSTUN",
    "userAgent",
    "enableLog",
    "networkChanges",
    "disableMessaging",
];

/// The rules for incoming calls.
pub(super) fn rules(loaded: &Loaded, warn: &mut dyn FnMut(Error)) -> IncomingRules {
    IncomingRules::new(&loaded.settings, loaded.active().map(|(_, account)| account), warn)
}

impl Worker {
    /// Watches the file; a system that cannot is told, and `reload` remains.
    pub(super) fn watch_files(&mut self) {
        let (sender, _) = self.sender();
        let told = move |change| drop(sender.send(Input::File(change)));
        match IniWatcher::start(&self.loaded.ini, WatchOptions::default(), told) {
            Ok(watcher) => self.files.watcher = Some(watcher),
            Err(e) => self.problem(e),
        }
    }

    pub(super) fn file_changed(&mut self, change: IniChange) {
        match change {
            IniChange::Changed(ini) => drop(self.adopt(ini, SettingsSource::File)),
            // What is known stays; with the next thing to be remembered the file is there again.
            IniChange::Removed => {
                let file = self.loaded.place.settings.display();
                let what = format!("{file} was removed; its settings stay in force");
                self.problem(Error::new(crate::ErrorKind::Io, "settings", what));
            }
            IniChange::Failed(e) => self.problem(e),
        }
    }

    /// Reads the file and acts upon what changed. Which keys, as `Section/key`.
    ///
    /// # Errors
    /// When the file cannot be read: the settings of before stay.
    pub(super) fn reload(&mut self) -> Result<Vec<String>> {
        let (ini, _) = IniFile::load_or_new(&self.loaded.place.settings, &ReadOptions::default())?;
        Ok(self.adopt(ini, SettingsSource::File))
    }

    /// Acts upon what was just stored.
    pub(super) fn take_own(&mut self, source: SettingsSource) -> Vec<String> {
        self.adopt(self.loaded.ini.clone(), source)
    }

    fn adopt(&mut self, ini: IniFile, source: SettingsSource) -> Vec<String> {
        let place = self.loaded.place.clone();
        let (new, warnings) = Loaded::of(&place, ini, false);
        self.warn(warnings);
        self.act_upon(new, source)
    }

    fn act_upon(&mut self, new: Loaded, source: SettingsSource) -> Vec<String> {
        let changes = |section: &str, keys: Vec<&'static Key>| {
            let name = |key: &Key| format!("{section}/{}", key.name);
            keys.into_iter().map(name).collect::<Vec<_>>()
        };
        // What the phone remembers is no news.
        let mut settings = self.loaded.settings.differences(&new.settings);
        settings.retain(|key| !["callsLastKey", "lastCallNumber"].contains(&key.name));
        let extensions = self.loaded.extensions.differences(&new.extensions);
        let mut changed = changes("Settings", settings.clone());
        changed.extend(changes("Extensions", extensions));
        let mut numbers: Vec<u32> = self
            .loaded
            .accounts
            .iter()
            .chain(&new.accounts)
            .map(|(n, _)| *n)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut active_changed = self.loaded.number != new.number;
        for number in numbers {
            let (old, now) = (self.loaded.account(number), new.account(number));
            let default = AccountSettings::default();
            let differ = old.unwrap_or(&default).differences(now.unwrap_or(&default));
            active_changed |= !differ.is_empty() && number == new.number;
            changed.extend(changes(&AccountSettings::section(number), differ));
        }
        let local = self.loaded.local.differences(&new.local);
        let local_changed = !local.is_empty() || self.loaded.has_local_account() != new.has_local_account();
        changed.extend(changes("Account0", local));
        let restart = local_changed
            || settings.iter().any(|key| NEED_RESTART.contains(&key.name))
            || changed.iter().any(|name| {
                ["Extensions/bindAddress", "Extensions/tlsVerify", "Extensions/tlsCaFile"].contains(&&**name)
            });
        let directory = changed.iter().any(|name| name == "Settings/usersDirectory");
        self.loaded = new;
        if changed.is_empty() {
            return changed;
        }
        self.refresh_rules();
        self.configure_hooks();
        let later = restart && !self.calls.is_empty();
        if later {
            self.restart = true;
        }
        if restart && !later {
            self.reopen();
        } else {
            if active_changed {
                self.replace_active();
            }
            self.apply_policy();
            self.watch_people();
            let tells = ["Settings/DND", "Settings/denyIncoming"];
            if changed.iter().any(|name| tells.contains(&&**name))
                && let Err(e) = self.say_presence()
            {
                self.problem(e);
            }
        }
        if directory {
            self.start_directory();
            if self.accounts.registered {
                self.directory_account();
            }
        }
        if changed.iter().any(|name| name.starts_with("Extensions/provisioning")) {
            self.start_provisioning();
        }
        self.tell(PhoneEvent::Settings {
            source,
            changed: changed.clone(),
            later,
        });
        changed
    }

    fn apply_policy(&mut self) {
        let mut problems = Vec::new();
        let policy = setup::policy(&self.loaded.settings, &mut |e| problems.push(e));
        if let Err(e) = self.endpoint().and_then(|endpoint| endpoint.set_policy(policy)) {
            problems.push(e);
        }
        problems.into_iter().for_each(|e| self.problem(e));
    }

    pub(super) fn configure_hooks(&mut self) {
        let mut problems = Vec::new();
        self.hooks.configure(&self.loaded.settings, &mut |e| problems.push(e));
        problems.into_iter().for_each(|e| self.problem(e));
    }

    /// Changes the file: read, changed, written, so that what others wrote meanwhile stays. It is acted upon with the next
    /// reload; who stores something has done so already.
    pub(super) fn store(&mut self, change: impl FnOnce(&mut IniFile, &Loaded) -> Result<()>) -> Result<()> {
        let edited = self.loaded.ini.differs_on_disk()? && self.loaded.place.settings.exists();
        let (mut ini, _) = match edited {
            true => IniFile::load_or_new(&self.loaded.place.settings, &ReadOptions::default())?,
            false => (self.loaded.ini.clone(), false),
        };
        change(&mut ini, &self.loaded)?;
        match &self.files.watcher {
            Some(watcher) => watcher.save(&ini)?,
            None => ini.save()?,
        }
        if edited {
            // What somebody else changed is acted upon as well: the watcher takes the file for ours.
            let (sender, _) = self.sender();
            drop(sender.try_send(Input::File(IniChange::Changed(ini.clone()))));
        }
        self.loaded.ini = ini;
        Ok(())
    }

    pub(super) fn set(&mut self, section: Option<&str>, key: &str, value: &str) -> Result<Value> {
        let section = section.unwrap_or("Settings").to_owned();
        let (key, value) = (key.to_owned(), value.to_owned());
        self.store(move |ini, loaded| ini.set_checked(&section, &key, &value, &loaded.store).map(drop))?;
        Ok(json!({ "changed": self.take_own(SettingsSource::Request) }))
    }

    /// One of the buttons of the window; its state is stored.
    pub(super) fn button(&mut self, button: Button, state: State) -> Result<Value> {
        let settings = &self.loaded.settings;
        let (key, now) = match button {
            Button::Dnd => ("DND", settings.dnd),
            Button::AutoAnswer => ("AA", settings.aa),
            Button::AutoConference => ("AC", settings.ac),
            Button::Forwarding => ("FWD", settings.fwd),
        };
        let on = state.apply(now);
        self.set(None, key, if on { "1" } else { "0" })?;
        Ok(json!({ "button": key, "on": on }))
    }
}

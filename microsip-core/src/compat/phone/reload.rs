//! The settings file: read again when it changes, written when something is to be remembered (reference section 4.1).

use serde_json::{Value, json};

use super::events::SettingsSource;
use super::incoming::IncomingRules;
use super::request::{Button, State};
use super::worker::{Alarm, Input, Worker};
use super::{Loaded, PhoneEvent, setup};
use crate::compat::ini::{AccountSettings, IniChange, IniFile, IniWatcher, Key, ReadOptions, WatchOptions};
use crate::{Error, ErrorKind, Result, Secret};

/// What watches files.
#[derive(Default)]
pub(super) struct Files {
    watcher: Option<IniWatcher>,
}

impl Files {
    /// Writes the file, which is no news then.
    pub(super) fn save(&self, ini: &IniFile) -> Result<()> {
        match &self.watcher {
            Some(watcher) => watcher.save(ini),
            None => ini.save(),
        }
    }

    /// The same, unless the file has another content than `seen` by now; false then, and nothing is changed.
    pub(super) fn save_over(&self, ini: &IniFile, seen: Option<&[u8]>) -> Result<bool> {
        match &self.watcher {
            Some(watcher) => watcher.save_over(ini, seen),
            None => ini.save_over(seen),
        }
    }

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

/// Keys of an account that the phone keeps to itself.
const OURS: &[&str] = &["label", "dialingPrefix", "dialPlan", "hideCID", "voicemailNumber"];

/// Keys that open devices were opened with.
const SOUND: &[&str] = &["audioRingDevice", "audioOutputDevice", "audioInputDevice", "EC"];

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
            // Older than what is there: news of that will come, or it is ours.
            IniChange::Changed(ini) if ini.differs_on_disk().unwrap_or(false) => {}
            IniChange::Changed(ini) => match self.settle(ini) {
                Ok(ini) => drop(self.adopt(ini, SettingsSource::File)),
                Err(e) => self.problem(e),
            },
            // What is known stays; with the next thing to be remembered the file is there again.
            IniChange::Removed => {
                let file = self.loaded.place.settings.display();
                let what = format!("{file} was removed; its settings stay in force");
                self.problem(Error::new(ErrorKind::Io, "settings", what));
            }
            IniChange::Failed(e) => self.problem(e),
        }
    }

    /// Reads the file and acts upon what changed. Which keys, as `Section/key`.
    ///
    /// # Errors
    /// When the file cannot be read, is empty or gone: the settings of before stay.
    pub(super) fn reload(&mut self) -> Result<Vec<String>> {
        let (ini, empty) = IniFile::load_or_new(&self.loaded.place.settings, &ReadOptions::default())?;
        if empty {
            let file = self.loaded.place.settings.display();
            let what = format!("{file} is empty or gone; the settings stay in force");
            return Err(Error::new(ErrorKind::Io, "settings", what));
        }
        let ini = self.settle(ini)?;
        Ok(self.adopt(ini, SettingsSource::File))
    }

    /// Acts upon what was just stored.
    pub(super) fn take_own(&mut self, source: SettingsSource) -> Vec<String> {
        self.adopt(self.loaded.ini.clone(), source)
    }

    pub(super) fn adopt(&mut self, ini: IniFile, source: SettingsSource) -> Vec<String> {
        let place = self.loaded.place.clone();
        let (mut new, warnings) = Loaded::of(&place, ini, false);
        // The same lines again are no news.
        if source == SettingsSource::File {
            self.warn(warnings);
        }
        // None was chosen while the phone runs; only at the start is that taken for "the first".
        if new.settings.account_id == Some(0) && self.loaded.number == 0 {
            new.number = 0;
        }
        if self.has_alarm(|alarm| *alarm == Alarm::Remember) {
            new.settings
                .last_call_number
                .clone_from(&self.loaded.settings.last_call_number);
        }
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
        let other_account = self.loaded.number != new.number;
        let mut active_changed = false;
        for number in numbers {
            let (old, now) = (self.loaded.account(number), new.account(number));
            let default = AccountSettings::default();
            let differ = old.unwrap_or(&default).differences(now.unwrap_or(&default));
            active_changed |= number == new.number && differ.iter().any(|key| !OURS.contains(&key.name));
            changed.extend(changes(&AccountSettings::section(number), differ));
        }
        let shortcuts = self.loaded.ini.shortcuts() != new.ini.shortcuts();
        let local = self.loaded.local.differences(&new.local);
        let local_changed = !local.is_empty() || self.loaded.has_local_account() != new.has_local_account();
        changed.extend(changes("Account0", local));
        let restart = local_changed
            || settings.iter().any(|key| NEED_RESTART.contains(&key.name))
            || changed.iter().any(|name| {
                ["Extensions/bindAddress", "Extensions/tlsVerify", "Extensions/tlsCaFile"].contains(&&**name)
            });
        let has = |name: &str| changed.iter().any(|changed| changed == name);
        let (directory, documents) = (has("Settings/usersDirectory"), has("Extensions/tlsCaFile"));
        let provisioning = changed.iter().any(|name| name.starts_with("Extensions/provisioning"));
        let (hooks, history) = (
            has("Extensions/hookTimeout"),
            changed.iter().any(|n| n.starts_with("Extensions/database")),
        );
        let sound = settings.iter().any(|key| SOUND.contains(&key.name)) || has("Extensions/audioDevices");
        let volumes = settings
            .iter()
            .any(|key| key.name.starts_with("volume") || key.name == "micAmplification");
        self.loaded = new;
        if changed.is_empty() && !shortcuts {
            return changed;
        }
        if other_account {
            // That password was meant for the other account.
            self.options.password = None;
        }
        self.refresh_rules();
        if hooks {
            self.restart_hooks();
        }
        self.configure_hooks();
        if settings.iter().any(|key| ["DND", "denyIncoming"].contains(&key.name))
            && let Err(e) = self.say_presence()
        {
            self.problem(e);
        }
        if history {
            self.reopen_history();
        }
        let restart = restart || (other_account && !self.calls.is_empty());
        let mut later = restart && !self.calls.is_empty();
        if later {
            self.restart = true;
        }
        if restart && !later {
            self.reopen();
        } else if !later {
            if other_account {
                self.replace_active();
            } else if active_changed {
                later = self.change_active();
            }
        } else if active_changed && !other_account {
            self.change_active();
        }
        self.apply_policy();
        if sound {
            self.reopen_devices();
        }
        if volumes && let Err(e) = self.apply_volumes() {
            self.problem(e);
        }
        if self.accounts.registered || self.loaded.active().is_some_and(|(_, a)| a.server.is_empty()) {
            self.watch_people();
        }
        if directory || documents {
            self.start_directory();
            if self.accounts.registered {
                self.directory_account();
            }
        }
        if provisioning || documents {
            self.start_provisioning();
        }
        if changed.is_empty() {
            return changed;
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

    pub(super) fn set(&mut self, section: Option<&str>, key: &str, value: &Secret) -> Result<Value> {
        let section = section.unwrap_or("Settings").to_owned();
        let (key, value) = (key.to_owned(), value.clone());
        self.store(move |ini, loaded| ini.set_checked(&section, &key, value.reveal(), &loaded.store).map(drop))?;
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
        self.set(None, key, &Secret::from(if on { "1" } else { "0" }))?;
        Ok(json!({ "button": key, "on": on }))
    }
}

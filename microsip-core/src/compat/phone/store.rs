//! What the phone remembers in the settings file (reference section 4.1).
//!
//! The file belongs to people and their programs as much as to the phone. So every change is made to what is on the disk, line by line, and
//! while somebody else's change has not come to rest nothing is written over it: the phone's own waits.

use std::time::Duration;

use super::worker::{Alarm, Worker};
use super::{Loaded, SettingsSource};
use crate::compat::ini::{IniFile, ReadOptions};
use crate::{ErrorKind, Result};

/// How long a foreign change may take to come to rest before it is looked at without being told.
const SETTLES: Duration = Duration::from_secs(2);
/// What is remembered for convenience is written so late, as the original does it: not once for each stranger's call.
const LATE: Duration = Duration::from_secs(5);

/// A change to the file.
pub(super) type Edit = Box<dyn Fn(&mut IniFile, &Loaded) -> Result<()> + Send>;

/// What of the file is known.
#[derive(Default)]
pub(super) struct Kept {
    /// As it was on the disk when it was last looked at.
    disk: Option<IniFile>,
    /// Changes of ours that wait.
    waiting: Vec<Edit>,
}

impl Kept {
    pub(super) fn new(ini: &IniFile) -> Kept {
        Kept {
            disk: Some(ini.clone()),
            waiting: Vec::new(),
        }
    }
}

impl Worker {
    /// Changes the file, now or as soon as what somebody else writes has come to rest. The settings in memory are the caller's business.
    ///
    /// # Errors
    /// What is wrong with the change; that the disk does not take it.
    pub(super) fn store(
        &mut self,
        change: impl Fn(&mut IniFile, &Loaded) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let mut ini = self.loaded.ini.clone();
        change(&mut ini, &self.loaded)?;
        if !self.kept.waiting.is_empty() || self.is_foreign()? {
            self.kept.waiting.push(Box::new(change));
            self.loaded.ini = ini;
            if !self.has_alarm(|alarm| *alarm == Alarm::Store) {
                self.later(SETTLES, Alarm::Store);
            }
            return Ok(());
        }
        // Asked again at the last moment, for the disk is waited for.
        let seen = self
            .kept
            .disk
            .as_ref()
            .filter(|disk| disk.path().exists())
            .map(IniFile::to_bytes);
        if !self.files.save_over(&ini, seen.as_deref())? {
            self.kept.waiting.push(Box::new(change));
            self.loaded.ini = ini;
            self.later(SETTLES, Alarm::Store);
            return Ok(());
        }
        self.kept.disk = Some(ini.clone());
        self.loaded.ini = ini;
        Ok(())
    }

    fn save(&mut self, ini: IniFile) -> Result<()> {
        self.files.save(&ini)?;
        self.kept.disk = Some(ini.clone());
        self.loaded.ini = ini;
        Ok(())
    }

    /// Whether the disk has something that was not read yet. A file that is gone is written anew.
    fn is_foreign(&self) -> Result<bool> {
        match &self.kept.disk {
            Some(disk) => Ok(disk.path().exists() && disk.differs_on_disk()?),
            None => Ok(false),
        }
    }

    /// The file of somebody else has come to rest: changes of ours that waited are made to it. What it says now.
    pub(super) fn settle(&mut self, ini: IniFile) -> Result<IniFile> {
        self.cancel(|alarm| *alarm == Alarm::Store);
        self.kept.disk = Some(ini.clone());
        let waiting = std::mem::take(&mut self.kept.waiting);
        if waiting.is_empty() {
            return Ok(ini);
        }
        let mut ours = ini;
        for change in waiting {
            if let Err(e) = change(&mut ours, &self.loaded) {
                self.problem(e);
            }
        }
        self.save(ours.clone())?;
        Ok(ours)
    }

    /// Nobody told that the foreign change has come to rest.
    pub(super) fn store_alarm(&mut self) {
        let read = IniFile::load_or_new(&self.loaded.place.settings, &ReadOptions::default());
        match read {
            // Still being written.
            Ok((_, true)) if self.loaded.place.settings.exists() => self.later(SETTLES, Alarm::Store),
            Ok((_, true)) => {
                let ini = self.loaded.ini.clone();
                self.kept.waiting.clear();
                if let Err(e) = self.save(ini) {
                    self.problem(e);
                }
            }
            Ok((ini, false)) => match self.settle(ini) {
                Ok(ini) => drop(self.adopt(ini, SettingsSource::File)),
                Err(e) => self.problem(e),
            },
            Err(e) => self.problem(e),
        }
    }

    /// Remembers who was called, or called, last.
    pub(super) fn remember_last(&mut self, number: &str) {
        number.clone_into(&mut self.loaded.settings.last_call_number);
        if !self.has_alarm(|alarm| *alarm == Alarm::Remember) {
            self.later(LATE, Alarm::Remember);
        }
    }

    /// The number that is to be remembered, for whoever writes the file anyway.
    pub(super) fn take_last(&mut self) -> Option<String> {
        let waits = self.has_alarm(|alarm| *alarm == Alarm::Remember);
        self.cancel(|alarm| *alarm == Alarm::Remember);
        waits.then(|| self.loaded.settings.last_call_number.clone())
    }

    pub(super) fn remember_alarm(&mut self) {
        let number = self.loaded.settings.last_call_number.clone();
        if let Err(e) = self.store(move |ini, _| ini.set("Settings", "lastCallNumber", &number).map(drop)) {
            // A number outside of the file's code page cannot be kept.
            if e.kind() != ErrorKind::InvalidArgument {
                self.problem(e);
            }
        }
    }

    /// Writes what waits, at the end.
    pub(super) fn store_last(&mut self) {
        if self.has_alarm(|alarm| *alarm == Alarm::Remember) {
            self.remember_alarm();
        }
        if self.kept.waiting.is_empty() {
            return;
        }
        if let Ok((ini, false)) = IniFile::load_or_new(&self.loaded.place.settings, &ReadOptions::default())
            && let Err(e) = self.settle(ini)
        {
            self.problem(e);
        }
    }
}

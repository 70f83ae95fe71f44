//! How others are, and how we are (reference sections 9.3 and 9.4).

use std::collections::HashMap;

use serde_json::{Value, json};

use super::worker::Worker;
use crate::{Buddy, Error, Mailbox, ObserveOptions, Presence, PresenceStatus, Result};

/// Whom we watch.
#[derive(Default)]
pub(super) struct Watched {
    /// By number, as the contact has it.
    buddies: HashMap<String, Buddy>,
    mailbox: Option<Mailbox>,
    /// What the users directory tells, in MicroSIP's words.
    told: HashMap<String, String>,
    /// What we said of ourselves by hand.
    own: Option<PresenceStatus>,
}

impl Watched {
    /// The subscriptions are gone with their account.
    pub(super) fn forget(&mut self) {
        self.buddies.clear();
        self.mailbox = None;
    }

    /// What the directory tells now; what it told before is forgotten.
    pub(super) fn directory_tells(&mut self, told: impl Iterator<Item = (String, &'static str)>) {
        self.told = told.map(|(number, status)| (number, status.to_owned())).collect();
    }

    /// What is known of a number.
    pub(super) fn presence(&self, number: &str) -> Option<String> {
        if let Some(buddy) = self.buddies.get(number) {
            return Some(
                buddy
                    .status()
                    .map_or(Presence::Unknown.name(), |status| word(&status))
                    .to_owned(),
            );
        }
        self.told.get(number).cloned()
    }
}

/// MicroSIP's reading: a note that begins with "Ring" is a ringing line, "On the phone" a call.
fn word(status: &PresenceStatus) -> &'static str {
    match status.note() {
        Some(note) if note.starts_with("Ring") => "ringing",
        Some("On the phone") => Presence::OnThePhone.name(),
        _ => status.state().name(),
    }
}

impl Worker {
    /// Watches contacts and shortcuts that ask for it, and the mailbox; ends what is not asked for any more.
    pub(super) fn watch_people(&mut self) {
        let Some(account) = self.accounts.active.clone() else {
            return;
        };
        let (_, settings) = match self.loaded.active() {
            Some(active) => active,
            None => return,
        };
        let voicemail = !settings.voicemail_number.is_empty();
        let contacts = self
            .contacts
            .book()
            .iter()
            .filter(|contact| contact.presence)
            .map(|c| c.number.clone());
        let shortcuts = self
            .loaded
            .ini
            .shortcuts()
            .into_iter()
            .filter(|s| s.presence)
            .map(|s| s.number);
        let wanted: Vec<String> = contacts.chain(shortcuts).collect();
        let mut problems = Vec::new();
        for number in &wanted {
            if self.watched.buddies.contains_key(number) {
                continue;
            }
            let watched = self.numbers.resolve_as_is(number).and_then(|dialled| {
                account.watch(&dialled.request_uri(crate::Transport::Udp), ObserveOptions::default())
            });
            match watched {
                Ok(buddy) => {
                    self.watched.buddies.insert(number.clone(), buddy);
                }
                Err(e) => problems.push(e),
            }
        }
        self.watched.buddies.retain(|number, buddy| {
            let stays = wanted.contains(number);
            if !stays {
                drop(buddy.subscription().unsubscribe());
            }
            stays
        });
        if voicemail && self.watched.mailbox.is_none() {
            match account.watch_mailbox(None, ObserveOptions::default()) {
                Ok(mailbox) => self.watched.mailbox = Some(mailbox),
                Err(e) => problems.push(e),
            }
        }
        problems.into_iter().for_each(|e| self.problem(e));
    }

    /// Says how we are, to the server that wants it and to whoever asks us: by hand, else busy while do-not-disturb counts, else idle.
    pub(super) fn say_presence(&self) -> Result<()> {
        let status = match &self.watched.own {
            Some(own) => own.clone(),
            None if self.rules.is_dnd() => PresenceStatus::busy().with_note("Busy"),
            None => PresenceStatus::online().with_note("Idle"),
        };
        let accounts = [&self.accounts.local, &self.accounts.active];
        accounts
            .into_iter()
            .flatten()
            .try_for_each(|account| account.set_presence(status.clone()))
    }

    pub(super) fn set_presence(&mut self, status: &str, note: Option<&str>) -> Result<Value> {
        let mut own = match status {
            "auto" => {
                self.watched.own = None;
                self.say_presence()?;
                return Ok(json!({ "presence": "auto" }));
            }
            "online" => PresenceStatus::online(),
            "away" => PresenceStatus::away(),
            "busy" => PresenceStatus::busy(),
            "on_the_phone" => PresenceStatus::on_the_phone(),
            "do_not_disturb" => PresenceStatus::do_not_disturb(),
            "offline" => PresenceStatus::offline(),
            other => {
                return Err(Error::invalid(
                    "presence",
                    format!(
                        "{other:?} is no state; online, away, busy, on_the_phone, do_not_disturb, offline and auto are"
                    ),
                ));
            }
        };
        if let Some(note) = note {
            own = own.with_note(note);
        }
        if self.accounts.active.is_none() {
            return Err(super::accounts::no_account());
        }
        self.watched.own = Some(own);
        self.say_presence()?;
        Ok(json!({ "presence": status }))
    }
}

//! Sections that are lists with numbered keys: `[Calls]`, `[Dialed]`, `[Shortcuts]`, `[Contacts]`.

use std::collections::BTreeMap;

use super::document::IniFile;
use crate::{Error, Result};

/// Slots of the ring in `[Calls]`.
const CALLS: u32 = 1000;
const DIALED: u32 = 10;
const SHORTCUTS: u32 = 8;

/// What a shortcut does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ShortcutAction {
    /// Calls the number.
    #[default]
    Call,
    /// Calls it with video.
    Video,
    /// Opens a message to it.
    Message,
    /// Sends it as digits.
    Dtmf,
    /// Transfers the call to it.
    Transfer,
    /// Transfers the call to it after asking.
    AttendedTransfer,
    /// Invites it to the conference.
    Conference,
    /// Runs a program; not in MicroSIP's free version.
    RunBatch,
    /// Fetches a URL; not in MicroSIP's free version.
    CallUrl,
    /// Opens a URL; not in MicroSIP's free version.
    PopUrl,
}

impl ShortcutAction {
    /// Every action; the first five are also known by their number here, as old versions wrote them.
    pub const ALL: [ShortcutAction; 10] = [
        ShortcutAction::Call,
        ShortcutAction::Video,
        ShortcutAction::Message,
        ShortcutAction::Dtmf,
        ShortcutAction::Transfer,
        ShortcutAction::AttendedTransfer,
        ShortcutAction::Conference,
        ShortcutAction::RunBatch,
        ShortcutAction::CallUrl,
        ShortcutAction::PopUrl,
    ];

    /// Stable name for JSON, which is lower-case: `"call"`, `"attended_transfer"`, …
    pub fn name(self) -> &'static str {
        match self {
            ShortcutAction::AttendedTransfer => "attended_transfer",
            ShortcutAction::RunBatch => "run_batch",
            ShortcutAction::CallUrl => "call_url",
            ShortcutAction::PopUrl => "pop_url",
            other => other.ini_text(),
        }
    }

    /// The text in the settings file.
    pub fn ini_text(self) -> &'static str {
        match self {
            ShortcutAction::Call => "call",
            ShortcutAction::Video => "video",
            ShortcutAction::Message => "message",
            ShortcutAction::Dtmf => "dtmf",
            ShortcutAction::Transfer => "transfer",
            ShortcutAction::AttendedTransfer => "attendedTransfer",
            ShortcutAction::Conference => "conference",
            ShortcutAction::RunBatch => "runBatch",
            ShortcutAction::CallUrl => "callURL",
            ShortcutAction::PopUrl => "popURL",
        }
    }

    fn parse(text: &str) -> ShortcutAction {
        let by_name = Self::ALL.into_iter().find(|a| a.ini_text().eq_ignore_ascii_case(text));
        let by_number = || text.parse().ok().filter(|n: &usize| *n < 5).map(|n| Self::ALL[n]);
        by_name.or_else(by_number).unwrap_or_default()
    }
}

/// An entry of `[Shortcuts]`: `label;number;type;number2;presence`. Missing fields are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Shortcut {
    /// What stands on the button.
    pub label: String,
    /// The number, digits, program or URL.
    pub number: String,
    /// What is done with it.
    pub action: ShortcutAction,
    /// What the button does the second time; empty: the same.
    pub number2: String,
    /// Whether the number's state is watched.
    pub presence: bool,
}

impl Shortcut {
    /// A shortcut that calls a number.
    pub fn new(label: impl Into<String>, number: impl Into<String>) -> Self {
        Shortcut {
            label: label.into(),
            number: number.into(),
            ..Shortcut::default()
        }
    }

    /// Sets what is done with the number.
    pub fn action(mut self, action: ShortcutAction) -> Self {
        self.action = action;
        self
    }

    /// Sets what the button does the second time.
    pub fn number2(mut self, number: impl Into<String>) -> Self {
        self.number2 = number.into();
        self
    }

    /// Sets whether the number's state is watched.
    pub fn presence(mut self, watched: bool) -> Self {
        self.presence = watched;
        self
    }

    /// Reads a value. An unknown type is a call.
    pub fn parse(text: &str) -> Shortcut {
        let mut fields = text.split(';');
        let mut next = || fields.next().unwrap_or_default();
        Shortcut {
            label: next().to_owned(),
            number: next().to_owned(),
            action: ShortcutAction::parse(next()),
            number2: next().to_owned(),
            presence: next() == "1",
        }
    }

    /// The value.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if a field has a `;` in it: there is no escaping.
    pub fn ini_text(&self) -> Result<String> {
        let fields = [&self.label, &self.number, &self.number2];
        if let Some(field) = fields.into_iter().find(|field| field.contains(';')) {
            return Err(Error::invalid(
                "store shortcut",
                format!("{field:?} has a `;` in it, which separates the fields; use another character"),
            ));
        }
        let (action, presence) = (self.action.ini_text(), u8::from(self.presence));
        Ok(format!(
            "{};{};{action};{};{presence}",
            self.label, self.number, self.number2
        ))
    }
}

/// An entry of the old contact list `[Contacts]`: `number;name;presence;directory`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct OldContact {
    /// The number.
    pub number: String,
    /// The name.
    pub name: String,
    /// Whether the number's state is watched.
    pub presence: bool,
    /// Whether it came from the users directory.
    pub directory: bool,
}

impl OldContact {
    /// Reads a value; `None` without a number.
    pub fn parse(text: &str) -> Option<OldContact> {
        let mut fields = text.split(';');
        let mut next = || fields.next().unwrap_or_default();
        let contact = OldContact {
            number: next().to_owned(),
            name: next().to_owned(),
            presence: next() == "1",
            directory: next() == "1",
        };
        (!contact.number.is_empty()).then_some(contact)
    }
}

impl IniFile {
    /// The values of a section's numbered keys below `limit`, by number.
    pub fn numbered(&self, section: &str, limit: u32) -> BTreeMap<u32, &str> {
        self.entries(section)
            .filter_map(|(_, key, value)| Some((key.parse().ok().filter(|n| *n < limit)?, value)))
            .collect()
    }

    /// The records in `[Calls]` by key, deleted ones (`null`) left out. Their order is that of the time in them.
    pub fn calls(&self) -> BTreeMap<u32, &str> {
        let mut calls = self.numbered("Calls", CALLS);
        calls.retain(|_, record| !record.is_empty() && !record.eq_ignore_ascii_case("null"));
        calls
    }

    /// Puts a record into the next slot of the ring and moves `callsLastKey` on; the slot.
    ///
    /// # Errors
    /// As [`set`](IniFile::set).
    pub fn push_call(&mut self, record: &str) -> Result<u32> {
        let last = self
            .get("Settings", "callsLastKey")
            .and_then(|text| text.parse::<u32>().ok());
        let slot = last.map_or(0, |last| last.wrapping_add(1) % CALLS);
        self.set("Calls", &slot.to_string(), record)?;
        self.set("Settings", "callsLastKey", &slot.to_string())?;
        Ok(slot)
    }

    /// Deletes a call; its slot is kept, as MicroSIP does it. Whether there was one.
    ///
    /// # Errors
    /// As [`set`](IniFile::set).
    pub fn delete_call(&mut self, slot: u32) -> Result<bool> {
        match self.calls().contains_key(&slot) {
            true => self.set("Calls", &slot.to_string(), "null"),
            false => Ok(false),
        }
    }

    /// The texts dialled last, newest first.
    pub fn dialed(&self) -> Vec<&str> {
        let dialed = self.numbered("Dialed", DIALED);
        dialed.into_values().filter(|text| !text.is_empty()).collect()
    }

    /// Puts a text in front of `[Dialed]`; an equal one further down moves up. Ten are kept.
    ///
    /// # Errors
    /// As [`set`](IniFile::set).
    pub fn push_dialed(&mut self, text: &str) -> Result<()> {
        let mut texts = vec![text.to_owned()];
        texts.extend(self.dialed().into_iter().filter(|old| *old != text).map(str::to_owned));
        texts.truncate(DIALED as usize);
        for (i, text) in texts.iter().enumerate() {
            self.set("Dialed", &i.to_string(), text)?;
        }
        Ok(())
    }

    /// The shortcuts, up to the first gap.
    pub fn shortcuts(&self) -> Vec<Shortcut> {
        let texts = self.numbered("Shortcuts", SHORTCUTS);
        (0..SHORTCUTS)
            .map_while(|n| texts.get(&n).map(|text| Shortcut::parse(text)))
            .collect()
    }

    /// Replaces the shortcuts.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for more than eight and for fields with `;`;
    /// nothing is changed then. Else as [`set`](IniFile::set).
    pub fn set_shortcuts(&mut self, shortcuts: &[Shortcut]) -> Result<()> {
        if shortcuts.len() > SHORTCUTS as usize {
            return Err(Error::invalid(
                "store shortcut",
                format!("{} shortcuts; MicroSIP has {SHORTCUTS}", shortcuts.len()),
            ));
        }
        let texts: Vec<String> = shortcuts.iter().map(Shortcut::ini_text).collect::<Result<_>>()?;
        for n in 0..SHORTCUTS {
            match texts.get(n as usize) {
                Some(text) => drop(self.set("Shortcuts", &n.to_string(), text)?),
                None => drop(self.remove("Shortcuts", &n.to_string())),
            }
        }
        Ok(())
    }

    /// The old contact list.
    pub fn old_contacts(&self) -> Vec<OldContact> {
        let contacts = self.numbered("Contacts", u32::MAX);
        contacts.into_values().filter_map(OldContact::parse).collect()
    }
}

//! The sections `[Calls]` and `[Dialed]` of `microsip.ini`, as their keys and values.

use std::collections::BTreeMap;

use crate::compat::contacts::{ImportWarning, WarningKind, Warnings};

use super::record::CallRecord;

/// Places of `[Calls]`: keys `0` to `999`, used in turn.
pub const RING_SIZE: u16 = 1_000;

/// A value to be written in the ini file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IniWrite {
    /// The key in its section.
    pub key: String,
    /// The value.
    pub value: String,
}

/// The section `[Calls]`. Changes answer what to write in the file; what is not changed need not be written.
#[derive(Debug, Clone, Default)]
pub struct CallRing {
    slots: BTreeMap<u16, CallRecord>,
    last: Option<u16>,
}

impl CallRing {
    /// An empty ring.
    pub fn new() -> CallRing {
        CallRing::default()
    }

    /// Reads the section from its keys and values, and `callsLastKey` of `[Settings]` (−1 or none: never written).
    /// Without a usable pointer the place of the newest call is taken.
    pub fn from_ini<'a>(
        lines: impl IntoIterator<Item = (&'a str, &'a str)>,
        last_key: Option<i64>,
    ) -> (CallRing, Vec<ImportWarning>) {
        let mut ring = CallRing::new();
        let mut warnings = Warnings::default();
        for (key, value) in lines {
            let Some(place) = key.trim().parse::<u16>().ok().filter(|place| *place < RING_SIZE) else {
                let what = format!("[Calls] has a key {key:?}; keys are 0 to 999, the entry was left out");
                warnings.add(WarningKind::BadEntry, 0, what.chars().take(200).collect::<String>());
                continue;
            };
            match CallRecord::from_ini_line(value) {
                Some(record) => {
                    ring.slots.insert(place, record);
                }
                None if value.trim().is_empty() || value.trim().eq_ignore_ascii_case("null") => {}
                None => warnings.add(
                    WarningKind::NoNumber,
                    u32::from(place),
                    format!("[Calls] key {place}: the call has no number and was left out"),
                ),
            }
        }
        let newest = || {
            ring.slots
                .iter()
                .max_by_key(|(place, record)| (record.time, **place))
                .map(|(place, _)| *place)
        };
        ring.last = match last_key {
            Some(last) if (0..i64::from(RING_SIZE)).contains(&last) => u16::try_from(last).ok(),
            Some(-1) | None => newest(),
            Some(other) => {
                let what = format!("callsLastKey is {other}; −1 to 999 are allowed, the newest call's key was taken");
                warnings.add(WarningKind::BadValue, 0, what);
                newest()
            }
        };
        (ring, warnings.finish())
    }

    /// How many calls are in it.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// `callsLastKey`: the place written last; −1 for none.
    pub fn last_key(&self) -> i32 {
        self.last.map_or(-1, i32::from)
    }

    /// The call at a place.
    pub fn get(&self, key: u16) -> Option<&CallRecord> {
        self.slots.get(&key)
    }

    /// The calls with their places, oldest first; of the same second in the order they were written.
    pub fn calls(&self) -> Vec<(u16, &CallRecord)> {
        let mut calls: Vec<_> = self.slots.iter().map(|(place, record)| (*place, record)).collect();
        // How long ago a place was written: the one after the last is the oldest.
        let age = |place: u16| (place + RING_SIZE - 1 - self.last.unwrap_or(RING_SIZE - 1)) % RING_SIZE;
        calls.sort_by_key(|(place, record)| (record.time, age(*place)));
        calls
    }

    /// Adds a call in the next place; what was there 1,000 calls ago goes. Write the value in `[Calls]`, then
    /// [`last_key`](CallRing::last_key) as `callsLastKey`.
    pub fn push(&mut self, record: &CallRecord) -> IniWrite {
        let place = self.last.map_or(0, |last| (last + 1) % RING_SIZE);
        let value = record.to_ini_line();
        // What is kept is what a reader of the file will find.
        match CallRecord::from_ini_line(&value) {
            Some(kept) => self.slots.insert(place, kept),
            None => self.slots.remove(&place),
        };
        self.last = Some(place);
        IniWrite {
            key: place.to_string(),
            value,
        }
    }

    /// Writes another record in a call's place, such as when it has ended.
    pub fn update(&mut self, key: u16, record: &CallRecord) -> Option<IniWrite> {
        let slot = self.slots.get_mut(&key)?;
        let value = record.to_ini_line();
        *slot = CallRecord::from_ini_line(&value)?;
        Some(IniWrite {
            key: key.to_string(),
            value,
        })
    }

    /// Deletes a call: its value becomes `null`.
    pub fn delete(&mut self, key: u16) -> Option<IniWrite> {
        self.slots.remove(&key)?;
        Some(IniWrite {
            key: key.to_string(),
            value: "null".to_owned(),
        })
    }

    /// Deletes all; the section may be removed whole, and `callsLastKey` is −1 again.
    pub fn clear(&mut self) {
        *self = CallRing::new();
    }
}

/// The section `[Dialed]`: up to 10 texts as they were dialled, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DialedList {
    texts: Vec<String>,
}

impl DialedList {
    /// Places of the section.
    pub const SIZE: usize = 10;

    /// Reads the section from its keys and values, in whatever order.
    pub fn from_ini<'a>(lines: impl IntoIterator<Item = (&'a str, &'a str)>) -> DialedList {
        let mut found: BTreeMap<usize, &str> = BTreeMap::new();
        for (key, value) in lines {
            if let Ok(place) = key.trim().parse::<usize>()
                && place < DialedList::SIZE
                && !value.trim().is_empty()
            {
                found.insert(place, value);
            }
        }
        DialedList {
            texts: found.into_values().map(|text| text.trim().to_owned()).collect(),
        }
    }

    /// The texts, newest first.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Puts a text first; the same text further down goes, and the eleventh. Longer ones are cut to
    /// [`MAX_LINE`](super::MAX_LINE). An empty one changes nothing.
    pub fn push(&mut self, text: &str) {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= super::MAX_LINE
        };
        let text: String = text
            .trim()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take_while(fits)
            .collect();
        let text = text.trim().to_owned();
        if text.is_empty() {
            return;
        }
        self.texts.retain(|t| *t != text);
        self.texts.insert(0, text);
        self.texts.truncate(DialedList::SIZE);
    }

    /// All keys and values of the section, as they are to be written.
    pub fn to_ini(&self) -> Vec<IniWrite> {
        self.texts
            .iter()
            .enumerate()
            .map(|(place, text)| IniWrite {
                key: place.to_string(),
                value: text.clone(),
            })
            .collect()
    }
}

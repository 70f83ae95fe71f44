//! Taking over entries of a directory or a file, and the list of old ini files.

use std::collections::{HashMap, HashSet};

use super::book::{ContactBook, MAX_CONTACTS};
use super::contact::{Contact, ContactEntry, ContactField};
use super::warning::{ImportWarning, WarningKind, Warnings};
use super::xml::{quote, too_large};
use crate::Result;

/// When an entry means a contact that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MergeKey {
    /// By number: MicroSIP up to 3.21.
    Number,
    /// By number and name: MicroSIP from 3.22.
    #[default]
    NumberAndName,
}

impl MergeKey {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            MergeKey::Number => "number",
            MergeKey::NumberAndName => "number_and_name",
        }
    }

    fn of(self, contact: &Contact) -> (String, String) {
        let name = match self {
            MergeKey::Number => String::new(),
            MergeKey::NumberAndName => contact.name.clone(),
        };
        (contact.number.clone(), name)
    }
}

/// What a merge did, in contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MergeReport {
    /// New ones.
    pub added: usize,
    /// Changed ones.
    pub updated: usize,
    /// Those that were listed and had nothing to change.
    pub unchanged: usize,
    /// Those of the directory that are no longer in it.
    pub removed: usize,
}

pub(crate) fn merge(
    book: &mut ContactBook,
    entries: &[ContactEntry],
    key: MergeKey,
    remove: bool,
) -> Result<MergeReport> {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for (index, contact) in book.iter().enumerate() {
        places.entry(key.of(contact)).or_insert(index);
    }
    let entries: Vec<ContactEntry> = entries
        .iter()
        .cloned()
        .filter_map(|mut entry| entry.complete().then_some(entry))
        .collect();
    let mut new = HashSet::new();
    for entry in &entries {
        let key = key.of(&entry.contact);
        if !places.contains_key(&key) {
            new.insert(key);
        }
    }
    let listed: HashSet<_> = entries.iter().map(|entry| key.of(&entry.contact)).collect();
    let leaves = |contact: &Contact| remove && contact.directory && !listed.contains(&key.of(contact));
    let going = book.iter().filter(|contact| leaves(contact)).count();
    let total = book.len() - going + new.len();
    if total > MAX_CONTACTS {
        return Err(too_large(
            "contacts",
            format!("there would be {total} contacts; at most {MAX_CONTACTS} are kept"),
        ));
    }
    let mut report = MergeReport::default();
    for entry in entries {
        let at = key.of(&entry.contact);
        match places.get(&at).and_then(|index| book.get_mut(*index)) {
            Some(contact) => {
                let before = contact.clone();
                contact.update(&entry.contact, entry.fields);
                if *contact == before {
                    report.unchanged += 1;
                } else {
                    report.updated += 1;
                }
            }
            None => {
                let index = book.add(entry.contact)?;
                places.insert(at, index);
                report.added += 1;
            }
        }
    }
    report.removed = book.retain(|contact| !leaves(contact));
    Ok(report)
}

pub(crate) fn from_ini<'a>(lines: impl IntoIterator<Item = &'a str>) -> (ContactBook, Vec<ImportWarning>) {
    let mut book = ContactBook::new();
    let mut warnings = Warnings::default();
    for (index, line) in lines.into_iter().enumerate() {
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        if line.trim().is_empty() {
            continue;
        }
        let parts: Vec<&str> = line.split(';').collect();
        let flag = |text: &str| matches!(text.trim(), "0" | "1" | "");
        let (name, presence, directory) = match parts.as_slice() {
            [_] => (String::new(), "", ""),
            [_, name] => ((*name).to_owned(), "", ""),
            // The very old form has no directory field.
            [_, name, presence] if flag(presence) => ((*name).to_owned(), *presence, ""),
            [_, name @ .., presence, directory] if !name.is_empty() && flag(presence) && flag(directory) => {
                (name.join(";"), *presence, *directory)
            }
            [_, name, presence, directory] => {
                let what = format!(
                    "presence and directory should be 0 or 1, found {} and {}",
                    quote(presence),
                    quote(directory)
                );
                warnings.add(WarningKind::BadValue, at, what);
                ((*name).to_owned(), *presence, *directory)
            }
            [_, name @ ..] => (name.join(";"), "", ""),
            [] => continue,
        };
        let mut contact = Contact::new(parts.first().map_or("", |n| n.trim()), name.trim());
        contact.set(ContactField::Presence, presence);
        contact.set(ContactField::Directory, directory);
        if contact.number.is_empty() {
            warnings.add(
                WarningKind::NoNumber,
                at,
                format!("the entry {} has no number and was left out", quote(line)),
            );
        } else if let Err(e) = book.add(contact) {
            warnings.add(WarningKind::BadEntry, at, e.message());
            break;
        }
    }
    (book, warnings.finish())
}

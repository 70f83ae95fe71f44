//! Contacts of the phone: the file, names of callers, the users directory (reference section 9.5).

use std::path::PathBuf;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::Loaded;
use super::worker::Worker;
use crate::compat::contacts::{Contact, ContactBook};
use crate::compat::number::NumberRules;
use crate::{Error, ErrorKind, FailureCode, Result};

/// The book, and the file it is from.
#[derive(Default)]
pub(super) struct Contacts {
    book: ContactBook,
    path: PathBuf,
    changed: Option<SystemTime>,
    /// The file cannot be read, so it is not written over either.
    broken: bool,
}

impl Contacts {
    /// Reads `Contacts.xml`; without it the old list of the settings file.
    pub(super) fn open(loaded: &Loaded) -> (Contacts, Vec<Error>) {
        let mut contacts = Contacts {
            path: loaded.place.contacts.clone(),
            ..Contacts::default()
        };
        let mut problems = Vec::new();
        if let Err(e) = contacts.load() {
            problems.push(e);
        }
        if !contacts.path.exists() {
            let old = loaded.ini.numbered("Contacts", u32::MAX);
            contacts.book = ContactBook::from_ini_lines(old.into_values()).0;
        }
        (contacts, problems)
    }

    pub(super) fn book(&self) -> &ContactBook {
        &self.book
    }

    pub(super) fn book_mut(&mut self) -> &mut ContactBook {
        &mut self.book
    }

    /// Reads the file if another program has written it since. Whether it had.
    ///
    /// # Errors
    /// When it cannot be read; the contacts of before stay.
    pub(super) fn load(&mut self) -> Result<bool> {
        let failed =
            |e: std::io::Error| FailureCode::IoFailed.error("contacts", format!("cannot read Contacts.xml: {e}"));
        let changed = match std::fs::metadata(&self.path) {
            Ok(meta) => meta.modified().ok(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(failed(e)),
        };
        if changed == self.changed {
            return Ok(false);
        }
        // Looked at once for each time it is written, whatever comes of it.
        self.changed = changed;
        self.broken = true;
        if changed.is_some() {
            let named = |e: Error| {
                Error::new(
                    e.kind(),
                    "contacts",
                    format!("{}: {}", self.path.display(), e.message()),
                )
                .with_failure(e.failure())
            };
            let (book, warnings) = ContactBook::load(&self.path).map_err(named)?;
            for warning in warnings {
                tracing::warn!("Contacts.xml: {warning}");
            }
            self.book = book;
        }
        self.broken = false;
        Ok(true)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When the disk does not take it; the old file is unharmed then.
    pub(super) fn save(&mut self) -> Result<()> {
        if self.broken {
            let what = "Contacts.xml cannot be read, and is not written over; mend it or move it away";
            return Err(Error::new(ErrorKind::Config, "contacts", what));
        }
        self.book.save(&self.path)?;
        self.changed = std::fs::metadata(&self.path).and_then(|meta| meta.modified()).ok();
        Ok(())
    }

    /// The name of a caller: contacts' numbers are read as if they were dialled, and compared by their user part.
    pub(super) fn caller_name(&self, user: &str, numbers: &NumberRules) -> Option<String> {
        let format = |number: &str| match numbers.resolve(number) {
            Ok(dialled) => dialled.user().to_owned(),
            Err(_) => number.to_owned(),
        };
        let contact = self.book.find_caller_with(user, format)?;
        Some(contact.name.clone()).filter(|name| !name.is_empty())
    }
}

impl Worker {
    /// Reads the file again if somebody wrote it.
    pub(super) fn look_at_contacts(&mut self) {
        match self.contacts.load() {
            Ok(true) => {
                self.contacts_changed();
                self.watch_people();
            }
            Ok(false) => {}
            Err(e) => self.problem(e),
        }
    }

    pub(super) fn contact_views(&mut self, text: Option<&str>) -> Value {
        self.look_at_contacts();
        views(self.contacts.book(), text, |number| self.watched.presence(number))
    }
}

/// The contacts in which a text occurs; `presence` tells how a number is.
pub(super) fn views(book: &ContactBook, text: Option<&str>, presence: impl Fn(&str) -> Option<String>) -> Value {
    let view = |contact: &Contact| {
        let mut view = json!({ "name": contact.name, "number": contact.number });
        for (name, value) in [
            ("firstname", &contact.firstname),
            ("lastname", &contact.lastname),
            ("phone", &contact.phone),
            ("mobile", &contact.mobile),
            ("email", &contact.email),
            ("comment", &contact.comment),
            ("info", &contact.info),
        ] {
            if !value.is_empty() {
                view[name] = json!(value);
            }
        }
        view["starred"] = json!(contact.starred);
        view["directory"] = json!(contact.directory);
        if let Some(presence) = presence(&contact.number) {
            view["presence"] = json!(presence);
        }
        view
    };
    book.search(text.unwrap_or_default()).map(view).collect()
}

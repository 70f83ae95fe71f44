//! The contacts together, in their order, with what their file had besides.

use super::contact::{Contact, ContactField};
use super::lookup;
use super::merge::{self, MergeKey, MergeReport};
use super::text::TextEncoding;
use super::{ContactEntry, user_part};
use crate::{Error, ErrorKind, Result};

/// Most contacts in a book or an import.
pub const MAX_CONTACTS: usize = 100_000;

/// A contact, and how it stood in the file.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) contact: Contact,
    pub(crate) found: Option<Found>,
}

/// How a contact stood in its file.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What it was read as: while it still is, it is written as it stood.
    pub(crate) read: Contact,
    /// The element.
    pub(crate) raw: String,
    /// The element's name, with its prefix.
    pub(crate) name: String,
    /// What stands between its tags: nothing, or what another program put there.
    pub(crate) inner: String,
    /// Names of its attributes in their order.
    pub(crate) order: Vec<String>,
}

/// What stands in the file between the contacts.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) encoding: TextEncoding,
    /// Up to the end of the root's start tag.
    pub(crate) head: String,
    /// Text before each slot (same index): white space, comments, elements that are no contacts.
    pub(crate) leads: Vec<String>,
    /// From the last contact to the end of the root's content.
    pub(crate) tail: String,
    /// The root's end tag and what follows.
    pub(crate) foot: String,
    /// The whole text, if the root was written as one empty element: written so while there is no contact.
    pub(crate) bare: Option<String>,
}

/// All contacts, in the order of the file. Two may have the same number.
#[derive(Debug, Clone, Default)]
pub struct ContactBook {
    pub(crate) slots: Vec<Slot>,
    pub(crate) frame: Option<Frame>,
}

impl ContactBook {
    /// An empty book.
    pub fn new() -> ContactBook {
        ContactBook::default()
    }

    /// A book of these contacts.
    ///
    /// # Errors
    /// As [`add`](ContactBook::add).
    pub fn from_contacts(contacts: impl IntoIterator<Item = Contact>) -> Result<ContactBook> {
        let mut book = ContactBook::new();
        for contact in contacts {
            book.add(contact)?;
        }
        Ok(book)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The contacts in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Contact> + ExactSizeIterator {
        self.slots.iter().map(|slot| &slot.contact)
    }

    /// The contact at a place, from 0.
    pub fn get(&self, index: usize) -> Option<&Contact> {
        Some(&self.slots.get(index)?.contact)
    }

    /// The contact at a place, to be changed. One whose three numbers are emptied is written, and not read back.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Contact> {
        Some(&mut self.slots.get_mut(index)?.contact)
    }

    /// Adds a contact at the end; a missing number or name is filled in ([`Contact::complete`]).
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) if it has no number at all,
    /// [`LimitReached`](ErrorKind::LimitReached) if there are [`MAX_CONTACTS`] already.
    pub fn add(&mut self, mut contact: Contact) -> Result<usize> {
        if !contact.complete() {
            return Err(Error::invalid(
                "contact",
                "the contact has no number; set number, phone or mobile",
            ));
        }
        if self.slots.len() >= MAX_CONTACTS {
            let what = format!("there are {MAX_CONTACTS} contacts already, which is the limit; remove some first");
            return Err(Error::new(ErrorKind::LimitReached, "contact", what));
        }
        self.slots.push(Slot { contact, found: None });
        Ok(self.slots.len() - 1)
    }

    /// Removes the contact at a place, from 0. Comments before it in the file stay.
    pub fn remove(&mut self, index: usize) -> Option<Contact> {
        if index >= self.slots.len() {
            return None;
        }
        if let Some(frame) = &mut self.frame
            && index < frame.leads.len()
        {
            let lead = frame.leads.remove(index);
            if !lead.trim().is_empty() {
                match frame.leads.get_mut(index) {
                    Some(next) => next.insert_str(0, &lead),
                    None => frame.tail.insert_str(0, &lead),
                }
            }
        }
        Some(self.slots.remove(index).contact)
    }

    /// Removes all for which `keep` says no. Says how many.
    pub fn retain(&mut self, mut keep: impl FnMut(&Contact) -> bool) -> usize {
        let stays: Vec<bool> = self.iter().map(&mut keep).collect();
        if let Some(frame) = &mut self.frame {
            // Comments of what goes move on to what stays next.
            let mut carried = String::new();
            let mut leads = Vec::with_capacity(frame.leads.len());
            for (lead, stays) in std::mem::take(&mut frame.leads).into_iter().zip(&stays) {
                if *stays {
                    carried.push_str(&lead);
                    leads.push(std::mem::take(&mut carried));
                } else if !lead.trim().is_empty() {
                    carried.push_str(&lead);
                }
            }
            frame.leads = leads;
            frame.tail.insert_str(0, &carried);
        }
        let before = self.slots.len();
        let mut stays = stays.into_iter();
        self.slots.retain(|_| stays.next().unwrap_or(true));
        before - self.slots.len()
    }

    /// Removes contacts that have number and name in common with one before; what the first lacks is taken from them.
    /// Says how many went.
    pub fn remove_duplicates(&mut self) -> usize {
        let mut first = std::collections::HashMap::new();
        let mut gone = vec![false; self.slots.len()];
        for (index, gone) in gone.iter_mut().enumerate() {
            let contact = self.slots[index].contact.clone();
            let key = (contact.number.trim().to_owned(), contact.name.trim().to_owned());
            let Some(&of) = first.get(&key) else {
                first.insert(key, index);
                continue;
            };
            *gone = true;
            let keeper: &mut Contact = &mut self.slots[of].contact;
            for field in ContactField::ALL.into_iter().filter(|f| !f.is_flag()) {
                if keeper.get(field).is_empty() {
                    keeper.set(field, contact.get(field));
                }
            }
            keeper.presence |= contact.presence;
            keeper.starred |= contact.starred;
            // One that the user has entered too is not the directory's to remove.
            keeper.directory &= contact.directory;
        }
        let mut gone = gone.into_iter();
        self.retain(|_| !gone.next().unwrap_or(false))
    }

    /// The contact a caller's number belongs to, by MicroSIP's rule ([`caller_matches`](super::caller_matches)), the
    /// number of each contact taken as its [`user_part`]: an equal number first, then one the caller's ends with. `number` is
    /// compared before `phone` and `mobile`, which MicroSIP does not look at.
    pub fn find_caller(&self, caller: &str) -> Option<&Contact> {
        self.find_caller_with(caller, |number| user_part(number).to_owned())
    }

    /// As [`find_caller`](ContactBook::find_caller), where `format` makes the user part of a contact's number, by dial plan
    /// and prefix.
    pub fn find_caller_with(&self, caller: &str, format: impl FnMut(&str) -> String) -> Option<&Contact> {
        lookup::find(self, caller, format)
    }

    /// The contacts in which `text` occurs, upper and lower case being equal: in name, first and last name, any number, mail
    /// address, comment or info. A text of digits and separators also finds numbers written with other separators. An
    /// empty text finds all.
    pub fn search<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a Contact> + use<'a> {
        let needle = lookup::Needle::new(text);
        self.iter().filter(move |contact| needle.is_in(contact))
    }

    /// Takes over a users directory (reference: microsip.md, 9.5): an entry with the same key updates the fields it names,
    /// a new one is added, and those marked `directory` that are not listed any more are removed. A contact the user has made
    /// is updated too, but never marked, so it is never removed.
    ///
    /// # Errors
    /// [`LimitReached`](ErrorKind::LimitReached) beyond [`MAX_CONTACTS`]; the book is unchanged then.
    pub fn merge_directory(&mut self, entries: &[ContactEntry], key: MergeKey) -> Result<MergeReport> {
        merge::merge(self, entries, key, true)
    }

    /// Takes over entries of a file: as [`merge_directory`](ContactBook::merge_directory), but nothing is removed.
    ///
    /// # Errors
    /// [`LimitReached`](ErrorKind::LimitReached) beyond [`MAX_CONTACTS`]; the book is unchanged then.
    pub fn import(&mut self, entries: &[ContactEntry], key: MergeKey) -> Result<MergeReport> {
        merge::merge(self, entries, key, false)
    }

    /// How the file's text is stored; UTF-8 for a new book.
    pub fn encoding(&self) -> TextEncoding {
        self.frame.as_ref().map_or(TextEncoding::Utf8, |frame| frame.encoding)
    }

    /// Reads the old list of `microsip.ini`, section `[Contacts]`: the values of keys `0`, `1`, … in order, each
    /// `number;name;presence;directory`. The format has no escape for `;`, so a name with one is taken as long as the last two
    /// fields are flags.
    pub fn from_ini_lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> (ContactBook, Vec<super::ImportWarning>) {
        merge::from_ini(lines)
    }
}

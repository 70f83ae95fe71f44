//! One contact and its fields.

use serde::{Deserialize, Serialize};

/// A field of a [`Contact`], in the order `Contacts.xml` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContactField {
    /// `name`: what is shown.
    Name,
    /// `number`: what is called.
    Number,
    /// `firstname`.
    FirstName,
    /// `lastname`.
    LastName,
    /// `phone`: a second number.
    Phone,
    /// `mobile`: a third number.
    Mobile,
    /// `email`.
    Email,
    /// `address`.
    Address,
    /// `city`.
    City,
    /// `state`.
    State,
    /// `zip`: postal code.
    Zip,
    /// `comment`.
    Comment,
    /// `id`: the contact's key in the system it comes from.
    Id,
    /// `info`.
    Info,
    /// `presence`: whether to watch it.
    Presence,
    /// `starred`: a favourite.
    Starred,
    /// `directory`: came from the users directory.
    Directory,
}

impl ContactField {
    /// Every field, in the order of the file.
    pub const ALL: [ContactField; 17] = [
        ContactField::Name,
        ContactField::Number,
        ContactField::FirstName,
        ContactField::LastName,
        ContactField::Phone,
        ContactField::Mobile,
        ContactField::Email,
        ContactField::Address,
        ContactField::City,
        ContactField::State,
        ContactField::Zip,
        ContactField::Comment,
        ContactField::Id,
        ContactField::Info,
        ContactField::Presence,
        ContactField::Starred,
        ContactField::Directory,
    ];

    /// Its name in `Contacts.xml` and in JSON: `"name"`, `"firstname"`, …
    pub fn name(self) -> &'static str {
        match self {
            ContactField::Name => "name",
            ContactField::Number => "number",
            ContactField::FirstName => "firstname",
            ContactField::LastName => "lastname",
            ContactField::Phone => "phone",
            ContactField::Mobile => "mobile",
            ContactField::Email => "email",
            ContactField::Address => "address",
            ContactField::City => "city",
            ContactField::State => "state",
            ContactField::Zip => "zip",
            ContactField::Comment => "comment",
            ContactField::Id => "id",
            ContactField::Info => "info",
            ContactField::Presence => "presence",
            ContactField::Starred => "starred",
            ContactField::Directory => "directory",
        }
    }

    /// The field of a name, in exactly the spelling of [`name`](ContactField::name).
    pub fn from_name(name: &str) -> Option<ContactField> {
        ContactField::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether its value is yes or no, written `1` or `0`.
    pub fn is_flag(self) -> bool {
        matches!(
            self,
            ContactField::Presence | ContactField::Starred | ContactField::Directory
        )
    }
}

/// A set of fields: those a source named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContactFields(u32);

impl ContactFields {
    /// With a field more.
    #[must_use]
    pub fn with(self, field: ContactField) -> ContactFields {
        ContactFields(self.0 | 1 << field as u32)
    }

    /// Whether the field is in it.
    pub fn has(self, field: ContactField) -> bool {
        self.0 & 1 << field as u32 != 0
    }

    /// Whether no field is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A contact as MicroSIP knows it (`Contacts.xml`, element `contact`). All texts may be empty; all may hold any character.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Contact {
    /// What is shown.
    pub name: String,
    /// What is called: a number, a user or a SIP URI, as typed.
    pub number: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// A second number.
    pub phone: String,
    /// A third number.
    pub mobile: String,
    /// Mail address.
    pub email: String,
    /// Street and house.
    pub address: String,
    /// City.
    pub city: String,
    /// State or region.
    pub state: String,
    /// Postal code.
    pub zip: String,
    /// Free text.
    pub comment: String,
    /// The contact's key in the system it comes from.
    pub id: String,
    /// Free text shown beside the name.
    pub info: String,
    /// Watch its presence (SUBSCRIBE once registered).
    pub presence: bool,
    /// A favourite.
    pub starred: bool,
    /// Came from the users directory; removed when no longer listed there.
    pub directory: bool,
    /// Attributes of other programs, kept in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(String, String)>,
}

impl Contact {
    /// A contact with a number and a name.
    pub fn new(number: impl Into<String>, name: impl Into<String>) -> Contact {
        Contact {
            number: number.into(),
            name: name.into(),
            ..Contact::default()
        }
    }

    /// With a field of text set. A flag takes `1`, `true` or `yes` as yes.
    #[must_use]
    pub fn with(mut self, field: ContactField, value: impl Into<String>) -> Contact {
        self.set(field, &value.into());
        self
    }

    /// With its presence watched or not.
    #[must_use]
    pub fn presence(mut self, on: bool) -> Contact {
        self.presence = on;
        self
    }

    /// Starred or not.
    #[must_use]
    pub fn starred(mut self, on: bool) -> Contact {
        self.starred = on;
        self
    }

    /// Marked as from the users directory or not.
    #[must_use]
    pub fn directory(mut self, on: bool) -> Contact {
        self.directory = on;
        self
    }

    /// A field as text; flags as `1` and `0`.
    pub fn get(&self, field: ContactField) -> &str {
        let flag = |on: bool| if on { "1" } else { "0" };
        match field {
            ContactField::Name => &self.name,
            ContactField::Number => &self.number,
            ContactField::FirstName => &self.firstname,
            ContactField::LastName => &self.lastname,
            ContactField::Phone => &self.phone,
            ContactField::Mobile => &self.mobile,
            ContactField::Email => &self.email,
            ContactField::Address => &self.address,
            ContactField::City => &self.city,
            ContactField::State => &self.state,
            ContactField::Zip => &self.zip,
            ContactField::Comment => &self.comment,
            ContactField::Id => &self.id,
            ContactField::Info => &self.info,
            ContactField::Presence => flag(self.presence),
            ContactField::Starred => flag(self.starred),
            ContactField::Directory => flag(self.directory),
        }
    }

    /// Sets a field from text. Says whether the value was understood: a flag that is neither yes nor no becomes no.
    pub fn set(&mut self, field: ContactField, value: &str) -> bool {
        let text = match field {
            ContactField::Name => &mut self.name,
            ContactField::Number => &mut self.number,
            ContactField::FirstName => &mut self.firstname,
            ContactField::LastName => &mut self.lastname,
            ContactField::Phone => &mut self.phone,
            ContactField::Mobile => &mut self.mobile,
            ContactField::Email => &mut self.email,
            ContactField::Address => &mut self.address,
            ContactField::City => &mut self.city,
            ContactField::State => &mut self.state,
            ContactField::Zip => &mut self.zip,
            ContactField::Comment => &mut self.comment,
            ContactField::Id => &mut self.id,
            ContactField::Info => &mut self.info,
            ContactField::Presence | ContactField::Starred | ContactField::Directory => {
                let value = value.trim().to_ascii_lowercase();
                let on = matches!(&*value, "1" | "true" | "yes");
                match field {
                    ContactField::Presence => self.presence = on,
                    ContactField::Starred => self.starred = on,
                    _ => self.directory = on,
                }
                return on || matches!(&*value, "" | "0" | "false" | "no");
            }
        };
        value.clone_into(text);
        true
    }

    /// Fills a missing number from `phone`, then `mobile`, and a missing name from first and last name, then the number.
    /// Says whether there is a number now.
    pub fn complete(&mut self) -> bool {
        if self.number.trim().is_empty() {
            let other = [&self.phone, &self.mobile].into_iter().find(|n| !n.trim().is_empty());
            match other {
                Some(number) => self.number = number.clone(),
                None => return false,
            }
        }
        if self.name.trim().is_empty() {
            let both = format!("{} {}", self.firstname.trim(), self.lastname.trim());
            let both = both.trim();
            self.name = if both.is_empty() {
                self.number.clone()
            } else {
                both.to_owned()
            };
        }
        true
    }

    /// Takes over the fields named in `fields`; [`ContactField::Directory`] is not among them, as it tells where a
    /// contact came from first.
    pub(crate) fn update(&mut self, from: &Contact, fields: ContactFields) {
        for field in ContactField::ALL {
            if field != ContactField::Directory && fields.has(field) {
                self.set(field, from.get(field));
            }
        }
    }
}

/// A contact of an import, with the fields the source named: the others say nothing, and leave what is there alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ContactEntry {
    /// The contact.
    pub contact: Contact,
    /// What the source said about it.
    pub fields: ContactFields,
}

impl ContactEntry {
    /// An entry of a contact and the fields that are meant.
    pub fn new(contact: Contact, fields: ContactFields) -> ContactEntry {
        ContactEntry { contact, fields }
    }

    /// An entry that means every field of a contact, the empty ones too.
    pub fn whole(contact: Contact) -> ContactEntry {
        let fields = ContactField::ALL
            .into_iter()
            .fold(ContactFields::default(), ContactFields::with);
        ContactEntry { contact, fields }
    }

    pub(crate) fn set(&mut self, field: ContactField, value: &str) -> bool {
        self.fields = self.fields.with(field);
        self.contact.set(field, value)
    }

    /// [`Contact::complete`]; a number taken from another field is as good as a named one.
    pub(crate) fn complete(&mut self) -> bool {
        if !self.contact.complete() {
            return false;
        }
        self.fields = self.fields.with(ContactField::Number);
        let first_or_last = self.fields.has(ContactField::FirstName) || self.fields.has(ContactField::LastName);
        if first_or_last {
            self.fields = self.fields.with(ContactField::Name);
        }
        true
    }
}

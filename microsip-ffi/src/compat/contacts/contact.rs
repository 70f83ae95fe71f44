//! One contact and its fields.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::contacts::{Contact, ContactField};

use crate::base::{
    Code, Fault, OptOut, Out, change, clone_settings, free, get, guard, lock, opt_text, put, share, text,
};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// A field of a contact: one of `enum microsip_contact_field_e`.
pub type microsip_contact_field_t = i32;

/// The values of `microsip_contact_field_t`.
#[repr(i32)]
pub enum microsip_contact_field_e {
    /// What is shown.
    MICROSIP_CONTACT_FIELD_NAME = 1,
    /// What is called: a number, a user or a SIP URI, as typed.
    MICROSIP_CONTACT_FIELD_NUMBER = 2,
    /// First name.
    MICROSIP_CONTACT_FIELD_FIRST_NAME = 3,
    /// Last name.
    MICROSIP_CONTACT_FIELD_LAST_NAME = 4,
    /// A second number.
    MICROSIP_CONTACT_FIELD_PHONE = 5,
    /// A third number.
    MICROSIP_CONTACT_FIELD_MOBILE = 6,
    /// Mail address.
    MICROSIP_CONTACT_FIELD_EMAIL = 7,
    /// Street and house.
    MICROSIP_CONTACT_FIELD_ADDRESS = 8,
    /// City.
    MICROSIP_CONTACT_FIELD_CITY = 9,
    /// State or region.
    MICROSIP_CONTACT_FIELD_STATE = 10,
    /// Postal code.
    MICROSIP_CONTACT_FIELD_ZIP = 11,
    /// Free text.
    MICROSIP_CONTACT_FIELD_COMMENT = 12,
    /// The contact's key in the system it comes from.
    MICROSIP_CONTACT_FIELD_ID = 13,
    /// Free text shown beside the name.
    MICROSIP_CONTACT_FIELD_INFO = 14,
    /// Whether to watch its presence: `"1"` or `"0"`.
    MICROSIP_CONTACT_FIELD_PRESENCE = 15,
    /// Whether it is a favourite: `"1"` or `"0"`.
    MICROSIP_CONTACT_FIELD_STARRED = 16,
    /// Whether it came from the users directory, and goes with it: `"1"` or `"0"`.
    MICROSIP_CONTACT_FIELD_DIRECTORY = 17,
}

code!(microsip_contact_field_e, "contact field", ContactField {
MICROSIP_CONTACT_FIELD_NAME = Name,
MICROSIP_CONTACT_FIELD_NUMBER = Number,
MICROSIP_CONTACT_FIELD_FIRST_NAME = FirstName,
MICROSIP_CONTACT_FIELD_LAST_NAME = LastName,
MICROSIP_CONTACT_FIELD_PHONE = Phone,
MICROSIP_CONTACT_FIELD_MOBILE = Mobile,
MICROSIP_CONTACT_FIELD_EMAIL = Email,
MICROSIP_CONTACT_FIELD_ADDRESS = Address,
MICROSIP_CONTACT_FIELD_CITY = City,
MICROSIP_CONTACT_FIELD_STATE = State,
MICROSIP_CONTACT_FIELD_ZIP = Zip,
MICROSIP_CONTACT_FIELD_COMMENT = Comment,
MICROSIP_CONTACT_FIELD_ID = Id,
MICROSIP_CONTACT_FIELD_INFO = Info,
MICROSIP_CONTACT_FIELD_PRESENCE = Presence,
MICROSIP_CONTACT_FIELD_STARRED = Starred,
MICROSIP_CONTACT_FIELD_DIRECTORY = Directory,
});

/// A contact. All texts may be empty. It can be changed; a book has copies.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_contact_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_contact_t, 168, "contact", Mutex<Contact>);

/// Makes a contact with a number and a name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_new(
    number: *const c_char,
    name: *const c_char,
    contact: *mut microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contact_new", || {
        let out = Out::new(contact, "contact")?;
        out.set(put(Mutex::new(Contact::new(
            text(number, "number")?,
            text(name, "name")?,
        )))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_clone(
    contact: microsip_contact_t,
    clone: *mut microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contact_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(contact)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_free(contact: microsip_contact_t) -> microsip_status_t {
    guard("microsip_contact_free", || free(contact))
}

/// A field as text; switches as `"1"` and `"0"`. Lent until the contact is freed, also when the field is changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_get(
    contact: microsip_contact_t,
    field: microsip_contact_field_t,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_get", || {
        let out = Out::new(value, "value")?;
        let field = Code::arg(field)?;
        let contact = get(contact)?;
        let fields = lock(&contact);
        out.set(contact.lend(fields.get(field)));
        Ok(())
    })
}

/// Sets a field; switches take `1`, `true` or `yes` as yes. `understood` (may be NULL) is false for another word, which
/// becomes no.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_set(
    contact: microsip_contact_t,
    field: microsip_contact_field_t,
    value: *const c_char,
    understood: *mut bool,
) -> microsip_status_t {
    guard("microsip_contact_set", || {
        let understood = OptOut::new(understood);
        let (field, value) = (Code::arg(field)?, text(value, "value")?);
        let mut known = true;
        change(contact, |c| {
            known = c.set(field, value);
            Ok(())
        })?;
        understood.set(known);
        Ok(())
    })
}

/// How many attributes of other programs it has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_extra_count(
    contact: microsip_contact_t,
    extra_count: *mut usize,
) -> microsip_status_t {
    guard("microsip_contact_extra_count", || {
        let out = Out::new(extra_count, "extra_count")?;
        let object = get(contact)?;
        let c = lock(&object);
        out.set(c.extra.len());
        Ok(())
    })
}

/// The attribute of another program at `index`, from 0: name and value, both lent until the contact is freed.
/// `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_extra_at(
    contact: microsip_contact_t,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_extra_at", || {
        let (name, out) = (Out::new(name, "name"), Out::new(value, "value"));
        let (name, out) = (name?, out?);
        let contact = get(contact)?;
        let fields = lock(&contact);
        let (key, text) = fields
            .extra
            .get(index)
            .ok_or_else(|| Fault::none("attribute at this index"))?;
        name.set(contact.lend(key));
        out.set(contact.lend(text));
        Ok(())
    })
}

/// Sets an attribute of another program, which is kept in `Contacts.xml`; NULL removes it. Statuses: `INVALID_ARGUMENT`
/// for a field's own name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_set_extra(
    contact: microsip_contact_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_set_extra", || {
        let (name, value) = (text(name, "name")?, opt_text(value, "value")?);
        if name.is_empty() || ContactField::from_name(name).is_some() {
            return Err(Fault::invalid(format!(
                "{name:?} is no name for an attribute of another program"
            )));
        }
        change(contact, |c| {
            match (c.extra.iter().position(|(known, _)| known == name), value) {
                (Some(at), Some(value)) => c.extra[at].1 = value.to_owned(),
                (Some(at), None) => drop(c.extra.remove(at)),
                (None, Some(value)) => c.extra.push((name.to_owned(), value.to_owned())),
                (None, None) => {}
            }
            Ok(())
        })
    })
}

/// Some contacts. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_contacts_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_contacts_t, 169, "contacts", Vec<Contact>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contacts_count(
    contacts: microsip_contacts_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_contacts_count", || {
        let out = Out::new(count, "count")?;
        let object = get(contacts)?;
        let list = &**object;
        out.set(list.len());
        Ok(())
    })
}

/// The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contacts_at(
    contacts: microsip_contacts_t,
    index: usize,
    contact: *mut microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contacts_at", || {
        let out = Out::new(contact, "contact")?;
        let list = get(contacts)?;
        let one = list.get(index).ok_or_else(|| Fault::none("contact at this index"))?;
        out.set(put(Mutex::new(one.clone()))?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contacts_clone(
    contacts: microsip_contacts_t,
    clone: *mut microsip_contacts_t,
) -> microsip_status_t {
    guard("microsip_contacts_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(contacts)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contacts_free(contacts: microsip_contacts_t) -> microsip_status_t {
    guard("microsip_contacts_free", || free(contacts))
}

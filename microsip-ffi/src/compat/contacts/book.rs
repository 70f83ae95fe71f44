//! The contacts together, in their order.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::contacts::{ContactBook, CsvOptions, write_csv};

use super::{microsip_contact_t, microsip_contacts_t, microsip_import_warnings_t};
use crate::base::{Fault, OptOut, Out, bytes, clone_settings, free, get, guard, lock, put, settings_of, text};
use crate::compat::bytes::microsip_bytes_t;
use crate::handle;
use crate::status::microsip_status_t;

/// All contacts, in the order of their file. Two may have the same number. What is not changed is written as it was
/// read, byte by byte.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_contact_book_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_contact_book_t, 170, "contact book", Mutex<ContactBook>);

/// Makes an empty book.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_new(book: *mut microsip_contact_book_t) -> microsip_status_t {
    guard("microsip_contact_book_new", || {
        let out = Out::new(book, "book")?;
        out.set(put(Mutex::new(ContactBook::new()))?);
        Ok(())
    })
}

/// Reads the bytes of a `Contacts.xml`; none are an empty book. Contacts without any number are left out, and stay in
/// the file. `warnings` (may be NULL) gets a new list to be freed: what was passed over.
///
/// Statuses: `INVALID_ARGUMENT` for what is no such file, with the line; `LIMIT_REACHED` beyond 32 MiB or 100,000
/// contacts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_parse(
    data: *const u8,
    size: usize,
    book: *mut microsip_contact_book_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_contact_book_parse", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(book, "book")?;
        let (book, found) = ContactBook::from_xml(bytes(data, size, "data")?)?;
        warnings.set_with(|| put(found))?;
        out.set(put(Mutex::new(book))?);
        Ok(())
    })
}

/// Reads the file at `path` from the disk, as `microsip_contact_book_parse` does; one that does not exist is an empty
/// book. Statuses: `IO` as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_load(
    path: *const c_char,
    book: *mut microsip_contact_book_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_contact_book_load", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(book, "book")?;
        let (book, found) = ContactBook::load(text(path, "path")?.as_ref())?;
        warnings.set_with(|| put(found))?;
        out.set(put(Mutex::new(book))?);
        Ok(())
    })
}

/// Writes the file at `path` whole or not at all. Statuses: `IO`; the old file stands unchanged then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_save(
    book: microsip_contact_book_t,
    path: *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_book_save", || {
        let path = text(path, "path")?;
        Ok(settings_of(book)?.save(path.as_ref())?)
    })
}

/// The bytes of `Contacts.xml`, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_to_xml(
    book: microsip_contact_book_t,
    xml: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_contact_book_to_xml", || {
        let out = Out::new(xml, "xml")?;
        out.set(put(settings_of(book)?.to_xml())?);
        Ok(())
    })
}

/// The contacts as CSV with the column names of MicroSIP, UTF-8, as a new handle to be freed. `byte_order_mark` tells
/// spreadsheets that it is UTF-8; `guard_formulas` writes an apostrophe before texts that a spreadsheet would run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_to_csv(
    book: microsip_contact_book_t,
    byte_order_mark: bool,
    guard_formulas: bool,
    csv: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_contact_book_to_csv", || {
        let out = Out::new(csv, "csv")?;
        let options = CsvOptions::default()
            .bom(byte_order_mark)
            .guard_formulas(guard_formulas);
        out.set(put(write_csv(settings_of(book)?.iter(), &options)?)?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_clone(
    book: microsip_contact_book_t,
    clone: *mut microsip_contact_book_t,
) -> microsip_status_t {
    guard("microsip_contact_book_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(book)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Nothing is saved.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_book_free(book: microsip_contact_book_t) -> microsip_status_t {
    guard("microsip_contact_book_free", || free(book))
}

/// How its file's text is stored: `"utf-8"`, `"utf-16le"`, `"windows-1252"`, … Lent until the book is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_encoding(
    book: microsip_contact_book_t,
    encoding: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_book_encoding", || {
        let out = Out::new(encoding, "encoding")?;
        let object = get(book)?;
        let b = lock(&object);
        out.set(object.lend(&b.encoding().name()));
        Ok(())
    })
}

/// How many contacts are in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_count(
    book: microsip_contact_book_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_contact_book_count", || {
        let out = Out::new(count, "count")?;
        let object = get(book)?;
        let b = lock(&object);
        out.set(b.len());
        Ok(())
    })
}

/// The contact at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_at(
    book: microsip_contact_book_t,
    index: usize,
    contact: *mut microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contact_book_at", || {
        let out = Out::new(contact, "contact")?;
        let one = lock(&*get(book)?).get(index).cloned();
        out.set(put(Mutex::new(
            one.ok_or_else(|| Fault::none("contact at this index"))?,
        ))?);
        Ok(())
    })
}

/// Adds a copy of a contact at the end; a missing number is taken from the other numbers, a missing name made of what
/// there is. `index` (may be NULL) is where it stands.
///
/// Statuses: `INVALID_ARGUMENT` if it has no number at all, `LIMIT_REACHED` with 100,000 contacts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_add(
    book: microsip_contact_book_t,
    contact: microsip_contact_t,
    index: *mut usize,
) -> microsip_status_t {
    guard("microsip_contact_book_add", || {
        let index = OptOut::new(index);
        let contact = settings_of(contact)?;
        index.set(lock(&*get(book)?).add(contact)?);
        Ok(())
    })
}

/// Puts a copy of a contact in the place of the one at `index`; `NO_VALUE` beyond the end. Statuses: `INVALID_ARGUMENT`
/// if it has no number at all.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_book_set(
    book: microsip_contact_book_t,
    index: usize,
    contact: microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contact_book_set", || {
        let mut contact = settings_of(contact)?;
        if !contact.complete() {
            return Err(Fault::invalid("the contact has no number"));
        }
        let book = get(book)?;
        let mut book = lock(&book);
        *book
            .get_mut(index)
            .ok_or_else(|| Fault::none("contact at this index"))? = contact;
        Ok(())
    })
}

/// Removes the contact at `index`; those after it move up. `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_book_remove(book: microsip_contact_book_t, index: usize) -> microsip_status_t {
    guard("microsip_contact_book_remove", || {
        match lock(&*get(book)?).remove(index) {
            Some(_) => Ok(()),
            None => Err(Fault::none("contact at this index")),
        }
    })
}

/// Removes contacts that have number and name in common with one before; what the first lacks is taken from them.
/// `count` (may be NULL) says how many went.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_remove_duplicates(
    book: microsip_contact_book_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_contact_book_remove_duplicates", || {
        let count = OptOut::new(count);
        count.set(lock(&*get(book)?).remove_duplicates());
        Ok(())
    })
}

/// The contact a caller's number belongs to, as a copy to be freed: an equal number first, then one the caller's ends
/// with. `NO_VALUE` if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_find_caller(
    book: microsip_contact_book_t,
    caller: *const c_char,
    contact: *mut microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contact_book_find_caller", || {
        let out = Out::new(contact, "contact")?;
        let caller = text(caller, "caller")?;
        let found = lock(&*get(book)?).find_caller(caller).cloned();
        out.set(put(Mutex::new(
            found.ok_or_else(|| Fault::none("contact with this number"))?,
        ))?);
        Ok(())
    })
}

/// Copies of the contacts in which a text occurs, upper and lower case being equal: in a name, any number, mail
/// address, comment or info. A text of digits also finds numbers written with separators. An empty text finds all. A
/// new list to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_search(
    book: microsip_contact_book_t,
    needle: *const c_char,
    found: *mut microsip_contacts_t,
) -> microsip_status_t {
    guard("microsip_contact_book_search", || {
        let out = Out::new(found, "found")?;
        let needle = text(needle, "needle")?;
        let found = lock(&*get(book)?).search(needle).cloned().collect();
        out.set(put(found)?);
        Ok(())
    })
}

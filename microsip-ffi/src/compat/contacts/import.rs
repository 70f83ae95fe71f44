//! Contacts of other programs: CSV and users directories.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::compat::contacts::{
    ContactEntry, CsvImport, CsvOptions, Directory, DirectoryFormat, DirectoryPresence, DirectoryStatus, ImportWarning,
    read_csv,
};

use super::{microsip_contact_t, microsip_import_warnings_t};
use crate::base::{Code, Fault, Out, bytes, free, get, guard, opt_text, put, share};
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// The format of a users directory: one of `enum microsip_directory_format_e`.
pub type microsip_directory_format_t = i32;

/// The values of `microsip_directory_format_t`.
#[repr(i32)]
pub enum microsip_directory_format_e {
    /// CSV.
    MICROSIP_DIRECTORY_FORMAT_CSV = 1,
    /// JSON: an array of items, or an object with `items`.
    MICROSIP_DIRECTORY_FORMAT_JSON = 2,
    /// XML with the root `contacts`: MicroSIP's own.
    MICROSIP_DIRECTORY_FORMAT_XML_CONTACTS = 3,
    /// XML with the root `YealinkIPPhoneBook`.
    MICROSIP_DIRECTORY_FORMAT_XML_YEALINK = 4,
    /// XML with any other root, and `entry` or `DirectoryEntry`.
    MICROSIP_DIRECTORY_FORMAT_XML_ENTRIES = 5,
}

code!(microsip_directory_format_e, "directory format", DirectoryFormat {
MICROSIP_DIRECTORY_FORMAT_CSV = Csv,
MICROSIP_DIRECTORY_FORMAT_JSON = Json,
MICROSIP_DIRECTORY_FORMAT_XML_CONTACTS = XmlContacts,
MICROSIP_DIRECTORY_FORMAT_XML_YEALINK = XmlYealink,
MICROSIP_DIRECTORY_FORMAT_XML_ENTRIES = XmlEntries,
});

/// The state a directory tells of a number: one of `enum microsip_directory_status_e`.
pub type microsip_directory_status_t = i32;

/// The values of `microsip_directory_status_t`.
#[repr(i32)]
pub enum microsip_directory_status_e {
    /// Any other word.
    MICROSIP_DIRECTORY_STATUS_UNKNOWN = 1,
    /// Offline.
    MICROSIP_DIRECTORY_STATUS_OFFLINE = 2,
    /// Online.
    MICROSIP_DIRECTORY_STATUS_ONLINE = 3,
    /// Away.
    MICROSIP_DIRECTORY_STATUS_AWAY = 4,
    /// Busy.
    MICROSIP_DIRECTORY_STATUS_BUSY = 5,
    /// It rings there.
    MICROSIP_DIRECTORY_STATUS_RING = 6,
    /// On the phone.
    MICROSIP_DIRECTORY_STATUS_PHONE = 7,
}

code!(microsip_directory_status_e, "directory status", DirectoryStatus {
MICROSIP_DIRECTORY_STATUS_UNKNOWN = Unknown,
MICROSIP_DIRECTORY_STATUS_OFFLINE = Offline,
MICROSIP_DIRECTORY_STATUS_ONLINE = Online,
MICROSIP_DIRECTORY_STATUS_AWAY = Away,
MICROSIP_DIRECTORY_STATUS_BUSY = Busy,
MICROSIP_DIRECTORY_STATUS_RING = Ring,
MICROSIP_DIRECTORY_STATUS_PHONE = Phone,
});

/// Contacts that were read from CSV or from a users directory, with the fields the source named. Immutable; a book
/// takes them over by `microsip_contact_book_import` or `microsip_contact_book_merge_directory`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_contact_import_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_contact_import_t, 174, "contact import", Import);

/// Where they came from.
#[derive(Debug)]
pub enum Import {
    /// A table.
    Csv(CsvImport),
    /// A directory.
    Directory(Directory),
}

pub(super) fn entries_of(import: &Import) -> &[ContactEntry] {
    match import {
        Import::Csv(csv) => &csv.entries,
        Import::Directory(directory) => &directory.entries,
    }
}

impl Import {
    fn directory(&self) -> Option<&Directory> {
        match self {
            Import::Csv(_) => None,
            Import::Directory(directory) => Some(directory),
        }
    }

    fn presence(&self) -> &[DirectoryPresence] {
        self.directory().map_or(&[], |directory| &directory.presence)
    }

    fn unknown_columns(&self) -> Vec<String> {
        match self {
            Import::Csv(csv) => csv.unknown_columns.clone(),
            Import::Directory(_) => Vec::new(),
        }
    }

    fn warnings(&self) -> Vec<ImportWarning> {
        match self {
            Import::Csv(csv) => csv.warnings.clone(),
            Import::Directory(directory) => directory.warnings.clone(),
        }
    }
}

/// Reads contacts from CSV, with the column names of MicroSIP, Outlook, Google and others; commas, semicolons and tabs
/// divide. `guard_formulas` takes off the apostrophes that `microsip_contact_book_to_csv` wrote. A new object to be
/// freed.
///
/// Statuses: `INVALID_ARGUMENT` if no column holds numbers, `LIMIT_REACHED` beyond 32 MiB or 100,000 contacts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_csv(
    data: *const u8,
    size: usize,
    guard_formulas: bool,
    imported: *mut microsip_contact_import_t,
) -> microsip_status_t {
    guard("microsip_contact_import_csv", || {
        let out = Out::new(imported, "imported")?;
        let options = CsvOptions::default().guard_formulas(guard_formulas);
        out.set(put(Import::Csv(read_csv(bytes(data, size, "data")?, &options)?))?);
        Ok(())
    })
}

/// Reads a server's answer to the question for a users directory: CSV if `content_type`, the header's value (may be
/// NULL), is `text/csv`, else JSON if it is JSON, else XML. A new object to be freed.
///
/// Statuses: `INVALID_ARGUMENT` for what is no directory, `LIMIT_REACHED` beyond 32 MiB or 100,000 contacts. Keep the
/// contacts of the last answer then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_directory(
    content_type: *const c_char,
    data: *const u8,
    size: usize,
    imported: *mut microsip_contact_import_t,
) -> microsip_status_t {
    guard("microsip_contact_import_directory", || {
        let out = Out::new(imported, "imported")?;
        let content_type = opt_text(content_type, "content_type")?;
        let directory = Directory::read(content_type, bytes(data, size, "data")?)?;
        out.set(put(Import::Directory(directory))?);
        Ok(())
    })
}

/// How many contacts there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_count(
    imported: microsip_contact_import_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_contact_import_count", || {
        let out = Out::new(count, "count")?;
        let object = get(imported)?;
        let i = &**object;
        out.set(entries_of(i).len());
        Ok(())
    })
}

/// The contact at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_at(
    imported: microsip_contact_import_t,
    index: usize,
    contact: *mut microsip_contact_t,
) -> microsip_status_t {
    guard("microsip_contact_import_at", || {
        let out = Out::new(contact, "contact")?;
        let import = get(imported)?;
        let entry = entries_of(&import)
            .get(index)
            .ok_or_else(|| Fault::none("contact at this index"))?;
        out.set(put(Mutex::new(entry.contact.clone()))?);
        Ok(())
    })
}

/// Columns of the CSV that mean nothing here, as a new list to be freed; empty for a directory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_unknown_columns(
    imported: microsip_contact_import_t,
    unknown_columns: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_contact_import_unknown_columns", || {
        let out = Out::new(unknown_columns, "unknown_columns")?;
        let object = get(imported)?;
        let i = &**object;
        out.set(put(i.unknown_columns())?);
        Ok(())
    })
}

/// What was passed over, as a new list to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_warnings(
    imported: microsip_contact_import_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_contact_import_warnings", || {
        let out = Out::new(warnings, "warnings")?;
        let object = get(imported)?;
        let i = &**object;
        out.set(put(i.warnings())?);
        Ok(())
    })
}

/// The directory's format; `NO_VALUE` if it was read as CSV of a file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_format(
    imported: microsip_contact_import_t,
    format: *mut microsip_directory_format_t,
) -> microsip_status_t {
    guard("microsip_contact_import_format", || {
        let out = Out::new(format, "format")?;
        let object = get(imported)?;
        let i = &**object;
        out.set_some(
            i.directory()
                .map(|directory| directory.format)
                .map(|value| value.code()),
            "format",
        )
    })
}

/// Seconds until the directory wants to be asked again, 0 for never; `NO_VALUE` if it says nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_refresh_s(
    imported: microsip_contact_import_t,
    refresh_s: *mut u64,
) -> microsip_status_t {
    guard("microsip_contact_import_refresh_s", || {
        let out = Out::new(refresh_s, "refresh_s")?;
        let object = get(imported)?;
        let i = &**object;
        out.set_some(
            i.directory().and_then(|directory| directory.refresh),
            "time of the next question",
        )
    })
}

/// Whether the directory asks not to bother the user with errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_is_silent(
    imported: microsip_contact_import_t,
    is_silent: *mut bool,
) -> microsip_status_t {
    guard("microsip_contact_import_is_silent", || {
        let out = Out::new(is_silent, "is_silent")?;
        let object = get(imported)?;
        let i = &**object;
        out.set(i.directory().is_some_and(|directory| directory.silent));
        Ok(())
    })
}

/// Of how many numbers the directory tells a state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_presence_count(
    imported: microsip_contact_import_t,
    presence_count: *mut usize,
) -> microsip_status_t {
    guard("microsip_contact_import_presence_count", || {
        let out = Out::new(presence_count, "presence_count")?;
        let object = get(imported)?;
        let i = &**object;
        out.set(i.presence().len());
        Ok(())
    })
}

/// The state at `index`, from 0: the number as it stands in a contact, its state, and a text to be shown beside it,
/// NULL if there is none. Texts are lent until the import is freed. `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_presence_at(
    imported: microsip_contact_import_t,
    index: usize,
    number: *mut *const c_char,
    status: *mut microsip_directory_status_t,
    info: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_import_presence_at", || {
        let (number, status, out) = (
            Out::new(number, "number"),
            Out::new(status, "status"),
            Out::new(info, "info"),
        );
        let (number, status, out) = (number?, status?, out?);
        let import = get(imported)?;
        let one = import
            .presence()
            .get(index)
            .ok_or_else(|| Fault::none("state at this index"))?;
        number.set(import.lend(&one.number));
        status.set(one.status.code());
        if let Some(info) = &one.info {
            out.set(import.lend(info));
        }
        Ok(())
    })
}

/// Another handle to the same import, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_import_clone(
    imported: microsip_contact_import_t,
    clone: *mut microsip_contact_import_t,
) -> microsip_status_t {
    guard("microsip_contact_import_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(imported)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_import_free(imported: microsip_contact_import_t) -> microsip_status_t {
    guard("microsip_contact_import_free", || free(imported))
}

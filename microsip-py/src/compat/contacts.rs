//! Contacts: the file, CSV, the users directory.

use std::path::PathBuf;
use std::sync::Mutex;

use microsip_core::compat::contacts::{
    self, Contact, ContactEntry, ContactField, CsvOptions, Directory, DirectoryFormat, DirectoryPresence,
    DirectoryStatus, ImportWarning, MergeKey, MergeReport, WarningKind,
};
use pyo3::prelude::*;

use super::lock;
use crate::base::{Bytes, Fault, FromPy, Outcome, ToPy, list_of};
use crate::{event, names, settings, snapshot};

names!(MergeKey as "compat.MergeKey" [Number, NumberAndName]);
names!(WarningKind as "compat.ImportWarningKind" [NoNumber, BadValue, Encoding, BadEntry, Cut]);
names!(DirectoryFormat as "compat.DirectoryFormat" [Csv, Json, XmlContacts, XmlYealink, XmlEntries]);
names!(DirectoryStatus as "compat.DirectoryStatus" [Unknown, Offline, Online, Away, Busy, Ring, Phone]);

snapshot!(Contact as "compat.Contact" {
    number, name, firstname, lastname, phone, mobile, email, address, city, state, zip, comment, id, info, presence,
    starred, directory, extra,
});
settings!(Contact as "compat.Contact" {
    number, name, firstname, lastname, phone, mobile, email, address, city, state, zip, comment, id, info, presence,
    starred, directory, extra,
});
snapshot!(ImportWarning as "compat.ImportWarning" { kind, line, message });
snapshot!(MergeReport as "compat.MergeReport" { added, updated, unchanged, removed });
snapshot!(DirectoryPresence as "compat.DirectoryPresence" { number, status, info });
snapshot!(ContactEntry as "compat.ContactEntry" { contact, fields = |it| fields(it) });
snapshot!(Directory as "compat.Directory" { format, entries, refresh, presence, silent, warnings });

fn fields(entry: &ContactEntry) -> Vec<&'static str> {
    let named = ContactField::ALL.into_iter().filter(|field| entry.fields.has(*field));
    named.map(ContactField::name).collect()
}

/// An entry, or a contact that is meant as a whole.
impl FromPy for ContactEntry {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !value.hasattr("contact")? {
            return Ok(ContactEntry::whole(Contact::from_py(value)?));
        }
        let contact = Contact::from_py(&value.getattr("contact")?)?;
        let mut fields = contacts::ContactFields::default();
        for name in Vec::<String>::from_py(&value.getattr("fields")?)? {
            let field = ContactField::from_name(&name)
                .ok_or_else(|| Fault::value_error(format!("{name:?} is no field of contacts")))?;
            fields = fields.with(field);
        }
        Ok(ContactEntry::new(contact, fields))
    }
}

/// What a `microsip.compat.ContactBook` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct ContactBook(Mutex<contacts::ContactBook>);

type WithWarnings<'py> = (ContactBook, Bound<'py, PyAny>);

fn with_warnings<'py>(
    py: Python<'py>,
    (book, warnings): (contacts::ContactBook, Vec<ImportWarning>),
) -> Outcome<WithWarnings<'py>> {
    Ok((ContactBook(Mutex::new(book)), list_of(py, warnings)?.into_any()))
}

#[pymethods]
impl ContactBook {
    #[new]
    fn new() -> ContactBook {
        ContactBook(Mutex::default())
    }

    #[staticmethod]
    fn load<'py>(py: Python<'py>, path: &Bound<'py, PyAny>) -> Outcome<WithWarnings<'py>> {
        let path = PathBuf::from_py(path)?;
        with_warnings(py, crate::base::apart(py, || contacts::ContactBook::load(&path))?)
    }

    #[staticmethod]
    fn from_xml<'py>(py: Python<'py>, content: &Bound<'py, PyAny>) -> Outcome<WithWarnings<'py>> {
        let content = Bytes::from_py(content)?.0;
        with_warnings(
            py,
            crate::base::apart(py, || contacts::ContactBook::from_xml(&content))?,
        )
    }

    #[staticmethod]
    fn from_ini_lines(py: Python<'_>, lines: Vec<String>) -> Outcome<WithWarnings<'_>> {
        with_warnings(
            py,
            contacts::ContactBook::from_ini_lines(lines.iter().map(String::as_str)),
        )
    }

    fn to_xml<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Bytes(lock(&self.0).to_xml()).to_py(py)
    }

    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> Outcome<()> {
        let path = PathBuf::from_py(path)?;
        let book = lock(&self.0).clone();
        Ok(crate::base::apart(py, || book.save(&path))?)
    }

    fn __len__(&self) -> usize {
        lock(&self.0).len()
    }

    fn all<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        Ok(list_of(py, lock(&self.0).iter())?.into_any())
    }

    fn get<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        lock(&self.0).get(index).cloned().to_py(py)
    }

    /// Whether there was one.
    fn replace(&self, index: usize, contact: &Bound<'_, PyAny>) -> Outcome<bool> {
        let mut contact = Contact::from_py(contact)?;
        if !contact.complete() {
            return Err(Fault::value_error(
                "the contact has no number; set number, phone or mobile",
            ));
        }
        let mut book = lock(&self.0);
        let place = book.get_mut(index);
        Ok(place.map(|place| *place = contact).is_some())
    }

    fn add(&self, contact: &Bound<'_, PyAny>) -> Outcome<usize> {
        let contact = Contact::from_py(contact)?;
        Ok(lock(&self.0).add(contact)?)
    }

    fn remove<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let removed = lock(&self.0).remove(index);
        removed.to_py(py)
    }

    fn remove_duplicates(&self) -> usize {
        lock(&self.0).remove_duplicates()
    }

    fn find_caller<'py>(&self, py: Python<'py>, caller: &str) -> PyResult<Bound<'py, PyAny>> {
        let found = lock(&self.0).find_caller(caller).cloned();
        found.to_py(py)
    }

    fn search<'py>(&self, py: Python<'py>, text: &str) -> Outcome<Bound<'py, PyAny>> {
        let found: Vec<Contact> = lock(&self.0).search(text).cloned().collect();
        Ok(list_of(py, found)?.into_any())
    }

    /// With `directory`, contacts of the directory that are not listed any more go.
    fn merge<'py>(
        &self,
        py: Python<'py>,
        entries: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
        directory: bool,
    ) -> Outcome<Bound<'py, PyAny>> {
        let (entries, key) = (Vec::<ContactEntry>::from_py(entries)?, MergeKey::from_py(key)?);
        let mut book = lock(&self.0);
        let report = match directory {
            true => book.merge_directory(&entries, key)?,
            false => book.import(&entries, key)?,
        };
        Ok(report.to_py(py)?)
    }
}

fn csv(bom: bool, guard_formulas: bool) -> CsvOptions {
    CsvOptions::default().bom(bom).guard_formulas(guard_formulas)
}

#[pyfunction]
pub fn read_contacts_csv<'py>(
    py: Python<'py>,
    content: &Bound<'py, PyAny>,
    guard_formulas: bool,
) -> Outcome<Bound<'py, PyAny>> {
    let content = Bytes::from_py(content)?.0;
    let import = crate::base::apart(py, || contacts::read_csv(&content, &csv(false, guard_formulas)))?;
    Ok(event!(py, "compat.CsvImport" {
        entries: import.entries, unknown_columns: import.unknown_columns, warnings: import.warnings,
    })?)
}

#[pyfunction]
pub fn write_contacts_csv<'py>(
    py: Python<'py>,
    contacts: &Bound<'py, PyAny>,
    bom: bool,
    guard_formulas: bool,
) -> Outcome<Bound<'py, PyAny>> {
    let contacts = Vec::<Contact>::from_py(contacts)?;
    let content = contacts::write_csv(&contacts, &csv(bom, guard_formulas))?;
    Ok(Bytes(content).to_py(py)?)
}

#[pyfunction]
pub fn read_directory<'py>(
    py: Python<'py>,
    content: &Bound<'py, PyAny>,
    content_type: Option<String>,
) -> Outcome<Bound<'py, PyAny>> {
    let content = Bytes::from_py(content)?.0;
    let directory = crate::base::apart(py, || Directory::read(content_type.as_deref(), &content))?;
    Ok(directory.to_py(py)?)
}

#[pyfunction]
pub fn user_part(number: &str) -> String {
    contacts::user_part(number)
}

#[pyfunction]
pub fn caller_matches(caller: &str, contact: &str) -> Option<usize> {
    contacts::caller_matches(caller, contact)
}

//! Taking over contacts of a file or a directory.

use microsip_core::compat::contacts::{MergeKey, MergeReport};

use super::{entries_of, microsip_contact_book_t, microsip_contact_import_t};
use crate::base::{Code, OptOut, Out, free, get, guard, lock, put, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// When an imported contact means one that is there already: one of `enum microsip_merge_key_e`.
pub type microsip_merge_key_t = i32;

/// The values of `microsip_merge_key_t`.
#[repr(i32)]
pub enum microsip_merge_key_e {
    /// By number: MicroSIP up to 3.21.
    MICROSIP_MERGE_KEY_NUMBER = 1,
    /// By number and name: MicroSIP from 3.22.
    MICROSIP_MERGE_KEY_NUMBER_AND_NAME = 2,
}

code!(microsip_merge_key_e, "merge key", MergeKey {
MICROSIP_MERGE_KEY_NUMBER = Number,
MICROSIP_MERGE_KEY_NUMBER_AND_NAME = NumberAndName,
});

/// What a merge did, in contacts. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_merge_report_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_merge_report_t, 171, "merge report", MergeReport);

/// New ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_merge_report_added(
    report: microsip_merge_report_t,
    added: *mut usize,
) -> microsip_status_t {
    guard("microsip_merge_report_added", || {
        let out = Out::new(added, "added")?;
        let object = get(report)?;
        let r = &**object;
        out.set(r.added);
        Ok(())
    })
}

/// Changed ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_merge_report_updated(
    report: microsip_merge_report_t,
    updated: *mut usize,
) -> microsip_status_t {
    guard("microsip_merge_report_updated", || {
        let out = Out::new(updated, "updated")?;
        let object = get(report)?;
        let r = &**object;
        out.set(r.updated);
        Ok(())
    })
}

/// Those that were listed and had nothing to change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_merge_report_unchanged(
    report: microsip_merge_report_t,
    unchanged: *mut usize,
) -> microsip_status_t {
    guard("microsip_merge_report_unchanged", || {
        let out = Out::new(unchanged, "unchanged")?;
        let object = get(report)?;
        let r = &**object;
        out.set(r.unchanged);
        Ok(())
    })
}

/// Those of the directory that are no longer in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_merge_report_removed(
    report: microsip_merge_report_t,
    removed: *mut usize,
) -> microsip_status_t {
    guard("microsip_merge_report_removed", || {
        let out = Out::new(removed, "removed")?;
        let object = get(report)?;
        let r = &**object;
        out.set(r.removed);
        Ok(())
    })
}

/// Another handle to the same report, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_merge_report_clone(
    report: microsip_merge_report_t,
    clone: *mut microsip_merge_report_t,
) -> microsip_status_t {
    guard("microsip_merge_report_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(report)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_merge_report_free(report: microsip_merge_report_t) -> microsip_status_t {
    guard("microsip_merge_report_free", || free(report))
}

/// Takes over the contacts of a file: one with the same key updates the fields the file has, a new one is added,
/// nothing is removed. `report` (may be NULL) gets a new object to be freed.
///
/// Statuses: `LIMIT_REACHED` beyond 100,000 contacts; the book is unchanged then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_import(
    book: microsip_contact_book_t,
    imported: microsip_contact_import_t,
    key: microsip_merge_key_t,
    report: *mut microsip_merge_report_t,
) -> microsip_status_t {
    guard("microsip_contact_book_import", || {
        let report = OptOut::new(report);
        let key = Code::arg(key)?;
        let import = get(imported)?;
        let done = lock(&*get(book)?).import(entries_of(&import), key)?;
        report.set_with(|| put(done))
    })
}

/// Takes over a users directory: as `microsip_contact_book_import`, and contacts marked
/// `MICROSIP_CONTACT_FIELD_DIRECTORY` that are not listed any more are removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_book_merge_directory(
    book: microsip_contact_book_t,
    imported: microsip_contact_import_t,
    key: microsip_merge_key_t,
    report: *mut microsip_merge_report_t,
) -> microsip_status_t {
    guard("microsip_contact_book_merge_directory", || {
        let report = OptOut::new(report);
        let key = Code::arg(key)?;
        let import = get(imported)?;
        let done = lock(&*get(book)?).merge_directory(entries_of(&import), key)?;
        report.set_with(|| put(done))
    })
}

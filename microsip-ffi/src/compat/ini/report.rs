//! What becomes of each line of a settings file.

use std::ffi::c_char;

use microsip_core::compat::ini::{ReportEntry, SettingsReport};

use super::{ini_or_empty, microsip_ini_disposition_t, microsip_ini_t};
use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::handle;
use crate::status::microsip_status_t;

/// Which keys of a file are honoured, which accepted without effect, which unknown. Immutable; secrets are masked.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_report_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_report_t, 157, "ini report", SettingsReport);

/// One key of a settings file in a report. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_ini_report_entry_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_ini_report_entry_t, 158, "ini report entry", ReportEntry);

/// Looks at every key of a document; the report is a new object to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_of(
    ini: microsip_ini_t,
    report: *mut microsip_ini_report_t,
) -> microsip_status_t {
    guard("microsip_ini_report_of", || {
        let out = Out::new(report, "report")?;
        out.set(put(SettingsReport::of(&ini_or_empty(ini)?))?);
        Ok(())
    })
}

/// The report as a table for people. Lent until the report is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_text(
    report: microsip_ini_report_t,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_text", || {
        let out = Out::new(text, "text")?;
        let object = get(report)?;
        let r = &**object;
        out.set(object.lend(&r.to_string()));
        Ok(())
    })
}

/// How many keys are in it. Calls and other lists are summed up: `microsip_ini_report_list_count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_count(
    report: microsip_ini_report_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_report_count", || {
        let out = Out::new(count, "count")?;
        let object = get(report)?;
        let r = &**object;
        out.set(r.entries.len());
        Ok(())
    })
}

/// The key at `index`, from 0, in the order of the file, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_at(
    report: microsip_ini_report_t,
    index: usize,
    entry: *mut microsip_ini_report_entry_t,
) -> microsip_status_t {
    guard("microsip_ini_report_at", || {
        let out = Out::new(entry, "entry")?;
        let report = get(report)?;
        let entry = report
            .entries
            .get(index)
            .ok_or_else(|| Fault::none("entry at this index"))?;
        out.set(put(entry.clone())?);
        Ok(())
    })
}

/// How many keys have this disposition.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_count_of(
    report: microsip_ini_report_t,
    disposition: microsip_ini_disposition_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_report_count_of", || {
        let out = Out::new(count, "count")?;
        out.set(get(report)?.count(Code::arg(disposition)?));
        Ok(())
    })
}

/// How many sections are lists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_list_count(
    report: microsip_ini_report_t,
    list_count: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_report_list_count", || {
        let out = Out::new(list_count, "list_count")?;
        let object = get(report)?;
        let r = &**object;
        out.set(r.lists.len());
        Ok(())
    })
}

/// The section at `index`, from 0, that is a list: its name, lent until the report is freed, and how many entries it
/// has. `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_list_at(
    report: microsip_ini_report_t,
    index: usize,
    section: *mut *const c_char,
    entries: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_report_list_at", || {
        let (section, out) = (Out::new(section, "section"), Out::new(entries, "entries"));
        let (section, out) = (section?, out?);
        let report = get(report)?;
        let (name, count) = report
            .lists
            .get(index)
            .ok_or_else(|| Fault::none("list at this index"))?;
        section.set(report.lend(name));
        out.set(*count);
        Ok(())
    })
}

/// Another handle to the same report, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_clone(
    report: microsip_ini_report_t,
    clone: *mut microsip_ini_report_t,
) -> microsip_status_t {
    guard("microsip_ini_report_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(report)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_report_free(report: microsip_ini_report_t) -> microsip_status_t {
    guard("microsip_ini_report_free", || free(report))
}

/// Line in the file, from 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_line(
    entry: microsip_ini_report_entry_t,
    line: *mut usize,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_line", || {
        let out = Out::new(line, "line")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(e.line);
        Ok(())
    })
}

/// The section, as written. Lent until the entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_section(
    entry: microsip_ini_report_entry_t,
    section: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_section", || {
        let out = Out::new(section, "section")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(object.lend(&e.section));
        Ok(())
    })
}

/// The key, as written. Lent until the entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_key(
    entry: microsip_ini_report_entry_t,
    key: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_key", || {
        let out = Out::new(key, "key")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(object.lend(&e.key));
        Ok(())
    })
}

/// The value, at most 80 characters of it; `***` for secrets. Lent until the entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_value(
    entry: microsip_ini_report_entry_t,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_value", || {
        let out = Out::new(value, "value")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(object.lend(&e.value));
        Ok(())
    })
}

/// What becomes of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_disposition(
    entry: microsip_ini_report_entry_t,
    disposition: *mut microsip_ini_disposition_t,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_disposition", || {
        let out = Out::new(disposition, "disposition")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(e.disposition.code());
        Ok(())
    })
}

/// What it means; empty for unknown keys. Lent until the entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_meaning(
    entry: microsip_ini_report_entry_t,
    meaning: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_meaning", || {
        let out = Out::new(meaning, "meaning")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(object.lend(&e.meaning));
        Ok(())
    })
}

/// What is allowed, in words; empty for unknown keys. Lent until the entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_allowed(
    entry: microsip_ini_report_entry_t,
    allowed: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_allowed", || {
        let out = Out::new(allowed, "allowed")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(object.lend(&e.allowed));
        Ok(())
    })
}

/// What is used if the key is missing; empty also for unknown keys. Lent until the entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_default(
    entry: microsip_ini_report_entry_t,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_default", || {
        let out = Out::new(value, "value")?;
        let object = get(entry)?;
        let e = &**object;
        out.set(object.lend(&e.default));
        Ok(())
    })
}

/// A known key of this section that is spelt much alike, for unknown keys; `NO_VALUE` if there is none. Lent until the
/// entry is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_perhaps(
    entry: microsip_ini_report_entry_t,
    perhaps: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_perhaps", || {
        let out = Out::new(perhaps, "perhaps")?;
        let object = get(entry)?;
        let e = &**object;
        let text = e.perhaps;
        let text = text.ok_or_else(|| Fault::none("known key like it"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// Another handle to the same entry, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_ini_report_entry_clone(
    entry: microsip_ini_report_entry_t,
    clone: *mut microsip_ini_report_entry_t,
) -> microsip_status_t {
    guard("microsip_ini_report_entry_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(entry)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_ini_report_entry_free(entry: microsip_ini_report_entry_t) -> microsip_status_t {
    guard("microsip_ini_report_entry_free", || free(entry))
}

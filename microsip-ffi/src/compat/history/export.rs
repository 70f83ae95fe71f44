//! Calls as CSV, XML and JSON, and back.

use std::sync::Mutex;

use microsip_core::Result;
use microsip_core::compat::contacts::CsvOptions;
use microsip_core::compat::history::{
    CallRecord, HistoryImport, StoredCall, TimeFormat, read_calls_csv, read_calls_json, read_calls_xml,
    write_calls_csv, write_calls_json, write_calls_xml,
};

use super::microsip_call_records_t;
use crate::base::{Code, OptOut, Out, Outcome, bytes, get, guard, lock, put};
use crate::code;
use crate::compat::bytes::microsip_bytes_t;
use crate::compat::microsip_import_warnings_t;
use crate::status::microsip_status_t;

/// How an export writes times; all are understood in reading: one of `enum microsip_time_format_e`.
pub type microsip_time_format_t = i32;

/// The values of `microsip_time_format_t`.
#[repr(i32)]
pub enum microsip_time_format_e {
    /// `2026-02-03T04:05:06Z`.
    MICROSIP_TIME_FORMAT_RFC3339 = 1,
    /// Seconds since 1970.
    MICROSIP_TIME_FORMAT_UNIX = 2,
}

code!(microsip_time_format_e, "time format", TimeFormat {
MICROSIP_TIME_FORMAT_RFC3339 = Rfc3339,
MICROSIP_TIME_FORMAT_UNIX = Unix,
});

fn calls_of(records: microsip_call_records_t) -> Outcome<Vec<CallRecord>> {
    Ok(lock(&*get(records)?).iter().map(|stored| stored.call.clone()).collect())
}

/// Calls as CSV with the columns of MicroSIP's export, as a new handle to be freed. `byte_order_mark` tells
/// spreadsheets that it is UTF-8; `guard_formulas` writes an apostrophe before texts that a spreadsheet would run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_to_csv(
    records: microsip_call_records_t,
    times: microsip_time_format_t,
    byte_order_mark: bool,
    guard_formulas: bool,
    csv: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_call_records_to_csv", || {
        let out = Out::new(csv, "csv")?;
        let options = CsvOptions::default()
            .bom(byte_order_mark)
            .guard_formulas(guard_formulas);
        out.set(put(write_calls_csv(&calls_of(records)?, Code::arg(times)?, &options)?)?);
        Ok(())
    })
}

/// Calls as XML as MicroSIP exports them, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_to_xml(
    records: microsip_call_records_t,
    times: microsip_time_format_t,
    xml: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_call_records_to_xml", || {
        let out = Out::new(xml, "xml")?;
        out.set(put(
            write_calls_xml(&calls_of(records)?, Code::arg(times)?).into_bytes()
        )?);
        Ok(())
    })
}

/// Calls as a JSON array of objects with `type`, `number`, `name`, `time`, `time_unix`, `duration`, `info`, as a new
/// handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_to_json(
    records: microsip_call_records_t,
    json: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_call_records_to_json", || {
        let out = Out::new(json, "json")?;
        out.set(put(write_calls_json(&calls_of(records)?)?.into_bytes())?);
        Ok(())
    })
}

fn import(
    read: Result<HistoryImport>,
    out: Out<microsip_call_records_t>,
    warnings: OptOut<microsip_import_warnings_t>,
) -> Outcome {
    let found = read?;
    let calls: Vec<StoredCall> = found.calls.into_iter().map(StoredCall::new).collect();
    warnings.set_with(|| put(found.warnings))?;
    out.set(put(Mutex::new(calls))?);
    Ok(())
}

/// Reads calls from CSV with the columns of `microsip_call_records_to_csv` in any order; Number and Time are needed.
/// `records` and `warnings` (may be NULL) get new lists to be freed.
///
/// Statuses: `INVALID_ARGUMENT` for what is no such table, `LIMIT_REACHED` beyond 32 MiB or 100,000 calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_from_csv(
    data: *const u8,
    size: usize,
    guard_formulas: bool,
    records: *mut microsip_call_records_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_call_records_from_csv", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(records, "records")?;
        let options = CsvOptions::default().guard_formulas(guard_formulas);
        import(read_calls_csv(bytes(data, size, "data")?, &options), out, warnings)
    })
}

/// Reads calls from XML, as `microsip_call_records_from_csv` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_from_xml(
    data: *const u8,
    size: usize,
    records: *mut microsip_call_records_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_call_records_from_xml", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(records, "records")?;
        import(read_calls_xml(bytes(data, size, "data")?), out, warnings)
    })
}

/// Reads calls from JSON, as `microsip_call_records_from_csv` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_from_json(
    data: *const u8,
    size: usize,
    records: *mut microsip_call_records_t,
    warnings: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_call_records_from_json", || {
        let warnings = OptOut::new(warnings);
        let out = Out::new(records, "records")?;
        import(read_calls_json(bytes(data, size, "data")?), out, warnings)
    })
}

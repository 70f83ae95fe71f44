//! Several calls of the history.

use std::sync::Mutex;

use microsip_core::compat::history::StoredCall;

use super::microsip_call_record_t;
use crate::base::{Fault, Out, free, get, guard, lock, put, settings_of, share};
use crate::handle;
use crate::status::microsip_status_t;

/// Some calls, in an order.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_records_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_records_t, 176, "call records", Mutex<Vec<StoredCall>>);

/// Makes an empty list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_new(records: *mut microsip_call_records_t) -> microsip_status_t {
    guard("microsip_call_records_new", || {
        let out = Out::new(records, "records")?;
        out.set(put(Mutex::new(Vec::new()))?);
        Ok(())
    })
}

/// Adds a copy of a call at the end.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_records_add(
    records: microsip_call_records_t,
    record: microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_records_add", || {
        let record = settings_of(record)?;
        lock(&*get(records)?).push(record);
        Ok(())
    })
}

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_count(
    records: microsip_call_records_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_call_records_count", || {
        let out = Out::new(count, "count")?;
        let object = get(records)?;
        let list = lock(&object);
        out.set(list.len());
        Ok(())
    })
}

/// The one at `index`, from 0, as a copy to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_at(
    records: microsip_call_records_t,
    index: usize,
    record: *mut microsip_call_record_t,
) -> microsip_status_t {
    guard("microsip_call_records_at", || {
        let out = Out::new(record, "record")?;
        let one = lock(&*get(records)?).get(index).cloned();
        out.set(put(Mutex::new(one.ok_or_else(|| Fault::none("call at this index"))?))?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_records_clone(
    records: microsip_call_records_t,
    clone: *mut microsip_call_records_t,
) -> microsip_status_t {
    guard("microsip_call_records_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(records)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_records_free(records: microsip_call_records_t) -> microsip_status_t {
    guard("microsip_call_records_free", || free(records))
}

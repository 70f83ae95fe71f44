//! A line's table, for documents that came another way.

use std::sync::Mutex;

use microsip_core::{DialogInfo, LineTable};

use crate::base::{Code, Out, bytes, change, clone_settings, free, get, guard, lock, put};
use crate::handle;
use crate::presence::{microsip_line_info_t, microsip_line_update_t};
use crate::status::microsip_status_t;

/// The dialogs of a line as documents tell them (`application/dialog-info+xml`, RFC 4235), for programs that get such
/// documents by a subscription of their own; a watched line has one inside.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_line_table_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_line_table_t, 148, "line table", Mutex<LineTable>);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_table_clone(
    table: microsip_line_table_t,
    clone: *mut microsip_line_table_t,
) -> microsip_status_t {
    guard("microsip_line_table_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(table)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_line_table_free(table: microsip_line_table_t) -> microsip_status_t {
    guard("microsip_line_table_free", || free(table))
}

/// Makes a table of which nothing is known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_table_new(table: *mut microsip_line_table_t) -> microsip_status_t {
    guard("microsip_line_table_new", || {
        let table = Out::new(table, "table")?;
        table.set(put(Mutex::new(LineTable::new()))?);
        Ok(())
    })
}

/// Takes a document and says what it did. One that tells all replaces what is known, one that tells changes is taken if
/// its version follows; older ones are passed over.
///
/// Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_table_apply(
    table: microsip_line_table_t,
    body: *const u8,
    body_len: usize,
    update: *mut microsip_line_update_t,
) -> microsip_status_t {
    guard("microsip_line_table_apply", || {
        let update = Out::new(update, "update")?;
        let body = bytes(body, body_len, "body")?;
        let document = DialogInfo::parse(body)?;
        change(table, |t| {
            update.set(t.apply(&document).code());
            Ok(())
        })
    })
}

/// Begins anew, for a new subscription: the next document is taken whatever its version.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_line_table_reset(table: microsip_line_table_t) -> microsip_status_t {
    guard("microsip_line_table_reset", || {
        change(table, |t| {
            t.reset();
            Ok(())
        })
    })
}

/// Whether a full document is needed because some were lost, or none came since `microsip_line_table_reset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_table_needs_refresh(
    table: microsip_line_table_t,
    needed: *mut bool,
) -> microsip_status_t {
    guard("microsip_line_table_needs_refresh", || {
        let needed = Out::new(needed, "needed")?;
        let object = get(table)?;
        let inner = lock(&object);
        needed.set(inner.needs_refresh());
        Ok(())
    })
}

/// The version of the latest document; `NO_VALUE` before the first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_table_version(
    table: microsip_line_table_t,
    version: *mut u32,
) -> microsip_status_t {
    guard("microsip_line_table_version", || {
        let version = Out::new(version, "version")?;
        let object = get(table)?;
        let inner = lock(&object);
        version.set_some(inner.version(), "version")
    })
}

/// The line now, as a new handle to be freed. With several calls the one that is furthest counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_line_table_info(
    table: microsip_line_table_t,
    info: *mut microsip_line_info_t,
) -> microsip_status_t {
    guard("microsip_line_table_info", || {
        let info = Out::new(info, "info")?;
        let object = get(table)?;
        let inner = lock(&object);
        info.set(put(inner.info())?);
        Ok(())
    })
}

//! What an import passed over, and why.

use std::ffi::c_char;

use microsip_core::compat::contacts::{ImportWarning, WarningKind};

use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What kind of trouble an import has: one of `enum microsip_import_warning_kind_e`.
pub type microsip_import_warning_kind_t = i32;

/// The values of `microsip_import_warning_kind_t`.
#[repr(i32)]
pub enum microsip_import_warning_kind_e {
    /// An entry has no number at all and was left out.
    MICROSIP_IMPORT_WARNING_KIND_NO_NUMBER = 1,
    /// A value is none of those allowed; the default was used.
    MICROSIP_IMPORT_WARNING_KIND_BAD_VALUE = 2,
    /// The text was not in the encoding it should be; the message says how it was read.
    MICROSIP_IMPORT_WARNING_KIND_ENCODING = 3,
    /// An entry has another form than expected and was left out.
    MICROSIP_IMPORT_WARNING_KIND_BAD_ENTRY = 4,
    /// A value was cut to what its format can hold.
    MICROSIP_IMPORT_WARNING_KIND_CUT = 5,
}

code!(microsip_import_warning_kind_e, "import warning kind", WarningKind {
MICROSIP_IMPORT_WARNING_KIND_NO_NUMBER = NoNumber,
MICROSIP_IMPORT_WARNING_KIND_BAD_VALUE = BadValue,
MICROSIP_IMPORT_WARNING_KIND_ENCODING = Encoding,
MICROSIP_IMPORT_WARNING_KIND_BAD_ENTRY = BadEntry,
MICROSIP_IMPORT_WARNING_KIND_CUT = Cut,
});

/// Something in an imported text that was passed over or read in another way than it stands there. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_import_warning_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_import_warning_t, 172, "import warning", ImportWarning);

/// What kind of trouble it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warning_kind(
    warning: microsip_import_warning_t,
    kind: *mut microsip_import_warning_kind_t,
) -> microsip_status_t {
    guard("microsip_import_warning_kind", || {
        let out = Out::new(kind, "kind")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(w.kind.code());
        Ok(())
    })
}

/// The line of the text from 1, the item of a JSON array from 1, or the key of an ini line; 0 for the whole.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warning_line(
    warning: microsip_import_warning_t,
    line: *mut u32,
) -> microsip_status_t {
    guard("microsip_import_warning_line", || {
        let out = Out::new(line, "line")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(w.line);
        Ok(())
    })
}

/// What is wrong and what to do. Lent until the warning is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warning_message(
    warning: microsip_import_warning_t,
    message: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_import_warning_message", || {
        let out = Out::new(message, "message")?;
        let object = get(warning)?;
        let w = &**object;
        out.set(object.lend(&w.message));
        Ok(())
    })
}

/// Another handle to the same warning, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warning_clone(
    warning: microsip_import_warning_t,
    clone: *mut microsip_import_warning_t,
) -> microsip_status_t {
    guard("microsip_import_warning_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(warning)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_import_warning_free(warning: microsip_import_warning_t) -> microsip_status_t {
    guard("microsip_import_warning_free", || free(warning))
}

/// Warnings about an imported text. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_import_warnings_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_import_warnings_t, 173, "import warnings", Vec<ImportWarning>);

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warnings_count(
    warnings: microsip_import_warnings_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_import_warnings_count", || {
        let out = Out::new(count, "count")?;
        out.set(get(warnings)?.len());
        Ok(())
    })
}

/// The one at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warnings_at(
    warnings: microsip_import_warnings_t,
    index: usize,
    warning: *mut microsip_import_warning_t,
) -> microsip_status_t {
    guard("microsip_import_warnings_at", || {
        let out = Out::new(warning, "warning")?;
        let list = get(warnings)?;
        let one = list.get(index).ok_or_else(|| Fault::none("warning at this index"))?;
        out.set(put(one.clone())?);
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_import_warnings_clone(
    warnings: microsip_import_warnings_t,
    clone: *mut microsip_import_warnings_t,
) -> microsip_status_t {
    guard("microsip_import_warnings_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(warnings)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_import_warnings_free(warnings: microsip_import_warnings_t) -> microsip_status_t {
    guard("microsip_import_warnings_free", || free(warnings))
}

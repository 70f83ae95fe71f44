//! Versions and the library as a whole.

use std::ffi::c_char;

use crate::base::{Out, guard, registry};
use crate::status::microsip_status_t;

/// Number of the binary interface this header describes. It changes when a program compiled against an older header would no longer
/// work; it is the number in the shared library's name (`libmicrosip.so.1`).
pub const MICROSIP_ABI_VERSION: u32 = 1;

/// Version of the library this header belongs to: changes that break programs' source.
pub const MICROSIP_VERSION_MAJOR: u32 = 0;
/// Version of the library this header belongs to: new functions.
pub const MICROSIP_VERSION_MINOR: u32 = 1;
/// Version of the library this header belongs to: repairs.
pub const MICROSIP_VERSION_PATCH: u32 = 0;

/// A timeout that never passes, for every parameter named `timeout_ms`.
pub const MICROSIP_WAIT_FOREVER: u32 = u32::MAX;

/// Number of the binary interface of the library that is loaded. A program may compare it with `MICROSIP_ABI_VERSION`; the loader
/// refuses a library of another number by its name already.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_abi_version() -> u32 {
    MICROSIP_ABI_VERSION
}

/// Version of the library that is loaded: `"0.1.0"`. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Version of the PJSIP inside: `"2.17"`. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_pjsip_version() -> *const c_char {
    static TEXT: std::sync::LazyLock<std::ffi::CString> =
        std::sync::LazyLock::new(|| crate::base::lent::c_string(microsip_core::pjsip_version()));
    TEXT.as_ptr()
}

/// How many handles are live in this process; for finding those that are never freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_handle_count(count: *mut usize) -> microsip_status_t {
    guard("microsip_handle_count", || {
        Out::new(count, "count")?.set(registry::live());
        Ok(())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;

    #[test]
    fn the_macros_are_the_version_of_the_package() {
        let text = format!("{MICROSIP_VERSION_MAJOR}.{MICROSIP_VERSION_MINOR}.{MICROSIP_VERSION_PATCH}");
        assert_eq!(text, env!("CARGO_PKG_VERSION"));
    }
}

//! Bytes that functions give back.

use crate::base::{Out, free, get, guard, share};
use crate::handle;
use crate::presence::help::lend_bytes;
use crate::status::microsip_status_t;

/// Bytes that a function gave back, such as a file's contents. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_bytes_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_bytes_t, 150, "bytes", Vec<u8>);

/// The bytes and how many they are; there is no NUL behind them. Lent until the last handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_bytes_data(
    bytes: microsip_bytes_t,
    data: *mut *const u8,
    size: *mut usize,
) -> microsip_status_t {
    guard("microsip_bytes_data", || {
        let (data, out) = (Out::new(data, "data"), Out::new(size, "size"));
        let (data, out) = (data?, out?);
        let bytes = get(bytes)?;
        lend_bytes(&bytes, data, out);
        Ok(())
    })
}

/// Another handle to the same bytes, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_bytes_clone(
    bytes: microsip_bytes_t,
    clone: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_bytes_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(bytes)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_bytes_free(bytes: microsip_bytes_t) -> microsip_status_t {
    guard("microsip_bytes_free", || free(bytes))
}

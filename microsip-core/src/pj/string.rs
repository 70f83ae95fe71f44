//! Strings across the border.

use std::borrow::Cow;
use std::ffi::CString;

use pjsip_sys::pj_str_t;

/// An owned C string that lends itself as `pj_str_t`. Both NUL-terminated and with its length, as PJSIP wants either.
pub(super) struct Text(CString);

impl Text {
    /// Copies `text`; what follows a NUL character is cut off (callers refuse control characters before).
    pub(super) fn new(text: &str) -> Text {
        let clean = text.split('\0').next().unwrap_or_default();
        Text(CString::new(clean).unwrap_or_default())
    }

    /// Borrows it; valid while `self` lives. PJSIP's signatures are not const, but it does not write.
    pub(super) fn pj(&self) -> pj_str_t {
        pj_str_t {
            ptr: self.0.as_ptr().cast_mut(),
            slen: self.0.as_bytes().len() as _,
        }
    }

    pub(super) fn as_ptr(&self) -> *const std::ffi::c_char {
        self.0.as_ptr()
    }
}

/// Lends a string out; bytes that are not UTF-8 become U+FFFD, in a copy.
///
/// # Safety
/// `text` must be empty or point to `slen` readable bytes that outlive the borrow of `text`.
pub(super) unsafe fn lend(text: &pj_str_t) -> Cow<'_, str> {
    if text.ptr.is_null() || text.slen <= 0 {
        return Cow::Borrowed("");
    }
    // SAFETY: the caller vouches for pointer and length.
    String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(text.ptr.cast::<u8>(), text.slen as usize) })
}

/// Copies a string out, likewise.
///
/// # Safety
/// As [`lend`].
pub(super) unsafe fn to_string(text: &pj_str_t) -> String {
    // SAFETY: the caller vouches for it.
    unsafe { lend(text) }.into_owned()
}

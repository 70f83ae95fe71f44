//! Objects behind handles, and the strings they lend.

use std::collections::BTreeSet;
use std::ffi::{CString, c_char};
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// A value behind a handle, with the strings that were lent out of it: they live as long as it does.
#[derive(Debug)]
pub(crate) struct Obj<T> {
    value: T,
    lent: Mutex<BTreeSet<CString>>,
}

impl<T> Obj<T> {
    pub(crate) fn new(value: T) -> Obj<T> {
        Obj {
            value,
            lent: Mutex::new(BTreeSet::new()),
        }
    }

    /// A NUL-terminated copy that lives as long as the object; the same text gives the same pointer, so asking again costs nothing.
    pub(crate) fn lend(&self, text: &str) -> *const c_char {
        let text = c_string(text);
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lent.get(&text) {
            return known.as_ptr();
        }
        // What a CString points to does not move when the set does.
        let pointer = text.as_ptr();
        lent.insert(text);
        pointer
    }
}

impl<T> Deref for Obj<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Text for C. A NUL inside, which C would take for the end, becomes U+FFFD.
pub(crate) fn c_string(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default())
}

//! Lists of texts that functions give back.

use std::ffi::c_char;

use crate::base::{Fault, Out, free, get, guard, share};
use crate::handle;
use crate::status::microsip_status_t;

/// Some texts in an order: addresses, names, lines. Immutable; free with `microsip_text_list_free`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_text_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_text_list_t, 1, "text list", Vec<String>);

/// How many texts there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_text_list_count(list: microsip_text_list_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_text_list_count", || {
        let count = Out::new(count, "count")?;
        count.set(get(list)?.len());
        Ok(())
    })
}

/// The text at `index`, from 0; `MICROSIP_STATUS_NO_VALUE` beyond the end. Lent until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_text_list_at(
    list: microsip_text_list_t,
    index: usize,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_text_list_at", || {
        let out = Out::new(text, "text")?;
        let list = get(list)?;
        let text = list.get(index).ok_or_else(|| Fault::none("text at this index"))?;
        out.set(list.lend(text));
        Ok(())
    })
}

/// Another handle to the same list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_text_list_clone(
    list: microsip_text_list_t,
    clone: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_text_list_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Texts lent by the list become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_text_list_free(list: microsip_text_list_t) -> microsip_status_t {
    guard("microsip_text_list_free", || free(list))
}

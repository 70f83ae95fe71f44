//! Documents that say that somebody types.

use std::ffi::c_char;

use microsip_core::Typing;

use crate::base::{Code, Out, bytes, guard, opt_text, put, secs};
use crate::compat::microsip_bytes_t;
use crate::message::microsip_typing_state_t;
use crate::presence::help::from_unix_ms;
use crate::status::microsip_status_t;

/// Writes a document that says whether somebody types (`application/im-iscomposing+xml`, RFC 3994), for programs that
/// send it themselves, as a new handle to be freed. `refresh_s` is for how many seconds it holds, 0 to leave that out;
/// `content_type` is what is being composed, or NULL; `last_active_unix_ms` when something was last typed, or 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_typing_write(
    state: microsip_typing_state_t,
    refresh_s: u32,
    content_type: *const c_char,
    last_active_unix_ms: i64,
    document: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_typing_write", || {
        let document = Out::new(document, "document")?;
        let state = Code::arg(state)?;
        let content_type = opt_text(content_type, "content_type")?;
        let mut made = Typing::new(state);
        if refresh_s != 0 {
            made = made.refresh(secs(refresh_s));
        }
        if let Some(kind) = content_type {
            made = made.content_type(kind);
        }
        if last_active_unix_ms != 0 {
            made = made.last_active(from_unix_ms(last_active_unix_ms)?);
        }
        document.set(put(made.to_xml().into_bytes())?);
        Ok(())
    })
}

/// Reads a document that says whether somebody types: the state, and for how many seconds an active one holds unless it
/// is repeated.
///
/// Statuses: `INVALID_ARGUMENT` for what is no such document, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_typing_parse(
    body: *const u8,
    body_len: usize,
    state: *mut microsip_typing_state_t,
    valid_for_s: *mut u64,
) -> microsip_status_t {
    guard("microsip_typing_parse", || {
        let (state, valid_for_s) = (Out::new(state, "state"), Out::new(valid_for_s, "valid_for_s"));
        let (state, valid_for_s) = (state?, valid_for_s?);
        let body = bytes(body, body_len, "body")?;
        let read = Typing::parse(body)?;
        state.set(read.state.code());
        valid_for_s.set(read.valid_for().as_secs());
        Ok(())
    })
}

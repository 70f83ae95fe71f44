//! SIP messages as they came in.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::Message;

use crate::base::{Fault, Out, free, get, guard, put, share, text};
use crate::handle;
use crate::list::microsip_text_list_t;
use crate::status::microsip_status_t;

/// A SIP request or response as it was received: headers and body. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_sip_message_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_sip_message_t, 15, "sip message", Arc<Message>);

/// Another handle to the same message, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_clone(
    message: microsip_sip_message_t,
    clone: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_sip_message_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(message)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_sip_message_free(message: microsip_sip_message_t) -> microsip_status_t {
    guard("microsip_sip_message_free", || free(message))
}

/// Whether it is a request; else it is a response.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_is_request(
    message: microsip_sip_message_t,
    yes: *mut bool,
) -> microsip_status_t {
    guard("microsip_sip_message_is_request", || {
        let out = Out::new(yes, "yes")?;
        let message = get(message)?;
        out.set(message.is_request());
        Ok(())
    })
}

/// The method: of a request its own, of a response that of the request it answers (CSeq). Lent until the message is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_method(
    message: microsip_sip_message_t,
    method: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_method", || {
        let out = Out::new(method, "method")?;
        let message = get(message)?;
        out.set(message.lend(message.method()));
        Ok(())
    })
}

/// The Request-URI; `NO_VALUE` for a response. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_request_uri(
    message: microsip_sip_message_t,
    uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_request_uri", || {
        let out = Out::new(uri, "uri")?;
        let message = get(message)?;
        let text = (message.request_uri()).ok_or_else(|| Fault::none("request uri"))?;
        out.set(message.lend(text));
        Ok(())
    })
}

/// The status code; `NO_VALUE` for a request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_status(
    message: microsip_sip_message_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_sip_message_status", || {
        let out = Out::new(code, "code")?;
        let message = get(message)?;
        out.set_some(message.status().map(|code| code.code()), "status")
    })
}

/// The reason phrase of a response; empty for a request. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_phrase(
    message: microsip_sip_message_t,
    phrase: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_phrase", || {
        let out = Out::new(phrase, "phrase")?;
        let message = get(message)?;
        out.set(message.lend(message.reason_phrase()));
        Ok(())
    })
}

/// How many headers it has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_header_count(
    message: microsip_sip_message_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_sip_message_header_count", || {
        let out = Out::new(count, "count")?;
        let message = get(message)?;
        out.set(message.headers().len());
        Ok(())
    })
}

/// Name of the header at `index`, from 0 and in the message's order, as it was written; `NO_VALUE` beyond the end. Lent
/// until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_header_name(
    message: microsip_sip_message_t,
    index: usize,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_header_name", || {
        let out = Out::new(name, "name")?;
        let message = get(message)?;
        let item = message
            .headers()
            .iter()
            .nth(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        out.set(message.lend(item.0));
        Ok(())
    })
}

/// Its value, likewise; `NO_VALUE` beyond the end. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_header_value(
    message: microsip_sip_message_t,
    index: usize,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_header_value", || {
        let out = Out::new(value, "value")?;
        let message = get(message)?;
        let item = message
            .headers()
            .iter()
            .nth(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        out.set(message.lend(item.1));
        Ok(())
    })
}

/// The first value of a header; `NO_VALUE` when there is none. Names compare without regard to case, and compact forms
/// equal the long ones: `"f"` is `"From"`. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_header(
    message: microsip_sip_message_t,
    name: *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_header", || {
        let out = Out::new(value, "value")?;
        let name = text(name, "name")?;
        let message = get(message)?;
        let value = message
            .header(name)
            .ok_or_else(|| Fault::none(&format!("header {name}")))?;
        out.set(message.lend(value));
        Ok(())
    })
}

/// Every value of a header, in order, as a new handle to be freed; an empty list when there is none. A value that lists
/// several things with commas is one value here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_header_values(
    message: microsip_sip_message_t,
    name: *const c_char,
    values: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_sip_message_header_values", || {
        let out = Out::new(values, "values")?;
        let name = text(name, "name")?;
        let values: Vec<String> = get(message)?.headers().all(name).map(str::to_owned).collect();
        out.set(put(values)?);
        Ok(())
    })
}

/// The members of a header that is a comma-separated list, over all its occurrences (RFC 3261 §7.3.1), as a new handle
/// to be freed. Commas inside quotes and angle brackets do not separate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_header_members(
    message: microsip_sip_message_t,
    name: *const c_char,
    values: *mut microsip_text_list_t,
) -> microsip_status_t {
    guard("microsip_sip_message_header_members", || {
        let out = Out::new(values, "values")?;
        let name = text(name, "name")?;
        let values: Vec<String> = get(message)?.headers().members(name).map(str::to_owned).collect();
        out.set(put(values)?);
        Ok(())
    })
}

/// The body, as it is: `count` bytes, not ended by NUL; 0 when there is none. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_body(
    message: microsip_sip_message_t,
    bytes: *mut *const u8,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_sip_message_body", || {
        let (out, out_count) = (Out::new(bytes, "bytes"), Out::new(count, "count"));
        let (out, out_count) = (out?, out_count?);
        let message = get(message)?;
        let bytes: &[u8] = message.body();
        out.set(bytes.as_ptr());
        out_count.set(bytes.len());
        Ok(())
    })
}

/// The whole message as it was received, credentials and keys included: `count` bytes, not ended by NUL. Lent until the
/// message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_raw(
    message: microsip_sip_message_t,
    bytes: *mut *const u8,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_sip_message_raw", || {
        let (out, out_count) = (Out::new(bytes, "bytes"), Out::new(count, "count"));
        let (out, out_count) = (out?, out_count?);
        let message = get(message)?;
        let bytes: &[u8] = message.raw();
        out.set(bytes.as_ptr());
        out_count.set(bytes.len());
        Ok(())
    })
}

/// Content-Type without its parameters, in lower case; empty when there is none. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_content_type(
    message: microsip_sip_message_t,
    content_type: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_content_type", || {
        let out = Out::new(content_type, "content_type")?;
        let message = get(message)?;
        out.set(message.lend(&message.content_type()));
        Ok(())
    })
}

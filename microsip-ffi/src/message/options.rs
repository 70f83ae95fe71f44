//! What is sent.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::MessageOptions;

use crate::base::{Out, bytes, change, clone_settings, free, guard, put, text};
use crate::handle;
use crate::status::microsip_status_t;

/// A message to be sent, filled in before: a text or any body, with headers and wishes for notifications.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_message_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_message_options_t,
    120,
    "message options",
    Mutex<MessageOptions>
);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_options_clone(
    options: microsip_message_options_t,
    clone: *mut microsip_message_options_t,
) -> microsip_status_t {
    guard("microsip_message_options_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_options_free(options: microsip_message_options_t) -> microsip_status_t {
    guard("microsip_message_options_free", || free(options))
}

/// Makes a message of a text, which may be empty: `text/plain;charset=utf-8`. `microsip_message_options_set_body` makes
/// it another.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_options_new(
    words: *const c_char,
    options: *mut microsip_message_options_t,
) -> microsip_status_t {
    guard("microsip_message_options_new", || {
        let options = Out::new(options, "options")?;
        let words = text(words, "words")?;
        let message = MessageOptions::text(words);
        options.set(put(Mutex::new(message))?);
        Ok(())
    })
}

/// Sets content type, such as `"image/png"`, and body, in place of the text; the bytes are copied, NUL among them. At
/// most 48,000 bytes and a type of the form `type/subtype`, with parameters if wanted, which is checked when the
/// message is sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_options_set_body(
    options: microsip_message_options_t,
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
) -> microsip_status_t {
    guard("microsip_message_options_set_body", || {
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        change(options, |o| {
            o.content_type = content_type.to_owned();
            o.body = body.to_vec();
            Ok(())
        })
    })
}

/// Adds a header to the request.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a header the library writes
/// itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_message_options_add_header(
    options: microsip_message_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_message_options_add_header", || {
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets which notifications the peer is asked for (RFC 5438 §6.3); default none: when it reached the recipient's
/// device, when it cannot, what servers on the way do with it, when it is shown. Each comes as an event of kind
/// `MICROSIP_EVENT_KIND_MESSAGE_STATUS`. With any, the body goes in an envelope (`message/cpim`, RFC 3862), which peers
/// that do not know it refuse with 415.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_message_options_set_notify(
    options: microsip_message_options_t,
    positive_delivery: bool,
    negative_delivery: bool,
    processing: bool,
    display: bool,
) -> microsip_status_t {
    guard("microsip_message_options_set_notify", || {
        change(options, |o| {
            o.notify.positive_delivery = positive_delivery;
            o.notify.negative_delivery = negative_delivery;
            o.notify.processing = processing;
            o.notify.display = display;
            Ok(())
        })
    })
}

//! Messages of others.

use std::ffi::c_char;
use std::sync::Arc;
use std::sync::Mutex;

use microsip_core::ReceivedMessage;

use crate::base::{Fault, Out, free, get, guard, put, share, text, unix_ms};
use crate::error::microsip_error_t;
use crate::handle;
use crate::message::microsip_cpim_t;
use crate::presence::help::lend_bytes;
use crate::request::microsip_sip_message_t;
use crate::status::microsip_status_t;

/// A message that came in (RFC 3428) and was answered already. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_received_message_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_received_message_t, 122, "received message", ReceivedMessage);

/// Another handle to the same received message, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_clone(
    message: microsip_received_message_t,
    clone: *mut microsip_received_message_t,
) -> microsip_status_t {
    guard("microsip_received_message_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(message)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_received_message_free(message: microsip_received_message_t) -> microsip_status_t {
    guard("microsip_received_message_free", || free(message))
}

/// Number of the message, unlike that of any other in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_id(
    message: microsip_received_message_t,
    id: *mut u64,
) -> microsip_status_t {
    guard("microsip_received_message_id", || {
        let id = Out::new(id, "id")?;
        let message = get(message)?;
        id.set(message.id());
        Ok(())
    })
}

/// Whose it says it is: the URI of From. Worth as much as the network it came through. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_from(
    message: microsip_received_message_t,
    from: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_from", || {
        let from = Out::new(from, "from")?;
        let message = get(message)?;
        from.set(message.lend(message.from()));
        Ok(())
    })
}

/// Where an answer goes: the URI of From, with the port it came from where no server stands between. Lent until the
/// handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_reply_to(
    message: microsip_received_message_t,
    reply_to: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_reply_to", || {
        let reply_to = Out::new(reply_to, "reply_to")?;
        let message = get(message)?;
        reply_to.set(message.lend(message.reply_to()));
        Ok(())
    })
}

/// The name in From; `NO_VALUE` if there is none. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_display(
    message: microsip_received_message_t,
    display: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_display", || {
        let display = Out::new(display, "display")?;
        let message = get(message)?;
        display.set_some(message.display().map(|name| message.lend(name)), "display name")
    })
}

/// Whom it is for: the URI of To. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_to(
    message: microsip_received_message_t,
    to: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_to", || {
        let to = Out::new(to, "to")?;
        let message = get(message)?;
        to.set(message.lend(message.to()));
        Ok(())
    })
}

/// The content's type with its parameters, as it was written; empty when none was given. Lent until the handle is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_content_type(
    message: microsip_received_message_t,
    content_type: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_content_type", || {
        let content_type = Out::new(content_type, "content_type")?;
        let message = get(message)?;
        content_type.set(message.lend(message.content_type()));
        Ok(())
    })
}

/// The text, if the content is one (`text/…`, or of no type at all), read by its charset: UTF-8 unless it says
/// otherwise. What cannot be read is U+FFFD, and so is a NUL; `microsip_received_message_body` has the bytes.
/// `NO_VALUE` for what is no text. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_text(
    message: microsip_received_message_t,
    text: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_text", || {
        let text = Out::new(text, "text")?;
        let message = get(message)?;
        text.set_some(message.text().map(|words| message.lend(words)), "text")
    })
}

/// The content as it is, `body_len` bytes, NUL among them; no NUL follows. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_body(
    message: microsip_received_message_t,
    body: *mut *const u8,
    body_len: *mut usize,
) -> microsip_status_t {
    guard("microsip_received_message_body", || {
        let (body, body_len) = (Out::new(body, "body"), Out::new(body_len, "body_len"));
        let (body, body_len) = (body?, body_len?);
        let message = get(message)?;
        lend_bytes(message.body(), body, body_len);
        Ok(())
    })
}

/// How many headers the request has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_header_count(
    message: microsip_received_message_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_received_message_header_count", || {
        let count = Out::new(count, "count")?;
        let message = get(message)?;
        count.set(message.headers().len());
        Ok(())
    })
}

/// The header at `index`, from 0, in the order in which they came; `NO_VALUE` beyond the end. Lent until the handle is
/// freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_header_at(
    message: microsip_received_message_t,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_header_at", || {
        let (name, value) = (Out::new(name, "name"), Out::new(value, "value"));
        let (name, value) = (name?, value?);
        let message = get(message)?;
        let (found, text) = message
            .headers()
            .iter()
            .nth(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        name.set(message.lend(found));
        value.set(message.lend(text));
        Ok(())
    })
}

/// The first header of a name, in whatever case; `NO_VALUE` if there is none. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_header(
    message: microsip_received_message_t,
    name: *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_received_message_header", || {
        let value = Out::new(value, "value")?;
        let message = get(message)?;
        let name = text(name, "name")?;
        value.set_some(
            message.headers().get(name).map(|text| message.lend(text)),
            "header of this name",
        )
    })
}

/// The request itself, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_sip(
    message: microsip_received_message_t,
    sip_message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_received_message_sip", || {
        let sip_message = Out::new(sip_message, "sip_message")?;
        let message = get(message)?;
        sip_message.set(put(Arc::new(message.sip().clone()))?);
        Ok(())
    })
}

/// When it came, in milliseconds since 1970.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_received_at_unix_ms(
    message: microsip_received_message_t,
    received_at_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_received_message_received_at_unix_ms", || {
        let received_at_unix_ms = Out::new(received_at_unix_ms, "received_at_unix_ms")?;
        let message = get(message)?;
        received_at_unix_ms.set(unix_ms(message.received_at()));
        Ok(())
    })
}

/// The envelope it came in (`message/cpim`, RFC 3862), as a new handle to be freed; `NO_VALUE` if it came without. Its
/// content was taken out: the other functions tell it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_envelope(
    message: microsip_received_message_t,
    envelope: *mut microsip_cpim_t,
) -> microsip_status_t {
    guard("microsip_received_message_envelope", || {
        let envelope = Out::new(envelope, "envelope")?;
        let message = get(message)?;
        let cpim = message.envelope().ok_or_else(|| Fault::none("envelope"))?;
        envelope.set(put(Mutex::new(cpim.clone()))?);
        Ok(())
    })
}

/// Which notifications the sender asks for (RFC 5438 §6.3). Those of delivery are sent by themselves.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_notify(
    message: microsip_received_message_t,
    positive_delivery: *mut bool,
    negative_delivery: *mut bool,
    processing: *mut bool,
    display: *mut bool,
) -> microsip_status_t {
    guard("microsip_received_message_notify", || {
        let (positive_delivery, negative_delivery, processing, display) = (
            Out::new(positive_delivery, "positive_delivery"),
            Out::new(negative_delivery, "negative_delivery"),
            Out::new(processing, "processing"),
            Out::new(display, "display"),
        );
        let (positive_delivery, negative_delivery, processing, display) =
            (positive_delivery?, negative_delivery?, processing?, display?);
        let message = get(message)?;
        let asked = message.notify();
        positive_delivery.set(asked.positive_delivery);
        negative_delivery.set(asked.negative_delivery);
        processing.set(asked.processing);
        display.set(asked.display);
        Ok(())
    })
}

/// Tells the sender that the message was displayed, if it asks for that (RFC 5438 §7.2.1.3); `sent` says whether a
/// notification was sent. It is sent once. Its failure is not told.
///
/// Statuses: `GONE` when the account was removed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_mark_displayed(
    message: microsip_received_message_t,
    sent: *mut bool,
) -> microsip_status_t {
    guard("microsip_received_message_mark_displayed", || {
        let sent = Out::new(sent, "sent")?;
        let message = get(message)?;
        sent.set(message.displayed()?);
        Ok(())
    })
}

/// What was wrong with its content, which then is told as far as it could be read, as a new handle to be freed;
/// `NO_VALUE` if nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_received_message_warning(
    message: microsip_received_message_t,
    warning: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_received_message_warning", || {
        let warning = Out::new(warning, "warning")?;
        let message = get(message)?;
        crate::error::give(message.warning(), warning)
    })
}

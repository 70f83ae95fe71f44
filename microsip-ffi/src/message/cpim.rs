//! Envelopes of messages.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::Cpim;

use crate::base::{Fault, Out, bytes, clone_settings, free, get, guard, lock, put, unix_ms};
use crate::compat::microsip_bytes_t;
use crate::handle;
use crate::status::microsip_status_t;

/// An envelope of a message (`message/cpim`, RFC 3862), for programs that carry such messages themselves; the library
/// puts its own in one when notifications are asked for. Those given out by the library are copies: setters change
/// nothing else.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_cpim_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_cpim_t, 145, "cpim", Mutex<Cpim>);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_clone(cpim: microsip_cpim_t, clone: *mut microsip_cpim_t) -> microsip_status_t {
    guard("microsip_cpim_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(cpim)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_cpim_free(cpim: microsip_cpim_t) -> microsip_status_t {
    guard("microsip_cpim_free", || free(cpim))
}

/// Reads an envelope from bytes.
///
/// Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` beyond 64 KiB or 100 headers, `UNSUPPORTED` when the
/// headers are not UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_parse(
    body: *const u8,
    body_len: usize,
    cpim: *mut microsip_cpim_t,
) -> microsip_status_t {
    guard("microsip_cpim_parse", || {
        let cpim = Out::new(cpim, "cpim")?;
        let body = bytes(body, body_len, "body")?;
        cpim.set(put(Mutex::new(Cpim::parse(body)?))?);
        Ok(())
    })
}

/// The sender: a URI in angle brackets, with or without a name before it; `NO_VALUE` if not told. Lent until the handle
/// is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_from(cpim: microsip_cpim_t, from: *mut *const c_char) -> microsip_status_t {
    guard("microsip_cpim_from", || {
        let from = Out::new(from, "from")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        from.set_some(inner.from.as_deref().map(|text| object.lend(text)), "sender")
    })
}

/// How many recipients there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_to_count(cpim: microsip_cpim_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_cpim_to_count", || {
        let count = Out::new(count, "count")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        count.set(inner.to.len());
        Ok(())
    })
}

/// The recipient at `index`, from 0, in the same form as the sender; `NO_VALUE` beyond the end. Lent until the handle
/// is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_to_at(
    cpim: microsip_cpim_t,
    index: usize,
    to: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_to_at", || {
        let to = Out::new(to, "to")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        to.set_some(
            inner.to.get(index).map(|text| object.lend(text)),
            "recipient at this index",
        )
    })
}

/// How many others get a copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_cc_count(cpim: microsip_cpim_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_cpim_cc_count", || {
        let count = Out::new(count, "count")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        count.set(inner.cc.len());
        Ok(())
    })
}

/// Who gets a copy, at `index` from 0; `NO_VALUE` beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_cc_at(
    cpim: microsip_cpim_t,
    index: usize,
    cc: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_cc_at", || {
        let cc = Out::new(cc, "cc")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        cc.set_some(inner.cc.get(index).map(|text| object.lend(text)), "copy at this index")
    })
}

/// When it was sent, in milliseconds since 1970; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_date_time_unix_ms(
    cpim: microsip_cpim_t,
    date_time_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_cpim_date_time_unix_ms", || {
        let date_time_unix_ms = Out::new(date_time_unix_ms, "date_time_unix_ms")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        date_time_unix_ms.set_some(inner.date_time.map(unix_ms), "date")
    })
}

/// What it is about; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_subject(
    cpim: microsip_cpim_t,
    subject: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_subject", || {
        let subject = Out::new(subject, "subject")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        subject.set_some(inner.subject.as_deref().map(|text| object.lend(text)), "subject")
    })
}

/// Its id, to which notifications refer (`imdn.Message-ID`); `NO_VALUE` if it has none. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_message_id(
    cpim: microsip_cpim_t,
    message_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_message_id", || {
        let message_id = Out::new(message_id, "message_id")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        message_id.set_some(inner.message_id.as_deref().map(|text| object.lend(text)), "message id")
    })
}

/// Which notifications are asked for, as `microsip_received_message_notify`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_notify(
    cpim: microsip_cpim_t,
    positive_delivery: *mut bool,
    negative_delivery: *mut bool,
    processing: *mut bool,
    display: *mut bool,
) -> microsip_status_t {
    guard("microsip_cpim_notify", || {
        let (positive_delivery, negative_delivery, processing, display) = (
            Out::new(positive_delivery, "positive_delivery"),
            Out::new(negative_delivery, "negative_delivery"),
            Out::new(processing, "processing"),
            Out::new(display, "display"),
        );
        let (positive_delivery, negative_delivery, processing, display) =
            (positive_delivery?, negative_delivery?, processing?, display?);
        let object = get(cpim)?;
        let inner = lock(&object);
        let asked = inner.notify;
        positive_delivery.set(asked.positive_delivery);
        negative_delivery.set(asked.negative_delivery);
        processing.set(asked.processing);
        display.set(asked.display);
        Ok(())
    })
}

/// To whom it was meant before somebody on the way changed that (`imdn.Original-To`); `NO_VALUE` if not told. Lent
/// until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_original_to(
    cpim: microsip_cpim_t,
    original_to: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_original_to", || {
        let original_to = Out::new(original_to, "original_to")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        original_to.set_some(
            inner.original_to.as_deref().map(|text| object.lend(text)),
            "original recipient",
        )
    })
}

/// How many headers there are that no other function tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_header_count(cpim: microsip_cpim_t, count: *mut usize) -> microsip_status_t {
    guard("microsip_cpim_header_count", || {
        let count = Out::new(count, "count")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        count.set(inner.headers.len());
        Ok(())
    })
}

/// The header at `index`, from 0: the URI of its namespace, its name there, its value, and the value's language, empty
/// when not told; `NO_VALUE` beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_header_at(
    cpim: microsip_cpim_t,
    index: usize,
    space: *mut *const c_char,
    name: *mut *const c_char,
    value: *mut *const c_char,
    language: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_header_at", || {
        let (space, name, value, language) = (
            Out::new(space, "space"),
            Out::new(name, "name"),
            Out::new(value, "value"),
            Out::new(language, "language"),
        );
        let (space, name, value, language) = (space?, name?, value?, language?);
        let object = get(cpim)?;
        let inner = lock(&object);
        let header = inner
            .headers
            .get(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        space.set(object.lend(&header.namespace));
        name.set(object.lend(&header.name));
        value.set(object.lend(&header.value));
        language.set(object.lend(header.language.as_deref().unwrap_or_default()));
        Ok(())
    })
}

/// How many headers the sender requires to be understood that are not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_unknown_required_count(
    cpim: microsip_cpim_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_cpim_unknown_required_count", || {
        let count = Out::new(count, "count")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        count.set(inner.unknown_required.len());
        Ok(())
    })
}

/// The one at `index`, from 0, as it was written; `NO_VALUE` beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_unknown_required_at(
    cpim: microsip_cpim_t,
    index: usize,
    header: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_unknown_required_at", || {
        let header = Out::new(header, "header")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        header.set_some(
            inner.unknown_required.get(index).map(|text| object.lend(text)),
            "header at this index",
        )
    })
}

/// The content's type with its parameters, such as `"text/plain;charset=utf-8"`. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_content_type(
    cpim: microsip_cpim_t,
    content_type: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_content_type", || {
        let content_type = Out::new(content_type, "content_type")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        content_type.set(object.lend(&inner.content_type));
        Ok(())
    })
}

/// How many other MIME headers the content has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_content_header_count(
    cpim: microsip_cpim_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_cpim_content_header_count", || {
        let count = Out::new(count, "count")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        count.set(inner.content_headers.len());
        Ok(())
    })
}

/// The content's MIME header at `index`, from 0; `NO_VALUE` beyond the end. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_content_header_at(
    cpim: microsip_cpim_t,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_content_header_at", || {
        let (name, value) = (Out::new(name, "name"), Out::new(value, "value"));
        let (name, value) = (name?, value?);
        let object = get(cpim)?;
        let inner = lock(&object);
        let (found, text) = inner
            .content_headers
            .iter()
            .nth(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        name.set(object.lend(found));
        value.set(object.lend(text));
        Ok(())
    })
}

/// The content, as a new handle to be freed; empty in the envelope of a received message, which tells it itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_content(
    cpim: microsip_cpim_t,
    content: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_cpim_content", || {
        let content = Out::new(content, "content")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        content.set(put(inner.content.clone())?);
        Ok(())
    })
}

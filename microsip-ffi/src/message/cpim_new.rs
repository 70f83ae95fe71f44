//! Envelopes that are made.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{Cpim, CpimHeader};

use crate::base::{Out, bytes, change, get, guard, lock, put, text};
use crate::compat::microsip_bytes_t;
use crate::message::microsip_cpim_t;
use crate::presence::help::from_unix_ms;
use crate::status::microsip_status_t;

/// Makes an envelope around a content of this type, whose bytes are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_new(
    content_type: *const c_char,
    content: *const u8,
    content_len: usize,
    cpim: *mut microsip_cpim_t,
) -> microsip_status_t {
    guard("microsip_cpim_new", || {
        let cpim = Out::new(cpim, "cpim")?;
        let content_type = text(content_type, "content_type")?;
        let content = bytes(content, content_len, "content")?;
        cpim.set(put(Mutex::new(Cpim::new(content_type, content)))?);
        Ok(())
    })
}

/// Sets the sender, as URI or name-addr.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_set_from(cpim: microsip_cpim_t, from: *const c_char) -> microsip_status_t {
    guard("microsip_cpim_set_from", || {
        let from = text(from, "from")?;
        change(cpim, |c| {
            *c = c.clone().from(from);
            Ok(())
        })
    })
}

/// Adds a recipient, as URI or name-addr.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_add_to(cpim: microsip_cpim_t, to: *const c_char) -> microsip_status_t {
    guard("microsip_cpim_add_to", || {
        let to = text(to, "to")?;
        change(cpim, |c| {
            *c = c.clone().to(to);
            Ok(())
        })
    })
}

/// Adds somebody who gets a copy: a URI in angle brackets, with or without a name before it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_add_cc(cpim: microsip_cpim_t, cc: *const c_char) -> microsip_status_t {
    guard("microsip_cpim_add_cc", || {
        let cc = text(cc, "cc")?;
        change(cpim, |c| {
            c.cc.push(cc.to_owned());
            Ok(())
        })
    })
}

/// Sets when it was sent, in milliseconds since 1970; written to the second.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_cpim_set_date_time(cpim: microsip_cpim_t, date_time_unix_ms: i64) -> microsip_status_t {
    guard("microsip_cpim_set_date_time", || {
        let at = from_unix_ms(date_time_unix_ms)?;
        change(cpim, |c| {
            c.date_time = Some(at);
            Ok(())
        })
    })
}

/// Sets what it is about.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_set_subject(cpim: microsip_cpim_t, subject: *const c_char) -> microsip_status_t {
    guard("microsip_cpim_set_subject", || {
        let subject = text(subject, "subject")?;
        change(cpim, |c| {
            c.subject = Some(subject.to_owned());
            Ok(())
        })
    })
}

/// Sets its id (`imdn.Message-ID`): at least 64 bits of randomness, unique for ever (RFC 5438 §6.3).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_set_message_id(
    cpim: microsip_cpim_t,
    message_id: *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_set_message_id", || {
        let message_id = text(message_id, "message_id")?;
        change(cpim, |c| {
            c.message_id = Some(message_id.to_owned());
            Ok(())
        })
    })
}

/// Sets which notifications are asked for, as `microsip_message_options_set_notify`; they need an id and a time.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_cpim_set_notify(
    cpim: microsip_cpim_t,
    positive_delivery: bool,
    negative_delivery: bool,
    processing: bool,
    display: bool,
) -> microsip_status_t {
    guard("microsip_cpim_set_notify", || {
        change(cpim, |c| {
            c.notify.positive_delivery = positive_delivery;
            c.notify.negative_delivery = negative_delivery;
            c.notify.processing = processing;
            c.notify.display = display;
            Ok(())
        })
    })
}

/// Adds a header: the URI of its namespace, its name there and its value; checked when the envelope is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_add_header(
    cpim: microsip_cpim_t,
    space: *const c_char,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_add_header", || {
        let space = text(space, "space")?;
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(cpim, |c| {
            c.headers.push(CpimHeader::new(space, name, value));
            Ok(())
        })
    })
}

/// Adds a MIME header of the content, such as `"Content-Disposition"`.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, or a value with a line break.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_add_content_header(
    cpim: microsip_cpim_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_cpim_add_content_header", || {
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(cpim, |c| {
            c.content_headers.add(name, value)?;
            Ok(())
        })
    })
}

/// The message in its envelope, as a new handle to be freed.
///
/// Statuses: `INVALID_ARGUMENT` when notifications are asked for and there is no id, or something in it cannot be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_cpim_to_bytes(
    cpim: microsip_cpim_t,
    written: *mut microsip_bytes_t,
) -> microsip_status_t {
    guard("microsip_cpim_to_bytes", || {
        let written = Out::new(written, "written")?;
        let object = get(cpim)?;
        let inner = lock(&object);
        written.set(put(inner.to_bytes()?)?);
        Ok(())
    })
}

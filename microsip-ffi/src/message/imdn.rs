//! Notifications of what became of a message.

use std::ffi::c_char;

use microsip_core::{DeliveryStatus, Imdn, ImdnKind};

use crate::base::{Code, Out, bytes, free, get, guard, opt_text, put, share, text, unix_ms};
use crate::presence::help::from_unix_ms;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What a notification is about: one of `enum microsip_imdn_kind_e`.
pub type microsip_imdn_kind_t = i32;

/// The values of `microsip_imdn_kind_t`.
#[repr(i32)]
pub enum microsip_imdn_kind_e {
    /// Whether the message reached the recipient's device (RFC 5438 §7.2.1.1).
    MICROSIP_IMDN_KIND_DELIVERY = 1,
    /// What a server on the way did with it (RFC 5438 §7.2.1.2).
    MICROSIP_IMDN_KIND_PROCESSING = 2,
    /// Whether it was shown to the recipient (RFC 5438 §7.2.1.3).
    MICROSIP_IMDN_KIND_DISPLAY = 3,
}

code!(microsip_imdn_kind_e, "kind of notification", ImdnKind {
    MICROSIP_IMDN_KIND_DELIVERY = Delivery,
    MICROSIP_IMDN_KIND_PROCESSING = Processing,
    MICROSIP_IMDN_KIND_DISPLAY = Display,
});

/// What happened to a message, as a notification says: one of `enum microsip_delivery_status_e`.
pub type microsip_delivery_status_t = i32;

/// The values of `microsip_delivery_status_t`.
#[repr(i32)]
pub enum microsip_delivery_status_e {
    /// It reached the recipient's device.
    MICROSIP_DELIVERY_STATUS_DELIVERED = 1,
    /// It did not, and will not.
    MICROSIP_DELIVERY_STATUS_FAILED = 2,
    /// A server took it.
    MICROSIP_DELIVERY_STATUS_PROCESSED = 3,
    /// A server keeps it until the recipient is there.
    MICROSIP_DELIVERY_STATUS_STORED = 4,
    /// It was shown.
    MICROSIP_DELIVERY_STATUS_DISPLAYED = 5,
    /// The recipient does not allow such notifications.
    MICROSIP_DELIVERY_STATUS_FORBIDDEN = 6,
    /// What became of it cannot be said.
    MICROSIP_DELIVERY_STATUS_ERROR = 7,
}

code!(microsip_delivery_status_e, "delivery status", DeliveryStatus {
    MICROSIP_DELIVERY_STATUS_DELIVERED = Delivered,
    MICROSIP_DELIVERY_STATUS_FAILED = Failed,
    MICROSIP_DELIVERY_STATUS_PROCESSED = Processed,
    MICROSIP_DELIVERY_STATUS_STORED = Stored,
    MICROSIP_DELIVERY_STATUS_DISPLAYED = Displayed,
    MICROSIP_DELIVERY_STATUS_FORBIDDEN = Forbidden,
    MICROSIP_DELIVERY_STATUS_ERROR = Error,
});

/// A document that tells what became of a message (`message/imdn+xml`, RFC 5438), for programs that carry such
/// documents themselves; the library sends and reads its own. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_imdn_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_imdn_t, 149, "imdn", Imdn);

/// Another handle to the same imdn, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_clone(imdn: microsip_imdn_t, clone: *mut microsip_imdn_t) -> microsip_status_t {
    guard("microsip_imdn_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(imdn)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_imdn_free(imdn: microsip_imdn_t) -> microsip_status_t {
    guard("microsip_imdn_free", || free(imdn))
}

/// Makes a notification about the message with this id. `recipient` is the URI it was sent to, or NULL;
/// `date_time_unix_ms` its time, or 0 for the time of writing.
///
/// Statuses: `INVALID_ARGUMENT` for an empty id, or a status that this kind cannot have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_new(
    message_id: *const c_char,
    kind: microsip_imdn_kind_t,
    status: microsip_delivery_status_t,
    recipient: *const c_char,
    date_time_unix_ms: i64,
    imdn: *mut microsip_imdn_t,
) -> microsip_status_t {
    guard("microsip_imdn_new", || {
        let imdn = Out::new(imdn, "imdn")?;
        let message_id = text(message_id, "message_id")?;
        let kind = Code::arg(kind)?;
        let status = Code::arg(status)?;
        let recipient = opt_text(recipient, "recipient")?;
        let mut made = Imdn::new(message_id, kind, status)?;
        made.recipient = recipient.map(str::to_owned);
        if date_time_unix_ms != 0 {
            made.date_time = Some(from_unix_ms(date_time_unix_ms)?);
        }
        imdn.set(put(made)?);
        Ok(())
    })
}

/// Reads a document.
///
/// Statuses: `INVALID_ARGUMENT` for what is none, `LIMIT_REACHED` and `UNSUPPORTED` for size and encoding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_parse(
    body: *const u8,
    body_len: usize,
    imdn: *mut microsip_imdn_t,
) -> microsip_status_t {
    guard("microsip_imdn_parse", || {
        let imdn = Out::new(imdn, "imdn")?;
        let body = bytes(body, body_len, "body")?;
        imdn.set(put(Imdn::parse(body)?)?);
        Ok(())
    })
}

/// The `imdn.Message-ID` of the message it is about. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_message_id(
    imdn: microsip_imdn_t,
    message_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_imdn_message_id", || {
        let message_id = Out::new(message_id, "message_id")?;
        let imdn = get(imdn)?;
        message_id.set(imdn.lend(&imdn.message_id));
        Ok(())
    })
}

/// When that message was sent, in milliseconds since 1970; `NO_VALUE` if not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_date_time_unix_ms(
    imdn: microsip_imdn_t,
    date_time_unix_ms: *mut i64,
) -> microsip_status_t {
    guard("microsip_imdn_date_time_unix_ms", || {
        let date_time_unix_ms = Out::new(date_time_unix_ms, "date_time_unix_ms")?;
        let imdn = get(imdn)?;
        date_time_unix_ms.set_some(imdn.date_time.map(unix_ms), "date")
    })
}

/// What it is about.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_kind(
    imdn: microsip_imdn_t,
    kind: *mut microsip_imdn_kind_t,
) -> microsip_status_t {
    guard("microsip_imdn_kind", || {
        let kind = Out::new(kind, "kind")?;
        let imdn = get(imdn)?;
        kind.set(imdn.kind.code());
        Ok(())
    })
}

/// What happened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_status(
    imdn: microsip_imdn_t,
    status: *mut microsip_delivery_status_t,
) -> microsip_status_t {
    guard("microsip_imdn_status", || {
        let status = Out::new(status, "status")?;
        let imdn = get(imdn)?;
        status.set(imdn.status.code());
        Ok(())
    })
}

/// To whom the message was sent, as URI; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_recipient(
    imdn: microsip_imdn_t,
    recipient: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_imdn_recipient", || {
        let recipient = Out::new(recipient, "recipient")?;
        let imdn = get(imdn)?;
        recipient.set_some(imdn.recipient.as_deref().map(|text| imdn.lend(text)), "recipient")
    })
}

/// To whom it was meant before somebody on the way changed that, as URI; `NO_VALUE` if not told. Lent until the handle
/// is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_original_recipient(
    imdn: microsip_imdn_t,
    original_recipient: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_imdn_original_recipient", || {
        let original_recipient = Out::new(original_recipient, "original_recipient")?;
        let imdn = get(imdn)?;
        original_recipient.set_some(
            imdn.original_recipient.as_deref().map(|text| imdn.lend(text)),
            "original recipient",
        )
    })
}

/// The message's subject; `NO_VALUE` if not told. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_subject(
    imdn: microsip_imdn_t,
    subject: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_imdn_subject", || {
        let subject = Out::new(subject, "subject")?;
        let imdn = get(imdn)?;
        subject.set_some(imdn.subject.as_deref().map(|text| imdn.lend(text)), "subject")
    })
}

/// The document as XML. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_imdn_to_xml(imdn: microsip_imdn_t, xml: *mut *const c_char) -> microsip_status_t {
    guard("microsip_imdn_to_xml", || {
        let xml = Out::new(xml, "xml")?;
        let imdn = get(imdn)?;
        xml.set(imdn.lend(&imdn.to_xml()));
        Ok(())
    })
}

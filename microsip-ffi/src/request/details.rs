//! Parts of a SIP message.

use std::ffi::c_char;

use microsip_core::{Message, Reason};

use super::{microsip_identity_t, microsip_sip_message_t};
use crate::base::{Code, Fault, Out, Outcome, get, guard, put, unix_ms};
use crate::endpoint::microsip_transport_t;
use crate::status::microsip_status_t;

/// The value of Call-ID. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_call_id(
    message: microsip_sip_message_t,
    call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_call_id", || {
        let out = Out::new(call_id, "call_id")?;
        let message = get(message)?;
        out.set(message.lend(message.call_id()));
        Ok(())
    })
}

/// The number of CSeq; 0 if it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_cseq_number(
    message: microsip_sip_message_t,
    number: *mut u32,
) -> microsip_status_t {
    guard("microsip_sip_message_cseq_number", || {
        let out = Out::new(number, "number")?;
        let message = get(message)?;
        out.set(message.cseq().0);
        Ok(())
    })
}

/// The tag of From; `NO_VALUE` if it has none. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_from_tag(
    message: microsip_sip_message_t,
    tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_from_tag", || {
        let out = Out::new(tag, "tag")?;
        let message = get(message)?;
        let text = (message.from_tag()).ok_or_else(|| Fault::none("tag of From"))?;
        out.set(message.lend(text));
        Ok(())
    })
}

/// The tag of To; `NO_VALUE` if it has none, as a request that begins a dialog. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_to_tag(
    message: microsip_sip_message_t,
    tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_to_tag", || {
        let out = Out::new(tag, "tag")?;
        let message = get(message)?;
        let text = (message.to_tag()).ok_or_else(|| Fault::none("tag of To"))?;
        out.set(message.lend(text));
        Ok(())
    })
}

/// The address it came from, the last hop's, `IP:PORT`; `NO_VALUE` if not known. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_source(
    message: microsip_sip_message_t,
    source: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_source", || {
        let out = Out::new(source, "source")?;
        let message = get(message)?;
        let text = (message.source().map(|source| source.to_string())).ok_or_else(|| Fault::none("source"))?;
        out.set(message.lend(&text));
        Ok(())
    })
}

/// What carried it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_transport(
    message: microsip_sip_message_t,
    transport: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_sip_message_transport", || {
        let out = Out::new(transport, "transport")?;
        let message = get(message)?;
        out.set(message.transport().code());
        Ok(())
    })
}

/// When it was read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_received_unix_ms(
    message: microsip_sip_message_t,
    received: *mut i64,
) -> microsip_status_t {
    guard("microsip_sip_message_received_unix_ms", || {
        let out = Out::new(received, "received")?;
        let message = get(message)?;
        out.set(unix_ms(message.received_at()));
        Ok(())
    })
}

/// Who it says it is from, and for whom it was meant before it was diverted, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_identity(
    message: microsip_sip_message_t,
    identity: *mut microsip_identity_t,
) -> microsip_status_t {
    guard("microsip_sip_message_identity", || {
        let out = Out::new(identity, "identity")?;
        let message = get(message)?;
        out.set(put(message.identity())?);
        Ok(())
    })
}

fn reason(message: &Message, index: usize) -> Outcome<Reason> {
    let reason = message.reasons().into_iter().nth(index);
    reason.ok_or_else(|| Fault::none("reason at this index"))
}

/// How many reasons it gives (header Reason, RFC 3326).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_reason_count(
    message: microsip_sip_message_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_sip_message_reason_count", || {
        let out = Out::new(count, "count")?;
        let message = get(message)?;
        out.set(message.reasons().len());
        Ok(())
    })
}

/// Protocol of the reason at `index`, from 0: `"Q.850"`, `"SIP"`, …; `NO_VALUE` beyond the end. Lent until the message
/// is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_reason_protocol(
    message: microsip_sip_message_t,
    index: usize,
    protocol: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_reason_protocol", || {
        let out = Out::new(protocol, "protocol")?;
        let message = get(message)?;
        out.set(message.lend(&reason(&message, index)?.protocol));
        Ok(())
    })
}

/// Its cause in that protocol: 0 to 127 of Q.850, a status code of SIP; `NO_VALUE` if not told, and beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_reason_cause(
    message: microsip_sip_message_t,
    index: usize,
    cause: *mut u16,
) -> microsip_status_t {
    guard("microsip_sip_message_reason_cause", || {
        let out = Out::new(cause, "cause")?;
        let message = get(message)?;
        out.set_some(reason(&message, index)?.cause, "cause")
    })
}

/// Its words; may be empty. `NO_VALUE` beyond the end. Lent until the message is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_sip_message_reason_text(
    message: microsip_sip_message_t,
    index: usize,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_sip_message_reason_text", || {
        let out = Out::new(words, "words")?;
        let message = get(message)?;
        out.set(message.lend(&reason(&message, index)?.text));
        Ok(())
    })
}

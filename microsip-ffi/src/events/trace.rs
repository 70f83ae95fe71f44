//! SIP messages as they went over the wire.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::{Event, SipMessage};

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share, unix_ms};
use crate::call::microsip_direction_t;
use crate::endpoint::microsip_transport_t;
use crate::handle;
use crate::status::microsip_status_t;

/// One SIP message as it went over the wire, with credentials and SRTP keys masked. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_trace_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_trace_t, 69, "trace", Arc<SipMessage>);

/// The message, as a new handle to be freed, in events of kind `SIP_MESSAGE`, which come with tracing on; `NO_VALUE` in
/// others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_trace(
    event: microsip_event_t,
    trace: *mut microsip_trace_t,
) -> microsip_status_t {
    guard("microsip_event_trace", || {
        let out = Out::new(trace, "trace")?;
        let event = get(event)?;
        let value = match &**event {
            Event::SipMessage(message) => Some(message.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("traced message in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Another handle to the same message, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_clone(
    trace: microsip_trace_t,
    clone: *mut microsip_trace_t,
) -> microsip_status_t {
    guard("microsip_trace_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(trace)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_trace_free(trace: microsip_trace_t) -> microsip_status_t {
    guard("microsip_trace_free", || free(trace))
}

/// Whether it was sent or received.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_direction(
    trace: microsip_trace_t,
    direction: *mut microsip_direction_t,
) -> microsip_status_t {
    guard("microsip_trace_direction", || {
        let out = Out::new(direction, "direction")?;
        let trace = get(trace)?;
        out.set(trace.direction.code());
        Ok(())
    })
}

/// When the transport took it or gave it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_at_unix_ms(trace: microsip_trace_t, at: *mut i64) -> microsip_status_t {
    guard("microsip_trace_at_unix_ms", || {
        let out = Out::new(at, "at")?;
        let trace = get(trace)?;
        out.set(unix_ms(trace.at));
        Ok(())
    })
}

/// What carried it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_transport(
    trace: microsip_trace_t,
    transport: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_trace_transport", || {
        let out = Out::new(transport, "transport")?;
        let trace = get(trace)?;
        out.set(trace.transport.code());
        Ok(())
    })
}

/// Our address, `host:port`. Lent until the trace is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_local(trace: microsip_trace_t, local: *mut *const c_char) -> microsip_status_t {
    guard("microsip_trace_local", || {
        let out = Out::new(local, "local")?;
        let trace = get(trace)?;
        out.set(trace.lend(&trace.local));
        Ok(())
    })
}

/// The peer's address, `host:port`. Lent until the trace is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_remote(
    trace: microsip_trace_t,
    remote: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_trace_remote", || {
        let out = Out::new(remote, "remote")?;
        let trace = get(trace)?;
        out.set(trace.lend(&trace.remote));
        Ok(())
    })
}

/// Request or status line. Lent until the trace is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_first_line(
    trace: microsip_trace_t,
    first_line: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_trace_first_line", || {
        let out = Out::new(first_line, "first_line")?;
        let trace = get(trace)?;
        out.set(trace.lend(&trace.first_line));
        Ok(())
    })
}

/// Value of Call-ID. Lent until the trace is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_call_id(
    trace: microsip_trace_t,
    call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_trace_call_id", || {
        let out = Out::new(call_id, "call_id")?;
        let trace = get(trace)?;
        out.set(trace.lend(&trace.call_id));
        Ok(())
    })
}

/// Value of CSeq, such as `"1 INVITE"`. Lent until the trace is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_cseq(trace: microsip_trace_t, cseq: *mut *const c_char) -> microsip_status_t {
    guard("microsip_trace_cseq", || {
        let out = Out::new(cseq, "cseq")?;
        let trace = get(trace)?;
        out.set(trace.lend(&trace.cseq));
        Ok(())
    })
}

/// The whole message, masked; what is not UTF-8 is shown as U+FFFD. Lent until the trace is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_trace_text(trace: microsip_trace_t, text: *mut *const c_char) -> microsip_status_t {
    guard("microsip_trace_text", || {
        let out = Out::new(text, "text")?;
        let trace = get(trace)?;
        out.set(trace.lend(&trace.text));
        Ok(())
    })
}

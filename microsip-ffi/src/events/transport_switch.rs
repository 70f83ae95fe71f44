//! Requests that go another way for their size.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::{Event, TransportSwitch};

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::call::microsip_call_t;
use crate::endpoint::microsip_transport_t;
use crate::error::microsip_error_t;
use crate::handle;
use crate::status::microsip_status_t;

/// A request that goes another way for its size (RFC 3261 §18.1.1). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_transport_switch_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_transport_switch_t,
    42,
    "transport switch",
    Arc<TransportSwitch>
);

/// The call it belongs to, as a new handle to be freed; `NO_VALUE` if it belongs to none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_call(
    transport_switch: microsip_transport_switch_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_transport_switch_call", || {
        let out = Out::new(call, "call")?;
        let o = get(transport_switch)?;
        out.set_some(o.call.clone().map(put).transpose()?, "call")
    })
}

/// Its Call-ID. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_call_id(
    transport_switch: microsip_transport_switch_t,
    call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transport_switch_call_id", || {
        let out = Out::new(call_id, "call_id")?;
        let o = get(transport_switch)?;
        out.set(o.lend(&o.call_id));
        Ok(())
    })
}

/// Its method, such as `"INVITE"`. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_method(
    transport_switch: microsip_transport_switch_t,
    method: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transport_switch_method", || {
        let out = Out::new(method, "method")?;
        let o = get(transport_switch)?;
        out.set(o.lend(&o.method));
        Ok(())
    })
}

/// Where it goes, `host:port`. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_remote(
    transport_switch: microsip_transport_switch_t,
    remote: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transport_switch_remote", || {
        let out = Out::new(remote, "remote")?;
        let o = get(transport_switch)?;
        out.set(o.lend(&o.remote));
        Ok(())
    })
}

/// Its size in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_size(
    transport_switch: microsip_transport_switch_t,
    size: *mut u32,
) -> microsip_status_t {
    guard("microsip_transport_switch_size", || {
        let out = Out::new(size, "size")?;
        let o = get(transport_switch)?;
        out.set(o.size);
        Ok(())
    })
}

/// The largest that goes over UDP, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_limit(
    transport_switch: microsip_transport_switch_t,
    limit: *mut u32,
) -> microsip_status_t {
    guard("microsip_transport_switch_limit", || {
        let out = Out::new(limit, "limit")?;
        let o = get(transport_switch)?;
        out.set(o.limit);
        Ok(())
    })
}

/// What it would have taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_from(
    transport_switch: microsip_transport_switch_t,
    from: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_transport_switch_from", || {
        let out = Out::new(from, "from")?;
        let o = get(transport_switch)?;
        out.set(o.from.code());
        Ok(())
    })
}

/// What it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_to(
    transport_switch: microsip_transport_switch_t,
    to: *mut microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_transport_switch_to", || {
        let out = Out::new(to, "to")?;
        let o = get(transport_switch)?;
        out.set(o.to.code());
        Ok(())
    })
}

/// Why TCP failed, as a new handle to be freed, when it goes over UDP after all; else `NO_VALUE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_error(
    transport_switch: microsip_transport_switch_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_transport_switch_error", || {
        let out = Out::new(error, "error")?;
        let o = get(transport_switch)?;
        crate::error::give(o.error.as_ref(), out)
    })
}

/// Another handle to the same object, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transport_switch_clone(
    transport_switch: microsip_transport_switch_t,
    clone: *mut microsip_transport_switch_t,
) -> microsip_status_t {
    guard("microsip_transport_switch_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(transport_switch)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transport_switch_free(transport_switch: microsip_transport_switch_t) -> microsip_status_t {
    guard("microsip_transport_switch_free", || free(transport_switch))
}

/// The request that goes another way, as a new handle to be freed; `NO_VALUE` for events that are not of kind
/// `MICROSIP_EVENT_KIND_TRANSPORT_SWITCHED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_transport_switch(
    event: microsip_event_t,
    transport_switch: *mut microsip_transport_switch_t,
) -> microsip_status_t {
    guard("microsip_event_transport_switch", || {
        let out = Out::new(transport_switch, "transport_switch")?;
        match &**get(event)? {
            Event::TransportSwitched(switch) => {
                out.set(put(Arc::clone(switch))?);
                Ok(())
            }
            _ => Err(Fault::none("transport switch in this event")),
        }
    })
}

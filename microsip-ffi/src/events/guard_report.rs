//! Events about the guard.

use std::ffi::c_char;

use microsip_core::{Event, GuardReason, GuardReport};

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Why the guard stepped in: one of `enum microsip_guard_reason_e`.
pub type microsip_guard_reason_t = i32;

/// The values of `microsip_guard_reason_t`.
#[repr(i32)]
pub enum microsip_guard_reason_e {
    /// Too many new calls.
    MICROSIP_GUARD_REASON_INVITES = 1,
    /// Too many other requests.
    MICROSIP_GUARD_REASON_REQUESTS = 2,
    /// The User-Agent of a scanner.
    MICROSIP_GUARD_REASON_SCANNER = 3,
}

code!(microsip_guard_reason_e, "guard reason", GuardReason {
    MICROSIP_GUARD_REASON_INVITES = Invites,
    MICROSIP_GUARD_REASON_REQUESTS = Requests,
    MICROSIP_GUARD_REASON_SCANNER = Scanner,
});

/// A source the guard has stepped in against. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_guard_report_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_guard_report_t, 41, "guard report", GuardReport);

/// The numeric address; of the last request, if it is IPv6. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_report_source(
    guard_report: microsip_guard_report_t,
    source: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_guard_report_source", || {
        let out = Out::new(source, "source")?;
        let o = get(guard_report)?;
        out.set(o.lend(&o.source.to_string()));
        Ok(())
    })
}

/// Why, at this request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_report_reason(
    guard_report: microsip_guard_report_t,
    reason: *mut microsip_guard_reason_t,
) -> microsip_status_t {
    guard("microsip_guard_report_reason", || {
        let out = Out::new(reason, "reason")?;
        let o = get(guard_report)?;
        out.set(o.reason.code());
        Ok(())
    })
}

/// Requests of this source that were dropped or refused since the last event about it, this one included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_report_requests(
    guard_report: microsip_guard_report_t,
    requests: *mut u64,
) -> microsip_status_t {
    guard("microsip_guard_report_requests", || {
        let out = Out::new(requests, "requests")?;
        let o = get(guard_report)?;
        out.set(o.requests);
        Ok(())
    })
}

/// What the scanner calls itself; `NO_VALUE` when it is none. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_report_user_agent(
    guard_report: microsip_guard_report_t,
    user_agent: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_guard_report_user_agent", || {
        let out = Out::new(user_agent, "user_agent")?;
        let o = get(guard_report)?;
        out.set_some(o.user_agent.as_deref().map(|text| o.lend(text)), "user agent")
    })
}

/// Another handle to the same object, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_report_clone(
    guard_report: microsip_guard_report_t,
    clone: *mut microsip_guard_report_t,
) -> microsip_status_t {
    guard("microsip_guard_report_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(guard_report)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_report_free(guard_report: microsip_guard_report_t) -> microsip_status_t {
    guard("microsip_guard_report_free", || free(guard_report))
}

/// The source the guard keeps off, as a new handle to be freed; `NO_VALUE` for events that are not of kind
/// `MICROSIP_EVENT_KIND_GUARD`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_guard(
    event: microsip_event_t,
    guard_report: *mut microsip_guard_report_t,
) -> microsip_status_t {
    guard("microsip_event_guard", || {
        let out = Out::new(guard_report, "guard_report")?;
        match &**get(event)? {
            Event::Guard(report) => {
                out.set(put(report.clone())?);
                Ok(())
            }
            _ => Err(Fault::none("guard report in this event")),
        }
    })
}

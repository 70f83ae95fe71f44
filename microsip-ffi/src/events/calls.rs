//! What events of calls tell.

use std::ffi::c_char;

use microsip_core::Event;

use super::microsip_event_t;
use crate::base::{Code, Fault, Out, get, guard, put};
use crate::call::{microsip_call_info_t, microsip_call_t, microsip_session_request_t};
use crate::stats::{microsip_finding_t, microsip_stats_t};
use crate::status::microsip_status_t;

/// How the call was by then, as a new handle to be freed: in events of kind `INCOMING_CALL`, `CALL_STATE`,
/// `CALL_MEDIA`, `CALL_HOLD`, `SESSION_CHANGED` and `ICE`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_call_info(
    event: microsip_event_t,
    info: *mut microsip_call_info_t,
) -> microsip_status_t {
    guard("microsip_event_call_info", || {
        let out = Out::new(info, "info")?;
        let event = get(event)?;
        let value = match &**event {
            Event::IncomingCall { info, .. }
            | Event::CallState { info, .. }
            | Event::CallMedia { info, .. }
            | Event::CallHold { info, .. }
            | Event::SessionChanged { info, .. }
            | Event::Ice { info, .. } => Some(info.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("information about a call in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// The URI that the callee's 3xx named, in events of kind `CALL_REDIRECTED`; `NO_VALUE` in others. Lent until the event
/// is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_redirect_target(
    event: microsip_event_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_event_redirect_target", || {
        let out = Out::new(target, "target")?;
        let event = get(event)?;
        let value = match &**event {
            Event::CallRedirected { target, .. } => Some(target),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("redirection in this event"))?;
        out.set(event.lend(value));
        Ok(())
    })
}

/// Whether the call goes on there, in events of kind `CALL_REDIRECTED` (`microsip_call_options_set_redirects`);
/// `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_redirect_followed(
    event: microsip_event_t,
    followed: *mut bool,
) -> microsip_status_t {
    guard("microsip_event_redirect_followed", || {
        let out = Out::new(followed, "followed")?;
        let event = get(event)?;
        let value = match &**event {
            Event::CallRedirected { followed, .. } => Some(*followed),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("redirection in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// The call that goes on instead of the event's call, as a new handle to be freed, in events of kind `CALL_REPLACED`;
/// `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_replaced_by(
    event: microsip_event_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_event_replaced_by", || {
        let out = Out::new(call, "call")?;
        let event = get(event)?;
        let value = match &**event {
            Event::CallReplaced { by, .. } => Some(by.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("replacement in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// What was asked for, in events of kind `SESSION_CHANGED`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_session_request(
    event: microsip_event_t,
    request: *mut microsip_session_request_t,
) -> microsip_status_t {
    guard("microsip_event_session_request", || {
        let out = Out::new(request, "request")?;
        let event = get(event)?;
        let value = match &**event {
            Event::SessionChanged { request, .. } => Some(request.code()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("change of a session in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// Whether the peer agreed, in events of kind `SESSION_CHANGED`; `NO_VALUE` in others. If not, the call goes on as it
/// was, and `microsip_event_error` tells why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_session_agreed(
    event: microsip_event_t,
    agreed: *mut bool,
) -> microsip_status_t {
    guard("microsip_event_session_agreed", || {
        let out = Out::new(agreed, "agreed")?;
        let event = get(event)?;
        let value = match &**event {
            Event::SessionChanged { result, .. } => Some(result.is_ok()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("change of a session in this event"))?;
        out.set(value);
        Ok(())
    })
}

/// The call's statistics so far, as a new handle to be freed, in events of kind `CALL_STATS`; `NO_VALUE` in others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_stats(
    event: microsip_event_t,
    stats: *mut microsip_stats_t,
) -> microsip_status_t {
    guard("microsip_event_stats", || {
        let out = Out::new(stats, "stats")?;
        let event = get(event)?;
        let value = match &**event {
            Event::CallStats { stats, .. } => Some(stats.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("statistics in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// What keeps the call from being heard, as a new handle to be freed, in events of kind `AUDIO_TROUBLE`; `NO_VALUE` in
/// others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_finding(
    event: microsip_event_t,
    finding: *mut microsip_finding_t,
) -> microsip_status_t {
    guard("microsip_event_finding", || {
        let out = Out::new(finding, "finding")?;
        let event = get(event)?;
        let value = match &**event {
            Event::AudioTrouble { finding, .. } => Some(finding.clone()),
            _ => None,
        };
        let value = value.ok_or_else(|| Fault::none("finding in this event"))?;
        out.set(put(value)?);
        Ok(())
    })
}

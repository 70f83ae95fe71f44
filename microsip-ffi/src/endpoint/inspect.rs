//! What an endpoint does and tells while it runs.

use std::ffi::c_char;

use microsip_core::{CallPolicy, StunInfo, StunState};

use super::{
    incoming_policy, microsip_call_policy_t, microsip_endpoint_t, microsip_replaces_policy_t, microsip_server_list_t,
    microsip_transfer_policy_t, microsip_transport_t, running, transfer_rules,
};
use crate::base::{Code, Fault, Out, free, get, guard, put, settings_or, share, text};
use crate::error::microsip_error_t;
use crate::status::{microsip_status_e, microsip_status_t};
use crate::{code, handle};

/// Sets what incoming calls are answered at once, from now on, as `microsip_endpoint_config_set_incoming`. Statuses:
/// `INVALID_ARGUMENT`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_set_incoming(endpoint: microsip_endpoint_t, code: u16) -> microsip_status_t {
    guard("microsip_endpoint_set_incoming", || {
        let policy = incoming_policy(code)?;
        running(endpoint)?.with(|e| Ok(e.set_incoming(policy)?))
    })
}

/// Sets what happens with incoming calls before they ring, from now on; calls that wait for something keep what was
/// decided for them. `policy` is copied; the zero handle stands for the defaults. Statuses: `INVALID_ARGUMENT` for a
/// wrong value, which the message names; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_set_policy(
    endpoint: microsip_endpoint_t,
    policy: microsip_call_policy_t,
) -> microsip_status_t {
    guard("microsip_endpoint_set_policy", || {
        let policy = settings_or(policy, CallPolicy::default)?;
        running(endpoint)?.with(|e| Ok(e.set_policy(policy)?))
    })
}

/// Sets which transfers by others are carried out, for requests from now on, as
/// `microsip_endpoint_config_set_transfers`. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_set_transfers(
    endpoint: microsip_endpoint_t,
    in_call: microsip_transfer_policy_t,
    outside: microsip_transfer_policy_t,
    replaces: microsip_replaces_policy_t,
) -> microsip_status_t {
    guard("microsip_endpoint_set_transfers", || {
        let rules = transfer_rules(in_call, outside, replaces)?;
        running(endpoint)?.with(|e| Ok(e.set_transfers(rules)?))
    })
}

/// Address and port a transport is bound to, such as `"192.0.2.1:5060"`; the first transport of its kind. Lent until
/// the last handle to the endpoint is freed. Statuses: `INVALID_ARGUMENT` when there is no such transport,
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_local_address(
    endpoint: microsip_endpoint_t,
    transport: microsip_transport_t,
    address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_endpoint_local_address", || {
        let out = Out::new(address, "address")?;
        let transport = Code::arg(transport)?;
        let running = running(endpoint)?;
        let address = running.with(|e| Ok(e.local_address(transport)?))?;
        out.set(running.lend(&address.to_string()));
        Ok(())
    })
}

/// Where requests to a SIP URI would go, in the order in which the places would be tried (RFC 3263): numeric addresses
/// and names in the hosts file at once, others by NAPTR, SRV, A and AAAA. Targets that did not serve a moment ago come
/// last. A new handle to be freed.
///
/// Waits for the name servers, as long as `microsip_dns_config_set_timeout` allows. Statuses: `INVALID_ARGUMENT` for
/// what is no SIP URI; `TRANSPORT` when the name does not exist, has no address, or its name server fails or does not
/// answer; `NOT_RUNNING`, also when the endpoint is closed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_resolve(
    endpoint: microsip_endpoint_t,
    uri: *const c_char,
    list: *mut microsip_server_list_t,
) -> microsip_status_t {
    guard("microsip_endpoint_resolve", || {
        let out = Out::new(list, "list")?;
        let uri = text(uri, "uri")?;
        // Waited for apart from the endpoint, which can be closed meanwhile.
        let asked = running(endpoint)?.with(|e| Ok(e.resolve_later(uri)?))?;
        out.set(put(asked.wait()?)?);
        Ok(())
    })
}

/// Tells that this machine's network changed, where that is not noticed by itself: connections are ended, accounts
/// register anew with a new Contact, and calls get new media sockets and a re-INVITE. Events of kind
/// `MICROSIP_EVENT_KIND_NETWORK_CHANGED` tell how it goes. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_network_changed(endpoint: microsip_endpoint_t) -> microsip_status_t {
    guard("microsip_endpoint_network_changed", || {
        running(endpoint)?.with(|e| Ok(e.network_changed()?))
    })
}

/// The bridge's sample rate in Hz. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_clock_rate(
    endpoint: microsip_endpoint_t,
    hz: *mut u32,
) -> microsip_status_t {
    guard("microsip_endpoint_clock_rate", || {
        let out = Out::new(hz, "hz")?;
        out.set(running(endpoint)?.with(|e| Ok(e.clock_rate()))?);
        Ok(())
    })
}

/// Sends an empty command through the engine and says how long it took there and back, in microseconds. Statuses:
/// `BUSY` when its queue is full, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_round_trip(
    endpoint: microsip_endpoint_t,
    microseconds: *mut u64,
) -> microsip_status_t {
    guard("microsip_endpoint_round_trip", || {
        let out = Out::new(microseconds, "microseconds")?;
        let took = running(endpoint)?.with(|e| Ok(e.round_trip()?))?;
        out.set(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        Ok(())
    })
}

/// What is counted while an endpoint runs: one of `enum microsip_counter_e`.
pub type microsip_counter_t = i32;

/// The values of `microsip_counter_t`.
#[repr(i32)]
pub enum microsip_counter_e {
    /// Panics caught in callbacks and commands; each is a defect.
    MICROSIP_COUNTER_PANICS = 1,
    /// Assertions of PJSIP that failed since the process started; each is a defect.
    MICROSIP_COUNTER_FAILED_ASSERTIONS = 2,
    /// Wake-up datagrams sent to the engine.
    MICROSIP_COUNTER_WAKE_UPS = 3,
    /// Commands run by the engine.
    MICROSIP_COUNTER_COMMANDS = 4,
    /// Messages received that could not be parsed. They are dropped, or answered 400, 413, 505 or 513.
    MICROSIP_COUNTER_MALFORMED = 5,
    /// How many of those were answered.
    MICROSIP_COUNTER_MALFORMED_ANSWERED = 6,
    /// Messages that were used without a malformed header that does not matter (RFC 3261 §8.2).
    MICROSIP_COUNTER_HEADERS_PASSED_OVER = 7,
    /// New calls above the guard's limit, dropped or refused.
    MICROSIP_COUNTER_GUARD_INVITES = 8,
    /// Other requests above the guard's limit, dropped or refused.
    MICROSIP_COUNTER_GUARD_REQUESTS = 9,
    /// Requests of scanners, dropped.
    MICROSIP_COUNTER_GUARD_SCANNERS = 10,
    /// Sources the guard tells apart at the moment.
    MICROSIP_COUNTER_GUARD_SOURCES = 11,
}

/// A counter since the endpoint's start, for those who look after a running program. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_counter(
    endpoint: microsip_endpoint_t,
    counter: microsip_counter_t,
    value: *mut u64,
) -> microsip_status_t {
    guard("microsip_endpoint_counter", || {
        use microsip_counter_e::*;
        let out = Out::new(value, "value")?;
        let all = running(endpoint)?.with(|e| Ok(e.diagnostics()))?;
        out.set(match counter {
            n if n == MICROSIP_COUNTER_PANICS as i32 => all.panics,
            n if n == MICROSIP_COUNTER_FAILED_ASSERTIONS as i32 => all.failed_assertions,
            n if n == MICROSIP_COUNTER_WAKE_UPS as i32 => all.wake_ups,
            n if n == MICROSIP_COUNTER_COMMANDS as i32 => all.commands,
            n if n == MICROSIP_COUNTER_MALFORMED as i32 => all.malformed,
            n if n == MICROSIP_COUNTER_MALFORMED_ANSWERED as i32 => all.malformed_answered,
            n if n == MICROSIP_COUNTER_HEADERS_PASSED_OVER as i32 => all.headers_passed_over,
            n if n == MICROSIP_COUNTER_GUARD_INVITES as i32 => all.guard.invites,
            n if n == MICROSIP_COUNTER_GUARD_REQUESTS as i32 => all.guard.requests,
            n if n == MICROSIP_COUNTER_GUARD_SCANNERS as i32 => all.guard.scanners,
            n if n == MICROSIP_COUNTER_GUARD_SOURCES as i32 => all.guard.sources,
            n => {
                return Err(Fault::new(
                    microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
                    format!("{n} is no counter"),
                ));
            }
        });
        Ok(())
    })
}

/// Where the search for a STUN server stands: one of `enum microsip_stun_state_e`.
pub type microsip_stun_state_t = i32;

/// The values of `microsip_stun_state_t`.
#[repr(i32)]
pub enum microsip_stun_state_e {
    /// No STUN server is configured.
    MICROSIP_STUN_STATE_OFF = 1,
    /// Servers are asked.
    MICROSIP_STUN_STATE_ASKING = 2,
    /// One answered and is used.
    MICROSIP_STUN_STATE_READY = 3,
    /// None answers; they are asked again later.
    MICROSIP_STUN_STATE_FAILED = 4,
}

code!(microsip_stun_state_e, "STUN state", StunState {
    MICROSIP_STUN_STATE_OFF = Off,
    MICROSIP_STUN_STATE_ASKING = Asking,
    MICROSIP_STUN_STATE_READY = Ready,
    MICROSIP_STUN_STATE_FAILED = Failed,
});

/// What STUN told (RFC 8489). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_stun_info_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_stun_info_t, 35, "stun info", StunInfo);

/// Where it stands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stun_info_state(
    stun_info: microsip_stun_info_t,
    state: *mut microsip_stun_state_t,
) -> microsip_status_t {
    guard("microsip_stun_info_state", || {
        let out = Out::new(state, "state")?;
        let o = get(stun_info)?;
        out.set(o.state.code());
        Ok(())
    })
}

/// The server in use, as configured; `NO_VALUE` without one. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stun_info_server(
    stun_info: microsip_stun_info_t,
    server: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_stun_info_server", || {
        let out = Out::new(server, "server")?;
        let o = get(stun_info)?;
        out.set_some(o.server.as_deref().map(|text| o.lend(text)), "server")
    })
}

/// Address and port of our first UDP socket for SIP as the server sees it; `NO_VALUE` until known, and without such a
/// socket. Lent until the object is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stun_info_sip_address(
    stun_info: microsip_stun_info_t,
    sip_address: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_stun_info_sip_address", || {
        let out = Out::new(sip_address, "sip_address")?;
        let o = get(stun_info)?;
        out.set(
            o.lend(
                &o.sip
                    .ok_or_else(|| Fault::none("SIP address told by STUN"))?
                    .to_string(),
            ),
        );
        Ok(())
    })
}

/// Why there is none, as a new handle to be freed: `TIMEOUT` of servers that do not answer, `TRANSPORT` for names that
/// do not resolve; `NO_VALUE` while all is well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stun_info_error(
    stun_info: microsip_stun_info_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_stun_info_error", || {
        let out = Out::new(error, "error")?;
        let o = get(stun_info)?;
        crate::error::give(o.error.as_ref(), out)
    })
}

/// Another handle to the same object, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_stun_info_clone(
    stun_info: microsip_stun_info_t,
    clone: *mut microsip_stun_info_t,
) -> microsip_status_t {
    guard("microsip_stun_info_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(stun_info)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. Strings lent by it become invalid with its last handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_stun_info_free(stun_info: microsip_stun_info_t) -> microsip_status_t {
    guard("microsip_stun_info_free", || free(stun_info))
}

/// What STUN told, or that it is still asked, or why it did not, as a new handle to be freed; changes come as events of
/// kind `MICROSIP_EVENT_KIND_STUN`. Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_stun(
    endpoint: microsip_endpoint_t,
    stun_info: *mut microsip_stun_info_t,
) -> microsip_status_t {
    guard("microsip_endpoint_stun", || {
        let out = Out::new(stun_info, "stun_info")?;
        out.set(put(running(endpoint)?.with(|e| Ok(e.stun()))?)?);
        Ok(())
    })
}

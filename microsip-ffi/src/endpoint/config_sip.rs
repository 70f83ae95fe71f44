//! Settings of the endpoint: SIP, sockets and limits.

use microsip_core::{IncomingPolicy, LogLevel, OptionsPolicy, ReplacesPolicy, TransferPolicy, TransferRules};

use super::microsip_endpoint_config_t;
use crate::base::{Code, Fault, Outcome, change, guard, millis};
use crate::call::status_code;
use crate::code;
use crate::status::microsip_status_t;

/// How much is logged: one of `enum microsip_log_level_e`.
pub type microsip_log_level_t = i32;

/// The values of `microsip_log_level_t`.
#[repr(i32)]
pub enum microsip_log_level_e {
    /// Nothing.
    MICROSIP_LOG_LEVEL_OFF = 1,
    /// Errors.
    MICROSIP_LOG_LEVEL_ERROR = 2,
    /// Warnings, too.
    MICROSIP_LOG_LEVEL_WARN = 3,
    /// What happens, too.
    MICROSIP_LOG_LEVEL_INFO = 4,
    /// Details, too.
    MICROSIP_LOG_LEVEL_DEBUG = 5,
}

code!(microsip_log_level_e, "log level", LogLevel {
    MICROSIP_LOG_LEVEL_OFF = Off,
    MICROSIP_LOG_LEVEL_ERROR = Error,
    MICROSIP_LOG_LEVEL_WARN = Warn,
    MICROSIP_LOG_LEVEL_INFO = Info,
    MICROSIP_LOG_LEVEL_DEBUG = Debug,
});

/// How an OPTIONS request is answered by itself (RFC 3261 §11.2): one of `enum microsip_options_policy_e`.
pub type microsip_options_policy_t = i32;

/// The values of `microsip_options_policy_t`.
#[repr(i32)]
pub enum microsip_options_policy_e {
    /// 200 as long as the endpoint runs. The default.
    MICROSIP_OPTIONS_POLICY_AVAILABLE = 1,
    /// As an INVITE would be answered at this moment: 486 when no further call would be taken.
    MICROSIP_OPTIONS_POLICY_AS_CALL = 2,
}

code!(microsip_options_policy_e, "options policy", OptionsPolicy {
    MICROSIP_OPTIONS_POLICY_AVAILABLE = Available,
    MICROSIP_OPTIONS_POLICY_AS_CALL = AsCall,
});

/// What happens when somebody asks us to call somebody else (REFER, RFC 3515): one of `enum
/// microsip_transfer_policy_e`.
pub type microsip_transfer_policy_t = i32;

/// The values of `microsip_transfer_policy_t`.
#[repr(i32)]
pub enum microsip_transfer_policy_e {
    /// Answered 603; nobody is told. The default.
    MICROSIP_TRANSFER_POLICY_REFUSE = 1,
    /// The application decides: `MICROSIP_EVENT_KIND_TRANSFER_REQUESTED`.
    MICROSIP_TRANSFER_POLICY_ASK = 2,
    /// The call is made at once: `MICROSIP_EVENT_KIND_CALL_TRANSFERRED`. Whoever can send us a request can make us call
    /// anybody, at the account's cost.
    MICROSIP_TRANSFER_POLICY_ACCEPT = 3,
}

code!(microsip_transfer_policy_e, "transfer policy", TransferPolicy {
    MICROSIP_TRANSFER_POLICY_REFUSE = Refuse,
    MICROSIP_TRANSFER_POLICY_ASK = Ask,
    MICROSIP_TRANSFER_POLICY_ACCEPT = Accept,
});

/// What happens when a call comes in that wants to take the place of another one (Replaces, RFC 3891): one of `enum
/// microsip_replaces_policy_e`.
pub type microsip_replaces_policy_t = i32;

/// The values of `microsip_replaces_policy_t`.
#[repr(i32)]
pub enum microsip_replaces_policy_e {
    /// Answered 603; nobody is told. The default.
    MICROSIP_REPLACES_POLICY_REFUSE = 1,
    /// An incoming call like any other; answered with 2xx it takes the other's place.
    MICROSIP_REPLACES_POLICY_ASK = 2,
    /// Taken at once if it comes from the address the replaced call's messages come from, else refused.
    MICROSIP_REPLACES_POLICY_ACCEPT_SAME_SOURCE = 3,
    /// Taken at once, whoever asks.
    MICROSIP_REPLACES_POLICY_ACCEPT = 4,
}

code!(microsip_replaces_policy_e, "replaces policy", ReplacesPolicy {
    MICROSIP_REPLACES_POLICY_REFUSE = Refuse,
    MICROSIP_REPLACES_POLICY_ASK = Ask,
    MICROSIP_REPLACES_POLICY_ACCEPT_SAME_SOURCE = AcceptSameSource,
    MICROSIP_REPLACES_POLICY_ACCEPT = Accept,
});

/// The three rules as C gives them.
pub(super) fn transfer_rules(
    in_call: microsip_transfer_policy_t,
    outside: microsip_transfer_policy_t,
    replaces: microsip_replaces_policy_t,
) -> Outcome<TransferRules> {
    Ok(TransferRules::new()
        .in_call(TransferPolicy::arg(in_call)?)
        .outside(TransferPolicy::arg(outside)?)
        .replaces(ReplacesPolicy::arg(replaces)?))
}

/// 0 asks the application.
pub(super) fn incoming_policy(code: u16) -> Outcome<IncomingPolicy> {
    match code {
        0 => Ok(IncomingPolicy::Ask),
        code => Ok(IncomingPolicy::Answer(status_code(code)?)),
    }
}

fn code_point(value: u32) -> Outcome<u8> {
    match u8::try_from(value) {
        Ok(value @ 0..=63) => Ok(value),
        _ => Err(Fault::invalid(format!(
            "a code point of {value} is not between 0 and 63"
        ))),
    }
}

/// Sets whether requests of more than 1300 bytes go over TCP rather than UDP, as RFC 3261 §18.1.1 asks; default true.
/// Without it they are sent in fragments, which some networks lose; with it, a peer whose TCP is neither open nor
/// refused delays such a request by seven seconds.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_switch_to_tcp(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_switch_to_tcp", || {
        change(config, |c| {
            c.switch_to_tcp = yes;
            Ok(())
        })
    })
}

/// Sets the differentiated services code point of SIP packets (RFC 2474), 0 to 63; default the system's choice. 24
/// (CS3) is usual. Statuses: `INVALID_ARGUMENT` beyond 63.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_dscp_sip(
    config: microsip_endpoint_config_t,
    dscp: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_dscp_sip", || {
        let value = code_point(dscp)?;
        change(config, |c| {
            c.dscp_sip = Some(value);
            Ok(())
        })
    })
}

/// Leaves the code point of SIP packets to the system again.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_clear_dscp_sip(config: microsip_endpoint_config_t) -> microsip_status_t {
    guard("microsip_endpoint_config_clear_dscp_sip", || {
        change(config, |c| {
            c.dscp_sip = None;
            Ok(())
        })
    })
}

/// Sets the differentiated services code point of RTP and RTCP packets, 0 to 63; default the system's choice. 46 (EF)
/// is usual. Statuses: `INVALID_ARGUMENT` beyond 63.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_dscp_rtp(
    config: microsip_endpoint_config_t,
    dscp: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_dscp_rtp", || {
        let value = code_point(dscp)?;
        change(config, |c| {
            c.dscp_rtp = Some(value);
            Ok(())
        })
    })
}

/// Leaves the code point of RTP and RTCP packets to the system again.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_clear_dscp_rtp(config: microsip_endpoint_config_t) -> microsip_status_t {
    guard("microsip_endpoint_config_clear_dscp_rtp", || {
        change(config, |c| {
            c.dscp_rtp = None;
            Ok(())
        })
    })
}

/// Sets how many calls there can be at once, 1 to 4096; default 32. An incoming call beyond it is answered 486.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_max_calls(
    config: microsip_endpoint_config_t,
    calls: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_max_calls", || {
        change(config, |c| {
            c.limits.calls = calls;
            Ok(())
        })
    })
}

/// Sets how many accounts there can be at once, 1 to 1024; default 1024.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_max_accounts(
    config: microsip_endpoint_config_t,
    accounts: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_max_accounts", || {
        change(config, |c| {
            c.limits.accounts = accounts;
            Ok(())
        })
    })
}

/// Sets how much PJSIP logs, with the target `pjsip` of `microsip_set_log`; default `MICROSIP_LOG_LEVEL_WARN`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_log_level(
    config: microsip_endpoint_config_t,
    level: microsip_log_level_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_log_level", || {
        let level = Code::arg(level)?;
        change(config, |c| {
            c.log_level = level;
            Ok(())
        })
    })
}

/// Sets what incoming calls are answered at once: 180 rings, 183 opens early media, 200 takes the call, 300 and above
/// rejects it; 0 (default): nothing is sent beyond 100 Trying, the application answers. Statuses: `INVALID_ARGUMENT`
/// for a number that is no SIP status code.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_incoming(
    config: microsip_endpoint_config_t,
    code: u16,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_incoming", || {
        let policy = incoming_policy(code)?;
        change(config, |c| {
            c.incoming = policy;
            Ok(())
        })
    })
}

/// Sets which transfers by others are carried out: by the peer of a call (`in_call`), by a REFER outside any call
/// (`outside`), and calls that replace another (`replaces`). Default: all are refused.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_transfers(
    config: microsip_endpoint_config_t,
    in_call: microsip_transfer_policy_t,
    outside: microsip_transfer_policy_t,
    replaces: microsip_replaces_policy_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_transfers", || {
        let rules = transfer_rules(in_call, outside, replaces)?;
        change(config, |c| {
            c.transfers = rules;
            Ok(())
        })
    })
}

/// Sets how OPTIONS is answered by itself; default `MICROSIP_OPTIONS_POLICY_AVAILABLE`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_options(
    config: microsip_endpoint_config_t,
    policy: microsip_options_policy_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_options", || {
        let policy = Code::arg(policy)?;
        change(config, |c| {
            c.options = policy;
            Ok(())
        })
    })
}

/// Sets whether requests ask for the answer at the port they came from, `rport` in Via (RFC 3581); default true.
/// Without it answers go to the port in Via, which no NAT forwards.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_rport(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_rport", || {
        change(config, |c| {
            c.rport = yes;
            Ok(())
        })
    })
}

/// Sets how long events may wait to be delivered together, in milliseconds, 0 to 1000; default 5. Events that want an
/// answer go out at once.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_gather(
    config: microsip_endpoint_config_t,
    longest_ms: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_gather", || {
        change(config, |c| {
            c.gather = millis(longest_ms);
            Ok(())
        })
    })
}

/// Sets how many events a subscriber can be behind before it loses the oldest; default 10000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_event_capacity(
    config: microsip_endpoint_config_t,
    events: usize,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_event_capacity", || {
        change(config, |c| {
            c.event_capacity = events;
            Ok(())
        })
    })
}

/// Sets how long a request waits for a final answer (Timers B and F of RFC 3261 §17.1), in milliseconds, 1000 to 64000;
/// default 32000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_transaction_timeout(
    config: microsip_endpoint_config_t,
    longest_ms: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_transaction_timeout", || {
        change(config, |c| {
            c.transaction_timeout = millis(longest_ms);
            Ok(())
        })
    })
}

/// Sets whether every SIP message is an event of kind `MICROSIP_EVENT_KIND_SIP_MESSAGE`; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_trace(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_trace", || {
        change(config, |c| {
            c.trace = yes;
            Ok(())
        })
    })
}

/// Sets whether changes of this machine's network are noticed (Linux): then accounts register anew, calls get new media
/// sockets and a re-INVITE, and an event of kind `MICROSIP_EVENT_KIND_NETWORK_CHANGED` tells. Default: if a transport
/// is bound to the unspecified address, since others cannot move.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_network_watch(
    config: microsip_endpoint_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_network_watch", || {
        change(config, |c| {
            c.network_watch = Some(yes);
            Ok(())
        })
    })
}

/// Watches the network if a transport is bound to the unspecified address, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_clear_network_watch(
    config: microsip_endpoint_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_clear_network_watch", || {
        change(config, |c| {
            c.network_watch = None;
            Ok(())
        })
    })
}

//! What happens with incoming calls by itself.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{AutoAnswer, CallPolicy, CallRule, Network, Pattern};

use crate::base::{Fault, Out, Outcome, change, clone_settings, free, guard, millis, opt_text, put, settings_of};
use crate::call::status_code;
use crate::handle;
use crate::status::microsip_status_t;

/// Whom a rule of a call policy is about, and what it does: a call fits that meets all conditions. Patterns: `*` is any
/// text, `?` one character, `^` makes the next character optional; several are separated by `;` or `|`; letters compare
/// without case.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_rule_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_rule_t, 28, "call rule", Mutex<CallRule>);

/// Makes a rule without conditions, which fits every call: with `deny_code` of 0 it lets the call pass to what comes
/// after the rules, else it answers with this SIP status code, 300 to 699 (486 is usual).
///
/// Statuses: `INVALID_ARGUMENT` for another code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_rule_new(deny_code: u16, rule: *mut microsip_call_rule_t) -> microsip_status_t {
    guard("microsip_call_rule_new", || {
        let out = Out::new(rule, "rule")?;
        let rule = match deny_code {
            0 => CallRule::allow(),
            code => {
                let code = status_code(code)?;
                if !code.is_failure() {
                    return Err(Fault::invalid(format!("a rule cannot deny with {code}: 300 to 699")));
                }
                CallRule::deny_with(code)
            }
        };
        out.set(put(Mutex::new(rule))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_rule_clone(
    rule: microsip_call_rule_t,
    clone: *mut microsip_call_rule_t,
) -> microsip_status_t {
    guard("microsip_call_rule_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(rule)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_rule_free(rule: microsip_call_rule_t) -> microsip_status_t {
    guard("microsip_call_rule_free", || free(rule))
}

/// Only callers whose user part of From matches; NULL (default) takes the condition away. Statuses: `INVALID_ARGUMENT`
/// for an empty pattern, one of more than 1000 bytes, or with control characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_rule_set_caller(
    rule: microsip_call_rule_t,
    pattern: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_rule_set_caller", || {
        let pattern = opt_text(pattern, "pattern")?;
        let pattern = pattern.map(Pattern::new).transpose()?;
        change(rule, |c| {
            c.caller = pattern;
            Ok(())
        })
    })
}

/// Only callers whose host of From, with its port if it has one, matches; NULL (default) takes the condition away.
/// Statuses: `INVALID_ARGUMENT` for an empty pattern, one of more than 1000 bytes, or with control characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_rule_set_caller_host(
    rule: microsip_call_rule_t,
    pattern: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_rule_set_caller_host", || {
        let pattern = opt_text(pattern, "pattern")?;
        let pattern = pattern.map(Pattern::new).transpose()?;
        change(rule, |c| {
            c.caller_host = pattern;
            Ok(())
        })
    })
}

/// Only calls to a user part of the Request-URI that matches; NULL (default) takes the condition away. Statuses:
/// `INVALID_ARGUMENT` for an empty pattern, one of more than 1000 bytes, or with control characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_rule_set_callee(
    rule: microsip_call_rule_t,
    pattern: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_rule_set_callee", || {
        let pattern = opt_text(pattern, "pattern")?;
        let pattern = pattern.map(Pattern::new).transpose()?;
        change(rule, |c| {
            c.callee = pattern;
            Ok(())
        })
    })
}

/// Only INVITEs from this network, such as `"10.0.0.0/8"` or an address; NULL (default) takes the condition away.
/// Statuses: `INVALID_ARGUMENT` for what is no network.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_rule_set_source(
    rule: microsip_call_rule_t,
    network: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_rule_set_source", || {
        let network = opt_text(network, "network")?;
        let source = network.map(source).transpose()?;
        change(rule, |c| {
            c.source = source;
            Ok(())
        })
    })
}

/// Only callers who hide who they are, or only those who do not.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_rule_set_anonymous(rule: microsip_call_rule_t, yes: bool) -> microsip_status_t {
    guard("microsip_call_rule_set_anonymous", || {
        change(rule, |c| {
            c.anonymous = Some(yes);
            Ok(())
        })
    })
}

/// Callers who hide who they are and others, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_rule_clear_anonymous(rule: microsip_call_rule_t) -> microsip_status_t {
    guard("microsip_call_rule_clear_anonymous", || {
        change(rule, |c| {
            c.anonymous = None;
            Ok(())
        })
    })
}

/// Address and leading bits of a network.
fn source(text: &str) -> Outcome<(std::net::IpAddr, u8)> {
    let network: Network = text.parse()?;
    // It prints as what it is, always with its prefix.
    let text = network.to_string();
    let (address, bits) = text.split_once('/').unwrap_or((&text, ""));
    match (address.parse(), bits.parse()) {
        (Ok(address), Ok(bits)) => Ok((address, bits)),
        _ => Err(Fault::invalid(format!("{text} is no network"))),
    }
}

/// What happens with incoming calls by itself, decided when the INVITE arrives, in this order: rules, do not disturb,
/// limits, forwarding, automatic answer; what is left rings. The default lets everything pass. Checked by whoever uses
/// it: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_policy_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_policy_t, 27, "call policy", Mutex<CallPolicy>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_policy_new(policy: *mut microsip_call_policy_t) -> microsip_status_t {
    guard("microsip_call_policy_new", || {
        let out = Out::new(policy, "policy")?;
        out.set(put(Mutex::new(CallPolicy::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_policy_clone(
    policy: microsip_call_policy_t,
    clone: *mut microsip_call_policy_t,
) -> microsip_status_t {
    guard("microsip_call_policy_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(policy)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_free(policy: microsip_call_policy_t) -> microsip_status_t {
    guard("microsip_call_policy_free", || free(policy))
}

/// Sets whether every call is answered 486 with the phrase `Do Not Disturb`; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_set_do_not_disturb(
    policy: microsip_call_policy_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_call_policy_set_do_not_disturb", || {
        change(policy, |c| {
            c.do_not_disturb = yes;
            Ok(())
        })
    })
}

/// Sets how many calls there may be at once, counting all that are not over, the new one included; beyond it 486. 0
/// (default) leaves it to the endpoint's limit.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_set_max_calls(policy: microsip_call_policy_t, calls: u32) -> microsip_status_t {
    guard("microsip_call_policy_set_max_calls", || {
        change(policy, |c| {
            c.max_calls = (calls > 0).then_some(calls);
            Ok(())
        })
    })
}

/// Sets whether a call may come in while another one exists; default true, else 486.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_set_call_waiting(
    policy: microsip_call_policy_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_call_policy_set_call_waiting", || {
        change(policy, |c| {
            c.call_waiting = yes;
            Ok(())
        })
    })
}

/// Adds a rule behind those there are: the first that fits decides, no rule lets the call pass. `rule` is copied.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_add_rule(
    policy: microsip_call_policy_t,
    rule: microsip_call_rule_t,
) -> microsip_status_t {
    guard("microsip_call_policy_add_rule", || {
        let rule = settings_of(rule)?;
        change(policy, |c| {
            c.rules.push(rule);
            Ok(())
        })
    })
}

/// Takes all rules away.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_clear_rules(policy: microsip_call_policy_t) -> microsip_status_t {
    guard("microsip_call_policy_clear_rules", || {
        change(policy, |c| {
            c.rules.clear();
            Ok(())
        })
    })
}

/// Forwards every call to this SIP URI: answered 302 with the target in Contact and our address in Diversion (RFC
/// 5806). NULL (default) for no forwarding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_policy_set_forward_always(
    policy: microsip_call_policy_t,
    target: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_policy_set_forward_always", || {
        let target = opt_text(target, "target")?;
        change(policy, |c| {
            c.forward.always = target.map(str::to_owned);
            Ok(())
        })
    })
}

/// Forwards calls to this SIP URI that would be answered 486 for a limit or for do not disturb; NULL (default) for no
/// forwarding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_policy_set_forward_busy(
    policy: microsip_call_policy_t,
    target: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_policy_set_forward_busy", || {
        let target = opt_text(target, "target")?;
        change(policy, |c| {
            c.forward.busy = target.map(str::to_owned);
            Ok(())
        })
    })
}

/// Forwards calls to this SIP URI that nobody answers for so many milliseconds, 1000 to 600000; they ring meanwhile.
/// NULL (default) for no forwarding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_policy_set_forward_no_answer(
    policy: microsip_call_policy_t,
    after_ms: u32,
    target: *const c_char,
) -> microsip_status_t {
    guard("microsip_call_policy_set_forward_no_answer", || {
        let target = opt_text(target, "target")?;
        change(policy, |c| {
            c.forward.no_answer = target.map(|target| (millis(after_ms), target.to_owned()));
            Ok(())
        })
    })
}

/// Answers calls by itself after so many milliseconds of ringing, 0 to 600000: every call with `always`; with
/// `by_header` those whose headers ask for it (`Call-Info: …;answer-after=N`, whose delay counts instead, `Alert-Info`,
/// `Answer-Mode: Auto`, …), which only those whom you trust should send, because it opens the microphone. `callers` (a
/// pattern, may be NULL) limits either to callers whose user part matches; alone it answers those. Only while no other
/// call exists, unless `beside_other_calls`. Default: none.
///
/// Statuses: `INVALID_ARGUMENT` for a wrong pattern.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_policy_set_auto_answer(
    policy: microsip_call_policy_t,
    always: bool,
    by_header: bool,
    callers: *const c_char,
    delay_ms: u32,
    beside_other_calls: bool,
) -> microsip_status_t {
    guard("microsip_call_policy_set_auto_answer", || {
        let callers = opt_text(callers, "callers")?;
        let callers = callers.map(Pattern::new).transpose()?;
        change(policy, |c| {
            let mut auto = AutoAnswer::new()
                .always(always)
                .by_header(by_header)
                .delay(millis(delay_ms))
                .beside_other_calls(beside_other_calls);
            auto.callers = callers;
            c.auto_answer = Some(auto);
            Ok(())
        })
    })
}

/// Answers no call by itself, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_clear_auto_answer(policy: microsip_call_policy_t) -> microsip_status_t {
    guard("microsip_call_policy_clear_auto_answer", || {
        change(policy, |c| {
            c.auto_answer = None;
            Ok(())
        })
    })
}

/// Ends each call of either direction so many milliseconds after it was confirmed, 1000 to 604800000 (7 days); 0
/// (default) for never.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_policy_set_hang_up_after(
    policy: microsip_call_policy_t,
    time_ms: u32,
) -> microsip_status_t {
    guard("microsip_call_policy_set_hang_up_after", || {
        change(policy, |c| {
            c.hang_up_after = (time_ms > 0).then(|| millis(time_ms));
            Ok(())
        })
    })
}

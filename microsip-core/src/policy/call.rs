//! What is to happen with incoming calls, as data.

use std::net::IpAddr;
use std::time::Duration;

use super::Pattern;
use crate::sip::{StatusCode, uri};
use crate::{Error, Result};

/// What happens with incoming calls by itself. Decided on the engine when the INVITE arrives, in this order: rules, do not
/// disturb, limits, forwarding, automatic answer; what is left rings as [`IncomingPolicy`](crate::IncomingPolicy) says.
///
/// The default lets everything pass.
///
/// ```
/// # use microsip_core::{AutoAnswer, CallPolicy, CallRule};
/// # use std::time::Duration;
/// let policy = CallPolicy::new()
///     .rule(CallRule::deny().caller("+49900*")?)
///     .max_calls(2)
///     .forward_no_answer(Duration::from_secs(20), "sip:voicemail@example.org")
///     .auto_answer(AutoAnswer::new().by_header(true));
/// # Ok::<(), microsip_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallPolicy {
    /// Answers every call 486 with the phrase `Do Not Disturb` (MicroSIP's `DND`).
    pub do_not_disturb: bool,
    /// Calls at once, counting all that are not over, the new one included; beyond it 486. `None` leaves it to
    /// [`Limits::calls`](crate::Limits::calls) (MicroSIP's `maxConcurrentCalls`).
    pub max_calls: Option<u32>,
    /// Whether a call may come in while another one exists; default `true`, else 486 (MicroSIP's `callWaiting`).
    pub call_waiting: bool,
    /// Who may call; the first rule that fits decides, no rule lets the call pass.
    pub rules: Vec<CallRule>,
    /// Where else calls go.
    pub forward: Forward,
    /// Which calls are answered by themselves.
    pub auto_answer: Option<AutoAnswer>,
    /// Ends each call of either direction so long after it was confirmed (MicroSIP's `autoHangUpTime`).
    pub hang_up_after: Option<Duration>,
}

impl Default for CallPolicy {
    fn default() -> Self {
        CallPolicy {
            do_not_disturb: false,
            max_calls: None,
            call_waiting: true,
            rules: Vec::new(),
            forward: Forward::default(),
            auto_answer: None,
            hang_up_after: None,
        }
    }
}

/// Forwarding: answered 302 with the target as `Contact` and our address as `Diversion` (RFC 5806).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forward {
    /// Every call, at once.
    pub always: Option<String>,
    /// Calls that would be answered 486 for a limit or for do not disturb.
    pub busy: Option<String>,
    /// Calls nobody answers for so long; they ring meanwhile.
    pub no_answer: Option<(Duration, String)>,
}

impl CallPolicy {
    /// Lets everything pass.
    pub fn new() -> CallPolicy {
        CallPolicy::default()
    }

    /// Sets do not disturb.
    pub fn do_not_disturb(mut self, yes: bool) -> CallPolicy {
        self.do_not_disturb = yes;
        self
    }

    /// Sets how many calls there may be at once, the new one included.
    pub fn max_calls(mut self, calls: u32) -> CallPolicy {
        self.max_calls = Some(calls);
        self
    }

    /// Sets whether a call may come in while another one exists.
    pub fn call_waiting(mut self, yes: bool) -> CallPolicy {
        self.call_waiting = yes;
        self
    }

    /// Adds a rule behind those there are.
    pub fn rule(mut self, rule: CallRule) -> CallPolicy {
        self.rules.push(rule);
        self
    }

    /// Forwards every call to this SIP URI.
    pub fn forward_always(mut self, target: impl Into<String>) -> CallPolicy {
        self.forward.always = Some(target.into());
        self
    }

    /// Forwards calls that find us busy.
    pub fn forward_busy(mut self, target: impl Into<String>) -> CallPolicy {
        self.forward.busy = Some(target.into());
        self
    }

    /// Forwards calls nobody answers for so long, 1 s to 10 minutes.
    pub fn forward_no_answer(mut self, after: Duration, target: impl Into<String>) -> CallPolicy {
        self.forward.no_answer = Some((after, target.into()));
        self
    }

    /// Sets which calls are answered by themselves.
    pub fn auto_answer(mut self, auto: AutoAnswer) -> CallPolicy {
        self.auto_answer = Some(auto);
        self
    }

    /// Ends calls so long after they were confirmed, 1 s to 7 days.
    pub fn hang_up_after(mut self, time: Duration) -> CallPolicy {
        self.hang_up_after = Some(time);
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let targets = [
            ("forward.always", self.forward.always.as_deref()),
            ("forward.busy", self.forward.busy.as_deref()),
            (
                "forward.no_answer",
                self.forward.no_answer.as_ref().map(|(_, t)| t.as_str()),
            ),
        ];
        for (what, target) in targets {
            if let Some(target) = target {
                uri::check(op, what, target)?;
            }
        }
        let within = |what: &str, value: Option<Duration>, low: u64, high: u64| match value {
            Some(v) if !(low..=high).contains(&v.as_secs()) => Err(Error::invalid(
                op,
                format!("{what} of {v:?} is not between {low} s and {high} s"),
            )),
            _ => Ok(()),
        };
        within(
            "forward.no_answer",
            self.forward.no_answer.as_ref().map(|(after, _)| *after),
            1,
            600,
        )?;
        within("hang_up_after", self.hang_up_after, 1, 7 * 86_400)?;
        within("auto_answer.delay", self.auto_answer.as_ref().map(|a| a.delay), 0, 600)?;
        if self.max_calls == Some(0) {
            return Err(Error::invalid(
                op,
                "max_calls of 0 lets no call pass; use do_not_disturb, or leave it out",
            ));
        }
        for rule in &self.rules {
            if let RuleAction::Deny(code) = rule.action
                && !code.is_failure()
            {
                return Err(Error::invalid(op, format!("a rule denies with {code}; 300 to 699 do")));
            }
        }
        Ok(())
    }
}

/// Whom a rule is about, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallRule {
    /// What happens to a call that fits.
    pub action: RuleAction,
    /// The user part of the caller's From.
    pub caller: Option<Pattern>,
    /// The host of the caller's From, with its port if it has one.
    pub caller_host: Option<Pattern>,
    /// The user part of the Request-URI.
    pub callee: Option<Pattern>,
    /// The network the INVITE came from: an address and how many of its leading bits count.
    pub source: Option<(IpAddr, u8)>,
    /// Whether the caller hides who they are.
    pub anonymous: Option<bool>,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuleAction {
    /// Lets the call pass to what comes after the rules.
    Allow,
    /// Answers with this code, 300 to 699.
    Deny(StatusCode),
}

impl CallRule {
    fn new(action: RuleAction) -> CallRule {
        CallRule {
            action,
            caller: None,
            caller_host: None,
            callee: None,
            source: None,
            anonymous: None,
        }
    }

    /// Lets pass what fits; everything, until conditions are added.
    pub fn allow() -> CallRule {
        CallRule::new(RuleAction::Allow)
    }

    /// Answers 486 to what fits; to everything, until conditions are added.
    pub fn deny() -> CallRule {
        CallRule::new(RuleAction::Deny(StatusCode::BUSY_HERE))
    }

    /// Answers with another code to what fits.
    pub fn deny_with(code: StatusCode) -> CallRule {
        CallRule::new(RuleAction::Deny(code))
    }

    /// Only callers whose user part matches.
    ///
    /// # Errors
    /// As [`Pattern::new`].
    pub fn caller(mut self, pattern: &str) -> Result<CallRule> {
        self.caller = Some(Pattern::new(pattern)?);
        Ok(self)
    }

    /// Only callers whose host matches.
    ///
    /// # Errors
    /// As [`Pattern::new`].
    pub fn caller_host(mut self, pattern: &str) -> Result<CallRule> {
        self.caller_host = Some(Pattern::new(pattern)?);
        Ok(self)
    }

    /// Only calls to a user part that matches.
    ///
    /// # Errors
    /// As [`Pattern::new`].
    pub fn callee(mut self, pattern: &str) -> Result<CallRule> {
        self.callee = Some(Pattern::new(pattern)?);
        Ok(self)
    }

    /// Only INVITEs from this network: the address and its number of leading bits, such as `10.0.0.0` and 8.
    pub fn source(mut self, network: IpAddr, bits: u8) -> CallRule {
        self.source = Some((network, bits));
        self
    }

    /// Only callers who hide who they are, or only those who do not.
    pub fn anonymous(mut self, yes: bool) -> CallRule {
        self.anonymous = Some(yes);
        self
    }

    pub(super) fn fits(&self, call: &super::Arrival<'_>) -> bool {
        let matches = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|p| p.matches(text));
        matches(&self.caller, call.caller_user)
            && matches(&self.caller_host, &call.caller_host)
            && matches(&self.callee, call.callee_user)
            && self
                .source
                .is_none_or(|(network, bits)| call.source.is_some_and(|source| within(source, network, bits)))
            && self.anonymous.is_none_or(|wanted| wanted == call.anonymous)
    }
}

/// Whether an address lies in a network.
fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let leading = |value: u128, width: u32| {
        let bits = u32::from(bits).min(width);
        if bits == 0 { 0 } else { value >> (width - bits) }
    };
    match (address.to_canonical(), network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => leading(u128::from(a.to_bits()), 32) == leading(u128::from(n.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => leading(a.to_bits(), 128) == leading(n.to_bits(), 128),
        _ => false,
    }
}

/// Which calls are answered by themselves, and how soon.
///
/// Only while no other call exists, unless told otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutoAnswer {
    /// Every call.
    pub always: bool,
    /// Callers whose user part matches; with [`AutoAnswer::by_header`] or [`AutoAnswer::always`] a condition on those.
    pub callers: Option<Pattern>,
    /// Calls whose headers ask for it: `Call-Info: …;answer-after=N`, `Alert-Info: …info=alert-autoanswer` or `ring-answer`,
    /// `X-AutoAnswer: true`, `Answer-Mode: Auto` (RFC 5373), `P-Auto-Answer: normal`. Only from whom you trust: it opens
    /// the microphone.
    pub by_header: bool,
    /// How long it rings before; a delay in the header counts instead. 0 to 10 minutes.
    pub delay: Duration,
    /// Also while other calls exist.
    pub beside_other_calls: bool,
}

impl AutoAnswer {
    /// Answers nothing, until conditions are added.
    pub fn new() -> AutoAnswer {
        AutoAnswer::default()
    }

    /// Answers every call.
    pub fn always(mut self, yes: bool) -> AutoAnswer {
        self.always = yes;
        self
    }

    /// Answers callers whose user part matches.
    ///
    /// # Errors
    /// As [`Pattern::new`].
    pub fn callers(mut self, pattern: &str) -> Result<AutoAnswer> {
        self.callers = Some(Pattern::new(pattern)?);
        Ok(self)
    }

    /// Answers calls whose headers ask for it.
    pub fn by_header(mut self, yes: bool) -> AutoAnswer {
        self.by_header = yes;
        self
    }

    /// Sets how long it rings before.
    pub fn delay(mut self, delay: Duration) -> AutoAnswer {
        self.delay = delay;
        self
    }

    /// Sets whether calls are answered while others exist.
    pub fn beside_other_calls(mut self, yes: bool) -> AutoAnswer {
        self.beside_other_calls = yes;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_values_are_named() {
        let s = Duration::from_secs;
        for (policy, word) in [
            (CallPolicy::new().forward_always("x"), "forward.always"),
            (CallPolicy::new().forward_busy(""), "forward.busy"),
            (CallPolicy::new().forward_no_answer(s(5), "x"), "forward.no_answer"),
            (
                CallPolicy::new().forward_no_answer(s(0), "sip:a@b"),
                "forward.no_answer",
            ),
            (CallPolicy::new().hang_up_after(s(0)), "hang_up_after"),
            (
                CallPolicy::new().auto_answer(AutoAnswer::new().delay(s(601))),
                "auto_answer.delay",
            ),
            (CallPolicy::new().max_calls(0), "max_calls"),
            (CallPolicy::new().rule(CallRule::deny_with(StatusCode::OK)), "rule"),
        ] {
            let error = policy.check("policy").unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        CallPolicy::new().check("policy").unwrap();
    }

    #[test]
    fn networks_are_compared_by_their_leading_bits() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(within(ip("10.1.2.3"), ip("10.0.0.0"), 8));
        assert!(!within(ip("11.1.2.3"), ip("10.0.0.0"), 8));
        assert!(within(ip("::ffff:10.1.2.3"), ip("10.0.0.0"), 8));
        assert!(within(ip("2001:db8::1"), ip("2001:db8::"), 32));
        assert!(within(ip("1.2.3.4"), ip("9.9.9.9"), 0));
        assert!(!within(ip("1.2.3.4"), ip("1.2.3.5"), 99));
    }
}

//! From a policy and an INVITE to what happens. Pure: no engine, no clock.

use std::net::IpAddr;
use std::time::Duration;

use super::{AutoAnswer, CallPolicy, RuleAction};
use crate::sip::headers::split_outside;
use crate::sip::message::parameter;
use crate::sip::{Headers, Message, StatusCode, uri};

/// What is known of a call that arrives.
pub(crate) struct Arrival<'a> {
    pub(crate) caller_user: &'a str,
    pub(crate) caller_host: String,
    pub(crate) callee_user: &'a str,
    pub(crate) source: Option<IpAddr>,
    pub(crate) anonymous: bool,
    pub(crate) headers: &'a Headers,
    /// Calls that are not over, this one not counted.
    pub(crate) others: usize,
}

impl<'a> Arrival<'a> {
    pub(crate) fn new(remote_uri: &'a str, invite: &'a Message, others: usize) -> Arrival<'a> {
        Arrival {
            caller_user: uri::user(remote_uri),
            caller_host: uri::host_port(remote_uri),
            callee_user: invite.request_uri().map(uri::user).unwrap_or_default(),
            source: invite.source().map(|s| s.ip()),
            anonymous: invite.identity().anonymous,
            headers: invite.headers(),
            others,
        }
    }
}

/// What happens with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Answered with a failure.
    Reject { code: StatusCode, phrase: &'static str },
    /// Answered 302; why, in the words of RFC 5806.
    Forward { target: String, reason: &'static str },
    /// Goes on to the application.
    Pass {
        /// Answered by itself after so long.
        answer: Option<Duration>,
        /// Forwarded if nobody answered for so long.
        forward: Option<(Duration, String)>,
    },
}

impl CallPolicy {
    pub(crate) fn decide(&self, call: &Arrival<'_>) -> Verdict {
        let rule = self.rules.iter().find(|rule| rule.fits(call));
        if let Some(RuleAction::Deny(code)) = rule.map(|rule| rule.action) {
            return Verdict::Reject { code, phrase: "Denied" };
        }
        if let Some(target) = &self.forward.always {
            return Verdict::Forward {
                target: target.clone(),
                reason: "unconditional",
            };
        }
        if let Some(phrase) = self.busy(call.others) {
            return match &self.forward.busy {
                Some(target) => Verdict::Forward {
                    target: target.clone(),
                    reason: "user-busy",
                },
                None => Verdict::Reject {
                    code: StatusCode::BUSY_HERE,
                    phrase,
                },
            };
        }
        let answer = self.auto_answer.as_ref().and_then(|auto| auto.answers(call));
        let forward = self.forward.no_answer.clone();
        Verdict::Pass {
            // Whichever comes first.
            forward: forward.filter(|(after, _)| answer.is_none_or(|answer| answer > *after)),
            answer,
        }
    }

    /// Whether a call would be refused for being busy, whoever calls; `others` are the calls that are not over.
    pub(crate) fn refuses_as_busy(&self, others: usize) -> bool {
        self.forward.always.is_none() && self.forward.busy.is_none() && self.busy(others).is_some()
    }

    fn busy(&self, others: usize) -> Option<&'static str> {
        if self.do_not_disturb {
            return Some("Do Not Disturb");
        }
        let full = self.max_calls.is_some_and(|max| others >= max as usize);
        (full || (!self.call_waiting && others > 0)).then_some("Active calls limit")
    }
}

impl AutoAnswer {
    /// After how long the call is answered by itself, if it is.
    fn answers(&self, call: &Arrival<'_>) -> Option<Duration> {
        if call.others > 0 && !self.beside_other_calls {
            return None;
        }
        if self.callers.as_ref().is_some_and(|p| !p.matches(call.caller_user)) {
            return None;
        }
        if self.by_header
            && let Some(asked) = asked_by_header(call.headers)
        {
            return Some(asked.unwrap_or(self.delay));
        }
        let by_caller = self.callers.is_some() && !self.by_header;
        (self.always || by_caller).then_some(self.delay)
    }
}

/// Whether headers ask for an automatic answer, and after how long if they say so.
fn asked_by_header(headers: &Headers) -> Option<Option<Duration>> {
    let is_yes = |value: &str| ["true", "1", "yes", "auto"].contains(&value.trim().to_ascii_lowercase().as_str());
    for info in headers.members("Call-Info") {
        if let Some(seconds) = parameter(info, "answer-after") {
            // No caller may make us ring for ever, or wrap a clock.
            return Some(seconds.parse::<u64>().ok().map(|s| Duration::from_secs(s.min(600))));
        }
        if info.to_ascii_lowercase().contains("auto answer") {
            return Some(None);
        }
    }
    let first = |value: &str| split_outside(value, b';').next().unwrap_or_default().to_owned();
    let alert = headers.all("Alert-Info").any(|value| {
        let lower = value.to_ascii_lowercase();
        ["autoanswer", "auto-answer", "auto answer", "ring-answer", "ring answer"]
            .iter()
            .any(|word| lower.contains(word))
    });
    let asked = alert
        || headers
            .all("X-AutoAnswer")
            .chain(headers.all("X-Auto-Answer"))
            .any(is_yes)
        || headers
            .all("Answer-Mode")
            .chain(headers.all("Priv-Answer-Mode"))
            .any(|value| first(value).eq_ignore_ascii_case("auto"))
        || headers
            .all("P-Auto-Answer")
            .any(|value| !value.trim().eq_ignore_ascii_case("none"));
    asked.then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::CallRule;

    fn arrival(headers: &Headers, others: usize) -> Arrival<'_> {
        Arrival {
            caller_user: "1001",
            caller_host: "pbx.example.org".into(),
            callee_user: "1002",
            source: Some("10.0.0.1".parse().unwrap()),
            anonymous: false,
            headers,
            others,
        }
    }

    fn pass(answer: Option<u64>) -> Verdict {
        Verdict::Pass {
            answer: answer.map(Duration::from_secs),
            forward: None,
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let none = Headers::new();
        let call = arrival(&none, 0);
        let denied = Verdict::Reject {
            code: StatusCode::BUSY_HERE,
            phrase: "Denied",
        };
        let only = |rule: CallRule| CallPolicy::new().rule(rule).rule(CallRule::deny());
        for (rule, passes) in [
            (CallRule::allow().caller("100?").unwrap(), true),
            (CallRule::allow().caller("200?").unwrap(), false),
            (CallRule::allow().caller_host("*.example.org").unwrap(), true),
            (CallRule::allow().callee("1002").unwrap(), true),
            (CallRule::allow().callee("1003").unwrap(), false),
            (CallRule::allow().source("10.0.0.0".parse().unwrap(), 24), true),
            (CallRule::allow().source("10.0.1.0".parse().unwrap(), 24), false),
            (CallRule::allow().anonymous(false), true),
            (CallRule::allow().anonymous(true), false),
        ] {
            let verdict = only(rule.clone()).decide(&call);
            assert_eq!(verdict, if passes { pass(None) } else { denied.clone() }, "{rule:?}");
        }
    }

    #[test]
    fn limits_count_the_other_calls() {
        let none = Headers::new();
        let limited = Verdict::Reject {
            code: StatusCode::BUSY_HERE,
            phrase: "Active calls limit",
        };
        let two = CallPolicy::new().max_calls(2);
        assert_eq!(two.decide(&arrival(&none, 1)), pass(None));
        assert_eq!(two.decide(&arrival(&none, 2)), limited);
        let alone = CallPolicy::new().call_waiting(false);
        assert_eq!(alone.decide(&arrival(&none, 0)), pass(None));
        assert_eq!(alone.decide(&arrival(&none, 1)), limited);
        let elsewhere = alone.forward_busy("sip:v@h");
        assert_eq!(
            elsewhere.decide(&arrival(&none, 1)),
            Verdict::Forward {
                target: "sip:v@h".into(),
                reason: "user-busy"
            }
        );
    }

    #[test]
    fn headers_that_ask_for_an_answer_are_known() {
        let policy = CallPolicy::new().auto_answer(AutoAnswer::new().by_header(true).delay(Duration::from_secs(3)));
        for (header, expected) in [
            ("Call-Info: <sip:h>;answer-after=0", Some(0)),
            ("Call-Info: <http://x>;purpose=icon, <sip:h>; Answer-After=5", Some(5)),
            ("Call-Info: <sip:h>;answer-after=99999999999999", Some(600)),
            ("Call-Info: <sip:h>;answer-after=x", Some(3)),
            ("Call-Info: Auto Answer", Some(3)),
            ("Alert-Info: <http://127.0.0.1>;info=alert-autoanswer", Some(3)),
            ("Alert-Info: Ring Answer", Some(3)),
            ("Alert-Info: <http://x/bell.wav>", None),
            ("X-AUTOANSWER: TRUE", Some(3)),
            ("X-AutoAnswer: 0", None),
            ("Answer-Mode: Auto;require", Some(3)),
            ("Answer-Mode: Manual", None),
            ("P-Auto-Answer: normal", Some(3)),
            ("Subject: auto answer", None),
        ] {
            let headers = Headers::parse(header);
            assert_eq!(policy.decide(&arrival(&headers, 0)), pass(expected), "{header}");
            // Not without being allowed to, and not beside another call.
            assert_eq!(CallPolicy::new().decide(&arrival(&headers, 0)), pass(None));
            assert_eq!(policy.decide(&arrival(&headers, 1)), pass(None));
        }
    }

    #[test]
    fn answering_and_forwarding_do_not_both_happen() {
        let none = Headers::new();
        let s = Duration::from_secs;
        let policy = |delay| {
            CallPolicy::new()
                .auto_answer(AutoAnswer::new().always(true).delay(s(delay)))
                .forward_no_answer(s(10), "sip:v@h")
        };
        assert_eq!(policy(5).decide(&arrival(&none, 0)), pass(Some(5)));
        let Verdict::Pass { forward, .. } = policy(15).decide(&arrival(&none, 0)) else {
            panic!("passes");
        };
        assert_eq!(forward, Some((s(10), "sip:v@h".into())));
    }

    #[test]
    fn automatic_answer_by_caller() {
        let none = Headers::new();
        let for_callers = |pattern: &str| {
            let auto = AutoAnswer::new().callers(pattern).unwrap();
            CallPolicy::new().auto_answer(auto)
        };
        assert_eq!(for_callers("100?").decide(&arrival(&none, 0)), pass(Some(0)));
        assert_eq!(for_callers("200?").decide(&arrival(&none, 0)), pass(None));
    }
}

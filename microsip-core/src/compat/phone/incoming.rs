//! What becomes of an incoming call (reference section 6), as a function of the settings and of what else goes on.

use std::time::Duration;

use crate::Error;
use crate::compat::ini::{AccountSettings, AutoAnswerBeside, AutoAnswerMode, DenyIncoming, ForwardingMode, Settings};
use crate::policy::Pattern;
use crate::sip::Headers;

/// The longest time a caller can make us ring before an automatic answer.
const LONGEST: Duration = Duration::from_secs(600);

/// The settings that matter, read once.
#[derive(Debug, Clone)]
pub(super) struct IncomingRules {
    deny: DenyIncoming,
    dnd: bool,
    call_waiting: bool,
    max_calls: u32,
    auto_answer: AutoAnswerMode,
    auto_button: bool,
    auto_callers: Option<Pattern>,
    auto_delay: Duration,
    auto_beside: AutoAnswerBeside,
    forwards: bool,
    forward_delay: Duration,
    /// User name and domain of the active account.
    account: Option<(String, String)>,
}

/// The call that came.
pub(super) struct Arrival<'a> {
    /// Who calls, to be compared with [`Other::peer`].
    pub peer: &'a str,
    pub caller_user: &'a str,
    /// With its port and its capitals, as in the header.
    pub caller_host: &'a str,
    pub anonymous: bool,
    pub to_user: &'a str,
    pub to_host: &'a str,
    pub sip_call_id: &'a str,
    pub headers: &'a Headers,
}

/// Another call that is not over.
pub(super) struct Other {
    /// `user@host` of its peer, without port.
    pub peer: String,
    /// An incoming one nobody has answered.
    pub waits: bool,
    /// We hold it.
    pub held: bool,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Answered with this code and phrase, unseen.
    Reject(u16, &'static str),
    /// 302 at once.
    Forward,
    /// 200 at once.
    Answer,
    /// 180; then what happens if nothing else does.
    Ring {
        answer_after: Option<Duration>,
        forward_after: Option<Duration>,
    },
}

impl IncomingRules {
    /// Reads the settings. A pattern that is none is told, and nobody is answered by mistake.
    pub(super) fn new(
        settings: &Settings,
        account: Option<&AccountSettings>,
        warn: &mut dyn FnMut(Error),
    ) -> IncomingRules {
        let mut auto_answer = settings.auto_answer;
        let auto_callers = match settings.auto_answer_number.trim() {
            "" => None,
            text => match Pattern::new(text) {
                Ok(pattern) => Some(pattern),
                Err(e) => {
                    warn(Error::invalid(
                        "settings",
                        format!("autoAnswerNumber: {}; nobody is answered automatically", e.message()),
                    ));
                    auto_answer = AutoAnswerMode::Never;
                    None
                }
            },
        };
        let seconds = |s: u32| Duration::from_secs(s.into());
        let forwards = match settings.forwarding {
            ForwardingMode::All => true,
            ForwardingMode::Button => settings.fwd,
            ForwardingMode::Never => false,
        };
        IncomingRules {
            deny: settings.deny_incoming,
            dnd: settings.dnd,
            call_waiting: settings.call_waiting,
            max_calls: settings.max_concurrent_calls,
            auto_answer,
            auto_button: settings.aa,
            auto_callers,
            auto_delay: seconds(settings.auto_answer_delay),
            auto_beside: settings.auto_answer_calls,
            forwards: forwards && !settings.forwarding_number.trim().is_empty(),
            forward_delay: seconds(settings.forwarding_delay),
            account: account.map(|a| (a.username.clone(), a.domain.clone())),
        }
    }

    /// Decides, in the order of section 6.1. `last` is the Call-ID of the call last answered or declined by hand.
    pub(super) fn decide(&self, call: &Arrival<'_>, others: &[Other], last: Option<&str>) -> Verdict {
        // Two who hide who they are need not be the same.
        if !call.anonymous && others.iter().any(|other| other.peer == call.peer) {
            return Verdict::Reject(486, "Call already exists");
        }
        let count = others.len() + 1;
        if (!self.call_waiting && count > 1) || (self.max_calls > 0 && count > self.max_calls as usize) {
            return Verdict::Reject(486, "Active calls limit");
        }
        if last == Some(call.sip_call_id) {
            return Verdict::Reject(487, "Request Terminated");
        }
        if let Some(phrase) = self.denies(call) {
            return Verdict::Reject(486, phrase);
        }
        let answer = self.answers(call).filter(|_| self.may_answer_beside(others));
        if self.forwards && self.forward_delay.is_zero() {
            return Verdict::Forward;
        }
        let forward = self.forwards.then_some(self.forward_delay);
        match answer {
            Some(Duration::ZERO) => Verdict::Answer,
            answer => Verdict::Ring {
                answer_after: answer,
                forward_after: forward.filter(|after| answer.is_none_or(|answer| answer >= *after)),
            },
        }
    }

    /// Whether a caller would be refused for being busy now, whoever calls: for OPTIONS and presence.
    pub(super) fn is_dnd(&self) -> bool {
        self.dnd && self.deny == DenyIncoming::Button
    }

    fn denies(&self, call: &Arrival<'_>) -> Option<&'static str> {
        let user = self.account.as_ref().is_some_and(|(user, _)| call.to_user != user);
        let domain = self.account.as_ref().is_some_and(|(_, domain)| call.to_host != domain);
        let remote = self
            .account
            .as_ref()
            .is_some_and(|(_, domain)| call.caller_host != domain);
        let denied = match self.deny {
            DenyIncoming::Never => false,
            DenyIncoming::Button => return self.dnd.then_some("Do Not Disturb"),
            DenyIncoming::User => user,
            DenyIncoming::Domain => domain,
            DenyIncoming::UserDomain => user || domain,
            DenyIncoming::RemoteDomain => remote,
            DenyIncoming::All => true,
        };
        denied.then_some("Denied")
    }

    fn answers(&self, call: &Arrival<'_>) -> Option<Duration> {
        let delay = match self.auto_answer {
            AutoAnswerMode::Never => None,
            AutoAnswerMode::Button => self.auto_button.then_some(self.auto_delay),
            AutoAnswerMode::All => Some(self.auto_delay),
            AutoAnswerMode::Header => asked(call.headers).map(|delay| delay.unwrap_or(self.auto_delay)),
        }?;
        let fits = self
            .auto_callers
            .as_ref()
            .is_none_or(|p| p.matches_case(call.caller_user));
        fits.then_some(delay)
    }

    /// Only calls that are answered or were made by us are in the way.
    pub(super) fn may_answer_beside(&self, others: &[Other]) -> bool {
        let mut others = others.iter().filter(|other| !other.waits);
        match self.auto_beside {
            AutoAnswerBeside::Alone => others.next().is_none(),
            AutoAnswerBeside::Held => others.all(|other| other.held),
            AutoAnswerBeside::Always => true,
        }
    }
}

/// What the headers ask: an automatic answer, perhaps with its own delay (section 6.4, mode `header`).
fn asked(headers: &Headers) -> Option<Option<Duration>> {
    let yes = headers
        .get("X-AUTOANSWER")
        .is_some_and(|value| ["true", "1"].contains(&value.trim().to_ascii_lowercase().as_str()));
    if yes {
        return Some(None);
    }
    let info = headers.get("Call-Info")?.to_ascii_lowercase();
    if info.contains("auto answer") {
        return Some(None);
    }
    let (_, rest) = info.split_once("answer-after=")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    // More digits than a number has are a long time.
    Some(Some(digits.parse().map_or(LONGEST, Duration::from_secs).min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(change: impl FnOnce(Settings) -> Settings) -> IncomingRules {
        let account = AccountSettings::default().username("204").domain("pbx.example.com");
        IncomingRules::new(&change(Settings::default()), Some(&account), &mut |e| panic!("{e}"))
    }

    struct Invite {
        from: (&'static str, &'static str),
        to: (&'static str, &'static str),
        headers: Headers,
    }

    fn invite() -> Invite {
        Invite {
            from: ("100", "pbx.example.com"),
            to: ("204", "pbx.example.com"),
            headers: Headers::new(),
        }
    }

    impl Invite {
        fn header(mut self, name: &str, value: &str) -> Invite {
            self.headers.add(name, value).unwrap();
            self
        }

        fn at(&self, rules: &IncomingRules, others: &[Other]) -> Verdict {
            let arrival = Arrival {
                peer: &format!("{}@{}", self.from.0, self.from.1),
                caller_user: self.from.0,
                caller_host: self.from.1,
                anonymous: self.from.0 == "anonymous",
                to_user: self.to.0,
                to_host: self.to.1,
                sip_call_id: "abc",
                headers: &self.headers,
            };
            rules.decide(&arrival, others, Some("old"))
        }
    }

    fn talking(peer: &str) -> Other {
        Other {
            peer: peer.into(),
            waits: false,
            held: false,
        }
    }

    const RINGS: Verdict = Verdict::Ring {
        answer_after: None,
        forward_after: None,
    };

    fn seconds(s: u64) -> Duration {
        Duration::from_secs(s)
    }

    #[test]
    fn nothing_set_rings() {
        assert_eq!(invite().at(&rules(|s| s), &[]), RINGS);
        assert_eq!(invite().at(&rules(|s| s), &[talking("b@h")]), RINGS);
    }

    #[test]
    fn the_same_party_twice_is_refused() {
        let busy = [talking("100@pbx.example.com")];
        assert_eq!(
            invite().at(&rules(|s| s), &busy),
            Verdict::Reject(486, "Call already exists")
        );
        let hidden = Invite {
            from: ("anonymous", "anonymous.invalid"),
            ..invite()
        };
        assert_eq!(
            hidden.at(&rules(|s| s), &[talking("anonymous@anonymous.invalid")]),
            RINGS
        );
    }

    #[test]
    fn limits_count_the_new_call() {
        let limit = Verdict::Reject(486, "Active calls limit");
        let waiting = rules(|s| s.call_waiting(false));
        assert_eq!(invite().at(&waiting, &[]), RINGS);
        assert_eq!(invite().at(&waiting, &[talking("b@h")]), limit);
        let two = rules(|s| s.max_concurrent_calls(2_u32));
        assert_eq!(invite().at(&two, &[talking("b@h")]), RINGS);
        assert_eq!(invite().at(&two, &[talking("b@h"), talking("c@h")]), limit);
    }

    #[test]
    fn a_fork_of_the_last_call_ends() {
        let call = invite();
        let arrival = Arrival {
            peer: "1@h",
            caller_user: "1",
            caller_host: "h",
            anonymous: false,
            to_user: "204",
            to_host: "pbx.example.com",
            sip_call_id: "old",
            headers: &call.headers,
        };
        let verdict = rules(|s| s).decide(&arrival, &[], Some("old"));
        assert_eq!(verdict, Verdict::Reject(487, "Request Terminated"));
    }

    #[test]
    fn deny_incoming_compares_as_the_table_says() {
        let denied = Verdict::Reject(486, "Denied");
        let deny = |mode| rules(|s| s.deny_incoming(mode));
        let other_user = || Invite {
            to: ("205", "pbx.example.com"),
            ..invite()
        };
        let other_host = || Invite {
            to: ("204", "192.0.2.1"),
            ..invite()
        };
        let stranger = || Invite {
            from: ("x", "evil.example"),
            ..invite()
        };
        for (mode, refused, passed) in [
            (DenyIncoming::User, vec![other_user()], vec![other_host(), stranger()]),
            (DenyIncoming::Domain, vec![other_host()], vec![other_user(), stranger()]),
            (
                DenyIncoming::UserDomain,
                vec![other_host(), other_user()],
                vec![stranger()],
            ),
            (
                DenyIncoming::RemoteDomain,
                vec![stranger()],
                vec![other_host(), other_user()],
            ),
            (DenyIncoming::All, vec![invite(), stranger()], vec![]),
            (
                DenyIncoming::Never,
                vec![],
                vec![other_host(), other_user(), stranger()],
            ),
        ] {
            for call in refused {
                assert_eq!(call.at(&deny(mode), &[]), denied, "{mode:?}");
            }
            for call in passed {
                assert_eq!(call.at(&deny(mode), &[]), RINGS, "{mode:?}");
            }
        }
        // DND works in one mode only.
        let dnd = Verdict::Reject(486, "Do Not Disturb");
        assert_eq!(invite().at(&rules(|s| s.dnd(true)), &[]), dnd);
        let off = rules(|s| s.dnd(true).deny_incoming(DenyIncoming::User));
        assert_eq!(invite().at(&off, &[]), RINGS);
    }

    #[test]
    fn automatic_answer_by_button_all_and_header() {
        let after = |s| Verdict::Ring {
            answer_after: Some(seconds(s)),
            forward_after: None,
        };
        assert_eq!(invite().at(&rules(|s| s.aa(true)), &[]), Verdict::Answer);
        let all = rules(|s| s.auto_answer(AutoAnswerMode::All).auto_answer_delay(3_u32));
        assert_eq!(invite().at(&all, &[]), after(3));
        let header = rules(|s| s.auto_answer(AutoAnswerMode::Header).auto_answer_delay(2_u32));
        assert_eq!(invite().at(&header, &[]), RINGS);
        assert_eq!(invite().header("X-AutoAnswer", "TRUE").at(&header, &[]), after(2));
        let info = |value| invite().header("Call-Info", value).at(&header, &[]);
        assert_eq!(info("<sip:x>;answer-after=0"), Verdict::Answer);
        assert_eq!(info("<sip:x>;Answer-After=7"), after(7));
        assert_eq!(info("<sip:x>;answer-after=99999999999999999999"), after(600));
        assert_eq!(info("Auto Answer"), after(2));
        assert_eq!(invite().header("Alert-Info", "auto answer").at(&header, &[]), RINGS);
    }

    #[test]
    fn automatic_answer_for_some_callers() {
        for (pattern, fits) in [
            ("1*;2??", true),
            ("2??|10?", true),
            ("99", false),
            ("^9100", true),
            ("B*", false),
        ] {
            let some = rules(|s| s.auto_answer(AutoAnswerMode::All).auto_answer_number(pattern));
            let verdict = if fits { Verdict::Answer } else { RINGS };
            assert_eq!(invite().at(&some, &[]), verdict, "{pattern}");
        }
    }

    #[test]
    fn automatic_answer_beside_other_calls() {
        let held = || Other {
            held: true,
            ..talking("b@h")
        };
        let waits = || Other {
            waits: true,
            ..talking("w@h")
        };
        let mode = |beside| rules(|s| s.auto_answer(AutoAnswerMode::All).auto_answer_calls(beside));
        for (beside, others, answers) in [
            (AutoAnswerBeside::Alone, vec![talking("b@h")], false),
            (AutoAnswerBeside::Alone, vec![waits()], true),
            (AutoAnswerBeside::Held, vec![held()], true),
            (AutoAnswerBeside::Held, vec![held(), talking("c@h")], false),
            (AutoAnswerBeside::Always, vec![talking("b@h")], true),
        ] {
            let verdict = if answers { Verdict::Answer } else { RINGS };
            assert_eq!(invite().at(&mode(beside), &others), verdict, "{beside:?}");
        }
    }

    #[test]
    fn forwarding_and_automatic_answer() {
        let forward = |delay: u32, answer: Option<u32>| {
            let s = |s: Settings| {
                let s = s
                    .forwarding(ForwardingMode::All)
                    .forwarding_number("999")
                    .forwarding_delay(delay);
                match answer {
                    Some(after) => s.auto_answer(AutoAnswerMode::All).auto_answer_delay(after),
                    None => s,
                }
            };
            invite().at(&rules(s), &[])
        };
        let ring = |answer: Option<u64>, forward: Option<u64>| Verdict::Ring {
            answer_after: answer.map(seconds),
            forward_after: forward.map(seconds),
        };
        assert_eq!(forward(0, None), Verdict::Forward);
        assert_eq!(forward(0, Some(0)), Verdict::Forward);
        assert_eq!(forward(5, None), ring(None, Some(5)));
        assert_eq!(forward(5, Some(0)), Verdict::Answer);
        assert_eq!(forward(5, Some(3)), ring(Some(3), None));
        assert_eq!(forward(5, Some(8)), ring(Some(8), Some(5)));
        let button = |on| {
            invite().at(
                &rules(|s| s.forwarding(ForwardingMode::Button).forwarding_number("9").fwd(on)),
                &[],
            )
        };
        assert_eq!((button(true), button(false)), (Verdict::Forward, RINGS));
        assert_eq!(invite().at(&rules(|s| s.forwarding(ForwardingMode::All)), &[]), RINGS);
    }
}

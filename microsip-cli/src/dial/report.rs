//! The report: everything about the call, for programs and for people. `docs/dial.md` describes each field.

use microsip_core::StreamStats;
use serde::Serialize;

use super::expect::{ExpectationOut, KeyOut, ToneOut};
use super::outcome::{Outcome, Why};
use super::session::Session;
use super::times::Moment;
use crate::exit::{self, Failure};
use crate::run::events::{CallOut, ErrorOut, RecordingOut, RegistrationOut, millis, seconds};
use crate::style::{BAD, DIM, GOOD, clean, paint};

/// Everything about the call.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "docs/dial.md describes each field, and a test sees to it")]
pub struct Report {
    pub event: &'static str,
    pub ok: bool,
    pub exit_code: u8,
    pub outcome: &'static str,
    pub ended_because: &'static str,
    pub problems: Vec<String>,
    pub target: String,
    pub account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
    pub times: TimesOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_dial_delay_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_delay_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<Box<CallOut>>,
    pub expectations: Vec<ExpectationOut>,
    pub dtmf_heard: String,
    pub dtmf: Vec<KeyOut>,
    pub digits_sent: usize,
    pub digits_unsent: usize,
    pub tones: Vec<ToneOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub played: Option<PlayedOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mos_received: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mos_sent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<Box<StreamStats>>,
}

/// When what happened, RFC 3339.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/dial.md")]
pub struct TimesOut {
    pub started: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ringing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// What was played.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/dial.md")]
pub struct PlayedOut {
    pub files: Vec<String>,
    pub end: &'static str,
    pub last: String,
    pub position: f64,
}

impl Session<'_> {
    /// What became of it.
    pub(super) fn report(&self) -> Report {
        let outcome = self.outcome();
        let expectations = self.heard.judge(&self.args.expect, self.code);
        let (exit_code, problems) = self.verdict(outcome, &expectations);
        let info = self.info.as_deref();
        let end = info.and_then(|info| info.end.as_ref());
        let registration = self.registration.as_ref();
        let error = end.and_then(|end| end.error.as_ref());
        let error = error.or(registration.and_then(|r| r.error.as_ref()).filter(|_| info.is_none()));
        let stats = info.and_then(|info| info.stats.clone());
        let quality = stats.as_ref().map(StreamStats::quality);
        let mos = |q: Option<microsip_core::Quality>| q.map(|q| (q.mos_listening * 100.0).round() / 100.0);
        let times = &self.times;
        let text = |moment: Option<Moment>| moment.map(|m| m.text());
        let between = |from: Option<Moment>, to: Option<Moment>| {
            from.zip(to)
                .map(|(from, to)| millis(to.at.saturating_duration_since(from.at)))
        };
        let code = match info {
            Some(_) => self.code,
            None => registration.and_then(|r| r.code),
        };
        Report {
            event: "report",
            ok: exit_code == exit::OK,
            exit_code,
            outcome: outcome.name(),
            ended_because: self.why.unwrap_or(Why::Failure).name(),
            problems,
            target: self.target.uri.clone(),
            account: self.account.aor().to_owned(),
            code: code.map(|code| code.code()),
            reason: code.map(|code| self.reason(code)),
            error: self.error.clone().or(error.map(ErrorOut::from)),
            times: TimesOut {
                started: times.started.text(),
                registered: text(times.registered),
                called: text(times.called),
                ringing: text(times.ringing),
                answered: text(times.answered),
                ended: text(times.ended),
            },
            registration_ms: between(Some(times.started), times.registered),
            post_dial_delay_ms: between(times.called, times.ringing.or(times.answered).or(times.ended)),
            answer_delay_ms: between(times.called, times.answered),
            duration: info
                .filter(|info| info.confirmed.is_some())
                .map(|info| seconds(info.duration())),
            registration: registration.map(|info| RegistrationOut::new(self.account.aor(), info)),
            call: info.map(|info| Box::new(CallOut::new(info))),
            expectations,
            dtmf_heard: self.heard.digits.clone(),
            dtmf: self.heard.keys.clone(),
            digits_sent: self.keys.sent(),
            digits_unsent: self.unsent(),
            tones: self.heard.tones.clone(),
            speech: self.args.expect.expect_speech.then_some(self.heard.speech),
            played: self.player.as_ref().map(|player| PlayedOut {
                files: self.args.work.play.iter().map(|f| f.display().to_string()).collect(),
                end: self.play_end().as_ref().map_or("target_ended", |end| end.name()),
                last: player.file().display().to_string(),
                position: seconds(player.position()),
            }),
            recording: self
                .recording
                .as_ref()
                .zip(info)
                .map(|(recording, info)| RecordingOut::done(info.id.get(), recording)),
            mos_received: quality.and_then(|q| mos(q.received)),
            mos_sent: quality.and_then(|q| mos(q.sent)),
            statistics: stats.map(Box::new),
        }
    }

    /// The phrase that came with the code.
    fn reason(&self, code: microsip_core::StatusCode) -> String {
        let of_call = self.info.as_ref().and_then(|info| info.end.as_ref());
        let phrase = match (of_call, &self.registration) {
            (Some(end), _) if self.times.answered.is_none() => end.reason.clone(),
            (None, Some(registration)) if self.info.is_none() => registration.reason.clone(),
            _ => String::new(),
        };
        if phrase.is_empty() {
            code.reason().to_owned()
        } else {
            phrase
        }
    }

    /// The exit code, and what speaks against 0.
    fn verdict(&self, outcome: Outcome, expectations: &[ExpectationOut]) -> (u8, Vec<String>) {
        let mut problems = Vec::new();
        let mut exit_code = exit::OK;
        let expected_code = expectations.iter().find(|e| e.what == "code");
        let is_code = match outcome {
            // Those never got an answer to compare.
            Outcome::NotRegistered | Outcome::Interrupted => None,
            _ => expected_code,
        };
        match is_code {
            // An answered call that broke off is no good end all the same.
            Some(code) if !code.met => {
                exit_code = exit::UNEXPECTED;
                problems.push(code.text());
            }
            Some(_) if outcome != Outcome::Failed || self.times.answered.is_none() => {}
            _ if outcome != Outcome::Answered => {
                exit_code = outcome.code();
                problems.push(self.sentence(outcome));
            }
            _ => {}
        }
        let mut faults = self.faults.clone();
        if self.recorder.is_some() && self.recording.is_none() {
            faults.push("--record: the file was not completed".into());
        }
        faults.dedup();
        if exit_code == exit::OK && !faults.is_empty() {
            exit_code = exit::FAILED;
        }
        problems.extend(faults);
        let unmet = expectations.iter().filter(|e| !e.met && e.what != "code");
        let mut unmet: Vec<String> = unmet.map(ExpectationOut::text).collect();
        unmet.extend(self.shortfalls());
        if exit_code == exit::OK && !unmet.is_empty() {
            exit_code = exit::UNEXPECTED;
        }
        problems.extend(unmet);
        (exit_code, problems)
    }

    fn sentence(&self, outcome: Outcome) -> String {
        let why = self.error.as_ref().map(|e| e.message.clone());
        let end = self.info.as_ref().and_then(|info| info.end.as_ref());
        let of_end = end.and_then(|end| end.error.as_ref()).map(ToString::to_string);
        let code = self.code.map(|code| format!("{} {}", code.code(), self.reason(code)));
        let because = |why: Option<String>| why.map(|why| format!(": {why}")).unwrap_or_default();
        match outcome {
            Outcome::Interrupted => "interrupted by a signal".into(),
            Outcome::NotRegistered => {
                let error = self.registration.as_ref().and_then(|r| r.error.as_ref());
                let error = error.map(ToString::to_string);
                let late = || Some("the registrar did not answer in time".to_owned());
                format!("not registered{}", because(error.or_else(late)))
            }
            Outcome::NoAnswer if self.why == Some(Why::Timeout) => "no answer within --timeout".into(),
            Outcome::NoAnswer => format!("no answer{}", because(code)),
            Outcome::Failed => format!("the call failed{}", because(why.or(of_end).or(code))),
            other => format!("{}{}", other.name().replace('_', " "), because(code)),
        }
    }
}

impl Report {
    /// One line.
    pub(super) fn json(&self) -> String {
        // Strings, numbers and lists of them: nothing that could fail.
        serde_json::to_string(self).unwrap_or_else(|e| format!("{{\"event\":\"report\",\"problems\":[\"{e}\"]}}"))
    }

    /// Lines for people.
    pub(super) fn text(&self) -> String {
        let mut first = vec![match self.ok {
            true => paint(GOOD, self.outcome.replace('_', " ")),
            false => paint(BAD, self.outcome.replace('_', " ")),
        }];
        if let Some(code) = self.code {
            first.push(format!("{code} {}", clean(self.reason.as_deref().unwrap_or_default())));
        }
        if let Some(ms) = self.post_dial_delay_ms {
            first.push(format!("{:.1} s of post-dial delay", ms / 1000.0));
        }
        if let Some(ms) = self.answer_delay_ms {
            first.push(format!("answered after {:.1} s", ms / 1000.0));
        }
        if let Some(duration) = self.duration {
            first.push(format!("up for {duration:.1} s"));
        }
        if let Some(codec) = self.call.as_ref().and_then(|call| call.codec.as_ref()) {
            first.push(clean(codec).into_owned());
        }
        if let Some(mos) = self.mos_received {
            first.push(format!("MOS {mos:.1}"));
        }
        let mut lines = vec![first.join(", ")];
        lines.extend(self.expectations.iter().map(|expectation| {
            let style = if expectation.met { GOOD } else { BAD };
            format!("  {}", paint(style, clean(&expectation.text())))
        }));
        if let Some(recording) = &self.recording {
            let length = recording.duration.unwrap_or_default();
            lines.push(format!(
                "  {}",
                paint(DIM, format!("recorded {length:.1} s into {}", clean(&recording.file)))
            ));
        }
        lines.join("\n")
    }

    /// The sentence and the exit code of a bad end.
    pub(super) fn failure(&self) -> Option<Failure> {
        (!self.ok).then(|| Failure::outcome(self.exit_code, self.problems.join("; ")))
    }
}

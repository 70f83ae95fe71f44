//! What was heard, and whether it is what was expected.

use std::time::Duration;

use microsip_core::{Digit, HeardTone, StatusCode};
use serde::Serialize;

use crate::args::ExpectArgs;
use crate::run::events::seconds;

/// Tones remembered for the report; a ringing tone alone is told every few seconds.
const MOST: usize = 1000;

/// Everything that was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) digits: String,
    pub(super) keys: Vec<KeyOut>,
    pub(super) tones: Vec<ToneOut>,
    /// Which of the expected ones were heard.
    met: Vec<bool>,
    pub(super) speech: bool,
}

/// A key of the peer.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "see docs/dial.md")]
pub struct KeyOut {
    pub time: String,
    pub digit: String,
    pub method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// A tone that was heard.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "see docs/dial.md")]
pub struct ToneOut {
    pub time: String,
    pub tone: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_hz: Option<u32>,
    pub position: f64,
}

/// Something expected.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "see docs/dial.md")]
pub struct ExpectationOut {
    pub what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    pub met: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

impl ExpectationOut {
    /// As a sentence.
    pub(super) fn text(&self) -> String {
        let expected = self.expected.as_deref().unwrap_or_default();
        match (self.what, self.met, self.found.as_deref()) {
            ("code", true, _) => format!("the call was answered with {expected}, as expected"),
            ("code", false, Some(found)) => format!("the call was answered with {found} instead of {expected}"),
            ("code", false, None) => format!("the call was not answered with {expected}"),
            ("speech", true, _) => "the peer spoke, as expected".into(),
            ("speech", ..) => "nobody was heard speaking".into(),
            (what, true, _) => format!("the expected {} heard", named(what, expected)),
            (what, false, Some(found)) => format!("the expected {} not heard, but {found}", named(what, expected)),
            (what, false, None) => format!("the expected {} not heard", named(what, expected)),
        }
    }
}

fn named(what: &str, expected: &str) -> String {
    match what {
        "dtmf" => format!("keys {expected} were"),
        _ => format!("tone {expected} was"),
    }
}

impl Heard {
    pub(super) fn key(&mut self, time: String, digit: Digit, method: &'static str, duration: Option<Duration>) {
        self.digits.push(digit.as_char());
        self.keys.push(KeyOut {
            time,
            digit: digit.to_string(),
            method,
            duration_ms: duration.map(|d| d.as_millis() as u64),
        });
    }

    pub(super) fn tone(&mut self, time: String, tone: HeardTone, position: Duration, expect: &ExpectArgs) {
        self.met.resize(expect.expect_tone.len(), false);
        for (met, expected) in self.met.iter_mut().zip(&expect.expect_tone) {
            *met |= expected.is(tone);
        }
        if self.tones.len() < MOST {
            self.tones.push(ToneOut {
                time,
                tone: tone.name(),
                frequency_hz: tone.frequency_hz(),
                position: seconds(position),
            });
        }
    }

    /// Whether everything that is to be heard was.
    pub(super) fn all(&self, expect: &ExpectArgs) -> bool {
        self.judge(expect, None).iter().all(|e| e.what == "code" || e.met)
    }

    /// All expectations, with the code that the call was answered with.
    pub(super) fn judge(&self, expect: &ExpectArgs, code: Option<StatusCode>) -> Vec<ExpectationOut> {
        let mut all = Vec::new();
        if let Some(expected) = expect.expect_code {
            all.push(ExpectationOut {
                what: "code",
                expected: Some(expected.code().to_string()),
                met: code == Some(expected),
                found: code.map(|code| code.code().to_string()),
            });
        }
        if let Some(expected) = &expect.expect_dtmf {
            all.push(ExpectationOut {
                what: "dtmf",
                expected: Some(expected.clone()),
                met: self.digits.contains(expected.as_str()),
                found: (!self.digits.is_empty()).then(|| self.digits.clone()),
            });
        }
        let mut names: Vec<String> = Vec::new();
        for tone in &self.tones {
            let hz = tone.frequency_hz.map(|hz| format!(" {hz} Hz")).unwrap_or_default();
            let name = format!("{}{hz}", tone.tone);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let found = (!names.is_empty()).then(|| names.join(", "));
        for (index, expected) in expect.expect_tone.iter().enumerate() {
            all.push(ExpectationOut {
                what: "tone",
                expected: Some(expected.text()),
                met: self.met.get(index) == Some(&true),
                found: found.clone(),
            });
        }
        if expect.expect_speech {
            all.push(ExpectationOut {
                what: "speech",
                expected: None,
                met: self.speech,
                found: None,
            });
        }
        all
    }
}

/// Whether anything is expected of what is heard, or a good code.
pub(super) fn something(expect: &ExpectArgs) -> bool {
    expect.expect_dtmf.is_some()
        || !expect.expect_tone.is_empty()
        || expect.expect_speech
        || expect.expect_code.is_some()
}

#[cfg(test)]
mod tests {
    use microsip_core::ToneKind;

    use super::*;
    use crate::args::ToneArg;

    fn expect() -> ExpectArgs {
        ExpectArgs {
            expect_dtmf: Some("12".into()),
            expect_tone: vec![ToneArg::Named("busy"), ToneArg::Hz(1000)],
            tone_country: None,
            expect_speech: true,
            expect_code: StatusCode::new(200),
        }
    }

    #[test]
    fn everything_must_be_heard() {
        let expect = expect();
        let mut heard = Heard::default();
        assert!(something(&expect) && !heard.all(&expect));
        for key in ['9', '1', '2'] {
            heard.key("t".into(), Digit::new(key).unwrap(), "rtp", None);
        }
        let beep = HeardTone::Beep { frequency_hz: 1004 };
        heard.tone("t".into(), beep, Duration::from_secs(1), &expect);
        heard.speech = true;
        let judged = heard.judge(&expect, StatusCode::new(486));
        let met: Vec<_> = judged.iter().map(|e| (e.what, e.met)).collect();
        assert_eq!(
            met,
            [
                ("code", false),
                ("dtmf", true),
                ("tone", false),
                ("tone", true),
                ("speech", true)
            ]
        );
        assert_eq!(judged[0].text(), "the call was answered with 486 instead of 200");
        assert_eq!(
            judged[2].text(),
            "the expected tone busy was not heard, but beep 1004 Hz"
        );
        heard.tone("t".into(), HeardTone::Progress(ToneKind::Busy), Duration::ZERO, &expect);
        assert!(heard.all(&expect));
        assert!(heard.judge(&expect, StatusCode::new(200)).iter().all(|e| e.met));
    }

    #[test]
    fn keys_must_come_one_after_the_other() {
        let expect = ExpectArgs {
            expect_tone: Vec::new(),
            expect_speech: false,
            expect_code: None,
            ..expect()
        };
        let mut heard = Heard::default();
        for key in ['1', '3', '2'] {
            heard.key("t".into(), Digit::new(key).unwrap(), "rtp", None);
        }
        assert!(!heard.all(&expect));
        let text = heard.judge(&expect, None)[0].text();
        assert_eq!(text, "the expected keys 12 were not heard, but 132");
    }
}

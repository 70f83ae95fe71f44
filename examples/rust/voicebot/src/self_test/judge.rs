//! Was everything heard that should be, and nothing else?

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use microsip_testkit::audio::{Audio, compare, gaps};
use serde_json::{Value, json};

use super::caller::{PAUSE, SILENCE_DBFS, files};
use crate::bot::{CallReport, Report};
use crate::protocol::RATE;
use crate::service::{SessionLog, asset};

/// From the caller's first sample of speech to silence in the caller's ear: two jitter buffers, 60 ms to be sure that it is speech, a
/// few ticks of 20 ms. An idle machine takes a third of it.
pub const SILENCE_WITHIN_MS: f64 = 600.0;
/// How far beginning and end of what was heard may be from what was said, and from what the service was told: as much as a jitter
/// buffer puts in or leaves out to follow a busy machine. On an idle one it is 10.
pub const AGREES_WITHIN_MS: f64 = 120.0;
/// The share of half seconds that must be found, and how much they must be like what was said. On an idle machine all are; each
/// time a jitter buffer changes its length, two are not, which is half of a short sentence.
const FOUND: f64 = 0.45;
const ALIKE: f64 = 0.8;

/// What came of one caller.
#[derive(Debug)]
pub struct Verdict {
    /// Its number.
    pub caller: u32,
    /// From its first sample of the interruption to the last sound of the first answer.
    pub silence_ms: f64,
    /// How much of the first answer it heard.
    pub heard_ms: f64,
    /// How much the service was told.
    pub told_ms: f64,
    /// The first answer, as far as it was told, and the second.
    pub answers: Option<[Heard; 2]>,
    /// What is wrong; empty when nothing is.
    pub failures: Vec<String>,
}

/// How something said was heard.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    /// The share of its half seconds that was found, 0 to 1.
    pub coverage: f64,
    /// How much these are like what was said, 0 to 1.
    pub correlation: f64,
    /// How much later than it should its first sound came; more than 0 if the beginning is missing.
    pub begins_ms: f64,
    /// How much later than it should its last sound came; less than 0 if the end is missing.
    pub ends_ms: f64,
    /// How much was put in, or left out if negative, between beginning and end.
    pub stretched_ms: f64,
    /// How much silence is in it that should not be there.
    pub holes_ms: f64,
}

impl Heard {
    /// Looks for `said` in `recording`, which holds nothing else.
    fn find(said: &Audio, recording: &Audio) -> Self {
        let found = compare(said, recording);
        let mut delays = found
            .segments
            .iter()
            .filter(|s| s.found)
            .map(|s| s.delay_samples * 1000.0 / f64::from(found.rate_hz));
        let first = delays.next().unwrap_or(f64::NAN);
        let last = delays.next_back().unwrap_or(first);
        let edges = |audio: &Audio| match &between(audio, Duration::from_millis(5))[..] {
            [] => [f64::NAN; 2],
            [(from, to)] => [ms(*from), ms(*to)],
            [(from, _), .., (_, to)] => [ms(*from), ms(*to)],
        };
        let ([begin, end], [begins, ends]) = (edges(said), edges(recording));
        Heard {
            coverage: found.coverage,
            correlation: found.correlation,
            begins_ms: begins - first - begin,
            ends_ms: ends - last - end,
            stretched_ms: last - first,
            holes_ms: silence(recording) - silence(said),
        }
    }

    fn is_whole(&self) -> bool {
        let times = [self.begins_ms, self.ends_ms, self.stretched_ms, self.holes_ms];
        // What is no number is not within either.
        let close = times.iter().all(|ms| ms.abs() <= AGREES_WITHIN_MS);
        close && self.coverage >= FOUND && self.correlation >= ALIKE
    }

    fn json(&self) -> Value {
        json!({
            "coverage": self.coverage,
            "correlation": self.correlation,
            "begins_ms": self.begins_ms,
            "ends_ms": self.ends_ms,
            "stretched_ms": self.stretched_ms,
            "holes_ms": self.holes_ms,
        })
    }
}

impl Verdict {
    pub(super) fn json(&self) -> Value {
        let answers: Vec<Value> = self.answers.iter().flatten().map(Heard::json).collect();
        json!({
            "caller": self.caller,
            "silence_ms": self.silence_ms,
            "heard_ms": self.heard_ms,
            "told_ms": self.told_ms,
            "answers": answers,
            "failures": self.failures,
        })
    }

    pub(super) fn row(&self) -> Vec<String> {
        let ms = |ms: f64| format!("{ms:.0} ms");
        let answer = |n: usize| {
            let found = self.answers.as_ref().map(|answers| &answers[n]);
            found.map_or("?".into(), |m| {
                format!("{:.0} %, {:.3}", m.coverage * 100.0, m.correlation)
            })
        };
        let verdict = if self.failures.is_empty() {
            "as it should be".into()
        } else {
            self.failures.join("; ")
        };
        let numbers = [self.silence_ms, self.heard_ms, self.told_ms].map(ms);
        let mut row = vec![format!("caller-{}", self.caller)];
        row.extend(numbers);
        row.extend([answer(0), answer(1), verdict]);
        row
    }

    fn expect(&mut self, true_: bool, what: impl FnOnce() -> String) {
        if !true_ {
            self.failures.push(what());
        }
    }
}

/// Judges one caller's recordings, beside what bot and service say about the call.
pub(super) fn judge(number: u32, folder: &Path, report: &Report, sessions: &[SessionLog]) -> Result<Verdict> {
    let [heard, said] = files(folder, number).map(Audio::read_wav);
    let (heard, said) = (heard?, said?);
    let mut verdict = Verdict {
        caller: number,
        silence_ms: f64::NAN,
        heard_ms: f64::NAN,
        told_ms: f64::NAN,
        answers: None,
        failures: Vec::new(),
    };
    let name = format!("caller-{number}");
    let Some(call) = report.calls.iter().find(|call| call.caller == name) else {
        verdict.failures.push("the bot does not know this caller".into());
        return Ok(verdict);
    };
    books(&mut verdict, call, sessions)?;
    let (spoken, sounds) = (between(&said, PAUSE), between(&heard, PAUSE));
    let ([_, interruption], [first, second]) = (&spoken[..], &sounds[..]) else {
        verdict
            .failures
            .push(format!("said {spoken:?}, heard {sounds:?}: not two things each"));
        return Ok(verdict);
    };
    verdict.silence_ms = ms(first.1) - ms(interruption.0);
    let silence = verdict.silence_ms;
    verdict.expect((0.0..=SILENCE_WITHIN_MS).contains(&silence), || {
        format!("silence came {silence:.0} ms after the interruption began, not within {SILENCE_WITHIN_MS} ms")
    });

    let told = Duration::from_millis(verdict.told_ms.max(0.0) as u64);
    let expected = [
        reference("answer-1")?.slice(Duration::ZERO, told),
        reference("answer-2")?,
    ];
    let found = [(0, first), (1, second)].map(|(n, (from, to))| {
        let from = from.saturating_sub(PAUSE / 4);
        Heard::find(&expected[n], &heard.slice(from, *to + PAUSE / 4 - from))
    });
    for (what, found) in ["first", "second"].iter().zip(&found) {
        verdict.expect(found.is_whole(), || {
            format!("the {what} answer was not heard whole: {found:?}")
        });
    }
    verdict.heard_ms = verdict.told_ms + found[0].ends_ms;
    verdict.answers = Some(found);
    Ok(verdict)
}

/// Do bot and service agree about the call, and did the service hear the caller?
fn books(verdict: &mut Verdict, call: &CallReport, sessions: &[SessionLog]) -> Result<()> {
    verdict.expect(
        call.error.is_none() && call.complaints.is_empty() && call.lost_samples == 0,
        || format!("the call went wrong: {call:?}"),
    );
    let [interrupted, whole] = &call.turns[..] else {
        verdict
            .failures
            .push(format!("{} answers instead of two", call.turns.len()));
        return Ok(());
    };
    let (Some(cut), None) = (&interrupted.barge_in, &whole.barge_in) else {
        verdict
            .failures
            .push("not the first answer alone was interrupted".into());
        return Ok(());
    };
    verdict.told_ms = cut.audio_end_ms as f64;
    let Some(session) = sessions
        .iter()
        .find(|s| s.sent.iter().any(|(item, _)| *item == whole.item))
    else {
        verdict.failures.push("the service does not know this call".into());
        return Ok(());
    };
    let truncated = [(interrupted.item.clone(), cut.audio_end_ms)];
    verdict.expect(session.truncated == truncated && session.errors.is_empty(), || {
        format!(
            "the service knows of {:?}, not of {truncated:?}; errors {:?}",
            session.truncated, session.errors
        )
    });
    verdict.expect(session.cancelled == usize::from(cut.cancelled), || {
        "who cancelled what?".into()
    });
    let heard = Audio::new(session.heard.iter().map(|s| f32::from(*s) / 32_768.0).collect(), RATE);
    for name in ["question", "interruption"] {
        let found = compare(&reference(name)?, &heard);
        verdict.expect(found.coverage >= FOUND && found.correlation >= ALIKE, || {
            format!("the service did not hear the {name}: {found}")
        });
    }
    Ok(())
}

fn reference(name: &str) -> Result<Audio> {
    let samples = asset(name)?;
    Ok(Audio::new(
        samples.iter().map(|s| f32::from(*s) / 32_768.0).collect(),
        RATE,
    ))
}

/// What is between pauses of a length: from, to.
fn between(audio: &Audio, pause: Duration) -> Vec<(Duration, Duration)> {
    let mut found = Vec::new();
    let mut from = Duration::ZERO;
    for gap in gaps(audio, SILENCE_DBFS, pause) {
        if gap.start > from {
            found.push((from, gap.start));
        }
        from = gap.start + gap.length;
    }
    if from < audio.duration() {
        found.push((from, audio.duration()));
    }
    found
}

/// How much silence there is between the first sound and the last, pauses of syllables left out, in milliseconds.
fn silence(audio: &Audio) -> f64 {
    let sounds = between(audio, Duration::from_millis(40));
    sounds.windows(2).map(|pair| ms(pair[1].0 - pair[0].1)).sum()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

//! Whether the call did what it should, in plain sentences.

use microsip_testkit::audio::Match;
use microsip_testkit::steady::STANDSTILL;

use super::report::{Leg, Report};
use crate::exit::Failure;

/// G.711 reaches 0.99, GSM 0.96, narrow Speex and Opus somewhat less; another sentence of the same voice 0.6.
const LEAST_CORRELATION: f64 = 0.8;
/// The share of the speech that must be there.
const LEAST_COVERAGE: f64 = 0.9;

impl Report {
    /// What did not arrive; empty when all did.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self.audio_problems().collect();
        if !problems.is_empty() {
            problems.extend(self.standstill());
        }
        for (leg, _) in &self.legs {
            if leg.recording.dropped > 0 {
                problems.push(format!(
                    "{} samples of {} were lost on the way to the disk",
                    leg.recording.dropped, leg.to
                ));
            }
            if let Some(error) = &leg.recording.error {
                problems.push(format!("the recording of {} is incomplete: {error}", leg.to));
            }
            if let Some(digits) = leg.digits.as_ref().filter(|d| **d != self.digits_sent) {
                problems.push(format!(
                    "{} pressed {} but {} received {digits:?}",
                    leg.from, self.digits_sent, leg.to
                ));
            }
        }
        problems
    }

    fn audio_problems(&self) -> impl Iterator<Item = String> {
        let problem = |(leg, m): &(Leg, Match)| audio_problem(&leg.from, &leg.to, m);
        self.legs.iter().filter_map(problem)
    }

    /// Whether what was heard has holes that the machine may have made.
    pub(super) fn is_spoiled(&self) -> bool {
        self.standstill().is_some() && self.audio_problems().next().is_some()
    }

    /// That the machine stood still, if it did so for long enough to be heard.
    pub(super) fn standstill(&self) -> Option<String> {
        (self.stood_still >= STANDSTILL).then(|| {
            format!(
                "this machine stood still for {} ms in the call, which makes holes in sound",
                self.stood_still.as_millis()
            )
        })
    }

    /// The problems as the program's end.
    pub(super) fn verdict(&self) -> Result<(), Failure> {
        let problems = self.problems();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Failure::not_proven(problems.join("; ")))
        }
    }
}

fn audio_problem(from: &str, to: &str, m: &Match) -> Option<String> {
    if m.coverage < LEAST_COVERAGE {
        return Some(format!(
            "the audio from {from} did not arrive whole at {to}: {:.0} % of the speech was found",
            m.coverage * 100.0
        ));
    }
    (m.correlation < LEAST_CORRELATION).then(|| {
        format!(
            "the audio from {from} arrived distorted at {to}: its correlation with the source is {:.2}",
            m.correlation
        )
    })
}

#[cfg(test)]
mod tests {
    use microsip_testkit::audio::{Audio, compare, white_noise};
    use std::time::Duration;

    use super::*;

    #[test]
    fn silence_noise_and_halves_are_found_out() {
        let speech = crate::wav::read(std::path::Path::new("assets/speech.wav")).unwrap();
        assert_eq!(audio_problem("a", "b", &compare(&speech, &speech)), None);
        let silence = Audio::silence(Duration::from_secs(6), 8000);
        let noise = white_noise(-12.0, Duration::from_secs(6), 8000, 1);
        let half = speech.slice(Duration::ZERO, speech.duration() / 2);
        for bad in [silence, noise, half] {
            let problem = audio_problem("a", "b", &compare(&speech, &bad)).unwrap();
            assert!(problem.contains("did not arrive"), "{problem}");
        }
    }
}

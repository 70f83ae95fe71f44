//! Makes samples of tones: oscillators that turn a pointer, a step after the other, nothing allocated on the way.

use std::f64::consts::TAU;
use std::sync::atomic::{AtomicU64, Ordering};

use super::noise::NoiseSource;
use super::{DEFAULT_DBM0, Level, MAX_SINES, OP, Sound, Tone};
use crate::{Error, Result};

/// How long a sound rises and falls, so that it does not click: 4 ms, or a quarter of a short one.
const EDGE_S: f64 = 0.004;
/// Full scale of 16 bits.
const FULL: f64 = 32_767.0;

/// The amplitude of a carrier so modulated that the whole has the level.
pub(super) fn carrier_amplitude(level: Option<Level>, depth: f64) -> f64 {
    let level = level.unwrap_or(Level::from_dbm0(DEFAULT_DBM0));
    // (1 + m·sin) has the mean square 1 + m²/2.
    level.amplitude() / (1.0 + depth * depth / 2.0).sqrt()
}

/// Another one every time: two calls must not hear one another's noise.
fn seed() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed)
}

/// A sine: a pointer that turns.
#[derive(Clone, Copy, Default)]
struct Oscillator {
    amplitude: f64,
    turn: (f64, f64),
    at: (f64, f64),
}

impl Oscillator {
    fn new(hz: f64, amplitude: f64, rate: u32) -> Oscillator {
        let (sin, cos) = (TAU * hz / f64::from(rate)).sin_cos();
        Oscillator {
            amplitude,
            turn: (cos, sin),
            at: (1.0, 0.0),
        }
    }

    fn next(&mut self) -> f64 {
        let value = self.at.1 * self.amplitude;
        let ((c, s), (x, y)) = (self.turn, self.at);
        self.at = (x * c - y * s, x * s + y * c);
        value
    }

    /// Takes back what rounding did to its length.
    fn settle(&mut self) {
        let length = self.at.0.hypot(self.at.1);
        if length > 0.0 {
            self.at = (self.at.0 / length, self.at.1 / length);
        }
    }
}

/// A sound, ready to run.
enum Voice {
    Silence,
    Sines([Oscillator; MAX_SINES], usize),
    Modulated { carrier: Oscillator, by: Oscillator },
    Noise(Box<NoiseSource>),
}

impl Voice {
    fn new(sound: &Sound, rate: u32) -> Voice {
        match sound {
            Sound::Silence => Voice::Silence,
            Sound::Sines(sines) => {
                let mut oscillators = [Oscillator::default(); MAX_SINES];
                for (slot, (hz, amplitude)) in oscillators.iter_mut().zip(Sound::sines(sines)) {
                    *slot = Oscillator::new(hz, amplitude, rate);
                }
                Voice::Sines(oscillators, sines.len().min(MAX_SINES))
            }
            Sound::Modulated {
                carrier_hz,
                by_hz,
                depth,
                level,
            } => {
                let depth = f64::from(*depth) / 100.0;
                Voice::Modulated {
                    carrier: Oscillator::new(*carrier_hz, carrier_amplitude(*level, depth), rate),
                    by: Oscillator::new(*by_hz, depth, rate),
                }
            }
            Sound::Noise(noise) => Voice::Noise(Box::new(NoiseSource::new(noise, rate, seed()))),
        }
    }

    fn next(&mut self) -> f64 {
        match self {
            Voice::Silence => 0.0,
            Voice::Sines(oscillators, count) => oscillators[..*count].iter_mut().map(Oscillator::next).sum(),
            Voice::Modulated { carrier, by } => (1.0 + by.next()) * carrier.next(),
            Voice::Noise(noise) => noise.next(),
        }
    }

    fn oscillators(&mut self) -> &mut [Oscillator] {
        match self {
            Voice::Sines(oscillators, count) => &mut oscillators[..*count],
            Voice::Modulated { carrier, .. } => std::slice::from_mut(carrier),
            Voice::Silence | Voice::Noise(_) => &mut [],
        }
    }

    fn settle(&mut self) {
        self.oscillators().iter_mut().for_each(Oscillator::settle);
        if let Voice::Modulated { by, .. } = self {
            by.settle();
        }
    }

    /// Begins at the phase it began with: a cadence sounds the same every time.
    fn rewind(&mut self) {
        for oscillator in self.oscillators() {
            oscillator.at = (1.0, 0.0);
        }
        if let Voice::Modulated { by, .. } = self {
            by.at = (1.0, 0.0);
        }
    }
}

struct Step {
    voice: usize,
    /// In samples; `None`: without end.
    length: Option<u64>,
    /// How long it rises and falls, in samples.
    edge: u64,
}

/// A tone that runs. Made on any thread, run on the clock's: nothing allocates but [`Generator::new`].
pub(crate) struct Generator {
    /// Each sound once, so that one that goes on in the next step keeps its phase.
    voices: Vec<Voice>,
    steps: Vec<Step>,
    /// The first step of the cycle.
    cycle: usize,
    /// Cycles still to be played after the present one; `None`: without end.
    left: Option<u32>,
    /// The present step; as many as there are: it is over.
    at: usize,
    /// Samples of the present step.
    played: u64,
    /// Whether another sound, or none, was before the present step, and comes behind it.
    rises: bool,
    falls: bool,
    /// Counts down the samples of the last fall, once it was asked to end.
    ending: Option<u64>,
    edge: u64,
}

impl Generator {
    /// Prepares a tone for `rate` samples a second.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a tone that cannot be played at this rate.
    pub(crate) fn new(tone: &Tone, rate: u32) -> Result<Generator> {
        if !(8000..=48_000).contains(&rate) {
            return Err(Error::invalid(OP, format!("a rate of {rate} is not 8000 to 48000")));
        }
        tone.check(rate)?;
        let edge = (EDGE_S * f64::from(rate)).round() as u64;
        let mut sounds: Vec<&Sound> = Vec::new();
        let mut steps = Vec::new();
        for step in tone.intro.iter().chain(&tone.cycle) {
            let voice = sounds.iter().position(|s| **s == step.sound).unwrap_or_else(|| {
                sounds.push(&step.sound);
                sounds.len() - 1
            });
            let length = step
                .length
                .map(|l| ((l.as_secs_f64() * f64::from(rate)).round() as u64).max(1));
            steps.push(Step {
                voice,
                length,
                edge: length.map_or(edge, |l| edge.min(l / 4)),
            });
        }
        let voices = sounds.iter().map(|sound| Voice::new(sound, rate)).collect();
        let mut generator = Generator {
            voices,
            steps,
            cycle: tone.intro.len(),
            left: tone.times.map(|times| times - 1),
            at: 0,
            played: 0,
            rises: true,
            falls: true,
            ending: None,
            edge,
        };
        generator.enter(0, None);
        Ok(generator)
    }

    /// Lets what sounds fall and then ends.
    pub(crate) fn end(&mut self) {
        if self.ending.is_none() {
            self.ending = Some(self.edge);
        }
    }

    /// Whether nothing comes any more.
    pub(crate) fn is_over(&self) -> bool {
        self.at >= self.steps.len() || self.ending == Some(0)
    }

    /// Fills in the next samples; how many there were before the tone's end.
    pub(crate) fn fill(&mut self, out: &mut [i16]) -> usize {
        let mut filled = 0;
        for slot in out.iter_mut() {
            if self.is_over() {
                break;
            }
            *slot = self.next();
            filled += 1;
        }
        self.voices.iter_mut().for_each(Voice::settle);
        filled
    }

    /// The step behind the present one, if there is one.
    fn following(&self) -> Option<usize> {
        match self.at + 1 {
            next if next < self.steps.len() => Some(next),
            _ if self.cycle == self.steps.len() || self.left == Some(0) => None,
            _ => Some(self.cycle),
        }
    }

    fn enter(&mut self, step: usize, before: Option<usize>) {
        let voice = self.steps[step].voice;
        self.at = step;
        self.played = 0;
        self.rises = before != Some(voice);
        self.falls = self.following().map(|next| self.steps[next].voice) != Some(voice);
        if self.rises {
            self.voices[voice].rewind();
        }
    }

    fn next(&mut self) -> i16 {
        let ramp = |done: u64, of: u64| 0.5 - 0.5 * (TAU * 0.5 * (done as f64 + 0.5) / of as f64).cos();
        let step = &self.steps[self.at];
        let mut share = 1.0;
        if self.rises && self.played < step.edge {
            share *= ramp(self.played, step.edge);
        }
        let rest = step.length.map(|length| length - 1 - self.played);
        if let Some(rest) = rest
            && self.falls
            && rest < step.edge
        {
            share *= ramp(rest, step.edge);
        }
        if let Some(rest) = &mut self.ending {
            *rest -= 1;
            share *= ramp(*rest, self.edge);
        }
        let voice = step.voice;
        let value = self.voices[voice].next() * share * FULL;
        self.played += 1;
        if rest == Some(0) {
            match self.following() {
                None => self.at = self.steps.len(),
                Some(next) => {
                    if next <= self.at
                        && let Some(left) = &mut self.left
                    {
                        *left -= 1;
                    }
                    self.enter(next, Some(voice));
                }
            }
        }
        value.round().clamp(-32_768.0, 32_767.0) as i16
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::approx_constant, reason = "decibels, not a circle")]

    use std::time::Duration;

    use microsip_testkit::audio::{Audio, detect_tones, gaps, tone_level};

    use super::super::ToneStep;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rendered(text: &str, rate: u32, length: Duration) -> Audio {
        let tone: Tone = text.parse().unwrap();
        let pcm = tone.render(rate, length).unwrap();
        Audio::new(pcm.samples.iter().map(|s| f32::from(*s) / 32_768.0).collect(), rate)
    }

    fn millis(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn frequency_and_level_are_exact_at_any_rate() {
        for rate in [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000] {
            for (text, expected) in [
                ("425@-10", &[(425.0, -10.0)][..]),
                ("350@-13+440@-16", &[(350.0, -13.0), (440.0, -16.0)]),
                (
                    "1400+2060+2450+2600@-9",
                    &[(1400.0, -9.0), (2060.0, -9.0), (2450.0, -9.0), (2600.0, -9.0)],
                ),
                ("3425.5@-40", &[(3425.5, -40.0)]),
            ] {
                // From the middle, where nothing rises.
                let audio = rendered(text, rate, SECOND * 2).slice(millis(500), SECOND);
                let mut found = detect_tones(&audio, -60.0);
                found.sort_by(|a, b| a.frequency_hz.total_cmp(&b.frequency_hz));
                assert_eq!(found.len(), expected.len(), "{text} at {rate}: {found:?}");
                for (tone, (hz, dbm0)) in found.iter().zip(expected) {
                    assert!(
                        (tone.frequency_hz / hz - 1.0).abs() < 0.0005,
                        "{text} at {rate}: {tone:?}"
                    );
                    // 0 dBm0 is 3.14 dB below a full-scale sine.
                    assert!(
                        (tone.level_dbfs + 3.14 - dbm0).abs() < 0.1,
                        "{text} at {rate}: {tone:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_tone_without_a_level_has_minus_ten_dbm0_in_all() {
        for text in ["425", "350+440", "350+440+620", "400*25", "425*24%100"] {
            let level = rendered(text, 8000, SECOND * 4).slice(SECOND, SECOND * 2).rms_dbfs() + 3.14;
            assert!((level + 10.0).abs() < 0.1, "{text}: {level}");
        }
    }

    #[test]
    fn modulation_makes_side_bands_of_its_depth() {
        let audio = rendered("400*25%80", 8000, SECOND * 5).slice(SECOND, SECOND * 4);
        let carrier = tone_level(&audio, 400.0);
        for side in [375.0, 425.0] {
            // Half the depth each.
            let below = carrier - tone_level(&audio, side);
            assert!((below - 20.0 * (1.0 / 0.4_f64).log10()).abs() < 0.1, "{below}");
        }
    }

    #[test]
    fn it_keeps_its_frequency_for_an_hour() {
        let tone: Tone = "441.7@-10".parse().unwrap();
        let mut generator = Generator::new(&tone, 8000).unwrap();
        let mut frame = [0; 160];
        let mut last = Vec::new();
        for n in 0..180_000 {
            assert_eq!(generator.fill(&mut frame), 160);
            if n >= 179_900 {
                last.extend(frame.map(|s| f32::from(s) / 32_768.0));
            }
        }
        let found = detect_tones(&Audio::new(last, 8000), -60.0)[0];
        assert!(
            (found.frequency_hz - 441.7).abs() < 0.01 && (found.level_dbfs + 13.14).abs() < 0.05,
            "{found:?}"
        );
    }

    #[test]
    fn cadences_are_exact() {
        let audio = rendered("425/375,0/375", 8000, SECOND * 6);
        let gaps = gaps(&audio, -40.0, millis(100));
        assert_eq!(gaps.len(), 8);
        for (n, gap) in gaps.iter().enumerate() {
            let begin = 375.0 + 750.0 * n as f64;
            assert!((gap.start.as_secs_f64() * 1000.0 - begin).abs() <= 5.0, "{gap:?}");
            assert!((gap.length.as_secs_f64() * 1000.0 - 375.0).abs() <= 10.0, "{gap:?}");
        }
    }

    #[test]
    fn an_introduction_is_played_once_and_a_cycle_as_often_as_it_says() {
        let tone: Tone = "!1000/100,440/200,0/100;3".parse().unwrap();
        assert_eq!(tone.length(), Some(SECOND));
        let audio = rendered("!1000/100,440/200,0/100;3", 8000, SECOND * 9);
        assert_eq!(audio.samples.len(), 8000);
        let level = |ms, hz| tone_level(&audio.slice(millis(ms), millis(100)), hz);
        assert!(level(0, 1000.0) > -16.0 && level(0, 440.0) < -50.0);
        for cycle in 0..3 {
            assert!(level(150 + 300 * cycle, 440.0) > -16.0 && level(150 + 300 * cycle, 1000.0) < -50.0);
            assert!(audio.slice(millis(301 + 300 * cycle), millis(98)).rms_dbfs() < -100.0);
        }
        // Nothing comes behind the last one.
        let mut generator = Generator::new(&tone, 8000).unwrap();
        let mut out = vec![1; 9000];
        assert_eq!(generator.fill(&mut out), 8000);
        assert!(generator.is_over());
        assert_eq!(generator.fill(&mut out), 0);
    }

    /// The largest share a sound has outside its own frequency in a short window, in dB below it.
    fn click(audio: &Audio) -> f64 {
        // A click has all frequencies; 3 kHz is far from the tone.
        let window = millis(10);
        let count = (audio.duration().as_secs_f64() / 0.005) as u64 - 2;
        (0..count)
            .map(|n| tone_level(&audio.slice(millis(5 * n), window), 3000.0))
            .fold(-120.0, f64::max)
    }

    #[test]
    fn nothing_clicks() {
        // One cut off hard at a peak, for comparison: the measure sees clicks.
        let mut hard = rendered("425@-6", 8000, millis(203));
        hard.samples.resize(3000, 0.0);
        assert!(click(&hard) > -45.0, "{}", click(&hard));
        for text in [
            "425@-6/203,0/97",
            "425@-6/203,440@-6/97",
            "425*25@-8/203,0/97",
            "!425@-6/203,425@-6/97,0/33",
        ] {
            let level = click(&rendered(text, 8000, SECOND * 2));
            assert!(level < -60.0, "{text}: {level}");
        }
        // A sound that goes on in the next step does not even dip.
        let audio = rendered("!425@-6/200,425@-6/200", 8000, SECOND * 2);
        assert_eq!(gaps(&audio.slice(millis(10), SECOND), -11.0, millis(5)), []);
        // Stopped in its middle.
        let mut generator = Generator::new(&"425@-6".parse().unwrap(), 8000).unwrap();
        let mut out = vec![0; 3000];
        assert_eq!(generator.fill(&mut out[..1003]), 1003);
        generator.end();
        let filled = generator.fill(&mut out[1003..]);
        assert_eq!(filled, 32);
        assert!(generator.is_over());
        let audio = Audio::new(out.iter().map(|s| f32::from(*s) / 32_768.0).collect(), 8000);
        assert!(click(&audio) < -60.0, "{}", click(&audio));
    }

    #[test]
    fn what_a_rate_cannot_carry_is_refused_there() {
        let tone: Tone = "5000/100".parse().unwrap();
        let error = tone.render(8000, SECOND).unwrap_err();
        assert!(error.to_string().contains("8000 samples"), "{error}");
        assert_eq!(tone.render(16_000, millis(50)).unwrap().samples.len(), 800);
        assert!(tone.render(7000, SECOND).is_err());
        assert!(tone.render(96_000, SECOND).is_err());
        assert!(Tone::silence().render(8000, Duration::MAX).is_err());
        assert!(Tone::default().render(8000, SECOND).is_err());
    }

    #[test]
    fn one_sample_steps_do_no_harm() {
        let tone: Tone = "425/1,0/1;5".parse().unwrap();
        assert_eq!(tone.render(8000, SECOND).unwrap().samples.len(), 80);
        let tone = Tone::of(vec![ToneStep::new(Sound::Silence, Duration::from_micros(1001))]).times(2);
        assert_eq!(tone.render(8000, SECOND).unwrap().samples.len(), 16);
    }
}

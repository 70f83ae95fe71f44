//! Hearing keys in the audio: Goertzel filters over short blocks (ITU-T Q.23 tones, limits after Q.24).

use std::f32::consts::TAU;

use crate::pj::PortSink;
use crate::sip::Digit;

const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

/// A block is 12.75 ms: long enough to tell neighbouring tones apart, short enough for tones of 40 ms.
const BLOCKS_PER_SECOND: f32 = 1.0 / 0.01275;
const BLOCK_US: u32 = 12_750;
/// The weaker tone, as part of full scale (−42 dBFS): line noise is below, a quiet phone above.
const WEAKEST: f32 = 0.008;
/// How much stronger than the column the row may be, and the other way round, in power (8 dB, as Q.24 has it for most networks).
const TWIST: f32 = 6.3;
/// How much stronger than the others of its group the tone must be, in power (8 dB).
const PEAK: f32 = 6.3;
/// The share of the block's energy the two tones must hold: speech spreads it.
const SHARE: f32 = 0.7;
/// Blocks in a row that make a key, and that end one.
const HITS: u32 = 2;
const MISSES: u32 = 2;

/// One Goertzel filter.
struct Filter {
    coefficient: f32,
    s1: f32,
    s2: f32,
}

impl Filter {
    fn new(frequency: f32, rate: f32) -> Filter {
        Filter {
            coefficient: 2.0 * (TAU * frequency / rate).cos(),
            s1: 0.0,
            s2: 0.0,
        }
    }

    fn feed(&mut self, sample: f32) {
        let s = sample + self.coefficient * self.s1 - self.s2;
        self.s2 = self.s1;
        self.s1 = s;
    }

    /// The power at its frequency; begins anew.
    fn take(&mut self) -> f32 {
        let power = self.s1 * self.s1 + self.s2 * self.s2 - self.coefficient * self.s1 * self.s2;
        (self.s1, self.s2) = (0.0, 0.0);
        power
    }
}

/// Finds keys in a stream of samples.
pub(crate) struct Detector {
    rows: [Filter; 4],
    columns: [Filter; 4],
    block: usize,
    filled: usize,
    energy: f32,
    /// The key that may be beginning, and for how many blocks.
    candidate: Option<(Digit, u32)>,
    /// The key that is held, for how many blocks, and how many blocks it has been missing.
    held: Option<(Digit, u32, u32)>,
}

impl Detector {
    /// For samples at `rate` Hz.
    pub(crate) fn new(rate: u32) -> Detector {
        let rate = rate as f32;
        Detector {
            rows: ROWS.map(|f| Filter::new(f, rate)),
            columns: COLUMNS.map(|f| Filter::new(f, rate)),
            block: (rate / BLOCKS_PER_SECOND).round() as usize,
            filled: 0,
            energy: 0.0,
            candidate: None,
            held: None,
        }
    }

    /// Takes samples; tells each key when it is released, with the milliseconds it was held.
    pub(crate) fn feed(&mut self, samples: &[i16], mut tell: impl FnMut(Digit, u32)) {
        for sample in samples {
            let sample = f32::from(*sample) / 32768.0;
            self.energy += sample * sample;
            for filter in self.rows.iter_mut().chain(&mut self.columns) {
                filter.feed(sample);
            }
            self.filled += 1;
            if self.filled == self.block {
                let key = self.key();
                self.filled = 0;
                self.energy = 0.0;
                self.judge(key, &mut tell);
            }
        }
    }

    /// The key of the block just filled.
    fn key(&mut self) -> Option<Digit> {
        let rows = self.rows.each_mut().map(Filter::take);
        let columns = self.columns.each_mut().map(Filter::take);
        let strongest = |group: &[f32; 4]| {
            let mut best = 0;
            for n in 1..4 {
                if group[n] > group[best] {
                    best = n;
                }
            }
            best
        };
        let (row, column) = (strongest(&rows), strongest(&columns));
        let (low, high) = (rows[row], columns[column]);
        let size = self.block as f32;
        // A sine of amplitude a has the power (a·n/2)².
        let weakest = (WEAKEST * size / 2.0).powi(2);
        let alone = |group: &[f32; 4], best: usize| (0..4).all(|n| n == best || group[n] * PEAK < group[best]);
        // And the energy a²·n/2: power × 2 ÷ n is that energy.
        let share = (low + high) * 2.0 / size / self.energy.max(f32::MIN_POSITIVE);
        let is_key = low > weakest
            && high > weakest
            && low < high * TWIST
            && high < low * TWIST
            && alone(&rows, row)
            && alone(&columns, column)
            && share > SHARE;
        is_key.then(|| Digit::new(KEYS[row][column])).flatten()
    }

    fn judge(&mut self, key: Option<Digit>, tell: &mut impl FnMut(Digit, u32)) {
        if let Some((digit, blocks, missing)) = &mut self.held {
            if key == Some(*digit) {
                // A hole of one block belongs to the key.
                *blocks += 1 + *missing;
                *missing = 0;
                return;
            }
            *missing += 1;
            if *missing < MISSES {
                return;
            }
            tell(*digit, *blocks * BLOCK_US / 1000);
            self.held = None;
            self.candidate = None;
        }
        self.candidate = match (key, self.candidate) {
            (Some(new), Some((old, count))) if new == old => Some((new, count + 1)),
            (Some(new), _) => Some((new, 1)),
            (None, _) => None,
        };
        if let Some((digit, count)) = self.candidate
            && count >= HITS
        {
            self.held = Some((digit, count, 0));
        }
    }
}

/// A detector as a port of the bridge.
pub(crate) struct Ear<F> {
    detector: Detector,
    tell: F,
}

impl<F: FnMut(Digit, u32) + Send> Ear<F> {
    pub(crate) fn new(rate: u32, tell: F) -> Ear<F> {
        Ear {
            detector: Detector::new(rate),
            tell,
        }
    }
}

impl<F: FnMut(Digit, u32) + Send> PortSink for Ear<F> {
    fn take(&mut self, frame: Option<&[i16]>, samples: usize) {
        /// 20 ms at 48 kHz.
        const SILENCE: [i16; 960] = [0; 960];
        let silence = &SILENCE[..samples.min(SILENCE.len())];
        self.detector.feed(frame.unwrap_or(silence), &mut self.tell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::tone;

    fn heard(samples: &[i16], rate: u32) -> Vec<(char, u32)> {
        let mut found = Vec::new();
        let mut detector = Detector::new(rate);
        for frame in samples.chunks(160) {
            detector.feed(frame, |digit, ms| found.push((digit.as_char(), ms)));
        }
        found
    }

    fn dialled(keys: &str, tone_ms: u32, gap_ms: u32) -> Vec<i16> {
        let keys = keys.chars().map(|c| Digit::new(c).unwrap());
        keys.flat_map(|key| tone::key(key, tone_ms, gap_ms)).collect()
    }

    #[test]
    fn every_key_is_heard_with_its_length() {
        let keys = "1234567890*#ABCD";
        let found = heard(&dialled(keys, 100, 60), tone::RATE);
        assert_eq!(found.iter().map(|f| f.0).collect::<String>(), keys);
        assert!(found.iter().all(|f| (75..=125).contains(&f.1)), "{found:?}");
    }

    #[test]
    fn short_tones_are_heard_too_short_ones_are_not() {
        assert_eq!(heard(&dialled("159", 45, 50), tone::RATE).len(), 3);
        assert_eq!(heard(&dialled("159", 15, 50), tone::RATE), []);
    }

    #[test]
    fn quiet_keys_are_heard_and_noise_does_not_hide_them() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i32 % 200 - 100
        };
        let quiet: Vec<i16> = dialled("7*0", 80, 60)
            .into_iter()
            .map(|s| (i32::from(s) / 20 + noise()) as i16)
            .collect();
        assert_eq!(heard(&quiet, tone::RATE).iter().map(|f| f.0).collect::<String>(), "7*0");
    }

    #[test]
    fn other_rates_do() {
        // Each sample twice: the tones keep their length, and images above do not matter.
        let doubled: Vec<i16> = dialled("42#", 100, 60).into_iter().flat_map(|s| [s, s]).collect();
        assert_eq!(heard(&doubled, 16_000).iter().map(|f| f.0).collect::<String>(), "42#");
    }

    #[test]
    fn speech_is_no_key() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../microsip-cli/assets/speech.wav");
        let speech = crate::read_audio(path).unwrap();
        assert!(speech.samples.len() > 50_000);
        assert_eq!(heard(&speech.samples, speech.rate), []);
    }

    #[test]
    fn a_single_tone_or_noise_is_no_key() {
        let sine: Vec<i16> = (0..8000)
            .map(|n| ((TAU * 941.0 * n as f32 / 8000.0).sin() * 20_000.0) as i16)
            .collect();
        assert_eq!(heard(&sine, 8000), []);
        let mut state = 7_u32;
        let noise: Vec<i16> = (0..80_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as u16 as i16
            })
            .collect();
        assert_eq!(heard(&noise, 8000), []);
    }
}

//! Hearing keys in the audio (ITU-T Q.23 tones, limits of Q.24).
//!
//! Every 5 ms the last 20 ms are looked at under a Hann window. A look sees a key when a row and a column hold most of the energy,
//! neither is much stronger than the other, and both are at their frequency: that is measured, by how far their phase turned since the
//! look before, because 20 ms are too short to see it in the power. Speech passes some looks, but hardly five in a row.

use std::f32::consts::{PI, TAU};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::tones::{COLUMNS, KEYS, ROWS};
use crate::pj::PortSink;
use crate::sip::Digit;

/// Looks per second, and how many make a window.
const LOOKS_PER_SECOND: u32 = 200;
const LOOKS_IN_WINDOW: usize = 4;
/// The weaker tone, as part of full scale (−42 dBFS, −39 dBm0): Q.24 wants −25 dBm heard and −55 dBm not.
const WEAKEST: f32 = 0.008;
/// How much stronger than the column the row may be, and the other way round, in power: 10 dB. Q.24 wants 4 and 8 at least (10 in
/// Australia), and a tone beside its frequency reads up to 1 dB too weak.
const TWIST: f32 = 10.0;
/// How far a tone may be from its frequency: Q.24 wants 1.8 % heard and 3 % not.
const OFF: f32 = 0.024;
/// The share of the window's energy the two tones must hold: speech spreads it.
const SHARE: f32 = 0.72;
/// Below this share of the rows alone there is no need to look at the columns.
const ROWS_SHARE: f32 = 0.08;
/// Looks in a row that make a key: a tone of 40 ms has seven, one of 23 ms four.
const HITS: u32 = 5;
/// Looks without it that end a key: a hole of 10 ms has three, a pause of 40 ms eight.
const MISSES: u32 = 6;
/// How much longer a tone is than its first and last look are apart.
const REST_MS: u32 = 10;

/// Samples that are weighed at once: as many as every processor has lanes for.
const LANES: usize = 4;
/// The rows, or the columns.
const TONES: usize = 4;

/// A point of the Fourier transform under the window. Its phase refers to the window's end.
#[derive(Clone, Copy, Default)]
struct Point {
    re: f32,
    im: f32,
}

impl Point {
    fn power(self) -> f32 {
        self.re * self.re + self.im * self.im
    }

    fn phase(self) -> f32 {
        self.im.atan2(self.re)
    }
}

/// Four frequencies, and what it takes to find them.
struct Bank {
    hz: [f32; TONES],
    /// By how much each turns its phase from look to look.
    turn: [f32; TONES],
    /// For each four samples the weights of each frequency, real and imaginary: window and wave in one. A sum of products can be had
    /// four at a time, where Goertzel's recursion waits for itself: that cost a fifth of a call.
    weights: Vec<[[[f32; LANES]; 2]; TONES]>,
}

impl Bank {
    fn new(tones: [f64; TONES], rate: u32, hop: usize, hann: &[f32]) -> Bank {
        let step = tones.map(|hz| std::f64::consts::TAU * hz / f64::from(rate));
        let weight = |n: usize, step: f64| {
            let angle = step * (hann.len() - n) as f64;
            [angle.cos() as f32 * hann[n], angle.sin() as f32 * hann[n]]
        };
        let weights = (0..hann.len() / LANES).map(|chunk| {
            step.map(|step| {
                let lanes: [[f32; 2]; LANES] = std::array::from_fn(|lane| weight(chunk * LANES + lane, step));
                [lanes.map(|w| w[0]), lanes.map(|w| w[1])]
            })
        });
        Bank {
            hz: tones.map(|hz| hz as f32),
            turn: step.map(|step| (step * hop as f64).rem_euclid(std::f64::consts::TAU) as f32),
            weights: weights.collect(),
        }
    }

    /// The strongest of the four, and which it is.
    fn strongest(&self, samples: &[f32]) -> (usize, Point) {
        let mut sums = [[[0.0; LANES]; 2]; TONES];
        for (samples, weights) in samples.as_chunks::<LANES>().0.iter().zip(&self.weights) {
            for (sums, weights) in sums.iter_mut().zip(weights) {
                for (sums, weights) in sums.iter_mut().zip(weights) {
                    for lane in 0..LANES {
                        sums[lane] += samples[lane] * weights[lane];
                    }
                }
            }
        }
        let mut best = (0, Point::default());
        for (n, [re, im]) in sums.iter().enumerate() {
            let point = Point {
                re: re.iter().sum(),
                im: im.iter().sum(),
            };
            if point.power() > best.1.power() {
                best = (n, point);
            }
        }
        best
    }
}

/// What every detector of a rate needs, once: some 10 KB at 8 kHz.
struct Tables {
    rows: Bank,
    columns: Bank,
    hop: usize,
    rate: f32,
    /// The squares of the Hann window.
    squares: Vec<[f32; LANES]>,
    /// Sum of the Hann window, and of its squares.
    sums: (f32, f32),
}

impl Tables {
    fn new(rate: u32) -> Tables {
        let hop = (rate / LOOKS_PER_SECOND) as usize;
        // Four hops: always whole lanes.
        let size = hop * LOOKS_IN_WINDOW;
        let hann: Vec<f32> = (0..size)
            .map(|n| 0.5 - 0.5 * (TAU * (n as f32 + 0.5) / size as f32).cos())
            .collect();
        Tables {
            rows: Bank::new(ROWS, rate, hop, &hann),
            columns: Bank::new(COLUMNS, rate, hop, &hann),
            hop,
            rate: rate as f32,
            squares: hann.as_chunks().0.iter().map(|w| w.map(|w| w * w)).collect(),
            sums: (hann.iter().sum(), hann.iter().map(|w| w * w).sum()),
        }
    }

    /// Those of a rate, made when they are first asked for.
    fn of(rate: u32) -> Arc<Tables> {
        static KNOWN: Mutex<Vec<(u32, Weak<Tables>)>> = Mutex::new(Vec::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(_, tables)| tables.strong_count() > 0);
        if let Some(tables) = known.iter().find(|(r, _)| *r == rate).and_then(|(_, t)| t.upgrade()) {
            return tables;
        }
        let tables = Arc::new(Tables::new(rate));
        known.push((rate, Arc::downgrade(&tables)));
        tables
    }

    fn size(&self) -> usize {
        self.hop * LOOKS_IN_WINDOW
    }

    fn energy(&self, samples: &[f32]) -> f32 {
        let mut sums = [0.0; LANES];
        for (samples, squares) in samples.as_chunks::<LANES>().0.iter().zip(&self.squares) {
            for lane in 0..LANES {
                sums[lane] += samples[lane] * samples[lane] * squares[lane];
            }
        }
        sums.iter().sum()
    }
}

/// Finds keys in a stream of samples. Allocates only when it is made.
pub(crate) struct Detector {
    tables: Arc<Tables>,
    /// The last samples, twice, a window apart: wherever the newest is, a whole window lies before it in one piece.
    ring: Vec<f32>,
    at: usize,
    /// Samples since the last look.
    fresh: usize,
    /// Row and column of the look before, with their phases.
    before: Option<[(usize, f32); 2]>,
    /// The key that may be beginning, and for how many looks.
    candidate: Option<(Digit, u32)>,
    /// The key that is held, for how many looks, and how many looks it has been missing.
    held: Option<(Digit, u32, u32)>,
}

impl Detector {
    /// For samples at `rate` Hz.
    pub(crate) fn new(rate: u32) -> Detector {
        let tables = Tables::of(rate);
        Detector {
            ring: vec![0.0; 2 * tables.size()],
            tables,
            at: 0,
            fresh: 0,
            before: None,
            candidate: None,
            held: None,
        }
    }

    /// Takes samples; tells each key when it is released, with the milliseconds it was held.
    pub(crate) fn feed(&mut self, mut samples: &[i16], mut tell: impl FnMut(Digit, u32)) {
        let size = self.tables.size();
        while !samples.is_empty() {
            // To the next look at most; that never goes over the ring's end, since looks divide it.
            let (now, later) = samples.split_at(samples.len().min(self.tables.hop - self.fresh));
            for (n, sample) in now.iter().enumerate() {
                let sample = f32::from(*sample) / 32_768.0;
                self.ring[self.at + n] = sample;
                self.ring[self.at + n + size] = sample;
            }
            samples = later;
            self.at = (self.at + now.len()) % size;
            self.fresh += now.len();
            if self.fresh == self.tables.hop {
                self.fresh = 0;
                let key = self.look();
                self.judge(key, &mut tell);
            }
        }
    }

    /// The key in the last 20 ms.
    fn look(&mut self) -> Option<Digit> {
        let tables = &*self.tables;
        let window = &self.ring[self.at..self.at + tables.size()];
        let before = self.before.take();
        let energy = tables.energy(window);
        // A sine of amplitude a has, under the window, the power (a·Σw/2)² and the energy a²·Σw²/2.
        let (sum, squares) = tables.sums;
        let weakest = (WEAKEST * sum / 2.0).powi(2);
        if energy < WEAKEST * WEAKEST * squares {
            return None;
        }
        let share = 2.0 * squares / (sum * sum) / energy;
        let (row, row_point) = tables.rows.strongest(window);
        let low = row_point.power();
        if low < weakest || low * share < ROWS_SHARE {
            return None;
        }
        let (column, column_point) = tables.columns.strongest(window);
        let high = column_point.power();
        let is_pair = high > weakest && low < high * TWIST && high < low * TWIST && (low + high) * share > SHARE;
        if !is_pair {
            return None;
        }
        let found = [(row, row_point.phase()), (column, column_point.phase())];
        self.before = Some(found);
        let off = |bank: &Bank, tone: usize, phase: f32, before: f32| {
            let turned = (phase - before - bank.turn[tone] + PI).rem_euclid(TAU) - PI;
            turned / TAU * tables.rate / tables.hop as f32 / bank.hz[tone]
        };
        // Without a look before that saw the same there is nothing to measure by: in favour of the tone.
        let is_key = match before {
            Some([(r, row_before), (c, column_before)]) if (r, c) == (row, column) => {
                off(&tables.rows, row, found[0].1, row_before).abs() < OFF
                    && off(&tables.columns, column, found[1].1, column_before).abs() < OFF
            }
            _ => true,
        };
        is_key.then(|| Digit::new(KEYS[row][column])).flatten()
    }

    fn judge(&mut self, key: Option<Digit>, tell: &mut impl FnMut(Digit, u32)) {
        let hop_ms = 1000 / LOOKS_PER_SECOND;
        if let Some((digit, looks, missing)) = &mut self.held {
            if key == Some(*digit) {
                // A hole belongs to the key.
                *looks += 1 + *missing;
                *missing = 0;
                return;
            }
            *missing += 1;
            if *missing < MISSES {
                return;
            }
            tell(*digit, (*looks - 1) * hop_ms + REST_MS);
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
    use std::time::Duration;

    use microsip_testkit::audio::{self, Audio, white_noise};
    use microsip_testkit::speech::{Voice, say};

    use super::*;

    const ALL: &str = "1234567890*#ABCD";

    fn heard(audio: &Audio) -> Vec<(char, u32)> {
        let mut found = Vec::new();
        let mut detector = Detector::new(audio.rate_hz);
        let samples: Vec<i16> = audio
            .samples
            .iter()
            .map(|s| (s * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16)
            .collect();
        for frame in samples.chunks(audio.rate_hz as usize / 50) {
            detector.feed(frame, |digit, ms| found.push((digit.as_char(), ms)));
        }
        found
    }

    fn keys(audio: &Audio) -> String {
        heard(audio).iter().map(|f| f.0).collect()
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn silence(length: u64) -> Audio {
        Audio::silence(ms(length), 8000)
    }

    fn dialled(keys: &str, on: u64, off: u64) -> Audio {
        // Not in step with the looks.
        let begin = Audio::silence(Duration::from_micros(1_625), 8000);
        begin
            .then(&audio::dtmf(keys, ms(on), ms(off), -12.0, 8000))
            .then(&silence(60))
    }

    /// Two tones of their own level and frequency.
    fn pair(low: (f64, f64), high: (f64, f64), length: u64) -> Audio {
        let low = audio::tone(low.0, low.1, ms(length), 8000);
        low.mixed(&audio::tone(high.0, high.1, ms(length), 8000))
    }

    /// Once each: by frequency of row and column.
    fn each(mut make: impl FnMut(f64, f64) -> Audio) -> String {
        let mut all = silence(30);
        for (n, row) in ROWS.iter().enumerate() {
            for (m, column) in COLUMNS.iter().enumerate() {
                // Not all at the same place of a look.
                all = all
                    .then(&make(*row, *column))
                    .then(&silence(60 + (n * 4 + m) as u64 % 5));
            }
        }
        keys(&all.then(&silence(60)))
    }

    const IN_ORDER: &str = "123A456B789C*0#D";

    #[test]
    fn every_key_is_heard_with_its_length_at_any_rate() {
        for rate in [8000, 16_000, 32_000, 48_000] {
            for length in [40, 70, 100, 500] {
                let found = heard(&dialled(ALL, length, 60).resampled(rate));
                assert_eq!(
                    found.iter().map(|f| f.0).collect::<String>(),
                    ALL,
                    "{length} ms at {rate}"
                );
                let near = |f: &(char, u32)| (i64::from(f.1) - length as i64).abs() <= 8;
                assert!(found.iter().all(near), "{length} ms at {rate}: {found:?}");
            }
        }
    }

    #[test]
    fn lengths_and_pauses_are_told_apart_as_q_24_wants() {
        // 40 ms are a key, 23 ms none (Q.24: 40 and 23 or 24).
        for shift in 0..10 {
            let begin = Audio::silence(Duration::from_micros(shift * 500), 8000);
            assert_eq!(keys(&begin.clone().then(&dialled("159D", 40, 40))), "159D", "{shift}");
            assert_eq!(keys(&begin.then(&dialled("159D", 23, 40))), "", "{shift}");
        }
        // 40 ms part two equal keys; a hole of 10 ms does not part one.
        assert_eq!(keys(&dialled("5555", 40, 40)), "5555");
        let broken = dialled("5", 50, 10);
        let broken = broken.slice(Duration::ZERO, ms(60)).then(&dialled("5", 50, 10));
        assert_eq!(heard(&broken).len(), 1);
        // Ten keys a second and more: 93 ms from one to the next.
        assert_eq!(keys(&dialled(ALL, 45, 48)), ALL);
    }

    #[test]
    fn frequencies_are_told_apart_as_q_24_wants() {
        for percent in [-1.8, -1.5, 1.5, 1.8] {
            let by = 1.0 + percent / 100.0;
            assert_eq!(
                each(|l, h| pair((l * by, -12.0), (h * by, -12.0), 60)),
                IN_ORDER,
                "{percent} %"
            );
            assert_eq!(
                each(|l, h| pair((l * by, -12.0), (h / by, -12.0), 60)),
                IN_ORDER,
                "{percent} %"
            );
        }
        for percent in [-3.5, -3.0, 3.0, 3.5] {
            let by = 1.0 + percent / 100.0;
            assert_eq!(
                each(|l, h| pair((l * by, -12.0), (h, -12.0), 100)),
                "",
                "row by {percent} %"
            );
            assert_eq!(
                each(|l, h| pair((l, -12.0), (h * by, -12.0), 100)),
                "",
                "column by {percent} %"
            );
        }
    }

    #[test]
    fn levels_and_twist_are_taken_as_q_24_wants() {
        // dBm0 are 3.14 dB more than dBFS (G.711, A-law).
        let dbfs = |dbm0: f64| dbm0 - 314.0 / 100.0;
        for dbm0 in [-6.2, -10.0, -25.0, -35.0] {
            let level = dbfs(dbm0);
            assert_eq!(each(|l, h| pair((l, level), (h, level), 60)), IN_ORDER, "{dbm0} dBm0");
        }
        for dbm0 in [-45.0, -55.0] {
            let level = dbfs(dbm0);
            assert_eq!(each(|l, h| pair((l, level), (h, level), 60)), "", "{dbm0} dBm0");
        }
        // Column 4 dB above the row, row 8 dB above the column; and with the frequencies off besides.
        for (low, high) in [(-16.0, -12.0), (-12.0, -19.6), (-19.6, -12.0)] {
            assert_eq!(each(|l, h| pair((l, low), (h, high), 60)), IN_ORDER, "{low} and {high}");
            assert_eq!(
                each(|l, h| pair((l * 1.015, low), (h * 0.985, high), 60)),
                IN_ORDER,
                "{low} and {high}"
            );
        }
        assert_eq!(each(|l, h| pair((l, -12.0), (h, -24.0), 60)), "");
    }

    #[test]
    fn noise_does_not_hide_keys() {
        // 15 dB below each of the two tones: Q.24 names no ratio; trunk tests use 15 dB and more.
        let mut missed = 0;
        for seed in 0..8 {
            let audio = dialled(ALL, 60, 60);
            let noise = white_noise(-27.0, audio.duration(), 8000, seed);
            missed += 16 - keys(&audio.mixed(&noise)).len();
        }
        assert_eq!(missed, 0, "of 128");
    }

    #[test]
    fn an_echo_does_not_hide_keys() {
        // Q.24: echoes delayed by up to 20 ms and 10 dB down or more.
        let audio = dialled(ALL, 60, 60);
        let echo = silence(20).then(&audio.clone().gained(-10.0));
        assert_eq!(keys(&audio.mixed(&echo)), ALL);
    }

    #[test]
    fn g_711_does_not_hide_keys() {
        let coded = |audio: Audio| {
            let samples = audio.samples.iter().map(|s| {
                // µ-law as a curve with 8 bits: companded, rounded, expanded.
                let y = s.signum() * (1.0 + 255.0 * s.abs()).ln() / 256_f32.ln();
                let y = (y * 127.0).round() / 127.0;
                y.signum() * (256_f32.powf(y.abs()) - 1.0) / 255.0
            });
            Audio::new(samples.collect(), 8000)
        };
        for level in [-9.0, -28.0] {
            let audio = audio::dtmf(ALL, ms(50), ms(50), level, 8000).then(&silence(60));
            assert_eq!(keys(&coded(audio)), ALL);
        }
    }

    #[test]
    fn speech_is_no_key() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../microsip-cli/assets/speech.wav");
        assert_eq!(heard(&Audio::read_wav(path).unwrap()), []);
        // Other voices, fast and slow, high and low: minutes of them.
        let text = "The quick brown fox jumps over the lazy dog. Please hold the line, your call is important to us. \
                    Numbers: zero one two three four five six seven eight nine. Would you like to leave a message after the tone? \
                    Meine Damen und Herren, bitte bleiben Sie am Apparat. Aeiou, mama, lululu, nineteen ninety nine.";
        let mut spoken = Duration::ZERO;
        for name in [
            "en-gb",
            "en-us+f3",
            "de",
            "en-gb+m7",
            "fr+f2",
            "es+m3",
            "en-us+whisper",
            "it+f5",
        ] {
            for words_per_minute in [120, 175, 260] {
                let voice = Voice {
                    name: name.into(),
                    words_per_minute,
                    rate_hz: 8000,
                    ..Voice::default()
                };
                let speech = say(text, &voice).unwrap();
                spoken += speech.duration();
                assert_eq!(heard(&speech), [], "{name} at {words_per_minute}");
            }
        }
        assert!(spoken > Duration::from_secs(300), "{spoken:?}");
    }

    #[test]
    fn keys_are_heard_behind_and_before_speech() {
        let voice = Voice {
            rate_hz: 8000,
            ..Voice::default()
        };
        let speech = say("Press one", &voice).unwrap();
        let audio = speech
            .clone()
            .then(&silence(40))
            .then(&dialled("1", 80, 60))
            .then(&speech);
        assert_eq!(keys(&audio), "1");
    }

    #[test]
    fn a_single_tone_or_noise_is_no_key() {
        for hz in ROWS.into_iter().chain(COLUMNS).chain([425.0, 1100.0, 2100.0]) {
            assert_eq!(heard(&audio::tone(hz, -6.0, ms(1000), 8000)), [], "{hz}");
        }
        for seed in 0..3 {
            assert_eq!(heard(&white_noise(-10.0, Duration::from_secs(20), 8000, seed)), []);
        }
        // Progress tones of two frequencies.
        for (low, high) in [(350.0, 440.0), (480.0, 620.0), (1400.0, 2060.0)] {
            assert_eq!(heard(&pair((low, -16.0), (high, -16.0), 1000)), []);
        }
    }
}

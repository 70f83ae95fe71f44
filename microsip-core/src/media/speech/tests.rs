//! How well speech is found: synthetic speech of several voices with pauses of known length, alone and in noise.

use std::time::Duration;

use microsip_testkit::audio::{Audio, dtmf, tone, white_noise};
use microsip_testkit::speech::{Voice, say};

use super::detector::{Detector, Edge, Tuning};
use super::*;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn edges(audio: &Audio) -> Vec<Edge> {
    let options = SpeechOptions::default();
    let mut detector = Detector::new(Tuning {
        threshold: options.threshold,
        hangover: options.hangover,
    });
    let samples = audio.resampled(RATE).samples;
    let samples: Vec<i16> = samples
        .iter()
        .map(|s| (s * 32_767.0).clamp(-32_768.0, 32_767.0) as i16)
        .collect();
    let mut found = Vec::new();
    for frame in samples.chunks(320) {
        detector.feed(frame, |edge| found.push(edge));
    }
    found
}

/// Through the telephone: 8 kHz, µ-law.
fn g711(audio: &Audio) -> Audio {
    let coded = |s: &f32| {
        let y = s.signum() * (1.0 + 255.0 * s.abs()).ln() / 256_f32.ln();
        let y = (y * 127.0).round() / 127.0;
        y.signum() * (256_f32.powf(y.abs()) - 1.0) / 255.0
    };
    let narrow = audio.resampled(8000);
    Audio::new(narrow.samples.iter().map(coded).collect(), 8000).resampled(RATE)
}

/// Noise with less of the high frequencies, as rooms and cars have.
fn room(level: f64, length: Duration) -> Audio {
    let mut y = 0.0;
    let white = white_noise(-20.0, length, RATE, 5);
    let brown = white.samples.iter().map(|x| {
        y = 0.95 * y + 0.3 * x;
        y
    });
    let brown = Audio::new(brown.collect(), RATE);
    let gain = level - brown.rms_dbfs();
    brown.gained(gain)
}

/// Utterances with silence between them, where each is, and the level of what is spoken.
struct Material {
    audio: Audio,
    spoken: Vec<(usize, usize)>,
    level: f64,
}

impl Material {
    fn new() -> Material {
        let mut made = Material {
            audio: Audio::silence(ms(900), RATE),
            spoken: Vec::new(),
            level: 0.0,
        };
        let mut voiced = Vec::new();
        let texts = [
            "Hello, this is Anna speaking",
            "I would like to order two tickets",
            "yes",
            "six seven eight",
            "Please call me back tomorrow morning",
            "how are you",
        ];
        for (n, name) in ["en-gb", "en-us+f3", "de", "en-gb+m7", "fr+f2"].into_iter().enumerate() {
            for (m, text) in texts.into_iter().enumerate() {
                let voice = Voice {
                    name: name.into(),
                    rate_hz: RATE,
                    peak_dbfs: -6.0,
                    ..Voice::default()
                };
                let speech = say(text, &voice).unwrap();
                let (first, last) = span(&speech.samples, 10_f32.powf(-46.0 / 20.0));
                let base = made.audio.samples.len();
                voiced.extend_from_slice(&speech.samples[first..last]);
                made.spoken.push((base + first, base + last));
                let pause = Audio::silence(ms(700 + (n as u64 * 97 + m as u64 * 61) % 400), RATE);
                made.audio = made.audio.then(&speech).then(&pause);
            }
        }
        made.level = Audio::new(voiced, RATE).rms_dbfs();
        made
    }

    /// Where the utterances stand out of noise of this level, in the band given.
    fn audible(&self, noise: Option<f64>, narrow: bool) -> Vec<(usize, usize)> {
        let Some(noise) = noise else { return self.spoken.clone() };
        let audio = if narrow {
            self.audio.resampled(8000).resampled(RATE)
        } else {
            self.audio.clone()
        };
        // The RMS of 5 ms against a sine's peak.
        let limit = 10_f32.powf(noise as f32 / 20.0) / std::f32::consts::SQRT_2;
        let part = |(from, to): &(usize, usize)| {
            let rms = |at: usize| (audio.samples[at..at + 80].iter().map(|s| s * s).sum::<f32>() / 80.0).sqrt();
            let loud: Vec<usize> = (*from..*to).step_by(80).filter(|at| rms(*at) > limit).collect();
            (loud[0], loud[loud.len() - 1] + 80)
        };
        self.spoken.iter().map(part).collect()
    }
}

/// The first sample above a level, and the one after the last, in steps of 5 ms.
fn span(samples: &[f32], above: f32) -> (usize, usize) {
    let loud = |at: &usize| {
        samples[*at..(*at + 80).min(samples.len())]
            .iter()
            .any(|s| s.abs() > above)
    };
    let all: Vec<usize> = (0..samples.len()).step_by(80).filter(loud).collect();
    (all[0], (all[all.len() - 1] + 80).min(samples.len()))
}

/// Errors in ms, sorted.
struct Errors(Vec<f64>);

impl Errors {
    fn new(mut errors: Vec<f64>) -> Errors {
        errors.sort_by(f64::total_cmp);
        Errors(errors)
    }

    fn at(&self, share: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * share).round() as usize]
    }
}

impl std::fmt::Display for Errors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d, e] = [0.0, 0.05, 0.5, 0.95, 1.0].map(|share| self.at(share));
        write!(f, "{a:5.0} {b:5.0} {c:5.0} {d:5.0} {e:5.0}")
    }
}

/// What was found of it: every utterance once, its edges this far off; how many of all edges are further off than 100 ms.
fn report(name: &str, found: &[Edge], truth: &[(usize, usize)]) -> usize {
    let (mut starts, mut ends, mut told_starts, mut told_ends) = (vec![], vec![], vec![], vec![]);
    let to_ms = |found: u64, truth: usize| (found as f64 - truth as f64) / 16.0;
    assert_eq!(
        found.len(),
        2 * truth.len(),
        "{name}: each utterance has a beginning and an end: {found:?} {truth:?}"
    );
    for (pair, (from, to)) in found.chunks(2).zip(truth) {
        assert!(pair[0].speaking && !pair[1].speaking, "{name}");
        starts.push(to_ms(pair[0].at, *from));
        ends.push(to_ms(pair[1].at, *to));
        told_starts.push(to_ms(pair[0].told, *from));
        told_ends.push(to_ms(pair[1].told, *to));
    }
    let off = starts.iter().chain(&ends).filter(|e| e.abs() > 100.0).count();
    let [starts, ends, told_starts, told_ends] = [starts, ends, told_starts, told_ends].map(Errors::new);
    println!(
        "{name:>18} | start {starts} | end {ends} | start told {told_starts} | end told {told_ends} | beyond 100 ms {off}"
    );
    assert!(
        told_starts.at(0.5) < 150.0 && told_starts.at(1.0) < 500.0,
        "{name}: {told_starts}"
    );
    off
}

/// Errors in ms as least, 5 %, median, 95 %, most.
#[test]
fn edges_are_within_100_ms_of_the_truth() {
    let material = Material::new();
    let all = 2 * material.spoken.len();
    let mut beyond = 0;
    for narrow in [false, true] {
        let through = |audio: &Audio| if narrow { g711(audio) } else { audio.clone() };
        let name = if narrow { "G.711" } else { "16 kHz" };
        let found = edges(&through(&material.audio));
        assert_eq!(report(name, &found, &material.spoken), 0, "without noise every edge is");
        for snr in [20.0, 15.0, 10.0] {
            let length = material.audio.duration();
            let level = material.level - snr;
            for (kind, noise) in [
                ("white", white_noise(level, length, RATE, 3)),
                ("room", room(level, length)),
            ] {
                let found = edges(&through(&material.audio.clone().mixed(&noise)));
                let truth = material.audible(Some(level), narrow);
                let off = report(&format!("{name} {kind} {snr} dB"), &found, &truth);
                assert!(off * 10 <= all, "{name} {kind} {snr}: {off} of {all} edges");
                beyond += off;
            }
        }
    }
    assert!(beyond * 100 <= all * 14 * 3, "{beyond} of {} edges", all * 14);
}

#[test]
fn soft_speech_is_found() {
    let material = Material::new();
    let found = edges(&g711(&material.audio.clone().gained(-18.0)));
    let truth = material.audible(Some(-46.0), true);
    assert!(report("18 dB softer", &found, &truth) * 10 <= found.len());
}

fn cadence(hz: &[f64], level: f64, on: u64, off: u64) -> Audio {
    let mut all = Audio::silence(ms(500), RATE);
    for _ in 0..5 {
        let sound = hz.iter().fold(Audio::silence(ms(on), RATE), |sum, hz| {
            sum.mixed(&tone(*hz, level, ms(on), RATE))
        });
        all = all.then(&sound).then(&Audio::silence(ms(off), RATE));
    }
    all
}

#[test]
fn tones_and_keys_are_no_speech() {
    for level in [-12.0, -25.0] {
        for (name, hz, on, off) in [
            ("dial", &[350.0, 440.0][..], 3000, 100),
            ("busy us", &[480.0, 620.0], 500, 500),
            ("ringback us", &[440.0, 480.0], 2000, 1000),
            ("ringback uk", &[400.0, 450.0], 400, 200),
            ("busy de", &[425.0], 480, 480),
            ("congestion", &[425.0], 200, 200),
            ("fax calls", &[1100.0], 500, 3000),
            ("fax answers", &[2100.0], 3000, 100),
            ("beep", &[1000.0], 300, 1000),
        ] {
            let audio = cadence(hz, level, on, off);
            assert_eq!(edges(&audio), [], "{name} at {level}");
            assert_eq!(edges(&g711(&audio)), [], "{name} at {level} by G.711");
            let noisy = audio.clone().mixed(&room(level - 25.0, audio.duration()));
            assert_eq!(edges(&g711(&noisy)), [], "{name} at {level} in noise");
        }
        for length in [60, 100, 500] {
            let keys = dtmf("1234567890*#ABCD", ms(length), ms(80), level, RATE);
            assert_eq!(edges(&g711(&keys)), [], "keys of {length} ms at {level}");
        }
    }
    for text in [
        "400*25/400,0/200,400*25/400,0/2000",
        "400*16/1000,0/2000",
        "950/330,1400/330,1800/330,0/1000",
    ] {
        let tone: crate::Tone = text.parse().unwrap();
        let pcm = tone.render(RATE, Duration::from_secs(10)).unwrap();
        let audio = Audio::new(pcm.samples.iter().map(|s| f32::from(*s) / 32_768.0).collect(), RATE);
        assert_eq!(edges(&g711(&audio)), [], "{text}");
    }
}

#[test]
fn steady_noise_and_silence_are_no_speech() {
    let length = Duration::from_secs(20);
    for level in [-30.0, -38.0, -45.0, -60.0] {
        for audio in [white_noise(level, length, RATE, 9), room(level, length)] {
            assert_eq!(edges(&audio), [], "{level}");
            // From one moment to the next; louder than this it is taken for speech for a moment.
            if level < -35.0 {
                assert_eq!(edges(&Audio::silence(ms(500), RATE).then(&audio)), [], "{level} begins");
            }
        }
    }
    assert_eq!(edges(&Audio::silence(length, RATE)), []);
}

#[test]
fn speech_is_found_when_nothing_was_before_it_and_nothing_comes_behind() {
    let voice = Voice {
        rate_hz: RATE,
        ..Voice::default()
    };
    let speech = say("Good morning, what can I do for you", &voice).unwrap();
    let (first, last) = span(&speech.samples, 0.02);
    let only = Audio::new(speech.samples[first..last].to_vec(), RATE);
    let found = edges(&only);
    assert_eq!(found.len(), 1);
    assert!(found[0].speaking && found[0].at < 100 * 16, "{found:?}");
    // The end is told the hangover after it.
    let found = edges(&only.clone().then(&Audio::silence(ms(600), RATE)));
    assert_eq!(found.len(), 2);
    let late = (found[1].told as i64 - only.samples.len() as i64) / 16;
    assert!((250..500).contains(&late), "{late} ms");
}

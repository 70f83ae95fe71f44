//! Tones of all countries, faxes and beeps, alone, through the telephone and in noise; speech is none of them.

use std::time::Duration;

use microsip_testkit::audio::{Audio, dtmf, tone, white_noise};
use microsip_testkit::speech::{Voice, say};

use super::hearer::{Found, Hearer};
use super::*;
use crate::Tone;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn heard(country: &str, audio: &Audio) -> Vec<Found> {
    let mut hearer = Hearer::new(country.parse().unwrap());
    let samples = audio.resampled(RATE).samples;
    let samples: Vec<i16> = samples
        .iter()
        .map(|s| (s * 32_767.0).clamp(-32_768.0, 32_767.0) as i16)
        .collect();
    let mut found = Vec::new();
    for frame in samples.chunks(320) {
        hearer.feed(frame, |f| found.push(f));
    }
    found
}

fn names(country: &str, audio: &Audio) -> Vec<&'static str> {
    heard(country, audio).iter().map(|f| f.tone.name()).collect()
}

fn rendered(tone: &Tone, seconds: u64) -> Audio {
    let pcm = tone.render(8000, Duration::from_secs(seconds)).unwrap();
    let samples = pcm.samples.iter().map(|s| f32::from(*s) / 32_768.0);
    Audio::silence(ms(230), 8000).then(&Audio::new(samples.collect(), 8000))
}

#[test]
fn the_tones_of_every_country_are_told_apart() {
    let mut wrong = Vec::new();
    for country in Country::all() {
        for kind in [
            ToneKind::Dial,
            ToneKind::Ringback,
            ToneKind::Busy,
            ToneKind::Congestion,
            ToneKind::SpecialInformation,
        ] {
            let tone = country.tone(kind).unwrap();
            let expected = match (country.code(), kind) {
                // The same, but for its level (Australia), or beginning as the other does (Spain).
                ("au" | "es" | "hu" | "jp" | "mx" | "pl", ToneKind::Congestion) => "busy",
                _ => kind.name(),
            };
            let audio = rendered(&tone, 8);
            let noise = white_noise(audio.rms_dbfs() - 25.0, audio.duration(), 8000, 7);
            let noisy = ["us", "uk", "de", "jp", "in", "it", "tr", "za"].contains(&country.code());
            let noisy = noisy.then(|| ("in noise", audio.clone().mixed(&noise)));
            for (how, audio) in [("alone", audio)].into_iter().chain(noisy) {
                let got = names(country.code(), &audio);
                if got != [expected] {
                    wrong.push(format!("{} {kind} {how}: {got:?}", country.code()));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_tone_is_told_soon_and_with_its_beginning() {
    for (code, kind, within_ms) in [
        ("us", ToneKind::Busy, 2000),
        ("us", ToneKind::Ringback, 3700),
        ("uk", ToneKind::Ringback, 2200),
        ("de", ToneKind::Congestion, 1000),
        ("us", ToneKind::SpecialInformation, 1300),
    ] {
        let tone = code.parse::<Country>().unwrap().tone(kind).unwrap();
        let found = heard(code, &rendered(&tone, 8))[0];
        let begin = found.at as f64 / 16.0;
        assert!((begin - 230.0).abs() < 40.0, "{code} {kind}: {begin} ms");
        assert!(found.told / 16 - found.at / 16 < within_ms, "{code} {kind}: {found:?}");
    }
}

#[test]
fn faxes_are_told() {
    let calling: Tone = "1100/500,0/3000".parse().unwrap();
    assert_eq!(names("us", &rendered(&calling, 9)), ["fax_calling"]);
    let off: Tone = "1130/540,0/3000".parse().unwrap();
    assert_eq!(names("us", &rendered(&off, 4)), ["fax_calling"]);
    let answer: Tone = "2100/3000,0/500;1".parse().unwrap();
    assert_eq!(names("de", &rendered(&answer, 4)), ["fax_answer"]);
    // ANSam (V.8): modulated by 15 Hz.
    let ansam: Tone = "2100*15%20/3000,0/500;1".parse().unwrap();
    assert_eq!(names("de", &rendered(&ansam, 4)), ["fax_answer"]);
}

#[test]
fn beeps_behind_a_greeting_are_told() {
    let voice = Voice {
        rate_hz: 8000,
        ..Voice::default()
    };
    let greeting = say("Please leave a message after the tone", &voice).unwrap();
    for hz in [480.0, 800.0, 1000.0, 1400.0, 1850.0] {
        let audio = greeting
            .clone()
            .then(&Audio::silence(ms(300), 8000))
            .then(&tone(hz, -15.0, ms(400), 8000))
            .then(&Audio::silence(ms(900), 8000));
        let found = heard("de", &audio);
        assert_eq!(found.len(), 1, "{hz}: {found:?}");
        let HeardTone::Beep { frequency_hz } = found[0].tone else {
            panic!("{found:?}")
        };
        assert!((f64::from(frequency_hz) - hz).abs() < 8.0, "{hz}: {frequency_hz}");
    }
}

#[test]
fn speech_noise_and_keys_are_none_of_them() {
    let text = "Please hold the line, your call is important to us. Nineteen ninety nine, mama, lululu. \
                Meine Damen und Herren, bitte bleiben Sie am Apparat.";
    for name in ["en-gb", "en-us+f3", "de", "fr+f2", "en-us+m3"] {
        let voice = Voice {
            name: name.into(),
            rate_hz: 8000,
            ..Voice::default()
        };
        let speech = say(text, &voice).unwrap();
        for code in ["us", "de", "uk", "jp"] {
            assert_eq!(heard(code, &speech), [], "{name} {code}");
        }
    }
    assert_eq!(heard("us", &white_noise(-20.0, Duration::from_secs(20), 8000, 1)), []);
    assert_eq!(heard("us", &dtmf("1234567890*#", ms(150), ms(350), -12.0, 8000)), []);
}

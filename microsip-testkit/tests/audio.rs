//! Audio measured on speech and on signals whose properties are known.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use std::path::PathBuf;
use std::time::Duration;

use microsip_testkit::Deadline;
use microsip_testkit::audio::{
    Audio, SILENCE_DBFS, compare, detect_dtmf, detect_tones, dtmf, gaps, tone, tone_level, white_noise,
};
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::Spec;
use microsip_testkit::speech::{Voice, say};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The speech that `microsip demo` plays.
fn speech() -> Audio {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav");
    Audio::read_wav(path).unwrap()
}

/// G.711 µ-law and back, by its formula (ITU-T G.711, continuous form quantised to 8 bits).
fn through_g711(audio: &Audio) -> Audio {
    let mu = 255.0_f32;
    let samples = audio.samples.iter().map(|s| {
        let y = s.signum() * (1.0 + mu * s.abs()).ln() / (1.0 + mu).ln();
        let q = (y * 127.0).round() / 127.0;
        q.signum() * ((1.0 + mu).powf(q.abs()) - 1.0) / mu
    });
    Audio::new(samples.collect(), audio.rate_hz)
}

/// Played by a clock that runs slower by `ppm`.
fn with_drift(audio: &Audio, ppm: f64) -> Audio {
    let step = 1.0 / (1.0 + ppm * 1e-6);
    let count = (audio.samples.len() as f64 / step) as usize - 2;
    let samples = (0..count).map(|i| {
        let at = i as f64 * step;
        let (index, part) = (at as usize, at.fract() as f32);
        audio.samples[index] * (1.0 - part) + audio.samples[index + 1] * part
    });
    Audio::new(samples.collect(), audio.rate_hz)
}

#[test]
fn the_demo_speech_is_as_its_readme_says() {
    let audio = speech();
    assert_eq!(audio.rate_hz, 16_000);
    assert!((5.0..8.0).contains(&audio.duration().as_secs_f64()));
    assert!((audio.peak_dbfs() + 3.0).abs() < 0.3, "{}", audio.peak_dbfs());
    assert!(audio.rms_dbfs() > -25.0);
}

#[test]
fn a_copy_matches_wholly() {
    let m = compare(&speech(), &speech());
    assert!(m.correlation > 0.9999, "{m}");
    assert_eq!((m.delay_samples, m.coverage), (0, 1.0), "{m}");
    assert!(m.level_db.abs() < 0.01 && m.snr_db.unwrap() > 60.0, "{m}");
    assert!(m.segments.len() > 15);
}

#[test]
fn delay_gain_and_noise_are_measured() {
    let speech = speech();
    let late = Audio::silence(ms(345), 16_000).then(&speech).gained(-6.0);
    let noise = white_noise(late.rms_dbfs() - 20.0, late.duration(), 16_000, 7);
    let m = compare(&speech, &late.mixed(&noise));
    assert!((m.delay_secs() - 0.345).abs() < 0.0005, "{m}");
    assert!((m.level_db + 6.0).abs() < 0.3, "{m}");
    assert_eq!(m.coverage, 1.0, "{m}");
    assert!(m.correlation > 0.97 && m.correlation < 0.9999, "{m}");
    // A fifth of the noise lies in the band... 3.2 of 8 kHz: 20 dB + 4 dB, a little less for what speech has outside.
    assert!((19.0..28.0).contains(&m.snr_db.unwrap()), "{m}");
}

#[test]
fn a_recording_that_lacks_the_beginning_has_negative_delay_and_less_coverage() {
    let speech = speech();
    let cut = speech.slice(ms(1500), Duration::from_secs(60));
    let m = compare(&speech, &cut);
    assert!((m.delay_secs() + 1.5).abs() < 0.001, "{m}");
    assert!(m.coverage > 0.6 && m.coverage < 0.85, "{m}");
    assert!(m.correlation > 0.999, "{m}");
    assert!(m.missing().iter().all(|start| *start < ms(1500)), "{:?}", m.missing());
    assert_eq!(m.delay(), Duration::ZERO);
}

#[test]
fn a_gap_shows_as_missing_segments() {
    let speech = speech();
    let mut holed = speech.clone();
    holed.samples[32_000..48_000].fill(0.0);
    let m = compare(&speech, &holed);
    assert!(m.coverage > 0.6 && m.coverage < 0.9, "{m}");
    assert!(m.correlation > 0.95, "{m}");
    for start in m.missing() {
        assert!(start > ms(1500) && start < ms(3000), "{start:?}");
    }
    let found = gaps(&holed, -60.0, ms(500));
    assert!(
        found
            .iter()
            .any(|g| g.start <= ms(2010) && g.start + g.length >= ms(2990)),
        "{found:?}"
    );
}

#[test]
fn a_jump_of_the_delay_costs_no_more_than_the_segment_it_is_in() {
    let speech = speech();
    let first = speech.slice(Duration::ZERO, ms(2500));
    let jumped = first
        .then(&Audio::silence(ms(60), 16_000))
        .then(&speech.slice(ms(2500), Duration::from_secs(60)));
    let m = compare(&speech, &jumped);
    assert!(m.coverage > 0.85, "{m}");
    let (a, b) = (
        m.segments.first().unwrap().delay_samples,
        m.segments.last().unwrap().delay_samples,
    );
    assert!((b - a - 960.0).abs() < 1.0, "{a} {b}");
}

#[test]
fn drift_is_measured_and_does_not_spoil_the_match() {
    let m = compare(&speech(), &with_drift(&speech(), 150.0));
    assert!(m.correlation > 0.98 && m.coverage > 0.98, "{m}");
    assert!((m.drift_ppm.unwrap() - 150.0).abs() < 30.0, "{:?}", m.drift_ppm);
}

#[test]
fn g711_at_8_khz_matches_the_16_khz_original() {
    let coded = through_g711(&speech().resampled(8000));
    let m = compare(&speech(), &Audio::silence(ms(120), 8000).then(&coded));
    assert!(m.correlation > 0.98 && m.coverage == 1.0, "{m}");
    assert!((m.delay_secs() - 0.12).abs() < 0.0005, "{m}");
    assert!(m.level_db.abs() < 0.2, "{m}");
}

#[test]
fn gsm_full_rate_matches() {
    let dir = TestDir::new("gsm").unwrap();
    let (wav, gsm, back) = (dir.join("a.wav"), dir.join("a.gsm"), dir.join("b.wav"));
    speech().resampled(8000).write_wav(&wav).unwrap();
    for (from, format, to) in [
        (&wav, &["-t", "gsm"][..], &gsm),
        (&gsm, &["-e", "signed-integer", "-b", "16"], &back),
    ] {
        let sox = Spec::installed("sox", "sox").unwrap().arg(from).args(format).arg(to);
        let (status, output) = sox.run(Deadline::secs(20)).unwrap();
        assert!(status.success(), "{output}");
    }
    let m = compare(&speech(), &Audio::read_wav(&back).unwrap());
    println!("{m}");
    assert!(m.correlation > 0.85 && m.coverage > 0.95, "{m}");
    assert!(m.delay_secs().abs() < 0.002, "{m}");
}

#[test]
fn what_is_not_the_reference_is_not_found() {
    let speech = speech();
    let reversed = Audio::new(speech.samples.iter().rev().copied().collect(), speech.rate_hz);
    for (name, other) in [
        ("silence", Audio::silence(speech.duration(), 16_000)),
        ("noise", white_noise(-20.0, speech.duration(), 16_000, 3)),
        ("tone", tone(440.0, -10.0, speech.duration(), 16_000)),
        ("reversed", reversed),
        ("nothing", Audio::new(Vec::new(), 16_000)),
    ] {
        let m = compare(&speech, &other);
        assert!(m.coverage < 0.1, "{name}: {m}");
    }
    let m = compare(&Audio::silence(ms(1000), 8000), &speech);
    assert_eq!((m.coverage, m.segments.len()), (0.0, 0));
}

#[test]
fn another_sentence_of_the_same_voice_is_not_found() {
    let other = say(
        "Seven swans were swimming slowly over the silent lake, and nobody said a word.",
        &Voice::default(),
    )
    .unwrap();
    assert!((other.peak_dbfs() + 3.0).abs() < 0.1);
    assert!(other.duration() > Duration::from_secs(3));
    let m = compare(&speech(), &other);
    assert!(m.coverage < 0.2, "{m}");
}

#[test]
fn tones_are_measured_in_level_and_frequency() {
    for rate in [8000, 16_000, 48_000] {
        let audio = tone(440.0, -10.0, ms(1000), rate).mixed(&tone(1000.5, -30.0, ms(1000), rate));
        assert!((tone_level(&audio, 440.0) + 10.0).abs() < 0.1);
        assert!((tone_level(&audio, 1000.5) + 30.0).abs() < 0.1);
        assert!(tone_level(&audio, 700.0) < -70.0);
        let tones = detect_tones(&audio, -50.0);
        assert_eq!(tones.len(), 2, "{tones:?}");
        assert!(
            (tones[0].frequency_hz - 440.0).abs() < 0.2 && (tones[0].level_dbfs + 10.0).abs() < 0.2,
            "{tones:?}"
        );
        assert!(
            (tones[1].frequency_hz - 1000.5).abs() < 0.2 && (tones[1].level_dbfs + 30.0).abs() < 0.2,
            "{tones:?}"
        );
        assert!((tone(440.0, 0.0, ms(500), rate).rms_dbfs()).abs() < 0.1);
    }
    assert_eq!(Audio::silence(ms(100), 8000).rms_dbfs(), SILENCE_DBFS);
    assert!((white_noise(-30.0, ms(2000), 8000, 1).rms_dbfs() + 30.0).abs() < 0.2);
}

#[test]
fn resampling_keeps_level_time_and_length() {
    let audio = Audio::silence(ms(200), 8000)
        .then(&tone(1000.0, -12.0, ms(300), 8000))
        .then(&Audio::silence(ms(100), 8000));
    for rate in [16_000, 44_100, 48_000] {
        let up = audio.resampled(rate);
        assert_eq!(up.samples.len(), (0.6 * f64::from(rate)) as usize);
        let found = gaps(&up, -60.0, ms(50));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].length.abs_diff(ms(200)) <= ms(10) && found[1].length.abs_diff(ms(100)) <= ms(10),
            "{found:?}"
        );
        assert!((tone_level(&up.slice(ms(220), ms(260)), 1000.0) + 12.0).abs() < 0.1);
        let m = compare(&speech(), &speech().resampled(rate).resampled(16_000));
        assert!(m.correlation > 0.999 && m.delay_samples == 0, "{m}");
    }
}

#[test]
fn wav_files_round_trip() {
    let dir = TestDir::new("wav").unwrap();
    let path = dir.join("a.wav");
    speech().write_wav(&path).unwrap();
    assert_eq!(Audio::read_wav(&path).unwrap(), speech());
    dir.write("b.wav", b"no wav").unwrap();
    assert!(
        Audio::read_wav(dir.join("b.wav"))
            .unwrap_err()
            .to_string()
            .contains("b.wav")
    );
}

const ALL: &str = "0123456789ABCD*#";

fn digits(audio: &Audio) -> String {
    detect_dtmf(audio).iter().map(|d| d.digit).collect()
}

#[test]
fn all_dtmf_digits_are_detected_at_all_rates_and_levels() {
    for rate in [8000, 16_000, 48_000] {
        for level in [-6.1, -20.0, -40.0] {
            let audio = Audio::silence(ms(100), rate).then(&dtmf(ALL, ms(100), ms(100), level, rate));
            let found = detect_dtmf(&audio);
            assert_eq!(found.iter().map(|d| d.digit).collect::<String>(), ALL, "{rate} {level}");
            for (i, digit) in found.iter().enumerate() {
                let start = ms(100 + 200 * i as u64);
                assert!(digit.start.abs_diff(start) <= ms(12), "{digit:?}");
                assert!(digit.length.abs_diff(ms(100)) <= ms(18), "{digit:?}");
                assert!((digit.level_dbfs - level).abs() < 1.0, "{digit:?}");
            }
        }
    }
}

#[test]
fn short_and_equal_digits_are_told_apart() {
    assert_eq!(digits(&dtmf("1155599#", ms(50), ms(50), -10.0, 8000)), "1155599#");
    assert_eq!(digits(&dtmf("222", ms(80), ms(40), -10.0, 8000)), "222");
    // Too short to be a digit (ITU-T Q.24: 40 ms).
    assert_eq!(digits(&dtmf("123", ms(20), ms(100), -10.0, 8000)), "");
}

#[test]
fn dtmf_is_detected_in_noise_and_through_g711() {
    let clean = dtmf(ALL, ms(80), ms(80), -20.0, 8000);
    let noisy = clean.clone().mixed(&white_noise(-30.0, clean.duration(), 8000, 5));
    assert_eq!(digits(&noisy), ALL);
    assert_eq!(digits(&through_g711(&noisy)), ALL);
}

#[test]
fn twist_and_single_tones_are_judged() {
    let pair = |low: f64, high: f64| tone(770.0, low, ms(100), 8000).mixed(&tone(1336.0, high, ms(100), 8000));
    assert_eq!(digits(&pair(-10.0, -16.0)), "5");
    assert_eq!(digits(&pair(-16.0, -10.0)), "5");
    assert_eq!(digits(&pair(-10.0, -22.0)), "");
    assert_eq!(digits(&tone(770.0, -10.0, ms(200), 8000)), "");
}

#[test]
fn speech_and_noise_are_no_digits() {
    assert_eq!(detect_dtmf(&speech()), []);
    assert_eq!(detect_dtmf(&speech().resampled(8000)), []);
    assert_eq!(detect_dtmf(&white_noise(-10.0, Duration::from_secs(20), 8000, 11)), []);
    assert_eq!(detect_dtmf(&Audio::silence(ms(500), 8000)), []);
}

//! Files of every kind into calls.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::path::Path;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, compare, detect_tones};
use microsip_testkit::dir::TestDir;
use support::audio::*;
use support::*;

fn read(path: &Path) -> Audio {
    let pcm = read_audio(path).unwrap_or_else(|e| panic!("{e}"));
    as_audio(&pcm.samples, pcm.rate)
}

#[test]
fn every_format_is_read_as_its_own_programs_meant_it() {
    let dir = TestDir::new("formats").unwrap();
    let reference = Audio::read_wav(speech()).unwrap();
    let length = reference.duration().as_secs_f64();
    // Name, arguments, least correlation, and how far the length may be off in ms (what a codec adds at the ends).
    let cases: &[(&str, &[&str], f64, f64)] = &[
        ("u8.wav", &["-b", "8"], 0.98, 0.2),
        ("s24.wav", &["-b", "24"], 0.999, 0.2),
        ("s32.wav", &["-b", "32"], 0.999, 0.2),
        ("float.wav", &["-e", "float", "-b", "32"], 0.999, 0.2),
        ("double.wav", &["-e", "float", "-b", "64"], 0.999, 0.2),
        ("alaw.wav", &["-e", "a-law"], 0.99, 0.2),
        ("ulaw.wav", &["-e", "mu-law"], 0.99, 0.2),
        ("ima.wav", &["-e", "ima-adpcm"], 0.97, 100.0),
        ("ms.wav", &["-e", "ms-adpcm"], 0.97, 100.0),
        ("stereo-44100.wav", &["-r", "44100", "-c", "2"], 0.999, 0.2),
        (
            "six-extensible.wav",
            &["-r", "96000", "-c", "6", "-b", "24"],
            0.999,
            0.2,
        ),
        ("eleven.wav", &["-r", "11025"], 0.95, 0.2),
        ("high.wav", &["-r", "192000"], 0.999, 0.2),
        ("constant.mp3", &["-r", "44100", "-c", "2", "-C", "128"], 0.98, 80.0),
        ("low.mp3", &["-r", "16000", "-C", "32"], 0.97, 150.0),
        ("mono.flac", &["-r", "48000"], 0.999, 0.2),
        ("stereo.flac", &["-r", "44100", "-c", "2", "-b", "24"], 0.999, 0.2),
        ("vorbis.ogg", &["-r", "44100", "-c", "2"], 0.97, 1.0),
        ("mono.opus", &[], 0.95, 1.0),
        ("low.opus", &["--bitrate", "12"], 0.9, 1.0),
    ];
    for (name, args, least, off_ms) in cases {
        let file = converted(&speech(), &dir.join(name), args);
        let heard = read(&file);
        let m = compare(&reference, &heard);
        assert!(m.correlation > *least && m.coverage > 0.9, "{name}: {m}");
        let off = (heard.duration().as_secs_f64() - length).abs() * 1000.0;
        assert!(off <= *off_ms, "{name}: {off:.2} ms off");
    }
    // Surround, in Vorbis' channel order with streams of one and two channels.
    let six = converted(&speech(), &dir.join("six.wav"), &["-r", "48000", "-c", "6"]);
    let m = compare(&reference, &read(&converted(&six, &dir.join("six.opus"), &[])));
    assert!(m.correlation > 0.9, "six channels of Opus: {m}");
}

#[test]
fn channels_are_averaged() {
    let dir = TestDir::new("channels").unwrap();
    let left = tone_file(dir.path(), "left.wav", 440.0, Duration::from_secs(1), 44_100);
    let right = tone_file(dir.path(), "right.wav", 1000.0, Duration::from_secs(1), 44_100);
    let both = dir.join("both.flac");
    tool(
        "sox",
        &[
            "-M",
            left.to_str().unwrap(),
            right.to_str().unwrap(),
            both.to_str().unwrap(),
        ],
    );
    let tones = detect_tones(&read(&both), -30.0);
    for hz in [440.0, 1000.0] {
        let found = tones.iter().find(|t| (t.frequency_hz - hz).abs() < 2.0).unwrap();
        assert!((found.level_dbfs + 18.0).abs() < 0.5, "{found:?}");
    }
}

//! How loud we are for others, and they for us: with baresip, whose codecs are not ours.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::audio::{Audio, tone, tone_level};
use microsip_testkit::baresip::{Baresip, BaresipAnswer, BaresipOptions};
use support::*;

const TONE_HZ: f64 = 700.0;
const LEVEL_DBFS: f64 = -10.0;

/// The tone's level in the middle of a recording.
fn level(recording: &Audio) -> f64 {
    let from = recording.duration() / 3;
    tone_level(&recording.slice(from, Duration::from_millis(600)), TONE_HZ)
}

#[test]
fn heavy_a_tone_keeps_its_level_through_every_codec_both_ways() {
    let says = tone(TONE_HZ, LEVEL_DBFS, Duration::from_secs(20), 48_000);
    let ep = start(config());
    let file = tone_file(&says);
    // Opus: baresip says stereo=1. GSM models a voice and is left out.
    for (codec, theirs) in [("PCMU", "pcmu"), ("PCMA", "pcma"), ("G722", "g722"), ("opus", "opus")] {
        let options = BaresipOptions::new("bob")
            .answer(BaresipAnswer::Auto)
            .codecs(&[theirs])
            .plays(says.clone());
        let mut bob = Baresip::start(options).unwrap();
        let caller = ep.local("1001");
        let call = caller.call(&bob.uri()).unwrap();
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        bob.wait_event("CALL_ESTABLISHED", Deadline::after(SOON)).unwrap();
        let agreed = call.info().media[0].codec.as_ref().unwrap().to_string();
        assert!(agreed.to_lowercase().starts_with(theirs), "{agreed}");
        call.play(&file.0, PlayOptions::default()).unwrap();
        let heard = file.1.join(format!("{theirs}.wav"));
        let recorder = call.record(&heard).unwrap();
        std::thread::sleep(Duration::from_millis(1800));
        recorder.stop().unwrap();
        call.hang_up().unwrap();
        bob.wait_event("CALL_CLOSED", Deadline::after(SOON)).unwrap();
        let levels = (
            level(&Audio::read_wav(&heard).unwrap()),
            level(&bob.heard().unwrap().pop().unwrap()),
        );
        let near = |level: f64| (level - LEVEL_DBFS).abs() < 1.5;
        assert!(near(levels.0), "{codec}: we hear {:.1} dBFS", levels.0);
        assert!(near(levels.1), "{codec}: it hears {:.1} dBFS", levels.1);
        caller.remove().unwrap();
    }
    ep.close();
}

fn tone_file(audio: &Audio) -> (std::path::PathBuf, microsip_testkit::dir::TestDir) {
    let dir = microsip_testkit::dir::TestDir::new("levels").unwrap();
    let file = dir.join("tone.wav");
    audio.write_wav(&file).unwrap();
    (file, dir)
}

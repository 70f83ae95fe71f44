//! Tones played into calls and conferences, as the peer hears them.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(clippy::approx_constant, reason = "3.14 dB is where 0 dBm0 is below full scale")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, Gap, detect_tones, gaps, tone_level};
use support::*;

const SECOND: Duration = Duration::from_secs(1);

fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn narrow() -> EndpointConfig {
    config().codecs("PCMA/8000/1").unwrap()
}

/// What `hears` records while `run` runs, from the first sound on.
fn recorded(hears: &Call, run: impl FnOnce()) -> Audio {
    let dir = microsip_testkit::dir::TestDir::new("tones").unwrap();
    let recorder = hears.record(dir.join("heard.wav")).unwrap();
    run();
    let info = recorder.stop().unwrap();
    assert_eq!(info.dropped, 0);
    let audio = Audio::read_wav(&info.path).unwrap();
    let from = audio.samples.iter().position(|s| s.abs() > 0.001).unwrap_or(0);
    Audio::new(audio.samples[from..].to_vec(), audio.rate_hz)
}

fn pauses(audio: &Audio) -> Vec<Gap> {
    gaps(audio, -45.0, millis(60))
}

#[test]
fn heavy_a_tone_of_a_country_reaches_the_peer_exactly() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    for (code, kind, hz, on_ms, off_ms, dbm0) in [
        ("us", ToneKind::Busy, &[480.0, 620.0][..], 500, 500, -24.0),
        ("uk", ToneKind::Ringback, &[400.0, 450.0], 400, 200, -13.0),
        ("de", ToneKind::Congestion, &[425.0], 240, 240, -10.0),
    ] {
        let tone = Tone::new(kind, code.parse().unwrap()).unwrap();
        let heard = recorded(&inn, || {
            let player = out.play_tone(tone, ToneOptions::default().longest(SECOND * 2)).unwrap();
            player.wait_finished(SOON).unwrap();
        });
        let sound = heard.slice(millis(20), millis(on_ms - 40));
        let mut found = detect_tones(&sound, -45.0);
        found.truncate(hz.len());
        found.sort_by(|a, b| a.frequency_hz.total_cmp(&b.frequency_hz));
        assert_eq!(found.len(), hz.len(), "{code} {kind}: {found:?}");
        for (tone, hz) in found.iter().zip(hz) {
            assert!((tone.frequency_hz / hz - 1.0).abs() < 0.005, "{code} {kind}: {tone:?}");
            assert!((tone.level_dbfs + 3.14 - dbm0).abs() < 0.5, "{code} {kind}: {tone:?}");
        }
        // A jitter buffer may drop or repeat a packet; the cadence stays.
        let pause = pauses(&heard)[0];
        assert!(
            (pause.start.as_millis() as i64 - on_ms as i64).abs() <= 30,
            "{code} {kind}: {pause:?}"
        );
        assert!(
            (pause.length.as_millis() as i64 - off_ms).abs() <= 30,
            "{code} {kind}: {pause:?}"
        );
    }
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn a_tone_that_ends_says_so_and_one_that_does_not_is_stopped() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut events = ep.events();
    let beep: Tone = "1000@-12/300,0/100;2".parse().unwrap();
    let player = out.play_tone(beep.clone(), ToneOptions::default()).unwrap();
    assert_eq!(player.tone(), &beep);
    let finished = wait(&mut events, "the tone's end", |e| match e {
        Event::ToneFinished { target, tone } => Some((target.call().cloned(), tone.clone())),
        _ => None,
    });
    assert_eq!(finished.0, Some(out.clone()));
    assert!(finished.1.is_finished() && player.is_finished());
    assert_eq!(player.position(), millis(800));

    let player = out
        .play_tone(Tone::find("dial", Country::default()).unwrap(), ToneOptions::default())
        .unwrap();
    assert_eq!(
        player.wait_finished(millis(300)).unwrap_err().kind(),
        ErrorKind::Timeout
    );
    player.stop().unwrap();
    player.stop().unwrap();
    player.wait_finished(SOON).unwrap();
    // With its call.
    let player = out.play_tone(Tone::silence(), ToneOptions::default()).unwrap();
    inn.hang_up().unwrap();
    player.wait_finished(SOON).unwrap();
    out.wait_for(CallState::Disconnected, SOON).unwrap();
    let error = out.play_tone(beep, ToneOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone);
    wait(&mut events, "the call's end", |e| match e {
        Event::ToneFinished { .. } => panic!("only tones that end by themselves say so"),
        Event::CallState { call, info } if *call == out && info.state == CallState::Disconnected => Some(()),
        _ => None,
    });
    ep.close();
}

#[test]
fn a_stopped_tone_does_not_click() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let heard = recorded(&inn, || {
        for _ in 0..5 {
            let player = out
                .play_tone("425@-6".parse().unwrap(), ToneOptions::default())
                .unwrap();
            assert!(player.wait_finished(millis(130)).is_err());
            player.stop().unwrap();
            player.wait_finished(SOON).unwrap();
            let pause = out
                .play_tone("0/150;1".parse().unwrap(), ToneOptions::default())
                .unwrap();
            pause.wait_finished(SOON).unwrap();
        }
    });
    // A click has all frequencies; A-law's own noise is 38 dB below the tone at -9 dBFS, spread over 4 kHz.
    let count = (heard.duration().as_millis() / 5).saturating_sub(2) as u64;
    let loudest = (0..count)
        .map(|n| tone_level(&heard.slice(millis(5 * n), millis(10)), 3000.0))
        .fold(-120.0, f64::max);
    assert!(pauses(&heard).len() >= 4, "{:?}", pauses(&heard));
    assert!(loudest < -52.0, "{loudest} dBFS at 3 kHz");
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn comfort_noise_has_its_level_and_no_tone() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let noise = ComfortNoise::new(Level::from_dbov(-40.0));
    let heard = recorded(&inn, || {
        let options = ToneOptions::default().longest(SECOND * 2);
        let player = out.play_tone(Tone::comfort_noise(noise), options).unwrap();
        player.wait_finished(SOON).unwrap();
    });
    let steady = heard.slice(millis(100), millis(1500));
    // dBFS of a sine are 3 dB above dBov.
    let level = steady.rms_dbfs() - 3.01;
    assert!((level + 40.0).abs() < 1.0, "{level} dBov");
    let strongest = detect_tones(&steady, -120.0)[0];
    assert!(strongest.level_dbfs < steady.rms_dbfs() - 8.0, "{strongest:?}");
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn a_conference_hears_a_tone_and_a_free_one_only_where_it_is_connected() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let free = ep.tone("1700@-15".parse().unwrap(), ToneOptions::default()).unwrap();
    let heard = recorded(&inn, || {
        ep.connect(&free, &out, Gain::UNITY).unwrap();
        let second = out
            .play_tone("600@-15/1000;1".parse().unwrap(), ToneOptions::default())
            .unwrap();
        second.wait_finished(SOON).unwrap();
    });
    let both = heard.slice(millis(300), millis(500));
    assert!(tone_level(&both, 1700.0) > -19.0 && tone_level(&both, 600.0) > -19.0);
    free.stop().unwrap();
    free.wait_finished(SOON).unwrap();
    let room = ep.conference(ConferenceOptions::default()).unwrap();
    room.join(&out).unwrap();
    let heard = recorded(&inn, || {
        let beep = room
            .play_tone("900@-15/800;1".parse().unwrap(), ToneOptions::default())
            .unwrap();
        beep.wait_finished(SOON).unwrap();
    });
    assert!(tone_level(&heard.slice(millis(100), millis(500)), 900.0) > -19.0);
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn what_cannot_be_played_is_refused() {
    let ep = start(narrow());
    let (out, _inn) = connected(&ep);
    for tone in ["5000/100", "15000"] {
        // Fine in itself, but not at the bridge's 8 kHz.
        let error = out
            .play_tone(tone.parse().unwrap(), ToneOptions::default())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        assert!(error.to_string().contains("8000"), "{error}");
    }
    let error = out.play_tone(Tone::default(), ToneOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let error = out
        .play_tone(Tone::silence(), ToneOptions::default().longest(Duration::ZERO))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn heavy_tones_are_heard_in_calls() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut events = ep.events();
    let de = ToneDetection::default().country("de".parse().unwrap());
    let detector = inn.detect_tones(de).unwrap();
    assert_eq!((detector.call(), detector.detection()), (&inn, de));
    let busy = Tone::new(ToneKind::Busy, de.country).unwrap();
    let cng: Tone = "1100@-13/500,0/1000;1".parse().unwrap();
    let beep: Tone = "1000@-13/400,0/600;1".parse().unwrap();
    for (tone, expected) in [(busy.times(3), "busy"), (cng, "fax_calling"), (beep, "beep")] {
        let player = out.play_tone(tone, ToneOptions::default()).unwrap();
        let (tone, delay) = wait(&mut events, "tone", |e| match e {
            Event::ToneDetected {
                call,
                tone,
                delay,
                tap: Tap::Received,
                ..
            } if *call == inn => Some((*tone, *delay)),
            _ => None,
        });
        assert_eq!(tone.name(), expected);
        assert!(delay < SECOND * 2, "{delay:?}");
        player.wait_finished(SOON).unwrap();
    }
    detector.stop().unwrap();
    assert!(detector.is_stopped());
    out.hang_up().unwrap();
    assert_eq!(out.detect_tones(de).unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

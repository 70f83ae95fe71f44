//! Speech in calls: where it begins and ends, as the other side hears it.
#![allow(clippy::print_stdout, reason = "what was measured")]
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use microsip_core::*;
use microsip_testkit::audio::{Audio, white_noise};
use microsip_testkit::dir::TestDir;
use microsip_testkit::speech::{Voice, say};
use support::*;

fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Utterances with pauses, as a file.
fn spoken(dir: &TestDir, texts: &[&str], noise_dbfs: Option<f64>) -> PathBuf {
    let mut all = Audio::silence(millis(600), 16_000);
    for text in texts {
        let voice = Voice {
            peak_dbfs: -6.0,
            ..Voice::default()
        };
        all = all
            .then(&say(text, &voice).unwrap())
            .then(&Audio::silence(millis(900), 16_000));
    }
    if let Some(level) = noise_dbfs {
        let noise = white_noise(level, all.duration(), 16_000, 1);
        all = all.mixed(&noise);
    }
    let path = dir.join("spoken.wav");
    all.write_wav(&path).unwrap();
    path
}

/// Stretches louder than `above` (RMS of 5 ms, part of full scale) with no more than 300 ms between.
fn stretches(audio: &Audio, above: f32) -> Vec<(Duration, Duration)> {
    let step = audio.rate_hz as usize / 200;
    let at = |n: usize| millis(5 * n as u64);
    let mut found: Vec<(Duration, Duration)> = Vec::new();
    for (n, part) in audio.samples.chunks(step).enumerate() {
        let rms = (part.iter().map(|s| s * s).sum::<f32>() / part.len() as f32).sqrt();
        if rms > above {
            match found.last_mut() {
                Some((_, end)) if at(n) <= *end + millis(300) => *end = at(n + 1),
                _ => found.push((at(n), at(n + 1))),
            }
        }
    }
    // A lone click is no word.
    found.retain(|(from, to)| *to - *from > millis(60));
    found
}

struct Heard {
    speaking: bool,
    position: Duration,
    delay: Duration,
    at: SystemTime,
    seen: SystemTime,
}

fn next_edge(events: &mut Events, of: &Call) -> Heard {
    wait(events, "speech", |e| match e {
        Event::Speech {
            call,
            speaking,
            at,
            position,
            delay,
            tap: Tap::Received,
        } if call == of => Some(Heard {
            speaking: *speaking,
            position: *position,
            delay: *delay,
            at: *at,
            seen: SystemTime::now(),
        }),
        _ => None,
    })
}

/// Plays speech through a call and compares the edges with what a recording of the same audio shows.
fn edges_through(codec: &str, noise_dbfs: Option<f64>, above: f32) {
    let texts = [
        "Hello, this is Anna speaking",
        "yes",
        "I would like to order two tickets",
        "how are you",
    ];
    let dir = TestDir::new("speech").unwrap();
    let file = spoken(&dir, &texts, noise_dbfs);
    let ep = start(config().codecs(codec).unwrap());
    let (out, inn) = connected(&ep);
    let mut events = ep.events();
    // At the same tick, or one later.
    let recorder = inn.record(dir.join("heard.wav")).unwrap();
    let detector = inn.detect_speech(SpeechOptions::default()).unwrap();
    let player = out.play(&file, PlayOptions::default()).unwrap();
    let heard: Vec<Heard> = (0..2 * texts.len()).map(|_| next_edge(&mut events, &inn)).collect();
    player.wait_finished(SOON).unwrap();
    assert!(!detector.is_speaking());
    let recording = Audio::read_wav(recorder.stop().unwrap().path).unwrap();
    let truth = stretches(&recording, above);
    assert_eq!(truth.len(), texts.len(), "{truth:?}");
    for (pair, (from, to)) in heard.chunks(2).zip(&truth) {
        assert!(pair[0].speaking && !pair[1].speaking);
        let error = |found: Duration, truth: Duration| found.as_secs_f64() * 1000.0 - truth.as_secs_f64() * 1000.0;
        let (start, end) = (error(pair[0].position, *from), error(pair[1].position, *to));
        println!(
            "{codec} {noise_dbfs:?}: start {start:4.0} ms, told after {:?}; end {end:4.0} ms, told after {:?}",
            pair[0].delay, pair[1].delay
        );
        // The recorder may have begun a tick before the detector.
        assert!(start.abs() <= 120.0 && end.abs() <= 120.0, "{start} {end}");
        assert!(pair[0].delay < millis(400) && pair[1].delay < millis(600));
        for edge in pair {
            // The clock time is that of the edge: earlier than the event by the delay.
            let late = edge.seen.duration_since(edge.at).unwrap();
            assert!(
                late + millis(5) >= edge.delay && late < edge.delay + millis(250),
                "{late:?} {:?}",
                edge.delay
            );
        }
    }
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn heavy_edges_are_right_through_g711() {
    edges_through("PCMU/8000/1", None, 0.006);
}

#[test]
fn heavy_edges_are_right_through_opus() {
    edges_through("opus/48000/2", None, 0.006);
}

#[test]
fn heavy_edges_are_right_in_noise() {
    // Speech has about -20 dBFS.
    edges_through("PCMA/8000/1", Some(-38.0), 0.02);
}

#[test]
fn tones_and_keys_are_no_speech() {
    let ep = start(config().codecs("PCMA/8000/1").unwrap());
    let (out, inn) = connected(&ep);
    let mut events = ep.events();
    inn.detect_speech(SpeechOptions::default()).unwrap();
    for (kind, code) in [
        (ToneKind::Busy, "de"),
        (ToneKind::Ringback, "us"),
        (ToneKind::Dial, "uk"),
        (ToneKind::Ringback, "in"),
    ] {
        let tone = Tone::new(kind, code.parse().unwrap()).unwrap();
        let options = ToneOptions::default().longest(millis(1500));
        out.play_tone(tone, options).unwrap().wait_finished(SOON).unwrap();
    }
    let keys: Vec<Digit> = "159D".chars().filter_map(Digit::new).collect();
    let keys = out
        .play_tone(Tone::keys(&keys, millis(100), millis(60)), ToneOptions::default())
        .unwrap();
    keys.wait_finished(SOON).unwrap();
    // The detector is alive: what it tells first is this.
    let dir = TestDir::new("speech").unwrap();
    let from = SystemTime::now();
    out.play(spoken(&dir, &["good morning"], None), PlayOptions::default())
        .unwrap();
    let edge = next_edge(&mut events, &inn);
    assert!(edge.speaking && edge.at > from);
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn every_call_is_listened_to_if_the_endpoint_says_so_and_one_side_can_be_chosen() {
    let options = SpeechOptions::default().hangover(millis(200));
    let ep = start(config().codecs("PCMA/8000/1").unwrap().speech_detection(options));
    let (out, inn) = connected(&ep);
    let mut events = ep.events();
    let sent = out.detect_speech(SpeechOptions::default().tap(Tap::Sent)).unwrap();
    assert_eq!((sent.call(), sent.options().tap), (&out, Tap::Sent));
    let dir = TestDir::new("speech").unwrap();
    out.play(spoken(&dir, &["good morning"], None), PlayOptions::default())
        .unwrap();
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.push(wait(&mut events, "speech", |e| match e {
            Event::Speech {
                call, speaking, tap, ..
            } => Some((call.clone(), *tap, *speaking)),
            _ => None,
        }));
    }
    for expected in [
        (out.clone(), Tap::Sent, true),
        (out.clone(), Tap::Sent, false),
        (inn.clone(), Tap::Received, true),
        (inn.clone(), Tap::Received, false),
    ] {
        assert!(seen.contains(&expected), "{expected:?} in {seen:?}");
    }
    // A hold and a resume begin no second one.
    out.hold().unwrap();
    wait(&mut events, "hold", |e| {
        matches!(e, Event::CallHold { call, .. } if *call == inn).then_some(())
    });
    out.resume().unwrap();
    wait(&mut events, "resume", |e| {
        matches!(e, Event::SessionChanged { call, request: SessionRequest::Resume, .. } if *call == out).then_some(())
    });
    sent.stop().unwrap();
    sent.stop().unwrap();
    assert!(sent.is_stopped());
    out.play(spoken(&dir, &["good evening"], None), PlayOptions::default())
        .unwrap();
    for expected in [true, false] {
        let edge = wait(&mut events, "speech", |e| match e {
            Event::Speech {
                call, speaking, tap, ..
            } => Some((call.clone(), *tap, *speaking)),
            _ => None,
        });
        assert_eq!(edge, (inn.clone(), Tap::Received, expected));
    }
    out.hang_up().unwrap();
    ep.close();
}

#[test]
fn wrong_settings_and_ended_calls_are_refused() {
    let ep = start(config());
    let (out, _inn) = connected(&ep);
    for options in [
        SpeechOptions::default().threshold(0.0),
        SpeechOptions::default().threshold(f32::NAN),
        SpeechOptions::default().hangover(millis(50)),
        SpeechOptions::default().hangover(Duration::from_secs(11)),
    ] {
        let error = out.detect_speech(options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    let detector = out.detect_speech(SpeechOptions::default()).unwrap();
    out.hang_up().unwrap();
    assert_eq!(
        out.detect_speech(SpeechOptions::default()).unwrap_err().kind(),
        ErrorKind::Gone
    );
    // It went with its call.
    detector.stop().unwrap();
    assert!(detector.is_stopped());
    ep.close();
    let refused = Endpoint::start(config().speech_detection(SpeechOptions::default().threshold(2.0)));
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidArgument);
}

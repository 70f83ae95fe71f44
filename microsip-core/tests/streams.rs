//! Audio as data: what is written is heard, in order, at the right pace, and what is lost is told.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use microsip_core::*;
use microsip_testkit::audio::{Audio, compare, detect_tones, gaps, tone, tone_level};
use microsip_testkit::{Deadline, steady};
use support::audio::{audio, listen, pcm, until_sound};
use support::*;

const MS: Duration = Duration::from_millis(1);

fn narrow() -> EndpointConfig {
    config().codecs("PCMU").unwrap()
}

fn sink(rate: u32) -> AudioSinkOptions {
    AudioSinkOptions::default().rate(rate)
}

fn source(rate: u32) -> AudioSourceOptions {
    AudioSourceOptions::default().rate(rate)
}

/// Every sample differs from its neighbours, none is zero.
fn ramp(from: usize, count: usize) -> Vec<i16> {
    (from..from + count).map(|n| (n % 30_000) as i16 + 1).collect()
}

#[test]
fn the_sent_tap_is_what_was_written_bit_for_bit() {
    let ep = start(narrow());
    let (out, _inn) = connected(&ep);
    let mut tap = out.audio_sink(sink(8000).tap(Tap::Sent)).unwrap();
    let mut mouth = out.audio_source(source(8000)).unwrap();
    let written = ramp(0, 16_000);
    mouth.write(&written).unwrap();
    let heard = listen(&mut tap, 2500 * MS);
    let begin = heard.iter().position(|s| *s != 0).unwrap();
    assert!(heard[begin..].starts_with(&written), "from {begin}");
    assert!(heard[begin + written.len()..].iter().all(|s| *s == 0));
    // Muted, it is silent, as the peer hears it.
    out.mute(true).unwrap();
    let _ = listen(&mut tap, 200 * MS);
    mouth.write(&ramp(0, 4000)).unwrap();
    assert!(listen(&mut tap, 400 * MS).iter().all(|s| *s == 0));
    out.mute(false).unwrap();
    mouth.write(&ramp(0, 4000)).unwrap();
    until_sound(&mut tap);
    ep.close();
}

#[test]
fn a_burst_of_five_seconds_is_heard_unbroken() {
    steady(Deadline::secs(100), || {
        let speech = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav");
        let speech = Audio::read_wav(speech)
            .unwrap()
            .slice(Duration::ZERO, Duration::from_secs(5));
        let ep = start(config());
        let (out, inn) = connected(&ep);
        let mut ear = inn.audio_sink(sink(24_000)).unwrap();
        // The bridge's rate, so that what is sent can be compared sample by sample.
        let rate = ep.clock_rate();
        let long = Duration::from_secs(10);
        let mut tap = out.audio_sink(sink(rate).tap(Tap::Sent).capacity(long)).unwrap();
        let mut mouth = out.audio_source(source(rate).capacity(long)).unwrap();
        let samples = pcm(&speech.resampled(rate));
        let begun = Instant::now();
        mouth.write(&samples).unwrap();
        assert!(begun.elapsed() < 500 * MS, "it fits whole");
        let heard = listen(&mut ear, Duration::from_secs(6));
        // The far end's jitter buffer may have moved a little on a busy machine.
        let quality = compare(&speech, &audio(&heard, 24_000));
        assert!(quality.coverage > 0.85 && quality.correlation > 0.8, "{quality}");
        mouth.drain(SOON).unwrap();
        let sent = listen(&mut tap, 500 * MS);
        let first = samples.iter().position(|s| s.unsigned_abs() > 500).unwrap();
        let begin = sent.iter().position(|s| s.unsigned_abs() > 500).unwrap() - first;
        assert!(
            sent[begin..].starts_with(&samples),
            "what was sent has a hole or a repetition"
        );
        let stats = mouth.stats();
        assert_eq!(
            (stats.written, stats.sent, stats.underruns, stats.queued),
            (samples.len() as u64, samples.len() as u64, 0, 0),
            "{stats:?}"
        );
        ep.close();
    });
}

#[test]
fn a_full_buffer_makes_the_writer_wait_and_loses_nothing() {
    steady(Deadline::secs(100), || {
        let ep = start(narrow());
        let (out, _inn) = connected(&ep);
        let mut tap = out
            .audio_sink(sink(8000).tap(Tap::Sent).capacity(Duration::from_secs(5)))
            .unwrap();
        let mut mouth = out.audio_source(source(8000).capacity(500 * MS)).unwrap();
        let written = ramp(0, 24_000);
        let begun = Instant::now();
        mouth.write(&written).unwrap();
        // Three seconds through half a second of buffer.
        assert!(
            (2300 * MS..4500 * MS).contains(&begun.elapsed()),
            "{:?}",
            begun.elapsed()
        );
        assert_eq!(
            mouth.try_write(&ramp(0, 8000)).unwrap_err_or_count(),
            0,
            "full, or nearly"
        );
        let heard = listen(&mut tap, 3500 * MS);
        let begin = heard.iter().position(|s| *s != 0).unwrap();
        assert!(heard[begin..].starts_with(&written));
        ep.close();
    });
}

trait OrCount {
    /// 0 for an error that says that it would block, or for a few samples that fitted at that very moment.
    fn unwrap_err_or_count(self) -> usize;
}

impl OrCount for Result<usize> {
    fn unwrap_err_or_count(self) -> usize {
        match self {
            Ok(count) if count <= 320 => 0,
            Ok(count) => count,
            Err(e) => {
                assert_eq!(e.kind(), ErrorKind::WouldBlock, "{e}");
                0
            }
        }
    }
}

#[test]
fn a_flush_cuts_at_once_and_says_where() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut ear = inn.audio_sink(sink(8000)).unwrap();
    let mut mouth = out.audio_source(source(8000).capacity(Duration::from_secs(5))).unwrap();
    mouth
        .write(&pcm(&tone(700.0, -10.0, Duration::from_secs(4), 8000)))
        .unwrap();
    until_sound(&mut ear);
    let _ = listen(&mut ear, 500 * MS);
    let cut = mouth.flush().unwrap();
    assert!((2400..12_000).contains(&cut.position), "{cut:?}");
    assert_eq!(cut.position + cut.dropped, 32_000);
    let stats = mouth.stats();
    assert_eq!(
        (stats.sent, stats.flushed, stats.queued),
        (cut.position, cut.dropped, 0)
    );
    // What was under way still comes; the jitter buffer holds a little.
    let _ = listen(&mut ear, 300 * MS);
    let after = audio(&listen(&mut ear, 500 * MS), 8000);
    assert!(after.rms_dbfs() < -60.0, "{}", after.rms_dbfs());
    assert_eq!(mouth.flush().unwrap().dropped, 0, "nothing is left");
    // It speaks on, and a flush is no under-run.
    mouth.write(&pcm(&tone(1000.0, -10.0, 500 * MS, 8000))).unwrap();
    until_sound(&mut ear);
    assert_eq!(mouth.stats().underruns, 0);
    ep.close();
}

#[test]
fn what_was_sent_is_what_the_far_end_was_sent() {
    // The exact count on the wire: every sample before the position, none after.
    let ep = start(narrow());
    let (out, _inn) = connected(&ep);
    let mut tap = out.audio_sink(sink(8000).tap(Tap::Sent)).unwrap();
    let mut mouth = out.audio_source(source(8000).capacity(Duration::from_secs(5))).unwrap();
    mouth.write(&ramp(0, 32_000)).unwrap();
    until_sound(&mut tap);
    std::thread::sleep(333 * MS);
    let cut = mouth.flush().unwrap();
    let heard = listen(&mut tap, 800 * MS);
    let last = heard.iter().rposition(|s| *s != 0).unwrap();
    assert_eq!(
        u64::from(heard[last] as u16),
        cut.position,
        "the ramp ends where the flush says"
    );
    ep.close();
}

#[test]
fn a_source_that_is_not_listened_to_is_flushed_too() {
    let ep = start(narrow().send_silence(false));
    let mut mouth = ep.audio_source(source(8000)).unwrap();
    mouth.write(&ramp(0, 4000)).unwrap();
    let cut = mouth.flush().unwrap();
    assert_eq!((cut.position, cut.dropped), (0, 4000));
    // Connected later, nothing of it is heard.
    let mut ear = ep.audio_sink(sink(8000)).unwrap();
    ep.connect(&mouth, &ear, Gain::UNITY).unwrap();
    mouth.write(&ramp(20_000, 800)).unwrap();
    let first = until_sound(&mut ear);
    let first = first.samples.iter().find(|s| **s != 0).unwrap();
    assert_eq!(*first, 20_001);
    ep.close();
}

/// How often the thread that wakes who waits for audio was woken itself.
#[cfg(target_os = "linux")]
fn wake_ups() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let read = |task: &std::path::Path, name: &str| std::fs::read_to_string(task.join(name)).unwrap_or_default();
    let pump = tasks
        .map(|task| task.unwrap().path())
        .find(|task| read(task, "comm").trim() == "microsip-stream")
        .unwrap();
    let status = read(&pump, "status");
    let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"));
    line.unwrap().split_whitespace().last().unwrap().parse().unwrap()
}

#[test]
fn a_flush_in_two_halves_leaves_what_is_written_in_between() {
    let ep = start(narrow());
    let (out, _inn) = connected(&ep);
    let mut mouth = out.audio_source(source(8000)).unwrap();
    mouth.write(&ramp(0, 8000)).unwrap();
    let begun = mouth.begin_flush().unwrap();
    // There may be no room before the bridge has obeyed.
    assert_eq!(mouth.write_for(&ramp(0, 800), SOON).unwrap(), 800);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let deadline = Instant::now() + SOON;
    let cut = loop {
        match mouth.poll_flushed(&mut cx, &begun) {
            std::task::Poll::Ready(cut) => break cut.unwrap(),
            std::task::Poll::Pending => assert!(Instant::now() < deadline),
        }
    };
    assert_eq!(cut.position + cut.dropped, 8000);
    while mouth.poll_drained(&mut cx).is_pending() {
        assert!(Instant::now() < deadline);
    }
    let stats = mouth.stats();
    assert_eq!((stats.written, stats.sent), (8800, 8800 - cut.dropped));
    ep.close();
}

#[test]
#[cfg(target_os = "linux")]
fn a_flush_that_is_not_waited_for_leaves_nothing_running() {
    let ep = start(narrow().send_silence(false));
    // Nobody listens, so it does not end at once.
    let mut mouth = ep.audio_source(source(8000)).unwrap();
    mouth.write(&ramp(0, 4000)).unwrap();
    {
        let mut flush = std::pin::pin!(mouth.flush_async());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(flush.as_mut().poll(&mut cx).is_pending());
    }
    std::thread::sleep(200 * MS);
    let before = wake_ups();
    std::thread::sleep(Duration::from_secs(1));
    let woken = wake_ups() - before;
    assert!(woken < 10, "woken {woken} times in a second");
    assert_eq!(mouth.flush().unwrap().dropped, 4000);
    ep.close();
}

#[test]
fn an_underrun_is_counted_and_told_and_a_pause_is_none() {
    let ep = start(narrow());
    let (out, _inn) = connected(&ep);
    let mut events = ep.events();
    let mut mouth = out.audio_source(source(8000)).unwrap();
    // A pause that is told: no under-run.
    mouth.write(&ramp(0, 1600)).unwrap();
    mouth.drain(SOON).unwrap();
    std::thread::sleep(200 * MS);
    mouth.write(&ramp(0, 1600)).unwrap();
    assert_eq!(mouth.stats().underruns, 0);
    // One that is not: the writer comes late.
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "an empty queue", || {
        (mouth.stats().queued == 0).then_some(())
    })
    .unwrap();
    std::thread::sleep(200 * MS);
    mouth.write(&ramp(0, 1600)).unwrap();
    mouth.drain(SOON).unwrap();
    let stats = mouth.stats();
    assert_eq!(stats.underruns, 1);
    assert!((800..8000).contains(&stats.silence), "{stats:?}");
    let (call, kind) = wait(&mut events, "under-run", |e| match e {
        Event::AudioXrun { call, stream, kind, .. } if *stream == mouth.id() => Some((call.clone(), *kind)),
        _ => None,
    });
    assert_eq!((call.as_ref(), kind), (Some(&out), Xrun::Underrun));
    ep.close();
}

#[test]
fn a_sink_that_is_not_read_counts_what_it_lost() {
    let ep = start(narrow());
    let (_out, inn) = connected(&ep);
    let mut events = ep.events();
    let mut ear = inn.audio_sink(sink(8000).capacity(200 * MS)).unwrap();
    let lost = wait(&mut events, "over-run", |e| match e {
        Event::AudioXrun {
            stream,
            kind: Xrun::Overrun,
            samples,
            ..
        } if *stream == ear.id() => Some(*samples),
        _ => None,
    });
    assert!(lost > 0);
    std::thread::sleep(300 * MS);
    // What was kept is whole; after it the positions tell the hole.
    let mut next = 0;
    let mut holes = 0;
    for _ in 0..40 {
        let frame = ear.read(Some(SOON)).unwrap().unwrap();
        assert_eq!(frame.position, next + frame.lost);
        holes += usize::from(frame.lost > 0);
        next = frame.position + frame.samples.len() as u64;
    }
    assert_eq!(holes, 1);
    let stats = ear.stats();
    assert!(stats.overruns == 1 && stats.lost > 0, "{stats:?}");
    assert!(
        stats.samples >= next && stats.samples - stats.lost - stats.waiting <= next,
        "{stats:?} {next}"
    );
    ep.close();
}

/// `MICROSIP_SOAK` makes it longer, in seconds; 600 are the ten minutes that were asked for.
fn soak() -> Duration {
    let asked = std::env::var("MICROSIP_SOAK").ok().and_then(|s| s.parse().ok());
    Duration::from_secs(asked.unwrap_or(10))
}

#[test]
fn heavy_three_taps_at_once_on_five_calls_lose_nothing() {
    let ep = start(narrow());
    let calls: Vec<(Call, Call)> = (0..5).map(|_| connected(&ep)).collect();
    let taps: Vec<AudioSink> = calls
        .iter()
        .flat_map(|(out, _)| {
            [Tap::Received, Tap::Sent, Tap::Mixed].map(|tap| out.audio_sink(sink(8000).tap(tap)).unwrap())
        })
        .collect();
    let until = Instant::now() + soak();
    std::thread::scope(|threads| {
        let mut speakers = Vec::new();
        for (out, inn) in &calls {
            for call in [out, inn] {
                let mut mouth = call.audio_source(source(8000)).unwrap();
                speakers.push(threads.spawn(move || {
                    let mut at = 0;
                    while Instant::now() < until {
                        mouth.write(&ramp(at, 800)).unwrap();
                        at += 800;
                    }
                    mouth.stats()
                }));
            }
        }
        let listeners: Vec<_> = taps
            .into_iter()
            .enumerate()
            .map(|(n, mut tap)| {
                threads.spawn(move || {
                    let heard = listen(&mut tap, until - Instant::now());
                    if n % 3 == 1 {
                        // What is sent is a ramp without a hole.
                        let begin = heard.iter().position(|s| *s != 0).unwrap();
                        let first = heard[begin] as usize - 1;
                        assert!(heard[begin..] == ramp(first, heard.len() - begin), "tap {n}");
                    }
                    (tap.stats(), heard.len())
                })
            })
            .collect();
        for listener in listeners {
            let (stats, heard) = listener.join().unwrap();
            assert_eq!((stats.lost, stats.overruns), (0, 0));
            let expected = soak().as_secs_f64() * 8000.0;
            assert!((heard as f64) > expected * 0.98, "{heard} of {expected}");
        }
        for speaker in speakers {
            assert_eq!(speaker.join().unwrap().underruns, 0);
        }
    });
    ep.close();
}

#[test]
fn every_rate_and_frame_length_has_the_right_pitch() {
    steady(Deadline::secs(100), || {
        let ep = start(narrow());
        let (out, inn) = connected(&ep);
        for (rate, ms) in [(8000, 10), (16_000, 20), (24_000, 30), (32_000, 60), (48_000, 15)] {
            let mut ear = inn.audio_sink(sink(rate).frame(ms * MS)).unwrap();
            let mut mouth = out.audio_source(source(rate)).unwrap();
            mouth.write(&pcm(&tone(1000.0, -10.0, 800 * MS, rate))).unwrap();
            let first = until_sound(&mut ear);
            assert_eq!(first.samples.len(), (rate / 1000 * ms) as usize);
            assert_eq!(first.duration(), ms * MS);
            let heard = audio(&listen(&mut ear, 500 * MS), rate);
            let tones = detect_tones(&heard, -30.0);
            assert_eq!(tones.len(), 1, "{rate}: {tones:?}");
            assert!((tones[0].frequency_hz - 1000.0).abs() < 2.0, "{rate}: {tones:?}");
            assert!((tones[0].level_dbfs + 10.0).abs() < 0.7, "{rate}: {tones:?}");
            // The next one begins in silence.
            mouth.flush().unwrap();
            let deadline = Instant::now() + SOON;
            while listen(&mut ear, 100 * MS).iter().any(|s| *s != 0) {
                assert!(Instant::now() < deadline);
            }
        }
        ep.close();
    });
}

#[test]
fn who_listens_late_hears_what_is_said_now() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut mouth = out.audio_source(source(8000).capacity(Duration::from_secs(5))).unwrap();
    // A second of one tone while nobody listens, then another.
    mouth
        .write(&pcm(&tone(500.0, -10.0, Duration::from_secs(1), 8000)))
        .unwrap();
    mouth.drain(SOON).unwrap();
    mouth
        .write(&pcm(&tone(1500.0, -10.0, Duration::from_secs(3), 8000)))
        .unwrap();
    std::thread::sleep(500 * MS);
    let mut ear = inn.audio_sink(sink(8000)).unwrap();
    let begun = Instant::now();
    let first = until_sound(&mut ear);
    assert!(begun.elapsed() < 400 * MS, "{:?}", begun.elapsed());
    let first = audio(&first.samples, 8000);
    assert!(
        tone_level(&first, 1500.0) > tone_level(&first, 500.0) + 20.0,
        "half a second after it was over the old tone is heard"
    );
    ep.close();
}

#[test]
fn frames_of_24_khz_are_clean_over_an_8_khz_bridge() {
    // What is sent, before the codec has its say: 24 kHz to the bridge's 8 kHz and back.
    let ep = start(narrow());
    let (out, _inn) = connected(&ep);
    for hz in [300.0, 700.0, 1500.0, 2500.0, 3200.0] {
        let mut tap = out.audio_sink(sink(24_000).tap(Tap::Sent)).unwrap();
        let mut mouth = out.audio_source(source(24_000)).unwrap();
        mouth.write(&pcm(&tone(hz, -6.0, 900 * MS, 24_000))).unwrap();
        until_sound(&mut tap);
        let _ = listen(&mut tap, 100 * MS);
        let heard = audio(&listen(&mut tap, 600 * MS), 24_000);
        let all = heard.rms_dbfs();
        let wanted = tone_level(&heard, hz);
        // All power that is not the tone.
        let rest = 10.0 * (10_f64.powf(all / 10.0) - 10_f64.powf(wanted / 10.0)).max(1e-9).log10();
        assert!(
            wanted - rest > 40.0,
            "{hz} Hz: tone {wanted:.2}, all {all:.2}, rest {rest:.2} dBFS"
        );
        drop(mouth);
    }
    ep.close();
}

#[test]
fn streams_are_asynchronous_for_any_executor() {
    steady(Deadline::secs(100), || {
        let ep = start(narrow());
        let (out, inn) = connected(&ep);
        let mut ear = inn.audio_sink(sink(8000)).unwrap();
        let mut mouth = out.audio_source(source(8000).capacity(200 * MS)).unwrap();
        let speaker = std::thread::spawn(move || {
            pollster::block_on(async {
                let sound = pcm(&tone(813.0, -10.0, 100 * MS, 8000));
                for _ in 0..10 {
                    mouth.send(sound.clone()).await.unwrap();
                }
                mouth.send_all(&sound).await.unwrap();
                mouth.drain_async().await.unwrap();
                let cut = mouth.flush_async().await.unwrap();
                assert_eq!((cut.position, cut.dropped), (8800, 0));
            });
        });
        let heard: Vec<i16> = pollster::block_on(async {
            let frames: Vec<AudioFrame> = ear.by_ref().take(90).collect().await;
            frames.into_iter().flat_map(|f| f.samples).collect()
        });
        speaker.join().unwrap();
        let heard = audio(&heard, 8000);
        let loud = heard.samples.iter().filter(|s| s.abs() > 0.01).count();
        assert!((7500..9500).contains(&loud), "{loud} samples of 8800");
        assert!(gaps(&heard.slice(400 * MS, 500 * MS), -40.0, 10 * MS).is_empty());
        ep.close();
    });
}

#[test]
fn frames_carry_position_and_time() {
    let ep = start(narrow());
    let (_out, inn) = connected(&ep);
    let mut ear = inn.audio_sink(sink(8000).frame(10 * MS)).unwrap();
    let _ = listen(&mut ear, 200 * MS);
    let first = ear.read(Some(SOON)).unwrap().unwrap();
    let mut last = first.clone();
    for _ in 0..100 {
        let frame = ear.read(Some(SOON)).unwrap().unwrap();
        assert_eq!(frame.position, last.position + 80);
        // Two frames come with a tick, and ticks can be late.
        assert!(frame.at >= last.at && frame.at <= Instant::now());
        last = frame;
    }
    let by_clock = (last.at - first.at).as_secs_f64();
    assert!(
        (by_clock - 1.0).abs() < 0.05,
        "a hundred frames of 10 ms took {by_clock} s"
    );
    let age = last.wall_clock().elapsed().unwrap();
    assert!(age < Duration::from_secs(1), "{age:?}");
    ep.close();
}

#[test]
fn streams_end_with_their_call() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut ear = inn.audio_sink(sink(8000)).unwrap();
    let mut mouth = inn.audio_source(source(8000)).unwrap();
    let reader = std::thread::spawn(move || {
        while ear.read(None).unwrap().is_some() {}
        assert!(ear.try_read().unwrap().is_none(), "and stays ended");
    });
    let writer = std::thread::spawn(move || {
        let error = loop {
            match mouth.write(&ramp(0, 8000)) {
                Ok(()) => {}
                Err(e) => break e,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
        assert_eq!(mouth.drain(MS).unwrap_err().kind(), ErrorKind::Gone);
    });
    std::thread::sleep(300 * MS);
    out.hang_up().unwrap();
    reader.join().unwrap();
    writer.join().unwrap();
    assert_eq!(
        inn.wait_for(CallState::Disconnected, SOON).unwrap().state,
        CallState::Disconnected
    );
    assert_eq!(inn.audio_sink(sink(8000)).unwrap_err().kind(), ErrorKind::Gone);
    assert_eq!(inn.audio_source(source(8000)).unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

#[test]
fn streams_outlive_neither_their_endpoint_nor_the_process() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut ear = inn.audio_sink(sink(8000)).unwrap();
    let mut mouth = out.audio_source(source(8000)).unwrap();
    mouth.write(&ramp(0, 800)).unwrap();
    drop(ep);
    while ear.read(Some(SOON)).unwrap().is_some() {}
    assert_eq!(mouth.write(&ramp(0, 8000)).unwrap_err().kind(), ErrorKind::Gone);
    assert_eq!(mouth.flush().unwrap_err().kind(), ErrorKind::Gone);
}

#[test]
fn streams_go_through_hold() {
    let ep = start(narrow());
    let (out, inn) = connected(&ep);
    let mut ear = inn.audio_sink(sink(8000)).unwrap();
    let mut tap = out.audio_sink(sink(8000).tap(Tap::Sent)).unwrap();
    let mut mouth = out.audio_source(source(8000)).unwrap();
    let mut say = |hz: f64| mouth.write(&pcm(&tone(hz, -10.0, 300 * MS, 8000))).unwrap();
    say(500.0);
    until_sound(&mut ear);
    out.hold_with(HoldOptions::new().mode(HoldMode::Inactive)).unwrap();
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "hold", || {
        (inn.info().hold == HoldState::Remote).then_some(())
    })
    .unwrap();
    out.resume().unwrap();
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "resume", || {
        (inn.info().hold == HoldState::None).then_some(())
    })
    .unwrap();
    say(900.0);
    for (name, stream) in [("ear", &mut ear), ("tap", &mut tap)] {
        let deadline = Instant::now() + SOON;
        loop {
            let frame = until_sound(stream);
            let level = tone_level(&audio(&frame.samples, 8000), 900.0);
            if level > -20.0 {
                break;
            }
            assert!(Instant::now() < deadline, "{name}");
        }
    }
    ep.close();
}

#[test]
fn wrong_options_say_what_is_allowed() {
    let ep = start(narrow());
    for (options, word) in [
        (sink(11_025), "11025"),
        (sink(8000).frame(5 * MS), "5ms"),
        (sink(8000).frame(61 * MS), "61ms"),
        (sink(8000).frame(Duration::from_micros(10_500)), "10.5ms"),
        (sink(8000).capacity(Duration::ZERO), "0ns"),
        (sink(8000).capacity(Duration::from_secs(601)), "601s"),
    ] {
        let error = ep.audio_sink(options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains(word), "{error}");
    }
    assert!(ep.audio_source(source(44_100)).is_err());
    assert!(ep.audio_source(source(8000).capacity(10 * MS)).is_err());
    let mut idle = ep.audio_sink(sink(8000)).unwrap();
    assert_eq!(idle.try_read().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(idle.read(Some(50 * MS)).unwrap_err().kind(), ErrorKind::Timeout);
    ep.close();
}

//! Files and digits: what one side plays, the other records.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, compare, detect_tones, tone};
use microsip_testkit::dir::TestDir;
use microsip_testkit::{Deadline, steady};
use support::*;

fn speech() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav")
}

fn digits(events: &mut Events, call: &Call, count: usize) -> Vec<(char, Duration)> {
    (0..count)
        .map(|_| {
            wait(events, "digit", |e| match e {
                Event::Dtmf {
                    call: c,
                    digit,
                    method: DtmfMethod::RtpEvent,
                    duration,
                } if c == call => Some((digit.as_char(), duration.unwrap())),
                _ => None,
            })
        })
        .collect()
}

#[test]
fn heavy_speech_arrives_through_every_codec_and_every_kind_of_encryption() {
    let dir = TestDir::new("speech").unwrap();
    let reference = Audio::read_wav(speech()).unwrap();
    let deadline = Deadline::secs(240);
    for (codecs, srtp, least) in [
        ("PCMU", SrtpMode::Off, 0.9),
        ("PCMA", SrtpMode::Optional, 0.9),
        ("G722", SrtpMode::Required, 0.9),
        ("GSM", SrtpMode::Off, 0.85),
        ("speex/16000", SrtpMode::Off, 0.7),
        ("opus", SrtpMode::Required, 0.8),
    ] {
        steady(deadline, || {
            let ep = start(config().codecs(codecs).unwrap());
            let add = |user: &str| ep.add_account(AccountConfig::new(ep.uri(user)).srtp(srtp)).unwrap();
            add("1001");
            add("1002");
            let (out, inn) = connected(&ep);
            let (info, file) = (inn.info(), dir.join(format!("{}.wav", codecs.replace('/', "-"))));
            let media = wait_media(&inn);
            assert!(
                media
                    .codec
                    .as_ref()
                    .unwrap()
                    .to_string()
                    .to_lowercase()
                    .starts_with(&codecs.to_lowercase()),
                "{media:?}"
            );
            let keying = (srtp != SrtpMode::Off).then_some(SrtpKeying::Sdes);
            assert_eq!(media.srtp, keying, "{codecs}: {media:?}");
            let recorder = inn.record(&file).unwrap();
            let player = out.play(speech(), PlayOptions::default()).unwrap();
            player.wait_finished(Duration::from_secs(30)).unwrap();
            // The jitter buffer still holds the last syllable.
            std::thread::sleep(Duration::from_millis(300));
            out.hang_up().unwrap();
            let recording = recorder.wait_finished(SOON).unwrap();
            assert_eq!((recording.dropped, recording.error), (0, None));
            let heard = compare(&reference, &Audio::read_wav(&file).unwrap());
            assert!(heard.coverage > 0.85 && heard.correlation > least, "{codecs}: {heard}");
            let stats = inn
                .wait_for(CallState::Disconnected, SOON)
                .unwrap()
                .stats
                .clone()
                .unwrap();
            assert!(
                stats.received.packets > 250 && stats.received.lost == 0,
                "{codecs}: {stats:?}"
            );
            assert!(info.started <= std::time::SystemTime::now());
            ep.close();
        });
    }
}

fn wait_media(call: &Call) -> MediaInfo {
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(10), "active media", || {
        call.info()
            .media
            .iter()
            .find(|m| m.active && m.codec.is_some())
            .cloned()
    })
    .unwrap()
}

#[test]
fn a_required_encryption_refuses_a_plain_offer_with_488() {
    let ep = start(config());
    ep.local("1001");
    ep.add_account(AccountConfig::new(ep.uri("1002")).srtp(SrtpMode::Required))
        .unwrap();
    let out = ep.accounts().unwrap()[0].call(&ep.uri("1002")).unwrap();
    let error = out.wait_for(CallState::Confirmed, SOON).unwrap_err();
    assert!(
        matches!(error.sip_status().map(StatusCode::code), Some(488 | 406)),
        "{error}"
    );
    ep.close();
}

#[test]
fn digits_arrive_both_ways_with_their_duration() {
    steady(Deadline::secs(100), || {
        let ep = start(config());
        let (out, inn) = connected(&ep);
        let mut events = ep.events();
        out.send_dtmf("0123456789*#ABCD").unwrap();
        let seen = digits(&mut events, &inn, 16);
        assert_eq!(seen.iter().map(|(c, _)| *c).collect::<String>(), "0123456789*#ABCD");
        assert!(
            seen.iter().all(|(_, d)| (140..=200).contains(&d.as_millis())),
            "{seen:?}"
        );
        inn.send_dtmf_with("55", DtmfOptions::default().duration(Duration::from_millis(400)))
            .unwrap();
        let seen = digits(&mut events, &out, 2);
        assert!(
            seen.iter()
                .all(|(c, d)| *c == '5' && (360..=460).contains(&d.as_millis())),
            "{seen:?}"
        );
        assert_eq!(out.send_dtmf("1x").unwrap_err().kind(), ErrorKind::InvalidArgument);
        assert_eq!(
            out.send_dtmf(&"1".repeat(300)).unwrap_err().kind(),
            ErrorKind::LimitReached
        );
        out.hang_up().unwrap();
        assert_eq!(out.send_dtmf("1").unwrap_err().kind(), ErrorKind::Gone);
        ep.close();
    });
}

#[test]
fn digits_are_sent_even_when_nothing_else_is() {
    let ep = start(config().send_silence(false));
    let (out, inn) = connected(&ep);
    wait_media(&out);
    let mut events = ep.events();
    out.send_dtmf("42").unwrap();
    assert_eq!(
        digits(&mut events, &inn, 2).iter().map(|(c, _)| *c).collect::<String>(),
        "42"
    );
    ep.close();
}

#[test]
fn early_media_is_heard_before_the_answer() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("early").unwrap();
        let ep = start(config().codecs("PCMU").unwrap());
        let caller = ep.local("1001");
        ep.local("1002");
        let mut events = ep.events();
        let out = caller.call(&ep.uri("1002")).unwrap();
        let inn = incoming(&mut events);
        let ring = dir.join("ring.wav");
        tone(440.0, -10.0, Duration::from_secs(2), 8000)
            .write_wav(&ring)
            .unwrap();
        // Asked for before there is audio: both wait for it.
        let recorder = out.record(dir.join("early.wav")).unwrap();
        let player = inn.play(&ring, PlayOptions::default().repeat(true)).unwrap();
        inn.answer(StatusCode::SESSION_PROGRESS).unwrap();
        out.wait_for(CallState::Early, SOON).unwrap();
        wait_media(&out);
        std::thread::sleep(Duration::from_millis(800));
        assert!(player.position() > Duration::ZERO && !player.is_finished());
        assert_eq!(out.state(), CallState::Early);
        let info = recorder.stop().unwrap();
        assert!(info.length() > Duration::from_millis(400), "{info:?}");
        let heard = Audio::read_wav(dir.join("early.wav")).unwrap();
        let tones = detect_tones(&heard, -30.0);
        assert!(tones.iter().any(|t| (t.frequency_hz - 440.0).abs() < 5.0), "{tones:?}");
        player.stop().unwrap();
        player.wait_finished(SOON).unwrap();
        inn.answer(StatusCode::OK).unwrap();
        out.wait_for(CallState::Confirmed, SOON).unwrap();
        ep.close();
    });
}

#[test]
fn there_are_no_statistics_after_the_end() {
    let ep = start(config());
    let (out, _inn) = connected(&ep);
    out.hang_up().unwrap();
    assert_eq!(out.stats().unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

#[test]
fn rtp_ports_stay_in_their_range() {
    let range = microsip_testkit::ports::reserve_range(8).unwrap();
    let (first, last) = (range.first(), range.last());
    let _ = range.release();
    let ep = start(config().rtp_ports(first..=last));
    for _ in 0..3 {
        let (out, inn) = connected(&ep);
        for call in [&out, &inn] {
            let port: u16 = wait_media(call).remote_rtp.rsplit(':').next().unwrap().parse().unwrap();
            assert!((first..=last).contains(&port), "{port} is outside {first}-{last}");
        }
        out.hang_up().unwrap();
        inn.wait_for(CallState::Disconnected, SOON).unwrap();
    }
    ep.close();
}

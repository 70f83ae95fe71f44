//! baresip calls baresip: what the launcher promises.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use microsip_testkit::Deadline;
use microsip_testkit::audio::{Audio, detect_tones, tone};
use microsip_testkit::baresip::{Baresip, BaresipAnswer, BaresipOptions, BaresipSrtp};

fn loudest(audio: &Audio) -> f64 {
    detect_tones(audio, -40.0).first().map_or(0.0, |tone| tone.frequency_hz)
}

#[test]
fn a_call_carries_audio_and_digits_both_ways() {
    let says = |hz| tone(hz, -10.0, Duration::from_secs(20), 16_000);
    let mut alice = Baresip::start(BaresipOptions::new("alice").plays(says(500.0)).srtp(BaresipSrtp::Sdes)).unwrap();
    let options = BaresipOptions::new("bob")
        .plays(says(900.0))
        .answer(BaresipAnswer::Manual)
        .srtp(BaresipSrtp::Sdes);
    let mut bob = Baresip::start(options).unwrap();
    let soon = || Deadline::secs(10);
    assert!(
        bob.version().starts_with(|c: char| c.is_ascii_digit()),
        "{}",
        bob.version()
    );

    alice.dial(&bob.uri()).unwrap();
    bob.wait_event("CALL_INCOMING", soon()).unwrap();
    bob.accept().unwrap();
    let established = alice.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    assert!(!established.incoming && !established.call_id.is_empty());
    bob.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    alice.send_dtmf("42#").unwrap();
    for digit in ["4", "2", "#"] {
        let event = bob.wait_event("CALL_DTMF_START", soon()).unwrap();
        assert_eq!(event.param, digit);
    }
    std::thread::sleep(Duration::from_secs(1));
    bob.hang_up().unwrap();
    alice.wait_event("CALL_CLOSED", soon()).unwrap();
    let heard = (alice.heard().unwrap(), bob.heard().unwrap());
    assert!((loudest(&heard.0[0]) - 900.0).abs() < 10.0);
    assert!((loudest(&heard.1[0]) - 500.0).abs() < 10.0);
    assert!(alice.output().matching("RTP/SAVP").len() > 1, "{}", alice.output());
}

#[test]
fn a_refusal_and_a_wrong_command_are_told() {
    let mut alice = Baresip::start(BaresipOptions::new("alice")).unwrap();
    let mut bob = Baresip::start(BaresipOptions::new("bob")).unwrap();
    alice.dial(&bob.uri()).unwrap();
    bob.wait_event("CALL_INCOMING", Deadline::secs(10)).unwrap();
    bob.hang_up().unwrap();
    let closed = alice.wait_event("CALL_CLOSED", Deadline::secs(10)).unwrap();
    assert!(closed.param.contains("486"), "{closed:?}");
    assert!(alice.command("no-such-command", "").is_err());
    let error = alice
        .wait_event("CALL_INCOMING", Deadline::after(Duration::from_millis(300)))
        .unwrap_err();
    assert!(
        error.to_string().contains("CALL_CLOSED"),
        "what was seen is told: {error}"
    );
}

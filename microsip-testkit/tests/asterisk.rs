//! Asterisk, called by baresip: what the launcher promises. Compiled with the feature `interop` only, which `cargo xtask interop` sets
//! after it has unpacked Asterisk.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use microsip_testkit::Deadline;
use microsip_testkit::asterisk::{Asterisk, AsteriskOptions, HOLD_TONE_HZ};
use microsip_testkit::audio::{Audio, detect_tones, tone};
use microsip_testkit::baresip::{Baresip, BaresipAnswer, BaresipOptions};

fn soon() -> Deadline {
    Deadline::secs(10)
}

fn loudest(audio: &Audio) -> f64 {
    detect_tones(audio, -40.0).first().map_or(0.0, |tone| tone.frequency_hz)
}

fn phone(pbx: &Asterisk, user: &str) -> Baresip {
    let options = BaresipOptions::new(user)
        .registrar(pbx.udp_addr(), &format!("{user}-secret"))
        .answer(BaresipAnswer::Auto)
        .plays(tone(500.0, -10.0, Duration::from_secs(30), 16_000));
    let mut phone = Baresip::start(options).unwrap();
    phone.wait_registered(soon()).unwrap();
    phone
}

#[test]
fn the_dialplan_answers_as_it_says() {
    let pbx = Asterisk::start(AsteriskOptions::new().usual_users(|user| user)).unwrap();
    assert!(pbx.version().unwrap().starts_with("22."), "{}", pbx.version().unwrap());
    let mut alice = phone(&pbx, "alice");
    assert_eq!(pbx.wait_registered("alice", 1, soon()).unwrap().len(), 1);
    for (number, code) in [
        ("busy", "486"),
        ("congestion", "503"),
        ("cause-17", "486"),
        ("cause-21", "403"),
        ("nobody", "404"),
    ] {
        alice.dial(&pbx.uri(number)).unwrap();
        let closed = alice.wait_event("CALL_CLOSED", soon()).unwrap();
        assert!(closed.param.contains(code), "{number}: {closed:?}");
    }
    for (number, pitch) in [("tone-700", 700.0), ("echo", 500.0), ("music", HOLD_TONE_HZ)] {
        alice.dial(&pbx.uri(number)).unwrap();
        alice.wait_event("CALL_ESTABLISHED", soon()).unwrap();
        std::thread::sleep(Duration::from_millis(1500));
        alice.hang_up().unwrap();
        alice.wait_event("CALL_CLOSED", soon()).unwrap();
        let heard = alice.heard().unwrap().pop().unwrap();
        assert!(
            (loudest(&heard) - pitch).abs() < 10.0,
            "{number}: {:?}",
            detect_tones(&heard, -40.0)
        );
    }
    alice.dial(&pbx.uri("record")).unwrap();
    alice.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    alice.hang_up().unwrap();
    pbx.wait_channels(0, soon()).unwrap();
    assert!((loudest(&pbx.recordings().unwrap()[0]) - 500.0).abs() < 10.0);
    alice.dial(&pbx.uri("read")).unwrap();
    alice.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    alice.send_dtmf("1590").unwrap();
    assert!(pbx.output().wait_from(0, "read digits: 1590", soon()).is_some());
    alice.wait_event("CALL_DTMF_START", soon()).unwrap();
    alice.hang_up().unwrap();
}

#[test]
fn users_reach_each_other_and_the_manager_tells_it() {
    let pbx = Asterisk::start(AsteriskOptions::new().usual_users(|user| user)).unwrap();
    let mut manager = pbx.manager(soon()).unwrap();
    let (mut alice, mut bob) = (phone(&pbx, "alice"), phone(&pbx, "bob"));
    alice.dial(&pbx.uri("bob")).unwrap();
    bob.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    alice.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    assert_eq!(pbx.wait_channels(2, soon()).unwrap().len(), 2);
    let bridged = manager
        .wait_event("a bridge", |m| m.is_event("BridgeEnter"), soon())
        .unwrap();
    assert!(bridged.get("Channel").unwrap().starts_with("PJSIP/"));
    assert!(manager.action("Nonsense", &[], soon()).is_err());
    alice.hang_up().unwrap();
    bob.wait_event("CALL_CLOSED", soon()).unwrap();
    pbx.originate("alice", "timed").unwrap();
    alice.wait_event("CALL_ESTABLISHED", soon()).unwrap();
    alice.wait_event("CALL_CLOSED", soon()).unwrap();
}

//! Keys: the methods of `DTMFMethod`, keys behind a number, keys that come (reference sections 3.4 and 7.5); redial, pickup.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::peer::{Got, Invite, Leg, Peer};
use common::phone::Home;
use common::solo::{Phone, stored};
use microsip_testkit::audio::{Audio, detect_dtmf};
use microsip_testkit::sipmsg::SipMessage;
use serde_json::json;

/// A phone in a call with the peer.
fn in_call(name: &str, settings: &str, sdp: impl Fn(&Peer) -> String) -> (Phone, Peer, Leg) {
    let mut phone = Phone::start(name, settings);
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100").sdp(sdp(&peer)));
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    (phone, peer, leg)
}

/// `Signal` and `Duration` of an INFO.
fn signal(info: &SipMessage) -> (String, String) {
    assert_eq!(info.header("Content-Type"), Some("application/dtmf-relay"));
    let body = info.body_text();
    let value = |name: &str| {
        let line = body
            .lines()
            .find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='));
        line.unwrap_or_else(|| panic!("no {name} in {body:?}"))
            .trim()
            .to_owned()
    };
    (value("Signal"), value("Duration"))
}

/// The keys that sound in the next seconds.
fn sounding(peer: &Peer) -> String {
    let mut samples = Vec::new();
    while samples.len() < 8000 * 2 {
        let packet = peer.hear("sound", |p| p.kind == 0);
        samples.extend(packet.samples().into_iter().map(|s| (s / 32_768.0) as f32));
    }
    let heard = detect_dtmf(&Audio::new(samples, 8000));
    heard.into_iter().map(|found| found.digit).collect()
}

#[test]
fn by_info() {
    let (phone, peer, leg) = in_call("info", "DTMFMethod=3", Peer::sdp);
    assert_eq!(phone.classic(&["/dtmf:1*D"]).code, 0);
    for digit in ["1", "*", "D"] {
        let info = peer.ok(&leg, "INFO");
        assert_eq!(signal(&info), (digit.into(), "160".into()));
    }
}

#[test]
fn by_rtp_events() {
    for method in ["0", "2"] {
        let (phone, peer, _) = in_call("events", &format!("DTMFMethod={method}"), Peer::sdp);
        phone.ask("/dtmf:12#A");
        assert_eq!(peer.keys(4), "12#A");
        assert!(peer.look(Duration::ZERO, |m| m.is_request("INFO")).is_none());
    }
}

#[test]
fn in_the_band() {
    let plain = |peer: &Peer| peer.sdp_of("0", "");
    // Also by itself, where events were not agreed upon.
    for (method, sdp) in [("1", Peer::sdp as fn(&Peer) -> String), ("0", plain)] {
        let (phone, peer, _) = in_call("in-band", &format!("DTMFMethod={method}"), sdp);
        phone.ask("/dtmf:159#");
        assert_eq!(sounding(&peer), "159#", "{method}");
    }
    // But not where events are wanted.
    let (phone, _peer, _) = in_call("no-events", "DTMFMethod=2", plain);
    phone.refused("/dtmf:1");
}

#[test]
fn what_is_no_key_is_refused() {
    let (phone, peer, leg) = in_call("no-key", "DTMFMethod=3", Peer::sdp);
    for text in ["/dtmf:", "/dtmf:12x", "/dtmf:1%202"] {
        let reply = phone.line(text);
        assert_eq!(reply["ok"], false, "{text}: {reply}");
    }
    let info = peer.look(Duration::from_millis(300), |m| m.is_request("INFO"));
    assert!(info.is_none(), "{}", info.unwrap().body_text());
    // Without a call.
    phone.ask("/hangupall");
    peer.ok(&leg, "BYE");
    assert_ne!(phone.classic(&["/dtmf:1"]).code, 0);
}

#[test]
fn keys_that_come_by_info_are_answered() {
    let (mut phone, peer, mut leg) = in_call("received", "", Peer::sdp);
    let kind = "Content-Type: application/dtmf-relay\r\n";
    for (body, code) in [
        ("Signal=5\r\nDuration=160\r\n", 200),
        ("Signal= *\r\nDuration= 100\r\n", 200),
        ("Duration=160\r\n", 400),
        ("Signal=55\r\n", 400),
        ("", 200),
    ] {
        peer.request_in(&mut leg, "INFO", kind, body);
        peer.code(&leg, code, "INFO");
    }
    assert_eq!(phone.wait("dtmf", |_| true)["digit"], "5");
    assert_eq!(phone.wait("dtmf", |_| true)["digit"], "*");
}

#[test]
fn keys_behind_a_number_come_in_their_time() {
    let phone = Phone::start("behind", "DTMFMethod=3");
    let peer = Peer::new();
    assert_eq!(phone.classic(&[&format!("{},45,,6#", peer.uri("bob"))]).code, 0);
    let invite = peer.called();
    assert_eq!(invite.request_uri(), Some(&*peer.uri("bob")));
    let leg = peer.take(&invite);
    let answered = Instant::now();
    let mut came: Vec<(String, Duration)> = Vec::new();
    for _ in 0..4 {
        let info = peer.ok(&leg, "INFO");
        came.push((signal(&info).0, info.at - answered));
    }
    let digits: String = came.iter().map(|(digit, _)| digit.as_str()).collect();
    assert_eq!(digits, "456#");
    // The first group after 1 s; an empty one; the last 3.4 s after the answer.
    for (at, expected) in [(0, 1000), (2, 3400)] {
        let expected = Duration::from_millis(expected);
        let late = came[at]
            .1
            .checked_sub(expected.saturating_sub(Duration::from_millis(100)));
        assert!(late.is_some_and(|late| late < Duration::from_millis(800)), "{came:?}");
    }
}

#[test]
fn keys_behind_a_number_are_dropped_with_the_call() {
    let mut phone = Phone::start("dropped", "DTMFMethod=3");
    let peer = Peer::new();
    phone.ask(&format!("{},1,2", peer.uri("bob")));
    let mut leg = peer.take(&peer.called());
    let info = peer.ok(&leg, "INFO");
    assert_eq!(signal(&info).0, "1");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
    assert!(
        peer.look(Duration::from_millis(2000), |m| m.is_request("INFO"))
            .is_none()
    );
    assert_eq!(phone.count("error", |_| true), 0);
}

fn with_account(name: &str, settings: &str, account: &str) -> (Phone, Peer) {
    let peer = Peer::new();
    let section = format!("[Account1]\nlabel=L\ndomain={}\nusername=204\n{account}\n", peer.addr());
    let phone = Phone::with(Home::new(name), &format!("accountId=1\n{settings}"), &section);
    (phone, peer)
}

fn refuse(phone: &mut Phone, peer: &Peer) -> Got {
    let invite = peer.called();
    peer.reply(&invite, 404, "Not Found", "", "");
    phone.wait_call("disconnected");
    invite
}

#[test]
fn redial_calls_what_was_dialled_last() {
    let (mut phone, peer) = with_account("redial", "", "dialingPrefix=9");
    let nothing = phone.run(&["redial"]);
    assert_ne!(nothing.code, 0, "{nothing:?}");
    phone.ask("5551");
    assert_eq!(refuse(&mut phone, &peer).request_uri(), Some(&*peer.uri("95551")));
    assert_eq!(stored(&phone.home, "lastCallNumber").as_deref(), Some("5551"));
    assert_eq!(stored(&phone.home, "0").as_deref(), Some("5551"));
    // Not transformed.
    assert_eq!(phone.run(&["redial"]).code, 0);
    assert_eq!(refuse(&mut phone, &peer).request_uri(), Some(&*peer.uri("5551")));
    // Who called is remembered as well.
    let host = peer.addr().to_string();
    let mut leg = peer.rings(&phone.address(), &Invite::from("300").to("204").host(&host));
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
    let last = stored(&phone.home, "lastCallNumber").unwrap();
    assert!(last.starts_with("300"), "{last}");
}

#[test]
fn a_ringing_extension_is_picked_up_by_its_code() {
    let (mut phone, peer) = with_account("pickup", "", "dialingPrefix=9\ndialPlan=none");
    phone.command("pickup", json!({ "number": "205" }));
    assert_eq!(refuse(&mut phone, &peer).request_uri(), Some(&*peer.uri("**205")));
    phone.edit_setting("featureCodeCP", "*8");
    phone.command("pickup", json!({ "number": "5551" }));
    assert_eq!(refuse(&mut phone, &peer).request_uri(), Some(&*peer.uri("*85551")));
    phone.edit_setting("enableFeatureCodeCP", "0");
    phone.refused(r#"{"command":"pickup","number":"205"}"#);
    assert!(
        peer.look(Duration::from_millis(200), |m| m.is_request("INVITE"))
            .is_none()
    );
}

#[test]
fn the_mailbox_needs_a_number() {
    let (phone, peer) = with_account("no-mailbox", "", "");
    let (kind, message) = phone.refused(r#"{"command":"voicemail"}"#);
    assert_eq!(kind, "config");
    assert!(message.contains("voicemailNumber"), "{message}");
    assert!(peer.look(Duration::ZERO, |_| true).is_none());
}

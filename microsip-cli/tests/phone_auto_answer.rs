//! Automatic answers (reference section 6.4), by INVITEs of bytes.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::peer::{Invite, Leg, Peer};
use common::solo::Phone;

/// The call is answered at once; it is ended then.
fn answers(peer: &Peer, phone: &mut Phone, invite: &Invite) {
    let mut leg = peer.invite(&phone.address(), invite);
    peer.answered(&mut leg);
    assert!(rang(peer, &leg).is_none(), "it rang");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
}

/// It rings for a moment, in which an immediate answer would have come.
fn only_rings(peer: &Peer, phone: &mut Phone, invite: &Invite) {
    let mut leg = peer.rings(&phone.address(), invite);
    unanswered(peer, &leg, 300);
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
}

fn rang(peer: &Peer, leg: &Leg) -> Option<common::peer::Got> {
    peer.look(Duration::ZERO, |m| {
        m.call_id() == Some(&leg.call_id) && m.is_response(180, "INVITE")
    })
}

fn unanswered(peer: &Peer, leg: &Leg, milliseconds: u64) {
    let got = peer.look(Duration::from_millis(milliseconds), |m| {
        m.call_id() == Some(&leg.call_id)
            && m.code()
                .is_some_and(|code| code >= 200 && m.is_response(code, "INVITE"))
    });
    assert!(got.is_none(), "{}", got.unwrap().msg);
}

#[test]
fn by_the_button() {
    let mut phone = Phone::start("aa-button", "AA=0");
    let peer = Peer::new();
    // Headers count in their own mode only.
    let asks = Invite::from("100")
        .header("X-AUTOANSWER: true")
        .header("Call-Info: <sip:x>;answer-after=0");
    only_rings(&peer, &mut phone, &asks);
    phone.edit_setting("AA", "1");
    answers(&peer, &mut phone, &Invite::from("100"));
    phone.edit_setting("autoAnswer", "");
    only_rings(&peer, &mut phone, &Invite::from("100"));
    phone.edit_setting("autoAnswer", "all");
    phone.edit_setting("AA", "0");
    answers(&peer, &mut phone, &Invite::from("100"));
}

#[test]
fn by_headers() {
    let mut phone = Phone::start("aa-header", "autoAnswer=header\nAA=1");
    let peer = Peer::new();
    only_rings(&peer, &mut phone, &Invite::from("100"));
    for header in [
        "X-AUTOANSWER: true",
        "X-AutoAnswer: TRUE",
        "x-autoanswer: 1",
        "Call-Info: <sip:x>;answer-after=0",
        "Call-Info: <sip:127.0.0.1>; Answer-After=0",
        "Call-Info: Auto Answer",
        "Call-Info: <http://x>;purpose=auto answer",
    ] {
        answers(&peer, &mut phone, &Invite::from("100").header(header));
    }
    for header in [
        "X-AUTOANSWER: no",
        "X-AUTOANSWER: 2",
        "Alert-Info: auto answer",
        "Alert-Info: <http://x>;info=alert-autoanswer;answer-after=0",
        "Call-Info: <sip:x>;answer-after=",
        // Only the first one is looked at.
        "Call-Info: <http://x>;purpose=icon\r\nCall-Info: <sip:x>;answer-after=0",
    ] {
        only_rings(&peer, &mut phone, &Invite::from("100").header(header));
    }
}

#[test]
fn the_header_may_bring_its_own_delay() {
    let phone = Phone::start("aa-delay", "autoAnswer=header\nautoAnswerDelay=60");
    let peer = Peer::new();
    let begun = Instant::now();
    let mut leg = peer.rings(
        &phone.address(),
        &Invite::from("100").header("Call-Info: <sip:x>;answer-after=1"),
    );
    let got = peer.answered(&mut leg);
    let after = got.at - begun;
    assert!(
        after > Duration::from_millis(900) && after < Duration::from_secs(10),
        "{after:?}"
    );
}

#[test]
fn with_a_delay_it_rings_first() {
    let phone = Phone::start("aa-later", "autoAnswer=all\nautoAnswerDelay=1");
    let peer = Peer::new();
    let begun = Instant::now();
    let mut first = peer.rings(&phone.address(), &Invite::from("100"));
    // Only one can be pending.
    let second = peer.rings(&phone.address(), &Invite::from("200"));
    let got = peer.answered(&mut first);
    assert!(got.at - begun > Duration::from_millis(900), "{:?}", got.at - begun);
    unanswered(&peer, &second, 2500);
}

#[test]
fn what_waits_is_dropped_when_any_call_ends() {
    let phone = Phone::start("aa-dropped", "autoAnswer=all\nautoAnswerDelay=2");
    let peer = Peer::new();
    let first = peer.rings(&phone.address(), &Invite::from("100"));
    let mut second = peer.rings(&phone.address(), &Invite::from("200"));
    peer.cancel(&mut second, "");
    unanswered(&peer, &first, 3000);
}

#[test]
fn what_waits_is_dropped_when_any_call_is_answered() {
    let phone = Phone::start("aa-answered", "singleMode=0\nautoAnswer=all\nautoAnswerDelay=2");
    let peer = Peer::new();
    let first = peer.rings(&phone.address(), &Invite::from("100"));
    let mut second = peer.rings(&phone.address(), &Invite::from("200"));
    let id = phone.find("incoming", |e| e["from_user"] == "200")["call"].clone();
    phone.ask(&format!("{{\"command\":\"answer\",\"call\":{id}}}"));
    peer.answered(&mut second);
    unanswered(&peer, &first, 3000);
}

#[test]
fn a_call_refused_by_the_rules_drops_nothing() {
    let phone = Phone::start("aa-refused", "autoAnswer=all\nautoAnswerDelay=2\nmaxConcurrentCalls=1");
    let peer = Peer::new();
    let mut first = peer.rings(&phone.address(), &Invite::from("100"));
    peer.refused(&phone.address(), &Invite::from("200"), 486, "Active calls limit");
    peer.answered(&mut first);
}

#[test]
fn what_waits_does_not_end_a_call_the_user_began() {
    for mode in ["singleMode=1", "singleMode=0"] {
        let phone = Phone::start("aa-began", &format!("{mode}\nautoAnswer=all\nautoAnswerDelay=1"));
        let (caller, callee) = (Peer::new(), Peer::new());
        let waiting = caller.rings(&phone.address(), &Invite::from("100"));
        phone.ask(&callee.uri("bob"));
        callee.called();
        unanswered(&caller, &waiting, 2500);
        assert!(
            callee.look(Duration::ZERO, |m| m.is_request("CANCEL")).is_none(),
            "{mode}"
        );
    }
}

#[test]
fn beside_a_call_that_talks_it_only_rings() {
    let mut phone = Phone::start("aa-beside", "singleMode=0\nautoAnswer=all");
    let peer = Peer::new();
    let mut first = peer.invite(&phone.address(), &Invite::from("100"));
    peer.answered(&mut first);
    phone.wait_call("confirmed");
    let second = peer.rings(&phone.address(), &Invite::from("200"));
    unanswered(&peer, &second, 300);
    // Nor beside one that we make.
    let phone = Phone::start("aa-beside-2", "autoAnswer=all");
    phone.ask(&peer.uri("bob"));
    peer.called();
    let second = peer.rings(&phone.address(), &Invite::from("200"));
    unanswered(&peer, &second, 300);
}

#[test]
fn beside_a_call_that_rings_it_answers() {
    let mut phone = Phone::start("aa-ringing", "autoAnswer=all\nautoAnswerNumber=1*");
    let peer = Peer::new();
    let rings = peer.rings(&phone.address(), &Invite::from("200"));
    let mut leg = peer.invite(&phone.address(), &Invite::from("100"));
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    unanswered(&peer, &rings, 300);
}

#[test]
fn beside_held_calls_and_always() {
    let mut phone = Phone::start("aa-held", "singleMode=0\nautoAnswer=all\nautoAnswerCalls=hold");
    let peer = Peer::new();
    let mut first = peer.invite(&phone.address(), &Invite::from("100"));
    peer.answered(&mut first);
    phone.wait_call("confirmed");
    let mut second = peer.rings(&phone.address(), &Invite::from("200"));
    unanswered(&peer, &second, 300);
    peer.cancel(&mut second, "");
    phone.wait_call("disconnected");
    phone.ask("msip:hold");
    assert_eq!(peer.reinvited(&first), "sendonly");
    phone.wait("hold", |_| true);
    let mut third = peer.invite(&phone.address(), &Invite::from("300"));
    peer.answered(&mut third);
    phone.edit_setting("autoAnswerCalls", "all");
    // The third one talks; it is held for the next.
    let mut fourth = peer.invite(&phone.address(), &Invite::from("400"));
    assert_eq!(peer.reinvited(&third), "sendonly");
    peer.answered(&mut fourth);
}

#[test]
fn for_some_callers() {
    let mut phone = Phone::start("aa-number", "autoAnswer=all");
    let peer = Peer::new();
    for (pattern, answered, rings) in [
        ("100", vec!["100"], vec!["1000", "10", "200"]),
        ("1*", vec!["1", "100", "1bob"], vec!["21"]),
        ("2?? ; 3*|bob", vec!["200", "3", "34", "bob"], vec!["20", "2000", "Bob"]),
        ("1^00", vec!["10", "100"], vec!["1000", "00"]),
    ] {
        phone.edit_setting("autoAnswerNumber", pattern);
        for user in answered {
            answers(&peer, &mut phone, &Invite::from(user));
        }
        for user in rings {
            only_rings(&peer, &mut phone, &Invite::from(user));
        }
    }
}

//! One call or several: what ends, what is held, what is joined (reference sections 7.1, 7.2, 7.4).
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::peer::{Got, Invite, Leg, Peer};
use common::solo::{Phone, stored};
use serde_json::{Value, json};

/// A call from the peer, answered; the answer is for its SDP.
fn talking(phone: &mut Phone, peer: &Peer, user: &str) -> (Leg, Got) {
    let mut leg = peer.rings(&phone.address(), &Invite::from(user));
    let call = call_of(phone, user);
    phone.command("answer", json!({ "call": call }));
    let answer = peer.answered(&mut leg);
    phone.wait("call", |e| e["call"] == call && e["state"] == "confirmed");
    (leg, answer)
}

/// The number of the call from a user.
fn call_of(phone: &Phone, user: &str) -> Value {
    phone.find("incoming", |e| e["from_user"] == user)["call"].clone()
}

fn silent(peer: &Peer, method: &str) {
    let got = peer.look(Duration::from_millis(300), |m| m.is_request(method));
    assert!(got.is_none(), "{}", got.unwrap().msg);
}

#[test]
fn in_single_mode_a_second_call_is_not_made() {
    let mut phone = Phone::start("single", "");
    let peer = Peer::new();
    phone.ask(&peer.uri("bob"));
    let invite = peer.called();
    let refused = phone.refused(&peer.uri("eve"));
    assert_eq!(refused.0, "busy", "{refused:?}");
    silent(&peer, "INVITE");
    peer.take(&invite);
    phone.wait_call("confirmed");
    assert_eq!(phone.refused(&peer.uri("eve")).0, "busy");
    silent(&peer, "INVITE");
    silent(&peer, "BYE");
}

#[test]
fn in_single_mode_a_call_that_was_hung_up_is_no_hindrance() {
    let mut phone = Phone::start("single-next", "");
    let (one, two) = (Peer::new(), Peer::new());
    talking(&mut phone, &one, "100");
    assert_eq!(phone.classic(&["/hangupall"]).code, 0);
    // Nobody answers the BYE.
    one.request("BYE");
    assert_eq!(phone.classic(&[&two.uri("bob")]).code, 0);
    let invite = two.called();
    phone.ask("/hangupcalling");
    two.request("CANCEL");
    assert_eq!(phone.classic(&[&two.uri("eve")]).code, 0);
    two.wait("INVITE", |m| {
        m.is_request("INVITE") && m.request_uri() == Some(&two.uri("eve"))
    });
    drop(invite);
}

#[test]
fn in_single_mode_a_call_that_rings_is_no_hindrance() {
    let phone = Phone::start("single-rings", "");
    let (caller, callee) = (Peer::new(), Peer::new());
    let mut ringing = caller.rings(&phone.address(), &Invite::from("100"));
    phone.ask(&callee.uri("bob"));
    let invite = callee.called();
    callee.take(&invite);
    // It still rings, and can be declined.
    phone.ask("/hangupincoming");
    assert_eq!(caller.outcome(&mut ringing).code(), Some(603));
    silent(&callee, "BYE");
}

#[test]
fn in_single_mode_answering_ends_the_others() {
    let mut phone = Phone::start("single-answer", "");
    let peer = Peer::new();
    let (first, _) = talking(&mut phone, &peer, "100");
    let mut second = peer.rings(&phone.address(), &Invite::from("200"));
    let third = peer.rings(&phone.address(), &Invite::from("300"));
    // The first that waits.
    assert_eq!(phone.classic(&["/answer"]).code, 0);
    peer.ok(&first, "BYE");
    peer.answered(&mut second);
    // What rings goes on.
    let end = peer.look(Duration::from_millis(300), |m| {
        m.call_id() == Some(&third.call_id) && m.code().is_some_and(|code| code >= 200)
    });
    assert!(end.is_none(), "{}", end.unwrap().msg);
}

#[test]
fn in_single_mode_answering_cancels_what_is_being_called() {
    let phone = Phone::start("single-cancel", "");
    let (caller, callee) = (Peer::new(), Peer::new());
    phone.ask(&callee.uri("bob"));
    let invite = callee.called();
    // It cannot be held yet.
    assert_eq!(phone.refused("msip:hold").0, "wrong_state");
    let mut leg = caller.rings(&phone.address(), &Invite::from("100"));
    phone.ask("msip:answer");
    let cancel = callee.request("CANCEL");
    callee.reply(&cancel, 200, "OK", "", "");
    callee.reply(&invite, 487, "Request Terminated", "", "");
    caller.answered(&mut leg);
}

#[test]
fn in_multi_mode_the_others_are_held() {
    let mut phone = Phone::start("multi", "singleMode=0");
    let (one, two, three) = (Peer::new(), Peer::new(), Peer::new());
    let (first, _) = talking(&mut phone, &one, "100");
    // By a call of ours.
    phone.ask(&two.uri("bob"));
    assert_eq!(one.reinvited(&first), "sendonly");
    let second = two.take(&two.called());
    // By an answer.
    let mut third = three.rings(&phone.address(), &Invite::from("300"));
    phone.ask("/answer");
    assert_eq!(two.reinvited(&second), "sendonly");
    three.answered(&mut third);
    // What is held already is left alone.
    assert!(
        one.look(Duration::from_millis(200), |m| m.is_request("INVITE"))
            .is_none()
    );
    let calls = phone.run(&["calls", "--json"]).ok().json();
    let holds: Vec<&Value> = calls.as_array().unwrap().iter().map(|call| &call["hold"]).collect();
    assert_eq!(holds, ["local", "local", "none"], "{calls}");
    // Taking one back holds the one that talks.
    let call = call_of(&phone, "100");
    phone.command("hold", json!({ "call": call, "state": "off" }));
    assert_eq!(three.reinvited(&third), "sendonly");
    assert_eq!(one.reinvited(&first), "sendrecv");
}

#[test]
fn hold_toggles_on_the_selected_call() {
    let mut phone = Phone::start("hold", "singleMode=0");
    let (one, two) = (Peer::new(), Peer::new());
    let (first, _) = talking(&mut phone, &one, "100");
    phone.ask("msip:hold");
    assert_eq!(one.reinvited(&first), "sendonly");
    phone.wait("hold", |e| e["hold"] == "local");
    assert_eq!(phone.classic(&["msip:hold"]).code, 0);
    assert_eq!(one.reinvited(&first), "sendrecv");
    phone.wait("hold", |e| e["hold"] == "none");
    let mut second = two.rings(&phone.address(), &Invite::from("200"));
    phone.ask("/answer");
    assert_eq!(one.reinvited(&first), "sendonly");
    two.answered(&mut second);
    phone.wait_call("confirmed");
    // The newest is selected; another can be.
    phone.ask("msip:hold");
    assert_eq!(two.reinvited(&second), "sendonly");
    let newest = call_of(&phone, "200");
    phone.wait("hold", |e| e["call"] == newest && e["hold"] == "local");
    let call = call_of(&phone, "100");
    phone.command("select", json!({ "call": call }));
    phone.ask("msip:hold");
    assert_eq!(one.reinvited(&first), "sendrecv");
}

#[test]
fn hanging_up_what_is_called_leaves_the_rest() {
    let mut phone = Phone::start("hang-up", "singleMode=0");
    let (one, two) = (Peer::new(), Peer::new());
    let (first, _) = talking(&mut phone, &one, "100");
    phone.ask(&two.uri("bob"));
    assert_eq!(one.reinvited(&first), "sendonly");
    let invite = two.called();
    assert_eq!(phone.classic(&["/hangupcalling"]).code, 0);
    let cancel = two.request("CANCEL");
    two.reply(&cancel, 200, "OK", "", "");
    two.reply(&invite, 487, "Request Terminated", "", "");
    phone.wait("call", |e| e["state"] == "disconnected");
    silent(&one, "BYE");
    assert_eq!(phone.ask(r#"{"command":"calls"}"#).as_array().unwrap().len(), 1);
    // Without any such call nothing is done.
    phone.ask("/hangupcalling");
    silent(&one, "BYE");
    assert_eq!(phone.run(&["hangup"]).code, 0);
    one.ok(&first, "BYE");
    phone.wait_call("disconnected");
    assert_ne!(phone.run(&["hangup"]).code, 0);
    assert_ne!(phone.classic(&["/answer"]).code, 0);
}

#[test]
fn automatic_conference_joins_who_is_answered() {
    let mut phone = Phone::start("auto-conference", "singleMode=0\nAC=1");
    let (one, two) = (Peer::new(), Peer::new());
    let (first, answer) = talking(&mut phone, &one, "100");
    let _talker = one.talk(&answer.msg);
    let (second, _) = talking(&mut phone, &two, "200");
    phone.wait("conference", |_| true);
    // Nobody is held, and the second hears the first.
    silent(&one, "INVITE");
    two.hear("the other's voice", |packet| packet.is_loud());
    // Holding one holds all.
    phone.ask("msip:hold");
    assert_eq!(two.reinvited(&second), "sendonly");
    assert_eq!(one.reinvited(&first), "sendonly");
    phone.wait("hold", |e| e["hold"] == "local");
    phone.wait("hold", |e| e["hold"] == "local");
    // Taking one back takes all back.
    phone.ask("msip:hold");
    assert_eq!(two.reinvited(&second), "sendrecv");
    assert_eq!(one.reinvited(&first), "sendrecv");
}

#[test]
fn calls_are_merged_and_separated_by_hand() {
    let mut phone = Phone::start("conference", "singleMode=0");
    let (one, two) = (Peer::new(), Peer::new());
    let refused = phone.refused(r#"{"command":"conference"}"#);
    assert_eq!(refused.0, "wrong_state", "{refused:?}");
    let (first, answer) = talking(&mut phone, &one, "100");
    let talker = one.talk(&answer.msg);
    let mut second = two.rings(&phone.address(), &Invite::from("200"));
    phone.ask("/answer");
    assert_eq!(one.reinvited(&first), "sendonly");
    two.answered(&mut second);
    phone.wait_call("confirmed");
    phone.command("conference", json!({}));
    // The one on hold comes back.
    assert_eq!(one.reinvited(&first), "sendrecv");
    two.hear("the other's voice", |packet| packet.is_loud());
    // A member is not transferred.
    let (kind, _) = phone.refused(r#"{"command":"transfer","target":"99"}"#);
    assert_eq!(kind, "wrong_state");
    phone.command("conference", json!({ "leave": call_of(&phone, "100") }));
    // What was on its way is gone soon, and nothing follows.
    let mut quiet = 0;
    while quiet < 10 {
        let packet = two.hear("packet", |packet| packet.kind == 0);
        quiet = if packet.is_loud() { 0 } else { quiet + 1 };
    }
    drop(talker);
    silent(&one, "BYE");
    silent(&two, "BYE");
}

#[test]
fn mute_and_volume_are_no_signals_and_volumes_are_stored() {
    let mut phone = Phone::start("volume", "volumeInput=97\nvolumeOutput=3");
    let peer = Peer::new();
    let _leg = talking(&mut phone, &peer, "100");
    let muted = |phone: &Phone| {
        let status = phone.ask("report:status");
        (
            status["microphone_muted"].as_bool().unwrap(),
            status["speaker_muted"].as_bool().unwrap(),
        )
    };
    for (command, state) in [
        ("msip:micmute", (true, false)),
        ("msip:micmute", (true, false)),
        ("msip:speakmute", (true, true)),
        ("msip:micunmute", (false, true)),
        ("msip:micmuteclick", (true, true)),
        ("msip:speakmuteclick", (true, false)),
        ("msip:micmuteclick", (false, false)),
    ] {
        phone.ask(command);
        assert_eq!(muted(&phone), state, "{command}");
    }
    let both = |phone: &Phone| (stored(&phone.home, "volumeInput"), stored(&phone.home, "volumeOutput"));
    for (command, microphone, speaker) in [
        ("msip:micup", "100", "3"),
        ("msip:micdown", "95", "3"),
        ("msip:speakdown", "95", "0"),
        ("msip:speakup", "95", "5"),
    ] {
        phone.ask(command);
        assert_eq!(
            both(&phone),
            (Some(microphone.into()), Some(speaker.into())),
            "{command}"
        );
    }
    silent(&peer, "INVITE");
}

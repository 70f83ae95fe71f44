//! Texts and presence (reference sections 9.1 and 9.3), on the wire.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::peer::{Invite, Leg, Peer};
use common::phone::Home;
use common::solo::Phone;
use microsip_testkit::Deadline;
use microsip_testkit::process::Process;
use serde_json::json;

/// A phone whose account's domain is the peer, with prefix and plan.
fn start(name: &str, settings: &str) -> (Phone, Peer) {
    let peer = Peer::new();
    let section = format!(
        "[Account1]\nlabel=L\nusername=204\ndomain={}\ndialingPrefix=9\ndialPlan=none\n",
        peer.addr()
    );
    let phone = Phone::with(Home::new(name), &format!("accountId=1\n{settings}"), &section);
    (phone, peer)
}

/// A program with MicroSIP's text that waits for the outcome.
fn begin(phone: &Phone, text: &[&str]) -> Process {
    let file = format!("/i:{}", common::solo::ini_of(&phone.home).display());
    phone
        .home
        .microsip([&[&*file], text].concat())
        .name("text")
        .spawn()
        .unwrap()
}

/// A dialog-less request to the phone.
fn outside(phone: &Phone, peer: &Peer, user: &str) -> Leg {
    let mut leg = peer.rings(&phone.address(), &Invite::from(user).to("204"));
    peer.cancel(&mut leg, "");
    leg.call_id = format!("m-{user}");
    leg.other = format!("<sip:204@{}>", phone.address());
    leg.target = format!("sip:204@{}", phone.address());
    leg
}

#[test]
fn a_text_behind_a_number_is_a_message() {
    let (phone, peer) = start("text", "");
    let mut sender = begin(&phone, &["5551  see you at 8 & bring $5 "]);
    let message = peer.request("MESSAGE");
    // Neither prefix nor plan; the domain is.
    assert_eq!(message.request_uri(), Some(&*peer.uri("5551")));
    assert!(message.header("Content-Type").unwrap().starts_with("text/plain"));
    assert_eq!(message.body_text(), "see you at 8 & bring $5");
    assert_eq!(message.to_tag(), None);
    // It waits for what becomes of it.
    assert!(sender.is_running());
    peer.reply(&message, 200, "OK", "", "");
    assert!(
        sender.wait_exit(Deadline::secs(20)).unwrap().success(),
        "{}",
        sender.output()
    );
    assert!(
        peer.look(Duration::from_millis(200), |m| m.is_request("INVITE"))
            .is_none()
    );
}

#[test]
fn a_message_that_is_not_delivered_says_why() {
    let (phone, peer) = start("refused-text", "");
    for (code, phrase) in [(404, "No Such User"), (603, "Never")] {
        let mut sender = begin(&phone, &["5551", "hello", "there"]);
        let message = peer.request("MESSAGE");
        assert_eq!(message.body_text(), "hello there");
        peer.reply(&message, code, phrase, "", "");
        assert_ne!(sender.wait_exit(Deadline::secs(20)).unwrap().code(), Some(0));
        assert!(sender.output().to_string().contains(phrase), "{}", sender.output());
    }
}

#[test]
fn plain_text_is_received_and_nothing_else() {
    let (mut phone, peer) = start("received", "");
    let mut leg = outside(&phone, &peer, "100");
    peer.request_in(&mut leg, "MESSAGE", "Content-Type: text/html\r\n", "<b>no</b>");
    let got = peer.wait("answer", |m| m.cseq().is_some_and(|(_, method)| method == "MESSAGE"));
    assert_eq!(got.code(), Some(415), "{}", got.msg);
    peer.request_in(
        &mut leg,
        "MESSAGE",
        "Content-Type: text/plain;charset=UTF-8\r\n",
        "grüß dich",
    );
    peer.code(&leg, 200, "MESSAGE");
    let message = phone.wait("message", |_| true);
    assert_eq!(message["text"], "grüß dich");
    assert_eq!(phone.count("message", |_| true), 1);
    let history = phone.ask(r#"{"command":"messages"}"#);
    assert_eq!(history[0]["text"], "grüß dich", "{history}");
}

#[test]
fn messages_can_be_switched_off() {
    let (mut phone, peer) = start("off", "disableMessaging=1");
    let mut leg = outside(&phone, &peer, "100");
    peer.request_in(&mut leg, "MESSAGE", "Content-Type: text/plain\r\n", "hello");
    peer.wait("answer", |m| m.cseq().is_some_and(|(_, method)| method == "MESSAGE"));
    assert_ne!(phone.classic(&["5551 hello"]).code, 0);
    assert!(
        peer.look(Duration::from_millis(200), |m| m.is_request("MESSAGE"))
            .is_none()
    );
    assert_eq!(phone.count("message", |_| true), 0);
    phone.edit_setting("disableMessaging", "0");
    phone.find("settings", |e| e["later"] == false);
}

#[test]
fn who_asks_is_told_how_we_are() {
    let (mut phone, peer) = start("presence", "");
    let mut leg = outside(&phone, &peer, "100");
    let headers = "Event: presence\r\nExpires: 600\r\nAccept: application/pidf+xml\r\n";
    peer.request_in(&mut leg, "SUBSCRIBE", headers, "");
    let got = peer.wait("answer", |m| {
        m.cseq().is_some_and(|(_, method)| method == "SUBSCRIBE") && m.code().is_some()
    });
    assert!(got.code().unwrap() < 300, "{}", got.msg);
    let told = |what: &str| {
        let notify = peer.wait(what, |m| {
            m.is_request("NOTIFY") && m.body_text().to_lowercase().contains(what)
        });
        peer.reply(&notify, 200, "OK", "", "");
    };
    told("open");
    phone.command("button", json!({ "button": "dnd", "state": "on" }));
    told("busy");
    phone.edit_setting("DND", "0");
    told("idle");
    phone.command("presence", json!({ "status": "away" }));
    told("away");
}

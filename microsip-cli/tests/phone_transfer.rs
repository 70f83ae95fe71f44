//! Transfers, both ways, and calls that are sent elsewhere (reference section 7.3).
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::peer::{Invite, Leg, Peer};
use common::phone::Home;
use common::solo::Phone;
use serde_json::{Value, json};

fn account(name: &str, settings: &str, account: &str) -> Phone {
    let section = format!("[Account1]\nlabel=L\nusername=204\n{account}\n");
    Phone::with(
        Home::new(name),
        &format!("accountId=1\nDTMFMethod=3\n{settings}"),
        &section,
    )
}

fn talking(phone: &mut Phone, peer: &Peer, user: &str) -> (Leg, Value) {
    let mut leg = peer.rings(&phone.address(), &Invite::from(user).to("204"));
    let call = phone.find("incoming", |e| e["from_user"] == user)["call"].clone();
    phone.command("answer", json!({ "call": call }));
    peer.answered(&mut leg);
    phone.wait("call", |e| e["call"] == call && e["state"] == "confirmed");
    (leg, call)
}

/// Tells how a transfer goes.
fn notify(peer: &Peer, leg: &mut Leg, state: &str, line: &str) {
    let headers =
        format!("Event: refer\r\nSubscription-State: {state}\r\nContent-Type: message/sipfrag;version=2.0\r\n");
    peer.request_in(leg, "NOTIFY", &headers, &format!("SIP/2.0 {line}\r\n"));
    peer.code(leg, 200, "NOTIFY");
}

#[test]
fn blind_by_refer() {
    let mut phone = account("refer", "", "domain=pbx.test\ndialingPrefix=9");
    let peer = Peer::new();
    let (mut leg, _) = talking(&mut phone, &peer, "100");
    assert_eq!(phone.classic(&["/transfer:555-1234"]).code, 0);
    let refer = peer.request("REFER");
    // Formatted as any number is.
    assert_eq!(refer.header("Refer-To"), Some("<sip:95551234@pbx.test>"));
    peer.reply(&refer, 202, "Accepted", "", "");
    notify(&peer, &mut leg, "active;expires=60", "100 Trying");
    assert!(peer.look(Duration::from_millis(200), |m| m.is_request("BYE")).is_none());
    notify(&peer, &mut leg, "terminated;reason=noresource", "200 OK");
    peer.ok(&leg, "BYE");
    phone.wait_call("disconnected");
}

#[test]
fn a_transfer_that_fails_leaves_the_call() {
    let mut phone = account("refer-fails", "", "domain=pbx.test");
    let peer = Peer::new();
    let (mut leg, _) = talking(&mut phone, &peer, "100");
    phone.ask("msip:transfer_99");
    let refer = peer.request("REFER");
    assert_eq!(refer.header("Refer-To"), Some("<sip:99@pbx.test>"));
    peer.reply(&refer, 202, "Accepted", "", "");
    notify(&peer, &mut leg, "terminated;reason=noresource", "486 Busy Here");
    // And one that is refused at once.
    phone.ask("/transfer:98");
    let refer = peer.request("REFER");
    peer.reply(&refer, 603, "Decline", "", "");
    assert!(peer.look(Duration::from_millis(300), |m| m.is_request("BYE")).is_none());
    assert_eq!(phone.ask(r#"{"command":"calls"}"#)[0]["state"], "confirmed");
}

#[test]
fn without_a_call_there_is_nothing_to_transfer() {
    let phone = Phone::start("no-call", "");
    assert_ne!(phone.classic(&["/transfer:99"]).code, 0);
}

#[test]
fn blind_by_feature_code() {
    let mut phone = account("code", "enableFeatureCodeBT=1", "domain=pbx.test\ndialingPrefix=9");
    let peer = Peer::new();
    let (leg, _) = talking(&mut phone, &peer, "100");
    phone.ask("/transfer:5551");
    let mut keys = String::new();
    for _ in 0..7 {
        let body = peer.ok(&leg, "INFO").body_text();
        keys.push_str(body.lines().next().unwrap().trim_start_matches("Signal="));
    }
    assert_eq!(keys, "##95551");
    assert!(
        peer.look(Duration::from_millis(200), |m| m.is_request("REFER"))
            .is_none()
    );
}

#[test]
fn attended_by_refer_with_replaces() {
    let mut phone = account("attended", "singleMode=0", "domain=pbx.test");
    let (one, two) = (Peer::new(), Peer::new());
    let (mut first, call) = talking(&mut phone, &one, "100");
    phone.ask(&two.uri("bob"));
    assert_eq!(one.reinvited(&first), "sendonly");
    let second = two.take(&two.called());
    let other = phone.wait("call", |e| e["state"] == "confirmed" && e["direction"] == "outgoing")["call"].clone();
    phone.command("transfer_to", json!({ "call": call, "other": other }));
    let refer = one.request("REFER");
    let target = refer.header("Refer-To").unwrap();
    assert!(target.contains(&format!("@{}?", two.addr())), "{target}");
    let replaces = target.split_once("Replaces=").unwrap().1;
    assert!(replaces.starts_with(&second.call_id.replace('@', "%40")), "{target}");
    one.reply(&refer, 202, "Accepted", "", "");
    notify(&one, &mut first, "terminated;reason=noresource", "200 OK");
    one.ok(&first, "BYE");
}

#[test]
fn attended_by_feature_code() {
    let mut phone = account(
        "attended-code",
        "singleMode=0\nenableFeatureCodeAT=1",
        "domain=pbx.test",
    );
    let (one, two) = (Peer::new(), Peer::new());
    let (first, call) = talking(&mut phone, &one, "100");
    phone.ask(&two.uri("205"));
    one.reinvited(&first);
    two.take(&two.called());
    let other = phone.wait("call", |e| e["state"] == "confirmed" && e["direction"] == "outgoing")["call"].clone();
    phone.command("transfer_to", json!({ "call": call, "other": other }));
    let mut keys = String::new();
    for _ in 0..5 {
        let body = one.ok(&first, "INFO").body_text();
        keys.push_str(body.lines().next().unwrap().trim_start_matches("Signal="));
    }
    assert_eq!(keys, "*2205");
}

#[test]
fn a_peer_may_transfer_us() {
    let mut phone = account("referred", "singleMode=0", "domain=pbx.test");
    let (one, two) = (Peer::new(), Peer::new());
    let (mut leg, _) = talking(&mut phone, &one, "100");
    let refer_to = |target: &str| format!("Refer-To: <{target}>\r\n");
    // To nobody we talk to yet.
    one.request_in(&mut leg, "REFER", &refer_to(&two.uri("bob")), "");
    one.code(&leg, 202, "REFER");
    let invite = two.called();
    assert_eq!(invite.request_uri(), Some(&*two.uri("bob")));
    let second = two.take(&invite);
    while !one.ok(&leg, "NOTIFY").body_text().contains("200 OK") {}
    // Again to the same one: there is a call already.
    one.request_in(&mut leg, "REFER", &refer_to(&two.uri("bob")), "");
    // Told by NOTIFY (RFC 3515 §2.4.5).
    one.code(&leg, 202, "REFER");
    while !one.ok(&leg, "NOTIFY").body_text().contains("603 Decline") {}
    assert!(
        two.look(Duration::from_millis(200), |m| m.is_request("INVITE")
            && m.to_tag().is_none())
            .is_none()
    );
    drop(second);
}

#[test]
fn a_stranger_may_not_transfer_us() {
    let mut phone = account("stranger", "", "domain=pbx.test");
    let (peer, other) = (Peer::new(), Peer::new());
    let (leg, _) = talking(&mut phone, &peer, "100");
    // Outside of any dialog.
    let mut outside = leg.clone();
    outside.call_id = "stranger".into();
    outside.other = format!("<sip:204@{}>", phone.address());
    let refer_to = format!("Refer-To: <{}>\r\n", other.uri("premium"));
    peer.request_in(&mut outside, "REFER", &refer_to, "");
    let got = peer.wait("refusal", |m| {
        m.call_id() == Some("stranger") && m.code().is_some_and(|c| c >= 200)
    });
    assert!(got.code().unwrap() >= 400, "{}", got.msg);
    assert!(
        other
            .look(Duration::from_millis(300), |m| m.is_request("INVITE"))
            .is_none()
    );
}

#[test]
fn a_call_sent_elsewhere_is_followed() {
    let home = Home::new("followed");
    let script = common::solo::script(&home, "hook.sh", "echo \"$1 $2\" >> \"$log\"");
    let settings = format!("cmdOutgoingCall=\"{0} out\"\ncmdCallEnd=\"{0} end\"", script.display());
    let mut phone = Phone::with(home, &settings, "");
    let (one, two) = (Peer::new(), Peer::new());
    phone.ask(&one.uri("bob"));
    let invite = one.called();
    one.reply(
        &invite,
        302,
        "Moved Temporarily",
        &format!("Contact: <{}>\r\n", two.uri("eve")),
        "",
    );
    let invite = two.called();
    assert_eq!(invite.request_uri(), Some(&*two.uri("eve")));
    let mut leg = two.take(&invite);
    phone.wait_call("confirmed");
    two.bye(&mut leg);
    phone.wait_call("disconnected");
    phone.exit();
    // The first hook may come again for the new target; the end comes once.
    let log = phone.log();
    assert!(
        log.iter().filter(|line| line.starts_with("end ")).count() == 1,
        "{log:?}"
    );
    assert!(log[0].starts_with("out bob"), "{log:?}");
}

#[test]
fn a_call_may_be_replaced_by_its_peer() {
    let mut phone = account("replaces", "", "domain=pbx.test");
    let peer = Peer::new();
    let (leg, _) = talking(&mut phone, &peer, "100");
    let tag = |value: &str| value.split_once(";tag=").unwrap().1.to_owned();
    let replaces = format!(
        "Replaces: {};to-tag={};from-tag={}",
        leg.call_id,
        tag(&leg.other),
        tag(&leg.own)
    );
    let mut new = peer.invite(&phone.address(), &Invite::from("200").to("204").header(&replaces));
    peer.answered(&mut new);
    peer.ok(&leg, "BYE");
}

//! What is written of calls into the settings file (reference section 9.6), and who called.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::peer::{Invite, Peer};
use common::phone::Home;
use common::solo::{Phone, ini_of, script};
use serde_json::Value;

fn start(name: &str, settings: &str, account: &str) -> (Phone, Peer) {
    let peer = Peer::new();
    let section = format!("[Account1]\nlabel=L\nusername=204\ndomain={}\n{account}\n", peer.addr());
    let phone = Phone::with(Home::new(name), &format!("accountId=1\n{settings}"), &section);
    (phone, peer)
}

/// The records in the file, in the order of their keys: the fields.
fn records(phone: &Phone) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(ini_of(&phone.home)).unwrap();
    let section = text.split("[Calls]\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let values = lines.filter_map(|line| Some(line.split_once('=')?.1));
    values
        .map(|value| value.split(';').map(str::to_owned).collect())
        .collect()
}

/// Waits for the next record, and returns number, name, type and info.
fn record(phone: &mut Phone) -> [String; 4] {
    phone.wait("history", |_| true);
    let record = records(phone).pop().unwrap();
    assert_eq!(record.len(), 6, "{record:?}");
    let [number, name, kind, _, _, info] = record.try_into().unwrap();
    [number, name, kind, info]
}

#[test]
fn every_end_has_its_text() {
    let (mut phone, peer) = start("texts", "", "dialingPrefix=9\n");
    let host = peer.addr().to_string();
    for (code, phrase, info) in [
        (486, "Busy Here", "Busy Here"),
        (404, "No Such Number", "No Such Number"),
        (603, "Decline", "Declined"),
        (503, "Overload", "Server Failure: 503 Overload"),
    ] {
        phone.ask("555-1234,77");
        let invite = peer.called();
        assert_eq!(invite.request_uri(), Some(&*peer.uri("95551234")));
        peer.reply(&invite, code, phrase, "", "");
        // Without the prefix, with the keys behind it.
        assert_eq!(record(&mut phone), ["5551234,77", "", "0", info]);
    }
    phone.ask("112");
    let invite = peer.called();
    phone.ask("/hangupall");
    let cancel = peer.request("CANCEL");
    peer.reply(&cancel, 200, "OK", "", "");
    peer.reply(&invite, 487, "Request Terminated", "", "");
    assert_eq!(record(&mut phone), ["112", "", "0", "Canceled"]);
    let incoming = |user: &str| Invite::from(user).to("204").host(&host);
    let mut leg = peer.rings(&phone.address(), &incoming("100"));
    peer.cancel(&mut leg, "");
    assert_eq!(record(&mut phone), ["100", "", "2", "Missed Call"]);
    let mut leg = peer.rings(&phone.address(), &incoming("100"));
    phone.ask("hangup");
    peer.outcome(&mut leg);
    assert_eq!(record(&mut phone)[3], "Declined");
    let from = format!("\"Bob; the third\" <sip:bob@{host}>");
    let mut leg = peer.rings(&phone.address(), &incoming(&from));
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    peer.bye(&mut leg);
    phone.wait("history", |e| e["info"] == "Call Ended" && e["kind"] == "incoming");
    // A semicolon would end the field.
    let last = records(&phone).pop().unwrap();
    assert_eq!(
        (last.len(), last[0].as_str(), last[2].as_str()),
        (6, "bob", "1"),
        "{last:?}"
    );
    assert!(last[3].parse::<u64>().unwrap() > 1_700_000_000, "{last:?}");
}

#[test]
fn a_stranger_is_written_with_the_host() {
    let (mut phone, peer) = start("stranger", "", "");
    let mut leg = peer.rings(&phone.address(), &Invite::from("<sip:100@other.test:5070>").to("204"));
    peer.cancel(&mut leg, "");
    assert_eq!(record(&mut phone)[0], "100@other.test:5070");
    phone.ask("sip:bob@127.0.0.1:9");
    phone.ask("/hangupall");
    assert_eq!(record(&mut phone)[0], "bob@127.0.0.1:9");
}

#[test]
fn who_called_can_be_called_back() {
    let (mut phone, peer) = start("back", "", "");
    // The domain has a port, so the caller's has as well.
    let host = peer.addr().to_string();
    let mut leg = peer.rings(&phone.address(), &Invite::from("300").to("204").host(&host));
    peer.cancel(&mut leg, "");
    assert_eq!(record(&mut phone)[0], "300");
    assert_eq!(phone.run(&["redial"]).code, 0);
    assert_eq!(peer.called().request_uri(), Some(&*peer.uri("300")));
}

#[test]
fn the_duration_is_counted_from_the_answer() {
    let (mut phone, peer) = start("duration", "", "");
    let mut leg = peer.rings(&phone.address(), &Invite::from("100").to("204"));
    assert!(
        peer.look(Duration::from_millis(1500), |m| m.is_request("BYE"))
            .is_none()
    );
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    assert!(peer.look(Duration::from_millis(900), |m| m.is_request("BYE")).is_none());
    peer.bye(&mut leg);
    let told = phone.wait("history", |_| true);
    assert_eq!(told["duration"], 1, "{told}");
    assert_eq!(records(&phone).pop().unwrap()[4], "1");
}

#[test]
fn a_contact_names_the_caller() {
    let peer = Peer::new();
    let home = Home::new("names");
    let xml = "<?xml version=\"1.0\"?><contacts><contact name=\"Stores, ground floor\" number=\"5551234\"/></contacts>";
    home.dir.write("Contacts.xml", xml).unwrap();
    let hook = script(&home, "hook.sh", "echo \"$1|$MICROSIP_NAME\" >> \"$log\"");
    let mut phone = Phone::with(home, &format!("cmdIncomingCall={}", hook.display()), "");
    for (user, name) in [
        ("5551234", "Stores, ground floor"),
        // Up to three more digits before it.
        ("0045551234", "Stores, ground floor"),
        ("00495551234", "Her Own Name"),
        ("1234", "Her Own Name"),
    ] {
        let from = format!("\"Her Own Name\" <sip:{user}@{}>", peer.addr());
        let mut leg = peer.rings(&phone.address(), &Invite::from(&from));
        peer.cancel(&mut leg, "");
        let told: Value = phone.wait("history", |_| true);
        assert_eq!(told["name"], name, "{told}");
        let expected = format!("{user}|{name}");
        let line = phone.wait_log(phone.count("history", |_| true)).pop();
        assert_eq!(line, Some(expected));
    }
    phone.edit_setting("disableNameLookup", "1");
    let from = format!("\"Her Own Name\" <sip:5551234@{}>", peer.addr());
    let mut leg = peer.rings(&phone.address(), &Invite::from(&from));
    peer.cancel(&mut leg, "");
    assert_eq!(phone.wait("history", |_| true)["name"], "Her Own Name");
}

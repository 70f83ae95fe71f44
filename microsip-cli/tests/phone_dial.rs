//! When and whom the phone dials (reference sections 1.6, 2.3 and 3): cold and warm, registered or not; accounts and passwords of the line.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::peer::Peer;
use common::phone::Home;
use common::solo::{Phone, ini, ini_of, stored};
use microsip_core::compat::ini::{AccountSettings, IniFile, PasswordStore, ReadOptions};
use microsip_testkit::Deadline;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::process::Process;
use serde_json::json;

fn account(number: u32, peer: &Peer, more: &str) -> String {
    let at = peer.addr();
    format!("[Account{number}]\nlabel=L{number}\nserver={at}\ndomain={at}\nusername=20{number}\n{more}\n")
}

/// A home with these settings.
fn home(name: &str, settings: &str, sections: &str) -> Home {
    let home = Home::new(name);
    std::fs::write(ini_of(&home), ini(settings, sections)).unwrap();
    home
}

fn no_invite(peer: &Peer, milliseconds: u64) {
    let got = peer.look(Duration::from_millis(milliseconds), |m| m.is_request("INVITE"));
    assert!(got.is_none(), "{}", got.unwrap().msg);
}

#[test]
fn a_cold_start_dials_once_registered() {
    let peer = Peer::new();
    let home = home("cold", "accountId=1", &account(1, &peer, "dialingPrefix=9"));
    let mut phone = Phone::launch(home, &["5551,12"]);
    assert_eq!(phone.wait("dial", |_| true)["state"], "delayed");
    no_invite(&peer, 300);
    peer.registrar();
    let invite = peer.called();
    assert_eq!(invite.request_uri(), Some(&*peer.uri("95551")));
    assert_eq!(phone.wait("dial", |_| true)["state"], "dialled");
    // Once only, whatever the registration does later.
    phone.command("register", json!({}));
    peer.registrar();
    no_invite(&peer, 300);
}

#[test]
fn a_cold_start_whose_registration_fails_says_so() {
    for code in [403, 404] {
        let peer = Peer::new();
        let home = home("cold-failed", "accountId=1", &account(1, &peer, ""));
        let mut phone = Phone::launch(home, &["100"]);
        phone.wait("dial", |e| e["state"] == "delayed");
        let register = peer.request("REGISTER");
        peer.reply(&register, code, "No", "", "");
        let told = phone.wait("dial", |e| e["state"] == "failed");
        assert_eq!(told["target"], "100");
        let message = told["error"]["message"].as_str().unwrap();
        assert!(message.contains("not registered"), "{message}");
        no_invite(&peer, 300);
        assert_eq!(phone.ask("report:status")["waiting_to_dial"], false);
    }
}

#[test]
fn an_account_without_a_registrar_dials_at_once() {
    let peer = Peer::new();
    let section = format!("[Account1]\nlabel=L\ndomain={}\nusername=201\n", peer.addr());
    let phone = Phone::launch(home("serverless", "accountId=1", &section), &["100"]);
    assert_eq!(peer.called().request_uri(), Some(&*peer.uri("100")));
    assert_eq!(phone.count("dial", |e| e["state"] == "delayed"), 0);
}

#[test]
fn without_an_account_an_address_is_dialled_at_once() {
    let peer = Peer::new();
    let target = peer.uri("100");
    let _phone = Phone::launch(home("direct", "accountId=0", ""), &[&target]);
    assert_eq!(peer.called().request_uri(), Some(&*target));
}

#[test]
fn a_number_without_an_account_is_refused() {
    let phone = Phone::launch(home("no-account", "accountId=0\nenableLocalAccount=0", ""), &[]);
    let ran = phone.classic(&["5551234"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(!ran.stderr.is_empty(), "{ran:?}");
}

#[test]
fn addresses_go_by_the_local_account_and_names_by_the_active_one() {
    let (registrar, peer) = (Peer::new(), Peer::new());
    let settings = "accountId=1\nenableLocalAccount=1";
    // The registrar is known by a name, so that an address is not its domain.
    let section = format!(
        "[Account1]\nlabel=L\nserver={at}\ndomain=pbx.test\nproxy={at}\nusername=201\ndialingPrefix=9\n[Account0]\nusername=own\n",
        at = registrar.addr()
    );
    let mut phone = Phone::with(Home::new("two-lines"), settings, &section);
    // Not registered, which does not matter to it.
    phone.ask(&peer.uri("12345"));
    let invite = peer.called();
    assert_eq!(invite.request_uri(), Some(&*peer.uri("12345")));
    assert!(
        invite.header("From").unwrap().contains("sip:own@"),
        "{}",
        invite.header("From").unwrap()
    );
    peer.reply(&invite, 404, "Not Found", "", "");
    phone.wait_call("disconnected");
    registrar.registrar();
    phone.wait("registration", |e| e["state"] == "registered");
    for (typed, uri) in [
        ("+44 (20) 7123-4567", "sip:9442071234567@pbx.test"),
        ("112", "sip:112@pbx.test"),
        ("bob", "sip:bob@pbx.test"),
        ("bob@other.test", "sip:bob@other.test"),
        ("\"Bob\" <sip:5551234@other.test;x=1>", "sip:5551234@other.test;x=1"),
        ("tel:+1-555-0100", "sip:915550100@pbx.test"),
        ("callto:bob", "sip:bob@pbx.test"),
        ("dial:answer", "sip:answer@pbx.test"),
        ("sip://bob@pbx.test/", "sip:bob@pbx.test"),
    ] {
        // A text with a space is a message, on the line.
        match typed.contains(' ') {
            true => phone.command("call", json!({"target": typed})),
            false => phone.ask(typed),
        };
        let invite = registrar.called();
        assert_eq!(invite.request_uri(), Some(uri), "{typed}");
        assert!(invite.header("From").unwrap().contains("sip:201@pbx.test"));
        registrar.reply(&invite, 404, "Not Found", "", "");
        phone.wait_call("disconnected");
    }
}

#[test]
fn a_number_the_plan_does_not_know_is_an_error() {
    let peer = Peer::new();
    let section = format!(
        "[Account1]\nlabel=L\ndomain={}\nusername=201\ndialPlan=(<:1>[2-9]xxxxxx|<0:0049>x.|xxx)\n",
        peer.addr()
    );
    let mut phone = Phone::with(Home::new("plan"), "accountId=1", &section);
    let ran = phone.classic(&["12345"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    phone.wait("dial", |e| e["state"] == "failed");
    no_invite(&peer, 200);
    for (typed, user) in [("5551234", "15551234"), ("030-12345", "00493012345"), ("112", "112")] {
        assert_eq!(phone.classic(&[typed]).code, 0);
        let invite = peer.called();
        assert_eq!(invite.request_uri(), Some(&*peer.uri(user)), "{typed}");
        peer.reply(&invite, 404, "Not Found", "", "");
        phone.wait_call("disconnected");
    }
}

#[test]
fn sips_needs_tls() {
    let phone = Phone::start("sips", "");
    let peer = Peer::new();
    let target = peer.uri("bob").replace("sip:", "sips:");
    // Nothing in clear, whatever becomes of it.
    phone.line(&target);
    no_invite(&peer, 500);
}

#[test]
fn a_warm_phone_keeps_the_last_number_until_it_is_registered() {
    let peer = Peer::new();
    let home = home("warm", "accountId=1", &account(1, &peer, ""));
    let mut phone = Phone::launch(home, &[]);
    let register = peer.request("REGISTER");
    let file = format!("/i:{}", ini_of(&phone.home).display());
    let start = |number: &str| -> Process { phone.home.microsip([&*file, number]).name("dial").spawn().unwrap() };
    let mut first = start("100");
    phone.find("dial", |e| e["target"] == "100" && e["state"] == "delayed");
    let mut second = start("101");
    phone.find("dial", |e| e["target"] == "101" && e["state"] == "delayed");
    // The first one learns that it is not dialled.
    assert_ne!(
        first.wait_exit(Deadline::secs(20)).unwrap().code(),
        Some(0),
        "{}",
        first.output()
    );
    assert!(second.is_running());
    let contact = register.header("Contact").unwrap();
    peer.reply(&register, 200, "OK", &format!("Contact: {contact};expires=600\r\n"), "");
    assert_eq!(peer.called().request_uri(), Some(&*peer.uri("101")));
    assert!(
        second.wait_exit(Deadline::secs(20)).unwrap().success(),
        "{}",
        second.output()
    );
    phone.wait_call("early");
    no_invite(&peer, 200);
}

#[test]
fn a_delayed_number_is_told_when_the_registration_fails() {
    let peer = Peer::new();
    let phone = Phone::launch(home("warm-failed", "accountId=1", &account(1, &peer, "")), &[]);
    let register = peer.request("REGISTER");
    let file = format!("/i:{}", ini_of(&phone.home).display());
    let mut dial = phone.home.microsip([&*file, "100"]).name("dial").spawn().unwrap();
    phone.find("dial", |e| e["state"] == "delayed");
    peer.reply(&register, 403, "Forbidden", "", "");
    assert_ne!(dial.wait_exit(Deadline::secs(20)).unwrap().code(), Some(0));
    assert!(
        dial.output().to_string().contains("not registered"),
        "{}",
        dial.output()
    );
}

#[test]
fn another_account_becomes_the_active_one() {
    let (one, two) = (Peer::new(), Peer::new());
    let sections = format!("{}{}", account(1, &one, ""), account(2, &two, ""));
    let mut phone = Phone::launch(home("switch", "accountId=1", &sections), &[]);
    one.registrar();
    phone.wait("registration", |e| e["state"] == "registered");
    // With a number on the same line, on either side.
    let file = format!("/i:{}", ini_of(&phone.home).display());
    let mut dial = phone
        .home
        .microsip([&*file, "/account:2", "100"])
        .name("dial")
        .spawn()
        .unwrap();
    let left = one.registrar();
    assert!(left.header("Contact").unwrap().contains("expires=0") || left.header("Expires") == Some("0"));
    let register = two.registrar();
    assert!(register.header("To").unwrap().contains("sip:202@"));
    assert_eq!(two.called().request_uri(), Some(&*two.uri("100")));
    assert!(
        dial.wait_exit(Deadline::secs(20)).unwrap().success(),
        "{}",
        dial.output()
    );
    assert_eq!(stored(&phone.home, "accountId").as_deref(), Some("2"));
    phone.ask("/hangupall");
    let ran = phone.classic(&["/account:7"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(stored(&phone.home, "accountId").as_deref(), Some("2"));
}

#[test]
fn a_cold_start_may_name_the_account() {
    let (one, two) = (Peer::new(), Peer::new());
    let sections = format!("{}{}", account(1, &one, ""), account(2, &two, ""));
    let _phone = Phone::launch(home("cold-switch", "accountId=1", &sections), &["100", "/account:2"]);
    two.registrar();
    assert_eq!(two.called().request_uri(), Some(&*two.uri("100")));
    assert!(one.look(Duration::ZERO, |_| true).is_none());
}

fn password_in(home: &Home, number: u32) -> String {
    let (ini, _) = IniFile::load_or_new(ini_of(home), &ReadOptions::default()).unwrap();
    let (account, _) = AccountSettings::read(&ini, number, &PasswordStore::default());
    account.unwrap().password.secret.reveal().to_owned()
}

#[test]
fn a_password_of_the_line_is_stored_or_used_once() {
    let kamailio = Kamailio::start(KamailioOptions::new().user("204", "right one").user("205", "s3cret")).unwrap();
    let at = kamailio.udp_addr();
    let section = |n: u32| {
        format!(
            "[Account{n}]\nlabel=L\nserver={at}\ndomain={at}\nusername=20{}\npassword=wrong\n",
            n + 3
        )
    };
    let sections = format!("{}{}", section(1), section(2));
    let mut phone = Phone::launch(home("password", "accountId=1", &sections), &[]);
    let failed = phone.wait("registration", |e| e["state"] == "failed");
    assert_eq!(failed["error"]["kind"], "auth", "{failed}");
    // For this run only.
    assert_eq!(phone.classic(&["/password:right one"]).code, 0);
    phone.wait("registration", |e| e["state"] == "registered");
    assert_eq!(password_in(&phone.home, 1), "wrong");
    // Of an account that is not active: it is stored, nothing registers.
    assert_eq!(phone.classic(&["/account:2", "/password:s3cret"]).code, 0);
    let text = std::fs::read_to_string(ini_of(&phone.home)).unwrap();
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(
        (password_in(&phone.home, 2), password_in(&phone.home, 1)),
        ("s3cret".into(), "wrong".into())
    );
    assert_eq!(stored(&phone.home, "accountId").as_deref(), Some("1"));
    assert_eq!(phone.classic(&["/account:2"]).code, 0);
    phone.wait("registration", |e| {
        e["state"] == "registered" && e["account"].to_string().contains("205")
    });
    // Of the active one: it registers anew with it.
    assert_eq!(phone.classic(&["/account:2", "/password:changed"]).code, 0);
    let failed = phone.wait("registration", |e| e["state"] == "failed");
    assert_eq!(failed["error"]["kind"], "auth", "{failed}");
    phone.exit();
    // What was stored is what the next start uses.
    let mut phone = Phone::launch(phone.home, &["/password:s3cret"]);
    phone.wait("registration", |e| e["state"] == "registered");
    assert_eq!(password_in(&phone.home, 2), "changed");
    phone.exit();
    assert!(kamailio.registered("205").unwrap().is_empty());
}

#[test]
fn accounts_call_each_other_by_a_real_proxy() {
    let kamailio = Kamailio::start(KamailioOptions::new().user("201", "a").user("202", "b")).unwrap();
    let at = kamailio.udp_addr();
    let start = |user: &str, password: &str| {
        let section = format!("[Account1]\nlabel=L\nserver={at}\ndomain={at}\nusername={user}\npassword={password}\n");
        let mut phone = Phone::with(Home::new(user), "accountId=1\nautoAnswer=all", &section);
        phone.wait("registration", |e| e["state"] == "registered");
        phone
    };
    let (mut alice, mut bob) = (start("201", "a"), start("202", "b"));
    assert_eq!(alice.run(&["call", "202", "--until", "answered"]).code, 0);
    alice.wait_call("confirmed");
    bob.wait_call("confirmed");
    assert_eq!(bob.find("incoming", |_| true)["from_user"], "201");
    assert_eq!(bob.classic(&["/hangupall"]).code, 0);
    alice.wait_call("disconnected");
    // A message, as MicroSIP has it.
    assert_eq!(alice.classic(&["202 two words"]).code, 0);
    assert_eq!(bob.wait("message", |_| true)["text"], "two words");
    alice.exit();
    bob.exit();
}

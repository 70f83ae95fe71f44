//! What the phone answers to an INVITE, as its settings say (reference sections 6.1, 6.2, 6.3, 6.5): code and phrase on the wire.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::peer::{Invite, Peer};
use common::phone::Home;
use common::solo::Phone;

const DENIED: &str = "Denied";
const LIMIT: &str = "Active calls limit";

/// A phone with an account that does not register.
fn account(name: &str, settings: &str, account: &str) -> Phone {
    let settings = format!("accountId=1\n{settings}");
    let section = format!("[Account1]\nlabel=Desk\n{account}\n");
    Phone::with(Home::new(name), &settings, &section)
}

/// Whether a call of this kind rings; it is cancelled then.
fn rings(peer: &Peer, phone: &Phone, invite: &Invite) {
    let mut leg = peer.rings(&phone.address(), invite);
    peer.cancel(&mut leg, "");
}

#[test]
fn the_same_party_calls_once() {
    let mut phone = Phone::start("same-party", "");
    let (peer, address) = (Peer::new(), phone.address());
    let mut leg = peer.rings(&address, &Invite::from("100"));
    let again = || peer.refused(&address, &Invite::from("100"), 486, "Call already exists");
    again();
    // Another user of the same host is somebody else.
    rings(&peer, &phone, &Invite::from("101"));
    phone.ask(&format!(
        "{{\"command\":\"answer\",\"call\":{}}}",
        phone.find("incoming", |_| true)["call"]
    ));
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    again();
    peer.bye(&mut leg);
    phone.wait("history", |e| {
        e["duration"].as_u64().is_some() && e["kind"] == "incoming"
    });
    rings(&peer, &phone, &Invite::from("100"));
}

#[test]
fn whom_we_call_need_not_call_us() {
    let phone = Phone::start("called-party", "");
    let peer = Peer::new();
    phone.ask(&peer.uri("bob"));
    peer.called();
    peer.refused(&phone.address(), &Invite::from("bob"), 486, "Call already exists");
    rings(&peer, &phone, &Invite::from("eve"));
}

#[test]
fn without_call_waiting_a_second_call_is_refused() {
    let mut phone = Phone::start("call-waiting", "callWaiting=0");
    let (peer, address) = (Peer::new(), phone.address());
    let mut leg = peer.rings(&address, &Invite::from("100"));
    peer.refused(&address, &Invite::from("200"), 486, LIMIT);
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
    // A call of ours counts as well.
    phone.ask(&peer.uri("bob"));
    let invite = peer.called();
    peer.refused(&address, &Invite::from("300"), 486, LIMIT);
    peer.reply(&invite, 404, "Not Found", "", "");
    phone.wait_call("disconnected");
    rings(&peer, &phone, &Invite::from("400"));
}

#[test]
fn the_limit_counts_the_new_call() {
    let mut phone = Phone::start("limit", "maxConcurrentCalls=2");
    let (peer, address) = (Peer::new(), phone.address());
    let mut first = peer.rings(&address, &Invite::from("100"));
    let second = peer.rings(&address, &Invite::from("200"));
    peer.refused(&address, &Invite::from("300"), 486, LIMIT);
    // The limit is named before DND, and the duplicate before the limit.
    phone.edit_setting("DND", "1");
    peer.refused(&address, &Invite::from("300"), 486, LIMIT);
    peer.refused(&address, &Invite::from("200"), 486, "Call already exists");
    peer.cancel(&mut first, "");
    phone.wait_call("disconnected");
    peer.refused(&address, &Invite::from("300"), 486, "Do Not Disturb");
    phone.edit_setting("DND", "0");
    rings(&peer, &phone, &Invite::from("300"));
    drop(second);
}

#[test]
fn every_value_of_deny_incoming() {
    let mut phone = account("deny", "", "username=204\ndomain=Pbx.test");
    let peer = Peer::new();
    let address = phone.address();
    let good = Invite::from("<sip:100@Pbx.test>").to("204").host("Pbx.test");
    let other_user = good.clone().to("205");
    let small_letters = Invite::from("<sip:100@Pbx.test>").to("204").host("pbx.test");
    let other_host = good.clone().host("127.0.0.1");
    let with_port = good.clone().host("Pbx.test:5062");
    let mut stranger = good.clone();
    stranger.from = "<sip:100@evil.test>".into();
    let mut port_of_caller = good.clone();
    port_of_caller.from = "<sip:100@Pbx.test:5062>".into();
    let cases: [(&str, Vec<&Invite>, Vec<&Invite>); 6] = [
        ("", vec![], vec![&good, &other_user, &other_host, &stranger]),
        ("user", vec![&other_user], vec![&good, &other_host, &stranger]),
        (
            "domain",
            vec![&other_host, &small_letters, &with_port],
            vec![&good, &other_user, &stranger],
        ),
        ("userdomain", vec![&other_host, &other_user], vec![&good, &stranger]),
        (
            "remotedomain",
            vec![&stranger, &port_of_caller],
            vec![&good, &other_host, &other_user],
        ),
        ("all", vec![&good, &other_user, &other_host, &stranger], vec![]),
    ];
    for (mode, denied, passed) in cases {
        // DND has no meaning in any of these modes.
        phone.edit(|_| {
            format!(
                "[Settings]\naccountId=1\ndenyIncoming={mode}\nDND=1\n[Account1]\nlabel=Desk {mode}\nusername=204\n\
                 domain=Pbx.test\n[Extensions]\nbindAddress=127.0.0.1\naudioDevices=0\n"
            )
        });
        for invite in denied {
            peer.refused(&address, invite, 486, DENIED);
        }
        for invite in passed {
            rings(&peer, &phone, invite);
        }
    }
}

#[test]
fn a_domain_with_a_port_is_compared_with_it() {
    let mut phone = account(
        "deny-port",
        "denyIncoming=domain",
        "username=204\ndomain=127.0.0.1:5062",
    );
    let peer = Peer::new();
    let mut good = Invite::from("<sip:100@127.0.0.1:5062>")
        .to("204")
        .host("127.0.0.1:5062");
    rings(&peer, &phone, &good);
    peer.refused(&phone.address(), &good.clone().host("127.0.0.1"), 486, DENIED);
    phone.edit_setting("denyIncoming", "remotedomain");
    rings(&peer, &phone, &good);
    good.from = "<sip:100@127.0.0.1>".into();
    peer.refused(&phone.address(), &good, 486, DENIED);
}

#[test]
fn without_an_account_only_the_user_is_compared() {
    let mut phone = Phone::start("deny-local", "");
    let peer = Peer::new();
    for mode in ["domain", "remotedomain"] {
        phone.edit_setting("denyIncoming", mode);
        rings(&peer, &phone, &Invite::from("100").host("elsewhere.test"));
    }
}

#[test]
fn do_not_disturb_is_a_button() {
    let mut phone = Phone::start("dnd", "");
    let peer = Peer::new();
    let address = phone.address();
    rings(&peer, &phone, &Invite::from("100"));
    phone.ask(r#"{"command":"button","button":"dnd","state":"on"}"#);
    peer.refused(&address, &Invite::from("100"), 486, "Do Not Disturb");
    let refused = phone.wait("refused", |_| true);
    assert_eq!(
        (&refused["code"], &refused["reason"]),
        (&486.into(), &"Do Not Disturb".into())
    );
    phone.edit_setting("denyIncoming", "");
    rings(&peer, &phone, &Invite::from("100"));
    phone.edit_setting("denyIncoming", "button");
    peer.refused(&address, &Invite::from("100"), 486, "Do Not Disturb");
    phone.edit_setting("DND", "0");
    rings(&peer, &phone, &Invite::from("100"));
}

#[test]
fn a_fork_of_the_call_last_decided_is_terminated() {
    let mut phone = Phone::start("fork", "DND=0");
    let peer = Peer::new();
    let address = phone.address();
    // Declined.
    let mut leg = peer.rings(&address, &Invite::from("100").call_id("one"));
    phone.ask("hangup");
    assert_eq!(peer.outcome(&mut leg).code(), Some(486));
    phone.wait_call("disconnected");
    peer.refused(&address, &Invite::from("100").call_id("one"), 487, "Request Terminated");
    // Answered; the other leg of the fork comes from a gateway with another name.
    let mut leg = peer.rings(&address, &Invite::from("100").call_id("two"));
    phone.ask("/answer");
    peer.answered(&mut leg);
    peer.refused(&address, &Invite::from("200").call_id("two"), 487, "Request Terminated");
    // Only the last one is remembered, and what the caller ended was not decided here.
    rings(&peer, &phone, &Invite::from("300").call_id("one"));
    rings(&peer, &phone, &Invite::from("300").call_id("one"));
}

#[test]
fn forwarding_at_once_names_target_and_diverter() {
    let mut phone = account(
        "forward",
        "forwarding=all\nforwardingNumber=555-1234\nautoAnswer=all",
        "username=204\ndomain=127.0.0.1\ndialingPrefix=9",
    );
    let peer = Peer::new();
    let mut leg = peer.invite(&phone.address(), &Invite::from("100").to("204").host("127.0.0.1"));
    let got = peer.outcome(&mut leg);
    assert_eq!((got.code(), got.phrase()), (Some(302), "Moved Temporarily"));
    // Cleaned up, with prefix and domain; immediate forwarding beats immediate automatic answer.
    assert_eq!(got.header("Contact"), Some("<sip:95551234@127.0.0.1>"));
    let diversion = got.header("Diversion").unwrap();
    assert!(diversion.starts_with("<sip:204@127.0.0.1>"), "{diversion}");
    // With the button.
    phone.edit_setting("forwarding", "button");
    phone.edit_setting("autoAnswer", "");
    let invite = Invite::from("100").to("204");
    rings(&peer, &phone, &invite);
    phone.edit_setting("FWD", "1");
    let mut leg = peer.invite(&phone.address(), &invite);
    assert_eq!(peer.outcome(&mut leg).code(), Some(302));
    phone.edit_setting("forwardingNumber", "");
    rings(&peer, &phone, &invite);
}

#[test]
fn forwarding_with_a_delay_rings_first() {
    let phone = Phone::start(
        "forward-later",
        "forwarding=all\nforwardingNumber=x@127.0.0.2\nforwardingDelay=1",
    );
    let peer = Peer::new();
    let begun = Instant::now();
    let mut first = peer.rings(&phone.address(), &Invite::from("100"));
    // Only one can be pending.
    let second = peer.rings(&phone.address(), &Invite::from("200"));
    let got = peer.outcome(&mut first);
    assert_eq!(
        (got.code(), got.header("Contact")),
        (Some(302), Some("<sip:x@127.0.0.2>"))
    );
    assert!(got.at - begun > Duration::from_millis(900), "{:?}", got.at - begun);
    let end = peer.look(Duration::from_millis(2500), |m| {
        m.call_id() == Some(&second.call_id) && m.code().is_some_and(|code| code >= 200)
    });
    assert!(end.is_none(), "{}", end.unwrap().msg);
}

#[test]
fn forwarding_that_waits_is_dropped_when_any_call_ends_or_is_answered() {
    let mut phone = Phone::start(
        "forward-not",
        "singleMode=0\nforwarding=all\nforwardingNumber=x@127.0.0.2\nforwardingDelay=2",
    );
    let peer = Peer::new();
    let first = peer.rings(&phone.address(), &Invite::from("100"));
    let mut other = peer.rings(&phone.address(), &Invite::from("200"));
    peer.cancel(&mut other, "");
    let unanswered = |leg: &common::peer::Leg| {
        let end = peer.look(Duration::from_millis(3000), |m| {
            m.call_id() == Some(&leg.call_id)
                && m.code()
                    .is_some_and(|code| code >= 200 && m.is_response(code, "INVITE"))
        });
        assert!(end.is_none(), "{}", end.unwrap().msg);
    };
    unanswered(&first);
    phone.ask("/hangupincoming");
    let mut first = first;
    assert_eq!(peer.outcome(&mut first).code(), Some(603));
    phone.wait_call("disconnected");
    let third = peer.rings(&phone.address(), &Invite::from("300"));
    let mut fourth = peer.rings(&phone.address(), &Invite::from("400"));
    let id = phone.find("incoming", |e| e["from_user"] == "400")["call"].clone();
    phone.ask(&format!("{{\"command\":\"answer\",\"call\":{id}}}"));
    peer.answered(&mut fourth);
    unanswered(&third);
}

#[test]
fn a_number_that_cannot_be_forwarded_to_loses_no_call() {
    let phone = account(
        "forward-bad",
        "forwarding=all\nforwardingNumber=12",
        "username=204\ndomain=127.0.0.1\ndialPlan=9xx",
    );
    let peer = Peer::new();
    peer.rings(&phone.address(), &Invite::from("100").to("204"));
}

#[test]
fn an_earlier_automatic_answer_leaves_no_forwarding() {
    let phone = Phone::start(
        "forward-or-answer",
        "forwarding=all\nforwardingNumber=x@127.0.0.2\nforwardingDelay=2\nautoAnswer=all\nautoAnswerDelay=1",
    );
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    peer.answered(&mut leg);
    phone.ask("/hangupall");
    peer.ok(&leg, "BYE");
}

#[test]
fn rejecting_all_that_ring_leaves_the_one_that_talks() {
    let mut phone = Phone::start("reject-all", "");
    let peer = Peer::new();
    let mut talking = peer.rings(&phone.address(), &Invite::from("100"));
    phone.ask("/answer");
    peer.answered(&mut talking);
    phone.wait_call("confirmed");
    let mut ringing: Vec<_> = ["200", "300"]
        .map(|user| peer.rings(&phone.address(), &Invite::from(user)))
        .into();
    assert_eq!(phone.classic(&["/hangupincoming"]).code, 0);
    for leg in &mut ringing {
        let got = peer.outcome(leg);
        assert_eq!((got.code(), got.phrase()), (Some(603), "Decline"));
    }
    // The other way round: all but what rings.
    let late = peer.rings(&phone.address(), &Invite::from("400"));
    assert_eq!(phone.classic(&["/hangupall"]).code, 0);
    peer.ok(&talking, "BYE");
    phone.wait_call("disconnected");
    assert_eq!(phone.run(&["reject"]).code, 0);
    let mut late = late;
    let got = peer.outcome(&mut late);
    assert_eq!((got.code(), got.phrase()), (Some(486), "Busy Here"));
}

#[test]
fn our_order_of_codecs_counts_when_it_is_forced() {
    let first = |settings: &str| {
        let phone = Phone::start("codecs", &format!("audioCodecs=PCMA/8000/1 PCMU/8000/1\n{settings}"));
        let peer = Peer::new();
        let mut leg = peer.rings(&phone.address(), &Invite::from("100").sdp(peer.sdp_of("0 8", "")));
        phone.ask("/answer");
        let answer = peer.answered(&mut leg);
        let media = answer.sdp('m').remove(0);
        media.split(' ').nth(3).unwrap().to_owned()
    };
    assert_eq!((first(""), first("forceCodec=1")), ("0".into(), "8".into()));
}

#[test]
fn a_call_ends_by_itself_with_a_warning() {
    let mut phone = Phone::start("auto-hang-up", "autoHangUpTime=1\nsingleMode=0");
    let peer = Peer::new();
    let expected = "399 localhost \"Call duration exceeded\"";
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    phone.ask("/answer");
    peer.answered(&mut leg);
    let answered = Instant::now();
    let bye = peer.ok(&leg, "BYE");
    assert!(
        bye.at - answered > Duration::from_millis(800),
        "{:?}",
        bye.at - answered
    );
    assert_eq!(bye.header("Warning"), Some(expected));
    phone.wait_call("disconnected");
    phone.ask(&peer.uri("bob"));
    let leg = peer.take(&peer.called());
    assert_eq!(peer.ok(&leg, "BYE").header("Warning"), Some(expected));
}

#[test]
fn a_call_taken_elsewhere_is_not_missed() {
    let mut phone = Phone::start("elsewhere", "");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    peer.cancel(&mut leg, "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n");
    let record = phone.wait("history", |_| true);
    assert_eq!(
        (&record["kind"], &record["info"]),
        (&"elsewhere".into(), &"Answered Elsewhere".into())
    );
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    peer.cancel(&mut leg, "Reason: SIP;cause=487;text=\"No answer\"\r\n");
    assert_eq!(phone.wait("history", |_| true)["kind"], "missed");
}

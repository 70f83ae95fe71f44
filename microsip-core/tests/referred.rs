//! Blind transfer by others, who send us elsewhere: what is asked, answered, reported, and refused, against a peer of bytes.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::peer::{Dialog, Got, Peer, SDP};
use support::transfer::*;
use support::*;

/// The peer's REFER in the dialog, and our answer.
fn referred(peer: &Peer, ep: &Running, dialog: &Dialog, cseq: u32, headers: &[&str]) -> Got {
    peer.send(us(ep), "REFER", &ep.uri("1001"), dialog, cseq, headers, None);
    peer.wait("answer to REFER", |m| {
        m.code().is_some() && m.cseq() == Some((cseq, "REFER"))
    })
}

#[test]
fn a_refer_is_refused_unless_the_policy_accepts_it() {
    let (ep, peer) = (start(quick()), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let carol = Peer::new();
    let mut events = ep.events();
    let target = format!("Refer-To: <{}>", carol.uri("carol"));
    assert_eq!(referred(&peer, &ep, &dialog, 100, &[&target]).code(), Some(603));
    assert!(carol.silent(Duration::from_millis(200), |_| true));
    assert!(still_none(&mut events));
    ep.set_transfers(TransferRules::new().in_call(TransferPolicy::Accept))
        .unwrap();
    assert_eq!(referred(&peer, &ep, &dialog, 101, &[&target]).code(), Some(202));
    let invite = carol.request("INVITE");
    carol.reply(&invite, 486, &[], None);
    for _ in 0..2 {
        let notify = peer.request("NOTIFY");
        peer.reply(&notify, 200, &[], None);
    }
    assert_eq!(call.state(), CallState::Confirmed);
    hang_up(&peer, &call);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn an_accepted_refer_makes_a_call_and_reports_on_it_until_it_is_taken() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let (ep, peer, carol) = (start(quick().transfers(rules)), Peer::new(), Peer::new());
    let (old, dialog) = up(&ep, &peer);
    let mut events = ep.events();
    let target = format!("Refer-To: \"Carol\" <{}?X-Ticket=4%207&From=evil>", carol.uri("carol"));
    let answer = referred(&peer, &ep, &dialog, 7, &[&target, "Referred-By: <sip:boss@pbx>;x=1"]);
    assert_eq!((answer.code(), answer.header("Refer-Sub")), (Some(202), None));
    let notify = peer.request("NOTIFY");
    assert_eq!(notify.header("Event"), Some("refer"));
    assert!(
        notify
            .header("Subscription-State")
            .unwrap()
            .starts_with("active;expires=")
    );
    assert_eq!(notify.header("Content-Type"), Some("message/sipfrag;version=2.0"));
    assert_eq!(notify.body_text(), "SIP/2.0 100 Trying\r\n");
    let invite = carol.request("INVITE");
    assert_eq!(invite.header("Referred-By"), Some("<sip:boss@pbx>;x=1"));
    assert_eq!(invite.header("X-Ticket"), Some("4 7"));
    assert_eq!(invite.request_uri(), Some(carol.uri("carol").as_str()));
    assert_eq!(invite.all("From").count(), 1);
    let (new, from) = wait(&mut events, "the transfer", |e| match e {
        Event::CallTransferred { call, from, .. } => Some((call.clone(), from.clone())),
        _ => None,
    });
    assert_eq!(from.as_ref(), Some(&old));
    assert_eq!(new.info().transferred_from, Some(old.id()));
    // The next report waits for the answer to the one before.
    carol.reply(&invite, 180, &[], None);
    assert!(peer.silent(Duration::from_millis(200), |m| m.body_text().contains("180")));
    peer.reply(&notify, 200, &[], None);
    let notify = peer.wait("180", |m| m.is_request("NOTIFY") && m.body_text().contains("180"));
    assert_eq!(notify.body_text(), "SIP/2.0 180 Says The Peer\r\n");
    peer.reply(&notify, 200, &[], None);
    carol.reply(&invite, 200, &[], Some(SDP));
    let notify = peer.wait("200", |m| {
        m.is_request("NOTIFY") && m.body_text().contains("SIP/2.0 200")
    });
    assert_eq!(
        notify.header("Subscription-State"),
        Some("terminated;reason=noresource")
    );
    peer.reply(&notify, 200, &[], None);
    new.wait_for(CallState::Confirmed, SOON).unwrap();
    // Whoever transferred us ends the old call.
    assert_eq!(old.state(), CallState::Confirmed);
    peer.send(us(&ep), "BYE", &ep.uri("1001"), &dialog, 8, &[], None);
    peer.response(200, "BYE");
    old.wait_for(CallState::Disconnected, SOON).unwrap();
    hang_up(&carol, &new);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn the_failure_of_the_new_call_is_reported_and_the_old_one_goes_on() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let (ep, peer) = (start(quick().transfers(rules)), Peer::new());
    let (old, dialog) = up(&ep, &peer);
    for (n, (code, phrase)) in [(486, "Busy"), (404, "Who"), (603, "No")].into_iter().enumerate() {
        let carol = Peer::new();
        let cseq = 10 + n as u32;
        let target = format!("r: <{}>", carol.uri("carol"));
        assert_eq!(referred(&peer, &ep, &dialog, cseq, &[&target]).code(), Some(202));
        let notify = peer.request("NOTIFY");
        let event = if n == 0 {
            "refer".to_owned()
        } else {
            format!("refer;id={cseq}")
        };
        assert_eq!(notify.header("Event"), Some(event.as_str()));
        peer.reply(&notify, 200, &[], None);
        let invite = carol.request("INVITE");
        carol.reply(&invite, code, &[], None);
        let notify = peer.wait("the last report", |m| {
            m.is_request("NOTIFY") && m.header("Subscription-State").unwrap().starts_with("terminated")
        });
        assert!(notify.body_text().starts_with(&format!("SIP/2.0 {code} ")), "{phrase}");
        peer.reply(&notify, 200, &[], None);
        assert_eq!(old.state(), CallState::Confirmed);
    }
    hang_up(&peer, &old);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn the_application_may_decide_later() {
    let rules = TransferRules::new().in_call(TransferPolicy::Ask);
    let (ep, peer, carol) = (start(quick().transfers(rules)), Peer::new(), Peer::new());
    let (old, dialog) = up(&ep, &peer);
    let mut events = ep.events();
    let target = format!("Refer-To: {}", carol.uri("carol"));
    assert_eq!(
        referred(&peer, &ep, &dialog, 5, &[&target, "Referred-By: <sip:b@x>"]).code(),
        Some(202)
    );
    let trying = peer.request("NOTIFY");
    peer.reply(&trying, 200, &[], None);
    let request = requested(&mut events);
    assert_eq!(request.call(), Some(&old));
    assert_eq!(request.target(), format!("<{}>", carol.uri("carol")));
    assert_eq!((request.referred_by(), request.replaces()), (Some("<sip:b@x>"), None));
    assert_eq!(request.message().method(), "REFER");
    assert_eq!(
        request.reject(StatusCode::OK).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    request.reject(StatusCode::DECLINE).unwrap();
    let notify = peer.request("NOTIFY");
    assert_eq!(notify.body_text(), "SIP/2.0 603 Decline\r\n");
    assert_eq!(
        notify.header("Subscription-State"),
        Some("terminated;reason=noresource")
    );
    assert_eq!(request.accept().unwrap_err().kind(), ErrorKind::WrongState);
    peer.reply(&notify, 200, &[], None);
    assert!(carol.silent(Duration::from_millis(200), |_| true));
    // Again, with the transferor gone by the time it is decided.
    assert_eq!(referred(&peer, &ep, &dialog, 6, &[&target]).code(), Some(202));
    let trying = peer.request("NOTIFY");
    peer.reply(&trying, 200, &[], None);
    let request = requested(&mut events);
    peer.send(us(&ep), "BYE", &ep.uri("1001"), &dialog, 7, &[], None);
    peer.response(200, "BYE");
    old.wait_for(CallState::Disconnected, SOON).unwrap();
    let options = CallOptions::new().header("X-Mine", "1").unwrap();
    let new = request.accept_with(options).unwrap();
    let invite = carol.request("INVITE");
    assert_eq!(invite.header("X-Mine"), Some("1"));
    carol.reply(&invite, 200, &[], Some(SDP));
    new.wait_for(CallState::Confirmed, SOON).unwrap();
    let notify = peer.request("NOTIFY");
    assert!(notify.body_text().starts_with("SIP/2.0 200"));
    // It knows nothing of us any more: that is the subscription's matter alone.
    peer.reply(&notify, 481, &[], None);
    assert!(carol.silent(Duration::from_millis(300), |m| m.is_request("BYE")));
    assert_eq!(new.state(), CallState::Confirmed);
    hang_up(&carol, &new);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn an_inline_handler_decides_in_the_answer_itself() {
    let rules = TransferRules::new().in_call(TransferPolicy::Ask);
    let decide = |e: &Event| {
        if let Event::TransferRequested { request } = e {
            if request.target().contains("nobody") {
                request.reject(StatusCode::FORBIDDEN).unwrap();
            } else {
                request.accept().unwrap();
            }
        }
    };
    let (ep, peer, carol) = (
        start(quick().transfers(rules).handler(decide)),
        Peer::new(),
        Peer::new(),
    );
    let (old, dialog) = up(&ep, &peer);
    assert_eq!(
        referred(&peer, &ep, &dialog, 5, &["Refer-To: <sip:nobody@x>"]).code(),
        Some(403)
    );
    let target = format!("Refer-To: <{}>", carol.uri("carol"));
    assert_eq!(referred(&peer, &ep, &dialog, 6, &[&target]).code(), Some(202));
    let invite = carol.request("INVITE");
    let notify = peer.request("NOTIFY");
    peer.reply(&notify, 200, &[], None);
    carol.reply(&invite, 603, &[], None);
    let notify = peer.wait("603", |m| m.is_request("NOTIFY") && m.body_text().contains("603"));
    peer.reply(&notify, 200, &[], None);
    hang_up(&peer, &old);
    nothing_left(&ep);
    assert_eq!(ep.diagnostics().panics, 0);
    ep.close();
}

#[test]
fn what_a_refer_may_be_is_answered_as_it_deserves() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let (ep, peer) = (start(quick().transfers(rules)), Peer::new());
    let (old, dialog) = up(&ep, &peer);
    for (n, (headers, code)) in [
        (vec![], 400),
        (vec!["Refer-To: <sip:a@x>", "Refer-To: <sip:b@x>"], 400),
        (vec!["Refer-To: <sip:a@x>, <sip:b@x>"], 400),
        (
            vec![
                "Refer-To: <sip:a@x>",
                "Referred-By: <sip:a@x>",
                "Referred-By: <sip:b@x>",
            ],
            400,
        ),
        (vec!["Refer-To:"], 400),
        (vec!["Refer-To: <sip:>"], 400),
        (vec!["Refer-To: <sip:a@[::1>"], 400),
        (vec!["Refer-To: <sip:a@x?Replaces=a>"], 400),
        (vec!["Refer-To: <sip:a@x?X=%0d%0aEvil:%201>"], 400),
        (vec!["Refer-To: <http://example.com/>"], 416),
        (vec!["Refer-To: <sip:a@x;method=BYE>"], 403),
        (vec!["Refer-To: <sip:a@x;method=SUBSCRIBE?Event=presence>"], 403),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = referred(&peer, &ep, &dialog, 50 + n as u32, &headers);
        assert_eq!(answer.code(), Some(code), "{headers:?}");
    }
    assert_eq!(fault::transfers(&ep.endpoint).unwrap(), (0, 0));
    assert_eq!(old.state(), CallState::Confirmed);
    hang_up(&peer, &old);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn two_refers_at_once_make_one_call() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let (ep, peer, carol) = (start(quick().transfers(rules)), Peer::new(), Peer::new());
    let (old, dialog) = up(&ep, &peer);
    let target = format!("Refer-To: <{}>", carol.uri("carol"));
    for cseq in [20, 21] {
        peer.send(us(&ep), "REFER", &ep.uri("1001"), &dialog, cseq, &[&target], None);
    }
    let (mut codes, mut notify) = (Vec::new(), None);
    while codes.len() < 2 || notify.is_none() {
        let got = peer.wait("answers and a report", |_| true);
        match got.code() {
            Some(code) => codes.push(code),
            None => notify = Some(got),
        }
    }
    codes.sort_unstable();
    assert_eq!(codes, [202, 491]);
    peer.reply(&notify.unwrap(), 200, &[], None);
    let invite = carol.request("INVITE");
    assert!(carol.silent(Duration::from_millis(300), |m| {
        m.is_request("INVITE") && m.call_id() != invite.call_id()
    }));
    carol.reply(&invite, 486, &[], None);
    let notify = peer.wait("486", |m| m.is_request("NOTIFY") && m.body_text().contains("486"));
    peer.reply(&notify, 200, &[], None);
    hang_up(&peer, &old);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn who_refers_us_may_want_no_reports_or_less_of_them() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let (ep, peer, carol) = (start(quick().transfers(rules)), Peer::new(), Peer::new());
    let (old, dialog) = up(&ep, &peer);
    let target = format!("Refer-To: <{}>", carol.uri("carol"));
    let answer = referred(&peer, &ep, &dialog, 30, &[&target, "Refer-Sub: false"]);
    assert_eq!((answer.code(), answer.header("Refer-Sub")), (Some(202), Some("false")));
    let invite = carol.request("INVITE");
    carol.reply(&invite, 486, &[], None);
    assert!(peer.silent(Duration::from_millis(400), |m| m.is_request("NOTIFY")));
    assert_eq!(fault::transfers(&ep.endpoint).unwrap(), (0, 0));
    // Another one, that the transferor stops listening to.
    let answer = referred(&peer, &ep, &dialog, 31, &[&target, "Refer-Sub: true"]);
    assert_eq!(answer.header("Refer-Sub"), Some("true"));
    let notify = peer.request("NOTIFY");
    peer.reply(&notify, 200, &[], None);
    let invite = carol.request("INVITE");
    for (cseq, event, code) in [(32, "Event: refer;id=4", 481), (33, "Event: refer;id=31", 200)] {
        peer.send(
            us(&ep),
            "SUBSCRIBE",
            &ep.uri("1001"),
            &dialog,
            cseq,
            &[event, "Expires: 0"],
            None,
        );
        peer.response(code, "SUBSCRIBE");
    }
    let notify = peer.request("NOTIFY");
    assert_eq!(notify.header("Subscription-State"), Some("terminated;reason=timeout"));
    peer.reply(&notify, 200, &[], None);
    carol.reply(&invite, 200, &[], Some(SDP));
    carol.request("ACK");
    assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("NOTIFY")));
    assert_eq!(fault::transfers(&ep.endpoint).unwrap(), (0, 0));
    for (peer, call) in [(&peer, old.clone()), (&carol, other_than(&ep, &old))] {
        hang_up(peer, &call);
    }
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_refer_to_ourselves_ends_in_a_call_to_ourselves() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let ep = start(
        quick()
            .transfers(rules)
            .incoming(IncomingPolicy::Answer(StatusCode::OK)),
    );
    let peer = Peer::new();
    let (old, dialog) = up(&ep, &peer);
    let target = format!("Refer-To: <{}>", ep.uri("1001"));
    assert_eq!(referred(&peer, &ep, &dialog, 40, &[&target]).code(), Some(202));
    let mut last = false;
    while !last {
        let notify = peer.request("NOTIFY");
        last = notify.header("Subscription-State").unwrap().starts_with("terminated");
        peer.reply(&notify, 200, &[], None);
        assert!(!last || notify.body_text().starts_with("SIP/2.0 200"));
    }
    assert_eq!(ep.calls().unwrap().len(), 3);
    hang_up(&peer, &old);
    ep.hang_up_all().unwrap();
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_number_is_called_at_our_own_provider() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let (ep, peer, provider) = (start(quick().transfers(rules)), Peer::new(), Peer::new());
    let account = ep.add_account(AccountConfig::new(provider.uri("1001"))).unwrap();
    let (old, dialog) = up_with(&account, &peer);
    assert_eq!(
        referred(&peer, &ep, &dialog, 60, &["Refer-To: <tel:+49-30-1>"]).code(),
        Some(202)
    );
    let invite = provider.request("INVITE");
    let uri = format!("sip:+49301@{};user=phone", provider.addr());
    assert_eq!(invite.request_uri(), Some(uri.as_str()));
    provider.reply(&invite, 404, &[], None);
    for _ in 0..2 {
        let notify = peer.request("NOTIFY");
        peer.reply(&notify, 200, &[], None);
    }
    hang_up(&peer, &old);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_refer_outside_a_call_is_refused_unless_the_policy_accepts_it() {
    let (ep, peer, carol) = (start(quick()), Peer::new(), Peer::new());
    ep.local("1001");
    let uri = ep.uri("1001");
    let target = format!("Refer-To: <{}>", carol.uri("carol"));
    let send = |n: u32, headers: &[&str]| {
        let dialog = Dialog::new(&peer, &uri, &format!("refer-{n}"));
        peer.send(us(&ep), "REFER", &uri, &dialog, n, headers, None);
        let answer = peer.wait("answer", |m| m.code().is_some() && m.cseq() == Some((n, "REFER")));
        (answer.code().unwrap(), dialog.answered(&answer))
    };
    assert_eq!(send(1, &[&target]).0, 603);
    assert_eq!(send(2, &[]).0, 400);
    ep.set_transfers(TransferRules::new().outside(TransferPolicy::Ask))
        .unwrap();
    let mut events = ep.events();
    let (code, _) = send(3, &[&target]);
    assert_eq!(code, 202);
    let notify = peer.request("NOTIFY");
    assert!(notify.to_tag().is_some() && notify.from_tag().is_some());
    peer.reply(&notify, 200, &[], None);
    let request = requested(&mut events);
    assert_eq!(request.call(), None);
    let call = request.accept().unwrap();
    assert_eq!(call.info().transferred_from, None);
    let invite = carol.request("INVITE");
    carol.reply(&invite, 200, &[], Some(SDP));
    let notify = peer.wait("200", |m| {
        m.is_request("NOTIFY") && m.body_text().contains("SIP/2.0 200")
    });
    peer.reply(&notify, 200, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    hang_up(&carol, &call);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_refer_is_refused_if_our_own_code_fails_or_the_call_is_over() {
    std::panic::set_hook(Box::new(|_| {}));
    let rules = TransferRules::new()
        .in_call(TransferPolicy::Accept)
        .replaces(ReplacesPolicy::Accept);
    let (ep, peer, carol) = (start(quick().transfers(rules)), Peer::new(), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let target = format!("Refer-To: <{}>", carol.uri("carol"));
    // PJSUA by itself would carry out either.
    fault::panic_in_callback("on_dialog_state");
    assert_eq!(referred(&peer, &ep, &dialog, 70, &[&target]).code(), Some(603));
    fault::panic_in_callback("on_dialog_request");
    let info = call.info();
    let replaces = format!(
        "Replaces: {};to-tag={};from-tag={}",
        info.sip_call_id, info.local_tag, info.remote_tag
    );
    let replacing = Dialog::new(&carol, &ep.uri("1001"), "panic");
    carol.send(
        us(&ep),
        "INVITE",
        &ep.uri("1001"),
        &replacing,
        1,
        &[&replaces],
        Some(SDP),
    );
    let answer = carol.response(603, "INVITE");
    carol.send(
        us(&ep),
        "ACK",
        &ep.uri("1001"),
        &replacing.answered(&answer),
        1,
        &[],
        None,
    );
    assert_eq!(ep.diagnostics().panics, 2);
    // Our BYE is not answered yet: the dialog is there, the call is not.
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    assert_eq!(referred(&peer, &ep, &dialog, 71, &[&target]).code(), Some(481));
    peer.reply(&bye, 200, &[], None);
    assert!(carol.silent(Duration::from_millis(200), |m| m.is_request("INVITE")));
    assert_eq!(fault::transfers(&ep.endpoint).unwrap(), (0, 0));
    ep.close();
}

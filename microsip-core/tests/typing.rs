//! Typing indications (RFC 3994) and delivery notifications (RFC 5438), as bytes on the wire.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use microsip_core::*;
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

fn us(ep: &Running) -> SocketAddr {
    format!("127.0.0.1:{}", ep.port()).parse().unwrap()
}

/// The peer sends us something of this type.
fn tell(ep: &Running, peer: &Peer, number: u32, kind: &str, body: &str) {
    let dialog = Dialog::new(peer, &ep.uri("1001"), &format!("t{number}"));
    let kind = format!("Content-Type: {kind}");
    peer.send(
        us(ep),
        "MESSAGE",
        &ep.uri("1001"),
        &dialog,
        number,
        &[&kind],
        Some(body),
    );
    peer.wait("answer", |m| {
        m.is_response(200, "MESSAGE") && m.header("CSeq") == Some(&format!("{number} MESSAGE"))
    });
}

fn composing(state: &str, refresh: Option<u32>) -> String {
    let refresh = refresh.map_or(String::new(), |s| format!("<refresh>{s}</refresh>"));
    format!(
        "<?xml version=\"1.0\"?><isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>{state}</state>\
         <contenttype>text/plain</contenttype>{refresh}</isComposing>"
    )
}

fn typing(events: &mut Events) -> (TypingState, TypingCause, Option<Call>) {
    wait(events, "typing", |e| match e {
        Event::Typing { call, typing, .. } => Some((typing.state, typing.cause, call.clone())),
        Event::Message { message, .. } => panic!("{message:?} before typing"),
        _ => None,
    })
}

/// The next indication of ours, answered.
fn indication(peer: &Peer, code: u16) -> (Got, Typing) {
    let got = peer.request("MESSAGE");
    assert_eq!(got.header("Content-Type"), Some(Typing::CONTENT_TYPE));
    peer.reply(&got, code, &[], None);
    let typing = Typing::parse(got.body()).unwrap();
    (got, typing)
}

#[test]
fn who_types_here_is_told_once_and_idle_after_a_while() {
    let quick = MessageConfig::new().typing_idle(Duration::from_secs(1));
    let (ep, peer) = (start(config().messages(quick)), Peer::new());
    let account = ep.local("1001");
    let bob = peer.uri("bob");
    let keys = Instant::now();
    for _ in 0..5 {
        account.typing(&bob, true).unwrap();
    }
    let (_, active) = indication(&peer, 200);
    assert_eq!(
        (active.state, active.valid_for()),
        (TypingState::Active, Duration::from_secs(120))
    );
    assert_eq!(active.content_type.as_deref(), Some("text/plain"));
    let (_, idle) = indication(&peer, 200);
    assert_eq!(idle.state, TypingState::Idle);
    assert!(keys.elapsed() >= Duration::from_millis(950), "{:?}", keys.elapsed());
    // Told at once, if it is said.
    account.typing(&bob, true).unwrap();
    assert_eq!(indication(&peer, 200).1.state, TypingState::Active);
    account.typing(&bob, false).unwrap();
    assert_eq!(indication(&peer, 200).1.state, TypingState::Idle);
    account.typing(&bob, false).unwrap();
    // A message ends it without a word.
    account.typing(&bob, true).unwrap();
    assert_eq!(indication(&peer, 200).1.state, TypingState::Active);
    account.send_message(&bob, "done").unwrap();
    let got = peer.request("MESSAGE");
    assert_eq!(got.body(), b"done");
    peer.reply(&got, 200, &[], None);
    assert!(peer.silent(Duration::from_millis(1300), |m| m.is_request("MESSAGE")));
    ep.close();
}

#[test]
fn a_peer_that_does_not_know_indications_gets_no_more() {
    let quick = MessageConfig::new().typing_idle(Duration::from_secs(1));
    let (ep, peer) = (start(config().messages(quick)), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    account.typing(&peer.uri("bob"), true).unwrap();
    indication(&peer, 415);
    // The 415 has been read once a later answer was.
    account.options(&peer.uri("bob")).unwrap();
    let ping = peer.request("OPTIONS");
    peer.reply(&ping, 200, &[], None);
    wait(&mut events, "answer", |e| {
        matches!(e, Event::Response { .. }).then_some(())
    });
    account.typing(&peer.uri("bob"), true).unwrap();
    assert!(peer.silent(Duration::from_millis(1300), |m| m.is_request("MESSAGE")));
    assert_eq!(
        account.typing("bob", true).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    // Nothing of it is an event.
    assert!(!std::iter::from_fn(|| events.try_recv()).any(|e| matches!(e, Event::MessageStatus { .. })));
    ep.close();
}

#[test]
fn who_types_there_is_told_until_it_says_so_runs_out_or_its_message_comes() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    let kind = Typing::CONTENT_TYPE;
    tell(&ep, &peer, 1, kind, &composing("active", None));
    assert_eq!(typing(&mut events), (TypingState::Active, TypingCause::Told, None));
    tell(&ep, &peer, 2, kind, &composing("active", None));
    tell(&ep, &peer, 3, kind, &composing("idle", None));
    assert_eq!(typing(&mut events), (TypingState::Idle, TypingCause::Told, None));
    tell(&ep, &peer, 4, kind, &composing("idle", None));
    // It runs out.
    let from = Instant::now();
    tell(&ep, &peer, 5, kind, &composing("active", Some(1)));
    assert_eq!(typing(&mut events), (TypingState::Active, TypingCause::Told, None));
    assert_eq!(typing(&mut events), (TypingState::Idle, TypingCause::Expired, None));
    assert!(from.elapsed() >= Duration::from_millis(950), "{:?}", from.elapsed());
    // Its message comes, in an envelope for a change; the indication too.
    let enveloped = |kind: &str, body: &str| format!("From: <sip:x@y>\r\n\r\nContent-Type: {kind}\r\n\r\n{body}");
    tell(
        &ep,
        &peer,
        6,
        Cpim::CONTENT_TYPE,
        &enveloped(kind, &composing("active", None)),
    );
    assert_eq!(typing(&mut events), (TypingState::Active, TypingCause::Told, None));
    tell(&ep, &peer, 7, Cpim::CONTENT_TYPE, &enveloped("text/plain", "done"));
    assert_eq!(typing(&mut events), (TypingState::Idle, TypingCause::Message, None));
    let text = wait(&mut events, "message", |e| match e {
        Event::Message { message, .. } => message.text().map(str::to_owned),
        _ => None,
    });
    assert_eq!(text, "done");
    // A thousand who type at once, and one more.
    for n in 0..1001 {
        let mut dialog = Dialog::new(&peer, &ep.uri("1001"), &format!("many{n}"));
        dialog.from = format!("<sip:u{n}@h>;tag={n}");
        let headers = ["Content-Type: application/im-iscomposing+xml"];
        let body = composing("active", Some(1000 + n));
        peer.send(
            us(&ep),
            "MESSAGE",
            &ep.uri("1001"),
            &dialog,
            100 + n,
            &headers,
            Some(&body),
        );
        peer.response(200, "MESSAGE");
    }
    let pushed_out = wait(&mut events, "the one pushed out", |e| match e {
        Event::Typing { typing, .. } if typing.state == TypingState::Idle => Some(typing.clone()),
        _ => None,
    });
    assert_eq!(
        (&*pushed_out.from, pushed_out.cause),
        ("sip:u0@h", TypingCause::Expired)
    );
    ep.close();
}

#[test]
fn typing_in_a_call_belongs_to_it_and_ends_with_it() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let call = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(call.typing(true).unwrap_err().kind(), ErrorKind::WrongState);
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.typing(true).unwrap();
    let (got, active) = indication(&peer, 200);
    assert_eq!((got.call_id(), active.state), (invite.call_id(), TypingState::Active));
    let dialog = Dialog::called(&invite, "peer");
    let headers = ["Content-Type: application/im-iscomposing+xml"];
    let body = composing("active", None);
    peer.send(
        invite.from,
        "MESSAGE",
        &ep.uri("1001"),
        &dialog,
        10,
        &headers,
        Some(&body),
    );
    peer.response(200, "MESSAGE");
    assert_eq!(
        typing(&mut events),
        (TypingState::Active, TypingCause::Told, Some(call.clone()))
    );
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    assert_eq!(
        typing(&mut events),
        (TypingState::Idle, TypingCause::CallEnded, Some(call.clone()))
    );
    assert_eq!(call.typing(false).unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

const ASKING: &str = "From: Bob <sip:peer@h>\r\nTo: <sip:1001@h>\r\nDateTime: 2026-02-01T10:00:00Z\r\nNS: imdn \
                      <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk324j\r\nimdn.Disposition-Notification: positive-delivery, \
                      negative-delivery, display\r\n\r\nContent-Type: text/plain;charset=utf-8\r\n\r\nשלום 😀";

/// The next notification of ours, answered: its envelope and what it says.
fn notification(peer: &Peer) -> (Cpim, Imdn) {
    let got = peer.request("MESSAGE");
    assert_eq!(got.header("Content-Type"), Some(Cpim::CONTENT_TYPE));
    peer.reply(&got, 200, &[], None);
    let cpim = Cpim::parse(got.body()).unwrap();
    assert_eq!(cpim.media_type(), Imdn::CONTENT_TYPE);
    assert_eq!(cpim.content_headers.get("Content-Disposition"), Some("notification"));
    // Nobody is to answer it with another (RFC 5438 §8).
    assert!(!cpim.notify.any() && cpim.message_id.is_some());
    let imdn = Imdn::parse(&cpim.content).unwrap();
    (cpim, imdn)
}

#[test]
fn a_sender_who_asks_is_told_of_delivery_by_itself_and_of_display_when_it_was() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    tell(&ep, &peer, 1, Cpim::CONTENT_TYPE, ASKING);
    let (cpim, imdn) = notification(&peer);
    assert_eq!(
        (imdn.kind, imdn.status),
        (ImdnKind::Delivery, DeliveryStatus::Delivered)
    );
    assert_eq!(
        (&*imdn.message_id, imdn.recipient.as_deref()),
        ("34jk324j", Some("sip:1001@h"))
    );
    assert_eq!(imdn.date_time, Cpim::parse(ASKING.as_bytes()).unwrap().date_time);
    assert_eq!(
        (cpim.from_uri(), &*cpim.to[0]),
        (Some("sip:1001@h"), "Bob <sip:peer@h>")
    );
    let message = wait(&mut events, "message", |e| match e {
        Event::Message { message, .. } => Some(message.clone()),
        _ => None,
    });
    assert_eq!(message.text(), Some("שלום 😀"));
    assert!(message.notify().display && message.envelope().unwrap().content.is_empty());
    assert!(message.displayed().unwrap());
    assert_eq!(notification(&peer).1.status, DeliveryStatus::Displayed);
    assert!(!message.displayed().unwrap(), "told twice");
    // Who asks for nothing, or hides, is told nothing.
    tell(
        &ep,
        &peer,
        2,
        Cpim::CONTENT_TYPE,
        &ASKING.replace("imdn.Disposition", "imdn.Other"),
    );
    let mut hidden = Dialog::new(&peer, &ep.uri("1001"), "hidden");
    hidden.from = "<sip:anonymous@anonymous.invalid>;tag=1".into();
    let headers = ["Content-Type: message/cpim"];
    peer.send(us(&ep), "MESSAGE", &ep.uri("1001"), &hidden, 3, &headers, Some(ASKING));
    assert!(peer.silent(Duration::from_millis(400), |m| m.is_request("MESSAGE")));
    ep.close();
}

#[test]
fn confirmations_can_be_turned_off_and_displayed_still_works() {
    let private = MessageConfig::new().confirm_delivery(false);
    let (ep, peer) = (start(config().messages(private)), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    tell(&ep, &peer, 1, Cpim::CONTENT_TYPE, ASKING);
    let message = wait(&mut events, "message", |e| match e {
        Event::Message { message, .. } => Some(message.clone()),
        _ => None,
    });
    assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("MESSAGE")));
    assert!(message.displayed().unwrap());
    assert_eq!(notification(&peer).1.kind, ImdnKind::Display);
    ep.close();
    assert_eq!(message.text(), Some("שלום 😀"));
}

#[test]
fn what_the_peer_tells_of_our_message_is_tied_to_its_id_each_once() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    let options = MessageOptions::text("hello").notify(NotifyRequest::delivery().display(true));
    let sent = account.send_message(&peer.uri("bob"), options).unwrap();
    let got = peer.request("MESSAGE");
    peer.reply(&got, 202, &[], None);
    assert_eq!(got.header("Content-Type"), Some("message/cpim"));
    let cpim = Cpim::parse(got.body()).unwrap();
    assert_eq!(
        (&*cpim.content, &*cpim.content_type),
        (&b"hello"[..], "text/plain;charset=utf-8")
    );
    assert_eq!(
        (cpim.message_id.as_deref(), cpim.message_id.is_some()),
        (sent.message_id(), true)
    );
    assert_eq!(cpim.notify, NotifyRequest::delivery().display(true));
    assert_eq!(cpim.from_uri(), Some(ep.uri("1001").as_str()));
    let mut status = || {
        wait(&mut events, "status", |e| match e {
            Event::MessageStatus {
                message,
                status,
                response,
                ..
            } => Some((message.id(), *status, response.is_some())),
            _ => None,
        })
    };
    assert_eq!(status(), (sent.id(), MessageStatus::Accepted, true));
    let id = sent.message_id().unwrap();
    let mut number = 0;
    let mut report = |kind, what, bare: bool| {
        number += 1;
        let xml = Imdn::new(id, kind, what).unwrap().to_xml();
        if bare {
            tell(&ep, &peer, number, Imdn::CONTENT_TYPE, &xml);
        } else {
            let cpim = Cpim::new(Imdn::CONTENT_TYPE, xml).from("sip:bob@h").to_bytes().unwrap();
            tell(
                &ep,
                &peer,
                number,
                Cpim::CONTENT_TYPE,
                std::str::from_utf8(&cpim).unwrap(),
            );
        }
    };
    report(ImdnKind::Processing, DeliveryStatus::Stored, false);
    report(ImdnKind::Delivery, DeliveryStatus::Delivered, false);
    report(ImdnKind::Delivery, DeliveryStatus::Delivered, true);
    report(ImdnKind::Delivery, DeliveryStatus::Failed, true);
    report(ImdnKind::Display, DeliveryStatus::Forbidden, true);
    report(ImdnKind::Display, DeliveryStatus::Displayed, true);
    for expected in [
        MessageStatus::Stored,
        MessageStatus::Delivered,
        MessageStatus::Undelivered,
        MessageStatus::Unknown,
        MessageStatus::Displayed,
    ] {
        assert_eq!(status(), (sent.id(), expected, false));
    }
    // One about a message nobody knows is the application's.
    let other = Imdn::new("unknown", ImdnKind::Display, DeliveryStatus::Displayed).unwrap();
    tell(&ep, &peer, 99, Imdn::CONTENT_TYPE, &other.to_xml());
    let message = wait(&mut events, "message", |e| match e {
        Event::Message { message, .. } => Some(message.clone()),
        Event::MessageStatus { status, .. } => panic!("{status:?} again"),
        _ => None,
    });
    assert_eq!(Imdn::parse(message.body()).unwrap().message_id, "unknown");
    assert!(message.warning().is_none());
    ep.close();
}

#[test]
fn in_a_call_notifications_go_in_its_dialog() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let call = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let dialog = Dialog::called(&invite, "peer");
    let headers = ["Content-Type: message/cpim"];
    peer.send(
        invite.from,
        "MESSAGE",
        &ep.uri("1001"),
        &dialog,
        10,
        &headers,
        Some(ASKING),
    );
    peer.response(200, "MESSAGE");
    let got = peer.request("MESSAGE");
    assert_eq!(got.call_id(), invite.call_id());
    peer.reply(&got, 200, &[], None);
    let message = wait(&mut events, "message", |e| match e {
        Event::Message { message, .. } => Some(message.clone()),
        _ => None,
    });
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    // The call is over: by a request of its own.
    assert!(message.displayed().unwrap());
    assert_ne!(peer.request("MESSAGE").call_id(), invite.call_id());
    ep.close();
}

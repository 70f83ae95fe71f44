//! Messages (RFC 3428): what goes over the wire, what is told, and what becomes of each message of ours.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::sipmsg::SipMessage as Wire;
use support::baresip::Baresip;
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

const EMOJI: &str = "héllo 😀👩‍👩‍👧 שלום";

/// The next message that is told.
fn received(events: &mut Events) -> (Account, Option<Call>, ReceivedMessage) {
    wait(events, "message", |e| match e {
        Event::Message { account, call, message } => Some((account.clone(), call.clone(), message.clone())),
        _ => None,
    })
}

/// The next thing that is told about a message of ours.
fn status(events: &mut Events) -> (u64, MessageStatus, Option<u16>) {
    wait(events, "status of a message", |e| match e {
        Event::MessageStatus {
            message,
            status,
            response,
            ..
        } => Some((message.id(), *status, response.as_ref().map(|r| r.code.code()))),
        _ => None,
    })
}

/// How many messages are told from now on within a moment.
fn told_within_a_moment(events: &mut Events) -> usize {
    let mut count = 0;
    while let Ok(Some(event)) = events.recv_timeout(Duration::from_millis(300)) {
        count += usize::from(matches!(event, Event::Message { .. }));
    }
    count
}

fn us(ep: &Running) -> SocketAddr {
    format!("127.0.0.1:{}", ep.port()).parse().unwrap()
}

/// A MESSAGE of the peer outside of any dialog, and our answer to it.
fn ask(ep: &Running, peer: &Peer, number: u32, headers: &[&str], body: &str) -> Got {
    let dialog = Dialog::new(peer, &ep.uri("1001"), &format!("m{number}"));
    peer.send(us(ep), "MESSAGE", &ep.uri("1001"), &dialog, number, headers, Some(body));
    peer.wait("answer to MESSAGE", |m| {
        m.code().is_some() && m.header("CSeq") == Some(&format!("{number} MESSAGE"))
    })
}

/// A confirmed call of ours to the peer: its handle, our INVITE.
fn up(ep: &Running, peer: &Peer) -> (Call, Got) {
    let call = ep.accounts().unwrap()[0].call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    (call, invite)
}

fn bye(peer: &Peer, call: &Call) {
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
}

#[test]
fn a_text_goes_out_as_it_is_and_its_result_comes_back_with_its_id() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    for (n, (code, outcome)) in [
        (200, MessageStatus::Accepted),
        (202, MessageStatus::Accepted),
        (302, MessageStatus::Failed),
        (404, MessageStatus::Failed),
        (480, MessageStatus::Failed),
        (503, MessageStatus::Failed),
        (603, MessageStatus::Failed),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("{EMOJI} {n}");
        let sent = account.send_message(&peer.uri("bob"), text.as_str()).unwrap();
        let got = peer.request("MESSAGE");
        assert_eq!(got.request_uri(), Some(peer.uri("bob").as_str()));
        assert_eq!(got.header("Content-Type"), Some("text/plain;charset=utf-8"));
        assert_eq!(got.body(), text.as_bytes());
        // RFC 3428 §4: no dialog is begun.
        assert!(got.header("Contact").is_none() && !got.header("To").unwrap().contains("tag="));
        assert!(sent.response().is_none());
        peer.reply(&got, code, &[], None);
        let response = sent.wait(SOON).unwrap();
        assert_eq!(response.code.code(), code);
        assert_eq!(response.error.is_none(), outcome == MessageStatus::Accepted, "{code}");
        if let Some(error) = &response.error {
            assert_eq!(
                (error.kind(), error.sip_status()),
                (ErrorKind::Sip, Some(response.code))
            );
        }
        assert_eq!(status(&mut events), (sent.id(), outcome, Some(code)));
    }
    ep.close();
}

#[test]
fn content_type_headers_and_bytes_are_the_applications() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = ep.local("1001");
    let message = MessageOptions::new("application/x-own;v=1", b"\x00\x01\xff".to_vec())
        .header("Subject", "ünïcode")
        .unwrap();
    account.send_message(&peer.uri("bob"), message).unwrap();
    let got = peer.request("MESSAGE");
    assert_eq!(got.header("Content-Type"), Some("application/x-own;v=1"));
    assert_eq!(
        (got.body(), got.header("Subject")),
        (&b"\x00\x01\xff"[..], Some("ünïcode"))
    );
    peer.reply(&got, 200, &[], None);
    account.send_message(&peer.uri("bob"), "").unwrap();
    let empty = peer.request("MESSAGE");
    assert_eq!((empty.body(), empty.header("Content-Length")), (&b""[..], Some("0")));
    peer.reply(&empty, 200, &[], None);
    for (target, message) in [
        ("nobody", MessageOptions::text("x")),
        ("", MessageOptions::text("x")),
        (&*peer.uri("bob"), MessageOptions::new("text", "x")),
        (&*peer.uri("bob"), MessageOptions::new("text/plain", vec![b'x'; 48_001])),
    ] {
        let error = account.send_message(target, message).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    account.remove().unwrap();
    assert_eq!(
        account.send_message(&peer.uri("bob"), "x").unwrap_err().kind(),
        ErrorKind::Gone
    );
    ep.close();
}

#[test]
fn nobody_there_is_a_typed_failure_told_once() {
    let ep = start(config().transaction_timeout(Duration::from_secs(1)));
    let mut events = ep.events();
    let account = ep.local("1001");
    let silent = Peer::new();
    let sent = account.send_message(&silent.uri("bob"), "x").unwrap();
    let response = sent.wait(SOON).unwrap();
    assert_eq!(response.code, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(response.error.as_ref().unwrap().kind(), ErrorKind::Timeout);
    assert_eq!(status(&mut events), (sent.id(), MessageStatus::Failed, Some(408)));
    // A port that is closed.
    let gone = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for target in [format!("sip:bob@{gone}"), format!("sip:bob@{gone};transport=tcp")] {
        let sent = account.send_message(&target, "x").unwrap();
        let error = sent.wait(SOON).unwrap().error.clone().unwrap();
        assert_eq!(error.code(), "port_refused", "{error}");
        assert_eq!(status(&mut events).0, sent.id());
    }
    assert!(!std::iter::from_fn(|| events.try_recv()).any(|e| matches!(e, Event::MessageStatus { .. })));
    ep.close();
}

#[test]
fn closing_tells_each_message_that_waits_once() {
    let (ep, peer) = (start(config().close_timeout(Duration::ZERO)), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    let sent: Vec<_> = (0..20)
        .map(|n| account.send_message(&peer.uri("bob"), format!("{n}")).unwrap())
        .collect();
    ep.close();
    let mut told = Vec::new();
    while let Ok(Some(event)) = events.recv_timeout(Duration::from_secs(5)) {
        if let Event::MessageStatus {
            message,
            status,
            response,
            ..
        } = event
        {
            assert_eq!(status, MessageStatus::Failed);
            assert!(response.unwrap().error.is_some());
            told.push(message.id());
        }
    }
    told.sort_unstable();
    assert_eq!(told, sent.iter().map(SentMessage::id).collect::<Vec<_>>());
    assert!(sent.iter().all(|s| s.response().is_some()));
    assert_eq!(
        account.send_message(&peer.uri("bob"), "x").unwrap_err().kind(),
        ErrorKind::NotRunning
    );
}

/// The same port for UDP and TCP.
fn both() -> (UdpSocket, TcpListener) {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
            return (udp, tcp);
        }
    }
}

#[test]
fn a_large_message_goes_by_tcp_and_never_by_udp() {
    use std::io::{Read, Write};
    let ep = start(config());
    let account = ep.local("1001");
    let (udp, tcp) = both();
    let target = format!("sip:bob@{}", udp.local_addr().unwrap());
    let large = EMOJI.repeat(1000);
    let sent = account.send_message(&target, large.as_str()).unwrap();
    let (mut stream, _) = tcp.accept().unwrap();
    let mut bytes = Vec::new();
    let request = loop {
        let mut part = [0; 65_536];
        let n = stream.read(&mut part).unwrap();
        assert!(n > 0);
        bytes.extend_from_slice(&part[..n]);
        if let Ok(request) = Wire::parse(&bytes)
            && request.body().len() >= large.len()
        {
            break request;
        }
    };
    assert!(request.is_request("MESSAGE") && request.body() == large.as_bytes());
    let line = |name: &str| format!("{name}: {}\r\n", request.header(name).unwrap());
    let answer: String = ["Via", "From", "To", "Call-ID", "CSeq"].map(line).concat();
    write!(stream, "SIP/2.0 202 Accepted\r\n{answer}Content-Length: 0\r\n\r\n").unwrap();
    assert_eq!(sent.wait(SOON).unwrap().code.code(), 202);
    // Where TCP is refused, it is not sent over UDP after all.
    let peer = Peer::new();
    let sent = account.send_message(&peer.uri("bob"), large.as_str()).unwrap();
    let error = sent.wait(SOON).unwrap().error.clone().unwrap();
    assert_eq!(
        (error.code(), error.kind()),
        ("message_needs_tcp", ErrorKind::Transport)
    );
    assert!(error.message().contains("could not be carried over TCP"), "{error}");
    assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("MESSAGE")));
    ep.close();
}

#[test]
fn without_the_switch_the_limit_is_1300_bytes_and_the_error_says_what_to_do() {
    let ep = start(config().switch_to_tcp(false));
    let mut events = ep.events();
    let (account, peer) = (ep.local("1001"), Peer::new());
    let sent = account.send_message(&peer.uri("bob"), "x").unwrap();
    let bare = peer.request("MESSAGE");
    peer.reply(&bare, 200, &[], None);
    sent.wait(SOON).unwrap();
    status(&mut events);
    // Content-Length grows by two digits; CSeq, a random number, has one to five.
    let most = 1300 - bare.raw().len() - 2 + 1 + 4;
    let fits = (most - 8..=most)
        .rev()
        .find(|length| {
            let sent = account.send_message(&peer.uri("bob"), "x".repeat(*length)).unwrap();
            match sent.response().map(|r| r.error.clone()) {
                Some(Some(error)) => {
                    assert_eq!(error.code(), "message_needs_tcp", "{error}");
                    assert!(error.message().contains("switch_to_tcp"), "{error}");
                    assert_eq!(status(&mut events).1, MessageStatus::Failed);
                    false
                }
                _ => {
                    let got = peer.request("MESSAGE");
                    assert!(got.raw().len() <= 1300 && got.raw().len() > 1290, "{}", got.raw().len());
                    peer.reply(&got, 200, &[], None);
                    assert_eq!(sent.wait(SOON).unwrap().code.code(), 200);
                    assert_eq!(status(&mut events).1, MessageStatus::Accepted);
                    true
                }
            }
        })
        .unwrap();
    // The same in a call.
    let (call, _) = up(&ep, &peer);
    let sent = call.send_message("x".repeat(fits + 600)).unwrap();
    let error = sent.wait(SOON).unwrap().error.clone().unwrap();
    assert_eq!(error.code(), "message_needs_tcp", "{error}");
    assert_eq!(call.state(), CallState::Confirmed);
    bye(&peer, &call);
    ep.close();
}

#[test]
fn what_comes_in_is_told_with_everything_and_answered_200() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    let mut dialog = Dialog::new(&peer, &ep.uri("1001"), "in");
    dialog.from = format!("\"Bob \\\"x\\\" Ä\" {}", dialog.from);
    let headers = ["Content-Type: text/plain", "X-A: 1", "Subject: s"];
    peer.send(us(&ep), "MESSAGE", &ep.uri("1001"), &dialog, 1, &headers, Some(EMOJI));
    let answer = peer.response(200, "MESSAGE");
    assert!(answer.header("Contact").is_none() && answer.body().is_empty());
    let (to, call, message) = received(&mut events);
    assert_eq!((to.id(), call.is_none()), (account.id(), true));
    assert_eq!(message.from(), format!("sip:peer@{}", peer.addr()));
    assert_eq!(message.display(), Some("Bob \"x\" Ä"));
    assert_eq!(message.to(), ep.uri("1001"));
    assert_eq!((message.text(), message.content_type()), (Some(EMOJI), "text/plain"));
    assert_eq!(
        (message.body(), message.headers().get("X-A")),
        (EMOJI.as_bytes(), Some("1"))
    );
    assert_eq!(message.sip().source(), Some(peer.addr()));
    assert!(message.warning().is_none() && message.envelope().is_none() && !message.notify().any());
    assert!(!message.displayed().unwrap());
    ep.close();
}

#[test]
fn bodies_of_every_kind_are_told_and_wrong_ones_carry_a_warning() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    let mut n = 0;
    let mut tell = |head: &str, body: &[u8]| {
        n += 1;
        let dialog = Dialog::new(&peer, &ep.uri("1001"), &format!("body{n}"));
        let mut raw = format!(
            "MESSAGE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bKbody{n}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: \
             {}\r\nCall-ID: {}\r\nCSeq: {n} MESSAGE\r\n{head}Content-Length: {}\r\n\r\n",
            peer.addr(),
            dialog.from,
            dialog.to,
            dialog.call_id,
            body.len(),
            uri = ep.uri("1001"),
        )
        .into_bytes();
        raw.extend_from_slice(body);
        peer.raw(&raw, us(&ep));
        peer.response(200, "MESSAGE");
        received(&mut events).2
    };
    for (head, body, text, warned) in [
        ("", &b""[..], Some(""), false),
        ("Content-Type: text/plain\r\n", b"", Some(""), false),
        ("Content-Type: text/plain\r\n", b"\0", Some("\0"), false),
        (
            "Content-Type: text/plain;charset=iso-8859-1\r\n",
            b"gr\xfc\xdfe",
            Some("grüße"),
            false,
        ),
        (
            "Content-Type: text/plain;charset=utf-16be\r\n",
            b"\0h\0i",
            Some("hi"),
            false,
        ),
        (
            "Content-Type: text/plain;charset=utf-8\r\n",
            b"a\xffb",
            Some("a\u{fffd}b"),
            true,
        ),
        ("Content-Type: text/plain;charset=klingon\r\n", b"x", Some("x"), true),
        ("Content-Type: image/png\r\n", b"\x89PNG\r\n\x1a\n", None, false),
    ] {
        let message = tell(head, body);
        assert_eq!((message.text(), message.body()), (text, body), "{head}");
        assert_eq!(message.warning().is_some(), warned, "{head}");
    }
    // A part of RFC 5438's documents that is broken, or hostile: told as it came.
    let bomb = "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;&a;&a;&a;&a;\">]><imdn xmlns=\"urn:ietf:params:xml:ns:imdn\">&c;</imdn>";
    let deep = "<a>".repeat(5000);
    for (kind, body) in [
        ("message/cpim", ""),
        ("message/cpim", "From: <sip:a@b>"),
        (
            "message/cpim",
            "no header at all\r\n\r\nContent-Type: text/plain\r\n\r\nx",
        ),
        (
            "message/cpim",
            "x.Y: undeclared\r\n\r\nContent-Type: text/plain\r\n\r\nx",
        ),
        ("message/imdn+xml", "<imdn"),
        ("message/imdn+xml", bomb),
        ("message/imdn+xml", &deep),
        ("application/im-iscomposing+xml", "not xml"),
        ("application/im-iscomposing+xml", bomb),
        ("application/im-iscomposing+xml", ""),
    ] {
        let message = tell(&format!("Content-Type: {kind}\r\n"), body.as_bytes());
        assert_eq!((message.content_type(), message.body()), (kind, body.as_bytes()));
        let error = message.warning().unwrap();
        assert!(
            error.code().starts_with("document_"),
            "{kind} {body:.20}: {} {error}",
            error.code()
        );
    }
    ep.close();
}

#[test]
fn a_message_is_told_once_however_often_it_comes() {
    let ep = start(config());
    let (peer, other) = (Peer::new(), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    let dialog = Dialog::new(&peer, &ep.uri("1001"), "twice");
    let headers = ["Content-Type: text/plain"];
    for _ in 0..3 {
        peer.send(us(&ep), "MESSAGE", &ep.uri("1001"), &dialog, 7, &headers, Some("once"));
        peer.response(200, "MESSAGE");
    }
    // By another way, as a transaction of its own.
    let raw = format!(
        "MESSAGE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bKother\r\nMax-Forwards: 69\r\nFrom: {}\r\nTo: {}\r\n\
         Call-ID: {}\r\nCSeq: 7 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nonce",
        other.addr(),
        dialog.from,
        dialog.to,
        dialog.call_id,
        uri = ep.uri("1001"),
    );
    other.raw(raw.as_bytes(), us(&ep));
    other.response(200, "MESSAGE");
    let (_, _, message) = received(&mut events);
    assert_eq!(message.text(), Some("once"));
    assert_eq!(told_within_a_moment(&mut events), 0);
    // The next one of the same sender is another.
    peer.send(us(&ep), "MESSAGE", &ep.uri("1001"), &dialog, 8, &headers, Some("once"));
    peer.response(200, "MESSAGE");
    assert_eq!(received(&mut events).2.text(), Some("once"));
    ep.close();
}

#[test]
fn messages_are_refused_by_policy_by_type_and_without_account() {
    let peer = Peer::new();
    let plain = ["Content-Type: text/plain"];
    {
        let refusing = MessageConfig::new().incoming(MessagePolicy::Refuse(StatusCode::FORBIDDEN));
        let ep = start(config().messages(refusing));
        let mut events = ep.events();
        ep.local("1001");
        assert_eq!(ask(&ep, &peer, 1, &plain, "x").code(), Some(403));
        assert_eq!(told_within_a_moment(&mut events), 0);
        ep.close();
    }
    let ep = start(config().messages(MessageConfig::new().accept(["text/plain"])));
    let mut events = ep.events();
    assert_eq!(ask(&ep, &peer, 2, &plain, "x").code(), Some(404));
    ep.local("1001");
    let refused = ask(&ep, &peer, 3, &["Content-Type: text/html"], "<b>");
    assert_eq!(refused.code(), Some(415));
    assert_eq!(
        refused.header("Accept"),
        Some("text/plain, message/cpim, message/imdn+xml, application/im-iscomposing+xml")
    );
    // In an envelope as well.
    let cpim = |kind: &str| format!("From: <sip:a@b>\r\n\r\nContent-Type: {kind}\r\n\r\nx");
    let enveloped = ["Content-Type: message/cpim"];
    assert_eq!(ask(&ep, &peer, 4, &enveloped, &cpim("text/html")).code(), Some(415));
    let required = format!("Require: foo.Bar\r\nNS: foo <urn:x>\r\n{}", cpim("text/plain"));
    let refused = ask(&ep, &peer, 5, &enveloped, &required);
    assert_eq!(refused.code(), Some(415));
    assert!(refused.header("Warning").unwrap().contains("requires"));
    assert_eq!(told_within_a_moment(&mut events), 0);
    assert_eq!(ask(&ep, &peer, 6, &enveloped, &cpim("text/plain")).code(), Some(200));
    let (_, _, message) = received(&mut events);
    assert_eq!((message.text(), message.content_type()), (Some("x"), "text/plain"));
    assert_eq!(message.envelope().unwrap().from_uri(), Some("sip:a@b"));
    // What RFC 3261 asks of any request.
    let gzip = ["Content-Type: text/plain", "Content-Encoding: gzip"];
    assert_eq!(ask(&ep, &peer, 7, &gzip, "x").code(), Some(415));
    let require = ["Content-Type: text/plain", "Require: foo"];
    assert_eq!(ask(&ep, &peer, 8, &require, "x").code(), Some(420));
    // Of a dialog that is not there.
    let mut stranger = Dialog::new(&peer, &ep.uri("1001"), "stranger");
    stranger.to.push_str(";tag=never");
    peer.send(us(&ep), "MESSAGE", &ep.uri("1001"), &stranger, 9, &plain, Some("x"));
    peer.response(481, "MESSAGE");
    assert_eq!(told_within_a_moment(&mut events), 0);
    ep.close();
}

#[test]
fn a_flood_of_messages_is_the_guards() {
    let guard = GuardConfig::default()
        .trust_loopback(false)
        .requests(GuardRate::new(1, 5))
        .action(GuardAction::Refuse(StatusCode::SERVICE_UNAVAILABLE));
    let (ep, peer) = (start(config().guard(guard)), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    let answers: Vec<_> = (1..=20)
        .map(|n| ask(&ep, &peer, n, &["Content-Type: text/plain"], "x").code().unwrap())
        .collect();
    assert_eq!(answers[..5], [200; 5]);
    assert!(answers.iter().filter(|c| **c == 503).count() >= 10, "{answers:?}");
    let told = told_within_a_moment(&mut events);
    assert_eq!(told, answers.iter().filter(|c| **c == 200).count());
    ep.close();
}

#[test]
fn in_a_call_messages_go_both_ways_in_its_dialog() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    ep.local("1001");
    let (call, invite) = up(&ep, &peer);
    let sent = call.send_message(EMOJI).unwrap();
    let got = peer.request("MESSAGE");
    assert_eq!((got.call_id(), got.body()), (invite.call_id(), EMOJI.as_bytes()));
    peer.reply(&got, 415, &["Accept: text/html"], None);
    let response = sent.wait(SOON).unwrap();
    assert_eq!(response.message.as_ref().unwrap().header("Accept"), Some("text/html"));
    let (id, of) = wait(&mut events, "status", |e| match e {
        Event::MessageStatus { message, call, .. } => Some((message.id(), call.clone())),
        _ => None,
    });
    assert_eq!((id, of.as_ref()), (sent.id(), Some(&call)));
    let dialog = Dialog::called(&invite, "peer");
    let plain = ["Content-Type: text/plain"];
    for _ in 0..2 {
        peer.send(invite.from, "MESSAGE", &ep.uri("1001"), &dialog, 10, &plain, Some("hi"));
        peer.response(200, "MESSAGE");
    }
    let (_, of, message) = received(&mut events);
    assert_eq!((of.as_ref(), message.text()), (Some(&call), Some("hi")));
    assert_eq!(told_within_a_moment(&mut events), 0);
    // One that waits when the call ends is told, once.
    let waits = call.send_message("too late").unwrap();
    peer.request("MESSAGE");
    bye(&peer, &call);
    let error = waits.wait(SOON).unwrap().error.clone().unwrap();
    assert_eq!(error.kind(), ErrorKind::Gone);
    assert_eq!(status(&mut events).0, waits.id());
    assert_eq!(call.send_message("x").unwrap_err().kind(), ErrorKind::Gone);
    peer.send(
        invite.from,
        "MESSAGE",
        &ep.uri("1001"),
        &dialog,
        11,
        &plain,
        Some("late"),
    );
    peer.response(481, "MESSAGE");
    ep.close();
}

#[test]
fn through_kamailio_with_credentials_between_two_accounts() {
    let server = Kamailio::start(
        KamailioOptions::new()
            .user("1001", "secret")
            .user("1002", "hunter2")
            .authenticate_calls(true),
    )
    .unwrap();
    let ep = start(config());
    let mut events = ep.events();
    let account = |user: &str, password: &str| {
        let config = AccountConfig::new(format!("sip:{user}@{}", server.domain()))
            .registrar(format!("sip:{}", server.udp_addr()))
            .proxy(format!("sip:{}", server.udp_addr()))
            .credentials(user, password);
        let account = ep.add_account(config).unwrap();
        account.wait_registered(SOON).unwrap();
        account
    };
    let (alice, bob) = (account("1001", "secret"), account("1002", "hunter2"));
    for text in [EMOJI.to_owned(), "x".repeat(12_000)] {
        let target = format!("sip:1002@{}", server.domain());
        let options = MessageOptions::text(text.as_str()).notify(NotifyRequest::delivery());
        let sent = alice.send_message(&target, options).unwrap();
        let response = sent.wait(SOON).unwrap();
        assert_eq!(response.code, StatusCode::OK, "{response:?}");
        let (to, _, message) = received(&mut events);
        assert_eq!((to.id(), message.text()), (bob.id(), Some(text.as_str())));
        assert_eq!(message.from(), format!("sip:1001@{}", server.domain()));
        let delivered = wait(&mut events, "notification", |e| match e {
            Event::MessageStatus { message, status, .. } if *status == MessageStatus::Delivered => Some(message.id()),
            _ => None,
        });
        assert_eq!(delivered, sent.id());
    }
    // Nobody there, and a stranger.
    let nobody = alice
        .send_message(&format!("sip:9999@{}", server.domain()), "x")
        .unwrap()
        .wait(SOON)
        .unwrap();
    assert_eq!(nobody.error.as_ref().unwrap().kind(), ErrorKind::Sip, "{nobody:?}");
    ep.close();
}

#[test]
fn baresip_understands_us_and_we_it() {
    let ep = start(config());
    let mut baresip = Baresip::knowing(440, Some(&ep.uri("1001")));
    let mut events = ep.events();
    let account = ep.local("1001");
    let response = account.send_message(&baresip.uri(), EMOJI).unwrap().wait(SOON).unwrap();
    assert_eq!(response.code, StatusCode::OK, "{response:?}");
    baresip.command("contact_next", "");
    baresip.command("message", "hello there");
    let (_, _, message) = received(&mut events);
    assert_eq!(message.text(), Some("hello there"));
    assert_eq!(message.reply_to(), baresip.uri());
    ep.close();
    baresip.stop();
}

#[test]
fn no_text_is_logged() {
    let log = support::log::Log::start();
    let (ep, peer) = (start(config().log_level(LogLevel::Debug)), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    account.send_message(&peer.uri("bob"), "sesame-out").unwrap();
    let got = peer.request("MESSAGE");
    peer.reply(&got, 404, &[], None);
    ask(&ep, &peer, 1, &["Content-Type: text/plain"], "sesame-in");
    let (_, _, message) = received(&mut events);
    assert!(!format!("{message:?} {account:?}").contains("sesame"));
    ep.close();
    let text = log.text();
    assert!(!text.is_empty() && !text.contains("sesame"), "{text}");
}

#[test]
fn what_is_known_about_a_message_is_kept_and_waited_for() {
    let (ep, peer) = (start(config()), Peer::new());
    let (alice, bob) = (ep.local("alice"), ep.local("bob"));
    let mut own = alice.events();
    let mut events = ep.events();
    let asked = MessageOptions::text("x").notify(NotifyRequest::delivery().display(true));
    let sent = alice.send_message(&ep.uri("bob"), asked.clone()).unwrap();
    assert_eq!(sent.account(), alice.id());
    sent.wait_for(MessageStatus::Delivered, SOON).unwrap();
    sent.wait_for(MessageStatus::Accepted, SOON).unwrap();
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(sent.poll_for(MessageStatus::Displayed, &mut cx).is_pending());
    received(&mut events).2.displayed().unwrap();
    sent.wait_for(MessageStatus::Displayed, SOON).unwrap();
    assert!(matches!(
        sent.poll_for(MessageStatus::Displayed, &mut cx),
        std::task::Poll::Ready(Ok(()))
    ));
    assert!(sent.poll_response(&mut cx).is_ready());
    assert_eq!(sent.statuses().len(), 3);
    // They are events of the account, too.
    assert_eq!(status(&mut own).0, sent.id());
    let plain = alice.send_message(&ep.uri("bob"), "x").unwrap();
    plain.wait_for(MessageStatus::Accepted, SOON).unwrap();
    let kind = |sent: &SentMessage, status| sent.wait_for(status, SOON).unwrap_err().kind();
    assert_eq!(kind(&plain, MessageStatus::Delivered), ErrorKind::WrongState);
    assert_eq!(kind(&plain, MessageStatus::Failed), ErrorKind::Gone);
    let refused = bob.send_message(&peer.uri("carol"), asked.clone()).unwrap();
    peer.reply(&peer.request("MESSAGE"), 404, &[], None);
    assert_eq!(kind(&refused, MessageStatus::Delivered), ErrorKind::Sip);
    refused.wait_for(MessageStatus::Failed, SOON).unwrap();
    let silent = bob.send_message(&peer.uri("carol"), asked).unwrap();
    peer.reply(&peer.request("MESSAGE"), 200, &[], None);
    silent.wait_for(MessageStatus::Accepted, SOON).unwrap();
    let waits = std::thread::spawn(move || kind(&silent, MessageStatus::Delivered));
    ep.close();
    assert_eq!(waits.join().unwrap(), ErrorKind::Gone);
}

#[test]
fn what_is_watched_and_published_is_an_event_of_its_account() {
    let (ep, peer) = (start(config()), Peer::new());
    let (alice, bob) = (ep.local("alice"), ep.local("bob"));
    let (mut own, mut others) = (alice.events(), bob.events());
    alice.watch(&peer.uri("sky"), ObserveOptions::default()).unwrap();
    peer.reply(&peer.request("SUBSCRIBE"), 403, &[], None);
    wait(&mut own, "end", |e| {
        matches!(e, Event::Subscription { .. }).then_some(())
    });
    let options = PublishOptions::new("text/plain", "x");
    alice.publish("x-own", options).unwrap();
    wait(&mut own, "publication", |e| {
        matches!(e, Event::Publication { .. }).then_some(())
    });
    assert!(others.try_recv().is_none());
    ep.close();
}

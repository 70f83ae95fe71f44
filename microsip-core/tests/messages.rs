//! Headers both ways, identities, reasons, redirections: what the application says and sees of messages.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use microsip_core::*;
use support::peer::{Dialog, Peer, SDP};
use support::*;

/// A call of ours that the peer has received.
fn calling(ep: &Running, peer: &Peer, options: CallOptions) -> (Call, support::peer::Got) {
    let account = ep.local("1001");
    let call = account.call_with(&peer.uri("bob"), options).unwrap();
    (call, peer.request("INVITE"))
}

/// A call of the peer that we have received: its handle, the dialog.
fn called(ep: &Running, peer: &Peer, headers: &[&str]) -> (Call, Dialog, Events) {
    let mut events = ep.events();
    ep.local("1002");
    let (uri, to) = (ep.uri("1002"), format!("127.0.0.1:{}", ep.port()).parse().unwrap());
    let dialog = Dialog::new(peer, &uri, "in-1");
    peer.send(to, "INVITE", &uri, &dialog, 1, headers, Some(SDP));
    (incoming(&mut events), dialog, events)
}

fn us(ep: &Running) -> std::net::SocketAddr {
    format!("127.0.0.1:{}", ep.port()).parse().unwrap()
}

#[test]
fn headers_go_out_in_order_on_invite_and_bye() {
    let (ep, peer) = (start(config()), Peer::new());
    let options = CallOptions::new()
        .header("X-A", "1")
        .and_then(|o| o.header("X-B", "x"))
        .and_then(|o| o.header("X-A", "2"))
        .unwrap();
    let (call, invite) = calling(&ep, &peer, options);
    assert_eq!(invite.all("X-A").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(invite.header("X-B"), Some("x"));
    peer.reply(&invite, 200, &["X-Reply: one", "X-Reply: two"], Some(SDP));
    let ack = peer.request("ACK");
    let info = call.wait_for(CallState::Confirmed, SOON).unwrap();
    let message = info.message.clone().unwrap();
    assert_eq!(message.status(), Some(StatusCode::OK));
    assert_eq!(message.headers().all("x-reply").collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(message.source(), Some(peer.addr()));
    assert_eq!(message.raw(), message.raw());
    assert_eq!(&*info.remote_tag, "peer");
    assert_eq!(Some(&*info.local_tag), invite.from_tag());
    assert_eq!(ack.call_id(), Some(&*info.sip_call_id));
    let options = HangUpOptions::new()
        .header("X-Why", "done")
        .unwrap()
        .reason(Reason::q850(16).unwrap());
    call.hang_up_with(options).unwrap();
    let bye = peer.request("BYE");
    assert_eq!(bye.header("X-Why"), Some("done"));
    assert_eq!(
        bye.header("Reason"),
        Some("Q.850;cause=16;text=\"Normal call clearing\"")
    );
    peer.reply(&bye, 200, &[], None);
    ep.close();
}

#[test]
fn headers_of_an_incoming_call_are_an_ordered_multi_map_and_stay() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, dialog, mut events) = called(
        &ep,
        &peer,
        &[
            "X-A: 1",
            "P-Asserted-Identity: \"Boss\" <sip:1@h>",
            "x-a: 2",
            "Diversion: <sip:3@h>;reason=user-busy",
            "Privacy: id",
        ],
    );
    let info = call.info();
    let invite = info.invite.clone().unwrap();
    assert_eq!((invite.method(), invite.cseq()), ("INVITE", (1, "INVITE")));
    assert_eq!(invite.request_uri(), Some(ep.uri("1002").as_str()));
    assert_eq!(invite.headers().all("X-A").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(invite.call_id(), dialog.call_id);
    assert_eq!((invite.from_tag(), &*info.remote_tag), (Some("peer"), "peer"));
    assert_eq!(invite.source(), Some(peer.addr()));
    assert_eq!(
        (invite.content_type().as_str(), invite.body()),
        ("application/sdp", SDP.as_bytes())
    );
    let identity = invite.identity();
    assert_eq!(identity.asserted, ["\"Boss\" <sip:1@h>"]);
    assert_eq!(identity.diversions[0].reason, "user-busy");
    assert!(identity.anonymous);

    let answer = AnswerOptions::new()
        .header("X-Desk", "7")
        .unwrap()
        .phrase("Just a moment");
    call.answer_with(StatusCode::RINGING, answer).unwrap();
    let ringing = peer.response(180, "INVITE");
    assert_eq!(ringing.header("X-Desk"), Some("7"));
    assert!(String::from_utf8_lossy(ringing.raw()).starts_with("SIP/2.0 180 Just a moment\r\n"));
    call.answer_with(StatusCode::OK, AnswerOptions::new().header("X-Desk", "8").unwrap())
        .unwrap();
    let ok = peer.response(200, "INVITE");
    assert_eq!(ok.header("X-Desk"), Some("8"));
    let dialog = dialog.answered(&ok);
    peer.send(us(&ep), "ACK", &ep.uri("1002"), &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    peer.send(
        us(&ep),
        "BYE",
        &ep.uri("1002"),
        &dialog,
        2,
        &[
            "Reason: SIP;cause=200;text=\"elsewhere\"",
            "Reason: Q.850;cause=26",
            "X-Bye: 1",
        ],
        None,
    );
    peer.response(200, "BYE");
    let end = ends(&mut events, &call).remove(0);
    assert_eq!(end.q850(), Some(26));
    assert_eq!(
        (end.reasons[0].protocol.as_str(), end.reasons[0].text.as_str()),
        ("SIP", "elsewhere")
    );
    let last = call.info();
    assert_eq!(last.message.as_ref().unwrap().header("X-Bye"), Some("1"));
    assert_eq!(last.invite.as_ref().unwrap().headers().all("x-a").count(), 2);
    ep.close();
}

#[test]
fn a_rejection_carries_code_phrase_headers_and_reason() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, ..) = called(&ep, &peer, &[]);
    let options = RejectOptions::new()
        .phrase("In a meeting")
        .reason(Reason::q850(17).unwrap())
        .header("Retry-After", "60")
        .unwrap();
    call.reject_with(StatusCode::BUSY_HERE, options).unwrap();
    let refusal = peer.response(486, "INVITE");
    assert!(String::from_utf8_lossy(refusal.raw()).starts_with("SIP/2.0 486 In a meeting\r\n"));
    assert_eq!(refusal.header("Retry-After"), Some("60"));
    assert_eq!(refusal.header("Reason"), Some("Q.850;cause=17;text=\"User busy\""));
    ep.close();
}

#[test]
fn a_redirection_names_the_contacts_in_order() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, _, mut events) = called(&ep, &peer, &[]);
    call.redirect(["sip:first@127.0.0.1", "<sip:second@127.0.0.1>;q=0.5"])
        .unwrap();
    let moved = peer.response(302, "INVITE");
    assert_eq!(
        moved.all("Contact").collect::<Vec<_>>(),
        ["<sip:first@127.0.0.1>", "<sip:second@127.0.0.1>;q=0.5"]
    );
    let end = ends(&mut events, &call).remove(0);
    assert_eq!(
        (end.code.code(), end.by, end.cause),
        (302, EndedBy::Local, EndCause::Rejected)
    );
    ep.close();
}

#[test]
fn a_302_ends_the_call_unless_it_is_to_be_followed() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let (call, invite) = calling(&ep, &peer, CallOptions::new());
    peer.reply(&invite, 302, &[&format!("Contact: <{}>", peer.uri("carol"))], None);
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.code.code(), end.by), (302, EndedBy::Remote));
    let last = call.info().message.clone().unwrap();
    assert!(last.header("Contact").unwrap().contains("carol"));
    assert!(peer.silent(std::time::Duration::from_millis(300), |m| m.is_request("INVITE")));
    ep.close();
}

#[test]
fn a_followed_302_tries_the_contacts_by_q_until_one_answers() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let (call, invite) = calling(&ep, &peer, CallOptions::new().redirects(RedirectPolicy::Follow));
    let low = format!("Contact: <{}>;q=0.2", peer.uri("low"));
    let high = format!("Contact: <{}>;q=0.9", peer.uri("high"));
    peer.reply(&invite, 302, &[&low, &high], None);
    let second = peer.wait("INVITE to high", |m| {
        m.is_request("INVITE") && m.request_uri().is_some_and(|u| u.contains("high"))
    });
    assert_eq!(second.call_id(), invite.call_id());
    let tried = wait(&mut events, "redirection", |e| match e {
        Event::CallRedirected { target, followed, .. } => Some((target.clone(), *followed)),
        _ => None,
    });
    assert_eq!(tried, (peer.uri("high"), true));
    peer.reply_tagged(&second, 486, "busy", &[], None);
    let third = peer.wait("INVITE to low", |m| {
        m.is_request("INVITE") && m.request_uri().is_some_and(|u| u.contains("low"))
    });
    peer.reply_tagged(&third, 200, "third", &[], Some(SDP));
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    ep.close();
}

#[test]
fn a_loop_of_302s_ends() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let (call, mut invite) = calling(&ep, &peer, CallOptions::new().redirects(RedirectPolicy::Follow));
    let mut tried = 1;
    loop {
        let next = format!("Contact: <{}>", peer.uri(&format!("next{tried}")));
        peer.reply_tagged(&invite, 302, &format!("t{tried}"), &[&next], None);
        if tried == 6 {
            break;
        }
        let wanted = format!("next{tried}");
        invite = peer.wait("next INVITE", |m| {
            m.is_request("INVITE") && m.request_uri().is_some_and(|u| u.contains(&wanted))
        });
        tried += 1;
    }
    let end = ends(&mut events, &call).remove(0);
    assert_eq!(end.code.code(), 302);
    ep.close();
}

#[test]
fn an_anonymous_call_shows_no_name_on_the_wire_but_to_the_provider() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, invite) = calling(&ep, &peer, CallOptions::new().anonymous(true));
    assert!(
        invite
            .header("From")
            .unwrap()
            .contains("<sip:anonymous@anonymous.invalid>")
    );
    assert_eq!(invite.header("Privacy"), Some("id"));
    assert!(invite.header("P-Preferred-Identity").unwrap().contains("1001@"));
    call.hang_up().unwrap();
    peer.reply(&invite, 180, &[], None);
    peer.request("CANCEL");
    ep.close();
}

#[test]
fn from_and_request_uri_can_differ_from_account_and_to() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = ep.local("1001");
    let options = CallOptions::new()
        .from("\"Front desk\" <sip:desk@example.org>")
        .request_uri(peer.uri("gateway"));
    let call = account.call_with("sip:4930@example.invalid", options).unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(invite.request_uri(), Some(peer.uri("gateway").as_str()));
    assert!(invite.header("To").unwrap().contains("sip:4930@example.invalid"));
    assert!(
        invite
            .header("From")
            .unwrap()
            .starts_with("\"Front desk\" <sip:desk@example.org>;tag=")
    );
    call.hang_up().unwrap();
    ep.close();
}

#[test]
fn a_late_offer_is_answered_in_the_ack() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, invite) = calling(&ep, &peer, CallOptions::new().late_offer(true));
    assert_eq!(invite.body(), b"");
    peer.reply(&invite, 200, &[], Some(SDP));
    let ack = peer.request("ACK");
    assert!(
        ack.body_text().contains("m=audio") && ack.body_text().contains("RTP/AVP 0"),
        "{}",
        ack.body_text()
    );
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    ep.close();
}

#[test]
fn what_cannot_be_sent_is_a_typed_error_and_leaves_nothing() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    let mut long = CallOptions::new();
    for n in 0..6 {
        long = long.header(&format!("X-{n}"), &"a".repeat(15_000)).unwrap();
    }
    let target = peer.uri("bob");
    for options in [
        long,
        CallOptions::new().request_uri("sip:a b c"),
        CallOptions::new().from("sip:<<>>"),
        CallOptions::new().from("\"unfinished <sip:a@b>"),
    ] {
        let error = account.call_with(&target, options.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    assert!(ep.calls().unwrap().is_empty());
    // Held back and dropped: nobody hears of calls that never were.
    assert!(events.recv_timeout(std::time::Duration::from_millis(200)).is_err());
    let body = RequestOptions::new().body("text/plain", vec![b'x'; 47_000]);
    let request = account.request("MESSAGE", &target, body).unwrap();
    let got = peer.request("MESSAGE");
    assert_eq!(got.body().len(), 47_000);
    peer.reply(&got, 200, &[], None);
    assert!(request.wait(SOON).unwrap().error.is_none());
    ep.close();
}

//! Reliable provisional responses (RFC 3262): off, supported, required, both ways, by the bytes.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use support::leg::us;
use support::peer::{Dialog, Got, Peer, SDP};
use support::rtp::Rtp;
use support::*;

const MODES: [Reliable100; 3] = [Reliable100::Off, Reliable100::Supported, Reliable100::Required];

fn with(ep: &Running, user: &str, reliable: Reliable100) -> Account {
    let config = AccountConfig::new(ep.uri(user)).reliable(reliable);
    ep.add_account(config).unwrap()
}

fn lists(message: &Got, header: &str, tag: &str) -> bool {
    message.all(header).any(|v| v.split(',').any(|t| t.trim() == tag))
}

/// A call of the peer with these headers; our side of it, if there is one.
struct In {
    peer: Peer,
    dialog: Dialog,
    uri: String,
    events: Events,
}

fn invite(ep: &Running, user: &str, headers: &[&str], body: Option<&str>) -> In {
    let (peer, events) = (Peer::new(), ep.events());
    let uri = ep.uri(user);
    let dialog = Dialog::new(&peer, &uri, &format!("rel-{}", peer.addr().port()));
    peer.send(us(ep), "INVITE", &uri, &dialog, 1, headers, body);
    In {
        peer,
        dialog,
        uri,
        events,
    }
}

impl In {
    fn prack(&self, ep: &Running, response: &Got, cseq: u32, rack: &str, body: Option<&str>) -> u16 {
        let dialog = self.dialog.clone().answered(response);
        let rack = format!("RAck: {rack}");
        let headers: &[&str] = if rack.len() > 6 { &[&rack] } else { &[] };
        self.peer.send(us(ep), "PRACK", &self.uri, &dialog, cseq, headers, body);
        let answer = self.peer.wait("answer to PRACK", |m| m.cseq() == Some((cseq, "PRACK")));
        answer.code().unwrap()
    }

    fn ack_and_end(&mut self, ep: &Running, call: &Call, ok: &Got) {
        let dialog = self.dialog.clone().answered(ok);
        self.peer.send(us(ep), "ACK", &self.uri, &dialog, 1, &[], None);
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        self.peer.send(us(ep), "BYE", &self.uri, &dialog, 99, &[], None);
        self.peer.response(200, "BYE");
        call.wait_for(CallState::Disconnected, SOON).unwrap();
    }
}

fn rseq(response: &Got) -> u32 {
    response.header("RSeq").unwrap().parse().unwrap()
}

#[test]
fn an_invite_of_ours_says_how_reliable_it_wants_answers() {
    let ep = start(config());
    for (n, mode) in MODES.into_iter().enumerate() {
        let account = with(&ep, &format!("u{n}"), mode);
        for per_call in [
            None,
            Some(Reliable100::Off),
            Some(Reliable100::Supported),
            Some(Reliable100::Required),
        ] {
            let peer = Peer::new();
            let mut options = CallOptions::new();
            options.reliable = per_call;
            let call = account.call_with(&peer.uri("bob"), options).unwrap();
            let invite = peer.request("INVITE");
            let mode = per_call.unwrap_or(mode);
            assert_eq!(
                lists(&invite, "Supported", "100rel"),
                mode != Reliable100::Off,
                "{mode:?}"
            );
            assert_eq!(lists(&invite, "Allow", "PRACK"), mode != Reliable100::Off, "{mode:?}");
            assert_eq!(
                lists(&invite, "Require", "100rel"),
                mode == Reliable100::Required,
                "{mode:?}"
            );
            call.hang_up().unwrap();
            peer.reply(&invite, 486, &[], None);
        }
    }
    ep.close();
}

#[test]
fn a_peer_that_lacks_what_we_require_ends_the_call_with_420() {
    let ep = start(config());
    let account = with(&ep, "1001", Reliable100::Required);
    let (peer, mut events) = (Peer::new(), ep.events());
    let call = account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 420, &["Unsupported: 100rel"], None);
    peer.request("ACK");
    let end = ends(&mut events, &call).remove(0);
    assert_eq!(
        (end.code.code(), end.by, end.cause),
        (420, EndedBy::Remote, EndCause::Rejected)
    );
    ep.close();
}

#[test]
fn a_reliable_answer_of_the_peer_is_acknowledged_once_and_in_order() {
    let ep = start(config());
    let account = with(&ep, "1001", Reliable100::Supported);
    let (peer, rtp) = (Peer::new(), Rtp::new());
    let call = account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    let cseq = invite.cseq().unwrap().0;
    let answer = |code: u16, rseq: u32, body: Option<&str>| {
        let rseq = format!("RSeq: {rseq}");
        peer.reply(&invite, code, &["Require: 100rel", &rseq], body);
    };
    answer(180, 7, None);
    let prack = peer.request("PRACK");
    assert_eq!(prack.header("RAck"), Some(format!("7 {cseq} INVITE").as_str()));
    assert_eq!(
        (prack.cseq(), prack.to_tag()),
        (Some((cseq + 1, "PRACK")), Some("peer"))
    );
    peer.reply(&prack, 200, &[], None);
    // A repetition is none, a gap is not acknowledged (RFC 3262 §4).
    answer(180, 7, None);
    answer(183, 9, Some(&rtp.sdp(1, "")));
    assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("PRACK")));
    answer(183, 8, Some(&rtp.sdp(1, "")));
    let prack = peer.request("PRACK");
    assert_eq!(prack.header("RAck"), Some(format!("8 {cseq} INVITE").as_str()));
    peer.reply(&prack, 200, &[], None);
    assert_eq!(call.state(), CallState::Early);
    // The offer is settled: the 200 needs no SDP (RFC 3262 §5).
    peer.reply(&invite, 200, &[], None);
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(rtp.hear(Duration::from_millis(300)).packets > 5);
    call.hang_up().unwrap();
    peer.reply(&peer.request("BYE"), 200, &[], None);
    ep.close();
}

#[test]
fn a_reliable_offer_is_answered_in_the_prack() {
    let ep = start(config());
    let account = with(&ep, "1001", Reliable100::Supported);
    let (peer, rtp) = (Peer::new(), Rtp::new());
    let call = account
        .call_with(&peer.uri("bob"), CallOptions::new().late_offer(true))
        .unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(invite.body(), b"");
    peer.reply(&invite, 183, &["Require: 100rel", "RSeq: 1"], Some(&rtp.sdp(1, "")));
    let prack = peer.request("PRACK");
    assert!(prack.body_text().contains("m=audio"), "{}", prack.body_text());
    peer.reply(&prack, 200, &[], None);
    assert!(rtp.hear(Duration::from_millis(300)).packets > 5, "early media");
    // The offer is settled, so an UPDATE may change it before the answer (RFC 3311 §5.1).
    call.update().unwrap();
    let update = peer.request("UPDATE");
    peer.reply(&update, 200, &[], Some(&rtp.sdp(2, "")));
    peer.reply(&invite, 200, &[], None);
    let ack = peer.request("ACK");
    assert_eq!(ack.body(), b"");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
    peer.reply(&peer.request("BYE"), 200, &[], None);
    ep.close();
}

#[test]
fn off_is_off_and_required_is_required_for_calls_that_come_in() {
    let ep = start(config());
    for (n, mode) in MODES.into_iter().enumerate() {
        with(&ep, &format!("u{n}"), mode);
    }
    // Account, the caller's headers, the refusal if there is one, whether 180 is reliable.
    let cases = [
        ("u0", vec!["Supported: 100rel"], None, false),
        ("u0", vec!["Require: 100rel"], Some((420, "Unsupported")), false),
        ("u1", vec![], None, false),
        ("u1", vec!["Supported: timer, 100rel"], None, true),
        ("u1", vec!["Require: 100rel"], None, true),
        ("u2", vec![], Some((421, "Require")), false),
        ("u2", vec!["Supported: 100rel"], None, true),
    ];
    for (user, headers, refusal, reliable) in cases {
        let what = format!("{user} {headers:?}");
        let mut call = invite(&ep, user, &headers, Some(SDP));
        if let Some((code, header)) = refusal {
            let answer = call.peer.response(code, "INVITE");
            assert!(lists(&answer, header, "100rel"), "{what}");
            continue;
        }
        let handle = incoming(&mut call.events);
        handle.answer(StatusCode::RINGING).unwrap();
        let ringing = call.peer.response(180, "INVITE");
        assert_eq!(lists(&ringing, "Require", "100rel"), reliable, "{what}");
        assert_eq!(ringing.header("RSeq").is_some(), reliable, "{what}");
        if reliable {
            let rack = format!("{} 1 INVITE", rseq(&ringing));
            assert_eq!(call.prack(&ep, &ringing, 2, &rack, None), 200, "{what}");
        } else {
            assert!(
                call.peer
                    .silent(Duration::from_millis(700), |m| m.is_response(180, "INVITE")),
                "{what}: not repeated"
            );
            assert_eq!(call.prack(&ep, &ringing, 2, "1 1 INVITE", None), 481, "{what}");
        }
        handle.answer(StatusCode::OK).unwrap();
        let ok = call.peer.response(200, "INVITE");
        assert!(ok.body_text().contains("m=audio"), "{what}");
        assert!(!lists(&ok, "Require", "100rel"), "{what}");
        call.ack_and_end(&ep, &handle, &ok);
    }
    ep.close();
}

#[test]
fn a_reliable_answer_of_ours_is_repeated_until_its_prack() {
    let ep = start(config());
    with(&ep, "1001", Reliable100::Supported);
    let mut call = invite(&ep, "1001", &["Supported: 100rel"], Some(SDP));
    let handle = incoming(&mut call.events);
    let from = Instant::now();
    handle.answer(StatusCode::SESSION_PROGRESS).unwrap();
    // Another waits for the PRACK of the first, and so does the answer (RFC 3262 §3).
    handle.answer(StatusCode::RINGING).unwrap();
    handle.answer(StatusCode::OK).unwrap();
    let mut times = Vec::new();
    let progress = loop {
        let got = call
            .peer
            .wait("183", |m| m.cseq() == Some((1, "INVITE")) && m.code() != Some(100));
        assert_eq!(got.code(), Some(183));
        times.push(from.elapsed().as_secs_f64());
        if times.len() == 3 {
            break got;
        }
    };
    // 0, T1, 3 T1.
    for (n, due) in [0.0, 1.0, 3.0].into_iter().enumerate() {
        assert!(times[n] <= due + 0.3, "{times:?}");
    }
    assert!(times[1] > 0.4, "{times:?}");
    let first = rseq(&progress);
    assert!((1..=i32::MAX as u32).contains(&first), "RFC 3262 §7.1");
    // What acknowledges nothing of ours.
    assert_eq!(
        call.prack(&ep, &progress, 2, &format!("{} 1 INVITE", first + 7), None),
        481
    );
    assert_eq!(call.prack(&ep, &progress, 3, &format!("{first} 9 INVITE"), None), 481);
    assert_eq!(call.prack(&ep, &progress, 4, "", None), 400);
    assert_eq!(call.prack(&ep, &progress, 5, &format!("{first} 1 INVITE"), None), 200);
    let ringing = call.peer.response(180, "INVITE");
    assert_eq!(rseq(&ringing), first + 1);
    assert_eq!(
        call.prack(&ep, &ringing, 6, &format!("{} 1 INVITE", first + 1), None),
        200
    );
    let ok = call.peer.response(200, "INVITE");
    assert_eq!(ok.body(), b"", "the answer was in the 183");
    // A second PRACK for the same is a success again.
    assert_eq!(
        call.prack(&ep, &ringing, 7, &format!("{} 1 INVITE", first + 1), None),
        200
    );
    call.ack_and_end(&ep, &handle, &ok);
    ep.close();
}

#[test]
fn our_offer_in_a_reliable_183_is_answered_by_the_prack() {
    let ep = start(config());
    with(&ep, "1001", Reliable100::Supported);
    let rtp = Rtp::new();
    let mut call = invite(&ep, "1001", &["Supported: 100rel"], None);
    let handle = incoming(&mut call.events);
    handle.answer(StatusCode::SESSION_PROGRESS).unwrap();
    let progress = call.peer.response(183, "INVITE");
    assert!(progress.body_text().contains("m=audio"));
    let rack = format!("{} 1 INVITE", rseq(&progress));
    assert_eq!(call.prack(&ep, &progress, 2, &rack, Some(&rtp.sdp(1, ""))), 200);
    assert!(rtp.hear(Duration::from_millis(300)).packets > 5, "early media");
    handle.answer(StatusCode::OK).unwrap();
    let ok = call.peer.response(200, "INVITE");
    assert_eq!(ok.body(), b"");
    call.ack_and_end(&ep, &handle, &ok);
    // The first reliable response has it, be it a ringing one (RFC 3262 §5).
    let mut call = invite(&ep, "1001", &["Supported: 100rel"], None);
    let handle = incoming(&mut call.events);
    handle.answer(StatusCode::RINGING).unwrap();
    let ringing = call.peer.response(180, "INVITE");
    assert!(ringing.body_text().contains("m=audio"));
    let rack = format!("{} 1 INVITE", rseq(&ringing));
    assert_eq!(call.prack(&ep, &ringing, 2, &rack, Some(&rtp.sdp(1, ""))), 200);
    handle.answer(StatusCode::OK).unwrap();
    let ok = call.peer.response(200, "INVITE");
    assert_eq!(ok.body(), b"");
    call.ack_and_end(&ep, &handle, &ok);
    // An answer of no use: there is no other way to say so than to end it.
    let mut call = invite(&ep, "1001", &["Supported: 100rel"], None);
    let handle = incoming(&mut call.events);
    handle.answer(StatusCode::SESSION_PROGRESS).unwrap();
    let progress = call.peer.response(183, "INVITE");
    let rack = format!("{} 1 INVITE", rseq(&progress));
    let foreign = rtp
        .sdp(1, "")
        .replace("RTP/AVP 0 101", "RTP/AVP 3")
        .replace("0 PCMU", "3 GSM");
    let foreign = foreign
        .replace("GSM/8000", "none/8000")
        .replace("RTP/AVP 3", "RTP/AVP 77")
        .replace("rtpmap:3", "rtpmap:77");
    assert_eq!(call.prack(&ep, &progress, 2, &rack, Some(&foreign)), 200);
    let end = ends(&mut call.events, &handle);
    assert_eq!(end.len(), 1, "{end:?}");
    assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Media, "{end:?}");
    ep.close();
}

#[test]
fn a_prack_that_never_comes_ends_the_call() {
    let ep = start(config());
    with(&ep, "1001", Reliable100::Required);
    let mut call = invite(&ep, "1001", &["Supported: 100rel"], Some(SDP));
    let handle = incoming(&mut call.events);
    handle.answer(StatusCode::RINGING).unwrap();
    let deadline = Instant::now() + Duration::from_secs(45);
    let final_answer = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "64 T1 are over");
        if let Ok(Some(Event::CallState { call: c, info })) = call.events.recv_timeout(left)
            && c == handle
            && let Some(end) = &info.end
        {
            break end.clone();
        }
    };
    assert_eq!(
        (final_answer.code.code(), final_answer.by),
        (504, EndedBy::Network),
        "{final_answer:?}"
    );
    assert_eq!(
        final_answer.error.as_ref().unwrap().kind(),
        ErrorKind::Timeout,
        "{final_answer:?}"
    );
    call.peer.response(504, "INVITE");
    ep.close();
}

/// RFC 3262 §3: who requires it supports it.
#[test]
fn a_caller_that_requires_it_need_not_say_that_it_supports_it() {
    let ep = start(config());
    with(&ep, "strict", Reliable100::Required);
    let mut call = invite(&ep, "strict", &["Require: 100rel"], Some(SDP));
    let incoming = incoming(&mut call.events);
    incoming.answer(StatusCode::RINGING).unwrap();
    let ringing = call.peer.response(180, "INVITE");
    assert!(lists(&ringing, "Require", "100rel"));
    let rack = format!("{} 1 INVITE", rseq(&ringing));
    assert_eq!(call.prack(&ep, &ringing, 2, &rack, None), 200);
    incoming.answer(StatusCode::OK).unwrap();
    let ok = call.peer.response(200, "INVITE");
    call.ack_and_end(&ep, &incoming, &ok);
    ep.close();
}

/// RFC 3262 §4: neither a copy nor one that comes before a missing one is processed.
#[test]
fn what_comes_out_of_order_is_passed_over() {
    let (ep, peer) = (start(config()), Peer::new());
    let call = with(&ep, "1001", Reliable100::Supported)
        .call(&peer.uri("bob"))
        .unwrap();
    let invite = peer.request("INVITE");
    let reply = |code: u16, rseq: u32| {
        peer.reply(&invite, code, &["Require: 100rel", &format!("RSeq: {rseq}")], None);
    };
    let acknowledged = |rseq: u32| {
        let prack = peer.request("PRACK");
        let rack = prack.header("RAck").unwrap();
        assert!(rack.starts_with(&format!("{rseq} ")), "{rack}");
        peer.reply(&prack, 200, &[], None);
    };
    let last = || call.info().last_status.map(|c| c.code());
    reply(183, 5);
    acknowledged(5);
    call.wait_for(CallState::Early, SOON).unwrap();
    for (code, rseq) in [(182, 7), (181, 5)] {
        reply(code, rseq);
        assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("PRACK")));
        assert_eq!(last(), Some(183));
    }
    reply(180, 6);
    acknowledged(6);
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "the 180", || {
        (last() == Some(180)).then_some(())
    })
    .unwrap();
    peer.reply(&invite, 486, &[], None);
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
}

//! Calls that take another's place (RFC 3891): being replaced, replacing, and what is refused; against a peer of bytes.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::peer::{Dialog, Got, Peer, SDP};
use support::transfer::*;
use support::*;

/// The `Replaces` value of a call of ours, for whoever sends it to us.
fn header(call: &Call) -> String {
    let info = call.info();
    let replaces = Replaces::new(&*info.sip_call_id, &*info.local_tag, &*info.remote_tag).unwrap();
    format!("Replaces: {replaces}")
}

/// An INVITE of `peer` with these headers, and our final answer or, when the policy asks, the call.
fn invite(ep: &Running, peer: &Peer, n: u32, headers: &[&str]) -> (Got, Dialog) {
    let uri = ep.uri("1001");
    let dialog = Dialog::new(peer, &uri, &format!("replacing-{n}"));
    peer.send(us(ep), "INVITE", &uri, &dialog, n, headers, Some(SDP));
    let answer = peer.wait("final answer to INVITE", |m| {
        m.code().is_some_and(|c| c >= 200) && m.cseq() == Some((n, "INVITE"))
    });
    let dialog = dialog.answered(&answer);
    peer.send(us(ep), "ACK", &uri, &dialog, n, &[], None);
    (answer, dialog)
}

fn rules(policy: ReplacesPolicy) -> EndpointConfig {
    quick().transfers(TransferRules::new().replaces(policy))
}

fn replaced(events: &mut Events) -> (Call, Call) {
    wait(events, "the replacement", |e| match e {
        Event::CallReplaced { call, by } => Some((call.clone(), by.clone())),
        _ => None,
    })
}

#[test]
fn a_replacing_call_is_refused_unless_the_policy_accepts_it() {
    let (ep, peer, other) = (start(quick()), Peer::new(), Peer::new());
    let (call, _) = up(&ep, &peer);
    let mut events = ep.events();
    assert_eq!(invite(&ep, &other, 1, &[&header(&call)]).0.code(), Some(603));
    // Nobody hears of it, and the call is as it was.
    ep.round_trip().unwrap();
    let told = |e: &Event| matches!(e, Event::IncomingCall { .. } | Event::CallReplaced { .. });
    assert!(!std::iter::from_fn(|| events.try_recv()).any(|e| told(&e)));
    assert_eq!(call.state(), CallState::Confirmed);
    hang_up(&peer, &call);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn an_accepted_replacing_call_takes_the_place_of_the_other() {
    let (ep, peer, other) = (
        start(rules(ReplacesPolicy::Accept).max_calls(1)),
        Peer::new(),
        Peer::new(),
    );
    let (old, _) = up(&ep, &peer);
    let mut events = ep.events();
    // The limit of one call holds: the old one makes room.
    let (answer, _) = invite(&ep, &other, 1, &[&header(&old), "Require: replaces"]);
    assert_eq!(answer.code(), Some(200));
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    let (call, by) = replaced(&mut events);
    assert_eq!(call, old);
    assert_eq!(by.info().replaces, Some(old.id()));
    assert_eq!(
        by.info()
            .invite
            .as_ref()
            .unwrap()
            .header("Replaces")
            .map(|v| format!("Replaces: {v}")),
        Some(header(&old))
    );
    let end = old
        .wait_for(CallState::Disconnected, SOON)
        .unwrap()
        .end
        .clone()
        .unwrap();
    assert_eq!(
        (end.cause, end.by, end.error),
        (EndCause::Replaced, EndedBy::Local, None)
    );
    by.wait_for(CallState::Confirmed, SOON).unwrap();
    hang_up(&other, &by);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn the_application_may_decide_on_a_replacing_call() {
    let (ep, peer, other) = (start(rules(ReplacesPolicy::Ask)), Peer::new(), Peer::new());
    let (old, _) = up(&ep, &peer);
    let mut events = ep.events();
    let uri = ep.uri("1001");
    for (n, accept) in [(1, false), (2, true)] {
        let dialog = Dialog::new(&other, &uri, &format!("asking-{n}"));
        other.send(us(&ep), "INVITE", &uri, &dialog, n, &[&header(&old)], Some(SDP));
        let call = incoming(&mut events);
        assert_eq!(call.info().replaces, Some(old.id()));
        assert_eq!(old.state(), CallState::Confirmed);
        if accept {
            call.answer(StatusCode::RINGING).unwrap();
            assert_eq!(old.state(), CallState::Confirmed, "ringing replaces nothing");
            call.answer(StatusCode::OK).unwrap();
            let bye = peer.request("BYE");
            peer.reply(&bye, 200, &[], None);
            let answer = other.response(200, "INVITE");
            other.send(us(&ep), "ACK", &uri, &dialog.answered(&answer), n, &[], None);
            call.wait_for(CallState::Confirmed, SOON).unwrap();
            hang_up(&other, &call);
        } else {
            call.reject(StatusCode::BUSY_HERE).unwrap();
            let answer = other.response(486, "INVITE");
            other.send(us(&ep), "ACK", &uri, &dialog.answered(&answer), n, &[], None);
            assert!(peer.silent(Duration::from_millis(200), |m| m.is_request("BYE")));
        }
    }
    nothing_left(&ep);
    ep.close();
}

#[test]
fn only_the_same_address_may_replace_when_the_policy_says_so() {
    // All of 127/8 is this machine.
    let ep = start(
        EndpointConfig::default()
            .transaction_timeout(Duration::from_secs(2))
            .bind("0.0.0.0:0".parse().unwrap())
            .transfers(TransferRules::new().replaces(ReplacesPolicy::AcceptSameSource)),
    );
    let (peer, stranger) = (Peer::new(), Peer::at("127.0.0.2:0"));
    let (old, _) = up(&ep, &peer);
    assert_eq!(invite(&ep, &stranger, 1, &[&header(&old)]).0.code(), Some(603));
    assert_eq!(old.state(), CallState::Confirmed);
    let other = Peer::new();
    assert_eq!(invite(&ep, &other, 2, &[&header(&old)]).0.code(), Some(200));
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    hang_up(&other, &ep.calls().unwrap()[0]);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn what_replaces_nothing_has_its_answer() {
    let (ep, peer, other) = (start(rules(ReplacesPolicy::Accept)), Peer::new(), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let good = header(&call);
    let info = call.info();
    let swapped = format!(
        "Replaces: {};to-tag={};from-tag={}",
        info.sip_call_id, info.remote_tag, info.local_tag
    );
    let early = format!("{good};early-only");
    let unknown = "Replaces: nobody@nowhere;to-tag=1;from-tag=2";
    for (n, (headers, code)) in [
        (vec![unknown], 481),
        (vec![swapped.as_str()], 481),
        (vec![early.as_str()], 486),
        (vec![good.as_str(), good.as_str()], 400),
        (vec!["Replaces: x"], 400),
        (vec!["Replaces:"], 400),
        (vec!["Replaces: ;to-tag=1;from-tag=2"], 400),
        (vec!["Replaces: a@b;to-tag=1"], 400),
        (vec![good.as_str(), "Require: nothing-known"], 420),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = invite(&ep, &other, 1 + n as u32, &headers).0;
        assert_eq!(answer.code(), Some(code), "{headers:?}");
    }
    // Requests that cannot replace anything.
    let outside = Dialog::new(&other, &ep.uri("1001"), "options");
    other.send(us(&ep), "OPTIONS", &ep.uri("1001"), &outside, 1, &[&good], None);
    other.response(400, "OPTIONS");
    peer.send(us(&ep), "INVITE", &ep.uri("1001"), &dialog, 90, &[&good], Some(SDP));
    peer.response(400, "INVITE");
    peer.send(us(&ep), "ACK", &ep.uri("1001"), &dialog, 90, &[], None);
    assert_eq!(call.state(), CallState::Confirmed);
    // A dialog that is over, and known still: 603 (RFC 3891 §3). Then one that is forgotten.
    call.hang_up().unwrap();
    assert_eq!(invite(&ep, &other, 60, &[&good]).0.code(), Some(603));
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    nothing_left(&ep);
    assert_eq!(invite(&ep, &other, 61, &[&good]).0.code(), Some(481));
    ep.close();
}

#[test]
fn a_new_call_that_cannot_be_taken_leaves_the_old_one() {
    let (ep, peer, other) = (start(rules(ReplacesPolicy::Accept)), Peer::new(), Peer::new());
    let (old, _) = up(&ep, &peer);
    let uri = ep.uri("1001");
    let dialog = Dialog::new(&other, &uri, "no-codec");
    let sdp = SDP.replace("RTP/AVP 0 101", "RTP/AVP 99 101") + "a=rtpmap:99 unheard-of/8000\r\n";
    other.send(us(&ep), "INVITE", &uri, &dialog, 1, &[&header(&old)], Some(&sdp));
    let answer = other.wait("refusal", |m| {
        m.code().is_some_and(|c| c >= 200) && m.cseq() == Some((1, "INVITE"))
    });
    assert_eq!(answer.code(), Some(488));
    other.send(us(&ep), "ACK", &uri, &dialog.answered(&answer), 1, &[], None);
    assert!(peer.silent(Duration::from_millis(200), |m| m.is_request("BYE")));
    assert_eq!(old.state(), CallState::Confirmed);
    hang_up(&peer, &old);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn early_dialogs_are_replaced_if_we_began_them() {
    let (ep, peer, other) = (start(rules(ReplacesPolicy::Accept)), Peer::new(), Peer::new());
    let old = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let ringing = peer.request("INVITE");
    peer.reply(&ringing, 180, &[], None);
    old.wait_for(CallState::Early, SOON).unwrap();
    let early = format!("{};early-only", header(&old));
    assert_eq!(invite(&ep, &other, 1, &[&early]).0.code(), Some(200));
    let cancel = peer.request("CANCEL");
    peer.reply(&cancel, 200, &[], None);
    peer.reply(&ringing, 487, &[], None);
    let end = old
        .wait_for(CallState::Disconnected, SOON)
        .unwrap()
        .end
        .clone()
        .unwrap();
    assert_eq!(end.cause, EndCause::Replaced);
    hang_up(&other, &ep.calls().unwrap()[0]);
    // One that came in and rings: 481 (RFC 3891 §3).
    let mut events = ep.events();
    let uri = ep.uri("1001");
    let dialog = Dialog::new(&peer, &uri, "rings");
    peer.send(us(&ep), "INVITE", &uri, &dialog, 1, &[], Some(SDP));
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    peer.response(180, "INVITE");
    assert_eq!(invite(&ep, &other, 2, &[&header(&call)]).0.code(), Some(481));
    call.reject(StatusCode::BUSY_HERE).unwrap();
    let answer = peer.response(486, "INVITE");
    peer.send(us(&ep), "ACK", &uri, &dialog.answered(&answer), 1, &[], None);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_call_of_ours_picks_another_up() {
    let (ep, peer) = (start(quick()), Peer::new());
    let dialog = Replaces::new("ringing@pbx", "theirs", "callers").unwrap();
    let options = CallOptions::new().replaces(dialog.early_only(true));
    let call = ep.local("1001").call_with(&peer.uri("bob"), options).unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(
        invite.header("Replaces"),
        Some("ringing@pbx;to-tag=theirs;from-tag=callers;early-only")
    );
    assert_eq!(invite.header("Require"), Some("replaces"));
    assert!(invite.header("Supported").unwrap().contains("replaces"));
    peer.reply(&invite, 481, &[], None);
    let error = call.wait_for(CallState::Confirmed, SOON).unwrap_err();
    assert_eq!(error.sip_status().map(StatusCode::code), Some(481));
    nothing_left(&ep);
    ep.close();
}

//! What crosses on the wire or never arrives: exactly one final event each, nothing left behind.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use support::leg::{Leg, us};
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

/// Transactions linger for this time, and dialogs as long as they: short, so that leaks can be told from lingering.
fn brief() -> EndpointConfig {
    config()
        .codecs("PCMU")
        .unwrap()
        .transaction_timeout(Duration::from_secs(4))
}

/// Waits until PJSIP has no call and no dialog.
fn nothing_left(ep: &Running) {
    microsip_testkit::wait_until(
        microsip_testkit::Deadline::secs(20),
        "calls and dialogs to be freed",
        || (fault::live(ep).unwrap() == (0, 0)).then_some(()),
    )
    .unwrap();
}

/// The only end of the call: code, by whom, cause.
fn end(events: &mut Events, call: &Call) -> (u16, EndedBy, EndCause) {
    let mut all = ends(events, call);
    assert_eq!(all.len(), 1, "{all:?}");
    let end = all.remove(0);
    (end.code.code(), end.by, end.cause)
}

const CANCELLED: (u16, EndedBy, EndCause) = (487, EndedBy::Local, EndCause::Cancelled);

/// A call of ours that the peer has received and not answered.
fn calling(ep: &Running) -> (Peer, Call, Events, Got) {
    let (peer, events) = (Peer::new(), ep.events());
    if ep.accounts().unwrap().is_empty() {
        ep.local("1001");
    }
    let call = ep.accounts().unwrap()[0].call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    (peer, call, events, invite)
}

/// A call of the peer that we have received and not answered.
fn called(ep: &Running, id: &str) -> (Peer, Call, Events, Dialog, String) {
    let (peer, mut events) = (Peer::new(), ep.events());
    if ep.accounts().unwrap().is_empty() {
        ep.local("1001");
    }
    let uri = ep.uri("1001");
    let dialog = Dialog::new(&peer, &uri, id);
    peer.send(us(ep), "INVITE", &uri, &dialog, 1, &[], Some(SDP));
    let call = incoming(&mut events);
    (peer, call, events, dialog, uri)
}

/// The CANCEL of the peer's INVITE: same branch, no To tag.
fn cancel(ep: &Running, peer: &Peer, dialog: &Dialog, uri: &str) {
    let text = format!(
        "CANCEL {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bK{}1INVITE\r\nMax-Forwards: 70\r\nFrom: {}\r\n\
         To: <{uri}>\r\nCall-ID: {}\r\nCSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n",
        peer.addr(),
        dialog.call_id.replace(|c: char| !c.is_ascii_alphanumeric(), ""),
        dialog.from,
        dialog.call_id,
    );
    peer.raw(text.as_bytes(), us(ep));
}

#[test]
fn a_cancel_waits_for_the_first_provisional_answer() {
    let ep = start(brief());
    let (peer, call, mut events, invite) = calling(&ep);
    call.hang_up().unwrap();
    assert!(
        peer.silent(Duration::from_millis(700), |m| m.is_request("CANCEL")),
        "RFC 3261 §9.1"
    );
    peer.reply(&invite, 180, &[], None);
    let cancel = peer.request("CANCEL");
    assert_eq!(cancel.branch(), invite.branch());
    assert_eq!(cancel.cseq().unwrap().0, invite.cseq().unwrap().0);
    assert_eq!(cancel.to_tag(), None);
    peer.reply(&cancel, 200, &[], None);
    peer.reply(&invite, 487, &[], None);
    peer.request("ACK");
    assert_eq!(end(&mut events, &call), CANCELLED);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_200_that_crosses_our_cancel_is_acknowledged_and_ended() {
    let ep = start(brief());
    for (provisional, to_cancel) in [(None, 0), (Some(180), 200), (Some(100), 481), (Some(183), 0)] {
        let (peer, call, mut events, invite) = calling(&ep);
        if let Some(code) = provisional {
            peer.reply(&invite, code, &[], None);
            // Seen by us before the command.
            std::thread::sleep(Duration::from_millis(50));
            ep.round_trip().unwrap();
        }
        call.hang_up().unwrap();
        if provisional.is_some() {
            let cancel = peer.request("CANCEL");
            if to_cancel > 0 {
                peer.reply(&cancel, to_cancel, &[], None);
            }
        }
        peer.reply(&invite, 200, &[], Some(SDP));
        let ack = peer.wait("ACK or BYE", |m| m.is_request("ACK") || m.is_request("BYE"));
        assert_eq!(ack.method(), Some("ACK"), "first, after {provisional:?}");
        let bye = peer.request("BYE");
        peer.reply(&bye, 200, &[], None);
        assert_eq!(end(&mut events, &call), CANCELLED, "after {provisional:?}");
        assert!(
            peer.silent(Duration::from_millis(200), |m| m.is_request("BYE")),
            "one BYE"
        );
        nothing_left(&ep);
    }
    ep.close();
}

#[test]
fn a_cancel_after_our_200_changes_nothing() {
    let ep = start(brief());
    let (peer, call, mut events, dialog, uri) = called(&ep, "late-cancel");
    call.answer(StatusCode::OK).unwrap();
    let dialog = dialog.answered(&peer.response(200, "INVITE"));
    cancel(&ep, &peer, &dialog, &uri);
    let answer = peer.wait("answer to CANCEL", |m| m.cseq() == Some((1, "CANCEL")));
    assert!(matches!(answer.code(), Some(200 | 481)), "{:?}", answer.code());
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    // Nor after the ACK.
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(call.state(), CallState::Confirmed);
    peer.send(us(&ep), "BYE", &uri, &dialog, 2, &[], None);
    peer.response(200, "BYE");
    assert_eq!(end(&mut events, &call), (200, EndedBy::Remote, EndCause::HungUp));
    nothing_left(&ep);
    ep.close();
}

#[test]
fn heavy_a_lost_ack_is_missed_by_repetition_and_then_ends_the_call() {
    let ep = start(brief());
    let (peer, call, mut events, _, _) = called(&ep, "no-ack");
    call.answer(StatusCode::OK).unwrap();
    let from = Instant::now();
    let mut at = Vec::new();
    let bye = loop {
        let got = peer.wait("200 or BYE", |m| m.is_response(200, "INVITE") || m.is_request("BYE"));
        if got.method() == Some("BYE") {
            break got;
        }
        at.push(from.elapsed().as_secs_f64());
    };
    // At 0, then after T1, doubled each time (RFC 3261 §13.3.1.4).
    assert!(at.len() >= 4, "{at:?}");
    for (n, due) in [0.0, 0.5, 1.5, 3.5].into_iter().enumerate() {
        assert!((at[n] - due).abs() < 0.3, "{at:?}");
    }
    assert!((3.5..5.5).contains(&from.elapsed().as_secs_f64()), "64 T1, here 4 s");
    peer.reply(&bye, 200, &[], None);
    let all = ends(&mut events, &call);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(
        (all[0].code.code(), all[0].by, all[0].cause),
        (408, EndedBy::Network, EndCause::TimedOut)
    );
    assert_eq!(all[0].error.as_ref().unwrap().kind(), ErrorKind::Timeout);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_late_ack_is_in_time() {
    let ep = start(brief());
    let (peer, call, mut events, dialog, uri) = called(&ep, "late-ack");
    call.answer(StatusCode::OK).unwrap();
    let dialog = dialog.answered(&peer.response(200, "INVITE"));
    peer.response(200, "INVITE");
    peer.response(200, "INVITE");
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    // Another one, for a repetition, is as good as none.
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    assert!(
        peer.silent(Duration::from_secs(3), |m| m.is_response(200, "INVITE")),
        "no more repetitions"
    );
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    assert_eq!(end(&mut events, &call), (200, EndedBy::Local, EndCause::HungUp));
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_bye_instead_of_the_lost_ack_ends_the_call_and_the_repetitions() {
    let ep = start(brief());
    let (peer, call, mut events, dialog, uri) = called(&ep, "bye-no-ack");
    call.answer(StatusCode::OK).unwrap();
    let dialog = dialog.answered(&peer.response(200, "INVITE"));
    peer.send(us(&ep), "BYE", &uri, &dialog, 2, &[], None);
    peer.response(200, "BYE");
    assert_eq!(end(&mut events, &call), (200, EndedBy::Remote, EndCause::HungUp));
    assert!(peer.silent(Duration::from_millis(1500), |m| m.is_response(200, "INVITE")));
    nothing_left(&ep);
    ep.close();
}

#[test]
fn byes_may_cross() {
    let ep = start(brief());
    let mut leg = Leg::called(&ep);
    leg.call.hang_up().unwrap();
    let ours = leg.peer.request("BYE");
    leg.send("BYE", &[], None);
    leg.peer.response(200, "BYE");
    leg.peer.reply(&ours, 200, &[], None);
    assert_eq!(end(&mut leg.events, &leg.call), (200, EndedBy::Local, EndCause::HungUp));
    nothing_left(&ep);
    // The peer forgot the call with its own BYE.
    let mut leg = Leg::calling(&ep);
    leg.call.hang_up().unwrap();
    let ours = leg.peer.request("BYE");
    leg.send("BYE", &[], None);
    leg.peer.response(200, "BYE");
    leg.peer.reply(&ours, 481, &[], None);
    assert_eq!(end(&mut leg.events, &leg.call), (200, EndedBy::Local, EndCause::HungUp));
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_bye_in_an_early_dialog_ends_it() {
    let ep = start(brief());
    let (peer, call, mut events, dialog, uri) = called(&ep, "early-bye");
    call.answer(StatusCode::RINGING).unwrap();
    let dialog = dialog.answered(&peer.response(180, "INVITE"));
    peer.send(us(&ep), "BYE", &uri, &dialog, 2, &[], None);
    let mut seen = Vec::new();
    while seen.len() < 2 {
        let got = peer.wait("answers", |m| m.code().is_some_and(|c| c >= 200));
        seen.push((got.code().unwrap(), got.cseq().unwrap().1.to_owned()));
    }
    seen.sort();
    assert_eq!(
        seen,
        [(200, "BYE".to_owned()), (487, "INVITE".to_owned())],
        "RFC 3261 §15.1.2"
    );
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    let (_, by, _) = end(&mut events, &call);
    assert_eq!(by, EndedBy::Remote);
    nothing_left(&ep);
    // The callee must not, but its 200 may have been lost.
    let (peer, call, mut events, invite) = calling(&ep);
    peer.reply(&invite, 180, &[], None);
    call.wait_for(CallState::Early, SOON).unwrap();
    let dialog = Dialog::called(&invite, "peer");
    peer.send(us(&ep), "BYE", &uri, &dialog, 7, &[], None);
    peer.response(200, "BYE");
    let (_, by, _) = end(&mut events, &call);
    assert_eq!(by, EndedBy::Remote);
    // It comes after all.
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    nothing_left(&ep);
    ep.close();
}

#[test]
fn repeated_invites_get_the_last_answer_again() {
    let ep = start(brief());
    let (peer, call, mut events, dialog, uri) = called(&ep, "again");
    let again = |dialog: &Dialog| peer.send(us(&ep), "INVITE", &uri, dialog, 1, &[], Some(SDP));
    let first = Dialog::new(&peer, &uri, "again");
    again(&first);
    peer.response(100, "INVITE");
    call.answer(StatusCode::RINGING).unwrap();
    peer.response(180, "INVITE");
    again(&first);
    peer.response(180, "INVITE");
    call.answer(StatusCode::OK).unwrap();
    let ok = peer.response(200, "INVITE");
    again(&first);
    assert_eq!(peer.response(200, "INVITE").to_tag(), ok.to_tag());
    let dialog = dialog.answered(&ok);
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    again(&first);
    assert_eq!(ep.calls().unwrap().len(), 1);
    while let Ok(Some(event)) = events.recv_timeout(Duration::from_millis(200)) {
        assert!(!matches!(event, Event::IncomingCall { .. }), "one call only");
    }
    call.hang_up().unwrap();
    peer.reply(&peer.request("BYE"), 200, &[], None);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn each_repeated_200_gets_its_ack() {
    let ep = start(brief());
    let (peer, call, _events, invite) = calling(&ep);
    peer.reply(&invite, 200, &[], Some(SDP));
    let first = peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    for _ in 0..3 {
        peer.reply(&invite, 200, &[], Some(SDP));
        let again = peer.request("ACK");
        assert_eq!((again.cseq(), again.to_tag()), (first.cseq(), first.to_tag()));
    }
    // While another request is out, and after the end.
    call.hold().unwrap();
    let request = peer.request("INVITE");
    peer.reply(&invite, 200, &[], Some(SDP));
    assert_eq!(peer.request("ACK").cseq(), first.cseq());
    peer.reply(&request, 488, &[], None);
    peer.request("ACK");
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&invite, 200, &[], Some(SDP));
    assert_eq!(peer.request("ACK").cseq(), first.cseq());
    peer.reply(&bye, 200, &[], None);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn hanging_up_before_the_ack_sends_one_bye_after_it() {
    let ep = start(brief());
    let (peer, call, mut events, dialog, uri) = called(&ep, "hasty");
    call.answer(StatusCode::OK).unwrap();
    let dialog = dialog.answered(&peer.response(200, "INVITE"));
    call.hang_up().unwrap();
    assert_eq!(end(&mut events, &call), (200, EndedBy::Local, EndCause::HungUp));
    assert!(
        peer.silent(Duration::from_millis(300), |m| m.is_request("BYE")),
        "RFC 3261 §15"
    );
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    peer.reply(&peer.request("BYE"), 200, &[], None);
    assert!(
        peer.silent(Duration::from_millis(300), |m| m.is_request("BYE")),
        "one BYE"
    );
    nothing_left(&ep);
    ep.close();
}

#[test]
fn an_answer_and_a_cancel_at_once_end_in_one_way() {
    let ep = start(brief());
    let (mut taken, mut cancelled) = (0, 0);
    // By how much the CANCEL goes first, in microseconds: towards where the outcome changes, however fast the machine is.
    let (mut lead, mut step, mut before) = (0_i64, 200, None);
    for n in 0..24 {
        let (peer, call, mut events, dialog, uri) = called(&ep, &format!("at-once-{n}"));
        call.answer(StatusCode::RINGING).unwrap();
        let ringing = peer.response(180, "INVITE");
        let pause = |us: i64| std::thread::sleep(Duration::from_micros(us.max(0).unsigned_abs()));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                pause(-lead);
                cancel(&ep, &peer, &dialog, &uri);
            });
            pause(lead);
            if let Err(e) = call.answer(StatusCode::OK) {
                assert!(matches!(e.kind(), ErrorKind::Gone | ErrorKind::WrongState), "{e}");
            }
        });
        let last = peer.wait("final answer", |m| {
            m.cseq() == Some((1, "INVITE")) && m.code().is_some_and(|c| c >= 200)
        });
        let dialog = dialog.answered(&ringing);
        peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
        let was_taken = last.code() == Some(200);
        if was_taken {
            taken += 1;
            call.wait_for(CallState::Confirmed, SOON).unwrap();
            peer.send(us(&ep), "BYE", &uri, &dialog, 2, &[], None);
            peer.response(200, "BYE");
            assert_eq!(end(&mut events, &call), (200, EndedBy::Remote, EndCause::HungUp));
        } else {
            cancelled += 1;
            assert_eq!(last.code(), Some(487));
            assert_eq!(end(&mut events, &call), (487, EndedBy::Remote, EndCause::Cancelled));
        }
        // Doubled until it changes for the first time, halved from then on.
        if taken == 0 || cancelled == 0 {
            step = (step * 2).min(2_000_000);
        } else if before != Some(was_taken) {
            step = (step / 2).max(5);
        }
        lead += if was_taken { step } else { -step };
        before = Some(was_taken);
    }
    println!("{taken} taken, {cancelled} cancelled");
    assert!(taken > 0 && cancelled > 0, "{taken} taken, {cancelled} cancelled");
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_487_of_the_peers_own_is_a_rejection() {
    let ep = start(brief());
    let (peer, call, mut events, invite) = calling(&ep);
    peer.reply(&invite, 487, &[], None);
    peer.request("ACK");
    assert_eq!(end(&mut events, &call), (487, EndedBy::Remote, EndCause::Rejected));
    nothing_left(&ep);
    ep.close();
}

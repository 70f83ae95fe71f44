//! Blind transfer of ours: what goes over the wire and what is told, against a peer of bytes. Those of others: `referred.rs`.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::peer::{Peer, SDP};
use support::transfer::*;
use support::*;

#[test]
fn a_blind_transfer_is_followed_to_its_end_and_our_leg_hung_up() {
    let (ep, peer) = (start(quick()), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let mut events = call.events();
    call.transfer_with(
        "Carol <sip:carol@127.0.0.1:9;transport=udp>",
        TransferOptions::new().header("X-Why", "lunch").unwrap(),
    )
    .unwrap();
    let refer = peer.request("REFER");
    assert_eq!(
        refer.header("Refer-To"),
        Some("Carol <sip:carol@127.0.0.1:9;transport=udp>")
    );
    assert_eq!(
        refer.header("Referred-By"),
        Some(format!("<{}>", ep.uri("1001")).as_str())
    );
    assert_eq!(refer.header("X-Why"), Some("lunch"));
    assert!(refer.header("Contact").is_some(), "a target refresh request has one");
    assert_eq!(call.transfer("sip:x@y").unwrap_err().kind(), ErrorKind::Busy);
    peer.reply(&refer, 202, &[], None);
    assert_eq!(progress(&mut events), ("accepted", 202));
    let mut notifier = Reporter::new(&ep, &peer, &dialog);
    notifier.notify("active;expires=60", "SIP/2.0 100 Trying\r\n", 200);
    assert_eq!(progress(&mut events), ("progress", 100));
    notifier.notify("active;expires=60", "SIP/2.0 180 Ringing\r\n", 200);
    assert_eq!(progress(&mut events), ("progress", 180));
    notifier.notify("terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 200);
    let end = wait(&mut events, "the outcome", |e| match e {
        Event::Transfer { progress, .. } => Some(progress.clone()),
        _ => None,
    });
    assert_eq!(
        (end.state, end.code, end.reason.as_str()),
        (TransferState::Succeeded, StatusCode::OK, "OK")
    );
    assert!(end.is_final() && end.error.is_none());
    assert_eq!(end.message.unwrap().content_type(), "message/sipfrag");
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_refused_refer_is_a_typed_end_and_the_call_goes_on() {
    for (code, kind) in [
        (403, ErrorKind::Auth),
        (405, ErrorKind::Sip),
        (501, ErrorKind::Sip),
        (603, ErrorKind::Sip),
        (302, ErrorKind::Sip),
        (407, ErrorKind::Auth),
    ] {
        let (ep, peer) = (start(quick()), Peer::new());
        let (call, _) = up(&ep, &peer);
        let mut events = call.events();
        call.transfer("sip:carol@127.0.0.1:9").unwrap();
        let refer = peer.request("REFER");
        let challenge = ["Proxy-Authenticate: Digest realm=\"x\", nonce=\"1\", algorithm=MD5"];
        peer.reply(&refer, code, if code == 407 { &challenge } else { &[] }, None);
        let end = outcome(&mut events);
        assert_eq!((end.state, end.code.code()), (TransferState::Failed, code));
        let error = end.error.unwrap();
        assert_eq!(
            (error.kind(), error.sip_status().map(StatusCode::code)),
            (kind, Some(code)),
            "{error}"
        );
        assert_eq!(call.state(), CallState::Confirmed);
        assert_eq!(fault::transfers(&ep.endpoint).unwrap(), (0, 0));
        call.transfer("sip:carol@127.0.0.1:9").unwrap();
        let again = peer.request("REFER");
        peer.reply(&again, 603, &[], None);
        outcome(&mut events);
        hang_up(&peer, &call);
        nothing_left(&ep);
        ep.close();
    }
}

#[test]
fn a_challenged_refer_is_repeated_with_credentials() {
    let (ep, peer) = (start(quick()), Peer::new());
    let account = ep
        .add_account(AccountConfig::new(ep.uri("1001")).credentials("1001", "secret"))
        .unwrap();
    let (call, dialog) = up_with(&account, &peer);
    let mut events = call.events();
    call.transfer("sip:carol@127.0.0.1:9").unwrap();
    let refer = peer.request("REFER");
    let challenge = "WWW-Authenticate: Digest realm=\"x\", nonce=\"1\", algorithm=MD5";
    peer.reply(&refer, 401, &[challenge], None);
    let again = peer.wait("REFER with credentials", |m| {
        m.is_request("REFER") && m.header("Authorization").is_some()
    });
    assert!(again.cseq().unwrap().0 > refer.cseq().unwrap().0);
    assert_eq!(again.header("Refer-To"), Some("<sip:carol@127.0.0.1:9>"));
    peer.reply(&again, 202, &[], None);
    assert_eq!(progress(&mut events), ("accepted", 202));
    let mut notifier = Reporter::new(&ep, &peer, &dialog);
    notifier.event = format!("refer;id={}", again.cseq().unwrap().0);
    notifier.notify("terminated", "SIP/2.0 200 OK\r\n", 200);
    assert_eq!(outcome(&mut events).state, TransferState::Succeeded);
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_failed_transfer_can_be_tried_again_in_the_same_dialog() {
    let (ep, peer) = (start(quick()), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let mut events = call.events();
    let mut notifier = Reporter::new(&ep, &peer, &dialog);
    call.transfer("sip:busy@127.0.0.1:9").unwrap();
    let first = peer.request("REFER");
    peer.reply(&first, 202, &[], None);
    notifier.notify("terminated;reason=noresource", "SIP/2.0 486 Too busy\r\n", 200);
    let end = outcome(&mut events);
    assert_eq!(
        (end.state, end.code, end.reason.as_str()),
        (TransferState::Failed, StatusCode::BUSY_HERE, "Too busy")
    );
    assert_eq!(end.error.unwrap().sip_status(), Some(StatusCode::BUSY_HERE));
    assert_eq!(call.state(), CallState::Confirmed);
    call.transfer("sip:carol@127.0.0.1:9").unwrap();
    let second = peer.request("REFER");
    peer.reply(&second, 202, &[], None);
    // The first one's subscription is over, the second one's has the id of its REFER.
    notifier.event = format!("refer;id={}", first.cseq().unwrap().0);
    notifier.notify("active", "SIP/2.0 200 OK\r\n", 481);
    notifier.event = format!("refer;id={}", second.cseq().unwrap().0);
    notifier.notify("terminated", "SIP/2.0 200 OK\r\n", 200);
    assert_eq!(outcome(&mut events).state, TransferState::Succeeded);
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn progress_can_be_declined_and_our_leg_kept() {
    for (hang_up_after, granted) in [(true, true), (false, true), (true, false)] {
        let (ep, peer) = (start(quick()), Peer::new());
        let (call, dialog) = up(&ep, &peer);
        let mut events = call.events();
        let options = TransferOptions::new()
            .no_progress(true)
            .hang_up_after(hang_up_after)
            .anonymous(true);
        call.transfer_with("tel:+4930123", options).unwrap();
        let refer = peer.request("REFER");
        assert_eq!(refer.header("Refer-Sub"), Some("false"));
        assert!(refer.header("Supported").unwrap().contains("norefersub"));
        assert_eq!(
            (refer.header("Refer-To"), refer.header("Referred-By")),
            (Some("<tel:+4930123>"), None)
        );
        if granted {
            peer.reply(&refer, 202, &["Refer-Sub: false"], None);
            assert_eq!(outcome(&mut events).state, TransferState::Unknown);
        } else {
            // It reports all the same (RFC 4488 §4).
            peer.reply(&refer, 202, &[], None);
            Reporter::new(&ep, &peer, &dialog).notify("terminated", "SIP/2.0 200 OK\r\n", 200);
            assert_eq!(outcome(&mut events).state, TransferState::Succeeded);
        }
        if hang_up_after {
            let bye = peer.request("BYE");
            peer.reply(&bye, 200, &[], None);
        } else {
            assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("BYE")));
            assert_eq!(call.state(), CallState::Confirmed);
            hang_up(&peer, &call);
        }
        nothing_left(&ep);
        ep.close();
    }
}

#[test]
fn a_subscription_left_open_is_closed_by_us() {
    let (ep, peer) = (start(quick()), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let mut events = call.events();
    call.transfer_with("sip:carol@127.0.0.1:9", TransferOptions::new().hang_up_after(false))
        .unwrap();
    let refer = peer.request("REFER");
    peer.reply(&refer, 202, &[], None);
    let mut notifier = Reporter::new(&ep, &peer, &dialog);
    notifier.notify("active;expires=60", "SIP/2.0 200 OK\r\n", 200);
    assert_eq!(outcome(&mut events).state, TransferState::Succeeded);
    let subscribe = peer.request("SUBSCRIBE");
    assert_eq!(subscribe.header("Expires"), Some("0"));
    let event = format!("refer;id={}", refer.cseq().unwrap().0);
    assert_eq!(subscribe.header("Event"), Some(event.as_str()));
    peer.reply(&subscribe, 200, &["Expires: 0"], None);
    notifier.notify("terminated;reason=timeout", "SIP/2.0 200 OK\r\n", 200);
    assert!(still_none(&mut events), "one outcome only");
    notifier.notify("active", "SIP/2.0 200 OK\r\n", 481);
    hang_up(&peer, &call);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn silence_ends_a_transfer_with_a_typed_timeout_and_keeps_the_call() {
    // What the peer does before it falls silent: nothing, 202, a report that it has not renewed.
    for stage in 0..3 {
        let (ep, peer) = (start(quick().transaction_timeout(Duration::from_secs(1))), Peer::new());
        let (call, dialog) = up(&ep, &peer);
        let mut events = call.events();
        call.transfer("sip:carol@127.0.0.1:9").unwrap();
        let refer = peer.request("REFER");
        if stage > 0 {
            peer.reply(&refer, 202, &[], None);
        }
        if stage > 1 {
            Reporter::new(&ep, &peer, &dialog).notify("active;expires=1", "SIP/2.0 100 Trying\r\n", 200);
        }
        let end = outcome(&mut events);
        assert_eq!(
            (end.state, end.code),
            (TransferState::Failed, StatusCode::REQUEST_TIMEOUT),
            "stage {stage}"
        );
        assert_eq!(end.error.unwrap().kind(), ErrorKind::Timeout);
        if stage > 0 {
            assert_eq!(peer.request("SUBSCRIBE").header("Expires"), Some("0"));
        }
        assert!(
            peer.silent(Duration::from_millis(400), |m| m.is_request("BYE")),
            "stage {stage}"
        );
        assert_eq!(call.state(), CallState::Confirmed, "stage {stage}");
        hang_up(&peer, &call);
        nothing_left(&ep);
        ep.close();
    }
}

#[test]
fn hostile_reports_are_answered_and_change_nothing() {
    let (ep, peer) = (start(quick()), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let mut events = call.events();
    let mut notifier = Reporter::new(&ep, &peer, &dialog);
    notifier.notify("active", "SIP/2.0 200 OK\r\n", 481);
    call.transfer("sip:carol@127.0.0.1:9").unwrap();
    let refer = peer.request("REFER");
    peer.reply(&refer, 202, &[], None);
    assert_eq!(progress(&mut events), ("accepted", 202));
    let fragment = "Content-Type: message/sipfrag";
    for (headers, body, code) in [
        (
            vec!["Event: refer", "Subscription-State: active", "Content-Type: text/plain"],
            "hello",
            415,
        ),
        (
            vec![
                "Event: refer",
                "Subscription-State: active",
                "Content-Type: application/sdp",
            ],
            SDP,
            415,
        ),
        (
            vec!["Event: refer", "Subscription-State: active", fragment],
            "hello",
            400,
        ),
        (
            vec!["Event: refer", "Subscription-State: active", fragment],
            "SIP/2.0 2000 OK\r\n",
            400,
        ),
        (
            vec!["Event: refer", "Subscription-State: active", fragment],
            "\u{1}\u{0}\u{ff}",
            400,
        ),
        (vec!["Event: refer", fragment], "SIP/2.0 200 OK\r\n", 400),
        (vec!["Subscription-State: active", fragment], "SIP/2.0 200 OK\r\n", 489),
        (
            vec!["Event: refer;id=1", "Subscription-State: active", fragment],
            "SIP/2.0 200 OK\r\n",
            481,
        ),
        (vec!["Event: refer", "Subscription-State: active"], "", 200),
        (
            vec!["o: refer", "Subscription-State: active", "c: message/sipfrag"],
            "",
            200,
        ),
    ] {
        notifier.raw(&headers, body, code);
    }
    assert!(still_none(&mut events));
    // A state nobody knows is one that goes on.
    notifier.notify(
        "wondering",
        "\r\nsip/2.0 183 Session Progress\r\nContact: <sip:x@y>\r\n\r\nmore",
        200,
    );
    assert_eq!(progress(&mut events), ("progress", 183));
    // Ended without an outcome.
    notifier.notify("terminated;reason=giveup", "SIP/2.0 183 Session Progress\r\n", 200);
    let end = outcome(&mut events);
    assert_eq!((end.state, end.code.code()), (TransferState::Unknown, 183));
    assert_eq!(call.state(), CallState::Confirmed);
    notifier.notify("terminated", "SIP/2.0 200 OK\r\n", 481);
    assert!(still_none(&mut events));
    hang_up(&peer, &call);
    notifier.notify("terminated", "SIP/2.0 200 OK\r\n", 481);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn the_outcome_is_told_even_if_the_peer_hangs_up_first() {
    let (ep, peer) = (start(quick()), Peer::new());
    let (call, dialog) = up(&ep, &peer);
    let mut events = ep.events();
    call.transfer("sip:carol@127.0.0.1:9").unwrap();
    let refer = peer.request("REFER");
    peer.reply(&refer, 202, &[], None);
    let mut notifier = Reporter::new(&ep, &peer, &dialog);
    notifier.notify("active;expires=60", "SIP/2.0 100 Trying\r\n", 200);
    notifier.request("BYE", &[], "", 200);
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    notifier.notify("terminated", "SIP/2.0 200 OK\r\n", 200);
    assert_eq!(outcome(&mut events).state, TransferState::Succeeded);
    notifier.notify("terminated", "SIP/2.0 200 OK\r\n", 481);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn what_cannot_be_transferred_is_an_error_at_once() {
    let (ep, peer) = (start(quick()), Peer::new());
    let call = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 180, &[], None);
    call.wait_for(CallState::Early, SOON).unwrap();
    assert_eq!(call.transfer("sip:x@y").unwrap_err().kind(), ErrorKind::WrongState);
    for bad in ["", "x", "http://x", "sip:a b@c", "sip:x@y\r\nEvil: 1"] {
        assert_eq!(
            call.transfer(bad).unwrap_err().kind(),
            ErrorKind::InvalidArgument,
            "{bad}"
        );
    }
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert_eq!(call.transfer_to(&call).unwrap_err().kind(), ErrorKind::InvalidArgument);
    hang_up(&peer, &call);
    assert_eq!(call.transfer("sip:x@y").unwrap_err().kind(), ErrorKind::Gone);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn closing_tells_the_outcome_of_what_is_under_way() {
    let (ep, peer) = (start(quick().close_timeout(Duration::ZERO)), Peer::new());
    let (call, _) = up(&ep, &peer);
    let events = ep.events();
    call.transfer("sip:carol@127.0.0.1:9").unwrap();
    let refer = peer.request("REFER");
    peer.reply(&refer, 202, &[], None);
    ep.round_trip().unwrap();
    ep.close();
    let ends: Vec<_> = events
        .filter_map(|e| match e {
            Event::Transfer { progress, .. } if progress.is_final() => Some(progress),
            _ => None,
        })
        .collect();
    assert_eq!(ends.len(), 1, "{ends:?}");
    assert_eq!(ends[0].error.as_ref().unwrap().kind(), ErrorKind::Gone);
}

// Being sent elsewhere.

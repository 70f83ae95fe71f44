//! re-INVITE and UPDATE, from either side: agreed, refused, crossing, late offers, ends.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use support::leg::{Leg, us};
use support::peer::{Dialog, Peer};
use support::rtp::{Rtp, audio_address, direction};
use support::*;

fn pcmu() -> EndpointConfig {
    config().codecs("PCMU").unwrap()
}

/// Transactions linger for this time, and dialogs as long as they: short, so that leaks can be told from lingering.
fn brief() -> EndpointConfig {
    pcmu().transaction_timeout(Duration::from_secs(3))
}

/// An offer nothing of which we can agree to.
fn foreign(rtp: &Rtp) -> String {
    rtp.sdp(90, "")
        .replace("RTP/AVP 0 101", "RTP/AVP 3")
        .replace("0 PCMU", "3 GSM")
}

fn number(message: &support::peer::Got) -> u32 {
    message.cseq().unwrap().0
}

#[test]
fn a_reinvite_of_ours_carries_our_offer_and_headers() {
    let ep = start(pcmu());
    for mut leg in [Leg::called(&ep), Leg::calling(&ep)] {
        let options = ReinviteOptions::new()
            .header("X-Re", "1")
            .unwrap()
            .refresh_contact(true);
        leg.call.reinvite_with(options).unwrap();
        let request = leg.accept("");
        assert_eq!((request.header("X-Re"), direction(&request)), (Some("1"), "sendrecv"));
        assert_eq!(audio_address(&request), leg.audio);
        assert!(request.header("Contact").unwrap().contains(&ep.port().to_string()));
        assert_eq!(leg.outcome(), (SessionRequest::Reinvite, Ok(())));
        assert!(leg.hears_us() && leg.is_heard());
        leg.bye();
    }
    ep.close();
}

#[test]
fn a_reinvite_without_offer_is_answered_in_the_ack() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    let late = || ReinviteOptions::new().late_offer(true);
    leg.call.reinvite_with(late()).unwrap();
    let request = leg.peer.request("INVITE");
    assert_eq!(request.body(), b"");
    let body = leg.sdp("sendonly");
    leg.peer.reply(&request, 200, &[], Some(&body));
    assert_eq!(direction(&leg.peer.request("ACK")), "recvonly");
    assert_eq!(leg.hold(), HoldState::Remote);
    assert_eq!(leg.outcome(), (SessionRequest::Reinvite, Ok(())));
    leg.call.reinvite_with(late()).unwrap();
    let request = leg.peer.request("INVITE");
    let body = leg.sdp("sendrecv");
    leg.peer.reply(&request, 200, &[], Some(&body));
    leg.peer.request("ACK");
    assert_eq!(leg.hold(), HoldState::None);
    leg.outcome().1.unwrap();
    // An offer we cannot agree to: the ACK has no answer, the call goes on.
    leg.call.reinvite_with(late()).unwrap();
    let request = leg.peer.request("INVITE");
    leg.peer.reply(&request, 200, &[], Some(&foreign(&leg.rtp)));
    leg.peer.request("ACK");
    assert_eq!(leg.outcome().1.unwrap_err().kind(), ErrorKind::Media);
    assert!(leg.hears_us() && leg.is_heard());
    leg.bye();
    ep.close();
}

#[test]
fn an_update_of_ours_is_answered_without_ack() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    leg.call
        .update_with(UpdateOptions::new().header("X-Up", "1").unwrap())
        .unwrap();
    let request = leg.peer.request("UPDATE");
    assert_eq!((request.header("X-Up"), direction(&request)), (Some("1"), "sendrecv"));
    let body = leg.sdp("inactive");
    leg.peer.reply(&request, 200, &[], Some(&body));
    assert_eq!(leg.hold(), HoldState::Remote);
    assert_eq!(leg.outcome(), (SessionRequest::Update, Ok(())));
    assert!(!leg.hears_us());
    leg.call.update_with(UpdateOptions::new().offer(false)).unwrap();
    let request = leg.peer.request("UPDATE");
    assert_eq!(request.body(), b"");
    leg.peer.reply(&request, 200, &[], None);
    assert_eq!(leg.outcome(), (SessionRequest::Update, Ok(())));
    leg.call.update().unwrap();
    let request = leg.peer.request("UPDATE");
    leg.peer.reply(&request, 488, &[], None);
    assert_eq!(leg.outcome().1.unwrap_err().sip_status().unwrap().code(), 488);
    assert_eq!(leg.call.info().hold, HoldState::Remote, "as it was");
    leg.bye();
    ep.close();
}

#[test]
fn an_update_needs_a_peer_that_allows_it() {
    let ep = start(pcmu());
    let mut leg = Leg::calling_with(&ep, CallOptions::new(), &["Allow: INVITE, ACK, BYE, CANCEL"]);
    leg.call.update().unwrap();
    assert_eq!(leg.outcome().1.unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(leg.peer.silent(Duration::from_millis(200), |m| m.is_request("UPDATE")));
    leg.bye();
    ep.close();
}

#[test]
fn offers_of_the_peer_are_followed() {
    let ep = start(pcmu());
    for mut leg in [Leg::called(&ep), Leg::calling(&ep)] {
        // Another address, by re-INVITE and by UPDATE.
        for method in ["INVITE", "UPDATE"] {
            leg.rtp = Rtp::new();
            let body = leg.sdp("");
            let cseq = leg.send(method, &[], Some(&body));
            let answer = leg.response(cseq);
            assert_eq!((answer.code(), direction(&answer)), (Some(200), "sendrecv"), "{method}");
            assert_eq!(audio_address(&answer), leg.audio);
            if method == "INVITE" {
                leg.ack(cseq, None);
            }
            assert!(leg.hears_us() && leg.is_heard(), "{method}");
        }
        // Without offer: a re-INVITE gets ours, an UPDATE none.
        let cseq = leg.send("UPDATE", &[], None);
        let answer = leg.response(cseq);
        assert_eq!((answer.code(), answer.body()), (Some(200), &b""[..]));
        let cseq = leg.send("INVITE", &[], None);
        assert_eq!(direction(&leg.response(cseq)), "sendrecv");
        let body = leg.sdp("inactive");
        leg.ack(cseq, Some(&body));
        assert_eq!(leg.hold(), HoldState::Remote);
        leg.bye();
    }
    ep.close();
}

#[test]
fn an_offer_that_cannot_be_agreed_gets_488_and_the_call_goes_on() {
    let ep = start(pcmu());
    for mut leg in [Leg::called(&ep), Leg::calling(&ep)] {
        let good = leg.rtp.sdp(91, "");
        let no_audio = good.replace("m=audio", "m=image").replace("RTP/AVP 0 101", "udptl t38");
        let port_zero = good.replace(&format!("m=audio {}", leg.rtp.port()), "m=audio 0");
        let bodies = [
            ("other codecs", foreign(&leg.rtp), 488),
            ("no audio", no_audio, 488),
            (
                "another address family",
                good.replace("IN IP4 127.0.0.1", "IN IP6 ::1"),
                488,
            ),
            (
                "digits alone",
                good.replace("RTP/AVP 0 101", "RTP/AVP 101")
                    .replace("a=rtpmap:0 PCMU/8000\r\n", ""),
                488,
            ),
            ("audio disabled", port_zero, 488),
            ("no media", good.split("m=").next().unwrap().to_owned(), 488),
            ("not SDP at all", "hello".to_owned(), 488),
            ("half a description", "v=0\r\no=- 1 1 IN IP4".to_owned(), 488),
        ];
        for (name, body, code) in &bodies {
            for method in ["INVITE", "UPDATE"] {
                let cseq = leg.send(method, &[], Some(body));
                let answer = leg.response(cseq);
                assert_eq!(answer.code(), Some(*code), "{method} with {name}");
                if method == "INVITE" {
                    leg.ack(cseq, None);
                }
            }
            assert!(leg.hears_us(), "{name}");
        }
        for method in ["INVITE", "UPDATE"] {
            let cseq = leg.send(method, &["Content-Type: text/plain"], Some("hello"));
            let answer = leg.response(cseq);
            assert_eq!(answer.code(), Some(415), "{method}");
            assert!(answer.header("Accept").unwrap().contains("application/sdp"));
            if method == "INVITE" {
                leg.ack(cseq, None);
            }
        }
        assert!(leg.hears_us() && leg.is_heard());
        assert_eq!(leg.call.info().hold, HoldState::None);
        assert_eq!(leg.call.state(), CallState::Confirmed);
        // Both sides can still change it.
        leg.call.hold().unwrap();
        assert_eq!(direction(&leg.accept("recvonly")), "sendonly");
        leg.outcome().1.unwrap();
        let body = leg.sdp("sendrecv");
        assert_eq!(leg.reinvite(&body).code(), Some(200));
        leg.bye();
    }
    ep.close();
}

#[test]
fn an_offer_while_ours_is_out_gets_491_and_ours_goes_on() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    leg.call.hold().unwrap();
    let ours = leg.peer.request("INVITE");
    for method in ["INVITE", "UPDATE"] {
        let body = leg.sdp("");
        let cseq = leg.send(method, &[], Some(&body));
        assert_eq!(leg.response(cseq).code(), Some(491), "{method}");
        if method == "INVITE" {
            leg.ack(cseq, None);
        }
    }
    let body = leg.sdp("recvonly");
    leg.peer.reply(&ours, 200, &[], Some(&body));
    leg.peer.request("ACK");
    assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
    leg.bye();
    ep.close();
}

#[test]
fn heavy_a_request_that_gets_491_is_repeated_after_the_pause_of_rfc_3261() {
    let ep = start(pcmu());
    // We made the Call-ID of one call, the peer that of the other.
    let legs = [(Leg::calling(&ep), 2.1, 4.0), (Leg::called(&ep), 0.0, 2.0)];
    for (mut leg, least, most) in legs {
        leg.call.update().unwrap();
        leg.call
            .hold_with(HoldOptions::new().header("X-Try", "again").unwrap())
            .unwrap();
        for method in ["UPDATE", "INVITE"] {
            let first = leg.peer.request(method);
            leg.peer.reply(&first, 491, &[], None);
            let from = Instant::now();
            if method == "INVITE" {
                leg.peer.request("ACK");
            }
            let again = leg.peer.request(method);
            let pause = from.elapsed().as_secs_f64();
            assert!((least - 0.05..most + 0.3).contains(&pause), "{method}: {pause} s");
            assert!(number(&again) > number(&first));
            assert_eq!(again.header("X-Try").is_some(), method == "INVITE", "headers are kept");
            let body = leg.sdp(if method == "INVITE" { "recvonly" } else { "sendrecv" });
            leg.peer.reply(&again, 200, &[], Some(&body));
        }
        leg.peer.request("ACK");
        assert_eq!(leg.outcome(), (SessionRequest::Update, Ok(())));
        assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
        leg.bye();
    }
    ep.close();
}

#[test]
fn heavy_five_times_491_is_given_up_and_500_says_when_to_come_again() {
    let ep = start(pcmu());
    let mut leg = Leg::called(&ep);
    leg.call.hold().unwrap();
    for _ in 0..5 {
        let request = leg.peer.request("INVITE");
        leg.peer.reply(&request, 491, &[], None);
        leg.peer.request("ACK");
    }
    let error = leg.outcome().1.unwrap_err();
    assert_eq!(
        (error.kind(), error.sip_status().unwrap().code()),
        (ErrorKind::Sip, 491)
    );
    assert!(error.to_string().contains("5 times"), "{error}");
    assert_eq!(leg.call.info().hold, HoldState::None);
    leg.call.hold().unwrap();
    let request = leg.peer.request("INVITE");
    leg.peer.reply(&request, 500, &["Retry-After: 1"], None);
    leg.peer.request("ACK");
    let from = Instant::now();
    leg.accept("recvonly");
    assert!(
        (0.9..1.5).contains(&from.elapsed().as_secs_f64()),
        "{:?}",
        from.elapsed()
    );
    assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
    leg.bye();
    ep.close();
}

#[test]
fn ours_waits_until_the_peers_is_over() {
    let ep = start(pcmu());
    let mut leg = Leg::called(&ep);
    let body = leg.sdp("");
    let cseq = leg.send("INVITE", &[], Some(&body));
    assert_eq!(leg.response(cseq).code(), Some(200));
    // No ACK yet.
    leg.call.hold().unwrap();
    assert!(leg.peer.silent(Duration::from_millis(400), |m| m.is_request("INVITE")));
    leg.ack(cseq, None);
    leg.accept("recvonly");
    assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
    leg.bye();
    ep.close();
}

#[test]
fn a_reinvite_before_the_first_is_acknowledged_gets_500_or_491() {
    let ep = start(pcmu());
    let mut leg = Leg::called(&ep);
    let body = leg.sdp("");
    let first = leg.send("INVITE", &[], Some(&body));
    assert_eq!(leg.response(first).code(), Some(200));
    let body = leg.sdp("sendonly");
    let second = leg.send("INVITE", &[], Some(&body));
    let refused = leg.response(second);
    assert_eq!(refused.code(), Some(500));
    let pause: u32 = refused.header("Retry-After").unwrap().parse().unwrap();
    assert!(pause <= 10);
    leg.ack(second, None);
    leg.ack(first, None);
    let body = leg.sdp("sendonly");
    assert_eq!(leg.reinvite(&body).code(), Some(200));
    assert_eq!(leg.hold(), HoldState::Remote);
    leg.bye();
    // Before the call is up: the INVITE of ours is unanswered, or the peer's.
    let (peer, rtp) = (Peer::new(), Rtp::new());
    let mut events = ep.events();
    let uri = ep.accounts().unwrap()[0].aor().to_owned();
    let dialog = Dialog::new(&peer, &uri, "early");
    peer.send(us(&ep), "INVITE", &uri, &dialog, 1, &[], Some(&rtp.sdp(1, "")));
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    let dialog = dialog.answered(&peer.response(180, "INVITE"));
    peer.send(us(&ep), "INVITE", &uri, &dialog, 2, &[], Some(&rtp.sdp(2, "")));
    let refused = peer.wait("refusal", |m| {
        m.cseq() == Some((2, "INVITE")) && m.code().is_some_and(|c| c > 100)
    });
    assert_eq!(refused.code(), Some(500));
    assert!(refused.header("Retry-After").is_some());
    peer.send(us(&ep), "ACK", &uri, &dialog, 2, &[], None);
    call.answer(StatusCode::OK).unwrap();
    peer.response(200, "INVITE");
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
    ep.close();
}

#[test]
fn a_481_to_a_reinvite_or_update_ends_the_call() {
    let ep = start(brief());
    for update in [false, true] {
        let mut leg = Leg::calling(&ep);
        let (calls, dialogs) = fault::live(&ep).unwrap();
        if update {
            leg.call.update().unwrap();
        } else {
            leg.call.hold().unwrap();
        }
        let request = leg
            .peer
            .wait("request", |m| m.is_request("INVITE") || m.is_request("UPDATE"));
        leg.peer.reply(&request, 481, &[], None);
        let (_, result) = leg.outcome();
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Gone);
        let end = ends(&mut leg.events, &leg.call);
        assert_eq!(end.len(), 1, "{end:?}");
        assert_eq!((end[0].code.code(), end[0].by), (481, EndedBy::Remote));
        assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Sip);
        let bye = leg.peer.request("BYE");
        assert!(!leg.hears_us());
        leg.peer.reply(&bye, 481, &[], None);
        gone(&ep, calls - 1, dialogs - 1);
    }
    ep.close();
}

/// Waits until PJSIP has no more than this.
fn gone(ep: &Running, calls: u32, dialogs: u32) {
    microsip_testkit::wait_until(
        microsip_testkit::Deadline::secs(15),
        "calls and dialogs to be freed",
        || (fault::live(ep).unwrap() <= (calls, dialogs)).then_some(()),
    )
    .unwrap();
}

#[test]
fn heavy_a_reinvite_nobody_answers_ends_the_call_as_timed_out() {
    let ep = start(pcmu().transaction_timeout(Duration::from_secs(4)));
    let mut leg = Leg::calling(&ep);
    leg.call.hold().unwrap();
    leg.peer.request("INVITE");
    let end = ends(&mut leg.events, &leg.call);
    assert_eq!(end.len(), 1, "{end:?}");
    assert_eq!(
        (end[0].code.code(), end[0].by, end[0].cause),
        (408, EndedBy::Network, EndCause::TimedOut)
    );
    assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Timeout);
    leg.peer.request("BYE");
    gone(&ep, 0, 0);
    ep.close();
}

#[test]
fn heavy_our_answer_to_a_reinvite_wants_its_ack() {
    let ep = start(brief());
    let mut leg = Leg::called(&ep);
    let body = leg.sdp("");
    let cseq = leg.send("INVITE", &[], Some(&body));
    for _ in 0..3 {
        assert_eq!(leg.response(cseq).code(), Some(200), "repeated");
    }
    let bye = leg.peer.request("BYE");
    assert!(bye.header("Reason").unwrap().contains("cause=408"));
    leg.peer.reply(&bye, 200, &[], None);
    let end = ends(&mut leg.events, &leg.call);
    assert_eq!(end.len(), 1, "{end:?}");
    assert_eq!((end[0].by, end[0].cause), (EndedBy::Network, EndCause::TimedOut));
    assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Timeout);
    gone(&ep, 0, 0);
    ep.close();
}

/// An INVITE without offer from the peer, answered by us; the peer has our offer.
fn late(ep: &Running, id: &str) -> (Peer, Rtp, Call, Events, Dialog, support::peer::Got) {
    let (peer, rtp) = (Peer::new(), Rtp::new());
    let mut events = ep.events();
    if ep.accounts().unwrap().is_empty() {
        ep.local("1001");
    }
    let uri = ep.uri("1001");
    let dialog = Dialog::new(&peer, &uri, id);
    peer.send(us(ep), "INVITE", &uri, &dialog, 1, &[], None);
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    assert_eq!(peer.response(180, "INVITE").body(), b"");
    call.answer(StatusCode::OK).unwrap();
    let ok = peer.response(200, "INVITE");
    let dialog = dialog.answered(&ok);
    (peer, rtp, call, events, dialog, ok)
}

#[test]
fn an_invite_without_offer_gets_ours_in_the_200() {
    let ep = start(pcmu());
    let (peer, rtp, call, _events, dialog, ok) = late(&ep, "late-1");
    assert!(ok.body_text().contains("m=audio"));
    let uri = ep.uri("1001");
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], Some(&rtp.sdp(1, "")));
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(rtp.hear(Duration::from_millis(400)).packets > 10);
    call.hang_up().unwrap();
    peer.request("BYE");
    ep.close();
}

#[test]
fn an_ack_without_a_usable_answer_ends_the_call() {
    let ep = start(brief());
    for (n, body) in ["", "foreign", "hello"].into_iter().enumerate() {
        let (peer, rtp, call, mut events, dialog, _) = late(&ep, &format!("late-{n}"));
        let body = match body {
            "foreign" => foreign(&rtp),
            other => other.to_owned(),
        };
        let uri = ep.uri("1001");
        let body = (!body.is_empty()).then_some(body.as_str());
        peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], body);
        let bye = peer.request("BYE");
        assert!(
            bye.header("Reason").unwrap().contains("cause=488"),
            "{:?}",
            bye.header("Reason")
        );
        peer.reply(&bye, 200, &[], None);
        let end = ends(&mut events, &call);
        assert_eq!(end.len(), 1, "{end:?}");
        assert_eq!(
            (end[0].code.code(), end[0].by, end[0].cause),
            (488, EndedBy::Local, EndCause::Rejected)
        );
        let error = end[0].error.as_ref().unwrap();
        assert_eq!(error.kind(), ErrorKind::Media);
        assert!(error.to_string().contains("ACK"), "{error}");
        assert!(
            peer.silent(Duration::from_millis(200), |m| m.is_request("BYE")),
            "one BYE"
        );
        gone(&ep, 0, 0);
    }
    ep.close();
}

#[test]
fn a_200_without_a_usable_answer_is_acknowledged_and_ended() {
    let ep = start(brief());
    let account = ep.local("1001");
    for body in ["", "foreign"] {
        let (peer, rtp) = (Peer::new(), Rtp::new());
        let mut events = ep.events();
        let call = account.call(&peer.uri("bob")).unwrap();
        let invite = peer.request("INVITE");
        let body = if body.is_empty() { None } else { Some(foreign(&rtp)) };
        peer.reply(&invite, 200, &[], body.as_deref());
        let first = peer.wait("ACK or BYE", |m| m.is_request("ACK") || m.is_request("BYE"));
        assert_eq!(first.method(), Some("ACK"), "the ACK goes first");
        let bye = peer.request("BYE");
        peer.reply(&bye, 200, &[], None);
        let end = ends(&mut events, &call);
        assert_eq!(end.len(), 1, "{end:?}");
        assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Media, "{end:?}");
        assert!(
            peer.silent(Duration::from_millis(200), |m| m.is_request("BYE")),
            "one BYE"
        );
        gone(&ep, 0, 0);
    }
    ep.close();
}

/// The code of an error says what the peer's answer means.
#[test]
fn a_refused_hold_has_the_code_of_its_answer() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    for (status, code) in [
        (403, FailureCode::PeerForbade),
        (488, FailureCode::PeerRefusedMedia),
        (500, FailureCode::PeerFailed),
        (603, FailureCode::PeerDeclined),
    ] {
        leg.call.hold().unwrap();
        let request = leg.peer.request("INVITE");
        leg.peer.reply(&request, status, &[], None);
        leg.peer.request("ACK");
        let error = leg.outcome().1.unwrap_err();
        assert_eq!(
            (error.failure(), error.sip_status().map(|c| c.code())),
            (code, Some(status)),
            "{error}"
        );
    }
    leg.bye();
    ep.close();
}

/// A peer may offer several streams; the one that runs is told and counted, wherever it stands.
#[test]
fn audio_on_the_second_line_is_told_and_counted() {
    let ep = start(pcmu());
    let (peer, rtp) = (Peer::new(), Rtp::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    let dialog = Dialog::new(&peer, account.aor(), "second");
    let offer = rtp.sdp(1, "").replacen("m=audio", "m=audio 0 RTP/AVP 0\r\nm=audio", 1);
    peer.send(us(&ep), "INVITE", account.aor(), &dialog, 1, &[], Some(&offer));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let ok = peer.response(200, "INVITE");
    peer.send(us(&ep), "ACK", account.aor(), &dialog.answered(&ok), 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let stats = microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "packets", || {
        call.stats().ok().filter(|s| s.sent.packets > 5)
    });
    stats.unwrap();
    let info = call.info();
    let stream = info.audio().unwrap();
    assert!(stream.active && !info.media[0].active, "{:?}", info.media);
    assert_eq!(stream.codec.as_ref().unwrap().to_string(), "PCMU/8000/1");
    call.hang_up().unwrap();
    ep.close();
}

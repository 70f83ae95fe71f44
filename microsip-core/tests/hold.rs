//! Hold from either side and both, mute: what goes over the wire, and what flows.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::dir::TestDir;
use support::leg::Leg;
use support::rtp::direction;
use support::*;

fn pcmu() -> EndpointConfig {
    config().codecs("PCMU").unwrap()
}

fn both_ways(ep: &Running) -> [Leg; 2] {
    [Leg::called(ep), Leg::calling(ep)]
}

fn origin_version(body: &str) -> u64 {
    let line = body.lines().find(|l| l.starts_with("o=")).unwrap();
    line.split(' ').nth(2).unwrap().parse().unwrap()
}

#[test]
fn hold_by_sendonly_and_resume() {
    let ep = start(pcmu());
    for mut leg in both_ways(&ep) {
        assert!(leg.hears_us() && leg.is_heard());
        leg.call
            .hold_with(HoldOptions::new().header("X-Why", "lunch").unwrap())
            .unwrap();
        let held = leg.accept("recvonly");
        assert_eq!((direction(&held), held.header("X-Why")), ("sendonly", Some("lunch")));
        assert_eq!(support::rtp::audio_address(&held), leg.audio, "the port stays");
        assert_eq!(leg.hold(), HoldState::Local);
        assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
        let info = leg.call.info();
        assert_eq!(
            (info.hold, info.media[0].direction),
            (HoldState::Local, MediaDirection::SendOnly)
        );
        assert!(leg.hears_us(), "music on hold could be played");
        assert!(!leg.is_heard(), "what the held peer says is not wanted");
        leg.call.resume().unwrap();
        let resumed = leg.accept("sendrecv");
        assert_eq!(direction(&resumed), "sendrecv");
        assert!(origin_version(&resumed.body_text()) > origin_version(&held.body_text()));
        assert_eq!(leg.hold(), HoldState::None);
        assert_eq!(leg.outcome(), (SessionRequest::Resume, Ok(())));
        assert!(leg.hears_us() && leg.is_heard());
        leg.bye();
    }
    ep.close();
}

#[test]
fn hold_by_inactive_stops_audio_both_ways() {
    let ep = start(pcmu());
    for mut leg in both_ways(&ep) {
        leg.call.hold_with(HoldOptions::new().mode(HoldMode::Inactive)).unwrap();
        assert_eq!(direction(&leg.accept("inactive")), "inactive");
        assert_eq!(leg.hold(), HoldState::Local);
        assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
        assert!(!leg.hears_us() && !leg.is_heard());
        leg.call.resume().unwrap();
        assert_eq!(direction(&leg.accept("sendrecv")), "sendrecv");
        assert_eq!(leg.hold(), HoldState::None);
        assert!(leg.hears_us() && leg.is_heard());
        leg.bye();
    }
    ep.close();
}

#[test]
fn the_peer_may_hold_in_every_way_there_is() {
    let ep = start(pcmu());
    let mut leg = Leg::called(&ep);
    // Offer, our answer, whether it still hears us and is heard.
    let session_level = |leg: &mut Leg| {
        let body = leg.sdp("");
        body.replace("t=0 0\r\n", "t=0 0\r\na=sendonly\r\n")
    };
    let old = |leg: &mut Leg, direction: &str| {
        leg.version += 1;
        leg.rtp.sdp_at("0.0.0.0", leg.version, direction)
    };
    type Offer<'a> = Box<dyn Fn(&mut Leg) -> String + 'a>;
    let offers: [(&str, Offer<'_>, &str, bool); 5] = [
        ("sendonly", Box::new(|l| l.sdp("sendonly")), "recvonly", true),
        ("inactive", Box::new(|l| l.sdp("inactive")), "inactive", false),
        ("session level", Box::new(session_level), "recvonly", true),
        ("c=0.0.0.0", Box::new(|l| old(l, "")), "recvonly", false),
        (
            "c=0.0.0.0 sendonly",
            Box::new(|l| old(l, "sendonly")),
            "recvonly",
            false,
        ),
    ];
    for (name, offer, answer, heard) in offers {
        let body = offer(&mut leg);
        let ok = leg.reinvite(&body);
        assert_eq!((ok.code(), direction(&ok)), (Some(200), answer), "{name}");
        assert!(!ok.body_text().contains("0.0.0.0"), "{name}: our address is ours");
        assert_eq!(leg.hold(), HoldState::Remote, "{name}");
        assert!(!leg.hears_us(), "{name}: it asked for silence");
        assert_eq!(leg.is_heard(), heard, "{name}");
        let body = leg.sdp("sendrecv");
        let ok = leg.reinvite(&body);
        assert_eq!((ok.code(), direction(&ok)), (Some(200), "sendrecv"), "{name}");
        assert_eq!(leg.hold(), HoldState::None, "{name}");
        assert!(leg.hears_us() && leg.is_heard(), "{name}");
    }
    // One that only listens does not hold.
    let body = leg.sdp("recvonly");
    let ok = leg.reinvite(&body);
    assert_eq!(direction(&ok), "sendonly");
    assert_eq!(leg.call.info().hold, HoldState::None);
    assert!(leg.hears_us());
    leg.bye();
    ep.close();
}

#[test]
fn both_may_hold_and_resume_in_any_order() {
    let ep = start(pcmu());
    for mut leg in both_ways(&ep) {
        for we_resume_first in [true, false] {
            let body = leg.sdp("sendonly");
            leg.reinvite(&body);
            assert_eq!(leg.hold(), HoldState::Remote);
            leg.call.hold().unwrap();
            // A stream that is only received is held by making it inactive (RFC 3264 §8.4).
            assert_eq!(direction(&leg.accept("inactive")), "inactive");
            assert_eq!(leg.hold(), HoldState::Both);
            assert!(!leg.hears_us() && !leg.is_heard());
            if we_resume_first {
                leg.call.resume().unwrap();
                assert_eq!(direction(&leg.accept("sendonly")), "sendrecv");
                assert_eq!(leg.hold(), HoldState::Remote);
                let body = leg.sdp("sendrecv");
                assert_eq!(direction(&leg.reinvite(&body)), "sendrecv");
            } else {
                let body = leg.sdp("sendrecv");
                assert_eq!(direction(&leg.reinvite(&body)), "sendonly", "we still hold");
                assert_eq!(leg.hold(), HoldState::Local);
                leg.call.resume().unwrap();
                assert_eq!(direction(&leg.accept("sendrecv")), "sendrecv");
            }
            assert_eq!(leg.hold(), HoldState::None);
            assert!(leg.hears_us() && leg.is_heard());
        }
        // We first, then the peer, which may offer while we hold.
        leg.call.hold().unwrap();
        assert_eq!(direction(&leg.accept("recvonly")), "sendonly");
        assert_eq!(leg.hold(), HoldState::Local);
        let body = leg.sdp("sendonly");
        assert_eq!(direction(&leg.reinvite(&body)), "inactive");
        assert_eq!(leg.hold(), HoldState::Both);
        leg.bye();
    }
    ep.close();
}

#[test]
fn our_hold_stays_through_reinvites_of_either_side() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    leg.call.hold().unwrap();
    leg.accept("recvonly");
    assert_eq!(leg.hold(), HoldState::Local);
    leg.outcome().1.unwrap();
    leg.call.reinvite().unwrap();
    assert_eq!(direction(&leg.accept("recvonly")), "sendonly");
    assert_eq!(leg.outcome(), (SessionRequest::Reinvite, Ok(())));
    let body = leg.sdp("sendrecv");
    assert_eq!(direction(&leg.reinvite(&body)), "sendonly");
    // Without offer: ours says it too.
    let cseq = leg.send("INVITE", &[], None);
    let offer = leg.response(cseq);
    assert_eq!(direction(&offer), "sendonly");
    let body = leg.sdp("recvonly");
    leg.ack(cseq, Some(&body));
    assert_eq!(leg.call.info().hold, HoldState::Local);
    leg.call.resume().unwrap();
    leg.accept("sendrecv");
    assert_eq!(leg.hold(), HoldState::None);
    assert!(leg.hears_us() && leg.is_heard());
    leg.bye();
    ep.close();
}

#[test]
fn a_refused_hold_or_resume_leaves_everything_as_it_was() {
    let ep = start(pcmu());
    for mut leg in both_ways(&ep) {
        for code in [488, 415, 606, 404] {
            leg.call.hold().unwrap();
            let request = leg.peer.request("INVITE");
            leg.peer.reply(&request, code, &[], None);
            leg.peer.request("ACK");
            let (asked, result) = leg.outcome();
            let error = result.unwrap_err();
            assert_eq!((asked, error.kind()), (SessionRequest::Hold, ErrorKind::Sip));
            assert_eq!(error.sip_status().map(StatusCode::code), Some(code), "{error}");
            let info = leg.call.info();
            assert_eq!((info.hold, info.state), (HoldState::None, CallState::Confirmed));
            assert_eq!(info.media[0].direction, MediaDirection::SendReceive);
            assert!(leg.hears_us() && leg.is_heard(), "after {code}");
        }
        // Nor does the refusal linger: the peer's offers get what they got before.
        let body = leg.sdp("sendrecv");
        assert_eq!(direction(&leg.reinvite(&body)), "sendrecv");
        leg.call.hold().unwrap();
        leg.accept("recvonly");
        assert_eq!(leg.hold(), HoldState::Local);
        leg.outcome().1.unwrap();
        leg.call.resume().unwrap();
        let request = leg.peer.request("INVITE");
        leg.peer.reply(&request, 488, &[], None);
        leg.peer.request("ACK");
        assert_eq!(leg.outcome().1.unwrap_err().sip_status().unwrap().code(), 488);
        assert_eq!(leg.call.info().hold, HoldState::Local);
        let body = leg.sdp("sendrecv");
        assert_eq!(direction(&leg.reinvite(&body)), "sendonly", "still held");
        leg.bye();
    }
    ep.close();
}

#[test]
fn an_answer_that_cannot_be_used_changes_nothing() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    leg.call.hold().unwrap();
    let request = leg.peer.request("INVITE");
    let body = leg
        .sdp("recvonly")
        .replace("RTP/AVP 0 101", "RTP/AVP 3")
        .replace("a=rtpmap:0 PCMU", "a=rtpmap:3 GSM");
    leg.peer.reply(&request, 200, &[], Some(&body));
    leg.peer.request("ACK");
    let error = leg.outcome().1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Media, "{error}");
    assert_eq!(leg.call.info().hold, HoldState::None);
    assert!(leg.hears_us() && leg.is_heard());
    leg.bye();
    ep.close();
}

#[test]
fn requests_wait_for_each_other_and_a_ninth_is_busy() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    leg.call.hold().unwrap();
    let request = leg.peer.request("INVITE");
    for _ in 0..4 {
        leg.call.resume().unwrap();
        leg.call.hold().unwrap();
    }
    assert_eq!(leg.call.resume().unwrap_err().kind(), ErrorKind::Busy);
    assert!(leg.peer.silent(Duration::from_millis(300), |m| m.is_request("INVITE")
        && m.cseq() != request.cseq()));
    let body = leg.sdp("recvonly");
    leg.peer.reply(&request, 200, &[], Some(&body));
    leg.peer.request("ACK");
    assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
    assert_eq!(direction(&leg.accept("sendrecv")), "sendrecv");
    assert_eq!(leg.outcome(), (SessionRequest::Resume, Ok(())));
    // The next one is out when the call ends: it and those that wait are told.
    leg.peer.request("INVITE");
    leg.send("BYE", &[], None);
    let told: Vec<_> = (0..7).map(|_| leg.outcome()).collect();
    for (n, (request, result)) in told.into_iter().enumerate() {
        let expected = if n % 2 == 0 {
            SessionRequest::Hold
        } else {
            SessionRequest::Resume
        };
        assert_eq!(request, expected);
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Gone);
    }
    wait(&mut leg.events, "end", |e| match e {
        Event::CallState { info, .. } => info.is_ended().then_some(()),
        Event::SessionChanged { .. } => panic!("one too many"),
        _ => None,
    });
    assert_eq!(leg.call.hold().unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

#[test]
fn what_is_so_already_needs_no_request_and_what_is_not_up_cannot_be_held() {
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    leg.call.resume().unwrap();
    assert_eq!(leg.outcome(), (SessionRequest::Resume, Ok(())));
    leg.call.hold().unwrap();
    leg.accept("recvonly");
    assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
    leg.call.hold().unwrap();
    assert_eq!(leg.outcome(), (SessionRequest::Hold, Ok(())));
    // Another way to hold is a change.
    leg.call.hold_with(HoldOptions::new().mode(HoldMode::Inactive)).unwrap();
    assert_eq!(direction(&leg.accept("inactive")), "inactive");
    leg.bye();
    let ringing = ep.accounts().unwrap()[0].call(&leg.peer.uri("other")).unwrap();
    for result in [ringing.hold(), ringing.resume(), ringing.reinvite(), ringing.update()] {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::WrongState);
    }
    ringing.hang_up().unwrap();
    ep.close();
}

#[test]
fn mute_is_silence_while_rtp_goes_on() {
    let dir = TestDir::new("mute").unwrap();
    let file = dir.join("tone.wav");
    microsip_testkit::audio::tone(1000.0, -10.0, Duration::from_secs(2), 8000)
        .write_wav(&file)
        .unwrap();
    let ep = start(pcmu());
    let mut leg = Leg::calling(&ep);
    let _player = leg.call.play(&file, PlayOptions::default().repeat(true)).unwrap();
    let hear = |leg: &Leg, audible: bool, when: &str| {
        let heard = leg.rtp.hear(Duration::from_millis(600));
        assert!(heard.packets > 20, "{when}: RTP goes on ({})", heard.packets);
        let level = heard.tone(1000.0);
        assert!(
            if audible { level > -20.0 } else { level < -60.0 },
            "{when}: {level} dB"
        );
        assert!(
            audible || heard.audio.peak_dbfs() < -60.0,
            "{when}: nothing else either"
        );
    };
    hear(&leg, true, "at first");
    leg.call.mute(true).unwrap();
    assert!(leg.call.info().muted);
    hear(&leg, false, "muted");
    leg.call.hold().unwrap();
    leg.accept("recvonly");
    assert_eq!(leg.hold(), HoldState::Local);
    hear(&leg, false, "muted and held");
    leg.call.resume().unwrap();
    leg.accept("sendrecv");
    assert_eq!(leg.hold(), HoldState::None);
    hear(&leg, false, "muted and resumed");
    let body = leg.sdp("inactive");
    leg.reinvite(&body);
    let body = leg.sdp("sendrecv");
    leg.reinvite(&body);
    hear(&leg, false, "a new stream, muted");
    leg.call.mute(false).unwrap();
    assert!(!leg.call.info().muted);
    hear(&leg, true, "unmuted");
    leg.bye();
    assert_eq!(leg.call.mute(true).unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

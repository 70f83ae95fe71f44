//! Before the answer: ringing, early media both ways, forks of which one wins.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, tone, tone_level};
use microsip_testkit::dir::TestDir;
use support::leg::us;
use support::peer::{Dialog, Got, Peer, SDP};
use support::rtp::{Rtp, audio_address};
use support::*;

fn pcmu() -> EndpointConfig {
    config()
        .codecs("PCMU")
        .unwrap()
        .transaction_timeout(Duration::from_secs(4))
}

fn nothing_left(ep: &Running) {
    microsip_testkit::wait_until(
        microsip_testkit::Deadline::secs(20),
        "calls and dialogs to be freed",
        || (fault::live(ep).unwrap() == (0, 0)).then_some(()),
    )
    .unwrap();
}

/// A WAV file with a tone, and one to record into.
fn files(dir: &TestDir, hz: f64) -> (std::path::PathBuf, std::path::PathBuf) {
    let file = dir.join("tone.wav");
    tone(hz, -10.0, Duration::from_secs(2), 8000).write_wav(&file).unwrap();
    (file, dir.join("heard.wav"))
}

/// Audio flows both ways: our 1000 Hz is heard there, its 600 Hz is recorded here.
fn both_ways(call: &Call, rtp: &Rtp, us: std::net::SocketAddr, when: &str) {
    let dir = TestDir::new("early").unwrap();
    let (file, heard) = files(&dir, 1000.0);
    let player = call.play(&file, PlayOptions::default().repeat(true)).unwrap();
    let talking = rtp.talk(us, 600.0);
    std::thread::sleep(Duration::from_millis(200));
    let recorder = call.record(&heard).unwrap();
    let level = rtp.hear(Duration::from_millis(600)).tone(1000.0);
    recorder.stop().unwrap();
    recorder.wait_finished(SOON).unwrap();
    drop(talking);
    player.stop().unwrap();
    assert!(level > -20.0, "{when}: the peer hears {level} dB");
    let recorded = tone_level(&Audio::read_wav(&heard).unwrap(), 600.0);
    assert!(recorded > -20.0, "{when}: {recorded} dB are recorded");
}

fn wait_active(call: &Call) {
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "audio", || {
        call.info().media.iter().any(|m| m.active).then_some(())
    })
    .unwrap();
}

struct Out {
    peer: Peer,
    call: Call,
    events: Events,
    invite: Got,
}

fn calling(ep: &Running) -> Out {
    let (peer, events) = (Peer::new(), ep.events());
    if ep.accounts().unwrap().is_empty() {
        ep.local("1001");
    }
    let call = ep.accounts().unwrap()[0].call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    Out {
        peer,
        call,
        events,
        invite,
    }
}

impl Out {
    /// Waits until this answer has been seen by the call.
    fn seen(&mut self, code: u16) {
        wait(&mut self.events, "state", |e| match e {
            Event::CallState { info, .. } if info.last_status.map(StatusCode::code) == Some(code) => Some(()),
            _ => None,
        });
    }

    fn finish(self, ep: &Running) {
        self.call.hang_up().unwrap();
        let bye = self.peer.request("BYE");
        self.peer.reply(&bye, 200, &[], None);
        nothing_left(ep);
    }
}

#[test]
fn packets_that_come_before_the_answer_leave_the_call_neither_deaf_nor_dumb() {
    let ep = start(pcmu());
    for n in 0..40 {
        let mut out = calling(&ep);
        let (rtp, to) = (Rtp::new(), audio_address(&out.invite));
        // The stream begins among packets: some wait, one is being handed over.
        let flood = rtp.flood(to);
        out.peer.reply(&out.invite, 200, &[], Some(&rtp.sdp(1, "")));
        out.peer.request("ACK");
        out.seen(200);
        wait_active(&out.call);
        drop(flood);
        let before = out.call.stats().unwrap().received.packets;
        let talking = rtp.talk(to, 600.0);
        microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "packets to be read on", || {
            (out.call.stats().unwrap().received.packets > before + 2).then_some(())
        })
        .unwrap_or_else(|e| panic!("call {n}: {e}: {:?}", out.call.stats()));
        drop(talking);
        assert!(
            rtp.hear(Duration::from_millis(60)).packets > 0,
            "call {n} is not sent anything"
        );
        out.call.hang_up().unwrap();
        let bye = out.peer.request("BYE");
        out.peer.reply(&bye, 200, &[], None);
    }
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_caller_hears_and_is_heard_in_early_media() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let (rtp, to) = (Rtp::new(), audio_address(&out.invite));
    out.peer.reply(&out.invite, 180, &[], None);
    out.seen(180);
    assert!(out.call.info().media.is_empty());
    out.peer.reply(&out.invite, 183, &[], Some(&rtp.sdp(1, "")));
    wait_active(&out.call);
    assert_eq!(out.call.state(), CallState::Early);
    both_ways(&out.call, &rtp, to, "at 183");
    // Ringing on top takes nothing away.
    out.peer.reply(&out.invite, 180, &[], None);
    out.seen(180);
    both_ways(&out.call, &rtp, to, "at 180 after 183");
    out.peer.reply(&out.invite, 200, &[], Some(&rtp.sdp(1, "")));
    out.peer.request("ACK");
    out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    both_ways(&out.call, &rtp, to, "after the answer");
    out.finish(&ep);
    ep.close();
}

#[test]
fn a_callee_hears_and_is_heard_in_early_media() {
    let ep = start(pcmu());
    ep.local("1001");
    let (peer, rtp, mut events) = (Peer::new(), Rtp::new(), ep.events());
    let uri = ep.uri("1001");
    let dialog = Dialog::new(&peer, &uri, "early-in");
    peer.send(us(&ep), "INVITE", &uri, &dialog, 1, &[], Some(&rtp.sdp(1, "")));
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    assert_eq!(peer.response(180, "INVITE").body(), b"");
    call.answer(StatusCode::SESSION_PROGRESS).unwrap();
    let progress = peer.response(183, "INVITE");
    let to = audio_address(&progress);
    wait_active(&call);
    assert_eq!(call.state(), CallState::Early);
    both_ways(&call, &rtp, to, "at 183");
    call.answer(StatusCode::RINGING).unwrap();
    peer.response(180, "INVITE");
    both_ways(&call, &rtp, to, "at 180 after 183");
    call.answer(StatusCode::OK).unwrap();
    let ok = peer.response(200, "INVITE");
    // The same answer, to the letter (RFC 3261 §13.2.1).
    assert_eq!(ok.body_text(), progress.body_text());
    let dialog = dialog.answered(&ok);
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    both_ways(&call, &rtp, to, "after the answer");
    peer.send(us(&ep), "BYE", &uri, &dialog, 2, &[], None);
    peer.response(200, "BYE");
    nothing_left(&ep);
    ep.close();
}

#[test]
fn early_media_may_end_in_a_rejection() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let rtp = Rtp::new();
    out.peer.reply(&out.invite, 183, &[], Some(&rtp.sdp(1, "")));
    wait_active(&out.call);
    out.peer.reply(&out.invite, 486, &[], None);
    out.peer.request("ACK");
    let end = ends(&mut out.events, &out.call);
    assert_eq!((end.len(), end[0].code.code()), (1, 486));
    assert_eq!(rtp.hear(Duration::from_millis(300)).packets, 0);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn early_media_that_cannot_be_agreed_cancels_the_call() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let body = Rtp::new()
        .sdp(1, "")
        .replace("RTP/AVP 0 101", "RTP/AVP 3")
        .replace("0 PCMU", "3 GSM");
    out.peer.reply(&out.invite, 183, &[], Some(&body));
    let cancel = out.peer.request("CANCEL");
    out.peer.reply(&cancel, 200, &[], None);
    out.peer.reply(&out.invite, 487, &[], None);
    out.peer.request("ACK");
    let end = ends(&mut out.events, &out.call);
    assert_eq!((end.len(), end[0].by), (1, EndedBy::Local), "{end:?}");
    assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Media, "{end:?}");
    nothing_left(&ep);
    ep.close();
}

#[test]
fn early_media_follows_the_newest_fork_and_the_call_the_winner() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let forks: Vec<(String, Rtp)> = (0..3).map(|n| (format!("fork{n}"), Rtp::new())).collect();
    for (tag, rtp) in &forks {
        let contact = format!("Contact: <sip:{tag}@{}>", out.peer.addr());
        out.peer
            .reply_tagged(&out.invite, 183, tag, &[&contact], Some(&rtp.sdp(1, "")));
        out.seen(183);
        assert!(
            rtp.hear(Duration::from_millis(300)).packets > 5,
            "{tag} is heard from now on"
        );
    }
    // One rings only, without SDP: the last one's media stay.
    out.peer.reply_tagged(&out.invite, 180, "silent", &[], None);
    out.seen(180);
    assert!(forks[2].1.hear(Duration::from_millis(300)).packets > 5);
    // The second one wins.
    let (tag, rtp) = &forks[1];
    let contact = format!("Contact: <sip:{tag}@{}>", out.peer.addr());
    out.peer
        .reply_tagged(&out.invite, 200, tag, &[&contact], Some(&rtp.sdp(1, "")));
    let ack = out.peer.request("ACK");
    assert_eq!(
        (ack.to_tag(), ack.request_uri().unwrap().contains(tag.as_str())),
        (Some(tag.as_str()), true)
    );
    let info = out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert_eq!(&*info.remote_tag, tag.as_str());
    assert!(rtp.hear(Duration::from_millis(300)).packets > 5);
    assert_eq!(
        forks[2].1.hear(Duration::from_millis(300)).packets,
        0,
        "the losers hear nothing"
    );
    // One dialog is left, and it is the winner's.
    let uri = ep.uri("1001");
    let lost = Dialog::called(&out.invite, "fork0");
    out.peer.send(us(&ep), "BYE", &uri, &lost, 50, &[], None);
    out.peer.response(481, "BYE");
    out.call.hang_up().unwrap();
    let bye = out.peer.request("BYE");
    assert_eq!(bye.to_tag(), Some(tag.as_str()));
    out.peer.reply(&bye, 200, &[], None);
    assert_eq!(ends(&mut out.events, &out.call).len(), 1);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_fork_may_change_its_early_answer() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let (first, second) = (Rtp::new(), Rtp::new());
    out.peer.reply(&out.invite, 183, &[], Some(&first.sdp(1, "")));
    out.seen(183);
    assert!(first.hear(Duration::from_millis(300)).packets > 5);
    // From behind one tag, as a server that forks for us does.
    out.peer.reply(&out.invite, 183, &[], Some(&second.sdp(2, "")));
    out.seen(183);
    assert!(second.hear(Duration::from_millis(300)).packets > 5);
    out.peer.reply(&out.invite, 200, &[], Some(&first.sdp(3, "")));
    out.peer.request("ACK");
    out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(first.hear(Duration::from_millis(300)).packets > 5);
    assert_eq!(second.hear(Duration::from_millis(200)).packets, 0);
    out.finish(&ep);
    ep.close();
}

#[test]
fn a_winner_that_answered_reliably_before_needs_no_sdp_in_its_200() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let (a, b) = (Rtp::new(), Rtp::new());
    for (tag, rtp, rseq) in [("fork-a", &a, 1), ("fork-b", &b, 900)] {
        let contact = format!("Contact: <sip:{tag}@{}>", out.peer.addr());
        let rseq = format!("RSeq: {rseq}");
        out.peer.reply_tagged(
            &out.invite,
            183,
            tag,
            &["Require: 100rel", &rseq, &contact],
            Some(&rtp.sdp(1, "")),
        );
        let prack = out.peer.request("PRACK");
        assert_eq!(prack.to_tag(), Some(tag));
        assert!(prack.request_uri().unwrap().contains(tag));
        let rack = format!("{} {} INVITE", &rseq[6..], out.invite.cseq().unwrap().0);
        assert_eq!(prack.header("RAck"), Some(rack.as_str()));
        out.peer.reply(&prack, 200, &[], None);
        assert!(rtp.hear(Duration::from_millis(300)).packets > 5, "{tag}");
    }
    out.peer.reply_tagged(&out.invite, 200, "fork-a", &[], None);
    assert_eq!(out.peer.request("ACK").to_tag(), Some("fork-a"));
    out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(
        a.hear(Duration::from_millis(300)).packets > 5,
        "the winner's answer counts"
    );
    assert_eq!(b.hear(Duration::from_millis(200)).packets, 0);
    out.seen(200);
    out.finish(&ep);
    ep.close();
}

#[test]
fn a_second_200_is_acknowledged_and_ended() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let (first, second) = (Rtp::new(), Rtp::new());
    let accept = |tag: &str, rtp: &Rtp| {
        let contact = format!("Contact: <sip:{tag}@{}>", out.peer.addr());
        out.peer
            .reply_tagged(&out.invite, 200, tag, &[&contact], Some(&rtp.sdp(1, "")));
    };
    accept("first", &first);
    assert_eq!(out.peer.request("ACK").to_tag(), Some("first"));
    out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    accept("second", &second);
    let ack = out.peer.request("ACK");
    assert_eq!(ack.to_tag(), Some("second"));
    assert!(ack.request_uri().unwrap().contains("second"));
    let bye = out.peer.request("BYE");
    assert_eq!((bye.to_tag(), bye.call_id()), (Some("second"), out.invite.call_id()));
    // The ACK was lost.
    accept("second", &second);
    assert_eq!(out.peer.request("ACK").to_tag(), Some("second"));
    out.peer.reply(&bye, 200, &[], None);
    assert!(
        first.hear(Duration::from_millis(300)).packets > 5,
        "the first call goes on"
    );
    assert_eq!(second.hear(Duration::from_millis(200)).packets, 0);
    assert_eq!(out.call.state(), CallState::Confirmed);
    assert_eq!(ep.calls().unwrap().len(), 1);
    out.seen(200);
    out.finish(&ep);
    ep.close();
}

#[test]
fn a_199_ends_a_fork_and_not_the_call() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    assert!(
        out.invite
            .all("Supported")
            .any(|s| s.split(',').any(|t| t.trim() == "199")),
        "RFC 6228 §4"
    );
    let rtp = Rtp::new();
    let stay = format!("Contact: <sip:stay@{}>", out.peer.addr());
    out.peer
        .reply_tagged(&out.invite, 183, "gone", &[], Some(&Rtp::new().sdp(1, "")));
    out.seen(183);
    out.peer
        .reply_tagged(&out.invite, 183, "stay", &[&stay], Some(&rtp.sdp(1, "")));
    out.seen(183);
    out.peer.reply_tagged(&out.invite, 199, "gone", &[], None);
    out.seen(199);
    assert_eq!(&*out.call.info().remote_tag, "stay");
    assert_eq!(out.call.state(), CallState::Early);
    assert!(rtp.hear(Duration::from_millis(300)).packets > 5);
    out.peer
        .reply_tagged(&out.invite, 200, "stay", &[&stay], Some(&rtp.sdp(1, "")));
    assert_eq!(out.peer.request("ACK").to_tag(), Some("stay"));
    out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    out.finish(&ep);
    ep.close();
}

#[test]
fn mute_and_files_set_up_before_the_answer_hold_after_it() {
    let ep = start(pcmu());
    let mut out = calling(&ep);
    let rtp = Rtp::new();
    out.call.mute(true).unwrap();
    out.peer.reply(&out.invite, 183, &[], Some(&rtp.sdp(1, "")));
    out.seen(183);
    let dir = TestDir::new("early-mute").unwrap();
    let (file, _) = files(&dir, 1000.0);
    let _player = out.call.play(&file, PlayOptions::default().repeat(true)).unwrap();
    let heard = rtp.hear(Duration::from_millis(500));
    assert!(
        heard.packets > 15 && heard.tone(1000.0) < -60.0,
        "{} dB",
        heard.tone(1000.0)
    );
    out.peer.reply(&out.invite, 200, &[], Some(&rtp.sdp(1, "")));
    out.peer.request("ACK");
    out.call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(rtp.hear(Duration::from_millis(500)).tone(1000.0) < -60.0);
    out.call.mute(false).unwrap();
    assert!(rtp.hear(Duration::from_millis(500)).tone(1000.0) > -20.0);
    out.finish(&ep);
    ep.close();
}

/// The peer calls us.
fn called(ep: &Running, peer: &Peer, events: &mut Events, id: &str) -> (Call, Dialog, String) {
    let uri = ep.uri("1001");
    let dialog = Dialog::new(peer, &uri, id);
    peer.send(us(ep), "INVITE", &uri, &dialog, 1, &[], Some(SDP));
    (incoming(events), dialog, uri)
}

#[test]
fn every_code_of_a_rejection_is_on_the_wire_as_asked_for() {
    let ep = start(pcmu());
    ep.local("1001");
    let (peer, mut events) = (Peer::new(), ep.events());
    for code in 300..=699 {
        let (call, dialog, uri) = called(&ep, &peer, &mut events, &format!("reject-{code}"));
        let status = StatusCode::new(code).unwrap();
        call.reject(status).unwrap();
        let answer = peer.wait("a final answer", |m| {
            m.call_id() == Some(dialog.call_id.as_str()) && m.code().is_some_and(|c| c >= 200)
        });
        let line = format!("SIP/2.0 {code} ");
        assert!(answer.raw().starts_with(line.as_bytes()), "{line}: {}", answer.msg);
        let dialog = dialog.answered(&answer);
        assert!(answer.to_tag().is_some(), "{code}");
        // As the transaction's ACK: it has the branch of the INVITE (RFC 3261 §17.1.1.3).
        let ack = format!(
            "ACK {uri} SIP/2.0\r\nVia: {}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 1 ACK\r\n\
             Content-Length: 0\r\n\r\n",
            answer.header("Via").unwrap(),
            dialog.from,
            dialog.to,
            dialog.call_id
        );
        peer.raw(ack.as_bytes(), us(&ep));
        let end = wait(&mut events, "the end", |e| match e {
            Event::CallState { call: c, info } if *c == call => info.end.clone(),
            _ => None,
        });
        assert_eq!((end.code, end.by), (status, EndedBy::Local), "{code}");
    }
    assert!(ep.calls().unwrap().is_empty());
    nothing_left(&ep);
    ep.close();
}

#[test]
fn rare_answers_are_on_the_wire_as_asked_for() {
    let ep = start(pcmu());
    ep.local("1001");
    let (peer, mut events) = (Peer::new(), ep.events());
    let (call, dialog, uri) = called(&ep, &peer, &mut events, "rare");
    for code in [182, 199, 202] {
        call.answer(StatusCode::new(code).unwrap()).unwrap();
        let answer = peer.wait("the answer", |m| {
            m.code().is_some_and(|c| c > 100) && m.call_id() == Some(dialog.call_id.as_str())
        });
        assert_eq!(answer.code(), Some(code));
        if code == 202 {
            let dialog = dialog.clone().answered(&answer);
            peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
            call.wait_for(CallState::Confirmed, SOON).unwrap();
            peer.send(us(&ep), "BYE", &uri, &dialog, 2, &[], None);
            peer.response(200, "BYE");
        }
    }
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.by, end.cause), (EndedBy::Remote, EndCause::HungUp));
    nothing_left(&ep);
    ep.close();
}

#[test]
fn every_code_of_the_peers_rejection_is_told_as_it_came() {
    let ep = start(pcmu());
    ep.local("1001");
    let mut wrong = Vec::new();
    for code in 300..=699 {
        let out = calling(&ep);
        out.peer.reply(&out.invite, code, &[], None);
        let ack = out.peer.request("ACK");
        assert_eq!(
            (ack.branch(), ack.to_tag()),
            (out.invite.branch(), Some("peer")),
            "{code}"
        );
        let mut events = out.events;
        let end = wait(&mut events, "the end", |e| match e {
            Event::CallState { call, info } if *call == out.call => info.end.clone(),
            _ => None,
        });
        if (end.code.code(), end.by, end.cause) != (code, EndedBy::Remote, EndCause::Rejected) {
            wrong.push(format!("{code}: {end:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(ep.calls().unwrap().is_empty());
    nothing_left(&ep);
    ep.close();
}

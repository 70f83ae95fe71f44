//! Attended transfer A-B-C with every role ours in turn, and blind ones with programs we did not write: SIPp and baresip.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::audio::{Audio, compare, detect_tones};
use microsip_testkit::dir::TestDir;
use microsip_testkit::sipp::{Scenario, Sipp};
use microsip_testkit::{Deadline, steady, wait_until};
use support::baresip::Baresip;
use support::peer::{Dialog, Peer, SDP};
use support::sipp_refer::{REPLACING, TRANSFEREE, TRANSFEROR, UNREFERRED};
use support::transfer::*;
use support::*;

fn speech() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav")
}

/// What `from` says arrives at `to`.
fn assert_speech(dir: &TestDir, name: &str, from: &Call, to: &Call) {
    let file = dir.join(format!("{name}.wav"));
    let recorder = to.record(&file).unwrap();
    from.play(speech(), PlayOptions::default())
        .unwrap()
        .wait_finished(Duration::from_secs(30))
        .unwrap();
    // The jitter buffer still holds the last syllable.
    std::thread::sleep(Duration::from_millis(300));
    recorder.stop().unwrap();
    recorder.wait_finished(SOON).unwrap();
    let heard = compare(&Audio::read_wav(speech()).unwrap(), &Audio::read_wav(&file).unwrap());
    assert!(heard.coverage > 0.85 && heard.correlation > 0.9, "{name}: {heard}");
}

fn account(ep: &Running, user: &str) -> Account {
    let known = ep.accounts().unwrap().into_iter().find(|a| a.aor().contains(user));
    known.unwrap_or_else(|| ep.local(user))
}

/// A call from one of our accounts to another: caller's side, callee's side.
fn between(ep: &Running, events: &mut Events, from: &str, to: &str) -> (Call, Call) {
    let (caller, _) = (account(ep, from), account(ep, to));
    let out = caller.call(&ep.uri(to)).unwrap();
    let inn = incoming(events);
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    inn.wait_for(CallState::Confirmed, SOON).unwrap();
    (out, inn)
}

fn end(call: &Call) -> CallEnd {
    call.wait_for(CallState::Disconnected, SOON)
        .unwrap()
        .end
        .clone()
        .unwrap()
}

#[test]
fn heavy_three_of_our_own_transfer_and_the_two_left_hear_each_other() {
    steady(Deadline::secs(200), || {
        let dir = TestDir::new("attended").unwrap();
        let rules = TransferRules::new()
            .in_call(TransferPolicy::Accept)
            .replaces(ReplacesPolicy::Accept);
        for refer_to in [ReferTo::Auto, ReferTo::Aor, ReferTo::Contact] {
            let ep = start(quick().transfers(rules));
            let mut events = ep.events();
            // A is 1001, B 1002, C 1003.
            let (a_b, b_a) = between(&ep, &mut events, "1001", "1002");
            let (a_c, c_a) = between(&ep, &mut events, "1001", "1003");
            let (mut of_b, mut of_c, mut of_a) = (ep.events(), ep.events(), ep.events());
            a_b.transfer_to_with(&a_c, TransferOptions::new().refer_to(refer_to))
                .unwrap();
            let b_c = wait(&mut of_b, "B's call", |e| match e {
                Event::CallTransferred { call, from, .. } if from.as_ref() == Some(&b_a) => Some(call.clone()),
                _ => None,
            });
            let c_b = wait(&mut of_c, "C's call", |e| match e {
                Event::CallReplaced { call, by } if *call == c_a => Some(by.clone()),
                _ => None,
            });
            let told = wait(&mut of_a, "A's outcome", |e| match e {
                Event::Transfer { call, progress } if *call == a_b && progress.is_final() => Some(progress.clone()),
                _ => None,
            });
            assert_eq!((told.state, told.code), (TransferState::Succeeded, StatusCode::OK));
            b_c.wait_for(CallState::Confirmed, SOON).unwrap();
            c_b.wait_for(CallState::Confirmed, SOON).unwrap();
            assert_eq!(
                (b_c.info().transferred_from, c_b.info().replaces),
                (Some(b_a.id()), Some(c_a.id()))
            );
            assert_eq!((end(&a_b).by, end(&a_b).cause), (EndedBy::Local, EndCause::HungUp));
            assert_eq!((end(&b_a).by, end(&b_a).cause), (EndedBy::Remote, EndCause::HungUp));
            assert_eq!((end(&c_a).by, end(&c_a).cause), (EndedBy::Local, EndCause::Replaced));
            assert_eq!((end(&a_c).by, end(&a_c).cause), (EndedBy::Remote, EndCause::HungUp));
            assert_eq!(ep.calls().unwrap().len(), 2);
            if refer_to == ReferTo::Auto {
                assert_speech(&dir, "b-to-c", &b_c, &c_b);
                assert_speech(&dir, "c-to-b", &c_b, &b_c);
            }
            b_c.hang_up().unwrap();
            end(&c_b);
            nothing_left(&ep);
            ep.close();
        }
    });
}

#[test]
fn an_attended_transfer_between_two_foreign_peers() {
    let (ep, bob, carol) = (start(quick()), Peer::new(), Peer::new());
    let (with_bob, bobs) = up(&ep, &bob);
    // The target called us; its tags and Call-ID are what they are.
    let mut events = ep.events();
    let uri = ep.uri("1001");
    let mut carols = Dialog::new(&carol, &uri, "a/b+c*'()%[x]{~}?");
    carols.call_id = "a/b+c*'()%[x]{~}?@host".to_owned();
    carol.send(us(&ep), "INVITE", &uri, &carols, 1, &[], Some(SDP));
    let with_carol = incoming(&mut events);
    with_carol.answer(StatusCode::OK).unwrap();
    let carols = carols.answered(&carol.response(200, "INVITE"));
    carol.send(us(&ep), "ACK", &uri, &carols, 1, &[], None);
    with_carol.wait_for(CallState::Confirmed, SOON).unwrap();
    with_bob.transfer_to(&with_carol).unwrap();
    let refer = bob.request("REFER");
    let info = with_carol.info();
    let expected = format!(
        "<sip:peer@{}?Replaces=a%2Fb%2Bc*'()%25%5Bx%5D%7B~%7D%3F%40host%3Bto-tag%3Dpeer%3Bfrom-tag%3D{}&Require=replaces>",
        carol.addr(),
        info.local_tag
    );
    assert_eq!(refer.header("Refer-To"), Some(expected.as_str()));
    bob.reply(&refer, 202, &[], None);
    let mut notifier = Reporter::new(&ep, &bob, &bobs);
    notifier.notify("active;expires=60", "SIP/2.0 100 Trying\r\n", 200);
    // The target ends the replaced dialog, the transferee reports.
    carol.send(us(&ep), "BYE", &uri, &carols, 2, &[], None);
    carol.response(200, "BYE");
    notifier.notify("terminated;reason=noresource", "SIP/2.0 200 OK\r\n", 200);
    let bye = bob.request("BYE");
    bob.reply(&bye, 200, &[], None);
    assert_eq!(end(&with_bob).by, EndedBy::Local);
    assert_eq!(end(&with_carol).by, EndedBy::Remote);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_target_that_does_not_end_the_replaced_call_is_hung_up() {
    let (ep, bob, carol) = (start(quick()), Peer::new(), Peer::new());
    let (with_bob, bobs) = up(&ep, &bob);
    let (with_carol, _) = up(&ep, &carol);
    with_bob.transfer_to(&with_carol).unwrap();
    let refer = bob.request("REFER");
    bob.reply(&refer, 202, &[], None);
    Reporter::new(&ep, &bob, &bobs).notify("terminated", "SIP/2.0 200 OK\r\n", 200);
    let bye = bob.request("BYE");
    bob.reply(&bye, 200, &[], None);
    assert!(
        carol.silent(Duration::from_secs(2), |m| m.is_request("BYE")),
        "it has some seconds"
    );
    let bye = carol.request("BYE");
    carol.reply(&bye, 200, &[], None);
    assert_eq!(end(&with_carol).by, EndedBy::Local);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn a_failed_attended_transfer_leaves_both_calls() {
    let (ep, bob, carol) = (start(quick()), Peer::new(), Peer::new());
    let (with_bob, bobs) = up(&ep, &bob);
    let (with_carol, _) = up(&ep, &carol);
    let mut events = with_bob.events();
    with_bob
        .transfer_to_with(
            &with_carol,
            TransferOptions::new().refer_to(ReferTo::Contact).early_only(true),
        )
        .unwrap();
    let refer = bob.request("REFER");
    let to = refer.header("Refer-To").unwrap();
    assert!(to.starts_with(&format!("<sip:peer@{}?Replaces=", carol.addr())), "{to}");
    assert!(to.ends_with("%3Bearly-only>") && !to.contains("Require"), "{to}");
    bob.reply(&refer, 202, &[], None);
    Reporter::new(&ep, &bob, &bobs).notify("terminated", "SIP/2.0 481 No Such Call\r\n", 200);
    assert_eq!(outcome(&mut events).code.code(), 481);
    for (peer, call) in [(&bob, &with_bob), (&carol, &with_carol)] {
        assert_eq!(call.state(), CallState::Confirmed);
        hang_up(peer, call);
    }
    nothing_left(&ep);
    ep.close();
}

#[test]
fn sipp_is_transferred_blind_and_attended() {
    for attended in [false, true] {
        let ep = start(quick());
        let sipp = Sipp::uas(Scenario::Text(TRANSFEREE.to_owned())).start().unwrap();
        let call = ep.local("1001").call(&format!("sip:sipp@{}", sipp.addr())).unwrap();
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let mut events = ep.events();
        let carol = Peer::new();
        if attended {
            let (with_carol, _) = up(&ep, &carol);
            call.transfer_to(&with_carol).unwrap();
            let bye = carol.request("BYE");
            carol.reply(&bye, 200, &[], None);
        } else {
            call.transfer(&carol.uri("carol")).unwrap();
        }
        for expected in [
            ("accepted", 202),
            ("progress", 100),
            ("progress", 180),
            ("succeeded", 200),
        ] {
            assert_eq!(progress(&mut events), expected);
        }
        let report = sipp.wait(Deadline::secs(20)).unwrap();
        assert!(report.is_success() && report.successful == 1, "{report}");
        nothing_left(&ep);
        ep.close();
    }
}

#[test]
fn sipp_transfers_us() {
    let rules = TransferRules::new().in_call(TransferPolicy::Accept);
    let ep = start(
        quick()
            .trace(true)
            .transfers(rules)
            .incoming(IncomingPolicy::Answer(StatusCode::OK)),
    );
    ep.local("1001");
    let (carol, mut events) = (Peer::new(), ep.events());
    let sipp = Sipp::uac(Scenario::Text(TRANSFEROR.to_owned()), us(&ep))
        .service("1001")
        .key("target", &format!("carol@{}", carol.addr()))
        .start()
        .unwrap();
    let invite = carol.request("INVITE");
    assert_eq!(invite.header("Referred-By"), Some("<sip:sipp@example.test>"));
    carol.reply(&invite, 180, &[], None);
    // News replaces older news that is not told yet: the NOTIFYs of 100 and 180 are answered first.
    for _ in 0..2 {
        wait(&mut events, "an answered NOTIFY", |e| match e {
            Event::SipMessage(m) => {
                (m.first_line.starts_with("SIP/2.0 200") && m.cseq.ends_with("NOTIFY")).then_some(())
            }
            _ => None,
        });
    }
    carol.reply(&invite, 200, &[], Some(SDP));
    carol.request("ACK");
    let report = sipp.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success() && report.successful == 1, "{report}");
    wait_until(Deadline::secs(5), "the old call to end", || {
        (ep.calls().unwrap().len() == 1).then_some(())
    })
    .unwrap();
    hang_up(&carol, &ep.calls().unwrap()[0]);
    nothing_left(&ep);
    ep.close();
}

#[test]
fn sipp_replaces_a_call() {
    let rules = TransferRules::new().replaces(ReplacesPolicy::Accept);
    let (ep, bob) = (start(quick().transfers(rules)), Peer::new());
    let (old, _) = up(&ep, &bob);
    let info = old.info();
    let dialog = Replaces::new(&*info.sip_call_id, &*info.local_tag, &*info.remote_tag).unwrap();
    let sipp = Sipp::uac(Scenario::Text(REPLACING.to_owned()), us(&ep))
        .service("1001")
        .key("dialog", &dialog.to_string())
        .start()
        .unwrap();
    let bye = bob.request("BYE");
    bob.reply(&bye, 200, &[], None);
    assert_eq!(end(&old).cause, EndCause::Replaced);
    let report = sipp.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success() && report.successful == 1, "{report}");
    nothing_left(&ep);
    ep.close();
}

#[test]
fn sipp_refers_us_outside_a_call_in_vain() {
    let ep = start(quick());
    ep.local("1001");
    let report = Sipp::uac(Scenario::Text(UNREFERRED.to_owned()), us(&ep))
        .service("1001")
        .calls(20)
        .run(Deadline::secs(20))
        .unwrap();
    assert!(report.is_success() && report.successful == 20, "{report}");
    nothing_left(&ep);
    ep.close();
}

#[test]
fn heavy_baresip_is_transferred_to_another_of_ours_and_is_heard_there() {
    steady(Deadline::secs(200), || {
        let dir = TestDir::new("baresip").unwrap();
        let ep = start(quick().codecs("PCMU").unwrap());
        let bob = Baresip::start(440);
        let (alice, _) = (account(&ep, "1001"), account(&ep, "1003"));
        let call = alice.call(&bob.uri()).unwrap();
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let mut events = ep.events();
        call.transfer(&ep.uri("1003")).unwrap();
        let carol = incoming(&mut events);
        assert!(
            carol
                .info()
                .invite
                .as_ref()
                .unwrap()
                .header("Referred-By")
                .is_none_or(|by| by.contains("1001"))
        );
        carol.answer(StatusCode::OK).unwrap();
        carol.wait_for(CallState::Confirmed, SOON).unwrap();
        assert_eq!(outcome(&mut events).state, TransferState::Succeeded);
        let ended = end(&call);
        assert_eq!(ended.cause, EndCause::HungUp);
        // Its tone, 440 Hz, reaches the third party.
        let file = dir.join("tone.wav");
        let recorder = carol.record(&file).unwrap();
        std::thread::sleep(Duration::from_secs(2));
        recorder.stop().unwrap();
        recorder.wait_finished(SOON).unwrap();
        let audio = Audio::read_wav(&file).unwrap();
        let tones = detect_tones(&audio.slice(Duration::from_millis(500), Duration::from_secs(1)), -40.0);
        assert!(tones.iter().any(|t| (t.frequency_hz - 440.0).abs() < 5.0), "{tones:?}");
        carol.hang_up().unwrap();
        nothing_left(&ep);
        ep.close();
        bob.stop();
    });
}

#[test]
fn heavy_baresip_transfers_us_to_another_baresip() {
    steady(Deadline::secs(200), || {
        let dir = TestDir::new("baresip-transfers").unwrap();
        let rules = TransferRules::new().in_call(TransferPolicy::Accept);
        let ep = start(quick().codecs("PCMU").unwrap().transfers(rules));
        let (mut bob, carol) = (Baresip::start(440), Baresip::start(1000));
        let call = account(&ep, "1001").call(&bob.uri()).unwrap();
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let mut events = ep.events();
        bob.command("transfer", &carol.uri());
        let new = wait(&mut events, "the new call", |e| match e {
            Event::CallTransferred { call, .. } => Some(call.clone()),
            _ => None,
        });
        new.wait_for(CallState::Confirmed, SOON).unwrap();
        // baresip hangs up once it is told of the success.
        assert_eq!(end(&call).by, EndedBy::Remote);
        let file = dir.join("tone.wav");
        let recorder = new.record(&file).unwrap();
        std::thread::sleep(Duration::from_secs(2));
        recorder.stop().unwrap();
        recorder.wait_finished(SOON).unwrap();
        let audio = Audio::read_wav(&file).unwrap();
        let tones = detect_tones(&audio.slice(Duration::from_millis(500), Duration::from_secs(1)), -40.0);
        assert!(tones.iter().any(|t| (t.frequency_hz - 1000.0).abs() < 5.0), "{tones:?}");
        new.hang_up().unwrap();
        nothing_left(&ep);
        ep.close();
        bob.stop();
        carol.stop();
    });
}

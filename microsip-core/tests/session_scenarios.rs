//! A SIPp scenario for each capability of a session, in either direction. SIPp checks what it gets; what becomes of the call is
//! checked here. What SIPp cannot do is in the tests named for the topic.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::sipp::{Scenario, Sipp};
use support::leg::us;
use support::script::{FOREIGN, Script, sdp};
use support::*;

fn pcmu() -> EndpointConfig {
    config().codecs("PCMU").unwrap()
}

/// SIPp calls us and plays the script; `act` is what we do with the call.
fn sipp_calls(ep: &Running, script: Script, act: impl FnOnce(&Call, &mut Events)) {
    let mut events = ep.events();
    if ep.accounts().unwrap().is_empty() {
        ep.local("1001");
    }
    let run = Sipp::uac(Scenario::Text(script.text()), us(ep))
        .service("1001")
        .start()
        .unwrap();
    let call = incoming(&mut events);
    act(&call, &mut events);
    finish(run, &script);
}

/// We call SIPp, which plays the script.
fn we_call(ep: &Running, script: Script, options: CallOptions, act: impl FnOnce(&Call, &mut Events)) {
    let mut events = ep.events();
    if ep.accounts().unwrap().is_empty() {
        ep.local("1001");
    }
    let run = Sipp::uas(Scenario::Text(script.text())).start().unwrap();
    let account = ep.accounts().unwrap().remove(0);
    let call = account.call_with(&format!("sip:sipp@{}", run.addr()), options).unwrap();
    act(&call, &mut events);
    finish(run, &script);
}

fn finish(run: microsip_testkit::sipp::SippRun, script: &Script) {
    let report = run.wait(Deadline::secs(40)).unwrap();
    assert!(
        report.is_success() && report.successful == 1,
        "{report}\n{}",
        script.text()
    );
}

fn up(call: &Call) {
    call.wait_for(CallState::Confirmed, SOON).unwrap();
}

fn over(call: &Call) {
    call.wait_for(CallState::Disconnected, SOON).unwrap();
}

fn take(call: &Call) {
    call.answer(StatusCode::OK).unwrap();
    up(call);
}

fn hold(events: &mut Events) -> HoldState {
    wait(events, "change of hold", |e| match e {
        Event::CallHold { info, .. } => Some(info.hold),
        _ => None,
    })
}

fn outcome(events: &mut Events) -> Result<()> {
    wait(events, "outcome", |e| match e {
        Event::SessionChanged { result, .. } => Some(result.clone()),
        _ => None,
    })
}

const RECVONLY: (&str, &str) = ("body", "a=recvonly");
const SENDONLY: (&str, &str) = ("body", "a=sendonly");
const INACTIVE: (&str, &str) = ("body", "a=inactive");
const AUDIO: (&str, &str) = ("body", "m=audio [1-9]");

#[test]
fn sipp_holds_its_call_to_us() {
    let ep = start(pcmu());
    let script = Script::caller("hold_by_caller")
        .invite(&[], "")
        .expect(200, &[AUDIO])
        .ack();
    let script = script.invite(&[], "sendonly").expect(200, &[RECVONLY]).ack().pause(300);
    let script = script.invite(&[], "inactive").expect(200, &[INACTIVE]).ack().pause(300);
    // As RFC 2543 did it.
    let script = script
        .request("INVITE", &[], &sdp("").replace("[media_ip]", "0.0.0.0"))
        .expect(200, &[RECVONLY])
        .ack()
        .pause(300);
    let script = script
        .invite(&[], "sendrecv")
        .expect(200, &[AUDIO])
        .ack()
        .pause(300)
        .bye();
    sipp_calls(&ep, script, |call, events| {
        take(call);
        assert_eq!(hold(events), HoldState::Remote);
        assert_eq!(hold(events), HoldState::None);
        over(call);
    });
    ep.close();
}

#[test]
fn sipp_holds_our_call_to_it() {
    let ep = start(pcmu());
    let script = Script::callee("hold_by_callee", &[AUDIO])
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[]);
    let script = script.invite(&[], "sendonly").expect(200, &[RECVONLY]).ack().pause(300);
    let script = script
        .invite(&[], "sendrecv")
        .expect(200, &[AUDIO])
        .ack()
        .pause(300)
        .bye();
    we_call(&ep, script, CallOptions::new(), |call, events| {
        assert_eq!(hold(events), HoldState::Remote);
        assert_eq!(hold(events), HoldState::None);
        over(call);
    });
    ep.close();
}

#[test]
fn we_hold_a_call_with_sipp() {
    let ep = start(pcmu());
    let held = |script: Script| {
        script
            .expect_request("INVITE", &[SENDONLY])
            .answer_in_dialog(200, &[], Some("recvonly"))
            .expect_request("ACK", &[])
            .expect_request("INVITE", &[INACTIVE])
            .answer_in_dialog(200, &[], Some("inactive"))
            .expect_request("ACK", &[])
            .expect_request("INVITE", &[("body", "a=sendrecv")])
            .answer_in_dialog(200, &[], Some("sendrecv"))
            .expect_request("ACK", &[])
            .expect_bye()
    };
    let act = |call: &Call, events: &mut Events| {
        call.hold().unwrap();
        call.hold_with(HoldOptions::new().mode(HoldMode::Inactive)).unwrap();
        call.resume().unwrap();
        for _ in 0..3 {
            outcome(events).unwrap();
        }
        assert_eq!(call.info().hold, HoldState::None);
        call.hang_up().unwrap();
    };
    let script = Script::callee("we_hold_callee", &[])
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[]);
    we_call(&ep, held(script), CallOptions::new(), |call, events| {
        up(call);
        act(call, events);
    });
    let script = Script::caller("we_hold_caller")
        .invite(&[], "")
        .expect(200, &[AUDIO])
        .ack();
    sipp_calls(&ep, held(script), |call, events| {
        take(call);
        act(call, events);
    });
    ep.close();
}

#[test]
fn an_update_in_either_direction() {
    let ep = start(pcmu());
    let script = Script::caller("update_by_caller")
        .invite(&[], "")
        .expect(200, &[AUDIO])
        .ack();
    let script = script.update(&[], "sendonly").expect(200, &[RECVONLY]).update(&[], "");
    sipp_calls(&ep, script.expect(200, &[AUDIO]).pause(100).bye(), |call, events| {
        take(call);
        assert_eq!(hold(events), HoldState::Remote);
        assert_eq!(hold(events), HoldState::None);
        over(call);
    });
    let script = Script::callee("our_update", &[("Allow:", "UPDATE")])
        .answer(200, &["Allow: INVITE, ACK, BYE, UPDATE"], Some(""))
        .expect_request("ACK", &[])
        .expect_request("UPDATE", &[AUDIO])
        .answer_in_dialog(200, &[], Some(""))
        .expect_bye();
    we_call(&ep, script, CallOptions::new(), |call, events| {
        up(call);
        call.update().unwrap();
        outcome(events).unwrap();
        call.hang_up().unwrap();
    });
    ep.close();
}

#[test]
fn a_reinvite_without_offer_in_either_direction() {
    let ep = start(pcmu());
    let script = Script::caller("empty_reinvite")
        .invite(&[], "")
        .expect(200, &[AUDIO])
        .ack();
    let script = script
        .invite_without_offer()
        .expect(200, &[AUDIO])
        .ack_with("")
        .pause(100)
        .bye();
    sipp_calls(&ep, script, |call, _| {
        take(call);
        over(call);
    });
    let script = Script::callee("our_empty_reinvite", &[])
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[])
        .expect_request("INVITE", &[("Content-Length:", " 0")])
        .answer_in_dialog(200, &[], Some("sendrecv"))
        .expect_request("ACK", &[AUDIO])
        .expect_bye();
    we_call(&ep, script, CallOptions::new(), |call, events| {
        up(call);
        call.reinvite_with(ReinviteOptions::new().late_offer(true)).unwrap();
        outcome(events).unwrap();
        call.hang_up().unwrap();
    });
    ep.close();
}

#[test]
fn an_offer_nobody_can_agree_to_is_refused_in_either_direction_and_the_call_goes_on() {
    let ep = start(pcmu());
    let script = Script::caller("foreign_reinvite")
        .invite(&[], "")
        .expect(200, &[AUDIO])
        .ack();
    let script = script.request("INVITE", &[], FOREIGN).expect(488, &[]).ack();
    let script = script.request("UPDATE", &[], FOREIGN).expect(488, &[]);
    let script = script.invite(&[], "").expect(200, &[AUDIO]).ack().pause(100).bye();
    sipp_calls(&ep, script, |call, events| {
        take(call);
        over(call);
        assert_eq!(ends(events, call)[0].by, EndedBy::Remote);
    });
    let script = Script::callee("refused_reinvite", &[])
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[])
        .expect_request("INVITE", &[SENDONLY])
        .answer_in_dialog(488, &[], None)
        .expect_request("ACK", &[])
        .expect_bye();
    we_call(&ep, script, CallOptions::new(), |call, events| {
        up(call);
        call.hold().unwrap();
        assert_eq!(outcome(events).unwrap_err().sip_status().unwrap().code(), 488);
        assert_eq!(
            (call.state(), call.info().hold),
            (CallState::Confirmed, HoldState::None)
        );
        call.hang_up().unwrap();
    });
    ep.close();
}

#[test]
fn a_glare_is_repeated() {
    let ep = start(pcmu());
    let script = Script::callee("glare", &[])
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[])
        .expect_request("INVITE", &[SENDONLY])
        .answer_in_dialog(491, &[], None)
        .expect_request("ACK", &[])
        .expect_request("INVITE", &[SENDONLY])
        .answer_in_dialog(200, &[], Some("recvonly"))
        .expect_request("ACK", &[])
        .expect_bye();
    we_call(&ep, script, CallOptions::new(), |call, events| {
        up(call);
        call.hold().unwrap();
        outcome(events).unwrap();
        assert_eq!(call.info().hold, HoldState::Local);
        call.hang_up().unwrap();
    });
    ep.close();
}

#[test]
fn ringing_and_early_media_in_either_direction() {
    let ep = start(pcmu());
    let script = Script::caller("early_to_caller")
        .invite(&[], "")
        .expect(180, &[])
        .expect(183, &[AUDIO])
        .expect(180, &[])
        .expect(200, &[AUDIO])
        .ack()
        .pause(100)
        .bye();
    sipp_calls(&ep, script, |call, _| {
        for code in [StatusCode::RINGING, StatusCode::SESSION_PROGRESS, StatusCode::RINGING] {
            call.answer(code).unwrap();
        }
        take(call);
        over(call);
    });
    let script = Script::callee("early_from_callee", &[])
        .answer(180, &[], None)
        .answer(183, &[], Some(""))
        .answer(180, &[], None)
        .pause(300)
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[])
        .pause(100)
        .bye();
    we_call(&ep, script, CallOptions::new(), |call, events| {
        let media = wait(events, "early media", |e| match e {
            Event::CallMedia { info, .. } => Some((info.state, info.media[0].active)),
            _ => None,
        });
        assert_eq!(media, (CallState::Early, true));
        up(call);
        over(call);
    });
    ep.close();
}

#[test]
fn reliable_provisional_answers_in_either_direction() {
    let ep = start(pcmu().trace(true));
    let script = Script::caller("prack_by_caller")
        .invite(&["Require: 100rel"], "")
        .expect_reliable(183)
        .prack()
        .expect_reliable(180)
        .prack()
        .expect(200, &[("Content-Length:", " 0")])
        .ack()
        .pause(100)
        .bye();
    sipp_calls(&ep, script, |call, events| {
        // What waits for a PRACK goes out before the 200 to it, and a 200 to the INVITE waits for none: SIPp wants them in turn.
        for code in [StatusCode::SESSION_PROGRESS, StatusCode::RINGING] {
            call.answer(code).unwrap();
            wait(events, "an answered PRACK", |e| match e {
                Event::SipMessage(m) => {
                    (m.first_line.starts_with("SIP/2.0 200") && m.cseq.ends_with("PRACK")).then_some(())
                }
                _ => None,
            });
        }
        take(call);
        over(call);
    });
    let script = Script::callee("prack_to_callee", &[("Supported:", "100rel")])
        .answer(183, &["Require: 100rel", "RSeq: 42"], Some(""))
        .expect_request("PRACK", &[("RAck:", "42 [0-9]+ INVITE")]);
    // The answers that follow are to the PRACK, then to the INVITE again, whose headers SIPp has forgotten: it ends there.
    we_call(
        &ep,
        script.answer_in_dialog(200, &[], None),
        CallOptions::new(),
        |call, events| {
            wait(events, "early media", |e| match e {
                Event::CallMedia { info, .. } => info.media[0].active.then_some(()),
                _ => None,
            });
            call.hang_up().unwrap();
        },
    );
    ep.close();
}

#[test]
fn options_that_do_not_fit_are_refused_in_either_direction() {
    let ep = start(pcmu());
    let strict = AccountConfig::new(ep.uri("1001")).reliable(Reliable100::Required);
    let account = ep.add_account(strict).unwrap();
    let refused = |script: Script| {
        let run = Sipp::uac(Scenario::Text(script.text()), us(&ep))
            .service("1001")
            .start();
        finish(run.unwrap(), &script);
        assert!(ep.calls().unwrap().is_empty());
    };
    refused(
        Script::caller("421")
            .invite(&[], "")
            .expect(421, &[("Require:", "100rel")])
            .ack(),
    );
    let script = Script::callee("420", &[("Require:", "100rel")])
        .answer(420, &["Unsupported: 100rel"], None)
        .expect_request("ACK", &[]);
    we_call(&ep, script, CallOptions::new(), |call, events| {
        assert_eq!(ends(events, call)[0].code.code(), 420);
    });
    account.remove().unwrap();
    let off = AccountConfig::new(ep.uri("1001")).reliable(Reliable100::Off);
    ep.add_account(off).unwrap();
    let script = Script::caller("420").invite(&["Require: 100rel"], "");
    refused(script.expect(420, &[("Unsupported:", "100rel")]).ack());
    ep.close();
}

#[test]
fn late_offers_in_either_direction() {
    let ep = start(pcmu());
    let script = Script::caller("late_offer").invite_without_offer();
    let script = script.expect(200, &[AUDIO]).ack_with("").pause(100).bye();
    sipp_calls(&ep, script, |call, _| {
        take(call);
        over(call);
    });
    let script = Script::caller("late_offer_unanswered").invite_without_offer();
    let script = script.expect(200, &[AUDIO]).ack().expect_bye();
    sipp_calls(&ep, script, |call, events| {
        call.answer(StatusCode::OK).unwrap();
        assert_eq!(ends(events, call)[0].error.as_ref().unwrap().kind(), ErrorKind::Media);
    });
    let script = Script::callee("our_late_offer", &[("Content-Length:", " 0")])
        .answer(200, &[], Some(""))
        .expect_request("ACK", &[AUDIO])
        .expect_bye();
    we_call(&ep, script, CallOptions::new().late_offer(true), |call, _| {
        up(call);
        call.hang_up().unwrap();
    });
    ep.close();
}

#[test]
fn session_timers_in_either_direction() {
    let ep = start(pcmu());
    let timer = ["Supported: timer", "Session-Expires: 90;refresher=uac"];
    let script = Script::caller("timer_by_caller").invite(&timer, "");
    let script = script.expect(200, &[("Session-Expires:", "90;refresher=uac"), ("Require:", "timer")]);
    let script = script
        .ack()
        .update(&timer, "")
        .expect(200, &[("Session-Expires:", "90;refresher=uac")]);
    sipp_calls(&ep, script.bye(), |call, _| {
        take(call);
        over(call);
    });
    let script = Script::caller("timer_too_short").invite(&["Supported: timer", "Session-Expires: 60"], "");
    let script = script.expect(422, &[("Min-SE:", "90")]).ack();
    let run = Sipp::uac(Scenario::Text(script.text()), us(&ep))
        .service("1001")
        .start();
    finish(run.unwrap(), &script);
    let script = Script::callee("timer_422", &[("Session-Expires:", "1800"), ("Supported:", "timer")])
        .answer(422, &["Min-SE: 3600"], None)
        .expect_request("ACK", &[])
        .expect_request("INVITE", &[("Session-Expires:", "3600"), ("Min-SE:", "3600")])
        .answer(
            200,
            &["Require: timer", "Session-Expires: 3600;refresher=uas"],
            Some(""),
        )
        .expect_request("ACK", &[])
        .expect_bye();
    we_call(&ep, script, CallOptions::new(), |call, _| {
        up(call);
        call.hang_up().unwrap();
    });
    ep.close();
}

#[test]
fn sipp_gives_up_by_bye_before_the_answer() {
    let ep = start(pcmu());
    let script = Script::caller("early_bye").invite(&[], "").expect(180, &[]);
    let script = script.request("BYE", &[], "").expect(200, &[]).expect(487, &[]);
    sipp_calls(&ep, script, |call, events| {
        call.answer(StatusCode::RINGING).unwrap();
        assert_eq!(ends(events, call)[0].by, EndedBy::Remote);
    });
    ep.close();
}

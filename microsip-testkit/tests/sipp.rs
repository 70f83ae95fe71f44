//! The scenarios of the testkit, played by SIPp against SIPp.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use std::time::Duration;

use microsip_testkit::Deadline;
use microsip_testkit::sipp::{Scenario, Sipp, SippReport, Transport};

fn play(uac: Scenario, uas: Sipp, setup: impl Fn(Sipp) -> Sipp) -> (SippReport, SippReport) {
    let deadline = Deadline::secs(20);
    let callee = uas.start().unwrap();
    let caller = setup(Sipp::uac(uac, callee.addr())).run(deadline).unwrap();
    let callee = callee.wait(deadline).unwrap();
    (caller, callee)
}

fn assert_ok((caller, callee): &(SippReport, SippReport)) {
    for report in [caller, callee] {
        assert!(report.is_success(), "caller {caller}\ncallee {callee}");
        assert_eq!(
            (report.successful, report.failed),
            (1, 0),
            "caller {caller}\ncallee {callee}"
        );
    }
}

#[test]
fn basic_call_over_udp_and_tcp() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let uas = Sipp::uas(Scenario::UasBasic).transport(transport);
        let ends = play(Scenario::UacBasic, uas, |s| {
            s.transport(transport).pause(Duration::from_millis(100))
        });
        assert_ok(&ends);
        let (caller, callee) = &ends;
        assert_eq!(caller.received(|m| m.is_response(180, "INVITE")).len(), 1);
        let invite = callee.received(|m| m.is_request("INVITE"));
        assert_eq!(invite.len(), 1);
        assert!(invite[0].sdp('m')[0].starts_with("audio "));
        assert_eq!(callee.received(|m| m.is_request("BYE")).len(), 1);
        assert!(!caller.counts.is_empty() && !caller.stats.is_empty());
    }
}

#[test]
fn cancel_gets_200_and_487() {
    let ends = play(Scenario::UacCancel, Sipp::uas(Scenario::UasCancel), |s| {
        s.pause(Duration::from_millis(50))
    });
    assert_ok(&ends);
    assert_eq!(ends.0.received(|m| m.is_response(487, "INVITE")).len(), 1);
    assert_eq!(ends.0.received(|m| m.is_response(200, "CANCEL")).len(), 1);
}

#[test]
fn reject_fails_the_caller_with_the_code() {
    let uas = Sipp::uas(Scenario::reject(603, "Decline"));
    let (caller, callee) = play(Scenario::UacBasic, uas, |s| s);
    assert_eq!((caller.successful, caller.failed), (0, 1), "{caller}");
    assert!(!caller.is_success());
    assert!(callee.is_success(), "{callee}");
    assert_eq!(caller.received(|m| m.is_response(603, "INVITE")).len(), 1);
    assert!(caller.errors.contains("603"), "{caller}");
}

#[test]
fn lost_200_is_repeated() {
    let ends = play(
        Scenario::UacRetransmit,
        Sipp::uas(Scenario::UasBasic).pause(Duration::from_millis(200)),
        |s| s,
    );
    assert_ok(&ends);
    let (caller, callee) = &ends;
    assert_eq!(caller.received(|m| m.is_response(200, "INVITE")).len(), 2, "{caller}");
    assert_eq!(callee.received(|m| m.is_request("INVITE")).len(), 2, "{callee}");
    assert!(callee.retransmissions >= 1, "{callee}");
}

#[test]
fn lost_invite_is_repeated_and_each_200_acknowledged() {
    let uas = Sipp::uas(Scenario::UasRetransmit);
    let ends = play(Scenario::UacBasic, uas, |s| s.pause(Duration::from_millis(500)));
    assert_ok(&ends);
    assert_eq!(ends.1.received(|m| m.is_request("ACK")).len(), 2, "{}", ends.1);
    assert!(ends.0.retransmissions >= 1, "{}", ends.0);
}

#[test]
fn callee_hangs_up() {
    // The mirror of uac_basic: waits for BYE where that sends it.
    let text = include_str!("../scenarios/uac_basic.xml");
    let (head, tail) = text.split_once("  <pause/>").unwrap();
    assert!(tail.contains("BYE"));
    let answer = "  <recv request=\"BYE\"/>\n  <send><![CDATA[\n\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n\
                  [last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>\n</scenario>\n";
    let ends = play(
        Scenario::Text(format!("{head}{answer}")),
        Sipp::uas(Scenario::UasBye),
        |s| s,
    );
    assert_ok(&ends);
    let bye = ends.0.received(|m| m.is_request("BYE"));
    assert_eq!(bye.len(), 1, "{}", ends.0);
    let invite = ends.0.sent(|m| m.is_request("INVITE"));
    assert_eq!(bye[0].to_tag(), invite[0].from_tag());
    assert!(bye[0].from_tag().is_some());
}

#[test]
fn silence_makes_the_caller_retransmit_and_give_up() {
    let callee = Sipp::uas(Scenario::UasSilent)
        .pause(Duration::from_secs(30))
        .start()
        .unwrap();
    let caller = Sipp::uac(Scenario::UacBasic, callee.addr())
        .arg("-max_invite_retrans")
        .arg("1")
        .run(Deadline::secs(20))
        .unwrap();
    assert_eq!(caller.failed, 1, "{caller}");
    assert_eq!(caller.received(|_| true).len(), 0, "{caller}");
    let seen = callee
        .wait_message(|m| !m.sent && m.message.is_request("INVITE"), Deadline::secs(5))
        .unwrap();
    assert!(seen.message.call_id().is_some());
    assert!(
        callee
            .messages()
            .iter()
            .filter(|m| m.message.is_request("INVITE"))
            .count()
            >= 2
    );
}

#[test]
fn registrar_challenges_and_accepts() {
    let uas = Sipp::uas(Scenario::UasRegister)
        .key("expires", "42")
        .key("realm", "here");
    let ends = play(Scenario::UacRegister, uas, |s| s.credentials("sipp", "secret"));
    assert_ok(&ends);
    assert_eq!(
        ends.0.received(|m| m.is_response(200, "REGISTER"))[0].header("Expires"),
        Some("42")
    );
    let challenge = ends.0.received(|m| m.is_response(401, "REGISTER"))[0]
        .header("WWW-Authenticate")
        .unwrap()
        .to_owned();
    assert_eq!(microsip_testkit::sipmsg::param(&challenge, "realm"), Some("here"));
}

#[test]
fn many_calls_at_a_rate() {
    let deadline = Deadline::secs(20);
    let callee = Sipp::uas(Scenario::UasBasic).calls(0).start().unwrap();
    let caller = Sipp::uac(Scenario::UacBasic, callee.addr())
        .calls(40)
        .rate(40.0)
        .limit(20)
        .run(deadline)
        .unwrap();
    assert_eq!((caller.successful, caller.failed), (40, 0), "{}", caller.errors);
    let callee = callee.stop(deadline).unwrap();
    assert_eq!((callee.successful, callee.failed), (40, 0), "{}", callee.errors);
}

#[test]
fn a_broken_scenario_is_reported_with_sipps_words() {
    let error = Sipp::uas(Scenario::Text("<scenario><nonsense/></scenario>".into()))
        .start()
        .unwrap_err();
    assert!(error.to_string().contains("Unable to load or parse"), "{error}");
}

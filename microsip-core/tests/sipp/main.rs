//! Call control with SIPp: a scenario per capability and direction, in `scenarios/`. `uac_…`: SIPp calls us; `uas_…`: we call SIPp.
//! What a scenario shows stands in its first lines, and in docs/scenarios.md.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod lost;
mod policies;
mod registrar;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::sipp::{Scenario, Sipp, SippRun};
use support::*;

fn scenario(name: &str) -> Scenario {
    Scenario::File(table::folder().join(format!("{name}.xml")))
}

/// SIPp calls us, as `policy` says.
fn called(name: &str, policy: CallPolicy) -> (Running, Events, SippRun) {
    let ep = start(config().policy(policy));
    ep.local("1002");
    let events = ep.events();
    let to = ep.local_address(Transport::Udp).unwrap();
    let run = Sipp::uac(scenario(name), to).service("1002").start().unwrap();
    (ep, events, run)
}

/// We call SIPp.
fn calling(name: &str, options: CallOptions) -> (Running, Events, Call, SippRun) {
    let ep = start(config());
    let run = Sipp::uas(scenario(name)).start().unwrap();
    let events = ep.events();
    let target = format!("sip:service@{}", run.addr());
    let call = ep.local("1001").call_with(&target, options).unwrap();
    (ep, events, call, run)
}

fn succeeds(run: SippRun) {
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
}

fn confirm_and_hang_up(call: &Call) {
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
}

#[test]
fn uac_headers() {
    let (ep, mut events, run) = called("uac_headers", CallPolicy::new());
    let call = incoming(&mut events);
    let invite = call.info().invite.clone().unwrap();
    assert_eq!(invite.headers().all("x-a").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(invite.identity().asserted, ["\"Boss\" <sip:1@example.org>"]);
    let desk = |n: &str| AnswerOptions::new().header("X-Desk", n).unwrap();
    call.answer_with(StatusCode::RINGING, desk("7")).unwrap();
    call.answer_with(StatusCode::OK, desk("8")).unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uac_reject_reason() {
    let (ep, mut events, run) = called("uac_reject_reason", CallPolicy::new());
    let options = RejectOptions::new()
        .phrase("In a meeting")
        .reason(Reason::q850(17).unwrap())
        .header("Retry-After", "60")
        .unwrap();
    incoming(&mut events)
        .reject_with(StatusCode::BUSY_HERE, options)
        .unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uac_redirect() {
    let (ep, mut events, run) = called("uac_redirect", CallPolicy::new());
    let contacts = ["sip:first@127.0.0.1", "<sip:second@127.0.0.1>;q=0.5"];
    incoming(&mut events).redirect(contacts).unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uac_late_offer() {
    let (ep, mut events, run) = called("uac_late_offer", CallPolicy::new());
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let media = wait(&mut events, "audio", |e| match e {
        Event::CallMedia { info, .. } if info.media.iter().any(|m| m.active) => info.media.first().cloned(),
        _ => None,
    });
    assert_eq!(media.codec.unwrap().name, "PCMU");
    succeeds(run);
    ep.close();
}

#[test]
fn uac_info() {
    let (ep, mut events, run) = called("uac_info", CallPolicy::new());
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.push(wait(&mut events, "INFO", |e| match e {
            Event::Dtmf { digit, method, .. } => Some(format!("{digit} {}", method.name())),
            Event::Info { message, .. } => Some(String::from_utf8_lossy(message.body()).trim().to_owned()),
            _ => None,
        }));
    }
    assert_eq!(seen, ["5 info", "# info_plain", "hello"]);
    succeeds(run);
    ep.close();
}

#[test]
fn uac_options() {
    let (ep, _, run) = called("uac_options", CallPolicy::new());
    succeeds(run);
    ep.close();
}

#[test]
fn uac_auto_answer() {
    let policy = CallPolicy::new().auto_answer(AutoAnswer::new().by_header(true));
    let (ep, _, run) = called("uac_auto_answer", policy);
    succeeds(run);
    ep.close();
}

#[test]
fn uac_dnd() {
    let (ep, _, run) = called("uac_dnd", CallPolicy::new().do_not_disturb(true));
    succeeds(run);
    ep.close();
}

#[test]
fn uac_forward() {
    let policy = CallPolicy::new().forward_no_answer(Duration::from_secs(1), "sip:voicemail@127.0.0.1");
    let (ep, _, run) = called("uac_forward", policy);
    succeeds(run);
    ep.close();
}

#[test]
fn uac_early_media() {
    let (ep, mut events, run) = called("uac_early_media", CallPolicy::new());
    let call = incoming(&mut events);
    for code in [StatusCode::SESSION_PROGRESS, StatusCode::RINGING, StatusCode::OK] {
        call.answer(code).unwrap();
    }
    succeeds(run);
    ep.close();
}

#[test]
fn uac_bye_reason() {
    let (ep, mut events, run) = called("uac_bye_reason", CallPolicy::new());
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.q850(), end.reasons[0].cause), (Some(26), Some(200)));
    succeeds(run);
    ep.close();
}

#[test]
fn uac_cancel_reason() {
    let (ep, mut events, run) = called("uac_cancel_reason", CallPolicy::new());
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.by, end.cause), (EndedBy::Remote, EndCause::Cancelled));
    assert_eq!(end.reasons[0].text, "Call completed elsewhere");
    succeeds(run);
    ep.close();
}

#[test]
fn uas_headers() {
    let headers: Headers = "X-A: 1\nX-B: x\nX-A: 2".parse().unwrap();
    let (ep, _, call, run) = calling("uas_headers", CallOptions::new().headers(headers));
    let info = call.wait_for(CallState::Confirmed, SOON).unwrap();
    let answer = info.message.clone().unwrap();
    assert_eq!(answer.headers().all("X-Reply").collect::<Vec<_>>(), ["one", "two"]);
    let options = HangUpOptions::new().reason(Reason::q850(16).unwrap());
    call.hang_up_with(options.header("X-Why", "done").unwrap()).unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uas_anonymous() {
    let (ep, _, call, run) = calling("uas_anonymous", CallOptions::new().anonymous(true));
    confirm_and_hang_up(&call);
    succeeds(run);
    ep.close();
}

#[test]
fn uas_late_offer() {
    let (ep, _, call, run) = calling("uas_late_offer", CallOptions::new().late_offer(true));
    confirm_and_hang_up(&call);
    succeeds(run);
    ep.close();
}

#[test]
fn uas_redirect() {
    let options = CallOptions::new().redirects(RedirectPolicy::Follow);
    let (ep, mut events, call, run) = calling("uas_redirect", options);
    let target = wait(&mut events, "redirection", |e| match e {
        Event::CallRedirected {
            target, followed: true, ..
        } => Some(target.clone()),
        _ => None,
    });
    assert!(target.starts_with("sip:second@"), "{target}");
    confirm_and_hang_up(&call);
    succeeds(run);
    ep.close();
}

#[test]
fn uas_reject_reason() {
    let (ep, mut events, call, run) = calling("uas_reject_reason", CallOptions::new());
    let end = ends(&mut events, &call).remove(0);
    assert_eq!(
        (end.code.code(), end.q850(), end.reason.as_str()),
        (480, Some(19), "Nobody home")
    );
    succeeds(run);
    ep.close();
}

#[test]
fn uas_info() {
    let (ep, _, call, run) = calling("uas_info", CallOptions::new());
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let options = DtmfOptions::default().duration(Duration::from_millis(250));
    call.send_dtmf_with("5", options.method(DtmfMethod::Info)).unwrap();
    call.send_dtmf_with("D", options.method(DtmfMethod::InfoPlain)).unwrap();
    // Digits wait for one another; the body of the application must not overtake them here.
    let two = |m: &microsip_testkit::sipp::TracedMessage| {
        m.message.is_request("INFO") && m.message.header("Content-Type") == Some("application/dtmf")
    };
    run.wait_message(two, Deadline::secs(10)).unwrap();
    let own = call.send_info("application/x-own", "hello").unwrap();
    assert!(own.wait(SOON).unwrap().error.is_none());
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uas_options() {
    let ep = start(config());
    let run = Sipp::uas(scenario("uas_options")).start().unwrap();
    let request = ep
        .local("1001")
        .options(&format!("sip:service@{}", run.addr()))
        .unwrap();
    let response = request.wait(SOON).unwrap();
    assert_eq!(
        (response.code, response.reason.as_str()),
        (StatusCode::NOT_FOUND, "Not here")
    );
    succeeds(run);
    ep.close();
}

#[test]
fn uas_early_media() {
    let (ep, mut events, call, run) = calling("uas_early_media", CallOptions::new());
    let early = wait(&mut events, "early media", |e| match e {
        Event::CallMedia { info, .. } if info.media.iter().any(|m| m.active) => Some(info.state),
        _ => None,
    });
    assert_eq!(early, CallState::Early);
    let mut later = ep.events();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    // Neither 180 nor 200 stopped it.
    while let Some(event) = later.try_recv() {
        if let Event::CallMedia { info, .. } = event {
            assert!(info.media.iter().all(|m| m.active), "{info:?}");
        }
    }
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

/// Needs root: SIPp plays digits through a raw socket.
#[test]
fn uac_dtmf() {
    let (ep, mut events, run) = called("uac_dtmf", CallPolicy::new());
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    assert_eq!(digits(&mut events, 3), ["1 rtp_event", "5 rtp_event", "# rtp_event"]);
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uas_dtmf() {
    let ep = start(config());
    let run = Sipp::uas(scenario("uas_dtmf")).rtp_echo(true).start().unwrap();
    let mut events = ep.events();
    let call = ep.local("1001").call(&format!("sip:service@{}", run.addr())).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let options = DtmfOptions::default().method(DtmfMethod::RtpEvent);
    call.send_dtmf_with("7*D", options).unwrap();
    assert_eq!(digits(&mut events, 3), ["7 rtp_event", "* rtp_event", "D rtp_event"]);
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

/// The next digits and how they came.
fn digits(events: &mut Events, count: usize) -> Vec<String> {
    let digit = |e: &Event| match e {
        Event::Dtmf { digit, method, .. } => Some(format!("{digit} {}", method.name())),
        _ => None,
    };
    (0..count).map(|_| wait(events, "a digit", digit)).collect()
}

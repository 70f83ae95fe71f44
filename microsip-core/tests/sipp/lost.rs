//! What crosses or gets lost on the way, and what forks.

use super::*;

/// Transactions that linger for 4 s only; SIPp takes every copy for what it is.
fn brief() -> EndpointConfig {
    config().transaction_timeout(Duration::from_secs(4))
}

/// SIPp calls us; the 200 goes out at once.
fn answered(name: &str) -> (Running, Events, Call, SippRun) {
    let ep = start(brief());
    ep.local("1002");
    let mut events = ep.events();
    let to = ep.local_address(Transport::Udp).unwrap();
    let run = Sipp::uac(scenario(name), to).service("1002").arg("-nr").start();
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    (ep, events, call, run.unwrap())
}

/// The only end of the call.
fn end(events: &mut Events, call: &Call) -> (u16, EndedBy, EndCause) {
    let mut all = ends(events, call);
    assert_eq!(all.len(), 1, "{all:?}");
    let end = all.remove(0);
    (end.code.code(), end.by, end.cause)
}

#[test]
fn uas_fork() {
    let (ep, _, call, run) = calling("uas_fork", CallOptions::new());
    let info = call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert_eq!(&*info.remote_tag, "second");
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uas_fork_twice() {
    let (ep, _, call, run) = calling("uas_fork_twice", CallOptions::new());
    let info = call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert_eq!(&*info.remote_tag, "first");
    // The other branch is over before ours ends.
    run.wait_message(|m| m.message.is_request("BYE"), Deadline::secs(10))
        .unwrap();
    assert_eq!(call.state(), CallState::Confirmed);
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

#[test]
fn uac_cancel() {
    let (ep, mut events, run) = called("uac_cancel", CallPolicy::new());
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    assert_eq!(end(&mut events, &call), (487, EndedBy::Remote, EndCause::Cancelled));
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    // One tag on all that answers (RFC 3261 §9.2).
    let tags = report.received(|m| m.code().is_some_and(|c| c > 100));
    let tags: Vec<_> = tags.iter().map(|m| m.to_tag()).collect();
    assert_eq!(tags.len(), 3);
    assert!(tags.iter().all(|t| t.is_some() && *t == tags[0]), "{tags:?}");
    ep.close();
}

#[test]
fn uac_cancel_late() {
    let (ep, mut events, run) = called("uac_cancel_late", CallPolicy::new());
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    assert_eq!(end(&mut events, &call), (200, EndedBy::Remote, EndCause::HungUp));
    succeeds(run);
    ep.close();
}

/// We call SIPp, which rings, and give up.
fn given_up(name: &str) {
    let (ep, mut events, call, run) = calling(name, CallOptions::new());
    call.wait_for(CallState::Early, SOON).unwrap();
    call.hang_up().unwrap();
    assert_eq!(end(&mut events, &call), (487, EndedBy::Local, EndCause::Cancelled));
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    let only = |method: &str| report.received(|m| m.is_request(method)).remove(0);
    let (invite, cancel) = (only("INVITE"), only("CANCEL"));
    assert_eq!(cancel.branch(), invite.branch());
    assert_eq!(cancel.request_uri(), invite.request_uri());
    assert_eq!(cancel.cseq().unwrap().0, invite.cseq().unwrap().0);
    ep.close();
}

#[test]
fn uas_cancel() {
    given_up("uas_cancel");
}

#[test]
fn uas_cancel_crossed() {
    given_up("uas_cancel_crossed");
}

#[test]
fn uac_lost_ack() {
    let (ep, mut events, call, run) = answered("uac_lost_ack");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert_eq!(end(&mut events, &call), (200, EndedBy::Remote, EndCause::HungUp));
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    let answers = report.received(|m| m.is_response(200, "INVITE"));
    assert_eq!(answers.len(), 3, "none after the ACK: {report}");
    assert!(answers.iter().all(|m| m.raw() == answers[0].raw()), "{report}");
    ep.close();
}

#[test]
fn uac_no_ack() {
    let (ep, mut events, call, run) = answered("uac_no_ack");
    assert_eq!(end(&mut events, &call), (408, EndedBy::Network, EndCause::TimedOut));
    succeeds(run);
    ep.close();
}

#[test]
fn uas_lost_ack() {
    let ep = start(brief());
    let run = Sipp::uas(scenario("uas_lost_ack")).arg("-nr").start().unwrap();
    let target = format!("sip:service@{}", run.addr());
    let call = ep.local("1001").call(&target).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    microsip_testkit::wait_until(Deadline::secs(10), "two ACKs", || {
        let acks = run.messages().iter().filter(|m| m.message.is_request("ACK")).count();
        (acks == 2).then_some(())
    })
    .unwrap();
    assert_eq!(call.state(), CallState::Confirmed);
    call.hang_up().unwrap();
    succeeds(run);
    ep.close();
}

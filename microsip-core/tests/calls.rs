//! Calls through Kamailio and with SIPp: every way to end gives exactly one final event that tells code and culprit.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::sipp::{Scenario, Sipp};
use support::*;

const OPTIONS: fn() -> KamailioOptions = || {
    KamailioOptions::new()
        .user("1001", "secret")
        .user("1002", "hunter2")
        .authenticate_calls(true)
        .ring_timeout(Duration::from_secs(2))
};

/// Two accounts registered at a Kamailio that asks for credentials on calls as well (407).
struct Office {
    ep: Running,
    server: Kamailio,
    caller: Account,
    events: Events,
}

impl Office {
    fn open() -> Office {
        let server = Kamailio::start(OPTIONS()).unwrap();
        let ep = start(config());
        let add = |user: &str, password: &str| {
            let config = AccountConfig::new(format!("sip:{user}@{}", server.domain()))
                .registrar(format!("sip:{}", server.udp_addr()))
                .proxy(format!("sip:{}", server.udp_addr()))
                .credentials(user, password);
            let account = ep.add_account(config).unwrap();
            account.wait_registered(SOON).unwrap();
            account
        };
        let (caller, _) = (add("1001", "secret"), add("1002", "hunter2"));
        let events = ep.events();
        Office {
            ep,
            server,
            caller,
            events,
        }
    }

    fn dial(&self, user: &str) -> Call {
        self.caller
            .call(&format!("sip:{user}@{}", self.server.domain()))
            .unwrap()
    }

    /// Caller's and callee's side of a call that is up.
    fn connect(&mut self) -> (Call, Call) {
        let out = self.dial("1002");
        let inn = incoming(&mut self.events);
        inn.answer(StatusCode::RINGING).unwrap();
        out.wait_for(CallState::Early, SOON).unwrap();
        inn.answer(StatusCode::OK).unwrap();
        out.wait_for(CallState::Confirmed, SOON).unwrap();
        inn.wait_for(CallState::Confirmed, SOON).unwrap();
        (out, inn)
    }
}

fn only(mut ends: Vec<CallEnd>) -> CallEnd {
    assert_eq!(ends.len(), 1, "exactly one final event: {ends:?}");
    ends.remove(0)
}

/// Both sides' only end; events of both are read from independent subscriptions.
fn both(office: &Office, act: impl FnOnce(), out: &Call, inn: &Call) -> (CallEnd, CallEnd) {
    let (mut for_out, mut for_inn) = (office.ep.events(), office.ep.events());
    act();
    (only(ends(&mut for_out, out)), only(ends(&mut for_inn, inn)))
}

#[test]
fn either_side_may_hang_up() {
    let mut office = Office::open();
    for caller_ends in [true, false] {
        let (out, inn) = office.connect();
        assert!(out.info().duration() > Duration::ZERO);
        let quitter = if caller_ends { out.clone() } else { inn.clone() };
        let (a, b) = both(&office, || quitter.hang_up().unwrap(), &out, &inn);
        let (local, remote) = if caller_ends { (a, b) } else { (b, a) };
        assert_eq!(
            (local.code, local.by, local.cause),
            (StatusCode::OK, EndedBy::Local, EndCause::HungUp),
            "{local:?}"
        );
        assert_eq!(
            (remote.code, remote.by, remote.cause),
            (StatusCode::OK, EndedBy::Remote, EndCause::HungUp),
            "{remote:?}"
        );
        assert_eq!((local.error, remote.error), (None, None));
        for call in [out, inn] {
            assert_eq!(call.hang_up().unwrap_err().kind(), ErrorKind::Gone);
            assert_eq!(call.answer(StatusCode::OK).unwrap_err().kind(), ErrorKind::Gone);
            assert_eq!(call.info().state, CallState::Disconnected);
            assert_eq!(
                call.events().recv().map(|e| format!("{e:?}")),
                None,
                "no events after the end"
            );
        }
    }
    office.ep.close();
}

#[test]
fn the_caller_may_cancel() {
    let mut office = Office::open();
    let out = office.dial("1002");
    let inn = incoming(&mut office.events);
    inn.answer(StatusCode::RINGING).unwrap();
    out.wait_for(CallState::Early, SOON).unwrap();
    let (a, b) = both(&office, || out.hang_up().unwrap(), &out, &inn);
    assert_eq!(
        (a.code, a.by, a.cause),
        (StatusCode::REQUEST_TERMINATED, EndedBy::Local, EndCause::Cancelled),
        "{a:?}"
    );
    assert_eq!(
        (b.code, b.by, b.cause),
        (StatusCode::REQUEST_TERMINATED, EndedBy::Remote, EndCause::Cancelled),
        "{b:?}"
    );
    office.ep.close();
}

#[test]
fn the_callee_may_reject() {
    let mut office = Office::open();
    for code in [StatusCode::BUSY_HERE, StatusCode::DECLINE] {
        let out = office.dial("1002");
        let inn = incoming(&mut office.events);
        let (a, b) = both(&office, || inn.reject(code).unwrap(), &out, &inn);
        assert_eq!(
            (a.code, a.by, a.cause),
            (code, EndedBy::Remote, EndCause::Rejected),
            "{a:?}"
        );
        assert_eq!(a.reason, code.reason());
        assert_eq!(a.error.as_ref().map(Error::kind), Some(ErrorKind::Sip));
        assert_eq!(
            (b.code, b.by, b.cause),
            (code, EndedBy::Local, EndCause::Rejected),
            "{b:?}"
        );
        let error = out.wait_for(CallState::Confirmed, SOON).unwrap_err();
        assert_eq!(error.sip_status(), Some(code));
    }
    office.ep.close();
}

#[test]
fn nobody_there_is_404_and_nobody_answering_is_408() {
    let mut office = Office::open();
    let out = office.dial("nobody");
    let end = only(ends(&mut office.events, &out));
    assert_eq!(
        (end.code, end.by, end.cause),
        (StatusCode::NOT_FOUND, EndedBy::Remote, EndCause::Rejected),
        "{end:?}"
    );
    // Nobody picks up: the proxy gives up after its ring timeout.
    let out = office.dial("1002");
    let inn = incoming(&mut office.events);
    let (a, b) = both(&office, || inn.answer(StatusCode::RINGING).unwrap(), &out, &inn);
    assert_eq!((a.code, a.by), (StatusCode::REQUEST_TIMEOUT, EndedBy::Remote), "{a:?}");
    assert_eq!((b.by, b.cause), (EndedBy::Remote, EndCause::Cancelled), "{b:?}");
    office.ep.close();
}

#[test]
fn silence_is_a_timeout_of_ours() {
    let ep = start(config().transaction_timeout(Duration::from_secs(2)));
    let account = ep.local("1001");
    let silent = microsip_testkit::ports::reserve().unwrap();
    let mut events = ep.events();
    let from = Instant::now();
    let out = account.call(&format!("sip:x@{}", silent.addr())).unwrap();
    let end = only(ends(&mut events, &out));
    assert_eq!(
        (end.code, end.by, end.cause),
        (StatusCode::REQUEST_TIMEOUT, EndedBy::Network, EndCause::TimedOut)
    );
    assert_eq!(end.error.unwrap().kind(), ErrorKind::Timeout);
    assert!(from.elapsed() < Duration::from_secs(6), "{:?}", from.elapsed());
    ep.close();
}

#[test]
fn a_407_is_answered_and_a_wrong_password_ends_the_call() {
    let office = Office::open();
    let server = &office.server;
    let seen = {
        let out = office.dial("nobody");
        out.wait_for(CallState::Confirmed, SOON).unwrap_err();
        server
            .wait_log(
                |e| e.method() == "INVITE" && e.auth_algorithm().is_some(),
                Deadline::secs(5),
            )
            .unwrap()
    };
    assert_eq!(seen.auth_algorithm(), Some("MD5"));
    let stranger = AccountConfig::new(format!("sip:1001@{}", server.domain()))
        .proxy(format!("sip:{}", server.udp_addr()))
        .credentials("1001", "wrong");
    let stranger = office.ep.add_account(stranger).unwrap();
    let out = stranger.call(&format!("sip:1002@{}", server.domain())).unwrap();
    let error = out.wait_for(CallState::Confirmed, SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    office.ep.close();
}

#[test]
fn sipp_calls_us() {
    let ep = start(config().incoming(IncomingPolicy::Answer(StatusCode::OK)));
    ep.local("1001");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let mut events = ep.events();
    let report = Sipp::uac(Scenario::UacBasic, addr)
        .service("1001")
        .calls(5)
        .rate(5.0)
        .run(Deadline::secs(30))
        .unwrap();
    assert!(report.is_success(), "{report}");
    for _ in 0..5 {
        let call = incoming(&mut events);
        call.wait_for(CallState::Disconnected, SOON).unwrap();
        let end = call.info().end.clone().unwrap();
        assert_eq!((end.by, end.cause), (EndedBy::Remote, EndCause::HungUp));
    }
    ep.close();
}

#[test]
fn sipp_cancels_its_call_to_us() {
    let ep = start(config().incoming(IncomingPolicy::Answer(StatusCode::RINGING)));
    ep.local("1001");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let mut events = ep.events();
    let report = Sipp::uac(Scenario::UacCancel, addr)
        .service("1001")
        .run(Deadline::secs(30))
        .unwrap();
    assert!(report.is_success(), "{report}");
    let call = incoming(&mut events);
    let end = only(ends(&mut events, &call));
    assert_eq!(
        (end.code.code(), end.by, end.cause),
        (487, EndedBy::Remote, EndCause::Cancelled)
    );
    ep.close();
}

#[test]
fn sipp_repeats_what_got_lost_on_its_way_to_us() {
    // Rings at once and answers later, as the scenario wants it.
    let ep = start(config().incoming(IncomingPolicy::Answer(StatusCode::RINGING)));
    ep.local("1001");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let mut events = ep.events();
    let run = Sipp::uac(Scenario::UacRetransmit, addr)
        .service("1001")
        .start()
        .unwrap();
    let call = incoming(&mut events);
    std::thread::sleep(Duration::from_millis(300));
    call.answer(StatusCode::OK).unwrap();
    let report = run.wait(Deadline::secs(30)).unwrap();
    assert!(report.is_success(), "{report}");
    // The repeated INVITE made no second call, and our 200 was sent again until the ACK came.
    assert!(std::iter::from_fn(|| events.try_recv()).all(|e| !matches!(e, Event::IncomingCall { .. })));
    assert!(report.received(|m| m.is_response(200, "INVITE")).len() >= 2, "{report}");
    ep.close();
}

#[test]
fn we_call_sipp() {
    let ep = start(config());
    let account = ep.local("1001");
    for (scenario, expected) in [
        (Scenario::UasBasic, None),
        (Scenario::UasBye, Some((200, EndedBy::Remote, EndCause::HungUp))),
        (
            Scenario::reject(486, "Busy Here"),
            Some((486, EndedBy::Remote, EndCause::Rejected)),
        ),
        (
            Scenario::reject(603, "Decline"),
            Some((603, EndedBy::Remote, EndCause::Rejected)),
        ),
    ] {
        let run = Sipp::uas(scenario).start().unwrap();
        let mut events = ep.events();
        let call = account.call(&format!("sip:service@{}", run.addr())).unwrap();
        if expected.is_none() {
            call.wait_for(CallState::Confirmed, SOON).unwrap();
            call.hang_up().unwrap();
        }
        let end = only(ends(&mut events, &call));
        let (code, by, cause) = expected.unwrap_or((200, EndedBy::Local, EndCause::HungUp));
        assert_eq!((end.code.code(), end.by, end.cause), (code, by, cause), "{end:?}");
        let report = run.wait(Deadline::secs(20)).unwrap();
        assert!(report.is_success(), "{report}");
    }
    ep.close();
}

#[test]
fn we_cancel_a_call_to_sipp() {
    let ep = start(config());
    let account = ep.local("1001");
    let run = Sipp::uas(Scenario::UasCancel).start().unwrap();
    let call = account.call(&format!("sip:service@{}", run.addr())).unwrap();
    call.wait_for(CallState::Early, SOON).unwrap();
    call.hang_up().unwrap();
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    ep.close();
}

#[test]
fn we_repeat_an_invite_that_sipp_did_not_hear_and_acknowledge_twice() {
    let ep = start(config());
    let account = ep.local("1001");
    let run = Sipp::uas(Scenario::UasRetransmit).start().unwrap();
    let call = account.call(&format!("sip:service@{}", run.addr())).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    run.wait_message(|m| m.message.is_request("BYE"), Deadline::secs(1))
        .unwrap_err();
    call.hang_up().unwrap();
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    assert!(report.received(|m| m.is_request("INVITE")).len() >= 2, "{report}");
    assert_eq!(report.received(|m| m.is_request("ACK")).len(), 2, "{report}");
    ep.close();
}

#[test]
fn only_incoming_unanswered_calls_can_be_answered() {
    let ep = start(config());
    let (out, inn) = connected(&ep);
    for (call, code) in [(&out, 200), (&inn, 180), (&inn, 200)] {
        let error = call.answer(StatusCode::new(code).unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongState, "{error}");
    }
    assert_eq!(
        inn.reject(StatusCode::BUSY_HERE).unwrap_err().kind(),
        ErrorKind::WrongState
    );
    assert_eq!(
        out.answer(StatusCode::BUSY_HERE).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(
        inn.reject(StatusCode::OK).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    ep.close();
}

#[test]
fn too_many_calls_name_the_limit_and_callers_hear_busy() {
    let ep = start(config().max_calls(2));
    let (_out, _inn) = connected(&ep);
    let account = &ep.accounts().unwrap()[0];
    let error = account.call(&ep.uri("1002")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitReached);
    assert!(error.to_string().contains("limits.calls of 2"), "{error}");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let report = Sipp::uac(Scenario::UacBasic, addr)
        .service("1002")
        .run(Deadline::secs(20))
        .unwrap();
    assert!(
        !report.received(|m| m.is_response(486, "INVITE")).is_empty(),
        "{report}"
    );
    ep.close();
}

#[test]
fn a_malformed_target_is_refused_before_anything_is_sent() {
    let ep = start(config().trace(true));
    let account = ep.local("1001");
    let mut events = ep.events();
    let long = format!("sip:{}@127.0.0.1", "a".repeat(5000));
    for bad in [
        long.as_str(),
        "",
        "1002",
        "sip:",
        "sip:@",
        "sip:a@b:99999999",
        "sip:a b@c d",
        "<sip:a@b",
        "tel:12",
        "sip:a@b\r\nX: y",
    ] {
        let error = account.call(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{bad:.30}: {error}");
    }
    assert!(
        events.recv_timeout(Duration::from_millis(200)).is_err(),
        "no message and no event"
    );
    assert!(ep.calls().unwrap().is_empty());
    ep.close();
}

/// Takes our 200 and never acknowledges it.
const NO_ACK: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<scenario name="no ACK">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"></recv>
  <recv response="200"></recv>
  <label id="1"/>
  <recv request="BYE" timeout="60000"></recv>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"#;

#[test]
fn a_call_that_nobody_acknowledges_times_out() {
    let ep = start(config().incoming(IncomingPolicy::Answer(StatusCode::OK)));
    ep.local("1001");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let mut events = ep.events();
    let run = Sipp::uac(Scenario::Text(NO_ACK.into()), addr)
        .service("1001")
        .recv_timeout(Duration::from_secs(60))
        .start()
        .unwrap();
    let call = incoming(&mut events);
    // 64*T1 (RFC 3261 §13.3.1.4).
    let info = call.wait_for(CallState::Disconnected, Duration::from_secs(50)).unwrap();
    let end = info.end.as_ref().unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Network, EndCause::TimedOut), "{end:?}");
    assert_eq!(end.error.as_ref().map(Error::kind), Some(ErrorKind::Timeout), "{end:?}");
    drop(run.stop(Deadline::secs(10)));
    ep.close();
}

#[test]
fn an_answer_that_cannot_be_used_ends_the_call_with_a_media_error() {
    let ep = start(config());
    let account = ep
        .add_account(AccountConfig::new(ep.uri("1001")).srtp(SrtpMode::Required))
        .unwrap();
    // Answers our encrypted offer with plain RTP.
    let run = Sipp::uas(Scenario::UasBasic).start().unwrap();
    let mut events = ep.events();
    let call = account.call(&format!("sip:service@{}", run.addr())).unwrap();
    let end = only(ends(&mut events, &call));
    assert_eq!((end.by, end.cause), (EndedBy::Local, EndCause::Rejected), "{end:?}");
    assert_eq!(end.error.as_ref().map(Error::kind), Some(ErrorKind::Media), "{end:?}");
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert_eq!(report.received(|m| m.is_request("BYE")).len(), 1, "{report}");
    ep.close();
}

#[test]
fn ipv6_alone_carries_a_call() {
    let ep = start(EndpointConfig::default().bind("[::1]:0".parse().unwrap()));
    let addr = ep.local_address(Transport::Udp).unwrap();
    let add = |user: &str| {
        ep.add_account(AccountConfig::new(format!("sip:{user}@{addr}")))
            .unwrap()
    };
    let (caller, _) = (add("1001"), add("1002"));
    let mut events = ep.events();
    let out = caller.call(&format!("sip:1002@{addr}")).unwrap();
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    let remote = wait(&mut events, "media", |e| match e {
        Event::CallMedia { call, info } if *call == out => info.media.first().map(|m| m.remote_rtp.clone()),
        _ => None,
    });
    assert!(remote.starts_with("[::1]:"), "{remote}");
    ep.close();
}

#[test]
fn a_task_that_waits_for_a_state_does_not_wait_for_gathered_events() {
    let ep = start(config().gather(Duration::from_secs(1)));
    let mut events = ep.events();
    let (caller, _callee) = (ep.local("1001"), ep.local("1002"));
    let until = |call: &Call, state| pollster::block_on(std::future::poll_fn(|cx| call.poll_for(state, cx)));
    let call = caller.call(&ep.uri("1002")).unwrap();
    let mut own = call.events();
    let other = incoming(&mut events);
    other.answer(StatusCode::OK).unwrap();
    assert_eq!(until(&call, CallState::Confirmed).unwrap().state, CallState::Confirmed);
    // What lies behind needs no waiting.
    assert_eq!(until(&call, CallState::Early).unwrap().state, CallState::Confirmed);
    let told = std::iter::from_fn(|| own.try_recv());
    let confirmed =
        |event: &Event| matches!(event, Event::CallState { info, .. } if info.state == CallState::Confirmed);
    assert!(!told.into_iter().any(|event| confirmed(&event)));
    call.hang_up().unwrap();
    until(&other, CallState::Disconnected).unwrap();
    assert_eq!(until(&other, CallState::Confirmed).unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

//! What is refused, sent elsewhere or ended by itself.

use super::*;
use support::script::Script;

#[test]
fn uac_methods() {
    let (ep, _, run) = called("uac_methods", CallPolicy::new());
    succeeds(run);
    ep.close();
}

#[test]
fn uac_require() {
    let (ep, mut events, run) = called("uac_require", CallPolicy::new());
    succeeds(run);
    assert!(
        !std::iter::from_fn(|| events.try_recv()).any(|e| matches!(e, Event::IncomingCall { .. })),
        "the application hears of nothing"
    );
    ep.close();
}

/// How the call that SIPp made ended.
fn refused(name: &str, policy: CallPolicy) -> CallEnd {
    let (ep, mut events, run) = called(name, policy);
    let call = incoming(&mut events);
    let end = ends(&mut events, &call).remove(0);
    succeeds(run);
    ep.close();
    assert_eq!(end.by, EndedBy::Local);
    end
}

#[test]
fn uac_denied() {
    let rule = CallRule::deny_with(StatusCode::FORBIDDEN).caller("sip*").unwrap();
    let policy = CallPolicy::new().rule(CallRule::allow().caller("boss").unwrap());
    assert_eq!(refused("uac_denied", policy.rule(rule)).code, StatusCode::FORBIDDEN);
}

#[test]
fn uac_forward_always() {
    let policy = CallPolicy::new().forward_always("sip:voicemail@127.0.0.1");
    assert_eq!(refused("uac_forward_always", policy).code.code(), 302);
}

#[test]
fn uac_forward_busy() {
    let policy = CallPolicy::new().do_not_disturb(true);
    let policy = policy.forward_busy("sip:voicemail@127.0.0.1");
    assert_eq!(refused("uac_forward_busy", policy).code.code(), 302);
}

#[test]
fn uac_busy() {
    for policy in [CallPolicy::new().max_calls(1), CallPolicy::new().call_waiting(false)] {
        let ep = start(config().policy(policy));
        ep.local("1002");
        let mut events = ep.events();
        let to = ep.local_address(Transport::Udp).unwrap();
        // The call that is there, until we end it.
        let script = Script::caller("first")
            .invite(&[], "")
            .expect(200, &[])
            .ack()
            .expect_bye();
        let first = Sipp::uac(Scenario::Text(script.text()), to)
            .service("1002")
            .start()
            .unwrap();
        let there = incoming(&mut events);
        there.answer(StatusCode::OK).unwrap();
        there.wait_for(CallState::Confirmed, SOON).unwrap();
        succeeds(Sipp::uac(scenario("uac_busy"), to).service("1002").start().unwrap());
        assert_eq!(there.state(), CallState::Confirmed);
        there.hang_up().unwrap();
        succeeds(first);
        ep.close();
    }
}

#[test]
fn uac_hang_up_after() {
    let policy = CallPolicy::new().auto_answer(AutoAnswer::new().always(true));
    let (ep, mut events, run) = called("uac_hang_up_after", policy.hang_up_after(Duration::from_secs(1)));
    let call = incoming(&mut events);
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.by, end.cause), (EndedBy::Local, EndCause::HungUp));
    let up = call.info().duration();
    assert!(up >= Duration::from_millis(900), "{up:?}");
    succeeds(run);
    ep.close();
}

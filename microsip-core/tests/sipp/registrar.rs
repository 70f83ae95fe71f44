//! SIPp as a registrar.

use super::*;
use support::script::Script;

/// An account that registers with SIPp, which takes it in the end.
fn registered(run: &SippRun, ep: &Running) -> (Account, RegistrationInfo) {
    let config = AccountConfig::new("sip:1001@example.test")
        .registrar(format!("sip:{}", run.addr()))
        .expires(Duration::from_secs(60))
        .credentials("1001", "secret");
    let account = ep.add_account(config).unwrap();
    let info = account.wait_registered(SOON).unwrap();
    (account, info)
}

/// Registers and unregisters.
fn registers(name: &str) -> RegistrationInfo {
    let ep = start(config());
    let run = Sipp::uas(scenario(name)).start().unwrap();
    let (account, info) = registered(&run, &ep);
    account.unregister().unwrap();
    account.wait_unregistered(SOON).unwrap();
    let report = run.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    // One Call-ID, and numbers that grow by one (RFC 3261 §10.2).
    let numbers: Vec<_> = report
        .received(|m| m.is_request("REGISTER"))
        .iter()
        .map(|m| m.cseq().unwrap().0)
        .collect();
    assert!(numbers.windows(2).all(|n| n[1] == n[0] + 1), "{numbers:?}");
    ep.close();
    info
}

#[test]
fn uas_register_423() {
    let info = registers("uas_register_423");
    assert_eq!(info.expires, Some(Duration::from_secs(1800)));
}

#[test]
fn uas_register_stale() {
    assert_eq!(registers("uas_register_stale").failures, 0);
}

#[test]
fn uas_register_algorithms() {
    registers("uas_register_algorithms");
}

#[test]
fn uas_register_routes() {
    let ep = start(config());
    // It has the next call only if Service-Route is followed: nobody knows where b.invalid is.
    let script = Script::callee("by_service_route", &[("Route:", "127.0.0.1:[0-9]+;lr>")])
        .answer(486, &[], None)
        .expect_request("ACK", &[]);
    let proxy = Sipp::uas(Scenario::Text(script.text())).start().unwrap();
    let route = format!("sip:{};lr", proxy.addr());
    let run = Sipp::uas(scenario("uas_register_routes"))
        .key("route", &format!("sip:{}", proxy.addr()))
        .start()
        .unwrap();
    let (account, info) = registered(&run, &ep);
    assert_eq!(info.service_route, [format!("<{route}>")]);
    let mut events = ep.events();
    let call = account.call("sip:bob@b.invalid").unwrap();
    assert_eq!(ends(&mut events, &call)[0].code, StatusCode::BUSY_HERE);
    let report = proxy.wait(Deadline::secs(20)).unwrap();
    assert!(report.is_success(), "{report}");
    let invite = report.received(|m| m.is_request("INVITE")).remove(0);
    assert_eq!(invite.request_uri(), Some("sip:bob@b.invalid"));
    assert_eq!(invite.all("Route").collect::<Vec<_>>(), [format!("<{route}>")]);
    account.unregister().unwrap();
    account.wait_unregistered(SOON).unwrap();
    succeeds(run);
    ep.close();
}

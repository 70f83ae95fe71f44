//! What a real TURN server refuses.

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::ca::{Flaw, TestCa};
use microsip_testkit::coturn::Coturn;
use microsip_testkit::dir::TestDir;
use microsip_testkit::netns::Netns;

use crate::raw::Raw;
use crate::support::log::Log;
use crate::support::*;
use crate::wait_relay_error;

const USER: &str = "alice";
const PASSWORD: &str = "s3cret-turn";

/// A network of our own, in which coturn's ports are free.
fn coturn(dir: &TestDir, flaw: Option<Flaw>) -> (Coturn, TestCa) {
    let net = Netns::new().unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let files = match flaw {
        None => ca.localhost().unwrap(),
        Some(flaw) => ca.flawed(flaw).unwrap(),
    };
    let server = Coturn::start(&net, [127, 0, 0, 1].into(), &[(USER, PASSWORD)], Some(&files)).unwrap();
    net.join().unwrap();
    (server, ca)
}

#[test]
fn heavy_a_wrong_password_is_an_auth_error_at_once_and_no_password_is_logged() {
    let log = Log::start();
    let dir = TestDir::new("turn-auth").unwrap();
    let (server, _ca) = coturn(&dir, None);
    let wrong = TurnConfig::new(server.addr().to_string(), USER, "not-the-passw0rd");
    let config = || config().log_level(LogLevel::Debug);
    let ep = start(config().nat(NatConfig::default().ice(IceMode::On).turn(wrong.clone())));
    let mut events = ep.events();
    let raw = Raw::new();
    let begun = Instant::now();
    let call = ep.local("1001").call(&raw.uri("bob")).unwrap();
    let error = wait_relay_error(&mut events, &call);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("401"), "{error}");
    let (invite, from) = raw.request("INVITE");
    assert!(invite.body_text().contains("typ host"), "the call goes on");
    raw.answer(&invite, from, 486, "", "");
    call.wait_for(CallState::Disconnected, SOON).unwrap();

    // Where the relay is required it does not; another account with the right password has one.
    let only = AccountConfig::new(ep.uri("1002")).nat(AccountNat::default().ice(IceMode::RelayOnly));
    let call = ep.endpoint.add_account(only).unwrap().call(&raw.uri("bob")).unwrap();
    let end = call
        .wait_for(CallState::Disconnected, SOON)
        .unwrap()
        .end
        .clone()
        .unwrap();
    assert_eq!(end.error.unwrap().kind(), ErrorKind::Auth);
    let right = TurnConfig::new(format!("localhost:{}", Coturn::PORT), USER, PASSWORD);
    let nat = AccountNat::default()
        .ice(IceMode::RelayOnly)
        .turn(TurnUse::Server(right));
    let account = ep
        .endpoint
        .add_account(AccountConfig::new(ep.uri("1003")).nat(nat))
        .unwrap();
    account.call(&raw.uri("bob")).unwrap();
    let (invite, _) = raw.recv("INVITE", |m| m.is_request("INVITE") && m.call_id() != invite.call_id());
    let body = invite.body_text();
    assert!(body.contains("typ relay") && !body.contains("typ host"), "{body}");
    ep.close();

    let text = log.text();
    assert!(text.contains("TURN"), "PJSIP's log is there");
    for secret in [PASSWORD, "not-the-passw0rd"] {
        assert!(!text.contains(secret), "{secret} was logged");
    }
}

#[test]
fn heavy_each_flaw_of_a_relays_certificate_has_its_own_reason() {
    for (flaw, refusal) in [
        (Flaw::WrongHost, TlsRefusal::NameMismatch),
        (Flaw::SelfSigned, TlsRefusal::Untrusted),
        (Flaw::OtherCa, TlsRefusal::Untrusted),
        (Flaw::Expired, TlsRefusal::Expired),
    ] {
        let dir = TestDir::new("turn-tls").unwrap();
        // Each in a network of its own, so in a thread of its own.
        std::thread::scope(|scope| {
            let test = scope.spawn(|| {
                let (server, ca) = coturn(&dir, Some(flaw));
                let turn = TurnConfig::new(server.tls_addr().to_string(), USER, PASSWORD).transport(Transport::Tls);
                let nat = || NatConfig::default().ice(IceMode::On).turn(turn.clone());
                let ep = start(config().tls(TlsConfig::default().ca_file(ca.ca_cert())).nat(nat()));
                let mut events = ep.events();
                let raw = Raw::new();
                let call = ep.local("1001").call(&raw.uri("bob")).unwrap();
                let error = wait_relay_error(&mut events, &call);
                assert_eq!(
                    (error.kind(), error.tls_refusal()),
                    (ErrorKind::Tls, Some(refusal)),
                    "{flaw:?}: {error}"
                );
                raw.request("INVITE");
                ep.close();
                // Whoever does not look is not told.
                let ep = start(config().tls(TlsConfig::default().verify(false)).nat(nat()));
                let raw = Raw::new();
                ep.local("1001").call(&raw.uri("bob")).unwrap();
                let (invite, _) = raw.request("INVITE");
                assert!(invite.body_text().contains("typ relay"), "{flaw:?}");
                ep.close();
            });
            test.join().unwrap();
        });
    }
}

#[test]
fn heavy_a_relay_by_name_and_tls_is_verified() {
    let dir = TestDir::new("turn-name").unwrap();
    let (_server, ca) = coturn(&dir, None);
    let turn = TurnConfig::new("localhost", USER, PASSWORD).transport(Transport::Tls);
    let nat = NatConfig::default()
        .ice(IceMode::RelayOnly)
        .turn(turn)
        .start_wait(Duration::from_secs(5));
    let ep = start(config().tls(TlsConfig::default().ca_file(ca.ca_cert())).nat(nat));
    let raw = Raw::new();
    ep.local("1001").call(&raw.uri("bob")).unwrap();
    let (invite, _) = raw.request("INVITE");
    assert!(invite.body_text().contains("typ relay"), "{}", invite.body_text());
    ep.close();
}

//! Registration with Kamailio: every transport and digest, every way to fail, and coming back by itself.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::ca::{Flaw, TestCa};
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Algorithm, Kamailio, KamailioOptions};
use support::*;

fn options() -> KamailioOptions {
    KamailioOptions::new().user("1001", "secret").user("1002", "hunter2")
}

fn registrar(server: &Kamailio, transport: Transport) -> String {
    match transport {
        Transport::Tls => format!("sip:localhost:{}", server.tls_addr().unwrap().port()),
        Transport::Tcp => format!("sip:{}", server.tcp_addr()),
        _ => format!("sip:{}", server.udp_addr()),
    }
}

fn account(server: &Kamailio, transport: Transport) -> AccountConfig {
    AccountConfig::new(format!("sip:1001@{}", server.domain()))
        .registrar(registrar(server, transport))
        .credentials("1001", "secret")
        .transport(transport)
}

#[test]
fn registers_by_md5_and_sha256_over_udp_tcp_and_tls() {
    let dir = TestDir::new("registration").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let ep = start(config().tls(TlsConfig::default().ca_file(ca.ca_cert())));
    for (algorithm, name) in [(Algorithm::Md5, "MD5"), (Algorithm::Sha256, "SHA-256")] {
        let server = Kamailio::start(options().algorithm(algorithm).tls(ca.localhost().unwrap())).unwrap();
        for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
            let mut events = ep.events();
            let account = ep
                .add_account(account(&server, transport).expires(Duration::from_secs(90)))
                .unwrap();
            let info = account.wait_registered(SOON).unwrap();
            assert_eq!(info.code, Some(StatusCode::OK), "{transport} {name}");
            assert!(info.expires.unwrap() <= Duration::from_secs(90));
            // The registrar's own view: the algorithm it saw, the transport it saw, one binding.
            let seen = server
                .wait_log(
                    |e| e.method() == "REGISTER" && e.proto() == transport.name() && e.auth_algorithm().is_some(),
                    Deadline::secs(5),
                )
                .unwrap();
            assert_eq!((seen.auth_algorithm(), seen.expires()), (Some(name), Some(90)));
            server.wait_registered("1001", 1, Deadline::secs(5)).unwrap();
            wait(&mut events, "registration event", |e| match e {
                Event::Registration { account: a, info } if *a == account => {
                    (info.state == RegistrationState::Registered).then_some(())
                }
                _ => None,
            });
            account.unregister().unwrap();
            account.wait_unregistered(SOON).unwrap();
            server.wait_registered("1001", 0, Deadline::secs(5)).unwrap();
            account.remove().unwrap();
            assert_eq!(account.register().unwrap_err().kind(), ErrorKind::Gone);
        }
    }
    ep.close();
}

#[test]
fn a_wrong_password_is_an_auth_error() {
    let server = Kamailio::start(options()).unwrap();
    let ep = start(config());
    let account = ep
        .add_account(account(&server, Transport::Udp).credentials("1001", "wrong"))
        .unwrap();
    let from = Instant::now();
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("password"), "{error}");
    assert!(
        !error.to_string().contains("wrong"),
        "the password must not be shown: {error}"
    );
    assert!(from.elapsed() < Duration::from_secs(5));
    ep.close();
}

#[test]
fn an_unknown_user_is_told_apart_from_a_wrong_password() {
    let server = Kamailio::start(options().unknown_user(Some(404))).unwrap();
    let ep = start(config());
    let account = ep
        .add_account(account(&server, Transport::Udp).credentials("nobody", "secret"))
        .unwrap();
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(
        (error.kind(), error.sip_status()),
        (ErrorKind::Sip, Some(StatusCode::NOT_FOUND)),
        "{error}"
    );
    assert!(error.to_string().contains("404"), "{error}");
    ep.close();
}

#[test]
fn a_server_that_is_not_there_is_a_timeout_or_a_transport_error() {
    let ep = start(config().transaction_timeout(Duration::from_secs(2)));
    let free = microsip_testkit::ports::reserve().unwrap();
    // Bound by us but never answered: silence.
    let udp = AccountConfig::new("sip:1001@x.test").registrar(format!("sip:{}", free.addr()));
    let account = ep.add_account(udp).unwrap();
    let from = Instant::now();
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(from.elapsed() < Duration::from_secs(5), "{:?}", from.elapsed());
    let addr = free.addr();
    let _ = free.release();
    let tcp = AccountConfig::new("sip:1001@x.test")
        .registrar(format!("sip:{addr}"))
        .transport(Transport::Tcp);
    let account = ep.add_account(tcp).unwrap();
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
    let nowhere = AccountConfig::new("sip:1001@x.test").registrar("sip:no-such-host.invalid:5999");
    let error = ep
        .add_account(nowhere)
        .unwrap()
        .wait_registered(Duration::from_secs(30))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.to_string().contains("no-such-host.invalid"), "{error}");
    ep.close();
}

#[test]
fn each_flaw_of_a_certificate_has_its_own_reason() {
    let dir = TestDir::new("certificates").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let ep = start(config().tls(TlsConfig::default().ca_file(ca.ca_cert())));
    let cases = [
        (Flaw::SelfSigned, TlsRefusal::Untrusted),
        (Flaw::OtherCa, TlsRefusal::Untrusted),
        (Flaw::WrongHost, TlsRefusal::NameMismatch),
        (Flaw::Expired, TlsRefusal::Expired),
        (Flaw::NotYetValid, TlsRefusal::Expired),
    ];
    for (flaw, expected) in cases {
        let server = Kamailio::start(options().tls(ca.flawed(flaw).unwrap())).unwrap();
        let from = Instant::now();
        let account = ep.add_account(account(&server, Transport::Tls)).unwrap();
        let error = account.wait_registered(SOON).unwrap_err();
        assert_eq!(
            (error.kind(), error.tls_refusal()),
            (ErrorKind::Tls, Some(expected)),
            "{flaw:?}: {error}"
        );
        assert!(
            from.elapsed() < Duration::from_secs(10),
            "{flaw:?}: {:?}",
            from.elapsed()
        );
        assert!(
            server.log().iter().all(|e| e.method() != "REGISTER"),
            "{flaw:?}: nothing may be sent"
        );
        // A call over the same connection fails for the same reason, once.
        let mut events = ep.events();
        let call = account
            .call(&format!("sip:1002@localhost:{}", server.tls_addr().unwrap().port()))
            .unwrap();
        let ends = ends(&mut events, &call);
        assert_eq!(ends.len(), 1, "{ends:?}");
        assert_eq!(
            (ends[0].by, ends[0].cause),
            (EndedBy::Network, EndCause::TransportFailed)
        );
        assert_eq!(
            ends[0].error.as_ref().and_then(Error::tls_refusal),
            Some(expected),
            "{ends:?}"
        );
        account.remove().unwrap();
    }
    ep.close();
}

#[test]
fn unverified_tls_must_be_asked_for() {
    let dir = TestDir::new("unverified").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let server = Kamailio::start(options().tls(ca.flawed(Flaw::SelfSigned).unwrap())).unwrap();
    let ep = start(config().tls(TlsConfig::default().verify(false)));
    ep.add_account(account(&server, Transport::Tls))
        .unwrap()
        .wait_registered(SOON)
        .unwrap();
    ep.close();
}

#[test]
fn a_peer_without_tls_is_a_handshake_failure() {
    // It answers a TLS hello with what a web server says to gibberish.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 512]).unwrap() > 0);
        stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").unwrap();
        // Until the other side gives up.
        drop(stream.read(&mut [0; 512]));
    });
    let ep = start(config());
    let config = AccountConfig::new("sip:1001@x.test")
        .registrar(format!("sip:{addr}"))
        .transport(Transport::Tls);
    let error = ep.add_account(config).unwrap().wait_registered(SOON).unwrap_err();
    assert_eq!(
        (error.kind(), error.tls_refusal()),
        (ErrorKind::Tls, Some(TlsRefusal::Handshake)),
        "{error}"
    );
    ep.close();
    server.join().unwrap();
}

#[test]
fn a_restarted_registrar_gets_its_binding_back_without_help() {
    let ep = start(config().transaction_timeout(Duration::from_secs(2)));
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut server = Kamailio::start(options()).unwrap();
        let config = account(&server, transport)
            .expires(Duration::from_secs(10))
            .retry_interval(Duration::from_secs(1));
        let account = ep.add_account(config).unwrap();
        account.wait_registered(SOON).unwrap();
        server.kill().unwrap();
        let mut events = ep.events();
        wait(&mut events, "loss noticed", |e| match e {
            Event::Registration { account: a, info } if *a == account => {
                (info.state == RegistrationState::Failed).then_some(())
            }
            _ => None,
        });
        server.restart().unwrap();
        server.wait_registered("1001", 1, Deadline::secs(30)).unwrap();
        wait(&mut events, "registration again", |e| match e {
            Event::Registration { account: a, info } if *a == account => {
                (info.state == RegistrationState::Registered).then_some(())
            }
            _ => None,
        });
        account.remove().unwrap();
    }
    ep.close();
}

#[test]
fn an_account_without_registrar_says_so() {
    let ep = start(config());
    let account = ep.local("1001");
    assert_eq!(account.registration().state, RegistrationState::None);
    assert_eq!(account.register().unwrap_err().kind(), ErrorKind::WrongState);
    assert_eq!(account.wait_registered(SOON).unwrap_err().kind(), ErrorKind::WrongState);
    ep.close();
}

#[test]
fn too_many_accounts_name_the_limit() {
    let ep = start(config().max_accounts(2));
    ep.local("1001");
    ep.local("1002");
    let error = ep.add_account(AccountConfig::new(ep.uri("1003"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitReached);
    assert!(error.to_string().contains("limits.accounts of 2"), "{error}");
    ep.accounts().unwrap()[0].remove().unwrap();
    ep.local("1003");
    ep.close();
}

//! TLS against OpenSSL's own programs: who is trusted, who is refused and why, and that nothing is sent to the latter.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::ca::{CertFiles, Flaw, TestCa};
use microsip_testkit::dir::TestDir;
use microsip_testkit::openssl::{self, OpensslServer};
use support::*;

const NAMES: &[&str] = &["127.0.0.1", "localhost"];

fn registers_at(addr: SocketAddr) -> AccountConfig {
    AccountConfig::new("sip:1001@x.test")
        .registrar(format!("sip:localhost:{}", addr.port()))
        .transport(Transport::Tls)
}

/// Why the server is refused.
fn refusal(tls: TlsConfig, server: &OpensslServer) -> Error {
    let ep = start(config().tls(tls));
    let account = ep.add_account(registers_at(server.addr())).unwrap();
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}\n{}", server.output());
    ep.close();
    assert!(
        !server.has_received("REGISTER"),
        "something was sent: {}",
        server.output()
    );
    error
}

/// The server gets our request.
fn accepted(tls: TlsConfig, server: &OpensslServer) {
    let ep = start(config().tls(tls));
    let account = ep.add_account(registers_at(server.addr())).unwrap();
    server
        .wait_received("REGISTER sip:localhost", Deadline::secs(10))
        .unwrap_or_else(|e| {
            panic!("{e}; {:?}", account.registration().error);
        });
    drop(account);
    drop(ep);
}

/// What `openssl` says the digests of a certificate and of its key are.
fn digests(files: &CertFiles, dir: &TestDir) -> (TlsPin, TlsPin) {
    let cert = files.cert.to_str().unwrap();
    let whole = openssl::run(&["x509", "-in", cert, "-noout", "-fingerprint", "-sha256"]).unwrap();
    let key = dir.join("spki.pem");
    let der = dir.join("spki.der");
    let text = openssl::run(&["x509", "-in", cert, "-noout", "-pubkey"]).unwrap();
    std::fs::write(&key, text + "\n").unwrap();
    let (key, der) = (key.to_str().unwrap(), der.to_str().unwrap());
    openssl::run(&["pkey", "-pubin", "-in", key, "-outform", "DER", "-out", der]).unwrap();
    let spki = openssl::run(&["dgst", "-sha256", "-hex", der]).unwrap();
    let spki = spki.rsplit(' ').next().unwrap();
    (whole.parse().unwrap(), spki.parse().unwrap())
}

#[test]
fn a_pin_accepts_what_nobody_signed_and_refuses_everything_else() {
    let dir = TestDir::new("pins").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    // Self-signed, for another host, expired: none of it matters to a pin.
    for flaw in [Flaw::SelfSigned, Flaw::WrongHost, Flaw::Expired] {
        let files = ca.flawed(flaw).unwrap();
        let (whole, key) = digests(&files, &dir);
        for pin in [whole, key] {
            let server = OpensslServer::start(&files, &[]).unwrap();
            accepted(TlsConfig::default().ca_file(ca.ca_cert()).pin(pin), &server);
        }
    }
    // A good certificate that is not the one pinned, with the check of authorities on and off.
    let server = OpensslServer::start(&ca.localhost().unwrap(), &[]).unwrap();
    for verify in [true, false] {
        let tls = TlsConfig::default().ca_file(ca.ca_cert()).verify(verify);
        let error = refusal(tls.pin(TlsPin::new([7; 32])), &server);
        assert_eq!(error.tls_refusal(), Some(TlsRefusal::PinMismatch), "{error}");
        assert_eq!(error.code(), "tls_pin_mismatch");
    }
}

#[test]
fn authorities_come_from_a_file_a_folder_a_text_or_the_system() {
    let dir = TestDir::new("authorities").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let server = OpensslServer::start(&ca.localhost().unwrap(), &[]).unwrap();
    let pem = std::fs::read_to_string(ca.ca_cert()).unwrap();
    let folder = TestDir::new("folder").unwrap();
    std::fs::write(folder.join("readme.txt"), "no certificate").unwrap();
    std::fs::write(folder.join("some.crt"), &pem).unwrap();
    let base = TlsConfig::default;
    for tls in [
        base().ca_file(ca.ca_cert()),
        base().ca_pem(&pem),
        base().ca_dir(folder.path()),
        base().ca_file(ca.ca_cert()).system_authorities(true),
    ] {
        accepted(tls, &server);
    }
    // The system knows nothing of the test's authority.
    let server = OpensslServer::start(&ca.localhost().unwrap(), &[]).unwrap();
    for tls in [base(), base().system_authorities(true)] {
        assert_eq!(refusal(tls, &server).code(), "tls_untrusted");
    }
    let empty = TestDir::new("empty").unwrap();
    let error = Endpoint::start(config().tls(base().ca_dir(empty.path()))).unwrap_err();
    assert_eq!(error.code(), "tls_settings", "{error}");
    let error = Endpoint::start(config().tls(base().ca_file("not/there.pem"))).unwrap_err();
    assert_eq!(
        (error.code(), error.kind()),
        ("file_unreadable", ErrorKind::Io),
        "{error}"
    );
    assert!(error.to_string().contains("not/there.pem"), "{error}");
}

#[test]
fn a_revoked_certificate_is_refused_and_so_is_one_nothing_is_known_of() {
    let dir = TestDir::new("crl").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let (good, bad) = (ca.server("good", NAMES).unwrap(), ca.server("bad", NAMES).unwrap());
    let (below, middle) = ca.server_by_intermediate("below", NAMES).unwrap();
    let base = || TlsConfig::default().ca_file(ca.ca_cert());
    let list = ca.crl("list", &[&bad, &middle]).unwrap();
    let old = ca.expired_crl("old", &[]).unwrap();
    let serve = |files| OpensslServer::start(files, &[]).unwrap();

    accepted(base().crl_file(&list), &serve(&good));
    accepted(base(), &serve(&bad));
    accepted(base(), &serve(&below));
    let error = refusal(base().crl_file(&list), &serve(&bad));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Revoked), "{error}");
    assert_eq!(error.code(), "tls_revoked");
    // The authority in between was revoked.
    let error = refusal(base().crl_file(&list), &serve(&below));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Revoked), "{error}");
    // A pin does not help what was revoked.
    let (pin, _) = digests(&bad, &dir);
    let error = refusal(base().crl_file(&list).pin(pin), &serve(&bad));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Revoked), "{error}");
    // A list that is no longer current says nothing.
    let error = refusal(base().crl_file(&old), &serve(&good));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::RevocationUnknown), "{error}");
    // Lists in the folder of authorities are used as well.
    let folder = TestDir::new("crl-folder").unwrap();
    for file in [ca.ca_cert(), &list] {
        std::fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
    }
    let error = refusal(TlsConfig::default().ca_dir(folder.path()), &serve(&bad));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Revoked), "{error}");
    let error = Endpoint::start(config().tls(base().crl_file(ca.ca_cert()))).unwrap_err();
    assert_eq!(error.code(), "tls_settings", "{error}");
}

#[test]
fn versions_and_ciphers_in_common_are_needed() {
    let dir = TestDir::new("versions").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let files = ca.localhost().unwrap();
    let base = || TlsConfig::default().ca_file(ca.ca_cert());
    let v13 = || base().min_version(TlsVersion::V1_3);

    accepted(base(), &OpensslServer::start(&files, &["-tls1_2"]).unwrap());
    accepted(v13(), &OpensslServer::start(&files, &["-tls1_3"]).unwrap());
    let error = refusal(v13(), &OpensslServer::start(&files, &["-tls1_2"]).unwrap());
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Protocol), "{error}");
    assert_eq!(error.code(), "tls_protocol");
    let old = OpensslServer::start(&files, &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]).unwrap();
    let error = refusal(base(), &old);
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Protocol), "{error}");

    let cipher = "ECDHE-ECDSA-AES256-GCM-SHA384";
    let strict = OpensslServer::start(&files, &["-tls1_2", "-cipher", cipher]).unwrap();
    accepted(base().ciphers([cipher]), &strict);
    let strict = OpensslServer::start(&files, &["-tls1_2", "-cipher", cipher]).unwrap();
    let error = refusal(base().ciphers(["ECDHE-ECDSA-AES128-GCM-SHA256"]), &strict);
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::Handshake), "{error}");
    let suite = "TLS_CHACHA20_POLY1305_SHA256";
    let strict = OpensslServer::start(&files, &["-tls1_3", "-ciphersuites", suite]).unwrap();
    accepted(base().ciphers([suite]), &strict);
    let error = Endpoint::start(config().tls(base().ciphers(["NO-SUCH-CIPHER"]))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert!(error.to_string().contains("NO-SUCH-CIPHER"), "{error}");
}

#[test]
fn the_name_asked_for_may_be_given() {
    let dir = TestDir::new("names").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let base = || TlsConfig::default().ca_file(ca.ca_cert());
    let other = ca.server("other", &["pbx.example.test"]).unwrap();
    let any = ca.server("any", &["*.example.test"]).unwrap();
    let serve = |files| OpensslServer::start(files, &[]).unwrap();

    let error = refusal(base(), &serve(&other));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::NameMismatch), "{error}");
    accepted(base().server_name("pbx.example.test"), &serve(&other));
    // RFC 5922 allows no `*`, unless told otherwise.
    let error = refusal(base().server_name("pbx.example.test"), &serve(&any));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::NameMismatch), "{error}");
    accepted(base().server_name("pbx.example.test").wildcards(true), &serve(&any));
    let error = refusal(base().server_name("a.pbx.example.test").wildcards(true), &serve(&any));
    assert_eq!(error.tls_refusal(), Some(TlsRefusal::NameMismatch), "{error}");

    // The server is asked for that name, and for the URI's otherwise: it has a certificate for each.
    let (cert2, key2) = (other.cert.to_str().unwrap(), other.key.to_str().unwrap());
    let args = ["-servername", "pbx.example.test", "-cert2", cert2, "-key2", key2];
    let files = ca.localhost().unwrap();
    accepted(
        base().server_name("pbx.example.test"),
        &OpensslServer::start(&files, &args).unwrap(),
    );
    accepted(base(), &OpensslServer::start(&files, &args).unwrap());
}

#[test]
fn a_server_may_ask_who_we_are() {
    let dir = TestDir::new("client").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let files = ca.localhost().unwrap();
    let mine = ca.client("1001").unwrap();
    let ca_file = ca.ca_cert().to_str().unwrap().to_owned();
    let base = || TlsConfig::default().ca_file(ca.ca_cert());
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let locked = dir.join("locked.key");
    openssl::run(&[
        "pkey",
        "-in",
        mine.key.to_str().unwrap(),
        "-aes256",
        "-passout",
        "pass:s3cret",
        "-out",
        locked.to_str().unwrap(),
    ])
    .unwrap();
    for version in ["-tls1_2", "-tls1_3"] {
        let strict = || {
            OpensslServer::start(
                &files,
                &[version, "-Verify", "2", "-verify_return_error", "-CAfile", &ca_file],
            )
            .unwrap()
        };
        accepted(base().identity(&mine.cert, &mine.key), &strict());
        accepted(base().identity_pem(read(&mine.cert), read(&mine.key)), &strict());
        accepted(base().identity(&mine.cert, &locked).key_password("s3cret"), &strict());
        // Whoever has none is refused by the server, with TLS 1.3 after our side of the handshake is done.
        let server = strict();
        let ep = start(config().tls(base()));
        let account = ep.add_account(registers_at(server.addr())).unwrap();
        let error = account.wait_registered(SOON).unwrap_err();
        assert_eq!(error.tls_refusal(), Some(TlsRefusal::Handshake), "{version}: {error}");
        ep.close();
    }
    for (tls, code) in [
        (base().identity(&mine.cert, &locked), "tls_key_password"),
        (
            base().identity(&mine.cert, &locked).key_password("wrong"),
            "tls_key_password",
        ),
        (base().identity(&mine.cert, &files.key), "tls_settings"),
        (base().identity_pem("x", "y"), "tls_settings"),
    ] {
        let error = Endpoint::start(config().tls(tls)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(
            !error.to_string().contains("s3cret") && !error.to_string().contains("wrong"),
            "{error}"
        );
    }
}

/// A request over TLS from a program that is no SIP phone; what came back.
fn options(ep: &Running, args: &[&str]) -> String {
    let addr = ep.local_address(Transport::Tls).unwrap();
    let request = format!(
        "OPTIONS sip:x@{addr} SIP/2.0\nVia: SIP/2.0/TLS 127.0.0.1:1;branch=z9hG4bK{}\nMax-Forwards: 70\n\
         From: <sip:o@127.0.0.1>;tag=1\nTo: <sip:x@{addr}>\nCall-ID: {}\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n",
        addr.port(),
        args.len()
    );
    openssl::exchange(addr, args, &request, "SIP/2.0", Deadline::secs(3)).unwrap()
}

#[test]
fn we_may_ask_who_connects_to_us() {
    let dir = TestDir::new("mutual").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let (own, good) = (ca.localhost().unwrap(), ca.client("good").unwrap());
    let revoked = ca.client("revoked").unwrap();
    let stranger = ca.flawed(Flaw::OtherCa).unwrap();
    let list = ca.crl("list", &[&revoked]).unwrap();
    let base = || TlsConfig::default().ca_file(ca.ca_cert()).identity(&own.cert, &own.key);
    fn with(files: &CertFiles) -> Vec<&str> {
        vec![
            "-cert",
            files.cert.to_str().unwrap(),
            "-key",
            files.key.to_str().unwrap(),
        ]
    }

    let ep = start(config().tls(base()));
    ep.local("x");
    assert!(options(&ep, &[]).contains("SIP/2.0 200"), "nobody is asked by default");
    ep.close();

    let ep = start(config().tls(base().crl_file(&list).require_client_cert(true)));
    ep.local("x");
    let answer = options(&ep, &with(&good));
    assert!(answer.contains("SIP/2.0 200"), "{answer}");
    for bad in [vec![], with(&stranger), with(&revoked)] {
        let answer = options(&ep, &bad);
        assert!(!answer.contains("SIP/2.0"), "{bad:?}: {answer}");
    }
    ep.close();

    let (pin, _) = digests(&stranger, &dir);
    let ep = start(config().tls(base().pin(pin).require_client_cert(true)));
    ep.local("x");
    let answer = options(&ep, &with(&stranger));
    assert!(answer.contains("SIP/2.0 200"), "{answer}");
    assert!(!options(&ep, &with(&good)).contains("SIP/2.0"), "good, but not pinned");
    ep.close();
}

/// Accepts one connection and does something to it.
fn peer(act: impl FnOnce(std::net::TcpStream) + Send + 'static) -> (SocketAddr, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    (addr, std::thread::spawn(move || act(listener.accept().unwrap().0)))
}

#[test]
fn what_is_no_tls_is_told_in_bounded_time() {
    let sip = |mut stream: std::net::TcpStream| {
        drop(stream.read(&mut [0; 2048]));
        drop(stream.write_all(b"SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        drop(stream.read(&mut [0; 2048]));
    };
    let ends = |mut stream: std::net::TcpStream| drop(stream.read(&mut [0; 2048]));
    let resets = |stream: std::net::TcpStream| {
        // Closing with bytes unread sends a reset.
        std::thread::sleep(Duration::from_millis(50));
        drop(stream);
    };
    let silent = |stream: std::net::TcpStream| {
        std::thread::sleep(Duration::from_secs(14));
        drop(stream);
    };
    type Act = Box<dyn FnOnce(std::net::TcpStream) + Send>;
    let cases: [(&str, Act, TlsRefusal, &str); 4] = [
        ("plain SIP", Box::new(sip), TlsRefusal::Handshake, "tls_handshake"),
        ("ends", Box::new(ends), TlsRefusal::Handshake, "tls_handshake"),
        ("resets", Box::new(resets), TlsRefusal::Handshake, "tls_handshake"),
        ("silent", Box::new(silent), TlsRefusal::TimedOut, "tls_timed_out"),
    ];
    let ep = start(config());
    for (what, act, refusal, code) in cases {
        let (addr, thread) = peer(act);
        let from = Instant::now();
        let account = ep.add_account(registers_at(addr)).unwrap();
        let error = account.wait_registered(SOON).unwrap_err();
        assert_eq!(
            (error.tls_refusal(), error.code()),
            (Some(refusal), code),
            "{what}: {error}"
        );
        assert!(from.elapsed() < Duration::from_secs(12), "{what}: {:?}", from.elapsed());
        account.remove().unwrap();
        thread.join().unwrap();
    }
    // Nobody listens there: that is no matter of TLS.
    let closed = microsip_testkit::ports::reserve().unwrap();
    let addr = closed.addr();
    let _ = closed.release();
    let from = Instant::now();
    let error = ep
        .add_account(registers_at(addr))
        .unwrap()
        .wait_registered(SOON)
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Transport, "port_refused"),
        "{error}"
    );
    assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
    ep.close();
}

#[test]
fn connections_refused_at_the_same_time_are_not_mixed_up() {
    let dir = TestDir::new("many").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let flaws = [
        (Flaw::SelfSigned, TlsRefusal::Untrusted),
        (Flaw::WrongHost, TlsRefusal::NameMismatch),
        (Flaw::Expired, TlsRefusal::Expired),
        (Flaw::OtherCa, TlsRefusal::Untrusted),
    ];
    let mut servers: Vec<_> = flaws
        .iter()
        .map(|(flaw, refusal)| (OpensslServer::start(&ca.flawed(*flaw).unwrap(), &[]).unwrap(), *refusal))
        .collect();
    let old = OpensslServer::start(&ca.localhost().unwrap(), &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]).unwrap();
    servers.push((old, TlsRefusal::Protocol));
    let ep = start(config().tls(TlsConfig::default().ca_file(ca.ca_cert())));
    let caller = ep
        .add_account(AccountConfig::new("sip:c@x.test").transport(Transport::Tls))
        .unwrap();
    for round in 0..3 {
        let mut events = ep.events();
        // All under way before the first is refused; to one host name, told apart by port only.
        let waiting: Vec<_> = servers
            .iter()
            .map(|(server, refusal)| {
                let account = ep.add_account(registers_at(server.addr())).unwrap();
                let call = caller
                    .call(&format!("sip:x@localhost:{};transport=tls", server.addr().port()))
                    .unwrap();
                (account, call, *refusal)
            })
            .collect();
        let mut left = waiting.len();
        while left > 0 {
            let (call, end) = wait(&mut events, "the end of each call", |e| match e {
                Event::CallState { call, info } => info.end.clone().map(|end| (call.clone(), end)),
                _ => None,
            });
            let (.., refusal) = waiting.iter().find(|(_, c, _)| *c == call).unwrap();
            let error = end.error.unwrap();
            assert_eq!(error.tls_refusal(), Some(*refusal), "round {round}: {error}");
            left -= 1;
        }
        for (account, _, refusal) in waiting {
            let error = account.wait_registered(SOON).unwrap_err();
            assert_eq!(error.tls_refusal(), Some(refusal), "round {round}: {error}");
            account.remove().unwrap();
        }
    }
    ep.close();
}

/// RFC 3261 §8.1.1.8: who calls `sips:` is to be reached by `sips:`, whatever the account is.
#[test]
fn a_call_to_a_sips_uri_has_a_sips_contact() {
    let dir = TestDir::new("sips").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let files = ca.localhost().unwrap();
    let tls = TlsConfig::default()
        .ca_file(ca.ca_cert())
        .identity(&files.cert, &files.key);
    let callee = start(config().tls(tls.clone()).trace(true));
    let port = callee.local_address(Transport::Tls).unwrap().port();
    callee
        .add_account(AccountConfig::new(format!("sips:bob@127.0.0.1:{port}")))
        .unwrap();
    let mut events = callee.events();
    // A second endpoint in this process is none: it calls itself.
    let caller = callee.local("1001");
    let call = caller.call(&format!("sips:bob@localhost:{port}")).unwrap();
    let invite = wait(&mut events, "the INVITE", |e| match e {
        Event::SipMessage(m) if m.direction == Direction::Incoming && m.first_line.starts_with("INVITE sips:") => {
            Some(m.text.clone())
        }
        _ => None,
    });
    let contact = invite.lines().find(|l| l.starts_with("Contact:")).unwrap();
    assert!(contact.contains("<sips:"), "{contact}");
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    callee.close();
}

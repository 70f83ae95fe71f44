//! Kamailio as the testkit starts it, asked by SIPp, by OpenSSL and by raw bytes.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use std::fmt::Write as _;
use std::net::UdpSocket;
use std::time::Duration;

use microsip_testkit::ca::{CertFiles, Flaw, TestCa};
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Algorithm, Kamailio, KamailioOptions, LogKind, ping_tcp, ping_udp};
use microsip_testkit::ports::loopback;
use microsip_testkit::process::{Spec, find_program};
use microsip_testkit::sipmsg::{SipMessage, param};
use microsip_testkit::sipp::{Scenario, Sipp, Transport};
use microsip_testkit::tap::Tap;
use microsip_testkit::{Deadline, Error};
use sha2::{Digest, Sha256};

fn options() -> KamailioOptions {
    KamailioOptions::new()
        .user("alice", "secret")
        .user("bob", "hunter \"2\" \\ $x")
}

fn register(server: &Kamailio, user: &str, password: &str, expires: &str) -> Sipp {
    Sipp::uac(Scenario::UacRegister, server.udp_addr())
        .key("user", user)
        .key("domain", server.domain())
        .key("expires", expires)
        .credentials(user, password)
}

#[test]
fn registers_by_md5_over_udp_and_tcp() {
    let server = Kamailio::start(options().with_realm("a realm")).unwrap();
    for (transport, proto) in [(Transport::Udp, "udp"), (Transport::Tcp, "tcp")] {
        let sipp = register(&server, "alice", "secret", "77")
            .transport(transport)
            .start()
            .unwrap();
        let addr = sipp.addr();
        let report = sipp.wait(Deadline::secs(10)).unwrap();
        assert!(report.is_success(), "{report}");
        let challenge = report.received(|m| m.is_response(401, "REGISTER"))[0];
        let challenge = challenge.header("WWW-Authenticate").unwrap();
        assert_eq!(param(challenge, "algorithm"), Some("MD5"));
        assert_eq!(param(challenge, "realm"), Some("a realm"));
        assert_eq!(param(challenge, "qop"), Some("auth"));
        let seen = server
            .wait_log(
                |e| e.method() == "REGISTER" && e.proto() == proto && e.auth_algorithm().is_some(),
                Deadline::secs(5),
            )
            .unwrap();
        assert_eq!(
            (seen.kind, seen.auth_algorithm(), seen.expires()),
            (LogKind::Request, Some("MD5"), Some(77))
        );
        assert_eq!(
            (seen.field("user"), seen.field("source")),
            (Some("alice"), Some(addr.to_string().as_str()))
        );
        server
            .wait_log(|e| e.kind == LogKind::Sent && e.code() == Some(401), Deadline::secs(5))
            .unwrap();
        let bindings = server.registered("sip:alice@example.test").unwrap();
        let binding = bindings.iter().find(|b| b.contact.contains(&addr.to_string())).unwrap();
        assert!((70..=77).contains(&binding.expires), "{binding:?}");
    }
    assert_eq!(server.registered("bob").unwrap(), []);
}

#[test]
fn awkward_passwords_work_and_wrong_ones_do_not() {
    let server = Kamailio::start(options()).unwrap();
    let report = register(&server, "bob", "hunter \"2\" \\ $x", "60")
        .run(Deadline::secs(10))
        .unwrap();
    assert!(report.is_success(), "{report}");
    for (user, password) in [("bob", "wrong"), ("nobody", "secret")] {
        let report = register(&server, user, password, "60").run(Deadline::secs(10)).unwrap();
        assert_eq!(report.failed, 1, "{report}");
        assert_eq!(report.received(|m| m.code() == Some(401)).len(), 2, "{report}");
    }
    let strict = Kamailio::start(options().bad_credentials(Some(403))).unwrap();
    for (user, password) in [("bob", "wrong"), ("nobody", "secret")] {
        let report = register(&strict, user, password, "60").run(Deadline::secs(10)).unwrap();
        assert_eq!(report.received(|m| m.code() == Some(403)).len(), 1, "{report}");
    }
    assert!(matches!(
        Kamailio::start(options().user("a b", "x")),
        Err(Error::Format(_))
    ));
}

/// A REGISTER by hand, because SIPp 3.6 knows MD5 only.
fn sha256_request(server: &Kamailio, socket: &UdpSocket, cseq: u32, extra: &str) -> SipMessage {
    let local = socket.local_addr().unwrap();
    let domain = server.domain();
    let text = format!(
        "REGISTER sip:{domain} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{cseq};rport\r\nMax-Forwards: 70\r\n\
         From: <sip:alice@{domain}>;tag=1\r\nTo: <sip:alice@{domain}>\r\nCall-ID: by-hand\r\nCSeq: {cseq} REGISTER\r\n\
         Contact: <sip:alice@{local}>;expires=50\r\n{extra}Content-Length: 0\r\n\r\n"
    );
    socket.send_to(text.as_bytes(), server.udp_addr()).unwrap();
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).unwrap();
    SipMessage::parse(&buffer[..length]).unwrap()
}

fn hex_sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

#[test]
fn registers_by_sha256() {
    let server = Kamailio::start(options().algorithm(Algorithm::Sha256)).unwrap();
    let socket = UdpSocket::bind(loopback(0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let challenge = sha256_request(&server, &socket, 1, "");
    assert_eq!(challenge.code(), Some(401));
    let challenge = challenge.header("WWW-Authenticate").unwrap();
    assert_eq!(param(challenge, "algorithm"), Some("SHA-256"));
    let nonce = param(challenge, "nonce").unwrap();
    for (cseq, password, code) in [(2, "wrong", 401), (3, "secret", 200)] {
        // RFC 7616 §3.4.1, with the hash of RFC 8760.
        let ha1 = hex_sha256(&format!("alice:{}:{password}", server.realm()));
        let ha2 = hex_sha256(&format!("REGISTER:sip:{}", server.domain()));
        let nc = format!("{:08x}", cseq - 1);
        let response = hex_sha256(&format!("{ha1}:{nonce}:{nc}:cn:auth:{ha2}"));
        let header = format!(
            "Authorization: Digest username=\"alice\", realm=\"{}\", nonce=\"{nonce}\", uri=\"sip:{}\", response=\"{response}\", \
             algorithm=SHA-256, cnonce=\"cn\", qop=auth, nc={nc}\r\n",
            server.realm(),
            server.domain()
        );
        assert_eq!(sha256_request(&server, &socket, cseq, &header).code(), Some(code));
    }
    assert_eq!(
        server.wait_registered("alice", 1, Deadline::secs(5)).unwrap()[0].call_id,
        "by-hand"
    );
    let seen = server
        .wait_log(|e| e.auth_algorithm() == Some("SHA-256"), Deadline::secs(5))
        .unwrap();
    assert_eq!(seen.expires(), Some(50));
}

#[test]
fn expiry_has_limits_and_an_end() {
    let limits = options()
        .min_expires(Duration::from_secs(30))
        .max_expires(Duration::from_secs(100));
    let server = Kamailio::start(limits).unwrap();
    let report = register(&server, "alice", "secret", "10")
        .run(Deadline::secs(10))
        .unwrap();
    let brief = report.received(|m| m.code() == Some(423));
    assert_eq!(brief.len(), 1, "{report}");
    assert_eq!(brief[0].header("Min-Expires"), Some("30"));
    let report = register(&server, "alice", "secret", "9999")
        .run(Deadline::secs(10))
        .unwrap();
    assert!(report.is_success(), "{report}");
    assert!((95..=100).contains(&server.registered("alice").unwrap()[0].expires));

    let server = Kamailio::start(options().default_expires(Duration::from_secs(50))).unwrap();
    assert!(
        register(&server, "alice", "secret", "1")
            .run(Deadline::secs(10))
            .unwrap()
            .is_success()
    );
    assert_eq!(server.registered("alice").unwrap().len(), 1);
    server.wait_registered("alice", 0, Deadline::secs(10)).unwrap();
}

#[test]
fn kill_and_restart_keep_the_ports_and_lose_the_registrations() {
    let mut server = Kamailio::start(options()).unwrap();
    let addr = server.udp_addr();
    assert!(
        register(&server, "alice", "secret", "60")
            .run(Deadline::secs(10))
            .unwrap()
            .is_success()
    );
    server.kill().unwrap();
    assert!(!server.is_running());
    assert!(ping_udp(addr, Deadline::after(Duration::from_millis(200))).is_err());
    assert!(ping_tcp(addr, Deadline::after(Duration::from_millis(200))).is_err());
    assert!(server.registered("alice").is_err());
    server.restart().unwrap();
    assert!(server.is_running());
    assert_eq!(server.udp_addr(), addr);
    assert_eq!(server.registered("alice").unwrap(), []);
    assert!(
        register(&server, "alice", "secret", "60")
            .run(Deadline::secs(10))
            .unwrap()
            .is_success()
    );
    assert_eq!(server.log().iter().filter(|e| e.field("auth").is_some()).count(), 2);
    server.stop().unwrap();
    assert!(!server.is_running());
}

fn call(server: &Kamailio, to: &str) -> Sipp {
    Sipp::uac(Scenario::UacBasic, server.udp_addr()).service(to)
}

#[test]
fn calls_are_routed_to_the_registered_contact() {
    for record_route in [true, false] {
        let server = Kamailio::start(options().record_route(record_route)).unwrap();
        let callee = Sipp::uas(Scenario::UasBasic).start().unwrap();
        // Registers the callee's port: SIPp plays one scenario at a time.
        let text = include_str!("../scenarios/uac_register.xml").replace(
            "Contact: <sip:[user]@[local_ip]:[local_port];transport=[transport]>",
            &format!("Contact: <sip:bob@{}>", callee.addr()),
        );
        let report = Sipp::uac(Scenario::Text(text), server.udp_addr())
            .key("user", "bob")
            .key("domain", server.domain())
            .credentials("bob", "hunter \"2\" \\ $x")
            .run(Deadline::secs(10))
            .unwrap();
        assert!(report.is_success(), "{report}");
        let caller = call(&server, "bob")
            .pause(Duration::from_millis(50))
            .run(Deadline::secs(20))
            .unwrap();
        let callee = callee.wait(Deadline::secs(20)).unwrap();
        assert!(caller.is_success() && callee.is_success(), "{caller}\n{callee}");
        let invite = callee.received(|m| m.is_request("INVITE"))[0];
        assert_eq!(invite.header("Record-Route").is_some(), record_route);
        server
            .wait_log(
                |e| e.kind == LogKind::Reply && e.method() == "INVITE" && e.code() == Some(200),
                Deadline::secs(5),
            )
            .unwrap();
    }
}

#[test]
fn the_source_of_a_register_is_followed_if_asked_for() {
    let server = Kamailio::start(options().follow_source(true)).unwrap();
    let tap = Tap::start(server.udp_addr()).unwrap();
    let report = Sipp::uac(Scenario::UacRegister, tap.addr())
        .key("user", "alice")
        .key("domain", server.domain())
        .credentials("alice", "secret")
        .run(Deadline::secs(10))
        .unwrap();
    assert!(report.is_success(), "{report}");
    let client = tap.records()[0].client;
    let binding = &server.registered("alice").unwrap()[0];
    assert_eq!(binding.received, format!("sip:{}", tap.server_side(client).unwrap()));
}

#[test]
fn cancel_passes_through_the_proxy() {
    let server = Kamailio::start(options().authenticate_register(false)).unwrap();
    let callee = Sipp::uas(Scenario::UasCancel).start().unwrap();
    add_contact(&server, "bob", &callee.addr().to_string());
    let caller = Sipp::uac(Scenario::UacCancel, server.udp_addr())
        .service("bob")
        .pause(Duration::from_millis(100))
        .run(Deadline::secs(20))
        .unwrap();
    let callee = callee.wait(Deadline::secs(20)).unwrap();
    assert!(caller.is_success() && callee.is_success(), "{caller}\n{callee}");
}

/// A binding without a REGISTER: Kamailio's own command.
fn add_contact(server: &Kamailio, user: &str, addr: &str) {
    // The table, the user, the contact, expires, q, path, flags, cflags, methods.
    server
        .rpc(
            "ul.add",
            &[
                "location",
                user,
                &format!("sip:{user}@{addr}"),
                "60",
                "1.0",
                "",
                "0",
                "0",
                "4294967295",
            ],
        )
        .unwrap();
}

#[test]
fn targets_that_cannot_be_reached_have_their_codes() {
    let quick = options()
        .response_timeout(Duration::from_millis(800))
        .ring_timeout(Duration::from_millis(1500));
    let server = Kamailio::start(quick.authenticate_register(false)).unwrap();
    let code = |to: &str| {
        let report = call(&server, to).run(Deadline::secs(20)).unwrap();
        let codes: Vec<u16> = report
            .received(|m| m.code().is_some_and(|c| c >= 300))
            .iter()
            .filter_map(|m| m.code())
            .collect();
        (codes.first().copied(), report)
    };
    let (unknown, report) = code("nobody");
    assert_eq!(unknown, Some(404), "{report}");
    let (offline, report) = code("alice");
    assert_eq!(offline, Some(480), "{report}");
    let silent = UdpSocket::bind(loopback(0)).unwrap();
    add_contact(&server, "bob", &silent.local_addr().unwrap().to_string());
    let (timeout, report) = code("bob");
    assert_eq!(timeout, Some(408), "{report}");
}

#[test]
fn calls_are_challenged_if_asked_for() {
    let server = Kamailio::start(options().authenticate_calls(true)).unwrap();
    let report = call(&server, "bob").run(Deadline::secs(10)).unwrap();
    let challenge = report.received(|m| m.is_response(407, "INVITE"));
    assert_eq!(challenge.len(), 1, "{report}");
    assert_eq!(
        param(challenge[0].header("Proxy-Authenticate").unwrap(), "realm"),
        Some("example.test")
    );
}

/// A handshake by OpenSSL that checks the certificate against our CA and the name, as a careful client does.
fn handshake(server: &Kamailio, ca: &TestCa, client: Option<&CertFiles>) -> (bool, String) {
    let mut spec = Spec::installed("openssl", "openssl")
        .unwrap()
        .args([
            "s_client",
            "-brief",
            "-verify_return_error",
            "-verify_ip",
            "127.0.0.1",
            "-connect",
        ])
        .arg(server.tls_addr().unwrap().to_string())
        .arg("-CAfile")
        .arg(ca.ca_cert());
    if let Some(files) = client {
        spec = spec.arg("-cert").arg(&files.cert).arg("-key").arg(&files.key);
    }
    let mut process = spec.spawn().unwrap();
    // With TLS 1.3 a server refuses the client's certificate after the handshake: an answer proves it did not.
    let addr = server.tls_addr().unwrap();
    for line in [
        format!("OPTIONS sip:{addr} SIP/2.0"),
        "Via: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bKx;rport".into(),
        "Max-Forwards: 70".into(),
        "From: <sip:x@127.0.0.1>;tag=1".into(),
        format!("To: <sip:{addr}>"),
        "Call-ID: tls".into(),
        "CSeq: 1 OPTIONS".into(),
        "Content-Length: 0".into(),
        String::new(),
    ] {
        if process.send_line(&format!("{line}\r")).is_err() {
            break;
        }
    }
    let ok = process.wait_line("SIP/2.0 200", Deadline::secs(5)).is_ok();
    (ok, process.output().to_string())
}

#[test]
fn tls_clients_accept_the_good_certificate_and_refuse_each_bad_one() {
    let dir = TestDir::new("ca").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let server = Kamailio::start(options().tls(ca.localhost().unwrap())).unwrap();
    let (ok, output) = handshake(&server, &ca, None);
    assert!(ok, "{output}");
    server
        .wait_log(
            |e| e.proto() == "tls" && e.field("call_id") == Some("tls"),
            Deadline::secs(5),
        )
        .unwrap();
    for flaw in Flaw::ALL {
        let server = Kamailio::start(options().tls(ca.flawed(flaw).unwrap())).unwrap();
        let (ok, output) = handshake(&server, &ca, None);
        assert!(!ok, "{flaw:?}: {output}");
        let words = match flaw {
            Flaw::SelfSigned => "self-signed certificate",
            Flaw::WrongHost => "IP address mismatch",
            Flaw::Expired => "certificate has expired",
            Flaw::NotYetValid => "certificate is not yet valid",
            // The issuer's name is found, its key does not fit.
            Flaw::OtherCa => "certificate signature failure",
        };
        let text = output.to_lowercase();
        let unknown_issuer = flaw == Flaw::OtherCa && text.contains("unable to get local issuer certificate");
        assert!(
            text.contains(&words.to_lowercase()) || unknown_issuer,
            "{flaw:?}: {output}"
        );
    }
}

#[test]
fn tls_clients_without_the_right_certificate_are_refused_if_asked_for() {
    let dir = TestDir::new("ca").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let server = Kamailio::start(options().tls(ca.localhost().unwrap()).client_ca(ca.ca_cert())).unwrap();
    let (ok, output) = handshake(&server, &ca, Some(&ca.client("alice").unwrap()));
    assert!(ok, "{output}");
    let (ok, output) = handshake(&server, &ca, None);
    assert!(!ok, "{output}");
    let strangers = TestDir::new("ca").unwrap();
    let stranger = TestCa::new(strangers.path()).unwrap().client("alice").unwrap();
    let (ok, output) = handshake(&server, &ca, Some(&stranger));
    assert!(!ok, "{output}");
}

#[test]
fn a_failed_start_shows_kamailios_words() {
    let error =
        Kamailio::start(options().program(find_program("kamailio", "kamailio").unwrap(), Some("/nowhere".into())))
            .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Exited { .. }), "{text}");
    assert!(text.contains("could not find module"), "{text}");
}

#[test]
fn a_missing_tls_module_names_its_package() {
    let dir = TestDir::new("modules").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    // Debian's modules but for that one.
    let installed = std::fs::read_dir("/usr/lib")
        .unwrap()
        .map(|entry| entry.unwrap().path().join("kamailio/modules"))
        .find(|path| path.is_dir())
        .unwrap();
    for module in std::fs::read_dir(installed).unwrap() {
        let path = module.unwrap().path();
        let name = path.file_name().unwrap();
        if name != "tls.so" {
            std::os::unix::fs::symlink(&path, dir.join(name)).unwrap();
        }
    }
    let program = find_program("kamailio", "kamailio").unwrap();
    let options = options()
        .tls(ca.localhost().unwrap())
        .program(program, Some(dir.path().to_owned()));
    let error = Kamailio::start(options).unwrap_err();
    assert!(
        matches!(&error, Error::Missing { package, .. } if package == "kamailio-tls-modules"),
        "{error}"
    );
}

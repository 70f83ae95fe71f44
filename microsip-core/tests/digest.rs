//! Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760) against a registrar of bare bytes, which computes every
//! response itself: Kamailio 5.6 knows no SHA-512-256 and offers one algorithm at a time.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::net::{SocketAddr, UdpSocket};
use std::thread::JoinHandle;
use std::time::Duration;

use md5::Md5;
use microsip_core::*;
use microsip_testkit::sipmsg::{SipMessage, param};
use sha2::{Digest, Sha256, Sha512_256};
use support::*;

const NONCE: &str = "4f2aa";

fn hash(algorithm: &str, text: &str) -> String {
    fn hex<D: Digest>(text: &str) -> String {
        D::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }
    match algorithm {
        "SHA-256" => hex::<Sha256>(text),
        "SHA-512-256" => hex::<Sha512_256>(text),
        _ => hex::<Md5>(text),
    }
}

/// What RFC 7616 §3.4.1 says the response is.
fn expected(header: &str, password: &str) -> String {
    let p = |name: &str| param(header, name).unwrap_or_default();
    let algorithm = param(header, "algorithm").unwrap_or("MD5");
    let a1 = hash(algorithm, &format!("{}:{}:{password}", p("username"), p("realm")));
    let a2 = hash(algorithm, &format!("REGISTER:{}", p("uri")));
    match param(header, "qop") {
        Some(qop) => hash(
            algorithm,
            &format!("{a1}:{}:{}:{}:{qop}:{a2}", p("nonce"), p("nc"), p("cnonce")),
        ),
        None => hash(algorithm, &format!("{a1}:{}:{a2}", p("nonce"))),
    }
}

/// Answers two REGISTERs: the first with the challenges, the second with 200 if its response is right, else 403.
/// Returns the Authorization headers of the second.
fn registrar(challenges: &'static [&'static str]) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let addr = socket.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        loop {
            let (len, from) = socket.recv_from(&mut buffer).unwrap();
            let request = SipMessage::parse(&buffer[..len]).unwrap();
            let echo: String = ["Via", "From", "To", "Call-ID", "CSeq"]
                .map(|name| format!("{name}: {}\r\n", request.header(name).unwrap()))
                .concat();
            let given: Vec<String> = request.all("Authorization").map(ToString::to_string).collect();
            let answer = if given.is_empty() {
                let asked: String = challenges
                    .iter()
                    .map(|c| format!("WWW-Authenticate: {c}\r\n"))
                    .collect();
                format!("SIP/2.0 401 Unauthorized\r\n{echo}{asked}Content-Length: 0\r\n\r\n")
            } else if given
                .iter()
                .any(|h| param(h, "response") == Some(&expected(h, "secret")))
            {
                let contact = request.header("Contact").unwrap();
                format!("SIP/2.0 200 OK\r\n{echo}Contact: {contact};expires=60\r\nContent-Length: 0\r\n\r\n")
            } else {
                format!("SIP/2.0 403 Forbidden\r\n{echo}Content-Length: 0\r\n\r\n")
            };
            socket.send_to(answer.as_bytes(), from).unwrap();
            if !given.is_empty() {
                return given;
            }
        }
    });
    (addr, thread)
}

fn register(ep: &Running, addr: SocketAddr) -> Result<RegistrationInfo> {
    let config = AccountConfig::new("sip:alice@example.test")
        .registrar(format!("sip:{addr}"))
        .credentials("alice", "secret");
    let account = ep.add_account(config).unwrap();
    let result = account.wait_registered(SOON);
    account.remove().unwrap();
    result
}

#[test]
fn every_algorithm_is_answered_as_the_rfc_computes_it() {
    let ep = start(config().close_timeout(Duration::from_millis(200)));
    for (algorithm, challenges) in [
        ("MD5", &[r#"Digest realm="r", nonce="4f2aa""#][..]),
        (
            "MD5",
            &[r#"Digest realm="r", nonce="4f2aa", algorithm=MD5, qop="auth""#],
        ),
        (
            "SHA-256",
            &[r#"Digest realm="r", nonce="4f2aa", algorithm=SHA-256, qop="auth""#],
        ),
        (
            "SHA-512-256",
            &[r#"Digest realm="r", nonce="4f2aa", algorithm=SHA-512-256, qop="auth""#],
        ),
        // RFC 8760 §2.4: the first one we know.
        (
            "SHA-256",
            &[
                r#"Digest realm="r", nonce="4f2aa", algorithm=SHA-256, qop="auth""#,
                r#"Digest realm="r", nonce="4f2aa", algorithm=MD5, qop="auth""#,
            ],
        ),
    ] {
        let (addr, server) = registrar(challenges);
        let info = register(&ep, addr).unwrap_or_else(|e| panic!("{challenges:?}: {e}"));
        assert_eq!(info.state, RegistrationState::Registered);
        let given = server.join().unwrap();
        assert_eq!(param(&given[0], "algorithm").unwrap_or("MD5"), algorithm, "{given:?}");
        assert_eq!(param(&given[0], "nonce"), Some(NONCE));
    }
    ep.close();
}

#[test]
fn an_unknown_algorithm_is_an_auth_error_not_a_hang() {
    let ep = start(config());
    let (addr, _server) = registrar(&[r#"Digest realm="r", nonce="4f2aa", algorithm=ROT13"#]);
    let error = register(&ep, addr).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    ep.close();
}

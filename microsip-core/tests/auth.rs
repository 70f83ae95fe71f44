//! Challenges (RFC 3261 §22, RFC 7616, RFC 8760) from a server of bytes, which checks every response itself: several
//! algorithms and realms, digests in place of passwords, stale nonces, integrity, schemes nobody knows.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use md5::Md5;
use microsip_core::*;
use microsip_testkit::sipmsg::{SipMessage, param};
use sha2::{Digest, Sha256, Sha512_256};
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

fn hash(algorithm: &str, bytes: &[u8]) -> String {
    fn hex<D: Digest>(bytes: &[u8]) -> String {
        D::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
    }
    match algorithm {
        "SHA-256" => hex::<Sha256>(bytes),
        "SHA-512-256" => hex::<Sha512_256>(bytes),
        _ => hex::<Md5>(bytes),
    }
}

fn ha1(algorithm: &str, user: &str, realm: &str, password: &str) -> String {
    hash(algorithm, format!("{user}:{realm}:{password}").as_bytes())
}

/// What RFC 7616 §3.4 says the response is.
fn expected(request: &SipMessage, header: &str, password: &str) -> String {
    let p = |name: &str| param(header, name).unwrap_or_default();
    let algorithm = param(header, "algorithm").unwrap_or("MD5");
    let raw = request.raw();
    let body = raw
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .map_or(&[][..], |at| &raw[at + 4..]);
    let a1 = ha1(algorithm, p("username"), p("realm"), password);
    let mut a2 = format!("{}:{}", request.method().unwrap(), p("uri"));
    if p("qop") == "auth-int" {
        a2 = format!("{a2}:{}", hash(algorithm, body));
    }
    let a2 = hash(algorithm, a2.as_bytes());
    let text = match param(header, "qop") {
        Some(qop) => format!("{a1}:{}:{}:{}:{qop}:{a2}", p("nonce"), p("nc"), p("cnonce")),
        None => format!("{a1}:{}:{a2}", p("nonce")),
    };
    hash(algorithm, text.as_bytes())
}

fn proves(request: &SipMessage, header: &str, password: &str) -> bool {
    param(header, "response") == Some(&expected(request, header, password))
}

fn account(peer: &Peer) -> AccountConfig {
    AccountConfig::new("sip:alice@example.test")
        .registrar(format!("sip:{}", peer.addr()))
        .credentials("alice", "secret")
}

fn challenge(peer: &Peer, request: &Got, challenges: &[&str]) {
    let headers: Vec<String> = challenges.iter().map(|c| format!("WWW-Authenticate: {c}")).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    peer.reply(request, 401, &headers, None);
}

fn accept(peer: &Peer, request: &Got) {
    let contact = format!("Contact: {};expires=300", request.header("Contact").unwrap());
    peer.reply(request, 200, &[&contact], None);
}

fn quick() -> EndpointConfig {
    config().close_timeout(Duration::ZERO)
}

const MD5: &str = r#"Digest realm="r", nonce="md5nonce", algorithm=MD5, qop="auth""#;
const SHA256: &str = r#"Digest realm="r", nonce="n256", algorithm=SHA-256, qop="auth""#;
const SHA512: &str = r#"Digest realm="r", nonce="n512", algorithm=SHA-512-256, qop="auth""#;
const ROT13: &str = r#"Digest realm="r", nonce="rot", algorithm=ROT13, qop="auth""#;

#[test]
fn the_strongest_algorithm_is_answered_in_whatever_order_it_comes() {
    let ep = start(quick());
    for (challenges, algorithm, nonce) in [
        (&[MD5, SHA256, SHA512][..], "SHA-512-256", "n512"),
        (&[SHA512, SHA256, MD5], "SHA-512-256", "n512"),
        (&[SHA256, SHA512, MD5], "SHA-512-256", "n512"),
        (&[SHA256, MD5], "SHA-256", "n256"),
        (&[MD5, SHA256], "SHA-256", "n256"),
        (&[ROT13, MD5], "MD5", "md5nonce"),
        (&[ROT13, MD5, SHA256, ROT13], "SHA-256", "n256"),
        (&["Negotiate", "Bearer realm=\"r\"", MD5], "MD5", "md5nonce"),
    ] {
        let peer = Peer::new();
        let account = ep.add_account(account(&peer)).unwrap();
        challenge(&peer, &peer.request("REGISTER"), challenges);
        let second = peer.request("REGISTER");
        let given: Vec<&str> = second.all("Authorization").collect();
        assert_eq!(given.len(), 1, "{challenges:?}: {given:?}");
        assert_eq!(
            (param(given[0], "algorithm"), param(given[0], "nonce")),
            (Some(algorithm), Some(nonce)),
            "{challenges:?}"
        );
        assert!(proves(&second, given[0], "secret"), "{given:?}");
        accept(&peer, &second);
        account.wait_registered(SOON).unwrap();
        account.remove().unwrap();
    }
    ep.close();
}

#[test]
fn a_digest_of_the_password_answers_its_own_algorithm_only() {
    let ep = start(quick());
    for (algorithm, name) in [
        (DigestAlgorithm::Md5, "MD5"),
        (DigestAlgorithm::Sha256, "SHA-256"),
        (DigestAlgorithm::Sha512_256, "SHA-512-256"),
    ] {
        let peer = Peer::new();
        let mut config = account(&peer);
        config.credentials = vec![Credential::with_ha1(
            "r",
            "alice",
            algorithm,
            ha1(name, "alice", "r", "secret"),
        )];
        let account = ep.add_account(config).unwrap();
        challenge(&peer, &peer.request("REGISTER"), &[SHA512, SHA256, MD5]);
        let second = peer.request("REGISTER");
        let given = second.header("Authorization").unwrap();
        assert_eq!(param(given, "algorithm"), Some(name));
        assert!(proves(&second, given, "secret"), "{given}");
        accept(&peer, &second);
        account.wait_registered(SOON).unwrap();
        account.remove().unwrap();
    }
    // None that fits: said so, and nothing is sent.
    let peer = Peer::new();
    let mut config = account(&peer);
    let digest = ha1("MD5", "alice", "r", "secret");
    config.credentials = vec![Credential::with_ha1("r", "alice", DigestAlgorithm::Md5, digest.clone())];
    let account = ep.add_account(config).unwrap();
    challenge(&peer, &peer.request("REGISTER"), &[SHA512]);
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(
        error.to_string().contains("\"r\"") && !error.to_string().contains(&digest),
        "{error}"
    );
    assert_eq!(account.registration().next_retry, None);
    ep.close();
}

#[test]
fn integrity_is_proven_where_nothing_else_is_offered() {
    let ep = start(quick());
    for (qop, chosen) in [
        ("auth-int", "auth-int"),
        ("auth-int,auth", "auth"),
        ("auth , auth-int", "auth"),
        ("x-token,auth-int", "auth-int"),
    ] {
        for algorithm in ["MD5", "SHA-256", "SHA-512-256"] {
            let peer = Peer::new();
            let account = ep.add_account(account(&peer)).unwrap();
            let asked = format!(r#"Digest realm="r", nonce="n1", algorithm={algorithm}, qop="{qop}""#);
            challenge(&peer, &peer.request("REGISTER"), &[&asked]);
            let second = peer.request("REGISTER");
            let given = second.header("Authorization").unwrap();
            assert_eq!(param(given, "qop"), Some(chosen), "{qop}: {given}");
            assert!(proves(&second, given, "secret"), "{given}");
            accept(&peer, &second);
            account.wait_registered(SOON).unwrap();
            // With a body: an INVITE's offer is part of what is hashed.
            account.call(&peer.uri("bob")).unwrap();
            let invite = peer.request("INVITE");
            peer.reply(&invite, 401, &[&format!("WWW-Authenticate: {asked}")], None);
            peer.request("ACK");
            let invite = peer.request("INVITE");
            let given = invite.header("Authorization").unwrap();
            assert_eq!(param(given, "qop"), Some(chosen), "{qop}: {given}");
            assert!(invite.raw().windows(7).any(|w| w == b"m=audio"));
            assert!(proves(&invite, given, "secret"), "{given}");
            peer.reply(&invite, 486, &[], None);
            account.remove().unwrap();
        }
    }
    // A protection nobody knows.
    let peer = Peer::new();
    let account = ep.add_account(account(&peer)).unwrap();
    challenge(
        &peer,
        &peer.request("REGISTER"),
        &[r#"Digest realm="r", nonce="n1", qop="x-token""#],
    );
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("x-token"), "{error}");
    ep.close();
}

#[test]
fn a_stale_nonce_is_replaced_and_a_refusal_is_not_argued_with() {
    let ep = start(quick());
    let peer = Peer::new();
    let account = ep.add_account(account(&peer)).unwrap();
    challenge(&peer, &peer.request("REGISTER"), &[MD5]);
    let second = peer.request("REGISTER");
    assert_eq!(
        param(second.header("Authorization").unwrap(), "nonce"),
        Some("md5nonce")
    );
    challenge(
        &peer,
        &second,
        &[r#"Digest realm="r", nonce="fresh", algorithm=MD5, qop="auth", stale=true"#],
    );
    let third = peer.request("REGISTER");
    let given: Vec<&str> = third.all("Authorization").collect();
    assert_eq!(given.len(), 1, "{given:?}");
    assert_eq!(
        (param(given[0], "nonce"), param(given[0], "nc")),
        (Some("fresh"), Some("00000001"))
    );
    assert!(proves(&third, given[0], "secret"), "{given:?}");
    accept(&peer, &third);
    account.wait_registered(SOON).unwrap();
    // The refresh: the same nonce again, which is not stale, so the credentials are refused.
    account.register().unwrap();
    challenge(&peer, &peer.request("REGISTER"), &[MD5]);
    let again = peer.request("REGISTER");
    challenge(&peer, &again, &[MD5]);
    let mut events = ep.events();
    let (error, next) = wait(&mut events, "the refusal", |e| match e {
        Event::Registration { info, .. } => info.error.clone().map(|e| (e, info.next_retry)),
        _ => None,
    });
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert_eq!(next, None);
    assert!(peer.silent(Duration::from_secs(2), |m| m.is_request("REGISTER")));
    ep.close();
}

#[test]
fn a_server_that_always_wants_a_new_nonce_is_not_asked_for_ever() {
    let ep = start(quick());
    let peer = Peer::new();
    let account = ep.add_account(account(&peer)).unwrap();
    for n in 0..20 {
        let Ok(request) = std::panic::catch_unwind(|| peer.wait("a REGISTER or nothing", |m| m.is_request("REGISTER")))
        else {
            break;
        };
        assert!(n < 10, "asked {n} times");
        challenge(
            &peer,
            &request,
            &[&format!(
                r#"Digest realm="r", nonce="n{n}", algorithm=MD5, qop="auth", stale=true"#
            )],
        );
        if account.registration().state == RegistrationState::Failed {
            break;
        }
        if account
            .wait_registered(Duration::from_millis(100))
            .is_err_and(|e| e.kind() == ErrorKind::Auth)
        {
            break;
        }
    }
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    ep.close();
}

#[test]
fn an_unknown_scheme_is_named() {
    let ep = start(quick());
    for (challenges, word) in [
        (&["Negotiate"][..], "\"Negotiate\""),
        (&["Bearer authz_server=\"https://x.test\", realm=\"r\""], "\"Bearer\""),
        (&["NTLM realm=\"a\"", "Kerberos realm=\"b\""], "\"NTLM\", \"Kerberos\""),
        (&[ROT13], "\"ROT13\""),
    ] {
        let peer = Peer::new();
        let account = ep.add_account(account(&peer)).unwrap();
        challenge(&peer, &peer.request("REGISTER"), challenges);
        let error = account.wait_registered(SOON).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
        assert_eq!(error.sip_status(), Some(StatusCode::UNAUTHORIZED));
        assert!(error.to_string().contains(word), "{error}");
        assert_eq!(account.registration().next_retry, None);
        // The same for a call.
        let call = account.call(&peer.uri("bob")).unwrap();
        let invite = peer.request("INVITE");
        let header = format!("Proxy-Authenticate: {}", challenges[0]);
        peer.reply(&invite, 407, &[&header], None);
        peer.request("ACK");
        let info = call.wait_for(CallState::Disconnected, SOON).unwrap();
        let end = info.end.clone().unwrap();
        let error = end.error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
        let first = word.split(',').next().unwrap();
        assert!(error.to_string().contains(first), "{error}");
        account.remove().unwrap();
    }
    ep.close();
}

#[test]
fn each_realm_gets_its_own_credentials() {
    let ep = start(quick());
    let peer = Peer::new();
    let config = account(&peer)
        .credential(Credential::new("proxyuser", "proxysecret").realm("proxy one"))
        .credential(Credential::new("second", "secondsecret").realm("Proxy Two"));
    let account = ep.add_account(config).unwrap();
    challenge(&peer, &peer.request("REGISTER"), &[SHA256]);
    let register = peer.request("REGISTER");
    assert_eq!(
        param(register.header("Authorization").unwrap(), "username"),
        Some("alice")
    );
    accept(&peer, &register);
    account.wait_registered(SOON).unwrap();
    // Two proxies at once, then the callee.
    account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(
        &invite,
        407,
        &[
            r#"Proxy-Authenticate: Digest realm="proxy one", nonce="p1", algorithm=MD5, qop="auth""#,
            r#"Proxy-Authenticate: Digest realm="proxy two", nonce="p2", algorithm=MD5, qop="auth""#,
            r#"Proxy-Authenticate: Digest realm="proxy two", nonce="p3", algorithm=SHA-256, qop="auth""#,
        ],
        None,
    );
    peer.request("ACK");
    let invite = peer.request("INVITE");
    let given: Vec<&str> = invite.all("Proxy-Authorization").collect();
    let by_realm = |realm: &str| *given.iter().find(|h| param(h, "realm") == Some(realm)).unwrap();
    assert_eq!(given.len(), 2, "{given:?}");
    assert!(proves(&invite, by_realm("proxy one"), "proxysecret"), "{given:?}");
    assert!(proves(&invite, by_realm("proxy two"), "secondsecret"), "{given:?}");
    assert_eq!(param(by_realm("proxy two"), "nonce"), Some("p3"));
    peer.reply(
        &invite,
        401,
        &[r#"WWW-Authenticate: Digest realm="anywhere", nonce="w1", algorithm=MD5, qop="auth""#],
        None,
    );
    peer.request("ACK");
    let invite = peer.request("INVITE");
    assert_eq!(invite.all("Proxy-Authorization").count(), 2);
    let given = invite.header("Authorization").unwrap();
    assert_eq!(param(given, "username"), Some("alice"));
    assert!(proves(&invite, given, "secret"), "{given}");
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    ep.close();
}

#[test]
fn a_realm_without_credentials_is_named() {
    let ep = start(quick());
    let peer = Peer::new();
    let mut config = account(&peer);
    config.credentials = vec![Credential::new("alice", "secret").realm("home")];
    let account = ep.add_account(config).unwrap();
    challenge(
        &peer,
        &peer.request("REGISTER"),
        &[r#"Digest realm="elsewhere", nonce="n", algorithm=MD5"#],
    );
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("\"elsewhere\""), "{error}");
    // None at all.
    let peer = Peer::new();
    let config = AccountConfig::new("sip:bob@example.test").registrar(format!("sip:{}", peer.addr()));
    let account = ep.add_account(config).unwrap();
    challenge(&peer, &peer.request("REGISTER"), &[MD5]);
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains("credentials for the realm \"r\""), "{error}");
    ep.close();
}

/// RFC 4475 §3.3.7 the other way round: a request with credentials of an unknown scheme is one without credentials.
#[test]
fn a_request_with_unknown_credentials_is_answered() {
    let ep = start(quick());
    let account = ep.local("1001");
    let peer = Peer::new();
    let mut events = ep.events();
    for (n, header) in [
        "Authorization: NoOneKnowsThisScheme opaque-data=here",
        "Proxy-Authorization: Bearer abc.def.ghi",
        "Authorization: Negotiate",
        "Authorization: Odd a=1,\r\n b=2",
    ]
    .iter()
    .enumerate()
    {
        let dialog = Dialog::new(&peer, account.aor(), &format!("scheme{n}"));
        let to = ep.local_address(Transport::Udp).unwrap();
        peer.send(to, "INVITE", account.aor(), &dialog, 1, &[header], Some(SDP));
        incoming(&mut events).reject(StatusCode::BUSY_HERE).unwrap();
        peer.response(486, "INVITE");
    }
    ep.close();
}

/// No credentials are not wrong credentials.
#[test]
fn a_call_without_credentials_says_that_they_are_missing() {
    let ep = start(config());
    let account = ep.local("1001");
    for (code, challenge, failure, words) in [
        (
            401,
            "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"",
            FailureCode::AuthMissing,
            "realm \"r\"",
        ),
        (
            407,
            "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n\"",
            FailureCode::AuthMissing,
            "realm \"p\"",
        ),
        (401, "X-None: 1", FailureCode::AuthRejected, "without saying"),
        (403, "X-None: 1", FailureCode::PeerForbade, "403"),
    ] {
        let peer = Peer::new();
        let call = account.call(&peer.uri("bob")).unwrap();
        let invite = peer.request("INVITE");
        peer.reply(&invite, code, &[challenge], None);
        let info = call.wait_for(CallState::Disconnected, SOON).unwrap();
        let error = info.end.as_ref().unwrap().error.clone().unwrap();
        assert_eq!(error.failure(), failure, "{error}");
        assert!(
            error.to_string().contains(words) && !error.to_string().contains("refused"),
            "{error}"
        );
    }
    ep.close();
}

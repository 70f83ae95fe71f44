//! Encrypted media: every suite and keying, what is refused and why, what is on the wire, and baresip as the other side.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::collections::HashSet;
use std::net::UdpSocket;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::dir::TestDir;
use microsip_testkit::ports;
use microsip_testkit::process::{Process, Spec};
use microsip_testkit::tap::{Action, Direction as Way, Tap};
use support::peer::{Dialog, Got, Peer};
use support::*;

use SrtpKeying::{Dtls, Sdes};
use SrtpSuite::{AeadAes128Gcm, AeadAes256Gcm, Aes256CmHmacSha1_80, AesCm128HmacSha1_32, AesCm128HmacSha1_80};

fn small() -> EndpointConfig {
    // Offers with many keys are long; which way they go is another test's matter.
    config().switch_to_tcp(false).codecs("PCMU").unwrap()
}

fn protected(call: &Call) -> (Option<SrtpKeying>, Option<SrtpSuite>) {
    let media = microsip_testkit::wait_until(Deadline::secs(10), "protected media", || {
        let info = call.info();
        info.media
            .first()
            .filter(|m| m.active && m.srtp_suite.is_some())
            .cloned()
    })
    .unwrap_or_else(|e| panic!("{e}: {:?}", call.info()));
    (media.srtp, media.srtp_suite)
}

fn account(ep: &Running, user: &str) -> AccountConfig {
    AccountConfig::new(ep.uri(user)).srtp(SrtpMode::Required)
}

#[test]
fn every_suite_and_keying_is_agreed_and_told() {
    let ep = start(small());
    let cases = SrtpSuite::ALL
        .into_iter()
        .flat_map(|s| [(Sdes, s), (Dtls, s)])
        .filter(|(keying, suite)| *keying == Sdes || suite.works_with_dtls());
    for (keying, suite) in cases {
        let with = |user| {
            ep.add_account(account(&ep, user).srtp_keying([keying]).srtp_suites([suite]))
                .unwrap()
        };
        let (caller, callee) = (with("1001"), with("1002"));
        let (out, inn) = connected(&ep);
        for call in [&out, &inn] {
            assert_eq!(protected(call), (Some(keying), Some(suite)));
        }
        // Keys that differed would let no packet through.
        microsip_testkit::wait_until(Deadline::secs(5), "audio both ways", || {
            let heard = |c: &Call| c.stats().is_ok_and(|s| s.received.packets > 10);
            (heard(&out) && heard(&inn)).then_some(())
        })
        .unwrap_or_else(|e| panic!("{keying} {suite}: {e}: {:?} {:?}", out.stats(), inn.stats()));
        out.hang_up().unwrap();
        inn.wait_for(CallState::Disconnected, SOON).unwrap();
        caller.remove().unwrap();
        callee.remove().unwrap();
    }
    ep.close();
}

fn lines<'a>(sdp: &'a str, prefix: &str) -> Vec<&'a str> {
    sdp.lines().filter(|l| l.starts_with(prefix)).collect()
}

fn body(got: &Got) -> String {
    String::from_utf8_lossy(got.body()).into_owned()
}

/// An SDP with PCMU at this port.
fn sdp(port: u16, profile: &str, attributes: &[&str]) -> String {
    let more: String = attributes.iter().map(|a| format!("a={a}\r\n")).collect();
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} {profile} 0\r\n{more}"
    )
}

/// 30 bytes, for AES-128 with its salt.
const KEY: &str = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

#[test]
fn the_order_is_ours_as_caller_and_the_callers_as_callee() {
    let ep = start(small());
    let peer = Peer::new();
    let caller = ep
        .add_account(account(&ep, "1001").srtp_suites([AesCm128HmacSha1_32, AeadAes256Gcm, AesCm128HmacSha1_80]))
        .unwrap();
    let call = caller.call(&peer.uri("x")).unwrap();
    let offer = body(&peer.request("INVITE"));
    let names: Vec<_> = lines(&offer, "a=crypto:")
        .iter()
        .map(|l| l.split(' ').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        ["AES_CM_128_HMAC_SHA1_32", "AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"],
        "{offer}"
    );
    assert!(offer.contains(" RTP/SAVP "), "{offer}");
    drop(call.hang_up());

    let dialog = Dialog::new(&peer, &ep.uri("1001"), "order");
    let offer = sdp(
        9,
        "RTP/SAVP",
        &[
            "crypto:1 F8_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
            &format!("crypto:2 AES_CM_128_HMAC_SHA1_80 {KEY}"),
            &format!("crypto:3 AES_CM_128_HMAC_SHA1_32 {KEY}"),
        ],
    );
    let mut events = ep.events();
    let to = ep.local_address(Transport::Udp).unwrap();
    peer.send(to, "INVITE", &ep.uri("1001"), &dialog, 1, &[], Some(&offer));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let answer = body(&peer.response(200, "INVITE"));
    let crypto = lines(&answer, "a=crypto:");
    assert_eq!(crypto.len(), 1, "{answer}");
    assert!(
        crypto[0].starts_with("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:"),
        "{answer}"
    );
    ep.close();
}

#[test]
fn an_offer_that_does_not_fit_gets_488() {
    let ep = start(small());
    let peer = Peer::new();
    let add = |user: &str, mut config: AccountConfig| {
        config.aor = ep.uri(user);
        drop(ep.add_account(config).unwrap());
    };
    add("required", account(&ep, "x"));
    add("dtls", account(&ep, "x").srtp_keying([Dtls]));
    add("optional", account(&ep, "x").srtp(SrtpMode::Optional));
    add(
        "optional-dtls",
        account(&ep, "x").srtp(SrtpMode::Optional).srtp_keying([Dtls]),
    );
    add("off", account(&ep, "x").srtp(SrtpMode::Off));
    let good = format!("crypto:1 AES_CM_128_HMAC_SHA1_80 {KEY}");
    let unknown = format!("crypto:1 F8_128_HMAC_SHA1_80 {KEY}");
    let short = "crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA";
    let twice = format!("crypto:1 AES_CM_128_HMAC_SHA1_32 {KEY}");
    let print = "fingerprint:SHA-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";
    let cases: &[(&str, &str, &[&str], u16)] = &[
        ("required", "RTP/AVP", &[], 488),
        // Somebody on the way removed the keys, or made the profile plain.
        ("required", "RTP/SAVP", &[], 488),
        ("required", "RTP/AVP", &[&good], 488),
        ("required", "RTP/SAVP", &[&unknown], 488),
        ("required", "RTP/SAVP", &[short], 488),
        ("required", "RTP/SAVP", &[&good, &twice], 488),
        ("required", "RTP/SAVP", &[&good], 200),
        ("required", "UDP/TLS/RTP/SAVP", &[], 488),
        ("required", "UDP/TLS/RTP/SAVP", &["setup:actpass"], 488),
        ("required", "UDP/TLS/RTP/SAVP", &["setup:actpass", print], 200),
        ("dtls", "RTP/AVP", &[], 488),
        ("dtls", "RTP/SAVP", &[&good], 488),
        ("optional", "RTP/AVP", &[], 200),
        ("optional", "RTP/SAVP", &[&good], 200),
        ("optional", "RTP/SAVP", &[], 488),
        ("optional-dtls", "RTP/AVP", &[], 200),
        ("off", "RTP/AVP", &[], 200),
        ("off", "RTP/SAVP", &[&good], 488),
        ("off", "UDP/TLS/RTP/SAVP", &["setup:actpass", print], 488),
    ];
    let to = ep.local_address(Transport::Udp).unwrap();
    for (n, (user, profile, attributes, code)) in cases.iter().enumerate() {
        let dialog = Dialog::new(&peer, &ep.uri(user), &format!("offer{n}"));
        let mut events = ep.events();
        peer.send(
            to,
            "INVITE",
            &ep.uri(user),
            &dialog,
            1,
            &[],
            Some(&sdp(9, profile, attributes)),
        );
        if *code == 200 {
            let call = incoming(&mut events);
            call.answer(StatusCode::OK).unwrap();
        }
        let got = peer.wait("a final answer", |m| {
            m.call_id() == Some(&dialog.call_id) && m.code().is_some_and(|c| c >= 200)
        });
        assert_eq!(
            got.code(),
            Some(*code),
            "{user} {profile} {attributes:?}: {}",
            body(&got)
        );
        let answer = body(&got);
        if *code == 200 && *profile == "RTP/AVP" {
            assert!(
                answer.contains(" RTP/AVP ") && lines(&answer, "a=crypto").is_empty(),
                "{answer}"
            );
        }
        peer.send(to, "ACK", &ep.uri(user), &dialog.clone().answered(&got), 1, &[], None);
    }
    ep.close();
}

#[test]
fn an_answer_that_does_not_fit_ends_the_call_with_its_reason() {
    let ep = start(small().trace(true));
    let suites = [AesCm128HmacSha1_80, AesCm128HmacSha1_32];
    let caller = ep.add_account(account(&ep, "1001").srtp_suites(suites)).unwrap();
    let dtls = ep.add_account(account(&ep, "1003").srtp_keying([Dtls])).unwrap();
    let good = format!("crypto:1 AES_CM_128_HMAC_SHA1_80 {KEY}");
    let never_offered = format!("crypto:9 AES_CM_128_HMAC_SHA1_80 {KEY}");
    let other = format!("crypto:1 AES_CM_128_HMAC_SHA1_32 {KEY}");
    let cases: &[(&Account, &str, &[&str], &str)] = &[
        (&caller, "RTP/AVP", &[], "srtp_required"),
        (&caller, "RTP/SAVP", &[], "srtp_required"),
        (&caller, "RTP/AVP", &[&good], "srtp_required"),
        (&caller, "RTP/SAVP", &[&never_offered], "srtp_suites"),
        (&caller, "RTP/SAVP", &[&other], "srtp_suites"),
        (&caller, "RTP/SAVP", &[&good, &good], "srtp_suites"),
        (&dtls, "RTP/AVP", &[], "srtp_required"),
        (&dtls, "UDP/TLS/RTP/SAVP", &["setup:active"], "srtp_fingerprint"),
    ];
    for (account, profile, attributes, code) in cases {
        let peer = Peer::new();
        // Where we would send plain audio.
        let rtp = UdpSocket::bind("127.0.0.1:0").unwrap();
        rtp.set_nonblocking(true).unwrap();
        let mut events = ep.events();
        let call = account.call(&peer.uri("x")).unwrap();
        let invite = peer.request("INVITE");
        let answer = sdp(rtp.local_addr().unwrap().port(), profile, attributes);
        peer.reply(&invite, 200, &[], Some(&answer));
        peer.request("ACK");
        let bye = peer.request("BYE");
        peer.reply(&bye, 200, &[], None);
        let ends = ends(&mut events, &call);
        let what = format!("{profile} {attributes:?}: {ends:?}");
        assert_eq!(ends.len(), 1, "{what}");
        assert_eq!(ends[0].by, EndedBy::Local, "{what}");
        let error = ends[0].error.as_ref().unwrap_or_else(|| panic!("{what}"));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Media, *code), "{what}");
        assert!(rtp.recv(&mut [0; 2000]).is_err(), "{what}: audio was sent");
    }
    ep.close();
}

#[test]
fn optional_takes_what_the_peer_takes() {
    let ep = start(small());
    let caller = ep.add_account(account(&ep, "1001").srtp(SrtpMode::Optional)).unwrap();
    ep.add_account(account(&ep, "1002").srtp(SrtpMode::Off)).unwrap();
    let (out, inn) = connected(&ep);
    for call in [&out, &inn] {
        let media = microsip_testkit::wait_until(Deadline::secs(5), "media", || {
            call.info().media.iter().find(|m| m.active).cloned()
        })
        .unwrap();
        assert_eq!((media.srtp, media.srtp_suite), (None, None));
    }
    out.hang_up().unwrap();
    inn.wait_for(CallState::Disconnected, SOON).unwrap();
    let old = ep
        .accounts()
        .unwrap()
        .into_iter()
        .find(|a| a.aor().contains("1002"))
        .unwrap();
    old.remove().unwrap();
    ep.add_account(account(&ep, "1002").srtp(SrtpMode::Optional)).unwrap();
    let mut events = ep.events();
    let out = caller.call(&ep.uri("1002")).unwrap();
    let inn = incoming(&mut events);
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    let told = microsip_testkit::wait_until(Deadline::secs(5), "protected media", || {
        call_protection(&out).zip(call_protection(&inn))
    })
    .unwrap_or_else(|e| panic!("{e}: {:?}", out.info()));
    assert_eq!(told.0, told.1);
    ep.close();
}

fn call_protection(call: &Call) -> Option<(SrtpKeying, SrtpSuite)> {
    let info = call.info();
    let media = info.media.iter().find(|m| m.active)?;
    media.srtp.zip(media.srtp_suite)
}

/// Distinct payloads of the first RTP packets that arrive.
fn payloads(rtp: &UdpSocket, count: usize) -> (HashSet<Vec<u8>>, HashSet<usize>) {
    rtp.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (mut distinct, mut sizes) = (HashSet::new(), HashSet::new());
    let mut buffer = [0; 2000];
    while distinct.len() + sizes.len() < 1000 {
        let n = rtp.recv(&mut buffer).unwrap();
        assert_eq!(buffer[0] >> 6, 2, "RTP, version 2");
        if n < 100 {
            continue;
        }
        distinct.insert(buffer[12..n].to_vec());
        sizes.insert(n - 12);
        static SEEN: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        if SEEN.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % count == count - 1 {
            break;
        }
    }
    (distinct, sizes)
}

#[test]
fn what_is_on_the_wire_is_not_plain() {
    let ep = start(small());
    // Silence in PCMU is the same byte over and over.
    for (mode, profile, suite) in [
        (SrtpMode::Off, "RTP/AVP", None),
        (SrtpMode::Required, "RTP/SAVP", Some((AesCm128HmacSha1_80, 10))),
        (SrtpMode::Required, "RTP/SAVP", Some((AesCm128HmacSha1_32, 4))),
    ] {
        let suites = suite.map_or(AesCm128HmacSha1_80, |(s, _)| s);
        let caller = ep
            .add_account(account(&ep, "1001").srtp(mode).srtp_suites([suites]))
            .unwrap();
        let (peer, rtp) = (Peer::new(), UdpSocket::bind("127.0.0.1:0").unwrap());
        let call = caller.call(&peer.uri("x")).unwrap();
        let invite = peer.request("INVITE");
        let crypto = format!("crypto:1 {suites} {KEY}");
        let attributes: Vec<&str> = suite.iter().map(|_| crypto.as_str()).collect();
        peer.reply(
            &invite,
            200,
            &[],
            Some(&sdp(rtp.local_addr().unwrap().port(), profile, &attributes)),
        );
        peer.request("ACK");
        let (distinct, sizes) = payloads(&rtp, 20);
        match suite {
            None => {
                assert_eq!(sizes, HashSet::from([160]));
                let odd = distinct
                    .iter()
                    .flatten()
                    .filter(|b| !matches!(b, 0xff | 0x7f | 0xfe | 0x7e))
                    .count();
                assert!(
                    odd == 0 && distinct.len() <= 3,
                    "silence is plain: {odd} {}",
                    distinct.len()
                );
            }
            Some((_, tag)) => {
                assert_eq!(sizes, HashSet::from([160 + tag]), "the tag of {suites}");
                assert_eq!(distinct.len(), 20, "no two packets are alike");
                let bytes: HashSet<u8> = distinct.iter().flat_map(|p| p[..160].to_vec()).collect();
                assert!(bytes.len() > 200, "{} values", bytes.len());
            }
        }
        call.hang_up().unwrap();
        caller.remove().unwrap();
    }
    ep.close();
}

/// Our own two accounts, with somebody on the way who changes SIP messages.
fn meddled(
    ep: &Running,
    keying: SrtpKeying,
    rule: impl FnMut(&str) -> Option<String> + Send + 'static,
) -> (CallEnd, Tap) {
    let mut rule = rule;
    let tap = Tap::with_rule(ep.local_address(Transport::Udp).unwrap(), move |record| {
        let text = String::from_utf8_lossy(&record.bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Action::Forward;
        };
        let (Some(changed), false) = (rule(body), body.is_empty()) else {
            return Action::Forward;
        };
        let head: Vec<String> = head
            .lines()
            .map(|l| match l.starts_with("Content-Length") {
                true => format!("Content-Length: {}", changed.len()),
                false => l.to_owned(),
            })
            .collect();
        assert!(matches!(record.direction, Way::ToServer | Way::ToClient));
        Action::Replace(format!("{}\r\n\r\n{changed}", head.join("\r\n")).into_bytes())
    })
    .unwrap();
    let caller = ep
        .add_account(
            account(ep, "1001")
                .srtp_keying([keying])
                .proxy(format!("sip:{}", tap.addr())),
        )
        .unwrap();
    let callee = ep.add_account(account(ep, "1002").srtp_keying([keying])).unwrap();
    ep.set_incoming(IncomingPolicy::Answer(StatusCode::OK)).unwrap();
    let mut events = ep.events();
    let call = caller.call(&ep.uri("1002")).unwrap();
    let end = wait(&mut events, "the end", |e| match e {
        Event::CallState { call: c, info } if *c == call => info.end.clone(),
        _ => None,
    });
    for account in [caller, callee] {
        account.remove().unwrap();
    }
    (end, tap)
}

#[test]
fn somebody_on_the_way_who_removes_the_encryption_gets_no_call() {
    let ep = start(small());
    let plain = |sdp: &str| {
        let kept: Vec<_> = sdp.lines().filter(|l| !l.starts_with("a=crypto")).collect();
        kept.join("\r\n").replace("RTP/SAVP", "RTP/AVP") + "\r\n"
    };
    // From the offer: the callee refuses.
    let (end, tap) = meddled(&ep, Sdes, move |sdp| sdp.contains("RTP/SAVP").then(|| plain(sdp)));
    let error = end.error.unwrap();
    assert_eq!((end.code.code(), error.code()), (488, "peer_refused_media"), "{error}");
    drop(tap);
    // From the answer: the caller does.
    let mut seen = 0;
    let (end, _tap) = meddled(&ep, Sdes, move |sdp| {
        seen += usize::from(!sdp.is_empty());
        (seen > 1).then(|| plain(sdp))
    });
    let error = end.error.unwrap();
    assert_eq!(error.code(), "srtp_required", "{error}");
    ep.close();
}

#[test]
fn a_certificate_that_was_not_announced_ends_the_call() {
    let ep = start(small());
    // Several times, for RTP and RTCP have a handshake each, and either may be over first.
    for changed in ["offer", "answer"].into_iter().cycle().take(10) {
        let mut seen = 0;
        let (end, _tap) = meddled(&ep, Dtls, move |sdp| {
            seen += usize::from(!sdp.is_empty());
            let now = (seen == 1) == (changed == "offer");
            let digits = sdp.split("a=fingerprint:SHA-256 ").nth(1)?.get(..2)?.to_owned();
            let other = if digits == "00" { "01" } else { "00" };
            now.then(|| sdp.replacen(&format!("SHA-256 {digits}"), &format!("SHA-256 {other}"), 1))
        });
        // Whoever saw the false one knows why; the other is hung up on.
        if changed == "answer" {
            let error = end.error.unwrap();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::Media, "srtp_fingerprint"),
                "{error}"
            );
            assert_eq!((end.by, end.code.code()), (EndedBy::Local, 488));
        } else {
            // The callee may see it before its own answer is out: then its answer is 488.
            let refused = end.cause == EndCause::Rejected && end.code.code() == 488;
            assert!(
                end.by == EndedBy::Remote && (refused || end.cause == EndCause::HungUp),
                "{end:?}"
            );
        }
    }
    ep.close();
}

#[test]
fn heavy_dtls_is_agreed_whichever_handshake_is_over_first() {
    // RTP and RTCP have one each, beside the signalling: every order comes up, and none may leave RTP without keys.
    let ep = start(small());
    for user in ["1001", "1002"] {
        ep.add_account(account(&ep, user).srtp_keying([Dtls])).unwrap();
    }
    for _ in 0..40 {
        let (out, inn) = connected(&ep);
        for call in [&out, &inn] {
            assert_eq!(protected(call).0, Some(Dtls));
        }
        out.hang_up().unwrap();
        inn.wait_for(CallState::Disconnected, SOON).unwrap();
    }
    ep.close();
}

#[test]
fn a_handshake_that_nobody_begins_ends_the_call() {
    let ep = start(small());
    let caller = ep.add_account(account(&ep, "1001").srtp_keying([Dtls])).unwrap();
    let (peer, rtp) = (Peer::new(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let mut events = ep.events();
    let call = caller.call(&peer.uri("x")).unwrap();
    let invite = peer.request("INVITE");
    let print = format!("fingerprint:SHA-256 {}", vec!["AB"; 32].join(":"));
    let answer = sdp(
        rtp.local_addr().unwrap().port(),
        "UDP/TLS/RTP/SAVP",
        &["setup:active", &print],
    );
    peer.reply(&invite, 200, &[], Some(&answer));
    peer.request("ACK");
    let media = call.info().media.first().cloned();
    assert!(media.is_none_or(|m| m.srtp_suite.is_none()));
    let bye = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(14));
        let bye = peer.request("BYE");
        peer.reply(&bye, 200, &[], None);
    });
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    let error = loop {
        let left = deadline.saturating_duration_since(std::time::Instant::now());
        match events.recv_timeout(left).unwrap().unwrap() {
            Event::CallState { call: c, info } if c == call && info.end.is_some() => {
                break info.end.clone().unwrap().error.unwrap();
            }
            _ => {}
        }
    };
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Media, "srtp_keying"),
        "{error}"
    );
    rtp.set_nonblocking(true).unwrap();
    let mut buffer = [0; 2000];
    while let Ok(n) = rtp.recv(&mut buffer) {
        assert!(n > 0 && buffer[0] >> 6 != 2, "RTP was sent without keys");
    }
    bye.join().unwrap();
    ep.close();
}

// ---- baresip ----

/// baresip 1.0.0, which answers every call and sends back what it hears.
struct Baresip {
    process: Process,
    port: u16,
    _dir: TestDir,
}

impl Baresip {
    fn start(mediaenc: &str) -> Baresip {
        let dir = TestDir::new("baresip").unwrap();
        let port = ports::reserve().unwrap().release();
        let rtp = ports::reserve_range(16).unwrap();
        let (first, last) = rtp.release();
        let config = format!(
            "poll_method epoll\nsip_listen 127.0.0.1:{port}\naudio_player aubridge,x\naudio_source aubridge,x\n\
             audio_alert aubridge,y\nrtp_ports {first}-{last}\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\n\
             module aubridge.so\nmodule srtp.so\nmodule dtls_srtp.so\nmodule_tmp uuid.so\nmodule_tmp account.so\nmodule_app menu.so\n"
        );
        std::fs::write(dir.join("config"), config).unwrap();
        let line =
            format!("<sip:bob@127.0.0.1:{port}>;regint=0;answermode=auto;audio_codecs=pcmu;mediaenc={mediaenc}\n");
        std::fs::write(dir.join("accounts"), line).unwrap();
        std::fs::write(dir.join("contacts"), "\n").unwrap();
        let mut process = Spec::installed("baresip", "baresip-core")
            .unwrap()
            .args(["-4", "-v", "-f"])
            .arg(dir.path())
            .spawn()
            .unwrap();
        process.wait_line("baresip is ready", Deadline::secs(15)).unwrap();
        Baresip {
            process,
            port,
            _dir: dir,
        }
    }

    fn output(&self) -> String {
        let lines = self.process.output().lines();
        lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn baresip_understands_our_keys_and_we_its() {
    let speech = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav");
    let ep = start(small());
    for (mediaenc, keying, suites) in [
        ("srtp-mand", Sdes, vec![AesCm128HmacSha1_80]),
        ("srtp-mand", Sdes, vec![AesCm128HmacSha1_32]),
        ("srtp-mand", Sdes, vec![AeadAes128Gcm]),
        ("srtp-mand", Sdes, vec![AeadAes256Gcm]),
        ("dtls_srtp", Dtls, vec![AesCm128HmacSha1_80]),
        ("dtls_srtp", Dtls, SrtpSuite::ALL.to_vec()),
        // What it has no name for is left out.
        ("srtp-mand", Sdes, vec![Aes256CmHmacSha1_80, AesCm128HmacSha1_80]),
    ] {
        let bob = Baresip::start(mediaenc);
        let what = format!("{mediaenc} {suites:?}");
        let caller = ep
            .add_account(account(&ep, "1001").srtp_keying([keying]).srtp_suites(suites.clone()))
            .unwrap();
        let call = caller.call(&format!("sip:bob@127.0.0.1:{}", bob.port)).unwrap();
        call.wait_for(CallState::Confirmed, SOON)
            .unwrap_or_else(|e| panic!("{what}: {e}\n{}", bob.output()));
        let told = protected(&call);
        assert_eq!(told.0, Some(keying), "{what}");
        assert!(suites.contains(&told.1.unwrap()), "{what}: {told:?}");
        // It hears us and we hear it: what we play comes back.
        let player = call.play(&speech, PlayOptions::default()).unwrap();
        microsip_testkit::wait_until(Deadline::secs(10), "audio back", || {
            call.stats()
                .is_ok_and(|s| s.received.packets > 50 && s.received.lost < 10)
                .then_some(())
        })
        .unwrap_or_else(|e| panic!("{what}: {e} {:?}\n{}", call.stats(), bob.output()));
        drop(player);
        call.hang_up().unwrap();
        caller.remove().unwrap();
    }
    ep.close();
}

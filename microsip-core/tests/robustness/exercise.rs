//! What makes PJSIP call back, for the test of panics in callbacks. A new callback gets its cause here.

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::Kamailio;
use microsip_testkit::netns::Netns;

use crate::support::peer::Peer;
use crate::support::*;

/// Everything that makes PJSIP call back: registration by TCP, a call with files and digits, a REFER, an INVITE with
/// Replaces. Nothing in here may fail to end; it may fail.
pub fn exercise(ep: &Running, server: &Kamailio, net: &Netns, dir: &TestDir, speech: &std::path::Path) {
    let config = AccountConfig::new(format!("sip:1001@{}", server.domain()))
        .registrar(format!("sip:{}", server.tcp_addr()))
        .transport(Transport::Tcp)
        .credentials("1001", "secret");
    let registered = ep.add_account(config).unwrap();
    drop(registered.wait_registered(Duration::from_secs(3)));
    // One with ICE and a relay where nobody listens, one with STUN alone.
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let relay = TurnConfig::new(unused.to_string(), "u", "p").transport(Transport::Tcp);
    let nat = AccountNat::default().ice(IceMode::On).turn(TurnUse::Server(relay));
    let a = ep.add_account(AccountConfig::new(ep.uri("1003")).nat(nat)).unwrap();
    let b = ep.local("1004");
    let mut events = ep.events();
    let out = a.call(&ep.uri("1004")).unwrap();
    let deadline = Instant::now() + Duration::from_secs(3);
    let mut tags = String::new();
    let mut inn = None;
    while let Ok(Some(event)) = events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        match event {
            Event::IncomingCall { call, .. } => {
                drop(call.record(dir.join("out.wav")));
                drop(call.play(speech, PlayOptions::default()));
                drop(call.answer(StatusCode::OK));
                inn = Some(call);
            }
            Event::SipMessage(m) if m.first_line.starts_with("SIP/2.0 200") && m.cseq.ends_with("INVITE") => {
                tags = m.text.clone();
            }
            Event::CallState { call, info } if call == out && info.state >= CallState::Confirmed => break,
            _ => {}
        }
    }
    redirected(ep, &a);
    named(ep, &registered);
    // The system reports both.
    net.ip("link add name v8 type veth peer name v9").unwrap();
    net.ip("link del v8").unwrap();
    drop(out.hold());
    drop(a.options(&ep.uri("1004")).and_then(|r| r.wait(Duration::from_secs(1))));
    drop(out.send_dtmf("1"));
    std::thread::sleep(Duration::from_millis(400));
    let addr = ep.local_address(Transport::Udp).unwrap();
    let tag = |header: &str| {
        let line = tags.lines().find(|l| l.starts_with(header)).unwrap_or_default();
        line.split("tag=").nth(1).unwrap_or("none").trim().to_owned()
    };
    let call_id = tags
        .lines()
        .find_map(|l| l.strip_prefix("Call-ID: "))
        .unwrap_or("none")
        .trim()
        .to_owned();
    let replaces = format!("{call_id};to-tag={};from-tag={}", tag("To:"), tag("From:"));
    let raw = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    // A STUN message where SIP is expected.
    raw.send_to(&crate::raw::binding_success(&[0; 20], addr), addr).unwrap();
    let own = raw.local_addr().unwrap();
    let invite = format!(
        "INVITE sip:1004@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKreplace{own}\r\nMax-Forwards: 70\r\n\
         From: <sip:x@{own}>;tag=1\r\nTo: <sip:1004@{addr}>\r\nCall-ID: replace-{own}\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:x@{own}>\r\nReplaces: {replaces}\r\nRequire: replaces\r\nContent-Length: 0\r\n\r\n"
    );
    raw.send_to(invite.as_bytes(), addr).unwrap();
    // Media at a name.
    let sdp = "v=0\r\no=- 1 1 IN IP4 localhost\r\ns=-\r\nc=IN IP4 localhost\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
    let named = format!(
        "INVITE sip:1004@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKnamed{own}\r\nMax-Forwards: 70\r\n\
         From: <sip:x@{own}>;tag=2\r\nTo: <sip:1004@{addr}>\r\nCall-ID: named-{own}\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:x@{own}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    );
    raw.send_to(named.as_bytes(), addr).unwrap();
    if let Some(call) = incoming_within(&mut events, Duration::from_secs(1)) {
        drop(call.answer(StatusCode::OK));
        std::thread::sleep(Duration::from_millis(100));
        drop(call.hang_up());
    }
    // In the dialog, from its far end: PJSIP matches tags, not addresses.
    let refer = format!(
        "REFER sip:1004@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKrefer{own}\r\nMax-Forwards: 70\r\n\
         From: <sip:1003@{addr}>;tag={}\r\nTo: <sip:1004@{addr}>;tag={}\r\nCall-ID: {call_id}\r\nCSeq: 99999 REFER\r\n\
         Contact: <sip:x@{own}>\r\nRefer-To: <sip:y@{own}>\r\nContent-Length: 0\r\n\r\n",
        tag("From:"),
        tag("To:")
    );
    raw.send_to(refer.as_bytes(), addr).unwrap();
    hostile(ep, &raw);
    std::thread::sleep(Duration::from_millis(150));
    drop(out.hang_up());
    if let Some(inn) = inn {
        drop(inn.hang_up());
    }
    for account in [registered, a, b] {
        drop(account.remove());
    }
}

fn incoming_within(events: &mut Events, longest: Duration) -> Option<Call> {
    let deadline = Instant::now() + longest;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if let Event::IncomingCall { call, .. } = events.recv_timeout(left).ok().flatten()? {
            return Some(call);
        }
    }
}

/// A name that leads to a closed port, and a call from an address of record that is a name.
fn named(ep: &Running, registered: &Account) {
    let closed = microsip_testkit::ports::reserve().unwrap();
    let uri = format!("sip:localhost:{}", closed.addr().port());
    let _ = closed.release();
    let config = AccountConfig::new("sip:1005@localhost")
        .registrar(uri)
        .transport(Transport::Tcp);
    let account = ep.add_account(config).unwrap();
    drop(account.wait_registered(Duration::from_secs(1)));
    drop(account.remove());
    if let Ok(call) = registered.call(&ep.uri("1004")) {
        drop(call.hang_up());
    }
}

/// What [`secured`] causes and the rest does not.
pub const SECURED: &[&str] = &[
    "on_media_refused",
    "on_srtp_negotiated",
    "on_tls_context",
    "on_tls_peer",
    "on_transport_switched",
];

/// TLS, a request too large for UDP, DTLS keying, an answer that is refused.
pub fn secured(ep: &Running, server: &Kamailio) {
    let plain = &ep.local("1003");
    let tls = AccountConfig::new("sip:1005@x.test")
        .registrar(format!("sip:localhost:{}", server.tls_addr().unwrap().port()))
        .transport(Transport::Tls);
    let registered = ep.add_account(tls).unwrap();
    drop(registered.wait_registered(Duration::from_secs(3)));
    drop(registered.remove());
    if let Ok(call) = plain.call(&ep.uri(&"x".repeat(600))) {
        drop(call.hang_up());
    }
    let dtls = AccountConfig::new(ep.uri("1006"))
        .srtp(SrtpMode::Required)
        .srtp_keying([SrtpKeying::Dtls]);
    let account = ep.add_account(dtls).unwrap();
    let mut events = ep.events();
    // An answer without encryption.
    let peer = Peer::new();
    if let Ok(call) = account.call(&peer.uri("plain")) {
        answered(&peer, 200, &[], Some(crate::support::peer::SDP));
        drop(call.hang_up());
    }
    // To itself; and what it does not accept.
    for caller in [&account, plain] {
        let Ok(call) = caller.call(&ep.uri("1006")) else {
            continue;
        };
        let deadline = Instant::now() + Duration::from_secs(2);
        while let Ok(Some(event)) = events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            match event {
                Event::IncomingCall { call, .. } => drop(call.answer(StatusCode::OK)),
                Event::CallMedia { info, .. } if info.media.iter().any(|m| m.srtp_suite.is_some()) => break,
                Event::CallState { call: c, info } if c == call && info.is_ended() => break,
                _ => {}
            }
        }
        drop(call.hang_up());
    }
    drop(account.remove());
    drop(plain.remove());
}

/// What passes the gate, what does not, what nobody wants, what cannot be parsed, and a ping.
fn hostile(ep: &Running, raw: &std::net::UdpSocket) {
    let (addr, own) = (ep.local_address(Transport::Udp).unwrap(), raw.local_addr().unwrap());
    for (method, cseq) in [("OPTIONS", "1"), ("BYE", "1"), ("OPTIONS", "one")] {
        let text = format!(
            "{method} sip:1004@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKh{method}{cseq}\r\n\
             From: <sip:x@{own}>;tag=1\r\nTo: <sip:1004@{addr}>\r\nCall-ID: {method}\r\nCSeq: {cseq} {method}\r\n\
             Content-Length: 0\r\n\r\n"
        );
        raw.send_to(text.as_bytes(), addr).unwrap();
    }
    raw.send_to(b"\r\n\r\n", addr).unwrap();
}

/// The peer answers its call so, and sees that confirmed; unless a panic has hindered either.
fn answered(peer: &Peer, code: u16, headers: &[&str], body: Option<&str>) {
    let within = Duration::from_secs(5);
    if let Ok(invite) = peer.find_within(within, |m| m.is_request("INVITE")) {
        peer.reply(&invite, code, headers, body);
        drop(peer.find_within(within, |m| m.is_request("ACK")));
    }
}

/// A callee that names another place.
fn redirected(ep: &Running, account: &Account) {
    let peer = Peer::new();
    let call = account.call(&peer.uri("elsewhere")).unwrap();
    let contact = format!("Contact: <sip:there@{}>", peer.addr());
    answered(&peer, 302, &[&contact], None);
    drop(call.wait_for(CallState::Disconnected, Duration::from_secs(3)));
    ep.round_trip().unwrap();
}

//! What each account brings to its calls: codecs, session timers, reliable provisional responses, as bytes.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

fn body(message: &Got) -> String {
    let text = String::from_utf8_lossy(message.raw()).into_owned();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The media line and the attributes that name formats.
fn formats(sdp: &str) -> (String, Vec<String>) {
    let media = sdp.lines().find(|l| l.starts_with("m=audio")).unwrap();
    let list = media.split(' ').skip(3).collect::<Vec<_>>().join(" ");
    let maps = sdp
        .lines()
        .filter(|l| l.starts_with("a=rtpmap:") || l.starts_with("a=fmtp:"))
        .map(str::to_owned)
        .collect();
    (list, maps)
}

/// The offer of a call by this account.
fn offer(ep: &Running, config: AccountConfig) -> String {
    let account = ep.add_account(config).unwrap();
    let peer = Peer::new();
    account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 486, &[], None);
    peer.request("ACK");
    account.remove().unwrap();
    body(&invite)
}

#[test]
fn an_account_offers_its_own_codecs_in_its_own_order() {
    let ep = start(config().codecs("PCMU PCMA G722 GSM opus speex/16000").unwrap());
    let all = offer(&ep, AccountConfig::new(ep.uri("all")));
    let (list, _) = formats(&all);
    assert!(list.split(' ').count() >= 6, "{list}");
    // Payload types of the endpoint's whole offer, which must stay the same.
    let number = |name: &str| {
        let map = all
            .lines()
            .find(|l| l.starts_with("a=rtpmap:") && l.contains(name))
            .unwrap();
        map["a=rtpmap:".len()..].split(' ').next().unwrap().to_owned()
    };
    let event = number("telephone-event/8000");
    for (codecs, wanted) in [
        ("PCMA", format!("8 {event}")),
        ("PCMA PCMU", format!("8 0 {event}")),
        ("G722 PCMU", format!("9 0 {event}")),
        ("GSM PCMA G722", format!("3 8 9 {event}")),
    ] {
        let config = AccountConfig::new(ep.uri("some")).codecs(codecs).unwrap();
        let sdp = offer(&ep, config);
        let (list, maps) = formats(&sdp);
        assert_eq!(list, wanted, "{codecs}: {sdp}");
        // No attribute names a format that is not offered.
        for map in maps {
            let n = map.split([':', ' ']).nth(1).unwrap();
            assert!(list.split(' ').any(|f| f == n), "{map} in {sdp}");
        }
    }
    let sdp = offer(
        &ep,
        AccountConfig::new(ep.uri("wide")).codecs("opus speex/16000").unwrap(),
    );
    let (list, maps) = formats(&sdp);
    assert!(
        list.starts_with(&format!("{} {}", number("opus/"), number("speex/16000"))),
        "{sdp}"
    );
    assert!(
        maps.iter()
            .any(|m| m.starts_with(&format!("a=fmtp:{} ", number("opus/")))),
        "{sdp}"
    );
    assert!(!sdp.contains("PCMU"), "{sdp}");
    // What the endpoint has not cannot be had.
    let error = ep
        .add_account(AccountConfig::new(ep.uri("x")).codecs("PCMU L16/44100").unwrap())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    assert!(error.to_string().contains("L16/44100/1"), "{error}");
    ep.close();
}

#[test]
fn an_account_answers_with_its_own_codecs() {
    let ep = start(config().codecs("PCMU PCMA G722").unwrap());
    let account = ep
        .add_account(AccountConfig::new(ep.uri("1001")).codecs("PCMA").unwrap())
        .unwrap();
    let mut events = ep.events();
    let peer = Peer::new();
    let both = SDP.replace("RTP/AVP 0 101", "RTP/AVP 0 8 9 101");
    let to = ep.local_address(Transport::Udp).unwrap();
    let dialog = Dialog::new(&peer, account.aor(), "answer");
    peer.send(to, "INVITE", account.aor(), &dialog, 1, &[], Some(&both));
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    let answer = peer.response(200, "INVITE");
    assert_eq!(formats(&body(&answer)).0, "8 101");
    let dialog = dialog.answered(&answer);
    peer.send(to, "ACK", account.aor(), &dialog, 1, &[], None);
    // An offer of nothing it wants is refused.
    let dialog = Dialog::new(&peer, account.aor(), "refuse");
    peer.send(to, "INVITE", account.aor(), &dialog, 1, &[], Some(SDP));
    if let Ok(Some(Event::IncomingCall { call, .. })) = events.recv_timeout(Duration::from_millis(500)) {
        drop(call.answer(StatusCode::OK));
    }
    peer.response(488, "INVITE");
    ep.close();
}

#[test]
fn a_call_without_offer_gets_the_accounts_codecs() {
    let ep = start(config().codecs("PCMU PCMA G722").unwrap());
    let account = ep
        .add_account(AccountConfig::new(ep.uri("1001")).codecs("G722").unwrap())
        .unwrap();
    let mut events = ep.events();
    let peer = Peer::new();
    let to = ep.local_address(Transport::Udp).unwrap();
    let dialog = Dialog::new(&peer, account.aor(), "late");
    peer.send(to, "INVITE", account.aor(), &dialog, 1, &[], None);
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    let answer = peer.response(200, "INVITE");
    assert!(formats(&body(&answer)).0.starts_with("9 "), "{}", body(&answer));
    ep.close();
}

fn tags(message: &Got, name: &str) -> Vec<String> {
    message
        .all(name)
        .flat_map(|v| v.split(','))
        .map(|t| t.trim().to_owned())
        .collect()
}

/// The INVITE of a call by this account.
fn invite(ep: &Running, config: AccountConfig) -> Got {
    let account = ep.add_account(config).unwrap();
    let peer = Peer::new();
    account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 486, &[], None);
    peer.request("ACK");
    account.remove().unwrap();
    invite
}

#[test]
fn reliable_provisional_responses_are_off_supported_or_required() {
    let ep = start(config());
    let has = |list: Vec<String>, tag: &str| list.iter().any(|t| t == tag);
    for (mode, supported, required) in [
        (Reliable100::Off, false, false),
        (Reliable100::Supported, true, false),
        (Reliable100::Required, true, true),
    ] {
        let sent = invite(&ep, AccountConfig::new(ep.uri(mode.name())).reliable(mode));
        assert_eq!(has(tags(&sent, "Supported"), "100rel"), supported, "{mode:?}");
        assert_eq!(has(tags(&sent, "Allow"), "PRACK"), supported, "{mode:?}");
        assert_eq!(has(tags(&sent, "Require"), "100rel"), required, "{mode:?}");
    }
    // A caller that requires it.
    let off = ep
        .add_account(AccountConfig::new(ep.uri("off")).reliable(Reliable100::Off))
        .unwrap();
    let required = ep
        .add_account(AccountConfig::new(ep.uri("required")).reliable(Reliable100::Required))
        .unwrap();
    let peer = Peer::new();
    let to = ep.local_address(Transport::Udp).unwrap();
    let dialog = Dialog::new(&peer, off.aor(), "off");
    peer.send(
        to,
        "INVITE",
        off.aor(),
        &dialog,
        1,
        &["Require: 100rel", "Supported: 100rel"],
        Some(SDP),
    );
    let refused = peer.response(420, "INVITE");
    assert_eq!(refused.header("Unsupported"), Some("100rel"));
    assert!(!has(tags(&refused, "Supported"), "100rel"));
    // One that supports it, and one that does not.
    let mut events = ep.events();
    let dialog = Dialog::new(&peer, off.aor(), "plain");
    peer.send(to, "INVITE", off.aor(), &dialog, 1, &["Supported: 100rel"], Some(SDP));
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    let ringing = peer.response(180, "INVITE");
    assert_eq!((ringing.header("Require"), ringing.header("RSeq")), (None, None));
    assert!(!has(tags(&ringing, "Supported"), "100rel"));
    call.reject(StatusCode::BUSY_HERE).unwrap();
    let dialog = Dialog::new(&peer, required.aor(), "must");
    peer.send(to, "INVITE", required.aor(), &dialog, 1, &[], Some(SDP));
    let refused = peer.response(421, "INVITE");
    assert_eq!(refused.header("Require"), Some("100rel"));
    let dialog = Dialog::new(&peer, required.aor(), "does");
    peer.send(
        to,
        "INVITE",
        required.aor(),
        &dialog,
        1,
        &["Supported: 100rel"],
        Some(SDP),
    );
    incoming(&mut events).answer(StatusCode::RINGING).unwrap();
    let ringing = peer.response(180, "INVITE");
    assert_eq!(ringing.header("Require"), Some("100rel"));
    assert!(ringing.header("RSeq").is_some());
    ep.close();
}

#[test]
fn session_timers_are_plumbed() {
    let ep = start(config());
    let (expires, min_se) = (Duration::from_secs(600), Duration::from_secs(120));
    for (timers, supported, required, asked) in [
        (SessionTimers::Off, false, false, false),
        (SessionTimers::Optional, true, false, true),
        (SessionTimers::Required, true, true, true),
        (SessionTimers::Always, true, false, true),
    ] {
        let config = AccountConfig::new(ep.uri(timers.name()))
            .timers(timers)
            .session_expires(expires, min_se);
        let sent = invite(&ep, config);
        let has = |name: &str| tags(&sent, name).iter().any(|t| t == "timer");
        assert_eq!((has("Supported"), has("Require")), (supported, required), "{timers:?}");
        let session = sent.header("Session-Expires").or(sent.header("x"));
        assert_eq!(
            session.map(|s| s.split(';').next().unwrap()),
            asked.then_some("600"),
            "{timers:?}"
        );
        assert_eq!(sent.header("Min-SE"), asked.then_some("120"), "{timers:?}");
    }
    ep.close();
}

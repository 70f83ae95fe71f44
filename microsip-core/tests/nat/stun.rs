//! STUN without ICE: what servers tell, and what happens when they do not.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use microsip_core::*;

use crate::QUIET;
use crate::raw::{Raw, Stun, media_addr, sdp};
use crate::support::*;

fn shifted(ip: &str, address: SocketAddr) -> SocketAddr {
    SocketAddr::new(ip.parse().unwrap(), address.port().wrapping_add(1000).max(1024))
}

/// A socket nobody answers from.
fn dead() -> (std::net::UdpSocket, String) {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    (socket, address)
}

#[test]
fn contact_and_sdp_carry_what_the_server_sees_of_those_very_sockets() {
    let server = Stun::shifting([198, 51, 100, 9]);
    let ep = start(config().nat(NatConfig::default().stun(server.server())));
    let local = ep.local_address(Transport::Udp).unwrap();
    assert_eq!(local.ip().to_string(), "127.0.0.1");
    let stun = ep.stun();
    assert_eq!(stun.state, StunState::Ready);
    assert_eq!(stun.server, Some(server.server()));
    let sip = shifted("198.51.100.9", local);
    assert_eq!(stun.sip, Some(sip));

    let raw = Raw::new();
    let account = ep.local("1001");
    let asked = server.asked();
    let call = account.call(&raw.uri("bob")).unwrap();
    let (invite, from) = raw.request("INVITE");
    assert_eq!(server.asked(), asked + 2, "RTP and RTCP, once each");
    assert!(
        invite.header("Contact").unwrap().contains(&format!("@{sip}")),
        "{invite:?}"
    );
    assert!(invite.header("Via").unwrap().contains(&sip.to_string()), "{invite:?}");
    let media = media_addr(&invite);
    assert_eq!(media.ip().to_string(), "198.51.100.9");
    // The port belongs to the socket the audio comes from: RTP sent there, as a router would, arrives.
    let rtcp = invite.sdp('a').into_iter().find(|a| a.starts_with("rtcp:")).unwrap();
    assert!(rtcp.contains("198.51.100.9"), "{rtcp}");
    let inside = SocketAddr::from(([127, 0, 0, 1], media.port() - 1000));
    let peer = Raw::new();
    raw.answer(&invite, from, 200, "", &sdp(peer.addr(), 1, ""));
    raw.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let mut buffer = [0; 2000];
    peer.socket.set_read_timeout(Some(SOON)).unwrap();
    let (_, rtp_from) = peer.socket.recv_from(&mut buffer).unwrap();
    assert_eq!(rtp_from, inside);

    // Incoming calls are answered likewise.
    let mut events = ep.events();
    let caller = Raw::new();
    caller.invite(local, "1001", 1, "", &sdp(caller.addr(), 1, ""));
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    let (ok, _) = caller.recv("200", |m| m.is_response(200, "INVITE"));
    assert_eq!(media_addr(&ok).ip().to_string(), "198.51.100.9");
    caller.follow("ACK", local, "1001", 1, ok.to_tag().unwrap());

    // An account that does not want it does without.
    let shy = AccountConfig::new(ep.uri("1003")).nat(AccountNat::default().stun(false));
    let shy = ep.endpoint.add_account(shy).unwrap();
    let other = Raw::new();
    let asked = server.asked();
    shy.call(&other.uri("bob")).unwrap();
    let (invite, _) = other.request("INVITE");
    assert_eq!(media_addr(&invite).ip().to_string(), "127.0.0.1");
    assert!(invite.header("Contact").unwrap().contains("@127.0.0.1:"), "{invite:?}");
    assert_eq!(server.asked(), asked);
    ep.close();
}

#[test]
fn a_dead_server_neither_delays_the_start_nor_stops_calls() {
    let (_socket, address) = dead();
    let begun = Instant::now();
    let ep = start(
        config().nat(
            NatConfig::default()
                .stun(&address)
                .start_wait(Duration::from_millis(200)),
        ),
    );
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let mut events = ep.events();
    assert_eq!(ep.stun().state, StunState::Asking);
    // The engine works meanwhile.
    assert!(ep.round_trip().unwrap() < Duration::from_millis(100));
    let failed = wait(&mut events, "failure", |e| match e {
        Event::Stun { info } => Some(info.clone()),
        _ => None,
    });
    assert_eq!(failed.state, StunState::Failed);
    let error = failed.error.clone().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains(&address), "{error}");
    assert_eq!(ep.stun(), failed);
    let raw = Raw::new();
    let begun = Instant::now();
    ep.local("1001").call(&raw.uri("bob")).unwrap();
    let (invite, _) = raw.request("INVITE");
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    assert_eq!(media_addr(&invite).ip().to_string(), "127.0.0.1");
    ep.close();
}

#[test]
fn the_server_that_answers_is_used_and_a_name_that_does_not_exist_is_told() {
    let (_socket, address) = dead();
    let server = Stun::shifting([198, 51, 100, 9]);
    let nat = NatConfig::default()
        .stun("no-such-host.invalid")
        .stun(address)
        .stun(server.server());
    let ep = start(config().nat(nat.start_wait(Duration::from_secs(2))));
    assert_eq!(ep.stun().state, StunState::Ready, "{:?}", ep.stun());
    assert_eq!(ep.stun().server, Some(server.server()));
    ep.close();

    let nat = NatConfig::default()
        .stun("no-such-host.invalid")
        .start_wait(Duration::from_secs(10));
    let ep = start(config().nat(nat));
    let stun = ep.stun();
    let error = stun.error.unwrap();
    assert_eq!(
        (stun.state, error.kind()),
        (StunState::Failed, ErrorKind::Transport),
        "{error}"
    );
    assert!(error.to_string().contains("no-such-host.invalid"), "{error}");
    ep.close();
}

#[test]
fn a_server_that_dies_costs_one_call_its_timeout_and_nobody_else_anything() {
    let server = Stun::shifting([198, 51, 100, 9]);
    let timeout = Duration::from_millis(600);
    let ep = start(config().nat(NatConfig::default().stun(server.server()).stun_timeout(timeout)));
    assert_eq!(ep.stun().state, StunState::Ready);
    server.mute();
    let mut events = ep.events();
    let raw = Raw::new();
    let account = ep.local("1001");
    let begun = Instant::now();
    let call = account.call(&raw.uri("bob")).unwrap();
    assert!(begun.elapsed() < Duration::from_millis(300), "call() does not wait");
    // The engine is free while the server is waited for.
    let slowest = (0..20)
        .map(|_| {
            std::thread::sleep(Duration::from_millis(10));
            ep.round_trip().unwrap()
        })
        .max()
        .unwrap();
    assert!(slowest < Duration::from_millis(100), "{slowest:?}");
    let (invite, from) = raw.request("INVITE");
    let waited = begun.elapsed();
    assert!((timeout..timeout * 3).contains(&waited), "{waited:?}");
    assert_eq!(media_addr(&invite).ip().to_string(), "127.0.0.1");
    let info = wait(&mut events, "loss", |e| match e {
        Event::Stun { info } => Some(info.clone()),
        _ => None,
    });
    assert_eq!(info.state, StunState::Failed);
    assert_eq!(info.error.unwrap().kind(), ErrorKind::Timeout);
    raw.answer(&invite, from, 486, "", "");
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    // The next does not wait again.
    let begun = Instant::now();
    account.call(&raw.uri("bob")).unwrap();
    raw.recv("INVITE", |m| m.is_request("INVITE") && m.call_id() != invite.call_id());
    assert!(begun.elapsed() < timeout, "{:?}", begun.elapsed());
    ep.close();
}

#[test]
fn a_call_that_is_hung_up_or_cancelled_while_stun_is_asked_leaves_nothing() {
    let server = Stun::shifting([198, 51, 100, 9]);
    let ep = start(config().nat(NatConfig::default().stun(server.server())));
    server.mute();
    let account = ep.local("1001");
    let raw = Raw::new();
    let call = account.call(&raw.uri("bob")).unwrap();
    call.hang_up().unwrap();
    let end = call
        .wait_for(CallState::Disconnected, SOON)
        .unwrap()
        .end
        .clone()
        .unwrap();
    assert_eq!(end.cause, EndCause::Cancelled);
    // No INVITE ever goes out.
    raw.socket.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
    let mut buffer = [0; 2000];
    assert!(
        raw.socket.recv_from(&mut buffer).is_err(),
        "{:?}",
        String::from_utf8_lossy(&buffer)
    );
    drop(server);

    let server = Stun::shifting([198, 51, 100, 9]);
    ep.close();
    let ep = start(config().nat(NatConfig::default().stun(server.server())));
    ep.local("1001");
    server.mute();
    let local = ep.local_address(Transport::Udp).unwrap();
    let mut events = ep.events();
    let caller = Raw::new();
    caller.invite(local, "1001", 1, "", &sdp(caller.addr(), 1, ""));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    caller.follow("CANCEL", local, "1001", 1, "");
    caller.recv("487", |m| m.is_response(487, "INVITE"));
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    let other = Raw::new();
    other.invite(local, "1001", 1, "", &sdp(other.addr(), 1, ""));
    let call = incoming(&mut events);
    call.reject(StatusCode::BUSY_HERE).unwrap();
    other.recv("486", |m| m.is_response(486, "INVITE"));
    caller.follow("ACK", local, "1001", 1, "x");
    other.follow("ACK", local, "1001", 1, "x");
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(40), "dialogs to go", || {
        (fault::dialogs(&ep.endpoint).unwrap() == 0).then_some(())
    })
    .unwrap();
    ep.close();
}

#[test]
fn heavy_a_changed_address_is_found_and_told() {
    let ip = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(9));
    let seen = ip.clone();
    let server = Stun::start(move |from| {
        let last = seen.load(Ordering::SeqCst) as u8;
        SocketAddr::from(([198, 51, 100, last], from.port()))
    });
    let nat = NatConfig::default()
        .stun(server.server())
        .stun_refresh(Duration::from_secs(5));
    let ep = start(config().nat(nat));
    let mut events = ep.events();
    assert!(ep.stun().sip.unwrap().to_string().starts_with("198.51.100.9:"));
    ip.store(77, Ordering::SeqCst);
    let info = wait(&mut events, "change", |e| match e {
        Event::Stun { info } => Some(info.clone()),
        _ => None,
    });
    assert_eq!(info.state, StunState::Ready);
    assert!(info.sip.unwrap().to_string().starts_with("198.51.100.77:"), "{info:?}");
    let raw = Raw::new();
    ep.local("1001").call(&raw.uri("bob")).unwrap();
    let (invite, _) = raw.request("INVITE");
    assert!(
        invite.header("Contact").unwrap().contains("@198.51.100.77:"),
        "{invite:?}"
    );
    // The same again is no news.
    std::thread::sleep(QUIET);
    ep.close();
}

//! Relays that cannot be had: typed, soon, and the call goes on or fails as it must.

use std::net::{TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use microsip_core::*;

use crate::raw::{Raw, media_addr, sdp};
use crate::support::*;
use crate::wait_relay_error;

const LIMIT: Duration = Duration::from_millis(700);

fn nat(turn: TurnConfig, mode: IceMode) -> NatConfig {
    NatConfig::default().ice(mode).turn(turn).gather_timeout(LIMIT)
}

/// A TURN server that never answers.
fn dead() -> (UdpSocket, TurnConfig) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = socket.local_addr().unwrap().to_string();
    (socket, TurnConfig::new(server, "alice", "s3cret"))
}

/// One where nothing listens.
fn refusing() -> TurnConfig {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap().to_string();
    TurnConfig::new(server, "alice", "s3cret").transport(Transport::Tcp)
}

#[test]
fn a_dead_relay_costs_the_gather_timeout_and_a_refusing_one_nothing() {
    let (_socket, dead) = dead();
    for (turn, kind, least, most) in [
        (dead, ErrorKind::Timeout, LIMIT, LIMIT * 3),
        (refusing(), ErrorKind::Transport, Duration::ZERO, LIMIT),
    ] {
        let server = turn.server.clone();
        let ep = start(config().nat(nat(turn, IceMode::On)));
        let account = ep.local("1001");
        let mut events = ep.events();
        let raw = Raw::new();
        let begun = Instant::now();
        let call = account.call(&raw.uri("bob")).unwrap();
        assert!(begun.elapsed() < Duration::from_millis(300));
        let (invite, from) = raw.request("INVITE");
        let waited = begun.elapsed();
        assert!(least <= waited && waited < most, "{kind:?}: {waited:?}");
        let error = wait_relay_error(&mut events, &call);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(&server), "{error}");
        assert!(invite.body_text().contains("typ host") && !invite.body_text().contains("typ relay"));
        assert_eq!(media_addr(&invite).ip().to_string(), "127.0.0.1");
        raw.answer(&invite, from, 486, "", "");
        let end = call.wait_for(CallState::Disconnected, SOON).unwrap();
        assert_eq!(end.end.as_ref().unwrap().code, StatusCode::BUSY_HERE);
        ep.close();
    }
}

#[test]
fn without_the_relay_that_is_required_a_call_fails_with_the_reason() {
    let (_socket, dead) = dead();
    for (turn, kind) in [(dead, ErrorKind::Timeout), (refusing(), ErrorKind::Transport)] {
        let ep = start(config().nat(nat(turn, IceMode::RelayOnly)));
        let account = ep.local("1001");
        let raw = Raw::new();
        let begun = Instant::now();
        let error = match account.call(&raw.uri("bob")) {
            Ok(call) => {
                let info = call.wait_for(CallState::Disconnected, SOON).unwrap();
                let end = info.end.clone().unwrap();
                assert_eq!(
                    (end.by, end.code),
                    (EndedBy::Local, StatusCode::TEMPORARILY_UNAVAILABLE)
                );
                end.error.unwrap()
            }
            Err(error) => error,
        };
        assert!(begun.elapsed() < LIMIT * 3, "{:?}", begun.elapsed());
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation(), "turn");

        // A caller hears that we cannot be reached now.
        let local = ep.local_address(Transport::Udp).unwrap();
        let mut events = ep.events();
        raw.invite(local, "1001", 1, "", &sdp(raw.addr(), 1, ""));
        let call = incoming(&mut events);
        let (no, _) = raw.recv("480", |m| m.is_response(480, "INVITE"));
        raw.follow("ACK", local, "1001", 1, no.to_tag().unwrap());
        let info = call.wait_for(CallState::Disconnected, SOON).unwrap();
        assert_eq!(info.end.as_ref().unwrap().error.as_ref().unwrap().kind(), kind);
        microsip_testkit::wait_until(microsip_testkit::Deadline::secs(10), "calls to go", || {
            (ep.calls().unwrap().is_empty() && fault::dialogs(&ep.endpoint).unwrap() == 0).then_some(())
        })
        .unwrap();
        ep.close();
    }
}

#[test]
fn calls_that_end_while_addresses_are_gathered_leave_no_dialog() {
    let (_socket, dead) = dead();
    let ep = start(config().nat(nat(dead, IceMode::On).gather_timeout(Duration::from_secs(3))));
    let account = ep.local("1001");
    let local = ep.local_address(Transport::Udp).unwrap();
    let raw = Raw::new();
    let mut events = ep.events();
    // Ours, hung up.
    let call = account.call(&raw.uri("bob")).unwrap();
    call.hang_up().unwrap();
    assert_eq!(
        call.wait_for(CallState::Disconnected, SOON)
            .unwrap()
            .end
            .as_ref()
            .unwrap()
            .cause,
        EndCause::Cancelled
    );
    // Theirs, cancelled by them and rejected by us.
    raw.invite(local, "1001", 1, "", &sdp(raw.addr(), 1, ""));
    let call = incoming(&mut events);
    raw.follow("CANCEL", local, "1001", 1, "");
    let (no, _) = raw.recv("487", |m| m.is_response(487, "INVITE"));
    raw.follow("ACK", local, "1001", 1, no.to_tag().unwrap());
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    let other = Raw::new();
    other.invite(local, "1001", 1, "", &sdp(other.addr(), 1, ""));
    incoming(&mut events).reject(StatusCode::DECLINE).unwrap();
    let (no, _) = other.recv("603", |m| m.is_response(603, "INVITE"));
    other.follow("ACK", local, "1001", 1, no.to_tag().unwrap());
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(40), "dialogs to go", || {
        (fault::dialogs(&ep.endpoint).unwrap() == 0).then_some(())
    })
    .unwrap();
    raw.socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    while let Ok((len, _)) = raw.socket.recv_from(&mut [0; 4000]) {
        assert!(len > 0);
    }
    // And closing in the middle of it waits for nobody.
    account.call(&raw.uri("bob")).unwrap();
    let begun = Instant::now();
    ep.close();
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn a_relay_whose_name_does_not_exist_is_told() {
    let turn = TurnConfig::new("no-such-host.invalid", "alice", "s3cret");
    let ep = start(config().nat(nat(turn, IceMode::On).start_wait(Duration::ZERO)));
    let mut events = ep.events();
    // It may have been told before anybody could listen; the next account asks again.
    let config = AccountConfig::new(ep.uri("1001"));
    let error = microsip_testkit::wait_until(microsip_testkit::Deadline::secs(20), "the failure", || {
        let account = ep.endpoint.add_account(config.clone()).unwrap();
        let told = match events.recv_timeout(Duration::from_millis(500)) {
            Ok(Some(Event::RelayFailed { call: None, error })) => Some(error),
            _ => None,
        };
        account.remove().unwrap();
        told
    })
    .unwrap();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.to_string().contains("no-such-host.invalid"), "{error}");
    ep.close();
}

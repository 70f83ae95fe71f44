//! The tap between two sockets, and between SIPp and SIPp.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use microsip_testkit::Deadline;
use microsip_testkit::ports::loopback;
use microsip_testkit::sipp::{Scenario, Sipp};
use microsip_testkit::tap::{Action, Direction, Tap};

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind(loopback(0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    socket
}

fn receive(socket: &UdpSocket) -> (Vec<u8>, std::net::SocketAddr) {
    let mut buffer = [0; 2048];
    let (length, from) = socket.recv_from(&mut buffer).unwrap();
    (buffer[..length].to_vec(), from)
}

#[test]
fn datagrams_pass_both_ways_and_are_recorded() {
    let (a, b, server) = (socket(), socket(), socket());
    let tap = Tap::start(server.local_addr().unwrap()).unwrap();
    a.send_to(b"from a", tap.addr()).unwrap();
    let (bytes, a_seen) = receive(&server);
    assert_eq!(bytes, b"from a");
    b.send_to(b"from b", tap.addr()).unwrap();
    let (_, b_seen) = receive(&server);
    assert_ne!(a_seen, b_seen);
    assert_eq!(tap.server_side(a.local_addr().unwrap()), Some(a_seen));
    server.send_to(b"to a", a_seen).unwrap();
    server.send_to(b"to b", b_seen).unwrap();
    assert_eq!(receive(&a), (b"to a".to_vec(), tap.addr()));
    assert_eq!(receive(&b), (b"to b".to_vec(), tap.addr()));
    tap.wait(
        |r| r.direction == Direction::ToClient && r.number == 1,
        Deadline::secs(5),
    )
    .unwrap();
    assert_eq!(tap.records().len(), 4);
    let error = tap
        .wait(|r| r.bytes == b"never", Deadline::after(Duration::from_millis(50)))
        .unwrap_err()
        .to_string();
    assert!(error.contains("6 bytes"), "{error}");
}

#[test]
fn between_lets_the_server_speak_first() {
    let (client, server) = (socket(), socket());
    let client_addr = client.local_addr().unwrap();
    let tap = Tap::between(client_addr, server.local_addr().unwrap(), |_| Action::Forward).unwrap();
    server.send_to(b"hello", tap.server_side(client_addr).unwrap()).unwrap();
    assert_eq!(receive(&client).0, b"hello");
}

#[test]
fn rules_drop_repeat_replace_and_delay() {
    let (client, server) = (socket(), socket());
    let tap = Tap::with_rule(server.local_addr().unwrap(), |d| match d.bytes.as_slice() {
        b"drop" => Action::Drop,
        b"twice" => Action::Repeat(2),
        b"other" => Action::Replace(b"changed".to_vec()),
        b"late" => Action::Delay(Duration::from_millis(150)),
        _ => Action::Forward,
    })
    .unwrap();
    let start = Instant::now();
    for bytes in [&b"drop"[..], b"twice", b"late", b"other", b"last"] {
        client.send_to(bytes, tap.addr()).unwrap();
    }
    let got: Vec<Vec<u8>> = (0..5).map(|_| receive(&server).0).collect();
    assert_eq!(got, [&b"twice"[..], b"twice", b"changed", b"last", b"late"]);
    assert!(start.elapsed() >= Duration::from_millis(150));
    tap.set_rule(|_| Action::Drop);
    client.send_to(b"gone", tap.addr()).unwrap();
    let record = tap.wait(|r| r.bytes == b"gone", Deadline::secs(5)).unwrap();
    assert_eq!(record.action, Action::Drop);
}

#[test]
fn a_lost_response_is_seen_as_retransmission_on_the_wire() {
    let callee = Sipp::uas(Scenario::UasBasic).start().unwrap();
    let mut lost = false;
    let tap = Tap::with_rule(callee.addr(), move |d| {
        if !lost && d.sip().is_some_and(|m| m.is_response(200, "INVITE")) {
            lost = true;
            return Action::Drop;
        }
        Action::Forward
    })
    .unwrap();
    let caller = Sipp::uac(Scenario::UacBasic, tap.addr())
        .run(Deadline::secs(20))
        .unwrap();
    assert!(caller.is_success(), "{caller}");
    let answers = tap.messages(Direction::ToClient);
    assert_eq!(answers.iter().filter(|m| m.is_response(200, "INVITE")).count(), 2);
    assert!(callee.wait(Deadline::secs(20)).unwrap().retransmissions >= 1);
}

//! Messages on a stream: where one ends and the next begins (RFC 3261 §18.3), pings between them (RFC 5626 §4.4.1), and what
//! becomes of a connection that has lost its step.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;
#[path = "hostile/tester.rs"]
mod tester;

use std::io::{ErrorKind as Io, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;
use support::*;
use tester::corpus::Parties;
use tester::*;

/// A connection to the endpoint.
struct Stream {
    tcp: TcpStream,
    parties: Parties,
    /// Received and not looked at.
    rest: Vec<u8>,
}

impl Stream {
    fn open(ep: &Running) -> Self {
        let me = ep.local_address(Transport::Tcp).unwrap();
        let tcp = TcpStream::connect(me).unwrap();
        tcp.set_nodelay(true).unwrap();
        tcp.set_read_timeout(Some(SOON)).unwrap();
        Stream {
            parties: Parties {
                me,
                here: tcp.local_addr().unwrap(),
                transport: "TCP",
            },
            tcp,
            rest: Vec::new(),
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.tcp.write_all(bytes).unwrap();
    }

    /// More bytes; `false` when the peer has closed the connection.
    fn more(&mut self) -> bool {
        let mut buffer = [0; 65_536];
        match self.tcp.read(&mut buffer) {
            Ok(0) => false,
            Ok(n) => {
                self.rest.extend_from_slice(&buffer[..n]);
                true
            }
            // What we sent in vain was still in its buffer.
            Err(e) if e.kind() == Io::ConnectionReset => false,
            Err(e) => panic!("{e}; so far {}", String::from_utf8_lossy(&self.rest)),
        }
    }

    /// The next message; `None` when the connection is closed instead.
    fn message(&mut self) -> Option<SipMessage> {
        loop {
            if let Some(end) = self.rest.windows(4).position(|w| w == b"\r\n\r\n") {
                // None of the answers here has a body.
                let bytes: Vec<u8> = self.rest.drain(..end + 4).collect();
                return Some(SipMessage::parse(&bytes).unwrap());
            }
            if !self.more() {
                return None;
            }
        }
    }

    fn code(&mut self) -> Option<u16> {
        self.message()?.code()
    }

    /// Waits until the endpoint has closed the connection, and returns the codes it sent before.
    fn closed(mut self) -> Vec<u16> {
        let mut codes = Vec::new();
        while let Some(code) = self.code() {
            codes.push(code);
        }
        codes
    }

    fn ping(&self, id: &str) -> Vec<u8> {
        ping(self.parties, id)
    }
}

#[test]
fn messages_are_told_apart_however_they_are_cut() {
    let ep = endpoint();
    let mut s = Stream::open(&ep);
    // Two in one segment, with blank lines before, between and after.
    let two = [b"\r\n".as_slice(), &s.ping("a"), b"\r\n", &s.ping("b"), b"\r\n"].concat();
    s.send(&two);
    assert_eq!([s.code(), s.code()], [Some(200); 2]);
    // Byte by byte.
    for byte in s.ping("c") {
        s.send(&[byte]);
    }
    assert_eq!(s.code(), Some(200));
    // One and a half, and the other half.
    let (d, e) = (s.ping("d"), s.ping("e"));
    let (front, back) = e.split_at(e.len() / 2);
    s.send(&[&d, front].concat());
    assert_eq!(s.code(), Some(200));
    s.send(back);
    assert_eq!(s.code(), Some(200));
    // A body that looks like a message is none.
    let inner = s.ping("inner");
    let outer = String::from_utf8(s.ping("outer")).unwrap().replace(
        "Content-Length: 0",
        &format!("Content-Type: message/sip\r\nContent-Length: {}", inner.len()),
    );
    s.send(&[outer.as_bytes(), &inner, &s.ping("f")].concat());
    let ids: Vec<_> = (0..2)
        .map(|_| s.message().unwrap().call_id().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["outer", "f"]);
    drop(s);
    wait_clean(&ep, "the connection");
    ep.close();
}

#[test]
fn a_ping_on_a_connection_gets_its_pong() {
    let ep = endpoint();
    let mut s = Stream::open(&ep);
    s.send(b"\r\n\r\n");
    while s.rest.len() < 2 {
        assert!(s.more());
    }
    assert_eq!(s.rest, b"\r\n");
    s.rest.clear();
    // In two pieces, with time between them.
    s.send(b"\r\n");
    std::thread::sleep(Duration::from_millis(50));
    s.send(b"\r\n");
    while s.rest.len() < 2 {
        assert!(s.more());
    }
    assert_eq!(s.rest, b"\r\n");
    s.rest.clear();
    // A single blank line is a pong: nothing comes back but the answer.
    s.send(b"\r\n");
    std::thread::sleep(Duration::from_millis(1200));
    s.send(&s.ping("after"));
    assert_eq!(s.code(), Some(200));
    assert_eq!(s.rest, b"");
    ep.close();
}

#[test]
fn a_connection_that_has_lost_its_step_is_answered_and_closed() {
    let ep = endpoint();
    for (what, from, to, expected) in [
        ("no length", "Content-Length: 0\r\n", "", 400),
        ("a negative length", "Content-Length: 0", "Content-Length: -1", 400),
        ("a length of letters", "Content-Length: 0", "Content-Length: ten", 400),
        (
            "a length beyond 32 bits",
            "Content-Length: 0",
            "Content-Length: 99999999999",
            400,
        ),
    ] {
        let mut s = Stream::open(&ep);
        let bad = String::from_utf8(s.ping("bad")).unwrap().replace(from, to);
        s.send(bad.as_bytes());
        // Not looked at any more.
        s.send(&s.ping("behind"));
        let codes = s.closed();
        assert_eq!(codes, [expected], "{what}");
    }
    wait_clean(&ep, "closed connections");
    ep.close();
}

#[test]
fn a_malformed_message_with_a_good_length_costs_its_own_answer_only() {
    let ep = endpoint();
    let mut s = Stream::open(&ep);
    let text = String::from_utf8(s.ping("bad")).unwrap();
    for (from, to, expected) in [
        ("CSeq: 1 OPTIONS", "CSeq: 1 INVITE", 400),
        ("CSeq: 1 OPTIONS", "CSeq: one OPTIONS", 400),
        ("SIP/2.0\r\nVia", "SIP/9.0\r\nVia", 505),
        ("From: <sip:t", "From: <sip", 400),
        ("CSeq: 1 OPTIONS\r\n", "", 400),
    ] {
        let bad = text.replacen(from, to, 1);
        assert_ne!(bad, text, "{to}");
        s.send(&[bad.as_bytes(), &s.ping("good")].concat());
        assert_eq!([s.code(), s.code()], [Some(expected), Some(200)], "{to}");
    }
    ep.close();
}

#[test]
fn what_is_too_large_is_refused_as_soon_as_that_is_known() {
    let ep = endpoint();
    // A header that never ends.
    let mut s = Stream::open(&ep);
    let open = String::from_utf8(s.ping("long"))
        .unwrap()
        .replace("Content-Length: 0\r\n\r\n", "X: ");
    let mut long = open.into_bytes();
    long.resize(65_535, b'x');
    s.send(&long);
    assert_eq!(s.closed(), [513]);
    // A body beyond what is read.
    let mut s = Stream::open(&ep);
    let large = String::from_utf8(s.ping("large")).unwrap().replace(
        "Content-Length: 0",
        "Content-Type: text/plain\r\nContent-Length: 1000000",
    );
    let mut large = large.into_bytes();
    large.resize(65_535, b'x');
    s.send(&large);
    assert_eq!(s.closed(), [413]);
    // The largest that fits is none of these.
    let mut s = Stream::open(&ep);
    let fits = String::from_utf8(s.ping("fits")).unwrap();
    let body = 65_534 - fits.len() - "Content-Type: text/plain\r\n".len() - 4;
    let mut fits = fits
        .replace(
            "Content-Length: 0",
            &format!("Content-Type: text/plain\r\nContent-Length: {body}"),
        )
        .into_bytes();
    fits.resize(fits.len() + body, b'x');
    assert!(fits.len() < 65_535, "{}", fits.len());
    s.send(&fits);
    assert_eq!(s.code(), Some(200));
    drop(s);
    wait_clean(&ep, "large messages");
    ep.close();
}

#[test]
fn noise_and_half_messages_leave_nothing_behind() {
    let ep = endpoint();
    for bytes in [
        &b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00\x00\x00\x00",
        b"OPTIONS sip:x",
        b"\r\n",
        b"",
    ] {
        let mut s = Stream::open(&ep);
        s.send(bytes);
        s.tcp.shutdown(Shutdown::Write).unwrap();
        assert_eq!(s.closed(), [0; 0], "{}", String::from_utf8_lossy(bytes));
    }
    normal_call(&ep);
    wait_clean(&ep, "noise");
    ep.close();
}

#[test]
fn who_connects_and_says_nothing_is_sent_away() {
    let ep = endpoint();
    let silent: Vec<_> = (0..50).map(|_| Stream::open(&ep)).collect();
    let mut speaking = Stream::open(&ep);
    speaking.send(&speaking.ping("hello"));
    assert_eq!(speaking.code(), Some(200));
    let from = Instant::now();
    for mut s in silent {
        s.tcp.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // Half a message is nothing either.
        assert!(!s.more());
    }
    assert!(from.elapsed() > Duration::from_secs(25), "{:?}", from.elapsed());
    speaking.send(&speaking.ping("still-there"));
    assert_eq!(speaking.code(), Some(200));
    drop(speaking);
    wait_clean(&ep, "silent connections");
    ep.close();
}

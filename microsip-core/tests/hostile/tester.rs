//! A tester that speaks SIP in bytes: what it sends need not be well formed.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test program uses some of it, and helpers panic as tests do"
)]

#[path = "corpus.rs"]
pub mod corpus;

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use corpus::{Case, Parties};
use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;
use microsip_testkit::{Deadline, wait_until};

use crate::support::*;

/// "The call was understood."
pub const UNDERSTOOD: StatusCode = StatusCode::DECLINE;

/// An endpoint that declines every call and forgets its transactions soon.
pub fn endpoint() -> Running {
    let ep = start(
        config()
            .incoming(IncomingPolicy::Answer(UNDERSTOOD))
            .transaction_timeout(Duration::from_secs(1))
            .log_level(LogLevel::Off),
    );
    ep.local("bob");
    ep
}

/// A tester with a UDP socket.
pub struct Tester {
    pub socket: UdpSocket,
    pub parties: Parties,
}

impl Tester {
    pub fn new(ep: &Running) -> Self {
        Tester::at(ep, "127.0.0.1")
    }

    pub fn at(ep: &Running, ip: &str) -> Self {
        let socket = UdpSocket::bind((ip, 0)).unwrap();
        let me = ep.local_address(Transport::Udp).unwrap();
        socket.connect(me).unwrap();
        socket.set_read_timeout(Some(SOON)).unwrap();
        Tester {
            parties: Parties {
                me,
                here: socket.local_addr().unwrap(),
                transport: "UDP",
            },
            socket,
        }
    }

    pub fn receive(&self) -> Vec<u8> {
        let mut buffer = vec![0; 65_536];
        let len = self.socket.recv(&mut buffer).unwrap();
        buffer.truncate(len);
        buffer
    }

    pub fn message(&self) -> SipMessage {
        let bytes = self.receive();
        SipMessage::parse(&bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&bytes)))
    }

    /// The next request of the method that is no copy of one before; answers to others are passed over.
    pub fn request(&self, method: &str) -> SipMessage {
        loop {
            let message = self.message();
            if message.is_request(method) {
                return message;
            }
        }
    }

    /// Sends the request, again every half second as UDP wants it, until the answer comes.
    pub fn repeat(&self, bytes: &[u8], wanted: impl Fn(&SipMessage) -> bool) -> SipMessage {
        let deadline = Instant::now() + SOON;
        self.socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let mut buffer = vec![0; 65_536];
        self.send(bytes);
        let found = loop {
            match self.socket.recv(&mut buffer) {
                Ok(len) => {
                    if let Some(m) = SipMessage::parse(&buffer[..len]).ok().filter(&wanted) {
                        break m;
                    }
                }
                Err(e) => {
                    assert!(Instant::now() < deadline, "no answer: {e}");
                    self.send(bytes);
                }
            }
        };
        self.socket.set_read_timeout(Some(SOON)).unwrap();
        found
    }

    /// The next answer of the code.
    pub fn response(&self, code: u16) -> SipMessage {
        loop {
            let message = self.message();
            if message.code() == Some(code) {
                return message;
            }
        }
    }

    pub fn send(&self, bytes: &[u8]) {
        self.socket.send(bytes).unwrap();
    }

    /// Sends the bytes and returns everything that came back, up to the answer to an OPTIONS sent behind them: the engine works
    /// through its datagrams one by one, so that no pause is needed to know that nothing comes.
    pub fn exchange(&self, bytes: &[u8], serial: usize) -> Vec<Vec<u8>> {
        self.socket.send(bytes).unwrap();
        let mark = format!("mark-{serial}-tester");
        self.socket.send(&ping(self.parties, &mark)).unwrap();
        let mut answers = Vec::new();
        loop {
            let answer = self.receive();
            if String::from_utf8_lossy(&answer).contains(&mark) {
                return answers;
            }
            answers.push(answer);
        }
    }
}

pub fn ping(parties: Parties, call_id: &str) -> Vec<u8> {
    let Parties { me, here, transport } = parties;
    format!(
        "OPTIONS sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/{transport} {here};branch=z9hG4bK-{call_id};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:t@{here}>;tag=1\r\nTo: <sip:bob@{me}>\r\nCall-ID: {call_id}\r\n\
         CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// Final answers among what came back, and whether each repeats the request's own headers.
pub fn finals(answers: &[Vec<u8>]) -> Vec<SipMessage> {
    answers
        .iter()
        .map(|a| SipMessage::parse(a).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(a))))
        .filter(|m| m.code().is_some_and(|c| c >= 200))
        .collect()
}

/// The ACK of a final answer that is not a 2xx.
pub fn ack(parties: Parties, answer: &SipMessage) -> Vec<u8> {
    let via = answer.header("Via").unwrap_or_default();
    let get = |name| answer.header(name).unwrap_or_default();
    let number = answer.cseq().map_or(1, |(n, _)| n);
    format!(
        "ACK sip:bob@{} SIP/2.0\r\nVia: {via}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\n\
         CSeq: {number} ACK\r\nContent-Length: 0\r\n\r\n",
        parties.me,
        get("From"),
        get("To"),
        get("Call-ID"),
    )
    .into_bytes()
}

/// Nothing of PJSIP's is left: calls, dialogs, transactions, connections.
pub fn wait_clean(ep: &Running, what: &str) {
    let mut last = [0; 4];
    wait_until(Deadline::secs(20), "PJSIP to forget", || {
        last = fault::stack_counts(ep).unwrap();
        (last == [0; 4]).then_some(())
    })
    .unwrap_or_else(|e| panic!("{what}: calls, dialogs, transactions, connections {last:?}: {e}"));
}

/// A call between two others goes up and down as if nothing had happened.
pub fn normal_call(ep: &Running) {
    ep.set_incoming(IncomingPolicy::Ask).unwrap();
    let (out, inn) = connected(ep);
    out.hang_up().unwrap();
    inn.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.set_incoming(IncomingPolicy::Answer(UNDERSTOOD)).unwrap();
}

/// A response to `request` with the first line and the lines given.
pub fn reply(request: &SipMessage, tag: &str, first: &str, more: &str) -> Vec<u8> {
    let get = |name| request.header(name).unwrap();
    let to = match request.to_tag() {
        Some(_) => get("To").to_owned(),
        None => format!("{};tag={tag}", get("To")),
    };
    format!(
        "SIP/2.0 {first}\r\nVia: {}\r\nFrom: {}\r\nTo: {to}\r\nCall-ID: {}\r\nCSeq: {}\r\n{more}\r\n",
        get("Via"),
        get("From"),
        get("Call-ID"),
        get("CSeq"),
    )
    .into_bytes()
}

/// The case's bytes as an answer to `request`.
pub fn answer_to(case: &Case, request: &SipMessage, parties: Parties) -> Vec<u8> {
    let line = |name: &str| format!("{name}: {}", request.header(name).unwrap());
    case.fill(|what, len| match what {
        "via" => line("Via"),
        "from" => line("From"),
        "to" => line("To"),
        "id" => line("Call-ID"),
        "cseq" => line("CSeq"),
        "number" => request.cseq().unwrap().0.to_string(),
        "std" => ["Via", "From", "To", "Call-ID", "CSeq"]
            .map(|name| line(name) + if name == "To" { ";tag=peer" } else { "" })
            .join("\r\n"),
        what => corpus::value(what, &case.name, parties, 0, len),
    })
}

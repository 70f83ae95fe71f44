//! Malformed, odd and unwanted messages, on the wire: each gets the answer RFC 3261 asks for or none, and nothing stays behind.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

#[path = "hostile/corpus.rs"]
mod corpus;
mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use corpus::{Case, Parties, cases};
use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;
use microsip_testkit::{Deadline, wait_until};
use support::*;

const REQUESTS: &str = include_str!("hostile/requests.txt");
const RESPONSES: &str = include_str!("hostile/responses.txt");
/// "The call was understood."
const UNDERSTOOD: StatusCode = StatusCode::DECLINE;

/// An endpoint that declines every call and forgets its transactions soon.
fn endpoint() -> Running {
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
struct Tester {
    socket: UdpSocket,
    parties: Parties,
}

impl Tester {
    fn new(ep: &Running) -> Self {
        Tester::at(ep, "127.0.0.1")
    }

    fn at(ep: &Running, ip: &str) -> Self {
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

    fn receive(&self) -> Vec<u8> {
        let mut buffer = vec![0; 65_536];
        let len = self.socket.recv(&mut buffer).unwrap();
        buffer.truncate(len);
        buffer
    }

    fn message(&self) -> SipMessage {
        let bytes = self.receive();
        SipMessage::parse(&bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&bytes)))
    }

    /// The next request of the method that is no copy of one before; answers to others are passed over.
    fn request(&self, method: &str) -> SipMessage {
        loop {
            let message = self.message();
            if message.is_request(method) {
                return message;
            }
        }
    }

    fn send(&self, bytes: &[u8]) {
        self.socket.send(bytes).unwrap();
    }

    /// Sends the bytes and returns everything that came back, up to the answer to an OPTIONS sent behind them: the engine works
    /// through its datagrams one by one, so that no pause is needed to know that nothing comes.
    fn exchange(&self, bytes: &[u8], serial: usize) -> Vec<Vec<u8>> {
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

fn ping(parties: Parties, call_id: &str) -> Vec<u8> {
    let Parties { me, here, transport } = parties;
    format!(
        "OPTIONS sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/{transport} {here};branch=z9hG4bK-{call_id};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:t@{here}>;tag=1\r\nTo: <sip:bob@{me}>\r\nCall-ID: {call_id}\r\n\
         CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// Final answers among what came back, and whether each repeats the request's own headers.
fn finals(answers: &[Vec<u8>]) -> Vec<SipMessage> {
    answers
        .iter()
        .map(|a| SipMessage::parse(a).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(a))))
        .filter(|m| m.code().is_some_and(|c| c >= 200))
        .collect()
}

/// The ACK of a final answer that is not a 2xx.
fn ack(parties: Parties, answer: &SipMessage) -> Vec<u8> {
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

/// What is wrong with the answers to a case; `None` if they are as expected.
fn judge(case: &Case, finals: &[SipMessage]) -> Option<String> {
    let codes: Vec<_> = finals.iter().filter_map(SipMessage::code).collect();
    if codes != case.code.into_iter().collect::<Vec<_>>() {
        return Some(format!("expected {:?}, got {codes:?}", case.code));
    }
    let answer = finals.first()?;
    for (name, value) in &case.headers {
        if !answer.all(name).any(|v| v.contains(value.as_str())) {
            return Some(format!(
                "no {name} with {value:?} in {}",
                String::from_utf8_lossy(answer.raw())
            ));
        }
    }
    (answer.to_tag().is_none() && answer.header("To").is_some_and(|t| t.contains('>')) && answer.branch().is_some())
        .then(|| "no tag in To".to_owned())
}

/// Nothing of PJSIP's is left: calls, dialogs, transactions, connections.
fn wait_clean(ep: &Running, what: &str) {
    let mut last = [0; 4];
    wait_until(Deadline::secs(20), "PJSIP to forget", || {
        last = fault::stack_counts(ep).unwrap();
        (last == [0; 4]).then_some(())
    })
    .unwrap_or_else(|e| panic!("{what}: calls, dialogs, transactions, connections {last:?}: {e}"));
}

/// A call between two others goes up and down as if nothing had happened.
fn normal_call(ep: &Running) {
    ep.set_incoming(IncomingPolicy::Ask).unwrap();
    let (out, inn) = connected(ep);
    out.hang_up().unwrap();
    inn.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.set_incoming(IncomingPolicy::Answer(UNDERSTOOD)).unwrap();
}

#[test]
fn every_message_of_the_set_gets_its_answer_over_udp() {
    let ep = endpoint();
    let tester = Tester::new(&ep);
    let mut wrong = Vec::new();
    let cases = cases(REQUESTS);
    assert!(cases.len() > 100);
    for (serial, case) in cases.iter().enumerate() {
        let answers = tester.exchange(&case.bytes(tester.parties, serial), serial);
        let finals = finals(&answers);
        if let Some(what) = judge(case, &finals) {
            wrong.push(format!("{} ({}): {what}", case.name, case.section));
        }
        if case.is_invite() {
            for answer in &finals {
                tester.socket.send(&ack(tester.parties, answer)).unwrap();
            }
        }
        assert_eq!(ep.calls().unwrap().len(), 0, "{} leaves a call", case.name);
        assert_eq!(ep.diagnostics().failed_assertions, 0, "{}", case.name);
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    normal_call(&ep);
    wait_clean(&ep, "the set");
    ep.close();
}

/// A response to `request` with the first line and the lines given.
fn reply(request: &SipMessage, tag: &str, first: &str, more: &str) -> Vec<u8> {
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
fn answer_to(case: &Case, request: &SipMessage, parties: Parties) -> Vec<u8> {
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

#[test]
fn every_answer_of_the_set_does_to_a_call_what_it_should() {
    let ep = endpoint();
    let account = ep
        .add_account(AccountConfig::new(ep.uri("alice")).credentials("alice", "secret"))
        .unwrap();
    let tester = Tester::new(&ep);
    let mut wrong = Vec::new();
    for (serial, case) in cases(RESPONSES).iter().enumerate() {
        let call = account.call(&format!("sip:peer@{}", tester.parties.here)).unwrap();
        let invite = tester.request("INVITE");
        let answers = tester.exchange(&answer_to(case, &invite, tester.parties), serial);
        let state = call.info().state;
        let sent: Vec<_> = answers
            .iter()
            .filter_map(|a| SipMessage::parse(a).ok())
            .filter(|m| m.call_id() == invite.call_id())
            .collect();
        let methods: Vec<_> = sent.iter().filter_map(SipMessage::method).filter(|m| *m != "INVITE").collect();
        let happened = match (state, methods.as_slice()) {
            (CallState::Calling | CallState::Early, []) => "ignored".to_owned(),
            (CallState::Confirmed, ["ACK"]) => "up".to_owned(),
            // In which order, and how often, tests/races.rs sees to.
            (_, methods) if methods.contains(&"ACK") && methods.contains(&"BYE") => "bye".to_owned(),
            (CallState::Disconnected, ["ACK"]) => call.info().end.as_ref().unwrap().code.to_string(),
            other => format!("{other:?}"),
        };
        if happened != case.expected {
            wrong.push(format!("{} ({}): expected {}, got {happened}", case.name, case.section, case.expected));
        }
        // Whatever it was, it ends.
        match state {
            CallState::Calling | CallState::Early => tester.send(&reply(&invite, "end", "486 Busy Here", "Content-Length: 0\r\n")),
            CallState::Disconnected => {}
            _ => drop(call.hang_up()),
        }
        if let Some(bye) = sent.iter().find(|m| m.is_request("BYE")) {
            tester.send(&reply(bye, "end", "200 OK", "Content-Length: 0\r\n"));
        } else if state == CallState::Confirmed {
            tester.send(&reply(&tester.request("BYE"), "end", "200 OK", "Content-Length: 0\r\n"));
        }
        call.wait_for(CallState::Disconnected, SOON)
            .unwrap_or_else(|e| panic!("{}: {e}", case.name));
        assert_eq!(ep.diagnostics().failed_assertions, 0, "{}", case.name);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    normal_call(&ep);
    wait_clean(&ep, "the set");
    ep.close();
}

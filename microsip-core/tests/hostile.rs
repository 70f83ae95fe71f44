//! Malformed, odd and unwanted messages, on the wire: each gets the answer RFC 3261 asks for or none, and nothing stays behind.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;
#[path = "hostile/tester.rs"]
mod tester;

use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;
use support::*;
use tester::corpus::{Case, cases};
use tester::*;

const REQUESTS: &str = include_str!("hostile/requests.txt");
const RESPONSES: &str = include_str!("hostile/responses.txt");

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
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    normal_call(&ep);
    wait_clean(&ep, "the set");
    ep.close();
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
        let methods: Vec<_> = sent
            .iter()
            .filter_map(SipMessage::method)
            .filter(|m| *m != "INVITE")
            .collect();
        let happened = match (state, methods.as_slice()) {
            (CallState::Calling | CallState::Early, []) => "ignored".to_owned(),
            (CallState::Confirmed, ["ACK"]) => "up".to_owned(),
            // In which order, and how often, tests/races.rs sees to.
            (_, methods) if methods.contains(&"ACK") && methods.contains(&"BYE") => "bye".to_owned(),
            (CallState::Disconnected, ["ACK"]) => call.info().end.as_ref().unwrap().code.to_string(),
            other => format!("{other:?}"),
        };
        if happened != case.expected {
            wrong.push(format!(
                "{} ({}): expected {}, got {happened}",
                case.name, case.section, case.expected
            ));
        }
        // Whatever it was, it ends.
        match state {
            CallState::Calling | CallState::Early => {
                tester.send(&reply(&invite, "end", "486 Busy Here", "Content-Length: 0\r\n"))
            }
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

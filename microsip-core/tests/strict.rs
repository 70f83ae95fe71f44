//! What is understood and what is not, inside dialogs and outside: methods, extensions, OPTIONS, merged requests.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;
#[path = "hostile/tester.rs"]
mod tester;

use std::collections::BTreeSet;
use std::time::Duration;

use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;
use support::*;
use tester::corpus::Parties;
use tester::*;

const SDP: &str =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n";

/// A request outside a dialog.
fn request(parties: Parties, method: &str, id: &str, more: &str, body: &str) -> Vec<u8> {
    let Parties { me, here, .. } = parties;
    format!(
        "{method} sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK-{id};rport\r\nMax-Forwards: 70\r\n\
         From: <sip:t@{here}>;tag=caller\r\nTo: <sip:bob@{me}>\r\nCall-ID: {id}\r\nCSeq: 1 {method}\r\n\
         Contact: <sip:t@{here}>\r\n{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A call of the tester's to the endpoint.
struct Dialog<'a> {
    tester: &'a Tester,
    id: String,
    to: String,
    cseq: u32,
}

impl<'a> Dialog<'a> {
    /// Calls; the endpoint must answer by itself.
    fn open(tester: &'a Tester, id: &str) -> Self {
        let sdp = "Content-Type: application/sdp\r\n";
        tester.send(&request(tester.parties, "INVITE", id, sdp, SDP));
        let answer = tester.response(200);
        let mut dialog = Dialog {
            tester,
            id: id.to_owned(),
            to: answer.header("To").unwrap().to_owned(),
            cseq: 1,
        };
        dialog.send_as("ACK", 1, "", "");
        dialog
    }

    fn send_as(&mut self, method: &str, cseq: u32, more: &str, body: &str) {
        let Parties { me, here, .. } = self.tester.parties;
        let text = format!(
            "{method} sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK-{}-{method}-{cseq};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:t@{here}>;tag=caller\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {cseq} {method}\r\n\
             Contact: <sip:t@{here}>\r\n{more}Content-Length: {}\r\n\r\n{body}",
            self.id,
            self.to,
            self.id,
            body.len()
        );
        self.tester.send(text.as_bytes());
    }

    /// The final answer to the next request of the dialog.
    fn ask(&mut self, method: &str, more: &str, body: &str) -> SipMessage {
        self.cseq += 1;
        self.send_as(method, self.cseq, more, body);
        let cseq = (self.cseq, method.to_owned());
        loop {
            let m = self.tester.message();
            if m.code().is_some_and(|c| c >= 200) && m.cseq().map(|(n, m)| (n, m.to_owned())) == Some(cseq.clone()) {
                return m;
            }
        }
    }
}

fn answering() -> Running {
    let ep = start(
        config()
            .incoming(IncomingPolicy::Answer(StatusCode::OK))
            .transaction_timeout(Duration::from_secs(1))
            .log_level(LogLevel::Off),
    );
    ep.local("bob");
    ep
}

#[test]
fn a_dialog_understands_what_allow_says_and_nothing_else() {
    let ep = answering();
    let tester = Tester::new(&ep);
    let mut dialog = Dialog::open(&tester, "within");
    let sdp = "Content-Type: application/sdp\r\n";
    for (method, more, body, expected) in [
        ("OPTIONS", "", "", &[200][..]),
        ("FROBNICATE", "", "", &[501]),
        ("MESSAGE", "Content-Type: text/plain\r\n", "hello", &[200]),
        ("REGISTER", "", "", &[405]),
        ("PUBLISH", "Event: presence\r\n", "", &[405]),
        ("SUBSCRIBE", "Event: presence\r\n", "", &[489]),
        ("SUBSCRIBE", "Event: refer\r\n", "", &[481]),
        ("NOTIFY", "Event: refer\r\nSubscription-State: active\r\n", "", &[481]),
        ("INFO", "Require: foo\r\n", "", &[420]),
        ("INVITE", "Require: foo\r\n", "", &[420]),
        ("BYE", "Require: foo\r\n", "", &[420]),
        ("UPDATE", "Content-Type: text/plain\r\n", "hello", &[415]),
        ("INVITE", "Content-Type: text/plain\r\n", "hello", &[415]),
        (
            "INVITE",
            "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n",
            SDP,
            &[415],
        ),
        // 400 for what is no description, 488 for one that cannot be agreed; either way the call goes on.
        ("INVITE", sdp, "nonsense", &[400, 415, 488]),
        ("INVITE", sdp, "\r\n\r\n", &[400, 415, 488]),
        (
            "INVITE",
            sdp,
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio x RTP/AVP 8\r\n",
            &[400, 415, 488],
        ),
        ("UPDATE", sdp, "nonsense", &[400, 415, 488]),
        ("PRACK", "RAck: 1 1 INVITE\r\n", "", &[400, 481, 200]),
    ] {
        let answer = dialog.ask(method, more, body);
        assert!(
            expected.contains(&answer.code().unwrap()),
            "{method} {more:?} {body:?}: {answer}"
        );
        if matches!(answer.code(), Some(405 | 501)) {
            assert!(answer.header("Allow").unwrap().contains("INVITE"), "{method}");
        }
        if answer.code() == Some(420) {
            assert_eq!(answer.header("Unsupported"), Some("foo"), "{method}");
        }
        if method == "INVITE" {
            let cseq = dialog.cseq;
            dialog.send_as("ACK", cseq, "", "");
        }
        assert_eq!(
            ep.calls().unwrap()[0].info().state,
            CallState::Confirmed,
            "{method} {body:?}"
        );
    }
    // What is said on the wire: no method more, no method less.
    let options = dialog.ask("OPTIONS", "", "");
    let allow: BTreeSet<_> = options
        .header("Allow")
        .unwrap()
        .split(", ")
        .map(str::to_owned)
        .collect();
    for silent in ["PUBLISH", "REGISTER"] {
        assert!(!allow.contains(silent), "{allow:?}");
    }
    assert_eq!(dialog.ask("BYE", "", "").code(), Some(200));
    wait_clean(&ep, "the dialog");
    ep.close();
}

#[test]
fn every_answer_and_request_of_ours_says_the_same_allow() {
    let ep = answering();
    let tester = Tester::new(&ep);
    let account = ep.accounts().unwrap().remove(0);
    let call = account.call(&format!("sip:peer@{}", tester.parties.here)).unwrap();
    let invite = tester.request("INVITE");
    tester.send(&reply(&invite, "x", "486 Busy Here", "Content-Length: 0\r\n"));
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    let sdp = "Content-Type: application/sdp\r\n";
    tester.send(&request(tester.parties, "INVITE", "in", sdp, SDP));
    let answer = tester.response(200);
    tester.send(&request(tester.parties, "OPTIONS", "options", "", ""));
    let options = loop {
        let m = tester.message();
        if m.call_id() == Some("options") {
            break m;
        }
    };
    let allow = |m: &SipMessage| {
        m.header("Allow")
            .unwrap()
            .split(',')
            .map(|m| m.trim().to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(allow(&invite), allow(&options));
    assert_eq!(allow(&answer), allow(&options));
    assert_eq!(
        options.header("Accept").unwrap().split(", ").next(),
        Some("application/sdp")
    );
    assert!(options.header("Supported").unwrap().contains("100rel"), "{options}");
    ep.hang_up_all().unwrap();
    ep.close();
}

#[test]
fn a_late_offer_answered_with_nonsense_ends_the_call() {
    let ep = answering();
    let tester = Tester::new(&ep);
    for (n, body) in ["nonsense", "\r\n", "v=0\r\n"].into_iter().enumerate() {
        tester.send(&request(tester.parties, "INVITE", &format!("late-{n}"), "", ""));
        let answer = tester.response(200);
        assert!(!answer.sdp('m').is_empty(), "our offer");
        let call = ep.calls().unwrap().remove(0);
        let mut dialog = Dialog {
            tester: &tester,
            id: format!("late-{n}"),
            to: answer.header("To").unwrap().to_owned(),
            cseq: 1,
        };
        dialog.send_as("ACK", 1, "Content-Type: application/sdp\r\n", body);
        let bye = tester.request("BYE");
        tester.send(&reply(&bye, "x", "200 OK", "Content-Length: 0\r\n"));
        call.wait_for(CallState::Disconnected, SOON).unwrap();
    }
    wait_clean(&ep, "late offers");
    ep.close();
}

#[test]
fn the_same_request_by_two_ways_is_refused_the_second_time() {
    let ep = start(config().incoming(IncomingPolicy::Answer(StatusCode::RINGING)));
    ep.local("bob");
    let tester = Tester::new(&ep);
    let sdp = "Content-Type: application/sdp\r\n";
    let first = request(tester.parties, "INVITE", "merged", sdp, SDP);
    let second = String::from_utf8(first.clone())
        .unwrap()
        .replace("branch=z9hG4bK-", "branch=z9hG4bK-other-");
    let answers = tester.exchange(&first, 1);
    assert!(!answers.is_empty());
    let codes: Vec<_> = finals(&tester.exchange(second.as_bytes(), 2))
        .iter()
        .filter_map(SipMessage::code)
        .collect();
    assert_eq!(codes, [482], "RFC 3261 8.2.2.2");
    assert_eq!(ep.calls().unwrap().len(), 1);
    // A copy is none: it gets the same answer again.
    let codes: Vec<_> = tester
        .exchange(&first, 3)
        .iter()
        .filter_map(|a| SipMessage::parse(a).unwrap().code())
        .collect();
    assert_eq!(codes, [180]);
    ep.close();
}

#[test]
fn options_says_busy_when_a_call_would_and_the_policy_says_so() {
    for (policy, expected) in [(OptionsPolicy::Available, 200), (OptionsPolicy::AsCall, 486)] {
        let ep = start(
            config()
                .options(policy)
                .max_calls(1)
                .incoming(IncomingPolicy::Answer(StatusCode::OK)),
        );
        ep.local("bob");
        let tester = Tester::new(&ep);
        let ask = |id: &str| {
            tester.send(&request(tester.parties, "OPTIONS", id, "", ""));
            tester.message()
        };
        assert_eq!(ask("free").code(), Some(200));
        let mut dialog = Dialog::open(&tester, "the-one");
        let answer = ask("busy");
        assert_eq!(answer.code(), Some(expected), "{policy:?}");
        assert!(answer.header("Allow").is_some(), "{answer}");
        // Within the call it asks whether that is still there.
        assert_eq!(dialog.ask("OPTIONS", "", "").code(), Some(200), "{policy:?}");
        assert_eq!(dialog.ask("BYE", "", "").code(), Some(200));
        assert_eq!(ask("free-again").code(), Some(200));
        ep.close();
    }
}

#[test]
fn options_is_busy_while_nobody_is_to_disturb() {
    let mut policy = CallPolicy::default();
    policy.do_not_disturb = true;
    let ep = start(config().options(OptionsPolicy::AsCall).policy(policy));
    let mut own = CallPolicy::default();
    own.max_calls = Some(5);
    ep.add_account(AccountConfig::new(ep.uri("bob"))).unwrap();
    ep.add_account(AccountConfig::new(ep.uri("eve")).policy(own)).unwrap();
    let tester = Tester::new(&ep);
    let ask = |user: &str| {
        let bytes = request(tester.parties, "OPTIONS", user, "", "");
        let text = String::from_utf8(bytes)
            .unwrap()
            .replace("sip:bob@", &format!("sip:{user}@"));
        tester.send(text.as_bytes());
        tester.message().code()
    };
    assert_eq!(ask("bob"), Some(486), "the endpoint's policy");
    assert_eq!(ask("eve"), Some(200), "her own");
    ep.close();
}

#[test]
fn an_answer_that_has_lost_its_tag_is_no_fork() {
    let ep = start(config());
    let account = ep.local("alice");
    let tester = Tester::new(&ep);
    let call = account.call(&format!("sip:peer@{}", tester.parties.here)).unwrap();
    let invite = tester.request("INVITE");
    let plain = "Content-Length: 0\r\n";
    tester.send(&reply(&invite, "x", "180 Ringing", plain));
    let lost = |first: &str| {
        String::from_utf8(reply(&invite, "x", first, plain))
            .unwrap()
            .replace(";tag=x", "")
    };
    for first in ["183 Session Progress", "200 OK"] {
        assert_eq!(tester.exchange(lost(first).as_bytes(), 1).len(), 0, "{first}");
    }
    assert_eq!(call.info().state, CallState::Early);
    tester.send(lost("486 Busy Here").as_bytes());
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
}

#[test]
fn a_copy_of_an_answer_cannot_lead_astray() {
    let ep = start(config());
    let account = ep.local("alice");
    let tester = Tester::new(&ep);
    let call = account.call(&format!("sip:peer@{}", tester.parties.here)).unwrap();
    let invite = tester.request("INVITE");
    let sdp = format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n", SDP.len());
    let answer = |contact: &str| {
        let more = format!("Contact: {contact}\r\n{sdp}");
        [reply(&invite, "x", "200 OK", &more).as_slice(), SDP.as_bytes()].concat()
    };
    tester.send(&answer(&format!("<sip:peer@{}>", tester.parties.here)));
    tester.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    // Its transaction is over: PJSIP goes by the tag alone.
    let copy = String::from_utf8(answer("<mailto:peer@example.com>"))
        .unwrap()
        .replace("branch=", "branch=z9hG4bKother");
    tester.exchange(copy.as_bytes(), 1);
    assert_eq!(call.info().state, CallState::Confirmed);
    call.hang_up().unwrap();
    let bye = tester.request("BYE");
    assert_eq!(
        bye.request_uri(),
        Some(format!("sip:peer@{}", tester.parties.here).as_str())
    );
    tester.send(&reply(&bye, "x", "200 OK", "Content-Length: 0\r\n"));
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
}

#[test]
fn an_unknown_challenge_beside_a_known_one_is_passed_over() {
    let ep = start(config());
    let account = ep
        .add_account(AccountConfig::new(ep.uri("alice")).credentials("alice", "secret"))
        .unwrap();
    let tester = Tester::new(&ep);
    let call = account.call(&format!("sip:peer@{}", tester.parties.here)).unwrap();
    let invite = tester.request("INVITE");
    tester.send(&reply(
        &invite,
        "x",
        "401 Unauthorized",
        "WWW-Authenticate: NoOneKnows token68==\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n\
         WWW-Authenticate: Negotiate a=b, c\r\nRetry-After: tomorrow\r\nContent-Length: 0\r\n",
    ));
    let again = tester.request("INVITE");
    let credentials = again.header("Authorization").unwrap();
    assert!(
        credentials.starts_with("Digest ") && credentials.contains("realm=\"r\""),
        "{credentials}"
    );
    tester.send(&reply(&again, "y", "486 Busy Here", "Content-Length: 0\r\n"));
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    assert!(ep.diagnostics().headers_passed_over > 0);
    ep.close();
}

/// Its dialog lives on as long as PJSIP's transactions do.
#[test]
fn what_comes_for_a_call_that_has_ended_gets_481() {
    let ep = answering();
    let tester = Tester::new(&ep);
    let mut dialog = Dialog::open(&tester, "over");
    assert_eq!(dialog.ask("BYE", "", "").code(), Some(200));
    let sdp = "Content-Type: application/sdp\r\n";
    for (method, more, body) in [
        ("INVITE", sdp, SDP),
        ("UPDATE", sdp, SDP),
        ("INFO", "", ""),
        ("OPTIONS", "", ""),
        ("BYE", "", ""),
    ] {
        assert_eq!(dialog.ask(method, more, body).code(), Some(481), "{method}");
    }
    // A copy of the BYE has the answer it had.
    dialog.send_as("BYE", 2, "", "");
    assert_eq!(tester.response(200).cseq(), Some((2, "BYE")));
    ep.close();
}

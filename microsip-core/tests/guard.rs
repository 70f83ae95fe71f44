//! The guard against scanners and floods. Addresses of 127.0.0.0/8 stand for hosts; the default trusts them, so most tests here
//! take that trust away.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests panic as the tests do, and figures are for whoever reads the output"
)]

mod support;
#[path = "hostile/tester.rs"]
mod tester;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;
use microsip_testkit::{Deadline, wait_until};
use support::*;
use tester::corpus::Parties;
use tester::*;

const SDP: &str =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n";

fn strict() -> GuardConfig {
    GuardConfig::default().trust_loopback(false)
}

fn guarded(guard: GuardConfig) -> Running {
    let ep = start(
        config()
            .guard(guard)
            .incoming(IncomingPolicy::Answer(StatusCode::OK))
            .transaction_timeout(Duration::from_secs(1))
            .max_calls(1000)
            .log_level(LogLevel::Off),
    );
    ep.local("bob");
    ep
}

fn request(parties: Parties, method: &str, id: &str, more: &str) -> Vec<u8> {
    let Parties { me, here, .. } = parties;
    let (kind, body) = if method == "INVITE" {
        ("Content-Type: application/sdp\r\n", SDP)
    } else {
        ("", "")
    };
    format!(
        "{method} sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK-{id};rport\r\nMax-Forwards: 70\r\n\
         From: <sip:t@{here}>;tag=caller\r\nTo: <sip:bob@{me}>\r\nCall-ID: {id}\r\nCSeq: 1 {method}\r\n\
         Contact: <sip:t@{here}>\r\n{more}{kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A call from here up and down; how long it took to be answered.
fn call(tester: &Tester, id: &str) -> Duration {
    let from = Instant::now();
    let invite = request(tester.parties, "INVITE", id, "");
    let answer = tester.repeat(&invite, |m| m.is_response(200, "INVITE") && m.call_id() == Some(id));
    let took = from.elapsed();
    let Parties { me, here, .. } = tester.parties;
    let within = |cseq: u32, method: &str| {
        format!(
            "{method} sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK-{id}-{method};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:t@{here}>;tag=caller\r\nTo: {}\r\nCall-ID: {id}\r\nCSeq: {cseq} {method}\r\n\
             Content-Length: 0\r\n\r\n",
            answer.header("To").unwrap()
        )
    };
    tester.send(within(1, "ACK").as_bytes());
    tester.repeat(within(2, "BYE").as_bytes(), |m| m.is_response(200, "BYE"));
    took
}

/// Datagrams the kernel has thrown away because the endpoint did not fetch them in time.
fn lost(ep: &Running) -> u64 {
    let port = format!(":{:04X}", ep.port());
    // Its own socket: those connected to it have its port as theirs of the other side.
    let own = |line: &&str| line.split_whitespace().nth(1).is_some_and(|a| a.ends_with(&port));
    std::fs::read_to_string("/proc/net/udp")
        .unwrap()
        .lines()
        .filter(own)
        .filter_map(|l| l.split_whitespace().last()?.parse::<u64>().ok())
        .sum()
}

/// Waits until the endpoint has dealt with what was sent before; its guard trusts 127.0.0.9. Asks again when the question found no place
/// behind a flood either.
fn settle(ep: &Running) {
    let trusted = Tester::at(ep, "127.0.0.9");
    let id = format!("settle-{}", trusted.parties.here.port());
    trusted.repeat(&ping(trusted.parties, &id), |m| m.is_response(200, "OPTIONS"));
}

#[test]
fn heavy_a_flood_of_one_source_is_bounded_work_and_others_call_as_usual() {
    flooded("OPTIONS");
}

#[test]
fn heavy_a_flood_of_registers_is_bounded_work_and_others_call_as_usual() {
    flooded("REGISTER");
}

/// 3,000 such requests a second, and 200 INVITEs.
fn flooded(method: &str) {
    let guard = strict()
        .invites(GuardRate::new(10, 10))
        .requests(GuardRate::new(50, 50))
        .trust("127.0.0.9".parse().unwrap());
    let ep = guarded(guard);
    let mut events = ep.events();
    let (flooder, caller) = (Tester::at(&ep, "127.0.0.1"), Tester::at(&ep, "127.0.0.2"));
    let calm = (0..10).map(|n| call(&caller, &format!("calm-{n}"))).max().unwrap();
    wait_clean(&ep, "the calls before");
    let stop = AtomicBool::new(false);
    let from = Instant::now();
    let ((invites, others), busiest, slowest) = std::thread::scope(|scope| {
        let flood = scope.spawn(|| {
            let (mut invites, mut others) = (0_u64, 0_u64);
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..15 {
                    flooder.send(&request(flooder.parties, method, &format!("o-{others}"), ""));
                    others += 1;
                }
                flooder.send(&request(flooder.parties, "INVITE", &format!("i-{invites}"), ""));
                invites += 1;
                // 200 and 3000 a second; what a busy machine has held up is not made up for in one burst.
                std::thread::sleep(Duration::from_millis(5));
            }
            (invites, others)
        });
        let (mut busiest, mut slowest) = (0, Duration::ZERO);
        for n in 0..10 {
            slowest = slowest.max(call(&caller, &format!("during-{n}")));
            busiest = busiest.max(fault::stack_counts(&ep).unwrap()[2]);
            std::thread::sleep(Duration::from_millis(250));
        }
        stop.store(true, Ordering::Relaxed);
        (flood.join().unwrap(), busiest, slowest)
    });
    let took = from.elapsed().as_secs_f64();
    settle(&ep);
    let counters = ep.diagnostics().guard;
    let passed_invites = 10.0 + 10.0 * took;
    let passed_others = 50.0 + 50.0 * took;
    println!(
        "{invites} INVITEs and {others} {method} in {took:.1} s: {counters:?}, {} lost, at most {busiest} transactions, \
         call set up within {slowest:?} ({calm:?} without the flood)",
        lost(&ep)
    );
    // Every request is either within the limit or counted.
    let close = |sent: u64, counted: u64, passed: f64| {
        let expected = sent as f64 - passed;
        (counted as f64 - expected).abs() <= expected * 0.05 + 5.0 + lost(&ep) as f64
    };
    assert!(close(invites, counters.invites, passed_invites), "{counters:?}");
    assert!(close(others, counters.requests, passed_others), "{counters:?}");
    // INVITEs that passed, each for 64 T1, and nothing for the rest.
    assert!(f64::from(busiest) <= passed_invites + 30.0, "{busiest} transactions");
    assert!(
        slowest < calm + Duration::from_millis(200),
        "{slowest:?} against {calm:?}"
    );
    // One event, not thousands.
    let reports = std::iter::from_fn(|| events.try_recv())
        .filter(|e| matches!(e, Event::Guard(r) if r.source.to_string() == "127.0.0.1"))
        .count();
    assert_eq!(reports, 1);
    ep.hang_up_all().unwrap();
    ep.endpoint.close().unwrap();
}

#[test]
fn a_scanner_by_its_name_gets_no_answer_and_is_told_of_once() {
    let ep = guarded(strict().trust("127.0.0.9".parse().unwrap()));
    let mut events = ep.events();
    let tester = Tester::at(&ep, "127.0.0.2");
    for n in 0..20 {
        let more = "User-Agent: friendly-scanner\r\n";
        tester.send(&request(tester.parties, "OPTIONS", &format!("s-{n}"), more));
        tester.send(&request(
            tester.parties,
            "INVITE",
            &format!("i-{n}"),
            "User-Agent: SIPVicious\r\n",
        ));
        tester.send(&request(
            tester.parties,
            "REGISTER",
            &format!("r-{n}"),
            "User-Agent: VaxSIPUserAgent/3\r\n",
        ));
    }
    // From the same address, by another name; what came before has had no answer.
    assert!(tester.exchange(b"\r\n", 1).is_empty());
    assert_eq!(ep.diagnostics().guard.scanners, 60);
    assert_eq!(fault::stack_counts(&ep).unwrap(), [0; 4]);
    let report = wait(&mut events, "report", |e| match e {
        Event::Guard(report) => Some(report.clone()),
        _ => None,
    });
    assert_eq!(report.reason, GuardReason::Scanner);
    assert_eq!(report.source.to_string(), "127.0.0.2");
    assert_eq!(report.user_agent.as_deref(), Some("friendly-scanner"));
    assert!(call(&tester, "a-call") < Duration::from_secs(5));
    assert!(!std::iter::from_fn(|| events.try_recv()).any(|e| matches!(e, Event::Guard(_))));
    ep.close();
}

#[test]
fn what_is_too_much_can_be_refused_aloud() {
    let ep = guarded(
        strict()
            .invites(GuardRate::new(1, 2))
            .requests(GuardRate::new(100, 100))
            .action(GuardAction::Refuse(StatusCode::SERVICE_UNAVAILABLE)),
    );
    let tester = Tester::at(&ep, "127.0.0.2");
    let mut codes = Vec::new();
    for n in 0..5 {
        let answers = finals(&tester.exchange(&request(tester.parties, "INVITE", &format!("n-{n}"), ""), n));
        codes.extend(answers.iter().filter_map(SipMessage::code));
        if answers[0].code() == Some(503) {
            assert_eq!(answers[0].header("Retry-After"), Some("60"));
            // The ACK of it is for nobody.
            tester.send(&ack(tester.parties, &answers[0]));
        }
    }
    assert_eq!(codes, [200, 200, 503, 503, 503]);
    assert_eq!(ep.diagnostics().guard.invites, 3);
    ep.hang_up_all().unwrap();
    ep.endpoint.close().unwrap();
}

#[test]
fn dialogs_that_exist_and_their_copies_are_not_counted() {
    let ep = guarded(strict().invites(GuardRate::new(1, 1)).requests(GuardRate::new(1, 1)));
    let tester = Tester::at(&ep, "127.0.0.2");
    tester.send(&request(tester.parties, "INVITE", "d", ""));
    let to = tester.response(200).header("To").unwrap().to_owned();
    let Parties { me, here, .. } = tester.parties;
    let within = |method: &str, cseq: u32| {
        format!(
            "{method} sip:bob@{me} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK-d-{cseq}-{method};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:t@{here}>;tag=caller\r\nTo: {to}\r\nCall-ID: d\r\nCSeq: {cseq} {method}\r\n\
             Content-Length: 0\r\n\r\n"
        )
    };
    tester.send(within("ACK", 1).as_bytes());
    for cseq in 2..200 {
        tester.send(within("OPTIONS", cseq).as_bytes());
        loop {
            if tester.message().cseq() == Some((cseq, "OPTIONS")) {
                break;
            }
        }
    }
    assert_eq!(ep.diagnostics().guard.requests, 0);
    // Another dialog, forged: the first is answered, the rest is too much.
    for cseq in 1..20 {
        tester.send(within("OPTIONS", cseq).replace("tag=caller", "tag=forger").as_bytes());
    }
    wait_until(Deadline::secs(5), "the guard", || {
        (ep.diagnostics().guard.requests >= 17).then_some(())
    })
    .unwrap();
    ep.hang_up_all().unwrap();
    ep.endpoint.close().unwrap();
}

#[test]
fn a_registrar_that_took_us_is_trusted() {
    let ep = guarded(strict().requests(GuardRate::new(1, 5)));
    let registrar = Tester::at(&ep, "127.0.0.2");
    let account = ep
        .add_account(
            AccountConfig::new(format!("sip:alice@{}", registrar.parties.here))
                .registrar(format!("sip:{}", registrar.parties.here)),
        )
        .unwrap();
    let register = registrar.request("REGISTER");
    let contact = register.header("Contact").unwrap();
    registrar.send(&reply(
        &register,
        "x",
        "200 OK",
        &format!("Contact: {contact};expires=300\r\nContent-Length: 0\r\n"),
    ));
    account.wait_registered(SOON).unwrap();
    for n in 0..100 {
        registrar.exchange(&request(registrar.parties, "OPTIONS", &format!("ping-{n}"), ""), n);
    }
    assert_eq!(ep.diagnostics().guard, GuardCounters::default());
    let stranger = Tester::at(&ep, "127.0.0.3");
    for n in 0..100 {
        stranger.send(&request(stranger.parties, "OPTIONS", &format!("ping-{n}"), ""));
    }
    wait_until(Deadline::secs(5), "the guard", || {
        (ep.diagnostics().guard.requests > 80).then_some(())
    })
    .unwrap();
    assert_eq!(ep.diagnostics().guard.sources, 1);
    drop(account);
    ep.endpoint.close().unwrap();
}

#[test]
fn malformed_floods_are_answered_within_the_limit_only() {
    let ep = guarded(
        strict()
            .requests(GuardRate::new(1, 5))
            .trust("127.0.0.9".parse().unwrap()),
    );
    let tester = Tester::at(&ep, "127.0.0.2");
    let from = Instant::now();
    for n in 0..200 {
        let bad = request(tester.parties, "OPTIONS", &format!("bad-{n}"), "Max-Forwards: none\r\n");
        tester.send(&bad);
        // No more at once than the socket's buffer holds, even when nobody reads meanwhile.
        if n % 40 == 39 {
            settle(&ep);
        }
    }
    let d = ep.diagnostics();
    assert_eq!((d.malformed, lost(&ep)), (200, 0));
    // Five at once, then one a second.
    let most = 5 + from.elapsed().as_secs() + 1;
    assert!((5..=most).contains(&d.malformed_answered), "{most}: {d:?}");
    assert_eq!(d.guard.requests, d.malformed - d.malformed_answered);
    ep.close();
}

#[test]
fn the_default_leaves_this_machine_alone_and_off_is_off() {
    for guard in [GuardConfig::default(), GuardConfig::off().trust_loopback(false)] {
        let ep = guarded(guard);
        let tester = Tester::at(&ep, "127.0.0.2");
        for n in 0..1000 {
            let more = "User-Agent: friendly-scanner\r\n";
            assert_eq!(
                tester
                    .exchange(&request(tester.parties, "OPTIONS", &format!("{n}"), more), n)
                    .len(),
                1
            );
        }
        assert_eq!(ep.diagnostics().guard, GuardCounters::default());
        ep.close();
    }
}

#[test]
fn wrong_settings_name_the_setting() {
    for (guard, word) in [
        (strict().invites(GuardRate::new(0, 1)), "guard.invites"),
        (strict().requests(GuardRate::new(1, 0)), "guard.requests"),
        (strict().action(GuardAction::Refuse(StatusCode::OK)), "guard.action"),
        (strict().sources(1), "guard.sources"),
        (strict().report_every(Duration::ZERO), "guard.report_every"),
        (strict().scanners([" "]), "guard.scanners"),
    ] {
        let error = Endpoint::start(config().guard(guard)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains(word), "{error}");
    }
}

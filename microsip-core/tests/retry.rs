//! A registration that failed comes back by itself: when, how often, and when not.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::{Deadline, wait_until};
use support::peer::Peer;
use support::registrar::Registrar;
use support::*;

const MS: Duration = Duration::from_millis(1);

fn account(registrar: &Registrar, policy: RetryPolicy) -> AccountConfig {
    AccountConfig::new("sip:1001@a.test")
        .registrar(registrar.uri())
        .retry(policy)
}

/// The next failure of a registration.
fn failure(events: &mut Events) -> RegistrationInfo {
    wait(events, "a failure", |e| match e {
        Event::Registration { info, .. } if info.state == RegistrationState::Failed => Some(info.clone()),
        _ => None,
    })
}

#[test]
fn pauses_grow_within_their_published_bounds() {
    let ep = start(config().close_timeout(Duration::ZERO));
    let registrar = Registrar::start(300);
    registrar.refuse(503);
    let policy = RetryPolicy::new(200 * MS, 1000 * MS);
    let mut events = ep.events();
    let account = ep.add_account(account(&registrar, policy)).unwrap();
    let mut told = Vec::new();
    for n in 1..=5 {
        let info = failure(&mut events);
        assert_eq!(info.failures, n);
        assert_eq!(info.code, Some(StatusCode::SERVICE_UNAVAILABLE));
        assert!(info.retry_in().unwrap() <= policy.bounds(n).1);
        told.push(info.next_retry.unwrap());
    }
    wait_until(Deadline::secs(5), "the sixth try", || {
        (registrar.seen().len() >= 6).then_some(())
    })
    .unwrap();
    let seen = registrar.seen();
    for (n, pair) in seen.windows(2).enumerate().take(5) {
        let pause = pair[1].0 - pair[0].0;
        let (low, high) = policy.bounds(n as u32 + 1);
        // Half to all of 200, 400, 800, 1000, 1000 ms; and the time the answer and the system take.
        assert!(pause + 20 * MS >= low && pause <= high + 150 * MS, "{n}: {pause:?}");
        // As it was said.
        let off = pair[1].0.saturating_duration_since(told[n]);
        assert!(pair[1].0 + 20 * MS >= told[n] && off < 150 * MS, "{n}: {off:?} late");
    }
    // Back again: registered within one interval, and the count begins anew.
    registrar.refuse(0);
    let from = Instant::now();
    wait_until(Deadline::secs(5), "the registration", || {
        (account.registration().state == RegistrationState::Registered).then_some(())
    })
    .unwrap();
    assert!(from.elapsed() < policy.max + 300 * MS, "{:?}", from.elapsed());
    assert_eq!(
        (account.registration().failures, account.registration().next_retry),
        (0, None)
    );
    registrar.refuse(500);
    let mut events = ep.events();
    account.register().unwrap();
    assert_eq!(failure(&mut events).failures, 1);
    ep.close();
}

#[test]
fn many_accounts_do_not_come_back_at_one_moment() {
    let ep = start(config().close_timeout(Duration::ZERO));
    let registrar = Registrar::start(300);
    registrar.refuse(503);
    let policy = RetryPolicy::new(1000 * MS, 1000 * MS);
    let mut events = ep.events();
    for n in 0..40 {
        let config = AccountConfig::new(format!("sip:{n}@a.test"))
            .registrar(registrar.uri())
            .retry(policy);
        ep.add_account(config).unwrap();
    }
    let mut pauses: Vec<Duration> = (0..40).map(|_| failure(&mut events).retry_in().unwrap()).collect();
    pauses.sort();
    assert!(*pauses.last().unwrap() <= policy.max);
    assert!(pauses[39] - pauses[0] > 250 * MS, "{pauses:?}");
    ep.close();
}

#[test]
fn the_server_may_say_when() {
    let ep = start(config().close_timeout(Duration::ZERO));
    let policy = RetryPolicy::new(100 * MS, 100 * MS);
    // Even what would not be tried again.
    for (code, value, seconds) in [(503, "2", 2), (500, "2;duration=60", 2), (404, "2 (moving house)", 2)] {
        let peer = Peer::new();
        let config = AccountConfig::new("sip:1001@a.test").registrar(format!("sip:{}", peer.addr()));
        let mut events = ep.events();
        let account = ep.add_account(config.retry(policy)).unwrap();
        let request = peer.request("REGISTER");
        let from = Instant::now();
        peer.reply(&request, code, &[&format!("Retry-After: {value}")], None);
        let info = failure(&mut events);
        let asked = Duration::from_secs(seconds);
        let left = info.next_retry.unwrap() - from;
        assert!(
            left + 20 * MS >= asked && left <= asked + policy.first + 100 * MS,
            "{left:?}"
        );
        peer.request("REGISTER");
        let waited = from.elapsed();
        assert!(
            waited + 20 * MS >= asked && waited < asked + 600 * MS,
            "{code}: {waited:?}"
        );
        account.remove().unwrap();
    }
    ep.close();
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    let ep = start(config().close_timeout(Duration::ZERO));
    let registrar = Registrar::start(300);
    let policy = RetryPolicy::new(100 * MS, 100 * MS);
    let mut events = ep.events();
    for code in [403, 404, 405, 501, 505, 603] {
        registrar.refuse(code);
        let before = registrar.seen().len();
        let account = ep.add_account(account(&registrar, policy)).unwrap();
        let info = failure(&mut events);
        assert_eq!((info.next_retry, info.failures), (None, 1), "{code}");
        std::thread::sleep(400 * MS);
        assert_eq!(registrar.seen().len(), before + 1, "{code}");
        // On demand it is.
        registrar.refuse(0);
        account.register().unwrap();
        account.wait_registered(SOON).unwrap();
        account.remove().unwrap();
        wait_until(Deadline::secs(5), "the binding to go", || {
            (registrar.bindings() == 0).then_some(())
        })
        .unwrap();
    }
    for code in [408, 480, 500, 502, 504, 599] {
        registrar.refuse(code);
        let account = ep.add_account(account(&registrar, policy)).unwrap();
        assert!(failure(&mut events).next_retry.is_some(), "{code}");
        registrar.refuse(0);
        wait_until(Deadline::secs(5), "the registration", || {
            (account.registration().state == RegistrationState::Registered).then_some(())
        })
        .unwrap();
        account.remove().unwrap();
    }
    ep.close();
}

#[test]
fn unregistering_and_removing_end_the_tries() {
    let ep = start(config().close_timeout(Duration::ZERO));
    let registrar = Registrar::start(300);
    registrar.refuse(503);
    let policy = RetryPolicy::new(300 * MS, 300 * MS);
    let mut events = ep.events();
    let first = ep.add_account(account(&registrar, policy)).unwrap();
    failure(&mut events);
    first.unregister().unwrap();
    assert_eq!(first.registration().state, RegistrationState::Unregistered);
    let mut other = account(&registrar, policy);
    other.aor = "sip:1002@a.test".into();
    let second = ep.add_account(other).unwrap();
    failure(&mut events);
    second.remove().unwrap();
    let before = registrar.seen().len();
    std::thread::sleep(900 * MS);
    assert_eq!(registrar.seen().len(), before);
    ep.close();
}

#[test]
fn no_answer_is_tried_again_after_its_timeout() {
    let ep = start(
        config()
            .close_timeout(Duration::ZERO)
            .transaction_timeout(Duration::from_secs(1)),
    );
    let registrar = Registrar::start(300);
    registrar.silent(true);
    let mut events = ep.events();
    let account = ep
        .add_account(account(&registrar, RetryPolicy::new(100 * MS, 500 * MS)))
        .unwrap();
    let info = failure(&mut events);
    assert_eq!(info.error.unwrap().kind(), ErrorKind::Timeout);
    failure(&mut events);
    registrar.silent(false);
    let from = Instant::now();
    wait_until(Deadline::secs(10), "the registration", || {
        (account.registration().state == RegistrationState::Registered).then_some(())
    })
    .unwrap();
    // The request under way is sent again or given up, then comes the pause.
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    ep.close();
}

/// A SIP message off a stream, and its answer.
fn answer_register(stream: &mut std::net::TcpStream) -> String {
    use std::io::{Read, Write};
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains("\r\n\r\n") {
        let len = stream.read(&mut buffer).unwrap();
        assert!(len > 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&buffer[..len]));
        // Keep-alives.
        text = text.trim_start().to_owned();
    }
    let line = |name: &str| text.lines().find(|l| l.starts_with(name)).unwrap().to_owned();
    let echo: String = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"]
        .map(|n| format!("{}\r\n", line(n)))
        .concat();
    let contact = line("Contact:");
    let answer = format!("SIP/2.0 200 OK\r\n{echo}{contact};expires=300\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).unwrap();
    text
}

#[test]
fn a_lost_connection_is_told_and_made_again() {
    let ep = start(config().close_timeout(Duration::ZERO));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let registrar = format!("sip:{}", listener.local_addr().unwrap());
    let mut events = ep.events();
    let config = AccountConfig::new("sip:1001@a.test")
        .registrar(registrar)
        .transport(Transport::Tcp)
        .retry(RetryPolicy::new(500 * MS, 1000 * MS));
    let account = ep.add_account(config).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let first = answer_register(&mut stream);
    account.wait_registered(SOON).unwrap();
    let from = Instant::now();
    drop(stream);
    let info = failure(&mut events);
    assert_eq!(info.error.as_ref().unwrap().kind(), ErrorKind::Transport);
    assert!(info.error.as_ref().unwrap().to_string().contains("lost"), "{info:?}");
    assert!(info.next_retry.is_some());
    assert!(from.elapsed() < 300 * MS, "{:?}", from.elapsed());
    let (mut stream, _) = listener.accept().unwrap();
    let took = from.elapsed();
    assert!(took < 900 * MS, "{took:?}");
    let second = answer_register(&mut stream);
    account.wait_registered(SOON).unwrap();
    // The old Contact named the old connection; it is taken back in the same request.
    let contacts = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|l| l.starts_with("Contact:"))
            .map(str::to_owned)
            .collect()
    };
    let (old, new) = (contacts(&first), contacts(&second));
    assert_eq!((old.len(), new.len()), (1, 2), "{old:?} {new:?}");
    assert_ne!(old[0], new[0]);
    assert!(new[1].contains(";expires=0"), "{new:?}");
    ep.close();
}

/// Nothing is kept of each try: one account that is refused for a week must not fill the memory.
#[cfg(target_os = "linux")]
#[test]
fn heavy_a_thousand_failures_take_no_memory() {
    let anonymous = || -> i64 {
        let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
        let line = text.lines().find(|line| line.starts_with("Anonymous:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let ep = start(config().close_timeout(Duration::ZERO));
    let registrar = Registrar::start(300);
    registrar.forget();
    registrar.refuse(503);
    let policy = RetryPolicy::new(50 * MS, 50 * MS).jitter(1.0);
    let mut events = ep.events();
    let tries = |events: &mut Events, n: usize| (0..n).for_each(|_| drop(failure(events)));
    for n in 0..10 {
        let mut config = account(&registrar, policy);
        config.aor = format!("sip:{n}@a.test");
        ep.add_account(config).unwrap();
    }
    // PJSIP keeps each transaction for 5 seconds: measured when none is left but those nobody answers.
    let drained = |events: &mut Events| {
        registrar.silent(true);
        microsip_testkit::wait_until(microsip_testkit::Deadline::secs(20), "transactions to go", || {
            (fault::stack_counts(&ep).unwrap()[2] <= 10).then_some(())
        })
        .unwrap();
        while events.try_recv().is_some() {}
        fault::trim_memory(&ep).unwrap();
        let bytes = anonymous();
        registrar.silent(false);
        bytes
    };
    tries(&mut events, 2000);
    let before = drained(&mut events);
    tries(&mut events, 2000);
    let grown = drained(&mut events) - before;
    // PJSUA alone takes some 500 bytes of each account's pool at every try: 1 MiB here.
    assert!(grown < 400, "{grown} KiB after 2000 more failures");
    ep.close();
}

//! Start, close, start again; nothing grows, nothing hangs, nothing is used after its end.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use support::*;

/// Resident bytes, threads and open descriptors of this process.
fn footprint() -> (u64, usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| -> u64 {
        let line = status.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let fds = std::fs::read_dir("/proc/self/fd").unwrap().count();
    (field("VmRSS:") * 1024, field("Threads:") as usize, fds)
}

fn cycle() {
    let ep = Endpoint::start(config()).unwrap();
    let port = ep.local_address(Transport::Udp).unwrap().port();
    let uri = |user: &str| format!("sip:{user}@127.0.0.1:{port}");
    let caller = ep.add_account(AccountConfig::new(uri("1001"))).unwrap();
    ep.add_account(AccountConfig::new(uri("1002"))).unwrap();
    let mut events = ep.events();
    let out = caller.call(&uri("1002")).unwrap();
    let inn = incoming(&mut events);
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    inn.wait_for(CallState::Confirmed, SOON).unwrap();
    out.hang_up().unwrap();
    inn.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close().unwrap();
}

#[test]
fn fifty_lives_leave_nothing_behind() {
    let _turn = turn();
    for _ in 0..10 {
        cycle();
    }
    let (memory, threads, fds) = footprint();
    for _ in 0..50 {
        cycle();
    }
    let (memory_after, threads_after, fds_after) = footprint();
    assert_eq!((threads_after, fds_after), (threads, fds), "threads and descriptors");
    let grown = memory_after.saturating_sub(memory);
    assert!(grown < 2 << 20, "memory grew by {grown} bytes over 50 lives");
}

#[test]
fn a_second_endpoint_is_refused_while_the_first_lives() {
    let first = start(config());
    let error = Endpoint::start(config()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyRunning, "{error}");
    first.local("1001");
    drop(first.endpoint);
    Endpoint::start(config()).unwrap().close().unwrap();
}

#[test]
fn a_failed_start_can_be_repeated() {
    let _turn = turn();
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let busy =
        EndpointConfig::default().transports(vec![TransportConfig::new(Transport::Udp, taken.local_addr().unwrap())]);
    let error = Endpoint::start(busy.clone()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(
        error.to_string().contains(&taken.local_addr().unwrap().to_string()),
        "{error}"
    );
    let error = Endpoint::start(config().codecs("G999/8000/1").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(
        error.to_string().contains("G999") && error.to_string().contains("PCMU"),
        "{error}"
    );
    drop(taken);
    Endpoint::start(busy).unwrap().close().unwrap();
}

#[test]
fn certificates_that_cannot_be_used_are_refused_at_start() {
    let _turn = turn();
    let dir = microsip_testkit::dir::TestDir::new("certificates").unwrap();
    let ca = microsip_testkit::ca::TestCa::new(dir.path()).unwrap();
    let (good, other) = (ca.localhost().unwrap(), ca.client("other").unwrap());
    let garbage = dir.write("garbage.pem", "no certificate at all").unwrap();
    for tls in [
        TlsConfig::default().ca_file(&garbage),
        TlsConfig::default().identity(&garbage, &good.key),
        TlsConfig::default().identity(&good.cert, &garbage),
        TlsConfig::default().identity(&good.cert, &other.key),
    ] {
        let error = Endpoint::start(config().tls(tls)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        assert!(error.to_string().contains(&dir.path().display().to_string()), "{error}");
    }
    let fine = TlsConfig::default()
        .ca_file(ca.ca_cert())
        .identity(&good.cert, &good.key);
    Endpoint::start(config().tls(fine)).unwrap().close().unwrap();
}

#[test]
fn handles_answer_after_close() {
    let ep = start(config());
    let (out, inn) = connected(&ep);
    let account = ep.accounts().unwrap()[0].clone();
    let mut events = ep.events();
    ep.endpoint.close().unwrap();
    for call in [&out, &inn] {
        assert_eq!(call.state(), CallState::Disconnected);
        for error in [
            call.hang_up().unwrap_err(),
            call.answer(StatusCode::OK).unwrap_err(),
            call.send_dtmf("1").unwrap_err(),
            call.stats().map(drop).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotRunning, "{error}");
        }
        call.wait_for(CallState::Disconnected, SOON).unwrap();
        assert!(call.events().recv().is_none());
    }
    assert_eq!(
        account.call("sip:a@127.0.0.1").unwrap_err().kind(),
        ErrorKind::NotRunning
    );
    assert_eq!(account.register().unwrap_err().kind(), ErrorKind::NotRunning);
    let ended = events
        .by_ref()
        .filter(|e| matches!(e, Event::CallState { info, .. } if info.is_ended()))
        .count();
    assert_eq!(ended, 2, "closing ends each call once, and then the stream");
}

#[test]
fn closing_sends_bye() {
    let ep = start(config());
    let run = microsip_testkit::sipp::Sipp::uas(microsip_testkit::sipp::Scenario::UasBasic)
        .start()
        .unwrap();
    let call = ep.local("1001").call(&format!("sip:service@{}", run.addr())).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    ep.close();
    let report = run.wait(microsip_testkit::Deadline::secs(10)).unwrap();
    assert!(report.is_success(), "{report}");
}

#[test]
fn an_endpoint_dropped_in_mid_call_is_closed_in_bounded_time() {
    let ep = start(config().close_timeout(Duration::from_secs(1)));
    // A peer that never answers: its CANCEL and INVITE stay open.
    let silent = microsip_testkit::ports::reserve().unwrap();
    let call = ep.local("1001").call(&format!("sip:x@{}", silent.addr())).unwrap();
    let from = Instant::now();
    drop(ep);
    assert!(from.elapsed() < Duration::from_secs(3), "{:?}", from.elapsed());
    assert_eq!(call.state(), CallState::Disconnected);
}

#[test]
fn a_command_that_comes_while_closing_gets_an_answer() {
    let ep = start(config());
    let account = ep.local("1001");
    let handles: Vec<_> = (0..16)
        .map(|_| {
            let account = account.clone();
            std::thread::spawn(move || {
                let mut answers = Vec::new();
                loop {
                    match account.register() {
                        Err(e) if e.kind() == ErrorKind::NotRunning => return answers,
                        other => answers.push(other.unwrap_err().kind()),
                    }
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(50));
    ep.close();
    for handle in handles {
        let answers = handle.join().unwrap();
        assert!(!answers.is_empty(), "no command was answered before closing");
        assert!(answers.iter().all(|k| *k == ErrorKind::WrongState), "{answers:?}");
    }
}

#[test]
fn a_thousand_accounts_live_together() {
    let ep = start(config());
    for n in 0..1000 {
        ep.local(&format!("u{n}"));
    }
    assert_eq!(ep.accounts().unwrap().len(), 1000);
    let mut events = ep.events();
    let out = ep.accounts().unwrap()[0].call(&ep.uri("u777")).unwrap();
    let inn = incoming(&mut events);
    assert_eq!(inn.info().account, ep.accounts().unwrap()[777].id());
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    ep.close();
}

#[test]
fn whoever_waits_for_a_registration_is_told_when_it_cannot_come() {
    let ep = start(config());
    let silent = microsip_testkit::ports::reserve().unwrap();
    let add = || {
        let config = AccountConfig::new("sip:1001@x.test").registrar(format!("sip:{}", silent.addr()));
        ep.add_account(config).unwrap()
    };
    let (removed, closed) = (add(), add());
    let wait =
        |account: Account| std::thread::spawn(move || account.wait_registered(Duration::from_secs(60)).unwrap_err());
    let (for_removed, for_closed) = (wait(removed.clone()), wait(closed));
    removed.remove().unwrap();
    assert_eq!(for_removed.join().unwrap().kind(), ErrorKind::Gone);
    ep.close();
    assert_eq!(for_closed.join().unwrap().kind(), ErrorKind::NotRunning);
}

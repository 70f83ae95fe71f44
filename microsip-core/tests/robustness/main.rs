//! Hostile use: panics, floods, floods of threads, wrong indexes, nobody reading. Typed errors, no hang, no abort.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod exercise;
#[allow(dead_code, reason = "its STUN server is wanted")]
#[path = "../nat/raw.rs"]
mod raw;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use exercise::{SECURED, exercise, secured};
use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::ca::TestCa;
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::netns::Netns;
use microsip_testkit::sipp::{Scenario, Sipp};
use support::*;

#[test]
fn a_panic_in_any_callback_is_contained() {
    // The injected panics would fill the output.
    std::panic::set_hook(Box::new(|info| {
        if !info.to_string().contains("injected") {
            eprintln!("{info}")
        }
    }));
    // A network of its own, to be changed.
    let net = Netns::new().unwrap();
    net.join().unwrap();
    let dir = TestDir::new("panics").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let options = KamailioOptions::new()
        .user("1001", "secret")
        .tls(ca.localhost().unwrap());
    let server = Kamailio::start(options).unwrap();
    let speech = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../microsip-cli/assets/speech.wav");
    let stun = raw::Stun::start(|seen| seen);
    for name in fault::callback_names() {
        // Bound to no address in particular, so that PJSIP has to find one.
        let ep = start(
            EndpointConfig::default()
                .trace(true)
                .network_watch(true)
                .quality(QualityConfig::new().rtcp_xr(true))
                .nat(NatConfig::default().stun(stun.server()))
                .log_level(LogLevel::Debug)
                .close_timeout(Duration::from_secs(1)),
        );
        let before = ep.diagnostics().panics;
        fault::panic_in_callback(name);
        // Some run only when things go, at the latest when all goes.
        let at_the_end = *name == "on_port_destroy";
        // On a busy machine not all of it happens in the time it has.
        for _ in 0..3 {
            if SECURED.contains(name) {
                secured(&ep, &server);
            } else {
                exercise(&ep, &server, &net, &dir, &speech);
            }
            if at_the_end || fault::panic_happened() {
                break;
            }
        }
        if !at_the_end {
            assert!(fault::panic_happened(), "{name} was never called");
            assert_eq!(ep.diagnostics().panics, before + 1, "{name}");
        }
        // The engine lives: another call goes up.
        let mut events = ep.events();
        let caller = ep.local("1001");
        ep.local("1002");
        let out = caller.call(&ep.uri("1002")).unwrap();
        incoming(&mut events).answer(StatusCode::OK).unwrap();
        out.wait_for(CallState::Confirmed, SOON)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        ep.hang_up_all().unwrap();
        microsip_testkit::wait_until(Deadline::secs(5), "every call to end", || {
            ep.calls().unwrap().is_empty().then_some(())
        })
        .unwrap_or_else(|e| panic!("{name}: {e}"));
        ep.close();
        assert!(fault::panic_happened(), "{name} was never called");
    }
}

#[test]
fn a_panic_in_a_command_is_an_internal_error() {
    std::panic::set_hook(Box::new(|_| {}));
    let ep = start(config());
    let error = fault::panic_in_command(&ep).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "{error}");
    ep.round_trip().unwrap();
    ep.close();
}

#[test]
fn a_panicking_handler_does_not_stop_the_engine() {
    std::panic::set_hook(Box::new(|_| {}));
    let ep = start(config().handler(|_: &Event| panic!("a defect of the application")));
    let (_out, _inn) = connected(&ep);
    assert!(ep.diagnostics().panics > 0);
    ep.close();
}

#[test]
fn an_inline_handler_answers_in_place_and_cannot_wait() {
    let waited = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&waited);
    let ep = start(config().handler(move |event: &Event| {
        if let Event::IncomingCall { call, .. } = event {
            let error = call.wait_for(CallState::Confirmed, SOON).unwrap_err();
            seen.store(error.kind() == ErrorKind::WrongState, Ordering::SeqCst);
            call.answer(StatusCode::OK).unwrap();
        }
    }));
    let caller = ep.local("1001");
    ep.local("1002");
    let out = caller.call(&ep.uri("1002")).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(waited.load(Ordering::SeqCst), "waiting on the engine is refused");
    ep.close();
}

#[test]
fn what_a_handler_does_comes_after_what_it_saw() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    // Holds its own lock while it commands: entering it twice would lock up.
    let ep = start(config().handler(move |event: &Event| {
        let mut log = log.lock().unwrap();
        log.push(kind(event));
        if let Event::IncomingCall { call, .. } = event {
            call.reject(StatusCode::BUSY_HERE).unwrap();
        }
    }));
    fn kind(event: &Event) -> &'static str {
        match event {
            Event::IncomingCall { .. } => "incoming",
            Event::CallState { info, .. } if info.direction == Direction::Incoming => info.state.name(),
            _ => "other",
        }
    }
    let caller = ep.local("1001");
    ep.local("1002");
    let events = ep.events();
    let out = caller.call(&ep.uri("1002")).unwrap();
    out.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
    let received: Vec<_> = events.map(|e| kind(&e)).filter(|k| *k != "other").collect();
    assert_eq!(received, ["incoming", "disconnected"], "a subscriber's view");
    let handled: Vec<_> = seen.lock().unwrap().iter().copied().filter(|k| *k != "other").collect();
    assert_eq!(handled, ["incoming", "disconnected"], "the handler's view");
}

#[test]
fn indexes_out_of_range_and_forged_ids_are_refused() {
    let ep = start(config());
    assert_eq!(fault::out_of_range(&ep).unwrap(), [""; 0]);
    for error in fault::forged(&ep) {
        assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
    }
    assert_eq!(fault::forged(&ep).len(), 24);
    // PJSIP counts each wrong index as a failed assertion.
    ep.endpoint.close().unwrap();
}

#[test]
fn events_that_nobody_reads_cost_a_bounded_queue_and_are_reported() {
    let ep = start(config().event_capacity(10));
    let mut lazy = ep.events();
    for _ in 0..8 {
        let (out, inn) = connected(&ep);
        out.hang_up().unwrap();
        inn.wait_for(CallState::Disconnected, SOON).unwrap();
    }
    let first = lazy.recv_timeout(SOON).unwrap().unwrap();
    assert!(matches!(first, Event::Lagged { missed } if missed > 10), "{first:?}");
    let rest = std::iter::from_fn(|| lazy.try_recv()).count();
    assert!(rest <= 10, "{rest}");
    ep.close();
}

#[test]
fn sixty_four_threads_may_command_at_once() {
    let ep = start(config().max_calls(64));
    let accounts: Vec<_> = (0..8).map(|n| ep.local(&format!("t{n}"))).collect();
    let target = ep.uri("t0");
    std::thread::scope(|scope| {
        for n in 0..64_usize {
            let (ep, accounts, target) = (&ep, &accounts, &target);
            scope.spawn(move || {
                for round in 0..20 {
                    match (n + round) % 5 {
                        0 => drop(ep.round_trip().unwrap()),
                        1 => drop(ep.calls().unwrap()),
                        2 => match accounts[n % 8].call(target) {
                            Ok(call) => drop(call.hang_up()),
                            Err(e) => assert_eq!(e.kind(), ErrorKind::LimitReached, "{e}"),
                        },
                        3 => ep.hang_up_all().unwrap(),
                        _ => drop(ep.accounts().unwrap()),
                    }
                }
            });
        }
    });
    ep.round_trip().unwrap();
    assert_eq!(ep.diagnostics().panics, 0);
    ep.close();
}

#[test]
fn heavy_flood_of_commands_loses_no_call() {
    let ep = start(
        config()
            .max_calls(400)
            .incoming(IncomingPolicy::Answer(StatusCode::OK))
            .send_silence(false),
    );
    ep.local("1001");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let (stop, sent) = (AtomicBool::new(false), AtomicU64::new(0));
    let report = std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    match ep.round_trip() {
                        Ok(_) => drop(sent.fetch_add(1, Ordering::Relaxed)),
                        Err(e) => assert_eq!(e.kind(), ErrorKind::Busy, "{e}"),
                    }
                }
            });
        }
        let report = Sipp::uac(Scenario::UacBasic, addr)
            .service("1001")
            .calls(1000)
            .rate(200.0)
            .limit(400)
            .pause(Duration::from_millis(1))
            .run(Deadline::secs(60));
        stop.store(true, Ordering::Relaxed);
        report.unwrap()
    });
    assert!(report.is_success() && report.successful == 1000, "{report}");
    assert_eq!(report.retransmissions, 0, "{report}");
    assert!(sent.load(Ordering::Relaxed) > 10_000, "the flood was one: {sent:?}");
    ep.close();
}

#[test]
fn a_stalled_engine_gives_up_commands_with_an_error() {
    let ep = start(config());
    fault::stall(&ep, Duration::from_secs(12));
    let from = Instant::now();
    let error = ep.round_trip().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(from.elapsed() < Duration::from_secs(12));
    ep.close();
}

#[test]
fn a_timer_armed_off_the_engine_is_not_late() {
    let ep = start(config());
    // Let the engine fall asleep for its longest poll.
    std::thread::sleep(Duration::from_millis(300));
    for delay in [20, 100, 300] {
        let late = fault::timer_lateness(Duration::from_millis(delay)).unwrap();
        assert!(late < Duration::from_millis(100), "{delay} ms: {late:?} late");
    }
    ep.close();
}

//! What an endpoint takes while it does nothing, and that capacity costs nothing until it is used.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use microsip_core::*;
use support::*;

/// Memory that belongs to this process alone, in KiB. Unlike `Private_Dirty` it leaves out pages of a test program that was
/// written a moment ago and is not on the disk yet.
fn anonymous() -> i64 {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = text.lines().find(|line| line.starts_with("Anonymous:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What an endpoint with room for so many calls and one account takes.
fn idle(calls: u32) -> i64 {
    let before = anonymous();
    let ep = start(config().max_calls(calls));
    ep.local("1001");
    ep.round_trip().unwrap();
    let taken = anonymous() - before;
    ep.close();
    taken
}

/// Measured: 0.4 MiB. The table of 1024 accounts alone would be 8 MiB, the handles of sockets 5 MiB.
#[test]
fn default_limits_take_little() {
    let taken = idle(Limits::default().calls);
    assert!(taken < 1536, "{taken} KiB");
}

/// Measured: under 0.1 MiB. Slots of 1000 calls would be 21 MiB.
#[test]
fn capacity_is_free_until_used() {
    let small = idle(32);
    let big = idle(1000).max(idle(4096));
    assert!(big - small < 1024, "32 calls: {small} KiB, 1000 or 4096: {big} KiB");
}

/// Zeroing pages that are zero at each start, and again at each end, would make them resident.
#[test]
fn starting_again_and_again_takes_nothing_more() {
    for _ in 0..3 {
        idle(1000);
    }
    let before = anonymous();
    for _ in 0..10 {
        idle(1000);
    }
    let grown = anonymous() - before;
    assert!(grown < 512, "{grown} KiB");
}

/// Slots are prepared when they are taken: the first, later ones, and those taken a second time.
#[test]
fn accounts_of_every_slot_work() {
    let ep = start(config().max_accounts(200));
    let accounts: Vec<Account> = (0..200).map(|n| ep.local(&format!("user{n}"))).collect();
    let refused = ep
        .add_account(AccountConfig::new("sip:one-more@localhost"))
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::LimitReached);
    for account in accounts.iter().step_by(3) {
        account.remove().unwrap();
    }
    for n in 0..50 {
        ep.local(&format!("again{n}"));
    }
    let mut events = ep.events();
    for user in ["user199", "user1", "again49", "again0"] {
        let by_name = |name: &str| {
            ep.accounts()
                .unwrap()
                .into_iter()
                .find(|a| a.aor().contains(&format!("sip:{name}@")))
                .unwrap()
        };
        let out = by_name("user100").call(&ep.uri(user)).unwrap();
        let inn = incoming(&mut events);
        assert_eq!(inn.info().account, by_name(user).id());
        inn.reject(StatusCode::BUSY_HERE).unwrap();
        out.wait_for(CallState::Disconnected, SOON).unwrap();
    }
    ep.close();
}

/// Every call slot, two rounds of them, and what is kept when all calls have ended.
#[test]
fn heavy_every_call_slot_works_twice() {
    const PAIRS: usize = 200;
    let ep = start(
        config()
            .max_calls(2 * PAIRS as u32)
            .incoming(IncomingPolicy::Answer(StatusCode::OK)),
    );
    let account = ep.local("1001");
    let mut events = ep.events();
    for round in 0..2 {
        let calls: Vec<Call> = (0..PAIRS).map(|_| account.call(&ep.uri("1001")).unwrap()).collect();
        for call in &calls {
            call.wait_for(CallState::Confirmed, SOON).unwrap();
        }
        assert_eq!(ep.calls().unwrap().len(), 2 * PAIRS, "round {round}");
        let refused = account.call(&ep.uri("1001")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::LimitReached);
        ep.hang_up_all().unwrap();
        let mut ended = 0;
        while ended < 2 * PAIRS {
            ended += wait(&mut events, "the end of a call", |event| match event {
                Event::CallState { info, .. } if info.state == CallState::Disconnected => Some(1),
                _ => None,
            });
        }
        assert!(ep.calls().unwrap().is_empty());
    }
    ep.close();
}

/// PJSIP frees what calls took, but the allocator keeps it: some 130 MiB after 200 calls with themselves.
#[test]
fn memory_of_a_peak_is_given_back() {
    let ep = start(
        config()
            .max_calls(400)
            .incoming(IncomingPolicy::Answer(StatusCode::OK))
            .send_silence(false),
    );
    let account = ep.local("1001");
    ep.round_trip().unwrap();
    let before = anonymous();
    let calls: Vec<Call> = (0..150).map(|_| account.call(&ep.uri("1001")).unwrap()).collect();
    for call in &calls {
        call.wait_for(CallState::Confirmed, SOON).unwrap();
    }
    let peak = anonymous() - before;
    ep.hang_up_all().unwrap();
    drop(calls);
    let kept = microsip_testkit::wait_until(microsip_testkit::Deadline::secs(60), "memory to be given back", || {
        let kept = anonymous() - before;
        (kept < peak / 5).then_some(kept)
    });
    assert!(
        kept.is_ok(),
        "of {peak} KiB at the peak {} KiB are kept",
        anonymous() - before
    );
    ep.close();
}

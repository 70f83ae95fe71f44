//! Forked children: they have a copy of the parent's handles and none of its threads. Nothing there waits or sends.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(unsafe_code, reason = "fork is what is tested")]

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, StreamExt};
use microsip_core::*;
use support::*;

/// Runs `work` in a forked child, with a deadline; panics if that panics, hangs or crashes.
fn in_child(work: impl FnOnce()) {
    // SAFETY: the child runs code that takes locks, as those of Python do; that this is no trouble is the claim.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0, "fork failed");
    if pid == 0 {
        // SAFETY: ends this child if it hangs.
        unsafe { libc::alarm(20) };
        let failed = catch_unwind(AssertUnwindSafe(work)).is_err();
        // SAFETY: without destructors of the test program, which are the parent's.
        unsafe { libc::_exit(i32::from(failed)) };
    }
    let mut status = 0;
    // SAFETY: our own child.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid);
    assert_eq!(
        status,
        0,
        "the child failed: signal {}, code {}",
        status & 127,
        status >> 8
    );
}

fn refused<T>(result: Result<T>) {
    let error = result.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::NotRunning, "{error}");
    assert!(error.to_string().contains("this process is a fork"), "{error}");
}

#[test]
fn a_fork_refuses_every_command_and_wait_at_once() {
    let ep = start(config());
    let mut events = ep.events();
    let (out, inn) = connected(&ep);
    let (account, mut own) = (ep.accounts().unwrap().remove(0), out.events());
    let tone = Tone::comfort_noise(ComfortNoise::default());
    let playing = out.play_tone(tone, ToneOptions::default()).unwrap();
    let mut sink = out.audio_sink(AudioSinkOptions::default()).unwrap();
    let mut source = out.audio_source(AudioSourceOptions::default()).unwrap();
    for _ in 0..20 {
        in_child(|| {
            let begun = Instant::now();
            assert_eq!(out.info().id, out.id());
            assert_eq!(out.state(), CallState::Confirmed);
            refused(out.hang_up());
            refused(out.wait_for(CallState::Disconnected, SOON));
            refused(account.call("sip:a@127.0.0.1"));
            refused(account.wait_registered(SOON));
            refused(ep.add_account(AccountConfig::new("sip:b@127.0.0.1")));
            refused(ep.round_trip());
            refused(events.recv_timeout(SOON));
            assert!(events.recv().is_none());
            assert!(StreamExt::next(&mut events).now_or_never().unwrap().is_none());
            refused(out.events().recv_timeout(SOON));
            refused(playing.wait_finished(SOON));
            refused(playing.stop());
            refused(source.write(&[0; 100_000]));
            refused(sink.read(Some(SOON)));
            refused(out.audio_sink(AudioSinkOptions::default()));
            refused(ep.shut_down());
            assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        });
    }
    // What the children did reached nobody.
    assert_eq!(inn.state(), CallState::Confirmed);
    // (Events of the answer may have come after these were asked for.)
    while let Some(event) = own.try_recv() {
        let ended = |info: &CallInfo| info.state == CallState::Disconnected;
        assert!(
            !matches!(&event, Event::CallState { info, .. } if ended(info)),
            "{event:?}"
        );
    }
    drop((sink, source));
    ep.close();
}

#[test]
fn dropping_everything_in_a_fork_neither_waits_nor_sends() {
    let ep = start(config());
    let mut log = ep.events();
    let (out, inn) = connected(&ep);
    let guard = CallGuard::new(out.clone());
    let sink = inn.audio_sink(AudioSinkOptions::default()).unwrap();
    let everything = (ep, log, out.clone(), inn.clone(), guard, sink);
    // A copy of all of it is dropped there; the parent's stays.
    // SAFETY: the child's memory is its own; what is read twice is dropped once in each process.
    let copy = unsafe { std::ptr::read(&raw const everything) };
    let mut copy = std::mem::ManuallyDrop::new(copy);
    let begun = Instant::now();
    in_child(|| {
        // SAFETY: as above.
        unsafe { std::mem::ManuallyDrop::drop(&mut copy) };
    });
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let (ep, events, _, _, guard, sink) = everything;
    log = events;
    std::thread::sleep(Duration::from_millis(200));
    while let Some(event) = log.try_recv() {
        assert!(
            !matches!(&event, Event::CallState { info, .. } if info.state == CallState::Disconnected),
            "{event:?}"
        );
    }
    assert_eq!((out.state(), inn.state()), (CallState::Confirmed, CallState::Confirmed));
    ep.round_trip().unwrap();
    drop((guard, sink));
    ep.close();
}

#[test]
fn a_fork_of_a_running_endpoint_cannot_start_one_but_others_can() {
    fn life() {
        let endpoint = Endpoint::start(config()).unwrap();
        endpoint.add_account(AccountConfig::new("sip:child@127.0.0.1")).unwrap();
        endpoint.close().unwrap();
    }
    let _turn = turn();
    in_child(life);
    let ep = Endpoint::start(config()).unwrap();
    in_child(|| {
        let error = Endpoint::start(config()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongState, "{error}");
        assert!(
            error.to_string().contains("forked from one whose endpoint was running"),
            "{error}"
        );
        // Neither can its children.
        in_child(|| assert!(Endpoint::start(config()).is_err()));
    });
    let account = ep.add_account(AccountConfig::new("sip:1001@127.0.0.1")).unwrap();
    ep.close().unwrap();
    in_child(|| {
        assert_eq!(account.register().unwrap_err().kind(), ErrorKind::NotRunning);
        life();
        life();
    });
    life();
}

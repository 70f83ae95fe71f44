//! The runner with real processes: bounds, order, end.

use std::fs;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::test_kill_process;

use super::stage::{PATIENCE, exited, stage, until};
use crate::Secret;
use crate::compat::hooks::*;

#[test]
fn a_flood_is_bounded_and_all_of_it_is_reported() {
    let stage = stage(HookOptions::default().concurrent(2));
    let hook = stage.script("slow", r#"while [ ! -e "$DIR/go" ]; do sleep 0.01; done"#);
    let start = Instant::now();
    let mut queued = 0;
    for i in 0..1000 {
        queued += u64::from(
            stage
                .runner
                .run(HookEvent::CallRing, &hook, HookCall::new("1").call_id(i.to_string())),
        );
        let stats = stage.runner.stats();
        assert!(stats.waiting <= 64 && stats.running <= 2, "{stats:?}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "it was waited for: {:?}",
        start.elapsed()
    );
    assert!((64..=66).contains(&queued), "{queued}");
    fs::write(stage.path("go"), "").unwrap();
    let reports: Vec<_> = (0..1000).map(|_| stage.report()).collect();
    let dropped: Vec<_> = reports.iter().filter(|r| r.outcome == HookOutcome::Dropped).collect();
    assert_eq!(dropped.len() as u64, 1000 - queued);
    // The newest were dropped: the first ones ran.
    assert!(
        dropped
            .iter()
            .all(|report| report.call_id.parse::<u64>().unwrap() >= 64)
    );
    assert_eq!(
        reports.iter().filter(|r| r.outcome == HookOutcome::Exited(0)).count() as u64,
        queued
    );
    let stats = stage.runner.stats();
    assert_eq!(
        (stats.run, stats.dropped, stats.waiting, stats.running),
        (queued, 1000 - queued, 0, 0)
    );
    assert!(stage.runner.close(Duration::ZERO));
}

#[test]
fn hooks_of_one_call_keep_their_order_and_calls_do_not_wait_for_each_other() {
    use HookEvent::{CallAnswer, CallEnd, CallRing, CallStart, IncomingCall};
    let stage = stage(HookOptions::default());
    // The first hook of call 0 waits for the last one of call 1.
    let hook = stage.script(
        "log",
        r#"case "$MICROSIP_CALL_ID$MICROSIP_EVENT" in
             0incoming_call) while [ ! -e "$DIR/end1" ]; do sleep 0.01; done;;
             1call_end) : > "$DIR/end1";;
             *call_ring) sleep 0.05;;
           esac
           echo "$MICROSIP_EVENT" >> "$DIR/log$MICROSIP_CALL_ID""#,
    );
    let events = [IncomingCall, CallRing, CallAnswer, CallStart, CallEnd];
    for event in events {
        for call in 0..4 {
            assert!(
                stage
                    .runner
                    .run(event, &hook, HookCall::new("1").call_id(call.to_string()))
            );
        }
    }
    for _ in 0..20 {
        exited(&stage.report());
    }
    let expected: String = events.iter().map(|event| format!("{}\n", event.name())).collect();
    for call in 0..4 {
        assert_eq!(fs::read_to_string(stage.path(&format!("log{call}"))).unwrap(), expected);
    }
}

#[test]
fn the_end_lets_waiting_hooks_run_as_long_as_said() {
    let stage = stage(HookOptions::default().grace(Duration::from_millis(200)));
    let quick = stage.script("quick", ":");
    for _ in 0..20 {
        assert!(
            stage
                .runner
                .run(HookEvent::CallEnd, &quick, HookCall::new("1").call_id("same"))
        );
    }
    assert!(stage.runner.close(PATIENCE));
    for _ in 0..20 {
        exited(&stage.report());
    }
    assert!(!stage.runner.run(HookEvent::CallEnd, &quick, HookCall::new("1")));
    assert_eq!(stage.runner.stats().dropped, 1);

    let stage = super::stage::stage(HookOptions::default().grace(Duration::from_millis(200)));
    let hang = stage.script("hang", r#"echo $$ > "$DIR/pid"; sleep 1000"#);
    for _ in 0..3 {
        assert!(
            stage
                .runner
                .run(HookEvent::CallEnd, &hang, HookCall::new("1").call_id("same"))
        );
    }
    let pid = stage.pid("pid");
    let start = Instant::now();
    assert!(!stage.runner.close(Duration::from_millis(100)));
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert!(test_kill_process(pid).is_err());
    let outcomes: Vec<_> = (0..3).map(|_| stage.report().outcome).collect();
    assert_eq!(
        outcomes.iter().filter(|o| **o == HookOutcome::Stopped).count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(
        outcomes.iter().filter(|o| **o == HookOutcome::Dropped).count(),
        2,
        "{outcomes:?}"
    );
}

#[test]
fn a_callback_that_is_slow_panics_or_closes_harms_nothing() {
    let stage = stage(HookOptions::default());
    let hook = stage.script("quick", ":");
    let (tell, told) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let runner = std::sync::Arc::new(std::sync::OnceLock::<HookRunner>::new());
    let own = std::sync::Arc::clone(&runner);
    let mut calls = 0;
    let started = HookRunner::start(HookOptions::default(), move |report| {
        calls += 1;
        match calls {
            1 => wait.recv_timeout(PATIENCE).unwrap(),
            2 => panic!("on purpose"),
            3 => drop(own.get().unwrap().close(Duration::ZERO)),
            _ => {}
        }
        tell.send(report).unwrap();
    });
    let runner = runner.get_or_init(|| started.unwrap());
    for call in 0..3 {
        assert!(runner.run(HookEvent::CallRing, &hook, HookCall::new("1").call_id(call.to_string())));
    }
    until(|| runner.stats().run == 3 && runner.stats().running == 0);
    go.send(()).unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap().outcome, HookOutcome::Exited(0));
    assert_eq!(told.recv_timeout(PATIENCE).unwrap().outcome, HookOutcome::Exited(0));
    assert!(!runner.run(HookEvent::CallRing, &hook, HookCall::new("1")));
}

#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_password_is_reported_or_logged() {
    let log = Log::default();
    let out = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || out.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let stage = stage(HookOptions::default());
    let hook = stage.script("echo", r#"echo "args: $*"; echo "$1" >&2; exit 7"#);
    let hook = HookCommand::new(hook.program(), ["{password}", "{md5_password}", "t0ken"]).unwrap();
    let call = HookCall::new("1").password(Secret::new("S3 CRET"));
    let shown = format!("{call:?} {hook:?} {:?}", stage.runner);
    let report = stage.one(HookEvent::OutgoingCall, &hook, call);
    assert_eq!(report.stdout, "args: *** *** t0ken 1\n");
    assert_eq!(report.stderr, "***\n");
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("hook cmdOutgoingCall ended with exit code 7"), "{log}");
    for text in [shown, format!("{report:?}"), log] {
        assert!(!text.contains("S3 CRET") && !text.contains("S3%20CRET"), "{text}");
    }
}

#[test]
fn options_are_checked() {
    let ms = Duration::from_millis;
    for wrong in [
        HookOptions::default().timeout(ms(9)),
        HookOptions::default().timeout(ms(3_600_001)),
        HookOptions::default().grace(ms(60_001)),
        HookOptions::default().queue(0),
        HookOptions::default().queue(10_001),
        HookOptions::default().concurrent(0),
        HookOptions::default().concurrent(65),
        HookOptions::default().variable("", "x"),
        HookOptions::default().variable("a=b", "x"),
        HookOptions::default().variable("a", "x\0"),
    ] {
        let error = HookRunner::start(wrong.clone(), drop).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument, "{wrong:?}");
    }
}

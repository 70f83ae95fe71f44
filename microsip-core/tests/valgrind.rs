//! Five lives under valgrind: no invalid access, nothing definitely lost.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::process::Spec;
use support::*;

const CHILD: &str = "MICROSIP_TEST_CHILD";

/// What the child does; valgrind slows it down some thirty times.
fn five_lives() {
    const PATIENCE: Duration = Duration::from_secs(60);
    for _ in 0..5 {
        let ep = start(config().trace(true));
        let (a, _) = (ep.local("1001"), ep.local("1002"));
        let mut events = ep.events();
        let out = a.call(&ep.uri("1002")).unwrap();
        let inn = incoming(&mut events);
        inn.answer(StatusCode::OK).unwrap();
        out.wait_for(CallState::Confirmed, PATIENCE).unwrap();
        let recorder = inn
            .record(std::env::temp_dir().join(format!("microsip-{}.wav", std::process::id())))
            .unwrap();
        out.send_dtmf("1").unwrap();
        wait(&mut events, "digit", |e| matches!(e, Event::Dtmf { .. }).then_some(()));
        out.hang_up().unwrap();
        let info = recorder.wait_finished(PATIENCE).unwrap();
        std::fs::remove_file(info.path).unwrap();
        assert!(a.call("sip:").is_err());
        ep.close();
    }
}

#[test]
fn heavy_valgrind_finds_nothing_in_five_lives() {
    if std::env::var_os(CHILD).is_some() {
        return five_lives();
    }
    let own = std::env::current_exe().unwrap();
    let (status, output) = Spec::installed("valgrind", "valgrind")
        .unwrap()
        .args([
            "--quiet",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite",
            "--error-exitcode=99",
        ])
        .arg(own.to_str().unwrap())
        .args(["--exact", "heavy_valgrind_finds_nothing_in_five_lives", "--nocapture"])
        .env(CHILD, "1")
        .run(Deadline::secs(170))
        .unwrap();
    assert!(status.success(), "{output}");
}

//! Tries that do not count, because the machine stood still. A process that is stopped for a moment cannot tell it from that.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]
#![allow(clippy::print_stdout, reason = "the parent reads it")]

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use microsip_testkit::Deadline;
use microsip_testkit::process::{Process, ProcessSignal, Spec};
use microsip_testkit::steady::{STANDSTILL, Watch, steady};

const ROLE: &str = "MICROSIP_TEST_CHILD";

/// This test again, in a process of its own.
fn child() -> Process {
    let test = std::thread::current().name().unwrap().to_owned();
    Spec::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture", "--test-threads=1"])
        .env(ROLE, "1")
        .spawn()
        .unwrap()
}

/// Waits for a line on standard input, having said that it does.
fn pause(name: &str) {
    println!("\n{name}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// Stops the process in a pause for that long, and lets it go on.
fn stand_still(child: &mut Process, pause: &str, time: Duration) {
    child.wait_line(pause, Deadline::secs(20)).unwrap();
    child.signal(ProcessSignal::Stop).unwrap();
    std::thread::sleep(time);
    child.signal(ProcessSignal::Cont).unwrap();
    child.send_line("go on").unwrap();
}

#[test]
fn a_try_in_a_standstill_is_made_again() {
    if std::env::var_os(ROLE).is_some() {
        let tries = Cell::new(0);
        let value = steady(Deadline::secs(60), || {
            tries.set(tries.get() + 1);
            if tries.get() == 1 {
                pause("first");
                panic!("spoiled");
            }
            tries.get()
        });
        println!("\nvalue {value}");
        return;
    }
    let mut child = child();
    stand_still(&mut child, "first", Duration::from_millis(200));
    child.wait_line("this try does not count", Deadline::secs(20)).unwrap();
    child.wait_line("value 2", Deadline::secs(20)).unwrap();
    child.wait_success(Deadline::secs(20)).unwrap();
}

#[test]
fn what_fails_while_the_machine_keeps_time_has_failed() {
    let tries = Cell::new(0);
    let run = |deadline: Deadline| {
        tries.set(0);
        let failing = || {
            tries.set(tries.get() + 1);
            panic!("never right");
        };
        let result = catch_unwind(AssertUnwindSafe(|| steady(deadline, failing)));
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&"never right"));
    };
    let watch = Watch::start();
    run(Deadline::secs(5));
    // Another watch may have seen a little less of the same standstill.
    assert!(
        tries.get() == 1 || watch.worst() >= STANDSTILL / 2,
        "{} tries with {:?} at most",
        tries.get(),
        watch.worst()
    );
    run(Deadline::after(Duration::ZERO));
    assert_eq!(tries.get(), 1);
}

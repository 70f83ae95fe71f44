//! Processes, directories, ports.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use std::net::{TcpListener, UdpSocket};
use std::time::Duration;

use microsip_testkit::dir::TestDir;
use microsip_testkit::ports::{self, loopback};
use microsip_testkit::process::{ProcessSignal, Spec, find_program};
use microsip_testkit::{Deadline, Error, wait_until};

fn shell(script: &str) -> Spec {
    Spec::new("/bin/sh").arg("-c").arg(script)
}

fn is_gone(pid: &str) -> bool {
    // A zombie that its new parent has not reaped yet counts as gone.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |s| s.contains(") Z "))
}

#[test]
fn lines_of_both_streams_are_waited_for_in_order() {
    let mut p = shell("echo one; echo two >&2; read x; echo got $x; echo three")
        .spawn()
        .unwrap();
    assert_eq!(p.wait_line("one", Deadline::secs(5)).unwrap(), "one");
    p.output().wait_from(0, "two", Deadline::secs(5)).unwrap();
    p.send_line("word").unwrap();
    assert_eq!(
        p.wait_line(|l: &str| l.starts_with("got"), Deadline::secs(5)).unwrap(),
        "got word"
    );
    p.wait_line("three", Deadline::secs(5)).unwrap();
    p.wait_success(Deadline::secs(5)).unwrap();
    // All lines are over, and so is the process.
    let error = p.wait_line("one", Deadline::secs(5)).unwrap_err();
    assert!(
        matches!(&error, Error::Exited { status, .. } if status.success()),
        "{error}"
    );
    assert!(error.to_string().contains("| ! two"), "{error}");
}

#[test]
fn a_time_out_tells_what_was_written() {
    let mut p = shell("echo something else; sleep 60").spawn().unwrap();
    p.wait_line("something", Deadline::secs(5)).unwrap();
    let error = p
        .wait_line("wanted", Deadline::after(Duration::from_millis(100)))
        .unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }));
    let text = error.to_string();
    assert!(text.contains("wanted") && text.contains("something else"), "{text}");
}

#[test]
fn exit_codes_and_signals_are_seen() {
    let mut p = shell("exit 3").spawn().unwrap();
    assert_eq!(p.wait_exit(Deadline::secs(5)).unwrap().code(), Some(3));
    assert!(matches!(p.wait_success(Deadline::secs(5)), Err(Error::Exited { .. })));
    let mut p = shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done")
        .spawn()
        .unwrap();
    p.wait_line("ready", Deadline::secs(5)).unwrap();
    p.signal(ProcessSignal::Term).unwrap();
    assert_eq!(p.wait_exit(Deadline::secs(5)).unwrap().code(), Some(5));
    assert!(p.output().to_string().contains("bye"));
}

#[test]
fn drop_kills_the_whole_group_even_if_it_ignores_sigterm() {
    let mut p = shell("trap '' TERM; sleep 600 & echo $!; wait").spawn().unwrap();
    let child = p.wait_line(|_: &str| true, Deadline::secs(5)).unwrap();
    let shell = p.id().to_string();
    drop(p);
    wait_until(Deadline::secs(5), "the group's end", || {
        (is_gone(&child) && is_gone(&shell)).then_some(())
    })
    .unwrap();
}

/// Set for this test program when it runs once more, as the one that dies.
const VICTIM: &str = "MICROSIP_TESTKIT_VICTIM";

/// Starts a grandchild, says which, and waits to be killed.
#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn be_killed() {
    let mut grandchild = shell("sleep 600").spawn().unwrap();
    println!("grandchild={}", grandchild.id());
    grandchild.wait_exit(Deadline::secs(60)).unwrap();
}

#[test]
fn nothing_survives_the_death_of_the_test_program() {
    if std::env::var_os(VICTIM).is_some() {
        return be_killed();
    }
    let mut parent = Spec::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "nothing_survives_the_death_of_the_test_program",
            "--nocapture",
        ])
        .env(VICTIM, "1")
        .spawn()
        .unwrap();
    let line = parent.wait_line("grandchild=", Deadline::secs(10)).unwrap();
    let grandchild = line.split('=').next_back().unwrap().trim().to_owned();
    assert!(!is_gone(&grandchild));
    parent.signal(ProcessSignal::Kill).unwrap();
    wait_until(Deadline::secs(5), "the grandchild's end", || {
        is_gone(&grandchild).then_some(())
    })
    .unwrap();
}

#[test]
fn a_missing_program_names_its_package() {
    let error = find_program("no-such-program", "some-package").unwrap_err();
    assert!(
        matches!(&error, Error::Missing { program, package } if program == "no-such-program" && package == "some-package")
    );
    assert!(error.to_string().contains("apt-get install some-package"));
}

#[test]
fn directories_stay_only_when_the_test_failed() {
    let dir = TestDir::new("dir").unwrap();
    let path = dir.path().to_owned();
    dir.write("file", "text").unwrap();
    drop(dir);
    assert_eq!(path.exists(), std::env::var_os("MICROSIP_TESTKIT_KEEP").is_some());
    let path = std::thread::spawn(|| {
        let dir = TestDir::new("dir").unwrap();
        std::panic::panic_any(dir.path().to_owned());
    })
    .join()
    .unwrap_err()
    .downcast::<std::path::PathBuf>()
    .unwrap();
    assert!(path.exists());
    std::fs::remove_dir_all(*path).unwrap();
}

#[test]
fn reserved_ports_are_held_for_udp_and_tcp_and_free_after() {
    let port = ports::reserve().unwrap();
    let number = port.number();
    assert!(UdpSocket::bind(port.addr()).is_err());
    assert!(TcpListener::bind(port.addr()).is_err());
    assert!(ports::udp_in_use(number) && ports::tcp_in_use(number));
    assert_eq!(port.release(), number);
    assert!(!ports::udp_in_use(number) && !ports::tcp_in_use(number));
    let udp = UdpSocket::bind(loopback(number)).unwrap();
    let tcp = TcpListener::bind(loopback(number)).unwrap();
    drop((udp, tcp));
    let kept = ports::reserve().unwrap();
    let number = kept.number();
    assert_eq!(kept.into_udp().local_addr().unwrap().port(), number);
}

#[test]
fn ranges_are_even_contiguous_and_distinct() {
    let ranges: Vec<_> = (0..8).map(|_| ports::reserve_range(20).unwrap()).collect();
    let mut all: Vec<u16> = ranges.iter().flat_map(|r| r.first()..=r.last()).collect();
    assert!(ranges.iter().all(|r| r.first() % 2 == 0 && r.last() - r.first() == 19));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 160);
    let pair = ports::reserve_pair().unwrap();
    assert_eq!(pair.last(), pair.first() + 1);
    assert!(ports::reserve_range(0).is_err());
}

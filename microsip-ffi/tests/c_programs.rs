//! The programs in `tests/c` and `tests/cpp`, compiled against the installed library and run to their end.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod common;

use std::fs;

use common::{Mode, compile, crate_dir, execute, folder};

fn run(name: &str, mode: Mode) {
    let folder = folder();
    let program = compile(&crate_dir().join(format!("tests/c/{name}.c")), mode, folder.path());
    let said = execute(&program, mode);
    assert!(said.contains(&format!("{name}: ok")), "{said}");
}

/// A test for each program and each mode it is run in: always sanitized; under valgrind, which is slow, where memory and threads are
/// what it is about; static where it is the link that is tried.
macro_rules! programs {
    ($($name:ident: $($mode:ident)+;)+) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        $(mod $name {
            $(#[test]
            #[allow(non_snake_case, reason = "named like the mode")]
            fn $mode() {
                super::run(stringify!($name), super::Mode::$mode);
            })+
        })+
    };
}

programs! {
    audio_frames: Sanitized Valgrind Static;
    calls: Sanitized;
    cmdline: Sanitized;
    conference: Sanitized;
    contacts: Sanitized;
    devices: Sanitized;
    dtmf_hold: Sanitized;
    endpoint: Sanitized;
    events_all_ways: Sanitized Valgrind Static;
    extremes: Sanitized;
    files: Sanitized Valgrind;
    history: Sanitized Valgrind;
    ini: Sanitized;
    life_cycle: Sanitized Valgrind Static;
    lines: Sanitized;
    mailbox: Sanitized;
    messages: Sanitized Valgrind;
    numbers: Sanitized;
    phone: Sanitized Valgrind;
    presence: Sanitized Valgrind;
    publication: Sanitized;
    registration: Sanitized Valgrind Static;
    requests: Sanitized;
    settings: Sanitized Valgrind;
    stats: Sanitized;
    subscriptions: Sanitized;
    tones: Sanitized;
    transfer: Sanitized Valgrind;
}

#[test]
fn the_wrapper_works() {
    for mode in [Mode::Sanitized, Mode::Valgrind, Mode::Static] {
        let folder = folder();
        let program = compile(&crate_dir().join("tests/cpp/wrapper.cpp"), mode, folder.path());
        let said = execute(&program, mode);
        assert!(said.contains("wrapper: ok"), "{said}");
    }
}

#[test]
fn every_program_is_run() {
    let mut there: Vec<String> = fs::read_dir(crate_dir().join("tests/c"))
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".c")?.to_owned()))
        .collect();
    there.sort();
    let mut run: Vec<&str> = NAMES.to_vec();
    run.sort_unstable();
    assert_eq!(there, run);
}

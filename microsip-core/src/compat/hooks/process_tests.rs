//! Hooks as real processes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Signal, kill_process, test_kill_process};

use super::stage::{PATIENCE, exited, runs, stage, until};
use crate::Direction;
use crate::compat::hooks::*;

#[test]
fn what_hostile_callers_send_is_one_inert_argument() {
    let stage = stage(HookOptions::default());
    let hook = stage.witness("hook");
    for hostile in [
        "5551234",
        "",
        "; touch $DIR/owned",
        "$(touch $DIR/owned)",
        "`touch $DIR/owned`",
        "a b\tc",
        "\"'\\\" ' \\",
        "& touch owned | cat > owned",
        "-rf",
        "--help",
        "%number% {user} {password} %1",
        "*",
        "~",
        "line\nbreak\r\n#!x",
        "nul\0nul",
        "\u{1b}[2J\u{7f}\u{9b}",
        "Jürgen 电话 📞 \u{202e}x",
        "${IFS}$HOME",
        &"9".repeat(10_000),
    ] {
        let call = HookCall::new(hostile).name(hostile).account(hostile).call_id(hostile);
        exited(&stage.one(HookEvent::IncomingCall, &hook, call));
        let (arguments, variables) = stage.seen();
        let expected: String = hostile.chars().take(2048).collect();
        let expected = expected.replace(char::is_control, "\u{FFFD}");
        // A tabulator and line ends are control characters too.
        assert_eq!(arguments, std::slice::from_ref(&expected), "{hostile:?}");
        for name in ["NUMBER", "NAME", "ACCOUNT", "CALL_ID"] {
            let variable = format!("MICROSIP_{name}={expected}");
            assert!(variables.contains(&variable), "{variable:?} not in {variables:?}");
        }
    }
    assert!(!stage.path("owned").exists());
}

#[test]
fn all_variables_are_set_for_every_hook() {
    let stage = stage(HookOptions::default());
    let hook = stage.witness("hook");
    let call = HookCall::new("100")
        .name("Bob")
        .account("Office")
        .direction(Direction::Outgoing)
        .call_id("x@y")
        .status(486)
        .duration(Duration::from_millis(61_900))
        .recording(PathBuf::from("/rec/a b.wav"));
    let expected = |of: [&str; 9]| {
        let names = [
            "EVENT",
            "CALL_ID",
            "NUMBER",
            "NAME",
            "DIRECTION",
            "STATUS",
            "DURATION",
            "ACCOUNT",
            "RECORDING",
        ];
        names
            .into_iter()
            .zip(of)
            .map(|(name, value)| format!("MICROSIP_{name}={value}"))
            .collect::<Vec<_>>()
    };
    exited(&stage.one(HookEvent::CallEnd, &hook, call));
    let (_, mut variables) = stage.seen();
    variables.retain(|variable| variable.starts_with("MICROSIP_"));
    let mut full = expected([
        "call_end",
        "x@y",
        "100",
        "Bob",
        "outgoing",
        "486",
        "61",
        "Office",
        "/rec/a b.wav",
    ]);
    variables.sort();
    full.sort();
    assert_eq!(variables, full);
    // Without a user the end of a call tells the host, as the argument and as the number.
    exited(&stage.one(HookEvent::CallBusy, &hook, HookCall::default().domain("pbx.example")));
    let (arguments, mut variables) = stage.seen();
    assert_eq!(arguments, ["pbx.example"]);
    variables.retain(|variable| variable.starts_with("MICROSIP_"));
    let mut bare = expected(["call_busy", "", "pbx.example", "", "", "", "", "", ""]);
    variables.sort();
    bare.sort();
    assert_eq!(variables, bare);
}

/// The bridge of the articles: `cmdIncomingCall=node microsip-bridge.js --event=ringing`, unchanged.
#[test]
fn the_bridge_script_gets_its_event_and_the_number_last() {
    let stage = stage(HookOptions::default());
    // Found in PATH, before any real one.
    stage.witness("node");
    let command = HookCommand::parse("node microsip-bridge.js --event=ringing").unwrap();
    exited(&stage.one(HookEvent::CallRing, &command, HookCall::new("5551234")));
    assert_eq!(stage.seen().0, ["microsip-bridge.js", "--event=ringing", "5551234"]);
    fs::remove_file(stage.path("node")).unwrap();

    let bridge = stage.path("micro sip-bridge.js");
    fs::write(
        &bridge,
        "console.log(JSON.stringify([...process.argv.slice(2), process.env.MICROSIP_EVENT]))",
    )
    .unwrap();
    let quoted = HookCommand::parse(&format!("node \"{}\" --event=ringing", bridge.display())).unwrap();
    let report = stage.one(HookEvent::CallRing, &quoted, HookCall::new("5551234"));
    match &report.outcome {
        HookOutcome::FailedToStart(why) => assert!(why.contains("in no directory of PATH"), "{why}"),
        _ => {
            exited(&report);
            assert_eq!(report.stdout, "[\"--event=ringing\",\"5551234\",\"call_ring\"]\n");
        }
    }
}

#[test]
fn how_a_hook_ended_and_what_it_wrote_is_reported() {
    let stage = stage(HookOptions::default());
    let report = stage.one(
        HookEvent::CallStart,
        &stage.script("a", "cat; echo out; echo err >&2; exit 3"),
        HookCall::new("1").call_id("id"),
    );
    assert_eq!(report.outcome, HookOutcome::Exited(3));
    assert_eq!((report.stdout.as_str(), report.stderr.as_str()), ("out\n", "err\n"));
    assert_eq!((report.event, report.call_id.as_str()), (HookEvent::CallStart, "id"));
    assert_eq!(report.program, stage.path("a").to_str().unwrap());
    let report = stage.one(
        HookEvent::CallStart,
        &stage.script("b", "kill -9 $$"),
        HookCall::new("1"),
    );
    assert_eq!(report.outcome, HookOutcome::Signal(9));
    let many = stage.script("c", "i=0; while [ $i -lt 5000 ]; do echo \"line $i\"; i=$((i+1)); done");
    let report = stage.one(HookEvent::CallStart, &many, HookCall::new("1"));
    assert!(
        report.stdout.len() <= 4096 && report.stdout.starts_with("line "),
        "{report:?}"
    );
    assert!(report.stdout.ends_with("line 4999\n"));
    assert_eq!(stage.runner.stats().run, 3);
}

#[test]
fn what_cannot_be_started_is_told_with_what_to_do() {
    let stage = stage(HookOptions::default());
    let file = |name: &str, text: &str, mode: u32| {
        fs::write(stage.path(name), text).unwrap();
        fs::set_permissions(stage.path(name), fs::Permissions::from_mode(mode)).unwrap();
        stage.path(name).to_str().unwrap().to_owned()
    };
    for (program, told) in [
        ("no-such-program-here".to_owned(), "in no directory of PATH"),
        ("C:\\x\\y.exe".to_owned(), "this is no Windows"),
        (stage.path("none").to_str().unwrap().to_owned(), "No such file"),
        (stage.dir.path().to_str().unwrap().to_owned(), "is no file"),
        (file("script.py", "print(1)", 0o644), "chmod +x"),
        (file("report.pdf", "%PDF", 0o644), "write the program that opens it"),
        (file("no-line", "echo owned > $DIR/owned", 0o755), "#!/bin/sh"),
        (file("bad-line", "#!/no/such/interpreter\n", 0o755), "interpreter"),
        (file("windows-ends", "#!/bin/sh\r\necho\r\n", 0o755), "carriage return"),
        ("no-line".to_owned(), "#!/bin/sh"),
        ("https://h/ü?n={number}".to_owned(), "%XX"),
    ] {
        let command = HookCommand::new(&program, [""; 0]).unwrap();
        let report = stage.one(HookEvent::CallEnd, &command, HookCall::new("1"));
        match report.outcome {
            HookOutcome::FailedToStart(why) => assert!(why.contains(told), "{program}: {why}"),
            other => panic!("{program}: {other:?}"),
        }
    }
    assert!(!stage.path("owned").exists());
}

#[test]
fn a_hung_hook_is_ended_with_its_children_that_ignore_it() {
    let options = HookOptions::default()
        .timeout(Duration::from_millis(300))
        .grace(Duration::from_millis(200));
    let stage = stage(options);
    let hook = stage.script(
        "hang",
        r#"trap '' TERM
           sleep 1000 & echo $! > "$DIR/child"
           echo $$ > "$DIR/leader"; echo waiting
           while :; do wait; done"#,
    );
    let report = stage.one(HookEvent::IncomingCall, &hook, HookCall::new("1"));
    assert_eq!(report.outcome, HookOutcome::TimedOut);
    assert_eq!(report.stdout, "waiting\n");
    assert!(
        report.duration >= Duration::from_millis(500) && report.duration < PATIENCE,
        "{report:?}"
    );
    let (child, leader) = (stage.pid("child"), stage.pid("leader"));
    until(|| !runs(child));
    // Reaped, not only dead.
    assert!(test_kill_process(leader).is_err());

    // One that heeds the signal may tidy up, and is not waited for longer than it takes.
    let tidy = stage.script("tidy", "trap 'echo tidied; exit 0' TERM; while :; do sleep 0.01; done");
    let report = stage.one(HookEvent::IncomingCall, &tidy, HookCall::new("1"));
    assert_eq!(
        (report.outcome, report.stdout.as_str()),
        (HookOutcome::TimedOut, "tidied\n")
    );

    // One that writes for ever is ended as well, and does not fill the memory.
    let report = stage.one(
        HookEvent::IncomingCall,
        &stage.script("chat", "yes; yes"),
        HookCall::new("1"),
    );
    assert_eq!(report.outcome, HookOutcome::TimedOut);
    assert!(!report.stdout.is_empty() && report.stdout.len() <= 4096);
}

#[test]
fn what_a_hook_leaves_in_the_background_is_not_waited_for() {
    let stage = stage(HookOptions::default());
    let hook = stage.script("bg", r#"sleep 1000 & echo $! > "$DIR/child"; echo done"#);
    let report = stage.one(HookEvent::CallRing, &hook, HookCall::new("1"));
    let child = stage.pid("child");
    let alive = runs(child);
    kill_process(child, Signal::KILL).unwrap();
    assert!(alive);
    assert_eq!(
        (report.outcome, report.stdout.as_str()),
        (HookOutcome::Exited(0), "done\n")
    );
    assert!(report.duration < Duration::from_secs(9));
}

/// What is open here, blocked or ignored is not the hook's.
#[cfg(target_os = "linux")]
#[test]
fn a_hook_starts_clean() {
    let stage = stage(HookOptions::default());
    let open = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    // As PJSIP opens its sockets.
    rustix::io::fcntl_setfd(&open, rustix::io::FdFlags::empty()).unwrap();
    let hook = stage.script(
        "clean",
        r#"readlink /proc/$$/fd/0; ls -l /proc/$$/fd | grep -c socket
           grep SigBlk /proc/self/status; grep SigIgn /proc/self/status
           cut -d ' ' -f 5 /proc/$$/stat | grep -qx $$ && echo 'own group'"#,
    );
    let report = stage.one(HookEvent::CallRing, &hook, HookCall::new("1"));
    let ignored = |text: &str| {
        let mask = text.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).unwrap();
        u64::from_str_radix(mask, 16).unwrap()
    };
    // Rust ignores SIGPIPE; a hook that did could write for ever to a reader that is gone.
    const SIGPIPE: u64 = 1 << 12;
    assert_ne!(ignored(&fs::read_to_string("/proc/self/status").unwrap()) & SIGPIPE, 0);
    assert_eq!(ignored(&report.stdout) & SIGPIPE, 0, "{report:?}");
    assert!(
        report.stdout.starts_with("/dev/null\n0\nSigBlk:\t0000000000000000\n"),
        "{report:?}"
    );
    assert!(report.stdout.ends_with("\nown group\n"), "{report:?}");
}

#[test]
fn web_addresses_are_opened_with_one_argument_and_browsers_left_alone() {
    let stage = stage(HookOptions::default().timeout(Duration::from_millis(300)));
    if cfg!(target_os = "macos") {
        return;
    }
    stage.witness("xdg-open");
    let command = HookCommand::parse("https://crm.example/?n={number}&e=%number%").unwrap();
    exited(&stage.one(HookEvent::OutgoingCall, &command, HookCall::new("--x;$(id)' \"&y=1")));
    let encoded = "--x%3B%24%28id%29%27%20%22%26y%3D1";
    assert_eq!(
        stage.seen().0,
        [format!("https://crm.example/?n={encoded}&e={encoded}")]
    );

    stage.script(
        "xdg-open",
        r#"echo $$ > "$DIR/pid"; while [ ! -e "$DIR/go" ]; do sleep 0.01; done"#,
    );
    let report = stage.one(HookEvent::OutgoingCall, &command, HookCall::new("1"));
    assert_eq!(report.outcome, HookOutcome::LeftRunning);
    assert_eq!(report.program, "https://crm.example");
    let pid = stage.pid("pid");
    let alive = runs(pid);
    fs::write(stage.path("go"), "").unwrap();
    assert!(alive);
    // It is reaped when it ends, although nothing else happens.
    until(|| test_kill_process(pid).is_err());
}

#[test]
fn programs_left_alone_are_not_piled_up() {
    if cfg!(target_os = "macos") {
        return;
    }
    let stage = stage(HookOptions::default().timeout(Duration::from_millis(10)).concurrent(8));
    stage.script("xdg-open", r#"while [ ! -e "$DIR/go" ]; do sleep 0.05; done"#);
    let command = HookCommand::parse("http://h/").unwrap();
    let mut refused = 0;
    for call in 0..60 {
        assert!(stage.runner.run(
            HookEvent::CallRing,
            &command,
            HookCall::new("1").call_id(call.to_string())
        ));
    }
    for _ in 0..60 {
        match stage.report().outcome {
            HookOutcome::LeftRunning => {}
            HookOutcome::FailedToStart(why) => {
                assert!(why.contains("still run"), "{why}");
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    // Those at once may be some more.
    assert!((60 - 32 - 8..=60 - 32).contains(&refused), "{refused}");
    fs::write(stage.path("go"), "").unwrap();
    // Room is made as they end.
    until(|| {
        stage
            .one(HookEvent::CallRing, &command, HookCall::new("1"))
            .outcome
            .is_success()
    });
}

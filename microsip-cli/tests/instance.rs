//! One phone for each settings file: races, a killed owner, commands without a phone, the control socket as other programs use it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::collections::BTreeSet;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::Agent;
use common::phone::{Home, Phone, Ran, Socket, command, text, until};
use common::wire::Wire;
use microsip_testkit::Deadline;
use microsip_testkit::process::{Process, ProcessSignal, Spec, find_program};
use microsip_testkit::sipmsg::SipMessage;
use serde_json::{Value, json};

const RACERS: usize = 100;

/// Answers every request, calls with 486, and notes whom they were to; a command that is done twice is noted twice.
fn note_all(wire: Wire) -> Arc<Mutex<Vec<String>>> {
    let noted: Arc<Mutex<Vec<String>>> = Arc::default();
    let list = Arc::clone(&noted);
    std::thread::spawn(move || {
        let mut calls = BTreeSet::new();
        while Arc::strong_count(&list) > 1 {
            let ((request, method), from) = wire.take("further command", |bytes| {
                let request = SipMessage::parse(bytes).ok()?;
                let method = ["INVITE", "MESSAGE"].into_iter().find(|m| request.is_request(m))?;
                Some((request, method))
            });
            wire.answer(&request, from, if method == "INVITE" { 486 } else { 200 }, "");
            let user = request.header("To").unwrap().split(['@', ':']).nth(1).unwrap();
            // Sent again for want of an answer, it has the same Call-ID.
            if calls.insert(request.call_id().unwrap().to_owned()) {
                list.lock().unwrap().push(format!("{method} {user}"));
            }
        }
    });
    noted
}

#[test]
fn of_a_hundred_launches_one_owns_the_phone_and_no_command_is_lost() {
    let home = Home::new("race");
    let ini = home.settings("race", "", "");
    let ini = ini.to_str().unwrap();
    let wire = Wire::new();
    let mut wanted = Vec::new();
    let launches: Vec<Spec> = (100..100 + RACERS)
        .map(|number| {
            let target = wire.uri(&number.to_string());
            // Few enough calls that the phone has room for all at once.
            let method = if number % 4 == 0 { "INVITE" } else { "MESSAGE" };
            wanted.push(format!("{method} {number}"));
            let settings = format!("/i:{ini}");
            let args: Vec<&str> = match number % 8 {
                0 => vec![&settings, "--json", &target],
                4 => vec!["call", "-i", ini, "--json", &target],
                1 | 5 => vec!["--json", &settings, &target, "a", "text"],
                2 | 6 => vec![&settings, "-sendmess", &target, "a text", "--json"],
                _ => vec!["message", "-i", ini, "--json", &target, "a", "text"],
            };
            home.microsip(&args).name(format!("racer {number}"))
        })
        .collect();
    let mut racers: Vec<Process> = launches.into_iter().map(|spec| spec.spawn().unwrap()).collect();
    let noted = note_all(wire);
    let deadline = Deadline::secs(40);
    while noted.lock().unwrap().len() < RACERS && !deadline.is_over() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut came = noted.lock().unwrap().clone();
    came.sort();
    wanted.sort();
    let said = |racer: &Process| format!("{}: {}", racer.name(), racer.output());
    assert_eq!(came, wanted, "{}", racers.iter().map(said).collect::<String>());

    // All but one have their answer and are gone.
    until("the end of all but the owner", || {
        (racers.iter_mut().filter_map(|r| r.is_running().then_some(())).count() <= 1).then_some(())
    });
    let (mut owners, mut others) = (Vec::new(), Vec::new());
    for mut racer in racers {
        let running = racer.is_running();
        if running { &mut owners } else { &mut others }.push(racer);
    }
    assert_eq!(owners.len(), 1);
    for mut racer in others {
        let status = racer.wait_exit(Deadline::secs(5)).unwrap();
        assert!(status.success(), "{status}: {}", racer.output());
        let lines = racer.output().lines();
        assert_eq!(lines.len(), 1, "{}: {}", racer.name(), racer.output());
        let reply: Value = serde_json::from_str(&lines[0].text).unwrap();
        assert!(reply["call"].is_u64() || reply["status"] == "accepted", "{reply}");
    }
    let owner = &mut owners[0];
    assert!(
        owner.output().matching("\"event\":\"ready\"").len() == 1,
        "{}",
        owner.output()
    );
    assert!(home.run(&["exit", "-i", ini]).ok().stdout.contains("ended"));
    owner.wait_success(Deadline::secs(10)).unwrap();
}

#[test]
fn a_killed_owner_leaves_nothing_in_the_way() {
    let home = Home::new("killed");
    let mut phone = home.phone("killed", "", "");
    assert_eq!(phone.ask(&["status"])["pid"], phone.agent.process.id());
    phone.agent.process.signal(ProcessSignal::Kill).unwrap();
    phone.agent.process.wait_exit(Deadline::secs(5)).unwrap();
    // The socket is there, nobody listens: commands say so and are not stuck.
    assert!(phone.socket().exists());
    phone.command(&["status"]).fails(4, "no phone runs");
    phone.command(&["hangup"]).fails(4, "no phone runs");

    // A number becomes the phone.
    let wire = Wire::new();
    let target = wire.uri("after");
    let ini = phone.ini.to_str().unwrap();
    let next = home
        .microsip(["-i", ini, "--json", &target])
        .name("next")
        .spawn()
        .unwrap();
    let mut next = Agent::of(next);
    let (invite, from) = wire.request("INVITE");
    wire.answer(&invite, from, 486, "");
    let dialled = next.wait("dial", |e| e["state"] == "dialled");
    assert!(target.ends_with(dialled["target"].as_str().unwrap()), "{dialled}");
    next.wait_call("disconnected");
    assert_eq!(phone.ask(&["status"])["pid"], next.process.id());
    phone.command(&["exit"]).ok();
    next.process.wait_success(Deadline::secs(10)).unwrap();
}

#[test]
fn a_second_phone_says_that_it_runs() {
    let home = Home::new("second");
    let mut phone = home.phone("second", "", "");
    let pid = phone.agent.process.id();
    for args in [
        &["phone", "-i", "second.ini"][..],
        &["/i:second.ini", "/minimized"],
        &["-i", "second.ini", "--hidden"],
    ] {
        let ran = home.run(args).ok();
        assert!(ran.stdout.contains(&format!("runs already (process {pid})")), "{ran:?}");
    }
    let told = home.run(&["phone", "-i", "second.ini", "--json"]).ok().json();
    assert_eq!((&told["running"], &told["pid"]), (&json!(true), &json!(pid)), "{told}");
    // Started without anything it shows its window, of which there is none.
    assert!(home.run(&["/i:second.ini", "/show"]).ok().stdout.contains("no window"));
    phone.exit();
}

#[test]
fn commands_without_a_phone_say_so_and_start_none() {
    let home = Home::new("none");
    let ini = home.settings("none", "", "");
    let ini = ini.to_str().unwrap();
    let settings = format!("/i:{ini}");
    for line in [
        "/answer",
        "/hangupall",
        "/hangup",
        "-hangup",
        "--answer",
        "report:status",
        "action=ready",
        "msip:answer",
        "msip:hangupall",
    ] {
        home.run(&[&settings, line]).fails(4, "no phone runs");
        home.run(&[&settings, line, "--json"]).fails(4, "no phone runs");
    }
    for line in [
        &["answer"][..],
        &["hangup"],
        &["hangup", "--all"],
        &["hold"],
        &["resume"],
        &["mute"],
        &["unmute"],
        &["dtmf", "1"],
        &["transfer", "1"],
        &["reject"],
        &["status"],
        &["calls"],
        &["events"],
        &["presence", "online"],
        &["dnd", "on"],
        &["account", "1"],
        &["register"],
        &["record"],
        &["volume", "50"],
    ] {
        let line = [line, &["-i", ini]].concat();
        home.run(&line).fails(4, "no phone runs");
    }
    // There is nothing to end, which is what was wanted.
    for line in [
        &["/exit", &settings][..],
        &["exit", "-i", ini],
        &["-exit", &settings],
        &["/EXIT", &settings],
    ] {
        home.run(line).ok();
    }
    // What the files know needs no phone.
    for line in ["settings", "accounts", "contacts", "history", "codecs", "devices"] {
        home.run(&[line, "-i", ini, "--json"]).ok().json();
    }
    assert!(!home.dir.join("none.db").exists());
    home.run(&["status", "-i", ini]).fails(4, "no phone runs");
}

#[test]
fn settings_written_at_the_same_time_are_all_kept() {
    let home = Home::new("at-once");
    let ini = home.settings("at-once", "", "");
    let keys = [
        "volumeRing",
        "volumeInput",
        "volumeOutput",
        "autoAnswerDelay",
        "forwardingDelay",
        "autoHangUpTime",
    ];
    // By the programs themselves, then by the phone they ask.
    let mut phone = None;
    for value in ["41", "42"] {
        let line = |key: &str| home.microsip(["settings", "-i", "at-once.ini", key, value]);
        let writers: Vec<Process> = keys.iter().map(|key| line(key).spawn().unwrap()).collect();
        for mut writer in writers {
            writer.wait_success(Deadline::secs(20)).unwrap();
        }
        let text = std::fs::read_to_string(&ini).unwrap();
        for key in keys {
            assert!(text.contains(&format!("\n{key}={value}\n")), "{key}={value}: {text}");
        }
        phone.get_or_insert_with(|| Phone::start(&home, ini.clone()));
    }
    phone.unwrap().exit();
}

#[test]
fn each_settings_file_has_its_own_phone() {
    let home = Home::new("two");
    let mut one = home.phone("one", "", "");
    let mut two = home.phone("two", "", "");
    assert_ne!(one.socket(), two.socket());
    assert_eq!(one.ask(&["status"])["pid"], one.agent.process.id());
    assert_eq!(two.ask(&["status"])["pid"], two.agent.process.id());
    // The same file by another name is the same phone.
    std::os::unix::fs::symlink(&one.ini, home.dir.join("alias.ini")).unwrap();
    assert_eq!(
        home.run(&["status", "-i", "alias.ini", "--json"]).ok().json()["pid"],
        one.agent.process.id()
    );
    assert_eq!(
        home.run(&["status", "-i", "./run/../one.ini", "--json"]).ok().json()["pid"],
        one.agent.process.id()
    );
    one.exit();
    assert_eq!(two.ask(&["status"])["pid"], two.agent.process.id());
    two.exit();
}

#[test]
fn nobody_else_may_reach_the_socket() {
    let home = Home::new("rights");
    let mut phone = home.phone("rights", "", "");
    let socket = phone.socket();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert!(std::fs::metadata(&socket).unwrap().file_type().is_socket());
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(&socket.with_extension("lock")), 0o600);
    assert_eq!(mode(socket.parent().unwrap()), 0o700);
    phone.exit();
    assert!(!socket.exists(), "a phone that ends takes its socket along");

    // A folder others may write to is not used.
    let run = home.dir.join("run/microsip");
    std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o777)).unwrap();
    let ran = home.run(&["phone", "-i", "rights.ini"]);
    assert!(ran.code != 0 && ran.stderr.contains("run/microsip"), "{ran:?}");
}

#[test]
fn the_socket_answers_questions_and_does_what_lines_say() {
    let home = Home::new("socket");
    let mut peer = Agent::start("peer", &["--auto-answer", "200"]);
    let mut phone = home.phone("socket", "", "");
    let mut socket = phone.connect();
    assert_eq!(socket.done(r#"{"id": 7, "command": "ping"}"#), "pong");
    let hello = socket.done(r#"{"command": "hello"}"#);
    assert_eq!(
        (&hello["program"], &hello["pid"]),
        (&json!("microsip"), &json!(phone.agent.process.id()))
    );
    let status = socket.done(r#"{"command": "status"}"#);
    assert_eq!(status["settings"].as_str(), phone.ini.to_str());
    assert_eq!(socket.done("report:status"), status, "the same by text");
    // The name of a request is that request, and nobody of that name is called.
    assert!(socket.done("accounts").is_array());
    let none = socket.fails("unregister");
    assert!(
        none["message"].as_str().unwrap().contains("no account is active"),
        "{none}"
    );
    assert_eq!(socket.done("calls"), json!([]));
    assert_eq!(socket.done("action=ready"), true);
    assert_eq!(socket.done(r#"{"command": "calls"}"#), json!([]));
    let accounts = socket.done(r#"{"command": "accounts"}"#);
    assert_eq!(accounts[0]["account"], 0, "{accounts}");

    // Events during a call that MicroSIP's text makes.
    assert_eq!(
        socket.reply(r#"{"id": "s", "command": "subscribe", "events": ["call", "dial", "history"]}"#)["reply"],
        "s"
    );
    let user = peer.uri().replacen("microsip", "someone", 1);
    let call = socket.done(&format!("action=call&number={}", user.replace(':', "%3A")));
    assert!(call["call"].is_u64(), "{call}");
    assert_eq!(socket.event("dial", |e| e["state"] == "dialled")["call"], call["call"]);
    socket.event("call", |e| e["state"] == "confirmed" && e["call"] == call["call"]);
    peer.wait_call("confirmed");
    let calls = socket.done(r#"{"command": "calls"}"#);
    assert_eq!(
        (&calls[0]["state"], &calls[0]["direction"]),
        (&json!("confirmed"), &json!("outgoing")),
        "{calls}"
    );
    assert_eq!(socket.done("action:hold")["hold"], true);
    peer.wait("hold", |e| e["hold"] == "remote");
    assert_eq!(socket.done("msip:hold")["hold"], false);
    peer.wait("hold", |e| e["hold"] == "none");
    assert_eq!(socket.done(&command("dtmf", json!({ "digits": "42" })))["digits"], 2);
    peer.wait("dtmf", |e| e["digit"] == "4");
    peer.wait("dtmf", |e| e["digit"] == "2");
    assert_eq!(socket.done("action=hangup")["calls"], json!([call["call"]]));
    let ended = socket.event("call", |e| e["state"] == "disconnected");
    assert_eq!(
        (&ended["ended_by"], &ended["call"]),
        (&json!("local"), &call["call"]),
        "{ended}"
    );
    assert_eq!(socket.event("history", |_| true)["kind"], "outgoing");

    // MicroSIP's own line: a number, and a number with a text.
    let wire = Wire::new();
    socket.done(&wire.uri("line"));
    let (invite, from) = wire.request("INVITE");
    wire.answer(&invite, from, 486, "");
    socket.event("call", |e| e["state"] == "disconnected" && e["code"] == 486);
    let mut other = phone.connect();
    other.send(&format!("{} see you at 5, /exit", wire.uri("line")));
    let (message, from) = wire.request("MESSAGE");
    assert_eq!(message.body_text(), "see you at 5, /exit");
    wire.answer(&message, from, 200, "");
    assert_eq!(other.next()["ok"], true);
    phone.exit();
}

#[test]
fn the_socket_tells_what_is_wrong_and_goes_on() {
    let home = Home::new("wrong");
    let mut phone = home.phone("wrong", "", "");
    let mut socket = phone.connect();
    for (line, kind, says) in [
        ("{", "invalid_argument", "JSON"),
        (r#"{"id": 1}"#, "invalid_argument", "command"),
        (r#"{"command": "cal", "target": "1"}"#, "invalid_argument", "call"),
        (r#"{"command": "call"}"#, "invalid_argument", "target"),
        (r#"{"command": "call", "target": 5}"#, "invalid_argument", "type"),
        (r#"{"command": "dtmf", "digits": "x"}"#, "wrong_state", "no call"),
        (r#"{"command": "answer"}"#, "wrong_state", "no incoming call"),
        (r#"{"command": "answer", "call": 99}"#, "gone", "99"),
        (r#"{"command": "history", "kind": "odd"}"#, "invalid_argument", "missed"),
        (
            r#"{"command": "set", "key": "NoSuch", "value": "1"}"#,
            "invalid_argument",
            "NoSuch",
        ),
        ("/anser", "invalid_argument", "answer"),
        ("action=dance", "invalid_argument", "dance"),
        ("report:weather", "invalid_argument", "status"),
        ("/hangup", "wrong_state", "no call"),
    ] {
        let error = socket.fails(line);
        assert_eq!(error["kind"], kind, "{line}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(says), "{line}: no {says:?} in {message:?}");
    }
    // Two at once are answered in their order.
    socket.send("{\"id\":1,\"command\":\"ping\"}\r\n\n{\"id\":2,\"command\":\"calls\"}");
    assert_eq!(socket.next()["reply"], 1);
    assert_eq!(socket.next()["reply"], 2);
    // An unfinished last line is not done.
    let mut cut = Socket::to(&phone.socket());
    cut.send_raw("/exit");
    cut.end_input();
    assert_eq!(cut.next()["error"]["kind"], "invalid_argument");
    assert_eq!(phone.ask(&["calls"]), json!([]));

    // Subscribers hear of the end.
    let mut listener = phone.connect();
    listener.done(r#"{"command": "subscribe"}"#);
    phone.exit();
    listener.event("closed", |e| e["reason"] == "exit");
}

#[test]
fn netcat_is_enough() {
    // Debian's netcat-openbsd; the traditional one knows no sockets of files.
    let Ok(nc) = find_program("nc", "netcat-openbsd") else {
        return;
    };
    let nc = nc.canonicalize().unwrap();
    if !nc.to_str().unwrap().ends_with("openbsd") {
        return;
    }
    let home = Home::new("nc");
    let mut phone = home.phone("nc", "", "");
    let wire = Wire::new();
    let socket = phone.socket();
    let ask = |lines: &[&str]| -> Vec<Value> {
        let mut nc = home
            .own(Spec::new(&nc).args(["-N", "-U"]).arg(&socket))
            .spawn()
            .unwrap();
        lines.iter().for_each(|line| nc.send_line(line).unwrap());
        nc.close_stdin();
        nc.wait_success(Deadline::secs(10)).unwrap();
        let lines = nc.output().lines();
        lines
            .iter()
            .map(|line| serde_json::from_str(&line.text).unwrap())
            .collect()
    };
    let replies = ask(&["report:status", "/hangupall", r#"{"id": "x", "command": "ping"}"#]);
    assert_eq!(replies.len(), 3, "{replies:?}");
    assert_eq!(replies[0]["result"]["pid"], phone.agent.process.id());
    assert_eq!(
        replies[1],
        json!({ "reply": null, "ok": true, "result": { "calls": [] } })
    );
    assert_eq!(replies[2], json!({ "reply": "x", "ok": true, "result": "pong" }));
    assert_eq!(ask(&[&wire.uri("nc")])[0]["ok"], true);
    let (invite, from) = wire.request("INVITE");
    wire.answer(&invite, from, 480, "");
    phone.wait_call("disconnected");
    phone.exit();
}

#[test]
fn a_reader_of_events_hears_all_of_a_call() {
    let home = Home::new("reader");
    let mut peer = Agent::start("peer", &[]);
    let mut phone = home.phone("reader", "", "");
    let events = home
        .microsip(["events", "-i", "reader.ini", "call,history"])
        .name("events");
    let mut events = events.spawn().unwrap();
    // Subscribed once an event of ours arrives.
    let wire = Wire::new();
    until("the subscription", || {
        phone.command(&["call", &wire.uri("again")]).ok();
        let (invite, from) = wire.request("INVITE");
        wire.answer(&invite, from, 486, "");
        events
            .wait_line("\"code\":486", Deadline::after(Duration::from_millis(500)))
            .ok()
    });
    phone.command(&["call", &peer.uri()]).ok();
    peer.wait("incoming", |_| true);
    peer.send("answer");
    events.wait_line("\"state\":\"confirmed\"", Deadline::secs(10)).unwrap();
    peer.send("hangup");
    // It is in the history when its end is told.
    let history = events.wait_line("\"event\":\"history\"", Deadline::secs(10)).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&history).unwrap()["info"], "Call Ended");
    let over = events
        .wait_line("\"state\":\"disconnected\"", Deadline::secs(10))
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(&over).unwrap()["ended_by"], "remote");
    phone.exit();
    events.wait_success(Deadline::secs(5)).unwrap();
}

#[test]
fn a_command_ends_with_what_became_of_the_call() {
    let home = Home::new("fate");
    let mut peer = Agent::start("peer", &["--auto-answer", "486"]);
    let mut phone = home.phone("fate", "", "");
    let busy = phone
        .command(&["call", &peer.uri(), "--until", "ended", "--json"])
        .code(7)
        .json();
    assert_eq!(
        (&busy["state"], &busy["code"]),
        (&json!("disconnected"), &json!(486)),
        "{busy}"
    );
    let text = phone.command(&["call", &peer.uri(), "--until", "answered"]).code(7);
    assert!(
        text.stdout.contains("disconnected") && text.stdout.contains("486"),
        "{text:?}"
    );
    peer.wait_call("disconnected");
    phone.line(&["sip:@"]).fails(2, "");
    phone.exit();
}

#[test]
fn two_that_start_at_once_in_the_background_have_the_ports_of_their_settings() {
    for round in 0..3 {
        let home = Home::new("background");
        // The same TCP and TLS ports are wanted by both, and one gets them.
        let free = || {
            std::net::UdpSocket::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port()
        };
        let ports = [free(), free()];
        let start = |name: &str, port: u16| {
            let text = text(name, "", "").replace("sourcePort=0", &format!("sourcePort={port}"));
            home.dir.write(&format!("{name}.ini"), text).unwrap();
            home.microsip(["phone", "-i", &format!("{name}.ini"), "--background"])
                .spawn()
                .unwrap()
        };
        let started = [start("one", ports[0]), start("two", ports[1])];
        for process in started {
            let ran = Ran::wait(process).ok();
            assert!(ran.stdout.starts_with("the phone runs (process "), "{ran:?}");
        }
        for (name, port) in ["one", "two"].into_iter().zip(ports) {
            let file = format!("{name}.ini");
            let status = home.run(&["status", "-i", &file, "--json"]).ok().json();
            let udp = status["transports"][0]["address"].as_str().unwrap().to_owned();
            assert!(udp.ends_with(&format!(":{port}")), "round {round}: {udp}, not {port}");
            let again = home.run(&["phone", "-i", &file, "--background"]).ok();
            assert!(again.stdout.contains("already"), "{again:?}");
        }
        // What is ready for commands is ready for calls.
        let target = format!("sip:two@127.0.0.1:{}", ports[1]);
        home.run(&["call", &target, "-i", "one.ini"]).ok();
        home.run(&["exit", "-i", "one.ini"]).ok();
        home.run(&["exit", "-i", "two.ini"]).ok();
    }
}

//! `microsip run`: two processes call each other directly on loopback.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Agent, microsip, speech};
use microsip_testkit::audio::{Audio, compare};
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::{ProcessSignal, Spec};
use microsip_testkit::{Deadline, steady};
use serde_json::Value;

#[test]
fn a_call_plays_records_and_carries_digits() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("run-call").unwrap();
        let file = dir.join("heard.wav");
        let mut callee = Agent::start("callee", &["--auto-answer", "180", "--record", file.to_str().unwrap()]);
        let mut caller = Agent::start("caller", &["--play", &speech(), "--codecs", "PCMA"]);
        assert_eq!(caller.ready["clock_rate"], 8000);

        caller.send(&format!("call {}", callee.uri()));
        let incoming = callee.wait("incoming", |_| true);
        assert_eq!(incoming["from_user"], "microsip");
        caller.wait_call("early");
        callee.send("answer");
        caller.wait_call("confirmed");
        callee.wait_call("confirmed");
        let media = caller.wait("media", |e| e["active"] == true);
        assert_eq!(media["codec"], "PCMA/8000/1");
        callee.wait("recording", |e| e["state"] == "started");
        caller.wait("player", |e| e["state"] == "finished");

        caller.send("dtmf 19#");
        for digit in ["1", "9", "#"] {
            callee.wait("dtmf", |e| e["digit"] == digit);
        }
        caller.send("status");
        let status = caller.wait("status", |_| true);
        assert!(
            status["calls"][0]["stats"]["sent_packets"].as_u64().unwrap() > 200,
            "{status}"
        );

        caller.send("hangup");
        let ours = caller.wait_call("disconnected");
        let theirs = callee.wait_call("disconnected");
        assert_eq!(
            (&ours["ended_by"], &ours["cause"]),
            (&"local".into(), &"hung_up".into()),
            "{ours}"
        );
        assert_eq!(
            (&theirs["ended_by"], &theirs["code"]),
            (&"remote".into(), &200.into()),
            "{theirs}"
        );
        assert!(theirs["stats"]["received_packets"].as_u64().unwrap() > 200, "{theirs}");
        let recording = callee.wait("recording", |e| e["state"] == "finished");
        assert_eq!(recording["file"].as_str(), file.to_str());

        caller.quit();
        callee.quit();
        for agent in [&caller, &callee] {
            assert_eq!(agent.count("call", |e| e["state"] == "disconnected"), 1);
            assert_eq!(agent.count("closed", |_| true), 1);
            assert_eq!(agent.count("error", |_| true), 0, "{:?}", agent.events());
        }
        let result = compare(&Audio::read_wav(speech()).unwrap(), &Audio::read_wav(&file).unwrap());
        // A busy machine makes the jitter buffer jump, which costs two segments of twenty each time.
        assert!(
            result.coverage >= 0.8 && result.correlation > 0.95,
            "{result}; missing {:?}",
            result.missing()
        );
    });
}

#[test]
fn early_media_is_played_before_the_answer() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("run-early").unwrap();
        let file = dir.join("early.wav");
        let mut callee = Agent::start("callee", &["--auto-answer", "183", "--play", &speech(), "--play-loop"]);
        let mut caller = Agent::start("caller", &["--record", file.to_str().unwrap()]);
        caller.send(&format!("call {}", callee.uri()));
        let early = caller.wait_call("early");
        assert_eq!(early["code"], 183, "{early}");
        callee.wait("player", |e| e["state"] == "started");
        caller.wait("recording", |e| e["state"] == "started");
        // The peer's reports tell that its packets arrive, without an answer.
        microsip_testkit::wait_until(Deadline::secs(20), "a hundred packets", || {
            caller.send("status");
            let status = caller.wait("status", |_| true);
            assert_eq!(status["calls"][0]["state"], "early", "{status}");
            (status["calls"][0]["stats"]["received_packets"].as_u64() > Some(100)).then_some(())
        })
        .unwrap();
        callee.send("reject 486");
        let end = caller.wait_call("disconnected");
        assert_eq!(
            (&end["code"], &end["ended_by"], &end["cause"]),
            (&486.into(), &"remote".into(), &"rejected".into())
        );
        caller.wait("recording", |e| e["state"] == "finished");
        caller.quit();
        callee.quit();
        let heard = Audio::read_wav(&file).unwrap();
        assert!(heard.rms_dbfs() > -40.0, "{:.1} dBFS", heard.rms_dbfs());
    });
}

#[test]
fn each_call_is_recorded_into_its_own_file() {
    let dir = TestDir::new("run-files").unwrap();
    let file = dir.join("call.wav");
    let mut callee = Agent::start("callee", &["--auto-answer", "200", "--record", file.to_str().unwrap()]);
    let mut caller = Agent::start("caller", &[]);
    for name in ["call.wav", "call-2.wav"] {
        caller.send(&format!("call {}", callee.uri()));
        caller.wait_call("confirmed");
        let started = callee.wait("recording", |e| e["state"] == "started");
        assert_eq!(started["file"].as_str(), dir.join(name).to_str());
        caller.send("hangup");
        callee.wait("recording", |e| e["state"] == "finished");
        assert!(dir.join(name).exists());
    }
    caller.quit();
    callee.quit();
}

#[test]
fn a_call_nobody_answers_is_cancelled_by_hangup() {
    let mut callee = Agent::start("callee", &["--auto-answer", "180"]);
    let mut caller = Agent::start("caller", &[]);
    caller.send(&format!("call {}", callee.uri()));
    caller.wait_call("early");
    caller.send("hangup");
    let end = caller.wait_call("disconnected");
    assert_eq!(
        (&end["cause"], &end["ended_by"]),
        (&"cancelled".into(), &"local".into()),
        "{end}"
    );
    let end = callee.wait_call("disconnected");
    assert_eq!(
        (&end["cause"], &end["ended_by"], &end["code"]),
        (&"cancelled".into(), &"remote".into(), &487.into())
    );
    caller.quit();
    callee.quit();
}

#[test]
fn wrong_commands_say_what_is_wrong() {
    let mut agent = Agent::start("agent", &[]);
    for (line, word, suggestion) in [
        ("hangpu", "hangpu", Some("hangup")),
        ("reject", "300", Some("reject 486")),
        ("hangup", "no call", Some("calls")),
        ("answer", "no incoming call", Some("calls")),
        ("register", "registrar", None),
        (
            "call sip:bob:hunter2@pbx",
            "password",
            Some("call sip:1002@example.org"),
        ),
        ("call sip:@", "URI", None),
    ] {
        agent.send("# a comment, then an empty line");
        agent.send("");
        agent.send(line);
        let e = agent.wait("error", |_| true);
        assert!(e["error"]["message"].as_str().unwrap().contains(word), "{line}: {e}");
        assert_eq!(e["command"].as_str(), line.split(' ').next(), "{e}");
        if let Some(suggestion) = suggestion {
            assert_eq!(e["suggestion"], suggestion, "{e}");
        }
    }
    agent.send("help");
    let help = agent.wait("help", |_| true);
    let commands = help["commands"].as_array().unwrap();
    assert!(commands.len() >= 18, "{help}");
    assert!(commands.iter().all(|c| !c.as_str().unwrap().contains("  ")), "{help}");
    agent.quit();
    assert_eq!(agent.count("error", |_| true), 7);
    assert!(!agent.process.output().to_string().contains("hunter2"));
}

#[test]
fn sigterm_ends_calls_and_files_within_three_seconds() {
    let dir = TestDir::new("run-term").unwrap();
    let file = dir.join("cut.wav");
    let mut callee = Agent::start("callee", &["--auto-answer", "200", "--record", file.to_str().unwrap()]);
    let mut caller = Agent::start("caller", &["--play", &speech()]);
    caller.send(&format!("call {}", callee.uri()));
    caller.wait_call("confirmed");
    callee.wait("recording", |e| e["state"] == "started");
    let asked = Instant::now();
    callee.process.signal(ProcessSignal::Term).unwrap();
    callee.process.wait_success(Deadline::secs(10)).unwrap();
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    let end = caller.wait_call("disconnected");
    assert_eq!(
        (&end["ended_by"], &end["cause"]),
        (&"remote".into(), &"hung_up".into()),
        "{end}"
    );
    assert_eq!(
        callee.count("call", |e| e["state"] == "disconnected" && e["ended_by"] == "local"),
        1
    );
    assert_eq!(
        callee.count("recording", |e| e["state"] == "finished"),
        1,
        "{:?}",
        callee.events()
    );
    assert_eq!(callee.events().last().unwrap()["reason"], "signal");
    Audio::read_wav(&file).unwrap();
    // Ctrl-C is the same.
    caller.process.signal(ProcessSignal::Int).unwrap();
    caller.process.wait_success(Deadline::secs(4)).unwrap();
}

#[test]
fn a_second_signal_ends_it_at_once_with_130() {
    let mut agent = Agent::start("agent", &[]);
    // Both signals wait while it is frozen, so the second comes before the first one's end.
    agent.process.signal(ProcessSignal::Stop).unwrap();
    agent.process.signal(ProcessSignal::Int).unwrap();
    agent.process.signal(ProcessSignal::Term).unwrap();
    agent.process.signal(ProcessSignal::Cont).unwrap();
    let status = agent.process.wait_exit(Deadline::secs(5)).unwrap();
    assert_eq!(status.code(), Some(i32::from(microsip_cli::exit::SIGNALLED_TWICE)));
}

/// `microsip run`, started by coreutils' `env` with SIGHUP ignored (`nohup` does that) or not.
#[cfg(target_os = "linux")]
fn hung_up_on(env: &str) -> Agent {
    let spec = Spec::new("env").args([env, env!("CARGO_BIN_EXE_microsip")]);
    let mut agent = Agent::start_spec(spec, "agent", &[]);
    agent.process.signal(ProcessSignal::Hup).unwrap();
    agent
}

#[test]
#[cfg(target_os = "linux")]
fn the_terminals_end_is_its_end_unless_nohup_was_asked_for() {
    let mut agent = hung_up_on("--default-signal=HUP");
    agent.wait("closed", |e| e["reason"] == "signal");
    agent.process.wait_success(Deadline::secs(4)).unwrap();

    let mut agent = hung_up_on("--ignore-signal=HUP");
    agent.send("status");
    agent.wait("status", |_| true);
    agent.send("quit");
    agent.wait("closed", |e| e["reason"] == "quit");
    agent.process.wait_success(Deadline::secs(4)).unwrap();
}

#[test]
fn an_empty_password_variable_counts_as_none() {
    let (status, output) = microsip()
        .env("MICROSIP_PASSWORD", "")
        .args([
            "run",
            "--bind",
            "127.0.0.1:0",
            "--account",
            "sip:a@b",
            "--auth-user",
            "a",
        ])
        .run(Deadline::secs(10))
        .unwrap();
    assert_eq!(status.code(), Some(2), "{output}");
    assert!(output.to_string().contains("--auth-user needs a password"), "{output}");
}

#[test]
fn the_end_of_input_ends_the_run_only_if_asked_and_after_the_last_call() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    callee.process.close_stdin();
    let mut caller = Agent::start("caller", &["--quit-on-eof"]);
    caller.send(&format!("call {}", callee.uri()));
    caller.process.close_stdin();
    caller.wait_call("confirmed");
    assert!(caller.process.is_running() && callee.process.is_running());
    callee.process.signal(ProcessSignal::Term).unwrap();
    caller.wait_call("disconnected");
    caller.wait("closed", |e| e["reason"] == "eof");
    caller.process.wait_success(Deadline::secs(5)).unwrap();
    callee.process.wait_success(Deadline::secs(5)).unwrap();
}

#[test]
fn a_reader_that_goes_away_ends_the_run() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_microsip"))
        .args(["run", "--json", "--bind", "127.0.0.1:0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    {
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut first).unwrap();
    }
    assert!(first.contains("\"ready\""), "{first}");
    child.stdin.as_mut().unwrap().write_all(b"status\n").unwrap();
    let ended = microsip_testkit::wait_until(Deadline::secs(5), "the end", || child.try_wait().unwrap());
    if ended.is_err() {
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(!stderr.contains("panick"), "{stderr}");
}

#[test]
fn wrong_options_end_with_2_and_an_address_in_use_with_3() {
    let text = "not audio";
    let dir = TestDir::new("run-usage").unwrap();
    let no_wav = dir.write("text.wav", text).unwrap();
    let no_wav = no_wav.to_str().unwrap();
    let folder = dir.path().to_str().unwrap();
    let cases: [(&[&str], &str); 14] = [
        (&["--bind", "here"], "IP:PORT"),
        (&["--rtp-port", "5-4"], "4000-4999"),
        (&["--auto-answer", "100"], "101 to 699"),
        (&["--codecs", "PCMA/x"], "rate"),
        (&["--codecs", "nosuch"], "nosuch"),
        (&["--account", "sip:nobody"], "USER@DOMAIN"),
        (&["--registrar", "sip:pbx"], "--account"),
        (&["--account", "sip:a:secret@b"], "holds a password"),
        (
            &["--account", "sip:a@b", "--password", ""],
            "--password: the password is empty",
        ),
        (&["--record", folder], "is a folder"),
        (&["--play", "not/there.wav"], "not/there.wav"),
        (&["--play", no_wav], "text.wav"),
        (&["--tls-ca", "not/there.pem"], "not/there.pem"),
        (&["--account", "sip:a@b", "--password-file", "not/there"], "not/there"),
    ];
    for (args, word) in cases {
        let (status, output) = microsip().arg("run").args(args).run(Deadline::secs(10)).unwrap();
        assert_eq!(status.code(), Some(2), "{args:?}: {output}");
        assert!(output.to_string().contains(word), "{args:?}: {output}");
        assert!(!output.to_string().contains("secret"), "{output}");
    }
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, output) = microsip()
        .args(["run", "--bind", &address])
        .run(Deadline::secs(10))
        .unwrap();
    assert_eq!(status.code(), Some(3), "{output}");
    assert!(output.to_string().contains(&address), "{output}");
}

/// A registrar that asks for a digest and then says no; its address.
fn stern_registrar() -> std::net::SocketAddr {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let first = if request.contains("\nAuthorization:") {
                "SIP/2.0 403 Forbidden\r\n"
            } else {
                "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
            };
            let mut answer = first.to_owned();
            for line in request.lines() {
                if ["Via:", "From:", "Call-ID:", "CSeq:"]
                    .iter()
                    .any(|name| line.starts_with(name))
                {
                    answer.push_str(&format!("{line}\r\n"));
                } else if line.starts_with("To:") {
                    answer.push_str(&format!("{line};tag=stern\r\n"));
                }
            }
            answer.push_str("Content-Length: 0\r\n\r\n");
            socket.send_to(answer.as_bytes(), from).unwrap();
        }
    });
    address
}

#[test]
fn the_password_never_shows() {
    let dir = TestDir::new("run-secret").unwrap();
    let secret = "hunter2-c0rrect-horse";
    let file = dir.write("password", format!("{secret}\n")).unwrap();
    let file = file.to_str().unwrap();
    let registrar = format!("sip:{}", stern_registrar());
    let account = [
        "--account",
        "sip:1001@127.0.0.1",
        "--registrar",
        &registrar,
        "--log",
        "debug",
    ];
    for (option, value, env) in [
        ("--password", secret, ""),
        ("--password-file", file, ""),
        ("", "", secret),
    ] {
        let mut args = account.to_vec();
        if !option.is_empty() {
            args.extend([option, value]);
        }
        let spec = if env.is_empty() {
            microsip()
        } else {
            microsip().env("MICROSIP_PASSWORD", env)
        };
        let mut agent = Agent::start_spec(spec, "agent", &args);
        let failed = agent.wait("registration", |e| e["state"] == "failed");
        assert_eq!(
            (&failed["code"], &failed["error"]["kind"]),
            (&403.into(), &"auth".into()),
            "{failed}"
        );
        agent.send("status");
        agent.wait("status", |_| true);
        agent.quit();
        let shown = agent.process.output().to_string();
        assert!(!shown.contains(secret), "{option}: {shown}");
    }
}

#[test]
fn without_json_people_can_read_it() {
    let mut process = microsip().args(["run", "--bind", "127.0.0.1:0"]).spawn().unwrap();
    let ready = process.wait_line("ready", Deadline::secs(10)).unwrap();
    assert!(ready.contains("udp 127.0.0.1:") && ready.contains("PJSIP"), "{ready}");
    process.send_line("hangpu").unwrap();
    let error = process.wait_line("hangpu", Deadline::secs(5)).unwrap();
    assert!(error.contains("try: hangup"), "{error}");
    process.send_line("quit").unwrap();
    process.wait_success(Deadline::secs(5)).unwrap();
    // No terminal, no colour.
    assert!(!process.output().to_string().contains('\u{1b}'));
    assert!(serde_json::from_str::<Value>(&ready).is_err());
}

#[test]
fn version_names_pjsip() {
    let (status, output) = microsip().arg("--version").run(Deadline::secs(5)).unwrap();
    assert!(
        status.success() && output.to_string().contains("PJSIP 2.17"),
        "{output}"
    );
}

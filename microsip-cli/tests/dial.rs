//! `microsip dial`: outcomes, registration, signals, the report.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::dial::{begin, dial, end, run, run_spec, seconds, stdout};
use common::{Agent, microsip, speech};
use microsip_cli::dial::report::{PlayedOut, Report, TimesOut};
use microsip_cli::dial::{ExpectationOut, KeyOut, ToneOut};
use microsip_cli::exit;
use microsip_cli::run::events::{CallOut, ErrorOut, RecordingOut, RegistrationOut};
use microsip_testkit::Deadline;
use microsip_testkit::audio::Audio;
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::process::{Process, ProcessSignal, Stream};
use microsip_testkit::sipp::{Scenario, Sipp};
use serde_json::Value;

#[test]
fn people_get_lines_and_a_summary() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let (status, output) = dial(&[&callee.uri(), "--hangup-after", "0.3"])
        .run(Deadline::secs(20))
        .unwrap();
    assert_eq!(status.code(), Some(0), "{output}");
    let lines = stdout(&output);
    let text = lines.join("\n");
    for word in ["calling", "confirmed", "audio runs", "disconnected", "closed"] {
        assert!(text.contains(word), "{word} not in\n{text}");
    }
    assert!(lines.last().unwrap().starts_with("answered, 200 OK"), "{text}");
    callee.quit();

    let sipp = Sipp::uas(Scenario::reject(486, "Busy Here")).start().unwrap();
    let (status, output) = dial(&[&format!("sip:x@{}", sipp.addr())])
        .run(Deadline::secs(20))
        .unwrap();
    assert_eq!(status.code(), Some(exit::BUSY.into()), "{output}");
    let said = output.lines().into_iter().filter(|l| l.stream == Stream::Stderr);
    let said: Vec<_> = said.map(|l| l.text).collect();
    assert_eq!(said, ["microsip: busy: 486 Busy Here"]);
    assert!(
        stdout(&output).last().unwrap().starts_with("busy, 486 Busy Here"),
        "{output}"
    );
}

#[test]
fn events_can_be_followed_and_the_report_comes_last() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let (status, output) = dial(&[&callee.uri(), "--hangup-after", "0.3", "--events"])
        .run(Deadline::secs(20))
        .unwrap();
    assert_eq!(status.code(), Some(0), "{output}");
    let lines = stdout(&output);
    let events: Vec<Value> = lines.iter().map(|l| serde_json::from_str(l).unwrap()).collect();
    let names: Vec<_> = events.iter().map(|e| e["event"].as_str().unwrap()).collect();
    assert!(names.contains(&"call") && names.contains(&"media"), "{names:?}");
    assert_eq!(names[names.len() - 2..], ["closed", "report"]);
    callee.quit();
}

#[test]
fn each_refusal_has_its_exit_code() {
    for (answer, phrase, code, outcome) in [
        (486, "Busy Here", exit::BUSY, "busy"),
        (600, "Busy Everywhere", exit::BUSY, "busy"),
        (480, "Gone Fishing", exit::NO_ANSWER, "no_answer"),
        (603, "Decline", exit::DECLINED, "declined"),
        (404, "Not Found", exit::CALL_FAILED, "failed"),
        (500, "Oops", exit::CALL_FAILED, "failed"),
    ] {
        let sipp = Sipp::uas(Scenario::reject(answer, phrase)).start().unwrap();
        let (got, report) = run(&[&format!("sip:x@{}", sipp.addr())]);
        assert_eq!(got, code, "{answer}: {report}");
        assert_eq!(
            (
                &report["outcome"],
                &report["code"],
                &report["reason"],
                &report["ended_because"]
            ),
            (&outcome.into(), &answer.into(), &phrase.into(), &"call".into())
        );
        assert!(report["post_dial_delay_ms"].as_f64() > Some(0.0) && report.get("duration").is_none());
        sipp.wait(Deadline::secs(10)).unwrap();
    }
}

#[test]
fn an_expected_code_is_the_good_end_and_any_other_is_not() {
    let busy = || Sipp::uas(Scenario::reject(486, "Busy Here")).start().unwrap();
    let sipp = busy();
    let (code, report) = run(&[&format!("sip:x@{}", sipp.addr()), "--expect-code", "486"]);
    assert_eq!((code, &report["outcome"]), (exit::OK, &"busy".into()), "{report}");
    assert_eq!(report["expectations"][0]["met"], true);

    let sipp = busy();
    let (code, report) = run(&[&format!("sip:x@{}", sipp.addr()), "--expect-code", "603"]);
    assert_eq!(code, exit::UNEXPECTED, "{report}");
    let problem = report["problems"][0].as_str().unwrap();
    assert_eq!(problem, "the call was answered with 486 instead of 603");

    // Answered although a failure was wanted: there is nothing to wait for.
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let begun = Instant::now();
    let (code, report) = run(&[&callee.uri(), "--expect-code", "486", "--hangup-after", "30"]);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::UNEXPECTED, &"unexpected".into()),
        "{report}"
    );
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    callee.wait_call("disconnected");

    // That it is answered may be all one wants to know.
    let (code, report) = run(&[&callee.uri(), "--expect-code", "200"]);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::OK, &"expected".into()),
        "{report}"
    );
    callee.quit();
}

#[test]
fn nobody_answers() {
    for (option, because) in [("--ring-time", "call"), ("--timeout", "timeout")] {
        let sipp = Sipp::uas(Scenario::UasCancel).start().unwrap();
        let (code, report) = run(&[&format!("sip:x@{}", sipp.addr()), option, "1"]);
        assert_eq!(code, exit::NO_ANSWER, "{report}");
        assert_eq!(
            (&report["outcome"], &report["ended_because"]),
            (&"no_answer".into(), &because.into()),
            "{report}"
        );
        assert!(report["times"]["ringing"].is_string() && report["times"].get("answered").is_none());
        let pdd = report["post_dial_delay_ms"].as_f64().unwrap();
        assert!(pdd < 900.0, "{report}");
        // The CANCEL was answered as it must be.
        let done = sipp.wait(Deadline::secs(10)).unwrap();
        assert_eq!((done.successful, done.failed), (1, 0), "{done:?}");
    }
}

#[test]
fn nobody_is_there() {
    let nobody = common::wire::Wire::new().addr();
    let (code, report) = run(&[&format!("sip:x@{nobody}")]);
    assert_eq!(
        (code, &report["outcome"]),
        (exit::CALL_FAILED, &"failed".into()),
        "{report}"
    );
    assert!(report["error"]["message"].is_string(), "{report}");
    let (code, report) = run(&["sip:x@no-such-host.invalid", "--name-server", &nobody.to_string()]);
    assert_eq!(
        (code, &report["outcome"]),
        (exit::CALL_FAILED, &"failed".into()),
        "{report}"
    );
    assert!(!report["error"]["message"].as_str().unwrap().is_empty(), "{report}");
}

fn options() -> KamailioOptions {
    KamailioOptions::new().user("1001", "one-pw").user("1002", "two-pw")
}

fn account(kamailio: &Kamailio, user: &str) -> [String; 4] {
    let at = kamailio.udp_addr();
    let registrar = format!("sip:{at}");
    [
        "--account".into(),
        format!("sip:{user}@{at}"),
        "--registrar".into(),
        registrar,
    ]
}

#[test]
fn the_registration_comes_first_and_is_removed() {
    let kamailio = Kamailio::start(options()).unwrap();
    let theirs = account(&kamailio, "1002");
    let spec = microsip().env("MICROSIP_PASSWORD", "two-pw");
    let mut args: Vec<&str> = theirs.iter().map(String::as_str).collect();
    args.extend(["--auto-answer", "200"]);
    let mut callee = Agent::start_spec(spec, "callee", &args);
    callee.wait("registration", |e| e["state"] == "registered");

    let ours = account(&kamailio, "1001");
    let with = |target: &str, more: &[&str]| {
        let args: Vec<&str> = ours.iter().map(String::as_str).collect();
        let args = [&[target, "--json"], &args[..], more].concat();
        run_spec(dial(&args).env("MICROSIP_PASSWORD", "one-pw"))
    };
    // A number gets the account's domain.
    let (code, report) = with("1002", &["--hangup-after", "0.5"]);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::OK, &"hangup_after".into()),
        "{report}"
    );
    let incoming = callee.wait("incoming", |_| true);
    assert_eq!(incoming["from_user"], "1001", "{incoming}");
    assert_eq!(report["registration"]["state"], "registered");
    assert!(report["registration_ms"].as_f64() > Some(0.0), "{report}");
    let times = ["registered", "called"].map(|name| seconds(&report["times"][name]));
    assert!(times.is_sorted(), "{report}");
    assert!(kamailio.registered("1001").unwrap().is_empty());

    let (code, report) = with("nobody", &[]);
    assert_eq!((code, &report["code"]), (exit::CALL_FAILED, &404.into()), "{report}");

    let (code, report) = with("1002", &["--hangup-after", "0.5", "--no-register"]);
    assert_eq!(code, exit::OK, "{report}");
    assert!(report.get("registration_ms").is_none() && report["times"].get("registered").is_none());
    callee.quit();
}

#[test]
fn a_registrar_that_refuses_or_is_silent_ends_it() {
    let kamailio = Kamailio::start(options()).unwrap();
    let ours = account(&kamailio, "1001");
    let args: Vec<&str> = ours.iter().map(String::as_str).collect();
    let args = [&["1002", "--json"], &args[..]].concat();
    let (code, report) = run_spec(dial(&args).env("MICROSIP_PASSWORD", "wr0ng-pw"));
    assert_eq!(
        (code, &report["outcome"]),
        (exit::NOT_REGISTERED, &"not_registered".into()),
        "{report}"
    );
    assert_eq!(report["error"]["kind"], "auth", "{report}");
    assert!(
        report.get("call").is_none() && report["times"].get("called").is_none(),
        "{report}"
    );
    assert!(!report.to_string().contains("wr0ng"), "{report}");

    // A socket that takes requests and says nothing.
    let silent = common::wire::Wire::new();
    let registrar = format!("sip:{}", silent.addr());
    let begun = Instant::now();
    let (code, report) = run(&[
        "1002",
        "--account",
        "sip:a@b",
        "--registrar",
        &registrar,
        "--timeout",
        "1",
    ]);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::NOT_REGISTERED, &"timeout".into()),
        "{report}"
    );
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
}

#[test]
fn callers_find_it_busy() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let process = begin(&[&callee.uri(), "--hangup-after", "20"]);
    let source = callee.wait("incoming", |_| true)["source"].as_str().unwrap().to_owned();
    callee.wait_call("confirmed");
    callee.send(&format!("call sip:microsip@{source}"));
    let refused = callee.wait("call", |e| e["state"] == "disconnected" && e["direction"] == "outgoing");
    assert_eq!(refused["code"], 486, "{refused}");
    // Its own call goes on, and ends when the peer wants.
    callee.send("hangup");
    let (code, report) = end(process);
    assert_eq!((code, &report["ended_because"]), (exit::OK, &"call".into()), "{report}");
    assert_eq!(report["call"]["ended_by"], "remote");
    callee.quit();
}

#[test]
fn a_reader_that_goes_away_does_not_end_the_call() {
    use std::io::{BufRead, BufReader};
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_microsip"))
        .args(["dial", "--bind", "127.0.0.1:0", "--hangup-after", "1", &callee.uri()])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.contains("calling"), "{first}");
    let end = callee.wait_call("disconnected");
    assert!(end["duration"].as_f64() > Some(0.8), "{end}");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    callee.quit();
}

fn interrupted(mut process: Process) -> Value {
    let asked = Instant::now();
    process.signal(ProcessSignal::Int).unwrap();
    let (code, report) = end(process);
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    assert_eq!(code, exit::INTERRUPTED, "{report}");
    assert_eq!(
        (&report["outcome"], &report["ended_because"]),
        (&"interrupted".into(), &"signal".into())
    );
    report
}

#[test]
fn a_signal_while_it_rings_cancels() {
    let sipp = Sipp::uas(Scenario::UasCancel).start().unwrap();
    let process = begin(&[&format!("sip:x@{}", sipp.addr())]);
    sipp.wait_message(|m| m.sent && m.message.is_response(180, "INVITE"), Deadline::secs(20))
        .unwrap();
    let report = interrupted(process);
    assert_eq!(report["call"]["cause"], "cancelled", "{report}");
    let done = sipp.wait(Deadline::secs(10)).unwrap();
    assert_eq!((done.successful, done.failed), (1, 0), "{done:?}");
}

#[test]
fn a_signal_in_the_call_hangs_up_and_unregisters() {
    let kamailio = Kamailio::start(options()).unwrap();
    let dir = TestDir::new("dial-signal").unwrap();
    let file = dir.join("cut.wav");
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let ours = account(&kamailio, "1001");
    let args: Vec<&str> = ours.iter().map(String::as_str).collect();
    let (uri, speech) = (callee.uri(), speech());
    let more = ["--json", "--record", file.to_str().unwrap(), "--play"];
    let args = [&[&*uri], &args[..], &more, &[&*speech]].concat();
    let process = dial(&args).env("MICROSIP_PASSWORD", "one-pw").spawn().unwrap();
    callee.wait_call("confirmed");
    assert_eq!(kamailio.registered("1001").unwrap().len(), 1);
    let report = interrupted(process);
    let end = callee.wait_call("disconnected");
    assert_eq!(
        (&end["ended_by"], &end["cause"]),
        (&"remote".into(), &"hung_up".into()),
        "{end}"
    );
    assert!(kamailio.registered("1001").unwrap().is_empty());
    assert_eq!(report["recording"]["state"], "finished", "{report}");
    Audio::read_wav(&file).unwrap();
    callee.quit();
}

#[test]
fn a_signal_while_it_registers_ends_it() {
    let silent = common::wire::Wire::new();
    let registrar = format!("sip:{}", silent.addr());
    let process = begin(&["1002", "--account", "sip:a@b", "--registrar", &registrar]);
    silent.request("REGISTER");
    let report = interrupted(process);
    assert!(report.get("call").is_none(), "{report}");
}

#[test]
fn wrong_command_lines_end_with_2_and_repeat_no_secret() {
    let dir = TestDir::new("dial-usage").unwrap();
    let folder = dir.path().to_str().unwrap();
    let no_audio = dir.write("text.wav", "not audio").unwrap();
    let cases: [(&[&str], &str); 14] = [
        (&[], "<TARGET>"),
        (&["1002"], "number@host"),
        (&["sip:bob:s3cret@h"], "password"),
        (&["x@h,1s3cret"], "0-9"),
        (&["x@h", "--dtmf", "1s3cret"], "--dtmf: expected"),
        (&["x@h", "--dtmf-after", "1"], "--dtmf"),
        (&["x@h", "--hangup-after-play"], "--play"),
        (&["x@h", "--play", "not/there.wav"], "not/there.wav"),
        (&["x@h", "--play", no_audio.to_str().unwrap()], "text.wav"),
        (&["x@h", "--play", folder], "is no file"),
        (&["x@h", "--record", folder], "is a folder"),
        (&["x@h", "--expect-tone", "howler"], "ringback"),
        (&["x@h", "--expect-code", "180"], "200 to 699"),
        (&["x@h", "--timeout", "0"], "1 to 86400"),
    ];
    for (args, word) in cases {
        let (status, output) = dial(args).run(Deadline::secs(10)).unwrap();
        assert_eq!(status.code(), Some(2), "{args:?}: {output}");
        let text = output.to_string();
        assert!(text.contains(word) && !text.contains("s3cret"), "{args:?}: {output}");
    }
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let (status, output) = microsip()
        .args([
            "dial",
            "x@127.0.0.1",
            "--bind",
            &taken.local_addr().unwrap().to_string(),
        ])
        .run(Deadline::secs(10))
        .unwrap();
    assert_eq!(status.code(), Some(exit::NOT_STARTED.into()), "{output}");
}

/// A report with every field.
fn whole_report() -> Report {
    let text = || Some("x".to_owned());
    let error = || ErrorOut {
        kind: "auth",
        code: "auth",
        message: "m".into(),
        tls: None,
    };
    Report {
        event: "report",
        ok: false,
        exit_code: 11,
        outcome: "answered",
        ended_because: "call",
        problems: vec!["p".into()],
        target: "t".into(),
        account: "a".into(),
        code: Some(200),
        reason: text(),
        error: Some(error()),
        times: TimesOut {
            started: "t".into(),
            registered: text(),
            called: text(),
            ringing: text(),
            answered: text(),
            ended: text(),
        },
        registration_ms: Some(1.0),
        post_dial_delay_ms: Some(1.0),
        answer_delay_ms: Some(1.0),
        duration: Some(1.0),
        registration: Some(RegistrationOut {
            account: "a".into(),
            state: "registered",
            code: None,
            reason: None,
            expires: None,
            error: None,
            retry_in: None,
            contact: None,
            service_route: Vec::new(),
        }),
        call: Some(Box::new(CallOut {
            call: 1,
            state: "disconnected",
            direction: "outgoing",
            local: "l".into(),
            remote: "r".into(),
            sip_call_id: "i".into(),
            local_tag: None,
            remote_tag: None,
            code: None,
            reason: None,
            ended_by: None,
            cause: None,
            q850: None,
            reasons: Vec::new(),
            error: None,
            duration: None,
            codec: None,
            stats: None,
        })),
        expectations: vec![ExpectationOut {
            what: "dtmf",
            expected: text(),
            met: false,
            found: text(),
        }],
        dtmf_heard: "1".into(),
        dtmf: vec![KeyOut {
            time: "t".into(),
            digit: "1".into(),
            method: "info",
            duration_ms: Some(160),
        }],
        digits_sent: 1,
        digits_unsent: 1,
        tones: vec![ToneOut {
            time: "t".into(),
            tone: "beep",
            frequency_hz: Some(1000),
            position: 1.0,
        }],
        speech: Some(true),
        played: Some(PlayedOut {
            files: vec!["f".into()],
            end: "finished",
            last: "f".into(),
            position: 1.0,
        }),
        recording: Some(RecordingOut {
            call: 1,
            state: "finished",
            file: "f".into(),
            format: None,
            duration: None,
            rate: None,
            channels: None,
            samples: None,
            dropped: None,
            error: None,
        }),
        mos_received: Some(4.0),
        mos_sent: Some(4.0),
        statistics: Some(Box::default()),
    }
}

/// The names in the first column of the tables under each heading.
fn documented(heading: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dial.md");
    let doc = std::fs::read_to_string(path).unwrap();
    let section = doc.split("\n## ").find(|s| s.starts_with(heading)).unwrap().to_owned();
    let cells = section.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next());
    let mut names: Vec<_> = cells.map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_document_names_exactly_the_fields_there_are() {
    let report = serde_json::to_value(whole_report()).unwrap();
    let fields = |value: &Value| {
        let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        names
    };
    assert_eq!(documented("Report"), fields(&report));
    for part in ["times", "expectations", "dtmf", "tones", "played"] {
        let value = report[part].get(0).unwrap_or(&report[part]);
        assert_eq!(documented(&format!("`{part}`")), fields(value), "{part}");
    }
}

//! `microsip dial`: one call, its report and its exit code.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Agent, microsip, speech};
use microsip_cli::dial::report::{PlayedOut, Report, TimesOut};
use microsip_cli::dial::{ExpectationOut, KeyOut, ToneOut};
use microsip_cli::exit;
use microsip_cli::run::events::{CallOut, ErrorOut, RecordingOut, RegistrationOut};
use microsip_testkit::Deadline;
use microsip_testkit::audio::{Audio, compare, tone};
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::process::{Output, Process, ProcessSignal, Spec, Stream};
use microsip_testkit::sipp::{Scenario, Sipp};
use serde_json::Value;

fn dial(args: &[&str]) -> Spec {
    microsip()
        .name("dial")
        .args(["dial", "--bind", "127.0.0.1:0"])
        .args(args)
}

/// The lines of standard output.
fn stdout(output: &Output) -> Vec<String> {
    let lines = output.lines().into_iter();
    lines.filter(|l| l.stream == Stream::Stdout).map(|l| l.text).collect()
}

/// What it wrote with `--json`: one line.
fn report_of(output: &Output) -> Value {
    let lines = stdout(output);
    assert_eq!(lines.len(), 1, "{output}");
    serde_json::from_str(&lines[0]).unwrap_or_else(|e| panic!("{e}: {output}"))
}

fn checked(code: Option<i32>, output: &Output) -> Value {
    let report = report_of(output);
    assert_eq!(report["exit_code"].as_i64(), code.map(i64::from), "{output}");
    assert_eq!(report["ok"], code == Some(0), "{output}");
    assert_eq!(
        report["problems"].as_array().unwrap().is_empty(),
        code == Some(0),
        "{output}"
    );
    report
}

/// Runs it to its end, and returns its exit code and report.
fn run(args: &[&str]) -> (u8, Value) {
    run_spec(dial(&[args, &["--json"]].concat()))
}

fn run_spec(spec: Spec) -> (u8, Value) {
    let (status, output) = spec.run(Deadline::secs(60)).unwrap();
    let report = checked(status.code(), &output);
    (status.code().unwrap() as u8, report)
}

/// One that is running.
fn begin(args: &[&str]) -> Process {
    dial(&[args, &["--json"]].concat()).spawn().unwrap()
}

fn end(mut process: Process) -> (u8, Value) {
    let status = process.wait_exit(Deadline::secs(60)).unwrap();
    let report = checked(status.code(), process.output());
    (status.code().unwrap() as u8, report)
}

fn seconds(time: &Value) -> f64 {
    let time = humantime::parse_rfc3339(time.as_str().unwrap()).unwrap();
    let since = time.duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_secs_f64()
}

fn arrived(file: &std::path::Path, least: f64) {
    let result = compare(&Audio::read_wav(speech()).unwrap(), &Audio::read_wav(file).unwrap());
    // A busy machine makes the jitter buffer jump, which costs two segments of twenty each time.
    assert!(
        result.coverage >= least && result.correlation > 0.95,
        "{result}; missing {:?}",
        result.missing()
    );
}

#[test]
fn a_call_plays_and_records_and_its_report_says_so() {
    let dir = TestDir::new("dial-call").unwrap();
    let (heard, mine) = (dir.join("heard.wav"), dir.join("mine.wav"));
    let record = heard.to_str().unwrap();
    let callee = ["--auto-answer", "200", "--play", &speech(), "--record", record];
    let mut callee = Agent::start("callee", &callee);
    let short = dir.join("short.wav");
    tone(700.0, -12.0, Duration::from_millis(600), 8000)
        .write_wav(&short)
        .unwrap();
    let (code, report) = run(&[
        &callee.uri(),
        "--play",
        &speech(),
        "--play",
        short.to_str().unwrap(),
        "--hangup-after-play",
        "--record",
        mine.to_str().unwrap(),
        "--codecs",
        "PCMA",
        "--header",
        "X-Job: 17",
    ]);
    assert_eq!(code, exit::OK, "{report}");
    let incoming = callee.wait("incoming", |_| true);
    assert_eq!(common::header(&incoming, "X-Job"), ["17"]);
    let theirs = callee.wait_call("disconnected");
    assert_eq!(
        (&theirs["ended_by"], &theirs["cause"]),
        (&"remote".into(), &"hung_up".into())
    );
    let finished = callee.wait("recording", |e| e["state"] == "finished");
    assert_eq!(
        (&report["outcome"], &report["ended_because"], &report["code"]),
        (&"answered".into(), &"played".into(), &200.into())
    );
    // Both files were played, in this order, and nothing was cut off.
    let both = Audio::read_wav(speech()).unwrap().duration().as_secs_f64() + 0.6;
    let position = report["played"]["position"].as_f64().unwrap();
    assert!((position - 0.6).abs() < 0.05, "{report}");
    assert_eq!(report["played"]["last"].as_str(), short.to_str());
    assert_eq!(report["played"]["end"], "finished");
    assert_eq!(report["played"]["files"].as_array().unwrap().len(), 2);
    arrived(&heard, 0.8);
    let end = Audio::read_wav(&heard).unwrap();
    let last = end.slice(end.duration() - Duration::from_millis(450), Duration::from_millis(250));
    let level = microsip_testkit::audio::tone_level(&last, 700.0);
    assert!(level > -25.0, "{level:.1} dBFS of the second file; {finished}");
    // What they played is in our recording.
    assert_eq!(report["recording"]["file"].as_str(), mine.to_str());
    let length = Audio::read_wav(&mine).unwrap().duration().as_secs_f64();
    let told = report["recording"]["duration"].as_f64().unwrap();
    assert!((length - told).abs() < 0.01 && length > both - 0.5, "{length} {told}");
    arrived(&mine, 0.8);
    assert_eq!(report["call"]["codec"], "PCMA/8000/1");
    assert!(
        report["statistics"]["received"]["packets"].as_u64() > Some(200),
        "{report}"
    );
    assert!(report["mos_received"].as_f64() > Some(3.0), "{report}");
    let times = &report["times"];
    let order = ["started", "called", "answered", "ended"].map(|name| seconds(&times[name]));
    assert!(order.is_sorted(), "{times}");
    let up = report["duration"].as_f64().unwrap();
    assert!((order[3] - order[2] - up).abs() < 0.2, "{times}, up for {up}");
    assert!(report["post_dial_delay_ms"].as_f64() <= report["answer_delay_ms"].as_f64());
    callee.quit();
}

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
fn expected_keys_are_heard_or_not() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let process = begin(&[&callee.uri(), "--expect-dtmf", "9#"]);
    callee.wait_call("confirmed");
    callee.send("dtmf 19#");
    let (code, report) = end(process);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::OK, &"expected".into()),
        "{report}"
    );
    assert_eq!(report["dtmf_heard"], "19#");
    assert_eq!(report["dtmf"][2]["digit"], "#");
    callee.wait_call("disconnected");

    let process = begin(&[&callee.uri(), "--expect-dtmf", "12", "--hangup-after", "2"]);
    callee.wait_call("confirmed");
    callee.send("dtmf 13");
    let (code, report) = end(process);
    assert_eq!(
        (code, &report["outcome"]),
        (exit::UNEXPECTED, &"answered".into()),
        "{report}"
    );
    assert_eq!(report["expectations"][0]["found"], "13", "{report}");
    assert_eq!(report["problems"][0], "the expected keys 12 were not heard, but 13");
    callee.quit();
}

#[test]
fn expected_tones_are_heard_or_not() {
    let dir = TestDir::new("dial-tones").unwrap();
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let process = begin(&[&callee.uri(), "--expect-tone", "busy", "--tone-country", "de"]);
    callee.wait_call("confirmed");
    callee.send("tone busy de");
    let (code, report) = end(process);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::OK, &"expected".into()),
        "{report}"
    );
    assert_eq!(report["tones"][0]["tone"], "busy", "{report}");
    callee.wait_call("disconnected");

    // Another tone, and a beep of another frequency.
    let beep = dir.join("beep.wav");
    let beeps = tone(1000.0, -12.0, Duration::from_millis(500), 8000);
    beeps
        .then(&Audio::silence(Duration::from_secs(2), 8000))
        .write_wav(&beep)
        .unwrap();
    let play = format!("play {}", beep.display());
    let wrong = [
        "--expect-tone",
        "ringback",
        "--expect-tone",
        "1400",
        "--hangup-after",
        "4",
    ];
    let process = begin(&[&[&*callee.uri()], &wrong[..]].concat());
    callee.wait_call("confirmed");
    callee.send(&play);
    let (code, report) = end(process);
    assert_eq!(code, exit::UNEXPECTED, "{report}");
    let found = report["expectations"][1]["found"].as_str().unwrap();
    assert!(found.starts_with("beep 10") || found.starts_with("beep 9"), "{report}");
    assert_eq!(report["problems"].as_array().unwrap().len(), 2, "{report}");
    callee.wait_call("disconnected");

    let process = begin(&[&callee.uri(), "--expect-tone", "1000"]);
    callee.wait_call("confirmed");
    callee.send(&play);
    let (code, report) = end(process);
    assert_eq!(code, exit::OK, "{report}");
    callee.quit();
}

#[test]
fn a_ringing_tone_before_the_answer_counts() {
    let mut callee = Agent::start("callee", &["--auto-answer", "183"]);
    let args = [&callee.uri(), "--expect-tone", "ringback", "--events"];
    let mut process = dial(&args).spawn().unwrap();
    callee.wait("media", |e| e["active"] == true);
    callee.send("tone ringback us");
    process.wait_line("\"tone_detected\"", Deadline::secs(20)).unwrap();
    callee.send("answer");
    process.wait_success(Deadline::secs(20)).unwrap();
    let report: Value = serde_json::from_str(stdout(process.output()).last().unwrap()).unwrap();
    assert_eq!(report["tones"][0]["tone"], "ringback", "{report}");
    assert!(report["answer_delay_ms"].as_f64() > Some(1000.0), "{report}");
    callee.quit();
}

#[test]
fn expected_speech_is_heard_or_not() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200", "--play", &speech()]);
    let (code, report) = run(&[&callee.uri(), "--expect-speech"]);
    assert_eq!((code, &report["speech"]), (exit::OK, &true.into()), "{report}");
    callee.quit();
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let (code, report) = run(&[&callee.uri(), "--expect-speech", "--hangup-after", "2"]);
    assert_eq!((code, &report["speech"]), (exit::UNEXPECTED, &false.into()), "{report}");
    callee.quit();
}

/// When each key came, in seconds after the callee's answer; a key is told when it is released.
fn keys(callee: &mut Agent, digits: &str) -> Vec<f64> {
    let answered = seconds(&callee.wait_call("confirmed")["time"]);
    let mut times = Vec::new();
    for digit in digits.chars() {
        let event = callee.wait("dtmf", |_| true);
        assert_eq!(event["digit"], digit.to_string(), "{event}");
        times.push(seconds(&event["time"]) - answered - 0.16);
    }
    times
}

/// Not early, and late by no more than a busy machine makes it.
fn near(times: &[f64], wanted: &[f64]) {
    let fits = |(time, wanted): (&f64, &f64)| (-0.1..0.6).contains(&(time - wanted));
    assert_eq!(times.len(), wanted.len());
    assert!(times.iter().zip(wanted).all(fits), "{times:?} instead of {wanted:?}");
}

#[test]
fn digits_behind_the_target_come_when_the_reference_says() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let target = format!("{},45,,6#", callee.uri());
    let process = begin(&[&target, "--hangup-after", "5"]);
    near(&keys(&mut callee, "456#"), &[1.0, 1.26, 3.4, 3.66]);
    let (code, report) = end(process);
    assert_eq!(code, exit::OK, "{report}");
    assert_eq!(
        (&report["digits_sent"], &report["digits_unsent"]),
        (&4.into(), &0.into())
    );
    // They may be a PIN.
    assert_eq!(report["target"], callee.uri());

    // Those that do not fit into the call are missed.
    let (code, report) = run(&[&target, "--hangup-after", "2"]);
    assert_eq!(
        (code, &report["digits_unsent"]),
        (exit::UNEXPECTED, &2.into()),
        "{report}"
    );
    callee.quit();
}

#[test]
fn digits_after_a_file_and_at_a_time() {
    let dir = TestDir::new("dial-digits").unwrap();
    let short = dir.join("short.wav");
    tone(700.0, -12.0, Duration::from_millis(1200), 8000)
        .write_wav(&short)
        .unwrap();
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let file = ["--play", short.to_str().unwrap(), "--hangup-after-play"];
    let process = begin(&[&[&*callee.uri(), "--dtmf", "1,2"], &file[..]].concat());
    near(&keys(&mut callee, "12"), &[2.2, 3.4]);
    // The call was not hung up before the last key.
    let (code, report) = end(process);
    assert_eq!(
        (code, &report["ended_because"]),
        (exit::OK, &"played".into()),
        "{report}"
    );
    callee.wait_call("disconnected");

    let at = ["--dtmf", "34", "--dtmf-after", "0.5", "--dtmf-method", "info"];
    let process = begin(&[&[&*callee.uri(), "--hangup-after", "2"], &at[..]].concat());
    callee.wait_call("confirmed");
    for digit in ["3", "4"] {
        callee.wait("dtmf", |e| e["digit"] == digit && e["method"] == "info");
    }
    let (code, report) = end(process);
    assert_eq!(code, exit::OK, "{report}");
    callee.quit();
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
fn a_file_cut_off_is_told() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let process = begin(&[&callee.uri(), "--play", &speech(), "--hangup-after-play"]);
    callee.wait_call("confirmed");
    callee.send("hangup");
    let (code, report) = end(process);
    assert_eq!(
        (code, &report["played"]["end"]),
        (exit::UNEXPECTED, &"target_ended".into()),
        "{report}"
    );
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

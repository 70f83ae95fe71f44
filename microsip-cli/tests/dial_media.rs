//! `microsip dial`: what is played, recorded, pressed and heard.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::dial::{begin, dial, end, run, seconds, stdout};
use common::{Agent, speech};
use microsip_cli::exit;
use microsip_testkit::audio::{Audio, compare, tone};
use microsip_testkit::dir::TestDir;
use microsip_testkit::sipp::{Scenario, Sipp};
use microsip_testkit::{Deadline, steady};
use serde_json::Value;

fn arrived(file: &std::path::Path, least: f64) {
    let result = compare(&Audio::read_wav(speech()).unwrap(), &Audio::read_wav(file).unwrap());
    // A busy machine makes the jitter buffer jump, which costs two segments of twenty each time, and here two files run at once.
    assert!(
        result.coverage >= least && result.correlation > 0.95,
        "{result}; missing {:?}",
        result.missing()
    );
}

#[test]
fn a_call_plays_and_records_and_its_report_says_so() {
    steady(Deadline::secs(100), || {
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
        arrived(&heard, 0.7);
        let end = Audio::read_wav(&heard).unwrap();
        let last = end.slice(end.duration() - Duration::from_millis(450), Duration::from_millis(250));
        let level = microsip_testkit::audio::tone_level(&last, 700.0);
        assert!(level > -25.0, "{level:.1} dBFS of the second file; {finished}");
        // What they played is in our recording.
        assert_eq!(report["recording"]["file"].as_str(), mine.to_str());
        let length = Audio::read_wav(&mine).unwrap().duration().as_secs_f64();
        let told = report["recording"]["duration"].as_f64().unwrap();
        assert!((length - told).abs() < 0.01 && length > both - 0.5, "{length} {told}");
        arrived(&mine, 0.7);
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
    });
}

#[test]
fn expected_keys_are_heard_or_not() {
    steady(Deadline::secs(100), || {
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
    });
}

#[test]
fn expected_tones_are_heard_or_not() {
    steady(Deadline::secs(100), || {
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
    });
}

#[test]
fn a_ringing_tone_before_the_answer_counts() {
    steady(Deadline::secs(100), || {
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
    });
}

#[test]
fn expected_speech_is_heard_or_not() {
    steady(Deadline::secs(100), || {
        let mut callee = Agent::start("callee", &["--auto-answer", "200", "--play", &speech()]);
        let (code, report) = run(&[&callee.uri(), "--expect-speech"]);
        assert_eq!((code, &report["speech"]), (exit::OK, &true.into()), "{report}");
        callee.quit();
        let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
        let (code, report) = run(&[&callee.uri(), "--expect-speech", "--hangup-after", "2"]);
        assert_eq!((code, &report["speech"]), (exit::UNEXPECTED, &false.into()), "{report}");
        callee.quit();
    });
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
    steady(Deadline::secs(100), || {
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
    });
}

#[test]
fn digits_after_a_file_and_at_a_time() {
    steady(Deadline::secs(100), || {
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
    });
}

#[test]
fn a_file_cut_off_is_told() {
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let args = [&callee.uri(), "--play", &speech(), "--hangup-after-play", "--events"];
    let mut process = dial(&args).spawn().unwrap();
    process.wait_line("\"player\"", Deadline::secs(20)).unwrap();
    callee.wait_call("confirmed");
    callee.send("hangup");
    let status = process.wait_exit(Deadline::secs(20)).unwrap();
    let report: Value = serde_json::from_str(stdout(process.output()).last().unwrap()).unwrap();
    assert_eq!(status.code(), Some(exit::UNEXPECTED.into()), "{report}");
    assert_eq!(
        (&report["played"]["end"], &report["ended_because"]),
        (&"target_ended".into(), &"call".into()),
        "{report}"
    );
    callee.quit();
}

#[test]
fn a_callee_that_hangs_up_at_once_is_no_fault_of_ours() {
    let dir = TestDir::new("dial-at-once").unwrap();
    let file = dir.join("x.wav");
    for _ in 0..5 {
        // Answers, and says BYE with hardly a pause.
        let sipp = Sipp::uas(Scenario::UasBye)
            .pause(Duration::from_millis(1))
            .start()
            .unwrap();
        let target = format!("sip:x@{},1", sipp.addr());
        let record = [
            "--record",
            file.to_str().unwrap(),
            "--play",
            &speech(),
            "--hangup-after-play",
        ];
        let (code, report) = run(&[&[&*target], &record[..]].concat());
        assert_eq!(
            (code, &report["outcome"]),
            (exit::UNEXPECTED, &"answered".into()),
            "{report}"
        );
        assert_eq!(report["ended_because"], "call", "{report}");
        assert_eq!(
            (&report["digits_sent"], &report["digits_unsent"]),
            (&0.into(), &1.into())
        );
    }
}

//! `microsip demo` proves that audio arrives, and does not say so when it cannot.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::Duration;

use common::microsip;
use microsip_testkit::audio::{Audio, tone};
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::{Output, ProcessSignal, Stream};
use microsip_testkit::{Deadline, steady};
use serde_json::Value;

fn stdout(output: &Output) -> String {
    let lines = output.lines();
    let lines: Vec<_> = lines
        .iter()
        .filter(|l| l.stream == Stream::Stdout)
        .map(|l| &*l.text)
        .collect();
    lines.join("\n")
}

fn demo_json(dir: &TestDir, args: &[&str]) -> Value {
    let folder = dir.join("out");
    let (status, output) = microsip()
        .args(["demo", "--json", "--dir", folder.to_str().unwrap()])
        .args(args)
        .run(Deadline::secs(60))
        .unwrap();
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap_or_else(|e| panic!("{e}: {output}"));
    assert_eq!(status.code(), Some(0), "{output}");
    assert_eq!(report["ok"], true, "{output}");
    report
}

#[test]
fn the_demo_shows_the_call_and_says_that_it_worked() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("demo").unwrap();
        let folder = dir.join("out");
        let (status, output) = microsip()
            .args(["demo", "--dir", folder.to_str().unwrap()])
            .run(Deadline::secs(60))
            .unwrap();
        let text = stdout(&output);
        assert_eq!(status.code(), Some(0), "{output}");
        let mut rest = &*text;
        for word in [
            "1001",
            "INVITE",
            "180 Ringing",
            "200 OK",
            "ACK",
            "speech",
            "key 1",
            "key #",
            "BYE",
            "correlation",
        ] {
            let at = rest
                .find(word)
                .unwrap_or_else(|| panic!("{word} is missing or out of order in\n{text}"));
            rest = &rest[at + word.len()..];
        }
        assert_eq!(text.matches(" INVITE ").count(), 1, "{text}");
        assert!(text.contains(folder.to_str().unwrap()), "{text}");
        for name in ["recorded-by-1001.wav", "recorded-by-1002.wav", "speech.wav"] {
            assert!(
                Audio::read_wav(folder.join(name)).unwrap().duration().as_secs() >= 5,
                "{name}"
            );
        }
    });
}

#[test]
fn any_wav_can_be_played() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("demo-44k").unwrap();
        let speech = Audio::read_wav(common::speech()).unwrap().resampled(44_100);
        let file = dir.join("stereo-float.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(&file, spec).unwrap();
        for sample in &speech.samples {
            writer.write_sample(*sample).unwrap();
            writer.write_sample(*sample).unwrap();
        }
        writer.finalize().unwrap();
        let report = demo_json(
            &dir,
            &["--play", file.to_str().unwrap(), "--codecs", "PCMU", "--digits", "0*#D"],
        );
        for leg in report["legs"].as_array().unwrap() {
            assert_eq!(leg["codec"], "PCMU/8000/1", "{leg}");
            assert!(
                leg["correlation"].as_f64() > Some(0.95) && leg["coverage"].as_f64() >= Some(0.9),
                "{leg}"
            );
            assert!(leg["level_db"].as_f64().unwrap().abs() < 1.5, "{leg}");
            assert!(leg["receiver"]["received_packets"].as_u64() > Some(250), "{leg}");
        }
        assert_eq!(report["legs"][0]["digits_received"], "0*#D");
    });
}

#[test]
fn it_works_over_tcp_and_tls_without_a_server() {
    steady(Deadline::secs(100), || {
        for transport in ["tcp", "tls"] {
            let dir = TestDir::new("demo-transport").unwrap();
            demo_json(&dir, &["--transport", transport, "--digits", "5"]);
        }
    });
}

#[test]
fn a_call_spoiled_by_a_standstill_is_made_again() {
    let dir = TestDir::new("demo-stopped").unwrap();
    // G.711 carries nothing of it, so that each call is spoiled.
    let (file, folder) = (dir.join("high.wav"), dir.join("out"));
    tone(6000.0, -12.0, Duration::from_secs(2), 16_000)
        .write_wav(&file)
        .unwrap();
    let mut demo = microsip()
        .args(["demo", "--dir", folder.to_str().unwrap(), "--digits", "1"])
        .args(["--play", file.to_str().unwrap(), "--codecs", "PCMU"])
        .spawn()
        .unwrap();
    let stood_still = |line: &str| {
        let time = line
            .split_once("stood still for ")
            .unwrap()
            .1
            .split_once(" ms")
            .unwrap();
        let time: u64 = time.0.parse().unwrap();
        assert!((250..20_000).contains(&time), "{line}");
    };
    for call in 1..=3 {
        demo.wait_line("speech,", Deadline::secs(30)).unwrap();
        // What a virtual machine does to it whose processors others have.
        demo.signal(ProcessSignal::Stop).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        demo.signal(ProcessSignal::Cont).unwrap();
        if call < 3 {
            stood_still(&demo.wait_line("the call is made again", Deadline::secs(30)).unwrap());
        }
    }
    assert_eq!(demo.wait_exit(Deadline::secs(30)).unwrap().code(), Some(5));
    let output = demo.output();
    let lines = output.lines();
    let errors: Vec<&str> = lines
        .iter()
        .filter(|line| line.stream == Stream::Stderr)
        .map(|line| &*line.text)
        .collect();
    stood_still(errors.last().unwrap());
    assert_eq!(output.to_string().matches(" INVITE ").count(), 3, "{output}");
}

#[test]
fn what_cannot_be_played_or_reached_is_no_success() {
    let dir = TestDir::new("demo-bad").unwrap();
    let silence = dir.join("silence.wav");
    Audio::silence(std::time::Duration::from_secs(1), 8000)
        .write_wav(&silence)
        .unwrap();
    // A bound port where nobody answers.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let registrar = format!("sip:{deaf}");
    let registrar = [
        "--registrar",
        &registrar,
        "--transport",
        "tcp",
        "--user",
        "a",
        "--user2",
        "b",
        "--password",
        "x",
    ];
    let cases: [(&[&str], i32, &str); 7] = [
        (&["--play", "not/there.wav"], 2, "not/there.wav"),
        (&["--play", silence.to_str().unwrap()], 2, "silent"),
        (&["--digits", "12x"], 2, "0-9"),
        (&["--registrar", "sip:127.0.0.1"], 2, "two accounts"),
        (
            &["--registrar", "sip:127.0.0.1", "--user", "a", "--password", "x"],
            2,
            "--user2",
        ),
        (&["--registrar", "sip:a:hunter2@127.0.0.1"], 2, "holds a password"),
        (&registrar, 5, "sip:a@"),
    ];
    for (args, code, word) in cases {
        let folder = dir.join("out");
        let (status, output) = microsip()
            .args(["demo", "--dir", folder.to_str().unwrap()])
            .args(args)
            .run(Deadline::secs(40))
            .unwrap();
        assert_eq!(status.code(), Some(code), "{args:?}: {output}");
        assert!(output.to_string().contains(word), "{args:?}: {output}");
        assert!(!output.to_string().contains("hunter2"), "{output}");
    }
}

/// The names in the first column of a table of `docs/demo.md`.
fn documented(heading: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/demo.md");
    let doc = std::fs::read_to_string(path).unwrap();
    let start = doc.find(&format!("\n## {heading}\n")).unwrap() + 4;
    let section = doc[start..].split("\n## ").next().unwrap();
    let cells = section.lines().filter(|l| l.starts_with("| `"));
    let names = cells.flat_map(|l| l.split('|').nth(1).unwrap().split('`').skip(1).step_by(2));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    names
}

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_report_has_mos_and_the_call_over_time_as_documented() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("demo-report").unwrap();
        let report = demo_json(&dir, &["--codecs", "PCMA", "--digits", "1"]);
        assert_eq!(keys(&report), documented("report"));
        for leg in report["legs"].as_array().unwrap() {
            assert_eq!(keys(leg), documented("legs"));
            // G.711 without loss: R 93.2, less what delay costs.
            let (mos, r) = (leg["mos"].as_f64().unwrap(), leg["r_factor"].as_f64().unwrap());
            assert!((4.2..=4.45).contains(&mos) && (85.0..=93.3).contains(&r), "{leg:#}");
            let time = &leg["over_time"];
            assert_eq!(keys(time), documented("over_time"));
            let list = |name: &str| -> Vec<f64> {
                let values = time[name].as_array().unwrap().iter();
                values.map(|v| v.as_f64().unwrap()).collect()
            };
            let (levels, packets) = (list("level_dbov"), list("packets"));
            assert_eq!((levels.len(), list("lost").len()), (packets.len(), packets.len()));
            // Five seconds of speech at least, with pauses in it.
            assert!(packets.len() >= 30, "{leg:#}");
            assert!(levels.iter().filter(|l| **l > -40.0).count() >= 20, "{levels:?}");
            let received = leg["receiver"]["received_packets"].as_f64().unwrap();
            let seen: f64 = packets.iter().sum();
            assert!(seen > 200.0 && seen <= received, "{seen} of {received}");
        }
    });
}

#[test]
fn a_plain_terminal_gets_a_plain_chart() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("demo-plain").unwrap();
        for (name, value, block) in [("NO_COLOR", "1", "@"), ("TERM", "xterm", "▆")] {
            let spec = microsip().env_remove("NO_COLOR").env("TERM", "xterm").env(name, value);
            let folder = dir.join(name);
            let args = ["demo", "--digits", "1", "--dir", folder.to_str().unwrap()];
            let (status, output) = spec.args(args).run(Deadline::secs(60)).unwrap();
            assert_eq!(status.code(), Some(0), "{output}");
            let text = stdout(&output);
            let levels: Vec<&str> = text.lines().filter(|l| l.contains("  level  ")).collect();
            assert_eq!(levels.len(), 2, "{text}");
            assert!(text.contains("MOS"), "{text}");
            let plain = levels.iter().all(|l| l.is_ascii());
            assert_eq!(plain, block == "@", "{levels:?}");
        }
    });
}

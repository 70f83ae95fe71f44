//! The harness works: every part runs with tiny numbers and reports all it promises. Figures are not judged here.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Runs `bench WHAT --quick` and returns its terminal output and JSON.
fn bench(what: &[&str]) -> (String, Value) {
    run(Command::new(env!("CARGO_BIN_EXE_microsip-benches")).args(what), what)
}

fn run(command: &mut Command, what: &[&str]) -> (String, Value) {
    let dir = tempfile::tempdir().unwrap();
    let json = dir.path().join("out.json");
    let out = command.args(["--quick", "--json"]).arg(&json).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{what:?}: {}\n{text}\n{errors}", out.status);
    (
        text,
        serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap(),
    )
}

/// A directory with the Python module as `cargo xtask python` builds it: this profile's library beside links to the sources.
fn module(place: &Path) -> PathBuf {
    // `cargo xtask test` has it ready.
    if let Some(ready) = std::env::var_os("PY_TEST_MODULE") {
        return ready.into();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The same two as there, so that features are the same and nothing is built twice.
    build.args([
        "build",
        "--quiet",
        "--package",
        "microsip-py",
        "--package",
        "microsip-cli",
    ]);
    build.arg("--target-dir");
    let built = Path::new(env!("CARGO_BIN_EXE_microsip-benches")).parent().unwrap();
    build.arg(built.parent().unwrap());
    // They describe this test.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&name);
        }
    }
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.current_dir(root).status().unwrap().success());
    let package = place.join("microsip");
    std::fs::create_dir(&package).unwrap();
    let sources = root.join("microsip-py/python/microsip");
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if !name.to_string_lossy().starts_with("_microsip.abi3") && name != "__pycache__" {
            std::os::unix::fs::symlink(&path, package.join(name)).unwrap();
        }
    }
    std::os::unix::fs::symlink(built.join("lib_microsip.so"), package.join("_microsip.abi3.so")).unwrap();
    place.to_owned()
}

fn number(value: &Value, path: &str) -> f64 {
    value
        .pointer(path)
        .and_then(Value::as_f64)
        .unwrap_or_else(|| panic!("no {path} in {value:#}"))
}

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|r| r["name"].as_str().unwrap())
        .collect()
}

#[test]
fn accounts_and_calls_are_weighed() {
    let (text, json) = bench(&["footprint"]);
    assert_eq!(number(&json, "/footprint/calls"), 4.0);
    for what in ["account", "call", "held_call"] {
        number(&json, &format!("/footprint/kib_per_{what}"));
    }
    assert!(text.contains("call on hold"), "{text}");
}

#[test]
fn the_c_interface_is_timed_beside_the_library() {
    let (text, json) = bench(&["abi"]);
    for what in ["getter", "handle", "command", "event"] {
        for side in ["c", "rust"] {
            assert!(number(&json, &format!("/abi/{what}/{side}")) >= 0.0);
        }
        assert!(number(&json, &format!("/abi/{what}/c")) > 0.0, "{json:#}");
    }
    assert!(
        number(&json, "/abi/events") >= 40.0,
        "four messages for each OPTIONS: {json:#}"
    );
    assert!(text.contains("an event: taken"), "{text}");
}

#[test]
fn round_trips_are_timed_in_three_situations() {
    let (text, json) = bench(&["round-trip"]);
    for situation in ["idle", "back_to_back", "beside_calls"] {
        let at = |p: &str| number(&json, &format!("/round_trip/{situation}/{p}"));
        // How many fit in depends on who else wants the machine.
        assert!(at("count") >= 1.0, "{situation}: {json:#}");
        assert!(0.0 < at("p50") && at("p50") <= at("p90") && at("p90") <= at("p99") && at("p99") <= at("max"));
    }
    assert!(number(&json, "/round_trip/calls/good") > 0.0);
    assert!(
        text.contains("round trip idle, median") && text.contains("NOT A MEASUREMENT"),
        "{text}"
    );
}

#[test]
fn cpu_per_call_is_a_ratio_to_c_for_every_variant() {
    let (text, json) = bench(&["calls", "--no-capacity"]);
    let twin = &json["twin"];
    let expected = [
        "C",
        "C again",
        "policy",
        "policy+events",
        "inline",
        "events",
        "events-gather0",
    ];
    assert_eq!(names(&twin["rows"]), expected);
    for row in twin["rows"].as_array().unwrap() {
        assert!(
            number(row, "/micros/median") > 0.0 && number(row, "/ratio/median") > 0.0,
            "{row:#}"
        );
        assert_eq!(number(row, "/failed"), 0.0, "{row:#}");
    }
    assert!(number(twin, "/pair/median") > 0.0);
    assert!(text.contains("C again / C"), "{text}");
}

#[test]
fn calls_per_second_are_found_for_c_and_ours() {
    let (_, json) = bench(&["calls", "--no-twin", "--only", "policy,events"]);
    assert_eq!(names(&json["capacity"]), ["C", "policy", "events"]);
    for one in json["capacity"].as_array().unwrap() {
        // Whether a rate holds is the machine's affair.
        assert!(number(one, "/held") >= 0.0 && number(one, "/ratio") >= 0.0, "{one:#}");
        assert!(
            number(one, "/steps/0/good") > 0.0 && number(one, "/steps/0/micros") > 0.0,
            "{one:#}"
        );
    }
}

#[test]
fn idle_agents_are_taken_apart() {
    let (text, json) = bench(&["idle"]);
    assert_eq!(
        names(&json["idle"]),
        ["ours, UDP", "ours, UDP+TCP+TLS", "C, stock limits"]
    );
    for one in json["idle"].as_array().unwrap() {
        let sum = number(one, "/memory/rss");
        let parts: f64 = one["by_kind"]
            .as_object()
            .unwrap()
            .values()
            .map(|m| number(m, "/rss"))
            .sum();
        // Read a moment apart.
        assert!((sum - parts).abs() <= 0.02 * sum, "{sum} KiB in all, {parts} in parts");
        assert!(number(one, "/memory/private_dirty") > 0.0 && number(one, "/by_kind/heap/rss") > 0.0);
        assert!(number(one, "/threads") >= 2.0);
    }
    // The C program polls every 10 ms on two threads; if that is not seen, wake-ups are not counted.
    assert!(number(&json, "/idle/2/wake_ups") > 50.0, "{json:#}");
    assert!(text.contains("private dirty"), "{text}");
}

#[test]
fn a_wrong_variant_is_named() {
    let out = Command::new(env!("CARGO_BIN_EXE_microsip-benches"))
        .args(["calls", "--quick", "--only", "telepathy"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(
        !out.status.success() && errors.contains("telepathy") && errors.contains("inline"),
        "{errors}"
    );
}

#[test]
fn calls_with_audio_are_measured_beside_c() {
    let (text, json) = bench(&["media"]);
    assert_eq!(
        names(&json["media"]),
        ["C, null device", "bridge", "pcm", "pcm, keys by ear"]
    );
    for row in json["media"].as_array().unwrap() {
        assert!(number(row, "/cpu_percent") > 0.0, "{row:#}");
        // Three calls, fifty packets a second each, for a second.
        assert!(number(row, "/packets/received") >= 100.0, "{row:#}");
        assert_eq!(number(row, "/packets/silent_calls"), 0.0, "{row:#}");
    }
    assert!(text.contains("generator behind ms"), "{text}");
}

#[test]
fn heavy_the_python_module_is_measured_beside_rust_and_c() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_microsip-benches"));
    command.env("MICROSIP_BENCH_MODULE", module(dir.path()));
    let (text, json) = run(command.arg("python"), &["python"]);
    let python = &json["python"];
    for start in python["start"].as_array().unwrap() {
        assert_eq!(number(start, "/both/count"), 3.0);
        assert!(number(start, "/import/p50") > 0.0 && number(start, "/endpoint/p50") > 0.0);
    }
    assert_eq!(names(&python["outgoing"]), ["Rust", "Rust", "Python", "Python"]);
    for (row, calls) in python["outgoing"]
        .as_array()
        .unwrap()
        .iter()
        .zip([10.0, 40.0, 10.0, 40.0])
    {
        // Whether requests are repeated is the machine's affair.
        assert_eq!((number(row, "/good"), number(row, "/failed")), (calls, 0.0), "{row:#}");
        let (wire, up) = (number(row, "/to_wire/p50"), number(row, "/to_answer/p50"));
        assert!(0.0 < wire && wire < up, "{row:#}");
        assert!(number(row, "/per_second") > 0.0 && number(row, "/cpu_micros") > 0.0);
    }
    assert_eq!(
        names(&python["latency"]),
        [
            "C",
            "Rust, inline",
            "Rust, events",
            "Python, asyncio",
            "Python, thread",
            "Python, busy"
        ]
    );
    for row in &python["latency"].as_array().unwrap()[1..] {
        let (told, answered) = (number(row, "/to_program/p50"), number(row, "/to_answer/p50"));
        assert!(0.0 < told && told < answered, "{row:#}");
    }
    assert_eq!(
        names(&python["media"]),
        [
            "C, null device",
            "Rust, bridge",
            "Python, unheard",
            "Python, asyncio",
            "Python, busy"
        ]
    );
    for row in python["media"].as_array().unwrap() {
        assert!(number(row, "/packets/received") >= 100.0, "{row:#}");
        assert_eq!(number(row, "/packets/silent_calls"), 0.0, "{row:#}");
    }
    let answered = ["Rust, events", "Python, asyncio", "Python, thread"];
    assert_eq!(names(&python["cost"]["rows"])[2..], answered);
    for row in python["cost"]["rows"].as_array().unwrap() {
        assert_eq!(number(row, "/failed"), 0.0, "{row:#}");
    }
    assert_eq!(names(&python["capacity"])[1..], answered);
    let memory = &python["memory"];
    assert!(
        number(memory, "/begin_kib") > 0.0 && number(memory, "/packets") > 0.0,
        "{memory:#}"
    );
    for aim in [
        "import to endpoint",
        "INVITE on the wire",
        "packets in time",
        "memory grown",
    ] {
        assert!(text.contains(aim), "{aim}: {text}");
    }
}

#[test]
fn without_the_python_module_the_harness_says_what_to_type() {
    let out = Command::new(env!("CARGO_BIN_EXE_microsip-benches"))
        .args(["python", "--quick"])
        .env_remove("MICROSIP_BENCH_MODULE")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(
        !out.status.success() && errors.contains("cargo xtask bench python"),
        "{errors}"
    );
}

//! The whole story, with another process calling.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::process::Command;

use serde_json::Value;

/// Two callers at once: one interrupts while the service still makes the answer, the other when all of it waits in the bot.
#[test]
fn heavy_callers_interrupt_and_hear_what_the_service_was_told() {
    let dir = tempfile::tempdir().unwrap();
    let json = dir.path().join("report.json");
    let out = Command::new(env!("CARGO_BIN_EXE_voicebot"))
        .args(["--self-test", "--callers", "2", "--json"])
        .arg(&json)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{}\n{text}\n{errors}", out.status);
    assert_eq!(text.matches("as it should be").count(), 2, "{text}");

    let report: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    println!("{report:#}");
    let number = |value: &Value, path: &str| {
        let found = value.pointer(path).and_then(Value::as_f64);
        found.unwrap_or_else(|| panic!("no {path} in {value:#}"))
    };
    assert_eq!(report["passed"], true);
    let mut calls: Vec<&Value> = report["bot"]["calls"].as_array().unwrap().iter().collect();
    calls.sort_by_key(|call| call["caller"].as_str().unwrap());
    for (call, still_made) in calls.iter().zip([true, false]) {
        let first = &call["turns"][0];
        assert_eq!(first["barge_in"]["cancelled"], still_made, "{call:#}");
        // 60 ms of speech are needed to know it, a tick to stop.
        let reaction = number(first, "/barge_in/reaction_ms");
        assert!((60.0..400.0).contains(&reaction), "{call:#}");
        assert!(number(first, "/barge_in/dropped_ms") > 1000.0, "{call:#}");
        // 500 ms of silence end the question, the service thinks for 400 ms.
        for turn in 0..2 {
            let answer = number(call, &format!("/turns/{turn}/answer_ms"));
            assert!((860.0..1500.0).contains(&answer), "{call:#}");
        }
    }
}

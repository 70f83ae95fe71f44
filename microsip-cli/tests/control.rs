//! `microsip run`: commands beyond calling and hanging up, and the options of call control.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::Agent;

/// A confirmed call from `caller` to `callee`.
fn connect(caller: &mut Agent, callee: &mut Agent) {
    caller.send(&format!("call {}", callee.uri()));
    callee.wait("incoming", |_| true);
    callee.send("answer");
    caller.wait_call("confirmed");
    callee.wait_call("confirmed");
}

#[test]
fn headers_go_with_the_next_request_only_and_are_seen() {
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &["--header", "X-Always: yes"]);
    caller.send("header X-Once 1");
    caller.send("header X-Once 2");
    caller.send(&format!("call {}", callee.uri()));
    let incoming = callee.wait("incoming", |_| true);
    let values = |name: &str| -> Vec<String> {
        let headers = incoming["headers"].as_array().unwrap().iter();
        headers
            .filter(|h| h["name"] == name)
            .map(|h| h["value"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(values("X-Once"), ["1", "2"]);
    assert_eq!(values("X-Always"), ["yes"]);
    assert!(incoming["source"].as_str().unwrap().starts_with("127.0.0.1:"));
    callee.send("reject 486");
    caller.wait_call("disconnected");
    caller.send(&format!("call {}", callee.uri()));
    let second = callee.wait("incoming", |_| true);
    let names: Vec<_> = second["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["name"].clone())
        .collect();
    assert!(
        names.contains(&"X-Always".into()) && !names.contains(&"X-Once".into()),
        "{names:?}"
    );
    caller.send("hangup");
    caller.quit();
    callee.quit();
}

#[test]
fn a_call_can_be_selected_and_the_newest_is_the_default() {
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &[]);
    connect(&mut caller, &mut callee);
    connect(&mut caller, &mut callee);
    caller.send("calls");
    let list = caller.wait("calls", |_| true);
    let calls = list["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 2);
    let (first, second) = (calls[0]["call"].clone(), calls[1]["call"].clone());
    assert_eq!(list["selected"], second);
    caller.send(&format!("select {first}"));
    assert_eq!(caller.wait("calls", |_| true)["selected"], first);
    caller.send("hangup");
    assert_eq!(caller.wait_call("disconnected")["call"], first);
    // Its end takes the selection with it.
    caller.send("hangup");
    assert_eq!(caller.wait_call("disconnected")["call"], second);
    caller.send("select 99999");
    let error = caller.wait("error", |_| true);
    assert_eq!(
        (&error["error"]["kind"], &error["command"]),
        (&"gone".into(), &"select".into())
    );
    caller.quit();
    callee.quit();
}

#[test]
fn options_info_and_keys_by_info() {
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &[]);
    caller.send(&format!("options {}", callee.uri()));
    let pong = caller.wait("response", |r| r["method"] == "OPTIONS");
    assert_eq!(pong["code"], 200, "{pong}");
    assert!(pong["round_trip_ms"].as_f64().unwrap() > 0.0);
    connect(&mut caller, &mut callee);
    caller.send("info text/plain hello world");
    let info = callee.wait("info", |_| true);
    assert_eq!(
        (&info["content_type"], &info["body"]),
        (&"text/plain".into(), &"hello world".into())
    );
    assert_eq!(caller.wait("response", |r| r["method"] == "INFO")["code"], 200);
    caller.send("dtmf-info 7");
    let key = callee.wait("dtmf", |_| true);
    assert_eq!(
        (&key["digit"], &key["method"], &key["duration_ms"]),
        (&"7".into(), &"info".into(), &160.into())
    );
    caller.send("story");
    let story = caller.wait("story", |_| true);
    let entries = story["entries"].as_array().unwrap();
    assert_eq!(entries[0]["step"], "asked");
    assert!(
        entries
            .iter()
            .any(|e| e["step"] == "sent" && e["bytes"].as_u64().unwrap() > 100)
    );
    assert!(entries.iter().any(|e| e["about"] == "codec"));
    caller.quit();
    callee.quit();
}

#[test]
fn redirection_is_sent_and_followed() {
    let mut third = Agent::start("third", &["--auto-answer", "200"]);
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &["--follow-redirects", "yes"]);
    caller.send(&format!("call {}", callee.uri()));
    callee.wait("incoming", |_| true);
    callee.send(&format!("redirect {}", third.uri()));
    let redirected = caller.wait("redirected", |_| true);
    assert_eq!(
        (&redirected["target"], &redirected["followed"]),
        (&third.uri().into(), &true.into())
    );
    caller.wait_call("confirmed");
    third.wait_call("confirmed");
    assert_eq!(callee.wait_call("disconnected")["code"], 302);
    caller.send("hangup");
    for agent in [&mut caller, &mut callee, &mut third] {
        agent.quit();
    }
}

#[test]
fn policies_are_options() {
    let mut caller = Agent::start("caller", &["--header", "Call-Info: <sip:x>;answer-after=0"]);
    let mut dnd = Agent::start("dnd", &["--dnd"]);
    caller.send(&format!("call {}", dnd.uri()));
    let end = caller.wait_call("disconnected");
    assert_eq!((&end["code"], &end["reason"]), (&486.into(), &"Do Not Disturb".into()));
    let mut forwards = Agent::start("forwards", &["--forward", "always:sip:elsewhere@127.0.0.1"]);
    caller.send(&format!("call {}", forwards.uri()));
    let told = caller.wait("redirected", |_| true);
    assert_eq!(
        (&told["target"], &told["followed"]),
        (&"sip:elsewhere@127.0.0.1".into(), &false.into())
    );
    assert_eq!(caller.wait_call("disconnected")["code"], 302);
    let mut answers = Agent::start("answers", &["--auto-answer-header", "yes"]);
    caller.send(&format!("call {}", answers.uri()));
    caller.wait_call("confirmed");
    caller.send("hangup");
    for agent in [&mut caller, &mut dnd, &mut forwards, &mut answers] {
        agent.quit();
    }
}

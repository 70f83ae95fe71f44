//! `microsip run`: commands beyond calling and hanging up, and the options of call control.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{Agent, connect};

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
fn headers_wait_for_a_request_that_is_sent() {
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &[]);
    caller.send("header X-Ticket 4711");
    // There is no call to end, none with that number, and nowhere to call.
    for command in [
        "hangup",
        "info text/plain hello",
        "transfer-to 99",
        "call sip:bob@[::1",
        "resume",
    ] {
        caller.send(command);
        let error = caller.wait("error", |_| true);
        assert_eq!(error["command"], command.split(' ').next().unwrap(), "{error}");
    }
    let ticket = |incoming: &serde_json::Value| {
        let headers = incoming["headers"].as_array().unwrap();
        headers.iter().any(|h| h["name"] == "X-Ticket" && h["value"] == "4711")
    };
    caller.send(&format!("call {}", callee.uri()));
    assert!(ticket(&callee.wait("incoming", |_| true)));
    callee.send("answer");
    caller.wait_call("confirmed");
    callee.wait("media", |m| m["active"] == true);
    caller.wait("media", |m| m["active"] == true);
    // Keys have no headers, so they leave them to the next request.
    caller.send("header X-Ticket 4711");
    caller.send("dtmf 1");
    caller.send("dtmf-info 2");
    callee.wait("dtmf", |d| d["digit"] == "2");
    caller.send(&format!("call {}", callee.uri()));
    assert!(ticket(&callee.wait("incoming", |_| true)));
    assert_eq!(caller.count("error", |_| true), 5);
    caller.quit();
    callee.quit();
}

#[test]
fn a_password_on_a_wrong_command_line_is_not_repeated() {
    for (option, value) in [
        ("--turn", "alice:s3cret@turn.test;transport=sctp"),
        ("--forward", "busy:sip:bob:s3cret@h"),
        ("--forward", "sometimes:sip:bob:s3cret@h"),
        ("--header", "Authorization s3cret"),
        ("--account", "sip:bob:s3cret@h"),
        ("--account", "bob s3cret@h"),
        ("--registrar", "sip:bob:s3cret@h"),
        ("--proxy", "bob s3cret@h"),
    ] {
        let args = ["run", "--account", "sip:a@b", option, value];
        let args = if option == "--account" {
            &["run", option, value][..]
        } else {
            &args
        };
        let mut wrong = common::microsip().name("wrong").args(args).spawn().unwrap();
        let status = wrong.wait_exit(microsip_testkit::Deadline::secs(5)).unwrap();
        let shown = wrong.output().to_string();
        assert_eq!(status.code(), Some(2), "{shown}");
        assert!(
            shown.contains(&format!("{option}: ")) && !shown.contains("s3cret"),
            "{shown}"
        );
    }
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
    // After its end no command falls on the other call.
    for command in ["hangup", "hold", "dtmf 1", &format!("transfer-to {second}")] {
        caller.send(command);
        let error = caller.wait("error", |_| true);
        assert_eq!(
            (&error["error"]["kind"], &error["suggestion"]),
            (&"gone".into(), &"select 0".into()),
            "{command}: {error}"
        );
    }
    caller.send("calls");
    let list = caller.wait("calls", |_| true);
    assert_eq!(
        (list["calls"].as_array().unwrap().len(), &list["selected"]),
        (1, &serde_json::Value::Null)
    );
    caller.send(&format!("select {second}"));
    assert_eq!(caller.wait("calls", |_| true)["selected"], second);
    caller.send(&format!("transfer-to {second}"));
    let error = caller.wait("error", |_| true);
    assert_eq!(error["error"]["kind"], "wrong_state", "{error}");
    caller.send("select 0");
    assert_eq!(caller.wait("calls", |_| true)["selected"], second);
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
fn messages_and_typing() {
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &[]);
    caller.send(&format!("typing {} on", callee.uri()));
    let typing = callee.wait("typing", |_| true);
    assert_eq!((&typing["state"], &typing["cause"]), (&"active".into(), &"told".into()));
    caller.send("header X-Ticket 4711");
    caller.send(&format!("message {} two  words \u{1F600} שלום", callee.uri()));
    let idle = callee.wait("typing", |_| true);
    assert_eq!((&idle["state"], &idle["cause"]), (&"idle".into(), &"message".into()));
    let message = callee.wait("message", |_| true);
    assert_eq!(
        (&message["text"], &message["content_type"]),
        (&"two  words \u{1F600} שלום".into(), &"text/plain;charset=utf-8".into())
    );
    let status = caller.wait("message_status", |_| true);
    assert_eq!(
        (&status["status"], &status["code"], &status["target"]),
        (&"accepted".into(), &200.into(), &callee.uri().into())
    );
    callee.send("quit");
    callee.wait("closed", |_| true);
    caller.send(&format!("message {} anybody?", callee.uri()));
    let status = caller.wait("message_status", |_| true);
    assert_eq!(
        (&status["status"], &status["error"]["code"]),
        (&"failed".into(), &"port_refused".into()),
        "{status}"
    );
    caller.quit();
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

#[test]
fn a_forward_to_a_number_gets_the_accounts_domain() {
    let mut caller = Agent::start("caller", &[]);
    let forwards = ["--account", "sip:bob@127.0.0.1:5999", "--forward", "always:1002"];
    let mut callee = Agent::start("callee", &forwards);
    caller.send(&format!("call sip:bob@{}", callee.address("udp")));
    assert_eq!(caller.wait("redirected", |_| true)["target"], "sip:1002@127.0.0.1:5999");
    for agent in [&mut caller, &mut callee] {
        agent.quit();
    }
    for (args, message) in [
        (vec!["run", "--forward", "always:1002"], "--account"),
        (
            vec!["run", "--forward", "busy:sip:a@h", "--forward", "busy:sip:b@h"],
            "once each",
        ),
    ] {
        let mut wrong = common::microsip().name("wrong").args(args).spawn().unwrap();
        let status = wrong.wait_exit(microsip_testkit::Deadline::secs(5)).unwrap();
        assert_eq!(status.code(), Some(2));
        assert!(wrong.output().to_string().contains(message), "{}", wrong.output());
    }
}

#[test]
fn hold_resume_and_mute() {
    let mut callee = Agent::start("callee", &[]);
    let mut caller = Agent::start("caller", &[]);
    connect(&mut caller, &mut callee);
    for (command, ours, theirs, direction) in [
        ("hold", "local", "remote", "sendonly"),
        ("resume", "none", "none", "sendrecv"),
        ("hold inactive", "local", "remote", "inactive"),
        ("resume", "none", "none", "sendrecv"),
    ] {
        caller.send(command);
        let done = caller.wait("session", |_| true);
        let verb = command.split(' ').next().unwrap();
        assert_eq!((&done["request"], &done["state"]), (&verb.into(), &"done".into()));
        assert_eq!(caller.wait("hold", |_| true)["hold"], ours, "{command}");
        assert_eq!(callee.wait("hold", |_| true)["hold"], theirs, "{command}");
        caller.wait("media", |m| m["direction"] == direction);
    }
    caller.send("mute");
    caller.send("unmute");
    caller.send("calls");
    caller.wait("calls", |_| true);
    assert_eq!(caller.count("error", |_| true), 0);
    caller.quit();
    // Without a call they say so.
    callee.wait_call("disconnected");
    for command in ["hold", "resume", "mute", "unmute"] {
        callee.send(command);
        let error = callee.wait("error", |_| true);
        assert_eq!(
            (&error["error"]["kind"], &error["command"]),
            (&"wrong_state".into(), &command.into())
        );
    }
    callee.quit();
}

#[test]
fn a_blind_transfer_is_accepted_only_if_that_is_wanted() {
    let mut third = Agent::start("third", &["--auto-answer", "200"]);
    let mut caller = Agent::start("caller", &[]);
    for (accept, outcome) in [("no", "failed"), ("yes", "succeeded")] {
        let mut callee = Agent::start("callee", &["--accept-transfer", accept]);
        connect(&mut caller, &mut callee);
        caller.send("header X-Ticket 4711");
        caller.send(&format!("transfer {}", third.uri()));
        let last = caller.wait("transfer", |t| t["state"] == outcome);
        if accept == "no" {
            assert_eq!((&last["code"], &last["error"]["kind"]), (&603.into(), &"sip".into()));
            caller.send("hangup");
        } else {
            let told = callee.wait("transferred", |_| true);
            assert!(
                told["target"].as_str().unwrap().contains(&third.address("udp")),
                "{told}"
            );
            third.wait_call("confirmed");
        }
        caller.wait_call("disconnected");
        callee.quit();
    }
    caller.quit();
    third.quit();
}

#[test]
fn an_attended_transfer_leaves_the_other_two() {
    let mut bob = Agent::start("bob", &["--accept-transfer", "yes"]);
    let mut carol = Agent::start("carol", &["--accept-transfer", "yes"]);
    let mut alice = Agent::start("alice", &[]);
    connect(&mut alice, &mut bob);
    alice.send("hold");
    alice.wait("hold", |h| h["hold"] == "local");
    connect(&mut alice, &mut carol);
    alice.send("calls");
    let list = alice.wait("calls", |_| true);
    let first = list["calls"][0]["call"].clone();
    alice.send("transfer-to 99999");
    assert_eq!(alice.wait("error", |_| true)["error"]["kind"], "gone");
    // The selected call is the newest, carol's: she is sent to bob.
    alice.send(&format!("transfer-to {first}"));
    alice.wait("transfer", |t| t["state"] == "succeeded");
    carol.wait("transferred", |_| true);
    let replaced = bob.wait("replaced", |_| true);
    assert_eq!(
        bob.wait("call", |c| c["call"] == replaced["by"] && c["state"] == "confirmed")["direction"],
        "incoming"
    );
    alice.wait_call("disconnected");
    alice.wait_call("disconnected");
    bob.send("calls");
    assert_eq!(bob.wait("calls", |_| true)["calls"].as_array().unwrap().len(), 1);
    for agent in [&mut alice, &mut bob, &mut carol] {
        agent.quit();
    }
}

#[test]
fn extensions_of_calls_are_options() {
    let mut plain = Agent::start("plain", &["--100rel", "off", "--timers", "off"]);
    let mut strict = Agent::start("strict", &["--100rel", "required", "--timers", "required"]);
    strict.send(&format!("call {}", plain.uri()));
    // 420 Bad Extension: what we require the other does not know.
    assert_eq!(strict.wait_call("disconnected")["code"], 420);
    plain.send(&format!("call {}", strict.uri()));
    // 421 Extension Required.
    assert_eq!(plain.wait_call("disconnected")["code"], 421);
    let mut usual = Agent::start("usual", &[]);
    connect(&mut strict, &mut usual);
    for agent in [&mut plain, &mut strict, &mut usual] {
        agent.quit();
    }
}

#[test]
fn ipv6_beside_ipv4() {
    let mut callee = Agent::start("callee", &["--ipv6", "--auto-answer", "200"]);
    let list = callee.ready["transports"].as_array().unwrap().clone();
    assert_eq!(list.len(), 6, "{list:?}");
    let v6 = |t: &&serde_json::Value| t["transport"] == "udp" && t["address"].as_str().unwrap().starts_with("[::]:");
    let address = list.iter().find(v6).unwrap()["address"].as_str().unwrap().to_owned();
    let mut caller = Agent::start("caller", &["--ipv6"]);
    let port = address.rsplit_once(':').unwrap().1;
    for target in [format!("sip:bob@[::1]:{port}"), callee.uri()] {
        caller.send(&format!("call {target}"));
        caller.wait_call("confirmed");
        let media = caller.wait("media", |_| true);
        assert_eq!(media["active"], true, "{media}");
        caller.send("hangup");
        caller.wait_call("disconnected");
    }
    caller.quit();
    callee.quit();
}

#[test]
fn ice_and_a_relay_that_does_not_answer() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let relay = format!("alice:s3cret-word@{unused};transport=tcp");
    let mut callee = Agent::start("callee", &["--ice", "--auto-answer", "200"]);
    let mut caller = Agent::start("caller", &["--ice", "--turn", &relay]);
    caller.send(&format!("call {}", callee.uri()));
    let failed = caller.wait("relay", |_| true);
    assert_eq!(failed["error"]["kind"], "transport", "{failed}");
    for agent in [&mut caller, &mut callee] {
        let ice = agent.wait("ice", |_| true);
        assert_eq!(
            (&ice["state"], &ice["local_kind"]),
            (&"connected".into(), &"host".into())
        );
    }
    let shown = caller.process.output().to_string();
    assert!(!shown.contains("s3cret-word"), "{shown}");
    caller.quit();
    callee.quit();
    // Without a password it does not start.
    let args = ["run", "--turn", "alice@turn.test"];
    let mut wrong = common::microsip().name("wrong").args(args).spawn().unwrap();
    let status = wrong.wait_exit(microsip_testkit::Deadline::secs(5)).unwrap();
    assert_eq!(status.code(), Some(2));
    assert!(wrong.output().to_string().contains("--turn-password-file"));
}

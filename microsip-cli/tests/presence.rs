//! `microsip run`: watching, being watched, and what is told of it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::Agent;

#[test]
fn two_of_us_watch_each_other() {
    let mut alice = Agent::start("alice", &["--watchers", "allow"]);
    let mut bob = Agent::start("bob", &[]);
    bob.send(&format!("watch {}", alice.uri()));
    let active = bob.wait("subscription", |e| e["state"] == "active");
    assert_eq!(
        (&active["package"], &active["target"]),
        (&"presence".into(), &alice.uri().into())
    );
    assert_eq!(bob.wait("presence", |_| true)["state"], "online");
    let watcher = alice.wait("watcher", |_| true);
    assert_eq!(
        (&watcher["state"], &watcher["package"]),
        (&"active".into(), &"presence".into())
    );
    alice.send("presence on-the-phone with Eve, back soon");
    let phone = bob.wait("presence", |e| e["state"] == "on_the_phone");
    assert_eq!(phone["note"], "with Eve, back soon");
    alice.send("watchers");
    assert_eq!(
        alice.wait("watchers", |_| true)["watchers"].as_array().unwrap().len(),
        1
    );
    bob.send(&format!("unwatch {}", alice.uri()));
    bob.wait("subscription", |e| e["state"] == "ended");
    assert_eq!(alice.wait("watcher", |e| e["state"] == "ended")["reason"], "timeout");
    bob.send(&format!("unwatch {}", alice.uri()));
    assert_eq!(bob.wait("error", |_| true)["command"], "unwatch");
    alice.quit();
    bob.quit();
}

#[test]
fn who_asks_is_let_in_or_turned_away() {
    let mut alice = Agent::start("alice", &["--watchers", "ask"]);
    let mut bob = Agent::start("bob", &[]);
    bob.send(&format!("watch {}", alice.uri()));
    bob.wait("subscription", |e| e["state"] == "pending");
    let first = alice.wait("watcher", |e| e["state"] == "pending");
    alice.send(&format!("accept-watcher {}", first["watcher"]));
    assert_eq!(bob.wait("presence", |_| true)["state"], "online");
    alice.send(&format!("reject-watcher {}", first["watcher"]));
    let ended = bob.wait("subscription", |e| e["state"] == "ended");
    assert_eq!(ended["reason"], "rejected");
    alice.send("accept-watcher 4711");
    assert_eq!(alice.wait("error", |_| true)["command"], "accept-watcher");
    alice.quit();
    bob.quit();
}

#[test]
fn what_nobody_serves_is_told_as_a_failure() {
    let alice = Agent::start("alice", &[]);
    let mut bob = Agent::start("bob", &[]);
    for (command, package) in [
        ("blf", "dialog"),
        ("mwi", "message-summary"),
        ("subscribe x-weather", "x-weather"),
    ] {
        bob.send(&format!("{command} {}", alice.uri()));
        let ended = bob.wait("subscription", |e| e["state"] == "ended");
        assert_eq!((&ended["package"], &ended["code"]), (&package.into(), &489.into()));
        assert!(ended["error"]["message"].as_str().unwrap().contains("489"), "{ended}");
    }
    drop(alice);
    bob.quit();
}

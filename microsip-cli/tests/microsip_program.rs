//! The program around a line: which settings file, `/reset`, answers for people and as JSON, `--help`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::Agent;
use common::phone::{Home, Phone};
use serde_json::{Value, json};

#[test]
fn settings_files_are_found_as_the_articles_say() {
    let home = Home::new("files");
    let text = |user: &str| common::phone::text(user, "", "");
    home.dir.write("here.ini", text("here")).unwrap();
    std::fs::create_dir_all(home.dir.join("config/microsip")).unwrap();
    std::fs::create_dir_all(home.dir.join("folder with blank")).unwrap();
    home.dir.write("config/microsip/office.ini", text("office")).unwrap();
    home.dir.write("config/microsip/microsip.ini", text("usual")).unwrap();
    home.dir.write("folder with blank/file.ini", text("blank")).unwrap();
    let absolute = home.dir.join("here.ini");
    let absolute = format!("/i:{}", absolute.display());
    for (line, user) in [
        (&["/i:here.ini"][..], "here"),
        (&["/i:\"here.ini\""], "here"),
        (&["-i", "here.ini"], "here"),
        (&["--i=here.ini"], "here"),
        (&["/I:here.ini"], "here"),
        (&[absolute.as_str()], "here"),
        (&["/i:office.ini"], "office"),
        (&["/i:folder with blank\\file.ini"], "blank"),
        (&["/i:\"folder with blank/file.ini\""], "blank"),
        (&[], "usual"),
    ] {
        let process = home
            .microsip([line, &["/minimized", "--json"]].concat())
            .name("named")
            .spawn()
            .unwrap();
        let mut agent = Agent::of(process);
        let account = agent.ready["account"].as_str().unwrap();
        assert!(
            account.starts_with(&format!("sip:{user}@127.0.0.1")),
            "{line:?}: {account}"
        );
        home.run(&[line, &["/exit"]].concat()).ok();
        agent
            .process
            .wait_success(microsip_testkit::Deadline::secs(10))
            .unwrap();
    }
    home.run(&["/i:", "/answer"]).fails(2, "/i:");
    home.run(&["/i:here.ini", "/i:office.ini"]).fails(2, "twice");
}

#[test]
fn reset_deletes_the_files_of_the_phone_and_no_others() {
    let home = Home::new("reset");
    let mut peer = Agent::start("peer", &["--auto-answer", "486"]);
    let mut phone = home.phone("reset", "enableLog=1", "");
    home.dir.write("friends.csv", "Name,Number\nAnn,123\n").unwrap();
    phone.command(&["contacts", "--import", "friends.csv"]).ok();
    phone.command(&["call", &peer.uri(), "--until", "ended"]).code(7);
    peer.wait_call("disconnected");
    home.dir.write("other.ini", "[Settings]\n").unwrap();
    home.dir.write("reset.ini.bak", "kept").unwrap();
    home.dir.write("notes.txt", "kept").unwrap();
    // Of the phone of microsip.ini in the same folder, and of ours.
    home.dir.write("provision.json", "kept").unwrap();
    home.dir.write("reset-provision.json", "{}").unwrap();
    let there = |name: &str| home.dir.join(name).exists();
    for name in ["reset.ini", "reset.db", "reset_log.txt", "Contacts.xml"] {
        assert!(there(name), "{name}");
    }
    // Nobody can be asked: no.
    phone.line(&["/reset"]).fails(1, "nothing was deleted");
    phone.line(&["-reset"]).fails(1, "nothing was deleted");
    assert!(there("reset.ini") && phone.agent.process.is_running());
    // `reset` is no command, and nobody of that name is called.
    phone.line(&["reset"]).fails(2, "/reset");

    let told = phone.line(&["/resetnoask", "--json"]).ok().json();
    phone
        .agent
        .process
        .wait_success(microsip_testkit::Deadline::secs(10))
        .unwrap();
    assert!(told["deleted"].as_array().unwrap().len() >= 4, "{told}");
    let mut left: Vec<String> = std::fs::read_dir(home.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| home.dir.join(name).is_file())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [
            "friends.csv",
            "notes.txt",
            "other.ini",
            "provision.json",
            "reset.ini.bak"
        ]
    );
    // Once more there is nothing.
    phone.line(&["/resetnoask"]).ok();
}

#[test]
fn answers_are_for_people_or_json() {
    let home = Home::new("answers");
    let contacts =
        r#"<?xml version="1.0"?><contacts><contact name="Stores, ground floor" number="318" presence="0"/></contacts>"#;
    home.dir.write("Contacts.xml", contacts).unwrap();
    let peer = Agent::start("peer", &["--auto-answer", "200"]);
    let mut phone = home.phone(
        "answers",
        "noSuchKey=1\nmainX=5",
        "[Account1]\nlabel=Desk\ndomain=example.com\nusername=204\npassword=geheim",
    );
    phone.command(&["call", &peer.uri()]).ok();
    phone.wait_call("confirmed");
    let readable: [(&[&str], &[&str]); 8] = [
        (&["status"], &["settings", "answers.ini", "confirmed", "outgoing"]),
        (&["calls"], &["call", "state", "number", "confirmed"]),
        (&["accounts"], &["label", "Desk", "204", "example.com"]),
        (&["contacts"], &["name", "Stores, ground floor", "318"]),
        (
            &["settings"],
            &["honoured", "unknown", "noSuchKey", "mainX", "no window"],
        ),
        (&["devices"], &[]),
        (&["codecs"], &["PCMA/8000/1", "opus/48000/2"]),
        (&["history"], &["no calls"]),
    ];
    let check = |phone: &Phone<'_>, line: &[&str], words: &[&str]| {
        let ran = phone.command(line).ok();
        for word in words {
            assert!(ran.stdout.contains(word), "{line:?}: no {word:?} in\n{}", ran.stdout);
        }
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{line:?}: {ran:?}");
        assert!(
            !ran.stdout.contains(['{', '}']) && !ran.stdout.contains("\":"),
            "{line:?}: {}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("geheim"), "{}", ran.stdout);
        let json = phone.command(&[line, &["--json"]].concat()).ok();
        assert!(!json.stdout.contains("geheim"), "{}", json.stdout);
        json.json()
    };
    for (line, words) in readable {
        check(&phone, line, words);
    }
    let settings = check(&phone, &["settings", "DND"], &["0"]);
    assert_eq!((&settings["key"], &settings["value"]), (&json!("DND"), &json!("0")));
    phone.command(&["hangup"]).ok();
    phone.wait_call("disconnected");
    let history = check(&phone, &["history"], &["outgoing", "Call Ended", "microsip@127.0.0.1"]);
    assert_eq!(history.as_array().unwrap().len(), 1, "{history}");

    // One JSON value each, whatever the command.
    for line in [
        &["dnd", "on"][..],
        &["mute"],
        &["unmute"],
        &["volume", "70"],
        &["settings", "DND", "0"],
        &["reload"],
        &["hangup", "--all"],
        &["messages"],
        &["history", "--messages"],
        &["contacts", "ground"],
        &["account", "0"],
    ] {
        if line == ["messages"] {
            phone.command(line).fails(2, "message");
            continue;
        }
        let _: Value = phone.ask(line);
    }
    let ended = phone.command(&["exit", "--json"]).ok().json();
    assert_eq!(ended["exiting"], true);
    phone
        .agent
        .process
        .wait_success(microsip_testkit::Deadline::secs(10))
        .unwrap();
}

#[test]
fn every_command_explains_itself() {
    let home = Home::new("help");
    let all = home.run(&["--help"]).ok().stdout;
    for name in [
        "run",
        "call",
        "answer",
        "hangup",
        "hold",
        "resume",
        "mute",
        "unmute",
        "dtmf",
        "transfer",
        "message",
        "presence",
        "accounts",
        "calls",
        "contacts",
        "history",
        "settings",
        "devices",
        "codecs",
        "status",
        "events",
        "dial",
        "demo",
        "exit",
        "phone",
        "register-links",
        "unregister-links",
    ] {
        assert!(all.contains(&format!("\n  {name} ")), "{name} is missing in\n{all}");
        let help = home.run(&[name, "--help"]).ok().stdout;
        assert!(help.contains("Usage: microsip") && help.contains(name), "{help}");
        if !["run", "dial", "demo"].contains(&name) {
            assert!(help.contains("--json") && help.contains("--settings"), "{name}: {help}");
        }
    }
    for words in ["/answer", "/i:", "Exit codes"] {
        assert!(all.contains(words), "{words} is missing in\n{all}");
    }
    home.run(&["answer", "--nonsense"]).fails(2, "--nonsense");
    home.run(&["volume", "150"]).fails(2, "0 to 100");
}

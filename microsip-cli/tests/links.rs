//! Links of the desktop: registered, opened by `xdg-open`, done by the phone that runs.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::collections::HashSet;
use std::path::PathBuf;

use common::phone::{Home, Phone, Ran, text, until};
use common::wire::Wire;
use microsip_testkit::Deadline;
use microsip_testkit::process::{Spec, find_program};

/// A phone with the usual settings file, whose account's server is the wire.
fn settings(home: &Home, wire: &Wire, more: &str) -> PathBuf {
    std::fs::create_dir_all(home.dir.join("config/microsip")).unwrap();
    let account = format!("[Account1]\ndomain={}\nusername=me", wire.addr());
    let text = text("local", "", &account).replace("accountId=0", "accountId=1") + more;
    home.dir.write("config/microsip/microsip.ini", text).unwrap()
}

/// Who is called next; the call is declined.
struct Callee<'a> {
    wire: &'a Wire,
    seen: HashSet<String>,
}

impl Callee<'_> {
    fn called(&mut self) -> String {
        loop {
            let (invite, from) = self.wire.request("INVITE");
            self.wire.answer(&invite, from, 486, "");
            if self.seen.insert(invite.call_id().unwrap().to_owned()) {
                let uri = invite.request_uri().unwrap().to_owned();
                return uri.strip_prefix("sip:").unwrap().split('@').next().unwrap().to_owned();
            }
        }
    }
}

/// A tool of the desktop, in this home; `None` if it is not installed.
fn tool(home: &Home, name: &str, args: &[&str]) -> Option<Ran> {
    let path = find_program(name, "xdg-utils").ok()?;
    Some(Ran::of(
        home.own(Spec::new(path))
            .args(args)
            .env("DISPLAY", ":99")
            .env_remove("XDG_CURRENT_DESKTOP"),
    ))
}

#[test]
fn links_of_the_desktop_reach_the_phone() {
    let home = Home::new("desktop");
    let wire = Wire::new();
    let ini = settings(&home, &wire, "");
    let mut callee = Callee {
        wire: &wire,
        seen: HashSet::new(),
    };
    // Another program had one of them.
    std::fs::create_dir_all(home.dir.join("data/applications")).unwrap();
    home.dir
        .write(
            "config/mimeapps.list",
            "[Default Applications]\nx-scheme-handler/tel=other.desktop\n",
        )
        .unwrap();
    home.dir
        .write(
            "data/applications/other.desktop",
            "[Desktop Entry]\nType=Application\nName=Other\nExec=/bin/true %u\n",
        )
        .unwrap();
    let told = home.run(&["register-links", "--json"]).ok().json();
    assert_eq!(told["registered"], true, "{told}");
    let mut phone = Phone::start(&home, ini);
    for scheme in ["sip", "sips", "tel", "callto", "dial", "dialpad", "msip"] {
        let Some(ran) = tool(
            &home,
            "xdg-mime",
            &["query", "default", &format!("x-scheme-handler/{scheme}")],
        ) else {
            break;
        };
        assert_eq!(ran.stdout, "microsip.desktop", "{scheme}: {ran:?}");
    }
    for (link, user) in [
        ("sip:100", "100"),
        ("sip://101/", "101"),
        ("tel:+1-555-0102", "+15550102"),
        ("tel:%2B1%20555%200103", "+15550103"),
        ("callto:104", "104"),
        ("callto://105", "105"),
        ("dial:106", "106"),
        ("dialpad:107", "107"),
        ("msip:108", "108"),
        ("sip:b%6Fb", "bob"),
        ("tel:109;phone-context=example.com", "109"),
    ] {
        let Some(ran) = tool(&home, "xdg-open", &[link]) else {
            // Without a desktop's tools: as its entry says.
            home.run(&["--link", link]).ok();
            assert_eq!(callee.called(), user, "{link}");
            continue;
        };
        assert_eq!(ran.code, 0, "{link}: {ran:?}");
        assert_eq!(callee.called(), user, "{link}");
        phone.wait_call("disconnected");
    }
    home.run(&["--link", "msip:hangupall"]).ok();
    // By TLS or not at all.
    home.run(&["--link", &format!("sips:bob@{}", wire.addr())]).ok();
    let ended = phone.wait_call("disconnected");
    assert_ne!(ended["error"], serde_json::Value::Null, "{ended}");
    home.run(&["110"]).ok();
    assert_eq!(callee.called(), "110");
    phone.exit();

    let told = home.run(&["unregister-links", "--json"]).ok().json();
    assert_eq!(told["registered"], false, "{told}");
    assert!(!home.dir.join("data/applications/microsip.desktop").exists());
    if let Some(ran) = tool(&home, "xdg-mime", &["query", "default", "x-scheme-handler/tel"]) {
        assert_eq!(ran.stdout, "other.desktop", "what was there before is so again");
    }
    if let Some(ran) = tool(&home, "xdg-mime", &["query", "default", "x-scheme-handler/sip"]) {
        assert_eq!(ran.stdout, "", "{ran:?}");
    }
    home.run(&["unregister-links"]).ok();
}

#[test]
fn hostile_links_are_no_option_no_file_and_no_second_command() {
    let home = Home::new("hostile");
    let wire = Wire::new();
    let witness = home.dir.join("witness");
    let ini = settings(&home, &wire, "");
    let evil = home.dir.write("evil.ini", text("evil", "", "")).unwrap();
    home.run(&["register-links"]).ok();
    let mut phone = Phone::start(&home, ini);
    let touch = format!("sip:$(touch {0});`touch {0}`|touch {0}", witness.display());
    let other = format!("sip:1 /i:{}", evil.display());
    for link in [
        "sip:1%00",
        "sip:1%0d%0aX: y",
        "msip:/exit",
        "msip:/resetnoask",
        "msip:/i:evil.ini",
        "msip:/account:2",
        "msip:/password:x",
        "sip:--exit",
        "tel:-1",
        "tel:/exit",
        "sip:%2Fexit",
        "dial:%2D%2Dexit",
        "tel:",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "--exit",
        "/exit",
        "exit",
        &touch,
        "msip:anser",
        "sip:bob@host;method=BYE",
    ] {
        let ran = home.run(&["--link", link]);
        assert!(ran.code != 0 && ran.stdout.is_empty(), "{link}: {ran:?}");
        tool(&home, "xdg-open", &[link]);
    }
    // One link and nothing else on the line.
    home.run(&["--link", "tel:1", "/exit"]).fails(2, "--link");
    home.run(&["--link", "tel:1", "--json"]).fails(2, "--link");
    home.run(&["/exit", "--link", "tel:1"]).fails(2, "--link");
    home.run(&["--link"]).fails(2, "link");
    drop(home.run(&["--link", &other]));
    // The phone is the same, nothing ran, and the first call on the wire is ours unless a link was a number.
    assert!(phone.agent.process.is_running());
    assert!(!witness.exists());
    assert!(!home.dir.join("run/microsip").read_dir().unwrap().any(|entry| {
        let name = entry.unwrap().file_name();
        name.to_str().unwrap().starts_with("evil")
    }));
    let mut callee = Callee {
        wire: &wire,
        seen: HashSet::new(),
    };
    home.run(&["999"]).ok();
    assert_eq!(callee.called(), "999");
    phone.exit();
}

#[test]
fn a_program_is_asked_before_a_link_calls() {
    let home = Home::new("asked");
    let wire = Wire::new();
    let asked = home.dir.join("asked.txt");
    let script = home
        .dir
        .write(
            "ask.sh",
            format!(
                "#!/bin/sh\nprintf '%s|' \"$@\" >> {}\ncase \"$2\" in *666*) exit 1;; esac\n",
                asked.display()
            ),
        )
        .unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let ini = settings(&home, &wire, &format!("cmdConfirmLink={} --ask\n", script.display()));
    let mut phone = Phone::start(&home, ini);
    let mut callee = Callee {
        wire: &wire,
        seen: HashSet::new(),
    };
    home.run(&["--link", "tel:666"]).fails(1, "not confirmed");
    home.run(&["--link", "tel:100"]).ok();
    assert_eq!(callee.called(), "100", "what was refused is not called");
    phone.wait_call("disconnected");
    assert_eq!(std::fs::read_to_string(&asked).unwrap(), "--ask|tel:666|--ask|tel:100|");
    // What a person types is not asked about.
    home.run(&["101"]).ok();
    home.run(&["tel:102"]).ok();
    assert_eq!([callee.called(), callee.called()], ["101", "102"]);
    assert_eq!(std::fs::read_to_string(&asked).unwrap().matches("--ask").count(), 2);
    // A wrong link is not asked about either; a program that is not there refuses.
    home.run(&["--link", "tel:"]).fails(2, "");
    assert_eq!(std::fs::read_to_string(&asked).unwrap().matches("--ask").count(), 2);
    std::fs::remove_file(&script).unwrap();
    home.run(&["--link", "tel:103"]).fails(1, "cmdConfirmLink");
    phone.exit();
}

#[test]
fn without_a_terminal_nobody_can_be_asked() {
    let home = Home::new("nobody");
    let wire = Wire::new();
    let ini = settings(&home, &wire, "confirmLinks=1\n");
    let mut phone = Phone::start(&home, ini);
    home.run(&["--link", "tel:100"]).fails(1, "not confirmed");
    home.run(&["101"]).ok();
    let mut callee = Callee {
        wire: &wire,
        seen: HashSet::new(),
    };
    assert_eq!(callee.called(), "101");
    phone.exit();
}

#[test]
fn a_link_starts_the_phone_that_does_not_run() {
    let home = Home::new("cold-link");
    let wire = Wire::new();
    settings(&home, &wire, "");
    let mut started = home.microsip(["--link", "tel:100"]).name("link").spawn().unwrap();
    let mut callee = Callee {
        wire: &wire,
        seen: HashSet::new(),
    };
    assert_eq!(callee.called(), "100");
    until("the phone", || (home.run(&["status"]).code == 0).then_some(()));
    home.run(&["exit"]).ok();
    started.wait_success(Deadline::secs(10)).unwrap();
    home.run(&["--link", "msip:answer"]).fails(4, "no phone runs");
}

//! Programs that people wrote around MicroSIP, as they would: call loggers on hooks, generators of contacts, scripts that edit the ini.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use common::Agent;
use common::phone::{Home, Phone, Ran, text, until};
use common::wire::Wire;
use microsip_testkit::Deadline;
use microsip_testkit::process::{Spec, find_program};
use microsip_testkit::sipmsg::SipMessage;
use serde_json::json;

fn script(home: &Home, name: &str, text: &str) -> PathBuf {
    let path = home.dir.write(name, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The lines of a file that has so many.
fn lines(file: &Path, count: usize) -> Vec<String> {
    let read = || std::fs::read_to_string(file).unwrap_or_default();
    let found = microsip_testkit::wait_until(Deadline::secs(20), "lines", || {
        (read().lines().count() >= count).then_some(())
    });
    assert!(found.is_ok(), "{count} lines wanted: {}", read());
    read().lines().map(str::to_owned).collect()
}

/// A call of a stranger that is answered at once by the phone's rules: the answer.
fn invite(phone: &Phone<'_>) -> SipMessage {
    let wire = Wire::new();
    wire.send(&phone.agent.address("udp"), "INVITE", "");
    wire.response("INVITE").0
}

#[test]
fn a_call_logger_writes_a_table() {
    let home = Home::new("logger");
    std::fs::create_dir(home.dir.join("my scripts")).unwrap();
    let logger = script(
        &home,
        "my scripts/logger.sh",
        "#!/bin/sh\n# $1: what happened, $2: the number\n\
         echo \"$1,$2,$MICROSIP_DIRECTION,$MICROSIP_STATUS,${MICROSIP_DURATION:+seconds}\" >> \"$(dirname \"$0\")/calls.csv\"\n",
    );
    // A path with blanks wants a second pair of quotes (reference 5.3).
    let hook = |key: &str, word: &str| format!("{key}=\"\"{}\" {word}\"\n", logger.display());
    let hooks = [
        hook("cmdIncomingCall", "incoming"),
        hook("cmdCallRing", "ring"),
        hook("cmdOutgoingCall", "outgoing"),
        hook("cmdCallAnswer", "answer"),
        hook("cmdCallStart", "start"),
        hook("cmdCallBusy", "busy"),
        hook("cmdCallEnd", "end"),
    ];
    let mut phone = home.phone("logger", &hooks.concat(), "");
    let mut peer = Agent::start("peer", &["--auto-answer", "200"]);
    let busy = Agent::start("busy", &["--auto-answer", "486"]);
    let uri = phone.uri("logger");

    // Answered, out.
    phone.command(&["call", &peer.uri()]).ok();
    phone.wait_call("confirmed");
    phone.line(&["/hangupall"]).ok();
    phone.wait_call("disconnected");
    // The hooks of the next call do not wait for those of this one.
    let calls = home.dir.join("my scripts/calls.csv");
    lines(&calls, 3);
    // Busy, out.
    phone.command(&["call", &busy.uri(), "--until", "ended"]).code(7);
    // Answered, in; missed, in; declined, in.
    for end in ["/answer", "", "/hangup"] {
        peer.send(&format!("call {uri}"));
        phone.wait("incoming", |_| true);
        match end {
            "" => drop(lines(&calls, 12)),
            line => drop(phone.line(&[line]).ok()),
        }
        if end == "/answer" {
            peer.wait_call("confirmed");
        }
        if end != "/hangup" {
            peer.send("hangup");
        }
        peer.wait_call("disconnected");
    }
    let rows = lines(&calls, 16);
    let told: Vec<String> = rows
        .iter()
        .map(|row| row.split(',').take(3).collect::<Vec<_>>().join(","))
        .collect();
    let row = |word: &str, direction: &str| format!("{word},microsip,{direction}");
    let wanted = [
        ("outgoing", "outgoing"),
        ("start", "outgoing"),
        ("end", "outgoing"),
        ("outgoing", "outgoing"),
        ("busy", "outgoing"),
        ("incoming", "incoming"),
        ("ring", "incoming"),
        ("answer", "incoming"),
        ("start", "incoming"),
        ("end", "incoming"),
        ("incoming", "incoming"),
        ("ring", "incoming"),
        ("end", "incoming"),
        ("incoming", "incoming"),
        ("ring", "incoming"),
        ("busy", "incoming"),
    ]
    .map(|(word, direction)| row(word, direction));
    // Of one call they come in order; calls do not wait for each other.
    let sorted = |rows: &[String]| {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&told), sorted(&wanted), "{rows:?}");
    assert_eq!(told[..3], wanted[..3], "{rows:?}");
    assert!(
        rows.iter().any(|row| row.starts_with("busy,microsip,outgoing,486")),
        "{rows:?}"
    );
    phone.exit();
}

/// The articles' bridge: `node microsip-bridge.js --event=ringing`, with the number last.
fn bridge(home: &Home, node: Option<&Path>) {
    let file = home.dir.join("bridge.jsonl");
    home.dir
        .write(
            "microsip-bridge.js",
            format!(
                "const fs = require('fs');\nconst args = process.argv.slice(2);\n\
                 const event = args.find(a => a.startsWith('--event=')).slice(8);\n\
                 fs.appendFileSync('{}', event + ' ' + args[args.length - 1] + ' ' + args.length + '\\n');\n",
                file.display()
            ),
        )
        .unwrap();
    // Without node, something of that name that reads its arguments the same way.
    std::fs::create_dir(home.dir.join("bin")).unwrap();
    if node.is_none() {
        let stand_in = format!(
            "#!/bin/sh\n[ \"$1\" = microsip-bridge.js ] || exit 9\nshift\nevent=${{1#--event=}}\nfor last; do :; done\n\
             echo \"$event $last $#\" >> {}\n",
            file.display()
        );
        script(home, "bin/node", &stand_in);
    }
    let hooks = "cmdIncomingCall=node microsip-bridge.js --event=ringing\ncmdCallStart=node microsip-bridge.js --event=answered\n\
                 cmdCallAnswer=node microsip-bridge.js --event=taken --from %callerid%\ncmdCallEnd=node microsip-bridge.js --event=ended";
    let ini = home.settings("bridge", hooks, "");
    let path = format!("{}:{}", home.dir.join("bin").display(), std::env::var("PATH").unwrap());
    let spec = home
        .microsip(["phone", "--json", "-i", ini.to_str().unwrap()])
        .env("PATH", path);
    let mut agent = Agent::of(spec.name("phone").spawn().unwrap());
    let mut peer = Agent::start("peer", &[]);
    peer.send(&format!("call sip:bridge@{}", agent.address("udp")));
    agent.wait("incoming", |_| true);
    home.run(&["answer", "-i", "bridge.ini"]).ok();
    peer.wait_call("confirmed");
    peer.send("hangup");
    let rows = lines(&file, 4);
    assert_eq!(
        rows,
        [
            "ringing microsip 2",
            "taken microsip 3",
            "answered microsip 2",
            "ended microsip 2"
        ]
    );
    let hook = agent.wait("hook", |e| e["hook"] == "cmdCallEnd");
    assert_eq!(
        (&hook["outcome"], &hook["status"]),
        (&json!("exited"), &json!(0)),
        "{hook}"
    );
    home.run(&["exit", "-i", "bridge.ini"]).ok();
    agent.process.wait_success(Deadline::secs(10)).unwrap();
}

#[test]
fn the_bridge_script_of_the_articles_runs_unchanged() {
    bridge(&Home::new("bridge-stand-in"), None);
    if let Ok(node) = find_program("node", "nodejs") {
        bridge(&Home::new("bridge-node"), Some(&node));
    }
}

#[test]
fn generated_contacts_name_the_next_caller() {
    let home = Home::new("contacts");
    let mut phone = home.phone("contacts", "", "");
    let mut caller = home.phone("318", "", "");
    // The generator of a PBX's phone book, run by cron: it writes the file anew.
    let generator = script(
        &home,
        "generate.sh",
        "#!/bin/sh\n{ echo '<?xml version=\"1.0\"?>'; echo '<contacts>'\n\
         while IFS=, read -r number name; do echo \"<contact name=\\\"$name\\\" number=\\\"$number\\\" presence=\\\"0\\\"/>\"; done\n\
         echo '</contacts>'; } > Contacts.xml\n",
    );
    let generate = |list: &str| {
        let mut run = home.own(Spec::new(&generator)).spawn().unwrap();
        list.lines().for_each(|line| run.send_line(line).unwrap());
        Ran::wait(run).ok();
    };
    for (list, name) in [
        ("318,Stores &amp; tools\n319,Gate", "Stores & tools"),
        ("318,Lager Süd", "Lager Süd"),
    ] {
        generate(list);
        until("the new contacts", || {
            phone.ask(&["contacts"]).to_string().contains(name).then_some(())
        });
        caller.command(&["call", &phone.uri("contacts")]).ok();
        phone.wait("incoming", |_| true);
        assert_eq!(phone.ask(&["calls"])[0]["name"], name);
        caller.line(&["/hangupall"]).ok();
        let history = phone.wait("history", |_| true);
        assert_eq!(
            (&history["kind"], &history["name"]),
            (&json!("missed"), &json!(name)),
            "{history}"
        );
        assert_eq!(
            history["number"].as_str().unwrap().split('@').next(),
            Some("318"),
            "{history}"
        );
        phone.wait_call("disconnected");
        caller.wait_call("disconnected");
    }
    let found = phone.ask(&["history", "Süd"]);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    // A file that is broken while it is written harms nothing.
    home.dir
        .write("Contacts.xml", "<?xml version=\"1.0\"?><contacts><contact name=\"half")
        .unwrap();
    assert_eq!(phone.ask(&["contacts"])[0]["name"], "Lager Süd");
    let error = phone.wait("error", |_| true);
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("Contacts.xml: line 1"),
        "{error}"
    );
    caller.exit();
    phone.exit();
}

#[test]
fn a_script_edits_the_ini_and_calls_the_program() {
    let home = Home::new("edits");
    let (one, two) = (Wire::new(), Wire::new());
    // As MicroSIP writes it: UTF-16 with a mark, and Windows' ends of lines.
    let start = text(
        "edits",
        "",
        &format!("[Account1]\nlabel=Büro\ndomain={}\nusername=me", one.addr()),
    )
    .replace("accountId=0", "accountId=1")
    .replace('\n', "\r\n");
    let utf16: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(start.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let ini = home.dir.write("edits.ini", utf16).unwrap();
    std::fs::create_dir(home.dir.join("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_microsip"), home.dir.join("bin/microsip.exe")).unwrap();
    let edit = script(
        &home,
        "edit.sh",
        "#!/bin/sh\n# edit.sh FILE SED-COMMAND\nset -e\n\
         iconv -f UTF-16 -t UTF-8 \"$1\" | sed \"$2\" > \"$1.tmp\"\n\
         { printf '\\377\\376'; iconv -f UTF-8 -t UTF-16LE \"$1.tmp\"; } > \"$1.new\"\nrm \"$1.tmp\"\nmv \"$1.new\" \"$1\"\n",
    );
    let program = home.dir.join("bin/microsip.exe");
    let exe = |args: &[&str]| Ran::of(home.own(Spec::new(&program)).arg("/i:edits.ini").args(args));
    let edited = |command: &str| drop(Ran::of(home.own(Spec::new(&edit)).arg("edits.ini").arg(command)).ok());
    let mut phone = Phone::start(&home, ini.clone());
    let changed = |phone: &mut Phone<'_>, key: &str| {
        let event = phone.wait("settings", |e| {
            e["changed"].as_array().unwrap().iter().any(|k| k == key)
        });
        assert_eq!(event["source"], "file", "{event}");
    };

    // Do not disturb, on and off.
    edited("s/^singleMode=0/DND=1\\r\\nsingleMode=0/");
    changed(&mut phone, "Settings/DND");
    let refused = invite(&phone);
    assert_eq!(refused.code(), Some(486), "{refused:?}");
    assert_eq!(phone.wait("refused", |_| true)["reason"], "Do Not Disturb");
    edited("s/^DND=1/DND=0/");
    changed(&mut phone, "Settings/DND");

    // Forwarding at once.
    edited("s/^DND=0/forwarding=all\\r\\nforwardingNumber=555/");
    changed(&mut phone, "Settings/forwarding");
    let moved = invite(&phone);
    assert_eq!(moved.code(), Some(302), "{moved:?}");
    assert!(
        moved
            .header("Contact")
            .unwrap()
            .contains(&format!("sip:555@{}", one.addr())),
        "{moved:?}"
    );
    edited("s/^forwarding=all/forwarding=/");
    changed(&mut phone, "Settings/forwarding");

    // Another account, chosen by the program's switch.
    edited(&format!(
        "s/^\\[Extensions\\]/[Account2]\\r\\nlabel=Größe\\r\\ndomain={}\\r\\nusername=zwei\\r\\n\\r\\n[Extensions]/",
        two.addr()
    ));
    changed(&mut phone, "Account2/domain");
    exe(&["/account:2", "100"]).ok();
    let (invite, from) = two.request("INVITE");
    assert!(invite.request_uri().unwrap().starts_with("sip:100@"), "{invite:?}");
    assert!(invite.header("From").unwrap().contains("sip:zwei@"), "{invite:?}");
    two.answer(&invite, from, 486, "");
    phone.wait_call("disconnected");
    exe(&["/hangupall"]).ok();
    exe(&["/ANSWER"]).fails(1, "no incoming call");

    // What the phone wrote is in the file's encoding, and what it did not touch is there.
    let bytes = std::fs::read(&ini).unwrap();
    assert_eq!(bytes[..2], [0xFF, 0xFE]);
    let units: Vec<u16> = bytes[2..]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let text = String::from_utf16(&units).unwrap();
    for line in [
        "accountId=2",
        "label=Büro",
        "label=Größe",
        "lastCallNumber=100",
        "0=100",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line}: {text}");
    }
    assert!(!text.replace("\r\n", "").contains('\n'), "{text}");
    // A wrong value is told with its place, and the phone goes on.
    edited("s/^forwarding=/autoAnswer=perhaps\\r\\nforwarding=/");
    let warning = phone.wait("warning", |_| true);
    assert_eq!(
        (&warning["key"], &warning["value"]),
        (&json!("autoAnswer"), &json!("perhaps")),
        "{warning}"
    );
    assert!(
        warning["allowed"].as_str().unwrap().contains("header") && warning["line"].as_u64() > Some(0),
        "{warning}"
    );
    exe(&["/exit"]).ok();
    phone.agent.process.wait_success(Deadline::secs(10)).unwrap();
    exe(&["/exit"]).ok();
}

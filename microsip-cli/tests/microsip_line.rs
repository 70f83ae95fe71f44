//! MicroSIP's command line, and what articles about it taught, through the real program against a running phone. What happened is
//! read from the wire and from the other side of the call.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::collections::HashSet;

use common::Agent;
use common::phone::{Home, Phone, until};
use common::wire::Wire;
use microsip_testkit::sipmsg::SipMessage;
use serde_json::{Value, json};

/// A server that takes down who is called, and declines.
struct Callee {
    wire: Wire,
    seen: HashSet<String>,
}

impl Callee {
    fn new() -> Callee {
        Callee {
            wire: Wire::new(),
            seen: HashSet::new(),
        }
    }

    /// The next request of the kind that is no repetition, answered.
    fn next(&mut self, method: &str, code: u16) -> SipMessage {
        loop {
            let (request, from) = self.wire.request(method);
            self.wire.answer(&request, from, code, "");
            if self.seen.insert(request.call_id().unwrap().to_owned()) {
                return request;
            }
        }
    }

    fn called(&mut self) -> String {
        let invite = self.next("INVITE", 486);
        invite.request_uri().unwrap().to_owned()
    }

    /// The text, and to whom.
    fn message(&mut self) -> (String, String) {
        let message = self.next("MESSAGE", 200);
        (message.request_uri().unwrap().to_owned(), message.body_text())
    }
}

/// Two accounts without registrar at two servers.
fn accounts(one: &Wire, two: &Wire) -> String {
    format!(
        "[Account1]\nlabel=One\ndomain={}\nusername=me\n[Account2]\nlabel=Two\ndomain={}\nusername=me2\npassword=old",
        one.addr(),
        two.addr()
    )
}

/// With `accountId=1` instead of the local account.
fn with_account(home: &Home, name: &str, one: &Wire, two: &Wire) -> std::path::PathBuf {
    let text = common::phone::text("local", "", &accounts(one, two)).replace("accountId=0", "accountId=1");
    home.dir.write(&format!("{name}.ini"), text).unwrap()
}

#[test]
fn every_spelling_of_a_number_is_called() {
    let home = Home::new("numbers");
    let (mut one, two) = (Callee::new(), Wire::new());
    let mut phone = Phone::start(&home, with_account(&home, "numbers", &one.wire, &two));
    let domain = one.wire.addr();
    let full = format!("bob@{domain}");
    let sip = format!("sip:bob@{domain};transport=udp");
    let with_name = format!("\"Bob\" <sip:bob@{domain}>");
    let (sip_slashes, key_value) = (
        format!("sip://bob@{domain}/"),
        format!("action=call&number=bob%40{domain}"),
    );
    let (full, sip, with_name) = (full.as_str(), sip.as_str(), with_name.as_str());
    let (sip_slashes, key_value) = (sip_slashes.as_str(), key_value.as_str());
    let cases: Vec<(&[&str], &str)> = vec![
        (&["123"], "123"),
        (&["+1 (555) 12-34"], "+15551234"),
        (&["\"124\""], "124"),
        (&["125", "/minimized"], "125"),
        (&["-minimized", "126"], "126"),
        (&["127", "-hide"], "127"),
        (&["128,45"], "128"),
        (&["tel:129"], "129"),
        (&["TEL:+1-555-0100"], "+15550100"),
        (&["tel:%2B1%20555%201234"], "+15551234"),
        (&["tel:130;phone-context=example.com"], "130"),
        (&["tel://131/"], "131"),
        (&["callto:132"], "132"),
        (&["callto://133"], "133"),
        (&["dial:134"], "134"),
        (&["dialpad:135"], "135"),
        (&["sip:136"], "136"),
        (&["sip://137/"], "137"),
        (&["msip:138"], "138"),
        (&["call", "139"], "139"),
        (&["-call", "140"], "140"),
        (&["/call:141"], "141"),
        (&["callto", "142"], "142"),
        (&["action=call&number=143"], "143"),
        (&["action=call&number=+1555"], "+1555"),
        (&["action:call:144"], "144"),
        (&["--", "145"], "145"),
        (&["dial:answer"], "answer"),
        (&["sip:exit"], "exit"),
        (&["*98"], "*98"),
        (&["bob"], "bob"),
        (std::slice::from_ref(&full), "bob"),
        (std::slice::from_ref(&sip), "bob"),
        (std::slice::from_ref(&with_name), "bob"),
        (std::slice::from_ref(&sip_slashes), "bob"),
        (std::slice::from_ref(&key_value), "bob"),
    ];
    for (line, user) in cases {
        let ran = phone.line(&[line, &["--json"]].concat()).ok();
        // One line for each command, of which there may be more than one.
        let told: Value = serde_json::from_str(ran.stdout.lines().next().unwrap()).unwrap();
        let uri = one.called();
        let at = uri.split(';').next().unwrap().replace("%2B", "+").replace("%2A", "*");
        assert_eq!(at, format!("sip:{user}@{domain}"), "{line:?}");
        assert_eq!(told["direction"], "outgoing", "{line:?}: {told}");
        phone.wait_call("disconnected");
    }
    // The sub-command takes the same.
    for target in ["tel:146", "callto:146", "dial:146", "sip:146", "146"] {
        phone.command(&["call", target]).ok();
        assert!(one.called().starts_with("sip:146@"), "{target}");
        phone.wait_call("disconnected");
    }
    phone.exit();
}

#[test]
fn every_spelling_of_a_message_is_sent() {
    let home = Home::new("texts");
    let (mut one, two) = (Callee::new(), Wire::new());
    let mut phone = Phone::start(&home, with_account(&home, "texts", &one.wire, &two));
    let cases: Vec<(&[&str], &str)> = vec![
        (&["123", "hello"], "hello"),
        (&["123", "hello there"], "hello there"),
        (&["123", "hello", "there", "/exit"], "hello there /exit"),
        (&["123 hello there"], "hello there"),
        (&["-sendmess", "123", "a \"quoted\" text"], "a \"quoted\" text"),
        (&["/sendmess", "123", "x; rm -rf $HOME"], "x; rm -rf $HOME"),
        (&["sendmess", "123", "text"], "text"),
        (&["message", "123", "grüße", "dich"], "grüße dich"),
        (&["action=message&number=123&text=on%20my%20way"], "on my way"),
    ];
    for (line, text) in cases {
        // The answer comes when the other side has it.
        let running = phone.spawn_line(&[line, &["--json"]].concat());
        let (to, said) = one.message();
        assert_eq!(
            (to.as_str(), said.as_str()),
            (&*format!("sip:123@{}", one.wire.addr()), text),
            "{line:?}"
        );
        let told = common::phone::Ran::wait(running).ok().json();
        assert_eq!(told["status"], "accepted", "{told}");
    }
    // Refused ones are told with their reason.
    let running = phone.spawn_line(&["123", "again"]);
    one.next("MESSAGE", 404);
    common::phone::Ran::wait(running).fails(1, "404");
    phone.exit();
}

#[test]
fn accounts_are_chosen_and_passwords_stored() {
    let home = Home::new("account");
    let (mut one, mut two) = (Callee::new(), Callee::new());
    let mut phone = Phone::start(&home, with_account(&home, "account", &one.wire, &two.wire));
    phone.line(&["100"]).ok();
    assert!(one.called().starts_with("sip:100@"));
    phone.line(&["/account:2", "101"]).ok();
    assert!(two.called().starts_with("sip:101@"));
    assert_eq!(phone.ask(&["settings", "accountId"])["value"], "2");
    // Behind the number it works as well, and stays.
    phone.line(&["102", "/ACCOUNT:1"]).ok();
    assert!(one.called().starts_with("sip:102@"));
    phone.line(&["-account=2"]).ok();
    phone.line(&["103"]).ok();
    assert!(two.called().starts_with("sip:103@"));
    phone.line(&["/account:9", "104"]).fails(2, "Account9");
    phone.line(&["/account:x"]).fails(2, "number");
    assert_eq!(phone.ask(&["settings", "accountId"])["value"], "2");

    // With a password: stored, not active, nothing dialled.
    phone.line(&["/account:1", "/password:n e w;"]).ok();
    assert_eq!(phone.ask(&["settings", "accountId"])["value"], "2");
    let text = std::fs::read_to_string(&phone.ini).unwrap();
    // Hidden, as MicroSIP writes it: hexadecimal, whole blocks.
    let stored = text.lines().find_map(|line| line.strip_prefix("password=")).unwrap();
    assert!(
        stored.len() % 16 == 0 && stored.bytes().all(|b| b.is_ascii_hexdigit()),
        "{text}"
    );
    // For this run alone: not written, not repeated.
    let ran = phone.line(&["/password:once"]).ok();
    assert!(!ran.stdout.contains("once"), "{ran:?}");
    let after = std::fs::read_to_string(&phone.ini).unwrap();
    assert!(after.contains("password=old") && !after.contains("once"), "{after}");
    phone.exit();
}

#[test]
fn every_spelling_answers_and_hangs_up() {
    let home = Home::new("answer");
    let mut phone = home.phone("answer", "", "");
    let mut peer = Agent::start("peer", &[]);
    let uri = phone.uri("answer");
    let spellings = [
        ("/answer", "/hangupall"),
        ("-answer", "-hangup"),
        ("--answer", "--hangup"),
        ("/ANSWER", "/HangUp"),
        ("answer", "hangup"),
        ("msip:answer", "msip:hangupall"),
        ("msip://answer/", "/hangupall"),
        ("MSIP:ANSWER", "hangupall"),
        ("action:answer", "action:hangup"),
        ("action=answer", "action=hangup"),
        ("\"/answer\"", "-hangupall"),
    ];
    for (answer, hang_up) in spellings {
        peer.send(&format!("call {uri}"));
        phone.wait("incoming", |_| true);
        let told = phone.line(&[answer, "--json"]).ok().json();
        assert_eq!(told["direction"], "incoming", "{answer}: {told}");
        peer.wait_call("confirmed");
        let told = phone.line(&[hang_up, "--json"]).ok().json();
        assert_eq!(told["calls"].as_array().unwrap().len(), 1, "{hang_up}: {told}");
        let ended = peer.wait_call("disconnected");
        assert_eq!(
            (&ended["ended_by"], &ended["code"]),
            (&json!("remote"), &json!(200)),
            "{hang_up}: {ended}"
        );
        phone.wait_call("disconnected");
    }
    // There is none any more.
    phone.line(&["/answer"]).fails(1, "no incoming call");
    phone.line(&["/hangup"]).fails(1, "no call");
    phone.line(&["/hangupall"]).ok();
    phone.exit();
}

#[test]
fn calls_that_ring_are_rejected_and_given_up() {
    let home = Home::new("ringing");
    let mut phone = home.phone("ringing", "", "");
    let mut peer = Agent::start("peer", &["--auto-answer", "180"]);
    let uri = phone.uri("ringing");
    for (line, code) in [
        (&["/hangupincoming"][..], 603),
        (&["-hangupincoming"], 603),
        (&["hangupincoming"], 603),
        (&["msip:/hangupincoming"], 603),
        (&["/hangup"], 486),
        (&["hangup"], 486),
    ] {
        peer.send(&format!("call {uri}"));
        phone.wait("incoming", |_| true);
        // Neither ends a call that only rings here.
        assert_eq!(phone.line(&["/hangupall", "--json"]).ok().json()["calls"], json!([]));
        assert_eq!(
            phone.line(&["/hangupcalling", "--json"]).ok().json()["calls"],
            json!([])
        );
        phone.line(line).ok();
        assert_eq!(peer.wait_call("disconnected")["code"], code, "{line:?}");
        phone.wait_call("disconnected");
    }
    for line in [
        "/hangupcalling",
        "--hangupcalling",
        "msip:/hangupcalling",
        "/hangupall",
        "/hangup",
    ] {
        phone.command(&["call", &peer.uri()]).ok();
        phone.wait_call("early");
        assert_eq!(
            phone.line(&["/hangupincoming", "--json"]).ok().json()["calls"],
            json!([])
        );
        phone.line(&[line]).ok();
        let ended = peer.wait_call("disconnected");
        assert_eq!(ended["cause"], "cancelled", "{line}: {ended}");
        phone.wait_call("disconnected");
    }
    phone.exit();
}

#[test]
fn calls_are_held_keyed_and_transferred_by_every_spelling() {
    let home = Home::new("during");
    let mut phone = home.phone("during", "", "");
    let mut peer = Agent::start("peer", &["--auto-answer", "200", "--accept-transfer", "ask"]);
    phone.command(&["call", &peer.uri()]).ok();
    phone.wait_call("confirmed");
    peer.wait_call("confirmed");
    for (line, held) in [
        ("msip:hold", true),
        ("msip:hold", false),
        ("action:hold", true),
        ("action=hold", false),
        ("hold", true),
        ("/resume", false),
        ("-hold", true),
        ("--unhold", false),
    ] {
        phone.line(&[line]).ok();
        let hold = if held { "remote" } else { "none" };
        peer.wait("hold", |e| e["hold"] == hold);
        until("the end of the re-INVITE", || {
            let hold = phone.ask(&["calls"])[0]["hold"].clone();
            (hold == if held { "local" } else { "none" }).then_some(())
        });
    }
    for (line, keys) in [
        (&["/dtmf:12#"][..], "12#"),
        (&["-dtmf:3"], "3"),
        (&["/DTMF:a"], "A"),
        (&["dtmf", "45"], "45"),
        (&["msip:/dtmf:6"], "6"),
        (&["action=dtmf&digits=7"], "7"),
        (&["senddtmf", "8"], "8"),
    ] {
        // What a window would ask for first is not sent.
        phone.line(&["/dtmf:9?"]).ok();
        phone.line(line).ok();
        for key in keys.chars() {
            let came = peer.wait("dtmf", |_| true);
            assert_eq!(came["digit"], key.to_string(), "{line:?}");
        }
    }
    phone.line(&["/dtmf:1,2"]).fails(2, "comma");
    phone.line(&["/dtmf:"]).fails(2, "dtmf");
    for (line, user) in [
        ("/transfer:bob@127.0.0.1:9", "bob"),
        ("msip:transfer_eve@127.0.0.1:9", "eve"),
        ("-transfer:joe@127.0.0.1:9", "joe"),
        ("action=transfer&number=ann@127.0.0.1:9", "ann"),
    ] {
        phone.line(&[line]).ok();
        let asked = peer.wait("transfer_request", |_| true);
        assert!(
            asked["target"]
                .as_str()
                .unwrap()
                .contains(&format!("sip:{user}@127.0.0.1:9")),
            "{line}: {asked}"
        );
        peer.send("reject-transfer");
        phone.wait("transfer", |e| e["state"] == "failed");
    }
    phone.line(&["/hangupall"]).ok();
    peer.wait_call("disconnected");
    phone.line(&["/transfer:1"]).fails(1, "no call");
    phone.line(&["/dtmf:1"]).fails(1, "no call");
    phone.exit();
}

#[test]
fn sound_is_muted_and_made_louder() {
    let home = Home::new("sound");
    let mut phone = home.phone("sound", "volumeInput=50\nvolumeOutput=97", "");
    let state = |phone: &Phone<'_>, side: &str| phone.ask(&["status"])[format!("{side}_muted")].clone();
    for (line, side, muted) in [
        ("msip:micmute", "microphone", true),
        ("msip:micmute", "microphone", true),
        ("msip:micunmute", "microphone", false),
        ("msip:micmuteclick", "microphone", true),
        ("msip:micmuteclick", "microphone", false),
        ("action:mute", "microphone", true),
        ("unmute", "microphone", false),
        ("msip:speakmute", "speaker", true),
        ("msip:speakunmute", "speaker", false),
        ("msip:speakmuteclick", "speaker", true),
        ("speakunmute", "speaker", false),
    ] {
        phone.line(&[line]).ok();
        assert_eq!(state(&phone, side), muted, "{line}");
    }
    for (line, key, volume) in [
        ("msip:micup", "volumeInput", "55"),
        ("msip:micdown", "volumeInput", "50"),
        ("msip:speakup", "volumeOutput", "100"),
        ("msip:speakup", "volumeOutput", "100"),
        ("msip:speakdown", "volumeOutput", "95"),
    ] {
        phone.line(&[line]).ok();
        assert_eq!(phone.ask(&["settings", key])["value"], volume, "{line}");
        assert!(
            std::fs::read_to_string(&phone.ini)
                .unwrap()
                .contains(&format!("{key}={volume}\n")),
            "{line}"
        );
    }
    for line in [
        "/show",
        "-hide",
        "hide",
        "show",
        "msip:minimize",
        "/minimized",
        "-minimize",
    ] {
        phone.line(&[line]).ok();
    }
    phone.exit();
}

#[test]
fn what_is_misspelt_calls_nobody() {
    let home = Home::new("slips");
    let (mut one, two) = (Callee::new(), Wire::new());
    let mut phone = Phone::start(&home, with_account(&home, "slips", &one.wire, &two));
    for (line, near) in [
        (&["/anser"][..], "answer"),
        (&["-hangupal"], "hangupall"),
        (&["--exti"], "exit"),
        (&["/hangup-all"], "hangupall"),
        (&["anser"], "answer"),
        (&["hangpu"], "hangup"),
        (&["staus"], "status"),
        (&["setings"], "settings"),
        (&["hisotry"], "history"),
        (&["Status", "now"], "status"),
        (&["msip:anser"], "answer"),
        (&["action:anser"], "answer"),
        (&["action=hangpu"], "hangup"),
        (&["report:stat"], "status"),
        (&["cal", "123"], "call"),
        (&["mesage", "123", "x"], "message"),
        (&["/transfr:123"], "transfer"),
        (&["123", "/account:"], "account"),
        (&["/pasword:geheim"], "password"),
        (&["/minimised"], "minimized"),
        (&["call"], "call TARGET"),
        (&["/call"], "call TARGET"),
        (&["-sendmess", "123"], "text"),
        (&["action=call"], "number"),
        (&["/1234"], "number"),
        (&["-1234"], "number"),
        (&[""], ""),
        (&["mailto:bob"], "mailto"),
        (&["https://example.com"], "https"),
    ] {
        let ran = phone.line(line).fails(2, near);
        assert!(!ran.stderr.contains("geheim"), "{ran:?}");
    }
    // The first call on the wire is this one.
    phone.line(&["999"]).ok();
    assert!(one.called().starts_with("sip:999@"));
    assert_eq!(phone.ask(&["history"]).as_array().unwrap().len(), 1);
    phone.exit();
}

#[test]
fn a_cold_start_dials_and_tells_so() {
    let home = Home::new("cold");
    let (mut one, two) = (Callee::new(), Wire::new());
    let ini = with_account(&home, "cold", &one.wire, &two);
    // An account without registrar: dialled at once, not never.
    let settings = format!("/i:{}", ini.display());
    let started = home
        .microsip([settings.as_str(), "--json", "/minimized", "/account:1", "555"])
        .name("cold")
        .spawn()
        .unwrap();
    let mut started = Agent::of(started);
    assert!(one.called().starts_with("sip:555@"));
    assert_eq!(started.wait("dial", |e| e["state"] == "dialled")["target"], "555");
    started.wait_call("disconnected");
    home.run(&["/exit", &settings]).ok();
    started
        .process
        .wait_success(microsip_testkit::Deadline::secs(10))
        .unwrap();
    // A registrar that does not answer: it waits, and says so.
    let text = std::fs::read_to_string(&ini).unwrap();
    std::fs::write(
        &ini,
        text.replace("label=One\n", &format!("label=One\nserver={}\n", one.wire.addr())),
    )
    .unwrap();
    let started = home
        .microsip([settings.as_str(), "--json", "556"])
        .name("cold")
        .spawn()
        .unwrap();
    let mut started = Agent::of(started);
    started.wait("dial", |e| e["state"] == "delayed" && e["target"] == "556");
    one.next("REGISTER", 403);
    let failed = started.wait("dial", |e| e["state"] == "failed");
    assert!(failed["error"]["message"].as_str().unwrap().contains("556"), "{failed}");
    home.run(&["/exit", &settings]).ok();
    started
        .process
        .wait_success(microsip_testkit::Deadline::secs(10))
        .unwrap();
}

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

//! Which hook runs when, with what (reference section 5), seen by real hook programs.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::time::{Duration, Instant};

use common::peer::{Invite, Peer};
use common::phone::Home;
use common::solo::{Phone, script};
use microsip_testkit::{Deadline, wait_until};
use serde_json::json;

const HOOKS: [&str; 8] = [
    "cmdOutgoingCall",
    "cmdIncomingCall",
    "cmdCallRing",
    "cmdCallAnswer",
    "cmdCallAnswerVideo",
    "cmdCallBusy",
    "cmdCallStart",
    "cmdCallEnd",
];

/// Writes its name and each argument in brackets, in one piece.
const TELL: &str = "line=$1; shift; for a; do line=\"$line [$a]\"; done; echo \"$line\" >> \"$log\"";

/// The settings of all hooks, with `SCRIPT KEY` as command.
fn hooks(home: &Home, body: &str) -> String {
    let script = script(home, "hook.sh", body);
    let line = |key: &&str| format!("{key}=\"{} {key}\"\n", script.display());
    HOOKS.iter().map(line).collect()
}

/// A phone whose hooks all tell.
fn telling(name: &str, settings: &str) -> Phone {
    let home = Home::new(name);
    let settings = format!("{settings}\n{}", hooks(&home, TELL));
    Phone::with(home, &settings, "")
}

/// `Incoming Ring` for a party as its hooks write it.
fn lines(party: &str, events: &str) -> Vec<String> {
    let line = |event: &str| {
        let key = HOOKS.iter().find(|key| match event {
            "Incoming" | "Outgoing" => key.contains(event),
            "Video" => key.ends_with("AnswerVideo"),
            event => key.ends_with(&format!("Call{event}")),
        });
        format!("{} [{party}]", key.unwrap())
    };
    events.split_whitespace().map(line).collect()
}

/// Ends the phone, which lets its hooks finish, and compares all they wrote.
fn exactly(mut phone: Phone, expected: &[Vec<String>]) {
    phone.exit();
    assert_eq!(phone.log(), expected.concat(), "{}", phone.process.output());
}

#[test]
fn an_outgoing_call_that_is_answered() {
    let mut phone = telling("outgoing", "");
    let peer = Peer::new();
    phone.ask(&peer.uri("bob"));
    let invite = peer.called();
    assert_eq!(phone.wait_log(1), lines("bob", "Outgoing"));
    let mut leg = peer.take(&invite);
    phone.wait_call("confirmed");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
    exactly(phone, &[lines("bob", "Outgoing Start End")]);
}

#[test]
fn an_outgoing_call_that_is_not_answered() {
    let mut phone = telling("unanswered", "");
    let peer = Peer::new();
    let mut expected = Vec::new();
    for (code, events) in [
        (486, "Outgoing Busy"),
        (600, "Outgoing Busy"),
        (603, "Outgoing Busy"),
        (404, "Outgoing End"),
        (480, "Outgoing End"),
        (503, "Outgoing End"),
        (481, "Outgoing"),
    ] {
        let user = format!("u{code}");
        phone.ask(&peer.uri(&user));
        let invite = peer.called();
        peer.reply(&invite, code, "No", "", "");
        phone.wait_call("disconnected");
        expected.push(lines(&user, events));
        phone.wait_log(expected.concat().len());
    }
    exactly(phone, &expected);
}

#[test]
fn an_outgoing_call_that_is_cancelled_here_ends_at_once() {
    let phone = telling("cancelled", "");
    let peer = Peer::new();
    phone.ask(&peer.uri("bob"));
    let invite = peer.called();
    phone.ask("/hangupcalling");
    let cancel = peer.request("CANCEL");
    // Nothing has confirmed it yet.
    assert_eq!(phone.wait_log(2), lines("bob", "Outgoing End"));
    peer.reply(&cancel, 200, "OK", "", "");
    peer.reply(&invite, 487, "Request Terminated", "", "");
    exactly(phone, &[lines("bob", "Outgoing End")]);
}

#[test]
fn a_hang_up_here_ends_at_once() {
    let mut phone = telling("hang-up", "");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    phone.ask("/hangupall");
    let bye = peer.request("BYE");
    // The BYE is not answered yet.
    let all = lines("100", "Incoming Ring Answer Start End");
    assert_eq!(phone.wait_log(5), all);
    peer.reply(&bye, 200, "OK", "", "");
    phone.wait_call("disconnected");
    exactly(phone, &[all]);
}

#[test]
fn a_hang_up_right_after_the_answer_does_not_overtake_it() {
    let mut phone = telling("at-once", "");
    let peer = Peer::new();
    let mut started = 0;
    for n in 0..20 {
        let user = format!("{}", 100 + n);
        let mut leg = peer.rings(&phone.address(), &Invite::from(&user));
        phone.ask("/answer");
        peer.answered(&mut leg);
        // The ACK and the command meet in the phone, a little different each time.
        let until = Instant::now() + Duration::from_micros(40 * n);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        phone.ask("/hangupall");
        let bye = peer.request("BYE");
        peer.reply(&bye, 200, "OK", "", "");
        phone.wait_call("disconnected");
        let end = &lines(&user, "End")[0];
        wait_until(Deadline::secs(20), "its end", || {
            phone.log().contains(end).then_some(())
        })
        .unwrap();
        let (log, start) = (phone.log(), &lines(&user, "Start")[0]);
        if let Some(at) = log.iter().position(|line| line == start) {
            started += 1;
            assert!(Some(at) < log.iter().position(|line| line == end), "{log:?}");
        }
    }
    assert!(started > 0);
    phone.exit();
}

#[test]
fn an_incoming_call_answered_by_itself_does_not_ring() {
    let mut phone = telling("by-itself", "autoAnswer=all");
    let peer = Peer::new();
    let mut leg = peer.invite(&phone.address(), &Invite::from("100"));
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
    exactly(phone, &[lines("100", "Incoming Answer Start End")]);
}

#[test]
fn a_missed_call() {
    let mut phone = telling("missed", "");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    assert_eq!(phone.wait_log(2), lines("100", "Incoming Ring"));
    peer.cancel(&mut leg, "");
    assert_eq!(phone.wait("history", |_| true)["kind"], "missed");
    exactly(phone, &[lines("100", "Incoming Ring End")]);
}

#[test]
fn an_incoming_call_declined_by_the_user() {
    let mut phone = telling("declined", "");
    let peer = Peer::new();
    let mut expected = Vec::new();
    for (command, code, events) in [
        ("hangup", 486, "Incoming Ring Busy"),
        ("/hangupincoming", 603, "Incoming Ring Busy"),
        (r#"{"command":"reject"}"#, 486, "Incoming Ring Busy"),
        (r#"{"command":"reject","code":600}"#, 600, "Incoming Ring Busy"),
        (r#"{"command":"reject","code":480}"#, 480, "Incoming Ring End"),
        (
            r#"{"command":"redirect","target":"99@127.0.0.1"}"#,
            302,
            "Incoming Ring End",
        ),
    ] {
        let user = format!("x{}", expected.len());
        let mut leg = peer.rings(&phone.address(), &Invite::from(&user));
        phone.ask(command);
        assert_eq!(peer.outcome(&mut leg).code(), Some(code), "{command}");
        phone.wait_call("disconnected");
        expected.push(lines(&user, events));
        phone.wait_log(expected.concat().len());
    }
    exactly(phone, &expected);
}

#[test]
fn a_call_that_rules_refuse_is_seen_by_one_hook_only() {
    let mut phone = telling("refused", "DND=1");
    let peer = Peer::new();
    let address = phone.address();
    peer.refused(&address, &Invite::from("100"), 486, "Do Not Disturb");
    phone.edit_setting("denyIncoming", "all");
    peer.refused(&address, &Invite::from("200"), 486, "Denied");
    phone.edit_setting("denyIncoming", "");
    phone.edit_setting("maxConcurrentCalls", "1");
    let mut leg = peer.rings(&address, &Invite::from("300"));
    peer.refused(&address, &Invite::from("400"), 486, "Active calls limit");
    peer.refused(&address, &Invite::from("300"), 486, "Call already exists");
    peer.cancel(&mut leg, "");
    phone.wait("history", |e| e["number"].as_str().unwrap().starts_with("300"));
    // Unseen: only one was missed.
    assert_eq!(phone.count("history", |_| true), 1);
    assert_eq!(phone.count("incoming", |_| true), 1);
    phone.exit();
    let mut log = phone.log();
    log.sort();
    let mut expected = [
        lines("100", "Incoming"),
        lines("200", "Incoming"),
        lines("300", "Incoming Ring End"),
        lines("400", "Incoming"),
        lines("300", "Incoming"),
    ]
    .concat();
    expected.sort();
    assert_eq!(log, expected);
}

#[test]
fn a_call_that_is_forwarded_at_once_does_not_ring() {
    let mut phone = telling("forwarded", "forwarding=all\nforwardingNumber=99@127.0.0.1");
    let peer = Peer::new();
    let mut leg = peer.invite(&phone.address(), &Invite::from("100"));
    assert_eq!(peer.outcome(&mut leg).code(), Some(302));
    phone.wait_call("disconnected");
    exactly(phone, &[lines("100", "Incoming End")]);
}

#[test]
fn a_caller_with_video_has_a_hook_more() {
    let mut phone = telling("video", "");
    let peer = Peer::new();
    let video = format!("{}m=video 4002 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n", peer.sdp());
    let mut leg = peer.rings(&phone.address(), &Invite::from("100").sdp(video));
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
    exactly(phone, &[lines("100", "Incoming Ring Answer Video Start End")]);
}

#[test]
fn who_has_no_user_part_is_named_by_host_at_the_end_only() {
    let mut phone = telling("no-user", "");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from(""));
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
    let host = peer.addr().ip().to_string();
    exactly(phone, &[lines("", "Incoming Ring"), lines(&host, "End")]);
}

#[test]
fn the_asserted_identity_is_the_caller() {
    let mut phone = telling("asserted", "");
    let peer = Peer::new();
    let mut expected = Vec::new();
    for (header, who) in [
        ("P-Asserted-Identity: \"Boss\" <sip:555@pbx.example>", "555"),
        ("Remote-Party-ID: <sip:666@pbx.example>;party=calling", "666"),
        // Without an @ it says nobody.
        ("P-Asserted-Identity: <tel:777>", "100"),
    ] {
        let mut leg = peer.rings(&phone.address(), &Invite::from("100").header(header));
        peer.cancel(&mut leg, "");
        phone.wait_call("disconnected");
        expected.push(lines(who, "Incoming Ring End"));
        phone.wait_log(expected.concat().len());
    }
    exactly(phone, &expected);
}

#[test]
fn the_password_is_given_to_a_command_that_has_it_in_it() {
    let (home, peer) = (Home::new("hook-password"), Peer::new());
    let script = script(&home, "hook.sh", TELL);
    let settings = format!(
        "accountId=1\ncmdOutgoingCall=\"{0} out {{password}} {{extension}}\"\ncmdCallBusy=\"{0} busy\"",
        script.display()
    );
    let account = format!(
        "[Account1]\nlabel=L\ndomain={}\nusername=own\npassword=s3 cret\n",
        peer.addr()
    );
    let mut phone = Phone::with(home, &settings, &account);
    for round in 1..=2 {
        phone.ask("100");
        let invite = peer.called();
        peer.reply(&invite, 486, "Busy Here", "", "");
        phone.wait_call("disconnected");
        phone.wait_log(2 * round);
        if round == 1 {
            // That of this run comes first.
            assert_eq!(phone.classic(&["/password:other"]).code, 0);
        }
    }
    let secret = |secret: &str| [format!("out [{secret}] [own] [100]"), "busy [100]".into()].to_vec();
    assert!(
        !phone.process.output().to_string().contains("s3"),
        "{}",
        phone.process.output()
    );
    exactly(phone, &[secret("s3%20cret"), secret("other")]);
}

#[test]
fn the_environment_tells_more() {
    let home = Home::new("environment");
    let body = "echo \"$MICROSIP_EVENT|$MICROSIP_NUMBER|$MICROSIP_NAME|$MICROSIP_DIRECTION|$MICROSIP_STATUS|\
                $MICROSIP_ACCOUNT|$MICROSIP_CALL_ID|$MICROSIP_RECORDING|${MICROSIP_DURATION:+timed}\" >> \"$log\"";
    let settings = format!("autoRecording=1\nrecordingFormat=wav\n{}", hooks(&home, body));
    let mut phone = Phone::with(home, &settings, "[Account0]\nusername=own\nlabel=Desk\n");
    let peer = Peer::new();
    let from = format!("\"Bob B.\" <sip:bob@{}>", peer.addr());
    let mut leg = peer.rings(&phone.address(), &Invite::from(&from).call_id("some-id"));
    phone.ask("/answer");
    peer.answered(&mut leg);
    phone.wait_call("confirmed");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
    phone.exit();
    let log = phone.log();
    let said: Vec<Vec<&str>> = log.iter().map(|line| line.split('|').collect()).collect();
    let events: Vec<&str> = said.iter().map(|fields| fields[0]).collect();
    assert_eq!(
        events,
        ["incoming_call", "call_ring", "call_answer", "call_start", "call_end"]
    );
    for fields in &said {
        assert_eq!(fields[1..4], ["bob", "Bob B.", "incoming"], "{log:?}");
        assert_eq!(fields[5..7], ["Desk", "some-id"], "{log:?}");
    }
    assert_eq!(said[4][4], "200");
    let recording = std::path::Path::new(said[4][7]);
    assert!(
        recording.is_file() && recording.starts_with(phone.home.dir.path()),
        "{log:?}"
    );
    assert_eq!((said[0][8], said[4][8]), ("", "timed"));
}

#[test]
fn the_status_of_what_failed_is_in_the_environment() {
    let home = Home::new("status");
    let body = "echo \"$MICROSIP_EVENT $MICROSIP_DIRECTION $MICROSIP_STATUS\" >> \"$log\"";
    let settings = hooks(&home, body);
    let mut phone = Phone::with(home, &settings, "");
    let peer = Peer::new();
    for (code, event) in [(486, "call_busy"), (404, "call_end")] {
        phone.ask(&peer.uri("bob"));
        let invite = peer.called();
        peer.reply(&invite, code, "No", "", "");
        phone.wait_call("disconnected");
        let expected = format!("{event} outgoing {code}");
        let log = phone.wait_log(if code == 486 { 2 } else { 4 });
        assert_eq!(log.last(), Some(&expected));
    }
}

#[test]
fn a_place_for_the_number_is_filled_instead_of_the_last_argument() {
    let home = Home::new("place");
    let script = script(&home, "hook.sh", TELL);
    let script = script.display();
    let settings = format!(
        "cmdIncomingCall=\"{script} in --from=%number% --end\"\ncmdCallRing=\"{script} ring %callerid%\"\n\
         cmdCallEnd=\"{script} --event=end 'two words'\""
    );
    let mut phone = Phone::with(home, &settings, "");
    let peer = Peer::new();
    let mut leg = peer.rings(&phone.address(), &Invite::from("100"));
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
    phone.exit();
    let log = phone.log();
    assert_eq!(log[..2], ["in [--from=100] [--end]", "ring [100]"]);
    assert!(
        log[2].starts_with("--event=end [") && log[2].ends_with(" [100]"),
        "{log:?}"
    );
}

#[test]
fn hostile_callers_are_inert() {
    let mut phone = telling("hostile", "singleMode=0");
    let peer = Peer::new();
    let trap = phone.home.dir.join("trap");
    let trap = trap.display();
    let mut expected = Vec::new();
    // As SIP may carry them: what is no token is escaped (RFC 3261 §25.1).
    for (user, argument) in [
        (
            "$(touch%20TRAP)".replace("TRAP", &trap.to_string()),
            format!("$(touch {trap})"),
        ),
        (
            "|touch%20TRAP&".replace("TRAP", &trap.to_string()).replace('|', "%7C"),
            format!("|touch {trap}&"),
        ),
        (
            "%60touch%20TRAP%60".replace("TRAP", &trap.to_string()),
            format!("`touch {trap}`"),
        ),
        ("a%22%20b%20'c".to_owned(), "a\" b 'c".to_owned()),
        ("--help".to_owned(), "--help".to_owned()),
        ("%25number%25".to_owned(), "%number%".to_owned()),
        ("%7Bpassword%7D".to_owned(), "{password}".to_owned()),
    ] {
        let mut leg = peer.rings(&phone.address(), &Invite::from(&user));
        peer.cancel(&mut leg, "");
        phone.wait_call("disconnected");
        // Escapes may have come in capitals (RFC 3986 §2.1).
        let raw = lines(
            &user.replace("%7C", "%7c").replace("%7B", "%7b").replace("%7D", "%7d"),
            "Incoming Ring End",
        );
        let decoded = lines(&argument, "Incoming Ring End");
        expected.push((raw, decoded));
        let log = phone.wait_log(3 * expected.len());
        // The user part as it is on the wire, or without its escapes: one argument in either case.
        let told = &log[3 * (expected.len() - 1)..];
        let (raw, decoded) = expected.last().unwrap();
        assert!(
            told == raw || told == decoded,
            "{told:?} is neither {raw:?} nor {decoded:?}"
        );
    }
    phone.exit();
    assert_eq!(phone.log().len(), 3 * expected.len());
    assert!(!phone.home.dir.join("trap").exists());
}

#[test]
fn a_line_break_in_a_name_adds_nothing() {
    let home = Home::new("break");
    let body = "printf '%s' \"$MICROSIP_NAME\" | wc -l >> \"$log\"";
    let script = script(&home, "hook.sh", body);
    let mut phone = Phone::with(home, &format!("cmdIncomingCall={}", script.display()), "");
    let peer = Peer::new();
    let from = format!("\"a\tb\x01c $(id) `id`\" <sip:bob@{}>", peer.addr());
    let mut leg = peer.rings(&phone.address(), &Invite::from(&from));
    peer.cancel(&mut leg, "");
    phone.wait_call("disconnected");
    phone.exit();
    assert_eq!(phone.log()[0].trim(), "0");
}

#[test]
fn a_hung_hook_delays_nothing_and_is_ended() {
    let home = Home::new("hung");
    let script = script(&home, "hook.sh", "echo \"$1\" >> \"$log\"; exec sleep 600");
    let script = script.display();
    let settings =
        format!("cmdIncomingCall=\"{script} in\"\ncmdCallRing=\"{script} ring\"\ncmdCallEnd=\"{script} end\"");
    let mut phone = Phone::with(
        home,
        &settings,
        "[Extensions]\nbindAddress=127.0.0.1\naudioDevices=0\nhookTimeout=1\n",
    );
    let peer = Peer::new();
    let sent = Instant::now();
    let mut leg = peer.invite(&phone.address(), &Invite::from("100"));
    let ringing = peer.code(&leg, 180, "INVITE");
    assert!(ringing.at - sent < Duration::from_secs(1), "{:?}", ringing.at - sent);
    // Nor do commands wait.
    let asked = Instant::now();
    phone.ask("/answer");
    peer.answered(&mut leg);
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    peer.bye(&mut leg);
    for key in ["cmdIncomingCall", "cmdCallRing", "cmdCallEnd"] {
        let report = phone.wait("hook", |e| e["hook"] == key);
        assert_eq!(report["outcome"], "timed_out", "{report}");
    }
    assert_eq!(phone.log(), ["in", "ring", "end"]);
}

#[test]
fn keys_behind_a_number_do_not_wait_for_a_slow_hook() {
    let home = Home::new("slow");
    let script = script(&home, "hook.sh", "exec sleep 8");
    let settings = format!("DTMFMethod=3\ncmdCallStart={0}\ncmdOutgoingCall={0}", script.display());
    let phone = Phone::with(home, &settings, "");
    let peer = Peer::new();
    phone.ask(&format!("{},4", peer.uri("bob")));
    let invite = peer.called();
    let leg = peer.take(&invite);
    let answered = Instant::now();
    let info = peer.ok(&leg, "INFO");
    let after = info.at - answered;
    assert!(info.body_text().contains("Signal=4"), "{}", info.body_text());
    assert!(
        after > Duration::from_millis(800) && after < Duration::from_secs(4),
        "{after:?}"
    );
}

#[test]
fn what_a_hook_wrote_and_how_it_ended_is_told() {
    let home = Home::new("told");
    let script = script(&home, "hook.sh", "echo seen $1; exit 3");
    let settings = format!("cmdIncomingCall={}\ncmdCallRing=/nowhere/at/all", script.display());
    let mut phone = Phone::with(home, &settings, "");
    let peer = Peer::new();
    peer.rings(&phone.address(), &Invite::from("100"));
    let report = phone.wait("hook", |e| e["hook"] == "cmdIncomingCall");
    assert_eq!((&report["outcome"], &report["status"]), (&json!("exited"), &json!(3)));
    assert_eq!(report["output"].as_str().unwrap().trim(), "seen 100");
    let report = phone.wait("hook", |e| e["hook"] == "cmdCallRing");
    assert_eq!(report["outcome"], "failed_to_start");
}

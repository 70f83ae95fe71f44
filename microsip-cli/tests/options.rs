//! `microsip run`: each option shown by what it does on the wire or at the other agent.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::path::Path;
use std::time::Duration;

use common::wire::{Stun, Wire};
use common::{Agent, connect, header, microsip};
use microsip_testkit::audio::{Audio, detect_dtmf, gaps, tone};
use microsip_testkit::ca::{CertFiles, TestCa};
use microsip_testkit::coturn::Coturn;
use microsip_testkit::dir::TestDir;
use microsip_testkit::nameserver::NameServer;
use microsip_testkit::netns::Internet;
use microsip_testkit::openssl;
use microsip_testkit::ports;
use microsip_testkit::process::Spec;
use microsip_testkit::{Deadline, wait_until};

/// Calls, and expects the callee to refuse by itself.
fn refused(caller: &mut Agent, callee: &Agent) -> (u64, String) {
    caller.send(&format!("call {}", callee.uri()));
    let end = caller.wait_call("disconnected");
    assert_eq!(end["ended_by"], "remote", "{end}");
    (
        end["code"].as_u64().unwrap(),
        end["reason"].as_str().unwrap().to_owned(),
    )
}

fn hang_up(caller: &mut Agent, callee: &mut Agent) {
    caller.send("hangup");
    caller.wait_call("disconnected");
    callee.wait_call("disconnected");
}

fn quit(agents: &mut [&mut Agent]) {
    for agent in agents {
        agent.quit();
    }
}

// ---- policies ----

#[test]
fn rules_say_who_may_call_in_the_order_given() {
    let rules = ["--deny", "1005", "--allow", "10??", "--deny", "*"];
    let mut callee = Agent::start("callee", &[&rules[..], &["--auto-answer", "200"]].concat());
    let mut friend = Agent::start("friend", &["--account", "sip:1001@example.test"]);
    let mut other = Agent::start("other", &["--account", "sip:1005@example.test"]);
    let mut stranger = Agent::start("stranger", &["--account", "sip:2001@example.test"]);
    friend.send(&format!("call {}", callee.uri()));
    friend.wait_call("confirmed");
    for agent in [&mut other, &mut stranger] {
        assert_eq!(refused(agent, &callee), (486, "Denied".into()));
    }
    quit(&mut [&mut friend, &mut other, &mut stranger, &mut callee]);
}

#[test]
fn limits_and_where_else_calls_go() {
    let mut caller = Agent::start("caller", &[]);
    let mut one = Agent::start("one", &["--max-calls", "1"]);
    connect(&mut caller, &mut one);
    assert_eq!(refused(&mut caller, &one).0, 486);
    caller.send("hangup");
    caller.wait_call("disconnected");

    let there = "sip:elsewhere@127.0.0.1";
    let busy = format!("busy:{there}");
    let options = ["--call-waiting", "no", "--forward", &busy, "--options-busy", "yes"];
    let mut forwards = Agent::start("forwards", &options);
    connect(&mut caller, &mut forwards);
    assert_eq!(refused(&mut caller, &forwards).0, 302);
    assert_eq!(caller.wait("redirected", |_| true)["target"], there);
    hang_up(&mut caller, &mut forwards);

    let mut busy = Agent::start("busy", &["--call-waiting", "no", "--options-busy", "yes"]);
    let mut usual = Agent::start("usual", &["--call-waiting", "no"]);
    for (callee, code) in [(&mut busy, 486), (&mut usual, 200)] {
        caller.send(&format!("options {}", callee.uri()));
        assert_eq!(caller.wait("response", |_| true)["code"], 200);
        connect(&mut caller, callee);
        assert_eq!(refused(&mut caller, callee).0, 486);
        caller.send(&format!("options {}", callee.uri()));
        assert_eq!(caller.wait("response", |_| true)["code"], code);
        hang_up(&mut caller, callee);
    }

    let later = format!("no-answer:1:{there}");
    let mut later = Agent::start("later", &["--forward", &later]);
    caller.send(&format!("call {}", later.uri()));
    caller.wait_call("early");
    assert_eq!(caller.wait("redirected", |_| true)["target"], there);
    assert_eq!(caller.wait_call("disconnected")["code"], 302);
    quit(&mut [&mut caller, &mut one, &mut forwards, &mut busy, &mut usual, &mut later]);
}

#[test]
fn calls_are_answered_by_caller_and_later() {
    let mut friend = Agent::start("friend", &["--account", "sip:1001@example.test"]);
    let mut stranger = Agent::start("stranger", &["--account", "sip:2001@example.test"]);
    for options in [
        &["--auto-answer-from", "10*", "--auto-answer-delay", "1"][..],
        &["--auto-answer", "200", "--auto-answer-from", "10*"],
        &[
            "--auto-answer",
            "200",
            "--auto-answer-from",
            "10*",
            "--auto-answer-delay",
            "1",
        ],
    ] {
        let mut callee = Agent::start("callee", options);
        friend.send(&format!("call {}", callee.uri()));
        if options.contains(&"--auto-answer-delay") {
            friend.wait_call("early");
        }
        friend.wait_call("confirmed");
        callee.wait_call("confirmed");
        hang_up(&mut friend, &mut callee);
        stranger.send(&format!("call {}", callee.uri()));
        callee.wait("incoming", |i| i["from_user"] == "2001");
        callee.send("reject 480");
        assert_eq!(stranger.wait_call("disconnected")["code"], 480);
        callee.quit();
    }
    let args = ["run", "--auto-answer-delay", "1"];
    let mut wrong = microsip().name("wrong").args(args).spawn().unwrap();
    assert_eq!(wrong.wait_exit(Deadline::secs(5)).unwrap().code(), Some(2));
    quit(&mut [&mut friend, &mut stranger]);
}

#[test]
fn a_transfer_is_decided_by_command() {
    let mut third = Agent::start("third", &["--auto-answer", "200"]);
    let mut callee = Agent::start("callee", &["--accept-transfer", "ask"]);
    let mut caller = Agent::start("caller", &[]);
    connect(&mut caller, &mut callee);
    for command in ["accept-transfer", "reject-transfer"] {
        callee.send(command);
        let error = callee.wait("error", |_| true);
        assert_eq!(error["error"]["kind"], "wrong_state", "{error}");
    }
    for (command, code) in [("reject-transfer 486", 486), ("reject-transfer", 603)] {
        caller.send(&format!("transfer {}", third.uri()));
        let asked = callee.wait("transfer_request", |_| true);
        assert!(asked["target"].as_str().unwrap().contains(&third.address("udp")));
        callee.send(command);
        let failed = caller.wait("transfer", |t| t["state"] == "failed");
        assert_eq!(failed["code"], code, "{failed}");
    }
    caller.send(&format!("transfer {}", third.uri()));
    callee.wait("transfer_request", |_| true);
    callee.send("header X-Ticket 4711");
    callee.send("accept-transfer");
    assert_eq!(header(&third.wait("incoming", |_| true), "X-Ticket"), ["4711"]);
    caller.wait("transfer", |t| t["state"] == "succeeded");
    caller.wait_call("disconnected");
    third.wait_call("confirmed");
    quit(&mut [&mut caller, &mut callee, &mut third]);
}

#[test]
fn a_transfer_outside_calls_is_accepted_from_anybody_only_if_wanted() {
    let wire = Wire::new();
    for (accept, code) in [("yes", 603), ("any", 202)] {
        let mut agent = Agent::start(accept, &["--accept-transfer", accept]);
        let wire = if accept == "any" { &wire } else { &Wire::new() };
        wire.send(
            &agent.address("udp"),
            "REFER",
            &format!("Refer-To: <{}>\r\n", wire.uri("dave")),
        );
        assert_eq!(wire.response("REFER").0.code(), Some(code));
        if accept == "any" {
            let (invite, from) = wire.request("INVITE");
            assert!(
                invite.request_uri().unwrap().starts_with(&wire.uri("dave")),
                "{invite:?}"
            );
            wire.answer(&invite, from, 486, "");
            agent.wait("transferred", |_| true);
            assert_eq!(agent.wait_call("disconnected")["code"], 486);
        }
        agent.quit();
    }
}

// ---- calls ----

#[test]
fn what_calls_say_of_themselves() {
    let mut callee = Agent::start("callee", &["--timers", "off"]);
    let mut plain = Agent::start("plain", &["--timers", "off"]);
    let timers = ["--timers", "always", "--session-expires", "600", "--refresher", "local"];
    let mut special = Agent::start("special", &[&timers[..], &["--anonymous", "--late-offer"]].concat());
    plain.send(&format!("call {}", callee.uri()));
    let invite = callee.wait("incoming", |_| true);
    assert_eq!(invite["from_user"], "microsip");
    assert!(header(&invite, "Session-Expires").is_empty() && header(&invite, "Privacy").is_empty());
    assert_ne!(header(&invite, "Content-Length"), ["0"]);
    plain.send("hangup");
    plain.wait_call("disconnected");
    special.send(&format!("call {}", callee.uri()));
    let invite = callee.wait("incoming", |_| true);
    assert!(
        invite["from"]
            .as_str()
            .unwrap()
            .contains("sip:anonymous@anonymous.invalid"),
        "{invite}"
    );
    assert_eq!(header(&invite, "Privacy"), ["id"]);
    assert_eq!(header(&invite, "Content-Length"), ["0"]);
    assert_eq!(header(&invite, "Session-Expires"), ["600;refresher=uac"]);
    callee.send("answer");
    special.wait_call("confirmed");
    special.wait("media", |m| m["active"] == true);
    special.send("reinvite");
    assert_eq!(special.wait("session", |s| s["request"] == "reinvite")["state"], "done");
    special.send("header X-Why because");
    special.send("update");
    assert_eq!(special.wait("session", |s| s["request"] == "update")["state"], "done");
    assert_eq!(special.count("error", |_| true), 0);
    quit(&mut [&mut plain, &mut special, &mut callee]);
}

#[test]
fn calls_end_in_time() {
    let mut callee = Agent::start("callee", &["--auto-answer", "180"]);
    let mut caller = Agent::start("caller", &["--hang-up-after", "1"]);
    let mut hasty = Agent::start("hasty", &["--ring-time", "1"]);
    hasty.send(&format!("call {}", callee.uri()));
    callee.wait("incoming", |_| true);
    let end = hasty.wait_call("disconnected");
    assert_eq!(
        (&end["ended_by"], end["duration"].as_f64()),
        (&"local".into(), None),
        "{end}"
    );
    assert_eq!(callee.wait_call("disconnected")["cause"], "cancelled");
    connect(&mut caller, &mut callee);
    let end = caller.wait_call("disconnected");
    assert_eq!(end["ended_by"], "local", "{end}");
    assert!(end["duration"].as_f64().unwrap() >= 0.9, "{end}");
    quit(&mut [&mut caller, &mut hasty, &mut callee]);
}

#[test]
fn heavy_keys_go_as_told() {
    let dir = TestDir::new("cli-keys").unwrap();
    let file = dir.join("heard.wav");
    let mut callee = Agent::start("callee", &["--record", file.to_str().unwrap()]);
    for (how, method) in [
        ("in-band", ""),
        ("rtp", "rtp_event"),
        ("info", "info"),
        ("info-plain", "info_plain"),
    ] {
        let mut caller = Agent::start(how, &["--dtmf", how, "--dtmf-duration", "320"]);
        connect(&mut caller, &mut callee);
        caller.wait("media", |m| m["active"] == true);
        caller.send("dtmf 5");
        if how == "in-band" {
            // Nobody listens for tones where RTP events are agreed upon: what follows is behind the tone.
            caller.send("dtmf ,");
            packets(&mut callee, 60);
            hang_up(&mut caller, &mut callee);
            callee.wait("recording", |r| r["state"] == "finished");
            let digits = detect_dtmf(&Audio::read_wav(&file).unwrap());
            assert!(digits.len() == 1 && digits[0].digit == '5', "{digits:?}");
        } else {
            let key = callee.wait("dtmf", |_| true);
            assert_eq!((&key["digit"], &key["method"]), (&"5".into(), &method.into()), "{key}");
            if how != "info-plain" {
                assert!((280..=360).contains(&key["duration_ms"].as_u64().unwrap()), "{key}");
            }
            hang_up(&mut caller, &mut callee);
        }
        caller.quit();
    }
    callee.quit();
}

#[test]
fn keys_are_heard_in_the_audio_if_wanted() {
    for (detection, heard) in [("always", true), ("auto", false), ("off", false)] {
        let mut callee = Agent::start("callee", &["--dtmf-detection", detection]);
        let mut caller = Agent::start("caller", &["--dtmf", "in-band"]);
        connect(&mut caller, &mut callee);
        caller.wait("media", |m| m["active"] == true);
        caller.send("dtmf 5");
        if heard {
            let key = callee.wait("dtmf", |_| true);
            assert_eq!(
                (&key["digit"], &key["method"]),
                (&"5".into(), &"in_band".into()),
                "{key}"
            );
        } else {
            // What comes 60 packets later is behind the tone.
            packets(&mut callee, 60);
            assert_eq!(callee.count("dtmf", |_| true), 0);
        }
        quit(&mut [&mut caller, &mut callee]);
    }
}

/// Waits until the agent has got so many more packets of its call.
fn packets(agent: &mut Agent, more: u64) {
    let mut goal = None;
    wait_until(Deadline::secs(20), "packets", || {
        agent.send("status");
        let status = agent.wait("status", |_| true);
        let now = status["calls"][0]["stats"]["received_packets"].as_u64()?;
        (now >= *goal.get_or_insert(now + more)).then_some(())
    })
    .unwrap();
}

#[test]
fn mute_sends_silence_and_unmute_ends_it() {
    let dir = TestDir::new("cli-mute").unwrap();
    let (says, hears) = (dir.join("says.wav"), dir.join("hears.wav"));
    tone(440.0, -12.0, Duration::from_secs(1), 8000)
        .write_wav(&says)
        .unwrap();
    let mut callee = Agent::start("callee", &["--record", hears.to_str().unwrap()]);
    let mut caller = Agent::start(
        "caller",
        &["--play", says.to_str().unwrap(), "--play-loop", "--codecs", "PCMA"],
    );
    connect(&mut caller, &mut callee);
    packets(&mut callee, 50);
    caller.send("mute");
    packets(&mut callee, 75);
    caller.send("unmute");
    packets(&mut callee, 50);
    hang_up(&mut caller, &mut callee);
    callee.wait("recording", |r| r["state"] == "finished");
    let heard = Audio::read_wav(&hears).unwrap();
    let silent = gaps(&heard, -50.0, Duration::from_millis(1000));
    // One in the middle; what comes before and after is the tone.
    let one = silent
        .iter()
        .find(|g| g.start > Duration::from_millis(300))
        .unwrap_or_else(|| panic!("{silent:?}"));
    let level = |from, length| heard.slice(from, length).rms_dbfs();
    let after = one.start + one.length;
    assert!(
        after + Duration::from_millis(200) < heard.duration(),
        "{silent:?} of {:?}",
        heard.duration()
    );
    for piece in [one.start - Duration::from_millis(200), after] {
        assert!(
            level(piece, Duration::from_millis(200)) > -25.0,
            "{piece:?} of {silent:?}"
        );
    }
    quit(&mut [&mut caller, &mut callee]);
}

// ---- account ----

#[test]
fn what_a_registration_asks_for() {
    let wire = Wire::new();
    let registrar = format!("sip:{}", wire.addr());
    let urn = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    let options = [
        "--expires",
        "600",
        "--contact-q",
        "0.5",
        "--keep-alive",
        "1",
        "--instance",
        urn,
    ];
    let account = ["--account", "sip:1001@example.test", "--registrar", &registrar];
    let mut agent = Agent::start("agent", &[&account[..], &options].concat());
    let (register, from) = wire.request("REGISTER");
    assert_eq!(register.header("Expires"), Some("600"), "{register:?}");
    let contact = register.header("Contact").unwrap().to_owned();
    assert!(
        contact.contains(";q=0.5") && contact.contains(&format!("+sip.instance=\"<{urn}>\"")),
        "{contact}"
    );
    wire.answer(&register, from, 200, &format!("Contact: {contact};expires=600\r\n"));
    assert_eq!(
        agent.wait("registration", |r| r["state"] == "registered")["expires"],
        600
    );
    let empty = |bytes: &[u8]| (!bytes.is_empty() && bytes.iter().all(u8::is_ascii_whitespace)).then_some(());
    assert_eq!(wire.take("an empty line", empty).1, from);
    agent.send("quit");
    let (unregister, from) = wire.request("REGISTER");
    assert_eq!(unregister.header("Expires"), Some("0"), "{unregister:?}");
    wire.answer(&unregister, from, 200, "");
    agent.wait("closed", |_| true);
    agent.process.wait_success(Deadline::secs(5)).unwrap();
}

// ---- network ----

#[test]
fn the_address_others_see() {
    let wire = Wire::new();
    let stun = Stun::start([198, 51, 100, 9]);
    let server = stun.addr.to_string();
    for (options, address) in [
        (["--public-address", "198.51.100.7"], "198.51.100.7"),
        (["--stun", &server], "198.51.100.9"),
    ] {
        let mut agent = Agent::start("agent", &options);
        if options[0] == "--stun" {
            let told = agent.wait("stun", |s| s["state"] == "ready");
            assert!(told["address"].as_str().unwrap().starts_with(address), "{told}");
        }
        agent.send(&format!("call {}", wire.uri("bob")));
        let (invite, from) = wire.request("INVITE");
        assert!(
            invite.header("Contact").unwrap().contains(&format!("@{address}:")),
            "{invite:?}"
        );
        assert!(invite.sdp('c')[0].ends_with(address), "{invite:?}");
        wire.answer(&invite, from, 486, "");
        agent.wait_call("disconnected");
        agent.quit();
    }
}

#[test]
fn a_large_request_takes_tcp_only_if_wanted() {
    // One port for UDP and TCP.
    let bind = ports::loopback(ports::reserve().unwrap().release()).to_string();
    let mut callee = Agent::start_at(microsip(), "callee", &bind, &[]);
    let long = format!("X-Long: {}", "x".repeat(1400));
    for (switch, via) in [("yes", "SIP/2.0/TCP"), ("no", "SIP/2.0/UDP")] {
        let mut caller = Agent::start(switch, &["--tcp-switch", switch, "--header", &long]);
        caller.send(&format!("call {}", callee.uri()));
        let invite = callee.wait("incoming", |_| true);
        assert!(header(&invite, "Via")[0].starts_with(via), "{invite}");
        callee.send("reject 486");
        caller.wait_call("disconnected");
        assert_eq!(
            caller.count("switch", |s| s["to"] == "tcp"),
            usize::from(switch == "yes")
        );
        caller.quit();
    }
    callee.quit();
}

#[test]
fn names_are_asked_of_the_server_given() {
    let server = NameServer::start("cli.test", "phone A 127.0.0.1").unwrap();
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let mut caller = Agent::start("caller", &["--name-server", &server.addr().to_string()]);
    let address = callee.address("udp");
    let port = address.rsplit_once(':').unwrap().1;
    caller.send(&format!("call sip:bob@phone.cli.test:{port}"));
    caller.wait_call("confirmed");
    quit(&mut [&mut caller, &mut callee]);
}

#[test]
fn packets_carry_their_code_points() {
    let mut dump = Spec::installed("tcpdump", "tcpdump")
        .unwrap()
        .args(["-i", "lo", "-n", "-v", "-l", "-U", "udp"])
        .spawn()
        .unwrap();
    dump.wait_line("listening on", Deadline::secs(10)).unwrap();
    let mut callee = Agent::start("callee", &["--auto-answer", "200"]);
    let mut caller = Agent::start("caller", &["--dscp", "24,46"]);
    caller.send(&format!("call {}", callee.uri()));
    caller.wait_call("confirmed");
    let media = callee.wait("media", |m| m["active"] == true);
    let rtp = media["remote_rtp"]
        .as_str()
        .unwrap()
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    let sip = caller.address("udp").rsplit_once(':').unwrap().1.to_owned();
    for (port, dscp) in [(sip, 24), (rtp, 46)] {
        let tos = format!("tos {:#x}", dscp << 2);
        wait_until(Deadline::secs(10), &tos, || {
            let lines: Vec<String> = dump.output().lines().into_iter().map(|l| l.text).collect();
            // The addresses are in the line behind.
            let found = lines
                .windows(2)
                .any(|w| w[0].contains(&tos) && w[1].contains(&format!(".{port} >")));
            found.then_some(())
        })
        .unwrap();
    }
    quit(&mut [&mut caller, &mut callee]);
}

// ---- TLS and SRTP ----

fn fingerprint(files: &CertFiles) -> String {
    let cert = files.cert.to_str().unwrap();
    let told = openssl::run(&["x509", "-in", cert, "-noout", "-fingerprint", "-sha256"]).unwrap();
    told.trim().rsplit_once('=').unwrap().1.to_owned()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn whom_tls_trusts() {
    let dir = TestDir::new("cli-tls").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let (good, named) = (ca.localhost().unwrap(), ca.server("named", &["pbx.test"]).unwrap());
    let start = |name, files: &CertFiles| {
        let files = [text(&files.cert), text(&files.key)];
        let own = ["--tls-cert", &files[0], "--tls-key", &files[1], "--auto-answer", "200"];
        Agent::start(name, &own)
    };
    let (mut callee, mut other) = (start("callee", &good), start("other", &named));
    let folder = TestDir::new("cli-tls-ca").unwrap();
    std::fs::copy(ca.ca_cert(), folder.join("ca.pem")).unwrap();
    let (right, wrong) = (fingerprint(&good), fingerprint(&named));
    let (file, folder) = (text(ca.ca_cert()), text(folder.path()));
    let clean = text(&ca.crl("clean", &[&named]).unwrap());
    let revoked = text(&ca.crl("revoked", &[&good]).unwrap());
    for (options, uri, refusal) in [
        (&[][..], callee.tls_uri(), Some("untrusted")),
        (&["--tls-ca", &file], callee.tls_uri(), None),
        (&["--tls-ca-dir", &folder], callee.tls_uri(), None),
        (&["--tls-pin", &right], callee.tls_uri(), None),
        (&["--tls-pin", &wrong], callee.tls_uri(), Some("pin_mismatch")),
        (&["--tls-ca", &file], other.tls_uri(), Some("name_mismatch")),
        (
            &["--tls-ca", &file, "--tls-server-name", "pbx.test"],
            other.tls_uri(),
            None,
        ),
        (&["--tls-ca", &file, "--tls-crl", &clean], callee.tls_uri(), None),
        (
            &["--tls-ca", &file, "--tls-crl", &revoked],
            callee.tls_uri(),
            Some("revoked"),
        ),
    ] {
        let mut caller = Agent::start("caller", options);
        caller.send(&format!("call {uri}"));
        match refusal {
            None => drop(caller.wait_call("confirmed")),
            Some(refusal) => {
                let end = caller.wait_call("disconnected");
                assert_eq!(end["error"]["tls"], refusal, "{options:?}: {end}");
            }
        }
        caller.quit();
    }
    let old = openssl::OpensslServer::start(&good, &["-tls1_2"]).unwrap();
    let mut caller = Agent::start("caller", &["--tls-ca", &file, "--tls-min", "1.3"]);
    caller.send(&format!("call sip:bob@{};transport=tls", old.addr()));
    let end = caller.wait_call("disconnected");
    assert_eq!(end["error"]["tls"], "protocol", "{end}");
    quit(&mut [&mut caller, &mut callee, &mut other]);
}

#[test]
fn who_may_connect_and_with_which_cipher() {
    let dir = TestDir::new("cli-mutual").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let (server, client) = (ca.localhost().unwrap(), ca.client("caller").unwrap());
    let authority = text(ca.ca_cert());
    let own = [text(&server.cert), text(&server.key)];
    let own = ["--tls-cert", &own[0], "--tls-key", &own[1], "--auto-answer", "200"];
    let strict = ["--tls-ca", &authority, "--tls-require-client"];
    let mut callee = Agent::start("callee", &[&own[..], &strict].concat());
    let client = [text(&client.cert), text(&client.key)];
    for (options, state) in [
        (&[][..], "disconnected"),
        (&["--tls-cert", &client[0], "--tls-key", &client[1]], "confirmed"),
    ] {
        let mut caller = Agent::start("caller", &[&["--tls-ca", &authority], options].concat());
        caller.send(&format!("call {}", callee.tls_uri()));
        caller.wait_call(state);
        caller.quit();
    }
    callee.quit();
    let only = ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"];
    let peer = openssl::OpensslServer::start(&server, &only).unwrap();
    for (cipher, taken) in [("TLS_AES_128_GCM_SHA256", false), ("TLS_AES_256_GCM_SHA384", true)] {
        let mut caller = Agent::start("caller", &["--tls-ca", &authority, "--tls-cipher", cipher]);
        caller.send(&format!("call sip:{cipher}@{};transport=tls", peer.addr()));
        if taken {
            let invite = format!("INVITE sip:{cipher}");
            peer.wait_received(&invite, Deadline::secs(10)).unwrap();
        } else {
            let end = caller.wait_call("disconnected");
            assert_eq!(end["error"]["kind"], "tls", "{end}");
        }
        caller.quit();
    }
}

#[test]
fn how_media_gets_its_keys() {
    let mut callee = Agent::start("callee", &["--srtp", "optional", "--auto-answer", "200"]);
    let suite = "AES_CM_128_HMAC_SHA1_32";
    for (options, keys, cipher) in [
        (&["--srtp-keying", "sdes", "--srtp-suite", suite][..], "sdes", suite),
        (
            &["--srtp-keying", "dtls", "--srtp-suite", "AEAD_AES_128_GCM"],
            "dtls",
            "AEAD_AES_128_GCM",
        ),
    ] {
        let mut caller = Agent::start(keys, &[&["--srtp", "required"], options].concat());
        caller.send(&format!("call {}", callee.uri()));
        let media = caller.wait("media", |m| m["srtp_suite"].is_string());
        assert_eq!(
            (&media["srtp"], &media["srtp_suite"]),
            (&keys.into(), &cipher.into()),
            "{media}"
        );
        hang_up(&mut caller, &mut callee);
        caller.quit();
    }
    callee.quit();
}

// ---- in networks of their own ----

#[test]
fn heavy_a_call_over_the_relay() {
    let net = Internet::new().unwrap();
    let coturn = Coturn::start(net.public(), Internet::SERVER, &[("alice", "s3cret-turn")], None).unwrap();
    let relay = format!("alice@{}", coturn.addr());
    let inside = |name: &'static str, args: &[&str]| {
        let spec = microsip().env("MICROSIP_TURN_PASSWORD", "s3cret-turn");
        net.public().enter(|| Ok(Agent::start_spec(spec, name, args))).unwrap()
    };
    let mut callee = inside("callee", &["--ice", "--auto-answer", "200"]);
    let mut caller = inside("caller", &["--turn", &relay, "--ice-relay-only"]);
    caller.send(&format!("call {}", callee.uri()));
    let ice = caller.wait("ice", |i| i["state"] == "connected");
    assert_eq!(ice["local_kind"], "relay", "{ice}");
    let prefix = format!("{}:", Internet::SERVER);
    assert!(ice["local"].as_str().unwrap().starts_with(&prefix), "{ice}");
    caller.wait_call("confirmed");
    packets(&mut callee, 25);
    assert!(coturn.log().contains("ALLOCATE processed, success"), "{}", coturn.log());
    quit(&mut [&mut caller, &mut callee]);
}

#[test]
fn heavy_strangers_are_kept_away_unless_told_otherwise() {
    let net = Internet::new().unwrap();
    for guard in ["yes", "no"] {
        let (mut agent, wire) = net
            .public()
            .enter(|| {
                let bind = format!("{}:0", Internet::SERVER);
                let agent = Agent::start_at(microsip(), guard, &bind, &["--guard", guard]);
                Ok((agent, Wire::at(&bind)))
            })
            .unwrap();
        wire.send(&agent.address("udp"), "OPTIONS", "User-Agent: friendly-scanner\r\n");
        if guard == "yes" {
            let told = agent.wait("guard", |_| true);
            assert_eq!(
                (&told["reason"], &told["source"]),
                (&"scanner".into(), &Internet::SERVER.to_string().into())
            );
        } else {
            assert_eq!(wire.response("OPTIONS").0.code(), Some(200));
        }
        agent.quit();
    }
}

//! Through a real registrar and proxy: Kamailio.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{Agent, microsip, speech};
use microsip_testkit::audio::{Audio, compare};
use microsip_testkit::ca::TestCa;
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::{Deadline, steady};

fn options() -> KamailioOptions {
    KamailioOptions::new().user("1001", "one-pw").user("1002", "two-pw")
}

fn registered(kamailio: &Kamailio, user: &str, password: &str, args: &[&str]) -> Agent {
    let registrar = format!("sip:{}", kamailio.udp_addr());
    let account = format!("sip:{user}@{}", kamailio.udp_addr());
    let base = ["--account", &account, "--registrar", &registrar];
    let spec = microsip().env("MICROSIP_PASSWORD", password);
    Agent::start_spec(spec, user, &[&base, args].concat())
}

#[test]
fn a_call_between_two_processes_through_the_proxy() {
    steady(Deadline::secs(100), || {
        let kamailio = Kamailio::start(options()).unwrap();
        let dir = TestDir::new("cli-proxy").unwrap();
        let file = dir.join("heard.wav");
        let record = ["--auto-answer", "200", "--record", file.to_str().unwrap()];
        let mut callee = registered(&kamailio, "1002", "two-pw", &record);
        let mut caller = registered(&kamailio, "1001", "one-pw", &["--play", &speech()]);
        for agent in [&mut callee, &mut caller] {
            agent.wait("registration", |e| e["state"] == "registered" && e["code"] == 200);
        }
        caller.send("call 1002");
        callee.wait("incoming", |e| e["from_user"] == "1001");
        caller.wait_call("confirmed");
        caller.wait("player", |e| e["state"] == "finished");
        caller.send("dtmf 7");
        callee.wait("dtmf", |e| e["digit"] == "7");
        callee.send("hangup");
        let end = caller.wait_call("disconnected");
        assert_eq!(
            (&end["ended_by"], &end["cause"]),
            (&"remote".into(), &"hung_up".into()),
            "{end}"
        );
        callee.wait("recording", |e| e["state"] == "finished");
        for agent in [&mut callee, &mut caller] {
            agent.quit();
            assert_eq!(
                agent.count("registration", |e| e["state"] == "unregistered"),
                1,
                "{:?}",
                agent.events()
            );
            assert_eq!(agent.count("call", |e| e["state"] == "disconnected"), 1);
        }
        assert!(kamailio.registered("1002").unwrap().is_empty());
        let result = compare(&Audio::read_wav(speech()).unwrap(), &Audio::read_wav(&file).unwrap());
        // A busy machine makes the jitter buffer jump, which costs two segments of twenty each time.
        assert!(
            result.coverage >= 0.8 && result.correlation > 0.9,
            "{result}; missing {:?}",
            result.missing()
        );
    });
}

#[test]
fn a_wrong_password_is_an_event_and_no_end() {
    let kamailio = Kamailio::start(options()).unwrap();
    let mut agent = registered(&kamailio, "1001", "wrong", &[]);
    let failed = agent.wait("registration", |e| e["state"] == "failed");
    assert_eq!(failed["error"]["kind"], "auth", "{failed}");
    assert!(agent.process.is_running());
    agent.quit();
}

#[test]
fn an_unknown_callee_ends_the_call_with_404() {
    let kamailio = Kamailio::start(options()).unwrap();
    let mut agent = registered(&kamailio, "1001", "one-pw", &[]);
    agent.wait("registration", |e| e["state"] == "registered");
    agent.send("call nobody");
    let end = agent.wait_call("disconnected");
    assert_eq!(
        (&end["code"], &end["ended_by"], &end["cause"]),
        (&404.into(), &"remote".into(), &"rejected".into())
    );
    agent.quit();
    assert_eq!(agent.count("call", |e| e["state"] == "disconnected"), 1);
}

#[test]
fn the_demo_through_the_registrar() {
    steady(Deadline::secs(100), || {
        let dir = TestDir::new("demo-registrar").unwrap();
        let ca = TestCa::new(dir.path()).unwrap();
        let kamailio = Kamailio::start(options().tls(ca.localhost().unwrap())).unwrap();
        let tls = kamailio.tls_addr().unwrap().to_string();
        let udp = kamailio.udp_addr().to_string();
        for (transport, address) in [("udp", &udp), ("tls", &tls)] {
            let folder = dir.join(transport);
            let registrar = format!("sip:{address}");
            let (status, output) = microsip()
                .args([
                    "demo",
                    "--transport",
                    transport,
                    "--registrar",
                    &registrar,
                    "--user",
                    "1001",
                    "--user2",
                    "1002",
                ])
                .args([
                    "--tls-ca",
                    ca.ca_cert().to_str().unwrap(),
                    "--dir",
                    folder.to_str().unwrap(),
                ])
                .env("MICROSIP_PASSWORD", "one-pw")
                .env("MICROSIP_PASSWORD2", "two-pw")
                .run(Deadline::secs(60))
                .unwrap();
            let text = output.to_string();
            assert_eq!(status.code(), Some(0), "{transport}: {text}");
            for word in [
                &**address,
                "REGISTER",
                "200 OK (REGISTER)",
                "INVITE",
                "key #",
                "correlation",
            ] {
                assert!(text.contains(word), "{word} not in\n{text}");
            }
            assert!(!text.contains("one-pw") && !text.contains("two-pw"), "{text}");
        }
    });
}

#[test]
fn presence_is_published_changed_by_commands_and_removed_at_the_end() {
    let kamailio = Kamailio::start(options().alias("127.0.0.1").authenticate_calls(true).presence()).unwrap();
    let held = || kamailio.published().unwrap();
    let mut agent = registered(&kamailio, "1001", "one-pw", &["--presence"]);
    let first = agent.wait("publication", |_| true);
    assert_eq!(
        (&first["state"], &first["package"]),
        (&"published".into(), &"presence".into()),
        "{first}"
    );
    assert_eq!(
        (&first["code"], &first["expires"]),
        (&200.into(), &600.into()),
        "{first}"
    );
    assert!(held().contains("open"), "{}", held());
    agent.send("presence away at lunch");
    let second = agent.wait("publication", |e| e["state"] == "published");
    assert_eq!(second["publication"], first["publication"]);
    assert!(held().contains("at lunch") && held().contains("away"), "{}", held());
    agent.send("presence asleep");
    let wrong = agent.wait("error", |e| e["command"] == "presence");
    assert_eq!(wrong["suggestion"], "presence away at lunch", "{wrong}");
    agent.quit();
    assert_eq!(
        agent.count("publication", |e| e["state"] == "removed" && e["code"] == 200),
        1
    );
    assert!(!held().contains("at lunch"), "{}", held());
}

//! What stays of calls and contacts: the ini's ring and the database after a crash, readers beside the phone, imports and exports,
//! directories and provisioning from a server.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use common::Agent;
use common::phone::{Home, Phone, Ran, text};
use common::wire::Wire;
use microsip_core::compat::history::{CallQuery, HistoryStore, StoreOptions};
use microsip_testkit::Deadline;
use microsip_testkit::process::{ProcessSignal, Spec, find_program};
use serde_json::{Value, json};

#[test]
fn a_killed_phone_has_lost_no_finished_call() {
    let home = Home::new("crash");
    let ini = home.settings("crash", "", "");
    let wire = Wire::new();
    for round in 1..=4 {
        let mut phone = Phone::start(&home, ini.clone());
        phone.command(&["call", &wire.uri(&format!("round{round}"))]).ok();
        let (invite, from) = wire.request("INVITE");
        wire.answer(&invite, from, 486, "");
        phone.wait("history", |_| true);
        phone.agent.process.signal(ProcessSignal::Kill).unwrap();
        phone.agent.process.wait_exit(Deadline::secs(5)).unwrap();
        let ring = std::fs::read_to_string(&ini).unwrap();
        assert!(ring.contains(&format!("{}=round{round}@", round - 1)), "{ring}");
    }
    // The next start puts into the database what it missed, each call once.
    let mut phone = Phone::start(&home, ini);
    let calls = phone.ask(&["history"]);
    let numbers: Vec<&str> = calls
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["number"].as_str().unwrap().split('@').next().unwrap())
        .collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["round1", "round2", "round3", "round4"], "{calls}");
    phone.exit();
    // Without a phone the same.
    assert_eq!(home.run(&["history", "-i", "crash.ini", "--json"]).ok().json(), calls);
}

#[test]
fn the_database_is_read_while_the_phone_writes() {
    let home = Home::new("reader");
    let mut phone = home.phone("reader", "", "");
    let wire = Wire::new();
    let file = home.dir.join("reader.db");
    let store = HistoryStore::open_read_only(&file, StoreOptions::default()).unwrap();
    for count in 1..=10 {
        phone.command(&["call", &wire.uri(&format!("n{count}"))]).ok();
        let (invite, from) = wire.request("INVITE");
        wire.answer(&invite, from, 486, "");
        phone.wait("history", |_| true);
        // Written, not only told: a question to the phone comes after it.
        assert_eq!(phone.ask(&["history"]).as_array().unwrap().len(), count);
        assert_eq!(store.calls(&CallQuery::new()).unwrap().len(), count);
        phone.wait_call("disconnected");
    }
    if let Ok(sqlite) = find_program("sqlite3", "sqlite3") {
        let question = "SELECT count(*), min(type), max(duration) FROM calls WHERE number LIKE 'n%'";
        let ran = Ran::of(home.own(Spec::new(sqlite)).arg("-readonly").arg(&file).arg(question)).ok();
        assert_eq!(ran.stdout, "10|0|0");
    }
    phone.exit();
}

#[test]
fn contacts_go_in_and_out_as_tables() {
    let home = Home::new("tables");
    let mut phone = home.phone("tables", "", "");
    let csv = "Given Name,Family Name,Home Phone,Mobile Phone,Notes\nAnn,\"O\"\"Hara, Miss\",318,0170,\"line one\nline two\"\nBob,,319,,\n";
    home.dir.write("in.csv", csv).unwrap();
    let told = phone.ask(&["contacts", "--import", "in.csv"]);
    assert_eq!(told, json!({ "added": 2, "updated": 0, "unchanged": 0 }));
    common::phone::until("the phone's contacts", || {
        (phone.ask(&["contacts"]).as_array().unwrap().len() == 2).then_some(())
    });
    let told = phone.command(&["contacts", "--import", "in.csv"]).ok().stdout;
    assert!(
        told.contains("0 contacts added") && told.contains("2 as they were"),
        "{told}"
    );
    phone.command(&["contacts", "--export", "out.csv"]).ok();
    phone.command(&["contacts", "--export", "out.xml"]).ok();
    let out = std::fs::read_to_string(home.dir.join("out.csv")).unwrap();
    assert!(
        out.starts_with("Name,Number") || out.starts_with("\u{feff}Name,Number"),
        "{out}"
    );
    assert!(out.contains("O\"\"Hara, Miss") && out.contains("318"), "{out}");
    // What was written is read back as it was, in another home.
    let other = Home::new("tables2");
    other.settings("other", "", "");
    std::fs::copy(home.dir.join("out.csv"), other.dir.join("out.csv")).unwrap();
    std::fs::copy(home.dir.join("out.xml"), other.dir.join("out.xml")).unwrap();
    other.run(&["contacts", "-i", "other.ini", "--import", "out.csv"]).ok();
    let there = other.run(&["contacts", "-i", "other.ini", "--json"]).ok().json();
    assert_eq!(there, home.run(&["contacts", "-i", "tables.ini", "--json"]).ok().json());
    let again = other
        .run(&["contacts", "-i", "other.ini", "--import", "out.xml", "--json"])
        .ok()
        .json();
    assert_eq!(again["added"], 0, "{again}");
    other
        .run(&["contacts", "-i", "other.ini", "--import", "nowhere.csv"])
        .fails(2, "nowhere.csv");
    home.dir.write("bad.csv", "Colour\nred\n").unwrap();
    phone.command(&["contacts", "--import", "bad.csv"]).fails(1, "");
    phone.exit();
}

#[test]
fn the_history_is_exported_in_every_format() {
    let home = Home::new("export");
    let mut peer = Agent::start("peer", &[]);
    let mut phone = home.phone("export", "", "");
    let wire = Wire::new();
    phone.command(&["call", &wire.uri("out;put")]).ok();
    let (invite, from) = wire.request("INVITE");
    wire.answer(&invite, from, 503, "");
    phone.wait_call("disconnected");
    peer.send(&format!("call {}", phone.uri("export")));
    phone.wait("incoming", |_| true);
    peer.send("hangup");
    phone.wait_call("disconnected");

    let export = |format: &str| phone.command(&["history", "--export", format]).ok().stdout;
    let csv = export("csv");
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 3, "{csv}");
    assert_eq!(
        rows[0].trim_start_matches('\u{feff}'),
        "Type,Name,Number,Time,Duration,Info"
    );
    assert!(
        rows[1].starts_with("out,") && rows[1].contains("Server Failure: 503"),
        "{csv}"
    );
    assert!(rows[2].starts_with("miss,") && rows[2].contains("Missed Call"), "{csv}");
    let xml = export("xml");
    assert!(
        xml.contains("<calls>") && xml.contains("type=\"out\"") && xml.contains("type=\"miss\""),
        "{xml}"
    );
    let all: Value = serde_json::from_str(&export("json")).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    // Questions to the history.
    assert_eq!(phone.ask(&["history", "--kind", "missed"]).as_array().unwrap().len(), 1);
    assert_eq!(
        phone.ask(&["history", "--limit", "1"])[0]["kind"],
        "missed",
        "the newest first"
    );
    phone.command(&["history", "--kind", "odd"]).fails(2, "missed");
    phone.exit();
    assert_eq!(
        home.run(&["history", "-i", "export.ini", "--export", "csv"])
            .ok()
            .stdout,
        csv
    );
}

/// A web server of one thread that gives what stands under a path, and notes what it was asked.
struct Web {
    addr: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    pages: Arc<Mutex<Vec<(String, String, String)>>>,
}

impl Web {
    fn start() -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let web = Web {
            addr: listener.local_addr().unwrap(),
            asked: Arc::default(),
            pages: Arc::default(),
        };
        let (asked, pages) = (Arc::clone(&web.asked), Arc::clone(&web.pages));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut lines = BufReader::new(stream.try_clone().unwrap())
                    .lines()
                    .map_while(Result::ok);
                let Some(path) = lines.next().and_then(|line| line.split(' ').nth(1).map(str::to_owned)) else {
                    continue;
                };
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let found = pages
                    .lock()
                    .unwrap()
                    .iter()
                    .find(|(p, ..)| path.starts_with(p.as_str()))
                    .cloned();
                asked.lock().unwrap().push(path);
                let (status, kind, body) = match found {
                    Some((_, kind, body)) => ("200 OK", kind, body),
                    None => ("404 Not Found", "text/plain".into(), String::new()),
                };
                drop(write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                ));
            }
        });
        web
    }

    fn page(&self, path: &str, kind: &str, body: &str) {
        let mut pages = self.pages.lock().unwrap();
        pages.retain(|(p, ..)| p != path);
        pages.push((path.into(), kind.into(), body.into()));
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }
}

#[test]
fn a_directory_on_a_server_becomes_contacts() {
    let home = Home::new("directory");
    let web = Web::start();
    let url = web.url("/users?v={version}");
    web.page(
        "/users",
        "application/json",
        r#"{"refresh": 600, "items": [{"number": "318", "name": "Stores"}, {"number": "319", "name": "Gate"}]}"#,
    );
    let ini = home.settings("directory", &format!("usersDirectory={url}"), "");
    let mut phone = Phone::start(&home, ini);
    // A placeholder makes it wait for a registration; without account there is none.
    if web.asked.lock().unwrap().is_empty() {
        phone.command(&["settings", "usersDirectory", &web.url("/users")]).ok();
    }
    assert_eq!(phone.wait("directory", |_| true)["added"], 2);
    assert_eq!(phone.ask(&["contacts", "Stores"])[0]["number"], "318");
    assert!(
        web.asked.lock().unwrap()[0].contains("sequence=0"),
        "{:?}",
        web.asked.lock().unwrap()
    );

    // Asked again by a command: one changed, one gone, in another format.
    web.page(
        "/users",
        "text/xml",
        r#"<?xml version="1.0"?><contacts><contact number="318" name="Stores, first floor"/></contacts>"#,
    );
    phone.command(&["contacts", "--refresh"]).ok();
    let told = phone.wait("directory", |_| true);
    // An entry is known by number and name.
    assert_eq!((&told["removed"], &told["added"]), (&json!(2), &json!(1)), "{told}");
    // It names callers.
    let mut caller = home.phone("318", "", "");
    caller.command(&["call", &phone.uri("directory")]).ok();
    phone.wait("incoming", |_| true);
    assert_eq!(phone.ask(&["calls"])[0]["name"], "Stores, first floor");
    caller.exit();
    // A server in trouble changes nothing.
    web.page("/users", "application/json", "{\"items\": [{");
    phone.command(&["contacts", "--refresh"]).ok();
    phone.wait("error", |_| true);
    assert_eq!(phone.ask(&["contacts", "Stores"]).as_array().unwrap().len(), 1);
    phone.exit();
    let book = std::fs::read_to_string(home.dir.join("Contacts.xml")).unwrap();
    assert!(
        book.contains("Stores, first floor") && book.contains("directory=\"1\""),
        "{book}"
    );
}

#[test]
fn a_server_provides_settings_and_accounts() {
    let home = Home::new("provision");
    let (web, wire) = (Web::start(), Wire::new());
    let document = json!({
        "microsip": 1,
        "settings": { "userAgent": "Fleet 7", "volumeRing": 80 },
        "accounts": [{ "id": 1, "label": "Desk", "domain": wire.addr().to_string(), "username": "204" }],
    });
    web.page("/phone.json", "application/json", &document.to_string());
    let with_url = text("provision", "", "").replace("accountId=0\n", "")
        + &format!("provisioningUrl={}\n", web.url("/phone.json"));
    let ini = home.dir.write("provision.ini", with_url).unwrap();
    let mut phone = Phone::start(&home, ini.clone());
    let told = phone.wait("settings", |e| e["source"] == "provisioning");
    assert!(
        told["changed"]
            .as_array()
            .unwrap()
            .contains(&json!("Settings/userAgent")),
        "{told}"
    );
    phone.line(&["100"]).ok();
    let (invite, from) = wire.request("INVITE");
    wire.answer(&invite, from, 486, "");
    assert!(
        invite
            .request_uri()
            .unwrap()
            .starts_with(&format!("sip:100@{}", wire.addr())),
        "{invite:?}"
    );
    assert_eq!(invite.header("User-Agent"), Some("Fleet 7"));
    phone.wait_call("disconnected");
    phone.exit();

    // A wrong document changes nothing, and the one that was kept is used.
    web.page(
        "/phone.json",
        "application/json",
        r#"{"microsip": 1, "settings": {"volumeRing": 900, "cmdCallEnd": "rm"}}"#,
    );
    let mut phone = Phone::start(&home, ini.clone());
    let error = phone.wait("error", |e| {
        e["error"]["message"].as_str().unwrap().contains("volumeRing")
    });
    assert!(
        error["error"]["message"].as_str().unwrap().contains("cmdCallEnd"),
        "{error}"
    );
    assert_eq!(phone.ask(&["settings", "volumeRing"])["value"], "80");
    assert_eq!(phone.ask(&["settings", "cmdCallEnd"])["value"], "");
    phone.exit();
    let kept = home.dir.join("provision-provision.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(kept).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

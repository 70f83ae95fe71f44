use serde_json::{Value, json};

use super::schema_check::is_valid;
use super::*;
use crate::compat::ini::{ACCOUNT_KEYS, AccountSettings, IniFile, PasswordStore, SETTINGS_KEYS, Settings, ValueKind};
use crate::{Error, ErrorKind};

fn parse(json: &Value) -> Result<ProvisionDocument, ProvisionRefusal> {
    ProvisionDocument::parse(json.to_string().as_bytes(), ProvisionRules::default())
}

fn paths(refusal: &ProvisionRefusal) -> Vec<&str> {
    refusal.problems.iter().map(|p| &*p.path).collect()
}

fn ini(text: &str) -> IniFile {
    IniFile::parse(text.as_bytes(), "microsip.ini").unwrap()
}

fn example() -> Value {
    json!({
        "$schema": "https://example.org/provisioning.schema.json",
        "microsip": 1,
        "serial": 20260401,
        "refresh": 3600,
        "settings": {
            "DND": false, "autoAnswer": "header", "autoAnswerDelay": 3, "DTMFMethod": 2, "volumeRing": 50,
            "audioCodecs": ["opus/48000/2", "PCMA/8000/1"], "STUN": "stun.example.org;stun2.example.org",
            "portKnockerPorts": [7000, 8000], "audioInputDevice": "USB Mic", "ringingSound": "bell.wav"
        },
        "accounts": [
            { "id": 1, "label": "Desk", "server": "pbx.example.org", "domain": "pbx.example.org", "username": "204",
              "password": "s3cret", "transport": "tls", "SRTP": "mandatory", "registerRefresh": 60,
              "proxy": "a.example.org b.example.org", "publish": true }
        ],
        "remove_accounts": true
    })
}

#[test]
fn a_document_is_applied() {
    let document = parse(&example()).unwrap();
    assert_eq!(
        (document.serial.as_deref(), document.refresh, document.remove_accounts),
        (Some("20260401"), Some(3600), true)
    );
    let mut file = ini(
        "; mine\r\n[Settings]\r\naccountId=2\r\nDND=1\r\nsingleMode=0\r\n[Account1]\r\nlabel=old\r\nhideCID=1\r\n[Account2]\r\ndomain=x\r\nusername=x\r\n[Account0]\r\nlabel=local\r\n[Dialed]\r\n0=5\r\n",
    );
    let store = PasswordStore::default();
    let applied = document.apply(&mut file, &store).unwrap();
    assert_eq!(applied.removed_accounts, [2]);
    let (settings, warnings) = Settings::read(&file);
    assert!(warnings.is_empty(), "{warnings:?}");
    assert!(!settings.dnd && !settings.single_mode, "what is not named stays");
    assert_eq!((settings.auto_answer.name(), settings.auto_answer_delay), ("header", 3));
    assert_eq!((settings.dtmf_method.name(), settings.volume_ring), ("rfc4733", 50));
    assert_eq!(settings.audio_codecs, ["opus/48000/2", "PCMA/8000/1"]);
    assert_eq!(settings.stun, ["stun.example.org", "stun2.example.org"]);
    assert_eq!(settings.port_knocker_ports, [7000, 8000]);
    assert_eq!(settings.account_id, Some(1), "the active account was removed");
    let (account, warnings) = AccountSettings::read(&file, 1, &store);
    let account = account.unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(
        (&*account.label, &*account.username, account.transport.name()),
        ("Desk", "204", "tls")
    );
    assert_eq!(account.password.secret.reveal(), "s3cret");
    assert_eq!(
        (account.srtp.name(), account.register_refresh, account.publish),
        ("mandatory", 60, true)
    );
    assert_eq!(account.proxy, ["a.example.org", "b.example.org"]);
    assert!(account.hide_cid, "what is not named stays");
    let bytes = file.to_bytes();
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.starts_with("; mine\r\n")
            && text.contains("[Account0]\r\nlabel=local")
            && text.contains("[Dialed]\r\n0=5")
    );
    assert!(text.contains("audioInputDevice=\"USB Mic\"") && !text.contains("s3cret") && !text.contains("[Account2]"));
    for key in [
        "Settings.DND",
        "Settings.accountId",
        "Account1.password",
        "Account1.label",
    ] {
        assert!(applied.changed.iter().any(|k| k == key), "{key}: {applied:?}");
    }
    // Once more: nothing changes, the password's line neither.
    let again = document.apply(&mut file, &store).unwrap();
    assert!(again.is_empty(), "{again:?}");
    assert_eq!(file.to_bytes(), bytes);
    assert!(!format!("{document:?}").contains("s3cret"));
}

#[test]
fn everything_wrong_is_told_with_its_place() {
    let document = json!({
        "refresh": 59, "serial": [1], "what": 1, "remove_accounts": 1,
        "settings": {
            "dnd": 1, "singelMode": 1, "autoAnswer": "always", "volumeRing": 101, "sourcePort": "5060", "noResize": 2,
            "DTMFMethod": 9, "dnsSrvNs": "1;2;3;4;5", "portKnockerPorts": [0], "userAgent": "a\r\nb", "recordingFormat": null,
            "featureCodeBT": "x".repeat(256), "usersDirectory": 7, "callsLastKey": 5, "": 1
        },
        "accounts": [
            { "id": 0, "domain": "d", "username": "u" },
            { "id": 2, "transport": "udp ", "password": 12345, "DND": 1 },
            { "id": 2 }, 7, { "id": 1.5 }, {}
        ]
    });
    let refusal = parse(&document).unwrap_err();
    let mut found = paths(&refusal);
    found.sort_unstable();
    let mut expected = vec![
        "$.microsip",
        "$.refresh",
        "$.serial",
        "$.what",
        "$.remove_accounts",
        "$.settings.dnd",
        "$.settings.singelMode",
        "$.settings.autoAnswer",
        "$.settings.volumeRing",
        "$.settings.sourcePort",
        "$.settings.noResize",
        "$.settings.DTMFMethod",
        "$.settings.dnsSrvNs",
        "$.settings.portKnockerPorts",
        "$.settings.userAgent",
        "$.settings.recordingFormat",
        "$.settings.featureCodeBT",
        "$.settings.usersDirectory",
        "$.settings.callsLastKey",
        "$.settings[\"\"]",
        "$.accounts[0].id",
        "$.accounts[1].transport",
        "$.accounts[1].password",
        "$.accounts[1].DND",
        "$.accounts[2].id",
        "$.accounts[3]",
        "$.accounts[4].id",
        "$.accounts[5].id",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let message = |path: &str| {
        let problem = refusal.problems.iter().find(|p| p.path == path).unwrap();
        problem.message.clone()
    };
    assert!(message("$.settings.dnd").contains("written DND"));
    assert!(message("$.settings.singelMode").contains("perhaps singleMode"));
    assert!(message("$.settings.autoAnswer").contains("allowed: (empty), button, header, all; found \"always\""));
    assert!(message("$.settings.volumeRing").contains("0 to 100"));
    assert!(!refusal.to_string().contains("12345"), "{refusal}");
    let error = Error::from(refusal);
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::InvalidArgument, "document_malformed")
    );
}

#[test]
fn what_is_no_document() {
    for (bytes, path) in [
        (&b""[..], "$"),
        (b"<html>s3cret</html>", "$"),
        (b"[]", "$"),
        (b"{\"microsip\":1} s3cret", "$"),
        (b"{\"microsip\":2}", "$.microsip"),
        (b"{\"microsip\":true}", "$.microsip"),
        (b"{\"microsip\":1,\"microsip\":1}", "$.microsip"),
        (b"{\"microsip\":1,\"settings\":{\"DND\":0,\"DND\":1}}", "$.settings.DND"),
        (
            b"{\"microsip\":1,\"accounts\":[{\"id\":1,\"id\":1}]}",
            "$.accounts[0].id",
        ),
        (b"{\"microsip\":1,\"accounts\":{}}", "$.accounts"),
        (b"{\"microsip\":1,\"settings\":[]}", "$.settings"),
        (b"{\"microsip\":1,\"$schema\":1}", "$.$schema"),
        (b"\xFF\xFE{\0}\0", "$"),
        (&b"[".repeat(1 << 20), "$"),
        (&vec![b' '; (1 << 20) + 1], "$"),
    ] {
        let refusal = ProvisionDocument::parse(bytes, ProvisionRules::default()).unwrap_err();
        assert_eq!(paths(&refusal)[0], path, "{refusal}");
        assert!(!refusal.to_string().contains("s3cret"), "{refusal}");
    }
    assert!(ProvisionDocument::parse(b"\xEF\xBB\xBF{\"microsip\":1}", ProvisionRules::default()).is_ok());
    // A document that is wrong everywhere.
    let many: serde_json::Map<String, Value> = (0..5000).map(|n| (format!("x{n}"), json!(1))).collect();
    let refusal = parse(&json!({"microsip": 1, "settings": many})).unwrap_err();
    assert_eq!(refusal.problems.len(), 101);
    assert!(refusal.problems[100].message.contains("4900 more"));
    let crowd: Vec<Value> = (0..257).map(|n| json!({"id": n})).collect();
    assert_eq!(
        paths(&parse(&json!({"microsip": 1, "accounts": crowd})).unwrap_err()),
        ["$.accounts"]
    );
}

#[test]
fn no_program_and_no_file_unless_allowed() {
    let with = |settings: Value, rules| {
        let document = json!({"microsip": 1, "settings": settings}).to_string();
        ProvisionDocument::parse(document.as_bytes(), rules)
    };
    let (none, rules) = (ProvisionRules::default(), ProvisionRules::default);
    let hooks: Vec<_> = SETTINGS_KEYS
        .iter()
        .map(|k| k.name)
        .filter(|k| k.starts_with("cmd"))
        .collect();
    assert_eq!(hooks.len(), 8);
    for hook in hooks {
        for value in [json!("/bin/sh -c evil"), json!("")] {
            let refusal = with(json!({hook: value}), none).unwrap_err();
            assert!(
                refusal.to_string().contains("commands cannot be provisioned"),
                "{refusal}"
            );
            assert!(with(json!({hook: value}), rules().allow_files(true)).is_err());
            assert!(with(json!({hook: value}), rules().allow_hooks(true)).is_ok());
        }
    }
    for (key, value) in [
        ("recordingPath", "\\\\evil.example\\share"),
        ("recordingPath", "Recordings"),
        ("ringingSound", "/etc/passwd"),
        ("ringingSound", "..\\bell.wav"),
        ("ringingSound", "C:bell.wav"),
        ("ringingSound", "%TEMP%"),
        ("ringingSound", ".."),
    ] {
        let refusal = with(json!({key: value}), rules().allow_hooks(true)).unwrap_err();
        assert!(refusal.to_string().contains("allow files"), "{refusal}");
        assert!(
            with(json!({key: value}), rules().allow_files(true)).is_ok(),
            "{key}={value}"
        );
    }
    assert!(with(json!({"ringingSound": "bell.wav"}), none).is_ok());
    for key in ["callsLastKey", "checkUpdatesTime"] {
        assert!(with(json!({key: 1}), rules().allow_files(true).allow_hooks(true)).is_err());
    }
}

#[test]
fn what_would_come_out_wrong_changes_nothing() {
    let store = PasswordStore::default();
    let base = "[Settings]\naccountId=1\n[Account1]\ndomain=d\nusername=u\n";
    for (document, path) in [
        (
            json!({"accounts": [{"id": 3, "domain": "d", "username": "u"}], "settings": {"DND": 1}}),
            "$.accounts[0].id",
        ),
        (
            json!({"accounts": [{"id": 2, "username": "u"}]}),
            "$.accounts[0].domain",
        ),
        (
            json!({"accounts": [{"id": 2, "domain": "d"}]}),
            "$.accounts[0].username",
        ),
        (json!({"accounts": [{"id": 1, "domain": ""}]}), "$.accounts[0].domain"),
        (json!({"settings": {"accountId": 2}}), "$.settings.accountId"),
        (
            json!({"settings": {"accountId": 1}, "remove_accounts": true}),
            "$.settings.accountId",
        ),
        (
            json!({"accounts": [{"id": 2, "domain": "d", "username": "u"}], "remove_accounts": true}),
            "$.accounts[0].id",
        ),
    ] {
        let mut document = document;
        document["microsip"] = json!(1);
        let mut file = ini(base);
        let refusal = parse(&document).unwrap().apply(&mut file, &store).unwrap_err();
        assert_eq!(paths(&refusal), [path], "{refusal}");
        assert_eq!(file.to_bytes(), base.as_bytes());
    }
    // A character that the file's encoding lacks.
    let options = crate::compat::ini::ReadOptions::default();
    let mut file = IniFile::parse_with(b"[Settings]\nuserAgent=\xE9\n", "a.ini", &options).unwrap();
    let before = file.to_bytes();
    let document = parse(&json!({"microsip": 1, "settings": {"DND": 1, "userAgent": "日本"}})).unwrap();
    let refusal = document.apply(&mut file, &store).unwrap_err();
    assert_eq!(paths(&refusal), ["$.settings.userAgent"]);
    assert_eq!(file.to_bytes(), before);
}

#[test]
fn the_active_account() {
    let store = PasswordStore::default();
    let two = json!([{"id": 2, "domain": "d", "username": "u"}, {"id": 1, "domain": "d", "username": "u"}]);
    for (base, document, expected) in [
        ("[Settings]\n", json!({"accounts": two}), "1"),
        ("[Settings]\naccountId=0\n", json!({"accounts": two}), "0"),
        (
            "[Settings]\n",
            json!({"accounts": two, "settings": {"accountId": 2}}),
            "2",
        ),
        (
            "[Settings]\naccountId=1\n[Account1]\ndomain=d\nusername=u\n",
            json!({"remove_accounts": true}),
            "0",
        ),
        ("[Settings]\naccountId=3\n", json!({}), "3"),
    ] {
        let mut document = document;
        document["microsip"] = json!(1);
        let mut file = ini(base);
        parse(&document).unwrap().apply(&mut file, &store).unwrap();
        assert_eq!(file.get("Settings", "accountId"), Some(expected), "{base} {document}");
    }
}

#[test]
fn the_schema_in_the_documentation_is_ours() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/provisioning.schema.json");
    let ours = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("MICROSIP_WRITE_DOCS").is_some() {
        std::fs::write(path, &ours).unwrap();
    }
    let theirs = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    assert!(
        theirs == ours,
        "docs/provisioning.schema.json is old: run this test with MICROSIP_WRITE_DOCS=1"
    );
}

/// Schema and parser say the same of everything a schema can say.
#[test]
fn the_schema_and_the_parser_agree() {
    let schema = schema();
    let rules = ProvisionRules::default().allow_hooks(true).allow_files(true);
    let (mut good, mut bad) = (0, 0);
    let mut agree = |document: &Value| {
        let parsed = ProvisionDocument::parse(document.to_string().as_bytes(), rules);
        assert_eq!(is_valid(&schema, document), parsed.is_ok(), "{document}: {parsed:?}");
        if parsed.is_ok() {
            good += 1
        } else {
            bad += 1
        }
        parsed.is_ok()
    };
    let mut values: Vec<Value> = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(4),
        json!(9),
        json!(10),
        json!(-1),
        json!(100),
        json!(101),
        json!(999),
        json!(65_535),
        json!(65_536),
        json!(2_147_483_647_i64),
        json!(2_147_483_648_i64),
        json!(-2_147_483_648_i64),
        json!(-2_147_483_649_i64),
        json!(1.0),
        json!(0.5),
        json!(1e300),
        json!(u64::MAX),
        json!([]),
        json!([1]),
        json!([0]),
        json!([65_536]),
        json!(["a"]),
        json!([""]),
        json!(["a", "b"]),
        json!(["a b"]),
        json!(["a;b"]),
        json!(["a,b"]),
        json!(["a\n"]),
        json!([null]),
        json!({}),
        json!({"id": 1}),
        json!(vec!["a"; 4]),
        json!(vec!["a"; 5]),
        json!(vec!["a"; 8]),
        json!(vec!["a"; 9]),
        json!(vec!["a"; 32]),
        json!(vec!["a"; 33]),
        json!(vec!["a"; 64]),
        json!(vec!["a"; 65]),
        json!(vec![7; 42]),
        json!(vec![7; 43]),
    ];
    for text in [
        "",
        "0",
        "1",
        "2",
        "x",
        "all",
        "ALL",
        "button",
        "udp",
        "wav",
        "a b",
        "a;b",
        "a;b,c;d",
        "a;b,c;d;e",
        "a\nb",
        "\u{0}",
        "\u{85}",
        "\u{FFFD}",
        "ä€",
        "\"q\"",
        " edge ",
    ] {
        values.push(json!(text));
    }
    for n in [8, 9, 32, 33, 64, 65] {
        values.push(json!(vec!["a"; n].join(";")));
        values.push(json!(vec!["a"; n].join(" ")));
    }
    for n in [255, 256, 511, 512, 1040, 1041] {
        values.push(json!("x".repeat(n)));
    }
    for (keys, place) in [(SETTINGS_KEYS, "settings"), (ACCOUNT_KEYS, "accounts")] {
        for key in keys {
            let mut allowed = 0;
            for value in &values {
                let document = match place {
                    "settings" => json!({"microsip": 1, "settings": {key.name: value}}),
                    _ => json!({"microsip": 1, "accounts": [{"id": 1, key.name: value}]}),
                };
                allowed += usize::from(agree(&document));
            }
            assert!(
                allowed > 0 || super::check::is_memory(key),
                "{}: nothing is allowed",
                key.name
            );
            // A kind of value that is new must get its own line in both.
            assert!(matches!(
                key.kind,
                ValueKind::Flag
                    | ValueKind::One
                    | ValueKind::NotZero
                    | ValueKind::Int { .. }
                    | ValueKind::Clamped { .. }
                    | ValueKind::Choice(_)
                    | ValueKind::Text
                    | ValueKind::Quoted
                    | ValueKind::Password
                    | ValueKind::Ports
                    | ValueKind::List { .. }
            ));
        }
    }
    for name in [
        "microsip",
        "serial",
        "refresh",
        "settings",
        "accounts",
        "remove_accounts",
        "$schema",
        "Settings",
        "id",
    ] {
        for value in values.iter().chain(&[
            json!(60),
            json!(604_800),
            json!(604_801),
            json!([{}]),
            json!([{"id": 257}]),
        ]) {
            let mut document = json!({"microsip": 1});
            document[name] = value.clone();
            agree(&document);
        }
    }
    for document in [json!(null), json!([]), json!({}), example()] {
        agree(&document);
    }
    assert!(good > 1000 && bad > 1000, "{good} {bad}");
}

/// Damaged documents: an answer or a refusal, never a panic, and what is taken can be applied or is refused without a trace.
#[test]
fn damaged_documents_are_borne() {
    let sample = example().to_string().into_bytes();
    let pieces: [&[u8]; 12] = [
        b"{", b"}", b"\"", b",", b":", b"null", b"1e999", b"-1", b"\\u0000", b"\xFF", b"[]", b"\\uD800",
    ];
    let mut seed = 7_u64;
    let mut next = |limit: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit
    };
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut bytes = sample.clone();
        for _ in 0..=next(2) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] = bytes[next(sample.len().min(bytes.len()))],
                1 => drop(bytes.splice(at..at, pieces[next(pieces.len())].iter().copied())),
                2 => drop(bytes.splice(at..(at + next(4)).min(bytes.len()), [])),
                _ => bytes[at] ^= 1 << next(8),
            }
        }
        match ProvisionDocument::parse(&bytes, ProvisionRules::default()) {
            Ok(document) => {
                taken += 1;
                let mut file = IniFile::new("microsip.ini");
                let before = file.to_bytes();
                let result = document.apply(&mut file, &PasswordStore::default());
                assert!(result.is_ok() || file.to_bytes() == before);
            }
            Err(refusal) => {
                refused += 1;
                let text = refusal.to_string();
                assert!(!refusal.problems.is_empty() && text.len() < 5_000, "{text}");
                assert!(
                    !text.contains("s3cret") && !text.chars().any(char::is_control),
                    "{text}"
                );
            }
        }
    }
    assert!(taken > 500 && refused > 5_000, "{taken} {refused}");
}

/// The example of the documentation is one.
#[test]
fn the_documentations_example_is_good() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/provisioning.md");
    let text = std::fs::read_to_string(path).unwrap();
    let examples: Vec<&str> = text
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!examples.is_empty());
    for example in examples {
        let document = ProvisionDocument::parse(example.as_bytes(), ProvisionRules::default()).unwrap();
        let mut file = IniFile::new("microsip.ini");
        document.apply(&mut file, &PasswordStore::default()).unwrap();
    }
}

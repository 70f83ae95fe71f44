//! The report, the lists, and files full of rubbish.

use super::{
    AccountSettings, Disposition, IniFile, OldContact, PasswordStore, SectionKind, Settings, SettingsReport, Shortcut,
    ShortcutAction,
};

fn parse(text: &str) -> IniFile {
    IniFile::parse(text.as_bytes(), "dir/t.ini").unwrap()
}

#[test]
fn the_report_tells_what_becomes_of_each_key() {
    let ini = parse(
        "[Settings]\nAA=1\nmainX=5\ndisableVideo=1\nEM=1\nautoAnser=all\nhidden=1\nusername=u\n\
         usersDirectory=https://u:hunter2@example.com/d?password=hunter2\nOnIncomingCall=x\n\
         [Account1]\ndomain=d\nAVPF=1\nmyPasswd=hunter2\n[Calls]\n0=a;b\n1=null\n1000=x\n[Mine]\nk=v\n",
    );
    let report = SettingsReport::of(&ini);
    let found: Vec<_> = report
        .entries
        .iter()
        .map(|e| (e.line, e.disposition.name(), e.perhaps))
        .collect();
    assert_eq!(
        found,
        [
            (2, "honoured", None),
            (3, "no_window", None),
            (4, "unsupported", None),
            (5, "obsolete", None),
            (6, "unknown", Some("autoAnswer")),
            (7, "unknown", None),
            (8, "obsolete", None),
            (9, "honoured", None),
            (10, "unknown", None),
            (12, "honoured", None),
            (13, "obsolete", None),
            (14, "unknown", None),
            (18, "unknown", None),
            (20, "unknown", None),
        ]
    );
    assert_eq!(report.lists, [("Calls".to_owned(), 2)]);
    assert_eq!(report.count(Disposition::Honoured), 3);
    assert_eq!(report.entries[7].value, "https://***@example.com/d?***");
    let (text, json) = (report.to_string(), serde_json::to_string(&report).unwrap());
    assert!(!text.contains("hunter2") && !json.contains("hunter2"));
    let settings = format!("{:?}", Settings::read(&ini).0);
    assert!(
        settings.contains("https://***@example.com/d?***") && !settings.contains("hunter2"),
        "{settings}"
    );
    assert!(text.contains("(perhaps autoAnswer?)") && json.contains(r#""disposition":"no_window""#));
}

#[test]
fn a_file_full_of_rubbish_takes_no_time_to_speak_of() {
    let store = PasswordStore::default();
    let keys: String = (0..180_000).map(|n| format!("autoAnsw{n}=1\n")).collect();
    let sections: String = (1..90_000).map(|n| format!("[Account{n}]\ndomain=\n")).collect();
    for text in [
        format!("[Settings]\n{keys}"),
        sections,
        format!("[Settings]\n{}", "DND=1\n".repeat(190_000)),
    ] {
        let started = std::time::Instant::now();
        let ini = parse(&text);
        let (settings, warnings) = Settings::read(&ini);
        assert_eq!(
            (settings.differences(&Settings::default()).len(), warnings.len()),
            (usize::from(text.contains("DND")), 0)
        );
        AccountSettings::read_all(&ini, &store);
        assert!(SettingsReport::of(&ini).entries.len() < 180_001 && ini.problems().len() <= 1000);
        // Slow machines and debug builds included; without limits it takes minutes.
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }
}

#[test]
fn sections_are_known_by_name() {
    assert_eq!(SectionKind::of("ACCOUNT12"), Some((SectionKind::Account, Some(12))));
    assert_eq!(SectionKind::of("Account0"), Some((SectionKind::Account, Some(0))));
    for name in [
        "Account",
        "Account01",
        "Account+1",
        "Account1a",
        "Accounts",
        "Account99999999999",
        "",
    ] {
        assert_eq!(SectionKind::of(name), None, "{name}");
    }
    assert_eq!(SectionKind::of("shortcuts"), Some((SectionKind::Shortcuts, None)));
}

#[test]
fn calls_are_a_ring() {
    let mut ini = parse("[Settings]\ncallsLastKey=998\n[Calls]\n998=a\n0=old\n7=null\n");
    assert_eq!(ini.push_call("b").unwrap(), 999);
    assert_eq!(ini.push_call("c;n;0;1;2;\"x\"").unwrap(), 0);
    assert_eq!(
        ini.calls().into_iter().collect::<Vec<_>>(),
        [(0, "c;n;0;1;2;\"x\""), (998, "a"), (999, "b")]
    );
    assert!(ini.delete_call(998).unwrap() && !ini.delete_call(998).unwrap());
    assert_eq!(ini.get("Calls", "998"), Some("null"));
    assert_eq!(parse("[Settings]\ncallsLastKey=-1").push_call("x").unwrap(), 0);
}

#[test]
fn dialed_shortcuts_and_old_contacts() {
    let mut ini = IniFile::new("t.ini");
    for n in 0..12 {
        ini.push_dialed(&n.to_string()).unwrap();
    }
    ini.push_dialed("5").unwrap();
    assert_eq!(ini.dialed(), ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]);

    let shortcuts = [
        Shortcut::new("Door", "*5").action(ShortcutAction::Dtmf).number2("*6"),
        Shortcut::new("Ann", "204")
            .action(ShortcutAction::AttendedTransfer)
            .presence(true),
    ];
    ini.set("Shortcuts", "5", "left over").unwrap();
    ini.set_shortcuts(&shortcuts).unwrap();
    assert_eq!(ini.get("Shortcuts", "1"), Some("Ann;204;attendedTransfer;;1"));
    assert_eq!((ini.shortcuts(), ini.get("Shortcuts", "5")), (shortcuts.to_vec(), None));
    assert!(ini.set_shortcuts(&[Shortcut::new("a;b", "1")]).is_err());
    assert!(ini.set_shortcuts(&vec![Shortcut::new("a", "1"); 9]).is_err());
    assert_eq!(Shortcut::parse("a;1;3").action, ShortcutAction::Dtmf);
    assert_eq!(Shortcut::parse("a;1;9"), Shortcut::new("a", "1"));
    let gap = parse("[Shortcuts]\n0=a;1;call\n2=b;2;call\n");
    assert_eq!(gap.shortcuts().len(), 1);

    let ini = parse("[Contacts]\n0=204;Ann;1;0\n1=;nobody\n2=205\n");
    let contacts = ini.old_contacts();
    assert_eq!(contacts.len(), 2);
    assert!(contacts[0].presence && !contacts[0].directory && contacts[0].name == "Ann");
    assert_eq!(OldContact::parse(""), None);
}

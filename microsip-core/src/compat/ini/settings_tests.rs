//! The typed settings: every key of MicroSIP, what is allowed, what is wrong, and what is written back.

use proptest::prelude::*;

use super::{
    ACCOUNT_KEYS, AccountSettings, AutoAnswerMode, DenyIncoming, Disposition, IniFile, IniTransport, PasswordForm,
    PasswordStore, SETTINGS_KEYS, SectionKind, Settings, SettingsReport, WarningKind, find_key,
};

/// Key, default, another value, a wrong value (`-`: any text is right).
const SETTINGS: &str = "
accountId||3|one
singleMode|1|0|yes
ringingSound||bell.wav|-
volumeRing|100|35|loud
audioRingDevice||Speaker (USB)|-
audioOutputDevice||Headset|-
audioInputDevice||Mic; left|-
micAmplification|0|1|on
swLevelAdjustment|0|1|on
audioCodecs|PCMA/8000/1 PCMU/8000/1|opus/48000/2 G722/16000/1|-
VAD|0|1|x
EC|1|0|x
forceCodec|0|1|x
opusStereo|0|1|x
disableMessaging|0|1|x
disableVideo|0|1|2
videoCaptureDevice||Cam|-
videoCodec||VP8/100|-
videoH264|1|0|no
videoH263|1|0|no
videoVP8|1|0|no
videoVP9|1|0|no
videoBitrate|0|512|-1
rport|1|0|off
sourcePort|0|5062|65536
rtpPortMin|0|4000|-2
rtpPortMax|0|4100|70000
dnsSrvNs||9.9.9.9;1.1.1.1|-
dnsSrv|0|1|true
STUN||stun.example.com:3478;b.example.com|-
enableSTUN|0|1|true
recordingPath||C:\\Rec|-
recordingFormat||wav|flac
autoRecording|0|1|x
recordingButton|1|0|x
buttonAC|1|0|x
buttonCONF|1|0|x
DTMFMethod|0|2|4
autoAnswer|button|header|always
autoAnswerDelay|0|7|-7
autoAnswerNumber||1?;2*|-
autoAnswerCalls||hold|some
forwarding||all|busy
forwardingNumber||+15551234|-
forwardingDelay|0|20|20s
featureCodeCP|**|*8|-
featureCodeBT|##|#1|-
featureCodeAT|*2|*3|-
enableFeatureCodeCP|1|0|x
enableFeatureCodeBT|0|1|x
enableFeatureCodeAT|0|1|x
denyIncoming|button|userdomain|everybody
usersDirectory||https://example.com/u.json|-
defaultAction||message|chat
enableMediaButtons|0|1|x
headsetSupport|0|1|x
localDTMF|1|0|x
enableLog|0|1|x
bringToFrontOnIncoming|1|0|x
enableLocalAccount|0|1|x
randomAnswerBox|0|1|x
disableNameLookup|0|1|x
networkChanges|1|0|x
callWaiting|1|0|x
updatesInterval||never|hourly
checkUpdatesTime|0|1700000000|today
noResize|0|1|2
userAgent||Desk/1.0|-
autoHangUpTime|0|3600|1h
maxConcurrentCalls|0|2|-1
noIgnoreCall|0|1|2
cmdOutgoingCall||a|-
cmdIncomingCall||notify --event=ringing|-
cmdCallRing||c \"d e\"|-
cmdCallAnswer||d|-
cmdCallAnswerVideo||e|-
cmdCallBusy||f|-
cmdCallStart||g|-
cmdCallEnd||\"C:\\My Files\\end.exe\" fixed|-
minimized|0|1|x
silent|0|1|x
portKnockerHost||knock.example.com|-
portKnockerPorts||7000,8000,9000|7000,0
mainX|0|-5|x
mainY|0|10|x
mainW|0|300|x
mainH|0|400|x
messagesX|0|1|x
messagesY|0|2|x
messagesW|0|3|x
messagesH|0|4|x
ringinX|0|5|x
ringinY|0|6|x
callsWidth0|0|10|x
callsWidth1|0|11|x
callsWidth2|0|12|x
callsWidth3|0|13|x
callsWidth4|0|14|x
callsWidth5|0|15|x
contactsWidth0|0|16|x
contactsWidth1|0|17|x
contactsWidth2|0|18|x
volumeOutput|100|0|x
volumeInput|100|1|x
activeTab|0|2|3
FWD|0|1|x
AA|0|1|x
AC|0|1|x
DND|0|1|x
alwaysOnTop|0|1|x
multiMonitor|0|1|x
enableShortcuts|0|1|x
shortcutsBottom|0|1|x
lastCallNumber||204|-
lastCallHasVideo|0|1|2
callsLastKey|-1|17|1000
version||3.22.3|-
";

const ACCOUNT: &str = "
label||Desk|-
server||pbx.example.com:5080|-
proxy||a.example.com b.example.com|-
domain||pbx.example.com|-
username||204|-
password||plain-text-is-accepted|-
authID||auth204|-
displayName||Jörg \"J\" K.|-
dialingPrefix||0049|-
dialPlan||x.|-
hideCID|0|1|yes
voicemailNumber||*97|-
SRTP||mandatory|sdes
transport|udp|tls|sctp
publicAddr||203.0.113.9|-
registerRefresh|300|60|often
keepAlive|15|30|often
publish|0|1|yes
allowRewrite|0|1|yes
ICE|0|1|yes
disableSessionTimer|0|1|yes
";

fn rows(table: &'static str) -> Vec<[&'static str; 4]> {
    let row = |line: &'static str| {
        let fields: Vec<&str> = line.split('|').collect();
        fields.try_into().unwrap()
    };
    table.trim().lines().map(row).collect()
}

fn parse(text: &str) -> IniFile {
    IniFile::parse(text.as_bytes(), "dir/t.ini").unwrap()
}

#[test]
fn every_key_of_settings() {
    let rows = rows(SETTINGS);
    let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, SETTINGS_KEYS.iter().map(|key| key.name).collect::<Vec<_>>());
    for [name, default, good, wrong] in rows {
        let key = find_key(SectionKind::Settings, &name.to_uppercase()).unwrap();
        assert_eq!(key.default, default, "{name}");
        assert!(
            !key.meaning.is_empty() && key.allowed().starts_with("allowed: "),
            "{name}"
        );

        let (settings, warnings) = Settings::read(&parse(&format!("[settings]\n{} = '{good}'\n", name.to_lowercase())));
        assert_eq!(warnings, [], "{name}");
        assert_ne!(settings, Settings::default(), "{name}");
        assert_eq!(settings.differences(&Settings::default()), [key], "{name}");
        let mut written = IniFile::new("t.ini");
        assert_eq!(settings.write(&mut written).unwrap(), 1, "{name}");
        assert_eq!(written.get("Settings", name), Some(good), "{name}");
        assert_eq!(settings.write(&mut written).unwrap(), 0, "{name}");
        assert_eq!(Settings::read(&written).0, settings, "{name}");

        if wrong == "-" {
            continue;
        }
        let mut file = parse(&format!("; mine\n[Settings]\n{name}={wrong}\n"));
        let (settings, warnings) = Settings::read(&file);
        assert_eq!(settings, Settings::default(), "{name}");
        let [warning] = warnings.as_slice() else {
            panic!("{name}: {warnings:?}");
        };
        assert!(
            matches!(warning.kind, WarningKind::WrongValue | WarningKind::OutOfRange),
            "{name}"
        );
        assert_eq!(
            (warning.line, warning.section.as_str(), warning.key.as_str()),
            (3, "Settings", name)
        );
        assert_eq!(warning.used.as_deref(), Some(default), "{name}");
        let shown = if name == "portKnockerPorts" { "***" } else { wrong };
        assert_eq!(warning.value, shown);
        let line = warning.to_string();
        assert!(
            line.starts_with(&format!("dir/t.ini:3: [Settings] {name}={shown}: ")),
            "{line}"
        );
        assert!(line.contains("allowed: "), "{line}");
        // What is wrong is not tidied away.
        let before = file.to_bytes();
        settings.write(&mut file).unwrap();
        assert_eq!(file.to_bytes(), before);
    }
}

#[test]
fn every_key_of_an_account() {
    let rows = rows(ACCOUNT);
    let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, ACCOUNT_KEYS.iter().map(|key| key.name).collect::<Vec<_>>());
    let store = PasswordStore::default().hide(false);
    let (default, _) = AccountSettings::read(&IniFile::new("t.ini"), 0, &store);
    for [name, default_text, good, wrong] in rows {
        let key = find_key(SectionKind::Account, name).unwrap();
        assert_eq!(key.default, default_text, "{name}");
        let (account, warnings) = AccountSettings::read(&parse(&format!("[Account0]\n{name}='{good}'\n")), 0, &store);
        assert_eq!(warnings, [], "{name}");
        assert_ne!(account, default, "{name}");
        let account = account.unwrap();
        let mut written = IniFile::new("t.ini");
        assert_eq!(account.write(&mut written, 0, &store).unwrap(), 1, "{name}");
        assert_eq!(written.get("Account0", name), Some(good), "{name}");
        assert_eq!(AccountSettings::read(&written, 0, &store).0, Some(account), "{name}");
        if wrong != "-" {
            let (account, warnings) =
                AccountSettings::read(&parse(&format!("[Account0]\n{name}={wrong}\n")), 0, &store);
            assert_eq!(account, default, "{name}");
            assert_eq!(warnings.len(), 1, "{name}");
            assert_eq!(warnings[0].used.as_deref(), Some(default_text), "{name}");
        }
    }
}

#[test]
fn numbers_out_of_range_are_the_nearest_or_the_default() {
    let read = |text: &str| {
        let (account, warnings) =
            AccountSettings::read(&parse(&format!("[Account0]\n{text}\n")), 0, &PasswordStore::default());
        let account = account.unwrap();
        (account.register_refresh, account.keep_alive, warnings.len())
    };
    assert_eq!(read("registerRefresh=0\nkeepAlive="), (300, 15, 0));
    assert_eq!(read("registerRefresh=-1\nkeepAlive=-1"), (300, 15, 2));
    assert_eq!(read("registerRefresh=5\nkeepAlive=1"), (10, 2, 2));
    assert_eq!(
        read("registerRefresh=99999999999\nkeepAlive=99999999999999999999").0,
        i32::MAX as u32
    );
    let (settings, warnings) = Settings::read(&parse("[Settings]\nvolumeInput=150\nvolumeOutput=-3\n"));
    assert_eq!(
        (settings.volume_input, settings.volume_output, warnings.len()),
        (100, 0, 2)
    );
    let (settings, warnings) = Settings::read(&parse("[Settings]\ndnsSrvNs=a;b,c;d;e\n"));
    assert_eq!(settings.dns_srv_ns, ["a", "b", "c", "d"]);
    assert_eq!(warnings[0].kind, WarningKind::OutOfRange);
}

#[test]
fn words_of_other_versions_and_switches_as_integers() {
    let (settings, warnings) = Settings::read(&parse(
        "[Settings]\ndenyIncoming=address\nautoAnswer=\nDND=2\nEC=\nvideoH264=\naudioCodecs=\n",
    ));
    assert_eq!(warnings, []);
    assert_eq!(settings.deny_incoming, DenyIncoming::UserDomain);
    assert_eq!(settings.auto_answer, AutoAnswerMode::Never);
    assert!(settings.dnd && settings.echo_canceller && settings.video_h264);
    assert_eq!(settings.audio_codecs, ["PCMA/8000/1", "PCMU/8000/1"]);
    let (settings, _) = Settings::read(&parse("[Settings]\ndenyIncoming=RDOMAIN\n"));
    assert_eq!(settings.deny_incoming, DenyIncoming::RemoteDomain);
    let (account, _) = AccountSettings::read(&parse("[Account0]\ntransport=\n"), 0, &PasswordStore::default());
    assert_eq!(account.unwrap().transport, IniTransport::Any);
}

#[test]
fn long_and_broken_values_are_used_and_told() {
    let long = "x".repeat(256);
    let (settings, warnings) = Settings::read(&parse(&format!("[Settings]\nuserAgent={long}\ncmdCallEnd=a\0b\n")));
    assert_eq!(settings.user_agent, long);
    let kinds: Vec<_> = warnings.iter().map(|w| (w.kind, w.line)).collect();
    assert_eq!(kinds, [(WarningKind::TooLong, 2), (WarningKind::BrokenText, 3)]);
    assert!(warnings[0].value.chars().count() <= 81 && !warnings[1].to_string().contains('\0'));
}

#[test]
fn hooks_and_devices_are_written_in_quotes() {
    let mut ini = parse("[Settings]\n");
    let hook = "\"C:\\My Files\\end.exe\" fixed";
    let settings = Settings::default()
        .cmd_call_end(hook)
        .audio_input_device("Mic")
        .user_agent("Desk");
    assert_eq!(settings.write(&mut ini).unwrap(), 3);
    let text = String::from_utf8(ini.to_bytes()).unwrap();
    assert_eq!(
        text,
        format!("[Settings]\naudioInputDevice=\"Mic\"\nuserAgent=Desk\ncmdCallEnd=\"{hook}\"\n")
    );
    assert_eq!(Settings::read(&ini).0.cmd_call_end, hook);
    let error = Settings::default().user_agent("a\nb").write(&mut ini).unwrap_err();
    assert!(error.message().contains("userAgent"), "{error}");
}

#[test]
fn accounts_are_listed_up_to_the_first_gap() {
    let store = PasswordStore::default();
    let ini = parse(
        "[account1]\ndomain=a\nusername=u\n[Account2]\ndomain=b\n[Account3]\nusername=c\n[Account4]\ndomain=d\nusername=d\n",
    );
    let (accounts, warnings) = AccountSettings::read_all(&ini, &store);
    assert_eq!(
        accounts
            .iter()
            .map(|(n, a)| (*n, a.domain.as_str()))
            .collect::<Vec<_>>(),
        [(1, "a"), (2, "b")]
    );
    let told: Vec<_> = warnings
        .iter()
        .map(|w| (w.kind, w.section.as_str(), w.key.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (WarningKind::Missing, "Account2", "username"),
            (WarningKind::Missing, "Account3", "domain")
        ]
    );
    assert!(AccountSettings::read(&ini, 9, &store).0.is_none());
    assert_eq!(
        AccountSettings::read(&ini, 0, &store).0.unwrap().label,
        "Local (call by IP address)"
    );
    assert!(
        AccountSettings::default()
            .write(&mut IniFile::new("t"), 1, &store)
            .is_err()
    );
    let many: String = (1..2000)
        .map(|n| format!("[Account{n}]\ndomain=d\nusername=u\n"))
        .collect();
    assert_eq!(AccountSettings::read_all(&parse(&many), &store).0.len(), 256);
}

#[test]
fn an_account_of_the_oldest_format() {
    let store = PasswordStore::default();
    let (account, _) = AccountSettings::read_oldest(
        &parse("[Settings]\naccountId=\ndomain=d\nusername=u\npassword=p\n"),
        &store,
    );
    assert_eq!(account.unwrap().password, "p".into());
    assert_eq!(
        AccountSettings::read_oldest(&parse("[Settings]\naccountId=0\ndomain=d\n"), &store).0,
        None
    );
    assert_eq!(AccountSettings::read_oldest(&parse("[Settings]\n"), &store).0, None);
}

#[test]
fn passwords_are_hidden_shown_to_nobody_and_kept_if_unreadable() {
    let (hidden, store) = (
        "092c296fac26eeb1b54ba279cea19f4211eb9d0745c66de3",
        PasswordStore::default(),
    );
    let file = format!("[Account1]\ndomain=d\nusername=u\npassword={hidden}\n");
    let mut ini = parse(&file);
    let account = AccountSettings::read(&ini, 1, &store).0.unwrap();
    assert_eq!(
        (account.password.secret.reveal(), account.password.form),
        ("secret", PasswordForm::Hidden)
    );
    let shown = format!("{account:?} {:?} {ini:?}", SettingsReport::of(&ini));
    assert!(!shown.contains(hidden) && !shown.contains("\"secret\""), "{shown}");
    assert_eq!(account.write(&mut ini, 1, &store).unwrap(), 0);

    let other = PasswordStore::default().key("official");
    let (unread, warnings) = AccountSettings::read(&ini, 1, &other);
    let unread = unread.unwrap();
    assert_eq!(unread.password.form, PasswordForm::Unreadable);
    assert!(unread.password.secret.is_empty());
    assert_eq!(
        (warnings[0].kind, warnings[0].line),
        (WarningKind::UnreadablePassword, 4)
    );
    assert!(!warnings[0].to_string().contains(hidden));
    // As long as no other is set, it stays.
    assert_eq!(unread.clone().label("x").write(&mut ini, 1, &other).unwrap(), 1);
    assert_eq!(ini.get("Account1", "password"), Some(hidden));
    assert_eq!(unread.password("new").write(&mut ini, 1, &store).unwrap(), 2);
    assert_eq!(
        AccountSettings::read(&ini, 1, &store)
            .0
            .unwrap()
            .password
            .secret
            .reveal(),
        "new"
    );

    let mut ini = parse("[Account1]\npassword=hunter2\n[Account2]\npassword=\n[Other]\npassword=x\n");
    assert!(!SettingsReport::of(&ini).to_string().contains("hunter2"));
    assert_eq!(AccountSettings::hide_passwords(&mut ini, &store).unwrap(), 1);
    assert_eq!(
        store.read(ini.get("Account1", "password").unwrap()).0.reveal(),
        "hunter2"
    );
    assert_eq!(AccountSettings::hide_passwords(&mut ini, &store).unwrap(), 0);
    assert_eq!(ini.get("Other", "password"), Some("x"));
}

#[test]
fn the_minimal_file_of_the_reference() {
    let ini = parse(
        "[Settings]\naccountId=1\nsingleMode=0\nautoAnswer=header\ncmdIncomingCall=\"notify-tool --event incoming\"\n\n\
         [Account1]\nlabel=Desk\nserver=pbx.example.com\ndomain=pbx.example.com\nusername=204\n\
         password=plain-text-is-accepted\ntransport=tcp\n",
    );
    let (settings, warnings) = Settings::read(&ini);
    let expected = Settings::default()
        .account_id(1)
        .single_mode(false)
        .auto_answer(AutoAnswerMode::Header)
        .cmd_incoming_call("notify-tool --event incoming");
    assert_eq!((settings, warnings), (expected, vec![]));
    let (account, warnings) = AccountSettings::read(&ini, 1, &PasswordStore::default());
    let expected = AccountSettings::default()
        .label("Desk")
        .server("pbx.example.com")
        .domain("pbx.example.com")
        .username("204")
        .password("plain-text-is-accepted")
        .transport(IniTransport::Tcp);
    assert_eq!((account, warnings), (Some(expected), vec![]));
    assert_eq!(SettingsReport::of(&ini).count(Disposition::Honoured), 10);
}

proptest! {
    #[test]
    fn any_file_can_be_understood(lines in proptest::collection::vec(
        "\\[(Settings|Account[0-2]|Calls|Shortcuts)\\]|(DND|password|domain|autoAnswer|volumeRing|portKnockerPorts|0|STUN)=.{0,20}|.{0,20}", 0..30)
    ) {
        let ini = parse(&lines.join("\n"));
        let store = PasswordStore::default();
        let before = ini.to_bytes();
        let mut written = ini.clone();
        // What was read is what the file says: writing it back changes nothing.
        prop_assert_eq!(Settings::read(&ini).0.write(&mut written).unwrap(), 0);
        for (number, account) in AccountSettings::read_all(&ini, &store).0 {
            prop_assert_eq!(account.write(&mut written, number, &store).unwrap(), 0);
        }
        prop_assert_eq!(written.to_bytes(), before);
        let _ = (SettingsReport::of(&ini).to_string(), ini.shortcuts(), ini.dialed(), ini.calls(), ini.problems());
    }
}

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::{Direction, Secret};

fn words(value: &str, rules: Rules) -> Vec<String> {
    let command = HookCommand::parse_as(value, rules).unwrap_or_else(|error| panic!("{value}: {error}"));
    let mut words = vec![command.program];
    words.extend(command.arguments);
    words
}

fn expanded(value: &str, call: &HookCall) -> Vec<String> {
    let command = HookCommand::parse_as(value, Rules::Posix).unwrap();
    let at = UNIX_EPOCH + Duration::from_secs(1000);
    let out = command.expand(HookEvent::CallRing, call, at);
    let mut words = vec![out.program.to_string()];
    words.extend(out.arguments.iter().map(|word| word.to_string()));
    words
}

/// Reference sections 5.3 and 10, as the reader of the settings file hands them over.
#[test]
fn values_are_split_as_the_platform_does_it() {
    let both = [
        (
            "node microsip-bridge.js --event=ringing",
            &["node", "microsip-bridge.js", "--event=ringing"][..],
        ),
        (r#"C:\My\x.exe  a"#, &[r"C:\My\x.exe", "a"]),
        (
            r#""C:\path with spaces\x.exe" fixed-arg"#,
            &[r"C:\path with spaces\x.exe", "fixed-arg"],
        ),
        (
            r#"node "C:\my scripts\b.js" --a="x y""#,
            &["node", r"C:\my scripts\b.js", "--a=x y"],
        ),
        (r"log --to=D:\calls\log.txt", &["log", r"--to=D:\calls\log.txt"]),
        (r"\\server\share\x.exe a", &[r"\\server\share\x.exe", "a"]),
        (r#"say "" b"#, &["say", "", "b"]),
        ("chat #calls # x", &["chat", "#calls", "#", "x"]),
    ];
    for (value, expected) in both {
        assert_eq!(words(value, Rules::Posix), expected, "POSIX: {value}");
        assert_eq!(words(value, Rules::Windows), expected, "Windows: {value}");
    }
    let posix = [
        (r"/opt/my\ dir/x 'a b' c\'d", &["/opt/my dir/x", "a b", "c'd"][..]),
        (
            "'/opt/my dir/x' \"$(id)\" `id` ; rm | x > y && z",
            &[
                "/opt/my dir/x",
                "$(id)",
                "`id`",
                ";",
                "rm",
                "|",
                "x",
                ">",
                "y",
                "&&",
                "z",
            ],
        ),
        (r"x 'C:\a b' c", &["x", r"C:\a b", "c"]),
        (r"grep a\:\\b", &["grep", r"a:\b"]),
    ];
    for (value, expected) in posix {
        assert_eq!(words(value, Rules::Posix), expected, "{value}");
    }
    assert_eq!(words(r"x 'a b' \\ c\", Rules::Windows), ["x", "'a", "b'", r"\\", r"c\"]);
}

#[test]
fn what_does_not_parse_is_told_and_not_shown() {
    for value in [
        "",
        "   ",
        "\"\" a",
        "x 'S3CRET",
        "x \"S3CRET",
        "x S3CRET\\",
        "x\0S3CRET",
        "https://h/?k=S3CRET more",
    ] {
        let error = HookCommand::parse_as(value, Rules::Posix).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{value:?}");
        assert!(!error.to_string().contains("S3CRET"), "{error}");
    }
    let long = HookCommand::parse(&"x".repeat(8193)).unwrap_err();
    assert_eq!(long.kind(), ErrorKind::LimitReached);
    assert!(HookCommand::new("x", ["a\0"]).is_err());
    assert!(HookCommand::new("", ["a"]).is_err());
}

#[test]
fn placeholders() {
    let call = HookCall::new("+49 30")
        .name("Jürgen & Co")
        .domain("pbx.example:5070")
        .server("pbx.example")
        .extension("100")
        .call_id("a@b")
        .direction(Direction::Incoming)
        .duration(Duration::from_secs(61))
        .password(Secret::new("pa ss"));
    let all = "x {callerid}|{user}|{number}|{domain}|{name}|{server}|{extension}|{password}|{md5_password}|{time}|{duration}|{callid}|{direction}";
    assert_eq!(
        expanded(all, &call),
        [
            "x",
            "J%C3%BCrgen%20%26%20Co|%2B49%2030|%2B49%2030|pbx.example%3A5070|J%C3%BCrgen%20%26%20Co|pbx.example|100|pa%20ss|\
             3c77afecdcc99443b7508b272c80e6bd|1000|61|a%40b|incoming",
            "+49 30"
        ]
    );
    let bare = HookCall::new("7").started(UNIX_EPOCH + Duration::from_secs(5));
    assert_eq!(
        expanded(
            "x {callerid}|{name}|{password}|{md5_password}|{time}|{duration}|{direction}",
            &bare
        ),
        ["x", "7||||5|-1|", "7"]
    );
    // What is not known stays, and the program is not for callers to choose.
    assert_eq!(
        expanded("x{user} {User} {} {nope} %1 %user% {user %% { % 100%{number}%", &bare),
        [
            "x{user}", "{User}", "{}", "{nope}", "%1", "%user%", "{user", "%%", "{", "%", "100%7%", "7"
        ]
    );
}

/// Reference section 10: `%callerid%` and `%number%` are expanded, and the number is not appended then.
#[test]
fn percent_names_take_the_place_of_the_last_argument() {
    let call = HookCall::new("a b;$(id)").name("N");
    assert_eq!(expanded("x", &call), ["x", "a b;$(id)"]);
    assert_eq!(expanded("x %callerid%", &call), ["x", "a b;$(id)"]);
    assert_eq!(expanded("x -n=%Number%- y", &call), ["x", "-n=a b;$(id)-", "y"]);
    assert_eq!(expanded("x '%NUMBER% %number%'", &call), ["x", "a b;$(id) a b;$(id)"]);
    assert_eq!(expanded("x", &HookCall::default()), ["x", ""]);
    assert_eq!(expanded("x %number%", &HookCall::default()), ["x", ""]);
}

#[test]
fn what_a_caller_sends_is_not_read_for_placeholders() {
    let call = HookCall::new("{password}%number%")
        .name("%callerid%{password}")
        .password(Secret::new("S3CRET"));
    let words = expanded("x %number% {name} {number}", &call).join(" ");
    assert_eq!(
        words,
        "x {password}%number% %25callerid%25%7Bpassword%7D %7Bpassword%7D%25number%25"
    );
}

#[test]
fn web_addresses_are_encoded_throughout() {
    let call = HookCall::new("1&x=y").password(Secret::new("S3CRET"));
    let url = "HTTPS://u:t0ken@crm.example/a?n={number}&m=%number%&p={password}&lit=%41";
    assert_eq!(
        expanded(url, &call),
        ["HTTPS://u:t0ken@crm.example/a?n=1%26x%3Dy&m=1%26x%3Dy&p=S3CRET&lit=%41"]
    );
    let command = HookCommand::parse(url).unwrap();
    assert_eq!(command.shown(), "HTTPS://crm.example");
    assert_eq!(
        format!("{command:?}"),
        r#"HookCommand { program: "HTTPS://crm.example", arguments: 0 }"#
    );
    let command = HookCommand::parse("notify --token S3CRET").unwrap();
    assert!(!format!("{command:?}").contains("S3CRET"));
}

#[test]
fn passwords_are_remembered_for_masking() {
    let call = HookCall::new("1").password(Secret::new("p w"));
    let secrets = |value: &str| {
        HookCommand::parse(value)
            .unwrap()
            .expand(HookEvent::CallEnd, &call, UNIX_EPOCH)
            .secrets
            .len()
    };
    assert_eq!(secrets("x {user}"), 0);
    assert_eq!(secrets("x {password}"), 2);
    assert_eq!(secrets("x {md5_password}"), 2);
}

#[test]
fn a_set_of_hooks_is_read_and_a_wrong_one_harms_no_other() {
    let (hooks, wrong) = super::super::HookCommands::read(|event| match event {
        HookEvent::CallEnd => "x",
        HookEvent::CallBusy => "'y",
        _ => " ",
    });
    assert_eq!(hooks.get(HookEvent::CallEnd).unwrap().program(), "x");
    assert!(hooks.get(HookEvent::CallBusy).is_none() && hooks.get(HookEvent::CallRing).is_none());
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].0, HookEvent::CallBusy);
    assert!(!hooks.is_empty() && super::super::HookCommands::default().is_empty());
}

proptest! {
    /// Nothing panics; a number is exactly one argument more, whatever it is.
    #[test]
    fn any_number_is_one_argument(value in ".{0,60}", number in ".{0,40}") {
        if let Ok(command) = HookCommand::parse_as(&value, Rules::Posix) {
            let out = command.expand(HookEvent::CallRing, &HookCall::new(&number), UNIX_EPOCH);
            let more = out.arguments.len().checked_sub(command.arguments.len());
            prop_assert!(command.is_url() || more == Some(0) || more == Some(1));
            prop_assert!(command.is_url() || out.program.as_str() == command.program());
        }
    }

    /// Quoted words come back as they were.
    #[test]
    fn words_survive_quoting(words in proptest::collection::vec("[^\0]{0,12}", 1..5)) {
        let words: Vec<_> = words.into_iter().map(|word| format!("p{word}")).collect();
        let Ok(line) = shlex::try_join(words.iter().map(String::as_str)) else { return Ok(()) };
        // One that looks like Windows is read by its rules.
        if !has_windows_path(&line) {
            prop_assert_eq!(split_posix(&line).unwrap(), words);
        }
    }
}

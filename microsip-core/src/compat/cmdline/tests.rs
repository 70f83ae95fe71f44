use proptest::prelude::*;

use super::{Command, CommandLine, Digits, Switch, WindowStart, split_windows};
use crate::Secret;
use crate::compat::links::CallTarget;

fn line(args: &[&str]) -> CommandLine {
    CommandLine::parse(args.iter().copied()).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

fn commands(args: &[&str]) -> Vec<Command> {
    line(args).commands
}

fn error(args: &[&str]) -> String {
    match CommandLine::parse(args.iter().copied()) {
        Err(error) => error.to_string(),
        Ok(line) => panic!("{args:?} became {line:?}"),
    }
}

fn call(text: &str) -> Command {
    Command::Call(CallTarget::new(text))
}

fn transfer(text: &str) -> Command {
    Command::Transfer(CallTarget::new(text))
}

fn message(to: &str, text: &str) -> Command {
    Command::Message {
        to: CallTarget::new(to),
        text: text.to_owned(),
    }
}

fn digits(digits: &str, ask: bool) -> Command {
    Command::Dtmf(Digits {
        digits: digits.to_owned(),
        ask,
    })
}

/// Reference section 1.3, each also as `-x`, `--x` and in other cases (section 10).
#[test]
fn every_switch_of_the_reference() {
    for (switch, expected) in [
        ("/exit", vec![Command::Exit]),
        ("/reset", vec![Command::Reset { ask: true }]),
        ("/resetnoask", vec![Command::Reset { ask: false }]),
        ("/answer", vec![Command::Answer]),
        ("/hangup", vec![Command::Hangup]),
        ("/hangupall", vec![Command::HangupAll]),
        ("/hangupincoming", vec![Command::HangupIncoming]),
        ("/hangupcalling", vec![Command::HangupCalling]),
        ("/dtmf:12#", vec![digits("12#", false)]),
        ("/dtmf:12a?", vec![digits("12A", true)]),
        ("/transfer:100", vec![transfer("100")]),
        ("/account:2", vec![Command::UseAccount(2)]),
        ("/password:S3cret x", vec![Command::Password(Secret::new("S3cret x"))]),
        ("/hide", vec![Command::Hide]),
        ("/minimize", vec![Command::Hide]),
        ("/show", vec![Command::Show]),
        ("/hold", vec![Command::Hold(Switch::On)]),
        ("/minimized", vec![]),
        ("/hidden", vec![]),
        ("/i:other.ini", vec![Command::Show]),
    ] {
        let name = &switch[1..];
        let (word, value) = name
            .split_once(':')
            .map_or((name, ""), |(word, _)| (word, &name[word.len()..]));
        for form in [
            switch.to_owned(),
            format!("-{name}"),
            format!("--{name}"),
            format!("/{}{value}", word.to_uppercase()),
            format!("--{word}{}", value.replacen(':', "=", 1)),
        ] {
            assert_eq!(commands(&[&form]), expected, "{form}");
            assert_eq!(CommandLine::parse_text(&form).unwrap().commands, expected, "{form}");
        }
    }
    assert_eq!(line(&["/minimized"]).window, WindowStart::Minimized);
    assert_eq!(line(&["-HIDDEN"]).window, WindowStart::Hidden);
    assert_eq!(commands(&[]), [Command::Show]);
    assert_eq!(CommandLine::parse_text("  ").unwrap().commands, [Command::Show]);
}

/// Reference section 1.5 on the command line, and links.
#[test]
fn links_and_msip() {
    assert_eq!(commands(&["msip:answer"]), [Command::Answer]);
    assert_eq!(commands(&["msip:hold"]), [Command::Hold(Switch::Toggle)]);
    assert_eq!(commands(&["msip:transfer_100"]), [transfer("100")]);
    assert_eq!(commands(&["msip:123"]), [call("123")]);
    assert_eq!(commands(&["msip:/hangupcalling"]), [Command::HangupCalling]);
    assert_eq!(commands(&["tel:%2B1%20555%201234"]), [call("+1 555 1234")]);
    assert_eq!(commands(&["sip:bob@h", "hello"]), [message("bob@h", "hello")]);
    // Users named like commands.
    assert_eq!(commands(&["sip:answer"]), [call("answer")]);
    assert_eq!(commands(&["dial:answer"]), [call("answer")]);
    assert!(matches!(&commands(&["sips:bob@h"])[..], [Command::Call(to)] if to.is_secure()));
    // One argument is one link, whatever it holds.
    for bad in ["sip:100 -exit", "tel:100 hello", "dial:x\" /exit", "msip:answer /exit"] {
        error(&[bad]);
    }
    assert_eq!(commands(&["--link", "tel:100"]), [call("100")]);
    for bad in [
        &["--link", "tel:100", "-exit"][..],
        &["-exit", "--link", "tel:100"],
        &["--link", "-exit"],
        &["--link", "100"],
        &["--link"],
    ] {
        error(bad);
    }
}

/// Reference sections 1.1, 1.3 and 10: numbers, messages and switches behind them.
#[test]
fn numbers_and_messages() {
    for (args, expected) in [
        (&["5551234"][..], vec![call("5551234")]),
        (&["bob@other.org"], vec![call("bob@other.org")]),
        (&["bob"], vec![call("bob")]),
        (&["\"Bob\" <sip:bob@h>"], vec![call("\"Bob\" <sip:bob@h>")]),
        (&["800123,45,,6#"], vec![call("800123,45,,6#")]),
        (&["host:5060"], vec![call("host:5060")]),
        (&["123", "hello", "you"], vec![message("123", "hello you")]),
        (&["123", "hello you"], vec![message("123", "hello you")]),
        (&["123 hello you"], vec![message("123", "hello you")]),
        (&["+1", "555", "1234"], vec![message("+1", "555 1234")]),
        // One argument is one number.
        (&["+1 555 1234"], vec![call("+1 555 1234")]),
        // Switches behind the number.
        (&["123", "-exit"], vec![call("123"), Command::Exit]),
        (&["-exit", "123"], vec![call("123"), Command::Exit]),
        (&["123", "-minimized", "-hide"], vec![call("123"), Command::Hide]),
        (
            &["5551234", "/account:2"],
            vec![Command::UseAccount(2), call("5551234")],
        ),
        (
            &["/account:2", "5551234"],
            vec![Command::UseAccount(2), call("5551234")],
        ),
        (
            &["123", "hi", "/account:2", "you"],
            vec![Command::UseAccount(2), message("123", "hi you")],
        ),
        (&["123", "see", "/etc", "-exit"], vec![message("123", "see /etc -exit")]),
        (&["123", "--", "-exit"], vec![message("123", "-exit")]),
        (&["--", "answer"], vec![call("answer")]),
        (&["/answer", "/dtmf:1"], vec![Command::Answer, digits("1", false)]),
        (
            &["5551234", "/password:x"],
            vec![Command::Password(Secret::new("x")), call("5551234")],
        ),
    ] {
        assert_eq!(commands(args), expected, "{args:?}");
    }
    assert_eq!(line(&["123", "-minimized"]).window, WindowStart::Minimized);
    assert_eq!(line(&["/hidden", "/minimized"]).window, WindowStart::Hidden);
}

/// Reference section 10: the forms the articles teach.
#[test]
fn what_articles_teach() {
    for (args, expected) in [
        (&["call", "sip:1001@host"][..], vec![call("1001@host")]),
        (&["CALL", "1001"], vec![call("1001")]),
        (&["call", "+1", "555", "1234"], vec![call("+1 555 1234")]),
        (&["call", "answer"], vec![call("answer")]),
        (&["answer"], vec![Command::Answer]),
        (&["hangup"], vec![Command::Hangup]),
        (&["hide"], vec![Command::Hide]),
        (&["show"], vec![Command::Show]),
        (&["exit"], vec![Command::Exit]),
        (&["-hangup"], vec![Command::Hangup]),
        (&["-answer"], vec![Command::Answer]),
        (&["-minimize"], vec![Command::Hide]),
        (&["-sendmess", "123", "hello you"], vec![message("123", "hello you")]),
        (
            &["-sendmess", "123", "hello", "-exit"],
            vec![message("123", "hello"), Command::Exit],
        ),
        (&["message", "123", "-x", "y"], vec![message("123", "-x y")]),
        (&["action:answer"], vec![Command::Answer]),
        (&["action:hangup"], vec![Command::Hangup]),
        (&["action:hold"], vec![Command::Hold(Switch::Toggle)]),
        (&["action:mute"], vec![Command::MicrophoneMute(Switch::Toggle)]),
        (&["Action:Call:100"], vec![call("100")]),
        (&["report:status"], vec![Command::Status]),
        (&["action=ready"], vec![Command::Ready]),
        (&["action=call&number=123"], vec![call("123")]),
        (&["action=call&number=%2B49+30"], vec![call("+49+30")]),
        (&["number=1"], vec![call("number=1")]),
        (&["action=hangup"], vec![Command::Hangup]),
        (&["action=dtmf&digits=12"], vec![digits("12", false)]),
        (&["action=transfer&number=12"], vec![transfer("12")]),
        (&["action=message&number=1&text=a%20b"], vec![message("1", "a b")]),
        (&["dtmf", "12"], vec![digits("12", false)]),
        (&["dtmf:12"], vec![digits("12", false)]),
        (&["callto:12"], vec![call("12")]),
        (&["Dial", "12"], vec![call("12")]),
        (&["SendDTMF", "12"], vec![digits("12", false)]),
        (&["Status"], vec![Command::Status]),
        (&["transfer", "12"], vec![transfer("12")]),
        (&["/transfer", "12"], vec![transfer("12")]),
        (&["unmute"], vec![Command::MicrophoneMute(Switch::Off)]),
        (&["resume"], vec![Command::Hold(Switch::Off)]),
    ] {
        assert_eq!(commands(args), expected, "{args:?}");
    }
    for args in [
        &["/i:folder\\file.ini"][..],
        &["/i:\"folder\\file.ini\""],
        &["-i", "folder\\file.ini"],
        &["--i=folder\\file.ini"],
    ] {
        assert_eq!(line(args).settings.as_deref(), Some("folder\\file.ini"), "{args:?}");
    }
    assert_eq!(
        line(&["-i", "/etc/x.ini", "100"]).settings.as_deref(),
        Some("/etc/x.ini")
    );
}

#[test]
fn mistakes_are_errors_with_a_suggestion_and_never_calls() {
    for (args, part) in [
        (&["/anwser"][..], "did you mean /answer"),
        (&["-hangupal"], "did you mean /hangupall"),
        (&["--exti"], "did you mean /exit"),
        (&["anwser"], "did you mean answer"),
        (&["hang-up"], "did you mean hangup"),
        (&["cal", "100"], "did you mean call"),
        (&["acounts"], "did you mean accounts"),
        (&["accounts", "x"], "sub-command"),
        (&["minimized"], "/minimized"),
        (&["/foo"], "unknown switch"),
        (&["123", "-foo"], "unknown switch"),
        (&["/123"], "no / or - in front"),
        (&["call"], "call TARGET"),
        (&["call", "-exit"], "call TARGET"),
        (&["call", "100", "hello"], "so many words"),
        (&["answer", "me"], "so many words"),
        (&["-sendmess", "1"], "text of the message"),
        (&["-sendmess", "1", "a", "b"], "quotes"),
        (&["message"], "message NUMBER TEXT"),
        (&["call", "msip:answer"], "number or address"),
        (&["/dtmf:1,2"], "commas are pauses"),
        (&["/dtmf:"], "no digits"),
        (&["/dtmf:x"], "'x'"),
        (&["/transfer:"], "empty"),
        (&["/transfer"], "/transfer:NUMBER"),
        (&["/account:0"], "from 1"),
        (&["/account:x", "100"], "from 1"),
        (&["/account:1", "/account:2"], "twice"),
        (&["/password:"], "/password:SECRET"),
        (&["/i:"], "/i:FILE"),
        (&["/answer:1"], "takes no value"),
        (&["/minimized:1"], "takes no value"),
        (&["call", "1", "/transfer:2", "-sendmess", "3", "x"], "two targets"),
        (&["action:hodl"], "did you mean hold"),
        (&["action=call"], "needs a number"),
        (&["action=call&number=1&number=2"], "twice"),
        (&["action=call&x=1"], "unknown"),
        (&["action=message&number=1"], "text"),
        (&["report:x"], "report:status"),
        (&["http://x"], "neither a scheme"),
        (&["file:///etc/passwd"], "neither a scheme"),
        (&["1\r\n2"], "control"),
        (&["1", "a\0b"], "NUL"),
        (&[""], "empty"),
        (&["100", "/account:2", "/password:x"], "nothing else"),
    ] {
        let known = ["accounts", "run"];
        let error = CommandLine::parse_knowing(args.iter().copied(), &known).unwrap_err();
        assert!(error.message().contains(part), "{args:?}: {error}");
    }
    error(&["/dtmf:", &"1".repeat(300)]);
    error(&[&"1".repeat(70_000)]);
}

#[test]
fn passwords_stay_secret() {
    let stored = commands(&["/account:2", "/password:hunter2"]);
    assert!(matches!(&stored[..], [Command::StorePassword { account: 2, password }] if password.reveal() == "hunter2"));
    assert!(!format!("{stored:?}").contains("hunter2"));
    assert!(!format!("{:?}", commands(&["/dtmf:4711"])).contains("4711"));
    assert!(!format!("{:?}", commands(&["bob:hunter2@h"])).contains("hunter2"));
    for args in [
        &["/pasword:hunter2"][..],
        &["/passwordhunter2"],
        &["/password:a", "hunter2"],
        &["/password:a", "-hunter2"],
        &["password:hunter2"],
        &["bob2:hunter2"],
        &["/password:hunter2", "/password:b"],
        &["100", "/account:2", "/password:hunter2"],
    ] {
        assert!(!error(args).contains("hunter2"), "{args:?}: {}", error(args));
    }
}

/// Reference sections 1.1, 1.3, 1.4 and 2.3: one line of text.
#[test]
fn a_line_of_text() {
    for (text, expected) in [
        ("\"/answer\"", vec![Command::Answer]),
        ("123 -exit", vec![call("123"), Command::Exit]),
        ("+1 555 1234", vec![message("+1", "555 1234")]),
        (
            "123 say \"hi\"  and C:\\x",
            vec![message("123", "say \"hi\"  and C:\\x")],
        ),
        ("bob@h it's", vec![message("bob@h", "it's")]),
        ("5551234 /account:2", vec![Command::UseAccount(2), call("5551234")]),
        ("/account:2 5551234", vec![Command::UseAccount(2), call("5551234")]),
        (
            "123 hi you /account:2",
            vec![Command::UseAccount(2), message("123", "hi you")],
        ),
        (
            "/password:a \"b\" 123",
            vec![Command::Password(Secret::new("a \"b\" 123"))],
        ),
        (
            "/account:2 /password:a b",
            vec![Command::StorePassword {
                account: 2,
                password: Secret::new("a b"),
            }],
        ),
        ("/i:\"my file.ini\" 100", vec![call("100")]),
        ("-sendmess \"123\" \"hello you\"", vec![message("123", "hello you")]),
        ("call sip:1001@host", vec![call("1001@host")]),
        ("action=call&number=123\0", vec![call("123")]),
        ("-i 7.ini 100 a  b", vec![message("100", "a  b")]),
    ] {
        assert_eq!(CommandLine::parse_text(text).unwrap().commands, expected, "{text}");
    }
    let named = CommandLine::parse_text("/i:\"my file.ini\" 100").unwrap();
    assert_eq!(named.settings.as_deref(), Some("my file.ini"));
}

#[test]
fn windows_quoting() {
    for (line, expected) in [
        ("", &[][..]),
        ("  a\tb ", &["a", "b"]),
        (r#""a b" c"#, &["a b", "c"]),
        (r#"a" "b"#, &["a b"]),
        (r#""" x"#, &["", "x"]),
        (r#"a\"b"#, &["a\"b"]),
        (r#"a\\"b c""#, &["a\\b c"]),
        (r"C:\x\\y z", &["C:\\x\\\\y", "z"]),
        (r#""a""b""#, &["a\"b"]),
        (r#""open end"#, &["open end"]),
    ] {
        assert_eq!(split_windows(line), expected, "{line}");
    }
}

#[test]
fn what_starts_the_phone() {
    for (args, starts) in [
        (&["/answer"][..], false),
        (&["/hangupall"], false),
        (&["/exit"], false),
        (&["/hangupincoming"], true),
        (&["/hangupcalling"], true),
        (&["/dtmf:1"], true),
        (&["100"], true),
    ] {
        assert_eq!(commands(args)[0].starts_phone(), starts, "{args:?}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(args in prop::collection::vec("[ -~]{0,12}|/[a-z]{1,8}:?[0-9]{0,3}|-i|call|--", 0..6)) {
        let _ = CommandLine::parse_text(&args.join(" "));
        let _ = CommandLine::parse(args);
    }

    #[test]
    fn the_splitter_undoes_quoting(args in prop::collection::vec("[a-z \\\\\"]{0,8}", 1..5)) {
        let quote = |arg: &String| {
            let mut out = String::from("\"");
            let mut slashes = 0;
            for c in arg.chars() {
                match c {
                    '\\' => slashes += 1,
                    '"' => {
                        out.extend(std::iter::repeat_n('\\', slashes + 1));
                        slashes = 0;
                    }
                    _ => slashes = 0,
                }
                out.push(c);
            }
            out.extend(std::iter::repeat_n('\\', slashes));
            out.push('"');
            out
        };
        let line: Vec<String> = args.iter().map(quote).collect();
        prop_assert_eq!(split_windows(&line.join(" ")), args);
    }

    #[test]
    fn no_password_shows(secret in "[A-Z]{8}[a-z -/]{0,8}") {
        for args in [vec![format!("/password:{secret}")], vec!["/account:1".into(), format!("--password={secret}")]] {
            let shown = format!("{:?}", CommandLine::parse(args));
            prop_assert!(!shown.contains(&secret[..8]), "{}", shown);
        }
    }
}

//! Lines that are commands, and lines that are none.

use microsip_core::Presence;

use super::*;

fn read(line: &str) -> Result<Command, Wrong> {
    parse(line, "pbx").unwrap()
}

#[test]
fn commands_are_read() {
    assert_eq!(read("call 1002"), Ok(Command::Call("sip:1002@pbx".into())));
    assert_eq!(read("  CALL   sip:a@b  "), Ok(Command::Call("sip:a@b".into())));
    assert_eq!(read("answer"), Ok(Command::Answer(StatusCode::OK)));
    assert_eq!(read("answer 183"), Ok(Command::Answer(StatusCode::SESSION_PROGRESS)));
    assert_eq!(read("reject 486"), Ok(Command::Reject(StatusCode::BUSY_HERE)));
    assert_eq!(read("dtmf 1,2#"), Ok(Command::Dtmf("1,2#".into())));
    assert_eq!(read("dtmf-info 5"), Ok(Command::DtmfInfo("5".into())));
    assert_eq!(read("redirect 1003"), Ok(Command::Redirect("sip:1003@pbx".into())));
    assert_eq!(read("options sip:h"), Ok(Command::Options("sip:h".into())));
    assert_eq!(
        read("info text/plain  two words"),
        Ok(Command::Info("text/plain".into(), "two words".into()))
    );
    assert_eq!(read("header X-A: b c"), Ok(Command::Header("X-A".into(), "b c".into())));
    assert_eq!(
        read("message 1002  two  words"),
        Ok(Command::Message("sip:1002@pbx".into(), "two  words".into()))
    );
    assert_eq!(read("typing 1002"), Ok(Command::Typing("sip:1002@pbx".into(), true)));
    assert_eq!(
        read("typing 1002 off"),
        Ok(Command::Typing("sip:1002@pbx".into(), false))
    );
    for line in ["message", "message 1002", "typing", "typing 1002 maybe"] {
        assert!(read(line).is_err(), "{line}");
    }
    assert_eq!(read("select 3"), Ok(Command::Select(3)));
    for (line, command) in [
        (
            "presence online",
            Command::Presence(PresenceCommand::Own(Presence::Online, String::new())),
        ),
        (
            "presence Do-Not-Disturb until 5 pm",
            Command::Presence(PresenceCommand::Own(Presence::DoNotDisturb, "until 5 pm".into())),
        ),
        ("hangup", Command::Hangup),
        ("hold", Command::Hold(HoldMode::SendOnly)),
        ("hold inactive", Command::Hold(HoldMode::Inactive)),
        ("resume", Command::Resume),
        ("mute", Command::Mute),
        ("unmute", Command::Unmute),
        ("transfer 1003", Command::Transfer("sip:1003@pbx".into())),
        ("transfer-to 3", Command::TransferTo(3)),
        ("calls", Command::Calls),
        ("story", Command::Story),
        ("register", Command::Register),
        ("unregister", Command::Unregister),
        ("status", Command::Status),
        ("help", Command::Help),
        ("quit\r", Command::Quit),
    ] {
        assert_eq!(read(line), Ok(command), "{line}");
    }
}

#[test]
fn every_command_of_the_table_is_known() {
    for (name, argument, _) in TABLE {
        let sample = match *argument {
            "URI" => "1002",
            "CODE" => "486",
            "DIGITS" => "1",
            "URI TEXT" => "1002 hello",
            "URI on|off" => "1002 on",
            "TYPE BODY" => "text/plain hello",
            "NAME VALUE" => "X-A 1",
            "CALL" => "7",
            "[CALL…]" => "7 8",
            "CALL CALL" => "7 8",
            "FILE [loop]" | "[FILE]" | "[RATE=]FILE" => "a.wav",
            "SIDE[:RATE]=FILE" => "sent=a.pcm",
            "NAME [COUNTRY]" => "busy de",
            "on|off" => "on",
            "SECONDS" => "1.5",
            "STATE [TEXT]" => "away at lunch",
            "PACKAGE URI" => "dialog 1002",
            "NUMBER" => "7",
            "DB [received|sent]" => "-3",
            _ => "",
        };
        assert!(read(&format!("{name} {sample}")).is_ok(), "{name}");
        assert!(help().contains(name));
    }
}

#[test]
fn empty_lines_and_comments_are_passed_over() {
    for line in ["", "   ", "# call 1002", "\t#"] {
        assert!(parse(line, "pbx").is_none(), "{line:?}");
    }
}

#[test]
fn wrong_lines_say_what_is_wrong_and_what_to_type() {
    for (line, message, suggestion) in [
        ("hangpu", "hangpu", "hangup"),
        ("exit", "exit", "quit"),
        ("xyzzy foo", "xyzzy", "help"),
        ("call", "target", "call sip:"),
        ("call a b", "spaces", "call sip:"),
        ("answer 486", "486", "reject 486"),
        ("answer 100", "101", "answer 200"),
        ("reject", "300", "reject 486"),
        ("reject 200", "200", "reject 486"),
        ("reject-transfer 200", "200", "reject-transfer 603"),
        ("accept-transfer 1", "no argument", "accept-transfer"),
        ("dtmf", "digits", "dtmf"),
        ("dtmf 12x", "'x'", "dtmf"),
        ("quit now", "no argument", "quit"),
        ("info hello", "content type", "info application"),
        ("header Via x", "Via", "header X-"),
        ("header", "name", "header X-"),
        ("select bob", "number", "calls"),
        ("transfer", "target", "transfer sip:"),
        ("transfer-to bob", "number", "calls"),
        ("hold 3", "sendonly", "hold"),
        ("ping", "ping", "options"),
        ("presence", "on-the-phone", "presence away"),
        ("presence unknown", "on-the-phone", "presence away"),
        ("dnd", "dnd", "presence do-not-disturb"),
    ] {
        let e = read(line).unwrap_err();
        assert!(e.message.contains(message), "{line}: {e:?}");
        assert!(
            e.suggestion.as_deref().is_some_and(|s| s.contains(suggestion)),
            "{line}: {e:?}"
        );
    }
}

#[test]
fn a_long_word_is_not_repeated_whole() {
    let e = read(&"x".repeat(5000)).unwrap_err();
    assert!(e.message.len() < 100, "{}", e.message.len());
}

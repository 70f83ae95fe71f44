use proptest::prelude::*;

use super::{CallTarget, Link, LinkAction, LinkScheme};
use crate::compat::cmdline::{Command, CommandLine, Switch};
use crate::compat::number::NumberRules;
use crate::sip::Transport;

fn link(text: &str) -> Link {
    Link::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn called(text: &str) -> String {
    match link(text).action {
        LinkAction::Call(to) => to.text().to_owned(),
        other => panic!("{text}: {other:?}"),
    }
}

/// Reference section 2.1: the prefix table, and the points below it.
#[test]
fn the_prefixes_of_the_reference() {
    for (text, expected) in [
        ("tel:100", "100"),
        ("SIP:100", "100"),
        ("callto:bob@h", "bob@h"),
        ("dialpad:100", "100"),
        ("Dial:100", "100"),
        ("tel://100/", "100"),
        ("sip://bob@other.org/", "bob@other.org"),
        ("dial://answer/", "answer"),
        ("sip:bob@other.org;transport=tcp", "bob@other.org;transport=tcp"),
        // A trailing slash without the two in front stays.
        ("sip:bob/", "bob/"),
        ("tel:100/", "100/"),
        // One prefix only; section 3 accepts the SIP URI.
        ("tel:sip:100", "100"),
        ("callto:+15551234+type=phone", "+15551234"),
    ] {
        assert_eq!(called(text), expected, "{text}");
    }
    let rules = NumberRules::new("example.com");
    let uri = |text: &str| match link(text).action {
        LinkAction::Call(to) => rules.resolve_target(&to).unwrap().uri(),
        other => panic!("{other:?}"),
    };
    assert_eq!(uri("tel:sip:100"), "<sip:100@example.com>");
    assert_eq!(uri("tel:100/"), "<sip:100@example.com>");
    assert_eq!(uri("sips:bob@host"), "<sip:bob@host;transport=tls>");
    assert_eq!(uri("sips://100/"), "<sip:100@example.com;transport=tls>");
    assert_eq!(uri("sip:bob@[2001:db8::1]:5070"), "<sip:bob@[2001:db8::1]:5070>");
    assert_eq!(uri("sip:[2001:db8::1]"), "<sip:[2001:db8::1]>");
    assert!(matches!(link("sips:b@h").action, LinkAction::Call(to) if to.is_secure()));
    assert!(Link::parse("tel:sips:b@h").is_err());
}

/// Reference section 2.2, and what it leaves to do right.
#[test]
fn escapes_are_decoded_once() {
    for (text, expected) in [
        ("tel:%2B1%20555%201234", "+1 555 1234"),
        ("tel:%2b1", "+1"),
        ("sip:%2B1%20555%201234", "+1 555 1234"),
        ("callto:%2B1%20555", "+1 555"),
        ("sip:%62ob@h", "bob@h"),
        ("sip:b%40b@h", "b%40b@h"),
        ("sip:a%2520b@h", "a%2520b@h"),
        ("sip:j%C3%BCrgen@h", "j%C3%BCrgen@h"),
        ("sip:jürgen@h", "j%C3%BCrgen@h"),
        ("sip:a,b@h", "a%2Cb@h"),
        ("sip:*21%23@h", "*21#@h"),
        ("dial:100,45,,6%23", "100,45,,6#"),
        ("sip:bob@h,45", "bob@h,45"),
        // The password of a URI is dropped (section 3.1 step 6).
        ("sip:bob:hunter2@h", "bob@h"),
    ] {
        assert_eq!(called(text), expected, "{text}");
    }
    let rules = NumberRules::new("example.com");
    let LinkAction::Call(to) = link("tel:%2B1%20555%201234").action else {
        panic!();
    };
    assert_eq!(rules.resolve_target(&to).unwrap().uri(), "<sip:+15551234@example.com>");
}

#[test]
fn parameters_of_tel() {
    let full = link("tel:+1-201-555-0123;ext=12-3;isub=7;phone-context=example.com;x=%41");
    assert_eq!(full.action, LinkAction::Call(CallTarget::new("+1-201-555-0123,123")));
    assert_eq!(full.tel.extension.as_deref(), Some("123"));
    assert_eq!(full.tel.isub.as_deref(), Some("7"));
    assert_eq!(full.tel.context.as_deref(), Some("example.com"));
    assert_eq!(full.tel.other, [("x".into(), "A".into())]);
    // A local number is called at the account's domain, not at one the link names.
    assert_eq!(called("tel:7042;phone-context=evil.example"), "7042");
    for bad in [
        "tel:",
        "tel:bob",
        "tel:-1",
        "tel:+",
        "tel:1+2",
        "tel:1;ext=a",
        "tel:1;ext=",
        "tel:1;ext=1;EXT=2",
        "tel:1;=2",
        "tel:1;;",
        "tel:100@evil.example",
    ] {
        assert!(Link::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn headers_and_methods_of_sip() {
    let with = link("sip:bob@h;transport=tcp?Subject=a%20b%26c&Priority=urgent&Route=%3Csip:evil%3E&X-A=1&body=x");
    assert_eq!(
        with.action,
        LinkAction::Call(CallTarget::new("bob@h;transport=tcp?Subject=a%20b%26c&Priority=urgent"))
    );
    assert_eq!(with.left_out, ["Route", "X-A", "body"]);
    let message = link("sip:bob@h;method=MESSAGE?body=hi%20there%0D%0ABye").action;
    assert_eq!(
        message,
        LinkAction::Message {
            to: CallTarget::new("bob@h"),
            text: "hi there\r\nBye".into()
        }
    );
    for bad in [
        "sip:bob@h;method=MESSAGE",
        "sip:bob@h;method=REGISTER",
        "sip:bob@h?Subject=a%0D%0AX:%20y",
        "sip:b%0Aob@h;method=MESSAGE?body=x",
        "sip:bob@h;method=MESSAGE?body=x%00",
    ] {
        assert!(Link::parse(bad).is_err(), "{bad}");
    }
}

/// Reference section 1.5.
#[test]
fn commands_of_msip() {
    use Switch::{Off, On, Toggle};
    for (text, expected) in [
        ("msip:answer", Command::Answer),
        ("msip:hangupall", Command::HangupAll),
        ("msip:hold", Command::Hold(Toggle)),
        ("msip:transfer_100", Command::Transfer(CallTarget::new("100"))),
        ("msip:transfer_%2B49%2030", Command::Transfer(CallTarget::new("+49 30"))),
        ("msip:minimize", Command::Hide),
        ("msip:micmute", Command::MicrophoneMute(On)),
        ("msip:micunmute", Command::MicrophoneMute(Off)),
        ("msip:speakmute", Command::SpeakerMute(On)),
        ("msip:speakunmute", Command::SpeakerMute(Off)),
        ("msip:micmuteclick", Command::MicrophoneMute(Toggle)),
        ("msip:speakmuteclick", Command::SpeakerMute(Toggle)),
        ("msip:micup", Command::MicrophoneVolume(5)),
        ("msip:micdown", Command::MicrophoneVolume(-5)),
        ("msip:speakup", Command::SpeakerVolume(5)),
        ("msip:speakdown", Command::SpeakerVolume(-5)),
        ("msip:/hangupcalling", Command::HangupCalling),
        ("msip:/hangupincoming", Command::HangupIncoming),
        // In any case, and as browsers write it.
        ("MSIP:Answer", Command::Answer),
        ("msip://answer", Command::Answer),
        ("msip://answer/", Command::Answer),
        ("msip:answer/", Command::Answer),
    ] {
        assert_eq!(link(text).action, LinkAction::Command(expected), "{text}");
    }
    assert_eq!(called("msip:123"), "123");
    assert_eq!(called("msip:bob@h"), "bob@h");
    assert!(matches!(
        link("msip:/dtmf:12%23").action,
        LinkAction::Command(Command::Dtmf(digits)) if digits.digits == "12#"
    ));
    let error = Link::parse("msip:anwser").unwrap_err();
    assert!(error.message().contains("did you mean msip:answer"), "{error}");
}

#[test]
fn hostile_links_are_errors() {
    for bad in [
        "",
        "sip:",
        "tel://",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://example.org",
        "/exit",
        "123",
        // Lines, NULs and other control characters, plain and escaped, in every part.
        "sip:a\r\nb@h",
        "sip:a%0d%0aVia:x@h",
        "sip:a%00@h",
        "sip:a\0@h",
        "tel:1%00",
        "tel:1%0A",
        "sip:bob@h%00.example",
        "sip:bob@h;x=%0D%0A",
        "sip:bob@h?Subject=%0D%0AEvil:1",
        "msip:answer%0A",
        "sip:a%C2%85@h",
        "sip:a\u{202e}b@h",
        "sip:a%E2%80%AEb@h",
        // Escapes that are none, or no text.
        "sip:a%4@h",
        "sip:a%@h",
        "sip:a%zz@h",
        "sip:a%FF@h",
        // Quotes, options, a second command, files.
        "sip:100\" -exit \"",
        "sip:100%22%20-exit",
        "tel:123%20-exit",
        "tel:123 -exit",
        "tel:123%20/exit",
        "callto:123%20-exit",
        "dial:123 hello",
        "sip:bob%20-exit@h",
        "sip:-exit",
        "sip:--exit",
        "sip:%2Dexit@h",
        "sip:/exit",
        "dial:/exit",
        "dial:/i:other.ini",
        "sip:/etc/passwd",
        "dial:../x@h",
        "dial:~root",
        "sip:$(reboot)@h",
        "sip:`reboot`@h",
        "sip:a|b@h",
        "sip:a%7Creboot@h",
        "sip:a%26reboot@h",
        "dial:\\\\evil\\share",
        "msip:/exit",
        "msip:/reset",
        "msip:/resetnoask",
        "msip:/password:x",
        "msip:/account:2",
        "msip:/account:2 /password:x",
        "msip:/i:x.ini",
        "msip:%2Fexit",
        "msip:/hidden",
        "msip:-exit",
        "msip:answer%20/exit",
        "msip:transfer_",
        "msip:transfer_-exit",
        "msip:/dtmf:1,2",
        "sip:@h",
        "sip:bob@h/../x",
        "sip:100,45?x",
        "sip:100@h,45x",
        "dial:..",
        "dial:-1",
        "dial:--1",
        "dial:+-exit",
        "dial:+1 -exit",
        "callto:-",
        "sip:bob:hunter2",
    ] {
        if let Ok(link) = Link::parse(bad) {
            panic!("{bad:?} became {link:?}");
        }
    }
    assert!(Link::parse(&format!("sip:{}@h", "a".repeat(3000))).is_err());
    let secret = Link::parse("msip:/pasword:hunter2").unwrap_err();
    assert!(!secret.to_string().contains("hunter2"));
}

#[test]
fn schemes() {
    for scheme in LinkScheme::ALL {
        assert_eq!(
            LinkScheme::of(&format!(" {}:x", scheme.name().to_uppercase())),
            Some(scheme)
        );
    }
    assert_eq!(LinkScheme::of("sipx:1"), None);
    assert_eq!(LinkScheme::of("100"), None);
}

proptest! {
    #[test]
    fn no_link_panics_and_none_becomes_two_things(
        scheme in "sip|sips|tel|callto|dial|dialpad|msip", rest in "[ -~%0-9a-f@;?=,/ü\r\n\0]{0,40}"
    ) {
        let text = format!("{scheme}:{rest}");
        let Ok(link) = Link::parse(&text) else { return Ok(()) };
        match &link.action {
            LinkAction::Call(to) => {
                prop_assert!(!to.text().chars().any(char::is_control));
                prop_assert!(!to.text().starts_with(['-', '"']) && !to.text().contains(['"', '<', '>', '\\', '`']));
                if let Ok(number) = NumberRules::new("example.com").resolve_target(to) {
                    let uri = number.request_uri(Transport::Udp);
                    prop_assert!(uri.bytes().all(|b| b.is_ascii_graphic()), "{}", uri);
                }
            }
            LinkAction::Message { to, text } => {
                prop_assert!(!to.text().chars().any(char::is_control) && !text.contains('\0'));
            }
            LinkAction::Command(command) => {
                let forbidden = matches!(
                    command,
                    Command::Exit | Command::Reset { .. } | Command::Password(_) | Command::StorePassword { .. } | Command::UseAccount(_)
                );
                prop_assert!(!forbidden, "{:?}", command);
            }
        }
        // On the command line a link stays one command.
        if let Ok(line) = CommandLine::parse([text]) {
            prop_assert_eq!(line.commands.len(), 1);
            prop_assert_eq!(line.settings, None);
        }
    }
}

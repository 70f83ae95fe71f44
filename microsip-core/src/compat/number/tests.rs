use std::time::Duration;

use proptest::prelude::*;

use super::{Line, NumberRules, PostDial};
use crate::ErrorKind;
use crate::compat::dialplan::DialPlan;
use crate::compat::links::CallTarget;
use crate::sip::Transport;

fn rules() -> NumberRules {
    NumberRules::new("example.com")
}

fn uri(rules: &NumberRules, text: &str) -> String {
    rules
        .resolve(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .uri()
}

/// Reference section 3.3, the table.
#[test]
fn the_prefix_examples_of_the_reference() {
    for (prefix, input, user) in [
        ("00", "+44 (20) 7123-4567", "00442071234567"),
        ("9", "112", "112"),
        ("9", "+12", "+12"),
        ("9", "a.b-c", "a.b-c"),
        ("9", "5551", "95551"),
    ] {
        let rules = rules().prefix(prefix);
        assert_eq!(uri(&rules, input), format!("<sip:{user}@example.com>"));
    }
}

/// Reference section 3.3, the lines behind the table.
#[test]
fn the_uri_examples_of_the_reference() {
    assert_eq!(uri(&rules(), "100"), "<sip:100@example.com>");
    assert_eq!(uri(&rules(), "bob@other.org"), "<sip:bob@other.org>");
    assert_eq!(
        uri(&rules(), "bob@other.org;transport=tcp"),
        "<sip:bob@other.org;transport=tcp>"
    );
    let local = rules().local(true).resolve("192.0.2.5").unwrap();
    assert_eq!((local.uri().as_str(), local.line()), ("<sip:192.0.2.5>", Line::Local));
    let named = rules()
        .prefix("9")
        .plan(DialPlan::parse("1x.").unwrap())
        .resolve("\"Bob\" <sip:bob@other.org>")
        .unwrap();
    assert_eq!(
        (named.uri().as_str(), named.display_name()),
        ("<sip:bob@other.org>", Some("Bob"))
    );
}

/// Reference section 3.2 with the clean-up before it.
#[test]
fn the_dial_plan_examples_of_the_reference() {
    let first = "(<:1>[2-9]xxxxxx|<0:0049>x.|xxx)";
    let second = "<+:00>x.|<9:>x.|[1-8]xxx|*xx";
    for (plan, input, user) in [
        (first, "5551234", Some("15551234")),
        (first, "030 12345", Some("00493012345")),
        (first, "112", Some("112")),
        (first, "bob", Some("bob")),
        (first, "12345", None),
        (second, "+44 20 7123 4567", Some("00442071234567")),
        (second, "9 030 1234", Some("0301234")),
        (second, "2345", Some("2345")),
        (second, "*72", Some("*72")),
        (second, "234", None),
        ("1.", "111", Some("111")),
        ("1.", "10", None),
    ] {
        let rules = rules().plan(DialPlan::parse(plan).unwrap());
        match (rules.resolve(input), user) {
            (Ok(got), Some(user)) => assert_eq!(got.uri(), format!("<sip:{user}@example.com>")),
            (Err(error), None) => {
                assert_eq!(error.kind(), ErrorKind::InvalidArgument);
                assert!(error.message().contains("invalid number"), "{error}");
            }
            (got, expected) => panic!("{plan} on {input}: {got:?}, not {expected:?}"),
        }
    }
}

/// Reference section 3.1: the consequences worth knowing.
#[test]
fn the_consequences_of_the_reference() {
    // The domain is taken verbatim, behind everything.
    assert_eq!(
        uri(&NumberRules::new("example.com:5070"), "100"),
        "<sip:100@example.com:5070>"
    );
    assert_eq!(
        uri(&rules(), "123;transport=tcp"),
        "<sip:123;transport=tcp@example.com>"
    );
    // The account's spelling replaces an equal host.
    for (domain, text, called) in [
        ("example.com", "bob@example.com:5080", "sip:bob@example.com"),
        ("example.com:5070", "bob@EXAMPLE.com", "sip:bob@example.com:5070"),
        ("example.com", "bob@example.org:5080", "sip:bob@example.org:5080"),
    ] {
        let number = NumberRules::new(domain).resolve(text).unwrap();
        assert_eq!(number.request_uri(Transport::Udp), called);
    }
    // A leading + is kept without prefix and plan; a prefix does not break an address behind it.
    assert_eq!(uri(&rules(), "+49 30"), "<sip:+4930@example.com>");
    assert_eq!(uri(&rules().prefix("9"), "+1@h.com"), "<sip:+1@h.com>");
    // What is in brackets, and what goes by the local account, skips prefix and plan.
    let plan = rules().prefix("9").plan(DialPlan::parse("9x.").unwrap()).local(true);
    assert_eq!(uri(&plan, "<sip:5551@other.org>"), "<sip:5551@other.org>");
    assert_eq!(uri(&plan, "bob@192.0.2.5:5070"), "<sip:bob@192.0.2.5:5070>");
    assert!(plan.resolve("bob").is_err());
    assert_eq!(plan.resolve_as_is("bob").unwrap().uri(), "<sip:bob@example.com>");
    // The plan sees what the prefix made, and whole addresses.
    assert_eq!(uri(&plan, "5551"), "<sip:95551@example.com>");
    let rewriting = rules().plan(DialPlan::parse(r"bob@<old:new>\.org|x.").unwrap());
    assert_eq!(uri(&rewriting, "bob@old.org"), "<sip:bob@new.org>");
    assert!(rules().plan(DialPlan::parse("<1:>").unwrap()).resolve("1").is_err());
}

#[test]
fn which_account_calls() {
    let both = rules().local(true);
    for (text, line, uri) in [
        ("localhost", Line::Local, "<sip:localhost>"),
        ("sip:10.0.0.1:5070", Line::Local, "<sip:10.0.0.1:5070>"),
        ("bob@LOCALHOST:5080", Line::Local, "<sip:bob@LOCALHOST:5080>"),
        ("pc.local", Line::Account, "<sip:pc.local@example.com>"),
        ("bob@pc.local", Line::Account, "<sip:bob@pc.local>"),
        ("10.0.1", Line::Account, "<sip:1001@example.com>"),
        ("[2001:db8::1]", Line::Local, "<sip:[2001:db8::1]>"),
        ("2001:db8::1", Line::Local, "<sip:[2001:db8::1]>"),
        (
            "bob@[2001:db8::1]:5070;transport=tcp",
            Line::Local,
            "<sip:bob@[2001:db8::1]:5070;transport=tcp>",
        ),
        ("sip:bob@2001:db8::1", Line::Local, "<sip:bob@[2001:db8::1]>"),
    ] {
        let number = both.resolve(text).unwrap();
        assert_eq!((number.line(), number.uri().as_str()), (line, uri), "{text}");
    }
    // The own domain is no reason for the local account.
    let own = NumberRules::new("192.0.2.9").local(true);
    assert_eq!(own.resolve("bob@192.0.2.9").unwrap().line(), Line::Account);
    // Without local account four groups of digits are a number, as in MicroSIP; IPv6 addresses never are.
    assert_eq!(uri(&rules(), "192.0.2.5"), "<sip:192025@example.com>");
    assert_eq!(uri(&rules(), "bob@192.0.2.5"), "<sip:bob@192.0.2.5>");
    assert_eq!(uri(&rules(), "[::1]:5070"), "<sip:[::1]:5070>");
    // Only the local account.
    let alone = NumberRules::new("").local(true);
    assert_eq!(uri(&alone, "192.0.2.5"), "<sip:192.0.2.5>");
    assert_eq!(uri(&alone, "bob@pc.lan"), "<sip:bob@pc.lan>");
    assert_eq!(uri(&alone, "pc.lan"), "<sip:pc.lan>");
    assert!(alone.resolve("100").unwrap_err().message().contains("no account"));
    assert_eq!(uri(&alone.clone().local_domain("lan"), "100"), "<sip:100@lan>");
    assert_eq!(uri(&alone.local_domain("lan"), "192.0.2.5"), "<sip:192.0.2.5>");
    // None at all.
    assert_eq!(
        NumberRules::new("").resolve("100").unwrap_err().kind(),
        ErrorKind::Config
    );
}

#[test]
fn what_goes_on_the_wire() {
    for (text, transport, expected) in [
        ("100", Transport::Udp, "sip:100@example.com"),
        ("100", Transport::Tcp, "sip:100@example.com;transport=tcp"),
        ("b@h?Subject=x", Transport::Tls, "sip:b@h;transport=tls?Subject=x"),
        ("b@h;transport=udp", Transport::Tls, "sip:b@h;transport=udp"),
        ("\"A, B\" <sip:b:pw@h;x=1>", Transport::Udp, "sip:b@h;x=1"),
        ("sips:b@h", Transport::Udp, "sip:b@h;transport=tls"),
        (
            "sips:b@h;transport=tcp;x=1",
            Transport::Udp,
            "sip:b@h;x=1;transport=tls",
        ),
    ] {
        assert_eq!(
            rules().resolve(text).unwrap().request_uri(transport),
            expected,
            "{text}"
        );
    }
    assert!(rules().resolve("SIPS:b@h").unwrap().is_secure());
    assert!(!rules().resolve("b@h;transport=tls").unwrap().is_secure());
    // Messages skip prefix and plan, and keep what sips: demands.
    let to = CallTarget::new("5551").secured(true);
    let message = rules().prefix("9").resolve_target_as_is(&to).unwrap();
    assert_eq!(message.uri(), "<sip:5551@example.com;transport=tls>");
}

/// Reference section 3.4.
#[test]
fn post_dial_digits_and_their_timing() {
    let number = rules().resolve("800123,45,,6#").unwrap();
    assert_eq!(number.uri(), "<sip:800123@example.com>");
    let steps: Vec<_> = number
        .post_dial()
        .unwrap()
        .steps()
        .into_iter()
        .map(|step| (step.after, step.digits))
        .collect();
    let ms = Duration::from_millis;
    // The empty group of 2.4 s sends nothing.
    assert_eq!(steps, [(ms(1000), "45".into()), (ms(3400), "6#".into())]);
    for (text, uri, digits) in [
        ("100,1", "<sip:100@example.com>", Some("1")),
        ("100,,", "<sip:100@example.com>", Some(",")),
        ("100 , 1 2-a", "<sip:100@example.com>", Some("12A")),
        ("bob@h,5", "<sip:bob@h>", Some("5")),
        ("<sip:bob@h>,5", "<sip:bob@h>", Some("5")),
        ("\"Doe, J\" <sip:bob@h>", "<sip:bob@h>", None),
        ("<sip:a,b@h>", "<sip:a,b@h>", None),
        // First or last: nothing special.
        ("100,", "<sip:100,@example.com>", None),
        (",100", "<sip:,100@example.com>", None),
    ] {
        let number = rules().resolve(text).unwrap();
        assert_eq!(number.uri(), uri, "{text}");
        assert_eq!(number.post_dial().map(PostDial::as_str), digits, "{text}");
    }
    assert!(
        rules()
            .resolve("a,b@h")
            .unwrap_err()
            .message()
            .contains("behind the comma")
    );
    assert!(rules().resolve(&format!("1,{}", "2".repeat(257))).is_err());
    assert_eq!(format!("{:?}", PostDial::parse("4711").unwrap()).find("4711"), None);
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "",
        "   ",
        "a b",
        "bob@",
        "@host",
        "bob@ho st",
        "bob@h:0",
        "bob@h:65536",
        "bob@h:",
        "bob@[::1",
        "bob@[1.2.3.4]",
        "bob@h;;x",
        "bob@h;",
        "bob@a..b",
        "b\"b@h",
        "bob%4@h",
        "bob@h\r\nX: y",
        "1\u{0}2",
        "jürgen",
        "<sip:a@b> x",
        ">a<",
        "<>",
        "host:5060",
        "sips:b@h;transport=udp",
    ] {
        assert!(rules().resolve(text).is_err(), "{text:?} was taken");
    }
    assert!(rules().resolve(&format!("{}@h", "1".repeat(900))).is_err());
    assert!(rules().resolve(&"1".repeat(870)).is_ok());
}

#[test]
fn passwords_are_not_shown() {
    let number = rules().resolve("sip:bob:hunter2@h").unwrap();
    assert!(!format!("{number:?}").contains("hunter2"));
    let error = rules().resolve("sip:bob:hunter2@h h").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

proptest! {
    #[test]
    fn nothing_panics_and_every_result_is_one_line(text in ".{0,60}", local: bool) {
        if let Ok(number) = rules().local(local).resolve(&text) {
            let uri = number.request_uri(Transport::Tcp);
            prop_assert!(uri.starts_with("sip:") && uri.bytes().all(|b| b.is_ascii_graphic()), "{uri}");
            prop_assert!(!uri.contains(['<', '>', '"']));
        }
    }

    #[test]
    fn a_result_resolves_to_itself(user in "[a-z0-9*#+]{1,12}", host in "[a-z]{1,8}(\\.[a-z]{1,5})?") {
        let once = rules().resolve(&format!("{user}@{host}")).unwrap();
        let again = rules().resolve(&once.uri()).unwrap();
        prop_assert_eq!(once.uri(), again.uri());
    }
}

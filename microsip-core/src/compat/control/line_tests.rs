use proptest::prelude::*;
use serde_json::{Value, json};

use super::line::{Line, LineReader, fuzz_lines};
use super::message::{self, Incoming, Told};
use super::outbox::{Outbox, Stuck, Wanted};
use super::{MAX_LINE, MAX_REPLY};
use crate::{Error, ErrorKind, FailureCode, Result};
use std::sync::Arc;
use std::time::Duration;

/// The lines in these pieces; `None` for one that is too long.
fn lines(limit: usize, pieces: &[&[u8]]) -> (Vec<Option<Vec<u8>>>, bool) {
    let mut reader = LineReader::new(limit);
    let mut found = Vec::new();
    for piece in pieces {
        reader.feed(piece, |line| {
            found.push(match line {
                Line::Whole(bytes) => Some(bytes.to_vec()),
                Line::TooLong => None,
            });
        });
    }
    (found, reader.unfinished())
}

fn parse(text: &str) -> Result<Incoming, (Value, Error)> {
    message::parse(&Line::Whole(text.as_bytes())).map_err(|refusal| (refusal.id, refusal.error))
}

fn refused(text: &str) -> (Value, Error) {
    match parse(text) {
        Err(refusal) => refusal,
        Ok(incoming) => panic!("{text} was taken as {incoming:?}"),
    }
}

#[test]
fn lines_end_with_newlines_and_lose_the_spaces_around_them() {
    let some = |text: &str| Some(text.as_bytes().to_vec());
    assert_eq!(
        lines(9, &[b"a\nb c \r\n\n \t\r\nd"]),
        (vec![some("a"), some("b c")], true)
    );
    assert_eq!(
        lines(9, &[b"a", b"b", b"\r", b"\nc\n"]),
        (vec![some("ab"), some("c")], false)
    );
    assert_eq!(
        lines(9, &["\u{feff}x\n\u{feff}y\n".as_bytes()]).0,
        [some("x"), some("\u{feff}y")]
    );
}

#[test]
fn a_line_too_long_is_told_once_and_passed_over() {
    let some = |text: &str| Some(text.as_bytes().to_vec());
    assert_eq!(
        lines(4, &[b"1234\n1234\r\n12345\n1\n"]).0,
        [some("1234"), some("1234"), None, some("1")]
    );
    assert_eq!(
        lines(4, &[b"123456", b"789", b"abcdefgh", b"\nx\n"]),
        (vec![None, some("x")], false)
    );
    // It is told before its end, which may never come, and costs nothing more.
    assert_eq!(lines(4, &[b"123456"]), (vec![None], false));
}

#[test]
fn requests_are_read() {
    match parse(r#"{"id":"a","command":"call","number":"1"}"#) {
        Ok(Incoming::Request { id, command, request }) => {
            assert_eq!((id, command.as_str()), (json!("a"), "call"));
            assert_eq!(Value::Object(request), json!({"command": "call", "number": "1"}));
        }
        other => panic!("{other:?}"),
    }
    for text in [
        "/hangupall",
        "123",
        "action=call&number=123",
        "report:status",
        "[2001:db8::1]",
        "\"Bob\" <sip:b@h>",
    ] {
        assert!(
            matches!(parse(text), Ok(Incoming::Text(found)) if found == text),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_request_says_why() {
    for (text, id, words) in [
        ("{", json!(null), "JSON"),
        ("{} {}", json!(null), "JSON"),
        ("{\"command\":1e999}", json!(null), "JSON"),
        ("[1,2]", json!(null), "not an array"),
        (r#"{"id":7}"#, json!(7), "\"command\""),
        (r#"{"id":"x","command":""}"#, json!("x"), "\"command\""),
        (r#"{"id":"x","command":["call"]}"#, json!("x"), "\"command\""),
        (r#"{"id":[1],"command":"ping"}"#, json!(null), "\"id\""),
        (r#"{"id":true,"command":"ping"}"#, json!(null), "\"id\""),
        (r#"{"id":{},"command":"ping"}"#, json!(null), "\"id\""),
    ] {
        let (told, error) = refused(text);
        assert_eq!((told, error.kind()), (id, ErrorKind::InvalidArgument), "{text}");
        assert!(error.message().contains(words), "{text}: {error}");
    }
    let deep = format!("{{\"command\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(refused(&deep).1.kind(), ErrorKind::InvalidArgument);
    let deep = "[".repeat(60_000);
    assert!(matches!(parse(&deep), Ok(Incoming::Text(_))));
    let bad = message::parse(&Line::Whole(b"abc\xff")).map_err(|refusal| refusal.error.to_string());
    assert!(bad.is_err_and(|words| words.contains("byte 4")));
    let long = message::parse(&Line::TooLong).map_err(|refusal| refusal.error.kind());
    assert_eq!(long.err(), Some(ErrorKind::LimitReached));
}

#[test]
fn replies_have_the_documented_form() {
    let text = |line: Vec<u8>| String::from_utf8(line).unwrap();
    assert_eq!(
        text(message::success(&json!(1), &json!("pong"))),
        "{\"reply\":1,\"ok\":true,\"result\":\"pong\"}\n"
    );
    let error = FailureCode::PortRefused.error("call", "nobody\nthere");
    assert_eq!(
        text(message::failure(&json!("x"), &error, false)),
        "{\"reply\":\"x\",\"ok\":false,\"error\":{\"kind\":\"transport\",\"code\":\"port_refused\",\
         \"message\":\"call: nobody\\nthere\"}}\n"
    );
    assert!(text(message::failure(&json!("x"), &error, true)).ends_with("\"retry\":true}}\n"));
    let huge = text(message::success(&json!(2), &"x".repeat(MAX_REPLY).into()));
    assert!(
        huge.len() < 1000 && huge.contains("\"limit_reached\"") && huge.starts_with("{\"reply\":2,"),
        "{huge}"
    );
    let huge = Error::invalid("x", "ä".repeat(MAX_LINE));
    assert!(message::failure(&Value::Null, &huge, false).len() < 2 * MAX_LINE);
}

#[test]
fn errors_survive_the_way_and_unknown_ones_keep_their_words() {
    let there_and_back = |line: &str| match message::read_told(&Line::Whole(line.as_bytes())) {
        Ok(Told::Reply { result: Err(error), .. }) => error,
        other => panic!("{other:?}"),
    };
    for code in FailureCode::ALL {
        let line = String::from_utf8(message::failure(&json!(1), &code.error("call", "so it is"), false)).unwrap();
        let error = there_and_back(line.trim_end());
        assert_eq!(
            (error.kind(), error.failure(), error.message()),
            (code.kind(), *code, "call: so it is")
        );
    }
    let newer = r#"{"reply":1,"ok":false,"error":{"kind":"moonlight","code":"too_bright","message":"m"}}"#;
    assert_eq!(
        (there_and_back(newer).kind(), there_and_back(newer).message()),
        (ErrorKind::Internal, "m")
    );
    let odd = r#"{"reply":1,"ok":false,"error":7}"#;
    assert_eq!(there_and_back(odd).kind(), ErrorKind::Internal);
    for strange in ["HTTP/1.1 400", "[]", "{}", r#"{"ok":1}"#] {
        assert!(
            message::read_told(&Line::Whole(strange.as_bytes())).is_err(),
            "{strange}"
        );
    }
}

#[test]
fn events_that_do_not_fit_are_counted_in_their_place() {
    let outbox = Outbox::new(3, 1000);
    let event = |n: usize| -> Arc<[u8]> { format!("{n}").into_bytes().into() };
    let next = || {
        outbox
            .next()
            .map(|line| String::from_utf8(line.bytes().to_vec()).unwrap().trim_end().to_owned())
    };
    outbox.event("call", &event(0));
    outbox
        .want(
            Some(Wanted::Named(["call".to_owned()].into())),
            b"ok".to_vec(),
            Duration::ZERO,
        )
        .unwrap();
    outbox.event("other", &event(0));
    for n in 1..=5 {
        outbox.event("call", &event(n));
    }
    assert_eq!([next(), next(), next()], ["ok", "1", "2"].map(|s| Some(s.to_owned())));
    outbox.event("call", &event(6));
    assert_eq!(
        [next(), next()],
        ["3", r#"{"event":"lagged","missed":2}"#].map(|s| Some(s.to_owned()))
    );
    assert_eq!(next().as_deref(), Some("6"));
    // Missed ones are told also when nothing happens any more.
    for n in 1..=5 {
        outbox.event("call", &event(n));
    }
    outbox.end();
    let rest: Vec<_> = std::iter::from_fn(next).collect();
    assert_eq!(rest, ["1", "2", "3", r#"{"event":"lagged","missed":2}"#]);
}

#[test]
fn replies_wait_for_their_reader_so_long_and_no_longer() {
    let outbox = Outbox::new(1, 1);
    for _ in 0..64 {
        assert_eq!(outbox.reply(b"x".to_vec(), Duration::ZERO), Ok(()));
    }
    assert_eq!(outbox.reply(b"x".to_vec(), Duration::from_millis(1)), Err(Stuck));
    assert!(outbox.next().is_some());
    assert_eq!(outbox.reply(b"x".to_vec(), Duration::ZERO), Ok(()));
    // Once nobody is there, nobody is waited for.
    outbox.give_up();
    assert_eq!(outbox.reply(b"x".to_vec(), Duration::ZERO), Ok(()));
    assert!(outbox.next().is_none());
}

/// Bytes as a hostile or clumsy client sends them.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        proptest::collection::vec(
            prop_oneof![Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'{'), Just(b'"')],
            0..8
        ),
        r#"\{"id":[0-9]{1,22},"command":"[a-z]{0,5}"\}\r?\n"#.prop_map(String::into_bytes),
        r#"\{"id":.{0,6},"command":.{0,6}\}\n"#.prop_map(String::into_bytes),
        (MAX_LINE - 3..MAX_LINE + 3).prop_map(|length| vec![b'a'; length]),
        (1_usize..5000).prop_map(|depth| vec![b'['; depth]),
        "\\PC{0,20}\n".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// What the reader should find, said the simple way.
fn expected(bytes: &[u8]) -> usize {
    let ended = |line: &[u8]| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.len() > MAX_LINE || !line.trim_ascii().is_empty()
    };
    let mut all: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
    let open = all.pop().unwrap_or_default();
    let mut count = all.iter().filter(|line| ended(line)).count();
    if let Some(first) = all.first().and_then(|line| line.strip_prefix("\u{feff}".as_bytes()))
        && first.trim_ascii().is_empty()
    {
        count -= 1;
    }
    count + usize::from(open.len() > MAX_LINE + 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_give_one_reply_for_each_line_that_is_not_blank(bytes in hostile()) {
        prop_assert_eq!(fuzz_lines(&bytes), expected(&bytes));
    }

    #[test]
    fn any_bytes_of_a_server_are_told_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = message::read_told(&Line::Whole(&bytes));
    }
}

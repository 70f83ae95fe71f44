//! What stands on the wire, byte for byte, as any program sees it.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use super::server_stage::{DEADLINE, Raw, stage, wait_connections};
use super::{MAX_LINE, ServerOptions, fuzz_lines};

#[test]
fn each_line_has_its_reply() {
    let stage = stage(ServerOptions::new().version("1.2.3"));
    let mut raw = Raw::new(&stage.name);
    for (line, reply) in [
        (
            "/hangupall\n",
            r#"{"reply":null,"ok":true,"result":{"line":"/hangupall"}}"#,
        ),
        (
            "action=call&number=123\r\n",
            r#"{"reply":null,"ok":true,"result":{"line":"action=call&number=123"}}"#,
        ),
        (
            "\n\r\n  \n report:status \n",
            r#"{"reply":null,"ok":true,"result":{"line":"report:status"}}"#,
        ),
        (
            "{\"command\":\"ping\"}\n",
            r#"{"reply":null,"ok":true,"result":"pong"}"#,
        ),
        (
            "{\"id\":1,\"command\":\"ping\"}\r\n",
            r#"{"reply":1,"ok":true,"result":"pong"}"#,
        ),
        (
            "{\"id\":-1.5,\"command\":\"ping\"}\n",
            r#"{"reply":-1.5,"ok":true,"result":"pong"}"#,
        ),
        (
            "{\"id\":\"ü\",\"command\":\"ping\"}\n",
            r#"{"reply":"ü","ok":true,"result":"pong"}"#,
        ),
        (
            "{\"id\":\"a\",\"command\":\"echo\",\"n\":[1,null]}\n",
            r#"{"reply":"a","ok":true,"result":{"command":"echo","n":[1,null]}}"#,
        ),
        (
            "{\"id\":2,\"command\":\"fail\"}\n",
            r#"{"reply":2,"ok":false,"error":{"kind":"sip","code":"peer_busy","message":"call: it is busy"}}"#,
        ),
    ] {
        assert_eq!(raw.send(line).text(), reply);
    }
    let hello = raw.send("{\"command\":\"hello\",\"id\":7}\n").json();
    let expected = json!({"protocol": 1, "program": "microsip", "version": "1.2.3", "pid": std::process::id()});
    assert_eq!(hello, json!({"reply": 7, "ok": true, "result": expected}));
    // All at once, they come in order.
    let many: String = (0..200)
        .map(|n| format!("{{\"id\":{n},\"command\":\"ping\"}}\n"))
        .collect();
    raw.send(many);
    for n in 0..200 {
        assert_eq!(raw.json()["reply"], n);
    }
}

#[test]
fn bad_lines_are_answered_and_the_connection_lives() {
    let stage = stage(ServerOptions::new());
    let mut raw = Raw::new(&stage.name);
    for (line, kind) in [
        (b"{\n".to_vec(), "invalid_argument"),
        (b"[1,2]\n".to_vec(), "invalid_argument"),
        (b"\xff\xfe\n".to_vec(), "invalid_argument"),
        (b"{\"command\":3}\n".to_vec(), "invalid_argument"),
        (b"{\"id\":[],\"command\":\"ping\"}\n".to_vec(), "invalid_argument"),
        (
            b"{\"command\":\"subscribe\",\"events\":7}\n".to_vec(),
            "invalid_argument",
        ),
        (
            b"{\"command\":\"subscribe\",\"events\":[]}\n".to_vec(),
            "invalid_argument",
        ),
        (
            b"{\"command\":\"subscribe\",\"events\":[\"call\",1]}\n".to_vec(),
            "invalid_argument",
        ),
        (
            format!("{{\"command\":{}\n", "[".repeat(50_000)).into_bytes(),
            "invalid_argument",
        ),
        (format!("{}\n", "x".repeat(MAX_LINE + 1)).into_bytes(), "limit_reached"),
        (
            format!("{{\"command\":\"{}\"}}\n", "x".repeat(3_000_000)).into_bytes(),
            "limit_reached",
        ),
        (b"{\"command\":\"juggle\"}\n".to_vec(), "unsupported"),
        (b"{\"command\":\"panic\"}\n".to_vec(), "internal"),
    ] {
        raw.send(line);
        let reply = raw.json();
        assert_eq!(
            (&reply["ok"], &reply["reply"]),
            (&json!(false), &Value::Null),
            "{reply}"
        );
        assert_eq!(reply["error"]["kind"], kind, "{reply}");
        assert!(!reply.to_string().contains("secret"), "{reply}");
    }
    let longest = "x".repeat(MAX_LINE);
    assert_eq!(
        raw.send(format!("{longest}\r\n")).json()["result"]["line"],
        longest.as_str()
    );
    assert_eq!(raw.send("{\"command\":\"ping\"}\n").json()["result"], "pong");
    assert_eq!(stage.server.connections(), 1);
}

#[test]
fn any_bytes_over_the_socket_give_as_many_replies_as_the_reader_alone() {
    let stage = stage(ServerOptions::new());
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for round in 0..40 {
        let pool = [b'\n', b'\r', b' ', b'{', b'}', b'"', b'a', 0, 0xff, 0xc3, b':', b'['];
        let mut bytes: Vec<u8> = (0..random() % 3000)
            .map(|_| pool[random() as usize % pool.len()])
            .collect();
        bytes.push(b'\n');
        let mut raw = Raw::new(&stage.name);
        for chunk in bytes.chunks(1 + random() as usize % 700) {
            raw.send(chunk);
        }
        raw.stream.shutdown(Shutdown::Write).unwrap();
        let mut replies = String::new();
        raw.reader.read_to_string(&mut replies).unwrap();
        assert_eq!(replies.lines().count(), fuzz_lines(&bytes), "round {round}: {bytes:?}");
    }
}

#[test]
fn a_last_line_without_end_is_not_done() {
    let stage = stage(ServerOptions::new());
    let mut raw = Raw::new(&stage.name);
    raw.send("/answer\n/hangup").stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(raw.json()["result"]["line"], "/answer");
    assert_eq!(raw.json()["error"]["kind"], "invalid_argument");
    raw.assert_end();
    assert_eq!(*stage.phone.done.lock().unwrap(), ["/answer"]);
}

#[test]
fn what_was_sent_is_done_though_its_sender_is_gone() {
    let stage = stage(ServerOptions::new());
    let mut raw = Raw::new(&stage.name);
    raw.send("{\"command\":\"wait\"}\n")
        .send((0..100).map(|n| format!("cmd{n}\n")).collect::<String>());
    stage.phone.wait_done("wait");
    drop(raw);
    stage.phone.release();
    stage.phone.wait_done("cmd99");
    assert_eq!(stage.phone.done.lock().unwrap().len(), 101);
    wait_connections(&stage.server, 0);
}

#[test]
fn events_are_told_to_those_who_asked() {
    let stage = stage(ServerOptions::new());
    let (mut all, mut some, mut none) = (Raw::new(&stage.name), Raw::new(&stage.name), Raw::new(&stage.name));
    assert_eq!(
        all.send("{\"id\":1,\"command\":\"subscribe\"}\n").text(),
        r#"{"reply":1,"ok":true,"result":null}"#
    );
    some.send("{\"command\":\"subscribe\",\"events\":[\"call\",\"registration\"]}\n")
        .json();
    stage.server.publish("presence", &json!({"who": "bob"}));
    stage
        .server
        .publisher()
        .publish("call", &json!({"event": "other", "call": 1}));
    stage.server.publish("number", &json!(7));
    stage
        .server
        .publish_line("registration", "{\"event\":\"registration\",\"state\":\"registered\"}")
        .unwrap();
    for wrong in ["", "x", "{\n}", "{}\n{}"] {
        assert!(stage.server.publish_line("call", wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(all.json(), json!({"event": "presence", "who": "bob"}));
    assert_eq!(all.json(), json!({"event": "call", "call": 1}));
    assert_eq!(all.json(), json!({"event": "number", "data": 7}));
    assert_eq!(all.json(), json!({"event": "registration", "state": "registered"}));
    assert_eq!(some.json()["event"], "call");
    assert_eq!(some.json()["event"], "registration");
    // After the reply to `unsubscribe` there is none.
    all.send("{\"command\":\"unsubscribe\",\"id\":2}\n");
    assert_eq!(all.json()["reply"], 2);
    stage.server.publish("call", &json!({}));
    for raw in [&mut all, &mut none] {
        assert_eq!(raw.send("{\"command\":\"ping\"}\n").json()["result"], "pong");
    }
    assert_eq!(some.json(), json!({"event": "call"}));
}

#[test]
fn who_only_listens_may_close_its_side_and_is_forgotten_when_it_goes() {
    let stage = stage(ServerOptions::new());
    let mut raw = Raw::new(&stage.name);
    raw.send("{\"command\":\"subscribe\"}\n")
        .stream
        .shutdown(Shutdown::Write)
        .unwrap();
    raw.json();
    stage.server.publish("call", &json!({}));
    assert_eq!(raw.json(), json!({"event": "call"}));
    assert_eq!(stage.server.connections(), 1);
    drop(raw);
    wait_connections(&stage.server, 0);
}

#[test]
fn a_slow_reader_holds_up_nobody_and_learns_what_it_missed() {
    let stage = stage(ServerOptions::new().max_events(100, 100_000));
    let (mut slow, mut quick) = (Raw::new(&stage.name), Raw::new(&stage.name));
    slow.send("{\"command\":\"subscribe\"}\n").json();
    let count = 4_000;
    let (told, telling) = mpsc::channel();
    let publisher = stage.server.publisher();
    // Apart, so that a test whose telling waits for the reader fails instead of hanging.
    std::thread::spawn(move || {
        for n in 0..count {
            publisher.publish("call", &json!({"n": n, "fill": "x".repeat(2_500)}));
        }
        told.send(()).unwrap();
    });
    telling.recv_timeout(DEADLINE * 3).unwrap();
    assert_eq!(quick.send("{\"command\":\"ping\"}\n").json()["result"], "pong");
    // It reads at last: what it sees and what it is told it missed are all there were, in order.
    let (mut next, mut missed) = (0, 0);
    while next < count {
        let event = slow.json();
        if event["event"] == "lagged" {
            let lost = event["missed"].as_u64().unwrap();
            (next, missed) = (next + lost, missed + lost);
        } else {
            assert_eq!(event["n"], next, "{missed} missed before");
            next += 1;
        }
    }
    assert!(missed > 1000, "{missed} missed");
    stage.server.publish("call", &json!({"n": "end"}));
    assert_eq!(slow.json()["n"], "end");
}

#[test]
fn who_does_not_read_its_replies_is_cut_off() {
    let stage = stage(ServerOptions::new().reply_patience(Duration::from_millis(100)));
    let (mut deaf, mut subscriber) = (Raw::new(&stage.name), Raw::new(&stage.name));
    let ask = b"{\"command\":\"big\",\"bytes\":1000000}\n";
    for raw in [&mut deaf, &mut subscriber] {
        if raw.stream.write_all(b"{\"command\":\"subscribe\"}\n").is_ok() {
            // Until it is cut off, which may be at any of these.
            let _ = (0..20).try_for_each(|_| raw.stream.write_all(ask));
        }
    }
    wait_connections(&stage.server, 0);
    assert_eq!(
        Raw::new(&stage.name).send("{\"command\":\"ping\"}\n").json()["result"],
        "pong"
    );
}

#[test]
fn connections_are_bounded_and_places_come_free() {
    let stage = stage(ServerOptions::new().max_connections(3));
    let mut kept: Vec<Raw> = (0..3).map(|_| Raw::new(&stage.name)).collect();
    for raw in &mut kept {
        raw.send("{\"command\":\"ping\"}\n").json();
    }
    for _ in 0..500 {
        let mut more = Raw::new(&stage.name);
        let reply = more.json();
        assert_eq!((&reply["reply"], &reply["ok"]), (&Value::Null, &json!(false)));
        assert_eq!(
            (&reply["error"]["kind"], &reply["error"]["retry"]),
            (&json!("limit_reached"), &json!(true))
        );
        more.assert_end();
    }
    assert_eq!(kept[0].send("{\"command\":\"ping\"}\n").json()["result"], "pong");
    kept.pop();
    wait_connections(&stage.server, 2);
    assert_eq!(
        Raw::new(&stage.name).send("{\"command\":\"ping\"}\n").json()["result"],
        "pong"
    );
}

#[test]
fn a_flood_of_one_client_is_answered_and_holds_up_no_other() {
    let stage = stage(ServerOptions::new());
    let mut flood = Raw::new(&stage.name);
    let mut writer = flood.stream.try_clone().unwrap();
    let mut other = Raw::new(&stage.name);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for _ in 0..500 {
                writer
                    .write_all("{\"command\":\"ping\"}\n".repeat(100).as_bytes())
                    .unwrap();
            }
        });
        for n in 0..50_000 {
            assert_eq!(flood.text(), r#"{"reply":null,"ok":true,"result":"pong"}"#);
            if n % 1000 == 0 {
                assert_eq!(other.send("/answer\n").json()["result"]["line"], "/answer");
            }
        }
    });
}

#[test]
fn idle_connections_are_closed_unless_they_listen() {
    let stage = stage(ServerOptions::new().idle(Duration::from_millis(500)));
    let mut listener = Raw::new(&stage.name);
    listener.send("{\"command\":\"subscribe\"}\n").json();
    let (mut idle, mut half) = (Raw::new(&stage.name), Raw::new(&stage.name));
    half.send("{\"command\":\"pi");
    idle.assert_end();
    half.assert_end();
    // A command under way is not idleness.
    let mut busy = Raw::new(&stage.name);
    busy.send("{\"command\":\"wait\"}\n");
    let mut other = Raw::new(&stage.name);
    other.assert_end();
    stage.phone.release();
    assert_eq!(busy.json()["result"], "waited");
    busy.assert_end();
    stage.server.publish("call", &json!({}));
    assert_eq!(listener.json()["event"], "call");
}

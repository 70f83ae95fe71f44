use super::*;
use crate::compat::contacts::WarningKind;

#[test]
fn ini_lines() {
    let full = CallRecord::new(CallType::Incoming, "318", 1_700_000_000)
        .name("Anna")
        .duration(65)
        .info("Call Ended");
    let zero = |number: &str| CallRecord::new(CallType::Outgoing, number, 0);
    for (line, expected) in [
        ("318;Anna;1;1700000000;65;Call Ended", Some(full.clone())),
        ("318;Anna;1;1700000000;65;a;b", Some(full.clone().info("a;b"))),
        (
            "318;Berg; Anna;1;1700000000;65;Call Ended",
            Some(full.clone().name("Berg; Anna")),
        ),
        (
            "318;Anna;9;1700000000;65;Call Ended",
            Some(CallRecord {
                kind: CallType::Outgoing,
                ..full.clone()
            }),
        ),
        ("318;Anna;1;1700000000;-5;Call Ended", Some(full.clone().duration(0))),
        (
            "318;Anna;1;1700000000;99999999999;Call Ended",
            Some(full.clone().duration(u32::MAX)),
        ),
        (
            "bob@h;transport=tcp;lr;Bob;2;7;0;Missed Call",
            Some(
                CallRecord::new(CallType::Missed, "bob@h;transport=tcp;lr", 7)
                    .name("Bob")
                    .info("Missed Call"),
            ),
        ),
        (
            "bob@h;transport=tcp;2;7;0;",
            Some(CallRecord::new(CallType::Missed, "bob@h", 7).name("transport=tcp")),
        ),
        (
            "100,,42#;;3;7;0;",
            Some(CallRecord::new(CallType::Elsewhere, "100,,42#", 7)),
        ),
        ("318", Some(zero("318"))),
        ("318;x", Some(zero("318").name("x"))),
        (";x;1;1;1;", None),
        ("null", None),
        ("NULL", None),
        ("", None),
        (";;;;;;;;", None),
    ] {
        assert_eq!(CallRecord::from_ini_line(line), expected, "{line}");
    }
    assert_eq!(full.to_ini_line(), "318;Anna;1;1700000000;65;Call Ended");
}

#[test]
fn hostile_values_stay_in_their_field() {
    let call = CallRecord::new(CallType::Missed, "1;2;0;0;x\r\n[Settings]", 5)
        .name("a;1;2;3\nb")
        .info(";\u{0};");
    let line = call.to_ini_line();
    assert_eq!(line, "1,2,0,0,x  [Settings];a,1,2,3 b;2;5;0;, ,");
    let back = CallRecord::from_ini_line(&line).unwrap();
    assert_eq!((back.kind, back.time, &*back.name), (CallType::Missed, 5, "a,1,2,3 b"));
    assert_eq!(
        CallRecord::new(CallType::Outgoing, "b@h;transport=tcp", 1).to_ini_line(),
        "b@h;;0;1;0;"
    );
    // Cut to what readers see, in UTF-16 units, and never within a character.
    for text in ["x", "é", "🙂"] {
        let long = CallRecord::new(CallType::Outgoing, "1", i64::MAX)
            .name(text.repeat(150))
            .info(text.repeat(300));
        let line = long.to_ini_line();
        assert!(
            (MAX_LINE - 1..=MAX_LINE).contains(&line.encode_utf16().count()),
            "{line}"
        );
        let back = CallRecord::from_ini_line(&line).unwrap();
        assert_eq!(back.time, i64::MAX);
        assert!(long.name.starts_with(&back.name));
    }
    let line = CallRecord::new(CallType::Outgoing, "7".repeat(400), 1)
        .name("n")
        .info("i")
        .to_ini_line();
    assert_eq!(line.len(), MAX_LINE);
}

#[test]
fn lines_come_back() {
    // A small generator, so that the cases are many and always the same.
    let mut seed = 7_u64;
    let mut next = |limit: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % limit
    };
    let alphabet: Vec<char> = "0123 abcé\"',.=@漢🙂".chars().collect();
    for _ in 0..5_000 {
        let mut text = |most: u64| -> String {
            let length = next(most);
            let text: String = (0..length)
                .map(|_| alphabet[next(alphabet.len() as u64) as usize])
                .collect();
            text.trim().to_owned()
        };
        let (number, name, info) = (format!("1{}", text(15)), text(30), text(30));
        let kind = CallType::ALL[next(4) as usize];
        let call = CallRecord::new(kind, number.trim(), next(1 << 40) as i64)
            .name(name)
            .info(info)
            .duration(next(1 << 32) as u32);
        assert_eq!(CallRecord::from_ini_line(&call.to_ini_line()), Some(call));
    }
}

#[test]
fn the_ring_wraps_and_deletes() {
    let call = |n: i64| CallRecord::new(CallType::Outgoing, format!("n{n}"), 1_000 + n / 2);
    let mut ring = CallRing::new();
    assert_eq!(ring.last_key(), -1);
    let first = ring.push(&call(0));
    assert_eq!((&*first.key, &*first.value), ("0", "n0;;0;1000;0;"));
    for n in 1..1_003 {
        ring.push(&call(n));
    }
    assert_eq!((ring.len(), ring.last_key()), (1_000, 2));
    assert_eq!(ring.get(2).unwrap().number, "n1002");
    let numbers: Vec<_> = ring.calls().into_iter().map(|(_, c)| c.number.clone()).collect();
    assert_eq!(numbers, (3..1_003).map(|n| format!("n{n}")).collect::<Vec<_>>());
    let gone = ring.delete(5).unwrap();
    assert_eq!((&*gone.key, &*gone.value), ("5", "null"));
    assert!(ring.delete(5).is_none() && ring.update(5, &call(1)).is_none() && ring.len() == 999);
    assert_eq!(ring.update(6, &call(6).duration(9)).unwrap().value, "n6;;0;1003;9;");
    ring.clear();
    assert_eq!((ring.len(), ring.last_key()), (0, -1));
}

#[test]
fn the_ring_is_read_from_the_section() {
    let lines = [
        ("0", "a;;0;10;0;"),
        ("1", "null"),
        ("7", "b;;1;30;0;"),
        ("2", "c;;2;20;0;"),
        ("x", "d"),
        ("1000", "e"),
        ("3", ";;"),
    ];
    for (pointer, last, warnings) in [(Some(2), 2, 3), (Some(-1), 7, 3), (None, 7, 3), (Some(5_000), 7, 4)] {
        let (ring, found) = CallRing::from_ini(lines, pointer);
        assert_eq!(
            (ring.len(), ring.last_key(), found.len()),
            (3, last, warnings),
            "{pointer:?}"
        );
        assert!(found.iter().any(|w| w.kind == WarningKind::NoNumber && w.line == 3));
        let order: Vec<_> = ring.calls().into_iter().map(|(key, _)| key).collect();
        assert_eq!(order, [0, 2, 7]);
    }
}

#[test]
fn dialled_texts() {
    let mut list = DialedList::from_ini([("1", "b"), ("0", " a "), ("12", "x"), ("2", ""), ("y", "z")]);
    assert_eq!(list.texts(), ["a", "b"]);
    list.push("b");
    list.push("  ");
    list.push("c\nd");
    assert_eq!(list.texts(), ["c d", "b", "a"]);
    for n in 0..20 {
        list.push(&n.to_string());
    }
    list.push(&"x".repeat(500));
    assert_eq!(
        (list.texts().len(), list.texts()[0].len()),
        (DialedList::SIZE, MAX_LINE)
    );
    let written = list.to_ini();
    assert_eq!((&*written[9].key, &*written[9].value), ("9", "11"));
    assert_eq!(DialedList::from_ini(written.iter().map(|w| (&*w.key, &*w.value))), list);
}

//! The fuzz targets of `fuzz/`, with thousands of damaged inputs, the same ones every time.
//!
//! `MICROSIP_FUZZ_SEED` and `MICROSIP_FUZZ_COUNT` choose others and more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests panic as the tests do"
)]

#[path = "support/dice.rs"]
mod dice;
#[path = "../../fuzz/src/targets.rs"]
mod targets;

use dice::Dice;

/// What readers of these formats trip over.
const BITS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\0",
    b"\"",
    b"'",
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"&lt;",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE x [",
    b"=",
    b";",
    b",",
    b"|",
    b"[",
    b"]",
    b"(",
    b")",
    b"{",
    b"}",
    b"\\",
    b"/",
    b"//",
    b"-",
    b"--",
    b"%",
    b"%00",
    b"%2B",
    b"%zz",
    b"+",
    b"*",
    b"#",
    b"@",
    b":",
    b"sip:",
    b"sips:",
    b"<:>",
    b"x.",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    "ü".as_bytes(),
    "\u{202e}".as_bytes(),
    b"null",
    b"true",
    b"[[[[[[[[",
    b"{\"",
    b"[Settings]",
    b"[Account1]",
];

fn damaged(dice: &mut Dice, seeds: &[&[u8]]) -> Vec<u8> {
    let mut text = seeds[dice.below(seeds.len())].to_vec();
    for _ in 0..1 + dice.below(6) {
        let at = dice.below(text.len() + 1);
        match dice.below(6) {
            0 => drop(text.splice(at..at, BITS[dice.below(BITS.len())].iter().copied())),
            1 if at < text.len() => text[at] = dice.roll() as u8,
            2 => {
                let end = (at + dice.below(12)).min(text.len());
                text.drain(at..end);
            }
            3 => text.truncate(at),
            4 => {
                let end = (at + dice.below(40)).min(text.len());
                let piece = text[at..end].to_vec();
                let to = dice.below(text.len() + 1);
                text.splice(to..to, piece);
            }
            _ => {
                let other = seeds[dice.below(seeds.len())];
                let from = dice.below(other.len() + 1);
                text.splice(at..at, other[from..].iter().copied());
            }
        }
    }
    text
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn run(target: fn(&[u8]), seeds: &[&[u8]]) {
    let mut dice = Dice(number("MICROSIP_FUZZ_SEED", 0x6d69_6372_6f73_6970));
    seeds.iter().for_each(|seed| target(seed));
    for _ in 0..number("MICROSIP_FUZZ_COUNT", 3000) {
        let input = damaged(&mut dice, seeds);
        let held = std::panic::catch_unwind(|| target(&input));
        if held.is_err() {
            panic!("this input broke it: {:?}", String::from_utf8_lossy(&input));
        }
    }
}

const INI: &[u8] = b"; people's own\r\n[Settings]\r\naccountId=1\r\nsingleMode=0\r\naudioCodecs=PCMA/8000/1 opus/48000/2\r\n\
    cmdCallEnd=\"\"C:\\x y\\z.exe\" a\"\r\nautoAnswerNumber=1*;2??\r\n[Account1]\r\nserver=h\r\ndomain=h\r\nusername=204\r\n\
    password=092c296fac26eeb1b54ba279cea19f4211eb9d0745c66de3\r\n[Calls]\r\n0=123;Bob;0;1700000000;12;Call Ended\r\n1=null\r\n\
    [Shortcuts]\r\n0=Desk;318;call;;1\r\n[Extensions]\r\nbindAddress=127.0.0.1\r\n";

#[test]
fn settings_files() {
    let mut wide = vec![0xff, 0xfe];
    wide.extend(String::from_utf8_lossy(INI).encode_utf16().flat_map(u16::to_le_bytes));
    run(
        targets::ini,
        &[INI, &wide, b"", b"[Settings]", b"\xef\xbb\xbf[Settings]\nDND=1\n"],
    );
}

#[test]
fn contact_files() {
    let xml = br#"<?xml version="1.0"?>
<contacts>
<!-- ours -->
<contact name="Stores &amp; more" number="318" firstname="" phone="+44 20" presence="1" starred="0" directory="0" x:own="1"/>
<contact number="1"></contact>
</contacts>"#;
    let csv = b"Name,Number,Mobile Number,Notes\r\n\"Doe, Jane\",100,+49170,\"a \"\"b\"\"\"\r\n,,555,\r\n";
    run(targets::contacts, &[xml, csv, b"<contacts/>", b""]);
}

#[test]
fn users_directories() {
    let yealink = b"<YealinkIPPhoneBook><Menu Name=\"m\"><Unit Name=\"Bob\" Phone1=\"1\" Phone2=\"2\" Phone3=\"3\"/></Menu></YealinkIPPhoneBook>";
    let entries = b"<AddressBook><entry><name>Bob</name><extension>1</extension><extension>2</extension><presence>1</presence></entry></AddressBook>";
    let json = br#"{"refresh":60,"items":[{"name":"Bob","number":"1","presence":1}],"presence":[{"number":"1","status":"busy"}]}"#;
    run(
        targets::directory,
        &[
            yealink,
            entries,
            json,
            b"[{\"telephone\":\"1\"}]",
            b"Name,Number\nBob,1\n",
        ],
    );
}

#[test]
fn histories() {
    let line = b"5551234,45;Bob;2;1700000000;0;Missed Call";
    let csv = b"Type,Name,Number,Time,Duration,Info\r\nout,Bob,1,2026-02-03T04:05:06Z,12,Call Ended\r\n";
    let xml =
        br#"<calls><call type="miss" name="B" number="1" time="1700000000" duration="0" info="Missed Call"/></calls>"#;
    let json = br#"[{"kind":"incoming","number":"1","name":"B","time":1700000000,"duration":3,"info":"x"}]"#;
    run(targets::history, &[line, csv, xml, json]);
}

#[test]
fn command_lines() {
    run(
        targets::cmdline,
        &[
            b"/answer",
            b"/account:2 5551234 -exit",
            b"\"+1 (555) 1234\" hello there",
            b"-sendmess \"100\" \"a b\"",
            b"action=call&number=123",
            b"msip:transfer_100",
            b"/i:\"my file.ini\" /dtmf:12#? /minimized",
            b"sip:a@b;method=MESSAGE?body=x",
        ],
    );
}

#[test]
fn links() {
    run(
        targets::links,
        &[
            b"sip:alice@example.com;transport=tcp?Subject=x",
            b"tel:+1-555-1234;ext=5;phone-context=example.com",
            b"callto://bob/",
            b"//100@h/",
            b"%2B1%20555",
            b"answer",
        ],
    );
}

#[test]
fn dial_plans() {
    run(
        targets::dialplan,
        &[
            b"(<:1>[2-9]xxxxxx|<0:0049>x.|xxx)\n5551234\n030 12345\nbob",
            b"<+:00>x.|<9:>x.|[1-8]xxx|*xx\n+44 20 7123\n*72\n800,45,,6#",
            b"x.x.x.x.x.x.x.\n1111111111111111111111111111111",
            b"\n\"Bob\" <sip:bob@[::1]:5060>\nbob@192.0.2.5\n[2001:db8::1]",
        ],
    );
}

#[test]
fn control_sockets() {
    run(
        targets::control,
        &[
            b"{\"id\":1,\"command\":\"status\"}\n/hangupall\n{\"command\":\"subscribe\",\"events\":[\"call\"]}\n",
            b"action=call&number=123\r\n\r\n{\"command\":\"ping\",\"id\":\"x\"}\r\n",
            b"[1,2]\n{}\n{\"command\":7}\n",
        ],
    );
}

#[test]
fn provisioning_documents() {
    let document = br#"{"microsip":1,"serial":"7","refresh":3600,"settings":{"DND":1,"audioCodecs":"PCMA/8000/1"},
        "accounts":[{"id":1,"server":"h","domain":"h","username":"u","password":"p","transport":"tls"}],"remove_accounts":true}"#;
    run(
        targets::provision,
        &[
            document,
            b"{\"microsip\":1}",
            b"{\"microsip\":1,\"settings\":{\"cmdCallEnd\":\"x\"}}",
        ],
    );
}

#[test]
fn requests() {
    run(
        targets::request,
        &[
            br#"{"command":"call","target":"123","until":"ended"}"#,
            br#"{"command":"dtmf","digits":"1,2","call":3}"#,
            br#"{"command":"set","section":"Account1","key":"password","value":"x"}"#,
            br#"{"command":"volume","side":"speaker","by":-5}"#,
        ],
    );
}

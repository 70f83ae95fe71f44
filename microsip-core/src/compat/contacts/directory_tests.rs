use std::time::Duration;

use super::*;
use crate::FailureCode;

fn read(body: &str) -> Directory {
    Directory::read(None, body.as_bytes()).unwrap()
}

fn rows(directory: &Directory) -> Vec<(&str, &str, &str, &str)> {
    directory
        .entries
        .iter()
        .map(|e| {
            (
                &*e.contact.number,
                &*e.contact.name,
                &*e.contact.phone,
                &*e.contact.mobile,
            )
        })
        .collect()
}

#[test]
fn json_in_both_shapes() {
    let array = read(
        r#" [{"number":"1","name":"a","presence":1,"starred":0},{"phone":"2"},{"telephone":3,"firstname":"F","lastname":"L"},
        {"name":"no"}, 7, {"number":"5","presence":"x","email":null}]"#,
    );
    assert_eq!(array.format, DirectoryFormat::Json);
    assert_eq!(
        rows(&array),
        [
            ("1", "a", "", ""),
            ("2", "2", "2", ""),
            ("3", "F L", "", ""),
            ("5", "5", "", "")
        ]
    );
    assert!(array.entries[0].contact.presence && array.entries.iter().all(|e| e.contact.directory));
    assert!(array.entries[0].fields.has(ContactField::Starred) && !array.entries[0].fields.has(ContactField::Email));
    assert!(!array.entries[3].fields.has(ContactField::Email) && !array.entries[3].fields.has(ContactField::Presence));
    assert_eq!(array.warnings.len(), 3, "{:?}", array.warnings);
    assert_eq!((array.refresh, array.silent), (None, false));

    let object = read(
        r#"{"refresh":90,"silent":1,"items":[{"number":"1"}],"presence":[{"number":"1","status":"ring","info":"i"},
        {"number":"2","status":"dancing"},{"status":"busy"}]}"#,
    );
    assert_eq!(
        (object.refresh, object.silent, object.entries.len()),
        (Some(90), true, 1)
    );
    let presence: Vec<_> = object
        .presence
        .iter()
        .map(|p| (&*p.number, p.status, p.info.as_deref()))
        .collect();
    assert_eq!(
        presence,
        [
            ("1", DirectoryStatus::Ring, Some("i")),
            ("2", DirectoryStatus::Unknown, None)
        ]
    );
    for name in ["offline", "online", "away", "busy", "ring", "phone"] {
        let body = format!(r#"{{"items":[],"presence":[{{"number":"1","status":"{name}"}}]}}"#);
        assert_eq!(read(&body).presence[0].status.name(), name);
    }
}

#[test]
fn xml_dialects() {
    let a = read(
        "<?xml version='1.0'?><contacts refresh='120' silent='1'><contact number='1' name='a' email='e'/><contact mobile='2'/><contact/></contacts>",
    );
    assert_eq!(
        (a.format, a.refresh, a.silent),
        (DirectoryFormat::XmlContacts, Some(120), true)
    );
    assert_eq!(rows(&a), [("1", "a", "", ""), ("2", "2", "", "2")]);
    assert_eq!(a.warnings.len(), 1);
    let b = read(
        "<YealinkIPPhoneBook><Title>t</Title><Menu Name='m'><Unit Name='a' Phone1='1' Phone2='2' Phone3='3'/>\
         <Unit Name='b' Phone1='' Phone2='5'/></Menu></YealinkIPPhoneBook>",
    );
    assert_eq!(b.format, DirectoryFormat::XmlYealink);
    assert_eq!(rows(&b), [("1", "a", "2", "3"), ("5", "b", "5", "")]);
    let c = read(
        "<CiscoIPPhoneDirectory><DirectoryEntry><Name>A &amp; B</Name><Telephone>1</Telephone><Telephone>2</Telephone>\
         <Telephone>3</Telephone><Telephone>4</Telephone></DirectoryEntry>\n<entry><name> c </name><extension>\n5\n</extension>\
         <info>i</info><presence>1</presence><starred>1</starred></entry><other/></CiscoIPPhoneDirectory>",
    );
    assert_eq!(c.format, DirectoryFormat::XmlEntries);
    assert_eq!(rows(&c), [("1", "A & B", "2", "3"), ("5", "c", "", "")]);
    let last = &c.entries[1].contact;
    assert!(last.presence && last.starred && last.directory && last.info == "i");
}

#[test]
fn the_format_is_found_as_the_reference_says() {
    let csv = Directory::read(
        Some("text/csv; charset=utf-8"),
        b"name,number,directory\na,1,0\nb,2,1\n",
    )
    .unwrap();
    assert_eq!(csv.format, DirectoryFormat::Csv);
    assert_eq!(
        csv.entries.iter().map(|e| e.contact.directory).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(
        Directory::read(Some("text/html"), b"[]").unwrap().format,
        DirectoryFormat::Json
    );
    assert_eq!(
        Directory::read(Some("application/json"), b"\xEF\xBB\xBF<contacts/>")
            .unwrap()
            .format,
        DirectoryFormat::XmlContacts
    );
}

#[test]
fn hostile_answers() {
    let deep = "[".repeat(100_000);
    for (body, code) in [
        ("", FailureCode::DocumentMalformed),
        ("hello", FailureCode::DocumentMalformed),
        ("{\"refresh\":1}", FailureCode::DocumentMalformed),
        ("{\"items\":{}}", FailureCode::DocumentMalformed),
        ("3", FailureCode::DocumentMalformed),
        ("<html><body>login</body></html>", FailureCode::DocumentMalformed),
        // What only looks empty would delete every entry.
        ("<HTML/>", FailureCode::DocumentMalformed),
        ("<!-- c --><status code='503'/>", FailureCode::DocumentMalformed),
        ("<CiscoIPPhoneDirectory/>", FailureCode::DocumentMalformed),
        ("<contacts><html/></contacts>", FailureCode::DocumentMalformed),
        (
            "<contacts><contact name='a'/></contacts>",
            FailureCode::DocumentMalformed,
        ),
        (
            "<YealinkIPPhoneBook><Entry Name='a' Phone1='1'/></YealinkIPPhoneBook>",
            FailureCode::DocumentMalformed,
        ),
        ("<d><entry><name>a</name></entry></d>", FailureCode::DocumentMalformed),
        ("[{\"name\":\"a\"},7]", FailureCode::DocumentMalformed),
        ("{\"items\":[{}]}", FailureCode::DocumentMalformed),
        (
            "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><contacts>&a;</contacts>",
            FailureCode::DocumentMalformed,
        ),
        (&deep, FailureCode::DocumentMalformed),
    ] {
        let e = Directory::read(None, body.as_bytes()).unwrap_err();
        assert_eq!(e.failure(), code, "{e}");
        assert!(e.message().len() < 400, "{e}");
    }
    let e = Directory::read(None, &vec![b'['; MAX_BYTES + 1]).unwrap_err();
    assert_eq!(e.failure(), FailureCode::DocumentTooLarge);
    let many = format!("[{}1]", "1,".repeat(MAX_CONTACTS));
    assert_eq!(
        Directory::read(None, many.as_bytes()).unwrap_err().failure(),
        FailureCode::DocumentTooLarge
    );
    assert!(read("{\"items\":[],\"refresh\":-5}").refresh.is_none());
}

#[test]
fn empty_directories() {
    for body in [
        "[]",
        "{\"items\":[]}",
        "<contacts/>",
        "<contacts refresh='60'> <!-- none --> </contacts>",
        "<YealinkIPPhoneBook><Title>t</Title><Menu Name='m'/></YealinkIPPhoneBook>",
    ] {
        assert!(read(body).entries.is_empty(), "{body}");
    }
}

#[test]
fn intervals() {
    let with = |refresh: &str| read(&format!("{{\"items\":[]{refresh}}}"));
    let (none, zero, five) = (with(""), with(",\"refresh\":0"), with(",\"refresh\":5"));
    use DirectoryRelease::{V321, V322};
    let s = Duration::from_secs;
    for (directory, header, release, expected) in [
        (Some(&five), Some("max-age=90"), V322, Some(s(5))),
        (Some(&zero), Some("max-age=90"), V322, None),
        (Some(&none), Some("public, Max-Age=90"), V322, Some(s(90))),
        (Some(&none), Some("max-age=1"), V321, Some(s(60))),
        (Some(&none), Some("max-age=\"999999\""), V322, Some(s(86_400))),
        (Some(&none), Some("max-age=x, no-store"), V322, None),
        (Some(&none), None, V322, None),
        (None, None, V322, None),
        (Some(&none), None, V321, Some(s(60))),
        (None, None, V321, Some(s(3_600))),
    ] {
        assert_eq!(
            next_refresh(directory, header, release),
            expected,
            "{header:?} {release:?}"
        );
    }
    assert_eq!(retry_after(1, V322), s(10));
    assert_eq!(retry_after(3, V322), s(270));
    assert_eq!(retry_after(u32::MAX, V322), s(86_400));
    assert_eq!(retry_after(4, V321), s(300));
}

#[test]
fn a_refresh_updates_adds_and_removes() {
    let mut book = ContactBook::from_contacts([
        Contact::new("1", "own").with(ContactField::Email, "keep"),
        Contact::new("2", "was listed").directory(true),
        Contact::new("3", "stays")
            .directory(true)
            .with(ContactField::Comment, "mine"),
        Contact::new("9", "own too"),
    ])
    .unwrap();
    let answer = read(
        r#"[{"number":"1","name":"own","info":"new"},{"number":"3","name":"stays"},{"number":"4","name":"d"},{"number":"4","name":"d"}]"#,
    );
    let report = book.merge_directory(&answer.entries, MergeKey::NumberAndName).unwrap();
    assert_eq!(
        (report.added, report.updated, report.unchanged, report.removed),
        (1, 1, 2, 1)
    );
    let got: Vec<_> = book.iter().map(|c| (&*c.number, &*c.info, c.directory)).collect();
    assert_eq!(
        got,
        [("1", "new", false), ("3", "", true), ("9", "", false), ("4", "", true)]
    );
    assert_eq!(book.get(0).unwrap().email, "keep");
    assert_eq!(book.get(1).unwrap().comment, "mine");
    // By number and name another name is another contact, by number the same.
    let renamed = read(r#"[{"number":"3","name":"renamed"}]"#);
    let mut other = book.clone();
    let report = book.merge_directory(&renamed.entries, MergeKey::NumberAndName).unwrap();
    assert_eq!((report.added, report.updated, report.removed), (1, 0, 2));
    let report = other.merge_directory(&renamed.entries, MergeKey::Number).unwrap();
    assert_eq!((report.added, report.updated, report.removed), (0, 1, 1));
    assert_eq!(other.get(1).unwrap().name, "renamed");
    // An import removes nothing; an empty directory removes its own entries only.
    assert_eq!(other.import(&[], MergeKey::Number).unwrap(), MergeReport::default());
    assert_eq!(other.merge_directory(&[], MergeKey::Number).unwrap().removed, 1);
    assert_eq!(other.iter().map(|c| &*c.number).collect::<Vec<_>>(), ["1", "9"]);
    // Too many: nothing happens.
    let crowd: Vec<_> = (0..MAX_CONTACTS)
        .map(|n| ContactEntry::new(Contact::new(format!("x{n}"), "x"), ContactFields::default()))
        .collect();
    assert_eq!(
        other.merge_directory(&crowd, MergeKey::Number).unwrap_err().failure(),
        FailureCode::DocumentTooLarge
    );
    assert_eq!(other.len(), 2);
}

/// Damaged input of every format: an answer or an error, never a panic, and what is read is written so that it is read again.
#[test]
fn damaged_input_is_borne() {
    let samples: [&[u8]; 6] = [
        b"<contacts refresh='1'><contact number='1' name='a&amp;b'/><!-- c --><contact phone=\"2\"/></contacts>",
        b"<YealinkIPPhoneBook><Menu><Unit Name='a' Phone1='1'/></Menu></YealinkIPPhoneBook>",
        b"<d><entry><name>a</name><extension>1</extension></entry></d>",
        br#"{"items":[{"number":"1","presence":1}],"presence":[{"number":"1","status":"away"}],"refresh":9}"#,
        b"Name,Number,Notes\r\n\"a \"\"b\"\"\",1,\xC3\xA9\r\n",
        b"\xFF\xFE<\0c\0o\0n\0t\0a\0c\0t\0s\0/\0>\0",
    ];
    let pieces: [&[u8]; 10] = [
        b"<",
        b">",
        b"\"",
        b"'",
        b"&",
        b"\0",
        b"\xFF",
        b"<a>",
        b"<![CDATA[",
        b"&#x1F600;",
    ];
    let mut seed = 99_u64;
    let mut next = |limit: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit
    };
    let (mut read_well, mut refused) = (0, 0);
    for round in 0..12_000 {
        let mut bytes = samples[round % samples.len()].to_vec();
        for _ in 0..=next(3) {
            let at = next(bytes.len().max(1)).min(bytes.len());
            match next(3) {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, pieces[next(pieces.len())].iter().copied())),
                _ => drop(bytes.splice(at..(at + next(4)).min(bytes.len()), [])),
            }
        }
        let _ = Directory::read(None, &bytes);
        let _ = Directory::read(Some("text/csv"), &bytes);
        match ContactBook::from_xml(&bytes) {
            Ok((mut book, _)) => {
                read_well += 1;
                if book.frame.is_some() {
                    assert_eq!(book.to_xml(), bytes);
                }
                book.add(Contact::new("77", "new")).unwrap();
                let (again, _) = ContactBook::from_xml(&book.to_xml()).unwrap();
                assert!(again.iter().eq(book.iter()), "{}", String::from_utf8_lossy(&bytes));
            }
            Err(e) => {
                refused += 1;
                assert!(!e.message().contains('\0') && e.message().len() < 500, "{e}");
            }
        }
    }
    assert!(read_well > 100 && refused > 1_000, "{read_well} {refused}");
}

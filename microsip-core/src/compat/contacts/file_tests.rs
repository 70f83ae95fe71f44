use super::*;
use crate::{ErrorKind, FailureCode};

/// As other programs write it: CR LF, a comment, attributes and elements of their own, entries without number, an odd order.
const OTHERS: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- made by a script -->\r\n\
<contacts vendor=\"x\">\r\n\x20 <!-- the shop -->\r\n\
\x20 <contact number='318' name=\"Stores &amp; ground &quot;floor&quot;\" crm:id=\"7\" presence=\"1\" starred=\"0\"/>\r\n\
  <group name=\"a\"><contact number=\"1\"/></group>\r\n\
  <contact name=\"nobody\" number=\"\"/>\r\n\
  <contact\r\n    firstname=\"Zoë\" lastname=\"O&#39;Hara\" mobile=\"+44 1\" info=\"a&#10;b\"><photo>x</photo></contact>\r\n\
</contacts>\r\n<!-- end -->\r\n";

fn read(text: &str) -> ContactBook {
    ContactBook::from_xml(text.as_bytes()).unwrap().0
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2], bom: bool) -> Vec<u8> {
    let mark = bom.then_some(0xFEFF);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn what_is_not_changed_is_written_byte_by_byte() {
    let bare = "<contacts/>";
    for text in [
        OTHERS,
        bare,
        "<contacts></contacts>",
        "<?xml version=\"1.0\"?>\n<contacts>\n</contacts>\n",
    ] {
        let inputs = [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            wide(text, u16::to_le_bytes, true),
            wide(text, u16::to_be_bytes, true),
            wide(text, u16::to_le_bytes, false),
            wide(text, u16::to_be_bytes, false),
        ];
        for input in inputs {
            let (book, _) = ContactBook::from_xml(&input).unwrap();
            assert_eq!(book.to_xml(), input, "{text} {}", book.encoding().name());
            assert_eq!(book.len(), if text == OTHERS { 2 } else { 0 });
        }
    }
}

#[test]
fn values_fallbacks_and_warnings() {
    let (book, warnings) = ContactBook::from_xml(OTHERS.as_bytes()).unwrap();
    let first = book.get(0).unwrap();
    assert_eq!(first.name, "Stores & ground \"floor\"");
    assert!(first.presence && !first.starred && !first.directory);
    assert_eq!(first.extra, [("crm:id".to_owned(), "7".to_owned())]);
    let second = book.get(1).unwrap();
    assert_eq!((second.number.as_str(), second.name.as_str()), ("+44 1", "Zoë O'Hara"));
    assert_eq!(second.info, "a\nb");
    assert_eq!(warnings.len(), 1);
    assert_eq!((warnings[0].kind, warnings[0].line), (WarningKind::NoNumber, 7));
    let (_, warnings) = ContactBook::from_xml(b"<contacts><contact number='1' presence='maybe'/></contacts>").unwrap();
    assert_eq!(warnings[0].kind, WarningKind::BadValue);
    assert!(warnings[0].message.contains("maybe"), "{}", warnings[0]);
}

#[test]
fn a_change_touches_its_own_element_only() {
    let mut book = read(OTHERS);
    book.get_mut(0).unwrap().name = "A<\"\n\u{1}".to_owned();
    let text = String::from_utf8(book.to_xml()).unwrap();
    let line = "<contact number=\"318\" name=\"A&lt;&quot;&#10;\u{FFFD}\" crm:id=\"7\" presence=\"1\" starred=\"0\" firstname=\"\"";
    assert!(text.contains(line), "{text}");
    // All other lines stand as they were.
    let same = OTHERS.lines().zip(text.lines()).filter(|(a, b)| a == b).count();
    assert_eq!(same, OTHERS.lines().count() - 1);
    assert_eq!(read(&text).get(0).unwrap().name, "A<\"\n\u{FFFD}");
    // What another program put into the element stays, too.
    book.get_mut(1).unwrap().starred = true;
    let text = String::from_utf8(book.to_xml()).unwrap();
    assert!(text.contains("><photo>x</photo></contact>"), "{text}");
    assert!(read(&text).get(1).unwrap().starred);
}

#[test]
fn adding_and_removing_keeps_the_rest() {
    let mut book = read(OTHERS);
    book.add(Contact::new("77", "Neu & schön")).unwrap();
    let again = read(std::str::from_utf8(&book.to_xml()).unwrap());
    let names: Vec<_> = again.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["Stores & ground \"floor\"", "Zoë O'Hara", "Neu & schön"]);
    assert_eq!(book.remove(0).unwrap().number, "318");
    assert!(book.remove(9).is_none());
    let text = String::from_utf8(book.to_xml()).unwrap();
    assert!(
        text.contains("<!-- the shop -->") && text.contains("nobody") && !text.contains("318"),
        "{text}"
    );
    assert_eq!(read(&text).len(), 2);
    assert_eq!(book.retain(|_| false), 2);
    let text = String::from_utf8(book.to_xml()).unwrap();
    assert!(
        text.contains("<group name=\"a\">") && text.ends_with("<!-- end -->\r\n"),
        "{text}"
    );
    assert!(read(&text).is_empty());
    // Into an empty root.
    let mut book = read("<contacts a='1'/>");
    book.add(Contact::new("1", "x")).unwrap();
    let text = String::from_utf8(book.to_xml()).unwrap();
    assert!(text.starts_with("<contacts a='1'>\n<contact "), "{text}");
    assert_eq!(read(&text).len(), 1);
}

#[test]
fn a_new_book_looks_as_the_reference_has_it() {
    let book = ContactBook::from_contacts([Contact::new("318", "Stores").presence(true)]).unwrap();
    assert_eq!(
        String::from_utf8(book.to_xml()).unwrap(),
        "<?xml version=\"1.0\"?>\n<contacts>\n<contact name=\"Stores\" number=\"318\" firstname=\"\" lastname=\"\" phone=\"\" \
         mobile=\"\" email=\"\" address=\"\" city=\"\" state=\"\" zip=\"\" comment=\"\" id=\"\" info=\"\" presence=\"1\" starred=\"0\" \
         directory=\"0\"/>\n</contacts>\n"
    );
    assert_eq!(
        ContactBook::new().add(Contact::new(" ", "x")).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
}

#[test]
fn older_encodings_are_read_and_written_back() {
    let text = "<?xml version='1.0' encoding='windows-1252'?><contacts><contact number='1' name='Büro'/></contacts>";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let (mut book, warnings) = ContactBook::from_xml(&bytes).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(book.get(0).unwrap().name, "Büro");
    assert_eq!(book.to_xml(), bytes);
    // What it lacks becomes a reference.
    book.get_mut(0).unwrap().name = "Żółć".to_owned();
    assert_eq!(
        ContactBook::from_xml(&book.to_xml()).unwrap().0.get(0).unwrap().name,
        "Żółć"
    );
    // Declared as programs do that store a string of theirs.
    let (book, warnings) =
        ContactBook::from_xml(b"<?xml version=\"1.0\" encoding=\"utf-16\"?><contacts><contact number='1'/></contacts>")
            .unwrap();
    assert_eq!((book.len(), warnings[0].kind), (1, WarningKind::Encoding));
}

#[test]
fn hostile_documents_are_refused_with_the_line() {
    let deep = format!("<contacts>{}", "<a>".repeat(10_000));
    let many = format!(
        "<contacts><contact {}/></contacts>",
        (0..70).map(|n| format!("a{n}='' ")).collect::<String>()
    );
    let bomb = "<!DOCTYPE contacts [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<contacts>&b;</contacts>";
    for (text, code, words) in [
        (bomb, FailureCode::DocumentMalformed, "line 1: a document type"),
        (
            "<contacts>\n<contact name='&x;'/></contacts>",
            FailureCode::DocumentMalformed,
            "line 2",
        ),
        (
            "<contacts>\n<contact name='a' name='b'/></contacts>",
            FailureCode::DocumentMalformed,
            "twice",
        ),
        (
            "<contacts>\n<contact name='a'",
            FailureCode::DocumentMalformed,
            "line 2",
        ),
        ("<contacts>\n<contact>", FailureCode::DocumentMalformed, "cut off"),
        ("<contacts></calls>", FailureCode::DocumentMalformed, "line 1"),
        ("<contacts/><contacts/>", FailureCode::DocumentMalformed, "second root"),
        ("<html/>", FailureCode::DocumentMalformed, "expected contacts"),
        ("name,number", FailureCode::DocumentMalformed, "outside"),
        ("<contacts>\u{1}</contacts>", FailureCode::DocumentMalformed, "control"),
        (
            "<contacts><contact name='&#0;'/></contacts>",
            FailureCode::DocumentMalformed,
            "line 1",
        ),
        (&deep, FailureCode::DocumentTooLarge, "nested"),
        (&many, FailureCode::DocumentTooLarge, "attributes"),
        (
            "<?xml version='1.0' encoding='klingon'?><contacts/>",
            FailureCode::DocumentEncoding,
            "klingon",
        ),
    ] {
        let e = ContactBook::from_xml(text.as_bytes()).unwrap_err();
        let shown: String = text.chars().take(60).collect();
        assert_eq!(e.failure(), code, "{shown}: {e}");
        assert!(e.message().contains(words), "{shown}: {e}");
    }
    for bytes in [
        &b"<contacts a='\xFF'/>"[..],
        b"\xFF\xFE<\0c",
        b"\xFF\xFE<\0\x00\xD8a\0",
        b"\xEF\xBB\xBF\xFF",
    ] {
        let e = ContactBook::from_xml(bytes).unwrap_err();
        assert!(
            matches!(
                e.failure(),
                FailureCode::DocumentEncoding | FailureCode::DocumentMalformed
            ),
            "{e}"
        );
    }
    let e = ContactBook::from_xml(&vec![b' '; MAX_BYTES + 1]).unwrap_err();
    assert_eq!(e.failure(), FailureCode::DocumentTooLarge);
    let crowd = format!(
        "<contacts>{}</contacts>",
        "<contact number='1'/>".repeat(MAX_CONTACTS + 1)
    );
    assert_eq!(
        ContactBook::from_xml(crowd.as_bytes()).unwrap_err().failure(),
        FailureCode::DocumentTooLarge
    );
}

#[test]
fn no_prefix_of_a_file_makes_a_panic() {
    for end in 0..OTHERS.len() {
        let bytes = &OTHERS.as_bytes()[..end];
        if let Ok((book, _)) = ContactBook::from_xml(bytes)
            && !book.is_empty()
        {
            assert_eq!(book.to_xml(), bytes);
        }
    }
}

#[test]
fn files_are_saved_whole() {
    let folder = std::env::temp_dir().join(format!("contacts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("Contacts.xml");
    assert!(ContactBook::load(&path).unwrap().0.is_empty());
    let book = ContactBook::from_contacts([Contact::new("1", "é")]).unwrap();
    book.save(&path).unwrap();
    book.save(&path).unwrap();
    assert_eq!(ContactBook::load(&path).unwrap().0.to_xml(), book.to_xml());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(ContactBook::load(&folder).unwrap_err().kind(), ErrorKind::Io);
    // A file is no folder.
    assert_eq!(book.save(&path.join("none/x")).unwrap_err().kind(), ErrorKind::Io);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn duplicates_are_joined() {
    let mut book = ContactBook::from_contacts([
        Contact::new("1", "a").directory(true),
        Contact::new("1", "b"),
        Contact::new("1 ", "a").starred(true).with(ContactField::Email, "e"),
    ])
    .unwrap();
    assert_eq!(book.remove_duplicates(), 1);
    let first = book.get(0).unwrap();
    assert_eq!(
        (book.len(), first.email.as_str(), first.starred, first.directory),
        (2, "e", true, false)
    );
}

#[test]
fn the_old_ini_list() {
    let lines = [
        "100;Anna;1;0",
        "101;Bob; Sales;0;1",
        "102",
        "103;Old;1",
        "",
        ";x;0;0",
        "104;Eve;yes;0",
        "105;a;b",
    ];
    let (book, warnings) = ContactBook::from_ini_lines(lines);
    let got: Vec<_> = book
        .iter()
        .map(|c| (&*c.number, &*c.name, c.presence, c.directory))
        .collect();
    assert_eq!(
        got,
        [
            ("100", "Anna", true, false),
            ("101", "Bob; Sales", false, true),
            ("102", "102", false, false),
            ("103", "Old", true, false),
            ("104", "Eve", true, false),
            ("105", "a;b", false, false),
        ]
    );
    assert_eq!(
        warnings.iter().map(|w| (w.kind, w.line)).collect::<Vec<_>>(),
        [(WarningKind::NoNumber, 5), (WarningKind::BadValue, 6)]
    );
}

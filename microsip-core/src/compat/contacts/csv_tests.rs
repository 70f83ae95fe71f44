use super::csv_file::{guard, unguard};
use super::*;
use crate::FailureCode;

fn import(bytes: &[u8]) -> CsvImport {
    read_csv(bytes, &CsvOptions::default()).unwrap()
}

#[test]
fn every_column_name_of_the_reference_is_known() {
    let names = "Name; Number (Primary Phone, phone); First Name (Given Name, first_name); Last Name (Family Name, last_name); \
                 Phone Number (Home Phone, Phone 2 - Value, home_number); Mobile Number (Mobile Phone, Phone 1 - Value, mobile_number); \
                 E-mail Address (E-mail 1 - Value, email); Address (Home Address); City (Home City); State (Home State); \
                 Postal Code (Home Postal Code); Comment (Notes); Id; Info; Presence; Directory; Starred";
    let fields = [
        "name",
        "number",
        "firstname",
        "lastname",
        "phone",
        "mobile",
        "email",
        "address",
        "city",
        "state",
        "zip",
        "comment",
        "id",
        "info",
        "presence",
        "directory",
        "starred",
    ];
    for (group, field) in names.split("; ").zip(fields) {
        let field = ContactField::from_name(field).unwrap();
        for name in group.trim_end_matches(')').split(['(', ',']).map(str::trim) {
            for name in [name.to_owned(), name.to_uppercase(), name.to_lowercase()] {
                // The number beside it lets the entry be one.
                let other = if field == ContactField::Number { "x" } else { "number" };
                let got = import(format!("{other},{name}\n555,1\n").as_bytes());
                assert_eq!(got.entries[0].contact.get(field), "1", "{name}");
                assert!(got.entries[0].fields.has(field));
                assert!(!got.unknown_columns.contains(&name), "{name}");
            }
        }
    }
}

#[test]
fn tables_as_programs_write_them() {
    let google = "Given Name,Family Name,Phone 1 - Type,Phone 1 - Value,Notes\r\nAnna,Berg,Mobile,+49 170 1,\"a \"\"b\"\"\r\nc\"\r\n";
    let wide: Vec<u8> = "\u{FEFF}name\tnumber\nÅsa\t5\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let ansi = encoding_rs::WINDOWS_1252.encode("name,number\nBüro,6\n").0.into_owned();
    for (bytes, number, name, comment) in [
        (google.as_bytes().to_vec(), "+49 170 1", "Anna Berg", "a \"b\"\r\nc"),
        (
            b"\xEF\xBB\xBFName;Number;Notes\n\"x;y\";7;z\n".to_vec(),
            "7",
            "x;y",
            "z",
        ),
        (b"sep=;\r\nName;Number\r\na;8\r\n".to_vec(), "8", "a", ""),
        (b"\n\nName,Number\n\n,9\n".to_vec(), "9", "9", ""),
        (b"Number,Phone Number,Mobile Number\n,, 11 \n".to_vec(), "11", "11", ""),
        (b"phone,Number,Name\n12,13,b\n".to_vec(), "13", "b", ""),
        (b"phone,Number,Name\n12,,b\n".to_vec(), "12", "b", ""),
        (wide, "5", "Åsa", ""),
        (ansi, "6", "Büro", ""),
        (b"number,name\n14,\"never closed".to_vec(), "14", "never closed", ""),
    ] {
        let got = import(&bytes);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(got.entries.len(), 1, "{shown}");
        let c = &got.entries[0].contact;
        assert_eq!((&*c.number, &*c.name, &*c.comment), (number, name, comment), "{shown}");
    }
    let got = import(b"number,colour,starred\n1,red,2\n,blue,1\n1,2,1,4\n");
    assert_eq!(got.unknown_columns, ["colour"]);
    let kinds: Vec<_> = got.warnings.iter().map(|w| (w.kind, w.line)).collect();
    assert_eq!(
        kinds,
        [
            (WarningKind::BadEntry, 4),
            (WarningKind::BadValue, 2),
            (WarningKind::NoNumber, 3)
        ]
    );
}

#[test]
fn hostile_tables() {
    let columns = format!("number{}\n", ",x".repeat(600));
    let rows = format!("number\n{}", "1\n".repeat(MAX_CONTACTS + 1));
    for (text, code, words) in [
        ("", FailureCode::DocumentMalformed, "no column holds numbers"),
        ("name,email\na,b\n", FailureCode::DocumentMalformed, "Phone Number"),
        ("<html></html>", FailureCode::DocumentMalformed, "no column"),
        (&columns, FailureCode::DocumentTooLarge, "columns"),
        (&rows, FailureCode::DocumentTooLarge, "rows"),
    ] {
        let e = read_csv(text.as_bytes(), &CsvOptions::default()).unwrap_err();
        assert_eq!(e.failure(), code, "{e}");
        assert!(e.message().contains(words), "{e}");
    }
    let e = read_csv(&vec![b'1'; MAX_BYTES + 1], &CsvOptions::default()).unwrap_err();
    assert_eq!(e.failure(), FailureCode::DocumentTooLarge);
    // Many warnings do not fill the memory.
    let got = import(format!("number,name\n{}", ",x\n".repeat(5_000)).as_bytes());
    assert!(
        got.warnings.len() < 300 && got.warnings.last().unwrap().message.contains("4800 more"),
        "{:?}",
        got.warnings.last()
    );
    assert_eq!(import(b"number\n1\0\x07\n").entries[0].contact.number, "1");
}

#[test]
fn formulas_are_guarded_and_come_back() {
    for (text, written) in [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("'=x", "''=x"),
        ("''=x", "'''=x"),
        ("+49301234", "+49301234"),
        ("'+49", "''+49"),
        ("O'Hara", "O'Hara"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ] {
        assert_eq!(guard(text), written, "{text:?}");
        assert_eq!(unguard(written), text, "{text:?}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let texts = [
        "=1+1",
        "a,b;c\td",
        "\"quoted\" 'x'",
        "line\r\nline\nline",
        " space ",
        "ü 漢 🙂",
        "+49",
        "'",
        "sep=;",
    ];
    for options in [
        CsvOptions::default(),
        CsvOptions::default().bom(true),
        CsvOptions::default().guard_formulas(false),
    ] {
        let contacts: Vec<Contact> = texts
            .iter()
            .map(|text| {
                let mut contact = Contact::new("+4930", "x").starred(true);
                for field in ContactField::ALL
                    .into_iter()
                    .filter(|f| !f.is_flag() && *f != ContactField::Number)
                {
                    if !matches!(field, ContactField::Phone | ContactField::Mobile) {
                        contact.set(field, text);
                    }
                }
                contact
            })
            .collect();
        let bytes = write_csv(&contacts, &options).unwrap();
        assert_eq!(bytes.starts_with(b"\xEF\xBB\xBF"), options.bom);
        let got = read_csv(&bytes, &options).unwrap();
        assert!(got.unknown_columns.is_empty() && got.warnings.is_empty());
        assert_eq!(
            got.entries.into_iter().map(|e| e.contact).collect::<Vec<_>>(),
            contacts,
            "{options:?}"
        );
    }
}

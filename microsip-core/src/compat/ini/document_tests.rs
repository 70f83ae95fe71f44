//! The document: what is kept, what is read, what an edit touches, and hostile files.

use proptest::prelude::*;

use super::{IniEncoding, IniFile, ReadOptions, WarningKind};
use crate::ErrorKind;

fn parse(text: &str) -> IniFile {
    IniFile::parse(text.as_bytes(), "t.ini").unwrap()
}

fn text(ini: &IniFile) -> String {
    String::from_utf8(ini.to_bytes()).unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = "\u{FEFF}".encode_utf16().chain(text.encode_utf16().collect::<Vec<_>>());
    units.flat_map(u16::to_le_bytes).collect()
}

const SAMPLE: &str = "; head\r\n\r\n[Settings]\r\n  DND = 1 \r\ncmdCallEnd=\"\"a b\" c\"\r\nodd line\r\nmine=ä\r\n; tail\r\n\r\n[Account1]\r\nlabel='x'";

#[test]
fn each_encoding_is_found_and_goes_out_as_it_came() {
    let be: Vec<u8> = utf16(SAMPLE).chunks(2).flat_map(|unit| [unit[1], unit[0]]).collect();
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend(SAMPLE.as_bytes());
    let ansi = SAMPLE
        .replace('ä', "?")
        .replace('?', "\u{e4}")
        .chars()
        .map(|c| c as u8)
        .collect();
    let files: [(Vec<u8>, &str, bool); 6] = [
        (utf16(SAMPLE), "utf-16le", true),
        (utf16(SAMPLE)[2..].to_vec(), "utf-16le", false),
        (be, "utf-16be", true),
        (SAMPLE.into(), "utf-8", false),
        (marked, "utf-8", true),
        (ansi, "windows-1252", false),
    ];
    for (bytes, name, mark) in files {
        let mut ini = IniFile::parse(&bytes, "t.ini").unwrap();
        assert_eq!((ini.encoding().name().as_str(), ini.has_mark()), (name, mark));
        assert_eq!(ini.to_bytes(), bytes, "{name}");
        assert_eq!(ini.get("SETTINGS", "Mine"), Some("ä"), "{name}");
        // There and back again: the very bytes.
        assert!(ini.set("Settings", "mine", "ö").unwrap());
        assert_ne!(ini.to_bytes(), bytes);
        assert!(ini.set("Settings", "mine", "ä").unwrap());
        assert_eq!(ini.to_bytes(), bytes, "{name}");
    }
}

#[test]
fn code_pages_can_be_chosen() {
    let options = ReadOptions::default().ansi(IniEncoding::of_code_page(1251).unwrap());
    let bytes = b"[Account1]\ndisplayName=\xCF\xE5\xF2\xF0\n";
    let mut ini = IniFile::parse_with(bytes, "t.ini", &options).unwrap();
    assert_eq!(ini.get("Account1", "displayName"), Some("Петр"));
    ini.set("Account1", "label", "Я").unwrap();
    assert!(ini.to_bytes().ends_with(b"label=\xDF\n"));
    let error = ini.set("Account1", "label", "日").unwrap_err();
    assert!(error.message().contains("windows-1251"), "{error}");
    ini.convert(IniEncoding::Utf16Le).unwrap();
    ini.set("Account1", "label", "日").unwrap();
    let again = IniFile::parse(&ini.to_bytes(), "t.ini").unwrap();
    assert_eq!(again.get("Account1", "displayName"), Some("Петр"));
    assert_eq!(again.get("Account1", "label"), Some("日"));
    assert_eq!(
        IniEncoding::of_code_page(1).unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    // MicroSIP itself misreads UTF-8.
    let strict = ReadOptions::default().guess_utf8(false);
    let ini = IniFile::parse_with("[A]\nk=ä".as_bytes(), "t.ini", &strict).unwrap();
    assert_eq!(ini.get("A", "k"), Some("Ã¤"));
}

#[test]
fn every_code_page_reads_what_it_writes() {
    for number in [
        874, 932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 65001,
    ] {
        let page = IniEncoding::of_code_page(number).unwrap();
        let options = ReadOptions::default().ansi(page).guess_utf8(false);
        let mut ini = IniFile::parse_with(b"[A]\r\nk=\r\n", "t.ini", &options).unwrap();
        for c in ('\u{20}'..='\u{FFFF}').step_by(37) {
            let value = format!("x{c}=y");
            if ini.set("A", "k", &value).is_ok() {
                let again = IniFile::parse_with(&ini.to_bytes(), "t.ini", &options).unwrap();
                assert_eq!(again.get("A", "k"), Some(value.as_str()), "{number}");
            }
        }
    }
}

#[test]
fn values_are_read_as_windows_reads_them() {
    let ini = parse(
        "[ Settings ]\nA = \" x \"\nb='y'\nc=\"\"d\" e\"\nd=\"\ne=\nf=1;2\n[settings]\nz=1\n a=2\n;g=1\ng =a=b\n[Settings2\nh=\"a'\n",
    );
    let get = |key| ini.get("SETTINGS", key);
    assert_eq!(get("a"), Some(" x "));
    assert_eq!(get("B"), Some("y"));
    assert_eq!(get("c"), Some("\"d\" e"));
    assert_eq!(get("d"), Some("\""));
    assert_eq!(get("e"), Some(""));
    assert_eq!(get("f"), Some("1;2"));
    // The first section of a name counts.
    assert_eq!(get("z"), None);
    assert_eq!(ini.line_of("settings", "A"), Some(2));
    assert_eq!(ini.sections(), ["Settings"]);
    let kinds: Vec<_> = ini.problems().iter().map(|p| (p.kind, p.line)).collect();
    assert_eq!(
        kinds,
        [(WarningKind::DuplicateSection, 8), (WarningKind::MalformedLine, 13)]
    );
}

#[test]
fn the_first_of_duplicate_keys_counts_and_all_are_removed() {
    let mut ini = parse("x=0\n[S]\na=1\nA=2\nb=3\n[T]\na=9\n");
    assert_eq!(ini.get("s", "a"), Some("1"));
    assert_eq!(
        ini.entries("S").map(|e| (e.0, e.1)).collect::<Vec<_>>(),
        [(3, "a"), (5, "b")]
    );
    let kinds: Vec<_> = ini.problems().iter().map(|p| p.kind).collect();
    assert_eq!(kinds, [WarningKind::OutsideSection, WarningKind::DuplicateKey]);
    assert!(ini.remove("S", "a") && !ini.remove("S", "a") && !ini.remove("U", "a"));
    assert_eq!(text(&ini), "x=0\n[S]\nb=3\n[T]\na=9\n");
}

#[test]
fn an_edit_touches_its_line_only() {
    let mut ini = parse(SAMPLE);
    assert!(!ini.set("settings", "dnd", "1").unwrap());
    assert!(!ini.set("Settings", "cmdCallEnd", "\"a b\" c").unwrap());
    assert_eq!(text(&ini), SAMPLE);
    ini.set("settings", "dnd", "0").unwrap();
    ini.set("settings", "CMDcallend", "run").unwrap();
    ini.set("settings", "new", " spaced").unwrap();
    ini.set_quoted("Account1", "hook", "h").unwrap();
    ini.set("Account1", "label", "y").unwrap();
    ini.set("Account2", "label", "z").unwrap();
    let expected = SAMPLE
        .replace("DND = 1 ", "DND = 0")
        .replace("\"\"a b\" c\"", "\"run\"")
        .replace("mine=ä\r\n", "mine=ä\r\nnew=\" spaced\"\r\n")
        .replace("label='x'", "label='y'\r\nhook=\"h\"\r\n\r\n[Account2]\r\nlabel=z\r\n");
    assert_eq!(text(&ini), expected);
    assert!(ini.remove_section("account2") && !ini.remove_section("account2"));
    assert!(ini.remove_section("SETTINGS"));
    assert_eq!(
        text(&ini),
        "; head\r\n\r\n; tail\r\n\r\n[Account1]\r\nlabel='y'\r\nhook=\"h\"\r\n\r\n"
    );
}

#[test]
fn line_ends_are_those_of_the_file() {
    for end in ["\r\n", "\n", "\r"] {
        let mut ini = parse(&["[S]", "a=1", "", "[T]", "b=1"].join(end));
        ini.set("S", "c", "2").unwrap();
        ini.set("T", "d", "2").unwrap();
        assert_eq!(text(&ini), ["[S]", "a=1", "c=2", "", "[T]", "b=1", "d=2", ""].join(end));
    }
    let mut empty = parse("");
    assert!(empty.is_empty());
    empty.set("S", "a", "1").unwrap();
    assert_eq!(text(&empty), "[S]\r\na=1\r\n");
}

#[test]
fn what_no_line_can_hold_is_refused_and_a_secret_not_shown() {
    let mut ini = parse(SAMPLE);
    for (section, key, value) in [
        ("", "k", "v"),
        ("a\nb", "k", "v"),
        ("S", "", "v"),
        ("S", "k=", "v"),
        ("S", ";k", "v"),
        ("S", "[k", "v"),
        ("S", " k", "v"),
        ("S", "k", "hunter2\r\n[Evil]"),
        ("S", "k", "hunter2\0"),
    ] {
        let error = ini.set(section, key, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(!error.to_string().contains("hunter2"));
    }
    assert_eq!(text(&ini), SAMPLE);
    let ini = parse("[Account1]\npassword=hunter2\nPASS WORD hunter2\npassword=hunter2\n");
    assert!(!format!("{ini:?} {:?}", ini.problems()).contains("hunter2"));
}

#[test]
fn hostile_files_are_kept_and_read() {
    let mut long = b"[Settings]\r\nuserAgent=".to_vec();
    long.resize(1 << 20, b'x');
    let mut broken = utf16("[Settings]\r\nDND=1\r\nlabel=");
    broken.extend(b"\x00\xD8\r\x00\n\x00\x3D\x00\x00\xDC\x0A");
    let nuls = vec![0; 100_000];
    let brackets = b"[\n".repeat(50_000);
    let files: [&[u8]; 9] = [
        &long,
        &broken,
        &nuls,
        &brackets,
        b"\xFF\xFE",
        b"\xFF\xFE[",
        b"\xFF",
        b"[S]\nk=\0\x1a",
        b"=\n==",
    ];
    for bytes in files {
        let mut ini = IniFile::parse(bytes, "t.ini").unwrap();
        assert_eq!(ini.to_bytes(), bytes);
        ini.problems();
        ini.set("Settings", "AA", "1").unwrap();
        assert_eq!(ini.get("settings", "aa"), Some("1"));
        assert_eq!(
            IniFile::parse(&ini.to_bytes(), "t.ini").unwrap().to_bytes(),
            ini.to_bytes()
        );
    }
    let ini = IniFile::parse(&broken, "t.ini").unwrap();
    assert_eq!(ini.get("Settings", "DND"), Some("1"));
    assert_eq!(ini.get("Settings", "label"), Some("\u{FFFD}"));
    for bytes in [vec![b'x'; (4 << 20) + 1], b"\n".repeat(200_001)] {
        let error = IniFile::parse(&bytes, "t.ini").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LimitReached);
        assert!(error.message().contains("t.ini"));
    }
}

proptest! {
    #[test]
    fn any_bytes_go_out_as_they_came(bytes in proptest::collection::vec(any::<u8>(), 0..300), mark in 0..4_usize) {
        let mut file = [&b""[..], b"\xFF\xFE", b"\xFE\xFF", b"\xEF\xBB\xBF"][mark].to_vec();
        file.extend(bytes);
        let ini = IniFile::parse(&file, "t.ini").unwrap();
        prop_assert_eq!(ini.to_bytes(), file);
    }

    #[test]
    fn any_text_goes_out_as_it_came_in_any_encoding(
        lines in proptest::collection::vec("(\\[[a-c ]{0,3}\\]|[a-c ]{0,3}=[ \"'äé=;x]{0,6}|;x|.{0,8})(\r\n|\n|\r)?", 0..20),
        wide: bool,
        value in "[^\r\n\0]{0,12}",
    ) {
        let sample = lines.concat();
        let bytes = if wide { utf16(&sample) } else { sample.into_bytes() };
        let mut ini = IniFile::parse(&bytes, "t.ini").unwrap();
        prop_assert_eq!(ini.to_bytes(), bytes);
        // What is set is read, also by the next reader, and no line got lost.
        if ini.set("b", "c", &value).is_ok() {
            prop_assert_eq!(ini.get("B", "C"), Some(value.as_str()));
            let again = IniFile::parse(&ini.to_bytes(), "t.ini").unwrap();
            if again.encoding() == ini.encoding() && again.has_mark() == ini.has_mark() {
                prop_assert_eq!(&again, &ini);
                prop_assert_eq!(again.get("b", "c"), Some(value.as_str()));
            }
        }
    }

    #[test]
    fn an_edit_leaves_all_other_lines(keys in proptest::collection::vec("[a-z]{1,3}", 1..15), at: proptest::sample::Index, value in "\\PC{0,9}") {
        let sample: String = keys.iter().enumerate().map(|(i, k)| format!("; {i}\r\n{k} = {i}\r\n")).collect();
        let mut ini = parse(&format!("[s]\r\n{sample}"));
        let before = text(&ini);
        let key = at.get(&keys);
        let line = ini.line_of("s", key).unwrap();
        ini.set("s", key, &value).unwrap();
        let after = text(&ini);
        for (i, (old, new)) in before.split("\r\n").zip(after.split("\r\n")).enumerate() {
            prop_assert!(old == new || i + 1 == line);
        }
        prop_assert_eq!(before.split("\r\n").count(), after.split("\r\n").count());
    }
}

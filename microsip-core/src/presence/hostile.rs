//! Documents made to do harm: none of them does, in any reader.

use std::fmt::Debug;

use super::{Cpim, DialogInfo, Imdn, LineTable, MessageSummary, PresenceStatus, Typing, xml};
use crate::{Error, FailureCode, Result};

/// A reader, with its result thrown away.
type Reader = fn(&[u8]) -> Result<()>;

/// Reads; what was taken can be written, and what is written is read as the same from then on. (The first time may differ:
/// writing leaves out what XML cannot carry, mends ids and drops parts of seconds.)
fn again<T: PartialEq + Debug>(
    bytes: &[u8],
    parse: fn(&[u8]) -> Result<T>,
    write: fn(&T) -> Option<Vec<u8>>,
) -> Result<()> {
    let read = parse(bytes)?;
    if let Some(written) = write(&read) {
        let one = parse(&written).unwrap();
        let two = parse(&write(&one).unwrap()).unwrap();
        assert_eq!(one, two);
    }
    Ok(())
}

/// Every reader of XML: what its root is, and a sound document.
fn xml_readers() -> Vec<(Reader, &'static str, &'static str, &'static str)> {
    vec![
        (
            |b| {
                again(b, PresenceStatus::parse_pidf, |s| {
                    Some(s.to_pidf(&s.entity).into_bytes())
                })
            },
            "presence",
            "urn:ietf:params:xml:ns:pidf",
            "<tuple id='a'><status><basic>open</basic></status><contact priority='0.8'>sip:a@h</contact></tuple>\
             <person xmlns='urn:ietf:params:xml:ns:pidf:data-model' id='p'><r:activities \
             xmlns:r='urn:ietf:params:xml:ns:pidf:rpid'><r:busy/></r:activities></person>",
        ),
        (
            |b| {
                let mut table = LineTable::new();
                table.apply(&DialogInfo::parse(b)?);
                let _ = table.info().ringing();
                again(b, DialogInfo::parse, |d| Some(d.to_xml().into_bytes()))
            },
            "dialog-info",
            "urn:ietf:params:xml:ns:dialog-info",
            "<dialog id='1' call-id='a@h' local-tag='1' remote-tag='2' direction='recipient'><state code='180'>early</state>\
             <duration>3</duration><local><identity display='A'>sip:a@h</identity><target uri='sip:a@h'>\
             <param pname='x' pval='y'/></target></local></dialog>",
        ),
        (
            |b| again(b, Typing::parse, |t| Some(t.to_xml().into_bytes())),
            "isComposing",
            "urn:ietf:params:xml:ns:im-iscomposing",
            "<state>active</state><refresh>90</refresh>",
        ),
        (
            |b| again(b, Imdn::parse, |i| i.date_time.map(|_| i.to_xml().into_bytes())),
            "imdn",
            "urn:ietf:params:xml:ns:imdn",
            "<message-id>1</message-id><delivery-notification><status><delivered/></status></delivery-notification>",
        ),
    ]
}

/// What stands in the tag of a sound document's root.
fn opening(root: &str, ns: &str) -> String {
    let more = if root == "dialog-info" {
        " version='1' state='full'"
    } else {
        ""
    };
    format!("{root} xmlns=\"{ns}\"{more}")
}

/// What is not XML.
fn plain_readers() -> Vec<(Reader, &'static str)> {
    vec![
        (
            |b| again(b, Cpim::parse, |c| c.to_bytes().ok()),
            "From: A <sip:a@h>\r\nNS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: \\u0041\r\nSubject:;lang=fr b\r\n\r\n\
             Content-Type: text/plain\r\n\r\nhi",
        ),
        (
            |b| again(b, MessageSummary::parse, |m| Some(m.to_text().into_bytes())),
            "Messages-Waiting: yes\r\nMessage-Account: sip:a@h\r\nVoice-Message: 2/8 (0/2)\r\n\r\nTo: <sip:a@h>\r\n\
             Subject: carpool\r\n tomorrow\r\n\r\nTo: <sip:a@h>\r\n",
        ),
    ]
}

/// For each reader of XML: what it says to a document with this before the root, in the root's tag and in the root before what
/// a sound document has there.
fn each(before: &str, tag: &str, inside: &str) -> Vec<Result<()>> {
    let document =
        |root: &str, ns: &str, sound: &str| format!("{before}<{}{tag}>{inside}{sound}</{root}>", opening(root, ns));
    xml_readers()
        .into_iter()
        .map(|(read, root, ns, sound)| read(document(root, ns, sound).as_bytes()))
        .collect()
}

fn refused(results: Vec<Result<()>>, code: FailureCode, word: &str) {
    for result in results {
        let error: Error = result.expect_err(word);
        assert_eq!(error.failure(), code, "{error}");
        assert!(error.message().contains(word), "{error} lacks {word}");
        assert!(error.message().len() < 600, "{error}");
        assert!(!error.message().contains(char::is_control), "{error:?}");
    }
}

#[test]
fn sound_documents_are_taken_with_everything_that_is_allowed() {
    for result in each(
        "\r\n<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n<!-- a --><?pi x?>\n",
        " xmlns:q='urn:q' q:a='1' a='2'",
        "<q:a/><q:state>x</q:state><unknown q:b='&#x41;&lt;'>t<![CDATA[<&]]>&amp;&#65;</unknown><!-- b -->",
    ) {
        result.unwrap();
    }
}

#[test]
fn bombs_are_refused_before_they_are_read() {
    let lol: String = (1..10)
        .map(|n| format!("<!ENTITY lol{n} \"{}\">", format!("&lol{};", n - 1).repeat(10)))
        .collect();
    let billion = format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY lol0 \"lol\">{lol}]>");
    refused(
        each(&billion, "", "<a>&lol9;</a>"),
        FailureCode::DocumentMalformed,
        "document type",
    );
    let quadratic = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]>", "a".repeat(30_000));
    refused(
        each(&quadratic, "", &"&a;".repeat(5_000)),
        FailureCode::DocumentMalformed,
        "document type",
    );
    let external = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">";
    refused(each(external, "", ""), FailureCode::DocumentMalformed, "document type");
    refused(each("", "", "&xxe;"), FailureCode::DocumentMalformed, "not defined");
    refused(each("", " a='&xxe;'", ""), FailureCode::DocumentMalformed, "line 1");
    refused(each("", "", "<!DOCTYPE x>"), FailureCode::DocumentMalformed, "line 1");
}

#[test]
fn limits_hold() {
    let too_large = FailureCode::DocumentTooLarge;
    let deep = "<a>".repeat(20_000);
    refused(each("", "", &deep), too_large, "deep");
    let fits = format!(
        "{}{}",
        "<a>".repeat(xml::MAX_DEPTH - 1),
        "</a>".repeat(xml::MAX_DEPTH - 1)
    );
    assert!(each("", "", &fits).into_iter().all(|r| r.is_ok()));
    refused(each("", "", &"<a/>".repeat(xml::MAX_ELEMENTS)), too_large, "elements");
    let attributes: String = (0..xml::MAX_ATTRIBUTES).map(|n| format!(" a{n}=''")).collect();
    refused(each("", &attributes, ""), too_large, "attributes");
    refused(each("", "", &"x".repeat(xml::MAX_BYTES)), too_large, "bytes");
    // Declarations of namespaces: many in one place, and many in scope.
    let declared: String = (0..3_000).map(|n| format!(" xmlns:n{n}='u'")).collect();
    refused(each("", &declared, ""), too_large, "namespaces");
    let nested: String = (0..20)
        .map(|d| format!("<a xmlns:a{d}='u' xmlns:b{d}='u' xmlns:c{d}='u' xmlns:d{d}='u' xmlns:e{d}='u' xmlns:f{d}='u' xmlns:g{d}='u'>"))
        .collect();
    refused(each("", "", &nested), too_large, "namespaces");
    // One long namespace and many elements in it are not many long names.
    let long = format!("<n:a xmlns:n='{}'>{}</n:a>", "u".repeat(30_000), "<n:b/>".repeat(3_000));
    assert!(each("", "", &long).into_iter().all(|r| r.is_ok()));
}

#[test]
fn what_is_cut_off_is_refused_wherever_it_is() {
    for (read, root, ns, sound) in xml_readers() {
        let whole = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{}>{sound}</{root}>",
            opening(root, ns)
        );
        read(whole.as_bytes()).unwrap();
        for end in 0..whole.len() {
            let error = read(&whole.as_bytes()[..end]).unwrap_err();
            assert_eq!(error.failure(), FailureCode::DocumentMalformed, "{end}: {error}");
        }
    }
}

#[test]
fn malformed_documents_say_what_is_wrong() {
    let malformed = FailureCode::DocumentMalformed;
    for (tag, inside, word) in [
        (" a='1' a='2'", "", "twice"),
        (" xmlns:q='u' xmlns:r='u' q:a='1' r:a='2'", "", "twice"),
        (" xmlns:q='u' xmlns:q='v'", "", "twice"),
        (" a='<'", "", "value of an attribute"),
        (" a=1", "", "line 1"),
        (" a", "", "line 1"),
        (" 1a='1'", "", "no name of XML"),
        ("", "\n<a></b>", "line 2"),
        ("", "\n\n\n<1/>", "line 4: \"1\" is no name"),
        ("", "<a:b:c/>", "no name of XML"),
        ("", "a & b", "line 1"),
        ("", "]]>", "]]>"),
        ("", "\u{0}", "control character"),
        ("", "\u{1b}[2J", "control character"),
        ("", "&#0;", "no character of XML"),
        ("", "&#xD800;", "no character of XML"),
        ("", "&#x110000;", "no character of XML"),
        ("", "<a b='&#1;'/>", "no character of XML"),
        ("", "<!-- a -- b -->", "line 1"),
        ("", "<?xml version='1.0'?>", "not at the beginning"),
        ("", "<!-- ", "line 1"),
        ("", "<![CDATA[", "line 1"),
    ] {
        refused(each("", tag, inside), malformed, word);
    }
    refused(each("text", "", ""), malformed, "outside of the root");
    refused(each("&amp;", "", ""), malformed, "outside of the root");
    refused(each("<a/>", "", ""), malformed, "second root");
    refused(each("</a>", "", ""), malformed, "line 1");
    for (read, root, ns, sound) in xml_readers() {
        let whole = format!("<{}>{sound}</{root}>", opening(root, ns));
        for (text, word) in [
            (whole.clone() + "<a/>", "second root"),
            (whole.clone() + "x", "outside of the root"),
            (whole.clone() + "\0", "control character"),
            (whole.replace(ns, "urn:other"), "expected <"),
            (whole.replace(root, "other"), "expected <"),
        ] {
            refused(vec![read(text.as_bytes())], malformed, word);
        }
        // Forgotten namespaces are forgiven, wrong ones are not.
        read(whole.replace(&format!(" xmlns=\"{ns}\""), "").as_bytes()).unwrap();
    }
    for text in [
        "",
        " \r\n",
        "hello",
        "{\"a\": 1}",
        "INVITE sip:a@h SIP/2.0\r\n\r\n",
        "<",
        "<?xml",
        "<!",
        "&",
    ] {
        for (read, ..) in xml_readers() {
            refused(vec![read(text.as_bytes())], malformed, "line 1");
        }
    }
}

#[test]
fn encodings_are_read_or_refused() {
    let wrong = FailureCode::DocumentEncoding;
    for (read, root, ns, sound) in xml_readers() {
        let document = |encoding: &str, extra: &str| {
            let declared = if encoding.is_empty() {
                String::new()
            } else {
                format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>")
            };
            format!("{declared}<{}><x>{extra}</x>{sound}</{root}>", opening(root, ns))
        };
        let utf16 = |text: &str, little: bool| -> Vec<u8> {
            let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
            std::iter::once(0xFEFF)
                .chain(text.encode_utf16())
                .flat_map(unit)
                .collect()
        };
        let latin = |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
        let bom = |text: &str| [b"\xEF\xBB\xBF", text.as_bytes()].concat();

        for good in [
            document("UTF-8", "é€😀").into_bytes(),
            document("", "é€😀").into_bytes(),
            document("us-ascii", "e").into_bytes(),
            bom(&document("utf-8", "é")),
            bom(&document("", "é")),
            latin(&document("ISO-8859-1", "é")),
            utf16(&document("UTF-16", "é😀"), true),
            utf16(&document("utf-16", "é😀"), false),
            utf16(&document("UTF-16LE", "é"), true),
            utf16(&document("", "é"), false),
        ] {
            read(&good).unwrap();
        }
        let mut odd = utf16(&document("", "é"), true);
        odd.push(b'>');
        let mut lonely = utf16(&document("", "é"), true);
        lonely.extend([0x00, 0xD8]);
        for (bad, word) in [
            (latin(&document("UTF-8", "é")), "not UTF-8"),
            (latin(&document("", "é")), "not UTF-8"),
            (document("US-ASCII", "é").into_bytes(), "above 127"),
            (bom(&document("ISO-8859-1", "é")), "mark of UTF-8"),
            (document("UTF-16", "e").into_bytes(), "no byte order mark"),
            (document("EBCDIC-CP-US", "e").into_bytes(), "EBCDIC"),
            (document("UTF-7", "e").into_bytes(), "UTF-7"),
            (utf16(&document("UTF-8", "é"), true), "mark of UTF-16"),
            (utf16(&document("UTF-16BE", "é"), true), "mark of UTF-16"),
            (utf16(&document("", "e"), true)[2..].to_vec(), "without byte order mark"),
            (odd, "is not UTF-16"),
            (lonely, "is not UTF-16"),
            (b"\xFF\xFF\xFF\xFF".to_vec(), "not UTF-8"),
        ] {
            refused(vec![read(&bad)], wrong, word);
        }
    }
}

/// Numbers that look random and are the same in every run (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

/// Pieces that parsers trip over.
const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&#",
    b"&#x",
    b";",
    b"\"",
    b"'",
    b"=",
    b":",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xf0\x9f",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?xml",
    b"?>",
    b"<!DOCTYPE x [",
    b"xmlns=\"",
    b"xmlns:p=\"\"",
    b"\r\n\r\n",
    b"\n",
    b"\\u",
    b"\\",
    b"/",
    b"(",
    b")",
    b"99999999999999999999",
    b"-1",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
];

#[test]
fn mutations_of_sound_documents_never_panic() {
    let mut seeds: Vec<(Reader, Vec<u8>)> = Vec::new();
    for (read, root, ns, sound) in xml_readers() {
        let whole = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{}>{sound}</{root}>",
            opening(root, ns)
        );
        seeds.push((read, whole.into_bytes()));
    }
    seeds.extend(
        plain_readers()
            .into_iter()
            .map(|(read, sound)| (read, sound.as_bytes().to_vec())),
    );
    seeds.push((
        |b| PresenceStatus::parse_xpidf(b).map(drop),
        b"<?xml version=\"1.0\"?><!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\"><presence>\
        <presentity uri=\"sip:a@h;method=SUBSCRIBE\"/><atom id=\"1\"><address uri=\"sip:a@h\" priority=\"0.8\"><status \
        status=\"inuse\"/><msnsubstatus substatus=\"onthephone\"/></address></atom></presence>"
            .to_vec(),
    ));
    // More of them: MICROSIP_MUTATIONS=1000000.
    let rounds = std::env::var("MICROSIP_MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4_000);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut taken, mut refused) = (0, 0);
    for (read, seed) in &seeds {
        read(seed).unwrap();
        for _ in 0..rounds {
            let mut bytes = seed.clone();
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(bytes.len() + 1);
                let end = (at + dice.roll(12)).min(bytes.len());
                match dice.roll(5) {
                    0 => drop(bytes.splice(at..at, PIECES[dice.roll(PIECES.len())].iter().copied())),
                    1 => drop(bytes.drain(at..end)),
                    2 => drop(bytes.splice(at..end, PIECES[dice.roll(PIECES.len())].iter().copied())),
                    3 => {
                        let copy = bytes[at..end].to_vec();
                        let to = dice.roll(bytes.len() + 1);
                        drop(bytes.splice(to..to, copy));
                    }
                    _ => {
                        let at = at.min(bytes.len().saturating_sub(1));
                        if let Some(byte) = bytes.get_mut(at) {
                            *byte ^= 1 << dice.roll(8);
                        }
                    }
                }
            }
            match read(&bytes) {
                Ok(()) => taken += 1,
                Err(e) => {
                    refused += 1;
                    assert!(
                        e.message().len() < 700 && !e.message().contains(char::is_control),
                        "{e:?}"
                    );
                }
            }
        }
    }
    // Neither is all harmless, nor is everything refused: the mutations reach the readers' insides.
    assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
}

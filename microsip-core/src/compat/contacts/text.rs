//! Bytes of a file as text, and back in the encoding they came in.

use encoding_rs::Encoding;

use super::warning::{WarningKind, Warnings};
use super::xml::quote;
use crate::{Error, ErrorKind, FailureCode, Result};

/// Longest file or answer that is read, in bytes: 32 MiB.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How a file's text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextEncoding {
    /// UTF-8 without mark: what MicroSIP writes.
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8Bom,
    /// UTF-16, low byte first, after a byte order mark.
    Utf16Le,
    /// UTF-16, high byte first, after a byte order mark.
    Utf16Be,
    /// UTF-16, low byte first, without mark.
    Utf16LeBare,
    /// UTF-16, high byte first, without mark.
    Utf16BeBare,
    /// An older encoding the document declares, such as windows-1252.
    Declared(&'static Encoding),
}

impl TextEncoding {
    /// Stable lower-case name, as it appears in JSON: `"utf-8"`, `"utf-16le"`, `"windows-1252"`, …
    pub fn name(self) -> String {
        match self {
            TextEncoding::Utf8 => "utf-8".to_owned(),
            TextEncoding::Utf8Bom => "utf-8-bom".to_owned(),
            TextEncoding::Utf16Le => "utf-16le".to_owned(),
            TextEncoding::Utf16Be => "utf-16be".to_owned(),
            TextEncoding::Utf16LeBare => "utf-16le-bare".to_owned(),
            TextEncoding::Utf16BeBare => "utf-16be-bare".to_owned(),
            TextEncoding::Declared(encoding) => encoding.name().to_ascii_lowercase(),
        }
    }

    /// XML text as bytes. What an older encoding lacks becomes a character reference, which XML reads back.
    pub(crate) fn encode_xml(self, text: &str) -> Vec<u8> {
        let wide = |bom: bool, bytes: fn(u16) -> [u8; 2]| {
            let mark = if bom { Some(0xFEFF) } else { None };
            mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        match self {
            TextEncoding::Utf8 => text.as_bytes().to_vec(),
            TextEncoding::Utf8Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            TextEncoding::Utf16Le => wide(true, u16::to_le_bytes),
            TextEncoding::Utf16Be => wide(true, u16::to_be_bytes),
            TextEncoding::Utf16LeBare => wide(false, u16::to_le_bytes),
            TextEncoding::Utf16BeBare => wide(false, u16::to_be_bytes),
            TextEncoding::Declared(encoding) => encoding.encode(text).0.into_owned(),
        }
    }
}

fn check_size(op: &'static str, length: usize) -> Result<()> {
    if length <= MAX_BYTES {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::LimitReached,
        op,
        format!("it has {length} bytes; at most {MAX_BYTES} are read"),
    )
    .with_failure(FailureCode::DocumentTooLarge))
}

fn bad(op: &'static str, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unsupported, op, what).with_failure(FailureCode::DocumentEncoding)
}

/// By byte order mark, or by the zero bytes of a first `<` in UTF-16.
fn by_mark(op: &'static str, bytes: &[u8]) -> Result<Option<(String, TextEncoding)>> {
    let (rest, encoding, big) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text = std::str::from_utf8(rest).map_err(|e| {
                bad(
                    op,
                    format!(
                        "it begins with the mark of UTF-8 and is not UTF-8 at offset {}",
                        e.valid_up_to() + 3
                    ),
                )
            })?;
            return Ok(Some((text.to_owned(), TextEncoding::Utf8Bom)));
        }
        [0xFF, 0xFE, rest @ ..] => (rest, TextEncoding::Utf16Le, false),
        [0xFE, 0xFF, rest @ ..] => (rest, TextEncoding::Utf16Be, true),
        [b'<', 0, ..] => (bytes, TextEncoding::Utf16LeBare, false),
        [0, b'<', ..] => (bytes, TextEncoding::Utf16BeBare, true),
        _ => return Ok(None),
    };
    let (pairs, odd) = rest.as_chunks::<2>();
    let units = pairs.iter().map(|pair| {
        if big {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    });
    let text: Option<String> = char::decode_utf16(units).map(std::result::Result::ok).collect();
    match text {
        Some(text) if odd.is_empty() => Ok(Some((text, encoding))),
        _ => Err(bad(
            op,
            "it begins as UTF-16 and is not UTF-16 to its end: it is damaged or cut off",
        )),
    }
}

/// An XML document as text.
pub(crate) fn decode_xml(op: &'static str, bytes: &[u8], warnings: &mut Warnings) -> Result<(String, TextEncoding)> {
    check_size(op, bytes.len())?;
    if let Some(found) = by_mark(op, bytes)? {
        return Ok(found);
    }
    let declared = declared(bytes);
    let encoding = match declared.as_deref() {
        None => encoding_rs::UTF_8,
        Some(name) => Encoding::for_label(name.as_bytes()).ok_or_else(|| {
            bad(
                op,
                format!(
                    "it declares the encoding {}, which is unknown here; save it as UTF-8",
                    quote(name)
                ),
            )
        })?,
    };
    let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
    if encoding == encoding_rs::UTF_8 || wide {
        if wide {
            // What programs write that make a document in memory and then store the string as UTF-8.
            warnings.add(
                WarningKind::Encoding,
                1,
                "it declares UTF-16 and is not; it was read as UTF-8",
            );
        }
        let text = std::str::from_utf8(bytes).map_err(|e| {
            bad(
                op,
                format!(
                    "it is not UTF-8 at offset {}, and declares nothing else; save it as UTF-8 or declare its encoding",
                    e.valid_up_to()
                ),
            )
        })?;
        return Ok((text.to_owned(), TextEncoding::Utf8));
    }
    if encoding.output_encoding() != encoding {
        return Err(bad(
            op,
            format!("the encoding {} is not read; save it as UTF-8", encoding.name()),
        ));
    }
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text.into_owned(), TextEncoding::Declared(encoding))),
        None => Err(bad(
            op,
            format!("it declares the encoding {} and is not in it", encoding.name()),
        )),
    }
}

/// The encoding an XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.trim_ascii_start();
    let head = head.get(..head.len().min(300))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|w| w == b"?>")?;
    let text = std::str::from_utf8(head.get(..end)?).ok()?;
    let after = text
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quoted = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = after.get(1..)?.split_once(quoted)?.0;
    Some(name.trim().to_owned())
}

/// A CSV or JSON text. What is neither marked nor UTF-8 is read as windows-1252, which older spreadsheets write.
pub(crate) fn decode_table(op: &'static str, bytes: &[u8], warnings: &mut Warnings) -> Result<String> {
    check_size(op, bytes.len())?;
    if let Some((text, _)) = by_mark(op, bytes)? {
        return Ok(text);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(e) => {
            warnings.add(
                WarningKind::Encoding,
                0,
                format!(
                    "it is not UTF-8 at offset {}; it was read as windows-1252",
                    e.valid_up_to()
                ),
            );
            Ok(encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned())
        }
    }
}

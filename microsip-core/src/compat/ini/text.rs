//! Bytes and characters: in which encoding a settings file is, and where its lines end.

use std::ops::Range;

use encoding_rs::Encoding;

use crate::{Error, Result};

/// How the characters of a settings file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IniEncoding {
    /// UTF-16, little-endian; what MicroSIP writes, with a byte-order mark.
    Utf16Le,
    /// UTF-16, big-endian; some editors write it.
    Utf16Be,
    /// UTF-8, and with it plain ASCII.
    Utf8,
    /// One of Windows' code pages; [`IniEncoding::of_code_page`] makes it.
    #[non_exhaustive]
    Ansi(&'static Encoding),
}

impl IniEncoding {
    /// The ANSI code page of this number, as Windows counts them (1252 is Western European).
    ///
    /// Known: 874, 932, 936, 949, 950, 1250 to 1258; and 65001, which is UTF-8.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for any other number.
    pub fn of_code_page(number: u16) -> Result<IniEncoding> {
        Ok(IniEncoding::Ansi(match number {
            874 => encoding_rs::WINDOWS_874,
            932 => encoding_rs::SHIFT_JIS,
            936 => encoding_rs::GBK,
            949 => encoding_rs::EUC_KR,
            950 => encoding_rs::BIG5,
            1250 => encoding_rs::WINDOWS_1250,
            1251 => encoding_rs::WINDOWS_1251,
            1252 => encoding_rs::WINDOWS_1252,
            1253 => encoding_rs::WINDOWS_1253,
            1254 => encoding_rs::WINDOWS_1254,
            1255 => encoding_rs::WINDOWS_1255,
            1256 => encoding_rs::WINDOWS_1256,
            1257 => encoding_rs::WINDOWS_1257,
            1258 => encoding_rs::WINDOWS_1258,
            65001 => return Ok(IniEncoding::Utf8),
            _ => {
                return Err(Error::invalid(
                    "read settings",
                    format!("there is no ANSI code page {number}; use 874, 932, 936, 949, 950 or 1250 to 1258"),
                ));
            }
        }))
    }

    /// Stable lower-case name: `"utf-16le"`, `"utf-16be"`, `"utf-8"`, `"windows-1252"`, …
    pub fn name(self) -> String {
        match self {
            IniEncoding::Utf16Le => "utf-16le".into(),
            IniEncoding::Utf16Be => "utf-16be".into(),
            IniEncoding::Utf8 => "utf-8".into(),
            IniEncoding::Ansi(page) => page.name().to_ascii_lowercase(),
        }
    }

    /// The byte-order mark; code pages have none.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            IniEncoding::Utf16Le => b"\xFF\xFE",
            IniEncoding::Utf16Be => b"\xFE\xFF",
            IniEncoding::Utf8 => b"\xEF\xBB\xBF",
            IniEncoding::Ansi(_) => b"",
        }
    }

    /// Bytes of one code unit.
    pub(super) fn width(self) -> usize {
        match self {
            IniEncoding::Utf16Le | IniEncoding::Utf16Be => 2,
            IniEncoding::Utf8 | IniEncoding::Ansi(_) => 1,
        }
    }

    /// Code unit `i`, counted from the start of `bytes`. Every code page read here keeps ASCII's line ends, `=` and `"` out
    /// of the second bytes of its characters, so these can be looked for without decoding.
    fn unit(self, bytes: &[u8], i: usize) -> Option<u16> {
        let at = i * self.width();
        match self {
            IniEncoding::Utf16Le => Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])),
            IniEncoding::Utf16Be => Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])),
            IniEncoding::Utf8 | IniEncoding::Ansi(_) => bytes.get(at).map(|b| u16::from(*b)),
        }
    }

    /// Where the lines of `bytes` are, line ends included. A line ends with CR LF, LF or CR.
    pub(super) fn lines(self, bytes: &[u8], from: usize) -> Vec<Range<usize>> {
        let body = &bytes[from..];
        let width = self.width();
        let mut lines = Vec::new();
        let (mut start, mut i) = (0, 0);
        while let Some(unit) = self.unit(body, i) {
            i += 1;
            if unit == u16::from(b'\r') && self.unit(body, i) == Some(u16::from(b'\n')) {
                i += 1;
            } else if unit != u16::from(b'\n') && unit != u16::from(b'\r') {
                continue;
            }
            lines.push(from + start..from + i * width);
            start = i * width;
        }
        // What is left, half a UTF-16 unit included.
        if start < body.len() {
            lines.push(from + start..bytes.len());
        }
        lines
    }

    /// Length in bytes of the line end that closes `line`; 0 if the file ends without one.
    pub(super) fn ending(self, line: &[u8]) -> usize {
        let count = line.len() / self.width();
        let unit = |back: usize| count.checked_sub(back).and_then(|i| self.unit(line, i));
        if !line.len().is_multiple_of(self.width()) {
            return 0;
        }
        match (unit(2), unit(1)) {
            (Some(13), Some(10)) => 2 * self.width(),
            (_, Some(10 | 13)) => self.width(),
            _ => 0,
        }
    }

    /// Length in bytes of what stands before the value: key, `=`, and white space after it.
    pub(super) fn before_value(self, line: &[u8]) -> usize {
        let mut i = 0;
        while let Some(unit) = self.unit(line, i) {
            i += 1;
            if unit == u16::from(b'=') {
                break;
            }
        }
        while matches!(self.unit(line, i), Some(9 | 11 | 12 | 26 | 32)) {
            i += 1;
        }
        i * self.width()
    }

    /// The characters of a line; what is broken becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            IniEncoding::Utf16Le | IniEncoding::Utf16Be => {
                let units = (0..bytes.len() / 2).map_while(|i| self.unit(bytes, i));
                let mut text: String = char::decode_utf16(units)
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                if bytes.len() % 2 == 1 {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
                text
            }
            IniEncoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            IniEncoding::Ansi(page) => page.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }

    /// The bytes of `text`, or the first character there are none for.
    pub(super) fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            IniEncoding::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            IniEncoding::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            IniEncoding::Utf8 => Ok(text.as_bytes().to_vec()),
            IniEncoding::Ansi(page) => {
                let mut bytes = Vec::with_capacity(text.len());
                for c in text.chars() {
                    let mut buffer = [0; 4];
                    let (encoded, _, unmappable) = page.encode(c.encode_utf8(&mut buffer));
                    if unmappable {
                        return Err(c);
                    }
                    bytes.extend_from_slice(&encoded);
                }
                Ok(bytes)
            }
        }
    }
}

/// How a file without a byte-order mark is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The code page of files that are not UTF-8. Default windows-1252.
    pub ansi: IniEncoding,
    /// Whether a file without a mark that is valid UTF-8 is taken as such. Default true; MicroSIP itself always takes the
    /// system's code page, and misreads UTF-8.
    pub guess_utf8: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            ansi: IniEncoding::Ansi(encoding_rs::WINDOWS_1252),
            guess_utf8: true,
        }
    }
}

impl ReadOptions {
    /// Sets the encoding of files that have no mark and are not UTF-8.
    pub fn ansi(mut self, encoding: IniEncoding) -> Self {
        self.ansi = encoding;
        self
    }

    /// Sets whether UTF-8 without a mark is recognised.
    pub fn guess_utf8(mut self, guess: bool) -> Self {
        self.guess_utf8 = guess;
        self
    }

    /// The encoding of a file, and whether it has a byte-order mark.
    pub(super) fn detect(&self, bytes: &[u8]) -> (IniEncoding, bool) {
        for encoding in [IniEncoding::Utf16Le, IniEncoding::Utf16Be, IniEncoding::Utf8] {
            if bytes.starts_with(encoding.mark()) {
                return (encoding, true);
            }
        }
        // UTF-16 whose mark was lost: the first character is ASCII, so every other byte there is zero.
        let encoding = match bytes {
            [1..=127, 0, 1..=127, 0, ..] => IniEncoding::Utf16Le,
            [0, 1..=127, 0, 1..=127, ..] => IniEncoding::Utf16Be,
            _ if self.guess_utf8 && std::str::from_utf8(bytes).is_ok() => IniEncoding::Utf8,
            _ => self.ansi,
        };
        (encoding, false)
    }
}

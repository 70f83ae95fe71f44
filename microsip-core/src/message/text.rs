//! From bytes to text, by charset.

use crate::error::ErrorKind;
use crate::sip::message::parameter;
use crate::{Error, FailureCode};

/// The text of a body, and what was wrong with it. `None` for what is no text.
///
/// Without a charset it is UTF-8 (RFC 3261 §7.4.1). Names are those of the WHATWG's Encoding Standard, so that `iso-8859-1` is read
/// as the windows-1252 that is meant by it.
pub(super) fn decode(content_type: &str, body: &[u8]) -> (Option<String>, Option<Error>) {
    const OP: &str = "read message";
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let is_text = kind.is_empty() || kind.get(..5).is_some_and(|k| k.eq_ignore_ascii_case("text/"));
    if !is_text {
        return (None, None);
    }
    let label = parameter(content_type, "charset").unwrap_or("utf-8");
    let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
        let shown: String = label.chars().take(40).collect();
        let text = String::from_utf8_lossy(body).into_owned();
        let error = Error::new(
            ErrorKind::Unsupported,
            OP,
            format!("the charset {shown:?} is unknown; read as UTF-8"),
        );
        return (Some(text), Some(error));
    };
    let (text, used, malformed) = encoding.decode(body);
    let error = malformed.then(|| {
        FailureCode::InvalidArgument.error(
            OP,
            format!(
                "the text has bytes that are no {}; each is shown as U+FFFD",
                used.name()
            ),
        )
    });
    (Some(text.into_owned()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_charset_is_read_and_wrong_ones_are_told() {
        for (kind, body, text, warned) in [
            ("text/plain", "π 😀 שלום".as_bytes(), "π 😀 שלום", false),
            ("", b"plain", "plain", false),
            ("text/plain;charset=UTF-8", b"", "", false),
            ("text/plain; charset=\"iso-8859-1\"", b"gr\xfc\xdfe", "grüße", false),
            ("text/plain;charset=utf-16le", b"h\0i\0", "hi", false),
            ("Text/HTML;charset=us-ascii", b"<b>", "<b>", false),
            ("text/plain", b"a\xffb", "a\u{fffd}b", true),
            ("text/plain;charset=klingon", b"nuqneH", "nuqneH", true),
        ] {
            let (got, error) = decode(kind, body);
            assert_eq!((got.as_deref(), error.is_some()), (Some(text), warned), "{kind}");
        }
        assert_eq!(decode("image/png", b"\x89PNG").0, None);
    }
}

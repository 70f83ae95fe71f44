//! Percent-escapes, and what a link may not hold.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::fail;
use crate::Result;

/// Where `name` ends in a text whose escapes are not decoded.
pub(super) fn find_end(rest: &str, name: &str) -> Result<usize> {
    match find_ignoring_case(rest, name) {
        Some(0) => Ok(name.len()),
        _ => fail("the command itself may not be percent-encoded"),
    }
}

pub(super) fn find_ignoring_case(text: &str, part: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(part)
}

/// Characters that turn the direction of text or do not show: a link with them is not what it seems.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Decodes percent-escapes once, as UTF-8.
pub(super) fn decode(text: &str) -> Result<String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        let hex = bytes.get(at + 1..at + 3);
        if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
            return fail("a % is not followed by two hexadecimal digits; a plain % is written %25");
        }
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => fail("the escapes of the link are not UTF-8"),
    }
}

/// Refuses users that other programs could take for options, paths or several words.
pub(super) fn check_word(user: &str) -> Result<()> {
    if user.is_empty() {
        return fail("the user is missing");
    }
    // A dialling prefix may replace the plus.
    if user.trim_start_matches('+').starts_with(['-', '/', '.', '~']) {
        return fail("a user may not begin with - / . or ~ in a link");
    }
    if user.chars().any(|c| c.is_whitespace() || "\"<>\\`$|&".contains(c)) {
        return fail("a user in a link may not contain spaces, quotes, brackets or characters of the shell");
    }
    Ok(())
}

/// What a user part has to escape (RFC 3261 §25.1), the comma too, which would begin the post-dial digits.
const USER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'=')
    .remove(b'+')
    .remove(b';')
    .remove(b'/')
    .remove(b'#');

const PARAM: &AsciiSet = &USER
    .remove(b'[')
    .remove(b']')
    .remove(b':')
    .add(b';')
    .add(b'#')
    .add(b'\'');

/// What the value of a URI header has to escape.
pub(super) const HEADER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~');

pub(super) fn encode_user(user: &str) -> String {
    utf8_percent_encode(user, USER).to_string()
}

pub(super) fn encode_param(param: &str) -> String {
    utf8_percent_encode(param, PARAM).to_string()
}

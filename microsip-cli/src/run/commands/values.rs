//! Arguments of commands: each reader says what it expected.

use microsip_core::{Digit, Presence, StatusCode};

use super::{Wrong, wrong};
use crate::args::status_code;

pub(super) fn number(name: &str, text: &str) -> Result<u64, Wrong> {
    text.parse()
        .map_err(|_| wrong(format!("{name} needs the number of a call"), "calls"))
}

pub(super) fn answer(text: &str) -> Result<StatusCode, Wrong> {
    match status_code(text) {
        None if text.is_empty() => Ok(StatusCode::OK),
        Some(code) if !code.is_failure() && code != StatusCode::TRYING => Ok(code),
        Some(code) if code.is_failure() => Err(wrong(
            format!("{code} does not answer a call"),
            format!("reject {code}"),
        )),
        _ => Err(wrong("answer takes a code from 101 to 299", "answer 200")),
    }
}

pub(super) fn reject(name: &str, text: &str) -> Result<StatusCode, Wrong> {
    let suggestion = if name == "reject" {
        "reject 486"
    } else {
        "reject-transfer 603"
    };
    match status_code(text) {
        Some(code) if code.is_failure() => Ok(code),
        Some(code) => Err(wrong(format!("{code} rejects nothing"), suggestion)),
        None => Err(wrong(format!("{name} needs a code from 300 to 699"), suggestion)),
    }
}

pub(super) fn digits(name: &str, text: &str) -> Result<String, Wrong> {
    let sample = || format!("{name} 1234#");
    if text.is_empty() {
        return Err(wrong(format!("{name} needs digits"), sample()));
    }
    match text.chars().find(|c| *c != ',' && Digit::new(*c).is_none()) {
        Some(c) => Err(wrong(
            format!("{c:?} is not one of 0-9 * # A-D, nor a comma for a pause"),
            sample(),
        )),
        None => Ok(text.to_owned()),
    }
}

/// A state of presence, in words with hyphens or underscores.
pub(super) fn presence(text: &str) -> Result<Presence, Wrong> {
    let states = [
        Presence::Online,
        Presence::Away,
        Presence::Busy,
        Presence::OnThePhone,
        Presence::DoNotDisturb,
        Presence::Offline,
    ];
    let word = text.to_ascii_lowercase().replace('-', "_");
    let found = states.into_iter().find(|state| state.name() == word);
    found.ok_or_else(|| {
        wrong(
            "presence takes online, away, busy, on-the-phone, do-not-disturb or offline, and a text",
            "presence away at lunch",
        )
    })
}

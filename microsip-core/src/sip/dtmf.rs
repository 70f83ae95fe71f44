//! DTMF digits (RFC 4733 §3.2: events 0-15).

use std::fmt;

use crate::{Error, Result};

/// One of `0-9`, `*`, `#`, `A-D`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digit(u8);

impl Digit {
    /// Makes a digit from its character; lower-case `a-d` are accepted.
    pub fn new(c: char) -> Option<Digit> {
        match c {
            '0'..='9' | '*' | '#' | 'A'..='D' => Some(Digit(c as u8)),
            'a'..='d' => Some(Digit(c.to_ascii_uppercase() as u8)),
            _ => None,
        }
    }

    /// The character, letters in upper case.
    pub fn as_char(self) -> char {
        self.0 as char
    }
}

impl fmt::Debug for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digit({})", self.as_char())
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

/// How a digit travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DtmfMethod {
    /// As an RTP event of payload type `telephone-event` (RFC 4733).
    RtpEvent,
}

impl DtmfMethod {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            DtmfMethod::RtpEvent => "rtp_event",
        }
    }
}

/// Reads a string of digits.
///
/// # Errors
/// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when it is empty or holds anything but digits.
pub fn parse_digits(text: &str) -> Result<Vec<Digit>> {
    if text.is_empty() {
        return Err(Error::invalid("dtmf", "no digits given"));
    }
    text.chars()
        .map(|c| Digit::new(c).ok_or_else(|| Error::invalid("dtmf", format!("{c:?} is not one of 0-9 * # A-D"))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_checked() {
        let digits: String = parse_digits("12*#aD")
            .unwrap()
            .into_iter()
            .map(Digit::as_char)
            .collect();
        assert_eq!(digits, "12*#AD");
        assert!(parse_digits("").is_err());
        assert!(parse_digits("1e").unwrap_err().to_string().contains("'e'"));
    }
}

//! DTMF digits (RFC 4733 §3.2: events 0-15).

use std::fmt;
use std::str::FromStr;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DtmfMethod {
    /// For sending: as RTP event where the peer agreed to `telephone-event`; else in-band when the codec carries tones
    /// unharmed (G.711, G.722, L16), else by INFO.
    #[default]
    Auto,
    /// As an RTP event of payload type `telephone-event` (RFC 4733).
    RtpEvent,
    /// In the audio, as the two tones of a key (ITU-T Q.23).
    InBand,
    /// By INFO with `application/dtmf-relay`: `Signal=` and `Duration=`.
    Info,
    /// By INFO with `application/dtmf`: the key alone.
    InfoPlain,
}

impl DtmfMethod {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            DtmfMethod::Auto => "auto",
            DtmfMethod::RtpEvent => "rtp_event",
            DtmfMethod::InBand => "in_band",
            DtmfMethod::Info => "info",
            DtmfMethod::InfoPlain => "info_plain",
        }
    }
}

impl FromStr for DtmfMethod {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        use DtmfMethod::{Auto, InBand, Info, InfoPlain, RtpEvent};
        let lower = text.to_ascii_lowercase().replace('-', "_");
        [Auto, RtpEvent, InBand, Info, InfoPlain]
            .into_iter()
            .find(|method| method.name() == lower)
            .ok_or_else(|| {
                Error::invalid(
                    "dtmf",
                    format!("{text:?} is no method; expected auto, rtp_event, in_band, info or info_plain"),
                )
            })
    }
}

/// Whether keys are listened for in the audio of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DtmfDetection {
    /// Never.
    Off,
    /// In calls whose peer did not agree to `telephone-event`: the others say their keys better.
    #[default]
    Auto,
    /// In every call. A peer that sends a key both ways is then heard twice.
    Always,
}

/// One step of dialling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Digit(Digit),
    /// A comma.
    Pause,
}

/// Reads digits and pauses.
///
/// # Errors
/// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when it is empty or holds anything else.
pub(crate) fn parse_keys(text: &str) -> Result<Vec<Key>> {
    if text.is_empty() {
        return Err(Error::invalid("dtmf", "no digits given"));
    }
    let key = |c: char| match c {
        ',' => Ok(Key::Pause),
        c => Digit::new(c).map(Key::Digit).ok_or_else(|| {
            Error::invalid(
                "dtmf",
                format!("{c:?} is not one of 0-9 * # A-D, nor a comma for a pause"),
            )
        }),
    };
    text.chars().map(key).collect()
}

impl Digit {
    /// From the number of an event (RFC 4733 §3.2): 10 is `*`, 11 `#`, 12 to 15 `A` to `D`.
    fn from_event(number: u8) -> Option<Digit> {
        b"0123456789*#ABCD".get(usize::from(number)).map(|c| Digit(*c))
    }

    /// From a key as bodies of INFO write it: the character, or its event's number.
    pub(crate) fn from_signal(text: &str) -> Option<Digit> {
        let text = text.trim();
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Digit::new(c),
            (Some(_), Some(_)) => text.parse().ok().and_then(Digit::from_event),
            (None, _) => None,
        }
    }
}

/// Reads the body of an INFO of type `application/dtmf-relay` or `application/dtmf`: the key, and for how many
/// milliseconds it was held.
pub(crate) fn read_info(body: &str) -> Option<(Digit, Option<u32>)> {
    let (mut digit, mut duration) = (None, None);
    for line in body.lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("signal") => digit = Digit::from_signal(value),
            Some((name, value)) if name.trim().eq_ignore_ascii_case("duration") => duration = value.trim().parse().ok(),
            Some(_) => {}
            None if digit.is_none() => digit = Digit::from_signal(line),
            None => {}
        }
    }
    digit.map(|digit| (digit, duration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked() {
        let keys = parse_keys("1,*#aD").unwrap();
        assert_eq!((keys.len(), keys[1]), (6, Key::Pause));
        assert_eq!(keys[4], Key::Digit(Digit::new('A').unwrap()));
        assert!(parse_keys("").is_err());
        assert!(parse_keys("1e").unwrap_err().to_string().contains("'e'"));
    }

    #[test]
    fn bodies_of_info_are_read() {
        let digit = |c| Digit::new(c).unwrap();
        for (body, expected) in [
            ("Signal=5\r\nDuration=160\r\n", Some((digit('5'), Some(160)))),
            ("signal = *\nduration = 250", Some((digit('*'), Some(250)))),
            ("Signal= 11\r\nDuration=x", Some((digit('#'), None))),
            ("Duration=100\r\nSignal=b", Some((digit('B'), Some(100)))),
            ("7", Some((digit('7'), None))),
            ("10\r\n", Some((digit('*'), None))),
            ("Signal=\r\nDuration=1", None),
            ("16", None),
            ("Signal=55555", None),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(read_info(body), expected, "{body:?}");
        }
    }

    #[test]
    fn methods_have_names_that_are_read() {
        for name in ["auto", "rtp_event", "in_band", "info", "info_plain"] {
            assert_eq!(name.parse::<DtmfMethod>().unwrap().name(), name);
        }
        assert!("fax".parse::<DtmfMethod>().is_err());
    }
}

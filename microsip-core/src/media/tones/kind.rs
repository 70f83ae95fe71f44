//! What a tone says.

use std::fmt;
use std::str::FromStr;

use super::OP;
use crate::{Error, Result};

/// What a tone says (ITU-T E.182).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ToneKind {
    /// Dial now.
    Dial,
    /// It rings at the other end (E.180: ringing tone).
    Ringback,
    /// The other end is busy.
    Busy,
    /// The network is (in North America: reorder).
    Congestion,
    /// Somebody else calls you.
    CallWaiting,
    /// Three rising tones: an announcement follows, or could.
    SpecialInformation,
    /// Dial now, and mind that something is different: messages wait, calls are diverted (special dial tone).
    Stutter,
    /// Hang up your receiver.
    Howler,
}

impl ToneKind {
    /// Every kind, in the order of the country table.
    pub const ALL: [ToneKind; 8] = [
        ToneKind::Dial,
        ToneKind::Ringback,
        ToneKind::Busy,
        ToneKind::Congestion,
        ToneKind::CallWaiting,
        ToneKind::SpecialInformation,
        ToneKind::Stutter,
        ToneKind::Howler,
    ];

    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ToneKind::Dial => "dial",
            ToneKind::Ringback => "ringback",
            ToneKind::Busy => "busy",
            ToneKind::Congestion => "congestion",
            ToneKind::CallWaiting => "call_waiting",
            ToneKind::SpecialInformation => "special_information",
            ToneKind::Stutter => "stutter",
            ToneKind::Howler => "howler",
        }
    }
}

impl fmt::Display for ToneKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().replace('_', " "))
    }
}

impl FromStr for ToneKind {
    type Err = Error;

    /// Reads a name, also `ring`, `reorder`, `sit`, and with `-` for `_`.
    fn from_str(text: &str) -> Result<Self> {
        let name = text.to_ascii_lowercase().replace(['-', ' '], "_");
        let name = match name.as_str() {
            "ring" => "ringback",
            "reorder" => "congestion",
            "sit" => "special_information",
            other => other,
        };
        ToneKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| {
                let names: Vec<&str> = ToneKind::ALL.into_iter().map(ToneKind::name).collect();
                Error::invalid(OP, format!("{text:?} is no tone; expected {}", names.join(", ")))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in ToneKind::ALL {
            assert_eq!(kind.name().parse::<ToneKind>().unwrap(), kind);
        }
        assert_eq!("SIT".parse::<ToneKind>().unwrap(), ToneKind::SpecialInformation);
        assert_eq!("call-waiting".parse::<ToneKind>().unwrap(), ToneKind::CallWaiting);
        assert!("fax".parse::<ToneKind>().unwrap_err().to_string().contains("ringback"));
    }
}

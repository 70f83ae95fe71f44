//! Codecs: names and lists of them, settings, and the bridge's rate that follows from them.

mod choice;
mod info;
mod opus;

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

pub use info::{CodecInfo, codecs};
pub use opus::OpusOptions;

pub(crate) use choice::{CodecChoice, check_parts};
pub(crate) use info::{check_built, default_codecs};

/// A codec as PJMEDIA and MicroSIP write it: `name/clock rate/channels`, such as `PCMU/8000/1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Codec {
    /// Encoding name (RFC 4855), case kept, compared without case.
    pub name: String,
    /// Clock rate in Hz. G.722 says 16000 here (its samples), though RTP says 8000 (RFC 3551 §4.5.2).
    pub clock_rate: u32,
    /// Channels, 1 or 2.
    pub channels: u32,
}

impl Codec {
    /// Whether this codec carries 8 kHz audio.
    pub fn is_narrowband(&self) -> bool {
        self.clock_rate <= 8000
    }

    /// Whether it is the same: case does not count (RFC 4855 §3).
    pub(crate) fn is(&self, other: &Codec) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && (self.clock_rate, self.channels) == (other.clock_rate, other.channels)
    }

    /// Whether the two tones of a key survive it: codecs of waveforms do, those of speech do not.
    pub(crate) fn carries_tones(&self) -> bool {
        ["PCMU", "PCMA", "G722", "L16"]
            .iter()
            .any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.name, self.clock_rate, self.channels)
    }
}

impl FromStr for Codec {
    type Err = Error;

    /// Reads `name`, `name/rate` or `name/rate/channels`; what is left out gets the codec's usual value.
    fn from_str(text: &str) -> Result<Self> {
        let bad = |why: &str| Error::invalid("codec", format!("{text:?} {why}; expected NAME/RATE/CHANNELS"));
        let mut parts = text.trim().split('/');
        let name = parts.next().unwrap_or_default();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            return Err(bad("has no codec name"));
        }
        let usual_rate = match name.to_ascii_lowercase().as_str() {
            "opus" => 48000,
            "g722" => 16000,
            "speex" => 16000,
            "l16" => 44100,
            _ => 8000,
        };
        let usual_channels = if name.eq_ignore_ascii_case("opus") { 2 } else { 1 };
        let clock_rate = match parts.next() {
            None => usual_rate,
            Some(rate) => rate.parse().map_err(|_| bad("has a rate that is no number"))?,
        };
        let channels = match parts.next() {
            None => usual_channels,
            Some(n) => n.parse().map_err(|_| bad("has a channel count that is no number"))?,
        };
        if parts.next().is_some() {
            return Err(bad("has too many parts"));
        }
        if !(8000..=48000).contains(&clock_rate) || !(1..=2).contains(&channels) {
            return Err(bad("is outside 8000-48000 Hz or 1-2 channels"));
        }
        Ok(Codec {
            name: name.to_owned(),
            clock_rate,
            channels,
        })
    }
}

/// Reads a list separated by spaces or commas, in order of preference.
pub(crate) fn parse_list(text: &str) -> Result<Vec<Codec>> {
    let list: Vec<Codec> = text
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_>>()?;
    if list.is_empty() {
        return Err(Error::invalid("codec", "the codec list is empty"));
    }
    Ok(list)
}

/// Rates the bridge can be told to run at, in Hz.
pub(crate) const BRIDGE_RATES: [u32; 6] = [8000, 16_000, 24_000, 32_000, 44_100, 48_000];

/// The bridge's rate: 8 kHz when every codec is narrowband, because at 16 kHz a G.711 call costs five times as much;
/// else 16 kHz, which serves G.722, Speex and Opus speech. Higher only when a codec of more than 16 kHz is all there is.
pub(crate) fn bridge_rate(codecs: &[Codec]) -> u32 {
    if codecs.iter().all(Codec::is_narrowband) {
        8000
    } else if codecs.iter().all(|c| c.name.eq_ignore_ascii_case("L16")) {
        codecs.iter().map(|c| c.clock_rate).max().unwrap_or(16000)
    } else {
        16000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microsip_strings_are_read() {
        let list = parse_list("PCMA/8000/1 PCMU/8000/1,opus G722").unwrap();
        let text: Vec<_> = list.iter().map(ToString::to_string).collect();
        assert_eq!(text, ["PCMA/8000/1", "PCMU/8000/1", "opus/48000/2", "G722/16000/1"]);
    }

    #[test]
    fn malformed_codecs_are_refused() {
        for bad in [
            "",
            "/8000",
            "PCMU/x",
            "PCMU/8000/9",
            "PCMU/8000/1/1",
            "PC MU/1",
            "PCMU/1",
        ] {
            assert!(parse_list(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn narrowband_only_gives_an_8_khz_bridge() {
        assert_eq!(bridge_rate(&parse_list("PCMU PCMA GSM speex/8000").unwrap()), 8000);
        assert_eq!(bridge_rate(&parse_list("PCMU G722").unwrap()), 16000);
        assert_eq!(bridge_rate(&parse_list("opus").unwrap()), 16000);
    }
}

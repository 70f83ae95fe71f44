//! Which codecs there are.

use std::time::Duration;

use super::Codec;
use crate::pj::{HAS_G729, HAS_GSM, HAS_OPUS, HAS_SPEEX};
use crate::{Error, ErrorKind, Result};

/// A codec of this build, as an endpoint has it set up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodecInfo {
    /// Name, clock rate, channels.
    pub codec: Codec,
    /// Bits per second of audio, packet headers not counted; the most it may be where it varies. `None` when the codec decides (Opus
    /// without [`OpusOptions::bit_rate`](super::OpusOptions::bit_rate)).
    pub bit_rate: Option<u32>,
    /// How long one frame is. A packet holds whole frames.
    pub frame: Duration,
    /// RTP payload type if it has a fixed one (RFC 3551 §6); others get theirs in each call.
    pub payload_type: Option<u8>,
    /// Its place in the endpoint's list, 0 being the preferred one; `None`: it is not enabled.
    pub place: Option<usize>,
}

impl CodecInfo {
    /// Whether the endpoint offers and accepts it.
    pub fn enabled(&self) -> bool {
        self.place.is_some()
    }
}

/// What can be compiled in: name, rate, channels, whether it is, and the feature it takes.
const ALL: [(&str, u32, u32, bool, &str); 16] = [
    ("opus", 48_000, 2, HAS_OPUS, "opus"),
    ("G722", 16_000, 1, true, ""),
    ("PCMU", 8000, 1, true, ""),
    ("PCMA", 8000, 1, true, ""),
    ("speex", 16_000, 1, HAS_SPEEX, "speex"),
    ("speex", 8000, 1, HAS_SPEEX, "speex"),
    ("GSM", 8000, 1, HAS_GSM, "gsm"),
    ("speex", 32_000, 1, HAS_SPEEX, "speex"),
    ("G729", 8000, 1, HAS_G729, "g729"),
    ("L16", 8000, 1, true, ""),
    ("L16", 8000, 2, true, ""),
    ("L16", 16_000, 1, true, ""),
    ("L16", 16_000, 2, true, ""),
    ("L16", 44_100, 1, true, ""),
    ("L16", 48_000, 1, true, ""),
    ("L16", 48_000, 2, true, ""),
];

/// How many of them, from the first, are offered unless told otherwise.
const OFFERED: usize = 7;

fn codec((name, clock_rate, channels): (&str, u32, u32)) -> Codec {
    Codec {
        name: name.to_owned(),
        clock_rate,
        channels,
    }
}

/// Every codec of this build, those that are offered by default first and in that order.
///
/// [`Endpoint::codecs`](crate::Endpoint::codecs) tells more, of an endpoint that runs.
pub fn codecs() -> Vec<Codec> {
    let built = ALL.iter().filter(|(.., built, _)| *built);
    built
        .map(|(name, rate, channels, ..)| codec((name, *rate, *channels)))
        .collect()
}

/// What this build offers unless told otherwise: the best sounding first, G.711 for everybody.
pub(crate) fn default_codecs() -> Vec<Codec> {
    let built = ALL[..OFFERED].iter().filter(|(.., built, _)| *built);
    built
        .map(|(name, rate, channels, ..)| codec((name, *rate, *channels)))
        .collect()
}

/// Whether this build has all of them; an error that says what to do about the first it lacks.
pub(crate) fn check_built(op: &'static str, list: &[Codec]) -> Result<()> {
    if list.is_empty() {
        return Err(Error::invalid(op, "the codec list is empty"));
    }
    for wanted in list {
        let found = ALL
            .iter()
            .find(|(name, rate, channels, ..)| wanted.is(&codec((name, *rate, *channels))));
        let why = match found {
            Some((.., true, _)) => continue,
            Some((.., feature)) => format!("it takes the feature {feature} of microsip-core"),
            None if wanted.is(&codec(("L16", 44_100, 2))) => {
                "10 ms of it, the least there is, are more than a packet holds; L16/44100/1 sounds the same here, where the \
                 bridge has one channel"
                    .to_owned()
            }
            None => {
                let names: Vec<_> = codecs().iter().map(ToString::to_string).collect();
                format!("it has {}", names.join(", "))
            }
        };
        return Err(Error::new(
            ErrorKind::Unsupported,
            op,
            format!("this build has no codec {wanted}: {why}"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::parse_list;

    #[test]
    fn what_is_missing_is_said_with_what_to_do() {
        let error = |list: &str| check_built("t", &parse_list(list).unwrap()).unwrap_err();
        for (list, part) in [
            ("PCMU iLBC", "it has opus"),
            ("L16/44100/2", "L16/44100/1"),
            ("L16/11025", "it has"),
        ] {
            let error = error(list);
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.to_string().contains(part), "{error}");
        }
        if !HAS_G729 {
            assert!(error("G729").to_string().contains("feature g729"));
        }
        assert_eq!(check_built("t", &[]).unwrap_err().kind(), ErrorKind::InvalidArgument);
        check_built("t", &codecs()).unwrap();
        check_built("t", &default_codecs()).unwrap();
    }
}

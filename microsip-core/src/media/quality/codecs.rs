//! What codecs cost in the E-model.

use super::emodel::Impairment;
use crate::media::Codec;

/// Which scale a rating is on. They cannot be compared with each other: the narrowband one compares telephones with telephones, on
/// the wideband one a perfect telephone gets 93 of 129.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Band {
    /// 300 to 3400 Hz (G.107): R up to 93.2.
    Narrow,
    /// 50 to 7000 Hz (G.107.1): R up to 129. Opus, too, is rated here: the bridge runs at 16 kHz, so more is not heard.
    Wide,
}

impl Band {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Band::Narrow => "narrowband",
            Band::Wide => "wideband",
        }
    }
}

/// Where a codec's numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// ITU-T G.113: appendix I (narrowband) or IV (wideband).
    G113,
    /// Published measurements of others.
    Measured,
    /// Ours, by likeness with a codec that was measured; good to compare calls of one codec, not codecs.
    Estimate,
}

impl Source {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Source::G113 => "g113",
            Source::Measured => "measured",
            Source::Estimate => "estimate",
        }
    }
}

/// A codec's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CodecRating {
    /// Its scale.
    pub band: Band,
    /// Ie and Bpl on that scale.
    pub impairment: Impairment,
    /// Where they come from; the weaker source, where the two differ.
    pub source: Source,
}

/// Numbers of a codec as this library sends and hears it, with concealment where PJMEDIA has it; `None` for one we know nothing of.
///
/// | codec | band | Ie | Bpl | from |
/// |---|---|---|---|---|
/// | PCMU, PCMA | narrow | 0 | 25.1 | G.113 appendix I, G.711 with concealment (4.3 without: [`g711_without_concealment`]) |
/// | G729 | narrow | 11 | 19.0 | G.113 appendix I, G.729 A with VAD |
/// | GSM | narrow | 20 | 10.0 | Ie of G.113 appendix I, GSM 06.10; Bpl is that of GSM EFR, the full-rate codec has none there |
/// | L16/8000 | narrow | 0 | 4.3 | as G.711 without concealment |
/// | speex/8000 | narrow | 11 | 19.0 | estimate: as G.729 A, a CELP codec of a like rate |
/// | G722 | wide | 13 | 25.1 | Ie of G.113 appendix IV at 64 kbit/s; Bpl estimated: PJMEDIA conceals it as it does G.711 |
/// | L16/16000 and up | wide | 0 | 4.3 | estimate: nothing is coded and nothing concealed |
/// | speex/16000, /32000 | wide | 20 | 19.0 | estimate: as Opus at its lowest rates |
/// | opus | wide | 20 | 19.5 | not in G.113: measured instrumentally at 13 kbit/s, variable rate, wideband, by M. Al-Ahmadi (with P. Počta and H. Melvin, 2019-2021). At the rates we use it is better than that. |
pub fn codec_rating(codec: &Codec) -> Option<CodecRating> {
    lookup(&codec.name, codec.clock_rate)
}

/// G.711 whose losses are left as holes (G.113, appendix I).
pub fn g711_without_concealment() -> CodecRating {
    row(Band::Narrow, 0.0, 4.3, Source::G113)
}

fn row(band: Band, ie: f64, bpl: f64, source: Source) -> CodecRating {
    CodecRating {
        band,
        impairment: Impairment::new(ie, bpl),
        source,
    }
}

/// Without an allocation: the media thread asks as well.
pub(crate) fn lookup(name: &str, clock_rate: u32) -> Option<CodecRating> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let wide = clock_rate > 8000;
    if is("PCMU") || is("PCMA") {
        Some(row(Band::Narrow, 0.0, 25.1, Source::G113))
    } else if is("G729") {
        Some(row(Band::Narrow, 11.0, 19.0, Source::G113))
    } else if is("GSM") {
        Some(row(Band::Narrow, 20.0, 10.0, Source::Estimate))
    } else if is("G722") {
        Some(row(Band::Wide, 13.0, 25.1, Source::Estimate))
    } else if is("opus") {
        Some(row(Band::Wide, 20.0, 19.5, Source::Measured))
    } else if is("speex") && wide {
        Some(row(Band::Wide, 20.0, 19.0, Source::Estimate))
    } else if is("speex") {
        Some(row(Band::Narrow, 11.0, 19.0, Source::Estimate))
    } else if is("L16") && wide {
        Some(row(Band::Wide, 0.0, 4.3, Source::Estimate))
    } else if is("L16") {
        Some(row(Band::Narrow, 0.0, 4.3, Source::G113))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_that_can_be_offered_has_numbers() {
        for codec in crate::media::default_codecs() {
            let rating = codec_rating(&codec).unwrap();
            assert_eq!(rating.band == Band::Narrow, codec.is_narrowband(), "{codec}");
        }
        for name in ["G729", "L16/8000/1", "L16/44100/1"] {
            assert!(codec_rating(&name.parse().unwrap()).is_some(), "{name}");
        }
        assert_eq!(codec_rating(&"iLBC".parse().unwrap()), None);
    }

    #[test]
    fn the_numbers_are_those_of_g_113() {
        // Appendix I, tables I.1 and I.4; appendix IV.
        for (name, ie, bpl) in [("PCMU", 0.0, 25.1), ("PCMA", 0.0, 25.1), ("G729", 11.0, 19.0)] {
            let found = codec_rating(&name.parse().unwrap()).unwrap();
            assert_eq!(
                (found.impairment, found.source),
                (Impairment::new(ie, bpl), Source::G113)
            );
        }
        assert_eq!(g711_without_concealment().impairment, Impairment::new(0.0, 4.3));
        assert_eq!(codec_rating(&"GSM".parse().unwrap()).unwrap().impairment.ie, 20.0);
        assert_eq!(codec_rating(&"G722".parse().unwrap()).unwrap().impairment.ie, 13.0);
    }
}

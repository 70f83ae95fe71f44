//! The tones of countries.
//!
//! Frequencies and cadences follow ITU-T E.180 Supplement 2 ("Various tones used in national networks", 01/94) as brought up to
//! date by the list annexed to ITU Operational Bulletin 781 (2003), where that leaves a choice, what public equipment uses; the
//! United Kingdom after BT SIN 350 too, levels of North America after the precise audible tone plan (ITU-T E.300 Supplement 3).
//! Where only "special information tone" is said, or nothing, it is that of E.180/Q.35 §5. Levels of all others: E.180/Q.35 §2.

use std::fmt;
use std::str::FromStr;

use super::{OP, Tone, ToneKind};
use crate::{Error, Result};

/// Code, name, and the texts of its tones in the order of [`ToneKind::ALL`]; empty: not defined.
type Row = (&'static str, &'static str, [&'static str; 8]);

const SIT: &str = "950/330,1400/330,1800/330,0/1000";
const NONE: &str = "";

/// Dial, ringback, busy, congestion, call waiting, special information, stutter, howler. Sorted by code.
#[rustfmt::skip]
const TABLE: [Row; 38] = [
    ("ar", "Argentina", ["425", "425/1000,0/4500", "425/300,0/300", "425/200,0/300",
        "425/200,0/9000", SIT, NONE, NONE]),
    ("at", "Austria", ["420", "420/1000,0/5000", "420/400,0/400", "420/200,0/200",
        "420/40,0/1960", "950/330,1450/330,1850/330,0/1000", "380+420", NONE]),
    // Congestion: every other pulse 10 dB softer.
    ("au", "Australia", ["413+438", "413+438/400,0/200,413+438/400,0/2000", "425/375,0/375", "425/375,0/375,425@-20/375,0/375",
        "425/200,0/200,425/200,0/4400", SIT, NONE, NONE]),
    ("be", "Belgium", ["425", "425/1000,0/3000", "425/500,0/500", "425/167,0/167",
        "1400/175,0/175,1400/175,0/3500", "900/330,1400/330,1800/330,0/1000", "425/1000,0/250", NONE]),
    ("bg", "Bulgaria", ["425", "425/1000,0/4000", "425/500,0/500", "425/250,0/250",
        "425/150,0/150,425/150,0/4000", SIT, "425/1500,0/100", NONE]),
    ("br", "Brazil", ["425", "425/1000,0/4000", "425/250,0/250", "425/250,0/250,425/750,0/250",
        "425/50,0/1000", SIT, NONE, NONE]),
    ("ca", "Canada", NORTH_AMERICA),
    ("ch", "Switzerland", ["425", "425/1000,0/4000", "425/500,0/500", "425/200,0/200",
        "425/200,0/200,425/200,0/4000", SIT, "425+340/1100,0/1100", NONE]),
    ("cl", "Chile", ["400", "400/1000,0/3000", "400/500,0/500", "400/200,0/200",
        "400/250,0/8750", SIT, NONE, NONE]),
    ("cn", "China", ["450", "450/1000,0/4000", "450/350,0/350", "450/700,0/700",
        "450/400,0/4000", "450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400", NONE, NONE]),
    ("cz", "Czechia", ["425/330,0/330,425/660,0/660", "425/1000,0/4000", "425/330,0/330", "425/165,0/165",
        "425/330,0/9000", "950/330,0/30,1400/330,0/30,1800/330,0/1000", "425/450,0/50", NONE]),
    ("de", "Germany", ["425", "425/1000,0/4000", "425/480,0/480", "425/240,0/240",
        "425/200,0/200,425/200,0/5000", SIT, "425+400", NONE]),
    ("es", "Spain", ["425", "425/1500,0/3000", "425/200,0/200", "425/200,0/200,425/200,0/200,425/200,0/600",
        "425/175,0/175,425/175,0/3500", SIT, NONE, NONE]),
    ("fi", "Finland", ["425", "425/1000,0/4000", "425/300,0/300", "425/200,0/200",
        "425/150,0/150,425/150,0/8000", SIT, "425/650,0/25", NONE]),
    ("fr", "France", ["440", "440/1500,0/3500", "440/500,0/500", "440/250,0/250",
        "440/300,0/10000", SIT, NONE, NONE]),
    ("gr", "Greece", ["425/200,0/300,425/700,0/800", "425/1000,0/4000", "425/300,0/300", "425/200,0/200",
        "425/150,0/150,425/150,0/8000", SIT, NONE, NONE]),
    ("hk", "Hong Kong", ["350+440", "440+480/400,0/200,440+480/400,0/3000", "480+620/500,0/500", "480+620/250,0/250",
        "440/300,0/10000", SIT, NONE, NONE]),
    ("hu", "Hungary", ["425", "425/1250,0/3750", "425/300,0/300", "425/300,0/300",
        "425/40,0/1960", SIT, NONE, NONE]),
    ("il", "Israel", ["414", "414/1000,0/3000", "414/500,0/500", "414/250,0/250",
        "414/100,0/100,414/100,0/100,414/600,0/3000", "1000/330,1400/330,1800/330,0/1000", NONE, NONE]),
    ("in", "India", ["400*25", "400*25/400,0/200,400*25/400,0/2000", "400/750,0/750", "400/250,0/250",
        "400/200,0/100,400/200,0/7500", SIT, NONE, NONE]),
    ("ir", "Iran", ["425", "425/1000,0/4000", "425/500,0/500", "425/250,0/250",
        "425/200,0/200,425/200,0/10000", SIT, NONE, NONE]),
    ("it", "Italy", ["425/200,0/200,425/600,0/1000", "425/1000,0/4000", "425/500,0/500", "425/200,0/200",
        "425/400,0/100,425/250,0/100,425/150,0/14000", SIT, NONE, NONE]),
    ("jp", "Japan", ["400", "400*16/1000,0/2000", "400/500,0/500", "400/500,0/500",
        "400*16/500,0/8000", SIT, NONE, NONE]),
    ("kr", "Korea (Republic of)", ["350+440", "440+480/1000,0/2000", "480+620/500,0/500", "480+620/300,0/200",
        "350+440/250,0/250,350+440/250,0/3250", SIT, NONE, NONE]),
    ("lt", "Lithuania", ["425", "425/1000,0/4000", "425/350,0/350", "425/200,0/200",
        "425/150,0/150,425/150,0/4000", SIT, NONE, NONE]),
    ("mx", "Mexico", ["425", "425/1000,0/4000", "425/250,0/250", "425/250,0/250",
        "425/200,0/600,425/200,0/10000", SIT, NONE, NONE]),
    ("nl", "Netherlands", ["425", "425/1000,0/4000", "425/500,0/500", "425/250,0/250",
        "425/500,0/9500", SIT, "425/500,0/50", NONE]),
    ("no", "Norway", ["425", "425/1000,0/4000", "425/500,0/500", "425/200,0/200",
        "425/200,0/600,425/200,0/10000", SIT, NONE, NONE]),
    ("pl", "Poland", ["425", "425/1000,0/4000", "425/500,0/500", "425/500,0/500",
        "425/150,0/150,425/150,0/4000", SIT, NONE, NONE]),
    ("pt", "Portugal", ["425", "425/1000,0/5000", "425/500,0/500", "425/200,0/200",
        "425/200,0/200,425/200,0/5000", SIT, "425/1000,0/200", NONE]),
    ("ru", "Russia", ["425", "425/800,0/3200", "425/350,0/350", "425/175,0/175",
        "425/200,0/5000", SIT, NONE, NONE]),
    ("se", "Sweden", ["425", "425/1000,0/5000", "425/250,0/250", "425/250,0/750",
        "425/200,0/500,425/200,0/9100", SIT, NONE, NONE]),
    ("sg", "Singapore", ["425", "425*24%100/400,0/200,425*24%100/400,0/2000", "425/750,0/750", "425/250,0/250",
        "425*24%100/300,0/200,425*24%100/300,0/3200", SIT, NONE, NONE]),
    ("tr", "Türkiye", ["450", "450/2000,0/4000", "450/500,0/500", "450/200,0/200,450/200,0/200,450/200,0/200,450/600,0/200",
        "450/200,0/600,450/200,0/8000", SIT, NONE, NONE]),
    ("tw", "Taiwan", ["350+440", "440+480/1000,0/2000", "480+620/500,0/500", "480+620/250,0/250",
        "350+440/250,0/250,350+440/250,0/3250", SIT, NONE, NONE]),
    ("uk", "United Kingdom", ["350+440", "400+450/400,0/200,400+450/400,0/2000", "400/375,0/375", "400/400,0/350,400/225,0/525",
        "400/100,0/4000", "950/330,0/15,1400/330,0/15,1800/330,0/1000", "350+440/750,440/750", NONE]),
    ("us", "United States", NORTH_AMERICA),
    ("za", "South Africa", ["400*33", "400*33/400,0/200,400*33/400,0/2000", "400/500,0/500", "400/250,0/250",
        "400*33/400,0/4000", SIT, NONE, NONE]),
];

/// Levels of each frequency: dial −13, ringback −19, busy and reorder −24, call waiting −13 dBm0.
#[rustfmt::skip]
const NORTH_AMERICA: [&str; 8] = [
    "350+440@-13", "440+480@-19/2000,0/4000", "480+620@-24/500,0/500", "480+620@-24/250,0/250", "440@-13/300,0/10000", SIT,
    "!350+440@-13/100,!0/100,!350+440@-13/100,!0/100,!350+440@-13/100,!0/100,350+440@-13",
    // As loud as four frequencies can be.
    "1400+2060+2450+2600@-9/100,0/100",
];

/// A country whose tones are known.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country(u8);

impl Country {
    /// Every country of the table, by code.
    pub fn all() -> impl ExactSizeIterator<Item = Country> {
        (0..TABLE.len()).map(|n| Country(n as u8))
    }

    fn row(self) -> &'static Row {
        &TABLE[usize::from(self.0)]
    }

    /// Its code: ISO 3166-1 in lower case, except `"uk"`.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// Its name in English.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The tones it defines.
    pub fn tones(self) -> impl Iterator<Item = ToneKind> {
        ToneKind::ALL
            .into_iter()
            .filter(move |kind| !self.text(*kind).is_empty())
    }

    /// A tone, if it defines it. Tones go on until they are stopped.
    pub fn tone(self, kind: ToneKind) -> Option<Tone> {
        self.text(kind).parse().ok()
    }

    fn text(self, kind: ToneKind) -> &'static str {
        let place = ToneKind::ALL.into_iter().position(|k| k == kind).unwrap_or(0);
        self.row().2[place]
    }
}

impl Default for Country {
    /// The United States, as in Asterisk.
    fn default() -> Self {
        let us = TABLE.iter().position(|row| row.0 == "us");
        Country(us.unwrap_or(0) as u8)
    }
}

impl FromStr for Country {
    type Err = Error;

    /// Reads its code, in any case; `gb` is `uk`.
    fn from_str(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let code = if lower == "gb" { "uk" } else { lower.as_str() };
        Country::all().find(|country| country.code() == code).ok_or_else(|| {
            let codes: Vec<&str> = Country::all().map(Country::code).collect();
            Error::invalid(
                OP,
                format!("the tones of {text:?} are not known; known are {}", codes.join(" ")),
            )
        })
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Sound;
    use super::*;

    fn country(code: &str) -> Country {
        code.parse().unwrap()
    }

    /// Frequencies of the first step, and lengths of all in ms.
    fn plain(code: &str, kind: ToneKind) -> (Vec<f64>, Vec<u128>) {
        let tone = country(code).tone(kind).unwrap();
        let frequencies = match &tone.cycle[0].sound {
            Sound::Sines(sines) => sines.iter().map(|s| s.frequency_hz).collect(),
            Sound::Modulated { carrier_hz, by_hz, .. } => vec![*carrier_hz, *by_hz],
            other => panic!("{other:?}"),
        };
        (
            frequencies,
            tone.cycle
                .iter()
                .flat_map(|s| s.length)
                .map(|l| l.as_millis())
                .collect(),
        )
    }

    #[test]
    fn every_tone_of_every_country_can_be_played_at_every_rate() {
        let mut before = "";
        for country in Country::all() {
            assert!(country.code() > before, "sorted, each once: {}", country.code());
            before = country.code();
            // What every network has.
            assert!(country.tones().count() >= 6, "{country}");
            for kind in country.tones() {
                let tone = country.tone(kind).unwrap_or_else(|| panic!("{country} {kind}"));
                assert_eq!(tone.length(), None, "{country} {kind}");
                for rate in [8000, 16_000, 48_000] {
                    assert!(!tone.render(rate, Duration::from_millis(40)).unwrap().samples.is_empty());
                }
            }
        }
    }

    /// Against the list of ITU-T E.180 Supplement 2, read independently of the table.
    #[test]
    fn samples_are_those_of_the_standard() {
        use ToneKind::*;
        for (code, kind, hz, ms) in [
            ("us", Dial, &[350.0, 440.0][..], &[][..]),
            ("us", Ringback, &[440.0, 480.0], &[2000, 4000]),
            ("us", Busy, &[480.0, 620.0], &[500, 500]),
            ("us", Congestion, &[480.0, 620.0], &[250, 250]),
            ("us", CallWaiting, &[440.0], &[300, 10_000]),
            ("uk", Busy, &[400.0], &[375, 375]),
            ("uk", Congestion, &[400.0], &[400, 350, 225, 525]),
            ("uk", Ringback, &[400.0, 450.0], &[400, 200, 400, 2000]),
            ("uk", Dial, &[350.0, 440.0], &[]),
            ("de", Dial, &[425.0], &[]),
            ("de", Busy, &[425.0], &[480, 480]),
            ("de", Congestion, &[425.0], &[240, 240]),
            ("de", Ringback, &[425.0], &[1000, 4000]),
            ("de", CallWaiting, &[425.0], &[200, 200, 200, 5000]),
            ("de", Stutter, &[425.0, 400.0], &[]),
            ("fr", Ringback, &[440.0], &[1500, 3500]),
            ("fr", Busy, &[440.0], &[500, 500]),
            ("ir", Congestion, &[425.0], &[250, 250]),
            ("ir", CallWaiting, &[425.0], &[200, 200, 200, 10_000]),
            ("it", Dial, &[425.0], &[200, 200, 600, 1000]),
            ("jp", Ringback, &[400.0, 16.0], &[1000, 2000]),
            ("jp", Dial, &[400.0], &[]),
            ("kr", Congestion, &[480.0, 620.0], &[300, 200]),
            ("cn", Busy, &[450.0], &[350, 350]),
            ("in", Ringback, &[400.0, 25.0], &[400, 200, 400, 2000]),
            ("se", Congestion, &[425.0], &[250, 750]),
            ("ch", Congestion, &[425.0], &[200, 200]),
            ("at", SpecialInformation, &[950.0], &[330, 330, 330, 1000]),
            ("mx", Busy, &[425.0], &[250, 250]),
            ("za", Dial, &[400.0, 33.0], &[]),
        ] {
            assert_eq!(plain(code, kind), (hz.to_vec(), ms.to_vec()), "{code} {kind}");
        }
    }

    #[test]
    fn cadences_are_within_the_limits_of_e_180() {
        // E.180/Q.35 §4 to §7, accepted limits: ringing 0.67-2.5 s on (some countries have two bursts), 3-6 s a period;
        // busy 0.3-1.5 s a period; special information three rising tones of 330 ± 70 ms, but where a country has its own.
        for country in Country::all() {
            let period = |kind| plain(country.code(), kind).1.iter().sum::<u128>();
            assert!((3000..=6200).contains(&period(ToneKind::Ringback)), "{country}");
            assert!((300..=1500).contains(&period(ToneKind::Busy)), "{country}");
            let (_, sit) = plain(country.code(), ToneKind::SpecialInformation);
            if country.code() != "cn" {
                assert_eq!(sit.iter().filter(|ms| **ms == 330).count(), 3, "{country}");
                assert_eq!(*sit.last().unwrap(), 1000, "{country}");
            }
        }
    }

    #[test]
    fn countries_are_found_by_code_and_those_unknown_are_said() {
        assert_eq!(country("GB"), country("uk"));
        assert_eq!(Country::default().code(), "us");
        assert_eq!(country("tr").name(), "Türkiye");
        let error = "xx".parse::<Country>().unwrap_err();
        assert!(error.to_string().contains("za"), "{error}");
        let error = Tone::new(ToneKind::Howler, country("de")).unwrap_err();
        assert!(
            error.to_string().contains("Germany") && error.to_string().contains("busy"),
            "{error}"
        );
        assert!(Tone::find("busy", country("de")).unwrap().cycle.len() == 2);
        assert!(Tone::find("440/100;1", country("de")).unwrap().times == Some(1));
        assert!(Tone::find("comfort_noise", country("de")).unwrap().length().is_none());
        assert!(Tone::find("nothing", country("de")).is_err());
    }
}

//! The tones of keys (ITU-T Q.23).

use std::time::Duration;

use super::{Level, Sine, Sound, Tone, ToneStep};
use crate::sip::Digit;

/// Frequencies of the keypad's rows and columns, in Hz.
pub(crate) const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
pub(crate) const COLUMNS: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
pub(crate) const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

/// Columns are sent 2 dB louder than rows, since lines lose more of them (ETSI ES 201 235-2 §4.2.2).
const ROW_DBM0: f64 = -9.0;
const COLUMN_DBM0: f64 = -7.0;

/// The two frequencies of a key in Hz.
fn frequencies(digit: Digit) -> (f64, f64) {
    let place = KEYS
        .iter()
        .flatten()
        .position(|key| *key == digit.as_char())
        .unwrap_or(0);
    (ROWS[place / 4], COLUMNS[place % 4])
}

impl Tone {
    /// Keys one after the other, each for `on`, with `gap` of silence behind it, once: row at −9 dBm0, column at −7 dBm0.
    ///
    /// This is sound like any other; digits for the peer's equipment are better sent by
    /// [`Call::send_dtmf`](crate::Call::send_dtmf), which chooses the way it understands.
    pub fn keys(digits: &[Digit], on: Duration, gap: Duration) -> Tone {
        let step = |digit: &Digit| {
            let (row, column) = frequencies(*digit);
            let sines = vec![
                Sine::new(row).level(Level::from_dbm0(ROW_DBM0)),
                Sine::new(column).level(Level::from_dbm0(COLUMN_DBM0)),
            ];
            let sound = ToneStep::new(Sound::Sines(sines), on);
            [
                Some(sound),
                (!gap.is_zero()).then(|| ToneStep::new(Sound::Silence, gap)),
            ]
        };
        Tone::default().intro(digits.iter().flat_map(step).flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digit(c: char) -> Digit {
        Digit::new(c).unwrap()
    }

    #[test]
    fn every_key_has_its_tones() {
        for (key, expected) in [('1', (697.0, 1209.0)), ('D', (941.0, 1633.0)), ('0', (941.0, 1336.0))] {
            assert_eq!(frequencies(digit(key)), expected);
        }
    }

    #[test]
    fn lengths_are_exact_and_nothing_clips() {
        let tone = Tone::keys(&[digit('5')], Duration::from_millis(100), Duration::from_millis(50));
        let samples = tone.render(8000, Duration::MAX).unwrap().samples;
        assert_eq!(samples.len(), 1200);
        assert!(samples[..800].iter().any(|s| s.unsigned_abs() > 15_000));
        assert!(samples.iter().all(|s| s.unsigned_abs() < 24_000));
        assert!(samples[800..].iter().all(|s| *s == 0));
    }
}

//! The tones of keys (ITU-T Q.23).

use std::f64::consts::TAU;

use crate::sip::Digit;

/// Rate the tones are made at; both are far below half of it.
pub(crate) const RATE: u32 = 8000;
/// Each of the two tones, as part of full scale: −9 dBFS, together below it.
const LEVEL: f64 = 0.35;
/// Rising and falling without a click.
const EDGE: usize = 16;

/// The two frequencies of a key in Hz.
fn frequencies(digit: Digit) -> (f64, f64) {
    let row = |n: usize| [697.0, 770.0, 852.0, 941.0][n];
    let column = |n: usize| [1209.0, 1336.0, 1477.0, 1633.0][n];
    let place = "123A456B789C*0#D".find(digit.as_char()).unwrap_or(0);
    (row(place / 4), column(place % 4))
}

/// `tone_ms` of the key, then `gap_ms` of silence.
pub(crate) fn key(digit: Digit, tone_ms: u32, gap_ms: u32) -> Vec<i16> {
    let samples = |ms: u32| (u64::from(RATE) * u64::from(ms) / 1000) as usize;
    let (low, high) = frequencies(digit);
    let length = samples(tone_ms);
    let mut out: Vec<i16> = (0..length)
        .map(|n| {
            let t = n as f64 / f64::from(RATE);
            let edge = (n.min(length - 1 - n) as f64 / EDGE as f64).min(1.0);
            let value = ((TAU * low * t).sin() + (TAU * high * t).sin()) * LEVEL * edge;
            (value * f64::from(i16::MAX)) as i16
        })
        .collect();
    out.resize(length + samples(gap_ms), 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_tones() {
        for (key, expected) in [('1', (697.0, 1209.0)), ('D', (941.0, 1633.0)), ('0', (941.0, 1336.0))] {
            assert_eq!(frequencies(Digit::new(key).unwrap()), expected);
        }
    }

    #[test]
    fn lengths_are_exact_and_nothing_clips() {
        let samples = key(Digit::new('5').unwrap(), 100, 50);
        assert_eq!(samples.len(), 1200);
        assert!(samples[..800].iter().any(|s| s.unsigned_abs() > 20_000));
        assert!(samples.iter().all(|s| s.unsigned_abs() < 24_000));
        assert!(samples[800..].iter().all(|s| *s == 0));
    }
}

//! A DTMF receiver: Goertzel filters with the checks of ITU-T Q.24 that keep speech from being taken for digits.

use std::f64::consts::TAU;
use std::time::Duration;

use super::level::dbfs;
use super::{Audio, time_of};

/// ITU-T Q.23: the frequencies of the rows and columns of the keypad in Hz.
const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

/// Everything is measured at this rate.
const RATE_HZ: u32 = 8000;
/// Samples in a frame: 25.6 ms, which tells neighbouring frequencies apart.
const FRAME: usize = 205;
/// Samples from frame to frame: 10 ms.
const HOP: usize = 80;
/// The share of a frame's energy that the two tones must hold.
const SHARE: f64 = 0.75;
/// How much stronger one of the two tones may be (dB).
const TWIST_DB: f64 = 8.0;
/// How far below the tone the next one of its group must be (dB).
const MARGIN_DB: f64 = 6.0;
/// The weakest tone (dBFS).
const WEAKEST_DBFS: f64 = -45.0;
/// Frames in a row that make a digit: tones of 40 ms and more.
const MIN_FRAMES: usize = 3;
/// Missing frames that do not end a digit.
const BRIDGE: usize = 1;

/// A digit found by [`detect_dtmf`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DetectedDigit {
    /// `0`-`9`, `A`-`D`, `*` or `#`.
    pub digit: char,
    /// Where it begins, to about 10 ms.
    pub start: Duration,
    /// How long it lasts, to about 15 ms.
    pub length: Duration,
    /// The level of its weaker tone in dBFS.
    pub level_dbfs: f64,
}

/// Row and column frequency of a key in Hz.
pub(super) fn frequencies(digit: char) -> Option<(f64, f64)> {
    let digit = digit.to_ascii_uppercase();
    let (row, keys) = KEYS.iter().enumerate().find(|(_, keys)| keys.contains(&digit))?;
    let column = keys.iter().position(|&k| k == digit)?;
    Some((ROWS[row], COLUMNS[column]))
}

/// The DTMF digits in the audio, in order.
///
/// A digit lasts at least 40 ms; equal digits need a pause of 40 ms to count as two. Tones may be as weak as -45 dBFS, differ by 8 dB, and have
/// noise 6 dB below them.
#[must_use]
pub fn detect_dtmf(audio: &Audio) -> Vec<DetectedDigit> {
    let audio = audio.resampled(RATE_HZ);
    let hits: Vec<Option<(char, f64)>> = audio.samples.windows(FRAME).step_by(HOP).map(classify).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < hits.len() {
        let Some((digit, first_level)) = hits[at] else {
            at += 1;
            continue;
        };
        let (mut last, mut count, mut level) = (at, 1, first_level);
        for (i, hit) in hits.iter().enumerate().skip(at + 1) {
            match hit {
                Some((same, l)) if *same == digit => {
                    last = i;
                    count += 1;
                    level = level.max(*l);
                }
                Some(_) => break,
                None if i - last > BRIDGE => break,
                None => {}
            }
        }
        if count >= MIN_FRAMES {
            // A frame counts once three quarters of it are tone, so the tone begins and ends about that far inside.
            let margin = FRAME / 8;
            let start = at * HOP + margin;
            let end = last * HOP + FRAME - margin;
            found.push(DetectedDigit {
                digit,
                start: time_of(start, RATE_HZ),
                length: time_of(end - start, RATE_HZ),
                level_dbfs: level,
            });
        }
        at = last + 1;
    }
    found
}

/// The digit in a frame and the level of its weaker tone.
fn classify(frame: &[f32]) -> Option<(char, f64)> {
    let energy: f64 = frame.iter().map(|&s| f64::from(s).powi(2)).sum();
    let (row, row_power) = strongest(frame, &ROWS)?;
    let (column, column_power) = strongest(frame, &COLUMNS)?;
    // A sine of amplitude a has |X|^2 = (a n / 2)^2 and energy a^2 n / 2.
    let n = frame.len() as f64;
    let share = (row_power + column_power) * 2.0 / n / energy;
    let amplitude = 2.0 * row_power.min(column_power).sqrt() / n;
    let level = dbfs(amplitude);
    let twist = 10.0 * (row_power / column_power).log10();
    (share >= SHARE && twist.abs() <= TWIST_DB && level >= WEAKEST_DBFS).then_some((KEYS[row][column], level))
}

/// The strongest frequency of a group, if it stands out.
fn strongest(frame: &[f32], group: &[f64; 4]) -> Option<(usize, f64)> {
    let power = group.map(|f| goertzel(frame, f));
    let best = (0..4).max_by(|&a, &b| power[a].total_cmp(&power[b]))?;
    let next = (0..4).filter(|&i| i != best).map(|i| power[i]).fold(0.0, f64::max);
    (power[best] > 0.0 && 10.0 * (power[best] / next.max(1e-20)).log10() >= MARGIN_DB).then_some((best, power[best]))
}

/// |X|^2 at one frequency (Goertzel's recursion).
fn goertzel(frame: &[f32], frequency_hz: f64) -> f64 {
    let coefficient = 2.0 * (TAU * frequency_hz / f64::from(RATE_HZ)).cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for &sample in frame {
        let s0 = f64::from(sample) + coefficient * s1 - s2;
        s2 = s1;
        s1 = s0;
    }
    s1 * s1 + s2 * s2 - coefficient * s1 * s2
}

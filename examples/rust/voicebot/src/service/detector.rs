//! Is somebody speaking? By loudness alone, which is enough for a quiet line.

use std::collections::VecDeque;

use crate::protocol::RATE;

/// Loudness is looked at in pieces of 10 ms.
const PIECE: usize = RATE as usize / 100;
/// Louder than this is a voice: 45 dB below a full-scale sine, as the mean square of samples.
const LOUD: f64 = 32_768.0 * 32_768.0 / 2.0 * 3.2e-5;
/// That many of the last ten loud pieces are speech: a click is not.
const ENOUGH: usize = 6;

/// A change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Speech began at this sample.
    Started(u64),
    /// It has been silent long enough, up to this sample.
    Stopped(u64),
}

/// Follows one stream.
#[derive(Debug)]
pub struct Detector {
    /// Pieces of silence that end speech.
    pub hangover: usize,
    partial: Vec<i16>,
    /// Pieces so far.
    pieces: u64,
    /// The last ten: loud or not.
    recent: VecDeque<bool>,
    speaking: bool,
    quiet: usize,
}

impl Detector {
    /// Speech ends after `hangover_ms` of silence.
    pub fn new(hangover_ms: u64) -> Self {
        Detector {
            hangover: pieces(hangover_ms),
            partial: Vec::with_capacity(PIECE),
            pieces: 0,
            recent: VecDeque::from([false; 10]),
            speaking: false,
            quiet: 0,
        }
    }

    /// Takes the next samples, however many; what changed.
    pub fn hear(&mut self, samples: &[i16]) -> Vec<Edge> {
        let mut edges = Vec::new();
        for &sample in samples {
            self.partial.push(sample);
            if self.partial.len() == PIECE {
                edges.extend(self.piece());
                self.partial.clear();
            }
        }
        edges
    }

    fn piece(&mut self) -> Option<Edge> {
        let power = self.partial.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / PIECE as f64;
        let loud = power > LOUD;
        self.pieces += 1;
        self.recent.pop_front();
        self.recent.push_back(loud);
        if self.speaking {
            self.quiet = if loud { 0 } else { self.quiet + 1 };
            if self.quiet < self.hangover {
                return None;
            }
            self.speaking = false;
            self.recent.iter_mut().for_each(|piece| *piece = false);
            return Some(Edge::Stopped(self.pieces * PIECE as u64));
        }
        if self.recent.iter().filter(|loud| **loud).count() < ENOUGH {
            return None;
        }
        self.speaking = true;
        self.quiet = 0;
        let first = self.recent.iter().position(|loud| *loud).unwrap_or_default();
        let back = (self.recent.len() - first) as u64;
        Some(Edge::Started(self.pieces.saturating_sub(back) * PIECE as u64))
    }
}

/// Pieces in a time.
pub fn pieces(ms: u64) -> usize {
    (ms / 10).max(1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(amplitude: i16, ms: usize) -> Vec<i16> {
        let samples = RATE as usize * ms / 1000;
        (0..samples)
            .map(|n| if n / 40 % 2 == 0 { amplitude } else { -amplitude })
            .collect()
    }

    #[test]
    fn speech_has_edges_whatever_the_pieces_it_comes_in() {
        for chunk in [1, 77, 480, 24_000] {
            let mut detector = Detector::new(500);
            let speech = [
                sound(0, 300),
                sound(3000, 400),
                sound(0, 200),
                sound(3000, 100),
                sound(0, 700),
            ]
            .concat();
            let edges: Vec<Edge> = speech.chunks(chunk).flat_map(|piece| detector.hear(piece)).collect();
            // A pause of 200 ms is none; 500 ms of silence after 1 s end it.
            assert_eq!(edges, [Edge::Started(7200), Edge::Stopped(36_000)], "{chunk}");
        }
    }

    #[test]
    fn clicks_and_noise_below_the_threshold_are_no_speech() {
        let mut detector = Detector::new(500);
        let clicks: Vec<i16> = (0..20)
            .flat_map(|_| [sound(20_000, 10), sound(0, 40)].concat())
            .collect();
        assert_eq!(detector.hear(&clicks), []);
        assert_eq!(detector.hear(&sound(80, 1000)), []);
    }
}

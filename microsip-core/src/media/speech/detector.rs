//! Finding speech in a stream of samples, and where it begins and ends.
//!
//! A small neural network (the crate `earshot`) judges every 16 ms. It takes loud steady noise and progress tones for speech at times,
//! so a frame counts only if it is louder than the background, which is the softest there was in the last two seconds, and is no
//! tone. The network is late by some frames; edges are set back to where the sound rose above the background and fell.

use std::time::Duration;

use earshot::Detector as Network;

use crate::media::spectrum::{HOP, RATE, Spectrum};

/// What comes from the crate; a frame of it is one of ours.
const _: () = assert!(HOP == 256 && RATE == 16_000);
/// From here on the network is right whatever the background does: noise and tones reached 0.83 in trials.
const SURE: f32 = 0.85;
/// Less than the threshold by this much is enough to go on.
const SLACK: f32 = 0.1;
/// How far above the background speech is, and where its edges are drawn, in dB.
const ABOVE_DB: f32 = 3.0;
const EDGE_DB: f32 = 6.0;
/// What is this far below the loudest of it belongs to it no more.
const RANGE_DB: f32 = 36.0;
/// The background is never taken to be softer than this (dBFS): that is the idle noise of G.711 and its hiss.
const FLOOR_DB: f32 = -72.0;
/// Frames whose mean is a candidate for the background.
const SMOOTH: usize = 5;
/// The background is the least of so many groups of so many frames: 2 s.
const GROUPS: usize = 8;
const GROUP: u64 = 16;
/// Active frames of the last [`WINDOW`] that begin speech.
const WINDOW: usize = 6;
const BEGIN: usize = 4;
/// How many frames edges are set back at most; how many the network is late.
const REACH: u64 = 20;
const LATE_BEGIN: u64 = 1;
const LATE_END: u64 = 6;
/// Frames in which a tone stays where it is, and by how much it may not (Hz), and a band of several.
const STEADY: u64 = 5;
const STEADY_HZ: f32 = 8.0;
const STEADY_BAND_HZ: f32 = 20.0;
/// Up to here the network may take noise that does not change its level for speech.
const UNSTEADY: f32 = 0.75;
/// Noise does not change its level by more than so many dB in so many frames.
const STEADY_FRAMES: u64 = 4;
const STEADY_DB: f32 = 2.2;
/// Frames are compared whose levels are within this (dB).
const ALIKE_DB: f32 = 6.0;
/// The share of energy two tones hold when there is nothing else.
const TONE_SHARE: f32 = 0.93;

/// Frames that are remembered.
const KEPT: usize = 64;

/// Speech begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) speaking: bool,
    /// The edge, in samples at 16 kHz since the stream began.
    pub(crate) at: u64,
    /// How many samples there had been when it was told.
    pub(crate) told: u64,
}

/// Settings in frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// The network's verdict, 0 to 1, that counts as speech.
    pub(crate) threshold: f32,
    /// How long speech must be missing to be over.
    pub(crate) hangover: Duration,
}

#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    /// dBFS of the RMS above 200 Hz.
    level: f32,
    active: bool,
    tone: bool,
    /// Its two strongest tones, and its strongest band, in Hz; `None`: there is more than that.
    pair: Option<[f32; 2]>,
    band: Option<f32>,
}

/// Judges a stream at 16 kHz. Allocates only when it is made: it runs on the bridge's clock.
pub(crate) struct Detector {
    network: Box<Network>,
    spectrum: Spectrum,
    threshold: f32,
    hangover: u64,
    frame: [i16; HOP],
    filled: usize,
    /// The last sample, and what the high-pass made of it.
    passed: (f32, f32),
    /// Frames so far.
    count: u64,
    kept: [Frame; KEPT],
    /// The least mean level of each group of frames, the newest at `count / GROUP`.
    least: [f32; GROUPS],
    speaking: bool,
    /// The frame of the last edge.
    last_edge: u64,
    /// The last frame that was active.
    last_active: u64,
}

impl Detector {
    pub(crate) fn new(tuning: Tuning) -> Detector {
        Detector {
            network: Network::default_boxed(),
            spectrum: Spectrum::new(),
            threshold: tuning.threshold,
            hangover: (tuning.hangover.as_secs_f64() * f64::from(RATE) / HOP as f64)
                .ceil()
                .max(1.0) as u64,
            frame: [0; HOP],
            filled: 0,
            passed: (0.0, 0.0),
            count: 0,
            kept: [Frame::default(); KEPT],
            least: [f32::INFINITY; GROUPS],
            speaking: false,
            last_edge: 0,
            last_active: 0,
        }
    }

    /// Takes samples; tells edges.
    pub(crate) fn feed(&mut self, samples: &[i16], mut tell: impl FnMut(Edge)) {
        for sample in samples {
            self.frame[self.filled] = *sample;
            self.filled += 1;
            if self.filled == HOP {
                self.filled = 0;
                if let Some(edge) = self.judge() {
                    tell(edge);
                }
            }
        }
    }

    /// The mean square of the frame above 200 Hz, as part of full scale: rumble comes and goes.
    fn power(&mut self) -> f32 {
        /// e^(−2π · 200 Hz / 16 kHz)
        const POLE: f32 = 0.9245;
        let (mut before, mut out) = self.passed;
        let mut sum = 0.0;
        for sample in self.frame {
            let sample = f32::from(sample) / 32_768.0;
            out = sample - before + POLE * out;
            before = sample;
            sum += out * out;
        }
        self.passed = (before, out);
        sum / HOP as f32
    }

    fn kept(&self, frame: u64) -> &Frame {
        &self.kept[(frame % KEPT as u64) as usize]
    }

    fn judge(&mut self) -> Option<Edge> {
        let score = self.network.predict_i16(&self.frame);
        let look = self.spectrum.look(&self.frame);
        let now = self.count;
        self.count += 1;
        let mut frame = Frame {
            level: 10.0 * self.power().max(1e-10).log10(),
            ..Frame::default()
        };
        let [first, second, ..] = look.peaks;
        if first.share + second.share > TONE_SHARE {
            // A single tone is two of the same: the second is some noise, here and there.
            let second = if first.share > TONE_SHARE { first.hz } else { second.hz };
            frame.pair = Some([first.hz.min(second), first.hz.max(second)]);
        }
        frame.band = (look.band.share > TONE_SHARE).then_some(look.band.hz);
        frame.tone = self.is_tone(now, &frame);
        self.kept[(now % KEPT as u64) as usize] = frame;
        let (mean, floor) = self.background(now);
        let threshold = if self.speaking {
            self.threshold - SLACK
        } else {
            self.threshold
        };
        let spoils =
            frame.tone || self.follows_tone(now, &frame) || (!self.speaking && score < UNSTEADY && self.is_steady(now));
        let heard = !spoils && score >= threshold;
        let active = heard && (mean >= floor + ABOVE_DB || score >= SURE);
        self.kept[(now % KEPT as u64) as usize].active = active;
        if active {
            self.last_active = now;
        }
        if !self.speaking {
            let last = (0..WINDOW as u64).filter_map(|n| now.checked_sub(n));
            if last.filter(|n| self.kept(*n).active).count() < BEGIN {
                return None;
            }
            self.speaking = true;
            let begin = self.begin(now, self.edge_level(now, floor));
            return Some(self.edge(true, begin));
        }
        if now - self.last_active < self.hangover {
            return None;
        }
        self.speaking = false;
        let end = self.end(now, self.edge_level(now, floor));
        Some(self.edge(false, end))
    }

    fn edge(&mut self, speaking: bool, frame: u64) -> Edge {
        // One after the other, whatever was set back.
        let frame = frame.max(self.last_edge);
        self.last_edge = frame;
        Edge {
            speaking,
            at: frame * HOP as u64,
            told: self.count * HOP as u64,
        }
    }

    /// Whether there are one or two tones that stay where they are, or nothing is known yet that speaks against it.
    fn is_tone(&self, now: u64, frame: &Frame) -> bool {
        if frame.pair.is_none() && frame.band.is_none() {
            return false;
        }
        let near = |a: f32, b: f32, hz: f32| (a - b).abs() < hz;
        let (mut others, mut changed, mut like) = (0, false, frame);
        for n in 1..STEADY {
            let Some(before) = now.checked_sub(n) else { break };
            let before = self.kept(before);
            if !near(before.level, like.level, ALIKE_DB) {
                continue;
            }
            let same_pair = like
                .pair
                .zip(before.pair)
                .map(|(a, b)| near(a[0], b[0], STEADY_HZ) && near(a[1], b[1], STEADY_HZ));
            let same_band = like.band.zip(before.band).map(|(a, b)| near(a, b, STEADY_BAND_HZ));
            match (same_pair, same_band) {
                (Some(true), _) | (_, Some(true)) => {}
                // Where a tone begins, one frame has everything.
                (None, None) => others += 1,
                // One tone after another, as in the special information tone; speech changes again and again.
                _ if !changed => {
                    changed = true;
                    like = before;
                }
                _ => return false,
            }
        }
        others <= 1
    }

    /// Whether a tone has just ended: the network still has it in mind.
    fn follows_tone(&self, now: u64, frame: &Frame) -> bool {
        (1..=LATE_END).filter_map(|n| now.checked_sub(n)).any(|n| {
            let before = self.kept(n);
            before.tone && before.level > frame.level + ALIKE_DB
        })
    }

    /// The level at which speech begins and ends: above the background, and not far below what it reached in the last second.
    fn edge_level(&self, now: u64, floor: f32) -> f32 {
        let frames = (0..KEPT as u64)
            .filter_map(|n| now.checked_sub(n))
            .map(|n| self.kept(n));
        let loudest = frames
            .filter(|f| f.active)
            .map(|f| f.level)
            .fold(f32::NEG_INFINITY, f32::max);
        (floor + EDGE_DB).max(loudest - RANGE_DB)
    }

    /// Whether the level stays where it is, as that of noise does from one moment to the next. Vowels may, but not where they begin.
    fn is_steady(&self, now: u64) -> bool {
        let levels = (0..STEADY_FRAMES)
            .filter_map(|n| now.checked_sub(n))
            .map(|n| self.kept(n).level);
        let (least, most) = levels.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), l| (a.min(l), b.max(l)));
        most - least < STEADY_DB
    }

    /// The mean level of the last frames, and the background's level.
    fn background(&mut self, now: u64) -> (f32, f32) {
        let frames = (SMOOTH as u64).min(now + 1);
        let mean = (0..frames).map(|n| self.kept(now - n).level).sum::<f32>() / frames as f32;
        let group = (now / GROUP % GROUPS as u64) as usize;
        if now.is_multiple_of(GROUP) {
            self.least[group] = f32::INFINITY;
        }
        self.least[group] = self.least[group].min(mean);
        let least = self.least.iter().copied().fold(f32::INFINITY, f32::min);
        (mean, least.max(FLOOR_DB))
    }

    /// The frame in which what is heard now began: back to where it rose out of the background.
    fn begin(&self, now: u64, edge: f32) -> u64 {
        let window = (0..WINDOW as u64).filter_map(|n| now.checked_sub(n));
        let first_active = window.filter(|n| self.kept(*n).active).min().unwrap_or(now);
        // Noise may have begun shortly before: what counts is what was there right before the speech.
        let just_before = (1..REACH)
            .filter_map(|n| first_active.checked_sub(n))
            .map(|n| self.kept(n).level);
        let edge = edge.max(just_before.fold(f32::INFINITY, f32::min).min(0.0) + EDGE_DB);
        let loud = |n: u64| self.kept(n).level > edge && !self.kept(n).tone;
        let mut begin = first_active;
        let mut quiet = 0;
        for n in 1..REACH {
            let Some(before) = first_active.checked_sub(n) else {
                break;
            };
            if loud(before) {
                begin = before;
                quiet = 0;
            } else {
                quiet += 1;
                if quiet > 1 {
                    break;
                }
            }
        }
        // In noise a soft beginning is below the edge, but the network has heard it.
        if begin == first_active && !loud(begin) {
            return begin;
        }
        begin.min(first_active.saturating_sub(LATE_BEGIN))
    }

    /// The frame after the last one of what was heard: where it fell back into the background.
    fn end(&self, now: u64, edge: f32) -> u64 {
        let last = self.last_active;
        let loud = |n: &u64| self.kept(*n).level > edge && !self.kept(*n).tone;
        // The network goes on for some frames, so the fall was before; or a soft end comes behind.
        let by_network = last.saturating_sub(LATE_END) + 1;
        let until = (last + 2).min(now);
        match (last.saturating_sub(REACH / 2)..=until).rev().find(loud) {
            // Loud to the end, and then no speech: the network decides alone.
            Some(n) if n == until => by_network,
            Some(n) => (n + 1).max(by_network),
            None => by_network,
        }
    }
}

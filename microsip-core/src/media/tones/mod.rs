//! Tones as data: what they are made of, how loud, in which cadence; the tones of countries; keys; comfort noise.
//!
//! | question | file |
//! |---|---|
//! | how is a tone written as text? | `parse.rs` |
//! | which tones does a country have? | `country.rs` |
//! | which frequencies has a key? | `keys.rs` |
//! | how does a tone become samples? | `generate.rs`, `noise.rs` |
//! | who plays them? | `player.rs` |

mod country;
mod generate;
mod keys;
mod kind;
mod level;
mod noise;
mod parse;
mod player;

use std::time::Duration;

pub use country::Country;
pub use kind::ToneKind;
pub use level::Level;
pub use noise::ComfortNoise;
pub use player::{ToneOptions, TonePlayer};

pub(crate) use generate::Generator;
pub(crate) use keys::{COLUMNS, KEYS, ROWS};
pub(crate) use player::{ToneSource, Unfollowed as UnfollowedTone};

use super::Pcm;
use crate::{Error, Result};

/// What errors of this module are about.
const OP: &str = "tone";
/// More would be music.
const MAX_STEPS: usize = 1024;
/// Frequencies that sound together.
const MAX_SINES: usize = 4;
/// In Hz.
const LOWEST: f64 = 10.0;
const HIGHEST: f64 = 20_000.0;
const LONGEST: Duration = Duration::from_secs(3600);
/// The level of a tone that names none: that of all its frequencies together (ITU-T E.180/Q.35 §2).
const DEFAULT_DBM0: f64 = -10.0;
/// Of comfort noise that names none: that of a quiet room on a good line.
const DEFAULT_NOISE_DBOV: f64 = -60.0;
/// How deep a modulated tone is modulated when nothing is said.
const DEFAULT_DEPTH: u8 = 90;

/// A tone: an introduction played once, then a cycle of steps that repeats.
///
/// Made by [`Tone::new`] from its kind and a country, from text, from keys, or by hand; played by
/// [`Call::play_tone`](crate::Call::play_tone) or rendered by [`Tone::render`].
///
/// # Text
/// Steps separated by commas, as in Asterisk's `indications.conf`, with levels:
///
/// ```text
/// tone  = step *("," step) [";" times]
/// step  = ["!"] sound ["/" milliseconds]       without a length: until it is stopped
/// sound = "0"                                  silence
///       / sine *3("+" sine)                    frequencies added
///       / Hz "*" Hz ["%" depth] [level]        the first modulated in amplitude by the second, 1 to 100 % deep (90)
///       / "noise" [level]                      comfort noise
/// sine  = Hz [level]
/// level = "@" number ["dBm0" / "dBov"]         dBm0
/// ```
///
/// Steps marked `!` come first and are played once; the others are the cycle, played `times` over, or without end. A frequency
/// without a level has that of the next one that has; if none has, the tone has −10 dBm0 in all, shared equally (ITU-T E.180 §2).
/// Noise has −60 dBov unless it says otherwise.
///
/// ```
/// use microsip_core::Tone;
///
/// let ringback: Tone = "440+480@-19/2000,0/4000".parse()?;
/// let beep: Tone = "1000@-12/400;1".parse()?;
/// let stutter: Tone = "!350+440/100,!0/100,!350+440/100,!0/100,350+440".parse()?;
/// assert_eq!(ringback.cycle.len(), 2);
/// assert_eq!(beep.times, Some(1));
/// assert_eq!(stutter.intro.len(), 4);
/// # Ok::<(), microsip_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Tone {
    /// Steps played once, at the beginning.
    pub intro: Vec<ToneStep>,
    /// Steps played over and over after that. None: the tone ends after its introduction.
    pub cycle: Vec<ToneStep>,
    /// How often the cycle is played; `None`: until the tone is stopped.
    pub times: Option<u32>,
}

/// A piece of a tone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToneStep {
    /// What sounds.
    pub sound: Sound,
    /// For how long, 1 ms to an hour; `None`: until the tone is stopped. Only the last step may do without.
    pub length: Option<Duration>,
}

/// What sounds in a step.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Sound {
    /// Nothing.
    Silence,
    /// One to four frequencies added.
    Sines(Vec<Sine>),
    /// A frequency whose amplitude is modulated by another.
    Modulated {
        /// The frequency heard, in Hz.
        carrier_hz: f64,
        /// How often in a second it swells, in Hz.
        by_hz: f64,
        /// How much of its amplitude swells, 1 to 100 %.
        depth: u8,
        /// Its level, modulation included; `None` is −10 dBm0.
        level: Option<Level>,
    },
    /// Comfort noise.
    Noise(ComfortNoise),
}

/// One frequency of a [`Sound::Sines`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Sine {
    /// In Hz, 10 to 20,000, and below half the rate it is played at.
    pub frequency_hz: f64,
    /// Its level. `None`: if no frequency of the step has one, an equal share of −10 dBm0; else that of the next one that has.
    pub level: Option<Level>,
}

impl Sine {
    /// A sine of a share of −10 dBm0.
    pub fn new(frequency_hz: f64) -> Sine {
        Sine {
            frequency_hz,
            level: None,
        }
    }

    /// Sets its level.
    pub fn level(mut self, level: Level) -> Sine {
        self.level = Some(level);
        self
    }
}

impl ToneStep {
    /// A sound for a time.
    pub fn new(sound: Sound, length: Duration) -> ToneStep {
        ToneStep {
            sound,
            length: Some(length),
        }
    }

    /// A sound until the tone is stopped.
    pub fn endless(sound: Sound) -> ToneStep {
        ToneStep { sound, length: None }
    }
}

impl Tone {
    /// A tone of a country.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the country does not define it; see [`Country::tones`].
    pub fn new(kind: ToneKind, country: Country) -> Result<Tone> {
        country.tone(kind).ok_or_else(|| {
            let has: Vec<&str> = country.tones().map(ToneKind::name).collect();
            Error::invalid(
                OP,
                format!("{} defines no {kind} tone; it has {}", country.name(), has.join(", ")),
            )
        })
    }

    /// A tone by the name of its kind, of a country, or written as text, as [`Tone`] says.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for what is neither.
    pub fn find(name_or_text: &str, country: Country) -> Result<Tone> {
        match name_or_text.trim() {
            "silence" => Ok(Tone::silence()),
            "comfort_noise" => Ok(Tone::comfort_noise(ComfortNoise::default())),
            text if text.starts_with(|c: char| c.is_ascii_digit() || c == '!') || text.starts_with("noise") => {
                text.parse()
            }
            name => Tone::new(name.parse()?, country),
        }
    }

    /// Silence until it is stopped.
    pub fn silence() -> Tone {
        Tone::endless(Sound::Silence)
    }

    /// Comfort noise until it is stopped.
    pub fn comfort_noise(noise: ComfortNoise) -> Tone {
        Tone::endless(Sound::Noise(noise))
    }

    /// One frequency for a time, once: a beep.
    pub fn beep(frequency_hz: f64, level: Level, length: Duration) -> Tone {
        let sine = Sine::new(frequency_hz).level(level);
        Tone::of(vec![ToneStep::new(Sound::Sines(vec![sine]), length)]).times(1)
    }

    /// A cycle of steps, repeated until it is stopped.
    pub fn of(cycle: Vec<ToneStep>) -> Tone {
        Tone {
            cycle,
            ..Tone::default()
        }
    }

    fn endless(sound: Sound) -> Tone {
        Tone::of(vec![ToneStep::endless(sound)])
    }

    /// Sets how often the cycle is played.
    pub fn times(mut self, times: u32) -> Tone {
        self.times = Some(times);
        self
    }

    /// Sets what is played once before the cycle.
    pub fn intro(mut self, steps: Vec<ToneStep>) -> Tone {
        self.intro = steps;
        self
    }

    /// How long it lasts; `None` when it does not end by itself.
    pub fn length(&self) -> Option<Duration> {
        let sum = |steps: &[ToneStep]| steps.iter().try_fold(Duration::ZERO, |sum, s| Some(sum + s.length?));
        let (intro, cycle) = (sum(&self.intro)?, sum(&self.cycle)?);
        let times = if self.cycle.is_empty() { 0 } else { self.times? };
        Some(intro + cycle.checked_mul(times).unwrap_or(Duration::MAX - intro))
    }

    /// Renders it at `rate` Hz, 8,000 to 48,000: signed 16 bit, mono, until its end, but at most for `longest`.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a tone that cannot be played, a rate out of its range and
    /// more than an hour.
    pub fn render(&self, rate: u32, longest: Duration) -> Result<Pcm> {
        let mut generator = Generator::new(self, rate)?;
        let length = self.length().map_or(longest, |length| length.min(longest));
        if length > LONGEST {
            return Err(Error::invalid(OP, format!("{length:?} is longer than an hour")));
        }
        let mut samples = vec![0; (length.as_secs_f64() * f64::from(rate)).round() as usize];
        let filled = generator.fill(&mut samples);
        samples.truncate(filled);
        Ok(Pcm { rate, samples })
    }

    /// Whether it can be played at `rate`.
    pub(crate) fn check(&self, rate: u32) -> Result<()> {
        let bad = |what: String| Err(Error::invalid(OP, what));
        let steps = self.intro.len() + self.cycle.len();
        if steps == 0 || steps > MAX_STEPS {
            return bad(format!("a tone has 1 to {MAX_STEPS} steps, this one has {steps}"));
        }
        if self.times == Some(0) {
            return bad("a tone that is played 0 times is none".into());
        }
        for (n, step) in self.intro.iter().chain(&self.cycle).enumerate() {
            match step.length {
                None if n + 1 < steps => {
                    return bad(format!(
                        "step {} has no length, so what follows would never be heard",
                        n + 1
                    ));
                }
                Some(length) if length < Duration::from_millis(1) || length > LONGEST => {
                    return bad(format!("step {} lasts {length:?}, not 1 ms to an hour", n + 1));
                }
                _ => {}
            }
            if let Err(what) = step.sound.check(rate) {
                return bad(format!("step {}: {what}", n + 1));
            }
        }
        Ok(())
    }
}

impl Sound {
    /// Why it cannot be played at `rate`.
    fn check(&self, rate: u32) -> Result<(), String> {
        let half = f64::from(rate) / 2.0;
        let frequency = |hz: f64| match hz {
            hz if !(LOWEST..=HIGHEST).contains(&hz) => Err(format!("{hz} Hz is not between {LOWEST} and {HIGHEST}")),
            hz if hz >= half * 0.98 => Err(format!("{hz} Hz cannot be told at {rate} samples a second")),
            _ => Ok(()),
        };
        let level = |level: Option<Level>| match level {
            Some(level) if !level.is_usable() => Err(format!("a level of {level} is not between -90 and +6")),
            _ => Ok(()),
        };
        match self {
            Sound::Silence => {}
            Sound::Sines(sines) => {
                if sines.is_empty() || sines.len() > MAX_SINES {
                    return Err(format!(
                        "{} frequencies, where 1 to {MAX_SINES} may sound together",
                        sines.len()
                    ));
                }
                for sine in sines {
                    frequency(sine.frequency_hz)?;
                    level(sine.level)?;
                }
            }
            Sound::Modulated {
                carrier_hz,
                by_hz,
                depth,
                level: wanted,
            } => {
                frequency(*carrier_hz)?;
                level(*wanted)?;
                if !(1.0..=carrier_hz / 2.0).contains(by_hz) {
                    return Err(format!(
                        "{carrier_hz} Hz cannot be modulated by {by_hz} Hz; 1 to half of it can be"
                    ));
                }
                frequency(carrier_hz + by_hz)?;
                if !(1..=100).contains(depth) {
                    return Err(format!("modulation of {depth} % is not between 1 and 100"));
                }
            }
            Sound::Noise(noise) => {
                level(Some(noise.level))?;
                noise.check()?;
            }
        }
        let peak = self.peak();
        if peak > 1.0 {
            return Err(format!(
                "it is {:.1} dB too loud: its peaks pass full scale",
                20.0 * peak.log10()
            ));
        }
        Ok(())
    }

    /// Frequencies and amplitudes of a [`Sound::Sines`].
    fn sines(sines: &[Sine]) -> Vec<(f64, f64)> {
        // Of equal powers, n make n times one.
        let share = Level::from_dbm0(DEFAULT_DBM0 - 10.0 * (sines.len().max(1) as f64).log10());
        let last = sines.iter().rev().find_map(|s| s.level).unwrap_or(share);
        let mut next = last;
        let mut found: Vec<(f64, f64)> = sines
            .iter()
            .rev()
            .map(|sine| {
                next = sine.level.unwrap_or(next);
                (sine.frequency_hz, next.amplitude())
            })
            .collect();
        found.reverse();
        found
    }

    /// The largest sample there can be; 1 is full scale. Noise is cut there.
    fn peak(&self) -> f64 {
        match self {
            Sound::Silence | Sound::Noise(_) => 0.0,
            Sound::Sines(sines) => Sound::sines(sines).iter().map(|s| s.1).sum(),
            Sound::Modulated { depth, level, .. } => {
                let depth = f64::from(*depth) / 100.0;
                generate::carrier_amplitude(*level, depth) * (1.0 + depth)
            }
        }
    }
}

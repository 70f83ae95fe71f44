//! Telling call progress tones, fax tones and beeps from a stream of samples.
//!
//! Every 16 ms the last 32 ms are looked at: silence, a tone (a narrow band, or two apart), or something else. Equal looks make runs,
//! and runs are compared with the cadences of the country.

use super::HeardTone;
use crate::media::spectrum::{HOP, Look, RATE, Spectrum};
use crate::media::{Country, Sound, Tone, ToneKind};

/// Kinds that a caller hears.
const KINDS: [ToneKind; 5] = [
    ToneKind::SpecialInformation,
    ToneKind::Dial,
    ToneKind::Ringback,
    ToneKind::Busy,
    ToneKind::Congestion,
];
/// A look in ms.
const LOOK_MS: u32 = (HOP as u32 * 1000) / RATE;
/// Softer is silence: −50 dBFS, and 15 dB below the tone before, as mean square.
const SILENCE: f32 = 1e-5;
const BELOW_TONE: f32 = 0.03;
/// The share of energy a tone must hold.
const SHARE: f32 = 0.85;
/// Two tones not further apart than this (Hz) make one band.
const BAND_HZ: f32 = 150.0;
/// How far from its frequency a tone may be.
const OFF_HZ: f32 = 15.0;
/// Runs that are remembered.
const KEPT: usize = 12;
/// Cadences as long as this are told after one round, shorter ones after two (ms).
const LONG_MS: u32 = 2500;
/// So do those of so many steps.
const MANY: usize = 6;
/// Speech this long, or silence, ends a series of tones (ms).
const ENDS_MS: u32 = 700;
const FORGET_MS: u32 = 9000;

/// What a look saw.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Silence,
    /// A tone, or several close to each other, around a frequency.
    Band(f32),
    Pair(f32, f32),
    Other,
}

impl Seen {
    fn tones(a: f32, b: f32) -> Seen {
        if (a - b).abs() <= BAND_HZ {
            Seen::Band((a + b) / 2.0)
        } else {
            Seen::Pair(a.min(b), a.max(b))
        }
    }

    fn like(self, other: Seen) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() <= OFF_HZ;
        match (self, other) {
            (Seen::Silence, Seen::Silence) | (Seen::Other, Seen::Other) => true,
            (Seen::Band(a), Seen::Band(b)) => near(a, b),
            (Seen::Pair(a, b), Seen::Pair(c, d)) => near(a, c) && near(b, d),
            _ => false,
        }
    }

    /// What a step of a tone looks like; `None` for what cannot be told.
    fn of(sound: &Sound) -> Option<Seen> {
        match sound {
            Sound::Silence => Some(Seen::Silence),
            Sound::Sines(sines) => match sines.as_slice() {
                [one] => Some(Seen::Band(one.frequency_hz as f32)),
                [one, two] => Some(Seen::tones(one.frequency_hz as f32, two.frequency_hz as f32)),
                _ => None,
            },
            Sound::Modulated { carrier_hz, .. } => Some(Seen::Band(*carrier_hz as f32)),
            Sound::Noise(_) => None,
        }
    }

    fn at(look: &Look, power: f32, silence: f32) -> Seen {
        if power < silence {
            return Seen::Silence;
        }
        let [first, second, ..] = look.peaks;
        if look.band.share > SHARE {
            Seen::Band(look.band.hz)
        } else if first.share + second.share > SHARE && second.share > 0.1 {
            Seen::tones(first.hz, second.hz)
        } else {
            Seen::Other
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Run {
    seen: Seen,
    /// The look it began with.
    from: u64,
    looks: u32,
    /// Every look was a single pure tone.
    pure: bool,
}

impl Run {
    fn ms(&self) -> u32 {
        self.looks * LOOK_MS
    }

    /// Whether it is this step of a cadence, which lasts so long.
    fn is(&self, seen: Seen, ms: u32) -> bool {
        self.seen.like(seen) && self.ms().abs_diff(ms) <= ms / 8 + 30
    }
}

/// A tone of the country: the steps of its cycle, and how long each is in ms; one of 0 does not end.
struct Pattern {
    kind: ToneKind,
    steps: Vec<(Seen, u32)>,
}

impl Pattern {
    fn new(kind: ToneKind, tone: &Tone) -> Option<Pattern> {
        let steps = tone
            .cycle
            .iter()
            .map(|step| Some((Seen::of(&step.sound)?, step.length.map_or(0, |l| l.as_millis() as u32))))
            .collect::<Option<Vec<_>>>()?;
        Some(Pattern { kind, steps })
    }
}

/// What was heard, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub(crate) tone: HeardTone,
    /// Its beginning, in samples at 16 kHz since the stream began.
    pub(crate) at: u64,
    /// How many samples there had been when it was told.
    pub(crate) told: u64,
}

/// Tells tones. Allocates only when it is made: it runs on the bridge's clock.
pub(crate) struct Hearer {
    spectrum: Spectrum,
    patterns: Vec<Pattern>,
    frame: [i16; HOP],
    filled: usize,
    /// The mean square of the last tone, until something else comes.
    tone_power: f32,
    /// Looks so far.
    count: u64,
    /// The newest at the end; the last one goes on.
    runs: [Run; KEPT],
    /// A look that fits neither: a run of its own, if the next one is like it.
    odd: Option<Seen>,
    /// What was told last, and the look of its last tone.
    told: Option<(HeardTone, u64)>,
}

impl Hearer {
    pub(crate) fn new(country: Country) -> Hearer {
        let patterns = KINDS
            .into_iter()
            .filter_map(|kind| Pattern::new(kind, &country.tone(kind)?));
        Hearer {
            spectrum: Spectrum::new(),
            patterns: patterns.collect(),
            frame: [0; HOP],
            filled: 0,
            tone_power: 0.0,
            count: 0,
            runs: [Run {
                seen: Seen::Other,
                from: 0,
                looks: 0,
                pure: false,
            }; KEPT],
            odd: None,
            told: None,
        }
    }

    /// Takes samples; tells tones.
    pub(crate) fn feed(&mut self, samples: &[i16], mut tell: impl FnMut(Found)) {
        for sample in samples {
            self.frame[self.filled] = *sample;
            self.filled += 1;
            if self.filled == HOP {
                self.filled = 0;
                if let Some(found) = self.look() {
                    tell(found);
                }
            }
        }
    }

    fn look(&mut self) -> Option<Found> {
        let look = self.spectrum.look(&self.frame);
        let power = self
            .frame
            .iter()
            .map(|s| (f32::from(*s) / 32_768.0).powi(2))
            .sum::<f32>()
            / HOP as f32;
        let seen = Seen::at(&look, power, SILENCE.max(self.tone_power * BELOW_TONE));
        match seen {
            Seen::Band(_) | Seen::Pair(..) => self.tone_power = power,
            Seen::Other if self.runs[KEPT - 1].seen == Seen::Other => self.tone_power = 0.0,
            _ => {}
        }
        self.count += 1;
        self.note(seen, look.peaks[0].share > SHARE);
        let (tone, from) = self.judge()?;
        let told = self.count * HOP as u64;
        Some(Found {
            tone,
            at: from * HOP as u64,
            told,
        })
    }

    /// Adds a look to the runs.
    fn note(&mut self, seen: Seen, pure: bool) {
        let run = &mut self.runs[KEPT - 1];
        if seen.like(run.seen) {
            // An odd look in between belongs to it.
            run.looks += 1 + u32::from(self.odd.take().is_some());
            run.pure &= pure;
            return;
        }
        match self.odd {
            Some(odd) if odd.like(seen) => {
                self.odd = None;
                self.begin(seen, 2, pure);
            }
            // Where one sound follows another, a look sees both: half of each.
            Some(_) => {
                run.looks += 1;
                self.odd = Some(seen);
            }
            None => self.odd = Some(seen),
        }
    }

    fn begin(&mut self, seen: Seen, looks: u32, pure: bool) {
        self.runs.copy_within(1.., 0);
        self.runs[KEPT - 1] = Run {
            seen,
            from: self.count - u64::from(looks),
            looks,
            pure,
        };
    }

    /// What the runs are, told once per series.
    fn judge(&mut self) -> Option<(HeardTone, u64)> {
        let last = self.runs[KEPT - 1];
        if let Some((_, at)) = self.told {
            let over = match last.seen {
                Seen::Other => last.ms() >= ENDS_MS,
                Seen::Silence => last.ms() >= FORGET_MS,
                _ => false,
            };
            if over || self.count - at > 4000 {
                self.told = None;
            }
        }
        let found = self.fax().or_else(|| self.progress()).or_else(|| self.beep())?;
        let again = self.told.is_some_and(|(tone, _)| tone.same_series(found.0));
        self.told = Some((found.0, self.count));
        (!again).then_some(found)
    }

    /// ITU-T T.30 §4.3: CNG is 0.5 s of 1100 ± 38 Hz and 3 s of silence, CED 2.6 to 4 s of 2100 ± 15 Hz.
    fn fax(&self) -> Option<(HeardTone, u64)> {
        let [.., before, last] = self.runs;
        let is = |run: &Run, hz: f32, off: f32| matches!(run.seen, Seen::Band(at) if (at - hz).abs() <= off);
        if is(&last, 2100.0, 20.0) && last.ms() >= 1000 {
            return Some((HeardTone::FaxAnswer, last.from));
        }
        let calling = is(&before, 1100.0, 38.0) && before.ms().abs_diff(500) <= 105;
        (calling && last.seen == Seen::Silence && last.ms() >= 500).then_some((HeardTone::FaxCalling, before.from))
    }

    fn progress(&self) -> Option<(HeardTone, u64)> {
        let fits = |pattern: &Pattern| self.fits(pattern).map(|from| (HeardTone::Progress(pattern.kind), from));
        self.patterns.iter().find_map(fits)
    }

    /// The look at which a cadence began that the last runs show.
    fn fits(&self, pattern: &Pattern) -> Option<u64> {
        let steps = &pattern.steps;
        let last = self.runs[KEPT - 1];
        let before = |n: usize| &self.runs[KEPT - 1 - n];
        if let [(seen, 0)] = steps[..] {
            // Longer than the same sound in any other cadence.
            let others = self
                .patterns
                .iter()
                .flat_map(|p| &p.steps)
                .filter(|s| s.1 > 0 && s.0.like(seen));
            let least = others.map(|s| s.1 * 5 / 4 + 200).max().unwrap_or(0).max(1000);
            return (last.seen.like(seen) && last.ms() >= least).then_some(last.from);
        }
        let total: u32 = steps.iter().map(|s| s.1).sum();
        let (off, on) = steps.split_last()?;
        if off.0 != Seen::Silence || last.seen != Seen::Silence {
            return None;
        }
        let pauses = on.iter().any(|s| s.0 == Seen::Silence && s.1 > 80);
        if pattern.kind == ToneKind::SpecialInformation && !pauses {
            // Short silences between the three, or none; what follows counts for nothing.
            let mut run = 1;
            for (seen, ms) in on.iter().rev().filter(|s| s.0 != Seen::Silence) {
                if run < KEPT && before(run).seen == Seen::Silence && before(run).ms() <= 80 {
                    run += 1;
                }
                if run >= KEPT || !before(run).seen.like(*seen) || before(run).ms().abs_diff(*ms) > 90 {
                    return None;
                }
                run += 1;
            }
            return (last.ms() >= 200).then(|| before(run - 1).from);
        }
        let rounds = if total >= LONG_MS || steps.len() >= MANY { 1 } else { 2 };
        let enough = if rounds == 1 {
            (off.1 / 2).min(1500)
        } else {
            off.1 * 2 / 5
        };
        if last.ms() < enough {
            return None;
        }
        // The silence before a round is whole only between rounds.
        let wanted = (0..rounds).flat_map(|round| {
            let between = (round > 0).then_some(*off);
            between.into_iter().chain(on.iter().rev().copied())
        });
        let mut run = 0;
        for (seen, ms) in wanted {
            run += 1;
            if run >= KEPT || !before(run).is(seen, ms) {
                return None;
            }
        }
        Some(before(run).from)
    }

    /// A single pure tone on its own, which no cadence of the country has.
    fn beep(&self) -> Option<(HeardTone, u64)> {
        let [.., earlier, pause, tone, last] = self.runs;
        let Seen::Band(hz) = tone.seen else { return None };
        let alone = |run: &Run| !run.seen.like(tone.seen);
        let cadences = self.patterns.iter().filter(|p| p.kind != ToneKind::SpecialInformation);
        let known = cadences.flat_map(|p| &p.steps).any(|s| s.0.like(tone.seen));
        let is_beep = last.seen == Seen::Silence
            && last.ms() >= 300
            && (400.0..=2000.0).contains(&hz)
            && (120..=2000).contains(&tone.ms())
            && tone.pure
            && !known
            && (hz - 1100.0).abs() > 38.0
            && alone(&earlier)
            && alone(&pause);
        is_beep.then(|| {
            (
                HeardTone::Beep {
                    frequency_hz: hz.round() as u32,
                },
                tone.from,
            )
        })
    }
}

//! Playing a tone: into a call, to a conference, or to whatever is connected to it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use super::{Generator, OP, Sound, Tone};
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::engine::{Lane, NewNode, Removal, Shared, Urgency};
use crate::event::Event;
use crate::media::ending::Ending;
use crate::media::node::{node, sealed};
use crate::media::{AudioNode, AudioTarget, Conference, Tap};
use crate::pj::{PortEnd, PortSource};
use crate::{Error, ErrorKind, Result};

/// How a tone is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ToneOptions {
    /// For how long at most; default until it ends or is stopped.
    pub longest: Option<Duration>,
}

impl ToneOptions {
    /// Sets for how long it is played at most.
    pub fn longest(mut self, time: Duration) -> Self {
        self.longest = Some(time);
        self
    }
}

struct TonePlayerCore {
    id: u64,
    tone: Tone,
    rate: u32,
    position: AtomicU64,
    stopping: Arc<AtomicBool>,
    finished: Ending<()>,
    shared: Arc<Shared>,
}

/// A tone being played. Dropping the handle lets it go on; it ends by itself, by [`TonePlayer::stop`], or with its call or conference.
#[derive(Clone)]
pub struct TonePlayer {
    core: Arc<TonePlayerCore>,
}

impl TonePlayer {
    /// The tone.
    pub fn tone(&self) -> &Tone {
        &self.core.tone
    }

    /// How much has been handed to the bridge.
    pub fn position(&self) -> Duration {
        let samples = self.core.position.load(Ordering::Relaxed);
        Duration::from_secs_f64(samples as f64 / f64::from(self.core.rate))
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.core.finished.is_set()
    }

    /// Stops it: it falls silent within 24 ms, without a click. Stopping twice is fine.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after the endpoint was closed.
    pub fn stop(&self) -> Result<()> {
        let (id, stopping) = (self.core.id, Arc::clone(&self.core.stopping));
        self.core.shared.run("stop tone", Lane::Normal, move |engine| {
            if !stopping.swap(true, Ordering::Relaxed) {
                engine.tone_stop(id);
            }
            Ok(())
        })
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first.
    pub fn wait_finished(&self, timeout: Duration) -> Result<()> {
        const OP: &str = "wait for tone";
        self.core.shared.refuse_wait_on_engine(OP)?;
        self.core.finished.wait(timeout).ok_or_else(|| {
            let message = format!("{} still sounds after {:?}", self.core.tone, self.position());
            Error::new(ErrorKind::Timeout, OP, message)
        })
    }

    /// The same; asynchronous, without a deadline.
    pub async fn finished(&self) {
        std::future::poll_fn(|cx| self.poll_finished(cx)).await;
    }

    /// For executors of one's own: as [`TonePlayer::finished`].
    pub fn poll_finished(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.core.finished.poll(cx)
    }

    fn mark_finished(&self) {
        self.core.finished.set(());
    }

    fn start(shared: &Arc<Shared>, target: AudioTarget, tone: Tone, options: ToneOptions) -> Result<TonePlayer> {
        let rate = tone.rate(shared.clock_rate());
        let source = ToneSource::new(&tone, rate, options.longest)?;
        let player = TonePlayer {
            core: Arc::new(TonePlayerCore {
                id: shared.next_id(),
                tone,
                rate,
                position: AtomicU64::new(0),
                stopping: Arc::new(AtomicBool::new(false)),
                finished: Ending::default(),
                shared: Arc::clone(shared),
            }),
        };
        let port = Followed {
            source,
            core: Arc::clone(&player.core),
            told: false,
        };
        let handle = player.clone();
        shared.run(OP, Lane::Normal, move |engine| {
            engine.node_add(
                OP,
                NewNode {
                    id: handle.core.id,
                    rate: Some(rate),
                    end: PortEnd::Source(Box::new(port)),
                    owner: target.owner(Tap::default()),
                    on_removed: Box::new(move |engine, why| {
                        handle.mark_finished();
                        if why == Removal::AtEnd {
                            let tone = handle;
                            engine.publish(Event::ToneFinished { target, tone }, Urgency::Now);
                        }
                    }),
                },
            )
        })?;
        Ok(player)
    }
}

impl fmt::Debug for TonePlayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TonePlayer")
            .field("id", &self.core.id)
            .field("tone", &self.core.tone.to_string())
            .finish_non_exhaustive()
    }
}

node!(TonePlayer, |player| player.core.id);

impl Tone {
    /// The rate to make it at on a bridge of this rate: spectra of noise are given for 8,000 samples a second.
    fn rate(&self, bridge: u32) -> u32 {
        let shaped = |s: &super::ToneStep| matches!(&s.sound, Sound::Noise(noise) if !noise.reflection.is_empty());
        if self.intro.iter().chain(&self.cycle).any(shaped) {
            8000
        } else {
            bridge
        }
    }
}

/// A tone as samples, frame after frame, until it ends or has lasted long enough.
pub(crate) struct ToneSource {
    generator: Generator,
    /// Samples until it is ended.
    left: Option<u64>,
}

impl ToneSource {
    pub(crate) fn new(tone: &Tone, rate: u32, longest: Option<Duration>) -> Result<ToneSource> {
        if longest.is_some_and(|l| l.is_zero()) {
            return Err(Error::invalid(OP, "a tone of no length is none"));
        }
        Ok(ToneSource {
            generator: Generator::new(tone, rate)?,
            left: longest.map(|l| (l.as_secs_f64() * f64::from(rate)) as u64),
        })
    }

    /// Lets it fall silent.
    fn end(&mut self) {
        self.generator.end();
    }

    /// The next samples, silence after the end; how many were sound.
    pub(crate) fn fill(&mut self, out: &mut [i16]) -> usize {
        let filled = match self.left {
            Some(left) if left < out.len() as u64 => {
                let left = left as usize;
                let filled = self.generator.fill(&mut out[..left]);
                self.generator.end();
                filled + self.generator.fill(&mut out[filled..])
            }
            _ => self.generator.fill(out),
        };
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(filled as u64);
        }
        out[filled..].fill(0);
        filled
    }
}

/// The bridge's side of a [`TonePlayer`]: touches only atomics, and tells the engine once when the tone is through.
struct Followed {
    source: ToneSource,
    core: Arc<TonePlayerCore>,
    told: bool,
}

impl PortSource for Followed {
    fn fill(&mut self, out: &mut [i16]) -> bool {
        let stopping = self.core.stopping.load(Ordering::Relaxed);
        if stopping {
            self.source.end();
        }
        let filled = self.source.fill(out);
        if filled == 0 {
            let id = self.core.id;
            // Who stops it takes it off the bridge. Told again at the next tick if the engine's queue is full now.
            self.told = self.told
                || stopping
                || self
                    .core
                    .shared
                    .post("tone end", move |engine| engine.node_remove(id, Removal::AtEnd));
            return false;
        }
        self.core.position.fetch_add(filled as u64, Ordering::Relaxed);
        true
    }
}

/// The bridge's side of a tone that nobody follows.
pub(crate) struct Unfollowed {
    source: ToneSource,
    id: u64,
    told: bool,
    shared: Arc<Shared>,
}

impl Unfollowed {
    pub(crate) fn new(shared: Arc<Shared>, id: u64, source: ToneSource) -> Unfollowed {
        Unfollowed {
            source,
            id,
            told: false,
            shared,
        }
    }
}

impl PortSource for Unfollowed {
    fn fill(&mut self, out: &mut [i16]) -> bool {
        if self.source.fill(out) > 0 {
            return true;
        }
        let id = self.id;
        self.told = self.told
            || self
                .shared
                .post("tone end", move |engine| engine.node_remove(id, Removal::AtEnd));
        false
    }
}

impl Call {
    /// Plays a tone to the peer from the moment audio flows, together with whatever else is played.
    ///
    /// Made at the bridge's rate ([`Endpoint::clock_rate`](crate::Endpoint::clock_rate)), exact in frequency and level, faded in and
    /// out over 4 ms. [`Event::ToneFinished`](crate::Event::ToneFinished) tells when it is through.
    ///
    /// ```no_run
    /// # use microsip_core::{Call, Result, Tone, ToneKind, ToneOptions};
    /// # fn ringing(call: &Call) -> Result<()> {
    /// let ringback = Tone::new(ToneKind::Ringback, "uk".parse()?)?;
    /// let player = call.play_tone(ringback, ToneOptions::default())?;
    /// // Somebody has answered.
    /// player.stop()?;
    /// call.play_tone("1000@-12/400;1".parse()?, ToneOptions::default())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a tone that cannot be played at the bridge's rate,
    /// [`Gone`](ErrorKind::Gone) after the call's end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjmedia_tonegen_play")]
    pub fn play_tone(&self, tone: Tone, options: ToneOptions) -> Result<TonePlayer> {
        TonePlayer::start(self.shared(), self.into(), tone, options)
    }
}

impl Conference {
    /// Plays a tone to all calls of the conference, and into what records it.
    ///
    /// # Errors
    /// As [`Call::play_tone`]; [`Gone`](ErrorKind::Gone) after the conference was closed.
    pub fn play_tone(&self, tone: Tone, options: ToneOptions) -> Result<TonePlayer> {
        TonePlayer::start(&self.core.shared, self.into(), tone, options)
    }
}

impl Endpoint {
    /// Makes a tone that nobody hears until [`Endpoint::connect`] connects it: to a device, a recorder, some of the calls. It runs
    /// from then on.
    ///
    /// # Errors
    /// As [`Call::play_tone`].
    pub fn tone(&self, tone: Tone, options: ToneOptions) -> Result<TonePlayer> {
        TonePlayer::start(self.shared(), AudioTarget::Free, tone, options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_ends_a_tone_softly_and_exactly() {
        let tone: Tone = "440@-6".parse().unwrap();
        let mut source = ToneSource::new(&tone, 8000, Some(Duration::from_millis(50))).unwrap();
        let mut out = [1; 160];
        let mut all = Vec::new();
        for _ in 0..5 {
            source.fill(&mut out);
            all.extend(out);
        }
        // 50 ms and a fall of 4.
        let last = all.iter().rposition(|s| *s != 0).unwrap();
        assert!((400..432).contains(&last), "{last}");
        assert_eq!(source.fill(&mut out), 0);
        assert_eq!(out, [0; 160]);
        assert!(ToneSource::new(&tone, 8000, Some(Duration::ZERO)).is_err());
    }

    #[test]
    fn shaped_noise_is_made_at_its_own_rate() {
        let shaped = super::super::ComfortNoise::default().reflection(vec![-0.5]);
        assert_eq!(Tone::comfort_noise(shaped).rate(16_000), 8000);
        assert_eq!(Tone::comfort_noise(Default::default()).rate(16_000), 16_000);
        assert_eq!("440".parse::<Tone>().unwrap().rate(48_000), 48_000);
    }
}

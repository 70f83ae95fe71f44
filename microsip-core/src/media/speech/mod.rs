//! Who speaks: where speech begins and ends in the audio of a call.

mod detector;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

pub(crate) use detector::Edge;
use detector::{Detector, Tuning};

use super::Tap;
use super::hearing::{Heard, Reporter};
use super::spectrum::{HOP, RATE};
use crate::call::Call;
use crate::engine::{Lane, Removal, Shared};
use crate::event::Event;
use crate::pj::PortSink;
use crate::{Error, Result};

/// How speech is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SpeechOptions {
    /// From which verdict of the neural network on something is speech, 0.1 to 0.95; default 0.5. Higher: less noise is taken for
    /// speech, and more soft speech for noise.
    pub threshold: f32,
    /// How long a pause must be to end speech, 100 ms to 10 s; default 300 ms. Shorter pauses are part of it.
    pub hangover: Duration,
    /// Who is listened to; default the peer.
    pub tap: Tap,
}

impl Default for SpeechOptions {
    fn default() -> Self {
        SpeechOptions {
            threshold: 0.5,
            hangover: Duration::from_millis(300),
            tap: Tap::Received,
        }
    }
}

impl SpeechOptions {
    /// Sets the threshold.
    pub fn threshold(mut self, verdict: f32) -> Self {
        self.threshold = verdict;
        self
    }

    /// Sets how long a pause must be to end speech.
    pub fn hangover(mut self, pause: Duration) -> Self {
        self.hangover = pause;
        self
    }

    /// Sets who is listened to.
    pub fn tap(mut self, tap: Tap) -> Self {
        self.tap = tap;
        self
    }

    /// Whether they are in their ranges.
    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        if !(0.1..=0.95).contains(&self.threshold) {
            return Err(Error::invalid(
                op,
                format!("a threshold of {} is not between 0.1 and 0.95", self.threshold),
            ));
        }
        if !(Duration::from_millis(100)..=Duration::from_secs(10)).contains(&self.hangover) {
            return Err(Error::invalid(
                op,
                format!("a hangover of {:?} is not between 100 ms and 10 s", self.hangover),
            ));
        }
        Ok(())
    }
}

struct Core {
    id: u64,
    call: Call,
    options: SpeechOptions,
    automatic: bool,
    speaking: AtomicBool,
    stopped: AtomicBool,
    shared: Arc<Shared>,
}

/// A detector of speech on a call. Dropping the handle lets it go on; it ends by [`SpeechDetector::stop`] or with its call.
#[derive(Clone)]
pub struct SpeechDetector {
    core: Arc<Core>,
}

impl SpeechDetector {
    fn new(shared: &Arc<Shared>, call: &Call, options: SpeechOptions, automatic: bool) -> SpeechDetector {
        SpeechDetector {
            core: Arc::new(Core {
                id: shared.next_id(),
                call: call.clone(),
                options,
                automatic,
                speaking: AtomicBool::new(false),
                stopped: AtomicBool::new(false),
                shared: Arc::clone(shared),
            }),
        }
    }

    /// One that the settings of the endpoint want.
    pub(crate) fn automatic(shared: &Arc<Shared>, call: &Call, options: SpeechOptions) -> SpeechDetector {
        SpeechDetector::new(shared, call, options, true)
    }

    /// Its number in this process; never reused.
    /// Its number: nothing else on the bridge has it.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    pub(crate) fn is_automatic(&self) -> bool {
        self.core.automatic
    }

    /// Its call.
    pub fn call(&self) -> &Call {
        &self.core.call
    }

    /// Its settings.
    pub fn options(&self) -> SpeechOptions {
        self.core.options
    }

    /// Whether somebody speaks, as far as events have told.
    pub fn is_speaking(&self) -> bool {
        self.core.speaking.load(Ordering::Relaxed)
    }

    /// Whether it has ended.
    pub fn is_stopped(&self) -> bool {
        self.core.stopped.load(Ordering::Relaxed)
    }

    /// Stops it: no event comes after that, also no end of speech that has begun. Stopping twice is fine.
    ///
    /// # Errors
    /// [`NotRunning`](crate::ErrorKind::NotRunning) after the endpoint was closed.
    pub fn stop(&self) -> Result<()> {
        let id = self.core.id;
        self.core
            .shared
            .run("stop speech detector", Lane::Normal, move |engine| {
                engine.node_remove(id, Removal::Stopped);
                Ok(())
            })
    }

    pub(crate) fn mark_stopped(&self) {
        self.core.stopped.store(true, Ordering::Relaxed);
        self.core.speaking.store(false, Ordering::Relaxed);
    }

    /// An edge as event.
    pub(crate) fn event(&self, edge: Edge, noticed: SystemTime) -> Event {
        self.core.speaking.store(edge.speaking, Ordering::Relaxed);
        let time = |samples: u64| Duration::from_nanos(samples * 1_000_000_000 / u64::from(RATE));
        let delay = time(edge.told - edge.at);
        Event::Speech {
            call: self.core.call.clone(),
            speaking: edge.speaking,
            at: noticed.checked_sub(delay).unwrap_or(noticed),
            position: time(edge.at),
            delay,
            tap: self.core.options.tap,
        }
    }
}

impl fmt::Debug for SpeechDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpeechDetector")
            .field("call", &self.core.call.id().get())
            .field("tap", &self.core.options.tap)
            .field("speaking", &self.is_speaking())
            .finish_non_exhaustive()
    }
}

/// The bridge's side, at 16 kHz.
pub(crate) struct SpeechSink {
    detector: Detector,
    reporter: Reporter,
}

impl SpeechSink {
    pub(crate) const RATE: u32 = RATE;

    pub(crate) fn new(options: SpeechOptions, reporter: Reporter) -> SpeechSink {
        let tuning = Tuning {
            threshold: options.threshold,
            hangover: options.hangover,
        };
        SpeechSink {
            detector: Detector::new(tuning),
            reporter,
        }
    }
}

impl PortSink for SpeechSink {
    fn take(&mut self, frame: Option<&[i16]>, samples: usize) {
        const SILENCE: [i16; HOP] = [0; HOP];
        let SpeechSink { detector, reporter } = self;
        let mut tell = |edge| reporter.tell(Heard::Speech(edge, SystemTime::now()));
        match frame {
            Some(frame) => detector.feed(frame, &mut tell),
            None => {
                let mut left = samples;
                while left > 0 {
                    let part = left.min(SILENCE.len());
                    detector.feed(&SILENCE[..part], &mut tell);
                    left -= part;
                }
            }
        }
    }
}

impl Call {
    /// Tells by [`Event::Speech`](crate::Event::Speech) when somebody begins and ends to speak, from the moment audio flows.
    ///
    /// A beginning is told about 0.1 s after it (0.2 s for one word in twenty, 0.4 s at worst: those that begin with a soft
    /// consonant), an end after the hangover and about 50 ms. Both name the moment itself: within 100 ms for speech that stands out
    /// from its background by 10 dB. Progress tones, keys and steady noise are no speech. Music, other people in the background and
    /// rumble of more than −25 dBFS may be, and so may the first moment of noise that begins at more than −35 dBFS.
    ///
    /// Several detectors may run on a call, for one side or both. Each costs about 0.1 % of a core.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a setting out of its range, [`Gone`](crate::ErrorKind::Gone)
    /// after the call's end.
    ///
    /// # Threads
    /// Any.
    pub fn detect_speech(&self, options: SpeechOptions) -> Result<SpeechDetector> {
        const OP: &str = "detect speech";
        options.check(OP)?;
        let detector = SpeechDetector::new(self.shared(), self, options, false);
        let handle = detector.clone();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.listen_for_speech(OP, &handle))?;
        Ok(detector)
    }
}

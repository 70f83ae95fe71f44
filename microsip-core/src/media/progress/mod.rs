//! What the network or the other end says by tones: it rings, it is busy, it is a fax, leave a message.

mod hearer;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

pub(crate) use hearer::Found;
use hearer::Hearer;

use super::hearing::{Heard, Reporter};
use super::spectrum::{HOP, RATE};
use super::{Country, Tap, ToneKind};
use crate::Result;
use crate::call::Call;
use crate::engine::{Lane, Removal, Shared};
use crate::event::Event;
use crate::pj::PortSink;

/// A tone heard in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeardTone {
    /// A tone of the country: dial, ringback, busy, congestion or special information.
    Progress(ToneKind),
    /// A fax machine calls: CNG, 1100 Hz (ITU-T T.30 §4.3.3.3).
    FaxCalling,
    /// A fax machine or modem answers: CED or ANSam, 2100 Hz (ITU-T T.30 §4.3.3.2, V.8).
    FaxAnswer,
    /// A single tone of 400 to 2000 Hz that lasts 0.1 to 2 s and is followed by silence, as answering machines have it.
    Beep {
        /// Its frequency.
        frequency_hz: u32,
    },
}

impl HeardTone {
    /// Stable lower-case name, as it appears in JSON: that of the [`ToneKind`], `"fax_calling"`, `"fax_answer"`, `"beep"`.
    pub fn name(self) -> &'static str {
        match self {
            HeardTone::Progress(kind) => kind.name(),
            HeardTone::FaxCalling => "fax_calling",
            HeardTone::FaxAnswer => "fax_answer",
            HeardTone::Beep { .. } => "beep",
        }
    }

    /// Its frequency, for a beep.
    pub fn frequency_hz(self) -> Option<u32> {
        match self {
            HeardTone::Beep { frequency_hz } => Some(frequency_hz),
            _ => None,
        }
    }

    /// Whether the two are one tone that goes on.
    fn same_series(self, other: HeardTone) -> bool {
        match (self, other) {
            // Of beeps, each counts; while it is silent behind one, it is the same one.
            (HeardTone::Beep { .. }, HeardTone::Beep { .. }) => true,
            (a, b) => a == b,
        }
    }
}

/// Which tones are listened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ToneDetection {
    /// The country whose tones they are; default the United States.
    pub country: Country,
    /// Who is listened to; default the peer.
    pub tap: Tap,
}

impl ToneDetection {
    /// Sets the country whose tones they are.
    pub fn country(mut self, country: Country) -> Self {
        self.country = country;
        self
    }

    /// Sets who is listened to.
    pub fn tap(mut self, tap: Tap) -> Self {
        self.tap = tap;
        self
    }
}

struct Core {
    id: u64,
    call: Call,
    detection: ToneDetection,
    stopped: AtomicBool,
    shared: Arc<Shared>,
}

/// A detector of tones on a call. Dropping the handle lets it go on; it ends by [`ToneDetector::stop`] or with its call.
#[derive(Clone)]
pub struct ToneDetector {
    core: Arc<Core>,
}

impl ToneDetector {
    /// Its number in this process; never reused.
    /// Its number: nothing else on the bridge has it.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    /// Its call.
    pub fn call(&self) -> &Call {
        &self.core.call
    }

    /// Its settings.
    pub fn detection(&self) -> ToneDetection {
        self.core.detection
    }

    /// Whether it has ended.
    pub fn is_stopped(&self) -> bool {
        self.core.stopped.load(Ordering::Relaxed)
    }

    /// Stops it. Stopping twice is fine.
    ///
    /// # Errors
    /// [`NotRunning`](crate::ErrorKind::NotRunning) after the endpoint was closed.
    pub fn stop(&self) -> Result<()> {
        let id = self.core.id;
        self.core.shared.run("stop tone detector", Lane::Normal, move |engine| {
            engine.node_remove(id, Removal::Stopped);
            Ok(())
        })
    }

    pub(crate) fn mark_stopped(&self) {
        self.core.stopped.store(true, Ordering::Relaxed);
    }

    /// A tone as event.
    pub(crate) fn event(&self, found: Found, noticed: SystemTime) -> Event {
        let time = |samples: u64| Duration::from_nanos(samples * 1_000_000_000 / u64::from(RATE));
        let delay = time(found.told - found.at);
        Event::ToneDetected {
            call: self.core.call.clone(),
            tone: found.tone,
            at: noticed.checked_sub(delay).unwrap_or(noticed),
            position: time(found.at),
            delay,
            tap: self.core.detection.tap,
        }
    }
}

impl fmt::Debug for ToneDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToneDetector")
            .field("call", &self.core.call.id().get())
            .field("detection", &self.core.detection)
            .finish_non_exhaustive()
    }
}

/// The bridge's side, at 16 kHz.
pub(crate) struct ToneSink {
    hearer: Hearer,
    reporter: Reporter,
}

impl ToneSink {
    pub(crate) const RATE: u32 = RATE;

    pub(crate) fn new(detection: ToneDetection, reporter: Reporter) -> ToneSink {
        ToneSink {
            hearer: Hearer::new(detection.country),
            reporter,
        }
    }
}

impl PortSink for ToneSink {
    fn take(&mut self, frame: Option<&[i16]>, samples: usize) {
        const SILENCE: [i16; HOP] = [0; HOP];
        let ToneSink { hearer, reporter } = self;
        let mut tell = |found| reporter.tell(Heard::Tone(found, SystemTime::now()));
        match frame {
            Some(frame) => hearer.feed(frame, &mut tell),
            None => {
                let mut left = samples;
                while left > 0 {
                    let part = left.min(SILENCE.len());
                    hearer.feed(&SILENCE[..part], &mut tell);
                    left -= part;
                }
            }
        }
    }
}

impl Call {
    /// Tells by [`Event::ToneDetected`](crate::Event::ToneDetected) which tones are heard, from the moment audio flows: those of a
    /// country, fax machines, beeps. Each series of a tone is told once.
    ///
    /// A cadence of 2.5 s and more is told after its first round, a shorter one after its second, always in the silence behind it; dial
    /// tone when it lasts longer than the same sound elsewhere. Where a country's congestion tone is its busy tone, or begins as that does
    /// (Australia, Hungary, Japan, Mexico, Poland, Spain), busy is told. Two detectors with two countries may run on one call.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) after the call's end.
    ///
    /// # Threads
    /// Any.
    pub fn detect_tones(&self, detection: ToneDetection) -> Result<ToneDetector> {
        const OP: &str = "detect tones";
        let detector = ToneDetector {
            core: Arc::new(Core {
                id: self.shared().next_id(),
                call: self.clone(),
                detection,
                stopped: AtomicBool::new(false),
                shared: Arc::clone(self.shared()),
            }),
        };
        let handle = detector.clone();
        self.shared()
            .run(OP, Lane::Normal, move |engine| engine.listen_for_tones(OP, &handle))?;
        Ok(detector)
    }
}

//! When did the caller say that? The service counts milliseconds of the audio it was given; frames know when they came.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use microsip_core::AudioFrame;

/// How much is remembered: longer than anybody speaks in one go.
const KEPT: usize = 120 * 50;

/// The moments at which the frames came that were given to the service.
#[derive(Debug, Default)]
pub struct EarClock {
    /// How much was given: the service counts what it got, so what was lost on the way here does not count.
    given: Duration,
    frames: VecDeque<(Duration, Instant)>,
}

impl EarClock {
    /// Remembers a frame that is given to the service.
    pub fn note(&mut self, frame: &AudioFrame) {
        if self.frames.len() == KEPT {
            self.frames.pop_front();
        }
        self.frames.push_back((self.given, frame.at));
        self.given += frame.duration();
    }

    /// The moment at which the bridge had the sample so far into the audio, which is that of its frame; `None` when that is
    /// forgotten, or not given yet.
    pub fn at(&self, position: Duration) -> Option<Instant> {
        if position > self.given {
            return None;
        }
        let after = self.frames.partition_point(|(begin, _)| *begin <= position);
        self.frames.get(after.checked_sub(1)?).map(|(_, at)| *at)
    }
}

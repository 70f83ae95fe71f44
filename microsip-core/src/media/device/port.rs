//! A device as ports of the bridge: microphone and loudspeaker in one object, so that what is played is at hand when echo is
//! taken out of what is recorded.
//!
//! The port stays while devices come and go: their ring ends are handed over, and handed back to be freed, by rings.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use super::backend::now;
use super::list::AudioDevice;
use super::meter::{Gauge, Meter};
use super::ring::{CaptureReader, DeviceStats, Flow, PlaybackWriter};
use crate::pj::{PortEnd, PortSink, PortSource};

/// What handles and the port share about one direction.
#[derive(Debug)]
pub(crate) struct Side {
    /// As bits of an f32.
    volume: AtomicU32,
    muted: AtomicBool,
    pub(crate) meter: Meter,
    /// What is open; never looked at by the port.
    stream: Mutex<Option<(AudioDevice, Arc<Flow>)>>,
}

impl Side {
    pub(crate) fn new(factor: f32, muted: bool) -> Arc<Side> {
        Arc::new(Side {
            volume: AtomicU32::new(factor.to_bits()),
            muted: AtomicBool::new(muted),
            meter: Meter::default(),
            stream: Mutex::new(None),
        })
    }

    pub(crate) fn set_volume(&self, factor: f32) {
        self.volume.store(factor.to_bits(), Relaxed);
    }

    pub(crate) fn volume(&self) -> f32 {
        f32::from_bits(self.volume.load(Relaxed))
    }

    pub(crate) fn set_muted(&self, muted: bool) {
        self.muted.store(muted, Relaxed);
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.muted.load(Relaxed)
    }

    pub(crate) fn set_stream(&self, stream: Option<(AudioDevice, Arc<Flow>)>) {
        if stream.is_none() {
            self.meter.reset();
        }
        *self.stream.lock().unwrap_or_else(PoisonError::into_inner) = stream;
    }

    /// The device that is open.
    pub(crate) fn device(&self) -> Option<AudioDevice> {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.as_ref().map(|(device, _)| device.clone())
    }

    pub(crate) fn stats(&self) -> Option<DeviceStats> {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.as_ref().map(|(_, flow)| flow.stats())
    }
}

/// The port's place for a ring end, filled and emptied by somebody else.
pub(crate) struct Place<End> {
    now: Option<Box<End>>,
    new: rtrb::Consumer<Option<Box<End>>>,
    old: rtrb::Producer<Box<End>>,
}

/// Who fills and empties it.
pub(crate) struct Supply<End> {
    new: rtrb::Producer<Option<Box<End>>>,
    old: rtrb::Consumer<Box<End>>,
}

/// A place and its supply. An end is taken out by giving nothing.
pub(crate) fn place<End>() -> (Supply<End>, Place<End>) {
    let (give, new) = rtrb::RingBuffer::new(8);
    let (old, back) = rtrb::RingBuffer::new(8);
    (Supply { new: give, old: back }, Place { now: None, new, old })
}

impl<End> Supply<End> {
    /// Hands over an end, or nothing; `false` when eight wait already, because the bridge stands still.
    pub(crate) fn give(&mut self, end: Option<Box<End>>) -> bool {
        self.sweep();
        self.new.push(end).is_ok()
    }

    /// Frees what was handed back.
    pub(crate) fn sweep(&mut self) {
        while self.old.pop().is_ok() {}
    }
}

impl<End> Place<End> {
    fn refresh(&mut self) -> Option<&mut End> {
        // An end that cannot be handed back stays until there is room.
        while self.now.is_none() || !self.old.is_full() {
            let Ok(next) = self.new.pop() else { break };
            if let Some(before) = std::mem::replace(&mut self.now, next) {
                let handed = self.old.push(before);
                debug_assert!(handed.is_ok(), "it was not full");
            }
        }
        self.now.as_deref_mut()
    }
}

/// Works on what the microphone heard, a tick at a time; runs on the clock thread.
pub(crate) trait VoiceFilter: Send {
    /// `near` is what the microphone heard, `far` what was played at the time it may be an echo of.
    fn process(&mut self, near: &mut [i16], far: &[i16]);
}

/// A volume that is changed without a step.
struct Fader {
    factor: f32,
}

impl Fader {
    fn apply(&mut self, frame: &mut [f32], to: f32) {
        if self.factor == to && to == 1.0 {
            return;
        }
        let step = (to - self.factor) / frame.len().max(1) as f32;
        for sample in frame.iter_mut() {
            self.factor += step;
            *sample *= self.factor;
        }
        self.factor = to;
    }
}

/// A microphone on the bridge.
pub(crate) struct Microphone {
    place: Place<CaptureReader>,
    side: Arc<Side>,
    fader: Fader,
    mute: Fader,
    gauge: Gauge,
    frame: Vec<f32>,
}

/// A loudspeaker on the bridge.
pub(crate) struct Loudspeaker {
    place: Place<PlaybackWriter>,
    side: Arc<Side>,
    fader: Fader,
    gauge: Gauge,
    frame: Vec<f32>,
}

impl Microphone {
    pub(crate) fn new(rate: u32, side: Arc<Side>, place: Place<CaptureReader>) -> Microphone {
        Microphone {
            place,
            fader: Fader { factor: side.volume() },
            mute: Fader {
                factor: if side.is_muted() { 0.0 } else { 1.0 },
            },
            gauge: Gauge::default(),
            frame: vec![0.0; (rate / 50) as usize],
            side,
        }
    }

    /// A tick; `false` without a device. `filter` works before the volume, the meter shows what a muted microphone hears.
    fn fill(&mut self, out: &mut [i16], filter: impl FnOnce(&mut [i16])) -> bool {
        let Some(reader) = self.place.refresh() else {
            return false;
        };
        if out.len() != self.frame.len() {
            return false;
        }
        let flows = reader.read(&mut self.frame, now());
        to_samples(&self.frame, out);
        filter(out);
        to_floats(out, &mut self.frame);
        self.fader.apply(&mut self.frame, self.side.volume());
        self.gauge.measure(&self.frame, &self.side.meter);
        let muted = self.side.is_muted();
        self.mute.apply(&mut self.frame, if muted { 0.0 } else { 1.0 });
        to_samples(&self.frame, out);
        flows
    }
}

impl Loudspeaker {
    pub(crate) fn new(rate: u32, side: Arc<Side>, place: Place<PlaybackWriter>) -> Loudspeaker {
        Loudspeaker {
            place,
            fader: Fader {
                factor: if side.is_muted() { 0.0 } else { side.volume() },
            },
            gauge: Gauge::default(),
            frame: vec![0.0; (rate / 50) as usize],
            side,
        }
    }

    /// A tick. What is played is left in `heard`, if there is one, for the echo canceller.
    fn take(&mut self, frame: Option<&[i16]>, heard: Option<&mut [i16]>) {
        let Some(writer) = self.place.refresh() else { return };
        let frame = frame.filter(|f| f.len() == self.frame.len());
        match frame {
            Some(frame) => to_floats(frame, &mut self.frame),
            None => self.frame.fill(0.0),
        }
        let to = if self.side.is_muted() { 0.0 } else { self.side.volume() };
        self.fader.apply(&mut self.frame, to);
        // Clipped here as the converter would, or the echo canceller would wait for what is never played.
        self.frame.iter_mut().for_each(|s| *s = s.clamp(-1.0, 1.0));
        self.gauge.measure(&self.frame, &self.side.meter);
        if let Some(heard) = heard {
            to_samples(&self.frame, heard);
        }
        writer.write(&self.frame, frame.is_none(), now());
    }
}

impl PortSink for Loudspeaker {
    fn take(&mut self, frame: Option<&[i16]>, _: usize) {
        self.take(frame, None);
    }
}

/// A microphone and perhaps a loudspeaker of one person, with what takes the echo of the one out of the other.
pub(crate) struct Pair {
    microphone: Microphone,
    /// Without one there is no echo either.
    loudspeaker: Option<Loudspeaker>,
    filter: Option<Box<dyn VoiceFilter>>,
    far: DelayLine,
    /// The frame that is played, for the delay line.
    played: Vec<i16>,
    /// The frame that is an echo now.
    echo: Vec<i16>,
    /// From the bridge through the air and back, in samples; see [`Pair::delay`].
    rate: u32,
    path: Arc<EchoPath>,
}

/// How far playing and recording are apart, told by who can look at both streams.
#[derive(Debug, Default)]
pub(crate) struct EchoPath {
    us: AtomicU32,
}

impl EchoPath {
    pub(crate) fn set(&self, us: u32) {
        self.us.store(us, Relaxed);
    }
}

impl Pair {
    pub(crate) fn new(
        rate: u32,
        microphone: Microphone,
        loudspeaker: Option<Loudspeaker>,
        filter: Option<Box<dyn VoiceFilter>>,
        path: Arc<EchoPath>,
    ) -> Pair {
        let frame = (rate / 50) as usize;
        Pair {
            microphone,
            loudspeaker,
            filter,
            far: DelayLine::new(rate as usize, frame),
            played: vec![0; frame],
            echo: vec![0; frame],
            rate,
            path,
        }
    }

    /// As a port of the bridge.
    pub(crate) fn into_end(self) -> PortEnd {
        if self.loudspeaker.is_some() {
            PortEnd::Both(Box::new(self))
        } else {
            PortEnd::Source(Box::new(self))
        }
    }
}

impl PortSource for Pair {
    fn fill(&mut self, out: &mut [i16]) -> bool {
        let Pair { filter, far, echo, .. } = self;
        let us = u64::from(self.path.us.load(Relaxed));
        let delay = (us * u64::from(self.rate) / 1_000_000) as usize;
        self.microphone.fill(out, |near| {
            if let Some(filter) = filter {
                far.read(delay, echo);
                filter.process(near, echo);
            }
        })
    }
}

impl PortSink for Pair {
    fn take(&mut self, frame: Option<&[i16]>, _: usize) {
        self.played.fill(0);
        if let Some(loudspeaker) = &mut self.loudspeaker {
            loudspeaker.take(frame, Some(&mut self.played));
        }
        self.far.push(&self.played);
    }
}

/// The last second of what was played.
struct DelayLine {
    samples: Vec<i16>,
    at: usize,
    frame: usize,
    delay: usize,
}

impl DelayLine {
    fn new(length: usize, frame: usize) -> DelayLine {
        DelayLine {
            samples: vec![0; length],
            at: 0,
            frame,
            delay: 0,
        }
    }

    fn push(&mut self, frame: &[i16]) {
        for sample in frame {
            self.samples[self.at] = *sample;
            self.at = (self.at + 1) % self.samples.len();
        }
    }

    /// The frame that was played `delay` samples ago. A filter that has learned one delay must learn anew at another, so small
    /// changes are not followed.
    fn read(&mut self, delay: usize, out: &mut [i16]) {
        let length = self.samples.len();
        let delay = delay.min(length - self.frame);
        if delay.abs_diff(self.delay) > self.frame {
            self.delay = delay;
        }
        let from = self.at + 2 * length - self.frame - self.delay;
        for (n, sample) in out.iter_mut().enumerate() {
            *sample = self.samples[(from + n) % length];
        }
    }
}

fn to_floats(samples: &[i16], out: &mut [f32]) {
    for (to, from) in out.iter_mut().zip(samples) {
        *to = f32::from(*from) / 32_768.0;
    }
}

fn to_samples(floats: &[f32], out: &mut [i16]) {
    for (to, from) in out.iter_mut().zip(floats) {
        // Saturates.
        *to = (from * 32_768.0).round() as i16;
    }
}

#[cfg(test)]
#[path = "port_tests.rs"]
mod tests;

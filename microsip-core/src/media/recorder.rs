//! Recording a call or a conference into a file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use super::ending::Ending;
use super::files::encode::{RecordFormat, Shape};
use super::files::name::{RecordingName, create_free, numbered};
use super::files::writer::{FileWriter, Job, Side, cannot_write, side};
use super::{AudioTarget, Tap};
use crate::engine::{Lane, NewNode, Owner, Removal, Shared};
use crate::event::Event;
use crate::pj::PortEnd;
use crate::{Error, ErrorKind, Result};

/// What is recorded, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RecordOptions {
    /// Which side; default what the peer says. Of no meaning with `split`.
    pub tap: Tap,
    /// Both sides in two channels: left what we send, right what we receive, to the sample; default no.
    pub split: bool,
    /// The kind of file; by its extension without one (`.wav`, `.opus` or `.ogg`, `.flac`; WAV without any).
    pub format: Option<RecordFormat>,
    /// Samples per second; the bridge's without one ([`Endpoint::clock_rate`](crate::Endpoint::clock_rate)), or 48,000 where
    /// Opus does not know that.
    pub rate: Option<u32>,
    /// Bits per second and channel for Opus, 6,000 to 510,000; libopus chooses without one.
    pub bitrate: Option<u32>,
    /// Whether an existing file is overwritten; by default another name is found: `-2`, `-3` … before the extension.
    pub overwrite: bool,
}

impl RecordOptions {
    /// Sets which side.
    pub fn tap(mut self, tap: Tap) -> Self {
        self.tap = tap;
        self
    }

    /// Sets whether both sides go into two channels.
    pub fn split(mut self, yes: bool) -> Self {
        self.split = yes;
        self
    }

    /// Sets the kind of file, whatever its name.
    pub fn format(mut self, format: RecordFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Sets the rate in Hz.
    pub fn rate(mut self, rate: u32) -> Self {
        self.rate = Some(rate);
        self
    }

    /// Sets the bits per second and channel.
    pub fn bitrate(mut self, bitrate: u32) -> Self {
        self.bitrate = Some(bitrate);
        self
    }

    /// Sets whether an existing file is overwritten.
    pub fn overwrite(mut self, yes: bool) -> Self {
        self.overwrite = yes;
        self
    }
}

/// What a closed recording became.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordingInfo {
    /// The file.
    pub path: PathBuf,
    /// Its kind.
    pub format: RecordFormat,
    /// Samples per second and channel.
    pub rate: u32,
    /// Channels: 2 for split recordings, else 1.
    pub channels: u16,
    /// Samples written, per channel.
    pub samples: u64,
    /// Samples replaced by silence because the disk could not keep up.
    pub dropped: u64,
    /// Why the file ends early, if it does: [`Io`](ErrorKind::Io), such as a full disk. What came before is in the file.
    pub error: Option<Error>,
}

impl RecordingInfo {
    /// Length of the recording.
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(self.samples as f64 / f64::from(self.rate.max(1)))
    }
}

pub(crate) struct RecorderCore {
    pub(crate) id: u64,
    /// The second port of a split recording.
    other: Option<u64>,
    target: AudioTarget,
    path: PathBuf,
    rate: u32,
    side: Arc<Side>,
    written: AtomicU64,
    /// From which sample of the first side to which nothing is recorded; the last may still be open.
    pauses: Mutex<Vec<(u64, Option<u64>)>>,
    result: Ending<RecordingInfo>,
    shared: Arc<Shared>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RecorderCore {
    pub(crate) fn set_written(&self, frames: u64) {
        self.written.store(frames, Ordering::Relaxed);
    }

    /// Takes out what fell into pauses; the samples begin at `from`, in all sides alike.
    pub(crate) fn cut_pauses(&self, from: u64, sides: &mut [Vec<i16>]) {
        cut(&mut lock(&self.pauses), from, sides);
    }

    /// Has the engine take its ports off the bridge, because nothing more can be written.
    pub(crate) fn take_off(&self) {
        let ids = [Some(self.id), self.other];
        // A full queue means that somebody is flooding the engine: the ports go with the call then.
        self.shared.post("recording failed", move |engine| {
            for id in ids.into_iter().flatten() {
                engine.node_remove(id, Removal::AtEnd);
            }
        });
    }
}

/// Takes pauses out of samples that begin at `from`, and forgets those that are over.
fn cut(pauses: &mut Vec<(u64, Option<u64>)>, from: u64, sides: &mut [Vec<i16>]) {
    let n = sides.first().map_or(0, Vec::len) as u64;
    let place = |at: u64| at.saturating_sub(from).min(n) as usize;
    // From the end, so that places before stay.
    for (begin, end) in pauses.iter().rev() {
        let range = place(*begin)..end.map_or(n as usize, place);
        for samples in sides.iter_mut() {
            samples.drain(range.clone());
        }
    }
    pauses.retain(|(_, end)| end.is_none_or(|end| end > from + n));
}

/// A recording in progress or finished. Dropping the handle lets it go on; it ends with what it records.
///
/// A thread of the endpoint writes; whatever is older than half a second can be read although the process was killed. Handles
/// may be used from any thread.
#[derive(Clone)]
pub struct Recorder {
    pub(crate) core: Arc<RecorderCore>,
}

impl Recorder {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.core.path
    }

    /// What it records.
    pub fn target(&self) -> &AudioTarget {
        &self.core.target
    }

    /// How much has been written so far.
    pub fn length(&self) -> Duration {
        let written = self.core.written.load(Ordering::Relaxed);
        Duration::from_secs_f64(written as f64 / f64::from(self.core.rate.max(1)))
    }

    /// Leaves out what comes from now on, until [`Recorder::resume`]; the file has no silence in its place. Pausing twice
    /// is fine.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the recording has ended.
    pub fn pause(&self) -> Result<()> {
        self.alive("pause recorder")?;
        let mut pauses = lock(&self.core.pauses);
        if pauses.last().is_none_or(|(_, end)| end.is_some()) {
            pauses.push((self.core.side.taken(), None));
        }
        Ok(())
    }

    /// Goes on after [`Recorder::pause`].
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when the recording has ended.
    pub fn resume(&self) -> Result<()> {
        self.alive("resume recorder")?;
        if let Some((_, end @ None)) = lock(&self.core.pauses).last_mut() {
            *end = Some(self.core.side.taken());
        }
        Ok(())
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        lock(&self.core.pauses).last().is_some_and(|(_, end)| end.is_none())
    }

    /// Whether it has ended, and the file is complete.
    pub fn is_finished(&self) -> bool {
        self.core.result.is_set()
    }

    fn alive(&self, op: &'static str) -> Result<()> {
        if self.is_finished() {
            return Err(Error::new(ErrorKind::Gone, op, "the recording has ended"));
        }
        Ok(())
    }

    /// Stops recording and waits until the file is complete.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the disk takes longer than ten seconds.
    pub fn stop(&self) -> Result<RecordingInfo> {
        const OP: &str = "stop recorder";
        let ids = [Some(self.core.id), self.core.other];
        let asked = self.core.shared.run(OP, Lane::Normal, move |engine| {
            for id in ids.into_iter().flatten() {
                engine.node_remove(id, Removal::Stopped);
            }
            Ok(())
        });
        match asked {
            // Closing the endpoint finishes the file as well.
            Ok(()) => self.wait_finished(Duration::from_secs(10)),
            Err(e) if e.kind() == ErrorKind::NotRunning => self.wait_finished(Duration::from_secs(10)),
            Err(e) => Err(e),
        }
    }

    /// Waits until the file is complete, which it is soon after its call has ended.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first.
    pub fn wait_finished(&self, timeout: Duration) -> Result<RecordingInfo> {
        const OP: &str = "wait for recorder";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let result = self.core.result.wait(timeout);
        result.ok_or_else(|| Error::new(ErrorKind::Timeout, OP, format!("not finished after {timeout:?}")))
    }

    /// The same; asynchronous, without a deadline.
    pub async fn finished(&self) -> RecordingInfo {
        std::future::poll_fn(|cx| self.poll_finished(cx)).await
    }

    /// For executors of one's own: as [`Recorder::finished`].
    pub fn poll_finished(&self, cx: &mut Context<'_>) -> Poll<RecordingInfo> {
        self.core.result.poll(cx)
    }

    /// From the writing thread: the file is complete.
    pub(crate) fn finish(&self, info: RecordingInfo) {
        self.core.set_written(info.samples);
        self.core.result.set(info.clone());
        self.core.shared.publish_from_outside(Event::RecordingFinished {
            recorder: self.clone(),
            info,
        });
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("id", &self.core.id)
            .field("path", &self.core.path)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Recorder {
    fn eq(&self, other: &Recorder) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Recorder {}

const OP: &str = "record";

/// Where a recording goes.
pub(crate) enum Place<'a> {
    Path(&'a Path),
    Named(&'a RecordingName),
}

impl Place<'_> {
    fn format(&self, wanted: Option<RecordFormat>) -> Result<RecordFormat> {
        match (wanted, self) {
            (Some(format), _) => Ok(format),
            (None, Place::Path(path)) => RecordFormat::of(OP, path),
            (None, Place::Named(name)) => RecordFormat::of(OP, &name.example()),
        }
    }

    fn create(&self, target: &AudioTarget, overwrite: bool) -> Result<(std::fs::File, PathBuf)> {
        match self {
            Place::Path(path) => create_free(overwrite, |number| Ok(numbered(path, number)))
                .map_err(|e| Error::new(ErrorKind::Io, OP, format!("cannot write {e}"))),
            Place::Named(name) => {
                let call = target
                    .call()
                    .ok_or_else(|| Error::invalid(OP, "names by rules are for calls"))?;
                name.create(&call.info(), overwrite)
                    .map_err(|e| Error::new(ErrorKind::Io, OP, format!("cannot write {e}")))
            }
        }
    }
}

/// Begins a recording. The file is made on the calling thread.
pub(crate) fn start(
    shared: &Arc<Shared>,
    target: AudioTarget,
    place: &Place<'_>,
    options: RecordOptions,
) -> Result<Recorder> {
    // Everything that can be wrong, before the file is touched.
    shared.origin().check(OP)?;
    if target.call().is_some_and(|call| call.info().is_ended()) {
        return Err(Error::new(ErrorKind::Gone, OP, "the call has ended"));
    }
    if target.call().is_none() && (options.split || options.tap != Tap::Received) {
        return Err(Error::invalid(OP, "only a call has two sides; record what is heard"));
    }
    let format = place.format(options.format)?;
    if format == RecordFormat::Opus && !crate::pj::HAS_OPUS {
        return Err(Error::new(
            ErrorKind::Unsupported,
            OP,
            "this build lacks Opus (feature `opus`)",
        ));
    }
    let bridge = shared.clock_rate();
    let shape = Shape {
        rate: options.rate.unwrap_or_else(|| format.rate(bridge)),
        channels: if options.split { 2 } else { 1 },
        bitrate: options.bitrate,
    };
    format.check_rate(OP, shape.rate)?;
    if let Some(bits) = options.bitrate.filter(|b| !(6000..=510_000).contains(b)) {
        return Err(Error::invalid(
            OP,
            format!("{bits} bits a second are not between 6000 and 510000"),
        ));
    }

    let (file, path) = place.create(&target, options.overwrite)?;
    let encoder = format.encoder(file, shape).map_err(|e| cannot_write(&path, &e))?;
    // Left, then right.
    let taps = if options.split {
        vec![Tap::Sent, Tap::Received]
    } else {
        vec![options.tap]
    };
    let (sinks, inputs): (Vec<_>, Vec<_>) = taps.iter().map(|_| side(bridge)).unzip();
    let ids: Vec<u64> = taps.iter().map(|_| shared.next_id()).collect();
    let first = inputs.first().map(|input| Arc::clone(&input.side)).unwrap_or_default();
    let recorder = Recorder {
        core: Arc::new(RecorderCore {
            id: ids.first().copied().unwrap_or_default(),
            other: ids.get(1).copied(),
            target: target.clone(),
            path,
            rate: shape.rate,
            side: first,
            written: AtomicU64::new(0),
            pauses: Mutex::default(),
            result: Ending::default(),
            shared: Arc::clone(shared),
        }),
    };
    let job = Job::new(recorder.clone(), format, shape, bridge, inputs, encoder)?;
    let handle = recorder.clone();
    shared.run(OP, Lane::Normal, move |engine| {
        let owners: Vec<Owner> = taps.iter().map(|tap| target.owner(*tap)).collect();
        for ((id, sink), owner) in ids.iter().zip(sinks).zip(owners) {
            let node = NewNode {
                id: *id,
                rate: None,
                end: PortEnd::Sink(Box::new(sink)),
                owner,
                // The writing thread sees that its rings are abandoned, and tells.
                on_removed: Box::new(|_, _| {}),
            };
            if let Err(e) = engine.node_add(OP, node) {
                ids.iter().for_each(|id| engine.node_remove(*id, Removal::Stopped));
                return Err(e);
            }
        }
        let started = engine.with_file_writer(FileWriter::spawn, |writer| writer.begin(job));
        started.inspect_err(|_| ids.iter().for_each(|id| engine.node_remove(*id, Removal::Stopped)))
    })?;
    Ok(handle)
}

#[cfg(test)]
mod tests {
    #[test]
    fn pauses_are_cut_to_the_sample_across_pieces() {
        // The arithmetic of `cut_pauses`, without a bridge: samples are their own positions.
        let mut pauses: Vec<(u64, Option<u64>)> = vec![(3, Some(5)), (9, Some(12)), (14, None)];
        let mut kept = Vec::new();
        for from in [0_u64, 4, 10, 13] {
            let end = [4, 10, 13, 20][[0_u64, 4, 10, 13].iter().position(|f| *f == from).unwrap()];
            let mut sides = [(from..end).map(|n| n as i16).collect::<Vec<i16>>()];
            super::cut(&mut pauses, from, &mut sides);
            kept.extend(sides[0].clone());
        }
        assert_eq!(kept, [0, 1, 2, 5, 6, 7, 8, 12, 13]);
        assert_eq!(pauses, [(14, None)]);
    }
}

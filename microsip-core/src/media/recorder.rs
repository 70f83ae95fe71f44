//! Recording a call into a WAV file.
//!
//! The bridge's clock thread pushes frames into a ring; one thread of ours per endpoint empties all rings into their
//! files, so that a slow disk never holds up audio.

use std::fmt;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Tap;
use crate::call::Call;
use crate::engine::{Lane, NewNode, Owner, Removal, Shared};
use crate::event::Event;
use crate::pj::{PortEnd, PortSink};
use crate::{Error, ErrorKind, FOR_EVER, Result};

/// What a closed recording became.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordingInfo {
    /// The file.
    pub path: PathBuf,
    /// Samples per second.
    pub rate: u32,
    /// Samples written.
    pub samples: u64,
    /// Samples lost because the disk could not keep up.
    pub dropped: u64,
    /// Why the file is incomplete, if it is.
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
    dropped: AtomicU64,
    detached: AtomicBool,
    result: Mutex<Option<RecordingInfo>>,
    changed: Condvar,
    shared: Arc<Shared>,
}

/// A recording in progress or finished. Dropping the handle lets it go on; it ends with its call.
#[derive(Clone)]
pub struct Recorder {
    pub(crate) core: Arc<RecorderCore>,
}

impl Recorder {
    /// Stops recording and waits until the file is complete.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the disk takes longer than ten seconds.
    pub fn stop(&self) -> Result<RecordingInfo> {
        const OP: &str = "stop recorder";
        let id = self.core.id;
        let asked = self.core.shared.run(OP, Lane::Normal, move |engine| {
            engine.node_remove(id, Removal::Stopped);
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
        let deadline = Instant::now() + timeout.min(FOR_EVER);
        let mut result = self.core.result.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(info) = &*result {
                return Ok(info.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    OP,
                    format!("not finished after {timeout:?}"),
                ));
            }
            result = self
                .core
                .changed
                .wait_timeout(result, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn finish(&self, info: RecordingInfo) {
        *self.core.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(info);
        self.core.changed.notify_all();
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("id", &self.core.id)
            .finish_non_exhaustive()
    }
}

/// The bridge's side: a wait-free push. `None` is a frame without audio, recorded as silence to keep time.
struct RingSink {
    ring: rtrb::Producer<i16>,
    core: Arc<RecorderCore>,
}

impl PortSink for RingSink {
    fn take(&mut self, frame: Option<&[i16]>, samples: usize) {
        let Ok(chunk) = self.ring.write_chunk_uninit(samples) else {
            self.core.dropped.fetch_add(samples as u64, Ordering::Relaxed);
            return;
        };
        match frame {
            Some(frame) => chunk.fill_from_iter(frame.iter().copied()),
            None => chunk.fill_from_iter(std::iter::repeat_n(0, samples)),
        };
    }
}

impl Drop for RingSink {
    fn drop(&mut self) {
        self.core.detached.store(true, Ordering::Release);
    }
}

/// One file being written.
struct Job {
    recorder: Recorder,
    call: Call,
    path: PathBuf,
    rate: u32,
    ring: rtrb::Consumer<i16>,
    writer: Option<hound::WavWriter<BufWriter<File>>>,
    samples: u64,
    error: Option<Error>,
}

impl Job {
    fn drain(&mut self) {
        let Ok(chunk) = self.ring.read_chunk(self.ring.slots()) else {
            return;
        };
        let (a, b) = chunk.as_slices();
        for sample in a.iter().chain(b) {
            let Some(writer) = &mut self.writer else { break };
            match writer.write_sample(*sample) {
                Ok(()) => self.samples += 1,
                Err(e) => {
                    self.error = Some(io_error("record", &self.path, &e));
                    self.writer = None;
                }
            }
        }
        chunk.commit_all();
    }

    /// Writes the header's lengths and tells everybody.
    fn close(mut self) {
        self.drain();
        if let Some(Err(e)) = self.writer.take().map(hound::WavWriter::finalize) {
            self.error = Some(io_error("record", &self.path, &e));
        }
        let info = RecordingInfo {
            path: self.path,
            rate: self.rate,
            samples: self.samples,
            dropped: self.recorder.core.dropped.load(Ordering::Relaxed),
            error: self.error,
        };
        self.recorder.finish(info.clone());
        let shared = Arc::clone(&self.recorder.core.shared);
        shared.publish_from_outside(Event::RecordingFinished {
            call: self.call,
            recorder: self.recorder,
            info,
        });
    }
}

fn io_error(op: &'static str, path: &Path, e: &hound::Error) -> Error {
    Error::new(ErrorKind::Io, op, format!("cannot write {}: {e}", path.display()))
}

/// The thread that empties the rings; started with the first recording, ended with the endpoint.
pub(crate) struct FileWriter {
    sender: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

/// How often the rings are emptied; they hold twenty times as much.
const PERIOD: Duration = Duration::from_millis(100);
const RING_SECONDS: usize = 2;

impl FileWriter {
    fn spawn() -> Result<FileWriter> {
        let (sender, receiver) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("microsip-files".into())
            .spawn(move || run(&receiver))
            .map_err(|e| Error::new(ErrorKind::Internal, "record", format!("cannot start a thread: {e}")))?;
        Ok(FileWriter { sender, thread })
    }

    /// Finishes every file whose port is gone and ends the thread.
    pub(crate) fn close(self) {
        drop(self.sender);
        if self.thread.join().is_err() {
            tracing::error!(target: "microsip", "the file writer panicked");
        }
    }
}

fn run(receiver: &mpsc::Receiver<Job>) {
    let mut jobs: Vec<Job> = Vec::new();
    loop {
        let mut open = true;
        if jobs.is_empty() {
            // Nothing to empty: sleep until there is.
            match receiver.recv() {
                Ok(job) => jobs.push(job),
                Err(mpsc::RecvError) => return,
            }
        } else {
            match receiver.recv_timeout(PERIOD) {
                Ok(job) => jobs.push(job),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => open = false,
            }
        }
        let mut still = Vec::with_capacity(jobs.len());
        for mut job in jobs {
            // Read the flag first: what was pushed before it was set is in the ring by now.
            let detached = job.recorder.core.detached.load(Ordering::Acquire);
            job.drain();
            if detached || !open {
                job.close()
            } else {
                still.push(job)
            }
        }
        jobs = still;
        if !open {
            return;
        }
    }
}

pub(crate) fn start(shared: &Arc<Shared>, call: &Call, path: &Path) -> Result<Recorder> {
    const OP: &str = "record";
    if call.info().is_ended() {
        // Before the file is touched.
        return Err(Error::new(ErrorKind::Gone, OP, format!("call {} has ended", call.id())));
    }
    let rate = shared.clock_rate();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let writer = hound::WavWriter::create(path, spec).map_err(|e| io_error(OP, path, &e))?;
    let (producer, consumer) = rtrb::RingBuffer::new(rate as usize * RING_SECONDS);
    let core = Arc::new(RecorderCore {
        id: shared.next_id(),
        dropped: AtomicU64::new(0),
        detached: AtomicBool::new(false),
        result: Mutex::new(None),
        changed: Condvar::new(),
        shared: Arc::clone(shared),
    });
    let recorder = Recorder {
        core: Arc::clone(&core),
    };
    let sink = Box::new(RingSink { ring: producer, core });
    let job = Job {
        recorder: recorder.clone(),
        call: call.clone(),
        path: path.to_owned(),
        rate,
        ring: consumer,
        writer: Some(writer),
        samples: 0,
        error: None,
    };
    let (id, call) = (recorder.core.id, call.id());
    shared.run(OP, Lane::Normal, move |engine| {
        engine.node_add(
            OP,
            NewNode {
                id,
                rate: None,
                end: PortEnd::Sink(sink),
                owner: Owner::Call(call, Tap::Received),
                // The sink tells the writer when the bridge has let go of it.
                on_removed: Box::new(|_, _| {}),
            },
        )?;
        let started = engine.with_file_writer(FileWriter::spawn, |writer| {
            // The thread lives as long as the engine, so the channel is open.
            drop(writer.sender.send(job));
        });
        started.inspect_err(|_| engine.node_remove(id, Removal::Stopped))
    })?;
    Ok(recorder)
}

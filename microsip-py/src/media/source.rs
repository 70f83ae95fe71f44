//! Samples into the bridge.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;

use super::end::Over;
use super::pcm::Samples;
use crate::base::pump::Given;
use crate::base::share::{Seat, Shared, wait};
use crate::base::{Fault, Outcome, Timeout, ToPy, Waiting, made};
use crate::snapshot;

snapshot!(core::SourceStats as "SourceStats" { written, sent, flushed, queued, underruns, silence });
snapshot!(core::Flushed as "Flushed" { position, dropped });

const WRITE: &str = "write audio";
const FLUSH: &str = "flush audio";
const DRAIN: &str = "drain audio";

/// Samples that somebody waits to be rid of.
struct Job {
    samples: Vec<i16>,
    done: AtomicUsize,
    /// All are written, or a flush came in between.
    over: AtomicBool,
}

impl Job {
    fn over(&self) -> Option<usize> {
        self.over
            .load(Ordering::Acquire)
            .then(|| self.done.load(Ordering::Acquire))
    }
}

pub struct Writer {
    pub source: core::AudioSource,
    /// Those who write wait for those before them, so that nobody's samples get between another's.
    jobs: VecDeque<Arc<Job>>,
    flushing: bool,
    /// Somebody's samples were never written: the target has ended. Of no use to ask the source, for all that it got may be sent.
    failed: Option<core::Error>,
}

impl Writer {
    /// Writes what there is room for; tells those whose samples are all written.
    fn advance(&mut self, cx: &mut Context<'_>, stream: &Shared<Writer>) -> core::Result<()> {
        while let Some(job) = self.jobs.front() {
            let done = job.done.load(Ordering::Acquire);
            let rest = job.samples.get(done..).unwrap_or_default();
            if !rest.is_empty() {
                match self.source.poll_write(cx, rest) {
                    Poll::Pending => return Ok(()),
                    Poll::Ready(Ok(count)) => job.done.fetch_add(count, Ordering::AcqRel),
                    Poll::Ready(Err(e)) => {
                        self.failed = Some(e.clone());
                        return Err(e);
                    }
                };
                continue;
            }
            job.over.store(true, Ordering::Release);
            self.jobs.pop_front();
            stream.wake();
        }
        Ok(())
    }

    /// Cuts what is queued and what waits to be.
    fn begin_flush(&mut self) -> core::Result<core::FlushBegun> {
        for job in self.jobs.drain(..) {
            job.over.store(true, Ordering::Release);
        }
        self.source.begin_flush()
    }
}

/// A job's place in the queue; given up when it is dropped.
struct Writing {
    job: Arc<Job>,
    seat: Seat,
    stream: Arc<Shared<Writer>>,
}

impl Writing {
    fn begin(stream: &Arc<Shared<Writer>>, samples: Vec<i16>) -> Outcome<Writing> {
        let job = Arc::new(Job {
            samples,
            done: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let queued = stream.with(|it| it.jobs.push_back(Arc::clone(&job)));
        queued.ok_or_else(|| closed(WRITE))?;
        Ok(Writing {
            job,
            seat: stream.seat(),
            stream: Arc::clone(stream),
        })
    }

    /// How many were written, once it is over; `None`: the source was closed.
    fn poll(&self, cx: &Context<'_>) -> Poll<Option<core::Result<usize>>> {
        self.stream.poll(&self.seat, cx, |it, cx| {
            if self.job.over().is_none()
                && let Err(e) = it.advance(cx, &self.stream)
            {
                return Poll::Ready(Err(e));
            }
            match self.job.over() {
                Some(count) => Poll::Ready(Ok(count)),
                None => Poll::Pending,
            }
        })
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if self.job.over().is_none() {
            self.stream
                .with(|it| it.jobs.retain(|job| !Arc::ptr_eq(job, &self.job)));
            // Whoever is next now.
            self.stream.wake();
        }
    }
}

/// One flush at a time; the others wait for their turn.
struct Flushing {
    begun: Option<core::FlushBegun>,
    seat: Seat,
    stream: Arc<Shared<Writer>>,
}

impl Flushing {
    fn new(stream: &Arc<Shared<Writer>>) -> Flushing {
        Flushing {
            begun: None,
            seat: stream.seat(),
            stream: Arc::clone(stream),
        }
    }

    fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<core::Result<core::Flushed>>> {
        let begun = &mut self.begun;
        let polled = self.stream.poll(&self.seat, cx, |it, cx| {
            let flush = match begun {
                Some(flush) => *flush,
                None if it.flushing => return Poll::Pending,
                None => match it.begin_flush() {
                    Ok(flush) => {
                        it.flushing = true;
                        // Those whose samples were cut.
                        self.stream.wake();
                        *begun.insert(flush)
                    }
                    Err(e) => return Poll::Ready(Err(e)),
                },
            };
            it.source.poll_flushed(cx, &flush)
        });
        if polled.is_ready() {
            self.end();
        }
        polled
    }

    fn end(&mut self) {
        if self.begun.take().is_some() {
            self.stream.with(|it| it.flushing = false);
            self.stream.wake();
        }
    }
}

impl Drop for Flushing {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a `microsip.AudioSource` holds, for any number of threads and tasks.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct AudioSource {
    stream: Arc<Shared<Writer>>,
    pub node: core::AudioNodeRef,
    target: core::AudioTarget,
    id: u64,
    rate: u32,
}

/// What is written to, off the bridge: a source and those who wait for it.
pub fn shared(source: core::AudioSource) -> Arc<Shared<Writer>> {
    Shared::new(Writer {
        source,
        jobs: VecDeque::new(),
        flushing: false,
        failed: None,
    })
}

fn closed(operation: &'static str) -> Fault {
    Python::attach(|py| made(py, "gone", operation, "the source was closed"))
}

/// As Python's: `None` is a source that was closed.
fn told<T: ToPy>(py: Python<'_>, operation: &'static str, result: Option<core::Result<T>>) -> Outcome<Py<PyAny>> {
    match result {
        None => Err(closed(operation)),
        Some(value) => Ok(value?.to_py(py)?.unbind()),
    }
}

fn late(py: Python<'_>, operation: &'static str, timeout: Timeout, what: &str) -> Fault {
    let after = timeout.0.unwrap_or_default().as_secs_f64();
    let text = format!("{what} after {after} s; is the call up and not held?");
    made(py, "timeout", operation, &text)
}

impl AudioSource {
    pub fn new(source: core::AudioSource) -> AudioSource {
        AudioSource {
            node: source.node_ref(),
            target: source.target().clone(),
            id: source.id(),
            rate: source.rate(),
            stream: shared(source),
        }
    }
}

#[pymethods]
impl AudioSource {
    #[getter]
    fn id(&self) -> u64 {
        self.id
    }

    #[getter]
    fn rate(&self) -> u32 {
        self.rate
    }

    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.target.to_py(py)
    }

    /// `None` when it was closed.
    #[getter]
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.stream.with(|it| it.source.stats()).to_py(py)
    }

    /// `None` when it was closed.
    #[getter]
    fn room(&self) -> Option<usize> {
        self.stream.with(|it| it.source.room())
    }

    /// Writes what fits; how many samples that were.
    fn try_write(&self, py: Python<'_>, samples: &Bound<'_, PyAny>) -> Outcome<usize> {
        let samples = Samples::take(py, samples)?;
        let written = self.stream.with(|it| {
            if it.jobs.is_empty() {
                it.source.try_write(&samples).map(Some)
            } else {
                Ok(None)
            }
        });
        match written {
            None => Err(closed(WRITE)),
            Some(count) => count?.ok_or_else(|| made(py, "would_block", WRITE, "others wait to write")),
        }
    }

    /// Writes all; how many samples, fewer than given when a flush came in between.
    fn write(&self, py: Python<'_>, samples: &Bound<'_, PyAny>, timeout: Timeout) -> Outcome<Py<PyAny>> {
        let samples = Samples::take(py, samples)?;
        let all = samples.len();
        let writing = Writing::begin(&self.stream, samples)?;
        match wait(py, timeout, |cx| writing.poll(cx))? {
            Some(result) => told(py, WRITE, result),
            None => {
                let done = writing.job.done.load(Ordering::Acquire);
                Err(late(
                    py,
                    WRITE,
                    timeout,
                    &format!("{done} of {all} samples were accepted"),
                ))
            }
        }
    }

    fn write_future<'py>(
        &self,
        py: Python<'py>,
        samples: &Bound<'py, PyAny>,
        timeout: Timeout,
    ) -> Outcome<Bound<'py, PyAny>> {
        let writing = Writing::begin(&self.stream, Samples::take(py, samples)?)?;
        Waiting::new(WRITE, timeout, move |cx| {
            writing
                .poll(cx)
                .map(|result| -> Given { Box::new(move |py| Ok(told(py, WRITE, result)?.into_bound(py))) })
        })
        .future(py)
    }

    /// Cuts what is queued, and what others wait to write. The library limits the wait to a tenth of a second.
    fn flush(&self, py: Python<'_>) -> Outcome<Py<PyAny>> {
        let mut flushing = Flushing::new(&self.stream);
        match wait(py, Timeout(None), move |cx| flushing.poll(cx))? {
            Some(result) => told(py, FLUSH, result),
            None => Err(late(py, FLUSH, Timeout(None), "it was not obeyed")),
        }
    }

    fn flush_future<'py>(&self, py: Python<'py>) -> Outcome<Bound<'py, PyAny>> {
        let mut flushing = Flushing::new(&self.stream);
        Waiting::new(FLUSH, Timeout(None), move |cx| {
            flushing
                .poll(cx)
                .map(|result| -> Given { Box::new(move |py| Ok(told(py, FLUSH, result)?.into_bound(py))) })
        })
        .future(py)
    }

    /// Waits until all has been sent.
    fn drain(&self, py: Python<'_>, timeout: Timeout) -> Outcome<()> {
        let seat = self.stream.seat();
        match wait(py, timeout, |cx| drained(&self.stream, &seat, cx))? {
            Some(result) => told(py, DRAIN, result.map(|it| it.map(|()| Over))).map(drop),
            None => {
                let left = self.stream.with(|it| it.source.stats().queued).unwrap_or_default();
                let what = format!("{left} samples are still queued");
                Err(late(py, DRAIN, timeout, &what))
            }
        }
    }

    fn drain_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let (stream, seat) = (Arc::clone(&self.stream), self.stream.seat());
        Waiting::new(DRAIN, timeout, move |cx| {
            drained(&stream, &seat, cx).map(|result| -> Given {
                Box::new(move |py| Ok(told(py, DRAIN, result.map(|it| it.map(|()| Over)))?.into_bound(py)))
            })
        })
        .future(py)
    }

    /// Takes it off the bridge with all that is queued.
    fn close(&self, py: Python<'_>) {
        crate::base::apart(py, || self.stream.close());
    }
}

/// Whether all has been sent, what others wait to write included.
pub fn drained(stream: &Shared<Writer>, seat: &Seat, cx: &Context<'_>) -> Poll<Option<core::Result<()>>> {
    stream.poll(seat, cx, |it, cx| {
        if let Err(e) = it.advance(cx, stream) {
            return Poll::Ready(Err(e));
        }
        match &it.failed {
            Some(e) => Poll::Ready(Err(e.clone())),
            None if it.jobs.is_empty() => it.source.poll_drained(cx),
            None => Poll::Pending,
        }
    })
}

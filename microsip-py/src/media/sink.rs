//! Samples out of the bridge.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{SystemTime, UNIX_EPOCH};

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use super::pcm::bytes_of;
use crate::base::pump::Given;
use crate::base::share::{Shared, wait};
use crate::base::{Outcome, Timeout, ToPy, Waiting};
use crate::snapshot;

/// As many frames are made into Python's at a time, so that others get a turn.
const BATCH: usize = 64;

snapshot!(core::SinkStats as "SinkStats" { samples, lost, overruns, waiting });

struct Frame {
    head: core::FrameHead,
    samples: Vec<i16>,
}

struct Reader {
    sink: core::AudioSink,
    /// Taken out to see whether there is something, and not given to anybody yet.
    kept: VecDeque<Frame>,
    /// Room for one.
    room: Vec<i16>,
    ended: bool,
}

impl Reader {
    /// Whether there is a frame, or the end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.ended || !self.kept.is_empty() {
            return Poll::Ready(());
        }
        match self.sink.poll_read_into(cx, &mut self.room) {
            Poll::Pending => Poll::Pending,
            // There is room for a frame, which is all that could be wrong.
            Poll::Ready(head) => {
                self.keep(head.ok().flatten());
                Poll::Ready(())
            }
        }
    }

    fn keep(&mut self, head: Option<core::FrameHead>) {
        match head {
            Some(head) => {
                let samples = self.room.get(..head.samples).unwrap_or_default().to_vec();
                self.kept.push_back(Frame { head, samples });
            }
            None => self.ended = true,
        }
    }

    /// What is there; `None` at the end.
    fn take(&mut self) -> Option<Vec<Frame>> {
        while !self.ended && self.kept.len() < BATCH {
            match self.sink.try_read_into(&mut self.room) {
                Ok(head) => self.keep(head),
                Err(_) => break,
            }
        }
        let frames: Vec<Frame> = self.kept.drain(..).collect();
        (!frames.is_empty() || !self.ended).then_some(frames)
    }
}

/// What a `microsip.AudioSink` holds. A frame that was waited for stays until somebody takes it, so no cancelled wait loses one.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct AudioSink {
    stream: Arc<Shared<Reader>>,
    pub node: core::AudioNodeRef,
    target: core::AudioTarget,
    id: u64,
    rate: u32,
    frame_len: usize,
}

impl AudioSink {
    pub fn new(sink: core::AudioSink) -> AudioSink {
        AudioSink {
            node: sink.node_ref(),
            target: sink.target().clone(),
            id: sink.id(),
            rate: sink.rate(),
            frame_len: sink.frame_len(),
            stream: Shared::new(Reader {
                room: vec![0; sink.frame_len()],
                sink,
                kept: VecDeque::new(),
                ended: false,
            }),
        }
    }
}

/// Bytes, position, lost, seconds since 1970.
fn frame<'py>(py: Python<'py>, frame: &Frame) -> PyResult<Bound<'py, PyTuple>> {
    let bytes: Bound<'py, PyBytes> = bytes_of(py, &frame.samples)?;
    let at = SystemTime::duration_since(&frame.head.wall_clock(), UNIX_EPOCH).unwrap_or_default();
    PyTuple::new(
        py,
        [
            bytes.into_any(),
            frame.head.position.to_py(py)?,
            frame.head.lost.to_py(py)?,
            at.as_secs_f64().to_py(py)?,
        ],
    )
}

#[pymethods]
impl AudioSink {
    #[getter]
    fn id(&self) -> u64 {
        self.id
    }

    #[getter]
    fn rate(&self) -> u32 {
        self.rate
    }

    #[getter]
    fn frame_len(&self) -> usize {
        self.frame_len
    }

    #[getter]
    fn target<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.target.to_py(py)
    }

    /// `None` when it was closed.
    #[getter]
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let stats = self.stream.with(|it| {
            let mut stats = it.sink.stats();
            stats.waiting += it.kept.iter().map(|frame| frame.samples.len() as u64).sum::<u64>();
            stats
        });
        stats.to_py(py)
    }

    /// Frames that are there, which may be none; `None` at the end.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let Some(frames) = self.stream.with(Reader::take).flatten() else {
            return Ok(None);
        };
        let frames = frames.iter().map(|it| frame(py, it)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, frames).map(Some)
    }

    /// Waits until there may be something to take; whether there is, before the time is over.
    fn wait(&self, py: Python<'_>, timeout: Timeout) -> Outcome<bool> {
        let seat = self.stream.seat();
        let found = wait(py, timeout, |cx| self.stream.poll(&seat, cx, Reader::poll))?;
        Ok(found.is_some())
    }

    /// As `wait`, as an `asyncio.Future`.
    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let (stream, seat) = (Arc::clone(&self.stream), self.stream.seat());
        Waiting::new("read audio", timeout, move |cx| {
            stream
                .poll(&seat, cx, Reader::poll)
                .map(|_| -> Given { Box::new(|py| Ok(true.to_py(py)?)) })
        })
        .future(py)
    }

    /// Takes it off the bridge.
    fn close(&self, py: Python<'_>) {
        crate::base::apart(py, || self.stream.close());
    }
}

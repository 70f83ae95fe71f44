//! Samples that are played from memory: all of them wait in the ring, and the source stays on the bridge until it is empty.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use microsip_core as core;
use microsip_core::AudioNode as _;
use pyo3::prelude::*;

use super::end::{ended, ended_future};
use super::player::End;
use super::source::{Writer, drained, shared};
use crate::base::share::{Fan, Seat, Shared, lock};
use crate::base::{Outcome, Timeout, ToPy};

type Held = (Arc<Shared<Writer>>, Arc<Seat>);

/// Holds the source until all was sent, whoever else lets go of it: the bridge's waker holds this. It runs on the library's threads
/// and touches nothing of Python's.
struct Keep {
    source: Mutex<Option<Held>>,
    sent: AtomicU64,
    end: Mutex<Option<End>>,
    fan: Arc<Fan>,
}

impl Keep {
    /// Looks whether it is over.
    fn look(self: &Arc<Self>) {
        let waker = Waker::from(Arc::clone(self));
        // Not locked while it is asked: whoever is woken by that may come back here.
        let Some((stream, seat)) = lock(&self.source).clone() else {
            return;
        };
        let end = match drained(&stream, &seat, &Context::from_waker(&waker)) {
            Poll::Pending => return,
            Poll::Ready(Some(Ok(()))) => End::Finished,
            Poll::Ready(Some(Err(_))) => End::TargetEnded,
            Poll::Ready(None) => End::Stopped,
        };
        self.finish(end);
    }

    fn finish(&self, end: End) {
        lock(&self.end).get_or_insert(end);
        let source = lock(&self.source).take();
        if let Some((stream, _)) = source {
            if let Some(sent) = stream.with(|it| it.source.stats().sent) {
                self.sent.store(sent, Ordering::Relaxed);
            }
            stream.close();
        }
        self.fan.wake_by_ref();
    }

    fn poll(&self) -> Poll<End> {
        match lock(&self.end).clone() {
            Some(end) => Poll::Ready(end),
            None => Poll::Pending,
        }
    }
}

impl Wake for Keep {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.look();
    }
}

/// What a `microsip.Playback` holds.
#[pyclass(frozen, module = "microsip._microsip")]
pub struct Playback {
    keep: Arc<Keep>,
    pub node: core::AudioNodeRef,
    target: core::AudioTarget,
    id: u64,
    rate: u32,
    samples: usize,
}

impl Playback {
    /// The source has been given all samples.
    pub fn new(source: core::AudioSource, samples: usize) -> Playback {
        let (node, target) = (source.node_ref(), source.target().clone());
        let (id, rate) = (source.id(), source.rate());
        let stream = shared(source);
        let seat = Arc::new(stream.seat());
        let keep = Arc::new(Keep {
            source: Mutex::new(Some((stream, seat))),
            sent: AtomicU64::new(0),
            end: Mutex::new(None),
            fan: Arc::default(),
        });
        keep.look();
        Playback {
            keep,
            node,
            target,
            id,
            rate,
            samples,
        }
    }

    fn sent(&self) -> u64 {
        let source = lock(&self.keep.source).clone();
        let now = source.and_then(|(stream, _)| stream.with(|it| it.source.stats().sent));
        now.unwrap_or_else(|| self.keep.sent.load(Ordering::Relaxed))
    }
}

#[pymethods]
impl Playback {
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

    #[getter]
    fn position(&self) -> f64 {
        self.sent() as f64 / f64::from(self.rate)
    }

    #[getter]
    fn length(&self) -> f64 {
        self.samples as f64 / f64::from(self.rate)
    }

    #[getter]
    fn end<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        lock(&self.keep.end).to_py(py)
    }

    fn stop(&self, py: Python<'_>) {
        crate::base::apart(py, || self.keep.finish(End::Stopped));
    }

    fn wait<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let late = || format!("{} of {} samples were sent", self.sent(), self.samples);
        ended(
            py,
            "wait for playback",
            timeout,
            &self.keep.fan,
            |_| self.keep.poll(),
            late,
        )
    }

    fn wait_future<'py>(&self, py: Python<'py>, timeout: Timeout) -> Outcome<Bound<'py, PyAny>> {
        let keep = Arc::clone(&self.keep);
        ended_future(py, "wait for playback", timeout, &self.keep.fan, move |_| keep.poll())
    }
}

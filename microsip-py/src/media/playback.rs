//! Samples that are played from memory: all of them wait in the ring, and the source stays on the bridge until it is empty. When they
//! are repeated, the ring is filled up again as it empties.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker, ready};

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
    /// What is written again and again, and how much of it has been this time.
    again: Option<(Vec<i16>, AtomicUsize)>,
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
        let cx = Context::from_waker(&waker);
        let over = match &self.again {
            Some((samples, done)) => refill(&stream, &seat, &cx, samples, done),
            None => drained(&stream, &seat, &cx),
        };
        let end = match over {
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

/// Writes as long as there is room; it ends with the source only.
fn refill(
    stream: &Shared<Writer>,
    seat: &Seat,
    cx: &Context<'_>,
    samples: &[i16],
    done: &AtomicUsize,
) -> Poll<Option<core::Result<()>>> {
    stream.poll(seat, cx, |it, cx| {
        loop {
            let rest = samples.get(done.load(Ordering::Acquire)..).unwrap_or_default();
            match ready!(it.source.poll_write(cx, rest)) {
                Ok(count) if count < rest.len() => done.fetch_add(count, Ordering::AcqRel),
                Ok(_) => done.swap(0, Ordering::AcqRel),
                Err(e) => return Poll::Ready(Err(e)),
            };
        }
    })
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
    /// The source has room for all samples.
    pub fn begin(mut source: core::AudioSource, mut all: Vec<i16>, repeat: bool) -> core::Result<Playback> {
        let samples = all.len();
        let again = if repeat {
            // Few samples would be written again thousands of times a second.
            all = all.repeat((source.rate() as usize / 10).div_ceil(samples));
            Some((all, AtomicUsize::new(0)))
        } else {
            source.try_write(&all)?;
            None
        };
        let (node, target) = (source.node_ref(), source.target().clone());
        let (id, rate) = (source.id(), source.rate());
        let stream = shared(source);
        let seat = Arc::new(stream.seat());
        let keep = Arc::new(Keep {
            source: Mutex::new(Some((stream, seat))),
            again,
            sent: AtomicU64::new(0),
            end: Mutex::new(None),
            fan: Arc::default(),
        });
        keep.look();
        Ok(Playback {
            keep,
            node,
            target,
            id,
            rate,
            samples,
        })
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
        let sent = match self.keep.again {
            Some(_) => self.sent() % self.samples as u64,
            None => self.sent(),
        };
        sent as f64 / f64::from(self.rate)
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
        let late = || match self.keep.again {
            Some(_) => "it repeats until it is stopped".to_owned(),
            None => format!("{} of {} samples were sent", self.sent(), self.samples),
        };
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

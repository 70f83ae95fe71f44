//! The log: records of `tracing`, by which the library logs, to Python's `logging`.
//!
//! Whoever logs, the engine among them, puts a record into a bounded queue and goes on: it waits for nobody and never takes the
//! interpreter's lock. One thread hands the records over. What does not fit is counted, and told.

use std::collections::VecDeque;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use pyo3::prelude::*;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::base::{Class, Fault, Outcome};

/// As many records wait at most.
const CAPACITY: usize = 4096;
/// How often a writer looks whether the queue is free, before it gives its record up.
const TRIES: usize = 200;
/// How long the end of the interpreter waits for the last records.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Who logs: a logger of Python's each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Library,
    Pjsip,
}

impl Source {
    /// `None`: others have not been looked through for secrets.
    fn of(target: &str) -> Option<Source> {
        let within = |own: &str| {
            let rest = target.strip_prefix(own);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        if within("pjsip") {
            Some(Source::Pjsip)
        } else if within("microsip") || within("microsip_core") {
            Some(Source::Library)
        } else {
            None
        }
    }

    /// The number of the most detailed level that is wanted: 0 for nothing, 1 for errors, up to 4 for details.
    fn wanted(self) -> &'static AtomicU8 {
        static LIBRARY: AtomicU8 = AtomicU8::new(0);
        static PJSIP: AtomicU8 = AtomicU8::new(0);
        match self {
            Source::Library => &LIBRARY,
            Source::Pjsip => &PJSIP,
        }
    }
}

struct Line {
    source: Source,
    level: u8,
    at: SystemTime,
    thread: Option<String>,
    text: String,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Line>,
    /// The process whose thread hands them over; a fork has none.
    running: Option<u32>,
    /// Lines are being handed over.
    busy: bool,
    ended: bool,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    lines: VecDeque::new(),
    running: None,
    busy: false,
    ended: false,
});
static CHANGED: Condvar = Condvar::new();
static LOST: AtomicU64 = AtomicU64::new(0);

fn lock() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The queue, unless it stays taken: also for ever, by a thread that a fork has left behind.
fn lock_soon() -> Option<MutexGuard<'static, Queue>> {
    for _ in 0..TRIES {
        match QUEUE.try_lock() {
            Ok(queue) => return Some(queue),
            Err(TryLockError::Poisoned(queue)) => return Some(queue.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        _ => 5,
    }
}

/// The text of a record: its message, and its fields behind it.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a String does not fail.
        let _ = match field.name() {
            "message" if self.0.is_empty() => write!(self.0, "{value:?}"),
            "message" => {
                let fields = std::mem::take(&mut self.0);
                write!(self.0, "{value:?} {fields}")
            }
            name if self.0.is_empty() => write!(self.0, "{name}={value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

struct Log;

impl Subscriber for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_event() && Source::of(metadata.target()).is_some() {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && Source::of(metadata.target())
                .is_some_and(|source| number(*metadata.level()) <= source.wanted().load(Ordering::Relaxed))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let wanted = |source: Source| source.wanted().load(Ordering::Relaxed);
        Some(match wanted(Source::Library).max(wanted(Source::Pjsip)) {
            0 => LevelFilter::OFF,
            1 => LevelFilter::ERROR,
            2 => LevelFilter::WARN,
            3 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        })
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let Some(source) = Source::of(metadata.target()) else {
            return;
        };
        let mut text = Text::default();
        event.record(&mut text);
        let line = Line {
            source,
            level: number(*metadata.level()),
            at: SystemTime::now(),
            thread: std::thread::current().name().map(str::to_owned),
            // PJSIP's lines begin with a column.
            text: text.0.trim().to_owned(),
        };
        if !put(line) {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Queues a record, and begins the thread at the first one. `false`: it is lost.
fn put(line: Line) -> bool {
    let Some(mut queue) = lock_soon() else { return false };
    let process = std::process::id();
    if queue.running.is_some_and(|of| of != process) {
        // A fork has no thread, and its parent hands over what was queued before.
        queue.lines.clear();
        queue.running = None;
        queue.busy = false;
    }
    if queue.ended || queue.lines.len() >= CAPACITY {
        return queue.ended;
    }
    queue.lines.push_back(line);
    if queue.running.is_none() {
        let thread = std::thread::Builder::new().name("microsip-log".to_owned());
        if thread.spawn(hand_over).is_err() {
            return false;
        }
        queue.running = Some(process);
    }
    drop(queue);
    CHANGED.notify_all();
    true
}

/// What the thread does.
fn hand_over() {
    crate::base::life::tells();
    let mut queue = lock();
    loop {
        if queue.lines.is_empty() {
            if queue.ended {
                return;
            }
            queue = CHANGED.wait(queue).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let lines = std::mem::take(&mut queue.lines);
        queue.busy = true;
        drop(queue);
        let told = Python::try_attach(|py| tell(py, lines));
        queue = lock();
        queue.busy = false;
        CHANGED.notify_all();
        // None: the interpreter ends.
        if told.is_none() {
            queue.ended = true;
            queue.lines.clear();
        }
    }
}

fn tell(py: Python<'_>, lines: VecDeque<Line>) {
    static DELIVER: Class = Class::new("_deliver_log");
    let lost = LOST.swap(0, Ordering::Relaxed);
    let batch: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let since = line.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let pjsip = line.source == Source::Pjsip;
            (pjsip, line.level, since.as_secs_f64(), line.thread, line.text)
        })
        .collect();
    if let Err(e) = DELIVER.call1(py, (batch, lost)) {
        e.write_unraisable(py, None);
    }
}

/// Sets which records are wanted: of the library, of PJSIP; 0 for none, 1 for errors, up to 4 for details.
#[pyfunction]
pub fn set_log_levels(py: Python<'_>, library: u8, pjsip: u8) {
    let new = [(Source::Library, library), (Source::Pjsip, pjsip)];
    let changed = new.iter().fold(false, |changed, (source, level)| {
        source.wanted().swap(*level, Ordering::Relaxed) != *level || changed
    });
    if changed {
        crate::base::apart(py, tracing::callsite::rebuild_interest_cache);
    }
}

/// Becomes the process' log. Once.
#[pyfunction]
pub fn begin_log() -> Outcome<()> {
    tracing::subscriber::set_global_default(Log)
        .map_err(|_| Fault::Py(pyo3::exceptions::PyRuntimeError::new_err("the log was begun already")))
}

/// Waits until all that is queued has been handed over, at most so many seconds: whether it was.
#[pyfunction]
pub fn flush_log(py: Python<'_>, seconds: f64) -> bool {
    let patience = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    crate::base::apart(py, || wait_idle(patience))
}

/// Waits for what is queued as the interpreter ends: what the closing of endpoints says, too.
pub fn last_words() {
    let here = lock_soon().is_some_and(|queue| queue.running == Some(std::process::id()));
    if here {
        wait_idle(LAST_WORDS);
    }
}

fn wait_idle(patience: Duration) -> bool {
    let deadline = Instant::now() + patience.min(Duration::from_secs(3600));
    let mut queue = lock();
    loop {
        if queue.running != Some(std::process::id()) || (queue.lines.is_empty() && !queue.busy) {
            return true;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        queue = CHANGED
            .wait_timeout(queue, left)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
    }
}

/// Hands over what is left, and nothing afterwards. For the interpreter's end: a handler that does not return is left alone.
#[pyfunction]
pub fn end_log(py: Python<'_>) {
    crate::base::apart(py, || {
        last_words();
        for source in [Source::Library, Source::Pjsip] {
            source.wanted().store(0, Ordering::Relaxed);
        }
        if let Some(mut queue) = lock_soon() {
            queue.ended = true;
            queue.lines.clear();
        }
        CHANGED.notify_all();
    });
}

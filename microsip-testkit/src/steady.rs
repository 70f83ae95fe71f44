//! Whether the machine kept time while something was measured.
//!
//! Sound is sent every 20 ms. Where other guests of a virtual machine, or other tests, hold the processors for longer than that, what is
//! heard has holes that nobody's code has made.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::Deadline;

/// The shortest standstill that excuses a measurement: a frame of 20 ms that was due just before it is late by then.
pub const STANDSTILL: Duration = Duration::from_millis(15);

/// How often a processor is looked after.
const PERIOD: Duration = Duration::from_millis(5);

/// Watches all processors for standstills: one thread on each, which sleeps 5 ms at a time and notes how late it wakes.
#[derive(Debug)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    worst: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

impl Watch {
    /// Begins to watch: from here on nothing is missed.
    #[must_use]
    pub fn start() -> Self {
        let (stop, worst) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let begun = Arc::new(Barrier::new(processors + 1));
        let threads = (0..processors)
            .map(|processor| {
                let (stop, worst, begun) = (Arc::clone(&stop), Arc::clone(&worst), Arc::clone(&begun));
                std::thread::spawn(move || {
                    stay_on(processor);
                    let mut before = Instant::now();
                    begun.wait();
                    while !stop.load(Ordering::Relaxed) {
                        std::thread::sleep(PERIOD);
                        let late = before.elapsed().saturating_sub(PERIOD);
                        worst.fetch_max(u64::try_from(late.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
                        before = Instant::now();
                    }
                })
            })
            .collect();
        begun.wait();
        Self { stop, worst, threads }
    }

    /// The longest standstill of any processor so far.
    #[must_use]
    pub fn worst(&self) -> Duration {
        Duration::from_micros(self.worst.load(Ordering::Relaxed))
    }

    /// Ends, and gives the longest standstill of all, also of a processor that stands still just now.
    #[must_use]
    pub fn end(mut self) -> Duration {
        self.join();
        self.worst()
    }

    fn join(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.join();
    }
}

/// Keeps this thread on a processor, so that it sees that one stand still. Where that cannot be asked for, it sees what all do.
fn stay_on(processor: usize) {
    #[cfg(all(feature = "peers", target_os = "linux"))]
    {
        let mut set = nix::sched::CpuSet::new();
        if set.set(processor).is_ok() {
            let _ = nix::sched::sched_setaffinity(nix::unistd::Pid::from_raw(0), &set);
        }
    }
    #[cfg(not(all(feature = "peers", target_os = "linux")))]
    let _ = processor;
}

/// Runs `test`. When it panics and the machine stood still meanwhile ([`STANDSTILL`]), that try does not count: once a second has passed
/// without (or ten, with), it is run again, for as long as another try like the last fits before the deadline.
///
/// For tests of sound and of other things that are due at times. What fails while the machine keeps time has failed.
///
/// # Panics
/// As the last run of `test` did.
pub fn steady<T>(deadline: impl Into<Deadline>, test: impl Fn() -> T) -> T {
    let deadline = deadline.into();
    loop {
        let (watch, before) = (Watch::start(), Instant::now());
        let result = catch_unwind(AssertUnwindSafe(&test));
        let (took, worst) = (before.elapsed(), watch.end());
        match result {
            Ok(value) => return value,
            Err(panic) if worst < STANDSTILL || deadline.remaining() < took => resume_unwind(panic),
            #[allow(clippy::print_stderr, reason = "where the panic's own words are")]
            Err(_) => eprintln!("this try does not count, for the machine stood still for {worst:?} meanwhile"),
        }
        calm(
            Duration::from_secs(1),
            Deadline::after(deadline.remaining().min(Duration::from_secs(10))),
        );
    }
}

/// Waits for so long a time without a standstill, or for the deadline.
fn calm(time: Duration, deadline: Deadline) {
    while !deadline.is_over() {
        let watch = Watch::start();
        std::thread::sleep(time.min(deadline.remaining()));
        if watch.end() < STANDSTILL {
            return;
        }
    }
}

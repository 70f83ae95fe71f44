//! The queue of hooks and the threads that run them.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use super::process::{self, Bounds, Run};
use super::report::log;
use super::{HookCall, HookCommand, HookEvent, HookOutcome, HookReport};
use crate::{Error, ErrorKind, FailureCode, Result};

const OP: &str = "start hooks";
/// The most reports that wait for a callback.
const MAX_REPORTS: usize = 4096;
/// The most processes that are left alone; they are looked after, so that none stays a zombie.
const MAX_LEFT: usize = 32;
/// How long the end of the threads is waited for beyond what the hooks take.
const SPARE: Duration = Duration::from_secs(3);
const LONGEST: Duration = Duration::from_secs(3600);

/// How hooks are run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookOptions {
    /// How long a hook may run; 10 s by default, 10 ms to 1 h. MicroSIP waits 10 s too, but lets it go on then.
    pub timeout: Duration,
    /// How long a hook may take to end when asked to (SIGTERM), before it is not asked; 1 s by default, at most 1 min.
    pub grace: Duration,
    /// How many hooks may wait; 64 by default, 1 to 10,000. Beyond it the newest is dropped.
    pub queue: usize,
    /// How many hooks run at once, each on a thread of its own; 4 by default, 1 to 64.
    pub concurrent: usize,
    /// Variables set for every hook besides those of the phone's process. Programs are looked for in a `PATH` given here.
    pub environment: Vec<(OsString, OsString)>,
}

impl Default for HookOptions {
    fn default() -> Self {
        HookOptions {
            timeout: Duration::from_secs(10),
            grace: Duration::from_secs(1),
            queue: 64,
            concurrent: 4,
            environment: Vec::new(),
        }
    }
}

impl HookOptions {
    /// Sets how long a hook may run.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long a hook may take to end when asked to.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Sets how many hooks may wait.
    #[must_use]
    pub fn queue(mut self, queue: usize) -> Self {
        self.queue = queue;
        self
    }

    /// Sets how many hooks run at once.
    #[must_use]
    pub fn concurrent(mut self, concurrent: usize) -> Self {
        self.concurrent = concurrent;
        self
    }

    /// Sets a variable for every hook.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    fn check(&self) -> Result<()> {
        let fail = |what: String| Err(Error::invalid(OP, what));
        if self.timeout < Duration::from_millis(10) || self.timeout > LONGEST {
            return fail(format!("timeout is {:?}; expected 10 ms to 1 h", self.timeout));
        }
        if self.grace > Duration::from_secs(60) {
            return fail(format!("grace is {:?}; expected at most 1 min", self.grace));
        }
        if !(1..=10_000).contains(&self.queue) {
            return fail(format!("queue is {}; expected 1 to 10000", self.queue));
        }
        if !(1..=64).contains(&self.concurrent) {
            return fail(format!("concurrent is {}; expected 1 to 64", self.concurrent));
        }
        for (name, value) in &self.environment {
            let (bytes, value) = (name.as_encoded_bytes(), value.as_encoded_bytes());
            if bytes.is_empty() || bytes.contains(&b'=') || bytes.contains(&0) || value.contains(&0) {
                return fail(format!(
                    "{name:?} is no variable; a name has no =, and neither part a NUL"
                ));
            }
        }
        Ok(())
    }
}

/// Counters of a [`HookRunner`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookStats {
    /// Hooks that are waiting.
    pub waiting: usize,
    /// Hooks that are running.
    pub running: usize,
    /// Hooks that were taken up, whatever became of them.
    pub run: u64,
    /// Hooks that were dropped.
    pub dropped: u64,
    /// Reports that were lost, for the callback did not keep up; the log has them.
    pub reports_lost: u64,
}

struct Job {
    event: HookEvent,
    command: HookCommand,
    call: HookCall,
    at: SystemTime,
    queued: Instant,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// Call-IDs of which a hook runs.
    busy: Vec<String>,
    left: Vec<Child>,
    reports: VecDeque<HookReport>,
    /// Whether the callback is at work.
    telling: bool,
    closing: bool,
    stop: bool,
    /// Whether the threads, the last of which is the callback's, are to end.
    over: bool,
    stats: HookStats,
}

struct Shared {
    options: HookOptions,
    state: Mutex<State>,
    /// Something changed; rare enough that everybody may look.
    changed: Condvar,
}

/// Runs hooks. Drop it to end it at once, or [`close`](HookRunner::close) it first.
///
/// It has [`HookOptions::concurrent`] threads and one for the callback, all asleep while nothing happens. All methods may be
/// called on any thread.
pub struct HookRunner {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl HookRunner {
    /// Starts a runner; `report` is called for every hook, on a thread of its own, one at a time.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for options out of range, [`ErrorKind::LimitReached`] if the system has no threads.
    pub fn start(options: HookOptions, report: impl FnMut(HookReport) + Send + 'static) -> Result<HookRunner> {
        options.check()?;
        let workers = options.concurrent;
        let runner = HookRunner {
            shared: Arc::new(Shared {
                options,
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
            threads: Mutex::default(),
        };
        let shared = Arc::clone(&runner.shared);
        runner.thread("hook-reports", move || shared.tell(report))?;
        for _ in 0..workers {
            let shared = Arc::clone(&runner.shared);
            runner.thread("hooks", move || shared.work())?;
        }
        Ok(runner)
    }

    fn thread(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(body)
            .map_err(|e| {
                let why = format!("no thread for hooks: {e}; end something, or raise the limit of processes");
                FailureCode::of_kind(ErrorKind::LimitReached).error(OP, why)
            })?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// Queues a hook for a call and returns at once. Whether it was queued: if too many wait, or the runner closes, it is
    /// dropped, reported and logged.
    pub fn run(&self, event: HookEvent, command: &HookCommand, call: HookCall) -> bool {
        let mut state = self.shared.lock();
        let job = Job {
            event,
            command: command.clone(),
            call,
            at: SystemTime::now(),
            queued: Instant::now(),
        };
        let fits = !state.closing && state.queue.len() < self.shared.options.queue;
        if fits {
            state.queue.push_back(job);
        } else {
            state.drop_job(job);
        }
        drop(state);
        self.shared.changed.notify_all();
        fits
    }

    /// What it did so far.
    pub fn stats(&self) -> HookStats {
        let state = self.shared.lock();
        HookStats {
            waiting: state.queue.len(),
            running: state.busy.len(),
            ..state.stats
        }
    }

    /// Takes nothing more, lets what waits and runs come to its end as long as said (at most 1 h), then drops the one and ends
    /// the other. Whether all came to its end by itself.
    ///
    /// Takes at most the time given, the grace twice, and a few seconds. Called from the callback, it does not wait for it.
    pub fn close(&self, deadline: Duration) -> bool {
        let until = Instant::now() + deadline.min(LONGEST);
        let mut state = self.shared.lock();
        state.closing = true;
        state = self
            .shared
            .wait(state, until, |s| s.queue.is_empty() && s.busy.is_empty());
        let complete = state.queue.is_empty() && state.busy.is_empty() && !state.stop;
        state.stop = true;
        while let Some(job) = state.queue.pop_front() {
            state.drop_job(job);
        }
        self.shared.changed.notify_all();
        let until = Instant::now() + self.shared.options.grace * 2 + SPARE;
        state = self.shared.wait(state, until, |s| s.busy.is_empty());
        let mut threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let own = std::thread::current().id();
        if threads.iter().all(|thread| thread.thread().id() != own) {
            state = self
                .shared
                .wait(state, Instant::now() + SPARE, |s| s.reports.is_empty() && !s.telling);
        }
        state.over = true;
        drop(state);
        self.shared.changed.notify_all();
        let until = Instant::now() + SPARE;
        for thread in threads.drain(..).filter(|thread| thread.thread().id() != own) {
            while !thread.is_finished() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(1));
            }
            if thread.is_finished() {
                let _ = thread.join();
            } else {
                tracing::warn!(target: "microsip", "a thread of hooks does not end; it is left behind");
            }
        }
        complete
    }
}

impl Drop for HookRunner {
    fn drop(&mut self) {
        self.close(Duration::ZERO);
    }
}

impl std::fmt::Debug for HookRunner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HookRunner").field("stats", &self.stats()).finish()
    }
}

impl State {
    fn drop_job(&mut self, job: Job) {
        self.stats.dropped += 1;
        self.report(HookReport {
            event: job.event,
            call_id: job.call.call_id,
            program: job.command.shown(),
            outcome: HookOutcome::Dropped,
            stdout: String::new(),
            stderr: String::new(),
            waited: job.queued.elapsed(),
            duration: Duration::ZERO,
        });
    }

    /// Leaves a report to the callback's thread, which logs it too.
    fn report(&mut self, report: HookReport) {
        if self.reports.len() < MAX_REPORTS {
            self.reports.push_back(report);
        } else {
            self.stats.reports_lost += 1;
        }
    }

    /// The first job whose call has none running.
    fn next(&mut self) -> Option<Job> {
        let at = self
            .queue
            .iter()
            .position(|job| !self.busy.contains(&job.call.call_id))?;
        let job = self.queue.remove(at)?;
        self.busy.push(job.call.call_id.clone());
        self.stats.run += 1;
        Some(job)
    }

    fn reap(&mut self) {
        self.left.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        until: Instant,
        done: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        while !done(&state) {
            let Some(rest) = until
                .checked_duration_since(Instant::now())
                .filter(|rest| !rest.is_zero())
            else {
                break;
            };
            let (woken, _) = self
                .changed
                .wait_timeout(state, rest)
                .unwrap_or_else(PoisonError::into_inner);
            state = woken;
        }
        state
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if state.over {
                return;
            }
            let Some(job) = state.next() else {
                // Those left alone are nobody's hurry, but they are not to stay zombies.
                state = if state.left.is_empty() {
                    self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
                } else {
                    self.wait(state, Instant::now() + Duration::from_secs(1), |_| false)
                };
                state.reap();
                continue;
            };
            drop(state);
            let lane = job.call.call_id.clone();
            let done = catch_unwind(AssertUnwindSafe(|| self.process(job)));
            state = self.lock();
            state.busy.retain(|busy| *busy != lane);
            match done {
                Ok((report, left)) => {
                    state.report(report);
                    state.left.extend(left);
                }
                Err(_) => tracing::error!(target: "microsip", "a hook made its runner panic; the others go on"),
            }
            state.reap();
            self.changed.notify_all();
        }
    }

    fn process(&self, job: Job) -> (HookReport, Option<Child>) {
        let started = Instant::now();
        let bounds = Bounds {
            timeout: self.options.timeout,
            grace: self.options.grace,
            environment: &self.options.environment,
            stop: &|| self.lock().stop,
        };
        let run = if job.command.is_url() && self.lock().left.len() >= MAX_LEFT {
            let why = format!("{MAX_LEFT} programs that open web addresses still run; end some");
            Run::of(HookOutcome::FailedToStart(why))
        } else {
            process::run(&job.command, job.event, &job.call, job.at, &bounds)
        };
        let report = HookReport {
            event: job.event,
            call_id: job.call.call_id,
            program: job.command.shown(),
            outcome: run.outcome,
            stdout: run.stdout,
            stderr: run.stderr,
            waited: started.duration_since(job.queued),
            duration: started.elapsed(),
        };
        (report, run.left)
    }

    fn tell(&self, mut callback: impl FnMut(HookReport)) {
        let mut state = self.lock();
        loop {
            if let Some(report) = state.reports.pop_front() {
                state.telling = true;
                drop(state);
                log(&report);
                if catch_unwind(AssertUnwindSafe(|| callback(report))).is_err() {
                    tracing::error!(target: "microsip", "the callback for hooks panicked; it is called again all the same");
                }
                state = self.lock();
                state.telling = false;
                self.changed.notify_all();
            } else if state.over {
                return;
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

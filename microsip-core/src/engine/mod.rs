//! The engine: one thread owns PJSUA, runs commands from handles, and turns callbacks into events.
//!
//! [`Shared`] is what handles see: a queue, a bell, the bus. [`Engine`] lives on the engine's thread only. Its fields
//! are cells, because PJSIP calls back into it from within its own calls; no borrow is ever held across a PJSIP call,
//! an event's delivery or a handler.

mod accounts;
mod again;
mod alarms;
mod audio;
mod auth;
mod calls;
mod close;
mod failure;
mod files;
mod find_account;
mod guard;
mod hearing;
mod later;
mod memory;
mod messages;
mod names;
mod nat;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "nobody calls it elsewhere"))]
mod netlink;
mod network;
mod outbox;
mod presence;
mod publications;
mod queue;
mod registration;
mod reply;
mod requests;
mod ring;
mod security;
mod story;
mod subscriptions;
mod tones;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, mpsc};
use std::thread::{JoinHandle, ThreadId};
use std::time::{Duration, Instant};

pub(crate) use audio::{NewNode, NodeId, Owner, Removal, Wish};
pub(crate) use calls::{MediaWishes, StreamSettings};
pub(crate) use find_account::Addressed;
pub(crate) use messages::Whom;
pub(crate) use names::TargetFailure;
pub(crate) use outbox::Urgency;
pub(crate) use queue::Lane;
use queue::{Job, Queue, Waiting};
use reply::Reply;
pub(crate) use ring::{Bell, Ring};
pub(crate) use story::Leg;

use crate::call::Call;
use crate::endpoint::{Diagnostics, EndpointConfig};
use crate::event::{Bus, Event, EventSource, Events};
use crate::fork::{self, Origin};
use crate::media::files::{FileReader, FileWriter};
use crate::media::{DeviceRegistry, Pump};
use crate::nat::Outside;
use crate::pj::{self, Pj};
use crate::policy::{CallPolicy, IncomingPolicy, TransferRules, guard as guard_policy};
use crate::{Error, ErrorKind, Result};

/// PJSUA is one per process.
static RUNNING: AtomicBool = AtomicBool::new(false);
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// A command not begun within this time is given up.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);
/// Commands run between two polls, by number and by time: more would let packets wait until peers retransmit.
const BATCH: usize = 64;
const BATCH_TIME: Duration = Duration::from_micros(500);
/// A safety net; timers and packets end a poll by themselves.
const LONGEST_POLL: Duration = Duration::from_secs(10);

/// What handles share with the engine.
pub(crate) struct Shared {
    origin: Origin,
    queue: Queue,
    ring: Ring,
    bus: EventSource,
    capacity: usize,
    thread: OnceLock<ThreadId>,
    closing: AtomicBool,
    clock_rate: AtomicU32,
    commands: AtomicU64,
    outside: Outside,
    pump: Pump,
    devices: DeviceRegistry,
    guard: Arc<guard_policy::Counters>,
    malformed: Malformed,
}

/// What came in and could not be parsed.
#[derive(Default)]
struct Malformed {
    received: AtomicU64,
    answered: AtomicU64,
    passed_over: AtomicU64,
}

impl Shared {
    /// Runs `f` on the engine and waits for its result; in place when called on the engine itself.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        op: &'static str,
        lane: Lane,
        f: impl FnOnce(&Engine) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.origin.check(op)?;
        if self.on_engine() {
            return match current() {
                Some(engine) if !self.closing.load(Ordering::Acquire) => contained(op, || f(&engine)),
                _ => Err(Error::not_running(op)),
            };
        }
        let reply = Reply::new();
        let mailbox = Arc::clone(&reply);
        let job: Job = Box::new(move |engine| {
            if mailbox.start() {
                mailbox.fill(match engine {
                    Some(engine) => contained(op, || f(engine)),
                    None => Err(Error::not_running(op)),
                });
            }
        });
        self.queue.push(op, lane, job)?;
        self.ring.ring();
        reply.wait(COMMAND_TIMEOUT).unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::Timeout,
                op,
                format!("the engine did not get to it within {COMMAND_TIMEOUT:?}"),
            ))
        })
    }

    /// Queues `f` without waiting; whether it was taken. Dropped when the engine closes.
    pub(crate) fn post(&self, op: &'static str, f: impl FnOnce(&Engine) + Send + 'static) -> bool {
        if !self.origin.is_here() {
            return false;
        }
        let job: Job = Box::new(move |engine| {
            if let Some(engine) = engine {
                let done: Result<()> = contained(op, || {
                    f(engine);
                    Ok(())
                });
                if let Err(e) = done {
                    tracing::error!(target: "microsip", "{e}");
                }
            }
        });
        let taken = self.queue.push(op, Lane::Normal, job).is_ok();
        if taken {
            self.ring.ring();
        }
        taken
    }

    pub(crate) fn install_bell(&self, bell: Bell) {
        self.ring.install(bell);
    }

    /// Lets the engine look around, from whatever thread.
    pub(crate) fn nudge(&self) {
        if self.origin.is_here() {
            self.ring.nudge();
        }
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// Which process the engine runs in.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    fn on_engine(&self) -> bool {
        self.thread.get() == Some(&std::thread::current().id())
    }

    /// A wait on the engine's own thread would wait for itself, one in a forked child for nobody.
    pub(crate) fn refuse_wait_on_engine(&self, op: &'static str) -> Result<()> {
        self.origin.check(op)?;
        if self.on_engine() {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                "a handler on the engine's thread must not wait; hand the work to a thread of your own",
            ));
        }
        Ok(())
    }

    pub(crate) fn subscribe(&self, call: Option<&Call>) -> Events {
        self.bus.subscribe(self.capacity, call)
    }

    pub(crate) fn subscribe_account(&self, account: crate::AccountId) -> Events {
        self.bus.subscribe_account(self.capacity, account)
    }

    /// For threads other than the engine's, about things that are over for the engine.
    pub(crate) fn publish_from_outside(&self, event: Event) {
        if !self.origin.is_here() {
            return;
        }
        self.bus.publish(std::slice::from_ref(&event));
    }

    pub(crate) fn next_id(&self) -> u64 {
        NEXT_ID.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn clock_rate(&self) -> u32 {
        self.clock_rate.load(Ordering::Relaxed)
    }

    /// What is known about the world behind our router.
    pub(crate) fn outside(&self) -> &Outside {
        &self.outside
    }

    /// Who wakes readers and writers of streams.
    pub(crate) fn pump(&self) -> &Pump {
        &self.pump
    }

    /// Who opens and watches sound devices.
    pub(crate) fn devices(&self) -> &DeviceRegistry {
        &self.devices
    }

    pub(crate) fn request_close(&self) {
        if self.origin.is_here() {
            self.closing.store(true, Ordering::Release);
            self.ring.ring();
        }
    }

    pub(crate) fn diagnostics(&self) -> Diagnostics {
        Diagnostics {
            panics: pj::panics(),
            failed_assertions: pj::failed_assertions(),
            wake_ups: self.ring.strikes(),
            commands: self.commands.load(Ordering::Relaxed),
            malformed: self.malformed.received.load(Ordering::Relaxed),
            malformed_answered: self.malformed.answered.load(Ordering::Relaxed),
            headers_passed_over: self.malformed.passed_over.load(Ordering::Relaxed),
            guard: self.guard.snapshot(),
        }
    }
}

/// A panic in a command is a defect, but the caller gets an answer and the engine goes on.
fn contained<T>(op: &'static str, f: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|_| {
        pj::count_panic();
        Err(Error::new(ErrorKind::Internal, op, "the command panicked; see the log"))
    })
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Engine>>> = const { RefCell::new(None) };
}

/// The engine of this thread; `None` on every other thread.
pub(crate) fn current() -> Option<Rc<Engine>> {
    CURRENT
        .try_with(|c| c.try_borrow().ok().and_then(|c| c.clone()))
        .ok()
        .flatten()
}

/// The running engine, for PJMEDIA's threads, which hold no handle.
static ACTIVE: RwLock<Option<Arc<Shared>>> = RwLock::new(None);

fn active() -> Option<Arc<Shared>> {
    ACTIVE.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Queues `f` for the engine, from a thread of PJMEDIA.
pub(crate) fn post_from_elsewhere(op: &'static str, f: impl FnOnce(&Engine) + Send + 'static) -> bool {
    active().is_some_and(|shared| shared.post(op, f))
}

/// Ends the engine's poll, from whatever thread; nothing to do on its own.
pub(crate) fn wake_from_elsewhere() {
    let on_engine = CURRENT
        .try_with(|c| c.try_borrow().map_or(true, |c| c.is_some()))
        .unwrap_or(true);
    if !on_engine && let Some(shared) = active() {
        shared.ring.nudge();
    }
}

/// What the engine's thread owns.
pub(crate) struct Engine {
    pub(crate) pj: Pj,
    shared: Arc<Shared>,
    config: EndpointConfig,
    accounts: RefCell<accounts::Table>,
    calls: RefCell<calls::Table>,
    transfers: RefCell<calls::Transfers>,
    rules: Cell<TransferRules>,
    graph: RefCell<audio::Graph>,
    devices: RefCell<audio::Devices>,
    outbox: RefCell<outbox::Outbox>,
    incoming: Cell<IncomingPolicy>,
    guard: RefCell<guard_policy::Guard>,
    reader: RefCell<Option<FileReader>>,
    writer: RefCell<Option<FileWriter>>,
    clock: Cell<audio::Clock>,
    peak: memory::Peak,
    stories: RefCell<story::Stories>,
    requests: RefCell<requests::Table>,
    alarms: RefCell<alarms::Alarms>,
    /// The newest CANCEL.
    cancel: RefCell<Option<crate::sip::Message>>,
    policy: RefCell<Arc<CallPolicy>>,
    names: names::Names,
    network: network::Network,
    later: RefCell<later::Later>,
    nat: nat::Nat,
    hearing: hearing::Hearing,
    events: RefCell<subscriptions::Table>,
    publications: RefCell<publications::Table>,
    presence: RefCell<presence::Table>,
    messages: RefCell<messages::Table>,
}

/// Whether an engine runs in this process, or is about to. For where only atomics may be used.
pub(crate) fn is_running() -> bool {
    RUNNING.load(Ordering::SeqCst)
}

/// Starts the engine's thread and waits until PJSUA is up, or failed.
pub(crate) fn start(config: EndpointConfig) -> Result<(Arc<Shared>, JoinHandle<()>)> {
    const OP: &str = "start endpoint";
    fork::refuse_start(OP)?;
    fork::watch();
    if RUNNING.swap(true, Ordering::SeqCst) {
        return Err(Error::new(
            ErrorKind::AlreadyRunning,
            OP,
            "an endpoint is running in this process already; close it first, or use a second process",
        ));
    }
    let shared = Arc::new(Shared {
        origin: Origin::here(),
        queue: Queue::default(),
        ring: Ring::default(),
        bus: Arc::new(Bus::default()),
        capacity: config.event_capacity,
        thread: OnceLock::new(),
        closing: AtomicBool::new(false),
        clock_rate: AtomicU32::new(config.clock_rate()),
        commands: AtomicU64::new(0),
        guard: Arc::default(),
        malformed: Malformed::default(),
        outside: Outside::default(),
        pump: Pump::default(),
        devices: DeviceRegistry::new(),
    });
    let (report, started) = mpsc::channel();
    let for_thread = Arc::clone(&shared);
    let spawned = std::thread::Builder::new()
        .name("microsip-engine".into())
        .spawn(move || run(for_thread, config, &report));
    let thread = match spawned {
        Ok(thread) => thread,
        Err(e) => {
            RUNNING.store(false, Ordering::SeqCst);
            return Err(Error::new(
                ErrorKind::Internal,
                OP,
                format!("cannot start a thread: {e}"),
            ));
        }
    };
    match started.recv() {
        Ok(Ok(())) => Ok((shared, thread)),
        Ok(Err(e)) => {
            drop(thread.join());
            Err(e)
        }
        Err(mpsc::RecvError) => {
            drop(thread.join());
            Err(Error::new(
                ErrorKind::Internal,
                OP,
                "the engine panicked while starting; see the log",
            ))
        }
    }
}

/// The engine's thread.
fn run(shared: Arc<Shared>, config: EndpointConfig, report: &mpsc::Sender<Result<()>>) {
    /// Whatever happens, callers get an answer and another engine can start.
    struct Finally(Arc<Shared>);
    impl Drop for Finally {
        fn drop(&mut self) {
            self.0.closing.store(true, Ordering::Release);
            let mut left = self.0.queue.close();
            while let Some(job) = left.next() {
                job(None);
            }
            CURRENT.with(|c| drop(c.borrow_mut().take()));
            *ACTIVE.write().unwrap_or_else(PoisonError::into_inner) = None;
            self.0.bus.close();
            RUNNING.store(false, Ordering::SeqCst);
        }
    }
    let finally = Finally(Arc::clone(&shared));
    pj::block_signals();
    // Nobody else sets it.
    let _ = shared.thread.set(std::thread::current().id());
    let pj = match Pj::start(&config, &shared) {
        Ok(pj) => pj,
        Err(e) => {
            drop(finally);
            drop(report.send(Err(e)));
            return;
        }
    };
    let engine = Rc::new(Engine {
        pj,
        incoming: Cell::new(config.incoming),
        policy: RefCell::new(Arc::new(config.policy.clone())),
        rules: Cell::new(config.transfers),
        transfers: RefCell::default(),
        names: names::Names::new(&config),
        guard: RefCell::new(guard_policy::Guard::new(&config.guard, Arc::clone(&shared.guard))),
        config,
        shared,
        accounts: RefCell::default(),
        calls: RefCell::default(),
        graph: RefCell::default(),
        devices: RefCell::default(),
        outbox: RefCell::default(),
        reader: RefCell::default(),
        writer: RefCell::default(),
        clock: Cell::new(audio::Clock::Stopped),
        peak: memory::Peak::default(),
        stories: RefCell::default(),
        requests: RefCell::default(),
        alarms: RefCell::default(),
        cancel: RefCell::default(),
        network: network::Network::default(),
        later: RefCell::default(),
        nat: RefCell::default(),
        hearing: hearing::Hearing::default(),
        events: RefCell::default(),
        publications: RefCell::default(),
        presence: RefCell::default(),
        messages: RefCell::default(),
    });
    CURRENT.with(|c| *c.borrow_mut() = Some(Rc::clone(&engine)));
    *ACTIVE.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&engine.shared));
    engine.watch_network();
    engine.nat_start();
    drop(report.send(Ok(())));
    // A panic out here is a defect of ours; PJSUA must go down in order all the same.
    if catch_unwind(AssertUnwindSafe(|| engine.poll_until_closed())).is_err() {
        pj::count_panic();
        tracing::error!(target: "microsip", "the engine panicked and closes");
    }
    engine.close();
    pj::tls::end_thread();
    drop(finally);
}

impl Engine {
    fn poll_until_closed(&self) {
        let mut waiting = Waiting::default();
        while !self.shared.closing.load(Ordering::Acquire) {
            self.turn(&mut waiting, LONGEST_POLL);
        }
        while let Some(job) = waiting.next() {
            job(None);
        }
    }

    /// One turn: commands, due events, a poll of at most `longest`.
    fn turn(&self, waiting: &mut Waiting, longest: Duration) {
        self.shared.ring.awake();
        self.shared.queue.take(waiting);
        self.run_batch(waiting);
        if pj::take_resync() {
            self.resync_calls();
        }
        self.tick_clock();
        self.tick_alarms();
        self.tick_later();
        self.tick_typing();
        self.tick_memory();
        self.run_retries();
        self.tick_network();
        let nudges = self.shared.ring.nudges();
        // Before the timers: what is sent now arms some.
        self.take_names();
        self.take_heard();
        let mut timeout = longest.min(self.pj.run_timers());
        for due in [
            self.nat_due(),
            self.flush_due(),
            self.clock_due(),
            self.trim_due(),
            self.alarms_due(),
            self.retry_due(),
            self.transfers_due(),
            self.network_due(),
            self.names_due(),
            self.later_due(),
            self.typing_due(),
        ]
        .into_iter()
        .flatten()
        {
            timeout = timeout.min(due.saturating_duration_since(Instant::now()));
        }
        if !waiting.is_empty() {
            timeout = Duration::ZERO;
        }
        if !timeout.is_zero() {
            self.shared.ring.announce_sleep();
            if !self.shared.queue.is_empty()
                || self.shared.ring.nudges() != nudges
                || (longest == LONGEST_POLL && self.shared.closing.load(Ordering::Acquire))
            {
                timeout = Duration::ZERO;
            }
        }
        self.pj.poll_packets(timeout);
    }

    fn run_batch(&self, waiting: &mut Waiting) {
        if waiting.is_empty() {
            return;
        }
        let from = Instant::now();
        let mut ran = 0;
        while ran < BATCH {
            let Some(job) = waiting.next() else { break };
            job(Some(self));
            ran += 1;
            if from.elapsed() >= BATCH_TIME {
                break;
            }
        }
        self.shared.commands.fetch_add(ran as u64, Ordering::Relaxed);
    }

    pub(crate) fn set_incoming(&self, policy: IncomingPolicy) {
        self.incoming.set(policy);
    }

    pub(crate) fn local_address(
        &self,
        op: &'static str,
        transport: crate::sip::Transport,
    ) -> Result<std::net::SocketAddr> {
        let mut all = self.pj.local_addresses().into_iter();
        all.find(|(t, _)| *t == transport)
            .map(|(_, address)| address)
            .ok_or_else(|| Error::invalid(op, format!("the endpoint has no {transport} transport")))
    }
}

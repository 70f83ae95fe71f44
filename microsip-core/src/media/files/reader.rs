//! The thread that decodes ahead for all players of an endpoint: started with the first player, asleep without any.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::reel::{Reel, gone};
use crate::media::Player;
use crate::{Error, ErrorKind, Result};

/// How much is decoded ahead, in seconds.
pub(crate) const AHEAD_SECONDS: u32 = 1;
/// How often a tape is filled up while it is played.
const PERIOD: Duration = Duration::from_millis(250);
/// The same while nobody listens: it may begin at any time.
const IDLE: Duration = Duration::from_millis(500);
/// How closely the end is met.
const AT_END: Duration = Duration::from_millis(10);

/// What a handle asks for.
pub(crate) enum Order {
    Begin(Player, Box<Reel>),
    Seek(u64, f64, Reply),
    Skip(u64, Reply),
    Append(u64, PathBuf, Reply),
    /// Something changed: look now.
    Look,
    Close,
}

pub(crate) type Reply = mpsc::SyncSender<Result<()>>;

pub(crate) struct FileReader {
    orders: mpsc::Sender<Order>,
    thread: JoinHandle<()>,
}

impl FileReader {
    pub(crate) fn spawn() -> Result<FileReader> {
        let (orders, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("microsip-play".into())
            .spawn(move || run(&receiver))
            .map_err(|e| Error::new(ErrorKind::Internal, "play", format!("cannot start a thread: {e}")))?;
        Ok(FileReader { orders, thread })
    }

    pub(crate) fn orders(&self) -> mpsc::Sender<Order> {
        self.orders.clone()
    }

    /// Ends the thread. Ports that still play find their tapes empty.
    pub(crate) fn close(self) {
        // Already ended is as good.
        drop(self.orders.send(Order::Close));
        if self.thread.join().is_err() {
            tracing::error!(target: "microsip", "the file reader panicked");
        }
    }
}

struct Job {
    player: Player,
    reel: Box<Reel>,
    /// What waited on the tape when it was last looked at.
    waiting: u64,
    moves: bool,
    /// Whether the engine knows that it is through.
    told: bool,
}

type Jobs = BTreeMap<u64, Job>;

fn run(orders: &mpsc::Receiver<Order>) {
    let mut jobs = Jobs::new();
    loop {
        let order = match jobs.values().map(Job::rest).min() {
            None => orders.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
            Some(rest) => orders.recv_timeout(rest),
        };
        match order {
            Ok(Order::Close) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
            Ok(order) => obey(&mut jobs, order),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        jobs.retain(|id, job| job.work(*id));
    }
}

fn obey(jobs: &mut Jobs, order: Order) {
    match order {
        Order::Begin(player, reel) => {
            let id = player.core.id;
            let job = Job {
                waiting: 0,
                moves: true,
                told: false,
                player,
                reel,
            };
            jobs.insert(id, job);
        }
        Order::Seek(id, seconds, reply) => with(jobs, "seek", id, &reply, |reel| reel.seek(seconds)),
        Order::Skip(id, reply) => with(jobs, "skip", id, &reply, Reel::skip),
        Order::Append(id, path, reply) => with(jobs, "add file", id, &reply, |reel| reel.append(path)),
        Order::Look | Order::Close => {}
    }
}

fn with(jobs: &mut Jobs, op: &'static str, id: u64, reply: &Reply, run: impl FnOnce(&mut Reel) -> Result<()>) {
    let done = match jobs.get_mut(&id) {
        Some(job) if !job.told => run(&mut job.reel),
        _ => Err(gone(op)),
    };
    // Whoever asked may have given up.
    drop(reply.try_send(done));
}

impl Job {
    /// Fills the tape and tells the engine of its end; `false` when the port is gone. Until then the tape is kept, so
    /// that its memory is never given back on the clock thread.
    fn work(&mut self, id: u64) -> bool {
        self.reel.fill();
        let head = self.reel.head();
        if head.is_abandoned() {
            return false;
        }
        self.moves = head.waiting() != self.waiting;
        self.waiting = head.waiting();
        if !self.told && head.tape.is_through() {
            self.player.core.set_failure(self.reel.failure().cloned());
            // Told again a moment later if the engine's queue is full now.
            self.told = self.player.core.tell_end(id);
        }
        true
    }

    /// How long it needs nobody.
    fn rest(&self) -> Duration {
        let head = self.reel.head();
        if self.told || head.tape.is_paused() {
            return IDLE;
        }
        if self.reel.is_written() {
            let left = self.player.core.duration_of(head.waiting());
            // By the clock thread's ticks it is up to 20 ms later.
            return left.clamp(AT_END, if self.moves { PERIOD } else { IDLE });
        }
        if self.moves { PERIOD } else { IDLE }
    }
}

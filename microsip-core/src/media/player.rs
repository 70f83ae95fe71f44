//! Playing a file into a call.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Tap;
use super::wav;
use crate::call::Call;
use crate::engine::{Lane, NewNode, Owner, Removal, Shared, Urgency};
use crate::event::Event;
use crate::pj::{PortEnd, PortSource};
use crate::{Error, ErrorKind, FOR_EVER, Result};

/// How a file is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PlayOptions {
    /// Start again at the end, until stopped; default no.
    pub repeat: bool,
}

impl PlayOptions {
    /// Sets whether to start again at the end.
    pub fn repeat(mut self, yes: bool) -> Self {
        self.repeat = yes;
        self
    }
}

pub(crate) struct PlayerCore {
    pub(crate) id: u64,
    rate: u32,
    total: u64,
    position: AtomicU64,
    at_end: AtomicBool,
    stopped: Mutex<bool>,
    changed: Condvar,
    shared: Arc<Shared>,
}

/// A file being played into a call. Dropping the handle lets it play on; it ends with its file or its call.
#[derive(Clone)]
pub struct Player {
    pub(crate) core: Arc<PlayerCore>,
}

impl Player {
    /// How much has been handed to the bridge, within the file.
    pub fn position(&self) -> Duration {
        Duration::from_secs_f64(self.core.position.load(Ordering::Relaxed) as f64 / f64::from(self.core.rate))
    }

    /// Length of the file.
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(self.core.total as f64 / f64::from(self.core.rate))
    }

    /// Whether it has ended: played to the end, stopped, or its call is over.
    pub fn is_finished(&self) -> bool {
        *self.core.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops playing. Stopping twice is fine.
    ///
    /// # Errors
    /// [`NotRunning`](ErrorKind::NotRunning) after the endpoint was closed.
    pub fn stop(&self) -> Result<()> {
        let id = self.core.id;
        self.core.shared.run("stop player", Lane::Normal, move |engine| {
            engine.node_remove(id, Removal::Stopped);
            Ok(())
        })
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first.
    pub fn wait_finished(&self, timeout: Duration) -> Result<()> {
        const OP: &str = "wait for player";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let deadline = Instant::now() + timeout.min(FOR_EVER);
        let mut stopped = self.core.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        while !*stopped {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    OP,
                    format!("still at {:?} of {:?}", self.position(), self.length()),
                ));
            }
            stopped = self
                .core
                .changed
                .wait_timeout(stopped, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        Ok(())
    }

    pub(crate) fn mark_finished(&self) {
        *self.core.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.core.changed.notify_all();
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Player")
            .field("id", &self.core.id)
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

/// The bridge's side: copies samples, touches only atomics, and tells the engine once when the file is through.
struct FileSource {
    samples: Vec<i16>,
    at: usize,
    repeat: bool,
    core: Arc<PlayerCore>,
}

impl PortSource for FileSource {
    fn fill(&mut self, out: &mut [i16]) -> bool {
        if self.at >= self.samples.len() && !self.repeat {
            if !self.core.at_end.load(Ordering::Relaxed) {
                let id = self.core.id;
                // Told again at the next tick if the engine's queue is full now.
                let told = self
                    .core
                    .shared
                    .post("player end", move |engine| engine.node_remove(id, Removal::AtEnd));
                self.core.at_end.store(told, Ordering::Relaxed);
            }
            return false;
        }
        for slot in out.iter_mut() {
            if self.at >= self.samples.len() && self.repeat {
                self.at = 0;
            }
            *slot = self.samples.get(self.at).copied().unwrap_or(0);
            self.at += 1;
        }
        self.core
            .position
            .store(self.at.min(self.samples.len()) as u64, Ordering::Relaxed);
        true
    }
}

pub(crate) fn start(shared: &Arc<Shared>, call: &Call, path: &Path, options: PlayOptions) -> Result<Player> {
    const OP: &str = "play";
    let pcm = wav::read(OP, path)?;
    let core = Arc::new(PlayerCore {
        id: shared.next_id(),
        rate: pcm.rate,
        total: pcm.samples.len() as u64,
        position: AtomicU64::new(0),
        at_end: AtomicBool::new(false),
        stopped: Mutex::new(false),
        changed: Condvar::new(),
        shared: Arc::clone(shared),
    });
    let player = Player {
        core: Arc::clone(&core),
    };
    let source = Box::new(FileSource {
        samples: pcm.samples,
        at: 0,
        repeat: options.repeat,
        core,
    });
    let (handle, call) = (player.clone(), call.clone());
    shared.run(OP, Lane::Normal, move |engine| {
        engine.node_add(
            OP,
            NewNode {
                id: handle.core.id,
                rate: Some(handle.core.rate),
                end: PortEnd::Source(source),
                owner: Owner::Call(call.id(), Tap::default()),
                on_removed: Box::new(move |engine, why| {
                    handle.mark_finished();
                    if why == Removal::AtEnd {
                        engine.publish(Event::PlayerFinished { call, player: handle }, Urgency::Now);
                    }
                }),
            },
        )
    })?;
    Ok(player)
}

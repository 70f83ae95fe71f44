//! Playing files into a call, a conference or whatever is connected.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use super::ending::Ending;
use super::files::decode::Decoder;
use super::files::reader::{AHEAD_SECONDS, Order, Reply};
use super::files::reel::{Item, Reel, gone, item};
use super::files::tape::Tape;
use super::{AudioTarget, Gain, Tap};
use crate::engine::{Lane, NewNode, Removal, Shared, Urgency};
use crate::event::Event;
use crate::pj::PortEnd;
use crate::{Error, ErrorKind, Result};

/// How files are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PlayOptions {
    /// Start again at the end of the last file, until stopped; default no.
    pub repeat: bool,
    /// How loud; default unchanged.
    pub gain: Gain,
    /// Wait for [`Player::resume`]; default no.
    pub paused: bool,
}

impl PlayOptions {
    /// Sets whether to start again at the end.
    pub fn repeat(mut self, yes: bool) -> Self {
        self.repeat = yes;
        self
    }

    /// Sets how loud.
    pub fn gain(mut self, gain: Gain) -> Self {
        self.gain = gain;
        self
    }

    /// Sets whether to wait for [`Player::resume`].
    pub fn paused(mut self, yes: bool) -> Self {
        self.paused = yes;
        self
    }
}

/// Why a player ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlayEnd {
    /// The last file was played to its end, or skipped.
    Finished,
    /// [`Player::stop`] was called, or the endpoint was closed.
    Stopped,
    /// Its call has ended, or its conference was closed.
    TargetEnded,
    /// A file broke off or could not be opened when its turn came; what came before was played.
    Failed(Error),
}

impl PlayEnd {
    /// Stable lower-case name, as in JSON: `"finished"`, `"stopped"`, `"target_ended"`, `"failed"`.
    pub fn name(&self) -> &'static str {
        match self {
            PlayEnd::Finished => "finished",
            PlayEnd::Stopped => "stopped",
            PlayEnd::TargetEnded => "target_ended",
            PlayEnd::Failed(_) => "failed",
        }
    }
}

pub(crate) struct PlayerCore {
    pub(crate) id: u64,
    target: AudioTarget,
    /// The bridge's rate, at which positions are counted.
    rate: u32,
    tape: Arc<Tape>,
    items: Mutex<Vec<Item>>,
    /// Held by whoever adds a file, so that indices agree.
    adding: Mutex<()>,
    failure: Mutex<Option<Error>>,
    end: Ending<PlayEnd>,
    orders: mpsc::Sender<Order>,
    shared: Arc<Shared>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PlayerCore {
    pub(crate) fn set_failure(&self, failure: Option<Error>) {
        *lock(&self.failure) = failure;
    }

    /// Tells the engine that all was played; whether it will hear of it.
    pub(crate) fn tell_end(&self, id: u64) -> bool {
        self.shared
            .post("player end", move |engine| engine.node_remove(id, Removal::AtEnd))
    }

    pub(crate) fn duration_of(&self, samples: u64) -> Duration {
        Duration::from_secs_f64(samples as f64 / f64::from(self.rate.max(1)))
    }

    fn finish(&self, why: Removal) -> PlayEnd {
        let end = match (why, lock(&self.failure).take()) {
            (Removal::AtEnd, Some(error)) => PlayEnd::Failed(error),
            (Removal::AtEnd, None) => PlayEnd::Finished,
            (Removal::OwnerGone, _) => PlayEnd::TargetEnded,
            (Removal::Stopped | Removal::Closed, _) => PlayEnd::Stopped,
        };
        self.end.set(end.clone());
        end
    }
}

/// Files being played. Dropping the handle lets them play on; they end with the last file or with what they are played to.
///
/// A thread of the endpoint decodes a second ahead, so that a disk that hesitates is not heard. Handles may be used from any thread.
#[derive(Clone)]
pub struct Player {
    pub(crate) core: Arc<PlayerCore>,
}

impl Player {
    /// What it plays to.
    pub fn target(&self) -> &AudioTarget {
        &self.core.target
    }

    /// How much of the file that is heard has been handed to the bridge.
    pub fn position(&self) -> Duration {
        self.core.duration_of(self.core.tape.place().at)
    }

    /// Length of the file that is heard; `None` where the file does not tell, as an MP3 without header may not.
    pub fn length(&self) -> Option<Duration> {
        let item = self.core.tape.place().item;
        let length = lock(&self.core.items).get(item).and_then(|item| item.length);
        length.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }

    /// Index of the file that is heard, in the order in which files were given.
    pub fn index(&self) -> usize {
        self.core.tape.place().item
    }

    /// The file that is heard.
    pub fn file(&self) -> PathBuf {
        let item = self.core.tape.place().item;
        lock(&self.core.items)
            .get(item)
            .map(|item| item.path.clone())
            .unwrap_or_default()
    }

    /// How much silence was played because decoding could not keep up; zero on a healthy machine.
    pub fn missed(&self) -> Duration {
        self.core.duration_of(self.core.tape.missed())
    }

    /// Whether it has ended, whatever the reason.
    pub fn is_finished(&self) -> bool {
        self.core.end.is_set()
    }

    /// Why it has ended; `None` while it plays.
    pub fn end(&self) -> Option<PlayEnd> {
        self.core.end.get()
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.core.tape.is_paused()
    }

    /// Falls silent; [`Player::resume`] goes on with the very next sample.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it has ended.
    pub fn pause(&self) -> Result<()> {
        self.alive("pause player")?;
        self.core.tape.set_paused(true);
        Ok(())
    }

    /// Goes on after [`Player::pause`].
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it has ended.
    pub fn resume(&self) -> Result<()> {
        self.alive("resume player")?;
        self.core.tape.set_paused(false);
        // Without a thread there is nothing to wake.
        drop(self.core.orders.send(Order::Look));
        Ok(())
    }

    /// How loud it plays.
    pub fn gain(&self) -> Gain {
        Gain::factor(self.core.tape.gain()).unwrap_or_default()
    }

    /// Sets how loud it plays, from the next 20 ms on, over which the change is spread. It adds to the gain of links.
    ///
    /// # Errors
    /// [`Gone`](ErrorKind::Gone) when it has ended.
    pub fn set_gain(&self, gain: Gain) -> Result<()> {
        self.alive("set gain of player")?;
        self.core.tape.set_gain(gain.as_factor());
        Ok(())
    }

    /// Goes to a position in the file that is heard, to the sample. What is heard next is from there; a paused player stays
    /// paused.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) when the file has no such position, [`Media`](ErrorKind::Media) when
    /// it cannot be searched, [`Io`](ErrorKind::Io) when it cannot be read any more: it plays on then as if nothing had been
    /// asked. [`Gone`](ErrorKind::Gone) when the player has ended, [`Timeout`](ErrorKind::Timeout) when the disk does not answer.
    ///
    /// # Threads
    /// Any but the engine's: waits for the file to be read.
    pub fn seek(&self, to: Duration) -> Result<()> {
        let id = self.core.id;
        self.ask("seek", |reply| Order::Seek(id, to.as_secs_f64(), reply))
    }

    /// Goes on with the next file at once; after the last one, unless it repeats, the player ends as
    /// [`Finished`](PlayEnd::Finished).
    ///
    /// # Errors
    /// Those of the next file, as with [`Call::play`](crate::Call::play); the present one plays on then.
    /// [`Gone`](ErrorKind::Gone) when the player has ended.
    ///
    /// # Threads
    /// As [`Player::seek`].
    pub fn skip(&self) -> Result<()> {
        let id = self.core.id;
        self.ask("skip", |reply| Order::Skip(id, reply))
    }

    /// Adds a file, which follows the last one without a gap.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), [`Media`](ErrorKind::Media) when it cannot be played, [`Gone`](ErrorKind::Gone) when the player
    /// has ended, which it may just have: then play the file anew.
    ///
    /// # Threads
    /// As [`Player::seek`].
    pub fn add(&self, path: impl AsRef<Path>) -> Result<()> {
        const OP: &str = "add file";
        let path = path.as_ref().to_owned();
        let item = item(path.clone(), &Decoder::open(OP, &path)?);
        let id = self.core.id;
        let _adding = lock(&self.core.adding);
        // Before it can be heard; and while the disk is waited for the list can be asked.
        lock(&self.core.items).push(item);
        let added = self.ask(OP, |reply| Order::Append(id, path, reply));
        match &added {
            // It will be added when its turn comes.
            Err(e) if e.kind() == ErrorKind::Timeout => {}
            Err(_) => drop(lock(&self.core.items).pop()),
            Ok(()) => {}
        }
        added
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

    /// Waits until it has ended; why it has.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first.
    pub fn wait_finished(&self, timeout: Duration) -> Result<PlayEnd> {
        const OP: &str = "wait for player";
        self.core.shared.refuse_wait_on_engine(OP)?;
        self.core.end.wait(timeout).ok_or_else(|| {
            let message = format!(
                "still at {:.3} s of {}",
                self.position().as_secs_f64(),
                self.file().display()
            );
            Error::new(ErrorKind::Timeout, OP, message)
        })
    }

    /// The same; asynchronous, without a deadline.
    pub async fn finished(&self) -> PlayEnd {
        std::future::poll_fn(|cx| self.poll_finished(cx)).await
    }

    /// For executors of one's own: as [`Player::finished`].
    pub fn poll_finished(&self, cx: &mut Context<'_>) -> Poll<PlayEnd> {
        self.core.end.poll(cx)
    }

    fn alive(&self, op: &'static str) -> Result<()> {
        if self.is_finished() { Err(gone(op)) } else { Ok(()) }
    }

    /// Has the reading thread do something.
    fn ask(&self, op: &'static str, order: impl FnOnce(Reply) -> Order) -> Result<()> {
        const PATIENCE: Duration = Duration::from_secs(10);
        self.core.shared.refuse_wait_on_engine(op)?;
        self.alive(op)?;
        let (reply, answer) = mpsc::sync_channel(1);
        if self.core.orders.send(order(reply)).is_err() {
            return Err(gone(op));
        }
        match answer.recv_timeout(PATIENCE) {
            Ok(done) => done,
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(gone(op)),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(Error::new(
                ErrorKind::Timeout,
                op,
                format!("no file was read for {PATIENCE:?}; is the disk there?"),
            )),
        }
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Player")
            .field("id", &self.core.id)
            .field("file", &self.file())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Player {
    fn eq(&self, other: &Player) -> bool {
        self.core.id == other.core.id
    }
}

impl Eq for Player {}

/// Plays files one after the other. The first is opened, and decoded a second ahead, on the calling thread.
pub(crate) fn start(
    shared: &Arc<Shared>,
    target: AudioTarget,
    files: Vec<PathBuf>,
    options: PlayOptions,
) -> Result<Player> {
    const OP: &str = "play";
    shared.origin().check(OP)?;
    if target.call().is_some_and(|call| call.info().is_ended()) {
        return Err(Error::new(ErrorKind::Gone, OP, "the call has ended"));
    }
    let mut first = None;
    let mut items = Vec::with_capacity(files.len());
    for path in &files {
        let decoder = Decoder::open(OP, path)?;
        items.push(item(path.clone(), &decoder));
        first.get_or_insert(decoder);
    }
    let first = first.ok_or_else(|| Error::invalid(OP, "no file is given"))?;
    let rate = shared.clock_rate();
    let (head, playback) = Tape::ends(
        (rate * AHEAD_SECONDS) as usize,
        options.gain.as_factor(),
        options.paused,
    );
    let tape = Arc::clone(&head.tape);
    let mut reel = Box::new(Reel::new(head, rate, files, first, options.repeat));
    reel.fill();
    if reel.is_written() && reel.head().written() == 0 {
        let nothing = || {
            let names: Vec<String> = items.iter().map(|item| item.path.display().to_string()).collect();
            Error::new(ErrorKind::Media, OP, format!("{} holds no samples", names.join(", ")))
        };
        return Err(reel.failure().cloned().unwrap_or_else(nothing));
    }
    let (handle, to) = (Arc::clone(shared), target.clone());
    shared.run(OP, Lane::Normal, move |engine| {
        let orders = engine.file_reader()?;
        let player = Player {
            core: Arc::new(PlayerCore {
                id: handle.next_id(),
                target: to.clone(),
                rate,
                tape,
                items: Mutex::new(items),
                adding: Mutex::new(()),
                failure: Mutex::new(None),
                end: Ending::default(),
                orders: orders.clone(),
                shared: handle,
            }),
        };
        let told = player.clone();
        engine.node_add(
            OP,
            NewNode {
                id: player.core.id,
                rate: None,
                end: PortEnd::Source(Box::new(playback)),
                owner: to.owner(Tap::default()),
                on_removed: Box::new(move |engine, why| {
                    let end = told.core.finish(why);
                    if why != Removal::Closed {
                        engine.publish(Event::PlayerFinished { player: told, end }, Urgency::Now);
                    }
                }),
            },
        )?;
        // The thread lives as long as the engine.
        drop(orders.send(Order::Begin(player.clone(), reel)));
        Ok(player)
    })
}

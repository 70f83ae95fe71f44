//! What one client is still to be told: replies, which wait for it, and events, which do not.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::message;

/// Replies that may wait for a client. More are not made before it reads.
const REPLIES: usize = 64;
/// Bytes of replies beyond which no further one is made; one reply may be longer.
const REPLY_BYTES: usize = 1024 * 1024;

/// Which events a client wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    Named(BTreeSet<String>),
}

impl Wanted {
    fn has(&self, name: &str) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Named(names) => names.contains(name),
        }
    }
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Outgoing>,
    replies: usize,
    reply_bytes: usize,
    events: usize,
    event_bytes: usize,
    missed: u64,
    wanted: Option<Wanted>,
    ended: bool,
    broken: bool,
}

/// The client does not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stuck;

/// A line to be written.
#[derive(Debug)]
pub(super) enum Outgoing {
    Reply(Vec<u8>),
    Event(Arc<[u8]>),
}

impl Outgoing {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Outgoing::Reply(line) => line,
            Outgoing::Event(line) => line,
        }
    }
}

#[derive(Debug)]
pub(super) struct Outbox {
    state: Mutex<State>,
    changed: Condvar,
    max_events: usize,
    max_event_bytes: usize,
}

impl Outbox {
    pub(super) fn new(max_events: usize, max_event_bytes: usize) -> Self {
        Outbox {
            state: Mutex::default(),
            changed: Condvar::new(),
            max_events,
            max_event_bytes,
        }
    }

    /// Appends a reply; waits up to `patience` for room. Where nobody reads any more it is dropped: what the client asked
    /// for before it left is still done.
    pub(super) fn reply(&self, line: Vec<u8>, patience: Duration) -> Result<(), Stuck> {
        let state = self.with_room(patience)?;
        self.append(state, line);
        Ok(())
    }

    /// Appends the reply to `subscribe` or `unsubscribe`: events are told behind it, or before it, never otherwise.
    pub(super) fn want(&self, wanted: Option<Wanted>, line: Vec<u8>, patience: Duration) -> Result<(), Stuck> {
        let mut state = self.with_room(patience)?;
        if wanted.is_none() {
            // What was missed is told to whom it still concerns only.
            state.missed = 0;
        }
        state.wanted = wanted;
        self.append(state, line);
        Ok(())
    }

    /// Whether the client has subscribed.
    pub(super) fn subscribed(&self) -> bool {
        self.lock().wanted.is_some()
    }

    /// Whether the client has subscribed to events of this name.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.lock().wanted.as_ref().is_some_and(|wanted| wanted.has(name))
    }

    /// Appends an event if it is wanted; never waits. What does not fit is counted.
    pub(super) fn event(&self, name: &str, line: &Arc<[u8]>) {
        let mut state = self.lock();
        if state.ended || state.broken || !state.wanted.as_ref().is_some_and(|wanted| wanted.has(name)) {
            return;
        }
        let room = |state: &State, lines, bytes| {
            state.events + lines <= self.max_events
                && (state.events == 0 || state.event_bytes + bytes <= self.max_event_bytes)
        };
        if state.missed > 0 && room(&state, 2, line.len() + 64) {
            let told: Arc<[u8]> = message::lagged(std::mem::take(&mut state.missed)).into();
            state.push_event(told);
        }
        if state.missed > 0 || !room(&state, 1, line.len()) {
            state.missed += 1;
            return;
        }
        state.push_event(Arc::clone(line));
        drop(state);
        self.changed.notify_all();
    }

    /// The next line to write; waits for one. [`None`] once everything was handed out and no more comes.
    pub(super) fn next(&self) -> Option<Outgoing> {
        let mut state = self.lock();
        loop {
            if state.broken {
                return None;
            }
            match state.entries.pop_front() {
                Some(Outgoing::Reply(line)) => {
                    state.replies -= 1;
                    state.reply_bytes -= line.len();
                    drop(state);
                    self.changed.notify_all();
                    return Some(Outgoing::Reply(line));
                }
                Some(Outgoing::Event(line)) => {
                    state.events -= 1;
                    state.event_bytes -= line.len();
                    return Some(Outgoing::Event(line));
                }
                None if state.missed > 0 => {
                    return Some(Outgoing::Event(
                        message::lagged(std::mem::take(&mut state.missed)).into(),
                    ));
                }
                None if state.ended => return None,
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Whether a reply waits behind the line that is being written.
    pub(super) fn replies_wait(&self) -> bool {
        self.lock().replies > 0
    }

    /// No more comes; what is there is still written.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// Nothing can be written any more.
    pub(super) fn give_up(&self) {
        let mut state = self.lock();
        state.broken = true;
        state.entries.clear();
        drop(state);
        self.changed.notify_all();
    }

    fn with_room(&self, patience: Duration) -> Result<MutexGuard<'_, State>, Stuck> {
        let until = Instant::now() + patience;
        let mut state = self.lock();
        while !state.broken && (state.replies >= REPLIES || state.reply_bytes >= REPLY_BYTES) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Stuck);
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        Ok(state)
    }

    fn append(&self, mut state: MutexGuard<'_, State>, line: Vec<u8>) {
        if state.broken {
            return;
        }
        state.replies += 1;
        state.reply_bytes += line.len();
        state.entries.push_back(Outgoing::Reply(line));
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push_event(&mut self, line: Arc<[u8]>) {
        self.events += 1;
        self.event_bytes += line.len();
        self.entries.push_back(Outgoing::Event(line));
    }
}

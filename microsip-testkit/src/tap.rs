//! A UDP relay that records every datagram and may lose, delay, repeat or change it.
//!
//! A client talks to [`Tap::addr`] instead of to its server, as through a NAT: for each client the tap has a socket of its own towards the
//! server, so that answers, and requests sent to the client's reflexive address, find their way back. Nothing is rewritten; requests
//! addressed to a Contact therefore pass beside the tap unless the client learns its address (rport, RFC 3581). It carries RTP as well.
//!
//! ```no_run
//! # use microsip_testkit::{Deadline, tap::{Action, Tap}};
//! # fn main() -> microsip_testkit::Result<()> {
//! # let server = microsip_testkit::ports::loopback(5060);
//! // Loses the first INVITE.
//! let mut lost = false;
//! let tap = Tap::with_rule(server, move |d| {
//!     if !lost && d.sip().is_some_and(|m| m.is_request("INVITE")) { lost = true; Action::Drop } else { Action::Forward }
//! })?;
//! // … call through tap.addr() …
//! tap.wait(|r| r.sip().is_some_and(|m| m.is_response(200, "INVITE")), Deadline::secs(5))?;
//! # Ok(()) }
//! ```

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fmt;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::ports::loopback;
use crate::sipmsg::SipMessage;
use crate::{Deadline, Error, Result};

/// Which way a datagram goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// What becomes of a datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It goes on at once.
    Forward,
    /// It is lost.
    Drop,
    /// It goes on after this time; later ones may overtake it.
    Delay(Duration),
    /// It goes on this many times in all.
    Repeat(usize),
    /// These bytes go on instead.
    Replace(Vec<u8>),
}

/// A datagram that passed, or was to be decided upon.
#[derive(Debug, Clone)]
pub struct Record {
    /// Time since the tap was started.
    pub at: Duration,
    /// Which way.
    pub direction: Direction,
    /// The client's address.
    pub client: SocketAddr,
    /// Its number in this direction, from 0, over all clients.
    pub number: usize,
    /// The bytes as they came in.
    pub bytes: Vec<u8>,
    /// What was done with it. [`Action::Forward`] while it is being decided.
    pub action: Action,
}

impl Record {
    /// The datagram as a SIP message, if it is one.
    #[must_use]
    pub fn sip(&self) -> Option<SipMessage> {
        SipMessage::parse(&self.bytes).ok()
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = if self.direction == Direction::ToServer {
            "->"
        } else {
            "<-"
        };
        write!(f, "{:9.3?} {} {arrow} ", self.at, self.client)?;
        match self.sip() {
            Some(message) => write!(f, "{message}")?,
            None => write!(f, "{} bytes", self.bytes.len())?,
        }
        if self.action == Action::Forward {
            Ok(())
        } else {
            write!(f, " [{:?}]", self.action)
        }
    }
}

/// A rule that decides on each datagram. Called for one datagram at a time.
type Rule = Box<dyn FnMut(&Record) -> Action + Send>;

/// A running relay. Ends on drop; datagrams still delayed are lost.
#[derive(Debug)]
pub struct Tap {
    front: SocketAddr,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    server: SocketAddr,
    front: UdpSocket,
    start: Instant,
    stop: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
    later: Mutex<Sender<Delayed>>,
}

struct State {
    records: Vec<Record>,
    numbers: [usize; 2],
    rule: Rule,
    /// The socket towards the server for each client.
    back: HashMap<SocketAddr, Arc<UdpSocket>>,
    readers: Vec<JoinHandle<()>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Tap {
    /// Relays between a port of the tap and the server, and only records.
    ///
    /// # Errors
    /// [`Error::Io`] if no socket can be had.
    pub fn start(server: SocketAddr) -> Result<Self> {
        Self::with_rule(server, |_| Action::Forward)
    }

    /// Relays as the rule says.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn with_rule(server: SocketAddr, rule: impl FnMut(&Record) -> Action + Send + 'static) -> Result<Self> {
        let front = bind()?;
        let addr = front
            .local_addr()
            .map_err(|e| Error::io("read a socket's address", e))?;
        let (sender, receiver) = mpsc::channel();
        let shared = Arc::new(Shared {
            server,
            front,
            start: Instant::now(),
            stop: AtomicBool::new(false),
            state: Mutex::new(State {
                records: Vec::new(),
                numbers: [0; 2],
                rule: Box::new(rule),
                back: HashMap::new(),
                readers: Vec::new(),
            }),
            changed: Condvar::new(),
            later: Mutex::new(sender),
        });
        let for_front = Arc::clone(&shared);
        let for_timer = Arc::clone(&shared);
        let threads = vec![
            std::thread::spawn(move || for_front.read_front()),
            std::thread::spawn(move || for_timer.send_later(&receiver)),
        ];
        Ok(Self {
            front: addr,
            shared,
            threads,
        })
    }

    /// Relays between two known parties: also what the server sends first reaches the client. The server talks to
    /// [`server_side`](Self::server_side).
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn between(
        client: SocketAddr,
        server: SocketAddr,
        rule: impl FnMut(&Record) -> Action + Send + 'static,
    ) -> Result<Self> {
        let tap = Self::with_rule(server, rule)?;
        tap.shared
            .back_of(client)
            .map_err(|e| Error::io("bind a UDP port", e))?;
        Ok(tap)
    }

    /// Where clients send.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.front
    }

    /// The address that the server sees as the client's; `None` before the client's first datagram.
    #[must_use]
    pub fn server_side(&self, client: SocketAddr) -> Option<SocketAddr> {
        self.shared.lock().back.get(&client).and_then(|s| s.local_addr().ok())
    }

    /// Another rule from now on.
    pub fn set_rule(&self, rule: impl FnMut(&Record) -> Action + Send + 'static) {
        self.shared.lock().rule = Box::new(rule);
    }

    /// All datagrams so far, also lost ones.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.shared.lock().records.clone()
    }

    /// The SIP messages so far in one direction.
    #[must_use]
    pub fn messages(&self, direction: Direction) -> Vec<SipMessage> {
        self.shared
            .lock()
            .records
            .iter()
            .filter(|r| r.direction == direction)
            .filter_map(Record::sip)
            .collect()
    }

    /// Waits for a datagram, among those before the call, too.
    ///
    /// # Errors
    /// [`Error::Timeout`] with a list of those that came.
    pub fn wait(&self, wanted: impl Fn(&Record) -> bool, deadline: Deadline) -> Result<Record> {
        let mut state = self.shared.lock();
        let mut next = 0;
        loop {
            while let Some(record) = state.records.get(next) {
                if wanted(record) {
                    return Ok(record.clone());
                }
                next += 1;
            }
            if deadline.is_over() {
                let list: Vec<String> = state.records.iter().map(ToString::to_string).collect();
                return Err(deadline.error("a datagram at the tap", list.join("\n")));
            }
            state = self
                .shared
                .changed
                .wait_timeout(state, deadline.remaining())
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // An empty datagram wakes each reader.
        wake(&self.shared.front);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        // The front reader is over, so no back socket is added any more.
        let (sockets, readers) = {
            let mut state = self.shared.lock();
            let sockets: Vec<_> = state.back.drain().map(|(_, s)| s).collect();
            (sockets, std::mem::take(&mut state.readers))
        };
        sockets.iter().for_each(|s| wake(s));
        for reader in readers {
            let _ = reader.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A rule that panicked must not hide what was recorded.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn read_front(self: &Arc<Self>) {
        let mut buffer = vec![0; 65536];
        while let Ok((length, client)) = self.front.recv_from(&mut buffer) {
            if self.stopped() {
                break;
            }
            if let Ok(back) = self.back_of(client) {
                self.pass(Direction::ToServer, client, &buffer[..length], &back);
            }
        }
    }

    /// The client's socket towards the server; a new one gets a thread that reads it.
    fn back_of(self: &Arc<Self>, client: SocketAddr) -> std::io::Result<Arc<UdpSocket>> {
        let mut state = self.lock();
        if let Some(socket) = state.back.get(&client) {
            return Ok(Arc::clone(socket));
        }
        let socket = Arc::new(UdpSocket::bind(loopback(0))?);
        state.back.insert(client, Arc::clone(&socket));
        let (shared, back) = (Arc::clone(self), Arc::clone(&socket));
        state.readers.push(std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok((length, _)) = back.recv_from(&mut buffer) {
                if shared.stopped() {
                    break;
                }
                shared.pass(Direction::ToClient, client, &buffer[..length], &back);
            }
        }));
        Ok(socket)
    }

    fn pass(&self, direction: Direction, client: SocketAddr, bytes: &[u8], back: &Arc<UdpSocket>) {
        let mut state = self.lock();
        let count = &mut state.numbers[usize::from(direction == Direction::ToClient)];
        let number = *count;
        *count += 1;
        let mut record = Record {
            at: self.start.elapsed(),
            direction,
            client,
            number,
            bytes: bytes.to_vec(),
            action: Action::Forward,
        };
        let action = (state.rule)(&record);
        record.action = action.clone();
        let to = match direction {
            Direction::ToServer => Way {
                via: Some(Arc::clone(back)),
                to: self.server,
            },
            Direction::ToClient => Way { via: None, to: client },
        };
        match action {
            Action::Forward => self.send(&to, bytes),
            Action::Drop => {}
            Action::Repeat(times) => (0..times).for_each(|_| self.send(&to, bytes)),
            Action::Replace(other) => self.send(&to, &other),
            Action::Delay(time) => {
                let due = Instant::now() + time;
                let order = state.numbers[0] + state.numbers[1];
                let later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = later.send(Delayed {
                    due,
                    order,
                    way: to,
                    bytes: bytes.to_vec(),
                });
            }
        }
        // Recorded after it was sent: who waits for a record may rely on that.
        state.records.push(record);
        drop(state);
        self.changed.notify_all();
    }

    fn send(&self, way: &Way, bytes: &[u8]) {
        // Nobody listening is the network's normal silence.
        let _ = way.via.as_deref().unwrap_or(&self.front).send_to(bytes, way.to);
    }

    /// Sends delayed datagrams when they are due.
    fn send_later(&self, receiver: &mpsc::Receiver<Delayed>) {
        let mut waiting: BinaryHeap<Reverse<Delayed>> = BinaryHeap::new();
        while !self.stopped() {
            let now = Instant::now();
            while waiting.peek().is_some_and(|next| next.0.due <= now) {
                if let Some(Reverse(next)) = waiting.pop() {
                    self.send(&next.way, &next.bytes);
                }
            }
            // The flag is looked at now and then.
            let idle = Duration::from_millis(50);
            let pause = waiting
                .peek()
                .map_or(idle, |next| next.0.due.saturating_duration_since(now).min(idle));
            match receiver.recv_timeout(pause) {
                Ok(delayed) => waiting.push(Reverse(delayed)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }
}

/// Where a datagram leaves the tap; without `via` by the front socket.
#[derive(Debug)]
struct Way {
    via: Option<Arc<UdpSocket>>,
    to: SocketAddr,
}

#[derive(Debug)]
struct Delayed {
    due: Instant,
    order: usize,
    way: Way,
    bytes: Vec<u8>,
}

impl Ord for Delayed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

impl PartialOrd for Delayed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Delayed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Delayed {}

fn bind() -> Result<UdpSocket> {
    UdpSocket::bind(loopback(0)).map_err(|e| Error::io("bind a UDP port", e))
}

fn wake(socket: &UdpSocket) {
    if let Ok(addr) = socket.local_addr() {
        let _ = socket.send_to(&[], addr);
    }
}

//! The owner's side: who is let in, and what all are told.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::claim::Listener;
use super::connection::Connection;
use super::system::{Door, Lock, Wire};
use super::{MAX_REPLY, Service, message};
use crate::{Error, ErrorKind, FailureCode, Result};

thread_local! {
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

/// Bounds of a [`Server`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerOptions {
    pub(super) max_connections: usize,
    pub(super) idle: Duration,
    pub(super) reply_patience: Duration,
    pub(super) max_events: usize,
    pub(super) max_event_bytes: usize,
    pub(super) version: String,
}

impl Default for ServerOptions {
    /// 64 connections, 10 minutes idle, 10 seconds for a reply to be read, 1,024 events and 1 MiB of them for each client,
    /// the version of this library.
    fn default() -> Self {
        ServerOptions {
            max_connections: 64,
            idle: Duration::from_secs(600),
            reply_patience: Duration::from_secs(10),
            max_events: 1024,
            max_event_bytes: 1024 * 1024,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl ServerOptions {
    /// The same as the default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Connections at the same time, at least 1; each costs two threads. A further one is told so and closed.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// How long a connection without subscription may be silent before it is closed; a command under way does not count.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// How long a client may leave its replies unread, once the system's buffer is full, before it is cut off.
    #[must_use]
    pub fn reply_patience(mut self, patience: Duration) -> Self {
        self.reply_patience = patience;
        self
    }

    /// Events kept for a client that does not read: how many, at least 1, and of how many bytes together. Further ones are
    /// counted and told as `lagged`.
    #[must_use]
    pub fn max_events(mut self, events: usize, bytes: usize) -> Self {
        self.max_events = events.max(1);
        self.max_event_bytes = bytes;
        self
    }

    /// The version of the program, as `hello` tells it.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }
}

/// What the server's threads share.
pub(super) struct Shared {
    pub(super) service: Arc<dyn Service>,
    pub(super) options: ServerOptions,
    closing: AtomicBool,
    connections: Mutex<Vec<Arc<Connection>>>,
    fewer: Condvar,
}

impl Shared {
    pub(super) fn closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    fn connections(&self) -> MutexGuard<'_, Vec<Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all connections have ended; false at the deadline.
    fn wait_empty(&self, until: Instant) -> bool {
        let mut connections = self.connections();
        while !connections.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            connections = self
                .fewer
                .wait_timeout(connections, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

/// Takes a connection out of the list, however its thread ends.
struct Registered {
    shared: Arc<Shared>,
    connection: Arc<Connection>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.connection.cut();
        let mut connections = self.shared.connections();
        connections.retain(|other| !Arc::ptr_eq(other, &self.connection));
        drop(connections);
        self.shared.fewer.notify_all();
    }
}

/// Serves the control socket, on threads of its own: one that accepts, two for each connection.
///
/// The name stays owned until this value is dropped, also after [`close`](Server::close): so a phone that ends can first
/// stop taking commands, then end its calls and leave its ports, and only then make room for the next one.
pub struct Server {
    shared: Arc<Shared>,
    // Before the lock: the socket is gone before the name is free.
    door: Arc<Door>,
    accepting: Mutex<Option<JoinHandle<()>>>,
    _lock: Lock,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("connections", &self.shared.connections().len())
            .field("closing", &self.shared.closing())
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Begins to answer; those who connected before are answered first.
    ///
    /// # Errors
    /// [`LimitReached`](ErrorKind::LimitReached) when the system gives no further thread. The name is given up then.
    pub fn start(listener: Listener, service: Arc<dyn Service>, options: ServerOptions) -> Result<Server> {
        let Listener { door, lock, .. } = listener;
        let door = Arc::new(door);
        let shared = Arc::new(Shared {
            service,
            options,
            closing: AtomicBool::new(false),
            connections: Mutex::default(),
            fewer: Condvar::new(),
        });
        let (theirs, entrance) = (Arc::clone(&shared), Arc::clone(&door));
        let accepting = thread::Builder::new()
            .name("control".to_owned())
            .spawn(move || accept(&theirs, &entrance))
            .map_err(|e| {
                Error::new(
                    ErrorKind::LimitReached,
                    "control",
                    format!("no thread for the socket: {e}"),
                )
            })?;
        Ok(Server {
            shared,
            door,
            accepting: Mutex::new(Some(accepting)),
            _lock: lock,
        })
    }

    /// Tells an event to everyone who subscribed to it; never waits. See [`Publisher::publish`].
    pub fn publish(&self, name: &str, event: &Value) {
        publish(&self.shared, name, event);
    }

    /// Tells an event that is a line of JSON already. See [`Publisher::publish_line`].
    ///
    /// # Errors
    /// As [`Publisher::publish_line`].
    pub fn publish_line(&self, name: &str, line: &str) -> Result<()> {
        publish_line(&self.shared, name, line)
    }

    /// A handle for telling events from elsewhere. It does not keep the server.
    pub fn publisher(&self) -> Publisher {
        Publisher {
            shared: Arc::clone(&self.shared),
        }
    }

    /// Connections at this moment.
    pub fn connections(&self) -> usize {
        self.shared.connections().len()
    }

    /// Takes no more commands and removes the socket. Commands under way are finished and answered, those that came and were
    /// not begun are answered with `not_running`; what has not ended at the deadline is cut off. The name stays owned.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when a command is still running after the deadline: its thread ends with it.
    /// [`WrongState`](ErrorKind::WrongState) when called by a [`Service`] on a connection's thread, which would wait for
    /// itself: let another thread close.
    pub fn close(&self, deadline: Duration) -> Result<()> {
        if SERVES.get() {
            let message = "a command cannot close the socket it came by; let another thread do it";
            return Err(Error::new(ErrorKind::WrongState, "control", message));
        }
        self.end(deadline);
        let left = self.connections();
        if left == 0 {
            return Ok(());
        }
        let message = format!("{left} commands were still running after {} s", deadline.as_secs_f32());
        Err(Error::new(ErrorKind::Timeout, "control", message))
    }

    fn end(&self, deadline: Duration) {
        let until = Instant::now() + deadline;
        self.shared.closing.store(true, Ordering::Release);
        self.door.shut();
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if accepting.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the control socket's thread panicked");
        }
        // From here on nobody comes in.
        for connection in self.shared.connections().iter() {
            connection.finish();
        }
        if !self.shared.wait_empty(until) {
            for connection in self.shared.connections().iter() {
                connection.cut();
            }
            // Those that only waited for their client end at once; a command does not.
            self.shared.wait_empty(Instant::now() + Duration::from_millis(500));
        }
    }
}

impl Drop for Server {
    /// Closes without waiting for clients.
    fn drop(&mut self) {
        if self
            .accepting
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
        {
            self.end(Duration::ZERO);
        }
    }
}

/// Tells events to those who subscribed. Clones are cheap; any thread may use them.
#[derive(Clone)]
pub struct Publisher {
    shared: Arc<Shared>,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").finish_non_exhaustive()
    }
}

impl Publisher {
    /// Tells an event to everyone who subscribed to it; never waits. An object is told with the field `event` set to `name`,
    /// any other value as the field `data` beside it. It is written as JSON only if somebody wants it, and once.
    pub fn publish(&self, name: &str, event: &Value) {
        publish(&self.shared, name, event);
    }

    /// Tells an event that is a line of JSON already, an object with the field `event`.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) if it is no line that looks like an object.
    pub fn publish_line(&self, name: &str, line: &str) -> Result<()> {
        publish_line(&self.shared, name, line)
    }
}

fn publish(shared: &Shared, name: &str, event: &Value) {
    tell(shared, name, || {
        let mut object = match event {
            Value::Object(object) => object.clone(),
            other => Map::from_iter([("data".to_owned(), other.clone())]),
        };
        object.insert("event".to_owned(), name.into());
        message::line_of(&object)
    });
}

fn publish_line(shared: &Shared, name: &str, line: &str) -> Result<()> {
    let line = line.trim_ascii();
    if !line.starts_with('{') || !line.ends_with('}') || line.contains('\n') {
        return Err(Error::invalid(
            "control",
            format!("the event {name} is not one line with a JSON object"),
        ));
    }
    tell(shared, name, || Some(format!("{line}\n").into_bytes()));
    Ok(())
}

fn tell(shared: &Shared, name: &str, write: impl FnOnce() -> Option<Vec<u8>>) {
    let wanting: Vec<_> = shared
        .connections()
        .iter()
        .filter(|c| c.outbox.wants(name))
        .cloned()
        .collect();
    if wanting.is_empty() {
        return;
    }
    let line: Arc<[u8]> = match write() {
        Some(line) if line.len() <= MAX_REPLY => line.into(),
        line => {
            let bytes = line.map_or(0, |line| line.len());
            tracing::error!(event = name, bytes, "an event cannot be told: too long, or no JSON");
            return;
        }
    };
    for connection in wanting {
        connection.outbox.event(name, &line);
    }
}

fn accept(shared: &Arc<Shared>, door: &Door) {
    let mut shortage = false;
    loop {
        match door.accept() {
            Ok(Some(wire)) => {
                shortage = false;
                admit(shared, wire);
            }
            Ok(None) => return,
            Err(e) => {
                // Out of descriptors, most likely: it passes when others close theirs.
                if !std::mem::replace(&mut shortage, true) {
                    tracing::error!("the control socket cannot take a connection: {e}");
                }
                thread::sleep(Duration::from_millis(50));
                if shared.closing() {
                    return;
                }
            }
        }
    }
}

fn admit(shared: &Arc<Shared>, wire: Wire) {
    let options = &shared.options;
    let connection = Arc::new(Connection::new(wire, options));
    let mut connections = shared.connections();
    if connections.len() >= options.max_connections {
        drop(connections);
        let message = format!(
            "{} connections are open, and no more are taken; close one",
            options.max_connections
        );
        return connection.turn_away(&FailureCode::LimitReached.error("control", message));
    }
    connections.push(Arc::clone(&connection));
    drop(connections);
    let registered = Registered {
        shared: Arc::clone(shared),
        connection: Arc::clone(&connection),
    };
    let begun = thread::Builder::new().name("control client".to_owned()).spawn(move || {
        SERVES.set(true);
        registered.connection.serve(&registered.shared);
    });
    if let Err(e) = begun {
        connection
            .turn_away(&FailureCode::LimitReached.error("control", format!("no thread for this connection: {e}")));
    }
}

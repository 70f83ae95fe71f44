//! The other end of the socket.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::line::LineReader;
use super::message::{self, Told};
use super::system::Wire;
use super::{MAX_LINE, MAX_REPLY, PROTOCOL};
use crate::{Error, ErrorKind, FailureCode, Result};

/// Events that wait in a client whose program asks for other things. Older ones make room for newer ones.
const EVENTS: usize = 4096;

/// What became of a request.
#[derive(Debug)]
pub(super) enum Fate<T = Value> {
    Answered(Result<T>),
    /// It certainly was not begun.
    NotBegun(Error),
    /// It may have been done.
    Unknown(Error),
}

/// Ends a connection that another thread may be using: [`Client::closer`].
#[derive(Clone)]
pub struct Closer(Arc<Wire>);

impl fmt::Debug for Closer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closer").finish_non_exhaustive()
    }
}

impl Closer {
    /// Ends the connection at once: who waits for something to come over it is told that it was lost.
    pub fn close(&self) {
        self.0.cut();
    }
}

/// A connection to the process that owns the phone. Made by [`Instance::claim`](super::Instance::claim).
pub struct Client {
    wire: Arc<Wire>,
    reader: LineReader,
    replies: VecDeque<(Value, Result<Value>, bool)>,
    events: VecDeque<Value>,
    missed: u64,
    /// Replies still to come to requests nobody waits for any more.
    stale: u64,
    next_id: u64,
    ended: Option<Error>,
    owner: Value,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not what waits in it: that is the phone's, and may be private.
        f.debug_struct("Client")
            .field("owner", &self.owner)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new(wire: Wire) -> Self {
        Client {
            wire: Arc::new(wire),
            reader: LineReader::new(MAX_REPLY),
            replies: VecDeque::new(),
            events: VecDeque::new(),
            missed: 0,
            stale: 0,
            next_id: 1,
            ended: None,
            owner: Value::Null,
        }
    }

    /// Sends a JSON request and waits up to `timeout` for its reply. The object needs `command`; an `id` of yours is replaced.
    ///
    /// # Errors
    /// The phone's own error with its kind and code. [`InvalidArgument`](ErrorKind::InvalidArgument) for a request that
    /// cannot be sent. [`Timeout`](ErrorKind::Timeout) when no reply came in time: it may still be done, the connection
    /// stays usable. [`NotRunning`](ErrorKind::NotRunning) when the phone is ending and has certainly not begun it: claim
    /// the name anew. [`Transport`](ErrorKind::Transport) (`connection_lost`) when the connection ended before the reply:
    /// it is not known whether it was done.
    pub fn request(&mut self, request: Map<String, Value>, timeout: Duration) -> Result<Value> {
        self.send_request(&request, timeout)?.into_result()
    }

    /// Sends one line of MicroSIP text, such as `/hangupall`, and waits up to `timeout` for its reply.
    ///
    /// # Errors
    /// As [`request`](Client::request). [`InvalidArgument`](ErrorKind::InvalidArgument) also for text that is empty, has a
    /// line break, or begins with `{`.
    pub fn line(&mut self, text: &str, timeout: Duration) -> Result<Value> {
        self.send_line(text, timeout)?.into_result()
    }

    /// Asks for events: those named, all for an empty list. They wait in the connection until
    /// [`next_event`](Client::next_event) takes them.
    ///
    /// # Errors
    /// As [`request`](Client::request).
    pub fn subscribe(&mut self, events: &[&str], timeout: Duration) -> Result<()> {
        let mut request = Map::new();
        request.insert("command".into(), "subscribe".into());
        if !events.is_empty() {
            request.insert("events".into(), events.into());
        }
        self.request(request, timeout).map(drop)
    }

    /// The next event, an object with the field `event`; [`None`] when none came in time. `lagged` with the number `missed`
    /// stands where events were lost because nobody took them.
    ///
    /// # Errors
    /// [`Transport`](ErrorKind::Transport) once the connection has ended and everything that came was taken.
    pub fn next_event(&mut self, timeout: Duration) -> Result<Option<Value>> {
        let until = Instant::now() + timeout;
        loop {
            if self.missed > 0 {
                let missed = std::mem::take(&mut self.missed);
                return Ok(Some(json!({"event": "lagged", "missed": missed})));
            }
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            self.drop_stale();
            if !self.receive(until)? {
                return Ok(None);
            }
        }
    }

    /// What ends the connection from elsewhere.
    pub fn closer(&self) -> Closer {
        Closer(Arc::clone(&self.wire))
    }

    /// The version of the program that owns the phone.
    pub fn version(&self) -> Option<&str> {
        self.owner["version"].as_str()
    }

    /// The process that owns the phone.
    pub fn pid(&self) -> Option<u32> {
        self.owner["pid"].as_u64().and_then(|pid| pid.try_into().ok())
    }

    /// Asks who is there.
    pub(super) fn greet(&mut self, until: Instant) -> Result<Fate<()>> {
        let mut request = Map::new();
        request.insert("command".into(), "hello".into());
        let left = until.saturating_duration_since(Instant::now());
        Ok(match self.send_request(&request, left)? {
            Fate::Answered(Ok(hello)) if hello["protocol"] == PROTOCOL => {
                self.owner = hello;
                Fate::Answered(Ok(()))
            }
            Fate::Answered(Ok(hello)) => {
                let message = format!(
                    "the running microsip speaks version {} of the protocol, this one {PROTOCOL}; end it first",
                    hello["protocol"]
                );
                Fate::Answered(Err(Error::new(ErrorKind::Unsupported, "control", message)))
            }
            Fate::Answered(Err(e)) => Fate::Answered(Err(e)),
            Fate::NotBegun(e) => Fate::NotBegun(e),
            Fate::Unknown(e) => Fate::Unknown(e),
        })
    }

    pub(super) fn send_request(&mut self, request: &Map<String, Value>, timeout: Duration) -> Result<Fate> {
        if !matches!(request.get("command"), Some(Value::String(command)) if !command.is_empty()) {
            return Err(Error::invalid("control", "the request has no \"command\""));
        }
        let id = Value::from(self.next_id);
        self.next_id += 1;
        let mut request = request.clone();
        request.insert("id".into(), id.clone());
        let line = message::line_of(&request)
            .ok_or_else(|| Error::invalid("control", "the request cannot be written as JSON"))?;
        self.ask(&line, &id, timeout)
    }

    pub(super) fn send_line(&mut self, text: &str, timeout: Duration) -> Result<Fate> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(Error::invalid("control", "the command is empty"));
        }
        if text.contains('\n') {
            return Err(Error::invalid(
                "control",
                "a command is one line, and this has a line break",
            ));
        }
        if text.starts_with('{') {
            return Err(Error::invalid(
                "control",
                "a command in text cannot begin with {; send it as a request",
            ));
        }
        self.ask(format!("{text}\n").as_bytes(), &Value::Null, timeout)
    }

    fn ask(&mut self, line: &[u8], id: &Value, timeout: Duration) -> Result<Fate> {
        if line.len() > MAX_LINE + 1 {
            let message = format!(
                "the command has {} bytes, more than the {MAX_LINE} of a line",
                line.len() - 1
            );
            return Err(Error::invalid("control", message));
        }
        let until = Instant::now() + timeout;
        if let Err(e) = self.write(line, until) {
            // Without its end it is no command, so it was not begun. Why may have been said.
            let said = self.wait_for(&Value::Null, Instant::now() + Duration::from_millis(200));
            let error = match said {
                Ok(Some((Err(error), true))) => error,
                _ => Error::new(
                    ErrorKind::NotRunning,
                    "control",
                    format!("the phone took nothing: {e}; it was not done"),
                ),
            };
            return Ok(Fate::NotBegun(error));
        }
        Ok(match self.wait_for(id, until) {
            Ok(Some((Err(error), true))) => Fate::NotBegun(error),
            Ok(Some((result, _))) => Fate::Answered(result),
            Ok(None) => {
                self.stale += 1;
                let message = format!("no reply within {} s; it may still be done", timeout.as_secs_f32());
                Fate::Unknown(Error::new(ErrorKind::Timeout, "control", message))
            }
            Err(e) => {
                let message = format!("{}; whether it was done is not known", e.message());
                Fate::Unknown(e.failure().error("control", message))
            }
        })
    }

    /// The reply to the newest request.
    fn wait_for(&mut self, id: &Value, until: Instant) -> Result<Option<(Result<Value>, bool)>> {
        loop {
            self.drop_stale();
            if let Some((told, result, retry)) = self.replies.pop_front() {
                // Whoever has no place for us says so without having read anything.
                if told == *id || told.is_null() {
                    return Ok(Some((result, retry)));
                }
                continue;
            }
            if !self.receive(until)? {
                return Ok(None);
            }
        }
    }

    fn drop_stale(&mut self) {
        while self.stale > 0 && self.replies.pop_front().is_some() {
            self.stale -= 1;
        }
    }

    fn write(&mut self, mut bytes: &[u8], until: Instant) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.wire.write(bytes, until)? {
                Some(0) => return Err(io::ErrorKind::WriteZero.into()),
                Some(written) => bytes = &bytes[written..],
                None => {
                    // A piece of a line must not become the beginning of the next one.
                    self.wire.cut();
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "it does not read"));
                }
            }
        }
        Ok(())
    }

    /// Takes in what comes; false when nothing came in time.
    fn receive(&mut self, until: Instant) -> Result<bool> {
        if let Some(e) = &self.ended {
            return Err(e.clone());
        }
        let mut buffer = [0; 16 * 1024];
        let ended = match self.wire.read(&mut buffer, Some(until)) {
            Ok(None) => return Ok(false),
            Ok(Some(0)) => "the phone ended the connection".to_owned(),
            Err(e) => format!("the connection to the phone broke: {e}"),
            Ok(Some(count)) => return self.take_in(&buffer[..count]).map(|()| true),
        };
        let e = FailureCode::ConnectionLost.error("control", ended);
        self.ended = Some(e.clone());
        Err(e)
    }

    fn take_in(&mut self, bytes: &[u8]) -> Result<()> {
        let Client {
            reader,
            replies,
            events,
            missed,
            ..
        } = self;
        let mut strange = None;
        reader.feed(bytes, |line| match message::read_told(&line) {
            Ok(Told::Reply { id, result, retry }) => replies.push_back((id, result, retry)),
            Ok(Told::Event(event)) => {
                if events.len() >= EVENTS {
                    events.pop_front();
                    *missed += 1;
                }
                events.push_back(event);
            }
            Err(e) => strange = Some(e),
        });
        let Some(e) = strange else { return Ok(()) };
        self.wire.cut();
        self.ended = Some(e.clone());
        Err(e)
    }
}

impl Fate {
    fn into_result(self) -> Result<Value> {
        match self {
            Fate::Answered(result) => result,
            Fate::NotBegun(e) | Fate::Unknown(e) => Err(e),
        }
    }
}

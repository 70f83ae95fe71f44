//! One client: a thread that reads and does, another that writes.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::line::{Line, LineReader};
use super::message::{self, Incoming, Refusal};
use super::outbox::{Outbox, Outgoing, Stuck, Wanted};
use super::server::{ServerOptions, Shared};
use super::system::Wire;
use super::{MAX_LINE, PROTOCOL};
use crate::{Error, ErrorKind, Result};

/// What the reader does with a reply.
enum Answer {
    Tell(Vec<u8>),
    /// The reply to a change of the subscription.
    Change(Option<Wanted>, Vec<u8>),
}

#[derive(Debug)]
pub(super) struct Connection {
    wire: Wire,
    pub(super) outbox: Outbox,
    patience: Duration,
}

impl Connection {
    pub(super) fn new(wire: Wire, options: &ServerOptions) -> Self {
        let outbox = Outbox::new(options.max_events, options.max_event_bytes);
        Connection {
            wire,
            outbox,
            patience: options.reply_patience,
        }
    }

    /// Says why there is no place for it, without waiting.
    pub(super) fn turn_away(&self, error: &Error) {
        let line = message::failure(&Value::Null, error, true);
        // A new connection has room for a line; if not, its end says enough.
        let _ = self.wire.write(&line, Instant::now() + Duration::from_millis(20));
    }

    /// Lets it do what it has begun, answer what has come, and end.
    pub(super) fn finish(&self) {
        self.wire.stop_reading();
    }

    /// Ends it at once.
    pub(super) fn cut(&self) {
        self.wire.cut();
        self.outbox.give_up();
    }

    /// Serves until the client or the server ends it.
    pub(super) fn serve(self: &Arc<Self>, shared: &Shared) {
        let other = Arc::clone(self);
        match thread::Builder::new()
            .name("control write".to_owned())
            .spawn(move || other.write())
        {
            Ok(writer) => {
                self.read(shared);
                self.outbox.end();
                if writer.join().is_err() {
                    tracing::error!("a control connection's writer panicked");
                }
            }
            Err(e) => self.turn_away(&Error::new(
                ErrorKind::LimitReached,
                "control",
                format!("no thread for this connection: {e}"),
            )),
        }
    }

    fn read(&self, shared: &Shared) {
        let mut reader = LineReader::new(MAX_LINE);
        let mut buffer = vec![0; 16 * 1024];
        let mut heard = Instant::now();
        let mut stuck = false;
        while !stuck {
            let until = (!self.outbox.subscribed()).then(|| heard + shared.options.idle);
            match self.wire.read(&mut buffer, until) {
                Ok(Some(0)) => return self.at_end(&reader, shared),
                Ok(Some(count)) => reader.feed(&buffer[..count], |line| {
                    if !stuck {
                        let answer = self.answer(&line, shared);
                        stuck = self.tell(answer).is_err();
                        heard = Instant::now();
                    }
                }),
                Ok(None) => {
                    tracing::debug!("an idle control connection is closed");
                    return;
                }
                Err(e) => {
                    tracing::debug!("a control connection broke: {e}");
                    return;
                }
            }
        }
        tracing::warn!("a control client does not read its replies and is cut off");
        self.cut();
    }

    fn at_end(&self, reader: &LineReader, shared: &Shared) {
        if reader.unfinished() {
            let error = Error::invalid("control", "the last line has no end, so it was not done");
            let _ = self.tell(Answer::Tell(message::failure(&Value::Null, &error, shared.closing())));
        }
        // It may have nothing more to say and still listen.
        if self.outbox.subscribed() && !shared.closing() {
            self.wire.wait_gone();
        }
    }

    fn tell(&self, answer: Answer) -> Result<(), Stuck> {
        match answer {
            Answer::Tell(line) => self.outbox.reply(line, self.patience),
            Answer::Change(wanted, line) => self.outbox.want(wanted, line, self.patience),
        }
    }

    fn answer(&self, line: &Line<'_>, shared: &Shared) -> Answer {
        let incoming = message::parse(line);
        if shared.closing() {
            let id = match incoming {
                Ok(Incoming::Request { id, .. }) | Err(Refusal { id, .. }) => id,
                Ok(Incoming::Text(_)) => Value::Null,
            };
            let error = Error::new(ErrorKind::NotRunning, "control", "the phone is ending; it was not done");
            return Answer::Tell(message::failure(&id, &error, true));
        }
        let (id, result) = match incoming {
            Err(Refusal { id, error }) => (id, Err(error)),
            Ok(Incoming::Text(text)) => (Value::Null, guarded(|| shared.service.line(&text))),
            Ok(Incoming::Request { id, command, request }) => {
                let result = match command.as_str() {
                    "ping" => Ok("pong".into()),
                    "hello" => Ok(hello(&shared.options)),
                    "subscribe" => match wanted(&request) {
                        Ok(wanted) => return Answer::Change(Some(wanted), message::success(&id, &Value::Null)),
                        Err(e) => Err(e),
                    },
                    "unsubscribe" => return Answer::Change(None, message::success(&id, &Value::Null)),
                    _ => guarded(|| shared.service.request(request)),
                };
                (id, result)
            }
        };
        Answer::Tell(match result {
            Ok(value) => message::success(&id, &value),
            Err(error) => message::failure(&id, &error, false),
        })
    }

    fn write(&self) {
        while let Some(line) = self.outbox.next() {
            if let Err(e) = self.write_line(&line) {
                tracing::debug!("a control client takes nothing more: {e}");
                self.outbox.give_up();
                return;
            }
        }
    }

    fn write_line(&self, line: &Outgoing) -> std::io::Result<()> {
        let mut bytes = line.bytes();
        while !bytes.is_empty() {
            match self.wire.write(bytes, Instant::now() + self.patience)? {
                Some(0) => return Err(std::io::ErrorKind::WriteZero.into()),
                Some(count) => bytes = &bytes[count..],
                // Events may wait for ever: they cost no more than their queue.
                None if matches!(line, Outgoing::Event(_)) && !self.outbox.replies_wait() => {}
                None => {
                    tracing::warn!("a control client does not read its replies and is cut off");
                    self.wire.cut();
                    return Err(std::io::ErrorKind::TimedOut.into());
                }
            }
        }
        Ok(())
    }
}

/// Calls the phone, and makes an error of a panic. What it says is not passed on: it may hold what was asked.
fn guarded(call: impl FnOnce() -> Result<Value>) -> Result<Value> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        tracing::error!("a command from the control socket panicked");
        Err(Error::new(
            ErrorKind::Internal,
            "control",
            "the command failed by a defect; please report it with the log",
        ))
    })
}

fn hello(options: &ServerOptions) -> Value {
    json!({"protocol": PROTOCOL, "program": "microsip", "version": options.version, "pid": std::process::id()})
}

fn wanted(request: &Map<String, Value>) -> Result<Wanted> {
    let wrong = || {
        Error::invalid(
            "control",
            "\"events\" must be a list of names; leave it out for all events",
        )
    };
    let names = match request.get("events") {
        None | Some(Value::Null) => return Ok(Wanted::All),
        Some(Value::Array(names)) if !names.is_empty() => names,
        Some(_) => return Err(wrong()),
    };
    let names: Option<BTreeSet<String>> = names.iter().map(|name| name.as_str().map(str::to_owned)).collect();
    names.map(Wanted::Named).ok_or_else(wrong)
}

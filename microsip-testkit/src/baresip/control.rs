//! baresip's control connection: JSON in netstrings over TCP.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Deadline, Error, Result};

/// Something baresip reported.
#[derive(Debug, Clone, PartialEq)]
pub struct BaresipEvent {
    /// Such as `CALL_ESTABLISHED`, `CALL_CLOSED`, `REGISTER_OK`.
    pub kind: String,
    /// The Call-ID; empty if it has none.
    pub call_id: String,
    /// The other party's URI; may be empty.
    pub peer: String,
    /// What the event says: a digit, a reason, a URI; may be empty.
    pub param: String,
    /// Whether the call is one that baresip received.
    pub incoming: bool,
}

#[derive(Debug)]
pub(super) struct Control {
    stream: TcpStream,
    number: u64,
    /// Bytes that make no whole netstring yet.
    buffer: Vec<u8>,
    /// Events not yet waited for.
    events: VecDeque<BaresipEvent>,
    /// All events.
    pub(super) history: Vec<BaresipEvent>,
}

impl Control {
    pub(super) fn connect(addr: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect_timeout(&addr, Duration::from_secs(1))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            number: 0,
            buffer: Vec::new(),
            events: VecDeque::new(),
            history: Vec::new(),
        })
    }

    /// Runs a command and returns what it printed.
    pub(super) fn command(&mut self, name: &str, params: &str, deadline: Deadline) -> Result<String> {
        self.number += 1;
        let token = self.number.to_string();
        let text = json!({ "command": name, "params": params, "token": token }).to_string();
        self.stream
            .write_all(format!("{}:{text},", text.len()).as_bytes())
            .map_err(|e| Error::io(format!("send /{name} to baresip"), e))?;
        loop {
            let message = self.read(&format!("baresip's answer to /{name}"), deadline)?;
            if message.get("response") == Some(&json!(true)) && message.get("token") == Some(&json!(token)) {
                let data = message
                    .get("data")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                return match message.get("ok") {
                    Some(Value::Bool(true)) => Ok(data),
                    _ => Err(Error::Format(format!(
                        "baresip refuses /{name} {params}: {}",
                        data.trim()
                    ))),
                };
            }
            self.keep(&message);
        }
    }

    /// The first event not yet returned for which `wanted` is true. Those before it are passed over.
    pub(super) fn wait(
        &mut self,
        what: &str,
        wanted: impl Fn(&BaresipEvent) -> bool,
        deadline: Deadline,
    ) -> Result<BaresipEvent> {
        loop {
            while let Some(event) = self.events.pop_front() {
                if wanted(&event) {
                    return Ok(event);
                }
            }
            let message = self.read(what, deadline)?;
            self.keep(&message);
        }
    }

    /// Takes what has arrived by now.
    pub(super) fn poll(&mut self) {
        while let Ok(message) = self.read("an event", Deadline::after(Duration::from_millis(2))) {
            self.keep(&message);
        }
    }

    fn keep(&mut self, message: &Value) {
        let text = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if message.get("event") == Some(&json!(true)) {
            let event = BaresipEvent {
                kind: text("type"),
                call_id: text("id"),
                peer: text("peeruri"),
                param: text("param"),
                incoming: text("direction") == "incoming",
            };
            self.events.push_back(event.clone());
            self.history.push(event);
        }
    }

    fn read(&mut self, what: &str, deadline: Deadline) -> Result<Value> {
        let failed = |e| Error::io(format!("read {what}"), e);
        loop {
            if let Some(message) = self.take()? {
                return Ok(message);
            }
            let left = deadline.remaining();
            if left.is_zero() {
                let seen: Vec<String> = self.history.iter().map(|e| format!("{} {}", e.kind, e.param)).collect();
                return Err(deadline.error(what, seen.join("\n")));
            }
            self.stream.set_read_timeout(Some(left)).map_err(failed)?;
            let mut piece = [0; 16 * 1024];
            match self.stream.read(&mut piece) {
                Ok(0) => return Err(failed(ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
                Err(e)
                    if matches!(
                        e.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) => {}
                Err(e) => return Err(failed(e)),
            }
        }
    }

    /// A whole netstring (`length:text,`) off the buffer.
    fn take(&mut self) -> Result<Option<Value>> {
        let Some(colon) = self.buffer.iter().position(|&byte| byte == b':') else {
            return Ok(None);
        };
        let bad = |buffer: &[u8]| {
            Error::Format(format!(
                "baresip sends no netstring: {}",
                String::from_utf8_lossy(buffer)
            ))
        };
        let length = std::str::from_utf8(&self.buffer[..colon])
            .ok()
            .and_then(|digits| digits.parse::<usize>().ok());
        let Some(length) = length else {
            return Err(bad(&self.buffer));
        };
        let end = colon + 1 + length;
        if self.buffer.len() <= end {
            return Ok(None);
        }
        // baresip escapes slashes, which is good JSON, and prints numbers as they are.
        let value = serde_json::from_slice(&self.buffer[colon + 1..end]).map_err(|_| bad(&self.buffer[..=end]))?;
        self.buffer.drain(..=end);
        Ok(Some(value))
    }
}

//! The manager interface: a connection that logs in, sends actions and reads answers and events.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::{Deadline, Error, Result};

/// One block of `Key: value` lines that Asterisk sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagerMessage {
    fields: Vec<(String, String)>,
}

impl ManagerMessage {
    /// The first value of the key; names are compared without case.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it is this event.
    #[must_use]
    pub fn is_event(&self, name: &str) -> bool {
        self.get("Event") == Some(name)
    }

    /// All keys and values in order.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
}

/// A connection to the manager interface of an [`Asterisk`](super::Asterisk).
#[derive(Debug)]
pub struct Manager {
    reader: BufReader<TcpStream>,
    number: u32,
    events: VecDeque<ManagerMessage>,
    /// Lines of a block that is not complete yet, and the beginning of a line.
    block: Vec<(String, String)>,
    line: Vec<u8>,
}

impl Manager {
    pub(super) fn connect(addr: SocketAddr, deadline: Deadline) -> Result<Self> {
        let failed = |e| Error::io("connect to Asterisk's manager", e);
        let stream =
            TcpStream::connect_timeout(&addr, deadline.remaining().max(Duration::from_millis(1))).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let mut manager = Self {
            reader: BufReader::new(stream),
            number: 0,
            events: VecDeque::new(),
            block: Vec::new(),
            line: Vec::new(),
        };
        manager.action("Login", &[("Username", "testkit"), ("Secret", "testkit")], deadline)?;
        Ok(manager)
    }

    /// Sends an action and waits for its answer.
    ///
    /// # Errors
    /// [`Error::Format`] with the message of an answer that is no success; [`Error::Io`], [`Error::Timeout`].
    pub fn action(&mut self, name: &str, fields: &[(&str, &str)], deadline: Deadline) -> Result<ManagerMessage> {
        self.number += 1;
        let id = self.number.to_string();
        let mut text = format!("Action: {name}\r\nActionID: {id}\r\n");
        for (key, value) in fields {
            text.push_str(&format!("{key}: {value}\r\n"));
        }
        text.push_str("\r\n");
        self.reader
            .get_mut()
            .write_all(text.as_bytes())
            .map_err(|e| Error::io(format!("send the action {name} to Asterisk"), e))?;
        loop {
            let message = self.read(&format!("the answer to {name}"), deadline)?;
            if message.get("Response").is_some() && message.get("ActionID") == Some(id.as_str()) {
                if message.get("Response") == Some("Error") {
                    let why = message.get("Message").unwrap_or_default();
                    return Err(Error::Format(format!("Asterisk refuses the action {name}: {why}")));
                }
                return Ok(message);
            }
            self.events.push_back(message);
        }
    }

    /// Waits for an event; those that came before it are kept for later calls.
    ///
    /// # Errors
    /// [`Error::Timeout`], [`Error::Io`].
    pub fn wait_event(
        &mut self,
        what: &str,
        wanted: impl Fn(&ManagerMessage) -> bool,
        deadline: Deadline,
    ) -> Result<ManagerMessage> {
        if let Some(at) = self.events.iter().position(&wanted) {
            return self.events.remove(at).ok_or_else(|| deadline.error(what, ""));
        }
        loop {
            let message = self.read(what, deadline)?;
            if wanted(&message) {
                return Ok(message);
            }
            self.events.push_back(message);
        }
    }

    fn read(&mut self, what: &str, deadline: Deadline) -> Result<ManagerMessage> {
        let failed = |e| Error::io(format!("read {what} from Asterisk's manager"), e);
        loop {
            let left = deadline.remaining();
            if left.is_zero() {
                return Err(deadline.error(what, ""));
            }
            self.reader.get_ref().set_read_timeout(Some(left)).map_err(failed)?;
            match self.reader.read_until(b'\n', &mut self.line) {
                Ok(0) => return Err(failed(ErrorKind::UnexpectedEof.into())),
                Ok(_) => {}
                Err(e)
                    if matches!(
                        e.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) =>
                {
                    continue;
                }
                Err(e) => return Err(failed(e)),
            }
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line))
                .trim_end()
                .to_owned();
            match line.split_once(':') {
                Some((key, value)) => self.block.push((key.trim().to_owned(), value.trim().to_owned())),
                None if line.is_empty() && !self.block.is_empty() => {
                    return Ok(ManagerMessage {
                        fields: std::mem::take(&mut self.block),
                    });
                }
                // The greeting.
                None => {}
            }
        }
    }
}

//! Who owns the phone.

use std::io;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::client::{Client, Fate};
use super::name::InstanceName;
use super::system::{self, Door, Lock, Wire};
use crate::{Error, ErrorKind, FailureCode, Result};

/// How long [`Instance::claim`] waits for an owner that is starting, ending or busy.
const PATIENCE: Duration = Duration::from_secs(15);

/// What BSDs, macOS among them, say of a file that is no socket; Linux says that it refuses.
const ENOTSOCK: i32 = 38;

/// Claims names. All of it blocks, with a bound.
#[derive(Debug)]
pub struct Instance(());

/// Who owns the name.
#[derive(Debug)]
#[non_exhaustive]
pub enum Claim {
    /// This process does, from now on and until the listener, and the server made of it, are dropped.
    Owner(Listener),
    /// Another process does, and has just answered.
    Other(Client),
}

/// What is handed over.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Command<'a> {
    /// A JSON request: an object with `command`.
    Request(&'a Map<String, Value>),
    /// MicroSIP text.
    Line(&'a str),
}

/// What became of a command.
#[derive(Debug)]
#[non_exhaustive]
pub enum Delivery {
    /// Nobody owned the name; this process does now, and the command is still to be done, here.
    Owner(Listener),
    /// The owner has done it; this is the result.
    Done(Value),
}

impl Instance {
    /// Makes this process the owner, or finds the one that is.
    ///
    /// Exactly one process owns a name at any time. A socket left by a process that was killed is replaced. An owner that
    /// has the lock and does not answer yet, or answers that it ends, is waited for, up to 15 seconds; one that ended in
    /// between is succeeded.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the owner did not answer in time, [`Config`](ErrorKind::Config) when the
    /// directory of the socket is not this user's alone, [`Io`](ErrorKind::Io) and what the system says otherwise,
    /// [`Unsupported`](ErrorKind::Unsupported) when the owner speaks another version of the protocol.
    pub fn claim(name: &InstanceName) -> Result<Claim> {
        Self::claim_within(name, PATIENCE)
    }

    /// [`claim`](Instance::claim) with another bound.
    ///
    /// # Errors
    /// As [`claim`](Instance::claim).
    pub fn claim_within(name: &InstanceName, patience: Duration) -> Result<Claim> {
        Self::until_answered(patience, name, |until| Self::attempt(name, until))
    }

    /// The owner, if there is one, without becoming it. One that starts or ends is waited for as by
    /// [`claim`](Instance::claim).
    ///
    /// # Errors
    /// As [`claim`](Instance::claim).
    pub fn find(name: &InstanceName) -> Result<Option<Client>> {
        Self::until_answered(PATIENCE, name, |until| {
            let lock = Lock::take(name)?;
            Ok(match Self::ask(name, lock.is_none(), until)? {
                Ok(client) => Ok(Some(client)),
                Err(Silence::Nobody) => Ok(None),
                Err(Silence::Soon(trouble)) => Err(trouble),
            })
        })
    }

    /// Hands a command to the owner and waits up to `patience` for its reply; becomes the owner where there is none.
    ///
    /// It is handed over again when the owner has certainly not begun it: when it was ending, or full. It is never handed
    /// over twice otherwise.
    ///
    /// # Errors
    /// As [`claim`](Instance::claim) and [`Client::request`]; the error of the command itself as the owner told it.
    pub fn deliver(name: &InstanceName, command: Command<'_>, patience: Duration) -> Result<Delivery> {
        let until = Instant::now() + PATIENCE;
        let mut pause = Pause::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut client = match Self::claim_within(name, left)? {
                Claim::Owner(listener) => return Ok(Delivery::Owner(listener)),
                Claim::Other(client) => client,
            };
            let fate = match command {
                Command::Request(request) => client.send_request(request, patience)?,
                Command::Line(text) => client.send_line(text, patience)?,
            };
            match fate {
                Fate::Answered(result) => return result.map(Delivery::Done),
                Fate::Unknown(e) => return Err(e),
                Fate::NotBegun(e) if !pause.before(until) => return Err(e),
                Fate::NotBegun(_) => {}
            }
        }
    }

    /// Tries until something is known or the time is over. The inner error of a try is why it may go better soon.
    fn until_answered<T>(
        patience: Duration,
        name: &InstanceName,
        attempt: impl Fn(Instant) -> Result<Result<T, String>>,
    ) -> Result<T> {
        let until = Instant::now() + patience;
        let mut pause = Pause::new();
        let mut trouble = String::new();
        loop {
            match attempt(until)? {
                Ok(known) => return Ok(known),
                // A try that the deadline cut short says less than the one before.
                Err(new) if trouble.is_empty() || Instant::now() < until => trouble = new,
                Err(_) => {}
            }
            if !pause.before(until) {
                let who = system::owner(name)
                    .map(|pid| format!(" (process {pid})"))
                    .unwrap_or_default();
                let message = format!(
                    "the running microsip{who} did not answer within {} s ({trouble}); wait, or end that process",
                    patience.as_secs_f32()
                );
                return Err(Error::new(ErrorKind::Timeout, "control", message));
            }
        }
    }

    fn attempt(name: &InstanceName, until: Instant) -> Result<Result<Claim, String>> {
        let lock = Lock::take(name)?;
        // Also with the lock: somebody may have removed the file of a lock whose owner lives.
        match (Self::ask(name, lock.is_none(), until)?, lock) {
            (Ok(client), _) => Ok(Ok(Claim::Other(client))),
            (Err(Silence::Nobody), Some(lock)) => match Door::open(name, &lock) {
                Ok(door) => Ok(Ok(Claim::Owner(Listener {
                    door,
                    lock,
                    name: name.clone(),
                }))),
                // The last connections of a former owner may keep a pipe's name a moment longer than it lived.
                Err(e) if cfg!(windows) => Ok(Err(e.message().to_owned())),
                Err(e) => Err(e),
            },
            (Err(Silence::Nobody), None) => Ok(Err("nobody listens".to_owned())),
            (Err(Silence::Soon(trouble)), _) => Ok(Err(trouble)),
        }
    }

    /// Asks who is there. `owned`: another process has the lock, so silence does not mean that nobody is.
    fn ask(name: &InstanceName, owned: bool, until: Instant) -> Result<Result<Client, Silence>> {
        let left = until
            .saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1));
        let wire = match Wire::connect(name, left) {
            Ok(wire) => wire,
            Err(e) if nobody(&e) && !owned => return Ok(Err(Silence::Nobody)),
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
                let message = format!("{} refuses this user: {e}", name.socket().display());
                return Err(FailureCode::NotPermitted.error("control", message));
            }
            Err(e) => return Ok(Err(Silence::Soon(e.to_string()))),
        };
        let mut client = Client::new(wire);
        match client.greet(until)? {
            Fate::Answered(Ok(())) => Ok(Ok(client)),
            Fate::Answered(Err(e)) => Err(e),
            // Something else listens there.
            Fate::Unknown(e) if e.failure() == FailureCode::TransportFailed => Err(e),
            // Nothing was asked but who it is, so asking again does no harm.
            Fate::NotBegun(e) | Fate::Unknown(e) => Ok(Err(Silence::Soon(e.message().to_owned()))),
        }
    }
}

/// Why nobody answered.
enum Silence {
    Nobody,
    Soon(String),
}

/// Whether the error says that nobody listens there.
fn nobody(e: &io::Error) -> bool {
    // Not a socket at all is as dead as one without a listener: the directory is ours, so it is in our way only.
    matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
        || cfg!(all(unix, not(target_os = "linux"))) && e.raw_os_error() == Some(ENOTSOCK)
}

/// Waits a little longer each time, and each process a little differently.
struct Pause(Duration);

impl Pause {
    fn new() -> Self {
        Pause(Duration::from_micros(2_000 + u64::from(std::process::id() % 64) * 100))
    }

    /// Sleeps; false when that would be too late.
    fn before(&mut self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        std::thread::sleep(self.0.min(left));
        self.0 = (self.0 * 3 / 2).min(Duration::from_millis(100));
        true
    }
}

/// The ownership of a name, with the socket open and nobody answering yet: those who connect wait. Start a
/// [`Server`](super::Server) with it soon, or drop it to give the name up.
#[derive(Debug)]
pub struct Listener {
    // In this order: the socket is gone before the lock is.
    pub(super) door: Door,
    pub(super) lock: Lock,
    name: InstanceName,
}

impl Listener {
    /// The name it owns.
    pub fn name(&self) -> &InstanceName {
        &self.name
    }
}

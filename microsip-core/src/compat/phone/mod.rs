//! The phone that `microsip.ini` describes: MicroSIP's behaviour without its window.
//!
//! [`Phone`] owns an [`Endpoint`](crate::Endpoint), the settings file, contacts and history. It registers the active account, keeps the rules
//! for incoming calls, runs the hooks, writes the call list and reads the settings again when the file changes. What is
//! to be done comes as [`Request`]s; what happens goes out as [`PhoneEvent`]s.
//!
//! ```no_run
//! use microsip_core::compat::ini::{Directories, Place};
//! use microsip_core::compat::phone::{Phone, PhoneOptions, Request};
//!
//! let place = Place::choose(&Directories::of_process()?, None, None, &|path| path.exists())?;
//! let phone = Phone::start(PhoneOptions::new(place), |event| println!("{event:?}"))?;
//! let call = phone.request(Request::Call { target: "123".into(), secure: false, until: None })?;
//! println!("{call}");
//! phone.close()?;
//! # Ok::<(), microsip_core::Error>(())
//! ```
//!
//! Differences from the real program are listed in `docs/microsip.md`.

mod accounts;
mod arrive;
mod calls;
mod contacts;
mod dial;
mod directory;
mod endpoint;
mod events;
mod history;
mod hooks;
mod incoming;
mod knock;
mod loaded;
mod log;
mod media;
mod messages;
mod offline;
mod presence;
mod reload;
mod request;
mod setup;
mod store;
mod told;
mod view;
mod worker;

use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::compat::cmdline::{self, CommandLine};
use crate::compat::ini::Place;
use crate::fork::Origin;
use crate::{Error, ErrorKind, FailureCode, LogLevel, Result, Secret};
pub use endpoint::endpoint;
pub use events::{DialState, PhoneEvent, SettingsSource};
use loaded::Loaded;
pub use offline::{data_files, database, from_files, needs_no_phone};
pub use request::{Button, Request, Side, State, Until};
use worker::{Input, Worker};

/// How long a call waits for the registration before it fails.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// The longest [`Phone::request`] waits; requests that wait for a call's end take as long as the call.
const LONGEST: Duration = Duration::from_secs(60);
/// How long the phone's thread may take to begin with a request.
const QUEUE: usize = 1024;

/// How a phone is started.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PhoneOptions {
    /// The settings file and what lies beside it.
    pub place: Place,
    /// Takes the place of the active account's password in this run (`/password:`).
    pub password: Option<Secret>,
    /// Makes another account the active one before the first registration (`/account:N`); it is stored.
    pub account: Option<u32>,
    /// How much PJSIP logs; default warnings.
    pub log_level: LogLevel,
    /// How long the end may take: BYE, unregistration, hooks; default 3 s.
    pub close_timeout: Duration,
}

impl PhoneOptions {
    /// The phone of this settings file.
    pub fn new(place: Place) -> PhoneOptions {
        PhoneOptions {
            place,
            password: None,
            account: None,
            log_level: LogLevel::default(),
            close_timeout: Duration::from_secs(3),
        }
    }

    /// Sets the password of this run.
    #[must_use]
    pub fn password(mut self, password: impl Into<Secret>) -> PhoneOptions {
        self.password = Some(password.into());
        self
    }

    /// Sets the account to be active.
    #[must_use]
    pub fn account(mut self, number: u32) -> PhoneOptions {
        self.account = Some(number);
        self
    }

    /// Sets how much PJSIP logs.
    #[must_use]
    pub fn log_level(mut self, level: LogLevel) -> PhoneOptions {
        self.log_level = level;
        self
    }
}

/// A running phone. Clones are the same phone; when the last one is dropped it ends as with [`Phone::close`].
#[derive(Clone)]
pub struct Phone {
    inner: Arc<Inner>,
}

struct Inner {
    origin: Origin,
    inputs: SyncSender<Input>,
    /// The phone's own thread.
    own: ThreadId,
    /// Locked by whoever waits for its end, so that others wait as long.
    thread: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Phone {
    /// Starts the phone: reads the settings, opens the sockets, begins to register. `on_event` is called on the phone's own
    /// thread for everything that happens; it must return at once, and must not ask the phone.
    ///
    /// # Errors
    /// As [`Endpoint::start`](crate::Endpoint::start), and [`Io`](ErrorKind::Io) if the settings file is there and cannot be read. Wrong values in
    /// it are no errors: they come as [`PhoneEvent::Warning`].
    pub fn start(options: PhoneOptions, on_event: impl FnMut(PhoneEvent) + Send + 'static) -> Result<Phone> {
        let (inputs, queue) = mpsc::sync_channel(QUEUE);
        let (started, outcome) = mpsc::sync_channel(1);
        crate::fork::refuse_start("start phone")?;
        crate::fork::watch();
        let own = inputs.clone();
        let thread = std::thread::Builder::new()
            .name("microsip-phone".into())
            .spawn(move || match Worker::start(options, own, Box::new(on_event)) {
                Ok(worker) => {
                    drop(started.send(Ok(())));
                    worker.run(&queue);
                }
                Err(e) => drop(started.send(Err(e))),
            })
            .map_err(|e| FailureCode::IoFailed.error("start phone", format!("the system gives no thread: {e}")))?;
        match outcome.recv() {
            Ok(Ok(())) => Ok(Phone {
                inner: Arc::new(Inner {
                    origin: Origin::here(),
                    inputs,
                    own: thread.thread().id(),
                    thread: std::sync::Mutex::new(Some(thread)),
                }),
            }),
            Ok(Err(e)) => Err(e),
            Err(_) => Err(FailureCode::Internal.error("start phone", "the phone's thread ended while it started")),
        }
    }

    /// Has a request done, and waits for its answer, up to a minute; [`Request::Call`] with [`Until::Ended`] as long as the call is.
    ///
    /// # Errors
    /// What goes wrong with the request; [`NotRunning`](ErrorKind::NotRunning) when the phone has ended;
    /// [`Timeout`](ErrorKind::Timeout) when no answer came in time, and the request may still be done.
    ///
    /// # Threads
    /// Any but the one `on_event` is called on.
    pub fn request(&self, request: Request) -> Result<Value> {
        let longest = match &request {
            Request::Call { until: Some(_), .. } => None,
            _ => Some(LONGEST),
        };
        let (answer, answers) = mpsc::sync_channel(1);
        let reply: worker::Reply = Box::new(move |result| drop(answer.try_send(result)));
        self.send(Input::Request(request, reply))?;
        match longest {
            None => answers.recv().map_err(|_| gone())?,
            Some(longest) => match answers.recv_timeout(longest) {
                Ok(result) => result,
                Err(mpsc::RecvTimeoutError::Disconnected) => Err(gone()),
                Err(mpsc::RecvTimeoutError::Timeout) => Err(Error::new(
                    ErrorKind::Timeout,
                    "request",
                    "the phone did not answer within a minute; the request may still be done",
                )),
            },
        }
    }

    /// Has a line of MicroSIP's own command texts done ([`CommandLine::parse_text`]): `/hangupall`, `123`, `action=call&number=123`,
    /// `report:status`. The answer is that of its only command, or a list.
    ///
    /// # Errors
    /// What is wrong with the line, or the first command's failure; the commands after it are not done.
    ///
    /// # Threads
    /// As [`request`](Phone::request).
    pub fn line(&self, line: &str) -> Result<Value> {
        let word = line.trim().to_ascii_lowercase();
        let parsed = CommandLine::parse_text(line);
        // The name of a request alone is that request, where MicroSIP has no such word, and no user to be called.
        let is_own = match &parsed {
            Ok(parsed) => matches!(
                parsed.commands.as_slice(),
                [cmdline::Command::Call(target)] if target.text().eq_ignore_ascii_case(&word)
            ),
            Err(_) => true,
        };
        if is_own && request::NAMES.contains(&word.as_str()) {
            let object = [("command".to_owned(), Value::String(word))].into_iter().collect();
            return self.request(Request::from_json(object)?);
        }
        let parsed = parsed?;
        let mut answers = Vec::new();
        for command in &parsed.commands {
            let request = Request::of_command(command).ok_or_else(|| {
                Error::new(
                    ErrorKind::Unsupported,
                    "command",
                    "settings and data are not deleted over a running phone's socket; use the command line",
                )
            })?;
            answers.push(self.request(request)?);
        }
        Ok(match answers.len() {
            0 => Value::Null,
            1 => answers.remove(0),
            _ => Value::Array(answers),
        })
    }

    /// Ends calls and registration, lets hooks finish, writes what is to be written.
    ///
    /// # Errors
    /// As [`Endpoint::close`](crate::Endpoint::close). A second call does nothing.
    pub fn close(&self) -> Result<()> {
        match self.request(Request::Exit {}) {
            Err(e) if e.kind() != ErrorKind::NotRunning => return Err(e),
            _ => {}
        }
        self.wait();
        Ok(())
    }

    /// Waits until the phone has ended, by [`close`](Phone::close), [`Request::Exit`] or a failure. Any number of threads may wait.
    pub fn wait(&self) {
        // Its own thread would wait for itself.
        if self.inner.own == std::thread::current().id() || !self.inner.origin.is_here() {
            return;
        }
        let mut thread = self
            .inner
            .thread
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            drop(thread.join());
        }
    }

    fn send(&self, input: Input) -> Result<()> {
        self.inner.origin.check("request")?;
        let deadline = Instant::now() + LONGEST;
        let mut input = input;
        loop {
            match self.inner.inputs.try_send(input) {
                Ok(()) => return Ok(()),
                Err(mpsc::TrySendError::Disconnected(_)) => return Err(gone()),
                Err(mpsc::TrySendError::Full(back)) if Instant::now() < deadline => {
                    input = back;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(mpsc::TrySendError::Full(_)) => {
                    return Err(Error::new(
                        ErrorKind::Busy,
                        "request",
                        "the phone has too much to do; try again",
                    ));
                }
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if !self.origin.is_here() {
            // In a forked child there is no such thread, and the system may have given its number to another.
            let thread = self.thread.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::forget(thread.take());
            return;
        }
        // A full queue must not keep the phone alive; it takes what is in it first.
        if let Err(mpsc::TrySendError::Full(closed)) = self.inputs.try_send(Input::Closed) {
            let inputs = self.inputs.clone();
            drop(std::thread::Builder::new().spawn(move || drop(inputs.send(closed))));
        }
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phone").finish_non_exhaustive()
    }
}

fn gone() -> Error {
    Error::not_running("request")
}

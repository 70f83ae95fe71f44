//! The process that owns the phone.

use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::time::Duration;

use microsip_core::compat::control::{Listener, Publisher, Server, ServerOptions, Service};
use microsip_core::compat::ini::Place;
use microsip_core::compat::phone::{Phone, PhoneEvent, PhoneOptions, Request};
use microsip_core::{Error, Result};
use serde_json::{Map, Value};

use super::{Launch, events};
use crate::exit::Failure;
use crate::run::events::{ErrorOut, Line, OutEvent};
use crate::run::output::{Output, Target};
use crate::{logging, signals};

/// For replies that are under way when the phone ends.
const LAST_REPLIES: Duration = Duration::from_secs(1);
/// Calls and registration take three seconds at most, hooks of calls that ended a little more.
const LONGEST_END: Duration = Duration::from_secs(8);
const LAST_OUTPUT: Duration = Duration::from_millis(300);

enum Input {
    Phone(Box<PhoneEvent>),
    /// What a command of this process came to.
    Failed(String, Error),
    Answered(String, Value),
    Signal,
}

/// The phone behind its socket.
struct Door(Phone);

impl Service for Door {
    fn request(&self, request: Map<String, Value>) -> Result<Value> {
        self.0.request(Request::from_json(request)?)
    }

    fn line(&self, text: &str) -> Result<Value> {
        self.0.line(text)
    }
}

/// Runs the phone until it is told to end.
pub(super) fn serve(listener: Listener, place: Place, launch: Launch) -> std::result::Result<(), Failure> {
    let log = logging::start(launch.log);
    let (sender, inputs) = mpsc::sync_channel(1024);
    let of_signals = sender.clone();
    signals::catch_within(LONGEST_END, move || drop(of_signals.send(Input::Signal)))?;
    let target = Target {
        json: launch.which.json,
        stderr: false,
    };
    // A phone whose output nobody reads goes on: it has its socket.
    let mut output =
        Output::start(target, || {}).map_err(|e| Failure::failed(format!("the system gives no thread: {e}")))?;

    let (options, requests) = options(place, log, launch.requests);
    let of_phone = sender.clone();
    let started = Phone::start(options, move |event| drop(of_phone.send(Input::Phone(Box::new(event)))));
    let phone = match started {
        Ok(phone) => phone,
        Err(e) => return Err(Failure::start(&e)),
    };
    let options = ServerOptions::new().version(env!("CARGO_PKG_VERSION"));
    let server = Server::start(listener, Arc::new(Door(phone.clone())), options)?;
    let publisher = server.publisher();
    do_first(&phone, requests, sender.clone());
    read_lines(&phone, sender);

    let reason = loop {
        match inputs.recv() {
            Ok(Input::Phone(event)) => {
                let closed = match &*event {
                    PhoneEvent::Closed { reason } => Some(*reason),
                    _ => None,
                };
                for event in events::told(&event) {
                    publish(&publisher, &mut output, event);
                }
                if let Some(reason) = closed {
                    break reason;
                }
            }
            Ok(Input::Failed(command, error)) => publish(
                &publisher,
                &mut output,
                OutEvent::Error {
                    error: ErrorOut::from(&error),
                    command: Some(command),
                    call: None,
                    suggestion: None,
                },
            ),
            // For whoever typed it, not for all who listen.
            Ok(Input::Answered(command, result)) => output.emit(OutEvent::Answer { command, result }),
            Ok(Input::Signal) => {
                let phone = phone.clone();
                // The events of the end are heard here meanwhile.
                drop(std::thread::spawn(move || phone.close()));
            }
            Err(mpsc::RecvError) => break "failure",
        }
    };
    drop(server.close(LAST_REPLIES));
    output.close(LAST_OUTPUT);
    match reason {
        "failure" => Err(Failure::failed("the phone stopped by itself; see the log")),
        _ => Ok(()),
    }
}

/// What of the line must be known before the start: accounts and passwords; the rest is done once the phone runs.
fn options(place: Place, log: microsip_core::LogLevel, requests: Vec<Request>) -> (PhoneOptions, Vec<Request>) {
    let mut options = PhoneOptions::new(place).log_level(log);
    let mut rest = Vec::new();
    for request in requests {
        match request {
            Request::Account { number } => options = options.account(number),
            Request::Password { number: None, password } => options = options.password(password),
            Request::Show {} | Request::Hide {} => {}
            other => rest.push(other),
        }
    }
    (options, rest)
}

fn publish(publisher: &Publisher, output: &mut Output, event: OutEvent) {
    let line = Line::now(event);
    if let Ok(Value::Object(object)) = serde_json::to_value(&line) {
        let name = object
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        publisher.publish(&name, &Value::Object(object));
    }
    output.emit_line(line);
}

/// The commands of the line this process was started with, one after the other.
fn do_first(phone: &Phone, requests: Vec<Request>, to: SyncSender<Input>) {
    if requests.is_empty() {
        return;
    }
    let phone = phone.clone();
    let work = move || {
        for request in requests {
            let name = request.name();
            // Success is told by the phone's own events.
            if let Err(e) = phone.request(request)
                && to.send(Input::Failed(name, e)).is_err()
            {
                return;
            }
        }
    };
    if let Err(e) = std::thread::Builder::new().name("microsip-first".into()).spawn(work) {
        tracing::error!("the system gives no thread: {e}");
    }
}

/// Does a line: JSON, or MicroSIP's text. The name does not repeat what may be a password.
fn obey(phone: &Phone, line: &str) -> (String, Result<Value>) {
    if !line.starts_with('{') {
        return ("line".into(), phone.line(line));
    }
    match Request::parse(line) {
        Ok(request) => (request.name(), phone.request(request)),
        Err(e) => ("request".into(), Err(e)),
    }
}

/// Lines of standard input are commands too, as on the socket. Its end ends nothing: a phone is often started without.
fn read_lines(phone: &Phone, to: SyncSender<Input>) {
    let phone = phone.clone();
    let read = move || {
        crate::run::input::lines(|line| {
            let line = line.trim();
            if line.is_empty() {
                return true;
            }
            let (name, done) = obey(&phone, line);
            let told = match done {
                Ok(Value::Null) => return true,
                Ok(result) => Input::Answered(name, result),
                Err(e) => Input::Failed(name, e),
            };
            to.send(told).is_ok()
        });
    };
    if let Err(e) = std::thread::Builder::new().name("microsip-input".into()).spawn(read) {
        tracing::error!("the system gives no thread: {e}");
    }
}

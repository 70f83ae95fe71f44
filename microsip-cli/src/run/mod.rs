//! `microsip run`: a headless user agent. Lines in, lines out, one loop between them.
//!
//! The loop sleeps until a line, an event or a signal comes; so an idle process does not wake up on our account.

pub mod commands;
mod devices;
pub mod events;
pub(crate) mod files;
mod human;
pub(crate) mod input;
mod media;
mod messages;
mod network;
mod obey;
pub(crate) mod output;
mod phone;
mod presence;
mod publication;
pub(crate) mod setup;
mod state;
mod story;
pub(crate) mod streams;
pub(crate) mod told;

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use microsip_core::Endpoint;

use crate::args::RunArgs;
use crate::exit::Failure;
use crate::{logging, password};
use input::Input;
use output::Output;
use state::{Next, Session};
use streams::Streams;

/// From the wish to end to the end: BYE, unregistration and files take two seconds at most, the output gets the rest.
const CLOSING: Duration = Duration::from_millis(2400);
const LAST_OUTPUT: Duration = Duration::from_millis(300);
const LAST_STREAMS: Duration = Duration::from_millis(200);

/// Runs until it is told to end.
///
/// # Errors
/// When it cannot start, or the engine fails.
pub fn run(args: RunArgs) -> Result<(), Failure> {
    let pjsip_log = logging::start(args.common.log);
    let secret = password::find(
        ("--password", args.account.password.clone()),
        args.account.password_file.as_deref(),
        "MICROSIP_PASSWORD",
    )?;
    setup::check(&args)?;
    let relay = setup::relay(&args.network)?;
    let config = setup::endpoint(&args, pjsip_log, relay)?;
    let options = setup::call_options(&args.calls.outgoing)?;

    let (sender, inputs) = mpsc::sync_channel(256);
    let no_thread = |e: std::io::Error| Failure::failed(format!("the system gives no thread: {e}"));
    input::catch_signals(sender.clone())?;
    let endpoint = Endpoint::start(config).map_err(|e| Failure::start(&e))?;
    input::forward_events(endpoint.events(), sender.clone()).map_err(no_thread)?;
    let broken = sender.clone();
    let output =
        Output::start(setup::output(&args), move || drop(broken.send(Input::OutputBroken))).map_err(no_thread)?;

    let account = setup::account(args.shared(), &endpoint, secret)?.publish_presence(args.presence.presence);
    let account = endpoint.add_account(account).map_err(|e| Failure::start(&e))?;
    let streams = Streams::new(sender.clone());
    if args.devices.any() {
        endpoint.watch_audio_devices(true).map_err(|e| Failure::start(&e))?;
    }
    let mut session = Session::new(&args, endpoint, account, options, output, streams);
    session.ready()?;
    session.present()?;
    // Not before `ready`, so that the answer to a command never comes before it.
    input::read_stdin(sender).map_err(no_thread)?;

    let reason = listen(&mut session, &inputs);
    close(session, &inputs, reason)
}

/// Works until something ends it, and says what.
fn listen(session: &mut Session<'_>, inputs: &Receiver<Input>) -> &'static str {
    loop {
        let next = match inputs.recv() {
            Ok(Input::Event(event)) => session.event(&event),
            Ok(Input::Told(event)) => session.tell(*event),
            Ok(Input::Line(line)) => session.line(&line),
            Ok(Input::LongLine) => session.long_line(),
            Ok(Input::Eof) => session.eof(),
            Ok(Input::Signal) => Next::Close("signal"),
            Ok(Input::OutputBroken) => Next::Close("output"),
            // The engine closed by itself, or all our threads are gone.
            Ok(Input::EventsEnded) | Err(mpsc::RecvError) => Next::Close("failure"),
        };
        if let Next::Close(reason) = next {
            return reason;
        }
    }
}

/// Ends calls, unregisters, closes files, and tells about it while it happens.
fn close(mut session: Session<'_>, inputs: &Receiver<Input>, reason: &'static str) -> Result<(), Failure> {
    let deadline = Instant::now() + CLOSING;
    let endpoint = session.take_endpoint();
    let closer = std::thread::spawn(move || endpoint.map_or(Ok(()), Endpoint::close));
    let mut in_time = reason != "failure";
    while in_time {
        match inputs.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Input::Event(event)) => drop(session.event(&event)),
            Ok(Input::Told(event)) => drop(session.tell(*event)),
            Ok(Input::EventsEnded) | Err(RecvTimeoutError::Disconnected) => break,
            // Too late for commands.
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => in_time = false,
        }
    }
    let result = match (in_time, reason) {
        (_, "failure") => Err(Failure::failed("the engine stopped by itself; see the log")),
        (false, _) => Err(Failure::failed("the engine did not close in time")),
        (true, _) => closer.join().unwrap_or(Ok(())).map_err(Failure::from),
    };
    finish_streams(&mut session, inputs);
    session.closed(reason).close(LAST_OUTPUT);
    result
}

/// Lets taps write what they have: their calls have ended, so that is soon, unless nobody reads their FIFO.
fn finish_streams(session: &mut Session<'_>, inputs: &Receiver<Input>) {
    let deadline = Instant::now() + LAST_STREAMS;
    while session.streams.running() > 0 && Instant::now() < deadline {
        // Short, since the last of them ends right after it has told.
        if let Ok(Input::Told(event)) = inputs.recv_timeout(Duration::from_millis(5)) {
            session.tell(*event);
        }
    }
    while let Ok(input) = inputs.try_recv() {
        if let Input::Told(event) = input {
            session.tell(*event);
        }
    }
}

//! `microsip dial`: one call, without a phone that runs. What became of it is a report and an exit code.

mod events;
mod expect;
mod keys;
mod outcome;
pub mod report;
mod session;
mod target;
mod times;

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use microsip_core::{AccountConfig, Endpoint, EndpointConfig, IncomingPolicy, LogLevel, StatusCode, TurnConfig};

use crate::args::DialArgs;
use crate::exit::Failure;
use crate::run::input::{self, Input};
use crate::run::output::{Output, Target};
use crate::run::setup::{self, Shared};
use crate::{logging, password, wav};
use session::Session;

pub use expect::{ExpectationOut, KeyOut, ToneOut};

/// From the end of the call to the end of the program: the BYE, the unregistration and files take two seconds at most.
const CLOSING: Duration = Duration::from_millis(2400);
const LAST_OUTPUT: Duration = Duration::from_millis(300);

/// Makes the call and tells what became of it.
///
/// # Errors
/// When it cannot start, when something of ours fails, and when the call had another outcome than expected; each with its exit code.
pub fn run(args: DialArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let pjsip_log = logging::start(args.common.log);
    let shared = args.shared();
    let secret = password::find(
        ("--password", args.account.password.clone()),
        args.account.password_file.as_deref(),
        "MICROSIP_PASSWORD",
    )?;
    check(&args)?;
    let target = target::read(&args)?;
    let relay = setup::relay(&args.network)?;
    let options = setup::call_options(&args.outgoing)?;

    let (sender, inputs) = mpsc::sync_channel(256);
    let no_thread = |e: io::Error| Failure::failed(format!("the system gives no thread: {e}"));
    input::catch_signals(sender.clone())?;
    let config = endpoint(&args, pjsip_log, relay);
    let endpoint = Endpoint::start(config).map_err(|e| Failure::start(&e))?;
    input::forward_events(endpoint.events(), sender).map_err(no_thread)?;
    let account = account(&args, setup::account(shared, &endpoint, secret)?);
    let account = endpoint.add_account(account).map_err(|e| Failure::start(&e))?;

    let output = match args.common.json && !args.events {
        true => None,
        false => {
            let to = Target {
                json: args.events,
                stderr: false,
            };
            // Who reads no longer does not end the call.
            Some(Output::start(to, || {}).map_err(no_thread)?)
        }
    };
    let mut session = Session::new(&args, begun, account, target, options, output);
    session.begin();
    listen(&mut session, &inputs)?;
    if let Err(e) = close(&mut session, endpoint, &inputs) {
        session.faults.push(e.to_string());
    }
    if let Some(output) = session.closed() {
        output.close(LAST_OUTPUT);
    }
    let report = session.report();
    let text = match args.common.json || args.events {
        true => report.json(),
        false => report.text(),
    };
    // A reader that went away wants no report.
    drop(writeln!(anstream::stdout().lock(), "{text}"));
    report.failure().map_or(Ok(()), Err)
}

impl DialArgs {
    fn shared(&self) -> Shared<'_> {
        Shared {
            account: &self.account,
            outgoing: &self.outgoing,
            network: &self.network,
            common: &self.common,
            security: &self.security,
        }
    }
}

/// Looks at files and URIs before anything starts.
fn check(args: &DialArgs) -> Result<(), Failure> {
    setup::check_shared(args.shared())?;
    Session::check(args)?;
    for path in &args.work.play {
        // Reading a FIFO would wait for who writes into it.
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            return Err(Failure::usage(format!("--play: {} is no file", path.display())));
        }
        wav::read(path).map_err(|e| Failure::usage(format!("--play: {e}")))?;
    }
    match &args.work.record {
        Some(path) => setup::check_record(path, &args.recording),
        None => Ok(()),
    }
}

fn endpoint(args: &DialArgs, log: LogLevel, relay: Option<TurnConfig>) -> EndpointConfig {
    let config = EndpointConfig::default()
        // Whom our registration brings here finds us on the phone.
        .incoming(IncomingPolicy::Answer(StatusCode::BUSY_HERE))
        .quality(setup::quality(&args.quality));
    let config = setup::shared_endpoint(config, args.shared(), log, relay);
    match &args.user_agent {
        Some(text) => config.user_agent(text),
        None => config,
    }
}

fn account(args: &DialArgs, mut config: AccountConfig) -> AccountConfig {
    if args.no_register {
        config.registrar = None;
    }
    config
}

/// Works until the call is over.
fn listen(session: &mut Session<'_>, inputs: &Receiver<Input>) -> Result<(), Failure> {
    while !session.is_over() {
        let wait = session.next_alarm().saturating_duration_since(Instant::now());
        match inputs.recv_timeout(wait) {
            Ok(Input::Event(event)) => session.event(&event),
            Ok(Input::Signal) => session.interrupt(),
            Ok(Input::EventsEnded) | Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::failed("the engine stopped by itself; see the log"));
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
        session.advance(Instant::now());
    }
    Ok(())
}

/// Ends the call if there is one, unregisters, closes files, and listens to what is told of it.
fn close(session: &mut Session<'_>, endpoint: Endpoint, inputs: &Receiver<Input>) -> Result<(), Failure> {
    let deadline = Instant::now() + CLOSING;
    let late = || Failure::failed("the engine did not close in time");
    let closer = std::thread::Builder::new()
        .name("microsip-close".into())
        .spawn(|| endpoint.close())
        .map_err(|e| Failure::failed(format!("the system gives no thread: {e}")))?;
    loop {
        match inputs.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Input::Event(event)) => session.event(&event),
            Ok(Input::Signal) => session.interrupt(),
            Ok(Input::EventsEnded) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Err(late()),
        }
    }
    closer.join().unwrap_or(Ok(())).map_err(Failure::from)
}

//! What a run remembers, and what it does with each input.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};

use microsip_core::{
    Account, Call, CallId, CallInfo, CallState, Direction, Endpoint, Error, Event, PlayOptions, RecordingInfo,
    StatusCode, Transport,
};

use super::commands::{self, Command, Wrong};
use super::events::{CallOut, ErrorOut, MediaOut, OutEvent, RegistrationOut, StatsOut, TransportOut, seconds};
use super::output::Output;
use crate::args::{RunArgs, domain_of};
use crate::exit::Failure;

/// What comes after an input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next one.
    Go,
    /// The end, and why.
    Close(&'static str),
}

/// A run in progress.
pub(super) struct Session<'a> {
    args: &'a RunArgs,
    /// `None` while closing.
    endpoint: Option<Endpoint>,
    account: Account,
    domain: String,
    output: Output,
    /// Calls that have not ended; `true` once their audio has run, so that files start once.
    calls: HashMap<CallId, bool>,
    recordings: u32,
    input_ended: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(args: &'a RunArgs, endpoint: Endpoint, account: Account, output: Output) -> Self {
        let domain = domain_of(account.aor()).to_owned();
        Session {
            args,
            endpoint: Some(endpoint),
            account,
            domain,
            output,
            calls: HashMap::new(),
            recordings: 0,
            input_ended: false,
        }
    }

    /// Lets go of the endpoint, to be closed. Events can still come; commands find no call.
    pub(super) fn take_endpoint(&mut self) -> Option<Endpoint> {
        self.endpoint.take()
    }

    /// The last event; gives the output back.
    pub(super) fn closed(mut self, reason: &'static str) -> Output {
        self.output.emit(OutEvent::Closed { reason });
        self.output
    }

    /// Tells where we listen.
    pub(super) fn ready(&mut self) -> Result<(), Failure> {
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let mut transports = Vec::new();
        for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
            let address = endpoint.local_address(transport)?.to_string();
            transports.push(TransportOut {
                transport: transport.name(),
                address,
            });
        }
        self.output.emit(OutEvent::Ready {
            version: env!("CARGO_PKG_VERSION").into(),
            pjsip: microsip_core::pjsip_version().into(),
            account: self.account.aor().to_owned(),
            registrar: self.args.registrar.clone(),
            transports,
            clock_rate: endpoint.clock_rate(),
        });
        Ok(())
    }

    /// An event of the engine.
    pub(super) fn event(&mut self, event: &Event) -> Next {
        match event {
            Event::Registration { account, info } => {
                self.output
                    .emit(OutEvent::Registration(RegistrationOut::new(account.aor(), info)));
            }
            Event::IncomingCall { call, info } => {
                self.calls.entry(call.id()).or_insert(false);
                self.output.emit(OutEvent::Incoming {
                    call: info.id.get(),
                    from: info.remote_uri.to_string(),
                    from_user: info.remote_user().to_owned(),
                    to: info.local_uri.to_string(),
                    sip_call_id: info.sip_call_id.to_string(),
                });
            }
            Event::CallState { call, info } => return self.call_state(call, info),
            Event::CallMedia { call, info } => self.call_media(call, info),
            Event::Dtmf {
                call,
                digit,
                method,
                duration,
            } => self.output.emit(OutEvent::Dtmf {
                call: call.id().get(),
                digit: digit.to_string(),
                method: method.name(),
                duration_ms: duration.map(|d| d.as_millis() as u64),
            }),
            Event::PlayerFinished { call, player } => {
                let file = self.args.play.as_deref().map(shown).unwrap_or_default();
                let (call, duration) = (call.id().get(), seconds(player.length()));
                self.output.emit(OutEvent::Player {
                    call,
                    state: "finished",
                    file,
                    duration,
                });
            }
            Event::RecordingFinished { call, info, .. } => self.recorded(call, info),
            Event::Lagged { missed } => {
                self.output.emit(OutEvent::Lagged { missed: *missed });
                return self.catch_up();
            }
            _ => {}
        }
        Next::Go
    }

    fn call_state(&mut self, call: &Call, info: &CallInfo) -> Next {
        let mut out = CallOut::new(info);
        if !info.is_ended() {
            // Counts belong to the end and to `status`.
            out.stats = None;
            self.calls.entry(call.id()).or_insert(false);
        } else {
            self.calls.remove(&call.id());
        }
        self.output.emit(OutEvent::Call(Box::new(out)));
        self.end_of_work()
    }

    /// Events were lost, so the list of calls may be wrong: it is made anew from the engine's, and calls whose audio has
    /// begun meanwhile get their files.
    fn catch_up(&mut self) -> Next {
        if self.endpoint.is_none() {
            return Next::Go;
        }
        match self.engine_calls() {
            Ok(calls) => {
                relist(&mut self.calls, calls.iter().map(Call::id));
                for call in &calls {
                    self.start_files_once(call, &call.info());
                }
            }
            Err(e) => tracing::error!("cannot list the calls after events were lost: {e}"),
        }
        self.end_of_work()
    }

    /// The calls of the engine that have not ended; none while closing.
    fn engine_calls(&self) -> Result<Vec<Call>, Error> {
        let calls = self.endpoint.as_ref().map(Endpoint::calls).transpose()?;
        Ok(calls.unwrap_or_default())
    }

    /// The end of input and of the last call may be the end of the run.
    fn end_of_work(&self) -> Next {
        if self.input_ended && self.args.quit_on_eof && self.calls.is_empty() {
            Next::Close("eof")
        } else {
            Next::Go
        }
    }

    fn call_media(&mut self, call: &Call, info: &CallInfo) {
        for stream in &info.media {
            self.output.emit(OutEvent::Media {
                call: call.id().get(),
                stream: MediaOut::from(stream),
            });
        }
        self.start_files_once(call, info);
    }

    fn start_files_once(&mut self, call: &Call, info: &CallInfo) {
        let active = info.media.iter().any(|m| m.active);
        let started = self.calls.get_mut(&call.id());
        if active && self.endpoint.is_some() && started.is_some_and(|s| !std::mem::replace(s, true)) {
            self.start_files(call);
        }
    }

    /// Audio flows for the first time.
    fn start_files(&mut self, call: &Call) {
        let id = call.id().get();
        if let Some(path) = &self.args.record {
            self.recordings += 1;
            let path = numbered(path, self.recordings);
            match call.record(&path) {
                Ok(_) => self.output.emit(OutEvent::Recording {
                    call: id,
                    state: "started",
                    file: shown(&path),
                    duration: None,
                    rate: None,
                    samples: None,
                    dropped: None,
                    error: None,
                }),
                Err(e) => self.call_error(id, &e),
            }
        }
        if let Some(path) = &self.args.play {
            match call.play(path, PlayOptions::default().repeat(self.args.play_loop)) {
                Ok(player) => {
                    let duration = seconds(player.length());
                    self.output.emit(OutEvent::Player {
                        call: id,
                        state: "started",
                        file: shown(path),
                        duration,
                    });
                }
                Err(e) => self.call_error(id, &e),
            }
        }
    }

    fn recorded(&mut self, call: &Call, info: &RecordingInfo) {
        self.output.emit(OutEvent::Recording {
            call: call.id().get(),
            state: "finished",
            file: shown(&info.path),
            duration: Some(seconds(info.length())),
            rate: Some(info.rate),
            samples: Some(info.samples),
            dropped: Some(info.dropped),
            error: info.error.as_ref().map(ErrorOut::from),
        });
    }

    /// A line of standard input.
    pub(super) fn line(&mut self, line: &str) -> Next {
        let command = match commands::parse(line, &self.domain) {
            None => return Next::Go,
            Some(Ok(command)) => command,
            Some(Err(wrong)) => {
                self.wrong(line, wrong);
                return Next::Go;
            }
        };
        if command == Command::Quit {
            return Next::Close("quit");
        }
        if let Err(e) = self.obey(&command) {
            self.output.emit(OutEvent::Error {
                error: ErrorOut::from(&e),
                command: Some(verb(line)),
                call: None,
                suggestion: None,
            });
        }
        Next::Go
    }

    fn obey(&mut self, command: &Command) -> Result<(), Error> {
        match command {
            Command::Call(target) => {
                let call = self.account.call(target)?;
                // Its first event may still be on its way when input ends.
                self.calls.entry(call.id()).or_insert(false);
                Ok(())
            }
            Command::Answer(code) => self.on_call("answer", waits_for_answer, |call| call.answer(*code)),
            Command::Reject(code) => self.on_call("reject", waits_for_answer, |call| call.reject(*code)),
            Command::Hangup => self.on_call("hangup", |_| true, Call::hang_up),
            Command::Dtmf(digits) => self.on_call("dtmf", |_| true, |call| call.send_dtmf(digits)),
            Command::Register => self.account.register(),
            Command::Unregister => self.account.unregister(),
            Command::Status => self.status(),
            Command::Help => {
                let commands = commands::lines();
                self.output.emit(OutEvent::Help { commands });
                Ok(())
            }
            Command::Quit => Ok(()),
        }
    }

    /// Does something with the newest call that is fit for it; says so when there is none.
    fn on_call(
        &mut self,
        command: &'static str,
        fit: fn(&CallInfo) -> bool,
        act: impl FnOnce(&Call) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let calls = self.engine_calls()?;
        match calls.iter().rev().find(|call| fit(&call.info())) {
            Some(call) => act(call),
            None => {
                let what = if ["answer", "reject"].contains(&command) {
                    "incoming call waits"
                } else {
                    "call is up"
                };
                self.output.emit(OutEvent::Error {
                    error: ErrorOut {
                        kind: "wrong_state",
                        message: format!("no {what}"),
                        tls: None,
                    },
                    command: Some(command.into()),
                    call: None,
                    suggestion: Some("status".into()),
                });
                Ok(())
            }
        }
    }

    fn status(&mut self) -> Result<(), Error> {
        let calls = self.engine_calls()?;
        let calls = calls.iter().map(|call| {
            let mut out = CallOut::new(&call.info());
            // No counts before audio flows.
            out.stats = call.stats().ok().as_ref().map(StatsOut::from);
            out
        });
        let registration = RegistrationOut::new(self.account.aor(), &self.account.registration());
        let calls = calls.collect();
        self.output.emit(OutEvent::Status { registration, calls });
        Ok(())
    }

    /// A line too long for a command.
    pub(super) fn long_line(&mut self) -> Next {
        let error = ErrorOut::command("a line of more than 8 KiB was passed over");
        self.output.emit(OutEvent::Error {
            error,
            command: None,
            call: None,
            suggestion: None,
        });
        Next::Go
    }

    /// The end of standard input.
    pub(super) fn eof(&mut self) -> Next {
        self.input_ended = true;
        self.end_of_work()
    }

    fn wrong(&mut self, line: &str, wrong: Wrong) {
        self.output.emit(OutEvent::Error {
            error: ErrorOut::command(wrong.message),
            command: Some(verb(line)),
            call: None,
            suggestion: wrong.suggestion,
        });
    }

    fn call_error(&mut self, call: u64, error: &Error) {
        let error = ErrorOut::from(error);
        self.output.emit(OutEvent::Error {
            error,
            command: None,
            call: Some(call),
            suggestion: None,
        });
    }
}

/// Makes `known` name exactly the calls there are; what is known of them stays.
fn relist<K: Eq + Hash>(known: &mut HashMap<K, bool>, there: impl IntoIterator<Item = K>) {
    let mut before = std::mem::take(known);
    known.extend(there.into_iter().map(|id| {
        let started = before.remove(&id).unwrap_or(false);
        (id, started)
    }));
}

fn waits_for_answer(info: &CallInfo) -> bool {
    info.direction == Direction::Incoming
        && matches!(info.state, CallState::Incoming | CallState::Early)
        && info.last_status.is_none_or(StatusCode::is_provisional)
}

/// The command's name alone: what comes after it may hold a password.
fn verb(line: &str) -> String {
    line.split_whitespace()
        .next()
        .unwrap_or_default()
        .chars()
        .take(20)
        .collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// `call.wav`, `call-2.wav`, `call-3.wav` …
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number < 2 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_numbered_before_the_extension() {
        let name = |path: &str, n| numbered(Path::new(path), n).display().to_string();
        assert_eq!(name("a/call.wav", 1), "a/call.wav");
        assert_eq!(name("a/call.wav", 2), "a/call-2.wav");
        assert_eq!(name("call", 3), "call-3");
        assert_eq!(name("a.b/x.y.wav", 12), "a.b/x.y-12.wav");
    }

    #[test]
    fn the_list_follows_the_engine_after_lost_events() {
        let mut known = HashMap::from([(1, true), (2, false), (3, true)]);
        relist(&mut known, [3, 4]);
        assert_eq!(known, HashMap::from([(3, true), (4, false)]));
        relist(&mut known, []);
        assert!(known.is_empty());
    }

    #[test]
    fn an_error_repeats_the_verb_only() {
        assert_eq!(verb("call sip:bob:secret@host\n"), "call");
    }
}

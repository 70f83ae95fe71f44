//! What each command does.

use microsip_core::{
    AnswerOptions, Call, CallInfo, CallOptions, CallState, Direction, DtmfMethod, Error, HangUpOptions, Headers,
    HoldOptions, ReinviteOptions, RejectOptions, RequestOptions, StatusCode, TransferOptions, TransferRequest,
    UpdateOptions,
};

use super::commands::{self, Command, Wrong};
use super::events::{CallOut, ErrorOut, OutEvent, RegistrationOut, StatsOut, StoryOut};
use super::state::{Next, Session};

impl Session<'_> {
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
            Command::Call(target) => self.new_call(|session, options| session.account.call_with(target, options)),
            Command::Answer(code) => self.on_waiting("answer", |call, headers| {
                let mut options = AnswerOptions::new();
                options.headers = headers;
                call.answer_with(*code, options)
            }),
            Command::Reject(code) => self.on_waiting("reject", |call, headers| {
                let mut options = RejectOptions::new();
                options.headers = headers;
                call.reject_with(*code, options)
            }),
            Command::Redirect(target) => self.on_waiting("redirect", |call, headers| {
                let mut options = RejectOptions::new().contact(target);
                options.headers = headers;
                call.reject_with(StatusCode::MOVED_TEMPORARILY, options)
            }),
            Command::Hangup => self.on_call("hangup", |call, headers| {
                let mut options = HangUpOptions::new();
                options.headers = headers;
                call.hang_up_with(options)
            }),
            Command::Hold(mode) => self.on_call("hold", |call, headers| {
                let mut options = HoldOptions::new().mode(*mode);
                options.headers = headers;
                call.hold_with(options)
            }),
            Command::Resume => self.on_call("resume", |call, headers| call.resume_with(headers)),
            Command::Mute => self.on_call_kept("mute", |_, call| call.mute(true)),
            Command::Unmute => self.on_call_kept("unmute", |_, call| call.mute(false)),
            Command::Transfer(target) => self.on_call("transfer", |call, headers| {
                let mut options = TransferOptions::new();
                options.headers = headers;
                call.transfer_with(target, options)
            }),
            Command::AcceptTransfer => match self.asked("accept-transfer") {
                Some(request) => self.new_call(|_, options| request.accept_with(options)),
                None => Ok(()),
            },
            Command::RejectTransfer(code) => match self.asked("reject-transfer") {
                Some(request) => request.reject(*code),
                None => Ok(()),
            },
            Command::Reinvite => self.on_call("reinvite", |call, headers| {
                let mut options = ReinviteOptions::new();
                options.headers = headers;
                call.reinvite_with(options)
            }),
            Command::Update => self.on_call("update", |call, headers| {
                let mut options = UpdateOptions::new();
                options.headers = headers;
                call.update_with(options)
            }),
            Command::TransferTo(number) => self.transfer_to(*number),
            Command::Dtmf(digits) => {
                self.on_call_kept("dtmf", |session, call| call.send_dtmf_with(digits, session.keys))
            }
            Command::DtmfInfo(digits) => self.on_call_kept("dtmf-info", |session, call| {
                call.send_dtmf_with(digits, session.keys.method(DtmfMethod::Info))
            }),
            Command::Info(kind, body) => self.on_call("info", |call, headers| {
                let mut options = RequestOptions::new().body(kind, body.as_str());
                options.headers = headers;
                call.request("INFO", options).map(drop)
            }),
            Command::Options(target) => self.with_headers(|session, headers| {
                let mut options = RequestOptions::new();
                options.headers = headers;
                session.account.request("OPTIONS", target, options).map(drop)
            }),
            Command::Header(name, value) => self.headers.add(name, value).map(drop),
            Command::Select(number) => self.select(*number),
            Command::Calls => self.list_calls(),
            Command::Story => self.on_call_kept("story", |session, call| {
                session
                    .output
                    .emit(OutEvent::Story(StoryOut::new(call.id().get(), &call.story())));
                Ok(())
            }),
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

    /// Does something with the headers typed before. They are used up if it succeeds; otherwise they wait for the next request.
    fn with_headers<T>(&mut self, act: impl FnOnce(&mut Self, Headers) -> Result<T, Error>) -> Result<T, Error> {
        let typed = self.headers.clone();
        let done = act(self, typed)?;
        self.headers = Headers::new();
        Ok(done)
    }

    /// Makes a call as the options say, with the headers typed before.
    fn new_call(&mut self, make: impl FnOnce(&mut Self, CallOptions) -> Result<Call, Error>) -> Result<(), Error> {
        let call = self.with_headers(|session, typed| {
            let mut options = session.options.clone();
            for (name, value) in typed.iter() {
                options = options.header(name, value)?;
            }
            make(session, options)
        })?;
        // Its first event may still be on its way when input ends.
        self.calls.entry(call.id()).or_insert(false);
        Ok(())
    }

    /// The transfer that somebody asked for, to be decided now; without one an error is told.
    fn asked(&mut self, command: &str) -> Option<TransferRequest> {
        let request = self.asked.take();
        if request.is_none() {
            self.refuse(command, "wrong_state", "nobody asks for a transfer".into(), "calls");
        }
        request
    }

    /// Does something with the selected call, or the newest, with the headers typed before.
    fn on_call(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&Call, Headers) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.on_call_kept(command, |session, call| {
            session.with_headers(|_, headers| act(call, headers))
        })
    }

    /// As [`Session::on_call`], keeping the headers for a request that can have them.
    fn on_call_kept(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&mut Self, &Call) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.on_fitting(command, "call is up", |_| true, act)
    }

    /// Does something with the selected call if it waits for an answer, or with the newest that does.
    fn on_waiting(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&Call, Headers) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut calls = self.engine_calls()?;
        calls.retain(|call| waits_for_answer(&call.info()));
        let selected = calls.iter().find(|call| self.selected == Some(call.id()));
        match selected.or(calls.last()) {
            Some(call) => self.with_headers(|_, headers| act(call, headers)),
            None => {
                self.refuse(command, "wrong_state", "no incoming call waits".into(), "calls");
                Ok(())
            }
        }
    }

    /// Does something with the selected call, if there is one, and never with another; else with the newest that fits.
    fn on_fitting(
        &mut self,
        command: &'static str,
        what: &str,
        fit: impl Fn(&Call) -> bool,
        act: impl FnOnce(&mut Self, &Call) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let calls = self.engine_calls()?;
        let found = match self.selected {
            None => calls.iter().rev().find(|call| fit(call)),
            Some(id) => match calls.iter().find(|call| call.id() == id) {
                None => {
                    let message = format!("the selected call {id} has ended; `select 0` takes the newest");
                    self.refuse(command, "gone", message, "select 0");
                    return Ok(());
                }
                Some(call) if !fit(call) => {
                    let message = format!("{command} does not go with the selected call {id}");
                    self.refuse(command, "wrong_state", message, "calls");
                    return Ok(());
                }
                found => found,
            },
        };
        match found {
            Some(call) => act(self, call),
            None => {
                self.refuse(command, "wrong_state", format!("no {what}"), "calls");
                Ok(())
            }
        }
    }

    /// Tells that a command cannot be done.
    fn refuse(&mut self, command: &str, kind: &'static str, message: String, suggestion: &str) {
        self.output.emit(OutEvent::Error {
            error: ErrorOut::new(kind, message),
            command: Some(command.into()),
            call: None,
            suggestion: Some(suggestion.into()),
        });
    }

    fn select(&mut self, number: u64) -> Result<(), Error> {
        if number == 0 {
            self.selected = None;
        } else if let Some(call) = self.numbered("select", number)? {
            self.selected = Some(call.id());
        } else {
            return Ok(());
        }
        self.list_calls()
    }

    /// Connects the peer of the call with that of another one. Without a selection it is the newest but that one: one holds
    /// the first, calls the second, and connects the first with it or the second with the first.
    fn transfer_to(&mut self, number: u64) -> Result<(), Error> {
        let Some(other) = self.numbered("transfer-to", number)? else {
            return Ok(());
        };
        let id = other.id();
        self.on_fitting(
            "transfer-to",
            "other call is up",
            |call| call.id() != id,
            |session, call| {
                session.with_headers(|_, headers| {
                    let mut options = TransferOptions::new();
                    options.headers = headers;
                    call.transfer_to_with(&other, options)
                })
            },
        )
    }

    /// The call of that number; without it an error is told.
    fn numbered(&mut self, command: &str, number: u64) -> Result<Option<Call>, Error> {
        let call = self.engine_calls()?.into_iter().find(|call| call.id().get() == number);
        if call.is_none() {
            self.refuse(command, "gone", format!("there is no call {number}"), "calls");
        }
        Ok(call)
    }

    fn list_calls(&mut self) -> Result<(), Error> {
        let calls = self.calls_out()?;
        let selected = match self.selected {
            // One that has ended is acted on by no command.
            Some(id) => Some(id.get()).filter(|id| calls.iter().any(|c| c.call == *id)),
            None => calls.last().map(|c| c.call),
        };
        self.output.emit(OutEvent::Calls { calls, selected });
        Ok(())
    }

    fn calls_out(&self) -> Result<Vec<CallOut>, Error> {
        let calls = self.engine_calls()?;
        let calls = calls.iter().map(|call| {
            let mut out = CallOut::new(&call.info());
            // No counts before audio flows.
            out.stats = call.stats().ok().as_ref().map(StatsOut::from);
            out
        });
        Ok(calls.collect())
    }

    fn status(&mut self) -> Result<(), Error> {
        let calls = self.calls_out()?;
        let registration = RegistrationOut::new(self.account.aor(), &self.account.registration());
        self.output.emit(OutEvent::Status { registration, calls });
        Ok(())
    }

    fn wrong(&mut self, line: &str, wrong: Wrong) {
        self.output.emit(OutEvent::Error {
            error: ErrorOut::command(wrong.message),
            command: Some(verb(line)),
            call: None,
            suggestion: wrong.suggestion,
        });
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_repeats_the_verb_only() {
        assert_eq!(verb("call sip:bob:secret@host\n"), "call");
    }
}

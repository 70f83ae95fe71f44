//! What each command does.

use microsip_core::{
    AnswerOptions, Call, CallInfo, CallState, Direction, DtmfMethod, DtmfOptions, Error, HangUpOptions, Headers,
    HoldOptions, RejectOptions, RequestOptions, StatusCode, TransferOptions,
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
            Command::Call(target) => {
                let options = self.options.clone().headers(self.next_headers(true));
                let call = self.account.call_with(target, options)?;
                // Its first event may still be on its way when input ends.
                self.calls.entry(call.id()).or_insert(false);
                Ok(())
            }
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
            Command::TransferTo(number) => self.transfer_to(*number),
            Command::Dtmf(digits) => self.on_call("dtmf", |call, _| call.send_dtmf(digits)),
            Command::DtmfInfo(digits) => self.on_call("dtmf-info", |call, _| {
                call.send_dtmf_with(digits, DtmfOptions::default().method(DtmfMethod::Info))
            }),
            Command::Info(kind, body) => self.on_call("info", |call, headers| {
                let mut options = RequestOptions::new().body(kind, body.as_str());
                options.headers = headers;
                call.request("INFO", options).map(drop)
            }),
            Command::Options(target) => {
                let mut options = RequestOptions::new();
                options.headers = self.next_headers(false);
                self.account.request("OPTIONS", target, options).map(drop)
            }
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

    /// The headers typed for the next request; those of `--header` too, if it is a call.
    fn next_headers(&mut self, call: bool) -> Headers {
        let typed = std::mem::take(&mut self.headers);
        let always = if call { self.args.header.as_slice() } else { &[] };
        let mut headers = Headers::new();
        let given = always.iter().map(|h| (h.name.as_str(), h.value.as_str()));
        for (name, value) in given.chain(typed.iter()) {
            // Both were checked when they were given.
            drop(headers.add(name, value).map(drop));
        }
        headers
    }

    /// Does something with the selected call, or the newest, with the headers typed before.
    fn on_call(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&Call, Headers) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.on_fitting(
            command,
            "call is up",
            |_| true,
            |session, call| {
                let headers = session.next_headers(false);
                act(call, headers)
            },
        )
    }

    /// As [`Session::on_call`], keeping the headers for a request.
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
        self.on_fitting(
            command,
            "incoming call waits",
            |call| waits_for_answer(&call.info()),
            |session, call| {
                let headers = session.next_headers(false);
                act(call, headers)
            },
        )
    }

    fn on_fitting(
        &mut self,
        command: &'static str,
        what: &str,
        fit: impl Fn(&Call) -> bool,
        act: impl FnOnce(&mut Self, &Call) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let calls = self.engine_calls()?;
        let fitting = || calls.iter().rev().filter(|call| fit(call));
        let selected = fitting().find(|call| self.selected == Some(call.id()));
        match selected.or_else(|| fitting().next()) {
            Some(call) => act(self, call),
            None => {
                self.output.emit(OutEvent::Error {
                    error: ErrorOut::new("wrong_state", format!("no {what}")),
                    command: Some(command.into()),
                    call: None,
                    suggestion: Some("calls".into()),
                });
                Ok(())
            }
        }
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
                let mut options = TransferOptions::new();
                options.headers = session.next_headers(false);
                call.transfer_to_with(&other, options)
            },
        )
    }

    /// The call of that number; without it an error is told.
    fn numbered(&mut self, command: &str, number: u64) -> Result<Option<Call>, Error> {
        let call = self.engine_calls()?.into_iter().find(|call| call.id().get() == number);
        if call.is_none() {
            self.output.emit(OutEvent::Error {
                error: ErrorOut::new("gone", format!("there is no call {number}")),
                command: Some(command.into()),
                call: None,
                suggestion: Some("calls".into()),
            });
        }
        Ok(call)
    }

    fn list_calls(&mut self) -> Result<(), Error> {
        let calls = self.calls_out()?;
        let newest = calls.last().map(|c| c.call);
        let selected = self.selected.map(|id| id.get()).or(newest);
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

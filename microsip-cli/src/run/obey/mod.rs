//! What each command does.

mod audio;
mod choose;
mod presence;
mod signal;

use microsip_core::{
    AnswerOptions, DtmfMethod, Error, HangUpOptions, HoldOptions, ReinviteOptions, RejectOptions, RequestOptions,
    StatusCode, TransferOptions, UpdateOptions,
};

use crate::run::commands::{self, Command, Wrong};
use crate::run::events::{CallOut, ErrorOut, OutEvent, RegistrationOut, StatsOut, StoryOut};
use crate::run::state::{Next, Session};

impl Session<'_> {
    /// A line of standard input.
    pub(in crate::run) fn line(&mut self, line: &str) -> Next {
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
            Command::Message(target, text) => self.send_message(target, text),
            Command::Typing(target, typing) => self.account.typing(target, *typing),
            Command::Header(name, value) => self.headers.add(name, value).map(drop),
            Command::Select(number) => self.select(*number),
            Command::Calls => self.list_calls(),
            Command::Story => self.on_call_kept("story", |session, call| {
                session
                    .output
                    .emit(OutEvent::Story(StoryOut::new(call.id().get(), &call.story())));
                Ok(())
            }),
            Command::Audio(command) => self.audio(command),
            Command::Presence(command) => self.presence(command),
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

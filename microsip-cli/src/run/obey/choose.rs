//! Which call a command acts on, and with which headers.

use microsip_core::{Call, CallInfo, CallOptions, CallState, Direction, Error, Headers, StatusCode, TransferRequest};

use crate::run::events::{ErrorOut, OutEvent};
use crate::run::state::Session;

impl Session<'_> {
    /// Does something with the headers typed before. They are used up if it succeeds; otherwise they wait for the next request.
    pub(in crate::run) fn with_headers<T>(
        &mut self,
        act: impl FnOnce(&mut Self, Headers) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let typed = self.headers.clone();
        let done = act(self, typed)?;
        self.headers = Headers::new();
        Ok(done)
    }

    /// Makes a call as the options say, with the headers typed before.
    pub(in crate::run) fn new_call(
        &mut self,
        make: impl FnOnce(&mut Self, CallOptions) -> Result<Call, Error>,
    ) -> Result<(), Error> {
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
    pub(in crate::run) fn asked(&mut self, command: &str) -> Option<TransferRequest> {
        let request = self.asked.take();
        if request.is_none() {
            self.refuse(command, "wrong_state", "nobody asks for a transfer".into(), "calls");
        }
        request
    }

    /// Does something with the selected call, or the newest, with the headers typed before.
    pub(in crate::run) fn on_call(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&Call, Headers) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.on_call_kept(command, |session, call| {
            session.with_headers(|_, headers| act(call, headers))
        })
    }

    /// As [`Session::on_call`], keeping the headers for a request that can have them.
    pub(in crate::run) fn on_call_kept(
        &mut self,
        command: &'static str,
        act: impl FnOnce(&mut Self, &Call) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.on_fitting(command, "call is up", |_| true, act)
    }

    /// Does something with the selected call if it waits for an answer, or with the newest that does.
    pub(in crate::run) fn on_waiting(
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
    pub(in crate::run) fn on_fitting(
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
    pub(in crate::run) fn refuse(&mut self, command: &str, kind: &'static str, message: String, suggestion: &str) {
        self.output.emit(OutEvent::Error {
            error: ErrorOut::new(kind, message),
            command: Some(command.into()),
            call: None,
            suggestion: Some(suggestion.into()),
        });
    }

    /// The call of that number; without it an error is told.
    pub(in crate::run) fn numbered(&mut self, command: &str, number: u64) -> Result<Option<Call>, Error> {
        let call = self.engine_calls()?.into_iter().find(|call| call.id().get() == number);
        if call.is_none() {
            self.refuse(command, "gone", format!("there is no call {number}"), "calls");
        }
        Ok(call)
    }
}

pub(super) fn waits_for_answer(info: &CallInfo) -> bool {
    info.direction == Direction::Incoming
        && matches!(info.state, CallState::Incoming | CallState::Early)
        && info.last_status.is_none_or(StatusCode::is_provisional)
}

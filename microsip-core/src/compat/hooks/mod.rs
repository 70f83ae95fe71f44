//! Programs started by the events of calls (reference section 5): `cmdIncomingCall`, `cmdCallEnd` and the others.
//!
//! [`HookCommand`] is a value of the settings file, [`HookCall`] what is known of a call, [`HookRunner`] starts the one with
//! the other. Nothing in here needs an endpoint.
//!
//! * A program is started with an argument vector, never by a shell. What a caller sends ends up inside one argument or one
//!   environment variable; it cannot add an argument, choose the program, or hide a control character.
//! * [`HookRunner::run`] never blocks. Hooks of one call run one after the other, in the order they were raised; those of
//!   different calls run side by side, up to [`HookOptions::concurrent`].
//! * A hook that does not end is ended, with all it started ([`HookOptions::timeout`]).
//! * How each ended is told to a callback as [`HookReport`], and logged (`tracing`, target `microsip`); arguments never are.
//!
//! The last argument is the number of the other party, as MicroSIP has it. **A number may begin with `-`**, as any caller
//! may send it; it is passed as it is, so a program that reads options wants `--` before it, where `%number%` can stand:
//! `cmdCallStart=popup -- %number%`.
//!
//! ```no_run
//! use microsip_core::compat::hooks::{HookCall, HookCommand, HookEvent, HookOptions, HookRunner};
//!
//! let runner = HookRunner::start(HookOptions::default(), |report| {
//!     eprintln!("{} {}: {}", report.event.key(), report.outcome, report.stderr);
//! })?;
//! let ring = HookCommand::parse("notify-send 'A call' -- %number%")?;
//! runner.run(HookEvent::CallRing, &ring, HookCall::new("5551234").name("Bob").call_id("a@b"));
//! runner.close(std::time::Duration::from_secs(5));
//! # Ok::<(), microsip_core::Error>(())
//! ```

mod call;
mod command;
#[cfg_attr(unix, path = "process_unix.rs")]
#[cfg_attr(not(unix), path = "process_windows.rs")]
mod platform;
mod process;
mod report;
mod runner;

pub use call::HookCall;
pub use command::HookCommand;
pub use report::{HookOutcome, HookReport};
pub use runner::{HookOptions, HookRunner, HookStats};

use crate::Error;

/// When a hook runs (reference section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HookEvent {
    /// `cmdOutgoingCall`: an INVITE was sent; again if the call is redirected.
    OutgoingCall,
    /// `cmdIncomingCall`: an INVITE arrived; before every rule, so also for calls then rejected.
    IncomingCall,
    /// `cmdCallRing`: 180 Ringing was sent.
    CallRing,
    /// `cmdCallAnswer`: an incoming call is confirmed, by hand or by itself.
    CallAnswer,
    /// `cmdCallAnswerVideo`: directly after it, if the caller offered video.
    CallAnswerVideo,
    /// `cmdCallBusy`: the call ended with 486, 600 or 603, the local user's decline included.
    CallBusy,
    /// `cmdCallStart`: a call of either direction is confirmed.
    CallStart,
    /// `cmdCallEnd`: the call ended in any other way.
    CallEnd,
}

impl HookEvent {
    /// Every event, in the order in which those of one call come.
    pub const ALL: [HookEvent; 8] = [
        HookEvent::OutgoingCall,
        HookEvent::IncomingCall,
        HookEvent::CallRing,
        HookEvent::CallAnswer,
        HookEvent::CallAnswerVideo,
        HookEvent::CallStart,
        HookEvent::CallBusy,
        HookEvent::CallEnd,
    ];

    /// Stable lower-case name, as it appears in JSON and in `MICROSIP_EVENT`: `"incoming_call"`, `"call_end"`, …
    pub fn name(self) -> &'static str {
        match self {
            HookEvent::OutgoingCall => "outgoing_call",
            HookEvent::IncomingCall => "incoming_call",
            HookEvent::CallRing => "call_ring",
            HookEvent::CallAnswer => "call_answer",
            HookEvent::CallAnswerVideo => "call_answer_video",
            HookEvent::CallBusy => "call_busy",
            HookEvent::CallStart => "call_start",
            HookEvent::CallEnd => "call_end",
        }
    }

    /// The key in `[Settings]` of `microsip.ini`: `"cmdIncomingCall"`, …
    pub fn key(self) -> &'static str {
        match self {
            HookEvent::OutgoingCall => "cmdOutgoingCall",
            HookEvent::IncomingCall => "cmdIncomingCall",
            HookEvent::CallRing => "cmdCallRing",
            HookEvent::CallAnswer => "cmdCallAnswer",
            HookEvent::CallAnswerVideo => "cmdCallAnswerVideo",
            HookEvent::CallBusy => "cmdCallBusy",
            HookEvent::CallStart => "cmdCallStart",
            HookEvent::CallEnd => "cmdCallEnd",
        }
    }
}

/// The hooks of a settings file, ready to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HookCommands {
    commands: [Option<HookCommand>; HookEvent::ALL.len()],
}

impl HookCommands {
    /// Reads all of them; `value` gives the value of an event's key, empty for none. A value that is wrong is told and
    /// has no hook, the others are not harmed.
    pub fn read<'a>(value: impl Fn(HookEvent) -> &'a str) -> (HookCommands, Vec<(HookEvent, Error)>) {
        let mut hooks = HookCommands::default();
        let mut wrong = Vec::new();
        for event in HookEvent::ALL {
            let value = value(event);
            if value.trim().is_empty() {
                continue;
            }
            match HookCommand::parse(value) {
                Ok(command) => hooks.set(event, Some(command)),
                Err(error) => wrong.push((event, error)),
            }
        }
        (hooks, wrong)
    }

    /// The hook of an event.
    pub fn get(&self, event: HookEvent) -> Option<&HookCommand> {
        self.commands[event as usize].as_ref()
    }

    /// Sets or removes the hook of an event.
    pub fn set(&mut self, event: HookEvent, command: Option<HookCommand>) {
        self.commands[event as usize] = command;
    }

    /// Whether there is none at all; no [`HookRunner`] is needed then.
    pub fn is_empty(&self) -> bool {
        self.commands.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests;

//! What is decided on the engine, without asking a thread of the application.

mod call;
mod decide;
pub(crate) mod guard;
mod pattern;

use std::fmt;
use std::sync::Arc;

pub use call::{AutoAnswer, CallPolicy, CallRule, Forward, RuleAction};
pub(crate) use decide::{Arrival, Verdict};
pub use pattern::Pattern;

use crate::event::Event;
use crate::sip::StatusCode;

/// What happens to an incoming call by itself; data, so it costs no thread switch.
///
/// The application may still answer or reject the call later, as far as its state allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum IncomingPolicy {
    /// Nothing is sent beyond 100 Trying; the application answers.
    #[default]
    Ask,
    /// This code is sent at once: 180 rings, 183 opens early media, 200 takes the call, 300 and above rejects it.
    Answer(StatusCode),
}

/// What happens when somebody asks us to call somebody else (REFER, RFC 3515).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TransferPolicy {
    /// Answered 603 Decline; nobody is told.
    #[default]
    Refuse,
    /// The application decides: [`Event::TransferRequested`].
    Ask,
    /// The call is made at once: [`Event::CallTransferred`]. Whoever can send us a request can make us call anybody, at the
    /// account's cost.
    Accept,
}

/// What happens when a call comes in that wants to take the place of another one (`Replaces`, RFC 3891).
///
/// Call-ID and tags of the dialog are all that its sender must know; who has seen a message of the call knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReplacesPolicy {
    /// Answered 603 Decline; nobody is told.
    #[default]
    Refuse,
    /// An incoming call like any other, with [`CallInfo::replaces`](crate::CallInfo::replaces) set: answered with 2xx it takes
    /// the other's place.
    Ask,
    /// Taken at once if it comes from the address the replaced call's messages come from, as it does through a PBX or proxy;
    /// else refused.
    AcceptSameSource,
    /// Taken at once, whoever asks.
    Accept,
}

/// Which transfers by others are carried out; data, decided on the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TransferRules {
    /// The peer of a call transfers us.
    pub in_call: TransferPolicy,
    /// A REFER outside any call, as click-to-dial servers send them.
    pub outside: TransferPolicy,
    /// A call that replaces another.
    pub replaces: ReplacesPolicy,
}

impl TransferRules {
    /// Everything is refused.
    pub fn new() -> TransferRules {
        TransferRules::default()
    }

    /// Sets what happens when the peer of a call transfers us.
    pub fn in_call(mut self, policy: TransferPolicy) -> TransferRules {
        self.in_call = policy;
        self
    }

    /// Sets what happens to a REFER outside any call.
    pub fn outside(mut self, policy: TransferPolicy) -> TransferRules {
        self.outside = policy;
        self
    }

    /// Sets what happens to a call that replaces another.
    pub fn replaces(mut self, policy: ReplacesPolicy) -> TransferRules {
        self.replaces = policy;
        self
    }
}

/// How an OPTIONS request is answered by itself (RFC 3261 §11.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OptionsPolicy {
    /// 200 as long as the endpoint runs: "we are here". What servers that ask whether a telephone is reachable expect.
    #[default]
    Available,
    /// As an INVITE would be answered at this moment: 486 Busy Here when no further call would be taken, by the limit or by the
    /// [`CallPolicy`] of the account that is asked.
    AsCall,
}

/// Code that runs on the engine's own thread, for those who want no thread switch at all.
///
/// Commands issued from within run in place, at once, and so overtake commands that other threads have queued. The
/// engine does nothing else meanwhile: **return at once**, never wait, never block. Calls to `wait_…` functions answer
/// [`WrongState`](crate::ErrorKind::WrongState). A panic is caught, counted and logged.
pub trait Handler: Send + Sync {
    /// Called with every event before it is queued for subscribers.
    fn on_event(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync> Handler for F {
    fn on_event(&self, event: &Event) {
        self(event);
    }
}

/// A shared handler that can stand in a config's `Debug`.
#[derive(Clone)]
pub(crate) struct SharedHandler(pub(crate) Arc<dyn Handler>);

impl fmt::Debug for SharedHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

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

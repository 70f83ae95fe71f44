//! What happens during the demo: events are shown as they come, and remembered as far as the play needs them.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use microsip_core::{Call, CallId, CallState, Endpoint, Event, Events, Transport};

use super::ladder::Ladder;
use super::party::Parties;
use crate::exit::Failure;
use crate::signals;

/// How long we may sleep before we look for Ctrl-C, and for state that tells no event.
const SLICE: Duration = Duration::from_millis(100);

/// What was seen so far.
#[derive(Default)]
pub(super) struct Facts {
    /// The callee's side of the call.
    pub(super) incoming: Option<Call>,
    /// The keys that arrived.
    pub(super) digits: String,
    codec: Option<String>,
    /// States as events told them, so that the ladder is never behind the play.
    states: HashMap<CallId, CallState>,
    output: Option<io::Error>,
}

/// The events of the endpoint and the ladder drawn from them.
pub(super) struct Stage {
    events: Events,
    ladder: Ladder,
    facts: Facts,
    interrupted: Arc<AtomicBool>,
}

/// Set by the first signal that asks for the end.
pub(super) fn interruption() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    signals::catch(move || flag.store(true, Ordering::Relaxed))?;
    Ok(interrupted)
}

impl Stage {
    pub(super) fn new(
        endpoint: &Endpoint,
        parties: &Parties,
        interrupted: Arc<AtomicBool>,
        quiet: bool,
    ) -> Result<Stage, Failure> {
        let events = endpoint.events();
        let mut ours = Vec::new();
        for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
            ours.push(endpoint.local_address(transport)?.to_string());
        }
        let [caller, callee] = &parties.names;
        let mut ladder = Ladder::new(caller, callee, parties.registrar.as_deref(), &ours, quiet);
        ladder.head().map_err(super::output)?;
        Ok(Stage {
            events,
            ladder,
            facts: Facts::default(),
            interrupted,
        })
    }

    pub(super) fn facts(&mut self) -> &mut Facts {
        &mut self.facts
    }

    /// Shows events until `done` gives something.
    pub(super) fn until<T>(
        &mut self,
        what: &str,
        longest: Duration,
        mut done: impl FnMut(&Facts) -> Option<T>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + longest;
        loop {
            while let Some(event) = self.events.try_recv() {
                self.see(&event);
            }
            if let Some(value) = done(&self.facts) {
                return Ok(value);
            }
            if let Some(e) = self.facts.output.take() {
                return Err(super::output(e));
            }
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(Failure::failed("interrupted"));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::not_proven(format!("waited {longest:?} in vain for {what}")));
            }
            // A time-out is only a turn of this loop.
            if let Ok(Some(event)) = self.events.recv_timeout(left.min(SLICE)) {
                self.see(&event);
            }
        }
    }

    /// Waits until a call is in a state or beyond it.
    pub(super) fn until_state(&mut self, call: &Call, state: CallState, longest: Duration) -> Result<(), Failure> {
        self.until(&format!("call {} to be {state}", call.id()), longest, |facts| {
            if state != CallState::Disconnected
                && let Some(failure) = ended(call)
            {
                return Some(Err(failure));
            }
            facts
                .states
                .get(&call.id())
                .is_some_and(|known| *known >= state)
                .then_some(Ok(()))
        })?
    }

    /// Waits until a codec is agreed on and audio runs.
    pub(super) fn until_audio(&mut self, call: &Call, longest: Duration) -> Result<(), Failure> {
        self.until("audio to start", longest, |facts| {
            let runs = facts.codec.is_some() && call.info().media.iter().any(|m| m.active);
            runs.then_some(Ok(())).or_else(|| ended(call).map(Err))
        })?
    }

    /// Only shows events, for a while.
    pub(super) fn watch_for(&mut self, time: Duration) -> Result<(), Failure> {
        let end = Instant::now() + time;
        self.until("time to pass", time + SLICE * 10, |_| {
            (Instant::now() >= end).then_some(())
        })
    }

    /// Shows what is left when the endpoint has closed.
    pub(super) fn drain(&mut self) {
        while let Some(event) = self.events.try_recv() {
            self.see(&event);
        }
    }

    /// Shows that one side speaks.
    pub(super) fn speaking(&mut self, caller: bool, length: Duration) {
        let codec = self.facts.codec.clone().unwrap_or_default();
        let shown = self
            .ladder
            .media(caller, &format!("speech, {:.1} s {codec}", length.as_secs_f64()));
        self.keep(shown);
    }

    fn see(&mut self, event: &Event) {
        let shown = match event {
            Event::SipMessage(message) => self.ladder.message(message),
            Event::IncomingCall { call, .. } => {
                self.facts.incoming.get_or_insert_with(|| call.clone());
                Ok(())
            }
            Event::CallState { call, info } => {
                self.facts.states.insert(call.id(), info.state);
                Ok(())
            }
            Event::CallMedia { info, .. } => {
                let codec = info.audio().filter(|m| m.active).and_then(|m| m.codec.as_ref());
                match codec.map(ToString::to_string) {
                    Some(name) if self.facts.codec.as_ref() != Some(&name) => {
                        let shown = self.ladder.note(&format!("audio agreed on: {name}"));
                        self.facts.codec = Some(name);
                        shown
                    }
                    _ => Ok(()),
                }
            }
            Event::Dtmf { digit, duration, .. } => {
                self.facts.digits.push(digit.as_char());
                let held = duration.map(|d| format!(" ({} ms)", d.as_millis())).unwrap_or_default();
                self.ladder.media(true, &format!("key {digit}{held}"))
            }
            Event::Lagged { missed } => self.ladder.note(&format!("{missed} events were lost")),
            _ => Ok(()),
        };
        self.keep(shown);
    }

    /// Remembers that nobody reads us any more.
    fn keep(&mut self, shown: io::Result<()>) {
        if let Err(e) = shown {
            self.facts.output = Some(e);
        }
    }
}

/// The failure of a call that has ended before it should.
pub(super) fn ended(call: &Call) -> Option<Failure> {
    let info = call.info();
    let end = info.end.as_ref()?;
    let why = match &end.error {
        Some(error) => error.to_string(),
        None => format!("{} by {}", end.cause.name().replace('_', " "), end.by.name()),
    };
    Some(Failure::not_proven(format!(
        "the call ended too early: {} {} ({why})",
        end.code, end.reason
    )))
}

//! Events on their way out: gathered for a moment, so that a burst wakes a subscriber once.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::Engine;
use crate::call::CallId;
use crate::event::{Event, SipMessage};
use crate::pj;

/// How soon an event must be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Somebody will answer it: now, with everything gathered before it.
    Now,
    /// It may wait [`EndpointConfig::gather`](crate::EndpointConfig::gather) for others.
    Gather,
}

#[derive(Default)]
pub(crate) struct Outbox {
    gathered: Vec<Event>,
    due: Option<Instant>,
    /// While a call is being made its events are kept back: if making it fails, they never happened.
    held: Option<Vec<(Event, Urgency)>>,
    for_handler: VecDeque<Event>,
    in_handler: bool,
}

impl Engine {
    /// Queues the event for subscribers and shows it to the inline handler.
    pub(crate) fn publish(&self, event: Event, urgency: Urgency) {
        self.note_peer(&event);
        self.note_moved(&event);
        if let Some(held) = &mut self.outbox.borrow_mut().held {
            held.push((event, urgency));
            return;
        }
        // The engine is awake and will look at its queue before it sleeps: an answer posted now needs no wake-up.
        self.shared.ring.awake();
        {
            let mut outbox = self.outbox.borrow_mut();
            if self.config.handler.is_some() {
                outbox.for_handler.push_back(event.clone());
            }
            outbox.gathered.push(event);
            if outbox.due.is_none() {
                outbox.due = Some(Instant::now() + self.config.gather);
            }
        }
        self.run_handler();
        if urgency == Urgency::Now || self.config.gather.is_zero() {
            self.flush();
        }
    }

    /// Shows the handler what it has not seen. What it does in place publishes further events, which wait here until it
    /// returns: it is never entered twice, and sees everything in order.
    fn run_handler(&self) {
        let Some(handler) = &self.config.handler else { return };
        if std::mem::replace(&mut self.outbox.borrow_mut().in_handler, true) {
            return;
        }
        loop {
            let next = self.outbox.borrow_mut().for_handler.pop_front();
            let Some(event) = next else { break };
            if catch_unwind(AssertUnwindSafe(|| handler.0.on_event(&event))).is_err() {
                pj::count_panic();
                tracing::error!(target: "microsip", "an event handler panicked; the engine goes on");
            }
        }
        self.outbox.borrow_mut().in_handler = false;
    }

    /// Whether messages are events.
    pub(crate) fn traces(&self) -> bool {
        self.config.trace
    }

    /// A message went over the wire.
    pub(crate) fn publish_message(&self, message: SipMessage) {
        self.publish(Event::SipMessage(Arc::new(message)), Urgency::Gather);
    }

    /// Delivers everything gathered.
    pub(crate) fn flush(&self) {
        let events = {
            let mut outbox = self.outbox.borrow_mut();
            outbox.due = None;
            std::mem::take(&mut outbox.gathered)
        };
        self.shared.bus.publish(&events);
    }

    /// Delivers what is due; the moment the rest will be.
    pub(super) fn flush_due(&self) -> Option<Instant> {
        let due = self.outbox.borrow().due?;
        if due <= Instant::now() {
            self.flush();
            return None;
        }
        Some(due)
    }

    /// From here on events are kept back, until the guard publishes them or is dropped.
    pub(super) fn hold(&self, making: CallId) -> Held<'_> {
        self.outbox.borrow_mut().held = Some(Vec::new());
        Held {
            engine: self,
            making,
            publish: false,
        }
    }
}

/// Events kept back while a call is being made. Dropped without [`Held::publish`], the call's own are forgotten.
pub(super) struct Held<'a> {
    engine: &'a Engine,
    making: CallId,
    publish: bool,
}

impl Held<'_> {
    pub(super) fn publish(mut self) {
        self.publish = true;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if !self.publish {
            self.engine.forget_making();
        }
        let held = self.engine.outbox.borrow_mut().held.take().unwrap_or_default();
        for (event, urgency) in held {
            if self.publish || event.call().is_none_or(|call| call.id() != self.making) {
                self.engine.publish(event, urgency);
            }
        }
    }
}

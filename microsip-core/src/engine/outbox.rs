//! Events on their way out: gathered for a moment, so that a burst wakes a subscriber once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::Engine;
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
}

impl Engine {
    /// Shows the event to the inline handler and queues it for subscribers.
    pub(crate) fn publish(&self, event: Event, urgency: Urgency) {
        if let Some(held) = &mut self.outbox.borrow_mut().held {
            held.push((event, urgency));
            return;
        }
        if let Some(handler) = &self.config.handler
            && catch_unwind(AssertUnwindSafe(|| handler.0.on_event(&event))).is_err()
        {
            pj::count_panic();
            tracing::error!(target: "microsip", "an event handler panicked; the engine goes on");
        }
        // The engine is awake and will look at its queue before it sleeps: an answer posted now needs no wake-up.
        self.shared.ring.awake();
        let mut outbox = self.outbox.borrow_mut();
        outbox.gathered.push(event);
        if outbox.due.is_none() {
            outbox.due = Some(Instant::now() + self.config.gather);
        }
        drop(outbox);
        if urgency == Urgency::Now || self.config.gather.is_zero() {
            self.flush();
        }
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

    /// From here on events are kept back, until [`Engine::release`].
    pub(super) fn hold(&self) {
        self.outbox.borrow_mut().held = Some(Vec::new());
    }

    /// Publishes what was kept back, or forgets it.
    pub(super) fn release(&self, publish: bool) {
        let held = self.outbox.borrow_mut().held.take().unwrap_or_default();
        if publish {
            for (event, urgency) in held {
                self.publish(event, urgency);
            }
        }
    }
}

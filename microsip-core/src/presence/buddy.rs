//! Buddies: people whose presence is watched (RFC 3856).

use std::sync::Arc;
use std::time::Duration;

use super::observed::{Newest, observed, unreadable};
use super::{Presence, PresenceStatus};
use crate::Result;
use crate::account::{Account, RetryPolicy};
use crate::engine::{Engine, Urgency};
use crate::event::Event;
use crate::subscription::{Notification, Reader, SubscribeOptions, Subscription, SubscriptionState};
use crate::watch::Watch;

/// What goes with watching somebody.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ObserveOptions {
    /// The lifetime asked for, 0 to a day; default 600 s. It is refreshed well before. Zero asks for the state once.
    pub expires: Duration,
    /// When it is tried again after a failure.
    pub retry: RetryPolicy,
}

impl Default for ObserveOptions {
    fn default() -> Self {
        ObserveOptions {
            expires: Duration::from_secs(600),
            retry: RetryPolicy::default(),
        }
    }
}

impl ObserveOptions {
    /// Sets the lifetime asked for.
    pub fn expires(mut self, expires: Duration) -> ObserveOptions {
        self.expires = expires;
        self
    }

    /// Sets when it is tried again after a failure.
    pub fn retry(mut self, retry: RetryPolicy) -> ObserveOptions {
        self.retry = retry;
        self
    }

    pub(super) fn package(self, package: &str, accept: &[&str]) -> SubscribeOptions {
        let options = SubscribeOptions::new(package).expires(self.expires).retry(self.retry);
        accept.iter().fold(options, |options, kind| options.accept(*kind))
    }
}

/// Somebody whose presence is watched (RFC 3856). Dropping the handle changes nothing: [`Buddy::unwatch`] ends it.
#[derive(Clone)]
pub struct Buddy {
    subscription: Subscription,
    newest: Newest<PresenceStatus>,
}

observed!(Buddy, PresenceStatus);

impl Buddy {
    /// What was told last; `None` until something was. It stays when the subscription ends: [`Buddy::presence`] knows.
    pub fn status(&self) -> Option<Arc<PresenceStatus>> {
        self.newest.look(Clone::clone)
    }

    /// In one word; [`Presence::Unknown`] while the subscription is not active.
    pub fn presence(&self) -> Presence {
        if self.subscription.state() != SubscriptionState::Active {
            return Presence::Unknown;
        }
        self.status().map_or(Presence::Unknown, |status| status.state())
    }
}

struct BuddyReader {
    newest: Newest<PresenceStatus>,
}

impl Reader for BuddyReader {
    fn ended(&self) {
        self.newest.touch();
    }

    fn read(&self, engine: &Engine, of: &Subscription, notification: &Arc<Notification>) {
        if notification.body().is_empty() {
            return;
        }
        match PresenceStatus::parse(&notification.content_type(), notification.body()) {
            Ok(status) => {
                let status = Arc::new(status);
                self.newest.set(Some(Arc::clone(&status)));
                let buddy = Buddy {
                    subscription: of.clone(),
                    newest: Arc::clone(&self.newest),
                };
                engine.publish(Event::Presence { buddy, status }, Urgency::Gather);
            }
            Err(error) => unreadable(engine, of, notification, error),
        }
    }
}

impl Account {
    /// Watches somebody's presence (RFC 3856): changes come as [`Event::Presence`](crate::Event::Presence), how the subscription stands as
    /// [`Event::Subscription`](crate::Event::Subscription).
    ///
    /// # Errors
    /// As [`Account::subscribe`].
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_buddy_add")]
    pub fn watch(&self, target: &str, options: ObserveOptions) -> Result<Buddy> {
        let newest: Newest<PresenceStatus> = Arc::new(Watch::new(None));
        let reader = Arc::new(BuddyReader {
            newest: Arc::clone(&newest),
        });
        let options = options.package("presence", &["application/pidf+xml", "application/xpidf+xml"]);
        let subscription = self.subscribe_read("watch", target, options, Some(reader))?;
        Ok(Buddy { subscription, newest })
    }
}

//! What buddies, lines and mailboxes have in common: a subscription, and the newest document told in it.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::{Engine, Urgency};
use crate::event::Event;
use crate::subscription::{Notification, Subscription, SubscriptionState};
use crate::watch::Watch;
use crate::{Error, ErrorKind, Result};

/// The newest value, shared with the reader of NOTIFYs.
pub(crate) type Newest<T> = Arc<Watch<Option<Arc<T>>>>;

/// Waits until `look` finds something in the newest value.
///
/// # Errors
/// [`Timeout`](ErrorKind::Timeout) when the deadline passes first, [`Gone`](ErrorKind::Gone) when the subscription ends before.
pub(super) fn wait<T, R>(
    newest: &Newest<T>,
    subscription: &Subscription,
    timeout: Duration,
    mut look: impl FnMut(&T) -> Option<R>,
) -> Result<R> {
    const OP: &str = "wait for state";
    subscription.refuse_wait_on_engine(OP)?;
    let found = newest.wait(timeout, |value| {
        let found = value.as_deref().and_then(&mut look);
        found.map(Some).or_else(|| subscription.has_ended().then_some(None))
    });
    let target = subscription.target();
    let (kind, message) = match found {
        Some(Some(found)) => return Ok(found),
        Some(None) => (
            ErrorKind::Gone,
            format!("{target} is not in that state, and the subscription has ended"),
        ),
        None => {
            let state = subscription.state();
            let why = if state == SubscriptionState::Active {
                String::new()
            } else {
                format!("; the subscription is {}", state.name())
            };
            (
                ErrorKind::Timeout,
                format!("{target} is not in that state after {timeout:?}{why}"),
            )
        }
    };
    Err(Error::new(kind, OP, message))
}

/// A document that cannot be read: told, and the subscription lives on.
pub(super) fn unreadable(engine: &Engine, of: &Subscription, notification: &Arc<Notification>, error: Error) {
    engine.publish(
        Event::Unreadable {
            subscription: of.clone(),
            notification: Arc::clone(notification),
            error,
        },
        Urgency::Gather,
    );
}

/// What all of them can do.
macro_rules! observed {
    ($name:ident, $value:ty) => {
        impl $name {
            /// The subscription behind it: how it stands, how it is refreshed.
            pub fn subscription(&self) -> &Subscription {
                &self.subscription
            }

            /// Who is watched, as it was given.
            pub fn target(&self) -> &str {
                self.subscription.target()
            }

            /// Ends the subscription; see [`Subscription::unsubscribe`].
            ///
            /// # Errors
            /// [`NotRunning`](crate::ErrorKind::NotRunning) after the endpoint was closed.
            pub fn unwatch(&self) -> Result<()> {
                self.subscription.unsubscribe()
            }

            /// Waits until `look` finds something in what is told, now or later.
            ///
            /// # Errors
            /// [`Timeout`](crate::ErrorKind::Timeout) when the deadline passes first, [`Gone`](crate::ErrorKind::Gone) when the
            /// subscription ends before.
            pub fn wait<R>(&self, timeout: std::time::Duration, look: impl FnMut(&$value) -> Option<R>) -> Result<R> {
                super::observed::wait(&self.newest, &self.subscription, timeout, look)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("subscription", &self.subscription)
                    .finish_non_exhaustive()
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &$name) -> bool {
                self.subscription == other.subscription
            }
        }

        impl Eq for $name {}
    };
}
pub(super) use observed;

//! Events about who is watched and who watches: data, and how it comes from the library's types.

use std::time::Instant;

use microsip_core::{Error, Notification, PresenceStatus, Subscription, SubscriptionInfo, Watcher, WatcherState};
use serde::Serialize;

use super::events::{ErrorOut, seconds};

/// Which subscription an event is about.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct OfSubscription {
    pub subscription: u64,
    pub package: String,
    pub target: String,
}

impl From<&Subscription> for OfSubscription {
    fn from(subscription: &Subscription) -> Self {
        OfSubscription {
            subscription: subscription.id().get(),
            package: subscription.package().to_owned(),
            target: subscription.target().to_owned(),
        }
    }
}

/// How a subscription of ours stands.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct SubscriptionOut {
    #[serde(flatten)]
    pub of: OfSubscription,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_in: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl SubscriptionOut {
    /// Of a subscription and how it stood.
    pub fn new(subscription: &Subscription, info: &SubscriptionInfo) -> Self {
        let left = |at: Instant| seconds(at.saturating_duration_since(Instant::now()));
        SubscriptionOut {
            of: subscription.into(),
            state: info.state.name(),
            reason: info.reason.as_ref().map(|r| r.name().to_owned()),
            code: info.code.map(microsip_core::StatusCode::code),
            expires: info.expires.map(seconds),
            retry_in: info.next_retry.map(left),
            error: info.error.as_ref().map(ErrorOut::from),
        }
    }
}

/// A NOTIFY, as it is.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct NotifyOut {
    #[serde(flatten)]
    pub of: OfSubscription,
    pub number: u64,
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorOut>,
}

impl NotifyOut {
    /// With what is wrong, if its body could not be read.
    pub fn new(subscription: &Subscription, notification: &Notification, error: Option<&Error>) -> Self {
        let body = notification.body();
        let has = !body.is_empty();
        NotifyOut {
            of: subscription.into(),
            number: notification.number,
            state: notification.state.clone(),
            content_type: has.then(|| notification.content_type()),
            body: has.then(|| String::from_utf8_lossy(body).into_owned()),
            error: error.map(ErrorOut::from),
        }
    }
}

/// Somebody's presence.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct PresenceOut {
    #[serde(flatten)]
    pub of: OfSubscription,
    pub state: &'static str,
    pub basic: &'static str,
    pub activities: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl PresenceOut {
    /// What is told of a buddy.
    pub fn new(subscription: &Subscription, status: &PresenceStatus) -> Self {
        PresenceOut {
            of: subscription.into(),
            state: status.state().name(),
            basic: status.basic().name(),
            activities: status.activities().map(|a| a.name().to_owned()).collect(),
            note: status.note().map(str::to_owned),
        }
    }
}

/// Somebody watches us, or no longer.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct WatcherOut {
    pub watcher: u64,
    pub package: String,
    pub from: String,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl WatcherOut {
    /// As it stands.
    pub fn new(watcher: &Watcher, state: &WatcherState) -> Self {
        let reason = match state {
            WatcherState::Ended(reason) => Some(reason.name().to_owned()),
            _ => None,
        };
        WatcherOut {
            watcher: watcher.id().get(),
            package: watcher.package().to_owned(),
            from: watcher.from().to_owned(),
            state: state.name(),
            reason,
        }
    }
}

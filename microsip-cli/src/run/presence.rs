//! Events about who is watched and who watches: data, and how it comes from the library's types.

use std::time::Instant;

use microsip_core::{
    Account, DialogParty, Error, LineInfo, Mailbox, MessageSummary, Notification, PresenceStatus, Subscription,
    SubscriptionInfo, Watcher, WatcherState,
};
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

/// The calls of a line.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct LineOut {
    #[serde(flatten)]
    pub of: OfSubscription,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    pub on_hold: bool,
    pub stale: bool,
    pub calls: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

impl LineOut {
    /// A line at this moment.
    pub fn new(subscription: &Subscription, info: &LineInfo) -> Self {
        let party = |party: &DialogParty| party.identity.clone();
        LineOut {
            of: subscription.into(),
            state: info.state.name(),
            direction: info.direction.map(microsip_core::DialogDirection::name),
            local: party(&info.local),
            remote: party(&info.remote),
            on_hold: info.on_hold,
            stale: info.stale,
            calls: info.dialogs.len(),
            replaces: info
                .ringing()
                .and_then(|d| d.replaces_at_remote().ok())
                .map(|r| r.to_string()),
        }
    }
}

/// Messages that wait.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct MessagesOut {
    pub account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
    pub waiting: bool,
    pub counts: Vec<CountOut>,
}

/// Messages of a kind.
#[derive(Debug, Serialize)]
#[allow(missing_docs, reason = "see docs/events.md")]
pub struct CountOut {
    pub kind: String,
    pub new: u32,
    pub old: u32,
    pub new_urgent: u32,
    pub old_urgent: u32,
}

impl MessagesOut {
    /// What was told.
    pub fn new(account: &Account, mailbox: Option<&Mailbox>, summary: &MessageSummary) -> Self {
        let asked = mailbox.map(|m| m.target().to_owned());
        MessagesOut {
            account: account.aor().to_owned(),
            mailbox: summary.account.clone().or(asked),
            waiting: summary.waiting,
            counts: summary
                .counts
                .iter()
                .map(|(kind, n)| CountOut {
                    kind: kind.name().to_owned(),
                    new: n.new,
                    old: n.old,
                    new_urgent: n.new_urgent,
                    old_urgent: n.old_urgent,
                })
                .collect(),
        }
    }
}

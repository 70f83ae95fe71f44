//! Events of event packages: what is watched, who watches, what is published.

use microsip_core::Event;
use pyo3::prelude::*;

use crate::event;
use crate::subscription::{WatcherState, end_reason};

pub fn to_py<'py>(py: Python<'py>, event: &Event) -> Option<PyResult<Bound<'py, PyAny>>> {
    let to_py = || -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(Some(match event {
            Event::Subscription { subscription, info } => event!(py, "SubscriptionChanged" { subscription, info })?,
            Event::Notify {
                subscription,
                notification,
            } => event!(py, "NotifyReceived" { subscription, notification })?,
            Event::Presence { buddy, status } => event!(py, "PresenceChanged" { buddy, status })?,
            Event::Line { line, info } => event!(py, "LineChanged" { line, info })?,
            Event::MessagesWaiting {
                account,
                mailbox,
                summary,
            } => event!(py, "MessagesWaiting" { account, mailbox, summary })?,
            Event::Unreadable {
                subscription,
                notification,
                error,
            } => event!(py, "Unreadable" { subscription, notification, error })?,
            Event::Watcher { watcher, state } => event!(py, "WatcherChanged" {
                watcher, state: WatcherState(state), reason: end_reason(state),
            })?,
            Event::Publication { publication, info } => event!(py, "PublicationChanged" { publication, info })?,
            _ => return Ok(None),
        }))
    };
    to_py().transpose()
}

//! Events about subscriptions, watchers and publications.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::Event;

use crate::base::{Fault, Out, get, guard, put};
use crate::events::microsip_event_t;
use crate::presence::{
    end_reason_code, ended_for, microsip_end_reason_t, microsip_notification_t, microsip_publication_info_t,
    microsip_publication_t, microsip_subscription_info_t, microsip_subscription_t, microsip_watcher_state_t,
    microsip_watcher_t, watcher_state_code,
};
use crate::status::microsip_status_t;

/// The subscription, of `MICROSIP_EVENT_KIND_SUBSCRIPTION`, `_NOTIFY` and `_UNREADABLE`, and the one behind a buddy,
/// line or mailbox, as a new handle to be freed; `NO_VALUE` for events about none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_subscription(
    event: microsip_event_t,
    subscription: *mut microsip_subscription_t,
) -> microsip_status_t {
    guard("microsip_event_subscription", || {
        let subscription = Out::new(subscription, "subscription")?;
        let event = get(event)?;
        let which = match &**event {
            Event::Subscription { subscription, .. }
            | Event::Notify { subscription, .. }
            | Event::Unreadable { subscription, .. } => subscription,
            Event::Presence { buddy, .. } => buddy.subscription(),
            Event::Line { line, .. } => line.subscription(),
            Event::MessagesWaiting {
                mailbox: Some(mailbox), ..
            } => mailbox.subscription(),
            _ => return Err(Fault::none("subscription in this event")),
        };
        subscription.set(put(which.clone())?);
        Ok(())
    })
}

/// How the subscription stands, of `MICROSIP_EVENT_KIND_SUBSCRIPTION`, as a new handle to be freed; `NO_VALUE` for
/// other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_subscription_info(
    event: microsip_event_t,
    info: *mut microsip_subscription_info_t,
) -> microsip_status_t {
    guard("microsip_event_subscription_info", || {
        let info = Out::new(info, "info")?;
        let event = get(event)?;
        let Event::Subscription { info: now, .. } = &**event else {
            return Err(Fault::none("subscription's state in this event"));
        };
        info.set(put(now.clone())?);
        Ok(())
    })
}

/// What was told, of `MICROSIP_EVENT_KIND_NOTIFY` and `MICROSIP_EVENT_KIND_UNREADABLE`, as a new handle to be freed;
/// `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_notification(
    event: microsip_event_t,
    notification: *mut microsip_notification_t,
) -> microsip_status_t {
    guard("microsip_event_notification", || {
        let notification = Out::new(notification, "notification")?;
        let event = get(event)?;
        let (Event::Notify { notification: told, .. } | Event::Unreadable { notification: told, .. }) = &**event else {
            return Err(Fault::none("notification in this event"));
        };
        notification.set(put(Arc::clone(told))?);
        Ok(())
    })
}

/// Who watches us or does no longer, of `MICROSIP_EVENT_KIND_WATCHER`, as a new handle to be freed; `NO_VALUE` for
/// other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_watcher(
    event: microsip_event_t,
    watcher: *mut microsip_watcher_t,
) -> microsip_status_t {
    guard("microsip_event_watcher", || {
        let watcher = Out::new(watcher, "watcher")?;
        let event = get(event)?;
        let Event::Watcher { watcher: who, .. } = &**event else {
            return Err(Fault::none("watcher in this event"));
        };
        watcher.set(put(who.clone())?);
        Ok(())
    })
}

/// How far the watcher was at the event, of `MICROSIP_EVENT_KIND_WATCHER`; one that is pending waits for
/// `microsip_watcher_accept` or `microsip_watcher_reject`. `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_watcher_state(
    event: microsip_event_t,
    state: *mut microsip_watcher_state_t,
) -> microsip_status_t {
    guard("microsip_event_watcher_state", || {
        let state = Out::new(state, "state")?;
        let event = get(event)?;
        let Event::Watcher { state: now, .. } = &**event else {
            return Err(Fault::none("watcher in this event"));
        };
        state.set(watcher_state_code(now));
        Ok(())
    })
}

/// Why the watcher ended, and the word for it, of `MICROSIP_EVENT_KIND_WATCHER`; `NO_VALUE` for other kinds, and if it
/// has not. Lent until the event is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_watcher_end_reason(
    event: microsip_event_t,
    reason: *mut microsip_end_reason_t,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_event_watcher_end_reason", || {
        let (reason, words) = (Out::new(reason, "reason"), Out::new(words, "words"));
        let (reason, words) = (reason?, words?);
        let event = get(event)?;
        let Event::Watcher { state: now, .. } = &**event else {
            return Err(Fault::none("watcher in this event"));
        };
        let why = ended_for(now)?;
        reason.set(end_reason_code(why));
        words.set(event.lend(why.name()));
        Ok(())
    })
}

/// The publication, of `MICROSIP_EVENT_KIND_PUBLICATION`, as a new handle to be freed; `NO_VALUE` for other kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_publication(
    event: microsip_event_t,
    publication: *mut microsip_publication_t,
) -> microsip_status_t {
    guard("microsip_event_publication", || {
        let publication = Out::new(publication, "publication")?;
        let event = get(event)?;
        let Event::Publication { publication: which, .. } = &**event else {
            return Err(Fault::none("publication in this event"));
        };
        publication.set(put(which.clone())?);
        Ok(())
    })
}

/// How the publication stands, of `MICROSIP_EVENT_KIND_PUBLICATION`, as a new handle to be freed; `NO_VALUE` for other
/// kinds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_event_publication_info(
    event: microsip_event_t,
    info: *mut microsip_publication_info_t,
) -> microsip_status_t {
    guard("microsip_event_publication_info", || {
        let info = Out::new(info, "info")?;
        let event = get(event)?;
        let Event::Publication { info: now, .. } = &**event else {
            return Err(Fault::none("publication in this event"));
        };
        info.set(put(now.clone())?);
        Ok(())
    })
}

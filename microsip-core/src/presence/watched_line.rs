//! Lines that are watched (RFC 4235): busy lamps.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::observed::{Newest, observed, unreadable};
use super::{DialogInfo, LineInfo, LineState, LineTable, LineUpdate, ObserveOptions};
use crate::Result;
use crate::account::Account;
use crate::engine::{Engine, Urgency};
use crate::event::Event;
use crate::subscription::{Notification, Reader, Subscription, SubscriptionState};
use crate::watch::Watch;

/// A line whose calls are watched (RFC 4235), for a busy lamp. Dropping the handle changes nothing: [`WatchedLine::unwatch`] ends it.
///
/// To pick up a call that rings there: take [`LineInfo::ringing`], call its `remote` with
/// [`CallOptions`](crate::CallOptions)' `Replaces` of [`DialogEntry::replaces_at_remote`](super::DialogEntry::replaces_at_remote).
#[derive(Clone)]
pub struct WatchedLine {
    subscription: Subscription,
    newest: Newest<LineInfo>,
}

observed!(WatchedLine, LineInfo);

impl WatchedLine {
    /// What is known; `None` until something was told. It stays when the subscription ends: [`WatchedLine::state`] knows.
    pub fn info(&self) -> Option<Arc<LineInfo>> {
        self.newest.look(Clone::clone)
    }

    /// In one word; [`LineState::Unknown`] while the subscription is not active.
    pub fn state(&self) -> LineState {
        if self.subscription.state() != SubscriptionState::Active {
            return LineState::Unknown;
        }
        self.info().map_or(LineState::Unknown, |info| info.state)
    }
}

struct LineReader {
    table: Mutex<LineTable>,
    newest: Newest<LineInfo>,
}

impl Reader for LineReader {
    fn ended(&self) {
        self.newest.touch();
    }

    fn read(&self, engine: &Engine, of: &Subscription, notification: &Arc<Notification>) {
        if notification.body().is_empty() {
            return;
        }
        let document = match notification.content_type().as_str() {
            "application/dialog-info+xml" => DialogInfo::parse(notification.body()),
            other => Err(super::wrong_type("watch line", other, "application/dialog-info+xml")),
        };
        let document = match document {
            Ok(document) => document,
            Err(error) => return unreadable(engine, of, notification, error),
        };
        let (update, info) = {
            let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
            let update = table.apply(&document);
            (update, Arc::new(table.info()))
        };
        if update == LineUpdate::Gap {
            // Changes are missing: the notifier tells all to who subscribes again (RFC 4235 §3.9).
            let id = of.id();
            engine.later(Duration::ZERO, move |engine| {
                drop(engine.subscription_refresh("watch line", id));
            });
        }
        if update == LineUpdate::Ignored {
            return;
        }
        self.newest.set(Some(Arc::clone(&info)));
        if update != LineUpdate::Unchanged {
            let line = WatchedLine {
                subscription: of.clone(),
                newest: Arc::clone(&self.newest),
            };
            engine.publish(Event::Line { line, info }, Urgency::Gather);
        }
    }

    fn anew(&self) {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).reset();
    }
}

impl Account {
    /// Watches the calls of a line (event package `dialog`, RFC 4235): changes come as [`Event::Line`](crate::Event::Line).
    ///
    /// # Errors
    /// As [`Account::subscribe`].
    ///
    /// # Threads
    /// Any.
    pub fn watch_line(&self, target: &str, options: ObserveOptions) -> Result<WatchedLine> {
        let newest: Newest<LineInfo> = Arc::new(Watch::new(None));
        let reader = Arc::new(LineReader {
            table: Mutex::default(),
            newest: Arc::clone(&newest),
        });
        let options = options.package("dialog", &["application/dialog-info+xml"]).forks(false);
        let subscription = self.subscribe_read("watch line", target, options, Some(reader))?;
        Ok(WatchedLine { subscription, newest })
    }
}

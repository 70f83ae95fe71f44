//! Waiting messages (RFC 3842), asked for or told without.

use std::sync::Arc;

use super::observed::{Newest, observed, unreadable};
use super::{MessageSummary, ObserveOptions};
use crate::account::Account;
use crate::engine::{Engine, Urgency};
use crate::event::Event;
use crate::subscription::{Notification, Reader, Subscription};
use crate::watch::Watch;
use crate::{Error, Result};

/// A mailbox that is watched (RFC 3842). Dropping the handle changes nothing: [`Mailbox::unwatch`] ends it.
#[derive(Clone)]
pub struct Mailbox {
    subscription: Subscription,
    newest: Newest<MessageSummary>,
}

observed!(Mailbox, MessageSummary);

impl Mailbox {
    /// What was told last; `None` until something was.
    pub fn summary(&self) -> Option<Arc<MessageSummary>> {
        self.newest.look(Clone::clone)
    }
}

/// Reads a body as a summary.
pub(crate) fn summary(content_type: &str, body: &[u8]) -> Result<MessageSummary, Error> {
    match content_type {
        MessageSummary::CONTENT_TYPE => MessageSummary::parse(body),
        other => Err(super::wrong_type(
            "waiting messages",
            other,
            MessageSummary::CONTENT_TYPE,
        )),
    }
}

struct MailboxReader {
    newest: Newest<MessageSummary>,
}

impl Reader for MailboxReader {
    fn ended(&self) {
        self.newest.touch();
    }

    fn read(&self, engine: &Engine, of: &Subscription, notification: &Arc<Notification>) {
        if notification.body().is_empty() {
            return;
        }
        match summary(&notification.content_type(), notification.body()) {
            Ok(summary) => {
                let summary = Arc::new(summary);
                self.newest.set(Some(Arc::clone(&summary)));
                let mailbox = Mailbox {
                    subscription: of.clone(),
                    newest: Arc::clone(&self.newest),
                };
                engine.publish(
                    Event::MessagesWaiting {
                        account: of.account().clone(),
                        mailbox: Some(mailbox),
                        summary,
                    },
                    Urgency::Gather,
                );
            }
            Err(error) => unreadable(engine, of, notification, error),
        }
    }
}

impl Account {
    /// Watches a mailbox (RFC 3842): `target` is the mailbox, `None` the account's own address. News come as
    /// [`Event::MessagesWaiting`](crate::Event::MessagesWaiting), which servers also send without being asked.
    ///
    /// # Errors
    /// As [`Account::subscribe`].
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "mwi")]
    pub fn watch_mailbox(&self, target: Option<&str>, options: ObserveOptions) -> Result<Mailbox> {
        let newest: Newest<MessageSummary> = Arc::new(Watch::new(None));
        let reader = Arc::new(MailboxReader {
            newest: Arc::clone(&newest),
        });
        let options = options.package("message-summary", &[MessageSummary::CONTENT_TYPE]);
        let target = target.unwrap_or_else(|| self.aor());
        let subscription = self.subscribe_read("watch mailbox", target, options, Some(reader))?;
        Ok(Mailbox { subscription, newest })
    }
}

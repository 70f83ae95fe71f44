//! What the commands about presence do.

use microsip_core::{Error, ObserveOptions, PresenceStatus, SubscribeOptions, Subscription, Watcher};

use crate::run::commands::PresenceCommand;
use crate::run::events::{OutEvent, WatcherOut};
use crate::run::state::Session;

impl Session<'_> {
    pub(super) fn presence(&mut self, command: &PresenceCommand) -> Result<(), Error> {
        match command {
            PresenceCommand::Watch(target) => {
                let buddy = self.account.watch(target, ObserveOptions::default())?;
                self.watched(buddy.subscription().clone());
            }
            PresenceCommand::Own(state, text) => {
                let status = PresenceStatus::of_state(*state);
                let text = text.trim();
                self.account.set_presence(if text.is_empty() {
                    status
                } else {
                    status.with_note(text)
                })?;
            }
            PresenceCommand::Line(target) => {
                let line = self.account.watch_line(target, ObserveOptions::default())?;
                self.watched(line.subscription().clone());
            }
            PresenceCommand::Mailbox(target) => {
                let mailbox = self
                    .account
                    .watch_mailbox(target.as_deref(), ObserveOptions::default())?;
                self.watched(mailbox.subscription().clone());
            }
            PresenceCommand::Subscribe(package, target) => {
                let subscription = self.account.subscribe(target, SubscribeOptions::new(package))?;
                self.watched(subscription);
            }
            PresenceCommand::Unwatch(target) => {
                let (ended, kept) = std::mem::take(&mut self.watched)
                    .into_iter()
                    .partition::<Vec<_>, _>(|s| s.target() == target);
                self.watched = kept;
                if ended.is_empty() {
                    self.refuse("unwatch", "gone", format!("{target} is not watched"), "watch URI");
                }
                for subscription in ended {
                    subscription.unsubscribe()?;
                }
            }
            PresenceCommand::Watchers => {
                let watchers = self.watchers.iter();
                let watchers = watchers.map(|w| WatcherOut::new(w, &w.state())).collect();
                self.output.emit(OutEvent::Watchers { watchers });
            }
            PresenceCommand::Accept(number) => {
                if let Some(watcher) = self.watcher("accept-watcher", *number) {
                    watcher.accept()?;
                }
            }
            PresenceCommand::Reject(number) => {
                if let Some(watcher) = self.watcher("reject-watcher", *number) {
                    watcher.reject()?;
                }
            }
        }
        Ok(())
    }

    fn watched(&mut self, subscription: Subscription) {
        self.watched.push(subscription);
    }

    fn watcher(&mut self, command: &'static str, number: u64) -> Option<Watcher> {
        let found = self.watchers.iter().find(|w| w.id().get() == number).cloned();
        if found.is_none() {
            self.refuse(command, "gone", format!("there is no watcher {number}"), "watchers");
        }
        found
    }
}

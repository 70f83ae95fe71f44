//! What an account tells about itself.

use std::sync::Arc;

use super::Account;
use crate::Result;
use crate::engine::Lane;
use crate::presence::PresenceStatus;

impl Account {
    /// Says how the account's user is to be reached now; nothing is told before the first time.
    ///
    /// With [`AccountConfig::publish_presence`](crate::AccountConfig::publish_presence) it is published and kept up: that is
    /// [`Event::Publication`](crate::Event::Publication) of the package `presence`, one for each account. The ids in the document are
    /// made this process's own, so that a server can put it beside those of other devices.
    ///
    /// # Errors
    /// [`Gone`](crate::ErrorKind::Gone) when the account was removed, [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a
    /// status whose document has more than 48,000 bytes.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_acc_set_online_status2")]
    pub fn set_presence(&self, status: PresenceStatus) -> Result<()> {
        const OP: &str = "set presence";
        let (id, status) = (self.id(), Arc::new(status));
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.account_set_presence(OP, id, status)
        })
    }

    /// What was set last; `None` before the first time. Never waits for the engine.
    pub fn presence(&self) -> Option<Arc<PresenceStatus>> {
        self.seen().and_then(|newest| newest.presence.clone())
    }

    pub(crate) fn keep_presence(&self, status: Arc<PresenceStatus>) {
        self.lock().presence = Some(status);
    }
}

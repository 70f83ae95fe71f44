//! Our own presence: kept for each account, published, told to watchers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Engine;
use crate::account::{AccountId, RegistrationState};
use crate::pj;
use crate::presence::PresenceStatus;
use crate::publication::{Publication, PublicationId, PublishOptions};
use crate::request::RequestOptions;
use crate::sip::uri;
use crate::{ErrorKind, Result};

const OP: &str = "publish presence";
const PACKAGE: &str = "presence";
const PIDF: &str = "application/pidf+xml";
/// A process that is killed is there for this long at most.
const LIFETIME: Duration = Duration::from_secs(600);

/// What an account tells.
struct Own {
    status: Arc<PresenceStatus>,
    /// Since when.
    since: SystemTime,
    /// Makes the ids in documents this process's own.
    suffix: String,
    publication: Option<PublicationId>,
}

#[derive(Default)]
pub(crate) struct Table {
    by_account: BTreeMap<AccountId, Own>,
}

impl Engine {
    pub(crate) fn account_set_presence(
        &self,
        op: &'static str,
        id: AccountId,
        status: Arc<PresenceStatus>,
    ) -> Result<()> {
        let account = self.accounts.borrow().get(op, id)?.account.clone();
        PublishOptions::new(PIDF, status.to_pidf(uri::bare(account.aor()))).check(op)?;
        account.keep_presence(Arc::clone(&status));
        {
            let mut table = self.presence.borrow_mut();
            let own = table.by_account.entry(id).or_insert_with(|| Own {
                status: Arc::clone(&status),
                since: SystemTime::now(),
                suffix: format!("-{:08x}", pj::random()),
                publication: None,
            });
            (own.status, own.since) = (status, SystemTime::now());
        }
        self.presence_changed(id);
        Ok(())
    }

    /// The account's presence has changed: everybody who is to know is told from here.
    fn presence_changed(&self, id: AccountId) {
        self.publish_presence(id);
        if let Some((_, content_type, document)) = self.presence_document(id) {
            // Where it is not served, nobody watches.
            drop(self.served_state(OP, id, PACKAGE, RequestOptions::new().body(content_type, document)));
        }
    }

    /// What watchers of an account are told first: before anything was set, that it is there.
    pub(super) fn presence_served(&self, id: AccountId) -> Option<RequestOptions> {
        let document = self.presence_document(id).map(|(_, _, document)| document);
        let document = document.or_else(|| {
            let aor = self.account_aor(id)?;
            Some(PresenceStatus::online().to_pidf(uri::bare(&aor)))
        });
        document.map(|document| RequestOptions::new().body(PIDF, document))
    }

    /// The document about an account, in the state it is in now: its URI, type and text. `None` before it was set.
    pub(super) fn presence_document(&self, id: AccountId) -> Option<(String, &'static str, String)> {
        let aor = self.account_aor(id)?;
        let entity = uri::bare(&aor).to_owned();
        let table = self.presence.borrow();
        let own = table.by_account.get(&id)?;
        let status = PresenceStatus::clone(&own.status).with_timestamp(own.since);
        let document = status.with_ids(&own.suffix).to_pidf(&entity);
        Some((entity, PIDF, document))
    }

    /// Publishes it, if that is wanted, or puts it in place of what was published before.
    fn publish_presence(&self, id: AccountId) {
        let Some((_, content_type, document)) = self.presence_document(id) else {
            return;
        };
        let before = self
            .presence
            .borrow()
            .by_account
            .get(&id)
            .and_then(|own| own.publication);
        if let Some(before) = before {
            match self.publication_update(OP, before, document.clone().into_bytes()) {
                // The application removed it.
                Err(e) if e.kind() == ErrorKind::Gone => {}
                _ => return,
            }
        }
        // What is published follows at once, even where a registration is under way: its server knows us.
        let Some((account, retry)) = self.publishes_presence(id) else {
            return;
        };
        let publication = Publication::new(&self.shared, &account, PACKAGE);
        if let Some(own) = self.presence.borrow_mut().by_account.get_mut(&id) {
            own.publication = Some(publication.id());
        }
        let options = PublishOptions::new(content_type, document)
            .expires(LIFETIME)
            .retry(retry);
        if let Err(e) = self.publication_add(OP, id, publication, options) {
            tracing::warn!(target: "microsip", "{e}");
        }
    }

    /// Whether this account publishes, and can: a registrar that does not know us yet would refuse it.
    fn publishes_presence(&self, id: AccountId) -> Option<(crate::Account, crate::RetryPolicy)> {
        let table = self.accounts.borrow();
        let entry = table.entry(id).filter(|e| e.config.publish_presence)?;
        let state = entry.account.registration().state;
        matches!(state, RegistrationState::Registered | RegistrationState::None)
            .then(|| (entry.account.clone(), entry.config.retry))
    }

    /// The account is registered now.
    pub(super) fn presence_may_be_published(&self, id: AccountId) {
        let waits = {
            let table = self.presence.borrow();
            table.by_account.get(&id).is_some_and(|own| own.publication.is_none())
        };
        if waits && !self.shared.is_closing() {
            self.publish_presence(id);
        }
    }

    /// The account's settings changed: publishing may have been turned on or off.
    pub(super) fn presence_settings_changed(&self, id: AccountId) {
        let on = {
            let table = self.accounts.borrow();
            table.entry(id).is_some_and(|e| e.config.publish_presence)
        };
        if on {
            self.presence_may_be_published(id);
            return;
        }
        let published = {
            let mut table = self.presence.borrow_mut();
            table.by_account.get_mut(&id).and_then(|own| own.publication.take())
        };
        if let Some(published) = published {
            self.publication_end(published);
        }
    }

    pub(super) fn forget_presence_of(&self, id: AccountId) {
        self.presence.borrow_mut().by_account.remove(&id);
    }
}

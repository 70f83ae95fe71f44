//! Accounts on the engine's side: the table, adding, changing and removing them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::Engine;
use super::find_account::{Address, Index};
use super::registration::Retries;
use crate::account::{Account, AccountConfig, AccountId, AccountNat, RegistrationInfo, RegistrationState};
use crate::media::CodecChoice;
use crate::pj::{self, Chosen, turn_of};
use crate::policy::CallPolicy;
use crate::redact::redact;
use crate::sip::{Transport, uri};
use crate::{Error, ErrorKind, Result};

pub(super) struct Entry {
    pub(super) account: Account,
    /// PJSUA's index; recycled by PJSUA, so never shown.
    pub(super) slot: i32,
    pub(super) transport: Transport,
    has_proxy: bool,
    /// For its calls, instead of the endpoint's.
    pub(super) policy: Option<Arc<CallPolicy>>,
    pub(super) config: Box<AccountConfig>,
    pub(super) codecs: CodecChoice,
    /// Whether its calls send extended reports, when told for it.
    pub(super) rtcp_xr: Option<bool>,
    pub(super) address: Address,
    /// In the Contact, when the user alone does not tell the account from others.
    pub(super) line: Option<String>,
    /// Where its registrar answers from.
    pub(super) registrar_addr: Option<SocketAddr>,
    /// Failures of the registration in a row.
    pub(super) failures: u32,
    pub(super) retry_at: Option<Instant>,
    /// Counted up with every change of settings: outcomes of what went before do not count.
    pub(super) revision: u32,
}

impl Entry {
    /// A target as requests of this account name it: with a proxy its URI decides the transport, the target's stays as given.
    pub(super) fn target(&self, target: &str) -> String {
        if self.has_proxy {
            target.to_owned()
        } else {
            uri::with_transport(target, self.transport)
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        let state = self.account.registration().state;
        matches!(state, RegistrationState::Registered | RegistrationState::Registering)
    }
}

#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<AccountId, Entry>,
    by_slot: Vec<Option<AccountId>>,
    pub(super) index: Index,
    pub(super) retries: Retries,
}

impl Table {
    pub(super) fn get(&self, op: &'static str, id: AccountId) -> Result<&Entry> {
        self.by_id
            .get(&id)
            .ok_or_else(|| Error::new(ErrorKind::Gone, op, format!("account {id} was removed")))
    }

    pub(super) fn get_mut(&mut self, op: &'static str, id: AccountId) -> Result<&mut Entry> {
        self.by_id
            .get_mut(&id)
            .ok_or_else(|| Error::new(ErrorKind::Gone, op, format!("account {id} was removed")))
    }

    pub(super) fn entry(&self, id: AccountId) -> Option<&Entry> {
        self.by_id.get(&id)
    }

    pub(super) fn entry_mut(&mut self, id: AccountId) -> Option<&mut Entry> {
        self.by_id.get_mut(&id)
    }

    /// Oldest first.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_id.values()
    }

    pub(super) fn id_at(&self, slot: i32) -> Option<AccountId> {
        *self.by_slot.get(usize::try_from(slot).ok()?)?
    }

    pub(super) fn by_slot(&self, slot: i32) -> Option<&Entry> {
        self.by_id.get(&self.id_at(slot)?)
    }

    fn insert(&mut self, entry: Entry) {
        let id = entry.account.id();
        self.index.insert(id, &entry.address.user, entry.line.as_deref());
        if let Ok(slot) = usize::try_from(entry.slot) {
            if self.by_slot.len() <= slot {
                self.by_slot.resize(slot + 1, None);
            }
            self.by_slot[slot] = Some(id);
        }
        self.by_id.insert(id, entry);
    }

    fn remove(&mut self, id: AccountId) -> Option<Entry> {
        let entry = self.by_id.remove(&id)?;
        self.index.remove(id, &entry.address.user, entry.line.as_deref());
        self.retries.set(id, entry.retry_at, None);
        let place = usize::try_from(entry.slot)
            .ok()
            .and_then(|slot| self.by_slot.get_mut(slot));
        if let Some(place) = place {
            *place = None;
        }
        Some(entry)
    }
}

impl Engine {
    pub(crate) fn account_add(&self, config: &AccountConfig) -> Result<Account> {
        const OP: &str = "add account";
        let limit = self.config.limits.accounts;
        if self.accounts.borrow().by_id.len() >= limit as usize {
            return Err(Error::new(
                ErrorKind::LimitReached,
                OP,
                format!("limits.accounts of {limit} is reached; raise it in EndpointConfig or remove an account"),
            ));
        }
        choice(config).check(OP, &self.config.codecs)?;
        let state = match (&config.registrar, config.register_on_add) {
            (None, _) => RegistrationState::None,
            (Some(_), true) => RegistrationState::Registering,
            (Some(_), false) => RegistrationState::Unregistered,
        };
        let address = Address::of(&config.aor);
        // Users of other domains, or of the same with other credentials: the Contact must tell them apart.
        let line = (config.registrar.is_some() && self.accounts.borrow().index.is_taken(&address.user))
            .then(|| format!("{:08x}{:08x}", pj::random(), pj::random()));
        let id = AccountId(self.shared.next_id());
        let account = Account::new(
            self.shared.clone(),
            id,
            config.aor.clone(),
            RegistrationInfo::bare(state),
        );
        let relay = self.relay_for(&config.nat);
        let nat = Chosen::new(&self.config, &config.nat, relay);
        let slot = self.pj.account_add(OP, config, line.as_deref(), nat)?;
        self.accounts.borrow_mut().insert(Entry {
            account: account.clone(),
            slot,
            transport: config.transport,
            has_proxy: !config.proxies.is_empty(),
            policy: config.policy.clone().map(Arc::new),
            codecs: choice(config),
            rtcp_xr: config.rtcp_xr,
            config: Box::new(config.clone()),
            address,
            line,
            registrar_addr: None,
            failures: 0,
            retry_at: None,
            revision: 0,
        });
        if relay.is_none() {
            self.await_relay(id, &config.nat);
        }
        // Only now, so that an answer that comes at once finds the entry.
        if config.registrar.is_some() && config.register_on_add {
            self.send_register(OP, slot);
        }
        Ok(account)
    }

    pub(crate) fn account_list(&self) -> Vec<Account> {
        self.accounts.borrow().entries().map(|e| e.account.clone()).collect()
    }

    pub(crate) fn account_modify(&self, op: &'static str, id: AccountId, config: &AccountConfig) -> Result<()> {
        choice(config).check(op, &self.config.codecs)?;
        let (account, slot, line, old, moved) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, id)?;
            let old = &entry.config;
            if uri::bare(&old.aor) != uri::bare(&config.aor) {
                return Err(Error::invalid(
                    op,
                    format!(
                        "the address of record cannot change from {:?} to {:?}; add another account",
                        redact(&old.aor),
                        redact(&config.aor)
                    ),
                ));
            }
            let moved = old.registrar != config.registrar
                || old.transport != config.transport
                || old.proxies != config.proxies
                || old.register_by_proxies != config.register_by_proxies;
            (
                entry.account.clone(),
                entry.slot,
                entry.line.clone(),
                old.registrar.is_some(),
                moved,
            )
        };
        let before = account.registration();
        let held = before.state == RegistrationState::Registered;
        // From here on what becomes of earlier requests is no news.
        self.settings_changed(id, before.clone());
        let relay = self.relay_for(&config.nat);
        let nat = Chosen::new(&self.config, &config.nat, relay);
        let done = self
            .pj
            .account_modify(op, slot, (config, nat), line.as_deref(), held && moved);
        if let Err(e) = done {
            account.update(before);
            return Err(e);
        }
        if let Some(entry) = self.accounts.borrow_mut().entry_mut(id) {
            entry.transport = config.transport;
            entry.has_proxy = !config.proxies.is_empty();
            entry.policy = config.policy.clone().map(Arc::new);
            entry.codecs = choice(config);
            entry.rtcp_xr = config.rtcp_xr;
            *entry.config = config.clone();
        }
        if relay.is_none() {
            self.await_relay(id, &config.nat);
        }
        self.publications_settings_changed(id, moved);
        self.presence_settings_changed(id);
        let wanted = match before.state {
            // It was told to, or never asked to register.
            RegistrationState::Unregistered => false,
            RegistrationState::None => config.register_on_add && !old,
            RegistrationState::Registering | RegistrationState::Registered | RegistrationState::Failed => true,
        };
        if config.registrar.is_none() {
            self.registration_changed(id, RegistrationInfo::bare(RegistrationState::None));
        } else if wanted {
            account.update(RegistrationInfo::bare(RegistrationState::Registering));
            self.send_register(op, slot);
        } else {
            account.update(RegistrationInfo::bare(RegistrationState::Unregistered));
        }
        Ok(())
    }

    pub(crate) fn account_remove(&self, op: &'static str, id: AccountId) -> Result<()> {
        let slot = self.accounts.borrow().get(op, id)?.slot;
        self.forget_events_of(id);
        self.forget_publications_of(id);
        self.forget_presence_of(id);
        self.pj.account_remove(op, slot)?;
        self.typing_forget_account(id);
        let removed = self.accounts.borrow_mut().remove(id);
        if let Some(entry) = removed {
            entry.account.mark_gone(ErrorKind::Gone);
        }
        Ok(())
    }

    /// The policy for calls to the account at PJSUA's index; the endpoint's if it has none of its own.
    pub(super) fn policy_at(&self, slot: i32) -> Arc<CallPolicy> {
        let own = self.accounts.borrow().by_slot(slot).and_then(|e| e.policy.clone());
        own.unwrap_or_else(|| Arc::clone(&self.policy.borrow()))
    }

    pub(super) fn account_slot(&self, id: AccountId) -> Option<i32> {
        self.accounts.borrow().entry(id).map(|e| e.slot)
    }

    /// How an account is reached through NAT.
    pub(super) fn account_nat(&self, id: AccountId) -> Option<AccountNat> {
        self.accounts.borrow().entry(id).map(|e| e.config.nat.clone())
    }

    /// The TURN server of an account, as configured.
    pub(super) fn account_relay(&self, id: AccountId) -> Option<String> {
        let table = self.accounts.borrow();
        turn_of(&self.config.nat, &table.entry(id)?.config.nat).map(|turn| turn.server.clone())
    }

    pub(super) fn account_by_slot(&self, slot: i32) -> Option<Account> {
        self.accounts.borrow().by_slot(slot).map(|e| e.account.clone())
    }

    /// What the account says about codecs.
    pub(super) fn account_choice(&self, slot: i32) -> Option<CodecChoice> {
        Some(self.accounts.borrow().by_slot(slot)?.codecs.clone())
    }

    /// The address of record of an account, if it is still there.
    pub(super) fn account_aor(&self, id: AccountId) -> Option<String> {
        let table = self.accounts.borrow();
        table.get("transfer", id).ok().map(|e| e.account.aor().to_owned())
    }

    /// The engine is gone: waiters must not wait for it.
    pub(super) fn forget_accounts(&self) {
        let table = std::mem::take(&mut *self.accounts.borrow_mut());
        for entry in table.by_id.into_values() {
            entry.account.mark_gone(ErrorKind::NotRunning);
        }
    }
}

/// Codecs an account may use are those of the endpoint: PJSIP has one list for all.
fn choice(config: &AccountConfig) -> CodecChoice {
    CodecChoice::new(config.codecs.as_deref(), config.opus, config.ptime)
}

//! Accounts on the engine's side.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Engine;
use super::outbox::Urgency;
use crate::account::{Account, AccountConfig, AccountId, RegistrationInfo, RegistrationState};
use crate::event::Event;
use crate::pj::{Outcome, RegistrationOutcome};
use crate::policy::CallPolicy;
use crate::redact::redact;
use crate::sip::{StatusCode, Transport, uri};
use crate::{Error, ErrorKind, Result};

pub(super) struct Entry {
    pub(super) account: Account,
    /// PJSUA's index; recycled by PJSUA, so never shown.
    pub(super) slot: i32,
    pub(super) transport: Transport,
    has_proxy: bool,
    /// For its calls, instead of the endpoint's.
    pub(super) policy: Option<Arc<CallPolicy>>,
    registrar: Option<String>,
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

    fn is_registered(&self) -> bool {
        let state = self.account.registration().state;
        matches!(state, RegistrationState::Registered | RegistrationState::Registering)
    }
}

#[derive(Default)]
pub(crate) struct Table {
    by_id: BTreeMap<AccountId, Entry>,
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

    fn by_slot(&self, slot: i32) -> Option<&Entry> {
        self.by_id.values().find(|e| e.slot == slot)
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
        let state = match (&config.registrar, config.register_on_add) {
            (None, _) => RegistrationState::None,
            (Some(_), true) => RegistrationState::Registering,
            (Some(_), false) => RegistrationState::Unregistered,
        };
        let id = AccountId(self.shared.next_id());
        let account = Account::new(
            self.shared.clone(),
            id,
            config.aor.clone(),
            RegistrationInfo::bare(state),
        );
        let slot = self.pj.account_add(OP, config)?;
        self.accounts.borrow_mut().by_id.insert(
            id,
            Entry {
                account: account.clone(),
                slot,
                transport: config.transport,
                has_proxy: !config.proxies.is_empty(),
                policy: config.policy.clone().map(Arc::new),
                registrar: config.registrar.clone(),
            },
        );
        // Only now, so that an answer that comes at once finds the entry.
        if config.registrar.is_some()
            && config.register_on_add
            && let Err(e) = self.pj.account_register(OP, slot, true)
        {
            // It could not even be sent: the same kind of failure as one that comes later.
            let outcome = Outcome {
                code: StatusCode::SERVICE_UNAVAILABLE,
                reason: String::new(),
                pj_status: e.pj_status().unwrap_or(0),
                from_peer: false,
            };
            self.registration_outcome(
                slot,
                RegistrationOutcome {
                    outcome,
                    renew: true,
                    expires: None,
                },
            );
        }
        Ok(account)
    }

    pub(crate) fn account_list(&self) -> Vec<Account> {
        self.accounts
            .borrow()
            .by_id
            .values()
            .map(|e| e.account.clone())
            .collect()
    }

    pub(crate) fn account_register(&self, op: &'static str, id: AccountId, renew: bool) -> Result<()> {
        let (slot, account, registrar) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, id)?;
            (entry.slot, entry.account.clone(), entry.registrar.is_some())
        };
        if !registrar {
            return Err(Error::new(
                ErrorKind::WrongState,
                op,
                format!("{} has no registrar", redact(account.aor())),
            ));
        }
        let before = account.registration();
        if !renew && before.state == RegistrationState::Unregistered {
            return Ok(());
        }
        if !renew && before.state == RegistrationState::Failed {
            // There is no binding to remove; what PJSUA does here is to give up trying, and to complain.
            drop(self.pj.account_register(op, slot, false));
            self.registration_changed(slot, RegistrationInfo::bare(RegistrationState::Unregistered));
            return Ok(());
        }
        // Before the call, because its outcome may come from within it.
        if renew && before.state != RegistrationState::Registered {
            account.update(RegistrationInfo::bare(RegistrationState::Registering));
        }
        self.pj
            .account_register(op, slot, renew)
            .inspect_err(|_| account.update(before))
    }

    pub(crate) fn account_remove(&self, op: &'static str, id: AccountId) -> Result<()> {
        let slot = self.accounts.borrow().get(op, id)?.slot;
        self.pj.account_remove(op, slot)?;
        let removed = self.accounts.borrow_mut().by_id.remove(&id);
        if let Some(entry) = removed {
            entry.account.mark_gone(ErrorKind::Gone);
        }
        Ok(())
    }

    /// A REGISTER was answered or failed.
    ///
    /// A failed handshake is reported on the transaction first and on the transport, where the reason is told, only then:
    /// such an outcome is looked at again after this poll.
    pub(crate) fn registration_outcome(&self, slot: i32, result: RegistrationOutcome) {
        let unexplained = !result.outcome.from_peer && result.outcome.code == StatusCode::SERVICE_UNAVAILABLE;
        let id = self.accounts.borrow().by_slot(slot).map(|e| e.account.id());
        // While closing nothing that is queued is run any more.
        if let (Some(id), true, false) = (id, unexplained, self.shared.is_closing()) {
            let again = result.clone();
            let queued = self.shared.post("registration", move |engine| {
                let same = engine.accounts.borrow().by_id.get(&id).is_some_and(|e| e.slot == slot);
                if same {
                    engine.conclude_registration(slot, again);
                }
            });
            if queued {
                return;
            }
        }
        self.conclude_registration(slot, result);
    }

    fn conclude_registration(&self, slot: i32, result: RegistrationOutcome) {
        let (host, secure) = {
            let table = self.accounts.borrow();
            let Some(entry) = table.by_slot(slot) else { return };
            let registrar = entry.registrar.as_deref().unwrap_or_default();
            (
                uri::host_port(registrar),
                entry.transport == Transport::Tls || uri::is_secure(registrar),
            )
        };
        let mut error = self.failure("register", &host, &result.outcome, secure);
        if error.is_none() && result.renew && result.expires.is_none() {
            let why = format!("{host} accepted the request but keeps no binding of ours");
            error = Some(Error::new(ErrorKind::Sip, "register", why).with_sip(result.outcome.code));
        }
        if self.shared.is_closing() {
            // What fails now fails because we close.
            error = None;
        }
        let state = match (&error, result.renew && !self.shared.is_closing(), result.expires) {
            (Some(_), true, _) => RegistrationState::Failed,
            // The binding is gone or will run out; the application asked to be rid of it.
            (_, false, _) => RegistrationState::Unregistered,
            (None, true, _) => RegistrationState::Registered,
        };
        let info = RegistrationInfo {
            state,
            code: Some(result.outcome.code),
            reason: result.outcome.reason,
            expires: if state == RegistrationState::Registered {
                result.expires
            } else {
                None
            },
            error,
        };
        self.registration_changed(slot, info);
    }

    fn registration_changed(&self, slot: i32, info: RegistrationInfo) {
        let Some(account) = self.account_by_slot(slot) else {
            return;
        };
        account.update(info.clone());
        self.publish(Event::Registration { account, info }, Urgency::Gather);
    }

    pub(super) fn account_by_slot(&self, slot: i32) -> Option<Account> {
        self.accounts.borrow().by_slot(slot).map(|e| e.account.clone())
    }

    /// The address of record of an account, if it is still there.
    pub(super) fn account_aor(&self, id: AccountId) -> Option<String> {
        let table = self.accounts.borrow();
        table.by_id.get(&id).map(|e| e.account.aor().to_owned())
    }

    /// Asks every registrar to forget us; the accounts that were asked.
    pub(super) fn unregister_all(&self) -> Vec<AccountId> {
        let registered: Vec<(AccountId, i32)> = {
            let table = self.accounts.borrow();
            let held = table.by_id.iter().filter(|(_, entry)| entry.is_registered());
            held.map(|(id, entry)| (*id, entry.slot)).collect()
        };
        let asked = |(_, slot): &(AccountId, i32)| self.pj.account_register("close", *slot, false).is_ok();
        registered.into_iter().filter(asked).map(|(id, _)| id).collect()
    }

    /// Whether the registrar of one of these accounts has not yet confirmed that it forgot us.
    pub(super) fn any_registered(&self, asked: &[AccountId]) -> bool {
        let table = self.accounts.borrow();
        asked
            .iter()
            .filter_map(|id| table.by_id.get(id))
            .any(Entry::is_registered)
    }

    /// The engine is gone: waiters must not wait for it.
    pub(super) fn forget_accounts(&self) {
        let table = std::mem::take(&mut *self.accounts.borrow_mut());
        for entry in table.by_id.into_values() {
            entry.account.mark_gone(ErrorKind::NotRunning);
        }
    }
}

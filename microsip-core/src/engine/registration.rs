//! Registrations: what becomes of a REGISTER, and when the next one goes out.

use std::collections::BTreeSet;
use std::time::Instant;

use super::Engine;
use super::again::{self, chance};
use super::outbox::Urgency;
use crate::account::{AccountId, RegistrationInfo, RegistrationState};
use crate::event::Event;
use crate::failure::FailureCode;
use crate::pj::RegistrationOutcome;
use crate::redact::redact;
use crate::sip::uri;
use crate::{Error, ErrorKind, Result};

const OP: &str = "register";

/// Which account is tried again when.
#[derive(Default)]
pub(super) struct Retries {
    due: BTreeSet<(Instant, AccountId)>,
}

impl Retries {
    pub(super) fn set(&mut self, id: AccountId, old: Option<Instant>, new: Option<Instant>) {
        if let Some(old) = old {
            self.due.remove(&(old, id));
        }
        if let Some(new) = new {
            self.due.insert((new, id));
        }
    }

    fn next(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    fn pop(&mut self, now: Instant) -> Option<AccountId> {
        let (at, id) = *self.due.first()?;
        if at > now {
            return None;
        }
        self.due.pop_first();
        Some(id)
    }
}

/// A REGISTER each; more of them in one go would keep packets waiting.
const AT_ONCE: usize = 32;

impl Engine {
    pub(crate) fn account_register(&self, op: &'static str, id: AccountId, renew: bool) -> Result<()> {
        let (slot, account, registrar) = {
            let table = self.accounts.borrow();
            let entry = table.get(op, id)?;
            (entry.slot, entry.account.clone(), entry.config.registrar.is_some())
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
            self.plan_retry(id, None);
            self.pj.account_give_up(slot);
            // After a lost connection there is a binding to remove, and an answer to come; else PJSUA refuses.
            if self.pj.account_register(op, slot, false).is_ok() {
                return Ok(());
            }
            self.registration_changed(id, RegistrationInfo::bare(RegistrationState::Unregistered));
            return Ok(());
        }
        // Before the call, because its outcome may come from within it.
        if renew && before.state != RegistrationState::Registered {
            account.update(RegistrationInfo::bare(RegistrationState::Registering));
        }
        let sent = if renew && before.state == RegistrationState::Failed {
            self.pj.account_retry(op, slot)
        } else {
            self.pj.account_register(op, slot, renew)
        };
        match sent {
            Ok(()) => {
                self.plan_retry(id, None);
                Ok(())
            }
            Err(e) => {
                account.update(before);
                Err(e)
            }
        }
    }

    /// Sends a REGISTER for an account that is marked as registering; a failure is told as one that comes later.
    pub(super) fn send_register(&self, op: &'static str, slot: i32) {
        if let Err(e) = self.pj.account_retry(op, slot) {
            self.registration_outcome(slot, RegistrationOutcome::unsent(e.pj_status().unwrap_or(0)));
        }
    }

    /// The account's settings change: nothing that is under way counts any more.
    pub(super) fn settings_changed(&self, id: AccountId, mut info: RegistrationInfo) {
        self.plan_retry(id, None);
        let account = {
            let mut table = self.accounts.borrow_mut();
            let Some(entry) = table.entry_mut(id) else { return };
            entry.revision += 1;
            entry.failures = 0;
            entry.registrar_addr = None;
            entry.account.clone()
        };
        info.next_retry = None;
        account.update(info);
    }

    /// A REGISTER was answered or failed.
    pub(crate) fn registration_outcome(&self, slot: i32, result: RegistrationOutcome) {
        let id = self.accounts.borrow().by_slot(slot).map(|e| e.account.id());
        if let Some(id) = id {
            self.conclude_registration(id, result);
        }
    }

    fn conclude_registration(&self, id: AccountId, result: RegistrationOutcome) {
        let closing = self.shared.is_closing();
        let (slot, host, policy, failures, refreshed) = {
            let mut table = self.accounts.borrow_mut();
            let Some(entry) = table.entry_mut(id) else { return };
            if result.outcome.from_peer {
                entry.registrar_addr = result.source;
            }
            (
                entry.slot,
                uri::host_port(entry.config.registrar.as_deref().unwrap_or_default()),
                entry.config.retry,
                entry.failures,
                entry.account.registration().state == RegistrationState::Registered,
            )
        };
        let mut error = self.failure(OP, &host, &result.outcome);
        if error.is_none() && result.renew && result.expires.is_none() {
            let why = format!("{host} accepted the request but keeps no binding of ours");
            error = Some(FailureCode::BindingNotKept.error(OP, why).with_sip(result.outcome.code));
        }
        if closing && result.renew && error.is_none() {
            // It was under way when all were asked to unregister.
            if self.pj.account_register("close", slot, false).is_ok() {
                return;
            }
        }
        if closing {
            // What fails now fails because we close.
            error = None;
        }
        let state = match (&error, result.renew && !closing) {
            (Some(_), true) => RegistrationState::Failed,
            // The binding is gone or will run out; the application asked to be rid of it.
            (_, false) => RegistrationState::Unregistered,
            (None, true) => RegistrationState::Registered,
        };
        let mut info = RegistrationInfo::bare(state);
        info.code = Some(result.outcome.code);
        info.reason = result.outcome.reason.clone();
        match state {
            RegistrationState::Registered => {
                info.expires = result.expires;
                info.contact = result.contact;
                info.service_route = result.service_route;
            }
            RegistrationState::Failed => {
                info.failures = failures.saturating_add(1);
                if may_pass(&result) {
                    let pause = policy.pause(info.failures, result.retry_after, chance());
                    info.next_retry = Some(Instant::now() + pause);
                }
            }
            _ => {}
        }
        info.error = error;
        if info.next_retry.is_none() {
            self.pj.account_give_up(slot);
        }
        if !refreshed {
            self.note_registration();
        }
        self.registration_changed(id, info);
    }

    /// Connections to the registrars of these accounts were lost: nobody can reach us through them any more.
    pub(crate) fn connection_lost(&self, slots: &[i32]) {
        if self.shared.is_closing() {
            return;
        }
        for slot in slots {
            let found = {
                let table = self.accounts.borrow();
                table.by_slot(*slot).map(|entry| {
                    let host = uri::host_port(entry.config.registrar.as_deref().unwrap_or_default());
                    (entry.account.clone(), host, entry.config.retry)
                })
            };
            let Some((account, host, policy)) = found else { continue };
            if account.registration().state != RegistrationState::Registered {
                continue;
            }
            let mut info = RegistrationInfo::bare(RegistrationState::Failed);
            info.failures = 1;
            info.next_retry = Some(Instant::now() + policy.pause(1, None, chance()));
            info.error = Some(
                FailureCode::ConnectionLost.error(OP, format!("the connection to {host} was lost; it is tried again")),
            );
            self.registration_changed(account.id(), info);
        }
    }

    pub(super) fn registration_changed(&self, id: AccountId, info: RegistrationInfo) {
        self.plan_retry(id, info.next_retry);
        let account = {
            let mut table = self.accounts.borrow_mut();
            let Some(entry) = table.entry_mut(id) else { return };
            entry.failures = info.failures;
            entry.account.clone()
        };
        account.update(info.clone());
        let registered = info.state == RegistrationState::Registered;
        self.publish(Event::Registration { account, info }, Urgency::Gather);
        if registered {
            self.presence_may_be_published(id);
        }
    }

    fn plan_retry(&self, id: AccountId, at: Option<Instant>) {
        let mut table = self.accounts.borrow_mut();
        let Some(entry) = table.entry_mut(id) else { return };
        let old = std::mem::replace(&mut entry.retry_at, at);
        table.retries.set(id, old, at);
    }

    /// When the next registration is to be tried again.
    pub(super) fn retry_due(&self) -> Option<Instant> {
        self.accounts.borrow().retries.next()
    }

    /// Tries those again whose time has come.
    pub(super) fn run_retries(&self) {
        if self.shared.is_closing() {
            return;
        }
        let now = Instant::now();
        for _ in 0..AT_ONCE {
            let next = {
                let mut table = self.accounts.borrow_mut();
                let Some(id) = table.retries.pop(now) else { return };
                let Some(entry) = table.entry_mut(id) else { continue };
                entry.retry_at = None;
                (entry.slot, entry.account.clone(), entry.failures)
            };
            let (slot, account, failures) = next;
            let mut info = RegistrationInfo::bare(RegistrationState::Registering);
            info.failures = failures;
            account.update(info);
            self.send_register(OP, slot);
        }
    }

    /// Asks every registrar to forget us; the accounts that were asked.
    pub(super) fn unregister_all(&self) -> Vec<AccountId> {
        let registered: Vec<(AccountId, i32)> = {
            let table = self.accounts.borrow();
            let held = table.entries().filter(|entry| entry.is_registered());
            held.map(|entry| (entry.account.id(), entry.slot)).collect()
        };
        // Those that are busy registering are asked when that is done.
        let asked = |(_, slot): &(AccountId, i32)| match self.pj.account_register("close", *slot, false) {
            Ok(()) => true,
            Err(e) => e.kind() == ErrorKind::Busy,
        };
        registered.into_iter().filter(asked).map(|(id, _)| id).collect()
    }

    /// Whether the registrar of one of these accounts has not yet confirmed that it forgot us.
    pub(super) fn any_registered(&self, asked: &[AccountId]) -> bool {
        let table = self.accounts.borrow();
        asked
            .iter()
            .filter_map(|id| table.entry(*id))
            .any(super::accounts::Entry::is_registered)
    }
}

/// Whether trying again may help.
fn may_pass(result: &RegistrationOutcome) -> bool {
    let outcome = &result.outcome;
    if result.retry_after.is_some() {
        return true;
    }
    // A registrar that kept no binding may have been starting.
    again::may_pass(outcome) || outcome.from_peer && outcome.code.is_success()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn retries_come_in_order_of_their_time() {
        let mut retries = Retries::default();
        let now = Instant::now();
        let at = |ms| now + Duration::from_millis(ms);
        retries.set(AccountId(1), None, Some(at(30)));
        retries.set(AccountId(2), None, Some(at(10)));
        retries.set(AccountId(1), Some(at(30)), Some(at(5)));
        assert_eq!(retries.next(), Some(at(5)));
        assert_eq!(retries.pop(now), None);
        assert_eq!(retries.pop(at(20)), Some(AccountId(1)));
        assert_eq!(retries.pop(at(20)), Some(AccountId(2)));
        assert_eq!(retries.pop(at(20)), None);
    }
}

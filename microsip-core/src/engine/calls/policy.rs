//! What policies do with calls, in the application's name.

use std::sync::Arc;
use std::time::Duration;

use crate::call::{CallId, CallState, Decision, HangUpOptions, RejectOptions, name_addr};
use crate::engine::Engine;
use crate::engine::alarms::Alarm;
use crate::event::Direction;
use crate::policy::{Arrival, CallPolicy, IncomingPolicy, Verdict};
use crate::sip::{Additions, Message, StatusCode};
use crate::{ErrorKind, Result};

const OP: &str = "policy";

impl Engine {
    /// The policy for calls of this account.
    pub(super) fn policy_of(&self, call: CallId) -> Option<Arc<CallPolicy>> {
        let account = self.calls.borrow().get(OP, call).ok()?.info.account;
        let own = self
            .accounts
            .borrow()
            .get(OP, account)
            .ok()
            .and_then(|e| e.policy.clone());
        Some(own.unwrap_or_else(|| Arc::clone(&self.policy.borrow())))
    }

    /// An INVITE has arrived and the application was told: what the policy does with it.
    pub(super) fn apply_policy(&self, id: CallId, invite: Option<&Message>) {
        let Some(policy) = self.policy_of(id) else { return };
        let verdict = {
            let calls = self.calls.borrow();
            match (calls.get(OP, id), invite) {
                (Ok(entry), Some(invite)) => {
                    // A call that takes another's place is none beside it.
                    let others = calls.len() - 1 - usize::from(entry.info.replaces.is_some());
                    policy.decide(&Arrival::new(&entry.info.remote_uri, invite, others))
                }
                _ => Verdict::Pass {
                    answer: None,
                    forward: None,
                },
            }
        };
        match verdict {
            Verdict::Reject { code, phrase } => {
                self.story_decided(id, Decision::Policy, || format!("reject with {code}: {phrase}"));
                self.done(self.call_reject(OP, id, code, Some(phrase), &Additions::default()));
            }
            Verdict::Forward { target, reason } => self.policy_forwards(id, &target, reason),
            Verdict::Pass {
                answer: Some(Duration::ZERO),
                ..
            } => self.policy_answers(id),
            Verdict::Pass { answer, forward } => {
                let waits = answer.is_some() || forward.is_some();
                if let Some(after) = answer {
                    self.story_decided(id, Decision::Policy, || format!("answer in {after:?}"));
                    self.alarm_set(id, after, Alarm::Answer);
                }
                if let Some((after, target)) = forward {
                    self.story_decided(id, Decision::Policy, || format!("forward in {after:?} unless answered"));
                    self.alarm_set(id, after, Alarm::Forward { target });
                }
                self.default_answer(id, waits);
            }
        }
    }

    /// What happens with calls that pass; one that waits for something rings.
    fn default_answer(&self, id: CallId, waits: bool) {
        let code = match self.incoming.get() {
            IncomingPolicy::Answer(code) => code,
            IncomingPolicy::Ask if waits => StatusCode::RINGING,
            IncomingPolicy::Ask => return,
        };
        self.story_decided(id, Decision::Policy, || format!("answer {code} at once"));
        self.done(if code.is_failure() {
            self.call_reject(OP, id, code, None, &Additions::default())
        } else {
            self.call_answer(OP, id, code, None, &Additions::default())
        });
    }

    /// The policy answers; not beside another call, unless it may.
    pub(in crate::engine) fn policy_answers(&self, id: CallId) {
        if self.unanswered(OP, id).is_err() {
            return;
        }
        let beside = self
            .policy_of(id)
            .and_then(|p| p.auto_answer.as_ref().map(|a| a.beside_other_calls))
            .unwrap_or(false);
        if self.calls.borrow().len() > 1 && !beside {
            return;
        }
        self.story_decided(id, Decision::Policy, || "answer automatically".to_owned());
        self.done(self.call_answer(OP, id, StatusCode::OK, None, &Additions::default()));
    }

    /// The policy sends the call elsewhere.
    pub(in crate::engine) fn policy_forwards(&self, id: CallId, target: &str, reason: &str) {
        let Ok(own) = self.calls.borrow().get(OP, id).map(|e| e.info.local_uri.clone()) else {
            return;
        };
        if self.unanswered(OP, id).is_err() {
            return;
        }
        self.story_decided(id, Decision::Policy, || format!("forward to {target}: {reason}"));
        let code = StatusCode::MOVED_TEMPORARILY;
        let additions = diversion(OP, target, &own, reason);
        self.done(additions.and_then(|additions| self.call_reject(OP, id, code, None, &additions)));
    }

    /// The call is up: how long may it be?
    pub(super) fn limit_duration(&self, id: CallId) {
        let own = self.calls.borrow().get(OP, id).ok().and_then(|e| e.hang_up_after);
        let after = own.or_else(|| self.policy_of(id).and_then(|p| p.hang_up_after));
        if let Some(after) = after {
            self.alarm_set(id, after, Alarm::HangUp);
        }
    }

    /// Nobody answered our call in the time it had.
    pub(in crate::engine) fn ring_is_over(&self, id: CallId) {
        let waits = self
            .calls
            .borrow()
            .get(OP, id)
            .is_ok_and(|e| e.info.direction == Direction::Outgoing && e.info.state < CallState::Connecting);
        if waits {
            self.story_decided(id, Decision::Policy, || "give up: nobody answered in time".to_owned());
            self.done(self.call_hang_up(OP, id, &Additions::default()));
        }
    }

    /// The call has had its time.
    pub(in crate::engine) fn time_is_over(&self, id: CallId) {
        self.story_decided(id, Decision::Policy, || "hang up: the call had its time".to_owned());
        let options = HangUpOptions::new().header("Warning", "399 localhost \"Call duration exceeded\"");
        let additions = options.and_then(|options| options.additions());
        self.done(additions.and_then(|additions| self.call_hang_up(OP, id, &additions)));
    }

    /// A policy's deed; the application, or the peer, may have been faster.
    pub(super) fn done(&self, result: Result<()>) {
        match result {
            Ok(()) => {}
            Err(e) if matches!(e.kind(), ErrorKind::Gone | ErrorKind::WrongState) => {}
            Err(e) => tracing::warn!(target: "microsip", "{e}"),
        }
    }

    pub(crate) fn set_policy(&self, policy: CallPolicy) {
        *self.policy.borrow_mut() = Arc::new(policy);
    }

    pub(crate) fn set_account_policy(
        &self,
        op: &'static str,
        id: crate::AccountId,
        policy: Option<CallPolicy>,
    ) -> Result<()> {
        let mut table = self.accounts.borrow_mut();
        let entry = table.get_mut(op, id)?;
        entry.policy = policy.map(Arc::new);
        Ok(())
    }
}

/// What a 302 to another place has in it.
pub(super) fn diversion(op: &'static str, target: &str, own: &str, reason: &str) -> Result<Additions> {
    let mut additions = RejectOptions::new()
        .contact(target)
        .additions(op, StatusCode::MOVED_TEMPORARILY)?;
    // RFC 5806: who diverts, and why.
    additions
        .headers
        .add("Diversion", format!("{};reason={reason}", name_addr(own)))?;
    Ok(additions)
}

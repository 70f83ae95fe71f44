//! What the early PJSIP modules ask of the engine: may this request pass, how are we asked about ourselves answered.

use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::Engine;
use super::outbox::Urgency;
use crate::event::Event;
use crate::policy::OptionsPolicy;
use crate::policy::guard::{Kind, Verdict};
use crate::sip::StatusCode;

impl Engine {
    /// Whether requests of this source are not counted at all.
    pub(crate) fn guard_trusts(&self, source: IpAddr) -> bool {
        self.guard.borrow().trusts(source, Instant::now())
    }

    /// What becomes of a request outside a dialog.
    pub(crate) fn guard_judges(&self, source: IpAddr, kind: Kind, user_agent: Option<&str>) -> Verdict {
        let (verdict, report) = self.guard.borrow_mut().judge(source, kind, user_agent, Instant::now());
        if let Some(report) = report {
            tracing::warn!(
                target: "microsip",
                source = %report.source,
                reason = report.reason.name(),
                user_agent = report.user_agent.as_deref().unwrap_or_default(),
                "the guard keeps requests away"
            );
            self.publish(Event::Guard(report), Urgency::Gather);
        }
        verdict
    }

    /// A registrar has accepted us.
    pub(crate) fn guard_registered_by(&self, source: IpAddr) {
        self.guard.borrow_mut().registered_by(source, Instant::now());
    }

    /// A message could not be parsed; whether an answer may be spent on it.
    pub(crate) fn malformed_may_be_answered(&self, source: IpAddr) -> bool {
        self.shared.malformed.received.fetch_add(1, Ordering::Relaxed);
        self.guard_trusts(source) || self.guard_judges(source, Kind::Other, None) == Verdict::Pass
    }

    pub(crate) fn malformed_answered(&self) {
        self.shared.malformed.answered.fetch_add(1, Ordering::Relaxed);
    }

    /// A header that does not matter could not be parsed, and the message goes on without.
    pub(crate) fn malformed_passed_over(&self) {
        self.shared.malformed.passed_over.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn user_agent(&self) -> &str {
        &self.config.user_agent
    }

    /// The answer to OPTIONS; `account` finds PJSUA's index of the account that is asked.
    pub(crate) fn options_code(&self, account: impl FnOnce() -> i32) -> StatusCode {
        if self.config.options == OptionsPolicy::Available {
            return StatusCode::OK;
        }
        let others = self.calls.borrow().entries().count();
        let policy = self.policy_at(account());
        if self.calls_are_full() || policy.refuses_as_busy(others) {
            StatusCode::BUSY_HERE
        } else {
            StatusCode::OK
        }
    }
}

//! From PJSIP's many ways to fail to our typed errors.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Engine, auth};
use crate::error::TlsRefusal;
use crate::pj::{self, Outcome};
use crate::sip::StatusCode;
use crate::{Error, ErrorKind};

/// TLS connections that were refused a moment ago. PJSIP reports the refusal on the transport, and right after it a bare
/// 503 on the transaction that wanted the transport; this joins the two.
#[derive(Default)]
pub(crate) struct Refusals {
    recent: VecDeque<(Instant, String, TlsRefusal)>,
}

/// The transaction's failure follows the transport's within the same poll; a second is ample.
const JOIN_WINDOW: Duration = Duration::from_secs(1);

impl Engine {
    /// A TLS connection to `remote` was refused.
    pub(crate) fn tls_refused(&self, remote: String, refusal: TlsRefusal) {
        let mut refusals = self.refusals.borrow_mut();
        let now = Instant::now();
        refusals.recent.retain(|(at, ..)| now.duration_since(*at) < JOIN_WINDOW);
        if refusals.recent.len() < 64 {
            refusals.recent.push_back((now, remote, refusal));
        }
    }

    /// The newest refusal, if it is fresh; one to `host` is preferred when several connections failed at once.
    fn recent_refusal(&self, host: &str) -> Option<(String, TlsRefusal)> {
        let refusals = self.refusals.borrow();
        let now = Instant::now();
        let fresh = || {
            refusals
                .recent
                .iter()
                .rev()
                .filter(|(at, ..)| now.duration_since(*at) < JOIN_WINDOW)
        };
        fresh()
            .find(|(_, remote, _)| !host.is_empty() && (remote == host || remote.starts_with(&format!("{host}:"))))
            .or_else(|| fresh().next())
            .map(|(_, remote, refusal)| (remote.clone(), *refusal))
    }

    /// The typed error for a request to `host` that ended with `outcome`; `None` for a 2xx. `secure`: it went, or was to
    /// go, over TLS.
    pub(super) fn failure(&self, op: &'static str, host: &str, outcome: &Outcome, secure: bool) -> Option<Error> {
        let code = outcome.code;
        if outcome.pj_status == 0 && code.is_success() {
            return None;
        }
        let reason = if outcome.reason.is_empty() {
            code.reason()
        } else {
            &outcome.reason
        };
        let error = if outcome.from_peer {
            match code.code() {
                401 | 403 | 407 => auth::refused(op, host, outcome),
                _ => Error::new(ErrorKind::Sip, op, format!("{host} answered {code} {reason}")),
            }
            .with_sip(code)
        } else if pj::is_credential_error(outcome.pj_status) {
            auth::refused(op, host, outcome).with_sip(code)
        } else if code == StatusCode::REQUEST_TIMEOUT {
            Error::new(
                ErrorKind::Timeout,
                op,
                format!("no answer from {host} within the transaction timeout; check address, port and firewall"),
            )
            .with_sip(code)
        } else if let Some(failure) = pj::is_name_error(&outcome.reason, outcome.pj_status)
            .then(|| self.recent_name_failure(host))
            .flatten()
        {
            Error::new(ErrorKind::Transport, op, failure.sentence())
        } else if let Some((remote, refusal)) = secure.then(|| self.recent_refusal(host)).flatten() {
            Error::new(ErrorKind::Tls, op, format!("TLS with {remote}: {}", refusal.sentence())).with_tls(refusal)
        } else if pj::is_tls_error(outcome.pj_status) {
            let refusal = TlsRefusal::Handshake;
            Error::new(
                ErrorKind::Tls,
                op,
                format!(
                    "TLS with {host}: {} ({})",
                    refusal.sentence(),
                    pj::strerror(outcome.pj_status)
                ),
            )
            .with_tls(refusal)
        } else {
            let why = if outcome.pj_status == 0 {
                reason.to_owned()
            } else {
                pj::strerror(outcome.pj_status)
            };
            Error::new(
                ErrorKind::Transport,
                op,
                format!("cannot reach {host}: {why}; check address, port, transport and whether the server runs"),
            )
        };
        Some(if outcome.pj_status == 0 {
            error
        } else {
            error.with_pj_status(outcome.pj_status)
        })
    }
}

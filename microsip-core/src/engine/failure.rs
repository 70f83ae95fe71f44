//! From PJSIP's many ways to fail to our typed errors.

use super::{Engine, auth};
use crate::Error;
use crate::failure::FailureCode;
use crate::pj::{self, Outcome};
use crate::sip::StatusCode;

impl Engine {
    /// The typed error for a request to `host` that ended with `outcome`; `None` for a 2xx.
    ///
    /// The status of a connection that failed travels with the request that wanted it (patches/0021 and 0022), so that two
    /// failures at the same time cannot be mixed up.
    pub(super) fn failure(&self, op: &'static str, host: &str, outcome: &Outcome) -> Option<Error> {
        let code = outcome.code;
        if outcome.pj_status == 0 && code.is_success() {
            return None;
        }
        let error = if outcome.from_peer {
            match code.code() {
                401 | 403 | 407 => auth::refused(op, host, outcome),
                _ => answered(op, host, outcome),
            }
            .with_sip(code)
        } else if pj::is_credential_error(outcome.pj_status) {
            auth::refused(op, host, outcome).with_sip(code)
        } else if let Some(failure) = pj::is_name_error(&outcome.reason, outcome.pj_status)
            .then(|| self.recent_name_failure(host))
            .flatten()
        {
            failure.error(op)
        } else if outcome.pj_status == 0 && code == StatusCode::REQUEST_TIMEOUT {
            FailureCode::NoAnswer
                .error(
                    op,
                    format!("no answer from {host} within the transaction timeout; check address, port and firewall"),
                )
                .with_sip(code)
        } else {
            unreachable(op, host, outcome)
        };
        Some(if outcome.pj_status == 0 {
            error
        } else {
            error.with_pj_status(outcome.pj_status)
        })
    }
}

/// The peer said no.
fn answered(op: &'static str, host: &str, outcome: &Outcome) -> Error {
    let code = outcome.code;
    let phrase = if outcome.reason.is_empty() {
        code.reason()
    } else {
        &outcome.reason
    };
    FailureCode::of_answer(code.code()).error(op, format!("{host} answered {code} {phrase}"))
}

/// The message did not get there.
fn unreachable(op: &'static str, host: &str, outcome: &Outcome) -> Error {
    let status = outcome.pj_status;
    let words = if status == 0 {
        if outcome.reason.is_empty() {
            outcome.code.reason().to_owned()
        } else {
            outcome.reason.clone()
        }
    } else {
        pj::strerror(status)
    };
    if let Some(refusal) = pj::refusal_of(status) {
        let message = format!("TLS with {host}: {} ({words})", refusal.sentence());
        return refusal.failure().error(op, message).with_tls(refusal);
    }
    let failure = pj::transport_failure(status).unwrap_or(FailureCode::TransportFailed);
    let what = match failure {
        FailureCode::PortRefused => {
            "nothing listens on that port, or a firewall rejects it; check port and transport, and whether the server runs"
        }
        FailureCode::HostUnreachable => "no way leads to the host; check the address, and whether it is on",
        FailureCode::NetworkUnreachable => {
            "this machine has no route there; check the network, and whether it has addresses of that family"
        }
        FailureCode::ConnectTimedOut => "the connection was not accepted in time; check address and firewall",
        FailureCode::ConnectionLost => {
            "the connection ended before the answer came; the server may have been restarted"
        }
        FailureCode::DnsNotFound => "the name does not exist; check it for typing errors",
        FailureCode::DnsFailed => "the name server failed; check the network and the name servers",
        FailureCode::NoTransport => {
            "the endpoint has no transport of that protocol and address family; add one, or choose another"
        }
        FailureCode::NotPermitted => "the system forbids it; a local firewall may be the cause",
        FailureCode::MessageTooLarge => "the message is longer than 65,535 bytes; send fewer or shorter headers",
        _ => "check address, port, transport and whether the server runs",
    };
    failure.error(op, format!("cannot reach {host}: {words}: {what}"))
}

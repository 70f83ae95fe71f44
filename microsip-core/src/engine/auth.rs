//! Why a server would not let us in.

use crate::Error;
use crate::account::DigestAlgorithm;
use crate::failure::FailureCode;
use crate::pj::{self, Challenge, Outcome};
use crate::redact::redact;
use crate::sip::StatusCode;

/// The error for credentials that were refused, or a challenge that could not be answered.
pub(super) fn refused(op: &'static str, host: &str, outcome: &Outcome) -> Error {
    let code = outcome.code;
    let asked = &outcome.challenges;
    let digests: Vec<&Challenge> = asked.iter().filter(|c| c.is_digest()).collect();
    let known = |c: &&&Challenge| c.algorithm.is_empty() || DigestAlgorithm::from_name(&c.algorithm).is_some();
    let (failure, message) = if !asked.is_empty() && digests.is_empty() {
        let message = format!(
            "{host} asks for the authentication scheme {}, which is not known here; only Digest is",
            list(asked.iter().map(|c| &*c.scheme))
        );
        (FailureCode::AuthUnsupported, message)
    } else if !digests.is_empty() && !digests.iter().any(|c| known(&c)) {
        let message = format!(
            "{host} asks for a digest by {}, which is not known here; MD5, SHA-256 and SHA-512-256 are",
            list(digests.iter().map(|c| &*c.algorithm))
        );
        (FailureCode::AuthUnsupported, message)
    } else if outcome.pj_status == pj::NO_CREDENTIAL || !digests.is_empty() && !outcome.credentials_sent {
        let message = format!(
            "{host} asks for credentials for the realm {}, and the account has none that fit; add a Credential for it",
            list(digests.iter().map(|c| &*c.realm))
        );
        (FailureCode::AuthMissing, message)
    } else if outcome.pj_status == pj::BAD_QOP {
        let message = format!(
            "{host} asks for the protection {}, which is not known here; auth and auth-int are",
            list(digests.iter().map(|c| &*c.qop))
        );
        (FailureCode::AuthUnsupported, message)
    } else if outcome.from_peer && !outcome.credentials_sent {
        let reason = reason(outcome);
        let (failure, why) = if code == StatusCode::FORBIDDEN {
            (FailureCode::PeerForbade, "")
        } else {
            (FailureCode::AuthRejected, " without saying what credentials it wants")
        };
        (failure, format!("{host} answered {code} {reason}{why}"))
    } else if outcome.from_peer || !asked.is_empty() {
        let reason = reason(outcome);
        let failure = if code == StatusCode::FORBIDDEN {
            FailureCode::PeerForbade
        } else {
            FailureCode::AuthRejected
        };
        let message = format!("{host} refused the credentials: {code} {reason}; check user name and password");
        (failure, message)
    } else {
        let message = format!(
            "{host} wants other credentials than configured ({}); check user, password and realm",
            pj::strerror(outcome.pj_status)
        );
        (FailureCode::AuthRejected, message)
    };
    failure.error(op, message)
}

fn reason(outcome: &Outcome) -> &str {
    match &*outcome.reason {
        "" => outcome.code.reason(),
        reason => reason,
    }
}

/// Each once, quoted, in order.
fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for word in words {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    let quoted: Vec<String> = seen.iter().map(|w| format!("{:?}", redact(w))).collect();
    quoted.join(", ")
}

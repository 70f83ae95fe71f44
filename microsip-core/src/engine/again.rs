//! Trying again: what registrations, publications and subscriptions have in common.

use std::time::Duration;

use crate::pj::{self, Outcome};
use crate::sip::Message;

/// A server that raises the minimum lifetime again and again is not followed for ever.
pub(super) const MOST_RAISES: u32 = 4;
/// The longest lifetime a server may ask for.
pub(super) const LONGEST_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Evenly between 0 and 1.
pub(super) fn chance() -> f64 {
    f64::from(pj::random() & 0xffff) / f64::from(0xffff)
}

/// Whether trying again may help, by what became of a request: [`RetryPolicy`](crate::RetryPolicy) says the same.
pub(super) fn may_pass(outcome: &Outcome) -> bool {
    if pj::is_credential_error(outcome.pj_status) {
        return false;
    }
    if !outcome.from_peer {
        return true;
    }
    match outcome.code.code() {
        501 | 505 | 513 => false,
        408 | 430 | 480 => true,
        code => (500..600).contains(&code),
    }
}

/// A header of whole seconds.
pub(super) fn seconds(message: &Message, header: &str) -> Option<Duration> {
    let number = message.header(header)?.trim().parse().ok()?;
    Some(Duration::from_secs(number))
}

//! How far subscriptions are, and why they end.

use microsip_core::{EndReason, SubscriptionState};

use crate::base::Outcome;
use crate::code;
use crate::presence::help::absent_code;

/// How far a subscription is: one of `enum microsip_subscription_state_e`.
pub type microsip_subscription_state_t = i32;

/// The values of `microsip_subscription_state_t`.
#[repr(i32)]
pub enum microsip_subscription_state_e {
    /// The SUBSCRIBE is under way, or its first NOTIFY is awaited.
    MICROSIP_SUBSCRIPTION_STATE_SUBSCRIBING = 1,
    /// Whoever is watched has not decided yet.
    MICROSIP_SUBSCRIPTION_STATE_PENDING = 2,
    /// Changes are told.
    MICROSIP_SUBSCRIPTION_STATE_ACTIVE = 3,
    /// It failed or was ended, and is tried again.
    MICROSIP_SUBSCRIPTION_STATE_RETRYING = 4,
    /// Over for good.
    MICROSIP_SUBSCRIPTION_STATE_ENDED = 5,
}

code!(microsip_subscription_state_e, "subscription state", SubscriptionState {
    MICROSIP_SUBSCRIPTION_STATE_SUBSCRIBING = Subscribing,
    MICROSIP_SUBSCRIPTION_STATE_PENDING = Pending,
    MICROSIP_SUBSCRIPTION_STATE_ACTIVE = Active,
    MICROSIP_SUBSCRIPTION_STATE_RETRYING = Retrying,
    MICROSIP_SUBSCRIPTION_STATE_ENDED = Ended,
});

/// Why a subscription ended, as the notifier says (RFC 6665 §4.1.3): one of `enum microsip_end_reason_e`.
pub type microsip_end_reason_t = i32;

/// The values of `microsip_end_reason_t`.
#[repr(i32)]
pub enum microsip_end_reason_e {
    /// Subscribe again, at once.
    MICROSIP_END_REASON_DEACTIVATED = 1,
    /// Subscribe again later.
    MICROSIP_END_REASON_PROBATION = 2,
    /// The one who is watched does not want it, and will not.
    MICROSIP_END_REASON_REJECTED = 3,
    /// It was not refreshed in time.
    MICROSIP_END_REASON_TIMEOUT = 4,
    /// Nobody could be asked for permission in time; subscribe again later.
    MICROSIP_END_REASON_GIVE_UP = 5,
    /// There is nothing to watch any more.
    MICROSIP_END_REASON_NO_RESOURCE = 6,
    /// What is watched will never change again.
    MICROSIP_END_REASON_INVARIANT = 7,
    /// A reason of somebody's own, or none at all.
    MICROSIP_END_REASON_OTHER = 8,
}

/// An end's number.
pub(crate) fn end_reason_code(reason: &EndReason) -> i32 {
    use microsip_end_reason_e::*;
    (match reason {
        EndReason::Deactivated => MICROSIP_END_REASON_DEACTIVATED,
        EndReason::Probation => MICROSIP_END_REASON_PROBATION,
        EndReason::Rejected => MICROSIP_END_REASON_REJECTED,
        EndReason::Timeout => MICROSIP_END_REASON_TIMEOUT,
        EndReason::GiveUp => MICROSIP_END_REASON_GIVE_UP,
        EndReason::NoResource => MICROSIP_END_REASON_NO_RESOURCE,
        EndReason::Invariant => MICROSIP_END_REASON_INVARIANT,
        _ => MICROSIP_END_REASON_OTHER,
    }) as i32
}

/// An end of a number, with words of its own for `OTHER`.
pub(super) fn end_reason(code: i32, words: Option<&str>) -> Outcome<EndReason> {
    let known = [
        EndReason::Deactivated,
        EndReason::Probation,
        EndReason::Rejected,
        EndReason::Timeout,
        EndReason::GiveUp,
        EndReason::NoResource,
        EndReason::Invariant,
        EndReason::Other(words.unwrap_or_default().to_owned()),
    ];
    known
        .into_iter()
        .find(|reason| end_reason_code(reason) == code)
        .ok_or_else(|| absent_code(code, "end reason"))
}

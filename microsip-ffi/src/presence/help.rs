//! Times, bytes and settings as C has them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use microsip_core::RetryPolicy;

use crate::base::{Fault, Out, Outcome, millis};
use crate::status::microsip_status_e;

/// Bytes that live as long as their object. There is always something to point to.
pub(crate) fn lend_bytes(bytes: &[u8], pointer: Out<*const u8>, count: Out<usize>) {
    pointer.set(if bytes.is_empty() {
        c"".as_ptr().cast()
    } else {
        bytes.as_ptr()
    });
    count.set(bytes.len());
}

/// The moment so many milliseconds after 1970, or before with a negative number.
pub(crate) fn from_unix_ms(ms: i64) -> Outcome<SystemTime> {
    let distance = Duration::from_millis(ms.unsigned_abs());
    let at = if ms < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    at.ok_or_else(|| Fault::invalid(format!("{ms} ms since 1970 is no time of this system")))
}

/// Milliseconds from now on.
pub(crate) fn left_ms(at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(Instant::now()).as_millis()).unwrap_or(u64::MAX)
}

/// When something is tried again; checked when it is used.
pub(crate) fn retry_policy(first_ms: u32, max_ms: u32, factor: f64, jitter: f64) -> RetryPolicy {
    RetryPolicy::new(millis(first_ms), millis(max_ms))
        .factor(factor)
        .jitter(jitter)
}

/// A number that is none of an enumeration's.
pub(crate) fn absent_code(code: i32, name: &str) -> Fault {
    Fault::new(
        microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
        format!("{code} is no {name}"),
    )
}

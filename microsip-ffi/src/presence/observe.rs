//! Settings of watching somebody, a line or a mailbox.

use std::sync::Mutex;

use microsip_core::ObserveOptions;

use crate::base::{Out, Outcome, change, clone_settings, free, guard, put, secs, settings_or};
use crate::handle;
use crate::presence::help::retry_policy;
use crate::status::microsip_status_t;

/// Settings of watching a buddy, a line or a mailbox.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_observe_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_observe_options_t,
    127,
    "observe options",
    Mutex<ObserveOptions>
);

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_observe_options_clone(
    options: microsip_observe_options_t,
    clone: *mut microsip_observe_options_t,
) -> microsip_status_t {
    guard("microsip_observe_options_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_observe_options_free(options: microsip_observe_options_t) -> microsip_status_t {
    guard("microsip_observe_options_free", || free(options))
}

pub(super) fn observe(options: microsip_observe_options_t) -> Outcome<ObserveOptions> {
    settings_or(options, ObserveOptions::default)
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_observe_options_new(options: *mut microsip_observe_options_t) -> microsip_status_t {
    guard("microsip_observe_options_new", || {
        let options = Out::new(options, "options")?;
        options.set(put(Mutex::new(ObserveOptions::default()))?);
        Ok(())
    })
}

/// Sets the lifetime asked for, in seconds, 0 to 86400; default 600. It is refreshed well before. Zero asks for the
/// state once.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_observe_options_set_expires(
    options: microsip_observe_options_t,
    expires_s: u32,
) -> microsip_status_t {
    guard("microsip_observe_options_set_expires", || {
        change(options, |o| {
            o.expires = secs(expires_s);
            Ok(())
        })
    })
}

/// Sets when it is tried again after a failure that may pass: after a pause that grows by `factor` (1 to 10) with each,
/// from `first_ms` to `max_ms` at most (50 ms to 1 hour); `jitter` (0 to 1) is the part of it that is left to chance.
/// Default 1000, 30000, 2 and 0.5.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_observe_options_set_retry(
    options: microsip_observe_options_t,
    first_ms: u32,
    max_ms: u32,
    factor: f64,
    jitter: f64,
) -> microsip_status_t {
    guard("microsip_observe_options_set_retry", || {
        change(options, |o| {
            o.retry = retry_policy(first_ms, max_ms, factor, jitter);
            Ok(())
        })
    })
}

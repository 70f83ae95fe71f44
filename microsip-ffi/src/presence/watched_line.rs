//! Lines that are watched: busy lamps.

use std::ffi::c_char;

use microsip_core::WatchedLine;

use crate::account::microsip_account_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share, text, timeout};
use crate::handle;
use crate::presence::observe::observe;
use crate::presence::{
    microsip_line_info_t, microsip_line_state_t, microsip_observe_options_t, microsip_subscription_t,
};
use crate::status::microsip_status_t;

/// A line whose calls are watched (RFC 4235), for a busy lamp.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_watched_line_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_watched_line_t, 129, "watched line", WatchedLine);

/// Another handle to the same watched line, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_clone(
    line: microsip_watched_line_t,
    clone: *mut microsip_watched_line_t,
) -> microsip_status_t {
    guard("microsip_watched_line_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(line)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The watching goes on: `microsip_watched_line_unwatch` ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watched_line_free(line: microsip_watched_line_t) -> microsip_status_t {
    guard("microsip_watched_line_free", || free(line))
}

/// Watches the calls of a line: SUBSCRIBE for the package `dialog` (RFC 4235). `options` is copied; the zero handle
/// stands for the defaults. Changes come as events of kind `MICROSIP_EVENT_KIND_LINE`.
///
/// Statuses: as `microsip_account_watch`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_watch_line(
    account: microsip_account_t,
    target: *const c_char,
    options: microsip_observe_options_t,
    line: *mut microsip_watched_line_t,
) -> microsip_status_t {
    guard("microsip_account_watch_line", || {
        let line = Out::new(line, "line")?;
        let account = get(account)?;
        let target = text(target, "target")?;
        line.set(put(account.watch_line(target, observe(options)?)?)?);
        Ok(())
    })
}

/// What is known, as a new handle to be freed; `NO_VALUE` until something was told. It stays when the subscription
/// ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_info(
    line: microsip_watched_line_t,
    info: *mut microsip_line_info_t,
) -> microsip_status_t {
    guard("microsip_watched_line_info", || {
        let info = Out::new(info, "info")?;
        let line = get(line)?;
        let told = line.info().ok_or_else(|| Fault::none("state told yet"))?;
        info.set(put((*told).clone())?);
        Ok(())
    })
}

/// In one word; `MICROSIP_LINE_STATE_UNKNOWN` while the subscription is not active.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_state(
    line: microsip_watched_line_t,
    state: *mut microsip_line_state_t,
) -> microsip_status_t {
    guard("microsip_watched_line_state", || {
        let state = Out::new(state, "state")?;
        let line = get(line)?;
        state.set(line.state().code());
        Ok(())
    })
}

/// Who is watched, as it was given. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_target(
    line: microsip_watched_line_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_watched_line_target", || {
        let target = Out::new(target, "target")?;
        let line = get(line)?;
        target.set(line.lend(line.target()));
        Ok(())
    })
}

/// The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_subscription(
    line: microsip_watched_line_t,
    subscription: *mut microsip_subscription_t,
) -> microsip_status_t {
    guard("microsip_watched_line_subscription", || {
        let subscription = Out::new(subscription, "subscription")?;
        let line = get(line)?;
        subscription.set(put(line.subscription().clone())?);
        Ok(())
    })
}

/// Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watched_line_unwatch(line: microsip_watched_line_t) -> microsip_status_t {
    guard("microsip_watched_line_unwatch", || {
        let line = get(line)?;
        Ok(line.unwatch()?)
    })
}

/// Waits until the line is in this state, now or later, `timeout_ms` at most, and gives what is known then as a new
/// handle to be freed.
///
/// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_wait_for(
    line: microsip_watched_line_t,
    state: microsip_line_state_t,
    timeout_ms: u32,
    info: *mut microsip_line_info_t,
) -> microsip_status_t {
    guard("microsip_watched_line_wait_for", || {
        let info = Out::new(info, "info")?;
        let line = get(line)?;
        let state = Code::arg(state)?;
        let told = line.wait(timeout(timeout_ms), |info| (info.state == state).then(|| info.clone()))?;
        info.set(put(told)?);
        Ok(())
    })
}

/// Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
/// `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watched_line_wait_info(
    line: microsip_watched_line_t,
    timeout_ms: u32,
    info: *mut microsip_line_info_t,
) -> microsip_status_t {
    guard("microsip_watched_line_wait_info", || {
        let info = Out::new(info, "info")?;
        let line = get(line)?;
        let told = line.wait(timeout(timeout_ms), |info| Some(info.clone()))?;
        info.set(put(told)?);
        Ok(())
    })
}

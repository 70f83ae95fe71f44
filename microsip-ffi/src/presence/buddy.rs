//! Buddies: people whose presence is watched.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::Buddy;

use crate::account::microsip_account_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, share, text, timeout};
use crate::handle;
use crate::presence::observe::observe;
use crate::presence::{
    microsip_observe_options_t, microsip_presence_status_t, microsip_presence_t, microsip_subscription_t,
};
use crate::status::microsip_status_t;

/// Somebody whose presence is watched (RFC 3856).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_buddy_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_buddy_t, 128, "buddy", Buddy);

/// Another handle to the same buddy, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_clone(
    buddy: microsip_buddy_t,
    clone: *mut microsip_buddy_t,
) -> microsip_status_t {
    guard("microsip_buddy_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(buddy)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The watching goes on: `microsip_buddy_unwatch` ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_buddy_free(buddy: microsip_buddy_t) -> microsip_status_t {
    guard("microsip_buddy_free", || free(buddy))
}

/// Watches somebody's presence: SUBSCRIBE for the package `presence` (RFC 3856). `options` is copied; the zero handle
/// stands for the defaults. Changes come as events of kind `MICROSIP_EVENT_KIND_PRESENCE`, how the subscription stands
/// as `MICROSIP_EVENT_KIND_SUBSCRIPTION`.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI or setting, `GONE` when the account was removed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_watch(
    account: microsip_account_t,
    target: *const c_char,
    options: microsip_observe_options_t,
    buddy: *mut microsip_buddy_t,
) -> microsip_status_t {
    guard("microsip_account_watch", || {
        let buddy = Out::new(buddy, "buddy")?;
        let account = get(account)?;
        let target = text(target, "target")?;
        buddy.set(put(account.watch(target, observe(options)?)?)?);
        Ok(())
    })
}

/// What was told last, as a new handle to be freed; `NO_VALUE` until something was. It stays when the subscription
/// ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_status(
    buddy: microsip_buddy_t,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_buddy_status", || {
        let status = Out::new(status, "status")?;
        let buddy = get(buddy)?;
        let told = buddy.status().ok_or_else(|| Fault::none("status told yet"))?;
        status.set(put(Mutex::new((*told).clone()))?);
        Ok(())
    })
}

/// In one word; `MICROSIP_PRESENCE_UNKNOWN` while the subscription is not active.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_presence(
    buddy: microsip_buddy_t,
    presence: *mut microsip_presence_t,
) -> microsip_status_t {
    guard("microsip_buddy_presence", || {
        let presence = Out::new(presence, "presence")?;
        let buddy = get(buddy)?;
        presence.set(buddy.presence().code());
        Ok(())
    })
}

/// Who is watched, as it was given. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_target(
    buddy: microsip_buddy_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_buddy_target", || {
        let target = Out::new(target, "target")?;
        let buddy = get(buddy)?;
        target.set(buddy.lend(buddy.target()));
        Ok(())
    })
}

/// The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_subscription(
    buddy: microsip_buddy_t,
    subscription: *mut microsip_subscription_t,
) -> microsip_status_t {
    guard("microsip_buddy_subscription", || {
        let subscription = Out::new(subscription, "subscription")?;
        let buddy = get(buddy)?;
        subscription.set(put(buddy.subscription().clone())?);
        Ok(())
    })
}

/// Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_buddy_unwatch(buddy: microsip_buddy_t) -> microsip_status_t {
    guard("microsip_buddy_unwatch", || {
        let buddy = get(buddy)?;
        Ok(buddy.unwatch()?)
    })
}

/// Waits until somebody is in this state, now or later, `timeout_ms` at most, and gives what is told then as a new
/// handle to be freed.
///
/// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_wait_for(
    buddy: microsip_buddy_t,
    presence: microsip_presence_t,
    timeout_ms: u32,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_buddy_wait_for", || {
        let status = Out::new(status, "status")?;
        let buddy = get(buddy)?;
        let presence = Code::arg(presence)?;
        let told = buddy.wait(timeout(timeout_ms), |status| {
            (status.state() == presence).then(|| status.clone())
        })?;
        status.set(put(Mutex::new(told))?);
        Ok(())
    })
}

/// Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
/// `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_buddy_wait_status(
    buddy: microsip_buddy_t,
    timeout_ms: u32,
    status: *mut microsip_presence_status_t,
) -> microsip_status_t {
    guard("microsip_buddy_wait_status", || {
        let status = Out::new(status, "status")?;
        let buddy = get(buddy)?;
        let told = buddy.wait(timeout(timeout_ms), |status| Some(status.clone()))?;
        status.set(put(Mutex::new(told))?);
        Ok(())
    })
}

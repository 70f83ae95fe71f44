//! Subscriptions to any event package.

use std::ffi::c_char;

use microsip_core::Subscription;

use crate::account::microsip_account_t;
use crate::base::{Code, Fault, Out, free, get, guard, put, settings_of, share, text, timeout};
use crate::handle;
use crate::presence::{
    microsip_notification_t, microsip_subscribe_options_t, microsip_subscription_info_t, microsip_subscription_state_t,
};
use crate::status::microsip_status_t;

/// A subscription to an event package (RFC 6665).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_subscription_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_subscription_t, 135, "subscription", Subscription);

/// Another handle to the same subscription, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_clone(
    subscription: microsip_subscription_t,
    clone: *mut microsip_subscription_t,
) -> microsip_status_t {
    guard("microsip_subscription_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(subscription)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The subscription goes on: `microsip_subscription_unsubscribe` ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscription_free(subscription: microsip_subscription_t) -> microsip_status_t {
    guard("microsip_subscription_free", || free(subscription))
}

/// Subscribes to an event package of `target`, a SIP URI (RFC 6665); `options` is copied.
///
/// Returns when the SUBSCRIBE is queued: `microsip_subscription_wait_for`, or events of the kinds
/// `MICROSIP_EVENT_KIND_SUBSCRIPTION` and `MICROSIP_EVENT_KIND_NOTIFY`, tell the rest. It is refreshed until it is
/// ended; one that cannot be sent is tried again later.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI, package, content type or setting; `GONE` when the account was
/// removed; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_subscribe(
    account: microsip_account_t,
    target: *const c_char,
    options: microsip_subscribe_options_t,
    subscription: *mut microsip_subscription_t,
) -> microsip_status_t {
    guard("microsip_account_subscribe", || {
        let subscription = Out::new(subscription, "subscription")?;
        let account = get(account)?;
        let target = text(target, "target")?;
        let options = settings_of(options)?;
        subscription.set(put(account.subscribe(target, options)?)?);
        Ok(())
    })
}

/// Number of the subscription, unlike that of any other in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_id(
    subscription: microsip_subscription_t,
    id: *mut u64,
) -> microsip_status_t {
    guard("microsip_subscription_id", || {
        let id = Out::new(id, "id")?;
        let subscription = get(subscription)?;
        id.set(subscription.id().get());
        Ok(())
    })
}

/// Who subscribes, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_account(
    subscription: microsip_subscription_t,
    account: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_subscription_account", || {
        let account = Out::new(account, "account")?;
        let subscription = get(subscription)?;
        account.set(put(subscription.account().clone())?);
        Ok(())
    })
}

/// What is watched, as it was given. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_target(
    subscription: microsip_subscription_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_subscription_target", || {
        let target = Out::new(target, "target")?;
        let subscription = get(subscription)?;
        target.set(subscription.lend(subscription.target()));
        Ok(())
    })
}

/// The event package. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_package(
    subscription: microsip_subscription_t,
    package: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_subscription_package", || {
        let package = Out::new(package, "package")?;
        let subscription = get(subscription)?;
        package.set(subscription.lend(subscription.package()));
        Ok(())
    })
}

/// How it stands, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_info(
    subscription: microsip_subscription_t,
    info: *mut microsip_subscription_info_t,
) -> microsip_status_t {
    guard("microsip_subscription_info", || {
        let info = Out::new(info, "info")?;
        let subscription = get(subscription)?;
        info.set(put(subscription.info())?);
        Ok(())
    })
}

/// How far it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_state(
    subscription: microsip_subscription_t,
    state: *mut microsip_subscription_state_t,
) -> microsip_status_t {
    guard("microsip_subscription_state", || {
        let state = Out::new(state, "state")?;
        let subscription = get(subscription)?;
        state.set(subscription.state().code());
        Ok(())
    })
}

/// The newest NOTIFY with a body, as a new handle to be freed; `NO_VALUE` until one came.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_notification(
    subscription: microsip_subscription_t,
    notification: *mut microsip_notification_t,
) -> microsip_status_t {
    guard("microsip_subscription_notification", || {
        let notification = Out::new(notification, "notification")?;
        let subscription = get(subscription)?;
        let newest = subscription
            .notification()
            .ok_or_else(|| Fault::none("notification yet"))?;
        notification.set(put(newest)?);
        Ok(())
    })
}

/// Waits until it is in this state, `timeout_ms` at most.
///
/// Statuses: `TIMEOUT`; when it ended meanwhile and another state was wanted: `SIP`, `AUTH`, `TRANSPORT`, … as it
/// ended, or `GONE`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscription_wait_for(
    subscription: microsip_subscription_t,
    state: microsip_subscription_state_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_subscription_wait_for", || {
        let subscription = get(subscription)?;
        let state = Code::arg(state)?;
        subscription.wait_for(state, timeout(timeout_ms))?;
        Ok(())
    })
}

/// Waits for a NOTIFY with a body that is newer than `after`, a number of one before, or 0 for any, `timeout_ms` at
/// most, and gives it as a new handle to be freed.
///
/// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_subscription_wait_notification(
    subscription: microsip_subscription_t,
    after: u64,
    timeout_ms: u32,
    notification: *mut microsip_notification_t,
) -> microsip_status_t {
    guard("microsip_subscription_wait_notification", || {
        let notification = Out::new(notification, "notification")?;
        let subscription = get(subscription)?;
        notification.set(put(subscription.wait_notification(after, timeout(timeout_ms))?)?);
        Ok(())
    })
}

/// Asks for the present state at once, by a SUBSCRIBE before it is due; one that waits to be tried again is tried now.
///
/// Statuses: `GONE` when it has ended, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscription_refresh(subscription: microsip_subscription_t) -> microsip_status_t {
    guard("microsip_subscription_refresh", || {
        let subscription = get(subscription)?;
        Ok(subscription.refresh()?)
    })
}

/// Ends it: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY, with which its state
/// becomes `MICROSIP_SUBSCRIPTION_STATE_ENDED`. Ending it twice is fine.
///
/// Statuses: `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_subscription_unsubscribe(subscription: microsip_subscription_t) -> microsip_status_t {
    guard("microsip_subscription_unsubscribe", || {
        let subscription = get(subscription)?;
        Ok(subscription.unsubscribe()?)
    })
}

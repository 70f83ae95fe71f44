//! Mailboxes that are watched.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::Mailbox;

use crate::account::microsip_account_t;
use crate::base::{Fault, Out, free, get, guard, opt_text, put, share, timeout};
use crate::handle;
use crate::presence::observe::observe;
use crate::presence::{microsip_message_summary_t, microsip_observe_options_t, microsip_subscription_t};
use crate::status::microsip_status_t;

/// A mailbox that is watched (RFC 3842).
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_mailbox_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_mailbox_t, 132, "mailbox", Mailbox);

/// Another handle to the same mailbox, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_mailbox_clone(
    mailbox: microsip_mailbox_t,
    clone: *mut microsip_mailbox_t,
) -> microsip_status_t {
    guard("microsip_mailbox_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(mailbox)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The watching goes on: `microsip_mailbox_unwatch` ends it.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_mailbox_free(mailbox: microsip_mailbox_t) -> microsip_status_t {
    guard("microsip_mailbox_free", || free(mailbox))
}

/// Watches a mailbox: SUBSCRIBE for the package `message-summary` (RFC 3842). `target` is the mailbox, NULL the
/// account's own address; `options` is copied, the zero handle stands for the defaults. News come as events of kind
/// `MICROSIP_EVENT_KIND_MESSAGES_WAITING`, which servers also send without being asked.
///
/// Statuses: as `microsip_account_watch`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_watch_mailbox(
    account: microsip_account_t,
    target: *const c_char,
    options: microsip_observe_options_t,
    mailbox: *mut microsip_mailbox_t,
) -> microsip_status_t {
    guard("microsip_account_watch_mailbox", || {
        let mailbox = Out::new(mailbox, "mailbox")?;
        let account = get(account)?;
        let target = opt_text(target, "target")?;
        mailbox.set(put(account.watch_mailbox(target, observe(options)?)?)?);
        Ok(())
    })
}

/// What was told last, as a new handle to be freed; `NO_VALUE` until something was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_mailbox_summary(
    mailbox: microsip_mailbox_t,
    summary: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_mailbox_summary", || {
        let summary = Out::new(summary, "summary")?;
        let mailbox = get(mailbox)?;
        let told = mailbox.summary().ok_or_else(|| Fault::none("summary told yet"))?;
        summary.set(put(Mutex::new((*told).clone()))?);
        Ok(())
    })
}

/// Who is watched, as it was given. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_mailbox_target(
    mailbox: microsip_mailbox_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_mailbox_target", || {
        let target = Out::new(target, "target")?;
        let mailbox = get(mailbox)?;
        target.set(mailbox.lend(mailbox.target()));
        Ok(())
    })
}

/// The subscription behind it, as a new handle to be freed: how it stands, how it is refreshed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_mailbox_subscription(
    mailbox: microsip_mailbox_t,
    subscription: *mut microsip_subscription_t,
) -> microsip_status_t {
    guard("microsip_mailbox_subscription", || {
        let subscription = Out::new(subscription, "subscription")?;
        let mailbox = get(mailbox)?;
        subscription.set(put(mailbox.subscription().clone())?);
        Ok(())
    })
}

/// Ends the watching: SUBSCRIBE with `Expires: 0` (RFC 6665 §4.1.2.3). Does not wait for the last NOTIFY. Statuses:
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_mailbox_unwatch(mailbox: microsip_mailbox_t) -> microsip_status_t {
    guard("microsip_mailbox_unwatch", || {
        let mailbox = get(mailbox)?;
        Ok(mailbox.unwatch()?)
    })
}

/// Waits until the mailbox says that messages wait, or that none do, now or later, `timeout_ms` at most, and gives what
/// is told then as a new handle to be freed.
///
/// Statuses: `TIMEOUT`; `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_mailbox_wait_for(
    mailbox: microsip_mailbox_t,
    waiting: bool,
    timeout_ms: u32,
    summary: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_mailbox_wait_for", || {
        let summary = Out::new(summary, "summary")?;
        let mailbox = get(mailbox)?;
        let told = mailbox.wait(timeout(timeout_ms), |told| {
            (told.waiting == waiting).then(|| told.clone())
        })?;
        summary.set(put(Mutex::new(told))?);
        Ok(())
    })
}

/// Waits until something was told, `timeout_ms` at most, and gives it as a new handle to be freed. Statuses: `TIMEOUT`;
/// `GONE` when the subscription ends before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_mailbox_wait_summary(
    mailbox: microsip_mailbox_t,
    timeout_ms: u32,
    summary: *mut microsip_message_summary_t,
) -> microsip_status_t {
    guard("microsip_mailbox_wait_summary", || {
        let summary = Out::new(summary, "summary")?;
        let mailbox = get(mailbox)?;
        let told = mailbox.wait(timeout(timeout_ms), |told| Some(told.clone()))?;
        summary.set(put(Mutex::new(told))?);
        Ok(())
    })
}

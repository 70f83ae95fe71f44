//! Those who watch us.

use std::ffi::c_char;
use std::sync::Arc;

use microsip_core::{EndReason, Watcher, WatcherState};

use crate::account::microsip_account_t;
use crate::base::{Fault, Out, Outcome, bytes, free, get, guard, opt_text, put, settings_of, share, text};
use crate::handle;
use crate::presence::subscription_state::end_reason;
use crate::presence::{end_reason_code, microsip_end_reason_t};
use crate::request::{microsip_request_options_t, microsip_sip_message_t};
use crate::status::microsip_status_t;

/// How far a watcher is: one of `enum microsip_watcher_state_e`.
pub type microsip_watcher_state_t = i32;

/// The values of `microsip_watcher_state_t`.
#[repr(i32)]
pub enum microsip_watcher_state_e {
    /// It waits for a decision.
    MICROSIP_WATCHER_STATE_PENDING = 1,
    /// It is told changes.
    MICROSIP_WATCHER_STATE_ACTIVE = 2,
    /// It is not told any more.
    MICROSIP_WATCHER_STATE_ENDED = 3,
}

pub(crate) fn watcher_state_code(state: &WatcherState) -> i32 {
    match state {
        WatcherState::Pending => microsip_watcher_state_e::MICROSIP_WATCHER_STATE_PENDING as i32,
        WatcherState::Active => microsip_watcher_state_e::MICROSIP_WATCHER_STATE_ACTIVE as i32,
        WatcherState::Ended(_) => microsip_watcher_state_e::MICROSIP_WATCHER_STATE_ENDED as i32,
        _ => 0,
    }
}

/// Why a watcher ended.
pub(crate) fn ended_for(state: &WatcherState) -> Outcome<&EndReason> {
    match state {
        WatcherState::Ended(reason) => Ok(reason),
        _ => Err(Fault::none("end of this watcher")),
    }
}

/// Some watchers, at the moment they were asked for. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_watcher_list_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_watcher_list_t, 147, "watcher list", Vec<Watcher>);

/// Another handle to the same watcher list, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_list_clone(
    list: microsip_watcher_list_t,
    clone: *mut microsip_watcher_list_t,
) -> microsip_status_t {
    guard("microsip_watcher_list_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(list)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watcher_list_free(list: microsip_watcher_list_t) -> microsip_status_t {
    guard("microsip_watcher_list_free", || free(list))
}

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_list_count(
    list: microsip_watcher_list_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_watcher_list_count", || {
        let count = Out::new(count, "count")?;
        let list = get(list)?;
        count.set(list.len());
        Ok(())
    })
}

/// The watcher at `index`, from 0, as a new handle to be freed; `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_list_at(
    list: microsip_watcher_list_t,
    index: usize,
    watcher: *mut microsip_watcher_t,
) -> microsip_status_t {
    guard("microsip_watcher_list_at", || {
        let watcher = Out::new(watcher, "watcher")?;
        let list = get(list)?;
        let found = list.get(index).ok_or_else(|| Fault::none("watcher at this index"))?;
        watcher.set(put(found.clone())?);
        Ok(())
    })
}

/// Somebody who watches us: a subscription to a package that an account serves.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_watcher_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_watcher_t, 140, "watcher", Watcher);

/// Another handle to the same watcher, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_clone(
    watcher: microsip_watcher_t,
    clone: *mut microsip_watcher_t,
) -> microsip_status_t {
    guard("microsip_watcher_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(watcher)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. It watches all the same.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watcher_free(watcher: microsip_watcher_t) -> microsip_status_t {
    guard("microsip_watcher_free", || free(watcher))
}

/// Number of the watcher, unlike that of any other in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_id(watcher: microsip_watcher_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_watcher_id", || {
        let id = Out::new(id, "id")?;
        let watcher = get(watcher)?;
        id.set(watcher.id().get());
        Ok(())
    })
}

/// Who is watched, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_account(
    watcher: microsip_watcher_t,
    account: *mut microsip_account_t,
) -> microsip_status_t {
    guard("microsip_watcher_account", || {
        let account = Out::new(account, "account")?;
        let watcher = get(watcher)?;
        account.set(put(watcher.account().clone())?);
        Ok(())
    })
}

/// The event package. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_package(
    watcher: microsip_watcher_t,
    package: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_watcher_package", || {
        let package = Out::new(package, "package")?;
        let watcher = get(watcher)?;
        package.set(watcher.lend(watcher.package()));
        Ok(())
    })
}

/// Who watches: the From of its SUBSCRIBE, without tag. What it says of itself: nobody has verified it. Lent until the
/// handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_from(
    watcher: microsip_watcher_t,
    from: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_watcher_from", || {
        let from = Out::new(from, "from")?;
        let watcher = get(watcher)?;
        from.set(watcher.lend(watcher.from()));
        Ok(())
    })
}

/// The SUBSCRIBE that began it, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_request(
    watcher: microsip_watcher_t,
    request: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_watcher_request", || {
        let request = Out::new(request, "request")?;
        let watcher = get(watcher)?;
        request.set(put(Arc::clone(watcher.request()))?);
        Ok(())
    })
}

/// How far it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_state(
    watcher: microsip_watcher_t,
    state: *mut microsip_watcher_state_t,
) -> microsip_status_t {
    guard("microsip_watcher_state", || {
        let state = Out::new(state, "state")?;
        let watcher = get(watcher)?;
        state.set(watcher_state_code(&watcher.state()));
        Ok(())
    })
}

/// Why it ended, and the word for it; `NO_VALUE` unless it has. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_end_reason(
    watcher: microsip_watcher_t,
    reason: *mut microsip_end_reason_t,
    words: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_watcher_end_reason", || {
        let (reason, words) = (Out::new(reason, "reason"), Out::new(words, "words"));
        let (reason, words) = (reason?, words?);
        let watcher = get(watcher)?;
        let state = watcher.state();
        let why = ended_for(&state)?;
        reason.set(end_reason_code(why));
        words.set(watcher.lend(why.name()));
        Ok(())
    })
}

/// Lets it in: it is told the present state, and changes. Nothing happens when it is in already. Statuses: `GONE` when
/// it has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watcher_accept(watcher: microsip_watcher_t) -> microsip_status_t {
    guard("microsip_watcher_accept", || {
        let watcher = get(watcher)?;
        Ok(watcher.accept()?)
    })
}

/// Turns it away, now or later (`terminated;reason=rejected`). Statuses: `GONE` when it has ended.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watcher_reject(watcher: microsip_watcher_t) -> microsip_status_t {
    guard("microsip_watcher_reject", || {
        let watcher = get(watcher)?;
        Ok(watcher.reject()?)
    })
}

/// Ends it for a reason, which tells whether it may come again. `words` is the reason of `MICROSIP_END_REASON_OTHER`,
/// may be NULL, and is not looked at otherwise. Statuses: `GONE` when it has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_end(
    watcher: microsip_watcher_t,
    reason: microsip_end_reason_t,
    words: *const c_char,
) -> microsip_status_t {
    guard("microsip_watcher_end", || {
        let watcher = get(watcher)?;
        let words = opt_text(words, "words")?;
        let why = end_reason(reason, words)?;
        Ok(watcher.end(why)?)
    })
}

/// Tells this watcher alone something; the bytes are copied. One that waits for a decision is told it when it is let
/// in.
///
/// Statuses: `GONE` when it has ended; `INVALID_ARGUMENT` for a malformed content type or a body beyond 48,000 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_watcher_notify(
    watcher: microsip_watcher_t,
    content_type: *const c_char,
    body: *const u8,
    body_len: usize,
) -> microsip_status_t {
    guard("microsip_watcher_notify", || {
        let watcher = get(watcher)?;
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, body_len, "body")?;
        Ok(watcher.notify(content_type, body)?)
    })
}

/// As `microsip_watcher_notify`, with headers; `state` is copied.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_watcher_notify_with(
    watcher: microsip_watcher_t,
    state: microsip_request_options_t,
) -> microsip_status_t {
    guard("microsip_watcher_notify_with", || {
        let watcher = get(watcher)?;
        let state = settings_of(state)?;
        Ok(watcher.notify_with(state)?)
    })
}

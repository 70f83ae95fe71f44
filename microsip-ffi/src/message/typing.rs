//! Typing indications.

use std::ffi::c_char;

use microsip_core::{PeerTyping, TypingCause, TypingState};

use crate::account::microsip_account_t;
use crate::base::{Code, Out, free, get, guard, share, text};
use crate::call::microsip_call_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Whether a message is being composed: one of `enum microsip_typing_state_e`.
pub type microsip_typing_state_t = i32;

/// The values of `microsip_typing_state_t`.
#[repr(i32)]
pub enum microsip_typing_state_e {
    /// A message is being composed.
    MICROSIP_TYPING_STATE_ACTIVE = 1,
    /// None is, or not any more.
    MICROSIP_TYPING_STATE_IDLE = 2,
}

code!(microsip_typing_state_e, "typing state", TypingState {
    MICROSIP_TYPING_STATE_ACTIVE = Active,
    MICROSIP_TYPING_STATE_IDLE = Idle,
});

/// Why somebody types, or does no longer: one of `enum microsip_typing_cause_e`.
pub type microsip_typing_cause_t = i32;

/// The values of `microsip_typing_cause_t`.
#[repr(i32)]
pub enum microsip_typing_cause_e {
    /// The peer said so.
    MICROSIP_TYPING_CAUSE_TOLD = 1,
    /// The peer has not said again that it types, for as long as it wanted to be believed (RFC 3994 §3.3).
    MICROSIP_TYPING_CAUSE_EXPIRED = 2,
    /// Its message came.
    MICROSIP_TYPING_CAUSE_MESSAGE = 3,
    /// The call in which it typed is over.
    MICROSIP_TYPING_CAUSE_CALL_ENDED = 4,
}

code!(microsip_typing_cause_e, "typing cause", TypingCause {
    MICROSIP_TYPING_CAUSE_TOLD = Told,
    MICROSIP_TYPING_CAUSE_EXPIRED = Expired,
    MICROSIP_TYPING_CAUSE_MESSAGE = Message,
    MICROSIP_TYPING_CAUSE_CALL_ENDED = CallEnded,
});

/// That a peer types, or does no longer (RFC 3994). Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_peer_typing_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_peer_typing_t, 144, "peer typing", PeerTyping);

/// Another handle to the same peer typing, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_peer_typing_clone(
    typing: microsip_peer_typing_t,
    clone: *mut microsip_peer_typing_t,
) -> microsip_status_t {
    guard("microsip_peer_typing_clone", || {
        let clone = Out::new(clone, "clone")?;
        clone.set(share(typing)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_peer_typing_free(typing: microsip_peer_typing_t) -> microsip_status_t {
    guard("microsip_peer_typing_free", || free(typing))
}

/// Tells `target` that somebody types a message for it, outside of any call (RFC 3994): to be called with `true` at
/// every key, or every few seconds. An indication goes out when it begins, again before the peer would cease to believe
/// it, and one that it has ended after a time without another call, or at once with `false`; a message to the same
/// target ends it without one. Failures are not told.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI, `GONE` when the account was removed, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_set_typing(
    account: microsip_account_t,
    target: *const c_char,
    typing: bool,
) -> microsip_status_t {
    guard("microsip_account_set_typing", || {
        let account = get(account)?;
        let target = text(target, "target")?;
        Ok(account.typing(target, typing)?)
    })
}

/// As `microsip_account_set_typing`, in a call's dialog.
///
/// Statuses: `WRONG_STATE` while there is no dialog yet, `GONE` after the call's end, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_set_typing(call: microsip_call_t, typing: bool) -> microsip_status_t {
    guard("microsip_call_set_typing", || {
        let call = get(call)?;
        Ok(call.typing(typing)?)
    })
}

/// Who: the URI of From. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_peer_typing_from(
    typing: microsip_peer_typing_t,
    from: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_peer_typing_from", || {
        let from = Out::new(from, "from")?;
        let typing = get(typing)?;
        from.set(typing.lend(&typing.from));
        Ok(())
    })
}

/// The name beside it; `NO_VALUE` if there is none. Lent until the handle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_peer_typing_display(
    typing: microsip_peer_typing_t,
    display: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_peer_typing_display", || {
        let display = Out::new(display, "display")?;
        let typing = get(typing)?;
        display.set_some(typing.display.as_deref().map(|name| typing.lend(name)), "display name")
    })
}

/// Whether a message is being composed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_peer_typing_state(
    typing: microsip_peer_typing_t,
    state: *mut microsip_typing_state_t,
) -> microsip_status_t {
    guard("microsip_peer_typing_state", || {
        let state = Out::new(state, "state")?;
        let typing = get(typing)?;
        state.set(typing.state.code());
        Ok(())
    })
}

/// What is being composed, as the peer says, such as `"text/plain"`; `NO_VALUE` if it does not. Lent until the handle
/// is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_peer_typing_content_type(
    typing: microsip_peer_typing_t,
    content_type: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_peer_typing_content_type", || {
        let content_type = Out::new(content_type, "content_type")?;
        let typing = get(typing)?;
        content_type.set_some(
            typing.content_type.as_deref().map(|kind| typing.lend(kind)),
            "content type",
        )
    })
}

/// Why it is so.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_peer_typing_cause(
    typing: microsip_peer_typing_t,
    cause: *mut microsip_typing_cause_t,
) -> microsip_status_t {
    guard("microsip_peer_typing_cause", || {
        let cause = Out::new(cause, "cause")?;
        let typing = get(typing)?;
        cause.set(typing.cause.code());
        Ok(())
    })
}

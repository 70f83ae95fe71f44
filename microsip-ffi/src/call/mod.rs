//! Calls: state, and what is done with them.

mod answer_options;
mod dialog;
mod dtmf;
mod end;
mod ending;
mod events;
mod hold;
mod info;
mod media_info;
mod options;
mod session;
mod story;
mod transfer;
mod transfer_request;

use microsip_core::{Call, CallState, StatusCode};

use crate::base::{Code, Fault, Out, Outcome, free, get, guard, share, timeout};
use crate::status::microsip_status_t;
use crate::{code, handle};

pub use answer_options::*;
pub use dialog::*;
pub use dtmf::*;
pub use end::*;
pub use ending::*;
pub use events::*;
pub use hold::*;
pub use info::*;
pub use media_info::*;
pub use options::*;
pub use session::*;
pub use story::*;
pub use transfer::*;
pub use transfer_request::*;

/// A call: one INVITE dialog with its audio.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_call_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_call_t, 8, "call", Call);

/// Where a call is: one of `enum microsip_call_state_e`.
pub type microsip_call_state_t = i32;

/// The values of `microsip_call_state_t` (PJSIP's `pjsip_inv_state`).
#[repr(i32)]
pub enum microsip_call_state_e {
    /// INVITE was sent.
    MICROSIP_CALL_STATE_CALLING = 1,
    /// INVITE was received.
    MICROSIP_CALL_STATE_INCOMING = 2,
    /// A provisional response with a tag: it rings, or progress is heard.
    MICROSIP_CALL_STATE_EARLY = 3,
    /// 2xx was sent or received, ACK not yet.
    MICROSIP_CALL_STATE_CONNECTING = 4,
    /// The call is up.
    MICROSIP_CALL_STATE_CONFIRMED = 5,
    /// The call is over.
    MICROSIP_CALL_STATE_DISCONNECTED = 6,
}

code!(microsip_call_state_e, "call state", CallState {
    MICROSIP_CALL_STATE_CALLING = Calling,
    MICROSIP_CALL_STATE_INCOMING = Incoming,
    MICROSIP_CALL_STATE_EARLY = Early,
    MICROSIP_CALL_STATE_CONNECTING = Connecting,
    MICROSIP_CALL_STATE_CONFIRMED = Confirmed,
    MICROSIP_CALL_STATE_DISCONNECTED = Disconnected,
});

/// A SIP status code as C gives it.
pub(crate) fn status_code(code: u16) -> Outcome<StatusCode> {
    StatusCode::new(code).ok_or_else(|| Fault::invalid(format!("{code} is no SIP status code: 100 to 699")))
}

/// Number of the call, unlike that of any other in this process; for comparing handles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_id(call: microsip_call_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_call_id", || {
        let out = Out::new(id, "id")?;
        out.set(get(call)?.id().get());
        Ok(())
    })
}

/// Where the call is now; still told after its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_state(
    call: microsip_call_t,
    state: *mut microsip_call_state_t,
) -> microsip_status_t {
    guard("microsip_call_state", || {
        let out = Out::new(state, "state")?;
        out.set(get(call)?.state().code());
        Ok(())
    })
}

/// Answers an incoming call with a SIP status code: 180 to 183 while it rings, 200 to take it. `options` is copied; the zero handle
/// stands for the defaults.
///
/// Statuses: `INVALID_ARGUMENT` for a code that is not 101 to 299, `WRONG_STATE` for an outgoing call or one that is answered,
/// `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_answer(
    call: microsip_call_t,
    code: u16,
    options: microsip_answer_options_t,
) -> microsip_status_t {
    guard("microsip_call_answer", || {
        let (code, options) = (status_code(code)?, answer_options_of(options)?);
        Ok(get(call)?.answer_with(code, options)?)
    })
}

/// Ends the call in whatever state it is: CANCEL, BYE, or 603 to an incoming one.
///
/// Statuses: `GONE` when it has ended, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_hang_up(call: microsip_call_t) -> microsip_status_t {
    guard("microsip_call_hang_up", || Ok(get(call)?.hang_up()?))
}

/// Waits until the call is in a state or beyond it, `timeout_ms` at most.
///
/// Statuses: `TIMEOUT`; when the call ended first: `SIP`, `AUTH`, `TRANSPORT`, `TLS` or `GONE`, as it ended; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_wait_for(
    call: microsip_call_t,
    state: microsip_call_state_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_call_wait_for", || {
        let state = Code::arg(state)?;
        get(call)?.wait_for(state, timeout(timeout_ms))?;
        Ok(())
    })
}

/// Another handle to the same call, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_clone(call: microsip_call_t, clone: *mut microsip_call_t) -> microsip_status_t {
    guard("microsip_call_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(call)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine. The call goes on: nothing is sent.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_free(call: microsip_call_t) -> microsip_status_t {
    guard("microsip_call_free", || free(call))
}

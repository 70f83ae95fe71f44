//! Hold, resume, mute.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{Headers, HoldMode, HoldOptions, HoldState};

use super::microsip_call_t;
use crate::base::{Code, Out, change, clone_settings, free, get, guard, put, settings_or, text};
use crate::code;
use crate::handle;
use crate::status::microsip_status_t;

/// Who holds a call (RFC 3264 §8.4): one of `enum microsip_hold_state_e`.
pub type microsip_hold_state_t = i32;

/// The values of `microsip_hold_state_t`.
#[repr(i32)]
pub enum microsip_hold_state_e {
    /// Nobody.
    MICROSIP_HOLD_STATE_NONE = 1,
    /// We do: the peer's audio is not wanted here.
    MICROSIP_HOLD_STATE_LOCAL = 2,
    /// The peer does: ours is not wanted there, and we send none. A peer that only listens (`a=recvonly`) does not
    /// hold.
    MICROSIP_HOLD_STATE_REMOTE = 3,
    /// Both do.
    MICROSIP_HOLD_STATE_BOTH = 4,
}

code!(microsip_hold_state_e, "hold state", HoldState {
    MICROSIP_HOLD_STATE_NONE = None,
    MICROSIP_HOLD_STATE_LOCAL = Local,
    MICROSIP_HOLD_STATE_REMOTE = Remote,
    MICROSIP_HOLD_STATE_BOTH = Both,
});

/// What the peer is offered while we hold: one of `enum microsip_hold_mode_e`.
pub type microsip_hold_mode_t = i32;

/// The values of `microsip_hold_mode_t`.
#[repr(i32)]
pub enum microsip_hold_mode_e {
    /// `a=sendonly`: the peer may hear us, we do not hear it; `a=inactive` if it holds too. The default.
    MICROSIP_HOLD_MODE_SEND_ONLY = 1,
    /// `a=inactive`: no audio at all.
    MICROSIP_HOLD_MODE_INACTIVE = 2,
}

code!(microsip_hold_mode_e, "hold mode", HoldMode {
    MICROSIP_HOLD_MODE_SEND_ONLY = SendOnly,
    MICROSIP_HOLD_MODE_INACTIVE = Inactive,
});

/// Settings of a hold.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_hold_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_hold_options_t, 52, "hold options", Mutex<HoldOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hold_options_new(options: *mut microsip_hold_options_t) -> microsip_status_t {
    guard("microsip_hold_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(HoldOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hold_options_clone(
    options: microsip_hold_options_t,
    clone: *mut microsip_hold_options_t,
) -> microsip_status_t {
    guard("microsip_hold_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_hold_options_free(options: microsip_hold_options_t) -> microsip_status_t {
    guard("microsip_hold_options_free", || free(options))
}

/// Sets what the peer is offered; default `MICROSIP_HOLD_MODE_SEND_ONLY`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_hold_options_set_mode(
    options: microsip_hold_options_t,
    mode: microsip_hold_mode_t,
) -> microsip_status_t {
    guard("microsip_hold_options_set_mode", || {
        let mode = Code::arg(mode)?;
        change(options, |o| {
            o.mode = mode;
            Ok(())
        })
    })
}

/// Adds a header to the re-INVITE, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_hold_options_add_header(
    options: microsip_hold_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_hold_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Settings of the end of a hold.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_resume_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_resume_options_t, 71, "resume options", Mutex<Headers>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_resume_options_new(options: *mut microsip_resume_options_t) -> microsip_status_t {
    guard("microsip_resume_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(Headers::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_resume_options_clone(
    options: microsip_resume_options_t,
    clone: *mut microsip_resume_options_t,
) -> microsip_status_t {
    guard("microsip_resume_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_resume_options_free(options: microsip_resume_options_t) -> microsip_status_t {
    guard("microsip_resume_options_free", || free(options))
}

/// Adds a header to the re-INVITE. Statuses: `INVALID_ARGUMENT` as for `microsip_hold_options_add_header`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_resume_options_add_header(
    options: microsip_resume_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_resume_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.add(name, value)?;
            Ok(())
        })
    })
}

/// Holds the call: sends a re-INVITE with `a=sendonly` (RFC 3264 §8.4). What is played into the call goes on and is
/// heard by the peer; recordings get silence. `options` is copied; the zero handle stands for the defaults.
///
/// Returns when the request is accepted here. Its outcome is an event of kind `MICROSIP_EVENT_KIND_SESSION_CHANGED`,
/// the state one of kind `MICROSIP_EVENT_KIND_CALL_HOLD`; a refusal leaves the call as it was. Requests of one call are
/// sent one after the other, eight wait at most; one that crosses a request of the peer (491) is repeated four times at
/// most (RFC 3261 §14.1). Holding a held call is a success without a request.
///
/// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_hold(call: microsip_call_t, options: microsip_hold_options_t) -> microsip_status_t {
    guard("microsip_call_hold", || {
        let options = settings_or(options, HoldOptions::new)?;
        Ok(get(call)?.hold_with(options)?)
    })
}

/// Ends our hold: sends a re-INVITE with `a=sendrecv`; the peer's hold stays until the peer ends it. Resuming a call
/// that we do not hold is a success without a request. Waiting and outcome as for `microsip_call_hold`. `options` is
/// copied; the zero handle stands for the defaults.
///
/// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_resume(call: microsip_call_t, options: microsip_resume_options_t) -> microsip_status_t {
    guard("microsip_call_resume", || {
        let headers = settings_or(options, Headers::new)?;
        Ok(get(call)?.resume_with(headers)?)
    })
}

/// Mutes what we send, or no longer: while muted the peer hears silence, whatever is played into the call. RTP goes on
/// and nothing is signalled; digits sent as RTP events get through. Holds for the whole call and may be set before
/// audio flows. Each change gives an event of kind `MICROSIP_EVENT_KIND_CALL_MEDIA`.
///
/// Statuses: `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_mute(call: microsip_call_t, mute: bool) -> microsip_status_t {
    guard("microsip_call_mute", || Ok(get(call)?.mute(mute)?))
}

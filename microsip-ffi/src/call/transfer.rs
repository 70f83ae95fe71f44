//! Transfers: sending a peer elsewhere, blind or to another call of ours.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{ReferTo, TransferOptions, TransferProgress, TransferState};

use super::microsip_call_t;
use crate::base::{
    Code, Fault, Out, change, clone_settings, free, get, guard, millis, opt_text, put, settings_or, share, text,
};
use crate::code;
use crate::error::microsip_error_t;
use crate::handle;
use crate::request::microsip_sip_message_t;
use crate::status::microsip_status_t;

/// How an attended transfer names its target: one of `enum microsip_refer_to_e`.
pub type microsip_refer_to_t = i32;

/// The values of `microsip_refer_to_t`.
#[repr(i32)]
pub enum microsip_refer_to_e {
    /// The target's Contact if it is a GRUU (RFC 5627), which anybody can reach; else its address of record, which the
    /// peer's own provider can route. The default.
    MICROSIP_REFER_TO_AUTO = 1,
    /// The target's address of record, with `Require=replaces`: where it rings several devices, only the one in the
    /// call may answer (RFC 5589 §7.6).
    MICROSIP_REFER_TO_AOR = 2,
    /// The target's Contact: exactly that device, if the peer can reach it.
    MICROSIP_REFER_TO_CONTACT = 3,
}

code!(microsip_refer_to_e, "way to name a target", ReferTo {
    MICROSIP_REFER_TO_AUTO = Auto,
    MICROSIP_REFER_TO_AOR = Aor,
    MICROSIP_REFER_TO_CONTACT = Contact,
});

/// How far a transfer of ours has come: one of `enum microsip_transfer_state_e`.
pub type microsip_transfer_state_t = i32;

/// The values of `microsip_transfer_state_t`.
#[repr(i32)]
pub enum microsip_transfer_state_e {
    /// The peer answered the REFER with 2xx and will try.
    MICROSIP_TRANSFER_STATE_ACCEPTED = 1,
    /// The peer reports on its call to the target: 100, 180, …
    MICROSIP_TRANSFER_STATE_PROGRESS = 2,
    /// The target took the call. Final.
    MICROSIP_TRANSFER_STATE_SUCCEEDED = 3,
    /// The peer refused, the target refused or was not reached, or nothing was heard in time. Final.
    MICROSIP_TRANSFER_STATE_FAILED = 4,
    /// The peer tells no more, and has told no outcome: no progress was asked for, or it closed the subscription.
    /// Final.
    MICROSIP_TRANSFER_STATE_UNKNOWN = 5,
}

code!(microsip_transfer_state_e, "state of a transfer", TransferState {
    MICROSIP_TRANSFER_STATE_ACCEPTED = Accepted,
    MICROSIP_TRANSFER_STATE_PROGRESS = Progress,
    MICROSIP_TRANSFER_STATE_SUCCEEDED = Succeeded,
    MICROSIP_TRANSFER_STATE_FAILED = Failed,
    MICROSIP_TRANSFER_STATE_UNKNOWN = Unknown,
});

/// Settings of a transfer.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_transfer_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_transfer_options_t,
    56,
    "transfer options",
    Mutex<TransferOptions>
);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_options_new(options: *mut microsip_transfer_options_t) -> microsip_status_t {
    guard("microsip_transfer_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(TransferOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_options_clone(
    options: microsip_transfer_options_t,
    clone: *mut microsip_transfer_options_t,
) -> microsip_status_t {
    guard("microsip_transfer_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_free(options: microsip_transfer_options_t) -> microsip_status_t {
    guard("microsip_transfer_options_free", || free(options))
}

/// Adds a header to the REFER, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_options_add_header(
    options: microsip_transfer_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets who transfers, as name-addr or URI (Referred-By, RFC 3892); NULL (default): the account's address of record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_options_set_referred_by(
    options: microsip_transfer_options_t,
    referred_by: *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_referred_by", || {
        let by = opt_text(referred_by, "referred_by")?.map(str::to_owned);
        change(options, |o| {
            o.referred_by = by;
            Ok(())
        })
    })
}

/// Sets whether the REFER goes without Referred-By; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_set_anonymous(
    options: microsip_transfer_options_t,
    anonymous: bool,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_anonymous", || {
        change(options, |o| {
            o.anonymous = anonymous;
            Ok(())
        })
    })
}

/// Sets whether we end our own call once the transfer has succeeded; default true. The peer may be faster.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_set_hang_up_after(
    options: microsip_transfer_options_t,
    hang_up_after: bool,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_hang_up_after", || {
        change(options, |o| {
            o.hang_up_after = hang_up_after;
            Ok(())
        })
    })
}

/// Sets whether the peer is asked not to report progress (`Refer-Sub: false`, RFC 4488); default false. If it agrees,
/// its 2xx is all there is, and the outcome is `MICROSIP_TRANSFER_STATE_UNKNOWN`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_set_no_progress(
    options: microsip_transfer_options_t,
    no_progress: bool,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_no_progress", || {
        change(options, |o| {
            o.no_progress = no_progress;
            Ok(())
        })
    })
}

/// Sets how long to wait for the outcome, 1 s to 1 hour; default 180000 ms.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_set_timeout(
    options: microsip_transfer_options_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_timeout", || {
        change(options, |o| {
            o.timeout = millis(timeout_ms);
            Ok(())
        })
    })
}

/// Sets how an attended transfer names its target; default `MICROSIP_REFER_TO_AUTO`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_set_refer_to(
    options: microsip_transfer_options_t,
    refer_to: microsip_refer_to_t,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_refer_to", || {
        let how = Code::arg(refer_to)?;
        change(options, |o| {
            o.refer_to = how;
            Ok(())
        })
    })
}

/// Sets whether an attended transfer replaces an early dialog only; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_options_set_early_only(
    options: microsip_transfer_options_t,
    early_only: bool,
) -> microsip_status_t {
    guard("microsip_transfer_options_set_early_only", || {
        change(options, |o| {
            o.early_only = early_only;
            Ok(())
        })
    })
}

/// Sends the peer to `target`, a SIP URI, name-addr or `tel:` URI (blind transfer, RFC 5589 §6): sends REFER in the
/// call's dialog (RFC 3515). `options` is copied; the zero handle stands for the defaults.
///
/// Returns when it is queued; what becomes of it is told by events of kind `MICROSIP_EVENT_KIND_TRANSFER`, exactly one
/// of them final. Then we hang up if it succeeded; if not, the call goes on.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed target or a wrong option, which the message names; `WRONG_STATE` unless
/// the call is confirmed (one that came in and waits is sent on by `microsip_call_redirect`), `BUSY` while another
/// transfer of it is under way, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_transfer(
    call: microsip_call_t,
    target: *const c_char,
    options: microsip_transfer_options_t,
) -> microsip_status_t {
    guard("microsip_call_transfer", || {
        let target = text(target, "target")?;
        let options = settings_or(options, TransferOptions::new)?;
        Ok(get(call)?.transfer_with(target, options)?)
    })
}

/// Connects the peers of two calls of ours (attended transfer, RFC 5589 §7): this call's peer is asked to call the
/// other's and to take our place there (Replaces, RFC 3891). `options` is copied; the zero handle stands for the
/// defaults.
///
/// The target ends the other call when it is replaced; should it not within 4 seconds of the success, we do. Otherwise
/// as `microsip_call_transfer`.
///
/// Statuses: as there; `WRONG_STATE` unless the other call is confirmed, or came in and rings; `INVALID_ARGUMENT` for
/// the same call twice.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_transfer_to(
    call: microsip_call_t,
    other: microsip_call_t,
    options: microsip_transfer_options_t,
) -> microsip_status_t {
    guard("microsip_call_transfer_to", || {
        let options = settings_or(options, TransferOptions::new)?;
        let (call, other) = (get(call)?, get(other)?);
        Ok(call.transfer_to_with(&other, options)?)
    })
}

/// News of a transfer of ours, from an event of kind `MICROSIP_EVENT_KIND_TRANSFER`. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_transfer_progress_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_transfer_progress_t, 58, "transfer progress", TransferProgress);

/// Another handle to the same news, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_clone(
    progress: microsip_transfer_progress_t,
    clone: *mut microsip_transfer_progress_t,
) -> microsip_status_t {
    guard("microsip_transfer_progress_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(progress)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_progress_free(progress: microsip_transfer_progress_t) -> microsip_status_t {
    guard("microsip_transfer_progress_free", || free(progress))
}

/// How far it has come.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_state(
    progress: microsip_transfer_progress_t,
    state: *mut microsip_transfer_state_t,
) -> microsip_status_t {
    guard("microsip_transfer_progress_state", || {
        let out = Out::new(state, "state")?;
        let progress = get(progress)?;
        out.set(progress.state.code());
        Ok(())
    })
}

/// The newest status: of the answer to the REFER, or of the peer's call as its NOTIFY tells; 408 when nothing was heard
/// in time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_code(
    progress: microsip_transfer_progress_t,
    code: *mut u16,
) -> microsip_status_t {
    guard("microsip_transfer_progress_code", || {
        let out = Out::new(code, "code")?;
        let progress = get(progress)?;
        out.set(progress.code.code());
        Ok(())
    })
}

/// The reason phrase that came with the code. Lent until the progress is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_phrase(
    progress: microsip_transfer_progress_t,
    phrase: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_progress_phrase", || {
        let out = Out::new(phrase, "phrase")?;
        let progress = get(progress)?;
        out.set(progress.lend(&progress.reason));
        Ok(())
    })
}

/// Whether no more news will come.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_is_final(
    progress: microsip_transfer_progress_t,
    yes: *mut bool,
) -> microsip_status_t {
    guard("microsip_transfer_progress_is_final", || {
        let out = Out::new(yes, "yes")?;
        let progress = get(progress)?;
        out.set(progress.is_final());
        Ok(())
    })
}

/// Why it failed, as a new handle to be freed: `SIP` with the code, `AUTH`, `TIMEOUT`, `TRANSPORT`, `GONE` when the
/// endpoint closed first. `NO_VALUE` unless it failed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_error(
    progress: microsip_transfer_progress_t,
    error: *mut microsip_error_t,
) -> microsip_status_t {
    guard("microsip_transfer_progress_error", || {
        let out = Out::new(error, "error")?;
        let progress = get(progress)?;
        crate::error::give(progress.error.as_ref(), out)
    })
}

/// The peer's message that brought the news, as a new handle to be freed; `NO_VALUE` if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_progress_message(
    progress: microsip_transfer_progress_t,
    message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_transfer_progress_message", || {
        let out = Out::new(message, "message")?;
        let progress = get(progress)?;
        let value = (progress.message.clone()).ok_or_else(|| Fault::none("message that brought the news"))?;
        out.set(put(value)?);
        Ok(())
    })
}

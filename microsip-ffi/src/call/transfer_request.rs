//! Transfers that a peer asks for.

use std::ffi::c_char;

use microsip_core::{CallOptions, TransferRequest};

use super::{microsip_call_options_t, microsip_call_t, status_code};
use crate::base::{Fault, Out, free, get, guard, put, settings_or, share};
use crate::handle;
use crate::request::microsip_sip_message_t;
use crate::status::microsip_status_t;

/// Somebody asks us to call somebody else (REFER), from an event of kind `MICROSIP_EVENT_KIND_TRANSFER_REQUESTED`.
///
/// The REFER has been answered 202 by then, and whoever sent it is told the decision by NOTIFY. Undecided for 60
/// seconds, it is declined.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_transfer_request_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_transfer_request_t, 57, "transfer request", TransferRequest);

/// Another handle to the same request, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_clone(
    request: microsip_transfer_request_t,
    clone: *mut microsip_transfer_request_t,
) -> microsip_status_t {
    guard("microsip_transfer_request_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(request)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_request_free(request: microsip_transfer_request_t) -> microsip_status_t {
    guard("microsip_transfer_request_free", || free(request))
}

/// The call whose peer asks, as a new handle to be freed; `NO_VALUE` for a request outside of any call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_call(
    request: microsip_transfer_request_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_transfer_request_call", || {
        let out = Out::new(call, "call")?;
        let request = get(request)?;
        let value = (request.call().cloned()).ok_or_else(|| Fault::none("call"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Number of the account the call would be made with, as `microsip_account_id` tells.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_account_id(
    request: microsip_transfer_request_t,
    id: *mut u64,
) -> microsip_status_t {
    guard("microsip_transfer_request_account_id", || {
        let out = Out::new(id, "id")?;
        let request = get(request)?;
        out.set(request.account().get());
        Ok(())
    })
}

/// Whom we are asked to call, as name-addr; a `tel:` URI has become a SIP URI at the account's domain. Lent until the
/// request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_target(
    request: microsip_transfer_request_t,
    target: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_target", || {
        let out = Out::new(target, "target")?;
        let request = get(request)?;
        out.set(request.lend(request.target()));
        Ok(())
    })
}

/// How many headers the new INVITE is to have: those of Refer-To that strangers may set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_header_count(
    request: microsip_transfer_request_t,
    count: *mut usize,
) -> microsip_status_t {
    guard("microsip_transfer_request_header_count", || {
        let out = Out::new(count, "count")?;
        let request = get(request)?;
        out.set(request.headers().len());
        Ok(())
    })
}

/// Name of one of these headers, by index from 0; `NO_VALUE` beyond the end. Lent until the request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_header_name(
    request: microsip_transfer_request_t,
    index: usize,
    name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_header_name", || {
        let out = Out::new(name, "name")?;
        let request = get(request)?;
        let item = request
            .headers()
            .iter()
            .nth(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        out.set(request.lend(item.0));
        Ok(())
    })
}

/// Its value; `NO_VALUE` beyond the end. Lent until the request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_header_value(
    request: microsip_transfer_request_t,
    index: usize,
    value: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_header_value", || {
        let out = Out::new(value, "value")?;
        let request = get(request)?;
        let item = request
            .headers()
            .iter()
            .nth(index)
            .ok_or_else(|| Fault::none("header at this index"))?;
        out.set(request.lend(item.1));
        Ok(())
    })
}

/// Call-ID of the target's dialog that we are to take over (Replaces, RFC 3891: an attended transfer); `NO_VALUE` for a
/// blind one. Lent until the request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_replaces_call_id(
    request: microsip_transfer_request_t,
    call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_replaces_call_id", || {
        let out = Out::new(call_id, "call_id")?;
        let request = get(request)?;
        let text =
            (request.replaces().map(|r| r.call_id.as_str())).ok_or_else(|| Fault::none("dialog to be replaced"))?;
        out.set(request.lend(text));
        Ok(())
    })
}

/// The target's own tag in that dialog; `NO_VALUE` for a blind transfer. Lent until the request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_replaces_to_tag(
    request: microsip_transfer_request_t,
    to_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_replaces_to_tag", || {
        let out = Out::new(to_tag, "to_tag")?;
        let request = get(request)?;
        let text =
            (request.replaces().map(|r| r.to_tag.as_str())).ok_or_else(|| Fault::none("dialog to be replaced"))?;
        out.set(request.lend(text));
        Ok(())
    })
}

/// The tag of the target's peer in that dialog; `NO_VALUE` for a blind transfer. Lent until the request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_replaces_from_tag(
    request: microsip_transfer_request_t,
    from_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_replaces_from_tag", || {
        let out = Out::new(from_tag, "from_tag")?;
        let request = get(request)?;
        let text =
            (request.replaces().map(|r| r.from_tag.as_str())).ok_or_else(|| Fault::none("dialog to be replaced"))?;
        out.set(request.lend(text));
        Ok(())
    })
}

/// Whether only a dialog that is early still is meant; `NO_VALUE` for a blind transfer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_replaces_early_only(
    request: microsip_transfer_request_t,
    early_only: *mut bool,
) -> microsip_status_t {
    guard("microsip_transfer_request_replaces_early_only", || {
        let out = Out::new(early_only, "early_only")?;
        let request = get(request)?;
        out.set_some(request.replaces().map(|r| r.early_only), "dialog to be replaced")
    })
}

/// Who asks, as the request says (Referred-By, RFC 3892); not proven. `NO_VALUE` if it does not say. Lent until the
/// request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_referred_by(
    request: microsip_transfer_request_t,
    referred_by: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_transfer_request_referred_by", || {
        let out = Out::new(referred_by, "referred_by")?;
        let request = get(request)?;
        let text = (request.referred_by()).ok_or_else(|| Fault::none("Referred-By"))?;
        out.set(request.lend(text));
        Ok(())
    })
}

/// The REFER, as a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_message(
    request: microsip_transfer_request_t,
    message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_transfer_request_message", || {
        let out = Out::new(message, "message")?;
        let request = get(request)?;
        out.set(put(request.message().clone())?);
        Ok(())
    })
}

/// Makes the call, and gives a new handle to it. It is a call like any other; its progress is reported to whoever
/// asked, and that party ends the old call. `options` is copied, and the request's headers come after its own; the zero
/// handle stands for the defaults.
///
/// Statuses: `WRONG_STATE` when it was decided before, `GONE` when it expired or was withdrawn, `NOT_RUNNING`, and
/// those of `microsip_account_call`, which are reported to whoever asked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_transfer_request_accept(
    request: microsip_transfer_request_t,
    options: microsip_call_options_t,
    call: *mut microsip_call_t,
) -> microsip_status_t {
    guard("microsip_transfer_request_accept", || {
        let out = Out::new(call, "call")?;
        let options = settings_or(options, CallOptions::new)?;
        out.set(put(get(request)?.accept_with(options)?)?);
        Ok(())
    })
}

/// Declines, with a SIP status code of 300 to 699; 603 is usual.
///
/// Statuses: `INVALID_ARGUMENT` for another code, `WRONG_STATE`, `GONE` and `NOT_RUNNING` as for
/// `microsip_transfer_request_accept`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_transfer_request_reject(
    request: microsip_transfer_request_t,
    code: u16,
) -> microsip_status_t {
    guard("microsip_transfer_request_reject", || {
        let code = status_code(code)?;
        Ok(get(request)?.reject(code)?)
    })
}

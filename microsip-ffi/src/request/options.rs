//! Requests of our own.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{Request, RequestOptions};

use super::microsip_response_t;
use crate::account::microsip_account_t;
use crate::base::{
    Fault, Out, bytes, change, clone_settings, free, get, guard, opt_text, put, settings_or, share, text, timeout,
};
use crate::call::microsip_call_t;
use crate::handle;
use crate::status::microsip_status_t;

/// Settings of a request.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_request_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_request_options_t, 62, "request options", Mutex<RequestOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_options_new(options: *mut microsip_request_options_t) -> microsip_status_t {
    guard("microsip_request_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(RequestOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_options_clone(
    options: microsip_request_options_t,
    clone: *mut microsip_request_options_t,
) -> microsip_status_t {
    guard("microsip_request_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_request_options_free(options: microsip_request_options_t) -> microsip_status_t {
    guard("microsip_request_options_free", || free(options))
}

/// Adds a header to the request, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_options_add_header(
    options: microsip_request_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_request_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets Content-Type and body; `content_type` as `type/subtype`, with parameters if wanted. The bytes are copied,
/// 48,000 at most. NULL as `content_type` takes the body away. Checked when the request is sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_options_set_body(
    options: microsip_request_options_t,
    content_type: *const c_char,
    body: *const u8,
    count: usize,
) -> microsip_status_t {
    guard("microsip_request_options_set_body", || {
        let content_type = opt_text(content_type, "content_type")?;
        let body = bytes(body, count, "body")?;
        change(options, |o| {
            o.body = content_type.map(|kind| (kind.to_owned(), body.to_vec()));
            Ok(())
        })
    })
}

/// A request of ours outside of what calls and accounts send by themselves, such as OPTIONS. Freeing it does not take
/// it back.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_request_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_request_t, 16, "request", Request);

/// Another handle to the same request, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_clone(
    request: microsip_request_t,
    clone: *mut microsip_request_t,
) -> microsip_status_t {
    guard("microsip_request_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(request)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_request_free(request: microsip_request_t) -> microsip_status_t {
    guard("microsip_request_free", || free(request))
}

/// Number of the request, unlike that of any other in this process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_id(request: microsip_request_t, id: *mut u64) -> microsip_status_t {
    guard("microsip_request_id", || {
        let out = Out::new(id, "id")?;
        let request = get(request)?;
        out.set(request.id());
        Ok(())
    })
}

/// Its method. Lent until the request is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_method(
    request: microsip_request_t,
    method: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_request_method", || {
        let out = Out::new(method, "method")?;
        let request = get(request)?;
        out.set(request.lend(request.method()));
        Ok(())
    })
}

/// What became of it, as a new handle to be freed; `NO_VALUE` while no final answer is there. Does not wait.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_response(
    request: microsip_request_t,
    response: *mut microsip_response_t,
) -> microsip_status_t {
    guard("microsip_request_response", || {
        let out = Out::new(response, "response")?;
        let request = get(request)?;
        let value = (request.response()).ok_or_else(|| Fault::none("answer yet"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// Waits for the final answer, whatever it is, `timeout_ms` at most, and gives it as a new handle to be freed: a 404 is
/// an answer too, and `microsip_response_error` tells.
///
/// Statuses: `TIMEOUT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_request_wait(
    request: microsip_request_t,
    timeout_ms: u32,
    response: *mut microsip_response_t,
) -> microsip_status_t {
    guard("microsip_request_wait", || {
        let out = Out::new(response, "response")?;
        out.set(put(get(request)?.wait(timeout(timeout_ms))?)?);
        Ok(())
    })
}

/// Asks `target`, a SIP URI, what it can do (OPTIONS, RFC 3261 §11), which also shows that it is there and how far
/// away: `microsip_response_round_trip_ms`.
///
/// Returns when it is queued, with a new handle to be freed. The answer is waited for with `microsip_request_wait`, or
/// comes as event of kind `MICROSIP_EVENT_KIND_RESPONSE`.
///
/// Statuses: `INVALID_ARGUMENT` for a malformed URI, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_options(
    account: microsip_account_t,
    target: *const c_char,
    request: *mut microsip_request_t,
) -> microsip_status_t {
    guard("microsip_account_options", || {
        let out = Out::new(request, "request")?;
        let target = text(target, "target")?;
        out.set(put(get(account)?.options(target)?)?);
        Ok(())
    })
}

/// Sends a request of any method outside of a dialog, with the account's credentials and route. `options` is copied;
/// the zero handle stands for the defaults. Returns as `microsip_account_options`.
///
/// Statuses: as there; `INVALID_ARGUMENT` also for a method that is no token or belongs to the stack (INVITE, ACK, BYE,
/// CANCEL, REGISTER, PRACK, UPDATE, REFER, SUBSCRIBE, NOTIFY), a malformed content type, or a body that is too long.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_request(
    account: microsip_account_t,
    method: *const c_char,
    target: *const c_char,
    options: microsip_request_options_t,
    request: *mut microsip_request_t,
) -> microsip_status_t {
    guard("microsip_account_request", || {
        let out = Out::new(request, "request")?;
        let (method, target) = (text(method, "method")?, text(target, "target")?);
        let options = settings_or(options, RequestOptions::new)?;
        out.set(put(get(account)?.request(method, target, options)?)?);
        Ok(())
    })
}

/// Sends a request of any method in the call's dialog, from the first provisional answer on. `options` is copied; the
/// zero handle stands for the defaults. Returns as `microsip_account_options`.
///
/// Statuses: `INVALID_ARGUMENT` as for `microsip_account_request`, `WRONG_STATE` while there is no dialog yet, `GONE`,
/// `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_request(
    call: microsip_call_t,
    method: *const c_char,
    options: microsip_request_options_t,
    request: *mut microsip_request_t,
) -> microsip_status_t {
    guard("microsip_call_request", || {
        let out = Out::new(request, "request")?;
        let method = text(method, "method")?;
        let options = settings_or(options, RequestOptions::new)?;
        out.set(put(get(call)?.request(method, options)?)?);
        Ok(())
    })
}

/// Sends INFO with a body in the call (RFC 6086 §3); the bytes are copied. Returns as `microsip_account_options`.
///
/// Statuses: as `microsip_call_request`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_send_info(
    call: microsip_call_t,
    content_type: *const c_char,
    body: *const u8,
    count: usize,
    request: *mut microsip_request_t,
) -> microsip_status_t {
    guard("microsip_call_send_info", || {
        let out = Out::new(request, "request")?;
        let content_type = text(content_type, "content_type")?;
        let body = bytes(body, count, "body")?;
        out.set(put(get(call)?.send_info(content_type, body)?)?);
        Ok(())
    })
}

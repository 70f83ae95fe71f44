//! A number ready to be called.

use std::ffi::c_char;

use microsip_core::compat::number::{Dialled, Line};

use crate::base::{Code, Fault, Out, free, get, guard, share};
use crate::endpoint::microsip_transport_t;
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Which account makes a call: one of `enum microsip_number_line_e`.
pub type microsip_number_line_t = i32;

/// The values of `microsip_number_line_t`.
#[repr(i32)]
pub enum microsip_number_line_e {
    /// The active account.
    MICROSIP_NUMBER_LINE_ACCOUNT = 1,
    /// The local account, for calls to addresses.
    MICROSIP_NUMBER_LINE_LOCAL = 2,
}

code!(microsip_number_line_e, "number line", Line {
MICROSIP_NUMBER_LINE_ACCOUNT = Account,
MICROSIP_NUMBER_LINE_LOCAL = Local,
});

/// A number ready to be called. Immutable.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dialled_number_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dialled_number_t, 165, "dialled number", Dialled);

/// The URI in `<` `>`, as MicroSIP keeps it. Lent until the number is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_uri(
    number: microsip_dialled_number_t,
    uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_uri", || {
        let out = Out::new(uri, "uri")?;
        let object = get(number)?;
        let n = &**object;
        out.set(object.lend(&n.uri()));
        Ok(())
    })
}

/// The URI to call over a transport, without password; the transport is added unless it is UDP or the URI names one.
/// Lent until the number is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_request_uri(
    number: microsip_dialled_number_t,
    transport: microsip_transport_t,
    request_uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_request_uri", || {
        let out = Out::new(request_uri, "request_uri")?;
        let number = get(number)?;
        out.set(number.lend(&number.request_uri(Code::arg(transport)?)));
        Ok(())
    })
}

/// The name typed before the URI, without quotes; `NO_VALUE` if there is none. Lent until the number is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_display_name(
    number: microsip_dialled_number_t,
    display_name: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_display_name", || {
        let out = Out::new(display_name, "display_name")?;
        let object = get(number)?;
        let n = &**object;
        let text = n.display_name();
        let text = text.ok_or_else(|| Fault::none("display name"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// Which account makes the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_line(
    number: microsip_dialled_number_t,
    line: *mut microsip_number_line_t,
) -> microsip_status_t {
    guard("microsip_dialled_number_line", || {
        let out = Out::new(line, "line")?;
        let object = get(number)?;
        let n = &**object;
        out.set(n.line().code());
        Ok(())
    })
}

/// Whether it was cleaned up as a phone number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_is_phone_number(
    number: microsip_dialled_number_t,
    is_phone_number: *mut bool,
) -> microsip_status_t {
    guard("microsip_dialled_number_is_phone_number", || {
        let out = Out::new(is_phone_number, "is_phone_number")?;
        let object = get(number)?;
        let n = &**object;
        out.set(n.is_phone_number());
        Ok(())
    })
}

/// Whether TLS is required: the text was a `sips:` URI.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_is_secure(
    number: microsip_dialled_number_t,
    is_secure: *mut bool,
) -> microsip_status_t {
    guard("microsip_dialled_number_is_secure", || {
        let out = Out::new(is_secure, "is_secure")?;
        let object = get(number)?;
        let n = &**object;
        out.set(n.is_secure());
        Ok(())
    })
}

/// The user part as written in the URI, percent-encoded; empty without one. Lent until the number is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_user(
    number: microsip_dialled_number_t,
    user: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_user", || {
        let out = Out::new(user, "user")?;
        let object = get(number)?;
        let n = &**object;
        out.set(object.lend(n.user()));
        Ok(())
    })
}

/// Host and port as written. Lent until the number is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_host(
    number: microsip_dialled_number_t,
    host: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_host", || {
        let out = Out::new(host, "host")?;
        let object = get(number)?;
        let n = &**object;
        out.set(object.lend(n.host()));
        Ok(())
    })
}

/// Digits and commas to be sent after the answer; `NO_VALUE` if there are none. They may be a PIN. Lent until the
/// number is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_post_dial(
    number: microsip_dialled_number_t,
    post_dial: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_post_dial", || {
        let out = Out::new(post_dial, "post_dial")?;
        let object = get(number)?;
        let n = &**object;
        let text = n.post_dial().map(|digits| digits.as_str());
        let text = text.ok_or_else(|| Fault::none("post dial"))?;
        out.set(object.lend(text));
        Ok(())
    })
}

/// How many groups of digits are to be sent after the answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_post_dial_count(
    number: microsip_dialled_number_t,
    post_dial_count: *mut usize,
) -> microsip_status_t {
    guard("microsip_dialled_number_post_dial_count", || {
        let out = Out::new(post_dial_count, "post_dial_count")?;
        let object = get(number)?;
        let n = &**object;
        out.set(n.post_dial().map_or(0, |digits| digits.steps().len()));
        Ok(())
    })
}

/// The group at `index`, from 0: how long after the answer it is sent, and its digits, lent until the number is freed.
/// `NO_VALUE` beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_post_dial_at(
    number: microsip_dialled_number_t,
    index: usize,
    after_ms: *mut u64,
    digits: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_dialled_number_post_dial_at", || {
        let (after, out) = (Out::new(after_ms, "after_ms"), Out::new(digits, "digits"));
        let (after, out) = (after?, out?);
        let number = get(number)?;
        let steps = number.post_dial().map(|digits| digits.steps()).unwrap_or_default();
        let step = steps.get(index).ok_or_else(|| Fault::none("digits at this index"))?;
        after.set(step.after.as_millis() as u64);
        out.set(number.lend(&step.digits));
        Ok(())
    })
}

/// Another handle to the same number, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dialled_number_clone(
    number: microsip_dialled_number_t,
    clone: *mut microsip_dialled_number_t,
) -> microsip_status_t {
    guard("microsip_dialled_number_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(number)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dialled_number_free(number: microsip_dialled_number_t) -> microsip_status_t {
    guard("microsip_dialled_number_free", || free(number))
}

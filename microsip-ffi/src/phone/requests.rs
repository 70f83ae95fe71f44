//! The commonest requests, without JSON.

use std::ffi::c_char;

use microsip_core::Secret;
use microsip_core::compat::cmdline::Switch;
use microsip_core::compat::phone::{Request, Side};
use serde_json::Value;

use super::{microsip_json_t, microsip_phone_t, running};
use crate::base::{Code, OptOut, Out, Outcome, guard, opt_text, put, text};
use crate::code;
use crate::compat::microsip_switch_t;
use crate::status::microsip_status_t;

/// A side of the sound: one of `enum microsip_phone_side_e`.
pub type microsip_phone_side_t = i32;

/// The values of `microsip_phone_side_t`.
#[repr(i32)]
pub enum microsip_phone_side_e {
    /// What we say.
    MICROSIP_PHONE_SIDE_MICROPHONE = 1,
    /// What we hear.
    MICROSIP_PHONE_SIDE_SPEAKER = 2,
}

code!(microsip_phone_side_e, "phone side", Side {
MICROSIP_PHONE_SIDE_MICROPHONE = Microphone,
MICROSIP_PHONE_SIDE_SPEAKER = Speaker,
});

fn done(phone: microsip_phone_t, request: Request) -> Outcome<Value> {
    running(phone)?.request(request)
}

/// A call's number; 0 is the one the phone chooses.
fn number(call: u64) -> Option<u64> {
    Some(call).filter(|call| *call != 0)
}

/// Calls a number, a name or a URI as a person types it, by prefix and dial plan. Without registration it waits for it,
/// up to 40 s. `call` (may be NULL) is the call's number for other requests.
///
/// Statuses of this function and its companions: those of `microsip_phone_request`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_call(
    phone: microsip_phone_t,
    target: *const c_char,
    call: *mut u64,
) -> microsip_status_t {
    guard("microsip_phone_call", || {
        let call = OptOut::new(call);
        let target = text(target, "target")?.to_owned();
        let reply = done(
            phone,
            Request::Call {
                target,
                secure: false,
                until: None,
            },
        )?;
        call.set(reply.get("call").and_then(Value::as_u64).unwrap_or_default());
        Ok(())
    })
}

/// Answers an incoming call; 0: the first that waits.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_answer(phone: microsip_phone_t, call: u64) -> microsip_status_t {
    guard("microsip_phone_answer", || {
        done(phone, Request::Answer { call: number(call) })?;
        Ok(())
    })
}

/// Ends a call, or rejects an incoming one with 486; 0: the selected one, else any, else one that waits.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_hang_up(phone: microsip_phone_t, call: u64) -> microsip_status_t {
    guard("microsip_phone_hang_up", || {
        done(phone, Request::Hangup { call: number(call) })?;
        Ok(())
    })
}

/// Ends every call but unanswered incoming ones.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_hang_up_all(phone: microsip_phone_t) -> microsip_status_t {
    guard("microsip_phone_hang_up_all", || {
        done(phone, Request::HangupAll {})?;
        Ok(())
    })
}

/// Rejects an incoming call with a SIP status code from 300 to 699, 0 for 486; call 0: the first that waits.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_reject(phone: microsip_phone_t, call: u64, code: u16) -> microsip_status_t {
    guard("microsip_phone_reject", || {
        let code = Some(code).filter(|code| *code != 0);
        done(
            phone,
            Request::Reject {
                call: number(call),
                code,
            },
        )?;
        Ok(())
    })
}

/// Holds a call, or takes it back; 0: the selected one.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_hold(
    phone: microsip_phone_t,
    call: u64,
    hold: microsip_switch_t,
) -> microsip_status_t {
    guard("microsip_phone_hold", || {
        let state = Switch::arg(hold)?.into();
        done(
            phone,
            Request::Hold {
                call: number(call),
                state,
            },
        )?;
        Ok(())
    })
}

/// Makes the microphone or the loudspeaker silent for all calls.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_mute(
    phone: microsip_phone_t,
    side: microsip_phone_side_t,
    mute: microsip_switch_t,
) -> microsip_status_t {
    guard("microsip_phone_mute", || {
        let (side, state) = (Code::arg(side)?, Switch::arg(mute)?.into());
        done(phone, Request::Mute { side, state })?;
        Ok(())
    })
}

/// Sends keys of `0-9 A-D * #`, as the setting `DTMFMethod` says; a comma is a pause of a second. Call 0: the selected
/// one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_dtmf(
    phone: microsip_phone_t,
    call: u64,
    digits: *const c_char,
) -> microsip_status_t {
    guard("microsip_phone_dtmf", || {
        let digits = Secret::new(text(digits, "digits")?);
        done(
            phone,
            Request::Dtmf {
                call: number(call),
                digits,
            },
        )?;
        Ok(())
    })
}

/// Transfers a call to a target (blind), by REFER (RFC 3515) or by the setting `featureCodeBT`; call 0: the selected
/// one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_transfer(
    phone: microsip_phone_t,
    call: u64,
    target: *const c_char,
) -> microsip_status_t {
    guard("microsip_phone_transfer", || {
        let target = text(target, "target")?.to_owned();
        done(
            phone,
            Request::Transfer {
                call: number(call),
                target,
            },
        )?;
        Ok(())
    })
}

/// Connects the peers of two calls of ours (attended transfer, RFC 3891); call 0: the selected one.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_phone_transfer_to(phone: microsip_phone_t, call: u64, other: u64) -> microsip_status_t {
    guard("microsip_phone_transfer_to", || {
        done(
            phone,
            Request::TransferTo {
                call: number(call),
                other,
            },
        )?;
        Ok(())
    })
}

/// Sends a text (MESSAGE, RFC 3428) and waits for the answer; prefix and dial plan do not apply. Statuses: `SIP` and
/// its like when it was not delivered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_message(
    phone: microsip_phone_t,
    to: *const c_char,
    body: *const c_char,
) -> microsip_status_t {
    guard("microsip_phone_message", || {
        let (to, text) = (text(to, "to")?.to_owned(), text(body, "body")?.to_owned());
        done(phone, Request::Message { to, text })?;
        Ok(())
    })
}

/// Writes a key of the settings file, checked, and acts upon it; `section` NULL is `"Settings"`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_set(
    phone: microsip_phone_t,
    section: *const c_char,
    key: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_phone_set", || {
        let section = opt_text(section, "section")?.map(str::to_owned);
        let (key, value) = (text(key, "key")?.to_owned(), Secret::new(text(value, "value")?));
        done(phone, Request::Set { section, key, value })?;
        Ok(())
    })
}

/// The state of everything, in short, as a new object to be freed: `version`, `settings`, `account`, `registration`,
/// `accounts`, `calls`, `buttons`, `transports`, …
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_status(
    phone: microsip_phone_t,
    status: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_phone_status", || {
        let out = Out::new(status, "status")?;
        out.set(put(done(phone, Request::Status {})?)?);
        Ok(())
    })
}

/// The calls, as a new object to be freed: an array of objects with `call`, `state`, `direction`, `number`, `remote`, …
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_phone_calls(
    phone: microsip_phone_t,
    calls: *mut microsip_json_t,
) -> microsip_status_t {
    guard("microsip_phone_calls", || {
        let out = Out::new(calls, "calls")?;
        out.set(put(done(phone, Request::Calls {})?)?);
        Ok(())
    })
}

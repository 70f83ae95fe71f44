//! Names and messages of a call.

use std::ffi::c_char;

use super::microsip_call_info_t;
use crate::base::{Fault, Out, get, guard, put};
use crate::request::microsip_sip_message_t;
use crate::status::microsip_status_t;

/// Our side as name-addr: From of an outgoing, To of an incoming call. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_local_uri(
    info: microsip_call_info_t,
    local_uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_local_uri", || {
        let out = Out::new(local_uri, "local_uri")?;
        let info = get(info)?;
        out.set(info.lend(&info.local_uri));
        Ok(())
    })
}

/// The other side, as name-addr. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_remote_uri(
    info: microsip_call_info_t,
    remote_uri: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_remote_uri", || {
        let out = Out::new(remote_uri, "remote_uri")?;
        let info = get(info)?;
        out.set(info.lend(&info.remote_uri));
        Ok(())
    })
}

/// User part of the other side's URI, `1001` of `"Alice" <sip:1001@host>`; empty when there is none. Lent until the
/// information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_remote_user(
    info: microsip_call_info_t,
    remote_user: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_remote_user", || {
        let out = Out::new(remote_user, "remote_user")?;
        let info = get(info)?;
        out.set(info.lend(info.remote_user()));
        Ok(())
    })
}

/// Where requests of the dialog are sent (the peer's Contact); empty until known. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_remote_contact(
    info: microsip_call_info_t,
    remote_contact: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_remote_contact", || {
        let out = Out::new(remote_contact, "remote_contact")?;
        let info = get(info)?;
        out.set(info.lend(&info.remote_contact));
        Ok(())
    })
}

/// The SIP Call-ID. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_sip_call_id(
    info: microsip_call_info_t,
    sip_call_id: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_sip_call_id", || {
        let out = Out::new(sip_call_id, "sip_call_id")?;
        let info = get(info)?;
        out.set(info.lend(&info.sip_call_id));
        Ok(())
    })
}

/// Our tag in the dialog (RFC 3261 §12). Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_local_tag(
    info: microsip_call_info_t,
    local_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_local_tag", || {
        let out = Out::new(local_tag, "local_tag")?;
        let info = get(info)?;
        out.set(info.lend(&info.local_tag));
        Ok(())
    })
}

/// The peer's tag; empty until known. Lent until the information is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_remote_tag(
    info: microsip_call_info_t,
    remote_tag: *mut *const c_char,
) -> microsip_status_t {
    guard("microsip_call_info_remote_tag", || {
        let out = Out::new(remote_tag, "remote_tag")?;
        let info = get(info)?;
        out.set(info.lend(&info.remote_tag));
        Ok(())
    })
}

/// The INVITE of an incoming call, as a new handle to be freed; `NO_VALUE` for a call of ours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_invite(
    info: microsip_call_info_t,
    invite: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_call_info_invite", || {
        let out = Out::new(invite, "invite")?;
        let info = get(info)?;
        let value = (info.invite.clone()).ok_or_else(|| Fault::none("INVITE of the peer"))?;
        out.set(put(value)?);
        Ok(())
    })
}

/// The peer's newest message that changed the state (its INVITE, an answer, BYE, CANCEL), as a new handle to be freed;
/// `NO_VALUE` if there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_info_message(
    info: microsip_call_info_t,
    message: *mut microsip_sip_message_t,
) -> microsip_status_t {
    guard("microsip_call_info_message", || {
        let out = Out::new(message, "message")?;
        let info = get(info)?;
        let value = (info.message.clone()).ok_or_else(|| Fault::none("message of the peer"))?;
        out.set(put(value)?);
        Ok(())
    })
}

//! Changes of a session that is up: re-INVITE and UPDATE.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{ReinviteOptions, SessionRequest, UpdateOptions};

use super::microsip_call_t;
use crate::base::{Out, change, clone_settings, free, get, guard, put, settings_or, text};
use crate::code;
use crate::handle;
use crate::status::microsip_status_t;

/// A request of ours that changes a call that is up: one of `enum microsip_session_request_e`.
pub type microsip_session_request_t = i32;

/// The values of `microsip_session_request_t`.
#[repr(i32)]
pub enum microsip_session_request_e {
    /// `microsip_call_hold`.
    MICROSIP_SESSION_REQUEST_HOLD = 1,
    /// `microsip_call_resume`.
    MICROSIP_SESSION_REQUEST_RESUME = 2,
    /// `microsip_call_reinvite`.
    MICROSIP_SESSION_REQUEST_REINVITE = 3,
    /// `microsip_call_update`.
    MICROSIP_SESSION_REQUEST_UPDATE = 4,
}

code!(microsip_session_request_e, "session request", SessionRequest {
    MICROSIP_SESSION_REQUEST_HOLD = Hold,
    MICROSIP_SESSION_REQUEST_RESUME = Resume,
    MICROSIP_SESSION_REQUEST_REINVITE = Reinvite,
    MICROSIP_SESSION_REQUEST_UPDATE = Update,
});

/// Settings of a re-INVITE.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_reinvite_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(
    microsip_reinvite_options_t,
    53,
    "reinvite options",
    Mutex<ReinviteOptions>
);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reinvite_options_new(options: *mut microsip_reinvite_options_t) -> microsip_status_t {
    guard("microsip_reinvite_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(ReinviteOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reinvite_options_clone(
    options: microsip_reinvite_options_t,
    clone: *mut microsip_reinvite_options_t,
) -> microsip_status_t {
    guard("microsip_reinvite_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_reinvite_options_free(options: microsip_reinvite_options_t) -> microsip_status_t {
    guard("microsip_reinvite_options_free", || free(options))
}

/// Adds a header to the re-INVITE, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_reinvite_options_add_header(
    options: microsip_reinvite_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_reinvite_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets whether it goes without SDP: the peer offers in its answer, we answer in the ACK (RFC 3261 §14.1). Default
/// false: our whole offer, with the direction as it is.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_reinvite_options_set_late_offer(
    options: microsip_reinvite_options_t,
    late_offer: bool,
) -> microsip_status_t {
    guard("microsip_reinvite_options_set_late_offer", || {
        change(options, |o| {
            o.late_offer = late_offer;
            Ok(())
        })
    })
}

/// Sets whether our Contact is renewed from the account and the transport, after an address has changed for instance
/// (RFC 3261 §12.2.1.2). Default false: the one the dialog has.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_reinvite_options_set_refresh_contact(
    options: microsip_reinvite_options_t,
    refresh_contact: bool,
) -> microsip_status_t {
    guard("microsip_reinvite_options_set_refresh_contact", || {
        change(options, |o| {
            o.refresh_contact = refresh_contact;
            Ok(())
        })
    })
}

/// Settings of an UPDATE.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_update_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_update_options_t, 54, "update options", Mutex<UpdateOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_update_options_new(options: *mut microsip_update_options_t) -> microsip_status_t {
    guard("microsip_update_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(UpdateOptions::new()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_update_options_clone(
    options: microsip_update_options_t,
    clone: *mut microsip_update_options_t,
) -> microsip_status_t {
    guard("microsip_update_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_update_options_free(options: microsip_update_options_t) -> microsip_status_t {
    guard("microsip_update_options_free", || free(options))
}

/// Adds a header to the UPDATE, behind the library's own.
///
/// Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break or of more than 16,000 bytes, or
/// a header the library writes itself (Via, From, To, Call-ID, CSeq, Contact, …).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_update_options_add_header(
    options: microsip_update_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_update_options_add_header", || {
        let (name, value) = (text(name, "name")?, text(value, "value")?);
        change(options, |o| {
            o.headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets whether it carries our offer; default true. Without, it only refreshes dialog and session timer.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_update_options_set_offer(
    options: microsip_update_options_t,
    offer: bool,
) -> microsip_status_t {
    guard("microsip_update_options_set_offer", || {
        change(options, |o| {
            o.offer = offer;
            Ok(())
        })
    })
}

/// As `microsip_reinvite_options_set_refresh_contact`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_update_options_set_refresh_contact(
    options: microsip_update_options_t,
    refresh_contact: bool,
) -> microsip_status_t {
    guard("microsip_update_options_set_refresh_contact", || {
        change(options, |o| {
            o.refresh_contact = refresh_contact;
            Ok(())
        })
    })
}

/// Sends a re-INVITE with our current offer: codecs, addresses and direction anew (RFC 3261 §14). Waiting and outcome
/// as for `microsip_call_hold`. `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_reinvite(
    call: microsip_call_t,
    options: microsip_reinvite_options_t,
) -> microsip_status_t {
    guard("microsip_call_reinvite", || {
        let options = settings_or(options, ReinviteOptions::new)?;
        Ok(get(call)?.reinvite_with(options)?)
    })
}

/// Sends an UPDATE with our current offer (RFC 3311). Unlike a re-INVITE it is answered at once by the machine at the
/// other end, and may be sent before the call is up, once reliable provisional responses have settled the first offer.
/// Waiting and outcome as for `microsip_call_hold`; a peer whose Allow does not list UPDATE gives `UNSUPPORTED` in the
/// outcome. `options` is copied; the zero handle stands for the defaults.
///
/// Statuses: `WRONG_STATE` before the call is up, `BUSY` when eight requests wait, `GONE`, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_call_update(call: microsip_call_t, options: microsip_update_options_t) -> microsip_status_t {
    guard("microsip_call_update", || {
        let options = settings_or(options, UpdateOptions::new)?;
        Ok(get(call)?.update_with(options)?)
    })
}

//! What the Contact of a registration says besides the address.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::ContactOptions;

use crate::base::{Out, change, clone_settings, free, guard, opt_text, put, text};
use crate::handle;
use crate::status::microsip_status_t;

/// Parameters of an account's Contact (RFC 3261 §20.10). Checked when the account is added or modified:
/// `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_contact_options_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_contact_options_t, 38, "contact options", Mutex<ContactOptions>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_options_new(options: *mut microsip_contact_options_t) -> microsip_status_t {
    guard("microsip_contact_options_new", || {
        let out = Out::new(options, "options")?;
        out.set(put(Mutex::new(ContactOptions::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_options_clone(
    options: microsip_contact_options_t,
    clone: *mut microsip_contact_options_t,
) -> microsip_status_t {
    guard("microsip_contact_options_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(options)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_options_free(options: microsip_contact_options_t) -> microsip_status_t {
    guard("microsip_contact_options_free", || free(options))
}

/// Sets `q`, how much this contact is preferred to others of the same address, 0 to 1 with three digits; default none
/// is told.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_options_set_q(options: microsip_contact_options_t, q: f32) -> microsip_status_t {
    guard("microsip_contact_options_set_q", || {
        change(options, |c| {
            c.q = Some(q);
            Ok(())
        })
    })
}

/// Tells no `q`, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_contact_options_clear_q(options: microsip_contact_options_t) -> microsip_status_t {
    guard("microsip_contact_options_clear_q", || {
        change(options, |c| {
            c.q = None;
            Ok(())
        })
    })
}

/// Sets `+sip.instance`, a URN that names this device (RFC 5626 §4.1), such as
/// `"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`, the same after every start; NULL (default) for none. Over TCP and
/// TLS it makes the registration an outbound one, where the server agrees.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_options_set_instance(
    options: microsip_contact_options_t,
    urn: *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_options_set_instance", || {
        let urn = opt_text(urn, "urn")?;
        change(options, |c| {
            c.instance = urn.map(str::to_owned);
            Ok(())
        })
    })
}

/// Adds a parameter to the header, in REGISTER only: name and, if not NULL, value, quotes included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_options_add_param(
    options: microsip_contact_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_options_add_param", || {
        let name = text(name, "name")?;
        let value = opt_text(value, "value")?;
        change(options, |c| {
            c.params.push((name.to_owned(), value.map(str::to_owned)));
            Ok(())
        })
    })
}

/// Adds a parameter to the URI, in every Contact of the account; `value` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_contact_options_add_uri_param(
    options: microsip_contact_options_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_contact_options_add_uri_param", || {
        let name = text(name, "name")?;
        let value = opt_text(value, "value")?;
        change(options, |c| {
            c.uri_params.push((name.to_owned(), value.map(str::to_owned)));
            Ok(())
        })
    })
}

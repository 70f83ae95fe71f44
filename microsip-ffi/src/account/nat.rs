//! How one account is reached through NAT.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{AccountNat, ContactRewrite, ContactRewriteMethod, TurnUse};

use crate::base::arg::ip;
use crate::base::{Code, Fault, Out, Outcome, change, clone_settings, free, guard, opt_text, put, settings_of};
use crate::endpoint::{microsip_ice_mode_t, microsip_turn_config_t};
use crate::status::{microsip_status_e, microsip_status_t};
use crate::{code, handle};

/// Whether the Contact follows the address the registrar sees, told by `received` and `rport` of its answer's Via (RFC
/// 3581): one of `enum microsip_contact_rewrite_e`.
pub type microsip_contact_rewrite_t = i32;

/// The values of `microsip_contact_rewrite_t`.
#[repr(i32)]
pub enum microsip_contact_rewrite_e {
    /// Contact stays what we think our address is.
    MICROSIP_CONTACT_REWRITE_OFF = 1,
    /// It follows, unless the registrar sees a private address where ours is public, or only another port at a private
    /// address. The default.
    MICROSIP_CONTACT_REWRITE_ON = 2,
    /// It follows whatever the registrar sees.
    MICROSIP_CONTACT_REWRITE_ALWAYS = 3,
}

code!(microsip_contact_rewrite_e, "contact rewrite", ContactRewrite {
    MICROSIP_CONTACT_REWRITE_OFF = Off,
    MICROSIP_CONTACT_REWRITE_ON = On,
    MICROSIP_CONTACT_REWRITE_ALWAYS = Always,
});

/// How a binding with the old Contact is replaced: one of `enum microsip_contact_rewrite_method_e`.
pub type microsip_contact_rewrite_method_t = i32;

/// The values of `microsip_contact_rewrite_method_t`.
#[repr(i32)]
pub enum microsip_contact_rewrite_method_e {
    /// The address is learned from the challenge already, if there is one, so that the old Contact is never bound;
    /// otherwise as the other. The default.
    MICROSIP_CONTACT_REWRITE_METHOD_EARLY = 1,
    /// One REGISTER binds the new Contact and removes the old one.
    MICROSIP_CONTACT_REWRITE_METHOD_REPLACE = 2,
}

code!(microsip_contact_rewrite_method_e, "contact rewrite method", ContactRewriteMethod {
    MICROSIP_CONTACT_REWRITE_METHOD_EARLY = Early,
    MICROSIP_CONTACT_REWRITE_METHOD_REPLACE = Replace,
});

/// Which relay an account uses: one of `enum microsip_turn_use_e`.
pub type microsip_turn_use_t = i32;

/// The values of `microsip_turn_use_t`.
#[repr(i32)]
pub enum microsip_turn_use_e {
    /// The endpoint's, if it has one. The default.
    MICROSIP_TURN_USE_ENDPOINT = 1,
    /// None.
    MICROSIP_TURN_USE_OFF = 2,
    /// One of its own.
    MICROSIP_TURN_USE_SERVER = 3,
}

/// How an account is reached through NAT, where it deviates from the endpoint (`microsip_nat_config_t`) or from what is
/// usual. Checked when the account is added or modified: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_account_nat_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_account_nat_t, 39, "account nat", Mutex<AccountNat>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_nat_new(nat: *mut microsip_account_nat_t) -> microsip_status_t {
    guard("microsip_account_nat_new", || {
        let out = Out::new(nat, "nat")?;
        out.set(put(Mutex::new(AccountNat::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_nat_clone(
    nat: microsip_account_nat_t,
    clone: *mut microsip_account_nat_t,
) -> microsip_status_t {
    guard("microsip_account_nat_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(nat)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_free(nat: microsip_account_nat_t) -> microsip_status_t {
    guard("microsip_account_nat_free", || free(nat))
}

/// Sets whether the Contact follows the address the registrar sees; default `MICROSIP_CONTACT_REWRITE_ON`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_contact_rewrite(
    nat: microsip_account_nat_t,
    rewrite: microsip_contact_rewrite_t,
) -> microsip_status_t {
    guard("microsip_account_nat_set_contact_rewrite", || {
        let rewrite = Code::arg(rewrite)?;
        change(nat, |c| {
            c.contact_rewrite = rewrite;
            Ok(())
        })
    })
}

/// Sets how the old binding is replaced; default `MICROSIP_CONTACT_REWRITE_METHOD_EARLY`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_contact_rewrite_method(
    nat: microsip_account_nat_t,
    method: microsip_contact_rewrite_method_t,
) -> microsip_status_t {
    guard("microsip_account_nat_set_contact_rewrite_method", || {
        let method = Code::arg(method)?;
        change(nat, |c| {
            c.contact_rewrite_method = method;
            Ok(())
        })
    })
}

/// Sets whether Via of later requests shows the address the registrar sees; default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_via_rewrite(nat: microsip_account_nat_t, yes: bool) -> microsip_status_t {
    guard("microsip_account_nat_set_via_rewrite", || {
        change(nat, |c| {
            c.via_rewrite = yes;
            Ok(())
        })
    })
}

/// Sets whether SDP shows the address the registrar sees, with our own ports, when neither STUN nor ICE tells better;
/// default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_sdp_rewrite(nat: microsip_account_nat_t, yes: bool) -> microsip_status_t {
    guard("microsip_account_nat_set_sdp_rewrite", || {
        change(nat, |c| {
            c.sdp_rewrite = yes;
            Ok(())
        })
    })
}

/// Sets the numeric address others send our media to, told in SDP alone, with our own ports; used without STUN and ICE
/// only. NULL (default): as the endpoint's public address says. Statuses: `INVALID_ARGUMENT` for what is no address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_nat_set_media_address(
    nat: microsip_account_nat_t,
    address: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_nat_set_media_address", || {
        let address = opt_text(address, "address")?;
        let address = ip(address, "address")?;
        change(nat, |c| {
            c.media_address = address;
            Ok(())
        })
    })
}

/// Sets whether STUN is used for Contact and for media; default true, if the endpoint has servers.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_stun(nat: microsip_account_nat_t, yes: bool) -> microsip_status_t {
    guard("microsip_account_nat_set_stun", || {
        change(nat, |c| {
            c.stun = yes;
            Ok(())
        })
    })
}

/// Sets whether calls use ICE; default as the endpoint.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_ice(
    nat: microsip_account_nat_t,
    mode: microsip_ice_mode_t,
) -> microsip_status_t {
    guard("microsip_account_nat_set_ice", || {
        let mode = Code::arg(mode)?;
        change(nat, |c| {
            c.ice = Some(mode);
            Ok(())
        })
    })
}

/// Does with ICE as the endpoint, as by default.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_clear_ice(nat: microsip_account_nat_t) -> microsip_status_t {
    guard("microsip_account_nat_clear_ice", || {
        change(nat, |c| {
            c.ice = None;
            Ok(())
        })
    })
}

/// Sets which relay calls with ICE use; `turn` is copied with `MICROSIP_TURN_USE_SERVER`, otherwise it may be the zero
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_nat_set_turn(
    nat: microsip_account_nat_t,
    which: microsip_turn_use_t,
    turn: microsip_turn_config_t,
) -> microsip_status_t {
    guard("microsip_account_nat_set_turn", || {
        let turn = turn_use(which, turn)?;
        change(nat, |c| {
            c.turn = turn;
            Ok(())
        })
    })
}

fn turn_use(which: microsip_turn_use_t, turn: microsip_turn_config_t) -> Outcome<TurnUse> {
    use microsip_turn_use_e::*;
    match which {
        n if n == MICROSIP_TURN_USE_ENDPOINT as i32 => Ok(TurnUse::Endpoint),
        n if n == MICROSIP_TURN_USE_OFF as i32 => Ok(TurnUse::Off),
        n if n == MICROSIP_TURN_USE_SERVER as i32 => Ok(TurnUse::Server(settings_of(turn)?)),
        n => Err(Fault::new(
            microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
            format!("{n} is no use of TURN"),
        )),
    }
}

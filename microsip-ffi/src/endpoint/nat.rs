//! Settings of NAT: STUN, TURN, ICE, a public address.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{IceMode, NatConfig, TurnConfig};

use super::microsip_transport_t;
use crate::base::arg::ip;
use crate::base::{Code, Out, change, clone_settings, free, guard, millis, opt_text, put, settings_of, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// Whether calls look for a way to the peer with ICE (RFC 8445): one of `enum microsip_ice_mode_e`.
pub type microsip_ice_mode_t = i32;

/// The values of `microsip_ice_mode_t`.
#[repr(i32)]
pub enum microsip_ice_mode_e {
    /// No ICE; an offer with ICE is answered without. The default.
    MICROSIP_ICE_MODE_OFF = 1,
    /// Host addresses, the addresses a STUN server sees, and a relay where TURN is configured. A peer without ICE gets
    /// ordinary media.
    MICROSIP_ICE_MODE_ON = 2,
    /// The relay only: the peer learns none of our addresses. Needs TURN; without a relay the call fails.
    MICROSIP_ICE_MODE_RELAY_ONLY = 3,
}

code!(microsip_ice_mode_e, "ICE mode", IceMode {
    MICROSIP_ICE_MODE_OFF = Off,
    MICROSIP_ICE_MODE_ON = On,
    MICROSIP_ICE_MODE_RELAY_ONLY = RelayOnly,
});

/// A TURN server (RFC 8656) with its long-term credentials, used by calls with ICE. Checked by whoever uses it:
/// `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_turn_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_turn_config_t, 22, "turn config", Mutex<TurnConfig>);

/// Makes settings for a server `host[:port]` or `[IPv6]:port`, spoken to over UDP; port 3478 if none is given, 5349
/// with TLS. The password is copied and never printed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_turn_config_new(
    server: *const c_char,
    user: *const c_char,
    password: *const c_char,
    config: *mut microsip_turn_config_t,
) -> microsip_status_t {
    guard("microsip_turn_config_new", || {
        let out = Out::new(config, "config")?;
        let server = text(server, "server")?;
        let user = text(user, "user")?;
        let password = text(password, "password")?;
        out.set(put(Mutex::new(TurnConfig::new(server, user, password)))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_turn_config_clone(
    config: microsip_turn_config_t,
    clone: *mut microsip_turn_config_t,
) -> microsip_status_t {
    guard("microsip_turn_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_turn_config_free(config: microsip_turn_config_t) -> microsip_status_t {
    guard("microsip_turn_config_free", || free(config))
}

/// Sets how the server is spoken to; default UDP. With TLS its certificate must be made out for the host given.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_turn_config_set_transport(
    config: microsip_turn_config_t,
    transport: microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_turn_config_set_transport", || {
        let transport = Code::arg(transport)?;
        change(config, |c| {
            c.transport = transport;
            Ok(())
        })
    })
}

/// Sets the realm of the credentials; default `"*"`, whatever the server names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_turn_config_set_realm(
    config: microsip_turn_config_t,
    realm: *const c_char,
) -> microsip_status_t {
    guard("microsip_turn_config_set_realm", || {
        let realm = text(realm, "realm")?;
        change(config, |c| {
            c.realm = realm.to_owned();
            Ok(())
        })
    })
}

/// How an endpoint is reached through NAT. Everything is off by default; accounts can deviate
/// (`microsip_account_nat_t`). Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_nat_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_nat_config_t, 21, "nat config", Mutex<NatConfig>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_nat_config_new(config: *mut microsip_nat_config_t) -> microsip_status_t {
    guard("microsip_nat_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(NatConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_nat_config_clone(
    config: microsip_nat_config_t,
    clone: *mut microsip_nat_config_t,
) -> microsip_status_t {
    guard("microsip_nat_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_free(config: microsip_nat_config_t) -> microsip_status_t {
    guard("microsip_nat_config_free", || free(config))
}

/// Adds a STUN server (RFC 8489), `host[:port]`, at most 8. All are asked at once by Binding requests; the first to
/// answer is used, and asked again as long as the endpoint runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_nat_config_add_stun_server(
    config: microsip_nat_config_t,
    server: *const c_char,
) -> microsip_status_t {
    guard("microsip_nat_config_add_stun_server", || {
        let server = text(server, "server")?;
        change(config, |c| {
            c.stun_servers.push(server.to_owned());
            Ok(())
        })
    })
}

/// Sets how long a STUN server may take to answer, in milliseconds, 100 to 10000; default 1000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_stun_timeout(
    config: microsip_nat_config_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_nat_config_set_stun_timeout", || {
        change(config, |c| {
            c.stun_timeout = millis(timeout_ms);
            Ok(())
        })
    })
}

/// Sets how long `microsip_endpoint_start` waits for STUN and for the addresses of TURN servers given by name, in
/// milliseconds, 0 to 10000; default 500.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_start_wait(config: microsip_nat_config_t, wait_ms: u32) -> microsip_status_t {
    guard("microsip_nat_config_set_start_wait", || {
        change(config, |c| {
            c.start_wait = millis(wait_ms);
            Ok(())
        })
    })
}

/// Sets how often the STUN server is asked again from the SIP socket, in milliseconds, 5000 to 600000, or 0 for never;
/// default 25000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_stun_refresh(
    config: microsip_nat_config_t,
    pause_ms: u32,
) -> microsip_status_t {
    guard("microsip_nat_config_set_stun_refresh", || {
        change(config, |c| {
            c.stun_refresh = millis(pause_ms);
            Ok(())
        })
    })
}

/// Sets the numeric address under which others reach us, for Contact, Via and SDP; ports stay. For routers that forward
/// our ports unchanged. NULL (default) for none. Statuses: `INVALID_ARGUMENT` for what is no address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_nat_config_set_public_address(
    config: microsip_nat_config_t,
    address: *const c_char,
) -> microsip_status_t {
    guard("microsip_nat_config_set_public_address", || {
        let address = opt_text(address, "address")?;
        let address = ip(address, "address")?;
        change(config, |c| {
            c.public_address = address;
            Ok(())
        })
    })
}

/// Sets whether calls use ICE; default off.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_ice(
    config: microsip_nat_config_t,
    mode: microsip_ice_mode_t,
) -> microsip_status_t {
    guard("microsip_nat_config_set_ice", || {
        let mode = Code::arg(mode)?;
        change(config, |c| {
            c.ice = mode;
            Ok(())
        })
    })
}

/// Sets whether ICE nominates aggressively (RFC 5245 §8.1.1.2); default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_aggressive(config: microsip_nat_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_nat_config_set_aggressive", || {
        change(config, |c| {
            c.aggressive = yes;
            Ok(())
        })
    })
}

/// Sets how long ICE gathers addresses before the offer or answer goes out with those it has, in milliseconds, 100 to
/// 30000; default 2000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_gather_timeout(
    config: microsip_nat_config_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_nat_config_set_gather_timeout", || {
        change(config, |c| {
            c.gather_timeout = millis(timeout_ms);
            Ok(())
        })
    })
}

/// Sets the relay for calls with ICE; `turn` is copied, the zero handle (default) stands for none.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_nat_config_set_turn(
    config: microsip_nat_config_t,
    turn: microsip_turn_config_t,
) -> microsip_status_t {
    guard("microsip_nat_config_set_turn", || {
        let turn = match turn.token {
            0 => None,
            _ => Some(settings_of(turn)?),
        };
        change(config, |c| {
            c.turn = turn;
            Ok(())
        })
    })
}

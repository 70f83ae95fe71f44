//! Settings of the endpoint.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{EndpointConfig, Transport, TransportConfig};

use crate::base::arg::socket_address;
use crate::base::{Code, Out, Outcome, change, clone_settings, free, guard, millis, put, settings_or, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// What carries SIP: one of `enum microsip_transport_e`.
pub type microsip_transport_t = i32;

/// The values of `microsip_transport_t`.
#[repr(i32)]
pub enum microsip_transport_e {
    /// UDP, default port 5060.
    MICROSIP_TRANSPORT_UDP = 1,
    /// TCP, default port 5060.
    MICROSIP_TRANSPORT_TCP = 2,
    /// TLS over TCP, default port 5061.
    MICROSIP_TRANSPORT_TLS = 3,
}

code!(microsip_transport_e, "transport", Transport {
    MICROSIP_TRANSPORT_UDP = Udp,
    MICROSIP_TRANSPORT_TCP = Tcp,
    MICROSIP_TRANSPORT_TLS = Tls,
});

/// Settings of an endpoint, filled in before it starts. Setters take effect at the next `microsip_endpoint_start`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_endpoint_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_endpoint_config_t, 4, "endpoint config", Mutex<EndpointConfig>);

/// A copy of the settings; the zero handle stands for the defaults.
pub(super) fn of(config: microsip_endpoint_config_t) -> Outcome<EndpointConfig> {
    settings_or(config, EndpointConfig::default)
}

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_config_new(config: *mut microsip_endpoint_config_t) -> microsip_status_t {
    guard("microsip_endpoint_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(EndpointConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_config_clone(
    config: microsip_endpoint_config_t,
    clone: *mut microsip_endpoint_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_free(config: microsip_endpoint_config_t) -> microsip_status_t {
    guard("microsip_endpoint_config_free", || free(config))
}

/// Takes all transports away, the default ones included, so that exactly those added afterwards are opened.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_clear_transports(config: microsip_endpoint_config_t) -> microsip_status_t {
    guard("microsip_endpoint_config_clear_transports", || {
        change(config, |c| {
            c.transports.clear();
            Ok(())
        })
    })
}

/// Adds a transport bound to a numeric address with port, such as `"0.0.0.0:5060"` or `"[::1]:0"`; port 0 is one of the system's
/// choice. Default: one of each kind the build has on `"0.0.0.0:0"`, which stay unless
/// `microsip_endpoint_config_clear_transports` took them away.
///
/// Statuses: `INVALID_ARGUMENT` for what is no address with port.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_config_add_transport(
    config: microsip_endpoint_config_t,
    transport: microsip_transport_t,
    bind: *const c_char,
) -> microsip_status_t {
    guard("microsip_endpoint_config_add_transport", || {
        let transport = Code::arg(transport)?;
        let bind = socket_address(text(bind, "bind")?, "bind")?;
        change(config, |c| {
            c.transports.push(TransportConfig::new(transport, bind));
            Ok(())
        })
    })
}

/// Sets the text of User-Agent and Server headers (RFC 3261 §20.41); default `"microsip/"` and the version.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_endpoint_config_set_user_agent(
    config: microsip_endpoint_config_t,
    user_agent: *const c_char,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_user_agent", || {
        let user_agent = text(user_agent, "user_agent")?;
        change(config, |c| {
            c.user_agent = user_agent.to_owned();
            Ok(())
        })
    })
}

/// Sets how long closing waits for peers' answers, in milliseconds, 0 to 30000; default 2000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_close_timeout(
    config: microsip_endpoint_config_t,
    timeout_ms: u32,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_close_timeout", || {
        change(config, |c| {
            c.close_timeout = millis(timeout_ms);
            Ok(())
        })
    })
}

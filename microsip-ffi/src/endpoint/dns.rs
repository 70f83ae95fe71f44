//! Settings of name resolution.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::DnsConfig;

use crate::base::arg::socket_address;
use crate::base::{Out, change, clone_settings, free, guard, millis, opt_text, put, text};
use crate::handle;
use crate::status::microsip_status_t;

/// How host names in SIP URIs are resolved (RFC 3263). Numeric addresses and names in the hosts file are known at once;
/// answers of name servers are kept as long as they say. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT`
/// there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_dns_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_dns_config_t, 23, "dns config", Mutex<DnsConfig>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dns_config_new(config: *mut microsip_dns_config_t) -> microsip_status_t {
    guard("microsip_dns_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(DnsConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dns_config_clone(
    config: microsip_dns_config_t,
    clone: *mut microsip_dns_config_t,
) -> microsip_status_t {
    guard("microsip_dns_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dns_config_free(config: microsip_dns_config_t) -> microsip_status_t {
    guard("microsip_dns_config_free", || free(config))
}

/// Adds a name server, a numeric address with port such as `"192.0.2.53:53"`; the system's are not asked then.
/// Statuses: `INVALID_ARGUMENT` for what is no address with port.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dns_config_add_server(
    config: microsip_dns_config_t,
    address: *const c_char,
) -> microsip_status_t {
    guard("microsip_dns_config_add_server", || {
        let address = text(address, "address")?;
        let address = socket_address(address, "address")?;
        change(config, |c| {
            c.servers.push(address);
            Ok(())
        })
    })
}

/// Sets whether SRV records are asked for when the URI has no port (RFC 3263 §4.2); default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dns_config_set_srv(config: microsip_dns_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_dns_config_set_srv", || {
        change(config, |c| {
            c.srv = yes;
            Ok(())
        })
    })
}

/// Sets whether NAPTR records are asked for when the URI names no transport (RFC 3263 §4.1); default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dns_config_set_naptr(config: microsip_dns_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_dns_config_set_naptr", || {
        change(config, |c| {
            c.naptr = yes;
            Ok(())
        })
    })
}

/// Sets how long one look-up may take, in milliseconds, 100 to 60000; default 5000. Within it every name server is
/// asked twice.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dns_config_set_timeout(config: microsip_dns_config_t, longest_ms: u32) -> microsip_status_t {
    guard("microsip_dns_config_set_timeout", || {
        change(config, |c| {
            c.timeout = millis(longest_ms);
            Ok(())
        })
    })
}

/// Sets how long one of several targets of a request is given before the next is tried, in milliseconds, 500 to 32000;
/// default 4000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dns_config_set_target_timeout(
    config: microsip_dns_config_t,
    longest_ms: u32,
) -> microsip_status_t {
    guard("microsip_dns_config_set_target_timeout", || {
        change(config, |c| {
            c.target_timeout = millis(longest_ms);
            Ok(())
        })
    })
}

/// Sets how long a target that did not serve comes after the others, in milliseconds, 0 to 3600000; default 60000. A
/// Retry-After in a 503 counts instead.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_dns_config_set_avoid_for(config: microsip_dns_config_t, time_ms: u32) -> microsip_status_t {
    guard("microsip_dns_config_set_avoid_for", || {
        change(config, |c| {
            c.avoid_for = millis(time_ms);
            Ok(())
        })
    })
}

/// Sets the hosts file; default the system's, NULL to look at none. It is read again when it changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_dns_config_set_hosts_file(
    config: microsip_dns_config_t,
    path: *const c_char,
) -> microsip_status_t {
    guard("microsip_dns_config_set_hosts_file", || {
        let path = opt_text(path, "path")?;
        change(config, |c| {
            c.hosts_file = path.map(Into::into);
            Ok(())
        })
    })
}

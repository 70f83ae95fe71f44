//! Settings of the endpoint that are objects of their own.

use microsip_core::{CallPolicy, DnsConfig, GuardConfig, MessageConfig, NatConfig, QualityConfig, TlsConfig};

use super::{
    microsip_call_policy_t, microsip_dns_config_t, microsip_endpoint_config_t, microsip_guard_config_t,
    microsip_message_config_t, microsip_nat_config_t, microsip_tls_config_t,
};
use crate::base::{change, guard, settings_or};
use crate::quality::microsip_quality_config_t;
use crate::status::microsip_status_t;

/// Sets how TLS is used. `tls` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_tls(
    config: microsip_endpoint_config_t,
    tls: microsip_tls_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_tls", || {
        let value = settings_or(tls, TlsConfig::default)?;
        change(config, |c| {
            c.tls = value;
            Ok(())
        })
    })
}

/// Sets how we are reached through NAT. `nat` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_nat(
    config: microsip_endpoint_config_t,
    nat: microsip_nat_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_nat", || {
        let value = settings_or(nat, NatConfig::default)?;
        change(config, |c| {
            c.nat = value;
            Ok(())
        })
    })
}

/// Sets how host names are resolved. `dns` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_dns(
    config: microsip_endpoint_config_t,
    dns: microsip_dns_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_dns", || {
        let value = settings_or(dns, DnsConfig::default)?;
        change(config, |c| {
            c.dns = value;
            Ok(())
        })
    })
}

/// Sets how scanners and floods are kept off. `guard_config` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_guard(
    config: microsip_endpoint_config_t,
    guard_config: microsip_guard_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_guard", || {
        let value = settings_or(guard_config, GuardConfig::default)?;
        change(config, |c| {
            c.guard = value;
            Ok(())
        })
    })
}

/// Sets how audio is buffered, reported and watched. `quality` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_quality(
    config: microsip_endpoint_config_t,
    quality: microsip_quality_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_quality", || {
        let value = settings_or(quality, QualityConfig::default)?;
        change(config, |c| {
            c.quality = value;
            Ok(())
        })
    })
}

/// Sets how messages are taken. `messages` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_messages(
    config: microsip_endpoint_config_t,
    messages: microsip_message_config_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_messages", || {
        let value = settings_or(messages, MessageConfig::default)?;
        change(config, |c| {
            c.messages = value;
            Ok(())
        })
    })
}

/// Sets how incoming calls are dealt with before they ring; accounts may have a policy of their own. `policy` is
/// copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_config_set_policy(
    config: microsip_endpoint_config_t,
    policy: microsip_call_policy_t,
) -> microsip_status_t {
    guard("microsip_endpoint_config_set_policy", || {
        let value = settings_or(policy, CallPolicy::default)?;
        change(config, |c| {
            c.policy = value;
            Ok(())
        })
    })
}

//! Settings of the guard against scanners and floods.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{GuardAction, GuardConfig, GuardRate};

use crate::base::{Out, change, clone_settings, free, guard, millis, put, text};
use crate::call::status_code;
use crate::handle;
use crate::status::microsip_status_t;

/// What one source of requests may ask of us before a transaction or dialog is made for it.
///
/// The default guards against strangers and against nobody else: the limits lie far above what a telephone is asked,
/// and do not hold for this machine, for the servers that have registered us, and for networks named here. Requests
/// within a dialog are never counted. One IPv6 source is a /64. Checked by `microsip_endpoint_start`:
/// `INVALID_ARGUMENT` there.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_guard_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_guard_config_t, 24, "guard config", Mutex<GuardConfig>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_config_new(config: *mut microsip_guard_config_t) -> microsip_status_t {
    guard("microsip_guard_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(GuardConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_config_clone(
    config: microsip_guard_config_t,
    clone: *mut microsip_guard_config_t,
) -> microsip_status_t {
    guard("microsip_guard_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_free(config: microsip_guard_config_t) -> microsip_status_t {
    guard("microsip_guard_config_free", || free(config))
}

/// Sets whether there is a guard; default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_enabled(config: microsip_guard_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_guard_config_set_enabled", || {
        change(config, |c| {
            c.enabled = yes;
            Ok(())
        })
    })
}

/// Sets how many new calls (INVITE outside a dialog) one source may make: per second in the long run, and at once after
/// a pause; each 1 to 1000000, default 50 and 200.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_invites(
    config: microsip_guard_config_t,
    per_second: u32,
    burst: u32,
) -> microsip_status_t {
    guard("microsip_guard_config_set_invites", || {
        change(config, |c| {
            c.invites = GuardRate::new(per_second, burst);
            Ok(())
        })
    })
}

/// Sets how much else one source may send outside a dialog (OPTIONS, REGISTER, what cannot be parsed): per second in
/// the long run, and at once after a pause; each 1 to 1000000, default 100 and 400.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_requests(
    config: microsip_guard_config_t,
    per_second: u32,
    burst: u32,
) -> microsip_status_t {
    guard("microsip_guard_config_set_requests", || {
        change(config, |c| {
            c.requests = GuardRate::new(per_second, burst);
            Ok(())
        })
    })
}

/// Sets what requests above the limits are answered: a SIP status code, 300 to 699, sent without a transaction (with
/// 503 goes a Retry-After), or 0 (default) for nothing, so that the source learns nothing.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_refusal(config: microsip_guard_config_t, code: u16) -> microsip_status_t {
    guard("microsip_guard_config_set_refusal", || {
        let action = match code {
            0 => GuardAction::Drop,
            code => GuardAction::Refuse(status_code(code)?),
        };
        change(config, |c| {
            c.action = action;
            Ok(())
        })
    })
}

/// Takes all names of scanners away, the default ones included.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_clear_scanners(config: microsip_guard_config_t) -> microsip_status_t {
    guard("microsip_guard_config_clear_scanners", || {
        change(config, |c| {
            c.scanners.clear();
            Ok(())
        })
    })
}

/// Adds a name of scanners: requests whose User-Agent contains it, whatever the case, are dropped without an answer.
/// Default: the names that scanning programs are known to give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_config_add_scanner(
    config: microsip_guard_config_t,
    name: *const c_char,
) -> microsip_status_t {
    guard("microsip_guard_config_add_scanner", || {
        let name = text(name, "name")?;
        change(config, |c| {
            c.scanners.push(name.to_owned());
            Ok(())
        })
    })
}

/// Adds a network that is not guarded against, such as `"192.0.2.0/24"` or `"2001:db8::1"`; default none. Statuses:
/// `INVALID_ARGUMENT` for what is no network.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_guard_config_add_trusted(
    config: microsip_guard_config_t,
    network: *const c_char,
) -> microsip_status_t {
    guard("microsip_guard_config_add_trusted", || {
        let network = text(network, "network")?;
        let network = network.parse()?;
        change(config, |c| {
            c.trusted.push(network);
            Ok(())
        })
    })
}

/// Sets whether this machine's own loopback addresses are trusted; default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_trust_loopback(
    config: microsip_guard_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_guard_config_set_trust_loopback", || {
        change(config, |c| {
            c.trust_loopback = yes;
            Ok(())
        })
    })
}

/// Sets whether addresses that answered our REGISTER with 2xx are trusted, for a day; default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_trust_registrars(
    config: microsip_guard_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_guard_config_set_trust_registrars", || {
        change(config, |c| {
            c.trust_registrars = yes;
            Ok(())
        })
    })
}

/// Sets how many sources are told apart at most, 16 to 1000000; default 4096. Those heard of longest ago are forgotten
/// first.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_sources(config: microsip_guard_config_t, most: u32) -> microsip_status_t {
    guard("microsip_guard_config_set_sources", || {
        change(config, |c| {
            c.sources = most as usize;
            Ok(())
        })
    })
}

/// Sets the time in which an event of kind `MICROSIP_EVENT_KIND_GUARD` tells of a source at most once, in milliseconds,
/// 1000 to 86400000; default 60000.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_guard_config_set_report_every(
    config: microsip_guard_config_t,
    time_ms: u32,
) -> microsip_status_t {
    guard("microsip_guard_config_set_report_every", || {
        change(config, |c| {
            c.report_every = millis(time_ms);
            Ok(())
        })
    })
}

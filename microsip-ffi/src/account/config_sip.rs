//! Settings of an account: registration, credentials, the way of its requests.

use std::ffi::c_char;

use microsip_core::{AccountNat, ContactOptions, Credential, DigestAlgorithm, RetryPolicy};

use super::{microsip_account_config_t, microsip_account_nat_t, microsip_contact_options_t};
use crate::base::{Code, change, guard, millis, secs, settings_or, text};
use crate::code;
use crate::endpoint::microsip_transport_t;
use crate::status::microsip_status_t;

/// A hash a digest is made with (RFC 8760 §2.1): one of `enum microsip_digest_algorithm_e`.
pub type microsip_digest_algorithm_t = i32;

/// The values of `microsip_digest_algorithm_t`.
#[repr(i32)]
pub enum microsip_digest_algorithm_e {
    /// MD5.
    MICROSIP_DIGEST_ALGORITHM_MD5 = 1,
    /// SHA-256.
    MICROSIP_DIGEST_ALGORITHM_SHA256 = 2,
    /// SHA-512/256.
    MICROSIP_DIGEST_ALGORITHM_SHA512_256 = 3,
}

code!(microsip_digest_algorithm_e, "digest algorithm", DigestAlgorithm {
    MICROSIP_DIGEST_ALGORITHM_MD5 = Md5,
    MICROSIP_DIGEST_ALGORITHM_SHA256 = Sha256,
    MICROSIP_DIGEST_ALGORITHM_SHA512_256 = Sha512_256,
});

/// Sets whether to register as soon as the account is added; default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_register_on_add(
    config: microsip_account_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_account_config_set_register_on_add", || {
        change(config, |c| {
            c.register_on_add = yes;
            Ok(())
        })
    })
}

/// Adds a user name and password for every realm (digest authentication, RFC 3261 §22, RFC 8760); at most 8
/// credentials. They are copied and never printed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_add_credentials(
    config: microsip_account_config_t,
    user: *const c_char,
    password: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_add_credentials", || {
        let user = text(user, "user")?;
        let password = text(password, "password")?;
        change(config, |c| {
            c.credentials.push(Credential::new(user, password));
            Ok(())
        })
    })
}

/// Adds a user name and password for one realm, compared without regard to case; `"*"` fits every realm. They are
/// copied and never printed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_add_credentials_for(
    config: microsip_account_config_t,
    realm: *const c_char,
    user: *const c_char,
    password: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_add_credentials_for", || {
        let realm = text(realm, "realm")?;
        let user = text(user, "user")?;
        let password = text(password, "password")?;
        change(config, |c| {
            c.credentials.push(Credential::new(user, password).realm(realm));
            Ok(())
        })
    })
}

/// Adds a user name and HA1, the hash of `user:realm:password` in hexadecimal digits (RFC 7616 §3.4.2), so that no
/// password need be kept; good for this realm and algorithm only. They are copied and never printed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_add_ha1(
    config: microsip_account_config_t,
    realm: *const c_char,
    user: *const c_char,
    algorithm: microsip_digest_algorithm_t,
    ha1: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_add_ha1", || {
        let realm = text(realm, "realm")?;
        let user = text(user, "user")?;
        let algorithm = Code::arg(algorithm)?;
        let ha1 = text(ha1, "ha1")?;
        change(config, |c| {
            c.credentials.push(Credential::with_ha1(realm, user, algorithm, ha1));
            Ok(())
        })
    })
}

/// Takes all credentials away.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_clear_credentials(config: microsip_account_config_t) -> microsip_status_t {
    guard("microsip_account_config_clear_credentials", || {
        change(config, |c| {
            c.credentials.clear();
            Ok(())
        })
    })
}

/// Sets the transport for requests to the registrar and to targets that do not name one; default UDP.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_transport(
    config: microsip_account_config_t,
    transport: microsip_transport_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_transport", || {
        let transport = Code::arg(transport)?;
        change(config, |c| {
            c.transport = transport;
            Ok(())
        })
    })
}

/// Adds a proxy all requests pass, in order, as a SIP URI with or without `;lr`: the first is the outbound proxy, all
/// of them are the preloaded Route (RFC 3261 §8.1.2).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_add_proxy(
    config: microsip_account_config_t,
    uri: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_add_proxy", || {
        let uri = text(uri, "uri")?;
        change(config, |c| {
            c.proxies.push(uri.to_owned());
            Ok(())
        })
    })
}

/// Sets whether REGISTER passes the proxies too; default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_register_by_proxies(
    config: microsip_account_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_account_config_set_register_by_proxies", || {
        change(config, |c| {
            c.register_by_proxies = yes;
            Ok(())
        })
    })
}

/// Sets the lifetime asked of the registrar (Expires), in seconds, 10 to 86400; default 300. A registrar that wants
/// more (423 with Min-Expires) gets more.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_expires(
    config: microsip_account_config_t,
    lifetime_s: u32,
) -> microsip_status_t {
    guard("microsip_account_config_set_expires", || {
        change(config, |c| {
            c.expires = secs(lifetime_s);
            Ok(())
        })
    })
}

/// Sets when a registration that failed is tried again: after the n-th failure in a row the pause is at most `first_ms
/// · factorⁿ⁻¹`, never more than `max_ms`, and less by a random part of up to `jitter` of it. `first_ms` is 50 to
/// 3600000 (default 1000), `max_ms` is `first_ms` to 3600000 (default 30000), `factor` 1 to 10 (default 2), `jitter` 0
/// to 1 (default 0.5). A Retry-After of the server takes its place.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_retry(
    config: microsip_account_config_t,
    first_ms: u32,
    max_ms: u32,
    factor: f64,
    jitter: f64,
) -> microsip_status_t {
    guard("microsip_account_config_set_retry", || {
        change(config, |c| {
            c.retry = RetryPolicy::new(millis(first_ms), millis(max_ms))
                .factor(factor)
                .jitter(jitter);
            Ok(())
        })
    })
}

/// Sets the parameters of the Contact. `contact` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_contact(
    config: microsip_account_config_t,
    contact: microsip_contact_options_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_contact", || {
        let contact = settings_or(contact, ContactOptions::default)?;
        change(config, |c| {
            c.contact = contact;
            Ok(())
        })
    })
}

/// Sets whether `Supported: path` goes with REGISTER, so that proxies may put themselves on the way of requests to us
/// (RFC 3327 §5.1); default true.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_path(config: microsip_account_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_account_config_set_path", || {
        change(config, |c| {
            c.path = yes;
            Ok(())
        })
    })
}

/// Adds a header to REGISTER. Statuses: `INVALID_ARGUMENT` for a name that is no token, a value with a line break, or a
/// header the library writes itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_account_config_add_register_header(
    config: microsip_account_config_t,
    name: *const c_char,
    value: *const c_char,
) -> microsip_status_t {
    guard("microsip_account_config_add_register_header", || {
        let name = text(name, "name")?;
        let value = text(value, "value")?;
        change(config, |c| {
            c.register_headers.add(name, value)?;
            Ok(())
        })
    })
}

/// Sets how often an empty line goes to a UDP registrar while registered, so that NATs on the way keep the path open,
/// in milliseconds, 1000 to 3600000, or 0 for never; default 15000. The pause varies between 95 and 100 % of it; a
/// Flow-Timer of the registrar takes its place (RFC 5626 §4.4.1).
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_keep_alive(
    config: microsip_account_config_t,
    pause_ms: u32,
) -> microsip_status_t {
    guard("microsip_account_config_set_keep_alive", || {
        change(config, |c| {
            c.keep_alive = millis(pause_ms);
            Ok(())
        })
    })
}

/// Sets how this account is reached through NAT. `nat` is copied; the zero handle stands for the defaults.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_nat(
    config: microsip_account_config_t,
    nat: microsip_account_nat_t,
) -> microsip_status_t {
    guard("microsip_account_config_set_nat", || {
        let nat = settings_or(nat, AccountNat::default)?;
        change(config, |c| {
            c.nat = nat;
            Ok(())
        })
    })
}

/// Sets whether its presence is published, by PUBLISH to the address of record (RFC 3903), once the account is
/// registered if it has a registrar; default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_account_config_set_publish_presence(
    config: microsip_account_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_account_config_set_publish_presence", || {
        change(config, |c| {
            c.publish_presence = yes;
            Ok(())
        })
    })
}

//! Settings of TLS.

use std::ffi::c_char;
use std::sync::Mutex;

use microsip_core::{Secret, TlsConfig, TlsVersion};

use crate::base::{Code, Out, change, clone_settings, free, guard, opt_text, put, text};
use crate::status::microsip_status_t;
use crate::{code, handle};

/// A version of TLS; 1.0 and 1.1 are forbidden (RFC 8996): one of `enum microsip_tls_version_e`.
pub type microsip_tls_version_t = i32;

/// The values of `microsip_tls_version_t`.
#[repr(i32)]
pub enum microsip_tls_version_e {
    /// TLS 1.2 (RFC 5246).
    MICROSIP_TLS_VERSION_1_2 = 1,
    /// TLS 1.3 (RFC 8446).
    MICROSIP_TLS_VERSION_1_3 = 2,
}

code!(microsip_tls_version_e, "TLS version", TlsVersion {
    MICROSIP_TLS_VERSION_1_2 = V1_2,
    MICROSIP_TLS_VERSION_1_3 = V1_3,
});

/// Settings of TLS, for every TLS transport of the endpoint and for TURN over TLS.
///
/// Who is trusted: the peer whose certificate is pinned, or, without pins, the one whose certificate a trusted
/// authority made out for the host we wanted. Trusted authorities are those given here, or the system's when none is
/// given. Checked by `microsip_endpoint_start`: `INVALID_ARGUMENT` there, `IO` for files that cannot be read, `TLS` for
/// what cannot be used.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_tls_config_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_tls_config_t, 20, "tls config", Mutex<TlsConfig>);

/// Makes settings with every value at its default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_new(config: *mut microsip_tls_config_t) -> microsip_status_t {
    guard("microsip_tls_config_new", || {
        let out = Out::new(config, "config")?;
        out.set(put(Mutex::new(TlsConfig::default()))?);
        Ok(())
    })
}

/// A copy that is changed by itself, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_clone(
    config: microsip_tls_config_t,
    clone: *mut microsip_tls_config_t,
) -> microsip_status_t {
    guard("microsip_tls_config_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(clone_settings(config)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tls_config_free(config: microsip_tls_config_t) -> microsip_status_t {
    guard("microsip_tls_config_free", || free(config))
}

/// Sets whether a server's certificate is checked: signed by a trusted authority, in its validity period, not revoked,
/// made out for the host we asked for (RFC 5922). Default true; without the check anybody on the way can read and
/// change everything. Pins hold whatever is said here.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tls_config_set_verify(config: microsip_tls_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_tls_config_set_verify", || {
        change(config, |c| {
            c.verify = yes;
            Ok(())
        })
    })
}

/// Sets the file of trusted authorities in PEM; NULL (default) for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_ca_file(
    config: microsip_tls_config_t,
    path: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_ca_file", || {
        let path = opt_text(path, "path")?;
        change(config, |c| {
            c.ca_file = path.map(Into::into);
            Ok(())
        })
    })
}

/// Sets the folder of trusted authorities: every file in it that holds certificates in PEM, and revocation lists; NULL
/// (default) for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_ca_dir(
    config: microsip_tls_config_t,
    path: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_ca_dir", || {
        let path = opt_text(path, "path")?;
        change(config, |c| {
            c.ca_dir = path.map(Into::into);
            Ok(())
        })
    })
}

/// Sets trusted authorities as PEM text; NULL (default) for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_ca_pem(
    config: microsip_tls_config_t,
    pem: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_ca_pem", || {
        let pem = opt_text(pem, "pem")?;
        change(config, |c| {
            c.ca_pem = pem.map(str::to_owned);
            Ok(())
        })
    })
}

/// Sets whether the system's authorities are trusted besides those above; they always are if none is given. Default
/// false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tls_config_set_system_authorities(
    config: microsip_tls_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_tls_config_set_system_authorities", || {
        change(config, |c| {
            c.system_authorities = yes;
            Ok(())
        })
    })
}

/// Adds a file of certificate revocation lists in PEM (RFC 5280 §5). With any, a peer's certificate is refused unless a
/// current list of its authority is there, and not on it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_add_crl_file(
    config: microsip_tls_config_t,
    path: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_add_crl_file", || {
        let path = text(path, "path")?;
        change(config, |c| {
            c.crl_files.push(path.into());
            Ok(())
        })
    })
}

/// Adds a certificate that is accepted; with any, no others are, whoever signed them. `sha256` is the SHA-256 of the
/// whole certificate or of its public key (RFC 7469 §2.4): 64 hexadecimal digits with or without colons, or `sha256/`
/// and Base64. Replaces the checks of authority, name and validity period; a revocation list still refuses.
///
/// Statuses: `INVALID_ARGUMENT` for what is no SHA-256.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_add_pin(
    config: microsip_tls_config_t,
    sha256: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_add_pin", || {
        let sha256 = text(sha256, "sha256")?;
        let pin = sha256.parse()?;
        change(config, |c| {
            c.pins.push(pin);
            Ok(())
        })
    })
}

/// Sets files of our own certificate (with what leads from it to its authority) and of its private key, both in PEM;
/// NULL (default) for none. A server needs them, a client seldom.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_identity_files(
    config: microsip_tls_config_t,
    cert_path: *const c_char,
    key_path: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_identity_files", || {
        let cert_path = opt_text(cert_path, "cert_path")?;
        let key_path = opt_text(key_path, "key_path")?;
        change(config, |c| {
            c.cert_file = cert_path.map(Into::into);
            c.key_file = key_path.map(Into::into);
            Ok(())
        })
    })
}

/// Sets our own certificate and its private key as PEM text, in place of files; NULL (default) for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_identity_pem(
    config: microsip_tls_config_t,
    cert_pem: *const c_char,
    key_pem: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_identity_pem", || {
        let cert_pem = opt_text(cert_pem, "cert_pem")?;
        let key_pem = opt_text(key_pem, "key_pem")?;
        change(config, |c| {
            c.cert_pem = cert_pem.map(str::to_owned);
            c.key_pem = key_pem.map(Secret::new);
            Ok(())
        })
    })
}

/// Sets the password of an encrypted private key; NULL (default) for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_key_password(
    config: microsip_tls_config_t,
    password: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_key_password", || {
        let password = opt_text(password, "password")?;
        change(config, |c| {
            c.key_password = password.map(Secret::new);
            Ok(())
        })
    })
}

/// Sets the oldest version spoken; default 1.2.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tls_config_set_min_version(
    config: microsip_tls_config_t,
    version: microsip_tls_version_t,
) -> microsip_status_t {
    guard("microsip_tls_config_set_min_version", || {
        let version = Code::arg(version)?;
        change(config, |c| {
            c.min_version = version;
            Ok(())
        })
    })
}

/// Adds a cipher by OpenSSL's name, the preferred one first: of TLS 1.2 (`ECDHE-RSA-AES256-GCM-SHA384`, or rules such
/// as `HIGH`), or of TLS 1.3 (`TLS_AES_256_GCM_SHA384`). For a version none is named of, OpenSSL's own choice is taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_add_cipher(
    config: microsip_tls_config_t,
    name: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_add_cipher", || {
        let name = text(name, "name")?;
        change(config, |c| {
            c.ciphers.push(name.to_owned());
            Ok(())
        })
    })
}

/// Sets the name servers must have, and are asked for (SNI, RFC 6066 §3), in place of the host in the URI; NULL
/// (default) for that host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tls_config_set_server_name(
    config: microsip_tls_config_t,
    name: *const c_char,
) -> microsip_status_t {
    guard("microsip_tls_config_set_server_name", || {
        let name = opt_text(name, "name")?;
        change(config, |c| {
            c.server_name = name.map(str::to_owned);
            Ok(())
        })
    })
}

/// Sets whether a certificate for `*.example.org` is one for `sip.example.org`; default false, as RFC 5922 §7.2 asks.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tls_config_set_wildcards(config: microsip_tls_config_t, yes: bool) -> microsip_status_t {
    guard("microsip_tls_config_set_wildcards", || {
        change(config, |c| {
            c.wildcards = yes;
            Ok(())
        })
    })
}

/// Sets whether those who connect to us must present a certificate that is accepted by the rules above, names excepted;
/// default false.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_tls_config_set_require_client_cert(
    config: microsip_tls_config_t,
    yes: bool,
) -> microsip_status_t {
    guard("microsip_tls_config_set_require_client_cert", || {
        change(config, |c| {
            c.require_client_cert = yes;
            Ok(())
        })
    })
}

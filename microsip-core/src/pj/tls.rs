//! TLS as we want it: contexts filled and peers judged here rather than by PJSIP (patches/0021), by OpenSSL's own functions.

#[cfg(feature = "tls")]
mod context;
#[cfg(feature = "tls")]
mod judge;

use pjsip_sys as sys;

use crate::Result;
use crate::endpoint::TlsConfig;
use crate::error::TlsRefusal;

/// Loads what is configured, and has it used from now on.
#[cfg(feature = "tls")]
pub(super) fn install(op: &'static str, config: &TlsConfig) -> Result<()> {
    let policy = context::Policy::load(op, config)?;
    *context::POLICY
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(std::sync::Arc::new(policy));
    // SAFETY: engine thread, no TLS connection yet: plain variables of our hooks.
    unsafe {
        sys::microsip_tls_context = Some(context::on_tls_context);
        sys::microsip_tls_peer = Some(judge::on_tls_peer);
        // Never freed: connections that PJSIP closes later may still look at it. An endpoint with such a name is started a
        // few times in a process's life.
        let name = config.server_name.as_deref().map(super::string::Text::new);
        sys::microsip_tls_server_name = name.as_ref().map_or(std::mem::zeroed(), super::string::Text::pj);
        std::mem::forget(name);
    }
    Ok(())
}

/// Frees what OpenSSL keeps for the current thread, which ends. OpenSSL 3.0 does not do it by itself for a thread that came after one
/// that had used its generators: some kilobytes would stay for each endpoint of a process.
pub(crate) fn end_thread() {
    #[cfg(feature = "tls")]
    {
        unsafe extern "C" {
            fn OPENSSL_thread_stop();
        }
        // SAFETY: takes and gives nothing; OpenSSL starts anew for a thread that uses it afterwards.
        unsafe { OPENSSL_thread_stop() }
    }
}

/// The system's list of trusted authorities.
#[cfg(feature = "tls")]
pub(super) fn system_file() -> Option<std::path::PathBuf> {
    context::system_file()
}

#[cfg(not(feature = "tls"))]
pub(super) fn system_file() -> Option<std::path::PathBuf> {
    None
}

#[cfg(not(feature = "tls"))]
pub(super) fn install(_: &'static str, _: &TlsConfig) -> Result<()> {
    Ok(())
}

/// The reason behind a connection's status, if TLS is the reason.
pub(crate) fn refusal_of(status: i32) -> Option<TlsRefusal> {
    Some(match status as u32 {
        sys::MICROSIP_TLS_UNTRUSTED => TlsRefusal::Untrusted,
        sys::MICROSIP_TLS_NAME => TlsRefusal::NameMismatch,
        sys::MICROSIP_TLS_EXPIRED => TlsRefusal::Expired,
        sys::MICROSIP_TLS_REVOKED => TlsRefusal::Revoked,
        sys::MICROSIP_TLS_BAD_CERTIFICATE => TlsRefusal::BadCertificate,
        sys::MICROSIP_TLS_PIN => TlsRefusal::PinMismatch,
        sys::MICROSIP_TLS_NO_CRL => TlsRefusal::RevocationUnknown,
        sys::MICROSIP_TLS_NO_CERTIFICATE => TlsRefusal::NoCertificate,
        sys::MICROSIP_TLS_SILENT => TlsRefusal::TimedOut,
        sys::MICROSIP_TLS_BROKEN | sys::MICROSIP_TLS_CONTEXT => TlsRefusal::Handshake,
        _ if is_protocol(status) => TlsRefusal::Protocol,
        _ if super::status::is_tls_error(status) => TlsRefusal::Handshake,
        _ => return None,
    })
}

/// Whether OpenSSL says that the peers have no version or cipher in common.
fn is_protocol(status: i32) -> bool {
    // PJLIB's encoding: the library's number times this, plus the reason.
    const REASONS: i32 = 1200;
    const LIB_SSL: i32 = 20;
    /// SSL_R_NO_PROTOCOLS_AVAILABLE, NO_SHARED_CIPHER, UNKNOWN_PROTOCOL, UNSUPPORTED_PROTOCOL, VERSION_TOO_LOW,
    /// INSUFFICIENT_SECURITY and PROTOCOL_VERSION of the peer.
    const NO_COMMON: [i32; 7] = [191, 193, 252, 258, 396, 1071, 1070];
    let code = status - sys::PJ_SSL_ERRNO_START;
    code / REASONS == LIB_SSL && NO_COMMON.contains(&(code % REASONS))
}

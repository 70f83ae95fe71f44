//! Whether a TLS peer is who it must be.

use std::ffi::c_void;
use std::net::IpAddr;
use std::sync::PoisonError;

use foreign_types::ForeignTypeRef;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::ssl::SslRef;
use openssl::x509::{CrlStatus, X509, X509Ref};
use pjsip_sys as sys;

use super::context::{POLICY, Policy};
use crate::endpoint::TlsPin;
use crate::pj::boundary::boundary;
use crate::pj::string::to_string;

/// A handshake is over.
pub(super) unsafe extern "C" fn on_tls_peer(
    ssl: *mut c_void,
    name: *const sys::pj_str_t,
    incoming: sys::pj_bool_t,
    flaws: std::ffi::c_uint,
) -> sys::pj_status_t {
    boundary("on_tls_peer", sys::MICROSIP_TLS_BAD_CERTIFICATE as i32, || {
        let policy = POLICY.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(policy) = policy else {
            return sys::PJ_SUCCESS;
        };
        // SAFETY: PJSIP's own pointers, live for the duration of the call.
        let (ssl, name) = unsafe {
            let name = name.as_ref().map(|n| to_string(n)).unwrap_or_default();
            if ssl.is_null() {
                return sys::MICROSIP_TLS_BAD_CERTIFICATE as i32;
            }
            (SslRef::from_ptr(ssl.cast()), name)
        };
        match judge(&policy, ssl, &name, incoming != 0, flaws) {
            Ok(()) => sys::PJ_SUCCESS,
            Err(status) => {
                tracing::info!(target: "microsip", peer = name, "TLS peer refused: {}", crate::pj::strerror(status as i32));
                status as i32
            }
        }
    })
}

/// `Err` has one of the hooks' statuses.
fn judge(policy: &Policy, ssl: &SslRef, name: &str, incoming: bool, flaws: u32) -> Result<(), u32> {
    if incoming && !policy.require_client_cert {
        return Ok(());
    }
    let checked = policy.verify || incoming;
    if !checked && policy.pins.is_empty() {
        return Ok(());
    }
    let Some(cert) = ssl.peer_certificate() else {
        return Err(sys::MICROSIP_TLS_NO_CERTIFICATE);
    };
    if revoked(policy, ssl, &cert) {
        return Err(sys::MICROSIP_TLS_REVOKED);
    }
    if !policy.pins.is_empty() {
        return if pinned(&policy.pins, &cert) {
            Ok(())
        } else {
            Err(sys::MICROSIP_TLS_PIN)
        };
    }
    check_chain(flaws, ssl)?;
    if incoming {
        return Ok(());
    }
    let wanted = policy.server_name.as_deref().unwrap_or(name);
    if is_for(&cert, wanted, policy.wildcards) {
        Ok(())
    } else {
        Err(sys::MICROSIP_TLS_NAME)
    }
}

/// Whether a list names the certificate or one it depends on. OpenSSL itself looks at the peer's own certificate only.
fn revoked(policy: &Policy, ssl: &SslRef, cert: &X509) -> bool {
    let listed = |cert: &X509| {
        policy.crls.iter().any(|crl| {
            let same = crl.issuer_name().to_der().ok() == cert.issuer_name().to_der().ok();
            same && matches!(crl.get_by_cert(cert), CrlStatus::Revoked(_))
        })
    };
    let chain = ssl.verified_chain().or_else(|| ssl.peer_cert_chain());
    listed(cert) || chain.is_some_and(|chain| chain.iter().any(|c| listed(&c.to_owned())))
}

fn pinned(pins: &[TlsPin], cert: &X509Ref) -> bool {
    let whole = cert.digest(MessageDigest::sha256()).ok();
    let key = cert
        .public_key()
        .and_then(|key| key.public_key_to_der())
        .and_then(|der| openssl::hash::hash(MessageDigest::sha256(), &der))
        .ok();
    [whole, key]
        .into_iter()
        .flatten()
        .any(|digest| pins.iter().any(|pin| pin.0[..] == digest[..]))
}

/// What OpenSSL found, the most telling flaw first. PJSIP collects them in bits; a resumed session has only the last one, as
/// OpenSSL keeps it.
fn check_chain(flaws: u32, ssl: &SslRef) -> Result<(), u32> {
    const OTHERS_JUDGE: u32 = sys::PJ_SSL_CERT_EIDENTITY_NOT_MATCH as u32;
    let has = |bit: i32| flaws & bit as u32 != 0;
    if has(sys::PJ_SSL_CERT_EREVOKED) {
        return Err(sys::MICROSIP_TLS_REVOKED);
    }
    let unknown = [sys::PJ_SSL_CERT_EUNTRUSTED, sys::PJ_SSL_CERT_EISSUER_NOT_FOUND];
    if unknown.into_iter().any(has) {
        return Err(sys::MICROSIP_TLS_UNTRUSTED);
    }
    if has(sys::PJ_SSL_CERT_EVALIDITY_PERIOD) {
        return Err(sys::MICROSIP_TLS_EXPIRED);
    }
    if has(sys::PJ_SSL_CERT_ECRL_FAILURE) {
        return Err(sys::MICROSIP_TLS_NO_CRL);
    }
    if flaws & !OTHERS_JUDGE != 0 {
        return Err(sys::MICROSIP_TLS_BAD_CERTIFICATE);
    }
    match ssl.verify_result() {
        result if result == openssl::x509::X509VerifyResult::OK => Ok(()),
        _ => Err(sys::MICROSIP_TLS_UNTRUSTED),
    }
}

/// Whether the certificate is for this host (RFC 5922 §7.1): by a SIP URI, host name or address among its alternative names,
/// or, if it has none of these, by its common name.
fn is_for(cert: &X509Ref, host: &str, wildcards: bool) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    if host.is_empty() {
        return false;
    }
    let address: Option<IpAddr> = host.parse().ok();
    let same = |name: &str| {
        let name = name.trim_end_matches('.');
        name.eq_ignore_ascii_case(host) || (wildcards && address.is_none() && covers(name, host))
    };
    let mut named = false;
    for name in cert.subject_alt_names().iter().flatten() {
        if let Some(ip) = name.ipaddress() {
            named = true;
            let theirs = match ip.len() {
                4 => <[u8; 4]>::try_from(ip).ok().map(IpAddr::from),
                16 => <[u8; 16]>::try_from(ip).ok().map(IpAddr::from),
                _ => None,
            };
            if address.is_some() && theirs == address {
                return true;
            }
        } else if let Some(dns) = name.dnsname() {
            named = true;
            if same(dns) {
                return true;
            }
        } else if let Some(uri) = name.uri() {
            let Some((scheme, rest)) = uri.split_once(':') else {
                continue;
            };
            if !scheme.eq_ignore_ascii_case("sip") && !scheme.eq_ignore_ascii_case("sips") {
                continue;
            }
            named = true;
            // One with a user is that user's, not the domain's.
            if !rest.contains('@') && rest.trim_end_matches('.').eq_ignore_ascii_case(host) {
                return true;
            }
        }
    }
    !named
        && cert
            .subject_name()
            .entries_by_nid(Nid::COMMONNAME)
            .filter_map(|entry| entry.data().to_string().ok())
            .any(|common| same(&common))
}

/// `*.example.org` covers `sip.example.org`, neither `example.org` nor `a.b.example.org` (RFC 6125 §6.4.3).
fn covers(pattern: &str, host: &str) -> bool {
    let Some(domain) = pattern.strip_prefix("*.") else {
        return false;
    };
    host.split_once('.')
        .is_some_and(|(label, rest)| !label.is_empty() && domain.contains('.') && rest.eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.org", "SIP.example.ORG"));
        for other in ["example.org", "a.b.example.org", "xexample.org", ".example.org"] {
            assert!(!covers("*.example.org", other), "{other}");
        }
        assert!(!covers("*.org", "example.org"));
        assert!(!covers("sip.*", "sip.example"));
    }
}

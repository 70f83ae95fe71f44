//! What the HTTP client's and the platform's errors mean.

use std::io;

use ureq::Timeout;

use crate::{FailureCode, TlsRefusal};

/// Code, refusal and words. The words have no address in them: some of the client's have it with its query.
pub(super) fn of(error: ureq::Error) -> (FailureCode, Option<TlsRefusal>, String) {
    use ureq::Error as E;
    let plain = |code, what: &str| (code, None, what.to_owned());
    match error {
        E::Timeout(Timeout::Resolve) => plain(FailureCode::DnsTimedOut, "no name server answered in time"),
        E::Timeout(Timeout::Connect) => plain(
            FailureCode::ConnectTimedOut,
            "the connection did not stand in time; a firewall drops packets, or the server hangs",
        ),
        E::Timeout(_) => plain(FailureCode::TimedOut, ""),
        E::HostNotFound => plain(FailureCode::DnsNotFound, "the host name does not exist"),
        E::Io(e) => io_failure(&e),
        E::NativeTls(e) => tls_failure(&e.to_string(), &format!("{e:?}")),
        E::Der(_) | E::Pem(_) => plain(FailureCode::TlsSettings, "a certificate of the CA file is malformed"),
        E::Tls(what) => plain(FailureCode::TlsFailed, what),
        E::InvalidProxyUrl => plain(
            FailureCode::ConfigConflict,
            "the proxy in the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) is no address",
        ),
        E::ConnectProxyFailed(_) => plain(FailureCode::TransportFailed, "the proxy refused to connect"),
        E::LargeResponseHeader(..) => plain(
            FailureCode::DocumentTooLarge,
            "the head of the answer is longer than 64 KiB",
        ),
        E::BadUri(_) => plain(FailureCode::InvalidArgument, "the address cannot be asked"),
        E::Protocol(e) => (
            FailureCode::TransportFailed,
            None,
            format!("the answer is no HTTP: {e}"),
        ),
        E::ConnectionFailed => plain(FailureCode::TransportFailed, "no connection could be made"),
        E::BodyStalled => plain(FailureCode::ConnectionLost, "the document stopped in the middle"),
        _ => plain(FailureCode::TransportFailed, "the request failed"),
    }
}

fn io_failure(error: &io::Error) -> (FailureCode, Option<TlsRefusal>, String) {
    use io::ErrorKind as K;
    if let Some(code) = lookup_failure(error) {
        let what = match code {
            FailureCode::DnsNotFound => "the host name does not exist".to_owned(),
            _ => format!("the host name could not be looked up: {error}"),
        };
        return (code, None, what);
    }
    let code = match error.kind() {
        K::ConnectionRefused => FailureCode::PortRefused,
        K::HostUnreachable => FailureCode::HostUnreachable,
        K::NetworkUnreachable => FailureCode::NetworkUnreachable,
        K::TimedOut => FailureCode::ConnectTimedOut,
        K::PermissionDenied => FailureCode::NotPermitted,
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => FailureCode::ConnectionLost,
        _ => FailureCode::TransportFailed,
    };
    let what = match code {
        FailureCode::PortRefused => "nothing listens on that port".to_owned(),
        FailureCode::ConnectionLost => "the connection ended before the document was there".to_owned(),
        _ => error.to_string(),
    };
    (code, None, what)
}

/// What the system's resolver means, which has no kind of its own in the standard library.
fn lookup_failure(error: &io::Error) -> Option<FailureCode> {
    if cfg!(windows) {
        // WSAHOST_NOT_FOUND, WSATRY_AGAIN, WSANO_RECOVERY, WSANO_DATA
        return match error.raw_os_error()? {
            11_001 | 11_004 => Some(FailureCode::DnsNotFound),
            11_002 | 11_003 => Some(FailureCode::DnsFailed),
            _ => None,
        };
    }
    let text = error.to_string();
    if !text.contains("failed to lookup address information") {
        return None;
    }
    // glibc's and musl's words for EAI_NONAME, and those of macOS.
    let unknown = ["not known", "does not resolve", "No address associated"];
    Some(if unknown.iter().any(|words| text.contains(words)) {
        FailureCode::DnsNotFound
    } else {
        FailureCode::DnsFailed
    })
}

/// Numbers of Schannel and of Apple's Security framework, whose words are in the user's language.
const CODES: &[(i64, TlsRefusal)] = &[
    // CERT_E_UNTRUSTEDROOT, CERT_E_CHAINING, SEC_E_UNTRUSTED_ROOT
    (-2_146_762_487, TlsRefusal::Untrusted),
    (-2_146_762_486, TlsRefusal::Untrusted),
    (-2_146_893_019, TlsRefusal::Untrusted),
    // CERT_E_CN_NO_MATCH, SEC_E_WRONG_PRINCIPAL
    (-2_146_762_481, TlsRefusal::NameMismatch),
    (-2_146_893_022, TlsRefusal::NameMismatch),
    // CERT_E_EXPIRED, SEC_E_CERT_EXPIRED
    (-2_146_762_495, TlsRefusal::Expired),
    (-2_146_893_016, TlsRefusal::Expired),
    // CERT_E_REVOKED, CRYPT_E_REVOKED
    (-2_146_762_484, TlsRefusal::Revoked),
    (-2_146_885_616, TlsRefusal::Revoked),
    // SEC_E_CERT_UNKNOWN, CERT_E_WRONG_USAGE
    (-2_146_893_017, TlsRefusal::BadCertificate),
    (-2_146_762_480, TlsRefusal::BadCertificate),
    // SEC_E_ALGORITHM_MISMATCH, SEC_E_UNSUPPORTED_FUNCTION
    (-2_146_893_007, TlsRefusal::Protocol),
    (-2_146_893_054, TlsRefusal::Protocol),
    // errSSLXCertChainInvalid, errSSLUnknownRootCert, errSSLNoRootCert, errSecNotTrusted
    (-9807, TlsRefusal::Untrusted),
    (-9812, TlsRefusal::Untrusted),
    (-9813, TlsRefusal::Untrusted),
    (-67843, TlsRefusal::Untrusted),
    // errSSLHostNameMismatch, errSecHostNameMismatch
    (-9843, TlsRefusal::NameMismatch),
    (-67602, TlsRefusal::NameMismatch),
    // errSSLCertExpired, errSSLCertNotYetValid, errSecCertificateExpired, errSecCertificateNotValidYet
    (-9814, TlsRefusal::Expired),
    (-9815, TlsRefusal::Expired),
    (-67818, TlsRefusal::Expired),
    (-67819, TlsRefusal::Expired),
    // errSecCertificateRevoked, errSSLBadCert, errSSLNegotiation, errSSLPeerProtocolVersion
    (-67820, TlsRefusal::Revoked),
    (-9808, TlsRefusal::BadCertificate),
    (-9801, TlsRefusal::Protocol),
    (-9836, TlsRefusal::Protocol),
];

/// OpenSSL's words (its texts of X509_V_ERR_…), in lower case.
const WORDS: &[(&str, TlsRefusal)] = &[
    ("hostname mismatch", TlsRefusal::NameMismatch),
    ("ip address mismatch", TlsRefusal::NameMismatch),
    ("has expired", TlsRefusal::Expired),
    ("not yet valid", TlsRefusal::Expired),
    ("revoked", TlsRefusal::Revoked),
    ("self-signed", TlsRefusal::Untrusted),
    ("self signed", TlsRefusal::Untrusted),
    ("issuer certificate", TlsRefusal::Untrusted),
    ("unable to verify", TlsRefusal::Untrusted),
    ("not trusted", TlsRefusal::Untrusted),
    ("signature failure", TlsRefusal::Untrusted),
    ("unsuitable certificate purpose", TlsRefusal::BadCertificate),
    ("certificate purpose", TlsRefusal::BadCertificate),
    ("invalid ca certificate", TlsRefusal::BadCertificate),
    ("certificate verify failed", TlsRefusal::BadCertificate),
    ("unsupported protocol", TlsRefusal::Protocol),
    ("protocol version", TlsRefusal::Protocol),
    ("no protocols available", TlsRefusal::Protocol),
    ("no shared cipher", TlsRefusal::Protocol),
    ("no ciphers", TlsRefusal::Protocol),
];

fn tls_failure(text: &str, debug: &str) -> (FailureCode, Option<TlsRefusal>, String) {
    let lower = text.to_lowercase();
    let word = WORDS.iter().find(|(word, _)| lower.contains(word)).map(|(_, r)| *r);
    let number = debug.split("code: ").nth(1).and_then(|rest| {
        let end = rest
            .find(|c: char| c != '-' && !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: i64 = rest.get(..end)?.parse().ok()?;
        CODES.iter().find(|(code, _)| *code == number).map(|(_, r)| *r)
    });
    let refusal = word.or(number).unwrap_or(TlsRefusal::Handshake);
    let short: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    (
        refusal.failure(),
        Some(refusal),
        format!("{} ({short})", refusal.sentence()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_refusals() {
        let of = |text: &str, debug: &str| tls_failure(text, debug).1.unwrap();
        assert_eq!(
            of("certificate verify failed: …: (certificate has expired)", ""),
            TlsRefusal::Expired
        );
        assert_eq!(
            of("… (unable to get local issuer certificate)", ""),
            TlsRefusal::Untrusted
        );
        assert_eq!(of("… tlsv1 alert protocol version …", ""), TlsRefusal::Protocol);
        assert_eq!(of("certificate verify failed", ""), TlsRefusal::BadCertificate);
        assert_eq!(of("wrong version number", ""), TlsRefusal::Handshake);
        // As Windows and macOS have it.
        let windows = "Error(Os { code: -2146762487, kind: Uncategorized, message: \"Eine Zertifikatkette …\" })";
        assert_eq!(of("Eine Zertifikatkette …", windows), TlsRefusal::Untrusted);
        let mac = "Error(Error { code: -9843, message: \"…\" })";
        assert_eq!(of("…", mac), TlsRefusal::NameMismatch);
        assert_eq!(of("…", "code: 99999999999999999999"), TlsRefusal::Handshake);
        // The numbers are those of the headers, as signed 32-bit values.
        for (hex, code) in [
            (0x800B_0109_u32, -2_146_762_487_i64),
            (0x800B_010A, -2_146_762_486),
            (0x8009_0325, -2_146_893_019),
            (0x800B_010F, -2_146_762_481),
            (0x8009_0322, -2_146_893_022),
            (0x800B_0101, -2_146_762_495),
            (0x8009_0328, -2_146_893_016),
            (0x800B_010C, -2_146_762_484),
            (0x8009_2010, -2_146_885_616),
            (0x8009_0327, -2_146_893_017),
            (0x800B_0110, -2_146_762_480),
            (0x8009_0331, -2_146_893_007),
            (0x8009_0302, -2_146_893_054),
        ] {
            assert_eq!(i64::from(hex.cast_signed()), code, "{hex:x}");
            assert!(CODES.iter().any(|(c, _)| *c == code));
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_resolvers_words() {
        for (words, code) in [
            ("Name or service not known", FailureCode::DnsNotFound),
            ("nodename nor servname provided, or not known", FailureCode::DnsNotFound),
            ("Temporary failure in name resolution", FailureCode::DnsFailed),
        ] {
            let error = io::Error::other(format!("failed to lookup address information: {words}"));
            assert_eq!(of(ureq::Error::Io(error)).0, code);
        }
    }

    #[test]
    fn no_words_of_the_client_bring_an_address() {
        let (code, _, what) = of(ureq::Error::BadUri("http://u:s3cret@h/".into()));
        assert_eq!(code, FailureCode::InvalidArgument);
        assert!(!what.contains("s3cret"));
        let (_, _, what) = of(ureq::Error::RequireHttpsOnly("http://h/?s3cret".into()));
        assert!(!what.contains("s3cret"));
    }
}

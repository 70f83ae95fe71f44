//! Settings of TLS.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::secret::Secret;
use crate::{Error, Result};

/// The oldest version of TLS that is spoken. 1.0 and 1.1 are forbidden (RFC 8996) and cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    #[default]
    V1_2,
    /// TLS 1.3 (RFC 8446).
    V1_3,
}

impl TlsVersion {
    /// `"1.2"` or `"1.3"`.
    pub fn name(self) -> &'static str {
        match self {
            TlsVersion::V1_2 => "1.2",
            TlsVersion::V1_3 => "1.3",
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for TlsVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().trim_start_matches("TLS").trim_start_matches(['v', ' ']) {
            "1.2" => Ok(TlsVersion::V1_2),
            "1.3" => Ok(TlsVersion::V1_3),
            _ => Err(Error::invalid(
                "TLS version",
                format!("{text:?} is not 1.2 or 1.3; older versions are insecure and not offered (RFC 8996)"),
            )),
        }
    }
}

/// What a peer's certificate must be: the SHA-256 of the whole certificate, or of its public key (RFC 7469 §2.4), which
/// stays the same when the certificate is renewed with the same key.
///
/// Read from 64 hexadecimal digits, with or without colons (`openssl x509 -fingerprint -sha256`), or from `sha256/` and
/// Base64 (`curl --pinnedpubkey`). Both forms may name either.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TlsPin(pub(crate) [u8; 32]);

impl TlsPin {
    /// From the digest itself.
    pub const fn new(sha256: [u8; 32]) -> Self {
        TlsPin(sha256)
    }
}

impl fmt::Display for TlsPin {
    /// 64 upper-case hexadecimal digits with colons.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if i == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for TlsPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TlsPin({self})")
    }
}

impl FromStr for TlsPin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let encoded = ["sha256//", "sha256/", "SHA256:"]
            .iter()
            .find_map(|prefix| trimmed.strip_prefix(prefix));
        let digest = match encoded {
            Some(encoded) => base64(encoded),
            None => {
                let rest = trimmed
                    .rsplit_once('=')
                    .filter(|(head, _)| head.to_ascii_lowercase().contains("fingerprint"))
                    .map_or(trimmed, |(_, digits)| digits);
                hexadecimal(rest)
            }
        };
        digest
            .and_then(|d| <[u8; 32]>::try_from(d).ok())
            .map(TlsPin)
            .ok_or_else(|| {
                Error::invalid(
                    "TLS pin",
                    format!(
                        "{text:?} is no SHA-256; expected 64 hexadecimal digits, or sha256/ and 44 characters of Base64"
                    ),
                )
            })
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|b| *b != b':' && !b.is_ascii_whitespace())
        .map(|b| char::from(b).to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()?;
    digits
        .len()
        .is_multiple_of(2)
        .then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0_u32, 0, Vec::new());
    for byte in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|a| *a == byte)? as u32;
        bits = bits << 6 | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

/// TLS settings, for every TLS transport of the endpoint, and for TURN over TLS.
///
/// Who is trusted: the peer whose certificate is pinned ([`pins`](TlsConfig::pins)), or, without pins, the one whose
/// certificate a trusted authority made out for the host we wanted. Trusted authorities are those given here, or the
/// system's when none is given. A peer who is refused sees the handshake succeed and the connection end: nothing of SIP is
/// sent. The reason is in [`Error::tls_refusal`](crate::Error::tls_refusal).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsConfig {
    /// Whether a server's certificate is checked: signed by a trusted authority, in its validity period, not revoked, made
    /// out for the host we asked for (RFC 5922). Default `true`. Pins hold whatever is said here.
    pub verify: bool,
    /// File of trusted authorities in PEM.
    pub ca_file: Option<PathBuf>,
    /// Folder of trusted authorities: every file in it that holds certificates in PEM. Files of revocation lists in it are used
    /// as well.
    pub ca_dir: Option<PathBuf>,
    /// Trusted authorities as PEM text.
    pub ca_pem: Option<String>,
    /// Whether the system's authorities (`SSL_CERT_FILE`, or the usual places) are trusted besides those above; they always are
    /// if none is given. Default `false`.
    pub system_authorities: bool,
    /// Files of certificate revocation lists in PEM (RFC 5280 §5). With any, a peer's certificate is refused unless a current
    /// list of its authority is there, and not on it.
    pub crl_files: Vec<PathBuf>,
    /// Certificates that are accepted, and no others, whoever signed them. Replaces the checks of authority, name and
    /// validity period, as RFC 7671 §5.1 does; a revocation list still refuses.
    pub pins: Vec<TlsPin>,
    /// Our own certificate, and what leads from it to its authority, in PEM. A server needs one, a client seldom.
    pub cert_file: Option<PathBuf>,
    /// The same as PEM text.
    pub cert_pem: Option<String>,
    /// The certificate's private key in PEM.
    pub key_file: Option<PathBuf>,
    /// The same as PEM text.
    pub key_pem: Option<Secret>,
    /// Password of an encrypted private key.
    pub key_password: Option<Secret>,
    /// The oldest version spoken; default 1.2.
    pub min_version: TlsVersion,
    /// Ciphers by OpenSSL's names, the preferred one first: those of TLS 1.2 (`ECDHE-RSA-AES256-GCM-SHA384`, or rules such as
    /// `HIGH`), those of TLS 1.3 (`TLS_AES_256_GCM_SHA384`), or both. Empty, the default, takes OpenSSL's own choice for a
    /// version none is named of.
    pub ciphers: Vec<String>,
    /// The name servers must have, and are asked for (SNI, RFC 6066 §3), in place of the host in the URI. For servers that are
    /// reached by an address or an internal name.
    pub server_name: Option<String>,
    /// Whether a certificate for `*.example.org` is one for `sip.example.org`. Default `false`, as RFC 5922 §7.2 asks.
    pub wildcards: bool,
    /// Whether those who connect to us must present a certificate that is accepted by the rules above, names excepted. Default
    /// `false`.
    pub require_client_cert: bool,
}

impl Default for TlsConfig {
    fn default() -> Self {
        TlsConfig {
            verify: true,
            ca_file: None,
            ca_dir: None,
            ca_pem: None,
            system_authorities: false,
            crl_files: Vec::new(),
            pins: Vec::new(),
            cert_file: None,
            cert_pem: None,
            key_file: None,
            key_pem: None,
            key_password: None,
            min_version: TlsVersion::default(),
            ciphers: Vec::new(),
            server_name: None,
            wildcards: false,
            require_client_cert: false,
        }
    }
}

impl TlsConfig {
    /// Sets whether certificates are checked. Without the check anybody on the way can read and change everything.
    pub fn verify(mut self, yes: bool) -> Self {
        self.verify = yes;
        self
    }

    /// Sets the file of trusted authorities.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Sets the folder of trusted authorities.
    pub fn ca_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_dir = Some(path.into());
        self
    }

    /// Sets trusted authorities from PEM text.
    pub fn ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.ca_pem = Some(pem.into());
        self
    }

    /// Sets whether the system's authorities are trusted besides those given.
    pub fn system_authorities(mut self, yes: bool) -> Self {
        self.system_authorities = yes;
        self
    }

    /// Adds a file of revocation lists.
    pub fn crl_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.crl_files.push(path.into());
        self
    }

    /// Adds a certificate or public key that is accepted.
    pub fn pin(mut self, pin: TlsPin) -> Self {
        self.pins.push(pin);
        self
    }

    /// Sets our own certificate and key.
    pub fn identity(mut self, cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.cert_file = Some(cert.into());
        self.key_file = Some(key.into());
        self
    }

    /// Sets our own certificate and key from PEM text.
    pub fn identity_pem(mut self, cert: impl Into<String>, key: impl Into<Secret>) -> Self {
        self.cert_pem = Some(cert.into());
        self.key_pem = Some(key.into());
        self
    }

    /// Sets the password of our encrypted key.
    pub fn key_password(mut self, password: impl Into<Secret>) -> Self {
        self.key_password = Some(password.into());
        self
    }

    /// Sets the oldest version spoken.
    pub fn min_version(mut self, version: TlsVersion) -> Self {
        self.min_version = version;
        self
    }

    /// Sets the ciphers, the preferred one first.
    pub fn ciphers(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.ciphers = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the name servers must have, in place of the host in the URI.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Sets whether certificates may have names with `*`.
    pub fn wildcards(mut self, yes: bool) -> Self {
        self.wildcards = yes;
        self
    }

    /// Sets whether those who connect to us must present a certificate.
    pub fn require_client_cert(mut self, yes: bool) -> Self {
        self.require_client_cert = yes;
        self
    }

    pub(super) fn check(&self, op: &'static str) -> Result<()> {
        let twice = |what: &str| {
            Err(Error::invalid(
                op,
                format!("the TLS {what} is given as a file and as text; give one of them"),
            ))
        };
        if self.cert_file.is_some() && self.cert_pem.is_some() {
            return twice("certificate");
        }
        if self.key_file.is_some() && self.key_pem.is_some() {
            return twice("key");
        }
        let cert = self.cert_file.is_some() || self.cert_pem.is_some();
        let key = self.key_file.is_some() || self.key_pem.is_some();
        if cert != key {
            let (has, lacks) = if cert {
                ("certificate", "key")
            } else {
                ("key", "certificate")
            };
            return Err(Error::invalid(
                op,
                format!("a TLS {has} is given without its {lacks}; give both"),
            ));
        }
        if let Some(name) = &self.server_name
            && (name.is_empty()
                || name.len() > 253
                || !name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:".contains(c)))
        {
            return Err(Error::invalid(
                op,
                format!("the TLS server name {name:?} is no host name; give one such as pbx.example.org"),
            ));
        }
        if let Some(cipher) = self
            .ciphers
            .iter()
            .find(|c| c.trim().is_empty() || c.contains(char::is_control))
        {
            return Err(Error::invalid(op, format!("{cipher:?} is no name of a TLS cipher")));
        }
        Ok(())
    }
}

impl fmt::Debug for TlsConfig {
    /// Shows no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConfig")
            .field("verify", &self.verify)
            .field("ca_file", &self.ca_file)
            .field("ca_dir", &self.ca_dir)
            .field("ca_pem", &self.ca_pem.is_some())
            .field("system_authorities", &self.system_authorities)
            .field("crl_files", &self.crl_files)
            .field("pins", &self.pins)
            .field("cert_file", &self.cert_file)
            .field("cert_pem", &self.cert_pem.is_some())
            .field("key_file", &self.key_file)
            .field("key_pem", &self.key_pem)
            .field("key_password", &self.key_password)
            .field("min_version", &self.min_version)
            .field("ciphers", &self.ciphers)
            .field("server_name", &self.server_name)
            .field("wildcards", &self.wildcards)
            .field("require_client_cert", &self.require_client_cert)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_in_every_usual_form() {
        let bytes: [u8; 32] = std::array::from_fn(|i| i as u8 * 7);
        let pin = TlsPin::new(bytes);
        let plain: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let forms = [
            pin.to_string(),
            plain.clone(),
            format!("sha256 Fingerprint={pin}"),
            "sha256//AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tk=".to_owned(),
            "sha256/AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tk".to_owned(),
        ];
        for form in forms {
            assert_eq!(form.parse::<TlsPin>().unwrap(), pin, "{form}");
        }
        for bad in ["", "00", &plain[1..], "sha256/AAAA", "zz"] {
            let e = bad.parse::<TlsPin>().unwrap_err();
            assert!(e.to_string().contains("SHA-256"), "{e}");
        }
    }

    #[test]
    fn old_versions_cannot_be_asked_for() {
        assert_eq!("1.3".parse::<TlsVersion>().unwrap(), TlsVersion::V1_3);
        assert_eq!("TLSv1.2".parse::<TlsVersion>().unwrap(), TlsVersion::V1_2);
        for old in ["1.0", "1.1", "SSLv3", ""] {
            assert!(old.parse::<TlsVersion>().is_err(), "{old}");
        }
    }

    #[test]
    fn no_key_is_printed() {
        let config = TlsConfig::default()
            .identity_pem("cert", "s3cret")
            .key_password("s3cret");
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn contradictions_name_the_setting() {
        let base = TlsConfig::default;
        let cases = [
            (base().identity("a", "b").identity_pem("a", "b"), "certificate"),
            (
                TlsConfig {
                    cert_pem: Some("x".into()),
                    ..base()
                },
                "without its key",
            ),
            (base().server_name("a b"), "server name"),
            (base().ciphers([""]), "cipher"),
        ];
        for (config, word) in cases {
            let e = config.check("t").unwrap_err();
            assert!(e.to_string().contains(word), "{e}");
        }
    }
}

//! How media is encrypted (RFC 3711).

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// How SRTP gets its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SrtpKeying {
    /// In the SDP (RFC 4568). Whoever reads the signalling has the keys, so it wants TLS.
    Sdes,
    /// By a DTLS handshake on the media path, tied to the signalling by a fingerprint in the SDP (RFC 5763, RFC 5764).
    Dtls,
}

impl SrtpKeying {
    /// Stable lower-case name: `"sdes"` or `"dtls"`.
    pub fn name(self) -> &'static str {
        match self {
            SrtpKeying::Sdes => "sdes",
            SrtpKeying::Dtls => "dtls",
        }
    }
}

impl fmt::Display for SrtpKeying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SrtpKeying {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "sdes" => Ok(SrtpKeying::Sdes),
            "dtls" => Ok(SrtpKeying::Dtls),
            _ => Err(Error::invalid("SRTP keying", format!("{text:?} is not sdes or dtls"))),
        }
    }
}

/// Cipher and authentication of SRTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SrtpSuite {
    /// AES-CM, 128 bits, tag of 80 bits (RFC 4568 §6.2.1): what everybody knows.
    AesCm128HmacSha1_80,
    /// AES-CM, 128 bits, tag of 32 bits (RFC 4568 §6.2.2).
    AesCm128HmacSha1_32,
    /// AES-CM, 256 bits, tag of 80 bits (RFC 6188). With SDES only: DTLS has no name for it.
    Aes256CmHmacSha1_80,
    /// AES-CM, 256 bits, tag of 32 bits (RFC 6188). With SDES only.
    Aes256CmHmacSha1_32,
    /// AES-GCM, 128 bits (RFC 7714).
    AeadAes128Gcm,
    /// AES-GCM, 256 bits (RFC 7714).
    AeadAes256Gcm,
}

impl SrtpSuite {
    /// Every suite.
    pub const ALL: [SrtpSuite; 6] = [
        SrtpSuite::AesCm128HmacSha1_80,
        SrtpSuite::AesCm128HmacSha1_32,
        SrtpSuite::Aes256CmHmacSha1_80,
        SrtpSuite::Aes256CmHmacSha1_32,
        SrtpSuite::AeadAes128Gcm,
        SrtpSuite::AeadAes256Gcm,
    ];

    /// What is offered and accepted unless told otherwise. Each line of an SDES offer takes about a hundred bytes, and requests
    /// of more than 1,300 go over TCP.
    pub(crate) const DEFAULT: [SrtpSuite; 5] = [
        SrtpSuite::AeadAes256Gcm,
        SrtpSuite::AeadAes128Gcm,
        SrtpSuite::Aes256CmHmacSha1_80,
        SrtpSuite::AesCm128HmacSha1_80,
        SrtpSuite::AesCm128HmacSha1_32,
    ];

    /// The name in SDP (RFC 4568 §6.2): `"AES_CM_128_HMAC_SHA1_80"`, …
    pub fn name(self) -> &'static str {
        match self {
            SrtpSuite::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            SrtpSuite::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
            SrtpSuite::Aes256CmHmacSha1_80 => "AES_256_CM_HMAC_SHA1_80",
            SrtpSuite::Aes256CmHmacSha1_32 => "AES_256_CM_HMAC_SHA1_32",
            SrtpSuite::AeadAes128Gcm => "AEAD_AES_128_GCM",
            SrtpSuite::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }

    /// Whether DTLS can agree on it (RFC 5764 §4.1.2, RFC 7714 §14.2).
    pub fn works_with_dtls(self) -> bool {
        !matches!(self, SrtpSuite::Aes256CmHmacSha1_80 | SrtpSuite::Aes256CmHmacSha1_32)
    }
}

impl fmt::Display for SrtpSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SrtpSuite {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        SrtpSuite::ALL
            .into_iter()
            .find(|suite| suite.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| {
                let known: Vec<_> = SrtpSuite::ALL.iter().map(|s| s.name()).collect();
                Error::invalid(
                    "SRTP suite",
                    format!("{text:?} is no suite; known are {}", known.join(", ")),
                )
            })
    }
}

/// Whether the lists make sense together.
pub(crate) fn check(op: &'static str, keying: &[SrtpKeying], suites: &[SrtpSuite]) -> Result<()> {
    let twice = |n: usize, again: bool| n == 0 || again;
    if twice(keying.len(), keying.len() > 1 && keying[0] == keying[1]) || keying.len() > 2 {
        return Err(Error::invalid(op, "the SRTP keying list is empty or names one twice"));
    }
    let repeated = suites.iter().enumerate().any(|(i, s)| suites[..i].contains(s));
    if suites.is_empty() || repeated {
        return Err(Error::invalid(
            op,
            "the list of SRTP suites is empty or names one twice",
        ));
    }
    if keying.contains(&SrtpKeying::Dtls) && !suites.iter().any(|s| s.works_with_dtls()) {
        return Err(Error::invalid(
            op,
            format!(
                "DTLS cannot agree on {}; add another SRTP suite, or leave DTLS out",
                suites[0]
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for suite in SrtpSuite::ALL {
            assert_eq!(suite.name().to_lowercase().parse::<SrtpSuite>().unwrap(), suite);
        }
        assert!("NULL".parse::<SrtpSuite>().is_err());
        assert_eq!("DTLS".parse::<SrtpKeying>().unwrap(), SrtpKeying::Dtls);
    }

    #[test]
    fn lists_that_cannot_work_are_refused() {
        use SrtpKeying::{Dtls, Sdes};
        use SrtpSuite::{AeadAes256Gcm, Aes256CmHmacSha1_80};
        assert!(check("t", &[Sdes, Dtls], &SrtpSuite::DEFAULT).is_ok());
        assert!(check("t", &[Sdes], &[Aes256CmHmacSha1_80]).is_ok());
        for (keying, suites) in [
            (&[][..], &[AeadAes256Gcm][..]),
            (&[Sdes, Sdes], &[AeadAes256Gcm]),
            (&[Sdes], &[]),
            (&[Sdes], &[AeadAes256Gcm, AeadAes256Gcm]),
            (&[Dtls], &[Aes256CmHmacSha1_80]),
        ] {
            assert!(check("t", keying, suites).is_err(), "{keying:?} {suites:?}");
        }
    }
}

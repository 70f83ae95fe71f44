//! Who we are to a registrar or proxy that asks: user and password, or a digest made of them.

use crate::secret::Secret;
use crate::{Error, Result};

/// A hash a digest is made with (RFC 8760 §2.1), the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestAlgorithm {
    /// MD5.
    Md5,
    /// SHA-256.
    Sha256,
    /// SHA-512/256.
    Sha512_256,
}

impl DigestAlgorithm {
    /// The name challenges use: `MD5`, `SHA-256`, `SHA-512-256`.
    pub fn name(self) -> &'static str {
        match self {
            DigestAlgorithm::Md5 => "MD5",
            DigestAlgorithm::Sha256 => "SHA-256",
            DigestAlgorithm::Sha512_256 => "SHA-512-256",
        }
    }

    /// Hexadecimal digits of a digest.
    fn digits(self) -> usize {
        match self {
            DigestAlgorithm::Md5 => 32,
            DigestAlgorithm::Sha256 | DigestAlgorithm::Sha512_256 => 64,
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<DigestAlgorithm> {
        [
            DigestAlgorithm::Md5,
            DigestAlgorithm::Sha256,
            DigestAlgorithm::Sha512_256,
        ]
        .into_iter()
        .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }
}

/// Credentials for digest authentication (RFC 3261 §22, RFC 8760), for one realm or for any.
///
/// A challenge is answered with the credentials of its realm, else with those of the realm `"*"`. Where a server offers
/// several algorithms for a realm, the strongest one that these credentials fit is answered.
///
/// ```
/// # use microsip_core::Credential;
/// let any = Credential::new("1001", "secret");
/// let one = Credential::new("alice", "other secret").realm("proxy.example.org");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credential {
    /// The realm a challenge must name, compared without regard to case; `"*"` fits every realm.
    pub realm: String,
    /// User name.
    pub user: String,
    /// The password, or the digest HA1 in hexadecimal digits.
    pub secret: Secret,
    /// `None` for a password, which fits every algorithm; else what HA1 was made with, the only algorithm it fits.
    pub ha1: Option<DigestAlgorithm>,
}

impl Credential {
    /// A user and a password, for any realm.
    pub fn new(user: impl Into<String>, password: impl Into<Secret>) -> Credential {
        Credential {
            realm: "*".to_owned(),
            user: user.into(),
            secret: password.into(),
            ha1: None,
        }
    }

    /// A user and HA1, the hash of `user:realm:password` in hexadecimal digits (RFC 7616 §3.4.2), so that no password need
    /// be kept. It is good for this realm only.
    pub fn with_ha1(
        realm: impl Into<String>,
        user: impl Into<String>,
        algorithm: DigestAlgorithm,
        ha1: impl Into<Secret>,
    ) -> Credential {
        Credential {
            realm: realm.into(),
            user: user.into(),
            secret: ha1.into(),
            ha1: Some(algorithm),
        }
    }

    /// Sets the realm.
    pub fn realm(mut self, realm: impl Into<String>) -> Credential {
        self.realm = realm.into();
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        for (what, text) in [("auth user", &self.user), ("realm", &self.realm)] {
            if text.chars().any(char::is_control) {
                return Err(Error::invalid(op, format!("the {what} contains control characters")));
            }
        }
        if self.realm.is_empty() {
            return Err(Error::invalid(
                op,
                "the realm of a credential is empty; \"*\" fits every realm",
            ));
        }
        if self.secret.reveal().chars().any(char::is_control) {
            return Err(Error::invalid(op, "the password contains control characters"));
        }
        if let Some(algorithm) = self.ha1 {
            let digits = algorithm.digits();
            let text = self.secret.reveal();
            if text.len() != digits || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(Error::invalid(
                    op,
                    format!(
                        "the HA1 of {:?} has not the {digits} hexadecimal digits of {}",
                        self.user,
                        algorithm.name()
                    ),
                ));
            }
            if self.realm == "*" {
                return Err(Error::invalid(
                    op,
                    "an HA1 is made for one realm; name it instead of \"*\"",
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_must_look_like_one() {
        let good = "0123456789abcdef0123456789ABCDEF";
        Credential::with_ha1("r", "u", DigestAlgorithm::Md5, good)
            .check("t")
            .unwrap();
        for (realm, algorithm, text) in [
            ("r", DigestAlgorithm::Sha256, good),
            ("r", DigestAlgorithm::Md5, "0123456789abcdef0123456789abcdeg"),
            ("*", DigestAlgorithm::Md5, good),
            ("", DigestAlgorithm::Md5, good),
        ] {
            let error = Credential::with_ha1(realm, "u", algorithm, text)
                .check("t")
                .unwrap_err();
            assert!(!error.to_string().contains("0123"), "{error}");
        }
    }

    #[test]
    fn nothing_secret_is_shown() {
        let text = format!("{:?}", Credential::new("u", "hunter2").realm("r"));
        assert!(!text.contains("hunter2") && text.contains("***"), "{text}");
    }
}

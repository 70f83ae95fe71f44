//! Settings of an account.

use std::fmt;
use std::time::Duration;

use crate::policy::CallPolicy;
use crate::redact::redact;
use crate::secret::Secret;
use crate::sip::{Transport, uri};
use crate::{Error, Result};

/// Whether media is encrypted (RFC 3711), keyed by SDES (RFC 4568) or DTLS (RFC 5764).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SrtpMode {
    /// Plain RTP is offered and accepted; encrypted offers are refused.
    #[default]
    Off,
    /// Both are offered; what the peer prefers is used.
    Optional,
    /// Only encrypted media is offered and accepted; a plain offer gets 488.
    Required,
}

/// Settings of an account; checked when it is added.
///
/// ```
/// # use microsip_core::{AccountConfig, Transport};
/// let config = AccountConfig::new("sip:1001@pbx.example.org")
///     .registrar("sip:pbx.example.org")
///     .credentials("1001", "secret")
///     .transport(Transport::Tls);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct AccountConfig {
    /// Address of record, the From of our requests: `sip:user@domain` or `"Name" <sip:user@domain>`.
    pub aor: String,
    /// Where to register, `sip:domain[:port]`; `None` for an account that only calls and is called directly.
    pub registrar: Option<String>,
    /// Whether to register as soon as the account is added; default `true`.
    pub register_on_add: bool,
    /// User name for digest authentication (RFC 3261 §22, RFC 8760); `None` to have none.
    pub auth_user: Option<String>,
    /// Password for it.
    pub password: Secret,
    /// Realm the credentials are for; default `"*"`, any.
    pub realm: String,
    /// Transport for requests to the registrar and to targets that do not name one; default UDP.
    pub transport: Transport,
    /// Proxies all requests pass first, in order, as SIP URIs with or without `;lr`.
    pub proxies: Vec<String>,
    /// Lifetime asked of the registrar, 10 s to 1 day; default 300 s. Refreshed five seconds before the end.
    pub expires: Duration,
    /// Pause before a failed registration is tried again, 1 s to 1 hour; default 30 s. The first retry comes after 1 s.
    pub retry_interval: Duration,
    /// What happens with its incoming calls; `None` for what the endpoint does.
    pub policy: Option<CallPolicy>,
    /// Media encryption; default off.
    pub srtp: SrtpMode,
}

impl AccountConfig {
    /// An account with default settings and no registrar.
    pub fn new(aor: impl Into<String>) -> Self {
        AccountConfig {
            aor: aor.into(),
            registrar: None,
            register_on_add: true,
            auth_user: None,
            password: Secret::default(),
            realm: "*".to_owned(),
            transport: Transport::Udp,
            proxies: Vec::new(),
            expires: Duration::from_secs(300),
            retry_interval: Duration::from_secs(30),
            policy: None,
            srtp: SrtpMode::Off,
        }
    }

    /// Sets the registrar, `sip:domain[:port]`.
    pub fn registrar(mut self, uri: impl Into<String>) -> Self {
        self.registrar = Some(uri.into());
        self
    }

    /// Sets whether to register as soon as the account is added.
    pub fn register_on_add(mut self, yes: bool) -> Self {
        self.register_on_add = yes;
        self
    }

    /// Sets user name and password for digest authentication.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.auth_user = Some(user.into());
        self.password = password.into();
        self
    }

    /// Sets the transport.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Adds an outbound proxy.
    pub fn proxy(mut self, uri: impl Into<String>) -> Self {
        self.proxies.push(uri.into());
        self
    }

    /// Sets the lifetime asked of the registrar.
    pub fn expires(mut self, expires: Duration) -> Self {
        self.expires = expires;
        self
    }

    /// Sets the pause between retries of a failed registration.
    pub fn retry_interval(mut self, pause: Duration) -> Self {
        self.retry_interval = pause;
        self
    }

    /// Sets what happens with its incoming calls.
    pub fn policy(mut self, policy: CallPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Sets media encryption.
    pub fn srtp(mut self, mode: SrtpMode) -> Self {
        self.srtp = mode;
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        const OP: &str = "add account";
        uri::check(OP, "address of record", &self.aor)?;
        if let Some(registrar) = &self.registrar {
            uri::check(OP, "registrar", registrar)?;
            if uri::host_port(registrar).is_empty() {
                return Err(Error::invalid(
                    OP,
                    format!("the registrar {:?} names no host", redact(registrar)),
                ));
            }
        }
        for proxy in &self.proxies {
            uri::check(OP, "proxy", proxy)?;
        }
        if self.proxies.len() > crate::pj::MAX_PROXIES {
            return Err(Error::invalid(
                OP,
                format!(
                    "{} proxies are given; at most {} fit",
                    self.proxies.len(),
                    crate::pj::MAX_PROXIES
                ),
            ));
        }
        if let Some(policy) = &self.policy {
            policy.check(OP)?;
        }
        range(OP, "expires", self.expires, 10, 86_400)?;
        range(OP, "retry interval", self.retry_interval, 1, 3600)?;
        for (what, text) in [
            ("auth user", self.auth_user.as_deref().unwrap_or("")),
            ("realm", &self.realm),
        ] {
            if text.chars().any(char::is_control) {
                return Err(Error::invalid(OP, format!("the {what} contains control characters")));
            }
        }
        if self.password.reveal().chars().any(char::is_control) {
            return Err(Error::invalid(OP, "the password contains control characters"));
        }
        Ok(())
    }
}

impl fmt::Debug for AccountConfig {
    /// Shows neither the password nor one that hides in a URI.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxies: Vec<_> = self.proxies.iter().map(|p| redact(p)).collect();
        f.debug_struct("AccountConfig")
            .field("aor", &redact(&self.aor))
            .field("registrar", &self.registrar.as_deref().map(redact))
            .field("register_on_add", &self.register_on_add)
            .field("auth_user", &self.auth_user)
            .field("password", &self.password)
            .field("realm", &self.realm)
            .field("transport", &self.transport)
            .field("proxies", &proxies)
            .field("expires", &self.expires)
            .field("retry_interval", &self.retry_interval)
            .field("policy", &self.policy)
            .field("srtp", &self.srtp)
            .finish()
    }
}

fn range(op: &'static str, what: &str, value: Duration, low: u64, high: u64) -> Result<()> {
    if (low..=high).contains(&value.as_secs()) {
        return Ok(());
    }
    Err(Error::invalid(
        op,
        format!("{what} of {value:?} is not between {low} s and {high} s"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_name_the_setting() {
        let cases = [
            (AccountConfig::new("1001"), "address of record"),
            (AccountConfig::new("sip:a@b").registrar("b"), "registrar"),
            (AccountConfig::new("sip:a@b").proxy("b"), "proxy"),
            (AccountConfig::new("sip:a@b").expires(Duration::from_secs(1)), "expires"),
            (
                AccountConfig::new("sip:a@b").retry_interval(Duration::ZERO),
                "retry interval",
            ),
            (AccountConfig::new("sip:a@b").credentials("u\n", "p"), "auth user"),
            (AccountConfig::new("sip:a@b").credentials("u", "p\0"), "password"),
        ];
        for (config, word) in cases {
            let e = config.check().unwrap_err();
            assert!(e.to_string().contains(word), "{e}");
        }
        AccountConfig::new("sip:a@b").registrar("sip:b").check().unwrap();
    }

    #[test]
    fn debug_does_not_show_the_password() {
        let config = AccountConfig::new("sip:a:s3cret@b")
            .registrar("sip:a:s3cret@b")
            .credentials("u", "s3cret");
        let text = format!("{config:?}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

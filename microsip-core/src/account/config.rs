//! Settings of an account.

use std::fmt;
use std::time::Duration;

use super::nat::AccountNat;
use super::{ContactOptions, Credential, Refresher, Reliable100, RetryPolicy, SessionTimers, timers};
use crate::media::{Codec, OpusOptions, SrtpKeying, SrtpSuite, check_parts, check_srtp, parse_list};
use crate::policy::CallPolicy;
use crate::redact::redact;
use crate::secret::Secret;
use crate::sip::{Headers, Transport, uri};
use crate::{Error, ErrorKind, Result};

/// Whether media is encrypted (RFC 3711), keyed by SDES (RFC 4568) or DTLS (RFC 5764).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SrtpMode {
    /// Plain RTP is offered and accepted; encrypted offers are refused.
    #[default]
    Off,
    /// Plain RTP is offered with keys beside it, for those who know what to do with them; every offer is accepted. A peer that
    /// requires encryption refuses such an offer. With DTLS as first keying, encrypted media alone is offered.
    Optional,
    /// Only encrypted media is offered and accepted; a plain offer gets 488.
    Required,
}

/// Settings of an account; checked when it is added or modified.
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
    /// Credentials for whoever asks (RFC 3261 §22), at most 8; one realm may occur several times with different digests.
    pub credentials: Vec<Credential>,
    /// Transport for requests to the registrar and to targets that do not name one; default UDP.
    pub transport: Transport,
    /// Proxies all requests pass first, in order, as SIP URIs with or without `;lr`: the first is the outbound proxy, all of
    /// them are the preloaded Route (RFC 3261 §8.1.2). What the registrar says in `Service-Route` (RFC 3608) follows them
    /// in every request but REGISTER.
    pub proxies: Vec<String>,
    /// Whether REGISTER passes the proxies too; default `true`.
    pub register_by_proxies: bool,
    /// Lifetime asked of the registrar, 10 s to 1 day; default 300 s. A registrar that wants more (423 with `Min-Expires`)
    /// gets more, and one that grants less is refreshed by that: five seconds before the end.
    pub expires: Duration,
    /// When a registration that failed is tried again.
    pub retry: RetryPolicy,
    /// Parameters of the Contact.
    pub contact: ContactOptions,
    /// Whether `Supported: path` goes with REGISTER, so that proxies may put themselves on the way of requests to us
    /// (RFC 3327 §5.1); default `true`.
    pub path: bool,
    /// Further headers of REGISTER.
    pub register_headers: Headers,
    /// How often an empty line (CRLF) goes to a UDP registrar while registered, so that NATs and firewalls on the way keep
    /// the path open; zero for never, else 1 s to 1 hour; default 15 s. The pause varies between 95 and 100 % of it. A
    /// `Flow-Timer` of the registrar (RFC 5626 §4.4.1) takes its place.
    pub keep_alive: Duration,
    /// Codecs offered and accepted in this account's calls, the preferred one first; `None` for the endpoint's. All must be
    /// among [`EndpointConfig::codecs`](crate::EndpointConfig::codecs).
    pub codecs: Option<Vec<Codec>>,
    /// How Opus is used in its calls; `None` for the endpoint's settings.
    pub opus: Option<OpusOptions>,
    /// How much audio a packet holds in its calls; `None` for [`EndpointConfig::ptime`](crate::EndpointConfig::ptime).
    pub ptime: Option<Duration>,
    /// What happens with its incoming calls; `None` for what the endpoint does.
    pub policy: Option<CallPolicy>,
    /// Media encryption; default off.
    pub srtp: SrtpMode,
    /// How encrypted media gets its keys: the first is offered, all are accepted. Default SDES, then DTLS.
    pub srtp_keying: Vec<SrtpKeying>,
    /// Ciphers of encrypted media, offered in this order; those that are not named are not accepted.
    pub srtp_suites: Vec<SrtpSuite>,
    /// Session timers of this account's calls.
    pub timers: SessionTimers,
    /// How long a session lives without a refresh, `Session-Expires` of RFC 4028: `min_se` to 1 day; default 1800 s.
    pub session_expires: Duration,
    /// The shortest we agree to, `Min-SE` of RFC 4028: 90 s to 1 day; default 90 s.
    pub min_se: Duration,
    /// Who is to refresh the sessions of this account's calls.
    pub refresher: Refresher,
    /// Reliable provisional responses of this account's calls.
    pub reliable: Reliable100,
    /// Whether this account's calls offer and send extended reports (RTCP XR); `None` for what the endpoint does
    /// ([`QualityConfig::rtcp_xr`](crate::QualityConfig::rtcp_xr)).
    pub rtcp_xr: Option<bool>,
    /// How this account is reached through NAT.
    pub nat: AccountNat,
    /// Whether [`Account::set_presence`](crate::Account::set_presence) is published, by PUBLISH to the address of record (RFC 3903), once the
    /// account is registered if it has a registrar; MicroSIP's `publish`. Default `false`.
    pub publish_presence: bool,
}

impl AccountConfig {
    /// An account with default settings and no registrar.
    pub fn new(aor: impl Into<String>) -> Self {
        AccountConfig {
            aor: aor.into(),
            registrar: None,
            register_on_add: true,
            credentials: Vec::new(),
            transport: Transport::Udp,
            proxies: Vec::new(),
            register_by_proxies: true,
            expires: Duration::from_secs(300),
            retry: RetryPolicy::default(),
            contact: ContactOptions::default(),
            path: true,
            register_headers: Headers::new(),
            keep_alive: Duration::from_secs(15),
            codecs: None,
            opus: None,
            ptime: None,
            policy: None,
            srtp: SrtpMode::Off,
            srtp_keying: if crate::pj::HAS_TLS {
                vec![SrtpKeying::Sdes, SrtpKeying::Dtls]
            } else {
                vec![SrtpKeying::Sdes]
            },
            srtp_suites: SrtpSuite::DEFAULT.to_vec(),
            timers: SessionTimers::default(),
            session_expires: Duration::from_secs(1800),
            min_se: Duration::from_secs(90),
            refresher: Refresher::default(),
            reliable: Reliable100::default(),
            rtcp_xr: None,
            nat: AccountNat::default(),
            publish_presence: false,
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

    /// Sets user name and password for whoever asks, in place of all credentials given before.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.credentials = vec![Credential::new(user, password)];
        self
    }

    /// Adds credentials, for one realm for instance.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credentials.push(credential);
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

    /// Sets whether REGISTER passes the proxies.
    pub fn register_by_proxies(mut self, yes: bool) -> Self {
        self.register_by_proxies = yes;
        self
    }

    /// Sets the lifetime asked of the registrar.
    pub fn expires(mut self, expires: Duration) -> Self {
        self.expires = expires;
        self
    }

    /// Sets the longest pause between retries of a failed registration, [`RetryPolicy::max`], up to 1 hour. Pauses begin
    /// with [`RetryPolicy::first`], or this one if it is shorter.
    pub fn retry_interval(mut self, pause: Duration) -> Self {
        self.retry.max = pause;
        self.retry.first = self.retry.first.min(pause).max(RetryPolicy::SHORTEST);
        self
    }

    /// Sets when a registration that failed is tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the parameters of the Contact.
    pub fn contact(mut self, options: ContactOptions) -> Self {
        self.contact = options;
        self
    }

    /// Sets whether `Supported: path` goes with REGISTER.
    pub fn path(mut self, yes: bool) -> Self {
        self.path = yes;
        self
    }

    /// Adds a header to REGISTER.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) as of [`Headers::add`].
    pub fn register_header(mut self, name: &str, value: &str) -> Result<Self> {
        self.register_headers.add(name, value)?;
        Ok(self)
    }

    /// Sets how often an empty line goes to a UDP registrar; zero for never.
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.keep_alive = interval;
        self
    }

    /// Sets the codecs from a list such as `"PCMA/8000/1 PCMU/8000/1"`, in order.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a malformed list.
    pub fn codecs(mut self, list: &str) -> Result<Self> {
        self.codecs = Some(parse_list(list)?);
        Ok(self)
    }

    /// Sets how Opus is used in its calls.
    pub fn opus(mut self, options: OpusOptions) -> Self {
        self.opus = Some(options);
        self
    }

    /// Sets how much audio a packet holds in its calls, 10 to 120 ms.
    pub fn ptime(mut self, time: Duration) -> Self {
        self.ptime = Some(time);
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

    /// Sets how encrypted media gets its keys: the first is offered, all are accepted.
    pub fn srtp_keying(mut self, methods: impl IntoIterator<Item = SrtpKeying>) -> Self {
        self.srtp_keying = methods.into_iter().collect();
        self
    }

    /// Sets the ciphers of encrypted media, the preferred one first.
    pub fn srtp_suites(mut self, suites: impl IntoIterator<Item = SrtpSuite>) -> Self {
        self.srtp_suites = suites.into_iter().collect();
        self
    }

    /// Sets whether this account's calls offer and send extended reports.
    pub fn rtcp_xr(mut self, yes: bool) -> Self {
        self.rtcp_xr = Some(yes);
        self
    }

    /// Sets how this account is reached through NAT.
    pub fn nat(mut self, nat: AccountNat) -> Self {
        self.nat = nat;
        self
    }

    /// Sets whether its presence is published.
    pub fn publish_presence(mut self, yes: bool) -> Self {
        self.publish_presence = yes;
        self
    }

    /// Sets session timers.
    pub fn timers(mut self, timers: SessionTimers) -> Self {
        self.timers = timers;
        self
    }

    /// Sets how long a session lives without a refresh, and the shortest we agree to.
    pub fn session_expires(mut self, session_expires: Duration, min_se: Duration) -> Self {
        self.session_expires = session_expires;
        self.min_se = min_se;
        self
    }

    /// Sets who is to refresh sessions.
    pub fn refresher(mut self, refresher: Refresher) -> Self {
        self.refresher = refresher;
        self
    }

    /// Sets reliable provisional responses.
    pub fn reliable(mut self, reliable: Reliable100) -> Self {
        self.reliable = reliable;
        self
    }

    /// Whether this build can protect media as asked.
    fn check_protection(&self, op: &'static str) -> Result<()> {
        check_srtp(op, &self.srtp_keying, &self.srtp_suites)?;
        let lacks = match self.srtp {
            SrtpMode::Off => return Ok(()),
            _ if !crate::pj::HAS_SRTP => "no media encryption; enable the feature srtp, or turn encryption off",
            _ if !crate::pj::HAS_TLS && self.srtp_keying.contains(&SrtpKeying::Dtls) => {
                "no DTLS; enable the feature tls, or use SDES"
            }
            _ => return Ok(()),
        };
        Err(Error::new(
            ErrorKind::Unsupported,
            op,
            format!("this build has {lacks}"),
        ))
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        self.check_protection(op)?;
        uri::check(op, "address of record", &self.aor)?;
        if let Some(registrar) = &self.registrar {
            uri::check(op, "registrar", registrar)?;
            if uri::host_port(registrar).is_empty() {
                return Err(Error::invalid(
                    op,
                    format!("the registrar {:?} names no host", redact(registrar)),
                ));
            }
        }
        for proxy in &self.proxies {
            uri::check(op, "proxy", proxy)?;
        }
        if self.proxies.len() > crate::pj::MAX_PROXIES {
            return Err(Error::invalid(
                op,
                format!(
                    "{} proxies are given; at most {} fit",
                    self.proxies.len(),
                    crate::pj::MAX_PROXIES
                ),
            ));
        }
        self.nat.check(op)?;
        if let Some(policy) = &self.policy {
            policy.check(op)?;
        }
        range(op, "expires", self.expires, 10, 86_400)?;
        self.retry.check(op)?;
        if self.credentials.len() > crate::pj::MAX_CREDENTIALS {
            return Err(Error::invalid(
                op,
                format!(
                    "{} credentials are given; at most {} fit",
                    self.credentials.len(),
                    crate::pj::MAX_CREDENTIALS
                ),
            ));
        }
        self.credentials.iter().try_for_each(|c| c.check(op))?;
        self.contact.check(op)?;
        if !self.keep_alive.is_zero() {
            range(op, "keep_alive", self.keep_alive, 1, 3600)?;
        }
        check_parts(op, self.codecs.as_deref(), self.opus.as_ref(), self.ptime)?;
        timers::check(op, self.session_expires, self.min_se)
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
            .field("credentials", &self.credentials)
            .field("transport", &self.transport)
            .field("proxies", &proxies)
            .field("register_by_proxies", &self.register_by_proxies)
            .field("expires", &self.expires)
            .field("retry", &self.retry)
            .field("contact", &self.contact)
            .field("path", &self.path)
            .field("register_headers", &self.register_headers)
            .field("keep_alive", &self.keep_alive)
            .field("codecs", &self.codecs)
            .field("opus", &self.opus)
            .field("ptime", &self.ptime)
            .field("policy", &self.policy)
            .field("srtp", &self.srtp)
            .field("srtp_keying", &self.srtp_keying)
            .field("srtp_suites", &self.srtp_suites)
            .field("timers", &self.timers)
            .field("session_expires", &self.session_expires)
            .field("min_se", &self.min_se)
            .field("refresher", &self.refresher)
            .field("reliable", &self.reliable)
            .field("rtcp_xr", &self.rtcp_xr)
            .field("nat", &self.nat)
            .field("publish_presence", &self.publish_presence)
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
            (
                AccountConfig::new("sip:a@b").credential(Credential::new("u", "p").realm("")),
                "realm",
            ),
            (
                AccountConfig::new("sip:a@b").keep_alive(Duration::from_secs(7200)),
                "keep_alive",
            ),
            (
                AccountConfig::new("sip:a@b").session_expires(Duration::from_secs(60), Duration::from_secs(60)),
                "min_se",
            ),
            (
                AccountConfig::new("sip:a@b").session_expires(Duration::from_secs(100), Duration::from_secs(120)),
                "session_expires",
            ),
            (
                AccountConfig::new("sip:a@b").contact(ContactOptions::default().q(2.0)),
                "contact.q",
            ),
        ];
        for (config, word) in cases {
            let e = config.check("t").unwrap_err();
            assert!(e.to_string().contains(word), "{e}");
        }
        AccountConfig::new("sip:a@b").registrar("sip:b").check("t").unwrap();
    }

    #[test]
    fn debug_does_not_show_the_password() {
        let config = AccountConfig::new("sip:a:s3cret@b")
            .registrar("sip:a:s3cret@b")
            .credentials("u", "s3cret")
            .credential(Credential::new("v", "s3cret").realm("r"));
        let text = format!("{config:?}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

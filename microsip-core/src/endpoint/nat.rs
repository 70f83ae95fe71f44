//! How an endpoint is reached through address translation (NAT): STUN, TURN, ICE, a public address.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::secret::Secret;
use crate::sip::Transport;
use crate::{Error, ErrorKind, Result};

/// Whether calls look for a way to the peer with ICE (RFC 8445), and what they reveal while doing so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IceMode {
    /// No ICE; an offer with ICE is answered without.
    #[default]
    Off,
    /// Host addresses, the addresses a STUN server sees, and a relay where TURN is configured. A peer without ICE gets
    /// ordinary media.
    On,
    /// The relay only: the peer learns none of our addresses (RFC 8828 §5.2, mode 4). Needs TURN; without a relay the call
    /// fails.
    RelayOnly,
}

/// A TURN server (RFC 8656), used by calls with ICE.
///
/// ```
/// # use microsip_core::{Transport, TurnConfig};
/// let turn = TurnConfig::new("turn.example.org", "alice", "secret").transport(Transport::Tls);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TurnConfig {
    /// `host[:port]` or `[IPv6]:port`; port 3478 if none is given, 5349 with TLS.
    pub server: String,
    /// How the server is spoken to; default UDP. TLS uses the endpoint's [`TlsConfig`](crate::TlsConfig): the certificate
    /// must be made out for the host given here.
    pub transport: Transport,
    /// User name of its long-term credentials.
    pub user: String,
    /// Password.
    pub password: Secret,
    /// Realm of the credentials; default `"*"`, whatever the server names.
    pub realm: String,
}

impl TurnConfig {
    /// A server spoken to over UDP.
    pub fn new(server: impl Into<String>, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        TurnConfig {
            server: server.into(),
            transport: Transport::Udp,
            user: user.into(),
            password: password.into(),
            realm: "*".to_owned(),
        }
    }

    /// Sets how the server is spoken to.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Sets the realm of the credentials.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Host and port.
    pub(crate) fn address(&self) -> Option<(String, u16)> {
        let default = if self.transport == Transport::Tls { 5349 } else { 3478 };
        host_port(&self.server, default)
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        if self.address().is_none() {
            return Err(Error::invalid(
                op,
                format!("the TURN server {:?} is not of the form host[:port]", self.server),
            ));
        }
        if self.transport == Transport::Tls && !crate::pj::HAS_TLS {
            return Err(Error::new(
                ErrorKind::Unsupported,
                op,
                "this build has no TLS; enable the feature tls, or speak to the TURN server over UDP or TCP",
            ));
        }
        for (what, text, may_be_empty) in [
            ("user", &*self.user, false),
            ("realm", &self.realm, false),
            ("password", self.password.reveal(), true),
        ] {
            if text.chars().any(char::is_control) || (text.is_empty() && !may_be_empty) || text.len() > 500 {
                return Err(Error::invalid(
                    op,
                    format!("the TURN {what} is empty, longer than 500 bytes, or contains control characters"),
                ));
            }
        }
        Ok(())
    }
}

impl fmt::Debug for TurnConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnConfig")
            .field("server", &self.server)
            .field("transport", &self.transport)
            .field("user", &self.user)
            .field("password", &self.password)
            .field("realm", &self.realm)
            .finish()
    }
}

/// How the endpoint is reached through NAT. Everything is off by default; accounts can deviate
/// ([`AccountNat`](crate::AccountNat)).
///
/// ```
/// # use microsip_core::{EndpointConfig, IceMode, NatConfig};
/// let config = EndpointConfig::default().nat(NatConfig::default().stun("stun.example.org").ice(IceMode::On));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NatConfig {
    /// STUN servers (RFC 8489), `host[:port]`, at most 8. All are asked at once; the first to answer is used, and asked
    /// again as long as the endpoint runs. If none answers the endpoint works without, says so in
    /// [`Event::Stun`](crate::Event::Stun) and tries again after 30 s, later up to 5 min.
    pub stun_servers: Vec<String>,
    /// How long a STUN server may take to answer, 0.1 to 10 s; default 1 s. A call without ICE waits for it before its SDP
    /// is written.
    pub stun_timeout: Duration,
    /// How long [`Endpoint::start`](crate::Endpoint::start) waits for STUN, and for the addresses of TURN servers given by
    /// name, 0 to 10 s; default 0.5 s. Calls made before go without.
    pub start_wait: Duration,
    /// How often the STUN server is asked again from the SIP socket, which keeps its mapping open and finds a changed
    /// address, 5 s to 10 min; default 25 s. Zero turns it off.
    pub stun_refresh: Duration,
    /// The address under which others reach us, for Contact, Via and SDP; ports stay. For static translations, where a
    /// router forwards our ports unchanged. With it no STUN server is asked about addresses.
    pub public_address: Option<IpAddr>,
    /// Whether calls use ICE; default off.
    pub ice: IceMode,
    /// Aggressive nomination (RFC 5245 §8.1.1.2): one check less, but the pair may change while checks go on. Default
    /// `true`. A peer with ICE lite always gets regular nomination.
    pub aggressive: bool,
    /// How long ICE gathers addresses before the offer or answer goes out with those it has, 0.1 to 30 s; default 2 s. A
    /// relay that is not there by then is reported in [`Event::RelayFailed`](crate::Event::RelayFailed).
    pub gather_timeout: Duration,
    /// The relay for calls with ICE.
    pub turn: Option<TurnConfig>,
}

impl Default for NatConfig {
    fn default() -> Self {
        NatConfig {
            stun_servers: Vec::new(),
            stun_timeout: Duration::from_secs(1),
            start_wait: Duration::from_millis(500),
            stun_refresh: Duration::from_secs(25),
            public_address: None,
            ice: IceMode::Off,
            aggressive: true,
            gather_timeout: Duration::from_secs(2),
            turn: None,
        }
    }
}

impl NatConfig {
    /// Adds a STUN server.
    pub fn stun(mut self, server: impl Into<String>) -> Self {
        self.stun_servers.push(server.into());
        self
    }

    /// Sets how long a STUN server may take to answer.
    pub fn stun_timeout(mut self, timeout: Duration) -> Self {
        self.stun_timeout = timeout;
        self
    }

    /// Sets how long starting waits for STUN.
    pub fn start_wait(mut self, wait: Duration) -> Self {
        self.start_wait = wait;
        self
    }

    /// Sets how often the STUN server is asked again; zero for never.
    pub fn stun_refresh(mut self, interval: Duration) -> Self {
        self.stun_refresh = interval;
        self
    }

    /// Sets the address under which others reach us.
    pub fn public_address(mut self, address: IpAddr) -> Self {
        self.public_address = Some(address);
        self
    }

    /// Sets whether calls use ICE.
    pub fn ice(mut self, mode: IceMode) -> Self {
        self.ice = mode;
        self
    }

    /// Sets whether nomination is aggressive.
    pub fn aggressive(mut self, yes: bool) -> Self {
        self.aggressive = yes;
        self
    }

    /// Sets how long ICE gathers addresses.
    pub fn gather_timeout(mut self, timeout: Duration) -> Self {
        self.gather_timeout = timeout;
        self
    }

    /// Sets the relay.
    pub fn turn(mut self, turn: TurnConfig) -> Self {
        self.turn = Some(turn);
        self
    }

    /// Whether something has to be asked of the network before calls can use it.
    pub(crate) fn asks(&self) -> bool {
        !self.stun_servers.is_empty() || self.turn.is_some()
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let bad = |message: String| Err(Error::invalid(op, message));
        if self.stun_servers.len() > 8 {
            return bad(format!(
                "{} STUN servers are given; at most 8 fit",
                self.stun_servers.len()
            ));
        }
        for server in &self.stun_servers {
            if host_port(server, 3478).is_none() {
                return bad(format!("the STUN server {server:?} is not of the form host[:port]"));
            }
        }
        let ms = Duration::from_millis;
        for (what, value, low, high, zero) in [
            ("STUN timeout", self.stun_timeout, ms(100), ms(10_000), false),
            ("start wait", self.start_wait, ms(0), ms(10_000), true),
            ("STUN refresh", self.stun_refresh, ms(5_000), ms(600_000), true),
            ("gather timeout", self.gather_timeout, ms(100), ms(30_000), false),
        ] {
            if !((low..=high).contains(&value) || (zero && value.is_zero())) {
                return bad(format!("{what} of {value:?} is not between {low:?} and {high:?}"));
            }
        }
        if self.public_address.is_some_and(|a| a.is_unspecified()) {
            return bad("the public address is the unspecified one; give the address others reach".into());
        }
        if let Some(turn) = &self.turn {
            turn.check(op)?;
        }
        if self.ice == IceMode::RelayOnly && self.turn.is_none() {
            return bad("ICE is to use the relay only, but no TURN server is given".into());
        }
        Ok(())
    }
}

/// Splits `host[:port]`, `[IPv6][:port]` or a bare IPv6 address.
pub(crate) fn host_port(text: &str, default: u16) -> Option<(String, u16)> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some((ip.to_string(), default));
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return (address.port() != 0).then(|| (address.ip().to_string(), address.port()));
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        return inner
            .parse::<std::net::Ipv6Addr>()
            .ok()
            .map(|ip| (ip.to_string(), default));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|p| *p != 0)?),
        None => (text, default),
    };
    let named = !host.is_empty()
        && host.len() <= 253
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    named.then(|| (host.to_owned(), port))
}

/// Where the search for a STUN server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum StunState {
    /// No STUN server is configured.
    #[default]
    Off,
    /// Servers are asked.
    Asking,
    /// One answered and is used.
    Ready,
    /// None answers; they are asked again later.
    Failed,
}

impl StunState {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            StunState::Off => "off",
            StunState::Asking => "asking",
            StunState::Ready => "ready",
            StunState::Failed => "failed",
        }
    }
}

/// What STUN told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StunInfo {
    /// Where it stands.
    pub state: StunState,
    /// The server in use, as configured.
    pub server: Option<String>,
    /// The address and port of our first UDP socket for SIP as the server sees it; `None` until known, and without such a
    /// socket.
    pub sip: Option<SocketAddr>,
    /// Why there is none: a [`Timeout`](ErrorKind::Timeout) of servers that do not answer, a
    /// [`Transport`](ErrorKind::Transport) error for names that do not resolve.
    pub error: Option<Error>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_hosts_with_or_without_port() {
        let good = [
            ("stun.example.org", "stun.example.org", 3478),
            ("stun.example.org:19302", "stun.example.org", 19302),
            ("192.0.2.1", "192.0.2.1", 3478),
            ("192.0.2.1:99", "192.0.2.1", 99),
            ("2001:db8::1", "2001:db8::1", 3478),
            ("[2001:db8::1]", "2001:db8::1", 3478),
            ("[2001:db8::1]:99", "2001:db8::1", 99),
        ];
        for (text, host, port) in good {
            assert_eq!(host_port(text, 3478), Some((host.to_owned(), port)), "{text}");
        }
        for text in [
            "",
            ":99",
            "h:0",
            "h:x",
            "h:99999",
            "a b",
            "[::1",
            "sip:h",
            "192.0.2.1:0",
        ] {
            assert_eq!(host_port(text, 3478), None, "{text}");
        }
    }

    #[test]
    fn wrong_settings_name_the_setting() {
        let turn = |server: &str| TurnConfig::new(server, "u", "p");
        let cases = [
            (NatConfig::default().stun("a b"), "a b"),
            (NatConfig::default().stun_timeout(Duration::ZERO), "STUN timeout"),
            (NatConfig::default().start_wait(Duration::from_secs(60)), "start wait"),
            (
                NatConfig::default().stun_refresh(Duration::from_secs(1)),
                "STUN refresh",
            ),
            (NatConfig::default().gather_timeout(Duration::ZERO), "gather timeout"),
            (
                NatConfig::default().public_address(IpAddr::from([0; 4])),
                "public address",
            ),
            (NatConfig::default().turn(turn("")), "TURN server"),
            (NatConfig::default().turn(TurnConfig::new("h", "", "p")), "TURN user"),
            (
                NatConfig::default().turn(TurnConfig::new("h", "u", "p\n")),
                "TURN password",
            ),
            (NatConfig::default().turn(turn("h").realm("")), "TURN realm"),
            (NatConfig::default().ice(IceMode::RelayOnly), "relay only"),
        ];
        for (config, word) in cases {
            let e = config.check("t").unwrap_err();
            assert_eq!(e.kind(), ErrorKind::InvalidArgument);
            assert!(e.to_string().contains(word), "{e}");
        }
        NatConfig::default()
            .turn(turn("h"))
            .ice(IceMode::RelayOnly)
            .check("t")
            .unwrap();
    }

    #[test]
    fn a_turn_password_does_not_print() {
        let config = NatConfig::default().turn(TurnConfig::new("h", "u", "s3cret"));
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}

//! Settings of name resolution.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::{Error, Result};

/// How host names in SIP URIs are resolved (RFC 3263); checked by [`Endpoint::start`](crate::Endpoint::start).
///
/// Numeric addresses and names in the hosts file are known at once. Everything else is asked on a thread of its own, which
/// is started when the first name comes up. Answers are kept as long as their TTL says.
///
/// ```
/// # use microsip_core::{DnsConfig, EndpointConfig};
/// let config = EndpointConfig::default().dns(DnsConfig::default().server("192.0.2.53:53".parse().unwrap()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DnsConfig {
    /// Name servers; empty (the default) for the system's, from `/etc/resolv.conf`, which is read again when it changes.
    pub servers: Vec<SocketAddr>,
    /// Whether SRV records are asked for when the URI has no port (RFC 3263 §4.2); default `true`.
    pub srv: bool,
    /// Whether NAPTR records are asked for when the URI names no transport (RFC 3263 §4.1); default `true`.
    pub naptr: bool,
    /// How long one look-up may take, 100 ms to 60 s; default 5 s. Within it every name server is asked twice.
    pub timeout: Duration,
    /// How long one of several targets of a request is given before the next is tried, 500 ms to 32 s; default 4 s. The last
    /// one is given [`EndpointConfig::transaction_timeout`](crate::EndpointConfig::transaction_timeout).
    pub target_timeout: Duration,
    /// How long a target that did not serve comes after the others, 0 s to 1 hour; default 60 s. A `Retry-After` in a 503
    /// counts instead.
    pub avoid_for: Duration,
    /// The hosts file; default `/etc/hosts`, `None` to look at none. It is read again when it changes.
    pub hosts_file: Option<PathBuf>,
}

impl Default for DnsConfig {
    fn default() -> Self {
        DnsConfig {
            servers: Vec::new(),
            srv: true,
            naptr: true,
            timeout: Duration::from_secs(5),
            target_timeout: Duration::from_secs(4),
            avoid_for: Duration::from_secs(60),
            hosts_file: super::hosts::system_file(),
        }
    }
}

impl DnsConfig {
    /// Adds a name server; the system's are not asked then.
    pub fn server(mut self, address: SocketAddr) -> Self {
        self.servers.push(address);
        self
    }

    /// Sets whether SRV records are asked for.
    pub fn srv(mut self, yes: bool) -> Self {
        self.srv = yes;
        self
    }

    /// Sets whether NAPTR records are asked for.
    pub fn naptr(mut self, yes: bool) -> Self {
        self.naptr = yes;
        self
    }

    /// Sets how long one look-up may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long one of several targets is given.
    pub fn target_timeout(mut self, timeout: Duration) -> Self {
        self.target_timeout = timeout;
        self
    }

    /// Sets how long a target that did not serve comes last.
    pub fn avoid_for(mut self, time: Duration) -> Self {
        self.avoid_for = time;
        self
    }

    /// Sets the hosts file.
    pub fn hosts_file(mut self, path: Option<PathBuf>) -> Self {
        self.hosts_file = path;
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        if let Some(bad) = self.servers.iter().find(|s| s.port() == 0 || s.ip().is_unspecified()) {
            return Err(Error::invalid(
                op,
                format!("the name server {bad} is no address that can be asked; expected something like 192.0.2.53:53"),
            ));
        }
        for (what, value, low, high) in [
            ("dns.timeout", self.timeout, 100, 60_000),
            ("dns.target_timeout", self.target_timeout, 500, 32_000),
            ("dns.avoid_for", self.avoid_for, 0, 3_600_000),
        ] {
            if value < Duration::from_millis(low) || value > Duration::from_millis(high) {
                return Err(Error::invalid(
                    op,
                    format!(
                        "{what} of {value:?} is not between {:?} and {:?}",
                        Duration::from_millis(low),
                        Duration::from_millis(high)
                    ),
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
    fn wrong_settings_name_the_setting() {
        let cases = [
            (DnsConfig::default().server("0.0.0.0:53".parse().unwrap()), "0.0.0.0:53"),
            (DnsConfig::default().server("1.2.3.4:0".parse().unwrap()), "1.2.3.4:0"),
            (DnsConfig::default().timeout(Duration::ZERO), "dns.timeout"),
            (
                DnsConfig::default().target_timeout(Duration::ZERO),
                "dns.target_timeout",
            ),
            (
                DnsConfig::default().avoid_for(Duration::from_secs(4000)),
                "dns.avoid_for",
            ),
        ];
        for (config, word) in cases {
            let e = config.check("start endpoint").unwrap_err();
            assert!(e.to_string().contains(word), "{e}");
        }
        DnsConfig::default().check("start endpoint").unwrap();
    }
}

//! What is asked.

use std::net::IpAddr;

use crate::sip::{Transport, uri};

/// Address families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Families {
    V4,
    V6,
    Both,
}

impl Families {
    pub(crate) fn v4(self) -> bool {
        self != Families::V6
    }

    pub(crate) fn v6(self) -> bool {
        self != Families::V4
    }

    pub(crate) fn has(self, ip: IpAddr) -> bool {
        if ip.is_ipv4() { self.v4() } else { self.v6() }
    }
}

/// What is wanted of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wanted {
    /// Addresses only, whatever service is there.
    Addresses,
    /// A SIP server.
    Sip {
        /// The transport the URI names; TLS for `sips`.
        transport: Option<Transport>,
        /// The port the URI names, 0 for none.
        port: u16,
    },
}

/// A name and what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    /// Lower case, without brackets and final dot.
    pub(crate) host: String,
    pub(crate) wanted: Wanted,
    pub(crate) families: Families,
}

impl Question {
    pub(crate) fn new(host: &str, wanted: Wanted, families: Families) -> Question {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Question {
            host: host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
            wanted,
            families,
        }
    }

    /// Of a `sip:` or `sips:` URI.
    pub(crate) fn of_uri(text: &str, families: Families) -> Question {
        let bare = uri::bare(text);
        let lower = bare.to_ascii_lowercase();
        let parameter = |name: &str| {
            let mut parameters = lower.split('?').next().unwrap_or_default().split(';').skip(1);
            parameters.find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
        };
        let transport = if lower.starts_with("sips:") {
            Some(Transport::Tls)
        } else {
            parameter("transport").and_then(|t| t.parse().ok())
        };
        let host_port = uri::host_port(text);
        let (host, port) = match host_port.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().unwrap_or(0)),
            _ => (host_port.as_str(), 0),
        };
        let host = parameter("maddr").unwrap_or_else(|| host.to_owned());
        Question::new(&host, Wanted::Sip { transport, port }, families)
    }

    /// The address, if the host is one.
    pub(crate) fn numeric(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_host_port_and_transport_of_a_uri() {
        let of = |text| {
            let q = Question::of_uri(text, Families::V4);
            let Wanted::Sip { transport, port } = q.wanted else {
                unreachable!()
            };
            (q.host, transport, port)
        };
        assert_eq!(of("sip:bob@Example.ORG"), ("example.org".into(), None, 0));
        assert_eq!(of("sip:example.org.:5070;lr"), ("example.org".into(), None, 5070));
        assert_eq!(
            of("\"B\" <sip:bob@h;transport=TCP>;q=1"),
            ("h".into(), Some(Transport::Tcp), 0)
        );
        assert_eq!(of("sips:bob@h?Subject=x"), ("h".into(), Some(Transport::Tls), 0));
        assert_eq!(of("sip:[2001:db8::1]:5080"), ("2001:db8::1".into(), None, 5080));
        assert_eq!(of("sip:[2001:db8::1]"), ("2001:db8::1".into(), None, 0));
        assert_eq!(of("sip:h;maddr=192.0.2.1"), ("192.0.2.1".into(), None, 0));
    }
}

//! Transport protocols (RFC 3261 §18).

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// What carries SIP messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Transport {
    /// UDP, default port 5060.
    #[default]
    Udp,
    /// TCP, default port 5060.
    Tcp,
    /// TLS over TCP, default port 5061.
    Tls,
}

impl Transport {
    /// The value of the URI parameter `transport` (RFC 3261 §19.1.1): `"udp"`, `"tcp"`, `"tls"`.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
            Transport::Tls => "tls",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Transport {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.to_ascii_lowercase().as_str() {
            "udp" => Ok(Transport::Udp),
            "tcp" => Ok(Transport::Tcp),
            "tls" => Ok(Transport::Tls),
            _ => Err(Error::invalid("transport", format!("{text:?} is not udp, tcp or tls"))),
        }
    }
}

//! Networks, as rules name them.

use std::net::IpAddr;

use crate::{Error, Result};

/// Addresses that begin alike, such as `192.0.2.0/24` or `2001:db8::/32`. A bare address means itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network `address/prefix`; bits beyond the prefix are ignored.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for a prefix beyond 32 (IPv4) or 128 (IPv6).
    pub fn new(address: IpAddr, prefix: u8) -> Result<Self> {
        let most = if address.is_ipv4() { 32 } else { 128 };
        if prefix > most {
            return Err(Error::invalid(
                "network",
                format!("the prefix of {address}/{prefix} is longer than {most}"),
            ));
        }
        Ok(Network { address, prefix })
    }

    /// Whether the address belongs to it. An IPv4 address written as IPv6 is one of IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.prefix);
                u32::from(own).checked_shr(shift) == u32::from(other).checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.prefix);
                u128::from(own).checked_shr(shift) == u128::from(other).checked_shr(shift)
            }
            _ => false,
        }
    }
}

impl std::str::FromStr for Network {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::invalid(
                "network",
                format!("{text:?} is no network; expected something like 192.0.2.0/24 or 2001:db8::1"),
            )
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        Network::new(address, prefix.unwrap_or(if address.is_ipv4() { 32 } else { 128 }))
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_told_apart() {
        let within = |net: &str, ip: &str| net.parse::<Network>().unwrap().contains(ip.parse().unwrap());
        assert!(within("192.0.2.0/24", "192.0.2.255") && !within("192.0.2.0/24", "192.0.3.0"));
        assert!(within("0.0.0.0/0", "8.8.8.8") && !within("0.0.0.0/0", "::1"));
        assert!(within("2001:db8::/32", "2001:db8:ffff::1") && within("::/0", "::1"));
        assert!(within("192.0.2.1", "::ffff:192.0.2.1") && !within("192.0.2.1", "192.0.2.2"));
        for wrong in ["", "a/8", "192.0.2.0/33", "::/129", "1.2.3/8", "1.2.3.4/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}

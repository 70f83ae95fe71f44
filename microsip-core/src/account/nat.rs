//! How one account is reached through NAT.

use std::net::IpAddr;

use crate::Result;
use crate::endpoint::{IceMode, TurnConfig};

/// Whether the Contact follows the address the registrar sees, told by `received` and `rport` of its answer's Via
/// (RFC 3581).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContactRewrite {
    /// Contact stays what we think our address is.
    Off,
    /// It follows, unless the registrar sees a private address where ours is public, or only another port at a private
    /// address: such answers come from proxies more often than from NAT.
    #[default]
    On,
    /// It follows whatever the registrar sees.
    Always,
}

/// How a binding with the old Contact is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContactRewriteMethod {
    /// The address is learned from the challenge already, if there is one, so that the old Contact is never bound;
    /// otherwise as [`Replace`](Self::Replace).
    #[default]
    Early,
    /// One REGISTER binds the new Contact and removes the old one.
    Replace,
}

/// Which relay an account uses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TurnUse {
    /// The endpoint's, if it has one.
    #[default]
    Endpoint,
    /// None.
    Off,
    /// This one.
    Server(TurnConfig),
}

/// How an account is reached through NAT, where it deviates from the endpoint ([`NatConfig`](crate::NatConfig)) or from
/// what is usual.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountNat {
    /// Whether the Contact follows the address the registrar sees; default [`ContactRewrite::On`].
    pub contact_rewrite: ContactRewrite,
    /// How the old binding is replaced; default [`ContactRewriteMethod::Early`].
    pub contact_rewrite_method: ContactRewriteMethod,
    /// Whether Via of later requests shows the address the registrar sees; default `true`.
    pub via_rewrite: bool,
    /// Whether SDP shows the address the registrar sees, with our own ports, when neither STUN nor ICE tells better;
    /// default `false`.
    pub sdp_rewrite: bool,
    /// The address others send our media to, told in SDP alone, with our own ports; used without STUN and ICE only. MicroSIP's
    /// `publicAddr`. Default `None`: as [`NatConfig::public_address`](crate::NatConfig::public_address) says.
    pub media_address: Option<IpAddr>,
    /// Whether STUN is used for Contact and for media; default `true`, if the endpoint has servers.
    pub stun: bool,
    /// Whether calls use ICE; `None` does as the endpoint.
    pub ice: Option<IceMode>,
    /// Which relay calls with ICE use.
    pub turn: TurnUse,
}

impl Default for AccountNat {
    fn default() -> Self {
        AccountNat {
            contact_rewrite: ContactRewrite::default(),
            contact_rewrite_method: ContactRewriteMethod::default(),
            via_rewrite: true,
            sdp_rewrite: false,
            media_address: None,
            stun: true,
            ice: None,
            turn: TurnUse::default(),
        }
    }
}

impl AccountNat {
    /// Sets whether the Contact follows the address the registrar sees.
    pub fn contact_rewrite(mut self, rewrite: ContactRewrite) -> Self {
        self.contact_rewrite = rewrite;
        self
    }

    /// Sets how the old binding is replaced.
    pub fn contact_rewrite_method(mut self, method: ContactRewriteMethod) -> Self {
        self.contact_rewrite_method = method;
        self
    }

    /// Sets whether Via shows the address the registrar sees.
    pub fn via_rewrite(mut self, yes: bool) -> Self {
        self.via_rewrite = yes;
        self
    }

    /// Sets whether SDP shows the address the registrar sees.
    pub fn sdp_rewrite(mut self, yes: bool) -> Self {
        self.sdp_rewrite = yes;
        self
    }

    /// Sets the address told in SDP.
    pub fn media_address(mut self, address: IpAddr) -> Self {
        self.media_address = Some(address);
        self
    }

    /// Sets whether STUN is used.
    pub fn stun(mut self, yes: bool) -> Self {
        self.stun = yes;
        self
    }

    /// Sets whether calls use ICE.
    pub fn ice(mut self, mode: IceMode) -> Self {
        self.ice = Some(mode);
        self
    }

    /// Sets which relay is used.
    pub fn turn(mut self, turn: TurnUse) -> Self {
        self.turn = turn;
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        if let TurnUse::Server(turn) = &self.turn {
            turn.check(op)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_relay_is_named() {
        let nat = AccountNat::default().turn(TurnUse::Server(TurnConfig::new("a b", "u", "p")));
        assert!(nat.check("t").unwrap_err().to_string().contains("TURN server"));
        AccountNat::default().check("t").unwrap();
    }
}

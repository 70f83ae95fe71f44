//! The network changed.

use std::net::IpAddr;
use std::time::Duration;

/// How far the handling of a network change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetworkStep {
    /// The address in use is gone, and there is no other way out. What comes next is [`NetworkStep::Changed`].
    Lost,
    /// There is a way out again, from another address or from the same one. Transports have been told, connections were
    /// ended, REGISTERs and re-INVITEs are being sent.
    Changed,
    /// Every registrar and every peer has answered, or ten seconds have passed.
    Finished,
}

impl NetworkStep {
    /// Stable lower-case name, as it appears in JSON.
    pub fn name(self) -> &'static str {
        match self {
            NetworkStep::Lost => "lost",
            NetworkStep::Changed => "changed",
            NetworkStep::Finished => "finished",
        }
    }
}

/// What a network change did, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkChange {
    /// How far it is.
    pub step: NetworkStep,
    /// Addresses of ours that were in use and no longer are.
    pub lost: Vec<IpAddr>,
    /// Addresses that are used instead; the same ones after an interface went down and up.
    pub gained: Vec<IpAddr>,
    /// Accounts that register anew.
    pub accounts: usize,
    /// Those of them whose registrar has confirmed.
    pub registered: usize,
    /// Calls whose peers are told by re-INVITE; those not answered yet are told as soon as they are.
    pub calls: usize,
    /// Those of them whose peer has agreed.
    pub moved: usize,
    /// Time since [`NetworkStep::Changed`].
    pub took: Duration,
}

//! Where a SIP URI leads (RFC 3263): NAPTR, SRV, A and AAAA, on a thread of its own, so that a slow name server holds
//! nobody up.
//!
//! `locate` holds the rules, `order` the choice among SRV records (RFC 2782), `worker` the thread and the queries, `hosts`
//! the hosts file. The engine keeps the answers (`engine/names.rs`).

mod config;
mod failure;
mod hosts;
mod locate;
mod order;
mod question;
mod worker;

use std::net::SocketAddr;

pub use config::DnsConfig;
pub(crate) use failure::Failure;
pub(crate) use hosts::HostsFile;
pub(crate) use question::{Families, Question, Wanted};
pub(crate) use worker::{Answer, Worker};

use crate::sip::Transport;

/// One place where a SIP URI leads (RFC 3263 §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerAddress {
    /// The transport to use.
    pub transport: Transport,
    /// Where to send.
    pub address: SocketAddr,
    /// The host name this address belongs to: an SRV record's target, or the URI's own host.
    pub name: String,
    /// Priority of the SRV record; lower ones first. 0 without SRV.
    pub priority: u16,
    /// Weight of the SRV record among those of the same priority. 0 without SRV.
    pub weight: u16,
}

/// The most addresses one look-up gives; PJSIP holds twice as many, because a large request may go to each by TCP, then
/// by UDP.
pub(crate) const MOST: usize = 16;

/// Default port of a transport (RFC 3261 §19.1.2).
pub(crate) fn default_port(transport: Transport) -> u16 {
    if transport == Transport::Tls { 5061 } else { 5060 }
}

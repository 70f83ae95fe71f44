//! The guard against scanners and floods: how much one source may ask of us before a transaction or dialog is made for it.
//!
//! Each source has two token buckets, one for new calls, one for everything else outside a dialog. What is above them is
//! dropped, or refused, after it was parsed and before anything is kept for it: bounded work, bounded memory.

mod network;
mod work;

use std::net::IpAddr;
use std::time::Duration;

pub use network::Network;
pub(crate) use work::{Counters, Guard, Kind, Verdict};

use crate::sip::StatusCode;
use crate::{Error, Result};

/// How many requests of a kind one source may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardRate {
    /// Requests per second in the long run, 1 to 1,000,000.
    pub per_second: u32,
    /// How many may come at once after a pause, 1 to 1,000,000.
    pub burst: u32,
}

impl GuardRate {
    /// A rate with its burst.
    pub fn new(per_second: u32, burst: u32) -> Self {
        GuardRate { per_second, burst }
    }
}

/// What happens to a request above the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GuardAction {
    /// Nothing is sent: the source learns nothing, and nobody else is hit when its address is forged.
    #[default]
    Drop,
    /// This code is sent without a transaction, 300 to 699; 480 or 503 are usual. With 503 goes a `Retry-After`. ACK is never
    /// answered.
    Refuse(StatusCode),
}

/// Settings of the guard.
///
/// The default guards against strangers and against nobody else: the limits lie far above what a telephone is asked, and do
/// not hold for this machine, for the servers that have registered us, and for networks named here. Who expects calls by the
/// thousand from an address that is none of these, raises them or names it.
///
/// Requests within a dialog that exists, retransmissions included, and responses are never counted. One IPv6 source is a /64.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuardConfig {
    /// Whether there is a guard; default `true`.
    pub enabled: bool,
    /// New calls (INVITE outside a dialog) of one source; default 50 per second, 200 at once.
    pub invites: GuardRate,
    /// Everything else outside a dialog, such as OPTIONS, REGISTER, and what cannot be parsed, of one source; default 100 per
    /// second, 400 at once.
    pub requests: GuardRate,
    /// What happens above the limits; default [`GuardAction::Drop`].
    pub action: GuardAction,
    /// Requests whose `User-Agent` contains one of these, whatever the case, are dropped without an answer. Default: the names
    /// that scanning programs are known to give. Empty for no such check.
    pub scanners: Vec<String>,
    /// Networks that are not guarded against; default none.
    pub trusted: Vec<Network>,
    /// Whether this machine's own loopback addresses are trusted; default `true`.
    pub trust_loopback: bool,
    /// Whether addresses whose answer to our REGISTER was a 2xx are trusted, for a day; default `true`.
    pub trust_registrars: bool,
    /// How many sources are told apart at most, 16 to 1,000,000; default 4096. Those heard of longest ago are forgotten first.
    pub sources: usize,
    /// An event tells of a source at most once in this time, 1 s to 1 day; default 60 s.
    pub report_every: Duration,
}

/// What scanners call themselves. Lower case.
const SCANNERS: &[&str] = &[
    "friendly-scanner",
    "friendly-request",
    "sipvicious",
    "sipcli",
    "sip-scan",
    "sipscan",
    "sundayddr",
    "pplsip",
    "vaxsipuseragent",
    "sivus",
    "sipptk",
];

impl Default for GuardConfig {
    fn default() -> Self {
        GuardConfig {
            enabled: true,
            invites: GuardRate::new(50, 200),
            requests: GuardRate::new(100, 400),
            action: GuardAction::default(),
            scanners: SCANNERS.iter().map(|&s| s.to_owned()).collect(),
            trusted: Vec::new(),
            trust_loopback: true,
            trust_registrars: true,
            sources: 4096,
            report_every: Duration::from_secs(60),
        }
    }
}

impl GuardConfig {
    /// No guard at all.
    pub fn off() -> Self {
        GuardConfig {
            enabled: false,
            ..GuardConfig::default()
        }
    }

    /// Sets the limit of new calls.
    pub fn invites(mut self, rate: GuardRate) -> Self {
        self.invites = rate;
        self
    }

    /// Sets the limit of other requests.
    pub fn requests(mut self, rate: GuardRate) -> Self {
        self.requests = rate;
        self
    }

    /// Sets what happens above the limits.
    pub fn action(mut self, action: GuardAction) -> Self {
        self.action = action;
        self
    }

    /// Sets the names of scanners.
    pub fn scanners<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scanners = names.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a network that is not guarded against.
    pub fn trust(mut self, network: Network) -> Self {
        self.trusted.push(network);
        self
    }

    /// Sets whether loopback addresses are trusted.
    pub fn trust_loopback(mut self, yes: bool) -> Self {
        self.trust_loopback = yes;
        self
    }

    /// Sets whether servers that have registered us are trusted.
    pub fn trust_registrars(mut self, yes: bool) -> Self {
        self.trust_registrars = yes;
        self
    }

    /// Sets how many sources are told apart.
    pub fn sources(mut self, most: usize) -> Self {
        self.sources = most;
        self
    }

    /// Sets how often an event tells of the same source.
    pub fn report_every(mut self, time: Duration) -> Self {
        self.report_every = time;
        self
    }

    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let bad = |message: String| Err(Error::invalid(op, message));
        for (what, rate) in [("guard.invites", self.invites), ("guard.requests", self.requests)] {
            if !(1..=1_000_000).contains(&rate.per_second) || !(1..=1_000_000).contains(&rate.burst) {
                return bad(format!(
                    "{what} of {} per second and {} at once: each is 1 to 1000000",
                    rate.per_second, rate.burst
                ));
            }
        }
        if let GuardAction::Refuse(code) = self.action
            && !code.is_failure()
        {
            return bad(format!("guard.action refuses with {code}; expected 300 to 699"));
        }
        if !(16..=1_000_000).contains(&self.sources) {
            return bad(format!(
                "guard.sources of {} is not between 16 and 1000000",
                self.sources
            ));
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(86_400)).contains(&self.report_every) {
            return bad(format!(
                "guard.report_every of {:?} is not between 1 s and 1 day",
                self.report_every
            ));
        }
        if self.scanners.iter().any(|s| s.trim().is_empty()) {
            return bad("guard.scanners contains an empty name, which every User-Agent contains".into());
        }
        Ok(())
    }
}

/// Why the guard stepped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GuardReason {
    /// Too many new calls.
    Invites,
    /// Too many other requests.
    Requests,
    /// The `User-Agent` of a scanner.
    Scanner,
}

impl GuardReason {
    /// Stable lower-case name, as it appears in JSON: `"invites"`, `"requests"` or `"scanner"`.
    pub fn name(self) -> &'static str {
        match self {
            GuardReason::Invites => "invites",
            GuardReason::Requests => "requests",
            GuardReason::Scanner => "scanner",
        }
    }
}

/// A source the guard has stepped in against.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuardReport {
    /// The address; of the last request, if it is IPv6.
    pub source: IpAddr,
    /// Why, at this request.
    pub reason: GuardReason,
    /// Requests of this source that were dropped or refused since the last event about it, this one included.
    pub requests: u64,
    /// What the scanner calls itself.
    pub user_agent: Option<String>,
}

/// What the guard has done since the endpoint started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GuardCounters {
    /// New calls above the limit, dropped or refused.
    pub invites: u64,
    /// Other requests above the limit, dropped or refused; unparsable ones that got no answer for it.
    pub requests: u64,
    /// Requests of scanners, dropped.
    pub scanners: u64,
    /// Sources that are told apart at the moment; at most [`GuardConfig::sources`].
    pub sources: u64,
}

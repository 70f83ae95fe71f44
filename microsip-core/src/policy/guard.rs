//! The guard against scanners and floods: how much one source may ask of us before a transaction or dialog is made for it.
//!
//! Each source has two token buckets, one for new calls, one for everything else outside a dialog. What is above them is
//! dropped, or refused, after it was parsed and before anything is kept for it: bounded work, bounded memory.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

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
            return bad(format!("guard.sources of {} is not between 16 and 1000000", self.sources));
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

#[derive(Debug, Default)]
pub(crate) struct Counters {
    invites: AtomicU64,
    requests: AtomicU64,
    scanners: AtomicU64,
    sources: AtomicU64,
}

impl Counters {
    fn of(&self, reason: GuardReason) -> &AtomicU64 {
        match reason {
            GuardReason::Invites => &self.invites,
            GuardReason::Requests => &self.requests,
            GuardReason::Scanner => &self.scanners,
        }
    }

    pub(crate) fn snapshot(&self) -> GuardCounters {
        let get = |reason| self.of(reason).load(Ordering::Relaxed);
        GuardCounters {
            invites: get(GuardReason::Invites),
            requests: get(GuardReason::Requests),
            scanners: get(GuardReason::Scanner),
            sources: self.sources.load(Ordering::Relaxed),
        }
    }
}

/// A request as the guard sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An INVITE outside a dialog.
    Invite,
    /// Anything else.
    Other,
}

/// What is to be done with a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Drop,
    Refuse(StatusCode),
}

#[derive(Debug, Clone)]
struct Source {
    invites: Bucket,
    requests: Bucket,
    /// Requests refused since the last report.
    unreported: u64,
    reported: Option<Instant>,
}

#[derive(Debug, Clone)]
struct Bucket {
    /// In thousandths.
    tokens: u64,
    at: Instant,
}

impl Bucket {
    fn full(rate: GuardRate, at: Instant) -> Self {
        Bucket {
            tokens: u64::from(rate.burst) * 1000,
            at,
        }
    }

    fn take(&mut self, rate: GuardRate, now: Instant) -> bool {
        let ms = now.saturating_duration_since(self.at).as_millis();
        if ms > 0 {
            let most = u64::from(rate.burst) * 1000;
            let gained = u64::try_from(ms).unwrap_or(u64::MAX).saturating_mul(rate.per_second.into());
            self.tokens = self.tokens.saturating_add(gained).min(most);
            self.at = now;
        }
        let enough = self.tokens >= 1000;
        if enough {
            self.tokens -= 1000;
        }
        enough
    }
}

/// A map that forgets what was not asked for longest: two generations of half the size each, the older of which is thrown away
/// when the younger is full.
#[derive(Debug)]
struct Recent<V> {
    half: usize,
    young: HashMap<IpAddr, V>,
    old: HashMap<IpAddr, V>,
}

impl<V> Recent<V> {
    fn new(most: usize) -> Self {
        Recent {
            half: (most / 2).max(1),
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    fn entry(&mut self, key: IpAddr, make: impl FnOnce() -> V) -> &mut V {
        let value = match self.young.remove(&key).or_else(|| self.old.remove(&key)) {
            Some(value) => value,
            None => make(),
        };
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.entry(key).insert_entry(value).into_mut()
    }

    fn get(&self, key: &IpAddr) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

/// How long an answered REGISTER makes its answerer trusted.
const TRUST: Duration = Duration::from_secs(86_400);
/// Events a second about all sources together: forged addresses must not become as many events.
const REPORTS: GuardRate = GuardRate {
    per_second: 10,
    burst: 10,
};
/// `User-Agent` in a report is cut to this.
const AGENT: usize = 100;

/// The guard at work; on the engine's thread.
pub(crate) struct Guard {
    config: GuardConfig,
    /// Lower case.
    scanners: Vec<String>,
    sources: Recent<Source>,
    registrars: Recent<Instant>,
    reports: Bucket,
    counters: Arc<Counters>,
}

impl Guard {
    pub(crate) fn new(config: &GuardConfig, counters: Arc<Counters>) -> Self {
        Guard {
            scanners: config.scanners.iter().map(|s| s.to_lowercase()).collect(),
            sources: Recent::new(config.sources),
            registrars: Recent::new(1024),
            reports: Bucket::full(REPORTS, Instant::now()),
            config: config.clone(),
            counters,
        }
    }

    /// Whether requests of this source pass uncounted.
    pub(crate) fn trusts(&self, source: IpAddr, now: Instant) -> bool {
        !self.config.enabled
            || (self.config.trust_loopback && source.is_loopback())
            || self.config.trusted.iter().any(|n| n.contains(source))
            || self
                .registrars
                .get(&source)
                .is_some_and(|at| now.saturating_duration_since(*at) < TRUST)
    }

    /// A registrar at this address has accepted us.
    pub(crate) fn registered_by(&mut self, source: IpAddr, now: Instant) {
        if self.config.enabled && self.config.trust_registrars {
            *self.registrars.entry(source, || now) = now;
        }
    }

    /// Decides on a request of a source that is not trusted.
    pub(crate) fn judge(
        &mut self,
        source: IpAddr,
        kind: Kind,
        user_agent: Option<&str>,
        now: Instant,
    ) -> (Verdict, Option<GuardReport>) {
        let (invites, requests) = (self.config.invites, self.config.requests);
        let scanner = user_agent.filter(|agent| {
            let agent = agent.to_lowercase();
            self.scanners.iter().any(|s| agent.contains(s.as_str()))
        });
        let entry = self.sources.entry(network_of(source), || Source {
            invites: Bucket::full(invites, now),
            requests: Bucket::full(requests, now),
            unreported: 0,
            reported: None,
        });
        let reason = match kind {
            _ if scanner.is_some() => Some(GuardReason::Scanner),
            Kind::Invite => (!entry.invites.take(invites, now)).then_some(GuardReason::Invites),
            Kind::Other => (!entry.requests.take(requests, now)).then_some(GuardReason::Requests),
        };
        let Some(reason) = reason else {
            self.count_sources();
            return (Verdict::Pass, None);
        };
        self.counters.of(reason).fetch_add(1, Ordering::Relaxed);
        entry.unreported += 1;
        let due = entry
            .reported
            .is_none_or(|at| now.saturating_duration_since(at) >= self.config.report_every);
        let report = (due && self.reports.take(REPORTS, now)).then(|| {
            entry.reported = Some(now);
            GuardReport {
                source,
                reason,
                requests: std::mem::take(&mut entry.unreported),
                user_agent: scanner.map(|a| a.chars().filter(|c| !c.is_control()).take(AGENT).collect()),
            }
        });
        self.count_sources();
        let verdict = match self.config.action {
            GuardAction::Refuse(code) if reason != GuardReason::Scanner => Verdict::Refuse(code),
            _ => Verdict::Drop,
        };
        (verdict, report)
    }

    fn count_sources(&self) {
        self.counters.sources.store(self.sources.len() as u64, Ordering::Relaxed);
    }
}

/// What counts as one source: an IPv4 address, or the /64 that an IPv6 host can choose its addresses from.
fn network_of(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    fn guard(config: GuardConfig) -> (Guard, Arc<Counters>) {
        let counters = Arc::new(Counters::default());
        (Guard::new(&config, Arc::clone(&counters)), counters)
    }

    #[test]
    fn a_source_gets_its_burst_and_then_its_rate() {
        let (mut g, counters) = guard(GuardConfig::default().invites(GuardRate::new(10, 5)));
        let start = Instant::now();
        let mut passed = 0;
        for ms in 0..1000 {
            let now = start + Duration::from_millis(ms);
            passed += u64::from(g.judge(ip(1), Kind::Invite, None, now).0 == Verdict::Pass);
        }
        assert!((14..=15).contains(&passed), "{passed}");
        assert_eq!(counters.snapshot().invites, 1000 - passed);
        assert_eq!(g.judge(ip(2), Kind::Invite, None, start).0, Verdict::Pass, "another source");
        assert_eq!(
            g.judge(ip(1), Kind::Other, None, start).0,
            Verdict::Pass,
            "another kind"
        );
    }

    #[test]
    fn a_source_is_reported_once_per_interval_with_what_was_dropped_between() {
        let (mut g, _) = guard(
            GuardConfig::default()
                .requests(GuardRate::new(1, 1))
                .report_every(Duration::from_secs(10))
                .action(GuardAction::Refuse(StatusCode::SERVICE_UNAVAILABLE)),
        );
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(g.judge(ip(1), Kind::Other, None, at(0)), (Verdict::Pass, None));
        let (verdict, report) = g.judge(ip(1), Kind::Other, None, at(1));
        assert_eq!(verdict, Verdict::Refuse(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(report.map(|r| (r.requests, r.reason)), Some((1, GuardReason::Requests)));
        for ms in 2..100 {
            assert_eq!(g.judge(ip(1), Kind::Other, None, at(ms)).1, None);
        }
        g.judge(ip(1), Kind::Other, None, at(10_001));
        let report = g.judge(ip(1), Kind::Other, None, at(10_002)).1;
        assert_eq!(report.map(|r| r.requests), Some(99));
    }

    #[test]
    fn scanners_are_dropped_by_name_even_if_others_are_refused() {
        let (mut g, counters) =
            guard(GuardConfig::default().action(GuardAction::Refuse(StatusCode::TEMPORARILY_UNAVAILABLE)));
        let now = Instant::now();
        for agent in ["friendly-scanner", "SIPVicious 0.3\u{7}", "xVaxSIPUserAgent/3.1"] {
            assert_eq!(g.judge(ip(1), Kind::Other, Some(agent), now).0, Verdict::Drop, "{agent}");
        }
        assert_eq!(g.judge(ip(1), Kind::Other, Some("Asterisk PBX"), now).0, Verdict::Pass);
        assert_eq!(counters.snapshot().scanners, 3);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_is_forgotten_first() {
        let (mut g, counters) = guard(GuardConfig::default().sources(64).requests(GuardRate::new(1, 1)));
        let now = Instant::now();
        let keep = ip(9);
        g.judge(keep, Kind::Other, None, now);
        for n in 0..100_000_u32 {
            g.judge(IpAddr::from(n.to_be_bytes()), Kind::Other, None, now);
            if n % 10 == 0 {
                assert_ne!(g.judge(keep, Kind::Other, None, now).0, Verdict::Pass, "still remembered");
            }
            assert!(counters.snapshot().sources <= 64, "{counters:?}");
        }
    }

    #[test]
    fn events_about_forged_sources_are_few() {
        let (mut g, _) = guard(GuardConfig::default());
        let now = Instant::now();
        let reports = (0..10_000_u32)
            .filter(|n| {
                g.judge(IpAddr::from(n.to_be_bytes()), Kind::Other, Some("sipcli"), now)
                    .1
                    .is_some()
            })
            .count();
        assert_eq!(reports, 10);
    }

    #[test]
    fn trust_is_for_loopback_named_networks_and_registrars() {
        let (mut g, _) = guard(GuardConfig::default().trust("10.0.0.0/8".parse().unwrap()));
        let now = Instant::now();
        let trusts = |g: &Guard, text: &str| g.trusts(text.parse().unwrap(), now);
        assert!(trusts(&g, "127.0.0.9") && trusts(&g, "::1") && trusts(&g, "10.200.3.4"));
        assert!(!trusts(&g, "11.0.0.1") && !trusts(&g, "2001:db8::1"));
        g.registered_by(ip(7), now);
        assert!(g.trusts(ip(7), now));
        assert!(!g.trusts(ip(7), now + TRUST));
        let (g, _) = guard(GuardConfig::default().trust_loopback(false));
        assert!(!trusts(&g, "127.0.0.1"));
    }

    #[test]
    fn one_ipv6_host_is_one_source() {
        let (mut g, _) = guard(GuardConfig::default().requests(GuardRate::new(1, 1)));
        let now = Instant::now();
        let from = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(g.judge(from("2001:db8::1"), Kind::Other, None, now).0, Verdict::Pass);
        assert_eq!(g.judge(from("2001:db8::2"), Kind::Other, None, now).0, Verdict::Drop);
        assert_eq!(g.judge(from("2001:db8:0:1::2"), Kind::Other, None, now).0, Verdict::Pass);
    }

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

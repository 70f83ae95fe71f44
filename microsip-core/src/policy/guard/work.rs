//! The guard at work: sources, what each has left, and what becomes of a request.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{GuardAction, GuardConfig, GuardCounters, GuardRate, GuardReason, GuardReport};
use crate::sip::StatusCode;

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
            let gained = u64::try_from(ms)
                .unwrap_or(u64::MAX)
                .saturating_mul(rate.per_second.into());
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
        self.counters
            .sources
            .store(self.sources.len() as u64, Ordering::Relaxed);
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
        assert_eq!(
            g.judge(ip(2), Kind::Invite, None, start).0,
            Verdict::Pass,
            "another source"
        );
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
            assert_eq!(
                g.judge(ip(1), Kind::Other, Some(agent), now).0,
                Verdict::Drop,
                "{agent}"
            );
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
                assert_ne!(
                    g.judge(keep, Kind::Other, None, now).0,
                    Verdict::Pass,
                    "still remembered"
                );
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
        assert_eq!(
            g.judge(from("2001:db8:0:1::2"), Kind::Other, None, now).0,
            Verdict::Pass
        );
    }
}

//! RFC 3263 §4: from a host name to transports and addresses.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all, join3};

use super::order::{Srv, arrange, random_below};
use super::question::{Families, Question, Wanted};
use super::{Failure, MOST, ServerAddress, default_port};
use crate::sip::Transport;

/// One NAPTR record that is of use: flag `s` or `a`, no regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Naptr {
    pub(super) order: u16,
    pub(super) preference: u16,
    /// Lower case.
    pub(super) flag: char,
    /// Upper case, such as `SIP+D2T`.
    pub(super) service: String,
    pub(super) replacement: String,
}

/// Records, and how long they hold.
#[derive(Debug, Clone)]
pub(super) struct Found<T> {
    pub(super) records: Vec<T>,
    pub(super) until: Instant,
}

/// Where records come from. No records of the type is an empty list or a [`Failure`].
pub(super) trait Records {
    async fn naptr(&self, name: &str) -> Result<Found<Naptr>, Failure>;
    async fn srv(&self, name: &str) -> Result<Found<Srv>, Failure>;
    /// `fqdn`: the name is complete, the system's search list is not used.
    async fn addresses(&self, name: &str, families: Families, fqdn: bool) -> Result<Found<IpAddr>, Failure>;
}

/// What is asked for and with what we can send.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) srv: bool,
    pub(super) naptr: bool,
    /// Our transports, the preferred one first.
    pub(super) transports: Vec<Transport>,
}

/// Answers are asked for again after a day at the latest.
const LONGEST: Duration = Duration::from_secs(86_400);
/// SRV or NAPTR records that are not there are looked for again after this time.
const ABSENT: Duration = Duration::from_secs(300);

/// The places where the question leads, in the order in which they are to be tried, and how long that holds.
pub(super) async fn locate<R: Records>(
    records: &R,
    rules: &Rules,
    question: &Question,
) -> Result<Found<ServerAddress>, Failure> {
    let search = Search {
        records,
        rules,
        question,
    };
    let mut found = match question.wanted {
        Wanted::Addresses => search.plain(Transport::Udp, 0, false).await?,
        Wanted::Sip { transport, port } => search.sip(transport, port).await?,
    };
    found.records.truncate(MOST);
    found.until = found.until.min(Instant::now() + LONGEST);
    Ok(found)
}

struct Search<'a, R> {
    records: &'a R,
    rules: &'a Rules,
    question: &'a Question,
}

impl<R: Records> Search<'_, R> {
    fn has(&self, transport: Transport) -> bool {
        self.rules.transports.contains(&transport)
    }

    async fn sip(&self, asked: Option<Transport>, port: u16) -> Result<Found<ServerAddress>, Failure> {
        let host = &self.question.host;
        if asked.is_some_and(|t| !self.has(t)) {
            return Err(Failure::NoTransport(host.clone()));
        }
        // §4.1: a port or nothing but addresses to go by: UDP, TLS for sips. §4.2: no SRV with a port.
        let plain = asked.unwrap_or_else(|| {
            let first = self.rules.transports.first().copied().unwrap_or_default();
            if self.has(Transport::Udp) {
                Transport::Udp
            } else {
                first
            }
        });
        if port != 0 || !self.rules.srv {
            return self.plain(plain, port, false).await;
        }
        // One after the other each would cost a round trip, and a server that drops unknown types a timeout each; so all
        // at once. `sips` cannot be told from `transport=tls` here: for both NAPTR may say which TLS service it is.
        let naptr = self.rules.naptr && (asked.is_none() || asked == Some(Transport::Tls));
        let wanted: Vec<Transport> = match asked {
            Some(transport) => vec![transport],
            None => self.rules.transports.clone(),
        };
        let (by_naptr, by_srv, by_address) = join3(
            async {
                match naptr {
                    true => self.by_naptr(&wanted).await,
                    false => Ok(None),
                }
            },
            join_all(wanted.iter().map(|t| self.by_srv(service_name(*t, host), *t))),
            self.plain(plain, 0, false),
        )
        .await;
        // What is known to be absent holds for a while only; what could not be asked is asked again at once.
        let mut absent = Instant::now() + ABSENT;
        match by_naptr {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(Failure::Declined(name)) => return Err(Failure::Declined(name)),
            Err(failure) => absent = absent.min(retry_at(&failure)),
        }
        let mut all: Vec<ServerAddress> = Vec::new();
        let (mut declined, mut broken) = (None, None);
        for result in by_srv {
            match result {
                Ok(Some(found)) => {
                    // TLS is not given up for something less.
                    if all.first().is_none_or(|a| a.transport != Transport::Tls) {
                        all.extend(found.records);
                        absent = absent.min(found.until);
                    }
                }
                Ok(None) => {}
                Err(Failure::Declined(name)) => declined = Some(Failure::Declined(name)),
                Err(failure) => {
                    absent = absent.min(retry_at(&failure));
                    broken = Some(failure);
                }
            }
        }
        if !all.is_empty() {
            return Ok(Found {
                records: all,
                until: absent,
            });
        }
        if let Some(failure) = declined {
            return Err(failure);
        }
        match by_address {
            Ok(mut found) => {
                found.until = found.until.min(absent);
                Ok(found)
            }
            // SRV records are there, but their targets are not to be had: that is the better reason.
            Err(Failure::NoSuchName(_) | Failure::NoAddress(_))
                if broken.as_ref().is_some_and(is_of_a_target(host)) =>
            {
                Err(broken.unwrap_or(Failure::Cancelled))
            }
            Err(failure) => Err(failure),
        }
    }

    /// By NAPTR (§4.1); `None` if there are none that are of use.
    async fn by_naptr(&self, wanted: &[Transport]) -> Result<Option<Found<ServerAddress>>, Failure> {
        let found = match self.records.naptr(&self.question.host).await {
            Err(Failure::NoSuchName(_) | Failure::NoAddress(_)) => return Ok(None),
            other => other?,
        };
        let mut usable: Vec<(Transport, Naptr)> = found
            .records
            .into_iter()
            .filter_map(|r| Some((service(&r.service)?, r)))
            .filter(|(t, _)| wanted.contains(t) && self.has(*t))
            .collect();
        usable.sort_by_key(|(_, r)| (r.order, r.preference));
        // RFC 3403 §4.1: once one of an order can be used, later orders do not count; TLS is not given up for less.
        let Some((first, order)) = usable.first().map(|(t, r)| (*t, r.order)) else {
            return Ok(None);
        };
        usable.retain(|(t, r)| r.order == order && (first != Transport::Tls || *t == Transport::Tls));
        let each = usable.into_iter().map(|(transport, record)| async move {
            match record.flag {
                's' => self.by_srv(record.replacement, transport).await,
                _ => self.of_name(&record.replacement, transport, 0, true).await.map(Some),
            }
        });
        let mut all = Found {
            records: Vec::new(),
            until: found.until,
        };
        let mut failure = None;
        for result in join_all(each).await {
            match result {
                Ok(Some(more)) => {
                    all.records.extend(more.records);
                    all.until = all.until.min(more.until);
                }
                Ok(None) => {}
                Err(e) => failure = Some(e),
            }
        }
        match failure {
            _ if !all.records.is_empty() => Ok(Some(all)),
            Some(failure) => Err(failure),
            None => Ok(None),
        }
    }

    /// By the SRV records at `name` (§4.2); `None` if there are none.
    async fn by_srv(&self, name: String, transport: Transport) -> Result<Option<Found<ServerAddress>>, Failure> {
        let found = match self.records.srv(&name).await {
            Err(Failure::NoSuchName(_) | Failure::NoAddress(_)) => return Ok(None),
            other => other?,
        };
        let usable: Vec<Srv> = found.records.into_iter().filter(|r| !r.target.is_empty()).collect();
        if usable.is_empty() {
            return Err(Failure::Declined(name));
        }
        let arranged = arrange(usable, random_below);
        let looked_up = join_all(
            arranged
                .iter()
                .map(|r| async { self.records.addresses(&r.target, self.question.families, true).await }),
        )
        .await;
        let mut all = Found {
            records: Vec::new(),
            until: found.until,
        };
        let mut failure = None;
        for (record, result) in arranged.iter().zip(looked_up) {
            match result {
                Ok(addresses) => {
                    all.until = all.until.min(addresses.until);
                    all.records
                        .extend(addresses.records.into_iter().map(|ip| ServerAddress {
                            transport,
                            address: SocketAddr::new(ip, record.port),
                            name: record.target.clone(),
                            priority: record.priority,
                            weight: record.weight,
                        }));
                }
                Err(e) => {
                    all.until = all.until.min(retry_at(&e));
                    failure = Some(e);
                }
            }
        }
        match failure {
            Some(failure) if all.records.is_empty() => Err(failure),
            _ => Ok(Some(all)),
        }
    }

    /// By the addresses of the host itself.
    async fn plain(&self, transport: Transport, port: u16, fqdn: bool) -> Result<Found<ServerAddress>, Failure> {
        self.of_name(&self.question.host, transport, port, fqdn).await
    }

    async fn of_name(
        &self,
        name: &str,
        transport: Transport,
        port: u16,
        fqdn: bool,
    ) -> Result<Found<ServerAddress>, Failure> {
        let found = self.records.addresses(name, self.question.families, fqdn).await?;
        let port = match (port, self.question.wanted) {
            (0, Wanted::Sip { .. }) => default_port(transport),
            (port, _) => port,
        };
        let address = |ip| ServerAddress {
            transport,
            address: SocketAddr::new(ip, port),
            name: name.to_owned(),
            priority: 0,
            weight: 0,
        };
        Ok(Found {
            records: found.records.into_iter().map(address).collect(),
            until: found.until,
        })
    }
}

/// `_sip._udp.host` and the like (§4.1).
fn service_name(transport: Transport, host: &str) -> String {
    let service = match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
    };
    format!("{service}.{host}")
}

/// The transport a NAPTR service stands for (§4.1; RFC 3263 §8 registers them).
fn service(text: &str) -> Option<Transport> {
    match text {
        "SIP+D2U" => Some(Transport::Udp),
        "SIP+D2T" => Some(Transport::Tcp),
        "SIPS+D2T" => Some(Transport::Tls),
        _ => None,
    }
}

/// When to ask again after a failure of a part.
fn retry_at(failure: &Failure) -> Instant {
    let after = match failure {
        Failure::NoSuchName(_) | Failure::NoAddress(_) => 60,
        _ => 5,
    };
    Instant::now() + Duration::from_secs(after)
}

fn is_of_a_target(host: &str) -> impl Fn(&Failure) -> bool + '_ {
    move |failure| match failure {
        Failure::NoSuchName(name) | Failure::NoAddress(name) => name != host && !name.starts_with('_'),
        _ => false,
    }
}

/// A and AAAA at once; one of them may be missing.
pub(super) async fn both<T>(
    v4: impl Future<Output = Result<Found<T>, Failure>>,
    v6: impl Future<Output = Result<Found<T>, Failure>>,
) -> Result<Found<T>, Failure> {
    match join(v4, v6).await {
        (Ok(mut a), Ok(b)) => {
            a.records.extend(b.records);
            a.until = a.until.min(b.until);
            Ok(a)
        }
        (Ok(mut found), Err(e)) | (Err(e), Ok(mut found)) => {
            found.until = found.until.min(retry_at(&e));
            Ok(found)
        }
        // One of the two says more than that there is no such record.
        (Err(Failure::NoAddress(_)), Err(e)) | (Err(e), Err(_)) => Err(e),
    }
}

#[cfg(test)]
#[path = "locate_tests.rs"]
mod tests;

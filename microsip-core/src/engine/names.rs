//! Names on the engine's side: answers that are kept, questions that are being asked, targets that did not serve.
//!
//! PJSIP asks through a hook (`pj/resolve.rs`); what is known is answered in place, everything else when the resolver's
//! thread has found out. Nothing here waits.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant, SystemTime};

use super::Engine;
use super::story::Leg;
use crate::account::RegistrationState;
use crate::call::{Decision, StoryEntry, StoryStep};
use crate::dns::{
    Answer, DnsConfig, Failure, Families, HostsFile, Question, ServerAddress, Wanted, Worker, default_port,
};
use crate::pj::RegistrationOutcome;
use crate::sip::Transport;
use crate::{Error, ErrorKind, Result};

/// The outcome of a question.
pub(crate) type Located = std::result::Result<Vec<ServerAddress>, Failure>;
type Waiter = Box<dyn FnOnce(&Engine, Located)>;

/// Answers kept, whatever their age; beyond it the ones nearest their end go.
const MOST_ANSWERS: usize = 2048;
/// What a name led to is used for the Contact this much longer than for sending, since it does not change it much.
const STALE: Duration = Duration::from_secs(120);
/// Failures remembered, so that a request that failed can say why.
const RECENT: usize = 64;
const JOIN_WINDOW: Duration = Duration::from_secs(2);
/// Questions that names in peers' session descriptions may cause at a time, and in a second.
const PEERS: usize = 8;

pub(super) struct Names {
    config: DnsConfig,
    /// Our transports, the preferred one first.
    transports: Vec<Transport>,
    families: Families,
    hosts: RefCell<HostsFile>,
    answers: RefCell<HashMap<Question, Answer>>,
    waiting: RefCell<HashMap<Question, Vec<Waiter>>>,
    /// Failures known at once, to be told in the next turn.
    bad_news: RefCell<VecDeque<(Waiter, Failure)>>,
    worker: RefCell<Option<Worker>>,
    /// Targets that did not serve, and until when they come last.
    avoided: RefCell<HashMap<(Transport, SocketAddr), Instant>>,
    failures: RefCell<VecDeque<(Instant, String, Failure)>>,
    /// Those of the questions under way that peers have caused.
    for_peers: RefCell<HashSet<Question>>,
    /// When the newest of them were asked.
    peers_asked: RefCell<VecDeque<Instant>>,
}

impl Names {
    pub(super) fn new(config: &crate::EndpointConfig) -> Names {
        let mut transports = Vec::new();
        for one in &config.transports {
            if !transports.contains(&one.transport) {
                transports.push(one.transport);
            }
        }
        let v6 = config.transports.iter().filter(|t| t.bind.is_ipv6()).count();
        Names {
            config: config.dns.clone(),
            transports,
            families: match v6 {
                0 => Families::V4,
                all if all == config.transports.len() => Families::V6,
                _ => Families::Both,
            },
            hosts: RefCell::new(HostsFile::new(config.dns.hosts_file.clone())),
            answers: RefCell::default(),
            waiting: RefCell::default(),
            bad_news: RefCell::default(),
            worker: RefCell::default(),
            avoided: RefCell::default(),
            failures: RefCell::default(),
            for_peers: RefCell::default(),
            peers_asked: RefCell::default(),
        }
    }

    /// What needs no name server: numeric addresses, the hosts file.
    fn at_once(&self, question: &Question) -> Option<Located> {
        let ips = match question.numeric() {
            Some(ip) => vec![ip],
            None => self.hosts.borrow_mut().lookup(&question.host, question.families),
        };
        if ips.is_empty() {
            return question.host.is_empty().then(|| Err(Failure::BadName(String::new())));
        }
        let (transport, port) = match question.wanted {
            Wanted::Addresses => (Transport::Udp, 0),
            Wanted::Sip { transport, port } => {
                let transport = transport.unwrap_or_else(|| {
                    let first = self.transports.first().copied().unwrap_or_default();
                    if self.transports.contains(&Transport::Udp) {
                        Transport::Udp
                    } else {
                        first
                    }
                });
                (transport, if port == 0 { default_port(transport) } else { port })
            }
        };
        let address = |ip: IpAddr| ServerAddress {
            transport,
            address: SocketAddr::new(ip, port),
            name: question.host.clone(),
            priority: 0,
            weight: 0,
        };
        Some(Ok(ips.into_iter().map(address).collect()))
    }

    fn kept(&self, question: &Question, grace: Duration) -> Option<Located> {
        let answers = self.answers.borrow();
        let answer = answers.get(question)?;
        let fresh = answer.until + grace > Instant::now();
        (fresh && (grace.is_zero() || answer.result.is_ok())).then(|| answer.result.clone())
    }

    /// Those that did not serve a moment ago come after the others.
    fn good_ones_first(&self, located: Located) -> Located {
        let mut list = located?;
        let mut avoided = self.avoided.borrow_mut();
        if !avoided.is_empty() {
            let now = Instant::now();
            avoided.retain(|_, until| *until > now);
            list.sort_by_key(|a| avoided.contains_key(&(a.transport, a.address)));
        }
        Ok(list)
    }

    fn keep(&self, question: Question, answer: Answer) {
        let mut answers = self.answers.borrow_mut();
        if answers.len() >= MOST_ANSWERS && !answers.contains_key(&question) {
            let now = Instant::now();
            answers.retain(|_, a| a.until > now);
            if answers.len() >= MOST_ANSWERS
                && let Some(first) = answers.iter().min_by_key(|(_, a)| a.until).map(|(q, _)| q.clone())
            {
                answers.remove(&first);
            }
        }
        answers.insert(question, answer);
    }

    fn may_ask_for_peer(&self) -> bool {
        let now = Instant::now();
        let mut asked = self.peers_asked.borrow_mut();
        asked.retain(|at| now.duration_since(*at) < Duration::from_secs(1));
        let may = asked.len() < PEERS && self.for_peers.borrow().len() < PEERS;
        if may {
            asked.push_back(now);
        }
        may
    }

    fn note_failure(&self, host: &str, failure: &Failure) {
        let mut failures = self.failures.borrow_mut();
        let now = Instant::now();
        failures.retain(|(at, ..)| now.duration_since(*at) < JOIN_WINDOW);
        if failures.len() < RECENT {
            failures.push_back((now, host.to_owned(), failure.clone()));
        }
    }
}

/// Servers and relays speak IPv4 more often than IPv6.
fn on_port(addresses: Vec<ServerAddress>, port: u16) -> Vec<SocketAddr> {
    let mut all: Vec<_> = addresses
        .into_iter()
        .map(|a| SocketAddr::new(a.address.ip(), port))
        .collect();
    all.sort_by_key(SocketAddr::is_ipv6);
    all
}

/// A target did not serve a request.
pub(crate) struct TargetFailure {
    pub(crate) transport: Transport,
    pub(crate) address: SocketAddr,
    /// Request method and Call-ID.
    pub(crate) method: String,
    pub(crate) call_id: String,
    /// Our tag.
    pub(crate) local_tag: String,
    /// What stands for the failure: 503, 408.
    pub(crate) code: u16,
    /// The system's or PJSIP's error behind it.
    pub(crate) why: String,
    pub(crate) retry_after: Option<Duration>,
    /// The one that is tried now.
    pub(crate) next: Option<(Transport, SocketAddr)>,
}

impl Engine {
    /// Where a SIP URI's host leads, as PJSIP or [`Question::of_uri`] read it. `then` runs at once if that is known, else, and
    /// with a failure, in a later turn of the engine; always exactly once.
    pub(crate) fn locate(&self, question: Question, then: impl FnOnce(&Engine, Located) + 'static) {
        let names = &self.names;
        if let Some(known) = names
            .at_once(&question)
            .or_else(|| names.kept(&question, Duration::ZERO))
        {
            match names.good_ones_first(known) {
                Ok(list) => then(self, Ok(list)),
                // Later, as all bad news: who asks need not expect it from within the request.
                Err(failure) => {
                    names.note_failure(&question.host, &failure);
                    names.bad_news.borrow_mut().push_back((Box::new(then), failure));
                }
            }
            return;
        }
        let first = {
            let mut waiting = names.waiting.borrow_mut();
            let list = waiting.entry(question.clone()).or_default();
            list.push(Box::new(then));
            list.len() == 1
        };
        if first && let Err(e) = self.ask(question.clone()) {
            let failure = Failure::NoServer(question.host.clone(), e.message().to_owned());
            names.note_failure(&question.host, &failure);
            let waiters = names.waiting.borrow_mut().remove(&question).unwrap_or_default();
            let news = waiters.into_iter().map(|waiter| (waiter, failure.clone()));
            names.bad_news.borrow_mut().extend(news);
        }
    }

    /// The addresses of a host that is no SIP server, IPv4 first; never none. `then` runs at once or later.
    pub(crate) fn resolve_host(
        &self,
        host: &str,
        port: u16,
        then: impl FnOnce(&Engine, std::result::Result<Vec<SocketAddr>, Failure>) + 'static,
    ) {
        let question = Question::new(host, Wanted::Addresses, self.names.families);
        let name = question.host.clone();
        self.locate(question, move |engine, located| {
            let none = |all: &Vec<SocketAddr>| !all.is_empty();
            let found = located.map(|all| on_port(all, port));
            then(
                engine,
                found.and_then(|all| Some(all).filter(none).ok_or(Failure::NoAddress(name))),
            );
        });
    }

    /// One of them, if it is known without asking.
    pub(crate) fn known_host(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let question = Question::new(host, Wanted::Addresses, self.names.families);
        on_port(self.known_targets(&question)?, port).first().copied()
    }

    /// Where a URI leads, as data.
    pub(crate) fn locate_uri(&self, uri: &str, then: impl FnOnce(&Engine, Located) + 'static) {
        self.locate(Question::of_uri(uri, self.names.families), then);
    }

    /// What is known of where a URI leads, without asking; a little out of date rather than nothing.
    pub(crate) fn known_targets(&self, question: &Question) -> Option<Vec<ServerAddress>> {
        let names = &self.names;
        let known = names.at_once(question).or_else(|| names.kept(question, STALE))?;
        names.good_ones_first(known).ok().filter(|list| !list.is_empty())
    }

    /// Whether a name in a peer's session description is known. If not, it is looked up for the next time; so are a few at a time
    /// only, and none that DNS does not know, for which the system is asked on a thread each.
    pub(crate) fn knows_name_of_peer(&self, name: &str, families: Families) -> bool {
        let question = Question::new(name, Wanted::Addresses, families);
        if question.numeric().is_some() || self.known_targets(&question).is_some() {
            return true;
        }
        let names = &self.names;
        let in_dns = name.contains('.') && !name.to_ascii_lowercase().ends_with(".local");
        let failed = names.kept(&question, Duration::ZERO).is_some();
        if in_dns && !failed && !names.waiting.borrow().contains_key(&question) && names.may_ask_for_peer() {
            names.for_peers.borrow_mut().insert(question.clone());
            self.locate(question, |_, _| ());
        }
        false
    }

    /// Whether a URI's host has to be asked for.
    pub(crate) fn must_ask(&self, uri: &str) -> bool {
        let question = Question::of_uri(uri, self.names.families);
        self.names.at_once(&question).is_none() && self.names.kept(&question, Duration::ZERO).is_none()
    }

    /// Registers an account whose name has been asked for.
    pub(crate) fn register_now(&self, op: &'static str, slot: i32) {
        let wanted = self.account_by_slot(slot).is_some_and(|account| {
            let state = account.registration().state;
            state != RegistrationState::Unregistered && state != RegistrationState::None
        });
        if !wanted || self.shared.is_closing() {
            return;
        }
        match self.pj.account_retry_now(op, slot) {
            Ok(()) => {}
            // A REGISTER is under way: PJSUA was faster.
            Err(e) if e.kind() == ErrorKind::Busy => {}
            Err(e) => self.registration_outcome(slot, RegistrationOutcome::unsent(e.pj_status().unwrap_or(0))),
        }
    }

    pub(crate) fn families(&self) -> Families {
        self.names.families
    }

    fn ask(&self, question: Question) -> Result<()> {
        let mut worker = self.names.worker.borrow_mut();
        if worker.is_none() {
            let (config, transports) = (&self.names.config, self.names.transports.clone());
            *worker = Some(Worker::start(config, transports, self.shared.clone())?);
        }
        match worker.as_ref().is_some_and(|w| w.ask(question)) {
            true => Ok(()),
            false => {
                *worker = None;
                Err(Error::new(
                    ErrorKind::Internal,
                    "resolve",
                    "the resolver's thread has ended; see the log",
                ))
            }
        }
    }

    /// Hands out the answers that have come.
    pub(super) fn take_names(&self) {
        loop {
            let next = self.names.bad_news.borrow_mut().pop_front();
            let Some((waiter, failure)) = next else { break };
            waiter(self, Err(failure));
        }
        let come = match &*self.names.worker.borrow() {
            Some(worker) => worker.take(),
            None => return,
        };
        for (question, answer) in come {
            match &answer.result {
                Ok(list) => tracing::debug!(target: "microsip", host = %question.host, targets = ?list, "resolved"),
                Err(e) => tracing::info!(target: "microsip", "{}", e.sentence()),
            }
            self.names.keep(question.clone(), answer.clone());
            self.answered(question, answer.result);
        }
    }

    fn answered(&self, question: Question, located: Located) {
        // What strangers ask for explains no failure of ours.
        let for_peer = self.names.for_peers.borrow_mut().remove(&question);
        if let (Err(failure), false) = (&located, for_peer) {
            self.names.note_failure(&question.host, failure);
        }
        let waiters = self.names.waiting.borrow_mut().remove(&question).unwrap_or_default();
        for waiter in waiters {
            let ordered = self.names.good_ones_first(located.clone());
            waiter(self, ordered);
        }
    }

    /// When the engine has to wake for a name's sake.
    pub(super) fn names_due(&self) -> Option<Instant> {
        (!self.names.bad_news.borrow().is_empty()).then(Instant::now)
    }

    /// Nobody waits for a name any more; before PJSIP goes down.
    pub(super) fn close_names(&self) {
        self.take_names();
        loop {
            let next = self.names.waiting.borrow().keys().next().cloned();
            let Some(question) = next else { break };
            let waiters = self.names.waiting.borrow_mut().remove(&question).unwrap_or_default();
            for waiter in waiters {
                waiter(self, Err(Failure::Cancelled));
            }
        }
        drop(self.names.worker.borrow_mut().take());
    }

    /// The network is another one: what name servers said need not hold there, and who was dead need not be.
    pub(super) fn forget_names(&self) {
        self.names.answers.borrow_mut().clear();
        self.names.avoided.borrow_mut().clear();
        if let Some(worker) = &*self.names.worker.borrow() {
            worker.forget();
        }
    }

    /// A target did not serve: it comes last for a while.
    pub(crate) fn target_failed(&self, failed: &TargetFailure) {
        let time = failed.retry_after.unwrap_or(self.names.config.avoid_for);
        let time = time.min(Duration::from_secs(3600));
        let mut avoided = self.names.avoided.borrow_mut();
        if avoided.len() < MOST_ANSWERS {
            avoided.insert((failed.transport, failed.address), Instant::now() + time);
        }
        drop(avoided);
        let TargetFailure {
            transport,
            address,
            method,
            call_id,
            local_tag,
            code,
            why,
            next,
            ..
        } = failed;
        let then = match next {
            Some((transport, address)) => format!("trying {transport} {address}"),
            None => "there is no other target".to_owned(),
        };
        let what = format!("{transport} {address} does not serve ({code} {why}); {then}");
        tracing::info!(target: "microsip", call_id = %call_id, "{method}: {what}");
        let leg = Leg { call_id, local_tag };
        let about = Decision::Route;
        self.story_message(
            leg,
            StoryEntry {
                at: SystemTime::now(),
                step: StoryStep::Decided { about, what },
            },
        );
    }

    /// Why a name could not be resolved a moment ago, if `host` (with or without port) or, for want of one, any could not.
    pub(super) fn recent_name_failure(&self, host: &str) -> Option<Failure> {
        let failures = self.names.failures.borrow();
        let now = Instant::now();
        let host = Question::of_uri(&format!("sip:{host}"), self.names.families).host;
        let fresh = || {
            failures
                .iter()
                .rev()
                .filter(|(at, ..)| now.duration_since(*at) < JOIN_WINDOW)
        };
        fresh()
            .find(|(_, name, _)| *name == host)
            .or_else(|| fresh().next())
            .map(|(.., failure)| failure.clone())
    }
}

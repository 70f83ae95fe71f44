//! The thread that asks name servers.
//!
//! It is started for the first name that has to be asked for, sleeps in between, and ends with its engine.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::sync::mpsc;

use super::locate::{Found, Naptr, Records, Rules, both, locate};
use super::order::Srv;
use super::question::{Families, Question};
use super::{DnsConfig, Failure, ServerAddress};
use crate::engine::Shared;
use crate::sip::Transport;
use crate::{Error, ErrorKind, Result};

/// What became of a question, and until when that holds.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) result: std::result::Result<Vec<ServerAddress>, Failure>,
    pub(crate) until: Instant,
}

/// Failures are kept for a moment too, so that those who ask again at once do not wait again.
const FAILURE_HOLDS: Duration = Duration::from_secs(2);

type Mailbox = Arc<Mutex<Vec<(Question, Answer)>>>;

/// The thread, seen from the engine.
pub(crate) struct Worker {
    ask: Option<mpsc::UnboundedSender<Message>>,
    answers: Mailbox,
    thread: Option<JoinHandle<()>>,
}

enum Message {
    Ask(Question),
    /// Forget everything: the network is another one.
    Forget,
}

impl Worker {
    /// Starts the thread. It rings the engine whenever an answer has come.
    pub(crate) fn start(config: &DnsConfig, transports: Vec<Transport>, engine: Arc<Shared>) -> Result<Worker> {
        let failed = |e: std::io::Error| {
            Error::new(
                ErrorKind::Internal,
                "resolve",
                format!("cannot start the resolver's thread: {e}"),
            )
        };
        // Few descriptors and no timers while nothing is asked.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(failed)?;
        let (ask, questions) = mpsc::unbounded_channel();
        let answers = Mailbox::default();
        let resolver = Resolver {
            config: config.clone(),
            rules: Rules {
                srv: config.srv,
                naptr: config.naptr,
                transports,
            },
            current: Mutex::default(),
        };
        let mailbox = Arc::clone(&answers);
        let thread = std::thread::Builder::new()
            .name("microsip-names".into())
            .spawn(move || {
                crate::pj::block_signals();
                let serve = serve(Arc::new(resolver), questions, mailbox, engine);
                tokio::task::LocalSet::new().block_on(&runtime, serve);
                // What is still being asked is dropped, not waited for.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Worker {
            ask: Some(ask),
            answers,
            thread: Some(thread),
        })
    }

    /// Sends a question; whether the thread is there to take it.
    pub(crate) fn ask(&self, question: Question) -> bool {
        self.ask
            .as_ref()
            .is_some_and(|ask| ask.send(Message::Ask(question)).is_ok())
    }

    /// Forgets what name servers have said, and reads the system's settings again.
    pub(crate) fn forget(&self) {
        if let Some(ask) = &self.ask {
            // The thread is gone only if it panicked.
            drop(ask.send(Message::Forget));
        }
    }

    /// The answers that have come.
    pub(crate) fn take(&self) -> Vec<(Question, Answer)> {
        std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(target: "microsip", "the resolver's thread panicked");
        }
    }
}

async fn serve(
    resolver: Arc<Resolver>,
    mut questions: mpsc::UnboundedReceiver<Message>,
    answers: Mailbox,
    engine: Arc<Shared>,
) {
    while let Some(message) = questions.recv().await {
        let question = match message {
            Message::Ask(question) => question,
            Message::Forget => {
                *resolver.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
                continue;
            }
        };
        let (resolver, answers, engine) = (Arc::clone(&resolver), Arc::clone(&answers), Arc::clone(&engine));
        tokio::task::spawn_local(async move {
            let answer = resolver.answer(&question).await;
            answers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((question, answer));
            engine.nudge();
        });
    }
}

/// Hickory with its settings.
struct Resolver {
    config: DnsConfig,
    rules: Rules,
    /// And when the system's settings it was made from were changed.
    current: Mutex<Option<(Option<SystemTime>, TokioResolver)>>,
}

const SYSTEM_SETTINGS: &str = "/etc/resolv.conf";

impl Resolver {
    async fn answer(&self, question: &Question) -> Answer {
        let found = match self.hickory() {
            Ok(hickory) => {
                let asked = Asked {
                    hickory,
                    system: self.config.servers.is_empty(),
                };
                tokio::time::timeout(self.config.timeout, locate(&asked, &self.rules, question))
                    .await
                    .unwrap_or_else(|_| Err(Failure::TimedOut(question.host.clone())))
            }
            Err(e) => Err(Failure::NoServer(question.host.clone(), e.to_string())),
        };
        match found {
            Ok(found) => Answer {
                result: Ok(found.records),
                until: found.until,
            },
            Err(failure) => Answer {
                result: Err(failure),
                until: Instant::now() + FAILURE_HOLDS,
            },
        }
    }

    fn hickory(&self) -> std::result::Result<TokioResolver, NetError> {
        let changed = match self.config.servers.is_empty() {
            true => std::fs::metadata(SYSTEM_SETTINGS).and_then(|m| m.modified()).ok(),
            false => None,
        };
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_from, resolver)) = &*current
            && *made_from == changed
        {
            return Ok(resolver.clone());
        }
        let made = self.make()?;
        *current = Some((changed, made.clone()));
        Ok(made)
    }

    fn make(&self) -> std::result::Result<TokioResolver, NetError> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = if self.config.servers.is_empty() {
            TokioResolver::builder(provider)?
        } else {
            let servers = self.config.servers.iter().map(|server| {
                let mut connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                connections.iter_mut().for_each(|c| c.port = server.port());
                NameServerConfig::new(server.ip(), true, connections.into())
            });
            TokioResolver::builder_with_config(
                ResolverConfig::from_parts(None, Vec::new(), servers.collect()),
                provider,
            )
        };
        let options = builder.options_mut();
        // Every server twice within the whole time.
        options.attempts = 1;
        options.timeout = (self.config.timeout / 3).max(Duration::from_millis(30));
        // Ours is read by the engine, which needs no thread for it.
        options.use_hosts_file = ResolveHosts::Never;
        options.try_tcp_on_error = true;
        builder.build()
    }
}

/// A view of hickory that speaks in our terms.
struct Asked {
    hickory: TokioResolver,
    /// The system's settings are used, so what it knows besides DNS counts too.
    system: bool,
}

impl Asked {
    async fn lookup(&self, name: &str, fqdn: bool, kind: RecordType) -> std::result::Result<Lookup, Failure> {
        let mut parsed = Name::from_utf8(name).map_err(|_| Failure::BadName(name.to_owned()))?;
        if parsed.is_root() {
            return Err(Failure::BadName(name.to_owned()));
        }
        parsed.set_fqdn(fqdn);
        self.hickory.lookup(parsed, kind).await.map_err(|e| failure(name, &e))
    }

    async fn of_kind<T>(
        &self,
        name: &str,
        fqdn: bool,
        kind: RecordType,
        pick: impl Fn(&RData) -> Option<T>,
    ) -> std::result::Result<Found<T>, Failure> {
        let lookup = self.lookup(name, fqdn, kind).await?;
        let records: Vec<T> = lookup.answers().iter().filter_map(|r| pick(&r.data)).collect();
        if records.is_empty() {
            return Err(Failure::NoAddress(name.to_owned()));
        }
        Ok(Found {
            records,
            until: lookup.valid_until(),
        })
    }

    async fn by_dns(&self, name: &str, families: Families, fqdn: bool) -> std::result::Result<Found<IpAddr>, Failure> {
        let kind = |kind| self.of_kind(name, fqdn, kind, RData::ip_addr);
        match families {
            Families::V4 => kind(RecordType::A).await,
            Families::V6 => kind(RecordType::AAAA).await,
            Families::Both => both(kind(RecordType::A), kind(RecordType::AAAA)).await,
        }
    }
}

impl Records for Asked {
    async fn naptr(&self, name: &str) -> std::result::Result<Found<Naptr>, Failure> {
        self.of_kind(name, true, RecordType::NAPTR, |data| match data {
            RData::NAPTR(r) if r.regexp.is_empty() => {
                let flag = match *r.flags {
                    [flag] => char::from(flag.to_ascii_lowercase()),
                    _ => return None,
                };
                matches!(flag, 's' | 'a').then(|| Naptr {
                    order: r.order,
                    preference: r.preference,
                    flag,
                    service: String::from_utf8_lossy(&r.services).to_ascii_uppercase(),
                    replacement: text(&r.replacement),
                })
            }
            _ => None,
        })
        .await
    }

    async fn srv(&self, name: &str) -> std::result::Result<Found<Srv>, Failure> {
        self.of_kind(name, true, RecordType::SRV, |data| match data {
            RData::SRV(r) => Some(Srv {
                priority: r.priority,
                weight: r.weight,
                port: r.port,
                target: text(&r.target),
            }),
            _ => None,
        })
        .await
    }

    async fn addresses(
        &self,
        name: &str,
        families: Families,
        fqdn: bool,
    ) -> std::result::Result<Found<IpAddr>, Failure> {
        match self.by_dns(name, families, fqdn).await {
            // Names of the local network are known to the system by other means than DNS.
            Err(failure) if self.system && (!name.contains('.') || name.ends_with(".local")) => {
                by_system(name, families).await.ok_or(failure)
            }
            other => other,
        }
    }
}

/// Asks the system (`getaddrinfo`), which may take its time, on a thread that nobody waits for longer than allowed.
async fn by_system(name: &str, families: Families) -> Option<Found<IpAddr>> {
    let (send, receive) = tokio::sync::oneshot::channel();
    let host = name.to_owned();
    std::thread::Builder::new()
        .name("microsip-lookup".into())
        .spawn(move || {
            let found = std::net::ToSocketAddrs::to_socket_addrs(&(host.as_str(), 0));
            // Nobody waits any more after a timeout.
            drop(send.send(found.map(|all| all.map(|a| a.ip()).collect::<Vec<_>>())));
        })
        .ok()?;
    let mut records = receive.await.ok()?.ok()?;
    records.retain(|ip| families.has(*ip));
    records.sort_by_key(IpAddr::is_ipv6);
    records.dedup();
    (!records.is_empty()).then(|| Found {
        records,
        until: Instant::now() + Duration::from_secs(60),
    })
}

/// A name without its final dot.
fn text(name: &Name) -> String {
    let text = name.to_ascii();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

fn failure(name: &str, error: &NetError) -> Failure {
    let name = name.to_owned();
    match error {
        e if e.is_nx_domain() => Failure::NoSuchName(name),
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError => Failure::NoAddress(name),
            ResponseCode::NXDomain => Failure::NoSuchName(name),
            code => Failure::ServerFailed(name, code.to_string()),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => Failure::ServerFailed(name, code.to_string()),
        NetError::Timeout => Failure::TimedOut(name),
        NetError::Proto(e) => Failure::ServerFailed(name, e.to_string()),
        e => Failure::NoServer(name, e.to_string()),
    }
}

//! What is known about the outside on the engine's side: the STUN server in use and the public addresses it tells. Whatever
//! waits for the network does so on threads of its own.

mod relay;

use std::cell::RefCell;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use crate::dns::Failure;
use crate::endpoint::{StunInfo, StunState, host_port};
use crate::engine::outbox::Urgency;
use crate::engine::{Engine, Shared};
use crate::event::Event;
use crate::nat::{self, stun};
use crate::pj::{self, MapRequest};
use crate::{Error, ErrorKind, Result};

/// A request from a SIP socket is sent this often, and this much later each time.
const TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(150);
/// How long a REGISTER after a change of the network waits for the answer.
const SEEN_SOON: Duration = Duration::from_millis(400);
/// Pause before servers that all failed are asked again; doubled up to the second.
const RETRY: Duration = Duration::from_secs(30);
const RETRY_MAX: Duration = Duration::from_secs(300);

#[derive(Default)]
pub(in crate::engine) struct Work {
    /// The server in use: as configured, and its address.
    server: Option<(String, SocketAddr)>,
    /// Which search an answer belongs to; those of earlier ones are passed over.
    search: u64,
    /// Servers of this search that may still answer, and why the first of the others did not.
    asked: usize,
    error: Option<Error>,
    /// Requests from SIP sockets.
    asks: Vec<Ask>,
    /// The first answer from a SIP socket is waited for by [`nat::Outside::wait`].
    settling: bool,
    sip: Option<SocketAddr>,
    /// When to ask again, from SIP sockets or all servers.
    again: Option<Instant>,
    failures: u32,
    relays: relay::Relays,
    /// When relays whose names are not known are looked up again, and how often that failed.
    relays_again: Option<Instant>,
    relay_failures: u32,
    /// Accounts register anew as soon as it is known how we are seen, at this moment at the latest.
    register: Option<Instant>,
}

struct Ask {
    transport: i32,
    id: stun::Id,
    tries: u32,
    due: Instant,
}

impl Engine {
    /// Begins to look for a STUN server and for the relay's address.
    pub(in crate::engine) fn nat_start(&self) {
        if let Some(turn) = &self.config.nat.turn {
            let _ = self.relay_of(turn);
        }
        self.search_stun();
    }

    fn search_stun(&self) {
        let servers = &self.config.nat.stun_servers;
        if servers.is_empty() {
            return;
        }
        let search = {
            let mut work = self.nat.borrow_mut();
            work.search += 1;
            work.asked = servers.len();
            work.error = None;
            work.again = None;
            work.search
        };
        self.set_stun(StunInfo {
            state: StunState::Asking,
            ..self.shared.outside().stun()
        });
        self.shared.outside().begin();
        for name in servers {
            let Some((host, port)) = host_port(name, 3478) else {
                continue;
            };
            let name = name.clone();
            self.resolve_host(&host, port, move |engine, found| engine.stun_named(search, name, found));
        }
    }

    /// A server's name has been looked up.
    fn stun_named(&self, search: u64, name: String, found: std::result::Result<Vec<SocketAddr>, Failure>) {
        const OP: &str = "stun";
        let addresses = match found {
            Ok(addresses) => addresses,
            Err(Failure::Cancelled) => return,
            Err(failure) => return self.stun_probed(search, name, Err(failure.error_of(OP, "the STUN server"))),
        };
        let (shared, timeout) = (self.shared.clone(), self.config.nat.stun_timeout);
        let ask = move || {
            let found = nat::probe(&addresses, timeout);
            insist(&shared, move |engine| {
                engine.stun_probed(search, name.clone(), found.clone())
            });
        };
        if !spawn("microsip-stun", ask) {
            let error = Error::new(ErrorKind::Internal, OP, "cannot start a thread");
            self.stun_probed(search, String::new(), Err(error));
        }
    }

    /// A server answered, or did not.
    fn stun_probed(&self, search: u64, name: String, found: Result<SocketAddr>) {
        let failed = {
            let mut work = self.nat.borrow_mut();
            if work.search != search || work.server.is_some() {
                return;
            }
            work.asked = work.asked.saturating_sub(1);
            match found {
                Ok(address) => {
                    work.server = Some((name, address));
                    work.failures = 0;
                    None
                }
                Err(error) => {
                    let error = work.error.take().unwrap_or(error);
                    if work.asked > 0 {
                        work.error = Some(error);
                        return;
                    }
                    Some(error)
                }
            }
        };
        match failed {
            Some(error) => self.stun_lost(error),
            None => {
                let address = self.nat.borrow().server.as_ref().map(|(_, address)| *address);
                self.pj.use_stun(address);
                self.nat.borrow_mut().settling = true;
                self.ask_from_sip();
            }
        }
    }

    /// No server answers, or the one in use no longer does.
    fn stun_lost(&self, error: Error) {
        {
            let mut work = self.nat.borrow_mut();
            work.server = None;
            work.asks.clear();
            let pause = RETRY.saturating_mul(1 << work.failures.min(8)).min(RETRY_MAX);
            work.failures += 1;
            work.again = Some(Instant::now() + pause);
            work.settling = false;
        }
        self.pj.use_stun(None);
        self.tell_stun(StunInfo {
            state: StunState::Failed,
            server: None,
            sip: self.nat.borrow().sip,
            error: Some(error),
        });
        self.shared.outside().end();
    }

    /// Asks from every UDP socket for SIP how it is seen.
    fn ask_from_sip(&self) {
        let Some(server) = self.nat.borrow().server.as_ref().map(|(_, a)| *a) else {
            return;
        };
        let transports = if self.config.nat.public_address.is_some() {
            Vec::new()
        } else {
            self.pj.udp_transports(server)
        };
        let now = Instant::now();
        let none = transports.is_empty();
        let mut work = self.nat.borrow_mut();
        work.asks = transports
            .into_iter()
            .map(|transport| Ask {
                transport,
                id: stun::new_id(),
                tries: 0,
                due: now,
            })
            .collect();
        let refresh = self.config.nat.stun_refresh;
        work.again = (!refresh.is_zero() && !none).then(|| now + refresh);
        drop(work);
        if none {
            self.stun_ready();
        }
    }

    /// The server is known and, as far as it can be, how our SIP socket is seen.
    fn stun_ready(&self) {
        let (server, sip, settling) = {
            let mut work = self.nat.borrow_mut();
            let server = work.server.as_ref().map(|(name, _)| name.clone());
            (server, work.sip, std::mem::take(&mut work.settling))
        };
        let info = StunInfo {
            state: StunState::Ready,
            server,
            sip,
            error: None,
        };
        if info != self.shared.outside().stun() {
            self.tell_stun(info);
        }
        if settling {
            self.shared.outside().end();
        }
    }

    fn set_stun(&self, info: StunInfo) {
        self.shared.outside().set_stun(info);
    }

    fn tell_stun(&self, info: StunInfo) {
        self.set_stun(info.clone());
        // At once: whoever waited for it may subscribe next, and should not hear of it again.
        self.publish(Event::Stun { info }, Urgency::Now);
    }

    /// The network changed: SIP sockets are seen from elsewhere, relays may have other addresses. Whether accounts register as
    /// soon as that is known.
    pub(in crate::engine) fn nat_moved(&self) -> bool {
        let now = Instant::now();
        self.nat.borrow_mut().relays_again.get_or_insert(now);
        self.ask_for_relays(now);
        let asks = self.nat.borrow().server.is_some() && self.config.nat.public_address.is_none();
        if asks {
            self.nat.borrow_mut().register = Some(now + SEEN_SOON);
            self.ask_from_sip();
        } else if !self.config.nat.stun_servers.is_empty() && self.nat.borrow().again.is_some() {
            // None answered before; here one may.
            self.search_stun();
        }
        asks
    }

    /// Registers with the address that is seen outside; again in a moment if a REGISTER is still under way.
    fn register_again(&self) {
        for (_, slot) in self.registering_accounts() {
            if let Err(e) = self.pj.account_moved("network change", slot) {
                if e.kind() == ErrorKind::Busy {
                    self.nat.borrow_mut().register = Some(Instant::now() + SEEN_SOON);
                } else {
                    tracing::warn!(target: "microsip", "{e}");
                }
            }
        }
    }

    /// A STUN message came to a SIP socket.
    pub(crate) fn sip_stun(&self, packet: &[u8]) {
        let (transport, mapped, first) = {
            let mut work = self.nat.borrow_mut();
            let Some((place, mapped)) =
                work.asks
                    .iter()
                    .enumerate()
                    .find_map(|(place, ask)| match stun::answer(packet, &ask.id)? {
                        stun::Answer::Mapped(address) => Some((place, Some(address))),
                        stun::Answer::Refused => Some((place, None)),
                    })
            else {
                return;
            };
            let ask = work.asks.remove(place);
            let first = self.pj.is_first_udp(ask.transport);
            if first && mapped.is_some() {
                if work.sip.is_some() && work.sip != mapped {
                    // A router has begun anew, or is another one.
                    work.register.get_or_insert_with(Instant::now);
                }
                work.sip = mapped;
            }
            (ask.transport, mapped, first)
        };
        if let Some(mapped) = mapped {
            self.pj.publish_address(transport, mapped);
            if first && self.nat.borrow_mut().register.take().is_some() {
                self.register_again();
            }
        }
        if first || self.nat.borrow().asks.is_empty() {
            self.stun_ready();
        }
    }

    /// Does what is due; the moment of the next.
    pub(in crate::engine) fn nat_due(&self) -> Option<Instant> {
        let now = Instant::now();
        {
            let work = self.nat.borrow();
            if work.again.is_none() && work.asks.is_empty() && work.relays_again.is_none() && work.register.is_none() {
                return None;
            }
        }
        let late = self.nat.borrow_mut().register.take_if(|at| *at <= now).is_some();
        if late {
            self.register_again();
        }
        self.ask_for_relays(now);
        let (again, searching) = {
            let work = self.nat.borrow();
            (work.again.is_some_and(|at| at <= now), work.server.is_none())
        };
        if again && searching {
            self.search_stun();
        } else if again {
            self.ask_from_sip();
        }
        let server = self
            .nat
            .borrow()
            .server
            .as_ref()
            .map(|(name, address)| (name.clone(), *address));
        let mut given_up = false;
        let mut sends = Vec::new();
        {
            let mut work = self.nat.borrow_mut();
            for ask in work.asks.iter_mut().filter(|ask| ask.due <= now) {
                ask.due = now + FIRST_PAUSE * (1 << ask.tries);
                ask.tries += 1;
                if ask.tries > TRIES {
                    given_up = true;
                } else {
                    sends.push((ask.transport, stun::request(&ask.id)));
                }
            }
            if given_up {
                work.asks.clear();
            }
        }
        if let Some((name, address)) = server {
            for (transport, request) in sends {
                // A network that is down is found out by the lack of answers.
                let _ = self.pj.send_from(transport, &request, address);
            }
            if given_up {
                let settling = self.nat.borrow().settling;
                if settling {
                    // It answered another socket a moment ago; SIP goes without.
                    self.stun_ready();
                } else {
                    self.stun_lost_later(&name, address);
                }
            }
        }
        let work = self.nat.borrow();
        let asks = work.asks.iter().map(|ask| ask.due);
        asks.chain(work.again)
            .chain(work.relays_again)
            .chain(work.register)
            .min()
    }

    /// The server in use stopped answering.
    fn stun_lost_later(&self, name: &str, address: SocketAddr) {
        self.shared.outside().begin();
        self.stun_lost(Error::new(
            ErrorKind::Timeout,
            "stun",
            format!("the STUN server {name} ({address}) stopped answering; calls go on without it until it does again"),
        ));
    }

    /// Public addresses of a call's sockets are wanted; whether they will be told.
    pub(crate) fn map_media(&self, request: MapRequest, rtp: UdpSocket, rtcp: UdpSocket) -> bool {
        let Some((name, server)) = self.nat.borrow().server.clone() else {
            return false;
        };
        let (shared, timeout) = (self.shared.clone(), self.config.nat.stun_timeout);
        spawn("microsip-stun", move || {
            let found = stun::ask(&[&rtp, &rtcp], server, timeout);
            // What PJSIP does with the sockets must not depend on what was done here.
            drop(rtp.set_read_timeout(None));
            drop(rtcp.set_read_timeout(None));
            drop((rtp, rtcp));
            let found = found.map(|all| (all[0], all[1])).map_err(|e| e.to_string());
            insist(&shared, move |engine| {
                engine.media_mapped(request, &name, server, found.clone())
            });
        })
    }

    fn media_mapped(
        &self,
        request: MapRequest,
        name: &str,
        server: SocketAddr,
        found: std::result::Result<(SocketAddr, SocketAddr), String>,
    ) {
        let lost = found.is_err() && self.nat.borrow().server.as_ref().is_some_and(|(_, s)| *s == server);
        self.pj.mapped(request, found.ok());
        if lost {
            self.stun_lost_later(name, server);
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> bool {
    let work = move || {
        pj::block_signals();
        work();
    };
    std::thread::Builder::new().name(name.into()).spawn(work).is_ok()
}

/// Hands a result to the engine even when its queue is full for the moment: somebody waits for it. Ends with the engine.
fn insist(shared: &std::sync::Arc<Shared>, work: impl Fn(&Engine) + Send + Sync + 'static) {
    let work = std::sync::Arc::new(work);
    while !shared.is_closing() {
        let again = std::sync::Arc::clone(&work);
        if shared.post("nat", move |engine| again(engine)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The engine's part in `nat`; apart from the rest, so that the field is one word there.
pub(in crate::engine) type Nat = RefCell<Work>;

//! The network changes under running registrations and calls: in network namespaces of our own, with Kamailio as registrar and a
//! callee behind a cable. Needs root.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

#[path = "nat/raw.rs"]
#[allow(dead_code, reason = "its STUN server is wanted")]
mod raw;
mod support;

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions, LogEntry, LogKind};
use microsip_testkit::netns::Netns;
use microsip_testkit::sipmsg::SipMessage;
use support::peer::{Dialog, Peer};
use support::*;

const PEER: &str = "10.77.0.1";

/// Our namespace, which the calling thread has joined, and the peer's, with a cable between.
struct Lan {
    ours: Netns,
    peer: Netns,
}

impl Lan {
    fn new() -> Lan {
        let (ours, peer) = (Netns::new().unwrap(), Netns::new().unwrap());
        ours.cable("v0", &peer, "v1").unwrap();
        for (net, words) in [
            (&ours, "addr add 10.77.0.2/24 dev v0"),
            (&peer, "addr add 10.77.0.1/24 dev v1"),
        ] {
            net.ip(words).unwrap();
        }
        ours.join().unwrap();
        Lan { ours, peer }
    }
}

/// A callee that answers every INVITE of every dialog to where it came from (RFC 3581), and echoes RTP. SIPp would go on
/// answering to the address of the first INVITE.
struct Callee {
    address: SocketAddr,
    invites: Arc<Mutex<Vec<SipMessage>>>,
}

impl Callee {
    fn start(net: &Netns) -> Callee {
        let bind = || Ok((UdpSocket::bind((PEER, 0)).unwrap(), UdpSocket::bind((PEER, 0)).unwrap()));
        let (sip, rtp) = net.enter(bind).unwrap();
        let (address, media) = (sip.local_addr().unwrap(), rtp.local_addr().unwrap());
        let invites = Arc::<Mutex<Vec<SipMessage>>>::default();
        let seen = Arc::clone(&invites);
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok((len, from)) = rtp.recv_from(&mut buffer) {
                let _ = rtp.send_to(&buffer[..len], from);
            }
        });
        std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok((len, from)) = sip.recv_from(&mut buffer) {
                let Ok(request) = SipMessage::parse(&buffer[..len]) else {
                    continue;
                };
                let Some(method) = request.method() else { continue };
                if method == "ACK" {
                    continue;
                }
                let body = match method {
                    "INVITE" => format!(
                        "v=0\r\no=- 1 1 IN IP4 {PEER}\r\ns=-\r\nc=IN IP4 {PEER}\r\nt=0 0\r\nm=audio {} RTP/AVP 0\r\n",
                        media.port()
                    ),
                    _ => String::new(),
                };
                let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
                let mut to = header("To");
                if !to.contains("tag=") {
                    to += ";tag=callee";
                }
                let answer = format!(
                    "SIP/2.0 200 OK\r\nVia: {};received={}\r\nFrom: {}\r\nTo: {to}\r\nCall-ID: {}\r\nCSeq: {}\r\n\
                     Contact: <sip:bob@{address}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
                    header("Via").replace(";rport", &format!(";rport={}", from.port())),
                    from.ip(),
                    header("From"),
                    header("Call-ID"),
                    header("CSeq"),
                    body.len()
                );
                if method == "INVITE" {
                    let mut seen = seen.lock().unwrap();
                    if seen.iter().all(|m| m.header("CSeq") != request.header("CSeq")) {
                        seen.push(request.clone());
                    }
                }
                let _ = sip.send_to(answer.as_bytes(), from);
            }
        });
        Callee { address, invites }
    }

    /// The INVITEs received, repetitions left out.
    fn invites(&self) -> Vec<SipMessage> {
        self.invites.lock().unwrap().clone()
    }
}

fn any() -> EndpointConfig {
    EndpointConfig::default()
}

/// A registered account in a call that carries audio both ways.
struct Office {
    lan: Lan,
    ep: Running,
    events: Events,
    account: Account,
    call: Call,
    registrar: Kamailio,
    callee: Callee,
}

impl Office {
    fn open(config: EndpointConfig, transport: Transport) -> Office {
        let lan = Lan::new();
        let options = KamailioOptions::new()
            .host(PEER.parse().unwrap())
            .user("1001", "secret");
        let registrar = lan.peer.enter(|| Kamailio::start(options)).unwrap();
        let callee = Callee::start(&lan.peer);
        let ep = start(config);
        let events = ep.events();
        let account = AccountConfig::new(format!("sip:1001@{}", registrar.domain()))
            .registrar(format!("sip:{}", registrar.udp_addr()))
            .credentials("1001", "secret")
            .transport(transport);
        let account = ep.add_account(account).unwrap();
        account.wait_registered(SOON).unwrap();
        let call = account
            .call(&format!("sip:bob@{};transport=udp", callee.address))
            .unwrap();
        call.wait_for(CallState::Confirmed, SOON).unwrap();
        let office = Office {
            lan,
            ep,
            events,
            account,
            call,
            registrar,
            callee,
        };
        office.wait_audio(0, SOON);
        office
    }

    fn heard(&self) -> u64 {
        self.call.stats().map_or(0, |s| s.received.packets)
    }

    /// Waits until ten packets more than `before` have come back from the echo; how long that took.
    fn wait_audio(&self, before: u64, longest: Duration) -> Duration {
        let from = Instant::now();
        while self.heard() < before + 10 {
            assert!(
                from.elapsed() < longest,
                "no audio: {} packets, {before} before\n{}",
                self.heard(),
                self.call.story()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        from.elapsed()
    }

    fn step(&mut self, step: NetworkStep) -> Arc<NetworkChange> {
        wait(&mut self.events, step.name(), |e| match e {
            Event::NetworkChanged(change) if change.step == step => Some(Arc::clone(change)),
            _ => None,
        })
    }

    /// Waits for the re-INVITE and for ten packets after it.
    fn audio_is_back(&self) {
        let deadline = Deadline::secs(5);
        microsip_testkit::wait_until(deadline, "re-INVITE", || {
            (self.callee.invites().len() >= 2).then_some(())
        })
        .unwrap();
        // The counters of the new stream begin at nothing.
        self.wait_audio(0, Duration::from_secs(5));
    }

    /// Registrar and callee know the address.
    fn check_moved(&self, address: &str) {
        let invite = self.callee.invites().pop().unwrap();
        let text = String::from_utf8_lossy(invite.raw()).into_owned();
        assert!(
            text.contains(&format!("c=IN IP4 {address}")),
            "media is offered there:\n{text}"
        );
        assert!(invite.header("Contact").unwrap().contains(address), "{text}");
        assert!(invite.header("Via").unwrap().contains(address), "{text}");
        let here = |e: &LogEntry| {
            e.method() == "REGISTER"
                && e.kind == LogKind::Request
                && e.field("contact").unwrap_or_default().contains(address)
        };
        self.registrar.wait_log(here, Deadline::secs(5)).unwrap();
        let only = microsip_testkit::wait_until(Deadline::secs(5), "the only binding", || {
            let mut bindings = self.registrar.registered("1001").ok()?;
            let one = bindings.pop()?;
            (bindings.is_empty() && one.contact.contains(address)).then_some(())
        });
        if let Err(e) = only {
            panic!("{e}: {:?}", self.registrar.registered("1001"));
        }
    }

    fn registers(&self) -> usize {
        let all = self.registrar.log();
        all.iter()
            .filter(|e| e.kind == LogKind::Request && e.method() == "REGISTER")
            .count()
    }

    fn close(self) {
        self.call.hang_up().unwrap();
        self.ep.close();
    }
}

#[test]
fn an_address_replaced_in_a_call_moves_registration_and_audio() {
    let mut office = Office::open(any(), Transport::Udp);
    office.lan.ours.ip("addr del 10.77.0.2/24 dev v0").unwrap();
    let lost = office.step(NetworkStep::Lost);
    assert_eq!(lost.lost, ["10.77.0.2".parse::<IpAddr>().unwrap()]);
    office.lan.ours.ip("addr add 10.77.0.3/24 dev v0").unwrap();
    let from = Instant::now();
    let changed = office.step(NetworkStep::Changed);
    assert_eq!(changed.gained, ["10.77.0.3".parse::<IpAddr>().unwrap()]);
    assert_eq!((changed.accounts, changed.calls), (1, 1));
    office.audio_is_back();
    let took = from.elapsed();
    assert!(took < Duration::from_secs(2), "audio was back after {took:?}");
    office.check_moved("10.77.0.3");
    let done = office.step(NetworkStep::Finished);
    assert_eq!((done.registered, done.moved), (1, 1), "{done:?}");
    assert_eq!(office.account.registration().state, RegistrationState::Registered);
    office.close();
}

#[test]
fn subscriptions_follow_to_the_new_address() {
    let lan = Lan::new();
    let peer = lan.peer.enter(|| Ok(Peer::at("10.77.0.1:0"))).unwrap();
    let ep = start(any());
    let account = ep.add_account(AccountConfig::new("sip:1001@10.77.0.2")).unwrap();
    let subscription = account
        .subscribe(&peer.uri("sky"), SubscribeOptions::new("weather"))
        .unwrap();
    let first = peer.request("SUBSCRIBE");
    assert!(first.header("Contact").unwrap().contains("10.77.0.2"));
    peer.reply(&first, 200, &["Expires: 600"], None);
    let dialog = Dialog::called(&first, "peer");
    let headers = ["Event: weather", "Subscription-State: active;expires=600"];
    peer.send(first.from, "NOTIFY", "sip:1001@10.77.0.2", &dialog, 1, &headers, None);
    subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
    lan.ours.ip("addr del 10.77.0.2/24 dev v0").unwrap();
    lan.ours.ip("addr add 10.77.0.3/24 dev v0").unwrap();
    // In the same dialog, from the new address.
    let moved = peer.wait("a SUBSCRIBE from there", |m| {
        m.is_request("SUBSCRIBE") && m.header("Contact").is_some_and(|c| c.contains("10.77.0.3"))
    });
    assert_eq!(moved.call_id(), first.call_id());
    assert_eq!(moved.from.ip().to_string(), "10.77.0.3");
    assert_eq!(moved.to_tag(), Some("peer"));
    peer.reply(&moved, 200, &["Expires: 600"], None);
    ep.close();
}

#[test]
fn an_interface_down_and_up_registers_and_invites_again() {
    let mut office = Office::open(any(), Transport::Udp);
    office.lan.ours.ip("link set v0 down").unwrap();
    office.step(NetworkStep::Lost);
    std::thread::sleep(Duration::from_millis(700));
    office.lan.ours.ip("link set v0 up").unwrap();
    let from = Instant::now();
    office.step(NetworkStep::Changed);
    office.audio_is_back();
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    office.check_moved("10.77.0.2");
    let done = office.step(NetworkStep::Finished);
    assert_eq!((done.registered, done.moved), (1, 1), "{done:?}");
    office.close();
}

#[test]
fn an_interface_that_is_back_at_once_counts_as_well() {
    let mut office = Office::open(any(), Transport::Udp);
    office.lan.ours.ip("link set v0 down").unwrap();
    office.lan.ours.ip("link set v0 up").unwrap();
    let from = Instant::now();
    office.step(NetworkStep::Changed);
    office.audio_is_back();
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    office.step(NetworkStep::Finished);
    office.close();
}

#[test]
fn a_registration_over_tcp_gets_a_new_connection() {
    let mut office = Office::open(any(), Transport::Tcp);
    office.lan.ours.ip("addr del 10.77.0.2/24 dev v0").unwrap();
    office.lan.ours.ip("addr add 10.77.0.4/24 dev v0").unwrap();
    let from = Instant::now();
    office.step(NetworkStep::Changed);
    office.audio_is_back();
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    office.check_moved("10.77.0.4");
    let done = office.step(NetworkStep::Finished);
    assert_eq!((done.registered, done.moved), (1, 1), "{done:?}");
    office.close();
}

#[test]
fn the_application_can_say_that_the_network_changed() {
    let mut office = Office::open(any().network_watch(false), Transport::Udp);
    office.lan.ours.ip("addr del 10.77.0.2/24 dev v0").unwrap();
    office.lan.ours.ip("addr add 10.77.0.5/24 dev v0").unwrap();
    let quiet = office.events.recv_timeout(Duration::from_millis(600));
    assert!(!matches!(quiet, Ok(Some(Event::NetworkChanged(_)))), "{quiet:?}");
    office.ep.network_changed().unwrap();
    let from = Instant::now();
    office.audio_is_back();
    assert!(from.elapsed() < Duration::from_secs(2), "{:?}", from.elapsed());
    office.check_moved("10.77.0.5");
    office.step(NetworkStep::Finished);
    office.close();
}

#[test]
fn what_does_not_concern_us_changes_nothing() {
    let mut office = Office::open(any(), Transport::Udp);
    let registers = office.registers();
    let ip = |words: &str| drop(office.lan.ours.ip(words).unwrap());
    ip("link add other type veth peer name end");
    ip("addr add 10.99.0.1/24 dev other");
    ip("link set other up");
    ip("addr add 10.77.0.9/24 dev v0");
    ip("route add 10.98.0.0/16 via 10.77.0.1");
    ip("link set other down");
    ip("link del other");
    ip("addr del 10.77.0.9/24 dev v0");
    let deadline = Instant::now() + Duration::from_millis(1500);
    while let Ok(Some(event)) = office
        .events
        .recv_timeout(deadline.saturating_duration_since(Instant::now()))
    {
        assert!(!matches!(event, Event::NetworkChanged(_)), "{event:?}");
    }
    assert_eq!((office.registers(), office.callee.invites().len()), (registers, 1));
    office.close();
}

/// What a STUN server sees is registered, not the address the network gave.
#[test]
fn behind_stun_the_new_registration_has_the_address_seen_outside() {
    let lan = Lan::new();
    let options = KamailioOptions::new()
        .host(PEER.parse().unwrap())
        .user("1001", "secret");
    let registrar = lan.peer.enter(|| Kamailio::start(options)).unwrap();
    let socket = lan.peer.enter(|| Ok(UdpSocket::bind((PEER, 0)).unwrap())).unwrap();
    let stun = raw::Stun::of(socket, |from| SocketAddr::from(([203, 0, 113, 7], from.port())));
    let ep = start(any().nat(NatConfig::default().stun(stun.server())));
    let mut events = ep.events();
    let nat = AccountNat::default().contact_rewrite(ContactRewrite::Off);
    let account = AccountConfig::new(format!("sip:1001@{}", registrar.domain()))
        .registrar(format!("sip:{}", registrar.udp_addr()))
        .credentials("1001", "secret")
        .nat(nat);
    let account = ep.add_account(account).unwrap();
    account.wait_registered(SOON).unwrap();
    let contacts = || -> Vec<String> {
        let all = registrar.log();
        let requests = all
            .iter()
            .filter(|e| e.kind == LogKind::Request && e.method() == "REGISTER");
        requests
            .filter_map(|e| e.field("contact").map(ToString::to_string))
            .collect()
    };
    let before = contacts().len();
    for words in ["addr del 10.77.0.2/24 dev v0", "addr add 10.77.0.3/24 dev v0"] {
        lan.ours.ip(words).unwrap();
    }
    let done = wait(&mut events, "end of the change", |e| match e {
        Event::NetworkChanged(change) if change.step == NetworkStep::Finished => Some(change.registered),
        _ => None,
    });
    assert_eq!(done, 1);
    let new = contacts().split_off(before);
    assert!(
        !new.is_empty() && new.iter().all(|c| c.contains("203.0.113.7")),
        "{new:?}"
    );
    ep.close();
}

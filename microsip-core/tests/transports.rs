//! UDP, TCP and TLS over IPv4 and IPv6; requests too large for UDP; ports that are refused; RTP ports; code points.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::Deadline;
use microsip_testkit::ca::TestCa;
use microsip_testkit::dir::TestDir;
use microsip_testkit::process::Spec;
use microsip_testkit::sipmsg::SipMessage as Wire;
use support::*;

fn at(transport: Transport, address: &str) -> TransportConfig {
    TransportConfig::new(transport, address.parse().unwrap())
}

const V4: &str = "127.0.0.1:0";
const V6: &str = "[::1]:0";

/// Makes a call to `target` and says over what the INVITE came, and the media's address.
fn call_over(ep: &Running, caller: &Account, target: &str) -> (Transport, String, Call, Call) {
    let mut events = ep.events();
    let out = caller.call(target).unwrap();
    let (mut over, mut incoming) = (None, None);
    while over.is_none() || incoming.is_none() {
        wait(&mut events, "the INVITE", |e| {
            match e {
                Event::SipMessage(m) if m.direction == Direction::Incoming && m.first_line.starts_with("INVITE") => {
                    over = Some(m.transport);
                }
                Event::IncomingCall { call, .. } => incoming = Some(call.clone()),
                _ => return None,
            }
            Some(())
        });
    }
    let inn = incoming.unwrap();
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    let media = wait(&mut events, "media", |e| match e {
        Event::CallMedia { call, info } if *call == out && info.media.first().is_some_and(|m| m.active) => {
            Some(info.media[0].remote_rtp.clone())
        }
        _ => None,
    });
    (over.unwrap(), media, out, inn)
}

#[test]
fn every_transport_works_over_both_families_at_once() {
    let dir = TestDir::new("families").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let own = ca.server("own", &["127.0.0.1", "::1"]).unwrap();
    let kinds = [Transport::Udp, Transport::Tcp, Transport::Tls];
    let tls = TlsConfig::default().ca_file(ca.ca_cert()).identity(&own.cert, &own.key);
    let both = || kinds.into_iter().flat_map(|t| [at(t, V4), at(t, V6)]).collect();
    let only = |address| kinds.into_iter().map(|t| at(t, address)).collect();
    for (transports, families) in [(both(), &[V4, V6][..]), (only(V6), &[V6]), (only(V4), &[V4])] {
        let ep = start(config().transports(transports).tls(tls.clone()).trace(true));
        let addresses = ep.local_addresses().unwrap();
        let caller = ep.add_account(AccountConfig::new("sip:caller@x.test")).unwrap();
        for family in families {
            for kind in kinds {
                let v6 = family.starts_with('[');
                let (_, addr) = addresses.iter().find(|(t, a)| *t == kind && a.is_ipv6() == v6).unwrap();
                let callee = ep
                    .add_account(AccountConfig::new(format!("sip:callee@{addr}")))
                    .unwrap();
                let (over, media, out, inn) = call_over(&ep, &caller, &format!("sip:callee@{addr};transport={kind}"));
                assert_eq!(over, kind, "{addr}");
                assert_eq!(media.starts_with('['), v6, "{addr}: media at {media}");
                out.hang_up().unwrap();
                inn.wait_for(CallState::Disconnected, SOON).unwrap();
                callee.remove().unwrap();
            }
        }
        ep.close();
    }
}

#[test]
fn an_address_that_is_taken_or_not_ours_says_so() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let turn = turn();
    for (address, code) in [
        (address.as_str(), "address_in_use"),
        ("192.0.2.1:0", "address_not_local"),
    ] {
        let error = Endpoint::start(config().transports(vec![at(Transport::Udp, address)])).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, code), "{error}");
        assert!(
            error.to_string().contains(address.split(':').next().unwrap()),
            "{error}"
        );
    }
    drop(turn);
    let ep = start(config().transports(vec![at(Transport::Udp, V4)]));
    let account = ep
        .add_account(
            AccountConfig::new("sip:a@x.test")
                .registrar("sip:127.0.0.1:9")
                .transport(Transport::Tcp),
        )
        .unwrap();
    let error = account.wait_registered(SOON).unwrap_err();
    assert_eq!(error.code(), "no_transport", "{error}");
    ep.close();
}

// ---- too large for UDP ----

/// A TCP and a UDP socket on one port; whichever gets the first whole request tells its size.
struct Both {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl Both {
    fn bind() -> Both {
        loop {
            let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
                udp.set_nonblocking(true).unwrap();
                tcp.set_nonblocking(true).unwrap();
                return Both { udp, tcp };
            }
        }
    }

    fn addr(&self) -> SocketAddr {
        self.udp.local_addr().unwrap()
    }

    fn first(&self, call_id: &str) -> (Transport, Vec<u8>) {
        let mut buffer = vec![0; 70_000];
        microsip_testkit::wait_until(Deadline::secs(5), "a request", || {
            if let Ok(n) = self.udp.recv(&mut buffer)
                && String::from_utf8_lossy(&buffer[..n]).contains(call_id)
            {
                return Some((Transport::Udp, buffer[..n].to_vec()));
            }
            let (mut stream, _) = self.tcp.accept().ok()?;
            stream.set_nonblocking(false).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
            let mut text = Vec::new();
            while Wire::parse(&text).is_err() {
                let n = stream.read(&mut buffer).unwrap();
                assert!(n > 0, "ended within a request");
                text.extend_from_slice(&buffer[..n]);
            }
            // Refused, so that nothing is left of it.
            let request = Wire::parse(&text).unwrap();
            let headers: String = ["Via", "From", "To", "Call-ID", "CSeq"]
                .iter()
                .map(|name| format!("{name}: {}\r\n", request.header(name).unwrap()))
                .collect();
            drop(stream.write_all(format!("SIP/2.0 486 Busy\r\n{headers}Content-Length: 0\r\n\r\n").as_bytes()));
            drop(stream.read(&mut buffer));
            Some((Transport::Tcp, text))
        })
        .unwrap()
    }
}

fn switches(events: &mut Events) -> Vec<std::sync::Arc<TransportSwitch>> {
    std::iter::from_fn(|| events.try_recv())
        .filter_map(|e| match e {
            Event::TransportSwitched(switch) => Some(switch),
            _ => None,
        })
        .collect()
}

#[test]
fn the_limit_is_1300_bytes_on_the_wire() {
    let ep = start(
        config()
            .transaction_timeout(Duration::from_secs(1))
            .gather(Duration::ZERO),
    );
    // One codec, so that the request of an ordinary name is far below the limit.
    let caller = AccountConfig::new(ep.uri("1001")).codecs("PCMU/8000/1").unwrap();
    let caller = ep.add_account(caller).unwrap();
    let (mut largest, mut smallest) = (0, usize::MAX);
    let peer = Both::bind();
    let mut events = ep.events();
    let mut size = None;
    // The user is in the request line and in To.
    for length in (1..=13).map(|n| n * 40).chain((0..24).map(|n| 1_000_000 + n)) {
        let length = if length < 1_000_000 {
            length
        } else {
            // Around the limit, byte by byte as far as two copies allow.
            let (known, len): (usize, usize) = size.unwrap();
            (len + 1300_usize.saturating_sub(known) / 2 + (length - 1_000_000)).saturating_sub(12)
        };
        let call = caller
            .call(&format!("sip:{}@{}", "x".repeat(length), peer.addr()))
            .unwrap();
        let (over, text) = peer.first(&call.info().sip_call_id);
        if over == Transport::Udp {
            largest = largest.max(text.len());
            size = Some((text.len(), length));
        } else {
            smallest = smallest.min(text.len());
        }
        let told = switches(&mut events);
        assert_eq!(told.len(), usize::from(over == Transport::Tcp), "{told:?}");
        if let Some(switch) = told.first() {
            assert_eq!(
                (switch.from, switch.to, switch.limit),
                (Transport::Udp, Transport::Tcp, 1300)
            );
            assert_eq!((switch.method.as_str(), switch.call.as_ref()), ("INVITE", Some(&call)));
            assert!(switch.size > 1300 && switch.error.is_none(), "{switch:?}");
            assert_eq!(switch.remote, peer.addr().to_string());
        }
        drop(call.hang_up());
    }
    assert!(largest <= 1300 && largest > 1280, "{largest} bytes went over UDP");
    assert!(smallest > 1300 - 8 && smallest < 1330, "{smallest} bytes went over TCP");
    ep.close();
}

#[test]
fn the_switch_can_be_turned_off() {
    let ep = start(config().switch_to_tcp(false));
    let caller = ep.local("1001");
    let (peer, mut events) = (Both::bind(), ep.events());
    let call = caller
        .call(&format!("sip:{}@{}", "x".repeat(600), peer.addr()))
        .unwrap();
    let (over, text) = peer.first(&call.info().sip_call_id);
    assert!(over == Transport::Udp && text.len() > 1300, "{over} {}", text.len());
    assert_eq!(switches(&mut events).len(), 0);
    ep.close();
}

#[test]
fn over_ipv6_as_well_and_back_to_udp_when_tcp_is_refused() {
    let ep = start(config().transports(vec![
        at(Transport::Udp, V6),
        at(Transport::Tcp, V6),
        at(Transport::Udp, V4),
        at(Transport::Tcp, V4),
    ]));
    let caller = ep.add_account(AccountConfig::new("sip:caller@x.test")).unwrap();
    for address in ["[::1]:0", "127.0.0.1:0"] {
        let udp = UdpSocket::bind(address).unwrap();
        udp.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut events = ep.events();
        let from = Instant::now();
        let call = caller
            .call(&format!("sip:{}@{}", "y".repeat(600), udp.local_addr().unwrap()))
            .unwrap();
        let mut buffer = vec![0; 70_000];
        let n = udp.recv(&mut buffer).unwrap();
        let request = Wire::parse(&buffer[..n]).unwrap();
        assert!(request.is_request("INVITE") && n > 1300, "{n}");
        assert!(
            request.header("Via").unwrap().contains("/UDP"),
            "the Via says what carries it"
        );
        assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
        let told: Vec<_> = (0..2)
            .map(|_| {
                wait(&mut events, "both changes", |e| match e {
                    Event::TransportSwitched(s) => Some(s.clone()),
                    _ => None,
                })
            })
            .collect();
        assert_eq!((told[0].to, told[0].error.as_ref()), (Transport::Tcp, None), "{told:?}");
        assert_eq!((told[1].from, told[1].to), (Transport::Tcp, Transport::Udp), "{told:?}");
        assert_eq!(told[1].error.as_ref().unwrap().code(), "port_refused", "{told:?}");
        assert!(told.iter().all(|s| s.call.as_ref() == Some(&call)), "{told:?}");
        assert!(told.iter().all(|s| *s.call_id == *call.info().sip_call_id), "{told:?}");
        drop(call.hang_up());
    }
    ep.close();
}

#[test]
fn the_largest_datagrams_there_are_are_read_over_udp() {
    let ep = start(config().trace(true));
    ep.local("1001");
    let addr = ep.local_address(Transport::Udp).unwrap();
    let mut events = ep.events();
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let own = peer.local_addr().unwrap();
    // What IPv4 leaves of its 65,535 bytes for the payload of UDP.
    const LARGEST: usize = 65_507;
    let padded = |start: String| {
        let mut text = start;
        for n in 0..60 {
            text += &format!("X-Padding-{n}: {}\r\n", "p".repeat(980));
        }
        let end = "Content-Length: 0\r\n\r\n";
        let left = LARGEST - text.len() - end.len() - "X-Last: \r\n".len();
        text + &format!("X-Last: {}\r\n{end}", "p".repeat(left))
    };
    let invite = padded(format!(
        "INVITE sip:1001@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKbig\r\nMax-Forwards: 70\r\n\
         From: <sip:x@{own}>;tag=1\r\nTo: <sip:1001@{addr}>\r\nCall-ID: big\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:x@{own}>\r\n"
    ));
    assert_eq!(invite.len(), LARGEST);
    peer.send_to(invite.as_bytes(), addr).unwrap();
    let text = wait(&mut events, "the INVITE", |e| match e {
        Event::SipMessage(m) if m.direction == Direction::Incoming => Some(m.text.clone()),
        _ => None,
    });
    assert_eq!(text.len(), invite.len());
    incoming(&mut events).reject(StatusCode::BUSY_HERE).unwrap();

    // And an answer of that size.
    let account = ep
        .add_account(AccountConfig::new("sip:1002@x.test").registrar(format!("sip:{own}")))
        .unwrap();
    let mut buffer = vec![0; 70_000];
    let request = loop {
        let n = peer.recv(&mut buffer).unwrap();
        match Wire::parse(&buffer[..n]) {
            Ok(m) if m.is_request("REGISTER") => break m,
            _ => {}
        }
    };
    let copy: String = ["Via", "From", "Call-ID", "CSeq", "Contact"]
        .iter()
        .map(|name| format!("{name}: {}\r\n", request.header(name).unwrap()))
        .collect();
    let answer = padded(format!(
        "SIP/2.0 200 OK\r\n{copy}To: {};tag=r\r\nExpires: 300\r\n",
        request.header("To").unwrap()
    ));
    assert_eq!(answer.len(), LARGEST);
    peer.send_to(answer.as_bytes(), addr).unwrap();
    account.wait_registered(SOON).unwrap();
    ep.close();
}

// ---- ports that are refused ----

/// A port nobody listens on.
fn closed(address: &str) -> SocketAddr {
    let socket = UdpSocket::bind(address).unwrap();
    socket.local_addr().unwrap()
}

#[test]
fn a_refused_port_is_told_within_a_second() {
    let ep = start(config().transports(vec![
        at(Transport::Udp, V4),
        at(Transport::Tcp, V4),
        at(Transport::Udp, V6),
        at(Transport::Tcp, V6),
    ]));
    let caller = ep.add_account(AccountConfig::new("sip:caller@x.test")).unwrap();
    for address in [V4, V6] {
        for transport in [Transport::Udp, Transport::Tcp] {
            let addr = closed(address);
            let from = Instant::now();
            let account = ep
                .add_account(
                    AccountConfig::new("sip:a@x.test")
                        .registrar(format!("sip:{addr}"))
                        .transport(transport),
                )
                .unwrap();
            let error = account.wait_registered(SOON).unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::Transport, "port_refused"),
                "{addr} {transport}: {error}"
            );
            assert!(error.to_string().contains(&addr.to_string()), "{error}");
            assert!(
                from.elapsed() < Duration::from_secs(1),
                "{transport}: {:?}",
                from.elapsed()
            );
            account.remove().unwrap();

            let from = Instant::now();
            let mut events = ep.events();
            let call = caller
                .call(&format!("sip:x@{};transport={transport}", closed(address)))
                .unwrap();
            let ends = ends(&mut events, &call);
            assert_eq!(ends.len(), 1, "{ends:?}");
            assert_eq!(
                (ends[0].by, ends[0].cause),
                (EndedBy::Network, EndCause::TransportFailed)
            );
            assert_eq!(ends[0].error.as_ref().unwrap().code(), "port_refused", "{ends:?}");
            assert!(
                from.elapsed() < Duration::from_secs(1),
                "{transport}: {:?}",
                from.elapsed()
            );
        }
    }
    ep.close();
}

#[test]
fn a_refused_port_is_the_matter_of_those_who_asked_for_it() {
    let ep = start(config().transaction_timeout(Duration::from_secs(2)));
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let living = UdpSocket::bind("127.0.0.1:0").unwrap();
    living.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let registrar = |addr: SocketAddr| AccountConfig::new("sip:a@x.test").registrar(format!("sip:{addr}"));
    // A call that is up, with the peer that lives.
    let talk = connected(&ep);
    // Errors of the dead come between the datagrams for the others, on the same socket.
    let mut accounts = Vec::new();
    for _ in 0..20 {
        for (addr, code) in [
            (closed(V4), Some("port_refused")),
            (living.local_addr().unwrap(), None),
            (silent.local_addr().unwrap(), Some("no_answer")),
        ] {
            accounts.push((ep.add_account(registrar(addr)).unwrap(), code));
        }
    }
    let answering = std::thread::spawn(move || {
        let mut buffer = vec![0; 4096];
        let until = Instant::now() + Duration::from_secs(4);
        while Instant::now() < until {
            let Ok((n, from)) = living.recv_from(&mut buffer) else {
                continue;
            };
            let request = Wire::parse(&buffer[..n]).unwrap();
            let copy: String = ["Via", "From", "To", "Call-ID", "CSeq", "Contact"]
                .iter()
                .map(|name| format!("{name}: {}\r\n", request.header(name).unwrap()))
                .collect();
            let answer = format!("SIP/2.0 200 OK\r\n{copy}Expires: 300\r\nContent-Length: 0\r\n\r\n");
            living.send_to(answer.as_bytes(), from).unwrap();
        }
    });
    for (account, code) in &accounts {
        let found = account.wait_registered(SOON).err().map(|e| e.code());
        assert_eq!(found, *code, "{:?}", account.registration());
    }
    assert_eq!(talk.0.info().state, CallState::Confirmed);
    talk.0.hang_up().unwrap();
    talk.1.wait_for(CallState::Disconnected, SOON).unwrap();
    answering.join().unwrap();
    ep.close();
}

// ---- RTP ports ----

fn rtp_port(call: &Call) -> u16 {
    let media = microsip_testkit::wait_until(Deadline::secs(5), "media", || {
        call.info().media.first().filter(|m| m.active).cloned()
    })
    .unwrap();
    media.remote_rtp.rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn heavy_rtp_ports_stay_in_their_range_over_200_calls() {
    let range = microsip_testkit::ports::reserve_range(20).unwrap();
    let (first, last) = (range.first(), range.last());
    let _ = range.release();
    let ep = start(config().rtp_ports(first..=last));
    let mut used = std::collections::BTreeMap::new();
    for _ in 0..200 {
        let (out, inn) = connected(&ep);
        for call in [&out, &inn] {
            let port = rtp_port(call);
            assert!(
                (first..last).contains(&port) && port.is_multiple_of(2),
                "{port} of {first}-{last}"
            );
            for one in [port, port + 1] {
                assert!(
                    microsip_testkit::ports::udp_in_use(one),
                    "{one}: RTP and RTCP are bound"
                );
            }
            *used.entry(port).or_insert(0) += 1;
        }
        out.hang_up().unwrap();
        inn.wait_for(CallState::Disconnected, SOON).unwrap();
    }
    assert_eq!(used.values().sum::<i32>(), 400);
    assert!(used.len() <= 10, "freed ports are used again: {used:?}");
    microsip_testkit::wait_until(Deadline::secs(5), "every port to be free", || {
        (first..=last)
            .all(|p| !microsip_testkit::ports::udp_in_use(p))
            .then_some(())
    })
    .unwrap();
    ep.close();
}

#[test]
fn an_exhausted_range_is_a_typed_error_that_names_it() {
    let range = microsip_testkit::ports::reserve_range(4).unwrap();
    let (first, last) = (range.first(), range.last());
    let _ = range.release();
    let ep = start(config().rtp_ports(first..=last));
    // Both sides of it take a pair.
    let (out, inn) = connected(&ep);
    let caller = ep
        .accounts()
        .unwrap()
        .into_iter()
        .find(|a| a.aor().contains("1001"))
        .unwrap();
    let error = caller.call(&ep.uri("1002")).unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::LimitReached, "rtp_ports_exhausted"),
        "{error}"
    );
    assert!(error.to_string().contains(&format!("{first}-{last}")), "{error}");
    assert_eq!(ep.calls().unwrap().len(), 2, "nothing is left of it");
    // Somebody else's call is refused, not left alone.
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (own, addr) = (peer.local_addr().unwrap(), ep.local_address(Transport::Udp).unwrap());
    let sdp = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {} RTP/AVP 0\r\n",
        own.port()
    );
    let invite = format!(
        "INVITE sip:1002@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKfull\r\nMax-Forwards: 70\r\n\
         From: <sip:x@{own}>;tag=1\r\nTo: <sip:1002@{addr}>\r\nCall-ID: full\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:x@{own}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    );
    peer.send_to(invite.as_bytes(), addr).unwrap();
    let mut buffer = vec![0; 4096];
    let code = loop {
        let n = peer.recv(&mut buffer).unwrap();
        match Wire::parse(&buffer[..n]).unwrap().code() {
            Some(100) => {}
            code => break code.unwrap(),
        }
    };
    assert!((400..700).contains(&code), "{code}");
    out.hang_up().unwrap();
    inn.wait_for(CallState::Disconnected, SOON).unwrap();
    // Freed ports serve again.
    microsip_testkit::wait_until(Deadline::secs(5), "a free pair", || caller.call(&ep.uri("1002")).ok()).unwrap();
    ep.close();
}

// ---- code points ----

#[test]
fn packets_carry_their_code_points() {
    let (v4, v6) = (at(Transport::Udp, V4), at(Transport::Udp, V6));
    let ep = start(
        config()
            .transports(vec![v4, v6, at(Transport::Tcp, V4), at(Transport::Tcp, V6)])
            .dscp_sip(24)
            .dscp_rtp(46),
    );
    let caller = ep.add_account(AccountConfig::new("sip:caller@x.test")).unwrap();
    for (transport, v6) in [
        (Transport::Udp, false),
        (Transport::Tcp, false),
        (Transport::Udp, true),
        (Transport::Tcp, true),
    ] {
        let (_, addr) = ep
            .local_addresses()
            .unwrap()
            .into_iter()
            .find(|(t, a)| *t == transport && a.is_ipv6() == v6)
            .unwrap();
        let callee = ep
            .add_account(AccountConfig::new(format!("sip:callee@{addr}")))
            .unwrap();
        let mut dump = Spec::installed("tcpdump", "tcpdump")
            .unwrap()
            .args(["-i", "any", "-n", "-v", "-l", "-U", "udp or tcp"])
            .spawn()
            .unwrap();
        dump.wait_line("listening on", Deadline::secs(10)).unwrap();
        let mut events = ep.events();
        let out = caller
            .call(&format!("sip:callee@{addr};transport={transport}"))
            .unwrap();
        let inn = incoming(&mut events);
        inn.answer(StatusCode::OK).unwrap();
        out.wait_for(CallState::Confirmed, SOON).unwrap();
        let rtp = rtp_port(&out);
        // A line with the code point precedes or holds the addresses.
        let word = |dscp: u32| format!("{}{:#x}", if v6 { "class " } else { "tos " }, dscp << 2);
        for (port, dscp, what) in [(addr.port(), 24, "SIP"), (rtp, 46, "RTP")] {
            microsip_testkit::wait_until(Deadline::secs(10), what, || {
                let lines: Vec<String> = dump.output().lines().into_iter().map(|l| l.text).collect();
                let pairs = lines.windows(2).filter(|w| {
                    let both = format!("{} {}", w[0], w[1]);
                    both.contains(&format!(".{port}:")) || both.contains(&format!(".{port} >"))
                });
                pairs
                    .into_iter()
                    .any(|w| w.join(" ").contains(&word(dscp)))
                    .then_some(())
            })
            .unwrap_or_else(|e| panic!("{transport} {addr}: {e}"));
        }
        out.hang_up().unwrap();
        inn.wait_for(CallState::Disconnected, SOON).unwrap();
        callee.remove().unwrap();
    }
    ep.close();
}

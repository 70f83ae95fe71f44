//! Names (RFC 3263): NSD answers, Kamailio and SIPp are where it leads; and what becomes of a request whose first target is
//! dead.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::ca::TestCa;
use microsip_testkit::dir::TestDir;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::nameserver::{NameServer, SilentNameServer};
use microsip_testkit::netns::Netns;
use microsip_testkit::sipp::{self, Scenario, Sipp, SippRun};
use microsip_testkit::tap::{self, Tap};
use microsip_testkit::{Deadline, ports};
use support::*;

const ZONE: &str = "example.test";

fn dns(server: SocketAddr) -> DnsConfig {
    DnsConfig::default()
        .server(server)
        .hosts_file(None)
        .target_timeout(Duration::from_millis(600))
}

fn named(records: &str) -> (NameServer, Running) {
    let server = NameServer::start(ZONE, records).unwrap();
    let ep = start(config().dns(dns(server.addr())));
    (server, ep)
}

fn kamailio() -> Kamailio {
    Kamailio::start(KamailioOptions::new().user("1001", "secret")).unwrap()
}

fn account(registrar: &str) -> AccountConfig {
    AccountConfig::new(format!("sip:1001@{ZONE}"))
        .registrar(registrar)
        .credentials("1001", "secret")
}

/// A callee that answers one call.
fn callee(transport: sipp::Transport) -> SippRun {
    Sipp::uas(Scenario::UasBasic).transport(transport).start().unwrap()
}

/// Refuses requests of `method` with 503, for ever.
fn turns_away(method: &str, transport: sipp::Transport) -> SippRun {
    let ack = match method {
        "INVITE" => r#"<recv request="ACK" timeout="3000"/>"#,
        _ => "",
    };
    let text = format!(
        r#"<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="503">
<recv request="{method}"/>
<send><![CDATA[
SIP/2.0 503 Service Unavailable
[last_Via:]
[last_From:]
[last_To:];tag=[pid]t[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
{ack}
</scenario>"#
    );
    Sipp::uas(Scenario::Text(text))
        .calls(0)
        .transport(transport)
        .start()
        .unwrap()
}

fn srv(service: &str, targets: &[(u16, SocketAddr)]) -> String {
    let mut text = String::from("target IN A 127.0.0.1\n");
    for (priority, address) in targets {
        text += &format!("{service} IN SRV {priority} 0 {} target\n", address.port());
    }
    text
}

fn targets(ep: &Running, uri: &str) -> Vec<String> {
    let list = ep.resolve(uri).unwrap();
    list.iter().map(|t| format!("{} {}", t.transport, t.address)).collect()
}

#[test]
fn srv_gives_host_and_port_of_the_registrar() {
    let server = kamailio();
    let (_names, ep) = named(&srv("_sip._udp", &[(10, server.udp_addr())]));
    let account = ep.add_account(account(&format!("sip:{ZONE}"))).unwrap();
    account.wait_registered(SOON).unwrap();
    server.wait_registered("1001", 1, Deadline::secs(5)).unwrap();
    account.unregister().unwrap();
    account.wait_unregistered(SOON).unwrap();
    ep.close();
}

#[test]
fn naptr_chooses_tls_and_the_contact_says_so() {
    let dir = TestDir::new("dns").unwrap();
    let ca = TestCa::new(dir.path()).unwrap();
    let tls = ca.server("named", &[ZONE]).unwrap();
    let server = Kamailio::start(KamailioOptions::new().user("1001", "secret").tls(tls)).unwrap();
    let (udp, tls) = (server.udp_addr(), server.tls_addr().unwrap());
    let names = NameServer::start(
        ZONE,
        &format!(
            "@ IN NAPTR 100 50 \"s\" \"SIP+D2U\" \"\" _sip._udp
            @ IN NAPTR 50 50 \"s\" \"SIPS+D2T\" \"\" _sips._tcp
            @ IN NAPTR 90 50 \"s\" \"SIP+D2T\" \"\" _sip._tcp
            {}{}{}",
            srv("_sip._udp", &[(0, udp)]),
            srv("_sip._tcp", &[(0, udp)]),
            srv("_sips._tcp", &[(0, tls)]),
        ),
    )
    .unwrap();
    let with_tls = config()
        .dns(dns(names.addr()))
        .tls(TlsConfig::default().ca_file(ca.ca_cert()));
    let ep = start(with_tls);
    let one = ep.add_account(account(&format!("sip:{ZONE}"))).unwrap();
    one.wait_registered(SOON).unwrap();
    let seen = server
        .wait_log(|e| e.method() == "REGISTER" && e.code().is_none(), Deadline::secs(5))
        .unwrap();
    assert_eq!(seen.proto(), "tls");
    let binding = server.wait_registered("1001", 1, Deadline::secs(5)).unwrap().remove(0);
    assert!(binding.contact.to_lowercase().contains("transport=tls"), "{binding:?}");
    ep.close();
    // Without TLS the next best one we have.
    let any = "127.0.0.1:0".parse().unwrap();
    let ep = start(config().dns(dns(names.addr())).transports(vec![
        TransportConfig::new(Transport::Udp, any),
        TransportConfig::new(Transport::Tcp, any),
    ]));
    assert_eq!(targets(&ep, &format!("sip:{ZONE}")), [format!("tcp {udp}")]);
    let one = ep.add_account(account(&format!("sip:{ZONE}"))).unwrap();
    one.wait_registered(SOON).unwrap();
    server
        .wait_log(|e| e.method() == "REGISTER" && e.proto() == "tcp", Deadline::secs(5))
        .unwrap();
    ep.close();
}

#[test]
fn weights_decide_how_often_a_target_comes_first() {
    let (_names, ep) = named(
        "a IN A 127.0.0.1
        _sip._udp 0 IN SRV 10 20 5071 a
        _sip._udp 0 IN SRV 10 60 5072 a
        _sip._udp 0 IN SRV 20 99 5073 a",
    );
    let mut first = [0u32; 2];
    for _ in 0..200 {
        let list = ep.resolve("sip:example.test;transport=udp").unwrap();
        let ports: Vec<u16> = list.iter().map(|t| t.address.port()).collect();
        assert_eq!(
            (ports.len(), ports[2]),
            (3, 5073),
            "a higher number comes last: {ports:?}"
        );
        first[usize::from(ports[0] - 5071)] += 1;
    }
    // 150 of 200 expected, standard deviation 6.
    assert!((115..185).contains(&first[1]), "{first:?}");
    ep.close();
}

#[test]
fn addresses_aliases_and_ports_are_found() {
    let (_names, ep) = named(
        "pbx IN A 127.0.0.1
        pbx IN A 127.0.0.2
        pbx IN AAAA ::1
        alias IN CNAME pbx
        six IN AAAA ::1
        _sip._udp.pbx IN SRV 0 0 5099 pbx",
    );
    let mut found = targets(&ep, "sip:alias.example.test");
    found.sort();
    assert_eq!(
        found,
        ["udp 127.0.0.1:5060", "udp 127.0.0.2:5060"],
        "IPv4 alone: no IPv6 transport"
    );
    // A port means no SRV.
    assert!(
        targets(&ep, "sip:pbx.example.test:5070")
            .iter()
            .all(|t| t.ends_with(":5070"))
    );
    assert!(
        targets(&ep, "sip:pbx.example.test")
            .iter()
            .all(|t| t.ends_with(":5099"))
    );
    let error = ep.resolve("sip:six.example.test").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.to_string().contains("no address of a family"), "{error}");
    ep.close();
}

#[test]
fn an_ipv6_address_is_used_with_an_ipv6_transport() {
    let peer = UdpSocket::bind("[::1]:0").unwrap();
    peer.set_read_timeout(Some(SOON)).unwrap();
    let names = NameServer::start(ZONE, "six IN AAAA ::1").unwrap();
    let v6 = TransportConfig::new(Transport::Udp, "[::1]:0".parse().unwrap());
    let ep = start(config().dns(dns(names.addr())).transports(vec![v6]));
    let account = ep.add_account(AccountConfig::new("sip:1001@six.example.test")).unwrap();
    let port = peer.local_addr().unwrap().port();
    let _call = account.call(&format!("sip:bob@six.example.test:{port}")).unwrap();
    let mut buffer = [0; 4000];
    let len = peer.recv(&mut buffer).unwrap();
    assert!(buffer[..len].starts_with(b"INVITE sip:bob@six.example.test"));
    ep.close();
}

/// Registers although the first target is `dead`; how often the registrar was asked for it.
fn registers_past(dead: SocketAddr, service: &str, uri: &str) -> (Kamailio, NameServer, Running, Account, Duration) {
    let server = kamailio();
    let (names, ep) = named(&srv(service, &[(10, dead), (20, server.udp_addr())]));
    let from = Instant::now();
    let account = ep.add_account(account(uri)).unwrap();
    account.wait_registered(SOON).unwrap();
    (server, names, ep, account, from.elapsed())
}

#[test]
fn a_registration_passes_a_refused_connection() {
    let dead = ports::reserve().unwrap();
    let address = dead.addr();
    let _ = dead.release();
    let (_server, _names, ep, _account, took) = registers_past(address, "_sip._tcp", "sip:example.test;transport=tcp");
    assert!(took < Duration::from_secs(1), "{took:?}");
    ep.close();
}

#[test]
fn a_registration_passes_a_host_that_drops_connections() {
    // A firewall that says nothing.
    let net = Netns::new().unwrap();
    net.join().unwrap();
    let dead = ports::reserve().unwrap().release();
    net.nft("add table ip t").unwrap();
    net.nft("add chain ip t in { type filter hook input priority 0; }")
        .unwrap();
    net.nft(&format!("add rule ip t in tcp dport {dead} drop")).unwrap();
    let (_server, _names, ep, _account, took) = registers_past(
        SocketAddr::from(([127, 0, 0, 1], dead)),
        "_sip._tcp",
        "sip:example.test;transport=tcp",
    );
    assert!(took < Duration::from_secs(10), "{took:?}");
    ep.close();
}

#[test]
fn a_registration_passes_a_silent_target_and_remembers_it() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let address = silent.local_addr().unwrap();
    let (server, _names, ep, account, took) = registers_past(address, "_sip._udp", "sip:example.test");
    assert!(
        took >= Duration::from_millis(600) && took < Duration::from_secs(3),
        "{took:?}"
    );
    let heard = || {
        let mut buffer = [0; 4000];
        let mut requests = Vec::new();
        while let Ok(len) = silent.recv(&mut buffer) {
            requests.push(String::from_utf8_lossy(&buffer[..len]).into_owned());
        }
        requests
    };
    let first = heard();
    assert!(!first.is_empty());
    let line = |text: &str, name: &str| {
        text.lines()
            .find(|l| l.starts_with(name))
            .unwrap_or_default()
            .to_owned()
    };
    // RFC 3263 §4.3: the same request with another branch.
    let seen = server.log();
    let seen = seen.iter().find(|e| e.method() == "REGISTER").unwrap();
    let call_id = line(&first[0], "Call-ID:");
    assert!(call_id.contains(seen.field("call_id").unwrap()), "{seen:?}");
    // The next one goes to the living one at once.
    let from = Instant::now();
    account.unregister().unwrap();
    account.wait_unregistered(SOON).unwrap();
    assert!(from.elapsed() < Duration::from_millis(500), "{:?}", from.elapsed());
    assert_eq!(heard(), Vec::<String>::new());
    ep.close();
}

#[test]
fn a_registration_passes_a_503() {
    let away = turns_away("REGISTER", sipp::Transport::Udp);
    let (_server, _names, ep, _account, took) = registers_past(away.addr(), "_sip._udp", "sip:example.test");
    assert!(took < Duration::from_secs(1), "{took:?}");
    let told = away
        .messages()
        .iter()
        .filter(|m| m.message.to_string().contains("503"))
        .count();
    assert!(told >= 1);
    ep.close();
}

/// Calls a name whose first target is `dead`, and is answered by the second.
fn calls_past(dead: SocketAddr, transport: sipp::Transport) -> Duration {
    let callee = callee(transport);
    let (service, uri) = match transport {
        sipp::Transport::Udp => ("_sip._udp", "sip:bob@example.test"),
        sipp::Transport::Tcp => ("_sip._tcp", "sip:bob@example.test;transport=tcp"),
    };
    let (_names, ep) = named(&srv(service, &[(10, dead), (20, callee.addr())]));
    let mut events = ep.events();
    let from = Instant::now();
    let call = ep.local("1001").call(uri).unwrap();
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let took = from.elapsed();
    let told = call.story().entries.iter().any(|e| match &e.step {
        StoryStep::Decided { about, what } => {
            *about == Decision::Route && what.contains(&dead.to_string()) && what.contains(&callee.addr().to_string())
        }
        _ => false,
    });
    assert!(told, "the story tells of the fail-over:\n{}", call.story());
    call.hang_up().unwrap();
    let ends = ends(&mut events, &call);
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0].cause, EndCause::HungUp, "{ends:?}");
    let report = callee.wait(Deadline::secs(10)).unwrap();
    assert!(report.is_success(), "{report}");
    ep.close();
    took
}

#[test]
fn a_call_passes_a_refused_connection() {
    let dead = ports::reserve().unwrap();
    let address = dead.addr();
    let _ = dead.release();
    let took = calls_past(address, sipp::Transport::Tcp);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_call_passes_a_port_that_is_closed() {
    // The system tells (ICMP): nobody waits for the target's time to be over.
    let dead = ports::reserve().unwrap();
    let address = dead.addr();
    let _ = dead.release();
    let took = calls_past(address, sipp::Transport::Udp);
    assert!(took < Duration::from_millis(500), "{took:?}");
}

#[test]
fn a_call_passes_a_silent_target() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let took = calls_past(silent.local_addr().unwrap(), sipp::Transport::Udp);
    assert!(
        took >= Duration::from_millis(600) && took < Duration::from_secs(4),
        "{took:?}"
    );
}

#[test]
fn a_call_passes_a_503_which_is_acknowledged() {
    for transport in [sipp::Transport::Udp, sipp::Transport::Tcp] {
        let away = turns_away("INVITE", transport);
        let took = calls_past(away.addr(), transport);
        assert!(took < Duration::from_secs(2), "{took:?}");
        away.wait_message(|m| m.message.method() == Some("ACK"), Deadline::secs(3))
            .unwrap();
    }
}

#[test]
fn a_connection_that_breaks_before_the_answer_is_passed() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let rude = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut buffer = [0; 4000];
        let len = std::io::Read::read(&mut socket, &mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..len]).into_owned()
    });
    let took = calls_past(address, sipp::Transport::Tcp);
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(rude.join().unwrap().starts_with("INVITE"));
}

#[test]
fn a_target_that_rings_is_not_given_up() {
    // 180, then 503: the call is over, the other target is left alone.
    let text = r#"<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="180-503">
<recv request="INVITE"/>
<send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]t
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
<pause milliseconds="900"/>
<send><![CDATA[
SIP/2.0 503 Service Unavailable
[last_Via:]
[last_From:]
[last_To:];tag=[pid]t
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<recv request="ACK"/>
</scenario>"#;
    let ringing = Sipp::uas(Scenario::Text(text.into())).start().unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let (_names, ep) = named(&srv(
        "_sip._udp",
        &[(10, ringing.addr()), (20, other.local_addr().unwrap())],
    ));
    let mut events = ep.events();
    let call = ep.local("1001").call("sip:bob@example.test").unwrap();
    let ends = ends(&mut events, &call);
    assert_eq!(ends[0].code, StatusCode::SERVICE_UNAVAILABLE, "{ends:?}");
    assert!(ringing.wait(Deadline::secs(5)).unwrap().is_success());
    assert!(other.recv(&mut [0; 10]).is_err(), "the second target was asked");
    ep.close();
}

#[test]
fn a_call_given_up_while_one_target_is_silent_does_not_ring_at_the_next() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    other.set_read_timeout(Some(Duration::from_millis(1200))).unwrap();
    let addresses = [(10, silent.local_addr().unwrap()), (20, other.local_addr().unwrap())];
    let (_names, ep) = named(&srv("_sip._udp", &addresses));
    let call = ep.local("1001").call("sip:bob@example.test").unwrap();
    silent.recv(&mut [0; 4000]).unwrap();
    call.hang_up().unwrap();
    assert!(other.recv(&mut [0; 10]).is_err(), "the second target was asked");
    ep.close();
}

#[test]
fn every_failure_of_a_name_has_its_own_words() {
    let (_names, ep) = named("none IN TXT \"x\"\n_sip._udp.off IN SRV 0 0 0 .\noff IN A 127.0.0.1");
    let mut events = ep.events();
    for (uri, words) in [
        ("sip:bob@missing.example.test", "does not exist"),
        ("sip:bob@none.example.test", "no address"),
        ("sip:bob@sip.elsewhere.org", "REFUSED"),
        ("sip:bob@off.example.test;transport=udp", "offers no SIP service"),
    ] {
        let from = Instant::now();
        let error = ep.resolve(uri).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{uri}: {error}");
        assert!(
            error.to_string().to_lowercase().contains(&words.to_lowercase()),
            "{uri}: {error}"
        );
        // A call ends with the same words.
        let call = ep.local(&format!("u{}", words.len())).call(uri).unwrap();
        let end = ends(&mut events, &call).remove(0);
        assert_eq!(
            (end.by, end.cause),
            (EndedBy::Network, EndCause::TransportFailed),
            "{end:?}"
        );
        let error = end.error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert!(
            error.to_string().to_lowercase().contains(&words.to_lowercase()),
            "{uri}: {error}"
        );
        assert!(from.elapsed() < Duration::from_secs(2), "{uri}: {:?}", from.elapsed());
    }
    let failing = ep.add_account(account("sip:missing.example.test")).unwrap();
    let error = failing.wait_registered(SOON).unwrap_err();
    assert!(error.to_string().contains("missing.example.test") && error.to_string().contains("does not exist"));
    ep.close();
}

#[test]
fn an_endpoint_is_closed_while_somebody_waits_for_a_name() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let ep = start(config().dns(dns(silent.local_addr().unwrap()).timeout(Duration::from_secs(30))));
    let asked = ep.resolve_later("sip:bob@slow.example.test").unwrap();
    let dropped = ep.resolve_later("sip:eve@slow.example.test").unwrap();
    drop(dropped);
    assert!(asked.wait_timeout(Duration::from_millis(20)).is_none());
    assert_eq!(ep.resolve_later("bob").unwrap_err().kind(), ErrorKind::InvalidArgument);
    let from = Instant::now();
    let waits = std::thread::spawn(move || asked.wait());
    ep.close();
    assert_eq!(waits.join().unwrap().unwrap_err().kind(), ErrorKind::NotRunning);
    assert!(from.elapsed() < Duration::from_secs(10), "{:?}", from.elapsed());
}

#[test]
fn a_name_server_that_says_nothing_holds_nobody_up() {
    let silent = SilentNameServer::start().unwrap();
    let ep = start(config().dns(dns(silent.addr()).timeout(Duration::from_secs(3))));
    let mut events = ep.events();
    let (from, waits) = (
        Instant::now(),
        ep.local("1003").call("sip:bob@slow.example.test").unwrap(),
    );
    let mut longest = Duration::ZERO;
    for _ in 0..20 {
        let (out, _) = connected(&ep);
        longest = longest.max(ep.round_trip().unwrap());
        out.hang_up().unwrap();
    }
    assert!(from.elapsed() < Duration::from_secs(3), "twenty calls while it waits");
    assert!(longest < Duration::from_millis(100), "{longest:?}");
    assert!(silent.questions() > 0);
    let end = ends(&mut events, &waits).remove(0);
    let error = end.error.unwrap();
    assert!(error.to_string().contains("no name server answered"), "{error}");
    let took = from.elapsed();
    assert!(
        took > Duration::from_secs(1) && took < Duration::from_secs(5),
        "{took:?}"
    );
    ep.close();
}

/// An INVITE to 1004 whose audio is to go to a host's name.
fn named_audio(raw: &UdpSocket, ep: &Running, call_id: &str, host: &str, port: u16) {
    let (own, addr) = (raw.local_addr().unwrap(), ep.local_address(Transport::Udp).unwrap());
    let sdp =
        format!("v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n");
    let invite = format!(
        "INVITE sip:1004@{addr} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{call_id}\r\nMax-Forwards: 70\r\n\
         From: <sip:x@{own}>;tag=2\r\nTo: <sip:1004@{addr}>\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:x@{own}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    );
    raw.send_to(invite.as_bytes(), addr).unwrap();
}

/// Its first answer.
fn first_answer(raw: &UdpSocket) -> String {
    let mut buffer = [0; 4096];
    let n = raw.recv(&mut buffer).unwrap();
    String::from_utf8_lossy(&buffer[..n]).into_owned()
}

#[test]
fn a_name_in_a_peers_sdp_holds_nobody_up() {
    let silent = SilentNameServer::start().unwrap();
    let ep = start(config().dns(dns(silent.addr())));
    ep.local("1004");
    let raw = UdpSocket::bind("127.0.0.1:0").unwrap();
    raw.set_read_timeout(Some(SOON)).unwrap();
    let from = Instant::now();
    named_audio(&raw, &ep, "named", "slow.example.test", 4000);
    let answer = first_answer(&raw);
    assert!(
        answer.starts_with("SIP/2.0 488 ") && answer.contains("Warning: 301"),
        "{answer}"
    );
    ep.round_trip().unwrap();
    assert!(from.elapsed() < Duration::from_millis(200), "{:?}", from.elapsed());
    microsip_testkit::wait_until(Deadline::secs(3), "a question", || {
        (silent.questions() > 0).then_some(())
    })
    .unwrap();
    ep.close();
}

#[test]
fn a_name_in_a_peers_sdp_counts_once_it_is_known() {
    let (_names, ep) = named("media IN A 127.0.0.1");
    ep.local("1004");
    let mut events = ep.events();
    let (raw, audio) = (
        UdpSocket::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    for socket in [&raw, &audio] {
        socket.set_read_timeout(Some(SOON)).unwrap();
    }
    let port = audio.local_addr().unwrap().port();
    named_audio(&raw, &ep, "first", "media.example.test", port);
    assert!(first_answer(&raw).starts_with("SIP/2.0 488 "));
    let mut n = 0;
    microsip_testkit::wait_until(Deadline::secs(5), "the name to be known", || {
        n += 1;
        named_audio(&raw, &ep, &format!("again{n}"), "media.example.test", port);
        (!first_answer(&raw).starts_with("SIP/2.0 488 ")).then_some(())
    })
    .unwrap();
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let mut packet = [0; 2048];
    assert!(audio.recv(&mut packet).unwrap() > 12, "RTP goes there");
    drop(call.hang_up());
    ep.close();
}

/// Whoever can send us a packet must not be able to make us ask for names without end.
#[test]
fn names_of_strangers_cause_few_questions() {
    let silent = SilentNameServer::start().unwrap();
    let ep = start(config().dns(dns(silent.addr())));
    ep.local("1004");
    let raw = UdpSocket::bind("127.0.0.1:0").unwrap();
    raw.set_read_timeout(Some(SOON)).unwrap();
    let threads = || std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    let before = threads();
    for n in 0..200 {
        named_audio(&raw, &ep, &format!("one{n}"), &format!("n{n}.example.test"), 4000);
        assert!(first_answer(&raw).starts_with("SIP/2.0 488 "));
        // The system would be asked for these, on a thread each.
        named_audio(&raw, &ep, &format!("local{n}"), &format!("n{n}.local"), 4000);
        assert!(first_answer(&raw).starts_with("SIP/2.0 488 "));
    }
    // Many in one packet, in a method that has none, and in an answer to nothing.
    let many: String = (0..3000).map(|n| format!("c=IN IP4 m{n}.example.test\r\n")).collect();
    let addr = ep.local_address(Transport::Udp).unwrap();
    let own = raw.local_addr().unwrap();
    for (first, cseq) in [
        (format!("INVITE sip:1004@{addr} SIP/2.0"), "1 INVITE"),
        (format!("OPTIONS sip:1004@{addr} SIP/2.0"), "1 OPTIONS"),
        ("SIP/2.0 200 OK".to_owned(), "1 INVITE"),
    ] {
        for n in 0..10 {
            let text = format!(
                "{first}\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKm{n}\r\nMax-Forwards: 70\r\nFrom: <sip:x@{own}>;tag=2\r\n\
                 To: <sip:1004@{addr}>\r\nCall-ID: m{n}\r\nCSeq: {cseq}\r\nContact: <sip:x@{own}>\r\n\
                 Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{many}",
                many.len()
            );
            // Some are too long for a datagram of 64 KiB: then it has fewer.
            let bytes = &text.as_bytes()[..text.len().min(60_000)];
            raw.send_to(bytes, addr).unwrap();
        }
    }
    ep.round_trip().unwrap();
    assert!(silent.questions() <= 100, "{} questions", silent.questions());
    assert!(threads() <= before + 3, "{before} threads before, {} now", threads());
    ep.close();
}

#[test]
fn closing_does_not_wait_for_a_silent_name_server() {
    let silent = SilentNameServer::start().unwrap();
    let ep = start(config().dns(dns(silent.addr()).timeout(Duration::from_secs(20))));
    let _call = ep.local("1003").call("sip:bob@slow.example.test").unwrap();
    let _account = ep.add_account(account("sip:slow.example.test")).unwrap();
    microsip_testkit::wait_until(Deadline::secs(5), "a question", || {
        (silent.questions() > 0).then_some(())
    })
    .unwrap();
    let from = Instant::now();
    ep.close();
    assert!(from.elapsed() < Duration::from_secs(4), "{:?}", from.elapsed());
}

#[test]
fn answers_hold_as_long_as_their_ttl() {
    let names = NameServer::start(
        ZONE,
        "long 60 IN A 127.0.0.1
        short 1 IN A 127.0.0.1",
    )
    .unwrap();
    let tap = Tap::start(names.addr()).unwrap();
    let asked = || {
        let to_server = |r: &&tap::Record| r.direction == tap::Direction::ToServer;
        tap.records().iter().filter(to_server).count()
    };
    let ep = start(config().dns(dns(tap.addr())));
    let ask = |name: &str| {
        assert_eq!(
            targets(&ep, &format!("sip:{name}.example.test:5080")),
            ["udp 127.0.0.1:5080"]
        )
    };
    for name in ["long", "short"] {
        ask(name);
        let before = asked();
        assert!(before > 0);
        ask(name);
        assert_eq!(asked(), before, "{name}: it was known");
    }
    let before = asked();
    std::thread::sleep(Duration::from_millis(1200));
    ask("long");
    assert_eq!(asked(), before);
    ask("short");
    assert!(asked() > before, "its TTL was one second");
    ep.close();
}

#[test]
fn the_hosts_file_goes_before_name_servers() {
    let silent = SilentNameServer::start().unwrap();
    let dir = TestDir::new("hosts").unwrap();
    let hosts = dir.write("hosts", "127.0.0.1 pbx pbx.example.test\n").unwrap();
    let server = kamailio();
    let ep = start(config().dns(dns(silent.addr()).hosts_file(Some(hosts))));
    let uri = format!("sip:pbx.example.test:{}", server.udp_addr().port());
    let account = ep.add_account(account(&uri)).unwrap();
    account.wait_registered(SOON).unwrap();
    assert_eq!(targets(&ep, "sip:pbx"), ["udp 127.0.0.1:5060"]);
    assert_eq!(silent.questions(), 0);
    ep.close();
}

#[test]
fn a_name_asked_for_by_many_is_asked_once() {
    let server = kamailio();
    let names = NameServer::start(ZONE, &srv("_sip._udp", &[(10, server.udp_addr())])).unwrap();
    let tap = Tap::start(names.addr()).unwrap();
    let ep = start(config().dns(dns(tap.addr())));
    let accounts: Vec<Account> = (0..50)
        .map(|i| {
            let config = AccountConfig::new(format!("sip:1001@{ZONE}"))
                .registrar(format!("sip:{ZONE}"))
                .credentials("1001", "secret");
            let _ = i;
            ep.add_account(config).unwrap()
        })
        .collect();
    for account in &accounts {
        account.wait_registered(SOON).unwrap();
    }
    let asked = tap
        .records()
        .iter()
        .filter(|r| r.direction == tap::Direction::ToServer)
        .count();
    // NAPTR, three SRV, the name's own A, the target's A: each once, or twice if an answer was late.
    assert!(asked <= 12, "{asked} questions");
    ep.close();
}

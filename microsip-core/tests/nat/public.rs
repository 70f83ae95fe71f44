//! A public address that is given, and the answers that teach one.

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::sipmsg::SipMessage;

use crate::raw::{Raw, media_addr, sdp};
use crate::support::*;

const PUBLIC: &str = "198.51.100.7";

fn register(raw: &Raw, from: std::net::SocketAddr, request: &SipMessage) {
    let contact = request.header("Contact").unwrap().to_owned();
    raw.answer(request, from, 200, &format!("Contact: {contact};expires=300\r\n"), "");
}

#[test]
fn a_given_public_address_is_in_contact_and_sdp_with_our_ports() {
    let ep = start(config().nat(NatConfig::default().public_address(PUBLIC.parse().unwrap())));
    let port = ep.port();
    let raw = Raw::new();
    let account = ep
        .endpoint
        .add_account(
            AccountConfig::new(raw.uri("1001"))
                .registrar(format!("sip:{}", raw.addr()))
                .nat(AccountNat::default().contact_rewrite(ContactRewrite::Off)),
        )
        .unwrap();
    let (request, from) = raw.request("REGISTER");
    assert!(
        request
            .header("Contact")
            .unwrap()
            .contains(&format!("@{PUBLIC}:{port}")),
        "{request:?}"
    );
    // Answers come to where the request came from, whatever the Via says (RFC 3581).
    assert_eq!(from.port(), port);
    assert!(request.header("Via").unwrap().contains(";rport"), "{request:?}");
    register(&raw, from, &request);
    account.wait_registered(SOON).unwrap();

    let call = account.call(&raw.uri("bob")).unwrap();
    let (invite, from) = raw.request("INVITE");
    assert!(
        invite.header("Contact").unwrap().contains(&format!("@{PUBLIC}:{port}")),
        "{invite:?}"
    );
    let media = media_addr(&invite);
    assert_eq!(media.ip().to_string(), PUBLIC);
    assert!(invite.sdp('o')[0].ends_with(PUBLIC), "{invite:?}");
    // The port is a real one of ours.
    assert!(microsip_testkit::ports::udp_in_use(media.port()), "{media}");
    assert!(!invite.body_text().contains("candidate"), "{invite:?}");
    raw.answer(&invite, from, 486, "", "");
    call.wait_for(CallState::Disconnected, SOON).unwrap();

    // A call that comes in is answered likewise.
    let mut events = ep.events();
    raw.invite(
        ep.local_address(Transport::Udp).unwrap(),
        "1001",
        1,
        "",
        &sdp(raw.addr(), 1, ""),
    );
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    let (ok, from) = raw.recv("200", |m| m.is_response(200, "INVITE"));
    assert_eq!(media_addr(&ok).ip().to_string(), PUBLIC);
    assert!(ok.header("Contact").unwrap().contains(PUBLIC), "{ok:?}");
    raw.follow("ACK", from, "1001", 1, ok.to_tag().unwrap());
    ep.close();
}

#[test]
fn contact_over_tcp_has_the_public_address_too() {
    let ep = start(
        config()
            .trace(true)
            .nat(NatConfig::default().public_address(PUBLIC.parse().unwrap())),
    );
    let mut events = ep.events();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let registrar = format!("sip:{}", server.local_addr().unwrap());
    let config = AccountConfig::new("sip:1001@example.test")
        .registrar(registrar)
        .transport(Transport::Tcp);
    ep.endpoint.add_account(config).unwrap();
    let text = wait(&mut events, "REGISTER", |e| match e {
        Event::SipMessage(m) if m.first_line.starts_with("REGISTER") => Some(m.text.clone()),
        _ => None,
    });
    let contact = text.lines().find(|l| l.starts_with("Contact:")).unwrap();
    assert!(contact.contains(&format!("@{PUBLIC}")), "{contact}");
    ep.close();
}

/// What the registrar sees of us, told by `received` and `rport`.
fn answer_from_behind(raw: &Raw, request: &SipMessage, from: std::net::SocketAddr, seen: &str) {
    let via = request.header("Via").unwrap();
    let (ip, port) = seen.split_once(':').unwrap();
    let via = via.replace(";rport", &format!(";received={ip};rport={port}"));
    let header = |name| request.header(name).unwrap();
    let contact = request.all("Contact").next().unwrap();
    let text = format!(
        "SIP/2.0 200 OK\r\nVia: {via}\r\nFrom: {}\r\nTo: {};tag=r\r\nCall-ID: {}\r\nCSeq: {}\r\nContact: {contact};expires=300\r\n\
         Content-Length: 0\r\n\r\n",
        header("From"),
        header("To"),
        header("Call-ID"),
        header("CSeq")
    );
    raw.socket.send_to(text.as_bytes(), from).unwrap();
}

#[test]
fn the_address_the_registrar_sees_replaces_contact_and_via_in_one_request() {
    let ep = start(config());
    let raw = Raw::new();
    let nat = AccountNat::default()
        .contact_rewrite_method(ContactRewriteMethod::Replace)
        .sdp_rewrite(true);
    let account = ep
        .endpoint
        .add_account(
            AccountConfig::new(raw.uri("1001"))
                .registrar(format!("sip:{}", raw.addr()))
                .nat(nat),
        )
        .unwrap();
    let (first, from) = raw.request("REGISTER");
    let own = format!("@127.0.0.1:{}", ep.port());
    assert!(first.header("Contact").unwrap().contains(&own), "{first:?}");
    answer_from_behind(&raw, &first, from, "198.51.100.9:40000");
    let (second, from) = raw.request("REGISTER");
    let contacts: Vec<&str> = second.all("Contact").collect();
    let (old, new): (Vec<&str>, Vec<&str>) = contacts.iter().partition(|c| c.contains(&own));
    assert_eq!((old.len(), new.len()), (1, 1), "{second:?}");
    assert!(old[0].contains("expires=0"), "the old binding goes: {second:?}");
    assert!(new[0].contains("@198.51.100.9:40000"), "{second:?}");
    assert!(
        second.header("Via").unwrap().contains("198.51.100.9:40000"),
        "{second:?}"
    );
    register(&raw, from, &second);
    account.wait_registered(SOON).unwrap();
    // SDP takes the address, with our own port: what a router that forwards ports needs.
    let call = account.call(&raw.uri("bob")).unwrap();
    let (invite, from) = raw.request("INVITE");
    assert_eq!(media_addr(&invite).ip().to_string(), "198.51.100.9");
    assert!(
        invite.header("Contact").unwrap().contains("@198.51.100.9:40000"),
        "{invite:?}"
    );
    raw.answer(&invite, from, 486, "", "");
    call.wait_for(CallState::Disconnected, SOON).unwrap();
    ep.close();
}

#[test]
fn rewriting_can_be_off() {
    let ep = start(config());
    let raw = Raw::new();
    let add = |nat: AccountNat| {
        let config = AccountConfig::new(raw.uri("1001")).registrar(format!("sip:{}", raw.addr()));
        ep.endpoint.add_account(config.nat(nat)).unwrap()
    };
    let own = format!("@127.0.0.1:{}", ep.port());
    let off = AccountNat::default()
        .contact_rewrite(ContactRewrite::Off)
        .via_rewrite(false);
    let account = add(off);
    let (request, from) = raw.request("REGISTER");
    answer_from_behind(&raw, &request, from, "198.51.100.9:40000");
    account.wait_registered(SOON).unwrap();
    account.register().unwrap();
    let (again, from) = raw.request("REGISTER");
    assert!(again.header("Contact").unwrap().contains(&own), "{again:?}");
    assert!(again.header("Via").unwrap().contains("127.0.0.1"), "{again:?}");
    register(&raw, from, &again);
    account.remove().unwrap();
    ep.close();
}

#[test]
fn heavy_keep_alives_come_at_the_interval() {
    let ep = start(config());
    let raw = Raw::new();
    let pause = Duration::from_secs(1);
    let config = AccountConfig::new(raw.uri("1001")).registrar(format!("sip:{}", raw.addr()));
    let account = ep.endpoint.add_account(config.keep_alive(pause)).unwrap();
    let (request, from) = raw.request("REGISTER");
    register(&raw, from, &request);
    account.wait_registered(SOON).unwrap();
    let mut buffer = [0; 2048];
    let mut times = Vec::new();
    raw.socket.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    while times.len() < 6 {
        let (len, sender) = raw.socket.recv_from(&mut buffer).unwrap();
        assert_eq!((&buffer[..len], sender), (&b"\r\n"[..], from));
        times.push(std::time::Instant::now());
    }
    for pair in times.windows(2) {
        let between = pair[1].duration_since(pair[0]).as_secs_f64();
        assert!((0.9..=1.1).contains(&between), "{between} s between keep-alives");
    }
    // None without a registration, and none when they are off.
    account.remove().unwrap();
    let (request, from) = raw.request("REGISTER");
    raw.answer(&request, from, 200, "", "");
    let config = AccountConfig::new(raw.uri("1002")).registrar(format!("sip:{}", raw.addr()));
    let quiet = ep.endpoint.add_account(config.keep_alive(Duration::ZERO)).unwrap();
    let (request, from) = raw.recv("REGISTER", |m| m.header("To").is_some_and(|t| t.contains("1002")));
    register(&raw, from, &request);
    quiet.wait_registered(SOON).unwrap();
    raw.socket.set_read_timeout(Some(Duration::from_millis(2500))).unwrap();
    if let Ok((len, _)) = raw.socket.recv_from(&mut buffer) {
        panic!("unexpected: {:?}", String::from_utf8_lossy(&buffer[..len]));
    }
    ep.close();
}

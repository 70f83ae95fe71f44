//! The way requests take: outbound proxies, Route, Path (RFC 3327), Service-Route (RFC 3608).
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::peer::{Got, Peer};
use support::*;

fn quick() -> EndpointConfig {
    config().close_timeout(Duration::from_millis(300))
}

fn accept(peer: &Peer, request: &Got, more: &[&str]) {
    let contact = format!("Contact: {};expires=300", request.header("Contact").unwrap());
    let mut headers = vec![contact.as_str()];
    headers.extend(more);
    peer.reply(request, 200, &headers, None);
}

fn routes(request: &Got) -> Vec<String> {
    request.all("Route").map(str::to_owned).collect()
}

#[test]
fn proxies_are_the_route_of_every_request() {
    let ep = start(quick());
    let (first, other) = (Peer::new(), Peer::new());
    let base = || {
        AccountConfig::new("sip:1001@a.test")
            .registrar("sip:registrar.a.test")
            .proxy(format!("sip:{};lr", first.addr()))
            .proxy("sip:second.a.test;transport=udp")
    };
    let wanted = [
        format!("<sip:{};lr>", first.addr()),
        "<sip:second.a.test;transport=udp;lr>".to_owned(),
    ];
    let account = ep.add_account(base()).unwrap();
    let register = first.request("REGISTER");
    assert_eq!(routes(&register), wanted);
    let line = String::from_utf8_lossy(register.raw())
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(line, "REGISTER sip:registrar.a.test SIP/2.0");
    accept(&first, &register, &[]);
    account.wait_registered(SOON).unwrap();
    account.call("sip:bob@b.test").unwrap();
    let invite = first.request("INVITE");
    assert_eq!(routes(&invite), wanted);
    let line = String::from_utf8_lossy(invite.raw()).lines().next().unwrap().to_owned();
    assert_eq!(line, "INVITE sip:bob@b.test SIP/2.0");
    first.reply(&invite, 486, &[], None);
    // REGISTER goes straight to the registrar where that is wanted.
    let mut direct = base().register_by_proxies(false);
    direct.registrar = Some(format!("sip:{}", other.addr()));
    account.modify(direct).unwrap();
    let register = other.request("REGISTER");
    assert!(routes(&register).is_empty());
    accept(&other, &register, &[]);
    account.wait_registered(SOON).unwrap();
    account.call("sip:bob@b.test").unwrap();
    let invite = first.request("INVITE");
    assert_eq!(routes(&invite), wanted);
    first.reply(&invite, 486, &[], None);
    ep.close();
}

#[test]
fn service_route_follows_the_proxies_and_ends_with_the_registration() {
    let ep = start(quick());
    let peer = Peer::new();
    let proxy = format!("<sip:{};lr>", peer.addr());
    let account = ep
        .add_account(
            AccountConfig::new("sip:1001@a.test")
                .registrar("sip:registrar.a.test")
                .proxy(format!("sip:{};lr", peer.addr())),
        )
        .unwrap();
    let service = [
        "Service-Route: <sip:s1.a.test;lr>, <sip:s2.a.test;lr>",
        "Service-Route: <sip:s3.a.test;lr>",
    ];
    let all = ["<sip:s1.a.test;lr>", "<sip:s2.a.test;lr>", "<sip:s3.a.test;lr>"];
    accept(&peer, &peer.request("REGISTER"), &service);
    let info = account.wait_registered(SOON).unwrap();
    assert_eq!(info.service_route, all);
    let call = |expected: &[&str]| {
        account.call("sip:bob@b.test").unwrap();
        let invite = peer.request("INVITE");
        let wanted: Vec<&str> = std::iter::once(proxy.as_str())
            .chain(expected.iter().copied())
            .collect();
        assert_eq!(routes(&invite), wanted);
        peer.reply(&invite, 486, &[], None);
        peer.request("ACK");
    };
    call(&all);
    // A refresh says the same, then something else, then nothing. REGISTER itself never takes that way.
    for (headers, expected) in [
        (&service[..], &all[..]),
        (&["Service-Route: <sip:new.a.test;lr>"], &["<sip:new.a.test;lr>"]),
        (&[], &[]),
        (&service, &all),
    ] {
        account.register().unwrap();
        let register = peer.request("REGISTER");
        assert_eq!(routes(&register), std::slice::from_ref(&proxy));
        let mut events = ep.events();
        accept(&peer, &register, headers);
        wait(&mut events, "the refresh", |e| {
            matches!(e, Event::Registration { .. }).then_some(())
        });
        assert_eq!(account.registration().service_route, expected);
        call(expected);
    }
    account.unregister().unwrap();
    peer.reply(&peer.request("REGISTER"), 200, &[], None);
    account.wait_unregistered(SOON).unwrap();
    call(&[]);
    account.register().unwrap();
    let register = peer.request("REGISTER");
    assert_eq!(routes(&register), std::slice::from_ref(&proxy));
    accept(&peer, &register, &[]);
    account.wait_registered(SOON).unwrap();
    ep.close();
}

#[test]
fn more_routes_than_fit_are_no_harm() {
    let ep = start(quick());
    let peer = Peer::new();
    let account = ep
        .add_account(AccountConfig::new("sip:1001@a.test").registrar(format!("sip:{}", peer.addr())))
        .unwrap();
    let eight = (0..8)
        .map(|n| format!("<sip:s{n}.a.test;lr>"))
        .collect::<Vec<_>>()
        .join(", ");
    let first = format!("Service-Route: {eight}");
    accept(&peer, &peer.request("REGISTER"), &[&first, &first, &first, &first]);
    account.wait_registered(SOON).unwrap();
    // What is no route at all, a scheme nobody routes by, an empty value.
    for bad in [
        "Service-Route: <<<>>",
        "Service-Route: <tel:+1>",
        "Service-Route:",
        "Service-Route: ,,,",
    ] {
        account.register().unwrap();
        let mut events = ep.events();
        accept(&peer, &peer.request("REGISTER"), &[bad]);
        wait(&mut events, "the refresh", |e| {
            matches!(e, Event::Registration { .. }).then_some(())
        });
        assert_eq!(account.registration().state, RegistrationState::Registered, "{bad}");
    }
    ep.endpoint.close().unwrap();
}

#[test]
fn path_is_supported_unless_told_otherwise() {
    let ep = start(quick());
    for (path, supported) in [(true, Some("path")), (false, None)] {
        let peer = Peer::new();
        let config = AccountConfig::new("sip:1001@a.test").registrar(format!("sip:{}", peer.addr()));
        let account = ep.add_account(config.path(path)).unwrap();
        let register = peer.request("REGISTER");
        assert_eq!(register.header("Supported"), supported);
        accept(&peer, &register, &["Path: <sip:edge.a.test;lr>"]);
        account.wait_registered(SOON).unwrap();
        account.remove().unwrap();
    }
    ep.close();
}

/// RFC 5626: over TCP an instance makes the registration an outbound one.
#[test]
fn an_instance_over_tcp_asks_for_outbound() {
    use std::io::{Read, Write};
    let ep = start(quick());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = AccountConfig::new("sip:1001@a.test")
        .registrar(format!("sip:{}", listener.local_addr().unwrap()))
        .transport(Transport::Tcp)
        .contact(
            ContactOptions::default()
                .instance("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
                .q(0.3),
        );
    ep.add_account(config).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains("\r\n\r\n") {
        let len = stream.read(&mut buffer).unwrap();
        text.push_str(&String::from_utf8_lossy(&buffer[..len]));
    }
    let contact = text.lines().find(|l| l.starts_with("Contact:")).unwrap();
    for part in [
        ";reg-id=1",
        ";+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"",
        ";q=0.3",
        ";ob",
    ] {
        assert!(contact.contains(part), "{part}: {contact}");
    }
    assert_eq!(contact.matches("sip.instance").count(), 1, "{contact}");
    assert!(text.contains("Supported: outbound, path"), "{text}");
    stream.write_all(b"\r\n").unwrap();
    drop(stream);
    ep.close();
}

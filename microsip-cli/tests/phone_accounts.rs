//! What the keys of an account and of the network mean on the wire (reference section 8), before a registrar of bytes.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::io::Read as _;
use std::net::{TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use common::peer::{Got, Invite, Peer, direction};
use common::phone::Home;
use common::solo::{Phone, SOON, ini, ini_of};
use microsip_testkit::sipmsg::{SipMessage, param};

/// A phone whose account's registrar is the peer, not registered yet.
fn begun(name: &str, peer: &Peer, settings: &str, account: &str) -> Phone {
    begun_in(Home::new(name), peer, settings, account)
}

fn begun_in(home: Home, peer: &Peer, settings: &str, account: &str) -> Phone {
    let at = peer.addr();
    let section = format!("[Account1]\nlabel=Desk\nserver={at}\ndomain={at}\nusername=204\npassword=secret\n{account}");
    Phone::with(home, &format!("accountId=1\n{settings}"), &section)
}

/// The same, registered.
fn registered(name: &str, settings: &str, account: &str) -> (Phone, Peer, Got) {
    let peer = Peer::new();
    let mut phone = begun(name, &peer, settings, account);
    let register = peer.registrar();
    phone.wait("registration", |e| e["state"] == "registered");
    (phone, peer, register)
}

/// The INVITE of a call to this number.
fn invite_of(phone: &Phone, peer: &Peer, number: &str) -> Got {
    phone.ask(number);
    peer.called()
}

/// The lifetime a REGISTER asks for.
fn lifetime(register: &SipMessage) -> u32 {
    let contact = register.header("Contact").unwrap_or_default();
    let text = param(contact, "expires").or(register.header("Expires"));
    text.unwrap_or_else(|| panic!("{contact}")).parse().unwrap()
}

#[test]
fn an_account_registers_and_leaves() {
    let (mut phone, peer, register) = registered("register", "", "displayName=Alice \"A\" B\n");
    let at = peer.addr();
    assert_eq!(register.request_uri(), Some(&*format!("sip:{at}")));
    // A port has no place in From (RFC 3261 §19.1.1).
    let from = register.header("From").unwrap();
    assert!(from.starts_with("\"Alice \\\"A\\\" B\" <sip:204@127.0.0.1"), "{from}");
    assert_eq!(lifetime(&register), 300);
    let agent = register.header("User-Agent").unwrap_or_default().to_lowercase();
    assert!(agent.starts_with("microsip/"), "{agent}");
    assert!(register.header("Via").unwrap().contains(";rport"));
    let status = phone.ask("report:status");
    assert_eq!(status["registration"], "registered");
    phone.command("unregister", serde_json::json!({}));
    assert_eq!(lifetime(&peer.registrar()), 0);
    phone.wait("registration", |e| e["state"] == "unregistered");
    phone.command("register", serde_json::json!({}));
    assert_eq!(lifetime(&peer.registrar()), 300);
    phone.wait("registration", |e| e["state"] == "registered");
    // And once more at its end.
    let (socket, ended) = (peer, std::time::Instant::now());
    std::thread::scope(|scope| {
        scope.spawn(|| phone.exit());
        assert_eq!(lifetime(&socket.registrar()), 0);
    });
    assert!(ended.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_interval_is_at_least_ten_seconds() {
    for (refresh, expected) in [("120", 120), ("3", 10), ("0", 300), ("-5", 300)] {
        let peer = Peer::new();
        let _phone = begun("refresh", &peer, "", &format!("registerRefresh={refresh}\n"));
        assert_eq!(lifetime(&peer.registrar()), expected, "{refresh}");
    }
}

#[test]
fn the_digest_has_the_name_for_it() {
    let peer = Peer::new();
    let mut phone = begun("auth-id", &peer, "", "authID=secret-name\n");
    peer.challenge("REGISTER");
    let register = peer.registrar();
    let authorization = register.header("Authorization").unwrap();
    assert_eq!(param(authorization, "username"), Some("secret-name"));
    assert_eq!(param(authorization, "realm"), Some("pbx"));
    phone.wait("registration", |e| e["state"] == "registered");
    let peer = Peer::new();
    let _phone = begun("no-auth-id", &peer, "", "");
    peer.challenge("REGISTER");
    assert_eq!(
        param(peer.registrar().header("Authorization").unwrap(), "username"),
        Some("204")
    );
}

#[test]
fn user_agent_and_rport_and_source_port_are_settings() {
    let port = microsip_testkit::ports::reserve().unwrap();
    let (number, address) = (port.number(), port.addr());
    let _ = port.release();
    let settings = format!("userAgent=Acme Phone/3\nrport=0\nsourcePort={number}");
    let (phone, peer, register) = registered("agent", &settings, "");
    assert_eq!(register.header("User-Agent"), Some("Acme Phone/3"));
    let via = register.header("Via").unwrap();
    assert!(!via.contains("rport"), "{via}");
    assert_eq!((register.from, phone.address()), (address, address.to_string()));
    assert_eq!(
        invite_of(&phone, &peer, "100").header("User-Agent"),
        Some("Acme Phone/3")
    );
}

#[test]
fn a_source_port_that_is_taken_gives_way() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (phone, _, register) = registered("taken", &format!("sourcePort={port}"), "");
    assert_ne!(register.from.port(), port);
    assert_eq!(phone.address(), register.from.to_string());
}

#[test]
fn requests_go_by_the_proxy() {
    let (registrar, proxy) = (Peer::new(), Peer::new());
    let mut phone = begun("proxy", &registrar, "", &format!("proxy={}\n", proxy.addr()));
    let register = proxy.registrar();
    assert_eq!(register.request_uri(), Some(&*format!("sip:{}", registrar.addr())));
    let route = register.header("Route").unwrap();
    assert!(
        route.starts_with(&format!("<sip:{}", proxy.addr())) && route.contains(";lr"),
        "{route}"
    );
    phone.wait("registration", |e| e["state"] == "registered");
    let invite = invite_of(&phone, &proxy, "100");
    assert_eq!(invite.request_uri(), Some(&*registrar.uri("100")));
    assert!(registrar.look(Duration::from_millis(100), |_| true).is_none());
}

#[test]
fn tcp_is_a_transport_of_the_account() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let section = format!("[Account1]\nserver={at}\ndomain={at}\nusername=204\ntransport=tcp\n");
    let _phone = Phone::with(Home::new("tcp"), "accountId=1", &section);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(SOON))).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !bytes.windows(4).any(|w| w == b"\r\n\r\n") {
        let len = stream.read(&mut buffer).unwrap();
        assert!(len > 0);
        bytes.extend(&buffer[..len]);
    }
    let register = SipMessage::parse(&bytes).unwrap();
    assert!(register.is_request("REGISTER"));
    assert_eq!(register.request_uri(), Some(&*format!("sip:{at};transport=tcp")));
    let contact = register.header("Contact").unwrap().to_lowercase();
    assert!(contact.contains("transport=tcp"), "{contact}");
}

#[test]
fn srtp_is_off_optional_or_mandatory() {
    for (mode, profile, keys) in [
        ("", "RTP/AVP", None),
        ("optional", "RTP/AVP", Some("crypto:")),
        ("mandatory", "RTP/SAVP", Some("crypto:")),
        ("dtls", "UDP/TLS/RTP/SAVP", Some("fingerprint:")),
    ] {
        let (phone, peer, _) = registered("srtp", "", &format!("SRTP={mode}\n"));
        let invite = invite_of(&phone, &peer, "100");
        let media = invite.sdp('m').remove(0);
        assert_eq!(media.split(' ').nth(2), Some(profile), "{mode}: {}", invite.body_text());
        let lines = invite.sdp('a');
        let has = |name: &str| lines.iter().any(|line| line.starts_with(name));
        for name in ["crypto:", "fingerprint:"] {
            assert_eq!(has(name), keys == Some(name), "{mode}: {}", invite.body_text());
        }
    }
}

#[test]
fn the_caller_id_can_be_hidden() {
    let (phone, peer, register) = registered("hide", "", "hideCID=1\ndisplayName=Alice\n");
    assert!(register.header("From").unwrap().contains("sip:204@"));
    assert_eq!(register.header("Privacy"), None);
    let invite = invite_of(&phone, &peer, "100");
    assert_eq!(invite.header("Privacy"), Some("id"));
    let from = invite.header("From").unwrap();
    assert!(
        from.starts_with("\"Anonymous\" <sip:anonymous@anonymous.invalid>"),
        "{from}"
    );
    let (phone, peer, _) = registered("show", "", "displayName=Alice\n");
    let invite = invite_of(&phone, &peer, "100");
    assert_eq!(invite.header("Privacy"), None);
    assert!(invite.header("From").unwrap().starts_with("\"Alice\" <sip:204@"));
}

#[test]
fn codecs_and_ports_are_those_of_the_settings() {
    let range = microsip_testkit::ports::reserve_range(20).unwrap();
    let (first, last) = range.release();
    let settings = format!("audioCodecs=PCMU/8000/1 GSM/8000/1 none/1/1\nrtpPortMin={first}\nrtpPortMax={last}");
    let (phone, peer, _) = registered("codecs", &settings, "");
    let invite = invite_of(&phone, &peer, "100");
    let media = invite.sdp('m').remove(0);
    let parts: Vec<&str> = media.split(' ').collect();
    let port: u16 = parts[1].parse().unwrap();
    assert!((first..=last).contains(&port), "{port} is not in {first}..{last}");
    assert_eq!(parts[3..5], ["0", "3"], "{media}");
    assert!(!parts[3..].contains(&"8"), "{media}");
    // The default.
    let (phone, peer, _) = registered("codecs-default", "", "");
    let media = invite_of(&phone, &peer, "100").sdp('m').remove(0);
    let parts: Vec<&str> = media.split(' ').collect();
    assert_eq!(parts[3..5], ["8", "0"], "{media}");
}

#[test]
fn the_public_address_is_that_of_the_media() {
    let (phone, peer, _) = registered("public", "", "publicAddr=198.51.100.7\n");
    let invite = invite_of(&phone, &peer, "100");
    assert!(
        invite.body_text().contains("c=IN IP4 198.51.100.7"),
        "{}",
        invite.body_text()
    );
    assert!(invite.header("Contact").unwrap().contains("127.0.0.1"));
}

#[test]
fn session_timers_can_be_switched_off() {
    for (key, offered) in [("", true), ("disableSessionTimer=1\n", false)] {
        let (phone, peer, _) = registered("timer", "", key);
        let invite = invite_of(&phone, &peer, "100");
        let supported = invite.header("Supported").unwrap_or_default().contains("timer");
        assert_eq!(supported, offered, "{key}");
        assert_eq!(invite.header("Session-Expires").is_some(), offered, "{key}");
    }
}

#[test]
fn the_path_is_kept_open() {
    let (_phone, peer, _) = registered("keep-alive", "", "keepAlive=2\n");
    let begun = Instant::now();
    peer.bytes("keep-alive", |bytes| bytes == b"\r\n");
    peer.bytes("keep-alive", |bytes| bytes == b"\r\n");
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
}

#[test]
fn presence_is_published_if_wanted() {
    let (phone, peer, _) = registered("publish", "", "publish=1\n");
    let publish = peer.request("PUBLISH");
    assert_eq!(publish.header("Event"), Some("presence"));
    assert!(
        publish.body_text().contains("<basic>open</basic>"),
        "{}",
        publish.body_text()
    );
    let answer = "SIP-ETag: e1\r\nExpires: 600\r\n";
    peer.reply(&publish, 200, "OK", answer, "");
    // Busy while DND is on.
    phone.ask(r#"{"command":"button","button":"dnd","state":"on"}"#);
    let publish = peer.request("PUBLISH");
    assert!(
        publish.body_text().to_lowercase().contains("busy"),
        "{}",
        publish.body_text()
    );
    assert_eq!(publish.header("SIP-If-Match"), Some("e1"));
    let (_phone, peer, _) = registered("no-publish", "", "");
    assert!(
        peer.look(Duration::from_millis(500), |m| m.is_request("PUBLISH"))
            .is_none()
    );
}

#[test]
fn a_mailbox_is_watched_and_called() {
    let (mut phone, peer, _) = registered("mailbox", "", "voicemailNumber=9 00-1\ndialingPrefix=7\n");
    let subscribe = peer.wait("SUBSCRIBE", |m| {
        m.is_request("SUBSCRIBE") && m.header("Event") == Some("message-summary")
    });
    assert_eq!(subscribe.header("Accept"), Some("application/simple-message-summary"));
    peer.reply(&subscribe, 200, "OK", "Expires: 600\r\n", "");
    let mut leg = peer.leg_of(&subscribe);
    let headers = "Event: message-summary\r\nSubscription-State: active;expires=600\r\n\
                   Content-Type: application/simple-message-summary\r\n";
    peer.request_in(
        &mut leg,
        "NOTIFY",
        headers,
        "Messages-Waiting: yes\r\nVoice-Message: 2/1\r\n",
    );
    peer.code(&leg, 200, "NOTIFY");
    assert_eq!(phone.wait("messages_waiting", |_| true)["waiting"], true);
    // Called as any number is.
    phone.command("voicemail", serde_json::json!({}));
    assert_eq!(peer.called().request_uri(), Some(&*peer.uri("79001")));
}

#[test]
fn contacts_that_ask_for_it_are_watched() {
    let home = Home::new("watched");
    let xml = "<?xml version=\"1.0\"?><contacts><contact name=\"Bob\" number=\"5551\" presence=\"1\"/>\
               <contact name=\"Eve\" number=\"5552\" presence=\"0\"/></contacts>";
    home.dir.write("Contacts.xml", xml).unwrap();
    let peer = Peer::new();
    let mut phone = begun_in(home, &peer, "", "dialingPrefix=9\n");
    // Not before it is registered.
    let early = peer.look(Duration::from_millis(300), |m| m.is_request("SUBSCRIBE"));
    assert!(early.is_none());
    peer.registrar();
    phone.wait("registration", |e| e["state"] == "registered");
    let subscribe = peer.request("SUBSCRIBE");
    assert_eq!(subscribe.header("Event"), Some("presence"));
    // Without prefix and plan.
    assert_eq!(subscribe.request_uri(), Some(&*peer.uri("5551")));
    peer.reply(&subscribe, 200, "OK", "Expires: 600\r\n", "");
    let mut leg = peer.leg_of(&subscribe);
    let headers = "Event: presence\r\nSubscription-State: active;expires=600\r\nContent-Type: application/pidf+xml\r\n";
    let pidf = format!(
        "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"{}\"><tuple id=\"a\"><status>\
         <basic>open</basic></status><note>Ringing</note></tuple></presence>",
        peer.uri("5551")
    );
    peer.request_in(&mut leg, "NOTIFY", headers, &pidf);
    peer.code(&leg, 200, "NOTIFY");
    phone.wait("presence", |_| true);
    let contacts = phone.run(&["contacts", "--json"]).ok().json();
    let text = contacts.to_string();
    assert!(text.contains("ringing"), "{text}");
    assert!(
        peer.look(Duration::from_millis(200), |m| m.is_request("SUBSCRIBE"))
            .is_none()
    );
}

#[test]
fn ports_are_knocked_at_before_the_registration() {
    let doors: Vec<UdpSocket> = (0..3).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
    let ports: Vec<String> = doors
        .iter()
        .map(|d| d.local_addr().unwrap().port().to_string())
        .collect();
    let peer = Peer::new();
    let begun_at = Instant::now();
    let _phone = begun("knock", &peer, &format!("portKnockerPorts={}", ports.join(",")), "");
    for door in &doors {
        door.set_read_timeout(Some(Duration::from_secs(SOON))).unwrap();
        let mut bytes = [0; 16];
        let len = door.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..len], b"knock\0");
    }
    let register = peer.registrar();
    assert!(register.at - begun_at >= Duration::from_millis(400));
    for door in &doors {
        door.set_nonblocking(true).unwrap();
        assert!(door.recv(&mut [0; 16]).is_err(), "knocked twice");
    }
}

#[test]
fn calls_by_the_registrar_reach_it() {
    let (mut phone, peer, register) = registered("incoming", "", "");
    let contact = register.header("Contact").unwrap();
    assert!(contact.contains(&phone.address()), "{contact}");
    let mut leg = peer.rings(
        &phone.address(),
        &Invite::from("100").to("204").host(&peer.addr().to_string()),
    );
    phone.ask("/answer");
    let answer = peer.answered(&mut leg);
    assert_eq!(direction(&answer.msg), "sendrecv");
    peer.bye(&mut leg);
    phone.wait_call("disconnected");
}

#[test]
fn an_edited_account_registers_anew() {
    let (mut phone, peer, _) = registered("edited", "", "");
    phone.edit(|text| text.replace("username=204", "username=205"));
    let left = peer.registrar();
    assert!(
        left.header("To").unwrap().contains("204") && lifetime(&left) == 0,
        "{}",
        left.msg
    );
    let new = peer.registrar();
    assert!(new.header("To").unwrap().contains("205"), "{}", new.msg);
    phone.wait("registration", |e| e["state"] == "registered");
    // Without an active account it leaves.
    let text = ini("accountId=0", "");
    std::fs::write(ini_of(&phone.home), text).unwrap();
    let left = peer.registrar();
    assert_eq!(lifetime(&left), 0);
}

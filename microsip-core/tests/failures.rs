//! Many ways to fail, each with a code of its own, a message that quotes what failed, and a place in the table.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use microsip_core::*;
use support::peer::Peer;
use support::*;

/// What became of it, what its message must quote, and the code expected.
struct Case {
    code: &'static str,
    quotes: String,
    error: Error,
}

struct Cases {
    ep: Running,
    caller: Account,
    found: Vec<Case>,
}

impl Cases {
    fn add(&mut self, code: &'static str, quotes: impl Into<String>, error: Error) {
        let quotes = quotes.into();
        self.found.push(Case { code, quotes, error });
    }

    fn registered_at(&self, addr: &str, transport: Transport) -> Error {
        let config = AccountConfig::new("sip:a@x.test")
            .registrar(format!("sip:{addr}"))
            .transport(transport);
        let account = self.ep.add_account(config).unwrap();
        let error = account.wait_registered(SOON).unwrap_err();
        account.remove().unwrap();
        error
    }

    /// The callee answers with this code.
    fn answered(&self, code: u16, body: Option<&str>) -> (Error, SocketAddr) {
        let peer = Peer::new();
        let mut events = self.ep.events();
        let call = self.caller.call(&peer.uri("x")).unwrap();
        let invite = peer.request("INVITE");
        peer.reply(&invite, code, &[], body);
        if code < 300 {
            let bye = peer.request("BYE");
            peer.reply(&bye, 200, &[], None);
        }
        let end = ends(&mut events, &call).remove(0);
        (end.error.unwrap(), peer.addr())
    }
}

/// A TCP listener that has no room for one more connection.
fn full() -> (TcpListener, Vec<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let mut held = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&addr, Duration::from_millis(300)) {
        held.push(stream);
        assert!(held.len() < 10_000, "it takes everybody");
    }
    (listener, held)
}

#[test]
fn every_failure_has_its_own_code_and_says_what_failed() {
    let ep = start(
        config()
            .transaction_timeout(Duration::from_secs(9))
            .codecs("PCMU")
            .unwrap()
            .transports(vec![
                TransportConfig::new(Transport::Udp, "127.0.0.1:0".parse().unwrap()),
                TransportConfig::new(Transport::Tcp, "127.0.0.1:0".parse().unwrap()),
            ]),
    );
    let caller = ep.local("1001");
    let mut cases = Cases {
        ep,
        caller,
        found: Vec::new(),
    };

    let closed = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let error = cases.registered_at(&closed, Transport::Udp);
    cases.add("port_refused", &closed, error);
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (crowded, _held) = full();
    let (silent_addr, crowded_addr) = (
        silent.local_addr().unwrap().to_string(),
        crowded.local_addr().unwrap().to_string(),
    );
    let from = Instant::now();
    let error = cases.registered_at(&crowded_addr, Transport::Tcp);
    assert!(from.elapsed() < Duration::from_secs(9), "{:?}", from.elapsed());
    cases.add("connect_timed_out", &crowded_addr, error);
    let error = cases.registered_at(&silent_addr, Transport::Udp);
    cases.add("no_answer", &silent_addr, error);
    let error = cases.registered_at("no-such-host.invalid", Transport::Udp);
    cases.add("dns_not_found", "no-such-host.invalid", error);
    let error = cases.registered_at("127.0.0.1:5061", Transport::Tls);
    cases.add("no_transport", "127.0.0.1:5061", error);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let ends_it = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
    });
    let error = cases.registered_at(&addr, Transport::Tcp);
    ends_it.join().unwrap();
    cases.add("connection_lost", &addr, error);

    for (status, code) in [
        (403, "peer_forbade"),
        (404, "peer_not_found"),
        (480, "peer_unavailable"),
        (486, "peer_busy"),
        (603, "peer_declined"),
        (488, "peer_refused_media"),
        (302, "peer_redirected"),
        (408, "peer_timed_out"),
        (413, "peer_too_large"),
        (420, "peer_lacks_extension"),
        (484, "peer_rejected"),
        (500, "peer_failed"),
    ] {
        let (error, addr) = cases.answered(status, None);
        assert_eq!(error.sip_status().unwrap().code(), status, "{error}");
        assert!(error.to_string().contains(&addr.to_string()), "{error}");
        cases.add(code, status.to_string(), error);
    }
    let g722 = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 9\r\n";
    let (error, _) = cases.answered(200, Some(g722));
    cases.add("no_common_media", "codec", error);

    let error = Endpoint::start(config()).unwrap_err();
    cases.add("already_running", "already", error);
    let error = cases.caller.call("tel").unwrap_err();
    cases.add("invalid_argument", "tel", error);

    let table = include_str!("../../docs/failures.md");
    let mut codes = std::collections::BTreeSet::new();
    for Case { code, quotes, error } in &cases.found {
        assert_eq!(error.code(), *code, "{error}");
        assert_eq!(error.failure().kind(), error.kind(), "{error}");
        assert!(
            error.to_string().contains(quotes.as_str()),
            "{code}: {error} does not quote {quotes}"
        );
        assert!(
            table.contains(&format!("| `{code}` | `{}` |", error.kind())),
            "{code} is not in the table"
        );
        codes.insert(*code);
    }
    assert_eq!(codes.len(), cases.found.len(), "each its own");
    assert!(codes.len() >= 10);
    cases.ep.close();
}

//! Kamailio as presence server, spoken to by raw bytes.

#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

use std::net::UdpSocket;
use std::time::Duration;

use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::ports::loopback;
use microsip_testkit::sipmsg::SipMessage;
use microsip_testkit::{Deadline, Error};

const PIDF: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
    entity=\"sip:alice@example.test\"><tuple id=\"t1\"><status><basic>open</basic></status></tuple></presence>\n";

struct Client {
    socket: UdpSocket,
    name: &'static str,
}

impl Client {
    fn new(name: &'static str) -> Client {
        Client {
            socket: UdpSocket::bind(loopback(0)).unwrap(),
            name,
        }
    }

    /// Sends a request to `sip:alice@example.test`; `to_tag` and `target` for one within a dialog.
    fn send(
        &self,
        server: &Kamailio,
        method: &str,
        cseq: u32,
        dialog: Option<(&str, &str)>,
        headers: &[&str],
        body: &str,
    ) {
        let addr = self.socket.local_addr().unwrap();
        let (tag, target) = dialog.unwrap_or(("", "sip:alice@example.test"));
        let name = self.name;
        let mut text = format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {addr};rport;branch=z9hG4bK{name}{method}{cseq}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{name}@example.test>;tag={name}\r\nTo: <sip:alice@example.test>{tag}\r\n\
             Call-ID: {name}-{method}@{addr}\r\nCSeq: {cseq} {method}\r\nContact: <sip:{name}@{addr}>\r\n"
        );
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        self.socket.send_to(text.as_bytes(), server.udp_addr()).unwrap();
    }

    fn wait(&self, what: &str, wanted: impl Fn(&SipMessage) -> bool) -> SipMessage {
        let deadline = Deadline::secs(8);
        let mut buffer = vec![0; 65_536];
        let mut seen = Vec::new();
        loop {
            let left = deadline.remaining().max(Duration::from_millis(1));
            assert!(!deadline.is_over(), "no {what} in time; seen: {seen:#?}");
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((length, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            let Ok(message) = SipMessage::parse(&buffer[..length]) else {
                continue;
            };
            if message.method().is_some() {
                self.accept(&message, from);
            }
            seen.push(String::from_utf8_lossy(message.raw()).into_owned());
            if wanted(&message) {
                return message;
            }
        }
    }

    /// 200 to a NOTIFY.
    fn accept(&self, request: &SipMessage, to: std::net::SocketAddr) {
        let mut text = String::from("SIP/2.0 200 OK\r\n");
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            for value in request.all(name) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        text.push_str("Content-Length: 0\r\n\r\n");
        self.socket.send_to(text.as_bytes(), to).unwrap();
    }

    fn answer(&self, method: &str, cseq: u32) -> SipMessage {
        self.wait(method, |m| {
            m.code().is_some_and(|c| c >= 200) && m.cseq() == Some((cseq, method))
        })
    }

    /// A NOTIFY whose body has `text`, or has none for an empty `text`.
    fn notified(&self, text: &str) -> SipMessage {
        self.wait("NOTIFY", |m| {
            m.is_request("NOTIFY")
                && if text.is_empty() {
                    m.body().is_empty()
                } else {
                    m.body_text().contains(text)
                }
        })
    }

    fn publish(&self, server: &Kamailio, cseq: u32, expires: u32, etag: Option<&str>, body: &str) -> SipMessage {
        let expires = format!("Expires: {expires}");
        let matching = format!("SIP-If-Match: {}", etag.unwrap_or_default());
        let mut headers = vec!["Event: presence", expires.as_str()];
        if etag.is_some() {
            headers.push(&matching);
        }
        if !body.is_empty() {
            headers.push("Content-Type: application/pidf+xml");
        }
        self.send(server, "PUBLISH", cseq, None, &headers, body);
        self.answer("PUBLISH", cseq)
    }
}

fn tag(message: &SipMessage) -> String {
    format!(";tag={}", message.to_tag().unwrap())
}

#[test]
fn what_is_published_is_notified_until_it_expires_or_is_removed() {
    let server = Kamailio::start(KamailioOptions::new().user("alice", "secret").presence()).unwrap();
    let (alice, bob) = (Client::new("alice"), Client::new("bob"));
    bob.send(
        &server,
        "SUBSCRIBE",
        1,
        None,
        &["Event: presence", "Expires: 60", "Accept: application/pidf+xml"],
        "",
    );
    let accepted = bob.answer("SUBSCRIBE", 1);
    assert_eq!((accepted.code(), accepted.header("Expires")), (Some(200), Some("60")));
    let first = bob.notified("");
    assert!(
        first.header("Subscription-State").unwrap().starts_with("active"),
        "{first:?}"
    );
    assert_eq!(first.header("Event"), Some("presence"));

    let made = alice.publish(&server, 1, 60, None, PIDF);
    let etag = made.header("SIP-ETag").unwrap();
    assert_eq!(made.code(), Some(200));
    let open = bob.notified("<basic>open");
    assert_eq!(open.header("Content-Type"), Some("application/pidf+xml"));

    // Refreshed for a moment only, under the tag given last; then it runs out by itself.
    let refreshed = alice.publish(&server, 2, 1, Some(etag), "");
    assert_eq!(refreshed.code(), Some(200));
    bob.notified("");
    let again = alice.publish(&server, 4, 60, None, PIDF);
    bob.notified("<basic>open");
    assert_eq!(
        alice.publish(&server, 5, 0, again.header("SIP-ETag"), "").code(),
        Some(200)
    );
    // Kamailio tells of a removal by closing what was published.
    bob.notified("<basic>closed");
    // Its tag went with it; the process that answers may hear of that a moment later than the one that told.
    let late = (6..16).find_map(|cseq| {
        let late = alice.publish(&server, cseq, 60, again.header("SIP-ETag"), PIDF);
        (late.code() == Some(412)).then_some(())
    });
    assert!(late.is_some(), "the tag of what was removed is taken again and again");

    // Within the dialog: the end of it.
    let contact = accepted.header("Contact").unwrap();
    let target = contact.trim_start_matches('<').split('>').next().unwrap();
    let to = tag(&accepted);
    bob.send(
        &server,
        "SUBSCRIBE",
        2,
        Some((&to, target)),
        &["Event: presence", "Expires: 0"],
        "",
    );
    assert_eq!(bob.answer("SUBSCRIBE", 2).code(), Some(200));
    bob.wait("the last NOTIFY", |m| {
        m.header("Subscription-State")
            .is_some_and(|state| state.starts_with("terminated"))
    });
}

#[test]
fn a_restart_keeps_what_is_in_the_tables_and_nothing_that_was_lost() {
    let mut server = Kamailio::start(KamailioOptions::new().presence()).unwrap();
    let (alice, bob) = (Client::new("alice"), Client::new("bob"));
    bob.send(&server, "SUBSCRIBE", 1, None, &["Event: presence", "Expires: 600"], "");
    let accepted = bob.answer("SUBSCRIBE", 1);
    bob.notified("");
    let made = alice.publish(&server, 1, 600, None, PIDF);
    let etag = made.header("SIP-ETag").unwrap();
    bob.notified("<basic>open");
    assert!(matches!(server.lose_presence(), Err(Error::Format(_))), "while it runs");

    server.kill().unwrap();
    server.restart().unwrap();
    let changed = alice.publish(&server, 2, 600, Some(etag), &PIDF.replace("open", "closed"));
    assert_eq!(changed.code(), Some(200));
    let closed = bob.notified("<basic>closed");
    assert_eq!(closed.call_id(), accepted.call_id());

    server.stop().unwrap();
    server.lose_presence().unwrap();
    server.restart().unwrap();
    assert_eq!(
        alice.publish(&server, 3, 600, changed.header("SIP-ETag"), PIDF).code(),
        Some(412)
    );
    let contact = accepted.header("Contact").unwrap();
    let target = contact.trim_start_matches('<').split('>').next().unwrap();
    let to = tag(&accepted);
    bob.send(
        &server,
        "SUBSCRIBE",
        2,
        Some((&to, target)),
        &["Event: presence", "Expires: 600"],
        "",
    );
    assert_eq!(bob.answer("SUBSCRIBE", 2).code(), Some(481));
}

#[test]
fn packages_are_known_or_489_short_ones_423_and_strangers_407() {
    let brief = KamailioOptions::new().presence_expires(Duration::from_secs(30), Duration::from_secs(90));
    let server = Kamailio::start(brief).unwrap();
    let bob = Client::new("bob");
    let packages = ["presence", "presence.winfo", "message-summary", "dialog", "reg"];
    for (number, package) in (1..).zip(packages) {
        let client = Client::new("bob");
        client.send(
            &server,
            "SUBSCRIBE",
            number,
            None,
            &[&format!("Event: {package}"), "Expires: 500"],
            "",
        );
        let answer = client.answer("SUBSCRIBE", number);
        assert_eq!(
            (answer.code(), answer.header("Expires")),
            (Some(200), Some("90")),
            "{package}"
        );
    }
    bob.send(&server, "SUBSCRIBE", 10, None, &["Event: nonsense", "Expires: 60"], "");
    assert_eq!(bob.answer("SUBSCRIBE", 10).code(), Some(489));
    let brief = bob.publish(&server, 11, 5, None, PIDF);
    assert_eq!((brief.code(), brief.header("Min-Expires")), (Some(423), Some("30")));
    server
        .wait_log(
            |e| e.method() == "PUBLISH" && e.field("event") == Some("presence"),
            Deadline::secs(5),
        )
        .unwrap();

    let strict = Kamailio::start(
        KamailioOptions::new()
            .user("alice", "secret")
            .authenticate_calls(true)
            .presence(),
    )
    .unwrap();
    assert_eq!(bob.publish(&strict, 12, 60, None, PIDF).code(), Some(407));
}

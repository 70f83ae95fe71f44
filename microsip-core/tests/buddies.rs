//! Buddies: what is asked, what is understood, and what does not harm.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::leg::us;
use support::peer::{Dialog, Got, Peer};
use support::*;

fn pidf(basic: &str, more: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
         xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:sky@127.0.0.1\">\
         <tuple id=\"t1\"><status><basic>{basic}</basic></status></tuple>{more}</presence>"
    )
}

struct Watching {
    ep: Running,
    peer: Peer,
    events: Events,
    buddy: Buddy,
    request: Got,
    cseq: u32,
}

fn watching() -> Watching {
    let ep = start(config());
    let (peer, events) = (Peer::new(), ep.events());
    let options =
        ObserveOptions::default().retry(RetryPolicy::new(Duration::from_millis(50), Duration::from_millis(200)));
    let buddy = ep.local("1001").watch(&peer.uri("sky"), options).unwrap();
    let request = peer.request("SUBSCRIBE");
    peer.reply(&request, 200, &["Expires: 600"], None);
    Watching {
        ep,
        peer,
        events,
        buddy,
        request,
        cseq: 0,
    }
}

impl Watching {
    fn notify(&mut self, state: &str, content_type: &str, body: &[u8]) {
        self.cseq += 1;
        let dialog = Dialog::called(&self.request, "peer");
        let mut text = format!(
            "NOTIFY {} SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bKn{}\r\nMax-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\n\
             Call-ID: {}\r\nCSeq: {} NOTIFY\r\nContact: <sip:peer@{1}>\r\nEvent: presence\r\nSubscription-State: {state}\r\n",
            self.ep.uri("1001"),
            self.peer.addr(),
            self.cseq,
            dialog.from,
            dialog.to,
            dialog.call_id,
            self.cseq,
        )
        .into_bytes();
        if !content_type.is_empty() {
            text.extend(format!("Content-Type: {content_type}\r\n").bytes());
        }
        text.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
        text.extend(body);
        self.peer.raw(&text, us(&self.ep));
        self.peer.response(200, "NOTIFY");
    }

    fn told(&mut self) -> PresenceStatus {
        wait(&mut self.events, "presence", |e| match e {
            Event::Presence { status, .. } => Some((**status).clone()),
            _ => None,
        })
    }

    fn unreadable(&mut self) -> (Error, Vec<u8>) {
        wait(&mut self.events, "unreadable document", |e| match e {
            Event::Unreadable {
                error, notification, ..
            } => Some((error.clone(), notification.body().to_vec())),
            _ => None,
        })
    }
}

const PIDF: &str = "application/pidf+xml";

#[test]
fn a_buddy_is_what_its_document_says() {
    let mut w = watching();
    assert_eq!(w.request.header("Event"), Some("presence"));
    assert_eq!(
        w.request.header("Accept"),
        Some("application/pidf+xml, application/xpidf+xml")
    );
    assert_eq!((w.buddy.presence(), w.buddy.status()), (Presence::Unknown, None));
    w.notify("active;expires=600", PIDF, pidf("open", "").as_bytes());
    assert_eq!(w.told().state(), Presence::Online);
    assert_eq!(w.buddy.presence(), Presence::Online);
    let phone = "<dm:person id=\"p\"><rpid:activities><rpid:on-the-phone/></rpid:activities><dm:note>im Gespräch</dm:note></dm:person>";
    w.notify("active", PIDF, pidf("open", phone).as_bytes());
    let status = w.told();
    assert_eq!(status.state(), Presence::OnThePhone);
    assert_eq!(status.note(), Some("im Gespräch"));
    w.notify("active", PIDF, pidf("closed", "").as_bytes());
    assert_eq!(w.told().state(), Presence::Offline);
    let found = w
        .buddy
        .wait(SOON, |s| (s.state() == Presence::Offline).then_some(s.basic()))
        .unwrap();
    assert_eq!(found, BasicStatus::Closed);
    // What is not told any more is not known any more.
    w.notify("terminated;reason=rejected", "", b"");
    w.buddy.subscription().wait_for(SubscriptionState::Ended, SOON).unwrap();
    assert_eq!(w.buddy.presence(), Presence::Unknown);
    // Nobody waits for what will not come.
    let from = std::time::Instant::now();
    let error = w
        .buddy
        .wait(SOON, |s| (s.state() == Presence::Busy).then_some(()))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
    let newest = w.buddy.subscription().notification().unwrap().number;
    let error = w.buddy.subscription().wait_notification(newest, SOON).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
    assert!(from.elapsed() < Duration::from_secs(5));
    w.ep.close();
}

#[test]
fn hostile_documents_are_told_and_the_subscription_lives_on() {
    let mut w = watching();
    w.notify("active;expires=600", PIDF, pidf("open", "").as_bytes());
    w.told();
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><presence \
                xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"&b;\"/>";
    let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
    let mut wrong =
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"".to_vec();
    wrong.extend([0xff, 0xfe, 0xc0]);
    wrong.extend(b"\"/>");
    for (kind, body) in [
        (PIDF, bomb.as_bytes()),
        (PIDF, deep.as_bytes()),
        (PIDF, &wrong),
        (PIDF, b"hello".as_slice()),
        (PIDF, &pidf("open", "").as_bytes()[..150]),
        (PIDF, b"<html/>".as_slice()),
        ("text/plain", b"online".as_slice()),
        ("application/dialog-info+xml", pidf("open", "").as_bytes()),
    ] {
        w.notify("active", kind, body);
        let (error, told) = w.unreadable();
        assert_eq!(told, body);
        assert!(!error.message().is_empty());
        assert_eq!(w.buddy.presence(), Presence::Online, "what was known stays");
    }
    // A body is not needed.
    w.notify("active", "", b"");
    w.notify("active", PIDF, pidf("closed", "").as_bytes());
    assert_eq!(w.told().state(), Presence::Offline);
    assert_eq!(w.buddy.subscription().state(), SubscriptionState::Active);
    w.ep.close();
}

#[test]
fn our_own_presence_is_told_to_who_watches_us() {
    let ep = start(config());
    let (alice, bob) = (ep.local("alice"), ep.local("bob"));
    let notifier = alice.serve_presence(WatchPolicy::Allow).unwrap();
    let buddy = bob.watch(&ep.uri("alice"), ObserveOptions::default()).unwrap();
    // Before anything was said: we are there.
    buddy
        .wait(SOON, |s| (s.state() == Presence::Online).then_some(()))
        .unwrap();
    for status in [
        PresenceStatus::away(),
        PresenceStatus::busy(),
        PresenceStatus::on_the_phone(),
        PresenceStatus::do_not_disturb(),
        PresenceStatus::offline(),
        PresenceStatus::online().with_note("im Büro & <da>"),
    ] {
        alice.set_presence(status.clone()).unwrap();
        let seen = buddy.wait(SOON, |s| {
            (s.state() == status.state() && s.note() == status.note()).then(|| s.entity.clone())
        });
        assert_eq!(seen.unwrap(), ep.uri("alice"));
    }
    assert_eq!(notifier.watchers().unwrap().len(), 1);
    ep.close();
}

#[test]
fn heavy_a_thousand_buddies_in_one_process() {
    const COUNT: usize = 1000;
    let ep = start(config().transaction_timeout(Duration::from_secs(4)));
    let alice = ep.local("alice");
    let notifier = ep
        .local("bob")
        .serve(
            ServeOptions::new("presence")
                .policy(WatchPolicy::Allow)
                .state(PIDF, PresenceStatus::online().to_pidf("sip:bob@127.0.0.1")),
        )
        .unwrap();
    let before = memory();
    let options = ObserveOptions::default().expires(Duration::from_secs(3600));
    let buddies: Vec<Buddy> = (0..COUNT)
        .map(|_| alice.watch(&ep.uri("bob"), options).unwrap())
        .collect();
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(60), "everybody to be online", || {
        buddies.iter().all(|b| b.presence() == Presence::Online).then_some(())
    })
    .unwrap();
    // Transactions are remembered for 32 s, and their memory is given back a moment later. What stays is for both ends of each buddy,
    // with its newest document, and the holes between.
    let each = || memory().saturating_sub(before) / COUNT;
    let settled = microsip_testkit::wait_until(microsip_testkit::Deadline::secs(60), "memory to be given back", || {
        (each() < 48 * 1024).then_some(())
    });
    println!("{} bytes for each buddy with its watcher", each());
    settled.unwrap();
    notifier
        .set_state(PIDF, PresenceStatus::busy().to_pidf("sip:bob@127.0.0.1"))
        .unwrap();
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(60), "everybody to be busy", || {
        buddies.iter().all(|b| b.presence() == Presence::Busy).then_some(())
    })
    .unwrap();
    for buddy in &buddies {
        buddy.unwatch().unwrap();
    }
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(60), "all to end", || {
        let over = |b: &Buddy| b.subscription().state() == SubscriptionState::Ended;
        (buddies.iter().all(over) && notifier.watchers().unwrap().is_empty()).then_some(())
    })
    .unwrap();
    ep.close();
}

/// Private memory in use, in bytes.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = text.lines().find(|l| l.starts_with("Private_Dirty:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

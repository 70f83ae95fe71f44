//! Publications (RFC 3903): what goes over the wire, and what becomes of it at a presence server.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use support::peer::{Dialog, Got, Peer};
use support::*;

const MS: Duration = Duration::from_millis(1);
const TYPE: &str = "application/x-state";

/// An account whose server is the peer.
fn account(ep: &Running, peer: &Peer) -> Account {
    let config = AccountConfig::new("sip:alice@example.test").proxy(format!("sip:{};lr", peer.addr()));
    ep.add_account(config).unwrap()
}

/// Pauses that a test can wait for, and tell apart.
fn quick(body: &str) -> PublishOptions {
    PublishOptions::new(TYPE, body).retry(RetryPolicy::new(200 * MS, 400 * MS))
}

fn publish(account: &Account, options: PublishOptions) -> Publication {
    account.publish("presence", options).unwrap()
}

/// Accepts a PUBLISH.
fn accept(peer: &Peer, request: &Got, etag: &str, expires: u32) {
    let etag = format!("SIP-ETag: {etag}");
    peer.reply(request, 200, &[&etag, &format!("Expires: {expires}")], None);
}

/// Tag, lifetime and body of a PUBLISH.
fn parts(request: &Got) -> (Option<String>, String, String) {
    (
        request.header("SIP-If-Match").map(str::to_owned),
        request.header("Expires").unwrap().to_owned(),
        request.body_text(),
    )
}

fn plain(etag: Option<&str>, expires: &str, body: &str) -> (Option<String>, String, String) {
    (etag.map(str::to_owned), expires.to_owned(), body.to_owned())
}

/// The next news of a publication in this state.
fn told(events: &mut Events, state: PublicationState) -> PublicationInfo {
    wait(events, state.name(), |e| match e {
        Event::Publication { info, .. } if info.state == state => Some(info.clone()),
        _ => None,
    })
}

/// Removes what a test has published, so that closing has nothing to wait for.
fn remove(peer: &Peer, publication: &Publication) {
    publication.remove().unwrap();
    let request = peer.wait("removal", |m| {
        m.is_request("PUBLISH") && m.header("Expires") == Some("0")
    });
    peer.reply(&request, 200, &["SIP-ETag: gone", "Expires: 0"], None);
    publication.wait_for(PublicationState::Removed, SOON).unwrap();
}

#[test]
fn a_publication_is_made_changed_refreshed_and_removed_under_the_newest_tag() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let options = quick("one")
        .expires(Duration::from_secs(300))
        .header("X-Own", "7")
        .unwrap();
    let publication = publish(&account(&ep, &peer), options);
    let first = peer.request("PUBLISH");
    assert_eq!(first.request_uri(), Some("sip:alice@example.test"));
    assert!(first.header("To").unwrap().contains("sip:alice@example.test"));
    assert!(first.header("From").unwrap().contains("sip:alice@example.test"));
    assert_eq!(
        (first.header("Event"), first.header("X-Own")),
        (Some("presence"), Some("7"))
    );
    assert_eq!(first.header("Content-Type"), Some(TYPE));
    assert_eq!(parts(&first), plain(None, "300", "one"));
    assert_eq!(publication.state(), PublicationState::Publishing);
    accept(&peer, &first, "a1", 300);
    let info = told(&mut events, PublicationState::Published);
    assert_eq!(info.etag.as_deref(), Some("a1"));
    assert_eq!(
        (info.code, info.expires),
        (Some(StatusCode::OK), Some(Duration::from_secs(300)))
    );

    publication.update("two").unwrap();
    let second = peer.request("PUBLISH");
    assert_eq!(parts(&second), plain(Some("a1"), "300", "two"));
    // One at a time (§4.1); of what is wanted meanwhile only the newest goes out.
    publication.update("three").unwrap();
    publication.update("four").unwrap();
    assert!(peer.silent(300 * MS, |m| m.is_request("PUBLISH") && m.body_text() != "two"));
    accept(&peer, &second, "a2", 4);
    let third = peer.request("PUBLISH");
    assert_eq!(parts(&third), plain(Some("a2"), "300", "four"));
    let granted = Instant::now();
    accept(&peer, &third, "a3", 4);
    publication.wait_for(PublicationState::Published, SOON).unwrap();

    // Half-way, since five seconds before the end has passed already. Without body and type (§4.3).
    let refresh = peer.request("PUBLISH");
    let after = granted.elapsed();
    assert!(after > 1500 * MS && after < 4000 * MS, "{after:?}");
    assert_eq!(parts(&refresh), plain(Some("a3"), "300", ""));
    assert_eq!(refresh.header("Content-Type"), None);
    accept(&peer, &refresh, "a4", 300);
    told(&mut events, PublicationState::Published);

    publication.remove().unwrap();
    let removal = peer.request("PUBLISH");
    assert_eq!(removal.header("Event"), Some("presence"));
    let (etag, expires, body) = parts(&removal);
    assert_eq!((expires.as_str(), body.as_str()), ("0", ""));
    assert!(matches!(etag.as_deref(), Some("a3" | "a4")), "{etag:?}");
    peer.reply(&removal, 200, &["SIP-ETag: a5", "Expires: 0"], None);
    let info = publication.wait_for(PublicationState::Removed, SOON).unwrap();
    assert!(info.error.is_none() && info.etag.is_none(), "{info:?}");
    assert_eq!(publication.update("five").unwrap_err().kind(), ErrorKind::Gone);
    publication.remove().unwrap();
    ep.close();
}

#[test]
fn a_server_that_forgot_it_is_told_anew_and_that_is_told() {
    let (ep, peer) = (start(config()), Peer::new());
    let publication = publish(&account(&ep, &peer), quick("one"));
    let first = peer.request("PUBLISH");
    accept(&peer, &first, "a1", 3600);
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    let mut events = ep.events();
    publication.refresh().unwrap();
    let refresh = peer.request("PUBLISH");
    assert_eq!(parts(&refresh), plain(Some("a1"), "3600", ""));
    peer.reply(&refresh, 412, &[], None);
    let info = told(&mut events, PublicationState::Publishing);
    assert_eq!(info.code.map(StatusCode::code), Some(412));
    let anew = peer.request("PUBLISH");
    assert_eq!(parts(&anew), plain(None, "3600", "one"));
    // Without a tag it is no precondition that failed: refused for good.
    peer.reply(&anew, 412, &[], None);
    let failed = told(&mut events, PublicationState::Failed);
    assert_eq!(failed.code.map(StatusCode::code), Some(412));
    assert_eq!(
        publication
            .wait_for(PublicationState::Published, SOON)
            .unwrap_err()
            .kind(),
        ErrorKind::Sip
    );
    // An update tries again.
    publication.update("two").unwrap();
    let again = peer.request("PUBLISH");
    assert_eq!(parts(&again), plain(None, "3600", "two"));
    accept(&peer, &again, "b1", 3600);
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    // What is gone needs no removal.
    publication.remove().unwrap();
    let removal = peer.request("PUBLISH");
    assert_eq!(parts(&removal), plain(Some("b1"), "0", ""));
    peer.reply(&removal, 412, &[], None);
    let info = publication.wait_for(PublicationState::Removed, SOON).unwrap();
    assert!(info.error.is_none(), "{info:?}");
    ep.close();
}

#[test]
fn a_longer_minimum_is_honoured_and_a_foolish_one_refused() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = account(&ep, &peer);
    let options = || quick("one").expires(Duration::from_secs(60));
    let publication = publish(&account, options());
    let brief = peer.request("PUBLISH");
    assert_eq!(parts(&brief), plain(None, "60", "one"));
    peer.reply(&brief, 423, &["Min-Expires: 120"], None);
    let longer = peer.request("PUBLISH");
    assert_eq!(parts(&longer), plain(None, "120", "one"));
    accept(&peer, &longer, "a1", 120);
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    // It is asked for from now on; a refresh may be too brief, too.
    publication.refresh().unwrap();
    let refresh = peer.request("PUBLISH");
    assert_eq!(parts(&refresh), plain(Some("a1"), "120", ""));
    peer.reply(&refresh, 423, &["Min-Expires: 180"], None);
    let longer = peer.request("PUBLISH");
    assert_eq!(parts(&longer), plain(Some("a1"), "180", ""));
    accept(&peer, &longer, "a2", 180);
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    remove(&peer, &publication);

    for minimum in [&["Min-Expires: 60"][..], &["Min-Expires: 999999999"], &[]] {
        let publication = publish(&account, options());
        let request = peer.wait("new one", |m| m.is_request("PUBLISH") && !m.body().is_empty());
        peer.reply(&request, 423, minimum, None);
        let error = publication.wait_for(PublicationState::Published, SOON).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sip, "{minimum:?}");
        assert_eq!(publication.state(), PublicationState::Failed);
        // There is nothing to remove.
        publication.remove().unwrap();
        assert_eq!(publication.state(), PublicationState::Removed);
    }
    ep.close();
}

#[test]
fn heavy_what_may_pass_is_tried_again_with_pauses_and_what_will_not_is_told() {
    let (ep, peer) = (start(config().transaction_timeout(Duration::from_secs(1))), Peer::new());
    let account = account(&ep, &peer);
    let mut events = ep.events();
    let publication = publish(&account, quick("one"));
    let policy = RetryPolicy::new(200 * MS, 400 * MS);
    let mut since = None::<Instant>;
    for (failures, code) in [(1, 503), (2, 500), (3, 480)] {
        let request = peer.request("PUBLISH");
        if let Some(since) = since {
            let (low, high) = policy.bounds(failures - 1);
            let pause = since.elapsed();
            assert!(
                pause + 20 * MS >= low && pause <= high + 400 * MS,
                "{failures}: {pause:?}"
            );
        }
        assert_eq!(parts(&request), plain(None, "3600", "one"), "each has the body");
        peer.reply(&request, code, &[], None);
        let info = told(&mut events, PublicationState::Retrying);
        since = Some(Instant::now());
        assert_eq!((info.failures, info.code.map(StatusCode::code)), (failures, Some(code)));
        assert!(info.next_retry.is_some() && info.error.is_some(), "{info:?}");
    }
    // Nobody answers: the transaction's timer.
    let request = peer.request("PUBLISH");
    let info = told(&mut events, PublicationState::Retrying);
    assert_eq!(info.error.unwrap().kind(), ErrorKind::Timeout);
    // The server says when.
    let call_id = request.call_id().unwrap().to_owned();
    let request = peer.wait("next try", |m| m.is_request("PUBLISH") && m.call_id() != Some(&call_id));
    let at = Instant::now();
    peer.reply(&request, 404, &["Retry-After: 2"], None);
    told(&mut events, PublicationState::Retrying);
    // An update waits as well, and goes in its place.
    publication.update("two").unwrap();
    let request = peer.request("PUBLISH");
    assert!(at.elapsed() > 1900 * MS, "{:?}", at.elapsed());
    assert_eq!(parts(&request), plain(None, "3600", "two"));
    accept(&peer, &request, "a1", 3600);
    assert_eq!(told(&mut events, PublicationState::Published).failures, 0);
    remove(&peer, &publication);

    for (code, kind) in [
        (403, ErrorKind::Auth),
        (404, ErrorKind::Sip),
        (489, ErrorKind::Sip),
        (501, ErrorKind::Sip),
    ] {
        let publication = publish(&account, quick("one"));
        let request = peer.request("PUBLISH");
        peer.reply(&request, code, &[], None);
        let error = publication.wait_for(PublicationState::Published, SOON).unwrap_err();
        assert_eq!(
            (error.kind(), error.sip_status().map(StatusCode::code)),
            (kind, Some(code))
        );
        let info = publication.info();
        assert_eq!((info.state, info.next_retry), (PublicationState::Failed, None));
        publication.remove().unwrap();
    }
    assert!(peer.silent(600 * MS, |m| m.is_request("PUBLISH")));
    ep.close();
}

#[test]
fn removal_waits_for_the_answer_it_needs_and_goes_with_the_account() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = account(&ep, &peer);
    let publication = publish(&account, quick("one"));
    let other = account.publish("dialog", quick("line")).unwrap();
    let first = peer.wait("presence", |m| {
        m.is_request("PUBLISH") && m.header("Event") == Some("presence")
    });
    // Its tag is not known yet.
    publication.remove().unwrap();
    assert!(peer.silent(300 * MS, |m| m.header("Expires") == Some("0")));
    accept(&peer, &first, "a1", 60);
    let removal = peer.wait("removal", |m| {
        m.is_request("PUBLISH") && m.header("Expires") == Some("0")
    });
    assert_eq!(parts(&removal), plain(Some("a1"), "0", ""));
    // A server that does not like that keeps it until it runs out; that is told.
    peer.reply(&removal, 500, &[], None);
    let info = publication.wait_for(PublicationState::Removed, SOON).unwrap();
    assert_eq!(info.error.unwrap().kind(), ErrorKind::Sip);

    // The other has been repeated, since nobody answered it.
    let line = peer.wait("dialog", |m| {
        m.is_request("PUBLISH") && m.header("Event") == Some("dialog")
    });
    accept(&peer, &line, "d1", 60);
    other.wait_for(PublicationState::Published, SOON).unwrap();
    let mut events = ep.events();
    account.remove().unwrap();
    let removal = peer.wait("removal", |m| {
        m.is_request("PUBLISH") && m.header("Expires") == Some("0")
    });
    assert_eq!(
        (removal.header("Event"), removal.header("SIP-If-Match")),
        (Some("dialog"), Some("d1"))
    );
    peer.reply(&removal, 200, &["SIP-ETag: d2", "Expires: 0"], None);
    assert!(told(&mut events, PublicationState::Removed).error.is_none());
    assert_eq!(
        account.publish("presence", quick("x")).unwrap_err().kind(),
        ErrorKind::Gone
    );
    ep.close();
}

#[test]
fn a_closing_endpoint_waits_for_the_removal_and_no_longer_than_it_may() {
    let (ep, peer) = (start(config().close_timeout(Duration::from_secs(1))), Peer::new());
    let publication = publish(&account(&ep, &peer), quick("one"));
    let first = peer.request("PUBLISH");
    accept(&peer, &first, "a1", 60);
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    // Nobody answers.
    let from = Instant::now();
    ep.close();
    assert!(from.elapsed() < Duration::from_secs(3), "{:?}", from.elapsed());
    let removal = peer.wait("removal", |m| {
        m.is_request("PUBLISH") && m.header("Expires") == Some("0")
    });
    assert_eq!(parts(&removal), plain(Some("a1"), "0", ""));
    let info = publication.info();
    assert_eq!(info.state, PublicationState::Removed);
    assert_eq!(info.error.unwrap().kind(), ErrorKind::Timeout);
    assert_eq!(publication.refresh().unwrap_err().kind(), ErrorKind::NotRunning);
}

#[test]
fn a_changed_network_and_new_settings_are_no_reason_to_wait() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = account(&ep, &peer);
    let long = || PublishOptions::new(TYPE, "one").retry(RetryPolicy::new(60_000 * MS, 60_000 * MS));
    let publication = publish(&account, long());
    let first = peer.request("PUBLISH");
    peer.reply(&first, 503, &[], None);
    let mut events = ep.events();
    told(&mut events, PublicationState::Retrying);
    ep.network_changed().unwrap();
    let again = peer.wait("next", |m| m.is_request("PUBLISH") && m.call_id() != first.call_id());
    // This one is lost on the way; its answer, should it come, does not count.
    ep.network_changed().unwrap();
    let anew = peer.wait("next", |m| {
        m.is_request("PUBLISH") && ![first.call_id(), again.call_id()].contains(&m.call_id())
    });
    assert_eq!(parts(&anew), plain(None, "3600", "one"));
    accept(&peer, &again, "late", 60);
    accept(&peer, &anew, "a1", 60);
    let info = publication.wait_for(PublicationState::Published, SOON).unwrap();
    assert_eq!(info.etag.as_deref(), Some("a1"));

    // Another way to a server, where nothing is known of it.
    let other = Peer::new();
    let settings = AccountConfig::new("sip:alice@example.test").proxy(format!("sip:{};lr", other.addr()));
    account.modify(settings).unwrap();
    let moved = other.request("PUBLISH");
    assert_eq!(parts(&moved), plain(None, "3600", "one"));
    accept(&other, &moved, "b1", 60);
    wait(&mut events, "the other server's tag", |e| match e {
        Event::Publication { info, .. } if info.etag.as_deref() == Some("b1") => Some(()),
        _ => None,
    });
    remove(&other, &publication);
    ep.close();
}

#[test]
fn an_answer_that_breaks_the_rules_breaks_nothing() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = account(&ep, &peer);
    // No tag, or none that is one: there is nothing to refer to, so the next has the whole body.
    for bad in ["X-None: 1", "SIP-ETag: two words", "SIP-ETag: a;b"] {
        let publication = publish(&account, quick("one"));
        let request = peer.request("PUBLISH");
        peer.reply(&request, 200, &[bad, "Expires: soon"], None);
        let info = publication.wait_for(PublicationState::Published, SOON).unwrap();
        assert_eq!((info.etag, info.expires), (None, Some(Duration::from_secs(3600))));
        publication.refresh().unwrap();
        let request = peer.request("PUBLISH");
        assert_eq!(parts(&request), plain(None, "3600", "one"), "{bad}");
        accept(&peer, &request, "a1", 60);
        publication.wait_for(PublicationState::Published, SOON).unwrap();
        remove(&peer, &publication);
    }
    // It keeps nothing: an error, tried again.
    let mut events = ep.events();
    let publication = publish(&account, quick("one"));
    let request = peer.request("PUBLISH");
    accept(&peer, &request, "a1", 0);
    assert!(
        told(&mut events, PublicationState::Retrying)
            .error
            .unwrap()
            .to_string()
            .contains("keeps nothing")
    );
    let request = peer.request("PUBLISH");
    accept(&peer, &request, "a2", 60);
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    remove(&peer, &publication);
    ep.close();
}

// The presence server.

fn server(options: KamailioOptions) -> Kamailio {
    Kamailio::start(options.user("alice", "secret").presence()).unwrap()
}

fn at(server: &Kamailio) -> AccountConfig {
    AccountConfig::new("sip:alice@example.test")
        .proxy(format!("sip:{};lr", server.udp_addr()))
        .credentials("alice", "secret")
}

/// Somebody who watches alice at the server.
struct Watcher {
    peer: Peer,
}

impl Watcher {
    fn new(server: &Kamailio, number: u32) -> Watcher {
        let peer = Peer::new();
        let mut dialog = Dialog::new(&peer, "sip:alice@example.test", &format!("watch{number}"));
        dialog.from = "<sip:bob@example.test>;tag=bob".into();
        let headers = ["Event: presence", "Expires: 600", "Accept: application/pidf+xml"];
        peer.send(
            server.udp_addr(),
            "SUBSCRIBE",
            "sip:alice@example.test",
            &dialog,
            number,
            &headers,
            None,
        );
        Watcher { peer }
    }

    /// The document of a NOTIFY that says this; all are answered.
    fn sees(&self, what: &str, wanted: impl Fn(&PresenceStatus) -> bool) -> PresenceStatus {
        let deadline = Instant::now() + SOON;
        loop {
            assert!(Instant::now() < deadline, "no NOTIFY with {what} in time");
            let notify = self.peer.request("NOTIFY");
            self.peer.reply(&notify, 200, &[], None);
            let Some(kind) = notify.header("Content-Type") else {
                continue;
            };
            let status = PresenceStatus::parse(kind, notify.body()).unwrap();
            if wanted(&status) {
                return status;
            }
        }
    }
}

#[test]
fn presence_is_published_to_kamailio_and_its_watchers_see_each_state_until_the_close() {
    let server = server(KamailioOptions::new());
    let ep = start(config());
    let watcher = Watcher::new(&server, 1);
    watcher.peer.response(200, "SUBSCRIBE");
    let account = ep.add_account(at(&server).publish_presence(true)).unwrap();
    assert_eq!(account.presence(), None);
    for (status, state) in [
        (PresenceStatus::online(), Presence::Online),
        (PresenceStatus::away(), Presence::Away),
        (PresenceStatus::busy(), Presence::Busy),
        (PresenceStatus::on_the_phone(), Presence::OnThePhone),
        (PresenceStatus::do_not_disturb(), Presence::DoNotDisturb),
        (PresenceStatus::offline(), Presence::Offline),
        (PresenceStatus::online().with_note("im Büro & <da>"), Presence::Online),
    ] {
        account.set_presence(status.clone()).unwrap();
        let seen = watcher.sees(state.name(), |s| s.state() == state && s.note() == status.note());
        assert_eq!(seen.entity, "sip:alice@example.test");
    }
    assert_eq!(account.presence().unwrap().note(), Some("im Büro & <da>"));
    ep.close();
    watcher.sees("the end", |s| s.basic() != BasicStatus::Open);
}

#[test]
fn credentials_answer_each_publish_even_that_of_a_removed_account() {
    let server = server(KamailioOptions::new().authenticate_calls(true));
    let ep = start(config());
    let mut events = ep.events();
    let account = ep.add_account(at(&server)).unwrap();
    let document = PresenceStatus::online().to_pidf("sip:alice@example.test");
    let options = || PublishOptions::new("application/pidf+xml", document.clone());
    let publication = account.publish("presence", options()).unwrap();
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    publication.update(document.replace("open", "closed")).unwrap();
    publication.wait_for(PublicationState::Published, SOON).unwrap();
    account.remove().unwrap();
    let info = told(&mut events, PublicationState::Removed);
    assert!(info.error.is_none() && info.code == Some(StatusCode::OK), "{info:?}");

    let stranger = ep.add_account(at(&server).credentials("alice", "wrong")).unwrap();
    let publication = stranger.publish("presence", options()).unwrap();
    let error = publication.wait_for(PublicationState::Published, SOON).unwrap_err();
    assert_eq!(
        (error.kind(), publication.state()),
        (ErrorKind::Auth, PublicationState::Failed)
    );
    // With the right password it goes by itself.
    stranger.modify(at(&server)).unwrap();
    let deadline = Instant::now() + SOON;
    while publication.state() != PublicationState::Published {
        assert!(Instant::now() < deadline, "{publication:?}");
        told(&mut events, PublicationState::Published);
    }
    ep.close();
}

#[test]
fn a_server_that_was_restarted_without_its_tables_is_told_again() {
    let mut server = server(KamailioOptions::new());
    let ep = start(config().transaction_timeout(Duration::from_secs(2)));
    let account = ep.add_account(at(&server)).unwrap();
    let document = PresenceStatus::busy().to_pidf("sip:alice@example.test");
    let options = PublishOptions::new("application/pidf+xml", document).expires(Duration::from_secs(4));
    let publication = account.publish("presence", options).unwrap();
    let before = publication.wait_for(PublicationState::Published, SOON).unwrap();
    let mut events = ep.events();
    server.kill().unwrap();
    server.lose_presence().unwrap();
    server.restart().unwrap();
    // Nobody does anything: the refresh finds out.
    let forgot = told(&mut events, PublicationState::Publishing);
    assert_eq!(forgot.code.map(StatusCode::code), Some(412));
    let after = told(&mut events, PublicationState::Published);
    assert_ne!(before.etag, after.etag);
    let watcher = Watcher::new(&server, 1);
    watcher.sees("busy", |s| s.state() == Presence::Busy);
    // Refreshed in time ever after: it does not run out.
    for _ in 0..2 {
        told(&mut events, PublicationState::Published);
    }
    ep.close();
    watcher.sees("the end", |s| s.basic() != BasicStatus::Open);
}

#[test]
fn presence_waits_for_the_registration_and_follows_the_settings() {
    let server = server(KamailioOptions::new().min_expires(Duration::from_secs(1)));
    let ep = start(config());
    let mut events = ep.events();
    let registered = || at(&server).registrar(format!("sip:{}", server.udp_addr()));
    let account = ep
        .add_account(registered().register_on_add(false).publish_presence(true))
        .unwrap();
    account.set_presence(PresenceStatus::away()).unwrap();
    let watcher = Watcher::new(&server, 1);
    watcher.peer.response(200, "SUBSCRIBE");
    assert!(
        !server.log().iter().any(|e| e.method() == "PUBLISH"),
        "not before it is registered"
    );
    account.register().unwrap();
    watcher.sees("away", |s| s.state() == Presence::Away);
    told(&mut events, PublicationState::Published);
    account.modify(registered()).unwrap();
    assert!(told(&mut events, PublicationState::Removed).error.is_none());
    watcher.sees("nothing", |s| s.basic() != BasicStatus::Open);
    account.set_presence(PresenceStatus::busy()).unwrap();
    account.modify(registered().publish_presence(true)).unwrap();
    watcher.sees("busy", |s| s.state() == Presence::Busy);
    ep.close();
}

#[test]
fn presence_said_while_the_registration_is_down_is_published() {
    let ep = start(config());
    let server = Peer::new();
    let config = AccountConfig::new(ep.uri("alice"))
        .registrar(format!("sip:{}", server.addr()))
        .proxy(format!("sip:{};lr", server.addr()))
        .publish_presence(true)
        .retry(RetryPolicy::new(Duration::from_secs(60), Duration::from_secs(60)));
    let account = ep.add_account(config).unwrap();
    let register = server.request("REGISTER");
    let contact = format!(
        "Contact: {};expires=600",
        register.header("Contact").unwrap().split(";expires").next().unwrap()
    );
    server.reply(&register, 200, &[&contact], None);
    account.wait_registered(SOON).unwrap();
    account.set_presence(PresenceStatus::online()).unwrap();
    accept(&server, &server.request("PUBLISH"), "e1", 600);
    account.register().unwrap();
    let refresh = server.request("REGISTER");
    server.reply(&refresh, 503, &[], None);
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "the failure", || {
        (account.registration().state == RegistrationState::Failed).then_some(())
    })
    .unwrap();
    account.set_presence(PresenceStatus::busy()).unwrap();
    let update = server.request("PUBLISH");
    assert_eq!(update.header("SIP-If-Match"), Some("e1"));
    let told = PresenceStatus::parse("application/pidf+xml", update.body()).unwrap();
    assert_eq!(told.state(), Presence::Busy);
    accept(&server, &update, "e2", 600);
    ep.close();
}

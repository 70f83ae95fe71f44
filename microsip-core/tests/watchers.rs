//! Those who watch us (RFC 6665 §4.2): who is let in, what they are told, how it ends.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use support::leg::us;
use support::peer::{Dialog, Got, Peer};
use support::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

struct Watching {
    ep: Running,
    events: Events,
    notifier: Notifier,
    peer: Peer,
    dialog: Dialog,
}

fn served(options: ServeOptions) -> Watching {
    let ep = start(config());
    let notifier = ep.local("1001").serve(options).unwrap();
    let (events, peer) = (ep.events(), Peer::new());
    let dialog = Dialog::new(&peer, &ep.uri("1001"), "watch");
    Watching {
        ep,
        events,
        notifier,
        peer,
        dialog,
    }
}

fn weather(policy: WatchPolicy) -> ServeOptions {
    ServeOptions::new("weather").policy(policy).state("text/plain", "fair")
}

impl Watching {
    fn subscribe(&self, cseq: u32, headers: &[&str]) {
        let mut all = vec!["Event: weather"];
        all.extend(headers);
        self.peer.send(
            us(&self.ep),
            "SUBSCRIBE",
            &self.ep.uri("1001"),
            &self.dialog,
            cseq,
            &all,
            None,
        );
    }

    /// Subscribed and answered 200; our NOTIFY, not yet answered.
    fn watch(&mut self, headers: &[&str]) -> (Got, Got) {
        self.subscribe(1, headers);
        let answer = self.peer.response(200, "SUBSCRIBE");
        self.dialog = self.dialog.clone().answered(&answer);
        (answer, self.peer.request("NOTIFY"))
    }

    fn ok(&self, request: &Got) {
        self.peer.reply(request, 200, &[], None);
    }

    fn state(&mut self) -> (Watcher, WatcherState) {
        wait(&mut self.events, "watcher", |e| match e {
            Event::Watcher { watcher, state } => Some((watcher.clone(), state.clone())),
            _ => None,
        })
    }
}

fn told(notify: &Got) -> (&str, String) {
    (notify.header("Subscription-State").unwrap(), notify.body_text())
}

#[test]
fn a_notify_takes_the_way_the_subscribe_came() {
    let mut w = served(weather(WatchPolicy::Allow));
    let proxies = format!("Record-Route: <sip:{};lr>, <sip:behind@192.0.2.1;lr>", w.peer.addr());
    let (answer, first) = w.watch(&["Expires: 600", "Accept: text/plain", &proxies]);
    assert_eq!(answer.header("Expires"), Some("600"));
    assert!(answer.to_tag().is_some());
    assert!(answer.header("Contact").unwrap().contains(&format!(":{}", w.ep.port())));
    assert_eq!(answer.all("Record-Route").count(), 2);
    let routes: Vec<_> = first.all("Route").collect();
    assert_eq!(
        routes,
        [&*format!("<sip:{};lr>", w.peer.addr()), "<sip:behind@192.0.2.1;lr>"]
    );
    w.ok(&first);
    w.ep.close();
}

#[test]
fn changes_are_told_one_after_the_other_and_the_newest_last() {
    let mut w = served(weather(WatchPolicy::Allow));
    let (answer, first) = w.watch(&["Expires: 600"]);
    let (watcher, state) = w.state();
    assert_eq!(state, WatcherState::Active);
    assert_eq!(watcher.from(), format!("<sip:peer@{}>", w.peer.addr()));
    assert_eq!(told(&first).1, "fair");
    assert!(told(&first).0.starts_with("active;expires=59") || told(&first).0 == "active;expires=600");
    assert_eq!(first.header("Event"), Some("weather"));
    assert_eq!(first.header("Content-Type"), Some("text/plain"));
    assert_eq!(first.request_uri(), Some(&*format!("sip:peer@{}", w.peer.addr())));
    assert_eq!((first.from_tag(), first.to_tag()), (answer.to_tag(), Some("peer")));
    // While that is under way, three changes: the last is told.
    for state in ["cloudy", "rain", "storm"] {
        w.notifier.set_state("text/plain", state).unwrap();
    }
    w.ok(&first);
    let second = w.peer.request("NOTIFY");
    assert_eq!(told(&second).1, "storm");
    assert_eq!(second.cseq().unwrap().0, first.cseq().unwrap().0 + 1);
    w.ok(&second);
    assert!(w.peer.silent(MS(300), |m| m.is_request("NOTIFY")));
    // Something for this watcher alone, until there is news for all.
    watcher.notify("text/plain", "psst").unwrap();
    let third = w.peer.request("NOTIFY");
    assert_eq!(told(&third).1, "psst");
    w.ok(&third);
    let state = RequestOptions::new()
        .body("text/plain", "sun")
        .header("X-Wind", "north")
        .unwrap();
    w.notifier.set_state_with(state).unwrap();
    let fourth = w.peer.request("NOTIFY");
    assert_eq!((&*told(&fourth).1, fourth.header("X-Wind")), ("sun", Some("north")));
    w.ok(&fourth);
    // A refresh is told the state again.
    w.subscribe(2, &["Expires: 300"]);
    assert_eq!(w.peer.response(200, "SUBSCRIBE").header("Expires"), Some("300"));
    let fifth = w.peer.request("NOTIFY");
    assert_eq!(told(&fifth).1, "sun");
    w.ok(&fifth);
    assert_eq!(w.notifier.watchers().unwrap().len(), 1);
    // And its end.
    w.subscribe(3, &["Expires: 0"]);
    w.peer.response(200, "SUBSCRIBE");
    let last = w.peer.request("NOTIFY");
    assert_eq!(told(&last), ("terminated;reason=timeout", "sun".into()));
    w.ok(&last);
    assert_eq!(w.state(), (watcher, WatcherState::Ended(EndReason::Timeout)));
    w.subscribe(4, &["Expires: 300"]);
    w.peer.response(481, "SUBSCRIBE");
    assert!(w.notifier.watchers().unwrap().is_empty());
    w.ep.close();
}

#[test]
fn whoever_is_to_be_asked_is_told_nothing_until_then() {
    let mut w = served(weather(WatchPolicy::Ask));
    let (_, first) = w.watch(&["Expires: 600"]);
    assert!(told(&first).0.starts_with("pending;expires="), "{:?}", told(&first));
    assert_eq!(told(&first).1, "");
    w.ok(&first);
    let (watcher, state) = w.state();
    assert_eq!(state, WatcherState::Pending);
    w.notifier.set_state("text/plain", "rain").unwrap();
    assert!(w.peer.silent(MS(300), |m| m.is_request("NOTIFY")));
    watcher.accept().unwrap();
    let second = w.peer.request("NOTIFY");
    assert_eq!(told(&second).1, "rain");
    assert!(told(&second).0.starts_with("active;"));
    w.ok(&second);
    assert_eq!(w.state().1, WatcherState::Active);
    // Later it is turned away all the same.
    watcher.reject().unwrap();
    let last = w.peer.request("NOTIFY");
    assert_eq!(told(&last).0, "terminated;reason=rejected");
    w.ok(&last);
    assert_eq!(w.state().1, WatcherState::Ended(EndReason::Rejected));
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "the watcher to go", || {
        watcher.accept().is_err().then_some(())
    })
    .unwrap();
    assert_eq!(watcher.accept().unwrap_err().kind(), ErrorKind::Gone);
    w.ep.close();
}

#[test]
fn who_is_rejected_before_is_never_told_anything() {
    let mut w = served(weather(WatchPolicy::Ask));
    let (_, first) = w.watch(&["Expires: 600"]);
    let (watcher, _) = w.state();
    // While the first NOTIFY is under way.
    watcher.reject().unwrap();
    w.ok(&first);
    let last = w.peer.request("NOTIFY");
    assert_eq!(told(&last), ("terminated;reason=rejected", String::new()));
    w.ok(&last);
    w.ep.close();
}

#[test]
fn refusals_say_why() {
    let w = served(weather(WatchPolicy::Deny));
    w.subscribe(1, &[]);
    w.peer.response(403, "SUBSCRIBE");
    w.notifier.set_policy(WatchPolicy::Allow).unwrap();
    w.subscribe(2, &["Expires: 5"]);
    assert_eq!(w.peer.response(423, "SUBSCRIBE").header("Min-Expires"), Some("60"));
    w.subscribe(3, &["Expires: soon"]);
    w.peer.response(400, "SUBSCRIBE");
    w.subscribe(4, &["Accept: application/json"]);
    w.peer.response(406, "SUBSCRIBE");
    let other = |cseq, event: &str| {
        w.peer.send(
            us(&w.ep),
            "SUBSCRIBE",
            &w.ep.uri("1001"),
            &w.dialog,
            cseq,
            &[event],
            None,
        );
        let refusal = w.peer.response(489, "SUBSCRIBE");
        let allowed = refusal.header("Allow-Events").unwrap();
        assert!(allowed.contains("weather"), "{allowed}");
    };
    other(5, "Event: presence");
    other(6, "Event: dialog;id=3");
    // Served by one account is not served by another.
    w.ep.local("1002");
    w.peer.send(
        us(&w.ep),
        "SUBSCRIBE",
        &w.ep.uri("1002"),
        &w.dialog,
        7,
        &["Event: weather"],
        None,
    );
    w.peer.response(489, "SUBSCRIBE");
    // In a dialog that nobody has.
    let mut strange = w.dialog.clone();
    strange.to.push_str(";tag=nobodys");
    w.peer.send(
        us(&w.ep),
        "SUBSCRIBE",
        &w.ep.uri("1001"),
        &strange,
        8,
        &["Event: weather"],
        None,
    );
    w.peer.response(481, "SUBSCRIBE");
    let error = w.ep.accounts().unwrap()[0]
        .serve(ServeOptions::new("WEATHER"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongState);
    w.ep.close();
}

#[test]
fn the_state_can_be_fetched_once() {
    let mut w = served(weather(WatchPolicy::Allow));
    let (answer, only) = w.watch(&["Expires: 0"]);
    assert_eq!(answer.header("Expires"), Some("0"));
    assert_eq!(told(&only), ("terminated;reason=timeout", "fair".into()));
    w.ok(&only);
    assert_eq!(w.state().1, WatcherState::Active);
    assert_eq!(w.state().1, WatcherState::Ended(EndReason::Timeout));
    w.ep.close();
}

#[test]
fn who_does_not_come_back_in_time_is_forgotten() {
    let mut w = served(weather(WatchPolicy::Allow).lifetimes(Duration::ZERO, Duration::from_secs(1)));
    let (answer, first) = w.watch(&[]);
    assert_eq!(answer.header("Expires"), Some("1"));
    w.ok(&first);
    let last = w.peer.request("NOTIFY");
    assert_eq!(told(&last).0, "terminated;reason=timeout");
    w.ok(&last);
    assert_eq!(w.state().1, WatcherState::Active);
    assert_eq!(w.state().1, WatcherState::Ended(EndReason::Timeout));
    w.ep.close();
}

#[test]
fn who_has_forgotten_us_is_told_nothing_more() {
    let mut w = served(weather(WatchPolicy::Allow));
    let (_, first) = w.watch(&[]);
    w.peer.reply(&first, 481, &[], None);
    assert_eq!(w.state().1, WatcherState::Active);
    assert_eq!(w.state().1, WatcherState::Ended(EndReason::Timeout));
    w.notifier.set_state("text/plain", "rain").unwrap();
    assert!(w.peer.silent(MS(300), |m| m.is_request("NOTIFY")));
    w.ep.close();
}

#[test]
fn who_cannot_read_a_body_still_watches() {
    let mut w = served(weather(WatchPolicy::Allow));
    let (_, first) = w.watch(&[]);
    w.peer.reply(&first, 415, &[], None);
    w.notifier.set_state("text/plain", "rain").unwrap();
    assert_eq!(told(&w.peer.request("NOTIFY")).1, "rain");
    w.ep.close();
}

#[test]
fn the_end_of_serving_and_of_everything_is_told() {
    let mut w = served(weather(WatchPolicy::Allow));
    let (_, first) = w.watch(&[]);
    w.ok(&first);
    w.notifier.stop().unwrap();
    let last = w.peer.request("NOTIFY");
    assert_eq!(told(&last).0, "terminated;reason=noresource");
    w.ok(&last);
    assert_eq!(
        w.notifier.set_state("text/plain", "x").unwrap_err().kind(),
        ErrorKind::Gone
    );
    w.ep.close();

    let mut w = served(weather(WatchPolicy::Allow));
    let (_, first) = w.watch(&[]);
    w.ok(&first);
    let peer = std::thread::spawn(move || {
        let last = w.peer.request("NOTIFY");
        assert_eq!(told(&last).0, "terminated;reason=deactivated");
        w.peer.reply(&last, 200, &[], None);
    });
    w.ep.close();
    peer.join().unwrap();
}

#[test]
fn a_repeated_subscribe_is_one_watcher() {
    let mut w = served(weather(WatchPolicy::Allow));
    w.subscribe(1, &[]);
    w.subscribe(1, &[]);
    let first = w.peer.response(200, "SUBSCRIBE");
    w.subscribe(1, &[]);
    let copy = w.peer.response(200, "SUBSCRIBE");
    assert_eq!(first.to_tag(), copy.to_tag());
    w.state();
    assert_eq!(w.notifier.watchers().unwrap().len(), 1);
    w.ep.close();
}

#[test]
fn two_accounts_of_ours_watch_each_other() {
    let ep = start(config());
    let (alice, bob) = (ep.local("alice"), ep.local("bob"));
    let notifier = alice.serve(weather(WatchPolicy::Allow)).unwrap();
    let subscription = bob
        .subscribe(&ep.uri("alice"), SubscribeOptions::new("weather"))
        .unwrap();
    subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
    assert_eq!(subscription.wait_notification(0, SOON).unwrap().body(), b"fair");
    notifier.set_state("text/plain", "rain").unwrap();
    assert_eq!(subscription.wait_notification(1, SOON).unwrap().body(), b"rain");
    subscription.unsubscribe().unwrap();
    subscription.wait_for(SubscriptionState::Ended, SOON).unwrap();
    microsip_testkit::wait_until(microsip_testkit::Deadline::secs(5), "the watcher to go", || {
        notifier.watchers().unwrap().is_empty().then_some(())
    })
    .unwrap();
    ep.close();
}

#[test]
fn one_source_does_not_take_all_places() {
    let guard = GuardConfig::default()
        .trust_loopback(false)
        .requests(GuardRate::new(10_000, 10_000));
    let ep = start(config().guard(guard));
    let notifier = ep.local("1001").serve(weather(WatchPolicy::Ask)).unwrap();
    let peer = Peer::new();
    let subscribe = |n: usize, body: Option<&str>| {
        let dialog = Dialog::new(&peer, &ep.uri("1001"), &format!("many{n}"));
        let headers = ["Event: weather", "Content-Type: text/plain"];
        peer.send(us(&ep), "SUBSCRIBE", &ep.uri("1001"), &dialog, 1, &headers, body);
    };
    subscribe(0, Some(&"x".repeat(9000)));
    peer.response(413, "SUBSCRIBE");
    for n in 1..=128 {
        subscribe(n, None);
        peer.response(200, "SUBSCRIBE");
    }
    subscribe(129, None);
    let refusal = peer.response(503, "SUBSCRIBE");
    assert!(refusal.header("Retry-After").is_some());
    assert_eq!(notifier.watchers().unwrap().len(), 128);
    ep.close();
}

#[test]
fn a_refresh_for_another_package_is_refused() {
    let mut w = served(weather(WatchPolicy::Allow));
    w.ep.accounts().unwrap()[0].serve(ServeOptions::new("tide")).unwrap();
    let (_, first) = w.watch(&["Expires: 600"]);
    w.ok(&first);
    w.peer.send(
        us(&w.ep),
        "SUBSCRIBE",
        &w.ep.uri("1001"),
        &w.dialog,
        2,
        &["Event: tide", "Expires: 0"],
        None,
    );
    w.peer.response(489, "SUBSCRIBE");
    assert_eq!(w.notifier.watchers().unwrap().len(), 1);
    w.ep.close();
}

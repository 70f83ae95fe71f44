//! Event packages (RFC 6665): what we send as subscriber, what we make of NOTIFYs, and what we do when things go wrong.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use support::leg::us;
use support::peer::{Dialog, Got, Peer};
use support::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

struct Watched {
    ep: Running,
    peer: Peer,
    events: Events,
    subscription: Subscription,
}

fn quick() -> SubscribeOptions {
    SubscribeOptions::new("weather").retry(RetryPolicy::new(MS(50), MS(200)))
}

/// An endpoint that has begun to subscribe, and the peer it asks.
fn subscribing(options: SubscribeOptions) -> Watched {
    subscribing_with(config(), options)
}

fn subscribing_with(config: EndpointConfig, options: SubscribeOptions) -> Watched {
    let ep = start(config);
    let (peer, events) = (Peer::new(), ep.events());
    let subscription = ep.local("1001").subscribe(&peer.uri("sky"), options).unwrap();
    Watched {
        ep,
        peer,
        events,
        subscription,
    }
}

impl Watched {
    fn subscribe(&self) -> Got {
        self.peer.request("SUBSCRIBE")
    }

    fn accept(&self, request: &Got, expires: u32) {
        self.peer.reply(request, 200, &[&format!("Expires: {expires}")], None);
    }

    fn notify(&self, request: &Got, cseq: u32, state: &str, body: &str) {
        self.notify_as("peer", request, cseq, state, body);
    }

    fn notify_as(&self, tag: &str, request: &Got, cseq: u32, state: &str, body: &str) {
        let dialog = Dialog::called(request, tag);
        let state = format!("Subscription-State: {state}");
        let headers = ["Event: weather", &state, "Content-Type: text/plain"];
        let body = (!body.is_empty()).then_some(body);
        self.peer.send(
            us(&self.ep),
            "NOTIFY",
            &self.ep.uri("1001"),
            &dialog,
            cseq,
            &headers,
            body,
        );
    }

    /// Accepted and told `active`.
    fn active(options: SubscribeOptions, expires: u32) -> (Watched, Got) {
        let w = subscribing(options);
        let request = w.subscribe();
        w.accept(&request, expires);
        w.notify(&request, 1, &format!("active;expires={expires}"), "fair");
        w.peer.response(200, "NOTIFY");
        w.subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
        (w, request)
    }

    fn told(&mut self) -> String {
        wait(&mut self.events, "notification", |e| match e {
            Event::Notify { notification, .. } => Some(String::from_utf8_lossy(notification.body()).into_owned()),
            _ => None,
        })
    }

    fn ended(&mut self) -> SubscriptionInfo {
        wait(&mut self.events, "end", |e| match e {
            Event::Subscription { info, .. } if info.state == SubscriptionState::Ended => Some(info.clone()),
            _ => None,
        })
    }

    fn retrying(&mut self) -> SubscriptionInfo {
        wait(&mut self.events, "retry", |e| match e {
            Event::Subscription { info, .. } if info.state == SubscriptionState::Retrying => Some(info.clone()),
            _ => None,
        })
    }
}

fn tag_of(value: &str) -> Option<&str> {
    value.split(";tag=").nth(1)
}

#[test]
fn a_package_is_subscribed_to_with_what_the_application_gives() {
    let request = RequestOptions::new()
        .header("X-Where", "roof")
        .unwrap()
        .body("application/filter", "wind");
    let options = quick()
        .event_id("7")
        .accept("text/plain")
        .accept("text/x-sky")
        .expires(Duration::from_secs(120))
        .request(request);
    let mut w = subscribing(options);
    let got = w.subscribe();
    assert_eq!(got.header("Event"), Some("weather;id=7"));
    assert_eq!(got.header("Expires"), Some("120"));
    assert_eq!(got.header("Accept"), Some("text/plain, text/x-sky"));
    assert_eq!(got.header("X-Where"), Some("roof"));
    assert_eq!(got.header("Content-Type"), Some("application/filter"));
    assert!(got.header("Contact").unwrap().contains(&format!(":{}", w.ep.port())));
    assert!(tag_of(got.header("From").unwrap()).is_some());
    assert_eq!(got.request_uri(), Some(&*w.peer.uri("sky")));
    assert!(
        got.header("To").unwrap().starts_with("<sip:sky@127.0.0.1"),
        "{:?}",
        got.header("To")
    );
    w.accept(&got, 90);
    let dialog = Dialog::called(&got, "peer");
    let headers = [
        "Event: weather;id=7",
        "Subscription-State: active;expires=90",
        "Content-Type: Text/Plain;charset=utf-8",
    ];
    w.peer.send(
        us(&w.ep),
        "NOTIFY",
        &w.ep.uri("1001"),
        &dialog,
        1,
        &headers,
        Some("süd"),
    );
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "süd");
    let newest = w.subscription.wait_notification(0, SOON).unwrap();
    assert_eq!(
        (
            newest.number,
            &*newest.content_type(),
            &*newest.state,
            &*newest.notifier
        ),
        (1, "text/plain", "active", "peer")
    );
    assert_eq!(newest.message.header("Event"), Some("weather;id=7"));
    let info = w.subscription.info();
    assert_eq!(
        (info.state, info.expires),
        (SubscriptionState::Active, Some(Duration::from_secs(90)))
    );
    w.ep.close();
}

#[test]
fn a_notify_may_come_before_the_answer() {
    let mut w = subscribing(quick());
    let request = w.subscribe();
    w.notify(&request, 5, "active;expires=60", "early");
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "early");
    w.accept(&request, 60);
    w.notify(&request, 6, "active", "later");
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "later");
    assert_eq!(w.subscription.state(), SubscriptionState::Active);
    w.ep.close();
}

#[test]
fn a_notify_out_of_order_gets_500_and_is_not_told() {
    let (mut w, request) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    w.notify(&request, 9, "active", "new");
    w.peer.response(200, "NOTIFY");
    w.notify(&request, 8, "active", "old");
    w.peer.response(500, "NOTIFY");
    w.notify(&request, 10, "active", "newest");
    w.peer.response(200, "NOTIFY");
    assert_eq!((w.told(), w.told()), ("new".into(), "newest".into()));
    w.ep.close();
}

#[test]
fn of_several_notifiers_one_is_listened_to_unless_forks_are_wanted() {
    let (mut w, request) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    w.notify_as("other", &request, 11, "active", "elsewhere");
    w.peer.response(481, "NOTIFY");
    w.notify(&request, 2, "active", "here");
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "here");
    w.ep.close();

    let (mut w, request) = Watched::active(quick().forks(true), 60);
    assert_eq!(w.told(), "fair");
    w.notify_as("other", &request, 11, "active", "elsewhere");
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "elsewhere");
    assert_eq!(w.subscription.notification().unwrap().notifier, "other");
    // One of them ends: the other goes on.
    w.notify(&request, 2, "terminated;reason=noresource", "");
    w.peer.response(200, "NOTIFY");
    w.notify_as("other", &request, 12, "active", "still");
    w.peer.response(200, "NOTIFY");
    assert_eq!((w.told(), w.told()), (String::new(), "still".into()));
    // Both are left politely.
    w.subscription.unsubscribe().unwrap();
    let last = w.subscribe();
    assert_eq!(
        (last.header("Expires"), tag_of(last.header("To").unwrap())),
        (Some("0"), Some("other"))
    );
    w.ep.close();
}

#[test]
fn what_is_not_for_this_subscription_is_refused() {
    let (w, request) = Watched::active(quick(), 60);
    let dialog = Dialog::called(&request, "peer");
    let notify = |dialog: &Dialog, cseq, event: &str| {
        let headers = [event, "Subscription-State: active"];
        w.peer
            .send(us(&w.ep), "NOTIFY", &w.ep.uri("1001"), dialog, cseq, &headers, None);
    };
    notify(&dialog, 2, "Event: presence");
    w.peer.response(489, "NOTIFY");
    notify(&dialog, 3, "Event: weather;id=9");
    w.peer.response(489, "NOTIFY");
    let mut strange = dialog.clone();
    strange.call_id = "nobodys".into();
    notify(&strange, 4, "Event: weather");
    w.peer.response(481, "NOTIFY");
    let mut strange = dialog.clone();
    strange.to = strange.to.replace("tag=", "tag=x");
    notify(&strange, 5, "Event: weather");
    w.peer.response(481, "NOTIFY");
    // And it lives on.
    notify(&dialog, 6, "Event: WEATHER");
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.subscription.state(), SubscriptionState::Active);
    w.ep.close();
}

#[test]
fn an_unknown_state_word_is_told_and_the_subscription_lives() {
    let (mut w, request) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    w.notify(&request, 2, "half-asleep;expires=30", "yawn");
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "yawn");
    assert_eq!(w.subscription.notification().unwrap().state, "half-asleep");
    assert_eq!(w.subscription.state(), SubscriptionState::Active);
    w.ep.close();
}

#[test]
fn it_is_refreshed_in_its_dialog_before_it_runs_out() {
    let w = subscribing(quick());
    let first = w.subscribe();
    let route = format!("Record-Route: <sip:{};lr>", w.peer.addr());
    w.peer.reply(&first, 200, &[&route, "Expires: 2"], None);
    w.notify(&first, 1, "active;expires=2", "fair");
    w.peer.response(200, "NOTIFY");
    let begun = Instant::now();
    let second = w.subscribe();
    assert!((MS(1200)..MS(2000)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert_eq!(second.call_id(), first.call_id());
    assert_eq!(second.header("From"), first.header("From"));
    assert_eq!(tag_of(second.header("To").unwrap()), Some("peer"));
    assert_eq!(second.header("CSeq"), Some("2 SUBSCRIBE"));
    assert_eq!(second.header("Route"), Some(&*format!("<sip:{};lr>", w.peer.addr())));
    assert!(
        second.request_uri() == Some(&*format!("sip:peer@{}", w.peer.addr())),
        "the Contact is the target: {:?}",
        second.request_uri()
    );
    w.accept(&second, 60);
    assert!(w.peer.silent(MS(1500), |m| m.is_request("SUBSCRIBE")));
    // By request, at once.
    w.subscription.refresh().unwrap();
    assert_eq!(w.subscribe().header("CSeq"), Some("3 SUBSCRIBE"));
    w.ep.close();
}

#[test]
fn a_minimum_is_honoured() {
    let w = subscribing(quick().expires(Duration::from_secs(30)));
    let first = w.subscribe();
    assert_eq!(first.header("Expires"), Some("30"));
    w.peer.reply(&first, 423, &["Min-Expires: 1800"], None);
    let second = w.subscribe();
    assert_eq!(second.header("Expires"), Some("1800"));
    w.accept(&second, 1800);
    w.notify(&second, 1, "active;expires=1800", "fair");
    w.subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
    // On a refresh too, in the same dialog.
    w.subscription.refresh().unwrap();
    let third = w.subscribe();
    w.peer.reply(&third, 423, &["Min-Expires: 3600"], None);
    let fourth = w.subscribe();
    assert_eq!(fourth.header("Expires"), Some("3600"));
    assert_eq!(fourth.call_id(), second.call_id());
    w.ep.close();

    // One that makes no sense is a failure, and no loop.
    let mut w = subscribing(quick());
    let first = w.subscribe();
    w.peer.reply(&first, 423, &["Min-Expires: 10"], None);
    assert_eq!(w.ended().error.unwrap().sip_status().unwrap().code(), 423);
    w.ep.close();
}

#[test]
fn a_notifier_that_has_forgotten_us_is_asked_anew() {
    let (mut w, first) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    w.subscription.refresh().unwrap();
    let refresh = w.subscribe();
    w.peer.reply(&refresh, 481, &[], None);
    let anew = w.subscribe();
    assert_ne!(anew.call_id(), first.call_id());
    assert_eq!(tag_of(anew.header("To").unwrap()), None);
    w.accept(&anew, 60);
    w.notify(&anew, 1, "active", "again");
    assert_eq!(w.told(), "again");
    assert_eq!(w.subscription.notification().unwrap().number, 2);
    // What comes in the old dialog belongs to nobody.
    w.notify(&first, 9, "active", "ghost");
    w.peer.response(481, "NOTIFY");
    w.ep.close();
}

#[test]
fn an_answer_to_what_was_asked_before_it_began_anew_changes_nothing() {
    let (mut w, first) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    w.subscription.refresh().unwrap();
    w.subscription.refresh().unwrap();
    let (one, two) = (w.subscribe(), w.subscribe());
    w.peer.reply(&one, 481, &[], None);
    let anew = w.peer.wait("a new dialog", |m| {
        m.is_request("SUBSCRIBE") && m.call_id() != first.call_id()
    });
    w.peer.reply(&two, 481, &[], None);
    w.accept(&anew, 60);
    w.notify(&anew, 1, "active", "again");
    assert_eq!(w.told(), "again");
    assert!(w.peer.silent(MS(400), |m| {
        m.is_request("SUBSCRIBE") && m.call_id() != anew.call_id() && m.call_id() != first.call_id()
    }));
    assert_eq!(w.subscription.state(), SubscriptionState::Active);
    w.ep.close();
}

#[test]
fn a_refresh_that_fails_for_now_does_not_end_it() {
    let (mut w, first) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    w.subscription.refresh().unwrap();
    let refresh = w.subscribe();
    w.peer.reply(&refresh, 503, &[], None);
    // Tried again in the same dialog.
    let second = w.subscribe();
    assert_eq!(second.call_id(), first.call_id());
    w.accept(&second, 60);
    w.notify(&first, 2, "active", "still");
    assert_eq!(w.told(), "still");
    assert_eq!(w.subscription.state(), SubscriptionState::Active);
    w.ep.close();
}

#[test]
fn each_reason_to_end_has_its_consequence() {
    for (state, reason, again) in [
        ("terminated;reason=rejected", EndReason::Rejected, false),
        ("terminated;reason=noresource", EndReason::NoResource, false),
        ("terminated;reason=invariant", EndReason::Invariant, false),
        ("terminated;reason=deactivated", EndReason::Deactivated, true),
        ("terminated;reason=timeout", EndReason::Timeout, true),
        ("terminated;reason=giveup", EndReason::GiveUp, true),
        ("terminated;reason=bored", EndReason::Other("bored".into()), true),
        ("terminated", EndReason::Other(String::new()), true),
    ] {
        let (mut w, first) = Watched::active(quick(), 60);
        w.notify(&first, 2, state, "");
        w.peer.response(200, "NOTIFY");
        if again {
            assert_eq!(w.retrying().reason, Some(reason), "{state}");
            let anew = w.subscribe();
            assert_ne!(anew.call_id(), first.call_id(), "{state}");
        } else {
            assert_eq!(w.ended().reason, Some(reason), "{state}");
            assert!(w.peer.silent(MS(400), |m| m.is_request("SUBSCRIBE")), "{state}");
        }
        w.ep.close();
    }
}

#[test]
fn retry_after_of_an_end_is_waited_for() {
    let (mut w, first) = Watched::active(quick(), 60);
    w.notify(&first, 2, "terminated;reason=probation;retry-after=1", "");
    let begun = Instant::now();
    let info = w.retrying();
    assert_eq!(info.reason, Some(EndReason::Probation));
    assert!(info.next_retry.unwrap() > begun + MS(800));
    w.subscribe();
    assert!(begun.elapsed() >= MS(950), "{:?}", begun.elapsed());
    w.ep.close();
}

#[test]
fn it_is_ended_politely() {
    let (mut w, first) = Watched::active(quick(), 60);
    w.subscription.unsubscribe().unwrap();
    let last = w.subscribe();
    assert_eq!(last.header("Expires"), Some("0"));
    assert_eq!(last.call_id(), first.call_id());
    w.accept(&last, 0);
    w.notify(&first, 2, "terminated;reason=timeout", "");
    w.peer.response(200, "NOTIFY");
    let info = w.ended();
    assert!(info.error.is_none() && info.reason.is_none(), "{info:?}");
    let error = w.subscription.refresh().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone);
    w.subscription.unsubscribe().unwrap();
    w.ep.close();
}

#[test]
fn an_end_while_the_first_answer_is_awaited_is_sent_after_it() {
    let mut w = subscribing(quick());
    let first = w.subscribe();
    w.subscription.unsubscribe().unwrap();
    w.accept(&first, 60);
    let last = w.subscribe();
    assert_eq!(
        (last.header("Expires"), last.header("CSeq")),
        (Some("0"), Some("2 SUBSCRIBE"))
    );
    w.accept(&last, 0);
    w.notify(&first, 1, "terminated;reason=timeout", "");
    assert!(w.ended().error.is_none());
    w.ep.close();
}

#[test]
fn closing_ends_it_too_and_in_bounded_time() {
    let (w, _) = Watched::active(quick(), 60);
    let peer = std::thread::spawn(move || {
        let last = w.peer.request("SUBSCRIBE");
        assert_eq!(last.header("Expires"), Some("0"));
        w.peer.reply(&last, 200, &["Expires: 0"], None);
    });
    let begun = Instant::now();
    w.ep.close();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    peer.join().unwrap();
    assert_eq!(w.subscription.state(), SubscriptionState::Ended);
}

#[test]
fn a_refusal_ends_it_and_an_overload_is_tried_again() {
    for code in [403, 404, 489, 603] {
        let mut w = subscribing(quick());
        let request = w.subscribe();
        w.peer.reply(&request, code, &[], None);
        let info = w.ended();
        assert_eq!(info.error.unwrap().sip_status().unwrap().code(), code);
        assert_eq!(info.code.unwrap().code(), code);
        w.ep.close();
    }
    for code in [480, 481, 500, 503] {
        let mut w = subscribing(quick());
        let request = w.subscribe();
        w.peer.reply(&request, code, &[], None);
        let info = w.retrying();
        assert_eq!((info.failures, info.code.unwrap().code()), (1, code));
        let again = w.subscribe();
        assert_ne!(again.call_id(), request.call_id());
        w.accept(&again, 60);
        w.notify(&again, 1, "active", "back");
        w.subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
        assert_eq!(w.subscription.info().failures, 0);
        w.ep.close();
    }
}

#[test]
fn an_acceptance_without_notify_is_a_failure_with_a_name() {
    let mut w = subscribing_with(config().transaction_timeout(Duration::from_secs(1)), quick());
    let request = w.subscribe();
    w.accept(&request, 60);
    let info = w.retrying();
    let error = info.error.unwrap();
    assert!(error.to_string().contains("no NOTIFY came"), "{error}");
    assert_ne!(w.subscribe().call_id(), request.call_id());
    w.ep.close();
}

#[test]
fn silence_is_tried_again() {
    let mut w = subscribing_with(config().transaction_timeout(Duration::from_secs(1)), quick());
    let first = w.subscribe();
    let info = w.retrying();
    assert_eq!(info.error.unwrap().failure(), FailureCode::NoAnswer);
    let again = w.peer.wait("a new SUBSCRIBE", |m| {
        m.is_request("SUBSCRIBE") && m.call_id() != first.call_id()
    });
    w.accept(&again, 60);
    w.ep.close();
}

#[test]
fn a_challenge_is_answered_and_the_numbers_go_on() {
    let ep = start(config());
    let peer = Peer::new();
    let account = ep
        .add_account(AccountConfig::new(ep.uri("1001")).credentials("1001", "secret"))
        .unwrap();
    let subscription = account.subscribe(&peer.uri("sky"), quick()).unwrap();
    let w = Watched {
        events: ep.events(),
        ep,
        peer,
        subscription,
    };
    let first = w.subscribe();
    let challenge = "WWW-Authenticate: Digest realm=\"sky\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"";
    w.peer.reply(&first, 401, &[challenge], None);
    let second = w.subscribe();
    assert!(second.header("Authorization").unwrap().contains("username=\"1001\""));
    assert_eq!(second.header("CSeq"), Some("2 SUBSCRIBE"));
    assert_eq!(second.call_id(), first.call_id());
    w.accept(&second, 60);
    w.notify(&second, 1, "active", "fair");
    w.subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
    w.subscription.refresh().unwrap();
    assert_eq!(w.subscribe().header("CSeq"), Some("3 SUBSCRIBE"));
    w.ep.close();
}

#[test]
fn a_state_is_asked_for_once() {
    for notify_first in [false, true] {
        let mut w = subscribing(quick().expires(Duration::ZERO));
        let request = w.subscribe();
        assert_eq!(request.header("Expires"), Some("0"));
        if notify_first {
            w.notify(&request, 1, "terminated;reason=timeout", "now");
            w.peer.response(200, "NOTIFY");
            w.accept(&request, 0);
        } else {
            w.accept(&request, 0);
            w.notify(&request, 1, "terminated;reason=timeout", "now");
        }
        assert_eq!(w.told(), "now");
        let info = w.ended();
        assert!(info.error.is_none(), "{info:?}");
        assert!(w.peer.silent(MS(300), |m| m.is_request("SUBSCRIBE")));
        w.ep.close();
    }
}

#[test]
fn the_account_takes_its_subscriptions_along() {
    let (mut w, _) = Watched::active(quick(), 60);
    w.subscription.account().remove().unwrap();
    assert_eq!(w.subscribe().header("Expires"), Some("0"));
    assert!(w.ended().error.is_none());
    w.ep.close();
}

#[test]
fn nonsense_is_refused_at_once() {
    let ep = start(config());
    let account = ep.local("1001");
    for (target, options, word) in [
        ("1001", quick(), "sip:"),
        ("sip:a@127.0.0.1", SubscribeOptions::new(""), "event package"),
        ("sip:a@127.0.0.1", SubscribeOptions::new("a b"), "event package"),
        (
            "sip:a@127.0.0.1",
            SubscribeOptions::new("x\r\nEvil: 1"),
            "event package",
        ),
        ("sip:a@127.0.0.1", SubscribeOptions::new("refer"), "transfer"),
        ("sip:a@127.0.0.1", quick().event_id("a;b"), "event id"),
        ("sip:a@127.0.0.1", quick().accept("x, y"), "accepted type"),
        ("sip:a@127.0.0.1", quick().expires(Duration::from_secs(90_000)), "day"),
        (
            "sip:a@127.0.0.1",
            quick().request(RequestOptions::new().body("nothing", "x")),
            "content type",
        ),
    ] {
        let error = account.subscribe(target, options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains(word), "{error}");
    }
    ep.close();
}

#[test]
fn lifetimes_that_nobody_means_do_no_harm() {
    let (mut w, request) = Watched::active(quick(), 60);
    assert_eq!(w.told(), "fair");
    for (cseq, expires) in [
        (2, "18446744073709551615"),
        (3, "99999999999999999999"),
        (4, "1000000000000"),
    ] {
        w.notify(&request, cseq, &format!("active;expires={expires}"), "on");
        w.peer.response(200, "NOTIFY");
        assert_eq!(w.told(), "on");
    }
    // None at all is no reason to ask in a loop.
    w.notify(&request, 5, "active;expires=0", "off");
    w.peer.response(200, "NOTIFY");
    let until = Instant::now() + Duration::from_secs(2);
    let mut asked = 0;
    while Instant::now() < until {
        let left = until.saturating_duration_since(Instant::now()).max(MS(1));
        if w.peer.silent(left, |m| m.is_request("SUBSCRIBE")) {
            break;
        }
        asked += 1;
    }
    assert!(asked <= 5, "{asked} SUBSCRIBEs in two seconds");
    w.ep.close();
}

#[test]
fn what_is_asked_once_is_over_even_if_the_notifier_goes_on() {
    let mut w = subscribing(quick().expires(Duration::ZERO));
    let request = w.subscribe();
    w.accept(&request, 0);
    let dialog = Dialog::called(&request, "peer");
    let headers = ["Event: weather", "Content-Type: text/plain"];
    w.peer.send(
        us(&w.ep),
        "NOTIFY",
        &w.ep.uri("1001"),
        &dialog,
        1,
        &headers,
        Some("now"),
    );
    w.peer.response(200, "NOTIFY");
    assert_eq!(w.told(), "now");
    assert!(w.ended().error.is_none());
    assert!(w.peer.silent(MS(1200), |m| m.is_request("SUBSCRIBE")));
    w.ep.close();
}

#[test]
fn a_notify_after_the_last_one_revives_nothing() {
    let slow =
        SubscribeOptions::new("weather").retry(RetryPolicy::new(Duration::from_secs(600), Duration::from_secs(600)));
    let (mut w, request) = Watched::active(slow, 60);
    assert_eq!(w.told(), "fair");
    w.notify(&request, 3, "terminated;reason=probation", "");
    w.peer.response(200, "NOTIFY");
    w.retrying();
    w.notify(&request, 2, "active", "late");
    w.peer.response(481, "NOTIFY");
    assert_eq!(w.subscription.state(), SubscriptionState::Retrying);
    w.ep.close();
}

#[test]
fn what_crosses_the_end_does_not_undo_it() {
    let options = || quick().expires(Duration::from_secs(3600));
    let (mut w, request) = {
        let w = subscribing_with(config().transaction_timeout(Duration::from_secs(1)), options());
        let request = w.subscribe();
        w.accept(&request, 3600);
        w.notify(&request, 1, "active;expires=3600", "fair");
        w.subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
        (w, request)
    };
    w.subscription.refresh().unwrap();
    let refresh = w.subscribe();
    w.subscription.unsubscribe().unwrap();
    let last = w.subscribe();
    assert_eq!(last.header("Expires"), Some("0"));
    // The answer to the refresh, and news, come after the end was asked for; the last NOTIFY never comes.
    w.peer.reply(&refresh, 481, &[], None);
    w.notify(&request, 2, "active;expires=3600", "news");
    w.accept(&last, 0);
    let from = Instant::now();
    w.ended();
    assert!(from.elapsed() < Duration::from_secs(5), "{:?}", from.elapsed());
    assert!(w.peer.silent(MS(300), |m| m.is_request("SUBSCRIBE")
        && m.header("Expires") != Some("0")));
    w.ep.close();
}

#[test]
fn an_overloaded_notifier_says_when_to_refresh() {
    let (w, _) = Watched::active(quick(), 60);
    w.subscription.refresh().unwrap();
    let refresh = w.subscribe();
    w.peer.reply(&refresh, 503, &["Retry-After: 2"], None);
    let from = Instant::now();
    w.subscribe();
    assert!(from.elapsed() >= MS(1900), "{:?}", from.elapsed());
    w.ep.close();
}

#[test]
fn the_end_of_a_removed_account_is_credited_to_it() {
    let ep = start(config());
    let peer = Peer::new();
    let account = ep
        .add_account(AccountConfig::new(ep.uri("1001")).credentials("1001", "secret"))
        .unwrap();
    let subscription = account.subscribe(&peer.uri("sky"), quick()).unwrap();
    let w = Watched {
        events: ep.events(),
        ep,
        peer,
        subscription,
    };
    let first = w.subscribe();
    w.accept(&first, 60);
    w.notify(&first, 1, "active", "fair");
    w.subscription.wait_for(SubscriptionState::Active, SOON).unwrap();
    account.remove().unwrap();
    let last = w.subscribe();
    let challenge = "WWW-Authenticate: Digest realm=\"sky\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"";
    w.peer.reply(&last, 401, &[challenge], None);
    let again = w.subscribe();
    assert_eq!(again.header("Expires"), Some("0"));
    assert!(again.header("Authorization").unwrap().contains("username=\"1001\""));
    w.accept(&again, 0);
    w.ep.close();
}

#[test]
fn the_guard_counts_no_notify_of_ours() {
    let guard = GuardConfig::default()
        .trust_loopback(false)
        .requests(GuardRate::new(1, 5));
    let w = subscribing_with(config().guard(guard), quick());
    let request = w.subscribe();
    w.accept(&request, 600);
    for cseq in 1..60 {
        w.notify(&request, cseq, "active;expires=600", "fair");
        w.peer.response(200, "NOTIFY");
    }
    assert_eq!(w.subscription.wait_notification(58, SOON).unwrap().number, 59);
    w.ep.close();
}

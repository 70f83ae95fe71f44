//! Session timers (RFC 4028): who asks, who refreshes and how, too short, expired.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::{Duration, Instant};

use microsip_core::*;
use support::leg::us;
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

const MODES: [SessionTimers; 4] = [
    SessionTimers::Off,
    SessionTimers::Optional,
    SessionTimers::Required,
    SessionTimers::Always,
];

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn with(ep: &Running, user: &str, change: impl FnOnce(AccountConfig) -> AccountConfig) -> Account {
    ep.add_account(change(AccountConfig::new(ep.uri(user)))).unwrap()
}

fn lists(message: &Got, header: &str, tag: &str) -> bool {
    message.all(header).any(|v| v.split(',').any(|t| t.trim() == tag))
}

/// Interval and refresher of a Session-Expires.
fn interval(message: &Got) -> Option<(u32, Option<String>)> {
    let value = message.header("Session-Expires")?;
    let refresher = value.split_once("refresher=").map(|(_, r)| r.to_owned());
    Some((value.split(';').next()?.trim().parse().unwrap(), refresher))
}

struct Side {
    peer: Peer,
    call: Call,
    events: Events,
    dialog: Dialog,
    uri: String,
}

/// We call, the peer answers with these headers.
fn calling(account: &Account, ep: &Running, headers: &[&str]) -> (Side, Got) {
    let (peer, events) = (Peer::new(), ep.events());
    let call = account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 200, headers, Some(SDP));
    peer.request("ACK");
    let dialog = Dialog::called(&invite, "peer");
    let side = Side {
        peer,
        call,
        events,
        dialog,
        uri: account.aor().to_owned(),
    };
    (side, invite)
}

/// The peer calls with these headers, we answer.
fn called(account: &Account, ep: &Running, headers: &[&str]) -> (Side, Got) {
    let (peer, mut events) = (Peer::new(), ep.events());
    let uri = account.aor().to_owned();
    let dialog = Dialog::new(&peer, &uri, &format!("timer-{}", peer.addr().port()));
    peer.send(us(ep), "INVITE", &uri, &dialog, 1, headers, Some(SDP));
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    let ok = peer.response(200, "INVITE");
    let dialog = dialog.answered(&ok);
    peer.send(us(ep), "ACK", &uri, &dialog, 1, &[], None);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    let side = Side {
        peer,
        call,
        events,
        dialog,
        uri,
    };
    (side, ok)
}

impl Side {
    fn bye(self, ep: &Running) {
        self.peer.send(us(ep), "BYE", &self.uri, &self.dialog, 99, &[], None);
        self.peer.response(200, "BYE");
    }
}

#[test]
fn an_invite_of_ours_asks_for_timers_as_it_is_set() {
    let ep = start(config());
    for (n, mode) in MODES.into_iter().enumerate() {
        let account = with(&ep, &format!("u{n}"), |c| {
            c.timers(mode)
                .session_expires(secs(600), secs(120))
                .refresher(Refresher::Auto)
        });
        for per_call in [None, Some(SessionTimers::Off), Some(SessionTimers::Required)] {
            let mut options = CallOptions::new();
            options.timers = per_call;
            let mode = per_call.unwrap_or(mode);
            let peer = Peer::new();
            let call = account.call_with(&peer.uri("bob"), options).unwrap();
            let invite = peer.request("INVITE");
            let on = mode != SessionTimers::Off;
            assert_eq!(lists(&invite, "Supported", "timer"), on, "{mode:?}");
            assert_eq!(
                lists(&invite, "Require", "timer"),
                mode == SessionTimers::Required,
                "{mode:?}"
            );
            assert_eq!(interval(&invite), on.then_some((600, None)), "{mode:?}");
            assert_eq!(invite.header("Min-SE"), on.then_some("120"), "{mode:?}");
            call.hang_up().unwrap();
            peer.reply(&invite, 486, &[], None);
        }
    }
    for (refresher, named) in [(Refresher::Local, "uac"), (Refresher::Remote, "uas")] {
        let account = with(&ep, named, |c| c.refresher(refresher));
        let peer = Peer::new();
        let call = account.call(&peer.uri("bob")).unwrap();
        let invite = peer.request("INVITE");
        assert_eq!(interval(&invite), Some((1800, Some(named.to_owned()))));
        call.hang_up().unwrap();
        peer.reply(&invite, 486, &[], None);
    }
    ep.close();
}

/// The caller's headers, and what our answer says.
type Case<'a> = (&'a [&'a str], Option<(u32, &'a str)>);

#[test]
fn our_answer_takes_the_callers_interval_and_names_the_refresher() {
    let ep = start(config());
    let timer = "Supported: timer";
    for (n, mode) in MODES.into_iter().enumerate() {
        let account = with(&ep, &format!("u{n}"), |c| c.timers(mode));
        let cases: [Case<'_>; 5] = [
            (&[timer, "Session-Expires: 300"], Some((300, "uac"))),
            (&[timer, "Session-Expires: 300;refresher=uac"], Some((300, "uac"))),
            (&[timer, "Session-Expires: 300;refresher=uas"], Some((300, "uas"))),
            // A proxy put it there: the caller does not know it (RFC 4028 §9).
            (&["Session-Expires: 300"], Some((300, "uas"))),
            (&[timer], None),
        ];
        for (headers, expected) in cases {
            let what = format!("{mode:?} {headers:?}");
            if mode == SessionTimers::Required && !headers.contains(&timer) {
                continue;
            }
            let (side, ok) = called(&account, &ep, headers);
            let expected = match (mode, expected) {
                (SessionTimers::Off, _) => None,
                (SessionTimers::Always | SessionTimers::Required, None) => Some((1800, "uas")),
                (_, other) => other,
            };
            let got = interval(&ok).map(|(n, r)| (n, r.unwrap_or_default()));
            assert_eq!(got, expected.map(|(n, r)| (n, r.to_owned())), "{what}");
            // The caller has to refresh: then it must know (RFC 4028 §9).
            assert_eq!(
                lists(&ok, "Require", "timer"),
                expected.is_some_and(|(_, r)| r == "uac"),
                "{what}"
            );
            side.bye(&ep);
        }
    }
    // Required by us, unknown to the caller.
    let peer = Peer::new();
    let uri = ep.uri("u2");
    let dialog = Dialog::new(&peer, &uri, "timer-421");
    peer.send(us(&ep), "INVITE", &uri, &dialog, 1, &[], Some(SDP));
    assert!(lists(&peer.response(421, "INVITE"), "Require", "timer"));
    ep.close();
}

#[test]
fn who_refreshes_can_be_chosen_for_calls_that_come_in() {
    let ep = start(config());
    for (refresher, named) in [(Refresher::Local, "uas"), (Refresher::Remote, "uac")] {
        let account = with(&ep, refresher.name(), |c| c.refresher(refresher));
        let (side, ok) = called(&account, &ep, &["Supported: timer", "Session-Expires: 300"]);
        assert_eq!(interval(&ok), Some((300, Some(named.to_owned()))), "{refresher:?}");
        side.bye(&ep);
        // Unless the caller has chosen, or cannot.
        let (side, ok) = called(
            &account,
            &ep,
            &["Supported: timer", "Session-Expires: 300;refresher=uac"],
        );
        assert_eq!(interval(&ok), Some((300, Some("uac".to_owned()))), "{refresher:?}");
        side.bye(&ep);
        let (side, ok) = called(&account, &ep, &["Session-Expires: 300"]);
        assert_eq!(interval(&ok), Some((300, Some("uas".to_owned()))), "{refresher:?}");
        side.bye(&ep);
    }
    ep.close();
}

#[test]
fn too_short_an_interval_gets_422_and_ours_is_raised() {
    let ep = start(config());
    let account = with(&ep, "1001", |c| c.session_expires(secs(180), secs(120)));
    let peer = Peer::new();
    let uri = ep.uri("1001");
    let dialog = Dialog::new(&peer, &uri, "timer-422");
    let headers = ["Supported: timer", "Session-Expires: 100"];
    peer.send(us(&ep), "INVITE", &uri, &dialog, 1, &headers, Some(SDP));
    assert_eq!(peer.response(422, "INVITE").header("Min-SE"), Some("120"));
    peer.send(us(&ep), "ACK", &uri, &dialog, 1, &[], None);
    assert!(ep.calls().unwrap().is_empty(), "nobody was bothered");
    // In a dialog, too, which goes on.
    let (mut side, _) = called(&account, &ep, &["Supported: timer", "Session-Expires: 300"]);
    for (cseq, method) in [(2, "UPDATE"), (3, "INVITE")] {
        let body = (method == "INVITE").then_some(SDP);
        side.peer
            .send(us(&ep), method, &side.uri, &side.dialog, cseq, &headers, body);
        assert_eq!(
            side.peer.response(422, method).header("Min-SE"),
            Some("120"),
            "{method}"
        );
        if method == "INVITE" {
            side.peer.send(us(&ep), "ACK", &side.uri, &side.dialog, cseq, &[], None);
        }
    }
    assert_eq!(side.call.state(), CallState::Confirmed);
    side.events = ep.events();
    side.bye(&ep);
    // Ours is too short for the peer.
    let peer = Peer::new();
    let call = account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(interval(&invite).unwrap().0, 180);
    peer.reply(&invite, 422, &["Min-SE: 900"], None);
    peer.request("ACK");
    let again = peer.request("INVITE");
    assert_eq!(again.call_id(), invite.call_id());
    assert!(again.cseq() > invite.cseq());
    assert_eq!(
        (interval(&again).unwrap().0, again.header("Min-SE")),
        (900, Some("900"))
    );
    peer.reply(
        &again,
        200,
        &["Session-Expires: 900;refresher=uas", "Require: timer"],
        Some(SDP),
    );
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
    // One that is never content.
    let (peer, mut events) = (Peer::new(), ep.events());
    let call = account.call(&peer.uri("bob")).unwrap();
    for min in [900, 1800] {
        let invite = peer.request("INVITE");
        peer.reply(&invite, 422, &[&format!("Min-SE: {min}")], None);
        peer.request("ACK");
    }
    let end = ends(&mut events, &call);
    assert_eq!((end.len(), end[0].code.code()), (1, 422), "{end:?}");
    ep.close();
}

#[test]
fn a_peer_that_ignores_a_required_timer_is_acknowledged_and_left() {
    let ep = start(config());
    let account = with(&ep, "1001", |c| c.timers(SessionTimers::Required));
    let (mut side, _) = calling(&account, &ep, &[]);
    let bye = side.peer.request("BYE");
    side.peer.reply(&bye, 200, &[], None);
    let end = ends(&mut side.events, &side.call);
    assert_eq!((end.len(), end[0].by), (1, EndedBy::Local), "{end:?}");
    assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Unsupported, "{end:?}");
    ep.close();
}

/// What the long test looks at, one call each; all run side by side.
#[test]
fn sessions_are_refreshed_before_half_time_or_end() {
    let ep = start(config());
    let auto = with(&ep, "auto", |c| c.session_expires(secs(90), secs(90)));
    let local = with(&ep, "local", |c| {
        c.session_expires(secs(90), secs(90)).refresher(Refresher::Local)
    });
    let from = Instant::now();
    let ours = "Session-Expires: 90;refresher=uac";
    let update = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE";
    // We refresh by UPDATE; by re-INVITE, which crosses the peer's once; as callee; nobody answers.
    let (by_update, _) = calling(&auto, &ep, &[ours, "Require: timer", update]);
    let (by_reinvite, _) = calling(&auto, &ep, &[ours, "Require: timer", "Allow: INVITE, ACK, BYE, CANCEL"]);
    let (as_callee, ok) = called(&local, &ep, &["Supported: timer", "Session-Expires: 90", update]);
    assert_eq!(interval(&ok), Some((90, Some("uas".to_owned()))));
    // The peer refreshes; the peer should and does not.
    let (kept, _) = calling(&auto, &ep, &["Session-Expires: 90;refresher=uas", "Require: timer"]);
    let (mut expired, _) = calling(&auto, &ep, &["Session-Expires: 90;refresher=uas", "Require: timer"]);

    std::thread::scope(|scope| {
        scope.spawn(|| {
            let request = by_update.peer.request_within(secs(60), "UPDATE");
            let after = from.elapsed().as_secs();
            assert!((40..=47).contains(&after), "{after} s");
            assert_eq!(interval(&request), Some((90, Some("uac".to_owned()))));
            assert_eq!(request.body(), b"");
            by_update.peer.reply(&request, 200, &[ours], None);
        });
        scope.spawn(|| {
            let request = by_reinvite.peer.request_within(secs(60), "INVITE");
            assert_eq!(interval(&request), Some((90, Some("uac".to_owned()))));
            assert!(request.body_text().contains("m=audio"));
            by_reinvite.peer.reply(&request, 491, &[], None);
            by_reinvite.peer.request("ACK");
            let again = by_reinvite.peer.request("INVITE");
            assert_eq!(interval(&again).unwrap().0, 90);
            by_reinvite.peer.reply(&again, 200, &[ours], Some(SDP));
            by_reinvite.peer.request("ACK");
        });
        scope.spawn(|| {
            let request = as_callee.peer.request_within(secs(60), "UPDATE");
            // The roles are those of this request (RFC 4028 §7.4): we are its UAC.
            assert_eq!(interval(&request), Some((90, Some("uac".to_owned()))));
            as_callee.peer.reply(&request, 200, &[ours], None);
        });
        scope.spawn(|| {
            std::thread::sleep(secs(40));
            let headers = ["Supported: timer", "Session-Expires: 90;refresher=uac"];
            kept.peer
                .send(us(&ep), "UPDATE", &kept.uri, &kept.dialog, 50, &headers, None);
            let ok = kept.peer.response(200, "UPDATE");
            assert_eq!(interval(&ok), Some((90, Some("uac".to_owned()))));
        });
        scope.spawn(|| {
            // 32 s or a third before the end, whichever is less (RFC 4028 §10).
            let bye = expired.peer.request_within(secs(75), "BYE");
            let after = from.elapsed().as_secs();
            assert!((57..=63).contains(&after), "{after} s");
            expired.peer.reply(&bye, 200, &[], None);
            let end = ends(&mut expired.events, &expired.call);
            assert_eq!(end.len(), 1, "{end:?}");
            assert_eq!(
                (end[0].code.code(), end[0].by, end[0].cause),
                (408, EndedBy::Network, EndCause::TimedOut)
            );
            assert_eq!(end[0].error.as_ref().unwrap().kind(), ErrorKind::Timeout);
        });
    });
    // Those that were refreshed are up.
    std::thread::sleep(secs(70).saturating_sub(from.elapsed()));
    for side in [&by_update, &by_reinvite, &as_callee, &kept] {
        assert_eq!(side.call.state(), CallState::Confirmed);
    }
    for side in [by_update, by_reinvite, as_callee, kept] {
        side.bye(&ep);
    }
    ep.close();
}

#[test]
fn who_requires_timers_supports_them_and_is_refused_where_they_are_off() {
    let ep = start(config().codecs("PCMU").unwrap());
    for (user, timers, code) in [
        ("strict", SessionTimers::Required, 180),
        ("plain", SessionTimers::Off, 420),
    ] {
        let config = AccountConfig::new(ep.uri(user)).timers(timers);
        ep.add_account(config).unwrap();
        let peer = Peer::new();
        let mut events = ep.events();
        let dialog = Dialog::new(&peer, &ep.uri(user), user);
        let headers = &["Require: timer", "Session-Expires: 1800"];
        peer.send(us(&ep), "INVITE", &ep.uri(user), &dialog, 1, headers, Some(SDP));
        if code == 180 {
            let call = incoming(&mut events);
            call.answer(StatusCode::RINGING).unwrap();
            peer.response(180, "INVITE");
            call.reject(StatusCode::DECLINE).unwrap();
        } else {
            let answer = peer.response(420, "INVITE");
            assert_eq!(answer.header("Unsupported"), Some("timer"));
        }
    }
    ep.close();
}

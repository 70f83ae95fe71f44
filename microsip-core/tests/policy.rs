//! Policies as data: who may call, who is sent elsewhere, who is answered, and for how long; on the wire.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use microsip_core::*;
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

struct Desk {
    ep: Running,
    account: Account,
}

impl Desk {
    fn open(policy: CallPolicy) -> Desk {
        let ep = start(config().policy(policy));
        let account = ep.local("1002");
        Desk { ep, account }
    }

    fn us(&self) -> SocketAddr {
        format!("127.0.0.1:{}", self.ep.port()).parse().unwrap()
    }

    /// An INVITE of the peer's.
    fn invite(&self, peer: &Peer, from: &str, call_id: &str, headers: &[&str]) -> Dialog {
        let uri = self.ep.uri("1002");
        let mut dialog = Dialog::new(peer, &uri, call_id);
        dialog.from = format!("<sip:{from}@{}>;tag=peer", peer.addr());
        peer.send(self.us(), "INVITE", &uri, &dialog, 1, headers, Some(SDP));
        dialog
    }

    /// The final answer to the INVITE, acknowledged.
    fn answer(&self, peer: &Peer, dialog: &Dialog) -> Got {
        let answer = peer.wait("a final answer", |m| {
            m.call_id() == Some(dialog.call_id.as_str())
                && m.code().is_some_and(|c| c >= 200)
                && m.cseq().is_some_and(|(_, method)| method == "INVITE")
        });
        let dialog = dialog.clone().answered(&answer);
        peer.send(self.us(), "ACK", &self.ep.uri("1002"), &dialog, 1, &[], None);
        answer
    }
}

fn line(got: &Got) -> String {
    String::from_utf8_lossy(got.raw()).lines().next().unwrap().to_owned()
}

#[test]
fn do_not_disturb_is_486_with_its_phrase_and_can_be_switched() {
    let (desk, peer) = (Desk::open(CallPolicy::new().do_not_disturb(true)), Peer::new());
    let mut events = desk.ep.events();
    let first = desk.invite(&peer, "bob", "dnd-1", &[]);
    assert_eq!(line(&desk.answer(&peer, &first)), "SIP/2.0 486 Do Not Disturb");
    // The application still hears of it.
    let call = incoming(&mut events);
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.code, end.by), (StatusCode::BUSY_HERE, EndedBy::Local));
    assert!(
        call.story()
            .to_string()
            .contains("policy: reject with 486: Do Not Disturb")
    );
    desk.ep.set_policy(CallPolicy::new()).unwrap();
    let second = desk.invite(&peer, "bob", "dnd-2", &[]);
    incoming(&mut events).answer(StatusCode::OK).unwrap();
    assert_eq!(desk.answer(&peer, &second).code(), Some(200));
    desk.ep.hang_up_all().unwrap();
    desk.ep.close();
}

#[test]
fn limits_count_every_call_that_is_not_over() {
    let (desk, peer) = (Desk::open(CallPolicy::new().max_calls(1)), Peer::new());
    let mut events = desk.ep.events();
    desk.invite(&peer, "bob", "first", &[]);
    let first = incoming(&mut events);
    let second = desk.invite(&peer, "carol", "second", &[]);
    assert_eq!(line(&desk.answer(&peer, &second)), "SIP/2.0 486 Active calls limit");
    first.reject(StatusCode::DECLINE).unwrap();
    wait(&mut events, "end", |e| match e {
        Event::CallState { call, info } if *call == first && info.is_ended() => Some(()),
        _ => None,
    });
    desk.invite(&peer, "dave", "third", &[]);
    peer.wait("100 to the third", |m| {
        m.code() == Some(100) && m.call_id().unwrap().starts_with("third")
    });
    assert!(peer.silent(Duration::from_millis(300), |m| m.code() == Some(486)));
    desk.ep.hang_up_all().unwrap();
    desk.ep.close();
}

#[test]
fn rules_deny_and_allow_per_account() {
    let policy = CallPolicy::new()
        .rule(CallRule::allow().caller("boss*").unwrap())
        .rule(CallRule::deny_with(StatusCode::FORBIDDEN).caller("*").unwrap());
    let (desk, peer) = (Desk::open(CallPolicy::new()), Peer::new());
    desk.account.set_policy(Some(policy)).unwrap();
    let mut events = desk.ep.events();
    let stranger = desk.invite(&peer, "stranger", "rule-1", &[]);
    assert_eq!(desk.answer(&peer, &stranger).code(), Some(403));
    incoming(&mut events);
    desk.invite(&peer, "boss7", "rule-2", &[]);
    let call = incoming(&mut events);
    assert_eq!(call.info().remote_user(), "boss7");
    assert_eq!(call.state(), CallState::Incoming);
    // Back to what the endpoint does.
    desk.account.set_policy(None).unwrap();
    desk.invite(&peer, "stranger", "rule-3", &[]);
    assert_eq!(incoming(&mut events).state(), CallState::Incoming);
    desk.ep.hang_up_all().unwrap();
    desk.ep.close();
}

#[test]
fn forwarding_is_a_302_with_contact_and_diversion() {
    let (desk, peer) = (
        Desk::open(CallPolicy::new().forward_always("sip:voicemail@127.0.0.1")),
        Peer::new(),
    );
    let dialog = desk.invite(&peer, "bob", "fwd-1", &[]);
    let answer = desk.answer(&peer, &dialog);
    assert_eq!(answer.code(), Some(302));
    assert_eq!(answer.all("Contact").collect::<Vec<_>>(), ["<sip:voicemail@127.0.0.1>"]);
    let diversion = answer.header("Diversion").unwrap();
    assert!(
        diversion.contains("1002@") && diversion.ends_with(";reason=unconditional"),
        "{diversion}"
    );

    desk.ep
        .set_policy(
            CallPolicy::new()
                .do_not_disturb(true)
                .forward_busy("sip:busy@127.0.0.1"),
        )
        .unwrap();
    let dialog = desk.invite(&peer, "bob", "fwd-2", &[]);
    let answer = desk.answer(&peer, &dialog);
    assert_eq!(answer.header("Contact"), Some("<sip:busy@127.0.0.1>"));
    assert!(answer.header("Diversion").unwrap().ends_with(";reason=user-busy"));

    let patient = CallPolicy::new().forward_no_answer(Duration::from_secs(1), "sip:later@127.0.0.1");
    desk.ep.set_policy(patient).unwrap();
    let from = Instant::now();
    let dialog = desk.invite(&peer, "bob", "fwd-3", &[]);
    peer.response(180, "INVITE");
    let answer = desk.answer(&peer, &dialog);
    assert!(from.elapsed() >= Duration::from_millis(950), "{:?}", from.elapsed());
    assert_eq!(answer.header("Contact"), Some("<sip:later@127.0.0.1>"));
    assert!(answer.header("Diversion").unwrap().ends_with(";reason=no-answer"));
    desk.ep.close();
}

#[test]
fn an_answered_call_is_not_forwarded() {
    let policy = CallPolicy::new().forward_no_answer(Duration::from_secs(1), "sip:later@127.0.0.1");
    let (desk, peer) = (Desk::open(policy), Peer::new());
    let mut events = desk.ep.events();
    let dialog = desk.invite(&peer, "bob", "fwd-4", &[]);
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    desk.answer(&peer, &dialog);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(peer.silent(Duration::from_millis(1300), |m| m.code() == Some(302)
        || m.is_request("BYE")));
    assert_eq!(call.state(), CallState::Confirmed);
    // Nor does its story say so.
    let story = format!("{:?}", call.story());
    assert!(story.contains("forward in") && !story.contains("forward to"), "{story}");
    desk.ep.hang_up_all().unwrap();
    desk.ep.close();
}

#[test]
fn automatic_answer_by_header_and_delay_and_not_beside_another_call() {
    let policy = CallPolicy::new().auto_answer(AutoAnswer::new().by_header(true));
    let (desk, peer) = (Desk::open(policy), Peer::new());
    let mut events = desk.ep.events();
    let from = Instant::now();
    let dialog = desk.invite(&peer, "bob", "auto-1", &["Call-Info: <sip:h>;answer-after=1"]);
    peer.response(180, "INVITE");
    assert_eq!(desk.answer(&peer, &dialog).code(), Some(200));
    assert!(from.elapsed() >= Duration::from_millis(950), "{:?}", from.elapsed());
    let first = incoming(&mut events);
    // Beside it: rings for the application.
    desk.invite(&peer, "carol", "auto-2", &["X-AutoAnswer: true"]);
    let second = incoming(&mut events);
    assert!(peer.silent(Duration::from_millis(300), |m| m.code() == Some(200)));
    assert_eq!(second.state(), CallState::Incoming);
    second.reject(StatusCode::BUSY_HERE).unwrap();
    first.hang_up().unwrap();
    desk.ep.close();
}

#[test]
fn a_call_ends_when_its_time_is_over() {
    let policy = CallPolicy::new()
        .auto_answer(AutoAnswer::new().always(true))
        .hang_up_after(Duration::from_secs(1));
    let (desk, peer) = (Desk::open(policy), Peer::new());
    let mut events = desk.ep.events();
    let dialog = desk.invite(&peer, "bob", "long-1", &[]);
    desk.answer(&peer, &dialog);
    let bye = peer.request("BYE");
    assert_eq!(bye.header("Warning"), Some("399 localhost \"Call duration exceeded\""));
    peer.reply(&bye, 200, &[], None);
    let call = incoming(&mut events);
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.by, end.cause), (EndedBy::Local, EndCause::HungUp));
    let up = call.info().duration();
    assert!(
        up >= Duration::from_millis(900) && up < Duration::from_secs(4),
        "{up:?}"
    );
    desk.ep.close();
}

#[test]
fn our_call_rings_as_long_as_it_may_and_is_cancelled_then() {
    let (desk, peer) = (Desk::open(CallPolicy::new()), Peer::new());
    let mut events = desk.ep.events();
    let options = CallOptions::new().ring_for(Duration::from_millis(700));
    let call = desk.account.call_with(&peer.uri("bob"), options).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 180, &[], None);
    let cancel = peer.request("CANCEL");
    peer.reply(&cancel, 200, &[], None);
    peer.reply(&invite, 487, &[], None);
    let end = ends(&mut events, &call).remove(0);
    assert_eq!((end.by, end.cause), (EndedBy::Local, EndCause::Cancelled));
    assert!(call.story().to_string().contains("nobody answered in time"));
    desk.ep.close();
}

#[test]
fn wrong_policies_are_refused_with_the_setting_named() {
    let desk = Desk::open(CallPolicy::new());
    let wrong = CallPolicy::new().forward_always("nonsense");
    for error in [
        desk.ep.set_policy(wrong.clone()).unwrap_err(),
        desk.account.set_policy(Some(wrong.clone())).unwrap_err(),
        desk.ep
            .add_account(AccountConfig::new("sip:x@127.0.0.1").policy(wrong.clone()))
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("forward.always"), "{error}");
    }
    desk.ep.close();
}

#[test]
fn a_full_phone_forwards_as_a_busy_one() {
    let policy = CallPolicy::new().forward_busy("sip:desk@127.0.0.1");
    let ep = start(config().max_calls(1).policy(policy));
    let account = ep.local("1002");
    let (desk, peer) = (Desk { ep, account }, Peer::new());
    let mut events = desk.ep.events();
    desk.invite(&peer, "bob", "full-1", &[]);
    incoming(&mut events);
    let second = desk.invite(&peer, "bob", "full-2", &[]);
    let answer = desk.answer(&peer, &second);
    assert_eq!(
        (answer.code(), answer.all("Contact").collect::<Vec<_>>()),
        (Some(302), vec!["<sip:desk@127.0.0.1>"])
    );
    assert!(answer.header("Diversion").unwrap().ends_with(";reason=user-busy"));
    desk.ep.hang_up_all().unwrap();
    desk.ep.close();
}

/// RFC 3261 §13.3.1: an INVITE is good for as long as its Expires says.
#[test]
fn an_invite_that_expires_gets_487() {
    let (desk, peer) = (Desk::open(CallPolicy::new()), Peer::new());
    let mut events = desk.ep.events();
    let dialog = desk.invite(&peer, "bob", "short", &["Expires: 1"]);
    let from = Instant::now();
    let call = incoming(&mut events);
    call.answer(StatusCode::RINGING).unwrap();
    assert_eq!(desk.answer(&peer, &dialog).code(), Some(487));
    assert!(from.elapsed() >= Duration::from_millis(950), "{:?}", from.elapsed());
    assert_eq!(ends(&mut events, &call).remove(0).code.code(), 487);
    // One that is answered stays.
    let dialog = desk.invite(&peer, "bob", "taken", &["Expires: 1"]);
    let call = incoming(&mut events);
    call.answer(StatusCode::OK).unwrap();
    desk.answer(&peer, &dialog);
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    assert!(peer.silent(Duration::from_millis(1300), |m| m.is_request("BYE")));
    assert_eq!(call.state(), CallState::Confirmed);
    desk.ep.hang_up_all().unwrap();
    desk.ep.close();
}

/// A redirection names other places or none, never us.
#[test]
fn a_redirection_without_target_has_no_contact() {
    let (desk, peer) = (Desk::open(CallPolicy::new()), Peer::new());
    let mut events = desk.ep.events();
    for (n, code) in [300, 301, 302, 305, 380].into_iter().enumerate() {
        let dialog = desk.invite(&peer, "bob", &format!("redirect-{n}"), &[]);
        let call = incoming(&mut events);
        call.answer(StatusCode::RINGING).unwrap();
        call.reject(StatusCode::new(code).unwrap()).unwrap();
        let answer = desk.answer(&peer, &dialog);
        assert_eq!((answer.code(), answer.header("Contact")), (Some(code), None));
    }
    desk.ep.close();
}

/// RFC 3261 §8.1.3.4: nobody is called twice for one call.
#[test]
fn a_redirection_to_where_we_called_is_not_followed() {
    let (ep, peer) = (start(config()), Peer::new());
    let options = CallOptions::new().redirects(RedirectPolicy::Follow);
    let call = ep.local("1001").call_with(&peer.uri("bob"), options).unwrap();
    let invite = peer.request("INVITE");
    let contact = format!("Contact: <{}>", peer.uri("bob"));
    peer.reply(&invite, 302, &[&contact], None);
    peer.request("ACK");
    let info = call.wait_for(CallState::Disconnected, SOON).unwrap();
    assert_eq!(info.end.as_ref().unwrap().code.code(), 302);
    assert!(peer.silent(Duration::from_millis(300), |m| m.is_request("INVITE")));
    ep.close();
}

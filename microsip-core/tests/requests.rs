//! Requests of the application: OPTIONS as a ping, INFO in a call, any other method; and INFO that comes in.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use support::peer::{Dialog, Got, Peer, SDP};
use support::*;

/// A confirmed call of ours to the peer: its handle, our INVITE.
fn up(ep: &Running, peer: &Peer) -> (Call, Got) {
    let call = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    (call, invite)
}

fn bye(peer: &Peer, call: &Call) {
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
}

#[test]
fn options_is_a_ping_with_round_trip_and_any_answer_counts() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let account = ep.local("1001");
    let (mut own, mut others) = (account.events(), ep.local("1002").events());
    let request = account.options(&peer.uri("bob")).unwrap();
    let options = peer.request("OPTIONS");
    assert_eq!(options.request_uri(), Some(peer.uri("bob").as_str()));
    assert!(request.response().is_none());
    peer.reply(&options, 404, &["X-Load: 7"], None);
    let response = request.wait(SOON).unwrap();
    assert_eq!(response.code, StatusCode::NOT_FOUND);
    assert_eq!(response.error.as_ref().unwrap().kind(), ErrorKind::Sip);
    assert!(response.round_trip > Duration::ZERO && response.round_trip < SOON);
    assert_eq!(response.message.as_ref().unwrap().header("X-Load"), Some("7"));
    let told = wait(&mut events, "response", |e| match e {
        Event::Response {
            request,
            call,
            response,
        } => Some((request.id(), call.is_none(), response.code)),
        _ => None,
    });
    assert_eq!(told, (request.id(), true, StatusCode::NOT_FOUND));
    // It is the account's, and nobody else's.
    let told = wait(&mut own, "own response", |e| match e {
        Event::Response { request, .. } => Some(request.id()),
        _ => None,
    });
    assert_eq!(told, request.id());
    assert!(others.try_recv().is_none());
    ep.close();
}

#[test]
fn a_ping_nobody_answers_is_a_timeout() {
    let (ep, peer) = (start(config().transaction_timeout(Duration::from_secs(1))), Peer::new());
    let request = ep.local("1001").options(&peer.uri("bob")).unwrap();
    assert_eq!(
        request.wait(Duration::from_millis(50)).unwrap_err().kind(),
        ErrorKind::Timeout
    );
    let response = request.wait(SOON).unwrap();
    assert_eq!(response.code, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(response.error.as_ref().unwrap().kind(), ErrorKind::Timeout);
    assert!(response.message.is_none());
    ep.close();
}

#[test]
fn a_request_is_repeated_with_credentials_once() {
    let server = Kamailio::start(
        KamailioOptions::new()
            .user("1001", "secret")
            .user("1002", "hunter2")
            .authenticate_calls(true),
    )
    .unwrap();
    let ep = start(config());
    let account = |password: &str| {
        let config = AccountConfig::new(format!("sip:1001@{}", server.domain()))
            .registrar(format!("sip:{}", server.udp_addr()))
            .register_on_add(false)
            .proxy(format!("sip:{}", server.udp_addr()))
            .credentials("1001", password);
        ep.add_account(config).unwrap()
    };
    let target = format!("sip:1002@{}", server.domain());
    // Nobody is registered as 1002: what matters is that the proxy let the request pass after the 407.
    let good = account("secret").options(&target).unwrap().wait(SOON).unwrap();
    assert!(!matches!(good.code.code(), 401 | 403 | 407), "{good:?}");
    let bad = account("wrong").options(&target).unwrap().wait(SOON).unwrap();
    assert_eq!(bad.error.as_ref().map(Error::kind), Some(ErrorKind::Auth), "{bad:?}");
    ep.close();
}

#[test]
fn info_with_any_body_goes_out_and_its_answer_comes_back() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, _) = up(&ep, &peer);
    let body = b"\x00\x01 any bytes \xff".to_vec();
    let request = call.send_info("application/x-own", body.clone()).unwrap();
    let info = peer.request("INFO");
    assert_eq!(info.header("Content-Type"), Some("application/x-own"));
    assert_eq!(info.body(), body);
    peer.reply(&info, 415, &["Accept: text/plain"], None);
    let response = request.wait(SOON).unwrap();
    assert_eq!(response.code.code(), 415);
    assert_eq!(response.message.as_ref().unwrap().header("Accept"), Some("text/plain"));
    // The call does not mind.
    assert_eq!(call.state(), CallState::Confirmed);
    let custom = call
        .request("X-OWN", RequestOptions::new().header("X-A", "1").unwrap())
        .unwrap();
    let got = peer.request("X-OWN");
    assert_eq!(got.header("X-A"), Some("1"));
    peer.reply(&got, 200, &[], None);
    assert!(custom.wait(SOON).unwrap().error.is_none());
    bye(&peer, &call);
    ep.close();
}

#[test]
fn a_request_without_answer_ends_with_its_call() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, _) = up(&ep, &peer);
    let request = call.send_info("text/plain", "hello").unwrap();
    peer.request("INFO");
    bye(&peer, &call);
    let response = request.wait(SOON).unwrap();
    assert_eq!(response.error.as_ref().unwrap().kind(), ErrorKind::Gone);
    assert_eq!(call.send_info("text/plain", "x").unwrap_err().kind(), ErrorKind::Gone);
    ep.close();
}

#[test]
fn before_the_first_answer_there_is_no_dialog_to_send_in() {
    let (ep, peer) = (start(config()), Peer::new());
    let call = ep.local("1001").call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    assert_eq!(
        call.send_info("text/plain", "x").unwrap_err().kind(),
        ErrorKind::WrongState
    );
    peer.reply(&invite, 486, &[], None);
    ep.close();
}

#[test]
fn incoming_info_reaches_the_application_or_is_a_digit_or_is_refused() {
    let (ep, peer) = (start(config()), Peer::new());
    let mut events = ep.events();
    let (call, invite) = up(&ep, &peer);
    let dialog = Dialog::called(&invite, "peer");
    let us = invite.from;
    let uri = ep.uri("1001");
    let mut cseq = 10;
    let mut ask = |headers: &[&str], body: &str, code: u16| {
        cseq += 1;
        peer.send(us, "INFO", &uri, &dialog, cseq, headers, Some(body));
        peer.response(code, "INFO");
    };
    ask(&["Content-Type: application/x-own;v=1"], "hello", 200);
    let message = wait(&mut events, "info", |e| match e {
        Event::Info { call: c, message } if *c == call => Some(message.clone()),
        _ => None,
    });
    assert_eq!(
        (message.body(), message.content_type().as_str()),
        (&b"hello"[..], "application/x-own")
    );
    ask(
        &["Content-Type: application/dtmf-relay"],
        "Signal=5\r\nDuration=250\r\n",
        200,
    );
    ask(&["Content-Type: application/dtmf"], "#", 200);
    let mut digit = || {
        wait(&mut events, "digit", |e| match e {
            Event::Dtmf {
                digit,
                method,
                duration,
                ..
            } => Some((digit.as_char(), method.name(), *duration)),
            _ => None,
        })
    };
    assert_eq!(digit(), ('5', "info", Some(Duration::from_millis(250))));
    assert_eq!(digit(), ('#', "info_plain", None));
    ask(&["Content-Type: application/dtmf-relay"], "Signal=xyz\r\n", 400);
    ask(&["Content-Type: text/plain", "Info-Package: foo"], "x", 469);
    ask(&[], "", 200);
    assert_eq!(call.state(), CallState::Confirmed);
    bye(&peer, &call);
    ep.close();
}

#[test]
fn what_the_peer_types_ahead_is_kept_until_it_is_taken() {
    let (ep, peer) = (start(config()), Peer::new());
    let (call, invite) = up(&ep, &peer);
    let dialog = Dialog::called(&invite, "peer");
    for (n, key) in ["1", "2", "#", "7"].into_iter().enumerate() {
        let headers = ["Content-Type: application/dtmf"];
        let cseq = 10 + n as u32;
        peer.send(invite.from, "INFO", &ep.uri("1001"), &dialog, cseq, &headers, Some(key));
        peer.response(200, "INFO");
    }
    let take = |until: char| {
        let taken = call.take_digits(|all| all.iter().position(|d| d.as_char() == until).map_or(0, |at| at + 1));
        taken.iter().map(|d| d.as_char()).collect::<String>()
    };
    assert_eq!((take('9').as_str(), take('#').as_str()), ("", "12#"));
    bye(&peer, &call);
    assert_eq!(call.take_digits(|_| usize::MAX).len(), 1, "also after the end");
    ep.close();
}

#[test]
fn a_task_that_waits_for_an_answer_is_woken() {
    struct Bell(std::sync::atomic::AtomicUsize);
    impl std::task::Wake for Bell {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let (ep, peer) = (start(config()), Peer::new());
    let request = ep.local("1001").options(&peer.uri("bob")).unwrap();
    let bell = std::sync::Arc::new(Bell(0.into()));
    let waker = std::sync::Arc::clone(&bell).into();
    let mut cx = std::task::Context::from_waker(&waker);
    assert!(request.poll_response(&mut cx).is_pending() && request.poll_response(&mut cx).is_pending());
    let options = peer.request("OPTIONS");
    peer.reply(&options, 200, &[], None);
    request.wait(SOON).unwrap();
    let rung = || bell.0.load(std::sync::atomic::Ordering::SeqCst) == 1;
    let deadline = std::time::Instant::now() + SOON;
    while !rung() && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert!(rung() && request.poll_response(&mut cx).is_ready());
    ep.close();
}

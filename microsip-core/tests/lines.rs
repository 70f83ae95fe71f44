//! Lines and mailboxes that are watched: what is understood, what is asked again, and picking a call up.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use microsip_core::*;
use support::leg::us;
use support::peer::{Dialog, Got, Peer};
use support::*;

struct Lamp {
    ep: Running,
    peer: Peer,
    events: Events,
    line: WatchedLine,
    request: Got,
    cseq: u32,
}

fn lamp() -> Lamp {
    let ep = start(config());
    let (peer, events) = (Peer::new(), ep.events());
    let line = ep
        .local("1001")
        .watch_line(&peer.uri("desk"), ObserveOptions::default())
        .unwrap();
    let request = peer.request("SUBSCRIBE");
    peer.reply(&request, 200, &["Expires: 600"], None);
    Lamp {
        ep,
        peer,
        events,
        line,
        request,
        cseq: 0,
    }
}

impl Lamp {
    fn notify(&mut self, body: &str) {
        self.cseq += 1;
        let dialog = Dialog::called(&self.request, "peer");
        let headers = [
            "Event: dialog",
            "Subscription-State: active;expires=600",
            "Content-Type: application/dialog-info+xml",
        ];
        let uri = self.ep.uri("1001");
        self.peer
            .send(us(&self.ep), "NOTIFY", &uri, &dialog, self.cseq, &headers, Some(body));
        self.peer.response(200, "NOTIFY");
    }

    fn told(&mut self) -> LineInfo {
        wait(&mut self.events, "line", |e| match e {
            Event::Line { info, .. } => Some((**info).clone()),
            _ => None,
        })
    }
}

fn document(version: u32, state: &str, dialogs: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"{state}\" \
         entity=\"sip:desk@127.0.0.1\">{dialogs}</dialog-info>"
    )
}

fn dialog(id: &str, state: &str) -> String {
    format!(
        "<dialog id=\"{id}\" call-id=\"c-{id}\" local-tag=\"l-{id}\" remote-tag=\"r-{id}\" direction=\"recipient\">\
         <state>{state}</state><remote><identity display=\"Eve\">sip:eve@127.0.0.1</identity></remote>\
         <local><identity>sip:desk@127.0.0.1</identity></local></dialog>"
    )
}

#[test]
fn a_lamp_follows_the_calls_of_its_line() {
    let mut l = lamp();
    assert_eq!(l.request.header("Event"), Some("dialog"));
    assert_eq!(l.request.header("Accept"), Some("application/dialog-info+xml"));
    assert_eq!(l.line.state(), LineState::Unknown);
    l.notify(&document(0, "full", ""));
    assert_eq!(l.told().state, LineState::Idle);
    for (version, state, expected) in [
        (1, "trying", LineState::Trying),
        (2, "early", LineState::Early),
        (3, "confirmed", LineState::Confirmed),
        (4, "terminated", LineState::Terminated),
    ] {
        l.notify(&document(version, "partial", &dialog("a", state)));
        let info = l.told();
        assert_eq!(info.state, expected);
        assert_eq!(info.direction, Some(DialogDirection::Recipient));
        assert_eq!(info.remote.identity.as_deref(), Some("sip:eve@127.0.0.1"));
        assert_eq!(info.remote.display.as_deref(), Some("Eve"));
        assert_eq!(info.local.identity.as_deref(), Some("sip:desk@127.0.0.1"));
        if state == "early" {
            let replaces = info.ringing().unwrap().replaces_at_remote().unwrap();
            assert_eq!(replaces, Replaces::new("c-a", "r-a", "l-a").unwrap());
        }
    }
    // What is old or repeated tells nothing.
    l.notify(&document(3, "partial", &dialog("a", "confirmed")));
    l.notify(&document(5, "full", ""));
    assert_eq!(l.told().state, LineState::Idle);
    l.ep.close();
}

#[test]
fn a_gap_is_noticed_and_everything_asked_for_again() {
    let mut l = lamp();
    l.notify(&document(0, "full", ""));
    assert_eq!(l.told().state, LineState::Idle);
    l.notify(&document(3, "partial", &dialog("b", "confirmed")));
    let info = l.told();
    assert!(info.stale, "{info:?}");
    // In the same dialog.
    let again = l.peer.request("SUBSCRIBE");
    assert_eq!(again.call_id(), l.request.call_id());
    assert_eq!(again.header("Expires"), Some("600"));
    l.peer.reply(&again, 200, &["Expires: 600"], None);
    l.notify(&document(4, "full", &dialog("b", "confirmed")));
    let info = l.told();
    assert!(!info.stale);
    assert_eq!((info.state, info.dialogs.len()), (LineState::Confirmed, 1));
    l.ep.close();
}

#[test]
fn a_new_subscription_counts_anew() {
    let mut l = lamp();
    l.notify(&document(70, "full", &dialog("c", "confirmed")));
    assert_eq!(l.told().state, LineState::Confirmed);
    l.line.subscription().refresh().unwrap();
    let refresh = l.peer.request("SUBSCRIBE");
    l.peer.reply(&refresh, 481, &[], None);
    l.request = l.peer.request("SUBSCRIBE");
    l.peer.reply(&l.request, 200, &["Expires: 600"], None);
    l.notify(&document(0, "full", ""));
    assert_eq!(l.told().state, LineState::Idle);
    l.ep.close();
}

#[test]
fn a_ringing_call_is_picked_up_by_replaces() {
    let mut l = lamp();
    let caller = Peer::new();
    let entry = format!(
        "<dialog id=\"d\" call-id=\"ring@h\" local-tag=\"lt\" remote-tag=\"rt\" direction=\"recipient\"><state>early</state>\
         <remote><identity>sip:eve@127.0.0.1</identity><target uri=\"{}\"/></remote></dialog>",
        caller.uri("eve")
    );
    l.notify(&document(0, "full", &entry));
    let info = l.told();
    let ringing = info.ringing().unwrap();
    let options = CallOptions::new().replaces(ringing.replaces_at_remote().unwrap());
    let target = ringing.remote.target.clone().unwrap();
    let call = l.ep.accounts().unwrap()[0].call_with(&target, options).unwrap();
    let invite = caller.request("INVITE");
    assert_eq!(
        invite.header("Replaces"),
        Some("ring@h;to-tag=rt;from-tag=lt"),
        "{:?}",
        invite.header("Replaces")
    );
    drop(call.hang_up());
    l.ep.close();
}

const SUMMARY: &str = "Messages-Waiting: yes\r\nMessage-Account: sip:box@127.0.0.1\r\nVoice-Message: 2/8 (1/0)\r\n";

fn waiting(events: &mut Events) -> (Option<Mailbox>, MessageSummary) {
    wait(events, "waiting messages", |e| match e {
        Event::MessagesWaiting { mailbox, summary, .. } => Some((mailbox.clone(), (**summary).clone())),
        _ => None,
    })
}

#[test]
fn waiting_messages_are_told_by_subscription() {
    let ep = start(config());
    let (peer, mut events) = (Peer::new(), ep.events());
    let mailbox = ep
        .local("1001")
        .watch_mailbox(Some(&peer.uri("box")), ObserveOptions::default())
        .unwrap();
    let request = peer.request("SUBSCRIBE");
    assert_eq!(request.header("Event"), Some("message-summary"));
    assert_eq!(request.header("Accept"), Some("application/simple-message-summary"));
    peer.reply(&request, 200, &["Expires: 600"], None);
    let dialog = Dialog::called(&request, "peer");
    let headers = [
        "Event: message-summary",
        "Subscription-State: active",
        "Content-Type: application/simple-message-summary",
    ];
    peer.send(us(&ep), "NOTIFY", &ep.uri("1001"), &dialog, 1, &headers, Some(SUMMARY));
    peer.response(200, "NOTIFY");
    let (told_by, summary) = waiting(&mut events);
    assert_eq!(told_by, Some(mailbox.clone()));
    assert!(summary.waiting);
    assert_eq!(summary.account.as_deref(), Some("sip:box@127.0.0.1"));
    let voice = summary.counts(&MessageClass::Voice);
    assert_eq!((voice.new, voice.old, voice.new_urgent, voice.old_urgent), (2, 8, 1, 0));
    assert_eq!(mailbox.summary().as_deref(), Some(&summary));
    // Nonsense is told as such.
    peer.send(
        us(&ep),
        "NOTIFY",
        &ep.uri("1001"),
        &dialog,
        2,
        &headers,
        Some("Voice-Message: many\r\n"),
    );
    peer.response(200, "NOTIFY");
    wait(&mut events, "unreadable", |e| {
        matches!(e, Event::Unreadable { .. }).then_some(())
    });
    assert_eq!(mailbox.summary().as_deref(), Some(&summary));
    ep.close();
}

#[test]
fn waiting_messages_are_told_without_being_asked() {
    let ep = start(config());
    ep.local("1001");
    let (peer, mut events) = (Peer::new(), ep.events());
    let outside = Dialog::new(&peer, &ep.uri("1001"), "mwi");
    let headers = [
        "Event: message-summary",
        "Subscription-State: active",
        "Content-Type: application/simple-message-summary",
    ];
    let notify = |cseq, headers: &[&str], body: &str| {
        peer.send(us(&ep), "NOTIFY", &ep.uri("1001"), &outside, cseq, headers, Some(body));
    };
    notify(1, &headers, SUMMARY);
    peer.response(200, "NOTIFY");
    let (mailbox, summary) = waiting(&mut events);
    assert!(mailbox.is_none() && summary.waiting);
    notify(2, &headers, "nonsense");
    peer.response(415, "NOTIFY");
    // What comes in a dialog was asked for once, and is not any more.
    let mut old = outside.clone();
    old.to.push_str(";tag=ours");
    peer.send(us(&ep), "NOTIFY", &ep.uri("1001"), &old, 9, &headers, Some(SUMMARY));
    peer.response(481, "NOTIFY");
    // Another package was never asked for.
    notify(
        3,
        &[
            "Event: dialog",
            "Subscription-State: active",
            "Content-Type: text/plain",
        ],
        "x",
    );
    peer.response(481, "NOTIFY");
    ep.close();
}

#[test]
fn waiting_messages_are_believed_from_the_registrar_only() {
    let ep = start(config());
    let (registrar, stranger) = (Peer::new(), Peer::new());
    let account = AccountConfig::new(ep.uri("1001")).registrar(format!("sip:{}", registrar.addr()));
    ep.add_account(account).unwrap();
    // It has not answered yet: nobody is known.
    registrar.request("REGISTER");
    let outside = Dialog::new(&stranger, &ep.uri("1001"), "mwi");
    let headers = [
        "Event: message-summary",
        "Subscription-State: active",
        "Content-Type: application/simple-message-summary",
    ];
    stranger.send(us(&ep), "NOTIFY", &ep.uri("1001"), &outside, 1, &headers, Some(SUMMARY));
    stranger.response(403, "NOTIFY");
    ep.close();
}

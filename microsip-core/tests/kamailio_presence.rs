//! Watching through Kamailio's presence server: people, lines, mailboxes; credentials; restarts.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use std::time::Duration;

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use support::*;

const MS: fn(u64) -> Duration = Duration::from_millis;

fn server(options: KamailioOptions) -> Kamailio {
    let users = options.user("alice", "secret").user("bob", "secret");
    Kamailio::start(users.presence()).unwrap()
}

fn at(server: &Kamailio, user: &str) -> AccountConfig {
    AccountConfig::new(format!("sip:{user}@example.test"))
        .proxy(format!("sip:{};lr", server.udp_addr()))
        .credentials(user, "secret")
}

fn soon() -> ObserveOptions {
    ObserveOptions::default().retry(RetryPolicy::new(MS(100), MS(500)))
}

#[test]
fn a_buddy_behind_kamailio_is_seen_and_goes() {
    let server = server(KamailioOptions::new().authenticate_calls(true).record_route(true));
    let ep = start(config());
    let alice = ep.add_account(at(&server, "alice").publish_presence(true)).unwrap();
    let bob = ep.add_account(at(&server, "bob")).unwrap();
    let buddy = bob.watch("sip:alice@example.test", soon()).unwrap();
    buddy.subscription().wait_for(SubscriptionState::Active, SOON).unwrap();
    for status in [
        PresenceStatus::online(),
        PresenceStatus::on_the_phone(),
        PresenceStatus::away().with_note("zu Tisch"),
    ] {
        alice.set_presence(status.clone()).unwrap();
        let seen = buddy.wait(SOON, |s| {
            (s.state() == status.state()).then(|| s.note().map(str::to_owned))
        });
        assert_eq!(seen.unwrap().as_deref(), status.note());
    }
    assert_eq!(buddy.presence(), Presence::Away);
    buddy.unwatch().unwrap();
    buddy.subscription().wait_for(SubscriptionState::Ended, SOON).unwrap();
    assert!(buddy.subscription().info().error.is_none());
    ep.close();
}

#[test]
fn a_server_that_has_lost_its_tables_is_asked_anew() {
    let mut server = server(KamailioOptions::new());
    let ep = start(config().transaction_timeout(Duration::from_secs(2)));
    let alice = ep.add_account(at(&server, "alice").publish_presence(true)).unwrap();
    let bob = ep.add_account(at(&server, "bob")).unwrap();
    alice.set_presence(PresenceStatus::busy()).unwrap();
    let buddy = bob.watch("sip:alice@example.test", soon()).unwrap();
    let busy = |s: &PresenceStatus| (s.state() == Presence::Busy).then_some(());
    buddy.wait(SOON, busy).unwrap();
    server.stop().unwrap();
    server.lose_presence().unwrap();
    server.restart().unwrap();
    // Forgotten: the refresh is answered 481, and a new subscription begins at once.
    let first = buddy
        .subscription()
        .notification()
        .unwrap()
        .message
        .call_id()
        .to_owned();
    buddy.subscription().refresh().unwrap();
    alice.set_presence(PresenceStatus::away()).unwrap();
    buddy
        .wait(SOON, |s| (s.state() == Presence::Away).then_some(()))
        .unwrap();
    let newest = buddy.subscription().notification().unwrap();
    assert_ne!(newest.message.call_id(), first);
    ep.close();
}

#[test]
fn a_server_that_is_down_is_tried_until_it_is_back() {
    let mut server = server(KamailioOptions::new());
    let ep = start(config().transaction_timeout(Duration::from_secs(1)));
    let bob = ep.add_account(at(&server, "bob")).unwrap();
    server.stop().unwrap();
    let buddy = bob.watch("sip:alice@example.test", soon()).unwrap();
    let info = buddy
        .subscription()
        .wait_for(SubscriptionState::Retrying, SOON)
        .unwrap();
    assert!(info.error.is_some() && info.next_retry.is_some(), "{info:?}");
    server.restart().unwrap();
    buddy.subscription().wait_for(SubscriptionState::Active, SOON).unwrap();
    ep.close();
}

#[test]
fn a_line_behind_kamailio_is_a_lamp() {
    let server = server(KamailioOptions::new());
    let ep = start(config());
    let alice = ep.add_account(at(&server, "alice")).unwrap();
    let bob = ep.add_account(at(&server, "bob")).unwrap();
    let line = bob.watch_line("sip:alice@example.test", soon()).unwrap();
    line.subscription().wait_for(SubscriptionState::Active, SOON).unwrap();
    let document = |version, state| {
        let entry = DialogEntry::new("d1", state)
            .ids("call@h", "lt", "rt")
            .direction(DialogDirection::Recipient)
            .local(DialogParty::new("sip:alice@example.test"))
            .remote(DialogParty::new("sip:eve@example.test"));
        DialogInfo::new("sip:alice@example.test", version)
            .dialog(entry)
            .to_xml()
    };
    let publish = |state| {
        alice
            .publish(
                "dialog",
                PublishOptions::new("application/dialog-info+xml", document(0, state)),
            )
            .unwrap()
    };
    let publication = publish(DialogState::Early);
    line.wait(SOON, |l| (l.state == LineState::Early).then_some(()))
        .unwrap();
    let info = line.info().unwrap();
    let ringing = info.ringing().unwrap();
    assert_eq!(ringing.remote.identity.as_deref(), Some("sip:eve@example.test"));
    assert_eq!(
        ringing.replaces_at_remote().unwrap(),
        Replaces::new("call@h", "rt", "lt").unwrap()
    );
    publication.update(document(1, DialogState::Confirmed)).unwrap();
    line.wait(SOON, |l| (l.state == LineState::Confirmed).then_some(()))
        .unwrap();
    ep.close();
}

#[test]
fn a_mailbox_behind_kamailio_tells_its_messages() {
    let server = server(KamailioOptions::new());
    let ep = start(config());
    let alice = ep.add_account(at(&server, "alice")).unwrap();
    let mailbox = alice.watch_mailbox(None, soon()).unwrap();
    mailbox
        .subscription()
        .wait_for(SubscriptionState::Active, SOON)
        .unwrap();
    let summary = MessageSummary::new(true).with_counts(MessageClass::Voice, MessageCounts::new(3, 1));
    alice
        .publish(
            "message-summary",
            PublishOptions::new(MessageSummary::CONTENT_TYPE, summary.to_text()),
        )
        .unwrap();
    let counts = mailbox
        .wait(SOON, |s| s.waiting.then(|| s.counts(&MessageClass::Voice)))
        .unwrap();
    assert_eq!((counts.new, counts.old), (3, 1));
    ep.close();
}

#[test]
fn what_kamailio_does_not_know_is_refused_for_good() {
    let server = server(KamailioOptions::new());
    let ep = start(config());
    let bob = ep.add_account(at(&server, "bob")).unwrap();
    let subscription = bob
        .subscribe("sip:alice@example.test", SubscribeOptions::new("x-weather"))
        .unwrap();
    let error = subscription.wait_for(SubscriptionState::Active, SOON).unwrap_err();
    assert_eq!(error.sip_status().unwrap().code(), 489);
    assert_eq!(subscription.state(), SubscriptionState::Ended);
    ep.close();
}

//! The story of a call as data.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic as the tests do")]

mod support;

use microsip_core::*;
use microsip_testkit::kamailio::{Kamailio, KamailioOptions};
use microsip_testkit::{Deadline, wait_until};
use support::peer::{Peer, SDP};
use support::*;

/// Messages as `>` or `<` and the first two words of the line.
fn messages(story: &Story) -> Vec<String> {
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let entries = story.entries.iter().filter_map(|entry| match &entry.step {
        StoryStep::Message {
            direction: Direction::Outgoing,
            line,
            ..
        } => Some(format!("> {}", words(line))),
        StoryStep::Message { line, .. } => Some(format!("< {}", words(line))),
        _ => None,
    });
    entries.collect()
}

fn decided(story: &Story, wanted: Decision) -> Option<String> {
    story.entries.iter().find_map(|entry| match &entry.step {
        StoryStep::Decided { about, what } if *about == wanted => Some(what.clone()),
        _ => None,
    })
}

#[test]
fn a_call_tells_every_message_with_size_and_what_was_asked_and_decided() {
    let (ep, peer) = (start(config()), Peer::new());
    let account = ep.local("1001");
    let call = account.call(&peer.uri("bob")).unwrap();
    let invite = peer.request("INVITE");
    peer.reply(&invite, 180, &[], None);
    peer.reply(&invite, 200, &[], Some(SDP));
    peer.request("ACK");
    call.wait_for(CallState::Confirmed, SOON).unwrap();
    call.hang_up().unwrap();
    let bye = peer.request("BYE");
    peer.reply(&bye, 200, &[], None);
    let uri = peer.uri("bob");
    let expected = [
        format!("> INVITE {uri}"),
        "< SIP/2.0 180".into(),
        "< SIP/2.0 200".into(),
        format!("> ACK sip:peer@{}", peer.addr()),
        format!("> BYE sip:peer@{}", peer.addr()),
        "< SIP/2.0 200".into(),
    ];
    let story = wait_until(Deadline::secs(5), "the whole story", || {
        let story = call.story();
        (messages(&story).len() >= expected.len()).then_some(story)
    })
    .unwrap();
    assert_eq!(messages(&story), expected);
    let first = story.entries.iter().find_map(|e| match e.step {
        StoryStep::Message {
            bytes,
            remote,
            transport,
            ..
        } => Some((bytes, remote, transport)),
        _ => None,
    });
    assert_eq!(first, Some((invite.raw().len(), Some(peer.addr()), Transport::Udp)));
    assert!(matches!(&story.entries[0].step, StoryStep::Asked { what } if *what == format!("call {uri}")));
    assert!(decided(&story, Decision::Codec).unwrap().starts_with("PCMU"));
    assert!(decided(&story, Decision::Protection).unwrap().contains("plain"));
    assert!(
        story
            .entries
            .iter()
            .any(|e| matches!(&e.step, StoryStep::Ended { why } if why.starts_with("200 OK")))
    );
    assert!(story.entries.is_sorted_by_key(|e| e.at));
    assert!(story.to_string().contains("asked: hang up"));
    ep.close();
}

#[test]
fn an_incoming_call_begins_with_its_invite_and_credentials_are_told_without_secrets() {
    let server = Kamailio::start(
        KamailioOptions::new()
            .user("1001", "secret")
            .user("1002", "hunter2")
            .authenticate_calls(true),
    )
    .unwrap();
    let ep = start(config());
    let add = |user: &str, password: &str| {
        let config = AccountConfig::new(format!("sip:{user}@{}", server.domain()))
            .registrar(format!("sip:{}", server.udp_addr()))
            .proxy(format!("sip:{}", server.udp_addr()))
            .credentials(user, password);
        let account = ep.add_account(config).unwrap();
        account.wait_registered(SOON).unwrap();
        account
    };
    let (caller, _) = (add("1001", "secret"), add("1002", "hunter2"));
    let mut events = ep.events();
    let out = caller.call(&format!("sip:1002@{}", server.domain())).unwrap();
    let inn = incoming(&mut events);
    // Before anything was answered: the INVITE that made the call, and the 100 that PJSIP sent.
    let seen = messages(&inn.story());
    assert!(
        seen[0].starts_with("< INVITE sip:1002@") && seen[1] == "> SIP/2.0 100",
        "{seen:?}"
    );
    assert!(decided(&inn.story(), Decision::Account).unwrap().contains("1002"));
    inn.answer(StatusCode::OK).unwrap();
    out.wait_for(CallState::Confirmed, SOON).unwrap();
    let story = out.story();
    let told = decided(&story, Decision::Credentials).unwrap();
    assert!(told.contains("1001"), "{told}");
    assert!(messages(&story).iter().any(|m| m == "< SIP/2.0 407"));
    let everything = format!("{story:?}{story}");
    assert!(
        !everything.contains("secret") && !everything.contains("response="),
        "{everything}"
    );
    ep.close();
}

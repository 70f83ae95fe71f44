//! Calls over a relay only, spoken to over UDP, TCP and TLS.

use microsip_core::*;
use microsip_testkit::coturn::Coturn;
use microsip_testkit::netns::{Internet, Nat};

use crate::agent::{self, Side};
use crate::homes::{Here, TURN_USER, World};

fn over(transport: &str) {
    let mut world = World::new();
    let (a, b) = (
        world.net.home(Nat::Symmetric).unwrap(),
        world.net.home(Nat::Symmetric).unwrap(),
    );
    let port = if transport == "tls" {
        Coturn::TLS_PORT
    } else {
        Coturn::PORT
    };
    let turn = format!(
        "{transport} {}:{port} {} {}",
        Internet::SERVER,
        TURN_USER.0,
        TURN_USER.1
    );
    let make = |user, hz| Side {
        turn: turn.clone(),
        ice: "relay".into(),
        ..world.side(user, hz)
    };
    let (ours, theirs) = (make("1001", 440.0), make("1002", 1000.0));
    // Nothing goes between the homes but what the relay passes on.
    for home in [&a, &b] {
        home.router
            .nft(&format!(
                "add rule ip filter forward ip daddr != {{ {}, 10.0.0.0/8 }} drop",
                Internet::SERVER
            ))
            .unwrap();
    }
    let mut other = agent::spawn(&b.host, &theirs);
    let here = Here::start(&a.host, ours);
    let (ice, media) = here.talk(&mut other, &theirs, "sip:1002@example.test", (440.0, 1000.0));
    let pair = ice.rtp.unwrap();
    assert_eq!(
        (pair.local.kind, pair.remote.kind),
        (CandidateKind::Relayed, CandidateKind::Relayed),
        "{pair:?}"
    );
    let server = format!("{}:", Internet::SERVER);
    assert!(
        pair.local.address.starts_with(&server) && pair.remote.address.starts_with(&server),
        "{pair:?}"
    );
    assert!(
        media.remote_rtp.starts_with(&server),
        "the default address is the relay's: {media:?}"
    );
    let log = world.coturn.log();
    assert!(log.contains("ALLOCATE processed, success"), "{log}");
    assert!(!log.contains(TURN_USER.1));
    here.ep.close();
}

#[test]
fn heavy_a_call_over_the_relay_by_udp() {
    if !agent::is_agent() {
        over("udp");
    }
}

#[test]
fn heavy_a_call_over_the_relay_by_tcp() {
    if !agent::is_agent() {
        over("tcp");
    }
}

#[test]
fn heavy_a_call_over_the_relay_by_tls() {
    if !agent::is_agent() {
        over("tls");
    }
}
